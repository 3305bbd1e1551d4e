//! What a run takes of memory is bounded by what it reads: 64 MB, and twenty bytes
//! for each. Each shape is one that took many times as much for what it is made of.

#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::harness::{Run, coldtrail, root};

const AS_OF: &str = "2026-11-20T12:00:00Z";

/// Bytes of a shape: enough for what it takes to stand out against the 64 MB.
const BYTES: usize = 3 << 20;

/// The most memory that a run of the program had, in KB.
fn peak(run: Run) -> u64 {
    let mut child = run
        .command()
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kb = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak = peak.max(kb.unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    peak
}

fn check(folder: &Path) -> Run {
    let words = ["check", "--format", "json", "--as-of", AS_OF, "--jobs", "2"];
    coldtrail(words).arg(folder)
}

/// Holds a run to what it may take for so many bytes.
fn hold(what: &str, bytes: usize, run: Run) {
    let most = (64 << 10) + 20 * (bytes as u64 >> 10);
    let peak = peak(run);
    assert!(peak <= most, "{peak} KB of {most} KB: {what}");
}

/// Holds `check` to it on a file of this name.
fn hold_file(name: &str, bytes: &[u8], unpacked: usize) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(70)]).into_owned();
    let what = format!("{name}: {head}");
    hold(&what, bytes.len() + unpacked, check(folder.path()));
}

fn filled(with: &str) -> String {
    with.repeat(BYTES / with.len())
}

/// Numbered pieces, until they are as many bytes.
fn numbered(piece: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        if text.len() >= BYTES {
            break;
        }
        write!(text, "{}", piece(number)).unwrap();
    }
    text
}

fn trails(inner: &str) -> String {
    format!("{{\"trailList\": [{inner}{{}}]}}")
}

/// An answer below a command line that ends like this.
fn printed_by(command: &str) -> String {
    format!("$ aws cloudtrail describe-trails{command}\n{{\"trailList\": []}}\n")
}

fn arn(number: usize) -> String {
    format!("arn:aws:cloudtrail:us-east-1:111122223333:trail/t{number}")
}

#[test]
fn of_values_in_json() {
    let inside = |inner: &str| trails(&format!("{{\"Name\": \"main\", \"x\": [{inner}1]}},"));
    let lists = [
        trails(&filled("{},")),
        trails(&filled("[],")),
        trails(&filled("null,")),
        inside(&filled("1,")),
        inside(&filled("{},")),
        trails(&format!(
            "{{\"Name\": \"main\", {}\"y\": 1}},",
            numbered(|number| format!("\"k{number}\":1,"))
        )),
        trails(&format!("{{\"Name\": \"{}\"}},", filled("\u{202e}"))),
        trails(&numbered(|number| {
            let arn = arn(number);
            format!("{{\"Name\": \"t{number}\", \"TrailARN\": \"{arn}\"}},")
        })),
    ];
    for text in lists {
        hold_file("describe-trails.json", text.as_bytes(), 0);
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        hold_file("describe-trails.json", &wide, 0);
    }
    for text in [
        format!("[{}1]", filled("1,")),
        format!(
            "{{\"schema\": \"urn:coldtrail:schema:manifest:1.1\", \"x\": [{}1]}}",
            filled("[1],")
        ),
        filled("{}\n"),
        filled("{\"trailList\":[]}\n"),
        format!("{{{}\"a\":1}}", filled("\"trailList\":[],")),
        format!("[{}1]", filled("{\"body\": \"{\\\"trailList\\\": []}\"},")),
        numbered(|number| format!("{{\"IsLogging\": true, \"Name\": \"t{number}\"}}\n")),
        format!(
            "{{{}\"a\": 1}}",
            numbered(|number| format!("\"{}\": {{\"IsLogging\": true}},", arn(number)))
        ),
        format!(
            "{{{}\"a\": 1}}",
            numbered(|number| format!(
                "\"{:012}\":{{\"trailList\":[]}},",
                111_122_223_333 + number
            ))
        ),
        format!(
            "{{{}\"a\": 1}}",
            numbered(|number| format!("\"us-east-{number}\":{{\"trailList\":[]}},"))
        ),
    ] {
        hold_file("x.json", text.as_bytes(), 0);
    }
}

