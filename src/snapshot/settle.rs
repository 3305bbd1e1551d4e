//! Which of a trail's sightings and statuses count.
//!
//! The newest collection that asked its account and region decides, also where
//! it says that the trail is gone or where its call failed. In a collection the
//! home region decides over the others. Ranks are total orders over what the
//! evidence says; of equals the first in the bundle counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::asked::{AskedOf, Listed};
use super::collection::{Made, newest};
use super::context::Context;
use super::draft::{Draft, Part, Rank};
use super::log_groups::Shelf;
use super::open::Open;
use super::{Form, ProblemKind, Sorted, StatusProblem, StatusRef, Trail};
use crate::cloudtrail::keys;
use crate::evidence::Bundle;
use crate::report::{AsOfBasis, DocumentKind};

/// What every trail is settled with.
pub(super) struct Settling<'b> {
    pub(super) bundle: &'b Bundle,
    pub(super) contexts: &'b [Context],
    pub(super) asked: &'b AskedOf,
    pub(super) groups: Shelf<'b>,
    pub(super) open: &'b Open,
}

/// What the collections come to for one trail.
struct Deciding {
    /// The parts that count for its configuration.
    listing: Vec<usize>,
    /// The parts that count for its status.
    status: Vec<usize>,
    /// Why its configuration isn't known although an older collection shows it.
    unknown: Option<String>,
}

