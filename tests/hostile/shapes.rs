//! Files that no producer writes: each goes through the whole program, which
//! ends in its own way, in bounded time and memory, and passes nothing.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Far more than any of these needs, also unoptimised on a busy machine.
const TIME: Duration = Duration::from_secs(120);
/// Address space in kilobytes, threads and all.
const MEMORY: &str = "3000000";

const STATUS: &str = r#"{"IsLogging": true, "LatestCloudWatchLogsDeliveryTime": "2026-11-20T11:57:00Z", "LatestDeliveryAttemptTime": "2026-11-20T11:57:00Z"}"#;

fn trail(more: &str) -> String {
    format!(
        r#"{{"Name": "main", "S3BucketName": "logs", "IncludeGlobalServiceEvents": true, "HomeRegion": "us-east-1", "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"{more}}}"#
    )
}

/// Runs `check` on a folder, within bounds.
fn check(folder: &Path) -> Output {
    let binary = env!("CARGO_BIN_EXE_coldtrail");
    let mut command = if cfg!(target_os = "linux") {
        let mut shell = Command::new("sh");
        shell.args([
            "-c",
            r#"ulimit -v "$1"; shift; exec "$@""#,
            "sh",
            MEMORY,
            binary,
        ]);
        shell
    } else {
        Command::new(binary)
    };
    let started = Instant::now();
    let mut child = command
        .args([
            "check",
            "--format",
            "json",
            "--as-of",
            "2026-11-20T12:00:00Z",
        ])
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pipes = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |mut pipe: Box<dyn std::io::Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            pipe.read_to_end(&mut bytes).unwrap();
            bytes
        })
    };
    let (stdout, stderr) = (read(Box::new(pipes.0)), read(Box::new(pipes.1)));
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > TIME {
            child.kill().unwrap();
            break child.wait().unwrap();
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Output {
        status,
        stdout: stdout.join().unwrap(),
        stderr: stderr.join().unwrap(),
    }
}

/// Holds one bundle to what must be true of it, and gives the outcome.
fn hold(what: &str, files: &[(&str, &[u8])]) -> Option<i32> {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    let output = check(folder.path());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!told.contains("panicked"), "{what}: {told}");
    let code = output.status.code();
    assert!(
        matches!(code, Some(1..=3)),
        "{what}: {:?}: {told}",
        output.status
    );
    code
}

/// An object in which a key or a wrapper is as hostile as it gets.
fn wrapped(value: &str) -> Vec<(String, String)> {
    let text = |of: &str| of.to_owned();
    vec![
        (text("alone"), text(value)),
        (
            text("in a list of trails"),
            format!("{{\"trailList\": [{value}]}}"),
        ),
        (
            text("in place of the list"),
            format!("{{\"trailList\": {value}}}"),
        ),
        (
            text("as a trail's log group"),
            format!(
                "{{\"trailList\": [{}]}}",
                trail(&format!(", \"CloudWatchLogsLogGroupArn\": {value}"))
            ),
        ),
        (
            text("as a key of a trail that nobody knows"),
            format!(
                "{{\"trailList\": [{}]}}",
                trail(&format!(", \"Unknown\": {value}"))
            ),
        ),
        (
            text("as the status in a trail"),
            format!(
                "{{\"trailList\": [{}]}}",
                trail(&format!(", \"Status\": {value}"))
            ),
        ),
        (
            text("as a delivery time"),
            format!(
                "{{\"Trail\": {}, \"Status\": {{\"IsLogging\": true, \"LatestCloudWatchLogsDeliveryTime\": {value}}}}}",
                trail("")
            ),
        ),
        (
            text("beside the list"),
            format!(
                "{{\"ResponseMetadata\": {value}, \"trailList\": [{}]}}",
                trail("")
            ),
        ),
    ]
}

fn hold_everywhere(what: &str, value: &str) {
    for (place, text) in wrapped(value) {
        for name in [
            "describe-trails.json",
            "us-east-1/get-trail-status-main.json",
        ] {
            hold(
                &format!("{what} {place} in {name}"),
                &[(name, text.as_bytes())],
            );
        }
    }
}

