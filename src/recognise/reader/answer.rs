//! Answers of the CloudTrail API as the AWS CLI and the SDKs print them.
//!
//! `{"trailList": […]}` (`TrailList` from Go), `{"Trails": […]}` and the
//! identity of the caller; with `ResponseMetadata`, `sdkHttpMetadata` or
//! nothing beside them.

use crate::cloudtrail::keys::{HOME_REGION, NAME, TRAIL_ARN};
use crate::cloudtrail::{arn, keys};
use crate::document::json::{Kind, Member, Node};
use crate::document::locate::Anchor;
use crate::document::object::Object;
use crate::recognise::facts::{Answer, Call, Failure, Listed, Named, Whole};
use crate::recognise::hints::Hints;
use crate::recognise::reader::{page, roll, status, trail};
use crate::recognise::walk::{Walk, child};
use crate::recognise::{envelope, headers, places, request};

/// Takes an answer of describe-trails or list-trails.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    if !object.members.iter().any(|member| is_list(&member.key)) {
        return false;
    }
    let mut taken = None;
    let hints = Hints {
        collected: headers::date(object).or(hints.collected),
        filter: match page::more(object) {
            Some(key) => Some(key.into()),
            None => {
                let given = || object.members.iter().find_map(request::asked_for);
                let above = hints.filter.clone();
                above.or_else(|| given().map(Into::into))
            }
        },
        ..hints.clone()
    };
    let hints = Hints {
        unsaid: hints.unsaid.clone().or_else(|| beside(object)),
        origin: hints.origin_of(object),
        selected: hints.selected || envelope::is_selection(object),
        ..hints
    };
    // A list may stand twice, under one spelling or two: each is read.
    for member in &object.members {
        if walk.is_full() {
            return true;
        }
        let pointer = || child(pointer, &member.key);
        let is_list = member.value.kind() == Kind::Array;
        let call = match member.key.as_ref() {
            "trailList" | "TrailList" if is_list => {
                walk.producer(if member.key == "TrailList" {
                    "aws sdk for go"
                } else {
                    "aws cli"
                });
                list(walk, member.value, &pointer(), &hints);
                Call::DescribeTrails
            }
            "trailList" | "TrailList" if member.value.kind() != Kind::Object => {
                unanswered(walk, member.value, &pointer(), &hints);
                Call::DescribeTrails
            }
            "Trails" if is_list => {
                walk.producer("aws cli");
                names(walk, member.value, &pointer(), &hints);
                Call::ListTrails
            }
            _ => continue,
        };
        taken = taken.or(Some(call));
    }
    if let Some(call) = taken {
        let items = || {
            let lists = object.members.iter().filter(|member| is_list(&member.key));
            let items = lists.map(|member| member.value.elements().len());
            items.max().unwrap_or_default()
        };
        if let Some(key) = page::miscounted(object, items) {
            let anchor = walk.anchor(object.node, pointer);
            miscounted(walk, anchor, key, &hints);
        }
        if let Some(key) = envelope::unsaid(object).filter(|_| items() > 0) {
            let anchor = walk.anchor(object.node, pointer);
            let message = format!("`{key}` stands beside the list: it may not be all");
            lost(walk, anchor, &message, &hints);
        }
        among(walk, object, pointer, &hints);
        // `jq -s add` makes one object of a list and a status.
        status::take_merged(walk, object, pointer, &hints);
        page::note(walk, object, pointer, call, &hints);
    }
    taken.is_some()
}

/// Whether an object holds a list of trails under a key of AWS's.
pub(crate) fn holds_list(object: &Object<'_>) -> bool {
    let mut members = object.members.iter();
    members.any(|member| is_list(&member.key) && member.value.kind() == Kind::Array)
}

/// Whether a key is that of AWS's list of trails.
fn is_list(key: &str) -> bool {
    matches!(key, "trailList" | "TrailList" | "Trails")
}

/// Looks at the lists beside a list of trails: who was left out, and trails that
/// are only named there.
fn among<'a>(walk: &mut Walk<'a, '_>, object: &Object<'a>, pointer: &str, hints: &Hints) {
    for member in &object.members {
        let key = member.key.as_ref();
        let is_filled = member.value.kind() == Kind::Array && !member.value.is_empty_container();
        if !is_filled || is_list(key) {
            continue;
        }
        if roll::read_list(walk, member.value, hints) || !keys::fold(key).contains("trail") {
            continue;
        }
        let elements = member.value.elements();
        // Objects that say more than a name are looked into.
        if elements.iter().all(only_names) {
            named(walk, elements, &child(pointer, key));
        }
    }
}

