//! What is wrong with a policy set beyond its syntax, found without running
//! it.
//!
//! regorus checks nothing at load: a misspelt name is undefined, an unknown
//! builtin fails only when it is reached, recursion ends in the stack. Each
//! lint here looks at the syntax tree for one such thing. A lint complains of
//! what it can prove; where it can't tell, it is silent, and the engine's own
//! errors remain. `docs/engine-faults.md` lists what regorus takes otherwise.

use rayon::prelude::*;
use regorus::unstable::{Module as Tree, Ref};

use super::caught::caught;
use super::error::EngineError;
use super::load::{as_written, compiled, in_a_long_line};
use super::rewrite::{self, Rewritten, rewritten_side_by_side};
use crate::policy::{Module, PolicyProblem, PolicySet, Weight};

mod calls;
mod checked;
mod conflicts;
mod contract;
mod data;
mod depth;
mod differing;
mod graph;
mod imports;
mod input;
mod kind;
mod modifiers;
mod names;
mod numbers;
mod opa;
mod order;
mod references;
mod refused;
mod reserved;
mod shape;
mod strict;
mod types;
mod variables;

pub use checked::Checked;

use names::Names;

/// Everything wrong with a set and its tests, warnings included, in the order
/// of files and places.
///
/// # Errors
/// [`EngineError::Policy`] where a file doesn't parse.
pub fn check(set: &PolicySet) -> Result<Vec<PolicyProblem>, EngineError> {
    let all: Vec<&Module> = set.modules().iter().chain(set.tests()).collect();
    let files = Files::new(set, all)?;
    Ok(files.with_names_of_tests(files.pass()?.problems))
}

/// What is refused in one more file, which no other knows.
pub(super) fn refused_in(
    set: &PolicySet,
    file: &Module,
) -> Result<Vec<PolicyProblem>, EngineError> {
    let all: Vec<&Module> = set.modules().iter().chain([file]).collect();
    let mut problems = Files::new(set, all)?.pass()?.problems;
    problems.retain(|problem| {
        let is_own = problem.file.name == file.file.name && problem.weight == Weight::Error;
        // A query of all `data` would be asking for itself.
        is_own && problem.code != "recursion"
    });
    Ok(problems)
}

/// A look at the names of some files, which needs nothing of the others.
type Lint = fn(&Names<'_>, &mut Vec<PolicyProblem>);

/// Those that tell before the ones of the input and of types. What stands at one place
/// under one code is told by the first of all.
const FIRST: [Lint; 3] = [calls::lint, references::lint, graph::lint];
/// Those that tell after them.
const LAST: [Lint; 11] = [
    contract::lint,
    differing::lint,
    numbers::lint,
    order::lint,
    conflicts::lint,
    data::lint,
    variables::lint,
    imports::lint,
    refused::lint,
    modifiers::lint,
    reserved::lint,
];

/// Files of a set that are looked at together, and their trees.
struct Files<'a> {
    set: &'a PolicySet,
    modules: Vec<&'a Module>,
    trees: Vec<Ref<Tree>>,
}

/// What one look at files came to.
struct Pass {
    /// Everything that is wrong, in the order of files and places.
    problems: Vec<PolicyProblem>,
    /// The files as the engine is given them, where it was asked of them.
    written: Option<Vec<Rewritten>>,
}

/// What the lints find, before the engine is asked.
struct Found {
    problems: Vec<PolicyProblem>,
    /// Variables without a value, which may come of anything else that is wrong.
    without_value: Vec<PolicyProblem>,
}

impl<'a> Files<'a> {
    fn new(set: &'a PolicySet, modules: Vec<&'a Module>) -> Result<Self, EngineError> {
        let trees = as_written(modules.iter().copied())?.get_modules().clone();
        Ok(Self {
            set,
            modules,
            trees,
        })
    }

    /// These files and others.
    fn and(&self, others: Self) -> Self {
        Self {
            set: self.set,
            modules: [self.modules.as_slice(), &others.modules].concat(),
            trees: [self.trees.as_slice(), &others.trees].concat(),
        }
    }

