//! What was not read and why, and every document of the evidence.

use std::io::{self, Write};

use maud::{Markup, PreEscaped, html};

use super::trail::help;
use super::word::{Prose, Text, is_folded};
use crate::finding::DocumentKind;
use crate::render::alike::{Alike, alike};
use crate::report::{DocumentEntry, Report};

/// Documents listed in the open; a longer list is folded.
const OPEN: usize = 100;

/// Files of the same failure listed in the open; a longer list is folded.
const FEW: usize = 20;

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
        for group in alike(not_read()) {
            write!(out, "{}", unread(&group).into_string())?;
            write_others(&group, out)?;
            write!(out, "</li>")?;
        }
        write!(out, "</ul></section>")?;
    }
    let open = if report.documents.len() <= OPEN {
        " open"
    } else {
        ""
    };
    let (fold, unfold) = if is_folded(report.documents.len()) {
        ("<noscript>", "</noscript>")
    } else {
        ("", "")
    };
    write!(
        out,
        "<section aria-labelledby=\"h-inventory\"><h2 id=\"h-inventory\">Evidence</h2><details{open}><summary>{} documents</summary>{fold}<table>{}<tbody>",
        report.documents.len(),
        heading().into_string()
    )?;
    for document in &report.documents {
        write!(out, "{}", row(document).into_string())?;
    }
    write!(out, "</tbody></table>{unfold}</details></section>")
}

fn is_unread(document: &DocumentEntry) -> bool {
    matches!(
        document.kind,
        DocumentKind::Unreadable | DocumentKind::CollectionError
    )
}

/// What is said of the documents of a group; its list item is left open.
fn unread(group: &Alike<'_>) -> Markup {
    let document = group.first;
    let remark = document.remark();
    html! {
        (PreEscaped("<li>"))
        code { (Text(&document.file)) }
        " " (Prose(remark.as_deref().unwrap_or(document.kind.as_str())))
        @if let Some(problem) = &document.problem { (help(problem.help.as_deref())) }
    }
}

/// The other files of which the same is said, all of them, folded where they
/// are many.
fn write_others(group: &Alike<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(heading) = group.heading() else {
        return Ok(());
    };
    let open = if group.others.len() <= FEW {
        " open"
    } else {
        ""
    };
    let heading = html! { (heading) }.into_string();
    write!(out, "<details{open}><summary>{heading}</summary><ul>")?;
    for document in &group.others {
        let item = html! { li { code { (Text(&document.file)) } } };
        write!(out, "{}", item.into_string())?;
    }
    write!(out, "</ul></details>")
}

fn heading() -> Markup {
    html! {
        thead {
            tr {
                th scope="col" class="file" { "File" }
                th scope="col" class="kind" { "Kind" }
                th scope="col" class="bytes" { "Bytes" }
                th scope="col" class="sum" { "SHA-256" }
                th scope="col" { "Remark" }
            }
        }
    }
}

/// One document. As few elements as can be: there may be a hundred thousand.
fn row(document: &DocumentEntry) -> Markup {
    let mut remarks: Vec<String> = Vec::new();
    if let Some(tie) = &document.attribution {
        remarks.push(format!("tied to {} by {}", tie.to, tie.by));
    }
    if is_unread(document) {
        remarks.push("not read, see above".to_owned());
    } else {
        remarks.extend(document.remark());
    }
    html! {
        tr {
            td { (Text(&document.file)) }
            td { (document.kind.as_str()) }
            td { (document.bytes) }
            td { (document.hash()) }
            td { (Text(&remarks.join("; "))) }
        }
    }
}
