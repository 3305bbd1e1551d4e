//! Waivers: fails that somebody accepted, for a reason and until a day.
//!
//! A waiver file is TOML, one `[[waiver]]` an exception. Whatever is wrong
//! with it is refused with its place, since a waiver that silently doesn't say
//! what its author meant would hide a fail. A waiver turns a fail into
//! `waived` and nothing else: never an inconclusive outcome, which nobody can
//! accept because nobody knows what it is.

mod apply;
mod index;
mod problem;
mod read;

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

pub use apply::{Applied, MOST_UNUSED, Unused, apply};
pub use problem::WaiverProblem;

use crate::finding::Check;
use crate::policy::PolicyInfo;
use crate::report::{Subject, SubjectKind};

/// The waivers of one file.
#[derive(Debug, Clone)]
pub struct Waivers {
    /// The file's name, as the user gave it.
    pub name: String,
    /// The file's text.
    pub text: Arc<str>,
    /// In the order of the file.
    pub waivers: Vec<Waiver>,
}

/// One accepted exception.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The policy's id, or the id of a control that it encodes.
    pub control: String,
    /// Which of its results.
    pub result: Which,
    /// Of which trails or accounts.
    pub target: Target,
    /// Why the fail is accepted.
    pub reason: String,
    /// Who accepted it.
    pub approver: String,
    /// The last day on which it holds, in UTC.
    pub expires: Date,
    /// The whole entry, in bytes of the file.
    pub span: Range<usize>,
    /// The expiry date in it.
    pub expires_span: Range<usize>,
}

/// Which results of a control a waiver is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Which {
    /// All of them.
    Every,
    /// Those of one check.
    Check(String),
    /// Those with one code.
    Code(String),
}

/// What a waiver is for, as an exact text or a glob in which `*` stands for
/// anything and `?` for one character.
#[derive(Debug, Clone)]
pub enum Target {
    /// Trails, by ARN where the pattern starts with `arn:`, else by name.
    Trail(Pattern),
    /// Whole accounts and all their trails, by account id.
    Account(Pattern),
}

/// A pattern as it was written, ready to match.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// What was written.
    pub text: String,
    signs: Box<[char]>,
}

impl Waiver {
    /// Whether this waiver, of a subject that it is for, is for a check.
    fn is_for(&self, policy: &PolicyInfo, check: &Check) -> bool {
        let control = *policy.id == *self.control
            || policy
                .controls
                .iter()
                .any(|control| control.id == self.control);
        let result = match &self.result {
            Which::Every => true,
            Which::Check(id) => *check.id == **id,
            Which::Code(code) => *check.code == **code,
        };
        control && result
    }
}

impl Target {
    fn holds(&self, subject: &Subject) -> bool {
        match self {
            Self::Trail(pattern) if subject.kind == SubjectKind::Trail => {
                let by_arn = pattern.text.starts_with("arn:");
                pattern.matches(if by_arn { &subject.id } else { &subject.name })
            }
            Self::Trail(_) => false,
            Self::Account(pattern) => subject
                .account_id
                .as_deref()
                .is_some_and(|id| pattern.matches(id)),
        }
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Trail(pattern) | Self::Account(pattern) => &pattern.text,
        }
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Why it is no pattern.
    pub fn new(text: &str) -> Result<Self, String> {
        let mut signs: Vec<char> = Vec::new();
        for sign in text.chars() {
            if sign != '*' || signs.last() != Some(&'*') {
                signs.push(sign);
            }
        }
        if signs.len() > LONGEST_PATTERN {
            return Err(format!(
                "it has {} characters, and {LONGEST_PATTERN} are allowed, which is more than any ARN has",
                signs.len()
            ));
        }
        Ok(Self {
            text: text.to_owned(),
            signs: signs.into(),
        })
    }

    /// Whether it stands for itself alone.
    fn is_exact(&self) -> bool {
        !self.text.contains(['*', '?'])
    }

    /// Whether a text is one that the pattern describes. Each `*` is given as
    /// little as possible, and more where that doesn't do.
    fn matches(&self, text: &str) -> bool {
        let mut at = 0;
        let mut rest = text.chars();
        // Behind the last `*`, and what it hasn't taken yet.
        let mut last = None;
        loop {
            let sign = self.signs.get(at);
            if sign == Some(&'*') {
                at = at.saturating_add(1);
                last = Some((at, rest.clone()));
                continue;
            }
            let mut next = rest.clone();
            let character = next.next();
            if sign.is_none() && character.is_none() {
                return true;
            }
            if sign.is_some_and(|sign| character.is_some_and(|own| *sign == '?' || *sign == own)) {
                at = at.saturating_add(1);
                rest = next;
                continue;
            }
            let Some((behind, taken)) = &mut last else {
                return false;
            };
            if taken.next().is_none() {
                return false;
            }
            at = *behind;
            rest = taken.clone();
        }
    }
}

/// The longest pattern, in characters.
const LONGEST_PATTERN: usize = 2048;

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn stars_cross_colons_and_slashes_and_brackets_are_plain() {
        let matches = |pattern: &str, text: &str| Pattern::new(pattern).unwrap().matches(text);
        assert!(matches(
            "arn:aws:cloudtrail:*:trail/old-*",
            "arn:aws:cloudtrail:eu-west-1:111122223333:trail/old-1"
        ));
        assert!(matches("1111222233??", "111122223333"));
        assert!(!matches("1111222233??", "1111222233334"));
        assert!(matches("a[b]{c}", "a[b]{c}"));
        assert!(!matches("a[b]", "ab"));
        assert!(!matches("main", "main2"));
        assert!(matches("line\nbreak*", "line\nbreaks"));
        assert!(matches("*a*b", "xaxbxb"));
        assert!(!matches("*a*b?", "xaxbxb"));
        assert!(matches("**?*", "é") && matches("?", "é") && !matches("?*", ""));
        assert!(matches("", "") && matches("*", ""));
    }

    #[test]
    fn a_long_pattern_is_refused_and_stars_in_a_row_are_one() {
        let stars = Pattern::new(&"*".repeat(100_000)).unwrap();
        assert!(stars.matches("x") && stars.matches(""));
        // As slow as it gets: each star tries each place.
        let slow = Pattern::new(&("*a".repeat(1000) + "b")).unwrap();
        assert!(!slow.matches(&"a".repeat(2048)));
        let why = Pattern::new(&"?".repeat(2049)).unwrap_err();
        assert!(
            why.contains("2049 characters, and 2048 are allowed"),
            "{why}"
        );
    }
}
