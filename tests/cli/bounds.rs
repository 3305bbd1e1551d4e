//! What is read beside the evidence is bounded too, in depth and in size; what
//! is too much is told with its place, with how much is allowed, and with what
//! to do.

use std::fs;

use crate::harness::{coldtrail, copy, root};

const EVIDENCE: &str = "fixtures/all-pass/evidence";

/// A folder of the policies that are built in, with one more file.
fn policies(name: &str, content: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let done = coldtrail(["policy", "export"])
        .arg(folder.path().join("policies"))
        .done();
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    fs::write(folder.path().join("policies").join(name), content).unwrap();
    folder
}

fn judged_by(folder: &tempfile::TempDir) -> (Option<i32>, String) {
    let done = coldtrail([
        "check",
        EVIDENCE,
        "--as-of",
        "2026-11-20T12:00:00Z",
        "--policy",
    ])
    .arg(folder.path().join("policies"))
    .done();
    (done.code, done.stderr)
}

#[test]
fn what_is_nested_too_deep_in_data_or_metadata_is_refused() {
    let yaml = policies("data.yaml", &("a: ".to_owned() + &"[".repeat(20_000)));
    let json = policies("data.json", &("{\"a\": ".to_owned() + &"[".repeat(20_000)));
    for folder in [yaml, json] {
        let (code, told) = judged_by(&folder);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains("more than 127"), "{told}");
        let is_placed = |file: &str| told.contains(&format!("{file}:1:"));
        assert!(is_placed("data.yaml") || is_placed("data.json"), "{told}");
    }
    let rego = format!(
        "# METADATA\n# title: t\n# description: {}\npackage deep\n\nsubjects := []\n",
        "[".repeat(20_000)
    );
    let (code, told) = judged_by(&policies("deep.rego", &rego));
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("more than 127 lists and maps"), "{told}");
    assert!(told.contains("deep.rego:3:"), "{told}");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_a_folder_of_policies_is_told_and_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = policies("README", "");
    let inner = folder.path().join("policies");
    let outer = folder.path().join("outer");
    fs::create_dir(&outer).unwrap();
    fs::write(outer.join("data.json"), "{}").unwrap();
    // What no policy is read from may lead anywhere, and a link within leads nowhere else.
    symlink("/etc/hosts", inner.join("hosts")).unwrap();
    fs::create_dir(inner.join("real")).unwrap();
    fs::write(inner.join("real/data.json"), "{\"b\": 1}").unwrap();
    symlink("real", inner.join("linked")).unwrap();
    assert_eq!(judged_by(&folder).0, Some(0));
    for (target, name) in [("outer", "below"), ("outer/data.json", "data.json")] {
        let link = inner.join(name);
        symlink(folder.path().join(target), &link).unwrap();
        let (code, told) = judged_by(&folder);
        assert_eq!(code, Some(2), "{told}");
        assert!(
            told.contains("link out of its folder, which is not followed"),
            "{told}"
        );
        assert!(
            told.contains("put what it leads to into the folder"),
            "{told}"
        );
        fs::remove_file(link).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn what_has_no_end_is_read_no_further_than_its_bound() {
    for (flag, bound) in [("--waivers", "16777216"), ("--expect-accounts", "67108864")] {
        let done = coldtrail(["check", EVIDENCE, flag, "/dev/zero"]).done();
        assert_eq!(done.code, Some(2), "{}", done.stderr);
        assert!(done.stderr.contains(bound), "{}", done.stderr);
        assert!(
            done.stderr
                .contains("check that it is the file that was meant")
        );
    }
}

#[test]
fn patterns_that_are_too_long_are_refused_with_what_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let waivers = folder.path().join("waivers.toml");
    let check = |pattern: &str| {
        let entry = format!(
            "[[waiver]]\ncontrol = \"3.4\"\ntrail = \"{pattern}\"\nreason = \"r\"\napprover = \"a\"\nexpires = 2030-01-01\n"
        );
        fs::write(&waivers, entry).unwrap();
        coldtrail([
            "check",
            EVIDENCE,
            "--as-of",
            "2026-11-20T12:00:00Z",
            "--waivers",
        ])
        .arg(&waivers)
        .done()
    };
    assert_eq!(check(&"*".repeat(100_000)).code, Some(0));
    let done = check(&"?".repeat(100_000));
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.contains("100000 characters, and 2048"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("waivers.toml:3:9"), "{}", done.stderr);
    assert!(done.stderr.len() < 4000, "{}", done.stderr.len());
    let done = coldtrail(["check", EVIDENCE, "--exclude"])
        .arg("*".repeat(100_000))
        .done();
    assert_eq!(done.code, Some(2));
    assert!(done.stderr.contains("and 4096 are"), "{}", done.stderr);
    assert!(done.stderr.len() < 1000, "{}", done.stderr.len());
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_holds_each_file_to_its_own_hash_whatever_its_name() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let evidence = folder.path().join("evidence");
    copy(&root().join(EVIDENCE), &evidence);
    let names = [b"\xff.json".as_slice(), b"\\xFF.json", b"\\x5CxFF.json"];
    let paths = names.map(|name| evidence.join(OsStr::from_bytes(name)));
    for path in &paths {
        fs::write(path, "{\"Other\": 1}").unwrap();
    }
    let report = folder.path().join("report.json");
    let done = coldtrail([
        "check",
        "-f",
        "json",
        "--as-of",
        "2026-11-20T12:00:00Z",
        "-o",
    ])
    .arg(&report)
    .arg(&evidence)
    .done();
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let verify = || coldtrail(["verify"]).arg(&report).arg(&evidence).done();
    assert_eq!(verify().code, Some(0));
    for path in &paths {
        fs::write(path, "{\"Other\": \"altered\"}").unwrap();
        let done = verify();
        assert_eq!(done.code, Some(1));
        assert!(done.stdout.contains("1 difference"), "{}", done.stdout);
        fs::write(path, "{\"Other\": 1}").unwrap();
    }
}
