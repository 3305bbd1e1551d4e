//! `--exclude`: what it takes out is not read, and is listed.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Done, coldtrail, copy, root};

const AS_OF: &str = "2026-11-20T12:00:00Z";

/// A bundle of two trails that pass, and a failed call beside them.
fn bundle() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(
        &root().join("fixtures/all-pass/evidence"),
        &folder.path().join("evidence"),
    );
    let old = folder.path().join("evidence/old/eu-west-3");
    fs::create_dir_all(&old).unwrap();
    fs::write(old.join("describe-trails.json"), "cut short: {").unwrap();
    folder
}

/// `coldtrail VERB` with the words after it.
fn run(folder: &Path, words: &[&str]) -> Done {
    coldtrail(words)
        .within(folder)
        .hide(folder, "folder")
        .done()
}

fn check(folder: &Path, globs: &[&str]) -> Done {
    let mut words = vec!["check", "evidence", "--as-of", AS_OF, "-f", "json"];
    words.extend(globs.iter().flat_map(|glob| ["--exclude", glob]));
    run(folder, &words)
}

/// The documents that were left out: file, SHA-256, size and remark.
fn left_out(report: &Value) -> Vec<String> {
    let documents = report["documents"].as_array().unwrap().iter();
    let out = documents.filter(|document| document["kind"] == "excluded");
    out.map(|document| {
        let [file, sha256, bytes, detail] =
            ["file", "sha256", "bytes", "detail"].map(|key| &document[key]);
        format!("{file} {sha256} {bytes} {detail}")
    })
    .collect()
}

#[test]
fn a_file_that_is_left_out_says_nothing_and_is_listed() {
    let folder = bundle();
    let whole = check(folder.path(), &[]);
    assert_eq!(whole.code, Some(3), "{}", whole.stdout);
    let part = check(folder.path(), &["old", "*.png"]);
    assert_eq!(part.code, Some(0), "{}", part.stdout);
    let report = part.report();
    assert_eq!(
        left_out(&report),
        [r#""old/eu-west-3/describe-trails.json" "" 0 "left out by --exclude `old`""#]
    );
    assert_eq!(report["summary"]["documents"]["excluded"], 1);
    assert_eq!(
        report["parameters"]["exclude"],
        serde_json::json!(["*.png", "old"])
    );
    assert_eq!(whole.report()["parameters"].get("exclude"), None);
}

#[test]
fn a_person_is_told_which() {
    let folder = bundle();
    let words = ["check", "evidence", "--as-of", AS_OF, "--exclude", "old/**"];
    let done = run(folder.path(), &words);
    let told = |line: &str| done.stdout.lines().any(|other| other == line);
    assert!(
        told("left out: old/eu-west-3/describe-trails.json"),
        "{}",
        done.stdout
    );
    let inspected = run(folder.path(), &["inspect", "evidence", "--exclude", "old"]);
    assert!(
        inspected.stdout.contains("  excluded\n"),
        "{}",
        inspected.stdout
    );
}

#[test]
fn a_file_in_an_archive_is_named_with_it() {
    let folder = bundle();
    let file = fs::File::create(folder.path().join("bundle.tar")).unwrap();
    let mut tar = tar::Builder::new(file);
    tar.append_dir_all(".", folder.path().join("evidence"))
        .unwrap();
    tar.finish().unwrap();
    for (glob, code) in [
        ("eu-west-3", 0),
        ("bundle.tar!old/eu-west-3/describe-trails.json", 0),
        ("bundle.tar!eu-west-3", 3),
        ("/old", 3),
        ("bundle.tar", 2),
    ] {
        let words = ["check", "bundle.tar", "--as-of", AS_OF, "-f", "json"];
        let done = coldtrail(words)
            .args(["--exclude", glob])
            .within(folder.path())
            .done();
        assert_eq!(done.code, Some(code), "{glob}\n{}", done.stdout);
    }
}

#[test]
fn verify_leaves_out_what_the_report_left_out() {
    let folder = bundle();
    let done = check(folder.path(), &["old"]);
    fs::write(folder.path().join("report.json"), &done.stdout).unwrap();
    let same = run(folder.path(), &["verify", "report.json", "evidence"]);
    assert_eq!(same.code, Some(0), "{}", same.stdout);
    let words = ["verify", "report.json", "evidence", "--exclude", "*.png"];
    let other = run(folder.path(), &words);
    assert_eq!(other.code, Some(1));
    insta::assert_snapshot!(other.stdout);
}

#[test]
fn what_a_manifest_names_may_be_left_out() {
    let evidence = root().join("fixtures/status-altered-since-its-collection/evidence");
    let report = |globs: &[&str]| {
        let flags = globs.iter().flat_map(|glob| ["--exclude", glob]);
        let done = coldtrail(["check", "-f", "json"])
            .args(flags)
            .arg(&evidence);
        done.done().report()
    };
    let report = report(&["get-trail-status*"]);
    assert!(!left_out(&report).is_empty());
    assert_eq!(report["summary"]["documents"]["failed"], 0, "{report}");
}

#[test]
fn what_is_no_glob_is_refused() {
    let folder = bundle();
    let told = ["[a", "!old", ""].map(|glob| {
        let done = check(folder.path(), &[glob]);
        assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
        done.stderr
    });
    insta::assert_snapshot!(told.join("\n"));
}
