//! Status objects, bare, nested in a trail, or merged into one.
//!
//! A whole answer of get-trail-status holds what `cloudtrail::whole` lists: a
//! delivery time that is missing beside that never was. Any smaller object may
//! not have asked for it.

use crate::cloudtrail::claim::{Claim, ClaimSource, Says};
use crate::cloudtrail::keys::{self, DELIVERY_TIME, IS_LOGGING, Spelt};
use crate::cloudtrail::whole;
use crate::document::json::{Kind, Member, Node};
use crate::document::object::Object;
use crate::recognise::facts::{Call, Conflict, Failure, Named, Status};
use crate::recognise::hints::Hints;
use crate::recognise::walk::Walk;
use crate::recognise::{envelope, headers, heard};
use crate::time::{self, Moment, Written};

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
    take(walk, object, pointer, hints);
    true
}

/// Whether an object holds what only a status holds.
pub(crate) fn looks_like_status(object: &Object<'_>) -> bool {
    let mut fields = object.of_status();
    match (fields.next(), fields.next()) {
        // `logging` alone is a word of many services.
        (Some((key, member)), None) => key != IS_LOGGING || member.key != "logging",
        (first, _) => first.is_some(),
    }
}

/// Takes an object that its place or its keys say is a status.
pub fn take<'a>(walk: &mut Walk<'a, '_>, object: &Object<'a>, pointer: &str, hints: &Hints) {
    let has = |key: &str| object.of_status().any(|(known, _)| known == key);
    if object.of_status().next().is_none() {
        return;
    }
    let complete = whole::has_all(&whole::STATUS, has) || has(DELIVERY_TIME);
    push(walk, object, pointer, hints, complete);
    if !is_plain(object) {
        let before = walk.taken.len();
        walk.look_beside(object, pointer, before, || hints.beside(object));
    }
}

/// Takes the status keys that were merged flat into a trail object, if they
/// speak of delivery. `IsLogging` alone is no status, and a row of a shadow
/// region in which the whole status is null was never filled in.
pub fn take_merged<'a>(walk: &mut Walk<'a, '_>, object: &Object<'a>, pointer: &str, hints: &Hints) {
    let has = |key: &str| object.of_status().any(|(known, _)| known == key);
    let is_told = has(DELIVERY_TIME) || whole::has_all(&whole::STATUS, has);
    if is_told && is_filled(object) {
        push(walk, object, pointer, hints, true);
    }
}

/// Whether somebody filled in a row: AWS always says whether a trail is logging.
fn is_filled(object: &Object<'_>) -> bool {
    let mut logging = object.of_status().filter(|(key, _)| *key == IS_LOGGING);
    logging.all(|(_, member)| !is_blank(member.value))
}

/// Whether nothing stands in a value.
fn is_blank(value: Node<'_>) -> bool {
    value.kind() == Kind::Null || value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn push<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
    complete: bool,
) {
    let anchor = walk.anchor(object.node, pointer);
    let is_plain = is_plain(object);
    let delivery =
        |(key, member): &(&str, &Member<'_>)| *key == DELIVERY_TIME && !is_blank(member.value);
    let is_empty = !is_filled(object) && !object.of_status().any(|one| delivery(&one));
    let empty = is_empty.then(|| {
        format!("`{IS_LOGGING}` is empty in it, which AWS always returns: nobody filled it in")
    });
    let doubt = || envelope::doubt(object).filter(|_| !is_plain);
    let own = || heard::untold(object).filter(|_| !is_plain);
    let untold = || {
        let key = hints.untold.as_deref().map(str::to_owned).or_else(own)?;
        Some(format!("`{key}` stands beside it: it may not be so now"))
    };
    if let Some(message) = empty.or_else(doubt).or_else(untold) {
        walk.found.failures.push(Failure {
            call: Some(Call::GetTrailStatus),
            error: None,
            message,
            named: match hints.named() {
                Named::No => walk.found.named(&hints.claims),
                named => named,
            },
            origin: hints.origin.clone(),
            hides_trails: false,
            anchor: Some(anchor),
        });
        return;
    }
    let is_selected = hints.selected || (!is_plain && envelope::is_selection(object));
    let complete = complete && !is_selected && (is_plain || !has_renamed_time(object));
    let moments = times(object);
    let known = moments.iter().filter_map(|(key, moment)| match moment {
        Moment::At(at) => Some((*key, *at)),
        Moment::Between { earliest, .. } => Some((*key, *earliest)),
        _ => None,
    });
    let known = known.filter(|(_, at)| time::is_countable(*at));
    let besides = known.clone().filter(|(key, _)| *key != DELIVERY_TIME);
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
        conflict: conflict(object).or_else(|| torn(&moments)),
        claims: claims(walk, object, hints).into(),
        origin: match is_plain {
            true => hints.origin.clone(),
            false => hints.origin_of(object),
        },
        collected: headers::date(object).or(hints.collected),
        never: matches!(delivery, None | Some(Moment::Never)),
        latest: known.map(|(_, at)| at).max(),
        besides: besides.map(|(_, at)| at).max(),
        said_at: match is_plain {
            true => hints.said_at,
            false => heard::time_beside(object).max(hints.said_at),
        },
        delivered,
    };
    walk.found.statuses.push(status);
}

