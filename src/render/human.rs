//! The report for a terminal.

use std::io::{self, Write};

use crate::render::{Excerpts, Style};
use crate::report::Report;

/// Writes the report for a person at a terminal.
///
/// # Errors
/// Only those of the writer.
pub fn render(
    _report: &Report,
    _excerpts: &mut dyn Excerpts,
    _style: &Style,
    _out: &mut dyn Write,
) -> io::Result<()> {
    Ok(())
}
