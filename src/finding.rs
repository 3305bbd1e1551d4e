//! What a verdict is made of: outcome, check, warning, and the place in the
//! evidence each rests on; and what a document is, and what is wrong with it.
//!
//! Nothing here knows a policy language, a command line or a colour. Order is
//! total everywhere, so that a report is the same however the work was shared.
//! Texts are shared, since a report of very many trails says the same few
//! things over and over.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The outcome of one check, or the worst of several.
///
/// Variants are declared worst first; the derived order is that of the report
/// and of the table: what needs a reader comes before what doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The evidence proves that the control is not met.
    Fail,
    /// The evidence proves neither: something is missing, unreadable,
    /// ambiguous or contradictory. Never a pass.
    Inconclusive,
    /// A proven failure that somebody accepted in a waiver.
    Waived,
    /// The evidence proves that the check is met.
    Pass,
    /// The check does not apply to this subject.
    NotApplicable,
}

impl Outcome {
    /// The word of the report.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
            Self::Waived => "waived",
            Self::Pass => "pass",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// The outcome with this word, if there is one.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Fail,
            Self::Inconclusive,
            Self::Waived,
            Self::Pass,
            Self::NotApplicable,
        ]
        .into_iter()
        .find(|outcome| outcome.as_str() == word)
    }

    /// The worst of several outcomes: fail, then inconclusive, then waived,
    /// then pass. Nothing at all is inconclusive: no silent pass.
    #[must_use]
    pub fn worst(outcomes: impl IntoIterator<Item = Self>) -> Self {
        outcomes.into_iter().min().unwrap_or(Self::Inconclusive)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A place in a file of evidence, as a reader of the file would find it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the report names it: relative to the path given, with `/`;
    /// an archive's entry as `bundle.zip!inner/path.json`.
    pub file: Arc<str>,
    /// JSON Pointer (RFC 6901) into the document. Where the file holds several
    /// documents it points into the one that starts at or before `bytes`.
    pub pointer: Box<str>,
    /// One-based line.
    pub line: usize,
    /// One-based column, in Unicode scalar values of the decoded text.
    pub column: usize,
    /// Byte range of the original file, end exclusive.
    pub bytes: [usize; 2],
}

/// One thing a verdict or a warning rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// Where it stands.
    pub place: Place,
    /// What it shows, in a few words: `delivered 26 h before as of`.
    pub label: Arc<str>,
}

/// Something wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is, as a fixed word: `not-json`, `cut-short`, `empty`.
    pub code: &'static str,
    /// What it is, in a sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where, if it is somewhere.
    pub place: Option<Place>,
}

/// What a document is, by its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// Trails as `describe-trails` or `get-trail` print them.
    DescribeTrails,
    /// One status or several, as `get-trail-status` prints them.
    GetTrailStatus,
    /// Trail names without configuration.
    ListTrails,
    /// Log groups with their retention.
    DescribeLogGroups,
    /// `sts get-caller-identity`.
    CallerIdentity,
    /// A bundle's `manifest.json`.
    Manifest,
    /// A failed call, saved where its answer should be.
    CollectionError,
    /// Not JSON, cut short, empty, over a limit, or not to be read at all.
    Unreadable,
    /// Something else that says nothing about trails.
    Other,
    /// Left out by `--exclude`, and not read.
    Excluded,
}

impl DocumentKind {
    /// The word of the report.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DescribeTrails => "describe-trails",
            Self::GetTrailStatus => "get-trail-status",
            Self::ListTrails => "list-trails",
            Self::DescribeLogGroups => "describe-log-groups",
            Self::CallerIdentity => "caller-identity",
            Self::Manifest => "manifest",
            Self::CollectionError => "collection-error",
            Self::Unreadable => "unreadable",
            Self::Other => "other",
            Self::Excluded => "excluded",
        }
    }
}

/// Where a collection time came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AsOfBasis {
    /// `--as-of` with a time.
    Flag,
    /// `--as-of now`.
    Clock,
    /// `--as-of mtime`: the files' modification times.
    FileTime,
    /// The bundle's `manifest.json`.
    Manifest,
    /// A `Date` header beside the answer (`ResponseMetadata`).
    DateHeader,
    /// A UTC stamp ending in `Z` in the path.
    PathStamp,
    /// Not known. The latest AWS time in the account's evidence is a bound
    /// that can prove a delivery stale, never recent.
    LowerBound,
    /// Not known, and no bound either.
    Unknown,
}

impl AsOfBasis {
    /// The word of the report.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Clock => "clock",
            Self::FileTime => "file-time",
            Self::Manifest => "manifest",
            Self::DateHeader => "date-header",
            Self::PathStamp => "path-stamp",
            Self::LowerBound => "lower-bound",
            Self::Unknown => "unknown",
        }
    }
}

/// What one check of a control came to for one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The check's id: `delivery-recent`.
    pub id: Arc<str>,
    /// The check's title, from the policy.
    pub title: Arc<str>,
    /// What it came to.
    pub outcome: Outcome,
    /// Why, as a fixed word: `delivery-stale`.
    pub code: Arc<str>,
    /// Why, in a sentence.
    pub message: Arc<str>,
    /// What to do next; a command where there is one.
    pub help: Option<Arc<str>>,
    /// The exception that turned a fail into `waived`.
    pub waiver: Option<Box<Waived>>,
    /// What it rests on, most decisive first.
    pub evidence: Box<[Evidence]>,
}

/// An accepted exception, as it was applied to one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// Why the failure is accepted.
    pub reason: String,
    /// Who accepted it.
    pub approver: String,
    /// The last day on which it holds, `YYYY-MM-DD`.
    pub expires: String,
}

/// Something worth saying that changes no outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is, as a fixed word: `role-missing`.
    pub code: Arc<str>,
    /// What it is, in a sentence.
    pub message: Arc<str>,
    /// What to do about it.
    pub help: Option<Arc<str>>,
    /// What it rests on.
    pub evidence: Box<[Evidence]>,
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    #[test]
    fn the_worst_outcome_of_nothing_is_no_pass() {
        assert_eq!(Outcome::worst([]), Outcome::Inconclusive);
    }

    #[test]
    fn a_fail_outweighs_an_inconclusive_and_both_outweigh_a_pass() {
        let all = [Outcome::Pass, Outcome::Inconclusive, Outcome::Fail];
        assert_eq!(Outcome::worst(all), Outcome::Fail);
        assert_eq!(
            Outcome::worst([Outcome::Pass, Outcome::Inconclusive]),
            Outcome::Inconclusive
        );
        assert_eq!(
            Outcome::worst([Outcome::Pass, Outcome::NotApplicable]),
            Outcome::Pass
        );
    }

    #[test]
    fn words_and_outcomes_match_both_ways() {
        for word in ["fail", "inconclusive", "waived", "pass", "not-applicable"] {
            assert_eq!(Outcome::from_word(word).map(Outcome::as_str), Some(word));
        }
        assert_eq!(Outcome::from_word("passed"), None);
    }
}
