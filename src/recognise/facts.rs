//! What one document says, as far as it bears on trails.
//!
//! Plain data: readers (`reader/*.rs`) fill it, and the snapshot reads it. Objects keep the text they came as, so that the policy's input and
//! every place in it can be made later from a few hundred bytes a trail.

use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;

use crate::cloudtrail::claim::Claim;
use crate::document::locate::{Anchor, Spot};
use crate::finding::{DocumentKind, Problem};

mod call;

pub use self::call::Call;
pub use crate::recognise::interner::{Interner, Known};

/// A trail object, as one document or several spell it.
#[derive(Debug, Clone)]
pub struct TrailObject {
    /// Its text: one JSON object.
    pub text: Box<str>,
    /// How many signs the text has beyond those that any may have: a run may hold so
    /// many.
    pub signs: usize,
    /// `TrailARN`, where it is one of a trail.
    pub arn: Option<Box<str>>,
    /// `Name`, or the last part of the ARN.
    pub name: Option<Box<str>>,
    /// `HomeRegion`, or the ARN's region.
    pub home_region: Option<Box<str>>,
    /// `IsOrganizationTrail`.
    pub organization: bool,
    /// Whether the log group key stands in it at all.
    pub names_log_group: bool,
    /// Whether it names the role that writes to a log group, and no log group: AWS
    /// has the one with the other.
    pub lacks_log_group: bool,
    /// Whether it has what every whole trail object has.
    pub whole: Whole,
    /// Whether every key is the API's own spelling of a trail's key: no status
    /// can stand in it, and nothing of a producer's own.
    pub is_plain: bool,
    /// Why it can't be AWS's own answer.
    pub contradiction: Option<Contradiction>,
}

/// Accounts or regions that an answer of AWS's says there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roll {
    /// Of what.
    pub of: RollOf,
    /// Their ids or names.
    pub names: Vec<Box<str>>,
    /// What names them.
    pub by: RollBy,
    /// Where it was asked, if the document itself says so.
    pub origin: Origin,
}

/// What a roll lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollOf {
    /// Accounts of the organization (`organizations list-accounts`).
    Accounts,
    /// Regions enabled for the account (`ec2 describe-regions`,
    /// `account list-regions`).
    Regions,
}

/// What names accounts or regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollBy {
    /// The call whose answer lists them.
    Answer,
    /// A text, or an answer of another call.
    Mention,
    /// A README and its like: it may be of a tool, with accounts that are made up. One
    /// that names an account of the evidence is of this evidence.
    Documentation,
}

impl TrailObject {
    /// What it is called: its ARN says more than its name.
    #[must_use]
    pub fn named(&self) -> Named {
        match (&self.arn, &self.name) {
            (Some(arn), _) => Named::Arn(arn.clone()),
            (None, Some(name)) => Named::Name(name.clone()),
            (None, None) => Named::No,
        }
    }

    /// The same object, with something beside it that may say that it isn't so.
    pub(super) fn doubted(&self, key: &str) -> Self {
        Self {
            contradiction: Some(Contradiction::remark(key)),
            ..self.clone()
        }
    }
}

/// How much of a whole trail object an object has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whole {
    /// Less than AWS always returns: a selection of keys.
    No,
    /// What AWS always returned, without the flags that came in 2018: whole if
    /// AWS's own list holds it.
    InAnswer,
    /// What AWS always returns, flags and all.
    Yes,
}

/// Why an object can't be what AWS answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// What contradicts itself.
    pub kind: ContradictionKind,
    /// How, in a sentence.
    pub message: Box<str>,
}

impl Contradiction {
    /// Of a key that isn't AWS's, of which nobody knows what it says.
    pub(super) fn remark(key: &str) -> Self {
        Self {
            kind: ContradictionKind::Key,
            message: format!("`{key}`, which is no key of AWS's, may say that it isn't so now")
                .into(),
        }
    }
}

