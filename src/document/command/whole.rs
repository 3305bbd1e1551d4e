//! Whether what a command printed is AWS's own answer, and the whole of it.
//!
//! Known options and programs keep an answer as it is. What isn't known here
//! may leave out anything: nothing is proven by what such an answer lacks.

use super::lex::{self, Part, Stage};
use super::{Command, alias, cmdlet, is_aws, is_option, is_silent, is_taken_away, program};

/// Options that leave an answer whole, of the AWS CLI and of PowerShell.
const SILENT: [&str; 27] = [
    "--ca-bundle",
    "--cli-auto-prompt",
    "--cli-binary-format",
    "--cli-connect-timeout",
    "--cli-error-format",
    "--cli-read-timeout",
    "--color",
    "--debug",
    "--include-shadow-trails",
    "--name",
    "--no-cli-auto-prompt",
    "--no-cli-pager",
    "--no-verify-ssl",
    "--output",
    "--profile",
    "--region",
    "-AccessKey",
    "-Credential",
    "-IncludeShadowTrail",
    "-IncludeShadowTrails",
    "-Name",
    "-ProfileLocation",
    "-ProfileName",
    "-Region",
    "-SecretKey",
    "-SessionToken",
    "-Verbose",
];

/// Programs that show what they are given as it is.
const SHOWING: [&str; 16] = [
    "bat",
    "cat",
    "convertto-json",
    "gc",
    "get-content",
    "less",
    "more",
    "nl",
    "out-host",
    "out-string",
    "tee",
    "tee-object",
    "type",
    "unbuffer",
    "yq",
    "zcat",
];

/// Programs that print what they are told to.
const SPEAKING: [&str; 4] = ["echo", "printf", "write-host", "write-output"];

/// What a command leaves of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Why a list may lack items.
    pub filter: Option<String>,
    /// Whether an item may lack keys.
    pub selected: bool,
    /// What chose some items of a list by what is in them, or by their number.
    pub choice: Option<String>,
}

impl Command<'_> {
    /// Why what the line printed may be no answer of AWS at all.
    #[must_use]
    pub fn doubt(&self) -> Option<String> {
        let parts = lex::parts(self.line);
        let printing = |part: &&Part<'_>| !is_silent(part) && !is_taken_away(part);
        let mut printing = parts.iter().filter(printing);
        printing.clone().find_map(|part| of_part(part)).or_else(|| {
            let is_call = |part: &Part<'_>| part.stages.iter().any(|one| call_at(one).is_some());
            let calls = printing.clone().any(is_call);
            let file = printing.find_map(shown_file);
            let file = file.filter(|_| calls)?;
            Some(format!(
                "it may be what `{file}` holds, and not what the call printed"
            ))
        })
    }

    /// What the line leaves of the answer that it printed.
    #[must_use]
    pub fn kept(&self) -> Kept {
        let mut kept = Kept::default();
        for part in lex::parts(self.line) {
            for stage in &part.stages {
                if let Some(nested) = nested(stage) {
                    let inner = Command { line: nested }.kept();
                    kept.filter = kept.filter.or(inner.filter);
                    kept.selected |= inner.selected;
                    kept.choice = kept.choice.or(inner.choice);
                }
            }
            let Some(at) = part.stages.iter().rposition(|one| call_at(one).is_some()) else {
                continue;
            };
            let (before, behind) = part.stages.split_at(at + 1);
            if let Some(stage) = before.last() {
                of_options(stage, &mut kept);
            }
            if let Some(stage) = behind.iter().find(|stage| !shows(stage)) {
                let name = stage.words.first().copied().unwrap_or_default();
                let filters = || stage.words.iter().skip(1).copied();
                // What selects columns says with an option that it takes some rows.
                let of_rows = ["-first", "-last", "-skip", "-index", "-unique"];
                let is_of_rows = |word: &str| of_rows.contains(&word.to_ascii_lowercase().as_str());
                let chosen = match name.to_ascii_lowercase().as_str() {
                    "jq" => filters().any(chooses),
                    "select-object" | "select" | "format-list" => filters().any(is_of_rows),
                    _ => true,
                };
                if chosen {
                    kept.choice.get_or_insert_with(|| name.to_owned());
                }
                let name = if name == "jq" { "--query" } else { name };
                kept.filter.get_or_insert_with(|| name.to_owned());
                kept.selected = true;
            }
        }
        kept
    }
}

