//! The README says what the program does.

use std::collections::BTreeSet;
use std::fs;

use crate::harness::{coldtrail, root};

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// Each `console` block: a command after `$ `, and what it prints. Where that
/// has changed, `UPDATE_README=1 cargo test` writes it anew.
#[test]
fn its_pictures_are_what_the_program_prints() {
    const OPEN: &str = "```console\n$ coldtrail ";
    let update = std::env::var_os("UPDATE_README").is_some();
    let text = readme();
    let mut pieces = text.split(OPEN);
    let mut real = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (block, rest) = piece.split_once("```\n").unwrap();
        let (command, said) = block.split_once('\n').unwrap();
        let done = coldtrail(command.split(' ')).done();
        assert_eq!(done.stderr, "", "{command}");
        assert!(
            update || said == done.stdout,
            "prints now:\n{}",
            done.stdout
        );
        real.push_str(&format!("{OPEN}{command}\n{}```\n{rest}", done.stdout));
    }
    assert_ne!(text.find(OPEN), None, "there is a picture");
    if update {
        fs::write(root().join("README.md"), real).unwrap();
    }
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
