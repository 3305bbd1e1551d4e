//! `coldtrail eval`: what a query gives over the inputs that policies see.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Done, coldtrail};

const TWO: &str = "fixtures/two-accounts-three-regions/evidence";

fn eval(query: &str, args: &[&str]) -> Done {
    coldtrail(["eval", query]).args(args).done()
}

fn answers(query: &str, args: &[&str]) -> Value {
    let done = eval(query, args);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{query}");
    serde_json::from_str(&done.stdout).unwrap()
}

#[test]
fn a_query_is_answered_as_opa_eval_does_with_the_account_beside_it() {
    let done = eval(
        "count(input.trails)",
        &["--input", TWO, "--account", "444455556666"],
    );
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(done.stdout, @r#"
    {
      "result": [
        {
          "expressions": [
            {
              "value": 4,
              "text": "count(input.trails)",
              "location": {
                "row": 1,
                "col": 1
              }
            }
          ],
          "account_id": "444455556666"
        }
      ]
    }
    "#);
    assert_eq!(
        answers("input.trails[0].name == \"x\"; true", &["--input", TWO]),
        json!({})
    );
    let all = answers(
        "some trail in input.trails; name := trail.name",
        &["--input", TWO],
    );
    let told: Vec<[&str; 2]> = all["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            [&one["account_id"], &one["bindings"]["name"]].map(|text| text.as_str().unwrap())
        })
        .collect();
    insta::assert_debug_snapshot!(told, @r#"
    [
        [
            "111122223333",
            "main",
        ],
        [
            "444455556666",
            "ledger",
        ],
        [
            "444455556666",
            "payments",
        ],
        [
            "444455556666",
            "web",
        ],
        [
            "444455556666",
            "audit",
        ],
    ]
    "#);
}

#[test]
fn a_query_sees_the_inputs_of_inspect_and_the_policies_of_check() {
    let done = coldtrail(["inspect", TWO, "--input"]).done();
    let inputs: Value = serde_json::from_str(&done.stdout).unwrap();
    let seen = answers("input", &["--input", TWO]);
    for (at, input) in inputs.as_array().unwrap().iter().enumerate() {
        assert_eq!(seen["result"][at]["expressions"][0]["value"], *input);
    }
    let query = "data.cloudtrail.cloudwatch_logs.results[_].outcome";
    let of = |more: &[&str]| {
        let args = [
            &[
                "--input",
                "fixtures/delivery-stale-by-one-second/evidence",
                "--as-of",
                "2026-11-20T12:00:00Z",
            ],
            more,
        ]
        .concat();
        let all = answers(query, &args);
        let all = all["result"].as_array().unwrap().iter();
        let mut all: Vec<String> = all
            .map(|one| one["expressions"][0]["value"].to_string())
            .collect();
        all.sort();
        all
    };
    assert_eq!(of(&[]), ["\"fail\"", "\"pass\""]);
    assert_eq!(
        of(&["--param", "max_delivery_age_hours=48"]),
        ["\"pass\"", "\"pass\""]
    );
}

#[test]
fn without_an_input_a_query_sees_data_and_policies_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("a.rego"),
        "package a\n\ndeny contains x if some x in data.words\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("data.json"),
        "{\"words\": [\"b\", \"a\"]}",
    )
    .unwrap();
    let told = answers(
        "data.a.deny",
        &["--policy", folder.path().to_str().unwrap()],
    );
    let expected =
        json!({"value": ["a", "b"], "text": "data.a.deny", "location": {"row": 1, "col": 1}});
    assert_eq!(told, json!({"result": [{"expressions": [expected]}]}));
}

