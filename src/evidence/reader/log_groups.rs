//! Answers of `aws logs describe-log-groups`.
//!
//! A list is complete unless the answer carries a token for the next page.

use crate::evidence::document::{LogGroup, LogGroups};
use crate::evidence::json::Kind;
use crate::evidence::object::Object;
use crate::evidence::recognise::{Hints, Walk, child};

/// Takes an answer with `logGroups`.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    let Some(list) = object
        .get("logGroups")
        .filter(|list| list.kind() == Kind::Array)
    else {
        return false;
    };
    walk.producer("aws cli");
    walk.collected(super::answer::date_header(object));
    let pointer = child(pointer, "logGroups");
    let anchor = walk.locator.fragment(list, &pointer);
    let mut groups = Vec::new();
    for (index, element) in list.elements().into_iter().enumerate() {
        let group = Object::new(element);
        let Some(name) = group.text("logGroupName") else {
            continue;
        };
        groups.push(LogGroup {
            name: name.into(),
            arn: group.text("arn").map(Into::into),
            text: element.text().into(),
            anchor: walk
                .locator
                .fragment(element, &child(&pointer, &index.to_string())),
        });
    }
    let complete = super::page::more(object).is_none();
    walk.found.log_groups.push(LogGroups {
        groups,
        complete,
        origin: hints.origin.clone(),
        anchor,
    });
    true
}
