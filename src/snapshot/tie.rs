//! Which trail a status belongs to: get-trail-status itself doesn't say.
//!
//! Everything that names something is a claim, and a status is tied where every
//! claim comes to one and the same trail of its account and collection. A claim
//! that comes to none is a stranger's. Without any claim, the only status of a
//! folder is that of the only trail, where the list there is known to be whole.

use std::sync::Arc;

use super::index::{Found, Index, Scope};
use crate::cloudtrail::arn;
use crate::cloudtrail::claim::{Claim, Says, Strength};

/// What the claims on a status come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tied {
    /// One trail, by this rule.
    To(usize, &'static str),
    /// A trail that is known from this claim alone.
    Named(Arc<str>, &'static str),
    /// None.
    Open(Why),
}

/// Why nothing ties a status to a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// Nothing names a trail, and it isn't the only one of an only trail.
    Nameless,
    /// It is named for a trail that nothing here lists.
    Stranger(Arc<str>),
    /// It names what several trails are called.
    Several(Arc<str>),
    /// What it names is a trail of another account, region or collection.
    Elsewhere(Arc<str>),
    /// It is said to be of two different trails.
    Contradiction(Arc<str>, Arc<str>),
    /// Its path and its manifest name two accounts.
    Accounts(Arc<str>, Arc<str>),
}

/// The trail that a status with these claims belongs to.
pub(super) fn tie(claims: &[Claim], scope: &Scope<'_>, index: &Index<'_>) -> Tied {
    let mut to: Option<(usize, &Claim)> = None;
    let mut against: Option<(&Claim, Found)> = None;
    let mut unknown: Option<&Claim> = None;
    let rank = |claim: &Claim| (!claim.may_tie(), claim.rule());
    for claim in claims {
        match index.find(claim, scope) {
            Found::One(trail) => match to {
                Some((other, known)) if other != trail => {
                    let (one, two) = (word(known, index), word(claim, index));
                    return Tied::Open(Why::Contradiction(one, two));
                }
                Some((_, known)) if rank(known) <= rank(claim) => {}
                _ => to = Some((trail, claim)),
            },
            found if claim.is_sure() => against = against.or(Some((claim, found))),
            Found::Several => against = against.or(Some((claim, Found::Several))),
            Found::None | Found::Elsewhere if claim.strength == Strength::Faint => {}
            Found::None | Found::Elsewhere => unknown = unknown.or(Some(claim)),
        }
    }
    match (to, against) {
        (Some((trail, claim)), None) if claim.may_tie() => Tied::To(trail, claim.rule()),
        (Some((_, known)), Some((claim, _))) => {
            Tied::Open(Why::Contradiction(word(known, index), word(claim, index)))
        }
        (None, Some((claim, found))) => open(claim, found, claims, scope, index),
        (hint, None) => match (unknown, index.only_pair(scope)) {
            // A name that may be about something else, and no other.
            (Some(claim), _) => Tied::Open(Why::Stranger(word(claim, index))),
            (None, Some(trail)) if hint.is_none_or(|(hinted, _)| hinted == trail) => {
                Tied::To(trail, "sole-pair")
            }
            (None, _) => Tied::Open(Why::Nameless),
        },
    }
}

/// What a claim calls the trail, for reading: without the words of the call.
fn word(claim: &Claim, index: &Index<'_>) -> Arc<str> {
    match index.core(claim) {
        core if matches!(claim.says, Says::Text(_)) && !core.is_empty() => core.into(),
        _ => claim.text().into(),
    }
}

/// What a status comes to whose claims name no trail that is listed: the trail
/// that they all name, where they name one, or nothing.
fn open(
    claim: &Claim,
    found: Found,
    claims: &[Claim],
    scope: &Scope<'_>,
    index: &Index<'_>,
) -> Tied {
    let is_arn = |one: &&Claim| one.is_sure() && matches!(one.says, Says::Arn(_));
    // An ARN says more than the name in it.
    let claim = claims.iter().find(is_arn).unwrap_or(claim);
    let text = word(claim, index);
    let is_other = |other: &&Claim| other.is_sure() && !is_same(claim, other, index);
    if let Some(other) = claims.iter().find(is_other) {
        return Tied::Open(Why::Contradiction(text, word(other, index)));
    }
    match found {
        Found::Several => Tied::Open(Why::Several(text)),
        Found::Elsewhere => Tied::Open(Why::Elsewhere(text)),
        Found::None if claim.may_tie() && index.may_be_only_named(claim, scope) => {
            Tied::Named(text, claim.rule())
        }
        Found::None | Found::One(_) => Tied::Open(Why::Stranger(text)),
    }
}

