//! Statuses that no rule could tie, and what can be said of them all the same.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::attribute::Index;
use super::draft::Draft;
use crate::evidence::Bundle;

/// Statuses that no rule could tie, by the trails they may belong to.
#[derive(Default)]
pub(super) struct Unattributed {
    pub(super) by_folder: BTreeMap<Arc<str>, Around>,
    pub(super) by_trail: HashMap<usize, Arc<str>>,
    /// Those with no trail around them at all.
    pub(super) alone: Vec<usize>,
}

/// The unattributed statuses and failed status calls of one folder, and the
/// trails around it.
#[derive(Default)]
pub(super) struct Around {
    pub(super) statuses: Vec<(usize, usize)>,
    pub(super) failures: Vec<usize>,
    pub(super) trails: Vec<usize>,
    /// Whether whichever of them is a trail's own shows no delivery.
    pub(super) never: bool,
}

impl Unattributed {
    pub(super) fn note(&mut self, folder: &Arc<str>, document: usize, status: Option<usize>) {
        let around = self.by_folder.entry(Arc::clone(folder)).or_default();
        match status {
            Some(item) => around.statuses.push((document, item)),
            None => around.failures.push(document),
        }
    }

    /// Tells which trails each folder's statuses may belong to.
    pub(super) fn spread(&mut self, index: &Index) {
        for (folder, around) in &mut self.by_folder {
            around.trails = index.nearest(folder);
            if around.trails.is_empty() {
                let statuses = around.statuses.iter().map(|(document, _)| *document);
                self.alone
                    .extend(statuses.chain(around.failures.iter().copied()));
            }
            for trail in &around.trails {
                self.by_trail
                    .entry(*trail)
                    .or_insert_with(|| Arc::clone(folder));
            }
        }
        self.alone.sort_unstable();
        self.alone.dedup();
    }

    /// Tells where it doesn't matter which status is whose: there are enough
    /// of them for every trail that has none, no call failed, and not one
    /// names a delivery.
    pub(super) fn weigh(&mut self, bundle: &Bundle, trails: &[Draft]) {
        let is_waiting = |trail: &usize| trails.get(*trail).is_some_and(Draft::is_waiting);
        for around in self.by_folder.values_mut() {
            let waiting = around
                .trails
                .iter()
                .filter(|trail| is_waiting(trail))
                .count();
            around.never = around.failures.is_empty()
                && around.statuses.len() >= waiting
                && around.statuses.iter().all(|(document, item)| {
                    let document = bundle.documents.get(*document);
                    let status = document.and_then(|document| document.statuses.get(*item));
                    status.is_some_and(|status| {
                        status.complete && status.never && status.conflict.is_none()
                    })
                });
        }
    }

    pub(super) fn around(&self, trail: usize) -> Option<&Around> {
        self.by_folder.get(self.by_trail.get(&trail)?)
    }
}
