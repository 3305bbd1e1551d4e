//! The binary: arguments in, exit code out.

use clap::Parser;
use coldtrail::cli::Cli;
use coldtrail::command;
use coldtrail::exit::Exit;

/// Judging an account makes and drops thousands of small values.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return command::show_usage(&error),
    };
    command::run(&cli).unwrap_or_else(|error| {
        command::show(&error, cli.color);
        Exit::Error
    })
}
