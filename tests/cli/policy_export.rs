//! `coldtrail policy export` and what is done with its folder: `--policy`,
//! several of them, `--only`.

use std::fs;

use crate::harness::{Fixture, coldtrail};

#[test]
fn an_export_is_ready_to_run_test_and_edit() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("mine");
    let done = coldtrail(["policy", "export"])
        .arg(&target)
        .hide(folder.path(), "folder")
        .done();
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(done.stdout, @"9 files in [folder]/mine; README.md tells what a policy must define");
    assert_eq!(
        coldtrail(["policy", "check"]).arg(&target).done().code,
        Some(0)
    );
    assert_eq!(coldtrail(["test"]).arg(&target).done().code, Some(0));
    let fixture = Fixture::named("delivery-stale-by-one-second");
    let built_in = fixture.check().args(["--format", "json"]).done();
    let exported = fixture
        .check()
        .args(["--format", "json", "--policy"])
        .arg(&target)
        .done();
    assert_eq!(
        exported.stdout, built_in.stdout,
        "the same policies give the same bytes"
    );
    assert!(
        fs::read_to_string(target.join("README.md"))
            .unwrap()
            .contains("## The contract")
    );
}

#[test]
fn an_export_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("lib")).unwrap();
    fs::write(folder.path().join("lib/aws.rego"), "mine").unwrap();
    let done = coldtrail(["policy", "export"])
        .arg(folder.path())
        .hide(folder.path(), "folder")
        .done();
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @r"
    output

      × `[folder]/lib/aws.rego` is there already, and nothing was written
      help: give another folder, or move the old files away
    ");
    assert_eq!(
        fs::read_to_string(folder.path().join("lib/aws.rego")).unwrap(),
        "mine"
    );
    assert!(!folder.path().join("README.md").exists());
}

const HOUSE: &str = "# METADATA
# title: Trails have a name
# description: Every trail has a name.
# custom:
#   id: trail-names
#   severity: low
#   controls: []
#   codes: {named: A pass. It has a name.}
package house.names

checks := {\"named\": \"The trail has a name\"}

subjects contains id if {
	some trail in input.trails
	id := trail.id
}

results contains result if {
	some i, trail in input.trails
	result := {
		\"subject\": trail.id,
		\"check\": \"named\",
		\"outcome\": \"pass\",
		\"code\": \"named\",
		\"message\": sprintf(\"The trail is called %s; its owner is %v\", [trail.name, data.owners[trail.account_id]]),
		\"evidence\": [{\"path\": [\"trails\", i, \"name\"], \"label\": \"its name\"}],
	}
}
";

#[test]
fn several_folders_add_up_data_files_are_mounted_and_one_policy_can_be_picked() {
    let folder = tempfile::tempdir().unwrap();
    let (exported, house) = (folder.path().join("exported"), folder.path().join("house"));
    coldtrail(["policy", "export"]).arg(&exported).done();
    fs::create_dir_all(house.join("owners")).unwrap();
    fs::write(house.join("names.rego"), HOUSE).unwrap();
    fs::write(
        house.join("owners/data.yaml"),
        "\"111122223333\": security\n",
    )
    .unwrap();
    let fixture = Fixture::named("all-pass");
    let check = || {
        fixture
            .check()
            .args(["--format", "json", "--policy"])
            .arg(&exported)
            .arg("--policy")
            .arg(&house)
    };
    let report = check().done().report();
    let ids = |report: &serde_json::Value| -> Vec<String> {
        report["policies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|policy| policy["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&report), ["cloudtrail-cloudwatch-logs", "trail-names"]);
    assert_eq!(
        report["subjects"].as_array().map(Vec::len),
        Some(4),
        "two trails by two policies"
    );
    let report = check().args(["--only", "trail-names"]).done().report();
    assert_eq!(ids(&report), ["trail-names"]);
    assert_eq!(
        report["subjects"][0]["checks"][0]["message"],
        "The trail is called main; its owner is security"
    );
    let done = check().args(["--only", "trail-name"]).done();
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.contains("did you mean `trail-names`?"),
        "{}",
        done.stderr
    );
}
