//! The manifest of a bundle that the collect script made.
//!
//! It says of each file which call it answers, for which account, region and
//! trail, when, and its hash. It is read here and believed nowhere: whether a
//! file is what the manifest says is asked with the file's own hash. The format
//! is `src/schema/manifest.schema.json`. An entry that breaks it is kept as far
//! as it can be read, and what is wrong is said; a manifest of another major
//! version is not read at all.

mod entry;
mod fields;
mod requested;

use std::collections::HashMap;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use miette::Diagnostic;
use serde_json::Value;
use thiserror::Error;

pub use self::entry::{Entry, Integrity, Stream};
pub use self::requested::{Basis, Requested};

use self::fields::Fields;

/// The start of the `schema` of every manifest, before its version.
const SCHEMA: &str = "urn:coldtrail:schema:manifest:";

/// What the collect script wrote of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Whether the collection came to its end. Where it didn't, what isn't in
    /// the bundle may not have been asked for.
    pub complete: bool,
    /// When the collection began. `None` where the manifest is broken.
    pub started_at: Option<Timestamp>,
    /// When it ended. `None` where the manifest is broken.
    pub finished_at: Option<Timestamp>,
    /// What was asked for, in the manifest's order, also what could not be
    /// entered. Manifests of version 1.0 have none, and name in `accounts` what
    /// could be entered.
    pub requested: Vec<Requested>,
    /// What was entered, by account.
    pub accounts: Vec<Scope>,
    /// Every file, in the manifest's order, each name once.
    pub files: Vec<Entry>,
    /// What in the manifest could not be read.
    pub problems: Vec<Problem>,
}

/// The regions in which one account was asked for its trails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The account's id.
    pub account: String,
    /// The regions asked, in the manifest's order.
    pub regions: Vec<String>,
    /// Whether these are all the regions enabled for the account.
    pub all_enabled_regions: bool,
}

/// Something in a manifest that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// JSON Pointer to it.
    pub pointer: String,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

/// Why a document is no manifest that can be read.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
pub enum ManifestError {
    /// It doesn't say that it is one.
    #[error("the document is no manifest of coldtrail")]
    Foreign,
    /// It is one of a version to come.
    #[error("the manifest has version `{version}`, which this coldtrail does not know")]
    #[diagnostic(help(
        "use the version of coldtrail that made the collect script, or a newer one"
    ))]
    Version {
        /// What the manifest says of its version.
        version: String,
    },
}

/// Whether a document says that it is a manifest, of whatever version.
#[must_use]
pub fn is_manifest(value: &Value) -> bool {
    version(value).is_some()
}

