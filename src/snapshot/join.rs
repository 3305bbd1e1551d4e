//! Joins documents into accounts and trails.
//!
//! Everything is taken in the order of the bundle (by file name and place) and
//! decided by ranks and total orders, so that neither threads nor the file
//! system's order can show.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::attribute::{Candidate, Index, Rule, Verdict};
use super::context::{Context, contexts, is_status_call};
use super::log_groups::Shelf;
use super::{
    Account, AsOf, Form, Naming, ProblemKind, RegionAnswer, RegionOutcome, Snapshot, StatusProblem,
    StatusRef, Tie, Tied, Trail, UNKNOWN,
};
use crate::evidence::document::{Call, Document, Failure, Named, Sighting, Status};
use crate::evidence::{Bundle, arn};
use crate::report::AsOfBasis;

/// Joins a bundle's documents.
pub(super) fn join(bundle: &Bundle, as_of: AsOf) -> Snapshot {
    let contexts = contexts(bundle, as_of);
    let mut join = Join {
        bundle,
        contexts: &contexts,
        trails: Vec::new(),
        by_key: HashMap::new(),
        seen_in: BTreeSet::new(),
        sighted: HashMap::new(),
    };
    join.sightings();
    join.listed();
    let (ties, unattributed) = join.statuses();
    let trails = join.settled(&unattributed);
    let accounts = accounts(bundle, &contexts, trails, &unattributed);
    Snapshot { accounts, ties }
}

struct Join<'b> {
    bundle: &'b Bundle,
    contexts: &'b [Context],
    trails: Vec<Draft>,
    by_key: HashMap<Arc<str>, usize>,
    seen_in: BTreeSet<(Arc<str>, usize)>,
    /// Trail index of each sighting of a document, for statuses inside trails.
    sighted: HashMap<(usize, usize), usize>,
}

/// A trail while it is being joined.
struct Draft {
    trail: Trail,
    /// Statuses that count, and how well they do.
    statuses: Vec<(StatusRef, Rank)>,
    failures: Vec<(usize, usize)>,
    conflicts: Vec<(usize, usize)>,
    owner_known: bool,
}

/// How well a status speaks for its trail; the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// Home region, then unknown region, then shadow region.
    region: u8,
    complete: bool,
    as_of: Option<Timestamp>,
    latest: Option<Timestamp>,
    delivered: Option<Timestamp>,
}

