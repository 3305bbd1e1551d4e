//! Phrases that several formats share, already safe to look at.
//!
//! One spelling for each, so that whoever searches one report for what stands
//! in another finds it.

use crate::comparison::{Change, Comparison, Entry, State};
use crate::finding::{Evidence, Place, Waived};
use crate::policy::{BundleInfo, SignatureInfo};
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

/// `fail[delivery-stale]`.
pub(crate) fn state(state: &State) -> String {
    format!("{}[{}]", state.outcome, visible(&state.code))
}

/// How a check stands against the earlier report: `new`, `changed, was
/// inconclusive[as-of-unknown]`.
pub(crate) fn change(entry: &Entry) -> String {
    match (&entry.before, entry.change) {
        (Some(before), Change::Changed | Change::Fixed | Change::Gone) => {
            format!("{}, was {}", entry.change.said(), state(before))
        }
        _ => entry.change.said().to_owned(),
    }
}

/// `1 new, 2 still failing`, or that nothing changed.
pub(crate) fn changes(comparison: &Comparison) -> String {
    let counts = comparison
        .counts()
        .into_iter()
        .filter(|(_, count)| *count > 0);
    let parts: Vec<String> = counts
        .map(|(change, count)| format!("{count} {}", change.said()))
        .collect();
    if parts.is_empty() {
        "nothing changed".to_owned()
    } else {
        parts.join(", ")
    }
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

/// An OPA bundle: what it owns, its revision, and whose signature it bears.
pub(crate) fn bundle(bundle: &BundleInfo) -> String {
    let roots = bundle.roots.iter().map(|root| match root.as_str() {
        "" => "all data".into(),
        root => visible(root),
    });
    let roots = match bundle.roots.is_empty() {
        true => "nothing".to_owned(),
        false => roots.collect::<Vec<_>>().join(" and "),
    };
    let revision = match bundle.revision.as_str() {
        "" => "without a revision".to_owned(),
        revision => format!("revision {}", visible(revision)),
    };
    let signature = match &bundle.signature {
        None => "not signed".to_owned(),
        Some(SignatureInfo::Skipped) => "its signature not verified".to_owned(),
        Some(SignatureInfo::Verified {
            algorithm,
            key_id,
            key_sha256,
            issuer,
            scope,
        }) => {
            let key = match key_id {
                Some(id) => format!("key {}", visible(id)),
                None => "the key given".to_owned(),
            };
            let part = |word, text: &Option<String>| match text {
                Some(text) => format!(" {word} {}", visible(text)),
                None => String::new(),
            };
            let (issuer, scope) = (part("of", issuer), part("for", scope));
            let digest = key_sha256.as_deref().map(first_of).unwrap_or_default();
            format!(
                "signed by {key}{issuer}{scope} ({}{digest})",
                visible(algorithm)
            )
        }
    };
    format!("bundle of {roots}, {revision}, {signature}")
}

/// The beginning of a key's digest: enough to tell it from any other.
fn first_of(digest: &str) -> String {
    let first: String = digest.chars().take(16).collect();
    format!(", key sha256 {}…", visible(&first))
}

/// `a, b, and 3 more`: at the most so many, then a count.
pub(crate) fn list(names: &[String], most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let shown = names.get(..names.len() - more).unwrap_or_default();
    let shown = shown.join(", ");
    if more > 0 {
        format!("{shown}, and {more} more")
    } else {
        shown
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
