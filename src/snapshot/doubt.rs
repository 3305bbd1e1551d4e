//! Why answers that belong together may not be what they are taken for.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::Form;
use super::collection::LONGEST_RUN;
use super::context::Context;
use super::draft::{Draft, Part};
use crate::evidence::Bundle;
use crate::finding::AsOfBasis;
use crate::recognise::facts::{Call, Named, Status};

/// Why the lists that show a trail may be of another run than its status, although
/// they lie together: their files' own stamps are further apart than a run is long.
pub(super) fn outdated(part: &Part) -> Option<String> {
    let (listed, told) = part.listed.known().zip(part.told.known())?;
    let apart = told.duration_since(listed).abs() > LONGEST_RUN;
    apart.then(|| format!("its list is of {listed} and its status of {told}: they are of two runs"))
}

/// What none but other accounts list, and is no organization's: AWS shows such a trail
/// to its owner alone, so the answers aren't what they are said to be.
pub(super) fn of_strangers(draft: &Draft, sightings: &[Form]) -> Option<String> {
    let owner = draft.account.as_ref().filter(|_| !draft.organization)?;
    let is_strangers = |form: &Form| !form.accounts.is_empty() && !form.accounts.contains(owner);
    // Trails of the first years don't say whose they are.
    let says = |form: &Form| {
        memchr::memmem::find(form.object.text.as_bytes(), b"rganizationTrail").is_some()
    };
    let account = sightings.first()?.accounts.iter().next()?;
    (sightings.iter().all(is_strangers) && sightings.iter().any(says))
        .then(|| format!("only account {account} lists it, which sees no trail of another account"))
}

/// Trails that stand at places which aren't read, by collection, account, and ARN or
/// name, and why.
pub(super) type Unread<'b> = HashMap<(&'b str, Option<&'b str>, &'b str), String>;

/// Why a trail may not be what a collection shows it to be: it stands in it at a place
/// that isn't read as well.
pub(super) fn unread(part: &Part, draft: &Draft, unread: &Unread<'_>) -> Option<String> {
    let owner = draft.account.as_deref();
    let mut places = [None, owner].into_iter().flat_map(|account| {
        let trails = [&*draft.id, &*draft.name];
        trails.map(|trail| (&*part.collection, account, trail))
    });
    places.find_map(|place| unread.get(&place).cloned())
}

/// Those of a bundle.
pub(super) fn unread_of<'b>(bundle: &'b Bundle, contexts: &'b [Context]) -> Unread<'b> {
    let mut unread = Unread::new();
    for (document, context) in bundle.documents.iter().zip(contexts) {
        let failures = document.failures.iter();
        for failure in failures.filter(|one| one.call == Some(Call::DescribeTrails)) {
            if let Named::Arn(trail) | Named::Name(trail) = &failure.named {
                let account = context.account(&failure.origin).map(|account| &**account);
                let why = || format!("`{}`: {}", bundle.name(document), failure.message);
                let place = (&*context.collection, account, &**trail);
                unread.entry(place).or_insert_with(why);
            }
        }
    }
    unread
}

/// How much later than the collection a time may be that is said of an answer: a run
/// takes its time, and what is collected is put together behind it.
const PUT_TOGETHER: SignedDuration = SignedDuration::from_hours(1);

/// Why a status may be of another time than the collection: a time that stands beside
/// it is later. AWS's own time of that very answer is not put in doubt so, nor is
/// that nothing was ever delivered until then.
pub(super) fn misdated(
    status: &Status,
    as_of: Option<Timestamp>,
    basis: AsOfBasis,
) -> Option<String> {
    status.delivered?;
    let (said, as_of) = status.said_at.zip(as_of)?;
    let is_later = basis != AsOfBasis::DateHeader && said.duration_since(as_of) > PUT_TOGETHER;
    is_later
        .then(|| format!("{said} stands beside it, which is later than the collection, {as_of}"))
}
