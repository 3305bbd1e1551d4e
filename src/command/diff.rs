//! `coldtrail diff` and `--baseline`: what changed between two reports.

use std::path::Path;

use super::output::Form;
use super::{CommandError, output};
use crate::baseline::Baseline;
use crate::cli::{Color, Diff, DiffFormat, Voice};
use crate::comparison::Comparison;
use crate::exit::Exit;
use crate::render::human;
use crate::render::json::comparison::DiffJson;
use crate::render::json::formatter::write_pretty;
use crate::source::input;

pub(super) fn run(args: &Diff, color: Color) -> Result<Exit, CommandError> {
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let comparison = Comparison::new(old.facts(), new.facts());
    let style = output::style(color, false);
    let form = match args.format {
        DiffFormat::Human => Form::of_text(style.color),
        DiffFormat::Json => Form::Data,
    };
    output::to_stdout(form, |out| match args.format {
        DiffFormat::Human if args.quiet.voice() == Voice::Quiet => Ok(()),
        DiffFormat::Human => human::write_comparison(
            "from the first report to the second",
            &comparison,
            &style,
            out,
        ),
        DiffFormat::Json => write_pretty(out, &DiffJson::new(&comparison)),
    })?;
    Ok(comparison.outcome_of_new().into())
}

/// Reads a report that an earlier run wrote.
pub(super) fn read(path: &Path) -> Result<Baseline, CommandError> {
    let text = input::text(path, input::REPORT)?;
    Ok(Baseline::read(&path.to_string_lossy(), &text)?)
}
