//! What the paths of the command line promise: each was named for evidence.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::evidence::file::{FileRead, Gathered, Reader, unread};
use crate::finding::DocumentKind;
use crate::recognise::facts::Document;
use crate::source::given::{From, Refused, Source};

/// Puts a gap where one of several paths holds no evidence. A file that is none is
/// the gap itself. Where no path holds any, nothing was found at all.
pub(super) fn expect(read: &mut Vec<Gathered>, tops: &[Arc<str>], reader: &Reader<'_>) {
    let mut without: BTreeSet<&str> = tops.iter().map(|top| &**top).collect();
    for one in read.iter() {
        let top = name(one).split('/').next().unwrap_or_default();
        if without.contains(top) && files(one).iter().any(is_evidence) {
            without.remove(top);
        }
    }
    if without.is_empty() || without.len() == tops.len() {
        return;
    }
    for one in read.iter_mut() {
        if without.remove(name(one)) {
            let source = match one {
                Gathered::File((file, _)) => file.source.clone(),
                Gathered::Archive(files) => match files.last() {
                    Some((file, _)) => file.source.clone(),
                    None => continue,
                },
            };
            *one = Gathered::File(reader.lost(unread(source), gap()));
        }
    }
    read.extend(without.into_iter().map(|top| {
        let source = Source {
            name: format!("{top}/").into(),
            from: From::Nowhere(gap().into()),
            direct: false,
        };
        Gathered::File(reader.lost(unread(source), gap()))
    }));
    read.sort_by(|a, b| name(a).cmp(name(b)));
}

fn gap() -> Refused {
    Refused {
        code: "no-evidence",
        why: "a path given that holds no evidence, and each is expected to hold some".to_owned(),
        help: Some("put its evidence there, or leave the path out".to_owned()),
    }
}

fn files(one: &Gathered) -> &[FileRead] {
    match one {
        Gathered::File(file) => std::slice::from_ref(file),
        Gathered::Archive(files) => files,
    }
}

/// The name of a file, or of an archive, which stands behind its entries.
fn name(one: &Gathered) -> &str {
    files(one).last().map_or("", |(file, _)| &file.source.name)
}

/// Whether something in a file bears on trails or accounts, or was left out on
/// purpose. Who was signed in says so of the files beside it alone: in a folder of
/// its own it is no answer.
fn is_evidence((file, documents): &FileRead) -> bool {
    let is_one = |document: &Document| {
        let says_who = file.source.direct && document.identity.is_some();
        says_who || !document.says_no_more_than_who() || document.kind == DocumentKind::Excluded
    };
    documents.iter().any(is_one)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use crate::evidence::{Bundle, Options};
    use crate::source::exclude::Excludes;

    const LIST: &str = r#"{"trailList": []}"#;
    const IDENTITY: &str = r#"{"UserId": "AIDA", "Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/x"}"#;

    /// The paths that hold no evidence, beside one that does.
    fn without(files: &[(&str, &str)], paths: &[&str], excludes: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("empty")).unwrap();
        for (name, text) in [&[("a/describe-trails.json", LIST)], files].concat() {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
        let excludes: Vec<String> = excludes.iter().map(ToString::to_string).collect();
        let options = Options {
            excludes: Excludes::new(&excludes).unwrap(),
            ..Options::default()
        };
        let bundle = Bundle::read(&paths, &options);
        let is_gap = |code: Option<&str>| code == Some("no-evidence");
        let documents = bundle.documents.iter();
        let gaps = documents
            .filter(|document| is_gap(document.problem.as_ref().map(|problem| problem.code)));
        gaps.map(|document| bundle.name(document).to_string())
            .collect()
    }

    #[test]
    fn each_of_several_paths_is_expected_to_hold_evidence() {
        for (text, name) in [
            ("No access yet.\n", "b/README.md"),
            (r#"{"Users": []}"#, "b/iam/users.json"),
            (IDENTITY, "b/identity.json"),
        ] {
            let files = [(name, text)];
            assert_eq!(without(&files, &["a", "b"], &[]), ["b/"], "{name}");
            assert_eq!(without(&files, &["b", "a", "empty"], &[]), ["b/", "empty/"]);
            assert!(without(&files, &["b", "empty"], &[]).is_empty(), "{name}");
            assert!(without(&files, &["b"], &[]).is_empty(), "{name}");
            assert!(without(&files, &["a", "b"], &["b/**"]).is_empty(), "{name}");
        }
        assert_eq!(without(&[("b.txt", "x")], &["a", "b.txt"], &[]), ["b.txt"]);
    }

    #[test]
    fn a_path_may_hold_any_part_of_the_evidence() {
        for (name, text) in [
            ("b/x/get-trail-status-main.json", r#"{"IsLogging": true}"#),
            ("b/describe-log-groups.json", r#"{"logGroups": []}"#),
            ("b/accounts.txt", "111122223333\t444455556666\n"),
            ("b/describe-trails.json", ""),
            ("b/describe-trails.json", LIST),
        ] {
            assert!(
                without(&[(name, text)], &["a", "b"], &[]).is_empty(),
                "{name}"
            );
            assert!(
                without(&[(name, text)], &["a", name], &[]).is_empty(),
                "{name}"
            );
        }
        let identity = [("b/identity.json", IDENTITY)];
        assert!(without(&identity, &["a", "b/identity.json"], &[]).is_empty());
    }
}
