//! The published JSON report, schema version 1.1.
//!
//! Its types are its own: `report.schema.json` is a promise, the program's
//! model isn't. They borrow from the model and are written as they are made,
//! so that a report of any size needs no second copy.

pub(crate) mod bundle;
pub(crate) mod comparison;
pub(crate) mod coverage;
pub(crate) mod formatter;
pub mod inspection;

use std::io::{self, Write};

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::comparison::Entry;
use crate::finding::{Check, Evidence, Outcome, Waived, Warning};
use crate::policy::{ControlRef, PolicyInfo};
use crate::render::{Excerpts, Style};
use crate::report::{DocumentEntry, Parameters, Report, Subject};
use bundle::BundleJson;
use comparison::{ChangeJson, ComparisonJson};
use coverage::CoverageJson;

/// The version of the schema that [`render`] writes.
pub const SCHEMA_VERSION: &str = "1.1";

/// Writes the report as JSON, indented by two spaces, with a line break at the
/// end.
///
/// # Errors
/// Only those of the writer.
pub fn render(
    report: &Report,
    _: &mut dyn Excerpts,
    _: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut long = formatter::Long::begin(out, &HeadJson::new(report))?;
    long.member("coverage", &CoverageJson::new(&report.coverage))?;
    let subject = |subject| SubjectJson::new(report, subject);
    long.array("subjects", &report.subjects, subject)?;
    long.array("documents", &report.documents, DocumentJson::new)?;
    long.end()
}

/// Serialises each element of a slice through a type made on the spot.
struct Each<'a, T, U>(&'a [T], fn(&'a T) -> U);

impl<T, U: Serialize> Serialize for Each<'_, T, U> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

/// A time as RFC 3339 in UTC.
struct Time(Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// What stands before the subjects and the documents.
#[derive(serde::Serialize)]
struct HeadJson<'a> {
    schema_version: &'static str,
    tool: ToolJson,
    parameters: ParametersJson<'a>,
    policies: Each<'a, PolicyInfo, PolicyJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bundles: Vec<BundleJson>,
    summary: SummaryJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<ComparisonJson<'a>>,
}

impl<'a> HeadJson<'a> {
    fn new(report: &'a Report) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: ToolJson::this(),
            parameters: ParametersJson(&report.parameters),
            policies: Each(&report.policies, PolicyJson::new),
            bundles: report.bundles.iter().map(BundleJson::from).collect(),
            summary: SummaryJson::new(report),
            comparison: report.comparison.as_ref().map(ComparisonJson::new),
        }
    }
}

#[derive(serde::Serialize)]
struct ToolJson {
    name: &'static str,
    version: &'static str,
}

impl ToolJson {
    fn this() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// The names in `parameters` that are the program's own.
const OWN: [&str; 4] = ["as_of", "exclude", "expect_accounts", "expect_regions"];

/// The policies' parameters, then the program's own, which no policy can shadow.
struct ParametersJson<'a>(&'a Parameters);

impl Serialize for ParametersJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.0.policy {
            if !OWN.contains(&name.as_str()) {
                map.serialize_entry(name, value)?;
            }
        }
        map.serialize_entry("as_of", &self.0.as_of.map(Time))?;
        for (name, values) in [
            ("exclude", &self.0.exclude),
            ("expect_accounts", &self.0.expected.accounts),
            ("expect_regions", &self.0.expected.regions),
        ] {
            if !values.is_empty() {
                map.serialize_entry(name, &Each(values, |value| &**value))?;
            }
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct PolicyJson<'a> {
    id: &'a str,
    title: &'a str,
    severity: &'a str,
    package: &'a str,
    sha256: &'a str,
    total: bool,
    controls: Each<'a, ControlRef, ControlJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bundle: Option<BundleJson>,
}

impl<'a> PolicyJson<'a> {
    fn new(policy: &'a PolicyInfo) -> Self {
        Self {
            id: &policy.id,
            title: &policy.title,
            severity: &policy.severity,
            package: &policy.package,
            sha256: &policy.sha256,
            total: policy.total,
            controls: Each(&policy.controls, ControlJson::new),
            bundle: policy.bundle.as_ref().map(BundleJson::from),
        }
    }
}

#[derive(serde::Serialize)]
struct ControlJson<'a> {
    framework: &'a str,
    versions: &'a [String],
    id: &'a str,
}

impl<'a> ControlJson<'a> {
    fn new(control: &'a ControlRef) -> Self {
        Self {
            framework: &control.framework,
            versions: &control.versions,
            id: &control.id,
        }
    }
}

#[derive(serde::Serialize)]
struct SummaryJson {
    outcome: Outcome,
    subjects: SubjectTallyJson,
    documents: DocumentTallyJson,
}

#[derive(serde::Serialize)]
struct SubjectTallyJson {
    pass: usize,
    fail: usize,
    inconclusive: usize,
    waived: usize,
}

#[derive(serde::Serialize)]
struct DocumentTallyJson {
    read: usize,
    failed: usize,
    other: usize,
    excluded: usize,
}

impl SummaryJson {
    fn new(report: &Report) -> Self {
        let (subjects, documents) = (report.tally(), report.document_tally());
        Self {
            outcome: report.outcome(),
            subjects: SubjectTallyJson {
                pass: subjects.pass,
                fail: subjects.fail,
                inconclusive: subjects.inconclusive,
                waived: subjects.waived,
            },
            documents: DocumentTallyJson {
                read: documents.read,
                failed: documents.failed,
                other: documents.other,
                excluded: documents.excluded,
            },
        }
    }
}