/// What the options of a call leave of its answer.
fn of_options(stage: &Stage<'_>, kept: &mut Kept) {
    let from = call_at(stage).unwrap_or_default();
    let mut words = stage.words.iter().skip(from + 1).peekable();
    while let Some(word) = words.next() {
        if !is_option(word) || *word == "--" {
            continue;
        }
        let (name, value) = word.split_once(['=', ':']).unwrap_or((word, ""));
        let value = match value {
            "" => words
                .peek()
                .copied()
                .copied()
                .filter(|next| !is_option(next)),
            value => Some(value),
        };
        let is_silent = SILENT.iter().any(|known| is_it(name, known));
        let is_off = name.to_ascii_lowercase().contains("shadow")
            && value
                .is_some_and(|value| !value.trim_start_matches('$').eq_ignore_ascii_case("true"));
        if (is_silent && !is_off) || is_endpoint(name) {
            continue;
        }
        if is_it(name, "--query") && value.is_some_and(chooses) {
            kept.choice.get_or_insert_with(|| "--query".to_owned());
        }
        let full = |known: &'static str| is_it(name, known).then(|| known.to_owned());
        let told = full("--query").or_else(|| full("-Select"));
        let is_list = NARROWING.iter().any(|known| is_it(name, known)) || is_off;
        kept.selected |= !is_list;
        kept.filter
            .get_or_insert_with(|| told.unwrap_or_else(|| name.to_owned()));
    }
}

/// Whether a query (JMESPath, or jq's) takes some items of a list and not others.
fn chooses(query: &str) -> bool {
    let is_number = |rest: &str| {
        rest.trim_start()
            .starts_with(|first: char| first.is_ascii_digit() || "-:?".contains(first))
    };
    let words = ["select(", "del(", "limit(", "first", "last", "empty"];
    query.split('[').skip(1).any(is_number) || words.iter().any(|word| query.contains(word))
}

/// Options that leave out items of a list and no key of any.
const NARROWING: [&str; 10] = [
    "--trail-name-list",
    "--no-include-shadow-trails",
    "--starting-token",
    "--max-items",
    "--page-size",
    "--no-paginate",
    "-NoAutoIteration",
    "-TrailNameList",
    "-TrailName",
    "--max-results",
];

/// Whether an option is this one; the AWS CLI takes any beginning that is no
/// other's, and PowerShell folds case.
fn is_it(name: &str, known: &str) -> bool {
    if known.starts_with("--") {
        let is_short = name.len() > 4 && !known.starts_with("--no-") && known.starts_with(name);
        name == known || is_short
    } else {
        name.eq_ignore_ascii_case(known)
    }
}

/// Whether an option names the address that is asked.
fn is_endpoint(name: &str) -> bool {
    is_it(name, "--endpoint-url") || is_it(name, "-EndpointUrl")
}

/// Why what a part prints may be no answer.
fn of_part(part: &Part<'_>) -> Option<String> {
    if let Some(inner) = part.stages.iter().find_map(nested) {
        return Command { line: inner }.doubt();
    }
    let call = part.stages.iter().rposition(|one| call_at(one).is_some());
    let mut stages = part.stages.iter().skip(call.unwrap_or_default());
    let first = stages.next()?;
    if let Some(at) = call_at(first) {
        let set = first.words.iter().take(at);
        let mut set = set.filter(|word| word.contains("AWS_ENDPOINT_URL"));
        if let Some(word) = set.next() {
            return Some(format!("`{word}`: AWS itself didn't answer"));
        }
        let words = &first.words;
        for (number, word) in words.iter().enumerate().skip(at + 1) {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let value = match value {
                "" => words.get(number + 1).copied().unwrap_or_default(),
                value => value,
            };
            if is_endpoint(name) && !is_of_aws(value) {
                return Some(format!("`{name} {value}`: AWS itself didn't answer"));
            }
            if is_it(name, "--query")
                && let Some((key, shown)) = alias::renamed(value)
            {
                return Some(format!("its `--query` shows `{shown}` as `{key}`"));
            }
            if is_it(name, "--generate-cli-skeleton")
                || is_it(name, "--cli-input-json") && is_of_one(words)
                || is_it(name, "--cli-input-yaml") && is_of_one(words)
            {
                return Some(format!("`{name}` stands in its command"));
            }
        }
    } else if !shows(first) && !is_filter(first) {
        let name = first.words.first().copied().unwrap_or_default();
        return Some(format!("`{name}` printed it, which is no call of AWS"));
    }
    let changing = stages.find(|stage| !shows(stage) && !is_filter(stage))?;
    let name = changing.words.first().copied().unwrap_or_default();
    Some(format!(
        "it went through `{name}`, which may have changed it"
    ))
}

