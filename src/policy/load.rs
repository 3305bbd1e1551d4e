//! Policy files from disk, in OPA's bundle layout: folders, and bundles.
//!
//! It finds and reads files and mounts data documents; it knows nothing of
//! what stands in a `.rego` file. Everything is sorted, so that a set does not
//! depend on the order of a directory.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};
use walkdir::{DirEntry, WalkDir};

use super::bundle::{self, OpaBundle};
use super::lines::Lines;
use super::numbers;
use super::outline::Outline;
use super::parts::Parts;
use super::problem::{PolicyError, PolicyProblem, SourceFile};
use super::trust::Trust;
use super::yaml;
use crate::source::input::{self, Kind};

/// What stands under some paths.
pub(super) struct Found {
    /// The Rego files, sorted by name.
    pub(super) files: Vec<SourceFile>,
    /// The data documents, joined.
    pub(super) data: Map<String, Value>,
    /// The bundles among the paths. No two own the same.
    pub(super) bundles: Vec<OpaBundle>,
}

/// Reads everything under these paths.
pub(super) fn read(paths: &[PathBuf], trust: &Trust) -> Result<Found, PolicyError> {
    let mut found = Found {
        files: Vec::new(),
        data: Map::new(),
        bundles: Vec::new(),
    };
    let mut labels: Vec<String> = Vec::new();
    let mut bundles = Vec::new();
    for root in paths {
        let label = if paths.len() > 1 {
            label(root, &mut labels)
        } else {
            String::new()
        };
        if bundle::is_bundle(root) {
            bundles.push((root, label));
        } else if let Trust::Key(_) = trust {
            return Err(PolicyError::Signature {
                path: root.clone(),
                why: "it is no bundle, and nothing else is signed".to_owned(),
                help: "make one with `opa build --bundle DIR --signing-key KEY`, or leave out `--verification-key`".to_owned(),
            });
        } else {
            read_root(root, &label, &mut found)?;
        }
    }
    for (root, label) in bundles {
        add(&mut found, root, &label, OpaBundle::read(root, trust)?)?;
    }
    found.files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Adds a bundle to what was found before it, which may hold nothing that the
/// bundle owns.
fn add(
    found: &mut Found,
    root: &Path,
    label: &str,
    mut bundle: OpaBundle,
) -> Result<(), PolicyError> {
    let refuse = |why: String| {
        Err(PolicyError::Bundle {
            path: root.to_owned(),
            why,
            help: "give each part of `data` to one of them, by `roots` in `.manifest`".to_owned(),
        })
    };
    if let Some(shared) = found
        .bundles
        .iter()
        .find_map(|other| bundle.roots.shared(&other.roots))
    {
        return refuse(match shared {
            "" => "it owns all of `data`, and another bundle owns some of it".to_owned(),
            root => format!("its root `{root}` overlaps one of another bundle"),
        });
    }
    let is_loose = |file: &&SourceFile| !found.bundles.iter().any(|other| other.has(file));
    for file in found.files.iter().filter(is_loose) {
        if let Some((package, _)) = Outline::of(&file.text).package
            && bundle.roots.own(&package.replace('.', "/"))
        {
            return refuse(format!(
                "it owns package `{package}`, and `{}` is of that package too",
                file.shown
            ));
        }
    }
    if let Some(path) = bundle.roots.claimed(&found.data) {
        return refuse(format!("it owns `{path}`, and another data file sets that"));
    }
    for file in &mut bundle.files {
        file.name = format!("{label}{}", file.name);
    }
    found.files.extend(bundle.files.iter().cloned());
    merge(&mut found.data, std::mem::take(&mut bundle.data))
        .or_else(|key| refuse(format!("another data file sets `{key}` too")))?;
    found.bundles.push(bundle);
    Ok(())
}

/// The prefix that keeps the files of several folders apart in a report: the
/// folder's last component, numbered where it is taken.
fn label(root: &Path, labels: &mut Vec<String>) -> String {
    let last = root.components().rev().find_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    let last = last.unwrap_or_else(|| "policies".to_owned());
    let taken = labels.iter().filter(|label| **label == last).count();
    labels.push(last.clone());
    match taken {
        0 => format!("{last}/"),
        earlier => format!("{last}-{}/", earlier.saturating_add(1)),
    }
}

fn read_root(root: &Path, label: &str, found: &mut Found) -> Result<(), PolicyError> {
    let mut room = Room::default();
    for entry in files(root, wanted, matters) {
        let entry = entry?;
        let path = entry.path();
        let inner = match path.strip_prefix(root) {
            Ok(inner) if inner.as_os_str().is_empty() => {
                Path::new(path.file_name().unwrap_or(path.as_os_str()))
            }
            Ok(inner) => inner,
            Err(_) => path,
        };
        match path.extension().and_then(OsStr::to_str) {
            Some("rego") => found.files.push(SourceFile {
                name: format!("{label}{}", slashed(inner)),
                shown: path.display().to_string(),
                text: room.rego(path)?,
                lines: Lines::default(),
            }),
            _ if is_data(path) => {
                let text = room.text(path, input::DATA)?;
                room.parts.hold_data(path, &text)?;
                mount(path, inner, &text, &mut found.data)?
            }
            _ => {}
        }
    }
    Ok(())
}

/// The wanted files under a folder, sorted. A link that leads out of it to
/// something that `matters` is an error: what lies there is nobody's policy.
pub(super) fn files(
    root: &Path,
    wanted: fn(&DirEntry) -> bool,
    matters: fn(&Path) -> bool,
) -> impl Iterator<Item = Result<DirEntry, PolicyError>> {
    let canonical = fs::canonicalize(root).ok();
    let entries = WalkDir::new(root).follow_links(true).sort_by_file_name();
    let leads_out = move |entry: &DirEntry| {
        let is_own = entry.depth() == 0 || !entry.path_is_symlink();
        let counts = entry.file_type().is_dir() || matters(entry.path());
        let target = || fs::canonicalize(entry.path()).ok();
        !is_own && counts && target().is_none_or(|path| !is_within(&path, canonical.as_deref()))
    };
    let entries = entries.into_iter().filter_entry(wanted).map(move |entry| {
        let entry = entry.map_err(|error| PolicyError::Read {
            path: error.path().unwrap_or(root).to_owned(),
            source: error.into(),
        })?;
        match leads_out(&entry) {
            true => Err(PolicyError::Link {
                path: entry.into_path(),
            }),
            false => Ok(entry),
        }
    });
    entries.filter(|entry| {
        let mut entry = entry.iter();
        entry.all(|entry| entry.file_type().is_file())
    })
}

fn is_within(path: &Path, root: Option<&Path>) -> bool {
    root.is_some_and(|root| path.starts_with(root))
}

/// Whether a file of a policy folder is read.
fn matters(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("rego")) || is_data(path)
}

