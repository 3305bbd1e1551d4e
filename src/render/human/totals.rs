//! The last lines: what could not be read, and what it all comes to.

use std::io::{self, Write};

use super::{paint, prose};
use crate::render::{Style, totals};
use crate::report::Report;

/// Writes what became of the documents where some can't be used, and the line
/// of totals.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if let Some(line) = totals::documents(report) {
        write_wrapped(&line, paint::dim(), style, out)?;
    }
    if let Some(line) = totals::partial(report) {
        write_wrapped(&line, paint::dim(), style, out)?;
    }
    write_wrapped(
        &totals::line(report),
        paint::of(report.outcome()),
        style,
        out,
    )
}

fn write_wrapped(
    line: &str,
    ink: owo_colors::Style,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for line in prose::wrap(line, style.width.max(20)) {
        writeln!(out, "{}", style.paint(ink, line))?;
    }
    Ok(())
}
