//! AWS's own spelling of a key, whatever the producer wrote.
//!
//! SDKs, exporters and scanners write the same key as `CloudWatchLogsLogGroupArn`,
//! `cloudWatchLogsLogGroupArn`, `cloud_watch_logs_log_group_arn`,
//! `cloudwatch_logs_log_group_arn` or `log_group_arn`. They fold to one word
//! (lower case, letters and digits only), and the word names the key of the
//! API reference (`Trail`, `GetTrailStatusResponse`). A key that is not here
//! stays as it was written: a misspelt key is no key of AWS.

/// Key of a trail's name.
pub const NAME: &str = "Name";
/// Key of a trail's ARN.
pub const TRAIL_ARN: &str = "TrailARN";
/// Key of the region a trail was made in.
pub const HOME_REGION: &str = "HomeRegion";
/// Key of the log group that control 3.4 asks for.
pub const LOG_GROUP: &str = "CloudWatchLogsLogGroupArn";
/// Key of the bucket, which every trail has.
pub const BUCKET: &str = "S3BucketName";
/// Key of a flag that every trail has.
pub const GLOBAL_EVENTS: &str = "IncludeGlobalServiceEvents";
/// Key that marks an organization trail.
pub const ORGANIZATION: &str = "IsOrganizationTrail";
/// Key that every status has.
pub const IS_LOGGING: &str = "IsLogging";
/// Key of the time that control 3.4 asks for.
pub const DELIVERY_TIME: &str = "LatestCloudWatchLogsDeliveryTime";

/// Folded word and AWS's key, for the keys of the API's `Trail` type.
const TRAIL: [(&str, &str); 21] = [
    ("name", NAME),
    ("s3bucketname", BUCKET),
    ("s3keyprefix", "S3KeyPrefix"),
    ("snstopicname", "SnsTopicName"),
    ("snstopicarn", "SnsTopicARN"),
    ("includeglobalserviceevents", GLOBAL_EVENTS),
    ("ismultiregiontrail", "IsMultiRegionTrail"),
    ("homeregion", HOME_REGION),
    ("trailarn", TRAIL_ARN),
    ("logfilevalidationenabled", "LogFileValidationEnabled"),
    ("cloudwatchlogsloggrouparn", LOG_GROUP),
    ("cloudwatchlogsrolearn", "CloudWatchLogsRoleArn"),
    ("kmskeyid", "KmsKeyId"),
    ("hascustomeventselectors", "HasCustomEventSelectors"),
    ("hasinsightselectors", "HasInsightSelectors"),
    ("isorganizationtrail", ORGANIZATION),
    // Spellings that no folding of AWS's own key gives.
    ("arn", TRAIL_ARN),
    ("loggrouparn", LOG_GROUP),
    ("multiregiontrail", "IsMultiRegionTrail"),
    ("organizationtrail", ORGANIZATION),
    ("bucketname", BUCKET),
];

/// Folded word and AWS's key, for the keys of `GetTrailStatusResponse`.
const STATUS: [(&str, &str); 18] = [
    ("islogging", IS_LOGGING),
    ("latestdeliveryerror", "LatestDeliveryError"),
    ("latestnotificationerror", "LatestNotificationError"),
    ("latestdeliverytime", "LatestDeliveryTime"),
    ("latestnotificationtime", "LatestNotificationTime"),
    ("startloggingtime", "StartLoggingTime"),
    ("stoploggingtime", "StopLoggingTime"),
    (
        "latestcloudwatchlogsdeliveryerror",
        "LatestCloudWatchLogsDeliveryError",
    ),
    ("latestcloudwatchlogsdeliverytime", DELIVERY_TIME),
    ("latestdigestdeliverytime", "LatestDigestDeliveryTime"),
    ("latestdigestdeliveryerror", "LatestDigestDeliveryError"),
    ("latestdeliveryattempttime", "LatestDeliveryAttemptTime"),
    (
        "latestnotificationattempttime",
        "LatestNotificationAttemptTime",
    ),
    (
        "latestnotificationattemptsucceeded",
        "LatestNotificationAttemptSucceeded",
    ),
    (
        "latestdeliveryattemptsucceeded",
        "LatestDeliveryAttemptSucceeded",
    ),
    ("timeloggingstarted", "TimeLoggingStarted"),
    ("timeloggingstopped", "TimeLoggingStopped"),
    ("logging", IS_LOGGING),
];

/// Lower case, letters and digits only.
#[must_use]
pub fn fold(key: &str) -> String {
    key.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// The trail key of AWS that `key` spells.
#[must_use]
pub fn trail_key(key: &str) -> Option<&'static str> {
    canonical(key, &TRAIL)
}

/// The status key of AWS that `key` spells.
#[must_use]
pub fn status_key(key: &str) -> Option<&'static str> {
    canonical(key, &STATUS)
}

fn canonical(key: &str, known: &'static [(&'static str, &'static str)]) -> Option<&'static str> {
    if let Some((_, exact)) = known.iter().find(|(_, aws)| *aws == key) {
        return Some(exact);
    }
    // No key of AWS is longer, and folding a hostile one is work for nothing.
    if key.len() > 64 {
        return None;
    }
    let folded = fold(key);
    known
        .iter()
        .find(|(word, _)| *word == folded)
        .map(|(_, aws)| *aws)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_key_is_awss_own() {
        for spelling in [
            "CloudWatchLogsLogGroupArn",
            "cloudWatchLogsLogGroupArn",
            "cloud_watch_logs_log_group_arn",
            "cloudwatch_logs_log_group_arn",
            "log_group_arn",
        ] {
            assert_eq!(trail_key(spelling), Some(LOG_GROUP), "{spelling}");
        }
        assert_eq!(
            status_key("latest_cloudwatch_logs_delivery_time"),
            Some(DELIVERY_TIME)
        );
        assert_eq!(status_key("logging"), Some(IS_LOGGING));
        assert_eq!(trail_key("Arn"), Some(TRAIL_ARN));
    }

    #[test]
    fn the_misspelt_key_of_the_benchmark_is_no_key_of_aws() {
        assert_eq!(status_key("LatestcloudwatchLogdDeliveryTime"), None);
        assert_eq!(trail_key("LogGroup"), None);
    }
}
