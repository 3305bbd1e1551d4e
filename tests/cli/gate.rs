//! Nothing from outside acts on a terminal: one nasty text at each place where
//! a text may come from, and a terminal that is real at the other end.

#![cfg(unix)]

use std::fs;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Fixture, coldtrail, copy, root};
use crate::terminal::obeyed;

/// It renames the window, clears the screen, goes back to the start of the line,
/// turns red by one byte and the direction of writing twice, and hides the rest.
pub(crate) const NASTY: &str =
    "n\u{1b}]0;owned\u{7}\u{1b}[2J\r\u{9b}31m\u{202e}\u{2066}\u{1b}[8m\u{1b}[31m";

/// What a run shows on a terminal that is its output and errors.
fn on_terminal(command: Command) -> String {
    during(command, |_, _| {})
}

/// The same of a run that something is done to: with the process, and what was shown
/// up to now.
pub(crate) fn during(
    mut command: Command,
    act: impl FnOnce(&mut Child, &dyn Fn() -> String),
) -> String {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new())
        .unwrap()
        .into_string()
        .unwrap();
    let end = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(name)
        .unwrap();
    let copy = || Stdio::from(end.try_clone().unwrap());
    // Without a bar, which comes with time; in colour all the same.
    command.env("TERM", "dumb");
    if !command.get_args().any(|word| word == "--color") {
        command.arg("--color=always");
    }
    command.stdin(Stdio::null()).stdout(copy()).stderr(copy());
    let mut child = command.spawn().unwrap();
    // Both ends here must be closed for the other to see the end.
    drop((command, end));
    let shown = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&shown);
    let reader = std::thread::spawn(move || {
        let mut terminal = fs::File::from(terminal);
        let mut piece = [0; 4096];
        while let Ok(length) = terminal.read(&mut piece) {
            if length == 0 {
                break;
            }
            into.lock().unwrap().extend_from_slice(&piece[..length]);
        }
    });
    // The terminal makes its own carriage returns.
    let text = || String::from_utf8_lossy(&shown.lock().unwrap()).replace("\r\n", "\n");
    act(&mut child, &text);
    child.wait().unwrap();
    reader.join().unwrap();
    assert!(std::str::from_utf8(&shown.lock().unwrap()).is_ok());
    text()
}

/// Holds that a terminal is shown text and colours of letters alone.
pub(crate) fn shows_nothing_raw(what: &str, shown: &str) {
    let mut plain = String::new();
    let mut pieces = shown.split("\u{1b}[");
    plain.push_str(pieces.next().unwrap());
    for piece in pieces {
        let end = piece.find(|c: char| !(c.is_ascii_digit() || c == ';'));
        let (colour, rest) = piece.split_at(end.unwrap_or(piece.len()));
        assert!(rest.starts_with('m') && colour != "8", "{what}: {shown:?}");
        plain.push_str(&rest[1..]);
    }
    assert_eq!(obeyed(&plain), "", "{what}: {shown:?}");
    // Of the nasty text's own colour nothing is left either.
    assert!(!shown.contains("\u{1b}[8m"), "{what}: {shown:?}");
    let told = plain.contains("owned");
    assert!(told, "{what} does not come to the terminal: {shown:?}");
}

/// Holds it for each of these command lines, within a folder.
fn hold<'w>(folder: &Path, lines: impl IntoIterator<Item = Vec<&'w str>>) {
    for words in lines {
        let run = coldtrail(&words).within(folder);
        let shown = on_terminal(run.command());
        shows_nothing_raw(&format!("{words:?}"), &shown);
    }
}

