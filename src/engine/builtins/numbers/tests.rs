//! Against what OPA gave for the same expression.

use regorus::Value;

use super::*;

fn number(text: &str) -> Value {
    Value::from_numeric_string(text).unwrap()
}

fn of(op: fn(&[Value]) -> Result<Made, Refused>, one: &str, other: &str) -> Result<String, String> {
    match op(&[number(one), number(other)]) {
        Ok(Made::Value(value)) => Ok(value.to_string()),
        Ok(Made::Same) => Ok("as it is".to_owned()),
        Err(refused) => Err(refused.to_string()),
    }
}

#[test]
fn what_opa_gives_is_given_or_refused() {
    let big = "18446744073709551615";
    for (op, one, other, expected) in [
        (plus::<false> as fn(&[Value]) -> _, "0.1", "0.2", "0.3"),
        (plus::<false>, "9007199254740993", "1", "9007199254740994"),
        (
            plus::<false>,
            "9223372036854775807",
            "1",
            "9223372036854775808",
        ),
        (minus::<false>, big, "1", "18446744073709551614"),
        (times::<false>, "3", "0.1", "0.3"),
        (times::<false>, "100", "1.1", "110"),
        (minus::<false>, "1.5", "0.25", "1.25"),
        (divided::<false>, "7", "2", "3.5"),
        (divided::<false>, "-6", "3", "-2"),
        (divided::<false>, "1", "10", "0.1"),
        (divided::<false>, "1", "3", "0.3333333333333333"),
        (remainder, "-5", "3", "-2"),
    ] {
        assert_eq!(of(op, one, other).as_deref(), Ok(expected), "{one} {other}");
    }
    for (op, one, other, why) in [
        (
            times::<false> as fn(&[Value]) -> _,
            "0.1",
            "0.1",
            "more digits",
        ),
        (minus::<false>, "0.3", "0.1", "more digits"),
        (plus::<false>, "0.1234567890123456", "1000.5", "more digits"),
        (times::<false>, big, big, "more digits"),
        (divided::<false>, "18446744073709551617", "3", "more digits"),
        (divided::<false>, "1", "0", "division by zero"),
        (remainder, "5.5", "2", "modulo on floating-point number"),
    ] {
        let refused = of(op, one, other).unwrap_err();
        assert!(refused.contains(why), "{one} {other}: {refused}");
    }
}

#[test]
fn a_quotient_stays_on_its_side_of_whole_and_half_numbers() {
    let floor = |one: &str, other: &str| {
        of(divided::<false>, one, other)
            .unwrap()
            .parse::<f64>()
            .unwrap()
            .floor()
    };
    assert_eq!(floor("1706659199999999999", "1000000000"), 1_706_659_199.0);
    assert_eq!(floor("1706659200000000001", "1000000000"), 1_706_659_200.0);
    assert_eq!(
        floor("-1706659200000000001", "1000000000"),
        -1_706_659_201.0
    );
}
