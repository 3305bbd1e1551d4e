//! OCSF 1.5.0 Compliance Findings (class 2003), as Security Lake and Prowler
//! speak them: one JSON array, an event a trail and check, each on a line of
//! its own.
//!
//! An event's status is what became of the finding (new, or suppressed under a
//! waiver), its compliance status what the evidence shows: pass, fail, and
//! warning for what the schema calls a check without a result. A warning of
//! coldtrail changes no outcome, so it is an event of status other. What has no
//! attribute of its own is under `unmapped`.
//!
//! `time` is required and there is no clock: it is when the evidence was
//! collected, the earliest that may have been where only that is known, and 0
//! where nothing is. `unmapped.as_of_basis` says which.

mod code;
mod object;

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::comparison::{Change, Entry};
use crate::finding::{Check, Evidence, Outcome, Warning};
use crate::policy::PolicyInfo;
use crate::render::identity;
use crate::render::identity::fingerprint;
use crate::render::json::formatter::write_lines;
use crate::render::{Excerpts, Style, phrase};
use crate::report::{DocumentEntry, Report, Subject};
use crate::text::{hex, visible};
use code::{CREATE, Coded, INFORMATIONAL, NEW, SUPPRESSED, compliance, lifecycle};
use object::{cloud, metadata, put, resource};

/// Writes the report as a JSON array of events.
///
/// # Errors
/// Only those of the writer.
pub fn render(
    report: &Report,
    _: &mut dyn Excerpts,
    _: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let files = report.documents.iter();
    let policies = report.policies.iter();
    let events = Events {
        report,
        files: files.map(|file| (&*file.file, file)).collect(),
        policies: policies.map(|policy| (&*policy.id, policy)).collect(),
    };
    write_lines(out, events.all())
}

/// What events are made with, one by one.
struct Events<'a> {
    report: &'a Report,
    files: HashMap<&'a str, &'a DocumentEntry>,
    policies: HashMap<&'a str, &'a PolicyInfo>,
}

/// What an event is about, and what it says.
struct Said<'a> {
    uid: String,
    rule: String,
    check: &'a str,
    title: &'a str,
    outcome: &'a str,
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    evidence: &'a [Evidence],
    activity: Coded,
    status: Coded,
    compliance: Coded,
    severity: Coded,
}

