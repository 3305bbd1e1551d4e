//! Results within an expression, with all the digits that OPA has of them.
//!
//! `1.1 * 3` has more of them than a fraction has here, and `1.1 * 3 > 3.3` has
//! a value all the same: where what takes the result is known, it is handed on
//! as a list of a name, a mantissa and an exponent.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use regorus::Value;

use super::dyadic::{BITS, Dyadic};
use super::{Made, Operand, Refused, digits, stepped, whole};

/// What such a list begins with.
const NAME: &str = "coldtrail_within";

pub(super) fn written(number: &Dyadic) -> Value {
    let (mantissa, exponent) = (number.mantissa.to_string(), number.exponent);
    Value::from(vec![NAME.into(), mantissa.into(), exponent.into()])
}

pub(super) fn read(value: &Value) -> Option<Dyadic> {
    let Value::Array(parts) = value else {
        return None;
    };
    let [
        Value::String(name),
        Value::String(mantissa),
        Value::Number(exponent),
    ] = parts.as_slice()
    else {
        return None;
    };
    (name.as_ref() == NAME).then_some(())?;
    Some(Dyadic {
        mantissa: mantissa.parse().ok()?,
        exponent: exponent.as_i64()?,
    })
}

fn compared(arguments: &[Value]) -> Result<Ordering, Refused> {
    let [one, other] = arguments else {
        return Err(Refused("two values are expected".to_owned()));
    };
    let (first, second) = (read(one), read(other));
    if first.is_none() && second.is_none() {
        return Ok(one.cmp(other));
    }
    // A number lies before or after all of another type.
    let number =
        |value: &Value, read: &Option<Dyadic>| read.is_some() || matches!(value, Value::Number(_));
    if !number(one, &first) {
        return Ok(one.cmp(&Value::from(0)));
    }
    if !number(other, &second) {
        return Ok(Value::from(0).cmp(other));
    }
    let (one, other) = (Operand::of(one)?.dyadic()?, Operand::of(other)?.dyadic()?);
    Ok(match one.add(&other.negated(), BITS).mantissa.sign() {
        Sign::Minus => Ordering::Less,
        Sign::NoSign => Ordering::Equal,
        Sign::Plus => Ordering::Greater,
    })
}

fn held(arguments: &[Value], holds: fn(Ordering) -> bool) -> Result<Made, Refused> {
    Ok(Made::Value(holds(compared(arguments)?).into()))
}

/// `a < b`.
pub(in crate::engine::builtins) fn less(arguments: &[Value]) -> Result<Made, Refused> {
    held(arguments, Ordering::is_lt)
}

/// `a <= b`.
pub(in crate::engine::builtins) fn at_most(arguments: &[Value]) -> Result<Made, Refused> {
    held(arguments, Ordering::is_le)
}

/// `a == b`.
pub(in crate::engine::builtins) fn equal(arguments: &[Value]) -> Result<Made, Refused> {
    held(arguments, Ordering::is_eq)
}

/// `a != b`.
pub(in crate::engine::builtins) fn unequal(arguments: &[Value]) -> Result<Made, Refused> {
    held(arguments, Ordering::is_ne)
}

/// `a >= b`.
pub(in crate::engine::builtins) fn at_least(arguments: &[Value]) -> Result<Made, Refused> {
    held(arguments, Ordering::is_ge)
}

/// `a > b`.
pub(in crate::engine::builtins) fn more(arguments: &[Value]) -> Result<Made, Refused> {
    held(arguments, Ordering::is_gt)
}

/// `ceil(x)`.
pub(in crate::engine::builtins) fn ceil(arguments: &[Value]) -> Result<Made, Refused> {
    rounded(arguments, |number| {
        number.truncated() + i32::from(number.mantissa.sign() == Sign::Plus)
    })
}

/// `floor(x)`.
pub(in crate::engine::builtins) fn floor(arguments: &[Value]) -> Result<Made, Refused> {
    rounded(arguments, |number| {
        number.truncated() - i32::from(number.mantissa.sign() == Sign::Minus)
    })
}

/// `round(x)`.
pub(in crate::engine::builtins) fn round(arguments: &[Value]) -> Result<Made, Refused> {
    rounded(arguments, |number| {
        let half = Dyadic {
            mantissa: match number.mantissa.sign() {
                Sign::Minus => BigInt::from(-1),
                Sign::NoSign | Sign::Plus => BigInt::from(1),
            },
            exponent: -1,
        };
        number.add(&half, BITS).truncated()
    })
}

/// What rounds a result that is no whole number, as `stepped` has any other.
fn rounded(arguments: &[Value], round: fn(&Dyadic) -> BigInt) -> Result<Made, Refused> {
    let Some(number) = arguments.first().and_then(read) else {
        return stepped(arguments);
    };
    let is_near_nought = number.truncated().sign() == Sign::NoSign;
    match number.mantissa.sign() == Sign::Minus && is_near_nought {
        true => Err(digits("what is rounded")),
        false => whole(round(&number)),
    }
}
