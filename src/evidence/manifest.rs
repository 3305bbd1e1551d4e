//! The manifest of a bundle that the collect script made.
//!
//! It says of each file which call it answers, for which account, region and
//! trail, when, and its hash. It is read here and believed nowhere: whether a
//! file is what the manifest says is asked with the file's own hash. The format
//! is `src/schema/manifest.schema.json`. An entry that breaks it is kept as far
//! as it can be read, and what is wrong is said; a manifest of another major
//! version is not read at all.

use std::collections::BTreeSet;

use jiff::Timestamp;
use miette::Diagnostic;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::time::rfc3339;

/// The start of the `schema` of every manifest, before its version.
const SCHEMA: &str = "urn:coldtrail:schema:manifest:";

/// What the collect script wrote of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Whether the collection came to its end. Where it didn't, what isn't in
    /// the bundle may not have been asked for.
    pub complete: bool,
    /// What was asked for, by account.
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

/// One file, and the call that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path from the manifest's folder, with `/`. Never absolute and never
    /// out of that folder.
    pub file: String,
    /// JSON Pointer to the entry in the manifest.
    pub pointer: String,
    /// Which of the call's two outputs it holds.
    pub stream: Stream,
    /// The command, word by word.
    pub command: Vec<String>,
    /// The account whose credentials were in force, where known.
    pub account: Option<String>,
    /// The region asked.
    pub region: Option<String>,
    /// The ARN of the trail that was asked for.
    pub trail: Option<String>,
    /// The command's exit status. `None` where the manifest is broken.
    pub exit_status: Option<i64>,
    /// When the call ended. `None` where the manifest is broken.
    pub collected_at: Option<Timestamp>,
    /// SHA-256 of the file. `None` where the manifest is broken: nothing can
    /// then be said for the file.
    pub sha256: Option<[u8; 32]>,
}

/// Which of a call's outputs a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// What the call answered.
    Stdout,
    /// What it complained of.
    Stderr,
}

/// Whether a file is the one that the manifest names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integrity {
    /// The very bytes.
    Intact,
    /// There is a file of that name with other bytes, or with a hash that the
    /// manifest doesn't give.
    Altered,
    /// There is no such file, or it can't be read.
    Missing,
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
        let complete = reader
            .get("complete", "true or false", Value::as_bool)
            .unwrap_or(false);
        let accounts = reader.list("accounts");
        let files = reader.list("files");
        let accounts = accounts
            .iter()
            .enumerate()
            .filter_map(|(index, value)| scope(value, &format!("/accounts/{index}"), &mut problems))
            .collect();
        let mut names = BTreeSet::new();
        let mut entries = Vec::new();
        for (index, value) in files.iter().enumerate() {
            let pointer = format!("/files/{index}");
            let Some(entry) = entry(value, &pointer, &mut problems) else {
                continue;
            };
            if names.insert(entry.file.clone()) {
                entries.push(entry);
            } else {
                let message = format!("`{}` is named twice", entry.file);
                problems.push(Problem { pointer, message });
                // Two entries that may differ say nothing for the file.
                for first in entries.iter_mut().filter(|first| first.file == entry.file) {
                    first.sha256 = None;
                }
            }
        }
        Ok(Self {
            complete,
            accounts,
            files: entries,
            problems,
        })
    }

    /// The entry of a file, by its path from the manifest's folder.
    #[must_use]
    pub fn entry(&self, file: &str) -> Option<&Entry> {
        self.files.iter().find(|entry| entry.file == file)
    }
}

impl Entry {
    /// Whether the file with this hash is the one that was collected. `None`
    /// stands for no file.
    #[must_use]
    pub fn integrity(&self, found: Option<&[u8; 32]>) -> Integrity {
        match found {
            None => Integrity::Missing,
            found if found == self.sha256.as_ref() => Integrity::Intact,
            Some(_) => Integrity::Altered,
        }
    }

