//! Joins documents into accounts and trails.
//!
//! Everything is taken in the order of the bundle (by file name and place) and
//! decided by ranks and total orders, so that neither threads nor the file
//! system's order can show.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::accounts::accounts;
use super::attribute::{Candidate, Index, Verdict};
use super::context::{Context, is_status_call};
use super::draft::{Draft, Rank};
use super::log_groups::Shelf;
use super::nameless::{self, Names};
use super::rule::Rule;
use super::unattributed::{Unattributed, Why};
use super::{Naming, Snapshot, Sorted, StatusRef, Tie, Tied, Trail};
use crate::cloudtrail::arn;
use crate::evidence::Bundle;
use crate::recognise::facts::{Call, Named, Sighting, Status};

/// Joins a bundle's documents, whose contexts these are.
pub(super) fn join(bundle: &Bundle, contexts: &[Context]) -> Snapshot {
    let mut join = Join {
        bundle,
        contexts,
        trails: Vec::new(),
        by_key: HashMap::new(),
        seen_in: Vec::new(),
        sighted: HashMap::new(),
    };
    join.sightings();
    join.listed();
    let (ties, unattributed) = join.statuses();
    let trails = join.settled(&unattributed);
    let accounts = accounts(bundle, contexts, trails, &unattributed);
    Snapshot { accounts, ties }
}

/// How many trails in a row one thread finishes: they cost little each.
const TOGETHER: usize = 64;

struct Join<'b> {
    bundle: &'b Bundle,
    contexts: &'b [Context],
    trails: Vec<Draft>,
    by_key: HashMap<Arc<str>, usize>,
    /// Each collection folder and trail, once or oftener.
    seen_in: Vec<(Arc<str>, usize)>,
    /// Trail index of each sighting of a document, for statuses inside trails.
    sighted: HashMap<(usize, usize), usize>,
}

