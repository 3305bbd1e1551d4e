//! What AWS answers, in the spellings of its tools.

use jiff::tz::TimeZone;
use jiff::{Timestamp, tz};
use serde_json::{Value, json};

use super::world::{Delivery, Group, Trail};
use crate::dice::Dice;

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Clock {
    Epoch,
    Utc,
    /// So many hours from UTC.
    Local(i8),
}

impl Clock {
    pub(crate) fn any(dice: &mut Dice) -> Self {
        dice.one(&[Self::Epoch, Self::Utc, Self::Local(-7), Self::Local(13)])
    }

    fn write(self, at: i64) -> Value {
        let at = Timestamp::from_second(at).unwrap();
        match self {
            Self::Epoch => json!(at.as_second() as f64 + 0.677),
            Self::Utc => json!(format!("{:.3}", at)),
            Self::Local(hours) => {
                let zone = TimeZone::fixed(tz::offset(hours));
                let local = at.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S.137000%:z");
                json!(local.to_string())
            }
        }
    }
}

fn utc(at: i64) -> Value {
    json!(Timestamp::from_second(at).unwrap().to_string())
}

/// `get-trail-status`, asked at this moment.
pub(crate) fn status(trail: &Trail, clock: Clock, at: i64) -> Value {
    let mut status = json!({
        "IsLogging": true,
        "LatestDeliveryTime": clock.write(at - 180),
        "StartLoggingTime": clock.write(at - 20_000_000),
    });
    let delivered = match trail.delivery {
        Delivery::Recent(hours) | Delivery::Stale(hours) => Some(at - hours as i64 * 3600),
        _ => None,
    };
    if let Some(delivered) = delivered {
        status["LatestCloudWatchLogsDeliveryTime"] = clock.write(delivered);
    }
    status["LatestDeliveryAttemptTime"] = utc(at - 180);
    status["LatestNotificationAttemptTime"] = json!("");
    status["LatestNotificationAttemptSucceeded"] = json!("");
    status["LatestDeliveryAttemptSucceeded"] = utc(at - 180);
    status["TimeLoggingStarted"] = utc(at - 20_000_000);
    status["TimeLoggingStopped"] = json!("");
    status
}

/// A trail as `describe-trails` shows it; the log group with `:*` or without.
pub(crate) fn trail(trail: &Trail, account: &str, star: bool) -> Value {
    let mut object = json!({
        "Name": trail.name,
        "S3BucketName": format!("cloudtrail-{account}"),
        "IncludeGlobalServiceEvents": true,
        "IsMultiRegionTrail": trail.is_multi_region,
        "HomeRegion": trail.home,
        "TrailARN": trail.arn(account),
        "LogFileValidationEnabled": true,
    });
    let group = match &trail.group {
        Group::Named(arn) if star => Some(format!("{arn}:*")),
        Group::Named(arn) => Some(arn.clone()),
        Group::Malformed => Some("cloudtrail/logs".to_owned()),
        Group::Masked => Some("arn:aws:logs:us-east-1:***:log-group:REDACTED".to_owned()),
        Group::Missing => None,
    };
    if let Some(group) = group {
        object["CloudWatchLogsLogGroupArn"] = json!(group);
        object["CloudWatchLogsRoleArn"] = json!(format!("arn:aws:iam::{account}:role/to-logs"));
    }
    object["HasCustomEventSelectors"] = json!(false);
    object["HasInsightSelectors"] = json!(false);
    object["IsOrganizationTrail"] = json!(trail.is_organization);
    object
}

/// A failed call, as the AWS CLI prints it.
pub(crate) fn failed(operation: &str) -> String {
    format!(
        "\nAn error occurred (AccessDeniedException) when calling the {operation} operation: User: arn:aws:iam::111122223333:user/auditor is not authorized to perform the call\n"
    )
}

/// As the AWS CLI indents it.
pub(crate) fn pretty(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    let indent = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, indent);
    serde::Serialize::serialize(value, &mut writer).unwrap();
    bytes.push(b'\n');
    bytes
}
