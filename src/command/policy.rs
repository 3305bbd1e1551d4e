//! `coldtrail policy`: what an author of policies does with them as files.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{CommandError, output, problems};
use crate::cli::{Color, PolicyCheck, PolicyExport};
use crate::engine;
use crate::engine::EngineError;
use crate::exit::Exit;
use crate::policy;
use crate::policy::{PolicyError, PolicyProblem, PolicySet, Weight};
use crate::text::visible;

/// `coldtrail policy check`.
pub(super) fn check(args: &PolicyCheck, color: Color) -> Result<Exit, CommandError> {
    let found = find(&args.paths).inspect_err(|error| {
        // Whoever reads the form finds in it what standard error says too.
        let file = unreadable(error).map(|path| path.display().to_string());
        let told = |out: &mut dyn Write| problems::write_failure(error, file, args.format, out);
        let _ = output::to_stdout(told);
    })?;
    let style = output::style(color, false);
    output::to_stdout(|out| problems::write(&found, args.format, &style, out))?;
    let refused = |problem: &PolicyProblem| args.strict || problem.weight == Weight::Error;
    let refused = found.iter().any(refused);
    Ok(if refused { Exit::Error } else { Exit::Pass })
}

/// `coldtrail policy export`.
pub(super) fn export(args: &PolicyExport) -> Result<Exit, CommandError> {
    let files = policy::shipped();
    let targets: Vec<(PathBuf, &str)> = files
        .iter()
        .map(|(name, text)| (args.folder.join(name), *text))
        .collect();
    if let Some((path, _)) = targets
        .iter()
        .find(|(path, _)| path.symlink_metadata().is_ok())
    {
        return Err(CommandError::InTheWay { path: path.clone() });
    }
    for (path, text) in &targets {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| CommandError::Output {
                path: folder.to_path_buf(),
                why: crate::source::given::plain(&error),
            })?;
        }
        output::prepare(path, |out| out.write_all(text.as_bytes()))?.put_in_place()?;
    }
    let folder = args.folder.display().to_string();
    output::to_stdout(|out| {
        writeln!(
            out,
            "{} files in {}; README.md tells what a policy must define",
            targets.len(),
            visible(&folder)
        )
    })?;
    Ok(Exit::Pass)
}

/// `coldtrail policy capabilities`.
pub(super) fn capabilities() -> Result<Exit, CommandError> {
    output::to_stdout(|out| out.write_all(engine::CAPABILITIES.as_bytes()))?;
    Ok(Exit::Pass)
}

/// The policies in these folders, or the built-in ones where there is none.
pub(super) fn load(paths: &[PathBuf]) -> Result<PolicySet, PolicyError> {
    if paths.is_empty() {
        PolicySet::embedded()
    } else {
        PolicySet::load(paths)
    }
}

/// The file or folder that could not be read.
fn unreadable(error: &CommandError) -> Option<&Path> {
    match error {
        CommandError::Engine(EngineError::Policy(
            PolicyError::Read { path, .. } | PolicyError::Data { path, .. },
        )) => Some(path),
        _ => None,
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
