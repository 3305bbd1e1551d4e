use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::*;
use crate::recognise::vocabulary;
use crate::source::given::{From, Source};

fn read(name: &str, bytes: &[u8]) -> Vec<Document> {
    read_after(&Interner::default(), name, bytes)
}

/// What a file says beside files of the same bytes.
fn read_after(interner: &Interner, name: &str, bytes: &[u8]) -> Vec<Document> {
    let mut file = File {
        source: Source {
            name: name.into(),
            from: From::Memory(Arc::default()),
            direct: false,
        },
        sha256: Some([0; 32]),
        bytes: bytes.len() as u64,
        encoding: None,
        modified: None,
    };
    Reading {
        file: &mut file,
        interner,
        limits: &Limits::default(),
    }
    .documents(bytes.to_vec())
}

/// Which file of the same bytes is read first hangs on threads.
#[test]
fn what_a_file_says_hangs_on_no_other_of_the_same_bytes() {
    let trails = r#"{"trailList": [{"Name": "main", "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main", "HomeRegion": "us-east-1", "S3BucketName": "b"}]}"#;
    let failed = r#"{"trailList": [], "Error": {"Code": "AccessDenied", "Message": "no"}}"#;
    let texts = [
        trails.to_owned(),
        "{\"trailList\": []}".to_owned(),
        failed.to_owned(),
        format!("data = {trails};"),
        format!("$ aws cloudtrail describe-trails\n{trails}\n"),
        format!("## What was found\n\n{trails}\n"),
        "trailList:\n- Name: main\n  HomeRegion: us-east-1\n".to_owned(),
    ];
    let names = [
        "describe-trails.json",
        "data.txt",
        "data.js",
        "README.md",
        "session.log",
        "examples/a.json",
        "get-trail-status-main.json",
        "111122223333/us-east-1/errors.txt",
        "aws_s3_buckets.json",
    ];
    for text in &texts {
        for (before, name) in names.iter().flat_map(|one| names.map(|other| (one, other))) {
            let interner = Interner::default();
            read_after(&interner, before, text.as_bytes());
            let beside = format!("{:?}", read_after(&interner, name, text.as_bytes()));
            let alone = format!("{:?}", read(name, text.as_bytes()));
            assert_eq!(beside, alone, "{name} after {before}: {text}");
        }
    }
}

fn is_irrelevant(documents: &[Document]) -> bool {
    documents.iter().all(Document::says_nothing)
}

fn hides_trails(documents: &[Document]) -> bool {
    let mut failures = documents.iter().flat_map(|document| &document.failures);
    failures.any(|failure| failure.hides_trails)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// What is left of evidence is cleared only where a mark shows another thing, or
/// where nothing of trails is left: a word without JSON, an answer of logs.
#[test]
fn no_part_of_a_fixture_is_cleared_but_what_holds_nothing_of_trails() {
    let mut all = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"),
        &mut all,
    );
    let mut cuts = 0;
    for path in all
        .iter()
        .filter(|path| path.components().any(|part| part.as_os_str() == "evidence"))
    {
        let bytes = std::fs::read(path).unwrap();
        if is_irrelevant(&read("left", &bytes)) {
            continue;
        }
        for sixteenth in 0..16 {
            let left = &bytes[..bytes.len() * sixteenth / 16];
            cuts += 1;
            for name in ["left", "out/left.json", "left.txt"] {
                if !is_irrelevant(&read(name, left)) {
                    continue;
                }
                let text = String::from_utf8_lossy(left)
                    .replace('\0', "")
                    .to_lowercase();
                let is_of_others = text.contains("loggroup") || !text.contains(['{', '[']);
                assert!(
                    is_of_others && !vocabulary::mentions_trails(&text),
                    "{} up to {}, as {name}: {text}",
                    path.display(),
                    left.len()
                );
            }
        }
    }
    assert!(cuts > 1000, "{cuts}");
}

#[test]
fn what_is_cleared_says_by_which_mark() {
    let hash =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  describe-trails.json";
    for (name, content) in [
        ("describe-trails.json.sha256", hash),
        (
            "describe-trails.json.asc",
            "-----BEGIN PGP SIGNATURE-----\n\niQIz",
        ),
        ("shots/console.png", "\u{89}PNG"),
        ("collect.py", "print({\"trailList\": []})"),
        ("main.tf", "resource \"aws_cloudtrail\" \"main\" {}"),
        ("run", "#!/bin/sh\ncat <<E\n{\"trailList\": []}\nE\n"),
        (".git/HEAD", "ref: refs/heads/main"),
        (
            "README.md",
            "`aws cloudtrail describe-trails` lists the trails; AccessDenied is told.",
        ),
        ("notes.txt", "Collected on Friday by the auditor."),
        ("describe-trails.err", ""),
        ("07-cloudtrail-create.json", ""),
        ("iam-list-users.json", "{}"),
        ("vpcs.json", "{\"Vpcs\": ["),
        (
            "policy.json",
            "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Resource\": \"arn:aws:cloudtrail:*:*:trail/*\"}]}",
        ),
        (
            "bucket.json",
            "{\"Policy\": \"arn:aws:cloudtrail:us-east-1:111122223333:trail/main\"}",
        ),
        (
            "events.json",
            "{\"Events\": [{\"CloudTrailEvent\": \"{\\\"trailARN\\\": 1}\"}]}",
        ),
        ("package.json", "{\"name\": \"x\"}"),
        (
            "validate.txt",
            "Validating log files for trail arn:aws:cloudtrail:us-east-1:111122223333:trail/main between",
        ),
    ] {
        let documents = read(name, content.as_bytes());
        assert!(is_irrelevant(&documents), "{name}: {documents:?}");
        assert!(
            documents.iter().all(|document| document.detail.is_some()),
            "{name}"
        );
    }
}

