//! `coldtrail check` on every fixture: the verdicts that its case asks for,
//! both reports as they are expected, and the same bytes whatever the machine does.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::{Fixture, coldtrail, copy, for_each_fixture, root};

#[test]
fn every_fixture_gets_the_verdicts_that_are_true_of_it() {
    for_each_fixture(|fixture| {
        let done = fixture.check().args(["--format", "json"]).done();
        let report = done.report();
        assert_eq!(
            codes(&report, "checks"),
            fixture.case.checks,
            "checks of {}",
            fixture.name
        );
        assert_eq!(
            codes(&report, "warnings"),
            fixture.case.warnings,
            "warnings of {}",
            fixture.name
        );
        assert_eq!(
            done.code,
            Some(fixture.case.exit),
            "exit code of {}",
            fixture.name
        );
    });
}

/// The codes under `key` of each subject that has any, sorted, by the subject's
/// name.
fn codes(report: &Value, key: &str) -> BTreeMap<String, Vec<String>> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut all = BTreeMap::new();
    for subject in report["subjects"].as_array().unwrap() {
        let found = subject[key].as_array().unwrap().iter();
        let mut codes: Vec<String> = found.map(|one| text(&one["code"])).collect();
        codes.sort();
        if !codes.is_empty() {
            let twice = all.insert(text(&subject["name"]), codes);
            assert!(twice.is_none(), "two subjects of one name");
        }
    }
    all
}

#[test]
fn every_fixture_reads_well_at_100_columns() {
    for_each_fixture(|fixture| {
        let done = fixture.check().done();
        assert_eq!(done.stderr, "", "standard error of {}", fixture.name);
        let name = format!("{}.human", fixture.name);
        snapshots(fixture).bind(|| insta::assert_snapshot!(name, done.stdout));
    });
}

/// The fixtures are snapshot cases, as a policy author has them:
/// `coldtrail test --cases fixtures --bless` takes what they give now.
#[test]
fn every_fixture_gives_the_report_that_it_expects() {
    let done = coldtrail(["test", "--cases", "fixtures"]).done();
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    let count = Fixture::all().len();
    let all = format!("; {count} cases: {count} passed (");
    assert!(done.stdout.contains(&all), "{}", done.stdout);
}

/// What `check` prints is what a case expects, but for what changes with every
/// release and every edit of a policy.
#[test]
fn a_case_expects_what_check_prints() {
    let fixture = Fixture::named("two-accounts-three-regions");
    let expected = root()
        .join("fixtures")
        .join(&fixture.name)
        .join("expected.json");
    let without_changing = |mut report: Value| {
        report["tool"] = Value::Null;
        for policy in report["policies"].as_array_mut().unwrap() {
            policy["sha256"] = Value::Null;
        }
        report
    };
    let printed = fixture.check().args(["--format", "json"]).done().report();
    let expected = serde_json::from_str(&std::fs::read_to_string(expected).unwrap()).unwrap();
    assert_eq!(without_changing(printed), without_changing(expected));
}

fn snapshots(fixture: &Fixture) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/check");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let flags = fixture.flags().join(" ");
    let command = format!("coldtrail check {} {flags}", fixture.evidence().display());
    settings.set_description(format!("{}\n{}", fixture.case.fact, command.trim_end()));
    settings
}

#[test]
fn one_thread_and_eight_print_the_same_bytes() {
    for_each_fixture(|fixture| {
        for format in ["human", "json"] {
            let on = |jobs| {
                let done = fixture
                    .check()
                    .args(["--format", format, "--jobs", jobs])
                    .done();
                (done.code, done.stdout, done.stderr)
            };
            assert_eq!(on("1"), on("8"), "{format} of {}", fixture.name);
        }
    });
}

#[test]
fn another_folder_clock_zone_language_and_file_order_print_the_same_bytes() {
    for_each_fixture(|fixture| {
        let elsewhere = tempfile::tempdir().unwrap();
        let bundle = elsewhere.path().join("somewhere else");
        copy(&root().join(fixture.evidence()), &bundle);
        for format in ["human", "json"] {
            let here = fixture.check().args(["--format", format]).done();
            let there = crate::harness::coldtrail(["check", "--format", format])
                .arg("somewhere else")
                .args(fixture.flags())
                .within(elsewhere.path())
                .env("TZ", "Pacific/Kiritimati")
                .env("LC_ALL", "tr_TR.UTF-8")
                .env("HOME", "/nowhere")
                .done();
            assert_eq!(here.code, there.code, "{format} of {}", fixture.name);
            assert_eq!(here.stdout, there.stdout, "{format} of {}", fixture.name);
        }
    });
}
