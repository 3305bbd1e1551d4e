//! What OPA 1.20 gave for the same calls, of every builtin that is held to it.

use crate::engine::builtins::tests::eval;

#[test]
fn texts_are_read_and_written_as_go_does() {
    for (call, expected) in [
        (
            r#"json.marshal({"<a>&": {2, 1}})"#,
            r#"{"\u003ca\u003e\u0026":[1,2]}"#,
        ),
        (r#"json.marshal({[1]: 2, "a": 3})"#, r#"{"[1]":2,"a":3}"#),
        (
            r#"json.marshal_with_options({"b": "<", "a": []}, {"indent": " ", "prefix": ">"})"#,
            ">{\n> \"a\": [],\n> \"b\": \"\\u003c\"\n>}",
        ),
        (
            r#"json.marshal(json.remove({"a": 1, "c": [1, 2]}, ["/a", "c/0"]))"#,
            r#"{"c":[2]}"#,
        ),
        (
            r#"json.marshal(json.filter({"a": {"b": 2}, "m~n": {1}}, ["/a", "m~0n"]))"#,
            r#"{"a":{"b":2},"m~n":[1]}"#,
        ),
        (r#"urlquery.decode("a=&b%3D+c")"#, "a=&b= c"),
        (r#"urlquery.encode_object({"a": "~*'"})"#, "a=~%2A%27"),
        (
            r#"json.marshal(urlquery.decode_object("a=1&a=2&=x"))"#,
            r#"{"":["x"],"a":["1","2"]}"#,
        ),
        (
            r#"strings.replace_n({"ba": "ab", "aa": "ab", "ab": ""}, "aab")"#,
            "abb",
        ),
        (r#"upper("aßéж")"#, "AßÉЖ"),
        (r#"lower("ΑΣ")"#, "ας".replace('ς', "σ").as_str()),
        (r#"base64.decode("aGl=\n")"#, "hi"),
        (r#"base64url.decode("aGk")"#, "hi"),
        (
            r#"json.marshal(net.cidr_expand("10.0.0.8/30"))"#,
            r#"["10.0.0.10","10.0.0.11","10.0.0.8","10.0.0.9"]"#,
        ),
        (r#"json.marshal(trace("a"))"#, "true"),
        (r#"json.marshal(semver.is_valid("latest"))"#, "false"),
        (
            r#"json.marshal(yaml.unmarshal("a: [x, 'on', 1.5]\nb: true\nc: ~\n"))"#,
            r#"{"a":["x","on",1.5],"b":true,"c":null}"#,
        ),
        (
            r#"yaml.marshal({"a": ["x", 1], "b": {}})"#,
            "a:\n- x\n- 1\nb: {}\n",
        ),
        (r#"sprintf("%+v", [1])"#, "1"),
    ] {
        let value = eval(call).unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(value, expected.into(), "{call}");
    }
}

#[test]
fn what_opa_may_read_otherwise_is_an_error() {
    for call in [
        r#"yaml.unmarshal("a: on")"#,
        r#"yaml.unmarshal("a: 017")"#,
        r#"yaml.unmarshal("<<: {a: 1}")"#,
        r#"yaml.unmarshal("1: a")"#,
        r#"yaml.unmarshal("a: 2024-01-31")"#,
        r#"yaml.unmarshal("a: &x b")"#,
        r#"yaml.is_valid("a: b: c")"#,
        r#"yaml.marshal({"a": "yes"})"#,
        r#"yaml.marshal(["a: b"])"#,
        r#"to_number(" 1")"#,
        r#"to_number("0x1")"#,
        r#"to_number("-0")"#,
        r#"json.unmarshal("[1, -0]")"#,
        r#"semver.is_valid("v1.2.3")"#,
        r#"semver.is_valid("1.02.3")"#,
        r#"semver.compare("1.2.3", "9223372036854775808.0.0")"#,
        r#"net.cidr_contains("10.0.0.0/08", "10.0.0.1")"#,
        r#"net.cidr_contains("::ffff:10.0.0.0/104", "10.0.0.1")"#,
        r#"net.cidr_is_valid("10.0.0.0/+8")"#,
        r#"uuid.parse("00112233-4455-6677-8899-aabbccddeeff")"#,
        r#"upper("ǰ")"#,
        r#"lower("İ")"#,
        r#"base64.decode("/w==")"#,
        r#"hex.decode("ff")"#,
        r#"urlquery.decode("%zz")"#,
        r#"strings.replace_n({"": "a"}, "b")"#,
        r#"units.parse("1n")"#,
        r#"json.is_valid("1E400")"#,
        r#"json.unmarshal("123456789012345678901234567890")"#,
        r#"json.patch({}, [{"op": "none", "path": "/a"}])"#,
        r#"graph.reachable_paths({"a": ["a"]}, ["a"])"#,
    ] {
        eval(call).expect_err(call);
    }
}
