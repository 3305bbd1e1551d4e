//! A policy bundle as `opa build` makes it: a gzip tarball of Rego files, data
//! documents, a manifest and perhaps a signature; or a folder with all that in
//! it, which is what its tarball would be.
//!
//! It is read where it lies, within bounds, and held to what OPA holds it to:
//! its manifest's roots own all that is in it, and every file is the one that
//! was signed. A bundle that OPA and this program could read two ways (two
//! files of one path, a second manifest) is refused.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::lines::Lines;
use super::load;
use super::outline::Outline;
use super::parts::Parts;
use super::problem::{PolicyError, SourceFile};
use super::trust::Trust;
use crate::policy::BundleInfo;
use crate::source::archive::{self, Format};
use crate::source::input;
use crate::source::limits::Limits;
use crate::text::visible;

mod digest;
mod manifest;
mod roots;
mod signature;

use manifest::Manifest;
pub(super) use roots::Roots;

const MANIFEST: &str = ".manifest";
const SIGNATURES: &str = ".signatures.json";

/// What a bundle may hold that is no policy, and how to do without it.
const TARGETS: [(&str, &str, &str); 3] = [
    (
        "policy.wasm",
        "a policy compiled to WebAssembly",
        "build it with `opa build --target rego`, which is the default",
    ),
    (
        "plan.json",
        "a policy compiled to a plan",
        "build it with `opa build --target rego`, which is the default",
    ),
    (
        "patch.json",
        "a delta, which changes another bundle's data",
        "give the whole bundle",
    ),
];

/// Whether a file says of its folder that it is a bundle.
pub(super) fn is_mark(path: &Path) -> bool {
    [MANIFEST, SIGNATURES]
        .map(OsStr::new)
        .map(Some)
        .contains(&path.file_name())
}

/// One bundle, read and held to its manifest and signature.
pub(super) struct OpaBundle {
    /// Its Rego files, sorted by name.
    pub(super) files: Vec<SourceFile>,
    /// Its data documents, joined.
    pub(super) data: Map<String, Value>,
    /// What it owns of `data`.
    pub(super) roots: Roots,
    /// What a report says of it.
    pub(super) info: BundleInfo,
}

/// Whether a path is that of a bundle: a file that gzip made, or a folder that
/// says it is one.
pub(super) fn is_bundle(path: &Path) -> bool {
    use std::io::Read;
    if path.is_dir() {
        let mut marks = [MANIFEST, SIGNATURES].iter();
        return marks.any(|name| path.join(name).is_file());
    }
    let mut head = Vec::new();
    // A pipe may be read once.
    if !path.is_file() {
        return false;
    }
    let read = File::open(path).and_then(|file| file.take(16).read_to_end(&mut head));
    read.is_ok() && Format::of_bytes(&head) == Some(Format::Gzip)
}

impl OpaBundle {
    /// Whether a file is one of its own.
    pub(super) fn has(&self, file: &SourceFile) -> bool {
        self.files.iter().any(|own| own.shown == file.shown)
    }

    /// Reads a bundle.
    ///
    /// # Errors
    /// [`PolicyError::Bundle`] and [`PolicyError::Signature`] where it isn't
    /// what it should be, [`PolicyError::Data`] for a data document.
    pub(super) fn read(path: &Path, trust: &Trust) -> Result<Self, PolicyError> {
        let mut contents = match path.is_dir() {
            true => of_folder(path, trust)?,
            false => unpacked(path)?,
        };
        let place = Place(path);
        let signature = signature::hold(&place, &contents, trust)?;
        contents.retain(|name, _| !Path::new(name).ancestors().any(load::is_evidence));
        let manifest = Manifest::read(&place, &contents)?;
        let roots = Roots::new(&place, manifest.roots.as_deref())?;
        let (mut files, mut data) = (Vec::new(), Map::new());
        let mut parts = Parts::default();
        for (name, bytes) in &contents {
            place.hold_target(name)?;
            let inner = Path::new(name);
            if load::is_data(inner) {
                let text = place.text(name, bytes)?;
                parts.hold_data(&place.within(name), &text)?;
                load::mount(&place.within(name), inner, &text, &mut data)?;
            } else if name.ends_with(".rego") {
                manifest.hold_version(&place, name)?;
                let text = place.text(name, bytes)?;
                parts.hold_rego(&place.within(name), &text)?;
                roots.hold_package(&place, name, &Outline::of(&text))?;
                files.push(SourceFile {
                    name: name.clone(),
                    shown: place.within(name).display().to_string(),
                    text,
                    lines: Lines::default(),
                });
            }
        }
        roots.hold_data(&place, &data)?;
        let info = BundleInfo {
            roots: roots.sorted(),
            revision: manifest.revision,
            signature,
        };
        Ok(Self {
            files,
            data,
            roots,
            info,
        })
    }
}

/// The files of a bundle by path, without the `/` that OPA begins it with.
type Contents = BTreeMap<String, Vec<u8>>;

