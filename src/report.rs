//! The report: everything a run found, as one value that every renderer reads.
//!
//! It is made once, sorted by total orders, and knows neither how it will be
//! shown nor how it came to be. The published JSON is a type of its own
//! (`render/json.rs`), so that this one can change.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::comparison::{Comparison, Entry};
use crate::coverage::{Coverage, Expected};
use crate::finding::{AsOfBasis, Check, DocumentKind, Outcome, Problem, Warning};
use crate::policy::{BundleInfo, PolicyInfo};
use crate::text::hex;

/// Everything one run found.
#[derive(Debug, Clone)]
pub struct Report {
    /// What the run was asked for, as far as it bears on verdicts.
    pub parameters: Parameters,
    /// The policies that judged, sorted by id.
    pub policies: Vec<PolicyInfo>,
    /// The OPA bundles that were given, sorted: also those of libraries and
    /// data, in which no policy came.
    pub bundles: Vec<BundleInfo>,
    /// The subjects judged, sorted by account, kind, id and policy.
    pub subjects: Vec<Subject>,
    /// Every document seen, sorted by file and place in it.
    pub documents: Vec<DocumentEntry>,
    /// Which accounts and regions were expected, and which answered.
    pub coverage: Coverage,
    /// What changed since an earlier report, where one was given.
    pub comparison: Option<Comparison>,
}

/// The settings a verdict depends on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameters {
    /// The `--as-of` that was given, resolved.
    pub as_of: Option<Timestamp>,
    /// Policy parameters (`data.params`), the defaults of the policies
    /// included: `max_delivery_age_hours` is always there for control 3.4.
    pub policy: BTreeMap<String, serde_json::Value>,
    /// The globs of `--exclude`, sorted.
    pub exclude: Vec<Arc<str>>,
    /// The accounts of `--expect-accounts`, the regions of `--expect-regions`.
    pub expected: Expected,
}

/// What kind of thing was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectKind {
    /// An account as a whole: it has no trail, or part of it wasn't seen.
    Account,
    /// One trail.
    Trail,
}

impl SubjectKind {
    /// The word of the report.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Trail => "trail",
        }
    }
}

/// One subject and everything said of it by one policy.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The trail's ARN, or its name where the evidence has no ARN; the account
    /// id of an account.
    pub id: Arc<str>,
    /// Trail or account.
    pub kind: SubjectKind,
    /// The trail's name, or the account id again.
    pub name: Arc<str>,
    /// The account that owns it; `None` where the evidence doesn't say.
    pub account_id: Option<Arc<str>>,
    /// A trail's home region.
    pub home_region: Option<Arc<str>>,
    /// The id of the policy that judged it.
    pub policy: Arc<str>,
    /// When its evidence was collected.
    pub as_of: Option<Timestamp>,
    /// Where `as_of` came from.
    pub as_of_basis: AsOfBasis,
    /// The worst outcome of its checks.
    pub outcome: Outcome,
    /// One entry a check, sorted by the policy's order of checks.
    pub checks: Vec<Check>,
    /// Sorted by code and message.
    pub warnings: Vec<Warning>,
}

/// One document of the evidence inventory.
#[derive(Debug, Clone)]
pub struct DocumentEntry {
    /// The file's name in the report.
    pub file: Arc<str>,
    /// SHA-256 of the whole file; `None` where it could not be read.
    pub sha256: Option<[u8; 32]>,
    /// Size of the whole file in bytes.
    pub bytes: u64,
    /// What it is.
    pub kind: DocumentKind,
    /// The trail that a status was tied to. Most documents are no status, so
    /// it is kept apart.
    pub attribution: Option<Box<Attribution>>,
    /// What else is to be said of it, in a sentence.
    pub detail: Option<Box<str>>,
    /// What is wrong with it, for a diagnostic of its own.
    pub problem: Option<Arc<Problem>>,
}

/// The trail that a status was tied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// The trail's id.
    pub to: Arc<str>,
    /// The rule that tied it: `manifest`, `in-trail`, `arn-in-document`, `arn-in-path`,
    /// `name-in-document`, `name-in-path`, `sole-pair`.
    pub by: &'static str,
    /// Every claim that names this trail, in the words of `by`, sorted.
    pub claims: Box<[&'static str]>,
}

impl DocumentEntry {
    /// SHA-256 of the whole file in hex; empty where it could not be read.
    #[must_use]
    pub fn hash(&self) -> String {
        self.sha256.map(hex).unwrap_or_default()
    }

    /// All there is to say of the document in one line: what is wrong with it
    /// and where, then the detail.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        let Some(problem) = &self.problem else {
            return self.detail.as_deref().map(str::to_owned);
        };
        let mut remark = problem.message.clone();
        if let Some(place) = &problem.place {
            remark.push_str(&format!(" (line {}, column {})", place.line, place.column));
        }
        // The detail may be the problem's own message again.
        if let Some(detail) = &self.detail
            && **detail != *problem.message
        {
            remark.push_str("; ");
            remark.push_str(detail);
        }
        Some(remark)
    }
}

/// Counts for the summary line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Subjects whose outcome is a pass.
    pub pass: usize,
    /// Subjects that fail.
    pub fail: usize,
    /// Subjects that are neither.
    pub inconclusive: usize,
    /// Subjects that fail under an accepted exception.
    pub waived: usize,
}

/// Counts of documents for the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DocumentTally {
    /// Documents that a verdict can rest on.
    pub read: usize,
    /// Unreadable documents and failed calls.
    pub failed: usize,
    /// Documents of other kinds.
    pub other: usize,
    /// Documents that were left out.
    pub excluded: usize,
}

impl Report {
    /// The outcome of the whole: the worst of its subjects, and inconclusive
    /// where there is none.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match Outcome::worst(self.subjects.iter().map(|subject| subject.outcome)) {
            Outcome::NotApplicable => Outcome::Inconclusive,
            outcome => outcome,
        }
    }

    /// How a check stands against the earlier report, where that is worth
    /// saying.
    #[must_use]
    pub fn change(&self, subject: &Subject, check: &Check) -> Option<&Entry> {
        let account = subject.account_id.as_deref();
        let comparison = self.comparison.as_ref()?;
        comparison.find(account, &subject.id, &subject.policy, &check.id)
    }

    /// Subjects by outcome.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for subject in &self.subjects {
            match subject.outcome {
                Outcome::Pass => tally.pass += 1,
                Outcome::Fail => tally.fail += 1,
                Outcome::Inconclusive => tally.inconclusive += 1,
                Outcome::Waived => tally.waived += 1,
                Outcome::NotApplicable => {}
            }
        }
        tally
    }

    /// Documents by what they are good for.
    #[must_use]
    pub fn document_tally(&self) -> DocumentTally {
        let mut tally = DocumentTally::default();
        for document in &self.documents {
            match document.kind {
                DocumentKind::CollectionError | DocumentKind::Unreadable => tally.failed += 1,
                DocumentKind::Other => tally.other += 1,
                DocumentKind::Excluded => tally.excluded += 1,
                _ => tally.read += 1,
            }
        }
        tally
    }
}
