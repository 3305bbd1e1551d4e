//! Policy files from disk, in OPA's bundle layout.
//!
//! It finds and reads files and mounts data documents; it knows nothing of
//! what stands in a `.rego` file. Everything is sorted, so that a set does not
//! depend on the order of a directory.

use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};
use walkdir::{DirEntry, WalkDir};

use super::problem::{PolicyError, SourceFile};
use super::yaml;

/// What stands under some paths.
pub(super) struct Found {
    /// The Rego files, sorted by name.
    pub(super) files: Vec<SourceFile>,
    /// The data documents, joined.
    pub(super) data: Map<String, Value>,
}

/// Reads everything under these paths.
pub(super) fn read(paths: &[PathBuf]) -> Result<Found, PolicyError> {
    let mut found = Found {
        files: Vec::new(),
        data: Map::new(),
    };
    let mut labels: Vec<String> = Vec::new();
    for root in paths {
        let label = if paths.len() > 1 {
            label(root, &mut labels)
        } else {
            String::new()
        };
        read_root(root, &label, &mut found)?;
    }
    found.files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
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
    for entry in WalkDir::new(root)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(wanted)
    {
        let entry = entry.map_err(|error| PolicyError::Read {
            path: error.path().unwrap_or(root).to_owned(),
            source: error.into(),
        })?;
        if !entry.file_type().is_file() {
            continue;
        }
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
                text: text(path)?,
            }),
            Some("json" | "yaml" | "yml") if path.file_stem() == Some(OsStr::new("data")) => {
                mount(path, inner, &mut found.data)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Hidden folders, and the evidence of snapshot cases (`cases/NAME/evidence`),
/// hold no policy.
fn wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let hidden = entry.depth() > 0 && name.starts_with('.');
    let above_that = entry
        .path()
        .parent()
        .and_then(Path::parent)
        .and_then(Path::file_name);
    let evidence = name == "evidence" && above_that == Some(OsStr::new("cases"));
    !hidden && !evidence
}

/// Whether a file of a policy folder bears on its policies, their tests or
/// their cases.
#[must_use]
pub fn bears_on_policies(path: &Path) -> bool {
    let is_data = path.file_stem() == Some(OsStr::new("data"));
    match path.extension().and_then(OsStr::to_str) {
        Some("rego") => true,
        Some("json" | "yaml" | "yml") if is_data => true,
        _ => path
            .components()
            .any(|part| part.as_os_str() == OsStr::new("cases")),
    }
}

fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

fn text(path: &Path) -> Result<Arc<str>, PolicyError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).into()),
        Err(source) => Err(PolicyError::Read {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Puts a data document where its folder says: `a/b/data.json` is `data.a.b`.
fn mount(path: &Path, inner: &Path, data: &mut Map<String, Value>) -> Result<(), PolicyError> {
    let refuse = |why: String| PolicyError::Data {
        path: path.to_owned(),
        why,
    };
    let text = text(path)?;
    let value = if path.extension() == Some(OsStr::new("json")) {
        serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))?
    } else {
        yaml::to_json(&text)
            .map_err(refuse)?
            .ok_or_else(|| refuse("it has no JSON form".to_owned()))?
    };
    let Value::Object(_) = value else {
        return Err(refuse("it is not an object".to_owned()));
    };
    let folders = inner.parent().map(slashed).unwrap_or_default();
    let nested = folders
        .split('/')
        .filter(|folder| !folder.is_empty())
        .rev()
        .fold(value, |value, folder| {
            let mut outer = Map::new();
            outer.insert(folder.to_owned(), value);
            Value::Object(outer)
        });
    if let Value::Object(nested) = nested {
        merge(data, nested).map_err(|key| refuse(format!("another data file sets `{key}` too")))?;
    }
    Ok(())
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
