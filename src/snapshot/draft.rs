//! One trail while it is being joined: its sightings and statuses, by the
//! collection that they are of.

use std::collections::HashMap;
use std::sync::Arc;

use super::collection::{DELIVERIES, Made};
use super::{Form, Sorted, StatusRef};
use crate::recognise::facts::{Sighting, Status, TrailObject};

/// A trail while it is being joined.
pub(super) struct Draft {
    pub(super) id: Arc<str>,
    pub(super) is_arn: bool,
    pub(super) name: Arc<str>,
    pub(super) home: Option<Arc<str>>,
    pub(super) account: Option<Arc<str>>,
    pub(super) organization: bool,
    /// Whether any sighting says which account it was asked in.
    pub(super) owner_known: bool,
    pub(super) named_at: Option<(usize, super::Naming)>,
    /// What each collection shows of it, in the order of the bundle.
    pub(super) parts: Vec<Part>,
    /// The parts by collection, once they are too many to be gone through.
    by_collection: HashMap<Arc<str>, usize>,
}

/// What one collection shows of a trail.
pub(super) struct Part {
    pub(super) collection: Arc<str>,
    /// When, as far as what it shows of the trail says.
    pub(super) made: Made,
    /// When its lists were asked for, and its statuses.
    pub(super) listed: Dates,
    pub(super) told: Dates,
    /// Whether the trail's owner was asked for any of it, as far as known.
    pub(super) own: bool,
    pub(super) forms: Vec<Form>,
    /// Its statuses, and how well each speaks for it.
    pub(super) statuses: Vec<(StatusRef, Rank)>,
    /// Failed calls for its status.
    pub(super) failures: Vec<Failed>,
    /// Statuses that contradict themselves.
    pub(super) conflicts: Vec<(usize, usize)>,
    /// The forms by completeness and text, once they are too many to be gone
    /// through for each sighting.
    by_text: [HashMap<Box<str>, usize>; 2],
}

/// When answers were asked for, as far as their own files say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Dates {
    latest: Option<jiff::Timestamp>,
    is_open: bool,
}

impl Dates {
    fn note(&mut self, at: Option<jiff::Timestamp>) {
        self.latest = self.latest.max(at);
        self.is_open |= at.is_none();
    }

    /// The latest, where every answer has one.
    pub(super) fn known(self) -> Option<jiff::Timestamp> {
        self.latest.filter(|_| !self.is_open)
    }
}

/// A failed call for a status: document, index, whether the owner's, and the
/// standing of the region.
pub(super) type Failed = (usize, usize, (bool, u8));

/// A trail has one form or two; from here on they are looked up.
const FEW: usize = 8;

/// How well a status speaks for its trail; the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Whether the owner was asked, as far as anything says: a member sees less
    /// of an organization's trail.
    pub(super) own: bool,
    /// Home region, then unknown region, then shadow region.
    pub(super) region: u8,
    pub(super) complete: bool,
    pub(super) as_of: Option<jiff::Timestamp>,
    pub(super) latest: Option<jiff::Timestamp>,
    pub(super) delivered: Option<jiff::Timestamp>,
    /// The latest of AWS's times without the delivery.
    pub(super) besides: Option<jiff::Timestamp>,
}

/// The standing of a trail's home region, and of one that isn't known: it may be
/// the home, and may be another.
pub(super) const HOME_REGION: u8 = 2;
pub(super) const UNKNOWN_REGION: u8 = 1;

impl Rank {
    /// Whether this status is known to be of before another one.
    pub(super) fn is_older(&self, other: &Self) -> bool {
        let of = |one: Option<jiff::Timestamp>, two: Option<jiff::Timestamp>| {
            one.zip(two).filter(|(one, two)| one != two)
        };
        // What shows no delivery can't have its time, which is often the latest.
        let is_of_one = self.delivered.is_some() != other.delivered.is_some();
        let in_seconds = |of: &Self| {
            let latest = if is_of_one { of.besides } else { of.latest };
            latest.map(jiff::Timestamp::as_second)
        };
        let by_aws = in_seconds(self).zip(in_seconds(other));
        match of(self.as_of, other.as_of) {
            Some((one, two)) => one < two,
            None => by_aws.is_some_and(|(one, two)| one < two),
        }
    }

