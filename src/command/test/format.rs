//! What tests and cases came to, in the forms that programs read.

use std::io::{self, Write};

use miette::Diagnostic;

use super::Ran;
use super::cases::{CaseOutcome, CaseRun};
use super::show::file;
use crate::cli::TestFormat;
use crate::command::CommandError;
use crate::command::policy::policy_error;
use crate::engine::EngineError;
use crate::engine::testing::{TestOutcome, TestRun};
use crate::policy::{PolicyError, PolicyProblem, PolicySet};
use crate::text::visible;

mod json;
mod junit;
mod tap;

/// Writes all of it in one form; nothing in the form for a person.
pub(super) fn write(
    format: TestFormat,
    ran: &Ran,
    fail_under: Option<f64>,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        TestFormat::Human => Ok(()),
        TestFormat::Json => json::write(ran, fail_under, out),
        TestFormat::Junit => junit::write(ran, out),
        TestFormat::Tap => tap::write(ran, out),
    }
}

/// Writes what keeps all of it from being run, so that whoever reads the form
/// doesn't take silence for success: nothing in the form for a person.
pub(super) fn write_failure(
    format: TestFormat,
    error: &CommandError,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        TestFormat::Human => Ok(()),
        TestFormat::Json => json::write_failure(error, out),
        TestFormat::Junit => junit::write_failure(error, out),
        TestFormat::Tap => tap::write_failure(error, out),
    }
}

/// Why a test or case is not as it should be.
struct Reason<'r> {
    message: String,
    /// With its place, where it has one.
    problem: Option<&'r PolicyProblem>,
    /// What else is known: values, or the lines that differ.
    detail: Option<String>,
}

impl<'r> Reason<'r> {
    fn of(problem: &'r PolicyProblem) -> Self {
        Self {
            message: problem.message.clone(),
            problem: Some(problem),
            detail: problem.help.clone(),
        }
    }

    /// `file:line:column`, safe to look at.
    fn place(&self) -> Option<String> {
        let problem = self.problem?;
        let (line, column) = problem.position();
        Some(format!("{}:{line}:{column}", visible(&problem.file.shown)))
    }
}

fn of_error(error: &EngineError) -> Reason<'_> {
    let first = match error {
        EngineError::Policy(error) => error.problems().first(),
        _ => None,
    };
    first.map_or_else(
        || Reason {
            message: error.to_string(),
            problem: None,
            detail: error.help().map(|help| help.to_string()),
        },
        Reason::of,
    )
}

/// Each thing that keeps all of it from being run.
fn of_failure(error: &CommandError) -> Vec<Reason<'_>> {
    let problems = policy_error(error).map(PolicyError::problems);
    let problems = problems.unwrap_or_default();
    if problems.is_empty() {
        return vec![Reason {
            message: error.to_string(),
            problem: None,
            detail: error.help().map(|help| help.to_string()),
        }];
    }
    problems.iter().map(Reason::of).collect()
}

fn of_test(run: &TestRun) -> Option<Reason<'_>> {
    let problem = match &run.outcome {
        TestOutcome::Passed | TestOutcome::Todo => return None,
        TestOutcome::Failed(problem) => problem.as_deref(),
        TestOutcome::Errored(error) => return Some(of_error(error)),
    };
    let message = match problem {
        Some(problem) => format!("{}: {}", problem.message, problem.label),
        None => "the rule is not true".to_owned(),
    };
    Some(Reason {
        message,
        problem,
        detail: problem.and_then(|problem| problem.help.clone()),
    })
}

fn of_case(run: &CaseRun) -> Option<Reason<'_>> {
    let (message, detail) = match &run.outcome {
        CaseOutcome::Passed | CaseOutcome::Blessed(_) => return None,
        CaseOutcome::Errored(error) => return Some(of_error(error)),
        CaseOutcome::New => ("it has no expected.json", None),
        CaseOutcome::Differs(rows) => {
            let lines = rows.iter().map(|row| format!("{}{}\n", row.sign, row.text));
            ("the report is not the expected one", Some(lines.collect()))
        }
    };
    Some(Reason {
        message: message.to_owned(),
        problem: None,
        detail,
    })
}

/// Package and name.
fn name(run: &TestRun) -> String {
    format!("{}.{}", run.case.package, run.case.name)
}

/// The test's file, as the user would name it.
fn shown<'r>(set: &'r PolicySet, run: &'r TestRun) -> &'r str {
    file(set, &run.case.file).map_or(&run.case.file, |file| &file.shown)
}
