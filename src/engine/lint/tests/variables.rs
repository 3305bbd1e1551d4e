//! What is told of variables and imports.

use super::{changed, with};

#[test]
fn what_the_engine_refuses_to_order_is_told_before_anything_runs() {
    insta::assert_snapshot!(with("subjects contains id if {\n\tids := [t.id | some t in input.trails; t.id != word]\n\tsome id in ids\n}\n\nword := \"x\" if { y > 1; some z; y = z + 1 ; z = y + 1 }\n"), @"unsafe-variable [y > 1] a variable here is given no value (OPA refuses it: give each variable a value with `:=`, `some … in`, or in the brackets of what it is a key of)");
    // A local variable beside a function of its name is OPA's to allow.
    assert_eq!(
        with(
            "subjects contains id if {\n\tids := [home.id | some home in input.trails; home.id != \"\"]\n\tsome id in ids\n\tid != home(1)\n}\n\nhome(x) := x\n"
        ),
        ""
    );
}

#[test]
fn variables_and_imports_that_nothing_uses_are_told() {
    let body = |body: &str| with(&format!("subjects contains id if {{\n\t{body}\n}}\n"));
    insta::assert_snapshot!(body("some _, t in input.trails\n\tname := t.name\n\tid := t.id"), @"unused-variable [name] nothing uses `name` (`opa check --strict` refuses it; write `_`, or take it out)");
    insta::assert_snapshot!(changed("judged(i, trail) := {", "judged(i, trail) := found(i, trail, 1)\n\nfound(i, trail, spare) := {"), @"unused-variable [spare] nothing uses `spare` (`opa check --strict` refuses it; write `_`, or take it out)");
    insta::assert_snapshot!(changed("package sample\n", "package sample\n\nimport input.account_id as account\n"), @"unused-import [input.account_id] nothing uses the import `account` (`opa check --strict` refuses it; take it out)");
    for fine in [
        "walk(input, [path, id])\n\tpath == [\"account_id\"]",
        "some i\n\tid := input.trails[i].id",
        "some i, t in input.trails\n\tid := t.id",
        "every _ in [1] { true }\n\tid := input.account_id",
        "ids := {t.id | some t in input.trails}\n\tsome id in ids",
    ] {
        assert_eq!(body(fine), "", "{fine}");
    }
}

/// What is told of a body with these statements.
fn body(statements: &str) -> String {
    with(&format!(
        "subjects contains id if {{\n\tsome t in input.trails\n\t{statements}\n\tid := t.id\n}}\n"
    ))
}

#[test]
fn what_opas_compiler_refuses_of_variables_is_refused() {
    for (statements, code, under) in [
        ("some i\n\tsome i\n\tinput.trails[i]", "redeclared", "i"),
        ("x := 1\n\tx := t.id", "redeclared", "x"),
        ("some x in [1]\n\tsome x in [2]", "redeclared", "x"),
        ("x = 1\n\tx := 2", "redeclared", "x"),
        ("[a, a] := [1, 2]", "redeclared", "a"),
        ("every t in input.trails { t := 1 }", "redeclared", "t"),
        ("[1 | some q in [1]; q := 2]", "redeclared", "q"),
        (
            "some v in {v | [1][v]}\n\tv > 0",
            "redeclared",
            "some v in {v | [1][v]}",
        ),
        ("not input.trails[_].status", "unsafe-variable", "_"),
        ("not input.trails[i].status", "unsafe-variable", "i"),
        (
            "some i\n\tnot input.trails[i].status",
            "unsafe-variable",
            "i",
        ),
        (
            "not startswith(input.trails[_].id, \"a\")",
            "unsafe-variable",
            "_",
        ),
        (
            "some {\"Name\": n} in [t.trail]\n\tn == 1",
            "object-pattern",
            "{\"Name\": n}",
        ),
        (
            "{\"Name\": n} := t.trail\n\tn == 1",
            "object-pattern",
            "{\"Name\": n}",
        ),
        (
            "[{\"Name\": n}, _] = [t.trail, 1]\n\tn == 1",
            "object-pattern",
            "{\"Name\": n}",
        ),
        ("some [a, a] in [[1, 2]]", "repeated-variable", "a"),
        ("x := count([1], 1)\n\tx == 1", "arity", "count"),
        ("count([1], 1) == 1", "arity", "count"),
        (
            "t.complete == \"yes\"",
            "type-mismatch",
            "t.complete == \"yes\"",
        ),
        (
            "\"yes\" = t.complete",
            "type-mismatch",
            "\"yes\" = t.complete",
        ),
        ("input.trails == {}", "type-mismatch", "input.trails == {}"),
        ("io.jwt.decode(t.id)", "lacking-builtin", "io.jwt.decode"),
    ] {
        let told = body(statements);
        assert!(
            told.contains(&format!("{code} [{under}] ")),
            "{statements}: {told}"
        );
    }
    let functions = [
        ("f(x, x) := x\n", "repeated-variable [x] "),
        ("f({\"a\": x}) := x\n", "object-pattern [{\"a\": x}] "),
        ("f(x) := y if {\n\tx := 1\n\ty := x\n}\n", "redeclared [x] "),
    ];
    for (function, expected) in functions {
        let arguments = if function.starts_with("f(x, x)") {
            "1, 2"
        } else {
            "1"
        };
        let told = with(&format!(
            "{function}\nsubjects contains id if id := f({arguments})\n"
        ));
        assert!(told.contains(expected), "{function}: {told}");
    }
}

#[test]
fn what_opas_compiler_takes_of_variables_is_taken() {
    for statements in [
        "count([i | i := 1]) == 1\n\ti := t.id\n\ti != \"\"",
        "count([1], 1)",
        "not count([1], 2)",
        "not t.status.missing",
        "not input.trails[0].status",
        "some i\n\tinput.trails[i].id == t.id\n\tnot input.trails[i].status",
        "not count(input.trails[_]) == 77",
        "x := {\"a\": t.id}\n\tx.a == t.id",
        "every k, v in {\"a\": 1} { k == \"a\"; v == 1 }",
        "t.status == null",
        "t.complete == true",
        "t.trail.Name == \"x\"",
    ] {
        let told = body(statements);
        assert_eq!(told, "", "{statements}");
    }
}

#[test]
fn an_import_of_a_rules_name_is_told() {
    let told = changed(
        "package sample\n",
        "package sample\n\nimport input.trails as checks\n",
    );
    insta::assert_snapshot!(told, @r"
    import-of-a-rules-name [input.trails] `checks` is an import of this file and a rule (`checks` is the import wherever this file says so, and the rule is `data.sample.checks`; give the import another name with `as`)
    unused-import [input.trails] nothing uses the import `checks` (`opa check --strict` refuses it; take it out)
    ");
}
