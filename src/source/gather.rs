//! From paths to named files, in one order, whatever the machine.
//!
//! A path given is read as it is named, link or not; below it nothing is
//! followed that could lead out of it. What is no plain file is never opened:
//! a FIFO would wait for ever. Names are relative to the path given, with `/`,
//! so that a report does not tell where the bundle lay.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use crate::source::archive::Format;
use crate::source::given::{self, From, Links, Refused, Source, plain};
use crate::source::label;
use crate::source::opening::{self, Identity, Seen};
use crate::source::root::{Root, named};

/// Something that was named on the command line.
#[derive(Debug)]
pub(crate) enum Given {
    /// A folder.
    Folder(Arc<Root>),
    /// A file, standard input, or what can't be opened.
    File(Source),
}

/// What the paths are, each with a name of its own.
pub(crate) fn given(paths: &[PathBuf]) -> Vec<Given> {
    let mut taken = HashMap::new();
    let given = paths.iter().map(|path| {
        let prefix = (paths.len() > 1).then(|| unique(&last_component(path), &mut taken));
        let is_input = path.as_os_str() == "-";
        if !is_input && path.is_dir() {
            // Without a slash at its end, which a path below it hasn't twice.
            let path: PathBuf = path.components().collect();
            return Given::Folder(Arc::new(Root::new(path, prefix)));
        }
        let inner = match &prefix {
            Some(_) => String::new(),
            None if is_input => "stdin".to_owned(),
            None => last_component(path),
        };
        Given::File(Source {
            name: named(prefix.as_deref(), inner).into(),
            from: match is_input {
                true => From::StandardInput,
                false => openable(path),
            },
            direct: true,
        })
    });
    given.collect()
}

/// What the names of all that is of a path begin with, for each of several paths.
pub(crate) fn tops(paths: &[PathBuf]) -> Vec<Arc<str>> {
    let given = given(paths).into_iter();
    let tops = given.filter_map(|given| match given {
        Given::Folder(root) => root.prefix.as_deref().map(Arc::from),
        Given::File(source) => Some(source.name),
    });
    tops.filter(|_| paths.len() > 1).collect()
}

/// A name that isn't taken, by the number that may be the next for its like.
fn unique(name: &str, taken: &mut HashMap<String, usize>) -> String {
    let Some(mut number) = taken.get(name).copied() else {
        taken.insert(name.to_owned(), 2);
        return name.to_owned();
    };
    // An archive is one by its ending.
    let (stem, ending) = name.split_at(Format::stem(name).len());
    loop {
        let candidate = format!("{stem}~{number}{ending}");
        number += 1;
        if !taken.contains_key(&candidate) {
            taken.insert(name.to_owned(), number);
            taken.insert(candidate.clone(), 2);
            return candidate;
        }
    }
}

/// Every file under the paths, sorted by name.
#[must_use]
pub(crate) fn gather(paths: &[PathBuf], links: Links) -> Vec<Source> {
    let mut sources = Vec::new();
    for given in given(paths) {
        match given {
            Given::Folder(root) => walk(&root, links, &mut sources),
            Given::File(source) => sources.push(source),
        }
    }
    sources.par_sort_by(|a, b| a.name.cmp(&b.name));
    without_filled(&mut sources);
    sources
}

/// Leaves out the folders that hold something: what is in them speaks for them.
fn without_filled(sources: &mut Vec<Source>) {
    let is_filled = |folder: &Source, next: Option<&Source>| {
        folder.name.ends_with('/') && next.is_some_and(|next| next.name.starts_with(&*folder.name))
    };
    let next = sources.iter().skip(1).map(Some).chain([None]);
    let kept: Vec<bool> = sources
        .iter()
        .zip(next)
        .map(|(source, next)| !is_filled(source, next))
        .collect();
    let mut kept = kept.into_iter();
    sources.retain(|_| kept.next().unwrap_or(true));
}

/// Folders at one level that are enough to keep every core busy.
const ENOUGH: usize = 64;

/// Walks a folder: the one that was named, where a link may lead to it, or one below,
/// where a link took its place.
pub(crate) fn whole(root: &Root, folder: &Path) -> WalkDir {
    WalkDir::new(folder).follow_root_links(folder == root.path)
}