/// Whether a call is of one trail.
fn is_of_one(words: &[&str]) -> bool {
    words
        .iter()
        .any(|word| matches!(*word, "get-trail-status" | "get-trail"))
}

/// Whether an address is one of AWS's own.
pub(crate) fn is_of_aws(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', ':', '?']).next().unwrap_or_default();
    ["amazonaws.com", "amazonaws.com.cn", "api.aws"]
        .iter()
        .any(|own| {
            host == *own
                || host
                    .strip_suffix(own)
                    .is_some_and(|rest| rest.ends_with('.'))
        })
}

/// Where in a stage the AWS CLI or a cmdlet of it is called.
fn call_at(stage: &Stage<'_>) -> Option<usize> {
    super::stage_call(stage)?;
    let mut words = stage.words.iter();
    words.position(|word| is_aws(program(word)) || cmdlet(program(word)).is_some())
}

/// A command that is one word of another: `bash -c 'aws …'`.
fn nested<'a>(stage: &Stage<'a>) -> Option<&'a str> {
    let mut words = stage.words.iter().skip(1);
    words.find(|word| word.starts_with("aws ")).copied()
}

/// Whether a stage shows what it is given.
fn shows(stage: &Stage<'_>) -> bool {
    let first = program(stage.words.first().copied().unwrap_or_default());
    let first = first.to_ascii_lowercase();
    let module = stage.words.get(1..).unwrap_or_default();
    let is_tool = first.starts_with("python")
        && matches!(module, ["-m", "json.tool", ..] | ["-mjson.tool", ..]);
    let rest = || {
        stage
            .words
            .iter()
            .skip(1)
            .filter(|word| !word.starts_with('-'))
    };
    let is_all = first == "jq"
        && !stage.words.iter().any(|word| OF_JQ.contains(word))
        && rest().next().is_none_or(|filter| *filter == ".");
    SHOWING.contains(&first.as_str()) || is_tool || is_all
}

/// The file that a part shows, and nothing but shows.
fn shown_file<'a>(part: &Part<'a>) -> Option<&'a str> {
    let is_showing = |stage: &Stage<'_>| call_at(stage).is_none() && shows(stage);
    let first = part.stages.first()?;
    let mut files = first.words.iter().skip(1).copied();
    let file = files.find(|word| !is_option(word) && *word != ".");
    file.filter(|_| part.stages.iter().all(is_showing))
}

/// Options of jq's that bring in more than it is given, or a program from a file.
const OF_JQ: [&str; 8] = [
    "--arg",
    "--args",
    "--argjson",
    "--from-file",
    "--jsonargs",
    "--rawfile",
    "--slurpfile",
    "-f",
];

/// Whether a stage takes a part of what it is given and changes no value.
fn is_filter(stage: &Stage<'_>) -> bool {
    let first = program(stage.words.first().copied().unwrap_or_default());
    let first = first.to_ascii_lowercase();
    let rest = stage
        .words
        .iter()
        .skip(1)
        .filter(|word| !word.starts_with('-'));
    let is_path = |filter: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._[]{}(),:| ?-".contains(c);
        filter.chars().all(plain)
    };
    match first.as_str() {
        "jq" if stage.words.iter().any(|word| OF_JQ.contains(word)) => false,
        "jq" => rest
            .take(1)
            .all(|filter| is_path(filter) && alias::renamed(filter).is_none()),
        // `@{n='Name';e={$_.TrailARN}}` makes a column of any value.
        "select-object" | "select" | "format-list" => {
            !stage.words.iter().any(|word| word.contains("@{"))
        }
        "head" | "tail" => true,
        _ => false,
    }
}