#[test]
fn nesting_of_200_000_levels() {
    let (open, close) = ("[".repeat(200_000), "]".repeat(200_000));
    hold_everywhere("arrays", &format!("{open}{close}"));
    let objects = format!("{}1{}", "{\"a\":".repeat(200_000), "}".repeat(200_000));
    hold_everywhere("objects", &objects);
    let wrappers = format!("{}1{}", "{\"Trail\":".repeat(200_000), "}".repeat(200_000));
    hold_everywhere("trails in trails", &wrappers);
    let unclosed = "{\"trailList\":[".repeat(200_000);
    hold("unclosed", &[("describe-trails.json", unclosed.as_bytes())]);
}

#[test]
fn a_million_equal_keys() {
    for key in [
        "Name",
        "TrailARN",
        "CloudWatchLogsLogGroupArn",
        "IsLogging",
        "x",
    ] {
        for (kind, values) in [("equal", ["1", "1"]), ("different", ["1", "\"2\""])] {
            let pair = format!("\"{key}\":{},\"{key}\":{},", values[0], values[1]);
            let mut members = pair.repeat(500_000);
            members.truncate(members.len() - 1);
            let object = trail(&format!(",{members}"));
            let list = format!("{{\"trailList\": [{object}]}}");
            hold(
                &format!("{kind} {key}"),
                &[("describe-trails.json", list.as_bytes())],
            );
            let status = format!("{{{members}}}");
            hold(
                &format!("{kind} {key}"),
                &[("get-trail-status.json", status.as_bytes())],
            );
        }
    }
}

#[test]
fn a_string_of_five_megabytes() {
    let long = "a".repeat(5 << 20);
    hold_everywhere("a string", &format!("\"{long}\""));
    let escapes = "\\u0000".repeat(900_000);
    hold_everywhere("escapes", &format!("\"{escapes}\""));
    for key in ["Name", "TrailARN", "HomeRegion", "S3BucketName"] {
        for value in [
            long.clone(),
            format!("arn:aws:cloudtrail:us-east-1:111122223333:trail/{long}"),
        ] {
            let text = format!(
                "{{\"trailList\": [{{\"S3BucketName\": \"b\", \"IncludeGlobalServiceEvents\": true, \"Name\": \"n\", \"{key}\": \"{value}\"}}]}}"
            );
            hold(key, &[("describe-trails.json", text.as_bytes())]);
        }
    }
}

#[test]
fn a_key_of_five_megabytes_around_many_statuses() {
    let long = "k".repeat(5 << 20);
    let statuses = vec!["{\"IsLogging\":true}"; 50_000].join(",");
    for text in [
        format!("{{\"{long}\": [{statuses}]}}"),
        format!("{{\"get-trail-status\": {{\"{long}\": [{statuses}]}}}}"),
        format!("{{\"arn:aws:cloudtrail:us-east-1:111122223333:trail/{long}\": [{statuses}]}}"),
    ] {
        let code = hold("a long key", &[("get-trail-status.json", text.as_bytes())]);
        assert_eq!(code, Some(3), "what lies under it is not silently nothing");
    }
    let long = "k".repeat(500);
    let text = format!("{{\"get-trail-status\": {{\"{long}\": [{statuses}]}}}}");
    hold(
        "a longish key",
        &[("get-trail-status.json", text.as_bytes())],
    );
}

#[test]
fn bytes_that_are_no_text() {
    let noughts = vec![0; 5 << 20];
    let lone = [
        &b"\xff\xfe"[..],
        &b"{\0\"\0\x00\xd8\"\0:\x001\0}\0".repeat(100_000),
    ]
    .concat();
    let swapped = [&b"\xfe\xff"[..], &b"\0{\xdc\0\0}".repeat(100_000)].concat();
    let half = b"\xff\xfe{\0\"\0t".to_vec();
    let no_mark = b"{\0\"\0\x00\xdc".repeat(100_000);
    let latin = b"{\"trailList\": [\"\xe9\"]}".to_vec();
    let escapes = b"\x1b[".repeat(1 << 20);
    let many_marks = "\u{feff}".repeat(100_000);
    for (what, bytes) in [
        ("noughts", noughts.as_slice()),
        ("lone surrogates", &lone),
        ("lone surrogates, high byte first", &swapped),
        ("half a character", &half),
        ("no mark", &no_mark),
        ("latin", &latin),
        ("escapes", &escapes),
        ("marks", many_marks.as_bytes()),
    ] {
        for name in [
            "describe-trails.json",
            "get-trail-status-main.json",
            "answer",
        ] {
            let code = hold(what, &[(name, bytes)]);
            assert_ne!(code, Some(1), "{what} in {name} proves nothing");
        }
    }
}

