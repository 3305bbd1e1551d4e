//! `check --trace`, and what `print()` prints.

use std::path::Path;

use tempfile::TempDir;

use crate::harness::{Fixture, Run, coldtrail};

const CONTROL: &str = r#"# METADATA
# title: Trails log what they should
# description: A control for tests of the trace.
# custom:
#   id: traced
#   severity: low
#   controls:
#     - framework: house-rules
#       id: "1"
#   codes:
#     name: What the name says.
#     off: A warning. The trail is off.
package traced

checks := {"named": "It has a good name"}

subjects contains id if {
	some trail in input.trails
	id := trail.id
}

results contains result if {
	some i, trail in input.trails
	some outcome in outcomes(trail)
	result := {
		"subject": trail.id, "check": "named", "outcome": outcome, "code": "name",
		"message": "see the name", "evidence": [{"path": ["trails", i], "label": "trails"}], "help": null,
	}
}

outcomes(trail) := ["pass"] if {
	well_named(trail.name, 3)
	every letter in split(trail.name, "") {
		letter != "x"
	}
} else := ["fail"] if {
	not startswith(trail.name, "m")
} else := ["inconclusive"]

well_named(name, least) if {
	print("the name is", name)
	count(name) >= least
}

warnings contains warning if {
	some trail in input.trails
	trail.status.IsLogging == false
	warning := {
		"subject": trail.id, "code": "off", "message": "it is off", "evidence": [], "help": null,
	}
}

unused_by_all(trail) if trail.complete
"#;

/// A folder with this control and evidence of these trails, `(account, name)`.
fn folder(control: &str, trails: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("policy")).unwrap();
    std::fs::write(folder.path().join("policy/traced.rego"), control).unwrap();
    for (account, name) in trails {
        let evidence = folder.path().join("evidence").join(account);
        std::fs::create_dir_all(&evidence).unwrap();
        let trail = serde_json::json!({"trailList": [{
            "Name": name, "HomeRegion": "us-east-1", "S3BucketName": "logs", "IsMultiRegionTrail": true,
            "TrailARN": format!("arn:aws:cloudtrail:us-east-1:{account}:trail/{name}"),
        }]});
        std::fs::write(
            evidence.join(format!("describe-trails-{name}.json")),
            trail.to_string(),
        )
        .unwrap();
    }
    folder
}

fn check(folder: &Path) -> Run {
    coldtrail(["check", "evidence", "--policy", "policy"]).within(folder)
}

const TWO: [(&str, &str); 2] = [("111122223333", "main"), ("444455556666", "xy")];

