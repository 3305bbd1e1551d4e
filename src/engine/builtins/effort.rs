//! Calls whose work grows with the product of what they are given: no limit of
//! time is looked at within one, so what it may do is bounded before it begins.

use regorus::Value;

use super::{Made, Refused, text, texts, too_much};

/// Steps over the characters of texts.
const CHARACTERS: usize = 1_000_000_000;
/// Members that are copied or compared.
const MEMBERS: usize = 50_000_000;

fn within(name: &str, steps: usize, most: usize) -> Result<(), Refused> {
    match steps > most {
        true => Err(too_much(name, steps, "steps")),
        false => Ok(()),
    }
}

/// A search for each match of a pattern, which may be looked for through all
/// that is left.
pub(super) fn searched(name: &str, text: &str) -> Result<(), Refused> {
    let length = text.len();
    within(name, length.saturating_mul(length), CHARACTERS)
}

/// `indexof(text, part)` and `indexof_n`.
pub(super) fn found(arguments: &[Value]) -> Result<Made, Refused> {
    let (whole, part) = (
        text("indexof", arguments, 0)?,
        text("indexof", arguments, 1)?,
    );
    within(
        "indexof",
        whole.len().saturating_mul(part.len()),
        CHARACTERS,
    )?;
    texts::found(arguments)
}

/// `object.subset(super, sub)`: every part of a list is held against the other.
pub(super) fn subset(arguments: &[Value]) -> Result<Made, Refused> {
    if let [Value::Array(whole), Value::Array(part)] = arguments {
        within(
            "object.subset",
            whole.len().saturating_mul(part.len()),
            MEMBERS,
        )?;
    }
    texts::subset(arguments)
}

/// `object.union_n(objects)`, `union(sets)` and `intersection(sets)`: what is
/// made is copied for each.
pub(super) fn united(arguments: &[Value]) -> Result<Made, Refused> {
    let size = |value: &Value| match value {
        Value::Object(members) => members.len(),
        Value::Set(members) => members.len(),
        _ => 1,
    };
    let (count, total) = match arguments.first() {
        Some(Value::Array(all)) => (all.len(), all.iter().map(size).sum()),
        Some(Value::Set(all)) => (all.len(), all.iter().map(size).sum()),
        _ => (0, 0_usize),
    };
    within("a union", count.saturating_mul(total), MEMBERS)?;
    Ok(Made::Same)
}
