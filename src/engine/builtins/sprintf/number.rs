//! Numbers as Go formats them.

use regorus::Value;

use super::{Flags, pad, unknown};
use crate::engine::builtins::{Refused, numbers};

/// A whole number: its sign, and its digits in each base that Go writes.
struct Whole {
    is_negative: bool,
    decimal: String,
    binary: String,
    octal: String,
    hex: String,
}

impl Whole {
    fn of(value: &Value) -> Option<Self> {
        let Value::Number(number) = value else {
            return None;
        };
        if !number.is_integer() {
            return None;
        }
        let size = number.abs();
        Some(Self {
            is_negative: number.format_decimal().starts_with('-'),
            decimal: size.format_decimal(),
            binary: size.format_bin(),
            octal: size.format_octal(),
            hex: size.format_hex(),
        })
    }
}

/// What Go calls its type.
pub(super) fn type_of(value: &Value) -> &'static str {
    match value.as_i64() {
        Ok(_) => "int64",
        Err(_) if Whole::of(value).is_some() => "*big.Int",
        Err(_) => "float64",
    }
}

/// One number, formatted.
pub(super) fn formatted(flags: &Flags, verb: char, value: &Value) -> Result<String, Refused> {
    let is_plain = matches!(verb, 'd' | 'v') && flags.precision.is_none() && !flags.sharp;
    if let Some(small) = value.as_i64().ok().filter(|_| is_plain) {
        let digits = small.unsigned_abs().to_string();
        return Ok(signed(flags, small < 0, "", &digits, flags.zero));
    }
    numbers::writable(value)?;
    match Whole::of(value) {
        Some(whole) => integer(flags, verb, &whole, value),
        None => float(flags, verb, value.as_f64().unwrap_or(f64::NAN)),
    }
}

fn integer(flags: &Flags, verb: char, whole: &Whole, value: &Value) -> Result<String, Refused> {
    let is_small = value.as_i64().is_ok();
    let (digits, prefix) = match verb {
        'd' | 'v' => (whole.decimal.clone(), ""),
        's' if !is_small => (whole.decimal.clone(), ""),
        'b' => (whole.binary.clone(), "0b"),
        'o' => (whole.octal.clone(), "0"),
        'O' if is_small => (whole.octal.clone(), "0o"),
        'x' => (whole.hex.to_lowercase(), "0x"),
        'X' => (whole.hex.to_uppercase(), "0X"),
        'c' if is_small => {
            let code = value.as_u32().ok().and_then(char::from_u32);
            return Ok(pad(flags, code.unwrap_or('\u{fffd}').to_string()));
        }
        'q' | 'U' | 'T' | 'p' => return Err(unknown(&verb.to_string())),
        _ if is_small => {
            let plain = integer(flags, 'd', whole, value)?;
            return Ok(format!("%!{verb}(int64={plain})"));
        }
        _ => return Err(unknown(&verb.to_string())),
    };
    let digits = match flags.precision {
        Some(0) if whole.decimal == "0" => String::new(),
        Some(least) => format!("{}{digits}", "0".repeat(least.saturating_sub(digits.len()))),
        None => digits,
    };
    let prefix = if flags.sharp || verb == 'O' {
        prefix
    } else {
        ""
    };
    let zeros = flags.zero && flags.precision.is_none();
    Ok(signed(flags, whole.is_negative, prefix, &digits, zeros))
}

/// Sign, prefix and digits, to the width of the field.
fn signed(flags: &Flags, is_negative: bool, prefix: &str, digits: &str, zeros: bool) -> String {
    let sign = match (is_negative, flags.plus, flags.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    let length = sign.len() + digits.len();
    if zeros && !flags.minus {
        // Go doesn't count the prefix among what the zeros fill up.
        let missing = flags.width.saturating_sub(length);
        return format!("{sign}{prefix}{}{digits}", "0".repeat(missing));
    }
    let spaces = Flags {
        zero: false,
        minus: flags.minus,
        width: flags.width,
        ..Flags::default()
    };
    pad(&spaces, format!("{sign}{prefix}{digits}"))
}

fn float(flags: &Flags, verb: char, value: f64) -> Result<String, Refused> {
    let size = value.abs();
    let digits = match verb {
        'e' | 'E' => scientific(size, Some(flags.precision.unwrap_or(6))),
        'f' | 'F' => format!("{size:.*}", flags.precision.unwrap_or(6)),
        'g' | 'G' | 'v' if flags.precision.is_none() && !flags.sharp => shortest(size),
        'g' | 'G' | 'v' | 'b' | 'x' | 'X' | 'T' | 'p' => return Err(unknown(&verb.to_string())),
        _ => {
            let plain = float(flags, 'v', value)?;
            return Ok(format!("%!{verb}(float64={plain})"));
        }
    };
    let digits = if matches!(verb, 'E' | 'G') {
        digits.to_uppercase()
    } else {
        digits
    };
    Ok(signed(
        flags,
        value.is_sign_negative(),
        "",
        &digits,
        flags.zero,
    ))
}

/// The fewest digits that tell it from any other, with an exponent where that
/// is below -4 or at least 6.
fn shortest(size: f64) -> String {
    let exponent = format!("{size:e}");
    let exponent: i32 = exponent
        .split_once('e')
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0);
    if (-4..6).contains(&exponent) {
        format!("{size}")
    } else {
        scientific(size, None)
    }
}

/// `1.5e+07`: Go writes a sign and two digits at least.
fn scientific(size: f64, precision: Option<usize>) -> String {
    let written = match precision {
        Some(precision) => format!("{size:.precision$e}"),
        None => format!("{size:e}"),
    };
    let Some((digits, exponent)) = written.split_once('e') else {
        return written;
    };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}
