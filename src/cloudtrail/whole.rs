//! What AWS always returns, so that what is missing beside it is not there.
//!
//! Absence is proven by a whole answer alone: whoever selects columns or keys
//! (`--query`, `jq`, a table's row) leaves out what he likes. The keys below are
//! in every answer of the API, whatever is configured (CloudTrail API reference,
//! `Trail` and `GetTrailStatusResponse`; held against recorded answers since
//! 2015). Keys that came later, such as `HasInsightSelectors`, aren't asked for.

use super::keys::{
    BUCKET, GLOBAL_EVENTS, HOME_REGION, IS_LOGGING, MULTI_REGION, NAME, TRAIL_ARN, VALIDATION,
};

/// In every trail that describe-trails and get-trail return.
pub const TRAIL: [&str; 7] = [
    NAME,
    BUCKET,
    GLOBAL_EVENTS,
    MULTI_REGION,
    HOME_REGION,
    TRAIL_ARN,
    VALIDATION,
];

/// In every trail too since 2018: who selects keys for himself seldom takes
/// them, which tells a list of AWS's from one that was put together.
pub const TRAIL_FLAGS: [&str; 2] = ["HasCustomEventSelectors", "IsOrganizationTrail"];

/// In every status that get-trail-status returns: the old strings stand there
/// empty where nothing happened.
pub const STATUS: [&str; 7] = [
    IS_LOGGING,
    "LatestDeliveryAttemptTime",
    "LatestNotificationAttemptTime",
    "LatestNotificationAttemptSucceeded",
    "LatestDeliveryAttemptSucceeded",
    "TimeLoggingStarted",
    "TimeLoggingStopped",
];

/// What create-trail and update-trail return, and describe-trails as well: an
/// object with nothing else is their echo (API reference, `CreateTrail`).
#[must_use]
pub fn is_echo(has: impl Fn(&str) -> bool) -> bool {
    has(BUCKET) && !has(HOME_REGION) && !TRAIL_FLAGS.iter().take(1).any(|key| has(key))
}

/// Whether an object has all of these keys.
#[must_use]
pub fn has_all(keys: &[&str], has: impl Fn(&str) -> bool) -> bool {
    keys.iter().all(|key| has(key))
}
