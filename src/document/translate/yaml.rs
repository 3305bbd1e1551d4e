//! YAML as the AWS CLI prints it: `--output yaml` and `yaml-stream`.
//!
//! Block style, keys as AWS spells them, no tags, anchors or comments but at
//! the top. A template, a playbook, a workflow or somebody's notes are YAML
//! too and no answer of AWS; what shows none of its marks stays unread.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::value::{Kind, Value, is_number, quoted};
use super::{Block, Room};
use crate::cloudtrail::keys;

/// More levels than any answer of AWS has.
const DEEPEST: usize = 64;

/// Keys that show, without any other, that a flat object is an answer.
const MARKS: [&str; 6] = [
    keys::IS_LOGGING,
    keys::DELIVERY_TIME,
    keys::TRAIL_ARN,
    keys::BUCKET,
    "StartLoggingTime",
    "LatestDeliveryTime",
];

/// The flat answers that are known: all of these keys, together.
const FLAT: [&[&str]; 2] = [&["UserId", "Account", "Arn"], &["Code", "Message"]];

/// Reads a text that begins at `from` in the whole one.
pub(super) fn read(text: &str, from: usize, room: &Room) -> Option<Block> {
    let mut above = Vec::new();
    let mut at = 0;
    let mut first = None;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if super::is_heading(trimmed) {
            above.push(from + at..from + at + line.trim_end().len());
        } else if !trimmed.is_empty() && trimmed != "---" {
            first = Some(trimmed);
            break;
        }
        at += line.len();
    }
    if !begins_answer(first?) {
        return None;
    }
    let mut reader = Reader {
        text: text.get(at..)?,
        room,
        from: from + at,
        at: (0, 0),
        ends: Vec::new(),
    };
    let values = reader.documents()?;
    (!values.is_empty() && values.iter().all(is_answer)).then(|| Block {
        range: from..from + text.len(),
        above,
        values,
    })
}

/// Whether a first line is one that the CLI would print: a key, perhaps behind
/// the dash of a list.
pub(super) fn begins_answer(line: &str) -> bool {
    let line = line.strip_prefix("--- ").unwrap_or(line);
    let line = line.trim_start_matches("- ");
    line.split_once(':')
        .is_some_and(|(key, rest)| is_key(key) && (rest.is_empty() || rest.starts_with(' ')))
}

/// Whether a key may be one of AWS's at the top of an answer: letters and
/// digits, one of them a capital.
fn is_key(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && key.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn is_answer(value: &Value) -> bool {
    match &value.kind {
        Kind::Scalar(_) => false,
        Kind::List(elements) => {
            !elements.is_empty()
                && elements
                    .iter()
                    .all(|element| matches!(element.kind, Kind::Object(_)) && is_answer(element))
        }
        Kind::Object(members) => {
            let has = |key: &str| members.iter().any(|(one, _)| one == key);
            members.iter().all(|(key, _)| is_key(key))
                && !is_template(members)
                && (members.iter().any(|(key, member)| {
                    MARKS.contains(&key.as_str()) || is_structure(&member.kind)
                }) || FLAT.iter().any(|keys| keys.iter().all(|key| has(key))))
        }
    }
}

/// Whether a value has more structure than notes in lines have.
fn is_structure(kind: &Kind) -> bool {
    match kind {
        Kind::Scalar(_) => false,
        Kind::Object(_) => true,
        Kind::List(elements) => {
            elements.is_empty()
                || elements
                    .iter()
                    .any(|element| matches!(element.kind, Kind::Object(_)))
        }
    }
}

/// CloudFormation: resources with types, a format version, a transform.
fn is_template(members: &[(String, Value)]) -> bool {
    members.iter().any(|(key, member)| {
        key == "AWSTemplateFormatVersion"
            || key == "Transform"
            || (key == "Resources"
                && matches!(&member.kind, Kind::Object(resources) if resources.iter().any(
                    |(_, resource)| matches!(&resource.kind, Kind::Object(parts)
                        if parts.iter().any(|(part, _)| part == "Type")))))
    })
}

struct Reader<'t> {
    text: &'t str,
    room: &'t Room,
    from: usize,
    /// The last character counted, and its byte.
    at: (usize, usize),
    /// Where scalars end: only a colon or a line's end may stand behind one.
    ends: Vec<usize>,
}

/// A container that is being read.
struct Open {
    start: usize,
    is_flow: bool,
    /// `None` for a list.
    key: Option<Option<String>>,
    members: Vec<(String, Value)>,
    elements: Vec<Value>,
}

