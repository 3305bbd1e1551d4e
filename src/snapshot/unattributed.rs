//! Statuses that no rule could tie, and what can be said of them all the same.
//!
//! A folder's open statuses may belong to any trail seen at or below the
//! nearest folder, at or above their own, that shows one: its base. Bases are
//! found by walking up from each folder once, and trails are counted by walking
//! up from theirs, so that many folders around many trails cost their sum.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::context::folder_of;
use super::draft::Draft;
use crate::evidence::Bundle;

/// Why nothing ties a status to a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Neither the document nor its path names a trail.
    Nameless,
    /// It is named for a trail that nothing shows.
    Stranger,
    /// It names what several trails are called.
    Several,
    /// The trails of its name are of another account, region or folder.
    Elsewhere,
    /// It is said to be of two different trails.
    Contradiction,
}

impl Why {
    /// The reason, of a status in this file.
    pub(super) fn of(self, file: &str) -> String {
        match self {
            Self::Nameless => format!(
                "the status in `{file}` doesn't say which trail it is of, and nothing else does"
            ),
            Self::Stranger => {
                format!("the status in `{file}` is named for a trail that nothing here shows")
            }
            Self::Several => {
                format!("the status in `{file}` may be of any of several trails of its name")
            }
            Self::Elsewhere => format!(
                "the trails that the status in `{file}` is named for were seen in another account, region or folder"
            ),
            Self::Contradiction => {
                format!("the status in `{file}` is said to be of two different trails")
            }
        }
    }
}

/// Statuses that no rule could tie, by the trails they may belong to.
#[derive(Default)]
pub(super) struct Unattributed {
    by_folder: BTreeMap<Arc<str>, Around>,
    /// For each trail that some may belong to, the first such folder.
    by_trail: HashMap<usize, Arc<str>>,
    /// Documents of those with no trail around them at all.
    pub(super) alone: Vec<usize>,
    /// Documents of statuses around which every trail has one that is its own:
    /// they are of trails that nothing lists.
    pub(super) left: Vec<usize>,
}

/// The unattributed statuses and failed status calls of one folder.
#[derive(Default)]
pub(super) struct Around {
    pub(super) statuses: Vec<(usize, usize, Why)>,
    pub(super) failures: Vec<usize>,
    /// Whether whichever of them is a trail's own shows no delivery.
    pub(super) never: bool,
}

/// A base, while trails are counted.
struct Base {
    /// The first folder of open statuses that has it.
    first: Arc<str>,
    /// Trails at or below it to which nothing at all is tied.
    waiting: usize,
}

impl Unattributed {
    pub(super) fn note(
        &mut self,
        folder: &Arc<str>,
        document: usize,
        status: Option<usize>,
        why: Why,
    ) {
        let around = self.by_folder.entry(Arc::clone(folder)).or_default();
        match status {
            Some(item) => around.statuses.push((document, item, why)),
            None => around.failures.push(document),
        }
    }

    /// Tells which trails each folder's statuses may belong to, and where it
    /// doesn't matter which is whose: there are enough of them for every trail
    /// that has none, no call failed, and not one names a delivery.
    pub(super) fn settle(&mut self, folders: &[Vec<Arc<str>>], trails: &[Draft], bundle: &Bundle) {
        if self.by_folder.is_empty() {
            return;
        }
        let mut shown: HashSet<&str> = HashSet::new();
        for folder in folders.iter().flatten() {
            for above in upwards(folder) {
                if !shown.insert(above) {
                    break;
                }
            }
        }
        let mut bases: HashMap<&str, Base> = HashMap::new();
        let mut base_of: HashMap<Arc<str>, &str> = HashMap::new();
        for (folder, around) in &self.by_folder {
            let Some(base) = upwards(folder).find_map(|above| shown.get(above).copied()) else {
                let statuses = around.statuses.iter().map(|(document, ..)| *document);
                let failures = around.failures.iter().copied();
                self.alone.extend(statuses.chain(failures));
                continue;
            };
            base_of.insert(Arc::clone(folder), base);
            bases.entry(base).or_insert_with(|| Base {
                first: Arc::clone(folder),
                waiting: 0,
            });
        }
        self.alone.sort_unstable();
        self.alone.dedup();
        self.count(folders, trails, &mut bases);
        for (folder, around) in &mut self.by_folder {
            let waiting = base_of
                .get(folder)
                .and_then(|base| bases.get(base))
                .map_or(0, |base| base.waiting);
            if waiting == 0 && base_of.contains_key(folder) {
                let documents = around.statuses.iter().map(|(document, ..)| *document);
                self.left.extend(documents);
            }
            around.never = around.failures.is_empty()
                && around.statuses.len() >= waiting
                && around.statuses.iter().all(|(document, item, _)| {
                    let document = bundle.documents.get(*document);
                    let status = document.and_then(|document| document.statuses.get(*item));
                    status.is_some_and(|status| {
                        status.complete && status.never && status.conflict.is_none()
                    })
                });
        }
        self.left.sort_unstable();
        self.left.dedup();
    }

    /// Gives each trail the first folder whose statuses may be its own, and
    /// each base its number of waiting trails.
    fn count<'f>(
        &mut self,
        folders: &'f [Vec<Arc<str>>],
        trails: &[Draft],
        bases: &mut HashMap<&'f str, Base>,
    ) {
        let mut around: Vec<&'f str> = Vec::new();
        for (trail, folders) in folders.iter().enumerate() {
            around.clear();
            for folder in folders {
                around.extend(upwards(folder).filter(|above| bases.contains_key(above)));
            }
            around.sort_unstable();
            around.dedup();
            let first = around.iter().filter_map(|base| bases.get(base));
            if let Some(first) = first.map(|base| &base.first).min() {
                self.by_trail.insert(trail, Arc::clone(first));
            }
            if trails.get(trail).is_some_and(Draft::is_waiting) {
                for base in &around {
                    if let Some(base) = bases.get_mut(base) {
                        base.waiting += 1;
                    }
                }
            }
        }
    }

    pub(super) fn around(&self, trail: usize) -> Option<&Around> {
        self.by_folder.get(self.by_trail.get(&trail)?)
    }
}

/// A folder and every folder above it, the nearest first, the root last.
fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| {
        (!folder.is_empty()).then(|| folder_of(folder))
    })
}