/// Whether a command prints what its own words say, and they may be JSON.
pub(super) fn speaks_json(stage: &Stage<'_>) -> bool {
    let first = stage.words.first().copied().unwrap_or_default();
    let is_speaking = SPEAKING
        .iter()
        .any(|known| first.eq_ignore_ascii_case(known));
    is_speaking && stage.words.iter().any(|word| word.contains(['{', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "aws cloudtrail describe-trails --region us-east-1";

    #[test]
    fn known_options_and_programs_keep_an_answer() {
        for line in [
            LIST,
            "aws --profile x cloudtrail describe-trails --output json --no-cli-pager",
            "aws cloudtrail get-trail-status --name main | jq .",
            "aws cloudtrail describe-trails | python3 -m json.tool",
            "aws cloudtrail describe-trails | python3 -mjson.tool",
            "aws cloudtrail describe-trails --include-shadow-trails",
            "aws --endpoint-url https://cloudtrail.us-east-1.amazonaws.com cloudtrail describe-trails",
            "docker run --rm -it amazon/aws-cli cloudtrail get-trail-status --name payments",
            "aws-vault exec prod -- aws cloudtrail get-trail-status --name payments",
            "Get-CTTrailStatus -Name main -Region eu-west-1 | ConvertTo-Json -Depth 4",
            "cat main-status.json",
        ] {
            let command = Command { line };
            assert_eq!(
                (command.doubt(), command.kept()),
                (None, Kept::default()),
                "{line}"
            );
        }
    }

    #[test]
    fn an_option_or_a_program_that_is_not_known_may_leave_out_anything() {
        for (more, selected) in [
            (" --query 'trailList[].{Name:Name}'", true),
            (" --query=trailList", true),
            (" --quer x", true),
            (" | jq 'del(.trailList[].CloudWatchLogsLogGroupArn)'", true),
            (" | grep -v CloudWatchLogsLogGroupArn", true),
            (" --something-new", true),
            (" --cli-input-json file://in.json", true),
            (" --trail-name-list main", false),
            (" --no-include-shadow-trails", false),
            (" --include-shadow-trails false", false),
            (" --max-items 1", false),
        ] {
            let line = format!("{LIST}{more}");
            let kept = Command { line: &line }.kept();
            assert_eq!(
                (kept.filter.is_some(), kept.selected),
                (true, selected),
                "{line}"
            );
            let line = format!("sh -c \"{line}\"");
            assert!(Command { line: &line }.kept().filter.is_some(), "{line}");
        }
    }

    #[test]
    fn what_aws_did_not_print_is_no_answer() {
        for line in [
            "aws cloudtrail describe-trails --generate-cli-skeleton output",
            "aws cloudtrail describe-trails || cat last-good/trails.json",
            "aws cloudtrail describe-trails; cat trails.json",
            "cat trails.json && aws cloudtrail describe-trails",
            "aws cloudtrail describe-trails | jq -f fix.jq",
            "aws cloudtrail describe-trails | jq . --slurpfile a b.json",
            "aws cloudtrail get-trail-status --name a --query '{IsLogging:`true`}'",
            "aws cloudtrail describe-trails --query 'trailList[].{HomeRegion:Name}'",
            "aws cloudtrail get-trail-status --name a | jq '{IsLogging: .Other}'",
            "Get-CTTrailStatus -Name a | Select-Object @{n='IsLogging';e={$true}}",
            "aws --endpoint-url http://localhost:4566 cloudtrail describe-trails",
            "aws --endpoint-url=http://localhost:4566 cloudtrail describe-trails",
            "AWS_ENDPOINT_URL=http://localhost:4566 aws cloudtrail describe-trails",
            "awslocal cloudtrail describe-trails",
            "aws cloudtrail describe-trails || echo '{\"trailList\": []}'",
            "aws cloudtrail describe-trails 2>/dev/null || echo '{\"trailList\": []}'",
            "echo '{\"trailList\": []}'",
            "aws cloudtrail get-trail-status --name main | sed s/2025/2026/",
            "aws cloudtrail get-trail-status --name main | python3 -c 'import json'",
            "aws cloudtrail get-trail-status --name main | jq '.IsLogging = true'",
            "aws cloudtrail get-trail-status --cli-input-json file://x",
            "./make-evidence",
            "terraform show -json",
        ] {
            assert!(Command { line }.doubt().is_some(), "{line}");
        }
    }
}
