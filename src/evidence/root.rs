//! What was named on the command line, and how files below it are named.
//!
//! A file's name tells its path again, given the folder that it was found
//! below: so very many files need no path each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source::{From, Source, last_component, openable};

/// A folder that was named on the command line.
#[derive(Debug, Clone)]
pub struct Root {
    /// Its path, as it was named.
    pub path: PathBuf,
    /// What tells it apart from others that were named.
    prefix: Option<String>,
}

impl Root {
    /// The name of what lies below it, by its path below it, with `/`; its own
    /// for none.
    #[must_use]
    pub fn name(&self, inner: String) -> String {
        named(self.prefix.as_deref(), inner)
    }

    /// The path that a name spells, if it is one of this folder's.
    #[must_use]
    pub fn path_of(&self, name: &str) -> Option<PathBuf> {
        let inner = match &self.prefix {
            None => name,
            Some(prefix) => name.strip_prefix(prefix.as_str())?.strip_prefix('/')?,
        };
        Some(self.path.join(inner))
    }
}

fn named(prefix: Option<&str>, inner: String) -> String {
    match prefix {
        None => inner,
        Some(prefix) if inner.is_empty() => prefix.to_owned(),
        Some(prefix) => format!("{prefix}/{inner}"),
    }
}

/// Something that was named on the command line.
#[derive(Debug)]
pub enum Given {
    /// A folder.
    Folder(Arc<Root>),
    /// A file, standard input, or what can't be opened.
    File(Source),
}

/// What the paths are, each with a name of its own.
#[must_use]
pub fn given(paths: &[PathBuf]) -> Vec<Given> {
    let mut taken = BTreeSet::new();
    let given = paths.iter().map(|path| {
        let prefix = (paths.len() > 1).then(|| unique(&last_component(path), &mut taken));
        let is_input = path.as_os_str() == "-";
        if !is_input && path.is_dir() {
            let path = path.clone();
            return Given::Folder(Arc::new(Root { path, prefix }));
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

fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}~{number}");
        number += 1;
    }
    candidate
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
            from: From::Below(Arc::clone(root)),
            direct: false,
        })
    }
}

/// Whether a path below a root is what its name spells.
pub(super) fn is_spelt(root: &Root, path: &Path, inner: &str) -> bool {
    let below = path.strip_prefix(&root.path);
    below.is_ok_and(|path| path.to_str() == Some(inner))
}