#[test]
fn of_what_is_translated() {
    let python = |inner: &str| format!("{{'trailList': [{inner}1]}}");
    let yaml = |inner: &str| format!("trailList: {inner}");
    for (name, text) in [
        ("x.txt", python(&filled("'a',"))),
        ("x.txt", python(&filled("1,"))),
        ("x.txt", python(&filled("{},"))),
        ("x.txt", filled("{'a': 1}\n")),
        ("x.yaml", filled("---\n- a\n")),
        ("x.yaml", filled("---\ntrailList: []\n")),
        ("x.yaml", yaml(&format!("[{}b]\n", filled("{},")))),
        ("x.yaml", yaml(&format!("\n{}", filled("- {}\n")))),
        (
            "x.yaml",
            yaml(&format!(
                "\n{}",
                numbered(|number| format!("- Name: t{number}\n"))
            )),
        ),
        (
            "x.csv",
            format!("Name,TrailARN,HomeRegion\n{}", filled(",,\n")),
        ),
        ("x.csv", format!("Name,{}b\n1\n", filled("a,"))),
        (
            "x.txt",
            format!("-----\n|DescribeTrails|\n+---+\n{}", filled("|a|\n")),
        ),
        (
            "x.txt",
            numbered(|number| format!("TRAILLIST\tt{number}\n")),
        ),
        ("x.txt", filled("1\n")),
        ("x.txt", filled("> 1\n")),
        ("x.txt", printed_by(&filled("|a"))),
        ("x.txt", printed_by(&filled(";a"))),
        ("x.txt", printed_by(&filled(" a"))),
        ("x.txt", printed_by(&filled(";a\n$ a"))),
        (
            "x.txt",
            filled("An error occurred (Throttling) when calling the X operation: y\n"),
        ),
        ("x.json", "\u{1b}".repeat(BYTES)),
    ] {
        hold_file(name, text.as_bytes(), 0);
    }
}

#[test]
fn of_archives() {
    let packed = |text: &str| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    for text in [filled("{}\n"), format!("[{}1]", filled("1,"))] {
        hold_file("x.json.gz", &packed(&text), text.len());
    }
    for (content, many) in [("", BYTES / 100), ("{}", BYTES / 140)] {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..many {
            let name = format!("{number}/describe-trails.json");
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        hold_file("x.zip", &bytes, many * content.len());
    }
}

/// An empty file takes no byte but its name's: there is a bound to how many are read.
#[test]
fn of_files_that_hold_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..30_000 {
        fs::write(folder.path().join(format!("{number}.json")), "").unwrap();
    }
    hold(
        "empty files",
        30_000 * "12345.json".len(),
        check(folder.path()),
    );
    let done = check(folder.path()).done();
    assert_eq!(done.code, Some(2));
    assert!(done.stderr.contains("--max-values"), "{}", done.stderr);
}

/// Of very many failed answers of one account, those that are told one by one are
/// enough for its verdict; the inventory has all of them.
#[test]
fn of_failed_answers_of_one_account() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..1_500 {
        fs::write(folder.path().join(format!("{number}.json")), "").unwrap();
    }
    let done = check(folder.path()).done();
    assert_eq!(done.code, Some(3));
    assert!(done.stdout.contains("; and 500 more failed"));
    assert_eq!(done.report()["documents"].as_array().unwrap().len(), 1_500);
}

