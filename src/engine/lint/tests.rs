//! Each lint on the smallest policy that it refuses.

use super::check;
use crate::policy::{PolicyProblem, PolicySet};

mod hidden;
mod opa;
mod variables;

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

results contains result if {
	some i, trail in input.trails
	result := judged(i, trail)
}

judged(i, trail) := {
	\"subject\": trail.id,
	\"check\": \"named\",
	\"outcome\": \"pass\",
	\"code\": \"yes\",
	\"message\": \"It has a name.\",
	\"evidence\": [{\"path\": [\"trails\", i, \"trail\", \"Name\"], \"label\": \"the name\"}],
}
";

/// A problem as one line; the place is the text under the label.
fn line(problem: &PolicyProblem) -> String {
    let under = problem.file.text.get(problem.span.clone()).unwrap_or("?");
    let help = problem.help.as_deref().unwrap_or_default();
    format!("{} [{under}] {} ({help})", problem.code, problem.message)
}

fn told(text: &str) -> String {
    let set = PolicySet::of(&[("sample.rego", text)]).unwrap();
    check(&set)
        .unwrap()
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

/// What is told of the sample with more rules.
fn with(rules: &str) -> String {
    told(&format!("{HEAD}{rules}"))
}

/// What is told of the sample with one text in place of another.
fn changed(from: &str, to: &str) -> String {
    assert!(HEAD.contains(from));
    told(&HEAD.replace(from, to))
}

#[test]
fn nothing_is_wrong_with_the_shipped_policies_and_the_sample() {
    let found = check(&PolicySet::embedded().unwrap()).unwrap();
    assert_eq!(
        found.iter().map(line).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
    assert_eq!(told(HEAD), "");
}

#[test]
fn a_misspelt_key_of_the_input_is_refused_wherever_its_value_came_from() {
    insta::assert_snapshot!(with("subjects contains id if {\n\tsome t in input.trials\n\tid := t.id\n}\n"), @"unresolved-input [trials] the input never has `input.trials` (did you mean `trails`?)");
    insta::assert_snapshot!(changed("[\"trails\", i, \"trail\", \"Name\"]", "[\"trials\"]"), @"unresolved-input [trials] the input never has `trials` (did you mean `trails`?)");
    insta::assert_snapshot!(changed("trail.id,", "trail.idd,"), @"unresolved-input [idd] the input never has `trail.idd` (did you mean `id`?)");
    insta::assert_snapshot!(with("subjects contains id if {\n\tsome t in input.trails\n\tt.trail.CloudWatchLogLogGroupArn\n\tid := t.id\n}\n"), @"unresolved-input [CloudWatchLogLogGroupArn] the input never has `t.trail.CloudWatchLogLogGroupArn` (did you mean `CloudWatchLogsLogGroupArn`?)");
    insta::assert_snapshot!(with("key := \"LatestCloudwatchLogdDeliveryTime\"\n\nsubjects contains id if {\n\tsome t in input.trails\n\tobject.get(t.status, key, null) != null\n\tid := t.id\n}\n"), @"unresolved-input [key] the input never has `key` (did you mean `LatestCloudWatchLogsDeliveryTime`?)");
    insta::assert_snapshot!(changed("[\"trails\", i, \"trail\", \"Name\"]", "[\"trails\", i, \"tail\", \"Name\"]"), @"unresolved-input [tail] the input never has `tail` (did you mean `trail`?)");
}

#[test]
fn a_key_that_aws_may_have_is_not_refused() {
    assert_eq!(
        with(
            "subjects contains id if {\n\tsome t in input.trails\n\tt.trail.SomethingNewOfAws\n\tid := t.id\n}\n"
        ),
        ""
    );
}

#[test]
fn the_shipped_policy_with_a_misspelt_key_is_refused_with_the_right_suggestion() {
    let set = PolicySet::embedded().unwrap();
    let text = |name: &str| {
        set.modules()
            .iter()
            .find(|module| module.file.name == name)
            .unwrap()
            .file
            .text
            .to_string()
    };
    for (name, from, to) in [
        (
            "cloudtrail/cloudwatch_logs/log_group.rego",
            "trail.trail.CloudWatchLogsLogGroupArn",
            "trail.trail.CloudWatchLogLogGroupArn",
        ),
        (
            "cloudtrail/cloudwatch_logs/delivery.rego",
            "trail.status.LatestCloudWatchLogsDeliveryTime",
            "trail.status.LatestCloudWatchLogDeliveryTime",
        ),
        (
            "cloudtrail/cloudwatch_logs/caution.rego",
            "\"CloudWatchLogsRoleArn\", null",
            "\"CloudWatchLogRoleArn\", null",
        ),
    ] {
        assert!(text(name).contains(from));
        let files: Vec<(String, String)> = set
            .modules()
            .iter()
            .map(|module| {
                (
                    module.file.name.clone(),
                    if module.file.name == name {
                        text(name).replacen(from, to, 1)
                    } else {
                        module.file.text.to_string()
                    },
                )
            })
            .collect();
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let found = check(&PolicySet::of(&files).unwrap()).unwrap();
        let lines: Vec<String> = found.iter().map(line).collect();
        let right = from
            .rsplit(['.', '"'])
            .find(|part| part.len() > 10)
            .unwrap();
        assert!(
            matches!(lines.as_slice(), [only] if only.contains(&format!("did you mean `{right}`?"))),
            "{lines:?}"
        );
    }
}

#[test]
fn a_name_that_nothing_has_is_refused() {
    insta::assert_snapshot!(changed("judged(i, trail)\n", "juged(i, trail)\n"), @r"
unknown-builtin [juged] there is no function `juged` (did you mean `judged`?)
unused-rule [judged] nothing needs `judged` (take it out, or use it; a rule for tests alone belongs in the test file)
");
    insta::assert_snapshot!(changed("\"subject\": trail.id", "\"subject\": trial.id"), @"unknown-name [trial] nothing is called `trial` here (did you mean `trail`?)");
    insta::assert_snapshot!(with("subjects contains id if id := data.smaple.checks.named\n"), @"unresolved-data [data.smaple.checks.named] `data.smaple.checks.named` leads nowhere (did you mean `sample`?)");
    insta::assert_snapshot!(with("subjects contains id if id := data.params.limit\n"), @"unresolved-data [data.params.limit] `data.params.limit` leads nowhere (no package, rule or data file has it; a parameter belongs in METADATA under `custom.parameters`)");
    insta::assert_snapshot!(told(&HEAD.replace("checks :=", "import data.lib.nothing\n\nchecks :=")), @"unresolved-data [data.lib.nothing] `data.lib.nothing` leads nowhere (no package, rule or data file has it; a parameter belongs in METADATA under `custom.parameters`)");
}

#[test]
fn a_call_of_no_builtin_or_with_other_arguments_is_refused() {
    insta::assert_snapshot!(with("subjects contains id if id := strings.trim_spaces(\"a\")\n"), @"unknown-builtin [strings.trim_spaces] there is no function `strings.trim_spaces` (did you mean `trim_space`?)");
    insta::assert_snapshot!(with("subjects contains id if id := trim_space(\"a\", \"b\", \"c\")\n"), @"arity [trim_space] `trim_space` takes 1 argument, and gets 3 ()");
    insta::assert_snapshot!(changed("judged(i, trail)\n", "judged(trail)\n"), @"arity [judged] `judged` takes 2 arguments, and gets 1 (it is defined as `judged(i, trail)`)");
}

#[test]
fn a_builtin_that_breaks_a_promise_is_refused() {
    insta::assert_snapshot!(with("subjects contains id if id := sprintf(\"%d\", [time.now_ns()])\n"), @"forbidden-builtin [time.now_ns] `time.now_ns` has no place in a policy: it reads the clock (a report depends on the evidence, the policy and the flags alone; take a parameter or `input.as_of`)");
    insta::assert_snapshot!(with("subjects contains id if id := http.send({\"url\": \"https://example.com\"}).body\n"), @"forbidden-builtin [http.send] `http.send` has no place in a policy: it opens a connection (a report depends on the evidence, the policy and the flags alone; take a parameter or `input.as_of`)");
}

#[test]
fn recursion_is_refused() {
    insta::assert_snapshot!(with("subjects contains a(1)\n\na(x) := b(x + 1)\n\nb(x) := a(x)\n"), @"recursion [a] `a` needs itself (it goes `data.sample.a` → `data.sample.b` → `data.sample.a`; Rego has no recursion)");
    insta::assert_snapshot!(with("subjects contains id if {\n\tsome id in subjects\n}\n"), @"recursion [subjects] `subjects` needs itself (it goes `data.sample.subjects` → `data.sample.subjects`; Rego has no recursion)");
}

#[test]
fn a_head_that_computes_is_bound_in_the_body_and_not_refused() {
    assert_eq!(
        with("subjects contains trail.id if some trail in input.trails\n"),
        ""
    );
    assert_eq!(
        with("subjects contains first\n\nfirst := t.id if some t in input.trails\n"),
        ""
    );
    assert_eq!(
        with("subjects contains id if id := upper(word)\n\nword := \"x\"\n"),
        ""
    );
}

#[test]
fn a_rule_that_nothing_needs_and_a_branch_behind_an_open_door_are_told() {
    insta::assert_snapshot!(with("warning contains x if x := 1\n"), @"unused-rule [warning] nothing needs `warning` (did you mean `warnings`?)");
    insta::assert_snapshot!(with("helper := 1\n"), @"unused-rule [helper] nothing needs `helper` (take it out, or use it; a rule for tests alone belongs in the test file)");
    insta::assert_snapshot!(with("subjects contains id if id := word(1)\n\nword(_) := \"a\" if true else := \"b\"\n"), @r#"unreachable-else [else := "b] this branch of `word` can never be reached (a branch without conditions comes last)"#);
    insta::assert_snapshot!(with("subjects contains id if id := word({})\n\nword(x) := x.a if true else := x.b if true else := \"b\"\n"), @"");
}

#[test]
fn checks_codes_and_outcomes_that_do_not_fit_are_refused() {
    insta::assert_snapshot!(changed("{\"named\": \"Trails have names\"}", "{\"named\": \"Trails have names\", \"lonely\": \"Never given\"}"), @r#"check-never-given [lonely] the check `lonely` is declared, and no rule gives a result for it (every subject has one result a check: `{"check": "..."}` in a member of `results`)"#);
    insta::assert_snapshot!(changed("\"check\": \"named\"", "\"check\": \"nmaed\""), @r#"
check-never-given [named] the check `named` is declared, and no rule gives a result for it (every subject has one result a check: `{"check": "..."}` in a member of `results`)
undeclared-check [nmaed] `checks` does not have the check `nmaed` (did you mean `named`?)
"#);
    insta::assert_snapshot!(changed("\"outcome\": \"pass\"", "\"outcome\": \"passed\""), @"bad-outcome [passed] `passed` is no outcome (did you mean `pass`?)");
    insta::assert_snapshot!(changed("\"code\": \"yes\"", "\"code\": \"maybe\""), @"undeclared-code [maybe] METADATA does not explain the code `maybe` (every code belongs in METADATA under `custom.codes`, with what it means)");
}

#[test]
fn a_negated_operand_that_may_be_undefined_is_told() {
    let not = |expr: &str| {
        with(&format!(
            "subjects contains id if {{\n\tsome t in input.trails\n\tnot {expr}\n\tid := t.id\n}}\n\nlimit := 3 if input.as_of\n\nsome_of(x) := x if x > 1\n"
        ))
    };
    let told = |expr: &str| {
        let found = not(expr);
        let places: Vec<&str> = found
            .lines()
            .filter(|line| !line.starts_with("unused-rule"))
            .map(|line| line.split(']').next().unwrap())
            .collect();
        places.join("\n")
    };
    for (expr, operand) in [
        ("t.trail.Days > 3", "t.trail.Days"),
        ("t.trail.Days != 3", "t.trail.Days"),
        (
            "startswith(t.trail.S3BucketName, \"x\")",
            "t.trail.S3BucketName",
        ),
        ("t.trail.HomeRegion in {\"x\"}", "t.trail.HomeRegion"),
        ("\"x\" in t.trail.Tags", "t.trail.Tags"),
        ("t.trail.Days + 1 == 3", "t.trail.Days"),
        ("[t.trail.Days] == [3]", "t.trail.Days"),
        ("input.trails[t.trail.Days]", "t.trail.Days"),
        ("limit > 3", "limit"),
        ("count(some_of(1)) > 3", "some_of(1)"),
    ] {
        assert_eq!(
            told(expr),
            format!("negated-undefined [{operand}"),
            "{expr}"
        );
    }
    for expr in [
        "t.trail.Days",
        "t.trail.Days == 3",
        "limit",
        "some_of(1)",
        "startswith(t.name, \"x\")",
        "count(input.trails) > 3",
        "count([1 | t.trail.Days > 3]) > 0",
        "startswith(t.home_region, \"x\") with input as {}",
    ] {
        assert_eq!(told(expr), "", "{expr}");
    }
    assert_eq!(
        told("startswith(t.trail.Name, \"x\")\n\tt.trail.Name != \"\""),
        ""
    );
    let whole = not("t.trail.Days > 3");
    insta::assert_snapshot!(whole.lines().next().unwrap(), @"negated-undefined [t.trail.Days] the rule gives nothing where `t.trail.Days` is undefined (what a `not` is given has a value or the `not` does not hold; where it may be missing say what holds with a rule of its own or `object.get`)");
}

#[test]
fn patterns_and_formats_that_fail_or_differ_are_told() {
    let call = |call: &str| {
        with(&format!(
            "spare := {call}\n\nsubjects contains id if {{\n\tspare\n\tsome t in input.trails\n\tid := t.id\n}}\n"
        ))
    };
    insta::assert_snapshot!(call("regex.match(`a**`, \"x\")"), @"bad-pattern [`a**`] the pattern can't be read: `*` repeats a repetition ()");
    insta::assert_snapshot!(call("regex.replace(\"x\", \"a\\\\B\", \"\")"), @r#"lacking-pattern ["a\\B"] the pattern has `\B`, which this engine lacks (write the characters that are meant, such as `[0-9A-Za-z]`)"#);
    insta::assert_snapshot!(call("time.clock([0, \"Local\"])"), @r#"local-zone ["Local"] the zone `Local` is that of the machine that runs (name one, such as `UTC` or `Europe/Berlin`)"#);
    insta::assert_snapshot!(call("regex.match(`(?=a)`, \"x\")"), @"bad-pattern [`(?=a)`] the pattern can't be read: there is no such group as `(?…` ()");
    insta::assert_snapshot!(call("sprintf(\"%*f of %s\", [1, 2])"), @r#"format-verb ["%*f of %s"] `%*f` is written otherwise by OPA, or not at all here (`%s` of a text, `%d` of a whole number and `%v` of anything are the same in both; `%%` is a percent sign)"#);
    insta::assert_snapshot!(call("sprintf(\"%s and %d\", [1])"), @r#"format-arguments ["%s and %d"] the format has 2 verbs, and gets 1 value ()"#);
    for fine in [
        "regex.match(`^\\d+\\.\\b\\\\d$`, \"x\")",
        "sprintf(\"%05d %x %v %q 100%%\", [1, 2, 3, \"4\"])",
        "sprintf(\"%s %s\", split(\"a b\", \" \"))",
    ] {
        assert_eq!(call(fine), "", "{fine}");
    }
}

#[test]
fn rules_of_one_name_that_can_not_both_be_are_refused() {
    insta::assert_snapshot!(with("subjects := set()\n"), @"conflicting-rules [subjects] `subjects` is a set and one value (it is defined first at sample.rego:13:1; give one of them another name or a condition)");
    insta::assert_snapshot!(with("default results := set()\n"), @"conflicting-rules [results] `results` is a set and one value (it is defined first at sample.rego:18:1; give one of them another name or a condition)");
    insta::assert_snapshot!(with("checks := {\"named\": \"Otherwise\"}\n"), @"conflicting-rules [checks] `checks` always has two values (it is defined first at sample.rego:11:1; give one of them another name or a condition)");
    // Two lists are one where what they are made of is one.
    let refused = |rules: &str| with(rules).contains("conflicting-rules");
    assert!(!refused(
        "listed := [input.account_id]\n\nlisted := [object.get(input, \"account_id\", \"\")]\n"
    ));
    assert!(refused("listed := [1, \"a\"]\n\nlisted := [2, \"a\"]\n"));
    assert_eq!(with("checks := {\"named\": \"Trails have names\"}\n"), "");
}

#[test]
fn sets_whose_order_is_another_in_opa_are_told() {
    let told = |rules: &str| with(rules).contains("set-order");
    for rules in [
        "x := {{\"a\": 1}, {1}}",
        "x := {v | some v in [{1}, {}]}",
        "s := {1}\n\nx contains [s] if true",
        "f(y) := {y}\n\nx := f({1})",
        "x := sort([{1}, {\"a\": 1}])",
        "x if {\"a\": 1} < {1}",
        "x := {{1}: 2, {\"a\": 1}: 3}",
        "t[k] contains 1 if some k in [1, 2]\n\nx contains v if some v in t",
    ] {
        assert!(told(rules), "{rules}");
    }
    for rules in [
        "x := {{1}, {2}}",
        "x := {v | some v in {1, 2}}",
        "x := {\"a\": {1}}",
        "s contains 1 if true\n\nx contains count(s) if true",
        "s := {\"b\", \"a\"}\n\nx := sort(s)",
    ] {
        assert!(!told(rules), "{rules}: {}", with(rules));
    }
}

#[test]
fn numbers_that_opa_has_otherwise_are_told() {
    for (rules, code) in [
        ("x := 1 / 3", "quotient"),
        ("x := 1.0", "number-spelling"),
        ("x := 1e3", "number-spelling"),
        ("x := 12345678901234567890123", "number-digits"),
        ("x := 0.12345678901234567890", "number-digits"),
        (
            "x := [v | walk(input.trails, [_, v]); some _ in [1, 2]]",
            "array-order",
        ),
    ] {
        assert!(with(rules).contains(code), "{rules}: {}", with(rules));
    }
    for rules in [
        "x := floor(7 / 2)",
        "x if count(input.trails) / 3 > 1",
        "x := [1, -2.5, 0.1, 18446744073709551615]",
    ] {
        let told = with(rules);
        assert!(
            !told.contains("quotient") && !told.contains("number-"),
            "{rules}: {told}"
        );
    }
}

#[test]
fn data_and_packages_at_the_place_of_a_rule_are_refused() {
    let set = PolicySet::of(&[
        ("sample.rego", HEAD),
        ("other.rego", "package sample.checks.more\n\nx := 1\n"),
    ])
    .unwrap();
    let found: Vec<&str> = check(&set)
        .unwrap()
        .iter()
        .map(|found| found.code)
        .collect();
    assert!(found.contains(&"package-at-rule"), "{found:?}");
}

#[test]
fn what_opa_refuses_is_refused() {
    for (rules, code) in [
        ("f(data) := 1\n", "argument-of-a-documents-name"),
        ("f([input]) := 1\n", "argument-of-a-documents-name"),
        ("f() := 1\n", "no-arguments"),
        (
            "g if h.b == 1 with data.sample.q as {\"b\": 1}\n\nh := {\"a\": 1}\n\nq := {\"b\": 1}\n",
            "not-in-literal",
        ),
        ("default f(y) := y\n", "computed-default"),
        ("default g := 1\n\ndefault g := 2\n", "second-default"),
        ("f(y) := y\n\ng := f\n", "function-as-value"),
        ("f(y) := y\n\ng := [f]\n", "function-as-value"),
        ("g if f\n\nf(y) := y\n", "function-as-value"),
        ("g := [1].a\n", "not-in-literal"),
        ("g := [1, 2][5]\n", "not-in-literal"),
        ("g := {\"a\": [1]}.a.b\n", "not-in-literal"),
        ("g := h.b\n\nh := {\"a\": 1}\n", "not-in-literal"),
        ("g := y if y := [1].b\n", "not-in-literal"),
        ("g if {\n\ty := {\"a\": 1}\n\ty.b\n}\n", "not-in-literal"),
        ("g if {\n\tsome y\n\ty == 1\n}\n", "unsafe-variable"),
        ("g := y if some y\n", "unsafe-variable"),
        ("g := print(1)\n", "print-as-value"),
        ("g := plus(1, 2)\n", "operator-builtin"),
        ("g := count\n", "builtin-as-value"),
        ("g if count([]) == 1 with count as 1\n", "builtin-as-value"),
        ("g := 1 + \"a\"\n", "argument-type"),
        ("g := [1] & {1}\n", "argument-type"),
        ("g if not print(1)\n", "print-as-value"),
    ] {
        let found = with(&format!("\n{rules}"));
        assert!(found.contains(code), "{rules}: {found}");
    }
    for (import, is_refused) in [
        ("rego.v1", false),
        ("future.keywords.in", false),
        ("rego.v2", true),
        ("data", true),
        ("input", true),
        ("input as i", false),
        ("future.keywords.nope", true),
        ("input.regions.if", true),
    ] {
        let text = HEAD.replace(
            "package sample\n",
            &format!("package sample\n\nimport {import}\n"),
        );
        let found = told(&text);
        assert_eq!(
            found.contains("refused-import"),
            is_refused,
            "{import}: {found}"
        );
    }
}

#[test]
fn what_opa_takes_is_taken() {
    for rules in [
        "g := y if {\n\tsome y\n\t[_, y] = [1, 2]\n}\n",
        "g := k if {\n\tsome k\n\tinput.trails[k].id\n}\n",
        "g := y if {\n\tsome y\n\tf(1, y)\n}\n\nf(z) := z\n",
        "g := {\"a\": 1}[k] if some k in [\"a\", \"b\"]\n",
        "g := {\"a\": [1]}.a[0]\n",
        "g if h.b == 1 with data.sample.h as {\"b\": 1}\n\nh := {\"a\": 1}\n",
        "default f(_) := 1\n\nf(1) := 2\n",
        "g := [y | some y in [1]][3]\n",
    ] {
        let found = with(&format!("\n{rules}"));
        for code in ["unsafe", "not-in-literal", "default", "function-as-value"] {
            assert!(!found.contains(code), "{rules}: {found}");
        }
    }
}

#[test]
fn a_control_without_what_a_run_asks_of_it_is_told_at_load() {
    const CHECKS: &str = "checks := {\"named\": \"Trails have names\"}";
    for (from, to, expected) in [
        (CHECKS, "checks := {}", "`checks` is empty"),
        (
            CHECKS,
            "checks := {\"named\"}",
            "`checks` is no object of texts",
        ),
        (
            CHECKS,
            "checks := {\"named\": 3}",
            "`checks` is no object of texts",
        ),
        (CHECKS, "checks := 3", "`checks` is no object of texts"),
        (CHECKS, "", "the control has no `checks`"),
        (
            "subjects contains",
            "others contains",
            "the control has no `subjects`",
        ),
        (
            "results contains",
            "others contains",
            "the control has no `results`",
        ),
    ] {
        let found = changed(from, to);
        assert!(found.contains(expected), "{to}: {found}");
    }
    assert_eq!(told(HEAD), "");
}

#[test]
fn an_error_in_a_line_of_any_length_is_told() {
    let long = format!("x := [\"{}\" }}\n", "a".repeat(70_000));
    let set = crate::policy::PolicySet::of(&[("sample.rego", &format!("package a\n\n{long}"))]);
    let error = check(&set.unwrap()).unwrap_err();
    let told = format!("{:?}", miette::Report::new(error));
    assert!(
        told.contains("an error is somewhere in this line"),
        "{told}"
    );
}
