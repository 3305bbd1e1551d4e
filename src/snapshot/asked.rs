//! What each collection asked of an account, so that the newest decides.
//!
//! A newer run decides over an older one also where it says that a trail is
//! gone, where its call failed, or where nothing was ever delivered.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::collection::{Made, newest};
use super::context::Context;
use crate::evidence::Bundle;
use crate::recognise::facts::Call;

/// How well a region was asked for its trails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Listed {
    /// The call failed, or what it answered can't be read.
    Failed,
    /// Some trails were shown; there may be others.
    Partly,
    /// All trails were listed.
    Whole,
}

/// What one collection asked of one account.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// When.
    pub(super) made: Made,
    /// The regions that were asked for trails.
    pub(super) regions: BTreeMap<Option<Arc<str>>, Listed>,
}

impl Asked {
    fn list(&mut self, region: Option<&Arc<str>>, how: Listed) {
        let known = self.regions.entry(region.cloned()).or_insert(how);
        *known = (*known).max(how);
    }

    /// How well it was asked for a trail that has this home and was listed in
    /// these regions; `None` where it wasn't.
    pub(super) fn of(&self, home: Option<&Arc<str>>, regions: &super::Sorted) -> Option<Listed> {
        let bears = |region: &Option<Arc<str>>| match region {
            None => true,
            Some(region) => home.is_none_or(|home| home == region) || regions.contains(region),
        };
        let all = self.regions.iter().filter(|(region, _)| bears(region));
        all.map(|(_, listed)| *listed).max()
    }
}

/// What was asked, by collection.
pub(super) type Collections = BTreeMap<Arc<str>, Asked>;

/// What was asked, by account; under none what nothing says whose it is.
#[derive(Debug, Default)]
pub(super) struct AskedOf {
    accounts: HashMap<Option<Arc<str>>, Collections>,
    /// What is gathered of one account and collection: what is theirs comes together.
    last: Option<(Option<Arc<str>>, Arc<str>, Asked)>,
    /// Whether there is more than one collection.
    pub(super) is_repeated: bool,
}

impl AskedOf {
    /// What the bundle's collections asked.
    pub(super) fn new(bundle: &Bundle, contexts: &[Context]) -> Self {
        let mut all = Self::default();
        for (document, context) in bundle.documents.iter().zip(contexts) {
            let own = Made {
                dated: context.dated,
                latest: None,
            };
            for answer in &document.answers {
                let is_whole = answer.whole && context.filter.is_none();
                let asked = all.of_mut(context.account(&answer.origin), context);
                asked.made = asked.made.and(own).and(dated(answer.collected));
                asked.list(
                    context.region(&answer.origin),
                    if is_whole {
                        Listed::Whole
                    } else {
                        Listed::Partly
                    },
                );
            }
            // ListTrails shows the trails of every region (API reference).
            if !document.listed.is_empty() {
                let asked = all.of_mut(context.account.as_ref(), context);
                asked.made = asked.made.and(own);
                asked.list(None, Listed::Partly);
            }
            if document.answers.is_empty() {
                for sighting in &document.trails {
                    let asked = all.of_mut(context.account(&sighting.origin), context);
                    asked.made = asked.made.and(own).and(dated(sighting.collected));
                    asked.list(context.region(&sighting.origin), Listed::Partly);
                }
            }
            for failure in &document.failures {
                if failure.hides_trails && failure.call != Some(Call::GetTrailStatus) {
                    let asked = all.of_mut(context.account(&failure.origin), context);
                    asked.made = asked.made.and(own);
                    asked.list(context.region(&failure.origin), Listed::Failed);
                }
            }
            for status in &document.statuses {
                let asked = all.of_mut(context.account(&status.origin), context);
                let latest = Made {
                    dated: None,
                    latest: status.latest,
                };
                asked.made = asked.made.and(own).and(dated(status.collected)).and(latest);
            }
        }
        all.close();
        let mut collections = all.accounts.values().flat_map(BTreeMap::keys);
        let first = collections.next();
        all.is_repeated = collections.any(|other| Some(other) != first);
        all
    }

    fn of_mut(&mut self, account: Option<&Arc<str>>, context: &Context) -> &mut Asked {
        let collection = &context.collection;
        let is_last = |last: &(Option<Arc<str>>, Arc<str>, Asked)| {
            last.0.as_ref() == account && last.1 == *collection
        };
        if !self.last.as_ref().is_some_and(is_last) {
            self.close();
        }
        let new = || (account.cloned(), Arc::clone(collection), Asked::default());
        &mut self.last.get_or_insert_with(new).2
    }

    /// Puts what was gathered last to the rest.
    fn close(&mut self) {
        if let Some((account, collection, asked)) = self.last.take() {
            let collections = self.accounts.entry(account).or_default();
            let known = collections.entry(collection).or_default();
            known.made = known.made.and(asked.made);
            for (region, how) in asked.regions {
                known.list(region.as_ref(), how);
            }
        }
    }

    /// The collections that asked an account.
    pub(super) fn collections(&self, account: Option<&Arc<str>>) -> Option<&Collections> {
        self.accounts.get(&account.cloned())
    }

    /// What a collection asked of an account.
    pub(super) fn asked(&self, account: Option<&Arc<str>>, collection: &str) -> Option<&Asked> {
        self.collections(account)?.get(collection)
    }

    /// The collections whose answers count for a region of an account: none that
    /// asked it is later. Nothing where the account was asked in one alone.
    pub(super) fn counting(
        &self,
        account: Option<&Arc<str>>,
        region: Option<&Arc<str>>,
    ) -> Option<BTreeSet<Arc<str>>> {
        let all = self.collections(account).filter(|all| all.len() > 1)?;
        let same = all.iter().filter(|(_, asked)| {
            asked.regions.contains_key(&region.cloned())
                || asked.regions.contains_key(&None)
                || (region.is_none() && !asked.regions.is_empty())
        });
        let same: Vec<_> = same.collect();
        let newest = newest(&same, |(_, asked)| asked.made);
        Some(newest.iter().map(|(known, _)| Arc::clone(known)).collect())
    }
}

/// What a `Date` header says of its collection: it is AWS's own clock.
fn dated(header: Option<jiff::Timestamp>) -> Made {
    Made {
        dated: header,
        latest: header,
    }
}
