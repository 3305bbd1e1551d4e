//! Tests and cases as JUnit XML: a suite a package, and one of the cases.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Reason, of_case, of_test, shown};
use crate::command::problems;
use crate::command::test::Ran;
use crate::engine::testing::TestOutcome;
use crate::text::visible;

pub(super) fn write(ran: &Ran, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("coldtrail test");
    let by_package = |a: &_, b: &_| package(a) == package(b);
    for runs in ran.outcome.tests.runs.chunk_by(by_package) {
        let package = runs.first().map_or("", package);
        let mut suite = TestSuite::new(package);
        for run in runs {
            let kind = match run.outcome {
                TestOutcome::Errored(_) => NonSuccessKind::Error,
                _ => NonSuccessKind::Failure,
            };
            let status = match run.outcome {
                TestOutcome::Todo => TestCaseStatus::skipped(),
                _ => status(kind, of_test(run)),
            };
            let mut case = TestCase::new(run.case.name.as_str(), status);
            case.set_classname(package).set_time(run.elapsed);
            case.extra
                .insert("file".into(), visible(shown(&ran.set, run)).as_ref().into());
            case.extra
                .insert("line".into(), run.case.line.to_string().into());
            let prints = run.prints.iter();
            let prints: Vec<String> = prints
                .map(|print| problems::printed(&ran.set, print))
                .collect();
            if !prints.is_empty() {
                case.set_system_out(prints.join("\n"));
            }
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    if !ran.outcome.cases.is_empty() {
        let mut suite = TestSuite::new("cases");
        for run in &ran.outcome.cases {
            let status = status(NonSuccessKind::Failure, of_case(run));
            let mut case = TestCase::new(visible(&run.name).as_ref(), status);
            case.set_classname(visible(&run.folder).as_ref());
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report.serialize(out).map_err(io::Error::other)
}

fn package(run: &crate::engine::testing::TestRun) -> &str {
    &run.case.package
}

fn status(kind: NonSuccessKind, reason: Option<Reason<'_>>) -> TestCaseStatus {
    let Some(reason) = reason else {
        return TestCaseStatus::success();
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(visible(&reason.message).as_ref());
    if let Some(problem) = reason.problem {
        status.set_type(problem.code);
    }
    let place = reason.problem.map(|problem| {
        let (line, column) = problem.position();
        format!("{}:{line}:{column}", visible(&problem.file.shown))
    });
    let detail = reason.detail.iter().flat_map(|detail| detail.lines());
    let lines: Vec<String> = place
        .into_iter()
        .chain(detail.map(|line| visible(line).into_owned()))
        .collect();
    if !lines.is_empty() {
        status.set_description(lines.join("\n"));
    }
    status
}
