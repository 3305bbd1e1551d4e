//! Tests that would be passed over in silence: those that share a name, and
//! those in a file where no test is looked for.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use crate::policy::{Module, PolicyProblem, PolicySet, SourceFile};

/// Each of them. To Rego, tests of one name are one rule, which holds where any
/// of them does.
pub(in crate::engine) fn lint(set: &PolicySet) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    for (file, _, name, at) in set.modules().iter().flat_map(tests) {
        let message = format!("`{name}` is in no test file, and is not run");
        let problem = PolicyProblem::new("test-misplaced", file, at, message, "a test by its name");
        problems.push(
            problem
                .with_help("move it to a file that ends in `_test.rego`, or give it another name"),
        );
    }
    let mut first: BTreeMap<(&str, &str), (&SourceFile, usize)> = BTreeMap::new();
    for (file, package, name, at) in set.tests().iter().flat_map(tests) {
        match first.entry((package, name)) {
            Entry::Vacant(entry) => {
                entry.insert((file, file.position(at.start).0));
            }
            Entry::Occupied(entry) => {
                let (other, line) = entry.get();
                let message = format!("a second test is called `{name}`");
                let label = "the first may hold in its place";
                let problem = PolicyProblem::new("test-twice", file, at, message, label);
                problems.push(problem.with_help(format!(
                    "give it a name of its own; the first is at {}:{line}",
                    other.shown
                )));
            }
        }
    }
    problems
}

/// The rules of a file that are tests by their names: file, package, name and
/// place. A default is none: it belongs to the rule of its name.
fn tests(module: &Module) -> impl Iterator<Item = (&SourceFile, &str, &str, Range<usize>)> {
    let file = &module.file;
    let heads = module.outline.heads.iter().filter(|(name, at)| {
        let before = file.text.get(..at.start).unwrap_or_default();
        name.starts_with("test_") && !before.trim_end().ends_with("default")
    });
    heads.map(move |(name, at)| (file, module.package.as_str(), name.as_str(), at.clone()))
}
