//! What OPA 1.20 refuses when it loads a policy, and what it takes that looks
//! alike.

use super::hidden::{each, refused};

#[test]
fn no_rule_lies_within_the_value_of_another() {
    const KEYED: &str = "x[k] := 1 if some k in [\"a\"]";
    const CONFLICT: &str = "conflicting-rules";
    let rows = [
        (
            "x.y := 1 if input.account_id\nx := 3 if not input.account_id",
            "",
            CONFLICT,
        ),
        ("x.y := {\"a\": 1}\nx.y.b := 2", "", CONFLICT),
        ("x.y contains 1\nx.y.z := 3", "", CONFLICT),
        ("x contains 1\nx.b := 1", "", CONFLICT),
        ("x := 1\nx.y contains 1", "", CONFLICT),
        ("x if true\nx.y if true", "", CONFLICT),
        ("default x := 1\nx.y := 2", "", CONFLICT),
        ("default x.y := 1\nx := 2", "", CONFLICT),
        (
            "x := {\"y\": {}}\nx.y[k] := 1 if some k in [\"a\"]",
            "",
            CONFLICT,
        ),
        ("x[\"a b\"] := 1\nx[\"a b\"].c := 1", "", CONFLICT),
        ("x.f(y) := y\nx := 1", "", CONFLICT),
        ("x.f(y) := y\nx[k] := 1 if some k in [\"a\"]", "", CONFLICT),
        ("x(y) := y\nx.g(y) := y", "", CONFLICT),
        ("x(y) := y\ndefault x(_, _) := 1", "", CONFLICT),
        ("x(y) := y\nx(y, z) := y + z", "", CONFLICT),
        ("x := 1", "x.y := 2", CONFLICT),
        ("x := 1", "package a.x\ny := 2", "package-at-rule"),
        ("x := 1", "package a.x\n", "package-at-rule"),
        ("x(y) := y", "package a.x\ny := 2", "package-at-rule"),
        ("x := 1", "package a.x.y.z\nq := 1", "package-at-rule"),
        ("x.y := 1", "package a.x.y\nz := 1", "package-at-rule"),
        ("x.z := 1", "package a.x\nz.b := 1", CONFLICT),
        (KEYED, "x.f(y) := y", CONFLICT),
        (KEYED, "x.y := 1", ""),
        (KEYED, "x.y.z := 1", ""),
        (KEYED, "x.y[k] := 1 if some k in [\"b\"]", ""),
        // OPA takes these two.
        (KEYED, "package a.x\n", "package-at-rule"),
        (KEYED, "package a.x\ny := 1", "package-at-rule"),
        ("x[k] contains 1 if some k in [\"a\"]", "x.y := {1}", ""),
        ("x.f(y) := y", "x.g := 1", ""),
        ("x.z := 1", "package a.x\ny := 1", ""),
        ("x(y) := y\ndefault x(_) := 1", "", ""),
        ("z := 1", "package a.x.y.z\nq := 1", ""),
    ];
    for (one, other, expected) in rows {
        let told = refused(&[one, other]);
        assert_eq!(told, expected, "{one} | {other}");
        assert_eq!(refused(&[other, one]), expected, "{other} | {one}");
    }
}

