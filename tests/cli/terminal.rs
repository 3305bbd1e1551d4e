//! What reaches a terminal: colour only where it is wanted, lines that fit,
//! and no control character that came from evidence.

use std::fs;

use crate::harness::{Fixture, coldtrail, for_each_fixture};

const MIXED: &str = "two-accounts-three-regions";

#[test]
fn a_pipe_gets_no_colour_and_always_and_never_are_obeyed() {
    let with = |args: &[&str], variables: &[(&str, &str)]| {
        let mut run = Fixture::named(MIXED).check().args(args);
        for (name, value) in variables {
            run = run.env(name, value);
        }
        run.done().stdout.contains('\u{1b}')
    };
    assert!(!with(&[], &[]));
    assert!(!with(&["--color", "auto"], &[("TERM", "xterm-256color")]));
    assert!(!with(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(with(&["--color", "always"], &[]));
    assert!(!with(&["--color", "always", "--format", "json"], &[]));
    assert!(!with(&[], &[("NO_COLOR", "1"), ("TERM", "xterm-256color")]));
}

#[test]
fn colour_changes_nothing_but_colour() {
    let fixture = Fixture::named(MIXED);
    let plain = fixture.check().done().stdout;
    let coloured = fixture.check().args(["--color", "always"]).done().stdout;
    assert_eq!(without_colour(&coloured), plain);
}

/// The text without `ESC [ … m`.
fn without_colour(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut plain = pieces.next().unwrap().to_owned();
    for piece in pieces {
        plain.push_str(piece.split_once('m').unwrap().1);
    }
    plain
}

/// Commands stay whole, to be copied, and so do an ARN or a file's name; a mark
/// under a line of evidence stands where it must. Whatever can be broken is.
#[test]
fn lines_fit_the_terminal() {
    for width in [80, 100, 120] {
        let columns = width.to_string();
        let done = Fixture::named(MIXED)
            .check()
            .env("COLUMNS", &columns)
            .done();
        let wide: Vec<&str> = done
            .stdout
            .lines()
            .filter(|line| line.chars().count() > width)
            .filter(|line| !line.starts_with("  help: aws ") && !line.contains("] arn:"))
            .filter(|line| !line.trim_start().starts_with('·'))
            .collect();
        assert_eq!(wide, [""; 0], "at {width} columns");
    }
}

#[test]
fn a_narrow_terminal_still_reads() {
    let done = Fixture::named("delivery-stale-by-one-second")
        .check()
        .env("COLUMNS", "44")
        .done();
    insta::assert_snapshot!(done.stdout, @r#"
    fail[delivery-stale] arn:aws:cloudtrail:us-east-1:111122223333:trail/main
      × Events last reached CloudWatch Logs at
      │ 2026-11-19T11:59:59Z, 24 h 0 min 1 s
      │ before as of 2026-11-20T12:00:00Z;
      │ allowed are 24 h
       ╭─[us-east-1/get-trail-status-main.json:5:41]
     4 │     "StartLoggingTime": 1772441443.9…
     5 │ …atchLogsDeliveryTime": 1795089599.0,
       ·                         ──────┬─────
       ·                               ╰─┤ delivered 24 h 0 min 1 s
       ·                                 │ before as of
     6 │     "LatestDeliveryAttemptTime": "20…
       ╰────
       ╭─[us-east-1/describe-trails.json:3:9]
     2 │     "trailList": [
     3 │         {
       ·         ┬
       ·         ╰── the trail
     4 │             "Name": "main",
     5 │             "S3BucketName": "cloudtr…
       ╰────
      help: aws cloudtrail get-trail-status --name arn:aws:cloudtrail:us-east-1:111122223333:trail/main --region us-east-1

    111122223333
      fail main (us-east-1)
        delivery-stale

    coverage: 1 account answered; us-east-1
    answered; nothing tells which others there
    are
    1 trail in 1 account: 1 fail (as of
    2026-11-20T12:00:00Z from the flag, max
    delivery age 24 h)
    "#);
}

/// The characters of a text that a terminal would obey, escaped.
pub(crate) fn obeyed(text: &str) -> String {
    let obeyed = text.chars().filter(|character| is_obeyed(*character));
    obeyed
        .map(|character| character.escape_unicode().to_string())
        .collect()
}

fn is_obeyed(character: char) -> bool {
    let direction = matches!(
        character,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    direction || (character.is_control() && character != '\n')
}

#[test]
fn no_control_character_of_evidence_reaches_the_terminal() {
    for_each_fixture(|fixture| {
        for format in ["human", "json"] {
            let done = fixture.check().args(["--format", format]).done();
            assert_eq!(obeyed(&done.stdout), "", "{format} of {}", fixture.name);
        }
    });
}

#[cfg(unix)]
#[test]
fn no_control_character_of_a_file_or_its_name_reaches_the_terminal() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let names: [&[u8]; 4] = [
        b"get-trail-status-\x1b[31mred\x1b[0m.json",
        b"get-trail-status-\xe2\x80\xaegpj.exe",
        b"not-utf8-\xff\xfe-\x9b31m.json",
        b"new\nline\r.json",
    ];
    let broken = "{\"trailList\": [{\"Name\": \"\u{1b}]0;title\u{7}\u{202e}main\u{9b}31m\" oops";
    for name in names {
        fs::write(
            folder.path().join(std::ffi::OsStr::from_bytes(name)),
            broken,
        )
        .unwrap();
    }
    let evidence = Fixture::named("all-pass").evidence();
    for format in ["human", "json"] {
        let done = coldtrail(["check", "--format", format])
            .arg(&evidence)
            .arg(folder.path())
            .done();
        assert_eq!(done.code, Some(3), "{}", done.stderr);
        assert_eq!(obeyed(&done.stdout), "", "{format}");
    }
    // The same where nothing is evidence, and the names go to standard error.
    let alone = tempfile::tempdir().unwrap();
    for name in names {
        let name = name.strip_prefix(b"get-trail-status-").unwrap_or(name);
        fs::write(alone.path().join(std::ffi::OsStr::from_bytes(name)), "[1]").unwrap();
    }
    let done = coldtrail(["check"]).arg(alone.path()).done();
    assert_eq!(done.code, Some(2));
    assert_eq!(obeyed(&done.stderr), "", "{}", done.stderr);
    let done = coldtrail(["check", "\u{1b}[31mno\u{202e}where"]).done();
    assert_eq!(obeyed(&done.stderr), "", "{}", done.stderr);
}