/// Keys, folded, of lists that name trails and show nothing of them.
const NAMES: [&str; 4] = ["cloudtrails", "trailarns", "trailnames", "trails"];

/// Looks at an object that holds no answer for lists of the names of trails.
pub(crate) fn look_for_names<'a>(walk: &mut Walk<'a, '_>, object: &Object<'a>, pointer: &str) {
    for member in &object.members {
        let is_named = NAMES.iter().any(|word| keys::folds_to(&member.key, word));
        if !is_named || member.value.kind() != Kind::Array {
            continue;
        }
        let elements = member.value.elements();
        let may_name = |element: &Node<'_>| {
            let word = element.as_str();
            word.is_some_and(|word| arn::trail_arn(&word).is_some() || places::may_be_name(&word))
        };
        if elements.iter().all(may_name) {
            named(walk, elements, &child(pointer, &member.key));
        }
    }
}

/// Notes trails of which a list has the names, or the ARNs.
fn named<'a>(walk: &mut Walk<'a, '_>, elements: Vec<Node<'a>>, pointer: &str) {
    for (index, element) in elements.into_iter().enumerate() {
        if walk.is_full() {
            return;
        }
        let anchor = walk.anchor(element, &child(pointer, &index.to_string()));
        let entry = Object::new(element);
        let word = element.as_str();
        let text = |key| entry.text(key).map(Into::into);
        let arn = word
            .as_deref()
            .filter(|word| arn::trail_arn(word).is_some());
        let name = word
            .as_deref()
            .filter(|word| arn::trail_arn(word).is_none());
        walk.found.shown.push(Listed {
            arn: arn.map(Into::into).or_else(|| text("TrailARN")),
            name: name.map(Into::into).or_else(|| text("Name")),
            home_region: None,
            anchor,
        });
    }
}

/// Keys that the AWS CLI and the SDKs put beside a list of trails.
const METADATA: [&str; 6] = [
    "ResponseMetadata",
    "ResultMetadata",
    "SdkResponseMetadata",
    "$metadata",
    "sdkHttpMetadata",
    "sdkResponseMetadata",
];

/// Whether a value names a trail and says nothing else of it.
fn only_names(value: &Node<'_>) -> bool {
    let is_text = |member: &Member<'_>| {
        let is_name = matches!(
            keys::trail_key(&member.key),
            Some(NAME | TRAIL_ARN | HOME_REGION)
        );
        is_name || member.value.kind() == Kind::String
    };
    match value.kind() {
        Kind::Object => {
            let object = Object::new(*value);
            object.of_status().next().is_none()
                && !trail::looks_like_trail(&object)
                && object.members.iter().all(is_text)
        }
        Kind::Array => false,
        _ => true,
    }
}

/// A key beside a list that AWS doesn't give, with anything in it.
fn beside(object: &Object<'_>) -> Option<Box<str>> {
    let is_known = |key: &str| METADATA.contains(&key) || is_list(key);
    let holds = |node: Node<'_>| node.kind() != Kind::Null && !node.is_empty_container();
    let mut members = object.members.iter();
    let found = members.find(|one| !is_known(&one.key) && holds(one.value));
    found
        .filter(|one| matches!(one.value.kind(), Kind::Object | Kind::Array))
        .map(|one| one.key.as_ref().into())
        .or_else(|| envelope::unsaid(object).map(Into::into))
}

