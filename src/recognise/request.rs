//! What a call was given, as wrappers and recordings keep it beside its answer.

use crate::cloudtrail::keys;
use crate::document::command::Command;
use crate::document::json::{Kind, Member, Node};
use crate::document::object::Object;
use crate::recognise::envelope;

/// The longest array, in bytes, that is looked at as the words of a command.
const LONGEST_COMMAND: usize = 4096;

/// Keys, folded, of requests that say nothing of which trails are asked for.
const OF_REQUESTS: [&str; 28] = [
    "account",
    "accountid",
    "auth",
    "bodysize",
    "charset",
    "cookies",
    "encoding",
    "headers",
    "headerssize",
    "host",
    "httpversion",
    "id",
    "method",
    "mimetype",
    "mode",
    "operation",
    "path",
    "port",
    "profile",
    "proto",
    "protocol",
    "region",
    "scheme",
    "service",
    "timeout",
    "url",
    "uri",
    "version",
];

/// Keys, folded, of requests under which their parameters stand.
const BODIES: [&str; 14] = [
    "body",
    "data",
    "form",
    "input",
    "json",
    "params",
    "parameters",
    "payload",
    "postdata",
    "query",
    "querystring",
    "raw",
    "string",
    "text",
];

/// Keys, folded, of what a call was given.
pub(crate) const REQUESTS: [&str; 21] = [
    "args",
    "arguments",
    "body",
    "input",
    "inputs",
    "invocation",
    "kwargs",
    "moduleargs",
    "parameters",
    "params",
    "payload",
    "postdata",
    "query",
    "request",
    "requestbody",
    "requestcontext",
    "requestdata",
    "requestjson",
    "requestparameters",
    "requestparams",
    "requestpayload",
];

/// Whether a member is what a call was given, and no answer.
pub(crate) fn is_request(member: &Member<'_>) -> bool {
    let folded = keys::fold(&member.key);
    REQUESTS.contains(&folded.as_str()) && !member.value.text().contains("railList")
}

/// What of a call's parameters may leave trails out of its answer: any that
/// isn't known to leave out none.
pub(crate) fn narrowed(request: Node<'_>) -> Option<String> {
    narrowed_in(request, 0)
}

fn narrowed_in(request: Node<'_>, depth: usize) -> Option<String> {
    if depth > 3 || request.kind() != Kind::Object {
        return None;
    }
    let object = Object::new(request);
    object.members.iter().find_map(|member| {
        let (key, value) = (member.key.as_ref(), member.value);
        let is = |known: &[&str]| known.iter().any(|word| keys::folds_to(key, word));
        if is(&["includeshadowtrails", "includeshadowtrail"]) {
            let is_on = matches!(value.text(), "true" | "\"true\"" | "null");
            return (!is_on).then(|| key.to_owned());
        }
        if is(&OF_REQUESTS) || envelope::is_no(value) {
            return None;
        }
        if is(&BODIES) {
            let text = value.as_str().unwrap_or_default();
            return match value.kind() {
                Kind::Object => narrowed_in(value, depth + 1),
                Kind::String => match Node::parse(text.trim()) {
                    Ok(inner) => narrowed_in(inner, depth + 1),
                    Err(_) => Some(key.to_owned()),
                },
                Kind::Array if value.is_empty_container() => None,
                _ => Some(key.to_owned()),
            };
        }
        Some(key.to_owned())
    })
}

/// What a member says that a call was asked for and that narrows its answer.
pub(crate) fn asked_for(member: &Member<'_>) -> Option<String> {
    let value = member.value;
    match value.kind() {
        Kind::Object if is_request(member) => narrowed(value),
        Kind::String => {
            let text = value.as_str()?;
            let text = text.trim();
            match text.starts_with('{') && is_request(member) {
                true => narrowed(Node::parse(text).ok()?),
                false => text
                    .contains(" describe-trails")
                    .then(|| kept(text))
                    .flatten(),
            }
        }
        Kind::Array if value.text().len() < LONGEST_COMMAND => {
            // An escape may stand in any word.
            let may_call = ["describe-trails", "\\"];
            let may_call = may_call.iter().any(|text| value.text().contains(text));
            if !may_call && !is_request(member) {
                return None;
            }
            let words = value.elements();
            let words: Vec<_> = words.iter().filter_map(|word| word.as_str()).collect();
            let line = words.join(" ");
            let is_call = words.iter().any(|word| word == "describe-trails");
            match is_call {
                true => kept(&line),
                false if is_request(member) => {
                    kept(&format!("aws cloudtrail describe-trails {line}"))
                }
                false => None,
            }
        }
        _ => None,
    }
}

/// Why a list that a command printed may not be whole.
fn kept(line: &str) -> Option<String> {
    Command { line }.kept().filter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_narrows_unless_it_is_known_not_to() {
        let narrows = |text: &str| narrowed(Node::parse(text).unwrap());
        for text in [
            r#"{"trailNameList": ["main"]}"#,
            r#"{"includeShadowTrails": false}"#,
            r#"{"params": {"includeShadowTrails": "false"}}"#,
            r#"{"method": "POST", "postData": {"mimeType": "x", "text": "{\"trailNameList\": [\"x\"]}"}}"#,
            r#"{"somethingNew": 1}"#,
        ] {
            assert!(narrows(text).is_some(), "{text}");
        }
        for text in [
            "{}",
            r#"{"trailNameList": [], "includeShadowTrails": true}"#,
            r#"{"method": "POST", "url": "https://x", "headers": [], "postData": {"mimeType": "x", "text": "{}"}}"#,
        ] {
            assert_eq!(narrows(text), None, "{text}");
        }
    }
}
