//! Queries mean what `opa eval` makes of them.

use serde_json::{Value, json};

use super::Query;
use crate::engine::{Checked, DEFAULT_LIMIT};
use crate::policy::PolicySet;

fn solutions(query: &str) -> Vec<Value> {
    let set = PolicySet::embedded().unwrap();
    let checked = Checked::new(&set).unwrap();
    let input =
        json!({"account_id": "1", "trails": [{"id": "a", "name": "a"}, {"id": "b", "name": "b"}]});
    let mut query = Query::new(&checked, query, DEFAULT_LIMIT).unwrap();
    query.solutions(Some(&input)).unwrap()
}

/// The values of the expressions and the bindings, a solution a line.
fn told(query: &str) -> String {
    let line = |solution: &Value| {
        let values = solution["expressions"].as_array().unwrap().iter();
        let values: Vec<String> = values.map(|one| one["value"].to_string()).collect();
        format!("{} {}", values.join(" "), solution["bindings"])
    };
    let lines: Vec<String> = solutions(query).iter().map(line).collect();
    lines.join("\n")
}

#[test]
fn what_opa_eval_says_of_a_query_is_said_here() {
    for (query, expected) in [
        ("1 + 1", "2 null"),
        ("1 == 2", "false null"),
        ("1 == 2; true", ""),
        ("x := 1; x == 2", ""),
        ("x := 1; y = x + 1", "true true {\"x\":1,\"y\":2}"),
        ("input.trails[_].name", "\"a\" null\n\"b\" null"),
        ("input.trails[i].name == \"b\"", "true {\"i\":1}"),
        ("input.as_of", ""),
        ("some i; input.trails[i].name == \"b\"", "true {\"i\":1}"),
        (
            "some t in input.trails; t.name != \"a\"",
            "true true {\"t\":{\"id\":\"b\",\"name\":\"b\"}}",
        ),
        ("[t.id | some t in input.trails]", "[\"a\",\"b\"] null"),
        ("{t.id | some t in input.trails}", "[\"a\",\"b\"] null"),
        ("not input.as_of", "true null"),
        (
            "walk({\"a\": 1}, [path, value])",
            "true {\"path\":[],\"value\":{\"a\":1}}\ntrue {\"path\":[\"a\"],\"value\":1}",
        ),
        ("(1 + 2) * 3", "9 null"),
        ("\"a\" # why", "\"a\" null"),
        ("# first\n  [1,\n  2\n]", "[1,2] null"),
        ("count([1 | input.as_of])", "0 null"),
        ("data.lib.aws.shell(\"a b\")", "\"'a b'\" null"),
        (
            "[k | some k, _ in data]",
            "[\"cloudtrail\",\"lib\",\"params\"] null",
        ),
        (
            "data[k].cloudwatch_logs.subjects",
            "[\"a\",\"b\"] {\"k\":\"cloudtrail\"}",
        ),
        (
            "x := data; count(x.cloudtrail.cloudwatch_logs.subjects)",
            "true 2 {\"x\":",
        ),
        (
            "count(data[\"cloudtrail\"].cloudwatch_logs.subjects) == count(data[k].cloudwatch_logs.subjects)",
            "true {\"k\":\"cloudtrail\"}",
        ),
        (
            "y := data with input as {\"trails\": [{\"id\": \"c\"}]}; y.cloudtrail.cloudwatch_logs.subjects == {\"c\"}",
            "true true {\"y\":",
        ),
    ] {
        let told = told(query);
        match expected.strip_suffix(':') {
            // What follows is long.
            Some(_) => assert!(told.starts_with(expected), "{query}: {told}"),
            None => assert_eq!(told, expected, "{query}"),
        }
    }
}

#[test]
fn an_expression_is_told_with_its_text_and_place() {
    let solutions = solutions("x := 1\n  x + 1 == 2");
    assert_eq!(
        solutions[0]["expressions"][1],
        json!({"value": true, "text": "x + 1 == 2", "location": {"row": 2, "col": 3}})
    );
}

#[test]
fn what_is_no_query_or_refused_is_told_at_its_place() {
    let set = PolicySet::embedded().unwrap();
    let checked = Checked::new(&set).unwrap();
    for (query, message, at) in [
        ("1 +", "", 0),
        ("", "the query is empty", 0),
        (" ; # nothing", "the query is empty", 0),
        ("true } other if { true", "this is more than a query", 0),
        ("true } else if { true", "this is more than a query", 0),
        ("input.trials", "the input never has `input.trials`", 6),
        (
            "x := 1; time.now_ns() > x",
            "`time.now_ns` has no place in a policy: it reads the clock",
            8,
        ),
        ("data.lib.nothing", "`data.lib.nothing` leads nowhere", 0),
    ] {
        let error = Query::new(&checked, query, DEFAULT_LIMIT).err().unwrap();
        assert!(error.to_string().contains(message), "{query}: {error}");
        let crate::engine::EngineError::Policy(error) = error else {
            panic!("{query}")
        };
        let problem = &error.problems()[0];
        assert_eq!(problem.file.shown, "query");
        if !message.is_empty() {
            assert_eq!(problem.span.start, at, "{query}");
        }
    }
}

#[test]
fn an_error_stands_at_its_place_in_the_query() {
    let set = PolicySet::embedded().unwrap();
    let checked = Checked::new(&set).unwrap();
    let mut query = Query::new(&checked, "x := \"a\"\nto_number(x)", DEFAULT_LIMIT).unwrap();
    let error = query.solutions(None).err().unwrap();
    let crate::engine::EngineError::Policy(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.problems()[0].position(), (2, 1));
}
