//! Reports read back: the JSON of an earlier run, for comparing and verifying.
//!
//! Only what those two need is read; the schema's own promise is that fields
//! are added and not changed within one major version, so unknown fields are
//! no error and an unknown major version is.

use std::collections::BTreeMap;
use std::sync::Arc;

use miette::{Diagnostic, SourceSpan};
use serde::Deserialize;
use thiserror::Error;

use crate::comparison::{Comparison, Fact, State};
use crate::finding::{Outcome, Waived};
use crate::render::json::SCHEMA_VERSION;
use crate::render::json::bundle::BundleJson;
use crate::render::json::coverage::CoverageJson;
use crate::report::Report;
use crate::source::input::json_problem;
use crate::text::{signs, visible};

mod bundle;

pub(crate) use bundle::bundles;

/// Why a file is no report that this program can read.
#[derive(Debug, Error, Diagnostic)]
pub enum BaselineError {
    /// It isn't JSON.
    #[error("`{}` is no JSON: {why}", visible(name))]
    #[diagnostic(
        code(baseline),
        help("give a report that `coldtrail check --format json` wrote")
    )]
    NotJson {
        /// The file.
        name: String,
        /// Why not, and where.
        why: String,
        /// Its text, as far as the place.
        #[source_code]
        text: miette::NamedSource<String>,
        /// The place.
        #[label("here")]
        at: SourceSpan,
    },
    /// It is JSON of another kind.
    #[error("`{}` is no coldtrail report: {why}", visible(name))]
    #[diagnostic(
        code(baseline),
        help("give a report that `coldtrail check --format json` wrote")
    )]
    NotAReport {
        /// The file.
        name: String,
        /// Why not.
        why: String,
    },
    /// It is a report that a later program wrote.
    #[error(
        "`{}` has the schema version `{}`; this program reads {SCHEMA_VERSION}",
        visible(name),
        visible(version)
    )]
    #[diagnostic(
        code(baseline),
        help("use the program that wrote it, or write it again with this one")
    )]
    Version {
        /// The file.
        name: String,
        /// Its version.
        version: String,
    },
}

/// A report as its JSON tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct Baseline {
    /// What its verdicts depended on.
    pub parameters: BaselineParameters,
    /// The policies that judged.
    pub policies: Vec<BaselinePolicy>,
    #[serde(default)]
    bundles: Vec<BundleJson>,
    /// What all of it came to.
    pub summary: BaselineSummary,
    /// Which accounts and regions answered; reports of version 1.0 don't tell.
    coverage: Option<serde_json::Value>,
    /// What was judged.
    pub subjects: Vec<BaselineSubject>,
    /// The evidence.
    pub documents: Vec<BaselineDocument>,
}

/// The `parameters` of a report.
#[derive(Debug, Clone, Deserialize)]
pub struct BaselineParameters {
    /// The `--as-of` that was given.
    pub as_of: Option<jiff::Timestamp>,
    /// The globs of `--exclude`.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// The accounts of `--expect-accounts`.
    #[serde(default)]
    pub expect_accounts: Vec<Arc<str>>,
    /// The regions of `--expect-regions`.
    #[serde(default)]
    pub expect_regions: Vec<Arc<str>>,
    /// The policies' parameters.
    #[serde(flatten)]
    pub policy: BTreeMap<String, serde_json::Value>,
}

/// The `summary` of a report.
#[derive(Debug, Clone, Deserialize)]
pub struct BaselineSummary {
    /// The outcome of the whole.
    pub outcome: Outcome,
}

/// A policy of a report.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BaselinePolicy {
    /// Its id.
    pub id: String,
    /// SHA-256 (hex) over its files.
    pub sha256: String,
    bundle: Option<BundleJson>,
}

/// A subject of a report.
#[derive(Debug, Clone, Deserialize)]
pub struct BaselineSubject {
    /// Where its collection time came from.
    pub as_of_basis: String,
    id: String,
    account_id: Option<String>,
    policy: String,
    outcome: Outcome,
    checks: Vec<BaselineCheck>,
}

#[derive(Debug, Clone, Deserialize)]
struct BaselineCheck {
    id: String,
    outcome: Outcome,
    code: String,
    waiver: Option<BaselineWaiver>,
}

/// What a report says of an accepted exception.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct BaselineWaiver {
    /// Why the failure is accepted.
    pub reason: String,
    /// Who accepted it.
    pub approver: String,
    /// The last day on which it holds.
    pub expires: String,
}

