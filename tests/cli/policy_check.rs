//! `coldtrail policy check`: what is wrong with a policy is told at its place,
//! before anything is judged.

use std::fs;

use crate::harness::{Done, coldtrail};

const MISSPELT: &str = r#"# METADATA
# title: Trails keep a log group
# description: Every trail names a log group.
# custom:
#   id: trail-log-groups
#   severity: low
#   controls: []
#   codes:
#     named: A pass. The trail names a log group.
#     unnamed: A fail. It names none.
package house.groups

checks := {"group": "The trail names a log group"}

subjects contains id if {
	some trail in input.trails
	id := trail.id
}

results contains result if {
	some i, trail in input.trails
	result := judged(i, trail)
}

judged(i, trail) := result if {
	trail.trail.CloudWatchLogLogGroupArn
	result := found(i, trail, "pass", "named")
} else := result if {
	result := found(i, trail, "fail", "unnamed")
}

found(i, trail, outcome, code) := {
	"subject": trail.id,
	"check": "group",
	"outcome": outcome,
	"code": code,
	"message": "It names one or not.",
	"evidence": [{"path": ["trails", i, "trail"], "label": "the trail"}],
}

leftover := 1
"#;

fn check(text: &str, args: &[&str]) -> Done {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("groups.rego"), text).unwrap();
    coldtrail(["policy", "check"])
        .arg(folder.path())
        .args(args)
        .hide(folder.path(), "policies")
        .done()
}

#[test]
fn nothing_is_wrong_with_the_built_in_policies() {
    let done = coldtrail(["policy", "check"]).done();
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (Some(0), "nothing is wrong with these policies\n")
    );
}

#[test]
fn a_misspelt_key_is_refused_with_the_right_suggestion() {
    let done = check(MISSPELT, &[]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stdout, @r#"
    policy::unresolved-input

      × the input never has `trail.trail.CloudWatchLogLogGroupArn`
        ╭─[[policies]/groups.rego:26:14]
     25 │ judged(i, trail) := result if {
     26 │     trail.trail.CloudWatchLogLogGroupArn
        ·                 ────────────┬───────────
        ·                             ╰── there is no `CloudWatchLogLogGroupArn`
     27 │     result := found(i, trail, "pass", "named")
        ╰────
      help: did you mean `CloudWatchLogsLogGroupArn`?

    policy::unused-rule

      ⚠ nothing needs `leftover`
        ╭─[[policies]/groups.rego:41:1]
     40 │ 
     41 │ leftover := 1
        · ────┬───
        ·     ╰── can never give a result
        ╰────
      help: take it out, or use it; a rule for tests alone belongs in the test file

    1 error, 1 warning
    "#);
}

#[test]
fn a_run_refuses_what_the_check_refuses() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("groups.rego"), MISSPELT).unwrap();
    let done = coldtrail(["check", "fixtures/all-pass/evidence", "--policy"])
        .arg(folder.path())
        .done();
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    assert!(
        done.stderr
            .contains("did you mean `CloudWatchLogsLogGroupArn`?"),
        "{}",
        done.stderr
    );
    assert!(
        !done.stderr.contains("leftover"),
        "a warning stops no run: {}",
        done.stderr
    );
}

#[test]
fn a_warning_alone_refuses_nothing() {
    let done = check(
        &MISSPELT.replace("CloudWatchLogLog", "CloudWatchLogsLog"),
        &[],
    );
    assert_eq!(done.code, Some(0));
    assert!(
        done.stdout.ends_with("0 errors, 1 warning\n"),
        "{}",
        done.stdout
    );
}

#[test]
fn a_strict_check_fails_on_a_warning_alone() {
    let text = MISSPELT.replace("CloudWatchLogLog", "CloudWatchLogsLog");
    let done = check(&text, &["--strict"]);
    assert_eq!(done.code, Some(2));
    assert!(
        done.stdout.ends_with("0 errors, 1 warning\n"),
        "{}",
        done.stdout
    );
    let done = check(&text.replace("\nleftover := 1\n", ""), &["--strict"]);
    assert_eq!(done.code, Some(0), "{}", done.stdout);
}

