//! `sprintf` as Go formats, of what OPA hands to it.
//!
//! regorus writes `--3` for -3, nothing at all for a text where a number is
//! wanted, and takes neither flags nor most widths. What isn't written here as
//! OPA writes it is refused.

use regorus::Value;

use super::{Made, Refused, numbers, sizes, text, too_much};

mod number;

/// How wide a field may be.
const WIDEST: usize = 10_000;
/// How long the whole may be.
const LONGEST: usize = 64 << 20;

/// What stands between `%` and the verb.
#[derive(Debug, Default, PartialEq, Eq)]
struct Flags {
    minus: bool,
    plus: bool,
    space: bool,
    sharp: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

/// `sprintf(format, values)`.
pub(super) fn sprintf(arguments: &[Value]) -> Result<Made, Refused> {
    let format = text("sprintf", arguments, 0)?;
    let Some(Value::Array(values)) = arguments.get(1) else {
        return Err(Refused(
            "`sprintf` expects an array as its second argument".to_owned(),
        ));
    };
    let mut written = String::with_capacity(format.len().saturating_mul(2).min(LONGEST));
    let mut given = values.iter();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        written.push_str(before);
        let (flags, after) = flags(after)?;
        let mut signs = after.chars();
        match signs.next() {
            None => written.push_str("%!(NOVERB)"),
            Some('%') => written.push('%'),
            Some(verb) => match given.next() {
                None => written.push_str(&format!("%!{verb}(MISSING)")),
                Some(Value::String(text))
                    if matches!(verb, 's' | 'v') && flags == Flags::default() =>
                {
                    written.push_str(text);
                }
                Some(value) => written.push_str(&one(&flags, verb, value)?),
            },
        }
        if written.len() > LONGEST {
            return Err(too_much("sprintf", written.len(), "bytes"));
        }
        rest = signs.as_str();
    }
    written.push_str(rest);
    let extra: Vec<String> = given
        .map(|value| {
            Ok(format!(
                "{}={}",
                type_of(value),
                one(&Flags::default(), 'v', value)?
            ))
        })
        .collect::<Result<_, Refused>>()?;
    if !extra.is_empty() {
        written.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    sizes::bounded("sprintf", written.len())?;
    Ok(Made::Value(written.into()))
}

/// The flags at the beginning of a text, and what follows them.
fn flags(text: &str) -> Result<(Flags, &str), Refused> {
    let mut flags = Flags::default();
    let mut rest = text;
    loop {
        let mut signs = rest.chars();
        match signs.next() {
            Some('-') => flags.minus = true,
            Some('+') => flags.plus = true,
            Some(' ') => flags.space = true,
            Some('#') => flags.sharp = true,
            Some('0') => flags.zero = true,
            _ => break,
        }
        rest = signs.as_str();
    }
    if rest.starts_with(['*', '[']) {
        return Err(unknown("*"));
    }
    (flags.width, rest) = digits(rest)?;
    if let Some(after) = rest.strip_prefix('.') {
        if after.starts_with(['*', '[']) {
            return Err(unknown("*"));
        }
        let (precision, after) = digits(after)?;
        flags.precision = Some(precision);
        rest = after;
    }
    Ok((flags, rest))
}

fn digits(text: &str) -> Result<(usize, &str), Refused> {
    let end = text
        .find(|sign: char| !sign.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    if digits.is_empty() {
        return Ok((0, rest));
    }
    match digits.parse() {
        Ok(width) if width <= WIDEST => Ok((width, rest)),
        _ => Err(too_much("sprintf", digits, "characters")),
    }
}

fn unknown(verb: &str) -> Refused {
    Refused(format!(
        "`sprintf` does not know `%{verb}` here; `%s` of a text, `%d` of a whole number and `%v` of anything are known"
    ))
}

/// One value, formatted.
fn one(flags: &Flags, verb: char, value: &Value) -> Result<String, Refused> {
    if let Value::Number(_) = value {
        if verb == 'v' && flags.sharp {
            return Err(unknown("#v"));
        }
        // Go's `%+v` is of the fields of structures.
        let plus = flags.plus && verb != 'v';
        return number::formatted(&Flags { plus, ..*flags }, verb, value);
    }
    let shown = match value {
        Value::String(text) => text.to_string(),
        value => {
            let mut left = LONGEST;
            sizes::weigh(value, &mut left)?;
            let mut shown = String::new();
            as_opa_shows(value, &mut shown)?;
            shown
        }
    };
    let cut = |shown: &str| match flags.precision {
        Some(most) => shown.chars().take(most).collect(),
        None => shown.to_owned(),
    };
    Ok(match verb {
        's' | 'v' if flags.sharp => return Err(unknown("#v")),
        's' | 'v' => pad(flags, cut(&shown)),
        'q' if flags.sharp || flags.plus => return Err(unknown("#q")),
        'q' => pad(flags, quoted(&cut(&shown))),
        'x' | 'X' if flags.sharp || flags.space => return Err(unknown("#x")),
        'x' => pad(flags, hex(&shown, flags.precision)),
        'X' => pad(flags, hex(&shown, flags.precision).to_uppercase()),
        'T' | 'p' => return Err(unknown(&verb.to_string())),
        verb => format!("%!{verb}(string={})", pad(flags, cut(&shown))),
    })
}

fn hex(text: &str, most: Option<usize>) -> String {
    let bytes = text.bytes().take(most.unwrap_or(usize::MAX));
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// To the width of the field. Go fills a text with zeros, too.
fn pad(flags: &Flags, text: String) -> String {
    let missing = flags.width.saturating_sub(text.chars().count());
    if missing == 0 {
        text
    } else if flags.minus {
        format!("{text}{}", " ".repeat(missing))
    } else {
        let fill = if flags.zero { "0" } else { " " };
        format!("{}{text}", fill.repeat(missing))
    }
}

/// What Go calls the type of what OPA hands to it.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Number(_) => number::type_of(value),
        _ => "string",
    }
}

/// A value as OPA shows it within another.
fn as_opa_shows(value: &Value, shown: &mut String) -> Result<(), Refused> {
    let mut list = |open: &str, members: &mut dyn Iterator<Item = &Value>, close: &str| {
        shown.push_str(open);
        for (index, member) in members.enumerate() {
            if index > 0 {
                shown.push_str(", ");
            }
            as_opa_shows(member, shown)?;
        }
        shown.push_str(close);
        Ok(())
    };
    match value {
        Value::Array(members) => list("[", &mut members.iter(), "]")?,
        Value::Set(members) if members.is_empty() => shown.push_str("set()"),
        Value::Set(members) => list("{", &mut members.iter(), "}")?,
        Value::Object(members) => {
            shown.push('{');
            for (index, (key, member)) in members.iter_sorted().enumerate() {
                if index > 0 {
                    shown.push_str(", ");
                }
                as_opa_shows(key, shown)?;
                shown.push_str(": ");
                as_opa_shows(member, shown)?;
            }
            shown.push('}');
        }
        Value::String(text) => shown.push_str(&quoted(text)),
        Value::Number(number) => {
            numbers::writable(value)?;
            shown.push_str(&number.format_decimal());
        }
        Value::Bool(value) => shown.push_str(if *value { "true" } else { "false" }),
        Value::Null => shown.push_str("null"),
        Value::Undefined => shown.push_str("undefined"),
    }
    Ok(())
}

/// A text in double quotes, as Go quotes it; regorus knows what Go prints.
fn quoted(text: &str) -> String {
    let format = Value::from("%q");
    let values = Value::from(vec![Value::from(text)]);
    match super::original("sprintf", &[format, values]) {
        Ok(Value::String(quoted)) => quoted.to_string(),
        _ => format!("{text:?}"),
    }
}
