//! Which file is a report that coldtrail wrote in a given format.
//!
//! Only such a one may be written over where evidence lies. So two things must
//! hold: the reader of evidence finds nothing in it but a report, and the
//! report names coldtrail where its format names who made it.

use serde_json::Value;

use crate::baseline::Baseline;
use crate::command::output::place::FilePlace;
use crate::evidence::{Bundle, Options};
use crate::finding::DocumentKind;
use crate::recognise::own;
use crate::render::Format;
use crate::render::oscal::NAMESPACE;
use crate::schema;

/// Whether a file is a report of this format.
pub(super) fn is(format: Format, file: &FilePlace) -> bool {
    let path = file.path();
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    if !is_signed(format, &text) {
        return false;
    }
    let bundle = Bundle::read(&[path], &Options::default());
    let mut documents = bundle.documents.iter();
    !bundle.documents.is_empty()
        && documents.all(|document| {
            let detail = document.detail.as_deref().unwrap_or_default();
            document.kind == DocumentKind::Other && detail.starts_with(called(format))
        })
}

/// What the reader of evidence calls such a report.
fn called(format: Format) -> &'static str {
    match format {
        Format::Sarif => "a SARIF report",
        Format::Ocsf => "another tool's finding",
        Format::Oscal => "OSCAL assessment results",
        _ => "a report of coldtrail",
    }
}

/// Whether a report names coldtrail, where its format names who made it, and
/// has nothing at its top but what the format has there.
fn is_signed(format: Format, text: &str) -> bool {
    let value = || serde_json::from_str::<Value>(text).unwrap_or_default();
    match format {
        Format::Json => {
            let (value, schema) = (value(), schema::REPORT);
            let schema: Value = serde_json::from_str(schema).unwrap_or_default();
            let known = schema.get("properties").and_then(Value::as_object);
            names(&value, "/tool/name", "coldtrail")
                && has_only(&value, |key| {
                    known.is_some_and(|known| known.contains_key(key))
                })
                && Baseline::read("", text).is_ok()
        }
        Format::Sarif => {
            let value = value();
            names(&value, "/runs/0/tool/driver/name", "coldtrail")
                && has_only(&value, |key| matches!(key, "$schema" | "version" | "runs"))
        }
        Format::Ocsf => value().as_array().is_some_and(|findings| {
            let mut findings = findings.iter();
            findings.len() > 0
                && findings.all(|finding| names(finding, "/metadata/product/name", "coldtrail"))
        }),
        Format::Oscal => {
            let value = value();
            names(&value, "/assessment-results/metadata/props/0/ns", NAMESPACE)
                && has_only(&value, |key| key == "assessment-results")
        }
        Format::Human
        | Format::Junit
        | Format::Csv
        | Format::Markdown
        | Format::Github
        | Format::Html => own::output(text).is_some(),
    }
}

fn names(value: &Value, pointer: &str, word: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_str) == Some(word)
}

fn has_only(value: &Value, is_known: impl Fn(&str) -> bool) -> bool {
    value
        .as_object()
        .is_some_and(|object| object.keys().all(|key| is_known(key)))
}