    /// Whether the call succeeded.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.exit_status == Some(0)
    }

    /// The service and the operation called: `cloudtrail`, `describe-trails`.
    #[must_use]
    pub fn call(&self) -> Option<(&str, &str)> {
        match self.command.as_slice() {
            [program, service, operation, ..] if program == "aws" => Some((service, operation)),
            _ => None,
        }
    }

    /// What the entry and its own command say otherwise of each other: the
    /// region asked, or the trail of a get-trail-status.
    #[must_use]
    pub fn contradiction(&self) -> Option<&'static str> {
        let differs = |asked: Option<&str>, said: Option<&String>| {
            asked
                .zip(said)
                .is_some_and(|(asked, said)| asked != said.as_str())
        };
        let is_status = self
            .call()
            .is_some_and(|(_, call)| call == "get-trail-status");
        let name = self.option("--name").filter(|name| {
            let arn = self
                .trail
                .as_deref()
                .and_then(crate::cloudtrail::arn::trail_arn);
            is_status && arn.is_none_or(|arn| arn.name != *name)
        });
        if differs(self.option("--region"), self.region.as_ref()) {
            Some("--region")
        } else if differs(name, self.trail.as_ref()) {
            Some("--name")
        } else {
            None
        }
    }

    /// The value of an option of the command, as `--name value` or
    /// `--name=value`: what `--log-group-name-prefix` a describe-log-groups was
    /// limited to.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&str> {
        let mut words = self.command.iter();
        while let Some(word) = words.next() {
            if word == name {
                return words.next().map(String::as_str);
            }
            if let Some(value) = word
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('='))
            {
                return Some(value);
            }
        }
        None
    }
}

/// Reads the keys of one object, and notes what is wrong with them.
struct Fields<'v, 'p> {
    fields: Option<&'v Map<String, Value>>,
    pointer: &'p str,
    problems: &'p mut Vec<Problem>,
}

impl<'v, 'p> Fields<'v, 'p> {
    fn of(value: &'v Value, pointer: &'p str, problems: &'p mut Vec<Problem>) -> Self {
        let fields = value.as_object();
        if fields.is_none() {
            problems.push(Problem {
                pointer: pointer.to_owned(),
                message: "this must be an object".to_owned(),
            });
        }
        Self {
            fields,
            pointer,
            problems,
        }
    }

