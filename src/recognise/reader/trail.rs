//! Trail objects, however they are spelt, and the statuses that stand in them.
//!
//! What a whole trail object has stands in `cloudtrail::whole`: a key that is
//! missing beside it is not configured. In any other object a missing key was
//! never asked for. An object at a place that nobody knows is not taken.

use std::sync::Arc;

use jiff::Timestamp;

use crate::cloudtrail::claim::{Claim, ClaimSource};
use crate::cloudtrail::keys::{NAME, TRAIL_ARN};
use crate::cloudtrail::{arn, keys, whole};
use crate::document::json::{Kind, Node};
use crate::document::locate::Anchor;
use crate::document::object::Object;
use crate::recognise::facts::{Call, Conflict, Failure, Sighting, TrailObject, Whole};
use crate::recognise::hints::Hints;
use crate::recognise::reader::{status, trail_object};
use crate::recognise::walk::{Walk, child};
use crate::recognise::{headers, heard, places};

/// Takes `{"Trail": {…}}`, with the status beside it where there is one.
pub fn read_pair<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    let Some(trail) = object
        .get("Trail")
        .filter(|trail| trail.kind() == Kind::Object)
    else {
        return false;
    };
    walk.producer(if object.members.len() == 1 {
        "aws cli"
    } else {
        "trail with its status"
    });
    // A script of PowerShell's notes there why it has no status.
    let untold = || heard::untold(object).filter(|_| !object.has("LoggingStatus"));
    let hints = Hints {
        collected: headers::date(object).or(hints.collected),
        untold: hints.untold.clone().or_else(|| Some(untold()?.into())),
        ..hints.clone()
    };
    let before = walk.found.trails.len();
    take(walk, trail, &child(pointer, "Trail"), &hints, true);
    // A trail that can't be told keeps its status to itself.
    if walk.found.trails.len() > before {
        nested_statuses(walk, object, pointer, before, &hints);
    }
    true
}

/// Takes a bare trail object: an element of a list, a row, a resource.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    if !looks_like_trail(object) {
        return false;
    }
    walk.producer("bare trail objects");
    let has = |key: &str| object.of_trail().any(|(known, _)| known == key);
    // What stands alone and has nothing that describe-trails alone returns may
    // be what somebody asked for, or what AWS said to it then.
    if pointer.is_empty() && whole::is_echo(has) {
        walk.found.remark.get_or_insert_with(|| {
            "what create-trail or update-trail is given or returns: says nothing of how a trail is configured now".to_owned()
        });
        return true;
    }
    let hints = Hints {
        collected: headers::date(object).or(hints.collected),
        ..hints.clone()
    };
    take(walk, object.node, pointer, &hints, false);
    true
}

/// Whether an object is a trail: named, and with a key that only trails have.
/// A status may carry a key or two of its trail; without a name it is none.
pub(crate) fn looks_like_trail(object: &Object<'_>) -> bool {
    let mut name = false;
    let mut arn_of_trail = false;
    let mut own = 0;
    for (key, member) in object.of_trail() {
        match key {
            NAME => name = true,
            TRAIL_ARN => {
                arn_of_trail = arn_of_trail
                    || member
                        .value
                        .as_str()
                        .is_some_and(|text| arn::trail_arn(&text).is_some())
            }
            "SnsTopicName" | "KmsKeyId" | "S3KeyPrefix" | "SnsTopicARN" => {}
            _ => own += 1,
        }
    }
    let has_status = object.of_status().next().is_some();
    (arn_of_trail && own > 0) || (name && own > usize::from(has_status))
}

