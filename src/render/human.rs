//! The report for a terminal: what is wrong and where, then every trail, then
//! one line of totals.
//!
//! Diagnostics are drawn by miette from small excerpts, so that it never sees
//! a whole file. Everything that came from evidence passes through
//! [`crate::text`]; nothing is read from the environment: width and colour are
//! in the [`Style`].

mod accounts;
mod diagnostic;
pub mod inspection;
mod paint;
mod piece;
mod prose;
mod sheet;
mod since;
mod table;
mod totals;

use std::io::{self, Write};

use crate::finding::{Check, Outcome};
use crate::render::alike::alike;
use crate::render::{Excerpts, Style, phrase};
use crate::report::{DocumentEntry, Report, Subject};
use diagnostic::{Diagnosis, Kind};
pub use since::render_since;
pub use totals::write_comparison;

/// Writes the report for a person at a terminal.
///
/// Files that can't be read come first, since what follows may hang on them.
/// Then each subject's fails, inconclusives, waived fails and warnings, in the
/// order of the report.
///
/// # Errors
/// Only those of the writer.
pub fn render(
    report: &Report,
    excerpts: &mut dyn Excerpts,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let unread = report.documents.iter();
    write_problems(
        unread.filter(|document| document.problem.is_some()),
        excerpts,
        style,
        &mut out,
    )?;
    let accounts = accounts::Alike::of(report);
    for (index, subject) in report.subjects.iter().enumerate() {
        if !accounts.is_told(index) {
            let also = accounts.also(index);
            write_subject(report, subject, also, excerpts, style, &mut out)?;
        }
    }
    table::write(report, style, &mut out)?;
    totals::write(report, style, &mut out)?;
    out.flush()
}

/// Writes what is wrong with documents, the same failure in several once.
fn write_problems<'r>(
    documents: impl Iterator<Item = &'r DocumentEntry>,
    excerpts: &mut dyn Excerpts,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for group in alike(documents) {
        if let Some(problem) = &group.first.problem {
            Diagnosis::of_problem(&group, problem).write(excerpts, &mut Vec::new(), style, out)?;
        }
    }
    Ok(())
}

/// Writes what a reader has to know of one subject; nothing for a clean pass.
/// `also` names the accounts of which the same is to be said.
fn write_subject(
    report: &Report,
    subject: &Subject,
    also: Option<String>,
    excerpts: &mut dyn Excerpts,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut seen = Vec::new();
    for (outcome, kind) in [
        (Outcome::Fail, Kind::Fail),
        (Outcome::Inconclusive, Kind::Inconclusive),
        (Outcome::Waived, Kind::Waived),
    ] {
        let of_outcome = |check: &&Check| check.outcome == outcome;
        let checks: Vec<&Check> = subject.checks.iter().filter(of_outcome).collect();
        for (index, check) in checks.iter().copied().enumerate() {
            let told = checks.get(..index).unwrap_or_default();
            if told
                .iter()
                .any(|told| says_the_same(report, subject, told, check))
            {
                continue;
            }
            Diagnosis::of_check(kind, subject, check, report.change(subject, check))
                .and_also(also.clone())
                .write(excerpts, &mut seen, style, out)?;
        }
    }
    for warning in &subject.warnings {
        Diagnosis::of_warning(subject, warning).write(excerpts, &mut seen, style, out)?;
    }
    Ok(())
}

/// Whether nothing but the check's name would differ, which isn't shown: the
/// table has it.
fn says_the_same(report: &Report, subject: &Subject, one: &Check, other: &Check) -> bool {
    let said = |check: &Check| {
        let change = report.change(subject, check).map(phrase::change);
        (
            check.code.clone(),
            check.message.clone(),
            check.help.clone(),
            check.evidence.clone(),
            check.waiver.clone(),
            change,
        )
    };
    said(one) == said(other)
}

#[cfg(test)]
mod tests;