/// Hidden folders, and evidence, hold no policy.
fn wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let hidden = entry.depth() > 0 && name.starts_with('.');
    !hidden && !is_evidence(entry.path())
}

/// Whether a folder is the evidence of a snapshot case (`cases/NAME/evidence`).
pub(super) fn is_evidence(path: &Path) -> bool {
    let above_that = path.parent().and_then(Path::parent);
    path.file_name() == Some(OsStr::new("evidence"))
        && above_that.and_then(Path::file_name) == Some(OsStr::new("cases"))
}

/// Whether a file of a policy folder bears on its policies, their tests or
/// their cases.
#[must_use]
pub fn bears_on_policies(path: &Path) -> bool {
    is_part_of_policies(path)
        || path
            .components()
            .any(|part| part.as_os_str() == OsStr::new("cases"))
}

/// Whether a file of a policy folder is read as a part of its policies.
#[must_use]
pub fn is_part_of_policies(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("rego")) || is_data(path) || bundle::is_mark(path)
}

/// Whether a file is a data document, by its name.
pub(super) fn is_data(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str);
    path.file_stem() == Some(OsStr::new("data")) && matches!(ending, Some("json" | "yaml" | "yml"))
}

pub(super) fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

/// How many files and bytes of them a folder of policies may have: what OPA
/// takes of a bundle.
pub(super) const MOST_FILES: usize = 100_000;
pub(super) const MOST_BYTES: u64 = 1 << 30;

/// What was read of a folder.
#[derive(Default)]
pub(super) struct Room {
    files: usize,
    bytes: u64,
    parts: Parts,
}