/// Takes an object that its place says is a trail. `answered` says that the
/// place is one that holds whole objects: AWS's own list, not a projection.
///
/// A multi-region trail is listed in every region: of an object that was met
/// before, and holds nothing but a trail's own keys, nothing is read again.
pub fn take<'a>(
    walk: &mut Walk<'a, '_>,
    node: Node<'a>,
    pointer: &str,
    hints: &Hints,
    answered: bool,
) {
    if node.kind() != Kind::Object {
        return;
    }
    let anchor = walk.anchor(node, pointer);
    let before = walk.taken.len();
    let index = walk.found.trails.len();
    let made = take_text(walk, node, anchor, hints, answered);
    if made.is_plain || walk.found.trails.len() == index {
        return;
    }
    let object = Object::new(node);
    // What says of the trail that it isn't so says it of the status in it.
    let untold = trail_object::untold(&object).map(Into::into);
    let hints = &Hints {
        untold: hints.untold.clone().or(untold),
        ..hints.clone()
    };
    nested_statuses(walk, &object, pointer, index, hints);
    let inside = hints.in_trail(index);
    walk.look_beside(&object, pointer, before, || inside.clone());
    status::take_merged(walk, &object, pointer, &inside);
}

/// Takes a trail whose text may stand inside a string of the document.
pub fn take_text(
    walk: &mut Walk<'_, '_>,
    node: Node<'_>,
    anchor: Anchor,
    hints: &Hints,
    answered: bool,
) -> Arc<TrailObject> {
    let made = walk
        .interner
        .object(node.text(), || trail_object::make(&Object::new(node)));
    if !hints.is_placed(made.name.as_deref(), made.arn.as_deref()) {
        let key = hints.unknown.as_deref().unwrap_or_default();
        let message =
            format!("a trail under `{key}`, which may say that it isn't so now: it is not read");
        walk.found.failures.push(Failure {
            call: Some(Call::DescribeTrails),
            error: None,
            message,
            named: made.named(),
            origin: hints.origin.clone(),
            hides_trails: true,
            anchor: Some(anchor),
        });
        return made;
    }
    let origin = if made.is_plain {
        hints.origin.clone()
    } else {
        hints.origin_of(&Object::new(node))
    };
    let object = match above(hints) {
        Some(arn) if made.arn.is_none() => Arc::new(trail_object::with_arn(&made, arn, node)),
        _ => Arc::clone(&made),
    };
    let object = match hints.untold.as_deref() {
        Some(key) if object.contradiction.is_none() => Arc::new(object.doubted(key)),
        _ => object,
    };
    let complete = !hints.selected
        && match object.whole {
            Whole::Yes => true,
            Whole::InAnswer => answered,
            Whole::No => false,
        };
    if object.name.is_some() || object.arn.is_some() {
        walk.found.trails.push(Sighting {
            object,
            anchor,
            complete,
            origin,
            collected: collected(node, hints, made.is_plain),
        });
    }
    made
}

/// When AWS answered with this object: by its own header, or the list's.
fn collected(node: Node<'_>, hints: &Hints, is_plain: bool) -> Option<Timestamp> {
    let own = match is_plain {
        true => None,
        false => headers::date(&Object::new(node)),
    };
    own.or(hints.collected)
}

/// The ARN that stands above an object, in a key or beside its wrapper.
fn above(hints: &Hints) -> Option<&str> {
    let is_above = |claim: &&Claim| matches!(claim.source, ClaimSource::Key | ClaimSource::Value);
    let mut claims = hints.claims.iter().rev().filter(is_above);
    claims
        .find(|claim| arn::trail_arn(claim.text()).is_some())
        .map(|claim| claim.text())
}

/// Looks at the statuses that stand in a trail object or beside it.
fn nested_statuses<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    trail: usize,
    hints: &Hints,
) {
    let before = walk.found.statuses.len();
    let hints = hints.in_trail(trail);
    for member in &object.members {
        let may_be_one = member.value.kind() == Kind::Object
            && !places::is_no_state(&member.key)
            && (keys::is_of_status(&member.key) || places::is_wrapper(&member.key));
        if may_be_one {
            let inner = Object::new(member.value);
            if keys::is_of_status(&member.key) || status::looks_like_status(&inner) {
                status::take(walk, &inner, &child(pointer, &member.key), &hints);
            }
        }
    }
    // Two statuses in one trail that differ: neither can be believed.
    let mine = walk.found.statuses.get_mut(before..).unwrap_or_default();
    let differ = mine.windows(2).any(|pair| match pair {
        [a, b] => a.text != b.text,
        _ => false,
    });
    if differ {
        for status in mine {
            status.conflict = Some(Conflict::twice("Status"));
        }
    }
}
