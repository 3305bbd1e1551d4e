//! Texts that are positively something else, and by which mark.
//!
//! Reports of coldtrail's own, checksums, listings of events: they speak of
//! trails at length and show the state of none. What has no such mark and yet
//! speaks of trails is doubt, and stays one.

use crate::cloudtrail::keys;
use crate::document::command::Command;
use crate::document::split;
use crate::recognise::file_name::FileName;
use crate::recognise::{failed_call, foreign_format, own, vocabulary};

/// The files that they are of were part of the evidence.
pub(crate) const CHECKSUMS: &str = "checksums";

/// The trails in them are some that a scanner saw.
pub(crate) const FINDINGS: &str =
    "findings of a scanner: what it made of what it read, and no answer of AWS";

/// What a text is, if it is none that could hold evidence. For texts that don't
/// begin as JSON does: they are asked before any JSON in them is looked for.
pub(crate) fn text(name: FileName<'_>, text: &str) -> Option<&'static str> {
    let trimmed = text.trim_start();
    if trimmed.starts_with("#!") && !(name.is_for_answers() && holds_answers(text)) {
        return Some("a script: what stands in it shows no state");
    }
    let is_of_one = || !holds_answers(text);
    if let Some(what) = own::output(trimmed).filter(|_| is_of_one()) {
        return Some(what);
    }
    if is_checksums(trimmed) {
        return Some(CHECKSUMS);
    }
    if is_log_validation(trimmed) && is_of_one() {
        return Some(
            "what `aws cloudtrail validate-logs` printed: it says nothing of delivery to CloudWatch Logs",
        );
    }
    if is_events(trimmed) {
        return Some(
            "events that `aws cloudtrail lookup-events` printed: what was done once, and no state",
        );
    }
    if foreign_format::is_template(trimmed) && !vocabulary::holds_objects_of_trails(text) {
        return Some("a template: what somebody wants, and no state");
    }
    if is_plan(trimmed) && !vocabulary::holds_objects_of_trails(text) {
        return Some("a plan of Terraform: what it would change, and no state");
    }
    if is_findings(trimmed) && is_of_one() {
        return Some(FINDINGS);
    }
    let is_prose = name.is_prose() && is_of_one() && !vocabulary::holds_objects_of_trails(text);
    is_prose.then_some("prose without an answer in it")
}

/// Whether answers stand in a text beside what it begins with: a line that begins an
/// object of trails, a failed call, or a call about trails that was typed.
pub(crate) fn holds_answers(text: &str) -> bool {
    let mut at = 0;
    let mut holds_objects = None;
    text.split_inclusive('\n').any(|line| {
        let from = at;
        at += line.len();
        let line = line.trim_start();
        let typed = || line.starts_with("$ ").then(|| split::typed(line)).flatten();
        let is_call = |line| {
            let call = Command { line }.aws_call();
            call.is_some_and(|(service, call)| {
                service == "cloudtrail" && vocabulary::call_of(call).is_of_trails()
            })
        };
        let mut objects = || {
            let rest = text.get(from..).unwrap_or_default();
            *holds_objects.get_or_insert_with(|| vocabulary::holds_objects_of_trails(rest))
        };
        failed_call::begins(line)
            || typed().is_some_and(is_call)
            || (line.starts_with(['{', '[']) && objects())
    })
}

/// Whether a text holds nothing but a time or the version of a tool, as `date` and
/// `aws --version` print them, with or without their commands.
pub(crate) fn is_stamp(text: &str) -> bool {
    const NAMES: &str = "\
        mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday jan \
        feb mar apr may jun jul aug sep oct nov dec am pm utc gmt cet cest est edt pst pdt z t";
    let is_part = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphabetic());
        let bare = bare.to_ascii_lowercase();
        bare.is_empty() || NAMES.split(' ').any(|name| name == bare)
    };
    let is_time = |line: &str| {
        let mut words = line.split_whitespace();
        line.contains(|c: char| c.is_ascii_digit()) && words.all(is_part)
    };
    let is_version = |line: &str| line.starts_with("aws-cli/");
    let is_command = |line: &str| {
        let call = split::typed(line).unwrap_or_default();
        call.starts_with("date") || call == "aws --version"
    };
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    text.len() <= 1024 && lines.all(|line| is_time(line) || is_version(line) || is_command(line))
}

