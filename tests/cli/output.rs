//! Where the report goes: standard output that may close early, a file that is
//! written whole or not at all; and evidence that comes on standard input.

use std::fs;
use std::io::Read;
use std::path::Path;

use crate::harness::{Fixture, Unprivileged, coldtrail, root};
use crate::scale::compact_line;

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_gets_the_bytes_that_standard_output_would() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = Fixture::named("two-accounts-three-regions");
    for format in ["human", "json"] {
        let file = folder.path().join(format);
        let to_file = fixture
            .check()
            .args(["--format", format, "--output"])
            .arg(&file)
            .done();
        let to_stdout = fixture.check().args(["--format", format]).done();
        assert_eq!(to_file.code, Some(1), "{}", to_file.stderr);
        assert_eq!(to_file.stdout, "");
        assert_eq!(fs::read_to_string(file).unwrap(), to_stdout.stdout);
    }
    assert_eq!(
        files(folder.path()),
        ["human", "json"],
        "nothing else is left"
    );
}

#[test]
fn a_run_that_can_not_do_its_job_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    fs::write(&file, "the old report").unwrap();
    let done = coldtrail(["check", "no/such/folder", "--output"])
        .arg(&file)
        .done();
    assert_eq!(done.code, Some(2));
    assert_eq!(fs::read_to_string(&file).unwrap(), "the old report");
    assert_eq!(files(folder.path()), ["report.json"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_can_not_be_written_leaves_the_old_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let evidence = folder.path().join("evidence");
    fs::create_dir(&reports).unwrap();
    crate::harness::copy(&root().join("fixtures/all-pass/evidence"), &evidence);
    let file = reports.join("report.json");
    fs::write(&file, "the old report").unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&reports, fs::Permissions::from_mode(0o555)).unwrap();
    let done = Unprivileged::new()
        .coldtrail(["check", "--as-of", "2026-11-20T12:00:00Z"])
        .arg(&evidence)
        .arg("--output")
        .arg(&file)
        .hide(folder.path(), "folder")
        .done();
    fs::set_permissions(&reports, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(done.code, Some(2));
    assert_eq!(done.stdout, "");
    assert_eq!(fs::read_to_string(&file).unwrap(), "the old report");
    assert_eq!(files(&reports), ["report.json"]);
    insta::assert_snapshot!(done.stderr, @"
    output

      × `[folder]/reports/report.json` can't be written: permission denied
      help: whatever was there before is untouched; check the folder and its permissions
    ");
}

#[test]
fn a_folder_is_no_file_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let done = Fixture::named("all-pass")
        .check()
        .arg("--output")
        .arg(folder.path())
        .done();
    assert_eq!(done.code, Some(2), "{}", done.stderr);
    assert_eq!(files(folder.path()), [""; 0]);
    let done = Fixture::named("all-pass")
        .check()
        .arg("--output")
        .arg(folder.path().join("no/such/folder/report"))
        .done();
    assert_eq!(done.code, Some(2), "{}", done.stderr);
}

#[test]
fn a_reader_that_closes_the_pipe_has_seen_enough() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("describe-trails.json"),
        compact_line(3_000),
    )
    .unwrap();
    for format in ["human", "json"] {
        let mut command = coldtrail(["check", "--format", format])
            .arg(folder.path())
            .command();
        let mut child = command.spawn().unwrap();
        let mut first = [0; 100];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
        assert_eq!(
            output.status.code(),
            Some(1),
            "{format}: the verdict, no failure"
        );
    }
}

#[test]
fn standard_input_is_evidence_too() {
    let evidence = root().join("fixtures/delivery-stale-by-one-second/evidence/us-east-1");
    let mut both = fs::read(evidence.join("describe-trails.json")).unwrap();
    both.extend(fs::read(evidence.join("get-trail-status-main.json")).unwrap());
    let done = coldtrail([
        "check",
        "-",
        "--format",
        "json",
        "--as-of",
        "2026-11-20T12:00:00Z",
    ])
    .stdin(both)
    .done();
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    let report = done.report();
    let checks = report["subjects"][0]["checks"].as_array().unwrap();
    let stale = checks
        .iter()
        .find(|check| check["code"] == "delivery-stale")
        .unwrap();
    insta::assert_json_snapshot!(stale["evidence"], @r#"
    [
      {
        "file": "stdin",
        "pointer": "/LatestCloudWatchLogsDeliveryTime",
        "line": 23,
        "column": 41,
        "bytes": [
          859,
          871
        ],
        "label": "delivered 24 h 0 min 1 s before as of"
      },
      {
        "file": "stdin",
        "pointer": "/trailList/0",
        "line": 3,
        "column": 9,
        "bytes": [
          29,
          703
        ],
        "label": "the trail"
      }
    ]
    "#);
}