/// Policies whose every part is nasty: `nasty` stands for it in Rego's strings.
fn policies(folder: &Path, tail: &str) {
    let rego = format!(
        "# METADATA
# title: Trails {NASTY}
# description: About {NASTY}
# custom:
#   id: nasty
#   severity: low
#   controls: []
#   codes: {{nasty: A pass.}}
package nasty # {NASTY}

checks := {{\"nasty\": \"{RAW}\"}}
subjects contains id if {{ # {NASTY}
\tsome trail in input.trails
\tid := trail.id
}}
text := \"{RAW}\"
results contains result if {{
\tsome i, trail in input.trails
\tprint(text, data.nasty)
\tresult := {{\"subject\": trail.id, \"check\": \"nasty\", \"outcome\": \"fail\", \"code\": \"nasty\",
\t\t\"message\": text, \"help\": text, \"evidence\": [{{\"path\": [\"trails\", i, \"name\"], \"label\": text}}]}}
}}
{tail}"
    );
    fs::create_dir_all(folder).unwrap();
    fs::write(
        folder.join(format!("{NASTY}.rego")),
        rego.replace('\r', "\\r").replace("\\r", ""),
    )
    .unwrap();
    let data = serde_json::json!({"nasty": {NASTY: NASTY}});
    fs::write(folder.join("data.json"), data.to_string()).unwrap();
}

/// The nasty text as a string of Rego spells it.
pub(crate) const RAW: &str =
    "n\\u001b]0;owned\\u0007\\u001b[2J\\r\\u009b31m\\u202e\\u2066\\u001b[8m\\u001b[31m";

fn room() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(
        &root().join("fixtures/all-pass/evidence"),
        &folder.path().join("ev"),
    );
    folder
}

#[test]
fn of_arguments_that_are_refused() {
    let folder = room();
    let nasty = |before: &str| format!("{before}{NASTY}");
    let flags = [
        "--as-of",
        "--jobs",
        "--format",
        "--color",
        "--expect-regions",
        "--report",
        "--time-limit",
        "--max-nesting",
        "--fail-on",
        "--signing-alg",
    ];
    hold(
        folder.path(),
        flags.map(|flag| vec!["check", "ev", flag, NASTY]),
    );
    let report = nasty("no-format=");
    hold(
        folder.path(),
        [
            vec![NASTY],
            vec!["help", NASTY],
            vec!["check", "ev", "--report", &report],
            vec!["schema", NASTY],
            vec!["completions", NASTY],
            vec!["man", NASTY],
            vec!["policy", NASTY],
            vec!["test", "--fail-under", NASTY],
            vec!["explain", NASTY],
        ],
    );
    let mut command = coldtrail(["check", "--no-such-flag"]).command();
    command.arg0(nasty("argument/"));
    on_terminal(command);
}

#[test]
fn of_arguments_that_name_what_is_not_there() {
    let folder = room();
    let report = format!("html={NASTY}/x");
    let output = format!("{NASTY}/x");
    hold(
        folder.path(),
        [
            vec!["check", NASTY],
            vec!["check", "ev", "--policy", NASTY],
            vec!["check", "ev", "--verification-key", NASTY, "--policy", "ev"],
            vec!["check", "ev", "-o", &output],
            vec!["check", "ev", "--report", &report],
            vec!["inspect", NASTY],
            vec!["diff", NASTY, NASTY],
            vec!["verify", NASTY, "ev"],
            vec!["test", NASTY],
            vec!["test", "--cases", NASTY],
            vec!["eval", "true", "-i", NASTY],
            vec!["policy", "check", NASTY],
            vec!["policy", "check", "-f", "concise", NASTY],
            vec!["explain", "--policy", NASTY],
        ],
    );
}

#[test]
fn of_arguments_of_check() {
    let folder = room();
    let param = format!("{NASTY}=1");
    let value = format!("max_delivery_age_hours={NASTY}");
    let glob = format!("[{NASTY}");
    hold(
        folder.path(),
        [
            vec!["check", "ev", "--only", NASTY],
            vec!["check", "ev", "--param", NASTY],
            vec!["check", "ev", "--param", &param],
            vec!["check", "ev", "--param", &value],
            vec!["check", "ev", "--exclude", &glob],
            vec!["check", "ev", "--expect-accounts", NASTY],
        ],
    );
}

#[test]
fn of_arguments_of_other_verbs() {
    let folder = room();
    fs::create_dir_all(folder.path().join(NASTY).join("lib")).unwrap();
    fs::write(folder.path().join(NASTY).join("lib/aws.rego"), "").unwrap();
    let pattern = format!("({NASTY}");
    let string = format!("\"{NASTY}");
    hold(
        folder.path(),
        [
            vec!["check", "ev", "--trace", NASTY],
            vec!["check", "ev", "--waivers", NASTY],
            vec!["check", "ev", "--baseline", NASTY],
            vec!["test", "--run", &pattern],
            vec!["test", "--run", "no-test", "--cases", NASTY],
            vec!["eval", NASTY],
            vec!["eval", &string],
            vec!["eval", "true", "-i", "ev", "--account", NASTY],
            vec!["policy", "export", NASTY],
        ],
    );
}

/// Evidence of which each name is nasty.
fn evidence(folder: &Path) {
    let inner = folder
        .join(format!("{NASTY}-111122223333"))
        .join("us-east-1");
    fs::create_dir_all(&inner).unwrap();
    let arn = format!("arn:aws:cloudtrail:us-east-1:111122223333:trail/{NASTY}");
    let trail = serde_json::json!({"trailList": [{
        "Name": NASTY, "S3BucketName": NASTY, "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": true,
        "HomeRegion": "us-east-1", "TrailARN": arn, "LogFileValidationEnabled": true, "HasCustomEventSelectors": true,
        "HasInsightSelectors": false, "IsOrganizationTrail": false, "CloudWatchLogsLogGroupArn": NASTY,
    }]});
    fs::write(inner.join("describe-trails.json"), trail.to_string()).unwrap();
    fs::write(
        inner.join(format!("get-trail-status-{NASTY}.json")),
        format!("{{\"{NASTY}\": {NASTY}"),
    )
    .unwrap();
    fs::write(
        folder.join(format!("{NASTY}.json")),
        format!("An error occurred ({NASTY}) when calling the GetTrailStatus operation: {NASTY}"),
    )
    .unwrap();
}

#[test]
fn of_evidence() {
    let folder = tempfile::tempdir().unwrap();
    evidence(&folder.path().join("ev"));
    let files = [
        "json", "sarif", "junit", "csv", "markdown", "html", "ocsf", "oscal",
    ];
    let reports = files.map(|format| format!("--report={format}={format}"));
    let mut words = vec!["check", "ev"];
    words.extend(reports.iter().map(String::as_str));
    hold(
        folder.path(),
        [
            words,
            vec!["check", "ev", "-f", "github"],
            vec!["check", "ev", "--color", "never"],
            vec!["inspect", "ev"],
            vec!["inspect", "ev", "--input"],
        ],
    );
    for format in files {
        let text = fs::read_to_string(folder.path().join(format)).unwrap();
        let text = text.replace("\r\n", "\n");
        assert_eq!(obeyed(&text), "", "{format}");
        assert!(text.contains("owned"), "{format}");
    }
}

#[test]
fn of_policies_that_are_refused() {
    let folder = room();
    policies(
        &folder.path().join("pol"),
        &format!("wrong := input.trails[_].no_such_key # {NASTY}\nwrong := nosuch(\"{RAW}\")\n"),
    );
    let yaml = format!(
        "# METADATA\n# title: [{}\npackage x\n",
        NASTY.replace('\r', "")
    );
    fs::create_dir(folder.path().join("yaml")).unwrap();
    fs::write(folder.path().join("yaml/x.rego"), yaml).unwrap();
    fs::create_dir(folder.path().join("cr")).unwrap();
    fs::write(
        folder.path().join("cr/x.rego"),
        format!("package x\r\n\r\ny := input.nosuch[\"{NASTY}\r\n"),
    )
    .unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(
        folder.path().join("data/data.json"),
        format!("{{\"{NASTY}\": 1"),
    )
    .unwrap();
    fs::write(
        folder.path().join("data/x.rego"),
        format!("package x # {NASTY}"),
    )
    .unwrap();
    let mut lines = Vec::new();
    for policies in ["pol", "yaml", "cr"] {
        lines.push(vec!["policy", "check", policies]);
        lines.push(vec!["policy", "check", "-f", "concise", policies]);
        lines.push(vec!["test", "-f", "tap", policies]);
    }
    lines.push(vec!["policy", "check", "-f", "json", "pol"]);
    lines.push(vec!["policy", "check", "-f", "sarif", "pol"]);
    lines.push(vec!["check", "ev", "--policy", "pol"]);
    lines.push(vec!["eval", "true", "--policy", "pol"]);
    for words in lines {
        let run = coldtrail(&words).within(folder.path());
        let shown = on_terminal(run.command());
        // What is cut away need not be shown.
        shows_nothing_raw(&format!("{words:?}"), &(shown + "owned"));
    }
}

#[test]
fn of_policies_that_run() {
    let folder = room();
    policies(&folder.path().join("pol"), "");
    hold(
        folder.path(),
        [
            vec!["check", "ev", "--policy", "pol"],
            vec!["check", "ev", "--policy", "pol", "--trace", "main"],
            vec!["check", "ev", "--policy", "pol", "-f", "csv"],
            vec!["explain", "--policy", "pol"],
            vec!["explain", "--policy", "pol", "-f", "markdown"],
            vec!["explain", "--policy", "pol", "-f", "json"],
            vec!["eval", "--policy", "pol", "data.nasty.text"],
            vec!["eval", "--policy", "pol", "-i", "ev", "data.nasty.results"],
        ],
    );
}

#[test]
fn of_tests_and_cases() {
    let folder = room();
    let pol = folder.path().join("pol");
    policies(&pol, "");
    let test = format!(
        "package nasty_test # {NASTY}\n\nimport data.nasty\n\ntest_owned if {{\n\tx := \"{RAW}\" # {}\n\tprint(x)\n\tx == nasty.text; x == \"no\"\n}}\n",
        NASTY.replace('\r', "")
    );
    fs::write(pol.join(format!("{NASTY}_test.rego")), test).unwrap();
    let case = pol.join("cases").join(NASTY);
    copy(
        &root().join("fixtures/all-pass/evidence"),
        &case.join("evidence"),
    );
    fs::write(
        case.join("expected.json"),
        format!("{{\"{}\": \"owned\u{9b}\"}}", "\u{202e}"),
    )
    .unwrap();
    hold(
        folder.path(),
        [
            vec!["test", "pol"],
            vec!["test", "pol", "-v", "--profile", "--coverage"],
            vec!["test", "pol", "-f", "tap"],
            vec!["test", "pol", "-f", "json"],
            vec!["test", "pol", "-f", "junit"],
            vec!["test", "pol", "--coverage-format", "lcov"],
            vec!["test", "pol", "--coverage-format", "html"],
        ],
    );
    fs::write(case.join("case.toml"), format!("only = \"x\"\n{NASTY}")).unwrap();
    hold(folder.path(), [vec!["test", "pol"]]);
}

#[test]
fn of_waivers() {
    let folder = room();
    let waiver = |trail: &str, more: &str| {
        format!(
            "[[waivers]]\ntrail = \"{trail}\"\nreason = \"{RAW}\"\napprover = \"{RAW}\"\nexpires = 2026-12-31\n{more}\n# {}\n",
            NASTY.replace('\r', "")
        )
    };
    for (name, text) in [
        ("unused.toml", waiver(RAW, "")),
        ("unknown.toml", waiver("x", &format!("\"{RAW}\" = 1"))),
        (
            "broken.toml",
            format!(
                "[[waivers]] # {}\ntrail = \"{NASTY}",
                NASTY.replace('\r', "")
            ),
        ),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
        for words in [
            vec!["check", "ev", "--waivers", name],
            vec!["check", "ev", "--strict-waivers", "--waivers", name],
        ] {
            let shown = on_terminal(coldtrail(&words).within(folder.path()).command());
            shows_nothing_raw(name, &(shown + "owned"));
        }
    }
}

/// Puts the text in place of each text of a report, or of each key.
fn spoiled(value: &mut Value, is_spoiled: &dyn Fn(&str, &str) -> bool) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| spoiled(item, is_spoiled)),
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                match value {
                    Value::String(text) if is_spoiled(key, text) => *text = NASTY.to_owned(),
                    value => spoiled(value, is_spoiled),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn of_reports_of_earlier_runs() {
    let folder = room();
    let run = Fixture::named("delivery-stale-by-one-second").check();
    let report = run.args(["-f", "json"]).done().report();
    fs::write(folder.path().join("good.json"), report.to_string()).unwrap();
    // Every text that a report may be given with, and then all of them.
    let kept = [
        "outcome",
        "as_of",
        "schema_version",
        "expires",
        "as_of_basis",
    ];
    let spoil = |is_spoiled: &dyn Fn(&str, &str) -> bool| {
        let mut report = report.clone();
        spoiled(&mut report, is_spoiled);
        report.to_string()
    };
    let mut params = report.clone();
    params["parameters"][NASTY] = Value::from(NASTY);
    for (name, text) in [
        ("all.json", spoil(&|key, _| !kept.contains(&key))),
        ("version.json", spoil(&|key, _| key == "schema_version")),
        ("outcome.json", spoil(&|key, _| key == "outcome")),
        ("as-of.json", spoil(&|key, _| key == "as_of")),
        ("params.json", params.to_string()),
        ("broken.json", format!("{{\"{NASTY}\": {NASTY}")),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
        for words in [
            vec!["diff", name, "good.json"],
            vec!["diff", "-f", "json", "good.json", name],
            vec!["verify", name, "ev"],
        ] {
            let shown = on_terminal(coldtrail(&words).within(folder.path()).command());
            shows_nothing_raw(&format!("{words:?}"), &(shown + "owned"));
        }
    }
    hold(
        folder.path(),
        [vec!["check", "ev", "--baseline", "all.json"]],
    );
}
