//! `--baseline`, `coldtrail diff` and `coldtrail verify`: one report against
//! another, and against its evidence.

use std::path::PathBuf;

use coldtrail::render::Format;

use crate::harness::{Done, Fixture, coldtrail, copy, root};

const AS_OF: &str = "2026-11-20T12:00:00Z";

/// A folder with the evidence of a fixture and the report on it.
struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new(fixture: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(
            &root().join(Fixture::named(fixture).evidence()),
            &folder.path().join("evidence"),
        );
        let this = Self { folder };
        assert_ne!(
            this.check(&["--format", "json", "-o"], &["report.json"])
                .code,
            Some(2)
        );
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `coldtrail check` on the evidence, with arguments and files.
    fn check(&self, args: &[&str], files: &[&str]) -> Done {
        let run = coldtrail(["check"])
            .arg(self.path("evidence"))
            .args(["--as-of", AS_OF])
            .args(args);
        run.args(files.iter().map(|file| self.path(file)))
            .hide(self.folder.path(), "folder")
            .done()
    }

    fn verify(&self) -> Done {
        let run = coldtrail(["verify"])
            .arg(self.path("report.json"))
            .arg(self.path("evidence"));
        run.hide(self.folder.path(), "folder").done()
    }

    fn diff(&self, old: &str, new: &str, args: &[&str]) -> Done {
        let run = coldtrail(["diff"])
            .arg(self.path(old))
            .arg(self.path(new))
            .args(args);
        run.hide(self.folder.path(), "folder").done()
    }

    /// Replaces a text in a file of the evidence.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.path("evidence").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(&path, text.replace(from, to)).unwrap();
    }
}

const STATUS: &str = "us-east-1/get-trail-status-main.json";

#[test]
fn a_report_holds_against_its_own_evidence_from_anywhere() {
    let case = Case::new("all-pass");
    let done = case.verify();
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(done.stdout, @"the report holds: 3 files, 1 policy and 4 verdicts are as it says
");
    std::fs::rename(case.path("evidence"), case.path("moved")).unwrap();
    let run = coldtrail(["verify"])
        .arg(case.path("report.json"))
        .arg("moved")
        .within(case.folder.path());
    assert_eq!(run.done().code, Some(0));
}

#[test]
fn every_fixture_verifies_against_its_own_report() {
    crate::harness::for_each_fixture(|fixture| {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report.json");
        fixture
            .check()
            .args(["--format", "json", "-o"])
            .arg(&report)
            .done();
        let done = coldtrail(["verify"])
            .arg(&report)
            .arg(fixture.evidence())
            .done();
        assert_eq!(
            done.code,
            Some(0),
            "{}: {}{}",
            fixture.name,
            done.stdout,
            done.stderr
        );
    });
}

#[test]
fn documents_added_missing_and_altered_and_verdicts_that_change_are_named() {
    let case = Case::new("two-accounts-three-regions");
    case.edit(
        "444455556666/us-east-1/get-trail-status-audit.json",
        "\"IsLogging\": true",
        "\"IsLogging\": true, \"LatestCloudWatchLogsDeliveryTime\": \"2026-11-20T11:00:00Z\"",
    );
    std::fs::remove_file(case.path("evidence/444455556666/eu-west-1/get-trail-status-web.json"))
        .unwrap();
    std::fs::write(case.path("evidence/notes.txt"), "seen by Ann").unwrap();
    let done = case.verify();
    assert_eq!(done.code, Some(1));
    insta::assert_snapshot!(done.stdout);
}

#[test]
fn another_policy_is_named_and_judged_with_where_it_is_given() {
    let case = Case::new("all-pass");
    let policies = case.path("policies");
    copy(&root().join("policies"), &policies);
    let file = policies.join("cloudtrail/cloudwatch_logs/log_group.rego");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text + "\n# Looked at.\n").unwrap();
    let done = coldtrail(["verify"])
        .arg(case.path("report.json"))
        .arg(case.path("evidence"))
        .arg("--policy")
        .arg(&policies)
        .done();
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    insta::assert_snapshot!(done.stdout);
}

