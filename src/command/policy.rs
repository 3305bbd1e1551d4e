//! `coldtrail policy`: what an author of policies does with them as files.

use std::path::PathBuf;

use super::{CommandError, output, problems};
use crate::cli::{Color, PolicyCheck};
use crate::engine::{self, EngineError};
use crate::exit::Exit;
use crate::policy::{PolicyError, PolicyProblem, PolicySet, Weight};

/// `coldtrail policy check`.
pub(super) fn check(args: &PolicyCheck, color: Color) -> Result<Exit, CommandError> {
    let found = find(&args.paths)?;
    let style = output::style(color, false);
    output::to_stdout(|out| problems::write(&found, args.format, &style, out))?;
    let refused = found.iter().any(|problem| problem.weight == Weight::Error);
    Ok(if refused { Exit::Error } else { Exit::Pass })
}

/// The policies in these folders, or the built-in ones where there is none.
pub(super) fn load(paths: &[PathBuf]) -> Result<PolicySet, PolicyError> {
    if paths.is_empty() {
        PolicySet::embedded()
    } else {
        PolicySet::load(paths)
    }
}

/// Everything wrong with these policies that has a place in them.
fn find(paths: &[PathBuf]) -> Result<Vec<PolicyProblem>, CommandError> {
    let found = load(paths)
        .map_err(EngineError::from)
        .and_then(|set| engine::check(&set));
    match found {
        Ok(problems) => Ok(problems),
        Err(EngineError::Policy(PolicyError::Problem(problem))) => Ok(vec![*problem]),
        Err(EngineError::Policy(PolicyError::Problems { problems })) => Ok(problems),
        Err(error) => Err(error.into()),
    }
}
