//! Snapshot cases: evidence, and the report that it must give.
//!
//! `expected.json` is the JSON report as `check --format json` prints it. Two
//! things in it change with every edit of a policy or release of the program
//! and prove nothing about a verdict: `tool` and each policy's `sha256`. They
//! are written and not compared.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeMap;
use walkdir::{DirEntry, WalkDir};

use crate::assess::Terms;
use crate::command::targets::{Input, Target, Wanted};
use crate::command::{CommandError, load};
use crate::coverage::Expected;
use crate::engine::{Checked, DEFAULT_LIMIT, EngineError};
use crate::evidence::Bundle;
use crate::finding::AsOfBasis;
use crate::policy::{PolicySet, nearest};
use crate::render::json::formatter::write_pretty;
use crate::render::{Format, NoExcerpts, Style};
use crate::snapshot::AsOf;
use crate::source::given::plain;
use crate::source::input;

/// How many lines around a difference are shown.
const CONTEXT: usize = 3;

/// One case on disk.
pub(super) struct Case {
    /// The folder's name.
    pub(super) name: String,
    folder: PathBuf,
    /// Where its report is taken as the expected one, if it is.
    blessed: Option<Target>,
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
    /// The report was taken as the expected one, which differs so.
    Blessed(Vec<Row>),
    /// Nothing is expected yet.
    New,
    /// The report is another one.
    Differs(Vec<Row>),
    /// There is no report: a policy breaks its contract on this evidence.
    Errored(Box<EngineError>),
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
        !matches!(self.outcome, CaseOutcome::Passed | CaseOutcome::Blessed(_))
    }
}

/// The cases under policy folders (`.../cases/NAME`) and in the folders given,
/// sorted by folder. A folder given may be a case itself.
pub(super) fn find(policies: &[PathBuf], given: &[PathBuf]) -> Result<Vec<Case>, CommandError> {
    let mut folders = Vec::new();
    for root in policies {
        let under = WalkDir::new(root).into_iter().filter_map(Result::ok);
        let cases = under.filter(|entry| {
            entry.path().parent().and_then(Path::file_name) == Some(OsStr::new("cases"))
        });
        folders.extend(
            cases
                .map(DirEntry::into_path)
                .filter(|folder| is_case(folder)),
        );
    }
    for root in given {
        if is_case(root) {
            folders.push(root.clone());
            continue;
        }
        let shown = root.display().to_string();
        let entries = fs::read_dir(root).map_err(|error| unreadable(&shown, &error))?;
        let before = folders.len();
        let entries = entries.filter_map(Result::ok).map(|entry| entry.path());
        folders.extend(entries.filter(|folder| is_case(folder)));
        if folders.len() == before {
            return Err(CommandError::Case {
                name: shown,
                why: "there is no case in it".to_owned(),
            });
        }
    }
    folders.sort();
    folders.dedup();
    let case = |folder: PathBuf| Case {
        name: folder
            .file_name()
            .unwrap_or(folder.as_os_str())
            .to_string_lossy()
            .into_owned(),
        folder,
        blessed: None,
    };
    Ok(folders.into_iter().map(case).collect())
}

/// Whether a folder has any part of a case. One that lost its evidence must
/// not be passed over in silence.
fn is_case(folder: &Path) -> bool {
    let parts = ["evidence", "expected.json", "case.toml"];
    folder.is_dir() && parts.iter().any(|part| folder.join(part).exists())
}

/// Judges the cases on the threads of the current rayon pool, and takes the reports
/// of those that are blessed as the expected ones. That waits until every case is
/// read: where one can't be, nothing is written.
///
/// # Errors
/// The first case that can't be read, in their order.
pub(super) fn run(cases: &[Case], checked: &Checked<'_>) -> Result<Vec<CaseRun>, CommandError> {
    let ran: Vec<Result<Ran, CommandError>> =
        cases.par_iter().map(|case| case.run(checked)).collect();
    let ran = ran.into_iter().collect::<Result<Vec<Ran>, _>>()?;
    for (case, Ran { taken, .. }) in cases.iter().zip(&ran) {
        taken.as_ref().map_or(Ok(()), |report| case.take(report))?;
    }
    Ok(ran.into_iter().map(|ran| ran.run).collect())
}

/// What a case came to, and its report where that is taken as the expected one.
struct Ran {
    run: CaseRun,
    taken: Option<String>,
}

/// What `case.toml` may say; other keys are for others.
#[derive(Debug, Default, Deserialize)]
struct Settings {
    /// A text, or a date and time as TOML has them.
    as_of: Option<toml::Value>,
    /// The id of the only policy that judges.
    only: Option<String>,
    #[serde(default)]
    params: BTreeMap<String, Value>,
    #[serde(flatten)]
    others: BTreeMap<String, IgnoredAny>,
}

impl Settings {
    /// The keys that count.
    const KEYS: [&str; 3] = ["as_of", "only", "params"];

    fn read(text: &str) -> Result<Self, String> {
        let settings: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = text.get(..start).unwrap_or(text);
            let line = before.matches('\n').count().saturating_add(1);
            format!("case.toml, line {line}: {}", error.message())
        })?;
        for key in settings.others.keys() {
            if let Some(near) = nearest(key, Self::KEYS) {
                return Err(format!(
                    "`{key}` in case.toml means nothing; did you mean `{near}`?"
                ));
            }
        }
        Ok(settings)
    }
}

