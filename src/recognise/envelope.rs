//! What stands beside an answer in one object: that the call failed, or that the
//! answer is no present state.
//!
//! A key that is known to tell an outcome must tell a known success; any other
//! value of it is doubt. Keys that tell nothing of outcomes are no concern here.

use std::borrow::Cow;

use crate::cloudtrail::arn;
use crate::cloudtrail::keys::{self, Spelt};
use crate::document::command::{is_of_aws, renamed};
use crate::document::json::{Kind, Member, Node};
use crate::document::object::Object;
use crate::recognise::metadata::METADATA;
use crate::recognise::{failed_call, headers, imagined, no_state};

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
const FLAGS: [&str; 16] = [
    "cache",
    "cached",
    "canned",
    "dry",
    "emulated",
    "emulator",
    "expired",
    "hypothetical",
    "historic",
    "historical",
    "localstack",
    "mock",
    "moto",
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
    if let Some(what) = imagined::holder(object) {
        return Some(format!("{what} holds it, which shows no present state"));
    }
    let mut beside = object.spelt().filter(|(spelt, _)| *spelt == Spelt::Neither);
    beside
        .find_map(|(_, member)| of_member(&member.key, member.value))
        .or_else(|| headers::doubt(object))
}

/// Whether a text beside an answer is what a failed call printed. What stands
/// under a region, an account or a trail is that one's own.
fn tells_failure(key: &str, text: &str) -> bool {
    let is_others = arn::is_region(key)
        || arn::account_id(key).is_some()
        || arn::looks_like_trail(key)
        || text.trim_start().starts_with(['{', '[']);
    !is_others && failed_call::read(text).is_some()
}

/// Keys, folded, under which somebody says in prose how it went.
const REMARKS: [&str; 13] = [
    "comment", "comments", "detail", "details", "info", "message", "note", "notes", "reason",
    "remark", "remarks", "warning", "warnings",
];

/// Whether a remark beside an answer says that something went wrong.
fn remarks_failure(key: &str, text: &str) -> bool {
    let is_remark = || REMARKS.iter().any(|known| keys::folds_to(key, known));
    failed_call::is_told(text) && is_remark()
}

/// Words of keys that say that something was left out.
const LEFT_OUT: [&str; 7] = [
    "masked",
    "omitted",
    "redacted",
    "sanitized",
    "scrubbed",
    "stripped",
    "truncated",
];

/// Whether a member says that keys of its object were left out: it is an ellipsis,
/// or names as a value the key (folded) that is missing.
pub(crate) fn leaves_out(member: &Member<'_>, missing: &str) -> bool {
    let is_ellipsis = |text: &str| matches!(text.trim(), "..." | "\u{2026}");
    let text = member.value.text();
    let names = || {
        let short = text.get(..text.floor_char_boundary(4096)).unwrap_or(text);
        keys::fold(short).contains(missing)
    };
    let words = no_state::words(&member.key);
    let tells = words.iter().any(|word| LEFT_OUT.contains(&word.as_str())) && !is_no(member.value);
    // What lists keys lists them all.
    let is_listed = matches!(member.value.kind(), Kind::Array | Kind::Object) || text.len() > 8;
    is_ellipsis(&member.key)
        || (tells && !is_listed)
        || member.value.as_str().is_some_and(|text| is_ellipsis(&text))
        || names()
}

/// Keys, folded, that hold what was selected of an answer.
const SELECTIONS: [&str; 7] = [
    "columns",
    "fields",
    "jmespath",
    "jqfilter",
    "projection",
    "query",
    "select",
];

/// Whether something beside an answer says that keys of what it holds may have
/// been left out.
pub(crate) fn is_selection(object: &Object<'_>) -> bool {
    object.members.iter().any(|member| {
        // Objects in it are answers, and name keys that are there.
        let text = member.value.text();
        let is_text = match member.value.kind() {
            Kind::String => text.len() < 4096 && !text.contains(":"),
            Kind::Array => text.len() < 4096 && !text.contains('{'),
            _ => false,
        };
        let is_key = SELECTIONS
            .iter()
            .any(|word| keys::folds_to(&member.key, word));
        let is_query = is_key && member.value.kind() == Kind::String && !is_no(member.value);
        is_query
            || (is_text && is_key && !is_no(member.value))
            || (is_text && leaves_out(member, "cloudwatchlogsloggrouparn"))
    })
}

/// Whether a value is the address of something that isn't AWS, under a key that
/// says that it was asked.
fn is_other_endpoint(key: &str, text: &str) -> bool {
    let is_local = || {
        let local = [
            "://localhost",
            "://127.0.0.1",
            "://host.docker.internal",
            "://[::1]",
        ];
        local.iter().any(|address| text.contains(address))
    };
    let is_endpoint = || keys::fold(key).contains("endpoint");
    text.contains("://") && !is_of_aws(text) && (is_endpoint() || is_local())
}