#[test]
fn what_nothing_understands_may_hide_trails() {
    for (name, content) in [
        ("out.txt", ""),
        ("out.json", "{}"),
        ("data", "null"),
        ("out.txt", "None\n"),
        ("left", "{\"unknown\": ["),
        ("x.json", "{\"a\": {\"b\": {\"isMultiRegionTrail\": true}}}"),
        ("trails.csv", "name,trail_arn\nmain,arn"),
        ("README.md", "```json\n{\"trailList\": []}\n```"),
        ("out.txt", "$ aws cloudtrail describe-trails\n"),
        ("describe-trails.json", "{\"a\": 1}"),
        ("describe-regions.json", ""),
        ("e.7z", "7z\u{bc}"),
        ("e.pem", "-----BEGIN PKCS7-----\nMIIB"),
        ("ct.log", "Unable to locate credentials"),
        (
            "iam.json",
            "An error occurred (AccessDenied) when calling the AssumeRole operation: x",
        ),
        (
            "x.json",
            "{\"us-east-1\": \"An error occurred (X) when calling the DescribeTrails operation: x\"}",
        ),
        (
            "x.json",
            "{\"Code\": \"AccessDenied\", \"Message\": \"no\"}",
        ),
    ] {
        assert!(
            hides_trails(&read(name, content.as_bytes())),
            "{name}: {content}"
        );
    }
}

#[test]
fn a_failed_call_hides_what_it_was_about_and_no_more() {
    let denied = "An error occurred (AccessDenied) when calling the GetTrailStatus operation: x";
    let documents = read("get-trail-status-main.json", denied.as_bytes());
    assert!(!hides_trails(&documents));
    assert_eq!(documents[0].failures[0].call, Some(Call::GetTrailStatus));
    let role = "An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::111122223333:user/a is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/Audit";
    let documents = read(
        "111122223333/us-east-1/describe-trails.json",
        role.as_bytes(),
    );
    let accounts: Vec<_> = documents[0]
        .failures
        .iter()
        .map(|failure| failure.origin.account.as_deref())
        .collect();
    assert_eq!(accounts, [None, Some("444455556666")]);
    let policy =
        "An error occurred (NoSuchEntity) when calling the GetAccountPasswordPolicy operation: x";
    assert!(!hides_trails(&read("out.txt", policy.as_bytes())));
}

/// A file named for a call that holds none of its answer is a lost answer, in
/// whatever words; so is what a place's folder holds and nothing explains.
#[test]
fn words_that_nobody_listed_clear_nothing() {
    for name in [
        "eu-west-1/describe-trails.json",
        "111122223333/eu-west-1/describe-trails.err",
        "us-east-1/get-trail-status-main.err",
        "describe-trails.stderr",
        "cloudtrail.log",
        "eu-west-1/out.txt",
        "eu-west-1.txt",
        "111122223333.txt",
    ] {
        for content in [
            "254\n",
            "false\n",
            "\"nein\"\n",
            "{\"success\": false}",
            "host1 | UNREACHABLE! => {\n    \"changed\": false,\n    \"unreachable\": true\n}\n",
            "Zugriff verweigert\n",
            "アクセスが拒否されました\n",
            "Acc\u{e8}s refus\u{e9}",
        ] {
            assert!(
                !is_irrelevant(&read(name, content.as_bytes())),
                "{name}: {content}"
            );
        }
        let eight_bits = b"Acc\xe8s refus\xe9\n";
        assert!(!is_irrelevant(&read(name, eight_bits)), "{name}");
    }
    for (name, content) in [
        ("us-east-1/exitcode", "0\n"),
        ("us-east-1/describe-trails.json.rc", "0\n"),
        (
            "us-east-1/describe-trails.err",
            "x.py:1: InsecureRequestWarning: y\n  warnings.warn(\n",
        ),
        ("us-east-1/notes.txt", "Collected by Ann.\n"),
        ("us-east-1/iam-list-users.txt", "nothing of note\n"),
        ("x.log", "config loaded: {}\n"),
        ("x.yml", "a: {}\nb: []\n"),
        ("NOTES.txt", "I ran the script on Monday.\n"),
    ] {
        assert!(
            is_irrelevant(&read(name, content.as_bytes())),
            "{name}: {content}"
        );
    }
}

/// A body in base64 is read as the one that isn't.
#[test]
fn a_recorded_body_is_read_in_base64_too() {
    use base64::Engine as _;
    let list = r#"{"trailList": [{"Name": "main", "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"}]}"#;
    let body = base64::prelude::BASE64_STANDARD.encode(list);
    for text in [
        format!(r#"{{"content": {{"encoding": "base64", "text": "{body}"}}}}"#),
        format!(r#"{{"isBase64Encoded": true, "body": "{body}"}}"#),
    ] {
        assert_eq!(read("x.har", text.as_bytes())[0].trails.len(), 1, "{text}");
    }
    let cassette = format!(r#"{{"body": {{"base64_string": "{body}"}}}}"#);
    assert!(!is_irrelevant(&read("x.json", cassette.as_bytes())));
}