impl<'b> Join<'b> {
    fn sightings(&mut self) {
        let bundle = self.bundle;
        for (number, (document, context)) in bundle.documents.iter().zip(self.contexts).enumerate()
        {
            let holds_statuses = document
                .statuses
                .iter()
                .any(|status| matches!(status.named, Named::Nested(_)));
            for (index, sighting) in document.trails.iter().enumerate() {
                let trail = self.trail_of(sighting, context);
                if holds_statuses {
                    self.sighted.insert((number, index), trail);
                }
                self.seen_in.insert((Arc::clone(&context.folder), trail));
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

    fn trail_of(&mut self, sighting: &Sighting, context: &Context) -> usize {
        let object = &sighting.object;
        let name = object.name.as_deref().unwrap_or_default();
        let key: Arc<str> = match &object.arn {
            Some(arn) => Arc::from(arn.as_ref()),
            // Without an ARN two folders' trails of one name are two trails.
            None if context.folder.is_empty() => Arc::from(name),
            None => format!("{}/{name}", context.folder).into(),
        };
        let owner = object
            .arn
            .as_deref()
            .and_then(arn::trail_arn)
            .map(|parts| parts.account)
            .filter(|account| arn::is_account(account));
        let owner = owner.map(Arc::from).or_else(|| {
            if object.arn.is_none() {
                context.account(&sighting.origin)
            } else {
                None
            }
        });
        self.draft(
            key,
            object.arn.as_deref(),
            name,
            object.home_region.as_deref(),
            owner,
        )
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
        self.trails.push(Draft {
            trail: Trail {
                arn: arn.map(|_| Arc::clone(&key)),
                id: key,
                name: name.into(),
                home_region: home.map(Into::into),
                account: owner,
                organization: false,
                owner_in_evidence: true,
                sightings: Vec::new(),
                named_at: None,
                status: None,
                status_problem: None,
                as_of: None,
                as_of_basis: AsOfBasis::Unknown,
                not_before: None,
                log_group: None,
            },
            statuses: Vec::new(),
            failures: Vec::new(),
            conflicts: Vec::new(),
            owner_known: false,
        });
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
                self.seen_in.insert((Arc::clone(&context.folder), trail));
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

    fn index(&self) -> Index {
        let candidates = self.trails.iter().map(|draft| {
            let trail = &draft.trail;
            let mut names = vec![Arc::clone(&trail.name)];
            if let Some(parts) = trail.arn.as_deref().and_then(arn::trail_arn)
                && parts.name != trail.name.as_ref()
                && !parts.name.is_empty()
            {
                names.push(parts.name.into());
            }
            let seen = trail
                .sightings
                .iter()
                .flat_map(|form| form.accounts.iter().cloned());
            Candidate {
                arn: trail.arn.clone(),
                names,
                accounts: seen.chain(trail.account.clone()).collect(),
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
        Index::new(candidates.collect(), self.seen_in.clone(), statuses)
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
                        None => Verdict::Open,
                    },
                    _ => index.tie(&file, context, &status.named, account.as_ref()),
                };
                let tied = self.tied(verdict, context, account, (number, Naming::Status(item)));
                match tied {
                    Some((trail, _)) => self.give(trail, status, number, item, context),
                    None => open.note(&context.folder, number, Some(item)),
                }
                ties.push(Tie {
                    document: number,
                    of: Tied::Status(item),
                    to: tied.and_then(|tied| self.told(tied)),
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
                    Some((trail, _)) => {
                        if let Some(draft) = self.trails.get_mut(trail) {
                            draft.failures.push((number, item));
                        }
                    }
                    None => open.note(&context.folder, number, None),
                }
                ties.push(Tie {
                    document: number,
                    of: Tied::Failure(item),
                    to: tied.and_then(|tied| self.told(tied)),
                });
            }
        }
        open.spread(&index);
        open.weigh(bundle, &self.trails);
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
    ) -> Option<(usize, Rule)> {
        match verdict {
            Verdict::Tied(trail, rule) => Some((trail, rule)),
            Verdict::OnlyNamed(word, rule) => Some((self.named(&word, context, account, at), rule)),
            Verdict::Open => None,
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
        trails.into_iter().enumerate().map(settle).collect()
    }
}

/// Statuses that no rule could tie, by the trails they may belong to.
#[derive(Default)]
struct Unattributed {
    by_folder: BTreeMap<Arc<str>, Around>,
    by_trail: HashMap<usize, Arc<str>>,
    /// Those with no trail around them at all.
    alone: Vec<usize>,
}

/// The unattributed statuses and failed status calls of one folder, and the
/// trails around it.
#[derive(Default)]
struct Around {
    statuses: Vec<(usize, usize)>,
    failures: Vec<usize>,
    trails: Vec<usize>,
    /// Whether whichever of them is a trail's own shows no delivery.
    never: bool,
}

impl Unattributed {
    fn note(&mut self, folder: &Arc<str>, document: usize, status: Option<usize>) {
        let around = self.by_folder.entry(Arc::clone(folder)).or_default();
        match status {
            Some(item) => around.statuses.push((document, item)),
            None => around.failures.push(document),
        }
    }

    /// Tells which trails each folder's statuses may belong to.
    fn spread(&mut self, index: &Index) {
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
    fn weigh(&mut self, bundle: &Bundle, trails: &[Draft]) {
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

    fn around(&self, trail: usize) -> Option<&Around> {
        self.by_folder.get(self.by_trail.get(&trail)?)
    }
}

impl Draft {
    fn see(
        &mut self,
        sighting: &Sighting,
        document: usize,
        index: usize,
        account: Option<Arc<str>>,
        region: Option<Arc<str>>,
    ) {
        let trail = &mut self.trail;
        trail.organization |= sighting.object.organization;
        if account.is_some() {
            self.owner_known = true;
        }
        let home = match (&region, &trail.home_region) {
            (Some(asked), Some(home)) if asked == home => 2,
            (Some(_), Some(_)) => 0,
            _ => 1,
        };
        let own = u8::from(account.is_none() || account == trail.account);
        let rank = u8::from(sighting.complete) * 8
            + u8::from(sighting.object.names_log_group) * 4 * u8::from(!sighting.complete)
            + home
            + own;
        let form = trail.sightings.iter_mut().find(|form| {
            form.complete == sighting.complete
                && (Arc::ptr_eq(&form.object, &sighting.object)
                    || form.object.text == sighting.object.text)
        });
        let form = match form {
            Some(form) => form,
            None => {
                trail.sightings.push(Form {
                    object: Arc::clone(&sighting.object),
                    complete: sighting.complete,
                    document,
                    index,
                    rank,
                    regions: BTreeSet::new(),
                    accounts: BTreeSet::new(),
                });
                let Some(form) = trail.sightings.last_mut() else {
                    return;
                };
                form
            }
        };
        if rank > form.rank {
            (form.rank, form.document, form.index) = (rank, document, index);
        }
        form.regions.extend(region);
        form.accounts.extend(account);
    }

    /// Whether nothing at all was tied to it.
    fn is_waiting(&self) -> bool {
        self.statuses.is_empty() && self.failures.is_empty() && self.conflicts.is_empty()
    }

    fn settle(
        mut self,
        index: usize,
        bundle: &Bundle,
        contexts: &[Context],
        shelf: &Shelf,
        open: &Unattributed,
    ) -> Trail {
        self.trail
            .sightings
            .sort_by(|a, b| (b.rank, a.document, a.index).cmp(&(a.rank, b.document, b.index)));
        // The greatest rank; of equal ones the first in the bundle.
        let best =
            self.statuses
                .iter()
                .fold(None::<&(StatusRef, Rank)>, |best, status| match best {
                    Some(known) if known.1 >= status.1 => Some(known),
                    _ => Some(status),
                });
        let best = best.map(|(status, _)| *status);
        self.trail.status_problem = self.problem(index, best, bundle, open);
        self.trail.status = best.filter(|_| self.trail.status_problem.is_none());
        let trail = &mut self.trail;
        let shown = trail.status.map(|status| status.document).or(trail
            .status_problem
            .as_ref()
            .map(|problem| problem.document));
        let shown = shown
            .or(trail.sightings.first().map(|form| form.document))
            .or(trail.named_at.map(|(document, _)| document));
        if let Some((at, basis)) = shown
            .and_then(|document| contexts.get(document))
            .and_then(|context| context.as_of)
        {
            (trail.as_of, trail.as_of_basis) = (Some(at), basis);
        }
        let seen_by = |account: &Arc<str>| {
            trail
                .sightings
                .iter()
                .any(|form| form.accounts.contains(account))
        };
        trail.owner_in_evidence = !self.owner_known || trail.account.as_ref().is_none_or(seen_by);
        if !shelf.is_empty()
            && let Some(form) = trail.sightings.first()
            && let Some(value) = super::input::trail_fields(&form.object.text)
                .remove(crate::evidence::keys::LOG_GROUP)
            && let Some(arn) = value.as_str()
        {
            trail.log_group = shelf.find(bundle, contexts, arn);
        }
        self.trail
    }

    fn problem(
        &self,
        index: usize,
        best: Option<StatusRef>,
        bundle: &Bundle,
        open: &Unattributed,
    ) -> Option<StatusProblem> {
        if let Some(&(document, item)) = self.conflicts.first() {
            let status = bundle
                .documents
                .get(document)
                .and_then(|document| document.statuses.get(item));
            let key = status
                .and_then(|status| status.conflict.as_deref())
                .unwrap_or_default();
            return Some(StatusProblem {
                kind: ProblemKind::Conflict,
                message: format!("the status holds `{key}` twice with different values"),
                error: None,
                document,
                index: item,
            });
        }
        if best.is_some() {
            return None;
        }
        if let Some(&(document, item)) = self.failures.first() {
            let failure = bundle
                .documents
                .get(document)
                .and_then(|document| document.failures.get(item));
            return failure.map(|failure| StatusProblem {
                kind: ProblemKind::Failed,
                message: failure.message.clone(),
                error: failure.error.clone(),
                document,
                index: item,
            });
        }
        let around = open.around(index)?;
        let name = |document: &usize| {
            bundle
                .documents
                .get(*document)
                .map(|document| bundle.name(document))
                .unwrap_or_default()
        };
        let Some((document, item)) = around.statuses.first() else {
            let document = around.failures.first()?;
            return Some(StatusProblem {
                kind: ProblemKind::Failed,
                message: format!(
                    "the failed call in `{}` doesn't say which trail it was for",
                    name(document)
                ),
                error: None,
                document: *document,
                index: 0,
            });
        };
        let (kind, message) = if around.never {
            let message = match around.statuses.len() {
                1 => format!(
                    "the status in `{}`, which may be this trail's, shows no delivery",
                    name(document)
                ),
                count => format!(
                    "none of the {count} statuses that may be this trail's shows a delivery, whichever is"
                ),
            };
            (ProblemKind::Never, message)
        } else {
            (
                ProblemKind::Unattributed,
                format!(
                    "the status in `{}` doesn't say which trail it is of, and nothing else does",
                    name(document)
                ),
            )
        };
        Some(StatusProblem {
            kind,
            message,
            error: None,
            document: *document,
            index: *item,
        })
    }
}

fn accounts(
    bundle: &Bundle,
    contexts: &[Context],
    trails: Vec<Trail>,
    open: &Unattributed,
) -> Vec<Account> {
    let unknown: Arc<str> = UNKNOWN.into();
    let mut accounts: BTreeMap<(bool, Arc<str>), Account> = BTreeMap::new();
    let owners: BTreeSet<Arc<str>> = trails
        .iter()
        .filter_map(|trail| trail.account.clone())
        .chain(
            contexts
                .iter()
                .filter_map(|context| context.account.clone()),
        )
        .collect();
    let sole = if owners.len() == 1 {
        owners.first().cloned()
    } else {
        None
    };
    let account = |id: Option<Arc<str>>,
                   accounts: &mut BTreeMap<(bool, Arc<str>), Account>,
                   edit: &mut dyn FnMut(&mut Account)| {
        let key = (id.is_none(), id.unwrap_or_else(|| Arc::clone(&unknown)));
        edit(accounts.entry(key.clone()).or_insert_with(|| Account {
            id: key.1,
            as_of: None,
            as_of_basis: AsOfBasis::Unknown,
            not_before: None,
            regions: Vec::new(),
            trails: Vec::new(),
        }));
    };
    for (number, (document, context)) in bundle.documents.iter().zip(contexts).enumerate() {
        for (index, answer) in document.answers.iter().enumerate() {
            let entry = RegionAnswer {
                region: context.region(&answer.origin),
                answer: if answer.trails == 0 {
                    RegionOutcome::Empty
                } else {
                    RegionOutcome::Trails
                },
                trails: answer.trails,
                error: None,
                document: number,
                index,
            };
            account(
                context.account(&answer.origin).or_else(|| sole.clone()),
                &mut accounts,
                &mut |account| account.regions.push(entry.clone()),
            );
        }
        let lost = document
            .failures
            .iter()
            .enumerate()
            .filter(|(_, failure)| failure.hides_trails);
        for (index, failure) in lost {
            let entry = RegionAnswer {
                region: context.region(&failure.origin),
                answer: RegionOutcome::Failed,
                trails: 0,
                error: Some(said(failure, document, bundle)),
                document: number,
                index,
            };
            account(
                context.account(&failure.origin).or_else(|| sole.clone()),
                &mut accounts,
                &mut |account| account.regions.push(entry.clone()),
            );
        }
        let latest = document
            .statuses
            .iter()
            .filter_map(|status| status.latest)
            .max();
        if latest.is_some() && context.account.is_some() {
            account(context.account.clone(), &mut accounts, &mut |account| {
                account.not_before = account.not_before.max(latest)
            });
        }
    }
    for number in &open.alone {
        let Some((document, context)) = bundle.documents.get(*number).zip(contexts.get(*number))
        else {
            continue;
        };
        let entry = RegionAnswer {
            region: context.region.clone(),
            answer: RegionOutcome::Failed,
            trails: 0,
            error: Some(format!(
                "no answer of describe-trails: the trail whose status `{}` is isn't known",
                bundle.name(document)
            )),
            document: *number,
            index: usize::MAX,
        };
        account(
            context.account.clone().or_else(|| sole.clone()),
            &mut accounts,
            &mut |account| account.regions.push(entry.clone()),
        );
    }
    for trail in trails {
        let mut trail = Some(trail);
        account(
            trail.as_ref().and_then(|trail| trail.account.clone()),
            &mut accounts,
            &mut |account| account.trails.extend(trail.take()),
        );
    }
    let mut accounts: Vec<Account> = accounts
        .into_values()
        .filter(|account| !(account.trails.is_empty() && account.regions.is_empty()))
        .collect();
    for account in &mut accounts {
        finish(account, bundle, contexts);
    }
    accounts
}

fn said(failure: &Failure, document: &Document, bundle: &Bundle) -> String {
    format!("`{}`: {}", bundle.name(document), failure.message)
}

/// Orders an account's parts and settles its times.
fn finish(account: &mut Account, bundle: &Bundle, contexts: &[Context]) {
    account.trails.sort_by(|a, b| a.id.cmp(&b.id));
    account.regions.sort_by(|a, b| {
        (&a.region, a.answer, a.document, a.index).cmp(&(&b.region, b.answer, b.document, b.index))
    });
    let known = account.id.as_ref() != UNKNOWN;
    let latest = |trail: &Trail| {
        let status = trail.status.or(trail
            .status_problem
            .as_ref()
            .filter(|problem| problem.kind == ProblemKind::Conflict)
            .map(|problem| StatusRef {
                document: problem.document,
                index: problem.index,
            }))?;
        bundle
            .documents
            .get(status.document)?
            .statuses
            .get(status.index)?
            .latest
    };
    let all = account.trails.iter().filter_map(latest).max();
    if known {
        account.not_before = account.not_before.max(all);
    }
    for trail in &mut account.trails {
        // Of accounts that can't be told apart each trail speaks for itself.
        trail.not_before = if known {
            account.not_before
        } else {
            latest(trail)
        };
        if trail.as_of.is_none() && trail.not_before.is_some() {
            trail.as_of_basis = AsOfBasis::LowerBound;
        }
    }
    let times = account
        .trails
        .iter()
        .filter_map(|trail| trail.as_of.map(|at| (at, trail.as_of_basis)));
    let regions = account.regions.iter().filter_map(|region| {
        contexts
            .get(region.document)
            .and_then(|context| context.as_of)
    });
    if let Some((at, basis)) = times
        .chain(regions)
        .max_by(|a, b| (a.0, std::cmp::Reverse(a.1)).cmp(&(b.0, std::cmp::Reverse(b.1))))
    {
        (account.as_of, account.as_of_basis) = (Some(at), basis);
    } else if account.not_before.is_some() {
        account.as_of_basis = AsOfBasis::LowerBound;
    }
}
