//! Error texts that were saved where an answer should be.
//!
//! The AWS CLI of every generation, the SDKs and the shells around them leave
//! texts such as `An error occurred (AccessDeniedException) when calling the
//! DescribeTrails operation: …`. Every error of a text is read for the call, the
//! error, and the trail, account or region that it was about. An operation that
//! isn't known to show no trail is taken to have hidden some.

use crate::cloudtrail::arn;
use crate::document::command::Command;
use crate::recognise::facts::{Call, Named, Origin};
use crate::recognise::vocabulary;

mod about;
mod help;
mod line;
mod phrases;
mod sdk;
mod structured;
mod told;
mod without_answer;

pub use help::help;
use line::{Line, OPENINGS};
pub(crate) use sdk::is_code;
pub(crate) use told::{is_told, of_left_out, of_sentence};
pub(crate) use without_answer::without_answer;

/// What an error text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// The call that failed, where the text says.
    pub call: Option<Call>,
    /// Its name, as the API spells it: `AssumeRole`.
    pub operation: Option<Box<str>>,
    /// AWS's error code, or a word for what the tool said.
    pub error: Option<String>,
    /// The text in one line.
    pub message: String,
    /// The trail that it names.
    pub named: Named,
    /// The account and the region that it names as those which were asked.
    pub origin: Origin,
    /// Whether trails may be hidden by it; `None` where the text names no call.
    pub hides_trails: Option<bool>,
}

impl CallError {
    /// Whether two errors hide the same, in whatever words.
    fn hides_as(&self, other: &Self) -> bool {
        (self.call, &self.operation, &self.error) == (other.call, &other.operation, &other.error)
            && (&self.named, &self.origin) == (&other.named, &other.origin)
    }
}

/// The most errors of one text that are told one by one. What more there are
/// hide nothing else than the last of these.
const MOST: usize = 1000;

/// The first error of a text, if it is one.
#[must_use]
pub fn read(text: &str) -> Option<CallError> {
    read_all(text).into_iter().next()
}

/// Every error of a text, equal ones once.
#[must_use]
pub fn read_all(text: &str) -> Vec<CallError> {
    let line = Line::of(text);
    let mut found: Vec<CallError> = Vec::new();
    let mut add = |error: CallError| {
        if found.len() < MOST && !found.iter().any(|known| known.hides_as(&error)) {
            found.push(error);
        }
    };
    let mut free = 0;
    for (start, end) in line.segments() {
        for error in phrases::plain(&line, free..start) {
            add(error);
        }
        if let Some(error) = line
            .occurred(start, end)
            .or_else(|| sdk::read(&line, start, end))
        {
            add(error);
        }
        free = end;
    }
    for error in phrases::plain(&line, free..line.text.len()) {
        add(error);
    }
    if found.is_empty()
        && let Some(said) = text.lines().map(str::trim).find(|line| is_of_shell(line))
    {
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        found.push(line.error(0, &said, None, Some("CommandNotFound".to_owned())));
    }
    if found.is_empty() {
        found.extend(structured::read(text));
    }
    if found.is_empty() {
        found.extend(sdk::exception(&line));
    }
    by_command(text, &mut found);
    found
}

/// Whether a shell says something of the AWS CLI, in whichever language:
/// `bash: line 1: aws: Kommando nicht gefunden.`
fn is_of_shell(line: &str) -> bool {
    const SHELLS: [&str; 8] = ["-bash", "ash", "bash", "dash", "fish", "ksh", "sh", "zsh"];
    let line = line.get(..line.floor_char_boundary(400)).unwrap_or(line);
    let mut parts = line.split(':').map(str::trim);
    let (first, mut next) = (parts.next().unwrap_or_default(), parts.next());
    let last = |path: &str| path.rsplit('/').next() == Some("aws");
    let is_shell = SHELLS.contains(&first.rsplit('/').next().unwrap_or_default());
    let ends_in_number =
        |part: &str| part.ends_with(|c: char| c.is_ascii_digit()) && part.len() < 24;
    if is_shell && next.is_some_and(ends_in_number) {
        next = parts.next();
    }
    let is_said = parts.next().is_some_and(|said| !said.is_empty());
    // `aws:runShellScript` is a name.
    line.starts_with("aws: ") && next.is_some_and(|said| !said.is_empty() && !said.starts_with('{'))
        || is_shell && is_said && next.is_some_and(last)
}

