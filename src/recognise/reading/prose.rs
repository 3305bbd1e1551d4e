//! Prose beside answers: what a person writes of trails, accounts and calls that
//! failed is heard, and proves nothing.

use crate::document::decode::Decoded;
use crate::document::locate::Locator;
use crate::document::{json, split};
use crate::recognise::facts::{Document, RollBy, RollOf};
use crate::recognise::reading::{Reading, naming};
use crate::recognise::{failed_call, named};

impl Reading<'_> {
    /// The documents of a text that is prose: what it is, and what it says.
    pub(super) fn of_prose(&self, decoded: &Decoded, what: &str) -> Vec<Document> {
        let mut document = self.irrelevant(what);
        let mut facts = naming::in_tables(decoded);
        let text = decoded.text.as_str();
        facts
            .shown
            .extend(naming::in_lines(decoded, sentences(text)));
        let mut locator = Locator::new(decoded);
        let mut named = named::of_text(text);
        let mut failed = Vec::new();
        // Documentation tells of what may fail, and of accounts that are made up.
        if self.name().is_documentation() {
            named.rolls.retain(|roll| roll.of == RollOf::Accounts);
            for roll in &mut named.rolls {
                roll.by = RollBy::Documentation;
            }
            facts.rolls.extend(named.rolls);
        } else {
            facts.take_in(named);
            for line in sentences(text) {
                let errors = failed_call::of_sentence(line).into_iter().collect();
                let at = json::offset_in(text, line);
                failed.extend(self.failed_calls(&mut locator, at..at + line.len(), errors));
            }
        }
        document.add(facts);
        failed.insert(0, document);
        failed
    }
}

/// The lines of a text that are no code: neither in fences nor commands.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        is_code ^= is_fence;
        !is_code && !is_fence && split::typed(line).is_none()
    })
}
