//! JUnit XML: a suite an account, a case a trail and check.
//!
//! A fail is a failure, an inconclusive check an error, a waived one is
//! skipped. Files that can't be read are errors of a suite of their own. Each
//! suite has the OPA bundles as properties: the whole can't have any. There
//! are no times: a run has none that another run would share.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use crate::comparison::{Change, Entry};
use crate::finding::{Check, Evidence, Outcome, Problem};
use crate::render::{Excerpts, Style, phrase};
use crate::report::{DocumentEntry, Report, Subject};
use crate::text::{help_lines, visible};

/// Writes the report as JUnit XML.
///
/// # Errors
/// Only those of the writer.
pub fn render(
    report: &Report,
    _: &mut dyn Excerpts,
    _: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let (head, tail) = frame(report)?;
    out.write_all(head.as_bytes())?;
    let unread = || {
        let documents = report.documents.iter();
        let problems =
            documents.filter_map(|document| Some((document, document.problem.as_ref()?)));
        problems.map(|(document, problem)| unread_case(document, problem))
    };
    write_suite(
        "evidence that can't be read",
        report,
        unread,
        std::iter::empty(),
        &mut out,
    )?;
    let groups = report
        .subjects
        .chunk_by(|one, other| one.account_id == other.account_id);
    for subjects in groups {
        let name = subjects.first().map_or_else(String::new, phrase::account);
        let cases = || {
            subjects.iter().flat_map(|subject| {
                let checks = subject.checks.iter();
                checks.map(move |check| case(report, subject, check))
            })
        };
        write_suite(&name, report, cases, warnings(subjects), &mut out)?;
    }
    let gone = || {
        let comparison = report.comparison.iter();
        let gone = comparison.flat_map(|comparison| comparison.of(Change::Gone));
        gone.map(gone_case)
    };
    write_suite(
        "gone since the baseline",
        report,
        gone,
        std::iter::empty(),
        &mut out,
    )?;
    out.write_all(tail.as_bytes())?;
    out.flush()
}

/// What stands before the suites and after them.
fn frame(report: &Report) -> io::Result<(String, String)> {
    let mut junit = Junit::new(env!("CARGO_PKG_NAME"));
    let checks = || report.subjects.iter().flat_map(|subject| &subject.checks);
    let with = |outcome| checks().filter(|check| check.outcome == outcome).count();
    let unread = report
        .documents
        .iter()
        .filter(|document| document.problem.is_some())
        .count();
    let gone = report
        .comparison
        .iter()
        .flat_map(|comparison| comparison.of(Change::Gone))
        .count();
    junit.tests = checks().count() + unread + gone;
    junit.failures = with(Outcome::Fail);
    junit.errors = with(Outcome::Inconclusive) + unread;
    junit.skipped = with(Outcome::Waived) + with(Outcome::NotApplicable) + gone;
    let whole = junit.to_string().map_err(io::Error::other)?;
    let at = whole.rfind("</testsuites>").unwrap_or(whole.len());
    let (head, tail) = whole.split_at(at);
    Ok((head.trim_end().to_owned() + "\n", tail.to_owned()))
}

/// Writes one suite, unless it has no case. The library writes whole reports,
/// and a report of every trail would be held in memory twice; so each case is
/// written as the only one of a report, of which only the case is taken. `<` is
/// always markup in XML, so the cuts can't be anywhere else.
fn write_suite<C: Iterator<Item = TestCase>>(
    name: &str,
    report: &Report,
    cases: impl Fn() -> C,
    outputs: impl Iterator<Item = String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    const CASE: &str = "        <testcase ";
    const END: &str = "    </testsuite>\n";
    let mut head = TestSuite::new(name);
    for case in cases() {
        head.add_test_case(case);
        head.test_cases.clear();
    }
    if head.tests == 0 {
        return Ok(());
    }
    for bundle in &report.bundles {
        head.add_property(("bundle", phrase::bundle(bundle).as_str()));
    }
    let any = TestCase::new("", TestCaseStatus::success());
    head.test_cases.push(any);
    out.write_all(piece(head, "    <testsuite ", CASE)?.as_bytes())?;
    for case in cases() {
        let mut alone = TestSuite::new("");
        alone.add_test_case(case);
        out.write_all(piece(alone, CASE, END)?.as_bytes())?;
    }
    const OPEN: &str = "        <system-out>";
    const CLOSE: &str = "</system-out>\n";
    let mut any = false;
    for output in outputs {
        let mut alone = TestSuite::new("");
        alone.set_system_out(output);
        let piece = piece(alone, OPEN, CLOSE)?;
        let text = piece.strip_prefix(OPEN).unwrap_or_default();
        out.write_all(if any { b"\n\n" } else { OPEN.as_bytes() })?;
        out.write_all(text.as_bytes())?;
        any = true;
    }
    if any {
        out.write_all(CLOSE.as_bytes())?;
    }
    out.write_all(END.as_bytes())
}

