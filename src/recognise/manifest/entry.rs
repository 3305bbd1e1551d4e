//! One file of a manifest, and the call that it came from.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde_json::Value;

use super::Problem;
use super::fields::Fields;
use crate::document::command::{Command, Kept};

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
    /// When the call ended. `None` where the manifest is broken, or where the
    /// collection had not begun or was over by then.
    pub collected_at: Option<Timestamp>,
    /// SHA-256 of the file. `None` where the manifest is broken: nothing can
    /// then be said for the file.
    pub sha256: Option<[u8; 32]>,
    /// The file's size, where it is given.
    pub bytes: Option<u64>,
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

    /// Why what its command printed is no answer of AWS, if that is so.
    #[must_use]
    pub fn doubt(&self) -> Option<String> {
        let line = self.line();
        let command = Command { line: &line };
        command.aws_call().and_then(|_| command.doubt())
    }

    /// What its command leaves of AWS's answer.
    #[must_use]
    pub fn kept(&self) -> Kept {
        let line = self.line();
        let command = Command { line: &line };
        match (command.aws_call(), self.command.first()) {
            (None, Some(program)) => Kept {
                filter: Some(program.clone()),
                selected: true,
                choice: None,
            },
            _ => command.kept(),
        }
    }

    /// The command as a shell takes it.
    fn line(&self) -> String {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
        let words = self.command.iter().map(|word| {
            match (word.chars().all(is_plain), word.contains('"')) {
                (true, _) => word.clone(),
                (false, true) => format!("'{word}'"),
                (false, false) => format!("\"{word}\""),
            }
        });
        words.collect::<Vec<String>>().join(" ")
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
        let is_name = |word: &&String| *word == "--name" || word.starts_with("--name=");
        // The call is never without the name of one trail.
        let names = self.command.iter().filter(is_name).count();
        if differs(self.option("--region"), self.region.as_ref()) {
            Some("--region")
        } else if (is_status && names != 1) || differs(name, self.trail.as_ref()) {
            Some("--name")
        } else {
            None
        }
    }

    /// Whether an answer of this call may be in the file: its command makes the
    /// call, and the file is not what the command complained of.
    #[must_use]
    pub fn may_answer(&self, call: &str) -> bool {
        self.stream == Stream::Stdout && self.command.iter().any(|word| word == call)
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

/// Reads an entry of a collection that lasted that long, if that is known.
pub(super) fn entry(
    value: &Value,
    pointer: &str,
    lasted: Option<&RangeInclusive<Timestamp>>,
    problems: &mut Vec<Problem>,
) -> Option<Entry> {
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
        collected_at: collected_at(&mut fields, lasted),
        sha256: fields.get("sha256", "64 hexadecimal digits", |value| {
            hash(value.as_str()?)
        }),
        bytes: value.get("bytes").and_then(Value::as_u64),
    };
    // A broken stream may be an error text that passes for an answer.
    let sha256 = stream.and(entry.sha256);
    Some(Entry {
        file: file?,
        sha256,
        ..entry
    })
}

/// When a call ended, which is believed if it was while the collection lasted.
fn collected_at(
    fields: &mut Fields<'_, '_>,
    lasted: Option<&RangeInclusive<Timestamp>>,
) -> Option<Timestamp> {
    let at = fields.time("collected_at")?;
    // Where that isn't known, its own keys have been complained of.
    let lasted = lasted?;
    if lasted.contains(&at) {
        return Some(at);
    }
    let message = format!(
        "`collected_at` must lie between `started_at` and `finished_at`: {at} is not between {} and {}",
        lasted.start(),
        lasted.end()
    );
    fields.refuse("collected_at", message);
    None
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
    use serde_json::json;

    use super::super::tests::{problems, sample};
    use super::super::{Integrity, Manifest};

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
        for words in [
            json!(["aws", "cloudtrail", "get-trail-status"]),
            json!([
                "aws",
                "cloudtrail",
                "get-trail-status",
                "--cli-input-json",
                "{}"
            ]),
            json!([
                "aws",
                "cloudtrail",
                "get-trail-status",
                "--name",
                "main",
                "--name",
                "a"
            ]),
        ] {
            sample["files"][0]["command"] = words.clone();
            let manifest = Manifest::read(&sample).unwrap();
            assert_eq!(manifest.files[0].contradiction(), Some("--name"), "{words}");
        }
    }

    #[test]
    fn a_file_answers_the_call_of_its_own_command_and_on_its_output_alone() {
        let may = |key: &str, value: serde_json::Value| {
            let mut sample = sample();
            sample["files"][0]["stream"] = json!("stdout");
            sample["files"][0][key] = value;
            Manifest::read(&sample).unwrap().files[0].may_answer("get-trail-status")
        };
        let call = json!(["aws", "cloudtrail", "get-trail-status", "--name", "main"]);
        assert!(may("command", call));
        assert!(!may("command", json!(["cat", "saved.json"])));
        assert!(!may(
            "command",
            json!(["aws", "cloudtrail", "get-trail", "--name", "main"])
        ));
        assert!(!may("stream", json!("stderr")));
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
    fn a_time_outside_of_the_collection_is_not_believed() {
        for (at, fine) in [
            ("2026-11-20T10:00:00Z", true),
            ("2026-11-20T10:05:00Z", true),
            ("2026-11-20T09:59:59Z", false),
            ("2026-11-20T10:05:01Z", false),
            ("2027-11-20T10:04:00Z", false),
        ] {
            let mut value = sample();
            value["files"][0]["collected_at"] = json!(at);
            let manifest = Manifest::read(&value).unwrap();
            assert_eq!(manifest.files[0].collected_at.is_some(), fine, "{at}");
            assert!(manifest.files[0].sha256.is_some(), "{at}");
            let expected = format!(
                "/files/0/collected_at: `collected_at` must lie between `started_at` and \
                 `finished_at`: {at} is not between 2026-11-20T10:00:00Z and 2026-11-20T10:05:00Z"
            );
            let expected: &[String] = if fine { &[] } else { &[expected] };
            assert_eq!(problems(&value), expected, "{at}");
        }
    }

    #[test]
    fn no_time_is_believed_of_a_collection_that_lasted_nobody_knows_how_long() {
        for (started, finished, problem) in [
            (
                json!("2026-11-20T10:05:00Z"),
                json!("2026-11-20T10:00:00Z"),
                "/finished_at: `finished_at` must not be before `started_at`",
            ),
            (
                json!("2026-11-20T10:00:00Z"),
                json!(null),
                "/finished_at: `finished_at` must be a time like `2025-12-21T00:57:30Z`",
            ),
            (
                json!("in the morning"),
                json!("2026-11-20T10:05:00Z"),
                "/started_at: `started_at` must be a time like `2025-12-21T00:57:30Z`",
            ),
        ] {
            let mut value = sample();
            value["started_at"] = started;
            value["finished_at"] = finished;
            let manifest = Manifest::read(&value).unwrap();
            assert_eq!(manifest.files[0].collected_at, None);
            assert_eq!(problems(&value), [problem]);
        }
    }
}
