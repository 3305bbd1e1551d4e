//! The inspection: what evidence was found, what was made of it, and what is
//! missing, as one value that the renderers read.
//!
//! It is the report's sister for what comes before any policy: it knows of
//! documents, accounts and trails, and holds no verdict. The published JSON is
//! a type of its own (`render/json/inspection.rs`), so that this one can change.

use std::sync::Arc;

use jiff::Timestamp;

use crate::finding::{AsOfBasis, DocumentKind, Place, Problem};

/// Everything that was found, and made of it.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The `--as-of` that was given, resolved.
    pub as_of: Option<Timestamp>,
    /// Every document, sorted by file and place in it.
    pub documents: Vec<SeenDocument>,
    /// Every account, sorted by id, the unknown one last.
    pub accounts: Vec<SeenAccount>,
}

impl Inspection {
    /// Whether nothing under the paths speaks of a trail.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// How many things are missing, of accounts and of trails.
    #[must_use]
    pub fn missing(&self) -> usize {
        let missing = |account: &SeenAccount| {
            let of_trails = account.trails.iter().map(|trail| trail.missing.len());
            account.missing.len() + of_trails.sum::<usize>()
        };
        self.accounts.iter().map(missing).sum()
    }
}

/// When something was collected, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collected {
    /// When, if one moment can be named.
    pub at: Option<Timestamp>,
    /// Where that came from.
    pub basis: AsOfBasis,
}

/// One document: one JSON value of a file, or a file that can't be read.
#[derive(Debug, Clone)]
pub struct SeenDocument {
    /// The file's name in the report.
    pub file: Arc<str>,
    /// One-based line of the file in which it begins.
    pub line: usize,
    /// One-based column at which it begins, in Unicode scalar values.
    pub column: usize,
    /// SHA-256 of the whole file; `None` where it could not be read.
    pub sha256: Option<[u8; 32]>,
    /// Size of the whole file in bytes.
    pub bytes: u64,
    /// How the file spells its text, where it is one: `utf-8`, `utf-16le`.
    pub encoding: Option<&'static str>,
    /// What it is.
    pub kind: DocumentKind,
    /// Who writes it in this form: `aws cli`, `placebo recording`.
    pub producer: Option<&'static str>,
    /// The account that was asked.
    pub account: Option<Arc<str>>,
    /// The region that was asked.
    pub region: Option<Arc<str>>,
    /// When it was collected.
    pub collected: Collected,
    /// How much of what it shows.
    pub shows: Shows,
    /// What its statuses and failed status calls were tied to.
    pub ties: Vec<SeenTie>,
    /// What else is to be said of it.
    pub detail: Option<String>,
    /// What is wrong with it.
    pub problem: Option<Problem>,
}

/// How much of what a document shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shows {
    /// Trail objects.
    pub trails: usize,
    /// Statuses.
    pub statuses: usize,
    /// Trails that are only named.
    pub names: usize,
    /// Log groups.
    pub log_groups: usize,
    /// Failed calls.
    pub failed_calls: usize,
}

/// A status or failed status call, and the trail it was tied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenTie {
    /// Whether it is a call that failed.
    pub failed: bool,
    /// Where it stands, where that is somewhere in the document.
    pub place: Option<Place>,
    /// The trail's id; `None` where nothing tied it.
    pub trail: Option<Arc<str>>,
    /// The rule that tied it, as the report's word: `name-in-path`.
    pub rule: Option<&'static str>,
}

/// One account.
#[derive(Debug, Clone)]
pub struct SeenAccount {
    /// Its id; `None` for what can't be told to be any account's.
    pub id: Option<Arc<str>>,
    /// When its evidence was collected.
    pub collected: Collected,
    /// The latest time of AWS in its evidence: it was collected no earlier.
    pub not_before: Option<Timestamp>,
    /// What came of asking for its trails, region by region.
    pub regions: Vec<SeenRegion>,
    /// The trails that it owns, sorted by id.
    pub trails: Vec<SeenTrail>,
    /// What is missing to judge it as a whole.
    pub missing: Vec<Missing>,
}

/// One answer of describe-trails, or its failure.
#[derive(Debug, Clone)]
pub struct SeenRegion {
    /// The region that was asked, if the evidence says.
    pub region: Option<Arc<str>>,
    /// What came back: `trails`, `empty` or `failed`.
    pub answer: &'static str,
    /// How many trails it lists.
    pub trails: usize,
    /// What went wrong.
    pub error: Option<String>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// One trail.
#[derive(Debug, Clone)]
pub struct SeenTrail {
    /// The ARN; the name (below its folder) where the evidence has no ARN.
    pub id: Arc<str>,
    /// The ARN.
    pub arn: Option<Arc<str>>,
    /// The name.
    pub name: Arc<str>,
    /// The home region.
    pub home_region: Option<Arc<str>>,
    /// Whether it is an organization's.
    pub organization: bool,
    /// Whether its owner's own listing is in the evidence, as far as known.
    pub owner_in_evidence: bool,
    /// When the status (or else the best sighting) was collected.
    pub collected: Collected,
    /// Its distinct forms, the one that counts first.
    pub sightings: Vec<SeenForm>,
    /// The status that counts.
    pub status: Option<SeenStatus>,
    /// What is missing to judge it.
    pub missing: Vec<Missing>,
}

/// One distinct form in which a trail was seen.
#[derive(Debug, Clone)]
pub struct SeenForm {
    /// Where the sighting stands that stands for all equal ones.
    pub place: Option<Place>,
    /// Whether a missing key means not configured.
    pub complete: bool,
    /// The regions it was seen from.
    pub regions: Vec<Arc<str>>,
    /// The accounts it was seen from.
    pub accounts: Vec<Arc<str>>,
}

/// The status that counts for a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenStatus {
    /// Where it stands.
    pub place: Option<Place>,
    /// The rule that tied it to the trail.
    pub rule: Option<&'static str>,
    /// Whether a missing delivery time means never delivered.
    pub complete: bool,
}

/// Something that is missing to judge a trail or an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What it is, as a fixed word.
    pub what: Want,
    /// Why, in a sentence.
    pub message: String,
    /// What to run to have it, each line whole.
    pub commands: Vec<String>,
}

/// What can be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Want {
    /// An answer of describe-trails of a region.
    Trails,
    /// The trail's own object, with its log group.
    Configuration,
    /// The trail's status.
    Status,
    /// The moment of the last delivery.
    DeliveryTime,
    /// When the status was collected.
    CollectionTime,
}

impl Want {
    /// The word of the published JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trails => "trails",
            Self::Configuration => "configuration",
            Self::Status => "status",
            Self::DeliveryTime => "delivery-time",
            Self::CollectionTime => "collection-time",
        }
    }
}
