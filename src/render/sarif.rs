//! SARIF 2.1.0, for code scanning and for viewers of static analysis.
//!
//! Each policy's check is a rule, and so is each kind of warning. A check that
//! can't be decided is `open`, a waived fail is a suppressed result, a warning
//! is for `review`; passes are there when asked for. Lines and columns count
//! from one, columns in code points; byte ranges are those of the file. What
//! SARIF wants and a report doesn't have (times, a machine, a command line) is
//! left out, so that equal reports are equal files.

mod place;
mod result;
mod rule;

use std::cell::RefCell;
use std::io::{self, Write};

use serde::ser::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::render::json::coverage::CoverageJson;
use crate::render::json::formatter::write_pretty;
use crate::render::{Excerpts, Style, phrase};
use crate::report::Report;
use place::Artifacts;
use result::Results;
use rule::Rules;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the report as one SARIF log with one run.
///
/// # Errors
/// Only those of the writer.
pub fn render(
    report: &Report,
    excerpts: &mut dyn Excerpts,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rules = Rules::new(report);
    let artifacts = Artifacts::new(&report.documents);
    let run = Run {
        tool: Tool {
            driver: Driver::new(&rules),
        },
        invocations: [invocation(report, &artifacts)],
        original_uri_base_ids: json!({
            place::BASE: {"description": {"text": "The evidence that was given."}}
        }),
        column_kind: "unicodeCodePoints",
        artifacts: &artifacts,
        results: Results {
            report,
            rules: &rules,
            artifacts: &artifacts,
            passes: style.passes,
            excerpts: RefCell::new(excerpts),
        },
        properties: properties(report),
    };
    write_pretty(
        out,
        &Log {
            schema: SCHEMA,
            version: "2.1.0",
            runs: [run],
        },
    )
}

#[derive(serde::Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Value; 1],
    original_uri_base_ids: Value,
    column_kind: &'static str,
    artifacts: &'a Artifacts<'a>,
    results: Results<'a>,
    properties: Value,
}

#[derive(serde::Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    full_name: String,
    version: &'static str,
    semantic_version: &'static str,
    short_description: Value,
    rules: &'a Rules<'a>,
}

impl<'a> Driver<'a> {
    fn new(rules: &'a Rules<'a>) -> Self {
        let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        Self {
            name,
            full_name: format!("{name} {version}"),
            version,
            semantic_version: version,
            short_description: json!({"text": env!("CARGO_PKG_DESCRIPTION")}),
            rules,
        }
    }
}

/// The run as SARIF sees it: it did its work, and could not read some files.
fn invocation(report: &Report, artifacts: &Artifacts<'_>) -> Value {
    let notifications: Vec<Value> = report
        .documents
        .iter()
        .filter_map(|document| Some((document, document.problem.as_ref()?)))
        .map(|(document, problem)| {
            let location = match &problem.place {
                Some(place) => artifacts.location(place, None),
                None => artifacts.whole(&document.file),
            };
            json!({
                "descriptor": {"id": problem.code},
                "level": "error",
                "message": {"text": message(&problem.message)},
                "locations": [location],
            })
        })
        .collect();
    json!({"executionSuccessful": true, "toolExecutionNotifications": notifications})
}

/// What the verdicts depend on beside the evidence.
fn properties(report: &Report) -> Value {
    let mut parameters: serde_json::Map<String, Value> =
        report.parameters.policy.clone().into_iter().collect();
    parameters.insert(
        "as_of".into(),
        json!(report.parameters.as_of.map(|time| time.to_string())),
    );
    let policies: Vec<Value> = report
        .policies
        .iter()
        .map(|policy| json!({"id": policy.id, "package": policy.package, "sha256": policy.sha256, "total": policy.total}))
        .collect();
    for (name, values) in [
        ("exclude", &report.parameters.exclude),
        ("expect_accounts", &report.parameters.expected.accounts),
        ("expect_regions", &report.parameters.expected.regions),
    ] {
        if !values.is_empty() {
            let values: Vec<&str> = values.iter().map(|value| &**value).collect();
            parameters.insert(name.into(), json!(values));
        }
    }
    let coverage = CoverageJson::new(&report.coverage);
    let mut properties = json!({"outcome": report.outcome().as_str(), "parameters": parameters, "policies": policies, "coverage": coverage});
    if let (false, Some(map)) = (report.bundles.is_empty(), properties.as_object_mut()) {
        let bundles = report.bundles.iter().map(phrase::bundle);
        map.insert("bundles".into(), bundles.collect());
    }
    properties
}

/// A sentence as a SARIF message: braces would be placeholders, brackets
/// before parentheses a link (sections 3.11.5 and 3.11.6 of the standard).
fn message(text: &str) -> String {
    let text = text.replace('{', "{{").replace('}', "}}");
    if text.contains("](") {
        text.replace('[', "\\[").replace(']', "\\]")
    } else {
        text
    }
}

impl Serialize for Rules<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.values())
    }
}

#[cfg(test)]
mod tests {
    use super::{message, render};
    use crate::render::Style;
    use crate::render::sample::{files, sample};
    use serde_json::Value;

    fn sarif(style: &Style) -> String {
        let mut out = Vec::new();
        render(&sample(), &mut files(), style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(sarif(&Style::default()));
    }

    #[test]
    fn passes_are_there_when_asked_for() {
        let kinds = |text: &str| -> Vec<String> {
            let log: Value = serde_json::from_str(text).unwrap();
            let results = log["runs"][0]["results"].as_array().unwrap();
            results
                .iter()
                .map(|result| result["kind"].as_str().unwrap().to_owned())
                .collect()
        };
        assert!(!kinds(&sarif(&Style::default())).contains(&"pass".into()));
        let all = kinds(&sarif(&Style {
            passes: true,
            ..Style::default()
        }));
        assert_eq!(all.iter().filter(|kind| *kind == "pass").count(), 3);
        assert_eq!(
            all.iter().filter(|kind| *kind == "notApplicable").count(),
            2
        );
    }

    #[test]
    fn messages_hold_no_placeholders_and_no_links() {
        assert_eq!(message("{\"trailList\": []}"), "{{\"trailList\": []}}");
        assert_eq!(message("[here](1)"), "\\[here\\](1)");
    }
}
