//! Tests and cases as one JSON object.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Reason, of_case, of_failure, of_test, shown};
use crate::command::test::Ran;
use crate::command::test::cases::{CaseOutcome, CaseRun};
use crate::command::test::cover::tenths;
use crate::command::{CommandError, problems};
use crate::engine::testing::{TestOutcome, TestRun};
use crate::policy::PolicySet;
use crate::render::json::formatter::write_pretty;

/// The version of this form.
const SCHEMA_VERSION: &str = "1.1";

pub(super) fn write(ran: &Ran, fail_under: Option<f64>, out: &mut dyn Write) -> io::Result<()> {
    let (tests, cases) = (&ran.outcome.tests.runs, &ran.outcome.cases);
    let coverage = ran.outcome.tests.coverage.as_ref();
    let bad = |count: usize, all: usize| json!({"all": all, "failed": count});
    let whole = json!({
        "schema_version": SCHEMA_VERSION,
        "summary": {
            "tests": bad(tests.iter().filter(|run| run.outcome.is_bad()).count(), tests.len()),
            "cases": bad(cases.iter().filter(|run| run.is_bad()).count(), cases.len()),
            "coverage": coverage.map(|coverage| json!({
                "percent": tenths(coverage.percent()),
                "fail_under": fail_under,
            })),
        },
        "errors": [],
        "tests": tests.iter().map(|run| test(&ran.set, run)).collect::<Vec<_>>(),
        "cases": cases.iter().map(case).collect::<Vec<_>>(),
    });
    write_pretty(out, &whole)
}

/// What keeps everything from being run.
pub(super) fn write_failure(error: &CommandError, out: &mut dyn Write) -> io::Result<()> {
    let errors = of_failure(error).into_iter().map(reason);
    let whole = json!({
        "schema_version": SCHEMA_VERSION,
        "summary": null,
        "errors": errors.collect::<Vec<_>>(),
        "tests": [],
        "cases": [],
    });
    write_pretty(out, &whole)
}

fn test(set: &PolicySet, run: &TestRun) -> Value {
    let outcome = match run.outcome {
        TestOutcome::Passed => "pass",
        TestOutcome::Todo => "todo",
        TestOutcome::Failed(_) => "fail",
        TestOutcome::Errored(_) => "error",
    };
    let prints = run.prints.iter().map(|print| problems::printed(set, print));
    json!({
        "package": run.case.package,
        "name": run.case.name,
        "file": shown(set, run),
        "line": run.case.line,
        "outcome": outcome,
        "milliseconds": run.elapsed.as_secs_f64() * 1000.0,
        "reason": of_test(run).map(reason),
        "prints": prints.collect::<Vec<_>>(),
    })
}

fn case(run: &CaseRun) -> Value {
    let outcome = match run.outcome {
        CaseOutcome::Passed => "pass",
        CaseOutcome::Blessed(_) => "blessed",
        CaseOutcome::New | CaseOutcome::Differs(_) => "fail",
        CaseOutcome::Errored(_) => "error",
    };
    json!({
        "name": run.name,
        "folder": run.folder,
        "outcome": outcome,
        "reason": of_case(run).map(reason),
    })
}

fn reason(reason: Reason<'_>) -> Value {
    json!({
        "message": reason.message,
        "detail": reason.detail,
        "problem": reason.problem.map(problems::object),
    })
}
