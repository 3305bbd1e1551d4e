//! Arithmetic as OPA has it.
//!
//! OPA calculates whole numbers exactly and fractions in 64 bits, and writes
//! each result out in decimal; regorus has binary fractions of 53 bits, in
//! which `0.1 + 0.2` isn't `0.3`. What those can hold of OPA's result is given
//! here; what they can't is an error, which costs the account. A quotient of
//! whole numbers alone is given to the nearest, on the right side of every
//! whole and half number, and warned of where the last digits may count.

use std::num::FpCategory;

use num_bigint::{BigInt, Sign};
use regorus::Value;

use super::{LIMIT, Made, Refused};
use crate::engine::judgement::shown;
use dyadic::{BITS, Dyadic};

mod dyadic;
pub(super) mod within;

/// Refuses to write a number that no 64 bits hold: its digits were lost where it was
/// read, and OPA writes it as it was spelled.
pub(super) fn writable(value: &Value) -> Result<(), Refused> {
    let Value::Number(number) = value else {
        return Ok(());
    };
    let is_lost = value.as_i64().is_err()
        && value.as_u64().is_err()
        && number
            .as_f64()
            .is_none_or(|size| size.abs() >= 2f64.powi(53));
    match is_lost {
        true => Err(digits(&number.format_decimal())),
        false => Ok(()),
    }
}

/// `format_int(number, base)`.
pub(super) fn whole_written(arguments: &[Value]) -> Result<Made, Refused> {
    arguments.iter().try_for_each(writable)?;
    Ok(Made::Same)
}

/// What an operator is given.
enum Operand {
    /// A whole number.
    Whole(BigInt),
    /// The fraction, and the same as OPA reads it.
    Fraction(f64, Dyadic),
    /// What another operator made of more digits than a fraction has here.
    Within(Dyadic),
}

impl Operand {
    fn of(value: &Value) -> Result<Self, Refused> {
        if let Some(dyadic) = within::read(value) {
            return Ok(Self::Within(dyadic));
        }
        let Value::Number(number) = value else {
            return Err(Refused(format!(
                "a number is expected, and {} given",
                shown(value)
            )));
        };
        if let Some(whole) = number.as_big() {
            return Ok(Self::Whole((*whole).clone()));
        }
        let fraction = number.as_f64().ok_or_else(|| digits("a number"))?;
        // Beyond that it was written with an exponent or lost digits.
        let is_plain = fraction.abs() < 2f64.powi(53) && fraction.classify() == FpCategory::Normal;
        match Dyadic::of_text(&fraction.to_string()) {
            Some(dyadic) if is_plain => Ok(match dyadic.as_whole() {
                Some(whole) => Self::Whole(whole),
                None => Self::Fraction(fraction, dyadic),
            }),
            _ => Err(digits(&fraction.to_string())),
        }
    }

    fn dyadic(&self) -> Result<Dyadic, Refused> {
        match self {
            Self::Whole(whole) if whole.bits() > BITS => Err(digits(&whole.to_string())),
            Self::Whole(whole) => Ok(Dyadic::whole(whole.clone())),
            Self::Fraction(_, dyadic) | Self::Within(dyadic) => Ok(dyadic.clone()),
        }
    }
}

fn digits(what: &str) -> Refused {
    Refused(format!(
        "{what} has more digits than are calculated with, {LIMIT}"
    ))
}

fn whole(number: BigInt) -> Result<Made, Refused> {
    match (i64::try_from(&number), u64::try_from(&number)) {
        (Ok(number), _) => Ok(Made::Value(number.into())),
        (_, Ok(number)) => Ok(Made::Value(number.into())),
        // regorus calculates with it, and writes it out as a fraction.
        _ => Err(digits(&number.to_string())),
    }
}

/// OPA's result, where a binary fraction says the same.
fn exact(result: &Dyadic) -> Result<Made, Refused> {
    if let Some(number) = result.as_whole() {
        return whole(number);
    }
    let nearest = result.nearest().ok_or_else(|| digits("the result"))?;
    // Others OPA writes with an exponent, also as the key of an object.
    let is_plain = (1e-4..1e6).contains(&nearest.abs());
    match Dyadic::of_text(&nearest.to_string()) {
        Some(read) if read == *result && is_plain => Ok(Made::Value(nearest.into())),
        _ => Err(digits(&format!("the result, about {nearest},"))),
    }
}

