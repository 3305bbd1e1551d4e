//! A folder that was named on the command line, and how files below it are
//! named.
//!
//! A file's name tells its path again: so very many files need no path each.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A folder that was named on the command line.
#[derive(Debug)]
pub struct Root {
    /// Its path, as it was named.
    pub path: PathBuf,
    /// What tells it apart from others that were named.
    pub prefix: Option<String>,
    /// Whether its folders list files with the files' own numbers, by the first one
    /// that was met.
    pub lists_own_numbers: OnceLock<bool>,
    /// The folder itself, held open: its path may come to lead elsewhere.
    pub(super) folder: Option<File>,
}

impl Root {
    /// The folder at this path.
    #[must_use]
    pub fn new(path: PathBuf, prefix: Option<String>) -> Self {
        Self {
            folder: File::open(&path).ok(),
            path,
            prefix,
            lists_own_numbers: OnceLock::new(),
        }
    }

    /// The name of what lies below it, by its path below it, with `/`; its own
    /// for none.
    #[must_use]
    pub fn name(&self, inner: String) -> String {
        named(self.prefix.as_deref(), inner)
    }

    /// The path that a name spells, if it is one of this folder's.
    #[must_use]
    pub fn path_of(&self, name: &str) -> Option<PathBuf> {
        Some(self.path.join(self.inner(name)?))
    }

    /// The path below this folder that a name spells.
    pub(super) fn inner<'n>(&self, name: &'n str) -> Option<&'n Path> {
        let inner = match &self.prefix {
            None => name,
            Some(prefix) => name.strip_prefix(prefix.as_str())?.strip_prefix('/')?,
        };
        Some(Path::new(inner))
    }
}

/// The name of what lies so far below what is told apart so.
#[must_use]
pub fn named(prefix: Option<&str>, inner: String) -> String {
    match prefix {
        None => inner,
        Some(prefix) if inner.is_empty() => prefix.to_owned(),
        Some(prefix) => format!("{prefix}/{inner}"),
    }
}