#[test]
fn all_data_has_the_values_of_rules_and_a_library_can_be_asked() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("lib")).unwrap();
    let library =
        "package house.lib\n\nlimit := count(\"ab\")\n\nnone if false\n\ndouble(x) := 2 * x\n";
    fs::write(folder.path().join("lib/words.rego"), library).unwrap();
    fs::write(
        folder.path().join("data.json"),
        "{\"house\": {\"most\": 3}}",
    )
    .unwrap();
    let value = |query: &str, path: &std::path::Path| {
        let told = answers(query, &["--policy", path.to_str().unwrap()]);
        told["result"][0]["expressions"][0]["value"].clone()
    };
    assert_eq!(
        value("data", folder.path()),
        json!({"house": {"lib": {"limit": 2}, "most": 3}, "params": {}})
    );
    assert_eq!(value("data.house.lib.double(4)", folder.path()), 8);
    assert_eq!(
        value("data.house.lib.double(4)", &folder.path().join("lib")),
        8
    );
    let done = eval(
        "1",
        &["--policy", folder.path().join("none").to_str().unwrap()],
    );
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
}

#[test]
fn what_a_query_prints_goes_to_standard_error_with_its_place() {
    let done = eval(
        "x := 1\nprint(\"seen\", input.account_id)",
        &["--input", TWO],
    );
    assert_eq!(done.code, Some(0));
    assert_eq!(
        done.stderr,
        "query:2: seen 111122223333\nquery:2: seen 444455556666\n"
    );
}

#[test]
fn an_account_over_which_a_query_fails_leaves_the_others() {
    let query = "x := [1 | input.account_id == \"111122223333\"; to_number(\"x\")]";
    let done = eval(query, &["--input", TWO]);
    assert_eq!(done.code, Some(2));
    let whole: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(whole["result"][0]["account_id"], "444455556666");
    assert_eq!(whole["errors"][0]["account_id"], "111122223333");
    assert_eq!(
        whole["errors"][0]["message"],
        "could not parse string as number"
    );
    assert!(
        done.stderr.contains("could not parse string as number"),
        "{}",
        done.stderr
    );
}

#[test]
fn what_is_wrong_with_a_query_is_told_at_its_place() {
    let told = |query: &str, args: &[&str]| {
        let done = eval(query, &[&["--input", TWO], args].concat());
        assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "{query}");
        done.stderr
    };
    insta::assert_snapshot!(told("input.trials[_].name", &[]), @r"
    policy::unresolved-input

      × the input never has `input.trials`
       ╭─[query:1:7]
     1 │ input.trials[_].name
       ·       ───┬──
       ·          ╰── there is no `trials`
       ╰────
      help: did you mean `trails`?
    ");
    insta::assert_snapshot!(told("to_number(input.account_id) > to_number(\"x\")", &[]), @r#"
    policy::rego-evaluation

      × could not parse string as number
       ╭─[query:1:31]
     1 │ to_number(input.account_id) > to_number("x")
       ·                               ────┬────
       ·                                   ╰── here
       ╰────
    "#);
    insta::assert_snapshot!(told("", &[]), @"
    policy::query

      × the query is empty
       ╭─[query:1:1]
       ╰────
      help: a query is a body of a rule: `input.trails[_].name`, `x := 1; x > 0`
    ");
    insta::assert_snapshot!(told("true } more if { true", &[]), @r"
    policy::query

      × this is more than a query
       ╭─[query:1:1]
     1 │ true } more if { true
       · ──────────┬──────────
       ·           ╰── here
       ╰────
      help: a query is a body of a rule: `input.trails[_].name`, `x := 1; x > 0`
    ");
    insta::assert_snapshot!(told("count(numbers.range(1, 1000000000000))", &[]), @r"
    policy::rego-evaluation

      × `numbers.range` would give 999999999999 members, more than a policy may
       ╭─[query:1:7]
     1 │ count(numbers.range(1, 1000000000000))
       ·       ──────┬──────
       ·             ╰── here
       ╰────
    ");
    insta::assert_snapshot!(told("true", &["--account", "444455556667"]), @r"
    usage

      × `--account 444455556667` can't be read: the evidence has no such account
      help: the accounts are `111122223333` and `444455556666`
    ");
    let done = eval("true", &["--input", "policies"]);
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.contains("no evidence of any trail found"),
        "{}",
        done.stderr
    );
}
