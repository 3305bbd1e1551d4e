//! What can be wrong with a policy, with the place in its `.rego` file.
//!
//! One type carries every complaint, whoever found it (the loader, the
//! metadata reader, a lint, the engine), so that a terminal, an editor and a
//! CI job are told the same. It stops at telling: what is wrong is decided
//! where it is found.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};
use thiserror::Error;

use super::lines::Lines;
use crate::text::cut::Cut;
use crate::text::{help_lines, visible};

/// One file of a policy set.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its name in reports: relative to the folder given, with `/`.
    pub name: String,
    /// Its name in diagnostics: the path as the user would type it, or the
    /// report's name for embedded files.
    pub shown: String,
    /// Its text.
    pub text: Arc<str>,
    /// Where its lines start.
    pub lines: Lines,
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SourceFile").field(&self.name).finish()
    }
}

impl SourceFile {
    /// The byte offset of a one-based line and a one-based column in Unicode
    /// scalar values; the end of the line where the column lies past it.
    #[must_use]
    pub fn offset(&self, line: usize, column: usize) -> usize {
        self.lines.offset(&self.text, line, column)
    }

    /// The one-based line and column (in Unicode scalar values) of a byte
    /// offset.
    #[must_use]
    pub fn position(&self, offset: usize) -> (usize, usize) {
        self.lines.position(&self.text, offset)
    }
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The policy is refused.
    Error,
    /// The policy runs, and is probably not what its author meant.
    Warning,
}

/// One thing wrong with a policy, at its place.
#[derive(Debug, Clone)]
pub struct PolicyProblem {
    /// A fixed word: `unknown-field`, `unresolved-input`.
    pub code: &'static str,
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// What the place shows, in a few words.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The file.
    pub file: SourceFile,
    /// The byte range in it.
    pub span: Range<usize>,
    /// Whether it stops the run.
    pub weight: Weight,
    source: Box<Cut>,
}

impl PolicyProblem {
    /// An error at a place, without help yet.
    #[must_use]
    pub fn new(
        code: &'static str,
        file: &SourceFile,
        span: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self {
            code,
            message: visible(&message.into()).into_owned(),
            label: visible(&label.into()).into_owned(),
            help: None,
            source: Box::new(Cut::new(file.shown.as_str(), file.text.clone(), &span)),
            file: file.clone(),
            span,
            weight: Weight::Error,
        }
    }

    /// The same with a line that says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help_lines(&help.into()).join("\n"));
        self
    }

    /// The same, as something that stops no run.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.weight = Weight::Warning;
        self
    }

    /// The one-based line and column where it starts.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        self.file.position(self.span.start)
    }
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PolicyProblem {}

impl Diagnostic for PolicyProblem {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("policy::{}", self.code)))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.weight {
            Weight::Error => Severity::Error,
            Weight::Warning => Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source.as_ref())
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = Some(self.label.clone()).filter(|label| !label.is_empty());
        let at = self.source.label(&self.span)?;
        Some(Box::new(std::iter::once(LabeledSpan::new(
            label,
            at.start,
            at.len(),
        ))))
    }
}

