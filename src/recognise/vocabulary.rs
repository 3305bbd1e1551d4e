//! The words by which things are known, each in one place.
//!
//! Two kinds stand here: marks of CloudTrail, which make a thing that nobody
//! understands a doubt, and words of everything else, which may clear one. The
//! second are lists of what is known: what they lack is doubt, never cleared.

mod others;

use others::{BY_TWO_KEYS, KEYS_BESIDE, OF_SCHEMA, OTHER_CALLS, OTHER_SERVICES};

use std::sync::LazyLock;

use crate::cloudtrail::keys;
use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::recognise::facts::Call;
use crate::recognise::foreign_format::OF_TEMPLATE;

/// What only an answer about trails has in it, in lower case: keys of a trail
/// and of a status in every producer's spelling, an ARN's service, and the types
/// whose names PowerShell and Java print where objects lie too deep.
const MARKS: [&str; 20] = [
    "traillist",
    "trail_list",
    "trailarn",
    "trail_arn",
    "islogging",
    "is_logging",
    "latestdelivery",
    "latest_delivery",
    "latestcloudwatch",
    "latest_cloudwatch",
    "latest_cloud_watch",
    "cloudwatchlogsloggrouparn",
    "logs_log_group_arn",
    "ismultiregiontrail",
    "is_multi_region_trail",
    "includeglobalserviceevents",
    "include_global_service_events",
    "logfilevalidationenabled",
    ":cloudtrail:",
    "cloudtrail.model.",
];

/// Whether a text has a mark of CloudTrail. Goes through all of it: not for
/// what a reader understands.
pub(crate) fn mentions_trails(content: &str) -> bool {
    let lower = content.to_ascii_lowercase();
    let mut marks = MARKS.iter();
    marks.any(|mark| memchr::memmem::find(lower.as_bytes(), mark.as_bytes()).is_some())
}

/// Whether a text says CloudTrail, trails or one of the calls about them, in
/// another line than one of a log that ends in a success: `describe-trails ... ok`.
pub(crate) fn says_trails(content: &str) -> bool {
    let lower = content.to_ascii_lowercase();
    let is_sign = |c: char| !c.is_ascii_alphanumeric();
    let says = |word: &str| {
        let is_call = matches!(word, "describetrails" | "gettrailstatus" | "listtrails");
        matches!(word, "cloudtrail" | "trail" | "trails") || is_call
    };
    let is_done = |line: &str| {
        let last = line.trim_end_matches(is_sign).rsplit(is_sign).next();
        matches!(
            last,
            Some("ok" | "done" | "success" | "succeeded" | "completed" | "finished")
        )
    };
    let mut lines = lower.lines();
    lines.any(|line| line.split(is_sign).any(says) && !is_done(line))
}

/// Whether a text holds an object, or what is left of one, with a key of a trail
/// or of a status: `"TrailARN":`. A key within an escaped string is none.
pub(crate) fn holds_objects_of_trails(content: &str) -> bool {
    let lower = content.to_ascii_lowercase();
    MARKS.iter().any(|mark| {
        memchr::memmem::find_iter(lower.as_bytes(), mark.as_bytes()).any(|at| {
            let rest = lower.get(at..).unwrap_or_default();
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let rest = rest.get(end.unwrap_or(rest.len())..).unwrap_or_default();
            let closed = rest.strip_prefix('"').or_else(|| rest.strip_prefix('\''));
            closed.is_some_and(|rest| rest.trim_start().starts_with(':'))
        })
    })
}

/// How much of a line is looked at before a field, in bytes: more than rules and
/// indents have.
const MOST_BEFORE: usize = 256;

