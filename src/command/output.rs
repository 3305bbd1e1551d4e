//! Where output goes: standard output, or a file that is written whole or not
//! at all.
//!
//! A reader that closes the pipe has seen enough; that is no error.

#![allow(
    clippy::disallowed_methods,
    reason = "this is the gate that everything else goes through"
)]

use std::ffi::OsString;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

use clap::Parser;

use super::CommandError;
use crate::cli::{Cli, Color};
use crate::render::Style;
use crate::render::draw::{self, Break};
pub(super) use crate::text::gate::Form;
use crate::text::gate::Gate;
use crate::text::visible;

pub(super) mod file;
pub(super) mod place;
mod unfinished;

pub(super) use file::write_new;

/// Writes to standard output.
pub(super) fn to_stdout(
    form: Form,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CommandError> {
    offer(form, b"", write).map(drop)
}

/// Whether somebody reads standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// As far as is known.
    There,
    /// Not any more.
    Gone,
}

/// Writes to standard output, and tells whether anybody still reads it. What
/// stands `before` it is this program's own, and is written as it is.
pub(super) fn offer(
    form: Form,
    before: &[u8],
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Reader, CommandError> {
    let mut stdout = io::stdout().lock();
    let done = stdout.write_all(before);
    match done.and_then(|()| gated(&mut stdout, form, write)) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(CommandError::Stdout(crate::source::given::plain(&error))),
        Ok(()) => Ok(Reader::There),
    }
}

/// Writes through the gate.
pub(super) fn gated(
    out: impl Write,
    form: Form,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, Gate::new(out, form));
    let done = write(&mut out).and_then(|()| out.flush());
    // Where it failed, dropping the rest must not try again.
    let (mut gate, _) = out.into_parts();
    done.and_then(|()| gate.finish())
}

/// Whether standard output is a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether standard error is one.
pub(super) fn is_error_terminal() -> bool {
    io::stderr().is_terminal()
}

/// How the reader's end can show text: colour, and columns. A file has no
/// colour unless it is asked for.
pub(super) fn style(color: Color, to_file: bool) -> Style {
    let terminal = !to_file && is_terminal();
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
    aside(color, |style, out| {
        let text = draw::draw(error, style, Break::AtSpaces);
        out.write_all(text.unwrap_or_else(|_| format!("{error}\n")).as_bytes())
    });
}

/// Draws a diagnostic, with an empty line after it.
pub(super) fn draw(
    diagnostic: &dyn miette::Diagnostic,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", draw::draw(diagnostic, style, Break::Anywhere)?)
}

/// Shows how a command line was refused, or the help that it asks for. It is
/// read once more with each argument as it can be shown, so that what is told
/// of it is told in those words.
pub(super) fn usage(error: &clap::Error) {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let shown: Vec<String> = arguments
        .iter()
        .map(|argument| visible(&argument.to_string_lossy()).into_owned())
        .collect();
    let is_shown = arguments
        .iter()
        .zip(&shown)
        .all(|(one, shown)| *one == **shown);
    let again = match is_shown {
        true => None,
        false => Cli::try_parse_from(shown).err(),
    };
    let (error, color) = match &again {
        Some(again) => (again, Color::Auto),
        None if is_shown => (error, Color::Auto),
        None => (error, Color::Never),
    };
    let text = error.render();
    let text = match color {
        Color::Never => text.to_string(),
        _ => text.ansi().to_string(),
    };
    if error.use_stderr() {
        to_stderr(color, text.as_bytes());
    } else {
        let choice = anstream::AutoStream::choice(&io::stdout());
        // A reader that closes the pipe has seen enough of the help.
        let _ = gated(
            anstream::AutoStream::new(io::stdout(), choice),
            Form::Coloured,
            |out| out.write_all(text.as_bytes()),
        );
    }
}

/// Writes text to standard error, which is the last resort: where it can't be
/// written there is nobody left to tell.
fn to_stderr(color: Color, text: &[u8]) {
    let choice = match color {
        Color::Auto => anstream::AutoStream::choice(&io::stderr()),
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    };
    // In one piece, since others may write there too.
    let mut gate = Gate::new(Vec::new(), Form::Coloured);
    let passed = gate.write_all(text).and_then(|()| gate.finish());
    if passed.is_ok() {
        let _ = anstream::AutoStream::new(io::stderr(), choice).write_all(&gate.into_inner());
    }
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
