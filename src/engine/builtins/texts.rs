//! Builtins on texts and collections that regorus has otherwise than OPA, or
//! panics in.

use regorus::Value;

use super::{Made, Refused, sizes, text};

/// `count(collection)`: regorus counts a text by its UTF-16.
pub(super) fn size(arguments: &[Value]) -> Result<Made, Refused> {
    let size = match arguments {
        [Value::Array(members)] => members.len(),
        [Value::Set(members)] => members.len(),
        [Value::Object(members)] => members.len(),
        [Value::String(text)] => text.chars().count(),
        _ => return Ok(Made::Same),
    };
    Ok(Made::Value(size.into()))
}

/// `substring(value, offset, length)` of whole numbers, as OPA has it.
pub(super) fn substring(arguments: &[Value]) -> Result<Made, Refused> {
    let is_whole = |value: &Value| value.as_i64().is_ok();
    match arguments.iter().skip(1).all(is_whole) {
        true => Ok(Made::Same),
        false => Err(Refused(
            "`substring` expects whole numbers as its second and third arguments".to_owned(),
        )),
    }
}

/// `strings.count(search, substring)`: Go counts none twice and takes an empty
/// one to stand around every character; regorus counts overlapping ones and
/// panics at an empty one.
pub(super) fn count(arguments: &[Value]) -> Result<Made, Refused> {
    let searched = text("strings.count", arguments, 0)?;
    let part = text("strings.count", arguments, 1)?;
    let count = if part.is_empty() {
        searched.chars().count().saturating_add(1)
    } else {
        searched.matches(part).count()
    };
    Ok(Made::Value(count.into()))
}

/// `object.subset(super, sub)`, in which regorus panics at an empty array, and
/// takes things of two kinds.
pub(super) fn subset(arguments: &[Value]) -> Result<Made, Refused> {
    let [whole, part] = arguments else {
        return Ok(Made::Same);
    };
    let found = match (whole, part) {
        (Value::Array(whole), Value::Set(part)) => {
            !whole.is_empty() && part.iter().all(|member| whole.contains(member))
        }
        (Value::Object(_), Value::Object(_))
        | (Value::Set(_), Value::Set(_))
        | (Value::Array(_), Value::Array(_)) => holds(whole, part),
        _ => {
            return Err(Refused(
                "`object.subset` expects two objects, sets or arrays, or an array and a set"
                    .to_owned(),
            ));
        }
    };
    Ok(Made::Value(Value::Bool(found)))
}

fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(key, part)| whole.get(key).is_some_and(|whole| holds(whole, part))),
        (Value::Set(whole), Value::Set(part)) => part.is_subset(whole),
        (Value::Array(whole), Value::Array(part)) => {
            part.is_empty()
                || whole
                    .as_slice()
                    .windows(part.len())
                    .any(|window| window == part.as_slice())
        }
        (whole, part) => whole == part,
    }
}

/// `x in xs`, rewritten to a call.
pub(super) fn member(arguments: &[Value]) -> Result<Made, Refused> {
    let [member, all] = arguments else {
        return Ok(Made::Same);
    };
    Ok(Made::Value(Value::Bool(match all {
        Value::Array(all) => all.contains(member),
        Value::Set(all) => all.contains(member),
        Value::Object(all) => all.values().any(|value| value == member),
        _ => false,
    })))
}

/// `key, value in xs`, rewritten to a call.
pub(super) fn member_at(arguments: &[Value]) -> Result<Made, Refused> {
    let [key, member, all] = arguments else {
        return Ok(Made::Same);
    };
    let found = match all {
        Value::Array(_) | Value::Object(_) => all[key] == *member,
        Value::Set(all) => key == member && all.contains(member),
        _ => false,
    };
    Ok(Made::Value(Value::Bool(found)))
}

/// `indexof(text, part)` and `indexof_n`: OPA looks for no empty part.
pub(super) fn found(arguments: &[Value]) -> Result<Made, Refused> {
    if text("indexof", arguments, 1)?.is_empty() {
        return Err(Refused(
            "there is nothing to look for: empty text".to_owned(),
        ));
    }
    sizes::split(arguments)
}

/// `units.parse_bytes(x)`: OPA cuts what isn't whole off, regorus rounds it.
pub(super) fn bytes(arguments: &[Value]) -> Result<Made, Refused> {
    sizes::number(arguments)?;
    let size = text("units.parse_bytes", arguments, 0)?;
    if size.contains('.') {
        return Err(Refused(format!(
            "the size `{size}` is not whole; OPA and this engine round it otherwise"
        )));
    }
    Ok(Made::Same)
}
