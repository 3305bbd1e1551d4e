//! Variables: what they are bound to, where, and before what.

use super::{all, x};

/// The same, beside some rules to look into.
fn all_with_rules(cases: &[(&str, &str)]) {
    const RULES: &str = r#"
q := {"a": 1, "b": 2, "c": 3}

r := {"a": 1, "c": {"a": 2}}

s := {1, 2, "b"}

t := ["a", "b"]

f(y) := y if y != "c"
"#;
    for (rules, expected) in cases {
        assert_eq!(x(&format!("{rules}\n{RULES}")), *expected, "{rules}");
    }
}

#[test]
fn a_name_is_another_variable_in_each_scope() {
    all(&[
        ("x := [y | some y in [y | some y in [1, 2]]]", "[1,2]"),
        (
            "x := [v | some k, v in {k: v | some k, v in [1, 2]}]",
            "[1,2]",
        ),
        ("x contains y if some y in [y | some y in [1, 2]]", "[1,2]"),
        ("x := count([y | some y in [y | some y in [1, 2]]])", "2"),
        ("x := [y | y := [y | some y in [1, 2]][_]]", "[1,2]"),
        (
            "x := {y: z | some y, z in {y: z | some y, z in [1]}}",
            r#"{"0":1}"#,
        ),
        ("x := r if { y := 3; r := [y | some y in [1]] }", "[1]"),
        (
            "x := [[y, z] | some y in [3]; z := [y | some y in [4]]]",
            "[[3,[4]]]",
        ),
        ("x := y if { y := max([y | some y in [1, 2]]) }", "2"),
        (
            "x := r if { y := 2; not [y | some y in [3]] == [1]; r := y }",
            "2",
        ),
        (
            "x := y if { [y | walk([1], [_, y])] == [[1], 1]; y := 4 }",
            "4",
        ),
        ("x := r if { r := [y | y = 2]; y := 1 }", "[2]"),
        (
            "x := r if { some i; [1, 2][i] == 2; r := [i | some i; [5][i]] }",
            "[0]",
        ),
        ("f(y) := [y | some y in [1, 2]]\nx := f(3)", "[1,2]"),
        ("f(y) := y if { every y in [1] { y == 1 } }\nx := f(3)", "3"),
        ("x := [y | y := 1; z := [y | y := y + 1]; z == [2]]", "[1]"),
        (
            "x if { every y in [1] { every y in [y] { y == 1 } } }",
            "true",
        ),
        (
            "y := 7\nx := [y | some y in [y | some y in [1, 2]]]",
            "[1,2]",
        ),
    ]);
}

#[test]
fn a_variable_is_not_the_rule_of_its_name() {
    all(&[
        (
            "n := 5\nx contains k if {\n\tsome n\n\tk := input.xs[n].k\n}",
            "[1,3]",
        ),
        ("n := 5\nx := [n, [n | some n in [1]], n]", "[5,[1],5]"),
        ("n := 5\nf(n) := n\nx := f(1)", "1"),
        ("n := 5\nx if every n in [1] { n == 1 }", "true"),
    ]);
}

