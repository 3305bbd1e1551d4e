//! Output that is not JSON and isn't read, recognised by name.
//!
//! Some of it holds what an auditor needs in a form that loses it: zones
//! vanish from a repr, columns from a text. The diagnostic says what it is and
//! which command gives what can be read. Some of it is positively something
//! else, of which no answer can be hoped for.

mod head;
mod page;

use self::head::{AWS_CLI, Head};
use crate::cloudtrail::keys;
use crate::document::json::Kind;
use crate::document::object::Object;

/// A format, and how to get JSON instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignFormat {
    /// What it is.
    pub name: &'static str,
    /// How to get JSON instead.
    pub help: &'static str,
}

/// Words of AWS that such an output has, in the spellings that languages give
/// them.
const MARKS: [&str; 14] = [
    "islogging",
    "is_logging",
    "traillist",
    "trail_list",
    "trailarn",
    "trail_arn",
    "latestdelivery",
    "latest_delivery",
    "latestcloudwatch",
    "latest_cloud_watch",
    "s3bucketname",
    "s3_bucket_name",
    "gettrailstatus",
    "describetrails",
];

/// The format of a text about trails that is not JSON.
#[must_use]
pub fn recognise(text: &str) -> Option<ForeignFormat> {
    let head = Head::of(text);
    if other_than_answer(text).is_some() {
        return None;
    }
    if !MARKS.iter().any(|mark| head.folded.contains(mark)) {
        if let Some(page) = page::of(&head, text) {
            return Some(page);
        }
        return head.is_text_output().then_some(ForeignFormat {
            name: "the AWS CLI's text output, of which some columns may be one key's or another's",
            help: AWS_CLI,
        });
    }
    let (name, help) = head
        .of_language()
        .or_else(|| head.of_markup())
        .or_else(|| head.of_tool())?;
    Some(ForeignFormat { name, help })
}

/// What a text positively is, if it is nothing that AWS or a tool answered: a
/// template, a playbook, a program. It shows what somebody wants, not what is.
#[must_use]
pub fn other_than_answer(text: &str) -> Option<&'static str> {
    let head = Head::of(text);
    let begins = |key: &str| head.text.lines().any(|line| line.starts_with(key));
    let first = head.trimmed.lines().next().unwrap_or_default();
    if head.trimmed.starts_with("#!") {
        return Some("a script");
    }
    if head.is_json() {
        return None;
    }
    let is = |all: &[&str]| all.iter().all(|key| begins(key));
    if begins("AWSTemplateFormatVersion:")
        || (begins("Resources:") && head.text.contains("Type: AWS::"))
        || (begins("Resources:") && head.text.contains("Type: 'AWS::"))
        || (begins("Resources:") && head.text.contains("Type: \"AWS::"))
    {
        Some("a CloudFormation template")
    } else if is(&["apiVersion:", "kind:"]) {
        Some("a Kubernetes manifest")
    } else if is(&["jobs:"]) && (begins("on:") || begins("\"on\":") || begins("'on':")) {
        Some("a GitHub Actions workflow")
    } else if is(&["services:"]) && head.text.contains("image:") {
        Some("a Compose file")
    } else if (begins("- hosts:") || head.text.contains("\n  hosts:"))
        && (head.text.contains("tasks:") || head.text.contains("roles:"))
    {
        Some("an Ansible playbook")
    } else if begins("stages:") && head.text.contains("script:") {
        Some("a GitLab pipeline")
    } else if begins("openapi:") || begins("swagger:") {
        Some("an OpenAPI description")
    } else if begins("resource \"aws_") || begins("data \"aws_") || begins("module \"") {
        Some("a Terraform configuration")
    } else if first.starts_with("package ") && (begins("import ") || head.text.contains(":= ")) {
        Some("a program's source")
    } else if begins("import boto3") || begins("from boto3") || begins("def ") && begins("import ")
    {
        Some("a Python program")
    } else if first.starts_with("-----BEGIN ") {
        Some("a key, a certificate or a signature")
    } else {
        None
    }
}

/// Keys that a CloudFormation template has at its top (Template anatomy).
pub(crate) const OF_TEMPLATE: [&str; 11] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
    "Hooks",
];

/// Keys at the top of a project or program of Pulumi's.
const OF_PULUMI: [&str; 12] = [
    "name",
    "runtime",
    "description",
    "config",
    "resources",
    "variables",
    "outputs",
    "template",
    "main",
    "backend",
    "plugins",
    "configuration",
];