    /// Whether it shows when the last delivery was, or that there was none.
    pub(super) fn shows(&self) -> bool {
        self.complete || self.delivered.is_some()
    }

    /// Whether two statuses show deliveries more than a minute apart.
    pub(super) fn is_apart(&self, other: &Self) -> bool {
        match (self.delivered, other.delivered) {
            (None, None) => false,
            (Some(a), Some(b)) => a.duration_since(b).abs() > jiff::SignedDuration::from_mins(1),
            _ => true,
        }
    }

    /// Whether the later of two statuses shows an earlier delivery, or one from before
    /// the other's own last time that it lacks: the times of a trail never go back.
    pub(super) fn goes_back(&self, other: &Self) -> bool {
        let (older, newer) = match self.latest < other.latest {
            true => (self, other),
            false => (other, self),
        };
        // AWS may show a delivery a little after it was.
        let lacks = |at: jiff::Timestamp| {
            let known = older.delivered;
            older.shows() && known.is_none_or(|known| at.duration_since(known) > DELIVERIES)
        };
        let is_lacking = newer.delivered < older.latest && newer.delivered.is_some_and(lacks);
        older.latest.is_some() && (older.delivered > newer.delivered || is_lacking)
    }

    /// Whether nothing says which of two statuses is the later, and both show when
    /// the last delivery was, or that there was none.
    pub(super) fn is_level(&self, other: &Self) -> bool {
        let standing = |rank: &Self| {
            (
                rank.own,
                rank.region,
                rank.shows(),
                rank.as_of,
                // AWS writes some of its times without the fraction.
                rank.latest.map(jiff::Timestamp::as_second),
            )
        };
        standing(self) == standing(other)
    }
}

impl Draft {
    /// A trail of which nothing is known but what tells it apart.
    pub(super) fn new(
        id: Arc<str>,
        is_arn: bool,
        name: &str,
        home: Option<&str>,
        account: Option<Arc<str>>,
    ) -> Self {
        Self {
            id,
            is_arn,
            name: name.into(),
            home: home.map(Into::into),
            account,
            organization: false,
            owner_known: false,
            named_at: None,
            parts: Vec::new(),
            by_collection: HashMap::new(),
        }
    }

    /// What a collection shows of it.
    pub(super) fn part(&mut self, collection: &Arc<str>) -> &mut Part {
        let known = match self.parts.len() < FEW {
            true => self
                .parts
                .iter()
                .rposition(|part| part.collection == *collection),
            false => {
                let unmarked = self.parts.iter().enumerate().skip(self.by_collection.len());
                for (number, part) in unmarked {
                    self.by_collection
                        .insert(Arc::clone(&part.collection), number);
                }
                self.by_collection.get(collection).copied()
            }
        };
        let at = known.unwrap_or(self.parts.len());
        if known.is_none() {
            // Nearly every trail is of one collection, and has one form and status.
            self.parts.reserve_exact(usize::from(self.parts.is_empty()));
            self.parts.push(Part {
                collection: Arc::clone(collection),
                made: Made::default(),
                listed: Dates::default(),
                told: Dates::default(),
                own: false,
                forms: Vec::new(),
                statuses: Vec::new(),
                failures: Vec::new(),
                conflicts: Vec::new(),
                by_text: Default::default(),
            });
        }
        #[allow(clippy::indexing_slicing, reason = "it was found or pushed just now")]
        &mut self.parts[at]
    }

    /// How well a region speaks for the trail: its home, then one that isn't
    /// known, then another.
    pub(super) fn standing(&self, region: Option<&Arc<str>>) -> u8 {
        match (region, &self.home) {
            (Some(asked), Some(home)) if asked == home => HOME_REGION,
            (Some(_), Some(_)) => 0,
            _ => UNKNOWN_REGION,
        }
    }

    /// Whether the account that was asked is the trail's own, as far as known.
    fn is_own(&self, account: Option<&Arc<str>>) -> bool {
        account.is_none() || self.account.is_none() || account == self.account.as_ref()
    }

