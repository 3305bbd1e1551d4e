//! The proof that the lints let a policy set through, and what they made on the way.
//!
//! Warnings and errors come from one pass over the files, which hands on the files
//! as the engine is given them too: nothing is looked at or rewritten again for a
//! worker, a test or a warning.

use std::sync::{Arc, OnceLock};

use super::{Files, Pass, errors, graph};
use crate::engine::EngineError;
use crate::engine::optimize::{Optimized, optimized_of};
use crate::engine::rewrite::{Rewritten, rewritten};
use crate::policy::{Module, PolicyError, PolicyProblem, PolicySet};

/// A policy set that the lints let through. There is no other way to a
/// [`Worker`](crate::engine::Worker), so that no run goes without them.
#[derive(Debug, Clone)]
pub struct Checked<'a> {
    set: &'a PolicySet,
    warnings: Arc<[PolicyProblem]>,
    /// The policies rewritten, once somebody needs them.
    policies: Arc<OnceLock<Vec<Rewritten>>>,
    /// The same with their tests, where these were looked at.
    all: Option<Arc<[Rewritten]>>,
}

impl<'a> Checked<'a> {
    /// Compiles and lints a set. What the binary carries went through the lints in
    /// the project's tests, and doesn't change.
    ///
    /// # Errors
    /// [`EngineError::Policy`] with everything that weighs as an error.
    pub fn new(set: &'a PolicySet) -> Result<Self, EngineError> {
        if set.is_shipped() {
            return Ok(Self::of(set, Vec::new()));
        }
        let files = Files::new(set, set.modules().iter().collect())?;
        let Pass { problems, written } = files.pass()?;
        PolicyError::check(errors(&problems))?;
        let checked = Self::of(set, needed_by_no_test(&files, problems));
        if let Some(written) = written {
            let _ = checked.policies.set(written);
        }
        Ok(checked)
    }

    /// The same of a set and its tests, which run beside it.
    ///
    /// # Errors
    /// [`EngineError::Policy`] with everything that weighs as an error: of the
    /// policies alone, and where there is nothing, of both together.
    pub fn with_tests(set: &'a PolicySet) -> Result<Self, EngineError> {
        if set.tests().is_empty() {
            return Self::new(set);
        }
        let files = Files::new(set, set.modules().iter().collect())?;
        let tests = Files::new(set, set.tests().iter().collect());
        // Tests may lend the policies what these lack when they judge.
        let alone = || (!set.is_shipped()).then(|| files.found());
        let together = || tests.and_then(|tests| files.and(tests).pass());
        let (alone, all) = rayon::join(alone, together);
        if let Some(found) = alone {
            // What the engine takes of all it takes of the policies too.
            let is_taken = |pass: &Pass| errors(&pass.problems).is_empty();
            let problems = match all.as_ref().is_ok_and(is_taken) {
                true => found.settled(),
                false => files.asked(found)?.problems,
            };
            PolicyError::check(errors(&problems))?;
        }
        let Pass { problems, written } = all?;
        let problems = files.with_names_of_tests(problems);
        PolicyError::check(errors(&problems))?;
        Ok(Self {
            all: written.map(Arc::from),
            ..Self::of(set, problems)
        })
    }

    fn of(set: &'a PolicySet, warnings: Vec<PolicyProblem>) -> Self {
        Self {
            set,
            warnings: warnings.into(),
            policies: Arc::default(),
            all: None,
        }
    }