/// Whether two claims name one trail that nothing lists.
fn is_same(one: &Claim, other: &Claim, index: &Index<'_>) -> bool {
    let (one, other) = (index.core(one), index.core(other));
    let name = |core: &str| arn::trail_arn(core).map(|arn| arn.name.to_owned());
    one == other
        || name(&one).is_some_and(|name| name == other)
        || name(&other).is_some_and(|name| name == one)
}

impl Why {
    /// The reason, of a failed call in this file.
    pub(super) fn of_call(&self, file: &str) -> String {
        let call = format!("the failed call in `{file}`");
        match self {
            Self::Nameless => format!("{call} doesn't say which trail it was for"),
            Self::Stranger(name) => {
                format!("{call} was for `{name}`, which no list of trails here has")
            }
            Self::Several(name) => {
                format!("{call} was for `{name}`, as several trails here are named")
            }
            Self::Elsewhere(name) => format!(
                "{call} was for `{name}`, which is a trail of another account, region or collection"
            ),
            Self::Contradiction(one, two) => {
                format!("{call} is said to be for `{one}` and for `{two}`")
            }
            Self::Accounts(one, two) => {
                format!("{call} is said to be of account {one} and of account {two}")
            }
        }
    }

    /// The reason, of a status in this file.
    pub(super) fn of_status(&self, file: &str) -> String {
        let status = format!("the status in `{file}`");
        match self {
            Self::Nameless => {
                format!("{status} doesn't say which trail it is of, and nothing else does")
            }
            Self::Stranger(name) => {
                format!("{status} is named for `{name}`, which no list of trails here has")
            }
            Self::Several(name) => {
                format!("{status} is named for `{name}`, as several trails here are")
            }
            Self::Elsewhere(name) => format!(
                "{status} is named for `{name}`, which is a trail of another account, region or collection"
            ),
            Self::Contradiction(one, two) => {
                format!("{status} is said to be of `{one}` and of `{two}`")
            }
            Self::Accounts(one, two) => {
                format!("{status} is said to be of account {one} and of account {two}")
            }
        }
    }

    /// What whoever holds a trail without a status can do about such a status.
    pub(super) fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Nameless => Some("name its file `get-trail-status-NAME.json`"),
            Self::Stranger(_) => {
                Some("if it is this trail's, name its file `get-trail-status-NAME.json`")
            }
            Self::Several(_) => Some("name its file for the ARN, or ask for it again by ARN"),
            Self::Contradiction(..) => Some("ask for it again by ARN"),
            Self::Accounts(..) => Some("put it in the folder of the account that was asked"),
            Self::Elsewhere(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Tied, tie};
    use crate::cloudtrail::claim::{Claim, ClaimSource, Says, Strength};
    use crate::snapshot::index::{Index, Scope};
    use crate::snapshot::listing::Listing;

    const NAMES: [&str; 4] = ["main", "pay", "audit", "audit-us-east-1"];

