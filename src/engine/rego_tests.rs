//! The shipped policies' own tests, run as part of the project's.

use super::testing::{Lines, TestOutcome, cases, run};
use super::{Checked, DEFAULT_LIMIT};
use crate::policy::PolicySet;

#[test]
fn every_test_of_the_shipped_policies_passes() {
    let set = PolicySet::embedded().unwrap();
    let cases = cases(&set);
    assert!(cases.len() > 40, "only {} tests were found", cases.len());
    let checked = Checked::with_tests(&set).unwrap();
    for run in run(&checked, &cases, Lines::Ignored, DEFAULT_LIMIT)
        .unwrap()
        .runs
    {
        match run.outcome {
            TestOutcome::Passed => {}
            TestOutcome::Errored(error) => panic!("{}: {error} {:?}", run.case.name, error),
            other => panic!(
                "{} ({}:{}): {other:?}",
                run.case.name, run.case.file, run.case.line
            ),
        }
    }
}
