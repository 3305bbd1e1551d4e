//! What is written never harms what is read: inputs are no targets, streams are
//! written to, and a run that is ended leaves nothing behind.

use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::process::Stdio;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::harness::{Done, Fixture, coldtrail, copy, root};

const AS_OF: [&str; 2] = ["--as-of", "2026-11-20T12:00:00Z"];
const TRAILS: &str = "ev/us-east-1/describe-trails.json";

/// What a run over the evidence reports.
fn report() -> &'static str {
    static REPORT: OnceLock<String> = OnceLock::new();
    REPORT.get_or_init(|| {
        let run = Fixture::named("all-pass").check();
        run.args(["-f", "json"]).done().stdout
    })
}

/// Evidence that passes, policies, a baseline and what else a run may read.
fn room() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    copy(&root().join("fixtures/all-pass/evidence"), &path("ev"));
    copy(&root().join("policies"), &path("pol"));
    fs::write(path("waivers.toml"), "").unwrap();
    fs::write(path("accounts.txt"), "111122223333\n").unwrap();
    fs::write(path("key.pem"), "no key").unwrap();
    fs::write(path("base.json"), report()).unwrap();
    folder
}

fn run(folder: &TempDir, verb: &[&str], words: &[&str]) -> Done {
    coldtrail(verb)
        .args(words)
        .within(folder.path())
        .hide(folder.path(), "folder")
        .done()
}

fn check(folder: &TempDir, words: &[&str]) -> Done {
    run(folder, &["check", AS_OF[0], AS_OF[1]], words)
}

/// Every file under a folder with its bytes, and every link with its target.
fn all(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name();
    walk.into_iter()
        .map(|entry| {
            let entry = entry.unwrap();
            let bytes = match entry.file_type() {
                kind if kind.is_file() => fs::read(entry.path()).unwrap(),
                kind if kind.is_symlink() => {
                    let target = fs::read_link(entry.path()).unwrap();
                    target.into_os_string().into_encoded_bytes()
                }
                _ => Vec::new(),
            };
            (entry.path().display().to_string(), bytes)
        })
        .collect()
}

/// Holds that a run is refused, changes nothing and says both names.
fn refused(folder: &TempDir, done: &Done, before: &[(String, Vec<u8>)], names: [&str; 2]) {
    assert_eq!(done.code, Some(2), "{names:?}: {}", done.stdout);
    let one_line: Vec<&str> = done
        .stderr
        .split_whitespace()
        .filter(|word| *word != "│")
        .collect();
    let told = one_line.join(" ");
    for name in names {
        assert!(told.contains(name), "{name}: {told}");
    }
    assert_eq!(all(folder.path()), before, "{names:?}");
}

#[test]
fn no_input_is_written_over() {
    let folder = room();
    let before = all(folder.path());
    let absolute = folder.path().join(TRAILS).display().to_string();
    for (words, names) in [
        (
            &["ev", "-o", TRAILS][..],
            ["--output ev/us-east-1", "in the evidence `ev`"],
        ),
        (
            &[
                "ev",
                "--report",
                "html=./ev/../ev/us-east-1/describe-trails.json",
            ],
            ["--report html=", "evidence `ev`"],
        ),
        (&["ev", "-o", &absolute], ["--output", "evidence `ev`"]),
        (
            &[TRAILS, "-o", &absolute],
            [
                "--output",
                "`ev/us-east-1/describe-trails.json`, which is evidence",
            ],
        ),
        (
            &["ev", "--baseline", "base.json", "-o", "./base.json"],
            ["--output ./base.json", "`--baseline base.json`"],
        ),
        (
            &["ev", "--waivers", "waivers.toml", "-o", "waivers.toml"],
            ["--output", "`--waivers waivers.toml`"],
        ),
        (
            &[
                "ev",
                "--expect-accounts",
                "accounts.txt",
                "-o",
                "accounts.txt",
            ],
            ["--output", "`--expect-accounts accounts.txt`"],
        ),
        (
            &[
                "ev",
                "--policy",
                "pol",
                "--verification-key",
                "key.pem",
                "-o",
                "key.pem",
            ],
            ["--output", "`--verification-key key.pem`"],
        ),
        (
            &["ev", "--policy", "pol", "-o", "pol/lib/aws.rego"],
            ["--output", "`lib/aws.rego` in the policies `pol`"],
        ),
        (
            &[
                "ev",
                "--policy",
                "pol/lib/aws.rego",
                "-o",
                "pol/lib/aws.rego",
            ],
            ["--output", "which is policies"],
        ),
        // It would be an input of the next run.
        (
            &["ev", "--policy", "pol", "-o", "pol/data.json"],
            ["--output", "`data.json` in the policies"],
        ),
        (
            &["ev", "-o", "r", "--report", "html=./ev/../r"],
            ["--report html=./ev/../r", "`--output r`"],
        ),
        (
            &["ev", "--report", "html=r", "--report", "csv=r"],
            ["--report csv=r", "`--report html=r`"],
        ),
    ] {
        refused(&folder, &check(&folder, words), &before, names);
    }
    for (words, names) in [
        (
            &[
                "--coverage-output",
                "pol/lib/aws.rego",
                "--coverage-format",
                "lcov",
                "pol",
            ][..],
            ["--coverage-output", "`lib/aws.rego` in the policies"],
        ),
        (
            &[
                "--coverage-output",
                "key.pem",
                "--coverage-format",
                "lcov",
                "pol",
                "--verification-key",
                "key.pem",
            ],
            ["--coverage-output", "--verification-key key.pem"],
        ),
    ] {
        refused(&folder, &run(&folder, &["test"], words), &before, names);
    }
}

