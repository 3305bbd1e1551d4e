//! Workflow commands of GitHub Actions: an annotation a finding.
//!
//! Fails are errors, inconclusive checks and unreadable files warnings,
//! warnings and waived fails notices; the last line is a notice with the
//! totals. File names are those of the report, so annotations stick to lines
//! where the evidence lies in the repository under these names.

use std::io::{self, Write};

use crate::finding::{Evidence, Outcome, Place};
use crate::render::population::Population;
use crate::render::{Excerpts, Style, phrase, totals};
use crate::report::{Report, Subject};
use crate::text::{help_lines, visible};

/// Writes the report as workflow commands, one a line.
///
/// # Errors
/// Only those of the writer.
pub fn render(
    report: &Report,
    _: &mut dyn Excerpts,
    _: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    for document in &report.documents {
        if let Some(problem) = &document.problem {
            let said = Said {
                code: problem.code,
                message: &problem.message,
                help: problem.help.as_deref(),
                evidence: &[],
            };
            write_command(
                "warning",
                &said,
                &document.file,
                problem.place.as_ref(),
                &mut out,
            )?;
        }
    }
    for subject in &report.subjects {
        write_subject(report, subject, &mut out)?;
    }
    if let Some(comparison) = &report.comparison {
        let changes = phrase::changes(comparison);
        writeln!(out, "::notice title=since the baseline::{}", data(&changes))?;
    }
    if let Some(population) = Population::of(&report.coverage).filter(|one| !one.is_plain()) {
        let said = format!("{}; {}", population.accounts, population.regions);
        writeln!(out, "::warning title=coverage::{}", data(&said))?;
    }
    for bundle in &report.bundles {
        let said = phrase::bundle(bundle);
        writeln!(out, "::notice title=policies::{}", data(&said))?;
    }
    let title = env!("CARGO_PKG_NAME");
    writeln!(
        out,
        "::notice title={title}::{}",
        data(&totals::line(report))
    )?;
    out.flush()
}

fn write_subject(report: &Report, subject: &Subject, out: &mut dyn Write) -> io::Result<()> {
    for check in &subject.checks {
        let level = match check.outcome {
            Outcome::Fail => "error",
            Outcome::Inconclusive => "warning",
            Outcome::Waived => "notice",
            Outcome::Pass | Outcome::NotApplicable => continue,
        };
        let accepted = check.waiver.as_deref().map(phrase::accepted);
        let help = accepted.as_deref().or(check.help.as_deref());
        let said = Said {
            code: &check.code,
            message: &check.message,
            help,
            evidence: &check.evidence,
        };
        let place = check.evidence.first().map(|evidence| &evidence.place);
        let about = match report.change(subject, check) {
            Some(entry) => format!("{} ({})", subject.id, phrase::change(entry)),
            None => subject.id.to_string(),
        };
        write_command(level, &said, &about, place, out)?;
    }
    for warning in &subject.warnings {
        let said = Said {
            code: &warning.code,
            message: &warning.message,
            help: warning.help.as_deref(),
            evidence: &warning.evidence,
        };
        let place = warning.evidence.first().map(|evidence| &evidence.place);
        write_command("notice", &said, &subject.id, place, out)?;
    }
    Ok(())
}

/// What an annotation says.
struct Said<'a> {
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    evidence: &'a [Evidence],
}

fn write_command(
    level: &str,
    said: &Said<'_>,
    about: &str,
    place: Option<&Place>,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "::{level} ")?;
    if let Some(place) = place {
        let file = property(&visible(&place.file));
        write!(out, "file={file},line={},col={},", place.line, place.column)?;
    }
    let title = format!("{} {}", visible(said.code), visible(about));
    let mut lines = vec![visible(said.message).into_owned()];
    lines.extend(said.evidence.iter().map(phrase::evidence));
    lines.extend(said.help.map(help_lines).unwrap_or_default());
    writeln!(
        out,
        "title={}::{}",
        property(&title),
        data(&lines.join("\n"))
    )
}

/// A message as the runner unescapes it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property, in which a colon or a comma would end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::render::sample::sample;
    use crate::render::{NoExcerpts, Style};

    #[test]
    fn the_sample() {
        let mut out = Vec::new();
        render(&sample(), &mut NoExcerpts, &Style::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().all(|line| line.starts_with("::")));
        insta::assert_snapshot!(text);
    }
}
