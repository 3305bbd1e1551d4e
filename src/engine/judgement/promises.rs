//! What keeps a subject from slipping away: every trail of the input is judged,
//! a pass rests on evidence, and every code is explained.

use std::collections::BTreeSet;

use regorus::Value;

use super::{Reader, at, shared};
use crate::engine::{EngineError, Judgement};
use crate::finding::Outcome;
use crate::policy::{Metadata, nearest};

pub(super) fn hold(
    reader: &Reader<'_>,
    metadata: &Metadata,
    judgement: &Judgement,
    input: &Value,
) -> Result<(), EngineError> {
    subjects(reader, metadata, judgement, input)?;
    for result in &judgement.results {
        if result.outcome == Outcome::Pass && result.evidence.is_empty() {
            let message = format!(
                "`{}` passes `{}` without evidence",
                result.subject, result.check
            );
            return Err(reader.refuse(
                "results",
                "pass-without-evidence",
                message,
                "a pass names what shows it, under `evidence`; without any the outcome is `inconclusive`",
            ));
        }
    }
    codes(reader, metadata, judgement)
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
    let mut ids = trails.iter().filter_map(|trail| shared(at(trail, "id")));
    if judgement.subjects.is_empty() && !trails.is_empty() {
        return Err(reader.refuse(
            "subjects",
            "no-subjects",
            format!(
                "`subjects` is empty, and the input has trails: {}",
                trails.len()
            ),
            "where nothing is to be judged, the account is a subject that is `not-applicable`",
        ));
    }
    if metadata.judges_some {
        return Ok(());
    }
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