impl Events<'_> {
    /// The checks and warnings of each subject, then what is gone.
    fn all(&self) -> impl Iterator<Item = Value> + '_ {
        let subjects = self.report.subjects.iter();
        let of_subjects = subjects.flat_map(move |subject| {
            let warnings = identity::warnings(subject);
            identity::checks(subject)
                .map(move |(before, check)| self.of_check(subject, check, before))
                .chain(
                    warnings
                        .map(move |(before, warning)| self.of_warning(subject, warning, before)),
                )
        });
        let comparison = self.report.comparison.iter();
        let gone = comparison.flat_map(|comparison| comparison.of(Change::Gone));
        let events = of_subjects.chain(gone.map(|entry| self.of_gone(entry)));
        let bundles: Vec<String> = self.report.bundles.iter().map(phrase::bundle).collect();
        events.map(move |mut event| {
            if !bundles.is_empty() {
                put_unmapped(&mut event, "bundles", json!(bundles));
            }
            event
        })
    }

    fn of_check(&self, subject: &Subject, check: &Check, before: usize) -> Value {
        let rule = identity::rule(&subject.policy, &check.id);
        let change = self.report.change(subject, check);
        let (activity, status) = lifecycle(change.map(|entry| entry.change));
        let mut event = self.event(
            subject,
            &Said {
                uid: fingerprint(&subject.id, &identity::unique(&rule, before)),
                rule,
                check: &check.id,
                title: &check.title,
                outcome: check.outcome.as_str(),
                code: &check.code,
                message: &check.message,
                help: check.help.as_deref(),
                evidence: &check.evidence,
                activity,
                status: match check.outcome {
                    Outcome::Waived => SUPPRESSED,
                    _ => status,
                },
                compliance: compliance(check.outcome),
                severity: match check.outcome {
                    Outcome::Pass | Outcome::NotApplicable => INFORMATIONAL,
                    _ => self.severity(&subject.policy),
                },
            },
        );
        if let Some(waiver) = &check.waiver {
            put(&mut event, "comment", json!(phrase::accepted(waiver)));
            let waiver = json!({
                "reason": waiver.reason,
                "approver": waiver.approver,
                "expires": waiver.expires,
            });
            put_unmapped(&mut event, "waiver", waiver);
        }
        if let Some(entry) = change {
            put_unmapped(&mut event, "change", since(entry));
        }
        event
    }

    fn of_warning(&self, subject: &Subject, warning: &Warning, before: usize) -> Value {
        let rule = identity::warning_rule(&subject.policy, &warning.code);
        self.event(
            subject,
            &Said {
                uid: fingerprint(&subject.id, &identity::unique(&rule, before)),
                rule,
                check: &warning.code,
                title: &warning.message,
                outcome: "warning",
                code: &warning.code,
                message: &warning.message,
                help: warning.help.as_deref(),
                evidence: &warning.evidence,
                activity: CREATE,
                status: NEW,
                compliance: (99, "warning"),
                severity: INFORMATIONAL,
            },
        )
    }

    /// A check of the earlier report that isn't there any more: its finding is
    /// closed, and nothing is known of what it would come to.
    fn of_gone(&self, entry: &Entry) -> Value {
        let before = entry.before.as_ref();
        let was = before.map(phrase::state).unwrap_or_default();
        let rule = identity::rule(&entry.policy, &entry.check);
        let uid = fingerprint(&entry.subject, &rule);
        let message = format!("gone since the baseline, was {was}");
        let (activity, status) = lifecycle(Some(entry.change));
        let mut event = frame(activity, status, INFORMATIONAL, 0, &message);
        put(&mut event, "metadata", metadata(&rule));
        let finding = json!({"uid": uid, "title": visible(&entry.check), "desc": message});
        put(&mut event, "finding_info", finding);
        put(
            &mut event,
            "compliance",
            json!({"control": entry.policy, "status_id": 0, "status": "Unknown"}),
        );
        put(&mut event, "resources", json!([{"uid": entry.subject}]));
        let unmapped = json!({
            "policy": entry.policy,
            "check": entry.check,
            "outcome": "gone",
            "code": before.map(|before| &*before.code),
            "account": entry.account_id,
            "change": since(entry),
        });
        put(&mut event, "unmapped", unmapped);
        event
    }

    fn event(&self, subject: &Subject, said: &Said<'_>) -> Value {
        let policy = self.policies.get(&*subject.policy).copied();
        let time = subject.as_of.map(|time| time.as_millisecond());
        let message = visible(said.message);
        let mut event = frame(
            said.activity,
            said.status,
            said.severity,
            time.unwrap_or_default(),
            &message,
        );
        put(&mut event, "status_code", json!(said.code));
        put(&mut event, "metadata", metadata(&said.rule));
        put(&mut event, "finding_info", finding_info(said, policy, time));
        put(&mut event, "compliance", self.compliance(said, policy));
        put(&mut event, "resources", json!([resource(subject)]));
        if let Some(account) = &subject.account_id {
            put(&mut event, "cloud", cloud(subject, account));
        }
        if !said.evidence.is_empty() {
            let evidence = said.evidence.iter();
            let evidence: Vec<Value> = evidence.map(|evidence| self.evidence(evidence)).collect();
            put(&mut event, "evidences", json!(evidence));
        }
        if let Some(remediation) = remediation(said, policy) {
            put(&mut event, "remediation", remediation);
        }
        let unmapped = json!({
            "policy": subject.policy,
            "check": said.check,
            "outcome": said.outcome,
            "code": said.code,
            "subject_kind": subject.kind.as_str(),
            "as_of": subject.as_of.map(|time| time.to_string()),
            "as_of_basis": subject.as_of_basis.as_str(),
        });
        put(&mut event, "unmapped", unmapped);
        event
    }

    /// The control, and the one check of it that the event is about.
    fn compliance(&self, said: &Said<'_>, policy: Option<&PolicyInfo>) -> Value {
        let (status_id, status) = said.compliance;
        let mut check = json!({
            "uid": said.check,
            "name": visible(said.title),
            "status_id": status_id,
            "status": status,
        });
        let mut compliance = json!({"status_id": status_id, "status": status});
        let Some(policy) = policy else {
            put(&mut compliance, "checks", json!([check]));
            return compliance;
        };
        let (severity_id, severity) = self.severity(&policy.id);
        put(&mut check, "severity_id", json!(severity_id));
        put(&mut check, "severity", json!(severity));
        put(&mut compliance, "control", json!(policy.id));
        put(&mut compliance, "desc", json!(visible(&policy.title)));
        let versions = || {
            policy.controls.iter().flat_map(|control| {
                let versions = control.versions.iter();
                versions.map(move |version| (control, version.as_str()))
            })
        };
        let standards: Vec<String> = versions()
            .map(|(control, version)| format!("{} {version}", control.framework))
            .collect();
        let requirements: Vec<String> = versions()
            .map(|(control, version)| format!("{} {version}: {}", control.framework, control.id))
            .collect();
        if !standards.is_empty() {
            put(&mut compliance, "standards", json!(standards));
            put(&mut compliance, "requirements", json!(requirements));
        }
        put(&mut compliance, "checks", json!([check]));
        compliance
    }

    /// The file with its hash, and the place in it.
    fn evidence(&self, evidence: &Evidence) -> Value {
        let place = &evidence.place;
        let name = place.file.rsplit('/').next().unwrap_or_default();
        // 1 is a regular file, 3 is SHA-256.
        let mut file = json!({"name": name, "path": &*place.file, "type_id": 1});
        let document = self.files.get(&*place.file);
        let hash = document.and_then(|document| Some((document, hex(document.sha256?))));
        if let Some((document, hash)) = &hash {
            put(&mut file, "size", json!(document.bytes));
            let hash = json!({"algorithm_id": 3, "algorithm": "SHA-256", "value": hash});
            put(&mut file, "hashes", json!([hash]));
        }
        json!({
            "name": visible(&evidence.label),
            "file": file,
            "data": {
                "file": &*place.file,
                "sha256": hash.map(|(_, hash)| hash),
                "pointer": place.pointer,
                "line": place.line,
                "column": place.column,
                "bytes": place.bytes,
            },
        })
    }

    fn severity(&self, policy: &str) -> Coded {
        match self.policies.get(policy).map(|policy| &*policy.severity) {
            Some("low") => (2, "Low"),
            Some("high") => (4, "High"),
            Some("critical") => (5, "Critical"),
            _ => (3, "Medium"),
        }
    }
}

