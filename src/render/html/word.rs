//! Words and small pieces that every part of the page uses.

use maud::{Markup, Render, html};

use crate::finding::Outcome;
use crate::text::visible;

/// The program and its version.
pub(super) const TOOL: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// Text from evidence: made visible, then escaped.
pub(super) struct Text<'a>(pub(super) &'a str);

impl Render for Text<'_> {
    fn render_to(&self, out: &mut String) {
        visible(self.0).as_ref().render_to(out);
    }
}

/// Text of which nothing is hidden any more, between tags: there a quotation
/// mark is only that, and evidence is full of them.
pub(super) struct Lines<'a>(pub(super) &'a str);

impl Render for Lines<'_> {
    fn render_to(&self, out: &mut String) {
        for character in self.0.chars() {
            match character {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                other => out.push(other),
            }
        }
    }
}

/// A sentence that may quote between backticks, as policies do.
pub(super) struct Prose<'a>(pub(super) &'a str);

impl Render for Prose<'_> {
    fn render_to(&self, out: &mut String) {
        let parts: Vec<&str> = self.0.split('`').collect();
        if parts.len().is_multiple_of(2) {
            return Text(self.0).render_to(out);
        }
        for (index, part) in parts.into_iter().enumerate() {
            if index.is_multiple_of(2) {
                Text(part).render_to(out);
            } else {
                html! { code { (Text(part)) } }.render_to(out);
            }
        }
    }
}

/// Whether there are so many of a thing that what stands below each is
/// `noscript`: without scripts it is there as ever, and with them it costs the
/// browser no more than a text until the script unfolds it, what is in sight
/// first.
pub(super) fn is_folded(things: usize) -> bool {
    const AT_ONCE: usize = 1_000;
    things > AT_ONCE
}

/// An outcome's word, in its colour.
pub(super) fn badge(outcome: Outcome) -> Markup {
    html! { span class={ "badge " (outcome.as_str()) } { (said(outcome)) } }
}

/// An outcome as a reader is told of it.
pub(super) fn said(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotApplicable => "not applicable",
        other => other.as_str(),
    }
}
