//! From a text to the JSON values in it.
//!
//! One document, JSON lines, several documents one after the other: these are
//! read as they are. A console transcript is read block by block, each with the
//! command line above it. A block that is cut short or broken ends the
//! reading there: what stands inside it is never taken for a value of its own.

use std::ops::Range;

use serde_json::value::RawValue;

pub use crate::document::command::Command;
use crate::document::json::{Kind, Node};
use crate::document::{prompt, transcript};

/// What a text holds.
#[derive(Debug, Default)]
pub struct Pieces<'a> {
    /// The values, in order.
    pub values: Vec<Piece<'a>>,
    /// Where and why the reading stopped, if it did not reach the end.
    pub broken: Option<Broken>,
    /// Whether there was text around the values.
    pub transcript: bool,
    /// Whether there are more values than were asked for.
    pub is_more: bool,
}

impl Pieces<'_> {
    /// Whether the values are words in quotes and numbers of a text that is more than
    /// these, and no command stands in it: a row of a table, a sentence.
    #[must_use]
    pub fn are_words_of(&self, text: &str) -> bool {
        let is_word = |piece: &Piece<'_>| {
            let kind = piece.node.kind();
            !matches!(kind, Kind::Object | Kind::Array) && piece.command.is_none()
        };
        let length = |piece: &Piece<'_>| piece.node.text().len();
        let words: usize = self.values.iter().map(length).sum();
        let blanks = text.chars().filter(|letter| letter.is_whitespace());
        let blanks: usize = blanks.map(char::len_utf8).sum();
        self.values.iter().all(is_word) && words + blanks < text.len()
    }
}

/// One value, and what a transcript shows above it.
#[derive(Debug)]
pub struct Piece<'a> {
    /// The value.
    pub node: Node<'a>,
    /// The command that printed it, of whichever program.
    pub command: Option<Command<'a>>,
    /// The whole line of that command, whatever else it has.
    pub line: Option<&'a str>,
    /// The line of the command that was typed last, where an error or another value
    /// stands between: it may have printed this one too, under a heading of its own.
    pub within: Option<&'a str>,
    /// The nearest line of other text above it, since the last error or value;
    /// where a command is in force, all the text since the command.
    pub heading: Option<&'a str>,
    /// All the text between the value before it and this one.
    pub between: &'a str,
    /// The text below it that speaks of it: what stands behind the last value,
    /// before any command, or says that it is about what is above.
    pub below: Option<&'a str>,
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
    /// How to get the value whole, where the text shows what spoiled it.
    pub help: Option<&'static str>,
}

pub(crate) use transcript::goes_on;

/// The command that a line of a transcript shows, without its prompt.
pub(crate) fn typed(line: &str) -> Option<&str> {
    prompt::command(line.trim_start())
}

/// The commands that a text shows, each without its prompt and with the lines
/// that it goes on in.
pub(crate) fn commands(text: &str) -> Vec<&str> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut continued = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        match (found.last_mut().filter(|_| continued), typed(line)) {
            (Some(command), _) => command.end = at,
            (None, Some(call)) => found.push(start + line.find(call).unwrap_or(0)..at),
            (None, None) => continue,
        }
        continued = goes_on(line);
    }
    let commands = found.into_iter().filter_map(|range| text.get(range));
    commands.collect()
}

/// Whether a line of a transcript is a command, or goes on from one.
pub(crate) fn is_command(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['-', '|']) || prompt::command(line).is_some()
}

/// Finds the values of a text.
#[cfg(test)]
pub(crate) fn split(text: &str) -> Pieces<'_> {
    within(text, usize::MAX)
}

/// Finds the values of a text, and stops behind so many.
#[must_use]
pub fn within(text: &str, most: usize) -> Pieces<'_> {
    let mut pieces = Pieces::default();
    let start = text.len()
        - text
            .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
            .len();
    if transcript::begins_value(text.get(start..).unwrap_or_default()) {
        let rest = stream(text, start, most, &mut pieces);
        let Some(rest) = rest else { return pieces };
        // Values, then something that is none: the end of a transcript.
        transcript::read(text, rest, most, &mut pieces);
    } else {
        transcript::read(text, start, most, &mut pieces);
    }
    if pieces.broken.is_none() {
        transcript::tell_around(text, &mut pieces.values);
    }
    pieces
}

