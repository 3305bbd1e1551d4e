//! The engine: evaluates a policy set over one account's input and holds every
//! control to one result a subject and check.
//!
//! This file and those under `engine/` are the only ones that name regorus.
//! Verdicts come from its interpreter, one engine a worker, built from source:
//! clones fight over reference counts, and the bytecode machine differs from
//! OPA. It stops at raw results: places in the evidence, waivers and order in
//! the report are `assess`'s. The texts of a result are the engine's own,
//! shared and not copied: what a policy spells out stands in memory once.

use std::sync::Arc;
use std::time::Duration;

use crate::evidence::Bundle;
use crate::finding::Outcome;
use crate::policy::PolicySet;
use crate::snapshot::Account;

mod aside;
mod builtins;
mod capabilities;
mod caught;
mod conftest;
#[cfg(test)]
mod differential;
mod error;
mod judgement;
mod lint;
mod load;
mod optimize;
mod probe;
mod program;
mod query;
#[cfg(test)]
mod rego_tests;
mod rewrite;
mod scope;
pub mod testing;
pub mod trace;
mod value;
mod visit;
mod whereabouts;

pub use crate::snapshot::Step;
pub use aside::STACK;
pub use capabilities::CAPABILITIES;
pub use error::EngineError;
pub use lint::{Checked, check};
pub use query::Query;

use optimize::Optimized;
use program::Program;

/// How long one account may take before its policies count as runaway.
pub const DEFAULT_LIMIT: Duration = Duration::from_secs(5);

/// One thing that a result rests on, as the policy names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RawEvidence {
    /// The path into `input`. Its last keys need not be there: it then means
    /// the object that should hold them.
    pub path: Vec<Step>,
    /// What it shows.
    pub label: Arc<str>,
}

/// One result of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawResult {
    /// The subject's id.
    pub subject: Arc<str>,
    /// The check's id.
    pub check: Arc<str>,
    /// What it came to.
    pub outcome: Outcome,
    /// Why, as a fixed word.
    pub code: Arc<str>,
    /// Why, in a sentence.
    pub message: Arc<str>,
    /// What to do next.
    pub help: Option<Arc<str>>,
    /// What it rests on, most decisive first.
    pub evidence: Vec<RawEvidence>,
}

/// One warning of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawWarning {
    /// The subject's id.
    pub subject: Arc<str>,
    /// What it is, as a fixed word.
    pub code: Arc<str>,
    /// What it is, in a sentence.
    pub message: Arc<str>,
    /// What to do about it.
    pub help: Option<Arc<str>>,
    /// What it rests on.
    pub evidence: Vec<RawEvidence>,
}

/// The checks of a policy, `(id, title)`, sorted by id.
pub type Titles = Vec<(Arc<str>, Arc<str>)>;

/// Everything one policy says of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Which policy: an index into [`crate::policy::PolicySet::policies`].
    pub policy: usize,
    /// What it judged, sorted.
    pub subjects: Vec<Arc<str>>,
    /// Its checks, `(id, title)`, sorted by id.
    pub checks: Titles,
    /// Sorted by subject and check. Exactly one each for a control; a conftest
    /// package may give any number.
    pub results: Vec<RawResult>,
    /// Sorted by subject, code and message.
    pub warnings: Vec<RawWarning>,
}

/// What a policy says of an account, or why the account is lost to it; see
/// [`EngineError::is_runaway`].
pub type Judged = Result<Judgement, EngineError>;

/// A policy set as workers are made of it: what is the same for all of them is done
/// once.
pub struct Compiled<'a> {
    set: &'a PolicySet,
    optimized: Option<Arc<Optimized>>,
}

impl<'a> Checked<'a> {
    /// Makes of the set what its workers share.
    #[must_use]
    pub fn compiled(&self) -> Compiled<'a> {
        Compiled {
            set: self.set(),
            optimized: self.optimized().map(Arc::new),
        }
    }
}

/// An engine of one thread, with a policy set compiled into it.
pub struct Worker {
    program: Program,
}

impl Worker {
    /// Compiles the set. `limit` is the time one policy may take over one
    /// account.
    ///
    /// # Errors
    /// [`EngineError::Failed`] where the engine refuses what was checked.
    pub fn new(set: Checked<'_>, limit: Duration) -> Result<Self, EngineError> {
        Self::of(&set.compiled(), limit)
    }

    /// One of several that are made of a set.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of(compiled: &Compiled<'_>, limit: Duration) -> Result<Self, EngineError> {
        let Compiled { set, optimized } = compiled;
        Ok(Self {
            program: Program::of(set, optimized.as_ref(), limit)?,
        })
    }

    /// Every policy's judgement on one account, in the order of the set.
    ///
    /// # Errors
    /// The first that fails; see [`EngineError::is_runaway`].
    pub fn judge(&mut self, input: &serde_json::Value) -> Result<Vec<Judgement>, EngineError> {
        self.program.judge(input)
    }

    /// What `print()` printed since this was asked last, also in a policy that
    /// failed: `file:line: text`, in the order of evaluation.
    pub fn take_prints(&mut self) -> Vec<String> {
        self.program.take_prints()
    }

    /// The same of an account of a snapshot, whose input is made for it: what
    /// each policy came to.
    ///
    /// # Errors
    /// The first that says more than that this account is lost to a policy.
    pub fn judge_account(
        &mut self,
        account: &Account,
        bundle: &Bundle,
    ) -> Result<Vec<Judged>, EngineError> {
        self.program.judge_account(account, bundle)
    }
}

/// The checks of each policy of a set, `(id, title)`, in the order of the set;
/// none for conftest packages. They are asked of an input without trails.
///
/// # Errors
/// [`EngineError`] where a policy doesn't compile or its `checks` don't hold.
pub fn checks(checked: Checked<'_>) -> Result<Vec<Titles>, EngineError> {
    let mut worker = Worker::new(checked, DEFAULT_LIMIT)?;
    let nothing = serde_json::json!({
        "account_id": "", "as_of": null, "as_of_basis": "unknown", "not_before": null, "regions": [], "trails": [],
    });
    let judgements = worker.judge(&nothing)?;
    Ok(judgements
        .into_iter()
        .map(|judgement| judgement.checks)
        .collect())
}

#[cfg(test)]
mod tests;