fn version(value: &Value) -> Option<&str> {
    value.get("schema")?.as_str()?.strip_prefix(SCHEMA)
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// Where the document is no manifest, or one of another major version.
    pub fn read(value: &Value) -> Result<Self, ManifestError> {
        let version = version(value).ok_or(ManifestError::Foreign)?;
        if version.split('.').next() != Some("1") {
            return Err(ManifestError::Version {
                version: version.to_owned(),
            });
        }
        let mut problems = Vec::new();
        let mut reader = Fields::of(value, "", &mut problems);
        // Where it isn't said that the collection ended, it is taken that it
        // didn't.
        let complete = reader.flag("complete");
        let started_at = reader.time("started_at");
        let finished_at = reader.time("finished_at");
        let lasted = lasted(&mut reader, started_at, finished_at);
        let requests = if version == "1.0" && value.get("requested").is_none() {
            &[]
        } else {
            reader.list("requested")
        };
        let accounts = reader.list("accounts");
        let files = reader.list("files");
        let requested = requests
            .iter()
            .enumerate()
            .filter_map(|(index, value)| {
                requested::requested(value, &format!("/requested/{index}"), &mut problems)
            })
            .collect();
        let accounts = accounts
            .iter()
            .enumerate()
            .filter_map(|(index, value)| scope(value, &format!("/accounts/{index}"), &mut problems))
            .collect();
        let mut names: HashMap<String, usize> = HashMap::new();
        let mut entries: Vec<Entry> = Vec::new();
        for (index, value) in files.iter().enumerate() {
            let pointer = format!("/files/{index}");
            let Some(entry) = entry::entry(value, &pointer, lasted.as_ref(), &mut problems) else {
                continue;
            };
            let Some(first) = names.get(&entry.file).and_then(|at| entries.get_mut(*at)) else {
                names.insert(entry.file.clone(), entries.len());
                entries.push(entry);
                continue;
            };
            // Two entries that may differ say nothing for the file.
            first.sha256 = None;
            let message = format!("`{}` is named twice", entry.file);
            problems.push(Problem { pointer, message });
        }
        Ok(Self {
            complete,
            started_at,
            finished_at,
            requested,
            accounts,
            files: entries,
            problems,
        })
    }

    /// How many values it keeps.
    #[must_use]
    pub fn values(&self) -> usize {
        let requested = self
            .requested
            .iter()
            .map(|one| 2 + one.regions.as_ref().map_or(0, Vec::len));
        let entered = self.accounts.iter().map(|scope| 1 + scope.regions.len());
        let scopes = requested.chain(entered).sum::<usize>();
        4 * scopes + 2 * (self.files.len() + self.problems.len())
    }

    /// The entry of a file, by its path from the manifest's folder.
    #[must_use]
    pub fn entry(&self, file: &str) -> Option<&Entry> {
        self.files.iter().find(|entry| entry.file == file)
    }
}

/// From when to when the collection lasted, if that is known.
fn lasted(
    fields: &mut Fields<'_, '_>,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
) -> Option<RangeInclusive<Timestamp>> {
    let lasted = started_at?..=finished_at?;
    if lasted.is_empty() {
        let message = "`finished_at` must not be before `started_at`".to_owned();
        fields.refuse("finished_at", message);
        return None;
    }
    Some(lasted)
}

