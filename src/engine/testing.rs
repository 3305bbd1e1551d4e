//! Rego tests: every `test_` and `todo_test_` rule of a set's `_test.rego`
//! files.
//!
//! A test passes where its rule is true and fails where it is undefined,
//! false or an error, as with OPA. Tests see the data files of the set, and
//! parameters as METADATA and the data files set them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

mod coverage;
mod diagnose;
pub(super) mod names;
mod profile;

pub use coverage::{Coverage, FileCoverage};
pub use profile::{Profiled, profile};

use regorus::{Engine, Value};

use super::aside::Aside;
use super::error::EngineError;
use super::lint::Checked;
use super::load::compiled;
use super::program::{add_data, is_late};
use super::rewrite::Rewritten;
use super::value::value;
use super::{rewrite, whereabouts};
use crate::policy::{Module, PolicyError, PolicyProblem, PolicySet, SourceFile};

/// One test rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TestCase {
    /// Its package, without `data.`.
    pub package: String,
    /// Its name, `test_` included.
    pub name: String,
    /// The file's name in the set.
    pub file: String,
    /// The line of its head, one-based.
    pub line: usize,
}

/// What a test came to.
#[derive(Debug)]
pub enum TestOutcome {
    /// Its rule is true.
    Passed,
    /// A `todo_test_` rule: not run.
    Todo,
    /// Its rule is undefined or something else than true; with its value or the
    /// expression that didn't hold, where it can be told.
    Failed(Option<Box<PolicyProblem>>),
    /// It met an error; with its place where there is one.
    Errored(Box<EngineError>),
}

impl TestOutcome {
    /// Whether it is none that a run of tests may end well with.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Errored(_))
    }
}

/// A test that was run.
#[derive(Debug)]
pub struct TestRun {
    /// Which.
    pub case: TestCase,
    /// What it came to.
    pub outcome: TestOutcome,
    /// What it printed, one entry a `print()`: `file:line: text`.
    pub prints: Vec<String>,
    /// How long it took.
    pub elapsed: Duration,
}

/// The tests of a set, sorted by package, file and place.
#[must_use]
pub fn cases(set: &PolicySet) -> Vec<TestCase> {
    let mut cases: Vec<TestCase> = Vec::new();
    for module in set.tests() {
        for (name, at) in &module.outline.heads {
            if !(name.starts_with("test_") || name.starts_with("todo_test_")) {
                continue;
            }
            if cases
                .iter()
                .any(|case| case.name == *name && case.package == module.package)
            {
                continue;
            }
            let (line, _) = module.file.position(at.start);
            cases.push(TestCase {
                package: module.package.clone(),
                name: name.clone(),
                file: module.file.name.clone(),
                line,
            });
        }
    }
    cases.sort_by(|a, b| (&a.package, &a.file, a.line).cmp(&(&b.package, &b.file, b.line)));
    cases
}

/// What a run of tests came to.
#[derive(Debug)]
pub struct TestReport {
    /// Each test, in the order of the cases.
    pub runs: Vec<TestRun>,
    /// Which lines of the policies were evaluated, where that was asked for.
    pub coverage: Option<Coverage>,
}

/// Whether a run of tests notes the lines it evaluates, which takes time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// It doesn't.
    Ignored,
    /// It does.
    Noted,
}

/// Runs these tests on every thread of the current rayon pool, each with an
/// engine of its own.
///
/// # Errors
/// [`EngineError::Policy`] where the set doesn't compile, two tests share a
/// name or one stands where no test is looked for.
pub fn run(
    checked: &Checked<'_>,
    cases: &[TestCase],
    lines: Lines,
    limit: Duration,
) -> Result<TestReport, EngineError> {
    let tested = Tested {
        set: checked.set(),
        files: checked.all(),
        lines,
        limit,
    };
    PolicyError::check(names::lint(tested.set))?;
    // What doesn't compile is an error before anything runs.
    let first = Mutex::new(Some(tested.engine()?));
    let next = AtomicUsize::new(0);
    // One engine a thread: building one takes as long as dozens of tests.
    let ran: Vec<Result<Vec<Ran>, EngineError>> = rayon::broadcast(|_| {
        let mut own = Vec::new();
        let mut engine = None;
        let mut aside = Aside::default();
        while let Some((number, case)) = numbered(cases, next.fetch_add(1, Ordering::Relaxed)) {
            let engine = match &mut engine {
                Some(engine) => engine,
                none => {
                    let ready = first.lock().unwrap_or_else(PoisonError::into_inner).take();
                    none.insert(ready.map_or_else(|| tested.engine(), Ok)?)
                }
            };
            own.push((number, tested.run(engine, &mut aside, case)));
        }
        Ok(own)
    });
    let mut ran: Vec<Ran> = ran
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect();
    ran.sort_by_key(|(number, _)| *number);
    let (mut runs, mut covered) = (Vec::new(), Vec::new());
    for (_, (run, coverage)) in ran {
        runs.push(run);
        covered.extend(coverage);
    }
    for run in &mut runs {
        if let TestOutcome::Failed(failure @ None) = &mut run.outcome {
            *failure = diagnose::diagnose(&tested, &run.case).map(Box::new);
        }
    }
    let coverage = (lines == Lines::Noted).then(|| Coverage::whole(&tested, covered));
    Ok(TestReport { runs, coverage })
}

