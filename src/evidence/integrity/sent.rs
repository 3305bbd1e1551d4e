//! Answers that lie in files which aren't here, by the word of those that are.

use std::collections::HashSet;

use crate::cloudtrail::arn;
use crate::document::file::File;
use crate::evidence::Bundle;
use crate::recognise::facts::Sent;
use crate::text;

/// Notes each as a call without an answer.
pub(super) fn note(bundle: &mut Bundle) {
    let sends = |sent: &[_]| !sent.is_empty();
    if !bundle
        .documents
        .iter()
        .any(|document| sends(&document.sent))
    {
        return;
    }
    let sent = bundle.documents.iter().flat_map(|one| &one.sent);
    let held = Held::of(&bundle.files, sent);
    for document in &mut bundle.documents {
        let gone = document.sent.iter().filter(|sent| !held.holds(sent));
        let gone: Vec<_> = gone.map(|sent| sent.failure.clone()).collect();
        for failure in gone {
            document.fail(failure);
        }
    }
}

/// What a path says of one place, where it does; any, where it is asked for so.
type At = Option<Box<str>>;

/// The files of a bundle that are spoken of, by what other files may call them.
struct Held {
    /// Names without their folders, with the account and the region that the folders
    /// name, and again without either: a path may begin at any of its folders.
    names: HashSet<(Box<str>, Where, Where)>,
    hashes: HashSet<String>,
}

/// The account or the region of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Where {
    /// This one.
    Of(Box<str>),
    /// The path names none.
    Unsaid,
    /// Whatever it names.
    Any,
}

impl Held {
    fn of<'s>(files: &[File], sent: impl Iterator<Item = &'s Sent> + Clone) -> Self {
        let asked: HashSet<String> = sent.clone().map(|one| own_name(&path_of(one))).collect();
        let has_hash = sent.into_iter().any(|one| one.sha256.is_some());
        let mut names = HashSet::new();
        for file in files {
            let path = file.source.name.to_lowercase();
            let (account, region) = places(&path);
            let said = |at: &At| at.clone().map_or(Where::Unsaid, Where::Of);
            for own in own_names(&path).filter(|own| asked.contains(*own)) {
                for account in [said(&account), Where::Any] {
                    for region in [said(&region), Where::Any] {
                        names.insert((own.into(), account.clone(), region));
                    }
                }
            }
        }
        let hashes = files.iter().filter(|_| has_hash);
        let hashes = hashes.filter_map(|file| file.sha256);
        Self {
            names,
            hashes: hashes.map(text::hex).collect(),
        }
    }

    /// Whether a file may be the one that is spoken of: it has its bytes, or its name
    /// and no other account or region above it.
    fn holds(&self, sent: &Sent) -> bool {
        let has_bytes = |hash: &str| self.hashes.contains(hash);
        if sent.sha256.as_deref().is_some_and(has_bytes) {
            return true;
        }
        let path = path_of(sent);
        let (account, region) = places(&path);
        let may_be = |at: At| match at {
            Some(at) => vec![Where::Of(at), Where::Unsaid],
            None => vec![Where::Any],
        };
        let own = own_name(&path);
        let regions = may_be(region);
        may_be(account).into_iter().any(|account| {
            let mut regions = regions.iter();
            regions.any(|region| {
                let key = (own.as_str().into(), account.clone(), region.clone());
                self.names.contains(&key)
            })
        })
    }
}

/// The path of an answer's file, with `/` and in lower case.
fn path_of(sent: &Sent) -> String {
    sent.file.to_lowercase().replace('\\', "/")
}

fn own_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// A file's name without its folders; it may have been packed since, so that it has
/// more endings.
fn own_names(path: &str) -> impl Iterator<Item = &str> {
    let own = path.rsplit(['/', '!']).next().unwrap_or(path);
    let ends = own.rmatch_indices('.').take(3).map(|(at, _)| at);
    let packed = ends.filter_map(|at| own.get(..at));
    std::iter::once(own).chain(packed)
}

/// The account and the region that a path's folders name.
fn places(path: &str) -> (At, At) {
    let end = path.rfind(['/', '!']).unwrap_or_default();
    let folders = path.get(..end).unwrap_or_default();
    let account = arn::account_in(folders).map(|account| account.as_ref().into());
    (account, arn::region_in(folders).map(Into::into))
}