fn scope(value: &Value, pointer: &str, problems: &mut Vec<Problem>) -> Option<Scope> {
    let mut fields = Fields::of(value, pointer, problems);
    let account = fields.text("account");
    let regions = fields.strings("regions");
    let all_enabled_regions = fields.flag("all_enabled_regions");
    Some(Scope {
        account: account?,
        regions,
        all_enabled_regions,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Integrity, Manifest, ManifestError, Stream, is_manifest};

    pub(super) fn sample() -> Value {
        json!({
            "schema": "urn:coldtrail:schema:manifest:1.1",
            "tool": {"name": "coldtrail", "version": "0.1.0"},
            "aws_cli": "aws-cli/2.31.0",
            "started_at": "2026-11-20T10:00:00Z",
            "finished_at": "2026-11-20T10:05:00Z",
            "complete": true,
            "requested": [{"basis": "profile", "profile": "audit", "role": null, "account": "111122223333",
                           "entered": true, "regions": ["us-east-1"], "all_enabled_regions": true}],
            "organizations": [{"account": "111122223333", "list_accounts": "denied"}],
            "accounts": [{"account": "111122223333", "regions": ["us-east-1"], "all_enabled_regions": true}],
            "files": [{
                "file": "111122223333/us-east-1/get-trail-status_main.json", "stream": "stdout",
                "command": ["aws", "cloudtrail", "get-trail-status", "--region=us-east-1", "--name", "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"],
                "account": "111122223333", "region": "us-east-1", "trail": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main",
                "exit_status": 0, "collected_at": "2026-11-20T10:04:00Z", "sha256": "ab".repeat(32), "bytes": 812
            }]
        })
    }

    pub(super) fn problems(value: &Value) -> Vec<String> {
        let manifest = Manifest::read(value).unwrap();
        manifest
            .problems
            .iter()
            .map(|problem| format!("{}: {}", problem.pointer, problem.message))
            .collect()
    }

    fn fits_the_schema(value: &Value) -> bool {
        let schema: Value = serde_json::from_str(crate::schema::MANIFEST).unwrap();
        jsonschema::validator_for(&schema).unwrap().is_valid(value)
    }

    #[test]
    fn what_was_asked_for_is_named_from_version_1_1_on() {
        let mut value = sample();
        value.as_object_mut().unwrap().remove("requested");
        value.as_object_mut().unwrap().remove("organizations");
        assert!(!fits_the_schema(&value));
        assert_eq!(
            problems(&value),
            [": `requested` is missing: it must be an array"]
        );
        value["schema"] = json!("urn:coldtrail:schema:manifest:1.0");
        assert!(fits_the_schema(&value));
        let manifest = Manifest::read(&value).unwrap();
        assert_eq!((manifest.requested, manifest.problems), (vec![], vec![]));
        assert_eq!(manifest.accounts.len(), 1);
    }

    #[test]
    fn the_schema_refuses_a_request_that_contradicts_itself() {
        for (key, wrong) in [
            ("account", json!(null)),
            ("account", json!("11112222333")),
            ("regions", json!(null)),
            ("basis", json!("role")),
            ("basis", json!("credentials")),
            ("role", json!("reader")),
            ("profile", json!(null)),
            ("entered", json!(null)),
        ] {
            let mut value = sample();
            value["requested"][0][key] = wrong;
            assert!(!fits_the_schema(&value), "{key}");
        }
    }

    #[test]
    fn the_sample_fits_the_schema_and_is_read_whole() {
        assert!(fits_the_schema(&sample()));
        let manifest = Manifest::read(&sample()).unwrap();
        assert!(manifest.complete && manifest.problems.is_empty());
        assert!(manifest.started_at < manifest.finished_at);
        assert!(manifest.requested[0].entered);
        let entry = manifest
            .entry("111122223333/us-east-1/get-trail-status_main.json")
            .unwrap();
        assert_eq!(entry.call(), Some(("cloudtrail", "get-trail-status")));
        assert_eq!(entry.option("--name"), entry.trail.as_deref());
        assert_eq!(entry.option("--region"), Some("us-east-1"));
        assert_eq!(entry.option("--profile"), None);
        assert_eq!(entry.stream, Stream::Stdout);
        assert!(entry.succeeded());
    }

    #[test]
    fn a_file_named_twice_is_not_proven() {
        let mut value = sample();
        let again = value["files"][0].clone();
        value["files"].as_array_mut().unwrap().push(again);
        let manifest = Manifest::read(&value).unwrap();
        assert_eq!(manifest.files.len(), 1);
        assert_eq!(
            manifest.files[0].integrity(Some(&[0xab; 32])),
            Integrity::Altered
        );
        assert_eq!(
            problems(&value),
            ["/files/1: `111122223333/us-east-1/get-trail-status_main.json` is named twice"]
        );
    }

    #[test]
    fn unknown_keys_are_ignored_and_missing_ones_said() {
        let value = json!({"schema": "urn:coldtrail:schema:manifest:1.7", "more": 1});
        assert!(!Manifest::read(&value).unwrap().complete);
        assert_eq!(
            problems(&value),
            [
                ": `complete` is missing: it must be true or false",
                ": `started_at` is missing: it must be a time like `2025-12-21T00:57:30Z`",
                ": `finished_at` is missing: it must be a time like `2025-12-21T00:57:30Z`",
                ": `requested` is missing: it must be an array",
                ": `accounts` is missing: it must be an array",
                ": `files` is missing: it must be an array",
            ]
        );
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        for value in [
            json!(null),
            json!([]),
            json!({}),
            json!({"schema": 1}),
            json!({"schema": "urn:coldtrail:schema:input:1.0"}),
        ] {
            assert!(!is_manifest(&value));
            assert_eq!(Manifest::read(&value), Err(ManifestError::Foreign));
        }
        let next = json!({"schema": "urn:coldtrail:schema:manifest:2.0"});
        assert!(is_manifest(&next));
        assert_eq!(
            Manifest::read(&next),
            Err(ManifestError::Version {
                version: "2.0".into()
            })
        );
    }
}
