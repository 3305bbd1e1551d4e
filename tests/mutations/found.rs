//! Kinds of bundles that the random ones found, by hand: what may come of each.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::bundle::Bundle;
use crate::judge::Judge;
use crate::oracle::{DELIVERY, LOG_GROUP, Word};

const ACCOUNT: &str = "111122223333";

fn arn(name: &str) -> String {
    format!("arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/{name}")
}

fn trail(name: &str, group: Option<&str>) -> Value {
    let mut trail = json!({
        "Name": name, "S3BucketName": "logs", "IncludeGlobalServiceEvents": true,
        "IsMultiRegionTrail": true, "HomeRegion": "us-east-1", "TrailARN": arn(name),
        "LogFileValidationEnabled": true, "HasCustomEventSelectors": false,
        "HasInsightSelectors": false, "IsOrganizationTrail": false
    });
    if let Some(group) = group {
        let group = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}:*");
        trail["CloudWatchLogsLogGroupArn"] = json!(group);
    }
    trail
}

/// A whole status with a delivery of that day.
pub(crate) fn status() -> Value {
    json!({
        "IsLogging": true,
        "LatestDeliveryTime": "2026-11-20T11:57:13.137000+00:00",
        "StartLoggingTime": "2026-03-02T08:50:43.963000+00:00",
        "LatestCloudWatchLogsDeliveryTime": "2026-11-20T11:55:04.677000+00:00",
        "LatestDeliveryAttemptTime": "2026-11-20T11:57:13Z",
        "LatestNotificationAttemptTime": "",
        "LatestNotificationAttemptSucceeded": "",
        "LatestDeliveryAttemptSucceeded": "2026-11-20T11:57:13Z",
        "TimeLoggingStarted": "2026-03-02T08:50:43Z",
        "TimeLoggingStopped": ""
    })
}

/// What a check of a trail comes to in a bundle of these files of its account.
fn outcome(files: &[(&str, Value)], name: &str, check: &str) -> Option<Word> {
    let files = files.iter().map(|(file, value)| {
        let file = format!("{ACCOUNT}/us-east-1/{file}");
        (file, serde_json::to_vec_pretty(value).unwrap())
    });
    judged(files.collect(), name, check)
}

/// What it comes to in a bundle of these.
fn judged(files: BTreeMap<String, Vec<u8>>, name: &str, check: &str) -> Option<Word> {
    let bundle = Bundle {
        as_of: Some("2026-11-20T12:00:00Z".parse().unwrap()),
        files,
        ..Bundle::default()
    };
    let verdict = Judge::new().judge(&bundle);
    verdict.of(&arn(name), check).map(|(word, _)| word)
}

#[test]
fn a_file_named_for_a_stranger_takes_the_status_beside_its_trail_away() {
    let list = json!({"trailList": [trail("main", Some("main"))]});
    let beside = json!([{"Trail": {"TrailARN": arn("main"), "Name": "main"}, "Status": status()}]);
    for (file, word) in [
        ("trail-status.json", Word::Pass),
        ("main-status.json", Word::Pass),
        ("resources_with_TrailStatus.json", Word::Pass),
        ("zz-status.json", Word::Inconclusive),
        ("other_trail-status.json", Word::Inconclusive),
        ("status_stranger.json", Word::Inconclusive),
    ] {
        let files = [
            ("describe-trails.json", list.clone()),
            (file, beside.clone()),
        ];
        assert_eq!(outcome(&files, "main", DELIVERY), Some(word), "{file}");
    }
}

#[test]
fn a_folder_of_trails_names_the_trail_of_what_lies_in_it() {
    let list = json!({"trailList": [trail("main", Some("main"))]});
    for (file, word) in [
        ("trails/main/get-trail-status-main.json", Word::Pass),
        (
            "trails/stranger/get-trail-status-main.json",
            Word::Inconclusive,
        ),
        ("out", Word::Pass),
    ] {
        let files = [("describe-trails.json", list.clone()), (file, status())];
        assert_eq!(outcome(&files, "main", DELIVERY), Some(word), "{file}");
    }
}

