//! Every exit code, once.

use std::process::{ExitCode, Termination};

use crate::finding::Outcome;

/// What a run ends with. The numbers are promised to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything passes, or fails under an accepted exception.
    Pass = 0,
    /// Something fails.
    Fail = 1,
    /// The job could not be done: usage, policy, no evidence, no output.
    Error = 2,
    /// Nothing fails, and something is inconclusive.
    Inconclusive = 3,
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Pass | Outcome::Waived => Self::Pass,
            Outcome::Fail => Self::Fail,
            // Nothing that applied is no pass.
            Outcome::Inconclusive | Outcome::NotApplicable => Self::Inconclusive,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}
