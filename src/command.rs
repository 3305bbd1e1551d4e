//! One file a verb: takes what clap read, does it, says how it ended.
//!
//! Only commands open files and streams for output. What goes wrong is an
//! error with a help line, shown once, by `main`.

use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use crate::baseline::BaselineError;
use crate::cli::{Cli, Color, Command, PolicyCommand};
use crate::coverage::ExpectedProblem;
use crate::engine::EngineError;
use crate::exit::Exit;
use crate::policy::PolicyError;
use crate::source::input::InputError;
use crate::waiver::WaiverProblem;

mod check;
mod collect;
mod completions;
mod diff;
mod eval;
mod explain;
mod inspect;
mod load;
mod man;
mod output;
mod policy;
mod problems;
mod progress;
mod schema;
mod targets;
mod test;
mod texts;
mod verify;
mod waive;
mod watch;

/// Why a command could not do its job.
#[derive(Debug, Error, Diagnostic)]
pub enum CommandError {
    /// A policy is wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Policy(#[from] PolicyError),
    /// A policy is wrong, as the engine found.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Engine(#[from] EngineError),
    /// A file is no report of an earlier run.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Baseline(#[from] Box<BaselineError>),
    /// A waiver file is wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Waiver(#[from] WaiverProblem),
    /// A list of expected accounts is wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Expected(#[from] Box<ExpectedProblem>),
    /// A file beside the evidence can't be read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Beside(#[from] InputError),
    /// A file given on the command line can't be read.
    #[error("`{}` can't be read: {why}", path.display())]
    #[diagnostic(code(input), help("check the path and its permissions"))]
    Input {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// A value on the command line can't be read.
    #[error("{what} can't be read: {why}")]
    #[diagnostic(code(usage))]
    Usage {
        /// The option and its value.
        what: String,
        /// Why not.
        why: String,
        /// What would do.
        #[help]
        help: String,
    },
    /// Two things were asked for that don't go together.
    #[error("`{one}` and `{other}` don't go together: {why}")]
    #[diagnostic(code(usage))]
    Apart {
        /// The one.
        one: &'static str,
        /// The other.
        other: String,
        /// Why not.
        why: &'static str,
        /// What to do.
        #[help]
        help: &'static str,
    },
    /// Nothing that a run reads can change.
    #[error("there is nothing to watch: the built-in policies stay as they are")]
    #[diagnostic(
        code(usage),
        help("name a folder of policies; `coldtrail policy export DIR` writes one to start from")
    )]
    NothingToWatch,
    /// Nothing under the paths speaks of a trail.
    #[error("no evidence of any trail found: {seen}")]
    #[diagnostic(code(no_evidence))]
    NoEvidence {
        /// What was seen instead.
        seen: String,
        /// What was looked for.
        #[help]
        help: String,
    },
    /// There is evidence, and every policy leaves out all that it shows.
    #[error("no policy takes a subject of this evidence")]
    #[diagnostic(
        code(nothing_judged),
        help(
            "controls whose METADATA says `subjects: some` leave out all of it; name others with `--policy`, or take the account as a subject that is `not-applicable`"
        )
    )]
    NothingJudged,
    /// `--trace` names no trail of the evidence, or more than one.
    #[error("{what}")]
    #[diagnostic(code(usage))]
    Trail {
        /// What is wrong with the name.
        what: String,
        /// The trails there are.
        #[help]
        help: String,
    },
    /// There is more evidence than a run may read.
    #[error("the evidence {what}: nothing is judged")]
    #[diagnostic(
        code(too_much),
        help("raise {flag} if the evidence really is that large, or give a part of it")
    )]
    TooMuch {
        /// More than what it is or holds.
        what: String,
        /// What allows more.
        flag: &'static str,
    },
    /// A list names more accounts than a run may expect.
    #[error("`{}` names {accounts} accounts, and a file of its size may name {most}", path.display())]
    #[diagnostic(
        code(too_much),
        help(
            "raise --max-values if there really are that many, or check a part of them at a time"
        )
    )]
    TooManyAccounts {
        /// The list.
        path: PathBuf,
        /// How many it names.
        accounts: usize,
        /// How many it may.
        most: u64,
    },
    /// There is nothing to test.
    #[error("no test found in {places}")]
    #[diagnostic(code(no_tests))]
    NoTests {
        /// Where was looked.
        places: String,
        /// What was looked for.
        #[help]
        help: String,
    },
    /// A snapshot case can't be read.
    #[error("case `{name}` can't be read: {why}")]
    #[diagnostic(
        code(case),
        help(
            "a case is a folder with `evidence/`, `expected.json` and, where it needs them, `as_of`, `only` and `params` in `case.toml`"
        )
    )]
    Case {
        /// Its name.
        name: String,
        /// Why not.
        why: String,
    },
    /// The report could not be written.
    #[error("`{}` can't be written: {why}", path.display())]
    #[diagnostic(
        code(output),
        help("whatever was there before is untouched; check the folder and its permissions")
    )]
    Output {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// A file to be written is one that the run reads, or one that it writes
    /// otherwise.
    #[error("`{target}` would write over {input}")]
    #[diagnostic(
        code(output),
        help("nothing was written; name a file of its own for it")
    )]
    WritesInput {
        /// The flag and its value.
        target: String,
        /// What it is besides.
        input: String,
    },
    /// Something is in the way of an export.
    #[error("`{}` is there already, and nothing was written", path.display())]
    #[diagnostic(code(output), help("give another folder, or move the old files away"))]
    InTheWay {
        /// The file.
        path: PathBuf,
    },
    /// Standard output could not be written.
    #[error("standard output can't be written: {0}")]
    #[diagnostic(code(output))]
    Stdout(String),
    /// The threads could not be started.
    #[error("threads can't be started: {0}")]
    #[diagnostic(code(threads), help("give fewer with --jobs"))]
    Threads(String),
}

/// Shows on standard error why a command could not do its job.
pub fn show(error: &CommandError, color: Color) {
    output::diagnose(error, color);
}

/// Shows how a command line was refused, or the help that it asks for.
#[must_use]
pub fn show_usage(error: &clap::Error) -> Exit {
    output::usage(error);
    match error.use_stderr() {
        true => Exit::Error,
        false => Exit::Pass,
    }
}

/// Does what the command line says.
///
/// # Errors
/// Whatever keeps a command from doing its job; the exit code is then 2.
pub fn run(cli: &Cli) -> Result<Exit, CommandError> {
    match &cli.command {
        Command::Check(args) => check::run(args, cli.color),
        Command::Inspect(args) => inspect::run(args, cli.color),
        Command::Diff(args) => diff::run(args, cli.color),
        Command::Verify(args) => verify::run(args, cli.color),
        Command::Collect => collect::run(),
        Command::Explain(args) => explain::run(args, cli.color),
        Command::Test(args) => test::run(args, cli.color),
        Command::Eval(args) => eval::run(args, cli.color),
        Command::Policy(PolicyCommand::Check(args)) => policy::check(args, cli.color),
        Command::Policy(PolicyCommand::Export(args)) => policy::export(args),
        Command::Policy(PolicyCommand::Capabilities) => policy::capabilities(),
        Command::Schema(args) => schema::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
