//! What changed since an earlier report, in the published JSON.

use serde::Serialize;

use crate::comparison::{Change, Comparison, Entry, State};
use crate::finding::Outcome;

/// The `comparison` of a report.
#[derive(Serialize)]
pub(crate) struct ComparisonJson<'a> {
    new: usize,
    changed: usize,
    still_failing: usize,
    fixed: usize,
    gone: Vec<GoneJson<'a>>,
}

#[derive(Serialize)]
struct GoneJson<'a> {
    subject: &'a str,
    account_id: Option<&'a str>,
    policy: &'a str,
    check: &'a str,
    outcome: Outcome,
    code: &'a str,
}

impl<'a> ComparisonJson<'a> {
    pub(crate) fn new(comparison: &'a Comparison) -> Self {
        let count = |change| comparison.of(change).count();
        let gone = comparison.of(Change::Gone).filter_map(|entry| {
            let before = entry.before.as_ref()?;
            Some(GoneJson {
                subject: &entry.subject,
                account_id: entry.account_id.as_deref(),
                policy: &entry.policy,
                check: &entry.check,
                outcome: before.outcome,
                code: &before.code,
            })
        });
        Self {
            new: count(Change::New),
            changed: count(Change::Changed),
            still_failing: count(Change::StillFailing),
            fixed: count(Change::Fixed),
            gone: gone.collect(),
        }
    }
}

/// The `change` of a check.
#[derive(Serialize)]
pub(crate) struct ChangeJson<'a> {
    kind: &'static str,
    before: Option<StateJson<'a>>,
}

#[derive(Serialize)]
struct StateJson<'a> {
    outcome: Outcome,
    code: &'a str,
}

impl<'a> StateJson<'a> {
    fn new(state: &'a State) -> Self {
        Self {
            outcome: state.outcome,
            code: &state.code,
        }
    }
}

impl<'a> ChangeJson<'a> {
    pub(crate) fn new(entry: &'a Entry) -> Self {
        Self {
            kind: entry.change.as_str(),
            before: entry.before.as_ref().map(StateJson::new),
        }
    }
}

/// The whole of a comparison, for `coldtrail diff`.
#[derive(Serialize)]
pub(crate) struct DiffJson<'a> {
    schema_version: &'static str,
    new: usize,
    changed: usize,
    still_failing: usize,
    fixed: usize,
    gone: usize,
    entries: Vec<EntryJson<'a>>,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    change: &'static str,
    subject: &'a str,
    account_id: Option<&'a str>,
    policy: &'a str,
    check: &'a str,
    before: Option<StateJson<'a>>,
    after: Option<StateJson<'a>>,
}

impl<'a> DiffJson<'a> {
    pub(crate) fn new(comparison: &'a Comparison) -> Self {
        let count = |change| comparison.of(change).count();
        let entries = comparison.entries().iter().map(|entry| EntryJson {
            change: entry.change.as_str(),
            subject: &entry.subject,
            account_id: entry.account_id.as_deref(),
            policy: &entry.policy,
            check: &entry.check,
            before: entry.before.as_ref().map(StateJson::new),
            after: entry.after.as_ref().map(StateJson::new),
        });
        Self {
            schema_version: "1.0",
            new: count(Change::New),
            changed: count(Change::Changed),
            still_failing: count(Change::StillFailing),
            fixed: count(Change::Fixed),
            gone: count(Change::Gone),
            entries: entries.collect(),
        }
    }
}
