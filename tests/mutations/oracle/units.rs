//! What each collection says of a trail, and which of them counts.

use super::evidence::{Evidence, Origin, Sighting, Status};
use super::shape::Group;
use super::tie::{arn, may_speak, same_unit, tied};
use super::time::{DAY, Delivery, HOUR, SKEW, seconds};
use super::{Trail, Word};
use crate::bundle::Bundle;

type Unit = Vec<String>;

/// What one collection leaves room for.
#[derive(Debug, Clone, Copy)]
struct Room {
    pass: Result<(), &'static str>,
    fail: Result<(), &'static str>,
}

impl Room {
    fn none(why: &'static str) -> Self {
        Self {
            pass: Err(why),
            fail: Err(why),
        }
    }

    fn of(self, word: Word) -> Result<(), &'static str> {
        match word {
            Word::Pass => self.pass,
            Word::Fail => self.fail,
            Word::Inconclusive => Ok(()),
        }
    }
}

/// When a collection was made: by its stamp, and by the latest of AWS's times.
#[derive(Debug, Clone, Copy)]
struct Made {
    stamp: Option<f64>,
    latest: Option<f64>,
}

/// The newest collection that asked decides; where the order isn't known, all
/// of them must agree.
fn decide(mut rooms: Vec<(Made, Room)>, word: Word) -> Result<(), &'static str> {
    if rooms.is_empty() {
        return Err("no evidence of it");
    }
    newest(&mut rooms, |made| made.stamp.or(made.latest));
    newest(&mut rooms, |made| made.latest);
    rooms.into_iter().try_for_each(|(_, room)| room.of(word))
}

/// Leaves the newest, and those that have no time.
fn newest(rooms: &mut Vec<(Made, Room)>, time: impl Fn(&Made) -> Option<f64>) {
    let times = rooms.iter().filter_map(|(made, _)| time(made));
    let last = times.fold(f64::MIN, f64::max);
    rooms.retain(|(made, _)| time(made).is_none_or(|own| own == last));
}

fn made(evidence: &Evidence, unit: &Unit, trail: &Trail<'_>) -> Made {
    let own = |origin: &Origin| origin.unit == *unit && may_speak(evidence, origin, trail);
    let mut statuses: Vec<&Status> = evidence
        .statuses
        .iter()
        .filter(|one| own(&one.origin))
        .collect();
    // Another account's answers don't say when its own were given.
    if statuses.iter().any(|one| !is_member(&one.origin, trail)) {
        statuses.retain(|one| !is_member(&one.origin, trail));
    }
    let origins = evidence.sightings.iter().map(|one| &one.origin);
    let origins = origins.chain(evidence.lists.iter().map(|one| &one.origin));
    let mut origins = origins
        .filter(|origin| own(origin))
        .chain(statuses.iter().map(|one| &one.origin));
    Made {
        stamp: origins.find_map(|origin| origin.stamp),
        latest: statuses
            .iter()
            .filter_map(|one| one.latest)
            .reduce(f64::max),
    }
}

fn shows(evidence: &Evidence, sighting: &Sighting, trail: &Trail<'_>) -> bool {
    let origin = &sighting.origin;
    // A list in no account's folder is of the account whose trail of that name others
    // beside it show.
    let is_other = |one: &Sighting| {
        let beside = arn(one).and_then(Trail::of);
        one.origin.account.is_none()
            && origin.account.is_none()
            && same_unit(&one.origin, origin)
            && beside.is_some_and(|one| one.name == trail.name && one.account != trail.account)
    };
    match arn(sighting) {
        Some(arn) => arn == trail.arn,
        None if evidence.sightings.iter().any(is_other) => false,
        None => {
            let home = sighting
                .home
                .as_deref()
                .or(sighting.origin.region.as_deref());
            sighting.name.as_deref() == Some(trail.name)
                && home.is_none_or(|home| home == trail.region)
        }
    }
}

/// Whether a document is another account's than the trail's owner.
pub(super) fn is_member(origin: &Origin, trail: &Trail<'_>) -> bool {
    let account = origin.account.as_deref();
    account.is_some_and(|account| account != trail.account)
}

/// Whether the owner shows a trail, and when it did last.
#[derive(Debug, Clone, Copy)]
struct Owned {
    is: bool,
    last: Option<f64>,
}

impl Owned {
    fn by<'o>(is: bool, origins: impl Iterator<Item = &'o Origin>) -> Self {
        let stamps: Option<Vec<f64>> = origins.map(|one| one.stamp).collect();
        let last = stamps.and_then(|stamps| stamps.into_iter().reduce(f64::max));
        Self { is, last }
    }

    /// Whether a member's view counts for nothing beside the owner's: of a later
    /// collection it is the newest that there is.
    fn leaves_out(self, origin: &Origin, trail: &Trail<'_>) -> bool {
        let is_later = matches!((origin.stamp, self.last), (Some(own), Some(last)) if own > last);
        self.is && is_member(origin, trail) && !is_later
    }
}

