//! Regular expressions as Go has them.
//!
//! Each pattern is translated and compiled once: regorus keeps compiled
//! patterns as well, and clones one for each call, which begins without the
//! states that matching has worked out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use regex::{Captures, Regex, RegexBuilder};
use regorus::Value;

use super::{Made, Refused, effort, sizes, text, too_much};
use syntax::{Asks, Translated, Untranslated, translated};

pub(in crate::engine) mod syntax;

/// How many patterns are kept; a policy has few.
const KEPT: usize = 256;

/// How large a compiled pattern may be, in bytes.
const SIZE: usize = 1 << 20;

thread_local! {
    static COMPILED: RefCell<BTreeMap<String, Rc<Pattern>>> = const { RefCell::new(BTreeMap::new()) };
}

/// A pattern of Go's.
struct Pattern {
    regex: Regex,
    names: Vec<Option<String>>,
    asks: Asks,
}

impl Pattern {
    /// The pattern, for a search through a text.
    fn of(pattern: &str, searched: &str) -> Result<Rc<Self>, Refused> {
        let known = COMPILED.with_borrow(|compiled| compiled.get(pattern).cloned());
        let found = match known {
            Some(found) => found,
            None => {
                let found = Rc::new(compiled(pattern)?);
                COMPILED.with_borrow_mut(|compiled| {
                    if compiled.len() >= KEPT {
                        compiled.clear();
                    }
                    compiled.insert(pattern.to_owned(), Rc::clone(&found));
                });
                found
            }
        };
        if !found.asks.is_settled(searched) {
            return Err(Refused(format!(
                "`{pattern}` asks for the case or the kind of characters, of which those from U+0500 on may be others in OPA"
            )));
        }
        Ok(found)
    }
}

fn compiled(pattern: &str) -> Result<Pattern, Refused> {
    let Translated { text, names, asks } =
        translated(pattern).map_err(|why| refused(pattern, &why))?;
    let regex = RegexBuilder::new(&text)
        .size_limit(SIZE)
        .build()
        .map_err(|_| too_much(pattern, format!("more than {SIZE}"), "bytes of states"))?;
    Ok(Pattern { regex, names, asks })
}

fn refused(pattern: &str, why: &Untranslated) -> Refused {
    Refused(match why {
        Untranslated::Wrong(why) => format!("`{pattern}` is no pattern: {why}"),
        Untranslated::Lacking(what) => format!("`{pattern}` has {what}, which this engine lacks"),
    })
}

/// `regex.match(pattern, value)`.
pub(super) fn matches(arguments: &[Value]) -> Result<Made, Refused> {
    let pattern = text("regex.match", arguments, 0)?;
    let value = text("regex.match", arguments, 1)?;
    let is_match = Pattern::of(pattern, value)?.regex.is_match(value);
    Ok(Made::Value(Value::Bool(is_match)))
}

/// `regex.is_valid(pattern)`.
pub(super) fn is_valid(arguments: &[Value]) -> Result<Made, Refused> {
    let Some(Value::String(pattern)) = arguments.first() else {
        return Ok(Made::Value(Value::Bool(false)));
    };
    match translated(pattern) {
        Ok(_) => Pattern::of(pattern, "").map(|_| Made::Value(Value::Bool(true))),
        Err(Untranslated::Wrong(_)) => Ok(Made::Value(Value::Bool(false))),
        Err(why) => Err(refused(pattern, &why)),
    }
}

/// How many matches are asked for: all with a negative number.
fn limit(name: &str, arguments: &[Value]) -> Result<usize, Refused> {
    let count = arguments.get(2).map(Value::as_i64);
    match count {
        Some(Ok(count)) => Ok(usize::try_from(count).unwrap_or(usize::MAX)),
        _ => Err(Refused(format!(
            "`{name}` expects a whole number as its third argument"
        ))),
    }
}

/// `regex.find_n(pattern, value, number)`.
pub(super) fn found(arguments: &[Value]) -> Result<Made, Refused> {
    const NAME: &str = "regex.find_n";
    let (pattern, value) = (text(NAME, arguments, 0)?, text(NAME, arguments, 1)?);
    effort::searched(NAME, value)?;
    sizes::split(arguments)?;
    let pattern = Pattern::of(pattern, value)?;
    let found = pattern.regex.find_iter(value).take(limit(NAME, arguments)?);
    let found: Vec<Value> = found.map(|found| found.as_str().into()).collect();
    Ok(Made::Value(found.into()))
}

/// `regex.find_all_string_submatch_n(pattern, value, number)`.
pub(super) fn found_groups(arguments: &[Value]) -> Result<Made, Refused> {
    const NAME: &str = "regex.find_all_string_submatch_n";
    let (pattern, value) = (text(NAME, arguments, 0)?, text(NAME, arguments, 1)?);
    effort::searched(NAME, value)?;
    sizes::split(arguments)?;
    let pattern = Pattern::of(pattern, value)?;
    sizes::bounded(
        NAME,
        value
            .len()
            .saturating_add(1)
            .saturating_mul(pattern.names.len().saturating_mul(size_of::<Value>())),
    )?;
    let group = |found: Option<regex::Match<'_>>| found.map_or("", |found| found.as_str()).into();
    let found = pattern
        .regex
        .captures_iter(value)
        .take(limit(NAME, arguments)?)
        .map(|found| found.iter().map(group).collect::<Vec<Value>>().into());
    Ok(Made::Value(found.collect::<Vec<Value>>().into()))
}

