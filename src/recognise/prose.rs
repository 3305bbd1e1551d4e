//! Words of plain text, and what among them may be a trail's name.

use crate::cloudtrail::arn;
use crate::cloudtrail::name::Readings;
use crate::recognise::places;

/// Words of a text that name no trail, in lower case: whatever else stands
/// there may.
const PROSE: [&str; 73] = [
    "a",
    "above",
    "account",
    "all",
    "an",
    "and",
    "api",
    "are",
    "as",
    "at",
    "aws",
    "be",
    "below",
    "call",
    "checking",
    "code",
    "collected",
    "collecting",
    "command",
    "completed",
    "console",
    "current",
    "details",
    "done",
    "evidence",
    "exit",
    "fetching",
    "finished",
    "follow",
    "following",
    "follows",
    "for",
    "from",
    "getting",
    "has",
    "here",
    "in",
    "info",
    "is",
    "it",
    "its",
    "json",
    "like",
    "log",
    "logging",
    "logs",
    "looks",
    "now",
    "of",
    "ok",
    "on",
    "one",
    "only",
    "our",
    "output",
    "region",
    "response",
    "result",
    "results",
    "returned",
    "returns",
    "running",
    "script",
    "service",
    "shows",
    "step",
    "success",
    "the",
    "this",
    "to",
    "via",
    "what",
    "with",
];

/// Words of headings that say nothing of what stands below them, in lower case,
/// and that trails are called as well.
const NEUTRAL: &str = "\
    actual actually answer answers arn audit auditor audits ausgabe baseline begin beginning block boto3 bucket called calling \
    check checked checks cis cli client cloudwatch collection collector complete compliance \
    config configuration configured confirm confirming control controls data date delivery \
    describe_trails detail detection dump each enabled end ended environment event events every \
    executed executing exists export exported file files find finding findings first full \
    get_trail_status global group groups health history home id if invoking item items key keys \
    lab latest line list list_trails monitoring \
    multi-region multiregion name named names next no number organization organisation \
    page pages part per print printed printing processing profile proof query querying raw ran \
    reader record resultado resultat s3 \
    regional regions report reported reports resource role run sa\u{ed}da salida saved \
    scoutsuite_results second section \
    security see session show showing shown single sortie start started starting state steps sts \
    success successful successfully summary table task text that their them then there these \
    they those time title trail's under url us user using utc validate validating validation \
    value values verification verify verifying version when where whether which whole yaml";

/// Words of the names of files and folders that hold whole answers, in lower
/// case. Each of them says nothing of which items are in one.
const OF_ANSWERS: [&str; 44] = [
    "account",
    "accounts",
    "all",
    "answer",
    "answers",
    "api",
    "audit",
    "call",
    "calls",
    "cis",
    "cli",
    "collected",
    "collection",
    "collector",
    "compliance",
    "config",
    "configuration",
    "current",
    "data",
    "dump",
    "evidence",
    "export",
    "exported",
    "exports",
    "file",
    "files",
    "json",
    "log",
    "logs",
    "out",
    "output",
    "outputs",
    "raw",
    "region",
    "regions",
    "response",
    "responses",
    "result",
    "results",
    "run",
    "security",
    "snapshot",
    "step",
    "stdout",
];

/// Whether a word is one of plain text, and no name.
pub(crate) fn is_prose(word: &str) -> bool {
    PROSE.contains(&word.to_ascii_lowercase().as_str())
}

/// Whether a word says nothing of what stands below it, unless a trail is
/// called so.
pub(crate) fn is_neutral(word: &str) -> bool {
    let folded = word.to_ascii_lowercase();
    NEUTRAL.split(' ').any(|known| known == folded)
}

/// The words of a line of text that are none of those which are known to say
/// nothing: names, and what nobody here understands, in whichever language.
pub(crate) fn unknown(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(is_end).filter(|word| !word.is_empty());
    words.filter_map(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if bare.is_empty() {
            // Signs that open or close a comment or a tag say more than a rule.
            let is_rule = matches!(word, "<" | ">");
            return (!is_rule && word.contains(['<', '!', '\\'])).then_some(word);
        }
        let is_time = bare
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'))
            && bare.contains(':');
        let is_arn = bare.starts_with("arn:") && !arn::looks_like_trail(bare);
        let is_silent = is_time || is_arn || is_prose(bare) || Readings::of_text(bare).is_empty();
        (!is_silent).then_some(bare)
    })
}

/// The words of a file's or a folder's name that aren't known to say nothing of
/// what is in it.
pub(crate) fn of_name(name: &str) -> impl Iterator<Item = &str> {
    let readings = Readings::of_text(name);
    let words = match readings.is_empty() {
        true => "",
        false => name,
    };
    words.split(|c: char| !c.is_alphanumeric()).filter(|word| {
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_silent = bare.is_empty()
            || OF_ANSWERS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(bare))
            || Readings::of_text(word).is_empty();
        !is_silent
    })
}

fn is_end(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\'' | '`' | '(' | ')' | '[' | ']' | ',' | '#' | '*' | '='
        )
}

/// The words of a text that may be names.
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(is_end);
    let words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    words.filter(|word| {
        !is_prose(word) && places::may_be_name(word) && !Readings::of_text(word).is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_not_known_is_somebodys() {
        for (text, words) in [
            ("== status of main ==", vec!["main"]),
            ("# Beispiel:", vec!["Beispiel"]),
            ("例:", vec!["例"]),
            ("## Soll-Zustand", vec!["Soll-Zustand"]),
            ("get_trail_status(Name=\"other\")", vec!["Name", "other"]),
            ("<!--", vec!["<!--"]),
            (
                "Account 111122223333, us-east-1, 2026-11-20 10:00:00",
                vec![],
            ),
            ("arn:aws:iam::111122223333:role/reader", vec![]),
            ("-----", vec![]),
        ] {
            let said: Vec<&str> = unknown(text).collect();
            let said: Vec<&str> = match text.contains("get_trail") {
                true => said,
                false => said.into_iter().filter(|word| !is_neutral(word)).collect(),
            };
            assert_eq!(said, words, "{text}");
        }
    }
}
