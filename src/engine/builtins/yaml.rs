//! YAML of which every reader makes the same. OPA reads the older standard, in
//! which `on` is true, `017` is 15 and `<<` merges; regorus the newer one.
//! Scalars without quotes are held to what both read alike, and everything
//! else that only one of them knows is an error.

use regorus::Value;
use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{Made, Refused, original, sizes, text};

/// Words that some reader takes for no text.
const WORDS: [&str; 12] = [
    "false", "inf", "n", "nan", "no", "null", "off", "on", "true", "y", "yes", "~",
];

/// How many bytes a text may have that is written without quotes.
const LONGEST: usize = 60;

fn is_word(text: &str) -> bool {
    WORDS.binary_search(&text.to_lowercase().as_str()).is_ok()
}

/// A text that needs no quotes and is never taken for anything else.
fn is_plain(text: &str) -> bool {
    let is_inner = |sign: char| sign.is_ascii_alphanumeric() || "_-./ :@+,".contains(sign);
    text.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '/')
        && text.chars().all(is_inner)
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
        && !is_word(text)
}

/// A number that every reader reads as one.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |part: &str| {
        !part.is_empty() && part.len() < 16 && part.bytes().all(|digit| digit.is_ascii_digit())
    };
    is_digits(whole) && is_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

fn beyond(name: &str, what: &str) -> Refused {
    Refused(format!(
        "`{name}` is given {what}, which OPA may read otherwise; JSON is the same in both"
    ))
}

/// Whether a text is read alike; the place in a mapping is told by counting.
fn held(name: &str, yaml: &str) -> Result<(), Refused> {
    // For each open list `None`, for each mapping whether a key comes next.
    let mut open: Vec<Option<bool>> = Vec::new();
    let mut documents = 0usize;
    for event in Parser::new_from_str(yaml) {
        let (event, _) = event.map_err(|_| beyond(name, "text that is hardly YAML"))?;
        let is_key = open.last().copied().flatten().unwrap_or(false);
        match event {
            Event::DocumentStart(_) => documents = documents.saturating_add(1),
            Event::Alias(_) => return Err(beyond(name, "an alias")),
            Event::Scalar(value, style, anchor, tag) => {
                if anchor > 0 || tag.is_some() {
                    return Err(beyond(name, "a tag or an anchor"));
                }
                let is_text = !matches!(style, ScalarStyle::Plain) || is_plain(&value);
                let is_other = !is_key
                    && (matches!(&*value, "" | "~" | "null" | "true" | "false")
                        || is_number(&value));
                if !is_text && !is_other || is_key && value == "<<" {
                    return Err(beyond(name, &format!("`{value}`")));
                }
            }
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag)
                if is_key || anchor > 0 || tag.is_some() =>
            {
                return Err(beyond(name, "a tag, an anchor or a key that is no text"));
            }
            Event::SequenceStart(..) => {
                open.push(None);
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Some(true));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                open.pop();
            }
            _ => continue,
        }
        if let Some(Some(is_key)) = open.last_mut() {
            *is_key = !*is_key;
        }
    }
    match documents {
        1 => Ok(()),
        _ => Err(beyond(name, "none or several documents")),
    }
}

/// `yaml.unmarshal(text)`.
pub(super) fn unmarshal(arguments: &[Value]) -> Result<Made, Refused> {
    sizes::read_yaml(arguments)?;
    held("yaml.unmarshal", text("yaml.unmarshal", arguments, 0)?)?;
    Ok(Made::Same)
}

/// `yaml.is_valid(text)`.
pub(super) fn is_valid(arguments: &[Value]) -> Result<Made, Refused> {
    let Some(Value::String(given)) = arguments.first() else {
        return Ok(Made::Value(Value::Bool(false)));
    };
    sizes::read_yaml(arguments)?;
    held("yaml.is_valid", given)?;
    match original("yaml.is_valid", arguments)? {
        Value::Bool(true) => Ok(Made::Value(Value::Bool(true))),
        _ => Err(beyond("yaml.is_valid", "text that is hardly YAML")),
    }
}

/// `yaml.marshal(x)`: of what is written alike.
pub(super) fn marshal(arguments: &[Value]) -> Result<Made, Refused> {
    sizes::written(arguments)?;
    for argument in arguments {
        is_written_alike(argument)?;
    }
    Ok(Made::Same)
}

fn is_written_alike(value: &Value) -> Result<(), Refused> {
    let refuse = |shown: &str| {
        Err(Refused(format!(
            "`yaml.marshal` is given {shown}, which OPA may write otherwise; `json.marshal` is the same in both"
        )))
    };
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(_) if value.as_i64().is_ok() => Ok(()),
        Value::String(text) if is_plain(text) && text.len() <= LONGEST => Ok(()),
        Value::Array(members) => members.iter().try_for_each(is_written_alike),
        Value::Object(members) => members.iter().try_for_each(|(key, member)| {
            if !matches!(key, Value::String(_)) {
                return refuse("a key that is no text");
            }
            is_written_alike(key)?;
            is_written_alike(member)
        }),
        Value::Set(_) => refuse("a set"),
        _ => refuse("a fraction or a text that may need quotes"),
    }
}