/// Whether a text in YAML is a template of CloudFormation or Pulumi and nothing
/// else: every key at its top is one of theirs.
#[must_use]
pub fn is_template(text: &str) -> bool {
    let mut keys = Vec::new();
    for line in text.lines() {
        let is_top = !line.starts_with([' ', '\t', '#', '-']) && !line.trim().is_empty();
        if is_top {
            match line.split_once(':') {
                Some((key, _)) => keys.push(key.trim_matches(['"', '\''])),
                None => return false,
            }
        }
    }
    let all = |known: &[&str]| keys.iter().all(|key| known.contains(key));
    (all(&OF_TEMPLATE) && keys.contains(&"Resources") && text.contains("AWS::"))
        || (all(&OF_PULUMI) && keys.contains(&"runtime") && keys.contains(&"name"))
}

/// Whether lines of a text set keys that only an answer about trails has.
#[must_use]
pub fn has_keys_of_answers(text: &str) -> bool {
    text.lines().any(|line| {
        let Some((key, _)) = line.split_once(['=', ':']) else {
            return false;
        };
        let key = keys::fold(key);
        MARKS.iter().any(|mark| keys::fold(mark) == key)
    })
}

/// What asciinema records of a terminal.
pub const RECORDING: ForeignFormat = ForeignFormat {
    name: "an asciinema recording of a terminal",
    help: "write it as text: `asciinema convert -f txt IN.cast OUT.txt`",
};

/// Whether a text is asciicast: a head with the terminal's size, and a line an
/// event.
#[must_use]
pub fn is_recording(text: &str) -> bool {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let has = |key: &str| first.contains(key);
    let is_head = has("\"version\"")
        && ((has("\"width\"") && has("\"height\"")) || (has("\"cols\"") && has("\"rows\"")));
    first.starts_with('{') && is_head && lines.next().is_none_or(|line| line.starts_with('['))
}

/// Whether a text is what PHP prints of a value: there are braces in it, and no
/// JSON.
#[must_use]
pub fn is_dump_of_php(text: &str) -> bool {
    text.starts_with("array(") && text.contains("]=>")
}

/// Whether a text is a cassette of VCR's, in YAML.
#[must_use]
pub fn is_cassette(text: &str) -> bool {
    let head = Head::of(text);
    let line = |prefix: &str| head.text.lines().any(|line| line.starts_with(prefix));
    line("http_interactions:") || (line("interactions:") && head.has("request:"))
}

/// What a JSON object is, if it is a container of another tool in which answers
/// lie as texts: it is named, and how to get them out of it.
#[must_use]
pub fn container(object: &Object<'_>) -> Option<ForeignFormat> {
    let has = |key: &str| object.has(key);
    let (name, help) = if has("cells") && has("nbformat") {
        (
            "a Jupyter notebook",
            "write the answer from the notebook into a file of its own: `!aws cloudtrail describe-trails --output json > FILE`",
        )
    } else if object.get("log").is_some_and(|log| {
        log.kind() == Kind::Object && log.get("entries").is_some() && log.get("creator").is_some()
    }) {
        (
            "a HAR file: what a browser or proxy recorded",
            "collect with the AWS CLI: `aws cloudtrail describe-trails --output json > FILE`",
        )
    } else if has("plays") && has("stats") {
        (
            "what Ansible printed (callback `json`)",
            "write each answer into a file of its own: `copy: content={{ result.stdout }} dest=FILE`",
        )
    } else if has("http_interactions") || (has("interactions") && has("version")) {
        (
            "a VCR cassette: what a test recorded",
            "collect with the AWS CLI: `aws cloudtrail describe-trails --output json > FILE`",
        )
    } else {
        return None;
    };
    Some(ForeignFormat { name, help })
}

/// Whether a text has rows of columns and says whose they are: what somebody copied
/// out of the console, or another tool wrote.
pub(crate) fn is_table_of_trails(text: &str) -> bool {
    let is_row = |line: &&str| {
        let columns = |mark: char| line.split(mark).count() > 2;
        columns('\t') || columns('|')
    };
    let mut rows = text.lines().filter(is_row);
    let is_word = |word: &str| matches!(&*keys::fold(word), "trail" | "trails");
    let mut head = rows.next().unwrap_or_default().split(['\t', '|', ' ']);
    // Names of buckets and roles speak of it too.
    let mut titles = text.lines().filter(|line| !is_row(line));
    rows.next().is_some()
        && (head.any(is_word)
            || titles.any(|line| line.to_ascii_lowercase().contains("cloudtrail")))
}

#[cfg(test)]
mod tests;
