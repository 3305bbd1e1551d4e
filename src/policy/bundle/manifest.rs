//! The `.manifest` of a bundle: its revision, its roots, and which Rego its
//! files are written in.

use std::collections::BTreeMap;

use globset::GlobBuilder;
use serde::Deserialize;
use serde_json::Value;

use super::{Contents, MANIFEST, Place};
use crate::policy::problem::PolicyError;

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
}

impl Manifest {
    /// The manifest of a bundle; that of one without says nothing.
    pub(super) fn read(place: &Place<'_>, contents: &Contents) -> Result<Self, PolicyError> {
        let Some(bytes) = contents.get(MANIFEST) else {
            return Ok(Self::default());
        };
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| {
            place.refuse(
                format!("its `{MANIFEST}` is not what OPA writes: {error}"),
                "make it again with `opa build`",
            )
        })?;
        if !manifest.wasm.is_empty() {
            return Err(place.refuse(
                format!("its `{MANIFEST}` resolves rules by WebAssembly (`wasm`)"),
                "build it with `opa build --target rego`, which is the default",
            ));
        }
        Ok(manifest)
    }

    /// Refuses a file of another Rego than version 1.
    pub(super) fn hold_version(&self, place: &Place<'_>, name: &str) -> Result<(), PolicyError> {
        let mut version = self.rego_version;
        for (pattern, own) in &self.file_rego_versions {
            let glob = GlobBuilder::new(pattern.trim_start_matches('/'))
                .literal_separator(true)
                .build()
                .map_err(|error| {
                    place.refuse(
                        format!(
                            "`{pattern}` of `file_rego_versions` is no glob: {}",
                            error.kind()
                        ),
                        "make it again with `opa build`",
                    )
                })?;
            if glob.compile_matcher().is_match(name) {
                version = Some(*own);
            }
        }
        match version {
            None | Some(1) => Ok(()),
            Some(other) => Err(place.refuse(
                format!("`{name}` is written in Rego v{other}"),
                "rewrite it with `opa fmt --rego-v1 --write`, and build the bundle again without `--v0-compatible`",
            )),
        }
    }
}
