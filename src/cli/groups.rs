//! Groups of arguments that several verbs share: the evidence, the policies,
//! the reports, and what they are held against.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum, ValueHint};

use crate::cloudtrail::arn;
use crate::policy::ALGORITHMS;
use crate::render::Format;
use crate::source::limits::MOST_NESTING;

/// Which evidence, and how it is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Evidence")]
pub struct EvidenceArgs {
    /// Files and folders of evidence; `-` is standard input. Each of several is
    /// expected to hold some.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// How it is read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// How evidence is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Evidence")]
pub struct ReadingArgs {
    /// When the evidence was collected: a time (RFC 3339), `now`, or `mtime`
    /// (each file's own). Without it, what the evidence says of itself.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Leave out the files that this glob matches, such as `*.png` or
    /// `old/**`; may be given more than once. The report lists them.
    ///
    /// Matched as in a .gitignore against the name that the report gives a
    /// file: without `/` at any depth, with one from the top of the bundle. A
    /// folder or an archive that matches is left out with all that is in it;
    /// `bundle.zip!inner/x` is a file in an archive.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// File of the accounts that the evidence must show: an id a line, or what
    /// `aws organizations list-accounts` prints.
    ///
    /// An account of which nothing shows the trails is inconclusive.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub expect_accounts: Option<PathBuf>,
    /// Regions that must have answered for each account, such as
    /// `us-east-1,eu-west-1`; may be given more than once.
    ///
    /// An account in which one of them did not answer is inconclusive.
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = region)]
    pub expect_regions: Vec<Arc<str>>,
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
    /// Most files to read in archives; 2,000,000 by default.
    #[arg(long, value_name = "N", hide_short_help = true)]
    pub max_entries: Option<usize>,
    /// Most values, such as trails or failed calls, to keep beyond one for each 70
    /// bytes of evidence, and accounts to expect; 20,000 by default.
    #[arg(long, value_name = "N", hide_short_help = true)]
    pub max_values: Option<u64>,
    /// How many times its size an archive may unpack to; 200 by default, and
    /// 64 MiB in any case.
    #[arg(long, value_name = "TIMES", hide_short_help = true)]
    pub max_expansion: Option<u64>,
    /// How many arrays and objects around a value are looked into; 48 by
    /// default.
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=MOST_NESTING as i64))]
    pub max_nesting: Option<u16>,
}

/// A region, by how regions are named.
fn region(text: &str) -> Result<Arc<str>, String> {
    let text = text.trim();
    if arn::is_region(text) {
        Ok(text.into())
    } else {
        Err("write regions as AWS does, such as `us-east-1,eu-west-1`".to_owned())
    }
}

/// A time as a number of seconds.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "write a number of seconds, such as `0.5` or `60`".to_owned())
}

/// Which policies judge, and with what.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policy")]
pub struct PolicyArgs {
    /// Folder of Rego policies, or bundle of OPA (`opa build`), to use instead
    /// of the built-in ones; may be given more than once.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub policy: Vec<PathBuf>,
    /// Whose bundles they are.
    #[command(flatten)]
    pub signature: SignatureArgs,
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
    /// Evaluate the policies as they are written: slower, with the same report.
    #[arg(long, hide_short_help = true)]
    pub no_optimize: bool,
}

/// What the signature of a bundle is held against.
#[derive(Debug, Args)]
#[command(next_help_heading = "Bundles of OPA")]
pub struct SignatureArgs {
    /// The signer's public key or certificate in PEM, or the secret of HMAC:
    /// every policy must come from a bundle that it signed.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub verification_key: Option<PathBuf>,
    /// What the signature must call the key, where it names one.
    #[arg(
        long,
        value_name = "ID",
        requires = "verification_key",
        hide_short_help = true
    )]
    pub verification_key_id: Option<String>,
    /// How the bundle is signed.
    #[arg(long, value_name = "NAME", default_value = "RS256", value_parser = ALGORITHMS, requires = "verification_key", hide_short_help = true)]
    pub signing_alg: String,
    /// The scope that the bundle is signed for.
    #[arg(
        long,
        value_name = "SCOPE",
        requires = "verification_key",
        hide_short_help = true
    )]
    pub scope: Option<String>,
    /// Use a signed bundle without holding its signature against a key. The
    /// report says so.
    #[arg(long, conflicts_with = "verification_key", hide_short_help = true)]
    pub skip_verify: bool,
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
