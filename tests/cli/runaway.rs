//! Policies that come to no end, or go too deep: the rule is named, and where
//! an account is lost to one the others keep their verdicts.

use std::fs;

use crate::harness::{Done, coldtrail};

const HEAD: &str = r#"# METADATA
# title: Trails have a name
# description: Every trail has a name.
# custom:
#   id: trail-names
#   severity: low
#   controls: []
#   codes: {named: A pass. It has a name.}
package house.names

checks := {"named": "The trail has a name"}

subjects contains id if {
	some trail in input.trails
	id := trail.id
}

results contains result if {
	some i, trail in input.trails
	steps := search(trail)
	result := {
		"subject": trail.id,
		"check": "named",
		"outcome": "pass",
		"code": "named",
		"message": sprintf("The trail is called %s, after %d steps", [trail.name, steps]),
		"evidence": [{"path": ["trails", i, "trail", "Name"], "label": "its name"}],
	}
}
"#;

/// More steps than any machine takes in a day, for one of two accounts.
const SEARCH: &str = "
search(trail) := 0 if trail.account_id != \"111122223333\"

search(trail) := count(steps) if {
	trail.account_id == \"111122223333\"
	steps := [a |
		some a in numbers.range(1, 100000)
		some b in numbers.range(1, 100000)
		some c in numbers.range(1, 100000)
		a + b + c == 0
	]
}
";

fn check(rules: &str, args: &[&str]) -> Done {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("names.rego"), format!("{HEAD}{rules}")).unwrap();
    coldtrail(["check", "fixtures/two-accounts-three-regions/evidence"])
        .args(args)
        .arg("--policy")
        .arg(folder.path())
        .hide(folder.path(), "policies")
        .done()
}

/// The other account gets all the time that a slow machine may need: the bound
/// is for each account alone.
#[test]
fn an_account_that_comes_to_no_end_is_inconclusive_and_names_the_rule() {
    let done = check(SEARCH, &["--time-limit", "2", "--format", "json"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(3), ""));
    let report = done.report();
    let subjects = report["subjects"].as_array().unwrap();
    let (lost, judged): (Vec<_>, Vec<_>) = subjects
        .iter()
        .partition(|subject| subject["account_id"] == "111122223333");
    assert_eq!((lost.len(), judged.len()), (1, 4));
    assert!(judged.iter().all(|subject| subject["outcome"] == "pass"));
    let check = &lost[0]["checks"][0];
    assert_eq!(
        (&check["outcome"], &check["code"]),
        (&"inconclusive".into(), &"policy-runaway".into())
    );
    insta::assert_snapshot!(
        format!("{}\n{}", check["message"].as_str().unwrap(), check["help"].as_str().unwrap()),
        @"
    policy `trail-names` did not come to an end within 2.01 s on account `111122223333`
    it was in `search` (names.rego:33), or in what calls it; --time-limit gives it more time
    "
    );
}

/// Two values of the same parts, more than any machine compares in a day, and no look
/// at the clock between them.
fn doubled() -> String {
    let of = |name: &str| {
        let steps = (1..60).map(|at| format!("{name}{at} := [{name}{0}, {name}{0}]\n", at - 1));
        format!("{name}0 := [1]\n{}", steps.collect::<String>())
    };
    of("one") + &of("other")
}

