//! Error texts that were saved where an answer should be.
//!
//! The AWS CLI of every generation, the SDKs and the shells around them leave
//! texts such as `An error occurred (AccessDeniedException) when calling the
//! DescribeTrails operation: …`. Every error of a text is read for the call, the
//! error, and the trail, account or region that it was about. An operation that
//! isn't known to show no trail is taken to have hidden some.

use std::sync::Arc;

use crate::cloudtrail::arn;
use crate::document::command::Command;
use crate::recognise::facts::{Call, Named, Origin};
use crate::recognise::vocabulary;

mod help;
mod phrases;
mod sdk;
mod structured;

pub use help::help;
pub(crate) use sdk::is_code;

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
    if found.is_empty() {
        found.extend(structured::read(text));
    }
    if found.is_empty() {
        found.extend(sdk::exception(&line));
    }
    by_command(text, &mut found);
    found
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

/// How errors begin, in lower case.
const OPENINGS: [&str; 9] = [
    "an error occurred (",
    "an error occurred while ",
    "an error occurred when ",
    "a client error (",
    "a server error (",
    "operation error ",
    "(service: ",
    "error executing \"",
    "::errors::",
];

/// A text with its wraps taken out, so that it can be searched.
struct Line {
    /// One space for each run of white space, one line end where a line is
    /// empty or a prompt begins.
    text: String,
    /// The same in lower case, byte for byte.
    lower: String,
}

impl Line {
    fn of(text: &str) -> Self {
        let mut line = String::with_capacity(text.len());
        for one in text.lines() {
            let trimmed = one.trim_start();
            let is_break = trimmed.is_empty() || begins_anew(trimmed) || phrases::begins(trimmed);
            line.push(if is_break { '\n' } else { ' ' });
            for (at, word) in one.split_whitespace().enumerate() {
                if at > 0 {
                    line.push(' ');
                }
                line.push_str(word);
            }
        }
        let lower = line.to_ascii_lowercase();
        Self { text: line, lower }
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// What stands between two line ends around a place.
    fn block_of(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or_default();
        let after = self.text.get(at..).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        (start, at + after.find('\n').unwrap_or(after.len()))
    }

    /// Where each error begins and what belongs to it ends.
    fn segments(&self) -> Vec<(usize, usize)> {
        let mut starts: Vec<usize> = OPENINGS
            .iter()
            .flat_map(|opening| memchr::memmem::find_iter(self.lower.as_bytes(), opening))
            .collect();
        starts.sort_unstable();
        let ends: Vec<usize> = starts
            .iter()
            .skip(1)
            .copied()
            .chain([self.text.len()])
            .collect();
        let segments = starts.into_iter().zip(ends).map(|(start, next)| {
            let rest = self.text.get(start..next).unwrap_or_default();
            (start, start + rest.find('\n').unwrap_or(rest.len()))
        });
        segments.collect()
    }

    /// The error of the AWS CLI and of botocore that stands here.
    fn occurred(&self, start: usize, end: usize) -> Option<CallError> {
        let text = self.slice(start, end);
        let lower = self.lower.get(start..end)?;
        if !(lower.starts_with("an error occurred")
            || lower.starts_with("a client error (")
            || lower.starts_with("a server error ("))
        {
            return None;
        }
        let code = text
            .split_once('(')
            .and_then(|(_, rest)| rest.split_once(')'))
            .map(|(code, _)| code.trim().to_owned())
            .filter(|code| !code.is_empty() && code.len() < 80);
        let operation = ["when calling the ", "while calling the ", "calling "]
            .iter()
            .find_map(|words| lower.find(words).map(|at| at + words.len()))
            .and_then(|at| text.get(at..))
            .map(word)
            .filter(|word| !word.is_empty());
        Some(self.error(start, text, operation, code))
    }

    /// An error of this operation, with what else the text names.
    fn error(
        &self,
        start: usize,
        text: &str,
        operation: Option<&str>,
        code: Option<String>,
    ) -> CallError {
        let (service, asked) = asked(text);
        let command = self.command(start);
        let operation = operation
            .map(str::to_owned)
            .or_else(|| asked.map(str::to_owned))
            .or_else(|| command.map(|command| command.operation()));
        let service = service.or_else(|| command.map(|command| command.service));
        let of_other = operation.is_none()
            && endpoint_of(text)
                .is_some_and(|service| service != "ec2" && vocabulary::is_other_service(service));
        let region = region_of(text).or_else(|| command.and_then(|command| command.region));
        CallError {
            call: match operation.as_deref() {
                Some(operation) => Some(vocabulary::call_of(operation)),
                None => of_other.then_some(Call::Other),
            },
            hides_trails: match operation.as_deref() {
                Some(operation) => Some(vocabulary::hides_trails(operation, service)),
                None => of_other.then_some(false),
            },
            origin: Origin {
                account: operation
                    .as_deref()
                    .and_then(|operation| account_of(text, operation))
                    .map(Arc::from),
                region: region.map(Arc::from),
            },
            operation: operation.map(Into::into),
            error: code,
            message: excerpt(text),
            named: unknown_trail(text),
        }
    }

    /// The command of the AWS CLI that stands above, with nothing between.
    fn command(&self, before: usize) -> Option<Typed<'_>> {
        let above = self.text.get(..before)?;
        let lines = above.rsplit('\n').take(2);
        lines.into_iter().find_map(Typed::of)
    }
}

