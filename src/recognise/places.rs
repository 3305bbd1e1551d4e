//! What stands above a value in a document: keys that wrap, keys that name,
//! keys that say that something is no state of anything now.
//!
//! A trail object shows how a trail is configured only where everything that it
//! lies under is known. A key that is not known here may say "before the
//! change" in words that nobody foresaw.

use crate::cloudtrail::claim::{Claim, ClaimSource, Says};
use crate::cloudtrail::name::{Readings, is_place};
use crate::cloudtrail::{arn, keys};

/// Keys, folded, under which producers put answers, and which say nothing of
/// what is in them.
const WRAPPERS: [&str; 94] = [
    "account",
    "accounts",
    "answer",
    "answers",
    "attributes",
    "awscloudtrail",
    "awscloudtrailtrail",
    "baseconfigurationitems",
    "body",
    "bundle",
    "cells",
    "cloudtrailconfig",
    "collected",
    "collection",
    "config",
    "configuration",
    "configurationitem",
    "configurationitems",
    "content",
    "contents",
    "controls",
    "data",
    "datapoints",
    "detail",
    "details",
    "document",
    "documents",
    "entries",
    "evidence",
    "exported",
    "finding",
    "findings",
    "global",
    "home",
    "http",
    "interactions",
    "item",
    "items",
    "json",
    "list",
    "log",
    "logging",
    "logs",
    "message",
    "metadata",
    "object",
    "objects",
    "other",
    "output",
    "outputs",
    "payload",
    "properties",
    "prismacloud",
    "raw",
    "rawdata",
    "rawevidence",
    "record",
    "records",
    "region",
    "regions",
    "report",
    "resource",
    "resources",
    "resourcedata",
    "response",
    "responsebody",
    "responses",
    "result",
    "results",
    "returned",
    "returnvalue",
    "rows",
    "services",
    "snapshot",
    "stdout",
    "stdoutlines",
    "string",
    "summary",
    "supplementaryconfiguration",
    "text",
    "value",
    "values",
    "trailconfig",
    "traildetails",
    "trailinfo",
    "trailconfiguration",
    "current",
    "currentstate",
    "actual",
    "observed",
    "api",
    "apis",
    "calls",
    "requests",
];

/// Keys, folded, that say that what stands under them is not so: somebody
/// plans, expects or advises it, or it was so before.
const NO_STATE: [&str; 43] = [
    "expected",
    "expectation",
    "expectations",
    "desired",
    "desiredstate",
    "desiredconfiguration",
    "planned",
    "plannedvalues",
    "plannedstate",
    "plannedconfiguration",
    "proposed",
    "proposal",
    "recommended",
    "recommendation",
    "recommendations",
    "remediation",
    "template",
    "templates",
    "baseline",
    "previous",
    "previousstate",
    "previousconfiguration",
    "prior",
    "priorstate",
    "request",
    "requestparameters",
    "responseelements",
    "example",
    "examples",
    "sample",
    "samples",
    "deleted",
    "archived",
    "removed",
    "before",
    "beforestate",
    "old",
    "oldvalue",
    "oldimage",
    "oldstate",
    "change",
    "resourcechanges",
    "history",
];

fn is_one_of(key: &str, words: &[&str]) -> bool {
    key.len() <= 64 && words.iter().any(|word| keys::folds_to(key, word))
}

/// Whether a key wraps an answer and says nothing of it.
#[must_use]
pub fn is_wrapper(key: &str) -> bool {
    is_one_of(key, &WRAPPERS)
}

/// Whether what stands under a key is said to be no state of anything now.
#[must_use]
pub fn is_no_state(key: &str) -> bool {
    is_one_of(key, &NO_STATE)
}

/// Whether AWS would take a text for a trail's name (API reference,
/// CreateTrail): 3 to 128 letters, digits, `.`, `_` and `-`. One that is too
/// short may be cut, and is somebody's all the same.
#[must_use]
pub fn may_be_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    // An id that was drawn at random is longer than people's names, and no word.
    let is_random = text.len() >= 32 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    (1..=128).contains(&text.len()) && text.chars().all(fits) && !is_random
}

/// Whether a text is an id that was drawn at random, and no word: hexadecimal,
/// with a digit.
fn is_drawn(text: &str) -> bool {
    text.len() >= 4
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'))
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// What a key above a status says of its trail, if it says anything.
#[must_use]
pub fn claim_of_key(key: &str) -> Option<Claim> {
    if arn::looks_like_trail(key) {
        return Some(Claim::sure(ClaimSource::Key, Says::Arn(key.into())));
    }
    let is_silent = is_drawn(key)
        || is_wrapper(key) && !keys::folds_to(key, "logging")
        || is_place(key)
        || Readings::of_text(key).is_empty();
    (!is_silent).then(|| Claim::sure(ClaimSource::Key, Says::Text(key.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_unless_it_is_known_to_wrap() {
        for key in [
            "main",
            "p01",
            "logging",
            "get-trail-status-main",
            "baseline",
        ] {
            assert!(claim_of_key(key).is_some(), "{key}");
        }
        for key in [
            "data",
            "Status",
            "get-trail-status",
            "us-east-1",
            "111122223333",
            "trailStatuses",
        ] {
            assert!(claim_of_key(key).is_none(), "{key}");
        }
    }
}
