//! What files look like from outside, to tell whether they changed.
//!
//! Nothing is read: length, times and, where there is one, the file's number
//! tell a saved file from what it was.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::PathBuf;
use std::time::SystemTime;

use walkdir::WalkDir;

use super::Root;

/// Every file that counts under some roots, and how it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp(BTreeMap<PathBuf, Look>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    length: u64,
    modified: Option<SystemTime>,
    identity: Identity,
}

/// What tells a file from another that took its place. On Unix its number and
/// the time of its last change of any kind, elsewhere when it was made.
#[cfg(unix)]
type Identity = (u64, u64, i64, i64);
#[cfg(not(unix))]
type Identity = Option<SystemTime>;

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (
        metadata.dev(),
        metadata.ino(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    )
}

#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> Identity {
    metadata.created().ok()
}

impl Stamp {
    /// How everything looks now. What can't be looked at counts as not there.
    pub(super) fn of(roots: &[Root]) -> Self {
        let mut looks = BTreeMap::new();
        for root in roots {
            let entries = WalkDir::new(&root.path).follow_links(root.links);
            for entry in entries.into_iter().filter_map(Result::ok) {
                let named = entry.depth() == 0;
                if entry.file_type().is_dir() || !(named || (root.reads)(entry.path())) {
                    continue;
                }
                // A path that was given is read as it is named, link or not.
                let metadata = if named {
                    entry.path().metadata().ok()
                } else {
                    entry.metadata().ok()
                };
                if let Some(metadata) = metadata {
                    let look = Look {
                        length: metadata.len(),
                        modified: metadata.modified().ok(),
                        identity: identity(&metadata),
                    };
                    looks.insert(entry.into_path(), look);
                }
            }
        }
        Self(looks)
    }

    /// The files that look otherwise in `later`, or are in one of the two only.
    pub(super) fn differences(&self, later: &Self) -> Vec<PathBuf> {
        let gone = self.0.keys().filter(|path| !later.0.contains_key(*path));
        let other = later
            .0
            .iter()
            .filter(|(path, look)| self.0.get(*path) != Some(look));
        let mut all: Vec<PathBuf> = gone.chain(other.map(|(path, _)| path)).cloned().collect();
        all.sort();
        all
    }

    /// Whether a file of `before` is not here.
    pub(super) fn lacks_any_of(&self, before: &Self) -> bool {
        before.0.keys().any(|path| !self.0.contains_key(path))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Root, Stamp};

    #[test]
    fn a_file_saved_replaced_made_or_removed_is_told_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["kept.rego", "saved.rego", "replaced.rego", "removed.rego"] {
            fs::write(path(name), "package a").unwrap();
        }
        let roots = [Root::policies(folder.path())];
        let before = Stamp::of(&roots);
        assert_eq!(before, Stamp::of(&roots));
        fs::write(path("saved.rego"), "package b, and more").unwrap();
        fs::write(path(".new"), "package c").unwrap();
        fs::rename(path(".new"), path("replaced.rego")).unwrap();
        fs::remove_file(path("removed.rego")).unwrap();
        fs::write(path("made.rego"), "package d").unwrap();
        fs::write(path("saved.rego~"), "left by an editor").unwrap();
        let after = Stamp::of(&roots);
        let told: Vec<String> = before
            .differences(&after)
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            told,
            ["made.rego", "removed.rego", "replaced.rego", "saved.rego"]
        );
        assert!(after.lacks_any_of(&before) && !before.lacks_any_of(&before));
    }

    #[test]
    fn a_folder_that_is_not_there_has_no_files() {
        let folder = tempfile::tempdir().unwrap();
        let roots = [Root::all(&folder.path().join("gone"), false)];
        assert!(Stamp::of(&roots).differences(&Stamp::of(&roots)).is_empty());
    }
}
