//! `--policy`: a policy that is wrong is told where, and never judges.

use std::fs;
use std::path::Path;

use crate::harness::{Done, Fixture, coldtrail};

pub(crate) const GOOD: &str = r#"# METADATA
# title: Trails have a name
# description: Every trail has a name.
# custom:
#   id: trail-names
#   severity: low
#   controls:
#     - framework: house-rules
#       id: "1"
#   codes:
#     named: A pass. The trail has a name.
package house.names

checks := {"named": "The trail has a name"}

subjects contains id if {
	some trail in input.trails
	id := trail.id
}

results contains result if {
	some i, trail in input.trails
	trail.name != ""
	result := {
		"subject": trail.id,
		"check": "named",
		"outcome": "pass",
		"code": "named",
		"message": sprintf("The trail is called %s", [trail.name]),
		"evidence": [{"path": ["trails", i, "trail", "Name"], "label": "its name"}],
		"help": null,
	}
}
"#;

fn check_with(policy: &str) -> Done {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("names.rego"), policy).unwrap();
    check_in(folder.path())
}

fn check_in(folder: &Path) -> Done {
    Fixture::named("all-pass")
        .check()
        .arg("--policy")
        .arg(folder)
        .hide(folder, "policies")
        .done()
}

#[test]
fn a_control_of_some_trails_may_leave_out_an_account() {
    let some = GOOD.replace(
        "#   severity: low\n",
        "#   severity: low\n#   subjects: some\n",
    );
    let of = |account: &str| {
        let own = format!("\tinput.account_id == \"{account}\"\n\tsome ");
        let policy = some.replace("\tsome trail", &format!("{own}trail"));
        policy.replace("\tsome i, trail", &format!("{own}i, trail"))
    };
    let folder = tempfile::tempdir().unwrap();
    let evidence = folder.path().join("evidence");
    for account in ["111122223333", "444455556666"] {
        let region = evidence.join(account).join("us-east-1");
        fs::create_dir_all(&region).unwrap();
        let trail = format!(
            "{{\"trailList\": [{{\"Name\": \"main\", \"TrailARN\": \"arn:aws:cloudtrail:us-east-1:{account}:trail/main\", \"HomeRegion\": \"us-east-1\"}}]}}"
        );
        fs::write(region.join("describe-trails.json"), trail).unwrap();
    }
    let check = |account: &str| {
        let policy = folder.path().join("names.rego");
        fs::write(&policy, of(account)).unwrap();
        let run = coldtrail(["check", "--format", "json"]).arg(&evidence);
        run.arg("--policy").arg(&policy).done()
    };
    let done = check("111122223333");
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let subjects = done.report()["subjects"].clone();
    let owners: Vec<_> = subjects
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["account_id"])
        .collect();
    assert_eq!(owners, ["111122223333"]);
    let none = check("777788889999");
    assert_eq!((none.code, none.stdout.as_str()), (Some(2), ""));
    assert!(
        none.stderr
            .contains("no policy takes a subject of this evidence"),
        "{}",
        none.stderr
    );
}

#[test]
fn what_the_lints_warn_of_is_heard_once_beside_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let warned = GOOD.replace("\tid := trail.id", "\tname := trail.name\n\tid := trail.id");
    assert_ne!(warned, GOOD);
    fs::write(folder.path().join("names.rego"), warned).unwrap();
    fs::write(
        folder.path().join("names_test.rego"),
        "package house.names_test\n\ntest_nothing if { unused := 1 }\n",
    )
    .unwrap();
    let check = |args: &[&str]| {
        coldtrail([
            "check",
            "fixtures/two-accounts-three-regions/evidence",
            "--policy",
        ])
        .arg(folder.path())
        .args(args)
        .hide(folder.path(), "policies")
        .done()
    };
    let done = check(&["--format", "json"]);
    assert_eq!(done.report()["policies"][0]["id"], "trail-names");
    insta::assert_snapshot!(done.stderr, @r"
    policy::unused-variable

      ⚠ nothing uses `name`
        ╭─[[policies]/names.rego:18:2]
     17 │     some trail in input.trails
     18 │     name := trail.name
        ·     ──┬─
        ·       ╰── bound here
     19 │     id := trail.id
        ╰────
      help: `opa check --strict` refuses it; write `_`, or take it out
    ");
    assert_eq!(check(&["--quiet"]).stderr, "");
    assert!(!check(&[]).stdout.contains("unused-variable"));
}

