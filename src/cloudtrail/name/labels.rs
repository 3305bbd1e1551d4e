//! What stands before the words of a call in a file's name and names no trail.

use std::ops::Range;

use super::Word;

/// Frameworks whose controls have dotted numbers, in lower case: CIS 3.4, ISO 27001
/// A.8.15, SOC 2 CC7.2, PCI DSS 10.2.
const FRAMEWORKS: [&str; 9] = ["a", "au", "aud", "cc", "cis", "dss", "pci", "si", "soc2"];

/// What stands before the words of the call and says which step or control the file
/// is for: `06a`, `step1`, `CIS-3.4`.
pub(super) fn mark(text: &str, words: &[Range<usize>], kinds: &mut [Word]) {
    let word = |index: usize| {
        let range = words.get(index).cloned().unwrap_or_default();
        text.get(range).unwrap_or_default().to_ascii_lowercase()
    };
    let parted = |index: usize| {
        let behind = words.get(index).and_then(|word| text.get(word.end..));
        behind.is_some_and(|behind| behind.starts_with('.'))
    };
    let is_number = |word: &str| {
        (1..=2).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let first = word(0);
    let (letters, digits) = match first.find(|c: char| c.is_ascii_digit()) {
        Some(at) => first.split_at(at),
        None => (first.as_str(), ""),
    };
    let is_step = matches!(letters, "step" | "task") && (digits.is_empty() || is_number(digits));
    let is_counted = first.len() <= 3
        && first.ends_with(|c: char| c.is_ascii_lowercase())
        && first
            .get(..first.len().saturating_sub(1))
            .is_some_and(is_number);
    let mut end = match () {
        () if is_counted => 1,
        () if is_step && !digits.is_empty() => 1,
        () if is_step && is_number(&word(1)) => 2,
        () if FRAMEWORKS.contains(&letters) => {
            let named = match letters == "pci" && word(1) == "dss" {
                true => 2,
                false => 1,
            };
            let numbered = named
                + (named..words.len())
                    .take_while(|at| is_number(&word(*at)))
                    .count();
            let is_dotted = (0..numbered.saturating_sub(1)).any(parted);
            match is_dotted && (digits.is_empty() || is_number(digits)) {
                true => numbered,
                false => 0,
            }
        }
        () => 0,
    };
    let is_call = |kind: Option<&Word>| matches!(kind, Some(Word::Call | Word::Sticky));
    if !is_call(kinds.get(end)) {
        end = 0;
    }
    for kind in kinds.iter_mut().take(end) {
        *kind = Word::Place;
    }
}
