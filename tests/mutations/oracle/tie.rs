//! Which trail a status is tied to.

use super::Trail;
use super::evidence::{Claim, Evidence, Origin, Sighting, Status};
use super::path::{self, Said};

/// Whether two documents may be of one account.
fn same_account(one: &Origin, other: &Origin) -> bool {
    match (&one.account, &other.account) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

/// Whether two documents may be of one collection: the folders of one begin
/// with those of the other.
pub(crate) fn same_unit(one: &Origin, other: &Origin) -> bool {
    one.unit
        .iter()
        .zip(&other.unit)
        .all(|(one, other)| one == other)
}

/// Whether a document is of the collection that a list is of: it lies in its folders, or
/// below them in one that is named for a time alone. Another folder is another's.
fn is_of_list(one: &Origin, list: &Origin) -> bool {
    let below = one.unit.strip_prefix(list.unit.as_slice());
    below.is_some_and(|below| below.iter().all(|folder| path::stamp(folder).is_some()))
}

fn same_region(one: &Origin, other: &Origin) -> bool {
    match (&one.region, &other.region) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

/// The ARN that a sighting shows, where it is a trail's.
pub(crate) fn arn(sighting: &Sighting) -> Option<&str> {
    sighting
        .arn
        .as_deref()
        .filter(|arn| Trail::of(arn).is_some())
}

/// Whether a list that lies in no account's folder is of the status's account.
fn owner_fits(one: &Sighting, status: &Origin) -> bool {
    let owner = arn(one).and_then(Trail::of).map(|trail| trail.account);
    match (&one.origin.account, &status.account, owner) {
        (None, Some(account), Some(owner)) => account == owner,
        _ => true,
    }
}

/// Whether a document may speak of this trail: it is of the trail's account, or
/// of one that sees the trail.
pub(crate) fn may_speak(evidence: &Evidence, origin: &Origin, trail: &Trail<'_>) -> bool {
    let Some(account) = &origin.account else {
        return true;
    };
    account == trail.account
        || evidence
            .sightings
            .iter()
            .any(|one| arn(one) == Some(trail.arn) && one.origin.account.as_ref() == Some(account))
}

/// The trails listed beside a status, as `(ARN, name)`.
pub(crate) fn listed(
    evidence: &Evidence,
    status: &Status,
    in_region: bool,
) -> Vec<(String, String)> {
    let beside = |one: &&Sighting| {
        same_account(&one.origin, &status.origin) && is_of_list(&status.origin, &one.origin)
    };
    // A dated run that lists nothing of its account asked about what others list of it.
    let lists = evidence.sightings.iter().any(|one| beside(&one));
    let is_alone = status.origin.stamp.is_some() && !lists;
    let of_account = |one: &&Sighting| {
        status.origin.account.is_some() && one.origin.account == status.origin.account
    };
    let near = evidence.sightings.iter().filter(|one| {
        !is_strangers(one)
            && (beside(one) || is_alone && of_account(one))
            && owner_fits(one, &status.origin)
            && !is_elsewhere(evidence, &one.origin, status)
            && (!in_region || same_region(&one.origin, &status.origin))
    });
    let mut listed: Vec<(String, String)> = near
        .filter_map(|one| {
            let arn = arn(one)?;
            let name = Trail::of(arn)?.name;
            Some((arn.to_owned(), name.to_owned()))
        })
        .collect();
    listed.sort();
    listed.dedup();
    listed
}

/// Whether an account shows a trail of another one that is no organization's: AWS
/// shows it to its owner alone, so it is no answer to that account.
fn is_strangers(one: &Sighting) -> bool {
    let owner = arn(one).and_then(Trail::of).map(|trail| trail.account);
    let asked = one.origin.account.as_deref();
    !one.is_organization
        && owner
            .zip(asked)
            .is_some_and(|(owner, asked)| owner != asked)
}

/// Whether a status lies in no account's folder beside a list that does neither, and
/// another one in an account's.
fn is_loose(evidence: &Evidence, one: &Origin, status: &Status) -> bool {
    let loose = |other: &Sighting| other.origin.account.is_none() && same_unit(&other.origin, one);
    status.origin.account.is_some() && one.account.is_none() && evidence.sightings.iter().any(loose)
}

/// Whether two documents may be of one collection: no folder of a time tells them apart.
fn is_of_one(one: &Origin, other: &Origin) -> bool {
    let stamps = |origin: &Origin| -> Vec<_> {
        origin
            .unit
            .iter()
            .filter_map(|folder| path::stamp(folder))
            .collect()
    };
    same_unit(one, other) && stamps(one) == stamps(other)
}

/// Whether a list lies in an account's folder, and the status in none, while
/// another list lies in none as well: then that one is the status's.
fn is_elsewhere(evidence: &Evidence, one: &Origin, status: &Status) -> bool {
    let loose = |other: &Sighting| {
        other.origin.account.is_none() && same_unit(&other.origin, &status.origin)
    };
    status.origin.account.is_none() && one.account.is_some() && evidence.sightings.iter().any(loose)
}

/// Whether every claim on a status resolves to this trail; if not, why.
pub(crate) fn tied(
    evidence: &Evidence,
    status: &Status,
    trail: &Trail<'_>,
) -> Result<(), &'static str> {
    if !status.is_known {
        return Err("the status lies where nothing shows a present state");
    }
    if status.origin.is_disowned {
        return Err("the manifest doesn't know the status");
    }
    if !may_speak(evidence, &status.origin, trail) {
        return Err("the status is of another account");
    }
    let mut listed = listed(evidence, status, false);
    // Who is named by ARN needs no list.
    let own = (trail.arn.to_owned(), trail.name.to_owned());
    if status.claims.contains(&Claim::Arn(own.0.clone())) && !listed.contains(&own) {
        listed.push(own);
    }
    let (mut tied, mut is_vague) = (false, false);
    for claim in &status.claims {
        let (mut arns, strange): (Vec<String>, &'static str) = match claim {
            Claim::Arn(arn) => (vec![arn.clone()], "an ARN names another trail"),
            Claim::Name(name) => match resolve(&listed, name) {
                found if !found.is_empty() => (found, "a name is another trail's"),
                _ if is_no_name(name) => continue,
                _ => return Err("a name is nobody's"),
            },
            Claim::Maybe(word) => match resolve(&listed, word) {
                found if !found.is_empty() && !path::is_word(word) => {
                    (found, "a word or folder is another trail's name")
                }
                _ => continue,
            },
            Claim::Label(label) | Claim::Printed(label) | Claim::File(label) => {
                match said(evidence, claim, label, &listed) {
                    Said::These(found) => {
                        (found, "a file's name, key or heading names another trail")
                    }
                    Said::Nothing => continue,
                    Said::Stranger if matches!(claim, Claim::File(_)) && !path::calls(label) => {
                        continue;
                    }
                    Said::Stranger => {
                        return Err("a file's name, key or heading names nobody listed");
                    }
                }
            }
        };
        apart(evidence, &mut arns, status);
        match arns.as_slice() {
            [one] if one == trail.arn => tied = true,
            [_] | [] => return Err(strange),
            // It says too little to tie, and nothing against it.
            many if many.iter().any(|arn| arn == trail.arn) => is_vague = true,
            _ => return Err(strange),
        }
    }
    if tied {
        Ok(())
    } else if is_vague {
        Err("a name can be read as two trails'")
    } else {
        sole(evidence, status, trail)
    }
}

/// Without any claim: the only status of a scope is the only trail's.
fn sole(evidence: &Evidence, status: &Status, trail: &Trail<'_>) -> Result<(), &'static str> {
    let near = listed(evidence, status, true);
    if near.len() != 1 || near[0].0 != trail.arn {
        return Err("nothing claims the status, and its scope has not this trail alone");
    }
    let cut = evidence.lists.iter().any(|list| {
        !list.is_whole
            && same_unit(&list.origin, &status.origin)
            && same_account(&list.origin, &status.origin)
            && same_region(&list.origin, &status.origin)
    });
    if cut {
        return Err("nothing claims the status, and the list isn't whole");
    }
    let other = evidence.statuses.iter().any(|other| {
        other.object != status.object
            && !is_elsewhere(evidence, &other.origin, status)
            && !is_loose(evidence, &other.origin, status)
            && is_of_one(&other.origin, &status.origin)
            && same_account(&other.origin, &status.origin)
            && same_region(&other.origin, &status.origin)
    });
    if other {
        return Err("nothing claims the status, and it isn't the only one of its scope");
    }
    Ok(())
}

/// What a label says; of a file's name a counter is no part.
fn said(evidence: &Evidence, claim: &Claim, label: &str, listed: &[(String, String)]) -> Said {
    let said = path::said(label, matches!(claim, Claim::File(_)), listed);
    // An ARN without its signs names what it names, wherever that is listed.
    match path::is_folded_arn(label) && said == Said::Stranger {
        true => {
            let arns = evidence.sightings.iter().filter_map(arn);
            let named =
                arns.filter_map(|arn| Some((arn.to_owned(), Trail::of(arn)?.name.to_owned())));
            let mut named: Vec<(String, String)> = named.collect();
            named.sort();
            named.dedup();
            path::said(label, true, &named)
        }
        false => said,
    }
}

/// The region of the call tells trails apart: a name asked there is that of a
/// trail which has its home there, or was listed there.
fn apart(evidence: &Evidence, arns: &mut Vec<String>, status: &Status) {
    let Some(region) = status.origin.region.as_deref() else {
        return;
    };
    let is_listed_there = |one: &Sighting, own: &str| {
        let asked = one.origin.region.as_deref();
        arn(one) == Some(own)
            && same_account(&one.origin, &status.origin)
            && asked.is_none_or(|asked| asked == region)
    };
    let is_there = |arn: &String| {
        Trail::of(arn).is_some_and(|trail| trail.region == region)
            || evidence
                .sightings
                .iter()
                .any(|one| is_listed_there(one, arn))
    };
    if arns.iter().any(is_there) {
        arns.retain(is_there);
    }
}

fn resolve(listed: &[(String, String)], name: &str) -> Vec<String> {
    let found = listed.iter().filter(|(_, own)| own == name);
    found.map(|(arn, _)| arn.clone()).collect()
}

/// An account, a region, a word of the call (`"id": "status"`), or nothing.
fn is_no_name(text: &str) -> bool {
    text.trim().is_empty()
        || path::is_word(text)
        || path::account(text).is_some()
        || path::region(text).as_deref() == Some(text)
}