/// Whether what stands under a key is a name, which may be made of any words.
fn is_name(key: &str) -> bool {
    const NAMES: [&str; 14] = [
        "arn", "file", "folder", "host", "id", "key", "label", "name", "path", "profile", "title",
        "uri", "url", "user",
    ];
    let words = no_state::words(key);
    let last = words.last().map_or("", String::as_str);
    NAMES.contains(&last) || keys::fold(key).ends_with("name")
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
    let is_query = SELECTIONS.iter().any(|word| keys::folds_to(key, word));
    let query = value.as_str().filter(|_| is_query);
    if let Some((key, shown)) = query.as_deref().and_then(renamed) {
        return Some(format!("the query beside it shows `{shown}` as `{key}`"));
    }
    match value.kind() {
        Kind::Object => {
            // `"status": {"code": 400, "message": "OK"}`
            let is_code = has(&CODES) && are(&BESIDE_CODES);
            let code = value.get("code").filter(|code| is_code && is_scalar(*code));
            let is_error = || words.iter().all(|word| FAILURES.contains(&word.as_str()));
            let holds = || {
                let inner = Object::new(value);
                let mut values = inner.members.iter().map(|one| one.value);
                values.any(|one| !is_no(one) && !one.is_empty_container())
            };
            // `"$metadata": {"httpStatusCode": 403}`
            let of_http = ["HTTPStatusCode", "httpStatusCode", "statusCode"];
            let mut of_http = of_http.iter().filter_map(|key| value.get(key));
            let of_http = of_http.find(|code| code.kind() == Kind::Number);
            let is_bad = code.or(of_http).is_some_and(|code| !is_fine(code));
            return (is_bad || (is_error() && holds())).then(told);
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
        let is_word = |text: &str| text.len() <= 64 && !text.contains("://");
        let text = value.as_str().filter(|text| is_word(text));
        let said = no_state::words(&text.unwrap_or_default());
        let is_said = |word: &String| is_flag(word) && (is_key || !no_state::is_ordinary(word));
        (is_key || !is_name(key)) && said.len() <= 3 && said.iter().any(is_said)
    };
    let of_text = || {
        // No failure and no address is shorter.
        let text = value.as_str().filter(|text| text.len() >= 8);
        text.is_some_and(|text| {
            is_other_endpoint(key, &text)
                || tells_failure(key, &text)
                || remarks_failure(key, &text)
        })
    };
    (is_failed || is_denied || is_code || is_flagged || is_kind() || of_text()).then(told)
}

/// Whether a member says that some of what was asked failed, in a number.
pub(crate) fn counts_failures(member: &Member<'_>) -> bool {
    let words = no_state::words(&member.key);
    let mut words = words.iter().map(String::as_str);
    let is_number = text(member.value)
        .trim()
        .parse()
        .is_ok_and(|count: f64| count > 0.0);
    is_number && words.any(|word| FAILURES.contains(&word))
}

/// Whether a key is known to tell how something went, or something of it that says
/// nothing of trails: no trail is called so.
pub(crate) fn tells_outcome(key: &str) -> bool {
    let words = no_state::words(key);
    let tells = |word: &String| {
        let lists = [&FAILURES[..], &SUCCESSES, &CODES, &FLAGS];
        lists.iter().any(|known| known.contains(&word.as_str()))
    };
    let is = |known: &[&str]| known.iter().any(|word| keys::folds_to(key, word));
    words.iter().any(tells) || is(&SILENT) || is(&REMARKS) || is(&METADATA)
}

fn is_scalar(value: Node<'_>) -> bool {
    is_scalar_kind(value.kind())
}

fn is_scalar_kind(kind: Kind) -> bool {
    matches!(kind, Kind::String | Kind::Number | Kind::Bool)
}

/// Whether a value says no, or nothing.
pub(crate) fn is_no(value: Node<'_>) -> bool {
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

/// Further keys, folded, that say nothing of whether a list beside them is whole.
const SILENT: [&str; 49] = [
    "accountalias",
    "alias",
    "arn",
    "auditor",
    "author",
    "bodysize",
    "checksum",
    "cmd",
    "collectedby",
    "command",
    "commandline",
    "compression",
    "connection",
    "contenttype",
    "control",
    "controlid",
    "count",
    "datetime",
    "duration",
    "elapsed",
    "encoding",
    "endedat",
    "exportedby",
    "finishedat",
    "generatedby",
    "headerssize",
    "httpversion",
    "id",
    "length",
    "md5",
    "nbformat",
    "nbformatminor",
    "nexttoken",
    "pageref",
    "path",
    "proto",
    "recordedat",
    "redirecturl",
    "serveripaddress",
    "sha256",
    "size",
    "startedat",
    "starteddatetime",
    "stderr",
    "ticket",
    "title",
    "total",
    "uri",
    "url",
];

/// The key of a value beside a list that may say something of it: any that
/// isn't known to say nothing. What tells a success was heard as one.
pub(crate) fn unsaid(object: &Object<'_>) -> Option<String> {
    let found = object.members.iter().find(|member| says_something(member));
    found.map(|member| member.key.as_ref().to_owned())
}

/// Whether a member may say something of what stands beside it.
pub(crate) fn says_something(member: &Member<'_>) -> bool {
    // Lists of accounts and regions are read for themselves.
    let is_place = |value: &Node<'_>| {
        let text = text(*value);
        arn::is_region(&text) || arn::account_id(&text).is_some()
    };
    let lists = |value: Node<'_>| {
        let elements = value.elements();
        !elements.iter().all(is_place) && elements.into_iter().all(is_scalar)
    };
    let says = |value: Node<'_>| match value.kind() {
        // Most are lists of trails: the first element tells.
        Kind::Array if !value.first_kind().is_none_or(is_scalar_kind) => false,
        Kind::Array => value.text().len() <= 4096 && lists(value),
        _ => is_scalar(value) && !is_no(value),
    };
    if !says(member.value) {
        return false;
    }
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
    // Names of trails in a list are read for themselves.
    let names_trails = member.value.kind() == Kind::Array && keys::fold(key).contains("trail");
    !(names_trails || is(&SILENT) || is(&METADATA) || of_outcome || is_json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doubt_of(text: &str) -> Option<String> {
        doubt(&Object::new(Node::parse(text).unwrap()))
    }

    #[test]
    fn a_key_that_is_said_to_be_left_out_is() {
        let says = |text: &str| {
            let object = Object::new(Node::parse(text).unwrap());
            let mut members = object.members.iter();
            members.any(|member| leaves_out(member, "cloudwatchlogsloggrouparn"))
        };
        assert!(says(r#"{"redacted_keys": ["CloudWatchLogsLogGroupArn"]}"#));
        assert!(says(r#"{"omitted": "cloud_watch_logs_log_group_arn"}"#));
        assert!(says(r#"{"...": "..."}"#));
        assert!(says(r#"{"_masked": true, "omitted": 3}"#));
        assert!(!says(r#"{"_masked": false, "omitted": 0}"#));
        assert!(says(r#"{"more": "\u2026"}"#));
        assert!(!says(
            r#"{"redacted_keys": ["S3KeyPrefix"], "note": "a..."}"#
        ));
    }

    #[test]
    fn what_was_selected_or_left_out_may_stand_beside_an_answer() {
        let says = |text: &str| is_selection(&Object::new(Node::parse(text).unwrap()));
        for text in [
            r#"{"query": "trailList[].{Name: Name}", "trailList": []}"#,
            r#"{"columns": ["Name", "TrailARN"]}"#,
            r#"{"redacted": ["CloudWatchLogsLogGroupArn"]}"#,
        ] {
            assert!(says(text), "{text}");
        }
        for text in [
            r#"{"query": "", "columns": []}"#,
            r#"{"trail": {"CloudWatchLogsLogGroupArn": null}}"#,
            r#"{"trails": [{"CloudWatchLogsLogGroupArn": null}]}"#,
            r#"{"IsLogging": true, "note": "taken by Ann"}"#,
        ] {
            assert!(!says(text), "{text}");
        }
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
            r#"{"stderr": "An error occurred (AccessDenied) when calling the GetTrailStatus operation: no"}"#,
            r#"{"anything": "Unable to locate credentials. You can configure credentials by running"}"#,
            r#"{"Error": {"Code": "AccessDenied"}}"#,
            r#"{"RecordState": "ARCHIVED"}"#,
            r#"{"status_type": "previous"}"#,
            r#"{"note": "example output"}"#,
            r#"{"source": "moto"}"#,
            r#"{"emulator": "localstack"}"#,
            r#"{"endpoint_url": "http://localhost:4566"}"#,
            r#"{"op": "replace", "path": "/trails/0", "value": {}}"#,
            r#"{"originalRequest": {}, "body": "{}"}"#,
            r#"{"info": {"schema": "https://schema.getpostman.com/x.json"}, "item": []}"#,
            r#"{"consumer": {}, "provider": {}, "interactions": []}"#,
            r#"{"scope": "https://cloudtrail.us-east-1.amazonaws.com:443", "method": "POST", "response": {}}"#,
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
            r#"{"error": {}, "endpoint": "https://cloudtrail.us-east-1.amazonaws.com"}"#,
            r#"{"name": "old", "bucketName": "archived", "eu-west-1": "An error occurred (AccessDenied) when calling the DescribeTrails operation: no"}"#,
            r#"{"test_result": "PASS", "originalName": "main", "docs": "https://example.com"}"#,
        ] {
            assert_eq!(doubt_of(text), None, "{text}");
        }
    }
}
