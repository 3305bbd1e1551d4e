//! The lines a verdict rests on, with the decisive part marked.

use std::ops::Range;

use maud::{Markup, html};

use super::accounts::Files;
use super::word::{Lines, Prose};
use crate::finding::{Evidence, Place};
use crate::render::shown::Shown;
use crate::render::{Excerpt, Excerpts, Style, phrase};
use crate::text::hex;

/// Lines of an object shown where it isn't what the verdict hangs on.
const HEAD: usize = 3;

/// Columns of a line: as many as fit on paper.
const COLUMNS: usize = 108;

/// How much of the evidence is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bulk {
    /// The decisive object whole, with a line around it.
    Whole,
    /// The line of the place alone, for what passes.
    Line,
}

/// All evidence of one verdict, the decisive one first.
pub(super) fn figures(
    evidence: &[Evidence],
    bulk: Bulk,
    files: &Files<'_>,
    excerpts: &mut dyn Excerpts,
) -> Markup {
    html! {
        @for (index, evidence) in evidence.iter().enumerate() {
            @let excerpt = excerpts.excerpt(&evidence.place).map(|excerpt| match bulk {
                Bulk::Whole if index == 0 => excerpt,
                Bulk::Whole => excerpt.head(HEAD),
                Bulk::Line => excerpt.marked_line(),
            });
            figure {
                figcaption {
                    (Prose(&evidence.label)) " "
                    code { (phrase::place(&evidence.place)) }
                    (hash(&evidence.place, files))
                }
                @if let Some(excerpt) = &excerpt { (lines(excerpt)) }
            }
        }
    }
}

/// The file's SHA-256, so that the excerpt can be found again.
fn hash(place: &Place, files: &Files<'_>) -> String {
    let document = files.get(&*place.file);
    match document.and_then(|document| document.sha256) {
        Some(digest) => format!(" sha256 {}", hex(digest)),
        None => String::new(),
    }
}

/// Numbers in one element, text in another, and one mark: a page may have
/// tens of thousands of these, and each element costs time to open it.
fn lines(excerpt: &Excerpt) -> Markup {
    let mut numbers = String::new();
    let mut text = String::new();
    let mut marks: Vec<Range<usize>> = Vec::new();
    let mut ends: Vec<Range<usize>> = Vec::new();
    for (index, line) in excerpt.lines.iter().enumerate() {
        numbers.push_str(&format!("{}\n", excerpt.first_line + index));
        let shown = Shown::new(line, COLUMNS, &Style::default());
        let start = text.len();
        text.push_str(&shown.text);
        text.push('\n');
        if let Some(mark) = shown.mark {
            marks.push(start + mark.start..start + mark.end);
            ends.push(start..text.len());
        }
    }
    // Several lines are bracketed, and so marked from edge to edge.
    let block = marks.len() > 1;
    let marks = if block { ends } else { marks };
    let marked = match (marks.first(), marks.last()) {
        (Some(first), Some(last)) => first.start..last.end,
        _ => 0..0,
    };
    let part = |range: Range<usize>| text.get(range).unwrap_or_default();
    html! {
        div class="excerpt" {
            span { (numbers) @if !excerpt.whole { "…" } }
            code class=[block.then_some("block")] {
                (Lines(part(0..marked.start)))
                @if !marked.is_empty() { mark { (Lines(part(marked.clone()))) } }
                (Lines(part(marked.end..text.len())))
            }
        }
    }
}
