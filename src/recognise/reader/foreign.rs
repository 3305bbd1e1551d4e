//! Objects that look like evidence of a trail and are none.
//!
//! They share keys with trails: event selectors name a `TrailARN`, events carry
//! a trail in `responseElements`, other services log to a
//! `CloudWatchLogsLogGroupArn`, other tools' findings repeat what they read.
//! Each is taken here, so that no later reader sees it.

use std::borrow::Cow;

use crate::cloudtrail::arn;
use crate::document::json::{Kind, Member, Node};
use crate::document::object::Object;
use crate::recognise::facts::Listed;
use crate::recognise::hints::Hints;
use crate::recognise::reader::answer;
use crate::recognise::walk::Walk;
use crate::recognise::{heard, named};

/// Takes a document that shows no state, and holds no list of trails beside.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    _hints: &Hints,
) -> bool {
    match document(object) {
        Some(what) if !answer::holds_list(object) => {
            if what == STATE {
                walk.found
                    .rolls
                    .extend(named::of_trails(object.node.text()));
            }
            if what == FINDING || what == FINDING_OF_HUB {
                walk.found.rolls.extend(named::of_value(object.node));
            }
            if matches!(what, STATE | FINDING | FINDING_OF_HUB) {
                shown(walk, object, pointer, heard::arns_in(object.node.text()));
            }
            says_nothing(walk, what);
            true
        }
        _ => false,
    }
}

/// Takes an answer of another call, which shares keys with those about trails.
pub fn read_answer<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    _hints: &Hints,
) -> bool {
    let Some(what) = other_answer(object) else {
        return false;
    };
    // Selectors and tags are those of trails that are there.
    let arns: Vec<_> = match what {
        "event selectors" | "insight selectors" => object.text("TrailARN").into_iter().collect(),
        "tags" => {
            let lists = ["ResourceTagList", "ResourceTagMappingList"];
            let tagged = lists.iter().filter_map(|key| object.get(key));
            let tagged = tagged.flat_map(|list| list.elements()).map(Object::new);
            let of = |one: Object<'a>| one.text("ResourceId").or_else(|| one.text("ResourceARN"));
            tagged.filter_map(of).collect()
        }
        OF_CONFIG => {
            walk.found.rolls.extend(named::of_value(object.node));
            of_config(object)
        }
        _ => Vec::new(),
    };
    let arns = arns.into_iter();
    let is_config = what == OF_CONFIG;
    let arns = arns.filter(|arn| is_config || arn::trail_arn(arn).is_some());
    let arns = arns.map(|arn| arn.as_ref().into());
    shown(walk, object, pointer, arns);
    says_nothing(walk, what);
    true
}

/// What AWS Config lists, its verdicts first.
const CONFIG_LISTS: [&str; 4] = [
    "EvaluationResults",
    "AggregateEvaluationResults",
    "ComplianceByResources",
    "resourceIdentifiers",
];

/// The trails that a list of AWS Config's verdicts or resources is about, by their ARNs or names.
fn of_config<'a>(object: &Object<'a>) -> Vec<Cow<'a, str>> {
    let lists = CONFIG_LISTS.iter().filter_map(|key| object.get(key));
    let of = |one: Node<'a>| {
        let qualifier = one
            .get("EvaluationResultIdentifier")
            .and_then(|id| id.get("EvaluationResultQualifier"));
        let one = Object::new(qualifier.unwrap_or(one));
        let text = |word| one.folded(word).and_then(|member| member.value.as_str());
        let is_trail = text("resourcetype").is_some_and(|of| of == "AWS::CloudTrail::Trail");
        text("resourceid").filter(|_| is_trail)
    };
    lists
        .flat_map(|list| list.elements())
        .filter_map(of)
        .collect()
}

/// Notes trails that an object is about, by their ARNs or names: they are there.
fn shown<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    words: impl IntoIterator<Item = Box<str>>,
) {
    for word in words {
        if walk.is_full() {
            return;
        }
        let anchor = walk.anchor(object.node, pointer);
        let (arn, name) = match arn::trail_arn(&word) {
            Some(_) => (Some(word), None),
            None => (None, Some(word)),
        };
        walk.found.shown.push(Listed {
            arn,
            name,
            home_region: None,
            anchor,
        });
    }
}

fn says_nothing(walk: &mut Walk<'_, '_>, what: &str) {
    walk.found
        .remark
        .get_or_insert_with(|| format!("{what}: says nothing of how a trail is configured now"));
}

