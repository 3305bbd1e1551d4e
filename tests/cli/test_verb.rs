//! `coldtrail test`: tests that fail show why, cases show what changed.

use std::fs;
use std::path::Path;

use crate::harness::{Done, coldtrail, copy, root, timeless};

const POLICY: &str = r#"# METADATA
# title: Trails have a name
# description: Every trail has a name.
# custom:
#   id: trail-names
#   severity: low
#   controls: []
#   parameters:
#     longest:
#       default: 20
#       description: how long a name may be
#   codes:
#     named: A pass. The trail has a name.
#     unnamed: A fail. It has none, or too long a one.
package house.names

checks := {"named": "The trail has a name"}

subjects contains id if {
	some trail in input.trails
	id := trail.id
}

results contains result if {
	some i, trail in input.trails
	result := judged(i, trail)
}

judged(i, trail) := result if {
	count(trail.name) <= longest
	result := found(i, trail, "pass", "named")
} else := result if {
	result := found(i, trail, "fail", "unnamed")
}

default longest := 20

longest := data.params.longest

found(i, trail, outcome, code) := {
	"subject": trail.id,
	"check": "named",
	"outcome": outcome,
	"code": code,
	"message": sprintf("The trail is called %s", [trail.name]),
	"evidence": [{"path": ["trails", i, "trail", "Name"], "label": "its name"}],
	"help": null,
}
"#;

const TESTS: &str = r#"package house.names_test

import data.house.names as n

trail(name) := {"id": "a", "name": name, "trail": {"Name": name}}

test_a_short_name_passes if {
	document := {"trails": [trail("main")]}
	some result in n.results with input as document
	result.outcome == "pass"
}
"#;

const FAILING: &str = r#"
test_a_long_name_passes if {
	name := "a-name-of-more-than-twenty-letters"
	document := {"trails": [trail(name)]}
	print("judging", name)
	some result in n.results with input as document
	result.outcome == "pass"
}

test_every_name_is_short if {
	every name in ["main", "a-name-of-more-than-twenty-letters"] {
		count(name) < 20
	}
}

test_a_number_is_read if {
	to_number("twelve") == 12
}

todo_test_an_empty_name_fails if {
	false
}
"#;

/// A folder of the policy, its tests and whatever else a test wants.
fn workshop(tests: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("names.rego"), POLICY).unwrap();
    fs::write(folder.path().join("names_test.rego"), tests).unwrap();
    folder
}

/// Adds a snapshot case of some fixture's evidence.
fn add_case(folder: &Path, name: &str, settings: &str) {
    let case = folder.join("cases").join(name);
    copy(
        &root().join("fixtures/all-pass/evidence"),
        &case.join("evidence"),
    );
    fs::write(case.join("case.toml"), settings).unwrap();
}

fn test(folder: &Path, args: &[&str]) -> Done {
    coldtrail(["test"])
        .arg(folder)
        .args(args)
        .hide(folder, "policies")
        .done()
}

#[test]
fn the_built_in_policies_pass_their_tests_on_every_line() {
    let done = coldtrail(["test", "--coverage", "--fail-under", "100"]).done();
    assert_eq!(done.code, Some(0), "{}", done.stdout);
    assert!(
        done.stdout.contains("pass coverage: 100.0 % of lines"),
        "{}",
        done.stdout
    );
}

