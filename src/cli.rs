//! The command line, as clap reads it: plain values, no behaviour.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

mod eval;
mod groups;
mod policy;
mod test;

pub use eval::Eval;

pub use groups::{
    BaselineArgs, EvidenceArgs, FailOn, OutputArgs, PolicyArgs, QuietArgs, ReadingArgs, ReportFile,
    SignatureArgs, Voice, WaiverArgs,
};
pub use policy::{PolicyCheck, PolicyCommand, PolicyExport, ProblemFormat};
pub use test::{CoverageFormat, Test, TestFormat};

/// How the script is used, which is not by this program.
const COLLECT_USAGE: &str = "Use:
  coldtrail collect > collect.sh
  sh collect.sh --help
  sh collect.sh --profile audit
  sh collect.sh --role OrganizationAudit --accounts-file accounts.txt";

/// Judge exported CloudTrail evidence, offline.
///
/// coldtrail reads what `aws cloudtrail describe-trails` and `get-trail-status`
/// printed and answers, from files alone, whether every trail is integrated
/// with CloudWatch Logs (CIS AWS Foundations 3.4). It never talks to AWS.
#[derive(Debug, Parser)]
#[command(
    name = "coldtrail",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub struct Cli {
    /// When to colour: `NO_COLOR` is respected.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge evidence and show every verdict with the evidence it rests on.
    Check(Box<Check>),
    /// Show what evidence was found, how statuses were tied to trails, and what
    /// is missing to judge each trail.
    ///
    /// No policy runs. Exits with 0 where evidence of a trail or an account was
    /// found and with 2 where there is none.
    Inspect(Box<Inspect>),
    /// Compare two JSON reports.
    ///
    /// Shows what is new, changed, fixed and gone. Ends with 1 where a fail is
    /// new, with 3 where only something inconclusive is, else with 0.
    Diff(Diff),
    /// Check whether a JSON report is still what its evidence gives.
    ///
    /// Compares the files and the policies by hash, then judges again and
    /// compares every verdict. Names each document added, missing or altered
    /// and each verdict that changes; ends with 0 only if nothing does, else
    /// with 1. A waived verdict holds only where its waivers are given too.
    Verify(Box<Verify>),
    /// Print the shell script that collects evidence.
    ///
    /// The owner of the account reads it and runs it where the AWS CLI and its
    /// credentials are: it makes read-only calls and leaves a folder and a
    /// tarball that `coldtrail check` reads, with a manifest that tells when
    /// and how every file came about.
    #[command(after_help = COLLECT_USAGE)]
    Collect,
    /// Explain a control: why it is there, what each code means, how to meet it.
    Explain(Explain),
    /// Run the Rego tests and the snapshot cases of policies.
    ///
    /// A test is a rule `test_...` in a file `..._test.rego`; it passes where
    /// it is true, and `todo_test_...` is listed and not run. A case is a folder
    /// `cases/NAME` with `evidence/` and `expected.json`, the JSON report that
    /// the evidence must give; its `case.toml` may set `as_of`,
    /// `params` and `only`, the policy that judges it. It fails until `--bless`
    /// has taken a report as the expected one.
    ///
    /// Ends with 0 where everything passes, with 1 where something fails or too
    /// few lines are covered, and with 2 where a policy is refused or there is
    /// nothing to test.
    Test(Box<Test>),
    /// Evaluate a Rego query over the input of each account.
    ///
    /// The evidence is joined as for `check`, and the query sees the policies,
    /// their parameters and data files. Prints what `opa eval` prints: one JSON
    /// object whose `result` has an entry for each solution, with the account it
    /// is of; `{}` where there is none.
    Eval(Box<Eval>),
    /// Look after Rego policies.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Print a JSON Schema.
    Schema(Schema),
    /// Print completions for a shell.
    ///
    /// Load them where your shell looks for completions, such as
    /// `source <(coldtrail completions bash)` in `~/.bashrc`.
    Completions(Completions),
    /// Print a manual page, of the whole or of one verb.
    Man(Man),
}

/// `coldtrail explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The policy's id; every policy where none is given.
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Folder of Rego policies, or bundle of OPA, to explain instead of the
    /// built-in ones; may be given more than once.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub policy: Vec<PathBuf>,
    /// Whose bundles they are.
    #[command(flatten)]
    pub signature: SignatureArgs,
    /// How it is explained.
    #[arg(long, short, value_enum, default_value_t = ExplainFormat::Human, value_name = "FORMAT")]
    pub format: ExplainFormat,
}

