//! Trails by where they were listed, while documents are gone through.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Sorted;
use super::context::Context;
use super::said::in_trail;
use crate::cloudtrail::arn;
use crate::evidence::Bundle;
use crate::recognise::facts::{Call, Failure};

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
#[derive(Debug, Default, Clone, Copy)]
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

/// What folders show, by collection and folder.
pub(super) type Shelves<'b> = HashMap<(&'b str, &'b str), Shelf>;

/// Trails by where they were listed, while documents are gone through.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) candidates: Vec<Candidate>,
    /// Collection, account, trail.
    pub(super) seen: HashSet<(Arc<str>, Option<Arc<str>>, usize)>,
    /// Document and trail, for every time that one was listed.
    pub(super) places: Vec<(usize, usize)>,
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
    pub(super) fn own(
        &mut self,
        trail: usize,
        account: Option<&Arc<str>>,
        home: Option<&Arc<str>>,
    ) {
        if let Some(candidate) = self.candidates.get_mut(trail) {
            candidate.accounts.extend(account);
            candidate.regions.extend(home);
        }
    }

    /// Notes that a document lists a trail.
    pub(super) fn see(
        &mut self,
        (document, trail): (usize, usize),
        collection: &Arc<str>,
        account: Option<&Arc<str>>,
        region: Option<&Arc<str>>,
    ) {
        let Some(candidate) = self.candidates.get_mut(trail) else {
            return;
        };
        self.places.push((document, trail));
        candidate.regions.extend(region);
        let is_last = candidate.last.as_ref().is_some_and(|(last, whose)| {
            Arc::ptr_eq(last, collection) && whose.as_ref() == account
        });
        if !is_last {
            candidate.accounts.extend(account);
            let whose = account.cloned();
            candidate.last = Some((Arc::clone(collection), whose.clone()));
            self.seen.insert((Arc::clone(collection), whose, trail));
        }
    }

    /// Notes that an account's folder shows a trail that the account can't have
    /// asked for: whoever asks for its name there may have meant either.
    pub(super) fn see_stranger(
        &mut self,
        trail: usize,
        collection: &Arc<str>,
        account: Option<&Arc<str>>,
    ) {
        let whose = (Arc::clone(collection), account.cloned(), trail);
        self.seen.insert(whose);
    }
}

/// What the folders of a bundle show, where these trails are listed.
pub(super) fn shelves<'b>(
    bundle: &Bundle,
    contexts: &'b [Context],
    places: &[(usize, usize)],
) -> Shelves<'b> {
    let mut shelves = Shelves::new();
    let place = |context: &'b Context| (&*context.collection, &*context.folder);
    for (document, trail) in places {
        if let Some(context) = contexts.get(*document) {
            let shelf = shelves.entry(place(context)).or_default();
            note(&mut shelf.trails, *trail);
        }
    }
    for (document, context) in bundle.documents.iter().zip(contexts) {
        let mut answers = document.answers.iter();
        let is_whole = answers.any(|answer| answer.whole) && context.filter.is_none();
        let statuses = document.statuses.iter();
        let statuses = statuses.filter(|status| in_trail(&status.claims).is_none());
        let failures = document.failures.iter();
        let (of_status, others): (Vec<&Failure>, Vec<&Failure>) =
            failures.partition(|failure| failure.call == Some(Call::GetTrailStatus));
        let may_hide = others.iter().any(|failure| failure.hides_trails);
        let statuses = statuses.count() + of_status.len();
        if is_whole || may_hide || statuses > 0 {
            let shelf = shelves.entry(place(context)).or_default();
            shelf.is_whole |= is_whole;
            shelf.may_hide |= may_hide;
            shelf.statuses += statuses;
        }
    }
    shelves
}

/// Keeps the first two of some trails.
pub(super) fn note(first: &mut [Option<usize>; 2], trail: usize) {
    match first {
        [None, _] => first[0] = Some(trail),
        [Some(one), None] if *one != trail => first[1] = Some(trail),
        _ => {}
    }
}
