//! Trail objects, however they are spelt, and the statuses that stand in them.
//!
//! A whole trail object has `S3BucketName` and `IncludeGlobalServiceEvents`,
//! which the API always returns: a key that is missing beside them is not
//! configured. In any other object a missing key was never asked for.

use std::borrow::Cow;
use std::sync::Arc;

use crate::cloudtrail::arn;
use crate::cloudtrail::keys;
use crate::cloudtrail::keys::{
    BUCKET, GLOBAL_EVENTS, HOME_REGION, LOG_GROUP, NAME, ORGANIZATION, TRAIL_ARN,
};
use crate::document::json::{Kind, Node};
use crate::document::locate::Anchor;
use crate::document::object::Object;
use crate::recognise::facts::{
    Contradiction, ContradictionKind, Named, Sighting, TrailObject, Whole,
};
use crate::recognise::reader::status;
use crate::recognise::walk::{Hints, Walk, child};

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
    walk.collected(crate::recognise::reader::answer::date_header(object));
    let before = walk.found.trails.len();
    take(walk, trail, &child(pointer, "Trail"), hints, true);
    let named = if walk.found.trails.len() > before {
        Named::Nested(before)
    } else {
        // A trail that can't be told: its status is nobody else's.
        Named::Key("Trail".into())
    };
    nested_statuses(walk, object, pointer, &hints.of(named));
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
    walk.collected(crate::recognise::reader::answer::date_header(object));
    take(walk, object.node, pointer, hints, false);
    true
}

/// Whether an object is a trail: named, and with a key that only trails have.
/// A status may carry a key or two of its trail; without a name it is none.
fn looks_like_trail(object: &Object<'_>) -> bool {
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
    let anchor = walk.locator.fragment(node, pointer);
    let index = walk.found.trails.len();
    let made = take_text(walk, node, anchor, hints, answered);
    if made.is_plain || walk.found.trails.len() == index {
        return;
    }
    let object = Object::new(node);
    let hints = hints.of(Named::Nested(index));
    nested_statuses(walk, &object, pointer, &hints);
    status::take_merged(walk, &object, pointer, &hints);
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
        .object(node.text(), || make(&Object::new(node)));
    let complete = match made.whole {
        Whole::Yes => true,
        Whole::InAnswer => answered,
        Whole::No => false,
    };
    let origin = if made.is_plain {
        hints.origin.clone()
    } else {
        row_origin(&Object::new(node), hints)
    };
    let object = match &hints.named {
        Named::Arn(arn) if made.arn.is_none() => Arc::new(with_arn(&made, arn, node)),
        _ => Arc::clone(&made),
    };
    if object.name.is_some() || object.arn.is_some() {
        walk.found.trails.push(Sighting {
            object,
            anchor,
            complete,
            origin,
        });
    }
    made
}

/// A row of an exporter says itself where it was asked.
fn row_origin(object: &Object<'_>, hints: &Hints) -> crate::recognise::facts::Origin {
    let mut origin = hints.origin.clone();
    let row = |word: &str| object.folded(word).and_then(|member| member.value.as_str());
    if let Some(region) =
        row("region").filter(|text| arn::region_in(text).is_some_and(|region| region == *text))
    {
        origin.region = Some(region.as_ref().into());
    }
    if let Some(account) = row("accountid").filter(|text| arn::is_account(text)) {
        origin.account = Some(account.as_ref().into());
    }
    origin
}

fn with_arn(object: &TrailObject, arn: &str, node: Node<'_>) -> TrailObject {
    let parts = arn::trail_arn(arn);
    let known = object.contradiction.clone();
    TrailObject {
        text: object.text.clone(),
        arn: Some(arn.into()),
        name: object
            .name
            .clone()
            .or_else(|| parts.map(|parts| parts.name.into())),
        home_region: object
            .home_region
            .clone()
            .or_else(|| parts.map(|parts| parts.region.into())),
        organization: object.organization,
        names_log_group: object.names_log_group,
        whole: object.whole,
        is_plain: object.is_plain,
        contradiction: known.or_else(|| identity(&Object::new(node), arn)),
    }
}

