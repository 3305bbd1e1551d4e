//! From offsets to places: lines, columns and bytes of the original file.
//!
//! A [`Locator`] walks a document's text once, forwards, however many places
//! are asked of it; a file of one line with 50,000 trails costs one pass. An
//! [`Anchor`] keeps an object's text together with where it began, so that
//! the place of any key inside it can be told long after the file is closed.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::finding::Place;

use crate::document::decode::{Decoded, Step, wide_len};
use crate::document::json::{Kind, Node, offset_in, push_token};

/// Where something begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Byte of the original file.
    pub byte: usize,
    /// One-based line.
    pub line: usize,
    /// One-based column in Unicode scalar values.
    pub column: usize,
}

/// The beginning of a file.
pub const START: Spot = Spot {
    byte: 0,
    line: 1,
    column: 1,
};

impl Spot {
    /// The place behind a text that begins here and is spelled in units of
    /// `scale` bytes.
    fn behind(self, slice: &str, scale: usize) -> Self {
        let (lines, column) = walk(slice);
        Self {
            byte: self.byte + bytes_of(slice, scale),
            line: self.line + lines,
            column: if lines > 0 {
                column
            } else {
                self.column + column - 1
            },
        }
    }
}

/// How many bytes of the original spell a text, in units of `scale` bytes.
fn bytes_of(slice: &str, scale: usize) -> usize {
    match scale {
        1 => slice.len(),
        _ => wide_len(slice) * scale,
    }
}

/// Tells the places of a text, cheapest in ascending order.
#[derive(Debug)]
pub struct Locator<'a> {
    decoded: &'a Decoded,
    here: Mark,
    /// Where it has been, some way apart, for when it is asked to go back.
    marks: Vec<Mark>,
}

/// A place in the text, as far as it was counted.
#[derive(Debug, Clone, Copy)]
struct Mark {
    at: usize,
    units: usize,
    line: usize,
    column: usize,
}

/// The beginning of the text.
const HEAD: Mark = Mark {
    at: 0,
    units: 0,
    line: 1,
    column: 1,
};

/// Bytes of text between two marks.
const STRIDE: usize = 4096;

impl<'a> Locator<'a> {
    /// A locator at the start of the text.
    #[must_use]
    pub fn new(decoded: &'a Decoded) -> Self {
        Self {
            decoded,
            here: HEAD,
            marks: Vec::new(),
        }
    }

    /// The text that places are told of.
    #[must_use]
    pub fn text(&self) -> &'a str {
        &self.decoded.text
    }

    /// The place of a byte of the text.
    pub fn spot(&mut self, offset: usize) -> Spot {
        if let Some(translated) = &self.decoded.translated {
            return self.translated_spot(&translated.steps, offset);
        }
        if offset < self.here.at {
            let behind = self.marks.partition_point(|mark| mark.at <= offset);
            let mark = behind.checked_sub(1).and_then(|last| self.marks.get(last));
            self.here = mark.copied().unwrap_or(HEAD);
        }
        let text = &self.decoded.text;
        let offset = offset.min(text.len());
        while offset.saturating_sub(self.here.at) > STRIDE {
            self.advance(text.floor_char_boundary(self.here.at + STRIDE));
            if self.marks.last().is_none_or(|last| last.at < self.here.at) {
                self.marks.push(self.here);
            }
        }
        self.advance(offset);
        Spot {
            byte: self.decoded.file_of(self.here.at, self.here.units),
            line: self.here.line,
            column: self.here.column,
        }
    }

    /// The place of a byte of a text that was translated: the nearest step's,
    /// counted on from there where the text is the original's.
    fn translated_spot(&self, steps: &[Step], offset: usize) -> Spot {
        let before = steps.partition_point(|step| step.at <= offset);
        let Some(step) = before.checked_sub(1).and_then(|last| steps.get(last)) else {
            return steps.first().map_or(START, |step| step.spot);
        };
        if !step.copied {
            return step.spot;
        }
        let slice = self.decoded.text.get(step.at..offset).unwrap_or_default();
        step.spot.behind(slice, self.decoded.scale())
    }

    /// Counts on to an offset further on.
    fn advance(&mut self, offset: usize) {
        let here = &mut self.here;
        let slice = self.decoded.text.get(here.at..offset).unwrap_or_default();
        let (lines, column) = walk(slice);
        here.line += lines;
        here.column = if lines > 0 {
            column
        } else {
            here.column + column - 1
        };
        here.units += self.decoded.units(slice);
        here.at += slice.len();
    }

    /// A piece of this text, as it was sliced out of it.
    pub fn piece(&mut self, piece: &str) -> Anchor {
        let at = offset_in(self.text(), piece);
        self.stretch(at..at + piece.len())
    }

    /// A stretch of this text that is no value.
    pub fn stretch(&mut self, range: Range<usize>) -> Anchor {
        let spot = self.spot(range.start);
        let end = self.spot(range.end).byte;
        Anchor {
            pointer: Box::default(),
            spot,
            end,
            spelling: Spelling::Opaque(end),
        }
    }

    /// The fragment that a node of this text is, under `pointer`.
    pub fn fragment(&mut self, node: Node<'a>, pointer: &str) -> Anchor {
        let offset = node.offset_in(self.text());
        let spot = self.spot(offset);
        let spelling = if let Some(translated) = &self.decoded.translated {
            Spelling::Translated {
                steps: Arc::clone(&translated.steps),
                from: offset,
                scale: self.decoded.scale(),
            }
        } else if self.decoded.is_plain() {
            Spelling::Plain
        } else {
            // One step for the beginning, and one for each hole in it.
            let end = offset + node.text().len();
            let mut inner = Self {
                decoded: self.decoded,
                here: self.here,
                marks: Vec::new(),
            };
            let holes = self.decoded.holes_behind(offset);
            let inside = holes.take_while(|hole| *hole <= end);
            let steps = std::iter::once(offset).chain(inside);
            let steps = steps.map(|at| (at - offset, inner.spot(at).byte));
            Spelling::Stepped {
                steps: steps.collect(),
                scale: self.decoded.scale(),
            }
        };
        let mut anchor = Anchor {
            pointer: pointer.into(),
            spot,
            end: spot.byte,
            spelling,
        };
        anchor.end = anchor.byte_of(node.text(), node.text().len());
        anchor
    }
}

