//! What follows from what was seen: whether each objective is satisfied, and
//! the risks where it is not.

use serde_json::{Value, json};

use super::word::{help, line, paragraph, prop};
use super::{checks, id_of, is_finding, is_risk, objective};
use crate::finding::{Check, Outcome};
use crate::render::phrase;
use crate::report::{Report, Subject};

/// A finding of each check that applies.
pub(super) fn findings(report: &Report) -> impl Iterator<Item = Value> + '_ {
    let checks = checks(report).filter(|(_, check)| is_finding(check));
    checks.map(|(subject, check)| finding(subject, check))
}

fn finding(subject: &Subject, check: &Check) -> Value {
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
        "uuid": id_of("finding", subject, &check.id),
        "title": line(&format!("{}: {}", check.title, phrase::name(subject))),
        "description": line(&check.message),
        "props": [prop("outcome", check.outcome.as_str()), prop("code", &check.code)],
        "target": {
            "type": "objective-id",
            "target-id": objective(&subject.policy, &check.id),
            "status": status,
        },
        "related-observations": [{"observation-uuid": id_of("observation", subject, &check.id)}],
    });
    if let (true, Some(map)) = (is_risk(check), finding.as_object_mut()) {
        let risk = json!({"risk-uuid": id_of("risk", subject, &check.id)});
        map.insert("related-risks".into(), json!([risk]));
    }
    finding
}

/// A risk of each fail.
pub(super) fn risks(report: &Report) -> impl Iterator<Item = Value> + '_ {
    let checks = checks(report).filter(|(_, check)| is_risk(check));
    checks.map(|(subject, check)| risk(report, subject, check))
}

fn risk(report: &Report, subject: &Subject, check: &Check) -> Value {
    let policy = report
        .policies
        .iter()
        .find(|policy| policy.id == subject.policy);
    let statement = policy.map(|policy| &policy.description);
    let statement = statement.filter(|text| !text.is_empty());
    let mut risk = json!({
        "uuid": id_of("risk", subject, &check.id),
        "title": line(&format!("{}: {}", check.code, phrase::name(subject))),
        "description": line(&check.message),
        "statement": paragraph(statement.unwrap_or(&check.title)),
        "status": if check.waiver.is_some() { "deviation-approved" } else { "open" },
        "related-observations": [{"observation-uuid": id_of("observation", subject, &check.id)}],
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
            "uuid": id_of("waiver", subject, &check.id),
            "description": line(&phrase::accepted(waiver)),
        });
        map.insert("mitigating-factors".into(), json!([factor]));
    }
    if let (None, Some(said)) = (&check.waiver, &check.help) {
        let response = json!({
            "uuid": id_of("response", subject, &check.id),
            "lifecycle": "recommendation",
            "title": "What to do",
            "description": help(said),
        });
        map.insert("remediations".into(), json!([response]));
    }
    risk
}
