//! `coldtrail explain`: a control in words, all of it from its METADATA.

use std::fs;

use crate::harness::coldtrail;

#[test]
fn the_built_in_control_is_explained() {
    let done = coldtrail(["explain", "cloudtrail-cloudwatch-logs"]).done();
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(done.stdout);
}

#[test]
fn every_code_of_the_verdicts_and_every_framework_is_told() {
    let done = coldtrail(["explain", "--format", "json"]).done();
    let told: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let policy = &told["policies"][0];
    assert_eq!(policy["codes"].as_array().map(Vec::len), Some(25));
    assert_eq!(policy["dropped"][0]["versions"][0], "3.0.0");
    let ids: Vec<&str> = policy["controls"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|control| control["id"].as_str())
        .collect();
    assert_eq!(ids, ["3.4", "2.4", "AU-12", "6.2", "6.5", "CCE-78916-4"]);
}

#[test]
fn a_page_of_markdown_parses_to_headings_and_commands() {
    let done = coldtrail(["explain", "--format", "markdown"]).done();
    let headings = pulldown_cmark::Parser::new(&done.stdout)
        .filter(|event| {
            matches!(
                event,
                pulldown_cmark::Event::Start(pulldown_cmark::Tag::Heading { .. })
            )
        })
        .count();
    assert_eq!(headings, 9, "{}", done.stdout);
    assert!(
        done.stdout.contains("```sh\naws logs create-log-group"),
        "{}",
        done.stdout
    );
}

#[test]
fn a_second_policy_is_explained_without_more_ado() {
    let folder = tempfile::tempdir().unwrap();
    let text = "# METADATA\n# title: Nothing is asked\n# description: A control without subjects.\n# custom:\n#   id: nothing\n#   severity: low\n#   controls: []\n#   codes: {}\npackage nothing\n\nchecks := {\"none\": \"None\"}\n\nsubjects := set()\n\nresults contains r if {\n\tsome s in subjects\n\tr := {\"subject\": s, \"check\": \"none\"}\n}\n";
    fs::write(folder.path().join("nothing.rego"), text).unwrap();
    let done = coldtrail(["explain", "nothing", "--policy"])
        .arg(folder.path())
        .done();
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(done.stdout, @r"
    Nothing is asked
    ================

    `nothing`, severity low, package `nothing`

    A control without subjects.

    Checks
    ------

    * `none`: None
    ");
    let done = coldtrail(["explain", "noting", "--policy"])
        .arg(folder.path())
        .done();
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.contains("did you mean `nothing`?"),
        "{}",
        done.stderr
    );
}
