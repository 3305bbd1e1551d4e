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

use globset::GlobMatcher;
use jiff::civil::Date;

pub use apply::{Applied, MOST_UNUSED, Unused, apply};
pub use problem::WaiverProblem;

use crate::finding::Check;
use crate::report::{PolicyInfo, Subject, SubjectKind};

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
    matcher: GlobMatcher,
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
        // Only `*` and `?` are special: brackets and braces stand for themselves.
        let mut glob = String::with_capacity(text.len());
        for character in text.chars() {
            if matches!(character, '[' | ']' | '{' | '}' | '!' | '\\' | ',') {
                glob.push('\\');
            }
            glob.push(character);
        }
        let glob = globset::GlobBuilder::new(&glob)
            .literal_separator(false)
            .backslash_escape(true)
            .build()
            .map_err(|error| error.kind().to_string())?;
        Ok(Self {
            text: text.to_owned(),
            matcher: glob.compile_matcher(),
        })
    }

    /// Whether it stands for itself alone.
    fn is_exact(&self) -> bool {
        !self.text.contains(['*', '?'])
    }

    fn matches(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }
}

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
    }
}
