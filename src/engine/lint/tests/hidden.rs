//! Names that hide others, by what OPA 1.20 says of each.

use super::super::check;
use crate::policy::{PolicySet, Weight};

/// The codes of what is refused in files of the package `a`, or of the package
/// that they name.
pub(super) fn refused(files: &[&str]) -> String {
    let files: Vec<(String, String)> = files
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let package = if text.starts_with("package") {
                ""
            } else {
                "package a\n"
            };
            (format!("{index}.rego"), format!("{package}{text}\n"))
        })
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let problems = check(&PolicySet::of(&files).unwrap()).unwrap();
    let errors = problems
        .iter()
        .filter(|problem| problem.weight == Weight::Error);
    let mut codes: Vec<&str> = errors.map(|problem| problem.code).collect();
    codes.dedup();
    codes.join(" ")
}

/// What types are told of it besides is left out.
pub(super) fn each(cases: &[(&str, &str)]) {
    for (rules, expected) in cases {
        let told = refused(&[rules]);
        let is_named = told.split(' ').any(|code| code == *expected);
        assert!(is_named, "{rules}: {told:?} is not {expected:?}");
    }
}

#[test]
fn a_variable_of_some_or_every_that_nothing_uses_is_refused() {
    each(&[
        ("x if { every y in [1] { true } }", "unused-variable"),
        ("x if { every k, y in [1] { y } }", "unused-variable"),
        ("x if { every k, y in [1] { k >= 0 } }", "unused-variable"),
        ("x if { some y; true }", "unused-variable"),
        ("x := [1 | some y]", "unused-variable"),
        ("x if { some y; z := [y | y := 1]; z }", "unused-variable"),
        ("x if { every y in [1] { some z; y } }", "unused-variable"),
        ("x if { every k, _ in [1] { k >= 0 } }", ""),
        ("x if { every _ in [1] { true } }", ""),
        ("x if { some y in [1] }", ""),
        ("x if { some k, y in [1] }", ""),
        ("x if { some [y, z] in [[1, 2]] }", ""),
        ("x if { some y; y = 1 }", ""),
        ("x := [y | some y; y = 1]", ""),
        ("x := y if { some y; y = 1 }", ""),
        ("x if { y := 1 }", ""),
    ]);
}

#[test]
fn a_variable_that_hides_a_function_called_in_its_scope_is_refused() {
    each(&[
        (
            "f(y) := y\nx := r if { f := 1; r := f(2) }",
            "hidden-function",
        ),
        ("f(y) := y\nx := r if { r := f(2); f := 1 }", "redeclared"),
        ("f(y) := y\nx := r if { f := f(2); r := f }", "redeclared"),
        ("f(y) := y\ng(f) := f(1) if f", "hidden-function"),
        ("f(y) := y\ng([f]) := f(1) if f", "hidden-function"),
        (
            "f(y) := y\nx := [r | some f in [1]; r := f(2)]",
            "hidden-function",
        ),
        (
            "f(y) := y\nx if { every f in [1] { f == f(1) } }",
            "hidden-function",
        ),
        (
            "x if { every count in [count([1])] { count == 1 } }",
            "hidden-function",
        ),
        ("x := count([2]) if { count := 1 }", "hidden-function"),
        ("x[count([1])] := 1 if some count in [1]", "hidden-function"),
        (
            "x contains count([1]) if some count in [1]",
            "hidden-function",
        ),
        (
            "x := r if { strings := 1; r := strings.reverse(\"ab\") }",
            "hidden-function",
        ),
        (
            "x := r if { strings := 1; r := [y | y := strings.reverse(\"ab\")] }",
            "hidden-function",
        ),
        ("f(plus) := plus + 1", "hidden-function"),
        ("x if { some lt in [1]; lt < 2 }", "hidden-function"),
        ("x if { or := {1}; {2} | or }", "hidden-function"),
        ("x if { internal := 1; internal in [1] }", "hidden-function"),
        ("x if { some eq in [1]; eq = 1 }", "hidden-function"),
        ("x if { 1 + 1 == 2; plus := 1; plus == 1 }", "redeclared"),
        ("x := r if { some assign in [1]; r := assign }", ""),
        ("x if { equal := 1; y := equal; y }", ""),
        ("x := r if { count := 1; r := [count, 2] }", ""),
        ("x := r if { time := {\"clock\": 1}; r := time.clock }", ""),
        (
            "f(y) := y\nx := r if { z := [f | some f in [1]]; r := f(count(z)) }",
            "",
        ),
        (
            "x := 3 if { some count in [1]; count == 2 } else := count([1])",
            "",
        ),
        (
            "x if { every count in [1] { count == 1 }; count([1]) == 1 }",
            "",
        ),
        ("x if { y := [count([1]) | true]; count := 1 }", ""),
    ]);
}