impl Settling<'_> {
    /// The trail; nothing where the newest collection says that it is gone.
    pub(super) fn settle(&self, draft: Draft) -> Option<Trail> {
        let deciding = self.deciding(&draft)?;
        let accounts: Sorted = draft
            .parts
            .iter()
            .flat_map(|part| &part.forms)
            .flat_map(|form| form.accounts.iter().cloned())
            .collect();
        let mut sightings: Vec<Form> = Vec::new();
        let mut statuses: Vec<(StatusRef, Rank)> = Vec::new();
        let mut failures = Vec::new();
        let mut conflicts = Vec::new();
        let collections: Vec<Arc<str>> = draft
            .parts
            .iter()
            .map(|part| Arc::clone(&part.collection))
            .collect();
        let mut of_collection: Vec<usize> = Vec::new();
        for (number, part) in draft.parts.into_iter().enumerate() {
            let Part {
                forms,
                statuses: own,
                failures: failed,
                conflicts: conflicting,
                ..
            } = part;
            if deciding.listing.contains(&number) {
                sightings.extend(forms);
            }
            if deciding.status.contains(&number) {
                of_collection.extend(own.iter().map(|_| number));
                statuses.extend(own);
                failures.extend(failed);
                conflicts.extend(conflicting);
            }
        }
        sightings.sort_by(|a, b| (b.rank, a.document, a.index).cmp(&(a.rank, b.document, b.index)));
        let (best, problem) = self.status(&statuses, &of_collection, &failures, &conflicts);
        let problem = problem.or_else(|| match best {
            None => self
                .open
                .problem(&collections, &accounts, draft.account.as_ref()),
            Some(_) => None,
        });
        let owner_in_evidence = !draft.owner_known
            || draft
                .account
                .as_ref()
                .is_none_or(|account| accounts.contains(account));
        let mut trail = Trail {
            arn: draft.is_arn.then(|| Arc::clone(&draft.id)),
            id: draft.id,
            name: draft.name,
            home_region: draft.home,
            account: draft.account,
            organization: draft.organization,
            owner_in_evidence,
            sightings,
            unknown: deciding.unknown,
            named_at: draft.named_at,
            status: best.filter(|_| problem.is_none()),
            status_problem: problem,
            status_of_member: false,
            as_of: None,
            as_of_basis: AsOfBasis::Unknown,
            not_before: None,
            log_group: None,
        };
        self.times(&mut trail);
        self.log_group(&mut trail);
        Some(trail)
    }

    /// Which collections decide.
    fn deciding(&self, draft: &Draft) -> Option<Deciding> {
        let all: Vec<usize> = (0..draft.parts.len()).collect();
        if draft.parts.len() < 2 && !self.asked.is_repeated {
            return Some(Deciding {
                listing: all.clone(),
                status: all,
                unknown: None,
            });
        }
        let mut regions = Sorted::default();
        let mut accounts = Sorted::default();
        accounts.extend(draft.account.clone());
        for form in draft.parts.iter().flat_map(|part| &part.forms) {
            regions.extend(form.regions.iter().cloned());
            accounts.extend(form.accounts.iter().cloned());
        }
        // When each collection was made, and how well it asked for the trail.
        let mut lists: BTreeMap<Arc<str>, (Made, Option<Listed>)> = BTreeMap::new();
        let mut note = |account: Option<&Arc<str>>| {
            let collections = self.asked.collections(account).into_iter().flatten();
            for (collection, asked) in collections {
                let is_part = draft
                    .parts
                    .iter()
                    .any(|part| part.collection == *collection);
                let listed = asked.of(draft.home.as_ref(), &regions);
                if is_part || listed.is_some() {
                    let known = lists.entry(Arc::clone(collection)).or_default();
                    *known = (known.0.and(asked.made), known.1.max(listed));
                }
            }
        };
        match accounts.is_empty() {
            true => note(None),
            // An organization's trail is seen by very many; its owner decides.
            false if draft.organization && self.asks_owner(draft) => {
                note(draft.account.as_ref());
            }
            false => accounts.iter().for_each(|account| note(Some(account))),
        }
        let parts: BTreeMap<&Arc<str>, usize> = draft
            .parts
            .iter()
            .enumerate()
            .map(|(number, part)| (&part.collection, number))
            .collect();
        for collection in parts.keys() {
            lists.entry(Arc::clone(collection)).or_default();
        }
        let made = |listing_only: bool| -> Vec<(Arc<str>, Made)> {
            let all = lists.iter().filter(|(collection, (_, listed))| {
                let shows = parts
                    .get(collection)
                    .and_then(|number| draft.parts.get(*number))
                    .is_some_and(|part| !part.forms.is_empty());
                !listing_only || listed.is_some() || shows
            });
            all.map(|(collection, (made, _))| (Arc::clone(collection), *made))
                .collect()
        };
        let listing = newest(&made(true));
        let status = newest(&made(false));
        let shows = |collection: &Arc<str>| {
            let part = parts
                .get(collection)
                .and_then(|number| draft.parts.get(*number));
            part.is_some_and(|part| !part.forms.is_empty())
        };
        let lacking: Vec<&Arc<str>> = listing.iter().filter(|one| !shows(one)).collect();
        let how = |collection: &Arc<str>| lists.get(collection).and_then(|(_, listed)| *listed);
        let is_gone = |collection: &&Arc<str>| how(collection) == Some(Listed::Whole);
        let was_listed = draft.parts.iter().any(|part| !part.forms.is_empty());
        let unknown = match lacking.as_slice() {
            _ if !was_listed => None,
            [] => None,
            lacking if lacking.len() == listing.len() && lacking.iter().all(is_gone) => {
                return None;
            }
            lacking if lacking.iter().any(is_gone) => Some(
                "one collection lists it, another one doesn't, and nothing says which is the later"
                    .to_owned(),
            ),
            lacking if lacking.len() == listing.len() => Some(
                "the newest collection doesn't show it, and doesn't list all trails".to_owned(),
            ),
            _ => None,
        };
        let numbers = |collections: &[Arc<str>]| {
            let all = collections.iter().filter_map(|one| parts.get(one).copied());
            let mut all: Vec<usize> = all.collect();
            all.sort_unstable();
            all
        };
        Some(Deciding {
            listing: numbers(&listing),
            status: numbers(&status),
            unknown,
        })
    }

    /// Whether the evidence holds anything of the account that owns the trail.
    fn asks_owner(&self, draft: &Draft) -> bool {
        let owner = draft.account.as_ref();
        owner.is_some() && self.asked.collections(owner).is_some()
    }

    /// The status that counts, or why none does.
    fn status(
        &self,
        statuses: &[(StatusRef, Rank)],
        collections: &[usize],
        failures: &[(usize, usize, u8)],
        conflicts: &[(usize, usize)],
    ) -> (Option<StatusRef>, Option<StatusProblem>) {
        // The greatest rank; of equal ones the first in the bundle.
        let mut best: Option<(usize, &(StatusRef, Rank))> = None;
        for (number, status) in statuses.iter().enumerate() {
            if best.is_none_or(|(_, known)| known.1 < status.1) {
                best = Some((number, status));
            }
        }
        if let Some(&(document, item)) = conflicts.first() {
            return (None, Some(self.twice(document, item)));
        }
        let home_failed = |rank: &Rank| {
            let mut failed = failures.iter();
            failed.any(|(_, _, standing)| *standing > rank.region)
        };
        match best {
            Some((number, (status, rank))) if !home_failed(rank) => {
                let text = |status: StatusRef| status.of(self.bundle).map(|status| &status.text);
                let file = |status: StatusRef| {
                    let document = self.bundle.documents.get(status.document);
                    document.map(|document| document.file)
                };
                let rival = statuses
                    .iter()
                    .enumerate()
                    .find(|(other, (rival, standing))| {
                        let is_same_run = collections.get(number) == collections.get(*other);
                        let is_one_answer = file(*rival) == file(*status);
                        let may_be_it = rank.is_level(standing)
                            || !is_same_run
                            || (is_one_answer && rank.region == standing.region);
                        *other != number
                            && text(*rival) != text(*status)
                            && rank.is_apart(standing)
                            && may_be_it
                    });
                match rival {
                    Some((_, (rival, _))) => (Some(*status), Some(self.rivalry(*status, *rival))),
                    None => (Some(*status), None),
                }
            }
            _ => (
                None,
                failures
                    .iter()
                    .max_by_key(|(.., standing)| *standing)
                    .and_then(|(document, item, _)| self.failed(*document, *item)),
            ),
        }
    }

    fn twice(&self, document: usize, item: usize) -> StatusProblem {
        let status = StatusRef {
            document,
            index: item,
        };
        let key = status
            .of(self.bundle)
            .and_then(|status| status.conflict.as_deref());
        StatusProblem {
            kind: ProblemKind::Conflict,
            message: format!(
                "the status holds `{}` twice with different values",
                key.unwrap_or_default()
            ),
            error: None,
            document,
            index: item,
        }
    }

    fn failed(&self, document: usize, item: usize) -> Option<StatusProblem> {
        let document_of = self.bundle.documents.get(document)?;
        let failure = document_of.failures.get(item)?;
        // What a call printed that failed, or an answer that is lost.
        let is_lost = matches!(
            document_of.kind,
            DocumentKind::Unreadable | DocumentKind::Manifest
        );
        Some(StatusProblem {
            kind: if is_lost {
                ProblemKind::Unreadable
            } else {
                ProblemKind::Failed
            },
            message: failure.message.clone(),
            error: failure.error.clone(),
            document,
            index: item,
        })
    }

    /// Why neither of two statuses counts.
    fn rivalry(&self, best: StatusRef, rival: StatusRef) -> StatusProblem {
        let name = |status: StatusRef| {
            let document = self.bundle.documents.get(status.document);
            document
                .map(|document| self.bundle.name(document))
                .unwrap_or_default()
        };
        let (one, other) = (name(best), name(rival));
        let place = if one == other {
            format!("two statuses in `{one}`")
        } else {
            format!("the statuses in `{one}` and `{other}`")
        };
        StatusProblem {
            kind: ProblemKind::Conflict,
            message: format!(
                "{place} show different deliveries, and nothing says which is the later"
            ),
            error: None,
            document: rival.document,
            index: rival.index,
        }
    }

    /// When what counts was collected, and the bound that AWS's own times give.
    fn times(&self, trail: &mut Trail) {
        let problem = trail.status_problem.as_ref();
        let shown = trail.status.or(problem
            .filter(|problem| problem.kind == ProblemKind::Conflict)
            .map(StatusProblem::place));
        let status = shown.and_then(|status| status.of(self.bundle));
        let first = trail.sightings.first();
        let document = shown
            .map(|status| status.document)
            .or(problem.map(|problem| problem.document))
            .or(first.map(|form| form.document))
            .or(trail.named_at.map(|(document, _)| document));
        let Some(context) = document.and_then(|document| self.contexts.get(document)) else {
            return;
        };
        let sighted = || {
            let form = first.filter(|_| problem.is_none())?;
            let document = self.bundle.documents.get(form.document)?;
            document.trails.get(form.index)?.collected
        };
        let collected = match status {
            Some(status) => status.collected,
            None => sighted(),
        };
        if let Some((at, basis)) = context.as_of(collected, &trail.name) {
            (trail.as_of, trail.as_of_basis) = (Some(at), basis);
        }
        if let Some(status) = status {
            let account = context.account(&status.origin);
            let asked = self.asked.asked(account.as_ref(), &context.collection);
            let bound = asked.and_then(|asked| asked.made.latest);
            // Of accounts that can't be told apart each trail speaks for itself.
            trail.not_before = match account {
                Some(_) => bound.max(status.latest),
                None => status.latest,
            };
            trail.status_of_member = trail.organization
                && account.is_some()
                && trail.account.is_some()
                && account != trail.account;
        }
        if trail.as_of.is_none() && trail.not_before.is_some() {
            trail.as_of_basis = AsOfBasis::LowerBound;
        }
    }

    fn log_group(&self, trail: &mut Trail) {
        if self.groups.is_empty() {
            return;
        }
        if let Some(form) = trail.sightings.first()
            && let Some((_, value)) = super::input::trail_fields(&form.object.text)
                .iter()
                .find(|(key, _)| key == keys::LOG_GROUP)
            && let Some(arn) = value.as_str()
        {
            trail.log_group = self.groups.find(&arn);
        }
    }
}
