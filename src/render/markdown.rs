//! Markdown for a job summary or a pull request, in GitHub's dialect.
//!
//! What needs a reader comes first and open, passes come folded. Identifiers
//! stand in code spans, in which Markdown reads nothing; sentences are escaped
//! character by character, so that no name makes a link, a mention, an image
//! or a heading.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::comparison::Change;
use crate::finding::{Check, Evidence, Outcome, Warning};
use crate::render::alike::alike;
use crate::render::population::Population;
use crate::render::{Excerpts, Style, phrase, totals};
use crate::report::{Report, Subject};
use crate::text::{help_lines, is_command, visible};

pub(in crate::render) mod escape;

use escape::{code, fenced, text};

/// Writes the report as Markdown.
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
    let outcome = report.outcome();
    writeln!(
        out,
        "## {} {}: {outcome}\n",
        sign(outcome),
        env!("CARGO_PKG_NAME")
    )?;
    writeln!(out, "{}", text(&totals::line(report)))?;
    for bundle in &report.bundles {
        writeln!(out, "\nPolicies: {}", text(&phrase::bundle(bundle)))?;
    }
    write_population(report, &mut out)?;
    write_findings(report, &mut out)?;
    write_next(report, &mut out)?;
    write_changes(report, &mut out)?;
    write_unread(report, &mut out)?;
    write_passes(report, &mut out)?;
    write_policies(report, &mut out)?;
    out.flush()
}

/// How much of what was expected answered, and what didn't, all of it.
fn write_population(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(population) = Population::of(&report.coverage) else {
        return Ok(());
    };
    let told = [&population.accounts, &population.regions];
    let told = told.into_iter().filter(|told| !told.is_empty());
    let told: Vec<String> = told.map(|told| text(told)).collect();
    writeln!(out, "\nCoverage: {}", told.join("; "))?;
    if population.is_plain() {
        return Ok(());
    }
    writeln!(out, "\n### Not collected\n")?;
    for account in &population.missing_accounts {
        writeln!(out, "- account {}", text(account))?;
    }
    for missing in &population.missing_regions {
        writeln!(out, "- {}", text(&missing.line(usize::MAX)))?;
    }
    Ok(())
}

fn sign(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail => "❌",
        Outcome::Inconclusive => "❔",
        Outcome::Waived => "☑️",
        Outcome::Pass => "✅",
        Outcome::NotApplicable => "➖",
    }
}

/// What is no pass, worst first.
const OPEN: [Outcome; 3] = [Outcome::Fail, Outcome::Inconclusive, Outcome::Waived];

/// Everything that is no pass, worst first, and the warnings.
fn write_findings(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table { out, begun: false };
    for outcome in OPEN {
        for (subject, check) in checks(report, outcome) {
            let waiver = check.waiver.as_deref().map(phrase::accepted);
            let why = why(&check.code, &check.message, waiver, &check.evidence);
            table.write(
                subject,
                &format!("{} {outcome}", sign(outcome)),
                &check.id,
                &why,
            )?;
        }
    }
    for (subject, warning) in warnings(report) {
        let why = why(&warning.code, &warning.message, None, &warning.evidence);
        table.write(subject, "⚠️ warning", "", &why)?;
    }
    Ok(())
}

/// What to do about the findings, in the order of their table; the same once,
/// with all that it is for.
fn write_next(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let checks = OPEN.into_iter().flat_map(|outcome| checks(report, outcome));
    let checks = checks
        .filter(|(_, check)| check.waiver.is_none())
        .filter_map(|(subject, check)| Some((subject, &check.code, check.help.as_ref()?)));
    let warnings = warnings(report)
        .filter_map(|(subject, warning)| Some((subject, &warning.code, warning.help.as_ref()?)));
    let mut next: Vec<((&str, &str), Vec<&Subject>)> = Vec::new();
    let mut places: HashMap<(&str, &str), usize> = HashMap::new();
    for (subject, word, help) in checks.chain(warnings) {
        let key: (&str, &str) = (word, help);
        let place = *places.entry(key).or_insert(next.len());
        match next.get_mut(place) {
            Some((_, subjects)) => subjects.push(subject),
            None => next.push((key, vec![subject])),
        }
    }
    if next.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n<details><summary>What to do next</summary>\n")?;
    for ((word, help), subjects) in next {
        write!(out, "{}", code(&visible(word)))?;
        for subject in subjects {
            write!(out, " {}", code(&visible(&subject.id)))?;
        }
        writeln!(out, "\n")?;
        for line in help_lines(help) {
            let line = if is_command(&line) {
                fenced(&line)
            } else {
                text(&line)
            };
            writeln!(out, "{line}\n")?;
        }
    }
    writeln!(out, "</details>")
}

fn checks(report: &Report, outcome: Outcome) -> impl Iterator<Item = (&Subject, &Check)> {
    report.subjects.iter().flat_map(move |subject| {
        let checks = subject
            .checks
            .iter()
            .filter(move |check| check.outcome == outcome);
        checks.map(move |check| (subject, check))
    })
}

fn warnings(report: &Report) -> impl Iterator<Item = (&Subject, &Warning)> {
    let subjects = report.subjects.iter();
    subjects.flat_map(|subject| {
        subject
            .warnings
            .iter()
            .map(move |warning| (subject, warning))
    })
}

/// A table that has its heading once there is a row.
struct Table<'o> {
    out: &'o mut dyn Write,
    begun: bool,
}

