//! What each pass makes of a program, and that nothing comes out otherwise.

use std::path::Path;

use serde_json::json;

use super::optimized;
use crate::coverage::Expected;
use crate::engine::caught::caught;
use crate::engine::load::{compile, engine_of};
use crate::engine::program::{Program, add_data};
use crate::engine::testing::{cases, path};
use crate::engine::{DEFAULT_LIMIT, builtins};
use crate::evidence::{Bundle, Options};
use crate::finding::AsOfBasis;
use crate::policy::{Module, PolicySet};
use crate::snapshot::{AsOf, Snapshot};

const LIBRARY: &str = "package lib.words

unit := 60

span := 2 * unit

mark := concat(\"-\", [`a`, \"b\"])

made(a, b) := {\"first\": a, \"rest\": [b, mark_of]}

pair(a, b) := {\"first\": a, \"rest\": [b]}

is_long(n) if {
\tn > unit
}

size(n) := \"long\" if {
\tis_long(n)
} else := mark

mark_of := input.mark

doubled(n) := twice if {
\tis_number(n)
\ttwice := n * 2
}

kind(n, other) := [\"none\", other] if {
\tn == null
} else := [\"text\", length] if {
\tis_string(n)
\tlength := count(n)
\tnot is_long(length)
} else := name(n, other) if {
\tis_number(n)
}

name(n, other) := \"big\" if {
\tis_long(n)
} else := doubled(n) if {
\tn < 5
} else := other
";

/// The text of the second of two files, the first of which is the library.
fn printed(policy: &str) -> Option<String> {
    printed_with(policy, &json!({}))
}

fn printed_with(policy: &str, data: &serde_json::Value) -> Option<String> {
    let set = PolicySet::of(&[("a.rego", LIBRARY), ("b.rego", policy)]).unwrap();
    let (_, text) = optimized(set.modules(), data)?.files.pop()?;
    Some(text)
}

#[test]
fn every_pass_shows_in_what_is_printed() {
    let policy = "package a.b

import data.lib.words
import input.xs

limit := words.span + 1

found contains words.pair(x.k, limit) if {
\tsome x in xs
\tis_number(x.k)
\tnot words.is_long(x.k)
\twords.size(x.k) == words.mark
}
";
    insta::assert_snapshot!(printed(policy).unwrap(), @r#"
    package _1

    limit := coldtrail_plus(120,
    1)

    found contains coldtrail_2 if { some x in input.xs;
    is_number(x.k) == true;
    coldtrail_1 := x.k;
    not data._0.is_long(coldtrail_1) == true;
    data._0.size(x.k) == "a-b";
    coldtrail_2 := {"first": x.k,
    "rest": [121]} }
    "#);
}

#[test]
fn functions_stand_where_they_are_called() {
    let policy = "package a.b

import data.lib.words

most := data.params.most

default least := 3

least := data.params.least

found(t) := t.none if {
	t.k == null
} else := words.kind(size, [t.j]) if {
	size := t.k
}

late contains t if {
	some t in input.xs
	at := words.doubled(t.k)
	at > most
	is_within(at)
	regex.match(words.mark, t.j)
}

is_within(at) if {
	at < least
}
";
    let text = printed_with(policy, &json!({"params": {"most": 70}})).unwrap();
    insta::assert_snapshot!(text, @r#"
    package _1

    most := data.params.most

    default least := 3

    least := data.params.least

    found(t) := coldtrail_1 if { t.k == null;
    coldtrail_1 := t.none } else := ["none",
    coldtrail_of_1] if { size := t.k;
    coldtrail_of_1 := [t.j];
    size == null } else := ["text",
    coldtrail_of_3] if { size := t.k;
    coldtrail_of_2 := [t.j];
    is_string(size) == true;
    coldtrail_of_3 := count(size);
    not data._0.is_long(coldtrail_of_3) == true } else := coldtrail_of_5 if { size := t.k;
    coldtrail_of_4 := [t.j];
    is_number(size) == true;
    coldtrail_of_5 := data._0.name(size,
    coldtrail_of_4) }

    late contains t if { some t in input.xs;
    coldtrail_of_1 := t.k;
    is_number(coldtrail_of_1) == true;
    at := coldtrail_times(coldtrail_of_1,
    2);
    at > 70;
    at < least;
    coldtrail_regex_match("a-b",
    t.j) == true }

    is_within(at) if { at < least }
    "#);
}

/// Where data may be replaced, it stands for itself.
#[test]
fn replaced_data_is_no_constant() {
    let policy = "package a

most := data.params.most

x if most == 3

y if x with data.params.most as 3
";
    let text = printed_with(policy, &json!({"params": {"most": 70}})).unwrap();
    assert!(text.contains("x if { most == 3 }"), "{text}");
}

#[test]
fn a_program_that_depends_on_names_stays_as_it_is() {
    for rule in [
        "x := data.lib",
        "x := data.lib[\"words\"]",
        "x := data[\"lib\"].words",
        "x := data.lib[input.k].unit",
        "x if print(1)",
        "x if { data.lib.words.size(70) with data.lib.words.unit as 80 }",
        "x if { data.lib.words.size(70) with data.lib.words.is_long as true }",
        "x := 1 if walk(data, [_, 7])",
    ] {
        assert_eq!(printed(&format!("package a\n{rule}\n")), None, "{rule}");
    }
    for rule in [
        "x if { data.lib.words.size(70) with input.k as 1 }",
        "x if { data.params.k == 1 with data.params.k as 1 }",
        "x := data.other[input.k]",
    ] {
        assert!(printed(&format!("package a\n{rule}\n")).is_some(), "{rule}");
    }
    let set = PolicySet::of(&[("a.rego", LIBRARY)]).unwrap();
    assert!(optimized(set.modules(), &json!({"lib": {"words": {"k": 1}}})).is_none());
}

/// Names that say two things: of a package and of a key, of a builtin and of a
/// rule, of a variable and of a rule that has no value.
/// Each bracket more doubles what a parser takes.
#[test]
fn what_would_lie_too_deep_in_brackets_stays_as_it_is() {
    for (of, into) in [
        ("[".repeat(6), "]".repeat(6)),
        ("{\"a\": ".repeat(6), "}".repeat(6)),
    ] {
        for (levels, is_printed) in [(1, true), (2, true), (4, false)] {
            let level = |at: usize| format!("\nf{at}(x) := f{}({of}x{into})\n", at + 1);
            let functions: String = (1..=levels).map(level).collect();
            let policy = format!(
                "package a\n\nout := f1(input.x)\n{functions}\nf{}(x) := x\n",
                levels + 1
            );
            assert_eq!(printed(&policy).is_some(), is_printed, "{levels} of {of}");
        }
    }
}

#[test]
fn names_that_say_two_things_say_the_same() {
    let cases = [
        (
            "x contains r if {\n\tsome t in input.xs\n\tr := t.k\n}\n",
            "package a.t\n\nk := \"const\"\n",
        ),
        (
            "x if f(q)\n\nq := 1 if input.n == 0\n\nf(t) if g(t, 1)\n\ng(_, n) if n == 1\n",
            "package b\n",
        ),
        (
            "x if f(q)\n\nq := 1 if input.n == 0\n\nf(t) if g(t)\n\ng(t) if not is_number(t)\n",
            "package b\n",
        ),
        (
            "x := f(\"m\", q)\n\nq := 1 if input.n == 0\n\nf(m, t) := r if {\n\tm == \"m\"\n\tr := g(t, m)\n}\n\ng(_, m) := \"got\" if m == \"m\"\n",
            "package b\n",
        ),
        (
            "x if data.b.f(\"xyz\")\n\ncount(_) := 0\n",
            "package b\n\nf(t) if count(t) == 3\n",
        ),
        (
            "x := r if {\n\ty := data.b.f(\"z\")\n\tr := concat(\"\", [y, input.mark])\n}\n\nupper(_) := \"own\"\n",
            "package b\n\nf(t) := r if {\n\tr := upper(t)\n}\n",
        ),
        (
            "x if not startswith(\"ab\", q)\n\nq := \"b\" if input.n == 0\n",
            "package b\n",
        ),
    ];
    let input = json!({"xs": [{"k": 70}], "n": 7, "mark": "m"});
    for (rules, other) in cases {
        let policy = format!("package a\n\n{rules}");
        let set = PolicySet::of(&[("a.rego", &policy), ("b.rego", other)]).unwrap();
        let (written, optimized) = both(set.modules(), "a.x", &input);
        assert_eq!(written, optimized, "{policy}{other}");
    }
    // A rule of the name of a package.
    for (rules, other) in [
        (
            "x := b.c.d\n\nb := {\"c\": {\"d\": \"l\"}}\n",
            "package a.b.c\n\nd := \"const\"\n",
        ),
        (
            "x := b.c(1)\n\nb.c(y) := \"one\" if y == 1\n",
            "package a.b\n\nc(y) := \"two\" if y == 2\n",
        ),
        (
            "x := data.a.t.f(1)\n\nt.f(y) := \"one\" if y == 1\n",
            "package a.t\n\ndefault f(_) := \"def\"\n",
        ),
    ] {
        let policy = format!("package a\n\n{rules}");
        let set = PolicySet::of(&[("a.rego", &policy), ("b.rego", other)]).unwrap();
        assert!(optimized(set.modules(), &json!({})).is_none(), "{policy}");
    }
    for name in [
        "coldtrail_of_1 := 2",
        "b := coldtrail_of_1 if coldtrail_of_1 := 2",
    ] {
        let policy = format!("package a\n\n{name}\n");
        let set = PolicySet::of(&[("a.rego", &policy)]).unwrap();
        assert!(optimized(set.modules(), &json!({})).is_none(), "{name}");
    }
}

/// What a rule gives, as the modules are written and as they are optimized.
fn both(modules: &[Module], rule: &str, input: &serde_json::Value) -> (String, String) {
    let program = optimized(modules, &json!({})).unwrap();
    let (package, name) = rule.rsplit_once('.').unwrap();
    let short = format!("{}.{name}", program.package(package));
    let value = |mut engine: regorus::Engine, rule: &str| {
        add_data(&mut engine, &json!({})).unwrap();
        engine.set_input(crate::engine::value::value(input));
        builtins::begin(crate::engine::DEFAULT_LIMIT);
        match caught(|| engine.eval_rule(format!("data.{rule}"))) {
            Ok(Ok(value)) => value.to_string(),
            _ => "an error".to_owned(),
        }
    };
    let written = value(compile(modules).unwrap(), rule);
    (written, value(engine_of(&program).unwrap(), &short))
}

#[test]
fn the_shipped_policies_tests_give_the_same() {
    let set = PolicySet::embedded().unwrap();
    let modules: Vec<Module> = set.modules().iter().chain(set.tests()).cloned().collect();
    let program = optimized(&modules, &json!({})).unwrap();
    let mut engine = engine_of(&program).unwrap();
    add_data(&mut engine, &json!({})).unwrap();
    for case in cases(&set) {
        let whole = path(&case);
        let (package, name) = whole
            .strip_prefix("data.")
            .unwrap()
            .rsplit_once('.')
            .unwrap();
        let rule = format!("data.{}.{name}", program.package(package));
        builtins::begin(crate::engine::DEFAULT_LIMIT);
        let value = engine.eval_rule(rule).unwrap();
        assert_eq!(value, regorus::Value::Bool(true), "{whole}");
    }
}

#[test]
fn every_fixture_gives_the_same() {
    let set = PolicySet::embedded().unwrap();
    let written = set.clone().as_written();
    let mut optimized = Program::build(&set, DEFAULT_LIMIT).unwrap();
    let mut as_written = Program::build(&written, DEFAULT_LIMIT).unwrap();
    let time = crate::time::rfc3339("2026-11-20T12:00:00Z").unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut accounts = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let evidence = entry.unwrap().path().join("evidence");
        if !evidence.exists() {
            continue;
        }
        let bundle = Bundle::read(&[evidence], &Options::default());
        for as_of in [AsOf::FromEvidence, AsOf::Given(time, AsOfBasis::Flag)] {
            let snapshot = Snapshot::of(&bundle, as_of, &Expected::default());
            for account in &snapshot.accounts {
                let input = account.input(&bundle);
                assert_eq!(
                    optimized.judge(&input).unwrap(),
                    as_written.judge(&input).unwrap(),
                    "{input}"
                );
                accounts += 1;
            }
        }
    }
    assert!(accounts > 200, "only {accounts} accounts were judged");
    assert!(
        optimized.is_optimized(),
        "an account needed the program as written"
    );
}

/// Splitmix64.
struct Dice(u64);

impl Dice {
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        from[((z ^ (z >> 31)) % from.len() as u64) as usize]
    }

    fn expression(&mut self, depth: usize) -> String {
        let leaf = [
            "1",
            "-7",
            "70",
            "\"a-b\"",
            "`q\"r`",
            "null",
            "true",
            "input.n",
            "input.none",
            "words.unit",
            "words.span",
            "words.mark",
            "own",
            "t.k",
            "t",
            "i",
            "{}",
            "[]",
            "set()",
            "kept[\"x\"]",
        ];
        if depth == 0 {
            return self.pick(&leaf).to_owned();
        }
        let form = [
            "words.pair(A, B)",
            "words.made(A, B)",
            "words.size(A)",
            "words.kind(A, B)",
            "words.doubled(A)",
            "words.name(A, B)",
            "near(A, B)",
            "[A, B]",
            "{A, B}",
            "{\"k\": A, \"in\": B}",
            "[y | some y in [A, B]]",
            "{y: A | some y in [B]}",
            "input.xs[_].k",
            "sprintf(\"%v %v\", [A, B])",
            "(1 + 2) * 3 - words.unit",
            "{A} | {B}",
            "object.get(A, \"k\", B)",
            "{\"if\": A}[\"if\"]",
            "A",
            "kept[A]",
            "data.lib.words.pair(A, A)",
            "{1, 2} - {1}",
            "-5",
        ];
        let form = self.pick(&form).to_owned();
        let (a, b) = (self.expression(depth - 1), self.expression(depth - 1));
        form.replace('A', &a).replace('B', &b)
    }

    fn condition(&mut self) -> String {
        let form = [
            "A == B",
            "A != B",
            "A < B",
            "words.is_long(A)",
            "not words.is_long(A)",
            "is_string(A)",
            "not is_number(A)",
            "A in [B, 1]",
            "\"k\", A in {\"k\": B}",
            "some A in [B]",
            "every y in [A] { y != B }",
            "not holds(A)",
            "holds(A)",
            "startswith(\"ab\", \"a\")",
            "z := A; z == B",
            "z := words.doubled(A); z != B",
            "z := words.kind(A, B); z != 7",
            "z := near(B, A); is_array(z)",
            "words.doubled(A) == B",
            "not words.doubled(A)",
            "alike(A, B)",
            "not alike(A, B)",
            "[_, 1] = [A, B]",
            "true",
            "input.n > 1",
            "is_array(A) == is_array(B)",
            "words.size(A) == \"long\" with input.n as 1",
        ];
        let form = self.pick(&form).to_owned();
        let (a, b) = (self.expression(1), self.expression(1));
        if form.starts_with("some") {
            return format!("some w in [{b}]; w != {a}");
        }
        form.replace('A', &a).replace('B', &b)
    }

    fn program(&mut self) -> String {
        let mut bodies = Vec::new();
        for _ in 0..3 {
            bodies.push(format!("{}; {}", self.condition(), self.condition()));
        }
        let values: Vec<String> = (0..4).map(|_| self.expression(2)).collect();
        let [one, two, three, four] = values.as_slice() else {
            panic!("there are four");
        };
        let [first, second, third] = bodies.as_slice() else {
            panic!("there are three");
        };
        format!(
            "package a\n\nimport data.lib.words\n\nown := words.span * 2\n\nkept[\"x\"] := 3\n\nkept[\"y\"] := own\n\n\
             near(n, other) := words.kind(n, other) if {{\n\tother != n\n\tholds(n)\n}} else := [n, m] if {{\n\tm := words.doubled(other)\n\tm > own\n}} else := words.name(other, n)\n\n\
             alike(a, b) if {{\n\tk := words.doubled(a)\n\tk == words.doubled(b)\n\tk != own\n}}\n\n\
             holds(n) if {{\n\tn == 70\n}} else if {{\n\tn == own\n}}\n\n\
             helper(t, i) := {one} if {{\n\t{first}\n}} else := {two} if {{\n\t{second}\n}} else := words.pair(t, i)\n\n\
             x contains {three} if {{\n\tsome i, t in input.xs\n\t{third}\n}}\n\n\
             x contains helper(t, i) if {{\n\tsome i, t in input.xs\n}}\n\n\
             x contains {four} if {{\n\tsome i, t in input.xs\n}}\n"
        )
    }
}

/// How many random programs are compared.
const RANDOM: usize = 200;

#[test]
fn random_programs_give_the_same() {
    let input = json!({"xs": [{"k": 70}, {"j": 2}, {"k": "a-b"}], "n": 7, "mark": "m"});
    let (mut dice, mut compared, mut full, mut failed) = (Dice(12), 0, 0, 0);
    while compared < RANDOM {
        let program = dice.program();
        let Ok(set) = PolicySet::of(&[("a.rego", LIBRARY), ("b.rego", &program)]) else {
            continue;
        };
        if compile(set.modules()).is_err() {
            continue;
        }
        let (written, optimized) = both(set.modules(), "a.x", &input);
        compared += 1;
        // Where either fails, the program as written is the one that is told of.
        if written != "an error" && optimized != "an error" {
            assert_eq!(written, optimized, "{program}");
            full += usize::from(written.len() > 2);
        }
        failed += usize::from(written != "an error" && optimized == "an error");
    }
    assert!(
        failed * 50 < compared,
        "{failed} of {compared} fail as optimized alone"
    );
    assert!(full > 60, "only {full} of {compared} gave anything");
}