/// The same, or all its digits where they go into what counts with them.
fn made<const WITHIN: bool>(result: &Dyadic) -> Result<Made, Refused> {
    match exact(result) {
        Err(_) if WITHIN => Ok(Made::Value(within::written(result))),
        made => made,
    }
}

/// What an operator gives of two numbers of 64 bits, where that is one as well.
fn small(arguments: &[Value], operator: fn(i64, i64) -> Option<i64>) -> Option<Made> {
    let [one, other] = arguments else {
        return None;
    };
    // A fraction of so many digits is no whole number to OPA.
    let whole = |value: &Value| {
        let Value::Number(number) = value else {
            return None;
        };
        let small = number.as_i64()?;
        let is_exact = small.unsigned_abs() < 1 << 53 || number.as_big().is_some();
        is_exact.then_some(small)
    };
    let made = operator(whole(one)?, whole(other)?)?;
    Some(Made::Value(made.into()))
}

fn two(arguments: &[Value]) -> Result<(Operand, Operand), Refused> {
    let [one, other] = arguments else {
        return Err(Refused("two numbers are expected".to_owned()));
    };
    Ok((Operand::of(one)?, Operand::of(other)?))
}

/// OPA writes nought with a sign where a factor has one: `-0`.
fn unsigned(result: &Dyadic, factors: &[Dyadic]) -> Result<(), Refused> {
    let is_below = |one: &Dyadic| one.mantissa.sign() == Sign::Minus;
    match result.mantissa.sign() == Sign::NoSign && factors.iter().any(is_below) {
        true => Err(digits("a nought with a sign")),
        false => Ok(()),
    }
}

/// `a + b`.
pub(super) fn plus<const WITHIN: bool>(arguments: &[Value]) -> Result<Made, Refused> {
    if let Some(made) = small(arguments, i64::checked_add) {
        return Ok(made);
    }
    match two(arguments)? {
        (Operand::Whole(one), Operand::Whole(other)) => whole(one + other),
        (one, other) => made::<WITHIN>(&one.dyadic()?.add(&other.dyadic()?, BITS)),
    }
}

/// `a - b`, of sets too.
pub(super) fn minus<const WITHIN: bool>(arguments: &[Value]) -> Result<Made, Refused> {
    if let [Value::Set(one), Value::Set(other)] = arguments {
        let left = one.iter().filter(|member| !other.contains(member)).cloned();
        return Ok(Made::Value(Value::from(
            left.collect::<std::collections::BTreeSet<_>>(),
        )));
    }
    if let Some(made) = small(arguments, i64::checked_sub) {
        return Ok(made);
    }
    match two(arguments)? {
        (Operand::Whole(one), Operand::Whole(other)) => whole(one - other),
        (one, other) => made::<WITHIN>(&one.dyadic()?.add(&other.dyadic()?.negated(), BITS)),
    }
}

/// `a * b`.
pub(super) fn times<const WITHIN: bool>(arguments: &[Value]) -> Result<Made, Refused> {
    if let Some(made) = small(arguments, i64::checked_mul) {
        return Ok(made);
    }
    match two(arguments)? {
        (Operand::Whole(one), Operand::Whole(other)) => whole(one * other),
        (one, other) => {
            let (one, other) = (one.dyadic()?, other.dyadic()?);
            let result = one.times(&other, BITS);
            unsigned(&result, &[one, other])?;
            made::<WITHIN>(&result)
        }
    }
}

/// `a / b`.
pub(super) fn divided<const WITHIN: bool>(arguments: &[Value]) -> Result<Made, Refused> {
    let (one, other) = two(arguments)?;
    let (top, bottom) = (one.dyadic()?, other.dyadic()?);
    if bottom.mantissa.sign() == Sign::NoSign {
        return Err(Refused("division by zero".to_owned()));
    }
    let result = top.divided(&bottom);
    unsigned(&result, &[top, bottom])?;
    match (made::<WITHIN>(&result), &one, &other) {
        (Err(_), Operand::Whole(_), Operand::Whole(_)) => nearest(&result),
        (made, ..) => made,
    }
}