#[test]
fn a_function_is_replaced_by_one_of_as_many_arguments() {
    const TWO: &str = "f(_, _) := 1\nmock(_) := 1\n";
    const ONE: &str = "f(_) := 1\nmock(_) := 1\nq := 1\nother(_, _) := 1\n";
    let rows = [
        (TWO, "x if f(1, 2) with f as mock", "arity"),
        (TWO, "x if f(1, 2) with data.a.f as data.a.mock", "arity"),
        (TWO, "x if true with f as mock", "arity"),
        (TWO, "x := [1 | f(1, 2) with f as mock]", "arity"),
        (TWO, "x if not f(1, 2) with f as mock", "arity"),
        (ONE, "x if f(1) with f as other", "arity"),
        (
            ONE,
            "x if input.account_id with input as mock",
            "function-as-value",
        ),
        (
            ONE,
            "x if input.account_id with input.account_id as mock",
            "function-as-value",
        ),
        (ONE, "x if f(1) with f as [mock]", "function-as-value"),
        (TWO, "x if f(1, 2) with f as 7", ""),
        (ONE, "x if f(1) with f as mock", ""),
        (ONE, "x if f(1) with f as q", ""),
        (ONE, "x if f(1) with f as input.account_id", ""),
        (ONE, "x if { other := 3; f(1) with f as other }", ""),
    ];
    for (functions, rule, expected) in rows {
        let rules = format!("{functions}{rule}");
        assert_eq!(refused(&[&rules]), expected, "{rule}");
    }
}

#[test]
fn rules_that_the_parser_of_opa_refuses_are_refused() {
    each(&[
        ("contains := 1", "keyword-as-rule"),
        ("contains(x) := x", "keyword-as-rule"),
        ("contains contains 1", "keyword-as-rule"),
        ("contains if true", "keyword-as-rule"),
        ("default contains := 1", "keyword-as-rule"),
        ("contains.x := 1", ""),
        ("contains[k] := 1 if some k in [1]", ""),
        ("x.contains := 1", ""),
        ("and := 1", ""),
        ("x[\"a\"]", "bare-rule"),
        ("x[1]", "bare-rule"),
        ("x[ `a` ]\ny := 1", "bare-rule"),
        ("x[\"a\"] := 1", ""),
        ("x[\"a\"] if true", ""),
        ("x[\"a\"] contains 1", ""),
        ("x contains \"a\"", ""),
        ("x contains [1]", ""),
    ]);
}

#[test]
fn whole_documents_are_imported_by_another_name() {
    each(&[
        ("import input as plan\nx := plan.account_id", ""),
        ("import input as plan\nx if x with plan as {}", "recursion"),
        ("import data as d\nx := d.a.y\ny := 1", ""),
        ("import input\nx := input.account_id", "refused-import"),
        ("import data\nx := 1", "refused-import"),
        ("import data as input\nx := 1", "refused-import"),
        ("import input as input\nx := 1", "refused-import"),
    ]);
}

#[test]
fn words_that_are_imported_twice_are_told_with_the_way_on() {
    for imports in [
        "import rego.v1\nimport future.keywords.in",
        "import future.keywords.in\nimport rego.v1",
        "import future.keywords\nimport future.keywords.in",
        "import rego.v1\nimport future.keywords",
    ] {
        let text = format!("package a\n{imports}\nx := 1\n");
        let set = crate::policy::PolicySet::of(&[("a.rego", &text)]).unwrap();
        let error = super::super::check(&set).unwrap_err();
        let crate::engine::EngineError::Policy(error) = error else {
            panic!("{error}");
        };
        let told = error.problems().first().unwrap();
        assert!(told.message.ends_with('`'), "{}", told.message);
        let help = told.help.as_deref().unwrap();
        assert!(help.starts_with("take it out"), "{help}");
    }
}

#[test]
fn tests_are_held_to_the_lints_before_they_run() {
    use crate::engine::Checked;
    use crate::policy::PolicySet;
    for (test, is_refused) in [
        ("test_x if nope(1)", true),
        ("test_x if x", true),
        ("test_x if data.a.x with data.a.x as y", true),
        ("test_x if data.a.x == 1", false),
        ("test_x if { y := 1; data.a.x == 1 }", false),
    ] {
        let test = format!("package a_test\n{test}\n");
        let set = PolicySet::of(&[("a.rego", "package a\nx := 1\n"), ("a_test.rego", &test)]);
        let set = set.unwrap();
        Checked::new(&set).unwrap();
        assert_eq!(Checked::with_tests(&set).is_err(), is_refused, "{test}");
    }
}
