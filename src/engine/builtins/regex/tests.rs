//! What OPA 1.20 gave for the same calls.

use super::syntax::{Untranslated, translated};
use crate::engine::builtins::tests::eval;

#[test]
fn patterns_mean_what_they_mean_in_go() {
    for (call, expected) in [
        // Classes are ASCII.
        (r#"regex.find_n(`\d+`, "1٣", -1)"#, r#"["1"]"#),
        (r#"regex.find_n(`[^\W_]`, "é_a", -1)"#, r#"["a"]"#),
        (r#"regex.match(`^\s$`, "\u000b")"#, "false"),
        (r#"regex.match(`\bb`, "éb")"#, "true"),
        // Signs that only Rust's gives a meaning to.
        (r#"regex.match(`^[a&&b]$`, "&")"#, "true"),
        (r#"regex.match(`^[[b]$`, "[")"#, "true"),
        (r#"regex.match(`^a{,2}$`, "a{,2}")"#, "true"),
        (r#"regex.match(`^\Qa.b\E$`, "a.b")"#, "true"),
        (r#"regex.match(`^\101$`, "A")"#, "true"),
        (r#"regex.is_valid("a**")"#, "false"),
        (r#"regex.is_valid("(?x)a")"#, "false"),
        (r#"regex.is_valid(`\u0041`)"#, "false"),
        (r#"regex.is_valid("a{1001}")"#, "false"),
        (r#"regex.is_valid("(a{100}){11}")"#, "false"),
        (r#"regex.is_valid("(a{100}){10}")"#, "true"),
        // What has no case stands beside what has.
        (r#"regex.match("(?i)a…", "A…日")"#, "true"),
        // Empty matches, templates.
        (r#"regex.split("x*", "axb")"#, r#"["a","b"]"#),
        (r#"regex.split("", "ab")"#, r#"["a","b"]"#),
        (r#"regex.replace("aaa", "a*?", "-")"#, r#""-a-a-a-""#),
        (r#"regex.replace("abc", "(b)", "<$1x>")"#, r#""a<>c""#),
        (
            r#"regex.replace("abc", "(b)", "<${1}x$$>")"#,
            r#""a<bx$>c""#,
        ),
        (
            r#"regex.template_match("urn:foo:{.*}", "urn:foo:bar:baz", "{", "}")"#,
            "true",
        ),
        (
            r#"regex.template_match("{a*}b{a|b}", "aabb", "{", "}")"#,
            "true",
        ),
    ] {
        let value = eval(call).unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(serde_json::to_string(&value).unwrap(), expected, "{call}");
    }
}

#[test]
fn what_is_not_the_same_is_an_error() {
    for call in [
        r#"regex.match("(?i)k", "\u212a")"#,
        r#"regex.match(`\p{Lu}`, "Ꭰ")"#,
        r#"regex.match(`a\B`, "ab")"#,
        r#"regex.match(`\p{Han}`, "a")"#,
        r#"regex.is_valid("a(?i)*")"#,
    ] {
        eval(call).expect_err(call);
    }
}

#[test]
fn what_is_wrong_with_a_pattern_is_told_apart_from_what_is_lacking() {
    for (pattern, is_wrong) in [
        ("(", true),
        (")", true),
        ("[b-a]", true),
        ("*", true),
        ("a|*", true),
        (r"\1", true),
        (r"\q", true),
        ("(?<a>b)(?<a>c)", true),
        ("[[:none:]]", true),
        (r"\B", false),
        (r"\p{Han}", false),
    ] {
        match translated(pattern) {
            Err(Untranslated::Wrong(_)) => assert!(is_wrong, "{pattern}"),
            Err(Untranslated::Lacking(_)) => assert!(!is_wrong, "{pattern}"),
            Ok(found) => panic!("{pattern}: {found:?}"),
        }
    }
}