/// Whether a line begins something of its own: a prompt, or a line of a log.
fn begins_anew(line: &str) -> bool {
    let starts = [
        "$ ", "> ", "# ", "% ", "PS ", "aws ", "[", "(20", "20", "--- ",
    ];
    starts.iter().any(|start| line.starts_with(start))
        || line
            .split(' ')
            .next()
            .is_some_and(|word| word.ends_with('$') || word.ends_with('#'))
}

/// A command of the AWS CLI as somebody typed it.
#[derive(Debug, Clone, Copy)]
struct Typed<'a> {
    service: &'a str,
    call: &'a str,
    region: Option<&'a str>,
}

impl<'a> Typed<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let (_, rest) = line.rsplit_once("aws ")?;
        let is_word = |word: &&str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let mut words = rest.split(' ').filter(|word| !word.starts_with("--"));
        let service = words.next().filter(is_word)?;
        let call = words
            .next()
            .filter(is_word)
            .filter(|call| call.contains('-'))?;
        let region = rest
            .split_once("--region")
            .map(|(_, rest)| rest.trim_start_matches(['=', ' ', '"']));
        let region = region.map(|rest| rest.split([' ', '"']).next().unwrap_or_default());
        Some(Self {
            service,
            call,
            region: region.filter(|region| arn::region_in(region).as_deref() == Some(*region)),
        })
    }

    /// `DescribeTrails` of `describe-trails`.
    fn operation(self) -> String {
        let mut name = String::new();
        for part in self.call.split('-') {
            let mut letters = part.chars();
            name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            name.push_str(letters.as_str());
        }
        name
    }
}

/// The letters and digits that a text begins with.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric());
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The service and the operation that an error says may not be performed:
/// `perform: sts:AssumeRole`.
fn asked(text: &str) -> (Option<&str>, Option<&str>) {
    let Some((_, rest)) = text.split_once("to perform: ") else {
        return (None, None);
    };
    let service = rest.split(':').next().filter(|service| {
        !service.is_empty()
            && service
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    let operation = service
        .and_then(|service| rest.get(service.len() + 1..))
        .map(word)
        .filter(|word| !word.is_empty());
    (service, operation)
}

/// The account that was to be asked: of the role that could not be assumed, of
/// the user that had not found the trail, of the caller who was denied.
fn account_of<'t>(text: &'t str, operation: &str) -> Option<&'t str> {
    let of_arn = |text: &'t str| {
        let arn = text.get(text.find("arn:aws")?..)?;
        arn.split(':')
            .nth(4)
            .filter(|account| arn::is_account(account))
    };
    if operation.starts_with("AssumeRole") {
        let (_, target) = text.split_once("on resource: ")?;
        return of_arn(target);
    }
    let user = text
        .split_once("for the user: ")
        .map(|(_, rest)| word(rest));
    user.filter(|account| arn::is_account(account))
        .or_else(|| of_arn(text.split_once("User: ")?.1))
}

/// The host of AWS that an error names.
fn host_of(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let host = rest.split(['/', '"', '\'', ' ', ':']).next()?;
    host.contains("amazonaws").then_some(host)
}

/// The service of that host: `logs` of `logs.us-east-1.amazonaws.com`.
fn endpoint_of(text: &str) -> Option<&str> {
    host_of(text)?.split('.').next()
}

/// The region of that host.
fn region_of(text: &str) -> Option<&str> {
    let mut labels = host_of(text)?.split('.');
    labels.find(|label| arn::region_in(label).as_deref() == Some(*label))
}

fn excerpt(line: &str) -> String {
    let line = line.trim();
    if line.chars().count() <= 300 {
        line.to_owned()
    } else {
        line.chars().take(299).chain(['…']).collect()
    }
}

/// `Unknown trail: NAME for the user: ACCOUNT` names the trail asked for.
fn unknown_trail(rest: &str) -> Named {
    let Some((_, rest)) = rest.split_once("Unknown trail: ") else {
        return Named::No;
    };
    let word = rest
        .split(' ')
        .next()
        .unwrap_or("")
        .trim_end_matches(['.', ',']);
    // The ARN that the error shows is made of the region that was asked and the
    // name that was given; only the name was the caller's.
    let name = arn::trail_arn(word).map_or(word, |arn| arn.name);
    let word = if name.is_empty() { word } else { name };
    if word.is_empty() || word.contains('$') {
        Named::No
    } else {
        Named::Name(word.into())
    }
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
