//! What stands beside an answer in one object: that the call failed, that the
//! answer is no present state, or what the call was given.
//!
//! A key that is known to tell an outcome must tell a known success; any other
//! value of it is doubt. Keys that tell nothing of outcomes are no concern here.

use std::borrow::Cow;

use crate::cloudtrail::keys::{self, Spelt};
use crate::document::json::{Kind, Member, Node};
use crate::document::object::Object;
use crate::recognise::no_state;

/// Words of keys that tell of a failure whenever they hold anything.
const FAILURES: [&str; 14] = [
    "denied",
    "err",
    "errored",
    "error",
    "errors",
    "exception",
    "exceptions",
    "fail",
    "failed",
    "failure",
    "failures",
    "fault",
    "faults",
    "unauthorized",
];

/// Words of keys that must hold a yes.
const SUCCESSES: [&str; 13] = [
    "ok",
    "success",
    "succeeded",
    "successful",
    "exists",
    "present",
    "active",
    "live",
    "real",
    "current",
    "valid",
    "fresh",
    "complete",
];

/// Words of keys that hold a code or a word of success.
const CODES: [&str; 10] = [
    "status",
    "state",
    "code",
    "rc",
    "exit",
    "result",
    "outcome",
    "exitcode",
    "returncode",
    "statuscode",
];

/// Words of keys that hold what a program ended with: 0, where nothing failed.
const OF_PROGRAMS: [&str; 7] = [
    "exit",
    "exitcode",
    "process",
    "rc",
    "return",
    "returncode",
    "returned",
];

/// Words beside which those are still of the call, and not of what it answered.
const BESIDE_CODES: [&str; 12] = [
    "http",
    "https",
    "response",
    "return",
    "returned",
    "process",
    "text",
    "call",
    "api",
    "request",
    "lifecycle",
    "error",
];

/// Words that tell a success, folded.
const FINE: [&str; 36] = [
    "ok",
    "success",
    "successful",
    "succeeded",
    "done",
    "complete",
    "completed",
    "finished",
    "true",
    "yes",
    "active",
    "enabled",
    "available",
    "running",
    "current",
    "pass",
    "passed",
    "none",
    "logging",
    "ready",
    "healthy",
    "fetched",
    "collected",
    "found",
    "normal",
    "answered",
    "live",
    "present",
    "on",
    "up",
    "valid",
    "unchanged",
    "ended",
    "exited",
    "new",
    "changed",
];

/// Words of keys that say, with whatever value but no, that it isn't so now.
const FLAGS: [&str; 12] = [
    "cache",
    "cached",
    "canned",
    "dry",
    "expired",
    "hypothetical",
    "historic",
    "historical",
    "mock",
    "recycled",
    "simulate",
    "stale",
];

/// Words that stand beside those and add nothing.
const BESIDE_FLAGS: [&str; 21] = [
    "is", "was", "at", "on", "from", "date", "time", "by", "run", "data", "answer", "response",
    "result", "mode", "copy", "has", "been", "since", "only", "flag", "value",
];

/// Keys, folded, whose value says in a word or three what the thing is.
const KINDS: [&str; 18] = [
    "type",
    "kind",
    "event",
    "eventtype",
    "action",
    "changetype",
    "change",
    "mode",
    "phase",
    "lifecycle",
    "purpose",
    "state",
    "status",
    "stage",
    "source",
    "origin",
    "category",
    "nature",
];

/// Why an answer in an object counts for nothing, by what stands beside it.
pub(crate) fn doubt(object: &Object<'_>) -> Option<String> {
    let mut beside = object.spelt().filter(|(spelt, _)| *spelt == Spelt::Neither);
    beside.find_map(|(_, member)| of_member(&member.key, member.value))
}

