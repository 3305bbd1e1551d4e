//! What was not read and why, and every document of the evidence.

use std::io::{self, Write};

use maud::{Markup, html};

use super::trail::help;
use super::word::{Prose, Text};
use crate::report::{DocumentEntry, DocumentKind, Report};

/// Documents listed in the open; a longer list is folded.
const OPEN: usize = 100;

/// Writes both lists.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let not_read = || {
        report
            .documents
            .iter()
            .filter(|document| is_unread(document))
    };
    if not_read().next().is_some() {
        write!(
            out,
            "<section id=\"not-read\" aria-labelledby=\"h-not-read\"><h2 id=\"h-not-read\">Not read, and why</h2><ul>"
        )?;
        for document in not_read() {
            write!(out, "{}", unread(document).into_string())?;
        }
        write!(out, "</ul></section>")?;
    }
    let open = if report.documents.len() <= OPEN {
        " open"
    } else {
        ""
    };
    write!(
        out,
        "<section aria-labelledby=\"h-inventory\"><h2 id=\"h-inventory\">Evidence</h2><details{open}><summary>{} documents</summary><table>{}<tbody>",
        report.documents.len(),
        heading().into_string()
    )?;
    for document in &report.documents {
        write!(out, "{}", row(document).into_string())?;
    }
    write!(out, "</tbody></table></details></section>")
}

fn is_unread(document: &DocumentEntry) -> bool {
    matches!(
        document.kind,
        DocumentKind::Unreadable | DocumentKind::CollectionError
    )
}

fn unread(document: &DocumentEntry) -> Markup {
    let remark = document.remark();
    html! {
        li {
            code { (Text(&document.file)) }
            " " (Prose(remark.as_deref().unwrap_or(document.kind.as_str())))
            @if let Some(problem) = &document.problem { (help(problem.help.as_deref())) }
        }
    }
}

fn heading() -> Markup {
    html! {
        thead {
            tr {
                th scope="col" class="file" { "File" }
                th scope="col" class="kind" { "Kind" }
                th scope="col" class="bytes" { "Bytes" }
                th scope="col" class="sum" { "SHA-256" }
                th scope="col" class="tied" { "Tied to" }
                th scope="col" { "Remark" }
            }
        }
    }
}

fn row(document: &DocumentEntry) -> Markup {
    html! {
        tr {
            td { code { (Text(&document.file)) } }
            td { (document.kind.as_str()) }
            td class="bytes" { (document.bytes) }
            td { code class="hash" { (document.sha256) } }
            td {
                @if let Some(trail) = &document.attributed_to { code { (Text(trail)) } }
                @if let Some(rule) = document.attributed_by { " by " (rule) }
            }
            td {
                @if is_unread(document) { "see above" }
                @else if let Some(remark) = document.remark() { (Prose(&remark)) }
            }
        }
    }
}
