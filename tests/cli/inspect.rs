//! `coldtrail inspect`: what it says of every fixture keeps to the published
//! schemas and to what `check` says; how it reads, for a handful.

use std::collections::BTreeSet;
use std::fs;

use jsonschema::Validator;
use serde_json::Value;

use crate::harness::{Done, Fixture, Run, coldtrail, for_each_fixture};
use crate::schema::published;
use crate::terminal::obeyed;

fn inspect(fixture: &Fixture) -> Run {
    let as_of = fixture.case.as_of.iter();
    coldtrail(["inspect"])
        .arg(fixture.evidence())
        .args(as_of.flat_map(|as_of| ["--as-of", as_of]))
}

fn validator(which: &str) -> Validator {
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&published(which))
        .unwrap()
}

fn errors(validator: &Validator, value: &Value) -> Vec<String> {
    validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

#[test]
fn the_input_of_every_fixture_keeps_to_the_published_schema() {
    let schema = validator("input");
    for_each_fixture(|fixture| {
        let done = inspect(fixture).arg("--input").done();
        assert_eq!((done.code, &*done.stderr), (Some(0), ""));
        let inputs = done.report();
        assert!(!array(&inputs).is_empty(), "{}", fixture.name);
        for input in array(&inputs) {
            assert_eq!(errors(&schema, input), [""; 0], "{}", fixture.name);
        }
    });
}

#[test]
fn the_inspection_of_every_fixture_keeps_to_the_published_schema_and_holds_the_inputs() {
    let schema = validator("inspect");
    for_each_fixture(|fixture| {
        let json = inspect(fixture).args(["--format", "json"]).done().report();
        assert_eq!(errors(&schema, &json), [""; 0], "{}", fixture.name);
        let inputs = inspect(fixture).arg("--input").done().report();
        assert_eq!(json["inputs"], inputs, "{}", fixture.name);
    });
}

#[test]
fn the_schema_of_the_inspection_refuses_what_it_does_not_know() {
    let schema = validator("inspect");
    let json = inspect(&Fixture::named("all-pass")).args(["--format", "json"]);
    let json = json.done().report();
    for (pointer, wrong) in [
        ("/schema_version", Value::from("2.0")),
        ("/documents/0/kind", Value::from("something")),
        ("/documents/1/ties/0/rule", Value::from("by-guess")),
        (
            "/accounts/0/trails/0/as_of",
            Value::from("2026-11-20T10:05:00+01:00"),
        ),
        ("/accounts/0/regions/0/place/line", Value::from(0)),
    ] {
        let mut json = json.clone();
        *json.pointer_mut(pointer).unwrap() = wrong;
        assert!(!schema.is_valid(&json), "{pointer}");
    }
}

/// The trails (or accounts) of which something is missing.
fn wanting(inspection: &Value) -> BTreeSet<String> {
    let mut wanting = BTreeSet::new();
    for account in array(&inspection["accounts"]) {
        let id = account["id"].as_str().unwrap_or("unknown").to_owned();
        let trails = array(&account["trails"]).iter();
        let trails = trails.map(|trail| (trail["id"].as_str().unwrap().to_owned(), trail));
        for (id, one) in std::iter::once((id, account)).chain(trails) {
            if !array(&one["missing"]).is_empty() {
                wanting.insert(id);
            }
        }
    }
    wanting
}

#[test]
fn whatever_check_leaves_open_is_missing_and_little_else() {
    for_each_fixture(|fixture| {
        let missing = wanting(&inspect(fixture).args(["--format", "json"]).done().report());
        let report = fixture.check().args(["--format", "json"]).done().report();
        let open: BTreeSet<String> = array(&report["subjects"])
            .iter()
            .filter(|subject| {
                array(&subject["checks"])
                    .iter()
                    .any(|check| check["outcome"] == "inconclusive")
            })
            .map(|subject| subject["id"].as_str().unwrap().to_owned())
            .collect();
        // Stale whatever the moment or the zone: how old is too old is the
        // policy's to say, so more is asked for here.
        let settled_by_policy = [
            "as-of-unknown-but-provably-stale",
            "delivery-time-without-zone",
        ];
        if settled_by_policy.contains(&fixture.name.as_str()) {
            assert!(missing.is_superset(&open), "{}", fixture.name);
        } else {
            assert_eq!(missing, open, "{}", fixture.name);
        }
    });
}

#[test]
fn every_command_that_is_shown_can_be_copied_whole() {
    for_each_fixture(|fixture| {
        let json = inspect(fixture).args(["--format", "json"]).done().report();
        let narrow = inspect(fixture).env("COLUMNS", "40").done().stdout;
        let lines: BTreeSet<&str> = narrow.lines().map(str::trim_start).collect();
        for account in array(&json["accounts"]) {
            let trails = array(&account["trails"]).iter();
            for one in trails.chain([account]) {
                for missing in array(&one["missing"]) {
                    for command in array(&missing["commands"]) {
                        let command = command.as_str().unwrap();
                        // What a terminal would obey is escaped instead.
                        if !obeyed(command).is_empty() {
                            continue;
                        }
                        assert!(lines.contains(command), "{command} of {}", fixture.name);
                    }
                }
            }
        }
    });
}

#[test]
fn a_handful_of_fixtures_as_people_see_them() {
    for name in [
        "all-pass",
        "as-of-from-date-header",
        "delivery-offset-would-flip-verdict",
        "log-group-unknown-from-list-trails",
        "names-with-escapes",
        "no-trails-in-one-region-only",
        "organization-trail-in-owner-and-member",
        "shadow-region-status-failed-home-status-good",
        "status-failed-access-denied",
        "status-unattributed",
        "truncated-describe-trails",
    ] {
        let fixture = Fixture::named(name);
        let done = inspect(&fixture).done();
        assert_eq!((done.code, &*done.stderr), (Some(0), ""), "{name}");
        snapshots(&fixture).bind(|| insta::assert_snapshot!(format!("{name}.human"), done.stdout));
    }
    for name in ["all-pass", "status-unattributed"] {
        let fixture = Fixture::named(name);
        let narrow = inspect(&fixture).env("COLUMNS", "40").done();
        snapshots(&fixture)
            .bind(|| insta::assert_snapshot!(format!("{name}.narrow"), narrow.stdout));
        let json = inspect(&fixture).args(["--format", "json"]).done().stdout;
        let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
        let json = json.replace(&version, "\"version\": \"[version]\"");
        snapshots(&fixture).bind(|| insta::assert_snapshot!(format!("{name}.json"), json));
    }
    let fixture = Fixture::named("two-accounts-three-regions");
    let inputs = inspect(&fixture).arg("--input").done().stdout;
    snapshots(&fixture)
        .bind(|| insta::assert_snapshot!("two-accounts-three-regions.input", inputs));
}

fn snapshots(fixture: &Fixture) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/inspect");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(fixture.case.fact.clone());
    settings
}