/// The collections that listed the trails of this trail's account and region;
/// what a member sees doesn't count beside what the owner shows.
fn listing(evidence: &Evidence, trail: &Trail<'_>, owned: Owned) -> Vec<Unit> {
    let lists = evidence.lists.iter().filter(|list| {
        let at_home = list
            .origin
            .region
            .as_deref()
            .is_none_or(|region| region == trail.region);
        at_home && list.origin.account.as_deref() == Some(trail.account)
    });
    let mut units: Vec<Unit> = lists.map(|list| list.origin.unit.clone()).collect();
    let seen = evidence.sightings.iter().filter(|one| {
        shows(evidence, one, trail)
            && may_speak(evidence, &one.origin, trail)
            && !owned.leaves_out(&one.origin, trail)
    });
    units.extend(seen.map(|one| one.origin.unit.clone()));
    units.sort();
    units.dedup();
    units
}

/// Whether an outcome of the log group's check may come out.
pub(crate) fn log_group(
    evidence: &Evidence,
    trail: &Trail<'_>,
    word: Word,
) -> Result<(), &'static str> {
    // Beside what its owner lists, what anybody else shows counts for nothing.
    // What nobody's folder holds is the owner's, if it shows what AWS shows to the
    // owner alone.
    let is_loose = |one: &Sighting| one.origin.account.is_none() && !one.is_organization;
    let is_owners = |origin: &Origin| origin.account.as_deref() == Some(trail.account);
    let at_home = |origin: &Origin| origin.region.as_deref().is_none_or(|at| at == trail.region);
    let mut lists = evidence.lists.iter();
    let own: Vec<&Sighting> = evidence
        .sightings
        .iter()
        .filter(|one| (is_owners(&one.origin) || is_loose(one)) && shows(evidence, one, trail))
        .collect();
    // A selection of the owner's that leaves the log group out says nothing of it.
    let is_owned = match own.is_empty() {
        true => lists.any(|list| list.is_whole && is_owners(&list.origin) && at_home(&list.origin)),
        false => own.iter().any(|one| one.group != Group::Unknown),
    };
    let owned = Owned::by(is_owned, own.iter().map(|one| &one.origin));
    let units = listing(evidence, trail, owned);
    let rooms = units.into_iter().map(|unit| {
        let shown = evidence.sightings.iter().filter(|one| {
            one.origin.unit == unit
                && shows(evidence, one, trail)
                && may_speak(evidence, &one.origin, trail)
                && !owned.leaves_out(&one.origin, trail)
        });
        let groups: Vec<&Group> = shown.map(|one| &one.group).collect();
        (made(evidence, &unit, trail), room_of(&groups))
    });
    decide(rooms.collect(), word)
}

fn room_of(groups: &[&Group]) -> Room {
    let mut told: Vec<&Group> = groups
        .iter()
        .copied()
        .filter(|group| **group != Group::Unknown)
        .collect();
    told.sort_by_key(|group| format!("{group:?}"));
    told.dedup();
    match told.as_slice() {
        [] if groups.is_empty() => Room::none("the newest collection has no such trail"),
        [] => Room::none("no sighting shows the log group"),
        [Group::Named(_)] => Room {
            pass: Ok(()),
            fail: Err("a sighting names a log group"),
        },
        [_] => Room {
            pass: Err("no sighting names a log group"),
            fail: Ok(()),
        },
        _ => Room::none("sightings disagree"),
    }
}

/// Whether an outcome of the delivery's check may come out.
pub(crate) fn delivery(
    bundle: &Bundle,
    evidence: &Evidence,
    trail: &Trail<'_>,
    word: Word,
) -> Result<(), &'static str> {
    let mut why = "no status at all";
    let mut own: Vec<&Status> = Vec::new();
    for status in &evidence.statuses {
        match tied(evidence, status, trail) {
            Ok(()) => own.push(status),
            Err(reason)
                if why == "no status at all" || reason != "the status is of another account" =>
            {
                why = reason;
            }
            Err(_) => {}
        }
    }
    if own.is_empty() {
        return Err(why);
    }
    // Beside the owner's own, what a member sees counts for nothing.
    let owners = own.iter().map(|one| &one.origin);
    let owners: Vec<&Origin> = owners.filter(|one| !is_member(one, trail)).collect();
    let owned = Owned::by(!owners.is_empty(), owners.into_iter());
    own.retain(|one| !owned.leaves_out(&one.origin, trail));
    let mut units: Vec<Unit> = own.iter().map(|one| one.origin.unit.clone()).collect();
    let with_status = units.clone();
    units.extend(listing(evidence, trail, owned).into_iter().filter(|unit| {
        // A list above the folders of the statuses is of their collection.
        let above = |other: &Unit| {
            let origin = |unit: &Unit| Origin {
                unit: unit.clone(),
                ..Origin::default()
            };
            same_unit(&origin(unit), &origin(other))
        };
        !with_status.iter().any(above)
    }));
    units.sort();
    units.dedup();
    let rooms = units.into_iter().map(|unit| {
        let here: Vec<&Status> = own
            .iter()
            .copied()
            .filter(|one| one.origin.unit == unit)
            .collect();
        (
            made(evidence, &unit, trail),
            room_at(bundle, evidence, trail, &here),
        )
    });
    decide(rooms.collect(), word)
}

