//! Snapshot cases: evidence, and the report that it must give.
//!
//! `expected.json` is the JSON report as `check --format json` prints it. Two
//! things in it change with every edit of a policy or release of the program
//! and prove nothing about a verdict: `tool` and each policy's `sha256`. They
//! are written and not compared.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeMap;
use walkdir::WalkDir;

use crate::assess::assess;
use crate::command::texts::Texts;
use crate::command::{CommandError, load, output};
use crate::engine::{Checked, DEFAULT_LIMIT};
use crate::evidence::Bundle;
use crate::policy::PolicySet;
use crate::render::excerpt::Window;
use crate::render::json::formatter::write_pretty;
use crate::render::{Format, Style};

/// How many lines around a difference are shown.
const CONTEXT: usize = 3;

/// One case on disk.
pub(super) struct Case {
    /// The folder's name.
    pub(super) name: String,
    folder: PathBuf,
}

/// What a case came to.
pub(super) struct CaseRun {
    /// The case's name.
    pub(super) name: String,
    /// Its folder, as it was found.
    pub(super) folder: String,
    /// How it went.
    pub(super) outcome: CaseOutcome,
}

pub(super) enum CaseOutcome {
    /// The report is the expected one.
    Passed,
    /// The report was taken as the expected one.
    Blessed,
    /// Nothing is expected yet.
    New,
    /// The report is another one.
    Differs(Vec<Row>),
}

/// One line of a difference.
pub(super) struct Row {
    /// `-`, `+` or a space.
    pub(super) sign: char,
    /// The line.
    pub(super) text: String,
}

impl CaseRun {
    pub(super) fn is_bad(&self) -> bool {
        matches!(self.outcome, CaseOutcome::New | CaseOutcome::Differs(_))
    }
}

/// The cases under policy folders (`.../cases/NAME`) and in the folders given,
/// sorted by folder.
pub(super) fn find(policies: &[PathBuf], given: &[PathBuf]) -> Result<Vec<Case>, CommandError> {
    let mut folders = Vec::new();
    for root in policies {
        let under = WalkDir::new(root).into_iter().filter_map(Result::ok);
        let cases = under.filter(|entry| {
            entry.path().parent().and_then(Path::file_name) == Some(OsStr::new("cases"))
        });
        folders.extend(cases.map(walkdir::DirEntry::into_path));
    }
    for root in given {
        let entries =
            fs::read_dir(root).map_err(|error| unreadable(&root.display().to_string(), &error))?;
        folders.extend(entries.filter_map(Result::ok).map(|entry| entry.path()));
    }
    folders.retain(|folder| folder.join("evidence").exists());
    folders.sort();
    folders.dedup();
    Ok(folders
        .into_iter()
        .map(|folder| Case {
            name: folder
                .file_name()
                .unwrap_or(folder.as_os_str())
                .to_string_lossy()
                .into_owned(),
            folder,
        })
        .collect())
}

/// What `case.toml` may say; other keys are for others.
#[derive(Debug, Default, Deserialize)]
struct Settings {
    as_of: Option<String>,
    #[serde(default)]
    params: BTreeMap<String, Value>,
}

impl Case {
    /// Judges the evidence and compares, or takes the report as expected.
    pub(super) fn run(&self, checked: Checked<'_>, bless: bool) -> Result<CaseRun, CommandError> {
        let report = self.report(checked)?;
        let path = self.folder.join("expected.json");
        let expected = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(self.refuse(&error.to_string())),
        };
        let outcome = match expected
            .map(|text| self.difference(&text, &report))
            .transpose()?
        {
            Some(rows) if rows.is_empty() => CaseOutcome::Passed,
            _ if bless => {
                output::prepare(&path, |out| out.write_all(report.as_bytes()))?.put_in_place()?;
                CaseOutcome::Blessed
            }
            Some(rows) => CaseOutcome::Differs(rows),
            None => CaseOutcome::New,
        };
        Ok(CaseRun {
            name: self.name.clone(),
            folder: self.folder.display().to_string(),
            outcome,
        })
    }

    fn report(&self, checked: Checked<'_>) -> Result<String, CommandError> {
        let settings = self.settings()?;
        let params = settings.params.into_iter().map(|(name, value)| {
            let text = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            (name, text)
        });
        let set: PolicySet = checked.set().clone().with_params(&params.collect())?;
        let as_of = load::moment(settings.as_of.as_deref())?;
        let bundle = Bundle::read(
            &[self.folder.join("evidence")],
            &crate::evidence::Options::default(),
        );
        let report = assess(&bundle, &set, as_of, DEFAULT_LIMIT)?;
        let mut text = Vec::new();
        let mut excerpts = Texts::new(&bundle, Window::default());
        Format::Json
            .render(&report, &mut excerpts, &Style::default(), &mut text)
            .map_err(|error| self.refuse(&error.to_string()))?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn settings(&self) -> Result<Settings, CommandError> {
        match fs::read_to_string(self.folder.join("case.toml")) {
            Ok(text) => toml::from_str(&text).map_err(|error| self.refuse(&error.to_string())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Settings::default()),
            Err(error) => Err(self.refuse(&error.to_string())),
        }
    }

    /// The lines in which two reports differ, with some around them; none
    /// where they say the same.
    fn difference(&self, expected: &str, report: &str) -> Result<Vec<Row>, CommandError> {
        let expected = self.comparable(expected)?;
        let report = self.comparable(report)?;
        let diff = TextDiff::from_lines(&expected, &report);
        let mut rows = Vec::new();
        for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
            if index > 0 {
                rows.push(Row {
                    sign: ' ',
                    text: "...".to_owned(),
                });
            }
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let sign = match change.tag() {
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                    ChangeTag::Equal => ' ',
                };
                rows.push(Row {
                    sign,
                    text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
                });
            }
        }
        Ok(rows)
    }

    /// A report without what is not compared, one value a line.
    fn comparable(&self, text: &str) -> Result<String, CommandError> {
        let mut value: Value = serde_json::from_str(text)
            .map_err(|error| self.refuse(&format!("expected.json is no JSON: {error}")))?;
        if let Some(object) = value.as_object_mut() {
            object.shift_remove("tool");
        }
        for policy in value
            .get_mut("policies")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if let Some(policy) = policy.as_object_mut() {
                policy.shift_remove("sha256");
            }
        }
        let mut out = Vec::new();
        write_pretty(&mut out, &value).map_err(|error| self.refuse(&error.to_string()))?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    fn refuse(&self, why: &str) -> CommandError {
        CommandError::Case {
            name: self.name.clone(),
            why: why.to_owned(),
        }
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> CommandError {
    CommandError::Case {
        name: name.to_owned(),
        why: crate::evidence::source::plain(error),
    }
}