/// What the library writes of a suite, from the first `from` up to the last
/// `to`.
fn piece(suite: TestSuite, from: &str, to: &str) -> io::Result<String> {
    let mut junit = Junit::new("");
    junit.add_test_suite(suite);
    let whole = junit.to_string().map_err(io::Error::other)?;
    let start = whole.find(from).unwrap_or_default();
    let end = whole.rfind(to).unwrap_or(whole.len());
    Ok(whole.get(start..end).unwrap_or_default().to_owned())
}

/// The warnings of a suite's subjects, each as a text.
fn warnings(subjects: &[Subject]) -> impl Iterator<Item = String> + '_ {
    subjects.iter().flat_map(|subject| {
        subject.warnings.iter().map(|warning| {
            let code = visible(&warning.code);
            let said = format!(
                "warning[{code}] {}: {}",
                visible(&subject.id),
                visible(&warning.message)
            );
            said + "\n" + &lines(&warning.evidence, warning.help.as_deref())
        })
    })
}

fn case(report: &Report, subject: &Subject, check: &Check) -> TestCase {
    let why = lines(&check.evidence, check.help.as_deref());
    let mut status = match check.outcome {
        Outcome::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Inconclusive => TestCaseStatus::non_success(NonSuccessKind::Error),
        Outcome::Waived | Outcome::NotApplicable => TestCaseStatus::skipped(),
        Outcome::Pass => TestCaseStatus::success(),
    };
    let message = match &check.waiver {
        Some(waiver) => format!("{}; {}", visible(&check.message), phrase::accepted(waiver)),
        None => visible(&check.message).into_owned(),
    };
    status.set_type(visible(&check.code).as_ref());
    status.set_message(message);
    if !why.is_empty() {
        status.set_description(&why);
    }
    let name = format!("{}/{}", visible(&subject.policy), visible(&check.id));
    let mut case = TestCase::new(name, status);
    case.set_classname(visible(&subject.id).as_ref());
    if let Some(entry) = report.change(subject, check) {
        case.add_property(("since-baseline", phrase::change(entry).as_str()));
    }
    if check.outcome == Outcome::Pass {
        case.set_system_out(format!("{}\n{why}", visible(&check.message)));
    }
    case
}

/// A check of the earlier report that isn't there any more, skipped.
fn gone_case(entry: &Entry) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(phrase::change(entry)).set_type("gone");
    let name = format!("{}/{}", visible(&entry.policy), visible(&entry.check));
    let mut case = TestCase::new(name, status);
    case.set_classname(visible(&entry.subject).as_ref());
    case
}

/// A file that can't be read.
fn unread_case(document: &DocumentEntry, problem: &Problem) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type(problem.code);
    status.set_message(visible(&problem.message).as_ref());
    let place = problem.place.clone();
    let evidence: Vec<Evidence> = place
        .into_iter()
        .map(|place| Evidence {
            place,
            label: "here".into(),
        })
        .collect();
    let why = lines(&evidence, problem.help.as_deref());
    if !why.is_empty() {
        status.set_description(why);
    }
    let mut case = TestCase::new(visible(&document.file).as_ref(), status);
    case.set_classname("evidence");
    case
}

/// What a finding rests on, and what to do, a line each.
fn lines(evidence: &[Evidence], help: Option<&str>) -> String {
    let mut lines: Vec<String> = evidence.iter().map(phrase::evidence).collect();
    lines.extend(help.map(help_lines).unwrap_or_default());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::render::sample::{compared, sample};
    use crate::render::{NoExcerpts, Style};
    use crate::report::Report;

    fn junit(report: &Report) -> String {
        let mut out = Vec::new();
        render(report, &mut NoExcerpts, &Style::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(junit(&sample()));
    }

    #[test]
    fn the_counts_of_the_whole_are_those_of_its_suites() {
        assert_eq!(counts(&sample()), (16, 3, 7, 3));
        assert_eq!(counts(&compared()), (17, 3, 7, 4));
    }

    fn counts(report: &Report) -> (usize, usize, usize, usize) {
        let whole = quick_junit::Report::deserialize_from_str(&junit(report)).unwrap();
        let sum = |count: fn(&quick_junit::TestSuite) -> usize| {
            whole.test_suites.iter().map(count).sum::<usize>()
        };
        let told = (whole.tests, whole.failures, whole.errors, whole.skipped);
        assert_eq!(
            told,
            (
                sum(|s| s.tests),
                sum(|s| s.failures),
                sum(|s| s.errors),
                sum(|s| s.skipped)
            )
        );
        told
    }

    #[test]
    fn a_report_of_nothing_is_an_empty_one() {
        let nothing = Report {
            parameters: Default::default(),
            policies: vec![],
            bundles: vec![],
            subjects: vec![],
            documents: vec![],
            coverage: Default::default(),
            comparison: None,
        };
        insta::assert_snapshot!(junit(&nothing), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="coldtrail" tests="0" skipped="0" failures="0" errors="0">
        </testsuites>
        "#);
    }
}
