//! Waivers by what they are for, and their file by its lines: however many
//! there are, each is found at once.

use std::collections::HashMap;

use super::{Target, Waivers};
use crate::report::{Subject, SubjectKind};

/// Where the waivers of a file are.
pub(super) struct ByTarget<'w> {
    /// Those that name one trail by its ARN or name.
    trails: HashMap<&'w str, Vec<usize>>,
    /// Those that name one account.
    accounts: HashMap<&'w str, Vec<usize>>,
    /// Those with a pattern.
    patterns: Vec<usize>,
    /// Where each line of the file begins.
    lines: Vec<usize>,
}

impl<'w> ByTarget<'w> {
    pub(super) fn of(waivers: &'w Waivers) -> Self {
        let breaks = memchr::memchr_iter(b'\n', waivers.text.as_bytes());
        let mut index = Self {
            trails: HashMap::new(),
            accounts: HashMap::new(),
            patterns: Vec::new(),
            lines: std::iter::once(0)
                .chain(breaks.map(|at| at.saturating_add(1)))
                .collect(),
        };
        for (at, waiver) in waivers.waivers.iter().enumerate() {
            match &waiver.target {
                Target::Trail(pattern) | Target::Account(pattern) if !pattern.is_exact() => {
                    index.patterns.push(at);
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
        let mut found: Vec<usize> = exact
            .chain(&self.patterns)
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
