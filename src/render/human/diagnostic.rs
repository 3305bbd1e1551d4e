//! One finding as one diagnostic.

use std::fmt::{self, Display};
use std::io::{self, Write};

use miette::{Diagnostic, GraphicalReportHandler, LabeledSpan, SourceCode};
use owo_colors::Style as Ink;

use super::sheet::Sheet;
use super::{paint, prose};
use crate::comparison::Entry;
use crate::finding::{Check, Evidence, Outcome, Place, Problem, Waived, Warning};
use crate::render::alike::Alike;
use crate::render::{Excerpts, Style, phrase};
use crate::report::{Subject, SubjectKind};
use crate::text::visible;

/// What kind of thing a diagnostic says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file that can't be read.
    Problem,
    /// A check that fails.
    Fail,
    /// A check that can't be decided.
    Inconclusive,
    /// A fail that somebody accepted.
    Waived,
    /// Something without bearing on an outcome.
    Warning,
}

impl Kind {
    /// Its word, its sign (beyond ASCII or within it) and its ink.
    fn look(self, style: &Style) -> (&'static str, &'static str, Ink) {
        let sign = |unicode, ascii| if style.unicode { unicode } else { ascii };
        match self {
            Self::Problem => ("unreadable", sign("×", "x"), paint::of(Outcome::Fail)),
            Self::Fail => ("fail", sign("×", "x"), paint::of(Outcome::Fail)),
            Self::Inconclusive => ("inconclusive", "?", paint::of(Outcome::Inconclusive)),
            Self::Waived => ("waived", sign("✓", "~"), paint::of(Outcome::Waived)),
            Self::Warning => ("warning", "!", paint::warning()),
        }
    }
}

/// A finding with all that is to be said of it.
pub(super) struct Diagnosis<'a> {
    kind: Kind,
    code: &'a str,
    /// What it is about: a trail's ARN, an account, a file.
    about: String,
    message: &'a str,
    help: Option<&'a str>,
    waiver: Option<&'a Waived>,
    evidence: Box<[Evidence]>,
    /// Of which other files or accounts the same is to be said.
    also: Option<String>,
    /// How it stands against an earlier report, in words.
    change: Option<String>,
}

impl<'a> Diagnosis<'a> {
    /// Of a file that can't be read, and of others of which the same is said.
    pub(super) fn of_problem(group: &Alike<'_>, problem: &'a Problem) -> Self {
        let place = problem.place.iter().cloned();
        Self {
            change: None,
            kind: Kind::Problem,
            code: problem.code,
            about: group.first.file.to_string(),
            also: group.also(),
            message: &problem.message,
            help: problem.help.as_deref(),
            waiver: None,
            evidence: place
                .map(|place| Evidence {
                    place,
                    label: "here".into(),
                })
                .collect(),
        }
    }

    /// Of a check that didn't pass.
    pub(super) fn of_check(
        kind: Kind,
        subject: &Subject,
        check: &'a Check,
        change: Option<&Entry>,
    ) -> Self {
        Self {
            change: change.map(phrase::change),
            kind,
            code: &check.code,
            about: about(subject),
            also: None,
            message: &check.message,
            help: check.help.as_deref().filter(|_| check.waiver.is_none()),
            waiver: check.waiver.as_deref(),
            evidence: check.evidence.clone(),
        }
    }

    /// The same, with what else it is to be said of.
    pub(super) fn and_also(self, also: Option<String>) -> Self {
        Self { also, ..self }
    }

    /// Of a warning.
    pub(super) fn of_warning(subject: &Subject, warning: &'a Warning) -> Self {
        Self {
            change: None,
            kind: Kind::Warning,
            code: &warning.code,
            about: about(subject),
            also: None,
            message: &warning.message,
            help: warning.help.as_deref(),
            waiver: None,
            evidence: warning.evidence.clone(),
        }
    }

    /// Draws it, with an empty line after it. `seen` gathers the objects that
    /// have been shown whole.
    #[allow(
        clippy::disallowed_methods,
        reason = "each part of what is drawn here was made safe to look at"
    )]
    pub(super) fn write(
        &self,
        excerpts: &mut dyn Excerpts,
        seen: &mut Vec<Place>,
        style: &Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (word, sign, ink) = self.kind.look(style);
        let sheet = Sheet::new(&self.evidence, excerpts, seen, style);
        let drawing = Drawing {
            headline: format!(
                "{} {}{}",
                style.paint(ink, format_args!("{word}[{}]", visible(self.code))),
                visible(&self.about),
                self.change
                    .as_ref()
                    .map(|change| format!(" ({change})"))
                    .unwrap_or_default()
            ),
            message: self.message_lines(&sheet, style).join("\n"),
            help: self.help_lines(style).map(|lines| lines.join("\n")),
            sheet,
        };
        let mut text = String::new();
        GraphicalReportHandler::new_themed(style.theme(ink, sign))
            .without_syntax_highlighting()
            .with_links(false)
            .with_wrap_lines(false)
            .with_context_lines(1)
            .render_report(&mut text, &drawing)
            .map_err(io::Error::other)?;
        writeln!(out, "{}\n{text}", drawing.headline)
    }

    fn message_lines(&self, sheet: &Sheet, style: &Style) -> Vec<String> {
        let width = style.width.saturating_sub(4).max(20);
        let mut lines = prose::wrap(&visible(self.message), width);
        if let Some(waiver) = self.waiver {
            let accepted = phrase::accepted(waiver);
            lines.extend(prose::wrap(&accepted, width));
        }
        if let Some(also) = &self.also {
            lines.extend(prose::wrap(also, width));
        }
        lines.extend(
            sheet
                .unseen
                .iter()
                .flat_map(|place| prose::wrap(place, width)),
        );
        lines
    }

    fn help_lines(&self, style: &Style) -> Option<Vec<String>> {
        Some(prose::wrap(
            self.help?,
            style.width.saturating_sub(8).max(20),
        ))
    }
}

/// How a subject is named in a headline.
fn about(subject: &Subject) -> String {
    match subject.kind {
        SubjectKind::Account => format!("account {}", subject.id),
        SubjectKind::Trail => subject.id.to_string(),
    }
}

/// What miette draws.
#[derive(Debug)]
struct Drawing {
    headline: String,
    message: String,
    help: Option<String>,
    sheet: Sheet,
}

impl Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.sheet.is_empty()).then_some(&self.sheet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.sheet.labels()))
    }
}
