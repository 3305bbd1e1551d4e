//! Objects that say that a call about trails was made, and hold no answer to it.

use crate::cloudtrail::keys;
use crate::document::command::Command;
use crate::document::json::{Kind, Member};
use crate::document::object::Object;
use crate::document::split;
use crate::recognise::facts::Call;
use crate::recognise::vocabulary;

/// Keys, folded, under which wrappers keep what was called.
const CALLS: [&str; 13] = [
    "action",
    "api",
    "apicall",
    "apiname",
    "call",
    "cmd",
    "command",
    "commandline",
    "function",
    "method",
    "operation",
    "operationname",
    "source",
];

/// Keys, folded, under which they keep what came of it.
const ANSWERS: [&str; 16] = [
    "answer",
    "body",
    "data",
    "error",
    "exitcode",
    "outcome",
    "output",
    "outputs",
    "rc",
    "response",
    "result",
    "returncode",
    "status",
    "statuscode",
    "stderr",
    "stdout",
];

/// The call about trails that an object says was made, where it has a place for
/// what came of it.
pub(crate) fn of_object(object: &Object<'_>) -> Option<Call> {
    let is_of = |member: &Member<'_>, words: &[&str]| {
        member.key.len() <= 32 && words.iter().any(|word| keys::folds_to(&member.key, word))
    };
    let mut members = object.members.iter();
    // An index says in which file the answer was put.
    let is_elsewhere = |member: &Member<'_>| {
        let folded = keys::fold(&member.key);
        member.value.kind() == Kind::String
            && ((folded.contains("file") && folded != "profile") || folded.contains("path"))
    };
    if !members.any(|member| is_of(member, &ANSWERS)) || object.members.iter().any(is_elsewhere) {
        return None;
    }
    let calls = object.members.iter().filter(|one| is_of(one, &CALLS));
    calls.filter_map(of_member).next()
}

fn of_member(member: &Member<'_>) -> Option<Call> {
    match member.value.kind() {
        Kind::String => of_text(&member.value.as_str()?),
        Kind::Array if member.value.text().len() <= LONGEST => {
            let elements = member.value.elements();
            let words: Option<Vec<_>> = elements.iter().map(|element| element.as_str()).collect();
            let words = words?;
            // The lines of a cell, or the words of a command.
            let lines = words.iter().find_map(|line| of_text(line));
            lines.or_else(|| of_text(&words.join(" ")))
        }
        _ => None,
    }
}

/// The longest list, in bytes, that may be lines or words of a call.
const LONGEST: usize = 16 * 1024;

/// The call that a text makes: an operation's name alone, a command, a method.
fn of_text(text: &str) -> Option<Call> {
    text.lines().find_map(|line| {
        let line = line.trim();
        let named = match keys::fold(line).as_str() {
            "describetrails" => Some(Call::DescribeTrails),
            "gettrailstatus" => Some(Call::GetTrailStatus),
            "listtrails" => Some(Call::ListTrails),
            _ => None,
        };
        let typed = || {
            let line = split::typed(line).unwrap_or(line).trim_start_matches('!');
            match (Command { line }).aws_call() {
                Some(("cloudtrail", operation)) => Some(vocabulary::call_of(operation)),
                _ => None,
            }
        };
        let method = || {
            let calls = [
                (".describe_trails(", Call::DescribeTrails),
                (".get_trail_status(", Call::GetTrailStatus),
                (".list_trails(", Call::ListTrails),
            ];
            let mut calls = calls.into_iter();
            calls.find_map(|(name, call)| line.contains(name).then_some(call))
        };
        named
            .or_else(typed)
            .or_else(method)
            .filter(|call| call.is_of_trails())
    })
}

#[cfg(test)]
mod tests {
    use super::of_object;
    use crate::document::json::Node;
    use crate::document::object::Object;
    use crate::recognise::facts::Call;

    #[test]
    fn a_call_is_told_by_its_name_its_command_or_its_method() {
        let of = |text| of_object(&Object::new(Node::parse(text).unwrap()));
        for (text, call) in [
            (
                r#"{"service": "cloudtrail", "operation": "DescribeTrails", "response": null}"#,
                Call::DescribeTrails,
            ),
            (
                r#"{"command": "aws cloudtrail get-trail-status --name a", "output": ""}"#,
                Call::GetTrailStatus,
            ),
            (
                r#"{"cmd": ["aws", "cloudtrail", "list-trails"], "rc": 255}"#,
                Call::ListTrails,
            ),
            (
                r#"{"cell_type": "code", "source": ["import boto3\n", "ct.describe_trails()"], "outputs": []}"#,
                Call::DescribeTrails,
            ),
        ] {
            assert_eq!(of(text), Some(call), "{text}");
        }
        for text in [
            r#"{"command": "aws cloudtrail describe-trails", "file": "describe-trails.json"}"#,
            r#"{"command": "aws cloudtrail describe-trails", "output_file": "x.json", "rc": 0}"#,
            r#"{"command": "aws iam list-users", "output": ""}"#,
            r#"{"eventName": "DescribeTrails", "response": null}"#,
            r#"{"Action": "cloudtrail:DescribeTrails", "result": "allowed"}"#,
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
