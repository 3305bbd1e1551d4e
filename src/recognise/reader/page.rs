//! Lists that go on on another page.
//!
//! An answer with a token for the next page is not the whole list: what stands
//! on the pages behind it isn't known, and nothing says whether another file
//! is such a page.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::cloudtrail::keys;
use crate::document::json::{Kind, Member};
use crate::document::object::Object;
use crate::recognise::facts::{Call, Failure, Named};
use crate::recognise::hints::Hints;
use crate::recognise::reader::answer;
use crate::recognise::walk::{Walk, child};
use crate::recognise::{envelope, no_state};

/// Keys, folded, that hold a token for the next page, or say that there is one.
const GOES_ON: [&str; 14] = [
    "continuationtoken",
    "cursor",
    "hasmore",
    "hasnext",
    "hasnextpage",
    "istruncated",
    "moreresults",
    "next",
    "nextcursor",
    "nextlink",
    "nextmarker",
    "nextpage",
    "nexttoken",
    "truncated",
];

/// Words of keys that say how many items there are.
const COUNTS: [&str; 16] = [
    "all",
    "available",
    "count",
    "found",
    "items",
    "length",
    "matched",
    "num",
    "number",
    "of",
    "records",
    "results",
    "rows",
    "total",
    "trail",
    "trails",
];

/// What lists hold. A number of them is one of what is listed, whatever was done
/// with them (`rows_returned`), but for what was asked for at most.
const LISTED: [&str; 6] = ["entries", "items", "records", "results", "rows", "trails"];

/// Words of a number that was asked for, or that counts something else.
const ASKED: [&str; 7] = ["limit", "max", "min", "ms", "page", "per", "seconds"];

/// The longest object, in bytes, that says beside a list how much of it is there.
const LONGEST: usize = 1024;

/// How far below a wrapper its list may lie.
const DEEPEST: usize = 3;

/// The key that says that a list has another number of items than stand in it, or
/// how many of what was asked failed.
pub fn miscounted<'o>(object: &'o Object<'_>, items: impl Fn() -> usize) -> Option<&'o str> {
    let known = OnceCell::new();
    told(object, |member| {
        count(member).is_some_and(|count| count > *known.get_or_init(&items))
            || envelope::counts_failures(member)
    })
}

/// How many items a member says that there are.
fn count(member: &Member<'_>) -> Option<usize> {
    let text = member.value.as_str();
    let text = text.unwrap_or(Cow::Borrowed(member.value.text()));
    let count = text.trim().parse().ok()?;
    let words = no_state::words(&member.key);
    let is_among = |known: &[&str], word: &String| known.contains(&word.as_str());
    let is_count = words.iter().all(|word| is_among(&COUNTS, word))
        || words.iter().any(|word| is_among(&LISTED, word))
            && !words.iter().any(|word| is_among(&ASKED, word));
    is_count.then_some(count)
}

/// The key that says of an answer that it isn't the last page of its list.
pub fn more<'o>(object: &'o Object<'_>) -> Option<&'o str> {
    let goes_on = |member: &Member<'_>| match member.value.kind() {
        Kind::String => member
            .value
            .as_str()
            .is_some_and(|text| !text.trim().is_empty()),
        Kind::Null | Kind::Object => false,
        _ => member.value.text() != "false",
    };
    let is_token = |member: &Member<'_>| {
        let mut known = GOES_ON.iter();
        known.any(|word| keys::folds_to(&member.key, word))
    };
    // `"totalPages": 3`
    let are_pages = |member: &Member<'_>| {
        let pages: Option<usize> = member.value.text().parse().ok();
        pages.is_some_and(|pages| pages > 1) && keys::fold(&member.key).ends_with("pages")
    };
    told(object, |member| {
        (is_token(member) && goes_on(member)) || are_pages(member)
    })
}

/// The key of a member of which something is so, or of a member of the small object
/// that it holds: `"pagination": {"next": "x"}`.
fn told<'o>(object: &'o Object<'_>, is_so: impl Fn(&Member<'_>) -> bool) -> Option<&'o str> {
    let holds = |member: &Member<'_>| {
        let is_small = member.value.kind() == Kind::Object && member.value.text().len() <= LONGEST;
        is_small && Object::new(member.value).members.iter().any(&is_so)
    };
    let mut members = object.members.iter();
    let found = members.find(|member| is_so(member) || holds(member));
    found.map(|member| member.key.as_ref())
}

/// Notes that the wrapper of lists says that more trails were to be in them than the
/// `trails` that are found, or that they go on elsewhere.
pub fn note_around<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    trails: usize,
    hints: &Hints,
) {
    let items = || trails.max(longest(object, DEEPEST));
    if let Some(key) = miscounted(object, items) {
        let anchor = walk.anchor(object.node, pointer);
        answer::miscounted(walk, anchor, key, hints);
    }
    note(walk, object, pointer, Call::DescribeTrails, hints);
}

/// The most items of a list in an object, or in the objects right below it.
fn longest(object: &Object<'_>, depth: usize) -> usize {
    let items = |member: &Member<'_>| match member.value.kind() {
        Kind::Array => member.value.elements().len(),
        Kind::Object if depth > 0 => longest(&Object::new(member.value), depth - 1),
        _ => 0,
    };
    object.members.iter().map(items).max().unwrap_or_default()
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