#[test]
fn what_a_not_is_given_has_a_value_before_it() {
    all(&[
        ("x if not count(input.none) == 0", "undefined"),
        (
            "x if { not startswith(lower(input.none), \"a\") }",
            "undefined",
        ),
        ("x if not input.none > 1", "undefined"),
        ("x if not input.n > 8", "true"),
        ("x if not input.none == 1", "true"),
        ("x if not input.none.a", "true"),
        ("x if { not input.none in [1] }", "undefined"),
        ("x if not 1 in input.none", "undefined"),
        ("x if { not input.xs[count(input.none)] }", "undefined"),
        ("x if not count(input.xs[_]) == 1", "undefined"),
        ("x := [t | some t in input.xs; not t.k > 2]", r#"[{"k":1}]"#),
        ("x if every t in input.xs { not t.z == 1 }", "true"),
        ("x if not input.n > 8 with input.n as 9", "undefined"),
        ("x if not input.none > 8 with input.none as 7", "true"),
    ]);
}

#[test]
fn a_rule_in_a_bracket_is_none_of_the_bodys_variables() {
    all(&[
        ("v := 9\nx[v] contains 1 if { v = input.n }", "{}"),
        ("v := 7\nx[v] contains 1 if { v = input.n }", r#"{"7":[1]}"#),
    ]);
}

#[test]
fn a_walk_under_not_looks_at_every_part() {
    all(&[
        ("x if not walk(input, [[\"n\"], 8])", "true"),
        ("x if not walk(input, [[\"n\"], 7])", "undefined"),
        ("x if { y := \"none\"; not walk(input.xs, [_, y]) }", "true"),
        (
            "x if { every t in input.xs { not walk(t, [[\"k\"], 9]) } }",
            "true",
        ),
        ("x := [1 | not walk(input, [[\"n\"], 7])]", "[]"),
        (
            "x if not walk(input, [[\"n\"], 8]) with input as {\"n\": 8}",
            "undefined",
        ),
    ]);
}

#[test]
fn what_has_only_members_that_do_not_hold_is_empty() {
    all(&[
        ("p.a := 1 if false\nx := p", "{}"),
        ("p.a.b := 1 if false\nx := p", r#"{"a":{}}"#),
        ("p.a if false\nx if not p", "undefined"),
        ("p.a := 1 if false\np.b := 2\nx := p", r#"{"b":2}"#),
        ("p.a contains 1 if false\nx := p", r#"{"a":[]}"#),
        ("p.a := 1\nx := p.a", "1"),
    ]);
}

#[test]
fn a_member_of_every_is_itself_under_not() {
    all(&[
        ("x if { every w in [1] { not r[w] } }\nr := {2: 1}", "true"),
        (
            "x if { every w in [2] { not r[w] } }\nr := {2: 1}",
            "undefined",
        ),
        (
            "x if { every k, v in {\"a\": 1} { not r[k][v] } }\nr := {\"a\": {2: 1}}",
            "true",
        ),
        (
            "x if { every w in [1] { every v in [2] { not r[w][v] } } }\nr := {2: 1}",
            "true",
        ),
        (
            "x if { every w in [1] { [1 | not r[w]] == [1] } }\nr := {2: 1}",
            "true",
        ),
    ]);
}

#[test]
fn a_second_name_is_bound_before_what_needs_it() {
    all(&[
        (
            "x := [w | some w in [1, 3]; z := w; every u in [1] { s[z]; u }]\ns := {1}",
            "[1]",
        ),
        (
            "x := [w | some w in [1, 3]; z = w; every u in [1] { u == z }]",
            "[1]",
        ),
        ("x if { some w in [1]; y := w; q[y] }\nq := {1: 2}", "true"),
        (
            "x if { some k, _ in r; n := k; r[n] == 1 }\nr := {1: 1}",
            "true",
        ),
        ("x if { some w in [1]; z := w; not o[z] }\no := [1]", "true"),
    ]);
}

#[test]
fn a_not_waits_for_its_variables() {
    all(&[
        (
            "x contains w if { q[w]; not r[w] }\nq := {\"a\": 1, \"b\": 2}\nr := {\"a\": 1}",
            r#"["b"]"#,
        ),
        (
            "x contains w if { not r[w]; q[w] }\nq := {\"a\": 1, \"b\": 2}\nr := {\"a\": 1}",
            r#"["b"]"#,
        ),
        (
            "x contains j if { some j; not q[j]; r[j] }\nr := {5: \"a\", 0: \"b\"}\nq := [\"a\", \"b\"]",
            "[5]",
        ),
        (
            "x := 5 if { false } else := w if { q[w]; not r[w] }\nq := {\"a\": 1, \"b\": 2}\nr := {\"a\": 1}",
            r#""b""#,
        ),
        (
            "x contains v if { walk(q, [n, v]); not r[v]; n }\nq := [1, 2]\nr := {1: 1}",
            "[2,[1,2]]",
        ),
        (
            "x contains v if { f(1, v); not r[v] }\nr := {1: 1}\nf(a) := a + 1",
            "[2]",
        ),
        (
            "x contains v if { y := [1, 2]; [n, v] = y; not r[v]; n }\nr := {1: 1}",
            "[2]",
        ),
        (
            "x contains i if { q[i].a; not q[i].b == \"x\" }\nq := [{\"a\": 1, \"b\": \"x\"}, {\"a\": 1, \"b\": \"y\"}]",
            "[1]",
        ),
    ]);
}

#[test]
fn a_some_behind_a_loop_declares_once() {
    all(&[
        (
            "x := [y | y := q[_]; some j; q[j] == y]\nq := [2, 1]",
            "[2,1]",
        ),
        (
            "x contains [a, b] if {\n\tsome a\n\tq[a]\n\tsome b\n\tq[b]\n}\nq := [2, 1]",
            "[[0,0],[0,1],[1,0],[1,1]]",
        ),
    ]);
}

#[test]
fn a_statement_waits_for_what_gives_its_variables() {
    all_with_rules(&[
        ("x if { v := f(u); s[u]; v == 1 }", "true"),
        ("x contains v if { v := u; r[u]; v = u }", r#"["a","c"]"#),
        ("x := [v | count([1 | t[v]]) > 0; some v in [5]]", "[5]"),
        (
            "x contains u if { s[u]; count([v | u == v; q[w] = v]) > 0 }",
            "[1,2]",
        ),
        (
            "x contains u if { count([1 | u < 2; q[w]]) == 3; s[u] }",
            "[1]",
        ),
        (
            "x contains u if { some u; count([1 | u < 2]) == 1; s[u] }",
            "[1]",
        ),
        (
            "x contains u if { not q[u]; some v in t; u = v; r[v] }",
            "[]",
        ),
    ]);
}

#[test]
fn names_that_are_held_to_each_other_are_one() {
    all_with_rules(&[
        ("x := [w | w = u; q[w]; w == w]", r#"["a","b","c"]"#),
        (
            "x contains w if { w = u; r[w]; every e in [1] { not s[w] == e } }",
            r#"["a","c"]"#,
        ),
        ("x := [u | u = s[u]; not q[u]]", "[1,2]"),
        ("x := [u | s[u] = u]", r#"[1,2,"b"]"#),
    ]);
}

#[test]
fn every_waits_for_what_its_body_names() {
    all_with_rules(&[
        ("x if { some w in t; every e in [1] { e != w } }", "true"),
        (
            "x contains w if { some a in [q]; some w in a; every e in a { e >= w } }",
            "[1]",
        ),
        (
            "x := {w | walk(t, [_, w]); every e in [1] { e != w }; r[w]}",
            r#"["a"]"#,
        ),
        (
            "x contains w if { w := count(t); every e in q { e <= w + 1 } }",
            "[2]",
        ),
    ]);
}

#[test]
fn a_name_of_a_closure_is_its_own() {
    all_with_rules(&[(
        "x := 5 if { false } else := \"a\" if { count([v | v = u; w = q[v]]) > 1; some v in t }",
        r#""a""#,
    )]);
}

#[test]
fn a_member_of_every_is_compared_and_bound_by_nothing() {
    all_with_rules(&[
        ("x if { every v in [2] { v = 3 } }", "undefined"),
        ("x if { every v in [\"z\"] { v = t[_] } }", "undefined"),
        ("x if { every v in [\"b\"] { v = t[_] } }", "true"),
        ("x if { every k, v in [\"z\"] { t[k] = v } }", "undefined"),
        ("x if { every v in [1] { [v, 2] = [3, 2] } }", "undefined"),
        ("x if { every v in [1] { v = lower(\"A\") } }", "undefined"),
        ("x if { every v in [9] { walk(t, [_, v]) } }", "undefined"),
        (
            "x := [e | some e in [[1], [2]]; every v in e { v = 1 }]",
            "[[1]]",
        ),
    ]);
}

#[test]
fn an_array_of_variables_has_a_value_where_it_is_a_key() {
    all_with_rules(&[
        (
            "x := [u | some u in t; key = [u]; not k[key]]\n\nk := {[\"a\"]}",
            r#"["b"]"#,
        ),
        (
            "x := [u | some u in t; key := [u]; k[key]]\n\nk := {[\"a\"]}",
            r#"["a"]"#,
        ),
        (
            "x := [u | some u in t; key := {\"a\": u}; not k[key]]\n\nk := {{\"a\": \"a\"}}",
            r#"["b"]"#,
        ),
        (
            "x := [v | key = [\"a\", 1]; key = [v, _]; q[v]]",
            r#"["a"]"#,
        ),
        (
            "x contains u if { walk(t, [_, u]); u = u; q[u] }",
            r#"["a","b"]"#,
        ),
    ]);
}