/// What every event of the class has.
fn frame(activity: Coded, status: Coded, severity: Coded, time: i64, message: &str) -> Value {
    const CLASS: u32 = 2003;
    json!({
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "activity_id": activity.0,
        "activity_name": activity.1,
        "type_uid": CLASS * 100 + activity.0,
        "type_name": format!("Compliance Finding: {}", activity.1),
        "time": time,
        "severity_id": severity.0,
        "severity": severity.1,
        "status_id": status.0,
        "status": status.1,
        "message": message,
    })
}

fn finding_info(said: &Said<'_>, policy: Option<&PolicyInfo>, time: Option<i64>) -> Value {
    // 1 is a rule.
    let mut analytic = json!({
        "uid": said.rule,
        "name": visible(said.title),
        "type_id": 1,
        "type": "Rule",
    });
    if let Some(policy) = policy {
        put(&mut analytic, "version", json!(policy.sha256));
    }
    let mut finding = json!({
        "uid": said.uid,
        "title": visible(said.title),
        "desc": visible(said.message),
        "analytic": analytic,
    });
    if let Some(time) = time {
        put(&mut finding, "created_time", json!(time));
    }
    finding
}

/// What to do: for this subject where the policy says, else for all.
fn remediation(said: &Said<'_>, policy: Option<&PolicyInfo>) -> Option<Value> {
    let open = matches!(said.compliance.0, 2 | 3);
    let general = || policy.filter(|_| open).map(|policy| &*policy.remediation);
    let text = said.help.or_else(general).filter(|text| !text.is_empty())?;
    let lines = crate::text::help_lines(text);
    let mut remediation = json!({"desc": lines.join("\n")});
    let links = policy.iter().flat_map(|policy| &policy.related_resources);
    let references: Vec<&str> = links.map(|link| link.url.as_str()).collect();
    if !references.is_empty() {
        put(&mut remediation, "references", json!(references));
    }
    Some(remediation)
}

