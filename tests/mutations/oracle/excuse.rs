//! What holes leave open: whether an account may be said to have no trails, and
//! which holes an answer makes up for.

use super::evidence::{Evidence, Hole, Origin, Status};
use super::path::{self, Said};
use super::tie::{arn, tied};
use super::units::is_member;
use super::{Trail, Word};

/// Whether an account as a whole may pass or fail.
pub(crate) fn account(evidence: &Evidence, id: &str, word: Word) -> Result<(), &'static str> {
    let is_account = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    if !is_account || word != Word::Fail {
        return Ok(());
    }
    let of = |origin: &Origin| {
        origin
            .account
            .as_deref()
            .is_none_or(|account| account == id)
    };
    let trails = evidence.sightings.iter().any(|one| {
        one.origin.account.as_deref() == Some(id)
            || arn(one)
                .and_then(Trail::of)
                .is_some_and(|trail| trail.account == id)
    });
    if trails {
        return Err("the account has a trail");
    }
    // A call that failed for another account's trail is none of this one's.
    let of_other = |hole: &Hole| {
        let arns = named(evidence, hole);
        let mut owners = arns.iter().filter_map(|arn| Trail::of(arn));
        !arns.is_empty() && owners.all(|trail| trail.account != id)
    };
    let mut holes = evidence.holes.iter();
    if holes.any(|hole| of(&hole.origin) && !of_other(hole)) {
        return Err("a call failed or can't be read");
    }
    let lists: Vec<bool> = evidence
        .lists
        .iter()
        .filter(|list| of(&list.origin))
        .map(|list| list.is_whole)
        .collect();
    if lists.is_empty() {
        return Err("no list of trails");
    }
    match lists.iter().all(|whole| *whole) {
        true => Ok(()),
        false => Err("the list isn't whole"),
    }
}

/// The listed trails that a hole names: by its file's name or its text.
fn named(evidence: &Evidence, hole: &Hole) -> Vec<String> {
    let file = hole.origin.file.rsplit('/').next().unwrap_or_default();
    let mut listed: Vec<(String, String)> = evidence
        .sightings
        .iter()
        .filter_map(arn)
        .filter_map(|arn| Some((arn.to_owned(), Trail::of(arn)?.name.to_owned())))
        .collect();
    if let Said::These(arns) = path::said(file, true, &listed) {
        return arns;
    }
    // Of a call that names nobody it is the only trail that is listed beside it.
    let beside = evidence.sightings.iter().filter(|one| {
        let (one, own) = (&one.origin, &hole.origin);
        (&one.account, &one.region, &one.unit) == (&own.account, &own.region, &own.unit)
    });
    let mut beside: Vec<&str> = beside.filter_map(arn).collect();
    beside.dedup();
    if let ([only], true, true) = (beside.as_slice(), hole.arns.is_empty(), hole.is_of_status) {
        return vec![(*only).to_owned()];
    }
    // AWS answers with the region that was asked, wherever the trail's home is.
    let is_named = |own: &str| {
        let own = Trail::of(own);
        let mut told = hole.arns.iter().filter_map(|arn| Trail::of(arn));
        told.any(|told| {
            own.as_ref()
                .is_some_and(|own| (own.account, own.name) == (told.account, told.name))
        })
    };
    listed.retain(|(arn, _)| is_named(arn));
    listed.into_iter().map(|(arn, _)| arn).collect()
}

/// Whether a hole is in a collection that a newer one of its account and region
/// replaces, or one of its trail's; or is a shadow region's status of a trail, which
/// the home region's own makes up for.
pub(crate) fn is_excused(evidence: &Evidence, hole: &Hole) -> bool {
    let at = &hole.origin;
    let time = |origin: &Origin| {
        let own =
            |one: &&Status| one.origin.unit == origin.unit && one.origin.account == origin.account;
        let latest = evidence
            .statuses
            .iter()
            .filter(own)
            .filter_map(|one| one.latest);
        let lists = evidence
            .lists
            .iter()
            .filter(|one| one.origin.unit == origin.unit);
        let headers = lists.filter_map(|one| one.as_of);
        origin.stamp.or(latest.chain(headers).reduce(f64::max))
    };
    let is_later =
        |origin: &Origin| matches!((time(origin), time(at)), (Some(new), Some(old)) if new > old);
    let mut lists = evidence.lists.iter().map(|list| &list.origin);
    if lists
        .any(|list| (&list.account, &list.region) == (&at.account, &at.region) && is_later(list))
    {
        return true;
    }
    let arns = named(evidence, hole);
    let mut trails = arns.iter().filter_map(|arn| Trail::of(arn));
    !arns.is_empty()
        && trails.all(|trail| {
            let away = at
                .region
                .as_deref()
                .is_some_and(|region| region != trail.region);
            let is_member = is_member(at, &trail);
            evidence.statuses.iter().any(|status| {
                let home = status.origin.region.as_deref() == Some(trail.region);
                let makes_up = away && home && status.origin.unit == at.unit;
                let is_owners =
                    is_member && status.origin.account.as_deref() == Some(trail.account);
                (makes_up || is_owners || is_later(&status.origin))
                    && tied(evidence, status, &trail).is_ok()
            })
        })
}
