//! What describe-log-groups shows of a trail's log group.
//!
//! A group is found by its name, in the account and region that the trail's
//! log group ARN names. It is missing only where a complete answer of that
//! account and region lacks it; an answer of elsewhere says nothing.

use std::collections::HashMap;

use super::context::Context;
use crate::evidence::Bundle;
use crate::evidence::document::LogGroups;

/// What is shown of a log group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
pub(super) struct Shelf {
    answers: HashMap<(String, String), Vec<(usize, usize)>>,
}

impl Shelf {
    pub(super) fn new(bundle: &Bundle, contexts: &[Context]) -> Self {
        let mut shelf = Self::default();
        for (document, context) in contexts.iter().enumerate() {
            let Some(answers) = bundle
                .documents
                .get(document)
                .map(|document| &document.log_groups)
            else {
                continue;
            };
            for (index, answer) in answers.iter().enumerate() {
                let by_path = context
                    .account(&answer.origin)
                    .zip(context.region(&answer.origin));
                let place = place_of(answer).or_else(|| {
                    by_path.map(|(account, region)| (account.to_string(), region.to_string()))
                });
                if let Some(place) = place {
                    shelf
                        .answers
                        .entry(place)
                        .or_default()
                        .push((document, index));
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
    pub(super) fn find(&self, bundle: &Bundle, contexts: &[Context], arn: &str) -> Option<Shown> {
        let (account, region, name) = parts(arn)?;
        let answers = self.answers.get(&(account.to_owned(), region.to_owned()))?;
        let mut lacking = None;
        for &(document, answer) in answers {
            let Some(groups) = bundle
                .documents
                .get(document)
                .and_then(|document| document.log_groups.get(answer))
            else {
                continue;
            };
            if let Some(group) = groups
                .groups
                .iter()
                .position(|group| group.name.as_ref() == name)
            {
                return Some(Shown {
                    document,
                    answer,
                    group: Some(group),
                });
            }
            let prefix = contexts
                .get(document)
                .and_then(|context| context.prefix.as_deref());
            let asked = prefix.is_none_or(|prefix| name.starts_with(prefix));
            if groups.complete && asked && lacking.is_none() {
                lacking = Some(Shown {
                    document,
                    answer,
                    group: None,
                });
            }
        }
        lacking
    }
}

/// Account and region that the groups' own ARNs name, if they agree.
fn place_of(answer: &LogGroups) -> Option<(String, String)> {
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
