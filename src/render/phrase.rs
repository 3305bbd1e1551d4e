//! Phrases that several formats share, already safe to look at.
//!
//! One spelling for each, so that whoever searches one report for what stands
//! in another finds it.

use crate::finding::{Evidence, Place, Waived};
use crate::report::{Subject, SubjectKind};
use crate::text::visible;

/// `file:line:column`.
pub(crate) fn place(place: &Place) -> String {
    format!("{}:{}:{}", visible(&place.file), place.line, place.column)
}

/// `what it shows (file:line:column)`.
pub(crate) fn evidence(evidence: &Evidence) -> String {
    format!("{} ({})", visible(&evidence.label), place(&evidence.place))
}

/// Who accepted a fail, until when and why.
pub(crate) fn accepted(waiver: &Waived) -> String {
    format!(
        "accepted by {} until {}: {}",
        visible(&waiver.approver),
        visible(&waiver.expires),
        visible(&waiver.reason)
    )
}

/// The account a subject belongs to, for a heading.
pub(crate) fn account(subject: &Subject) -> String {
    match &subject.account_id {
        Some(id) => visible(id).into_owned(),
        None => "account unknown".into(),
    }
}

/// What a subject is called within its account.
pub(crate) fn name(subject: &Subject) -> String {
    match subject.kind {
        SubjectKind::Account => "(the account)".into(),
        SubjectKind::Trail => visible(&subject.name).into_owned(),
    }
}

/// `1 trail`, `2 trails`.
pub(crate) fn count(number: usize, what: &str) -> String {
    if number == 1 {
        format!("1 {what}")
    } else {
        format!("{number} {what}s")
    }
}