fn walk(root: &Arc<Root>, links: Links, sources: &mut Vec<Source>) {
    let source = |entry| source(root, links, entry);
    if links == Links::Follow {
        return follow(root, sources);
    }
    // Level by level, until there are folders enough to walk side by side.
    let mut folders = vec![root.path.clone()];
    while !folders.is_empty() && folders.len() < ENOUGH {
        let mut below = Vec::new();
        for folder in folders {
            sources.extend(level(root, &folder, &mut below));
        }
        folders = below;
    }
    let walked = folders.into_par_iter().with_max_len(ENOUGH);
    sources.par_extend(
        walked.flat_map_iter(|folder| whole(root, &folder).into_iter().filter_map(source)),
    );
}

/// How many steps are taken behind links: one for a file or a folder, and for a link
/// the square of how deep it lies, since every folder above it is gone through to it
/// and compared. Folders that link to each other hold more paths than there is time:
/// forty with two links each have 10^12.
const MOST_STEPS: usize = 100_000;

/// Walks a folder and what links lead to. A loop shows only to a walk that came
/// through all of it.
fn follow(root: &Arc<Root>, sources: &mut Vec<Source>) {
    // Which links are too many must not hang on the order of the file system.
    let all = whole(root, &root.path)
        .follow_links(true)
        .sort_by_file_name();
    let mut all = all.into_iter();
    // How deep the outermost link lies of those that led here.
    let mut outermost = None;
    let mut steps = 0_usize;
    while let Some(entry) = all.next() {
        if let Ok(entry) = &entry {
            let depth = entry.depth();
            if outermost.is_some_and(|outermost| depth <= outermost) {
                outermost = None;
            }
            let is_link = entry.path_is_symlink() && depth > 0;
            if is_link && entry.file_type().is_dir() {
                if steps >= MOST_STEPS {
                    all.skip_current_dir();
                    sources.push(too_many(root, entry.path()));
                    continue;
                }
                outermost = outermost.or(Some(depth));
                steps = steps.saturating_add(depth.saturating_mul(depth));
            } else if outermost.is_some() {
                steps = steps.saturating_add(1);
            }
        }
        sources.extend(source(root, Links::Follow, entry));
    }
}

/// A link that isn't followed any more.
fn too_many(root: &Root, link: &Path) -> Source {
    let refused = Refused {
        code: "too-many-links",
        why: "a link to a folder, after more than are followed".to_owned(),
        help: Some(
            "copy the folder into the bundle, or remove links to what is read elsewhere".to_owned(),
        ),
    };
    Source {
        name: root.name(relative(&root.path, link)).into(),
        from: From::Nowhere(refused.into()),
        direct: false,
    }
}

/// What is to be read of one folder; the folders in it go to `below`.
pub(crate) fn level(root: &Arc<Root>, folder: &Path, below: &mut Vec<PathBuf>) -> Vec<Source> {
    let mut sources = Vec::new();
    for entry in whole(root, folder).max_depth(1) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {
                if entry.depth() > 0 {
                    sources.extend(of_account(root, entry.path()));
                    below.push(entry.into_path());
                }
            }
            entry => sources.extend(source(root, Links::Report, entry)),
        }
    }
    sources
}

/// A folder that is named for an account: nothing to read, but an account that
/// was to be asked.
fn of_account(root: &Root, folder: &Path) -> Option<Source> {
    let name = text_of(folder.file_name()?);
    let refused = given::empty_folder(&name)?;
    Some(Source {
        name: (root.name(relative(&root.path, folder)) + "/").into(),
        from: From::Nowhere(refused.into()),
        direct: false,
    })
}

/// What of an entry is to be read; of a folder that it is there, where it is
/// named for an account.
pub(crate) fn source(
    root: &Arc<Root>,
    links: Links,
    entry: walkdir::Result<DirEntry>,
) -> Option<Source> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return Some(lost(root, &error)),
    };
    let kind = entry.file_type();
    if kind.is_dir() {
        // A walk that begins at a folder came to it one level above.
        return (entry.depth() > 0)
            .then(|| of_account(root, entry.path()))
            .flatten();
    }
    let spelt = spelt(&root.path, entry.path());
    let is_spelt = spelt.is_some();
    let inner = spelt.map_or_else(|| relative(&root.path, entry.path()), str::to_owned);
    let name: Arc<str> = root.name(inner).into();
    let from = if kind.is_symlink() {
        From::Nowhere(link(&root.path, entry.path()).into())
    } else if !kind.is_file() {
        From::Nowhere(special().into())
    } else {
        match seen(root, &entry, links) {
            Err(refused) => From::Nowhere(refused.into()),
            Ok(seen) if is_spelt => From::Below(Arc::clone(root), seen),
            Ok(seen) => From::File(entry.into_path().into(), seen),
        }
    };
    Some(Source {
        name,
        from,
        direct: false,
    })
}

