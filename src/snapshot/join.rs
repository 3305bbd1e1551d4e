//! Joins documents into accounts and trails.
//!
//! Everything is taken in the order of the bundle (by file name and place) and
//! decided by ranks and total orders, so that neither threads nor the file
//! system's order can show.

mod statuses;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::accounts::Answered;
use super::asked::AskedOf;
use super::context::Context;
use super::doubt;
use super::draft::Draft;
use super::listing::Listing;
use super::log_groups::Shelf;
use super::open::Open;
use super::runs::Runs;
use super::settle::Settling;
use super::without_arn::{self, Names};
use super::{Naming, Snapshot, Tie, Trail};
use crate::cloudtrail::arn;
use crate::coverage::Expected;
use crate::evidence::Bundle;
use crate::finding::DocumentKind;
use crate::recognise::facts::{Sighting, TrailObject};

/// Joins a bundle's documents, whose contexts these are.
pub(super) fn join(bundle: &Bundle, contexts: &[Context], expected: &Expected) -> Snapshot {
    let ((trails, ties, open), (asked, answered)) = rayon::join(
        || drafts(bundle, contexts),
        || {
            let asked = AskedOf::new(bundle, contexts);
            let answered = Answered::new(bundle, contexts, &asked, expected);
            (asked, answered)
        },
    );
    let trails = settled(trails, bundle, contexts, &asked, &open);
    let (accounts, coverage) = answered.accounts(bundle, contexts, trails, &asked, &open, expected);
    Snapshot {
        accounts,
        ties,
        coverage,
    }
}

/// Every trail with what is seen of it, how its statuses were tied, and what is
/// tied to none.
fn drafts(bundle: &Bundle, contexts: &[Context]) -> (Vec<Draft>, Vec<Tie>, Open) {
    let mut join = Join {
        bundle,
        contexts,
        trails: Vec::new(),
        by_key: HashMap::new(),
        sighted: HashMap::new(),
        listing: Listing::default(),
    };
    join.sightings();
    join.listed();
    join.shown();
    let (ties, open) = join.statuses();
    (join.trails, ties, open)
}

/// How many trails in a row one thread finishes: they cost little each.
const CHUNK: usize = 64;

/// How many objects of trails are remembered with the trail that each is of.
const REMEMBERED: usize = 64;

struct Join<'b> {
    bundle: &'b Bundle,
    contexts: &'b [Context],
    trails: Vec<Draft>,
    by_key: HashMap<Arc<str>, usize>,
    /// Trail index of each sighting of a document, for statuses inside trails.
    sighted: HashMap<(usize, usize), usize>,
    listing: Listing,
}

/// The trails of the objects that were met last, by where these lie in memory: an
/// account's regions list the same ones. What has no ARN isn't among them.
struct Met<'b>(Vec<Option<(&'b Arc<TrailObject>, usize)>>);

impl<'b> Met<'b> {
    /// Where the object is kept, if it has an ARN.
    fn slot(
        &mut self,
        object: &'b Arc<TrailObject>,
    ) -> Option<&mut Option<(&'b Arc<TrailObject>, usize)>> {
        object.arn.as_ref()?;
        let spread = Arc::as_ptr(object).addr() / size_of::<TrailObject>();
        let slots = self.0.len();
        self.0.get_mut(spread.checked_rem(slots)?)
    }

    fn trail(&mut self, object: &'b Arc<TrailObject>) -> Option<usize> {
        let (known, trail) = (*self.slot(object)?)?;
        Arc::ptr_eq(known, object).then_some(trail)
    }

    fn keep(&mut self, object: &'b Arc<TrailObject>, trail: usize) {
        if let Some(slot) = self.slot(object) {
            *slot = Some((object, trail));
        }
    }
}

