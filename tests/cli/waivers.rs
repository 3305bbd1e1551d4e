//! `--waivers`: what is accepted, until when, and what a waiver can't do.

use std::path::PathBuf;

use crate::harness::{Done, Fixture};

/// A folder with a waiver file for a fixture.
struct Case {
    folder: tempfile::TempDir,
    fixture: Fixture,
}

impl Case {
    fn new(fixture: &str, rest: &str) -> Self {
        let text = format!(
            "[[waiver]]\ncontrol = \"3.4\"\nreason = \"moves to the new account\"\napprover = \"Ann Example\"\n{rest}"
        );
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("waivers.toml"), text).unwrap();
        Self {
            folder,
            fixture: Fixture::named(fixture),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("waivers.toml")
    }

    fn check(&self, args: &[&str]) -> Done {
        let run = self.fixture.check().arg("--waivers").arg(self.file());
        run.args(args).hide(self.folder.path(), "folder").done()
    }
}

#[test]
fn an_accepted_fail_is_waived_and_says_by_whom() {
    let case = Case::new(
        "log-group-missing",
        "trail = \"main\"\nexpires = 2026-12-31\n",
    );
    let done = case.check(&[]);
    insta::assert_snapshot!(done.stdout);
    assert_eq!(done.stderr, "");
    assert_eq!(done.code, Some(0));
    let report = case.check(&["--format", "json"]).report();
    let check = report["subjects"][0]["checks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["outcome"] == "waived")
        .unwrap();
    assert_eq!(check["waiver"]["approver"], "Ann Example");
    assert_eq!(report["summary"]["outcome"], "waived");
    assert_eq!(report["summary"]["subjects"]["waived"], 1);
}

#[test]
fn a_waiver_for_one_code_leaves_the_other_fail() {
    let rest = "trail = \"main\"\ncode = \"log-group-missing\"\nexpires = 2026-12-31\n";
    let done = Case::new("log-group-missing", rest).check(&["--format", "csv"]);
    assert_eq!(done.code, Some(1));
    assert!(done.stdout.contains(",waived,log-group-missing,"));
    assert!(done.stdout.contains(",fail,delivery-never,"));
}

#[test]
fn an_expired_waiver_fails_with_a_label_on_its_line() {
    let case = Case::new(
        "log-group-missing",
        "trail = \"main\"\nexpires = 2026-11-19\n",
    );
    let done = case.check(&[]);
    assert_eq!(done.code, Some(1));
    insta::assert_snapshot!(done.stdout);
    assert_eq!(case.check(&["--waiver-date", "2026-11-19"]).code, Some(0));
    assert_eq!(case.check(&["--waiver-date", "2026-11-20"]).code, Some(1));
}

#[test]
fn a_waiver_never_touches_an_inconclusive_outcome() {
    let case = Case::new("status-missing", "account = \"*\"\nexpires = 2099-12-31\n");
    let done = case.check(&[]);
    assert_eq!(done.code, Some(3));
    insta::assert_snapshot!(done.stderr);
}

#[test]
fn a_waiver_that_matches_nothing_is_a_warning_or_an_error() {
    let case = Case::new("all-pass", "trail = \"mian\"\nexpires = 2099-12-31\n");
    let done = case.check(&[]);
    assert_eq!(done.code, Some(0));
    assert!(
        done.stderr.contains("⚠ this waiver matches nothing"),
        "{}",
        done.stderr
    );
    let strict = case.check(&["--strict-waivers"]);
    assert_eq!((strict.code, strict.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(strict.stderr);
}

#[test]
fn a_wrong_waiver_file_is_refused() {
    let case = Case::new("all-pass", "trial = \"main\"\nexpires = 2099-12-31\n");
    let done = case.check(&[]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr);
    let done = Fixture::named("all-pass")
        .check()
        .args(["--waivers", "nowhere.toml"])
        .done();
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.contains("`nowhere.toml` can't be read"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_mistake_far_to_the_right_of_a_waiver_file_is_drawn_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("waivers.toml");
    let text = format!("[[waiver]]\nsubject = {}\"x\", y\n", " ".repeat(70_000));
    std::fs::write(&file, text).unwrap();
    let fixture = Fixture::named("all-pass");
    let done = fixture.check().arg("--waivers").arg(&file).done();
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    assert!(
        done.stderr.contains("waivers.toml:2:700"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.len() < 2000, "{}", done.stderr.len());
}
