//! The snapshot: accounts and trails, joined from every document.
//!
//! One trail is one TrailARN, however often it was listed. Joining decides
//! which sighting and which status count, and never whether that is good or
//! bad. Each [`Account`] makes the policy's input for itself, and can tell
//! where in the evidence any path of that input stands.

use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::coverage::{Coverage, Expected};
use crate::evidence::Bundle;
use crate::finding::AsOfBasis;
use crate::recognise::facts::{Status, TrailObject};

mod accounts;
mod answers;
mod asked;
mod beside;
pub mod build;
mod collection;
mod context;
mod doubt;
mod draft;
mod index;
mod input;
mod join;
mod listing;
mod log_groups;
mod open;
mod place;
mod population;
mod runs;
mod said;
mod settle;
mod sorted;
mod tie;
mod without_arn;

#[cfg(test)]
mod tests;

pub use input::Step;
pub use sorted::Sorted;

/// The account id of what can't be told to be any account's.
pub const UNKNOWN: &str = "unknown";

/// When the evidence was collected, as far as the caller says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AsOf {
    /// What the evidence says of itself.
    #[default]
    FromEvidence,
    /// A moment given by the caller, and how it was given.
    Given(Timestamp, AsOfBasis),
    /// The time at which each file was last written.
    FileTimes,
}

/// Every account of the evidence.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Sorted by id, the unknown one last.
    pub accounts: Vec<Account>,
    /// What every status and failed status call was tied to, in the order of
    /// the bundle.
    pub ties: Vec<Tie>,
    /// Who was expected to answer, and who did.
    pub coverage: Coverage,
}

/// A status or failed status call, and the trail it was tied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// Index of the document in the bundle.
    pub document: usize,
    /// Which of the document's.
    pub of: Tied,
    /// The trail's id and the rule that tied it; `None` where none did.
    pub to: Option<(Arc<str>, &'static str)>,
    /// The rules of all claims that were heard, sorted, each once.
    pub claims: Box<[&'static str]>,
}

/// What of a document was tied to a trail; statuses come before failed calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tied {
    /// The status with this index.
    Status(usize),
    /// The failed call with this index.
    Failure(usize),
}

/// One account, as the evidence shows it.
#[derive(Debug)]
pub struct Account {
    /// Twelve digits, or [`UNKNOWN`].
    pub id: Arc<str>,
    /// When its evidence was collected, if one moment can be named.
    pub as_of: Option<Timestamp>,
    /// Where that came from.
    pub as_of_basis: AsOfBasis,
    /// The latest time of AWS in its evidence.
    pub not_before: Option<Timestamp>,
    /// Whether anything shows its trails, or that it has none.
    pub answered: bool,
    /// On whose word it is expected to answer; empty where nothing but its
    /// trails names it.
    pub expected: Vec<&'static str>,
    /// The regions that were expected and not asked.
    pub missing_regions: Vec<Arc<str>>,
    /// Whether anything tells which regions there are.
    pub regions_known: bool,
    /// Its answers of describe-trails, and what may have hidden some.
    pub regions: Vec<RegionAnswer>,
    /// The trails that it owns, sorted by id.
    pub trails: Vec<Trail>,
}

/// One answer of describe-trails, or its failure.
#[derive(Debug, Clone)]
pub struct RegionAnswer {
    /// The region asked, if the evidence says.
    pub region: Option<Arc<str>>,
    /// What came back.
    pub answer: RegionOutcome,
    /// How many trails it listed.
    pub trails: usize,
    /// What went wrong.
    pub error: Option<String>,
    /// The document.
    pub document: usize,
    /// Index of the answer or failure in it.
    index: usize,
}

/// What describe-trails came back with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegionOutcome {
    /// Trails.
    Trails,
    /// A real empty list.
    Empty,
    /// Nothing that can be read.
    Failed,
}

impl RegionOutcome {
    /// The word of the input.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trails => "trails",
            Self::Empty => "empty",
            Self::Failed => "failed",
        }
    }
}