/// Which plain file an entry is.
fn seen(root: &Root, entry: &DirEntry, links: Links) -> Result<Seen, Refused> {
    if links == Links::Follow {
        return Ok(Seen::Anything);
    }
    if let Some(inode) = opening::listed(entry)
        && *(root.lists_own_numbers).get_or_init(|| is_own_number(entry, inode))
    {
        return Ok(Seen::Listed(inode));
    }
    match entry.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(Seen::Itself(Identity::of(&metadata))),
        Ok(_) => Err(opening::replaced()),
        Err(error) => Err(opening::not_readable(&error.into())),
    }
}

/// Whether the number that a folder lists an entry with is that of the file.
fn is_own_number(entry: &DirEntry, inode: u64) -> bool {
    let metadata = entry.metadata();
    metadata.is_ok_and(|metadata| metadata.is_file() && Identity::of(&metadata).is_number(inode))
}

/// What could not be listed.
fn lost(root: &Root, error: &walkdir::Error) -> Source {
    let inner = error
        .path()
        .map_or_else(String::new, |path| relative(&root.path, path));
    let refused = if error.loop_ancestor().is_some() {
        Refused {
            code: "folder-loop",
            why: "a link back to a folder that holds it".to_owned(),
            help: Some("remove the link; what it leads to is read already".to_owned()),
        }
    } else {
        Refused {
            code: "not-readable",
            why: error
                .io_error()
                .map_or_else(|| "can't be read".to_owned(), plain),
            help: Some("make it readable and run again".to_owned()),
        }
    };
    Source {
        name: root.name(inner).into(),
        from: From::Nowhere(refused.into()),
        direct: false,
    }
}

/// A path given that is no folder: a file, or the reason why it is not opened.
fn openable(path: &Path) -> From {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {
            let seen = Seen::Behind(Identity::of(&metadata));
            From::File(Box::new(path.to_owned()), seen)
        }
        Ok(_) => From::Nowhere(special().into()),
        Err(error) => From::Nowhere(
            Refused {
                code: if error.kind() == std::io::ErrorKind::NotFound {
                    "not-found"
                } else {
                    "not-readable"
                },
                why: plain(&error),
                help: Some("check the path".to_owned()),
            }
            .into(),
        ),
    }
}

fn special() -> Refused {
    Refused {
        code: "not-a-file",
        why: "a pipe, socket or device, which is never opened".to_owned(),
        help: Some("save what it gives to a file, or pipe it in and name `-`".to_owned()),
    }
}

fn link(root: &Path, path: &Path) -> Refused {
    let inside = match (std::fs::canonicalize(path), std::fs::canonicalize(root)) {
        (Ok(target), Ok(root)) => target.starts_with(root),
        (Err(_), _) => {
            return Refused {
                code: "dangling-link",
                why: "a link to nothing".to_owned(),
                help: Some("put the file itself in its place".to_owned()),
            };
        }
        _ => false,
    };
    if inside {
        Refused {
            code: "link-inside",
            why: "a link to a place in the bundle, which is read there".to_owned(),
            help: None,
        }
    } else {
        Refused {
            code: "link-outside",
            why: "a link out of the bundle, which is not followed".to_owned(),
            help: Some("copy the file into the bundle, or give --follow-links".to_owned()),
        }
    }
}

/// The path below the root, where its name spells it, as that of nearly every
/// file does. Told by the text: going through the parts of both costs more than
/// all else that is done with a path.
fn spelt<'p>(root: &Path, path: &'p Path) -> Option<&'p str> {
    let below = path.to_str()?.strip_prefix(root.to_str()?)?;
    let inner = below.strip_prefix('/').filter(|_| MAIN_SEPARATOR == '/')?;
    let is_plain = |part| !matches!(part, "" | "." | "..");
    (inner.split('/').all(is_plain) && label::is_own_label(inner)).then_some(inner)
}

/// The path below the root, with `/`, each part as the report shows it.
pub(crate) fn relative(root: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<String> = inner
        .components()
        .filter_map(|component| match component {
            Component::Normal(part) => Some(text_of(part)),
            _ => None,
        })
        .collect();
    parts.join("/")
}

fn last_component(path: &Path) -> String {
    match path.components().next_back() {
        Some(Component::Normal(part)) => text_of(part),
        _ if path.as_os_str() == "-" => "stdin".to_owned(),
        _ => std::fs::canonicalize(path)
            .ok()
            .as_deref()
            .and_then(Path::file_name)
            .map_or_else(|| "bundle".to_owned(), text_of),
    }
}

