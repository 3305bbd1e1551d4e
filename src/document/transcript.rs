//! A console transcript: blocks of JSON among commands, prompts and prose.
//!
//! A command stays in force for its own output alone. The next command, an
//! error text, a redirect or its first block ends what it names; what stands above
//! a block without being a command is its heading. Of a loop or a script all that
//! stands up to the next command is still what it printed.

use std::ops::Range;

use serde_json::value::RawValue;

use crate::document::command::Command;
use crate::document::json::{Node, offset_in};
use crate::document::prompt;
use crate::document::split::{Broken, Piece, Pieces, broken, spoilt};

/// What stands above the line that is being read.
#[derive(Debug, Default)]
struct Above<'a> {
    /// The command line in force, without its prompt.
    line: Option<&'a str>,
    /// Whether it goes on in the next line.
    continued: bool,
    heading: Option<&'a str>,
}

/// Where a value may begin in a line.
struct Opening<'a> {
    at: usize,
    /// Text of the same line in front of it.
    before: Option<&'a str>,
    /// Whether a value that can't be read there is a damaged one. If not, the
    /// line is text like any other.
    is_sure: bool,
}

/// Reads the blocks of a transcript behind `from`.
pub(super) fn read<'a>(text: &'a str, from: usize, most: usize, pieces: &mut Pieces<'a>) {
    let mut at = from;
    let mut above = Above::default();
    let mut typed = None;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        let line = rest.get(..length).unwrap_or_default();
        let trimmed = line.trim_start();
        // The next prompt may stand on the last line of a value: the value is first.
        let is_value = begins_value(trimmed) && begins_container(trimmed);
        let call =
            prompt::command(trimmed).filter(|_| !is_value && !is_continuing(&above, trimmed));
        if call.is_none()
            && !above.continued
            && let Some(why) = remains(trimmed)
        {
            pieces.broken = Some(damaged(text, at + line.len() - trimmed.len(), why));
            return;
        }
        let opening = match call {
            Some(call) => glued(line, call),
            // What stands in the options of a command is none of its output.
            None if above.continued && !trimmed.starts_with(['{', '[']) => None,
            None => opening(line, trimmed, !pieces.values.is_empty()),
        };
        match call {
            Some(call) => {
                let call = opening.as_ref().map_or(call, |opening| {
                    let start = line.len() - trimmed.len() + offset_in(trimmed, call);
                    line.get(start..opening.at).unwrap_or(call)
                });
                // The last command of a loop's body printed what stands below its end.
                let call = match typed {
                    Some(body) if ends_loop(call) => body,
                    _ => call.trim(),
                };
                above = Above::below(call);
                typed = above.line;
            }
            None if opening.is_none() => {
                above.take_in(text, trimmed);
                typed = above.line.or(typed);
            }
            None => {}
        }
        let Some(opening) = opening else {
            at += line.len();
            continue;
        };
        let start = at + opening.at;
        let block = text.get(start..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(block).into_iter::<&'a RawValue>();
        match values.next() {
            Some(Ok(_)) if pieces.values.len() >= most => {
                pieces.is_more = true;
                return;
            }
            Some(Ok(value)) => {
                pieces.transcript = true;
                let heading = match (above.line, above.heading, opening.before) {
                    // Of one command all that stands below it.
                    (Some(_), Some(first), Some(last)) => Some(spanning(text, first, last)),
                    (_, heading, before) => before.or(heading),
                };
                pieces.values.push(Piece {
                    node: Node::from_raw(value),
                    command: above.line.and_then(Command::printing),
                    line: above.line,
                    within: typed.filter(|_| above.line.is_none()),
                    heading,
                    between: "",
                    below: None,
                });
                above = Above::default();
                at = start + values.byte_offset();
            }
            Some(Err(error)) if opening.is_sure => {
                pieces.broken = Some(broken(text, start, start, &error));
                return;
            }
            Some(Err(_)) => {
                above.take_in(text, trimmed);
                at += line.len();
            }
            None => return,
        }
    }
}

impl<'a> Above<'a> {
    /// What stands above the lines behind a command.
    fn below(call: &'a str) -> Self {
        Self {
            line: (!call.is_empty()).then_some(call),
            continued: goes_on(call),
            heading: None,
        }
    }

