//! Twists that take more than a line: what stands above in a transcript, a
//! zone that isn't one, and what others see of an organization's trail.

use serde_json::{Value, json};

use super::super::world::ACCOUNTS;
use super::{Files, edit};
use crate::bundle::Bundle;
use crate::dice::Dice;

/// The status behind a call that failed and another command: nothing says
/// whose it is.
pub(super) fn after_a_failed_call(
    files: &mut Files,
    status: &str,
    folder: &str,
) -> Option<&'static str> {
    let bytes = files.remove(status)?;
    let above = "$ aws cloudtrail get-trail-status --name stranger\n\nAn error occurred \
                 (TrailNotFoundException) when calling the GetTrailStatus operation: Unknown \
                 trail\n$ cat saved.json\n";
    let text = [above.as_bytes(), &bytes].concat();
    files.insert(format!("{folder}session.txt"), text);
    Some("a transcript that goes on after a failed call")
}

/// Local times that are called UTC: the strings beside them, which are always
/// UTC, tell it.
pub(super) fn a_zone_refuted(files: &mut Files, status: &str) -> Option<&'static str> {
    edit(files, status, |value| {
        let times = [
            "LatestDeliveryTime",
            "StartLoggingTime",
            "LatestCloudWatchLogsDeliveryTime",
        ];
        for key in times {
            let Some(Value::String(text)) = value.get_mut(key) else {
                continue;
            };
            *text = text.replace("-07:00", "+00:00").replace("+13:00", "+00:00");
        }
    })?;
    Some("a zone that isn't the times'")
}

/// A member account's list and status of somebody else's organization trail.
pub(super) fn a_view_of_a_member(
    dice: &mut Dice,
    bundle: &mut Bundle,
    list: &str,
) -> Option<&'static str> {
    let member = ACCOUNTS[1];
    let of = |key: &str| json!(format!("arn:aws:{key}"));
    let bytes = bundle.files.get(list)?.clone();
    let mut seen = Files::from([(String::new(), bytes)]);
    let mut name = String::new();
    edit(&mut seen, "", |value| {
        if let Some(trail) = value.pointer_mut("/trailList/0") {
            name = trail["Name"].as_str().unwrap_or_default().to_owned();
            trail["IsOrganizationTrail"] = json!(true);
            if trail["TrailARN"]
                .as_str()
                .is_some_and(|arn| arn.contains(member))
            {
                trail["TrailARN"] = of(&format!(
                    "cloudtrail:us-east-1:{}:trail/{name}",
                    ACCOUNTS[2]
                ));
            }
        }
    })?;
    let folder = format!("{member}/us-east-1");
    let mut status = json!({
        "IsLogging": true, "LatestDeliveryAttemptTime": "2026-11-20T11:57:13Z",
        "LatestNotificationAttemptTime": "", "LatestNotificationAttemptSucceeded": "",
        "LatestDeliveryAttemptSucceeded": "2026-11-20T11:57:13Z",
        "TimeLoggingStarted": "2026-03-02T08:50:43Z", "TimeLoggingStopped": ""
    });
    if dice.once_in(3) {
        status["LatestCloudWatchLogsDeliveryTime"] = json!("2026-10-20T11:57:13Z");
    }
    bundle
        .files
        .insert(format!("{folder}/describe-trails.json"), seen.remove("")?);
    let status = super::answer::pretty(&status);
    bundle
        .files
        .insert(format!("{folder}/get-trail-status-{name}.json"), status);
    bundle.truth.subjects.clear();
    Some("a member's view of an organization's trail")
}

/// A list of the trails that somebody named, and a query: neither is whole.
pub(super) fn a_list_of_names(files: &mut Files, list: &str, folder: &str) -> Option<&'static str> {
    let bytes = files.remove(list)?;
    let above =
        "$ aws cloudtrail describe-trails --trail-name-list main --no-include-shadow-trails\n";
    files.insert(
        format!("{folder}session-of-lists.txt"),
        [above.as_bytes(), &bytes].concat(),
    );
    Some("a list of names")
}
