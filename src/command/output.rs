//! Where output goes: standard output, or a file that is written whole or not
//! at all.
//!
//! A reader that closes the pipe has seen enough; that is no error.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

use super::CommandError;
use crate::cli::Color;
use crate::render::Style;

pub(super) mod file;
pub(super) mod place;
mod unfinished;

pub(super) use file::write_new;

/// Writes to standard output.
pub(super) fn to_stdout(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CommandError> {
    offer(write).map(drop)
}

/// Whether somebody reads standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// As far as is known.
    There,
    /// Not any more.
    Gone,
}

/// Writes to standard output, and tells whether anybody still reads it.
pub(super) fn offer(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Reader, CommandError> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            // What is still buffered has no reader; dropping it must not try.
            drop(out.into_parts());
            Ok(Reader::Gone)
        }
        Err(error) => Err(CommandError::Stdout(crate::source::given::plain(&error))),
        Ok(()) => Ok(Reader::There),
    }
}

/// How the reader's end can show text: colour, and columns. A file has no
/// colour unless it is asked for.
pub(super) fn style(color: Color, to_file: bool) -> Style {
    let terminal = !to_file && io::stdout().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let columns = columns().filter(|_| !to_file);
    let seen =
        || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    let width = columns.or_else(|| if terminal { seen() } else { None });
    Style {
        color: match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !plain,
        },
        width: width.unwrap_or(100).max(20),
        ..Style::default()
    }
}

/// Columns, as the caller's shell says; a terminal is asked where it doesn't.
fn columns() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok()?.parse().ok()?;
    (columns > 0).then_some(columns)
}

/// Writes a diagnostic to standard error. Names and ARNs stay in one piece: a
/// line is broken at spaces only.
pub(super) fn diagnose(error: &dyn miette::Diagnostic, color: Color) {
    let theme = miette::GraphicalTheme::unicode();
    let handler = miette::GraphicalReportHandler::new_themed(theme)
        .with_width(stderr_width())
        .with_links(false)
        .with_word_separator(textwrap::WordSeparator::AsciiSpace)
        .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
        .with_break_words(false);
    let mut text = String::new();
    if handler.render_report(&mut text, error).is_err() {
        text = format!("{error}\n");
    }
    to_stderr(color, text.as_bytes());
}

/// Writes text to standard error, which is the last resort: where it can't be
/// written there is nobody left to tell.
fn to_stderr(color: Color, text: &[u8]) {
    let choice = match color {
        Color::Auto => anstream::AutoStream::choice(&io::stderr()),
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    };
    let _ = anstream::AutoStream::new(io::stderr(), choice).write_all(text);
}

fn stderr_width() -> usize {
    let seen =
        || terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    columns().or_else(seen).unwrap_or(100).max(20)
}

/// Tells something beside the output, on standard error.
pub(super) fn aside(color: Color, write: impl FnOnce(&Style, &mut dyn Write) -> io::Result<()>) {
    // What the terminal can't show is taken out again on the way.
    let style = Style {
        color: true,
        width: stderr_width(),
        ..Style::default()
    };
    let mut text = Vec::new();
    if write(&style, &mut text).is_ok() {
        to_stderr(color, &text);
    }
}
