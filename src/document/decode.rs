//! Bytes to text, with the way back.
//!
//! Evidence comes as UTF-8 with and without a byte order mark, as UTF-16 of
//! either order (Windows PowerShell's `>`), with terminal colours in it, with
//! DOS's Ctrl-Z or NUL behind it. The text that the rest reads has none of
//! that; [`Decoded::to_file`] says which byte of the original each byte of the
//! text was. What can't be decoded is a problem with a place, not a guess.

use std::sync::Arc;

use crate::document::form::Form;
use crate::document::locate::{Locator, Spot};

/// How a file spells its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 behind a byte order mark.
    Utf8Bom,
    /// UTF-16, least byte first.
    Utf16Le,
    /// UTF-16, most significant byte first.
    Utf16Be,
}

impl Encoding {
    /// The word of the inventory.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8 with byte order mark",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }

    pub(super) fn is_wide(self) -> bool {
        matches!(self, Self::Utf16Le | Self::Utf16Be)
    }
}

/// A stretch of bytes of the original that the text leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// Offset in the text at which it was taken out.
    pub at: usize,
    /// How many bytes of the original, over all holes up to this one.
    pub total: usize,
}

/// What a text that was translated came from.
#[derive(Debug, Clone)]
pub struct Translation {
    /// What the original is, if not only lines were taken apart: "the AWS CLI's
    /// YAML output".
    pub from: Option<Form>,
    /// Where in the original a place of the text is, ascending.
    pub(super) steps: Arc<Vec<Step>>,
}

/// A place of a translated text, and where it is in the original.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// Offset in the text.
    pub at: usize,
    /// Where that is in the original.
    pub spot: Spot,
    /// Whether the text from here on is the original's, byte for byte. If not,
    /// everything up to the next step stands at this place.
    pub copied: bool,
}

/// The text of a file.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// The text: no mark, no colours, no trailing Ctrl-Z.
    pub text: String,
    /// How the file spells it.
    pub encoding: Encoding,
    /// Whether terminal colours were taken out.
    pub coloured: bool,
    /// Bytes of the original before the text.
    pub(super) lead: usize,
    pub(super) holes: Vec<Hole>,
    /// What the text was translated from, if it was.
    pub translated: Option<Translation>,
    /// What stood before every line and was taken off, if it was the same.
    pub lead_in: Option<LeadIn>,
}

/// Words that stood before every line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeadIn {
    /// The sign of a quotation: somebody repeats what was printed elsewhere.
    Quotation,
    /// A name: a container's, a program's.
    Name(String),
}

/// Why bytes are no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotText {
    /// Offset of the first byte that can't be read.
    pub at: usize,
    /// Why, in a sentence.
    pub why: String,
}

/// Reads bytes as text.
///
/// # Errors
/// Where the bytes are neither UTF-8 nor UTF-16.
pub fn decode(bytes: Vec<u8>) -> Result<Decoded, NotText> {
    if is_utf32(&bytes) {
        return Err(NotText {
            at: 0,
            why: "UTF-32, which is not read".to_owned(),
        });
    }
    let (encoding, lead) = sniff(&bytes);
    let text = if encoding.is_wide() {
        wide(bytes.get(lead..).unwrap_or_default(), encoding).map_err(|unit| NotText {
            at: lead + unit * 2,
            why: format!("not {}: a lone surrogate", encoding.as_str()),
        })?
    } else {
        narrow(bytes, lead)?
    };
    let mut decoded = Decoded {
        text,
        encoding,
        coloured: false,
        lead,
        holes: Vec::new(),
        translated: None,
        lead_in: None,
    };
    decoded.strip_controls();
    let end = decoded
        .text
        .trim_end_matches(['\u{1a}', '\0', ' ', '\n', '\r', '\t'])
        .len();
    // A final line end stays: only what DOS and fixed-size buffers leave behind goes.
    if decoded
        .text
        .get(end..)
        .is_some_and(|tail| tail.contains(['\u{1a}', '\0']))
    {
        decoded.text.truncate(end);
    }
    Ok(decoded)
}

fn narrow(bytes: Vec<u8>, lead: usize) -> Result<String, NotText> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        NotText {
            at,
            why: "not UTF-8, and no byte order mark says what else".to_owned(),
        }
    })?;
    if lead > 0 {
        text.drain(..lead);
    }
    Ok(text)
}

fn wide(bytes: &[u8], encoding: Encoding) -> Result<String, usize> {
    let units = bytes.chunks(2).filter_map(|pair| match pair {
        [low, high] if encoding == Encoding::Utf16Le => Some(u16::from_le_bytes([*low, *high])),
        [high, low] => Some(u16::from_be_bytes([*high, *low])),
        // Half a unit: the file is cut. The JSON before it says so itself.
        _ => None,
    });
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut unit = 0;
    for character in char::decode_utf16(units) {
        let character = character.map_err(|_| unit)?;
        unit += character.len_utf16();
        text.push(character);
    }
    Ok(text)
}

