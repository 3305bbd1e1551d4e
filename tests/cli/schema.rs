//! `coldtrail schema`: the published schemas, and real reports held to them.

use serde_json::Value;

use crate::harness::{coldtrail, for_each_fixture};

pub(crate) fn published(which: &str) -> Value {
    let done = coldtrail(["schema", which]).done();
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    done.report()
}

#[test]
fn every_schema_is_a_schema() {
    for which in ["report", "input", "manifest", "inspect"] {
        let schema = published(which);
        assert!(jsonschema::meta::is_valid(&schema), "{which}");
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
    }
}

#[test]
fn the_report_of_every_fixture_is_valid() {
    let schema = published("report");
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    for_each_fixture(|fixture| {
        let report = fixture.check().args(["--format", "json"]).done().report();
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0], "{}", fixture.name);
    });
}

#[test]
fn the_schema_of_the_report_refuses_what_it_does_not_know() {
    let validator = jsonschema::validator_for(&published("report")).unwrap();
    let fixture = crate::harness::Fixture::named("all-pass");
    let report = fixture.check().args(["--format", "json"]).done().report();
    for (pointer, wrong) in [
        ("/schema_version", Value::from("2.0")),
        ("/subjects/0/outcome", Value::from("passed")),
        (
            "/subjects/0/as_of",
            Value::from("2026-11-20T10:05:00+01:00"),
        ),
        ("/subjects/0/checks/0/evidence/0/line", Value::from(0)),
        ("/documents/0/kind", Value::from("something")),
        ("/documents/0/sha256", Value::from("abc")),
    ] {
        let mut report = report.clone();
        *report.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&report), "{pointer}");
    }
}
