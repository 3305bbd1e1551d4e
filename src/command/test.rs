//! `coldtrail test`: Rego tests, snapshot cases and coverage.
//!
//! Order and words are the same however the work was shared; only times
//! differ from run to run.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use regex::Regex;

use super::output::Form;
use super::targets::{Input, Target, Wanted, settle};
use super::{CommandError, load, output, policy, problems};
use crate::cli::{Color, Test, TestFormat};
use crate::engine::testing;
use crate::engine::testing::{Lines, Profiled, TestCase, TestReport};
use crate::engine::{Checked, DEFAULT_LIMIT};
use crate::exit::Exit;
use crate::policy::PolicySet;
use crate::render::Style;

mod cases;
mod cover;
mod format;
mod show;
mod since;
mod watching;

use cases::{Case, CaseRun};

/// Everything one run of tests came to.
struct Outcome {
    tests: TestReport,
    cases: Vec<CaseRun>,
    /// The rules that the tests call, where that was asked for.
    profile: Vec<Profiled>,
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
    apart(args)?;
    let target = target(args)?;
    let ran = Ran::now(args, color).inspect_err(|error| {
        let told = |out: &mut dyn Write| format::write_failure(args.format, error, out);
        let _ = output::to_stdout(form(args, false), told);
    })?;
    let style = output::style(color, false);
    let tell = |out: &mut dyn Write| match args.format {
        TestFormat::Human => {
            show::tests(&ran.set, &ran.outcome, args.verbose, &style, out)?;
            ran.totals(args, &style, out)
        }
        format => format::write(format, &ran, args.fail_under, out),
    };
    match (args.coverage_format, &ran.outcome.tests.coverage) {
        (Some(format), Some(coverage)) => match &target {
            Some(target) => {
                target
                    .prepare(|out| cover::write(format, coverage, &ran.set, out))?
                    .put_in_place()?;
                output::to_stdout(form(args, style.color), tell)?;
            }
            None => {
                output::to_stdout(Form::Data, |out| {
                    cover::write(format, coverage, &ran.set, out)
                })?;
                output::aside(color, |_, out| tell(out));
            }
        },
        _ => output::to_stdout(form(args, style.color), tell)?,
    }
    if args.format != TestFormat::Human {
        // What was taken as right is looked at, whoever reads the rest.
        output::aside(color, |style, out| show::blessed(&ran.outcome, style, out));
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
    fn now(args: &Test, color: Color) -> Result<Self, CommandError> {
        let set = policy::load_rules(&args.paths, &args.signature)?;
        let set = match args.no_optimize {
            true => set.as_written(),
            false => set,
        };
        let (tests, cases) = wanted(args, &set)?;
        let cases = blessed(args, cases)?;
        let start = Instant::now();
        let (outcome, checked) = load::on_threads(args.jobs, || {
            let checked = Checked::with_tests(&set)?;
            let lines = if asks_for_coverage(args) {
                Lines::Noted
            } else {
                Lines::Ignored
            };
            let profile = match args.profile {
                true => testing::profile(&set, &tests, DEFAULT_LIMIT)?,
                false => Vec::new(),
            };
            let tests = testing::run(&checked, &tests, lines, DEFAULT_LIMIT)?;
            let cases = cases::run(&cases, &checked)?;
            let outcome = Outcome {
                tests,
                cases,
                profile,
            };
            Ok::<_, CommandError>((outcome, checked))
        })??;
        if !args.paths.is_empty() {
            problems::warn(checked.warnings(), color);
        }
        Ok(Self {
            set,
            outcome,
            elapsed: start.elapsed(),
        })
    }

    /// The profile, coverage, where it was asked for and goes nowhere else, and
    /// one line of totals.
    fn totals(&self, args: &Test, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        if args.profile {
            show::profile(&self.set, &self.outcome.profile, style, out)?;
        }
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

/// The file of coverage, which may not be one that is read.
fn target(args: &Test) -> Result<Option<Target>, CommandError> {
    let wanted = args.coverage_output.iter().map(|path| Wanted {
        flag: format!("--coverage-output {}", path.display()),
        path: path.clone(),
        format: None,
    });
    let policies = args.paths.iter().map(|path| Input::Policies(path.clone()));
    let cases = args.cases.iter().map(|path| Input::Evidence {
        path: path.clone(),
        links: false,
    });
    let inputs: Vec<Input> = policies.chain(cases).chain(key(args)).collect();
    Ok(settle(wanted.collect(), &inputs)?.pop())
}

/// What is read beside policies and cases.
fn key(args: &Test) -> Option<Input> {
    let key = args.signature.verification_key.clone()?;
    Some(Input::File("--verification-key", key))
}

/// Where the reports of cases are taken as expected ones; nowhere where they
/// are only held against them.
fn blessed(args: &Test, cases: Vec<Case>) -> Result<Vec<Case>, CommandError> {
    if !args.bless {
        return Ok(cases);
    }
    let wanted = cases.iter().map(Case::wanted).collect();
    let policies = args.paths.iter().map(|path| Input::Blessed(path.clone()));
    let own = cases.iter().flat_map(Case::inputs);
    let inputs: Vec<Input> = policies.chain(own).chain(key(args)).collect();
    let targets = settle(wanted, &inputs)?;
    let cases = cases.into_iter().zip(targets);
    Ok(cases
        .map(|(case, target)| case.blessed_to(target))
        .collect())
}

/// Refuses what would go to one place.
fn apart(args: &Test) -> Result<(), CommandError> {
    let other = match args.format {
        TestFormat::Human => return Ok(()),
        format => format!("--format {}", format.as_str()),
    };
    let refuse = |one, why, help| {
        Err(CommandError::Apart {
            one,
            other: other.clone(),
            why,
            help,
        })
    };
    if args.profile {
        let why = "a profile is for a person to read";
        return refuse("--profile", why, "run the tests once more for it");
    }
    if args.coverage_format.is_some() && args.coverage_output.is_none() {
        let why = "both go to standard output";
        return refuse("--coverage-format", why, "give --coverage-output FILE");
    }
    Ok(())
}

fn asks_for_coverage(args: &Test) -> bool {
    args.coverage || args.coverage_format.is_some() || args.fail_under.is_some()
}

/// How tests are told, as the gate knows it.
fn form(args: &Test, color: bool) -> Form {
    match args.format {
        TestFormat::Human => Form::of_text(color),
        // Its lines are read by people too.
        TestFormat::Tap => Form::Plain,
        TestFormat::Json | TestFormat::Junit => Form::Data,
    }
}

/// The last line of an error of a pattern: those before it draw the pattern.
fn last_line(error: &str) -> String {
    let last = error.lines().next_back().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

/// The tests and cases to run: all, or those whose name the pattern finds.
fn wanted(args: &Test, set: &PolicySet) -> Result<(Vec<TestCase>, Vec<Case>), CommandError> {
    let mut tests = testing::cases(set);
    let mut cases = cases::find(&args.paths, &args.cases)?;
    let all = tests.len().saturating_add(cases.len());
    if let Some(pattern) = &args.run {
        let pattern = Regex::new(pattern).map_err(|error| CommandError::Usage {
            what: format!("`--run {pattern}`"),
            why: last_line(&error.to_string()),
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
