//! Status objects, bare, nested in a trail, or merged into one.
//!
//! A whole answer of get-trail-status always has the legacy time strings
//! (`LatestDeliveryAttemptTime`, `TimeLoggingStarted`, …), be they empty: a
//! delivery time that is missing beside them never was. The same holds for
//! `IsLogging` with another time; any smaller object may not have asked for it.

use crate::cloudtrail::keys;
use crate::cloudtrail::keys::{DELIVERY_TIME, IS_LOGGING, NAME};
use crate::document::json::Kind;
use crate::document::object::Object;
use crate::recognise::facts::{Named, Status};
use crate::recognise::walk::{Hints, Walk};
use crate::time;
use crate::time::Moment;

/// Takes a bare status.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    if !looks_like_status(object) {
        return false;
    }
    walk.producer("aws cli");
    walk.collected(crate::recognise::reader::answer::date_header(object));
    take(walk, object, pointer, hints);
    true
}

fn looks_like_status(object: &Object<'_>) -> bool {
    let mut fields = object.of_status();
    match (fields.next(), fields.next()) {
        // `logging` alone is a word of many services.
        (Some((key, member)), None) => key != IS_LOGGING || member.key != "logging",
        (first, _) => first.is_some(),
    }
}

/// Takes an object that its place or its keys say is a status.
pub fn take<'a>(walk: &mut Walk<'a, '_>, object: &Object<'a>, pointer: &str, hints: &Hints) {
    let has = |test: fn(&str) -> bool| object.of_status().any(|(key, _)| test(key));
    if !has(|_| true) {
        return;
    }
    let legacy = has(|key| key.contains("Attempt") || key.starts_with("TimeLogging"));
    let timed = has(|key| key.ends_with("Time")) && has(|key| key == IS_LOGGING);
    let complete = legacy || timed || has(|key| key == DELIVERY_TIME);
    push(walk, object, pointer, hints, complete);
}

/// Takes the status keys that were merged flat into a trail object, if they
/// speak of delivery. `IsLogging` alone is no status, and a row of a shadow
/// region in which the whole status is null was never filled in.
pub fn take_merged<'a>(walk: &mut Walk<'a, '_>, object: &Object<'a>, pointer: &str, hints: &Hints) {
    let mut times = false;
    let mut delivery = false;
    let mut logging = None;
    for (key, member) in object.of_status() {
        match key {
            IS_LOGGING => logging = Some(member.value.kind()),
            DELIVERY_TIME => delivery = true,
            _ => times |= key.contains("Attempt") || key.starts_with("TimeLogging"),
        }
    }
    if (delivery || times) && logging != Some(Kind::Null) {
        push(walk, object, pointer, hints, true);
    }
}

fn push<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
    complete: bool,
) {
    let anchor = walk.locator.fragment(object.node, pointer);
    let moments = times(object);
    let latest = moments.iter().filter_map(|(_, moment)| match moment {
        Moment::At(at) => Some(*at),
        Moment::Between { earliest, .. } => Some(*earliest),
        _ => None,
    });
    let latest = latest.filter(|at| time::is_countable(*at));
    let mut all = moments.iter();
    let delivery = all.find(|(key, _)| *key == DELIVERY_TIME);
    let delivery = delivery.map(|(_, moment)| moment);
    let delivered = match delivery {
        Some(Moment::At(at)) => Some(*at),
        Some(Moment::Between { latest, .. }) => Some(*latest),
        _ => None,
    };
    let status = Status {
        text: object.node.text().into(),
        anchor,
        complete,
        conflict: conflict(object).map(Into::into),
        named: hints.named.clone(),
        origin: hints.origin.clone(),
        never: matches!(delivery, None | Some(Moment::Never)),
        latest: latest.max(),
        delivered,
    };
    let inside = named_inside(object);
    let is_another = match (&status.named, &inside) {
        (Named::Nested(index), Some(Named::Arn(arn))) => {
            let trail = walk.found.trails.get(*index);
            trail.is_some_and(|trail| trail.object.arn.as_deref().is_some_and(|own| own != &**arn))
        }
        (named, _) => matches!(named, Named::No | Named::Key(_)),
    };
    let status = match inside {
        Some(named) if is_another && !is_merged(object) => Status { named, ..status },
        None if is_another => match name_inside(object) {
            Some(named) => Status { named, ..status },
            None => status,
        },
        _ => status,
    };
    walk.found.statuses.push(status);
}

/// Whether the object is the trail itself, with its status merged into it.
fn is_merged(object: &Object<'_>) -> bool {
    object.of_trail().any(|(key, _)| key == NAME)
}

/// Some exporters put the trail's ARN into the status.
fn named_inside(object: &Object<'_>) -> Option<Named> {
    let arn = object.members.iter().find_map(|member| {
        let is_arn = |word| keys::folds_to(&member.key, word);
        (is_arn("trailarn") || is_arn("cloudtrailarn"))
            .then(|| member.value.as_str())
            .flatten()
    })?;
    // A damaged ARN names no trail that is here, and still not another one.
    arn.contains(':').then(|| Named::Arn(arn.as_ref().into()))
}

/// Others put its name into the status.
fn name_inside(object: &Object<'_>) -> Option<Named> {
    let name = object.spelt().find_map(|(spelt, member)| {
        let is_name = spelt.trail() == Some(NAME) || keys::folds_to(&member.key, "trailname");
        is_name.then(|| member.value.as_str()).flatten()
    });
    name.filter(|name| !name.trim().is_empty())
        .map(|name| Named::Name(name.as_ref().into()))
}

/// The status keys of an object under AWS's names.
pub fn fields(object: &Object<'_>) -> Vec<(&'static str, serde_json::Value)> {
    // Never more than AWS has keys.
    let mut fields: Vec<(&'static str, serde_json::Value)> = Vec::new();
    for (key, member) in object.of_status() {
        if fields.iter().all(|(known, _)| *known != key) {
            fields.extend(member.value.to_value().map(|value| (key, value)));
        }
    }
    fields
}

/// The times of a status by AWS's key.
pub fn times(object: &Object<'_>) -> Vec<(&'static str, Moment)> {
    time::read_status(object.of_status().map(|(key, member)| (key, member.value)))
}

/// A key that stands twice with different values.
fn conflict(object: &Object<'_>) -> Option<&'static str> {
    // Never more than AWS has keys.
    let mut first: Vec<(&'static str, &str)> = Vec::new();
    object.of_status().find_map(|(key, member)| {
        let value = member.value.text();
        match first.iter().find(|(known, _)| *known == key) {
            Some((_, known)) => (*known != value).then_some(key),
            None => {
                first.push((key, value));
                None
            }
        }
    })
}