impl From<&Waived> for BaselineWaiver {
    fn from(waiver: &Waived) -> Self {
        Self {
            reason: waiver.reason.clone(),
            approver: waiver.approver.clone(),
            expires: waiver.expires.clone(),
        }
    }
}

/// A document of a report.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BaselineDocument {
    /// The file's name.
    pub file: String,
    /// SHA-256 (hex) of the whole file; empty where it could not be read.
    pub sha256: String,
}

#[derive(Deserialize)]
struct Version {
    schema_version: Option<String>,
    tool: Option<serde_json::Value>,
}

/// Bytes of a report for each member or element that it may have: each takes some
/// hundred and thirty bytes while it is read.
const BYTES_A_SIGN: usize = 7;

/// Members and elements that any report may have.
const SIGNS: usize = 100_000;

impl Baseline {
    /// Reads a report. `name` is what the user called the file.
    ///
    /// # Errors
    /// Where it is no JSON, no report, or one of an unknown version.
    pub fn read(name: &str, text: &str) -> Result<Self, Box<BaselineError>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let most = text.len() / BYTES_A_SIGN + SIGNS;
        let signs = signs(text, b",[{");
        if signs > most {
            return Err(Box::new(BaselineError::NotAReport {
                name: name.to_owned(),
                why: format!(
                    "it has {signs} members and elements in {} bytes, and a report of its size has less than {most}",
                    text.len()
                ),
            }));
        }
        let version: Version =
            serde_json::from_str(text).map_err(|error| refused(name, text, &error))?;
        let Some((version, _)) = version.schema_version.zip(version.tool) else {
            return Err(Box::new(BaselineError::NotAReport {
                name: name.to_owned(),
                why: "it has no `schema_version` and `tool`".to_owned(),
            }));
        };
        if major(&version) != major(SCHEMA_VERSION) {
            return Err(Box::new(BaselineError::Version {
                name: name.to_owned(),
                version,
            }));
        }
        serde_json::from_str(text).map_err(|error| refused(name, text, &error))
    }

    /// Every check's outcome.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        let facts = self.subjects.iter().flat_map(|subject| {
            subject.checks.iter().map(|check| Fact {
                policy: subject.policy.clone(),
                subject: subject.id.clone(),
                account_id: subject.account_id.clone(),
                check: check.id.clone(),
                state: State {
                    outcome: check.outcome,
                    code: check.code.clone(),
                },
            })
        });
        facts.collect()
    }

    /// What the report tells of coverage, by part: `accounts`, then the regions
    /// of each account. Nothing where it tells nothing of it.
    #[must_use]
    pub fn coverage(&self) -> Option<BTreeMap<String, serde_json::Value>> {
        self.coverage.as_ref().map(parts_of_coverage)
    }

    /// Outcomes that the report's own checks don't come to: of which subject
    /// (of the whole where there is none), the outcome told, and the other.
    #[must_use]
    pub fn untrue_outcomes(&self) -> Vec<(Option<&str>, Outcome, Outcome)> {
        let mut untrue = Vec::new();
        let mut whole = Outcome::NotApplicable;
        for subject in &self.subjects {
            let outcome = Outcome::worst(subject.checks.iter().map(|check| check.outcome));
            whole = whole.min(outcome);
            if outcome != subject.outcome {
                untrue.push((Some(&*subject.id), subject.outcome, outcome));
            }
        }
        if whole == Outcome::NotApplicable {
            whole = Outcome::Inconclusive;
        }
        if whole != self.summary.outcome {
            untrue.push((None, self.summary.outcome, whole));
        }
        untrue
    }

    /// What is said of each waived check: subject, policy and check, then the
    /// waiver.
    pub fn waivers(&self) -> impl Iterator<Item = ([&str; 3], &BaselineWaiver)> {
        self.subjects.iter().flat_map(|subject| {
            let checks = subject.checks.iter();
            checks.filter_map(|check| {
                let key = [&*subject.id, &*subject.policy, &*check.id];
                Some((key, check.waiver.as_ref()?))
            })
        })
    }

    /// What changed from this report to that one.
    #[must_use]
    pub fn compare(&self, report: &Report) -> Comparison {
        Comparison::new(self.facts(), facts(report))
    }
}

/// Every check's outcome in a report of this run.
#[must_use]
pub fn facts(report: &Report) -> Vec<Fact> {
    let facts = report.subjects.iter().flat_map(|subject| {
        subject.checks.iter().map(|check| Fact {
            policy: subject.policy.to_string(),
            subject: subject.id.to_string(),
            account_id: subject.account_id.as_deref().map(str::to_owned),
            check: check.id.to_string(),
            state: State {
                outcome: check.outcome,
                code: check.code.to_string(),
            },
        })
    });
    facts.collect()
}