#[test]
fn nothing_is_read_before_a_target_is_refused() {
    let folder = room();
    let before = all(folder.path());
    let words = ["ev", "--policy", "no-such-policies", "-o", TRAILS];
    let done = check(&folder, &words);
    refused(&folder, &done, &before, ["--output", "evidence"]);
    insta::assert_snapshot!(done.stderr, @"
    output

      × `--output ev/us-east-1/describe-trails.json` would write over `us-east-1/describe-trails.json`
      │ in the evidence `ev`
      help: nothing was written; name a file of its own for it
    ");
}

#[cfg(unix)]
#[test]
fn no_input_is_written_over_under_another_name() {
    use std::os::unix::fs::symlink;
    let folder = room();
    let path = |name: &str| folder.path().join(name);
    fs::hard_link(path(TRAILS), path("hard")).unwrap();
    fs::hard_link(path("pol/lib/aws.rego"), path("hard-policy")).unwrap();
    fs::hard_link(path("base.json"), path("hard-base")).unwrap();
    fs::write(path("victim"), "not of this run").unwrap();
    symlink(TRAILS, path("soft")).unwrap();
    symlink("ev", path("folder")).unwrap();
    // Whoever made the evidence would say where the report goes.
    symlink("../victim", path("ev/report.json")).unwrap();
    symlink("../made", path("ev/new.json")).unwrap();
    let before = all(folder.path());
    for (words, names) in [
        (
            &["ev", "-o", "hard"][..],
            [
                "--output hard",
                "`us-east-1/describe-trails.json` in the evidence",
            ],
        ),
        (
            &["ev", "-o", "soft"],
            [
                "--output soft",
                "`us-east-1/describe-trails.json` in the evidence",
            ],
        ),
        (
            &["ev", "-o", "folder/us-east-1/describe-trails.json"],
            ["--output folder", "evidence `ev`"],
        ),
        (
            &["folder", "-o", TRAILS],
            ["--output ev", "evidence `folder`"],
        ),
        (
            &["ev", "--policy", "pol", "-o", "hard-policy"],
            ["--output hard-policy", "`lib/aws.rego`"],
        ),
        (
            &["ev", "--baseline", "base.json", "-o", "hard-base"],
            ["--output hard-base", "--baseline base.json"],
        ),
        (
            &["ev", "-o", "base.json", "--report", "csv=hard-base"],
            ["--report csv=hard-base", "--output base.json"],
        ),
        (
            &["ev", "-o", "ev/report.json"],
            ["`report.json`", "a link there is not followed"],
        ),
        (
            &["ev", "-o", "ev/new.json"],
            ["`new.json`", "a link there is not followed"],
        ),
    ] {
        refused(&folder, &check(&folder, words), &before, names);
    }
    let stdin = fs::File::open(path(TRAILS)).unwrap();
    let mut command = coldtrail(["check", "-", "-o", TRAILS])
        .within(folder.path())
        .command();
    let output = command.stdin(stdin).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(all(folder.path()), before);
}

/// A report may be made below the evidence, and made again by the same run. No
/// other file there is written over, whatever it says of itself.
#[test]
fn a_report_below_the_evidence_is_made_again_and_nothing_else_is() {
    let folder = room();
    let path = |name: &str| folder.path().join(name);
    let formats = [
        "human", "sarif", "junit", "csv", "markdown", "github", "html", "ocsf", "oscal",
    ];
    let beside = formats.map(|format| format!("--report={format}=ev/report.{format}"));
    let mut words = vec!["ev", "-f", "json", "-o", "ev/report.json"];
    words.extend(beside.iter().map(String::as_str));
    for again in [false, true] {
        let done = check(&folder, &words);
        assert_eq!(done.code, Some(0), "{again}: {}", done.stderr);
    }
    let before = all(folder.path());
    for format in formats {
        let name = format!("ev/report.{format}");
        assert!(fs::metadata(path(&name)).unwrap().len() > 0);
        let done = check(&folder, &["ev", "-f", "json", "-o", &name]);
        let name = format!("`report.{format}`");
        refused(&folder, &done, &before, ["--output", &name]);
    }
    let report = fs::read_to_string(path("base.json")).unwrap();
    let trails = fs::read_to_string(path(TRAILS)).unwrap();
    for (name, text) in [
        ("empty", String::new()),
        ("signed", report.replacen('{', "{\"trailList\": [], ", 1)),
        ("two", format!("{report}\n{trails}")),
        (
            "named",
            "{\"schema_version\": \"1.1\", \"tool\": {\"name\": \"coldtrail\"}}".to_owned(),
        ),
        ("other", report.replacen("coldtrail", "othertool", 1)),
    ] {
        fs::write(path("ev/x.json"), text).unwrap();
        let before = all(folder.path());
        let done = check(&folder, &["ev", "-f", "json", "-o", "ev/x.json"]);
        assert_eq!(done.code, Some(2), "{name}");
        assert_eq!(all(folder.path()), before, "{name}");
    }
}

#[test]
fn blessing_writes_nothing_that_is_read() {
    let folder = room();
    let path = |name: &str| folder.path().join(name);
    for case in ["pol/cases/one", "more/two"] {
        copy(&path("ev"), &path(case).join("evidence"));
        fs::write(
            path(case).join("case.toml"),
            "as_of = \"2026-11-20T12:00:00Z\"\n",
        )
        .unwrap();
    }
    let words = ["pol", "--cases", "more", "--bless", "--run", "one|two"];
    fs::hard_link(
        path("more/two/evidence/us-east-1/describe-trails.json"),
        path("more/two/expected.json"),
    )
    .unwrap();
    let before = all(folder.path());
    let done = run(&folder, &["test"], &words);
    refused(
        &folder,
        &done,
        &before,
        [
            "--bless of more/two/expected.json",
            "`us-east-1/describe-trails.json` in the evidence",
        ],
    );
    fs::remove_file(path("more/two/expected.json")).unwrap();
    fs::hard_link(path("pol/lib/aws.rego"), path("more/two/expected.json")).unwrap();
    let before = all(folder.path());
    let done = run(&folder, &["test"], &words);
    refused(
        &folder,
        &done,
        &before,
        [
            "--bless of more/two/expected.json",
            "`lib/aws.rego` in the policies",
        ],
    );
}

#[test]
fn names_that_differ_in_case_are_one_only_where_the_folder_says_so() {
    let folder = room();
    let done = check(
        &folder,
        &["ev", "-f", "json", "-o", "report", "--report", "csv=Report"],
    );
    let probe = folder.path().join("BASE.JSON").exists();
    assert_eq!(
        done.code,
        Some(if probe { 2 } else { 0 }),
        "{}",
        done.stderr
    );
    assert_eq!(folder.path().join("report").exists(), !probe);
}

#[cfg(unix)]
#[test]
fn a_stream_is_written_to_as_it_was_opened() {
    let folder = room();
    let log = folder.path().join("log");
    for stream in ["/dev/stdout", "/dev/stderr"] {
        fs::write(&log, "an earlier line\n").unwrap();
        let open = fs::OpenOptions::new().append(true).open(&log).unwrap();
        let mut command = coldtrail(["check", "ev", "-f", "csv", "-o", stream])
            .args(AS_OF)
            .within(folder.path())
            .command();
        match stream {
            "/dev/stderr" => command.stderr(open.try_clone().unwrap()),
            _ => command.stdout(open.try_clone().unwrap()),
        };
        assert!(command.status().unwrap().success(), "{stream}");
        std::io::Write::write_all(&mut &open, b"a later line\n").unwrap();
        let text = fs::read_to_string(&log).unwrap();
        assert!(
            text.starts_with("an earlier line\naccount_id,"),
            "{stream}: {text}"
        );
        assert!(text.ends_with("\na later line\n"), "{stream}: {text}");
    }
    // Opened at its beginning and not for appending, as `>` opens it.
    let open = fs::File::create(&log).unwrap();
    std::io::Write::write_all(&mut &open, b"first\n").unwrap();
    let mut command = coldtrail(["check", "ev", "-f", "csv", "-o", "/dev/stdout"])
        .args(AS_OF)
        .within(folder.path())
        .command();
    assert!(command.stdout(open).status().unwrap().success());
    assert!(
        fs::read_to_string(&log)
            .unwrap()
            .starts_with("first\naccount_id,")
    );
    // Its own name would part it from the stream.
    let open = fs::OpenOptions::new().append(true).open(&log).unwrap();
    let mut command = coldtrail(["check", "ev", "--report", "csv=log"])
        .args(AS_OF)
        .within(folder.path())
        .command();
    let output = command
        .stdout(open)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("where standard output goes"));
}