    /// What a key holds, read; nothing where it isn't there or isn't that.
    fn get<T>(
        &mut self,
        key: &str,
        what: &str,
        read: impl Fn(&'v Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.fields?.get(key);
        let found = value.and_then(read);
        if found.is_none() {
            let (pointer, problem) = match value {
                Some(_) => (
                    format!("{}/{key}", self.pointer),
                    format!("`{key}` must be {what}"),
                ),
                None => (
                    self.pointer.to_owned(),
                    format!("`{key}` is missing: it must be {what}"),
                ),
            };
            self.problems.push(Problem {
                pointer,
                message: problem,
            });
        }
        found
    }

    fn text(&mut self, key: &str) -> Option<String> {
        self.get(key, "a string", Value::as_str).map(str::to_owned)
    }

    /// A string that may be null or not there.
    fn optional(&mut self, key: &str) -> Option<String> {
        match self.fields?.get(key) {
            None | Some(Value::Null) => None,
            Some(_) => self.text(key),
        }
    }

    fn list(&mut self, key: &str) -> &'v [Value] {
        self.get(key, "an array", Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    fn strings(&mut self, key: &str) -> Vec<String> {
        let words = |value: &'v Value| {
            value
                .as_array()?
                .iter()
                .map(|word| word.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
        };
        self.get(key, "an array of strings", words)
            .unwrap_or_default()
    }
}

fn scope(value: &Value, pointer: &str, problems: &mut Vec<Problem>) -> Option<Scope> {
    let mut fields = Fields::of(value, pointer, problems);
    let account = fields.text("account");
    let regions = fields.strings("regions");
    let all_enabled_regions = fields
        .get("all_enabled_regions", "true or false", Value::as_bool)
        .unwrap_or(false);
    Some(Scope {
        account: account?,
        regions,
        all_enabled_regions,
    })
}

fn entry(value: &Value, pointer: &str, problems: &mut Vec<Problem>) -> Option<Entry> {
    let mut fields = Fields::of(value, pointer, problems);
    let file = fields.get("file", "a path inside the bundle", inner_path);
    let stream = fields.get("stream", "`stdout` or `stderr`", |value| {
        match value.as_str()? {
            "stdout" => Some(Stream::Stdout),
            "stderr" => Some(Stream::Stderr),
            _ => None,
        }
    });
    let entry = Entry {
        file: String::new(),
        pointer: pointer.to_owned(),
        stream: stream.unwrap_or(Stream::Stdout),
        command: fields.strings("command"),
        account: fields.optional("account"),
        region: fields.optional("region"),
        trail: fields.optional("trail"),
        exit_status: fields.get("exit_status", "a whole number", Value::as_i64),
        collected_at: fields.get(
            "collected_at",
            "a time like `2025-12-21T00:57:30Z`",
            |value| rfc3339(value.as_str()?).ok(),
        ),
        sha256: fields.get("sha256", "64 hexadecimal digits", |value| {
            hash(value.as_str()?)
        }),
    };
    // A broken stream may be an error text that passes for an answer.
    let sha256 = stream.and(entry.sha256);
    Some(Entry {
        file: file?,
        sha256,
        ..entry
    })
}

/// A path that stays inside the folder it starts from.
fn inner_path(value: &Value) -> Option<String> {
    let path = value.as_str()?;
    let fine = |part: &str| !part.is_empty() && part != "." && part != "..";
    let inner = path.split('/').all(fine) && !path.contains(['\\', '\0']);
    inner.then(|| path.to_owned())
}

fn hash(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Integrity, Manifest, ManifestError, Stream, is_manifest};

    fn sample() -> Value {
        json!({
            "schema": "urn:coldtrail:schema:manifest:1.0",
            "tool": {"name": "coldtrail", "version": "0.1.0"},
            "aws_cli": "aws-cli/2.31.0",
            "started_at": "2026-11-20T10:00:00Z",
            "finished_at": "2026-11-20T10:05:00Z",
            "complete": true,
            "accounts": [{"account": "111122223333", "regions": ["us-east-1"], "all_enabled_regions": true}],
            "files": [{
                "file": "111122223333/us-east-1/get-trail-status_main.json", "stream": "stdout",
                "command": ["aws", "cloudtrail", "get-trail-status", "--region=us-east-1", "--name", "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"],
                "account": "111122223333", "region": "us-east-1", "trail": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main",
                "exit_status": 0, "collected_at": "2026-11-20T10:04:00Z", "sha256": "ab".repeat(32), "bytes": 812
            }]
        })
    }

    fn problems(value: &Value) -> Vec<String> {
        let manifest = Manifest::read(value).unwrap();
        manifest
            .problems
            .iter()
            .map(|problem| format!("{}: {}", problem.pointer, problem.message))
            .collect()
    }

    #[test]
    fn the_sample_fits_the_schema_and_is_read_whole() {
        let schema: Value = serde_json::from_str(crate::schema::MANIFEST).unwrap();
        assert!(
            jsonschema::validator_for(&schema)
                .unwrap()
                .is_valid(&sample())
        );
        let manifest = Manifest::read(&sample()).unwrap();
        assert!(manifest.complete && manifest.problems.is_empty());
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
    fn a_file_is_intact_only_with_its_own_hash() {
        let manifest = Manifest::read(&sample()).unwrap();
        let entry = &manifest.files[0];
        assert_eq!(entry.integrity(Some(&[0xab; 32])), Integrity::Intact);
        assert_eq!(entry.integrity(Some(&[0; 32])), Integrity::Altered);
        assert_eq!(entry.integrity(None), Integrity::Missing);
    }

    #[test]
    fn a_command_that_asked_for_another_trail_or_region_contradicts_its_entry() {
        let said = |key: &str, value: &str| {
            let mut sample = sample();
            sample["files"][0][key] = json!(value);
            Manifest::read(&sample).unwrap().files[0].contradiction()
        };
        let other = "arn:aws:cloudtrail:us-east-1:111122223333:trail/other";
        assert_eq!(said("stream", "stdout"), None);
        assert_eq!(said("trail", other), Some("--name"));
        assert_eq!(said("region", "eu-west-1"), Some("--region"));
        let mut sample = sample();
        sample["files"][0]["command"][5] = json!("main");
        let manifest = Manifest::read(&sample).unwrap();
        assert_eq!(manifest.files[0].contradiction(), None);
    }

    #[test]
    fn a_broken_entry_is_said_and_proves_no_file() {
        let mut value = sample();
        value["files"][0]["sha256"] = json!("xyz");
        value["files"][0]["collected_at"] = json!("yesterday");
        let manifest = Manifest::read(&value).unwrap();
        assert_eq!(
            manifest.files[0].integrity(Some(&[0xab; 32])),
            Integrity::Altered
        );
        assert_eq!(manifest.files[0].integrity(None), Integrity::Missing);
        assert_eq!(
            problems(&value),
            [
                "/files/0/collected_at: `collected_at` must be a time like `2025-12-21T00:57:30Z`",
                "/files/0/sha256: `sha256` must be 64 hexadecimal digits",
            ]
        );
    }

    #[test]
    fn a_path_out_of_the_bundle_names_no_file() {
        for path in [
            "../x.json",
            "/etc/passwd",
            "a//b",
            "a/../../b",
            "",
            "a\\..\\b",
            "./a",
        ] {
            let mut value = sample();
            value["files"][0]["file"] = json!(path);
            assert!(Manifest::read(&value).unwrap().files.is_empty(), "{path}");
            assert_eq!(
                problems(&value),
                ["/files/0/file: `file` must be a path inside the bundle"],
                "{path}"
            );
        }
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
