//! Waivers, from the command line's file to the report.

use std::path::Path;
use std::sync::Arc;

use super::{CommandError, output};
use crate::cli::{Color, Voice, WaiverArgs};
use crate::report::Report;
use crate::source::input;
use crate::waiver;
use crate::waiver::Waivers;

/// A file that is no evidence, by its name in the report, and its text.
pub(super) type Beside = (Arc<str>, Arc<str>);

/// Lays the waivers on the report. Gives the file's name in the report and its
/// text, for the excerpts.
pub(super) fn waive(
    args: &WaiverArgs,
    report: &mut Report,
    color: Color,
    voice: Voice,
) -> Result<Option<Beside>, CommandError> {
    let Some(path) = &args.waivers else {
        return Ok(None);
    };
    let waivers = read(path)?;
    let day = args.waiver_date.as_deref().map(day).transpose()?;
    let applied = waiver::apply(report, &waivers, day);
    let untold = applied.unused_count.saturating_sub(applied.unused.len());
    let mut refused = None;
    for unused in applied.unused {
        let problem = unused.into_problem();
        if args.strict_waivers {
            if let Some(problem) = refused.replace(problem.into_error()) {
                output::diagnose(&problem, color);
            }
        } else if voice == Voice::Heard {
            output::diagnose(&problem, color);
        }
    }
    if untold > 0 && (args.strict_waivers || voice == Voice::Heard) {
        output::aside(color, |_, out| {
            writeln!(out, "{untold} more waivers waive nothing")
        });
    }
    match refused {
        Some(problem) => Err(problem.into()),
        None => Ok(Some((applied.file, waivers.text))),
    }
}

fn read(path: &Path) -> Result<Waivers, CommandError> {
    let text = input::text(path, input::WAIVERS)?;
    Ok(Waivers::read(&path.to_string_lossy(), &text)?)
}

fn day(text: &str) -> Result<jiff::civil::Date, CommandError> {
    let day = text.len() == "2026-12-31".len();
    text.parse()
        .ok()
        .filter(|_| day)
        .ok_or_else(|| CommandError::Usage {
            what: format!("`--waiver-date {text}`"),
            why: "it is no day".to_owned(),
            help: "give a day, such as `2026-12-31`".to_owned(),
        })
}
