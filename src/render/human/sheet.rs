//! The lines of evidence that one diagnostic shows, as the small source that
//! miette reads them from.
//!
//! A sheet has pieces: a few lines of one file each. Pieces of one file that
//! touch are joined. miette asks for the lines around a label and gets the
//! label's piece, with the file's name and real line numbers; it never sees,
//! and never has to search, the file itself.

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::piece::Piece;
use crate::finding::{Evidence, Place};
use crate::render::{Excerpts, Style, phrase};
use crate::text::visible;

/// Lines of an object shown where it is not what the verdict hangs on, or was
/// shown before.
const HEAD: usize = 3;
/// Places shown of one diagnostic: nobody reads a hundredth, and each is held
/// against each other.
const MOST: usize = 20;

/// The source of one diagnostic.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pieces: Vec<Piece>,
    text: String,
    /// Places whose file could not be shown, as sentences.
    pub(super) unseen: Vec<String>,
}

impl Sheet {
    /// Gathers the excerpts of all evidence, the decisive one first. An object
    /// of several lines is shown whole where the verdict hangs on it and it is
    /// not among those `seen` already.
    pub(super) fn new(
        evidence: &[Evidence],
        excerpts: &mut dyn Excerpts,
        seen: &mut Vec<Place>,
        style: &Style,
    ) -> Self {
        let mut sheet = Self::default();
        for (index, Evidence { place, label }) in evidence.iter().take(MOST).enumerate() {
            match excerpts.excerpt(place) {
                Some(excerpt) if index == 0 && excerpt.whole && !seen.contains(place) => {
                    seen.push(place.clone());
                    sheet.add(Piece::new(place, label, &excerpt, style));
                }
                Some(excerpt) => {
                    sheet.add(Piece::new(place, label, &excerpt.head(HEAD), style));
                }
                None => sheet
                    .unseen
                    .push(format!("{}: {}", phrase::place(place), visible(label))),
            }
        }
        if let Some(more) = evidence.len().checked_sub(MOST).filter(|more| *more > 0) {
            let text = format!("and {more} more places, which the JSON report lists");
            sheet.unseen.push(text);
        }
        sheet.lay_out(style);
        sheet
    }

    fn add(&mut self, piece: Piece) {
        match self.pieces.iter_mut().find(|other| other.takes(&piece)) {
            Some(other) => other.join(piece),
            None => self.pieces.push(piece),
        }
    }

    /// Writes all pieces into one text and gives each label its range there.
    fn lay_out(&mut self, style: &Style) {
        for piece in &mut self.pieces {
            let start = self.text.len();
            let mut starts = Vec::with_capacity(piece.lines.len());
            for line in &piece.lines {
                starts.push(self.text.len());
                self.text.push_str(&line.text);
                self.text.push('\n');
            }
            piece.range = start..self.text.len();
            for label in &mut piece.labels {
                let offset = |which: usize| {
                    let line = label.lines.get(which)?.checked_sub(piece.first_line)?;
                    Some(starts.get(line)? + label.columns.get(which)?)
                };
                if let (Some(start), Some(end)) = (offset(0), offset(1)) {
                    label.range = start..end.max(start);
                }
                label.text = piece
                    .lines
                    .get(label.lines[0] - piece.first_line)
                    .map_or_else(|| label.text.clone(), |line| label.wrapped(line, style));
            }
        }
    }

    /// The labels, for miette.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.pieces.iter().flat_map(|piece| {
            piece.labels.iter().enumerate().map(|(index, label)| {
                let (text, span) = (Some(label.text.clone()), label.range.clone());
                if index == 0 {
                    LabeledSpan::new_primary_with_span(text, span)
                } else {
                    LabeledSpan::new_with_span(text, span)
                }
            })
        })
    }

    /// Whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

impl SourceCode for Sheet {
    /// The piece that holds the span. Asked without context, miette wants to
    /// know where the place is: that is the real line and column.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let piece = self
            .pieces
            .iter()
            .find(|piece| {
                piece.range.start <= start && end <= piece.range.end && start < piece.range.end
            })
            .ok_or(MietteError::OutOfBounds)?;
        let label = piece
            .labels
            .iter()
            .find(|label| label.range == (start..end));
        let [line, column] = match label {
            Some(label) if before == 0 && after == 0 => label.place,
            _ => [piece.first_line, 1],
        };
        let text = self
            .text
            .get(piece.range.clone())
            .ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(MietteSpanContents::new_named(
            piece.file.clone(),
            text.as_bytes(),
            (piece.range.start, text.len()).into(),
            line - 1,
            column - 1,
            piece.lines.len(),
        )))
    }
}
