//! What reports say of a bundle, and `verify` holds them to.

use std::fs;

use serde_json::{Value, json};

use super::signed::with_key;
use super::{OpaBundle, check};
use crate::harness::{Done, Fixture, Run, coldtrail};

const FORMATS: [&str; 9] = [
    "human", "html", "sarif", "junit", "csv", "markdown", "github", "ocsf", "oscal",
];

#[test]
fn every_format_says_whose_signature_a_bundle_bears_or_that_none_was_verified() {
    let signed = OpaBundle::new().signed();
    let loose = OpaBundle::new();
    let told: [(&dyn Fn() -> Run, &str); 3] = [
        (
            &|| with_key(signed.check(), "rs256.public.pem", "RS256"),
            "bundle of house, revision r7, signed by key release-2026 of house (RS256, key sha256 1125cd28ee21a511…)",
        ),
        (
            &|| signed.check().arg("--skip-verify"),
            "bundle of house, revision r7, its signature not verified",
        ),
        (
            &|| loose.check(),
            "bundle of house, revision r7, not signed",
        ),
    ];
    for (run, said) in told {
        for format in FORMATS {
            let done = run().args(["--format", format]).done();
            assert_eq!(done.code, Some(0), "{}", done.stderr);
            let lines = done.stdout.replace('\n', " ");
            assert!(lines.contains(said), "{format}: {}", done.stdout);
        }
    }
}

#[test]
fn a_library_whose_signature_is_passed_over_is_told_though_no_policy_came_in_it() {
    let mut library = OpaBundle::empty();
    library.add("/lib/a.rego", "package lib.a\n\nx := 1\n");
    library.manifest(&json!({"roots": ["lib"], "revision": "l1"}));
    let library = library.signed();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("names.rego"), crate::policy::GOOD).unwrap();
    let run = || {
        let run = check().arg("--policy").arg(folder.path());
        run.arg("--policy")
            .arg(library.write())
            .arg("--skip-verify")
    };
    for format in FORMATS {
        let said = "bundle of lib, revision l1, its signature not verified";
        let done = run().args(["--format", format]).done();
        assert!(done.stdout.contains(said), "{format}: {}", done.stdout);
    }
    let report = run().args(["--format", "json"]).done().report();
    assert_eq!(report["policies"][0]["bundle"], Value::Null);
    assert_eq!(report["bundles"][0]["signature"]["verified"], false);
}

#[test]
fn rows_of_bundles_keep_the_columns() {
    let done = OpaBundle::new().check().args(["--format", "csv"]).done();
    let mut rows = csv::Reader::from_reader(done.stdout.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let bundle = rows.iter().find(|row| &row[1] == "bundle").unwrap();
    let cells: Vec<&str> = bundle.iter().filter(|cell| !cell.is_empty()).collect();
    assert_eq!(
        cells,
        ["bundle", "bundle of house, revision r7, not signed"]
    );
}

#[test]
fn verify_names_another_revision_another_signer_and_a_signature_not_verified() {
    let bundle = OpaBundle::new().signed();
    let key = |run| with_key(run, "rs256.public.pem", "RS256");
    let report = bundle.folder.path().join("report.json");
    let told = key(bundle.check()).args(["--format", "json"]).done().stdout;
    let verify = |told: &str, bundle: &OpaBundle, trust: &dyn Fn(Run) -> Run| -> Done {
        fs::write(&report, told).unwrap();
        let run = coldtrail(["verify"]).arg(&report);
        let run = run.arg(Fixture::named("all-pass").evidence());
        trust(run.arg("--policy").arg(bundle.write())).done()
    };
    let held = verify(&told, &bundle, &key);
    assert_eq!(held.code, Some(0), "{}{}", held.stdout, held.stderr);

    let signed = "bundle of house, revision r7, signed by key release-2026 of house (RS256, key sha256 1125cd28ee21a511…)";
    let named = |done: &Done, line: &str| {
        assert_eq!(done.code, Some(1), "{}{}", done.stdout, done.stderr);
        assert_eq!(
            done.stdout.matches("bundle   ").count(),
            1,
            "{}",
            done.stdout
        );
        assert!(done.stdout.contains(line), "{}", done.stdout);
    };
    let skipped = verify(&told, &bundle, &|run| run.arg("--skip-verify"));
    let now = "bundle of house, revision r7, its signature not verified";
    named(&skipped, &format!("bundle   {signed}; now {now}"));

    for (word, other) in [
        ("r7", "r8"),
        ("release-2026", "release-2025"),
        ("1125cd28ee21a511", "2125cd28ee21a511"),
    ] {
        let was = told.replace(&format!("\"{word}"), &format!("\"{other}"));
        assert_ne!(was, told);
        let line = format!("bundle   {}; now {signed}", signed.replace(word, other));
        named(&verify(&was, &bundle, &key), &line);
    }

    let mut newer = OpaBundle::new();
    newer.manifest(&json!({"revision": "r8", "roots": ["house"], "rego_version": 1}));
    let newer = newer.signed();
    let now = signed.replace("r7", "r8");
    let line = format!("bundle   {signed}; now {now}");
    named(&verify(&told, &newer, &key), &line);
}
