//! The one place that draws errors and warnings.
//!
//! They carry words of policies, reports, waivers and command lines. Each part
//! is made safe to look at here, whoever put it together, before anything is
//! laid out and coloured.

#![allow(
    clippy::disallowed_methods,
    reason = "this is the place that everything else goes through"
)]

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::OnceLock;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents,
};

use crate::render::Style;
use crate::text::{help_lines, same_places, visible};

/// Where a long line is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// At spaces only: names and ARNs stay in one piece.
    AtSpaces,
    /// Wherever it must be: values may be long.
    Anywhere,
}

/// A diagnostic as a terminal may see it.
///
/// # Errors
/// Where miette can't draw it.
pub fn draw(diagnostic: &dyn Diagnostic, style: &Style, line_break: Break) -> io::Result<String> {
    let theme = match (style.unicode, style.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, _) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .without_syntax_highlighting()
        .with_links(false)
        .with_width(style.width);
    let handler = match line_break {
        Break::Anywhere => handler,
        Break::AtSpaces => handler
            .with_word_separator(textwrap::WordSeparator::AsciiSpace)
            .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
            .with_break_words(false),
    };
    let mut text = String::new();
    handler
        .render_report(&mut text, &Shown::of(diagnostic))
        .map_err(io::Error::other)?;
    Ok(text)
}

/// A diagnostic, each part of it safe to look at.
#[derive(Debug)]
struct Shown<'d> {
    message: String,
    code: Option<String>,
    severity: Option<Severity>,
    help: Option<String>,
    source: Option<ShownSource<'d>>,
    labels: Option<Vec<LabeledSpan>>,
    related: Vec<Shown<'d>>,
    cause: Option<Box<Cause>>,
}

impl<'d> Shown<'d> {
    fn of(diagnostic: &'d dyn Diagnostic) -> Self {
        let related = diagnostic.related().into_iter().flatten();
        Self {
            message: visible(&diagnostic.to_string()).into_owned(),
            code: diagnostic
                .code()
                .map(|code| visible(&code.to_string()).into_owned()),
            severity: diagnostic.severity(),
            help: diagnostic
                .help()
                .map(|help| help_lines(&help.to_string()).join("\n")),
            source: diagnostic.source_code().map(ShownSource::of),
            labels: diagnostic
                .labels()
                .map(|labels| labels.map(label).collect()),
            related: related.map(Self::of).collect(),
            cause: diagnostic.source().map(|cause| Box::new(Cause::of(cause))),
        }
    }
}

fn label(label: LabeledSpan) -> LabeledSpan {
    let text = label.label().map(|text| visible(text).into_owned());
    match label.primary() {
        true => LabeledSpan::new_primary_with_span(text, *label.inner()),
        false => LabeledSpan::new_with_span(text, *label.inner()),
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Shown<'_> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let cause = self.cause.as_deref();
        cause.map(|cause| cause as &(dyn Error + 'static))
    }
}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let code = self.code.as_ref();
        code.map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<Severity> {
        self.severity
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref();
        help.map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.as_ref()?.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let related = self.related.iter();
        (!self.related.is_empty()).then(|| {
            Box::new(related.map(|one| one as &dyn Diagnostic)) as Box<dyn Iterator<Item = _>>
        })
    }
}

/// What an error comes from.
#[derive(Debug)]
struct Cause {
    message: String,
    cause: Option<Box<Cause>>,
}

impl Cause {
    fn of(error: &dyn Error) -> Self {
        Self {
            message: visible(&error.to_string()).into_owned(),
            cause: error.source().map(|cause| Box::new(Self::of(cause))),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let cause = self.cause.as_deref();
        cause.map(|cause| cause as &(dyn Error + 'static))
    }
}

/// A source of which every place stays where it is.
struct ShownSource<'d> {
    source: &'d dyn SourceCode,
    /// What was read and is shown otherwise.
    kept: OnceLock<Box<Kept>>,
}

struct Kept {
    text: String,
    next: OnceLock<Box<Kept>>,
}

impl<'d> ShownSource<'d> {
    fn of(source: &'d dyn SourceCode) -> Self {
        Self {
            source,
            kept: OnceLock::new(),
        }
    }

    fn keep(&self, text: &str) -> &[u8] {
        let mut place = &self.kept;
        while let Some(kept) = place.get() {
            place = &kept.next;
        }
        let kept = place.get_or_init(|| {
            Box::new(Kept {
                text: text.to_owned(),
                next: OnceLock::new(),
            })
        });
        kept.text.as_bytes()
    }
}

impl fmt::Debug for ShownSource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShownSource")
    }
}

impl SourceCode for ShownSource<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let read = self.source.read_span(span, lines_before, lines_after)?;
        let text = std::str::from_utf8(read.data()).map(same_places);
        let data = match &text {
            Ok(Cow::Borrowed(_)) => read.data(),
            Ok(Cow::Owned(text)) => self.keep(text),
            // Pieces are of whole characters; what isn't is not shown.
            Err(_) => b"",
        };
        let (span, line, column, lines) =
            (*read.span(), read.line(), read.column(), read.line_count());
        Ok(Box::new(match read.name() {
            Some(name) => {
                let name = visible(name).into_owned();
                MietteSpanContents::new_named(name, data, span, line, column, lines)
            }
            None => MietteSpanContents::new(data, span, line, column, lines),
        }))
    }
}