    /// Another set of the same files and data, of which less may judge.
    ///
    /// # Errors
    /// As [`Self::new`], where it has others: those weren't looked at.
    pub fn narrowed<'b>(&self, set: &'b PolicySet) -> Result<Checked<'b>, EngineError> {
        if set.modules() != self.set.modules() || set.data() != self.set.data() {
            return Checked::new(set);
        }
        Ok(Checked {
            set,
            warnings: Arc::clone(&self.warnings),
            policies: Arc::clone(&self.policies),
            all: None,
        })
    }

    /// The set.
    #[must_use]
    pub fn set(&self) -> &'a PolicySet {
        self.set
    }

    /// What the lints warn of in what they looked at, in the order of files and places.
    #[must_use]
    pub fn warnings(&self) -> &[PolicyProblem] {
        &self.warnings
    }

    /// The program that workers evaluate, where it is optimized: that is asked for and
    /// can be.
    pub(in crate::engine) fn optimized(&self) -> Option<Optimized> {
        let policies = self.set.is_optimized().then(|| self.policies())?;
        optimized_of(policies, &self.set.data())
    }

    fn policies(&self) -> &[Rewritten] {
        self.policies.get_or_init(|| {
            let modules: Vec<&Module> = self.set.modules().iter().collect();
            rewritten(&modules)
        })
    }

    /// The policies and their tests as the engine is given them.
    pub(in crate::engine) fn all(&self) -> Arc<[Rewritten]> {
        self.all.clone().unwrap_or_else(|| {
            let modules = self.set.modules().iter().chain(self.set.tests());
            let modules: Vec<&Module> = modules.collect();
            rewritten(&modules).into()
        })
    }
}

/// The problems without those of rules that no policy needs, and a test does.
fn needed_by_no_test(files: &Files<'_>, mut problems: Vec<PolicyProblem>) -> Vec<PolicyProblem> {
    const UNNEEDED: &str = "unused-rule";
    let set = files.set;
    let is_told = problems.iter().any(|problem| problem.code == UNNEEDED);
    if is_told && let Ok(tests) = Files::new(set, set.tests().iter().collect()) {
        let all = files.and(tests);
        let unneeded = graph::unneeded(&all.names());
        let is_same = |one: &PolicyProblem, other: &PolicyProblem| {
            one.file.name == other.file.name && one.span == other.span
        };
        problems.retain(|problem| {
            problem.code != UNNEEDED || unneeded.iter().any(|other| is_same(problem, other))
        });
    }
    problems
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Checked;
    use crate::engine::check;
    use crate::policy::{PolicyProblem, PolicySet};

    const POLICY: &str = "package a

deny contains \"no\" if lacking

lacking if count(input.trails) == 0

asked := 1

idle := 2
";
    const TEST: &str = "package a_test

import data.a
import data.b

test_asked if {
	unused := 1
	a.asked == 1
}
";

    fn codes(problems: &[PolicyProblem]) -> Vec<&str> {
        let line = |problem: &PolicyProblem| problem.file.text.get(problem.span.clone()).is_some();
        assert!(problems.iter().all(line));
        problems.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn warnings_come_from_the_pass_that_lets_a_set_through() {
        let files = [
            ("a.rego", POLICY),
            ("a_test.rego", TEST),
            ("b.rego", "package b\nx := 1\n"),
        ];
        let set = PolicySet::of(&files).unwrap();
        let together = Checked::with_tests(&set).unwrap();
        assert_eq!(codes(together.warnings()), codes(&check(&set).unwrap()));
        assert_eq!(
            codes(together.warnings()),
            ["unused-rule", "unused-import", "unused-variable"]
        );
        let alone = Checked::new(&set).unwrap();
        let warnings = alone.warnings();
        assert_eq!(codes(warnings), ["unused-rule"]);
        assert!(warnings[0].message.contains("`idle`"), "{}", warnings[0]);
    }

    #[test]
    fn policies_can_borrow_nothing_of_tests() {
        let borrowing = "package a\ndeny contains \"no\" if lent(input)\n";
        let lending = "package a\nlent(x) := x\n";
        let set = PolicySet::of(&[("a.rego", borrowing), ("a_test.rego", lending)]).unwrap();
        assert!(check(&set).unwrap().is_empty());
        assert!(Checked::with_tests(&set).is_err());
    }

    #[test]
    fn a_set_of_the_same_files_is_not_looked_at_again() {
        let set = PolicySet::of(&[("a.rego", POLICY)]).unwrap();
        let checked = Checked::new(&set).unwrap();
        let narrowed = set.clone().only(&["a".to_owned()]).unwrap();
        let again = checked.narrowed(&narrowed).unwrap();
        assert!(Arc::ptr_eq(&checked.policies, &again.policies));
        assert!(checked.policies.get().is_some());
        let other = PolicySet::of(&[("a.rego", "package a\ndeny contains x if y\n")]).unwrap();
        assert!(checked.narrowed(&other).is_err());
    }
}
