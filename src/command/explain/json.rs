//! What is said of policies, for programs.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::engine::Titles;
use crate::policy::{Metadata, Policy};

/// The version of this form.
const SCHEMA_VERSION: &str = "1.0";

/// All policies with their checks.
pub(super) fn of(policies: &[(&Policy, &Titles)]) -> Value {
    let list: Vec<Value> = policies
        .iter()
        .map(|(policy, checks)| one(policy, checks))
        .collect();
    json!({"schema_version": SCHEMA_VERSION, "policies": list})
}

fn one(policy: &Policy, checks: &[(Arc<str>, Arc<str>)]) -> Value {
    let info = &policy.info;
    let controls: Vec<Value> =
        info.controls.iter().map(|control| json!({"framework": control.framework, "versions": control.versions, "id": control.id})).collect();
    let resources: Vec<Value> = info
        .related_resources
        .iter()
        .map(|resource| json!({"url": resource.url, "description": resource.description}))
        .collect();
    let checks: Vec<Value> = checks
        .iter()
        .map(|(id, title)| json!({"id": id, "title": title}))
        .collect();
    let mut value = json!({
        "id": info.id,
        "title": info.title,
        "description": info.description,
        "severity": info.severity,
        "package": info.package,
        "sha256": info.sha256,
        "total": info.total,
        "controls": controls,
        "checks": checks,
        "related_resources": resources,
    });
    if let (Some(object), Some(metadata)) = (value.as_object_mut(), policy.metadata()) {
        object.extend(details(metadata));
    }
    value
}

fn details(metadata: &Metadata) -> Vec<(String, Value)> {
    let dropped: Vec<Value> =
        metadata.dropped.iter().map(|dropped| json!({"framework": dropped.framework, "versions": dropped.versions, "note": dropped.note})).collect();
    let codes: Vec<Value> = metadata
        .codes
        .iter()
        .map(|(code, meaning)| json!({"code": code, "meaning": meaning}))
        .collect();
    let parameters: Vec<Value> = metadata
        .parameters
        .iter()
        .map(|parameter| json!({"name": parameter.name, "default": parameter.default, "description": parameter.description}))
        .collect();
    let remediation =
        json!({"cli": metadata.remediation.cli, "console": metadata.remediation.console});
    let parts = [
        ("dropped", json!(dropped)),
        ("rationale", json!(metadata.rationale)),
        ("codes", json!(codes)),
        ("parameters", json!(parameters)),
        ("remediation", remediation),
    ];
    parts.map(|(name, value)| (name.to_owned(), value)).into()
}
