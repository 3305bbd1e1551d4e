//! One HTML file to open, file away, or print.
//!
//! It asks for nothing from anywhere: style and script are in it, and its own
//! security policy forbids the rest. It reads whole without the script, which
//! only filters, searches and copies; on a page of very many trails it also
//! unfolds what it would take the browser long to read at once. Everything from evidence is escaped, and
//! made visible before that, so that no name turns the direction of a page.
//! Accounts are written one by one; the page is never held in memory.

mod accounts;
mod evidence;
mod inventory;
mod opening;
mod policies;
mod population;
mod trail;
mod word;

use std::io::{self, Write};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::render::{Excerpts, Style};
use crate::report::Report;

const STYLE: &str = include_str!("html/report.css");
const SCRIPT: &str = include_str!("html/report.js");

/// Writes the report as an HTML page.
///
/// # Errors
/// Only those of the writer.
pub fn render(
    report: &Report,
    excerpts: &mut dyn Excerpts,
    _: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let head = head(report).into_string();
    let body = head.strip_suffix("</html>").unwrap_or(&head);
    write!(
        out,
        "{body}<body><a class=\"skip\" href=\"#accounts\">Skip to the verdicts</a>"
    )?;
    write!(out, "{}<main>", opening::opening(report).into_string())?;
    accounts::write(report, excerpts, &mut out)?;
    population::write(report, &mut out)?;
    inventory::write(report, &mut out)?;
    write!(out, "{}</main>", policies::policies(report).into_string())?;
    writeln!(
        out,
        "{}<script>{SCRIPT}</script></body></html>",
        footer().into_string()
    )?;
    out.flush()
}

fn head(report: &Report) -> Markup {
    let title = format!("{}: {}", env!("CARGO_PKG_NAME"), report.outcome());
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(security_policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="generator" content=(word::TOOL);
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
        }
    }
}

/// Nothing is fetched, and no script runs but this file's own.
fn security_policy() -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn footer() -> Markup {
    html! {
        footer {
            p {
                "Made by " (word::TOOL) " from files alone. The same evidence, policies and flags give the same page, "
                "byte for byte; " code { "coldtrail verify" } " checks a JSON report against its evidence."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::render::Style;
    use crate::render::sample::{files, sample};

    fn page() -> String {
        let mut out = Vec::new();
        render(&sample(), &mut files(), &Style::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The page without its style and script, a tag a line.
    fn body() -> String {
        let page = page();
        let (_, body) = page.split_once("</style>").unwrap();
        let (body, _) = body.split_once("<script>").unwrap();
        body.replace("><", ">\n<")
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(body());
    }

    #[test]
    fn nothing_is_fetched_from_anywhere() {
        let page = page();
        for asks in [
            " src=",
            "@import",
            "url(",
            "<link",
            "<img",
            "<iframe",
            "fetch(",
            "XMLHttpRequest",
        ] {
            assert!(!page.contains(asks), "{asks}");
        }
    }

    #[test]
    fn a_page_of_very_many_says_the_same_and_folds_no_text_that_ends_the_fold() {
        let mut report = sample();
        let some = report.subjects.clone();
        report.subjects = std::iter::repeat_n(some, 200).flatten().collect();
        let mut out = Vec::new();
        render(&report, &mut files(), &Style::default(), &mut out).unwrap();
        let page = String::from_utf8(out).unwrap();
        let folds = page.matches("<noscript>").count();
        assert_eq!(folds, report.subjects.len());
        assert_eq!(page.matches("</noscript").count(), folds);
        assert_eq!(
            page.matches("class=\"check ").count(),
            200 * self::page().matches("class=\"check ").count()
        );
    }

    #[test]
    fn names_are_text() {
        let page = page();
        assert!(!page.contains("<script>alert"));
        assert!(!page.contains('\u{202e}') && !page.contains('\u{1b}'));
        assert_eq!(page.matches("<script>").count(), 1);
    }
}
