//! OSCAL 1.2.1 assessment results (NIST), for tools of governance and audit.
//!
//! A check of a trail is an observation, with the places in the evidence that
//! it rests on, and, where it applies, a finding: satisfied only where it
//! passes. What can't be decided is not satisfied, for another reason than a
//! fail. A fail is a risk too, one whose deviation is approved until a day
//! where it is waived. Files are resources of the back matter, with their
//! hashes. Texts are Markdown in OSCAL, and escaped as such; identifiers stand
//! as they are in properties.
//!
//! Every UUID is made from what it names, so that equal reports are equal
//! files; that of the whole is made from the JSON report. There is no clock:
//! times are those of the collection, and 1970 where it isn't known, which the
//! remarks then say. There is no assessment plan either: the policies stand
//! for it.

mod back_matter;
mod finding;
mod observation;
mod word;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::ser::{Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::finding::{Check, Outcome};
use crate::policy::{ControlRef, PolicyInfo};
use crate::render::identity;
use crate::render::identity::uuid;
use crate::render::json::formatter::write_pretty;
use crate::render::{Excerpts, NoExcerpts, Style, totals};
use crate::report::{Report, Subject};
pub(crate) use word::NAMESPACE;
use word::{line, prop, string, token};

/// Writes the report as one OSCAL document with one result.
///
/// # Errors
/// Only those of the writer.
pub fn render(
    report: &Report,
    _: &mut dyn Excerpts,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut hash = Sha256::new();
    crate::render::json::render(report, &mut NoExcerpts, style, &mut hash)?;
    let digest: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let times = Times::new(report);
    write_pretty(
        out,
        &Document {
            assessment_results: AssessmentResults {
                uuid: uuid("document", &[&digest]),
                metadata: metadata(report, &digest, &times),
                import_ap: json!({
                    "href": format!("#{}", back_matter::plan(report)),
                    "remarks": "There is no assessment plan: the policies stand for it.",
                }),
                local_definitions: objectives(report),
                results: [result(report, &digest, &times)],
                back_matter: back_matter::back_matter(report),
            },
        },
    )
}

#[derive(serde::Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<R> {
    assessment_results: R,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "kebab-case")]
struct AssessmentResults<R, B> {
    uuid: Uuid,
    metadata: Value,
    import_ap: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_definitions: Option<Value>,
    results: [R; 1],
    back_matter: B,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "kebab-case")]
struct AssessmentResult<D, O, R, F> {
    uuid: Uuid,
    title: String,
    description: String,
    start: String,
    end: String,
    props: Vec<Value>,
    local_definitions: D,
    reviewed_controls: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    observations: Option<O>,
    #[serde(skip_serializing_if = "Option::is_none")]
    risks: Option<R>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<F>,
}

/// Values that are made as they are written. OSCAL has no empty lists, so
/// there is none where there is nothing.
struct Each<F>(F);

impl<F, I> Each<F>
where
    F: Fn() -> I,
    I: Iterator<Item = Value>,
{
    fn unless_empty(values: F) -> Option<Self> {
        values().next().is_some().then_some(Self(values))
    }
}

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator<Item = Value>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "kebab-case")]
struct LocalDefinitions<I> {
    #[serde(skip_serializing_if = "Option::is_none")]
    inventory_items: Option<I>,
    assessment_assets: Value,
}

/// The one result. What it lists are iterators, made again as they are written.
fn result<'a>(report: &'a Report, digest: &str, times: &'a Times) -> impl Serialize + 'a {
    let mut props = vec![prop("outcome", report.outcome().as_str())];
    for (name, value) in &report.parameters.policy {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        props.push(prop(&token(name), &text));
    }
    AssessmentResult {
        uuid: uuid("result", &[digest]),
        title: line(&titles(report)),
        description: line(&totals::line(report)),
        start: times.start().to_string(),
        end: times.end().to_string(),
        props,
        local_definitions: LocalDefinitions {
            inventory_items: Each::unless_empty(|| observation::inventory(report)),
            assessment_assets: assets(),
        },
        reviewed_controls: reviewed(report),
        observations: Each::unless_empty(|| observation::observations(report, times)),
        risks: Each::unless_empty(|| finding::risks(report)),
        findings: Each::unless_empty(|| finding::findings(report)),
    }
}

/// When the evidence was collected, as far as that is known.
struct Times(Option<(Timestamp, Timestamp)>);

