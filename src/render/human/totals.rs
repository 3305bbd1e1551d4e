//! The last lines: what could not be read, and what it all comes to.

use std::io::{self, Write};

use super::{paint, prose};
use crate::comparison::{Change, Comparison, State};
use crate::finding::Outcome;
use crate::render::population::Population;
use crate::render::{Style, phrase, totals};
use crate::report::Report;
use crate::text::visible;

/// Lines, or names in a line, before the rest is only counted.
const SHOWN: usize = 10;

/// Writes what became of the documents where some can't be used, and the line
/// of totals.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if let Some(comparison) = &report.comparison {
        write_comparison("since the baseline", comparison, style, out)?;
        writeln!(out)?;
    }
    for bundle in &report.bundles {
        let line = format!("policies: {}", phrase::bundle(bundle));
        write_wrapped(&line, paint::dim(), style, out)?;
    }
    if let Some(population) = Population::of(&report.coverage) {
        write_population(&population, style, out)?;
    }
    if let Some(line) = totals::documents(report) {
        write_wrapped(&line, paint::dim(), style, out)?;
    }
    let excluded = totals::excluded(report).map(|document| visible(&document.file).into_owned());
    let excluded: Vec<String> = excluded.collect();
    if !excluded.is_empty() {
        let line = format!("left out: {}", phrase::list(&excluded, SHOWN));
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

/// Writes how much of what was expected answered, in one line where all did,
/// and by name what didn't.
fn write_population(population: &Population, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let Population {
        accounts, regions, ..
    } = population;
    if population.is_plain() {
        let line = format!("coverage: {accounts}; {regions}");
        let line = line.strip_suffix("; ").unwrap_or(&line);
        return write_wrapped(line, paint::dim(), style, out);
    }
    let lines = population.missing_regions.iter();
    let missing_regions: Vec<String> = lines.map(|missing| missing.line(SHOWN)).collect();
    for (told, missing) in [
        (accounts, &population.missing_accounts),
        (regions, &missing_regions),
    ] {
        if told.is_empty() {
            continue;
        }
        write_wrapped(&format!("coverage: {told}"), paint::dim(), style, out)?;
        let ink = paint::of(Outcome::Inconclusive);
        for line in missing.iter().take(SHOWN) {
            write_wrapped(&format!("no answer: {line}"), ink, style, out)?;
        }
        let more = missing.len().saturating_sub(SHOWN);
        if more > 0 {
            write_wrapped(&format!("no answer: {more} more"), ink, style, out)?;
        }
    }
    Ok(())
}

/// Writes what changed since the earlier report; what still fails is only
/// counted, since it was shown above.
///
/// # Errors
/// Those of the writer.
pub fn write_comparison(
    title: &str,
    comparison: &Comparison,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let line = format!("{title}: {}", phrase::changes(comparison));
    write_wrapped(&line, paint::bold(), style, out)?;
    for entry in comparison
        .entries()
        .iter()
        .filter(|entry| entry.change != Change::StillFailing)
    {
        let ink = match entry.change {
            Change::New => paint::of(Outcome::Fail),
            Change::Fixed => paint::of(Outcome::Pass),
            _ => paint::of(Outcome::Inconclusive),
        };
        let state =
            |state: &Option<State>| state.as_ref().map_or("nothing".to_owned(), phrase::state);
        writeln!(
            out,
            "  {} {} {}: {} {} {}",
            style.paint(ink, format_args!("{:<7}", entry.change.said())),
            visible(&entry.subject),
            visible(&entry.check),
            state(&entry.before),
            if style.unicode { "→" } else { "->" },
            state(&entry.after),
        )?;
    }
    Ok(())
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
