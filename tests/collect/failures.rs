//! Collections in which calls fail, or that are cut short.

use std::process::{Output, Stdio};

use coldtrail::recognise::manifest::Stream;

use crate::aws::{Aws, said, wait_for};
use crate::whole::prepare;

/// Nothing listens there.
const NOWHERE: &str = "http://127.0.0.1:9";

#[test]
fn a_failed_call_is_evidence_and_ends_nothing() {
    let Some(aws) = Aws::start() else { return };
    prepare(&aws);
    let run = aws
        .script(&["sh"])
        .env("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", NOWHERE)
        .args(["--output", "failed", "--region", "us-east-1"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    let bundle = aws.bundle("failed");
    let name = "123456789012/us-east-1/describe-log-groups__aws_cloudtrail_main.stderr.txt";
    assert!(bundle.files().contains(&name));
    let failed = bundle.manifest.entry(name).unwrap();
    assert_eq!(failed.stream, Stream::Stderr);
    assert!(!failed.succeeded());
    assert!(
        bundle
            .text(&failed.file)
            .contains("Could not connect to the endpoint URL")
    );
    assert!(bundle.folder.with_extension("tar.gz").exists());
}

#[test]
fn where_no_account_tells_its_trails_nothing_was_collected() {
    let Some(aws) = Aws::start() else { return };
    let run = aws
        .script(&["sh"])
        .env("AWS_ENDPOINT_URL_CLOUDTRAIL", NOWHERE)
        .args([
            "--output",
            "nothing",
            "--region",
            "us-east-1",
            "--region",
            "eu-west-1",
        ])
        .output()
        .unwrap();
    assert_nothing_collected(&run, "nothing");
    let bundle = aws.bundle("nothing");
    assert_eq!(
        bundle.files(),
        [
            "123456789012/eu-west-1/describe-trails.stderr.txt",
            "123456789012/get-caller-identity.json",
            "123456789012/list-accounts.json",
            "123456789012/us-east-1/describe-trails.stderr.txt",
        ]
    );
    // The account was entered; it didn't answer.
    assert!(bundle.manifest.complete && bundle.manifest.requested[0].entered);
    assert!(!bundle.folder.with_extension("tar.gz").exists());
}

/// The script ended with 2 and says that the errors are in the folder.
fn assert_nothing_collected(run: &Output, folder: &str) {
    assert_eq!(run.status.code(), Some(2), "{}", said(run));
    assert!(run.stdout.is_empty());
    let stderr = String::from_utf8_lossy(&run.stderr);
    assert!(stderr.contains("nothing was collected"), "{stderr}");
    let errors = format!("./{folder} holds their errors");
    assert!(stderr.contains(&errors), "{stderr}");
}

#[test]
fn credentials_that_do_not_work_are_said_and_the_next_are_tried() {
    let Some(aws) = Aws::start() else { return };
    let run = aws
        .script(&["sh"])
        .env("AWS_ENDPOINT_URL_STS", NOWHERE)
        .args([
            "--output",
            "none",
            "--region",
            "us-east-1",
            "--profile",
            "nobody",
            "--profile",
            "noone",
        ])
        .output()
        .unwrap();
    assert_nothing_collected(&run, "none");
    let bundle = aws.bundle("none");
    assert_eq!(
        bundle.files(),
        [
            "profile-1/get-caller-identity-text.stderr.txt",
            "profile-2/get-caller-identity-text.stderr.txt"
        ]
    );
    let asked: Vec<_> = bundle
        .manifest
        .requested
        .iter()
        .map(|request| (request.profile.as_deref(), request.entered))
        .collect();
    assert_eq!(asked, [(Some("nobody"), false), (Some("noone"), false)]);
    assert!(bundle.manifest.accounts.is_empty());
    assert!(
        bundle
            .manifest
            .files
            .iter()
            .all(|entry| entry.account.is_none())
    );
}

#[test]
fn a_role_that_cannot_be_assumed_is_evidence_of_its_account() {
    let Some(aws) = Aws::start() else { return };
    // get-caller-identity and list-accounts are the calls before assume-role.
    aws.refuse_after(2);
    let run = aws
        .script(&["sh"])
        .args([
            "--output",
            "role",
            "--region",
            "us-east-1",
            "--role",
            "audit",
            "--account",
            "111122223333",
        ])
        .output()
        .unwrap();
    assert_nothing_collected(&run, "role");
    let bundle = aws.bundle("role");
    assert_eq!(
        bundle.files(),
        [
            "111122223333/assume-role.stderr.txt",
            "123456789012/list-accounts.json"
        ]
    );
    let error = bundle.manifest.entry("111122223333/assume-role.stderr.txt");
    assert_eq!(error.unwrap().account.as_deref(), Some("111122223333"));
}

#[test]
fn an_interrupted_collection_says_so() {
    let Some(aws) = Aws::start() else { return };
    let mut run = aws
        .script(&["sh"])
        .args([
            "--output",
            "cut",
            "--region",
            "us-east-1",
            "--region",
            "us-east-2",
            "--region",
            "us-west-1",
        ])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _stderr = wait_for(&mut run, "[2/3]");
    let killed = aws
        .command("kill")
        .arg(run.id().to_string())
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    let bundle = aws.bundle("cut");
    assert!(!bundle.manifest.complete);
    // The regions to ask are named, also those that were not come to.
    assert_eq!(
        bundle.manifest.requested[0].regions.as_ref().unwrap().len(),
        3
    );
    assert!(
        bundle
            .manifest
            .entry("123456789012/us-east-1/describe-trails.json")
            .is_some()
    );
    assert!(
        !bundle.folder.with_extension("tar.gz").exists() && !bundle.folder.join(".work").exists()
    );
}