#[test]
fn a_failing_test_shows_the_expression_and_the_values() {
    let folder = workshop(&format!("{TESTS}{FAILING}"));
    let done = test(folder.path(), &[]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""));
    insta::assert_snapshot!(timeless(&done.stdout), @r#"
    fail house.names_test.test_a_long_name_passes ([policies]/names_test.rego:13, [time] ms)
    policy::test-failed

      × `test_a_long_name_passes` fails
        ╭─[[policies]/names_test.rego:18:2]
     17 │     some result in n.results with input as document
     18 │     result.outcome == "pass"
        ·     ────────────┬───────────
        ·                 ╰── does not hold
     19 │ }
        ╰────
      help: `result.outcome` is "fail"
            `document` is {"trails":[{"id":"a","name":"a-name-of-more-than-twenty-letters","trail":
            {"Name":"a-name-of-more-than-twenty-letters"}}]}
            `name` is "a-name-of-more-than-twenty-letters"
            `result` is {"check":"named","code":"unnamed","evidence":[{"label":"its name","path":
            ["trails",0,"trail","Name"]}],"help":null,"message":"The trail is called a-name-of-more-
            than-twenty-letters","outcome":"fail","…

      printed at [policies]/names_test.rego:16: judging a-name-of-more-than-twenty-letters
    fail house.names_test.test_every_name_is_short ([policies]/names_test.rego:21, [time] ms)
    policy::test-failed

      × `test_every_name_is_short` fails
        ╭─[[policies]/names_test.rego:22:2]
     21 │     test_every_name_is_short if {
     22 │ ╭─▶     every name in ["main", "a-name-of-more-than-twenty-letters"] {
     23 │ │           count(name) < 20
     24 │ ├─▶     }
        · ╰──── does not hold for every member
     25 │     }
        ╰────
      help: `name` that fails is "a-name-of-more-than-twenty-letters"

    error house.names_test.test_a_number_is_read ([policies]/names_test.rego:27, [time] ms)
    policy::rego-evaluation

      × could not parse string as number
        ╭─[[policies]/names_test.rego:28:2]
     27 │ test_a_number_is_read if {
     28 │     to_number("twelve") == 12
        ·     ────┬────
        ·         ╰── here
     29 │ }
        ╰────

    5 tests: 1 passed, 3 failed, 1 to do (in [time] ms)
    "#);
}

