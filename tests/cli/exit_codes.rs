//! What a run ends with: 0, 1, 2 and 3, each for its reason.

use crate::harness::{Fixture, coldtrail};

fn code(fixture: &str) -> Option<i32> {
    Fixture::named(fixture).check().done().code
}

#[test]
fn zero_when_everything_passes_warnings_or_not() {
    assert_eq!(code("all-pass"), Some(0));
    assert_eq!(code("role-missing"), Some(0));
}

#[test]
fn one_when_something_fails_whatever_else_is_inconclusive() {
    assert_eq!(code("log-group-missing"), Some(1));
    assert_eq!(code("no-trails"), Some(1));
    assert_eq!(code("two-accounts-three-regions"), Some(1));
}

#[test]
fn three_when_nothing_fails_and_something_is_inconclusive() {
    assert_eq!(code("status-missing"), Some(3));
    assert_eq!(code("one-failed-status-among-six"), Some(3));
    assert_eq!(code("access-denied-saved-as-evidence"), Some(3));
}

#[test]
fn two_when_the_command_line_is_wrong() {
    let evidence = "fixtures/all-pass/evidence";
    for args in [
        &["check"][..],
        &["chek", evidence],
        &["check", evidence, "--format", "pdf"],
        &["check", evidence, "--as-of", "yesterday"],
        &["check", evidence, "--as-of", "2026-11-20T12:00:00"],
        &["check", evidence, "--as-of", "9999-01-01T00:00:00Z"],
        &["check", evidence, "--as-of", "1969-12-31T23:59:59Z"],
        &["check", evidence, "--jobs", "0"],
        &["check", evidence, "--param", "max_delivery_age_hours"],
        &["check", evidence, "--param", "max_delivery_age_hours=soon"],
        &["check", evidence, "--param", "max_delivery_age_hours=-1"],
        &[
            "check",
            evidence,
            "--param",
            "max_delivery_age_hours=24.000000000000000001",
        ],
        &["check", evidence, "--param", "max_delivery_age_hour=24"],
        &["check", evidence, "--policy", "fixtures/no-such-folder"],
        &["schema", "result"],
    ] {
        let done = coldtrail(args).done();
        assert_eq!(done.code, Some(2), "{args:?}");
        assert_eq!(done.stdout, "", "{args:?}");
        assert_ne!(done.stderr, "", "{args:?}");
    }
}

#[test]
fn a_time_without_a_zone_is_refused_with_a_time_that_would_do() {
    let done = coldtrail(["check", "fixtures/all-pass/evidence"])
        .args(["--as-of", "2026-11-20T12:00:00"])
        .done();
    insta::assert_snapshot!(done.stderr, @"
    usage

      × `--as-of 2026-11-20T12:00:00` can't be read: `2026-11-20T12:00:00` is no RFC 3339 time like
      │ `2025-12-21T00:57:30Z`
      help: give a time with its zone, such as `2026-11-20T10:05:00Z`, or `now`, or `mtime`
    ");
}

#[test]
fn a_misspelt_parameter_is_refused_with_the_right_one() {
    let done = coldtrail(["check", "fixtures/all-pass/evidence"])
        .args(["--param", "max_delivery_age_hour=24"])
        .done();
    insta::assert_snapshot!(done.stderr, @"
    policy::unknown_parameter

      × no policy has the parameter `max_delivery_age_hour`
      help: did you mean `max_delivery_age_hours`?
    ");
}

#[test]
fn two_when_there_is_no_evidence_with_what_was_seen_and_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let check = || {
        coldtrail(["check"])
            .arg(folder.path())
            .hide(folder.path(), "bundle")
            .done()
    };
    let done = check();
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @"
    no_evidence

      × no evidence of any trail found: no file at all
      help: looked for what `aws cloudtrail describe-trails --output json` and `aws cloudtrail
            get-trail-status --output json` print, by shape, under any file name; `coldtrail check
            --help` tells what a bundle looks like
    ");

    std::fs::write(folder.path().join("buckets.json"), r#"{"Buckets": []}"#).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "call Lee back\n").unwrap();
    let done = check();
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @"
    no_evidence

      × no evidence of any trail found: `buckets.json` (an answer of `aws s3api list-buckets`),
      │ `notes.txt` (text without a mark of CloudTrail)
      help: looked for what `aws cloudtrail describe-trails --output json` and `aws cloudtrail
            get-trail-status --output json` print, by shape, under any file name; `coldtrail check
            --help` tells what a bundle looks like
    ");
}

#[test]
fn two_when_a_path_is_not_there() {
    let done = coldtrail(["check", "no/such/folder"]).done();
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @"
    usage

      × `no/such/folder` can't be read: there is no such file or folder
      help: check the path; nothing was judged
    ");
}