/// Whether a text has fields of a trail or of a status in a form that isn't JSON:
/// `TrailARN: …`, a row of the AWS CLI's, a column. A sentence may name them too,
/// but not where a line or a cell begins.
pub(crate) fn holds_fields(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_field = |at: usize| {
        let (before, rest) = lower.split_at_checked(at).unwrap_or_default();
        // What stands further off in a line is of other fields.
        let near = before.len().saturating_sub(MOST_BEFORE);
        let near = before.get(before.ceil_char_boundary(near)..);
        let line = near.unwrap_or_default().rsplit('\n').next();
        let line = line
            .unwrap_or_default()
            .trim_end_matches(is_word)
            .trim_end_matches(['"', '\'']);
        let is_first = line
            .trim_matches([' ', '\t', '-', '|', '*', '>'])
            .is_empty();
        let is_cell = line.ends_with([',', ';', '\t']) || line.trim_end().ends_with('|');
        let end = rest.find(|c: char| !is_word(c));
        let rest = rest.get(end.unwrap_or(rest.len())..).unwrap_or_default();
        let rest = rest.trim_start_matches(['"', '\'']).trim_start_matches(' ');
        (is_first || is_cell) && rest.starts_with([':', '=', '|', '\t', ',', ';', '\n'])
    };
    let marks = MARKS.iter().filter(|mark| !mark.starts_with(':'));
    marks
        .into_iter()
        .any(|mark| memchr::memmem::find_iter(lower.as_bytes(), mark.as_bytes()).any(is_field))
}

/// Keys with which only an answer of get-trail-status begins.
const OF_STATUS: [&str; 4] = [
    "IsLogging",
    "LatestDeliveryTime",
    "LatestDeliveryError",
    "LatestNotificationTime",
];

/// The call whose answer a block of JSON is what is left of, if its first key
/// tells: a status lists no trail, so that none is hidden by its loss.
pub(crate) fn call_of_remains(block: &str) -> Option<Call> {
    let key = first_key(block)?;
    if OF_STATUS
        .iter()
        .any(|word| keys::folds_to(key, &keys::fold(word)))
    {
        Some(Call::GetTrailStatus)
    } else {
        keys::folds_to(key, "traillist").then_some(Call::DescribeTrails)
    }
}

/// The call whose answer a whole text is in another form than JSON, by AWS's keys
/// in it or the title of its table.
pub(crate) fn call_in_columns(text: &str) -> Option<Call> {
    let lower = text.to_ascii_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if holds(&[
        "traillist",
        "trailarn",
        "trail_arn",
        "s3bucketname",
        "s3_bucket",
        "describetrails",
    ]) {
        Some(Call::DescribeTrails)
    } else {
        holds(&[
            "islogging",
            "is_logging",
            "latestdelivery",
            "gettrailstatus",
        ])
        .then_some(Call::GetTrailStatus)
    }
}

/// The first key of an object that a text begins with.
pub(crate) fn first_key(content: &str) -> Option<&str> {
    let rest = content.trim_start().strip_prefix('{')?;
    let rest = rest.trim_start().strip_prefix('"')?;
    rest.split_once('"').map(|(key, _)| key)
}

/// What a whole value is, if every key at its top is known to be of something
/// else. One key that isn't known is enough for doubt.
pub(crate) fn other_answer(node: Node<'_>) -> Option<String> {
    if node.kind() != Kind::Object {
        return None;
    }
    let object = Object::new(node);
    for (one, other, what) in BY_TWO_KEYS {
        if object.has(one) && object.has(other) {
            return Some(what.to_owned());
        }
    }
    if is_template(&object) {
        return Some("a CloudFormation template".to_owned());
    }
    if object.has("assessment-results") && object.members.len() == 1 {
        return Some("OSCAL assessment results".to_owned());
    }
    let mut found = None;
    for member in &object.members {
        let key = member.key.as_ref();
        match call_with_key(key) {
            Some(call) => found = found.or(Some(call)),
            None if KEYS_BESIDE.contains(&key) => {}
            None => return None,
        }
    }
    found.map(answer_of)
}

