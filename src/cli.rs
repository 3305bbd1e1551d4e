//! The command line, as clap reads it: plain values, no behaviour.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::evidence::limits::MOST_NESTING;
use crate::render::Format;

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

/// How the script is used, which is not by this program.
const COLLECT_USAGE: &str = "Use:
  coldtrail collect > collect.sh
  sh collect.sh --help
  sh collect.sh --profile audit
  sh collect.sh --role OrganizationAudit --accounts-file accounts.txt";

/// Which evidence, and how it is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Evidence")]
pub struct EvidenceArgs {
    /// Files and folders of evidence; `-` is standard input.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// When the evidence was collected: a time (RFC 3339), `now`, or `mtime`
    /// (each file's own). Without it, what the evidence says of itself.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Follow links that lead out of the paths given.
    #[arg(long)]
    pub follow_links: bool,
    /// Threads to use; all cores by default.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Most bytes to read of one file; 256 MiB by default.
    #[arg(long, value_name = "BYTES", hide_short_help = true)]
    pub max_document_bytes: Option<u64>,
    /// Most bytes to read in all; 16 GiB by default.
    #[arg(long, value_name = "BYTES", hide_short_help = true)]
    pub max_total_bytes: Option<u64>,
    /// Most files to read in one archive; 2,000,000 by default.
    #[arg(long, value_name = "N", hide_short_help = true)]
    pub max_entries: Option<usize>,
    /// How many times its size an archive may unpack to; 200 by default, and
    /// 64 MiB in any case.
    #[arg(long, value_name = "TIMES", hide_short_help = true)]
    pub max_expansion: Option<u64>,
    /// How many arrays and objects around a value are looked into; 48 by
    /// default.
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=MOST_NESTING as i64))]
    pub max_nesting: Option<u16>,
}

/// A part of a hundred.
fn percent(text: &str) -> Result<f64, String> {
    let percent = text.parse().ok();
    percent
        .filter(|percent| (0.0..=100.0).contains(percent))
        .ok_or_else(|| "write a number from 0 to 100".to_owned())
}

/// A time as a number of seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "write a number of seconds, such as `0.5` or `60`".to_owned())
}

/// Which policies judge, and with what.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policy")]
pub struct PolicyArgs {
    /// Folder of Rego policies to use instead of the built-in ones; may be
    /// given more than once.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub policy: Vec<PathBuf>,
    /// Only the policy with this id; may be given more than once.
    #[arg(long, value_name = "ID")]
    pub only: Vec<String>,
    /// A policy parameter, such as `max_delivery_age_hours=48`.
    #[arg(long, value_name = "NAME=VALUE")]
    pub param: Vec<String>,
    /// Seconds that a policy may take over one account, and 10 ms more for each
    /// of its trails; what isn't judged by then is inconclusive.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds, hide_short_help = true)]
    pub time_limit: Duration,
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

/// What to compare with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Comparison")]
pub struct BaselineArgs {
    /// An earlier JSON report: tells what is new, changed, fixed and gone.
    #[arg(long, value_name = "REPORT", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,
    /// What the exit code speaks of: every verdict, or only those that are new
    /// or worse than in the baseline.
    #[arg(long, value_enum, default_value_t = FailOn::Any, value_name = "WHAT", requires = "baseline")]
    pub fail_on: FailOn,
}

/// What makes a run end with a code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Every verdict.
    Any,
    /// What is new or worse than in the baseline.
    New,
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
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds, hide_short_help = true, help_heading = "Policy")]
    pub time_limit: Duration,
    /// Which exceptions.
    #[command(flatten)]
    pub waivers: WaiverArgs,
    /// How much is said.
    #[command(flatten, next_help_heading = "Output")]
    pub quiet: QuietArgs,
}

/// Which fails were accepted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Waivers")]
pub struct WaiverArgs {
    /// File of accepted exceptions, in TOML.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub waivers: Option<PathBuf>,
    /// Judge expiry on this day (`2026-12-31`), not on the day of collection.
    #[arg(long, value_name = "DAY", requires = "waivers")]
    pub waiver_date: Option<String>,
    /// A waiver that waives nothing is an error.
    #[arg(long, requires = "waivers")]
    pub strict_waivers: bool,
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

/// How much is said.
#[derive(Debug, Args)]
pub struct QuietArgs {
    /// Say nothing but errors: no progress, no notes, no report for reading.
    /// The exit code tells; a report asked for by its format or its file is
    /// written all the same.
    #[arg(long, short)]
    pub quiet: bool,
}

impl QuietArgs {
    /// What that comes to.
    #[must_use]
    pub fn voice(&self) -> Voice {
        if self.quiet {
            Voice::Quiet
        } else {
            Voice::Heard
        }
    }
}

/// Whether anything is said that was not asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Progress, notes, and a report for reading.
    Heard,
    /// Errors only.
    Quiet,
}

/// Where the report goes, and how it looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// The format of the report on standard output.
    #[arg(long, short, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub format: Format,
    /// Write the report to this file, whole or not at all.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Write a report in another format to a file as well, such as
    /// `html=report.html`; may be given more than once.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = ReportFile::parse)]
    pub report: Vec<ReportFile>,
    /// List passes in SARIF too; the other formats always do.
    #[arg(long)]
    pub include_pass: bool,
    /// How much is said beside.
    #[command(flatten)]
    pub quiet: QuietArgs,
}

/// A report to write beside the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// In which format.
    pub format: Format,
    /// To which file.
    pub path: PathBuf,
}

impl ReportFile {
    fn parse(text: &str) -> Result<Self, String> {
        let words = || Format::ALL.map(Format::as_str).join(", ");
        let (word, path) = text
            .split_once('=')
            .filter(|(_, path)| !path.is_empty())
            .ok_or("write FORMAT=FILE, such as `html=report.html`")?;
        let format = Format::from_word(word)
            .ok_or_else(|| format!("there is no format `{word}`; there are {}", words()))?;
        Ok(Self {
            format,
            path: path.into(),
        })
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()).help(self.purpose()))
    }
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
