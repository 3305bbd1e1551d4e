//! Trails by where they were listed, while documents are gone through.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Sorted;
use crate::cloudtrail::arn;

/// One trail.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) arn: Option<Arc<str>>,
    /// The name.
    pub(super) name: Arc<str>,
    /// The accounts that listed it, and its owner.
    pub(super) accounts: Sorted,
    /// The regions that listed it, and its home.
    pub(super) regions: Sorted,
    /// Who listed it last: an account's regions say the same one after the other.
    last: Option<(Arc<str>, Option<Arc<str>>)>,
}

/// What a folder shows of trails and statuses.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// The first two trails listed there.
    pub(super) trails: [Option<usize>; 2],
    /// Whether AWS's own list of all of a region's trails is there.
    pub(super) is_whole: bool,
    /// Whether something there may have listed more.
    pub(super) may_hide: bool,
    /// How many statuses are there, those inside of trails left out.
    pub(super) statuses: usize,
}

/// Trails by where they were listed, while documents are gone through.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) candidates: Vec<Candidate>,
    /// Collection, account, trail.
    pub(super) seen: HashSet<(Arc<str>, Option<Arc<str>>, usize)>,
    pub(super) shelves: Vec<Shelf>,
    pub(super) by_folder: HashMap<(Arc<str>, Arc<str>), usize>,
    /// The shelf that was asked for last: a folder's files come together.
    last: Option<(Arc<str>, Arc<str>, usize)>,
}

impl Listing {
    /// Adds a trail; `number` counts up from 0.
    pub(super) fn add(&mut self, number: usize, arn: Option<Arc<str>>, name: Arc<str>) {
        debug_assert!(number >= self.candidates.len());
        // Where the two differ, AWS's own ARN says what the trail is called.
        let own = arn.as_deref().and_then(arn::trail_arn);
        let own = own.map(|arn| arn.name).filter(|own| !own.is_empty());
        self.candidates.push(Candidate {
            name: own.filter(|own| **own != *name).map_or(name, Arc::from),
            arn,
            accounts: Sorted::default(),
            regions: Sorted::default(),
            last: None,
        });
    }

    /// Notes that a trail belongs to this account and region.
    pub(super) fn own(&mut self, trail: usize, account: Option<Arc<str>>, home: Option<Arc<str>>) {
        if let Some(candidate) = self.candidates.get_mut(trail) {
            candidate.accounts.extend(account);
            candidate.regions.extend(home);
        }
    }

    /// Notes that a trail was listed.
    pub(super) fn see(
        &mut self,
        trail: usize,
        collection: impl Into<Arc<str>>,
        folder: impl Into<Arc<str>>,
        account: Option<Arc<str>>,
        region: Option<Arc<str>>,
    ) {
        let collection = collection.into();
        self.own(trail, account.clone(), region);
        let shelf = self.shelf(&collection, &folder.into());
        note(&mut shelf.trails, trail);
        let Some(candidate) = self.candidates.get_mut(trail) else {
            return;
        };
        let is_last = candidate
            .last
            .as_ref()
            .is_some_and(|(last, whose)| Arc::ptr_eq(last, &collection) && *whose == account);
        if !is_last {
            candidate.last = Some((Arc::clone(&collection), account.clone()));
            self.seen.insert((collection, account, trail));
        }
    }

    /// Notes that an account's folder shows a trail that the account can't have
    /// asked for: whoever asks for its name there may have meant either.
    pub(super) fn see_stranger(
        &mut self,
        trail: usize,
        collection: &Arc<str>,
        account: Option<Arc<str>>,
    ) {
        self.seen.insert((Arc::clone(collection), account, trail));
    }

    fn shelf(&mut self, collection: &Arc<str>, folder: &Arc<str>) -> &mut Shelf {
        let last = self
            .last
            .as_ref()
            .filter(|(known, last, _)| Arc::ptr_eq(known, collection) && Arc::ptr_eq(last, folder));
        let number = match last {
            Some((.., number)) => *number,
            None => {
                let key = (Arc::clone(collection), Arc::clone(folder));
                let next = self.by_folder.len();
                let number = *self.by_folder.entry(key).or_insert(next);
                self.last = Some((Arc::clone(collection), Arc::clone(folder), number));
                number
            }
        };
        if number >= self.shelves.len() {
            self.shelves.resize_with(number + 1, Shelf::default);
        }
        #[allow(clippy::indexing_slicing, reason = "there are as many by now")]
        &mut self.shelves[number]
    }

    /// Notes AWS's own list of all the trails of a region.
    pub(super) fn whole(&mut self, collection: &Arc<str>, folder: &Arc<str>) {
        self.shelf(collection, folder).is_whole = true;
    }

    /// Notes something that may have listed more trails.
    pub(super) fn hides(&mut self, collection: &Arc<str>, folder: &Arc<str>) {
        self.shelf(collection, folder).may_hide = true;
    }

    /// Notes a status that stands in no trail.
    pub(super) fn status(&mut self, collection: &Arc<str>, folder: &Arc<str>) {
        self.shelf(collection, folder).statuses += 1;
    }
}

/// Keeps the first two of some trails.
pub(super) fn note(first: &mut [Option<usize>; 2], trail: usize) {
    match first {
        [None, _] => first[0] = Some(trail),
        [Some(one), None] if *one != trail => first[1] = Some(trail),
        _ => {}
    }
}
