//! The accounts and regions that were expected and didn't answer, all of them.

use std::io::{self, Write};

use maud::html;

use crate::render::population::Population;
use crate::report::Report;

/// Entries listed in the open; a longer list is folded.
const OPEN: usize = 100;

/// Writes the list, if there is anything in it.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(population) = Population::of(&report.coverage) else {
        return Ok(());
    };
    let (accounts, regions) = (&population.missing_accounts, &population.missing_regions);
    let number = accounts.len() + regions.len();
    if number == 0 {
        return Ok(());
    }
    let open = if number <= OPEN { " open" } else { "" };
    let summary = html! { (population.accounts) "; " (population.regions) };
    write!(
        out,
        "<section id=\"not-collected\" aria-labelledby=\"h-not-collected\"><h2 id=\"h-not-collected\">Not collected</h2><details{open}><summary>{}</summary><ul>",
        summary.into_string()
    )?;
    for account in accounts {
        let item = html! { li { "Account " (account) } };
        write!(out, "{}", item.into_string())?;
    }
    for missing in regions {
        let item = html! { li { (missing.line(usize::MAX)) } };
        write!(out, "{}", item.into_string())?;
    }
    write!(out, "</ul></details></section>")
}