/// Whether every line is a hash and a name: what `sha256sum`, `md5sum`,
/// `shasum --tag` and `Get-FileHash` print.
fn is_checksums(text: &str) -> bool {
    let is_hash = |word: &str| {
        matches!(word.len(), 32 | 40 | 56 | 64 | 96 | 128)
            && word.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let mut hashes = 0_usize;
    let mut bare = 0_usize;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default().trim_start_matches('\\');
        let second = words.next().unwrap_or_default();
        let is_line = is_hash(first)
            || is_hash(line.rsplit(' ').next().unwrap_or_default())
            || (first.starts_with("SHA") || first.starts_with("MD5")) && is_hash(second);
        if is_line {
            hashes += 1;
            bare += usize::from(second.is_empty());
        } else if !(line.starts_with('#')
            || line.starts_with("Algorithm")
            || line.starts_with("---"))
        {
            return false;
        }
    }
    // Lines of hexadecimal without any name may be anything's bytes.
    hashes > 0 && bare <= 1
}

/// Rows of Prowler and of its like: a check, its outcome, and whose.
fn is_findings(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let has = |name: &str| {
        let mut columns = first.split([';', ',', '\t']);
        columns.any(|column| keys::folds_to(column, name))
    };
    has("checkid") && has("status") && (has("findinguid") || has("statusextended"))
}

/// Whether a text is what `terraform plan` prints: resources that would change, and
/// how many.
fn is_plan(text: &str) -> bool {
    let is_sum = |line: &str| {
        let line = line.trim_start();
        line.starts_with("Plan: ") && line.contains(" to add, ") && line.contains(" to change, ")
    };
    let is_change = |line: &str| line.trim_start().starts_with("# ") && line.contains(" will be ");
    text.lines().any(is_sum) && text.lines().any(is_change)
}

fn is_log_validation(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(4096)).unwrap_or(text);
    head.contains("Validating log files for trail ")
        || (head.contains("Results requested for ") && head.contains("digest files"))
}

/// Events in the columns of `--output text`.
fn is_events(text: &str) -> bool {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    lines().next().is_some()
        && lines().all(|line| line.starts_with("EVENTS\t") || line.starts_with("RESOURCES\t"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(name: &str, content: &str) -> Option<&'static str> {
        text(FileName(name), content)
    }

    #[test]
    fn what_is_positively_something_else_is_called_by_its_name() {
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (name, content) in [
            ("collect", "#!/bin/sh\naws cloudtrail describe-trails\n".to_owned()),
            ("x.sha256", format!("{hash}  describe-trails.json\n")),
            ("hashes.txt", format!("SHA256 (describe-trails.json) = {hash}\n")),
            ("hash", hash.to_owned()),
            ("report.csv", "account_id,kind,subject,name,home_region,policy,check,outcome\n".into()),
            ("t.yaml", "AWSTemplateFormatVersion: x\nResources:\n  T:\n    Type: AWS::CloudTrail::Trail\n".into()),
            ("Pulumi.yaml", "name: x\nruntime: yaml\nresources:\n  t:\n    type: aws:cloudtrail:Trail\n".into()),
            ("p.csv", "ACCOUNT_UID;FINDING_UID;CHECK_ID;STATUS\n1;2;3;PASS\n".into()),
            ("junit.xml", "<?xml version=\"1.0\"?>\n<testsuites name=\"coldtrail\" tests=\"1\">".into()),
            ("report.md", "## ✅ coldtrail: pass\n\n| `TrailARN` |".into()),
            ("README.md", "# Notes\nWe ran `aws cloudtrail describe-trails`; `IsLogging` is true.".into()),
            ("validation.txt", "Validating log files for trail arn:aws:cloudtrail:us-east-1:111122223333:trail/main between\n".into()),
        ] {
            assert!(what(name, &content).is_some(), "{name}: {content}");
        }
    }

    #[test]
    fn what_may_hold_an_answer_is_none_of_it() {
        for (name, content) in [
            ("README.md", "# Notes\n```json\n{\"TrailARN\": \"x\"}\n```"),
            ("notes.txt", "The trail `main` is on."),
            ("x.sha256", "not a hash"),
            (
                "x.md5",
                "7b22747261696c4c697374223a205b7b\n7b22747261696c4c697374223a205b7b\n",
            ),
            (
                "x.md",
                "\nAn error occurred (AccessDeniedException) when calling the DescribeTrails operation: no\n",
            ),
            (
                "x.yaml",
                "Resources:\n  T:\n    Type: AWS::CloudTrail::Trail\ntrailList:\n- Name: main\n",
            ),
            ("trails.csv", "name,trail_arn\nmain,arn:aws:cloudtrail:x"),
            ("out.txt", "True\t1\t2"),
        ] {
            assert_eq!(what(name, content), None, "{name}: {content}");
        }
    }
}