#[cfg(unix)]
#[test]
fn where_a_shell_sends_the_output_is_no_evidence() {
    let folder = room();
    let shell = |redirection: &str| {
        let [flag, moment] = AS_OF;
        let words = format!("\"$0\" check ev {flag} {moment} {redirection}");
        let mut command = std::process::Command::new("sh");
        let coldtrail = env!("CARGO_BIN_EXE_coldtrail");
        command.current_dir(folder.path());
        command.args(["-c", &words, coldtrail]).output().unwrap()
    };
    // Made by the shell before the run begins.
    for redirection in ["> ev/report.txt", "> ev/report.txt", "2> ev/errors.txt"] {
        let done = shell(redirection);
        assert_eq!(done.status.code(), Some(0), "{redirection}");
    }
    let report = fs::read_to_string(folder.path().join("ev/report.txt")).unwrap();
    assert!(!report.contains("report.txt"), "{report}");
    fs::remove_file(folder.path().join("ev/report.txt")).unwrap();
    let before = all(folder.path());
    for redirection in [format!(">> {TRAILS}"), format!("2> /dev/null >> {TRAILS}")] {
        let done = shell(&redirection);
        assert_eq!(done.status.code(), Some(2), "{redirection}");
        assert_eq!(all(folder.path()), before, "{redirection}");
    }
    let emptied = shell(&format!("> {TRAILS}"));
    assert_eq!(emptied.status.code(), Some(3));
    fs::write(folder.path().join(TRAILS), "{}").unwrap();
    let told = shell(&format!(">> {TRAILS}")).stderr;
    insta::assert_snapshot!(String::from_utf8_lossy(&told), @"
    output

      × `>>` would write over `us-east-1/describe-trails.json` in the evidence
      help: nothing was written; name a file of its own for it
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn an_open_file_of_the_shell_is_appended_to_or_refused() {
    let folder = room();
    let shell = |redirection: &str| {
        let mut command = std::process::Command::new("sh");
        command.current_dir(folder.path()).args([
            "-c",
            &format!(
                "\"$0\" check ev -f csv --as-of {} -o /dev/fd/9 {redirection}",
                AS_OF[1]
            ),
            env!("CARGO_BIN_EXE_coldtrail"),
        ]);
        command.output().unwrap()
    };
    let log = folder.path().join("log");
    fs::write(&log, "an earlier line\n").unwrap();
    assert!(shell("9>>log").status.success());
    assert!(
        fs::read_to_string(&log)
            .unwrap()
            .starts_with("an earlier line\naccount_id,")
    );
    let refused = shell("9>log");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("9>>"));
    let piped = shell("9>&1 | cat");
    assert!(piped.stdout.starts_with(b"account_id,"));
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_followed_and_stays() {
    let folder = room();
    std::os::unix::fs::symlink("elsewhere", folder.path().join("link")).unwrap();
    let done = check(&folder, &["ev", "-f", "csv", "-o", "link"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(folder.path().join("link").is_symlink());
    assert!(!folder.path().join("elsewhere").is_symlink());
    assert!(
        fs::read_to_string(folder.path().join("elsewhere"))
            .unwrap()
            .starts_with("account_id,")
    );
}

/// Holds a run back where its first file is whole and its second is a FIFO that
/// nobody reads, and ends it with a signal.
#[cfg(target_os = "linux")]
fn ended_by(signal: &str, before: &str) -> (TempDir, std::process::Child) {
    let folder = room();
    let fifo = folder.path().join("fifo");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let mut command = std::process::Command::new("sh");
    let run = format!(
        "{before} exec \"$0\" check ev -f json --as-of {} -o ev/report.json --report csv=fifo",
        AS_OF[1]
    );
    let child = command
        .current_dir(folder.path())
        .args(["-c", &run, env!("CARGO_BIN_EXE_coldtrail")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let is_begun = || {
        unfinished(folder.path())
            .iter()
            .any(|(_, bytes)| *bytes > 0)
    };
    while !is_begun() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let mut kill = std::process::Command::new("kill");
    kill.args(["-s", signal, &child.id().to_string()]);
    assert!(kill.status().unwrap().success());
    (folder, child)
}

/// The files that are being written in the evidence, and how long each is.
#[cfg(target_os = "linux")]
fn unfinished(folder: &Path) -> Vec<(String, u64)> {
    let entries = fs::read_dir(folder.join("ev")).unwrap();
    let named = entries.map(|entry| {
        let entry = entry.unwrap();
        let length = entry.metadata().map_or(0, |metadata| metadata.len());
        (entry.file_name().into_string().unwrap(), length)
    });
    named
        .filter(|(name, _)| name.starts_with(".coldtrail-"))
        .collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_takes_what_is_unfinished_along() {
    use crate::harness::is_ignored;
    use std::os::unix::process::ExitStatusExt;
    let signals = [("INT", 2), ("TERM", 15), ("HUP", 1)];
    for (name, number) in signals
        .into_iter()
        .filter(|(_, number)| !is_ignored(*number))
    {
        let (folder, mut child) = ended_by(name, "");
        let ended = child.wait().unwrap().signal();
        assert_eq!(ended, Some(i32::try_from(number).unwrap()), "{name}");
        assert_eq!(unfinished(folder.path()), [], "{name}");
        assert!(!folder.path().join("ev/report.json").exists());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_is_ignored_stays_ignored() {
    let (folder, mut child) = ended_by("HUP", "trap '' HUP;");
    let read = fs::read(folder.path().join("fifo")).unwrap();
    assert!(read.starts_with(b"account_id,"));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(folder.path().join("ev/report.json").exists());
}

#[test]
fn what_a_killed_run_left_is_listed_and_no_evidence() {
    let folder = room();
    let half = &fs::read_to_string(folder.path().join("base.json")).unwrap()[..900];
    fs::write(
        folder.path().join("ev/us-east-1/.coldtrail-aB3xY9.tmp"),
        half,
    )
    .unwrap();
    let done = check(&folder, &["ev", "-f", "json"]);
    assert_eq!(done.code, Some(0), "{}", done.stdout);
    let report = done.report();
    let documents = report["documents"].as_array().unwrap();
    let left = documents
        .iter()
        .find(|one| one["file"] == "us-east-1/.coldtrail-aB3xY9.tmp");
    let left = left.expect("it is listed");
    assert_eq!(left["kind"], "other");
    insta::assert_snapshot!(left["detail"].as_str().unwrap(), @"what a run of coldtrail was writing when it was ended, by its name, and not read: it may be removed");
    assert_eq!(left["sha256"].as_str().unwrap().len(), 64);
    // Any other name is read.
    fs::write(folder.path().join("ev/us-east-1/.coldtrail-x.tmp"), half).unwrap();
    assert_ne!(check(&folder, &["ev", "-q"]).code, Some(0));
}

#[test]
fn an_export_that_fails_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("there")).unwrap();
    fs::write(
        folder.path().join("there/lib"),
        "a file where a folder must be",
    )
    .unwrap();
    let before = all(folder.path());
    let done = run(&folder, &["policy", "export"], &["there"]);
    assert_eq!(done.code, Some(2), "{}", done.stdout);
    assert_eq!(all(folder.path()), before, "{}", done.stderr);
    if cfg!(target_os = "linux") {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let mut command = coldtrail(["policy", "export", "new/folder"])
            .within(folder.path())
            .command();
        let status = command.stdout(full).status().unwrap();
        assert_eq!(status.code(), Some(2));
        assert_eq!(all(folder.path()), before);
    }
}