/// Why a policy set can't be used.
#[derive(Debug, Error, Diagnostic)]
pub enum PolicyError {
    /// A file or folder can't be read.
    #[error("cannot read `{}`", path.display())]
    #[diagnostic(
        code(policy::unreadable),
        help("give a folder of `.rego` files that this user can read")
    )]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A link leads out of the folder that was given.
    #[error("`{}` is a link out of its folder, which is not followed", path.display())]
    #[diagnostic(
        code(policy::link),
        help("put what it leads to into the folder, or name that with `--policy` too")
    )]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// A file, or all of a folder, is larger than is read.
    #[error("`{}` is not read: {why}", path.display())]
    #[diagnostic(
        code(policy::too_large),
        help(
            "check that it is what was meant; if so, split it, or keep in the folder what policies use"
        )
    )]
    TooLarge {
        /// The file at which it was too much.
        path: PathBuf,
        /// How much is allowed.
        why: String,
    },
    /// A data file isn't what OPA would take.
    #[error("`{}` is no data document: {why}", path.display())]
    #[diagnostic(
        code(policy::data),
        help(
            "a data file holds one JSON or YAML document, and at the top of its folder an object; it is mounted in `data` by its folder"
        )
    )]
    Data {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A bundle isn't what OPA would take, or isn't read here.
    #[error("the bundle `{}` is refused: {why}", path.display())]
    #[diagnostic(code(policy::bundle))]
    Bundle {
        /// The bundle.
        path: PathBuf,
        /// Why.
        why: String,
        /// What to do about it.
        #[help]
        help: String,
    },
    /// A bundle isn't shown to be its signer's.
    #[error("`{}` is not verified: {why}", path.display())]
    #[diagnostic(code(policy::signature))]
    Signature {
        /// The bundle, or what was given for one.
        path: PathBuf,
        /// Why.
        why: String,
        /// What to do about it.
        #[help]
        help: String,
    },
    /// A key that nothing can be held against.
    #[error("`{}` is no key: {why}", path.display())]
    #[diagnostic(
        code(policy::key),
        help(
            "give the signer's public key or certificate in PEM, or for HMAC a file of the secret, and name the algorithm with `--signing-alg`"
        )
    )]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Nothing to judge by.
    #[error("no policy in {places}")]
    #[diagnostic(
        code(policy::none),
        help(
            "a policy is a package with a `# METADATA` block and `subjects`, `checks` and `results`; `coldtrail policy export DIR` writes one to start from"
        )
    )]
    None {
        /// The folders looked at.
        places: String,
    },
    /// One thing is wrong, at a place.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Problem(Box<PolicyProblem>),
    /// Several things are wrong.
    #[error("{}", several(*found, problems.len()))]
    #[diagnostic(
        code(policy::refused),
        help("`coldtrail policy check DIR` lists them too")
    )]
    Problems {
        /// The first of them, in the order of files and places.
        #[related]
        problems: Vec<PolicyProblem>,
        /// How many there are.
        found: usize,
    },
    /// `--only` names a policy that isn't there.
    #[error("no policy has the id `{id}`")]
    #[diagnostic(code(policy::unknown_id))]
    UnknownId {
        /// The id asked for.
        id: String,
        /// The ids there are.
        #[help]
        help: String,
    },
    /// `--param` names a parameter that no policy has.
    #[error("no policy has the parameter `{name}`")]
    #[diagnostic(code(policy::unknown_parameter))]
    UnknownParameter {
        /// The name given.
        name: String,
        /// The names there are.
        #[help]
        help: String,
    },
    /// A parameter's value isn't one its policy can take.
    #[error("parameter `{name}` cannot be `{value}`: {why}")]
    #[diagnostic(code(policy::bad_parameter))]
    BadParameter {
        /// The parameter.
        name: String,
        /// The value given.
        value: String,
        /// What is wrong with it.
        why: String,
        /// What it is and what it is by default.
        #[help]
        help: String,
    },
}

/// How many problems are told one by one. Each is drawn with its lines, for which the
/// file is gone through.
const MOST_TOLD: usize = 200;

fn several(found: usize, told: usize) -> String {
    match found > told {
        true => format!("{found} problems in the policies, of which the first {told} are told"),
        false => format!("{found} problems in the policies"),
    }
}

impl PolicyError {
    /// The error for these problems; nothing where there are none.
    ///
    /// # Errors
    /// [`PolicyError::Problem`] for one, [`PolicyError::Problems`] for more,
    /// sorted by file and place.
    pub fn check(mut problems: Vec<PolicyProblem>) -> Result<(), Self> {
        problems.sort_by(|a, b| {
            (&a.file.name, a.span.start, a.code).cmp(&(&b.file.name, b.span.start, b.code))
        });
        match problems.len() {
            0 => Ok(()),
            1 => problems.pop().map_or(Ok(()), |problem| Err(problem.into())),
            found => {
                problems.truncate(MOST_TOLD);
                Err(Self::Problems { problems, found })
            }
        }
    }

    /// The problems in it that have a place in a policy.
    #[must_use]
    pub fn problems(&self) -> &[PolicyProblem] {
        match self {
            Self::Problem(problem) => std::slice::from_ref(problem),
            Self::Problems { problems, .. } => problems,
            _ => &[],
        }
    }
}

impl From<PolicyProblem> for PolicyError {
    fn from(problem: PolicyProblem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

/// `did you mean ...?` for the nearest of several words, where one is near.
#[must_use]
pub fn nearest<'a>(word: &str, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    among
        .into_iter()
        .map(|candidate| {
            (
                strsim::jaro_winkler(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}
