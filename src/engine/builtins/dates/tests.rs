//! What OPA 1.20 gave for the same calls.

use crate::engine::builtins::tests::eval;

#[test]
fn layouts_are_those_of_go() {
    for (call, expected) in [
        (
            r#"time.format([1700000000100000000, "America/New_York", "UnixDate"])"#,
            r#""Tue Nov 14 17:13:20 EST 2023""#,
        ),
        (
            r#"time.format([1700000000100000000, "UTC", "2006-01-02T15:04:05.000Z"])"#,
            r#""2023-11-14T22:13:20.100Z""#,
        ),
        (
            r#"time.format([1700000000000000000, "Asia/Kolkata", "3pm Z07:00 002 __2 _2006 Juneau"])"#,
            r#""3am +05:30 319 319 _2023 Juneau""#,
        ),
        (
            r#"time.format([0, "UTC", "2006 年 01.999"])"#,
            r#""1970 年 01""#,
        ),
        (
            r#"time.parse_ns("UnixDate", "Wed Jan 31 01:02:03 UTC 2024")"#,
            "1706662923000000000",
        ),
        (
            r#"time.parse_ns("2006-01-02T15:04:05Z", "2024-01-31T01:02:03.5Z")"#,
            "1706662923500000000",
        ),
        (
            r#"time.parse_rfc3339_ns("2024-01-31T01:02:03,5+24:00")"#,
            "1706576523500000000",
        ),
        (
            r#"time.parse_ns("2006-002", "2024-031")"#,
            "1706659200000000000",
        ),
    ] {
        let value = eval(call).unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(serde_json::to_string(&value).unwrap(), expected, "{call}");
    }
}

#[test]
fn what_depends_on_a_table_of_zones_is_an_error() {
    for call in [
        r#"time.clock([-2208988800000000000, "EST"])"#,
        r#"time.format([9223372036854775807, "Europe/London"])"#,
        r#"time.add_date([-1, "Europe/London"], 0, 0, 0)"#,
        r#"time.clock([0, "europe/london"])"#,
        r#"time.parse_ns("RFC1123", "Wed, 31 Jan 2024 01:02:03 CEST")"#,
    ] {
        eval(call).expect_err(call);
    }
}
