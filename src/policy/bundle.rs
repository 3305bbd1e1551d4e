//! A policy bundle as `opa build` makes it: a gzip tarball of Rego files, data
//! documents, a manifest and perhaps a signature.
//!
//! It is read where it lies, within bounds, and held to what OPA holds it to:
//! its manifest's roots own all that is in it, and every file is the one that
//! was signed. A bundle that OPA and this program could read two ways (two
//! files of one path, a second manifest) is refused.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::load;
use super::outline::Outline;
use super::problem::{PolicyError, SourceFile};
use super::trust::Trust;
use crate::report::BundleInfo;
use crate::source::archive::{self, Format};
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

/// OPA reads no bundle that unpacks to more.
const MOST_BYTES: u64 = 1 << 30;
const MOST_FILES: usize = 100_000;

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

/// Whether a path is that of a bundle: a file that gzip made.
pub(super) fn is_bundle(path: &Path) -> bool {
    use std::io::Read;
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(16).read_to_end(&mut head));
    path.is_file() && read.is_ok() && Format::of_bytes(&head) == Some(Format::Gzip)
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
        let contents = unpacked(path)?;
        let place = Place(path);
        let signature = signature::hold(&place, &contents, trust)?;
        let manifest = Manifest::read(&place, &contents)?;
        let roots = Roots::new(&place, manifest.roots.as_deref())?;
        let (mut files, mut data) = (Vec::new(), Map::new());
        for (name, bytes) in &contents {
            let inner = Path::new(name);
            if load::is_data(inner) {
                load::mount(
                    &place.within(name),
                    inner,
                    &place.text(name, bytes)?,
                    &mut data,
                )?;
            } else if name.ends_with(".rego") {
                manifest.hold_version(&place, name)?;
                let text = place.text(name, bytes)?;
                roots.hold_package(&place, name, &Outline::of(&text))?;
                files.push(SourceFile {
                    name: name.clone(),
                    shown: place.within(name).display().to_string(),
                    text,
                });
            }
        }
        roots.hold_data(&place, &data)?;
        let info = BundleInfo {
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

fn unpacked(path: &Path) -> Result<Contents, PolicyError> {
    let unreadable = |source| PolicyError::Read {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let limits = Limits {
        document_bytes: MOST_BYTES,
        total_bytes: MOST_BYTES,
        entries: MOST_FILES,
        ..Limits::default()
    };
    let place = Place(path);
    let (mut contents, mut refused) = (Contents::new(), None);
    let mut take = |entry: archive::Entry| {
        if let Err(error) = keep(&place, entry, &mut contents) {
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
    entry: archive::Entry,
    contents: &mut Contents,
) -> Result<(), PolicyError> {
    let name = entry.name.trim_start_matches('/').to_owned();
    let shown = visible(&name).into_owned();
    let bytes = entry.content.map_err(|error| {
        place.refuse(
            format!("`{shown}`: {}", error.why),
            "make it again with `opa build`",
        )
    })?;
    let last = name.rsplit('/').next().unwrap_or(&name);
    if let Some((target, what, help)) = TARGETS.iter().find(|(target, ..)| *target == last) {
        return Err(place.refuse(
            format!("`{shown}` is {what}, and `{target}` is not evaluated here"),
            *help,
        ));
    }
    if name.split('/').any(|part| part == "..") {
        return Err(place.refuse(
            format!("the path `{shown}` leads out of it"),
            "make it again with `opa build`",
        ));
    }
    let is_second = (name.ends_with(MANIFEST) && name != MANIFEST)
        || (name.ends_with("signatures.json") && name != SIGNATURES);
    if is_second || contents.contains_key(&name) {
        return Err(place.refuse(
            format!("`{shown}` is there twice, and which one counts depends on who reads it"),
            "make it again with `opa build`",
        ));
    }
    contents.insert(name, bytes);
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

    fn within(&self, name: &str) -> std::path::PathBuf {
        format!("{}!{name}", self.0.display()).into()
    }

    fn text(&self, name: &str, bytes: &[u8]) -> Result<Arc<str>, PolicyError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| self.refuse(format!("`{name}` is no UTF-8"), "save it as UTF-8"))?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text).into())
    }
}
