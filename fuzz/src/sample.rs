//! Evidence to judge: an account of two trails, one of which has no log group.

use coldtrail::evidence::Bundle;

const TRAILS: &[u8] = br#"{"trailList": [
{"Name": "main", "S3BucketName": "logs", "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": true, "HomeRegion": "us-east-1", "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main", "LogFileValidationEnabled": true, "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:trails:*", "CloudWatchLogsRoleArn": "arn:aws:iam::111122223333:role/trails", "HasCustomEventSelectors": false, "HasInsightSelectors": false, "IsOrganizationTrail": false},
{"Name": "audit", "S3BucketName": "logs", "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": true, "HomeRegion": "us-east-1", "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit", "LogFileValidationEnabled": true, "HasCustomEventSelectors": false, "HasInsightSelectors": false, "IsOrganizationTrail": false}]}"#;
const STATUS: &[u8] = br#"{"IsLogging": true, "LatestCloudWatchLogsDeliveryTime": "2026-11-20T11:57:00Z", "LatestDeliveryTime": "2026-11-20T11:57:00Z", "StartLoggingTime": "2026-01-01T00:00:00Z", "LatestDeliveryAttemptTime": "2026-11-20T11:57:00Z", "LatestNotificationAttemptTime": "", "LatestNotificationAttemptSucceeded": "", "LatestDeliveryAttemptSucceeded": "2026-11-20T11:57:00Z", "TimeLoggingStarted": "2026-01-01T00:00:00Z", "TimeLoggingStopped": ""}"#;

pub(crate) fn bundle() -> Bundle {
    let name = |file: &str| format!("111122223333/us-east-1/{file}");
    super::bundle(&[
        (name("describe-trails.json"), TRAILS),
        (name("get-trail-status-main.json"), STATUS),
        (name("get-trail-status-audit.json"), STATUS),
    ])
}
