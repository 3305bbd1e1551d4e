//! What tests and cases came to, for a terminal.

use std::io::{self, Write};
use std::time::Duration;

use owo_colors::{OwoColorize, Style as Ink};

use super::Outcome;
use super::cases::{CaseOutcome, CaseRun, Row};
use super::cover::tenths;
use crate::command::{output, problems};
use crate::engine::testing::{Profiled, TestOutcome, TestRun};
use crate::policy::{PolicySet, SourceFile};
use crate::render::Style;
use crate::text::visible;

/// Each test and case that is not as it should be, or each at all.
pub(super) fn tests(
    set: &PolicySet,
    outcome: &Outcome,
    verbose: bool,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for run in &outcome.tests.runs {
        let told = verbose || run.outcome.is_bad() || !run.prints.is_empty();
        if told {
            test(set, run, style, out)?;
        }
    }
    for case in &outcome.cases {
        if verbose || case.is_bad() || matches!(case.outcome, CaseOutcome::Blessed(_)) {
            self::case(case, style, out)?;
        }
    }
    Ok(())
}

/// Each case whose report was taken as the expected one, with what differs.
pub(super) fn blessed(outcome: &Outcome, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let is_blessed = |case: &&CaseRun| matches!(case.outcome, CaseOutcome::Blessed(_));
    let mut cases = outcome.cases.iter().filter(is_blessed);
    cases.try_for_each(|run| case(run, style, out))
}

fn ink(style: &Style, word: &str) -> String {
    let ink = match word {
        "pass" => Ink::new().green().bold(),
        "todo" | "blessed" => Ink::new().cyan().bold(),
        _ => Ink::new().red().bold(),
    };
    if style.color {
        word.style(ink).to_string()
    } else {
        word.to_owned()
    }
}

/// One test, with why it fails and what it printed.
pub(super) fn test(
    set: &PolicySet,
    run: &TestRun,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let word = match run.outcome {
        TestOutcome::Passed => "pass",
        TestOutcome::Todo => "todo",
        TestOutcome::Failed(_) => "fail",
        TestOutcome::Errored(_) => "error",
    };
    let (file, line) = (file(set, &run.case.file), run.case.line);
    let shown = file.map_or(run.case.file.as_str(), |file| &file.shown);
    writeln!(
        out,
        "{} {}.{} ({}:{line}, {})",
        ink(style, word),
        visible(&run.case.package),
        visible(&run.case.name),
        visible(shown),
        time(run.elapsed)
    )?;
    match &run.outcome {
        TestOutcome::Failed(Some(problem)) => output::draw(problem.as_ref(), style, out)?,
        TestOutcome::Errored(error) => output::draw(error.as_ref(), style, out)?,
        TestOutcome::Failed(None) => writeln!(
            out,
            "  the rule is not true, and nothing tells which expression of it failed"
        )?,
        TestOutcome::Passed | TestOutcome::Todo => {}
    }
    for print in &run.prints {
        writeln!(out, "  printed at {}", problems::printed(set, print))?;
    }
    Ok(())
}

/// A test file by its name in the set.
pub(super) fn file<'s>(set: &'s PolicySet, name: &str) -> Option<&'s SourceFile> {
    set.tests()
        .iter()
        .find(|module| module.file.name == name)
        .map(|module| &module.file)
}

/// One case, with what differs.
pub(super) fn case(run: &CaseRun, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let line = |out: &mut dyn Write, word: &str, rest: &str| {
        writeln!(
            out,
            "{} case {} ({}){rest}",
            ink(style, word),
            visible(&run.name),
            visible(&run.folder)
        )
    };
    match &run.outcome {
        CaseOutcome::Passed => line(out, "pass", ""),
        CaseOutcome::Blessed(diff) => {
            line(out, "blessed", "")?;
            rows(diff, style, out)
        }
        CaseOutcome::Errored(error) => {
            line(out, "error", "")?;
            output::draw(error.as_ref(), style, out)
        }
        CaseOutcome::New => line(
            out,
            "fail",
            "\n  it has no expected.json; look at what it gives and take it with --bless",
        ),
        CaseOutcome::Differs(diff) => {
            line(
                out,
                "fail",
                "\n  the report is not the expected one; take it with --bless if it is right",
            )?;
            rows(diff, style, out)
        }
    }
}

/// The lines of a difference.
fn rows(diff: &[Row], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for row in diff {
        let text = visible(&row.text);
        let marked = format!("  {}{text}", row.sign);
        match (style.color, row.sign) {
            (true, '-') => writeln!(out, "{}", marked.red())?,
            (true, '+') => writeln!(out, "{}", marked.green())?,
            _ => writeln!(out, "{marked}")?,
        }
    }
    Ok(())
}

/// A row for each rule that the tests call.
pub(super) fn profile(
    set: &PolicySet,
    rows: &[Profiled],
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if rows.is_empty() {
        return writeln!(out, "no test that ran calls a rule, so there is no profile");
    }
    let all: Duration = rows.iter().map(|row| row.spent).sum();
    let head = "     calls        time  part  rule";
    match style.color {
        true => writeln!(out, "{}", head.bold())?,
        false => writeln!(out, "{head}")?,
    }
    for row in rows {
        let mut files = set.modules().iter().map(|module| &module.file);
        let file = files.find(|file| file.name == row.file);
        let part = 100.0 * row.spent.as_secs_f64() / all.as_secs_f64().max(f64::MIN_POSITIVE);
        writeln!(
            out,
            "{:>10} {:>11} {part:>3.0} %  {} ({}:{})",
            row.calls,
            time(row.spent),
            visible(&row.rule),
            visible(file.map_or(row.file.as_str(), |file| &file.shown)),
            row.line
        )?;
    }
    Ok(())
}

/// One line of totals.
pub(super) fn summary(
    outcome: &Outcome,
    fail_under: Option<f64>,
    elapsed: Duration,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let tests = &outcome.tests.runs;
    let failed = tests.iter().filter(|run| run.outcome.is_bad()).count();
    let todo = tests
        .iter()
        .filter(|run| matches!(run.outcome, TestOutcome::Todo))
        .count();
    let mut parts = Vec::new();
    if !tests.is_empty() {
        parts.push(counted(tests.len(), "test", failed, todo));
    }
    if !outcome.cases.is_empty() {
        let failed = outcome.cases.iter().filter(|case| case.is_bad()).count();
        parts.push(counted(outcome.cases.len(), "case", failed, 0));
    }
    writeln!(out, "{} (in {})", parts.join("; "), time(elapsed))?;
    if let Some(coverage) = &outcome.tests.coverage {
        let percent = coverage.percent();
        let short = fail_under.filter(|least| percent < *least);
        let rest = short
            .map(|least| format!(", and --fail-under asks for {least} %"))
            .unwrap_or_default();
        writeln!(
            out,
            "{} coverage: {:.1} % of lines{rest}",
            ink(style, if short.is_some() { "fail" } else { "pass" }),
            tenths(percent)
        )?;
    }
    Ok(())
}

fn counted(all: usize, what: &str, failed: usize, todo: usize) -> String {
    let passed = all.saturating_sub(failed).saturating_sub(todo);
    let mut text = format!(
        "{all} {what}{}: {passed} passed",
        if all == 1 { "" } else { "s" }
    );
    for (count, word) in [(failed, "failed"), (todo, "to do")] {
        if count > 0 {
            text.push_str(&format!(", {count} {word}"));
        }
    }
    text
}

fn time(elapsed: Duration) -> String {
    format!("{:.1} ms", elapsed.as_secs_f64() * 1000.0)
}
