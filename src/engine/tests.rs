//! The engine against the contract: what it takes, and how it refuses.

use std::time::Duration;

use serde_json::json;

use super::load::compile;
use super::program::Program;
use super::{Checked, DEFAULT_LIMIT, EngineError, Judgement, Step, Worker, testing};
use crate::finding::Outcome;
use crate::policy::{PolicyError, PolicySet};

const HEAD: &str = "# METADATA
# title: A control
# description: For tests.
# custom:
#   id: sample
#   severity: low
#   controls: []
#   codes: {yes: It is so., no: It is not.}
package sample

checks := {\"named\": \"Trails have names\"}

subjects contains id if {
	some trail in input.trails
	id := trail.id
}
";

const RESULTS: &str = "
results contains result if {
	some i, trail in input.trails
	result := {
		\"subject\": trail.id,
		\"check\": \"named\",
		\"outcome\": \"pass\",
		\"code\": \"yes\",
		\"message\": \"It has a name.\",
		\"evidence\": [{\"path\": [\"trails\", i, \"name\"], \"label\": \"the name\"}],
	}
}
";

fn judge(rules: &str) -> Result<Vec<Judgement>, EngineError> {
    judge_file(&format!("{HEAD}{rules}"))
}

fn judge_file(text: &str) -> Result<Vec<Judgement>, EngineError> {
    let set = PolicySet::of(&[("sample.rego", text)])?;
    Worker::new(Checked::new(&set)?, DEFAULT_LIMIT)?.judge(&input())
}

fn input() -> serde_json::Value {
    json!({"account_id": "111122223333", "trails": [
        {"id": "a", "name": "main", "status": null, "complete": true},
        {"id": "b", "name": "second", "status": null},
    ]})
}

/// A refusal as `code at line:column: message`.
fn refusal(error: &EngineError) -> String {
    match error {
        EngineError::Policy(PolicyError::Problem(problem)) => {
            let (line, column) = problem.position();
            format!("{} at {line}:{column}: {}", problem.code, problem.message)
        }
        other => other.to_string(),
    }
}

fn refused(rules: &str) -> String {
    refusal(&judge(rules).unwrap_err())
}

#[test]
fn results_are_read_with_their_paths() {
    let judgements = judge(RESULTS).unwrap();
    let [judgement] = judgements.as_slice() else {
        panic!("one policy")
    };
    assert_eq!(judgement.subjects, ["a", "b"].map(Into::into));
    assert_eq!(
        judgement.checks,
        [("named".into(), "Trails have names".into())]
    );
    let second = &judgement.results[1];
    assert_eq!((&*second.subject, second.outcome), ("b", Outcome::Pass));
    assert_eq!(
        second.evidence[0].path,
        [
            Step::Key("trails".into()),
            Step::Index(1),
            Step::Key("name".into())
        ]
    );
}

#[test]
fn a_subject_without_a_result_is_an_error_that_names_it() {
    let rules = RESULTS.replace(
        "some i, trail in input.trails",
        "some i, trail in input.trails\n\ti == 0",
    );
    insta::assert_snapshot!(refused(&rules), @"no-result at 18:1: package `sample` gives no result for subject `b`, check `named`");
}

#[test]
fn a_subject_with_two_results_is_an_error_that_names_it() {
    let twice = format!("{RESULTS}{}", RESULTS.replace("\"pass\"", "\"fail\""));
    insta::assert_snapshot!(refused(&twice), @"several-results at 18:1: package `sample` gives 2 results for subject `a`, check `named`");
}

#[test]
fn a_result_for_what_was_not_declared_is_an_error() {
    insta::assert_snapshot!(refused(&RESULTS.replace("\"subject\": trail.id", "\"subject\": \"c\"")), @"undeclared-subject at 18:1: a result names the subject `c`, which `subjects` does not have");
    insta::assert_snapshot!(refused(&RESULTS.replace("\"check\": \"named\"", "\"check\": trim_suffix(\"named\", \"d\")")), @"undeclared-check at 18:1: a result names the check `name`, which `checks` does not have");
}

#[test]
fn a_word_that_is_no_outcome_is_an_error() {
    insta::assert_snapshot!(refused(&RESULTS.replace("\"pass\"", "concat(\"\", [\"passed\"])")), @"bad-outcome at 18:1: `passed` is no outcome");
    insta::assert_snapshot!(refused(&RESULTS.replace("\"pass\"", "concat(\"\", [\"waived\"])")), @"bad-outcome at 18:1: `waived` is no outcome");
}

#[test]
fn a_result_of_another_shape_is_an_error() {
    insta::assert_snapshot!(refused(&RESULTS.replace("\"message\": \"It has a name.\",", "")), @r#"bad-shape at 18:1: a member of `results` has no text under `message`: {"check":"named","code":"yes","evidence":[{"label":"the name","path":["trails",0,"name"]}],"outcome":"pass","subject":"a…"#);
    insta::assert_snapshot!(refused(&RESULTS.replace("[\"trails\", i, \"name\"]", "\"trails/0\"")), @r#"bad-shape at 18:1: a member of `results` has no list of `{path, label}` under `evidence`: {"check":"named","code":"yes","evidence":[{"label":"the name","path":"trails/0"}],"message":"It has a name.","outcome":"…"#);
}

#[test]
fn a_rule_of_the_contract_without_a_value_is_an_error() {
    insta::assert_snapshot!(refused(""), @"missing-rule at 9:9: the control has no `results`");
}

#[test]
fn text_that_is_no_rego_is_refused_at_its_place() {
    insta::assert_snapshot!(refused("results contains x if {\n\tx := \n}"), @"rego-syntax at 18:4: expecting `}` while parsing set");
}

#[test]
fn an_error_of_a_builtin_costs_its_account_and_names_the_rule() {
    let rules = RESULTS.replace(
        "\"label\": \"the name\"",
        "\"label\": sprintf(\"%d\", [to_number(\"x\")])",
    );
    let error = judge(&rules).unwrap_err();
    assert!(error.is_runaway());
    insta::assert_snapshot!(error, @"policy `sample` can't judge account `111122223333`: could not parse string as number");
    let help = miette::Diagnostic::help(&error).unwrap().to_string();
    assert!(help.contains("results") && help.contains(":26"), "{help}");
}

#[test]
fn a_policy_that_does_not_end_loses_the_account_only() {
    let slow = RESULTS.replace("some i, trail in input.trails\n", "some i, trail in input.trails\n\tcount([x | some a in numbers.range(1, 3000); some b in numbers.range(1, 3000); x := a * b]) > 0\n");
    let set = PolicySet::of(&[("sample.rego", &format!("{HEAD}{slow}"))]).unwrap();
    let error = Worker::new(Checked::new(&set).unwrap(), Duration::from_millis(50))
        .unwrap()
        .judge(&input())
        .unwrap_err();
    assert!(error.is_runaway(), "{error}");
    insta::assert_snapshot!(error, @"policy `sample` did not come to an end within 0.07 s on account `111122223333`");
}

#[test]
fn conftest_messages_become_fails_and_warnings() {
    let text = "package main\n\ndeny contains msg if {\n\tsome trail in input.trails\n\ttrail.name == \"second\"\n\tmsg := {\"msg\": \"bad name\", \"subject\": trail.id}\n}\n\nwarn contains \"look here\"\n";
    let judgements = judge_file(text).unwrap();
    let [judgement] = judgements.as_slice() else {
        panic!("one policy")
    };
    assert_eq!(judgement.subjects, ["111122223333", "b"].map(Into::into));
    let result = &judgement.results[0];
    assert_eq!(
        (&*result.check, result.outcome, &*result.message),
        ("deny", Outcome::Fail, "bad name")
    );
    assert_eq!(&*judgement.warnings[0].message, "look here");
    assert_eq!(&*judgement.warnings[0].subject, "111122223333");
}

/// The refusal of the sample with one text in place of another.
fn changed(from: &str, to: &str) -> String {
    assert!(format!("{HEAD}{RESULTS}").contains(from));
    refused_file(&format!("{HEAD}{RESULTS}").replace(from, to))
}

fn refused_file(text: &str) -> String {
    match judge_file(text) {
        Ok(_) => "taken".to_owned(),
        Err(error) => refusal(&error),
    }
}

#[test]
fn no_subject_slips_away() {
    let one = "\tsome trail in input.trails\n\ttrail.name == \"main\"\n";
    let left_out = |head: &str| {
        let text = format!("{head}{RESULTS}")
            .replace("\tsome trail in input.trails\n", one)
            .replace(
                "\tsome i, trail in input.trails\n",
                "\tsome i, trail in input.trails\n\ttrail.name == \"main\"\n",
            );
        refused_file(&text)
    };
    insta::assert_snapshot!(left_out(HEAD), @"trail-left-out at 13:1: `subjects` leaves out the trail `b`");
    let some = HEAD.replace(
        "#   severity: low\n",
        "#   severity: low\n#   subjects: some\n",
    );
    assert_eq!(left_out(&some), "taken");
    let none = "\"no such\"";
    let text = format!("{some}{RESULTS}")
        .replace(
            "input.trails\n\tid",
            &format!("input.trails\n\ttrail.name == {none}\n\tid"),
        )
        .replace(
            "\tresult := {",
            &format!("\ttrail.name == {none}\n\tresult := {{"),
        );
    assert_eq!(refused_file(&text), "taken");
    let all = text.replace("#   subjects: some\n", "");
    insta::assert_snapshot!(refused_file(&all), @"no-subjects at 13:1: `subjects` is empty, and the input has trails: 2");
    let invented = format!(
        "{HEAD}{RESULTS}\nsubjects contains upper(\"none\")\n\nresults contains {{\"subject\": upper(\"none\"), \"check\": \"named\", \"outcome\": \"inconclusive\", \"code\": \"yes\", \"message\": \"m\", \"evidence\": [], \"help\": null}}\n"
    );
    insta::assert_snapshot!(refused_file(&invented), @"unknown-subject at 13:1: `subjects` holds `NONE`, which the input doesn't have");
}

#[test]
fn a_pass_rests_on_evidence_and_a_code_is_explained() {
    insta::assert_snapshot!(changed("[{\"path\": [\"trails\", i, \"name\"], \"label\": \"the name\"}]", "[x | x := i; x > 5]"), @"pass-without-evidence at 18:1: `a` passes `named` without evidence");
    for path in [
        "[]",
        "[\"trails\", i + 9, \"name\"]",
        "[\"trails\", i, lower(\"NOTHING\")]",
        "[\"trails\", i, \"status\"]",
        "[\"trails\", i, \"name\", lower(\"INNER\")]",
        "[\"trails\", sprintf(\"%d\", [i])]",
        "[\"account_id\"]",
        "[\"as_of\"]",
        "[\"trails\"]",
        "[\"regions\"]",
        "[\"trails\", i, \"id\"]",
        "[\"trails\", i, \"complete\"]",
        "[\"trails\", i, \"sightings\", 0, \"complete\"]",
        "[\"regions\", 0, \"region\"]",
    ] {
        let told = changed("[\"trails\", i, \"name\"]", path);
        assert_eq!(
            told,
            "evidence-nowhere at 18:1: `a` passes `named`, and no path of its evidence leads to what AWS answered",
            "{path}"
        );
    }
    let other = "[\"trails\", i, \"name\"], \"label\": \"the name\"}, {\"path\": []";
    let rules = RESULTS.replace("[\"trails\", i, \"name\"]", other);
    assert!(
        judge(&rules).is_ok(),
        "one path that leads to a value is enough"
    );
    for path in ["[\"trails\", 0, \"name\"]", "[\"trails\", 1 - i, \"name\"]"] {
        let told = changed("[\"trails\", i, \"name\"]", path);
        let told = told.replace("`a`", "`b`");
        assert_eq!(
            told,
            "evidence-elsewhere at 18:1: `b` passes `named`, and its evidence is of other trails alone",
            "{path}"
        );
    }
    let beside =
        "[\"trails\", 1 - i, \"name\"], \"label\": \"the other\"}, {\"path\": [\"trails\", i]";
    let rules = RESULTS.replace("[\"trails\", i, \"name\"]", beside);
    assert!(judge(&rules).is_ok(), "others may be named beside it");
    insta::assert_snapshot!(changed("\"code\": \"yes\"", "\"code\": lower(\"YESS\")"), @"undeclared-code at 18:1: METADATA does not explain the code `yess`");
}

/// An account whose second trail has this name, judged by a policy whose
/// results need this of each name.
fn costly(expression: &str, name: &str) -> EngineError {
    costly_within(expression, name, DEFAULT_LIMIT, "")
}

fn costly_within(expression: &str, name: &str, limit: Duration, more: &str) -> EngineError {
    let rules = RESULTS.replace("\tresult := {", "\tcost(trail.name)\n\tresult := {");
    let text = format!(
        "{HEAD}{rules}\ncost(name) if {{\n\tvalue := {expression}\n\tvalue != 77\n}}\n\n{more}"
    );
    let set = PolicySet::of(&[("sample.rego", &text)]).unwrap();
    let checked = Checked::new(&set).unwrap_or_else(|error| panic!("{expression}: {error}"));
    let mut worker = Worker::new(checked, limit).unwrap();
    let mut bad = input();
    bad["trails"][1]["name"] = name.into();
    let error = worker.judge(&bad).expect_err(expression);
    // The next account is judged.
    let good = json!({"account_id": "444455556666", "trails": []});
    assert!(worker.judge(&good).is_ok(), "{expression}");
    error
}

#[test]
fn two_values_where_one_may_be_cost_one_account() {
    let key = "value for key `\"a\"` generated multiple times";
    for (rules, what) in [
        (
            "cost(_) := 1\n\ncost(name) := 2 if name == \"odd\"\n",
            "`cost` has two values where it may have one",
        ),
        (
            "cost(_) := value\n\nvalue := input.account_id\n\nvalue := 2 if input.trails[_].name == \"odd\"\n",
            "`value` has two values where it may have one",
        ),
        (
            "cost(_) := values\n\nvalues[\"a\"] := trail.id if {\n\tsome trail in input.trails\n\todd\n}\n\nodd if input.trails[_].name == \"odd\"\n",
            "`values` has two values where it may have one",
        ),
        (
            "cost(name) := {key: value | some [key, value] in [[\"a\", \"odd\"], [\"a\", name]]; name == \"odd\"} if name != \"odd\"\n\ncost(name) := {key: value | some [key, value] in [[\"a\", 1], [\"a\", name]]} if name == \"odd\"\n",
            key,
        ),
    ] {
        let body = RESULTS.replace("\tresult := {", "\tcost(trail.name) != 77\n\tresult := {");
        let text = format!("{HEAD}{body}\n{rules}");
        let set = PolicySet::of(&[("sample.rego", &text)]).unwrap();
        for set in [set.clone(), set.as_written()] {
            let checked = Checked::new(&set).unwrap_or_else(|error| panic!("{rules}: {error}"));
            let mut worker = Worker::new(checked, DEFAULT_LIMIT).unwrap();
            let mut bad = input();
            bad["trails"][1]["name"] = "odd".into();
            let error = worker.judge(&bad).expect_err(rules);
            assert!(error.is_runaway(), "{rules}: {error}");
            assert_eq!(
                error.to_string(),
                format!("policy `sample` can't judge account `111122223333`: {what}")
            );
            assert!(worker.judge(&input()).is_ok(), "{rules}");
        }
    }
}

#[test]
fn an_account_takes_hardly_more_than_the_time_it_has() {
    const LIMIT: Duration = Duration::from_millis(800);
    for cost in [
        // Many steps.
        "count([a | some a in numbers.range(1, 60000); some b in numbers.range(1, 60000); a + b == 0])",
        // Few steps of the engine's own, each over very much.
        "count([a | some a in numbers.range(1, 60000); count(large | {a}) == 0])",
        // Few calls, each over very much.
        "count([a | some a in numbers.range(1, 60000); indexof(text, sprintf(\"%d\", [a])) > 0])",
    ] {
        let body = RESULTS.replace("\tresult := {", "\tcost(trail.name) != 77\n\tresult := {");
        let text = format!(
            "{HEAD}{body}\ncost(name) := {cost} if name == \"main\"\n\ncost(name) := 0 if name != \"main\"\n\nlarge := {{n | some n in numbers.range(1, 20000)}}\n\ntext := concat(\"\", [\"xxxxxxxx\" | some _ in numbers.range(1, 20000)])\n"
        );
        let set = PolicySet::of(&[("sample.rego", &text)]).unwrap();
        let checked = Checked::new(&set).unwrap_or_else(|error| panic!("{cost}: {error}"));
        let mut worker = Worker::new(checked, LIMIT).unwrap();
        let start = std::time::Instant::now();
        let error = worker.judge(&input()).expect_err(cost);
        let taken = start.elapsed();
        assert!(
            matches!(error, EngineError::Runaway { .. }),
            "{cost}: {error}"
        );
        // Tests run beside each other; it took three times as long once.
        assert!(taken < LIMIT * 2, "{cost}: {taken:?}");
    }
}

/// What one policy can't judge, another can.
#[test]
fn an_account_is_lost_to_one_policy_alone() {
    let sound = format!("{HEAD}{RESULTS}");
    let lost = sound.replace("sample", "lost").replace(
        "\tresult := {",
        "\tto_number(trail.name) != 77\n\tresult := {",
    );
    let endless = sound.replace("sample", "endless").replace(
        "\tresult := {",
        "\tcount([a | some a in numbers.range(1, 60000); some b in numbers.range(1, 60000); a + b == 0]) == 0\n\tresult := {",
    );
    let files = [
        ("endless.rego", &*endless),
        ("lost.rego", &lost),
        ("sample.rego", &sound),
    ];
    let set = PolicySet::of(&files).unwrap();
    for set in [set.clone(), set.as_written()] {
        let limit = Duration::from_millis(300);
        let mut program = Program::build(&set, limit).unwrap();
        let judged = program
            .judge_input(&super::value::value(&input()), "1", 2)
            .unwrap();
        let told: Vec<bool> = judged.iter().map(Result::is_ok).collect();
        assert_eq!(told, [false, false, true]);
    }
}

#[test]
fn a_panic_in_a_builtin_costs_one_account() {
    let rules = RESULTS.replace(
        "\tresult := {",
        "\tvalue := type_name(trail.name)\n\tvalue != 77\n\tresult := {",
    );
    let set = PolicySet::of(&[("sample.rego", &format!("{HEAD}{rules}"))]).unwrap();
    Checked::new(&set).unwrap();
    let mut engine = compile(set.modules()).unwrap();
    let panics = |_| panic!("as a builtin of the engine may");
    engine
        .add_extension("type_name".to_owned(), 1, Box::new(panics))
        .unwrap();
    let mut program = Program::with(engine, &set, DEFAULT_LIMIT).unwrap();
    let error = program.judge(&input()).unwrap_err();
    assert!(error.is_runaway(), "{error}");
    let good = json!({"account_id": "444455556666", "trails": []});
    assert!(program.judge(&good).is_ok());
}

#[test]
fn a_number_of_too_many_digits_costs_one_account() {
    for (expression, name) in [
        ("count(name) * 18446744073709551615", "xx"),
        ("to_number(name) * 0.1", "0.1"),
        ("to_number(name) + 1", "12345678901234567890123"),
        ("ceil(0 - to_number(name))", "0.5"),
        ("replace(name, \"\", \"-\")", "é"),
    ] {
        let error = costly(&format!("[v | name != \"main\"; v := {expression}]"), name);
        assert!(error.is_runaway(), "{expression}: {error}");
    }
}

#[test]
fn what_a_policy_costs_costs_one_account() {
    for (expression, name) in [
        ("count(numbers.range(1, count(name) * 1000000000000))", "x"),
        ("units.parse(name)", "9e999999999Ki"),
        ("to_number(name)", "1e999999999"),
        ("net.cidr_expand(name)", "0.0.0.0/1"),
        (
            "count(concat(\"\", [name | some _ in numbers.range(1, 2000000)]))",
            "0123456789012345678901234567890123456789",
        ),
        (
            "count(replace(replace(name, \"a\", concat(\"\", [name | some _ in numbers.range(1, 100000)])), \"a\", name))",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        (
            "sprintf(concat(\"\", [\"%\", name, \"d\"]), [1])",
            "4000000000",
        ),
        (
            "count([upper(concat(\"\", [name | some _ in numbers.range(1, 1000000)])) | some _ in numbers.range(1, 1000)])",
            "0123456789",
        ),
    ] {
        let guarded = format!("[v | name != \"main\"; v := {expression}]");
        let error = costly(&guarded, name);
        assert!(error.is_runaway(), "{expression}: {error}");
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        assert!(help.contains("`cost`"), "{expression}: {help}");
    }
}

/// A rule that is made of the one before it twice, and so on: few values, and so many
/// parts that a thread which is left behind with them ends some seconds later.
fn doubled(from: &str) -> String {
    let steps = (1..30).map(|at| format!("{from}{at} := [{from}{0}, {from}{0}]\n", at - 1));
    format!(
        "{from}0 := [input.account_id]\n{}",
        steps.collect::<String>()
    )
}

#[test]
fn what_comes_to_no_end_between_two_steps_costs_one_account() {
    let rules = doubled("d") + &doubled("e");
    for (expression, limit) in [
        ("d29 == e29", Duration::from_millis(200)),
        ("count({d29, e29})", Duration::from_millis(200)),
        ("count(sort([d29, e29]))", Duration::from_millis(200)),
        ("print(d29)", DEFAULT_LIMIT),
        ("json.marshal(d29)", DEFAULT_LIMIT),
    ] {
        let guarded = format!("[v | name != \"main\"; v := {expression}]");
        let guarded = match expression.starts_with("print") {
            true => format!("[name | name != \"main\"; {expression}]"),
            false => guarded,
        };
        let error = costly_within(&guarded, "x", limit, &rules);
        assert!(error.is_runaway(), "{expression}: {error}");
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        assert!(help.starts_with("it was in `"), "{expression}: {help}");
    }
}

#[test]
fn what_a_test_or_a_trace_looks_at_without_end_is_left_behind() {
    let rules = doubled("d") + &doubled("e");
    let policy = format!("package a\n\n{}", rules.replace("input.account_id", "1"));
    let test = "package a_test\n\nimport data.a\n\ntest_shared if {\n\tx := a.d29\n\ty := a.e29\n\tsome z in [x, y]\n\tcount(z) == 3\n}\n\ntest_plain if count(a.d29) == 2\n";
    let set = PolicySet::of(&[("a.rego", &policy), ("a_test.rego", test)]).unwrap();
    let checked = Checked::with_tests(&set).unwrap();
    let limit = Duration::from_millis(200);
    let cases = testing::cases(&set);
    let report = testing::run(&checked, &cases, testing::Lines::Ignored, limit).unwrap();
    let outcomes: Vec<_> = report.runs.iter().map(|run| &run.outcome).collect();
    assert!(
        matches!(
            outcomes.as_slice(),
            [
                testing::TestOutcome::Failed(None),
                testing::TestOutcome::Passed
            ]
        ),
        "{outcomes:?}"
    );

    let results = RESULTS.replace(
        "\tresult := {",
        "\tkinds := {kind | kind := shared(trail)[_]}\n\tcount(kinds) > 0\n\tresult := {",
    );
    let text = format!(
        "{HEAD}{results}\nshared(_) := [d29]\n\nshared(_) := [d29] if d29 == d29\n\n{rules}"
    );
    let set = PolicySet::of(&[("sample.rego", &text)]).unwrap();
    let checked = Checked::new(&set).unwrap();
    // It comes to an end, whatever it can tell then.
    let traced = super::trace::trace(checked, &input(), "a", limit);
    assert!(traced.is_ok_and(|traced| !traced.is_whole));
}