#[test]
fn of_files_beside_the_evidence() {
    let beside = |flag: &str, name: &str, text: &str| -> (TempDir, Run) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let run = check(&root().join("fixtures/all-pass/evidence"));
        (folder, run.arg(flag).arg(path))
    };
    let waiver = |number: usize| {
        format!(
            "[[waiver]]\ncontrol=\"3.4\"\ntrail=\"x{number}\"\nreason=\"r\"\napprover=\"a\"\nexpires=2030-01-01\n"
        )
    };
    for (flag, name, text) in [
        (
            "--expect-accounts",
            "accounts.txt",
            numbered(|number| format!("{:012}\n", 111_122_223_333 + number)),
        ),
        ("--waivers", "waivers.toml", numbered(waiver)),
        (
            "--waivers",
            "waivers.toml",
            format!("a = [{}1]\n", filled("1,")),
        ),
        (
            "--baseline",
            "report.json",
            format!(
                "{{\"schema_version\": \"1.1\", \"tool\": {{}}, \"parameters\": {{\"zz\": [{}1]}}}}",
                filled("0,")
            ),
        ),
    ] {
        let (_folder, run) = beside(flag, name, &text);
        hold(&format!("{flag}: {text:.60}"), text.len(), run);
    }
}

/// Each account lacks each region: what is told of both isn't made of each pair.
#[test]
fn of_accounts_and_regions() {
    let folder = tempfile::tempdir().unwrap();
    let accounts: String = (0..2_000)
        .map(|number| format!("{:012}\n", 111_122_223_333_u64 + number))
        .collect();
    let path = folder.path().join("accounts.txt");
    fs::write(&path, &accounts).unwrap();
    let regions: Vec<String> = (0..5_000)
        .map(|number| format!("us-east-{number}"))
        .collect();
    let regions = regions.join(",");
    let run = check(&root().join("fixtures/all-pass/evidence"))
        .args(["--expect-regions", &regions])
        .arg("--expect-accounts")
        .arg(&path);
    hold("accounts and regions", accounts.len() + regions.len(), run);
}

#[test]
fn of_policies_and_their_data() {
    for (name, text) in [
        ("data.json", format!("{{\"a\": [{}1]}}", filled("1,"))),
        ("data.yaml", format!("a:\n{}", filled("- 1\n"))),
        ("data.yaml", filled(&format!("{}a\n", "- ".repeat(40)))),
        ("x.rego", format!("package x\n{}", filled("r := 1\n"))),
        (
            "x.rego",
            format!(
                "package x\n{}",
                filled(&format!("r := 1{}\n", "+1".repeat(250)))
            ),
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let policies = folder.path().join("policies");
        crate::harness::copy(&root().join("policies"), &policies);
        fs::write(policies.join(name), &text).unwrap();
        let run = check(&root().join("fixtures/all-pass/evidence"));
        let run = run.arg("--policy").arg(&policies);
        hold(&format!("{name}: {text:.60}"), text.len(), run);
    }
    // What the files of one package share is kept once.
    let folder = tempfile::tempdir().unwrap();
    let policies = folder.path().join("policies");
    crate::harness::copy(&root().join("policies"), &policies);
    let mut bytes = 0;
    for number in 0..1_500 {
        let text = format!("package a\nx{number} := 1\n");
        bytes += text.len();
        fs::write(policies.join(format!("x{number}.rego")), text).unwrap();
    }
    let run = check(&root().join("fixtures/all-pass/evidence"));
    hold(
        "files of one package",
        bytes,
        run.arg("--policy").arg(&policies),
    );
}

/// What a small file may hold is small.
#[test]
fn of_very_many_small_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = 0;
    for number in 0..12_000 {
        let text = format!("{{\"trailList\": [{{\"Name\": \"t{number}\"}}]}}");
        let inner = folder.path().join(number.to_string());
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("d.json"), &text).unwrap();
        bytes += text.len() + "12345/d.json".len() + 600 / 20;
    }
    hold("small files", bytes, check(folder.path()));
}

#[test]
fn of_accounts_without_a_trail() {
    for regions in [1, 16] {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = 0;
        for account in 0..16_000 / regions {
            for region in 0..regions {
                let name = format!("{:012}/eu-west-{region}", 111_122_220_000_u64 + account);
                let inner = folder.path().join(&name);
                fs::create_dir_all(&inner).unwrap();
                fs::write(inner.join("describe-trails.json"), NO_TRAILS).unwrap();
                bytes += NO_TRAILS.len() + name.len() + "/describe-trails.json".len();
            }
        }
        hold("accounts without a trail", bytes, check(folder.path()));
    }
}

const NO_TRAILS: &str = "{\"trailList\": []}";
