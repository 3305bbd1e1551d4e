//! What can go wrong while policies run, and regorus's error texts read back
//! into places.
//!
//! regorus reports by text: `--> FILE:LINE:COLUMN`, the line, a caret and
//! `error: MESSAGE`, several of these where rules depend on each other. Only
//! that form is known here; any other text is passed on as it is.

use std::time::Duration;

use miette::Diagnostic;
use thiserror::Error;

use crate::policy::{PolicyError, PolicyProblem, SourceFile};

/// Why a policy set can't judge.
#[derive(Debug, Error, Diagnostic)]
pub enum EngineError {
    /// A policy is wrong: it doesn't compile, fails, or breaks the contract.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Policy(#[from] PolicyError),
    /// A policy didn't come to an end in time on this account. Other accounts
    /// may still be judged.
    #[error("policy `{policy}` did not come to an end within {} on account `{account}`", seconds(*limit))]
    #[diagnostic(code(policy::runaway))]
    Runaway {
        /// The policy's id.
        policy: String,
        /// The account.
        account: String,
        /// How long it was given.
        limit: Duration,
        /// Where it was, as far as is known.
        #[help]
        help: String,
    },
    /// A policy would have taken more memory or time than one may, or the engine
    /// broke at it. Other accounts may still be judged.
    #[error("policy `{policy}` can't judge account `{account}`: {what}")]
    #[diagnostic(code(policy::runaway))]
    Costly {
        /// The policy's id.
        policy: String,
        /// The account.
        account: String,
        /// What it did.
        what: String,
        /// Where it was, as far as is known.
        #[help]
        help: String,
    },
    /// The engine failed without a place in a policy.
    #[error("policy `{policy}` failed: {message}")]
    #[diagnostic(code(policy::failed))]
    Failed {
        /// The policy's id.
        policy: String,
        /// What the engine said.
        message: String,
    },
}

impl EngineError {
    /// Whether only this account is lost: it becomes inconclusive, and the
    /// rest goes on.
    #[must_use]
    pub fn is_runaway(&self) -> bool {
        matches!(self, Self::Runaway { .. } | Self::Costly { .. })
    }
}

impl From<PolicyProblem> for EngineError {
    fn from(problem: PolicyProblem) -> Self {
        Self::Policy(problem.into())
    }
}

fn seconds(limit: Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}

/// What a regorus error says and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reported {
    /// Its message, without the place.
    pub(super) message: String,
    /// File, line and column, one-based.
    pub(super) place: Option<(String, usize, usize)>,
}

/// What regorus says of a rule, a function or a key that has two values. Behind
/// it stand the values, and they are as long as the evidence.
const CONFLICTS: [&str; 3] = [
    "multiple outputs",
    "conflicts with rule",
    "generated multiple times",
];

/// Reads a regorus error text. The innermost place counts: it comes last
/// before the message.
pub(super) fn reported(text: &str) -> Reported {
    let place = text.lines().filter_map(|line| place(line.trim())).next();
    // The policy's own lines stand before it, and may hold the same word.
    let message = text
        .lines()
        .find_map(|line| line.strip_prefix("error: "))
        .or_else(|| text.lines().next())
        .unwrap_or_default()
        .trim()
        .trim_end_matches(['.', ':']);
    let end = CONFLICTS.iter().find_map(|conflict| {
        let at = message.find(conflict)?;
        Some(at.saturating_add(conflict.len()))
    });
    Reported {
        message: message
            .get(..end.unwrap_or(message.len()))
            .unwrap_or(message)
            .to_owned(),
        place,
    }
}

/// The byte offset of a line and column as regorus counts them: to it a tab is
/// four columns wide.
pub(super) fn offset(text: &str, line: usize, column: usize) -> usize {
    let rows = text.split_inclusive('\n');
    let start: usize = rows.take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = 1usize;
    let row = text.get(start..).unwrap_or_default();
    for (index, sign) in row.char_indices() {
        if at >= column || sign == '\n' {
            return start.saturating_add(index);
        }
        at = at.saturating_add(if sign == '\t' { 4 } else { 1 });
    }
    text.len()
}

