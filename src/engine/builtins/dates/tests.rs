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

#[test]
fn durations_that_go_round_are_errors() {
    for call in [
        r#"time.parse_duration_ns("9223372036854775808ns9223372036854775808ns")"#,
        r#"time.parse_duration_ns("5µ")"#,
    ] {
        eval(call).expect_err(call);
    }
    let value = eval(r#"time.parse_duration_ns("1.5h5µs")"#).unwrap();
    assert_eq!(value, regorus::Value::from(5_400_000_005_000_i64));
}

/// What is read without the layout is what the layout reads.
#[test]
fn times_of_the_input_are_read_alike() {
    for value in [
        "1970-01-01T00:00:00Z",
        "2026-02-28T23:59:59Z",
        "2024-02-29T00:00:00Z",
        "1677-09-21T00:12:44Z",
        "2262-04-11T23:47:16.854775807Z",
        "1969-12-31T23:59:59.5Z",
    ] {
        let quick = super::in_utc(value).unwrap_or_else(|| panic!("{value}"));
        let slow = super::layout::read(super::RFC3339, value);
        assert_eq!(slow.ok(), Some(i128::from(quick)), "{value}");
    }
    for value in [
        "2026-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00z",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00.0123456789Z",
        "0001-01-01T00:00:00Z",
        "-026-01-01T00:00:00Z",
    ] {
        assert_eq!(super::in_utc(value), None, "{value}");
    }
}