#[test]
fn numbers_that_are_too_large_and_keys_that_are_no_text() {
    for number in [
        "1e400",
        "-1e400",
        "1e-400",
        "9".repeat(400).as_str(),
        "-0",
        "0.1e9999999999",
    ] {
        hold_everywhere(number, number);
    }
    let digits = "9".repeat(1 << 20);
    hold_everywhere("a million digits", &digits);
    hold_everywhere(
        "a lone surrogate",
        r#"{"\ud800": "\udc00", "IsLogging": true}"#,
    );
    hold_everywhere("a lone surrogate", r#""\ud800""#);
    for name in [r"main\ud800", r"\udbff\udbff"] {
        let text = format!("{{\"trailList\": [{}]}}", trail("").replace("main", name));
        let code = hold(name, &[("describe-trails.json", text.as_bytes())]);
        assert_eq!(
            code,
            Some(3),
            "a name that can't be read is no trail that is missing"
        );
    }
}

#[test]
fn values_of_another_type_than_aws_gives() {
    let values = [
        "5",
        "true",
        "null",
        "[]",
        "[1, [2]]",
        "{}",
        "{\"a\": {\"b\": 1}}",
        "\"\"",
        "\" \"",
        "\"arn:\"",
    ];
    for value in values {
        for key in [
            "TrailARN",
            "Name",
            "HomeRegion",
            "S3BucketName",
            "IsOrganizationTrail",
            "IncludeGlobalServiceEvents",
        ] {
            let mut list = String::from("{\"trailList\": [");
            write!(list, "{{\"Name\": \"main\", \"S3BucketName\": \"b\", \"IncludeGlobalServiceEvents\": true, \"{key}\": {value}}}, {}]}}", trail("")).unwrap();
            hold(
                &format!("{key} is {value}"),
                &[
                    ("describe-trails.json", list.as_bytes()),
                    ("get-trail-status-main.json", STATUS.as_bytes()),
                ],
            );
        }
        for key in [
            "LatestCloudWatchLogsDeliveryTime",
            "LatestDeliveryTime",
            "StartLoggingTime",
            "TimeLoggingStarted",
            "IsLogging",
        ] {
            let status = STATUS.replacen('{', &format!("{{\"{key}\": {value}, "), 1);
            let list = format!("{{\"trailList\": [{}]}}", trail(""));
            hold(
                &format!("{key} is {value}"),
                &[
                    ("describe-trails.json", list.as_bytes()),
                    ("get-trail-status-main.json", status.as_bytes()),
                ],
            );
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_utf8_and_names_that_climb() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let list = format!("{{\"trailList\": [{}]}}", trail(""));
    for name in [
        &b"\xff\xfe"[..],
        b"describe-trails-\x80.json",
        b"get-trail-status-m\xc3in.json",
        b"a\\..\\b.json",
        b"\n.json",
    ] {
        let name = std::ffi::OsStr::from_bytes(name);
        fs::write(folder.path().join(name), &list).unwrap();
    }
    let mut tar = tar::Builder::new(Vec::new());
    for name in [
        "../../../../tmp/coldtrail-climbs.json",
        "/etc/coldtrail-climbs.json",
        "a/../../b.json",
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(list.len() as u64);
        // The builder refuses such names; an attacker writes them himself.
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, list.as_bytes()).unwrap();
    }
    fs::write(folder.path().join("climbs.tar"), tar.into_inner().unwrap()).unwrap();
    let output = check(folder.path());
    assert_eq!(
        output.status.code(),
        Some(3),
        "the keys shown are a selection"
    );
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(
        report.contains("climbs.tar!../../../../tmp/coldtrail-climbs.json"),
        "{report}"
    );
    assert!(!Path::new("/tmp/coldtrail-climbs.json").exists());
    assert!(!Path::new("/etc/coldtrail-climbs.json").exists());
}
