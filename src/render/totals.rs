//! What a whole report comes to, in one line that every format for people
//! shows.

use std::collections::BTreeSet;

use crate::finding::{AsOfBasis, DocumentKind, Outcome};
use crate::render::phrase::count;
use crate::report::{DocumentEntry, Report, Subject, SubjectKind};
use crate::text::visible;

/// How many subjects, how they came out, and on what clock.
pub(crate) fn line(report: &Report) -> String {
    format!(
        "{}: {} ({})",
        subjects(report),
        outcomes(report),
        clock(report)
    )
}

/// What became of the documents, where some can't be used.
pub(crate) fn documents(report: &Report) -> Option<String> {
    let documents = report.document_tally();
    let all = documents.read + documents.failed + documents.other + documents.excluded;
    (documents.failed + documents.excluded > 0).then(|| {
        let excluded = match documents.excluded {
            0 => String::new(),
            number => format!(", {number} left out by --exclude"),
        };
        format!(
            "{}: {} read, {} failed, {} of another kind{excluded}",
            count(all, "document"),
            documents.read,
            documents.failed,
            documents.other
        )
    })
}

/// The files that were left out.
pub(crate) fn excluded(report: &Report) -> impl Iterator<Item = &DocumentEntry> {
    let documents = report.documents.iter();
    documents.filter(|document| document.kind == DocumentKind::Excluded)
}

/// Which policies can't show that they judged everything, where there are any.
pub(crate) fn partial(report: &Report) -> Option<String> {
    let ids: Vec<String> = report
        .policies
        .iter()
        .filter(|policy| !policy.total)
        .map(|policy| format!("`{}`", visible(&policy.id)))
        .collect();
    let each = match ids.len() {
        0 => return None,
        1 => "policy",
        _ => "policies",
    };
    Some(format!(
        "{each} {}: no totality, as with conftest; nothing shows that everything was judged",
        ids.join(", ")
    ))
}

/// `3 trails in 2 accounts and 1 account as a whole, 1 account not collected`.
pub(crate) fn subjects(report: &Report) -> String {
    let (mut trails, mut owners) = (BTreeSet::new(), BTreeSet::new());
    let (mut whole, mut missing, mut partial) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for subject in &report.subjects {
        if subject.kind == SubjectKind::Trail {
            trails.insert(&subject.id);
            owners.insert(&subject.account_id);
        } else if has_code(subject, "account-not-collected") {
            missing.insert(&subject.id);
        } else if has_code(subject, "region-not-collected") {
            partial.insert(&subject.id);
        } else {
            whole.insert(&subject.id);
        }
    }
    let accounts = |accounts: BTreeSet<_>, how: &str| match accounts.len() {
        0 => None,
        number => Some(format!("{} {how}", count(number, "account"))),
    };
    let whole = accounts(whole, "as a whole");
    let missing = accounts(missing, "not collected");
    let partial = accounts(partial, "collected in part");
    let is_without_trails =
        trails.is_empty() && (whole.is_some() || missing.is_some() || partial.is_some());
    let trails = (!is_without_trails).then(|| {
        let trails = count(trails.len(), "trail");
        format!("{trails} in {}", count(owners.len(), "account"))
    });
    let judged = [trails, whole].into_iter().flatten();
    let judged = judged.collect::<Vec<_>>().join(" and ");
    let judged = (!judged.is_empty()).then_some(judged);
    let parts = [judged, missing, partial].into_iter().flatten();
    parts.collect::<Vec<_>>().join(", ")
}

fn has_code(subject: &Subject, code: &str) -> bool {
    subject.checks.iter().any(|check| *check.code == *code)
}

/// `1 fail, 1 inconclusive, 1 pass, 2 warnings`.
pub(crate) fn outcomes(report: &Report) -> String {
    let tally = report.tally();
    let mut parts: Vec<String> = [
        (tally.fail, Outcome::Fail),
        (tally.inconclusive, Outcome::Inconclusive),
        (tally.waived, Outcome::Waived),
        (tally.pass, Outcome::Pass),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, outcome)| format!("{number} {outcome}"))
    .collect();
    if parts.is_empty() {
        parts.push("nothing judged".into());
    }
    let warnings: usize = report
        .subjects
        .iter()
        .map(|subject| subject.warnings.len())
        .sum();
    if warnings > 0 {
        parts.push(count(warnings, "warning"));
    }
    parts.join(", ")
}

/// `as of … from the manifest, max delivery age 24 h`.
pub(crate) fn clock(report: &Report) -> String {
    let mut times = BTreeSet::new();
    let mut origins = BTreeSet::new();
    let mut unknown = BTreeSet::new();
    for subject in &report.subjects {
        match (subject.as_of, origin(subject.as_of_basis)) {
            (Some(time), Some(origin)) => {
                times.insert(time);
                origins.insert(origin);
            }
            _ => {
                unknown.insert(&subject.id);
            }
        }
    }
    let origins = origins.into_iter().collect::<Vec<_>>().join(" and ");
    let mut parts = match (times.first(), times.last()) {
        (Some(first), Some(last)) if first == last => vec![format!("as of {first} from {origins}")],
        (Some(first), Some(last)) => vec![format!("as of {first} to {last} from {origins}")],
        _ => vec![],
    };
    if parts.is_empty() {
        parts.push("collection time unknown".into());
    } else if !unknown.is_empty() {
        parts.push(format!(
            "collection time unknown for {}",
            count(unknown.len(), "subject")
        ));
    }
    if let Some(hours) = report.parameters.policy.get("max_delivery_age_hours") {
        parts.push(format!("max delivery age {hours} h"));
    }
    parts.join(", ")
}

/// Where a known collection time came from, in words.
pub(crate) fn origin(basis: AsOfBasis) -> Option<&'static str> {
    match basis {
        AsOfBasis::Flag => Some("the flag"),
        AsOfBasis::Clock => Some("the clock"),
        AsOfBasis::FileTime => Some("file times"),
        AsOfBasis::Manifest => Some("the manifest"),
        AsOfBasis::DateHeader => Some("a Date header"),
        AsOfBasis::PathStamp => Some("the path"),
        AsOfBasis::LowerBound | AsOfBasis::Unknown => None,
    }
}
