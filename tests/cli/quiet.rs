//! What is said beside the report: progress on a terminal, and nothing at all
//! with `--quiet`.

use std::process::Command;

use crate::harness::{Fixture, coldtrail};

const FAILS: &str = "one-delivery-recent-one-stale";

#[test]
fn quiet_leaves_the_exit_code_alone() {
    let fixture = Fixture::named(FAILS);
    for flag in ["-q", "--quiet"] {
        let done = fixture.check().arg(flag).done();
        let said = (done.code, &*done.stdout, &*done.stderr);
        assert_eq!(said, (Some(fixture.case.exit), "", ""));
    }
}

#[test]
fn quiet_writes_what_was_asked_for_by_name() {
    let fixture = Fixture::named(FAILS);
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    let text = folder.path().join("report.txt");
    let json = fixture.check().args(["--format", "json"]).done().stdout;
    let done = fixture
        .check()
        .args(["--quiet", "--format", "json", "--report"])
        .arg(format!("html={}", page.display()))
        .done();
    assert_eq!((done.stdout, &*done.stderr), (json, ""));
    assert!(page.is_file());
    let done = fixture.check().args(["-q", "-o"]).arg(&text).done();
    assert_eq!((&*done.stdout, &*done.stderr), ("", ""));
    let shown = fixture.check().done().stdout;
    assert_eq!(std::fs::read_to_string(&text).unwrap(), shown);
}

#[test]
fn quiet_silences_notes_and_no_errors() {
    let folder = tempfile::tempdir().unwrap();
    let waivers = folder.path().join("waivers.toml");
    std::fs::write(
        &waivers,
        "[[waiver]]\ncontrol = \"3.4\"\ntrail = \"no such trail\"\nreason = \"r\"\napprover = \"a\"\nexpires = 2026-12-31\n",
    )
    .unwrap();
    let check = |args: &[&str]| {
        let run = Fixture::named(FAILS).check();
        run.arg("--waivers").arg(&waivers).args(args).done()
    };
    assert!(check(&[]).stderr.contains("no such trail"));
    assert_eq!(check(&["-q"]).stderr, "");
    let strict = check(&["-q", "--strict-waivers"]);
    assert_eq!(strict.code, Some(2));
    assert!(strict.stderr.contains("no such trail"), "{}", strict.stderr);
}

#[test]
fn quiet_is_quiet_in_every_verb_that_has_it() {
    let fixture = Fixture::named(FAILS);
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let run = fixture.check().args(["-q", "--format", "json", "-o"]);
    run.arg(&report).done();
    let verify = coldtrail(["verify", "-q"]).arg(&report);
    let verify = verify.arg(fixture.evidence()).done();
    let diff = coldtrail(["diff", "-q"]).arg(&report).arg(&report).done();
    let inspect = coldtrail(["inspect", "-q"]).arg(fixture.evidence()).done();
    for done in [verify, diff, inspect] {
        let said = (done.code, &*done.stdout, &*done.stderr);
        assert_eq!(said, (Some(0), "", ""));
    }
}

/// What a terminal gets from a run on evidence that takes its time, with the
/// report elsewhere. Nothing where this machine has no `script`.
fn on_a_terminal(flags: &str, seconds: &str) -> Option<String> {
    let evidence = Fixture::named(FAILS).evidence();
    let file = evidence.join("20261120T120000Z/us-east-1/describe-trails.json");
    let command = format!(
        "(sleep {seconds}; cat {}) | {} check - {flags} >/dev/null",
        file.display(),
        env!("CARGO_BIN_EXE_coldtrail")
    );
    let done = Command::new("script")
        .args(["-q", "-e", "-c", &command, "/dev/null"])
        .current_dir(crate::harness::root())
        .env("TERM", "xterm")
        .output()
        .ok()?;
    Some(String::from_utf8(done.stdout).unwrap())
}

#[test]
fn a_terminal_gets_a_bar_after_a_second_that_is_gone_at_the_end() {
    let Some(said) = on_a_terminal("", "2") else {
        return;
    };
    assert!(said.contains("reading files"), "{said:?}");
    // The last thing written clears the line.
    assert!(said.ends_with("\u{1b}[2K"), "{said:?}");
}

#[test]
fn a_terminal_gets_nothing_of_a_short_run_or_a_quiet_one() {
    assert_eq!(on_a_terminal("--quiet", "2").unwrap_or_default(), "");
    let start = std::time::Instant::now();
    let said = on_a_terminal("", "0").unwrap_or_default();
    // On a machine with much else to do, no run is short.
    if start.elapsed() < std::time::Duration::from_secs(1) {
        assert_eq!(said, "");
    }
}

/// The same slow evidence, with standard error in a pipe.
#[test]
fn no_pipe_ever_gets_a_bar() {
    let evidence = Fixture::named(FAILS).evidence();
    let mut run = coldtrail(["check", "-"]).command();
    let mut child = run.stdin(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let file = evidence.join("20261120T120000Z/us-east-1/describe-trails.json");
    let text = std::fs::read(crate::harness::root().join(file)).unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), &text).unwrap();
    let done = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(done.stderr).unwrap(), "");
}