fn text_of(name: &OsStr) -> String {
    label::label_on_disk(name.as_encoded_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_sorted_and_unique() {
        let root = tempfile::tempdir().unwrap();
        for file in ["a/x/2.json", "a/x/10.json", "b/x/1.json"] {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "{}").unwrap();
        }
        let names = |paths: &[&str]| -> Vec<String> {
            let paths: Vec<PathBuf> = paths.iter().map(|path| root.path().join(path)).collect();
            gather(&paths, Links::Report)
                .iter()
                .map(|source| source.name.to_string())
                .collect()
        };
        assert_eq!(names(&["a"]), ["x/10.json", "x/2.json"]);
        assert_eq!(
            names(&["b/x", "a/x"]),
            ["x/1.json", "x~2/10.json", "x~2/2.json"]
        );
        assert_eq!(names(&["a/x/2.json"]), ["2.json"]);
    }

    #[test]
    fn a_folder_of_an_account_is_named_where_nothing_is_in_it() {
        let root = tempfile::tempdir().unwrap();
        for folder in [
            "111122223333/eu-west-1",
            "a/4444-5555-6666",
            "b",
            "222233334444",
        ] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        std::fs::write(root.path().join("222233334444/x.json"), "{}").unwrap();
        for links in [Links::Report, Links::Follow] {
            let sources = gather(&[root.path().to_path_buf()], links);
            let names: Vec<&str> = sources.iter().map(|source| &*source.name).collect();
            assert_eq!(
                names,
                ["111122223333/", "222233334444/x.json", "a/4444-5555-6666/"]
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_a_folder_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let [bundle, other] = ["bundle", "other"].map(|name| folder.path().join(name));
        std::fs::create_dir_all(bundle.join("us-east-1")).unwrap();
        std::fs::create_dir(&other).unwrap();
        std::fs::write(other.join("x.json"), "{}").unwrap();
        let root = Arc::new(Root::new(bundle.clone(), None));
        let mut below = Vec::new();
        assert!(level(&root, &bundle, &mut below).is_empty());
        let [region] = below.as_slice() else {
            panic!("{below:?}")
        };
        std::fs::remove_dir(region).unwrap();
        std::os::unix::fs::symlink(&other, region).unwrap();
        let told: Vec<_> = level(&root, region, &mut Vec::new());
        let [told] = told.as_slice() else {
            panic!("{told:?}")
        };
        let From::Nowhere(refused) = &told.from else {
            panic!("{told:?}")
        };
        assert_eq!((&*told.name, refused.code), ("us-east-1", "link-outside"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn no_two_files_have_one_name() {
        use std::os::unix::ffi::OsStrExt;
        let root = tempfile::tempdir().unwrap();
        for name in [b"\xff.json".as_slice(), b"\\xFF.json", b"b.zip!a.json"] {
            let path = root.path().join(OsStr::from_bytes(name));
            std::fs::write(path, "{}").unwrap();
        }
        let sources = gather(&[root.path().to_path_buf()], Links::Report);
        let names: Vec<&str> = sources.iter().map(|source| &*source.name).collect();
        assert_eq!(names, ["\\x5CxFF.json", "\\xFF.json", "b.zip\\x21a.json"]);
        assert!(
            sources
                .iter()
                .all(|source| source.path().is_some_and(|path| path.is_file()))
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_and_loops_are_reported_and_not_followed() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("a.json"), "{}").unwrap();
        symlink("/etc/hosts", root.path().join("out")).unwrap();
        symlink("a.json", root.path().join("in")).unwrap();
        symlink(".", root.path().join("loop")).unwrap();
        symlink("gone", root.path().join("nothing")).unwrap();
        let code = |links| -> Vec<(String, &'static str)> {
            gather(&[root.path().to_path_buf()], links)
                .into_iter()
                .map(|source| {
                    (
                        source.name.to_string(),
                        match source.from {
                            From::Nowhere(refused) => refused.code,
                            _ => "read",
                        },
                    )
                })
                .collect()
        };
        let pairs = |all: &[(&str, &'static str)]| {
            all.iter()
                .map(|(name, code)| ((*name).to_owned(), *code))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            code(Links::Report),
            pairs(&[
                ("a.json", "read"),
                ("in", "link-inside"),
                ("loop", "link-inside"),
                ("nothing", "dangling-link"),
                ("out", "link-outside")
            ])
        );
        assert_eq!(code(Links::Follow)[2], ("loop".to_owned(), "folder-loop"));
    }
}
