//! `json.marshal` as Go writes JSON: keys in the order of their text, and
//! `<`, `>`, `&` escaped.

use std::collections::BTreeMap;

use regorus::Value;

use super::{Made, Refused, numbers, sizes};

/// `json.marshal(x)`.
pub(super) fn marshal(arguments: &[Value]) -> Result<Made, Refused> {
    let Some(value) = arguments.first() else {
        return Ok(Made::Same);
    };
    sizes::written(arguments)?;
    let mut text = String::new();
    write(value, None, 0, &mut text)?;
    sizes::bounded("json.marshal", text.len())?;
    Ok(Made::Value(text.into()))
}

/// `json.marshal_with_options(x, options)`.
pub(super) fn with_options(arguments: &[Value]) -> Result<Made, Refused> {
    let (Some(value), Some(Value::Object(options))) = (arguments.first(), arguments.get(1)) else {
        return Ok(Made::Same);
    };
    sizes::written(arguments)?;
    let mut layout = Layout {
        prefix: "",
        indent: "\t",
    };
    let (mut is_asked, mut is_pretty) = (false, None);
    for (key, option) in options.iter() {
        match (key, option) {
            (Value::String(key), Value::String(text)) if &**key == "prefix" => {
                (layout.prefix, is_asked) = (text, true);
            }
            (Value::String(key), Value::String(text)) if &**key == "indent" => {
                (layout.indent, is_asked) = (text, true);
            }
            (Value::String(key), Value::Bool(pretty)) if &**key == "pretty" => {
                is_pretty = Some(*pretty);
            }
            _ => return Ok(Made::Same),
        }
    }
    let mut text = String::new();
    if is_pretty.unwrap_or(is_asked) {
        text.push_str(layout.prefix);
        write(value, Some(&layout), 0, &mut text)?;
    } else {
        write(value, None, 0, &mut text)?;
    }
    sizes::bounded("json.marshal_with_options", text.len())?;
    Ok(Made::Value(text.into()))
}

/// How members stand on lines of their own.
struct Layout<'l> {
    prefix: &'l str,
    indent: &'l str,
}

fn line(layout: Option<&Layout<'_>>, depth: usize, text: &mut String) -> Result<(), Refused> {
    if let Some(layout) = layout {
        text.push('\n');
        text.push_str(layout.prefix);
        for _ in 0..depth {
            text.push_str(layout.indent);
        }
    }
    match text.len() > sizes::BYTES {
        true => Err(super::too_much("json.marshal", "very many", "bytes")),
        false => Ok(()),
    }
}

fn write(
    value: &Value,
    layout: Option<&Layout<'_>>,
    depth: usize,
    text: &mut String,
) -> Result<(), Refused> {
    let deeper = depth.saturating_add(1);
    let list = |members: Vec<&Value>, text: &mut String| {
        text.push('[');
        for (at, member) in members.iter().enumerate() {
            text.push_str(if at > 0 { "," } else { "" });
            line(layout, deeper, text)?;
            write(member, layout, deeper, text)?;
        }
        if !members.is_empty() {
            line(layout, depth, text)?;
        }
        text.push(']');
        Ok(())
    };
    match value {
        Value::Array(members) => list(members.iter().collect(), text),
        Value::Set(members) => list(members.iter_sorted().collect(), text),
        Value::Object(members) => {
            let mut sorted = BTreeMap::new();
            for (key, member) in members.iter() {
                let mut name = String::new();
                match key {
                    Value::String(key) => name.push_str(key),
                    key => write(key, None, 0, &mut name)?,
                }
                if sorted.insert(name, member).is_some() {
                    return Err(Refused(
                        "two keys of an object are one as text, and which is written depends on chance"
                            .to_owned(),
                    ));
                }
            }
            text.push('{');
            for (at, (key, member)) in sorted.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                line(layout, deeper, text)?;
                quote(key, text);
                text.push_str(if layout.is_some() { ": " } else { ":" });
                write(member, layout, deeper, text)?;
            }
            if !sorted.is_empty() {
                line(layout, depth, text)?;
            }
            text.push('}');
            Ok(())
        }
        Value::String(value) => {
            quote(value, text);
            Ok(())
        }
        other => {
            numbers::writable(other)?;
            let written = other
                .to_json_str()
                .map_err(|error| Refused(error.to_string()))?;
            text.push_str(&written);
            Ok(())
        }
    }
}

fn quote(value: &str, text: &mut String) {
    text.push('"');
    for sign in value.chars() {
        match sign {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(sign)));
            }
            sign => text.push(sign),
        }
    }
    text.push('"');
}
