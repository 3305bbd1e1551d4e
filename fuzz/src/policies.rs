//! Policies: loaded, linted, and evaluated within bounds.

use std::sync::OnceLock;
use std::time::Duration;

use coldtrail::coverage::Expected;
use coldtrail::engine::{self, Checked, Judged, Worker};
use coldtrail::evidence::Bundle;
use coldtrail::policy::PolicySet;
use coldtrail::snapshot::{AsOf, Snapshot};

use super::{bundle, drawn, files};

/// A set of policies: lines `=== NAME` begin a file each. Whatever they hold,
/// they are refused with a place or judge the account within bounds, and to
/// the same end as they are written and as they are made faster.
pub fn policies(bytes: &[u8]) {
    let files = files(bytes);
    let texts: Vec<(&str, String)> = files
        .iter()
        .map(|(name, content)| (name.as_str(), String::from_utf8_lossy(content).into_owned()))
        .collect();
    let texts: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let set = match PolicySet::of(&texts) {
        Ok(set) => set,
        Err(error) => return drawn(&error),
    };
    match engine::check(&set) {
        Ok(problems) => problems.iter().for_each(|problem| drawn(problem)),
        Err(error) => return drawn(&error),
    }
    let faster = judged(&set);
    let as_written = judged(&set.as_written());
    if let (Some(faster), Some(as_written)) = (faster, as_written) {
        assert_eq!(faster, as_written);
    }
}

/// What the policies of a set say of the account; nothing, where a bound was
/// met or all of it is refused: then it counts that it ends.
fn judged(set: &PolicySet) -> Option<String> {
    let checked = match Checked::new(set) {
        Ok(checked) => checked,
        Err(error) => {
            drawn(&error);
            return None;
        }
    };
    let mut worker = match Worker::new(checked, Duration::from_millis(500)) {
        Ok(worker) => worker,
        Err(error) => {
            drawn(&error);
            return None;
        }
    };
    let (bundle, snapshot) = evidence();
    let account = snapshot
        .accounts
        .first()
        .expect("the evidence has an account");
    match worker.judge_account(account, bundle) {
        Ok(judged) => told(judged, worker.take_prints()),
        Err(error) => {
            drawn(&error);
            None
        }
    }
}

fn told(judged: Vec<Judged>, prints: Vec<String>) -> Option<String> {
    let mut told = prints.join("\n");
    for one in judged {
        match one {
            Ok(judgement) => told += &format!("{judgement:?}\n"),
            Err(error) => {
                drawn(&error);
                return None;
            }
        }
    }
    Some(told)
}

/// One account with a trail and its status.
fn evidence() -> &'static (Bundle, Snapshot) {
    static EVIDENCE: OnceLock<(Bundle, Snapshot)> = OnceLock::new();
    const TRAIL: &[u8] = br#"{"trailList": [{"Name": "main", "S3BucketName": "logs", "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": true, "HomeRegion": "us-east-1", "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main", "LogFileValidationEnabled": true, "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:trails:*", "HasCustomEventSelectors": false, "HasInsightSelectors": false, "IsOrganizationTrail": false}]}"#;
    const STATUS: &[u8] = br#"{"IsLogging": true, "LatestCloudWatchLogsDeliveryTime": "2026-11-20T11:57:00Z", "LatestDeliveryTime": "2026-11-20T11:57:00Z", "StartLoggingTime": "2026-01-01T00:00:00Z", "LatestDeliveryAttemptTime": "2026-11-20T11:57:00Z", "LatestNotificationAttemptTime": "", "LatestNotificationAttemptSucceeded": "", "LatestDeliveryAttemptSucceeded": "2026-11-20T11:57:00Z", "TimeLoggingStarted": "2026-01-01T00:00:00Z", "TimeLoggingStopped": ""}"#;
    EVIDENCE.get_or_init(|| {
        let name = |file: &str| format!("111122223333/us-east-1/{file}");
        let files = [
            (name("describe-trails.json"), TRAIL),
            (name("get-trail-status-main.json"), STATUS),
        ];
        let bundle = bundle(&files);
        let snapshot = Snapshot::of(&bundle, AsOf::FromEvidence, &Expected::default());
        (bundle, snapshot)
    })
}
