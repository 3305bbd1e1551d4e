//! Answers of `aws logs describe-log-groups`.
//!
//! A list is complete unless the answer carries a token for the next page.

use crate::document::json::Kind;
use crate::document::object::Object;
use crate::recognise::facts::{LogGroup, LogGroups};
use crate::recognise::hints::Hints;
use crate::recognise::walk::{Walk, child};

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
    let pointer = child(pointer, "logGroups");
    let anchor = walk.anchor(list, &pointer);
    let mut groups = Vec::new();
    for (index, element) in list.elements().into_iter().enumerate() {
        if walk.is_full() {
            return true;
        }
        let group = Object::new(element);
        let Some(name) = group.text("logGroupName") else {
            continue;
        };
        groups.push(LogGroup {
            name: name.into(),
            arn: group.text("arn").map(Into::into),
            text: element.text().into(),
            anchor: walk.anchor(element, &child(&pointer, &index.to_string())),
        });
    }
    let complete = crate::recognise::reader::page::more(object).is_none();
    walk.found.log_groups.push(LogGroups {
        groups,
        complete,
        origin: hints.origin.clone(),
        anchor,
    });
    true
}