/// The other way round.
pub(super) fn place_of(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let row = before.rsplit('\n').next().unwrap_or_default();
    let columns = row.chars().map(|sign| if sign == '\t' { 4 } else { 1 });
    (
        before.matches('\n').count().saturating_add(1),
        columns.sum::<usize>().saturating_add(1),
    )
}

fn place(line: &str) -> Option<(String, usize, usize)> {
    let rest = line.strip_prefix("--> ")?;
    let (rest, column) = rest.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some((file.to_owned(), line.parse().ok()?, column.parse().ok()?))
}

impl Reported {
    /// Whether something has two values, in place of one.
    pub(super) fn is_conflict(&self) -> bool {
        CONFLICTS
            .iter()
            .any(|conflict| self.message.ends_with(conflict))
    }

    /// The problem in the file it names, `None` where it names none of these.
    pub(super) fn problem<'a>(
        &self,
        code: &'static str,
        files: impl IntoIterator<Item = &'a SourceFile>,
    ) -> Option<PolicyProblem> {
        let (name, line, column) = self.place.as_ref()?;
        let file = files.into_iter().find(|file| file.name == *name)?;
        let at = called(&file.text, offset(&file.text, *line, *column));
        Some(PolicyProblem::new(
            code,
            file,
            at..word_end(&file.text, at),
            self.message.clone(),
            "here",
        ))
    }
}

/// The name of the call whose bracket stands at a place: regorus tells that.
fn called(text: &str, at: usize) -> usize {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    if !after.starts_with('(') {
        return at;
    }
    let word = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '.';
    before.trim_end_matches(word).len()
}

/// The end of the word or sign at a place, so that a label has some width.
fn word_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let word = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
        .unwrap_or(rest.len());
    let width = if word > 0 {
        word
    } else {
        rest.chars().next().map_or(0, char::len_utf8)
    };
    at.saturating_add(width)
}

#[cfg(test)]
mod tests {
    use super::{Reported, reported};

    #[test]
    fn a_place_and_a_message_are_read_out_of_regorus_text() {
        let text = "\n--> a/b.rego:3:7\n  |\n3 | x := to_number(\"a\")\n  |      ^\nerror: could not parse string as number";
        let expected = Reported {
            message: "could not parse string as number".to_owned(),
            place: Some(("a/b.rego".to_owned(), 3, 7)),
        };
        assert_eq!(reported(text), expected);
    }

    #[test]
    fn a_line_of_the_policy_is_no_message_and_values_are_left_out() {
        let text = |line: &str, message: &str| {
            format!("\n--> a.rego:3:1\n  |\n3 | {line}\n  | ^\nerror: {message}")
        };
        for (line, message, read, is_conflict) in [
            (
                "x := to_number(\"error: no\")",
                "no number",
                "no number",
                false,
            ),
            (
                "x := 1",
                "functions must not produce multiple outputs for same inputs",
                "functions must not produce multiple outputs",
                true,
            ),
            (
                "x := 1",
                "value for key `\"a\"` generated multiple times: `[\n1` and `2`",
                "value for key `\"a\"` generated multiple times",
                true,
            ),
            (
                "x := 1",
                "rule conflicts with rule at a.rego:5:1",
                "rule conflicts with rule",
                true,
            ),
        ] {
            let found = reported(&text(line, message));
            assert_eq!((&*found.message, found.is_conflict()), (read, is_conflict));
        }
    }

    #[test]
    fn a_text_of_another_form_is_kept() {
        assert_eq!(
            reported("not a valid rule path"),
            Reported {
                message: "not a valid rule path".to_owned(),
                place: None
            }
        );
    }
}