/// Whether a key that isn't AWS's may be the one of the delivery time in another
/// spelling: the key is then missing by somebody's choice.
fn has_renamed_time(object: &Object<'_>) -> bool {
    let mut members = object.spelt();
    members.any(|(spelt, member)| {
        let folded = match spelt {
            Spelt::Neither => keys::fold(&member.key),
            Spelt::Trail(_) | Spelt::Status(_) => return false,
        };
        let of_delivery = folded.contains("deliver") || folded.contains("latest");
        let of_logs = folded.contains("cloudwatch") || folded.contains("cwl");
        let is_left_out = envelope::leaves_out(member, "latestcloudwatchlogsdeliverytime");
        (of_delivery || of_logs || is_left_out) && member.value.kind() != Kind::Null
    })
}

/// Whether a status has AWS's keys and no other, as hardly one has.
fn is_plain(object: &Object<'_>) -> bool {
    object.members.len() == object.of_status().count()
}

/// What stands above the status and in it and names its trail. Inside of a
/// trail's object only an ARN that isn't the trail's own says something more:
/// all else there is the trail's.
fn claims(walk: &Walk<'_, '_>, object: &Object<'_>, hints: &Hints) -> Vec<Claim> {
    let mut claims = hints.claims.clone();
    if is_plain(object) {
        return claims;
    }
    let own = heard::claims_of(object, |key| keys::status_key(key).is_some());
    let inside = claims.iter().find_map(|claim| match claim.says {
        Says::InTrail(index) => walk.found.trails.get(index),
        _ => None,
    });
    match inside {
        None => claims.extend(own),
        Some(trail) => claims.extend(own.into_iter().filter(|claim| {
            claim.is_sure()
                && matches!(&claim.says, Says::Arn(arn)
                if trail.object.arn.as_deref().is_some_and(|own| own != &**arn))
                && claim.source == ClaimSource::Value
        })),
    }
    claims
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
    let fields = object.of_status().map(|(key, member)| (key, member.value));
    time::read_status(fields, |node| match node.kind() {
        Kind::String => node.as_str().map(Written::Text),
        // As it is written: how many digits it has tells how exact it is.
        Kind::Number => Some(Written::Text(node.text().into())),
        _ => node.to_value().map(Written::Value),
    })
}

/// A key that stands twice with different values.
fn conflict(object: &Object<'_>) -> Option<Conflict> {
    // Never more than AWS has keys.
    let mut first: Vec<(&'static str, &str)> = Vec::new();
    let key = object.of_status().find_map(|(key, member)| {
        let value = member.value.text();
        match first.iter().find(|(known, _)| *known == key) {
            Some((_, known)) => (*known != value).then_some(key),
            None => {
                first.push((key, value));
                None
            }
        }
    })?;
    Some(Conflict::twice(key))
}

/// Two times of one instant that are days apart.
fn torn(moments: &[(&'static str, Moment)]) -> Option<Conflict> {
    let (key, twin) = time::torn(moments)?;
    let message =
        format!("the status holds one instant as `{key}` and as `{twin}`, and they are days apart");
    Some(Conflict {
        key: key.into(),
        message: message.into(),
    })
}