/// What of an object contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContradictionKind {
    /// A key stands twice with different values, or says that the rest isn't so: what
    /// it holds isn't known.
    Key,
    /// The home region is not the ARN's: the object was put together by hand.
    Region,
    /// The ARN is none that AWS gives a trail, or not the one of its name.
    Identity,
}

impl ContradictionKind {
    /// The word of the input.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Region => "region",
            Self::Identity => "identity",
        }
    }
}

/// Where something was asked, as far as the evidence says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The account that was asked.
    pub account: Option<Arc<str>>,
    /// The region that was asked.
    pub region: Option<Arc<str>>,
}

/// A trail, listed once.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// What it says.
    pub object: Arc<TrailObject>,
    /// Where it stands.
    pub anchor: Anchor,
    /// Whether a missing key means not configured.
    pub complete: bool,
    /// Where it was asked, if the document itself says so.
    pub origin: Origin,
    /// When AWS answered, by the `Date` header of that very answer.
    pub collected: Option<Timestamp>,
}

/// The trail that a failed call was about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Named {
    /// Nothing.
    #[default]
    No,
    /// The trail's ARN, in an enclosing key or wrapper.
    Arn(Box<str>),
    /// The trail's name, in an enclosing key or on the command line above.
    Name(Box<str>),
}

/// Why a status contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The key that shows it.
    pub key: Box<str>,
    /// In a sentence.
    pub message: Box<str>,
}

impl Conflict {
    /// Of a key that stands twice with different values.
    #[must_use]
    pub fn twice(key: &str) -> Self {
        Self {
            key: key.into(),
            message: format!("the status holds `{key}` twice with different values").into(),
        }
    }
}

/// One status.
#[derive(Debug, Clone)]
pub struct Status {
    /// Its text: one JSON object.
    pub text: Box<str>,
    /// Where it stands.
    pub anchor: Anchor,
    /// Whether a missing delivery time means never delivered.
    pub complete: bool,
    /// Why it contradicts itself.
    pub conflict: Option<Conflict>,
    /// What in the document says which trail it is of.
    pub claims: Box<[Claim]>,
    /// Where it was asked, if the document itself says so.
    pub origin: Origin,
    /// When AWS answered, by the `Date` header of that very answer.
    pub collected: Option<Timestamp>,
    /// The latest of AWS's times in it: collection can't have been earlier.
    pub latest: Option<Timestamp>,
    /// The same without the delivery to CloudWatch Logs: what shows none has only
    /// these.
    pub besides: Option<Timestamp>,
    /// The latest time that stands beside it under a key which isn't AWS's: it may
    /// be when it was collected.
    pub said_at: Option<Timestamp>,
    /// The latest instant at which CloudWatch delivery may have happened.
    pub delivered: Option<Timestamp>,
    /// Whether it names no such instant, readable or not.
    pub never: bool,
}

/// A trail named by list-trails, or by a table of names: no configuration.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its ARN, if that is there.
    pub arn: Option<Box<str>>,
    /// Its name.
    pub name: Option<Box<str>>,
    /// Its home region.
    pub home_region: Option<Box<str>>,
    /// Where it stands.
    pub anchor: Anchor,
}

/// One answer of describe-trails.
#[derive(Debug, Clone)]
pub struct Answer {
    /// How many trails it lists.
    pub trails: usize,
    /// Whether it lists every trail of the region asked: AWS's own list, asked
    /// for without a selection of names, keys, pages or home regions.
    pub whole: bool,
    /// Where it stands.
    pub anchor: Anchor,
    /// Where it was asked, if the document itself says so.
    pub origin: Origin,
    /// When AWS answered, by its `Date` header.
    pub collected: Option<Timestamp>,
}