    fn names(&self) -> Names<'_> {
        Names::new(self.set, &self.modules, &self.trees)
    }

    /// Every lint, and then the engine.
    fn pass(&self) -> Result<Pass, EngineError> {
        self.asked(self.found())
    }

    /// Every lint, on the threads of the current rayon pool.
    fn found(&self) -> Found {
        let names = self.names();
        let each = |lints: &[Lint]| -> Vec<PolicyProblem> {
            let lints = lints.par_iter().map(|lint| {
                let mut problems = Vec::new();
                lint(&names, &mut problems);
                problems
            });
            lints.collect::<Vec<_>>().concat()
        };
        let typed = || {
            let mut problems = Vec::new();
            let known = input::lint(&names, &mut problems);
            let without_value = types::lint(&names, &known, &mut problems);
            (problems, without_value)
        };
        let (mut problems, ((typed, without_value), last)) =
            rayon::join(|| each(&FIRST), || rayon::join(typed, || each(&LAST)));
        problems.extend(typed);
        problems.extend(last);
        let mut found = Found {
            problems,
            without_value,
        };
        if found.is_sound() {
            // A slip in a name leaves the right one unused too.
            strict::lint(&names, &mut found.problems);
        }
        found
    }

    /// What was found with what the engine refuses, which is asked of files that are
    /// sound otherwise.
    fn asked(&self, found: Found) -> Result<Pass, EngineError> {
        let mut written = None;
        let mut refused = None;
        if found.is_sound() && found.without_value.is_empty() {
            let files = rewritten_side_by_side(&self.modules);
            refused = unprepared(&files)?;
            written = Some(files);
        }
        let mut problems = found.settled();
        if refused.is_some() {
            problems.extend(refused);
            tidy(&mut problems);
        }
        Ok(Pass { problems, written })
    }

    /// The same problems, and those in the names of the set's tests.
    fn with_names_of_tests(&self, mut problems: Vec<PolicyProblem>) -> Vec<PolicyProblem> {
        problems.extend(super::testing::names::lint(self.set));
        sort(&mut problems);
        problems
    }
}

impl Found {
    /// Whether there is nothing but warnings.
    fn is_sound(&self) -> bool {
        let mut problems = self.problems.iter();
        problems.all(|problem| problem.weight == Weight::Warning)
    }

    /// All that is told of it, in the order of files and places.
    fn settled(self) -> Vec<PolicyProblem> {
        let without_value = match self.is_sound() {
            true => self.without_value,
            false => Vec::new(),
        };
        let mut problems = self.problems;
        problems.extend(without_value);
        tidy(&mut problems);
        problems
    }
}

/// What weighs as an error.
fn errors(problems: &[PolicyProblem]) -> Vec<PolicyProblem> {
    let errors = problems
        .iter()
        .filter(|problem| problem.weight == Weight::Error);
    errors.cloned().collect()
}

/// In the order of files and places, and each place once under a code.
fn tidy(problems: &mut Vec<PolicyProblem>) {
    sort(problems);
    problems.dedup_by(|a, b| a.file.name == b.file.name && a.span == b.span && a.code == b.code);
}

/// In the order of files and places.
fn sort(problems: &mut [PolicyProblem]) {
    problems.sort_by(|a, b| {
        (&a.file.name, a.span.start, a.code).cmp(&(&b.file.name, b.span.start, b.code))
    });
}

/// What regorus itself refuses when it orders the statements of every body,
/// which it does before it evaluates anything. It tells the first such thing.
fn unprepared(files: &[Rewritten]) -> Result<Option<PolicyProblem>, EngineError> {
    const ANYTHING: &str = "coldtrail_anything";
    let failed = |message: String| EngineError::Failed {
        policy: ANYTHING.to_owned(),
        message,
    };
    let mut engine = compiled(files)?;
    engine
        .add_policy(
            ANYTHING.to_owned(),
            format!("package {ANYTHING}\nready := true\n"),
        )
        .map_err(|error| failed(error.to_string()))?;
    let Ok(found) = caught(|| engine.eval_rule(format!("data.{ANYTHING}.ready"))) else {
        let longest = files.iter().map(|one| &one.file).max_by_key(|file| {
            let lines = file.text.lines().map(str::len);
            lines.max()
        });
        return Ok(longest.map(in_a_long_line));
    };
    let Err(error) = found else { return Ok(None) };
    let error = rewrite::reported_of(files, &error.to_string());
    match error.problem("rego-preparation", files.iter().map(|one| &one.file)) {
        Some(problem) => Ok(Some(problem.with_help("a variable is bound before it is used, and shares its name with no rule of its package"))),
        None => Err(failed(error.message)),
    }
}

#[cfg(test)]
mod tests;