/// How the check stands against the earlier report.
fn since(entry: &Entry) -> Value {
    let before = entry.before.as_ref();
    let before = before.map(|state| json!({"outcome": state.outcome.as_str(), "code": state.code}));
    json!({"kind": entry.change.as_str(), "before": before})
}

fn put_unmapped(event: &mut Value, key: &str, value: Value) {
    if let Some(unmapped) = event.get_mut("unmapped") {
        put(unmapped, key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::render::sample::{compared, sample};
    use crate::render::{NoExcerpts, Style};
    use crate::report::Report;
    use serde_json::Value;
    use std::collections::BTreeSet;

    fn ocsf(report: &Report) -> String {
        let mut out = Vec::new();
        render(report, &mut NoExcerpts, &Style::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        let said = ocsf(&sample());
        let events: Vec<Value> = serde_json::from_str(&said).unwrap();
        assert_eq!(said.lines().count(), events.len() + 2);
        insta::assert_json_snapshot!(events);
    }

    #[test]
    fn a_baseline_creates_updates_and_closes_findings() {
        let events: Vec<Value> = serde_json::from_str(&ocsf(&compared())).unwrap();
        let mut told: Vec<String> = events
            .iter()
            .filter(|event| event["unmapped"].get("change").is_some())
            .map(|event| {
                format!(
                    "{} {} {} {}",
                    event["unmapped"]["change"]["kind"],
                    event["type_uid"],
                    event["status"],
                    event["compliance"]["status"]
                )
            })
            .collect();
        told.sort();
        told.dedup();
        insta::assert_snapshot!(told.join("\n"), @r#"
        "changed" 200302 "New" "Warning"
        "fixed" 200303 "Resolved" "Pass"
        "gone" 200303 "Archived" "Unknown"
        "new" 200301 "New" "Fail"
        "still-failing" 200302 "New" "Fail"
        "still-failing" 200302 "New" "Warning"
        "#);
    }

    #[test]
    fn two_denials_of_one_subject_are_two_findings() {
        let mut report = sample();
        let again = report.subjects[1].checks[0].clone();
        report.subjects[1].checks.insert(1, again);
        let events: Vec<Value> = serde_json::from_str(&ocsf(&report)).unwrap();
        let ids: BTreeSet<&str> = events
            .iter()
            .map(|event| event["finding_info"]["uid"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), events.len());
    }

    #[test]
    fn no_time_is_made_up() {
        let events: Vec<Value> = serde_json::from_str(&ocsf(&sample())).unwrap();
        let of = |basis: &str| -> Vec<&Value> {
            let with = events
                .iter()
                .filter(|event| event["unmapped"]["as_of_basis"] == basis);
            with.map(|event| &event["time"]).collect()
        };
        assert!(
            of("manifest")
                .iter()
                .all(|time| **time == 1_795_169_100_000_i64)
        );
        assert!(!of("unknown").is_empty());
        assert!(of("unknown").iter().all(|time| **time == 0));
    }
}
