//! What makes plain evidence doubtful: each leaves the oracle to judge alone.

mod more;

use serde_json::{Value, json};

use super::world::ACCOUNTS;
use super::{Files, NOW, answer};
use crate::bundle::Bundle;
use crate::dice::Dice;

/// Failed calls of operations that are neither of the two, and of none.
const FAILED: [&str; 8] = [
    "\nAn error occurred (AccessDenied) when calling the AssumeRole operation: User is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/auditor\n",
    "\nAn error occurred (UnauthorizedOperation) when calling the DescribeRegions operation: You are not authorized to perform this operation.\n",
    "\nAn error occurred (AccessDeniedException) when calling the ListTrails operation: not authorized\n",
    "\nAn error occurred (UnauthorizedException) when calling the GetRoleCredentials operation: Session token not found or invalid\n",
    "Error loading SSO Token: Token for corp does not exist\n",
    "SSL validation failed for https://cloudtrail.us-east-1.amazonaws.com/ certificate verify failed\n",
    "The config profile (prod) could not be found\n",
    "\nUnable to locate credentials. You can configure credentials by running \"aws configure\".\n",
];

const NEUTRAL: [&str; 6] = [
    "x.json",
    "out",
    "part.txt",
    "output.json",
    "response.json",
    "1.json",
];
const STRANGERS: [&str; 6] = ["stranger", "zz", "42", "prod", "other_trail", "a"];
const NO_STATE: [&str; 8] = [
    "expected",
    "previous",
    "before",
    "baseline",
    "requestParameters",
    "deleted",
    "example",
    "template",
];

/// Twists a bundle, if it has such a place; says how.
pub(crate) fn one(dice: &mut Dice, bundle: &mut Bundle) -> Option<&'static str> {
    bundle.truth.must.clear();
    let files = &mut bundle.files;
    let status = files
        .keys()
        .filter(|file| file.contains("status"))
        .cloned()
        .collect::<Vec<_>>();
    let lists = files
        .keys()
        .filter(|file| file.ends_with("describe-trails.json"))
        .cloned()
        .collect::<Vec<_>>();
    if lists.is_empty() {
        return None;
    }
    let list = lists[dice.below(lists.len())].clone();
    let folder = list
        .strip_suffix("describe-trails.json")
        .unwrap()
        .to_owned();
    let picked = (!status.is_empty()).then(|| status[dice.below(status.len().max(1))].clone());
    match dice.below(19) {
        0 => {
            let file = picked?;
            let name = dice.one(&STRANGERS);
            let name = dice
                .one(
                    &[
                        format!("get-trail-status-{name}.json"),
                        format!("{name}-status.json"),
                        format!("status_{name}.json"),
                    ]
                    .each_ref(),
                )
                .clone();
            moved(files, &file, &format!("{folder}{name}"));
            Some("a stranger's file name")
        }
        1 => {
            let key = dice.one(&[
                "arn",
                "Name",
                "ResourceId",
                "Trail",
                "CloudTrailName",
                "id",
                "resource",
            ]);
            let other = other(dice, files, key);
            edit(files, &picked?, |status| status[key] = json!(other))?;
            Some("a name inside")
        }
        2 => {
            moved(files, &picked?, &format!("{folder}{}", dice.one(&NEUTRAL)));
            Some("a neutral name")
        }
        3 => {
            let other = other(dice, files, "Name");
            let wrapper = dice.one(&["request", "args", "params"]);
            edit(files, &picked?, |status| {
                *status = json!({wrapper: {"Name": other}, "response": status.take()})
            })?;
            Some("a wrapper")
        }
        4 => {
            let key = dice.one(&NO_STATE);
            let file = if dice.once_in(2) { picked? } else { list };
            edit(files, &file, |value| *value = json!({key: value.take()}))?;
            bundle.truth.subjects.clear();
            Some("under a key that shows no state")
        }
        5 => {
            let name = dice.one(&[
                "describe-regions.json",
                "x.json",
                "out",
                "cloudtrail.json",
                "assume-role.txt",
            ]);
            files.insert(format!("{folder}{name}"), dice.one(&FAILED).into());
            Some("a failed call")
        }
        6 => {
            let file = if dice.once_in(2) { picked? } else { list };
            files.insert(file, dice.one(&["", "{}\n", "[]\n", "null\n"]).into());
            bundle.truth.subjects.clear();
            Some("an empty answer")
        }
        7 => {
            let masked = dice.one(&[
                "REDACTED",
                "***",
                "arn:aws:logs:us-east-1:<account>:log-group:x",
                "arn:aws:logs:us-east-1:264xxxxxx791:log-group:x:*",
                "arn:aws:logs:us-east-1:${AWS_ACCOUNT_ID}:log-group:x",
            ]);
            edit(files, &list, |value| {
                if let Some(trail) = value.pointer_mut("/trailList/0") {
                    trail["CloudWatchLogsLogGroupArn"] = json!(masked);
                }
            })?;
            bundle.truth.subjects.clear();
            Some("a masked value")
        }
        8 => {
            edit(files, &list, |value| {
                for item in value["trailList"].as_array_mut().into_iter().flatten() {
                    for key in [
                        "HomeRegion",
                        "CloudWatchLogsLogGroupArn",
                        "IsMultiRegionTrail",
                        "LogFileValidationEnabled",
                    ] {
                        item.as_object_mut().unwrap().remove(key);
                    }
                }
            })?;
            Some("a selection of a trail's keys")
        }
        9 => {
            edit(files, &picked?, |status| {
                if let Some(object) = status.as_object_mut() {
                    object.retain(|key, _| {
                        ["IsLogging", "LatestDeliveryTime"].contains(&key.as_str())
                    });
                }
            })?;
            Some("a selection of a status's keys")
        }
        10 => {
            edit(files, &list, |value| {
                value["NextToken"] = json!("eyJOZXh0VG9rZW4iOiBudWxsfQ==")
            })?;
            Some("a list that goes on")
        }
        11 => {
            let hours = dice.one(&[1, 30, 400]);
            bundle.as_of = Some(jiff::Timestamp::from_second(NOW - hours * 3600).unwrap());
            Some("an as of before AWS's times")
        }
        12 => {
            let account = dice.one(&ACCOUNTS);
            let name = dice.one(&[
                "us-east-1/get-caller-identity.json",
                "us-east-1/describe-log-groups.json",
            ]);
            let identity = json!({"UserId": "AIDAEXAMPLE", "Account": account, "Arn": format!("arn:aws:iam::{account}:user/auditor")});
            let groups = json!({"logGroups": [{"logGroupName": "x", "arn": format!("arn:aws:logs:us-east-1:{account}:log-group:x:*"), "retentionInDays": 400}]});
            let answer = if name.contains("identity") {
                identity
            } else {
                groups
            };
            files.insert(format!("{account}/{name}"), answer::pretty(&answer));
            bundle.truth.accounts.insert(account.to_owned());
            Some("an account without trail evidence")
        }
        13 => {
            let file = picked?;
            let at = files.get(&file)?.len() / 2;
            files.get_mut(&file)?.truncate(at);
            Some("a status cut short")
        }
        14 => undated(dice, bundle),
        15 => more::after_a_failed_call(files, &picked?, &folder),
        16 => more::a_zone_refuted(files, &picked?),
        17 => more::a_view_of_a_member(dice, bundle, &list),
        _ => more::a_list_of_names(files, &list, &folder),
    }
}

