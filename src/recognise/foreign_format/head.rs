//! What the beginning of a text shows of its form.

use super::{MARKS, is_cassette, is_dump_of_php};

pub(super) const AWS_CLI: &str = "call again with `--output json`";

pub(super) const POWERSHELL: &str =
    "pipe it on: `Get-CTTrail | ConvertTo-Json -Depth 5 | Out-File -Encoding utf8 FILE`";

/// How much of a text is looked at.
const HEAD: usize = 8192;

/// What the head of a text shows of its form.
pub(super) struct Head<'t> {
    pub(super) text: &'t str,
    /// Without blanks in front.
    pub(super) trimmed: &'t str,
    /// The same in lower case.
    pub(super) folded: String,
}

impl<'t> Head<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let text = text.get(..text.floor_char_boundary(HEAD)).unwrap_or(text);
        let trimmed = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        Self {
            text,
            trimmed,
            folded: text.to_ascii_lowercase(),
        }
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.text.contains(word)
    }

    /// A quoted key is JSON, cut short or broken further on.
    pub(super) fn is_json(&self) -> bool {
        let inner = self.trimmed.strip_prefix(['{', '[']).map(str::trim_start);
        inner.is_some_and(|inner| {
            let inner = inner.strip_prefix('{').map_or(inner, str::trim_start);
            inner.is_empty() || inner.starts_with('"') && !self.has("\"=>") && !self.has("\" => ")
        })
    }

    /// A line that begins so, behind dashes and blanks.
    pub(super) fn is_line(&self, prefix: &str) -> bool {
        self.text.lines().any(|line| {
            let line = line.trim_start().trim_start_matches("- ");
            line.starts_with(prefix)
        })
    }

    /// `--output text` has no key at all: tabs, booleans and times.
    pub(super) fn is_text_output(&self) -> bool {
        let mut fields = self.trimmed.lines().next().unwrap_or_default().split('\t');
        let first = fields.next();
        let is_named = matches!(first, Some("TRAILLIST" | "TRAILS" | "TRAIL"));
        let is_flag = matches!(first, Some("True" | "False"));
        let count = fields.count();
        (is_named && count >= 1) || (is_flag && count >= 3)
    }

    /// What a language prints of its own values.
    pub(super) fn of_language(&self) -> Option<(&'static str, &'static str)> {
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
    pub(super) fn of_markup(&self) -> Option<(&'static str, &'static str)> {
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
    pub(super) fn of_tool(&self) -> Option<(&'static str, &'static str)> {
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

    pub(super) fn is_yaml(&self) -> bool {
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

    pub(super) fn is_rows(&self) -> bool {
        let first = self.trimmed.lines().next().unwrap_or_default();
        let folded = first.to_ascii_lowercase();
        let separators = first
            .bytes()
            .filter(|byte| matches!(byte, b',' | b'\t' | b';'))
            .count();
        separators >= 2 && MARKS.iter().any(|mark| folded.contains(mark))
    }
}