#[test]
fn what_a_with_replaces_is_a_whole_rule() {
    each(&[
        ("q := {\"a\": 5}\nx if q.a with q.a as 1", "partial-with"),
        (
            "q := {\"a\": 5}\nx if q.a with data.a.q.a as 1",
            "partial-with",
        ),
        (
            "q[k] := 3 if some k in [\"a\"]\nx if q.a with q.a as 1",
            "partial-with",
        ),
        (
            "q := 3\nx if { q := 4; y with q as 5 }\ny := q",
            "hidden-function",
        ),
        ("q := 3\nx if q with q as 5", ""),
        ("q.a := 3\nx if q.a with q.a as 5", ""),
        ("q.a := 3\nx if q.a with q as {\"a\": 5}", ""),
        ("x if input.account_id with input.account_id as 5", ""),
    ]);
}

#[test]
fn a_rule_or_import_hides_the_functions_whose_names_begin_with_its_own() {
    let d = "package d\nv := 5\nf(x) := x\nreverse(x) := x";
    for (rules, expected) in [
        ("import data.d as strings\nx := strings.reverse(1)", ""),
        (
            "import data.d as strings\nx := strings.replace_n({}, \"\")",
            "unknown-function",
        ),
        (
            "import data.d.v as count\nx := count([1])",
            "not-a-function",
        ),
        ("import data.d.v as count\nx := count + 1", ""),
        ("import data.d.v as plus\nx := plus + 1", "hidden-function"),
        ("plus := 4\nx := plus + 2", "hidden-function"),
        ("plus := 4\nx := plus", ""),
        ("internal := 4\nx if internal in [1]", "hidden-function"),
        ("strings := {\"reverse\": 1}\nx := strings.reverse", ""),
        (
            "strings := {\"reverse\": 1}\nx := strings.reverse(\"a\")",
            "unknown-function",
        ),
        (
            "strings.foo := 1\nx := strings.reverse(\"a\")",
            "unknown-function",
        ),
        ("strings.reverse(x) := x\nx := strings.reverse(\"a\")", ""),
        ("json := 1\nx := json.marshal(json)", "unknown-function"),
        ("import data.d as input\nx := 1", "refused-import"),
        ("import input.trails as input\nx := 1", "refused-import"),
        (
            "x if { every input in [1] { input } }",
            "variable-of-a-documents-name",
        ),
        (
            "x if { some data in [1]; data }",
            "variable-of-a-documents-name",
        ),
    ] {
        assert_eq!(refused(&[rules, d]), expected, "{rules}");
    }
}

#[test]
fn a_package_within_another_is_no_name_there() {
    for (rules, within, expected) in [
        ("x := b.f(1)", "package a.b\nf(x) := x", "unknown-builtin"),
        ("x := b.v", "package a.b\nv := 1", "unknown-name"),
        ("x := data.a.b.f(1)", "package a.b\nf(x) := x", ""),
        ("import data.a.b\nx := b.f(1)", "package a.b\nf(x) := x", ""),
        (
            "x := strings.reverse(\"a\")",
            "package a.strings\nreverse(x) := x",
            "builtin-and-function",
        ),
        (
            "x := strings.reverse(\"a\")",
            "package a.strings\nf(x) := x",
            "",
        ),
    ] {
        assert_eq!(refused(&[rules, within]), expected, "{rules}");
    }
}

