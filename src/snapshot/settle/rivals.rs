//! What statuses of one trail come to that stand against each other.

use super::Settling;
use crate::snapshot::draft::Rank;
use crate::snapshot::{ProblemKind, StatusProblem, StatusRef};

impl Settling<'_> {
    /// The status that counts beside later ones that other accounts see: the one with
    /// the newest delivery, unless what is later shows an earlier one.
    pub(super) fn beside_later(
        &self,
        best: StatusRef,
        statuses: &[(StatusRef, Rank)],
        later: &[(StatusRef, Rank)],
    ) -> (Option<StatusRef>, Option<StatusProblem>) {
        let rank = statuses.iter().find(|(status, _)| *status == best);
        let delivered = rank.and_then(|(_, rank)| rank.delivered);
        let shown = || later.iter().filter(|(_, rank)| rank.delivered.is_some());
        let goes_back = |later: &Rank| {
            rank.is_some_and(|(_, rank)| later.is_apart(rank)) && later.delivered < delivered
        };
        match shown().find(|(_, later)| goes_back(later)) {
            Some((rival, _)) => {
                let why = "the later one shows an earlier one";
                (Some(best), Some(self.rivalry(best, *rival, why)))
            }
            None => {
                let newest = shown().max_by_key(|(_, rank)| *rank);
                (Some(newest.map_or(best, |(status, _)| *status)), None)
            }
        }
    }

    /// Why neither of two statuses counts.
    pub(super) fn rivalry(&self, best: StatusRef, rival: StatusRef, why: &str) -> StatusProblem {
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
            message: format!("{place} show different deliveries, and {why}"),
            error: None,
            document: rival.document,
            index: rival.index,
        }
    }

    /// Why a status doesn't count that a collection without one may be later than.
    pub(super) fn without(&self, best: StatusRef, without: &str) -> StatusProblem {
        let place = match without {
            "" => "the evidence's own folder".to_owned(),
            folder => match folder.rsplit_once('@') {
                Some((_, at)) if at.parse::<jiff::Timestamp>().is_ok() => {
                    format!("the run of {at}")
                }
                _ => format!("`{folder}`"),
            },
        };
        StatusProblem {
            kind: ProblemKind::Conflict,
            message: format!(
                "{place} shows the trail and has no status of it, and nothing says that it is older than the status"
            ),
            error: None,
            document: best.document,
            index: best.index,
        }
    }
}