#[test]
fn color_is_the_same_text_and_only_where_it_is_asked_for() {
    let fixture = Fixture::named("status-unattributed");
    let plain = inspect(&fixture).done().stdout;
    let colored = inspect(&fixture).args(["--color", "always"]).done().stdout;
    assert!(colored.contains("\u{1b}["));
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
}

#[test]
fn one_thread_and_eight_print_the_same_bytes() {
    for_each_fixture(|fixture| {
        let on = |jobs| {
            let run = inspect(fixture).args(["--format", "json", "--jobs", jobs]);
            run.done().stdout
        };
        assert_eq!(on("1"), on("8"), "{}", fixture.name);
    });
}

#[test]
fn no_control_character_of_evidence_reaches_the_terminal() {
    for_each_fixture(|fixture| {
        for form in [["--format", "human"], ["--format", "json"]] {
            let done = inspect(fixture).args(form).done();
            assert_eq!(obeyed(&done.stdout), "", "{form:?} of {}", fixture.name);
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let trail = "{\"trailList\": [{\"Name\": \"a\\u001b[31m\\nb\\u202e'; rm x\", \"S3BucketName\": \"b\"}]}";
    fs::write(folder.path().join("describe-trails.json"), trail).unwrap();
    for form in [["--format", "human"], ["--format", "json"]] {
        let done = coldtrail(["inspect"]).arg(folder.path()).args(form).done();
        assert_eq!(done.code, Some(0));
        assert_eq!(obeyed(&done.stdout), "", "{form:?}");
    }
}

#[test]
fn without_evidence_of_a_trail_it_shows_what_there_is_and_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("buckets.json"), "{\"Buckets\": []}").unwrap();
    let run = |form: &[&str]| -> Done {
        let run = coldtrail(["inspect"]).arg(folder.path());
        run.args(form).done()
    };
    let done = run(&[]);
    assert_eq!(done.code, Some(2));
    insta::assert_snapshot!(done.stdout, @"
    buckets.json
      other, utf-8
      an answer of `aws s3api list-buckets`

    1 document: no evidence of any trail
    ");
    insta::assert_snapshot!(done.stderr, @"
    no_evidence

      × no evidence of any trail found: 1 document
      help: looked by shape for what `aws cloudtrail describe-trails --output json` and `aws
            cloudtrail get-trail-status --output json` print; `coldtrail inspect` tells what each
            document was taken for
    ");
    let done = run(&["--input"]);
    assert_eq!((done.code, &*done.stdout), (Some(2), "[]\n"));
    assert_eq!(
        array(&run(&["--format", "json"]).report()["documents"]).len(),
        1
    );
}

#[test]
fn input_is_a_format_of_its_own() {
    let done = coldtrail(["inspect", "--input", "--format", "json", "."]).done();
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.contains("cannot be used with"),
        "{}",
        done.stderr
    );
}
