//! One file to read: its name in the report, and where its bytes are.
//!
//! What is no plain file has a source too, that says why it is not opened. How
//! they are found is `gather`'s.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cloudtrail::arn;
use crate::source::opening::Seen;
use crate::source::packed::Packed;
use crate::source::root::Root;

/// One file to read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name in the report.
    pub name: Arc<str>,
    /// Where its bytes are.
    pub from: From,
    /// Whether it was named on the command line itself.
    pub direct: bool,
}

/// Where the bytes of a source are.
#[derive(Debug, Clone)]
pub enum From {
    /// In the file of the source's own name, below a folder that many sources
    /// share.
    Below(Arc<Root>, Seen),
    /// In a file whose path its name does not spell.
    File(Box<PathBuf>, Seen),
    /// On standard input.
    StandardInput,
    /// Here: standard input, once read.
    Memory(Arc<Vec<u8>>),
    /// In an archive: the entry with this index.
    Entry(Arc<Packed>, u32),
    /// Nowhere to be read: why not, and what to do.
    Nowhere(Box<Refused>),
}

impl Source {
    /// The path of a source that is a file.
    #[must_use]
    pub fn path(&self) -> Option<Cow<'_, Path>> {
        match &self.from {
            From::Below(root, _) => root.path_of(&self.name).map(Cow::Owned),
            From::File(path, _) => Some(Cow::Borrowed(path)),
            _ => None,
        }
    }

    /// What was seen of it, where it is a file.
    #[must_use]
    pub fn seen(&self) -> Seen {
        match self.from {
            From::Below(_, seen) | From::File(_, seen) => seen,
            _ => Seen::Anything,
        }
    }
}

/// Why something is not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// As a fixed word.
    pub code: &'static str,
    /// In a sentence.
    pub why: String,
    /// What to do.
    pub help: Option<String>,
}

/// Why nothing of a folder is read in which nothing lies, where it is named for an
/// account: one that was to be asked.
#[must_use]
pub fn empty_folder(own_name: &str) -> Option<Refused> {
    arn::account_in(own_name)?;
    Some(Refused {
        code: "empty-folder",
        why: "an empty folder, named for an account".to_owned(),
        help: Some("put the account's evidence there, or remove the folder".to_owned()),
    })
}

/// Whether links below a path given are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Links {
    /// They are reported.
    #[default]
    Report,
    /// They are followed (`--follow-links`).
    Follow,
}

/// The folder part of a file's name, `/` and `!` both being separators.
#[must_use]
pub fn folder_of(name: &str) -> &str {
    parted(name).map_or("", |(folder, _)| folder)
}

/// What stands behind the last folder or archive of a file's name.
#[must_use]
pub fn own_name(name: &str) -> &str {
    parted(name).map_or(name, |(_, own)| own)
}

/// A file's name parted at its last separator.
fn parted(name: &str) -> Option<(&str, &str)> {
    let end = memchr::memrchr2(b'/', b'!', name.as_bytes())?;
    Some((name.get(..end)?, name.get(end + 1..)?))
}

/// The parts of a file's name, its own and then its folders from the innermost
/// on.
pub fn segments(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(name);
    std::iter::from_fn(move || {
        let name = rest?;
        let (folder, own) = parted(name).unzip();
        rest = folder;
        Some(own.unwrap_or(name))
    })
}

/// The words for an error of the system, without its number: numbers differ
/// between systems, and reports are compared.
#[must_use]
pub fn plain(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "a folder".to_owned(),
        ErrorKind::InvalidFilename => "not a valid file name".to_owned(),
        kind => kind.to_string(),
    }
}

/// Every file of a run, to be read again by its name.
#[derive(Debug, Default)]
pub struct Files {
    /// Sorted by name.
    kept: Vec<Source>,
    /// The folders below which the others are what their names spell.
    roots: Vec<Arc<Root>>,
}

impl Files {
    /// These files, sorted by name, and those that lie below these folders.
    #[must_use]
    pub fn new(kept: Vec<Source>, roots: Vec<Arc<Root>>) -> Self {
        Self { kept, roots }
    }

    /// The file of this name.
    #[must_use]
    pub fn source(&self, name: &Arc<str>) -> Option<Source> {
        if let Ok(at) = self.kept.binary_search_by(|one| one.name.cmp(name)) {
            return self.kept.get(at).cloned();
        }
        let mut roots = self.roots.iter();
        let root = roots.find(|root| root.path_of(name).is_some())?;
        Some(Source {
            name: Arc::clone(name),
            from: From::Below(Arc::clone(root), Seen::Anything),
            direct: false,
        })
    }
}
