//! Times of the evidence, in seconds since 1970: an instant, or the stretch in
//! which one without a zone may lie.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

/// An hour, more than lies between a trail's deliveries.
pub(crate) const HOUR: f64 = 3_600.0;
/// A day, the age that a delivery may have.
pub(crate) const DAY: f64 = 86_400.0;
/// What clocks may differ by.
pub(crate) const SKEW: f64 = 300.0;

/// When a delivery was, as a status shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Delivery {
    /// Between these two.
    Within(f64, f64),
    /// The status is whole and has none, or shows that there is none.
    Never,
    /// It can't be told.
    Unknown,
}

pub(crate) fn seconds(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}

/// The instant, or the stretch, that a value means.
pub(crate) fn read(value: &Value) -> Option<(f64, f64)> {
    match value {
        Value::Number(number) => number.as_f64().map(epoch),
        Value::String(text) => match text.parse::<f64>() {
            Ok(number) => Some(epoch(number)),
            Err(_) => written(text.trim()),
        },
        _ => None,
    }
}

fn epoch(number: f64) -> (f64, f64) {
    let seconds = if number.abs() > 1e11 {
        number / 1000.0
    } else {
        number
    };
    (seconds, seconds)
}

fn written(text: &str) -> Option<(f64, f64)> {
    if let Ok(at) = text.replacen(' ', "T", 1).parse::<Timestamp>() {
        return Some((seconds(at), seconds(at)));
    }
    let naive: DateTime = text.replacen(' ', "T", 1).parse().ok()?;
    let utc = naive.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some((seconds(utc) - 14.0 * 3600.0, seconds(utc) + 14.0 * 3600.0))
}

const TWINS: [(&str, &str); 2] = [
    ("LatestDeliveryTime", "LatestDeliveryAttemptSucceeded"),
    ("StartLoggingTime", "TimeLoggingStarted"),
];

/// By how much the strings that are always UTC refute the zone written in
/// their twins: by quarters of an hour, the same in each pair.
fn refuted(status: &Map<String, Value>) -> Option<f64> {
    let mut by = Vec::new();
    for (local, utc) in TWINS {
        let local = status
            .get(local)
            .and_then(read)
            .filter(|(from, to)| from == to);
        let (Some((local, _)), Some((utc, _))) = (local, status.get(utc).and_then(read)) else {
            continue;
        };
        by.push(((utc - local) / 900.0).round() * 900.0);
        if (utc - local - by[by.len() - 1]).abs() > 2.0 {
            return None;
        }
    }
    let first = *by.first()?;
    (first != 0.0 && first.abs() <= 14.0 * 3600.0 && by.iter().all(|one| *one == first))
        .then_some(first)
}

/// What AWS always returns in a status.
const ALWAYS: [&str; 7] = [
    "IsLogging",
    "LatestDeliveryAttemptTime",
    "LatestNotificationAttemptTime",
    "LatestNotificationAttemptSucceeded",
    "LatestDeliveryAttemptSucceeded",
    "TimeLoggingStarted",
    "TimeLoggingStopped",
];

/// The delivery that a status shows.
pub(crate) fn delivery(status: &Map<String, Value>) -> Delivery {
    match status.get("LatestCloudWatchLogsDeliveryTime") {
        None if ALWAYS.iter().all(|key| status.contains_key(*key)) => Delivery::Never,
        None => Delivery::Unknown,
        Some(Value::Null) => Delivery::Never,
        Some(Value::String(text)) if text.trim().is_empty() || text.starts_with("0001-01-01") => {
            Delivery::Never
        }
        Some(value) => match read(value) {
            Some((from, to)) => {
                let by = refuted(status).unwrap_or(0.0);
                Delivery::Within(from + by, to + by)
            }
            None => Delivery::Unknown,
        },
    }
}

/// The latest time of AWS's own in a status that lies somewhere for sure.
pub(crate) fn latest(status: &Map<String, Value>) -> Option<f64> {
    let by = refuted(status).unwrap_or(0.0);
    let times = status
        .iter()
        .filter(|(key, _)| key.contains("Time") || key.contains("Attempt"));
    let read = times.filter_map(|(key, value)| {
        let (from, _) = read(value)?;
        // The old strings are UTC whatever the others are.
        let is_old = key.contains("Attempt") || key.starts_with("TimeLogging");
        let twin = TWINS.iter().find(|(local, _)| local == key);
        let twin = twin.and_then(|(_, utc)| read(status.get(*utc)?));
        Some(match twin {
            // By quarters of an hour it is the zone that differs, and else the time.
            Some((utc, _)) if by != 0.0 && (utc - from).abs() <= 14.0 * 3600.0 => utc,
            _ if is_old => from,
            _ => from + by,
        })
    });
    read.filter(|at| *at > 1e9 && *at < 4e9).reduce(f64::max)
}