fn of_member(key: &str, value: Node<'_>) -> Option<String> {
    if key.len() > 64 || value.kind() == Kind::Null {
        return None;
    }
    let words = no_state::words(key);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let are = |known: &[&str]| {
        words
            .iter()
            .all(|word| known.contains(&word.as_str()) || CODES.contains(&word.as_str()))
    };
    let told = || format!("`{key}` beside it says `{}`", shown(value));
    match value.kind() {
        Kind::Object => {
            // `"status": {"code": 400, "message": "OK"}`
            let is_code = has(&CODES) && are(&BESIDE_CODES);
            let code = value.get("code").filter(|code| is_code && is_scalar(*code));
            return code.filter(|code| !is_fine(*code)).map(|_| told());
        }
        Kind::Array => {
            let is_told = has(&FAILURES) && !value.is_empty_container();
            return is_told.then(told);
        }
        _ => {}
    }
    let is_failed = has(&FAILURES) && !has(&CODES) && !is_no(value);
    let is_denied = has(&SUCCESSES) && words.len() <= 2 && is_no(value);
    let of_program = has(&OF_PROGRAMS);
    let is_code = has(&CODES)
        && (are(&BESIDE_CODES) || of_program)
        && !(if of_program {
            is_no(value)
        } else {
            is_fine(value)
        });
    let is_flag = |word: &String| FLAGS.contains(&word.as_str()) || no_state::is_said_by(word);
    let is_flag_of_key = |word: &String| is_flag(word) && !no_state::is_ordinary(word);
    let is_flagged = words.iter().any(is_flag_of_key)
        && words
            .iter()
            .all(|word| is_flag_of_key(word) || BESIDE_FLAGS.contains(&word.as_str()))
        && !is_no(value);
    let is_kind = || {
        let is_key = KINDS.iter().any(|known| keys::folds_to(key, known));
        let text = value.as_str().filter(|_| is_key).unwrap_or_default();
        let said = no_state::words(&text);
        said.len() <= 3 && said.iter().any(is_flag)
    };
    (is_failed || is_denied || is_code || is_flagged || is_kind()).then(told)
}

fn is_scalar(value: Node<'_>) -> bool {
    matches!(value.kind(), Kind::String | Kind::Number | Kind::Bool)
}

/// Whether a value says no, or nothing.
fn is_no(value: Node<'_>) -> bool {
    let text = text(value);
    let word = text.trim().to_ascii_lowercase();
    matches!(
        word.as_str(),
        "" | "false" | "0" | "no" | "none" | "null" | "[]" | "{}" | "n/a"
    )
}

/// Whether a value is a code or a word of success.
fn is_fine(value: Node<'_>) -> bool {
    let text = text(value);
    let text = text.trim();
    let first = text.split_whitespace().next().unwrap_or_default();
    if let Ok(code) = first.parse::<u32>() {
        // The codes of HTTP end at 226, and programs fail with 255.
        return code == 0 || (200..=226).contains(&code);
    }
    text.is_empty() || FINE.contains(&keys::fold(text).as_str())
}

