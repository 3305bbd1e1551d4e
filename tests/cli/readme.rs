//! The README says what the program does.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Mutex;

use crate::harness::{coldtrail, root, timeless};

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// Writes a part of the README anew, one after the other.
fn update(part: &str, real: &str) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap();
    fs::write(root().join("README.md"), readme().replacen(part, real, 1)).unwrap();
}

/// The README before its walk, the walk, and what follows.
fn parts(text: &str) -> [&str; 3] {
    let start = text.find("## Write your own control\n").unwrap();
    let (before, rest) = text.split_at(start);
    let (walk, after) = rest.split_at(rest.find("\n## ").unwrap());
    [before, walk, after]
}

/// Each `console` block: a command after `$ `, and what it prints. Where that
/// has changed, `UPDATE_README=1 cargo test` writes it anew.
#[test]
fn its_pictures_are_what_the_program_prints() {
    const OPEN: &str = "```console\n$ coldtrail ";
    let updates = std::env::var_os("UPDATE_README").is_some();
    let text = readme();
    let [before, _, after] = parts(&text);
    for part in [before, after] {
        for piece in part.split(OPEN).skip(1) {
            let (block, _) = piece.split_once("```\n").unwrap();
            let (command, said) = block.split_once('\n').unwrap();
            let done = coldtrail(command.split(' ')).done();
            assert_eq!(done.stderr, "", "{command}");
            if updates {
                update(block, &format!("{command}\n{}", done.stdout));
            } else {
                assert_eq!(said, done.stdout, "{command}");
            }
        }
    }
    assert!(before.contains(OPEN), "there is a picture");
}

/// The walk does what it says, from its first command to its last: `sh` blocks
/// run, and `console` blocks print what is shown, but for times.
#[cfg(unix)]
#[test]
fn its_walk_goes_from_an_export_to_a_verdict() {
    let updates = std::env::var_os("UPDATE_README").is_some();
    let text = readme();
    let [_, walk, _] = parts(&text);
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(root().join("fixtures"), folder.path().join("fixtures")).unwrap();
    let mut commands = 0;
    for piece in walk.split("\n```sh\n").skip(1) {
        // What follows a script up to the next one: its end, and pictures.
        let (script, rest) = piece.split_once("```\n").unwrap();
        let done = shell(folder.path(), &format!("set -eu\n{script}"));
        assert!(done.status.success(), "{script}\n{}", said(&done));
        for block in rest.split("\n```console\n").skip(1) {
            let (block, _) = block.split_once("```\n").unwrap();
            let mut real = String::new();
            for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
                commands += 1;
                real.push_str(&format!(
                    "$ {command}\n{}",
                    said(&shell(folder.path(), command))
                ));
            }
            let same = timeless(block) == timeless(&real);
            if updates && !same {
                update(block, &real);
            } else {
                assert!(same, "prints now:\n{real}");
            }
        }
    }
    assert_eq!(commands, 8);
    for moment in [
        "did you mean `CloudWatchLogsLogGroupArn`?",
        "2 tests: 1 passed, 1 failed",
        "2 tests: 2 passed",
        "fail[elsewhere]",
        "blessed case",
    ] {
        assert!(updates || walk.contains(moment), "{moment}");
    }
}

/// Runs a command as somebody would who has the program on the path.
#[cfg(unix)]
fn shell(folder: &std::path::Path, command: &str) -> std::process::Output {
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_coldtrail"));
    let path = format!("{}:/usr/bin:/bin", binary.parent().unwrap().display());
    std::process::Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env_clear()
        .envs([
            ("PATH", path.as_str()),
            ("LC_ALL", "C.UTF-8"),
            ("COLUMNS", "100"),
        ])
        .output()
        .unwrap()
}

#[cfg(unix)]
fn said(done: &std::process::Output) -> String {
    let [out, err] = [&done.stdout, &done.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{out}{err}")
}

/// Codes stand in the README as `code`, those of the policy in its METADATA.
#[test]
fn its_verdicts_and_warnings_are_those_of_the_policy() {
    let policy =
        fs::read_to_string(root().join("policies/cloudtrail/cloudwatch_logs.rego")).unwrap();
    let (_, codes) = policy.split_once("#   codes:\n").unwrap();
    let codes: BTreeSet<&str> = codes
        .lines()
        .map_while(|line| line.strip_prefix("#     "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| Some(line.split_once(':')?.0))
        .collect();
    assert!(codes.len() > 15, "{codes:?}");
    let text = readme();
    let missing: Vec<&&str> = codes
        .iter()
        .filter(|code| !text.contains(&format!("`{code}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    let (_, verdicts) = text
        .split_once("| check | outcome | code | when |")
        .unwrap();
    let (verdicts, _) = verdicts.split_once("\n\n").unwrap();
    for row in verdicts.lines().skip(2) {
        let code = row.split('`').nth(1).unwrap();
        assert!(codes.contains(code), "{code}");
    }
}

/// The two commands that do everything on a fresh machine.
#[test]
fn its_commands_are_there_to_run() {
    let text = readme();
    let run = "cargo run --release -- check fixtures/one-delivery-recent-one-stale/evidence";
    assert!(text.contains(run));
    assert!(text.contains("\ncargo test "));
    for path in [
        "one-delivery-recent-one-stale",
        "two-accounts-three-regions",
    ] {
        assert!(root().join("fixtures").join(path).join("evidence").is_dir());
    }
}