/// The nearest binary fraction, moved off a whole or half number that the
/// result is not.
fn nearest(result: &Dyadic) -> Result<Made, Refused> {
    let nearest = result.nearest().ok_or_else(|| digits("the result"))?;
    if (nearest * 2.0).fract() != 0.0 {
        return Ok(Made::Value(nearest.into()));
    }
    if nearest.abs() >= 2f64.powi(51) {
        return Err(digits("the result"));
    }
    let read = Dyadic::of_text(&nearest.to_string()).ok_or_else(|| digits("the result"))?;
    let above = result.add(&read.negated(), BITS).mantissa.sign() == Sign::Plus;
    let moved = if above {
        nearest.next_up()
    } else {
        nearest.next_down()
    };
    Ok(Made::Value(moved.into()))
}

/// `a % b`, which OPA has of whole numbers alone.
pub(super) fn remainder(arguments: &[Value]) -> Result<Made, Refused> {
    if let Some(made) = small(arguments, i64::checked_rem) {
        return Ok(made);
    }
    match two(arguments)? {
        (Operand::Whole(_), Operand::Whole(other)) if other.sign() == Sign::NoSign => {
            Err(Refused("modulo by zero".to_owned()))
        }
        (Operand::Whole(one), Operand::Whole(other)) => whole(one % other),
        _ => Err(Refused("modulo on floating-point number".to_owned())),
    }
}

/// `sum(numbers)`: OPA rounds after each, and writes out the last alone.
pub(super) fn sum(arguments: &[Value]) -> Result<Made, Refused> {
    folded(
        arguments,
        0,
        |one, other| one + other,
        |one, other| one.add(other, BITS),
    )
}

/// `product(numbers)`, which OPA keeps in 53 bits.
pub(super) fn product(arguments: &[Value]) -> Result<Made, Refused> {
    super::sizes::multiplied(arguments)?;
    folded(
        arguments,
        1,
        |one, other| one * other,
        |one, other| one.times(other, 53),
    )
}

fn folded(
    arguments: &[Value],
    first: i32,
    of_wholes: fn(BigInt, &BigInt) -> BigInt,
    of_all: fn(&Dyadic, &Dyadic) -> Dyadic,
) -> Result<Made, Refused> {
    let members: Vec<&Value> = match arguments.first() {
        Some(Value::Array(members)) => members.iter().collect(),
        Some(Value::Set(members)) => members.iter_sorted().collect(),
        _ => return Ok(Made::Same),
    };
    let numbers = members.into_iter().map(Operand::of);
    let numbers: Vec<Operand> = numbers.collect::<Result<_, _>>()?;
    let wholes: Option<Vec<&BigInt>> = numbers
        .iter()
        .map(|number| match number {
            Operand::Whole(whole) => Some(whole),
            Operand::Fraction(..) | Operand::Within(..) => None,
        })
        .collect();
    if let Some(wholes) = wholes {
        return whole(wholes.into_iter().fold(first.into(), of_wholes));
    }
    let mut result = Dyadic::whole(first.into());
    for number in &numbers {
        let number = number.dyadic()?;
        let next = of_all(&result, &number);
        if first == 1 {
            unsigned(&next, &[result, number])?;
        }
        result = next;
    }
    exact(&result)
}

/// `abs`, `ceil`, `floor` and `round` of one number: OPA keeps 64 bits of it,
/// and steps over nought in `ceil` and `floor`.
pub(super) fn stepped(arguments: &[Value]) -> Result<Made, Refused> {
    let Some(value @ Value::Number(_)) = arguments.first() else {
        return Ok(Made::Same);
    };
    match Operand::of(value)? {
        // Half of one more would not fit into what OPA keeps.
        Operand::Whole(number) if number.bits() >= BITS => Err(digits(&number.to_string())),
        Operand::Whole(_) => Ok(Made::Same),
        Operand::Fraction(number, _) if -1.0 < number && number < 0.0 => Err(Refused(format!(
            "OPA rounds {number} the wrong way, and to round it is {LIMIT}"
        ))),
        Operand::Fraction(..) | Operand::Within(..) => Ok(Made::Same),
    }
}

/// Refuses a whole number of more than 64 bits among what a builtin gave.
pub(super) fn held(value: Value) -> Result<Value, Refused> {
    if let Value::Number(number) = &value
        && let Some(big) = number.as_big()
        && big.bits() > BITS
    {
        return Err(digits(&big.to_string()));
    }
    Ok(value)
}

#[cfg(test)]
mod tests;
