//! Which of a trail's sightings and statuses count.
//!
//! The newest collection that asked its account and region decides, also where
//! it says that the trail is gone or where its call failed. In a collection the
//! home region decides over the others. Ranks are total orders over what the
//! evidence says; of equals the first in the bundle counts.

mod rivals;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::asked::AskedOf;
use super::context::Context;
use super::doubt::{Unread, misdated, of_strangers, outdated, unread};
use super::draft::{Draft, Failed, HOME_REGION, Part, Rank, UNKNOWN_REGION};
use super::log_groups::Shelf;
use super::open::Open;
use super::runs::Runs;
use super::{Form, ProblemKind, Sorted, StatusProblem, StatusRef, Trail};
use crate::cloudtrail::keys;
use crate::evidence::Bundle;
use crate::finding::{AsOfBasis, DocumentKind};

/// What every trail is settled with.
pub(super) struct Settling<'b> {
    pub(super) bundle: &'b Bundle,
    pub(super) contexts: &'b [Context],
    pub(super) asked: &'b AskedOf,
    pub(super) groups: Shelf<'b>,
    pub(super) open: &'b Open,
    pub(super) runs: Runs<'b>,
    /// The latest of AWS's times in the statuses of an account's trails, by
    /// collection and by the account in their ARNs, if they have one.
    pub(super) latest: HashMap<(Arc<str>, Option<Arc<str>>), Timestamp>,
    /// The ARNs that list-trails shows: to an account its own trails alone.
    pub(super) owned: HashSet<&'b str>,
    /// What is said of trails at places that aren't read.
    pub(super) unread: Unread<'b>,
}