impl Reader<'_> {
    /// The byte of a character of the text; asked for in about ascending order.
    fn byte(&mut self, index: usize) -> usize {
        let (mut character, mut byte) = self.at;
        if index >= character {
            let rest = self.text.get(byte..).unwrap_or_default();
            byte = rest
                .char_indices()
                .nth(index - character)
                .map_or(self.text.len(), |(at, _)| byte + at);
        } else {
            let before = self.text.get(..byte).unwrap_or_default();
            while character > index {
                character -= 1;
                byte = before
                    .get(..byte)
                    .and_then(|text| text.char_indices().next_back())
                    .map_or(0, |(at, _)| at);
            }
        }
        self.at = (index, byte);
        byte
    }

    fn range(&mut self, span: Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index())
    }

    /// The documents; `None` where anything isn't as the CLI prints it.
    fn documents(&mut self) -> Option<Vec<Value>> {
        let mut documents = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        for event in Parser::new_from_str(self.text) {
            let (event, span) = event.ok()?;
            self.room.one()?;
            let value = match event {
                Event::Alias(_) => return None,
                Event::Scalar(text, style, 0, None) => {
                    let mut range = self.range(span);
                    if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                        let spelt = self.text.get(range.clone())?;
                        range.end = range.start + spelt.trim_end().len();
                    } else {
                        self.ends.push(range.end);
                    }
                    if let Some(Open { key: Some(key), .. }) = open.last_mut()
                        && key.is_none()
                    {
                        *key = Some(text.into_owned());
                        continue;
                    }
                    let json = match style {
                        ScalarStyle::Plain => plain(&text),
                        _ => quoted(&text),
                    };
                    Value::scalar(json, range)
                }
                Event::SequenceStart(0, None) | Event::MappingStart(0, None) => {
                    let is_map = matches!(event, Event::MappingStart(..));
                    let range = self.range(span);
                    let is_flow = !range.is_empty();
                    let inner_flow = open.last().is_some_and(|outer| outer.is_flow);
                    let no_key = matches!(
                        open.last(),
                        Some(Open {
                            key: Some(None),
                            ..
                        })
                    );
                    if open.len() > DEEPEST || inner_flow || no_key {
                        return None;
                    }
                    open.push(Open {
                        start: if is_map || is_flow {
                            range.start
                        } else {
                            self.dash(range.start)
                        },
                        is_flow,
                        key: is_map.then_some(None),
                        members: Vec::new(),
                        elements: Vec::new(),
                    });
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let end = self.range(span).end;
                    let done = open.pop()?;
                    // In flow style the CLI prints what is empty, and nothing else.
                    if done.is_flow && !(done.members.is_empty() && done.elements.is_empty()) {
                        return None;
                    }
                    let mut value = if done.key.is_some() {
                        Value::object(done.members, done.start)
                    } else {
                        Value::list(done.elements, done.start)
                    };
                    if done.is_flow {
                        value.range.end = end;
                    }
                    value
                }
                Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) => {
                    return None;
                }
                _ => continue,
            };
            match open.last_mut() {
                None => documents.push(value),
                Some(outer) => match &mut outer.key {
                    Some(key) => outer.members.push((key.take()?, value)),
                    None => outer.elements.push(value),
                },
            }
        }
        self.has_no_comments().then_some(())?;
        for document in &mut documents {
            shift(document, self.from);
        }
        Some(documents)
    }

    /// The dash of a list whose first element begins here.
    fn dash(&self, start: usize) -> usize {
        let before = self.text.get(..start).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        match line.trim_end().strip_suffix('-') {
            Some(head) if !self.text.get(start..).unwrap_or_default().starts_with("- ") => {
                start - (line.len() - head.len())
            }
            _ => start,
        }
    }

    /// Whether no comment stands in the answer: nothing of AWS's has any, and
    /// what one says of a value would be lost.
    fn has_no_comments(&self) -> bool {
        let behind_values = self.ends.iter().all(|end| {
            let behind = self.text.get(*end..).unwrap_or_default();
            let behind = behind.trim_start_matches([' ', '\t']);
            !behind.starts_with('#')
        });
        behind_values
            && !self
                .text
                .lines()
                .any(|line| line.trim_start().starts_with('#'))
    }
}

/// A plain scalar in JSON: YAML's words for true, false and null, and numbers.
/// A time stays a text.
fn plain(text: &str) -> String {
    match text {
        "true" | "True" | "TRUE" => "true".to_owned(),
        "false" | "False" | "FALSE" => "false".to_owned(),
        "" | "~" | "null" | "Null" | "NULL" => "null".to_owned(),
        number if is_number(number) => number.to_owned(),
        text => quoted(text),
    }
}

fn shift(value: &mut Value, by: usize) {
    value.range = value.range.start + by..value.range.end + by;
    match &mut value.kind {
        Kind::Scalar(_) => {}
        Kind::List(elements) => elements.iter_mut().for_each(|one| shift(one, by)),
        Kind::Object(members) => members.iter_mut().for_each(|(_, one)| shift(one, by)),
    }
}
