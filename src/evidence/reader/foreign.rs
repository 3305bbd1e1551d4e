//! Objects that look like evidence of a trail and are none.
//!
//! They share keys with trails: event selectors name a `TrailARN`, events carry
//! a trail in `responseElements`, other services log to a
//! `CloudWatchLogsLogGroupArn`, other tools' findings repeat what they read.
//! Each is taken here, so that no later reader sees it.

use crate::evidence::recognise::{Hints, Object, Walk};

/// Takes an object that is no evidence of a trail's configuration.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    _pointer: &str,
    _hints: &Hints,
) -> bool {
    let Some(what) = what(object) else {
        return false;
    };
    walk.found
        .remark
        .get_or_insert_with(|| format!("{what}: says nothing of how a trail is configured now"));
    true
}

fn what(object: &Object<'_>) -> Option<&'static str> {
    let has = |key| object.has(key);
    if has("eventVersion") && has("eventSource") {
        Some("a CloudTrail event")
    } else if (has("EventSelectors") || has("AdvancedEventSelectors"))
        && !has("S3BucketName")
        && has("TrailARN")
    {
        Some("event selectors")
    } else if has("InsightSelectors") && !has("S3BucketName") {
        Some("insight selectors")
    } else if has("ResourceTagList") {
        Some("tags")
    } else if has("HostedZoneId") || has("QueryLoggingConfig") || has("QueryLoggingConfigs") {
        Some("query logging of Route 53")
    } else if has("LogPublishingOptions") {
        Some("log publishing options of a search domain")
    } else if has("finding_info") || (has("status_code") && has("metadata") && has("resources")) {
        Some("another tool's finding")
    } else {
        None
    }
}