impl Case {
    /// The file that holds the expected report.
    fn expected(&self) -> PathBuf {
        self.folder.join("expected.json")
    }

    /// The same as a file to be written.
    pub(super) fn wanted(&self) -> Wanted {
        let path = self.expected();
        Wanted {
            flag: format!("--bless of {}", path.display()),
            path,
            format: None,
        }
    }

    /// What is read of it.
    pub(super) fn inputs(&self) -> [Input; 2] {
        let evidence = Input::Evidence {
            path: self.folder.join("evidence"),
            links: false,
        };
        [
            evidence,
            Input::File("the case", self.folder.join("case.toml")),
        ]
    }

    /// The case whose report is taken as the expected one.
    pub(super) fn blessed_to(self, target: Target) -> Self {
        Self {
            blessed: Some(target),
            ..self
        }
    }

    /// Judges the evidence and compares.
    fn run(&self, checked: &Checked<'_>) -> Result<Ran, CommandError> {
        if !self.folder.join("evidence").exists() {
            return Err(self.refuse("it has no `evidence`"));
        }
        let done = |outcome, taken| Ran {
            run: CaseRun {
                name: self.name.clone(),
                folder: self.folder.display().to_string(),
                outcome,
            },
            taken,
        };
        let report = match self.report(checked) {
            Err(CommandError::Engine(error)) => {
                return Ok(done(CaseOutcome::Errored(Box::new(error)), None));
            }
            report => report?,
        };
        let expected = self.text("expected.json", input::REPORT)?;
        let rows = expected.map(|text| self.difference(&text, &report));
        let (outcome, taken) = match (rows.transpose()?, &self.blessed) {
            (Some(rows), _) if rows.is_empty() => (CaseOutcome::Passed, None),
            (rows, Some(_)) => (CaseOutcome::Blessed(rows.unwrap_or_default()), Some(report)),
            (Some(rows), None) => (CaseOutcome::Differs(rows), None),
            (None, None) => (CaseOutcome::New, None),
        };
        Ok(done(outcome, taken))
    }

    /// Writes a report as the expected one.
    fn take(&self, report: &str) -> Result<(), CommandError> {
        let Some(target) = &self.blessed else {
            return Ok(());
        };
        let written = target.prepare(|out| out.write_all(report.as_bytes()))?;
        written.put_in_place()
    }

    fn report(&self, checked: &Checked<'_>) -> Result<String, CommandError> {
        let settings = self.settings()?;
        let params = settings.params.into_iter().map(|(name, value)| {
            let text = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            (name, text)
        });
        let set: PolicySet = checked
            .set()
            .clone()
            .only(settings.only.as_slice())
            .and_then(|set| set.with_params(&params.collect()))
            .map_err(|error| self.refuse(&with_help(&error.into())))?;
        let as_of = match settings.as_of {
            None => None,
            Some(toml::Value::String(text)) => Some(text),
            Some(toml::Value::Datetime(time)) => Some(time.to_string()),
            Some(_) => return Err(self.refuse("`as_of` in case.toml is no time")),
        };
        let as_of = self.moment(as_of.as_deref())?;
        let options = crate::evidence::Options::default();
        let expected = Expected::default();
        let bundle = Bundle::read(&[self.folder.join("evidence")], &options);
        load::within(bundle.over_limit, &options)
            .map_err(|error| self.refuse(&with_help(&error)))?;
        let terms = Terms {
            expected: &expected,
            excludes: &options.excludes,
            set: &set,
            as_of,
            limit: DEFAULT_LIMIT,
        };
        let checked = checked.narrowed(&set)?;
        let report = terms.report_by(&checked, &bundle)?;
        let mut text = Vec::new();
        Format::Json
            .render(&report, &mut NoExcerpts, &Style::default(), &mut text)
            .map_err(|error| self.refuse(&error.to_string()))?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// When the evidence was collected. Nothing that changes from run to run.
    fn moment(&self, text: Option<&str>) -> Result<AsOf, CommandError> {
        let refuse = |text: &str, why: &str| self.refuse(&format!("`as_of = \"{text}\"`: {why}"));
        match (text, load::moment(text)) {
            (Some(text), Ok(AsOf::FileTimes | AsOf::Given(_, AsOfBasis::Clock))) => {
                Err(refuse(text, "it changes from run to run"))
            }
            (Some(text), Err(CommandError::Usage { why, .. })) => Err(refuse(text, &why)),
            (_, moment) => moment,
        }
    }

    fn settings(&self) -> Result<Settings, CommandError> {
        match self.text("case.toml", input::CASE)? {
            Some(text) => Settings::read(&text).map_err(|why| self.refuse(&why)),
            None => Ok(Settings::default()),
        }
    }

    /// The text of one of its files, if it has it.
    fn text(&self, name: &str, kind: input::Kind) -> Result<Option<String>, CommandError> {
        let refuse = |why: &str| self.refuse(&format!("`{name}` can't be read: {why}"));
        let bytes = match input::within(&self.folder.join(name), kind) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(refuse(&kind.excess())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refuse(&plain(&error))),
        };
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(refuse("it is no UTF-8")),
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

/// What is wrong and what to do, in one sentence.
fn with_help(error: &CommandError) -> String {
    match miette::Diagnostic::help(error) {
        Some(help) => format!("{error}; {help}"),
        None => error.to_string(),
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> CommandError {
    CommandError::Case {
        name: name.to_owned(),
        why: crate::source::given::plain(error),
    }
}
