//! Waivers by what they are for, and their file by its lines: however many
//! there are, each is found at once.

use std::collections::{BTreeMap, HashMap};

use super::{Target, Waivers};
use crate::report::{Subject, SubjectKind};

/// Where the waivers of a file are.
pub(super) struct ByTarget<'w> {
    /// Those that name one trail by its ARN or name.
    trails: HashMap<&'w str, Vec<usize>>,
    /// Those that name one account.
    accounts: HashMap<&'w str, Vec<usize>>,
    /// Those with a pattern.
    patterns: Patterns<'w>,
    /// Where each line of the file begins.
    lines: Vec<usize>,
}

/// Patterns by how what they stand for ends, or else begins: only what both leave open
/// is tried on everything.
#[derive(Default)]
struct Patterns<'w> {
    /// By how long the end is, and by the end.
    ends: BTreeMap<usize, HashMap<&'w str, Vec<usize>>>,
    /// The same of the beginning, of those that end with a wildcard.
    beginnings: BTreeMap<usize, HashMap<&'w str, Vec<usize>>>,
    open: Vec<usize>,
}

/// What stands for more than itself.
const WILDCARDS: [char; 2] = ['*', '?'];

impl<'w> Patterns<'w> {
    fn add(&mut self, at: usize, pattern: &'w str) {
        let end = pattern.rsplit(WILDCARDS).next().unwrap_or_default();
        let beginning = pattern.split(WILDCARDS).next().unwrap_or_default();
        let (map, fixed) = match (end, beginning) {
            ("", "") => return self.open.push(at),
            ("", beginning) => (&mut self.beginnings, beginning),
            (end, _) => (&mut self.ends, end),
        };
        let of_length = map.entry(fixed.len()).or_default();
        of_length.entry(fixed).or_default().push(at);
    }

    /// Those that may stand for a text.
    fn of<'s>(&'s self, text: &'s str) -> impl Iterator<Item = &'s usize> {
        let ends = self.ends.range(..=text.len());
        let ends = ends.filter_map(|(length, of)| of.get(text.get(text.len() - length..)?));
        let beginnings = self.beginnings.range(..=text.len());
        let beginnings = beginnings.filter_map(|(length, of)| of.get(text.get(..*length)?));
        ends.chain(beginnings).flatten().chain(&self.open)
    }
}

impl<'w> ByTarget<'w> {
    pub(super) fn of(waivers: &'w Waivers) -> Self {
        let breaks = memchr::memchr_iter(b'\n', waivers.text.as_bytes());
        let mut index = Self {
            trails: HashMap::new(),
            accounts: HashMap::new(),
            patterns: Patterns::default(),
            lines: std::iter::once(0)
                .chain(breaks.map(|at| at.saturating_add(1)))
                .collect(),
        };
        for (at, waiver) in waivers.waivers.iter().enumerate() {
            match &waiver.target {
                Target::Trail(pattern) | Target::Account(pattern) if !pattern.is_exact() => {
                    index.patterns.add(at, &pattern.text);
                }
                Target::Trail(name) => index.trails.entry(&name.text).or_default().push(at),
                Target::Account(id) => index.accounts.entry(&id.text).or_default().push(at),
            }
        }
        index
    }

    /// The waivers that are for a subject, in the order of the file.
    pub(super) fn of_subject(&self, waivers: &Waivers, subject: &Subject) -> Vec<usize> {
        let is_trail = subject.kind == SubjectKind::Trail;
        let names = [&*subject.id, &*subject.name].into_iter();
        let trails = names
            .filter(|_| is_trail)
            .filter_map(|name| self.trails.get(name));
        let account = subject.account_id.as_deref();
        let accounts = account.and_then(|id| self.accounts.get(id)).into_iter();
        let exact = trails.chain(accounts).flatten();
        let texts = [&*subject.id, &*subject.name].into_iter().chain(account);
        let mut found: Vec<usize> = exact
            .chain(texts.flat_map(|text| self.patterns.of(text)))
            .copied()
            .filter(|at| {
                let waiver = waivers.waivers.get(*at);
                waiver.is_some_and(|waiver| waiver.target.holds(subject))
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The line and the column of a byte of the file, both from 1.
    pub(super) fn line_and_column(&self, text: &str, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|line| self.lines.get(line));
        let row = text.get(*start.unwrap_or(&0)..at).unwrap_or_default();
        (line, row.chars().count().saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::waiver::Pattern;

    proptest! {
        #[test]
        fn no_pattern_that_matches_is_passed_over(
            patterns in prop::collection::vec("[ab*?\u{e9}]{0,6}", 0..20),
            text in "[ab\u{e9}]{0,8}",
        ) {
            let mut index = Patterns::default();
            let is_pattern = |pattern: &&String| pattern.contains(WILDCARDS);
            let all: Vec<&String> = patterns.iter().filter(is_pattern).collect();
            for (at, pattern) in all.iter().enumerate() {
                index.add(at, pattern);
            }
            let found: Vec<usize> = index.of(&text).copied().collect();
            for (at, pattern) in all.iter().enumerate() {
                if Pattern::new(pattern).unwrap().matches(&text) {
                    prop_assert!(found.contains(&at), "{pattern} of {text}");
                }
            }
        }
    }
}
