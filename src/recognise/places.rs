//! What stands above a value in a document: keys that wrap, keys that name,
//! keys that say that something is no state of anything now.
//!
//! A trail object shows how a trail is configured only where everything that it
//! lies under is known. A key that is not known here may say "before the
//! change" in words that nobody foresaw.

use crate::cloudtrail::claim::{Claim, ClaimSource, Says};
use crate::cloudtrail::name::{Readings, is_place};
use crate::cloudtrail::{arn, keys};
use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::document::split::Command;

/// Keys, folded, under which producers put answers, and which say nothing of
/// what is in them.
const WRAPPERS: [&str; 94] = [
    "account",
    "accounts",
    "answer",
    "answers",
    "args",
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

/// Keys, folded, whose values name a trail, where they stand beside a status.
const NAMING: [&str; 18] = [
    "name",
    "arn",
    "id",
    "resource",
    "resourceid",
    "resourcename",
    "resourcearn",
    "identifier",
    "entity",
    "entityid",
    "subject",
    "target",
    "targetid",
    "targetname",
    "key",
    "title",
    "label",
    "itemname",
];

/// Keys, folded, whose values are about something else than a trail's name.
const DESCRIBING: [&str; 60] = [
    "account",
    "accountid",
    "accountname",
    "action",
    "apiversion",
    "awsaccountid",
    "awsregion",
    "cloudtype",
    "collectedat",
    "collector",
    "command",
    "createdat",
    "date",
    "description",
    "environment",
    "error",
    "exportedat",
    "format",
    "fetchedat",
    "generatedat",
    "host",
    "hostname",
    "kind",
    "level",
    "method",
    "note",
    "notes",
    "operation",
    "organization",
    "outputtype",
    "owner",
    "ownerid",
    "partition",
    "profile",
    "provider",
    "region",
    "requestid",
    "resourcetype",
    "rrn",
    "schema",
    "service",
    "severity",
    "source",
    "state",
    "status",
    "stream",
    "time",
    "timestamp",
    "tool",
    "type",
    "updatedat",
    "url",
    "uri",
    "user",
    "userid",
    "version",
    "homeregion",
    "logger",
    "s3bucketname",
    "mimetype",
];

/// Keys, folded, of what a call was given.
const REQUESTS: [&str; 10] = [
    "request",
    "requestparameters",
    "params",
    "parameters",
    "args",
    "arguments",
    "kwargs",
    "input",
    "query",
    "inputs",
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

/// Whether what stands under a key is what a call was given.
#[must_use]
pub fn is_request(key: &str) -> bool {
    is_one_of(key, &REQUESTS)
}

/// What the values of an object say of the trail that something in it, or it
/// itself, is of. `skip` says which keys have another meaning here.
#[must_use]
pub fn claims_of(object: &Object<'_>, skip: impl Fn(&str) -> bool) -> Vec<Claim> {
    let mut claims = Vec::new();
    for member in &object.members {
        let key = member.key.as_ref();
        match member.value.kind() {
            _ if skip(key) => {}
            Kind::String => claims.extend(claim(key, member.value)),
            Kind::Object if is_request(key) => {
                given(&Object::new(member.value), 0, &mut claims);
            }
            Kind::Array if is_request(key) => {
                let elements = member.value.elements();
                claims.extend(
                    elements
                        .iter()
                        .filter_map(|element| claim("name", *element)),
                );
            }
            // A notebook keeps the lines of a cell so.
            Kind::Array if holds_command(member.value.text()) => {
                let lines = member.value.elements();
                let lines = lines.iter().filter_map(|line| line.as_str());
                let source: String = lines.collect();
                claims.extend(source.lines().rev().find_map(command));
            }
            _ => {}
        }
    }
    claims
}

/// The trails that a request names, two objects deep: `{"params": {"Name": …}}`.
fn given(object: &Object<'_>, depth: usize, claims: &mut Vec<Claim>) {
    for member in &object.members {
        match member.value.kind() {
            Kind::String => {
                let text = member.value.as_str().unwrap_or_default();
                // The body of a request is JSON itself.
                match Node::parse(text.trim()) {
                    Ok(node) if node.kind() == Kind::Object && depth < 2 => {
                        let inner = Object::new(node);
                        for member in &inner.members {
                            claims.extend(claim(&member.key, member.value));
                        }
                    }
                    _ => claims.extend(claim(&member.key, member.value)),
                }
            }
            Kind::Object if depth < 2 => {
                given(&Object::new(member.value), depth + 1, claims);
            }
            _ => {}
        }
    }
}

/// What the text under a key says of a trail.
fn claim(key: &str, value: Node<'_>) -> Option<Claim> {
    let text = value.as_str()?;
    let text = text.trim();
    let source = ClaimSource::Value;
    if arn::looks_like_trail(text) {
        return Some(Claim::sure(source, Says::Arn(text.into())));
    }
    if holds_command(text) {
        return command(text);
    }
    let folded = keys::fold(key);
    let is_stream = matches!(text, "stdout" | "stderr");
    if text.is_empty() || is_stream || is_place(text) {
        return None;
    }
    let says = || Says::Name(text.into());
    // Under AWS's own key a name is one whatever words it is made of, save those
    // of a call.
    let names_call = || matches!(&*keys::fold(text), "gettrailstatus" | "describetrails");
    if key == "Name" && may_be_name(text) && !names_call() {
        return Some(Claim::sure(source, says()));
    }
    if Readings::of_text(text).is_empty() {
        return None;
    }
    if folded.contains("trail") || NAMING.contains(&folded.as_str()) {
        return Some(Claim::sure(source, says()));
    }
    if DESCRIBING.contains(&folded.as_str()) || !may_be_name(text) {
        return None;
    }
    Some(Claim::unsure(source, says()))
}

/// Whether a text is a command that asks for a status.
fn holds_command(text: &str) -> bool {
    text.contains("get-trail-status") && text.contains(' ')
}

/// The trail that a command names.
fn command(line: &str) -> Option<Claim> {
    let name = Command { line }.option("--name")?;
    let says = match arn::looks_like_trail(name) {
        true => Says::Arn(name.into()),
        false => Says::Name(name.into()),
    };
    Some(Claim::sure(ClaimSource::Command, says))
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

    fn claims(text: &str) -> Vec<(String, bool)> {
        let object = Object::new(Node::parse(text).unwrap());
        let claims = claims_of(&object, |key| keys::status_key(key).is_some());
        claims
            .iter()
            .map(|claim| (claim.text().to_owned(), claim.is_sure))
            .collect()
    }

    #[test]
    fn whatever_names_something_beside_a_status_is_heard() {
        let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/pay";
        for (text, name) in [
            (format!(r#"{{"arn": "{arn}"}}"#), arn),
            (format!(r#"{{"anything": "{arn}"}}"#), arn),
            (r#"{"id": "payments"}"#.into(), "payments"),
            (r#"{"CloudTrailName": "payments"}"#.into(), "payments"),
            (r#"{"Trail": "payments"}"#.into(), "payments"),
            (r#"{"request": {"Name": "payments"}}"#.into(), "payments"),
            (r#"{"args": ["payments"]}"#.into(), "payments"),
            (
                r#"{"cmd": "aws cloudtrail get-trail-status --name payments"}"#.into(),
                "payments",
            ),
        ] {
            assert_eq!(claims(&text), [(name.to_owned(), true)], "{text}");
        }
        assert_eq!(
            claims(r#"{"wohin": "payments"}"#),
            [("payments".to_owned(), false)]
        );
        for text in [
            r#"{"region": "us-east-1", "account": "111122223333", "operation": "GetTrailStatus"}"#,
            r#"{"RequestId": "7a8c4e7e-0f0b-4a3b-9c39-0f4f8a0f1c11", "level": "INFO"}"#,
            r#"{"id": "GetTrailStatus", "IsLogging": true}"#,
        ] {
            assert!(claims(text).is_empty(), "{text}: {:?}", claims(text));
        }
    }

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
