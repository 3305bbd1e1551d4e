//! What describe-log-groups shows of a trail's log group.
//!
//! A group is found by its name, in the account and region that the trail's
//! log group ARN names. It is missing only where a complete answer of that
//! account and region lacks it; an answer of elsewhere says nothing.

use std::collections::HashMap;

use super::context::Context;
use crate::evidence::Bundle;
use crate::recognise::facts::LogGroups;

/// The longest name of a log group (API reference, CreateLogGroup).
const LONGEST: usize = 512;

/// What is shown of a log group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shown {
    /// The document.
    pub document: usize,
    /// Index of the answer in it.
    pub answer: usize,
    /// Index of the group in the answer; `None` where it lacks it.
    pub group: Option<usize>,
}

/// Every describe-log-groups answer, by account and region.
#[derive(Debug, Default)]
pub(super) struct Shelf<'b> {
    answers: HashMap<(String, String), Listing<'b>>,
}

/// The answers of one account and region.
#[derive(Debug, Default)]
struct Listing<'b> {
    /// The first mention of each group.
    groups: HashMap<&'b str, Shown>,
    /// The first complete answer for each prefix that was asked for.
    complete: HashMap<&'b str, Shown>,
}

impl<'b> Shelf<'b> {
    pub(super) fn new(bundle: &'b Bundle, contexts: &'b [Context]) -> Self {
        let mut shelf = Self::default();
        for (number, (document, context)) in bundle.documents.iter().zip(contexts).enumerate() {
            for (index, answer) in document.log_groups.iter().enumerate() {
                let by_path = context
                    .account(&answer.origin)
                    .zip(context.region(&answer.origin));
                let place = place_of(answer).or_else(|| {
                    by_path.map(|(account, region)| (account.to_string(), region.to_string()))
                });
                let Some(place) = place else { continue };
                let listing = shelf.answers.entry(place).or_default();
                let shown = |group| Shown {
                    document: number,
                    answer: index,
                    group,
                };
                for (group, listed) in answer.groups.iter().enumerate() {
                    let first = listing.groups.entry(&listed.name);
                    first.or_insert_with(|| shown(Some(group)));
                }
                if answer.complete {
                    let prefix = context.prefix.as_deref().unwrap_or_default();
                    let first = listing.complete.entry(prefix);
                    first.or_insert_with(|| shown(None));
                }
            }
        }
        shelf
    }

    /// Whether the evidence holds no such answer at all.
    pub(super) fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// What is shown of the group with this ARN.
    pub(super) fn find(&self, arn: &str) -> Option<Shown> {
        let (account, region, name) = parts(arn)?;
        let listing = self.answers.get(&(account.to_owned(), region.to_owned()))?;
        let found = listing.groups.get(name).copied();
        // It is missing from the first complete answer that asked for it.
        found.or_else(|| {
            let asked = (0..=name.len().min(LONGEST)).filter_map(|end| name.get(..end));
            asked
                .filter_map(|prefix| listing.complete.get(prefix).copied())
                .min()
        })
    }
}

/// Account and region that the groups' own ARNs name, if they agree.
/// The account and the region of an answer, where its groups' ARNs agree on them.
pub(super) fn place_of(answer: &LogGroups) -> Option<(String, String)> {
    let mut places = answer
        .groups
        .iter()
        .filter_map(|group| group.arn.as_deref().and_then(parts));
    let (account, region, _) = places.next()?;
    places
        .all(|(other, place, _)| other == account && place == region)
        .then(|| (account.to_owned(), region.to_owned()))
}

/// Account, region and name of a log group's ARN.
fn parts(arn: &str) -> Option<(&str, &str, &str)> {
    let mut parts = arn.splitn(7, ':');
    if parts.next() != Some("arn") {
        return None;
    }
    let _partition = parts.next()?;
    if parts.next() != Some("logs") {
        return None;
    }
    let (region, account) = (parts.next()?, parts.next()?);
    if parts.next() != Some("log-group") {
        return None;
    }
    let name = parts.next()?;
    Some((account, region, name.strip_suffix(":*").unwrap_or(name)))
}
