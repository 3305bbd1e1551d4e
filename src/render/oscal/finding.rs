//! What follows from what was seen: whether each objective is satisfied, and
//! the risks where it is not.

use serde_json::{Value, json};

use super::word::{help, line, paragraph, prop};
use super::{Seen, checks, is_finding, is_risk, objective};
use crate::finding::Outcome;
use crate::render::phrase;
use crate::report::Report;

/// A finding of each check that applies.
pub(super) fn findings(report: &Report) -> impl Iterator<Item = Value> + '_ {
    let checks = checks(report).filter(|seen| is_finding(seen.check));
    checks.map(|seen| finding(&seen))
}

fn finding(seen: &Seen<'_>) -> Value {
    let Seen { subject, check, .. } = seen;
    let mut status = match check.outcome {
        Outcome::Pass => json!({"state": "satisfied", "reason": "pass"}),
        Outcome::Fail | Outcome::Waived => json!({"state": "not-satisfied", "reason": "fail"}),
        Outcome::Inconclusive | Outcome::NotApplicable => {
            json!({"state": "not-satisfied", "reason": "other"})
        }
    };
    if let (Outcome::Inconclusive, Some(map)) = (check.outcome, status.as_object_mut()) {
        let remark = "Inconclusive: the evidence proves neither.";
        map.insert("remarks".into(), json!(remark));
    }
    let mut finding = json!({
        "uuid": seen.id("finding"),
        "title": line(&format!("{}: {}", check.title, phrase::name(subject))),
        "description": line(&check.message),
        "props": [prop("outcome", check.outcome.as_str()), prop("code", &check.code)],
        "target": {
            "type": "objective-id",
            "target-id": objective(&subject.policy, &check.id),
            "status": status,
        },
        "related-observations": [{"observation-uuid": seen.id("observation")}],
    });
    if let (true, Some(map)) = (is_risk(check), finding.as_object_mut()) {
        let risk = json!({"risk-uuid": seen.id("risk")});
        map.insert("related-risks".into(), json!([risk]));
    }
    finding
}

/// A risk of each fail.
pub(super) fn risks(report: &Report) -> impl Iterator<Item = Value> + '_ {
    let checks = checks(report).filter(|seen| is_risk(seen.check));
    checks.map(|seen| risk(report, &seen))
}

fn risk(report: &Report, seen: &Seen<'_>) -> Value {
    let Seen { subject, check, .. } = seen;
    let policy = report
        .policies
        .iter()
        .find(|policy| policy.id == subject.policy);
    let statement = policy.map(|policy| &*policy.description);
    let statement = statement.filter(|text| !text.is_empty());
    let mut risk = json!({
        "uuid": seen.id("risk"),
        "title": line(&format!("{}: {}", check.code, phrase::name(subject))),
        "description": line(&check.message),
        "statement": paragraph(statement.unwrap_or(&check.title)),
        "status": if check.waiver.is_some() { "deviation-approved" } else { "open" },
        "related-observations": [{"observation-uuid": seen.id("observation")}],
    });
    let Some(map) = risk.as_object_mut() else {
        return risk;
    };
    if let Some(policy) = policy {
        map.insert("props".into(), json!([prop("severity", &policy.severity)]));
    }
    if let Some(waiver) = &check.waiver {
        // The waiver holds on its last day, in UTC.
        let deadline = format!("{}T23:59:59Z", waiver.expires);
        if deadline.parse::<jiff::Timestamp>().is_ok() {
            map.insert("deadline".into(), json!(deadline));
        }
        let factor = json!({
            "uuid": seen.id("waiver"),
            "description": line(&phrase::accepted(waiver)),
        });
        map.insert("mitigating-factors".into(), json!([factor]));
    }
    if let (None, Some(said)) = (&check.waiver, &check.help) {
        let response = json!({
            "uuid": seen.id("response"),
            "lifecycle": "recommendation",
            "title": "What to do",
            "description": help(said),
        });
        map.insert("remediations".into(), json!([response]));
    }
    risk
}