#[derive(serde::Serialize)]
struct SubjectJson<'a> {
    id: &'a str,
    kind: &'static str,
    name: &'a str,
    account_id: Option<&'a str>,
    home_region: Option<&'a str>,
    policy: &'a str,
    as_of: Option<Time>,
    as_of_basis: &'static str,
    outcome: Outcome,
    checks: Vec<CheckJson<'a>>,
    warnings: Each<'a, Warning, WarningJson<'a>>,
}

impl<'a> SubjectJson<'a> {
    fn new(report: &'a Report, subject: &'a Subject) -> Self {
        let checks = subject.checks.iter();
        Self {
            id: &subject.id,
            kind: subject.kind.as_str(),
            name: &subject.name,
            account_id: subject.account_id.as_deref(),
            home_region: subject.home_region.as_deref(),
            policy: &subject.policy,
            as_of: subject.as_of.map(Time),
            as_of_basis: subject.as_of_basis.as_str(),
            outcome: subject.outcome,
            checks: checks
                .map(|check| CheckJson::new(check, report.change(subject, check)))
                .collect(),
            warnings: Each(&subject.warnings, WarningJson::new),
        }
    }
}

#[derive(serde::Serialize)]
struct CheckJson<'a> {
    id: &'a str,
    outcome: Outcome,
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    waiver: Option<WaiverJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeJson<'a>>,
    evidence: Each<'a, Evidence, EvidenceJson<'a>>,
}

impl<'a> CheckJson<'a> {
    fn new(check: &'a Check, change: Option<&'a Entry>) -> Self {
        Self {
            id: &check.id,
            outcome: check.outcome,
            code: &check.code,
            message: &check.message,
            help: check.help.as_deref(),
            waiver: check.waiver.as_deref().map(WaiverJson::new),
            change: change.map(ChangeJson::new),
            evidence: Each(&check.evidence, EvidenceJson::new),
        }
    }
}

#[derive(serde::Serialize)]
struct WaiverJson<'a> {
    reason: &'a str,
    approver: &'a str,
    expires: &'a str,
}

impl<'a> WaiverJson<'a> {
    fn new(waiver: &'a Waived) -> Self {
        Self {
            reason: &waiver.reason,
            approver: &waiver.approver,
            expires: &waiver.expires,
        }
    }
}

#[derive(serde::Serialize)]
struct WarningJson<'a> {
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    evidence: Each<'a, Evidence, EvidenceJson<'a>>,
}

impl<'a> WarningJson<'a> {
    fn new(warning: &'a Warning) -> Self {
        Self {
            code: &warning.code,
            message: &warning.message,
            help: warning.help.as_deref(),
            evidence: Each(&warning.evidence, EvidenceJson::new),
        }
    }
}

#[derive(serde::Serialize)]
struct EvidenceJson<'a> {
    file: &'a str,
    pointer: &'a str,
    line: usize,
    column: usize,
    bytes: [usize; 2],
    label: &'a str,
}

impl<'a> EvidenceJson<'a> {
    fn new(evidence: &'a Evidence) -> Self {
        Self {
            file: &evidence.place.file,
            pointer: &evidence.place.pointer,
            line: evidence.place.line,
            column: evidence.place.column,
            bytes: evidence.place.bytes,
            label: &evidence.label,
        }
    }
}

#[derive(serde::Serialize)]
struct DocumentJson<'a> {
    file: &'a str,
    sha256: String,
    bytes: u64,
    kind: &'static str,
    attributed_to: Option<&'a str>,
    attributed_by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<&'a [&'static str]>,
    detail: Option<String>,
}

impl<'a> DocumentJson<'a> {
    fn new(document: &'a DocumentEntry) -> Self {
        let attribution = document.attribution.as_deref();
        Self {
            file: &document.file,
            sha256: document.hash(),
            bytes: document.bytes,
            kind: document.kind.as_str(),
            attributed_to: attribution.map(|tie| &*tie.to),
            attributed_by: attribution.map(|tie| tie.by),
            claims: attribution.map(|tie| &*tie.claims),
            detail: document.remark(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::render::sample::{bundled, compared, sample, uncollected};
    use crate::render::{NoExcerpts, Style};
    use crate::report::Report;

    fn json(report: &Report) -> String {
        let mut out = Vec::new();
        render(report, &mut NoExcerpts, &Style::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(json(&sample()));
    }

    #[test]
    fn reports_keep_to_the_published_schema() {
        let schema = serde_json::from_str(crate::schema::REPORT).unwrap();
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        let nothing = Report {
            parameters: Default::default(),
            policies: vec![],
            bundles: vec![],
            subjects: vec![],
            documents: vec![],
            coverage: Default::default(),
            comparison: None,
        };
        for report in [sample(), bundled(), compared(), uncollected(), nothing] {
            let value = serde_json::from_str(&json(&report)).unwrap();
            let errors: Vec<_> = validator
                .iter_errors(&value)
                .map(|error| format!("{error} at {}", error.instance_path()))
                .collect();
            assert_eq!(errors, Vec::<String>::new());
        }
    }

    #[test]
    fn a_comparison_is_told_whole_and_by_check() {
        let value: serde_json::Value = serde_json::from_str(&json(&compared())).unwrap();
        let subjects = value["subjects"].as_array().unwrap();
        let changes: Vec<_> = subjects
            .iter()
            .flat_map(|subject| subject["checks"].as_array().unwrap())
            .filter_map(|check| Some(check.get("change")?.to_string()))
            .filter(|change| !change.contains("still-failing"))
            .collect();
        insta::assert_snapshot!(changes.join("\n"));
        insta::assert_json_snapshot!(value["comparison"]);
    }

    #[test]
    fn no_policy_parameter_passes_for_one_of_the_program() {
        let mut report = sample();
        for name in super::OWN {
            report
                .parameters
                .policy
                .insert(name.into(), "2001-01-01T00:00:00Z".into());
        }
        assert!(!json(&report).contains("2001-01-01"));
    }
}