/// What a value is, if it is a document that shows no state and nothing else: it
/// is not looked into.
pub(crate) fn description(node: Node<'_>) -> Option<&'static str> {
    schema(node).or_else(|| findings(node))
}

/// What a value is, if it is a report in SARIF and nothing else (SARIF 2.1.0,
/// 3.13): whatever tool made it.
fn findings(node: Node<'_>) -> Option<&'static str> {
    const KEYS: [&str; 5] = [
        "$schema",
        "version",
        "runs",
        "properties",
        "inlineExternalProperties",
    ];
    if node.kind() != Kind::Object || !node.text().contains("\"driver\"") {
        return None;
    }
    let object = Object::new(node);
    let runs = object.get("runs")?;
    let is_run = |run: Node<'_>| {
        run.get("tool")
            .is_some_and(|tool| tool.get("driver").is_some())
    };
    let is_report = runs.kind() == Kind::Array
        && runs.elements().into_iter().all(is_run)
        && object
            .members
            .iter()
            .all(|member| KEYS.contains(&member.key.as_ref()));
    is_report.then_some("a SARIF report")
}

/// What a value is, if it is a JSON Schema and nothing else: every key at its
/// top is a word of the vocabulary.
fn schema(node: Node<'_>) -> Option<&'static str> {
    if node.kind() != Kind::Object || !node.text().contains("json-schema.org/") {
        return None;
    }
    let object = Object::new(node);
    let dialect = object.text("$schema")?;
    let is_schema = dialect.contains("json-schema.org/")
        && object
            .members
            .iter()
            .all(|member| OF_SCHEMA.contains(&member.key.as_ref()));
    is_schema.then_some("a JSON Schema: it shows no state")
}

/// Whether a value is a template of CloudFormation's and nothing else.
fn is_template(object: &Object<'_>) -> bool {
    let Some(resources) = object.get("Resources") else {
        return false;
    };
    let is_resource = |node: Node<'_>| {
        let kind = node.get("Type").and_then(|kind| kind.as_str());
        kind.is_some_and(|kind| kind.starts_with("AWS::") || kind.starts_with("Custom::"))
    };
    let resources = Object::new(resources);
    !resources.members.is_empty()
        && resources
            .members
            .iter()
            .all(|member| is_resource(member.value))
        && object
            .members
            .iter()
            .all(|member| OF_TEMPLATE.contains(&member.key.as_ref()))
}

/// What a block of JSON that is cut or broken is what is left of, if its first
/// key is that of another call's answer and no key of a trail stands in it.
pub(crate) fn other_remains(block: &str) -> Option<String> {
    let key = first_key(block)?;
    let is_log_file = key == "Records" && block.contains("\"eventVersion\"");
    if is_log_file {
        return Some("events that CloudTrail delivered".to_owned());
    }
    // Other tools begin their own objects with these.
    if ["Tags", "tags", "Attributes", "User", "Metrics"].contains(&key) {
        return None;
    }
    let found = call_with_key(key)?;
    (!holds_objects_of_trails(block)).then(|| answer_of(found))
}

fn call_with_key(key: &str) -> Option<(&'static str, &'static str)> {
    let row = OTHER_CALLS
        .iter()
        .find(|row| !key.is_empty() && row.2 == key);
    row.map(|(service, call, _)| (*service, *call))
}

fn answer_of((service, call): (&str, &str)) -> String {
    format!("an answer of `aws {service} {call}`")
}

/// The call of another service, or of CloudTrail beside its trails, that words
/// folded to letters and digits speak of.
pub(crate) fn other_call_in(folded: &str) -> Option<(&'static str, &'static str)> {
    let mut long = FOLDED_CALLS.iter();
    let found = long.find(|(word, _)| folded.contains(word.as_str()))?;
    Some(found.1)
}

/// A call folded to letters, as file names spell it, with its service and itself.
type FoldedCall = (String, (&'static str, &'static str));

/// The calls whose names are long enough to stand for them among other words:
/// `listkeys` is in `kmslistkeys1`.
static FOLDED_CALLS: LazyLock<Vec<FoldedCall>> = LazyLock::new(|| {
    let long = OTHER_CALLS
        .iter()
        .filter(|(_, call, _)| call.len() >= "list-tags".len());
    long.map(|(service, call, _)| (call.replace('-', ""), (*service, *call)))
        .collect()
});

/// Whether a word is that of a service whose calls tell nothing of trails.
pub(crate) fn is_other_service(word: &str) -> bool {
    let mut services = OTHER_SERVICES.iter();
    services.any(|service| service.eq_ignore_ascii_case(word))
}

/// Calls of other services without which trails aren't found.
const LEADS_TO_TRAILS: [&str; 8] = [
    "describeregions",
    "listregions",
    "getcalleridentity",
    "calleridentity",
    "assumerole",
    "listaccounts",
    "getrolecredentials",
    "createtoken",
];

/// Whether words folded to letters and digits speak of a call without which
/// trails aren't found.
pub(crate) fn leads_to_trails(folded: &str) -> bool {
    LEADS_TO_TRAILS.iter().any(|word| folded.contains(word))
}

/// The call that an operation of an error is.
pub(crate) fn call_of(operation: &str) -> Call {
    match keys::fold(operation).as_str() {
        "describetrails" | "gettrail" => Call::DescribeTrails,
        "gettrailstatus" => Call::GetTrailStatus,
        "listtrails" => Call::ListTrails,
        "describeloggroups" => Call::DescribeLogGroups,
        _ => Call::Other,
    }
}

/// Whether trails may be hidden by the failure of an operation: they are unless
/// it is known to show none, and to open no way to any.
pub(crate) fn hides_trails(operation: &str, service: Option<&str>) -> bool {
    let folded = keys::fold(operation);
    if leads_to_trails(&folded) {
        return true;
    }
    let is_known = OTHER_CALLS
        .iter()
        .any(|(_, call, _)| keys::folds_to(call, &folded));
    let of_bucket = folded.contains("bucket") || folded.contains("publicaccessblock");
    !(folded == "gettrailstatus" || is_known || of_bucket || service.is_some_and(is_other_service))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_hides_trails_unless_it_is_known_not_to() {
        for operation in [
            "DescribeTrails",
            "GetTrail",
            "ListTrails",
            "AssumeRole",
            "AssumeRoleWithSAML",
            "GetSessionToken",
            "GetRoleCredentials",
            "GetCallerIdentity",
            "DescribeRegions",
            "ListAccounts",
            "SomethingNew",
        ] {
            assert!(hides_trails(operation, None), "{operation}");
        }
        assert!(hides_trails("DescribeRegions", Some("ec2")));
        for operation in [
            "GetTrailStatus",
            "DescribeLogGroups",
            "GetEventSelectors",
            "StopLogging",
            "GetAccountPasswordPolicy",
            "GetBucketReplication",
            "DescribeVpcs",
        ] {
            assert!(!hides_trails(operation, None), "{operation}");
        }
        assert!(!hides_trails("SomethingNew", Some("iam")));
    }

    #[test]
    fn descriptions_are_nothing_but_descriptions() {
        let what = |text| description(Node::parse(text).unwrap());
        let dialect = "https://json-schema.org/draft/2020-12/schema";
        let schema = format!(r#"{{"$schema": "{dialect}", "properties": {{"TrailARN": {{}}}}}}"#);
        assert!(what(&schema).is_some());
        let with_list = schema.replacen('{', r#"{"trailList": [], "#, 1);
        assert_eq!(what(&with_list), None);
        let sarif = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}}]}"#;
        assert!(what(sarif).is_some());
        let with_list = sarif.replacen('{', r#"{"trailList": [], "#, 1);
        assert_eq!(what(&with_list), None);
        let template = r#"{"Resources": {"T": {"Type": "AWS::CloudTrail::Trail"}}}"#;
        let other = |text| other_answer(Node::parse(text).unwrap());
        assert!(other(template).is_some());
        let with_list = template.replacen('{', r#"{"trailList": [], "#, 1);
        assert_eq!(other(&with_list), None);
    }

    #[test]
    fn every_key_at_the_top_must_be_known() {
        let what = |text| other_answer(Node::parse(text).unwrap());
        assert!(what(r#"{"Vpcs": [], "NextToken": "x"}"#).is_some());
        assert!(what(r#"{"Version": "2012-10-17", "Statement": []}"#).is_some());
        assert_eq!(what(r#"{"Vpcs": [], "Other": {}}"#), None);
        assert_eq!(what(r#"{"Name": "x"}"#), None);
        assert_eq!(what("[]"), None);
    }

    #[test]
    fn remains_are_cleared_by_their_first_key_alone_and_not_against_a_mark() {
        assert!(other_remains(r#"{"Vpcs": [{"VpcId": "#).is_some());
        assert_eq!(other_remains(r#"{"Vpcs": [], "trailList": ["#), None);
        assert_eq!(other_remains(r#"{"Unknown": ["#), None);
        assert_eq!(other_remains("{"), None);
        let events = r#"{"Events": [{"CloudTrailEvent": "{\"trailARN\":\"x\"}"#;
        assert!(other_remains(events).is_some());
    }
}
