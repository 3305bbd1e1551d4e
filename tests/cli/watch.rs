//! `--watch`: a save is followed by the verdicts that it changes, whatever way
//! the file was saved, and an error in between ends nothing.
//!
//! Nothing here hangs on how fast that is: each wait has a deadline far off.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::harness::{Run, coldtrail, copy, root};

const DEADLINE: Duration = Duration::from_secs(30);

/// A run that watches.
struct Watching {
    child: Child,
    said: [Arc<Mutex<String>>; 2],
    /// How much of what was said is known.
    known: [usize; 2],
}

#[derive(Clone, Copy)]
enum Stream {
    Out = 0,
    Err = 1,
}

impl Watching {
    fn start(run: Run) -> Self {
        let mut command = run.command();
        let mut child = command.stdin(Stdio::null()).spawn().unwrap();
        let said = [
            gather(child.stdout.take().unwrap()),
            gather(child.stderr.take().unwrap()),
        ];
        let mut watching = Self {
            child,
            said,
            known: [0; 2],
        };
        watching.until(Stream::Out, "watching for changes");
        watching
    }

    /// Waits until something new is said that holds `text` and gives all that
    /// is new.
    fn until(&mut self, stream: Stream, text: &str) -> String {
        let start = Instant::now();
        let at = stream as usize;
        loop {
            let said = self.said[at].lock().unwrap().clone();
            let new = &said[self.known[at]..];
            if new.contains(text) {
                self.known[at] = said.len();
                return new.to_owned();
            }
            assert!(
                start.elapsed() < DEADLINE,
                "`{text}` is not in\n{new}\nafter all of\n{said}\n{}",
                self.said[1].lock().unwrap()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What is said of a run, to its last line.
    fn next(&mut self, text: &str) -> String {
        let mut said = self.until(Stream::Out, text);
        if !said.ends_with("ends it\n") {
            said.push_str(&self.until(Stream::Out, "ends it\n"));
        }
        said
    }

    /// Waits for its end.
    fn end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < DEADLINE, "it goes on");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a pipe to its end beside everything else.
fn gather(mut pipe: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let said = Arc::new(Mutex::new(String::new()));
    let into = Arc::clone(&said);
    std::thread::spawn(move || {
        let mut rest = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(count) = pipe.read(&mut buffer) {
            if count == 0 {
                break;
            }
            rest.extend_from_slice(&buffer[..count]);
            // A character may come in two pieces.
            let whole = match std::str::from_utf8(&rest) {
                Ok(text) => text.len(),
                Err(error) => error.valid_up_to(),
            };
            let text = String::from_utf8(rest.drain(..whole).collect()).unwrap();
            into.lock().unwrap().push_str(&text);
        }
    });
    said
}

/// Saves as editors do that write another file and move it into place. That
/// file is made where nobody watches: a run may come between the two.
fn replace(path: &Path, text: &str) {
    let mut beside = tempfile::NamedTempFile::new().unwrap();
    beside.write_all(text.as_bytes()).unwrap();
    beside.persist(path).unwrap();
}

/// The shipped policies in a folder of one's own.
fn exported() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let done = coldtrail(["policy", "export"])
        .arg(folder.path().join("mine"))
        .done();
    assert_eq!(done.code, Some(0));
    folder
}

fn edited(path: &Path, from: &str, to: &str) -> String {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{} has {from}", path.display());
    text.replacen(from, to, 1)
}

const DELIVERY: &str = "mine/cloudtrail/cloudwatch_logs/delivery.rego";
/// Where the policy says which code a delivery of long ago has, and another
/// code that METADATA knows too.
const CODE: &str = "\"delivery-stale\"";
const OTHER: &str = "\"delivery-never\"";

#[test]
fn tests_run_again_after_every_save_and_show_what_is_no_longer_as_it_was() {
    let folder = exported();
    let policy = folder.path().join(DELIVERY);
    let good = fs::read_to_string(&policy).unwrap();
    let bad = edited(&policy, CODE, OTHER);
    let mut run = Watching::start(
        coldtrail(["test", "--watch"])
            .arg("mine")
            .within(folder.path()),
    );

    replace(&policy, &bad);
    let said = run.next("newly failing:\n");
    assert!(
        said.starts_with(&format!("--- changed: {DELIVERY}\nnewly failing:\nfail ")),
        "{said}"
    );
    assert!(!said.contains("pass "), "{said}");

    // Written in place: for a moment the file may be empty, which is an error.
    fs::write(&policy, format!("{bad}\n# a remark\n")).unwrap();
    let said = run.next("still failing:\n");
    assert!(!said.contains("newly failing"), "{said}");

    fs::write(&policy, format!("{good}\n}} no rego\n")).unwrap();
    run.until(Stream::Err, "policy::rego-syntax");

    replace(&policy, &good);
    let said = run.next("newly passing:\n");
    assert!(!said.contains("failed"), "{said}");

    fs::remove_dir_all(folder.path().join("mine")).unwrap();
    run.until(Stream::Err, "`mine`");
    let done = coldtrail(["policy", "export"])
        .arg(folder.path().join("mine"))
        .done();
    assert_eq!(done.code, Some(0));
    run.next("nothing changed\n");
    replace(&policy, &bad);
    run.next("newly failing:\n");
}

#[test]
fn a_case_is_watched_with_its_evidence() {
    let folder = exported();
    let case = folder.path().join("mine/cases/good");
    copy(
        &root().join("fixtures/all-pass/evidence"),
        &case.join("evidence"),
    );
    fs::write(case.join("case.toml"), "as_of = \"2026-11-20T12:00:00Z\"\n").unwrap();
    let test = || coldtrail(["test", "mine", "--run", "good"]).within(folder.path());
    assert_eq!(test().arg("--bless").done().code, Some(0));
    let mut run = Watching::start(test().arg("--watch"));
    replace(
        &case.join("case.toml"),
        "as_of = \"2027-11-20T12:00:00Z\"\n",
    );
    let said = run.next("newly failing:\nfail case good (mine/cases/good)\n");
    assert!(said.contains("\n  +"), "{said}");
}

#[test]
fn evidence_and_policies_are_judged_again_and_only_what_changes_is_shown() {
    let folder = exported();
    let evidence = folder.path().join("evidence");
    copy(
        &root().join("fixtures/one-delivery-recent-one-stale/evidence"),
        &evidence,
    );
    let mut run = Watching::start(
        coldtrail(["check", "evidence", "--policy", "mine", "--watch"]).within(folder.path()),
    );

    let policy = folder.path().join(DELIVERY);
    replace(
        &policy,
        &edited(&policy, "Events last reached", "The last events reached"),
    );
    let said = run.next("changed arn:");
    assert!(
        said.starts_with(&format!("--- changed: {DELIVERY}\nchanged arn:")),
        "{said}"
    );
    assert!(
        said.contains("trail/payments (cloudtrail-cloudwatch-logs): still fail\n"),
        "{said}"
    );
    assert!(!said.contains("trail/main"), "{said}");

    let status = evidence.join("20261120T120000Z/us-east-1/get-trail-status-payments.json");
    let recent = "2026-11-20T12:20:11.532000+01:00";
    replace(
        &status,
        &edited(&status, "2026-11-17T04:20:11.532000+01:00", recent),
    );
    let said = run.next("fail → pass");
    assert!(said.contains("\n2 trails in 1 account: 2 pass"), "{said}");

    fs::remove_file(&status).unwrap();
    let said = run.next("pass → inconclusive");
    assert!(said.contains("inconclusive[status-missing]"), "{said}");
}

#[cfg(unix)]
#[test]
fn it_ends_as_any_program_does_and_where_nobody_reads_any_more() {
    use crate::harness::is_ignored;
    use std::os::unix::process::ExitStatusExt;
    let folder = exported();
    let test = || coldtrail(["test", "mine", "--watch"]).within(folder.path());
    let mut run = Watching::start(test());
    // INT, as a terminal sends it, or else TERM.
    let number: u32 = if is_ignored(2) { 15 } else { 2 };
    let signal = std::process::Command::new("kill")
        .args([&format!("-{number}"), &run.child.id().to_string()])
        .status();
    assert!(signal.unwrap().success());
    let ended = run.end().signal();
    assert_eq!(
        ended,
        Some(i32::try_from(number).unwrap()),
        "130 to a shell"
    );

    let mut child = test().command().spawn().unwrap();
    let mut pipe = child.stdout.take().unwrap();
    let mut first = [0; 1];
    pipe.read_exact(&mut first).unwrap();
    drop(pipe);
    let mut run = Watching {
        child,
        said: Default::default(),
        known: [0; 2],
    };
    let policy = folder.path().join(DELIVERY);
    replace(&policy, &edited(&policy, CODE, OTHER));
    assert!(run.end().code().is_some());
}

/// Each time what is judged comes from a nasty trail, a nasty label and a nasty name
/// of a file: nothing of it acts on the terminal, first or again.
#[cfg(unix)]
#[test]
fn what_is_judged_again_does_nothing_to_a_terminal_either() {
    use crate::gate::{NASTY, RAW, during, shows_nothing_raw};
    use crate::harness::is_ignored;
    let folder = exported();
    let fixture = root().join("fixtures/one-delivery-recent-one-stale/evidence");
    // No `/` stands in it, so that a folder may be called so.
    let evidence = folder.path().join(format!("evidence-{NASTY}"));
    copy(&fixture, &evidence);
    let policy = folder.path().join(DELIVERY);
    let nasty = edited(
        &policy,
        "Events last reached",
        &format!("Events {RAW} last reached"),
    );
    let run = coldtrail(["check", "--policy", "mine", "--watch"])
        .arg(&evidence)
        .within(folder.path());
    let shown = during(run.command(), |child, shown| {
        let until = |text: &str, times: usize| {
            let start = Instant::now();
            while shown().matches(text).count() < times {
                assert!(start.elapsed() < DEADLINE, "`{text}` in {}", shown());
                std::thread::sleep(Duration::from_millis(10));
            }
        };
        until("watching for changes", 1);
        replace(&policy, &nasty);
        until("still fail", 1);
        let status = evidence.join("20261120T120000Z/us-east-1/get-trail-status-payments.json");
        fs::write(&status, format!("{{\"IsLogging\": \"{NASTY}\"")).unwrap();
        until("→", 1);
        let signal = if is_ignored(2) { "-15" } else { "-2" };
        let sent = std::process::Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    });
    // Each run begins on a clean screen, and that is all.
    let cleared = "\u{1b}[2J\u{1b}[H";
    assert!(shown.starts_with(cleared), "{shown}");
    shows_nothing_raw("--watch", &shown.replace(cleared, ""));
}

#[test]
fn what_makes_no_sense_again_and_again_is_refused() {
    let refused = |args: &[&str]| {
        let done = coldtrail(args).done();
        assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "{args:?}");
        done.stderr
    };
    let check = ["check", "--watch", "fixtures/all-pass/evidence"];
    let mut all = String::new();
    for args in [
        &["check", "--watch", "-"][..],
        &[&check[..], &["--output", "report.txt"]].concat(),
        &[&check[..], &["--report", "html=report.html"]].concat(),
        &[&check[..], &["--format", "json"]].concat(),
        &["test", "--watch"],
        &["test", "--watch", "policies", "--bless"],
        &["test", "--watch", "policies", "--coverage-format", "lcov"],
        &["test", "--watch", "no/such/folder"],
    ] {
        all.push_str(&refused(args));
    }
    insta::assert_snapshot!(all);
}
