//! Why a test failed: the expression that didn't hold, with the values that
//! its variables had.

use regorus::Value;
use regorus::unstable::Rule;

use super::{Lines, TestCase, Tested, all};
use crate::engine::load::as_written;
use crate::engine::probe::{Probe, failing, shown};
use crate::engine::visit::rule_reference;
use crate::policy::{PolicyProblem, PolicySet};

/// A test whose rule has a value other than true.
pub(super) fn untrue(set: &PolicySet, case: &TestCase, value: &Value) -> Option<PolicyProblem> {
    let mut files = set.tests().iter().map(|module| &module.file);
    let file = files.find(|file| file.name == case.file)?;
    let at = file.offset(case.line, 1);
    let problem = PolicyProblem::new(
        "test-failed",
        file,
        at..at.saturating_add(case.name.len()),
        format!("`{}` fails", case.name),
        format!("is {}", shown(value)),
    );
    Some(problem.with_help("a test passes where it is true"))
}

/// The failing expression of a test; `None` where nothing can be told.
pub(super) fn diagnose(tested: &Tested<'_>, case: &TestCase) -> Option<PolicyProblem> {
    let set = tested.set;
    let mut engine = tested.engine_noting(Lines::Ignored).ok()?;
    let trees = as_written(all(set)).ok()?.get_modules().clone();
    let file = &set
        .tests()
        .iter()
        .find(|module| module.file.name == case.file)?
        .file;
    let tree = trees
        .iter()
        .find(|tree| tree.package.span.source.file() == &file.name)?;
    let rule = tree
        .policy
        .iter()
        .find(|rule| rule_reference(rule).span().text() == case.name)?;
    let Rule::Spec { bodies, .. } = rule.as_ref() else {
        return None;
    };
    let query = &bodies.first()?.query;
    let mut probe = Probe::new(
        file,
        &case.package,
        &tree.imports,
        (&mut engine, tested.limit),
    );
    let failure = failing(&mut probe, query, &shown)?;
    let problem = PolicyProblem::new(
        "test-failed",
        file,
        failure.at,
        format!("`{}` fails", case.name),
        failure.label,
    );
    if failure.values.is_empty() {
        return Some(problem);
    }
    let lines: Vec<String> = failure
        .values
        .iter()
        .map(|(name, value)| format!("{name} is {value}"))
        .collect();
    Some(problem.with_help(lines.join("\n")))
}