/// Log groups of one describe-log-groups answer.
#[derive(Debug, Clone)]
pub struct LogGroups {
    /// One entry a group: name, text and place.
    pub groups: Vec<LogGroup>,
    /// Whether it is the whole list, not a page of it.
    pub complete: bool,
    /// Where it was asked, if the document itself says so.
    pub origin: Origin,
    /// Where the list stands.
    pub anchor: Anchor,
}

/// One log group.
#[derive(Debug, Clone)]
pub struct LogGroup {
    /// `logGroupName`.
    pub name: Box<str>,
    /// `arn`, as printed.
    pub arn: Option<Box<str>>,
    /// The object's text.
    pub text: Box<str>,
    /// Where it stands.
    pub anchor: Anchor,
}

/// A call that failed, or an answer that can't be read.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The call, where something says which.
    pub call: Option<Call>,
    /// AWS's error code.
    pub error: Option<Box<str>>,
    /// What happened, in a sentence.
    pub message: String,
    /// The trail it was about, where something says so.
    pub named: Named,
    /// Where it was asked, if the document itself says so.
    pub origin: Origin,
    /// Whether trails may have been lost with it.
    pub hides_trails: bool,
    /// Where it stands, if it is somewhere.
    pub anchor: Option<Anchor>,
}

impl Failure {
    /// Whether it says the same as another and stands nowhere in particular.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.anchor.is_none()
            && other.anchor.is_none()
            && (self.call, &self.error, &self.message) == (other.call, &other.error, &other.message)
            && (&self.named, &self.origin) == (&other.named, &other.origin)
            && self.hides_trails == other.hides_trails
    }
}

/// An answer that lies in a file of the bundle, by the word of another file.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The file's path, as it is written there.
    pub file: Box<str>,
    /// The SHA-256 of its bytes in lower case, where it is said.
    pub sha256: Option<Box<str>>,
    /// What it is where no such file is there.
    pub failure: Failure,
}

/// Everything that one JSON value says, whatever file it stands in.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Who wrote it in this form, for the inventory.
    pub producer: &'static str,
    /// Trails listed.
    pub trails: Vec<Sighting>,
    /// Statuses given.
    pub statuses: Vec<Status>,
    /// Trails only named.
    pub listed: Vec<Listed>,
    /// Trails that something else than a list shows to be there, by their ARNs.
    pub shown: Vec<Listed>,
    /// Answers of describe-trails.
    pub answers: Vec<Answer>,
    /// Answers of describe-log-groups.
    pub log_groups: Vec<LogGroups>,
    /// What it says of the other files, if it is a bundle's manifest.
    pub manifest: Option<Box<crate::recognise::manifest::Manifest>>,
    /// The account of a caller-identity.
    pub identity: Option<Box<str>>,
    /// Accounts and regions that there are.
    pub rolls: Vec<Roll>,
    /// Calls that failed.
    pub failures: Vec<Failure>,
    /// Calls whose answers were sent into files.
    pub sent: Vec<Sent>,
    /// What else is to be said.
    pub remark: Option<String>,
    /// Whether some of it was read and taken back, as it may be no answer.
    pub is_doubted: bool,
    /// Whether it was taken back as it is said to be no present state.
    pub is_no_state: bool,
    /// Index of the failure that tells of the first value which speaks of
    /// trails and lies too deep to be read.
    pub too_deep: Option<usize>,
}

impl Facts {
    /// Of a document that shows a failure and nothing else.
    pub(super) fn failed(failure: Failure) -> Self {
        Self {
            failures: vec![failure],
            ..Self::default()
        }
    }

    /// Gives back the room that it has and doesn't need: there are very many.
    pub(crate) fn fit(&mut self) {
        self.trails.shrink_to_fit();
        self.statuses.shrink_to_fit();
        self.listed.shrink_to_fit();
        self.shown.shrink_to_fit();
        self.answers.shrink_to_fit();
        self.log_groups.shrink_to_fit();
        self.rolls.shrink_to_fit();
        self.failures.shrink_to_fit();
        self.sent.shrink_to_fit();
    }
}

