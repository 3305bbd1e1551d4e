//! Answers that were printed in another form, as the JSON they were made of.
//!
//! Between decoding and splitting, what the AWS CLI prints as YAML, table or
//! text becomes JSON, and lines behind a common prefix lose it. Every place of
//! the new text is known in the original, so that nobody who reads it on has
//! to know. Only what is wholly such output is taken: a text that may be
//! something else stays as it is, to be called by its name.

mod csv;
mod prefix;
mod python;
mod room;
mod table;
mod text;
mod value;
mod yaml;

use std::ops::Range;

use crate::document::decode::Decoded;
use crate::document::form::Form;
use crate::document::{prompt, transcript};
pub use room::Room;
use value::{Builder, Value};

/// The text to read values from: this one, or what it is in JSON. Where the room is
/// spent it is the text as it was.
#[must_use]
pub fn translate(decoded: Decoded, room: &Room) -> Decoded {
    if let Some(block) = python::read(&decoded.text, room) {
        return written(decoded, Form::Python, vec![block]);
    }
    if begins_json(&decoded.text) {
        return decoded;
    }
    let decoded = prefix::strip(decoded, room);
    if begins_json(&decoded.text) {
        return decoded;
    }
    let Some((form, blocks)) = blocks(&decoded.text, room) else {
        return decoded;
    };
    written(decoded, form, blocks)
}

/// A text with its answers in JSON.
fn written(decoded: Decoded, form: Form, blocks: Vec<Block>) -> Decoded {
    let mut builder = Builder::new(&decoded);
    let mut at = 0;
    for block in blocks {
        builder.copy(at..block.range.start);
        for line in &block.above {
            builder.copy(line.clone());
            builder.line_end();
        }
        // Each is let go when it is written.
        for value in block.values {
            builder.value(&value);
            builder.line_end();
        }
        at = block.range.end;
    }
    builder.copy(at..decoded.text.len());
    let (text, steps) = builder.finish();
    decoded.translated(text, Some(form), steps)
}

/// A part of a text that is an answer in another form.
struct Block {
    /// What it takes the place of.
    range: Range<usize>,
    /// Lines of the original to keep above it: a title, a comment.
    above: Vec<Range<usize>>,
    values: Vec<Value>,
}

/// Whether a part of a text that isn't read may be an answer all the same.
fn may_be_answer(part: &str) -> bool {
    let first = part.lines().find(|line| !is_heading(line.trim()));
    part.contains('\t') || first.is_some_and(|line| yaml::begins_answer(line.trim()))
}

fn begins_json(text: &str) -> bool {
    transcript::begins_container(text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']))
}

/// The answers in a text, all of one form.
fn blocks(text: &str, room: &Room) -> Option<(Form, Vec<Block>)> {
    if let Some(blocks) = table::read(text, room) {
        let ends = blocks.iter().map(|block| block.range.end);
        let starts = blocks.iter().map(|block| block.range.start);
        let gaps = std::iter::once(0)
            .chain(ends)
            .zip(starts.chain([text.len()]));
        let is_whole = gaps.into_iter().all(|(from, to)| {
            let gap = text.get(from..to).unwrap_or_default();
            let parts = outputs(gap);
            !parts
                .into_iter()
                .any(|part| may_be_answer(gap.get(part).unwrap_or_default()))
        });
        return is_whole.then_some((Form::Table, blocks));
    }
    if let Some(block) = csv::read(text, room) {
        return Some((Form::Csv, vec![block]));
    }
    let mut form = None;
    let mut blocks = Vec::new();
    for range in outputs(text) {
        let part = text.get(range.clone()).unwrap_or_default();
        let (read, block) = match yaml::read(part, range.start, room) {
            Some(block) => (Form::Yaml, block),
            None => match text::read(part, range.start, room) {
                Some(block) => (Form::Text, block),
                // One answer that isn't read must not hide behind one that is.
                None if may_be_answer(part) => return None,
                None => continue,
            },
        };
        if form.is_some_and(|form| form != read) {
            return None;
        }
        form = Some(read);
        blocks.push(block);
    }
    form.map(|form| (form, blocks))
}

/// Whether a line is a heading that YAML takes for a comment or that stands out
/// of any answer.
fn is_heading(line: &str) -> bool {
    let marked = ["#", "==", "**", "-- ", "--- ", ">>"];
    marked.iter().any(|mark| line.starts_with(mark)) && !line.starts_with("--- -")
}

/// What stands between the commands of a transcript and under its headings,
/// code fences and blank lines around it left out; the whole text where there
/// is nothing of the kind. A heading begins a part only behind a blank line:
/// a comment in an answer is none.
fn outputs(text: &str) -> Vec<Range<usize>> {
    let mut outputs = Vec::new();
    let mut start = None;
    let mut end = 0;
    let mut at = 0;
    let mut continued = false;
    let mut blank = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if blank && is_heading(trimmed) {
            outputs.extend(start.take().map(|start| start..end));
        }
        blank = trimmed.is_empty();
        let is_command = continued || prompt::command(line.trim_start()).is_some();
        continued = is_command && trimmed.ends_with(['\\', '`', '^']);
        if is_command || trimmed.starts_with("```") {
            outputs.extend(start.take().map(|start| start..end));
        } else if !trimmed.is_empty() {
            start.get_or_insert(at);
            end = at + line.trim_end_matches(['\n', '\r']).len();
        }
        at += line.len();
    }
    outputs.extend(start.map(|start| start..end));
    outputs
}

#[cfg(test)]
mod tests;
