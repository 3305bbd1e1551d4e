//! Where output goes: standard output, or a file that is written whole or not
//! at all.
//!
//! A reader that closes the pipe has seen enough; that is no error.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::CommandError;
use crate::cli::Color;
use crate::render::Style;

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

/// A file that is whole, and not yet where it belongs.
pub(super) struct Written {
    path: PathBuf,
    /// Nothing for what was no plain file, and is written already.
    file: Option<(tempfile::NamedTempFile, PathBuf)>,
}

impl Written {
    /// Puts the file in its place, in one step.
    pub(super) fn put_in_place(self) -> Result<(), CommandError> {
        let Some((file, target)) = self.file else {
            return Ok(());
        };
        file.persist(&target)
            .map(drop)
            .map_err(|error| failed(&self.path, &error.error))
    }
}

/// Writes a file beside the one asked for, which takes its place later. What
/// is no plain file (a terminal, a pipe) is written straight.
pub(super) fn prepare(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Written, CommandError> {
    let failed = |error: &io::Error| failed(path, error);
    let there = std::fs::metadata(path).ok();
    if there.as_ref().is_some_and(std::fs::Metadata::is_dir) {
        return Err(CommandError::Output {
            path: path.to_path_buf(),
            why: "it is a folder".to_owned(),
        });
    }
    if there.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        let file = std::fs::OpenOptions::new()
            .write(true)
            .open(path)
            .map_err(|error| failed(&error))?;
        let mut out = BufWriter::new(file);
        write(&mut out)
            .and_then(|()| out.flush())
            .map_err(|error| failed(&error))?;
        return Ok(Written {
            path: path.to_path_buf(),
            file: None,
        });
    }
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".coldtrail-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = there.map_or(0o666, |metadata| metadata.permissions().mode() & 0o777);
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    let mut file = builder
        .tempfile_in(folder)
        .map_err(|error| failed(&error))?;
    let mut out = BufWriter::with_capacity(1 << 16, file.as_file_mut());
    write(&mut out)
        .and_then(|()| out.flush())
        .map_err(|error| failed(&error))?;
    drop(out);
    Ok(Written {
        path: path.to_path_buf(),
        file: Some((file, target)),
    })
}

fn failed(path: &Path, error: &io::Error) -> CommandError {
    CommandError::Output {
        path: path.to_path_buf(),
        why: crate::source::given::plain(error),
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
