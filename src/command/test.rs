//! `coldtrail test`: Rego tests, snapshot cases and coverage.
//!
//! Order and words are the same however the work was shared; only times
//! differ from run to run.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use regex::Regex;

use super::{CommandError, load, output, policy};
use crate::cli::{Color, Test};
use crate::engine::testing;
use crate::engine::testing::{Lines, TestCase, TestReport};
use crate::engine::{Checked, DEFAULT_LIMIT};
use crate::exit::Exit;
use crate::policy::PolicySet;
use crate::render::Style;

mod cases;
mod cover;
mod show;
mod since;
mod watching;

use cases::{Case, CaseRun};

/// Everything one run of tests came to.
struct Outcome {
    tests: TestReport,
    cases: Vec<CaseRun>,
}

impl Outcome {
    /// Whether all of it is as it should be.
    fn holds(&self, fail_under: Option<f64>) -> bool {
        let covered = self
            .tests
            .coverage
            .as_ref()
            .map_or(100.0, testing::Coverage::percent);
        self.tests.runs.iter().all(|run| !run.outcome.is_bad())
            && self.cases.iter().all(|case| !case.is_bad())
            && fail_under.is_none_or(|least| covered >= least)
    }
}

pub(super) fn run(args: &Test, color: Color) -> Result<Exit, CommandError> {
    if args.watch {
        return watching::run(args, color);
    }
    let ran = Ran::now(args)?;
    let style = output::style(color, false);
    let tell = |out: &mut dyn Write| {
        show::tests(&ran.set, &ran.outcome, args.verbose, &style, out)?;
        ran.totals(args, &style, out)
    };
    match (args.coverage_format, &ran.outcome.tests.coverage) {
        (Some(format), Some(coverage)) => match &args.coverage_output {
            Some(path) => {
                output::prepare(path, |out| cover::write(format, coverage, &ran.set, out))?
                    .put_in_place()?;
                output::to_stdout(tell)?;
            }
            None => {
                output::to_stdout(|out| cover::write(format, coverage, &ran.set, out))?;
                to_stderr(tell);
            }
        },
        _ => output::to_stdout(tell)?,
    }
    Ok(ran.exit(args))
}

/// One run of tests and cases, from the files on.
struct Ran {
    set: PolicySet,
    outcome: Outcome,
    elapsed: Duration,
}

impl Ran {
    fn now(args: &Test) -> Result<Self, CommandError> {
        let set = policy::load(&args.paths)?;
        let (tests, cases) = wanted(args, &set)?;
        let start = Instant::now();
        let outcome = load::on_threads(args.jobs, || {
            let checked = Checked::new(&set)?;
            let lines = if asks_for_coverage(args) {
                Lines::Noted
            } else {
                Lines::Ignored
            };
            let tests = testing::run(&set, &tests, lines, DEFAULT_LIMIT)?;
            let cases: Result<Vec<CaseRun>, CommandError> = cases
                .par_iter()
                .map(|case| case.run(checked, args.bless))
                .collect();
            Ok::<_, CommandError>(Outcome {
                tests,
                cases: cases?,
            })
        })??;
        Ok(Self {
            set,
            outcome,
            elapsed: start.elapsed(),
        })
    }

    /// Coverage, where it was asked for and goes nowhere else, and one line of
    /// totals.
    fn totals(&self, args: &Test, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        if args.coverage_format.is_none()
            && let Some(coverage) = &self.outcome.tests.coverage
        {
            cover::on_terminal(coverage, &self.set, style, out)?;
        }
        show::summary(&self.outcome, args.fail_under, self.elapsed, style, out)
    }

    fn exit(&self, args: &Test) -> Exit {
        if self.outcome.holds(args.fail_under) {
            Exit::Pass
        } else {
            Exit::Fail
        }
    }
}

fn asks_for_coverage(args: &Test) -> bool {
    args.coverage || args.coverage_format.is_some() || args.fail_under.is_some()
}

/// Standard error may be closed; what a test came to is in the exit code too.
fn to_stderr(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let mut text = Vec::new();
    let _ = write(&mut text).and_then(|()| anstream::stderr().write_all(&text));
}

/// The tests and cases to run: all, or those whose name the pattern finds.
fn wanted(args: &Test, set: &PolicySet) -> Result<(Vec<TestCase>, Vec<Case>), CommandError> {
    let mut tests = testing::cases(set);
    let mut cases = cases::find(&args.paths, &args.cases)?;
    let all = tests.len().saturating_add(cases.len());
    if let Some(pattern) = &args.run {
        let pattern = Regex::new(pattern).map_err(|error| CommandError::Usage {
            what: format!("`--run {pattern}`"),
            why: error.to_string(),
            help: "give a regular expression, such as `--run log_group`".to_owned(),
        })?;
        tests.retain(|test| pattern.is_match(&format!("{}.{}", test.package, test.name)));
        cases.retain(|case| pattern.is_match(&case.name));
    }
    if tests.is_empty() && cases.is_empty() {
        let places: Vec<String> = args
            .paths
            .iter()
            .chain(&args.cases)
            .map(|path| path.display().to_string())
            .collect();
        return Err(CommandError::NoTests {
            places: if places.is_empty() { "the built-in policies".to_owned() } else { crate::policy::list(places.iter().map(String::as_str)) },
            help: match all {
                0 => "a test is a rule `test_...` in a file that ends in `_test.rego`; a case is a folder `cases/NAME` with `evidence/` in it".to_owned(),
                all => format!("`--run` finds none of the {all} there are"),
            },
        });
    }
    Ok((tests, cases))
}
