//! The command line, as clap reads it: plain values, no behaviour.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

mod groups;

pub use groups::{
    BaselineArgs, EvidenceArgs, FailOn, OutputArgs, PolicyArgs, QuietArgs, ReportFile, Voice,
    WaiverArgs,
};

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
    /// the evidence must give; its `case.toml` may set `as_of` and `params`. It
    /// fails until `--bless` has taken a report as the expected one.
    ///
    /// Ends with 0 where everything passes, with 1 where something fails or too
    /// few lines are covered, and with 2 where a policy is refused or there is
    /// nothing to test.
    Test(Box<Test>),
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
    /// Folders of Rego policies; the built-in ones where none is given.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub paths: Vec<PathBuf>,
    /// How problems are told.
    #[arg(long, short, value_enum, default_value_t = ProblemFormat::Human, value_name = "FORMAT")]
    pub format: ProblemFormat,
    /// Exit with 2 where there is a warning, too.
    #[arg(long)]
    pub strict: bool,
}

/// `coldtrail explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The policy's id; every policy where none is given.
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Folder of Rego policies to explain instead of the built-in ones; may be
    /// given more than once.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub policy: Vec<PathBuf>,
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

/// `coldtrail test`.
#[derive(Debug, Args)]
pub struct Test {
    /// Folders of Rego policies; the built-in ones where none is given.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub paths: Vec<PathBuf>,
    /// Only tests and cases whose name this regular expression finds.
    #[arg(long, value_name = "PATTERN")]
    pub run: Option<String>,
    /// List every test, with its time.
    #[arg(long, short)]
    pub verbose: bool,
    /// Run again whenever a policy, data file or case changes, and show what is
    /// no longer as it was.
    ///
    /// Goes on until Ctrl-C, which ends it as it ends any program (130 to a
    /// shell).
    #[arg(long)]
    pub watch: bool,
    /// Threads to use; all cores by default.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Folder of more snapshot cases, or one case; may be given more than once.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Cases")]
    pub cases: Vec<PathBuf>,
    /// Take what the cases give now as what they must give.
    #[arg(long, help_heading = "Cases")]
    pub bless: bool,
    /// Show the lines of the policies that no test evaluates.
    #[arg(long, help_heading = "Coverage")]
    pub coverage: bool,
    /// Write coverage in this format, to standard output unless
    /// `--coverage-output` says where; the tests are then told on standard
    /// error.
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Coverage")]
    pub coverage_format: Option<CoverageFormat>,
    /// Write coverage to this file.
    #[arg(
        long,
        value_name = "FILE",
        requires = "coverage_format",
        help_heading = "Coverage"
    )]
    pub coverage_output: Option<PathBuf>,
    /// Fail where less than this part of the lines is evaluated.
    #[arg(long, value_name = "PERCENT", value_parser = percent, help_heading = "Coverage")]
    pub fail_under: Option<f64>,
}

/// A format of coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CoverageFormat {
    /// lcov's tracefile.
    Lcov,
    /// One JSON object.
    Json,
    /// A page with every line.
    Html,
}

/// How problems of a policy are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProblemFormat {
    /// Each with its place, for a terminal.
    Human,
    /// One JSON object, for editors.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// A part of a hundred.
fn percent(text: &str) -> Result<f64, String> {
    let percent = text.parse().ok();
    percent
        .filter(|percent| (0.0..=100.0).contains(percent))
        .ok_or_else(|| "write a number from 0 to 100".to_owned())
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
    /// Folder of Rego policies, where the built-in ones didn't judge; may be
    /// given more than once.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Policy")]
    pub policy: Vec<PathBuf>,
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