#[test]
fn the_rules_that_held_and_the_expressions_that_failed_are_told_with_their_values() {
    let folder = folder(CONTROL, &TWO);
    let done = check(folder.path())
        .args(["--trace", "xy", "--format", "csv"])
        .done();
    insta::assert_snapshot!(done.stderr, @r#"
    policy::unused-rule

      ⚠ nothing needs `unused_by_all`
        ╭─[policy/traced.rego:53:1]
     52 │ 
     53 │ unused_by_all(trail) if trail.complete
        · ──────┬──────
        ·       ╰── can never give a result
        ╰────
      help: take it out, or use it; a rule for tests alone belongs in the test file

    policy/traced.rego:41: the name is main
    policy/traced.rego:41: the name is xy
    trace of arn:aws:cloudtrail:us-east-1:444455556666:trail/xy in account 444455556666

    policy/traced.rego
      17:1    held          subjects contains id
              `trail` is input.trails[0]
              gives "arn:aws:cloudtrail:us-east-1:444455556666:trail/xy"
      22:1    held          results contains result
              `i` is 0
              `outcome` is "fail"
              `trail` is input.trails[0]
              gives {"check":"named","code":"name","evidence":[{"label":"trails","path":["trails",0]}],"help":null,"message":"see the name","outcome":"fail","subject":"arn:aws:cloudtrail:us-east-1:444455556666:trail/xy"}
      31:1    did not hold  outcomes(trail) := ["pass"]
              32:2 `well_named(trail.name, 3)` does not hold
              `trail.name` is "xy"
              `trail` is input.trails[0]
      36:3    held          else := ["fail"]
              `trail` is input.trails[0]
              gives ["fail"]
      38:3    not reached   else := ["inconclusive"]
      40:1    did not hold  well_named(name, least)
              42:2 `count(name) >= least` does not hold
              `count(name)` is 2
              `least` is 3
              `name` is "xy"
      45:1    did not hold  warnings contains warning
              47:2 `trail.status.IsLogging == false` undefined
              `trail.status.IsLogging` is undefined
              `trail` is input.trails[0]
      53:1    not reached   unused_by_all(trail)
    "#);
}

#[test]
fn every_kind_of_statement_says_what_failed_in_it() {
    let folder = folder(CONTROL, &[("111122223333", "mexico")]);
    let done = check(folder.path())
        .args(["--trace", "mexico", "--format", "csv"])
        .done();
    let from = done.stderr.find("outcomes(trail) :=").unwrap();
    let end = done.stderr.find("warnings contains").unwrap();
    insta::assert_snapshot!(&done.stderr[from..end], @r#"
    outcomes(trail) := ["pass"]
              33:2 `every letter in split(trail.name, "") { letter != "x" }` does not hold for every member
              `letter` that fails is "x"
              `trail` is input.trails[0]
      36:3    did not hold  else := ["fail"]
              37:2 `not startswith(trail.name, "m")` holds, and should not
              `trail.name` is "mexico"
              `trail` is input.trails[0]
      38:3    held          else := ["inconclusive"]
              `trail` is input.trails[0]
              gives ["inconclusive"]
      40:1    held          well_named(name, least)
              `least` is 3
              `name` is "mexico"
              gives true
      45:1    did not hold
    "#);
}

#[test]
fn the_report_is_the_same_and_the_trace_too_however_many_threads() {
    let folder = folder(CONTROL, &TWO);
    let json = |extra: &[&str]| {
        let done = check(folder.path()).args(["--format", "json"]).args(extra);
        let done = done.done();
        (done.code, done.stdout, done.stderr)
    };
    let plain = json(&[]);
    let one = json(&["--trace", "main", "--jobs", "1"]);
    let many = json(&["--trace", "main", "--jobs", "8"]);
    assert_eq!((plain.0, &plain.1), (one.0, &one.1));
    assert_eq!(one, many);
    assert!(
        one.2
            .contains("trace of arn:aws:cloudtrail:us-east-1:111122223333:trail/main")
    );
    assert!(!one.2.contains("444455556666"), "{}", one.2);
}

#[test]
fn the_built_in_control_tells_which_comparison_decided() {
    let fixture = Fixture::named("delivery-stale-by-one-second");
    let done = fixture
        .check()
        .args(["--trace", "main", "--format", "csv"])
        .done();
    assert_eq!(done.code, Some(1));
    assert!(!done.stderr.contains("nothing tells"), "{}", done.stderr);
    // Where the rules stand in their file is no matter of this test.
    let place = |word: &str| word.split(':').all(|part| part.parse::<u32>().is_ok());
    let lines = done
        .stderr
        .lines()
        .map(|line| match line.trim_start().split_once(' ') {
            Some((word, rest)) if place(word) => format!("(place) {}", rest.trim_start()),
            _ => line.trim_start().to_owned(),
        });
    let told: Vec<String> = lines
        .skip_while(|line| !line.contains("did not hold  aged("))
        .take_while(|line| !line.contains("not reached"))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    (place) did not hold  aged(i, trail, text, least, most) := result( trail.id, "delivery-recent", "pass"…
    (place) `most <= max_age` does not hold
    `most` is 86401000000000
    `max_age` is 86400000000000
    `i` is 0
    `least` is 86401000000000
    `text` is "2026-11-19T11:59:59Z"
    `trail` is input.trails[0]
    (place) held          else := stale(i, trail, text, moment.distance(least))
    `i` is 0
    `least` is 86401000000000
    `most` is 86401000000000
    `text` is "2026-11-19T11:59:59Z"
    `trail` is input.trails[0]
    gives {"check":"delivery-recent","code":"delivery-stale","evidence":[{"label":"delivered 24 h 0 min 1 s before as of","path":["trails",0,"status","LatestCloudWatchLogsDeliveryTime"]},{"label":"the trail","p…
    "#);
}

#[test]
fn trails_of_one_account_are_told_apart() {
    let fixture = Fixture::named("one-delivery-recent-one-stale");
    let names: Vec<&String> = fixture.case.checks.keys().collect();
    let [one, other] = names.as_slice() else {
        panic!("{names:?}");
    };
    for (this, that) in [(one, other), (other, one)] {
        let done = fixture
            .check()
            .arg("--trace")
            .arg(this)
            .args(["-f", "csv"])
            .done();
        assert!(!done.stderr.contains("nothing tells"), "{}", done.stderr);
        assert!(done.stderr.contains(&format!(":trail/{this}")));
        // What is about the account as a whole may name both.
        let told = done.stderr.lines().map(str::trim_start);
        let given: Vec<&str> = told
            .filter(|line| line.starts_with("gives \"arn") || line.starts_with("`id` is"))
            .collect();
        assert!(
            given
                .iter()
                .any(|line| line.contains(&format!(":trail/{this}")))
        );
        assert!(
            !given
                .iter()
                .any(|line| line.contains(&format!(":trail/{that}")))
        );
    }
}

#[test]
fn a_conftest_package_is_traced_too() {
    let deny = "package habits\n\ndeny contains msg if {\n\tsome trail in input.trails\n\ttrail.name == \"xy\"\n\tmsg := sprintf(\"%s is no name\", [trail.name])\n}\n";
    let folder = folder(deny, &TWO);
    for (name, expected) in [("xy", "held"), ("main", "did not hold")] {
        let done = check(folder.path())
            .args(["--trace", name, "-f", "csv"])
            .done();
        assert!(
            done.stderr
                .contains(&format!("  3:1     {expected:<12}  deny contains msg")),
            "{}",
            done.stderr
        );
    }
}

#[test]
fn a_name_that_no_trail_or_several_have_is_refused() {
    let same = [
        ("111122223333", "main"),
        ("444455556666", "main"),
        ("444455556666", "other"),
    ];
    let folder = folder(CONTROL, &same);
    let refused = |name: &str| {
        let done = check(folder.path()).args(["--trace", name]).done();
        assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
        let printed = done.stderr.find("usage").unwrap();
        done.stderr[printed..].to_owned()
    };
    insta::assert_snapshot!(refused("main"), @r"
    usage

      × 2 trails are called `main`
      help: give the ARN: `arn:aws:cloudtrail:us-east-1:111122223333:trail/main`,
            `arn:aws:cloudtrail:us-east-1:444455556666:trail/main`
    ");
    insta::assert_snapshot!(refused("arn:aws:cloudtrail:us-east-1:444455556666:trail/othr"), @r"
    usage

      × no trail of the evidence is `arn:aws:cloudtrail:us-east-1:444455556666:trail/othr`
      help: did you mean `arn:aws:cloudtrail:us-east-1:444455556666:trail/other`?
    ");
    insta::assert_snapshot!(refused("zzz\u{1b}[31m"), @r"
    usage

      × no trail of the evidence is `zzz\u{1b}[31m`
      help: there are `arn:aws:cloudtrail:us-east-1:111122223333:trail/main`,
            `arn:aws:cloudtrail:us-east-1:444455556666:trail/main`,
            `arn:aws:cloudtrail:us-east-1:444455556666:trail/other`
    ");
}

#[test]
fn what_a_policy_prints_goes_to_standard_error_with_its_place() {
    let control = CONTROL.replace("\nunused_by_all(trail) if trail.complete\n", "");
    let folder = folder(&control, &TWO);
    let quiet = control.replace("\tprint(\"the name is\", name)\n", "");
    let run = |jobs: &str| {
        let done = check(folder.path())
            .args(["-f", "csv", "--jobs", jobs])
            .done();
        (done.stdout, done.stderr)
    };
    let (stdout, stderr) = run("1");
    insta::assert_snapshot!(stderr, @r"
    policy/traced.rego:41: the name is main
    policy/traced.rego:41: the name is xy
    ");
    assert_eq!(run("4"), (stdout.clone(), stderr));
    std::fs::write(folder.path().join("policy/traced.rego"), quiet).unwrap();
    assert_eq!(run("1"), (stdout, String::new()));
}

#[test]
fn what_was_printed_before_a_policy_failed_is_shown_and_cannot_act_on_the_terminal() {
    let failing = CONTROL.replace(
        "print(\"the name is\", name)",
        "print(\"about to fail\\u001b[31m\", name, input.trails[7])\n\tto_number(name) > 1",
    );
    let folder = folder(&failing, &[("111122223333", "main")]);
    let done = check(folder.path()).done();
    assert_eq!(done.code, Some(3));
    let printed = done.stderr.lines().next_back();
    assert_eq!(
        printed,
        Some("policy/traced.rego:41: about to fail\\u{1b}[31m main <undefined>")
    );
    assert!(done.stdout.contains("(traced.rego:42)"), "{}", done.stdout);
    let traced = check(folder.path()).args(["--trace", "main"]).done();
    assert_eq!((traced.code, traced.stdout), (Some(3), done.stdout));
    for told in [
        "it broke off before its end: what it was in then is told as not reached",
        "held          subjects contains",
    ] {
        assert!(traced.stderr.contains(told), "{}", traced.stderr);
    }
    assert!(!traced.stderr.contains("did not hold"), "{}", traced.stderr);
}