/// How a control is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For a terminal.
    Human,
    /// A page of Markdown.
    Markdown,
    /// One JSON object.
    Json,
}

/// `coldtrail check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Which evidence.
    #[command(flatten)]
    pub evidence: EvidenceArgs,
    /// Which policies.
    #[command(flatten)]
    pub policy: PolicyArgs,
    /// Tell on standard error which rules held for this trail, with the values
    /// they saw: its ARN, or its name where no other trail has it.
    #[arg(long, value_name = "TRAIL", help_heading = "Policy")]
    pub trace: Option<String>,
    /// Which exceptions.
    #[command(flatten)]
    pub waivers: WaiverArgs,
    /// Against which earlier report.
    #[command(flatten)]
    pub baseline: BaselineArgs,
    /// Which output.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Judge again whenever a policy or the evidence changes, and show what is
    /// no longer as it was.
    ///
    /// Goes on until Ctrl-C, which ends it as it ends any program (130 to a
    /// shell).
    #[arg(long, help_heading = "Output")]
    pub watch: bool,
}

/// `coldtrail diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// The earlier report.
    #[arg(value_name = "OLD", value_hint = ValueHint::FilePath)]
    pub old: PathBuf,
    /// The later report.
    #[arg(value_name = "NEW", value_hint = ValueHint::FilePath)]
    pub new: PathBuf,
    /// How the difference is told.
    #[arg(long, short, value_enum, default_value_t = DiffFormat::Human, value_name = "FORMAT")]
    pub format: DiffFormat,
    /// How much is said.
    #[command(flatten)]
    pub quiet: QuietArgs,
}

/// How a difference is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// A line a check.
    Human,
    /// JSON.
    Json,
}

/// `coldtrail verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// The report to verify, in JSON.
    #[arg(value_name = "REPORT", value_hint = ValueHint::FilePath)]
    pub report: PathBuf,
    /// Which evidence. What the report says of collection time and parameters
    /// is used again.
    #[command(flatten)]
    pub evidence: EvidenceArgs,
    /// Folder of Rego policies, or bundle of OPA, where the built-in ones
    /// didn't judge; may be given more than once.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::AnyPath, help_heading = "Policy")]
    pub policy: Vec<PathBuf>,
    /// Whose bundles they are.
    #[command(flatten)]
    pub signature: SignatureArgs,
    /// Seconds that a policy may take over one account, as for `check`.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = groups::seconds, hide_short_help = true, help_heading = "Policy")]
    pub time_limit: Duration,
    /// Which exceptions.
    #[command(flatten)]
    pub waivers: WaiverArgs,
    /// How much is said.
    #[command(flatten, next_help_heading = "Output")]
    pub quiet: QuietArgs,
}

/// `coldtrail inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// Which evidence.
    #[command(flatten)]
    pub evidence: EvidenceArgs,
    /// Print the input that a policy sees of each account, as one JSON array,
    /// and nothing else.
    #[arg(long, help_heading = "Output", conflicts_with = "format")]
    pub input: bool,
    /// How the inspection is shown.
    #[arg(long, short, value_enum, default_value_t = InspectFormat::Human, value_name = "FORMAT", help_heading = "Output")]
    pub format: InspectFormat,
    /// How much is said.
    #[command(flatten, next_help_heading = "Output")]
    pub quiet: QuietArgs,
}

/// Formats of an inspection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InspectFormat {
    /// Documents, accounts and trails, for reading.
    Human,
    /// All of it, and the policy's inputs (`coldtrail schema inspect`).
    Json,
}

/// `coldtrail schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Which schema.
    #[arg(value_enum)]
    pub which: SchemaName,
}

/// Names of schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaName {
    /// Of the JSON report.
    Report,
    /// Of the policy's input.
    Input,
    /// Of the manifest that the collect script writes.
    Manifest,
    /// Of what `inspect --format json` prints.
    Inspect,
}

/// `coldtrail completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// For which shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `coldtrail man`.
#[derive(Debug, Args)]
pub struct Man {
    /// Which verb, such as `check` or `policy check`; the whole where none is given.
    #[arg(value_name = "VERB")]
    pub verb: Vec<String>,
}
