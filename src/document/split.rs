//! From a text to the JSON values in it.
//!
//! One document, JSON lines, several documents one after the other: these are
//! read as they are. A console transcript is read block by block, each with the
//! command line above it. A block that is cut short or broken ends the
//! reading there: what stands inside it is never taken for a value of its own.

use std::ops::Range;

use serde_json::value::RawValue;

use crate::document::json::Node;

/// What a text holds.
#[derive(Debug, Default)]
pub struct Pieces<'a> {
    /// The values, in order.
    pub values: Vec<Piece<'a>>,
    /// Where and why the reading stopped, if it did not reach the end.
    pub broken: Option<Broken>,
    /// Whether there was text around the values.
    pub transcript: bool,
}

/// One value and the command that a transcript shows above it.
#[derive(Debug)]
pub struct Piece<'a> {
    /// The value.
    pub node: Node<'a>,
    /// The command, without its prompt.
    pub command: Option<Command<'a>>,
}

/// A line of a transcript that calls the AWS CLI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command<'a> {
    /// The line, without its prompt.
    pub line: &'a str,
}

impl<'a> Command<'a> {
    /// The value of an option, unless the shell would have put it in.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&'a str> {
        let mut words = self.line.split_whitespace();
        while let Some(word) = words.next() {
            let value = match word.strip_prefix(name) {
                Some("") => words.next()?,
                Some(rest) => match rest.strip_prefix('=') {
                    Some(value) => value,
                    None => continue,
                },
                None => continue,
            };
            let value = value.trim_matches(['"', '\'']);
            return (!value.is_empty() && !value.contains(['$', '<', '`', '{', '%']))
                .then_some(value);
        }
        None
    }
}

/// A place at which a value could not be read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Where, in the text.
    pub at: usize,
    /// The block that was being read.
    pub block: Range<usize>,
    /// Whether the text ended too early.
    pub cut: bool,
    /// What the parser says.
    pub why: String,
}

/// Finds the values of a text.
#[must_use]
pub fn split(text: &str) -> Pieces<'_> {
    let mut pieces = Pieces::default();
    let start = text.len()
        - text
            .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
            .len();
    if begins_value(text.get(start..).unwrap_or_default()) {
        let rest = stream(text, start, &mut pieces);
        let Some(rest) = rest else { return pieces };
        // Values, then something that is none: the end of a transcript.
        blocks(text, rest, &mut pieces);
    } else {
        blocks(text, start, &mut pieces);
    }
    pieces
}

/// Reads values one after the other; gives the place at which a line begins
/// that is no JSON at all, if it comes to one.
fn stream<'a>(text: &'a str, from: usize, pieces: &mut Pieces<'a>) -> Option<usize> {
    let rest = text.get(from..).unwrap_or_default();
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&'a RawValue>();
    let mut end = 0;
    loop {
        match values.next() {
            Some(Ok(value)) => {
                pieces.values.push(Piece {
                    node: Node::from_raw(value),
                    command: None,
                });
                end = values.byte_offset();
            }
            None => return None,
            Some(Err(error)) => {
                let gap = rest.get(end..).unwrap_or_default();
                let block = from + end + (gap.len() - gap.trim_start().len());
                if !pieces.values.is_empty() && !begins_value(gap.trim_start()) {
                    return Some(block);
                }
                pieces.broken = Some(broken(text, from, block, &error));
                return None;
            }
        }
    }
}

fn broken(text: &str, from: usize, block: usize, error: &serde_json::Error) -> Broken {
    Broken {
        at: offset_of(text, from, error.line(), error.column()),
        block: block..text.len(),
        cut: error.is_eof(),
        why: bare(error),
    }
}

/// The parser's words without its own line and column: those count from the
/// start of what it was given.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text.get(..end).unwrap_or(&text).to_owned(),
        None => text,
    }
}

