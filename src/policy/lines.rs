//! Lines and columns of a policy's file, found without going through the file for
//! each.

use std::fmt;
use std::sync::OnceLock;

/// Where the lines of a text start, counted when it is first asked for. A copy counts
/// anew: it may be of a file whose text is another.
#[derive(Default)]
pub struct Lines(OnceLock<Counted>);

struct Counted {
    /// The byte at which each line starts.
    starts: Vec<usize>,
    /// Characters before each stretch of [`STRIDE`] bytes; none where each is a byte.
    characters: Vec<usize>,
}

/// Bytes of a stretch.
const STRIDE: usize = 4096;

impl Clone for Lines {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Lines {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Lines {}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lines")
    }
}

impl Lines {
    /// The byte offset of a one-based line and a one-based column in Unicode scalar
    /// values; the end of the line where the column lies past it.
    pub(super) fn offset(&self, text: &str, line: usize, column: usize) -> usize {
        let counted = self.counted(text);
        let start = match line.checked_sub(1) {
            None => 0,
            Some(index) => counted.starts.get(index).copied().unwrap_or(text.len()),
        };
        let next = counted.starts.get(line.max(1));
        let end = next.map_or(text.len(), |next| {
            let row = text.get(start..next.saturating_sub(1)).unwrap_or_default();
            start + row.strip_suffix('\r').unwrap_or(row).len()
        });
        let before = counted.characters(text, start) + column.saturating_sub(1);
        counted.byte(text, before).min(end)
    }

    /// The one-based line and column (in Unicode scalar values) of a byte offset.
    pub(super) fn position(&self, text: &str, offset: usize) -> (usize, usize) {
        let counted = self.counted(text);
        let offset = text.floor_char_boundary(offset);
        let line = counted.starts.partition_point(|start| *start <= offset);
        let start = line
            .checked_sub(1)
            .and_then(|index| counted.starts.get(index));
        let before = counted.characters(text, start.copied().unwrap_or_default());
        (line, counted.characters(text, offset) - before + 1)
    }

    fn counted(&self, text: &str) -> &Counted {
        self.0.get_or_init(|| Counted::of(text))
    }
}

impl Counted {
    fn of(text: &str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let mut characters = Vec::new();
        let (mut at, mut count) = (0, 0);
        let end = if text.is_ascii() { 0 } else { text.len() };
        while at < end {
            characters.push(count);
            let next = text.floor_char_boundary(stretch(characters.len()));
            count += text.get(at..next).unwrap_or_default().chars().count();
            at = next;
        }
        Self {
            starts: std::iter::once(0).chain(ends.map(|end| end + 1)).collect(),
            characters,
        }
    }

    /// How many characters stand before a byte.
    fn characters(&self, text: &str, byte: usize) -> usize {
        let number = (byte / STRIDE).min(self.characters.len().saturating_sub(1));
        let Some(before) = self.characters.get(number) else {
            return byte;
        };
        let from = text.floor_char_boundary(stretch(number));
        before + text.get(from..byte).unwrap_or_default().chars().count()
    }

    /// The byte at which the character stands that so many stand before.
    fn byte(&self, text: &str, characters: usize) -> usize {
        let behind = self
            .characters
            .partition_point(|before| *before <= characters);
        let Some(number) = behind.checked_sub(1) else {
            return characters;
        };
        let before = self.characters.get(number).copied().unwrap_or_default();
        let from = text.floor_char_boundary(stretch(number));
        let mut rest = text.get(from..).unwrap_or_default().char_indices();
        let found = rest.nth(characters - before);
        found.map_or(text.len(), |(at, _)| from + at)
    }
}

/// Where a stretch begins.
fn stretch(number: usize) -> usize {
    number.saturating_mul(STRIDE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_is_found_and_found_again(
            parts in prop::collection::vec(prop_oneof![Just("\n"), Just("\r\n"), Just("é"), Just("a")], 0..40),
            times in 1_usize..600,
            at in any::<prop::sample::Index>(),
        ) {
            let text = parts.concat().repeat(times);
            let lines = Lines::default();
            let offset = text.floor_char_boundary(at.index(text.len() + 1));
            let (line, column) = lines.position(&text, offset);
            let before = &text[..offset];
            prop_assert_eq!(line, before.matches('\n').count() + 1);
            let row = before.rsplit('\n').next().unwrap();
            prop_assert_eq!(column, row.chars().count() + 1);
            // A place behind the carriage return is told at the line's end.
            let found = lines.offset(&text, line, column);
            prop_assert!(found == offset || text[found..].starts_with("\r\n"));
            let end = lines.offset(&text, line, column + 1_000_000);
            prop_assert_eq!(end - (offset - row.len()), text[offset - row.len()..].lines().next().map_or(0, str::len));
        }
    }
}