impl Room {
    /// The text of one more file of Rego.
    fn rego(&mut self, path: &Path) -> Result<Arc<str>, PolicyError> {
        let text = self.text(path, input::REGO)?;
        self.parts.hold_rego(path, &text)?;
        Ok(text)
    }

    /// The bytes of one more file.
    pub(super) fn bytes(&mut self, path: &Path, kind: Kind) -> Result<Vec<u8>, PolicyError> {
        let too_large = |why: String| PolicyError::TooLarge {
            path: path.to_owned(),
            why,
        };
        let read = input::within(path, kind).map_err(|source| PolicyError::Read {
            path: path.to_owned(),
            source,
        })?;
        let bytes = read.ok_or_else(|| too_large(kind.excess()))?;
        self.files = self.files.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.files > MOST_FILES || self.bytes > MOST_BYTES {
            return Err(too_large(format!(
                "the policies of one folder may be {MOST_FILES} files of {MOST_BYTES} bytes together, and there are more"
            )));
        }
        Ok(bytes)
    }

    fn text(&mut self, path: &Path, kind: Kind) -> Result<Arc<str>, PolicyError> {
        let bytes = self.bytes(path, kind)?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).into()),
            Err(error) => Err(PolicyError::Read {
                path: path.to_owned(),
                source: io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("it is no UTF-8 at byte {}", error.valid_up_to()),
                ),
            }),
        }
    }
}

/// How many folders deep a data document may lie: each is an object around it.
const MOST_FOLDERS: usize = 64;

/// A data file that can't be read from a place on.
fn no_document(file: &SourceFile, (line, column): (usize, usize), why: &str) -> PolicyError {
    let at = file.offset(line, column);
    let message = format!("this is no data document: {why}");
    PolicyProblem::new("data", file, at..at, message, "here")
        .with_help(
            "a data file holds one JSON or YAML document, and at the top of its folder an object",
        )
        .into()
}

/// Puts a data document where its folder says: `a/b/data.json` is `data.a.b`.
pub(super) fn mount(
    path: &Path,
    inner: &Path,
    text: &Arc<str>,
    data: &mut Map<String, Value>,
) -> Result<(), PolicyError> {
    let refuse = |why: String| PolicyError::Data {
        path: path.to_owned(),
        why,
    };
    let file = SourceFile {
        name: slashed(inner),
        shown: path.display().to_string(),
        text: Arc::clone(text),
        lines: Lines::default(),
    };
    let is_json = inner.extension() == Some(OsStr::new("json"));
    let value = if is_json {
        serde_json::from_str(text).map_err(|error| {
            let told = input::json_problem(&error);
            let why = told.rsplit_once(" at line ").map_or(&*told, |(why, _)| why);
            no_document(&file, (error.line(), error.column()), why)
        })?
    } else {
        yaml::to_json(text)
            .map_err(|wrong| no_document(&file, (wrong.line, wrong.column), &wrong.why))?
            .ok_or_else(|| refuse("it has no JSON form".to_owned()))?
    };
    PolicyError::check(numbers::hold(&file, is_json))?;
    let folders = inner.parent().map(slashed).unwrap_or_default();
    if folders.matches('/').count() >= MOST_FOLDERS {
        return Err(refuse(format!(
            "it lies in more than {MOST_FOLDERS} folders, each of which is an object around it"
        )));
    }
    let nested = folders
        .split('/')
        .filter(|folder| !folder.is_empty())
        .rev()
        .fold(value, |value, folder| {
            let mut outer = Map::new();
            outer.insert(folder.to_owned(), value);
            Value::Object(outer)
        });
    let Value::Object(nested) = nested else {
        return Err(refuse("at the top it must be an object".to_owned()));
    };
    merge(data, nested).map_err(|key| refuse(format!("another data file sets `{key}` too")))
}

/// Joins two documents; a key that both set to something else than an object
/// is a conflict, as it is for OPA.
fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) -> Result<(), String> {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (None, value) => {
                into.insert(key, value);
            }
            (Some(Value::Object(into)), Value::Object(from)) => {
                merge(into, from).map_err(|inner| format!("{key}.{inner}"))?
            }
            _ => return Err(key),
        }
    }
    Ok(())
}