/// The offset of the parser's line and column (bytes, one-based) behind `from`.
fn offset_of(text: &str, from: usize, line: usize, column: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let start = match line {
        0 | 1 => 0,
        _ => memchr::memchr_iter(b'\n', rest.as_bytes())
            .nth(line - 2)
            .map_or(rest.len(), |newline| newline + 1),
    };
    let mut at = (from + start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Reads the blocks of a transcript behind `from`.
fn blocks<'a>(text: &'a str, from: usize, pieces: &mut Pieces<'a>) {
    let mut at = from;
    let mut command: Option<Command<'a>> = None;
    let mut continued = false;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let line = rest.split_inclusive('\n').next().unwrap_or(rest);
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        let call = prompted(trimmed);
        let opening = match call {
            // A command glued to its answer: `aws cloudtrail describe-trails{`.
            Some(call) if !call.contains("--query") => line
                .find('{')
                .filter(|brace| !line.get(..*brace).unwrap_or_default().contains(['\'', '"'])),
            Some(_) => None,
            // A scalar is a value of its own only as a whole text.
            None => (trimmed.starts_with(['{', '[']) && begins_value(trimmed)).then_some(indent),
        };
        if let Some(why) = remains(trimmed).filter(|_| call.is_none()) {
            pieces.broken = Some(Broken {
                at: at + indent,
                block: at + indent..text.len(),
                cut: false,
                why: why.to_owned(),
            });
            return;
        }
        if let Some(call) = call {
            let call = call.split('{').next().unwrap_or(call).trim();
            command = Some(Command { line: call });
        } else if continued && !begins_value(trimmed) {
            // The options of a command that goes on in the next line.
            if let Some(before) = command {
                command = Some(Command {
                    line: spanning(text, before.line, trimmed),
                });
            }
        }
        continued = command.is_some() && line.trim_end().ends_with(['\\', '`', '^']);
        let Some(opening) = opening else {
            at += line.len();
            continue;
        };
        let start = at + opening;
        let block = text.get(start..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(block).into_iter::<&'a RawValue>();
        match values.next() {
            Some(Ok(value)) => {
                pieces.transcript = true;
                pieces.values.push(Piece {
                    node: Node::from_raw(value),
                    command: command.take(),
                });
                at = start + values.byte_offset();
            }
            Some(Err(error)) => {
                pieces.broken = Some(broken(text, start, start, &error));
                return;
            }
            None => return,
        }
    }
}

/// The slice of `text` from the start of one slice of it to the end of another.
fn spanning<'a>(text: &'a str, first: &'a str, last: &'a str) -> &'a str {
    let offset = |slice: &str| (slice.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    text.get(offset(first)..offset(last) + last.trim_end().len())
        .unwrap_or(first)
}

/// The command line behind a prompt, if this line shows a call of the AWS CLI.
fn prompted(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let start = line.find("aws ")?;
    let prompt = line.get(..start)?;
    let is_prompt = prompt.is_empty() || prompt.trim_end().ends_with(['$', '>', '#', '%']);
    is_prompt.then(|| line.get(start..)).flatten()
}

/// What a line outside of any value shows to be what is left of a broken one,
/// of which more may be lost than stands in whole objects further on.
fn remains(line: &str) -> Option<&'static str> {
    let key = line.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    if key.is_some_and(|(_, rest)| rest.trim_start().starts_with(':')) {
        Some("a key outside of any object")
    } else if line.starts_with('{') && !begins_value(line) && line.contains("\":") {
        Some("an object that does not begin with a key")
    } else if !line.is_empty() && line.trim_end().trim_end_matches([']', '}', ',']).is_empty() {
        let closes = line.contains([']', '}']);
        closes.then_some("a bracket that closes nothing")
    } else {
        None
    }
}

