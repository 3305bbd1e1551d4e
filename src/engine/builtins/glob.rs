//! `glob.match` and `glob.quote_meta` as OPA has them.
//!
//! regorus turns a pattern into one for paths, where a `:` among the delimiters
//! is none and a `-` matches nothing beside it. OPA's globs are gobwas's, which
//! are regular expressions in other words.

use std::collections::BTreeMap;

use regex::Regex;
use regorus::Value;

use super::{Made, Refused, text};

/// How many patterns are kept; a policy has few.
const KEPT: usize = 256;

/// Matches, and keeps the patterns it has read.
#[derive(Debug, Clone, Default)]
pub(super) struct Matcher {
    read: BTreeMap<(String, String), Regex>,
}

impl Matcher {
    /// `glob.match(pattern, delimiters, match)`.
    pub(super) fn matches(&mut self, arguments: &[Value]) -> Result<Value, Refused> {
        let pattern = text("glob.match", arguments, 0)?;
        let matched = text("glob.match", arguments, 2)?;
        let key = (pattern.to_owned(), delimiters(arguments.get(1))?);
        // Of these OPA's globs lose count.
        if ["{,", ",}", ",,", "{}", "***"]
            .iter()
            .any(|part| pattern.contains(part))
            || pattern.contains(['?', '[']) && !matched.is_ascii()
            || key.1.chars().count() > 1
                && ["??", "*?", "?*"].iter().any(|part| pattern.contains(part))
        {
            return Err(Refused(format!(
                "`glob.match` holds `{matched}` against `{pattern}`, which OPA may do otherwise: an alternative is empty, signs stand in a row, or a single character is no ASCII"
            )));
        }
        if matched.is_empty() && is_one_character(pattern) {
            return Ok(Value::Bool(true));
        }
        if let Some(regex) = self.read.get(&key) {
            return Ok(Value::Bool(regex.is_match(matched)));
        }
        let written = regex(pattern, &key.1)
            .ok_or_else(|| Refused(format!("`{pattern}` is no glob pattern")))?;
        let regex = Regex::new(&written)
            .map_err(|_| Refused(format!("`{pattern}` is no glob pattern, or too large")))?;
        let result = regex.is_match(matched);
        if self.read.len() >= KEPT {
            self.read.clear();
        }
        self.read.insert(key, regex);
        Ok(Value::Bool(result))
    }
}

/// Whether a pattern is for one character and nothing else, and not for certain
/// ones: OPA takes that for none at all, too.
fn is_one_character(pattern: &str) -> bool {
    let within = pattern
        .strip_prefix("[!")
        .and_then(|rest| rest.strip_suffix(']'));
    pattern == "?"
        || within.is_some_and(|within| !within.is_empty() && !within.contains([']', '[']))
}

/// The delimiters as one text: none for `null`, `.` where none is given.
fn delimiters(value: Option<&Value>) -> Result<String, Refused> {
    let refuse = || {
        Refused(
            "`glob.match` expects null or an array of single characters as its delimiters"
                .to_owned(),
        )
    };
    let members = match value {
        Some(Value::Null) => return Ok(String::new()),
        Some(Value::Array(members)) => members,
        _ => return Err(refuse()),
    };
    let mut all = String::new();
    for member in members.iter() {
        match member {
            Value::String(text) if text.chars().count() == 1 => all.push_str(text),
            _ => return Err(refuse()),
        }
    }
    Ok(if all.is_empty() { ".".to_owned() } else { all })
}

/// A glob as a regular expression; `None` where it is none.
fn regex(pattern: &str, delimiters: &str) -> Option<String> {
    let one = if delimiters.is_empty() {
        ".".to_owned()
    } else {
        let each: String = delimiters.chars().map(in_class).collect();
        format!("[^{each}]")
    };
    let mut regex = "(?s)^".to_owned();
    let mut depth = 0usize;
    let mut signs = pattern.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '*' if signs.next_if_eq(&'*').is_some() => regex.push_str(".*"),
            '*' => regex.push_str(&format!("{one}*")),
            '?' => regex.push_str(&one),
            '\\' => regex.push_str(&literal(signs.next()?)),
            '{' => {
                depth = depth.saturating_add(1);
                regex.push_str("(?:");
            }
            '}' if depth > 0 => {
                depth = depth.saturating_sub(1);
                regex.push(')');
            }
            ',' if depth > 0 => regex.push('|'),
            '[' => regex.push_str(&class(&mut signs)?),
            sign => regex.push_str(&literal(sign)),
        }
    }
    (depth == 0).then(|| format!("{regex}$"))
}

/// `[a-z]` or `[abc]`, either with `!`: a range stands alone, and a `-` further
/// on is a character like any other.
fn class(signs: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<String> {
    let not = if signs.next_if_eq(&'!').is_some() {
        "^"
    } else {
        ""
    };
    // Nor is there an empty one.
    if signs.peek() == Some(&']') {
        return None;
    }
    let first = member(signs)?;
    if signs.next_if_eq(&'-').is_some() {
        let last = member(signs)?;
        let closed = signs.next() == Some(']') && first <= last;
        return closed.then(|| format!("[{not}{}-{}]", in_class(first), in_class(last)));
    }
    let mut all = in_class(first);
    while signs.next_if_eq(&']').is_none() {
        all.push_str(&in_class(member(signs)?));
    }
    Some(format!("[{not}{all}]"))
}

fn member(signs: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match signs.next()? {
        '\\' => signs.next(),
        sign => Some(sign),
    }
}

fn literal(sign: char) -> String {
    regex::escape(&sign.to_string())
}

fn in_class(sign: char) -> String {
    if sign.is_ascii_punctuation() {
        format!("\\{sign}")
    } else {
        sign.to_string()
    }
}

/// `glob.quote_meta(pattern)`; regorus escapes `*` alone.
pub(super) fn quoted(arguments: &[Value]) -> Result<Made, Refused> {
    let mut quoted = String::new();
    for sign in text("glob.quote_meta", arguments, 0)?.chars() {
        if "*?\\[]{}".contains(sign) {
            quoted.push('\\');
        }
        quoted.push(sign);
    }
    Ok(Made::Value(quoted.into()))
}
