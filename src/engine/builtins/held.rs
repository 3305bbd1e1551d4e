//! Builtins that are the same for what is said here, and an error beyond it:
//! regorus and OPA read texts at the edge of a format otherwise.

use std::collections::BTreeSet;

use regorus::Value;

use super::regex::syntax::SETTLED;
use super::{LIMIT, Made, Refused, original, sizes, text};
use crate::policy::numbers;

fn beyond(name: &str, given: &str) -> Refused {
    Refused(format!(
        "`{name}` is given `{given}`, which OPA may read otherwise"
    ))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// Digits without a nought before them.
fn is_count(text: &str) -> bool {
    is_digits(text) && (text == "0" || !text.starts_with('0')) && text.len() < 19
}

/// `semver.is_valid(x)`: what begins as a version and is no strict one is
/// beyond.
pub(super) fn version(arguments: &[Value]) -> Result<Made, Refused> {
    let Some(Value::String(version)) = arguments.first() else {
        return Ok(Made::Value(Value::Bool(false)));
    };
    let strict = original("semver.is_valid", arguments)?;
    let is_like = version
        .strip_prefix(['v', 'V', '='])
        .unwrap_or(version)
        .starts_with(|sign: char| sign.is_ascii_digit())
        && version.matches('.').count() >= 2;
    if strict == Value::Bool(false) && is_like || has_large_part(version) {
        return Err(beyond("semver.is_valid", version));
    }
    Ok(Made::Value(strict))
}

/// `semver.compare(a, b)`.
pub(super) fn versions(arguments: &[Value]) -> Result<Made, Refused> {
    for index in [0, 1] {
        let version = text("semver.compare", arguments, index)?;
        if has_large_part(version) {
            return Err(beyond("semver.compare", version));
        }
    }
    Ok(Made::Same)
}

fn has_large_part(version: &str) -> bool {
    let mut parts = version.split(|sign: char| !sign.is_ascii_digit());
    parts.any(|part| part.len() > 18)
}

/// An address or a network, as Go and Rust both write them.
fn is_network(text: &str) -> bool {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let Ok(parsed) = address.parse::<std::net::IpAddr>() else {
        return false;
    };
    let is_plain = match parsed {
        std::net::IpAddr::V4(_) => address.split('.').all(is_count),
        // One of the fourth version within one of the sixth is either.
        std::net::IpAddr::V6(address) => address.to_ipv4_mapped().is_none(),
    };
    is_plain && prefix.is_none_or(is_count)
}

/// `net.cidr_contains(network, address)`.
pub(super) fn contains(arguments: &[Value]) -> Result<Made, Refused> {
    for index in [0, 1] {
        let given = text("net.cidr_contains", arguments, index)?;
        if !is_network(given) {
            return Err(beyond("net.cidr_contains", given));
        }
    }
    Ok(Made::Same)
}

/// `net.cidr_is_valid(x)`.
pub(super) fn is_cidr(arguments: &[Value]) -> Result<Made, Refused> {
    let Some(Value::String(given)) = arguments.first() else {
        return Ok(Made::Value(Value::Bool(false)));
    };
    if is_network(given) || !given.contains('/') || given.matches('/').count() > 1 {
        return Ok(Made::Same);
    }
    let (address, prefix) = given.split_once('/').unwrap_or_default();
    let is_neither = |sign: char| !sign.is_ascii_hexdigit() && !".:".contains(sign);
    if address.is_empty() || address.contains(is_neither) || !prefix.contains(char::is_numeric) {
        return Ok(Made::Value(Value::Bool(false)));
    }
    match original("net.cidr_is_valid", arguments)? {
        // Both are strict of an address; signs before a prefix are Rust's.
        Value::Bool(true) => Err(beyond("net.cidr_is_valid", given)),
        value => Ok(Made::Value(value)),
    }
}

/// `net.cidr_expand(network)`, which is a set.
pub(super) fn addresses(arguments: &[Value]) -> Result<Made, Refused> {
    let given = text("net.cidr_expand", arguments, 0)?;
    if !is_network(given) {
        return Err(beyond("net.cidr_expand", given));
    }
    sizes::addresses(arguments)?;
    let all = original("net.cidr_expand", arguments)?;
    let all = all.as_array().map(|all| all.iter().cloned().collect());
    let all: BTreeSet<Value> = all.map_err(|error| Refused(error.to_string()))?;
    Ok(Made::Value(all.into()))
}

/// `uuid.parse(x)`.
pub(super) fn uuid(arguments: &[Value]) -> Result<Made, Refused> {
    let given = text("uuid.parse", arguments, 0)?;
    let found = original("uuid.parse", arguments)?;
    let number = |key: &str| found[&Value::from(key)].as_i64();
    let is_known = matches!(number("version"), Ok(1 | 3 | 4 | 5))
        && found[&Value::from("variant")] == Value::from("RFC4122");
    let has_time = found[&Value::from("time")] == Value::Undefined || number("time").is_ok();
    match found {
        Value::Undefined => Ok(Made::Same),
        _ if is_known && has_time => Ok(Made::Value(found)),
        _ => Err(beyond("uuid.parse", given)),
    }
}

/// `to_number(x)`: of texts, a number as JSON writes it.
pub(super) fn number(arguments: &[Value]) -> Result<Made, Refused> {
    if let Some(Value::String(given)) = arguments.first() {
        let is_plain = given
            .bytes()
            .all(|sign| sign.is_ascii_digit() || b"+-.eE".contains(&sign));
        if !is_plain {
            return Err(Refused("could not parse string as number".to_owned()));
        }
        digits(given)?;
        kept(given)?;
    }
    sizes::number(arguments)
}

/// Refuses a number that would lose digits where it is read.
fn kept(json: &str) -> Result<(), Refused> {
    match numbers::lost(json) {
        Some(lost) => Err(Refused(format!("{}, {LIMIT}", numbers::complaint(lost)))),
        None => Ok(()),
    }
}

/// Whether the numbers of a JSON text can be held: outside of strings.
fn digits(json: &str) -> Result<(), Refused> {
    let (mut is_string, mut is_escaped, mut count) = (false, false, 0usize);
    let (mut before, mut is_nought) = (' ', false);
    for sign in json.chars().chain([' ']) {
        if is_string {
            is_string = is_escaped || sign != '"';
            is_escaped = !is_escaped && sign == '\\';
            continue;
        }
        // OPA keeps the spelling of `-0`, and a whole number has none here.
        let is_end = !sign.is_ascii_digit() && !".eE".contains(sign);
        if is_nought && is_end {
            return Err(beyond("JSON", "-0"));
        }
        is_nought = sign == '0' && before == '-';
        before = sign;
        is_string = sign == '"';
        match sign {
            '0'..='9' => count = count.saturating_add(1),
            '.' => {}
            _ => count = 0,
        }
        if count > 20 {
            return Err(super::too_much("a number", "more than 20", "digits"));
        }
    }
    Ok(())
}

/// `json.unmarshal(text)`.
pub(super) fn read(arguments: &[Value]) -> Result<Made, Refused> {
    let json = text("json.unmarshal", arguments, 0)?;
    digits(json)?;
    kept(json)?;
    sizes::read(arguments)
}

/// `json.is_valid(text)`: halves of characters and numbers of any size are
/// valid to OPA.
pub(super) fn is_json(arguments: &[Value]) -> Result<Made, Refused> {
    let Some(Value::String(given)) = arguments.first() else {
        return Ok(Made::Value(Value::Bool(false)));
    };
    let escapes = ["\\ud", "\\uD"].iter().any(|half| given.contains(half));
    if escapes || digits(given).is_err() || is_deep(given) {
        return Err(beyond("json.is_valid", given));
    }
    sizes::number(arguments)
}

/// Whether a text nests deeper than regorus reads.
fn is_deep(text: &str) -> bool {
    const DEEPEST: usize = 127;
    let (mut depth, mut is_quoted, mut is_escaped) = (0_usize, false, false);
    text.bytes().any(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_quoted,
            b'"' => is_quoted = !is_quoted,
            b'[' | b'{' if !is_quoted => depth = depth.saturating_add(1),
            b']' | b'}' if !is_quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
}

/// `units.parse(x)` and `units.parse_bytes(x)`: of units that both know.
pub(super) fn size(arguments: &[Value]) -> Result<Made, Refused> {
    sizes::number(arguments)?;
    let given = text("units.parse", arguments, 0)?;
    let bare = given.trim_matches('"');
    let at = bare
        .find(|sign: char| !sign.is_ascii_digit() && sign != '.')
        .unwrap_or(bare.len());
    let (count, unit) = bare.split_at_checked(at).unwrap_or_default();
    let unit = unit.to_ascii_lowercase();
    let unit = unit.strip_suffix('b').unwrap_or(&unit);
    let unit = unit.strip_suffix('i').unwrap_or(unit);
    let is_plain = count.split('.').all(is_digits)
        && count.matches('.').count() < 2
        && ["", "m", "k", "g", "t", "p", "e"].contains(&unit);
    match is_plain {
        true => Ok(Made::Same),
        false => Err(beyond("units.parse", given)),
    }
}

/// `units.parse_bytes(x)`.
pub(super) fn bytes(arguments: &[Value]) -> Result<Made, Refused> {
    size(arguments)?;
    super::texts::bytes(arguments)
}

/// `graph.reachable_paths(graph, initial)`: OPA tells a node with an edge to
/// itself twice.
pub(super) fn paths(arguments: &[Value]) -> Result<Made, Refused> {
    if let Some(Value::Object(graph)) = arguments.first() {
        for (node, next) in graph.iter() {
            let is_own = match next {
                Value::Array(next) => next.contains(node),
                Value::Set(next) => next.contains(node),
                _ => false,
            };
            if is_own {
                return Err(Refused(
                    "`graph.reachable_paths` is given a node with an edge to itself, which OPA may tell otherwise".to_owned(),
                ));
            }
        }
    }
    sizes::paths(arguments)
}

/// `trace(note)`, which holds.
pub(super) fn trace(arguments: &[Value]) -> Result<Made, Refused> {
    text("trace", arguments, 0)?;
    Ok(Made::Value(Value::Bool(true)))
}

/// `upper(x)`: Go turns each character into one.
pub(super) fn upper(arguments: &[Value]) -> Result<Made, Refused> {
    turned("upper", arguments, |sign| sign.to_uppercase().collect())
}

/// `lower(x)`.
pub(super) fn lower(arguments: &[Value]) -> Result<Made, Refused> {
    turned("lower", arguments, |sign| sign.to_lowercase().collect())
}

fn turned(name: &str, arguments: &[Value], turn: fn(char) -> String) -> Result<Made, Refused> {
    let mut made = String::new();
    for sign in text(name, arguments, 0)?.chars() {
        let turned = turn(sign);
        let mut signs = turned.chars();
        match (signs.next(), signs.next()) {
            (Some(one), None) if one == sign => made.push(one),
            (Some(one), None) if sign.max(one) < SETTLED => made.push(one),
            // It has none of the other case in Go.
            (Some(_), Some(_)) if matches!(sign, 'ß' | 'ŉ' | 'ΐ' | 'ΰ') => made.push(sign),
            _ => {
                return Err(Refused(format!(
                    "`{name}` is given `{sign}`, of which OPA may have another case"
                )));
            }
        }
    }
    Ok(Made::Value(made.into()))
}

/// `strings.replace_n(patterns, text)`: Go goes through the text once, and
/// takes the first pattern that is there.
pub(super) fn replaced_each(arguments: &[Value]) -> Result<Made, Refused> {
    const NAME: &str = "strings.replace_n";
    const STEPS: usize = 200_000_000;
    let whole = text(NAME, arguments, 1)?;
    let refuse = || {
        Refused(format!(
            "`{NAME}` expects an object of texts, none of them empty"
        ))
    };
    let Some(Value::Object(patterns)) = arguments.first() else {
        return Err(refuse());
    };
    let pairs: Option<Vec<(&str, &str)>> = patterns
        .iter_sorted()
        .map(|pair| match pair {
            (Value::String(old), Value::String(new)) if !old.is_empty() => {
                Some((old.as_ref(), new.as_ref()))
            }
            _ => None,
        })
        .collect();
    let pairs = pairs.ok_or_else(refuse)?;
    let steps = whole.len().saturating_mul(pairs.len());
    if steps > STEPS {
        return Err(super::too_much(NAME, steps, "steps"));
    }
    let (mut made, mut rest) = (String::new(), whole);
    while let Some(sign) = rest.chars().next() {
        let found = pairs
            .iter()
            .find_map(|(old, new)| Some((rest.strip_prefix(old)?, new)));
        rest = match found {
            Some((after, new)) => {
                made.push_str(new);
                after
            }
            None => {
                made.push(sign);
                rest.get(sign.len_utf8()..).unwrap_or_default()
            }
        };
        if made.len() > sizes::BYTES {
            break;
        }
    }
    sizes::bounded(NAME, made.len())?;
    Ok(Made::Value(made.into()))
}

#[cfg(test)]
mod tests;