fn other_answer(object: &Object<'_>) -> Option<&'static str> {
    let has = |key| object.has(key);
    if (has("EventSelectors") || has("AdvancedEventSelectors"))
        && !has("S3BucketName")
        && has("TrailARN")
    {
        Some("event selectors")
    } else if has("InsightSelectors") && !has("S3BucketName") {
        Some("insight selectors")
    } else if has("ResourceTagList") || has("ResourceTagMappingList") {
        Some("tags")
    } else if has("HostedZoneId") || has("QueryLoggingConfig") || has("QueryLoggingConfigs") {
        Some("query logging of Route 53")
    } else if CONFIG_LISTS.iter().any(|key| object.has(key)) {
        Some(OF_CONFIG)
    } else if has("LogPublishingOptions") {
        Some("log publishing options of a search domain")
    } else {
        None
    }
}

/// The accounts in it are some that somebody looks after.
const STATE: &str = "Terraform's plan or state";

/// The trails in it are some that a scanner saw.
const FINDING: &str = "another tool's finding";

/// The same of AWS's own, where it doesn't hold the trail itself.
const FINDING_OF_HUB: &str = "a finding of Security Hub";

/// What a rule made of what AWS Config recorded, or the names of what it recorded.
const OF_CONFIG: &str = "a list of AWS Config's verdicts or resources";

fn document(object: &Object<'_>) -> Option<&'static str> {
    let has = |key| object.has(key);
    if has("eventVersion") && has("eventSource") {
        Some("a CloudTrail event")
    } else if has("terraform_version")
        || has("cloud_watch_logs_group_arn")
        || object.text("type").as_deref() == Some("aws_cloudtrail")
    {
        Some(STATE)
    } else if has("AWSTemplateFormatVersion")
        || (has("Properties") && object.text("Type").as_deref() == Some("AWS::CloudTrail::Trail"))
    {
        Some("a CloudFormation template")
    } else if has("EnableLogFileValidation") || (has("TagsList") && has("S3BucketName")) {
        Some("a request to make or change a trail")
    } else if has("execution") && has("api-stats") {
        Some("what Cloud Custodian says of its own run")
    } else if is_outputs(object) {
        Some("Terraform's outputs")
    } else if has("schema_version") && has("tool") {
        Some("a report of coldtrail")
    } else if has("ProductArn") && has("AwsAccountId") && !holds_trail(object) {
        Some(FINDING_OF_HUB)
    } else if has("finding_info")
        || (has("status_code") && has("metadata") && has("resources"))
        || (has("CheckID") && has("ResourceArn"))
    {
        Some(FINDING)
    } else {
        None
    }
}

/// Whether a resource in a finding is a trail: it may have its details.
fn holds_trail(object: &Object<'_>) -> bool {
    object.node.text().contains("\"AwsCloudTrailTrail\"")
}

/// Whether an object is what `terraform output -json` prints, of plain values.
fn is_outputs(object: &Object<'_>) -> bool {
    let is_output = |member: &Member<'_>| {
        let output = Object::new(member.value);
        let is_plain = |value: Node<'_>| !matches!(value.kind(), Kind::Object | Kind::Array);
        output.members.len() == 3
            && output.has("sensitive")
            && output.has("type")
            && output.get("value").is_some_and(is_plain)
    };
    !object.members.is_empty() && object.members.iter().all(is_output)
}

#[cfg(test)]
mod tests {
    use super::{document, other_answer};
    use crate::document::json::Node;
    use crate::document::object::Object;

    #[test]
    fn what_shares_keys_with_a_trail_is_called_by_its_name() {
        for (text, name) in [
            (
                r#"{"schema_version": "1.0", "tool": {"name": "coldtrail"}, "subjects": []}"#,
                "a report of coldtrail",
            ),
            (
                r#"{"eventVersion": "1.09", "eventSource": "cloudtrail.amazonaws.com"}"#,
                "a CloudTrail event",
            ),
            (
                r#"{"TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main", "EventSelectors": []}"#,
                "event selectors",
            ),
            (
                r#"{"type": "aws_cloudtrail", "values": {"name": "main"}}"#,
                "Terraform's plan or state",
            ),
            (
                r#"{"name": "main", "s3_bucket_name": "logs", "cloud_watch_logs_group_arn": "x"}"#,
                "Terraform's plan or state",
            ),
            (
                r#"{"Name": "main", "S3BucketName": "logs", "EnableLogFileValidation": true}"#,
                "a request to make or change a trail",
            ),
            (
                r#"{"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": true}}"#,
                "a CloudFormation template",
            ),
            (
                r#"{"EvaluationResults": [{"ComplianceType": "NON_COMPLIANT"}]}"#,
                "a list of AWS Config's verdicts or resources",
            ),
            (
                r#"{"ProductArn": "x", "AwsAccountId": "111122223333", "Resources": [{"Type": "AwsAccount"}]}"#,
                "a finding of Security Hub",
            ),
        ] {
            let object = Object::new(Node::parse(text).unwrap());
            let what = document(&object).or_else(|| other_answer(&object));
            assert_eq!(what, Some(name), "{text}");
        }
        let trail =
            r#"{"Name": "main", "S3BucketName": "logs", "IncludeGlobalServiceEvents": true}"#;
        let trail = Object::new(Node::parse(trail).unwrap());
        assert_eq!(document(&trail), None);
        assert_eq!(other_answer(&trail), None);
    }
}