/// Whether bytes are UTF-32, with a mark or without: three of four bytes of
/// the first characters of a JSON text are zero in it.
fn is_utf32(bytes: &[u8]) -> bool {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => true,
        [a, 0, 0, 0, b, 0, 0, 0, ..] | [0, 0, 0, a, 0, 0, 0, b, ..] => *a != 0 && *b != 0,
        _ => false,
    }
}

/// The encoding and the length of its mark.
fn sniff(bytes: &[u8]) -> (Encoding, usize) {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => return (Encoding::Utf8Bom, 3),
        [0xFF, 0xFE, ..] => return (Encoding::Utf16Le, 2),
        [0xFE, 0xFF, ..] => return (Encoding::Utf16Be, 2),
        _ => {}
    }
    // JSON begins with ASCII (RFC 8259, 8.1 and RFC 4627, 3): every second
    // byte of the first ones is zero in UTF-16 and none is in UTF-8.
    let head: Vec<u8> = bytes.iter().copied().take(8).collect();
    match head.as_slice() {
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (Encoding::Utf16Le, 0),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => (Encoding::Utf16Be, 0),
        _ => (Encoding::Utf8, 0),
    }
}

impl Decoded {
    /// Takes out what a terminal obeys and doesn't show, remembering where:
    /// control sequences (ECMA-48), and characters that a backspace goes over.
    fn strip_controls(&mut self) {
        if memchr::memchr2(0x1b, 0x08, self.text.as_bytes()).is_none() {
            return;
        }
        let mut kept = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        let mut total = 0;
        while let Some(at) = memchr::memchr2(0x1b, 0x08, rest.as_bytes()) {
            let (before, control) = rest.split_at(at);
            kept.push_str(before);
            let length = if control.starts_with('\u{8}') {
                if let Some(gone) = kept.chars().next_back().filter(|gone| *gone != '\n') {
                    kept.truncate(kept.len() - gone.len_utf8());
                    total += self.bytes_of(gone.encode_utf8(&mut [0; 4]));
                }
                1
            } else {
                self.coloured |= control.starts_with("\u{1b}[");
                sequence(control)
            };
            let (taken, behind) = control.split_at(control.floor_char_boundary(length));
            total += self.bytes_of(taken);
            while self.holes.last().is_some_and(|last| last.at > kept.len()) {
                self.holes.pop();
            }
            let at = kept.len();
            match self.holes.last_mut().filter(|last| last.at == at) {
                Some(last) => last.total = total,
                None => self.holes.push(Hole { at, total }),
            }
            rest = behind;
        }
        kept.push_str(rest);
        self.text = kept;
    }

    /// How many bytes of the original spell this part of its text.
    fn bytes_of(&self, slice: &str) -> usize {
        self.units(slice) * self.scale()
    }

    /// The byte of the original at which the byte `offset` of the text stands.
    /// Reads the text from its start for UTF-16; use [`crate::document::locate::Locator`]
    /// for many places.
    #[must_use]
    pub fn to_file(&self, offset: usize) -> usize {
        if self.translated.is_some() {
            return Locator::new(self).spot(offset).byte;
        }
        let units = if self.encoding.is_wide() {
            2 * wide_len(self.text.get(..offset).unwrap_or_default())
        } else {
            offset
        };
        self.lead + units + self.left_out(offset)
    }

    /// The byte of the original for a text offset whose distance in the
    /// original's own units from the start of the text is known.
    #[must_use]
    pub(crate) fn file_of(&self, offset: usize, units: usize) -> usize {
        self.lead + units * self.scale() + self.left_out(offset)
    }

    fn left_out(&self, offset: usize) -> usize {
        let before = self.holes.partition_point(|hole| hole.at <= offset);
        before
            .checked_sub(1)
            .and_then(|last| self.holes.get(last))
            .map_or(0, |hole| hole.total)
    }

    /// How long `slice` is in the original's own units: bytes, or UTF-16 units.
    #[must_use]
    pub fn units(&self, slice: &str) -> usize {
        if self.encoding.is_wide() {
            wide_len(slice)
        } else {
            slice.len()
        }
    }

    /// Whether a byte of the text is one of the original, but for the start.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.encoding.is_wide() && self.holes.is_empty() && self.translated.is_none()
    }

    /// Offsets of the text, behind this one, at which bytes of the original were
    /// left out.
    pub(super) fn holes_behind(&self, offset: usize) -> impl Iterator<Item = usize> {
        let before = self.holes.partition_point(|hole| hole.at <= offset);
        let behind = self.holes.get(before..).unwrap_or_default();
        behind.iter().map(|hole| hole.at)
    }

    /// A text that was made of this one.
    pub(super) fn translated(self, text: String, from: Option<Form>, steps: Vec<Step>) -> Self {
        let before = self.translated.and_then(|before| before.from);
        Self {
            text,
            holes: Vec::new(),
            translated: Some(Translation {
                from: from.or(before),
                steps: Arc::new(steps),
            }),
            ..self
        }
    }

    /// Bytes of one unit of the original's encoding.
    pub(super) fn scale(&self) -> usize {
        if self.encoding.is_wide() { 2 } else { 1 }
    }
}