/// One JSON value of a file, or one unreadable file. What it says is reached
/// through it, and shared with every file of the same bytes: a trail that is
/// listed in every region is kept once.
#[derive(Debug)]
pub struct Document {
    /// Index of its file in the bundle.
    pub file: usize,
    /// Where it begins in the file.
    pub start: Spot,
    /// What it is.
    pub kind: DocumentKind,
    /// What else is to be said of it in this file.
    pub detail: Option<Box<str>>,
    /// What is wrong with it.
    pub problem: Option<Arc<Problem>>,
    facts: Arc<Facts>,
}

impl Deref for Document {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.facts
    }
}

impl Document {
    /// A document that says nothing.
    #[must_use]
    pub fn new(file: usize, start: Spot) -> Self {
        Self::saying(file, start, Arc::default())
    }

    /// A document that says this.
    #[must_use]
    pub fn saying(file: usize, start: Spot, facts: Arc<Facts>) -> Self {
        Self {
            file,
            start,
            kind: DocumentKind::Other,
            detail: None,
            problem: None,
            facts,
        }
    }

    /// How many values it is, with those that it keeps.
    #[must_use]
    pub fn values(&self) -> u64 {
        1 + self.facts.values()
    }

    /// Whether failures are all that it shows.
    #[must_use]
    pub fn shows_failures_alone(&self) -> bool {
        !self.facts.failures.is_empty()
            && self.facts.trails.is_empty()
            && self.facts.answers.is_empty()
            && self.facts.statuses.is_empty()
    }

    /// Whether it has no bearing on any trail or account, nor on other files.
    #[must_use]
    pub fn says_nothing(&self) -> bool {
        self.facts.identity.is_none() && self.says_no_more_than_who()
    }

    /// Whether it has none, but for an identity.
    #[must_use]
    pub fn says_no_more_than_who(&self) -> bool {
        let facts = &*self.facts;
        let has_trails = !facts.trails.is_empty() || !facts.listed.is_empty();
        let has_answers = !facts.answers.is_empty() || !facts.log_groups.is_empty();
        let has_statuses = !facts.statuses.is_empty() || !facts.failures.is_empty();
        let has_claims =
            facts.manifest.is_some() || !facts.rolls.is_empty() || !facts.shown.is_empty();
        !(has_trails || has_answers || has_statuses || has_claims)
    }

    /// Takes back what it says of trails, and says why.
    pub(crate) fn disown(&mut self, why: &str, taken: super::disowned::Taken) {
        let facts = std::mem::take(Arc::make_mut(&mut self.facts));
        self.facts = Arc::new(facts.disowned(why, taken));
    }

    /// Takes back that it says what isn't there.
    pub(crate) fn select(&mut self) {
        Arc::make_mut(&mut self.facts).select();
    }

    /// Changes what it says.
    pub(crate) fn amend(&mut self, change: impl FnOnce(&mut Facts)) {
        change(Arc::make_mut(&mut self.facts));
    }

    /// Adds what it says besides.
    pub(crate) fn add(&mut self, more: Facts) {
        Arc::make_mut(&mut self.facts).take_in(more);
    }

    /// Adds accounts or regions that it names.
    pub(crate) fn name(&mut self, roll: Roll) {
        Arc::make_mut(&mut self.facts).rolls.push(roll);
    }

    /// Adds a failure to what it says in this file.
    pub fn fail(&mut self, failure: Failure) {
        Arc::make_mut(&mut self.facts).failures.push(failure);
    }

    /// Which facts it says: the same for files that share them.
    #[must_use]
    pub fn facts(&self) -> *const Facts {
        Arc::as_ptr(&self.facts)
    }

    /// What it says, to be shared with a file of the same bytes.
    #[must_use]
    pub fn shared(&self) -> Arc<Facts> {
        Arc::clone(&self.facts)
    }
}
