//! The arguments of `coldtrail test`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::SignatureArgs;

/// `coldtrail test`.
#[derive(Debug, Args)]
pub struct Test {
    /// Folders of Rego policies, or bundles of OPA; the built-in ones where
    /// none is given.
    #[arg(value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Whose bundles they are.
    #[command(flatten)]
    pub signature: SignatureArgs,
    /// Only tests and cases whose name this regular expression finds.
    #[arg(long, value_name = "PATTERN")]
    pub run: Option<String>,
    /// List every test, with its time.
    #[arg(long, short)]
    pub verbose: bool,
    /// How tests and cases are told.
    #[arg(long, short, value_enum, default_value_t = TestFormat::Human, value_name = "FORMAT")]
    pub format: TestFormat,
    /// Tell how often the tests call each rule of the policies, and how long it
    /// takes.
    ///
    /// The tests run once more for it, one after the other; cases don't count.
    /// Rows stand in the order of files and places. Time is taken from the start of a rule to the
    /// start of the next, so what a rule does after a call is put to the one it
    /// called.
    #[arg(long)]
    pub profile: bool,
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
    /// Take what the cases give now as what they must give, and show how it
    /// differs.
    #[arg(long, help_heading = "Cases")]
    pub bless: bool,
    /// Judge cases by the policies as they are written, as tests always run:
    /// slower, with the same reports.
    #[arg(long, hide_short_help = true, help_heading = "Cases")]
    pub no_optimize: bool,
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

/// How tests and cases are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// What fails and why, for a terminal.
    Human,
    /// One JSON object.
    Json,
    /// The test view of a CI.
    Junit,
    /// Test Anything Protocol, version 14.
    Tap,
}

impl TestFormat {
    /// Its word on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Tap => "tap",
        }
    }
}

/// A part of a hundred.
fn percent(text: &str) -> Result<f64, String> {
    let percent = text.parse().ok();
    percent
        .filter(|percent| (0.0..=100.0).contains(percent))
        .ok_or_else(|| "write a number from 0 to 100".to_owned())
}