#[test]
fn values_that_a_with_changes_sets_and_other_values_than_true_are_shown() {
    let folder = workshop(&format!(
        "{TESTS}
test_the_subjects if {{
	n.subjects == {{\"b\"}} with input as {{\"trails\": [trail(\"main\")]}}
}}

test_a_set if {{
	names := {{name | some name in [\"a\", \"a\", \"b\"]}}
	names == set()
}}

test_no_truth := \"yes\"
"
    ));
    let done = test(folder.path(), &[]);
    assert_eq!(done.code, Some(1));
    let told: Vec<&str> = done
        .stdout
        .lines()
        .filter(|line| line.contains("help:") || line.contains("╰── "))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
      ·                                   ╰── does not hold
    help: `n.subjects` is {"a"}
      ·            ╰── does not hold
    help: `names` is {"a","b"}
      ·       ╰── is "yes"
    help: a test passes where it is true
    "#);
}

#[test]
fn what_the_lints_warn_of_is_heard_beside_the_tests() {
    let folder = workshop(&TESTS.replace(
        "\tdocument := {",
        "\tunused := \"in the test\"\n\tdocument := {",
    ));
    fs::write(
        folder.path().join("names.rego"),
        POLICY.replace("\tid := trail.id", "\tname := trail.name\n\tid := trail.id"),
    )
    .unwrap();
    let done = test(folder.path(), &["--format", "json"]);
    assert_eq!(done.code, Some(0), "{}", done.stdout);
    let told: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(told["summary"]["tests"]["failed"], 0);
    insta::assert_snapshot!(done.stderr, @r#"
    policy::unused-variable

      ⚠ nothing uses `name`
        ╭─[[policies]/names.rego:21:2]
     20 │     some trail in input.trails
     21 │     name := trail.name
        ·     ──┬─
        ·       ╰── bound here
     22 │     id := trail.id
        ╰────
      help: `opa check --strict` refuses it; write `_`, or take it out

    policy::unused-variable

      ⚠ nothing uses `unused`
       ╭─[[policies]/names_test.rego:8:2]
     7 │ test_a_short_name_passes if {
     8 │     unused := "in the test"
       ·     ───┬──
       ·        ╰── bound here
     9 │     document := {"trails": [trail("main")]}
       ╰────
      help: `opa check --strict` refuses it; write `_`, or take it out
    "#);
}

#[test]
fn tests_see_the_defaults_of_parameters() {
    let own = "
test_the_default_is_seen if data.params.longest == 20

test_another_value_is_seen if {
	document := {\"trails\": [trail(\"main\")]}
	some result in n.results with input as document with data.params.longest as 3
	result.outcome == \"fail\"
}
";
    let folder = workshop(&format!("{TESTS}{own}"));
    let done = test(folder.path(), &[]);
    assert_eq!(done.code, Some(0), "{}", done.stdout);
    fs::write(
        folder.path().join("data.json"),
        "{\"params\": {\"longest\": 7}}",
    )
    .unwrap();
    let done = test(folder.path(), &["--run", "default"]);
    assert_eq!(
        done.code,
        Some(1),
        "a data file has the last word: {}",
        done.stdout
    );
}

#[test]
fn a_profile_tells_calls_and_time_of_each_rule_in_one_order() {
    let folder = workshop(&format!("{TESTS}{FAILING}"));
    let told = |jobs: &str| {
        let done = test(
            folder.path(),
            &["--profile", "--jobs", jobs, "--run", "short_name|long_name"],
        );
        let rows = done
            .stdout
            .lines()
            .skip_while(|line| !line.contains("calls"));
        let rows: Vec<&str> = rows.take_while(|line| !line.contains("tests:")).collect();
        let parts = regex::Regex::new(r"[ \d]{3} %").unwrap();
        parts
            .replace_all(&timeless(&rows.join("\n")), "[part]")
            .into_owned()
    };
    let once = told("1");
    assert_eq!(once, told("8"));
    insta::assert_snapshot!(once, @r"
    calls        time  part  rule
        2      [time] ms [part]  house.names.results ([policies]/names.rego:24)
        2      [time] ms [part]  house.names.judged ([policies]/names.rego:29)
        2      [time] ms [part]  house.names.longest ([policies]/names.rego:38)
        2      [time] ms [part]  house.names.found ([policies]/names.rego:40)
    ");
    let plain = test(folder.path(), &[]);
    assert!(!plain.stdout.contains("calls"), "{}", plain.stdout);
    add_case(folder.path(), "alone", "");
    let none = test(folder.path(), &["--profile", "--run", "alone", "--bless"]);
    let told = "no test that ran calls a rule, so there is no profile\n1 case";
    assert!(none.stdout.contains(told), "{}", none.stdout);
    let done = test(folder.path(), &["--profile", "--format", "tap"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    assert!(
        done.stderr
            .contains("`--profile` and `--format tap` don't go together"),
        "{}",
        done.stderr
    );
}

#[test]
fn tests_that_would_be_passed_over_are_refused() {
    let folder = workshop(&format!("{TESTS}\ntest_a_short_name_passes if 1 == 2\n"));
    fs::write(
        folder.path().join("names.rego"),
        format!("{POLICY}\ntest_in_the_policy if 1 == 2\n"),
    )
    .unwrap();
    let done = test(folder.path(), &[]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @"
    policy::refused

      × 2 problems in the policies
      help: `coldtrail policy check DIR` lists them too

    Error: policy::test-misplaced

      × `test_in_the_policy` is in no test file, and is not run
        ╭─[[policies]/names.rego:50:1]
     49 │ 
     50 │ test_in_the_policy if 1 == 2
        · ─────────┬────────
        ·          ╰── a test by its name
        ╰────
      help: move it to a file that ends in `_test.rego`, or give it another name

    Error: policy::test-twice

      × a second test is called `test_a_short_name_passes`
        ╭─[[policies]/names_test.rego:13:1]
     12 │ 
     13 │ test_a_short_name_passes if 1 == 2
        · ────────────┬───────────
        ·             ╰── the first may hold in its place
        ╰────
      help: give it a name of its own; the first is at [policies]/names_test.rego:7
    ");
}

#[test]
fn a_part_that_is_none_is_refused() {
    for part in ["101", "nan", "all", ""] {
        let done = coldtrail(["test", &format!("--fail-under={part}")]).done();
        assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "{part}");
    }
}

#[test]
fn tests_are_told_in_one_order_however_many_threads_run_them() {
    let folder = workshop(&format!("{TESTS}{FAILING}"));
    let told = |jobs: &str| timeless(&test(folder.path(), &["--verbose", "--jobs", jobs]).stdout);
    assert_eq!(told("1"), told("8"));
}

#[test]
fn a_pattern_picks_tests() {
    let folder = workshop(&format!("{TESTS}{FAILING}"));
    let done = test(folder.path(), &["--run", "short_name"]);
    assert_eq!(timeless(&done.stdout), "1 test: 1 passed (in [time] ms)\n");
}

#[test]
fn no_test_at_all_is_an_error() {
    let folder = workshop("package house.names_test\n");
    let done = test(folder.path(), &[]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @"
    no_tests

      × no test found in `[policies]`
      help: a test is a rule `test_...` in a file that ends in `_test.rego`; a case is a folder
            `cases/NAME` with `evidence/` in it
    ");
    let folder = workshop(TESTS);
    let done = test(folder.path(), &["--run", "nothing"]);
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr
            .contains("`--run` finds none of the 1 there are"),
        "{}",
        done.stderr
    );
}

#[test]
fn policies_that_are_refused_are_not_tested() {
    let folder = workshop(TESTS);
    fs::write(
        folder.path().join("names.rego"),
        POLICY.replace("trail.name)", "trail.nmae)"),
    )
    .unwrap();
    let done = test(folder.path(), &[]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    assert!(
        done.stderr.contains("did you mean `name`?"),
        "{}",
        done.stderr
    );
}

#[test]
fn lines_that_no_test_evaluates_are_marked() {
    let folder = workshop(TESTS);
    let done = test(folder.path(), &["--coverage", "--fail-under", "99.5"]);
    assert_eq!(done.code, Some(1));
    insta::assert_snapshot!(timeless(&done.stdout), @r#"
     76.1 % [policies]/names.rego
          !   17 checks := {"named": "The trail has a name"}
          !   19 subjects contains id if {
          !   20     some trail in input.trails
          !   21     id := trail.id
          !   33     result := found(i, trail, "fail", "unnamed")
    1 test: 1 passed (in [time] ms)
    fail coverage: 76.1 % of lines, and --fail-under asks for 99.5 %
    "#);
}

#[test]
fn coverage_goes_to_other_tools() {
    let folder = workshop(TESTS);
    let done = test(folder.path(), &["--coverage-format", "lcov"]);
    assert_eq!(done.code, Some(0));
    assert!(
        done.stdout.starts_with("TN:\nSF:[policies]/names.rego\n"),
        "{}",
        done.stdout
    );
    assert!(
        done.stdout.contains("\nDA:33,0\n") && done.stdout.ends_with("end_of_record\n"),
        "{}",
        done.stdout
    );
    assert!(done.stderr.contains("1 test: 1 passed"), "{}", done.stderr);
    let done = test(folder.path(), &["--coverage-format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let uncovered = serde_json::json!([17, 19, 20, 21, 33]);
    assert_eq!(told["files"][0]["uncovered"], uncovered);
    let page = folder.path().join("coverage.html");
    let done = test(
        folder.path(),
        &[
            "--coverage-format",
            "html",
            "--coverage-output",
            page.to_str().unwrap(),
        ],
    );
    assert!(done.stdout.contains("1 test: 1 passed"), "{}", done.stdout);
    let page = fs::read_to_string(page).unwrap();
    assert!(
        page.contains(
            "<span class=\"uncovered\" data-line=\"33\" title=\"no test evaluates this line\">"
        ),
        "{page}"
    );
}

#[test]
fn a_case_fails_until_its_report_is_taken_and_when_it_changes() {
    let folder = workshop(TESTS);
    add_case(
        folder.path(),
        "two-good-trails",
        "as_of = \"2026-11-20T12:00:00Z\"\n",
    );
    let run = |args: &[&str]| test(folder.path(), &[&["--run", "two-good"], args].concat());
    let done = run(&[]);
    assert_eq!(done.code, Some(1));
    assert!(
        done.stdout.contains("it has no expected.json"),
        "{}",
        done.stdout
    );
    assert_eq!(run(&["--bless"]).code, Some(0));
    let expected =
        fs::read_to_string(folder.path().join("cases/two-good-trails/expected.json")).unwrap();
    assert!(
        expected.contains("\"as_of\": \"2026-11-20T12:00:00Z\""),
        "{expected}"
    );
    assert_eq!(run(&[]).code, Some(0));
    fs::write(
        folder.path().join("names.rego"),
        POLICY.replace("is called", "goes by"),
    )
    .unwrap();
    let done = run(&[]);
    assert_eq!(done.code, Some(1));
    insta::assert_snapshot!(timeless(&done.stdout), @r#"
    fail case two-good-trails ([policies]/cases/two-good-trails)
      the report is not the expected one; take it with --bless if it is right
                 "id": "named",
                 "outcome": "pass",
                 "code": "named",
      -          "message": "The trail is called main",
      +          "message": "The trail goes by main",
                 "help": null,
                 "waiver": null,
                 "evidence": [
       ...
                 "id": "named",
                 "outcome": "pass",
                 "code": "named",
      -          "message": "The trail is called payments",
      +          "message": "The trail goes by payments",
                 "help": null,
                 "waiver": null,
                 "evidence": [
    1 case: 0 passed, 1 failed (in [time] ms)
    "#);
}

#[test]
fn a_blessing_shows_the_difference_that_it_takes() {
    let folder = workshop(TESTS);
    add_case(folder.path(), "good-trails", "");
    let bless = || test(folder.path(), &["--run", "good-trails", "--bless"]);
    assert_eq!(
        timeless(&bless().stdout),
        "blessed case good-trails ([policies]/cases/good-trails)\n1 case: 1 passed (in [time] ms)\n"
    );
    fs::write(
        folder.path().join("names.rego"),
        POLICY.replace("is called", "goes by"),
    )
    .unwrap();
    let told = bless().stdout;
    for line in [
        "  -          \"message\": \"The trail is called main\",",
        "  +          \"message\": \"The trail goes by main\",",
    ] {
        assert!(told.lines().any(|told| told == line), "{told}");
    }
    assert_eq!(
        timeless(&bless().stdout),
        "1 case: 1 passed (in [time] ms)\n"
    );
}

#[test]
fn nothing_is_blessed_where_a_case_cannot_be_read() {
    let folder = workshop(TESTS);
    for (name, settings) in [("one", ""), ("three", ""), ("two", "as_of = [\n")] {
        add_case(folder.path(), name, settings);
    }
    let expected = |name: &str| {
        let folder = folder.path().join("cases").join(name);
        folder.join("expected.json").exists()
    };
    let done = test(folder.path(), &["--bless"]);
    assert_eq!(done.code, Some(2), "{}", done.stdout);
    assert!(done.stderr.contains("case.toml, line 1"), "{}", done.stderr);
    assert!(done.stderr.contains("`two`"), "{}", done.stderr);
    assert!(!expected("one") && !expected("three"));
    add_case(folder.path(), "two", "");
    assert_eq!(test(folder.path(), &["--bless"]).code, Some(0));
    assert!(expected("one") && expected("two") && expected("three"));
}

#[test]
fn a_case_may_name_the_only_policy_that_judges_it() {
    let folder = workshop(TESTS);
    let other = POLICY
        .replace("trail-names", "other-names")
        .replace("package house.names", "package house.others");
    fs::write(folder.path().join("others.rego"), other).unwrap();
    let judged = |name: &str, settings: &str| {
        add_case(folder.path(), name, settings);
        let done = test(folder.path(), &["--run", name, "--bless"]);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        let expected = folder.path().join("cases").join(name).join("expected.json");
        let report: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(expected).unwrap()).unwrap();
        let policies = report["policies"].as_array().unwrap().iter();
        let ids: Vec<String> = policies.map(|policy| policy["id"].to_string()).collect();
        ids.join(" ")
    };
    assert_eq!(judged("by-both", ""), "\"other-names\" \"trail-names\"");
    assert_eq!(
        judged("by-one", "only = \"trail-names\"\n[params]\nlongest = 4\n"),
        "\"trail-names\""
    );
    add_case(folder.path(), "by-none", "only = \"trail-name\"\n");
    let done = test(folder.path(), &["--run", "by-none"]);
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr
            .contains("no policy has the id `trail-name`; did you mean `trail-names`?"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_case_may_set_parameters() {
    let folder = workshop(TESTS);
    add_case(folder.path(), "long-names", "[params]\nlongest = 4\n");
    test(folder.path(), &["--run", "long-names", "--bless"]);
    let expected =
        fs::read_to_string(folder.path().join("cases/long-names/expected.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&expected).unwrap();
    assert_eq!(report["parameters"]["longest"], 4);
    assert_eq!(report["summary"]["subjects"]["fail"], 1);
}

#[test]
fn a_case_takes_a_time_as_toml_has_them() {
    let folder = workshop(TESTS);
    add_case(folder.path(), "good", "as_of = 2026-11-20T12:00:00Z\n");
    assert_eq!(test(folder.path(), &["--bless"]).code, Some(0));
    let expected = fs::read_to_string(folder.path().join("cases/good/expected.json")).unwrap();
    assert!(expected.contains("\"as_of\": \"2026-11-20T12:00:00Z\""));
}

/// The others are told, and the case is named.
#[test]
fn a_policy_that_breaks_its_contract_on_a_case_fails_that_case() {
    let folder = workshop(TESTS);
    add_case(folder.path(), "broken", "");
    let broken = POLICY.replace("some i, trail in input.trails", "some i, trail in input.trails\n\ttrail.id != \"arn:aws:cloudtrail:us-east-1:111122223333:trail/main\"");
    assert_ne!(broken, POLICY);
    fs::write(folder.path().join("names.rego"), broken).unwrap();
    let run = |args: &[&str]| {
        let done = test(
            folder.path(),
            &[&["--run", "broken|short_name"], args].concat(),
        );
        assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""), "{args:?}");
        done.stdout
    };
    insta::assert_snapshot!(timeless(&run(&[])), @"
    error case broken ([policies]/cases/broken)
    policy::no-result

      × package `house.names` gives no result for subject `arn:aws:cloudtrail:us-east-
      │ 1:111122223333:trail/main`, check `named`
        ╭─[[policies]/names.rego:24:1]
     23 │ 
     24 │ results contains result if {
        · ───┬───
        ·    ╰── in package `house.names`
     25 │     some i, trail in input.trails
        ╰────
      help: every subject has exactly one result a check: `else` chains give one, `inconclusive` is a
            verdict too

    1 test: 1 passed; 1 case: 0 passed, 1 failed (in [time] ms)
    ");
    let json: serde_json::Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    let case = &json["cases"][0];
    assert_eq!(
        (&case["outcome"], &case["reason"]["problem"]["code"]),
        (&"error".into(), &"no-result".into())
    );
    assert!(run(&["--format", "junit"]).contains("type=\"no-result\""));
    assert!(run(&["--format", "tap"]).contains("not ok 2 - case broken\n  ---\n"));
}

#[test]
fn a_case_that_can_not_be_run_is_an_error_and_never_passed_over() {
    let refused = |name: &str, change: &dyn Fn(&Path)| {
        let folder = workshop(TESTS);
        add_case(folder.path(), name, "");
        change(&folder.path().join("cases").join(name));
        let done = test(folder.path(), &[]);
        assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "{name}");
        let (_, told) = done.stderr.split_once("× ").unwrap();
        told.split("\n  help:").next().unwrap().to_owned()
    };
    let settings =
        |text: &'static str| move |case: &Path| fs::write(case.join("case.toml"), text).unwrap();
    let told = [
        refused("no-evidence", &|case| {
            fs::remove_dir_all(case.join("evidence")).unwrap()
        }),
        refused(
            "misspelt-key",
            &settings("as-of = \"2026-11-20T12:00:00Z\"\n"),
        ),
        refused("no-time", &settings("as_of = \"yesterday\"\n")),
        refused("no-zone", &settings("as_of = 2026-11-20T12:00:00\n")),
        refused("a-number", &settings("as_of = 3\n")),
        refused("no-toml", &settings("[params]\nlongest 4\n")),
        refused("moving-time", &settings("as_of = \"now\"\n")),
        refused("no-parameter", &settings("[params]\nlongets = 4\n")),
        refused("no-report", &|case| {
            fs::write(case.join("expected.json"), "{").unwrap()
        }),
    ];
    insta::assert_snapshot!(told.join("\n"));
    let folder = workshop(TESTS);
    let done = test(folder.path(), &["--cases", "policies"]);
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.contains("there is no case in it"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_case_that_is_taken_as_it_was_is_not_written_anew() {
    let folder = workshop(TESTS);
    add_case(folder.path(), "good", "");
    let path = folder.path().join("cases/good/expected.json");
    assert_eq!(test(folder.path(), &["--bless"]).code, Some(0));
    let changed = fs::read_to_string(&path).unwrap();
    let changed = changed.replacen("\"version\": \"", "\"version\": \"9", 1);
    fs::write(&path, &changed).unwrap();
    let told = test(folder.path(), &["--bless"]);
    assert!(!told.stdout.contains("blessed"), "{}", told.stdout);
    assert_eq!(fs::read_to_string(&path).unwrap(), changed);
}