impl Times {
    fn new(report: &Report) -> Self {
        let known = report
            .subjects
            .iter()
            .filter(|subject| totals::origin(subject.as_of_basis).is_some())
            .filter_map(|subject| subject.as_of);
        Self(known.fold(None, |span, time| match span {
            None => Some((time, time)),
            Some((first, last)) => Some((first.min(time), last.max(time))),
        }))
    }

    fn start(&self) -> Timestamp {
        self.0.map_or(Timestamp::UNIX_EPOCH, |(first, _)| first)
    }

    fn end(&self) -> Timestamp {
        self.0.map_or(Timestamp::UNIX_EPOCH, |(_, last)| last)
    }
}

fn metadata(report: &Report, digest: &str, times: &Times) -> Value {
    let mut metadata = json!({
        "title": line(&titles(report)),
        "last-modified": times.end().to_string(),
        "version": digest.get(..12),
        "oscal-version": "1.2.1",
        "props": [prop("json-report-sha256", digest)],
    });
    if let (None, Some(map)) = (times.0, metadata.as_object_mut()) {
        map.insert("remarks".into(), json!(UNKNOWN));
    }
    metadata
}

/// What is said where a time has to be given and isn't known.
const UNKNOWN: &str = "Nothing says when the evidence was collected.";

/// What was judged: the policies' titles.
fn titles(report: &Report) -> String {
    let titles: Vec<&str> = report
        .policies
        .iter()
        .map(|policy| policy.title.as_str())
        .collect();
    if titles.is_empty() {
        "nothing judged".to_owned()
    } else {
        titles.join("; ")
    }
}

/// The program as the assessor.
fn tool() -> Uuid {
    uuid("tool", &[env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")])
}

/// The program, and where it ran: nothing is known of that.
fn assets() -> Value {
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    json!({
        "components": [{
            "uuid": tool(),
            "type": "software",
            "title": format!("{name} {version}"),
            "description": env!("CARGO_PKG_DESCRIPTION"),
            "props": [{"name": "version", "value": version}],
            "status": {"state": "operational"},
        }],
        "assessment-platforms": [{
            "uuid": uuid("platform", &[name]),
            "title": "wherever the evidence was judged, offline",
            "uses-components": [{"component-uuid": tool()}],
        }],
    })
}

/// A control's id where OSCAL wants a token.
fn control_id(control: &ControlRef) -> String {
    token(&format!("{}_{}", control.framework, control.id))
}

/// The id of a check as a control's objective.
fn objective(policy: &str, check: &str) -> String {
    token(&format!("{policy}_{check}"))
}

/// The controls that the policies encode, or the policies themselves.
fn reviewed(report: &Report) -> Value {
    let selections: Vec<Value> = report.policies.iter().flat_map(selections).collect();
    if selections.is_empty() {
        return json!({"control-selections": [{"include-all": {}}]});
    }
    json!({"control-selections": selections})
}

fn selections(policy: &PolicyInfo) -> Vec<Value> {
    if policy.controls.is_empty() {
        return vec![json!({
            "description": line(&policy.title),
            "include-controls": [{"control-id": token(&policy.id)}],
        })];
    }
    let controls = policy.controls.iter();
    controls
        .map(|control| {
            let mut props = vec![
                prop("framework", &control.framework),
                prop("control", &control.id),
            ];
            let versions = control.versions.iter();
            props.extend(versions.map(|version| prop("framework-version", version)));
            json!({
                "description": line(&policy.title),
                "props": props,
                "include-controls": [{"control-id": control_id(control)}],
            })
        })
        .collect()
}

/// The checks as objectives, which the findings are about.
fn objectives(report: &Report) -> Option<Value> {
    let mut checks: BTreeMap<(&str, &str), &Check> = BTreeMap::new();
    for subject in &report.subjects {
        for check in &subject.checks {
            checks.entry((&subject.policy, &check.id)).or_insert(check);
        }
    }
    let policy_of = |id: &str| report.policies.iter().find(|policy| *policy.id == *id);
    let objectives = checks.into_iter().map(|((policy, id), check)| {
        let first = policy_of(policy).and_then(|policy| policy.controls.first());
        let control = first.map_or_else(|| token(policy), control_id);
        json!({
            "control-id": control,
            "description": line(&check.title),
            "parts": [{
                "id": objective(policy, id),
                "name": "assessment-objective",
                "title": line(&check.title),
            }],
        })
    });
    let objectives: Vec<Value> = objectives.collect();
    (!objectives.is_empty()).then(|| json!({"objectives-and-methods": objectives}))
}

/// The id of something said of a check of a subject.
fn id_of(kind: &str, subject: &Subject, check: &str) -> Uuid {
    let account = subject.account_id.as_deref().unwrap_or_default();
    uuid(kind, &[account, &subject.id, &subject.policy, check])
}

/// Whether a check makes a finding: one that doesn't apply can be neither
/// satisfied nor not.
fn is_finding(check: &Check) -> bool {
    check.outcome != Outcome::NotApplicable
}

/// Whether a check makes a risk.
fn is_risk(check: &Check) -> bool {
    matches!(check.outcome, Outcome::Fail | Outcome::Waived)
}

/// A check, its subject, and a name that no other check of the subject has.
struct Seen<'a> {
    subject: &'a Subject,
    check: &'a Check,
    name: Cow<'a, str>,
}

impl Seen<'_> {
    /// The id of something said of it.
    fn id(&self, kind: &str) -> Uuid {
        id_of(kind, self.subject, &self.name)
    }
}

