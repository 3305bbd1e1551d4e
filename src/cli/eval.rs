//! The arguments of `coldtrail eval`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::groups::{PolicyArgs, ReadingArgs};

/// `coldtrail eval`.
#[derive(Debug, Args)]
pub struct Eval {
    /// A query, such as `input.trails[_].name` or `data.lib.aws.shell("a b")`.
    #[arg(value_name = "QUERY")]
    pub query: String,
    /// Files and folders of evidence; `-` is standard input. May be given more
    /// than once; without it there is no input.
    #[arg(long, short, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub input: Vec<PathBuf>,
    /// Only the input of this account; may be given more than once.
    #[arg(long, value_name = "ID", requires = "input")]
    pub account: Vec<String>,
    /// How evidence is read.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Which policies.
    #[command(flatten)]
    pub policy: PolicyArgs,
}