    /// Takes in a line that is no command and begins no value.
    fn take_in(&mut self, text: &'a str, line: &'a str) {
        let line = line.trim_end();
        if self.continued {
            // The options of a command that goes on in the next line.
            self.line = self.line.map(|before| spanning(text, before, line));
            self.continued = goes_on(line);
        } else if is_error(line) {
            *self = Self::default();
        } else if !prompt::is_neutral(line) {
            self.heading = match (self.line, self.heading) {
                (Some(_), Some(first)) => Some(spanning(text, first, line)),
                _ => Some(line),
            };
            if self.line.is_some() && may_be_error(line) {
                self.line = None;
            }
        }
    }
}

/// Gives the values below a line with several calls to them, each its own, where
/// there are as many values and nothing stands between them.
fn tell_apart(values: &mut [Piece<'_>]) {
    let mut at = 0;
    while let Some(piece) = values.get(at) {
        let goes_on = |piece: &&Piece<'_>| piece.line.is_none() && piece.between.trim().is_empty();
        let behind = values.get(at + 1..).unwrap_or_default();
        let many = 1 + behind.iter().take_while(goes_on).count();
        let calls = piece.line.filter(|_| many > 1 && piece.heading.is_none());
        let calls = calls
            .and_then(Command::calls)
            .filter(|calls| calls.len() == many);
        for (piece, call) in values.iter_mut().skip(at).zip(calls.into_iter().flatten()) {
            (piece.command, piece.line) = (Some(call), Some(call.line));
        }
        at += many;
    }
}

/// Notes the text above each value, and that below it which speaks of it.
pub(super) fn tell_around<'a>(text: &'a str, values: &mut [Piece<'a>]) {
    let mut end = 0;
    for piece in values.iter_mut() {
        let start = piece.node.offset_in(text);
        piece.between = text.get(end..start).unwrap_or_default();
        end = start + piece.node.text().len();
    }
    tell_apart(values);
    let mut next = text.len();
    let mut is_last = true;
    for piece in values.iter_mut().rev() {
        let start = piece.node.offset_in(text);
        let gap = text.get(start + piece.node.text().len()..next);
        let gap = gap.unwrap_or_default();
        next = start;
        let is_about = is_last || speaks_of_above(gap);
        is_last = false;
        if gap.trim().is_empty() || !is_about {
            continue;
        }
        let mut lines = gap.split_inclusive('\n');
        let before: usize = lines
            .by_ref()
            .take_while(|line| prompt::command(line.trim_start()).is_none())
            .map(str::len)
            .sum();
        let below = gap.get(..before).unwrap_or_default().trim();
        piece.below = (!below.is_empty()).then_some(below);
    }
}

/// Whether a text says that it is about what stands above it.
fn speaks_of_above(text: &str) -> bool {
    let text = text.trim_start();
    let lower = text.get(..text.floor_char_boundary(4096)).unwrap_or(text);
    let lower = lower.to_ascii_lowercase();
    text.starts_with('^') || lower.contains("above") || lower.contains("preceding")
}

/// Whether a line belongs to the command above it, although a prompt stands in
/// front of it: `> --name main`.
fn is_continuing(above: &Above<'_>, line: &str) -> bool {
    above.continued && line.starts_with(['>', '-'])
}

/// Whether a command goes on in the next line.
pub(crate) fn goes_on(line: &str) -> bool {
    line.trim_end().ends_with(['\\', '`', '^', '|']) || line.trim_end().ends_with("&&")
}

/// Whether a line ends a loop or a condition, and does nothing else.
fn ends_loop(line: &str) -> bool {
    let first = line.split([' ', ';']).next().unwrap_or_default();
    matches!(first, "done" | "fi" | "}") && !line.contains(['|', '&', '>'])
}

fn damaged(text: &str, at: usize, why: &str) -> Broken {
    let block: Range<usize> = at..text.len();
    Broken {
        at,
        block,
        cut: false,
        why: why.to_owned(),
        help: None,
    }
}

/// The slice of `text` from the start of one slice of it to the end of another.
fn spanning<'a>(text: &'a str, first: &'a str, last: &'a str) -> &'a str {
    text.get(offset_in(text, first)..offset_in(text, last) + last.len())
        .unwrap_or(first)
}

/// A command glued to its answer: `aws cloudtrail describe-trails{`.
fn glued<'a>(line: &'a str, call: &'a str) -> Option<Opening<'a>> {
    if !call.starts_with("aws ") || call.contains("--query") {
        return None;
    }
    let at = line.find('{')?;
    let before = line.get(..at)?;
    (!before.contains(['\'', '"']) && !before.ends_with('$') && begins_value(line.get(at..)?))
        .then_some(Opening {
            at,
            before: None,
            is_sure: true,
        })
}

