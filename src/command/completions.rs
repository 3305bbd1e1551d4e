//! `coldtrail completions`: prints a shell's completions, made from the same
//! definitions that read the command line.

use clap::CommandFactory;

use super::{CommandError, output};
use crate::cli::{Cli, Completions};
use crate::exit::Exit;

pub(super) fn run(args: &Completions) -> Result<Exit, CommandError> {
    // Into memory first: the generator panics where it can't write.
    let mut script = Vec::new();
    let mut command = Cli::command();
    clap_complete::generate(args.shell, &mut command, "coldtrail", &mut script);
    output::to_stdout(output::Form::Data, |out| out.write_all(&script))?;
    Ok(Exit::Pass)
}