/// The trails of a describe-trails answer.
fn list<'a>(walk: &mut Walk<'a, '_>, list: Node<'a>, pointer: &str, hints: &Hints) {
    let anchor = walk.anchor(list, pointer);
    let elements = list.elements();
    if let Some(key) = hints.unknown.as_deref() {
        let key = key.to_owned();
        return walk.unplaced(list, anchor, &key, hints);
    }
    if let Some(key) = hints.unsaid.as_deref().filter(|_| elements.is_empty()) {
        let message = format!("`{key}` stands beside the empty list: it may not be all");
        return lost(walk, anchor, &message, hints);
    }
    if let Some(filter) = hints.filter.as_deref().filter(|_| elements.is_empty()) {
        let message = format!(
            "asked for with `{filter}`: the list says nothing of trails that it leaves out"
        );
        return lost(walk, anchor, &message, hints);
    }
    let (own, first) = (walk.found.answers.len(), walk.found.trails.len());
    walk.found.answers.push(Answer {
        trails: elements.len(),
        whole: false,
        anchor,
        origin: hints.origin.clone(),
        collected: hints.collected,
    });
    let mut has_nameless = false;
    for (index, element) in elements.into_iter().enumerate() {
        if walk.is_full() {
            return;
        }
        let pointer = child(pointer, &index.to_string());
        let known = walk.found.trails.len();
        trail::take(walk, element, &pointer, hints, true);
        // Of those that name none the first is told: the others hide no more.
        if walk.found.trails.len() == known && !has_nameless {
            nameless(walk, element, &pointer, hints);
            has_nameless = true;
        }
    }
    // Who chose among a trail's keys may have chosen among the trails.
    let mut trails = walk.found.trails.iter().skip(first);
    let is_chosen = trails.any(|trail| trail.object.whole == Whole::No);
    if let Some(answer) = walk.found.answers.get_mut(own) {
        answer.whole = hints.filter.is_none() && !is_chosen;
    }
}

/// The names of a list-trails answer, or whole objects under its key.
fn names<'a>(walk: &mut Walk<'a, '_>, list: Node<'a>, pointer: &str, hints: &Hints) {
    for (index, element) in list.elements().into_iter().enumerate() {
        if walk.is_full() {
            return;
        }
        let entry = Object::new(element);
        let pointer = child(pointer, &index.to_string());
        // list-trails has three keys (API reference, `TrailInfo`).
        if entry.members.len() > 3 && trail::read(walk, &entry, &pointer, hints) {
            continue;
        }
        let (arn, name) = (entry.text("TrailARN"), entry.text("Name"));
        if arn.is_none() && name.is_none() {
            nameless(walk, element, &pointer, hints);
            continue;
        }
        let anchor = walk.anchor(element, &pointer);
        walk.found.listed.push(Listed {
            arn: arn.map(Into::into),
            name: name.map(Into::into),
            home_region: entry.text("HomeRegion").map(Into::into),
            anchor,
        });
    }
}

/// What stands where a list of trails should be, and is none.
fn unanswered<'a>(walk: &mut Walk<'a, '_>, value: Node<'a>, pointer: &str, hints: &Hints) {
    let anchor = walk.anchor(value, pointer);
    let message = "no list stands where the list of trails should be";
    walk.lose(value, anchor, message, hints);
}

/// An item of a list of trails that names none: which trail it was isn't known.
fn nameless<'a>(walk: &mut Walk<'a, '_>, item: Node<'a>, pointer: &str, hints: &Hints) {
    let anchor = walk.anchor(item, pointer);
    let message = "an item of the list of trails names no trail";
    lost(walk, anchor, message, hints);
}

/// Notes a list of which something says that it has more items.
pub(super) fn miscounted(walk: &mut Walk<'_, '_>, anchor: Anchor, key: &str, hints: &Hints) {
    let message =
        format!("`{key}` says that there are more trails than are listed, or that some failed");
    lost(walk, anchor, &message, hints);
}

/// Notes an answer that may hide trails.
fn lost(walk: &mut Walk<'_, '_>, anchor: Anchor, message: &str, hints: &Hints) {
    walk.found.failures.push(Failure {
        call: Some(Call::DescribeTrails),
        error: None,
        message: message.to_owned(),
        named: Named::No,
        origin: hints.origin.clone(),
        hides_trails: true,
        anchor: Some(anchor),
    });
}

/// Takes the answer of `aws sts get-caller-identity`.
pub fn read_identity<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    _pointer: &str,
    _hints: &Hints,
) -> bool {
    let (Some(account), true, true) = (
        object.text("Account"),
        object.has("UserId"),
        object.has("Arn"),
    ) else {
        return false;
    };
    if !arn::is_account(&account) {
        return false;
    }
    walk.producer("aws cli");
    walk.found.identity = Some(account.as_ref().into());
    true
}
