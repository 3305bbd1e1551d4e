//! The schema's numbers, each with its word.

use crate::comparison::Change;
use crate::finding::Outcome;

/// A number of the schema, and the word for it.
pub(super) type Coded = (u32, &'static str);

pub(super) const INFORMATIONAL: Coded = (1, "Informational");
pub(super) const CREATE: Coded = (1, "Create");
pub(super) const UPDATE: Coded = (2, "Update");
pub(super) const CLOSE: Coded = (3, "Close");
pub(super) const NEW: Coded = (1, "New");
pub(super) const SUPPRESSED: Coded = (3, "Suppressed");
pub(super) const RESOLVED: Coded = (4, "Resolved");
pub(super) const ARCHIVED: Coded = (5, "Archived");

/// What happens to a finding, and what it is then: without an earlier report
/// every one is created.
pub(super) fn lifecycle(change: Option<Change>) -> (Coded, Coded) {
    match change {
        None | Some(Change::New) => (CREATE, NEW),
        Some(Change::Changed | Change::StillFailing) => (UPDATE, NEW),
        Some(Change::Fixed) => (CLOSE, RESOLVED),
        Some(Change::Gone) => (CLOSE, ARCHIVED),
    }
}

/// Whether the check is met. What is waived still fails: it is the finding
/// that is suppressed.
pub(super) fn compliance(outcome: Outcome) -> Coded {
    match outcome {
        Outcome::Pass => (1, "Pass"),
        Outcome::Inconclusive => (2, "Warning"),
        Outcome::Fail | Outcome::Waived => (3, "Fail"),
        Outcome::NotApplicable => (99, "not-applicable"),
    }
}
