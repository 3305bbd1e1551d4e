//! `coldtrail policy`: what an author of policies does with them as files.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::output::Form;
use super::{CommandError, load, output, problems};
use crate::cli::{Color, PolicyCheck, PolicyExport, ProblemFormat, SignatureArgs};
use crate::engine;
use crate::engine::EngineError;
use crate::exit::Exit;
use crate::policy;
use crate::policy::{PolicyError, PolicyProblem, PolicySet, Trust, TrustedKey, Weight};
use crate::text::visible;

/// `coldtrail policy check`.
pub(super) fn check(args: &PolicyCheck, color: Color) -> Result<Exit, CommandError> {
    let found = find(args).inspect_err(|error| {
        // Whoever reads the form finds in it what standard error says too.
        let file = unreadable(error)
            .or_else(|| args.paths.first().map(PathBuf::as_path))
            .map(|path| path.display().to_string());
        let told = |out: &mut dyn Write| problems::write_failure(error, file, args.format, out);
        let _ = output::to_stdout(form(args.format, false), told);
    })?;
    let style = output::style(color, false);
    output::to_stdout(form(args.format, style.color), |out| {
        problems::write(&found, args.format, &style, out)
    })?;
    let refused = |problem: &PolicyProblem| args.strict || problem.weight == Weight::Error;
    let refused = found.iter().any(refused);
    Ok(if refused { Exit::Error } else { Exit::Pass })
}

/// How problems are told, as the gate knows it.
fn form(format: ProblemFormat, color: bool) -> Form {
    match format {
        ProblemFormat::Human => Form::of_text(color),
        ProblemFormat::Concise => Form::Plain,
        ProblemFormat::Json | ProblemFormat::Sarif => Form::Data,
    }
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
    let folder = args.folder.display().to_string();
    output::write_new(&targets, || {
        output::to_stdout(Form::Plain, |out| {
            writeln!(
                out,
                "{} files in {}; README.md tells what a policy must define",
                targets.len(),
                visible(&folder)
            )
        })
    })?;
    Ok(Exit::Pass)
}

/// `coldtrail policy capabilities`.
pub(super) fn capabilities() -> Result<Exit, CommandError> {
    output::to_stdout(Form::Data, |out| {
        out.write_all(engine::CAPABILITIES.as_bytes())
    })?;
    Ok(Exit::Pass)
}

/// The policies in these folders and bundles, or the built-in ones where there
/// is none.
pub(super) fn load(
    paths: &[PathBuf],
    signature: &SignatureArgs,
) -> Result<PolicySet, CommandError> {
    load_by(PolicySet::load_trusting, paths, signature)
}

/// The same, where a library without a policy does.
pub(super) fn load_rules(
    paths: &[PathBuf],
    signature: &SignatureArgs,
) -> Result<PolicySet, CommandError> {
    load_by(PolicySet::load_rules, paths, signature)
}

fn load_by(
    load: impl FnOnce(&[PathBuf], &Trust) -> Result<PolicySet, PolicyError>,
    paths: &[PathBuf],
    signature: &SignatureArgs,
) -> Result<PolicySet, CommandError> {
    let trust = trust(signature)?;
    match (paths.is_empty(), &trust) {
        (true, Trust::Key(_)) => Err(CommandError::Usage {
            what: "`--verification-key`".to_owned(),
            why: "no bundle is given, and the built-in policies are not signed".to_owned(),
            help: "name the bundle whose signature the key is held against".to_owned(),
        }),
        (true, _) => Ok(PolicySet::embedded()?),
        (false, trust) => Ok(load(paths, trust)?),
    }
}

/// Whose signatures the command line trusts.
fn trust(args: &SignatureArgs) -> Result<Trust, PolicyError> {
    let Some(path) = &args.verification_key else {
        return Ok(match args.skip_verify {
            true => Trust::Skip,
            false => Trust::Nothing,
        });
    };
    let id = args.verification_key_id.as_deref();
    let key = TrustedKey::read(path, &args.signing_alg, id, args.scope.as_deref())?;
    Ok(Trust::Key(Box::new(key)))
}

/// What is wrong with the policies, whoever found it.
pub(super) fn policy_error(error: &CommandError) -> Option<&PolicyError> {
    match error {
        CommandError::Policy(error) | CommandError::Engine(EngineError::Policy(error)) => {
            Some(error)
        }
        _ => None,
    }
}

/// The file or folder that could not be read.
fn unreadable(error: &CommandError) -> Option<&Path> {
    match policy_error(error)? {
        PolicyError::Read { path, .. }
        | PolicyError::Data { path, .. }
        | PolicyError::Bundle { path, .. }
        | PolicyError::Signature { path, .. }
        | PolicyError::Key { path, .. } => Some(path),
        _ => None,
    }
}

/// Everything wrong with these policies that has a place in them.
fn find(args: &PolicyCheck) -> Result<Vec<PolicyProblem>, CommandError> {
    let set = load_rules(&args.paths, &args.signature);
    set.and_then(|set| Ok(load::on_threads(None, || engine::check(&set))??))
        .or_else(
            |error| match policy_error(&error).map(PolicyError::problems) {
                None | Some([]) => Err(error),
                Some(problems) => Ok(problems.to_vec()),
            },
        )
}
