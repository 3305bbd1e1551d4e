//! Tests and cases in the Test Anything Protocol, version 14.
//!
//! Values of the YAML blocks are written as JSON, which is YAML and needs no
//! second escaping.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Reason, name, of_case, of_failure, of_test, shown};
use crate::command::test::Ran;
use crate::command::{CommandError, problems};
use crate::engine::testing::TestOutcome;
use crate::render::json::formatter::write_pretty;
use crate::text::visible;

pub(super) fn write(ran: &Ran, out: &mut dyn Write) -> io::Result<()> {
    let (tests, cases) = (&ran.outcome.tests.runs, &ran.outcome.cases);
    let all = tests.len().saturating_add(cases.len());
    writeln!(out, "TAP version 14\n1..{all}")?;
    for (number, run) in (1..).zip(tests) {
        let name = escaped(&name(run));
        match &run.outcome {
            TestOutcome::Todo => writeln!(out, "not ok {number} - {name} # TODO it is not run")?,
            outcome => writeln!(out, "{} {number} - {name}", word(!outcome.is_bad()))?,
        }
        // The block belongs to the line right above it.
        if let Some(reason) = of_test(run) {
            let own = json!({"file": shown(&ran.set, run), "line": run.case.line});
            block(&reason, own, out)?;
        }
        for print in &run.prints {
            writeln!(out, "# {}", problems::printed(&ran.set, print))?;
        }
    }
    let first = tests.len().saturating_add(1);
    for (number, run) in (first..).zip(cases) {
        let name = escaped(&run.name);
        writeln!(out, "{} {number} - case {name}", word(!run.is_bad()))?;
        if let Some(reason) = of_case(run) {
            block(&reason, json!({"file": run.folder}), out)?;
        }
    }
    Ok(())
}

/// What keeps everything from being run.
pub(super) fn write_failure(error: &CommandError, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "TAP version 14")?;
    for reason in of_failure(error) {
        if let Some(place) = reason.place() {
            writeln!(out, "# {place}: {}", visible(&reason.message))?;
        }
    }
    let whole = error.to_string().replace('\n', " ");
    writeln!(out, "Bail out! {}", visible(&whole))
}

fn word(holds: bool) -> &'static str {
    if holds { "ok" } else { "not ok" }
}

/// A description, in which `#` would begin a directive.
fn escaped(name: &str) -> String {
    visible(name).replace('\\', "\\\\").replace('#', "\\#")
}

/// Why, in YAML, at the place that is wrong or else at what failed.
fn block(reason: &Reason<'_>, own: Value, out: &mut dyn Write) -> io::Result<()> {
    let place = reason.problem.map(|problem| {
        let (line, column) = problem.position();
        json!({"file": problem.file.shown, "line": line, "column": column})
    });
    let fields = [
        ("message", json!(reason.message)),
        ("at", place.unwrap_or(own)),
        ("detail", json!(reason.detail)),
    ];
    writeln!(out, "  ---")?;
    for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        writeln!(out, "  {key}: {}", one_line(value)?)?;
    }
    writeln!(out, "  ...")
}

/// JSON on one line; what isn't plainly visible is escaped as in every other.
fn one_line(value: &Value) -> io::Result<String> {
    let mut text = Vec::new();
    write_pretty(&mut text, value)?;
    let text = String::from_utf8_lossy(&text);
    Ok(text.lines().map(str::trim).collect::<Vec<_>>().join(" "))
}