fn text(value: Node<'_>) -> Cow<'_, str> {
    value.as_str().unwrap_or(Cow::Borrowed(value.text()))
}

/// A value as a message shows it.
fn shown(value: Node<'_>) -> String {
    text(value).chars().take(60).collect()
}

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
const REQUESTS: [&str; 20] = [
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
    "requestparameters",
    "requestbody",
    "requestdata",
    "requestjson",
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
        if is(&OF_REQUESTS) || is_no(value) {
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

/// Keys, folded, that say nothing of whether a list beside them is whole.
const SILENT: [&str; 74] = [
    "account",
    "accountid",
    "accountname",
    "apiversion",
    "arn",
    "awsaccountid",
    "awsregion",
    "bodysize",
    "collectedat",
    "collector",
    "compression",
    "connection",
    "contenttype",
    "count",
    "createdat",
    "date",
    "datetime",
    "duration",
    "elapsed",
    "encoding",
    "endedat",
    "environment",
    "exportedat",
    "fetchedat",
    "finishedat",
    "format",
    "generatedat",
    "headerssize",
    "host",
    "hostname",
    "httpversion",
    "id",
    "kind",
    "length",
    "level",
    "method",
    "mimetype",
    "operation",
    "outputtype",
    "owner",
    "ownerid",
    "pageref",
    "partition",
    "path",
    "profile",
    "proto",
    "provider",
    "recordedat",
    "redirecturl",
    "region",
    "requestid",
    "resourcetype",
    "schema",
    "serveripaddress",
    "service",
    "size",
    "starteddatetime",
    "startedat",
    "time",
    "timestamp",
    "tool",
    "total",
    "type",
    "updatedat",
    "uri",
    "url",
    "user",
    "userid",
    "version",
    "cmd",
    "command",
    "commandline",
    "stderr",
    "nexttoken",
];

/// The key of a value beside a list that may say something of it: any that
/// isn't known to say nothing. What tells a success was heard as one.
pub(crate) fn unsaid(object: &Object<'_>) -> Option<String> {
    let all = object.members.iter();
    let mut scalars = all.filter(|member| is_scalar(member.value) && !is_no(member.value));
    let found = scalars.find(|member| {
        let key = member.key.as_ref();
        let is = |known: &[&str]| known.iter().any(|word| keys::folds_to(key, word));
        let words = no_state::words(key);
        let of_outcome = words.iter().all(|word| {
            let word = word.as_str();
            CODES.contains(&word) || BESIDE_CODES.contains(&word) || SUCCESSES.contains(&word)
        });
        // JSON in a string is the answer itself, or another.
        let text = member.value.as_str().unwrap_or_default();
        let is_json = text.trim_start().starts_with(['{', '[']);
        !(is(&SILENT) || of_outcome || is_json)
    });
    found.map(|member| member.key.as_ref().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doubt_of(text: &str) -> Option<String> {
        doubt(&Object::new(Node::parse(text).unwrap()))
    }

    #[test]
    fn an_outcome_must_be_a_known_success() {
        for key in [
            "status",
            "statusCode",
            "StatusCode",
            "HttpStatusCode",
            "http_status",
            "state",
            "rc",
            "exit_code",
            "exitCode",
            "returncode",
            "result",
            "outcome",
            "code",
            "exitStatus",
        ] {
            for fine in [
                "0",
                "200",
                "204",
                "\"200 OK\"",
                "\"ok\"",
                "\"SUCCESS\"",
                "null",
                "\"\"",
            ] {
                let of_program = ["rc", "exit_code", "exitCode", "returncode", "exitStatus"];
                if of_program.contains(&key) && !matches!(fine, "0" | "null" | "\"\"") {
                    continue;
                }
                assert_eq!(
                    doubt_of(&format!("{{\"{key}\": {fine}}}")),
                    None,
                    "{key} {fine}"
                );
            }
            for bad in [
                "400",
                "403",
                "500",
                "1",
                "255",
                "\"error\"",
                "\"FAILED\"",
                "\"weird\"",
            ] {
                assert!(
                    doubt_of(&format!("{{\"{key}\": {bad}}}")).is_some(),
                    "{key} {bad}"
                );
            }
        }
    }

    #[test]
    fn what_says_that_it_is_not_so_now_is_heard() {
        for text in [
            r#"{"errors": ["AccessDenied"]}"#,
            r#"{"error_message": "denied"}"#,
            r#"{"success": false}"#,
            r#"{"ok": "false"}"#,
            r#"{"status": {"code": 400, "message": "OK"}}"#,
            r#"{"deleted": true}"#,
            r#"{"deletedAt": "2026-01-01T00:00:00Z"}"#,
            r#"{"isMock": true}"#,
            r#"{"dryRun": true}"#,
            r#"{"simulated": 1}"#,
            r#"{"stale": "yes"}"#,
            r#"{"fromCache": "2025-01-01"}"#,
            r#"{"type": "example"}"#,
            r#"{"state": "previous"}"#,
            r#"{"changeType": "DELETE"}"#,
            r#"{"event": "delete"}"#,
            r#"{"exists": false}"#,
        ] {
            assert!(doubt_of(text).is_some(), "{text}");
        }
        for text in [
            r#"{"errors": [], "error": null, "err": "", "failed": false}"#,
            r#"{"success": true, "ok": 1}"#,
            r#"{"deleted": false, "deletedAt": null, "dryRun": false}"#,
            r#"{"LatestDeliveryError": "AccessDenied", "IsLogging": false}"#,
            r#"{"type": "aws_cloudtrail_trail", "region": "us-east-1", "status": {"IsLogging": true}}"#,
            r#"{"complianceStatus": "whatever", "countryCode": "NL"}"#,
            r#"{"requestTime": "2026-11-20T12:00:00Z", "request": "{}", "generatedAt": "2026-11-20"}"#,
            r#"{"test_result": "PASS", "originalName": "main", "docs": "https://example.com"}"#,
        ] {
            assert_eq!(doubt_of(text), None, "{text}");
        }
    }

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