/// Reads values one after the other; gives the place at which a line begins
/// that is no JSON at all, if it comes to one.
fn stream<'a>(text: &'a str, from: usize, most: usize, pieces: &mut Pieces<'a>) -> Option<usize> {
    let rest = text.get(from..).unwrap_or_default();
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&'a RawValue>();
    let mut end = 0;
    loop {
        match values.next() {
            Some(Ok(_)) if pieces.values.len() >= most => {
                pieces.is_more = true;
                return None;
            }
            Some(Ok(value)) => {
                pieces.values.push(Piece {
                    node: Node::from_raw(value),
                    command: None,
                    line: None,
                    within: None,
                    heading: None,
                    between: "",
                    below: None,
                });
                end = values.byte_offset();
            }
            None => return None,
            Some(Err(error)) => {
                let gap = rest.get(end..).unwrap_or_default();
                let block = from + end + (gap.len() - gap.trim_start().len());
                if !pieces.values.is_empty() && !transcript::begins_value(gap.trim_start()) {
                    return Some(block);
                }
                pieces.broken = Some(broken(text, from, block, &error));
                return None;
            }
        }
    }
}

/// What is told of a value that the parser couldn't read to its end.
pub(super) fn broken(text: &str, from: usize, block: usize, error: &serde_json::Error) -> Broken {
    let at = offset_of(text, from, error.line(), error.column());
    let behind = text.get(at..).unwrap_or_default();
    let before = text
        .get(..at)
        .unwrap_or_default()
        .char_indices()
        .next_back();
    let spoilt = spoilt(behind).or_else(|| spoilt(text.get(before?.0..)?));
    Broken {
        at,
        block: block..text.len(),
        cut: error.is_eof(),
        why: spoilt.map_or_else(|| bare(error), |(why, _)| why.to_owned()),
        help: spoilt.map(|(_, help)| help),
    }
}

/// What a word processor, a chat or a web page made of a character of JSON.
pub(super) fn spoilt(text: &str) -> Option<(&'static str, &'static str)> {
    match text.chars().next()? {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{2018}' | '\u{2019}' | '\u{ab}'
        | '\u{bb}' | '\u{2033}' | '\u{ff02}' => Some((
            "a typographic quote stands here, as word processors and chats put it in",
            "export the answer again, straight into a file: `aws … --output json > FILE`",
        )),
        '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2003}' | '\u{2002}' | '\u{3000}' | '\u{200b}'
        | '\u{2060}' | '\u{feff}' => Some((
            "a space stands here that is none in JSON (no-break, as web pages have it, or of no width)",
            "export the answer again, straight into a file: `aws … --output json > FILE`",
        )),
        _ => None,
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

    #[test]
    fn what_a_word_processor_made_of_json_is_called_by_its_name() {
        for (text, at, word) in [
            ("{\u{201c}Name\u{201d}: 1}", 1, "typographic quote"),
            (
                "{\n  \"Name\": \u{201c}a\u{201d}\n}",
                12,
                "typographic quote",
            ),
            ("{\n\u{a0}\u{a0}\"Name\": 1}", 2, "a space"),
            ("{\"a\": 1,\u{a0}\"b\": 2}", 8, "a space"),
            (
                "$ aws sts x\n{\u{201c}Name\u{201d}: 1}",
                13,
                "typographic quote",
            ),
        ] {
            let pieces = split(text);
            assert!(pieces.values.is_empty(), "{text}");
            let broken = pieces.broken.unwrap();
            assert!(broken.why.contains(word), "{text}: {}", broken.why);
            assert!(broken.at.abs_diff(at) <= 3, "{text}: {}", broken.at);
            assert!(broken.help.is_some());
        }
    }
}
