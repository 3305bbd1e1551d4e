//! `coldtrail man`: prints a manual page, made from the same definitions that
//! read the command line. It bears no date: equal programs print equal pages.

use clap::CommandFactory;

use super::{CommandError, output};
use crate::cli::{Cli, Man};
use crate::exit::Exit;
use crate::text::visible;

pub(super) fn run(args: &Man) -> Result<Exit, CommandError> {
    // With the verb `help` each verb would be told twice.
    let mut whole = Cli::command().disable_help_subcommand(true);
    whole.build();
    let mut command = &whole;
    for verb in &args.verb {
        command = command
            .get_subcommands()
            .find(|known| known.get_name() == verb)
            .ok_or_else(|| unknown(args, command))?;
    }
    let page = clap_mangen::Man::new(command.clone());
    output::to_stdout(output::Form::Data, |out| page.render(out))?;
    Ok(Exit::Pass)
}

fn unknown(args: &Man, command: &clap::Command) -> CommandError {
    let verbs: Vec<&str> = command
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    CommandError::Usage {
        what: format!("`man {}`", visible(&args.verb.join(" "))),
        why: "there is no such verb".to_owned(),
        help: match verbs.is_empty() {
            true => format!("`{}` has no verbs of its own", command.get_name()),
            false => format!("there are {}", verbs.join(", ")),
        },
    }
}
