//! Consecutive lines of one file, with the labels of the places in them.
//!
//! Two pieces of one file that touch become one, unless miette would draw
//! their labels across each other.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::prose;
use crate::finding::Place;
use crate::render::shown::Shown;
use crate::render::{Excerpt, Style};
use crate::text::visible;

/// Columns that miette puts around a line number.
const GUTTER: usize = 5;
/// Columns that miette puts before a line for a bracket over several lines.
const BRACKET: usize = 4;
/// Consecutive lines of one file.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) file: String,
    pub(super) first_line: usize,
    pub(super) lines: Vec<Shown>,
    pub(super) labels: Vec<Label>,
    /// Where the piece lies in the sheet's text.
    pub(super) range: Range<usize>,
}

/// What a place of the evidence shows.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub(super) text: String,
    /// First and last line it marks, one-based numbers of the file.
    pub(super) lines: [usize; 2],
    /// Where it starts in its first line, and ends in its last, in bytes of
    /// what is shown.
    pub(super) columns: [usize; 2],
    /// Line and column of the place itself.
    pub(super) place: [usize; 2],
    /// The label in the sheet's text.
    pub(super) range: Range<usize>,
}

impl Piece {
    pub(super) fn new(place: &Place, label: &str, excerpt: &Excerpt, style: &Style) -> Self {
        let marked = excerpt
            .lines
            .iter()
            .filter(|line| line.mark.is_some())
            .count();
        let bracket = if excerpt.whole && marked > 1 {
            BRACKET
        } else {
            0
        };
        let gutter = gutter(excerpt.first_line + excerpt.lines.len()) + bracket;
        let columns = style.width.saturating_sub(gutter).max(20);
        let lines: Vec<Shown> = excerpt
            .lines
            .iter()
            .map(|line| Shown::new(line, columns, style))
            .collect();
        let marks: Vec<(usize, &Range<usize>)> = lines
            .iter()
            .enumerate()
            .filter_map(|(index, line)| Some((excerpt.first_line + index, line.mark.as_ref()?)))
            .collect();
        let first = marks.first().map(|(line, mark)| (*line, mark.start));
        // A place that goes on beyond what is shown is marked where it starts.
        let last = if excerpt.whole {
            marks.last()
        } else {
            marks.first()
        };
        let last = last.map(|(line, mark)| (*line, mark.end));
        let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
        Self {
            file: visible(&place.file).into_owned(),
            first_line: excerpt.first_line,
            labels: vec![Label {
                text: label.to_owned(),
                lines: [
                    first.0.max(excerpt.first_line),
                    last.0.max(excerpt.first_line),
                ],
                columns: [first.1, last.1],
                place: [place.line.max(1), place.column.max(1)],
                range: 0..0,
            }],
            lines,
            range: 0..0,
        }
    }

    /// One past the last line.
    fn end_line(&self) -> usize {
        self.first_line + self.lines.len()
    }

    /// Whether another piece can be joined: of the same file, touching, with
    /// every line whole, and with marks that don't cross on one line, which
    /// miette would draw beside their places.
    pub(super) fn takes(&self, other: &Self) -> bool {
        self.file == other.file
            && self.first_line <= other.end_line()
            && other.first_line <= self.end_line()
            && !self.lines.iter().chain(&other.lines).any(|line| line.cut)
            && !self
                .labels
                .iter()
                .any(|mine| other.labels.iter().any(|label| mine.crosses(label)))
    }

    /// Joins a piece that [`Self::takes`] allows.
    pub(super) fn join(&mut self, other: Self) {
        let (mine, theirs) = (self.first_line, other.first_line);
        let mut lines = std::mem::take(&mut self.lines);
        if theirs < mine {
            lines = other
                .lines
                .into_iter()
                .take(mine - theirs)
                .chain(lines)
                .collect();
        } else {
            let known = lines.len() - (theirs - mine).min(lines.len());
            lines.extend(other.lines.into_iter().skip(known));
        }
        self.lines = lines;
        self.first_line = mine.min(theirs);
        for label in other.labels {
            match self.labels.iter_mut().find(|mine| mine.is_at(&label)) {
                Some(mine) => mine.text = format!("{}; {}", mine.text, label.text),
                None => self.labels.push(label),
            }
        }
    }
}

impl Label {
    fn is_at(&self, other: &Self) -> bool {
        self.lines == other.lines && self.columns == other.columns
    }

    /// Whether two labels share a line on which both are drawn, and columns
    /// of it.
    fn crosses(&self, other: &Self) -> bool {
        let drawn_on_one_line = self.lines.iter().any(|line| other.lines.contains(line));
        let single = self.lines[0] == self.lines[1] && other.lines[0] == other.lines[1];
        let apart = self.columns[1] <= other.columns[0] || other.columns[1] <= self.columns[0];
        drawn_on_one_line && !self.is_at(other) && !(single && apart)
    }

    /// The text broken so that it fits where miette will put it: under the
    /// middle of the mark, or after the bracket of several lines.
    pub(super) fn wrapped(&self, line: &Shown, style: &Style) -> String {
        let width = |text: Option<&str>| text.unwrap_or_default().width();
        let indent = if self.lines[0] == self.lines[1] {
            let before = width(line.text.get(..self.columns[0]));
            before + width(line.text.get(self.columns[0]..self.columns[1])) / 2
        } else {
            BRACKET
        };
        // Four more for the line that leads to the label.
        let taken = gutter(self.lines[1]) + indent + 4;
        let room = style.width.saturating_sub(taken).max(24);
        prose::wrap(&visible(&self.text), room).join("\n")
    }
}

/// Columns left of the lines up to `last`.
fn gutter(last: usize) -> usize {
    GUTTER
        + last
            .checked_ilog10()
            .map_or(1, |digits| digits as usize + 1)
}