fn make(object: &Object<'_>) -> TrailObject {
    let all = |key: &'static str| {
        let all = object.of_trail().filter(move |(known, _)| *known == key);
        all.map(|(_, member)| member)
    };
    let has = |key| all(key).next().is_some();
    let text = |key| {
        all(key)
            .filter_map(|member| member.value.as_str())
            .find(|text| !text.trim().is_empty())
    };
    let arn = all(TRAIL_ARN)
        .filter_map(|member| member.value.as_str())
        .find(|text| text.starts_with("arn:"));
    let parts = arn.as_deref().and_then(arn::trail_arn);
    let named = parts
        .map(|parts| parts.name)
        .filter(|name| !name.is_empty());
    let name = text(NAME)
        .map(|name| name.into_owned())
        .or_else(|| named.map(str::to_owned));
    let home = text(HOME_REGION);
    let organization = all(ORGANIZATION)
        .any(|member| matches!(member.value.text(), "true" | "\"true\"" | "\"True\""));
    TrailObject {
        text: object.node.text().into(),
        arn: arn.as_deref().filter(|_| parts.is_some()).map(Into::into),
        name: name.map(Into::into),
        home_region: home
            .as_deref()
            .or(parts.map(|parts| parts.region))
            .map(Into::into),
        organization,
        names_log_group: all(LOG_GROUP).next().is_some(),
        whole: match (has(BUCKET), has(GLOBAL_EVENTS), has(NAME)) {
            (true, true, _) => Whole::Yes,
            (true, false, true) => Whole::InAnswer,
            _ => Whole::No,
        },
        is_plain: object.members.len()
            == object
                .of_trail()
                .filter(|(key, member)| *key == member.key)
                .count(),
        contradiction: contradiction(object, home.as_deref(), arn.as_deref()),
    }
}

/// Why the object can't be what AWS answered.
fn contradiction(
    object: &Object<'_>,
    home: Option<&str>,
    arn: Option<&str>,
) -> Option<Contradiction> {
    if let Some(key) = twice(object) {
        let message = format!("`{key}` stands in it twice with different values").into();
        return Some(Contradiction {
            kind: ContradictionKind::Key,
            message,
        });
    }
    let region = arn::trail_arn(arn?).map_or("", |arn| arn.region);
    if let Some(home) = home.filter(|home| !region.is_empty() && *home != region) {
        return Some(Contradiction {
            kind: ContradictionKind::Region,
            message: format!(
                "its home region is `{home}` and its ARN is of `{region}`, which AWS never answers"
            )
            .into(),
        });
    }
    identity(object, arn?)
}

/// Why the object's ARN is none that AWS gives this trail.
fn identity(object: &Object<'_>, arn: &str) -> Option<Contradiction> {
    let text = |key: &'static str| {
        let mut all = object.of_trail();
        let (_, member) = all.find(|(known, _)| *known == key)?;
        member.value.as_str()
    };
    let parts = arn::trail_arn(arn);
    let named = parts.map_or("", |parts| parts.name);
    let account = parts.map_or("", |parts| parts.account);
    let group = text(LOG_GROUP);
    let group = group.as_deref().and_then(|group| group.split(':').nth(4));
    // A spreadsheet takes the noughts off an account's front.
    let is_short = !account.is_empty()
        && !arn::is_account(account)
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && group.is_some_and(|group| {
            arn::is_account(group)
                && group.trim_start_matches('0') != account.trim_start_matches('0')
        });
    let name = text(NAME).filter(|name| {
        let name = name.trim();
        !named.is_empty() && !name.is_empty() && name != named && name != arn
    });
    let message = if let Some(flaw) = arn::flaw(arn) {
        format!("`{arn}` is no ARN of a trail: {flaw}")
    } else if is_short {
        format!("the account in `{arn}` has not twelve digits, and its log group's has")
    } else {
        let name = name?;
        format!("its name is `{name}` and its ARN ends in `{named}`, which AWS never answers")
    };
    Some(Contradiction {
        kind: ContradictionKind::Identity,
        message: message.into(),
    })
}

/// A key that stands in an object twice with different values. A row's own
/// `arn` may be longer than a `TrailARN` that stops before the name, and a null
/// beside a value is a column that the exporter left out; for the log group
/// nothing is forgiven.
fn twice(object: &Object<'_>) -> Option<&'static str> {
    // The longest value of each key: never more than AWS has keys.
    let mut known: Vec<(&'static str, Cow<'_, str>)> = Vec::new();
    object.of_trail().find_map(|(key, member)| {
        let value = member.value.as_str();
        let value = value.unwrap_or(Cow::Borrowed(member.value.text()));
        let Some((_, first)) = known.iter_mut().find(|(known, _)| *known == key) else {
            known.push((key, value));
            return None;
        };
        if key == TRAIL_ARN && value.starts_with(first.as_ref()) {
            *first = value;
            return None;
        }
        let same = *first == value || (key == TRAIL_ARN && first.starts_with(value.as_ref()));
        (!same).then_some(key)
    })
}

/// Looks at the statuses that stand in a trail object or beside it.
fn nested_statuses<'a>(walk: &mut Walk<'a, '_>, object: &Object<'a>, pointer: &str, hints: &Hints) {
    let before = walk.found.statuses.len();
    for member in &object.members {
        if member.value.kind() == Kind::Object && keys::is_of_status(&member.key) {
            status::take(
                walk,
                &Object::new(member.value),
                &child(pointer, &member.key),
                hints,
            );
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
            status.conflict = Some("Status".into());
        }
    }
}
