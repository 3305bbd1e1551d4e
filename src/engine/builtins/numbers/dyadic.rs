//! Numbers as OPA calculates with them: Go's `big.Float`, a whole number times
//! a power of two, rounded to so many bits after every step.

use num_bigint::{BigInt, BigUint, Sign};

/// The bits that OPA keeps of a number it has read from a text.
pub(super) const BITS: u64 = 64;

/// `mantissa * 2^exponent`, with an odd mantissa or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dyadic {
    pub(super) mantissa: BigInt,
    pub(super) exponent: i64,
}

impl Dyadic {
    /// A decimal text, such as Rust writes a fraction.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let (digits, places) = match text.split_once('.') {
            Some((whole, fraction)) => (format!("{whole}{fraction}"), fraction.len()),
            None => (text.to_owned(), 0),
        };
        let scale = BigUint::from(10u8).pow(u32::try_from(places).ok()?);
        Some(Self::quotient(
            &digits.parse().ok()?,
            &scale.into(),
            0,
            BITS,
        ))
    }

    /// A whole number, of which nothing is rounded off.
    pub(super) fn whole(number: BigInt) -> Self {
        let zeros = number.trailing_zeros().unwrap_or(0);
        Self {
            mantissa: number >> zeros,
            exponent: i64::try_from(zeros).unwrap_or(i64::MAX),
        }
    }

    /// `numerator / denominator * 2^exponent`, to the nearest of so many bits,
    /// and of two that are as near to the even one.
    fn quotient(numerator: &BigInt, denominator: &BigInt, exponent: i64, bits: u64) -> Self {
        let negative = (numerator.sign() == Sign::Minus) != (denominator.sign() == Sign::Minus);
        let (top, bottom) = (numerator.magnitude(), denominator.magnitude());
        // Two bits more than are kept, and one that tells of all that follow.
        let wanted = bits.saturating_add(2).min(1 << 20);
        let shift = wanted
            .saturating_add(bottom.bits())
            .saturating_sub(top.bits());
        let shifted = top << shift;
        let mut mantissa = &shifted / bottom;
        let mut exponent = exponent.saturating_sub(i64::try_from(shift).unwrap_or(i64::MAX));
        let rest = &mantissa * bottom != shifted;
        let excess = mantissa.bits().saturating_sub(bits);
        if excess > 0 {
            let half = BigUint::from(1u8) << excess.saturating_sub(1);
            let kept = &mantissa >> excess;
            let lost = &mantissa - (&kept << excess);
            let up = lost > half || lost == half && (rest || kept.bit(0));
            mantissa = if up { kept + 1u8 } else { kept };
            exponent = exponent.saturating_add(i64::try_from(excess).unwrap_or(i64::MAX));
        }
        let zeros = mantissa.trailing_zeros().unwrap_or(0);
        let exponent = match mantissa.bits() {
            0 => 0,
            _ => exponent.saturating_add(i64::try_from(zeros).unwrap_or(i64::MAX)),
        };
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        Self {
            mantissa: BigInt::from_biguint(sign, mantissa >> zeros),
            exponent,
        }
    }

    fn rounded(mantissa: &BigInt, exponent: i64, bits: u64) -> Self {
        Self::quotient(mantissa, &BigInt::from(1), exponent, bits)
    }

    fn aligned(&self, exponent: i64) -> BigInt {
        let shift = self.exponent.saturating_sub(exponent);
        &self.mantissa << u64::try_from(shift).unwrap_or(0)
    }

    pub(super) fn add(&self, other: &Self, bits: u64) -> Self {
        let exponent = self.exponent.min(other.exponent);
        let sum = self.aligned(exponent) + other.aligned(exponent);
        Self::rounded(&sum, exponent, bits)
    }

    pub(super) fn negated(&self) -> Self {
        Self {
            mantissa: -&self.mantissa,
            exponent: self.exponent,
        }
    }

    pub(super) fn times(&self, other: &Self, bits: u64) -> Self {
        let exponent = self.exponent.saturating_add(other.exponent);
        Self::rounded(&(&self.mantissa * &other.mantissa), exponent, bits)
    }

    /// `other` is not nought.
    pub(super) fn divided(&self, other: &Self) -> Self {
        let exponent = self.exponent.saturating_sub(other.exponent);
        Self::quotient(&self.mantissa, &other.mantissa, exponent, BITS)
    }

    /// The whole number that it is, if it is one.
    pub(super) fn as_whole(&self) -> Option<BigInt> {
        let shift = u64::try_from(self.exponent).ok()?;
        Some(&self.mantissa << shift)
    }

    /// The whole number that it has before its fraction.
    pub(super) fn truncated(&self) -> BigInt {
        match u64::try_from(self.exponent) {
            Ok(shift) => &self.mantissa << shift,
            Err(_) => {
                let whole = self.mantissa.magnitude() >> self.exponent.unsigned_abs();
                BigInt::from_biguint(self.mantissa.sign(), whole)
            }
        }
    }

    /// The nearest binary fraction of 53 bits.
    pub(super) fn nearest(&self) -> Option<f64> {
        let short = Self::rounded(&self.mantissa, self.exponent, 53);
        let mantissa: i64 = short.mantissa.try_into().ok()?;
        let exponent = i32::try_from(short.exponent).ok()?;
        // Where its power is no common number either, nobody counts with it.
        if exponent.unsigned_abs() > 900 {
            return None;
        }
        // 53 bits lose nothing.
        let mantissa: f64 = mantissa.to_string().parse().ok()?;
        Some(mantissa * 2f64.powi(exponent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Dyadic {
        Dyadic::of_text(text).unwrap()
    }

    #[test]
    fn sums_and_products_are_those_of_64_bits() {
        assert_eq!(text("0.1").add(&text("0.2"), BITS), text("0.3"));
        assert_eq!(
            text("0.1").times(&text("0.1"), BITS),
            text("0.010000000000000000001")
        );
        let third = text("1").divided(&text("3"));
        assert_eq!(third, text("0.33333333333333333334"));
        assert_eq!(
            text("2").divided(&text("3")).times(&text("3"), BITS),
            text("2")
        );
        assert_eq!(text("-2.5").nearest(), Some(-2.5));
        assert_eq!(third.nearest(), Some(1.0 / 3.0));
    }
}
