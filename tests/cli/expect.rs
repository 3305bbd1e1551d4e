//! `--expect-accounts` and `--expect-regions`: what is read of them, and what
//! the report says was expected.

use std::fs;

use crate::harness::{Done, coldtrail, root};

const AS_OF: &str = "2026-11-20T12:00:00Z";

/// A file of accounts, and a run on evidence that passes with it.
fn check(accounts: &str, flags: &[&str]) -> Done {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("accounts.txt"), accounts).unwrap();
    coldtrail(["check", "--as-of", AS_OF, "-f", "json"])
        .args(["--expect-accounts", "accounts.txt"])
        .args(flags)
        .arg(root().join("fixtures/all-pass/evidence"))
        .within(folder.path())
        .done()
}

#[test]
fn the_report_names_what_was_expected() {
    let accounts = "# the organization\n4444-5555-6666\n111122223333 # payments\n";
    let done = check(
        accounts,
        &[
            "--expect-regions",
            "us-east-1, eu-west-1",
            "--expect-regions",
            "us-east-1",
        ],
    );
    let report = done.report();
    let parameters = &report["parameters"];
    assert_eq!(
        parameters["expect_accounts"],
        serde_json::json!(["111122223333", "444455556666"])
    );
    assert_eq!(
        parameters["expect_regions"],
        serde_json::json!(["eu-west-1", "us-east-1"])
    );
}

#[test]
fn what_organizations_prints_will_do() {
    let accounts = r#"{"Accounts": [{"Id": "111122223333", "Status": "ACTIVE"}]}"#;
    let report = check(accounts, &[]).report();
    assert_eq!(
        report["parameters"]["expect_accounts"],
        serde_json::json!(["111122223333"])
    );
    assert_eq!(report["parameters"].get("expect_regions"), None);
}

#[test]
fn verify_expects_what_the_report_expected() {
    let folder = tempfile::tempdir().unwrap();
    let done = check("444455556666\n", &["--expect-regions", "us-east-1"]);
    fs::write(folder.path().join("report.json"), &done.stdout).unwrap();
    let verify = |flags: &[&str]| {
        coldtrail(["verify", "report.json"])
            .arg(root().join("fixtures/all-pass/evidence"))
            .args(flags)
            .within(folder.path())
            .done()
    };
    let same = verify(&[]);
    assert_eq!(same.code, Some(0), "{}", same.stdout);
    let other = verify(&["--expect-regions", "eu-west-1"]);
    assert_eq!(other.code, Some(1), "{}", other.stdout);
    let told = "setting  --expect-regions is not what the report was made with";
    assert!(other.stdout.contains(told), "{}", other.stdout);
}

#[test]
fn what_is_no_list_is_refused_with_its_place() {
    let mut told = Vec::new();
    for accounts in [
        "111122223333\n1234 # short\n",
        "# none\n",
        "{\"Accounts\": [\n  {\"Id\": \"111122223333\"},\n  {\"Id\": 7}\n]}\n",
        "{\"Accounts\": [",
        r#"{"Accounts": [], "NextToken": "more"}"#,
    ] {
        let done = check(accounts, &[]);
        assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
        told.push(done.stderr);
    }
    let regions = check("111122223333", &["--expect-regions", "us-east-1,Frankfurt"]);
    assert_eq!((regions.code, regions.stdout.as_str()), (Some(2), ""));
    told.push(regions.stderr);
    for verb in ["check", "inspect"] {
        let done = coldtrail([verb, "--expect-accounts", "gone.txt", "fixtures/all-pass"]).done();
        assert_eq!(done.code, Some(2));
        told.push(done.stderr);
    }
    insta::assert_snapshot!(told.join("\n"));
}