#[test]
fn what_no_clock_sees_is_left_behind_and_the_others_are_judged() {
    let rules = format!(
        "\nsearch(trail) := 0 if trail.account_id != \"111122223333\"\n\nsearch(trail) := 1 if {{\n\ttrail.account_id == \"111122223333\"\n\tone59 == other59\n}}\n\n{}",
        doubled()
    );
    let done = check(&rules, &["--time-limit", "1", "--format", "json"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(3), ""));
    let summary = &done.report()["summary"]["subjects"];
    assert_eq!(
        (&summary["pass"], &summary["inconclusive"]),
        (&4.into(), &1.into())
    );
    // A trace compares what it notes itself, whatever the policy does.
    let rules = format!(
        "\nsearch(trail) := count(parts(trail, one59)) + count(parts(trail, other59))\n\nparts(trail, x) := x if trail.id != \"\"\n\n{}",
        doubled()
    );
    let done = check(&rules, &["--time-limit", "1", "--trace", "main"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(
        done.stderr.contains("it broke off before its end"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_test_whose_values_no_clock_sees_is_told_without_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let policy = format!("package a\n\n{}", doubled());
    let test = "package a_test\n\nimport data.a\n\ntest_shared if {\n\tsome x in [a.one59, a.other59]\n\tcount(x) == 3\n}\n\ntest_plain if count(a.one59) == 2\n";
    fs::write(folder.path().join("a.rego"), policy).unwrap();
    fs::write(folder.path().join("a_test.rego"), test).unwrap();
    let done = coldtrail(["test"]).arg(folder.path()).done();
    assert_eq!(done.code, Some(1));
    let told = done.stdout + &done.stderr;
    assert!(told.contains("2 tests: 1 passed, 1 failed"), "{told}");
}

/// What the engine makes of one account's evidence never keeps it from another's.
#[test]
fn two_values_of_a_function_cost_the_account_that_shows_them() {
    let done = check(
        "\nsearch(_) := 0\n\nsearch(trail) := 1 if trail.account_id == \"111122223333\"\n",
        &["--format", "json"],
    );
    assert_eq!((done.code, done.stderr.as_str()), (Some(3), ""));
    let report = done.report();
    let subjects = report["subjects"].as_array().unwrap();
    let lost = subjects
        .iter()
        .find(|subject| subject["outcome"] == "inconclusive");
    assert_eq!(report["summary"]["subjects"]["pass"], 4);
    let check = &lost.unwrap()["checks"][0];
    insta::assert_snapshot!(
        format!("{}\n{}", check["message"].as_str().unwrap(), check["help"].as_str().unwrap()),
        @"
    policy `trail-names` can't judge account `111122223333`: `search` has two values where it may have one
    it was in `results` (names.rego:20), or in what calls it; let one of the bodies hold for each input, or make them arms of an `else`
    "
    );
}

#[test]
fn every_account_gets_the_time_anew() {
    let both = SEARCH
        .replace("!= \"1111", "== \"9999")
        .replace("\ttrail.account_id == \"111122223333\"\n", "");
    let done = check(&both, &["--time-limit", "0.1", "--format", "json"]);
    assert_eq!(done.code, Some(3));
    let report = done.report();
    assert_eq!(report["summary"]["subjects"]["inconclusive"], 5);
    assert_eq!(report["summary"]["subjects"]["pass"], 0);
}

#[test]
fn a_time_that_is_none_is_refused() {
    for time in ["0", "soon", "inf", "1e300"] {
        let done = check("", &["--time-limit", time]);
        assert_eq!(done.code, Some(2), "{time}");
        assert!(done.stderr.contains("--time-limit"), "{}", done.stderr);
    }
}

fn refused(rules: &str) -> String {
    let done = check(rules, &[]);
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (Some(2), ""),
        "{}",
        done.stderr
    );
    done.stderr
}

#[test]
fn recursion_is_refused_with_the_rules_on_the_circle() {
    insta::assert_snapshot!(
        refused("\nsearch(trail) := further(trail, 0)\n\nfurther(trail, n) := search(trail) + n\n"),
        @"
    policy::recursion

      × `further` needs itself
        ╭─[[policies]/names.rego:33:1]
     32 │ 
     33 │ further(trail, n) := search(trail) + n
        · ───┬───
        ·    ╰── needs itself
        ╰────
      help: it goes `data.house.names.further` → `data.house.names.search` →
            `data.house.names.further`; Rego has no recursion
    "
    );
}

#[test]
fn a_chain_of_rules_that_no_stack_may_hold_is_refused() {
    let mut rules = "\nsearch(trail) := step_1(trail)\n".to_owned();
    for step in 1..5_000 {
        rules.push_str(&format!(
            "\nstep_{step}(trail) := step_{}(trail)\n",
            step + 1
        ));
    }
    rules.push_str("\nstep_5000(trail) := count(trail.name)\n");
    insta::assert_snapshot!(refused(&rules), @"
    policy::too-deep

      × `results` needs a chain of 5001 rules
        ╭─[[policies]/names.rego:18:1]
     17 │ 
     18 │ results contains result if {
        · ───┬───
        ·    ╰── needs a rule that needs a rule ...
     19 │     some i, trail in input.trails
        ╰────
      help: it goes `data.house.names.results` → `data.house.names.search` → ... →
            `data.house.names.step_4999` → `data.house.names.step_5000`; no chain may be longer than
            100
    ");
}

#[test]
fn the_longest_chain_that_may_be_is_evaluated() {
    let mut rules = "\nsearch(trail) := step_1(trail)\n".to_owned();
    for step in 1..98 {
        let next = step + 1;
        rules.push_str(&format!(
            "\nstep_{step}(trail) := sum([n | some m in [1]; n := m * step_{next}(trail)])\n"
        ));
    }
    rules.push_str("\nstep_98(trail) := count(trail.name)\n");
    let done = check(&rules, &["--time-limit", "60"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
}

#[test]
fn brackets_that_no_parser_reads_in_time_are_refused() {
    let nested = format!(
        "\nsearch(trail) := count({}{})\n",
        "[".repeat(40),
        "]".repeat(40)
    );
    insta::assert_snapshot!(refused(&nested), @"
    policy::too-deep

      × more than 16 brackets lie in each other
        ╭─[[policies]/names.rego:31:39]
     30 │ 
     31 │ search(trail) := count([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]])
        ·                                       ┬
        ·                                       ╰── this one lies too deep
        ╰────
      help: give what stands within a name of its own, or move it to a data file
    ");
}

#[test]
fn a_test_that_comes_to_no_end_names_the_rule() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("names.rego", &format!("{HEAD}{SEARCH}"));
    write(
        "names_test.rego",
        "package house.names_test

import data.house.names

test_a_search if names.search({\"account_id\": \"111122223333\"}) == 0

test_no_search if names.search({\"account_id\": \"444455556666\"}) == 0
",
    );
    let done = coldtrail(["test"])
        .arg(folder.path())
        .hide(folder.path(), "policies")
        .done();
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    let (_, told) = done.stdout.split_once("× ").unwrap();
    let (told, totals) = told.rsplit_once("\n\n").unwrap();
    assert!(
        totals.starts_with("2 tests: 1 passed, 1 failed"),
        "{totals}"
    );
    insta::assert_snapshot!(told, @r#"
    `test_a_search` did not come to an end within 5 s
       ╭─[[policies]/names_test.rego:5:1]
     4 │ 
     5 │ test_a_search if names.search({"account_id": "111122223333"}) == 0
       · ──────┬──────
       ·       ╰── this test
     6 │ 
       ╰────
      help: it was in `search` (names.rego:33), or in what calls it
    "#);
}
