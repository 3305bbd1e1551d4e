//! Every subject in one table a policy, grouped by account; under each pass,
//! what it rests on.
//!
//! Where the columns don't fit the terminal, each subject becomes a small
//! list. Nothing is ever cut: a name that isn't whole identifies nothing.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::{paint, prose};
use crate::finding::{Check, Outcome};
use crate::render::Style;
use crate::render::phrase;
use crate::render::phrase::name;
use crate::report::{Report, Subject};
use crate::text::visible;

/// Columns between two columns.
const GAP: usize = 2;
/// A name longer than this pushes its own row aside, not the whole table.
const NAME: usize = 40;

/// Writes the tables, with an empty line after each.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for policy in &report.policies {
        let subjects: Vec<&Subject> = report
            .subjects
            .iter()
            .filter(|subject| subject.policy == policy.id)
            .collect();
        if subjects.is_empty() {
            continue;
        }
        if report.policies.len() > 1 {
            writeln!(out, "{}", style.paint(paint::bold(), visible(&policy.id)))?;
        }
        Table::new(&subjects).write(&subjects, style, out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// The columns of one policy's table.
struct Table<'a> {
    /// Ids of the checks, in the order in which they first appear.
    checks: Vec<&'a str>,
    name: usize,
    region: usize,
    cells: Vec<usize>,
}

const OUTCOME: &str = "outcome";
const TRAIL: &str = "trail";
const REGION: &str = "home region";

impl<'a> Table<'a> {
    fn new(subjects: &[&'a Subject]) -> Self {
        let mut checks: Vec<&str> = Vec::new();
        for check in subjects.iter().flat_map(|subject| &subject.checks) {
            if !checks.contains(&&*check.id) {
                checks.push(&check.id);
            }
        }
        let widest = |heading: &str, widths: &mut dyn Iterator<Item = usize>| {
            widths.max().unwrap_or_default().max(heading.width())
        };
        let names = &mut subjects
            .iter()
            .map(|s| name(s).width())
            .filter(|width| *width <= NAME);
        let regions = &mut subjects.iter().map(|s| region(s).width());
        let cells = checks.iter().map(|id| {
            let cells = &mut subjects
                .iter()
                .filter_map(|s| find(s, id))
                .map(|c| cell(c).width());
            widest(id, cells)
        });
        Self {
            name: widest(TRAIL, names),
            region: widest(REGION, regions),
            cells: cells.collect(),
            checks,
        }
    }

    fn width(&self) -> usize {
        let outcome = GAP + Outcome::NotApplicable.as_str().len();
        let fixed = outcome + GAP + self.name + GAP + self.region;
        self.cells
            .iter()
            .fold(fixed, |width, cell| width + GAP + cell)
    }

    fn write(&self, subjects: &[&Subject], style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let wide = self.width() <= style.width;
        if wide {
            self.write_heading(style, out)?;
        }
        let mut account = None;
        for subject in subjects {
            if account != Some(&subject.account_id) {
                account = Some(&subject.account_id);
                let account = phrase::account(subject);
                writeln!(out, "{}", style.paint(paint::bold(), account))?;
            }
            if wide {
                self.write_row(subject, style, out)?;
            } else {
                write_list(subject, style, out)?;
            }
            if subject.outcome == Outcome::Pass {
                write_basis(subject, style, out)?;
            }
        }
        Ok(())
    }

    fn write_heading(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let outcome = Outcome::NotApplicable.as_str().len();
        let mut line = format!(
            "  {OUTCOME:outcome$}  {TRAIL:name$}  {REGION}",
            name = self.name
        );
        let mut gap = self.region - REGION.len();
        for (check, width) in self.checks.iter().zip(&self.cells) {
            let check = visible(check);
            line.push_str(&" ".repeat(gap + GAP));
            gap = width.saturating_sub(check.width());
            line.push_str(&check);
        }
        writeln!(out, "{}", style.paint(paint::dim(), line))
    }

    fn write_row(&self, subject: &Subject, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let mut row = Row { out, gap: 0 };
        let outcome = subject.outcome;
        row.cell(
            outcome.as_str(),
            Outcome::NotApplicable.as_str().len(),
            paint::of(outcome),
            style,
        )?;
        row.cell(&name(subject), self.name, owo_colors::Style::new(), style)?;
        row.cell(
            &region(subject),
            self.region,
            owo_colors::Style::new(),
            style,
        )?;
        for (id, width) in self.checks.iter().zip(&self.cells) {
            match find(subject, id) {
                Some(check) => row.cell(&cell(check), *width, ink(check), style)?,
                None => row.cell("", *width, paint::dim(), style)?,
            }
        }
        writeln!(row.out)
    }
}

/// One row being written: blanks are only written before what follows them.
struct Row<'o> {
    out: &'o mut dyn Write,
    gap: usize,
}

impl Row<'_> {
    fn cell(
        &mut self,
        text: &str,
        width: usize,
        ink: owo_colors::Style,
        style: &Style,
    ) -> io::Result<()> {
        if !text.is_empty() {
            write!(self.out, "{:1$}", "", self.gap + GAP)?;
            write!(self.out, "{}", style.paint(ink, text))?;
            self.gap = width.saturating_sub(text.width());
        } else {
            self.gap += GAP + width;
        }
        Ok(())
    }
}

/// One subject as a list, for a narrow terminal.
fn write_list(subject: &Subject, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let outcome = style.paint(paint::of(subject.outcome), subject.outcome.as_str());
    write!(out, "  {outcome} {}", name(subject))?;
    if let Some(region) = &subject.home_region {
        write!(out, " ({})", visible(region))?;
    }
    writeln!(out)?;
    for check in subject
        .checks
        .iter()
        .filter(|check| check.outcome != Outcome::Pass)
    {
        writeln!(out, "    {}", style.paint(ink(check), cell(check)))?;
    }
    Ok(())
}

/// What a pass rests on: what each check's decisive evidence shows, and where.
fn write_basis(subject: &Subject, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let bar = if style.unicode { "│" } else { "|" };
    for evidence in subject
        .checks
        .iter()
        .filter_map(|check| check.evidence.first())
    {
        let basis = phrase::evidence(evidence);
        for line in prose::wrap(&basis, style.width.saturating_sub(6).max(20)) {
            writeln!(
                out,
                "    {}",
                style.paint(paint::dim(), format_args!("{bar} {line}"))
            )?;
        }
    }
    Ok(())
}

fn find<'s>(subject: &'s Subject, id: &str) -> Option<&'s Check> {
    subject.checks.iter().find(|check| *check.id == *id)
}

fn region(subject: &Subject) -> std::borrow::Cow<'_, str> {
    visible(subject.home_region.as_deref().unwrap_or_default())
}

/// A check in a cell: the code says why, and a pass needs no why.
fn cell(check: &Check) -> std::borrow::Cow<'_, str> {
    match check.outcome {
        Outcome::Fail | Outcome::Inconclusive => visible(&check.code),
        other => other.as_str().into(),
    }
}

fn ink(check: &Check) -> owo_colors::Style {
    match check.outcome {
        Outcome::Pass | Outcome::NotApplicable => paint::dim(),
        outcome => paint::of(outcome),
    }
}