/// Where a value begins in a line that is no command. `after_values` says that
/// others were read before: what is lost among them must not go unnoticed.
fn opening<'a>(line: &'a str, trimmed: &'a str, after_values: bool) -> Option<Opening<'a>> {
    if trimmed.starts_with(['{', '[']) {
        // A scalar is a value of its own only as a whole text.
        return begins_value(trimmed).then(|| Opening {
            at: line.len() - trimmed.len(),
            before: None,
            // `[2026-11-20] done` is prose in brackets, `[1, 2` a list cut short.
            is_sure: begins_container(trimmed),
        });
    }
    let at = line.find(['{', '['])?;
    let (before, value) = line.split_at_checked(at)?;
    let lead = before.trim();
    let is_prompt = prompt::asks_for_code(lead);
    let is_ansible = lead.ends_with("=>") && lead.contains(" | ");
    if !(is_prompt || is_ansible || lead.ends_with([':', '='])) || !begins_value(value) {
        return None;
    }
    if !is_prompt && value.starts_with('[') && !begins_container(value) {
        return None;
    }
    let begins_with_key = value.starts_with("{\"");
    Some(Opening {
        at,
        before: (!is_prompt).then_some(lead),
        is_sure: is_prompt || is_ansible || (after_values && begins_with_key),
    })
}

/// Whether what begins with a number is none of a list: `[2026-11-20 10:00:00] …`,
/// `[1/2] …`, as scripts put it before what they say.
fn is_in_brackets(inner: &str) -> bool {
    let line = inner.lines().next().unwrap_or_default();
    let Some((inside, behind)) = line.split_once(']') else {
        return false;
    };
    inside.contains([':', '/']) && !inside.contains(['"', '{', '[']) && !behind.trim().is_empty()
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

/// An error text that can be nothing else: no output follows it.
fn is_error(line: &str) -> bool {
    let line = line.get(..line.floor_char_boundary(400)).unwrap_or(line);
    [
        "An error occurred (",
        "aws: [ERROR]",
        "aws: error:",
        "A client error (",
        "Unable to locate credentials",
        "Could not connect to the endpoint",
        "Traceback (most recent call last)",
        "command not found",
        "usage: aws",
        "The security token included in the request is",
    ]
    .iter()
    .any(|words| line.contains(words))
}

/// A line that says that something went wrong: the command above may have
/// printed nothing but this. As a heading it still counts.
fn may_be_error(line: &str) -> bool {
    let line = line.get(..line.floor_char_boundary(400)).unwrap_or(line);
    let line = line.to_ascii_lowercase();
    [
        "error",
        "exception",
        "denied",
        "unable to",
        "could not",
        "couldn't",
        "cannot",
        "not found",
        "not recognized",
        "expired",
        "failed",
        "invalid",
        "no such",
        "unauthorized",
        "forbidden",
        "timed out",
        "terminated",
        "killed",
        "aborted",
        "refused",
    ]
    .iter()
    .any(|words| line.contains(words))
}

/// Whether this begins an object or array that holds a key, a container or a
/// text, and not only a number or a word.
pub(super) fn begins_container(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    let next = characters.as_str().trim_start().chars().next();
    match first {
        Some('{') => true,
        Some('[') => matches!(next, None | Some('{' | '[' | '"' | ']')),
        _ => false,
    }
}

/// Whether this begins like a JSON object or array, and not like prose in
/// brackets.
pub(super) fn begins_value(text: &str) -> bool {
    let mut characters = text.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    let inner = characters
        .as_str()
        .trim_start_matches([' ', '\t', '\r', '\n']);
    let next = inner.chars().next();
    match first {
        '{' => matches!(next, None | Some('"' | '}')) || spoilt(inner).is_some(),
        '[' => match next {
            None | Some('{' | '[' | '"' | ']') => true,
            Some('n' | 't' | 'f') => {
                let word: String = inner
                    .chars()
                    .take_while(char::is_ascii_alphabetic)
                    .collect();
                matches!(word.as_str(), "null" | "true" | "false")
            }
            Some(other) => (other.is_ascii_digit() || other == '-') && !is_in_brackets(inner),
        },
        // A whole text that is one scalar.
        '"' => true,
        'n' | 't' | 'f' => matches!(text.trim_end(), "null" | "true" | "false"),
        other => other.is_ascii_digit() && text.trim_end().parse::<f64>().is_ok(),
    }
}

#[cfg(test)]
mod tests;
