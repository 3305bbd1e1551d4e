//! From bytes of a file back to its text: for places that are told of a file that was
//! read before.

use crate::document::decode::Decoded;

/// A text, and the way back to it from bytes of the file: for places that are told
/// of a file that was read before.
#[derive(Debug)]
pub struct WayBack {
    /// The text.
    pub decoded: Decoded,
    /// In a text of UTF-16, offsets some way apart, each with its distance from the
    /// text's start in the original's units.
    marks: Vec<(usize, usize)>,
}

/// Bytes of text between two marks of the way back.
const STRIDE: usize = 4096;

impl WayBack {
    /// The way back to a text that was decoded and not translated.
    #[must_use]
    pub fn new(decoded: Decoded) -> Self {
        let mut marks = Vec::new();
        let (mut at, mut units) = (0, 0);
        while decoded.encoding.is_wide() && at < decoded.text.len() {
            marks.push((at, units));
            let next = decoded.text.floor_char_boundary(at + STRIDE);
            units += decoded.units(decoded.text.get(at..next).unwrap_or_default());
            at = next;
        }
        Self { decoded, marks }
    }

    /// The byte of the text that the byte `file` of the original became; the
    /// nearest one before it where it was taken out.
    #[must_use]
    pub fn to_text(&self, file: usize) -> usize {
        let decoded = &self.decoded;
        if decoded.encoding.is_wide() {
            let is_before = |(at, units): &(usize, usize)| decoded.file_of(*at, *units) <= file;
            let before = self.marks.partition_point(is_before).saturating_sub(1);
            let (from, mut units) = self.marks.get(before).copied().unwrap_or_default();
            let rest = decoded.text.get(from..).unwrap_or_default();
            for (at, character) in rest.char_indices() {
                if decoded.file_of(from + at, units) >= file {
                    return from + at;
                }
                units += character.len_utf16();
            }
            return decoded.text.len();
        }
        // A hole swallows `total` bytes up to itself, so what stands behind it
        // came from `at + total`.
        let inner = file.saturating_sub(decoded.lead);
        let before = decoded
            .holes
            .partition_point(|hole| hole.at + hole.total <= inner);
        let bytes = before
            .checked_sub(1)
            .and_then(|last| decoded.holes.get(last))
            .map_or(0, |hole| hole.total);
        inner.saturating_sub(bytes).min(decoded.text.len())
    }
}