/// Whether this begins like a JSON object or array, and not like prose in
/// brackets.
fn begins_value(text: &str) -> bool {
    let mut characters = text.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    let next = characters.as_str().trim_start().chars().next();
    match first {
        '{' => matches!(next, None | Some('"' | '}')),
        '[' => match next {
            None | Some('{' | '[' | '"' | ']') => true,
            Some('n' | 't' | 'f') => {
                let word: String = characters
                    .as_str()
                    .trim_start()
                    .chars()
                    .take_while(char::is_ascii_alphabetic)
                    .collect();
                matches!(word.as_str(), "null" | "true" | "false")
            }
            Some(other) => other.is_ascii_digit() || other == '-',
        },
        // A whole text that is one scalar.
        '"' => true,
        'n' | 't' | 'f' => matches!(text.trim_end(), "null" | "true" | "false"),
        other => other.is_ascii_digit() && text.trim_end().parse::<f64>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        split(text)
            .values
            .iter()
            .map(|piece| piece.node.text())
            .collect()
    }

    #[test]
    fn several_values_in_one_text_are_all_read() {
        assert_eq!(texts("{\"a\":1}\n{\"b\":2}\n"), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(texts("{\"a\":1}{\"b\":2}"), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(texts("null\n"), ["null"]);
    }

    #[test]
    fn a_transcript_gives_its_blocks_with_the_command_above() {
        let text = "$ aws cloudtrail get-trail-status \\\n    --name main\n{\n\"IsLogging\": true\n}\n[FINDING 1]: bad\n> aws sts x{\"Account\": \"1\"}\n";
        let pieces = split(text);
        assert!(pieces.transcript && pieces.broken.is_none());
        assert_eq!(pieces.values.len(), 2);
        assert_eq!(
            pieces.values[0].command.unwrap().option("--name"),
            Some("main")
        );
        assert_eq!(pieces.values[1].node.text(), "{\"Account\": \"1\"}");
    }

    #[test]
    fn what_is_left_of_a_broken_list_is_no_transcript() {
        for (text, values) in [
            ("{Y    \"trailList\": [\n{\"Name\": \"a\"}\n]\n}\n", 0),
            ("x\n{\"Name\": \"a\"}\n],\n", 1),
            ("x\n\"Name\": \"a\"}\n", 0),
        ] {
            let pieces = split(text);
            assert!(pieces.broken.is_some(), "{text}");
            assert_eq!(pieces.values.len(), values, "{text}");
        }
        let prose = split("{{ made by hand }}\n{\"Name\": \"a\"}\n[done]\n");
        assert!(prose.broken.is_none());
    }

    #[test]
    fn a_name_that_the_shell_puts_in_is_no_name() {
        let command = Command {
            line: "aws cloudtrail get-trail-status --name \"$TRAIL\"",
        };
        assert_eq!(command.option("--name"), None);
    }

    #[test]
    fn a_cut_document_is_no_source_of_smaller_ones() {
        let text = "{\n\"trailList\": [\n{\"Name\": \"a\"},\n{\"Name\": \"b\"";
        for text in [
            text.to_owned(),
            format!("$ aws cloudtrail describe-trails\n{text}"),
        ] {
            let pieces = split(&text);
            assert!(pieces.values.is_empty());
            let broken = pieces.broken.unwrap();
            assert!(broken.cut);
            assert_eq!(broken.at, text.len() - 1);
        }
    }

    #[test]
    fn a_broken_document_says_where() {
        let broken = split("{\n  \"a\": 1\n  \"b\": 2\n}").broken.unwrap();
        assert!(!broken.cut);
        assert_eq!(
            (broken.at, broken.why.as_str()),
            (13, "expected `,` or `}`")
        );
    }

    #[test]
    fn what_is_left_of_a_broken_object_is_no_prose() {
        let lost = "8\n    \"trailList\": []\n}\n";
        let pieces = split(lost);
        assert!(pieces.values.is_empty());
        assert_eq!(pieces.broken.map(|broken| broken.at), lost.find('"'));
        let pieces = split("$ aws a\n{\"a\": 1}\n8\n    \"Name\": \"b\"\n}\n");
        assert_eq!(pieces.values.len(), 1);
        assert!(pieces.broken.is_some());
    }
}
