//! What was seen: the subjects as inventory items, and an observation a check
//! or warning of each.

use serde_json::{Value, json};

use super::word::{help, line, prop, string};
use super::{Seen, Times, UNKNOWN, back_matter, checks, id_of, is_risk, subject_prop, tool};
use crate::comparison::{Change, Entry};
use crate::finding::{Evidence, Warning};
use crate::render::identity::{uri, uuid};
use crate::render::{phrase, totals};
use crate::report::{Report, Subject, SubjectKind};

/// The id of a trail or account.
fn item(subject: &Subject) -> String {
    let account = subject.account_id.as_deref().unwrap_or_default();
    uuid("item", &[account, subject.kind.as_str(), &subject.id]).to_string()
}

/// Every trail and account once, however many policies judged it.
pub(super) fn inventory(report: &Report) -> impl Iterator<Item = Value> + '_ {
    let same = |one: &Subject, other: &Subject| {
        (&one.account_id, one.kind, &one.id) == (&other.account_id, other.kind, &other.id)
    };
    let groups = report.subjects.chunk_by(same);
    groups.filter_map(|group| group.first().map(inventory_item))
}

fn inventory_item(subject: &Subject) -> Value {
    let mut props = vec![
        subject_prop(subject),
        prop("kind", subject.kind.as_str()),
        prop("name", &subject.name),
    ];
    if let Some(account) = &subject.account_id {
        props.push(prop("account", account));
    }
    if let Some(region) = &subject.home_region {
        props.push(prop("home-region", region));
    }
    let name = match subject.kind {
        SubjectKind::Trail => format!("CloudTrail trail {}", subject.name),
        SubjectKind::Account => format!("AWS account {}", subject.name),
    };
    json!({"uuid": item(subject), "description": line(&name), "props": props})
}

/// Checks, then warnings, then what an earlier report had and isn't there any
/// more.
pub(super) fn observations<'a>(
    report: &'a Report,
    times: &'a Times,
) -> impl Iterator<Item = Value> + 'a {
    let subjects = report.subjects.iter();
    let warnings = subjects.flat_map(move |subject| {
        let warnings = subject.warnings.iter().enumerate();
        warnings.map(move |(index, warning)| of_warning(report, subject, index, warning))
    });
    let comparison = report.comparison.iter();
    let gone = comparison.flat_map(|comparison| comparison.of(Change::Gone));
    checks(report)
        .map(|seen| of_check(report, &seen))
        .chain(warnings)
        .chain(gone.map(|entry| of_gone(entry, times)))
}

fn of_check(report: &Report, seen: &Seen<'_>) -> Value {
    let Seen { subject, check, .. } = seen;
    let mut props = vec![
        prop("outcome", check.outcome.as_str()),
        prop("code", &check.code),
        prop("check", &check.id),
        prop("policy", &subject.policy),
    ];
    if let Some(waiver) = &check.waiver {
        props.push(prop("waiver-approver", &waiver.approver));
        props.push(prop("waiver-expires", &waiver.expires));
        props.push(prop("waiver-reason", &waiver.reason));
    }
    if let Some(entry) = report.change(subject, check) {
        props.push(prop("change", entry.change.as_str()));
    }
    let mut observation = json!({
        "uuid": seen.id("observation"),
        "title": line(&format!("{}: {}", check.title, phrase::name(subject))),
        "description": line(&check.message),
        "props": props,
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
    });
    complete(&mut observation, report, subject, &check.evidence);
    // What to do about a fail is with its risk.
    let said = check.help.as_ref().filter(|_| !is_risk(check));
    if let (Some(said), Some(map)) = (said, observation.as_object_mut()) {
        let remarks = map
            .get("remarks")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let remarks: Vec<String> = remarks.into_iter().chain([help(said)]).collect();
        map.insert("remarks".into(), json!(remarks.join("\n\n")));
    }
    observation
}

fn of_warning(report: &Report, subject: &Subject, index: usize, warning: &Warning) -> Value {
    // A subject may have two warnings of one code.
    let word = format!("warning {index} {}", warning.code);
    let mut observation = json!({
        "uuid": id_of("observation", subject, &word),
        "title": line(&format!("Warning: {}", phrase::name(subject))),
        "description": line(&warning.message),
        "props": [
            prop("outcome", "warning"),
            prop("code", &warning.code),
            prop("policy", &subject.policy),
        ],
        "methods": ["EXAMINE"],
        "types": ["discovery"],
    });
    complete(&mut observation, report, subject, &warning.evidence);
    observation
}

/// The check itself isn't there: all that is known is what it was.
fn of_gone(entry: &Entry, times: &Times) -> Value {
    let was = entry.before.as_ref().map(phrase::state).unwrap_or_default();
    let account = entry.account_id.as_deref().unwrap_or_default();
    json!({
        "uuid": uuid("gone", &[account, &entry.subject, &entry.policy, &entry.check]),
        "title": line(&format!("Gone since the baseline: {}", entry.check)),
        "description": line(&format!("was {was}")),
        "props": [
            prop("outcome", "gone"),
            prop("change", entry.change.as_str()),
            prop("check", &entry.check),
            prop("policy", &entry.policy),
            prop("subject", &entry.subject),
        ],
        "methods": ["EXAMINE"],
        "types": ["historic"],
        "collected": times.end().to_string(),
    })
}

/// Who says it, of what, when it was collected, and what it rests on.
fn complete(observation: &mut Value, report: &Report, subject: &Subject, evidence: &[Evidence]) {
    let Some(map) = observation.as_object_mut() else {
        return;
    };
    let origin = json!({"actors": [{"type": "tool", "actor-uuid": tool()}]});
    map.insert("origins".into(), json!([origin]));
    let reference = json!({
        "subject-uuid": item(subject),
        "type": "inventory-item",
        "title": line(&phrase::name(subject)),
    });
    map.insert("subjects".into(), json!([reference]));
    if !evidence.is_empty() {
        let evidence = evidence.iter().map(|evidence| relevant(report, evidence));
        let evidence: Vec<Value> = evidence.collect();
        map.insert("relevant-evidence".into(), json!(evidence));
    }
    let collected = subject.as_of.unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    map.insert("collected".into(), json!(collected.to_string()));
    match (subject.as_of, totals::origin(subject.as_of_basis)) {
        (Some(_), Some(_)) => {}
        (Some(_), None) => {
            let remark = "Collected at an unknown time, not before the one given.";
            map.insert("remarks".into(), json!(remark));
        }
        (None, _) => {
            map.insert("remarks".into(), json!(UNKNOWN));
        }
    }
}

/// A place, by the resource of its file; a file of waivers has none.
fn relevant(report: &Report, evidence: &Evidence) -> Value {
    let place = &evidence.place;
    let known = report
        .documents
        .binary_search_by(|document| document.file.cmp(&place.file));
    let href = match known {
        Ok(_) => format!("#{}", back_matter::file(&place.file)),
        Err(_) => uri(&place.file),
    };
    let [start, end] = place.bytes;
    json!({
        "href": href,
        "description": line(&evidence.label),
        "props": [
            prop("file", &place.file),
            prop("pointer", &place.pointer),
            prop("line", &place.line.to_string()),
            prop("column", &place.column.to_string()),
            prop("bytes", &string(&format!("{start}-{end}"))),
        ],
    })
}
