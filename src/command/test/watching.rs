//! `coldtrail test --watch`: what the tests come to while policies are edited.

use super::since::{self, Earlier};
use super::{Ran, show};
use crate::cli::{Color, Test, TestFormat};
use crate::command::watch::{Root, apart, watch};
use crate::command::{CommandError, output};
use crate::exit::Exit;

pub(super) fn run(args: &Test, color: Color) -> Result<Exit, CommandError> {
    refuse(args)?;
    let policies = args.paths.iter().map(|path| Root::policies(path));
    let cases = args.cases.iter().map(|path| Root::all(path, true));
    let roots: Vec<Root> = policies.chain(cases).collect();
    let mut earlier: Option<Earlier> = None;
    watch(&roots, color, |out| {
        let ran = Ran::now(args, color)?;
        let style = output::style(color, false);
        match &earlier {
            Some(earlier) if !args.verbose => {
                since::tests(&ran.set, earlier, &ran.outcome, &style, out)
            }
            _ => show::tests(&ran.set, &ran.outcome, args.verbose, &style, out),
        }
        .and_then(|()| ran.totals(args, &style, out))
        .map_err(|error| CommandError::Stdout(error.to_string()))?;
        earlier = Some(Earlier::of(&ran.outcome));
        Ok(ran.exit(args))
    })
}

/// Refuses what makes no sense again and again.
fn refuse(args: &Test) -> Result<(), CommandError> {
    if args.bless {
        let why = "every save would be taken as right unseen";
        return Err(apart(
            "--bless",
            why,
            "look at the difference, then run with --bless once",
        ));
    }
    const ONCE: &str = "it shows what changes, and the file is of one run";
    const SHOWS: &str = "it shows what changes";
    const PLAIN: &str = "--coverage shows the lines on every run";
    if args.coverage_output.is_some() {
        return Err(apart("--coverage-output", ONCE, PLAIN));
    }
    if args.coverage_format.is_some() {
        return Err(apart("--coverage-format", ONCE, PLAIN));
    }
    if args.format != TestFormat::Human {
        let format = format!("--format {}", args.format.as_str());
        return Err(apart(&format, SHOWS, "leave one of them out"));
    }
    if args.profile {
        return Err(apart("--profile", SHOWS, "run with --profile once"));
    }
    if args.paths.is_empty() && args.cases.is_empty() {
        return Err(CommandError::NothingToWatch);
    }
    Ok(())
}
