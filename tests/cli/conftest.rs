//! Packages with `deny`, `violation` and `warn` run over the same input, and
//! are never taken for more than they say.

use std::fs;

use crate::harness::{Done, Fixture, coldtrail};

const PACKAGE: &str = r#"package main

deny contains msg if {
	some i, trail in input.trails
	trail.name == "payments"
	msg := {
		"msg": sprintf("%s may not be", [trail.name]),
		"subject": trail.id,
		"evidence": [{"path": ["trails", i, "trail", "Name"], "label": "its name"}],
	}
}

violation contains "the account is not ours" if input.account_id == "444455556666"

warn_later contains "look at this account again"
"#;

fn check(package: &str, args: &[&str]) -> Done {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.rego"), package).unwrap();
    Fixture::named("all-pass")
        .check()
        .args(args)
        .arg("--policy")
        .arg(folder.path())
        .hide(folder.path(), "policies")
        .done()
}

#[test]
fn messages_are_fails_and_warnings_and_the_report_says_that_they_have_no_totality() {
    let done = check(PACKAGE, &[]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""));
    insta::assert_snapshot!(done.stdout, @r#"
    warning[warn-later] account 111122223333
      ! look at this account again

    fail[deny] arn:aws:cloudtrail:us-east-1:111122223333:trail/payments
      × payments may not be
        ╭─[us-east-1/describe-trails.json:18:21]
     17 │         {
     18 │             "Name": "payments",
        ·                     ─────┬────
        ·                          ╰── its name
     19 │             "S3BucketName": "cloudtrail-111122223333",
        ╰────

      outcome         trail          home region  deny
    111122223333
      inconclusive    (the account)
      fail            payments       us-east-1    deny

    coverage: 1 account answered; us-east-1 answered; nothing tells which others there are
    policy `main`: no totality, as with conftest; nothing shows that everything was judged
    1 trail in 1 account and 1 account as a whole: 1 fail, 1 inconclusive, 1 warning (as of
    2026-11-20T12:00:00Z from the flag)
    "#);
    let report = check(PACKAGE, &["--format", "json"]).report();
    assert_eq!(report["policies"][0]["total"], false);
}

#[test]
fn silence_is_no_pass() {
    let done = check(&PACKAGE.replace("\"payments\"", "\"nobody\""), &[]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(3), ""));
    insta::assert_snapshot!(done.stdout, @r"
    inconclusive[no-message] account 111122223333
      ? `deny` gives no message, and nothing shows that it looked at everything
      help: a package with `subjects`, `checks` and `results` can show it; `coldtrail policy export DIR`
            writes one to start from

    inconclusive[no-message] account 111122223333
      ? `violation` gives no message, and nothing shows that it looked at everything
      help: a package with `subjects`, `checks` and `results` can show it; `coldtrail policy export DIR`
            writes one to start from

    warning[warn-later] account 111122223333
      ! look at this account again

      outcome         trail          home region  deny        violation
    111122223333
      inconclusive    (the account)               no-message  no-message

    coverage: 1 account answered; us-east-1 answered; nothing tells which others there are
    policy `main`: no totality, as with conftest; nothing shows that everything was judged
    1 account as a whole: 1 inconclusive, 1 warning (as of 2026-11-20T12:00:00Z from the flag)
    ");
}

#[test]
fn a_message_of_another_shape_is_an_error_at_the_rule() {
    let done = check(
        &PACKAGE.replace("\"msg\": sprintf", "\"massage\": sprintf"),
        &[],
    );
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    assert!(
        done.stderr
            .contains("neither text nor an object with `msg`"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_message_is_about_a_trail_or_the_account_and_nobody_else() {
    for (subject, told) in [
        (
            "\"nobody\"",
            "`deny` holds `nobody`, which the input doesn't have",
        ),
        (
            "trail.name",
            "`deny` holds `payments`, which the input doesn't have",
        ),
        ("17", "a message of `deny` has a `subject` that is no text"),
    ] {
        let package = PACKAGE.replace("\"subject\": trail.id", &format!("\"subject\": {subject}"));
        let done = check(&package, &[]);
        assert_eq!(
            (done.code, done.stdout.as_str()),
            (Some(2), ""),
            "{subject}"
        );
        assert!(done.stderr.contains(told), "{}", done.stderr);
        assert!(
            done.stderr
                .contains("a subject is a trail's id or the account's")
        );
    }
    let package = PACKAGE.replace("trail.id", "input.account_id");
    let done = check(&package, &["--format", "json"]);
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    let subjects = done.report()["subjects"].clone();
    let ids: Vec<_> = subjects
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["id"])
        .collect();
    assert_eq!(ids, ["111122223333"]);
}

#[test]
fn each_account_that_a_message_is_about_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let package =
        "package main\n\ndeny contains {\"msg\": \"no\", \"subject\": input.account_id}\n";
    fs::write(folder.path().join("main.rego"), package).unwrap();
    for account in ["111122223333", "444455556666"] {
        let region = folder
            .path()
            .join("evidence")
            .join(account)
            .join("us-east-1");
        fs::create_dir_all(&region).unwrap();
        fs::write(region.join("describe-trails.json"), "{\"trailList\": []}").unwrap();
    }
    let done = coldtrail(["check"])
        .arg(folder.path().join("evidence"))
        .arg("--policy")
        .arg(folder.path().join("main.rego"))
        .done();
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    let line = "2 accounts as a whole: 2 fail";
    assert!(done.stdout.contains(line), "{}", done.stdout);
}
