//! The lines a verdict rests on, with the decisive part marked.

use maud::{Markup, html};

use super::accounts::Files;
use super::word::{Prose, Text};
use crate::finding::{Evidence, Place};
use crate::render::excerpt::ExcerptLine;
use crate::render::{Excerpt, Excerpts, phrase};

/// Lines of an object shown where it isn't what the verdict hangs on.
const HEAD: usize = 3;

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
fn hash(place: &Place, files: &Files<'_>) -> Markup {
    let hash = files.get(&*place.file).map(|document| &*document.sha256);
    html! {
        @if let Some(hash) = hash.filter(|hash| !hash.is_empty()) {
            " " span class="hash" { "sha256 " (hash) }
        }
    }
}

fn lines(excerpt: &Excerpt) -> Markup {
    let block = excerpt
        .lines
        .iter()
        .filter(|line| line.mark.is_some())
        .count()
        > 1;
    html! {
        pre class={ "excerpt" @if block { " block" } } {
            @for (index, line) in excerpt.lines.iter().enumerate() {
                span class=[line.mark.is_some().then_some("on")] { i { (excerpt.first_line + index) } (content(line)) }
            }
            @if !excerpt.whole { span { i { "…" } } }
        }
    }
}

/// A line in three: before the mark, the mark, after it.
fn content(line: &ExcerptLine) -> Markup {
    let mark = line.mark.clone().unwrap_or(0..0);
    let part = |from: usize, to: usize| -> String {
        line.text
            .chars()
            .skip(from)
            .take(to.saturating_sub(from))
            .map(|c| if c == '\t' { ' ' } else { c })
            .collect()
    };
    let (before, marked, after) = (
        part(0, mark.start),
        part(mark.start, mark.end),
        part(mark.end, usize::MAX),
    );
    html! {
        @if line.cut_before { "…" }
        (Text(&before))
        @if !marked.is_empty() { mark { (Text(&marked)) } }
        (Text(&after))
        @if line.cut_after { "…" }
        "\n"
    }
}
