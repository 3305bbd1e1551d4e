//! What each collection asked of an account, so that the newest decides.
//!
//! A newer run decides over an older one also where it says that a trail is
//! gone, where its call failed, or where nothing was ever delivered.

use std::collections::{BTreeSet, HashMap};
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
    regions: Vec<(Option<Arc<str>>, Listed)>,
    /// How many of them stand in order and each once: all, when everything is read.
    in_order: usize,
}

impl Asked {
    fn list(&mut self, region: Option<&Arc<str>>, how: Listed) {
        match self.regions.last_mut() {
            Some((last, known)) if last.as_ref() == region => *known = (*known).max(how),
            _ => self.regions.push((region.cloned(), how)),
        }
        if self.regions.len() > 2 * self.in_order + FEW {
            self.order();
        }
    }

    /// Puts the regions in order, each once with the best that is known of it.
    fn order(&mut self) {
        self.regions.sort_unstable();
        self.regions.dedup_by(|later, known| {
            let is_same = later.0 == known.0;
            if is_same {
                known.1 = known.1.max(later.1);
            }
            is_same
        });
        self.in_order = self.regions.len();
    }

    /// Takes in what the same collection asked elsewhere.
    fn take_in(&mut self, other: Self) {
        self.made = self.made.and(other.made);
        for (region, how) in other.regions {
            self.list(region.as_ref(), how);
        }
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

    /// The regions whose lists failed.
    pub(super) fn failed(&self) -> impl Iterator<Item = Option<&str>> {
        let failed = self.regions.iter();
        let failed = failed.filter(|(_, listed)| *listed == Listed::Failed);
        failed.map(|(region, _)| region.as_deref())
    }

    /// Whether its answer may be one for this region.
    fn bears_on(&self, region: Option<&Arc<str>>) -> bool {
        let mut asked = self.regions.iter().map(|(asked, _)| asked.as_ref());
        asked.any(|asked| asked.is_none() || region.is_none() || asked == region)
    }
}

/// Regions that are not put in order yet.
const FEW: usize = 32;

/// What one collection asked of an account; of none where nothing says whose it is.
#[derive(Debug)]
pub(super) struct Asking {
    account: Option<Arc<str>>,
    /// The folder of the collection.
    pub(super) collection: Arc<str>,
    /// What it asked.
    pub(super) asked: Asked,
}

/// What was asked of each account, by account and collection. There may be as many
/// as there are files: a sorted list takes the least room.
#[derive(Debug)]
pub(super) struct AskedOf {
    all: Vec<Asking>,
    /// Whether there is more than one collection.
    pub(super) is_repeated: bool,
}

/// What is gathered while documents are gone through.
#[derive(Default)]
struct Gathering {
    all: HashMap<(Option<Arc<str>>, Arc<str>), Asked>,
    /// What is gathered of one account and collection: what is theirs comes together.
    last: Option<(Option<Arc<str>>, Arc<str>, Asked)>,
}

impl AskedOf {
    /// What the bundle's collections asked.
    pub(super) fn new(bundle: &Bundle, contexts: &[Context]) -> Self {
        let mut all = Gathering::default();
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
        Self::of(all)
    }

    fn of(mut gathering: Gathering) -> Self {
        gathering.close();
        let all = gathering.all.into_iter();
        let mut all: Vec<Asking> = all
            .map(|((account, collection), mut asked)| {
                asked.order();
                asked.regions.shrink_to_fit();
                Asking {
                    account,
                    collection,
                    asked,
                }
            })
            .collect();
        all.sort_unstable_by(|one, other| {
            (&one.account, &one.collection).cmp(&(&other.account, &other.collection))
        });
        let is_repeated = all.windows(2).any(|two| match two {
            [one, other] => one.collection != other.collection,
            _ => false,
        });
        Self { all, is_repeated }
    }

    /// The collections that asked an account, in order.
    pub(super) fn collections(&self, account: Option<&Arc<str>>) -> &[Asking] {
        let from = self
            .all
            .partition_point(|one| one.account.as_ref() < account);
        let own = self.all.get(from..).unwrap_or_default();
        let end = own.partition_point(|one| one.account.as_ref() == account);
        own.get(..end).unwrap_or_default()
    }

    /// What a collection asked of an account.
    pub(super) fn asked(&self, account: Option<&Arc<str>>, collection: &str) -> Option<&Asked> {
        let all = self.collections(account);
        let at = all.binary_search_by(|one| (*one.collection).cmp(collection));
        Some(&all.get(at.ok()?)?.asked)
    }

    /// The collections whose answers count for a region of an account: none that
    /// asked it is later. Nothing where the account was asked in one alone.
    pub(super) fn counting(
        &self,
        account: Option<&Arc<str>>,
        region: Option<&Arc<str>>,
    ) -> Option<BTreeSet<Arc<str>>> {
        let all = Some(self.collections(account)).filter(|all| all.len() > 1)?;
        let same = all.iter().filter(|one| one.asked.bears_on(region));
        let same: Vec<&Asking> = same.collect();
        let newest = newest(&same, |one| one.asked.made);
        let newest = newest.iter().map(|one| Arc::clone(&one.collection));
        Some(newest.collect())
    }
}

impl Gathering {
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
            let known = self.all.entry((account, collection)).or_default();
            known.take_in(asked);
        }
    }
}

/// What a `Date` header says of its collection: it is AWS's own clock.
fn dated(header: Option<jiff::Timestamp>) -> Made {
    Made {
        dated: header,
        latest: header,
    }
}