/// The files of an unpacked bundle: every one, as they all are signed, or
/// those that say something where no key is given.
fn of_folder(root: &Path, trust: &Trust) -> Result<Contents, PolicyError> {
    let (place, mut contents) = (Place(root), Contents::new());
    let mut room = load::Room::default();
    let matters: fn(&Path) -> bool = match trust {
        Trust::Key(_) => |_| true,
        _ => says,
    };
    for file in load::files(root, |_| true, matters) {
        let file = file?;
        let inner = file.path().strip_prefix(root).unwrap_or(file.path());
        let name = load::slashed(inner);
        if matters(file.path()) {
            let kind = match name.ends_with(".rego") {
                true => input::REGO,
                false => input::DATA,
            };
            let bytes = room.bytes(file.path(), kind)?;
            keep(&place, &name, bytes, &mut contents)?;
        }
    }
    Ok(contents)
}

/// Whether a file of a bundle says something, by its path.
fn says(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.extension() == Some(OsStr::new("rego"))
        || load::is_data(path)
        || name.ends_with(MANIFEST)
        || name.ends_with(SIGNATURES)
        || target(&name).is_some()
}

/// What a file is that isn't evaluated, and how to do without it.
fn target(name: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let last = name.rsplit('/').next().unwrap_or(name);
    TARGETS.iter().find(|(target, ..)| *target == last)
}

fn unpacked(path: &Path) -> Result<Contents, PolicyError> {
    let unreadable = |source| PolicyError::Read {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let limits = Limits {
        document_bytes: load::MOST_BYTES,
        total_bytes: load::MOST_BYTES,
        entries: load::MOST_FILES,
        ..Limits::default()
    };
    let place = Place(path);
    let (mut contents, mut refused) = (Contents::new(), None);
    let mut take = |entry: archive::Entry| {
        let name = entry.name.trim_start_matches('/');
        let content = entry.content.map_err(|error| {
            place.refuse(
                format!("`{}`: {}", visible(name), error.why),
                "make it again with `opa build`",
            )
        });
        let content = content.and_then(|bytes| place.hold_size(name, bytes));
        let kept = content.and_then(|bytes| keep(&place, name, bytes, &mut contents));
        if let Err(error) = kept {
            refused.get_or_insert(error);
        }
    };
    let name = path.to_string_lossy();
    let read = archive::read(&mut file, Format::Gzip, &name, &limits, &mut take);
    read.map_err(|error| place.refuse(error.why, "make it again with `opa build`"))?;
    refused.map_or(Ok(contents), Err)
}

fn keep(
    place: &Place<'_>,
    name: &str,
    bytes: Vec<u8>,
    contents: &mut Contents,
) -> Result<(), PolicyError> {
    let shown = visible(name);
    if name.split('/').any(|part| part == "..") {
        return Err(place.refuse(
            format!("the path `{shown}` leads out of it"),
            "make it again with `opa build`",
        ));
    }
    let is_second = (name.ends_with(MANIFEST) && name != MANIFEST)
        || (name.ends_with("signatures.json") && name != SIGNATURES);
    if is_second || contents.contains_key(name) {
        return Err(place.refuse(
            format!("`{shown}` is there twice, and which one counts depends on who reads it"),
            "make it again with `opa build`",
        ));
    }
    contents.insert(name.to_owned(), bytes);
    Ok(())
}

/// A bundle in what is told of it.
struct Place<'a>(&'a Path);

impl Place<'_> {
    fn refuse(&self, why: impl Into<String>, help: impl Into<String>) -> PolicyError {
        PolicyError::Bundle {
            path: self.0.to_owned(),
            why: why.into(),
            help: help.into(),
        }
    }

    /// Refuses a file whose meaning nothing here evaluates.
    fn hold_target(&self, name: &str) -> Result<(), PolicyError> {
        let Some((target, what, help)) = target(name) else {
            return Ok(());
        };
        let shown = visible(name);
        Err(self.refuse(
            format!("`{shown}` is {what}, and `{target}` is not evaluated here"),
            *help,
        ))
    }

    /// Refuses a file that would not be read in a folder either.
    fn hold_size(&self, name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, PolicyError> {
        let kind = match name.ends_with(".rego") {
            true => input::REGO,
            false => input::DATA,
        };
        if bytes.len() as u64 <= kind.most {
            return Ok(bytes);
        }
        Err(self.refuse(
            format!("`{}`: {}", visible(name), kind.excess()),
            "split the file, and make the bundle again with `opa build`",
        ))
    }

    fn within(&self, name: &str) -> std::path::PathBuf {
        if self.0.is_dir() {
            return self.0.join(name);
        }
        format!("{}!{name}", self.0.display()).into()
    }

    fn text(&self, name: &str, bytes: &[u8]) -> Result<Arc<str>, PolicyError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| self.refuse(format!("`{name}` is no UTF-8"), "save it as UTF-8"))?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text).into())
    }
}
