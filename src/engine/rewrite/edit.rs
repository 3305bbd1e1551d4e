//! Edits of a text that knows where each of its pieces came from.

use std::ops::Range;

/// A piece of what is put in the place of another.
#[derive(Debug, Clone)]
pub(in crate::engine) enum Piece {
    /// New text.
    New(String),
    /// What stands here in the text before the edit.
    Old(Range<usize>),
}

/// What is put in the place of a range. Where several begin at one place they
/// follow in their order.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Edit {
    pub(in crate::engine) at: Range<usize>,
    pub(in crate::engine) with: Vec<Piece>,
}

impl Edit {
    /// New text before what stands at a place.
    pub(in crate::engine) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self {
            at: at..at,
            with: vec![Piece::New(text.into())],
        }
    }

    /// New text in the place of a range.
    pub(in crate::engine) fn replace(at: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            at,
            with: vec![Piece::New(text.into())],
        }
    }
}

/// A text, and for each piece of it where it stood in the first one.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Text {
    text: String,
    /// Beginning, length, and beginning in the first text. In order; what none
    /// of them holds is new.
    pieces: Vec<(usize, usize, usize)>,
}

impl Text {
    pub(in crate::engine) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            pieces: vec![(0, text.len(), 0)],
        }
    }

    pub(in crate::engine) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a place of this text is in the first one: for new text, where what
    /// follows it came from.
    pub(in crate::engine) fn original(&self, at: usize) -> usize {
        for (start, length, first) in &self.pieces {
            if at < start.saturating_add(*length) {
                return first.saturating_add(at.saturating_sub(*start));
            }
        }
        self.pieces
            .last()
            .map_or(at, |(_, length, first)| first.saturating_add(*length))
    }

    /// Where the first piece of a range that isn't space stood in the first
    /// text.
    pub(in crate::engine) fn first(&self, at: Range<usize>) -> Option<usize> {
        let mut pieces = self.pieces.iter();
        pieces.find_map(|(start, length, first)| {
            let begin = (*start).max(at.start);
            let end = start.saturating_add(*length).min(at.end);
            let text = self.text.get(begin..end.max(begin))?;
            let skipped = text.len().saturating_sub(text.trim_start().len());
            (skipped < text.len()).then(|| {
                first
                    .saturating_add(begin.saturating_sub(*start))
                    .saturating_add(skipped)
            })
        })
    }

    /// The text with edits; `None` where two of them overlap.
    pub(in crate::engine) fn edited(&self, mut edits: Vec<Edit>) -> Option<Self> {
        edits.sort_by_key(|edit| edit.at.start);
        let mut edited = Self {
            text: String::with_capacity(self.text.len().saturating_mul(2)),
            pieces: Vec::new(),
        };
        let mut done = 0;
        for edit in edits {
            if edit.at.start < done {
                return None;
            }
            edited.copy(self, done..edit.at.start)?;
            for piece in edit.with {
                match piece {
                    Piece::New(text) => edited.text.push_str(&text),
                    Piece::Old(at) => edited.copy(self, at)?,
                }
            }
            done = edit.at.end;
        }
        edited.copy(self, done..self.text.len())?;
        Some(edited)
    }

    fn copy(&mut self, from: &Self, at: Range<usize>) -> Option<()> {
        let base = self.text.len();
        self.text.push_str(from.text.get(at.clone())?);
        for (start, length, first) in &from.pieces {
            let begin = (*start).max(at.start);
            let end = start.saturating_add(*length).min(at.end);
            if begin < end {
                self.pieces.push((
                    base.saturating_add(begin.saturating_sub(at.start)),
                    end.saturating_sub(begin),
                    first.saturating_add(begin.saturating_sub(*start)),
                ));
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Edit, Piece, Text};

    #[test]
    fn places_lead_back_through_two_edits() {
        let text = Text::new("abc def ghi");
        let moved = Edit {
            at: 4..7,
            with: vec![Piece::New("x".to_owned())],
        };
        let to = Edit {
            at: 11..11,
            with: vec![Piece::New("; x := ".to_owned()), Piece::Old(4..7)],
        };
        let text = text.edited(vec![moved, to]).unwrap();
        assert_eq!(text.as_str(), "abc x ghi; x := def");
        let text = text.edited(vec![Edit::insert(0, "__")]).unwrap();
        let at = text.as_str().find("def").unwrap();
        assert_eq!(text.original(at + 1), 5);
        assert_eq!(text.original(text.as_str().find("ghi").unwrap()), 8);
        assert_eq!(text.original(text.as_str().find(":=").unwrap()), 4);
    }
}
