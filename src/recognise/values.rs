//! How many values something is, by what it takes until it is judged: a run may hold
//! so many for the bytes that it reads.
//!
//! A value is some two kilobytes. An answer or a status is two, what is lost is three,
//! and a trail is five.

use std::collections::HashMap;

use crate::cloudtrail::arn;
use crate::cloudtrail::claim::Says;
use crate::recognise::facts::{Facts, Named, Roll, RollOf, Status, TrailObject};

impl Facts {
    /// How many values it keeps, each by about how much is made of it until it is
    /// judged.
    pub(super) fn values(&self) -> u64 {
        let groups = self.log_groups.iter().map(|list| list.groups.len());
        let names = self.rolls.iter().map(Roll::values);
        let manifest = self.manifest.iter().map(|manifest| manifest.values());
        let single = groups.chain(names).chain(manifest).sum::<usize>();
        let double = self.statuses.len() + self.answers.len() + self.sent.len();
        let triple = self.failures.len();
        // What names a trail makes it a subject, as a trail's own object does.
        let of_status = self.statuses.iter().filter(|one| one.names_a_trail());
        let of_failure = self.failures.iter().filter(|one| one.named != Named::No);
        let named = of_status.count() + of_failure.count();
        let trails = self.trails.len() + self.listed.len() + self.shown.len();
        let of_trails = self.trails.iter().map(|trail| trail.object.signs);
        let status_texts = self.statuses.iter().map(|status| &*status.text);
        let groups = self.log_groups.iter().flat_map(|list| &list.groups);
        let texts = status_texts.chain(groups.map(|group| &*group.text));
        let inside = of_trails.chain(texts.map(signs_beyond)).sum::<usize>();
        let names = self.trails.iter().map(|trail| trail.object.letters());
        let long = names.sum::<usize>() / LETTERS_A_VALUE;
        let inside = inside / SIGNS_A_VALUE + 2 * self.crowded();
        (single + 2 * double + 3 * (triple + named) + 5 * trails + inside + long) as u64
    }
}

impl Facts {
    /// How many trails it lists of one account beyond those that any has: what judges
    /// an account holds all of them.
    fn crowded(&self) -> usize {
        if self.trails.len() <= MOST_TRAILS {
            return 0;
        }
        let mut accounts: HashMap<&str, usize> = HashMap::new();
        for trail in &self.trails {
            let arn = trail.object.arn.as_deref().and_then(arn::trail_arn);
            let account = arn.map_or("", |arn| arn.account);
            *accounts.entry(account).or_default() += 1;
        }
        let beyond = accounts.into_values();
        beyond
            .map(|trails| trails.saturating_sub(MOST_TRAILS))
            .sum()
    }
}

/// More trails than an account has.
const MOST_TRAILS: usize = 1000;

impl Roll {
    /// How many values it is: an account is a subject, and AWS's regions are told in
    /// one line.
    fn values(&self) -> usize {
        match self.of {
            RollOf::Accounts => self.names.len(),
            RollOf::Regions => self.names.len().saturating_sub(REGIONS) + 1,
        }
    }
}

/// More regions than AWS has.
const REGIONS: usize = 64;

/// Bytes of names for which a value is counted: they stand in all that is told of a
/// trail.
const LETTERS_A_VALUE: usize = 32;

/// Bytes of names that are not counted: AWS's longest take fewer.
const LETTERS_FREE: usize = 1024;

impl TrailObject {
    /// How much longer its names are together than any of AWS.
    fn letters(&self) -> usize {
        let names = [&self.arn, &self.name, &self.home_region];
        let names = names.into_iter().flatten();
        let length = names.map(|name| name.len()).sum::<usize>();
        length.saturating_sub(LETTERS_FREE)
    }
}

impl Status {
    /// Whether what stands in the document names its trail.
    fn names_a_trail(&self) -> bool {
        let mut claims = self.claims.iter();
        claims.any(|claim| match claim.says {
            Says::Arn(_) => true,
            Says::Name(_) => claim.is_sure(),
            Says::InTrail(_) | Says::Text(_) => false,
        })
    }
}

/// Signs of an object's text for which a value is counted: each begins an element,
/// and two of them a member, which takes twice as much.
pub(super) const SIGNS_A_VALUE: usize = 7;

/// Signs that an object may have without being counted for them: AWS gives a trail
/// some fifteen members.
const SIGNS_FREE: usize = 40;

/// How many signs are counted in one byte.
const FEW: usize = 128;

/// How many signs an object's text has beyond those that any may have; those in its
/// strings are counted too.
pub(super) fn signs_beyond(text: &str) -> usize {
    let text = text.as_bytes();
    let behind = text.get(1..).unwrap_or_default();
    let element = |sign: &u8| u8::from(matches!(sign, b',' | b'{' | b'['));
    let member = |(sign, next): (&u8, &u8)| u8::from(*sign == b'"') & u8::from(*next == b':');
    // Every text of evidence is counted: sums of a byte are made many at a time.
    let few = text
        .chunks(FEW)
        .map(|some| some.iter().map(element).sum::<u8>());
    let elements: usize = few.map(usize::from).sum();
    let pairs = text.chunks(FEW).zip(behind.chunks(FEW));
    let few = pairs.map(|(some, behind)| some.iter().zip(behind).map(member).sum::<u8>());
    let members: usize = few.map(usize::from).sum();
    (elements + members).saturating_sub(SIGNS_FREE)
}