impl Table<'_> {
    fn write(
        &mut self,
        subject: &Subject,
        outcome: &str,
        check: &str,
        why: &str,
    ) -> io::Result<()> {
        if !self.begun {
            writeln!(
                self.out,
                "\n| Outcome | Account | Trail | Home region | Check | Why |"
            )?;
            writeln!(self.out, "| --- | --- | --- | --- | --- | --- |")?;
            self.begun = true;
        }
        let region = visible(subject.home_region.as_deref().unwrap_or_default());
        writeln!(
            self.out,
            "| {outcome} | {} | {} | {} | {} | {why} |",
            code(&phrase::account(subject)),
            code(&phrase::name(subject)),
            code(&region),
            code(&visible(check)),
        )
    }
}

/// What changed since the earlier report, but for what still fails.
fn write_changes(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(comparison) = &report.comparison else {
        return Ok(());
    };
    writeln!(
        out,
        "\n### Since the baseline\n\n{}\n",
        phrase::changes(comparison)
    )?;
    for entry in comparison
        .entries()
        .iter()
        .filter(|entry| entry.change != Change::StillFailing)
    {
        let now = entry.after.as_ref().map(phrase::state);
        let now = now
            .map(|now| format!(", now {}", code(&now)))
            .unwrap_or_default();
        writeln!(
            out,
            "- {}: {} {}{now}",
            text(&phrase::change(entry)),
            code(&visible(&entry.subject)),
            code(&visible(&entry.check)),
        )?;
    }
    Ok(())
}

fn write_unread(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(documents) = totals::documents(report) else {
        return Ok(());
    };
    writeln!(out, "\n### Not read\n\n{}\n", text(&documents))?;
    let documents = report.documents.iter();
    for group in alike(documents.filter(|document| document.remark().is_some())) {
        writeln!(
            out,
            "- {}: {}",
            code(&visible(&group.first.file)),
            text(&visible(&group.first.remark().unwrap_or_default()))
        )?;
        if let Some(heading) = group.heading() {
            writeln!(out, "  - {}", text(&heading))?;
        }
        for document in &group.others {
            writeln!(out, "    - {}", code(&visible(&document.file)))?;
        }
    }
    Ok(())
}

fn write_passes(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let passes = || {
        report
            .subjects
            .iter()
            .filter(|subject| subject.outcome == Outcome::Pass)
    };
    let number = passes().count();
    if number == 0 {
        return Ok(());
    }
    writeln!(out, "\n<details><summary>{number} pass</summary>")?;
    let mut table = Table { out, begun: false };
    for subject in passes() {
        for check in subject
            .checks
            .iter()
            .filter(|check| check.outcome == Outcome::Pass)
        {
            let outcome = format!("{} pass", sign(Outcome::Pass));
            table.write(subject, &outcome, &check.id, &basis(check))?;
        }
    }
    writeln!(table.out, "\n</details>")
}

fn write_policies(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    for policy in &report.policies {
        let controls: Vec<String> = policy
            .controls
            .iter()
            .map(|control| match control.versions.as_slice() {
                [] => format!("{} {}", control.framework, control.id),
                versions => format!(
                    "{} {} ({})",
                    control.framework,
                    control.id,
                    versions.join(", ")
                ),
            })
            .collect();
        let partial = if policy.total {
            ""
        } else {
            ", which only says what it denies"
        };
        writeln!(
            out,
            "<sub>{} {}: policy {}{partial}, sha256 {}, {}</sub>",
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
            code(&visible(&policy.id)),
            code(&policy.sha256),
            text(&visible(&controls.join("; ")))
        )?;
    }
    Ok(())
}

fn why(word: &str, message: &str, waiver: Option<String>, evidence: &[Evidence]) -> String {
    let mut parts = vec![format!(
        "{} {}",
        code(&visible(word)),
        text(&visible(message))
    )];
    parts.extend(waiver.map(|waiver| text(&waiver)));
    parts.extend(evidence.iter().map(shown));
    parts.join("<br>")
}

/// What a pass rests on.
fn basis(check: &Check) -> String {
    let parts: Vec<String> = check.evidence.iter().map(shown).collect();
    if parts.is_empty() {
        text(&visible(&check.message))
    } else {
        parts.join("<br>")
    }
}

fn shown(evidence: &Evidence) -> String {
    format!(
        "{} {}",
        code(&phrase::place(&evidence.place)),
        text(&visible(&evidence.label))
    )
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::render::sample::{compared, sample};
    use crate::render::{NoExcerpts, Style};
    use pulldown_cmark::{Event, Options, Parser, Tag};

    fn markdown() -> String {
        of(&sample())
    }

    fn of(report: &crate::report::Report) -> String {
        let mut out = Vec::new();
        render(report, &mut NoExcerpts, &Style::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(markdown());
    }

    #[test]
    fn what_changed_is_listed() {
        let text = of(&compared());
        let (_, list) = text.split_once("### Since the baseline").unwrap();
        let (list, _) = list.split_once("###").unwrap();
        insta::assert_snapshot!(list);
    }

    #[test]
    fn a_parser_finds_one_heading_a_section_and_nothing_that_a_name_made() {
        let text = markdown();
        let mut rows = 0;
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link in {event:?}"),
                Event::Html(html) | Event::InlineHtml(html) => {
                    let own = [
                        "<details>",
                        "<summary>",
                        "</summary>",
                        "</details>",
                        "<br>",
                        "<sub>",
                        "<code>",
                        "</sub>",
                        "</code>",
                        "<!-- -->",
                    ];
                    let rest = own
                        .iter()
                        .fold(html.to_string(), |html, tag| html.replace(tag, ""));
                    assert!(!rest.contains('<'), "{html}");
                }
                Event::Start(Tag::TableRow) => rows += 1,
                _ => {}
            }
        }
        assert_eq!(rows, 11 + 2);
    }
}
