//! Words of plain text, and what among them may be a trail's name.

use crate::cloudtrail::name::Readings;
use crate::recognise::places;

/// Words of a text that name no trail, in lower case: whatever else stands
/// there may.
const PROSE: [&str; 73] = [
    "a",
    "above",
    "account",
    "all",
    "an",
    "and",
    "api",
    "are",
    "as",
    "at",
    "aws",
    "be",
    "below",
    "call",
    "checking",
    "code",
    "collected",
    "collecting",
    "command",
    "completed",
    "console",
    "current",
    "details",
    "done",
    "evidence",
    "exit",
    "fetching",
    "finished",
    "follow",
    "following",
    "follows",
    "for",
    "from",
    "getting",
    "has",
    "here",
    "in",
    "info",
    "is",
    "it",
    "its",
    "json",
    "like",
    "log",
    "logging",
    "logs",
    "looks",
    "now",
    "of",
    "ok",
    "on",
    "one",
    "only",
    "our",
    "output",
    "region",
    "response",
    "result",
    "results",
    "returned",
    "returns",
    "running",
    "script",
    "service",
    "shows",
    "step",
    "success",
    "the",
    "this",
    "to",
    "via",
    "what",
    "with",
];

/// Whether a word is one of plain text, and no name.
pub(crate) fn is_prose(word: &str) -> bool {
    PROSE.contains(&word.to_ascii_lowercase().as_str())
}

/// The words of a text that may be names.
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | '`' | '(' | ')' | '[' | ']' | ',' | '#' | '*' | '='
            )
    };
    let words = text.split(is_end);
    let words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    words.filter(|word| {
        !is_prose(word) && places::may_be_name(word) && !Readings::of_text(word).is_empty()
    })
}