#[test]
fn a_report_whose_summary_is_not_its_verdicts_does_not_hold() {
    let case = Case::new("log-group-missing");
    let report = case.path("report.json");
    let text = std::fs::read_to_string(&report).unwrap();
    let (before, after) = text.split_once("\"outcome\": \"fail\"").unwrap();
    std::fs::write(&report, format!("{before}\"outcome\": \"pass\"{after}")).unwrap();
    let done = case.verify();
    assert_eq!(done.code, Some(1));
    insta::assert_snapshot!(done.stdout, @r"
    the report does not hold: 1 difference in 2 files, 1 policy and 2 verdicts
      untrue   the whole: told as pass, and its verdicts come to fail
    ");
}

/// A waived verdict holds on the word of its file alone: a report can say that
/// anything was accepted.
#[test]
fn waived_checks_hold_with_the_same_waivers_and_not_without() {
    let case = Case::new("log-group-missing");
    let waivers = |approver: &str, expires: &str| {
        let text = format!(
            "[[waiver]]\ncontrol = \"3.4\"\ntrail = \"main\"\nreason = \"r\"\napprover = \"{approver}\"\nexpires = {expires}\n"
        );
        std::fs::write(case.path("waivers.toml"), text).unwrap();
    };
    waivers("Ann", "2026-12-31");
    let run = coldtrail(["check"])
        .arg(case.path("evidence"))
        .args(["--as-of", AS_OF, "--format", "json", "-o"]);
    let run = run
        .arg(case.path("report.json"))
        .arg("--waivers")
        .arg(case.path("waivers.toml"));
    assert_eq!(run.done().code, Some(0));

    let verify = || {
        let run = coldtrail(["verify"])
            .arg(case.path("report.json"))
            .arg(case.path("evidence"));
        let done = run.arg("--waivers").arg(case.path("waivers.toml")).done();
        (done.code, done.stdout)
    };
    let (code, said) = verify();
    assert_eq!((code, said.contains("waive")), (Some(0), false), "{said}");

    let without = case.verify();
    assert_eq!(without.code, Some(1));
    insta::assert_snapshot!(without.stdout, @r"
    the report does not hold: 2 differences in 2 files, 1 policy and 2 verdicts
      verdict  arn:aws:cloudtrail:us-east-1:111122223333:trail/main delivery-recent: waived[delivery-never], now fail[delivery-never]
      verdict  arn:aws:cloudtrail:us-east-1:111122223333:trail/main log-group-configured: waived[log-group-missing], now fail[log-group-missing]
    2 waived checks accepted by nothing that was given: name the file with --waivers
    ");

    waivers("Eve", "2026-12-31");
    let (code, said) = verify();
    assert_eq!(code, Some(1));
    insta::assert_snapshot!(said, @r"
    the report does not hold: 2 differences in 2 files, 1 policy and 2 verdicts
      waiver   arn:aws:cloudtrail:us-east-1:111122223333:trail/main delivery-recent: by Ann until 2026-12-31, r; now by Eve until 2026-12-31, r
      waiver   arn:aws:cloudtrail:us-east-1:111122223333:trail/main log-group-configured: by Ann until 2026-12-31, r; now by Eve until 2026-12-31, r
    ");

    waivers("Ann", "2026-11-01");
    let (code, said) = verify();
    assert_eq!(code, Some(1));
    assert!(
        said.contains("waived[log-group-missing], now fail"),
        "{said}"
    );
}

#[test]
fn a_baseline_tells_new_from_old_and_fail_on_new_minds_only_the_new() {
    let case = Case::new("log-group-missing");
    let same = case.check(&["--fail-on", "new", "--baseline"], &["report.json"]);
    assert_eq!(same.code, Some(0), "{}", same.stderr);
    assert!(
        same.stdout.contains("since the baseline: 2 still failing"),
        "{}",
        same.stdout
    );
    assert_eq!(case.check(&["--baseline"], &["report.json"]).code, Some(1));

    let better = Case::new("all-pass");
    let report = better.path("report.json");
    std::fs::copy(&report, case.path("before.json")).unwrap();
    let done = case.check(&["--fail-on", "new", "--baseline"], &["before.json"]);
    assert_eq!(done.code, Some(1));
    let (_, list) = done.stdout.split_once("since the baseline").unwrap();
    insta::assert_snapshot!(list);
}

#[test]
fn diff_compares_two_reports() {
    let case = Case::new("log-group-missing");
    std::fs::rename(case.path("report.json"), case.path("old.json")).unwrap();
    case.edit(
        STATUS,
        "\"IsLogging\": true",
        "\"IsLogging\": true, \"LatestCloudWatchLogsDeliveryTime\": \"2026-11-20T11:00:00Z\"",
    );
    case.check(&["--format", "json", "-o"], &["new.json"]);
    let done = case.diff("old.json", "new.json", &[]);
    assert_eq!(done.code, Some(0));
    insta::assert_snapshot!(done.stdout);
    let back = case.diff("new.json", "old.json", &["--format", "json"]);
    assert_eq!(back.code, Some(1));
    insta::assert_snapshot!(back.stdout);
}

#[test]
fn what_is_no_report_is_refused() {
    let case = Case::new("all-pass");
    let write = |name: &str, text: &str| std::fs::write(case.path(name), text).unwrap();
    let report = std::fs::read_to_string(case.path("report.json")).unwrap();
    write("newer.json", &report.replacen("\"1.1\"", "\"9.0\"", 1));
    write("cut.json", &report[..report.len() / 2]);
    write("other.json", "{\"trailList\": []}");
    let mut told = String::new();
    for name in ["newer.json", "cut.json", "other.json", "nowhere.json"] {
        let done = case.diff("report.json", name, &[]);
        assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "{name}");
        told.push_str(&done.stderr);
        assert_eq!(case.check(&["--baseline"], &[name]).code, Some(2), "{name}");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn every_format_takes_a_baseline() {
    let case = Case::new("log-group-missing");
    for format in Format::ALL.map(Format::as_str) {
        let done = case.check(&["--format", format, "--baseline"], &["report.json"]);
        assert_eq!(done.code, Some(1), "{format}: {}", done.stderr);
        let told = ["still failing", "still-failing", "\"unchanged\""];
        assert!(
            told.iter().any(|word| done.stdout.contains(word)),
            "{format}"
        );
    }
}
