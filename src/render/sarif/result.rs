//! Results, written one by one.

use std::borrow::Cow;
use std::cell::RefCell;

use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::{Value, json};

use super::place::Artifacts;
use super::rule::Rules;
use crate::comparison::{Change, Entry};
use crate::finding::{Check, Evidence, Outcome, Warning};
use crate::render::identity;
use crate::render::identity::fingerprint;
use crate::render::{Excerpts, phrase};
use crate::report::{Report, Subject};

/// Everything that is said of every subject.
pub(super) struct Results<'a> {
    pub(super) report: &'a Report,
    pub(super) rules: &'a Rules<'a>,
    pub(super) artifacts: &'a Artifacts<'a>,
    pub(super) passes: bool,
    pub(super) excerpts: RefCell<&'a mut dyn Excerpts>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut results = serializer.serialize_seq(None)?;
        for subject in &self.report.subjects {
            for (before, check) in identity::checks(subject) {
                let silent = matches!(check.outcome, Outcome::Pass | Outcome::NotApplicable)
                    && self.report.change(subject, check).is_none();
                if self.passes || !silent {
                    results.serialize_element(&self.of_check(subject, check, before))?;
                }
            }
            for (before, warning) in identity::warnings(subject) {
                results.serialize_element(&self.of_warning(subject, warning, before))?;
            }
        }
        let gone = self
            .report
            .comparison
            .iter()
            .flat_map(|comparison| comparison.of(Change::Gone));
        for entry in gone {
            results.serialize_element(&absent(entry))?;
        }
        results.end()
    }
}

impl Results<'_> {
    fn of_check(&self, subject: &Subject, check: &Check, before: usize) -> Value {
        let rule = self.rules.of_check(subject, check);
        let (kind, level) = match check.outcome {
            Outcome::Fail | Outcome::Waived => ("fail", rule.2),
            Outcome::Inconclusive => ("open", "none"),
            Outcome::Pass => ("pass", "none"),
            Outcome::NotApplicable => ("notApplicable", "none"),
        };
        let mut result = self.result(
            subject,
            (&rule.0, rule.1),
            (kind, level),
            Said {
                word: &check.id,
                unique: identity::unique(&rule.0, before),
                code: &check.code,
                message: &check.message,
                help: check.help.as_deref(),
                evidence: &check.evidence,
            },
        );
        if let (Some(_), Some(map)) = (&self.report.comparison, result.as_object_mut()) {
            let state = match self.report.change(subject, check).map(|entry| entry.change) {
                Some(Change::New) => "new",
                Some(Change::Changed | Change::Fixed) => "updated",
                _ => "unchanged",
            };
            map.insert("baselineState".into(), json!(state));
        }
        if let (Some(waiver), Some(map)) = (&check.waiver, result.as_object_mut()) {
            let accepted = phrase::accepted(waiver);
            let suppression =
                json!({"kind": "external", "status": "accepted", "justification": accepted});
            map.insert("suppressions".into(), json!([suppression]));
        }
        result
    }

    fn of_warning(&self, subject: &Subject, warning: &Warning, before: usize) -> Value {
        let rule = self.rules.of_warning(subject, warning);
        self.result(
            subject,
            (&rule.0, rule.1),
            ("review", "none"),
            Said {
                word: &warning.code,
                unique: identity::unique(&rule.0, before),
                code: &warning.code,
                message: &warning.message,
                help: warning.help.as_deref(),
                evidence: &warning.evidence,
            },
        )
    }

    fn result(
        &self,
        subject: &Subject,
        (rule, index): (&str, Option<usize>),
        (kind, level): (&str, &str),
        said: Said<'_>,
    ) -> Value {
        let mut locations = said.evidence.iter().map(|evidence| self.location(evidence));
        let mut first = locations.next().unwrap_or_else(|| json!({}));
        let related: Vec<Value> = locations.collect();
        if let Some(map) = first.as_object_mut() {
            map.insert("logicalLocations".into(), logical(subject));
        }
        let mut result = json!({
            "ruleId": rule,
            "kind": kind,
            "level": level,
            "message": {"text": super::message(said.message)},
            "locations": [first],
            "partialFingerprints": {"subjectAndCheck/v1": fingerprint(&subject.id, &said.unique)},
            "properties": {
                "subject": subject.id,
                "account": subject.account_id,
                "check": said.word,
                "code": said.code,
                "help": said.help,
            },
        });
        if let Some(map) = result.as_object_mut() {
            if let Some(index) = index {
                map.insert("ruleIndex".into(), json!(index));
            }
            if !related.is_empty() {
                map.insert("relatedLocations".into(), json!(related));
            }
        }
        result
    }

    fn location(&self, evidence: &Evidence) -> Value {
        let excerpt = self.excerpts.borrow_mut().excerpt(&evidence.place);
        let mut location = self.artifacts.location(&evidence.place, excerpt.as_ref());
        if let Some(map) = location.as_object_mut() {
            map.insert(
                "message".into(),
                json!({"text": super::message(&evidence.label)}),
            );
        }
        location
    }
}

/// A check of the earlier report that isn't there any more.
fn absent(entry: &Entry) -> Value {
    let code = entry.before.as_ref().map(|before| before.code.as_str());
    let rule = identity::rule(&entry.policy, &entry.check);
    let was = entry.before.as_ref().map(phrase::state).unwrap_or_default();
    json!({
        "ruleId": rule,
        "kind": "informational",
        "level": "none",
        "baselineState": "absent",
        "message": {"text": super::message(&format!("gone since the baseline, was {was}"))},
        "locations": [{"logicalLocations": [{"fullyQualifiedName": entry.subject, "kind": "resource"}]}],
        "partialFingerprints": {"subjectAndCheck/v1": fingerprint(&entry.subject, &rule)},
        "properties": {
            "subject": entry.subject,
            "account": entry.account_id,
            "check": entry.check,
            "code": code,
        },
    })
}

/// What a check or a warning says.
struct Said<'a> {
    word: &'a str,
    unique: Cow<'a, str>,
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    evidence: &'a [Evidence],
}

/// The trail or the account, which lies in no file.
fn logical(subject: &Subject) -> Value {
    json!([{"name": subject.name, "fullyQualifiedName": subject.id, "kind": "resource"}])
}