/// What a report of this run tells of coverage, as [`Baseline::coverage`].
#[must_use]
pub fn coverage(report: &Report) -> BTreeMap<String, serde_json::Value> {
    let json = serde_json::to_value(CoverageJson::new(&report.coverage));
    json.map(|json| parts_of_coverage(&json))
        .unwrap_or_default()
}

fn parts_of_coverage(coverage: &serde_json::Value) -> BTreeMap<String, serde_json::Value> {
    let accounts = coverage.get("accounts").cloned().unwrap_or_default();
    let regions = coverage
        .get("regions")
        .and_then(|regions| regions.as_array());
    let regions = regions.into_iter().flatten().map(|regions| {
        let account = regions.get("account_id").and_then(|id| id.as_str());
        (account.unwrap_or_default().to_owned(), regions.clone())
    });
    regions.chain([("accounts".to_owned(), accounts)]).collect()
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

fn refused(name: &str, text: &str, error: &serde_json::Error) -> Box<BaselineError> {
    if error.is_data() {
        return Box::new(BaselineError::NotAReport {
            name: name.to_owned(),
            why: json_problem(error),
        });
    }
    // The excerpt is the line alone: a report may be one line of many megabytes.
    let line = text
        .split('\n')
        .nth(error.line().saturating_sub(1))
        .unwrap_or_default();
    let at = error.column().saturating_sub(1).min(line.len());
    let at = line.floor_char_boundary(at);
    let from = line.floor_char_boundary(at.saturating_sub(60));
    let to = line.ceil_char_boundary((at + 20).min(line.len()));
    let part = |range: std::ops::Range<usize>| visible(line.get(range).unwrap_or_default());
    // As many empty lines before it as there are lines in the file.
    let before = "\n".repeat(error.line().saturating_sub(1)) + &part(from..at);
    Box::new(BaselineError::NotJson {
        name: name.to_owned(),
        why: json_problem(error),
        at: (before.len(), 0).into(),
        text: miette::NamedSource::new(visible(name), before + &part(at..to)),
    })
}

#[cfg(test)]
mod tests {
    use super::{Baseline, BaselineError};
    use crate::comparison::Change;
    use crate::finding::Outcome;
    use crate::render::sample::sample;
    use crate::render::{Format, NoExcerpts, Style};
    use crate::report::Report;

    fn json(report: &Report) -> String {
        let mut out = Vec::new();
        Format::Json
            .render(report, &mut NoExcerpts, &Style::default(), &mut out)
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_report_read_back_says_what_it_said() {
        let baseline = Baseline::read("old.json", &json(&sample())).unwrap();
        let comparison = baseline.compare(&sample());
        assert!(
            comparison
                .entries()
                .iter()
                .all(|entry| entry.change == Change::StillFailing)
        );
        assert_eq!(comparison.of(Change::StillFailing).count(), 8);
        assert_eq!(comparison.outcome_of_new(), Outcome::Pass);
        assert_eq!(baseline.documents.len(), sample().documents.len());
        assert_eq!(baseline.parameters.policy["max_delivery_age_hours"], 24);
    }

    #[test]
    fn what_is_no_report_says_why() {
        let error = |text: &str| Baseline::read("old.json", text).unwrap_err();
        assert_eq!(
            error("{}").to_string(),
            "`old.json` is no coldtrail report: it has no `schema_version` and `tool`"
        );
        assert_eq!(
            error("[1]").to_string(),
            "`old.json` is no coldtrail report: invalid type: integer `1`, expected a string at line 1 column 2"
        );
        let newer =
            json(&sample()).replace("\"schema_version\": \"1.1\"", "\"schema_version\": \"2.0\"");
        assert_eq!(
            error(&newer).to_string(),
            "`old.json` has the schema version `2.0`; this program reads 1.1"
        );
        let minor =
            json(&sample()).replace("\"schema_version\": \"1.1\"", "\"schema_version\": \"1.7\"");
        assert!(Baseline::read("old.json", &minor).is_ok());
        let cut = json(&sample());
        assert!(matches!(
            *error(&cut[..2000]),
            BaselineError::NotJson { .. }
        ));
        let odd = json(&sample()).replace("\"outcome\": \"pass\"", "\"outcome\": \"perhaps\"");
        assert!(matches!(*error(&odd), BaselineError::NotAReport { .. }));
    }
}