impl Settling<'_> {
    /// The trail; nothing where the newest collection says that it is gone.
    pub(super) fn settle(&self, mut draft: Draft) -> Option<Trail> {
        let deciding = self.runs.deciding(&draft)?;
        let accounts: Sorted = draft
            .parts
            .iter()
            .flat_map(|part| &part.forms)
            .flat_map(|form| &form.accounts)
            .collect();
        let mut sightings: Vec<Form> = Vec::new();
        let mut statuses: Vec<(StatusRef, Rank)> = Vec::new();
        let mut later: Vec<(StatusRef, Rank)> = Vec::new();
        let mut failures = Vec::new();
        let mut conflicts = Vec::new();
        let collections: Vec<Arc<str>> = draft
            .parts
            .iter()
            .map(|part| Arc::clone(&part.collection))
            .collect();
        let mut listing = deciding.listing.iter();
        let outdated = listing.find_map(|number| outdated(draft.parts.get(*number)?));
        let parts = deciding.listing.iter();
        let mut parts = parts.filter_map(|number| draft.parts.get(*number));
        let unread = parts.find_map(|part| unread(part, &draft, &self.unread));
        let mut of_collection: Vec<usize> = Vec::new();
        for (number, part) in std::mem::take(&mut draft.parts).into_iter().enumerate() {
            let Part {
                forms,
                statuses: own,
                failures: failed,
                conflicts: conflicting,
                ..
            } = part;
            let is_later = deciding.later.contains(&number);
            if is_later || deciding.listing.contains(&number) {
                sightings.extend(forms);
            }
            if is_later {
                later.extend(own);
                continue;
            }
            if deciding.status.contains(&number) {
                of_collection.extend(own.iter().map(|_| number));
                statuses.extend(own);
                failures.extend(failed.into_iter().map(|failed| (number, failed)));
                conflicts.extend(conflicting);
            }
        }
        sightings.sort_by(|a, b| (b.rank, a.document, a.index).cmp(&(a.rank, b.document, b.index)));
        let (best, problem) = self.status(&statuses, &of_collection, &failures, &conflicts);
        let (best, problem) = match (best, problem) {
            (Some(best), None) => self.beside_later(best, &statuses, &later),
            none => none,
        };
        let problem = problem.or_else(|| {
            let (best, without) = best.zip(deciding.without.as_ref())?;
            Some(self.without(best, without))
        });
        // What a member sees counts where no answer may be the owner's own.
        let mut ranks = statuses.iter().filter(|(status, _)| Some(*status) == best);
        let is_own = ranks.any(|(_, rank)| rank.own);
        let owner = draft.account.as_ref();
        let problem = problem.or_else(|| match best {
            None => self.open.problem(&collections, &accounts, owner),
            Some(_) if is_own => None,
            Some(_) => self.open.status(&collections, owner),
        });
        let stranger = of_strangers(&draft, &sightings);
        let mut forms = sightings.iter();
        let is_torn = forms.clone().any(|form| form.object.lacks_log_group)
            && forms.any(|form| form.object.names_log_group);
        let torn = is_torn.then(|| {
            "one answer shows its log group, and another only the role that writes there".to_owned()
        });
        let owner_in_evidence =
            !draft.owner_known || owner.is_none_or(|account| accounts.contains(account));
        let unknown = deciding.unknown.or(stranger).or(torn);
        let mut trail = Trail {
            arn: draft.is_arn.then(|| Arc::clone(&draft.id)),
            id: draft.id,
            name: draft.name,
            home_region: draft.home,
            account: draft.account,
            organization: draft.organization,
            owner_in_evidence,
            sightings,
            unknown: unknown.or(outdated).or(unread),
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

    /// The status that counts, or why none does.
    fn status(
        &self,
        statuses: &[(StatusRef, Rank)],
        collections: &[usize],
        failures: &[(usize, Failed)],
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
            return (None, Some(self.torn(document, item)));
        }
        // The home region's answer makes up for what failed in another, the owner's
        // for a member's, and a second try for what failed above it in a transcript.
        // Another collection that may be the later one has its own answer.
        let home_failed = |number: usize, status: StatusRef, rank: &Rank| {
            let own = (rank.own, u8::from(rank.region == HOME_REGION));
            let collection = collections.get(number);
            failures.iter().any(|(failed, (document, _, standing))| {
                let is_weaker =
                    *standing < own && (collection == Some(failed) || standing.0 != rank.own);
                !is_weaker && !self.is_tried_again(*document, status.document)
            })
        };
        match best {
            Some((number, (status, rank))) if !home_failed(number, *status, rank) => {
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
                        let is_unknown = [rank, standing]
                            .iter()
                            .any(|of| of.region == UNKNOWN_REGION);
                        let is_open = !standing.is_older(rank) && !rank.is_older(standing);
                        let may_be_it = rank.own == standing.own
                            && (rank.is_level(standing)
                                || (is_open && rank.region == standing.region)
                                || !is_same_run
                                || (is_one_answer && rank.region == standing.region)
                                || (is_unknown && !standing.is_older(rank))
                                || (rank.region == standing.region && rank.is_older(standing))
                                || (rank.region == standing.region && rank.goes_back(standing)));
                        *other != number
                            && !(is_same_run && self.shows_nothing(*rival))
                            && text(*rival) != text(*status)
                            && (rank.is_apart(standing)
                                || (!is_same_run && rank.shows() != standing.shows()))
                            && may_be_it
                    });
                match rival {
                    Some((_, (rival, _))) => {
                        let why = "nothing says which is the later";
                        (Some(*status), Some(self.rivalry(*status, *rival, why)))
                    }
                    None => (Some(*status), None),
                }
            }
            _ => (
                None,
                failures
                    .iter()
                    .map(|(_, failed)| failed)
                    .max_by_key(|(.., standing)| *standing)
                    .and_then(|(document, item, _)| self.failed(*document, *item)),
            ),
        }
    }

    /// Whether a status was selected from a whole one without its delivery: it
    /// shows none, and none that never was.
    fn shows_nothing(&self, status: StatusRef) -> bool {
        let speaks = |text: &str| keys::fold(text).contains("cloudwatchlogsdelivery");
        let status = status.of(self.bundle);
        status.is_some_and(|status| !status.complete && !speaks(&status.text))
    }

    fn torn(&self, document: usize, item: usize) -> StatusProblem {
        let status = StatusRef {
            document,
            index: item,
        };
        let conflict = status
            .of(self.bundle)
            .and_then(|status| status.conflict.as_ref());
        let message = conflict.map(|conflict| conflict.message.to_string());
        StatusProblem {
            kind: ProblemKind::Conflict,
            message: message.unwrap_or_default(),
            error: None,
            document,
            index: item,
        }
    }

    /// Whether a call that failed stands in a file above a status.
    fn is_tried_again(&self, failed: usize, status: usize) -> bool {
        let documents = &self.bundle.documents;
        let both = documents.get(failed).zip(documents.get(status));
        both.is_some_and(|(failed_at, at)| {
            failed_at.file == at.file
                && failed_at.start.byte < at.start.byte
                && !self.is_lost(failed)
        })
    }

    /// Whether a document stands for an answer that is lost, and not for what a
    /// call printed that failed.
    fn is_lost(&self, document: usize) -> bool {
        let kind = self.bundle.documents.get(document).map(|one| one.kind);
        matches!(
            kind,
            Some(DocumentKind::Unreadable | DocumentKind::Manifest)
        )
    }

    fn failed(&self, document: usize, item: usize) -> Option<StatusProblem> {
        let document_of = self.bundle.documents.get(document)?;
        let failure = document_of.failures.get(item)?;
        Some(StatusProblem {
            kind: if self.is_lost(document) {
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
            let asked = self.asked.asked(account, &context.collection);
            let bound = asked.and_then(|asked| asked.made.latest);
            let own = status.latest.max(status.collected);
            let of = |account| self.latest.get(&(Arc::clone(&context.collection), account));
            let bound = match account {
                Some(_) => bound,
                None => of(trail.account.clone()).max(of(None)).copied(),
            };
            // A time that is of this very answer is bound by it alone.
            trail.not_before = match context.is_of_answer(collected, &trail.name) {
                true => own,
                false => bound.max(own),
            };
            // Where nothing says who asked, a member may have.
            let is_owner = match account {
                Some(account) => Some(account) == trail.account.as_ref(),
                None => self.owned.contains(&*trail.id),
            };
            trail.status_of_member = trail.organization && !is_owner;
            if let Some(message) = misdated(status, trail.as_of, trail.as_of_basis)
                && let Some(StatusRef { document, index }) = trail.status.take()
            {
                trail.status_problem = Some(StatusProblem {
                    kind: ProblemKind::Unreadable,
                    message,
                    error: None,
                    document,
                    index,
                });
            }
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