impl<'b> Join<'b> {
    fn sightings(&mut self) {
        let (bundle, contexts) = (self.bundle, self.contexts);
        let names = Names::of(bundle, contexts);
        let mut met = Met(vec![None; REMEMBERED]);
        for (number, (document, context)) in bundle.documents.iter().zip(contexts).enumerate() {
            let holds_statuses = !document.statuses.is_empty();
            let collection = &context.collection;
            for (index, sighting) in document.trails.iter().enumerate() {
                let trail = met.trail(&sighting.object).unwrap_or_else(|| {
                    let trail = self.trail_of(sighting, context, &names);
                    met.keep(&sighting.object, trail);
                    trail
                });
                if holds_statuses {
                    self.sighted.insert((number, index), trail);
                }
                let asked = context.account(&sighting.origin);
                let region = context.region(&sighting.origin);
                let Some(draft) = self.trails.get_mut(trail) else {
                    continue;
                };
                // What another account says that it lists is not its own to ask,
                // nor is what it lacks proof of anything.
                let is_own = is_listed_by_owner(sighting, asked, draft);
                draft.see(
                    sighting,
                    (collection, context.made(sighting.collected)),
                    (number, index),
                    (asked, region),
                    sighting.complete && is_own,
                );
                if is_own {
                    self.listing.see((number, trail), collection, asked, region);
                } else {
                    self.listing.see_stranger(trail, collection, asked);
                }
            }
        }
    }

    fn trail_of(&mut self, sighting: &Sighting, context: &Context, names: &Names<'_>) -> usize {
        let object = &sighting.object;
        if let Some(known) = object.arn.as_deref().and_then(|arn| self.by_key.get(arn)) {
            return *known;
        }
        let name = object.name.as_deref().unwrap_or_default();
        let arn = match &object.arn {
            Some(arn) => Some(Arc::from(arn.as_ref())),
            None => names.arn(sighting, context),
        };
        let asked = context.region(&sighting.origin).map(|region| &**region);
        let home = object.home_region.as_deref();
        let key: Arc<str> = match &arn {
            Some(arn) => Arc::clone(arn),
            None => without_arn::key(&context.folder, asked, home, name).into(),
        };
        let parts = arn.as_deref().and_then(arn::trail_arn);
        let home = home.or_else(|| {
            parts
                .map(|parts| parts.region)
                .filter(|region| !region.is_empty())
        });
        // What says nothing of its home is taken to be at home where it was seen.
        let home = home.or_else(|| asked.filter(|_| arn.is_none()));
        let owner = parts
            .map(|parts| parts.account)
            .filter(|account| arn::is_account(account));
        let owner = owner.map(Arc::from).or_else(|| {
            if arn.is_none() {
                context.account(&sighting.origin).cloned()
            } else {
                None
            }
        });
        self.draft(key, arn.as_deref(), name, home, owner)
    }

    fn draft(
        &mut self,
        key: Arc<str>,
        arn: Option<&str>,
        name: &str,
        home: Option<&str>,
        owner: Option<Arc<str>>,
    ) -> usize {
        if let Some(known) = self.by_key.get(&key) {
            return *known;
        }
        let index = self.trails.len();
        self.by_key.insert(Arc::clone(&key), index);
        let draft = Draft::new(key, arn.is_some(), name, home, owner);
        let id = draft.is_arn.then(|| Arc::clone(&draft.id));
        self.listing.add(index, id, Arc::clone(&draft.name));
        self.listing
            .own(index, draft.account.as_ref(), draft.home.as_ref());
        self.trails.push(draft);
        index
    }

    /// A trail that is only named: by its ARN, or by its name in a folder.
    fn named(
        &mut self,
        word: &str,
        context: &Context,
        account: Option<Arc<str>>,
        at: (usize, Naming),
    ) -> usize {
        let trail = match arn::trail_arn(word) {
            Some(parts) => {
                let owner = arn::is_account(parts.account).then(|| Arc::from(parts.account));
                let (name, home) = (parts.name, Some(parts.region));
                self.draft(word.into(), Some(word), name, home, owner)
            }
            None => {
                let key: Arc<str> = if context.folder.is_empty() {
                    word.into()
                } else {
                    format!("{}/{word}", context.folder).into()
                };
                self.draft(key, None, word, None, account)
            }
        };
        if let Some(draft) = self.trails.get_mut(trail) {
            draft.named_at.get_or_insert(at);
            draft.part(&context.collection);
        }
        trail
    }

