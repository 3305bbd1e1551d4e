//! Commands of a transcript that have no answer below them.
//!
//! Whoever typed one saw something: an error in words that nobody here knows, or
//! what was left out of the transcript. Either way the call isn't answered.

use std::ops::Range;

use super::CallError;
use crate::document::command::Command;
use crate::document::{json, split};
use crate::recognise::facts::{Call, Named, Origin};
use crate::recognise::vocabulary;

/// The calls about trails, in a text between two values, that printed to the
/// screen and have no value below them; `is_followed` where one follows the text,
/// which its last command printed.
pub(crate) fn without_answer(text: &str, is_followed: bool) -> Vec<CallError> {
    let loops = loops(text);
    let mut commands = split::commands(text).into_iter().peekable();
    let mut found = Vec::new();
    while let Some(line) = commands.next() {
        let next = commands.peek();
        if next.is_none() && is_followed {
            break;
        }
        let offset = |slice: &str| json::offset_in(text, slice);
        let end = next.map_or(text.len(), |next| offset(next));
        let until = text.get(..end).unwrap_or_default();
        let from = offset(line) + line.len();
        // What stands in front of the next command in its line is its prompt.
        let until = next.map_or(end, |_| until.rfind('\n').map_or(from, |at| at + 1));
        let below = text.get(from..until).unwrap_or_default();
        let said = !below.trim().is_empty();
        // What a loop printed stands below its end.
        let at = offset(line);
        let behind = loops.partition_point(|range| range.end <= at);
        if loops.get(behind).is_some_and(|range| range.contains(&at)) {
            continue;
        }
        let typed = Typed { line, said };
        found.extend(typed.failed());
    }
    found
}

/// The loops of a text that were typed in several lines.
fn loops(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let typed = split::typed(line).unwrap_or(line).trim();
        let is_end = typed == "done" || typed.starts_with("done ");
        let begins = ["for ", "while ", "until "];
        if start.is_none() && begins.iter().any(|word| typed.starts_with(word)) {
            start = (!typed.ends_with("done")).then_some(at);
        } else if is_end && let Some(start) = start.take() {
            found.push(start..at);
        }
        at += line.len();
    }
    found
}

/// A command as it was typed.
struct Typed<'a> {
    line: &'a str,
    /// Whether any text stands below it.
    said: bool,
}

impl Typed<'_> {
    fn failed(self) -> Option<CallError> {
        let command = Command::printing(self.line.trim())?;
        let (service, operation) = command.aws_call()?;
        // Another form of output is text below the command.
        let is_text = command.has_option("--query")
            || command.has_option("--output")
            || self.line.contains('|');
        let call = vocabulary::call_of(operation);
        if service != "cloudtrail" || call == Call::Other || self.said && is_text {
            return None;
        }
        let name = command.option("--name").map(Into::into);
        Some(CallError {
            call: Some(call),
            operation: None,
            error: None,
            message: format!("`{}` has no answer below it", self.line.trim()),
            named: name.map_or(Named::No, Named::Name),
            origin: Origin {
                account: None,
                region: command.option("--region").map(Into::into),
            },
            hides_trails: Some(call != Call::GetTrailStatus),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(text: &str, is_followed: bool) -> Vec<String> {
        let found = without_answer(text, is_followed);
        found.into_iter().map(|error| error.message).collect()
    }

    #[test]
    fn a_call_about_trails_without_an_answer_has_failed() {
        for (text, count) in [
            ("$ aws cloudtrail describe-trails --region eu-west-1\n", 1),
            (
                "$ aws cloudtrail describe-trails \\\n  --region eu-west-1\n",
                1,
            ),
            (
                "$ aws cloudtrail get-trail-status --name main\n^C\n$ ls\n",
                1,
            ),
            (
                "$ aws cloudtrail describe-trails\nFehler: Zugriff verweigert\n",
                1,
            ),
            ("$ aws cloudtrail describe-trails > trails.json\n", 0),
            (
                "$ aws cloudtrail describe-trails --query 'trailList[].Name' --output text\nmain\n",
                0,
            ),
            ("$ aws cloudtrail list-tags --resource-id-list x\n", 0),
            ("$ aws s3 ls\n$ ls\n", 0),
        ] {
            assert_eq!(commands(text, false).len(), count, "{text}");
        }
    }

    #[test]
    fn the_last_command_before_a_value_is_answered() {
        let text = "$ aws cloudtrail describe-trails --region eu-west-1\n$ aws cloudtrail describe-trails --region us-east-1\n";
        let found = without_answer(text, true);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].origin.region.as_deref(), Some("eu-west-1"));
        assert_eq!(found[0].hides_trails, Some(true));
    }
}
