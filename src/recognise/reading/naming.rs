//! Who and where a file names beside what it shows.

use std::sync::Arc;

use crate::cloudtrail::arn;
use crate::document::decode::Decoded;
use crate::document::locate::{Locator, START};
use crate::document::split::{self, Pieces};
use crate::recognise::facts::{Document, Facts, Listed};
use crate::recognise::{heard, named, sent};

/// Adds what the text around the values names, or a text without any.
pub(super) fn add(documents: &mut Vec<Document>, decoded: &Decoded, pieces: &Pieces<'_>) {
    let text = &decoded.text;
    let has_value = !pieces.values.is_empty() || pieces.broken.is_some();
    let is_plain = !has_value && !text.lines().any(|line| split::typed(line).is_some());
    let is_open = documents.iter().all(|document| document.rolls.is_empty());
    let mut facts = match is_plain {
        _ if !is_open => Facts::default(),
        true => named::of_text(text),
        false => named::of_columns(text),
    };
    if is_plain {
        facts.take_in(in_tables(decoded));
    } else {
        let last = pieces.values.last();
        let end = last.map_or(0, |piece| {
            piece.node.offset_in(text) + piece.node.text().len()
        });
        let broken = pieces.broken.as_ref();
        let until = broken.map_or(text.len(), |broken| broken.block.start.max(end));
        let gaps = pieces.values.iter().map(|piece| piece.between);
        let gaps = gaps.chain(text.get(end..until));
        if !gaps.clone().all(|gap| gap.trim().is_empty()) {
            let lines = gaps.clone().flat_map(str::lines);
            let lines = lines.filter(|line| split::typed(line).is_none());
            facts.shown.extend(in_lines(decoded, lines));
            let mut locator = Locator::new(decoded);
            let mut place = |piece: &str| Some(locator.piece(piece));
            let sent = gaps.clone().map(|gap| sent::of_text(gap, &mut place));
            facts.sent.extend(sent.flatten());
            facts.rolls.extend(named::of_transcript(gaps));
        }
    }
    let is_silent = facts.identity.is_none() && facts.rolls.is_empty();
    if is_silent && facts.shown.is_empty() && facts.sent.is_empty() {
        return;
    }
    match documents.first_mut() {
        Some(first) => first.add(facts),
        None => documents.push(Document::saying(0, START, Arc::new(facts))),
    }
}

/// The trails whose ARNs stand in these lines of a text.
pub(super) fn in_lines<'t>(decoded: &Decoded, lines: impl Iterator<Item = &'t str>) -> Vec<Listed> {
    let lines = lines.filter(|line| line.contains(":cloudtrail:"));
    let mut locator = Locator::new(decoded);
    let listed = lines.flat_map(|line| {
        let anchor = locator.piece(line);
        let arns = heard::arns_in(line).into_iter();
        arns.map(move |arn| Listed {
            arn: Some(arn),
            name: None,
            home_region: None,
            anchor: anchor.clone(),
        })
    });
    listed.collect()
}

/// The trails that the tables of a text name.
pub(super) fn in_tables(decoded: &Decoded) -> Facts {
    let mut facts = Facts::default();
    let mut locator = Locator::new(decoded);
    for (name, range) in named::table::trails(&decoded.text) {
        let is_arn = arn::trail_arn(name).is_some();
        facts.shown.push(Listed {
            arn: is_arn.then(|| name.into()),
            name: (!is_arn).then(|| name.into()),
            home_region: None,
            anchor: locator.stretch(range),
        });
    }
    facts
}