fn room_at(bundle: &Bundle, evidence: &Evidence, trail: &Trail<'_>, here: &[&Status]) -> Room {
    if here.is_empty() {
        return Room::none("a newer collection has no status of it");
    }
    // A selection without the delivery says nothing beside another status.
    let tells = |status: &&Status| {
        status.delivery != Delivery::Unknown
            || status
                .object
                .contains_key("LatestCloudWatchLogsDeliveryTime")
    };
    let telling: Vec<&Status> = here.iter().copied().filter(tells).collect();
    let here = if telling.is_empty() { here } else { &telling };
    let region = |status: &Status| status.origin.region.clone();
    let any_home = here
        .iter()
        .any(|one| region(one).as_deref() == Some(trail.region));
    let counting: Vec<&&Status> = here
        .iter()
        .filter(|one| !any_home || region(one).is_none_or(|region| region == trail.region))
        .collect();
    // AWS's times of one trail never go back: of two files the one an hour behind
    // is the older.
    let last = counting
        .iter()
        .filter_map(|one| Some((one.latest?, &one.origin.file)));
    let last = last.max_by(|one, other| one.0.total_cmp(&other.0));
    let is_older = |one: &Status| {
        one.latest
            .zip(last)
            .is_some_and(|(own, (latest, file))| own < latest - HOUR && one.origin.file != *file)
    };
    // What one shows that is dated, another proves no less for being undated.
    let is_dated = |one: &Status| one.as_of.or(one.origin.stamp).is_some();
    let again = |one: &Status| {
        let mut same = counting
            .iter()
            .filter(|other| other.delivery == one.delivery);
        !is_dated(one) && same.any(|other| is_dated(other))
    };
    let counting = counting.iter().filter(|one| !is_older(one) && !again(one));
    let mut room = Room {
        pass: Ok(()),
        fail: Ok(()),
    };
    for status in counting {
        let one = room_for(bundle, evidence, trail, status);
        room.pass = room.pass.and(one.pass);
        room.fail = room.fail.and(one.fail);
    }
    room
}

fn room_for(bundle: &Bundle, evidence: &Evidence, trail: &Trail<'_>, status: &Status) -> Room {
    let (from, to) = match status.delivery {
        Delivery::Unknown => return Room::none("the status doesn't tell the delivery"),
        Delivery::Never => {
            let member = status
                .origin
                .account
                .as_deref()
                .is_some_and(|account| account != trail.account);
            return Room {
                pass: Err("the status shows no delivery"),
                fail: if member {
                    Err("a member's view proves no `never`")
                } else {
                    Ok(())
                },
            };
        }
        Delivery::Within(from, to) => (from, to),
    };
    let near = evidence.statuses.iter().filter(|other| {
        other.origin.unit == status.origin.unit && other.origin.account == status.origin.account
    });
    let bound = near.filter_map(|one| one.latest).fold(f64::MIN, f64::max);
    let own = status.as_of;
    let as_of = bundle.as_of.map(seconds).or(own).or(status.origin.stamp);
    let is_own = bundle.as_of.is_none() && own.is_some();
    let refuting = if is_own {
        status.latest.unwrap_or(f64::MIN)
    } else {
        bound
    };
    let by_bound = match from < bound - DAY {
        true => Ok(()),
        false => Err("AWS's times don't show it stale, and when it was collected isn't known"),
    };
    match as_of {
        None => Room {
            pass: Err("nothing says when it was collected"),
            fail: by_bound,
        },
        Some(at) if refuting > at + SKEW => Room {
            pass: Err("AWS's own times are later than as of"),
            fail: by_bound,
        },
        Some(at) => Room {
            pass: match to >= at - DAY && from <= at + SKEW {
                true => Ok(()),
                false => Err("the delivery isn't of the last day"),
            },
            fail: match from < at - DAY {
                true => Ok(()),
                false => Err("the delivery is no older than a day"),
            },
        },
    }
}
