//! Tests and cases as JUnit XML: a suite a package, and one of the cases.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Reason, of_case, of_failure, of_test, shown};
use crate::command::test::Ran;
use crate::command::test::cases::CaseOutcome;
use crate::command::{CommandError, problems};
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
            let kind = match run.outcome {
                CaseOutcome::Errored(_) => NonSuccessKind::Error,
                _ => NonSuccessKind::Failure,
            };
            let status = status(kind, of_case(run));
            let mut case = TestCase::new(visible(&run.name).as_ref(), status);
            case.set_classname(visible(&run.folder).as_ref());
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report.serialize(out).map_err(io::Error::other)
}

/// What keeps everything from being run, an error each.
pub(super) fn write_failure(error: &CommandError, out: &mut dyn Write) -> io::Result<()> {
    let mut suite = TestSuite::new("policies");
    for reason in of_failure(error) {
        let file = reason.problem.map(|problem| problem.file.shown.as_str());
        let name = reason
            .place()
            .unwrap_or_else(|| "coldtrail test".to_owned());
        let mut case = TestCase::new(name, status(NonSuccessKind::Error, Some(reason)));
        case.set_classname(visible(file.unwrap_or("policies")).as_ref());
        suite.add_test_case(case);
    }
    let mut report = Report::new("coldtrail test");
    report.add_test_suite(suite);
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
    let place = reason.place();
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
