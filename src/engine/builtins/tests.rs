//! Each mended builtin against what OPA 1.20 gave for the same call.

use regorus::{Engine, Value};

use super::{LIMIT, mend};

pub(super) fn eval(call: &str) -> Result<Value, String> {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    mend(&mut engine);
    engine
        .add_policy("a.rego".to_owned(), format!("package a\nx := {call}\n"))
        .unwrap();
    engine
        .eval_rule("data.a.x".to_owned())
        .map_err(|error| format!("{error:#}"))
}

#[test]
fn calls_give_what_opa_gives() {
    for (call, expected) in [
        (r#"sprintf("%d", [-3])"#, r#""-3""#),
        (
            r#"sprintf("%05d|%-4d|%+d|%x", [-3, 7, 7, 255])"#,
            r#""-0003|7   |+7|ff""#,
        ),
        (r#"sprintf("%d", ["a"])"#, r#""%!d(string=a)""#),
        (r#"sprintf("%s", [3])"#, r#""%!s(int64=3)""#),
        (
            r#"sprintf("%v %v", [["a", 1], {"k": null}])"#,
            r#""[\"a\", 1] {\"k\": null}""#,
        ),
        (
            r#"sprintf("%.2f|%6.1f", [1.005, 2.25])"#,
            r#""1.00|   2.2""#,
        ),
        (
            r#"sprintf("%v %v %v", [1234567.5, 0.00001, 2.5])"#,
            r#""1.2345675e+06 1e-05 2.5""#,
        ),
        (
            r#"sprintf("%08.3f|%+.1e", [3.14159, 12345.678])"#,
            r#""0003.142|+1.2e+04""#,
        ),
        (r#"sprintf("%s", [])"#, r#""%!s(MISSING)""#),
        (r#"sprintf("x", [1])"#, r#""x%!(EXTRA int64=1)""#),
        (r#"glob.match("a:*", [":"], "a:b:c")"#, "false"),
        (r#"glob.match("a:**", [":"], "a:b:c")"#, "true"),
        (r#"glob.match("a-*", ["-"], "a-b")"#, "true"),
        (r#"glob.match("*.b", [], "a.b")"#, "true"),
        (r#"glob.match("*", [], "a.b")"#, "false"),
        (r#"glob.match("*", null, "a.b/c")"#, "true"),
        (r#"glob.match("{a,b}[!c]?", null, "bxy")"#, "true"),
        (
            r#"time.add_date(1706659200000000000, 0, 1, 0)"#,
            "1709337600000000000",
        ),
        (
            r#"time.add_date(1709164800000000000, 1, 0, 0)"#,
            "1740787200000000000",
        ),
        (
            r#"time.format(1700000000100000000)"#,
            r#""2023-11-14T22:13:20.1Z""#,
        ),
        (r#"strings.count("aaaa", "aa")"#, "2"),
        (r#"strings.count("ab", "")"#, "3"),
        (r#"object.subset([1], [])"#, "true"),
        (r#"numbers.range(3, 1)"#, "[3,2,1]"),
        (r#"concat(",", ["a", "b"])"#, r#""a,b""#),
        (r#"glob.quote_meta("a*?b")"#, r#""a\\*\\?b""#),
    ] {
        let value = eval(call).unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(serde_json::to_string(&value).unwrap(), expected, "{call}");
    }
}

#[test]
fn what_takes_too_much_is_an_error_that_says_so() {
    for call in [
        "numbers.range(1, 1000000000000)",
        "numbers.range(1, 1e40)",
        r#"net.cidr_expand("0.0.0.0/1")"#,
        r#"net.cidr_expand("::/0")"#,
        r#"units.parse("9e999999999Ki")"#,
        r#"units.parse_bytes("1e99999999")"#,
        r#"to_number("1e999999999")"#,
        r#"json.unmarshal("[1e999999999]")"#,
        "bits.lsh(1, 4000000000)",
        r#"sprintf("%4000000000d", [1])"#,
        "product(numbers.range(1, 100000))",
        r#"object.union_n([{sprintf("%d", [i]): i} | some i in numbers.range(1, 20000)])"#,
        "union({{i} | some i in numbers.range(1, 20000)})",
        r#"regex.find_n("a.*b|a", concat("", ["a" | some _ in numbers.range(1, 100000)]), -1)"#,
        r#"regex.split("a.*b|a", concat("", ["a" | some _ in numbers.range(1, 100000)]))"#,
        r#"regex.replace(concat("", ["a" | some _ in numbers.range(1, 100000)]), "a.*b|a", "b")"#,
        "object.subset([1 | some _ in numbers.range(1, 20000)], [1 | some _ in numbers.range(1, 10000)])",
        r#"indexof(concat("", ["a" | some _ in numbers.range(1, 100000)]), concat("", ["a" | some _ in numbers.range(1, 50000)]))"#,
        r#"graph.reachable_paths({n: [m | some m in numbers.range(1, 30); m != n] | some n in numbers.range(1, 30)}, [1])"#,
    ] {
        let error = eval(call).expect_err(call);
        assert!(error.contains(LIMIT), "{call}: {error}");
        assert!(error.contains("a.rego:2:"), "{call}: {error}");
    }
}

#[test]
fn texts_that_double_come_to_an_end() {
    let mut policy = "package a\nx0 := \"0123456789abcdef\"\n".to_owned();
    for at in 1..40 {
        let before = at - 1;
        policy.push_str(&format!("x{at} := concat(\"\", [x{before}, x{before}])\n"));
    }
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    mend(&mut engine);
    engine.add_policy("a.rego".to_owned(), policy).unwrap();
    let error = engine.eval_rule("data.a.x39".to_owned()).unwrap_err();
    assert!(format!("{error:#}").contains(LIMIT), "{error:#}");
}

#[test]
fn what_is_copied_again_and_again_is_weighed() {
    let patched = |value: &str, count: u32, operation: &str| {
        format!(r#"json.patch({value}, [{operation} | some _ in numbers.range(1, {count})])"#)
    };
    let copy = r#"{"op": "copy", "from": "/a", "path": "/a/-"}"#;
    let error = eval(&patched(r#"{"a": [1, 2, 3]}"#, 60, copy)).unwrap_err();
    assert!(error.contains(LIMIT), "{error}");
    let two = eval(&patched(r#"{"a": [1]}"#, 2, copy)).unwrap();
    let opa = r#"{"a":[1,[1],[1,[1]]]}"#;
    assert_eq!(serde_json::to_string(&two).unwrap(), opa);
    let nowhere = r#"{"op": "copy", "from": "/b", "path": "/a"}"#;
    assert!(eval(&patched(r#"{"a": 1}"#, 2, nowhere)).is_err());
}

#[test]
fn what_only_one_of_the_two_reads_is_an_error() {
    let deep = |depth: usize, name: &str| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        eval(&format!("{name}(\"{open}{close}\")"))
    };
    assert_eq!(deep(127, "json.is_valid"), Ok(Value::Bool(true)));
    assert!(deep(128, "json.is_valid").is_err());
    assert_eq!(
        eval(r#"json.is_valid("\"[[")"#),
        Ok(Value::Bool(false)),
        "brackets in a text are none"
    );
    let layout =
        r#"time.format([0, "UTC", concat("", ["2006" | some _ in numbers.range(1, 1100)])])"#;
    assert!(eval(layout).unwrap_err().contains(LIMIT));
}

#[test]
fn a_number_whose_digits_are_lost_is_not_written() {
    // As evidence has it: a policy can't spell one.
    let number = Value::from_json_str("[12345678901234567890123]").unwrap();
    for call in [
        r#"sprintf("%v", x)"#,
        r#"sprintf("%d", x)"#,
        r#"sprintf("%v", [x])"#,
        "json.marshal(x)",
        "format_int(x[0], 10)",
    ] {
        let mut engine = Engine::new();
        engine.set_strict_builtin_errors(true);
        mend(&mut engine);
        let policy = format!("package a\nx := input\ny := {call}\n");
        engine.add_policy("a.rego".to_owned(), policy).unwrap();
        engine.set_input(number.clone());
        let error = engine.eval_rule("data.a.y".to_owned()).unwrap_err();
        assert!(format!("{error:#}").contains(LIMIT), "{call}: {error:#}");
    }
    for call in [
        r#"json.unmarshal("[18446744073709551616]")"#,
        r#"json.unmarshal("{\"a\": 9007199254740993.5}")"#,
        r#"to_number("-9223372036854775809")"#,
        r#"to_number("0.1234567890123456789")"#,
    ] {
        assert!(eval(call).unwrap_err().contains(LIMIT), "{call}");
    }
    let kept = r#"json.unmarshal("[18446744073709551615, 0.5, 1e3, \"18446744073709551616\"]")"#;
    assert!(eval(kept).is_ok());
    let largest = r#"sprintf("%v", [18446744073709551615])"#;
    assert_eq!(eval(largest), Ok(Value::from("18446744073709551615")));
}

#[test]
fn the_zone_of_the_machine_is_refused() {
    for call in [
        r#"time.clock([0, "Local"])"#,
        r#"time.weekday([0, "Local"])"#,
        r#"time.parse_ns("Jan 2 15:04:05 MST 2006", "Jan 2 15:04:05 CET 2006")"#,
    ] {
        let error = eval(call).expect_err(call);
        assert!(error.contains("machine"), "{call}: {error}");
    }
}
