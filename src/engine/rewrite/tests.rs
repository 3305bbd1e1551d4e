//! Each rewriting on the smallest policy that it is for, by the values that
//! OPA 1.20 gives, and by the author's places.

use crate::engine::load::compile;
use crate::engine::program::add_data;
use crate::engine::rewrite;
use crate::policy::{Module, PolicySet};

mod variables;

const INPUT: &str = r#"{"xs": [{"k": 1}, {"j": 2}, {"k": 3}], "n": 7}"#;

fn set(text: &str) -> PolicySet {
    PolicySet::of(&[("a.rego", text)]).unwrap()
}

/// What `x` of a policy is, as JSON.
fn x(rules: &str) -> String {
    x_of(&set(&format!("package a\n{rules}\n")))
}

fn x_of(set: &PolicySet) -> String {
    let mut engine = compile(set.modules()).unwrap();
    add_data(&mut engine, &serde_json::json!({})).unwrap();
    engine.set_input_json(INPUT).unwrap();
    match engine.eval_rule("data.a.x".to_owned()) {
        Ok(regorus::Value::Undefined) => "undefined".to_owned(),
        Ok(value) => serde_json::to_string(&value).unwrap(),
        Err(error) => format!("{error:#}"),
    }
}

fn all(cases: &[(&str, &str)]) {
    for (rules, expected) in cases {
        assert_eq!(x(rules), *expected, "{rules}");
    }
}

