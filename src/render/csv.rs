//! Comma-separated values: a row a subject and check, a row a warning.
//!
//! Whoever opens it in a spreadsheet must not run what a trail is called: a
//! cell that starts like a formula gets a `'` in front, which spreadsheets
//! don't show. Cells never hold a line break. Checks that are gone since a
//! baseline are rows without an outcome, and so are the OPA bundles, a row of
//! the kind `bundle` each, and coverage: a row of the kind `coverage` for the
//! accounts and one for the regions, then one for each account and each region
//! that didn't answer, with its code.

use std::io::{self, Write};

use crate::comparison::{Change, Entry};
use crate::coverage::{Basis, Coverage};
use crate::finding::{Evidence, Waived};
use crate::render::population::Population;
use crate::render::{Excerpts, Style, phrase};
use crate::report::{Report, Subject};
use crate::schema::CSV_HEADINGS;
use crate::text::visible;

/// Writes the report as CSV (RFC 4180, with `\n` between the rows), headings
/// first.
///
/// # Errors
/// Only those of the writer.
pub fn render(
    report: &Report,
    _: &mut dyn Excerpts,
    _: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(CSV_HEADINGS)?;
    for subject in &report.subjects {
        for check in &subject.checks {
            rows.write_record(row(
                subject,
                &Said {
                    check: &check.id,
                    outcome: check.outcome.as_str(),
                    code: &check.code,
                    message: &check.message,
                    help: check.help.as_deref(),
                    waiver: check.waiver.as_deref(),
                    evidence: &check.evidence,
                    change: report.change(subject, check),
                },
            ))?;
        }
        for warning in &subject.warnings {
            rows.write_record(row(
                subject,
                &Said {
                    check: "",
                    outcome: "warning",
                    code: &warning.code,
                    message: &warning.message,
                    help: warning.help.as_deref(),
                    waiver: None,
                    evidence: &warning.evidence,
                    change: None,
                },
            ))?;
        }
    }
    for entry in report
        .comparison
        .iter()
        .flat_map(|comparison| comparison.of(Change::Gone))
    {
        rows.write_record(gone(entry))?;
    }
    for bundle in &report.bundles {
        rows.write_record(sparse(&[
            ("kind", "bundle"),
            ("message", &phrase::bundle(bundle)),
        ]))?;
    }
    coverage_rows(&report.coverage, &mut |row| rows.write_record(row))?;
    rows.flush()
}

/// A check of the earlier report that isn't there any more: no outcome.
fn gone(entry: &Entry) -> [String; 22] {
    sparse(&[
        (
            "account_id",
            entry.account_id.as_deref().unwrap_or_default(),
        ),
        ("subject", &entry.subject),
        ("policy", &entry.policy),
        ("check", &entry.check),
        ("change", &phrase::change(entry)),
    ])
}

/// How many accounts and regions answered, and which didn't.
fn coverage_rows(
    coverage: &Coverage,
    write: &mut dyn FnMut([String; 22]) -> csv::Result<()>,
) -> csv::Result<()> {
    let Some(population) = Population::of(coverage) else {
        return Ok(());
    };
    let kind = ("kind", "coverage");
    for (check, message) in [
        ("accounts", &population.accounts),
        ("regions", &population.regions),
    ] {
        if !message.is_empty() {
            write(sparse(&[kind, ("check", check), ("message", message)]))?;
        }
    }
    for account in &coverage.accounts.missing {
        write(sparse(&[
            kind,
            ("account_id", &account.id),
            ("subject", &account.id),
            ("name", &account.id),
            ("check", "accounts"),
            ("code", "account-not-collected"),
            ("message", account.reason.as_deref().unwrap_or_default()),
            ("evidence", &Basis::list(&account.basis).unwrap_or_default()),
        ]))?;
    }
    for regions in &coverage.regions {
        for region in &regions.missing {
            write(sparse(&[
                kind,
                ("account_id", &regions.account_id),
                ("subject", &regions.account_id),
                ("name", region),
                ("check", "regions"),
                ("code", "region-not-collected"),
                ("evidence", &Basis::list(&regions.basis).unwrap_or_default()),
            ]))?;
        }
    }
    Ok(())
}

/// A row of which only these columns say something.
fn sparse(cells: &[(&str, &str)]) -> [String; 22] {
    let mut row: [String; 22] = Default::default();
    for (heading, text) in cells {
        let at = CSV_HEADINGS.iter().position(|other| other == heading);
        if let Some(place) = at.and_then(|at| row.get_mut(at)) {
            *place = cell(text);
        }
    }
    row
}

/// What a check or a warning says.
struct Said<'a> {
    check: &'a str,
    outcome: &'a str,
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    waiver: Option<&'a Waived>,
    evidence: &'a [Evidence],
    change: Option<&'a Entry>,
}

fn row(subject: &Subject, said: &Said<'_>) -> [String; 22] {
    let cell = |text: &str| cell(text);
    let optional = |text: Option<&str>| text.map(cell).unwrap_or_default();
    let place = said.evidence.first().map(|evidence| &evidence.place);
    let all: Vec<String> = said.evidence.iter().map(phrase::evidence).collect();
    [
        optional(subject.account_id.as_deref()),
        cell(subject.kind.as_str()),
        cell(&subject.id),
        cell(&subject.name),
        optional(subject.home_region.as_deref()),
        cell(&subject.policy),
        cell(said.check),
        cell(said.outcome),
        cell(said.code),
        cell(said.message),
        optional(said.help),
        subject
            .as_of
            .map(|time| time.to_string())
            .unwrap_or_default(),
        cell(subject.as_of_basis.as_str()),
        optional(said.waiver.map(|waiver| waiver.approver.as_str())),
        optional(said.waiver.map(|waiver| waiver.expires.as_str())),
        optional(said.waiver.map(|waiver| waiver.reason.as_str())),
        optional(place.map(|place| &*place.file)),
        place
            .map(|place| place.line.to_string())
            .unwrap_or_default(),
        place
            .map(|place| place.column.to_string())
            .unwrap_or_default(),
        optional(place.map(|place| &*place.pointer)),
        cell(&all.join(" | ")),
        said.change.map(phrase::change).unwrap_or_default(),
    ]
}

/// A text on one line that no spreadsheet takes for a formula: those start
/// with `=`, `+`, `-` or `@`, in full width too.
fn cell(text: &str) -> String {
    let text = visible(text);
    let runs = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if runs {
        format!("'{text}")
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{cell, render};
    use crate::render::sample::{NASTY, sample};
    use crate::render::{NoExcerpts, Style};

    fn csv() -> String {
        let mut out = Vec::new();
        render(&sample(), &mut NoExcerpts, &Style::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(csv());
    }

    #[test]
    fn formulas_are_not_run() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"] {
            assert!(
                !cell(text).starts_with(['=', '+', '-', '@', ' ', '\t', '＝']),
                "{text}"
            );
        }
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("\u{9}=1"), "\\t=1");
        assert_eq!(cell("a=1"), "a=1");
    }

    #[test]
    fn a_reader_gets_every_cell_back() {
        let text = csv();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 14 + 2 + 2);
        let nasty = rows.iter().find(|row| row[3].contains("cmd")).unwrap();
        assert_eq!(&nasty[3], format!("'{}", crate::text::visible(NASTY)));
    }
}
