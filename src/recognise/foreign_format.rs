//! Output that is not JSON and isn't read, recognised by name.
//!
//! Some of it holds what an auditor needs in a form that loses it: zones
//! vanish from a repr, columns from a text. The diagnostic says what it is and
//! which command gives what can be read. Some of it is positively something
//! else, of which no answer can be hoped for.

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

/// How much of a text is looked at.
const HEAD: usize = 8192;

const AWS_CLI: &str = "call again with `--output json`";

const POWERSHELL: &str =
    "pipe it on: `Get-CTTrail | ConvertTo-Json -Depth 5 | Out-File -Encoding utf8 FILE`";

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

/// What the head of a text shows of its form.
struct Head<'t> {
    text: &'t str,
    /// Without blanks in front.
    trimmed: &'t str,
    /// The same in lower case.
    folded: String,
}

/// The format of a text about trails that is not JSON.
#[must_use]
pub fn recognise(text: &str) -> Option<ForeignFormat> {
    let head = Head::of(text);
    if other_than_answer(text).is_some() {
        return None;
    }
    if !MARKS.iter().any(|mark| head.folded.contains(mark)) {
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

impl<'t> Head<'t> {
    fn of(text: &'t str) -> Self {
        let text = text.get(..text.floor_char_boundary(HEAD)).unwrap_or(text);
        let trimmed = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        Self {
            text,
            trimmed,
            folded: text.to_ascii_lowercase(),
        }
    }

    fn has(&self, word: &str) -> bool {
        self.text.contains(word)
    }

    /// A quoted key is JSON, cut short or broken further on.
    fn is_json(&self) -> bool {
        let inner = self.trimmed.strip_prefix(['{', '[']).map(str::trim_start);
        inner.is_some_and(|inner| {
            let inner = inner.strip_prefix('{').map_or(inner, str::trim_start);
            inner.is_empty() || inner.starts_with('"') && !self.has("\"=>") && !self.has("\" => ")
        })
    }

    /// A line that begins so, behind dashes and blanks.
    fn is_line(&self, prefix: &str) -> bool {
        self.text.lines().any(|line| {
            let line = line.trim_start().trim_start_matches("- ");
            line.starts_with(prefix)
        })
    }

    /// `--output text` has no key at all: tabs, booleans and times.
    fn is_text_output(&self) -> bool {
        let mut fields = self.trimmed.lines().next().unwrap_or_default().split('\t');
        let first = fields.next();
        let is_named = matches!(first, Some("TRAILLIST" | "TRAILS" | "TRAIL"));
        let is_flag = matches!(first, Some("True" | "False"));
        let count = fields.count();
        (is_named && count >= 1) || (is_flag && count >= 3)
    }

    /// What a language prints of its own values.
    fn of_language(&self) -> Option<(&'static str, &'static str)> {
        if self.has("#<struct ") || self.has("#<Aws::") || self.has("#<OpenStruct") {
            return Some((
                "what Ruby prints of a structure (inspect)",
                "write the answer with `JSON.pretty_generate(answer.to_h)`",
            ));
        }
        let opens = self.trimmed.starts_with(['{', '[']);
        if opens
            && (self.has("\"=>")
                || self.has("\" => ")
                || self.has("=>true")
                || self.has(":is_logging=>"))
        {
            return Some((
                "what Ruby prints of a hash (inspect)",
                "write the answer with `JSON.pretty_generate(answer.to_h)`",
            ));
        }
        if opens
            && (self.has("is_logging: true,") || self.has("is_logging: false,"))
            && self.has("utc")
        {
            return Some((
                "what Ruby prints of a hash (inspect)",
                "write the answer with `JSON.pretty_generate(answer.to_h)`",
            ));
        }
        if self.trimmed.starts_with("{'")
            || self.trimmed.starts_with("[{'")
            || self.trimmed.starts_with("{\n '")
            || self.has("datetime.datetime(")
            || self.has("tzlocal()")
        {
            return Some((
                "a Python repr",
                "write the answer with `json.dump(answer, file, default=str)`",
            ));
        }
        if self.has("Some(")
            && (self.has("Output {") || self.has("Trail {") || self.has("is_logging: Some"))
        {
            return Some((
                "what Rust prints of a structure (Debug)",
                "collect with the AWS CLI, `--output json`: the SDK for Rust has no JSON of its answers",
            ));
        }
        if self.has("array(") && self.has("=>")
            || self.trimmed.starts_with("Aws\\Result")
            || self.has("[data:")
        {
            return Some((
                "what PHP prints of a value",
                "write the answer with `json_encode($answer->toArray())`",
            ));
        }
        if self.has("Response(")
            || self.has("Result(")
            || self.has("(TrailList=[")
            || self.has("Trail(Name=")
        {
            return Some((
                "what Java or Kotlin prints of an answer (toString)",
                "write the answer with Jackson: `mapper.writeValue(file, answer.toBuilder())`",
            ));
        }
        if self.trimmed.starts_with("Array\n(") || self.trimmed.starts_with("Array\r\n(") {
            return Some((
                "what PHP prints of a value (print_r)",
                "write the answer with `json_encode($answer->toArray())`",
            ));
        }
        if is_dump_of_php(self.trimmed) {
            return Some((
                "what PHP prints of a value (var_dump)",
                "write the answer with `json_encode($answer->toArray())`",
            ));
        }
        let is_go = ["&{", "{"].iter().any(|start| {
            let rest = self.trimmed.strip_prefix(start).unwrap_or_default();
            rest.starts_with("TrailList:[") || rest.starts_with("IsLogging:")
        });
        if is_go
            || self.has("(*cloudtrail.")
            || self.has("&cloudtrail.")
            || self.has("map[TrailList:")
        {
            return Some((
                "what Go prints of a value",
                "write the answer with `json.Marshal`",
            ));
        }
        let inner = self.trimmed.strip_prefix('{')?.trim_start();
        if inner.starts_with('"') {
            return None;
        }
        if inner.starts_with(['\u{201c}', '\u{201d}', '\u{2018}', '\u{201e}', '\u{a0}']) {
            return None;
        }
        if self.is_line("IsLogging: ")
            || self.is_line("TrailList: [")
            || self.is_line("trailList: [")
            || self.has(": [\n")
        {
            return Some(
                if self.has("new Date(")
                    || self.has(": '")
                    || self.has(": 20") && self.has("Z,") && !self.has("+0000 UTC")
                {
                    (
                        "what a JavaScript console prints",
                        "write the answer with `JSON.stringify(answer)`",
                    )
                } else {
                    (
                        "a Go SDK value printed with String()",
                        "write the answer with `json.Marshal`",
                    )
                },
            );
        }
        if inner.starts_with("TrailList: [{") || inner.starts_with("IsLogging: ") {
            return Some((
                "what the SDK for Java prints of an answer (toString)",
                "write the answer with Jackson: `mapper.writeValue(file, answer)`",
            ));
        }
        Some((
            "an object without quotes around its keys",
            "write the answer as JSON",
        ))
    }

    /// Documents for people, and records of other tools.
    fn of_markup(&self) -> Option<(&'static str, &'static str)> {
        if self.folded.starts_with("<!doctype html") || self.folded.starts_with("<html") {
            Some((
                "an HTML page",
                "export the answer itself: `aws … --output json > FILE`",
            ))
        } else if self.trimmed.starts_with("<Objs") {
            Some(("what PowerShell's Export-Clixml writes", POWERSHELL))
        } else if self.trimmed.starts_with("<?xml") || self.trimmed.starts_with('<') {
            Some(("XML", AWS_CLI))
        } else if self.trimmed.starts_with("{\\rtf") {
            Some((
                "a text document (RTF)",
                "export the answer itself: `aws … --output json > FILE`",
            ))
        } else if is_cassette(self.text) {
            Some((
                "a VCR cassette: what a test recorded",
                "collect with the AWS CLI: `aws cloudtrail describe-trails --output json > FILE`",
            ))
        } else {
            None
        }
    }

    /// What command line tools print for people.
    fn of_tool(&self) -> Option<(&'static str, &'static str)> {
        let begins = |starts: &[&str]| starts.iter().any(|start| self.trimmed.starts_with(start));
        if self.trimmed.starts_with("---") && (self.has("|  ") || self.has("\n|")) {
            Some((
                "the AWS CLI's table output, of which not all is clear",
                AWS_CLI,
            ))
        } else if begins(&["+--", "┌", "╭", "╔"]) {
            Some((
                "a table drawn for people",
                "call again with JSON as output: `steampipe query … --output json`, `aws … --output json`",
            ))
        } else if self.trimmed.starts_with('|') {
            Some((
                "a table in Markdown, or a part of the AWS CLI's table output",
                AWS_CLI,
            ))
        } else if self.is_line("IsLogging  ")
            || self.is_line("IsLogging :")
            || self.has("\nTrailARN  ")
            || self.is_line("Name  ") && self.has(" : ")
        {
            Some((
                "what PowerShell shows of an object (Format-List)",
                POWERSHELL,
            ))
        } else if self
            .text
            .lines()
            .take(4)
            .any(|line| line.starts_with("----") && line.contains(" ----"))
        {
            Some((
                "what PowerShell shows of objects (Format-Table)",
                POWERSHELL,
            ))
        } else if self.is_line("[[trailList]]") || self.is_line("TrailARN =") {
            Some(("TOML, or settings with keys of an answer", AWS_CLI))
        } else if self.is_yaml() {
            Some(("YAML that is not wholly what the AWS CLI prints", AWS_CLI))
        } else if self.is_rows() {
            Some((
                "a table of separated values whose lines don't fit the first one",
                "export it as JSON: `steampipe query … --output json`",
            ))
        } else {
            None
        }
    }

    fn is_yaml(&self) -> bool {
        [
            "IsLogging:",
            "is_logging:",
            "trailList:",
            "trail_list:",
            "TrailARN:",
            "trail_arn:",
            "LatestDeliveryTime:",
            "latest_delivery_time:",
            "S3BucketName:",
            "s3_bucket_name:",
        ]
        .iter()
        .any(|key| self.is_line(key))
    }

    fn is_rows(&self) -> bool {
        let first = self.trimmed.lines().next().unwrap_or_default();
        let folded = first.to_ascii_lowercase();
        let separators = first
            .bytes()
            .filter(|byte| matches!(byte, b',' | b'\t' | b';'))
            .count();
        separators >= 2 && MARKS.iter().any(|mark| folded.contains(mark))
    }
}

#[cfg(test)]
mod tests;