#[test]
fn words_of_the_call_that_a_trail_is_called_stand_against_a_tie() {
    let trails = ["status", "trail-status", "main"].map(|name| trail(name, Some("x")));
    let list = json!({"trailList": trails});
    let asked = |name: &str| json!({"args": {"Name": name}, "response": status()});
    for (file, name, word) in [
        ("get-trail-status-main.json", "main", Word::Pass),
        ("get-trail-status-status.json", "status", Word::Pass),
        (
            "get-trail-status-status.json",
            "trail-status",
            Word::Inconclusive,
        ),
        ("get-trail-status-status.json", "main", Word::Inconclusive),
    ] {
        let files = [("describe-trails.json", list.clone()), (file, asked(name))];
        assert_eq!(
            outcome(&files, name, DELIVERY),
            Some(word),
            "{file}: {name}"
        );
    }
    let mut named = status();
    named["id"] = json!("status");
    let files = [
        ("describe-trails.json", list),
        ("get-trail-status-main.json", named),
    ];
    assert_eq!(outcome(&files, "main", DELIVERY), Some(Word::Inconclusive));
}

#[test]
fn what_is_said_of_a_trail_at_a_place_that_is_not_read_leaves_its_log_group_open() {
    let list = |group| json!({"trailList": [trail("main", group)]});
    for group in [None, Some("main")] {
        let known = |word| {
            let proven = if group.is_some() {
                Word::Pass
            } else {
                Word::Fail
            };
            if word == Word::Pass { proven } else { word }
        };
        for (file, value, word) in [
            ("describe-regions.json", json!({"Regions": []}), Word::Pass),
            (
                "drift.json",
                json!({"exp.cted": list(Some("x"))}),
                Word::Inconclusive,
            ),
            (
                "x.json",
                json!({"trailList2": [trail("main", Some("x"))]}),
                Word::Inconclusive,
            ),
        ] {
            let files = [("describe-trails.json", list(group)), (file, value)];
            assert_eq!(
                outcome(&files, "main", LOG_GROUP),
                Some(known(word)),
                "{file}"
            );
        }
    }
}

#[test]
fn a_trail_that_is_called_otherwise_than_its_arn_has_no_status_of_its_own() {
    let list = json!({"trailList": [trail("main", Some("main"))]});
    for (name, word) in [("main", Word::Pass), ("mein", Word::Inconclusive)] {
        let around = json!({"TrailARN": arn("main"), "Name": name});
        let beside = json!([{"Trail": around, "Status": status()}]);
        let files = [
            ("describe-trails.json", list.clone()),
            ("trail-status.json", beside),
        ];
        assert_eq!(outcome(&files, "main", DELIVERY), Some(word), "{name}");
    }
}

#[test]
fn a_status_that_lacks_a_delivery_from_before_its_own_time_is_a_conflict() {
    let list = json!({"trailList": [trail("main", Some("main"))]});
    let later = "2026-11-20T12:03:33.137000+00:00";
    for (delivered, word) in [
        ("2026-11-20T11:50:04.677000+00:00", Word::Pass),
        ("2026-11-08T22:08:24.677000+00:00", Word::Inconclusive),
    ] {
        let (mut older, mut newer) = (status(), status());
        older["LatestCloudWatchLogsDeliveryTime"] = json!(delivered);
        newer["LatestDeliveryTime"] = json!(later);
        let files = [
            ("describe-trails.json", list.clone()),
            ("get-trail-status-main.json", newer),
            ("02_get_trail_status_main.json", older),
        ];
        assert_eq!(outcome(&files, "main", DELIVERY), Some(word), "{delivered}");
    }
}

#[test]
fn a_members_status_counts_where_no_other_may_be_the_owners_own() {
    let member = "444455556666";
    let mut seen = trail("main", Some("main"));
    seen["IsOrganizationTrail"] = json!(true);
    let list = json!({"trailList": [seen]});
    for (own, word) in [
        (json!({"Buckets": []}), Word::Pass),
        (
            json!({"Name": "stranger", "status": status()}),
            Word::Inconclusive,
        ),
    ] {
        let files = [
            (ACCOUNT, "describe-trails.json", list.clone()),
            (ACCOUNT, "x.json", own),
            (member, "describe-trails.json", list.clone()),
            (member, "get-trail-status-main.json", status()),
        ];
        let files = files.map(|(account, file, value)| {
            let file = format!("{account}/us-east-1/{file}");
            (file, serde_json::to_vec_pretty(&value).unwrap())
        });
        assert_eq!(judged(files.into(), "main", DELIVERY), Some(word));
    }
}