impl<'b> Join<'b> {
    fn sightings(&mut self) {
        let bundle = self.bundle;
        let names = Names::of(bundle);
        for (number, (document, context)) in bundle.documents.iter().zip(self.contexts).enumerate()
        {
            let holds_statuses = document
                .statuses
                .iter()
                .any(|status| matches!(status.named, Named::Nested(_)));
            for (index, sighting) in document.trails.iter().enumerate() {
                let trail = self.trail_of(sighting, context, &names);
                if holds_statuses {
                    self.sighted.insert((number, index), trail);
                }
                self.seen_in.push((Arc::clone(&context.folder), trail));
                let (account, region) = (
                    context.account(&sighting.origin),
                    context.region(&sighting.origin),
                );
                if let Some(draft) = self.trails.get_mut(trail) {
                    draft.see(sighting, number, index, account, region);
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
        let asked = context.region(&sighting.origin);
        let home = object.home_region.as_deref();
        let key: Arc<str> = match &arn {
            Some(arn) => Arc::clone(arn),
            None => nameless::key(&context.folder, asked.as_deref(), home, name).into(),
        };
        let parts = arn.as_deref().and_then(arn::trail_arn);
        let home = home.or_else(|| {
            parts
                .map(|parts| parts.region)
                .filter(|region| !region.is_empty())
        });
        // What says nothing of its home is taken to be at home where it was seen.
        let home = home.or_else(|| asked.as_deref().filter(|_| arn.is_none()));
        let owner = parts
            .map(|parts| parts.account)
            .filter(|account| arn::is_account(account));
        let owner = owner.map(Arc::from).or_else(|| {
            if arn.is_none() {
                context.account(&sighting.origin)
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
                self.draft(
                    word.into(),
                    Some(word),
                    parts.name,
                    Some(parts.region),
                    owner,
                )
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
            draft.trail.named_at.get_or_insert(at);
        }
        trail
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
                let trail = self.named(
                    word,
                    context,
                    context.account.clone(),
                    (number, Naming::Listed(index)),
                );
                self.seen_in.push((Arc::clone(&context.folder), trail));
                if let Some(draft) = self.trails.get_mut(trail) {
                    if draft.trail.home_region.is_none() {
                        draft.trail.home_region = listed.home_region.as_deref().map(Into::into);
                    }
                    if let Some(name) = listed
                        .name
                        .as_deref()
                        .filter(|_| draft.trail.sightings.is_empty())
                    {
                        draft.trail.name = name.into();
                    }
                }
            }
        }
    }

    fn index(&mut self) -> Index {
        let candidates = self.trails.iter().map(|draft| {
            let trail = &draft.trail;
            // Where the two differ, the object isn't AWS's: the ARN is believed.
            let of_arn = trail.arn.as_deref().and_then(arn::trail_arn);
            let of_arn = of_arn
                .map(|parts| parts.name)
                .filter(|name| !name.is_empty());
            let name = match of_arn {
                Some(name) if name != trail.name.as_ref() => name.into(),
                _ => Arc::clone(&trail.name),
            };
            // Hardly a trail has a second form.
            let (first, others) = match trail.sightings.split_first() {
                Some((first, others)) => (Some(first), others),
                None => (None, &[][..]),
            };
            let mut regions = first.map_or_else(Sorted::default, |form| form.regions.clone());
            let mut accounts = first.map_or_else(Sorted::default, |form| form.accounts.clone());
            for form in others {
                regions.extend(form.regions.iter().cloned());
                accounts.extend(form.accounts.iter().cloned());
            }
            regions.extend(trail.home_region.clone());
            accounts.extend(trail.account.clone());
            Candidate {
                arn: trail.arn.clone(),
                name,
                regions,
                accounts,
            }
        });
        let mut statuses: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for (document, context) in self.bundle.documents.iter().zip(self.contexts) {
            if is_status_call(document) {
                let free = document
                    .statuses
                    .iter()
                    .filter(|status| !matches!(status.named, Named::Nested(_)))
                    .count();
                let failed = document
                    .failures
                    .iter()
                    .filter(|failure| failure.call == Some(Call::GetTrailStatus))
                    .count();
                *statuses.entry(Arc::clone(&context.folder)).or_default() += free + failed;
            }
        }
        let candidates = candidates.collect();
        Index::new(candidates, std::mem::take(&mut self.seen_in), statuses)
    }

    /// Ties every status and failed status call; gives the ties and, for each
    /// trail, an unattributed one of its surroundings.
    fn statuses(&mut self) -> (Vec<Tie>, Unattributed) {
        let index = self.index();
        let bundle = self.bundle;
        let mut ties = Vec::new();
        let mut open = Unattributed::default();
        for (number, (document, context)) in bundle.documents.iter().zip(self.contexts).enumerate()
        {
            let file = bundle.name(document);
            for (item, status) in document.statuses.iter().enumerate() {
                let account = context.account(&status.origin);
                let verdict = match status.named {
                    Named::Nested(sighting) => match self.sighted.get(&(number, sighting)) {
                        Some(trail) => Verdict::Tied(*trail, Rule::InTrail),
                        None => Verdict::Open(Why::Nameless),
                    },
                    _ => index.tie(&file, context, &status.named, account.as_ref()),
                };
                let tied = self.tied(verdict, context, account, (number, Naming::Status(item)));
                match tied {
                    Ok((trail, _)) => self.give(trail, status, number, item, context),
                    Err(why) => open.note(&context.folder, number, Some(item), why),
                }
                ties.push(Tie {
                    document: number,
                    of: Tied::Status(item),
                    to: tied.ok().and_then(|tied| self.told(tied)),
                });
            }
            for (item, failure) in document.failures.iter().enumerate() {
                if failure.call != Some(Call::GetTrailStatus) {
                    continue;
                }
                let account = context.account(&failure.origin);
                let verdict = index.tie(&file, context, &failure.named, account.as_ref());
                let tied = self.tied(verdict, context, account, (number, Naming::Failure(item)));
                match tied {
                    Ok((trail, _)) => {
                        if let Some(draft) = self.trails.get_mut(trail) {
                            draft.failures.push((number, item));
                        }
                    }
                    Err(why) => open.note(&context.folder, number, None, why),
                }
                ties.push(Tie {
                    document: number,
                    of: Tied::Failure(item),
                    to: tied.ok().and_then(|tied| self.told(tied)),
                });
            }
        }
        open.settle(index.folders(), &self.trails, bundle);
        (ties, open)
    }

    fn told(&self, (trail, rule): (usize, Rule)) -> Option<(Arc<str>, Rule)> {
        self.trails
            .get(trail)
            .map(|draft| (Arc::clone(&draft.trail.id), rule))
    }

    fn tied(
        &mut self,
        verdict: Verdict,
        context: &Context,
        account: Option<Arc<str>>,
        at: (usize, Naming),
    ) -> Result<(usize, Rule), Why> {
        match verdict {
            Verdict::Tied(trail, rule) => Ok((trail, rule)),
            Verdict::OnlyNamed(word, rule) => Ok((self.named(&word, context, account, at), rule)),
            Verdict::Open(why) => Err(why),
        }
    }

    fn give(
        &mut self,
        trail: usize,
        status: &Status,
        document: usize,
        item: usize,
        context: &Context,
    ) {
        let Some(draft) = self.trails.get_mut(trail) else {
            return;
        };
        if status.conflict.is_some() {
            draft.conflicts.push((document, item));
            return;
        }
        let region = match (context.region(&status.origin), &draft.trail.home_region) {
            (Some(asked), Some(home)) if asked == *home => 2,
            (Some(_), Some(_)) => 0,
            _ => 1,
        };
        let rank = Rank {
            region,
            complete: status.complete,
            as_of: context.as_of.map(|(at, _)| at),
            latest: status.latest,
            delivered: status.delivered,
        };
        draft.statuses.push((
            StatusRef {
                document,
                index: item,
            },
            rank,
        ));
    }

    /// Finishes every trail.
    fn settled(self, open: &Unattributed) -> Vec<Trail> {
        let Self {
            bundle,
            contexts,
            trails,
            ..
        } = self;
        let shelf = Shelf::new(bundle, contexts);
        let settle =
            |(index, draft): (usize, Draft)| draft.settle(index, bundle, contexts, &shelf, open);
        let trails = trails.into_par_iter().with_min_len(TOGETHER);
        trails.enumerate().map(settle).collect()
    }
}