/// Line ends in a slice, and the one-based column behind its last one.
fn walk(slice: &str) -> (usize, usize) {
    let bytes = slice.as_bytes();
    let tail = memchr::memrchr(b'\n', bytes).map_or(0, |last| last + 1);
    let lines = if tail == 0 {
        0
    } else {
        memchr::memchr_iter(b'\n', bytes).count()
    };
    let column = bytes
        .get(tail..)
        .unwrap_or_default()
        .iter()
        .filter(|byte| (**byte as i8) >= -0x40)
        .count();
    (lines, column + 1)
}

#[derive(Debug, Clone)]
enum Spelling {
    /// A byte of the text is a byte of the file.
    Plain,
    /// `(offset in the fragment, byte of the file)`, ascending: from there on,
    /// a unit of the text is `scale` bytes of the file.
    Stepped {
        steps: Box<[(usize, usize)]>,
        scale: usize,
    },
    /// The fragment begins at `from` in a translated text with these steps, and
    /// a unit of the original has `scale` bytes.
    Translated {
        steps: Arc<Vec<Step>>,
        from: usize,
        scale: usize,
    },
    /// A string that holds JSON: every place in it is the whole string's.
    Opaque(usize),
}

/// Where a fragment of a document stands.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// JSON Pointer of the fragment in its document.
    pub pointer: Box<str>,
    /// Where it begins.
    pub spot: Spot,
    /// The byte of the file behind its last one.
    pub end: usize,
    spelling: Spelling,
}

impl Anchor {
    /// The anchor of what is spelt inside this string: the string is the
    /// nearest place that a reader can find.
    #[must_use]
    pub fn opaque(self) -> Self {
        Self {
            spelling: Spelling::Opaque(self.end),
            ..self
        }
    }

    /// The place of the whole fragment.
    #[must_use]
    pub fn whole(&self, file: &Arc<str>) -> Place {
        Place {
            file: Arc::clone(file),
            pointer: self.pointer.clone(),
            line: self.spot.line,
            column: self.spot.column,
            bytes: [self.spot.byte, self.end],
        }
    }

    fn byte_of(&self, text: &str, offset: usize) -> usize {
        match &self.spelling {
            Spelling::Plain => self.spot.byte + offset,
            Spelling::Opaque(end) => {
                if offset >= text.len() {
                    *end
                } else {
                    self.spot.byte
                }
            }
            Spelling::Stepped { steps, scale } => {
                let before = steps.partition_point(|(at, _)| *at <= offset);
                match before.checked_sub(1).and_then(|last| steps.get(last)) {
                    Some((at, byte)) => {
                        let slice = text.get(*at..offset).unwrap_or_default();
                        byte + bytes_of(slice, *scale)
                    }
                    None => self.spot.byte + offset,
                }
            }
            Spelling::Translated { .. } => self.spot_of(text, offset).byte,
        }
    }