/// A test that was run, and its number among the cases.
type Ran = (usize, (TestRun, Option<Coverage>));

fn numbered(cases: &[TestCase], number: usize) -> Option<(usize, &TestCase)> {
    cases.get(number).map(|case| (number, case))
}

/// Every file of a set, its tests included.
fn all(set: &PolicySet) -> impl Iterator<Item = &Module> {
    set.modules().iter().chain(set.tests())
}

/// What tests run in.
struct Tested<'a> {
    set: &'a PolicySet,
    /// The policies and their tests as the engine is given them.
    files: Arc<[Rewritten]>,
    lines: Lines,
    limit: Duration,
}

impl Tested<'_> {
    fn engine(&self) -> Result<Engine, EngineError> {
        self.engine_noting(self.lines)
    }

    fn engine_noting(&self, lines: Lines) -> Result<Engine, EngineError> {
        let mut engine = compiled(&self.files)?;
        add_data(&mut engine, &self.set.data())?;
        super::program::limit(&mut engine, self.limit);
        engine.set_enable_coverage(lines == Lines::Noted);
        Ok(engine)
    }

    fn run(
        &self,
        engine: &mut Engine,
        aside: &mut Aside,
        case: &TestCase,
    ) -> (TestRun, Option<Coverage>) {
        let start = Instant::now();
        let outcome = self.outcome(engine, aside, case);
        let elapsed = start.elapsed();
        let prints = rewrite::prints_of(&self.files, engine.take_prints().unwrap_or_default());
        let coverage = (self.lines == Lines::Noted).then(|| Coverage::of(engine));
        engine.clear_coverage_data();
        let run = TestRun {
            case: case.clone(),
            outcome,
            prints,
            elapsed,
        };
        (run, coverage)
    }

    fn outcome(&self, engine: &mut Engine, aside: &mut Aside, case: &TestCase) -> TestOutcome {
        if case.name.starts_with("todo_test_") {
            return TestOutcome::Todo;
        }
        let rule = path(case);
        let ran = aside.with_engine(engine, self.limit, |engine| engine.eval_rule(rule));
        if !matches!(ran, Some(Ok(_)))
            && let Ok(again) = self.engine()
        {
            // What broke may be left half done, and what was left behind is gone.
            *engine = again;
        }
        match ran {
            Some(Ok(Ok(Value::Bool(true)))) => TestOutcome::Passed,
            Some(Ok(Ok(Value::Undefined))) => TestOutcome::Failed(None),
            Some(Ok(Ok(value))) => {
                TestOutcome::Failed(diagnose::untrue(self.set, case, &value).map(Box::new))
            }
            Some(Ok(Err(error))) if !is_late(&format!("{error:#}")) => {
                TestOutcome::Errored(Box::new(self.explained(case, &error.to_string())))
            }
            None | Some(Ok(Err(_))) => {
                TestOutcome::Errored(Box::new(late(self.set, case, self.limit)))
            }
            Some(Err(panicked)) => {
                let text = format!("the engine broke: {panicked}");
                TestOutcome::Errored(Box::new(self.explained(case, &text)))
            }
        }
    }

    fn explained(&self, case: &TestCase, text: &str) -> EngineError {
        let files = || self.files.iter().map(|one| &one.file);
        let error = rewrite::reported_of(&self.files, text);
        match error
            .problem("rego-evaluation", files())
            .or_else(|| at_head(files(), case, &error.message))
        {
            Some(problem) => problem.into(),
            None => EngineError::Failed {
                policy: case.package.clone(),
                message: error.message,
            },
        }
    }
}

/// A test that came to no end, with the rule that took the time.
fn late(set: &PolicySet, case: &TestCase, limit: Duration) -> EngineError {
    let modules: Vec<_> = set.modules().iter().chain(set.tests()).cloned().collect();
    let name = format!("`{}`", case.name);
    let message = format!(
        "{name} did not come to an end within {} s",
        limit.as_secs_f64()
    );
    let Some(problem) = at_head(modules.iter().map(|module| &module.file), case, &message) else {
        return EngineError::Failed {
            policy: case.package.clone(),
            message,
        };
    };
    let entry = ("package coldtrail_entry".to_owned(), path(case));
    let data = value(&set.data());
    let place = whereabouts::busiest(&modules, &data, &Value::Undefined, entry, limit);
    problem.with_help(whereabouts::told(place.as_ref())).into()
}

pub(super) fn path(case: &TestCase) -> String {
    format!("data.{}.{}", case.package, case.name)
}

fn at_head<'a>(
    files: impl IntoIterator<Item = &'a SourceFile>,
    case: &TestCase,
    message: &str,
) -> Option<PolicyProblem> {
    let file = files.into_iter().find(|file| file.name == case.file)?;
    let at = file.offset(case.line, 1);
    Some(PolicyProblem::new(
        "rego-evaluation",
        file,
        at..at.saturating_add(case.name.len()),
        message,
        "this test",
    ))
}