#[test]
fn a_policy_of_ones_own_judges_in_place_of_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("names.rego"), GOOD).unwrap();
    let done = Fixture::named("all-pass")
        .check()
        .args(["--format", "json", "--policy"])
        .arg(folder.path())
        .done();
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let report = done.report();
    assert_eq!(report["policies"][0]["id"], "trail-names");
    assert_eq!(report["subjects"][0]["checks"][0]["code"], "named");
    assert_eq!(
        report["subjects"][0]["checks"][0]["evidence"][0]["pointer"],
        "/trailList/0/Name"
    );
}

#[test]
fn a_policy_that_does_not_parse_is_refused_at_the_place() {
    let done = check_with(&GOOD.replace(
        "some trail in input.trails\n\tid",
        "some trail in in put.trails\n\tid",
    ));
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @r"
    policy::rego-syntax

      × unexpected keyword `in`
        ╭─[[policies]/names.rego:17:16]
     16 │ subjects contains id if {
     17 │     some trail in in put.trails
        ·                   ─┬
        ·                    ╰── here
     18 │     id := trail.id
        ╰────
    ");
}

#[test]
fn a_subject_without_a_result_is_an_error_that_names_it() {
    let done = check_with(&GOOD.replace("trail.name != \"\"", "trail.name != \"payments\""));
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @"
    policy::no-result

      × package `house.names` gives no result for subject
      │ `arn:aws:cloudtrail:us-east-1:111122223333:trail/payments`, check `named`
        ╭─[[policies]/names.rego:21:1]
     20 │ 
     21 │ results contains result if {
        · ───┬───
        ·    ╰── in package `house.names`
     22 │     some i, trail in input.trails
        ╰────
      help: every subject has exactly one result a check: `else` chains give one, `inconclusive` is a
            verdict too
    ");
}

#[test]
fn a_subject_with_two_results_is_an_error_that_names_it() {
    let second = GOOD
        .split_once("results contains")
        .unwrap()
        .1
        .replace("is called", "calls itself");
    let done = check_with(&format!("{GOOD}\nresults contains{second}"));
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @"
    policy::several-results

      × package `house.names` gives 2 results for subject
      │ `arn:aws:cloudtrail:us-east-1:111122223333:trail/main`, check `named`
        ╭─[[policies]/names.rego:21:1]
     20 │ 
     21 │ results contains result if {
        · ───┬───
        ·    ╰── in package `house.names`
     22 │     some i, trail in input.trails
        ╰────
      help: every subject has exactly one result a check: `else` chains give one, `inconclusive` is a
            verdict too
    ");
}

#[test]
fn a_policy_without_metadata_is_refused() {
    let (_, rules) = GOOD.split_once("package").unwrap();
    let done = check_with(&format!("package{rules}"));
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @"
    policy::no-metadata

      × package `house.names` judges, and has no METADATA
        ╭─[[policies]/names.rego:10:1]
      9 │ 
     10 │ results contains result if {
        · ───┬───
        ·    ╰── judges here
     11 │     some i, trail in input.trails
        ╰────
      help: put a `# METADATA` block right above `package`, with title, description and custom.id;
            `coldtrail policy export` shows one
    ");
}

#[test]
fn a_folder_without_a_policy_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let done = check_in(folder.path());
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @"
    policy::none

      × no policy in `[policies]`
      help: a policy is a package with a `# METADATA` block and `subjects`, `checks` and `results`;
            `coldtrail policy export DIR` writes one to start from
    ");
}