#[test]
fn names_of_rewritten_policies_are_refused() {
    for (files, expected) in [
        (
            ["coldtrail_plus(a, b) := 7", "package b\nx := 1"],
            "reserved-name",
        ),
        (
            [
                "x := r if { coldtrail_1 := 7; r := coldtrail_1 }",
                "package b\nx := 1",
            ],
            "reserved-name",
        ),
        (
            ["f(coldtrail_1) := coldtrail_1", "package b\nx := 1"],
            "reserved-name",
        ),
        (
            ["x := [coldtrail_5 | [1][coldtrail_5]]", "package b\nx := 1"],
            "reserved-name",
        ),
        (
            [
                "import data.b as coldtrail_b\nx := coldtrail_b",
                "package b\nx := 1",
            ],
            "reserved-name",
        ),
        (
            ["x := 1", "package coldtrail_entry_0\nx := 1"],
            "reserved-name",
        ),
        (
            [
                "x := {\"coldtrail_1\": 1}.coldtrail_1",
                "package b.coldtrail_c\nx := 1",
            ],
            "",
        ),
    ] {
        assert_eq!(refused(&files), expected, "{files:?}");
    }
}

#[test]
fn a_name_is_declared_once_in_a_scope_and_not_over_itself() {
    each(&[
        ("f(y) := r if { y := 1; r := y }", "redeclared"),
        ("f(y) := r if { some y in [1]; r := y }", "redeclared"),
        (
            "x := r if { y := [1]; r := [y | some y in y] }",
            "redeclared",
        ),
        (
            "x := r if { y := 1; r := [y | some y in [[y]]] }",
            "redeclared",
        ),
        ("f(y) := [y | some y in y]", "redeclared"),
        (
            "x := [y | some y in [y | some y in [y | some y in [5]]]]",
            "redeclared",
        ),
        (
            "x := [y | some y in [y | some y in [y | y := 5]]]",
            "redeclared",
        ),
        (
            "x := count([y | some z, y in [y | some z, y in [y | some y in [3]]]])",
            "redeclared",
        ),
        ("x := [y | y := [y | some y in [y | some y in [5]]][_]]", ""),
        (
            "x := [y | some y in [z | some z in [y | some y in [5]]]]",
            "",
        ),
        ("f(y) := [y | some y in [1]]", ""),
        ("f(y) := r if { r := [z | some z in [y | y := 3]] }", ""),
        ("f(y) := y if { every y in [1] { y == 1 } }", ""),
        ("x := r if { y := [1]; r := [y | y := y[_]] }", ""),
        ("x := [y | some y in [y | some y in [1, 2]]]", ""),
    ]);
}

#[test]
fn what_an_empty_literal_or_a_computed_key_holds_is_not_known() {
    each(&[
        ("x if not {}.a", ""),
        ("x if { y := []; not y[0] }", ""),
        ("x := y[0] if { y := [] }", ""),
        ("x if { y := {\"a\": []}; not y.a[0] }", ""),
        ("k := \"b\"\no[k] := 1\nx := o.b", ""),
        ("x if { y := [1]; not y[1] }", "not-in-literal"),
    ]);
}

#[test]
fn a_sign_before_what_has_none_is_refused() {
    each(&[
        ("x := -(1)", "sign"),
        ("y := 2\nx := - (y + 1)", "sign"),
        ("x := -(-1)", "sign"),
        ("x := -[3][0]", "sign"),
        ("x := -true", "sign"),
        ("y := 2\nx := - -y", "sign"),
        ("y := 2\nx := -y * -y", ""),
        ("x := -count([1]) + 2", ""),
        ("x := - 1", ""),
    ]);
}

#[test]
fn a_pattern_that_matches_nothing_as_written_is_refused() {
    each(&[
        ("x if { [y, z] := {1, 2} }", "type-mismatch"),
        ("x if { [y] := \"s\" }", "type-mismatch"),
        ("x if { [y] := {z | z := 1} }", "type-mismatch"),
        ("x if { [y, [z]] := [1, {2}] }", "type-mismatch"),
        ("x if { [y, z] := [1] }", "type-mismatch"),
        ("x if { [y, 1] := [1, 2] }", "assigned-value"),
        ("x if { [y, [z]] := [1, [2]] }", ""),
        ("x if { [y] := [z | z := 1] }", ""),
    ]);
}