/// The bundle again in a folder beside, with other deliveries: nothing dates
/// either but AWS's own times.
fn undated(dice: &mut Dice, bundle: &mut Bundle) -> Option<&'static str> {
    let files = std::mem::take(&mut bundle.files);
    let by = dice.one(&[3600, 40 * 3600, 400 * 3600]);
    let forth = dice.once_in(2);
    for (file, bytes) in files {
        let mut older = Files::from([(String::new(), bytes.clone())]);
        edit(&mut older, "", |value| earlier(value, by));
        if forth && file.contains("status") {
            edit(&mut older, "", |value| {
                if let Some(object) = value.as_object_mut() {
                    object.remove("LatestCloudWatchLogsDeliveryTime");
                }
            });
        }
        bundle
            .files
            .insert(format!("first/{file}"), older.remove("")?);
        bundle.files.insert(format!("second/{file}"), bytes);
    }
    Some("an undated collection beside")
}

fn earlier(value: &mut Value, by: i64) {
    match value {
        Value::Number(number) if number.as_f64().is_some_and(|at| at > 1e9) => {
            *value = json!(number.as_f64().unwrap_or(0.0) - by as f64);
        }
        Value::String(text) => {
            if let Ok(at) = text.parse::<jiff::Timestamp>() {
                *text = (at - jiff::SignedDuration::from_secs(by)).to_string();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| earlier(item, by)),
        Value::Object(object) => object.values_mut().for_each(|item| earlier(item, by)),
        _ => {}
    }
}

/// Another trail's name or ARN, listed or not.
fn other(dice: &mut Dice, files: &Files, key: &str) -> String {
    let all: Vec<u8> = files.values().flatten().copied().collect();
    let text = String::from_utf8_lossy(&all).into_owned();
    let listed: Vec<&str> = text
        .split("\"TrailARN\": \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let listed = if listed.is_empty() {
        ""
    } else {
        listed[dice.below(listed.len())]
    };
    let arn = match dice.below(3) {
        0 => "arn:aws:cloudtrail:us-east-1:111122223333:trail/stranger",
        _ => listed,
    };
    match ["arn", "resource"].contains(&key) {
        true => arn.to_owned(),
        false => arn.rsplit('/').next().unwrap_or("stranger").to_owned(),
    }
}

fn moved(files: &mut Files, from: &str, to: &str) {
    if let Some(bytes) = files.remove(from) {
        files.insert(to.to_owned(), bytes);
    }
}

/// Changes a file's JSON; nothing where it isn't one JSON value.
pub(crate) fn edit(files: &mut Files, file: &str, change: impl FnOnce(&mut Value)) -> Option<()> {
    let bytes = files.get_mut(file)?;
    let mut value: Value = serde_json::from_slice(bytes).ok()?;
    if !value.is_object() {
        return None;
    }
    change(&mut value);
    *bytes = answer::pretty(&value);
    Some(())
}
