//! AWS Config: configuration items, snapshots and histories.
//!
//! A trail stands camelCase under `configuration`, as an object or as JSON in
//! a string (get-resource-config-history, select-resource-config). Config
//! records how a trail is set up, never its status. Items of other resource
//! types are taken too: nothing in them is evidence of a trail.

use std::sync::Arc;

use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::recognise::reader::trail;
use crate::recognise::walk::{Hints, Walk, child};

/// Takes a configuration item.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
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
