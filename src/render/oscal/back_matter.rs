//! The files of the evidence and the policies, as resources.

use serde::ser::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Each;
use super::word::{line, paragraph, prop, string};
use crate::finding::DocumentKind;
use crate::policy::PolicyInfo;
use crate::render::identity::{uri, uuid};
use crate::render::phrase;
use crate::report::{DocumentEntry, Report};
use crate::text::hex;

#[derive(serde::Serialize)]
struct BackMatter<R> {
    resources: R,
}

/// What stands for an assessment plan.
pub(super) fn plan(report: &Report) -> Uuid {
    let hashes: Vec<&str> = report
        .policies
        .iter()
        .map(|policy| policy.sha256.as_str())
        .collect();
    uuid("plan", &hashes)
}

/// The id of a file.
pub(super) fn file(name: &str) -> Uuid {
    uuid("file", &[name])
}

/// Everything that the rest refers to.
pub(super) fn back_matter(report: &Report) -> impl Serialize + '_ {
    BackMatter {
        resources: Each(move || {
            let first = std::iter::once_with(|| plan_resource(report));
            let policies = report.policies.iter().map(policy_resource);
            // Documents are sorted by file; a file may hold several.
            let files = report
                .documents
                .chunk_by(|one, other| one.file == other.file);
            first.chain(policies).chain(files.filter_map(file_resource))
        }),
    }
}

fn plan_resource(report: &Report) -> Value {
    let mut resource = json!({
        "uuid": plan(report),
        "title": "The policies in place of an assessment plan",
        "description": "Each policy below was applied to each account of the evidence.",
    });
    if let (false, Some(map)) = (report.bundles.is_empty(), resource.as_object_mut()) {
        let bundles = report.bundles.iter();
        let props = bundles.map(|bundle| prop("bundle", &phrase::bundle(bundle)));
        map.insert("props".into(), props.collect());
    }
    resource
}

fn policy_resource(policy: &PolicyInfo) -> Value {
    let mut props = vec![
        prop("policy", &policy.id),
        prop("package", &policy.package),
        prop("sha256", &policy.sha256),
        prop("severity", &policy.severity),
    ];
    if !policy.total {
        props.push(prop("total", "false"));
    }
    let mut resource = json!({
        "uuid": uuid("policy", &[&policy.id, &policy.sha256]),
        "title": line(&policy.title),
        "props": props,
    });
    if let (false, Some(map)) = (policy.description.is_empty(), resource.as_object_mut()) {
        map.insert("description".into(), json!(paragraph(&policy.description)));
    }
    resource
}

/// One file with its hash; what was not read says why.
fn file_resource(documents: &[DocumentEntry]) -> Option<Value> {
    let first = documents.first()?;
    let mut props = vec![json!({"name": "type", "value": "evidence"})];
    let kinds = documents.iter().map(|document| document.kind.as_str());
    let mut kinds: Vec<&str> = kinds.collect();
    kinds.sort_unstable();
    kinds.dedup();
    props.extend(kinds.into_iter().map(|kind| prop("document-kind", kind)));
    props.push(prop("bytes", &first.bytes.to_string()));
    let mut link = json!({"href": uri(&first.file)});
    if let (Some(digest), Some(map)) = (first.sha256, link.as_object_mut()) {
        let hash = json!({"algorithm": "SHA-256", "value": hex(digest)});
        map.insert("hashes".into(), json!([hash]));
    }
    let mut resource = json!({
        "uuid": file(&first.file),
        "title": line(&first.file),
        "props": props,
        "rlinks": [link],
    });
    let unread = documents.iter().filter(|document| {
        matches!(
            document.kind,
            DocumentKind::Unreadable | DocumentKind::CollectionError
        )
    });
    let why: Vec<String> = unread
        .map(|document| match document.remark() {
            Some(remark) => line(&format!("not read: {remark}")),
            None => string("not read"),
        })
        .collect();
    if let (false, Some(map)) = (why.is_empty(), resource.as_object_mut()) {
        map.insert("remarks".into(), json!(why.join("\n\n")));
    }
    Some(resource)
}