#[test]
fn an_undefined_head_leaves_the_other_solutions() {
    all(&[
        ("x contains t.k if some t in input.xs", "[1,3]"),
        (
            "x contains {\"k\": t.k} if {\n\tsome t in input.xs\n}",
            r#"[{"k":1},{"k":3}]"#,
        ),
        ("x contains input.xs[_].k", "[1,3]"),
        ("x[i] := t.k if some i, t in input.xs", r#"{"0":1,"2":3}"#),
        ("x[t.k] := i if some i, t in input.xs", r#"{"1":0,"3":2}"#),
        (
            "x[t.k] contains i if some i, t in input.xs",
            r#"{"1":[0],"3":[2]}"#,
        ),
        ("x := t.j if some t in input.xs", "2"),
        ("x := t.j if {\n\tsome t in input.xs # each\n}", "2"),
        (
            "x := [t.j, \"a\"] if { some t in input.xs; t }",
            r#"[2,"a"]"#,
        ),
        ("x contains v.k if walk(input, [_, v])", "[1,3]"),
        ("x := input.none", "undefined"),
        ("x := 1 if input.n == 7", "1"),
        ("x := \"none\" if input.none", "undefined"),
    ]);
}

#[test]
fn an_import_is_what_it_names_beside_rules_of_its_name() {
    const D: &str = "package d\nv := 5\nf(x) := x + 10";
    for (rules, beside, expected) in [
        ("import data.d as v\nx := v.v", "v := {\"v\": 3}", "5"),
        (
            "import data.d.v as w\nx := [w, y]",
            "w := 3\ny := w",
            "[5,3]",
        ),
        ("import data.d.f as w\nx := w(1)", "w(_) := 3", "11"),
        (
            "import data.d\nx := [d.v, data.a.d]",
            "d.v := 4",
            r#"[5,{"v":4}]"#,
        ),
        ("import data.d[\"v\"] as w\nx := w", "w := 3", "5"),
        ("import input.n as w\nx := w", "w := 3", "7"),
        (
            "import data.d.f\nx := [f(1), data.a.f(1)]\nf(x) := x",
            "",
            "[11,1]",
        ),
        (
            "import data.d.v as w\nx := data.a.w\nw contains w if w",
            "",
            "[5]",
        ),
        (
            "import data.d.v as w\nx := r if { r := w with w as 8 }",
            "w := 3",
            "8",
        ),
        (
            "import data.d.v as w\nx := r if { w := 2; r := w }",
            "w := 3",
            "2",
        ),
        ("import data.d.v as w\nx := data.a.g(1)\ng(w) := w", "", "1"),
        ("import data.d.v as w\nx := [w | [1, 2][w]]", "w := 3", "[]"),
    ] {
        let (first, second) = (
            format!("package a\n{rules}\n"),
            format!("package a\n{beside}\n"),
        );
        let files = [
            ("a.rego", first.as_str()),
            ("b.rego", second.as_str()),
            ("d.rego", D),
        ];
        assert_eq!(x_of(&PolicySet::of(&files).unwrap()), expected, "{rules}");
    }
}

#[test]
fn results_within_an_expression_have_all_their_digits() {
    all(&[
        ("x := 1.1 * 3 > 3.3", "true"),
        ("x := 1.1 * 3 == 3.3", "false"),
        ("x := 1.1 * 3 != 3.3", "true"),
        ("x := 24 * 3.6 >= 86.4", "false"),
        ("x := 24 * 3.6 > 86", "true"),
        ("x := 86 <= 24 * 3.6", "true"),
        ("x := (1.1 + 2.2) * 10 < 34", "true"),
        ("ratio := 3.6\nx := input.n * ratio > 25", "true"),
        ("x if { ratio := 3.6; input.n * ratio > 25 }", "true"),
        ("x if { not input.n * 3.6 > 26 }", "true"),
        ("x := 1.1 * 3 < \"a\"", "true"),
        ("x := 1.1 * 3 < null", "false"),
        ("x := floor(24 * 3.6)", "86"),
        ("x := ceil(24 * 3.6)", "87"),
        ("x := round(24 * 3.6)", "86"),
        ("x := round(0 - 24 * 3.6)", "-86"),
        ("x := floor(0 - 24 * 3.6)", "-87"),
        ("x := ceil(0 - 24 * 3.6)", "-86"),
        ("x := (1.1 * 3) * 10", "33"),
        ("x := 1 / 3 * 3", "1"),
        ("x := 2 / 3 > 1 / 3", "true"),
        ("x := 1.1 * input.none > 2", "undefined"),
    ]);
}

#[test]
fn lines_may_be_as_long_as_their_author_likes() {
    let long = "a".repeat(3000);
    let many = "[1, 2], ".repeat(400);
    let sums = "input.n + ".repeat(200);
    let blank = "\n".repeat(30_000);
    let cases = [
        (format!("x := count(\"{long}\")"), "3000"),
        (format!("x := count([{many}])"), "400"),
        (format!("x := {sums}0"), "1400"),
        (format!("{blank}x := 1"), "1"),
    ];
    for (rules, expected) in cases {
        assert_eq!(x(&rules), expected, "{:.60}", rules.trim());
    }
}

#[test]
fn a_sign_belongs_to_what_follows_it() {
    all(&[
        ("x := -input.n", "-7"),
        ("x := - count(input.xs) * 3", "-9"),
        ("x := 3 - - count(input.xs)", "6"),
        ("x := -input.n - input.n", "-14"),
        ("x := -input.n % 5", "-2"),
        (
            "y := [2]\nx := [-y[0], -y[i], -data.a.y[0]] if i := 0",
            "[-2,-2,-2]",
        ),
        ("y := {\"z\": 2}\nx := -y[\"z\"] + 3", "1"),
        ("x := (-input.n) + (-input.n)", "-14"),
        ("x := -input.n in {-7}", "true"),
        ("x if -input.n < 0", "true"),
        ("f(z) := -z\nx := -f(-input.n)", "-7"),
        ("x[-input.n] := 3", r#"{"-7":3}"#),
        ("x := - 1 + 3", "2"),
        ("x := [2 -1, 2-1, 3 - -1]", "[1,1,4]"),
        ("x := -input.none", "undefined"),
    ]);
}

#[test]
fn a_with_replaces_a_rule_of_the_package_by_its_name() {
    all(&[
        ("q := 5\nx := r if { r := q with q as 1 }", "1"),
        ("q := 5\nx := r if { r := data.a.q with q as 1 }", "1"),
        (
            "q := w\nw := 4\nx := r if { v := 2; r := [q, v] with w as v }",
            "[2,2]",
        ),
        (
            "q := w\nw := 4\nx := [q, y] if { y := q with w as 1 }",
            "[4,1]",
        ),
        ("q := w\nw := 4\nx := [y | y := q with w as 1]", "[1]"),
        ("q := w\nw := true\nx if { not q with w as false }", "true"),
        (
            "q := w\nw := 1\nx if { every y in [2] { q == 2 with w as y } }",
            "true",
        ),
        ("q contains 3\nx := r if { r := q with q as {1} }", "[1]"),
        (
            "q := {\"a\": 5}\nx := r if { r := q.a with q as {\"a\": 1} }",
            "1",
        ),
        (
            "w.z := 3\nq := w.z\nx := r if { r := q with w.z as 5 }",
            "5",
        ),
        (
            "w.z := 3\nq := w.z\nx := r if { r := q with w as {\"z\": 5} }",
            "5",
        ),
        (
            "w.f(y) := y\nq := w.f(1)\nx := r if { r := q with w.f as 5 }",
            "5",
        ),
        (
            "f(y) := y\nq := f(1)\nx := r if { r := q with f as 5 }",
            "5",
        ),
        (
            "f(y) := y\ng(y) := y + 1\nx := r if { r := f(1) with f as g }",
            "2",
        ),
    ]);
}

#[test]
fn an_undefined_arm_gives_way_to_the_next() {
    all(&[
        (
            "f(t) := t.k if { t } else := \"none\"\nx := [f({}), f({\"k\": 1})]",
            r#"["none",1]"#,
        ),
        (
            "f(t) := t.k if t.j else := t.m if t.n else := t.o\nx := f({\"j\": 1, \"n\": 1, \"o\": 5})",
            "5",
        ),
        ("f(t) := t.k\nx := [y | y := f(input.xs[_])]", "[1,3]"),
        (
            "x := \"none\" if { input.n == 8 } else := p.r if {\n\tsome p in [{\"r\": \"us\"}, {\"m\": 1}]\n}",
            r#""us""#,
        ),
        ("x := input.no if { true } else if { input.n }", "true"),
        ("f(_) := lower(input.no) if true else := 3\nx := f(1)", "3"),
    ]);
}

#[test]
fn what_has_no_member_is_empty() {
    all(&[
        ("x[k].b := 1 if { some k in [] }", "{}"),
        ("x[k].b if { some k in [] }", "{}"),
        ("x[k].b := 1 if { some k in [\"z\"] }", r#"{"z":{"b":1}}"#),
        ("x.a[k].b := 1 if { some k in [] }", r#"{"a":{}}"#),
        ("x := count(p)\n\np[1].c := 1 if { some k in []; k }", "1"),
        ("p[k] contains v if some k, v in input.none\nx := p", "{}"),
        (
            "p[k][j] := v if { some k, v in input.none; j := 1 }\nx := p",
            "{}",
        ),
        (
            "p[k] contains v if some k, v in {\"a\": 1}\nx := p",
            r#"{"a":[1]}"#,
        ),
        ("p[k] := v if some k, v in input.none\nx := count(p)", "0"),
        (
            "p[k] contains v if some k, v in input.none\nx if count(p) == 0",
            "true",
        ),
    ]);
}

#[test]
fn walk_has_a_value_for_each_part() {
    all(&[
        (
            "x contains p if [p, _] := walk({\"a\": 1})",
            r#"[[],["a"]]"#,
        ),
        ("x contains p if p := walk({\"a\": 1})[0]", r#"[[],["a"]]"#),
        ("x := [w | w := walk([1])]", "[[[],[1]],[[0],1]]"),
        ("x contains walk([1])", "[[[],[1]],[[0],1]]"),
        ("x contains v if walk([1], [_, v])", "[1,[1]]"),
        ("x := [v | some v in walk([1])]", "[[],[1],[0],1]"),
    ]);
}

#[test]
fn walk_in_a_member_is_the_comprehension_s_own() {
    all(&[
        (
            "x := [walk(e) | some e in [[1], 2]]",
            "[[[],[1]],[[0],1],[[],2]]",
        ),
        (
            "x := {walk(e)[1] | some e in [[1], 2] # all\n }",
            "[1,2,[1]]",
        ),
        (
            "x if { {} == {m: walk(input.none) | some m in [1, 2]} }",
            "true",
        ),
        (
            "x if { every e in [1] { e; [] == [walk(input.none[e]) | true] } }",
            "true",
        ),
        ("x := [[walk(e)[1] | e > 1] | some e in [1, 2]]", "[[],[2]]"),
        ("x := {k: walk(k)[1] | k := walk(2)[1]}", "{\"2\":2}"),
    ]);
}

#[test]
fn what_is_undefined_is_in_nothing() {
    all(&[
        ("x if \"k\", input.none in {\"j\": 1}", "undefined"),
        ("x := y if y := input.none in [1]", "undefined"),
        (
            "x := [1 in [1], \"k\", 1 in {\"k\": 1}]",
            "[true,\"k\",true]",
        ),
        (
            "x := [(1 in [2]), (\"k\", 1 in {\"k\": 1})]",
            "[false,true]",
        ),
        (
            "x if {\n\ty := \"a\" in {\"b\": \"a\"}\n\ty == true\n}",
            "true",
        ),
    ]);
}

#[test]
fn places_stay_the_authors() {
    let text = "package a\n\nx contains {\n\t\"a\": t.k,\n\t\"b\": to_number(t.n),\n} if {\n\tsome t in [{\"k\": 1, \"n\": \"z\"}]\n}\n\ny := 1\n";
    let set = set(text);
    let modules: Vec<&Module> = set.modules().iter().collect();
    let mut engine = compile(modules.iter().copied()).unwrap();
    let error = engine.eval_rule("data.a.x".to_owned()).unwrap_err();
    let reported = rewrite::reported(modules.clone(), &error.to_string());
    let problem = reported
        .problem("code", modules.iter().map(|module| &module.file))
        .unwrap();
    assert_eq!(problem.position().0, 5, "{error:#}");
    let written = rewrite::rewritten(&modules);
    let line = |text: &str| {
        let at = written[0].text().find(text).unwrap();
        written[0].line(written[0].text()[..at].matches('\n').count() + 1)
    };
    assert_eq!(line("y := 1"), Some(10));
    assert_eq!(line("\"b\": to_number"), Some(5));
}

#[test]
fn what_needs_no_rewriting_is_given_as_it_is_written() {
    let text = "package a\n\nx contains y if {\n\ty := input.n\n\ty in [1]\n}\n";
    let set = set(text);
    let modules: Vec<&Module> = set.modules().iter().collect();
    assert_eq!(rewrite::rewritten(&modules)[0].text(), text);
}

#[test]
fn an_arm_without_a_value_is_true() {
    all(&[
        (
            "f(a) := 3 if a.z else if a.y\nx := f({\"y\": true})",
            "true",
        ),
        (
            "f(a) := a.k if { a.z } else if { a.y }\nx := f({\"z\": 1, \"y\": 1})",
            "true",
        ),
        ("x := 3 if input.none else if input.n", "true"),
        ("x if input.none else if input.n else := 2", "true"),
    ]);
}

#[test]
fn a_function_that_is_replaced_is_replaced_in_its_own_package() {
    all(&[
        (
            "f(q) := q\ny := f(1)\nx := v if v := y with data.a.f as 11",
            "11",
        ),
        (
            "f(q) := q\ng(q) := 10\ny := f(1) + f(2)\nx := v if v := y with data.a.f as data.a.g",
            "20",
        ),
        ("f(q) := q\ny := f(1)\nx := y", "1"),
    ]);
}

#[test]
fn an_import_of_the_own_package_is_what_it_imports() {
    all(&[
        ("import data.a as me\n\nx := me.limit\n\nlimit := 3", "3"),
        (
            "import data.a as me\n\nx := [me.f(1), me.s]\n\nf(y) := y\n\ns contains 4",
            "[1,[4]]",
        ),
        ("import data.a.f as g\n\nx := g(1)\n\nf(y) := y", "1"),
        (
            "import data.a as me\n\nx := y if {\n\ty := me.limit with me.limit as 7\n}\n\nlimit := 4",
            "7",
        ),
        (
            "import data.a as me\n\nx := [me | some me in [1]]\n\nlimit := me.m\n\nm := 1",
            "[1]",
        ),
    ]);
}

#[test]
fn no_message_has_a_name_of_the_rewritings_own() {
    for (message, expected) in [
        ("var coldtrail_own_n is unsafe", "var n is unsafe"),
        ("var coldtrail_12_own_n is unsafe", "var n is unsafe"),
        ("`coldtrail_plus` takes two", "`+` takes two"),
        (
            "var coldtrail_12 is unsafe",
            "var what is computed here is unsafe",
        ),
        ("nothing of its own", "nothing of its own"),
    ] {
        assert_eq!(rewrite::in_words(message), expected);
    }
}
