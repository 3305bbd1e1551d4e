//! What keeps a subject from slipping away: every trail of the input is judged,
//! a pass rests on evidence, and every code is explained.

use std::collections::BTreeSet;
use std::sync::Arc;

use regorus::Value;

use super::{Reader, at, shared};
use crate::engine::{EngineError, Judgement};
use crate::finding::Outcome;
use crate::policy::{Metadata, nearest};
use crate::snapshot::Step;

pub(super) fn hold(
    reader: &Reader<'_>,
    metadata: &Metadata,
    judgement: &Judgement,
    input: &Value,
) -> Result<(), EngineError> {
    subjects(reader, metadata, judgement, input)?;
    let passes = judgement.results.iter();
    for result in passes.filter(|one| one.outcome == Outcome::Pass) {
        let (subject, check) = (&result.subject, &result.check);
        if result.evidence.is_empty() {
            return Err(reader.refuse(
                "results",
                "pass-without-evidence",
                format!("`{subject}` passes `{check}` without evidence"),
                "a pass names what shows it, under `evidence`; without any the outcome is `inconclusive`",
            ));
        }
        let account = shared(at(input, "account_id"));
        let found = result.evidence.iter();
        let mut found = found.filter_map(|one| whose(input, &one.path)).peekable();
        if found.peek().is_none() {
            return Err(reader.refuse(
                "results",
                "evidence-nowhere",
                format!("`{subject}` passes `{check}`, and no path of its evidence leads to what AWS answered"),
                "`path` leads into a trail or a region's answer of `input`, to what shows the pass: `[\"trails\", i, \"status\"]`, `[\"regions\", i]`; what is missing is shown by the object that would hold it, and `id`, `as_of` and `complete` are coldtrail's own words",
            ));
        }
        let is_own = |whose: Whose| match whose {
            Whose::Account => true,
            Whose::Trail(id) => id == *subject || account.as_ref() == Some(subject),
        };
        if !found.any(is_own) {
            return Err(reader.refuse(
                "results",
                "evidence-elsewhere",
                format!("`{subject}` passes `{check}`, and its evidence is of other trails alone"),
                "a trail passes by what stands in it (`[\"trails\", i, …]` with its own place in `input.trails`) or in a region's answer; others may be named beside it",
            ));
        }
    }
    codes(reader, metadata, judgement)
}

/// Of whom something in the evidence is.
enum Whose {
    /// What AWS answered of the account.
    Account,
    /// The trail with this id.
    Trail(Arc<str>),
}

/// What coldtrail itself says of a trail, which shows nothing of it.
const OWN: [&str; 8] = [
    "id",
    "complete",
    "status_complete",
    "status_of_member",
    "owner_in_evidence",
    "as_of",
    "as_of_basis",
    "not_before",
];

/// Of whom that is to which a path leads, if AWS answered it: what the input says of
/// the account as a whole is coldtrail's own, and what isn't there or is null shows
/// nothing.
fn whose(input: &Value, path: &[Step]) -> Option<Whose> {
    let [Step::Key(top), Step::Index(index), rest @ ..] = path else {
        return None;
    };
    let found = path.iter().try_fold(input, |value, step| match step {
        Step::Key(key) if matches!(value, Value::Object(_)) => Some(at(value, key)),
        Step::Index(index) => value.as_array().ok()?.get(*index),
        Step::Key(_) => None,
    });
    found.filter(|value| !matches!(value, Value::Undefined | Value::Null))?;
    let is_own = |step: &Step| matches!(step, Step::Key(key) if OWN.contains(&&**key));
    match (&**top, rest) {
        (_, rest) if rest.last().is_some_and(is_own) => None,
        ("regions", [Step::Key(key)]) if &**key == "region" => None,
        ("regions", _) => Some(Whose::Account),
        ("trails", _) => {
            let trail = at(input, "trails").as_array().ok()?.get(*index)?;
            shared(at(trail, "id")).map(Whose::Trail)
        }
        _ => None,
    }
}

fn subjects(
    reader: &Reader<'_>,
    metadata: &Metadata,
    judgement: &Judgement,
    input: &Value,
) -> Result<(), EngineError> {
    let Value::Array(trails) = at(input, "trails") else {
        return Ok(());
    };
    if judgement.subjects.is_empty() && !trails.is_empty() && !metadata.judges_some {
        return Err(reader.refuse(
            "subjects",
            "no-subjects",
            format!(
                "`subjects` is empty, and the input has trails: {}",
                trails.len()
            ),
            "where nothing is to be judged, the account is a subject that is `not-applicable`; METADATA may say `subjects: some` under `custom`",
        ));
    }
    let known = known(input);
    if let Some(unknown) = judgement.subjects.iter().find(|id| !known.contains(*id)) {
        return Err(stranger(reader, "subjects", unknown));
    }
    if metadata.judges_some {
        return Ok(());
    }
    let mut ids = trails.iter().filter_map(|trail| shared(at(trail, "id")));
    match ids.find(|id| judgement.subjects.binary_search(id).is_err()) {
        Some(id) => Err(reader.refuse(
            "subjects",
            "trail-left-out",
            format!("`subjects` leaves out the trail `{id}`"),
            "every trail of the input is a subject, with `not-applicable` where the control says nothing of it; METADATA may say `subjects: some` under `custom`",
        )),
        None => Ok(()),
    }
}

/// The ids that a subject of this input may have.
pub(in crate::engine) fn known(input: &Value) -> BTreeSet<Arc<str>> {
    let trails = at(input, "trails").as_array().into_iter().flatten();
    let ids = trails.filter_map(|trail| shared(at(trail, "id")));
    ids.chain(shared(at(input, "account_id"))).collect()
}

/// A complaint about a subject that is none of those.
pub(in crate::engine) fn stranger(reader: &Reader<'_>, rule: &str, id: &str) -> EngineError {
    reader.refuse(
        rule,
        "unknown-subject",
        format!("`{rule}` holds `{id}`, which the input doesn't have"),
        "a subject is a trail's id or the account's",
    )
}

fn codes(
    reader: &Reader<'_>,
    metadata: &Metadata,
    judgement: &Judgement,
) -> Result<(), EngineError> {
    let known: BTreeSet<&str> = metadata.codes.iter().map(|(code, _)| &**code).collect();
    let results = judgement.results.iter().map(|one| ("results", &one.code));
    let warnings = judgement.warnings.iter().map(|one| ("warnings", &one.code));
    let mut all = results.chain(warnings);
    let Some((rule, code)) = all.find(|(_, code)| !known.contains(&***code)) else {
        return Ok(());
    };
    let near = nearest(code, known.iter().copied())
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    Err(reader.refuse(
        rule,
        "undeclared-code",
        format!("METADATA does not explain the code `{code}`"),
        &format!("every code belongs in METADATA under `custom.codes`, with what it means{near}"),
    ))
}