/// The length of the control sequence that begins this text.
fn sequence(text: &str) -> usize {
    let bytes = text.as_bytes();
    let count = |from: usize, range: std::ops::Range<u8>| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| range.contains(byte)).count()
    };
    match bytes.get(1) {
        Some(b'[') => {
            let end = 2 + count(2, 0x20..0x40);
            end + usize::from(bytes.get(end).is_some_and(u8::is_ascii))
        }
        // A window's title and the like: to the bell or the next escape.
        Some(b']' | b'P' | b'X' | b'^' | b'_') => {
            let rest = bytes.get(2..).unwrap_or_default();
            match memchr::memchr3(0x07, 0x1b, b'\n', rest) {
                Some(end) if rest.get(end) == Some(&0x07) => end + 3,
                Some(end) if rest.get(end + 1) == Some(&b'\\') => end + 4,
                _ => 2,
            }
        }
        Some(0x20..0x30) => {
            let end = 1 + count(1, 0x20..0x30);
            end + usize::from(bytes.get(end).is_some_and(u8::is_ascii))
        }
        Some(0x30..0x7f) => 2,
        _ => 1,
    }
}

/// How many units of UTF-16 spell a text.
pub(super) fn wide_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::way_back::WayBack;

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "{\r\n\"Name\": \"trail-é-😀\"}\r\n";
        let plain = text.as_bytes().to_vec();
        let bom = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
        let little = [vec![0xFF, 0xFE], utf16(text, u16::to_le_bytes)].concat();
        let big = [vec![0xFE, 0xFF], utf16(text, u16::to_be_bytes)].concat();
        let bare = utf16(text, u16::to_le_bytes);
        for bytes in [plain, bom, little, big, bare] {
            let decoded = decode(bytes.clone()).unwrap();
            assert_eq!(decoded.text, text);
            let at = text.find("trail").unwrap();
            let file = decoded.to_file(at);
            let letter = bytes[file..].iter().find(|byte| **byte != 0).unwrap();
            assert_eq!(*letter, b't', "{:?}", decoded.encoding);
            assert_eq!(WayBack::new(decoded).to_text(file), at);
        }
    }

    #[test]
    fn colours_go_and_places_stay() {
        let bytes = b"{\x1b[34;1m\"Name\"\x1b[0m: \x1b[32m\"a\"\x1b[0m}".to_vec();
        let decoded = decode(bytes.clone()).unwrap();
        assert_eq!(decoded.text, "{\"Name\": \"a\"}");
        let at = decoded.text.find("\"a\"").unwrap();
        assert_eq!(&bytes[decoded.to_file(at)..][..3], b"\"a\"");
        assert_eq!(
            WayBack::new(decoded.clone()).to_text(decoded.to_file(at)),
            at
        );
    }

    #[test]
    fn what_a_terminal_obeys_goes_and_places_stay() {
        let text = "\u{1b}[?1h\u{1b}=\r{\u{1b}]0;é title\u{7} \"Na\u{8}\u{8}\u{8}\"Name\": \u{1b}(B\"é\u{8}a\"}\u{1b}[K\u{1b}>";
        let wide = [vec![0xFF, 0xFE], utf16(text, u16::to_le_bytes)].concat();
        for bytes in [text.as_bytes().to_vec(), wide] {
            let decoded = decode(bytes.clone()).unwrap();
            assert_eq!(decoded.text, "\r{ \"Name\": \"a\"}");
            let at = decoded.text.find("a\"}").unwrap();
            let file = decoded.to_file(at);
            assert_eq!(bytes[file], b'a', "{:?}", decoded.encoding);
            assert_eq!(WayBack::new(decoded).to_text(file), at);
        }
        for odd in [
            "\u{1b}",
            "\u{8}",
            "\u{1b}]é",
            "\u{1b}[é",
            "\u{1b}é",
            "\u{1b}#",
            "\n\u{8}",
        ] {
            assert!(decode(odd.as_bytes().to_vec()).is_ok(), "{odd:?}");
        }
    }

    #[test]
    fn ctrl_z_and_nul_behind_the_text_go() {
        assert_eq!(decode(b"{}\r\n\x1a".to_vec()).unwrap().text, "{}");
        assert_eq!(decode(b"{}\0\0".to_vec()).unwrap().text, "{}");
        assert_eq!(decode(b"{}\n".to_vec()).unwrap().text, "{}\n");
    }

    #[test]
    fn other_bytes_are_refused_with_their_place() {
        assert_eq!(decode(b"{\"a\": \"\xE9\"}".to_vec()).unwrap_err().at, 7);
        assert!(decode(vec![0xFF, 0xFE, 0x00, 0xD8]).is_err());
    }
}