    /// Trails that selectors, tags and tables are of: they are there, and that is
    /// all that is known of them. A bare name is that of any trail called so.
    fn shown(&mut self) {
        let bundle = self.bundle;
        let mut known: Option<HashSet<Arc<str>>> = None;
        for (number, (document, context)) in bundle.documents.iter().zip(self.contexts).enumerate()
        {
            for (index, shown) in document.shown.iter().enumerate() {
                let at = (number, Naming::Shown(index));
                if let Some(arn) = shown.arn.as_deref() {
                    self.named(arn, context, None, at);
                } else if let Some(name) = shown.name.as_deref() {
                    let names = self.trails.iter().map(|draft| Arc::clone(&draft.name));
                    let known = known.get_or_insert_with(|| names.collect());
                    if !known.contains(name) {
                        self.named(name, context, context.account.clone(), at);
                    }
                }
            }
        }
    }

    fn listed(&mut self) {
        let bundle = self.bundle;
        for (number, (document, context)) in bundle.documents.iter().zip(self.contexts).enumerate()
        {
            for (index, listed) in document.listed.iter().enumerate() {
                let word = listed
                    .arn
                    .as_deref()
                    .filter(|arn| arn.starts_with("arn:"))
                    .or(listed.name.as_deref());
                let Some(word) = word else { continue };
                let at = (number, Naming::Listed(index));
                let trail = self.named(word, context, context.account.clone(), at);
                let Some(draft) = self.trails.get_mut(trail) else {
                    continue;
                };
                if draft.home.is_none() {
                    draft.home = listed.home_region.as_deref().map(Into::into);
                }
                let collection = &context.collection;
                // ListTrails shows an account its own trails alone (API reference).
                let owner = draft.account.as_ref().or(context.account.as_ref());
                if context.account.is_some() && owner != context.account.as_ref() {
                    let asked = context.account.as_ref();
                    self.listing.see_stranger(trail, collection, asked);
                }
                let home = draft.home.as_ref();
                self.listing.see((number, trail), collection, owner, home);
            }
        }
    }
}

/// Whether the account that was asked can list the trail: its own, or one of
/// its organization.
fn is_listed_by_owner(sighting: &Sighting, asked: Option<&Arc<str>>, draft: &Draft) -> bool {
    let owner = draft.account.as_ref();
    sighting.object.organization || asked.zip(owner).is_none_or(|(asked, owner)| asked == owner)
}

/// Finishes every trail.
fn settled(
    trails: Vec<Draft>,
    bundle: &Bundle,
    contexts: &[Context],
    asked: &AskedOf,
    open: &Open,
) -> Vec<Trail> {
    let documents = bundle.documents.iter();
    let lists = documents.filter(|document| document.kind == DocumentKind::ListTrails);
    let owned = lists.flat_map(|document| &document.listed);
    let owned = owned.filter_map(|listed| listed.arn.as_deref()).collect();
    // Nothing may say who was asked; what the trails' ARNs say is whose they are.
    let is_open = contexts.iter().any(|context| context.account.is_none());
    let mut latest: HashMap<_, jiff::Timestamp> = HashMap::new();
    for draft in trails.iter().filter(|_| is_open) {
        for part in &draft.parts {
            let key = (Arc::clone(&part.collection), draft.account.clone());
            if let Some(at) = part.made.latest {
                let known = latest.entry(key).or_insert(at);
                *known = at.max(*known);
            }
        }
    }
    let settling = Settling {
        owned,
        latest,
        bundle,
        contexts,
        asked,
        groups: Shelf::new(bundle, contexts),
        open,
        runs: Runs::new(asked, &trails),
        unread: doubt::unread_of(bundle, contexts),
    };
    let trails = trails.into_par_iter().with_min_len(CHUNK);
    trails.filter_map(|draft| settling.settle(draft)).collect()
}