/// Every check with its subject.
fn checks(report: &Report) -> impl Iterator<Item = Seen<'_>> {
    report.subjects.iter().flat_map(|subject| {
        identity::checks(subject).map(move |(before, check)| Seen {
            subject,
            check,
            name: identity::unique(&check.id, before),
        })
    })
}

/// A subject's id as a property's value.
fn subject_prop(subject: &Subject) -> Value {
    json!({"name": "asset-id", "value": string(&subject.id)})
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::render::sample::{compared, sample};
    use crate::render::{NoExcerpts, Style};
    use crate::report::Report;
    use serde_json::Value;
    use std::collections::BTreeSet;

    fn oscal(report: &Report) -> String {
        let mut out = Vec::new();
        render(report, &mut NoExcerpts, &Style::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Every value under a key of this name, anywhere.
    fn all<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v Value>) {
        match value {
            Value::Object(map) => {
                for (name, value) in map {
                    if name == key {
                        found.push(value);
                    }
                    all(value, key, found);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| all(value, key, found)),
            _ => {}
        }
    }

    fn texts(document: &Value, key: &str) -> Vec<String> {
        let mut found = Vec::new();
        all(document, key, &mut found);
        let texts = found.into_iter().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(oscal(&sample()));
    }

    #[test]
    fn each_id_is_given_once_and_each_reference_leads_to_one() {
        let mut expired = sample();
        expired.subjects[1].checks[0].evidence[0].place.file = "waivers.toml".into();
        let mut twice = sample();
        let again = twice.subjects[1].checks[0].clone();
        twice.subjects[1].checks.insert(1, again);
        for report in [sample(), compared(), expired, twice] {
            let document: Value = serde_json::from_str(&oscal(&report)).unwrap();
            let ids = texts(&document, "uuid");
            let known: BTreeSet<&String> = ids.iter().collect();
            assert_eq!(known.len(), ids.len());
            let mut references = Vec::new();
            for key in [
                "subject-uuid",
                "actor-uuid",
                "component-uuid",
                "observation-uuid",
                "risk-uuid",
            ] {
                references.extend(texts(&document, key));
            }
            let links = texts(&document, "href");
            let inner = links.iter().filter_map(|link| link.strip_prefix('#'));
            references.extend(inner.map(str::to_owned));
            assert!(references.len() > 60, "{}", references.len());
            for reference in references {
                assert!(known.contains(&reference), "{reference}");
            }
            let objectives = texts(&document, "id");
            for target in texts(&document, "target-id") {
                assert!(objectives.contains(&target), "{target}");
            }
        }
    }

    #[test]
    fn there_is_no_empty_list_even_where_nothing_was_judged() {
        let nothing = Report {
            parameters: Default::default(),
            policies: vec![],
            bundles: vec![],
            subjects: vec![],
            documents: vec![],
            coverage: Default::default(),
            comparison: None,
        };
        for report in [nothing, sample()] {
            assert!(!oscal(&report).contains("[]"));
        }
    }

    #[test]
    fn what_changes_the_report_changes_the_id_of_the_document_and_not_of_its_findings() {
        let read = |report: &Report| -> Value { serde_json::from_str(&oscal(report)).unwrap() };
        let before = read(&sample());
        let mut report = sample();
        let check = &mut report.subjects[1].checks[0];
        check.message = format!("{}!", check.message).into();
        let after = read(&report);
        let id = |document: &Value| document["assessment-results"]["uuid"].clone();
        let findings = |document: &Value| {
            let findings = &document["assessment-results"]["results"][0]["findings"];
            texts(findings, "uuid")
        };
        assert_ne!(id(&before), id(&after));
        assert_eq!(findings(&before), findings(&after));
    }
}
