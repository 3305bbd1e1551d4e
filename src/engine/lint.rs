//! What is wrong with a policy set beyond its syntax, found without running
//! it.
//!
//! regorus checks nothing at load: a misspelt name is undefined, an unknown
//! builtin fails only when it is reached, recursion ends in the stack. Each
//! lint here looks at the syntax tree for one such thing. A lint complains of
//! what it can prove; where it can't tell, it is silent, and the engine's own
//! errors remain. `docs/engine-faults.md` lists what regorus takes otherwise.

use regorus::Engine;

use super::caught::caught;
use super::error::EngineError;
use super::load::{as_written, compile, in_a_long_line};
use super::rewrite;
use crate::policy::{Module, PolicyError, PolicyProblem, PolicySet, Weight};

mod calls;
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

use names::Names;

/// A policy set that the lints let through. There is no other way to a
/// [`Worker`](super::Worker), so that no run goes without them.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    set: &'a PolicySet,
}

impl<'a> Checked<'a> {
    /// Compiles and lints a set. What the binary carries went through the lints in
    /// the project's tests, and doesn't change.
    ///
    /// # Errors
    /// [`EngineError::Policy`] with everything that weighs as an error.
    pub fn new(set: &'a PolicySet) -> Result<Self, EngineError> {
        if set.is_shipped() {
            return Ok(Self { set });
        }
        let errors = problems(set, set.modules())?
            .into_iter()
            .filter(|problem| problem.weight == Weight::Error);
        PolicyError::check(errors.collect())?;
        Ok(Self { set })
    }

    /// The same of its tests, which run beside it.
    ///
    /// # Errors
    /// [`EngineError::Policy`] with everything that weighs as an error.
    pub fn with_tests(self) -> Result<Self, EngineError> {
        if !self.set.tests().is_empty() {
            let mut errors = check(self.set)?;
            errors.retain(|problem| problem.weight == Weight::Error);
            PolicyError::check(errors)?;
        }
        Ok(self)
    }

    /// The set.
    #[must_use]
    pub fn set(self) -> &'a PolicySet {
        self.set
    }
}

/// Everything wrong with a set and its tests, warnings included, in the order
/// of files and places.
///
/// # Errors
/// [`EngineError::Policy`] where a file doesn't parse.
pub fn check(set: &PolicySet) -> Result<Vec<PolicyProblem>, EngineError> {
    let all: Vec<Module> = set.modules().iter().chain(set.tests()).cloned().collect();
    let mut problems = problems(set, &all)?;
    problems.extend(super::testing::names::lint(set));
    sort(&mut problems);
    Ok(problems)
}

/// What is refused in one more file, which no other knows.
pub(super) fn refused_in(
    set: &PolicySet,
    file: &Module,
) -> Result<Vec<PolicyProblem>, EngineError> {
    let all: Vec<Module> = set.modules().iter().chain([file]).cloned().collect();
    let mut problems = problems(set, &all)?;
    problems.retain(|problem| {
        let is_own = problem.file.name == file.file.name && problem.weight == Weight::Error;
        // A query of all `data` would be asking for itself.
        is_own && problem.code != "recursion"
    });
    Ok(problems)
}

fn problems(set: &PolicySet, modules: &[Module]) -> Result<Vec<PolicyProblem>, EngineError> {
    let mut written: Engine = as_written(modules)?;
    let trees = written.get_modules().clone();
    let names = Names::new(set, modules, &trees);
    let mut problems = Vec::new();
    calls::lint(&names, &mut problems);
    references::lint(&names, &mut problems);
    graph::lint(&names, &mut problems);
    let known = input::lint(&names, &mut problems);
    let without_value = types::lint(&names, &known, &mut problems);
    contract::lint(&names, &mut problems);
    differing::lint(&names, &mut problems);
    numbers::lint(&names, &trees, &mut problems);
    order::lint(&names, &mut problems);
    conflicts::lint(&names, &mut problems);
    data::lint(&names, &mut problems);
    variables::lint(&names, &mut problems);
    imports::lint(&names, &trees, &mut problems);
    refused::lint(&names, &mut problems);
    modifiers::lint(&names, &mut problems);
    reserved::lint(&names, &mut problems);
    if problems
        .iter()
        .all(|problem| problem.weight == Weight::Warning)
    {
        // A slip in a name leaves the right one unused too.
        strict::lint(&names, &mut problems);
        match without_value.is_empty() {
            true => problems.extend(unprepared(modules)?),
            false => problems.extend(without_value),
        }
    }
    sort(&mut problems);
    problems.dedup_by(|a, b| a.file.name == b.file.name && a.span == b.span && a.code == b.code);
    Ok(problems)
}

/// In the order of files and places.
fn sort(problems: &mut [PolicyProblem]) {
    problems.sort_by(|a, b| {
        (&a.file.name, a.span.start, a.code).cmp(&(&b.file.name, b.span.start, b.code))
    });
}

/// What regorus itself refuses when it orders the statements of every body,
/// which it does before it evaluates anything. It tells the first such thing.
fn unprepared(modules: &[Module]) -> Result<Option<PolicyProblem>, EngineError> {
    const ANYTHING: &str = "coldtrail_anything";
    let failed = |message: String| EngineError::Failed {
        policy: ANYTHING.to_owned(),
        message,
    };
    let mut engine = compile(modules)?;
    engine
        .add_policy(
            ANYTHING.to_owned(),
            format!("package {ANYTHING}\nready := true\n"),
        )
        .map_err(|error| failed(error.to_string()))?;
    let Ok(found) = caught(|| engine.eval_rule(format!("data.{ANYTHING}.ready"))) else {
        let longest = modules
            .iter()
            .map(|module| &module.file)
            .max_by_key(|file| {
                let lines = file.text.lines().map(str::len);
                lines.max()
            });
        return Ok(longest.map(in_a_long_line));
    };
    let Err(error) = found else { return Ok(None) };
    let error = rewrite::reported(modules.iter().collect(), &error.to_string());
    match error.problem("rego-preparation", modules.iter().map(|module| &module.file)) {
        Some(problem) => Ok(Some(problem.with_help("a variable is bound before it is used, and shares its name with no rule of its package"))),
        None => Err(failed(error.message)),
    }
}

#[cfg(test)]
mod tests;
