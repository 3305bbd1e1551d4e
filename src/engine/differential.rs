//! Programs of another's making, evaluated for whoever compares them with OPA:
//! `.ci/opa-parity/programs.py` makes them and asks OPA the same.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::load::{compile, engine_of};
use super::optimize::optimized;
use super::program::add_data;
use super::value::value;
use super::{builtins, check};
use crate::policy::{PolicySet, Weight};

/// What became of one program: `refused`, `warned` of, a `value`, `undefined`
/// or an `error`.
fn outcome(program: &Value) -> Value {
    let text = program["text"].as_str().unwrap();
    let set = match PolicySet::of(&[("a.rego", text)]) {
        Ok(set) => set,
        Err(error) => return json!({"refused": [error.to_string()]}),
    };
    let problems = match check(&set) {
        Ok(problems) => problems,
        Err(error) => return json!({"refused": [error.to_string()]}),
    };
    let of = |weight: Weight| {
        let problems = problems.iter().filter(|problem| problem.weight == weight);
        problems.map(|problem| problem.code).collect::<Vec<_>>()
    };
    let refused = of(Weight::Error);
    if !refused.is_empty() {
        let types = problems.iter().filter(|problem| {
            let codes = ["argument-type", "no-keys", "type-mismatch"];
            problem.weight == Weight::Error && codes.contains(&problem.code)
        });
        let lines: BTreeSet<usize> = types
            .map(|problem| problem.file.position(problem.span.start).0)
            .collect();
        return json!({"refused": refused, "type_errors": lines});
    }
    let mut engine = compile(set.modules()).unwrap();
    add_data(&mut engine, &json!({})).unwrap();
    engine.set_input(value(&program["input"]));
    builtins::begin(crate::engine::DEFAULT_LIMIT);
    let mut outcome = match engine.eval_rule("data.a.x".to_owned()) {
        Ok(regorus::Value::Undefined) => json!({"undefined": true}),
        Ok(value) => json!({"value": serde_json::to_value(&value).unwrap()}),
        Err(error) => json!({"error": format!("{error:#}").lines().last()}),
    };
    outcome["warned"] = of(Weight::Warning).into();
    if outcome.get("error").is_none() {
        same_without_passes(&set, program, &outcome);
    }
    outcome
}

/// Holds a program that fails in nothing to the same value when it is optimized.
fn same_without_passes(set: &PolicySet, program: &Value, outcome: &Value) {
    let Some(optimized) = optimized(set.modules(), &json!({})) else {
        return;
    };
    let mut engine = engine_of(&optimized).unwrap();
    add_data(&mut engine, &json!({})).unwrap();
    engine.set_input(value(&program["input"]));
    builtins::begin(crate::engine::DEFAULT_LIMIT);
    let rule = format!("data.{}.x", optimized.package("a"));
    let found = match engine
        .eval_rule(rule)
        .unwrap_or_else(|error| panic!("{}: {error}", program["text"]))
    {
        regorus::Value::Undefined => Value::Null,
        value => serde_json::to_value(&value).unwrap(),
    };
    let expected = outcome.get("value").cloned().unwrap_or_default();
    assert_eq!(found, expected, "{}", program["text"]);
}

#[test]
fn programs_are_evaluated_for_comparison() {
    let Some(path) = std::env::var_os("COLDTRAIL_PROGRAMS") else {
        return;
    };
    let programs = std::fs::read_to_string(&path).unwrap();
    let outcomes: String = programs
        .lines()
        .map(|line| format!("{}\n", outcome(&serde_json::from_str(line).unwrap())))
        .collect();
    std::fs::write(
        std::path::Path::new(&path).with_extension("outcomes"),
        outcomes,
    )
    .unwrap();
}
