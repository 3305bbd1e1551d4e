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
pub const MULTI_REGION: &str = "IsMultiRegionTrail";
/// Key of a flag that every trail has.
pub const VALIDATION: &str = "LogFileValidationEnabled";
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

/// Which key of AWS a key spells; none is of a trail and of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelt {
    /// This key of a trail.
    Trail(&'static str),
    /// This key of a status.
    Status(&'static str),
    /// None.
    Neither,
}

impl Spelt {
    /// The key of AWS that `key` spells.
    #[must_use]
    pub fn of(key: &str) -> Self {
        if let Some(exact) = Self::found(|_, aws| aws == key) {
            return exact;
        }
        // No key of AWS is longer, and folding a hostile one is work for nothing.
        if key.len() > 64 {
            return Self::Neither;
        }
        Self::found(|word, _| folds_to(key, word)).unwrap_or(Self::Neither)
    }

    /// The first key whose folded word, or whose spelling by AWS, is so.
    fn found(is_so: impl Fn(&str, &str) -> bool) -> Option<Self> {
        let find = |all: &'static [(&str, &str)]| {
            let mut all = all.iter();
            all.find(|(word, aws)| is_so(word, aws))
                .map(|(_, aws)| *aws)
        };
        find(&TRAIL)
            .map(Self::Trail)
            .or_else(|| find(&STATUS).map(Self::Status))
    }

    /// The trail's key that it is.
    #[must_use]
    pub fn trail(self) -> Option<&'static str> {
        match self {
            Self::Trail(key) => Some(key),
            Self::Status(_) | Self::Neither => None,
        }
    }

    /// The status's key that it is.
    #[must_use]
    pub fn status(self) -> Option<&'static str> {
        match self {
            Self::Status(key) => Some(key),
            Self::Trail(_) | Self::Neither => None,
        }
    }
}

/// Lower case, letters and digits only.
#[must_use]
pub fn fold(key: &str) -> String {
    let mut folded = String::with_capacity(key.len());
    folded.extend(letters(key).map(char::from));
    folded
}

/// Whether a key folds to this word.
#[must_use]
pub fn folds_to(key: &str, word: &str) -> bool {
    key.len() >= word.len() && letters(key).eq(word.bytes())
}

/// The letters and digits of a key, in lower case.
fn letters(key: &str) -> impl Iterator<Item = u8> {
    let letters = key.bytes().filter(u8::is_ascii_alphanumeric);
    letters.map(|byte| byte.to_ascii_lowercase())
}

/// Whether a whole status stands under this key of a trail object.
#[must_use]
pub fn is_of_status(key: &str) -> bool {
    const WORDS: [&str; 5] = [
        "status",
        "loggingstatus",
        "trailstatus",
        "c7ntrailstatus",
        "gettrailstatus",
    ];
    WORDS.iter().any(|word| folds_to(key, word))
}

/// The trail key of AWS that `key` spells.
#[must_use]
pub fn trail_key(key: &str) -> Option<&'static str> {
    Spelt::of(key).trail()
}

/// The status key of AWS that `key` spells.
#[must_use]
pub fn status_key(key: &str) -> Option<&'static str> {
    Spelt::of(key).status()
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
    fn no_key_is_of_a_trail_and_of_a_status() {
        for (word, aws) in TRAIL.iter().chain(&STATUS) {
            let known = |all: &[(&str, &str)]| all.iter().any(|(other, _)| other == word);
            assert_ne!(known(&TRAIL), known(&STATUS), "{word}");
            assert_eq!(Spelt::of(word), Spelt::of(aws), "{word}");
        }
    }

    #[test]
    fn the_misspelt_key_of_the_benchmark_is_no_key_of_aws() {
        assert_eq!(status_key("LatestcloudwatchLogdDeliveryTime"), None);
        assert_eq!(trail_key("LogGroup"), None);
    }
}
