//! Objects of the schema: the product, the resource, the account and its cloud.

use serde_json::{Value, json};

use crate::report::{Subject, SubjectKind};

/// Who says it, in which version of the schema.
pub(super) fn metadata(rule: &str) -> Value {
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    json!({
        "version": "1.5.0",
        "profiles": ["cloud"],
        "event_code": rule,
        "product": {"uid": name, "name": name, "vendor_name": name, "version": version},
    })
}

/// The trail, or the account as a whole.
pub(super) fn resource(subject: &Subject) -> Value {
    let (kind, group) = match subject.kind {
        SubjectKind::Trail => ("AwsCloudTrailTrail", "cloudtrail"),
        SubjectKind::Account => ("AwsAccount", "account"),
    };
    let mut resource = json!({
        "uid": subject.id,
        "name": subject.name,
        "type": kind,
        "group": {"name": group},
    });
    if let Some(partition) = partition(&subject.id) {
        put(&mut resource, "cloud_partition", json!(partition));
    }
    if let Some(region) = &subject.home_region {
        put(&mut resource, "region", json!(region));
    }
    if let Some(account) = &subject.account_id {
        // 99 is no user, nor anything else of the schema's list.
        let owner = json!({
            "uid": account,
            "name": account,
            "type_id": 99,
            "type": "AWS Account",
            "account": account_object(account),
        });
        put(&mut resource, "owner", owner);
    }
    resource
}

/// The second part of an ARN.
fn partition(id: &str) -> Option<&str> {
    id.strip_prefix("arn:")?.split(':').next()
}

/// No evidence tells an account's name; readers want one, and the id is it.
fn account_object(account: &str) -> Value {
    json!({"uid": account, "name": account, "type_id": 10, "type": "AWS Account"})
}

/// The account's place in AWS.
pub(super) fn cloud(subject: &Subject, account: &str) -> Value {
    let mut cloud = json!({"provider": "aws", "account": account_object(account)});
    if let Some(region) = &subject.home_region {
        put(&mut cloud, "region", json!(region));
    }
    cloud
}

/// Sets a key of an object.
pub(super) fn put(object: &mut Value, key: &str, value: Value) {
    if let Some(map) = object.as_object_mut() {
        map.insert(key.to_owned(), value);
    }
}
