//! The verdicts, a section an account.

use std::collections::HashMap;
use std::io::{self, Write};

use maud::{Markup, html};

use super::trail::trail;
use crate::render::{Excerpts, phrase};
use crate::report::{DocumentEntry, Report, Subject};

/// The files of the evidence, by name.
pub(super) type Files<'a> = HashMap<&'a str, &'a DocumentEntry>;

/// Writes a section for each account.
pub(super) fn write(
    report: &Report,
    excerpts: &mut dyn Excerpts,
    out: &mut dyn Write,
) -> io::Result<()> {
    let files: Files<'_> = report
        .documents
        .iter()
        .map(|document| (&*document.file, document))
        .collect();
    write!(out, "{}", heading().into_string())?;
    let groups = report
        .subjects
        .chunk_by(|one, other| one.account_id == other.account_id);
    for (index, subjects) in groups.enumerate() {
        let Some(first) = subjects.first() else {
            continue;
        };
        let name = phrase::account(first);
        write!(
            out,
            "<section class=\"account\" aria-labelledby=\"a{index}\">"
        )?;
        write!(
            out,
            "{}",
            html! { h3 id={ "a" (index) } { (title(&name, first)) } }.into_string()
        )?;
        for subject in subjects {
            write!(
                out,
                "{}",
                trail(report, subject, &files, excerpts).into_string()
            )?;
        }
        write!(out, "</section>")?;
    }
    write!(out, "</section>")
}

fn title(name: &str, first: &Subject) -> Markup {
    html! {
        @if first.account_id.is_some() { "Account " bdi { (name) } } @else { "Account unknown" }
    }
}

/// The heading, and the filters that the script brings to life.
fn heading() -> Markup {
    html! {
        (maud::PreEscaped("<section id=\"accounts\" aria-labelledby=\"verdicts\">"))
        h2 id="verdicts" { "Verdicts" }
        form id="filter" role="search" aria-label="Filter the verdicts" hidden {
            label { "Search " input type="search" name="words" autocomplete="off" placeholder="trail, account, region, code"; }
            fieldset {
                legend { "Show" }
                @for word in ["fail", "inconclusive", "waived", "pass"] {
                    label { input type="checkbox" name="outcome" value=(word) checked; " " (word) }
                }
            }
            button type="button" name="open" { "Open all" }
            button type="button" name="close" { "Close all" }
            output aria-live="polite" {}
        }
    }
}
