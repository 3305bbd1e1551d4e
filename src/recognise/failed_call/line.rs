//! A text with its wraps taken out, in which errors are found one by one.

use std::sync::Arc;

use super::about::{account_of, asked, endpoint_of, excerpt, region_of, unknown_trail, word};
use super::{CallError, phrases};
use crate::cloudtrail::arn;
use crate::recognise::facts::{Call, Origin};
use crate::recognise::vocabulary;

/// How errors begin, in lower case.
pub(super) const OPENINGS: [&str; 9] = [
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
pub(super) struct Line {
    /// One space for each run of white space, one line end where a line is
    /// empty or a prompt begins.
    pub(super) text: String,
    /// The same in lower case, byte for byte.
    pub(super) lower: String,
    /// Where its line ends are.
    breaks: Vec<usize>,
}

/// How much of a line is looked at before and behind a place, in bytes: no tool
/// says more of one error, and a text may hold very many on one line.
const NEAR: (usize, usize) = (4096, 16384);

impl Line {
    pub(super) fn of(text: &str) -> Self {
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
        let breaks = memchr::memchr_iter(b'\n', line.as_bytes()).collect();
        Self {
            text: line,
            lower,
            breaks,
        }
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// On which line a place is.
    pub(super) fn number(&self, at: usize) -> usize {
        self.breaks.partition_point(|end| *end < at)
    }

    /// What stands between two line ends around a place, as far as it is near.
    pub(super) fn block_of(&self, at: usize) -> (usize, usize) {
        let number = self.number(at);
        let before = number.checked_sub(1).and_then(|line| self.breaks.get(line));
        let start = before.map_or(0, |end| end + 1);
        let end = self.breaks.get(number).copied().unwrap_or(self.text.len());
        let (before, behind) = NEAR;
        let first = self.text.ceil_char_boundary(at.saturating_sub(before));
        let last = self.text.floor_char_boundary(at.saturating_add(behind));
        (start.max(first), end.min(last))
    }

    /// Where each error begins and what belongs to it ends.
    pub(super) fn segments(&self) -> Vec<(usize, usize)> {
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
    pub(super) fn occurred(&self, start: usize, end: usize) -> Option<CallError> {
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
    pub(super) fn error(
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
    pub(super) fn command(&self, before: usize) -> Option<Typed<'_>> {
        let first = self.text.ceil_char_boundary(before.saturating_sub(NEAR.0));
        let above = self.text.get(first..before)?;
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
pub(super) struct Typed<'a> {
    pub(super) service: &'a str,
    pub(super) call: &'a str,
    pub(super) region: Option<&'a str>,
}

impl<'a> Typed<'a> {
    pub(super) fn of(line: &'a str) -> Option<Self> {
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
    pub(super) fn operation(self) -> String {
        let mut name = String::new();
        for part in self.call.split('-') {
            let mut letters = part.chars();
            name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            name.push_str(letters.as_str());
        }
        name
    }
}