    /// Adds a sighting; it is `complete` where what it lacks isn't configured.
    pub(super) fn see(
        &mut self,
        sighting: &Sighting,
        (collection, made): (&Arc<str>, Made),
        (document, index): (usize, usize),
        (account, region): (Option<&Arc<str>>, Option<&Arc<str>>),
        complete: bool,
    ) {
        self.organization |= sighting.object.organization;
        self.owner_known |= account.is_some();
        let is_own = self.is_own(account);
        let rank = u8::from(complete) * 8
            + u8::from(sighting.object.names_log_group) * 4 * u8::from(!complete)
            + self.standing(region)
            + u8::from(is_own);
        let part = self.part(collection);
        part.made = part.made.and(made);
        part.listed.note(made.dated);
        part.own |= is_own;
        let known = part.form_of(&sighting.object, complete);
        let known = known.unwrap_or_else(|| {
            part.forms.reserve_exact(usize::from(part.forms.is_empty()));
            part.forms.push(Form {
                object: Arc::clone(&sighting.object),
                complete,
                document,
                index,
                rank,
                regions: Sorted::default(),
                accounts: Sorted::default(),
            });
            part.forms.len() - 1
        });
        let Some(form) = part.forms.get_mut(known) else {
            return;
        };
        if rank > form.rank {
            (form.rank, form.document, form.index) = (rank, document, index);
        }
        form.regions.extend(region);
        form.accounts.extend(account);
    }

    /// Adds a status that is the trail's.
    pub(super) fn give(
        &mut self,
        status: &Status,
        (collection, made): (&Arc<str>, Made),
        (document, index): (usize, usize),
        (account, region): (Option<&Arc<str>>, Option<&Arc<str>>),
        as_of: Option<jiff::Timestamp>,
    ) {
        let rank = Rank {
            own: self.is_own(account),
            region: self.standing(region),
            complete: status.complete,
            as_of,
            latest: status.latest,
            delivered: status.delivered,
            besides: status.besides,
        };
        let part = self.part(collection);
        part.made = part.made.and(made);
        part.told.note(made.dated);
        part.own |= rank.own;
        if status.conflict.is_some() {
            part.conflicts.push((document, index));
        } else {
            part.statuses
                .reserve_exact(usize::from(part.statuses.is_empty()));
            part.statuses.push((StatusRef { document, index }, rank));
        }
    }

    /// Adds a failed call for its status.
    pub(super) fn fail(
        &mut self,
        (collection, made): (&Arc<str>, Made),
        (document, index): (usize, usize),
        (account, region): (Option<&Arc<str>>, Option<&Arc<str>>),
    ) {
        let standing = (self.is_own(account), self.standing(region));
        let part = self.part(collection);
        part.made = part.made.and(made);
        part.own |= standing.0;
        part.failures.push((document, index, standing));
    }
}

impl Part {
    /// Whether anything in it shows which log group the trail has, or that it has
    /// none.
    pub(super) fn shows_log_group(&self) -> bool {
        let mut forms = self.forms.iter();
        forms.any(|form| form.complete || form.object.names_log_group)
    }

    /// Whether it was asked for the trail's status, with whatever came back.
    pub(super) fn tells_status(&self) -> bool {
        !(self.statuses.is_empty() && self.failures.is_empty() && self.conflicts.is_empty())
    }

    /// The form that a sighting has, if it was met before.
    fn form_of(&mut self, object: &Arc<TrailObject>, complete: bool) -> Option<usize> {
        if self.forms.len() < FEW {
            return self.forms.iter().position(|form| {
                form.complete == complete
                    && (Arc::ptr_eq(&form.object, object) || form.object.text == object.text)
            });
        }
        let [parts, wholes] = &mut self.by_text;
        for (index, form) in self
            .forms
            .iter()
            .enumerate()
            .skip(parts.len() + wholes.len())
        {
            let known = if form.complete {
                &mut *wholes
            } else {
                &mut *parts
            };
            known.insert(form.object.text.clone(), index);
        }
        let known = if complete { wholes } else { parts };
        known.get(&object.text).copied()
    }
}
