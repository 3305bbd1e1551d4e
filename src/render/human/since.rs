//! What is no longer as it was: the part of a report that differs from an
//! earlier one of the same evidence, for somebody who edits it or a policy.
//!
//! Places don't count: a line added at the top of a file moves them all.

use std::cmp::Ordering;
use std::io::{self, Write};

use super::{paint, totals, write_problems, write_subject};
use crate::finding::{Check, Outcome, Warning};
use crate::render::{Excerpts, Style};
use crate::report::{DocumentEntry, Report, Subject, SubjectKind};
use crate::text::visible;

/// Writes the files that are newly unreadable, the subjects of which anything
/// else is told than before, and the totals.
///
/// # Errors
/// Only those of the writer.
pub fn render_since(
    before: &Report,
    report: &Report,
    excerpts: &mut dyn Excerpts,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut same = true;
    let message = |document: &DocumentEntry| {
        let problem = document.problem.as_ref();
        problem.map(|problem| problem.message.clone())
    };
    let is_new = |document: &&DocumentEntry| {
        let known = |earlier: &DocumentEntry| {
            earlier.file == document.file && message(earlier) == message(document)
        };
        document.problem.is_some() && !before.documents.iter().any(known)
    };
    let new: Vec<&DocumentEntry> = report.documents.iter().filter(is_new).collect();
    same &= new.is_empty();
    write_problems(new.into_iter(), excerpts, style, &mut out)?;
    for (old, new) in pairs(&before.subjects, &report.subjects) {
        if old.is_some_and(|old| new.is_some_and(|new| is_told_alike(old, new))) {
            continue;
        }
        same = false;
        write_heading(old, new, style, &mut out)?;
        if let Some(new) = new {
            write_subject(report, new, None, excerpts, style, &mut out)?;
        }
    }
    if same {
        writeln!(out, "nothing changed")?;
    }
    totals::write(report, style, &mut out)?;
    out.flush()
}

/// `changed ARN: fail → pass`.
fn write_heading(
    old: Option<&Subject>,
    new: Option<&Subject>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let arrow = if style.unicode { "→" } else { "->" };
    let Some(subject) = new.or(old) else {
        return Ok(());
    };
    let (word, ink, said) = match (old, new) {
        (Some(old), Some(new)) if old.outcome != new.outcome => {
            let said = format!("{} {arrow} {}", old.outcome, new.outcome);
            ("changed", paint::of(new.outcome), said)
        }
        (Some(_), Some(new)) => ("changed", paint::bold(), format!("still {}", new.outcome)),
        (None, Some(new)) => ("new", paint::of(new.outcome), new.outcome.to_string()),
        (old, None) => {
            let was = old.map_or(Outcome::Inconclusive, |old| old.outcome);
            ("gone", paint::bold(), format!("was {was}"))
        }
    };
    let kind = match subject.kind {
        SubjectKind::Account => "account ",
        SubjectKind::Trail => "",
    };
    let (id, policy) = (visible(&subject.id), visible(&subject.policy));
    writeln!(
        out,
        "{} {kind}{id} ({policy}): {said}",
        style.paint(ink, word)
    )
}

/// The subjects of both, paired where they are the same one.
fn pairs<'s>(
    old: &'s [Subject],
    new: &'s [Subject],
) -> impl Iterator<Item = (Option<&'s Subject>, Option<&'s Subject>)> {
    let (mut old, mut new) = (sorted(old).peekable(), sorted(new).peekable());
    std::iter::from_fn(move || {
        let side = match (old.peek(), new.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => key(old).cmp(&key(new)),
        };
        let old = if side.is_le() { old.next() } else { None };
        let new = if side.is_ge() { new.next() } else { None };
        Some((old, new))
    })
}

fn key(subject: &Subject) -> (Option<&str>, SubjectKind, &str, &str) {
    let account = subject.account_id.as_deref();
    (account, subject.kind, &subject.id, &subject.policy)
}

fn sorted(subjects: &[Subject]) -> std::vec::IntoIter<&Subject> {
    let mut all: Vec<&Subject> = subjects.iter().collect();
    all.sort_by(|a, b| key(a).cmp(&key(b)));
    all.into_iter()
}

fn is_told_alike(old: &Subject, new: &Subject) -> bool {
    let checks = |subject: &Subject| {
        subject
            .checks
            .iter()
            .map(without_places)
            .collect::<Vec<_>>()
    };
    let warnings = |subject: &Subject| subject.warnings.iter().map(words).collect::<Vec<_>>();
    checks(old) == checks(new) && warnings(old) == warnings(new)
}

fn without_places(check: &Check) -> Check {
    Check {
        evidence: Box::default(),
        ..check.clone()
    }
}

fn words(warning: &Warning) -> Warning {
    Warning {
        evidence: Box::default(),
        ..warning.clone()
    }
}