    fn index() -> Index<'static> {
        let mut listing = Listing::default();
        for (number, name) in NAMES.iter().enumerate() {
            let arn = format!("arn:aws:cloudtrail:us-east-1:111122223333:trail/{name}");
            listing.add(number, Some(arn.into()), (*name).into());
            let (account, region) = ("111122223333".into(), "us-east-1".into());
            listing.see((0, number), &"".into(), Some(&account), Some(&region));
        }
        Index::of(listing, Box::leak(Box::default()), &[])
    }

    fn scope() -> Scope<'static> {
        Scope {
            collection: "",
            folder: "",
            account: None,
            region: None,
            is_dated: false,
            own_region: None,
        }
    }

    fn claim() -> impl Strategy<Value = Claim> {
        let source = prop::sample::select(vec![
            ClaimSource::Value,
            ClaimSource::Request,
            ClaimSource::Key,
            ClaimSource::Command,
            ClaimSource::Heading,
            ClaimSource::Below,
            ClaimSource::FileName,
        ]);
        let name = prop::sample::select(vec![
            "main",
            "pay",
            "audit",
            "audit-us-east-1",
            "stranger",
            "p_1",
            "main-2",
            "",
        ]);
        let strength =
            prop::sample::select(vec![Strength::Sure, Strength::Unsure, Strength::Faint]);
        (source, name, 0..3_u8, strength).prop_map(|(source, name, says, strength)| {
            let says = match says {
                0 => Says::Name(name.into()),
                1 => Says::Text(format!("get-trail-status-{name}").into()),
                _ => Says::Arn(
                    format!("arn:aws:cloudtrail:us-east-1:111122223333:trail/{name}").into(),
                ),
            };
            Claim {
                source,
                says,
                strength,
            }
        })
    }

    #[test]
    fn a_word_beside_a_status_stands_against_a_tie_and_makes_none() {
        let index = index();
        let says = |name: &str| Says::Name(name.into());
        let of_file = Claim::sure(ClaimSource::FileName, says("main"));
        for (name, strength, stands) in [
            ("pay", Strength::Faint, true),
            ("pay", Strength::Unsure, true),
            ("main", Strength::Faint, false),
            ("stranger", Strength::Faint, false),
            ("stranger", Strength::Unsure, false),
            ("stranger", Strength::Sure, true),
        ] {
            let word = Claim {
                source: ClaimSource::Beside,
                says: says(name),
                strength,
            };
            let both = tie(&[of_file.clone(), word.clone()], &scope(), &index);
            assert_eq!(matches!(both, Tied::Open(_)), stands, "{word:?}");
            let alone = tie(&[word], &scope(), &index);
            assert!(!matches!(alone, Tied::To(..)), "{name} {strength:?}");
        }
    }

    #[test]
    fn the_text_below_a_status_stands_against_a_tie_and_makes_none() {
        let index = index();
        let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/pay";
        let below = [
            Claim::sure(ClaimSource::Below, Says::Arn(arn.into())),
            Claim::unsure(ClaimSource::Below, Says::Name("pay".into())),
        ];
        for claim in below {
            let alone = tie(std::slice::from_ref(&claim), &scope(), &index);
            assert!(matches!(alone, Tied::Open(_)), "{claim:?}");
            let of_file = Claim::sure(ClaimSource::FileName, Says::Name("main".into()));
            let against = tie(&[of_file, claim.clone()], &scope(), &index);
            assert!(matches!(against, Tied::Open(_)), "{claim:?}");
            let of_file = Claim::sure(ClaimSource::FileName, Says::Name("pay".into()));
            let same = tie(&[of_file, claim], &scope(), &index);
            assert_eq!(same, Tied::To(1, "name-in-path"));
        }
    }

    proptest! {
        /// The law of attribution.
        #[test]
        fn a_further_claim_takes_a_tie_away_or_leaves_it(
            claims in prop::collection::vec(claim(), 1..4),
            further in claim(),
            at in 0..4_usize,
        ) {
            let index = index();
            let before = tie(&claims, &scope(), &index);
            let mut more = claims.clone();
            more.insert(at.min(claims.len()), further);
            let after = tie(&more, &scope(), &index);
            if let (Tied::To(trail, _), Tied::To(other, _)) = (&before, &after) {
                prop_assert_eq!(trail, other);
            }
            if let Tied::To(..) = before {
                prop_assert!(!matches!(after, Tied::Named(..)));
            }
        }

        /// The order of claims changes nothing.
        #[test]
        fn claims_have_no_order(claims in prop::collection::vec(claim(), 0..4)) {
            let index = index();
            let mut turned = claims.clone();
            turned.reverse();
            let trail = |claims: &[Claim]| match tie(claims, &scope(), &index) {
                Tied::To(trail, _) => Some(trail),
                _ => None,
            };
            prop_assert_eq!(trail(&claims), trail(&turned));
        }
    }
}