/// The only command of a text that asks for a status says which trail the errors
/// behind it are about.
fn by_command(text: &str, errors: &mut [CallError]) {
    let mut commands = text.lines().filter_map(|line| {
        let line = line.get(line.find("aws cloudtrail get-trail-status ")?..)?;
        Command::printing(line)
    });
    let (Some(command), None) = (commands.next(), commands.next()) else {
        return;
    };
    let Some(name) = command.option("--name") else {
        return;
    };
    for error in errors {
        let is_status = matches!(error.call, None | Some(Call::GetTrailStatus));
        if is_status && error.named == Named::No {
            error.named = match arn::looks_like_trail(name) {
                true => Named::Arn(name.into()),
                false => Named::Name(name.into()),
            };
        }
    }
}

/// Whether a text begins with an error: its first line tells of a failed call,
/// and not within quotes, as programs do.
#[must_use]
pub fn begins(text: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    let lower = first.to_ascii_lowercase();
    let is_comment = ["#", "//", "/*", "--", ";", "*", "rem "];
    if is_comment.iter().any(|mark| lower.starts_with(mark)) {
        return false;
    }
    let bare = lower.split(['"', '\'', '`']).next().unwrap_or_default();
    let mut openings = OPENINGS.iter();
    openings.any(|opening| bare.contains(opening.trim_end_matches('"'))) || phrases::is_said(bare)
}

/// Whether what a command printed as errors is known to be harmless: warnings,
/// and the commands themselves as `set -x` shows them.
#[must_use]
pub fn is_harmless(text: &str) -> bool {
    const WORDS: [&str; 6] = [
        "warn",
        "deprecat",
        "notice:",
        "note:",
        "new release",
        "update available",
    ];
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.all(|line| {
        let lower = line.to_ascii_lowercase();
        line.starts_with("+ ")
            || line.starts_with([' ', '\t'])
            || WORDS.iter().any(|word| lower.contains(word))
    })
}

/// A short text without any JSON that reads as an error of a tool that isn't
/// known. Notes may read so too: it is asked last, and of nothing that has the
/// name of prose.
#[must_use]
pub fn read_unknown(text: &str) -> Option<CallError> {
    phrases::unknown(&Line::of(text))
}

/// The first line of a text among answers that begins as an error of any tool does.
pub(crate) fn read_at_lines(text: &str) -> Option<CallError> {
    const WORDS: [&str; 6] = [
        "error",
        "fatal",
        "failed",
        "failure",
        "traceback",
        "exception",
    ];
    let begins = |line: &&str| {
        let line = line.trim_start_matches(['[', '*', '!', '-', ' ']);
        let end = line.find(|c: char| !c.is_ascii_alphabetic());
        let (word, rest) = line
            .split_at_checked(end.unwrap_or(line.len()))
            .unwrap_or_default();
        rest.starts_with([':', ']', ' '])
            && WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
    };
    let mut lines = text.lines().map(str::trim);
    read_unknown(lines.find(begins)?)
}

/// Whether the strings of a value may hold an error. Cheap: it is asked of every
/// value that no reader understood.
#[must_use]
pub fn may_hold_error(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut words = [
        "rror occurred",
        "lient error (",
        "peration error ",
        "Unable to locate cred",
        "is not authorized to",
    ]
    .iter();
    words.any(|word| memchr::memmem::find(bytes, word.as_bytes()).is_some())
}

/// The call about trails that a text shows being typed last, if nothing comes
/// after it. For a text that holds no answer. An operation that isn't known, or
/// not typed to its end, may be any.
#[must_use]
pub fn unanswered(text: &str) -> Option<(Call, &str)> {
    let mut lines = text
        .lines()
        .rev()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    lines.find_map(|line| {
        let (prompt, rest) = line.split_once("aws cloudtrail ")?;
        let prompt = prompt.trim_end();
        let is_typed = prompt.is_empty() || prompt.ends_with(['$', '>', '#', '%']);
        let operation = rest.split(' ').next().unwrap_or_default();
        let call = match vocabulary::call_of(operation) {
            Call::Other if vocabulary::hides_trails(operation, None) => Call::DescribeTrails,
            call => call,
        };
        (is_typed && call != Call::Other).then_some((call, operation))
    })
}

/// Whether a text is a prompt of the AWS CLI, which fails only where nobody
/// answers it.
#[must_use]
pub(crate) fn is_prompt(message: &str) -> bool {
    let lower = message.trim_start().to_ascii_lowercase();
    lower.starts_with("enter mfa code for")
}

#[cfg(test)]
mod tests;
