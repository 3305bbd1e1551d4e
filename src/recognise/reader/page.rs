//! Lists that go on on another page.
//!
//! An answer with a token for the next page is not the whole list: what stands
//! on the pages behind it isn't known, and nothing says whether another file
//! is such a page.

use crate::cloudtrail::keys;
use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::recognise::facts::{Call, Failure, Named};
use crate::recognise::hints::Hints;
use crate::recognise::walk::{Walk, child};

/// Keys, folded, that hold a token for the next page, or say that there is one.
const GOES_ON: [&str; 6] = [
    "hasmore",
    "istruncated",
    "moreresults",
    "nexttoken",
    "nextpage",
    "truncated",
];

/// Keys, folded, that say how many items there are.
const COUNTS: [&str; 7] = [
    "count",
    "length",
    "numberoftrails",
    "total",
    "totalcount",
    "trailcount",
    "trailscount",
];

/// The key that says that a list has another number of items than stand in it.
pub fn miscounted<'o>(object: &'o Object<'_>, items: impl Fn() -> usize) -> Option<&'o str> {
    let mut members = object.members.iter();
    let found = members.find(|member| {
        let is_count = COUNTS.iter().any(|word| keys::folds_to(&member.key, word));
        let count = member.value.text().parse::<usize>();
        is_count && count.is_ok_and(|count| count > items())
    });
    found.map(|member| member.key.as_ref())
}

/// The key that says of an answer that it isn't the last page of its list.
pub fn more<'o>(object: &'o Object<'_>) -> Option<&'o str> {
    let goes_on = |value: Node<'_>| match value.kind() {
        Kind::String => value.as_str().is_some_and(|text| !text.trim().is_empty()),
        Kind::Null => false,
        _ => value.text() != "false",
    };
    let mut members = object.members.iter();
    let found = members.find(|member| {
        let is_token = GOES_ON.iter().any(|word| keys::folds_to(&member.key, word));
        is_token && goes_on(member.value)
    });
    found.map(|member| member.key.as_ref())
}

/// Notes that a list of trails goes on elsewhere, if it does.
pub fn note<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    call: Call,
    hints: &Hints,
) {
    note_of(walk, object, pointer, (call, "trails"), hints);
}

/// Notes that a list of something without which trails aren't found goes on
/// elsewhere, if it does.
pub fn note_of<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    (call, what): (Call, &str),
    hints: &Hints,
) {
    let Some(key) = more(object) else { return };
    let Some(token) = object.get(key) else { return };
    let anchor = walk.anchor(token, &child(pointer, key));
    walk.found.failures.push(Failure {
        call: Some(call),
        error: None,
        message: format!(
            "a page of a list, as `{key}` says: the {what} on the next pages are not here"
        ),
        named: Named::No,
        origin: hints.origin.clone(),
        hides_trails: true,
        anchor: Some(anchor),
    });
}
