//! Coverage: which accounts and regions were expected to answer, on whose word,
//! and which did.
//!
//! Plain data. The snapshot makes it of the evidence and of what the command
//! line expects, the renderers show it.

use std::sync::Arc;

mod expected;

pub use expected::{Expected, ExpectedProblem};

/// The population of one run, and how much of it answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coverage {
    /// The accounts, counted.
    pub accounts: AccountCoverage,
    /// The regions of each account that was expected, sorted by account.
    pub regions: Vec<RegionCoverage>,
}

/// How many accounts were expected, and how many showed their trails.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountCoverage {
    /// Accounts that something names.
    pub expected: usize,
    /// Accounts whose trails the evidence shows, or of which it shows that they
    /// have none.
    pub answered: usize,
    /// On whose word they were expected, sorted, each once.
    pub basis: Vec<Basis>,
    /// The accounts that didn't answer, sorted by id.
    pub missing: Vec<MissingAccount>,
}

/// An account that was expected, of which nothing shows the trails.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingAccount {
    /// Its id.
    pub id: Arc<str>,
    /// What names it, sorted, each once.
    pub basis: Vec<Basis>,
    /// Why it didn't answer, where the evidence says.
    pub reason: Option<String>,
}

/// The regions of one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegionCoverage {
    /// The account.
    pub account_id: Arc<str>,
    /// How many regions were expected; `None` where nothing tells which there are.
    pub expected: Option<usize>,
    /// The regions that answered, sorted.
    pub answered: Vec<Arc<str>>,
    /// The regions that were expected and didn't answer, sorted.
    pub missing: Vec<Arc<str>>,
    /// On whose word they were expected, sorted, each once.
    pub basis: Vec<Basis>,
}

/// On whose word an account or a region is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// `--expect-accounts` or `--expect-regions`.
    Flag,
    /// A bundle's `manifest.json`.
    Manifest,
    /// `organizations list-accounts`.
    Organization,
    /// `ec2 describe-regions` or `account list-regions`.
    Regions,
    /// A folder that an account or a region is the name of.
    Folder,
    /// `sts get-caller-identity`.
    Identity,
    /// A failed call that names it, such as a refused `AssumeRole`.
    Error,
    /// A path of the command line.
    Path,
    /// An answer of AWS that is of it.
    Evidence,
}

impl Basis {
    /// All of them, in their order.
    pub const ALL: [Self; 9] = [
        Self::Flag,
        Self::Manifest,
        Self::Organization,
        Self::Regions,
        Self::Folder,
        Self::Identity,
        Self::Error,
        Self::Path,
        Self::Evidence,
    ];

    /// The words of the report.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Manifest => "manifest",
            Self::Organization => "organizations list-accounts",
            Self::Regions => "ec2 describe-regions",
            Self::Folder => "folder",
            Self::Identity => "caller identity",
            Self::Error => "error",
            Self::Path => "path given",
            Self::Evidence => "evidence",
        }
    }

    /// Several of them in one text; nothing where there is none.
    #[must_use]
    pub fn list(all: &[Self]) -> Option<String> {
        let words: Vec<&str> = all.iter().map(|basis| basis.as_str()).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

impl Coverage {
    /// Whether nothing is known of any population: there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.expected == 0 && self.regions.is_empty()
    }
}
