//! `coldtrail check --watch`: the verdicts that change while evidence or
//! policies are edited.

use super::{Found, look};
use crate::cli::{Check, Color};
use crate::command::watch::{Root, apart, watch};
use crate::command::{CommandError, load, output};
use crate::exit::Exit;
use crate::render::{Format, Style, human};
use crate::report::Report;

pub(super) fn run(args: &Check, color: Color) -> Result<Exit, CommandError> {
    refuse(args)?;
    let threads = load::threads(args.evidence.reading.jobs)?;
    let mut before: Option<Report> = None;
    watch(&roots(args), color, |out| {
        let found = look(args, color, &threads)?;
        let style = output::style(color, false);
        let style = Style {
            passes: args.output.include_pass,
            ..style
        };
        let Found { report, .. } = &found;
        let mut texts = found.texts();
        let written = match &before {
            None => Format::Human.render(report, &mut texts, &style, out),
            Some(before) => human::render_since(before, report, &mut texts, &style, out),
        };
        written
            .and_then(|()| match &found.trace {
                Some(trace) => trace.write(&style, out),
                None => Ok(()),
            })
            .map_err(|error| CommandError::Stdout(error.to_string()))?;
        let exit = found.exit(args);
        before = Some(found.report);
        Ok(exit)
    })
}

/// What a run reads from disk.
fn roots(args: &Check) -> Vec<Root> {
    let evidence = args.evidence.paths.iter();
    let evidence = evidence.map(|path| Root::all(path, args.evidence.reading.follow_links));
    let policies = args.policy.policy.iter().map(|path| Root::policies(path));
    let beside = args.waivers.waivers.iter().chain(&args.baseline.baseline);
    let beside = beside.chain(&args.evidence.reading.expect_accounts);
    let beside = beside.map(|path| Root::all(path, false));
    evidence.chain(policies).chain(beside).collect()
}

/// Refuses what makes no sense again and again.
fn refuse(args: &Check) -> Result<(), CommandError> {
    const ONCE: &str = "it shows what changes, and a report is of one run";
    const WITHOUT: &str = "write the report without --watch";
    if args
        .evidence
        .paths
        .iter()
        .any(|path| path.as_os_str() == "-")
    {
        let why = "standard input can be read once only";
        return Err(apart("-", why, "save the evidence in a file and name that"));
    }
    if args.output.output.is_some() {
        return Err(apart("--output", ONCE, WITHOUT));
    }
    if !args.output.report.is_empty() {
        return Err(apart("--report", ONCE, WITHOUT));
    }
    if args.output.quiet.quiet {
        let help = "leave one of them out";
        return Err(apart("--quiet", "there would be nothing to see", help));
    }
    if args.output.format != Format::Human {
        let format = format!("--format {}", args.output.format.as_str());
        return Err(apart(&format, ONCE, WITHOUT));
    }
    Ok(())
}