#[test]
fn custom_is_the_authors_but_for_slips_of_what_is_known() {
    let with = |line: &str| changed("#   severity: low\n", &format!("#   severity: low\n{line}"));
    for own in [
        "#   owner: platform team\n",
        "#   tags: [logging, audit]\n",
        "#   owner:\n#     team: platform\n#     severity: of theirs\n",
    ] {
        assert_eq!(with(own), [], "{own}");
    }
    for slip in ["parameter", "remediations", "code", "control", "subject"] {
        let expected = ("metadata-unknown-field".to_owned(), slip.to_owned());
        assert_eq!(with(&format!("#   {slip}: x\n")), [expected]);
    }
}

#[test]
fn a_library_has_rules_that_nothing_here_needs() {
    let folder = tempfile::tempdir().unwrap();
    let policy = MISSPELT
        .replace("CloudWatchLogLog", "CloudWatchLogsLog")
        .replace("\nleftover := 1\n", "");
    let library =
        "package lib.words\n\nshort(word) if count(word) < 3\n\nlong(word) if count(word) > 9\n";
    fs::write(folder.path().join("groups.rego"), policy).unwrap();
    fs::write(folder.path().join("words.rego"), library).unwrap();
    let done = coldtrail(["policy", "check", "--strict"])
        .arg(folder.path())
        .done();
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (Some(0), "nothing is wrong with these policies\n")
    );
}