/// `regex.split(pattern, value)`: Go has nothing before an empty match at the
/// beginning, and nothing after one at the end.
pub(super) fn split(arguments: &[Value]) -> Result<Made, Refused> {
    const NAME: &str = "regex.split";
    let (pattern, value) = (text(NAME, arguments, 0)?, text(NAME, arguments, 1)?);
    effort::searched(NAME, value)?;
    sizes::split(arguments)?;
    if value.is_empty() && !pattern.is_empty() {
        return Ok(Made::Value(vec![Value::from("")].into()));
    }
    let pattern = Pattern::of(pattern, value)?;
    let (mut parts, mut begin, mut end): (Vec<Value>, usize, usize) = (Vec::new(), 0, 0);
    let mut part = |begin: usize, end: usize| {
        parts.push(value.get(begin..end).unwrap_or_default().into());
    };
    for found in pattern.regex.find_iter(value) {
        end = found.start();
        if found.end() != 0 {
            part(begin, end);
        }
        begin = found.end();
    }
    if end != value.len() {
        part(begin, value.len());
    }
    Ok(Made::Value(parts.into()))
}

/// `regex.replace(value, pattern, new)`.
pub(super) fn replaced(arguments: &[Value]) -> Result<Made, Refused> {
    const NAME: &str = "regex.replace";
    let (value, pattern) = (text(NAME, arguments, 0)?, text(NAME, arguments, 1)?);
    let new = text(NAME, arguments, 2)?;
    effort::searched(NAME, value)?;
    let pattern = Pattern::of(pattern, value)?;
    let (mut made, mut copied) = (String::new(), 0);
    for found in pattern.regex.captures_iter(value) {
        let Some(whole) = found.get(0) else { continue };
        made.push_str(value.get(copied..whole.start()).unwrap_or_default());
        expand(new, &found, &pattern.names, &mut made);
        copied = whole.end();
        if made.len() > sizes::BYTES {
            break;
        }
    }
    made.push_str(value.get(copied..).unwrap_or_default());
    sizes::bounded(NAME, made.len())?;
    Ok(Made::Value(made.into()))
}

/// Go's template: `$1`, `$name`, `${name}`, of the longest name there can be.
fn expand(mut new: &str, found: &Captures<'_>, names: &[Option<String>], made: &mut String) {
    while let Some((before, rest)) = new.split_once('$') {
        made.push_str(before);
        if let Some(rest) = rest.strip_prefix('$') {
            made.push('$');
            new = rest;
            continue;
        }
        let is_name = |sign: char| sign == '_' || sign.is_alphanumeric();
        let named = match rest.strip_prefix('{') {
            Some(inner) => inner
                .split_once('}')
                .filter(|(name, _)| !name.is_empty() && name.chars().all(is_name)),
            None => {
                let end = rest.find(|sign| !is_name(sign)).unwrap_or(rest.len());
                rest.split_at_checked(end).filter(|_| end > 0)
            }
        };
        let Some((name, rest)) = named else {
            made.push('$');
            new = rest;
            continue;
        };
        new = rest;
        let is_number = name.bytes().all(|digit| digit.is_ascii_digit());
        let group = if is_number {
            name.parse()
                .ok()
                .filter(|_| name == "0" || !name.starts_with('0'))
        } else {
            names
                .iter()
                .position(|known| known.as_deref() == Some(name))
        };
        made.push_str(
            group
                .and_then(|at| found.get(at))
                .map_or("", |group| group.as_str()),
        );
    }
    made.push_str(new);
}

/// `regex.template_match(template, value, start, end)`: patterns between
/// delimiters, and everything else as it is.
pub(super) fn template(arguments: &[Value]) -> Result<Made, Refused> {
    const NAME: &str = "regex.template_match";
    let (template, value) = (text(NAME, arguments, 0)?, text(NAME, arguments, 1)?);
    let delimiter = |index: usize| match arguments.get(index) {
        Some(Value::String(sign)) if sign.len() == 1 => Ok(sign.chars().next()),
        _ => Err(Refused(format!(
            "`{NAME}` expects delimiters of one character"
        ))),
    };
    let (start, end) = (delimiter(2)?, delimiter(3)?);
    let (mut pattern, mut depth, mut copied) = ("^".to_owned(), 0usize, 0usize);
    let mut opened = 0;
    for (at, sign) in template.char_indices() {
        if Some(sign) == start {
            depth = depth.saturating_add(1);
            if depth == 1 {
                opened = at;
            }
        } else if Some(sign) == end {
            let Some(outer) = depth.checked_sub(1) else {
                return Err(Refused(format!("`{template}` is not balanced")));
            };
            depth = outer;
            if depth == 0 {
                let inner = template
                    .get(opened.saturating_add(1)..at)
                    .unwrap_or_default();
                // Each has to be a pattern of its own.
                compiled(&format!("^{inner}$"))?;
                let plain = template.get(copied..opened).unwrap_or_default();
                pattern.push_str(&format!("{}({inner})", quoted(plain)));
                copied = at.saturating_add(1);
            }
        }
    }
    if depth != 0 {
        return Err(Refused(format!("`{template}` is not balanced")));
    }
    pattern.push_str(&quoted(template.get(copied..).unwrap_or_default()));
    pattern.push('$');
    let is_match = Pattern::of(&pattern, value)?.regex.is_match(value);
    Ok(Made::Value(Value::Bool(is_match)))
}

/// A text that a pattern matches as it is.
fn quoted(text: &str) -> String {
    format!("\\Q{}\\E", text.replace("\\E", "\\E\\\\E\\Q"))
}

#[cfg(test)]
mod tests;
