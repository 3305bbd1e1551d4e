//! One trail while it is being joined: which sighting and which status count.
//!
//! Ranks are total orders over what the evidence says; of equals the first in
//! the bundle counts.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::context::Context;
use super::log_groups::Shelf;
use super::unattributed::Unattributed;
use super::{Form, ProblemKind, Sorted, StatusProblem, StatusRef, Trail};
use crate::evidence::Bundle;
use crate::recognise::facts::Sighting;
use crate::report::{AsOfBasis, DocumentKind};

/// A trail while it is being joined.
pub(super) struct Draft {
    pub(super) trail: Trail,
    /// Statuses that count, and how well they do.
    pub(super) statuses: Vec<(StatusRef, Rank)>,
    pub(super) failures: Vec<(usize, usize)>,
    pub(super) conflicts: Vec<(usize, usize)>,
    pub(super) owner_known: bool,
    /// The forms by completeness and text, once they are too many to be gone
    /// through for each sighting.
    pub(super) forms: [HashMap<Box<str>, usize>; 2],
}

/// A trail has one form or two; from here on they are looked up.
const FEW: usize = 8;

/// How well a status speaks for its trail; the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Home region, then unknown region, then shadow region.
    pub(super) region: u8,
    pub(super) complete: bool,
    pub(super) as_of: Option<Timestamp>,
    pub(super) latest: Option<Timestamp>,
    pub(super) delivered: Option<Timestamp>,
}

impl Rank {
    /// Whether two statuses of equal standing, of one moment as far as AWS's
    /// times in them go, show deliveries more than a minute apart.
    fn disagrees(&self, other: &Self) -> bool {
        let standing = |rank: &Self| (rank.region, rank.complete, rank.as_of, rank.latest);
        let apart = match (self.delivered, other.delivered) {
            (None, None) => false,
            (Some(a), Some(b)) => a.duration_since(b).abs() > jiff::SignedDuration::from_mins(1),
            _ => true,
        };
        apart && standing(self) == standing(other)
    }
}

/// Why neither of two statuses counts.
fn rivalry(best: StatusRef, rival: StatusRef, bundle: &Bundle) -> StatusProblem {
    let name = |status: StatusRef| {
        let document = bundle.documents.get(status.document);
        document
            .map(|document| bundle.name(document))
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
        message: format!("{place} show different deliveries, and nothing says which is the later"),
        error: None,
        document: rival.document,
        index: rival.index,
    }
}

impl Draft {
    /// A trail of which nothing is known but what tells it apart.
    pub(super) fn new(
        id: Arc<str>,
        is_arn: bool,
        name: &str,
        home: Option<&str>,
        owner: Option<Arc<str>>,
    ) -> Self {
        Self {
            trail: Trail {
                arn: is_arn.then(|| Arc::clone(&id)),
                id,
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
            forms: Default::default(),
        }
    }

    pub(super) fn see(
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
        let known = self.form_of(sighting);
        let forms = &mut self.trail.sightings;
        let known = known.unwrap_or_else(|| {
            forms.push(Form {
                object: Arc::clone(&sighting.object),
                complete: sighting.complete,
                document,
                index,
                rank,
                regions: Sorted::default(),
                accounts: Sorted::default(),
            });
            forms.len() - 1
        });
        let Some(form) = forms.get_mut(known) else {
            return;
        };
        if rank > form.rank {
            (form.rank, form.document, form.index) = (rank, document, index);
        }
        form.regions.extend(region);
        form.accounts.extend(account);
    }

    /// The form that a sighting has, if it was met before.
    fn form_of(&mut self, sighting: &Sighting) -> Option<usize> {
        let forms = &self.trail.sightings;
        if forms.len() < FEW {
            return forms.iter().position(|form| {
                form.complete == sighting.complete
                    && (Arc::ptr_eq(&form.object, &sighting.object)
                        || form.object.text == sighting.object.text)
            });
        }
        let [parts, wholes] = &mut self.forms;
        for (index, form) in forms.iter().enumerate().skip(parts.len() + wholes.len()) {
            let known = if form.complete {
                &mut *wholes
            } else {
                &mut *parts
            };
            known.insert(form.object.text.clone(), index);
        }
        let known = if sighting.complete { wholes } else { parts };
        known.get(&sighting.object.text).copied()
    }

    /// Whether nothing at all was tied to it.
    pub(super) fn is_waiting(&self) -> bool {
        self.statuses.is_empty() && self.failures.is_empty() && self.conflicts.is_empty()
    }

    pub(super) fn settle(
        mut self,
        index: usize,
        bundle: &Bundle,
        contexts: &[Context],
        shelf: &Shelf<'_>,
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
        let rival = best.and_then(|(_, rank)| {
            let mut others = self.statuses.iter();
            others.find(|(_, other)| rank.disagrees(other))
        });
        let (best, rival) = (
            best.map(|(status, _)| *status),
            rival.map(|(status, _)| *status),
        );
        self.trail.status_problem = match (best, rival) {
            (Some(best), Some(rival)) if self.conflicts.is_empty() => {
                Some(rivalry(best, rival, bundle))
            }
            _ => self.problem(index, best, bundle, open),
        };
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
            && let Some((_, value)) = super::input::trail_fields(&form.object.text)
                .iter()
                .find(|(key, _)| key == crate::cloudtrail::keys::LOG_GROUP)
            && let Some(arn) = value.as_str()
        {
            trail.log_group = shelf.find(&arn);
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
            let document_of = bundle.documents.get(document);
            let failure = document_of.and_then(|document| document.failures.get(item));
            // What a call printed that failed, or an answer that is lost.
            let is_lost = document_of.is_some_and(|document| {
                matches!(
                    document.kind,
                    DocumentKind::Unreadable | DocumentKind::Manifest
                )
            });
            return failure.map(|failure| StatusProblem {
                kind: if is_lost {
                    ProblemKind::Unreadable
                } else {
                    ProblemKind::Failed
                },
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
        let Some((document, item, why)) = around.statuses.first() else {
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
            (ProblemKind::Unattributed, why.of(&name(document)))
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