/// One trail.
#[derive(Debug)]
pub struct Trail {
    /// The ARN; the name (below its folder) where the evidence has no ARN.
    pub id: Arc<str>,
    /// The ARN.
    pub arn: Option<Arc<str>>,
    /// The name.
    pub name: Arc<str>,
    /// The home region.
    pub home_region: Option<Arc<str>>,
    /// The account that owns it.
    pub account: Option<Arc<str>>,
    /// Whether it is an organization's.
    pub organization: bool,
    /// Whether its owner's own listing is in the evidence, as far as known.
    pub owner_in_evidence: bool,
    /// Its distinct forms, the best first. Empty where it is only named.
    pub sightings: Vec<Form>,
    /// Why its configuration isn't known although it was seen.
    pub unknown: Option<String>,
    /// Where it is named, when it was never seen whole.
    named_at: Option<(usize, Naming)>,
    /// The status that counts.
    pub status: Option<StatusRef>,
    /// Why there is none.
    pub status_problem: Option<StatusProblem>,
    /// Whether the status is what a member of the organization sees, and not
    /// the trail's owner.
    pub status_of_member: bool,
    /// When the status (or else the best sighting) was collected.
    pub as_of: Option<Timestamp>,
    /// Where that came from.
    pub as_of_basis: AsOfBasis,
    /// The latest time of AWS in its account's evidence.
    pub not_before: Option<Timestamp>,
    /// What describe-log-groups shows of its log group.
    log_group: Option<log_groups::Shown>,
}

#[derive(Debug, Clone, Copy)]
enum Naming {
    Listed(usize),
    Shown(usize),
    Status(usize),
    Failure(usize),
}

/// One distinct form in which a trail was seen.
#[derive(Debug)]
pub struct Form {
    /// What it says.
    pub object: Arc<TrailObject>,
    /// Whether a missing key means not configured.
    pub complete: bool,
    /// The document of the sighting that stands for all equal ones.
    pub document: usize,
    index: usize,
    rank: u8,
    /// The regions it was seen from.
    pub regions: Sorted,
    /// The accounts it was seen from.
    pub accounts: Sorted,
}

/// A status in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusRef {
    /// The document.
    pub document: usize,
    index: usize,
}

impl StatusRef {
    /// The status itself.
    #[must_use]
    pub fn of(self, bundle: &Bundle) -> Option<&Status> {
        let document = bundle.documents.get(self.document)?;
        document.statuses.get(self.index)
    }
}

/// Why a trail has no status.
#[derive(Debug, Clone)]
pub struct StatusProblem {
    /// Which kind of reason.
    pub kind: ProblemKind,
    /// The reason, in a sentence.
    pub message: String,
    /// AWS's error code.
    pub error: Option<Box<str>>,
    /// The document that shows it.
    pub document: usize,
    index: usize,
}

impl StatusProblem {
    /// The status that it is about.
    fn place(&self) -> StatusRef {
        StatusRef {
            document: self.document,
            index: self.index,
        }
    }
}

/// Kinds of reasons why a trail has no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The status contradicts itself.
    Conflict,
    /// Only a failed call.
    Failed,
    /// Only an answer that can't be read or isn't the one that was collected.
    Unreadable,
    /// One that can't be tied to this trail.
    Unattributed,
}

impl ProblemKind {
    /// The word of the input.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Failed => "failed",
            Self::Unreadable => "unreadable",
            Self::Unattributed => "unattributed",
        }
    }
}

impl Snapshot {
    /// Joins a bundle's documents.
    #[must_use]
    pub fn of(bundle: &Bundle, as_of: AsOf, expected: &Expected) -> Self {
        let contexts = beside::contexts(bundle, as_of);
        let snapshot = join::join(bundle, &contexts, expected);
        // There may be very many of them.
        contexts.into_par_iter().for_each(drop);
        snapshot
    }

    /// How a status was tied.
    #[must_use]
    pub fn tie_of(&self, status: StatusRef) -> Option<&Tie> {
        let place = (status.document, Tied::Status(status.index));
        let found = self
            .ties
            .binary_search_by_key(&place, |tie| (tie.document, tie.of));
        self.ties.get(found.ok()?)
    }
}

/// Where and when one document was collected, as far as anything says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The account that was asked.
    pub account: Option<Arc<str>>,
    /// The region that was asked.
    pub region: Option<Arc<str>>,
    /// When.
    pub as_of: Option<Timestamp>,
    /// Where that came from.
    pub as_of_basis: AsOfBasis,
}

/// The provenance of each document, in the bundle's order. Joining works it out
/// for itself and lets it go.
#[must_use]
pub fn provenance(bundle: &Bundle, as_of: AsOf) -> Vec<Provenance> {
    let contexts = beside::contexts(bundle, as_of).into_iter();
    contexts
        .map(|context| Provenance {
            account: context.account.clone(),
            region: context.region.clone(),
            as_of: context.as_of.map(|(at, _)| at),
            as_of_basis: context.as_of.map_or(AsOfBasis::Unknown, |(_, basis)| basis),
        })
        .collect()
}
