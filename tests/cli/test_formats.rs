//! `coldtrail test --format`: what programs read of tests and cases.

use std::fs;
use std::path::Path;

use crate::harness::{Done, coldtrail, copy, root};

const POLICY: &str = "package house.names

deny contains \"a trail has no name\" if {
	some trail in input.trails
	trail.name == \"\"
}
";

const TESTS: &str = "package house.names_test

import data.house.names

test_a_name_is_enough if count(names.deny) == 0 with input as {\"trails\": [{\"name\": \"main\"}]}

test_no_name_is_denied if {
	document := {\"trails\": [{\"name\": \"main\"}]}
	print(\"judging <main>\")
	count(names.deny) == 1 with input as document
}

test_a_number_is_read if to_number(\"twelve\") == 12

todo_test_blanks_are_denied if false
";

fn workshop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("names.rego"), POLICY).unwrap();
    fs::write(folder.path().join("names_test.rego"), TESTS).unwrap();
    let case = folder.path().join("cases/all #1");
    copy(
        &root().join("fixtures/all-pass/evidence"),
        &case.join("evidence"),
    );
    fs::write(case.join("case.toml"), "as_of = \"2026-11-20T12:00:00Z\"\n").unwrap();
    folder
}

fn test(folder: &Path, args: &[&str]) -> Done {
    let run = coldtrail(["test"]).arg(folder).args(args);
    run.hide(folder, "policies").done()
}

#[test]
fn json_has_each_test_and_case_with_why_it_fails() {
    let folder = workshop();
    let done = test(
        folder.path(),
        &["--format", "json", "--coverage", "--fail-under", "90"],
    );
    assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""));
    let mut told: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    for test in told["tests"].as_array_mut().unwrap() {
        assert!(test["milliseconds"].take().as_f64().unwrap() >= 0.0);
    }
    insta::assert_json_snapshot!(told);
}

#[test]
fn junit_has_a_suite_a_package_and_one_of_the_cases() {
    let folder = workshop();
    let done = test(folder.path(), &["--format", "junit"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""));
    let report = quick_junit::Report::deserialize_from_str(&done.stdout).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (5, 2, 1));
    let times = regex::Regex::new(" time=\"[0-9.]+\"").unwrap();
    insta::assert_snapshot!(times.replace_all(&done.stdout, ""));
}

#[test]
fn tap_has_a_line_a_test_and_case_and_why_it_fails() {
    let folder = workshop();
    let done = test(folder.path(), &["--format", "tap"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""));
    insta::assert_snapshot!(done.stdout, @r#"
    TAP version 14
    1..5
    ok 1 - house.names_test.test_a_name_is_enough
    not ok 2 - house.names_test.test_no_name_is_denied
      ---
      message: "`test_no_name_is_denied` fails: does not hold"
      at: { "file": "[policies]/names_test.rego", "line": 10, "column": 2 }
      detail: "`count(names.deny)` is 0\n`document` is {\"trails\":[{\"name\":\"main\"}]}"
      ...
    # [policies]/names_test.rego:9: judging <main>
    not ok 3 - house.names_test.test_a_number_is_read
      ---
      message: "could not parse string as number"
      at: { "file": "[policies]/names_test.rego", "line": 13, "column": 26 }
      ...
    not ok 4 - house.names_test.todo_test_blanks_are_denied # TODO it is not run
    not ok 5 - case all \#1
      ---
      message: "it has no expected.json"
      at: { "file": "[policies]/cases/all #1" }
      ...
    "#);
}

/// A program that reads standard output alone must not take silence for success.
#[test]
fn what_keeps_tests_from_running_is_told_in_each_form() {
    let folder = workshop();
    let refused = POLICY.replace("trail.name", "tail.name") + "\nworse := input.trials\n";
    fs::write(folder.path().join("names.rego"), refused).unwrap();
    let told = |args: &[&str], format: &str| {
        let done = test(folder.path(), &[args, &["--format", format]].concat());
        assert_eq!(done.code, Some(2), "{format}");
        assert!(done.stderr.contains('×'), "{format}: {}", done.stderr);
        done.stdout
    };
    assert_eq!(told(&[], "human"), "");
    insta::assert_snapshot!(told(&[], "tap"), @"
    TAP version 14
    # [policies]/names.rego:5:2: nothing is called `tail` here
    # [policies]/names.rego:8:16: the input never has `input.trials`
    Bail out! 2 problems in the policies
    ");
    insta::assert_snapshot!(told(&[], "junit"), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="coldtrail test" tests="2" skipped="0" failures="0" errors="2">
        <testsuite name="policies" tests="2" skipped="0" errors="2" failures="0">
            <testcase name="[policies]/names.rego:5:2" classname="[policies]/names.rego">
                <error message="nothing is called `tail` here" type="unknown-name">[policies]/names.rego:5:2
    did you mean `trail`?</error>
            </testcase>
            <testcase name="[policies]/names.rego:8:16" classname="[policies]/names.rego">
                <error message="the input never has `input.trials`" type="unresolved-input">[policies]/names.rego:8:16
    did you mean `trails`?</error>
            </testcase>
        </testsuite>
    </testsuites>
    "#);
    let json: serde_json::Value = serde_json::from_str(&told(&[], "json")).unwrap();
    assert_eq!(json["summary"], serde_json::Value::Null);
    let problem = &json["errors"][0]["problem"];
    assert_eq!(
        (&problem["code"], &problem["line"]),
        (&"unknown-name".into(), &5.into())
    );
    // What has no place in a policy is told too.
    fs::write(folder.path().join("names.rego"), POLICY).unwrap();
    let none = ["--run", "nothing"];
    assert!(told(&none, "tap").contains("\nBail out! no test found in `[policies]`\n"));
    assert!(told(&none, "junit").contains("errors=\"1\""));
    assert!(told(&none, "json").contains("no test found in `[policies]`"));
}

#[test]
fn what_bless_takes_is_shown_beside_each_form() {
    for format in ["json", "junit", "tap"] {
        let folder = workshop();
        let args = ["--run", "all", "--bless", "--format", format];
        assert_eq!(test(folder.path(), &args).code, Some(0));
        let expected = folder.path().join("cases/all #1/expected.json");
        let text = fs::read_to_string(&expected).unwrap();
        fs::write(&expected, text.replace("\"no-message\"", "\"other\"")).unwrap();
        let done = test(folder.path(), &args);
        assert_eq!(done.code, Some(0), "{format}");
        assert!(!done.stdout.contains("other"), "{format}: {}", done.stdout);
        for line in [
            "blessed case all #1",
            "\"code\": \"other\"",
            "\"code\": \"no-message\"",
        ] {
            assert!(
                done.stderr.contains(line),
                "{format}: {line}: {}",
                done.stderr
            );
        }
    }
}

#[test]
fn two_forms_to_standard_output_are_refused() {
    let folder = workshop();
    let both = ["--format", "junit", "--coverage-format", "lcov"];
    let done = test(folder.path(), &both);
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @r"
    usage

      × `--coverage-format` and `--format junit` don't go together: both go to standard output
      help: give --coverage-output FILE
    ");
    let file = folder.path().join("lcov.info");
    let done = test(
        folder.path(),
        &[&both[..], &["--coverage-output", file.to_str().unwrap()]].concat(),
    );
    assert!(done.stdout.starts_with("<?xml"), "{}", done.stdout);
    assert!(file.exists());
}