    /// The place of an offset of the fragment `text`.
    fn spot_of(&self, text: &str, offset: usize) -> Spot {
        let (base, start, scale) = match &self.spelling {
            Spelling::Translated { steps, from, scale } => {
                let before = steps.partition_point(|step| step.at <= from + offset);
                let last = before.checked_sub(1).and_then(|last| steps.get(last));
                match last {
                    Some(step) if !step.copied => return step.spot,
                    Some(step) if step.at >= *from => (step.spot, step.at - from, *scale),
                    _ => (self.spot, 0, *scale),
                }
            }
            Spelling::Opaque(_) => {
                return Spot {
                    byte: self.byte_of(text, offset),
                    ..self.spot
                };
            }
            _ => (self.spot, 0, 1),
        };
        let spot = base.behind(text.get(start..offset).unwrap_or_default(), scale);
        match self.spelling {
            Spelling::Translated { .. } => spot,
            _ => Spot {
                byte: self.byte_of(text, offset),
                ..spot
            },
        }
    }

    /// The place of a key or element inside the fragment `text`; of the
    /// nearest object that should hold it, where it isn't there. `same` says
    /// whether a key as written is the one that a path names.
    #[must_use]
    pub fn place(
        &self,
        file: &Arc<str>,
        text: &str,
        path: &[Key<'_>],
        same: fn(&str, &str) -> bool,
    ) -> Place {
        let room = path.iter().map(Key::room).sum::<usize>();
        let mut pointer = String::with_capacity(self.pointer.len() + room);
        pointer.push_str(&self.pointer);
        let (mut start, mut end) = (0, text.len());
        if !matches!(self.spelling, Spelling::Opaque(_)) {
            let mut node = Some(Node::kept(text));
            for key in path {
                let Some((token, value)) = node.and_then(|node| key.find(&node, same)) else {
                    break;
                };
                push_token(&mut pointer, &token);
                start = value.offset_in(text);
                end = start + value.text().len();
                node = Some(value);
            }
        }
        let spot = self.spot_of(text, start);
        Place {
            file: Arc::clone(file),
            pointer: pointer.into(),
            line: spot.line,
            column: spot.column,
            bytes: [spot.byte, self.byte_of(text, end)],
        }
    }
}

/// One step of a path inside a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'k> {
    /// A member of an object.
    Name(&'k str),
    /// An element of an array.
    Index(usize),
}

impl Key<'_> {
    /// What it adds to a pointer, as a rule: the text that is kept is then made
    /// at its size.
    fn room(&self) -> usize {
        match self {
            Self::Name(name) => name.len() + 1,
            Self::Index(index) => index.checked_ilog10().map_or(2, |last| last as usize + 2),
        }
    }

    fn find<'a>(
        &self,
        node: &Node<'a>,
        same: fn(&str, &str) -> bool,
    ) -> Option<(Cow<'a, str>, Node<'a>)> {
        match (self, node.kind()) {
            (Self::Name(name), Kind::Object) => {
                let members = node.members();
                let exact = members.iter().find(|member| member.key == *name);
                let found =
                    exact.or_else(|| members.iter().find(|member| same(&member.key, name)))?;
                Some((found.key.clone(), found.value))
            }
            (Self::Index(index), Kind::Array) => node
                .elements()
                .get(*index)
                .map(|element| (index.to_string().into(), *element)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::decode::decode;

    fn exactly(a: &str, b: &str) -> bool {
        a == b
    }

    #[test]
    fn places_inside_a_fragment_are_those_of_the_file() {
        let text = "{\n  \"é\": {\"Name\": \"a\",\n    \"Log\": \"b\"}}";
        let wide = [
            vec![0xFF, 0xFE],
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ]
        .concat();
        for (bytes, scale) in [(text.as_bytes().to_vec(), 1), (wide, 2)] {
            let decoded = decode(bytes.clone()).unwrap();
            let root = Node::parse(&decoded.text).unwrap();
            let inner = root.get("é").unwrap();
            let anchor = Locator::new(&decoded).fragment(inner, "/é");
            let file: Arc<str> = "f".into();
            let place = anchor.place(&file, inner.text(), &[Key::Name("Log")], exactly);
            assert_eq!(
                (&*place.pointer, place.line, place.column),
                ("/é/Log", 3, 12)
            );
            assert_eq!(place.bytes[1] - place.bytes[0], 3 * scale);
            assert!(bytes[place.bytes[0]..place.bytes[1]].contains(&b'b'));
            let missing = anchor.place(&file, inner.text(), &[Key::Name("Gone")], exactly);
            assert_eq!(
                (&*missing.pointer, missing.line, missing.column),
                ("/é", 2, 8)
            );
        }
    }

    #[test]
    fn colours_inside_a_fragment_do_not_move_its_places() {
        let bytes = b"{\x1b[1m\"Name\"\x1b[0m: \x1b[32m\"a\"\x1b[0m}".to_vec();
        let decoded = decode(bytes.clone()).unwrap();
        let root = Node::parse(&decoded.text).unwrap();
        let anchor = Locator::new(&decoded).fragment(root, "");
        let place = anchor.place(&"f".into(), root.text(), &[Key::Name("Name")], exactly);
        assert_eq!(&bytes[place.bytes[0]..place.bytes[0] + 3], b"\"a\"");
    }
}
