//! The arguments of `coldtrail policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::SignatureArgs;

/// The verbs of `coldtrail policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Find what is wrong with policies without running them.
    ///
    /// Looks for what every run looks for, and at tests and for warnings too:
    /// names and keys of the input that aren't there, unknown builtins,
    /// recursion, checks without results, METADATA that doesn't fit. Ends with
    /// 0 where nothing is refused, else with 2.
    Check(PolicyCheck),
    /// Write the built-in policies into a folder, ready to edit.
    ///
    /// With them goes a README of what a policy must define. Nothing is
    /// overwritten: where one of the files is there already, none is written.
    Export(PolicyExport),
    /// Print what policies may use, as OPA's tools read it.
    ///
    /// `coldtrail policy capabilities > capabilities.json`, then
    /// `opa check --strict --capabilities capabilities.json DIR` refuses what
    /// coldtrail would; Regal reads it as `capabilities.from.file`.
    Capabilities,
}

/// `coldtrail policy export`.
#[derive(Debug, Args)]
pub struct PolicyExport {
    /// The folder; it is made where it isn't there.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
}

/// `coldtrail policy check`.
#[derive(Debug, Args)]
pub struct PolicyCheck {
    /// Folders of Rego policies, or bundles of OPA; the built-in ones where
    /// none is given.
    #[arg(value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Whose bundles they are.
    #[command(flatten)]
    pub signature: SignatureArgs,
    /// How problems are told.
    #[arg(long, short, value_enum, default_value_t = ProblemFormat::Human, value_name = "FORMAT")]
    pub format: ProblemFormat,
    /// Exit with 2 where there is a warning, too.
    #[arg(long)]
    pub strict: bool,
}

/// How problems of a policy are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProblemFormat {
    /// Each with its place, for a terminal.
    Human,
    /// A line each, `file:line:column: error: ...`, for editors and `grep`.
    Concise,
    /// One JSON object, for editors.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}