#[test]
fn a_problem_a_line_is_for_editors_and_compilers_readers() {
    let done = check(MISSPELT, &["--format", "concise"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stdout, @r"
    [policies]/groups.rego:26:14: error: the input never has `trail.trail.CloudWatchLogLogGroupArn` (did you mean `CloudWatchLogsLogGroupArn`?) [unresolved-input]
    [policies]/groups.rego:41:1: warning: nothing needs `leftover` (take it out, or use it; a rule for tests alone belongs in the test file) [unused-rule]
    ");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("groups.rego"), MISSPELT).unwrap();
    fs::write(folder.path().join("data.json"), "{\"limit\": 3").unwrap();
    let done = coldtrail(["policy", "check", "--format", "concise"])
        .arg(folder.path())
        .hide(folder.path(), "policies")
        .done();
    assert_eq!(done.code, Some(2));
    insta::assert_snapshot!(done.stdout, @r"
    [policies]/data.json:1:11: error: this is no data document: EOF while parsing an object (a data file holds one JSON or YAML document, and at the top of its folder an object) [data]
    ");
}

#[test]
fn a_number_of_data_or_metadata_that_would_lose_digits_is_refused_at_its_place() {
    let told = |files: &[(&str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("limits")).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let run = coldtrail(["policy", "check", "--format", "concise"]);
        let done = run.arg(folder.path()).hide(folder.path(), "p").done();
        assert_eq!((done.code, done.stderr.as_str()), (Some(2), ""));
        done.stdout
    };
    let policy = ("groups.rego", MISSPELT);
    let json = "{\"ids\": [\"1\",\n  12345678901234567890123, 0.5],\n  \"ends\": [18446744073709551615, 1e20]}";
    insta::assert_snapshot!(told(&[policy, ("limits/data.json", json)]), @r"
    [p]/limits/data.json:2:3: error: `12345678901234567890123` has more digits than are calculated with here (a whole number has at most 64 bits, a fraction 17 digits; write it as a text where it is a name) [number-digits]
    [p]/limits/data.json:3:34: error: `1e20` has more digits than are calculated with here (a whole number has at most 64 bits, a fraction 17 digits; write it as a text where it is a name) [number-digits]
    ");
    let yaml = "on: 1\nids: [017, '017', 2026-11-20, 1.10, yes!]\n";
    insta::assert_snapshot!(told(&[policy, ("limits/data.yaml", yaml)]), @r"
    [p]/limits/data.yaml:1:1: error: OPA reads `on` otherwise: by an older standard of YAML (put it in quotes where it is a text, or write it as JSON does: `true`, `15`) [yaml-scalar]
    [p]/limits/data.yaml:2:7: error: OPA reads `017` otherwise: by an older standard of YAML (put it in quotes where it is a text, or write it as JSON does: `true`, `15`) [yaml-scalar]
    [p]/limits/data.yaml:2:19: error: OPA reads `2026-11-20` otherwise: by an older standard of YAML (put it in quotes where it is a text, or write it as JSON does: `true`, `15`) [yaml-scalar]
    ");
    let yaml = "# é\nids: {é: [x, 12345678901234567890123]}\nname: \"12345678901234567890123\"\nmost: 18446744073709551615\nfew: 0.12345678901234567890\n12345678901234567890123: key\n";
    insta::assert_snapshot!(told(&[policy, ("limits/data.yaml", yaml)]), @r"
    [p]/limits/data.yaml:2:14: error: `12345678901234567890123` has more digits than are calculated with here (a whole number has at most 64 bits, a fraction 17 digits; write it as a text where it is a name) [number-digits]
    [p]/limits/data.yaml:5:6: error: `0.12345678901234567890` has more digits than are calculated with here (a whole number has at most 64 bits, a fraction 17 digits; write it as a text where it is a name) [number-digits]
    [p]/limits/data.yaml:6:1: error: `12345678901234567890123` has more digits than are calculated with here (a whole number has at most 64 bits, a fraction 17 digits; write it as a text where it is a name) [number-digits]
    ");
    let declared = MISSPELT.replace(
        "#   severity: low\n",
        "#   severity: low\n#   parameters:\n#     most:\n#       default: 12345678901234567890123\n#       description: how many\n",
    );
    insta::assert_snapshot!(told(&[("groups.rego", &declared)]), @"[p]/groups.rego:9:18: error: `12345678901234567890123` has more digits than are calculated with here (a whole number has at most 64 bits, a fraction 17 digits; write it as a text where it is a name) [number-digits]");
}

/// The README's problem matcher, as an editor would use it.
#[test]
fn the_problem_matcher_of_the_readme_reads_each_line() {
    let readme = fs::read_to_string(crate::harness::root().join("README.md")).unwrap();
    let (_, block) = readme.split_once("```json\n").unwrap();
    let tasks: serde_json::Value =
        serde_json::from_str(block.split_once("```").unwrap().0).unwrap();
    let task = &tasks["tasks"][0];
    assert_eq!(task["command"], "coldtrail policy check --format concise .");
    let pattern = &task["problemMatcher"]["pattern"];
    let regex = regex::Regex::new(pattern["regexp"].as_str().unwrap()).unwrap();
    let done = check(MISSPELT, &["--format", "concise"]);
    let read = |line: &str, name: &str| {
        let group = usize::try_from(pattern[name].as_u64().unwrap()).unwrap();
        regex.captures(line).unwrap()[group].to_owned()
    };
    let told: Vec<[String; 5]> = done
        .stdout
        .lines()
        .map(|line| ["file", "line", "column", "severity", "code"].map(|name| read(line, name)))
        .collect();
    let file = "[policies]/groups.rego";
    assert_eq!(
        told,
        [
            [file, "26", "14", "error", "unresolved-input"],
            [file, "41", "1", "warning", "unused-rule"],
        ]
    );
}

#[test]
fn capabilities_are_printed_in_the_form_of_opa() {
    let done = coldtrail(["policy", "capabilities"]).done();
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    let told: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let builtins = told["builtins"].as_array().unwrap();
    let of = |name: &str| builtins.iter().find(|builtin| builtin["name"] == name);
    assert_eq!(
        of("startswith").unwrap()["decl"],
        serde_json::json!({
            "args": [{"type": "string"}, {"type": "string"}],
            "result": {"type": "boolean"},
            "type": "function",
        })
    );
    for refused in ["http.send", "time.now_ns", "opa.runtime", "io.jwt.decode"] {
        assert_eq!(of(refused), None, "{refused}");
    }
    assert_eq!(told["future_keywords"], serde_json::json!([]));
    assert_eq!(
        told["features"],
        serde_json::json!(["keywords_in_refs", "rego_v1"])
    );
}

#[test]
fn an_editor_gets_places_as_json() {
    let done = check(MISSPELT, &["--format", "json"]);
    assert_eq!(done.code, Some(2));
    let told: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let problem = &told["problems"][0];
    assert_eq!(problem["code"], "unresolved-input");
    assert_eq!(
        (problem["line"].as_u64(), problem["column"].as_u64()),
        (Some(26), Some(14))
    );
    let [start, end] =
        [0, 1].map(|at| usize::try_from(problem["bytes"][at].as_u64().unwrap()).unwrap());
    assert_eq!(&MISSPELT[start..end], "CloudWatchLogLogGroupArn");
    assert_eq!(
        told["summary"],
        serde_json::json!({"errors": 1, "warnings": 1})
    );
}

#[test]
fn a_code_scanner_gets_sarif() {
    let done = check(MISSPELT, &["--format", "sarif"]);
    let log: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["results"][0]["ruleId"], "unresolved-input");
    assert_eq!(
        run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"],
        26
    );
    assert_eq!(run["results"][1]["level"], "warning");
    assert_eq!(
        run["tool"]["driver"]["rules"].as_array().map(Vec::len),
        Some(2)
    );
}

#[test]
fn escapes_in_a_policy_never_reach_the_terminal() {
    let hostile = MISSPELT.replace(
        "CloudWatchLogLogGroupArn",
        "CloudWatchLogLogGroupArn # \u{1b}[31m \u{202e}",
    );
    let done = check(&hostile, &[]);
    assert!(
        !done.stdout.contains('\u{1b}') && !done.stdout.contains('\u{202e}'),
        "{:?}",
        done.stdout
    );
}

#[test]
fn what_opa_would_take_otherwise_is_a_warning() {
    let text = MISSPELT
        .replace(
            "\ttrail.trail.CloudWatchLogLogGroupArn\n",
            "\tnot startswith(trail.trail.CloudWatchLogsLogGroupArn, \"arn:\")\n",
        )
        .replace("\nleftover := 1\n", "");
    let done = check(&text, &[]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    insta::assert_snapshot!(done.stdout, @r#"
    policy::negated-undefined

      ⚠ the rule gives nothing where `trail.trail.CloudWatchLogsLogGroupArn` is undefined
        ╭─[[policies]/groups.rego:26:17]
     25 │ judged(i, trail) := result if {
     26 │     not startswith(trail.trail.CloudWatchLogsLogGroupArn, "arn:")
        ·                    ──────────────────┬──────────────────
        ·                                      ╰── may be undefined
     27 │     result := found(i, trail, "pass", "named")
        ╰────
      help: what a `not` is given has a value or the `not` does not hold; where it may be missing say
            what holds with a rule of its own or `object.get`

    0 errors, 1 warning
    "#);
}

#[test]
fn what_has_no_place_in_a_policy_is_told_in_each_form() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("groups.rego"), MISSPELT).unwrap();
    fs::write(folder.path().join("data.json"), "[1]").unwrap();
    let told = |path: &std::path::Path, format: &str| {
        let run = coldtrail(["policy", "check"]).arg(path);
        let done = run.args(["--format", format]);
        let done = done.hide(folder.path(), "policies").done();
        assert_eq!(done.code, Some(2));
        assert!(done.stderr.contains("policy::"), "{}", done.stderr);
        done.stdout
    };
    assert_eq!(told(folder.path(), "human"), "");
    let json: serde_json::Value = serde_json::from_str(&told(folder.path(), "json")).unwrap();
    assert_eq!(
        json["summary"],
        serde_json::json!({"errors": 1, "warnings": 0})
    );
    let problem = &json["problems"][0];
    assert_eq!(
        (&problem["code"], &problem["file"], &problem["line"]),
        (
            &"data".into(),
            &"[policies]/data.json".into(),
            &serde_json::Value::Null
        )
    );
    let missing = folder.path().join("nowhere");
    let sarif: serde_json::Value = serde_json::from_str(&told(&missing, "sarif")).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "unreadable");
    assert_eq!(result["level"], "error");
    let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
    assert!(place["uri"].as_str().unwrap().ends_with("/nowhere"));
}

/// Whoever reads the short form sees what standard error tells, whatever it is.
#[test]
fn each_failure_is_a_line_of_the_short_form() {
    let folder = tempfile::tempdir().unwrap();
    let told = |args: &[&str]| {
        let run = coldtrail(["policy", "check", "--format", "concise"]).args(args);
        let done = run.hide(folder.path(), "policies").done();
        assert_eq!(done.code, Some(2));
        done.stdout
    };
    let path = folder.path().to_str().unwrap();
    let key = folder.path().join("key.pem");
    let all = [
        told(&[path]),
        told(&[path, "--verification-key", key.to_str().unwrap()]),
        told(&[
            "--verification-key",
            "LICENSE-MIT",
            "--signing-alg",
            "HS256",
        ]),
    ];
    insta::assert_snapshot!(all.concat(), @"
    [policies]:1:1: error: no policy in `[policies]` (a policy is a package with a `# METADATA` block and `subjects`, `checks` and `results`; `coldtrail policy export DIR` writes one to start from) [none]
    [policies]/key.pem:1:1: error: `[policies]/key.pem` is no key: no such file (give the signer's public key or certificate in PEM, or for HMAC a file of the secret, and name the algorithm with `--signing-alg`) [key]
    coldtrail: error: `--verification-key` can't be read: no bundle is given, and the built-in policies are not signed (name the bundle whose signature the key is held against) [usage]
    ");
}

#[test]
fn a_library_alone_is_checked_and_tested() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "words.rego",
        "package house.words\n\nlong(word) if count(word) > 9\n",
    );
    write(
        "words_test.rego",
        "package house.words_test\n\ntest_short if not data.house.words.long(\"a\")\n",
    );
    for (verb, code) in [
        (&["policy", "check", "--strict"][..], 0),
        (&["test"], 0),
        (&["check", "fixtures/all-pass/evidence", "--policy"], 2),
    ] {
        let done = coldtrail(verb).arg(folder.path()).done();
        assert_eq!(done.code, Some(code), "{verb:?}: {}", done.stderr);
    }
}

#[test]
fn rego_from_before_its_first_version_is_refused_with_the_way_on() {
    let done = check("package main\n\ndeny[msg] { msg := \"x\" }\n", &[]);
    assert_eq!(done.code, Some(2));
    insta::assert_snapshot!(done.stdout, @r#"
    policy::rego-syntax

      × `if` keyword is required before rule body
       ╭─[[policies]/groups.rego:3:11]
     2 │ 
     3 │ deny[msg] { msg := "x" }
       ·           ┬
       ·           ╰── here
       ╰────
      help: policies are Rego v1: `name contains member if { ... }`, `name := value if { ... }`; `opa
            fmt --write --v0-v1` rewrites older files

    1 error, 0 warnings
    "#);
}

/// What is told of the sample, misspelt key mended, with one text in place of
/// another: the codes and the text under each label.
fn changed(from: &str, to: &str) -> Vec<(String, String)> {
    let sample = MISSPELT
        .replace("CloudWatchLogLogGroupArn", "CloudWatchLogsLogGroupArn")
        .replace("\nleftover := 1\n", "");
    assert!(sample.contains(from), "{from}");
    let text = sample.replacen(from, to, 1);
    let done = check(&text, &["--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let errors = told["summary"]["errors"].as_u64().unwrap();
    assert_eq!(done.code, Some(if errors > 0 { 2 } else { 0 }), "{from}");
    let problems = told["problems"].as_array().unwrap().iter();
    problems
        .map(|problem| {
            let [start, end] =
                [0, 1].map(|at| usize::try_from(problem["bytes"][at].as_u64().unwrap()).unwrap());
            let code = problem["code"].as_str().unwrap().to_owned();
            (code, text[start..end].to_owned())
        })
        .collect()
}

#[test]
fn each_kind_of_slip_is_told_at_its_place() {
    let metadata = [
        (
            "severity: low",
            "severity: lo",
            "metadata-severity",
            "severity",
        ),
        (
            "severity: low",
            "severty: low",
            "metadata-unknown-field",
            "severty",
        ),
        (
            "#   id: trail-log-groups\n",
            "",
            "metadata-missing-field",
            "custom",
        ),
        (
            "#     named: A",
            "#     nmed: A",
            "undeclared-code",
            "named",
        ),
    ];
    let contract = [
        (
            "{\"group\":",
            "{\"other\": \"Never given\", \"group\":",
            "check-never-given",
            "other",
        ),
        (
            "\"check\": \"group\"",
            "\"check\": \"goup\"",
            "undeclared-check",
            "goup",
        ),
        (
            "i, trail, \"pass\"",
            "i, trail, \"passed\"",
            "bad-outcome",
            "passed",
        ),
    ];
    let names = [
        ("input.trails", "input.trials", "unresolved-input", "trials"),
        (
            "found(i, trail, \"pass\"",
            "fuond(i, trail, \"pass\"",
            "unknown-builtin",
            "fuond",
        ),
        (
            "found(i, trail, \"pass\", \"named\")",
            "found(i, trail, \"pass\")",
            "arity",
            "found",
        ),
        (
            "some trail in input.trails\n\tid :=",
            "some trail in input.trails\n\tdata.house.nothing\n\tid :=",
            "unresolved-data",
            "data.house.nothing",
        ),
        ("id := trail.id", "id := tail.id", "unknown-name", "tail"),
    ];
    let rules = [
        (
            "\"message\": \"It",
            "\"at\": time.now_ns(), \"message\": \"It",
            "forbidden-builtin",
            "time.now_ns",
        ),
        (
            "\"message\": \"It",
            "\"again\": judged(i, trail), \"message\": \"It",
            "recursion",
            "found",
        ),
        (
            "subjects contains id if",
            "subjects := []\n\nsubjects contains id if",
            "conflicting-rules",
            "subjects",
        ),
        (
            "subjects contains id if",
            "spare := 1\n\nsubjects contains id if",
            "unused-rule",
            "spare",
        ),
        (
            "\tid := trail.id",
            "\tname := trail.name\n\tid := trail.id",
            "unused-variable",
            "name",
        ),
    ];
    let all = metadata.iter().chain(&contract).chain(&names).chain(&rules);
    let mut wrong = Vec::new();
    for (from, to, code, at) in all {
        let told = changed(from, to);
        let expected = ((*code).to_owned(), (*at).to_owned());
        if !told.contains(&expected) {
            wrong.push(format!("{expected:?} is not among {told:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(changed("severity: low", "severity: low"), []);
}

#[test]
fn an_id_that_two_packages_have_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let other = MISSPELT.replace("package house.groups", "package house.other");
    fs::write(folder.path().join("groups.rego"), MISSPELT).unwrap();
    fs::write(folder.path().join("other.rego"), other).unwrap();
    let done = coldtrail(["policy", "check"]).arg(folder.path()).done();
    assert_eq!(done.code, Some(2));
    assert!(
        done.stdout.contains("the id `trail-log-groups` is taken"),
        "{}",
        done.stdout
    );
}

#[test]
fn text_with_values_in_it_is_refused_with_the_way_on() {
    let done = check(
        "package main\n\ndeny contains msg if {\n\tmsg := $\"{input.account_id} is bad\"\n}\n",
        &[],
    );
    assert_eq!(done.code, Some(2));
    insta::assert_snapshot!(done.stdout, @r#"
    policy::rego-syntax

      × invalid character
       ╭─[[policies]/groups.rego:4:9]
     3 │ deny contains msg if {
     4 │     msg := $"{input.account_id} is bad"
       ·            ┬
       ·            ╰── here
     5 │ }
       ╰────
      help: the engine knows no `$"..."`; write `sprintf("... %s", [value])`

    1 error, 0 warnings
    "#);
}

#[test]
fn a_line_that_no_terminal_holds_is_drawn_in_part() {
    let far = format!("controls: [{}{{framework: x}}]", " ".repeat(70_000));
    let done = check(&MISSPELT.replacen("controls: []", &far, 1), &[]);
    assert_eq!(done.code, Some(2), "{}", done.stderr);
    assert!(done.stdout.len() < 4000, "{}", done.stdout.len());
    insta::assert_snapshot!(done.stdout, @r"
    policy::metadata-missing-field

      × the METADATA lacks the field `id`
       ╭─[[policies]/groups.rego:7:70016]
     7 │                                         {framework: x}]
       ·                                         ──────┬──────
       ·                                               ╰── `id` belongs here
       ╰────
      help: the fields here are `framework`, `id` and `versions`

    1 error, 0 warnings
    ");
}
