//! What the engine makes of every account of every fixture, for real OPA to be
//! held against: `.ci/opa-parity/compare.py` asks OPA the same.
//!
//! A line of JSON an account and control: the input, the data, the judgement,
//! and with the feature `bytecode`, for information, what regorus's bytecode machine
//! makes of the same rules. They go to the file that `COLDTRAIL_PARITY` names. Without it the test still
//! holds the fixtures to being judged by every control.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on must stop, also in its helpers"
)]

#[cfg(feature = "bytecode")]
mod bytecode;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldtrail::coverage::Expected;
use coldtrail::engine::{Checked, DEFAULT_LIMIT, Judgement, RawEvidence, Step, Worker};
use coldtrail::evidence::{Bundle, Options};
use coldtrail::finding::AsOfBasis;
use coldtrail::policy::PolicySet;
use coldtrail::snapshot::{AsOf, Snapshot};
use coldtrail::time;
use serde::Deserialize;
use serde_json::{Value, json};

/// What `case.toml` says of how a fixture is judged.
#[derive(Default, Deserialize)]
struct Settings {
    as_of: Option<String>,
    #[serde(default)]
    params: BTreeMap<String, Value>,
}

#[test]
fn every_fixture_is_judged_by_every_control() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let second = root.join("fixtures/policies/log-file-validation");
    let mut lines = String::new();
    for policies in [&root.join("policies"), &second] {
        let set = PolicySet::load(std::slice::from_ref(policies)).unwrap();
        for folder in [root.join("fixtures"), second.join("cases")] {
            for case in cases(&folder) {
                let judged = judge(&set, &case);
                assert!(!judged.is_empty(), "{}", case.display());
                for line in judged {
                    writeln!(lines, "{line}").unwrap();
                }
            }
        }
    }
    if let Some(file) = std::env::var_os("COLDTRAIL_PARITY") {
        std::fs::write(file, lines).unwrap();
    }
}

/// The folders under one that hold evidence.
fn cases(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("evidence").exists());
    cases.sort();
    cases
}

fn judge(set: &PolicySet, case: &Path) -> Vec<Value> {
    let settings: Settings = std::fs::read_to_string(case.join("case.toml"))
        .map(|text| toml::from_str(&text).unwrap())
        .unwrap_or_default();
    // A fixture's parameters are those of the control it is a fixture of.
    let declared = set.parameters_declared();
    let params = settings
        .params
        .into_iter()
        .filter(|(name, _)| declared.iter().any(|declared| declared.name == *name))
        .map(|(name, value)| (name, value.to_string()))
        .collect();
    let set = set.clone().with_params(&params).unwrap();
    let as_of = settings.as_of.map_or(AsOf::FromEvidence, |text| {
        AsOf::Given(time::rfc3339(&text).unwrap(), AsOfBasis::Flag)
    });
    let bundle = Bundle::read(&[case.join("evidence")], &Options::default());
    let snapshot = Snapshot::of(&bundle, as_of, &Expected::default());
    let mut worker = Worker::new(Checked::new(&set).unwrap(), DEFAULT_LIMIT).unwrap();
    let mut lines = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for account in &snapshot.accounts {
        let input = account.input(&bundle);
        for judgement in worker.judge(&input).unwrap() {
            let package = &set.policies().get(judgement.policy).unwrap().package;
            lines.push(json!({
                "case": case.strip_prefix(root).unwrap(),
                "package": package,
                "data": set.data(),
                "input": input,
                "result": result(&judgement),
                "bytecode": bytecode(&set, package, &input),
            }));
        }
    }
    lines
}

#[cfg(feature = "bytecode")]
fn bytecode(set: &PolicySet, package: &str, input: &Value) -> Value {
    bytecode::run(set, package, input)
}

#[cfg(not(feature = "bytecode"))]
fn bytecode(_: &PolicySet, _: &str, _: &Value) -> Value {
    Value::Null
}

/// A judgement as the policy gave it.
fn result(judgement: &Judgement) -> Value {
    let results = judgement.results.iter().map(|result| {
        json!({
            "subject": result.subject, "check": result.check, "outcome": result.outcome.as_str(),
            "code": result.code, "message": result.message, "help": result.help,
            "evidence": evidence(&result.evidence),
        })
    });
    let warnings = judgement.warnings.iter().map(|warning| {
        json!({
            "subject": warning.subject, "code": warning.code, "message": warning.message,
            "help": warning.help, "evidence": evidence(&warning.evidence),
        })
    });
    json!({
        "subjects": judgement.subjects,
        "checks": judgement.checks.iter().cloned().collect::<BTreeMap<Arc<str>, Arc<str>>>(),
        "results": results.collect::<Vec<_>>(),
        "warnings": warnings.collect::<Vec<_>>(),
    })
}

fn evidence(evidence: &[RawEvidence]) -> Value {
    let step = |step: &Step| match step {
        Step::Key(key) => json!(key),
        Step::Index(index) => json!(index),
    };
    evidence
        .iter()
        .map(|place| json!({"path": place.path.iter().map(step).collect::<Vec<_>>(), "label": place.label}))
        .collect()
}
