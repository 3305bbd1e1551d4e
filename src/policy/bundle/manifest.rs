//! The `.manifest` of a bundle: its revision, its roots, and which Rego its
//! files are written in.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;
use serde_json::Value;

use super::{Contents, MANIFEST, Place};
use crate::policy::problem::PolicyError;
use crate::source::input::json_problem;

/// What is asked of a manifest. `metadata` and other fields bear on nothing
/// here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Manifest {
    /// `revision`, empty where there is none.
    pub(super) revision: String,
    /// `roots`; a manifest without them owns everything.
    pub(super) roots: Option<Vec<String>>,
    rego_version: Option<u64>,
    file_rego_versions: BTreeMap<String, u64>,
    wasm: Vec<Value>,
    /// The patterns of `file_rego_versions`, in their order.
    #[serde(skip)]
    patterns: GlobSet,
}

/// The longest pattern that is read, in bytes: as long as a path may be.
const LONGEST_PATTERN: usize = 4096;

impl Manifest {
    /// The manifest of a bundle; that of one without says nothing.
    pub(super) fn read(place: &Place<'_>, contents: &Contents) -> Result<Self, PolicyError> {
        let Some(bytes) = contents.get(MANIFEST) else {
            return Ok(Self::default());
        };
        let mut manifest: Self = serde_json::from_slice(bytes).map_err(|error| {
            let why = json_problem(&error);
            place.refuse(
                format!("its `{MANIFEST}` is not what OPA writes: {why}"),
                "make it again with `opa build`",
            )
        })?;
        if !manifest.wasm.is_empty() {
            return Err(place.refuse(
                format!("its `{MANIFEST}` resolves rules by WebAssembly (`wasm`)"),
                "build it with `opa build --target rego`, which is the default",
            ));
        }
        manifest.patterns = patterns(place, manifest.file_rego_versions.keys())?;
        Ok(manifest)
    }

    /// Refuses a file of another Rego than version 1.
    pub(super) fn hold_version(&self, place: &Place<'_>, name: &str) -> Result<(), PolicyError> {
        let last = self.patterns.matches(name).into_iter().max();
        let own = last.and_then(|last| self.file_rego_versions.values().nth(last));
        let version = own.copied().or(self.rego_version);
        match version {
            None | Some(1) => Ok(()),
            Some(other) => Err(place.refuse(
                format!("`{name}` is written in Rego v{other}"),
                "rewrite it with `opa fmt --rego-v1 --write`, and build the bundle again without `--v0-compatible`",
            )),
        }
    }
}

/// Patterns of files, ready to match.
fn patterns<'p>(
    place: &Place<'_>,
    patterns: impl Iterator<Item = &'p String>,
) -> Result<GlobSet, PolicyError> {
    let refuse = |why: String| place.refuse(why, "make it again with `opa build`");
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        if pattern.len() > LONGEST_PATTERN {
            return Err(refuse(format!(
                "a pattern of `file_rego_versions` has {} bytes, and {LONGEST_PATTERN} are allowed",
                pattern.len()
            )));
        }
        let glob = GlobBuilder::new(pattern.trim_start_matches('/'))
            .literal_separator(true)
            .build();
        set.add(glob.map_err(|error| {
            let kind = error.kind();
            refuse(format!(
                "`{pattern}` of `file_rego_versions` is no glob: {kind}"
            ))
        })?);
    }
    let built = set.build();
    built.map_err(|error| refuse(format!("`file_rego_versions` is no list of globs: {error}")))
}
