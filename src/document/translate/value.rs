//! A JSON value that was read in another form, and the text that is made of it.

use std::ops::Range;

use crate::cloudtrail::arn;
use crate::document::decode::{Decoded, Step};
use crate::document::locate::Locator;

/// Bytes of copied text after which its place is noted anew: places are counted
/// from the last note.
const STRIDE: usize = 4096;

/// A value, and the part of the original that spells it.
#[derive(Debug)]
pub(super) struct Value {
    pub range: Range<usize>,
    pub kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// A scalar, as JSON spells it.
    Scalar(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    pub(super) fn scalar(json: String, range: Range<usize>) -> Self {
        Self {
            range,
            kind: Kind::Scalar(json),
        }
    }

    pub(super) fn string(text: &str, range: Range<usize>) -> Self {
        Self::scalar(quoted(text), range)
    }

    /// An object that spans its members.
    pub(super) fn object(mut members: Vec<(String, Self)>, start: usize) -> Self {
        // There may be very many, of few members each.
        members.shrink_to_fit();
        let end = members.last().map_or(start, |(_, last)| last.range.end);
        Self {
            range: start..end.max(start),
            kind: Kind::Object(members),
        }
    }

    /// A list that spans its elements.
    pub(super) fn list(mut elements: Vec<Self>, start: usize) -> Self {
        elements.shrink_to_fit();
        let end = elements.last().map_or(start, |last| last.range.end);
        Self {
            range: start..end.max(start),
            kind: Kind::List(elements),
        }
    }
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether a word is a number that JSON spells so too. Twelve digits are an
/// account's id, which no producer means as a number.
pub(super) fn is_number(word: &str) -> bool {
    let starts = word.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    starts && !arn::is_account(word) && serde_json::from_str::<serde_json::Number>(word).is_ok()
}

/// Writes JSON and remembers where in the original each place of it is.
pub(super) struct Builder<'d> {
    decoded: &'d Decoded,
    text: String,
    /// Offset in the new text, offset in the old one, whether copied from it.
    marks: Vec<(usize, usize, bool)>,
}

impl<'d> Builder<'d> {
    pub(super) fn new(decoded: &'d Decoded) -> Self {
        Self {
            decoded,
            text: String::with_capacity(decoded.text.len()),
            marks: Vec::new(),
        }
    }

    fn mark(&mut self, origin: usize, copied: bool) {
        self.marks.push((self.text.len(), origin, copied));
    }

    /// Copies a part of the original as it is.
    pub(super) fn copy(&mut self, range: Range<usize>) {
        let old = &self.decoded.text;
        let mut from = range.start;
        // Where something was left out before, the bytes don't follow one another.
        let mut holes = self.decoded.holes_behind(range.start).peekable();
        while from < range.end {
            let mut to = old.floor_char_boundary(range.end.min(from + STRIDE));
            if let Some(hole) = holes.next_if(|hole| *hole <= to) {
                to = hole;
            }
            if to > from {
                self.mark(from, true);
                self.text.push_str(old.get(from..to).unwrap_or_default());
                from = to;
            }
        }
    }

    pub(super) fn line_end(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    pub(super) fn value(&mut self, value: &Value) {
        self.mark(value.range.start, false);
        match &value.kind {
            Kind::Scalar(json) => self.text.push_str(json),
            Kind::List(elements) => {
                self.text.push('[');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        self.text.push_str(", ");
                    }
                    self.value(element);
                }
                self.text.push(']');
            }
            Kind::Object(members) => {
                self.text.push('{');
                for (index, (key, member)) in members.iter().enumerate() {
                    if index > 0 {
                        self.text.push_str(", ");
                    }
                    self.text.push_str(&quoted(key));
                    self.text.push_str(": ");
                    self.value(member);
                }
                self.text.push('}');
            }
        }
        self.mark(value.range.end, false);
    }

    /// The text, and its places in the original file.
    pub(super) fn finish(self) -> (String, Vec<Step>) {
        let mut locator = Locator::new(self.decoded);
        let steps = self.marks.into_iter().map(|(at, origin, copied)| Step {
            at,
            spot: locator.spot(origin),
            copied,
        });
        (self.text, steps.collect())
    }
}
