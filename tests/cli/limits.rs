//! The bounds of a run: what is over one is told with the flag that raises it,
//! and nothing passes that may hang on what was left out.

use std::fs;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::harness::{Done, coldtrail, copy, root};

const AS_OF: &str = "2026-11-20T12:00:00Z";

/// A bundle of two trails that pass.
fn bundle() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("fixtures/all-pass/evidence"), folder.path());
    folder
}

/// A tarball of it, with one entry more.
fn packed(name: &str, content: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::File::create(folder.path().join("bundle.tar.gz")).unwrap();
    let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    tar.append_dir_all(".", root().join("fixtures/all-pass/evidence"))
        .unwrap();
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, name, content).unwrap();
    tar.into_inner().unwrap().finish().unwrap();
    folder
}

fn check(folder: &Path, flags: &[&str]) -> Done {
    coldtrail(["check", "--format", "json", "--as-of", AS_OF])
        .args(flags)
        .arg(folder)
        .done()
}

/// What is told of the documents that have a problem, and how to go on.
fn told(folder: &Path, flags: &[&str]) -> String {
    let done = coldtrail(["inspect", "--format", "json"])
        .args(flags)
        .arg(folder)
        .done();
    let inspection = done.report();
    let documents = inspection["documents"].as_array().unwrap().iter();
    let told = documents.filter(|document| !document["problem"].is_null());
    let told = told.map(|document| {
        let text = |key: &str| document["problem"][key].as_str().unwrap_or("-").to_owned();
        let file = document["file"].as_str().unwrap();
        format!(
            "{file}: {}: {}\n  {}",
            text("code"),
            text("message"),
            text("help")
        )
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_file_over_the_bound_is_told_and_keeps_the_account_from_passing() {
    let bundle = bundle();
    let padded = format!("{{\"trailList\": []}}{}", " ".repeat(5_000));
    fs::create_dir(bundle.path().join("eu-west-1")).unwrap();
    fs::write(bundle.path().join("eu-west-1/describe-trails.json"), padded).unwrap();
    assert_eq!(check(bundle.path(), &[]).code, Some(0));
    let flags = ["--max-document-bytes", "4096"];
    assert_eq!(check(bundle.path(), &flags).code, Some(3));
    insta::assert_snapshot!(told(bundle.path(), &flags), @"
    eu-west-1/describe-trails.json: too-large: not read: more than 4096 bytes in one file
      raise --max-document-bytes if the evidence really is that large
    ");
}

#[test]
fn more_than_the_run_may_read_is_no_verdict_at_all() {
    let bundle = bundle();
    for verb in ["check", "inspect"] {
        let done = coldtrail([verb, "--max-total-bytes", "1000"])
            .arg(bundle.path())
            .done();
        assert_eq!((done.code, &*done.stdout), (Some(2), ""), "{verb}");
        assert!(done.stderr.contains("--max-total-bytes"), "{}", done.stderr);
    }
}

#[test]
fn an_archive_of_more_entries_than_asked_for_is_told() {
    let bundle = packed("eu-west-1/describe-trails.json", b"{\"trailList\": []}");
    assert_eq!(check(bundle.path(), &[]).code, Some(0));
    let flags = ["--max-entries", "3"];
    assert_ne!(check(bundle.path(), &flags).code, Some(0));
    insta::assert_snapshot!(told(bundle.path(), &flags), @"
    bundle.tar.gz: too-many-entries: not read: more than 3 entries
      raise --max-entries if the evidence really is that large
    ");
}

#[test]
fn an_archive_that_unpacks_to_more_than_it_should_is_told() {
    let noughts = vec![b' '; 80 << 20];
    let bundle = packed("eu-west-1/describe-trails.json", &noughts);
    let flags = ["--max-expansion", "100"];
    assert_ne!(check(bundle.path(), &flags).code, Some(0));
    insta::assert_snapshot!(told(bundle.path(), &flags), @"
    bundle.tar.gz: archive-bomb: not read on: unpacked it is more than 100 times its size, over 67108864 bytes
      unpack it yourself if you trust it and name the folder, or raise --max-expansion
    ");
    let flags = ["--max-total-bytes", "1048576"];
    let done = check(bundle.path(), &flags);
    assert_ne!(done.code, Some(0));
}

/// An answer in so many arrays.
fn wrapped(levels: usize, answer: &str) -> String {
    format!("{}{answer}{}", "[".repeat(levels), "]".repeat(levels))
}

#[test]
fn an_answer_that_lies_too_deep_is_told_and_read_where_the_bound_is_raised() {
    let bundle = bundle();
    let file = bundle.path().join("us-east-1/describe-trails.json");
    let answer = fs::read_to_string(&file).unwrap();
    let done = |levels: usize, most: &str| {
        fs::write(&file, wrapped(levels, &answer)).unwrap();
        check(bundle.path(), &["--max-nesting", most])
    };
    assert_eq!(done(47, "48").code, Some(0));
    assert_eq!(done(48, "48").code, Some(3));
    assert_eq!(
        done(127, "128").code,
        Some(0),
        "the deepest that can be asked for"
    );
    assert_eq!(done(128, "128").code, Some(3));
    assert_eq!(done(5, "5").code, Some(3));
    insta::assert_snapshot!(told(bundle.path(), &["--max-nesting", "5"]), @"
    us-east-1/describe-trails.json: too-deep: what speaks of trails here lies more than 5 levels deep and isn't read
      take off what wraps it; --max-nesting raises the levels, to 128 at the most
    ");
    // What says nothing of trails may lie as deep as it likes.
    fs::write(&file, &answer).unwrap();
    fs::write(bundle.path().join("other.json"), wrapped(500, "{\"a\": 1}")).unwrap();
    assert_eq!(check(bundle.path(), &[]).code, Some(0));
}

#[test]
fn a_bound_that_can_not_be_is_refused() {
    for (flag, value) in [
        ("--max-nesting", "0"),
        ("--max-nesting", "129"),
        ("--max-entries", "1.5"),
        ("--max-expansion", "many"),
    ] {
        let done = coldtrail(["check", "fixtures/all-pass/evidence", flag, value]).done();
        assert_eq!(done.code, Some(2), "{flag} {value}");
        assert!(done.stderr.contains(flag), "{}", done.stderr);
    }
}

/// A folder with one file of this text beside the bundle.
fn beside(name: &str, text: &str) -> TempDir {
    let bundle = bundle();
    fs::write(bundle.path().join(name), text).unwrap();
    bundle
}

#[test]
fn a_file_of_more_values_than_its_bytes_allow_is_told_and_nothing_passes() {
    for text in [
        format!(
            "{{\"trailList\": [{}{{}}]}}",
            "{\"Name\":\"a\"},".repeat(2_000)
        ),
        format!(
            "[{}{{\"trailList\": []}}]",
            "{\"trailList\": []},".repeat(2_000)
        ),
        "{\"trailList\": []}\n".repeat(2_000),
        format!(
            "[{}\"\"]",
            "{\"body\": \"{\\\"trailList\\\": []}\"},".repeat(2_000)
        ),
    ] {
        let bundle = beside("dense.json", &text);
        let flags = ["--max-values", "500"];
        assert_eq!(check(bundle.path(), &flags).code, Some(3), "{text:.60}");
        let told = told(bundle.path(), &flags);
        assert!(
            told.contains("dense.json: too-many-values: not read: more than "),
            "{told}"
        );
        assert!(told.contains("raise --max-values"), "{told}");
    }
    let numbers = beside("numbers.txt", &"1\n".repeat(50_000));
    assert_eq!(
        check(numbers.path(), &["--max-values", "500"]).code,
        Some(0)
    );
}

#[test]
fn many_files_of_more_values_than_their_bytes_allow_are_no_verdict_at_all() {
    let bundle = bundle();
    for n in 0..20 {
        let text = format!(
            "[{}{{\"trailList\": []}}]",
            "{\"trailList\": []},".repeat(40 + n)
        );
        fs::write(bundle.path().join(format!("{n}.json")), text).unwrap();
    }
    assert_eq!(check(bundle.path(), &[]).code, Some(0));
    let done = check(bundle.path(), &["--max-values", "200"]);
    assert_eq!((done.code, &*done.stdout), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @"
    too_much

      × the evidence holds more than 200 values beyond one for each 70 bytes: nothing is judged
      help: raise --max-values if the evidence really is that large, or give a part of it
    ");
}

#[test]
fn a_case_of_more_than_a_run_may_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("dense");
    fs::create_dir_all(case.join("evidence")).unwrap();
    fs::write(case.join("case.toml"), format!("as_of = \"{AS_OF}\"\n")).unwrap();
    fs::write(case.join("expected.json"), "{}").unwrap();
    for number in 0..6 {
        let text = "{\"trailList\": []}\n".repeat(5_000);
        fs::write(case.join(format!("evidence/{number}.json")), text).unwrap();
    }
    let done = coldtrail(["test", "--cases"]).arg(folder.path()).done();
    assert_eq!(done.code, Some(2), "{}{}", done.stdout, done.stderr);
    let told = done.stdout + &done.stderr;
    assert!(told.contains("more than 20000 values"), "{told}");
}

#[test]
fn entries_are_counted_over_all_archives() {
    let folder = packed("x.json", b"{}");
    fs::copy(
        folder.path().join("bundle.tar.gz"),
        folder.path().join("again.tar.gz"),
    )
    .unwrap();
    let entries = |most: &str| check(folder.path(), &["--max-entries", most]).code;
    assert_eq!(entries("10"), check(folder.path(), &[]).code);
    assert_eq!(entries("7"), Some(2));
}

#[cfg(unix)]
#[test]
fn folders_that_link_to_each_other_come_to_an_end() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let level = |number: usize| folder.path().join(format!("level-{number}"));
    (0..=40).for_each(|number| fs::create_dir(level(number)).unwrap());
    for number in 0..40 {
        for name in ["a", "b"] {
            symlink(level(number + 1), level(number).join(name)).unwrap();
        }
    }
    copy(&root().join("fixtures/all-pass/evidence"), &level(40));
    // 10^12 paths lead to the evidence.
    let done = check(&level(0), &["--follow-links"]);
    assert_eq!(done.code, Some(3), "{}", done.stderr);
    assert!(done.stdout.contains("after more than are followed"));
    // One link to each of many folders is no such thing.
    let links = folder.path().join("links");
    fs::create_dir(&links).unwrap();
    (0..300).for_each(|number| symlink(level(40), links.join(format!("{number}x"))).unwrap());
    let done = check(&links, &["--follow-links"]);
    assert!(!done.stdout.contains("after more than are followed"));
}
