//! Objects that say that a call about trails was made, and hold no answer to it.

use crate::cloudtrail::keys;
use crate::document::command::Command;
use crate::document::json::{Kind, Member};
use crate::document::object::Object;
use crate::document::split;
use crate::recognise::changed;
use crate::recognise::facts::{Call, Named};
use crate::recognise::file_name::FileName;
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
    if !has_answer(object) || files(object).next().is_some() {
        return None;
    }
    calls(object, of_text)
}

/// The call about trails of which an object, as an index does, says in which file its
/// answer was put.
pub(crate) fn put_elsewhere(object: &Object<'_>) -> Option<(Call, String)> {
    let texts = files(object).filter_map(|member| member.value.as_str());
    let mut answers = texts.filter(|file| {
        let name = FileName(file);
        name.call().is_some_and(Call::is_of_trails) || name.is_for_answers()
    });
    let file = answers.next()?;
    Some((calls(object, of_text)?, file.into_owned()))
}

/// The members of an object that name a file.
fn files<'o, 'a>(object: &'o Object<'a>) -> impl Iterator<Item = &'o Member<'a>> {
    object.members.iter().filter(|member| {
        let folded = keys::fold(&member.key);
        member.value.kind() == Kind::String
            && ((folded.contains("file") && folded != "profile") || folded.contains("path"))
    })
}

/// Whether an object has a place for what came of a call.
fn has_answer(object: &Object<'_>) -> bool {
    object.members.iter().any(|one| is_of(one, &ANSWERS))
}

/// What an object says was done that changes a trail, and to which one. Without a
/// place for what came of it, it is what somebody may do.
pub(crate) fn change_in(object: &Object<'_>) -> Option<(String, Named)> {
    has_answer(object).then(|| calls(object, change_of_text))?
}

/// The first thing that is seen in what an object says was called.
fn calls<T>(object: &Object<'_>, seen_in: impl Fn(&str) -> Option<T>) -> Option<T> {
    let calls = object.members.iter().filter(|one| is_of(one, &CALLS));
    calls.filter_map(|one| of_member(one, &seen_in)).next()
}

/// Whether a member says which call about trails was made.
pub(crate) fn is_call(member: &Member<'_>) -> bool {
    is_of(member, &CALLS) && of_member(member, of_text).is_some()
}

fn is_of(member: &Member<'_>, words: &[&str]) -> bool {
    member.key.len() <= 32 && words.iter().any(|word| keys::folds_to(&member.key, word))
}

fn of_member<T>(member: &Member<'_>, seen_in: impl Fn(&str) -> Option<T>) -> Option<T> {
    match member.value.kind() {
        Kind::String => seen_in(&member.value.as_str()?),
        Kind::Array if member.value.text().len() <= LONGEST => {
            let elements = member.value.elements();
            let words: Option<Vec<_>> = elements.iter().map(|element| element.as_str()).collect();
            let words = words?;
            // The words of a command, or the lines of a cell.
            seen_in(&words.join(" ")).or_else(|| words.iter().find_map(|line| seen_in(line)))
        }
        _ => None,
    }
}

/// A line of a cell, or a command as it was typed.
fn as_command(line: &str) -> Command<'_> {
    let line = split::typed(line).unwrap_or(line).trim_start_matches('!');
    Command { line }
}

/// The first call of a text that changes a trail: a command, a method, or an
/// operation's name alone.
fn change_of_text(text: &str) -> Option<(String, Named)> {
    text.lines().find_map(|line| {
        let line = line.trim();
        if let Some((operation, named)) = changed::of_command(&as_command(line)) {
            return Some((operation.to_owned(), named));
        }
        // `UpdateTrail`, `CloudTrail_20131101.UpdateTrail`, `ct.update_trail(`
        let name = line
            .split('(')
            .next()?
            .rsplit(['.', ':', ' ', '='])
            .next()?;
        let is_it = |known: &&&str| keys::fold(name) == **known;
        let known = CHANGING.iter().find(is_it)?;
        Some(((*known).to_owned(), Named::No))
    })
}

/// Operations, folded, that change a trail or what it delivers (API reference).
const CHANGING: [&str; 6] = [
    "createtrail",
    "deletetrail",
    "puteventselectors",
    "startlogging",
    "stoplogging",
    "updatetrail",
];

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
        let typed = || match as_command(line).aws_call() {
            Some(("cloudtrail", operation)) => Some(vocabulary::call_of(operation)),
            _ => None,
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
    use super::{change_in, of_object, put_elsewhere};
    use crate::document::json::Node;
    use crate::document::object::Object;
    use crate::recognise::facts::{Call, Named};

    #[test]
    fn an_index_says_where_an_answer_was_put() {
        let of = |text| put_elsewhere(&Object::new(Node::parse(text).unwrap()));
        for (text, expected) in [
            (
                r#"{"command": "aws cloudtrail describe-trails", "file": "a/b.json", "rc": 0}"#,
                Some((Call::DescribeTrails, "a/b.json")),
            ),
            (
                r#"{"api": "GetTrailStatus", "OutputPath": "status/get-trail-status.txt"}"#,
                Some((Call::GetTrailStatus, "status/get-trail-status.txt")),
            ),
            (
                r#"{"command": "aws cloudtrail describe-trails", "script_file": "collect.sh"}"#,
                None,
            ),
            (
                r#"{"command": "aws iam list-users", "file": "a.json"}"#,
                None,
            ),
        ] {
            let expected = expected.map(|(call, file)| (call, file.to_owned()));
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn a_change_is_told_by_the_same() {
        let of = |text| change_in(&Object::new(Node::parse(text).unwrap()));
        for (text, operation, named) in [
            (
                r#"{"cmd": "aws cloudtrail delete-trail --name main", "stdout": ""}"#,
                "delete-trail",
                Named::Name("main".into()),
            ),
            (
                r#"{"cmd": ["aws", "cloudtrail", "stop-logging"], "rc": 0}"#,
                "stop-logging",
                Named::No,
            ),
            (
                r#"{"operation": "CloudTrail_20131101.UpdateTrail", "response": {}}"#,
                "updatetrail",
                Named::No,
            ),
            (
                r#"{"source": ["ct.stop_logging(Name='main')"], "outputs": []}"#,
                "stoplogging",
                Named::No,
            ),
        ] {
            assert_eq!(of(text), Some((operation.to_owned(), named)), "{text}");
        }
        for text in [
            r#"{"command": "aws cloudtrail get-trail-status --name main", "output": ""}"#,
            r#"{"command": "aws cloudtrail update-trail --name main"}"#,
            r#"{"Effect": "Deny", "Action": "cloudtrail:StopLogging"}"#,
            r#"{"cmd": "aws cloudtrail add-tags --resource-id x", "rc": 0}"#,
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

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
