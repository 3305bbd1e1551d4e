//! `--no-optimize` evaluates the policies as they are written: everything but
//! the time stays, also what fails.

use std::fs;

use crate::harness::{Fixture, coldtrail};

#[test]
fn a_report_is_the_same_without_passes() {
    for name in [
        "all-pass",
        "two-accounts-three-regions",
        "log-group-missing",
    ] {
        let fixture = Fixture::named(name);
        let with = fixture.check().args(["--format", "json"]).done();
        let without = fixture
            .check()
            .args(["--format", "json", "--no-optimize"])
            .done();
        assert_eq!(with.code, without.code, "{name}");
        assert_eq!(with.stdout, without.stdout, "{name}");
        assert_eq!(with.stderr, without.stderr, "{name}");
    }
}

#[test]
fn cases_give_the_same_without_passes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("names.rego"), POLICY).unwrap();
    fs::write(folder.path().join("lib.rego"), LIBRARY).unwrap();
    let run = |more: &[&str]| {
        let cases = ["--cases", "fixtures/all-pass", "--format", "tap"];
        let done = coldtrail(["test"])
            .arg(folder.path())
            .args(cases)
            .args(more)
            .done();
        assert_eq!(done.code, Some(1), "{}", done.stderr);
        done.stdout
    };
    assert_eq!(run(&[]), run(&["--no-optimize"]));
}

#[test]
fn the_switch_is_told_where_it_is_taken() {
    for verb in ["check", "eval", "test"] {
        let told = coldtrail([verb, "--help"]).done().stdout;
        assert!(told.contains("--no-optimize"), "{verb}");
    }
}

const POLICY: &str = r#"# METADATA
# title: Trails have a name
# description: Every trail has a name.
# custom:
#   id: trail-names
#   severity: low
#   controls: []
#   codes: {named: A pass. It has a name.}
package house.names

import data.house.lib

checks := {"named": "The trail has a name"}

subjects contains trail.id if some trail in input.trails

made(subject, message, path) := {
	"subject": subject,
	"check": "named",
	"outcome": "pass",
	"code": "named",
	"message": message,
	"evidence": [{"path": path, "label": "its name"}],
}

results contains made(trail.id, message, ["trails", i]) if {
	some i, trail in input.trails
	message := sprintf("%v", [lib.number(trail.name)])
}
"#;

const LIBRARY: &str = "package house.lib

number(text) := to_number(text) + one

one := 1
";

#[test]
fn an_error_is_told_at_its_place_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("names.rego"), POLICY).unwrap();
    fs::write(folder.path().join("lib.rego"), LIBRARY).unwrap();
    let run = |more: &[&str]| {
        coldtrail(["check", "fixtures/all-pass/evidence"])
            .arg("--policy")
            .arg(folder.path())
            .args(more)
            .done()
    };
    let (with, without) = (run(&[]), run(&["--no-optimize"]));
    assert_eq!(with.code, Some(3), "{}", with.stderr);
    assert!(with.stdout.contains("lib.rego:3"), "{}", with.stdout);
    assert_eq!(with.stderr, without.stderr);
    assert_eq!(with.stdout, without.stdout);
}
