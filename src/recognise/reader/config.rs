//! AWS Config: configuration items, snapshots and histories.
//!
//! A trail stands camelCase under `configuration`, as an object or as JSON in
//! a string (get-resource-config-history, select-resource-config). Config
//! records how a trail is set up, never its status. Of several items of one
//! resource the newest says what is so now, also where it says that the trail
//! was deleted. Items of other resource types are taken too: nothing in them is
//! evidence of a trail.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::recognise::hints::Hints;
use crate::recognise::reader::trail;
use crate::recognise::walk::{Walk, child};

/// Keys of answers under which a list of items comes.
const LISTS: [&str; 4] = [
    "configurationItems",
    "ConfigurationItems",
    "baseConfigurationItems",
    "BaseConfigurationItems",
];

/// Takes a list of configuration items, or one.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    let list = LISTS.iter().find_map(|key| {
        let list = object.get(key).filter(|list| list.kind() == Kind::Array)?;
        Some((*key, list))
    });
    match list {
        Some((key, list)) => {
            items(walk, list, &child(pointer, key), hints);
            true
        }
        None => item(walk, object, pointer, hints),
    }
}

/// The items of a list, of each resource the newest alone.
fn items<'a>(walk: &mut Walk<'a, '_>, list: Node<'a>, pointer: &str, hints: &Hints) {
    let items: Vec<Object<'a>> = list.elements().into_iter().map(Object::new).collect();
    let of = |item: &Object<'_>| {
        let id = item.text("resourceId").or_else(|| item.text("arn"));
        id.map(|id| id.into_owned())
    };
    let mut newest: HashMap<String, Timestamp> = HashMap::new();
    for item in &items {
        if let Some((id, at)) = of(item).zip(captured(item)) {
            let known = newest.entry(id).or_insert(at);
            *known = at.max(*known);
        }
    }
    for (index, one) in items.iter().enumerate() {
        if walk.is_full() {
            return;
        }
        let newest = of(one).and_then(|id| newest.get(&id).copied());
        let is_older = captured(one)
            .zip(newest)
            .is_some_and(|(at, newest)| at < newest);
        if is_older {
            walk.found.remark.get_or_insert_with(|| {
                "of several configuration items of one trail the newest counts".to_owned()
            });
        } else if !item(walk, one, &child(pointer, &index.to_string()), hints) {
            walk.visit(one.node, &child(pointer, &index.to_string()), hints);
        }
    }
}

/// When an item was recorded.
fn captured(item: &Object<'_>) -> Option<Timestamp> {
    item.text("configurationItemCaptureTime")?.parse().ok()
}

/// Takes a configuration item.
fn item<'a>(walk: &mut Walk<'a, '_>, object: &Object<'a>, pointer: &str, hints: &Hints) -> bool {
    let (Some(resource), Some(configuration)) =
        (object.text("resourceType"), object.get("configuration"))
    else {
        return false;
    };
    if resource != "AWS::CloudTrail::Trail" {
        return true;
    }
    walk.producer("aws config");
    // The last state of a trail that is gone is not how a trail is set up.
    let state = object.text("configurationItemStatus");
    if state.is_some_and(|state| state.contains("Deleted") || state == "ResourceNotRecorded") {
        walk.found.remark =
            Some("a configuration item of a trail that was deleted or is not recorded".to_owned());
        return true;
    }
    let mut inner = hints.under("configuration");
    if let Some(account) = object.text("accountId") {
        inner.origin.account = Some(Arc::from(account.as_ref()));
    }
    if let Some(region) = object.text("awsRegion") {
        inner.origin.region = Some(Arc::from(region.as_ref()));
    }
    let pointer = child(pointer, "configuration");
    match configuration.kind() {
        Kind::Object => trail::take(walk, configuration, &pointer, &inner, true),
        Kind::String => {
            let anchor = walk.anchor(configuration, &pointer).opaque();
            if let Some(text) = configuration.as_str()
                && let Ok(node) = Node::parse(&text)
            {
                trail::take_text(walk, node, anchor, &inner, true);
            }
        }
        _ => {}
    }
    true
}
