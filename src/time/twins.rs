//! The times of one status, with local ones settled by their UTC twins.
//!
//! get-trail-status returns some instants twice: as a timestamp, which tools
//! print in local time and may strip of its zone, and as an old string, which
//! is always UTC in whole seconds. The difference of such a pair is the
//! offset of the machine that wrote the status, at that instant. Another time
//! of the same status may lie across a change of summer time, so an offset is
//! carried over by asking the IANA database: the time is read in every zone
//! that had the offset of every pair. The database is the one built into this
//! program, so that no machine's own makes a difference.

use std::sync::OnceLock;

use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};

use crate::time::civil::{Local, SECOND};
use crate::time::zone::Zone;
use crate::time::{Moment, Reading, Written};

/// The keys of get-trail-status that are times.
pub const STATUS_TIMES: [&str; 12] = [
    "LatestCloudWatchLogsDeliveryTime",
    "LatestDeliveryAttemptSucceeded",
    "LatestDeliveryAttemptTime",
    "LatestDeliveryTime",
    "LatestDigestDeliveryTime",
    "LatestNotificationAttemptSucceeded",
    "LatestNotificationAttemptTime",
    "LatestNotificationTime",
    "StartLoggingTime",
    "StopLoggingTime",
    "TimeLoggingStarted",
    "TimeLoggingStopped",
];

/// A timestamp and the old string for the same instant. The attempt that
/// succeeded, not the last attempt: they differ where delivery fails.
const TWINS: [(&str, &str); 3] = [
    ("LatestDeliveryTime", "LatestDeliveryAttemptSucceeded"),
    ("StartLoggingTime", "TimeLoggingStarted"),
    ("StopLoggingTime", "TimeLoggingStopped"),
];

/// More than any two zones are apart.
const DAY: SignedDuration = SignedDuration::from_hours(27);

/// Offsets in use are multiples of this, in nanoseconds.
const STEP: i128 = 900 * SECOND;

/// How far the two of a pair may be from a whole offset, in nanoseconds: the
/// old string has whole seconds.
const SLACK: std::ops::RangeInclusive<i128> = -SECOND..=2 * SECOND;

/// A pair that says which offset was in use when.
#[derive(Debug, Clone, Copy)]
struct Pair {
    key: &'static str,
    instant: Timestamp,
    offset: Offset,
}

/// Every time among the members of one status, whose keys are AWS's. Of equal
/// keys the first counts that can be built, which `written` does. Keys that aren't
/// there stay away.
#[must_use]
pub fn read_status<'a, Field>(
    fields: impl IntoIterator<Item = (&'static str, Field)>,
    written: impl Fn(Field) -> Option<Written<'a>>,
) -> Vec<(&'static str, Moment)> {
    let mut readings: Vec<(&'static str, Reading)> = Vec::with_capacity(STATUS_TIMES.len());
    for (key, field) in fields {
        if STATUS_TIMES.contains(&key) && find(&readings, key).is_none() {
            readings.extend(written(field).map(|value| (key, value.reading())));
        }
    }
    let is_refuted = refute(&mut readings);
    let pairs = pairs(&readings).filter(|_| !is_refuted);
    let settled = |key: &str, local: &Local| settle(local, key, pairs.as_deref()?);
    let moment = |(key, reading)| {
        let moment = match reading {
            Reading::Local(local) => settled(key, &local).unwrap_or_else(|| local.moment()),
            other => other.alone(),
        };
        (key, crate::time::bounded(moment))
    };
    readings.into_iter().map(moment).collect()
}

/// The pair of a status whose two are no one instant in any zone: somebody wrote
/// one of them.
#[must_use]
pub fn torn(moments: &[(&'static str, Moment)]) -> Option<(&'static str, &'static str)> {
    let bounds = |key| match moments.iter().find(|(known, _)| *known == key)? {
        (_, Moment::At(at)) => Some((*at, *at)),
        (_, Moment::Between { earliest, latest }) => Some((*earliest, *latest)),
        _ => None,
    };
    TWINS.into_iter().find(|(key, twin)| {
        let both = bounds(*key).zip(bounds(*twin));
        let is_countable = |at: &Timestamp| crate::time::is_countable(*at);
        both.is_some_and(|((from, to), (twin_from, twin_to))| {
            let all = [from, to, twin_from, twin_to];
            let far = |one: Timestamp, other: Timestamp| one.duration_since(other) > DAY;
            all.iter().all(is_countable) && (far(from, twin_to) || far(twin_from, to))
        })
    })
}

fn find<'r>(readings: &'r [(&'static str, Reading)], key: &str) -> Option<&'r Reading> {
    let mut all = readings.iter();
    all.find(|(known, _)| *known == key)
        .map(|(_, reading)| reading)
}

/// Where a pair shows that a written zone isn't the one that its time is in,
/// every time of the status with a written zone may be in either: somebody put
/// a `Z` behind a local time.
fn refute(readings: &mut [(&'static str, Reading)]) -> bool {
    let refuted = TWINS.iter().find_map(|(key, twin)| {
        let Some(Reading::Local(local)) = find(readings, key) else {
            return None;
        };
        let Some(Moment::At(twin)) = find(readings, twin).map(|twin| twin.clone().alone()) else {
            return None;
        };
        let is_written = local.width == 0 && local.zone.least == local.zone.most;
        let open = Local {
            zone: Zone::UNKNOWN,
            ..local.clone()
        };
        let shown = pair(key, &open, twin)
            .filter(|_| is_written)?
            .offset
            .seconds();
        (shown != local.zone.least).then_some(shown - local.zone.least)
    });
    let Some(shift) = refuted else {
        return false;
    };
    for (key, reading) in readings {
        // The old strings are AWS's own, and always UTC.
        let is_old = key.contains("Attempt") || key.starts_with("TimeLogging");
        if let Reading::Local(local) = reading
            && !is_old
        {
            let (written, shown) = (local.zone.least, local.zone.least + shift);
            local.zone.least = local.zone.least.min(shown);
            local.zone.most = local.zone.most.max(shown).max(written);
        }
    }
    true
}

/// The pairs of a status; nothing where one of them contradicts itself.
fn pairs(readings: &[(&'static str, Reading)]) -> Option<Vec<Pair>> {
    let mut pairs = Vec::new();
    for (key, twin) in TWINS {
        let Some(Reading::Local(local)) = find(readings, key) else {
            continue;
        };
        let Some(Moment::At(twin)) = find(readings, twin).map(|twin| twin.clone().alone()) else {
            continue;
        };
        if local.width == 0 && local.zone.least != local.zone.most {
            pairs.push(pair(key, local, twin)?);
        }
    }
    Some(pairs)
}

fn pair(key: &'static str, local: &Local, twin: Timestamp) -> Option<Pair> {
    let wall = Offset::UTC.to_timestamp(local.civil).ok()?.as_nanosecond();
    let difference = wall - twin.as_nanosecond();
    let steps = (difference + STEP / 2).div_euclid(STEP);
    if !SLACK.contains(&(difference - steps * STEP)) {
        return None;
    }
    let offset = Offset::from_seconds(i32::try_from(steps * STEP / SECOND).ok()?).ok()?;
    let instant = Timestamp::from_nanosecond(wall - steps * STEP).ok()?;
    local.zone.holds(offset.seconds()).then_some(Pair {
        key,
        instant,
        offset,
    })
}

/// The moment of a local time over every zone that fits all pairs. Nothing,
/// where none does, or none that the time's own zone allows.
fn settle(local: &Local, key: &str, pairs: &[Pair]) -> Option<Moment> {
    let first = pairs.first()?;
    let fits = |zone: &&TimeZone| {
        pairs
            .iter()
            .all(|pair| zone.to_offset(pair.instant) == pair.offset)
    };
    let mut zones = zones().iter().filter(fits).peekable();
    zones.peek()?;
    if let Some(own) = pairs.iter().find(|pair| pair.key == key) {
        return Some(local.moment_within(&Zone::fixed(own.offset.seconds())));
    }
    // A machine set to a bare offset follows no summer time.
    let bare = pairs
        .iter()
        .all(|pair| pair.offset == first.offset)
        .then_some(first.offset);
    let offsets = zones.flat_map(|zone| offsets(zone, local)).chain(bare);
    let possible: Vec<i32> = offsets
        .map(Offset::seconds)
        .filter(|&seconds| local.zone.holds(seconds))
        .collect();
    let zone = Zone {
        least: *possible.iter().min()?,
        most: *possible.iter().max()?,
    };
    Some(local.moment_within(&zone))
}

/// The offsets that a local time can have in a zone: two, where the clock was
/// put back or forward over it. A bare date has those of both of its ends.
fn offsets(zone: &TimeZone, local: &Local) -> Vec<Offset> {
    let end = i64::try_from(local.width).ok().and_then(|width| {
        local
            .civil
            .checked_add(jiff::SignedDuration::from_nanos(width))
            .ok()
    });
    [Some(local.civil), end]
        .into_iter()
        .flatten()
        .flat_map(|civil| match zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => [offset, offset],
            AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
                [before, after]
            }
        })
        .collect()
}

fn zones() -> &'static [TimeZone] {
    static ZONES: OnceLock<Vec<TimeZone>> = OnceLock::new();
    ZONES.get_or_init(|| {
        let database = TimeZoneDatabase::bundled();
        database
            .available()
            .filter_map(|name| database.get(name.as_str()).ok())
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use std::collections::BTreeMap;

    use crate::time::tests::read_in;
    use crate::time::{Moment, read};

    fn status(value: Value) -> BTreeMap<&'static str, Moment> {
        read_in(&value).into_iter().collect()
    }

    fn at(text: &str) -> Moment {
        Moment::At(text.parse().unwrap())
    }

    fn between(earliest: &str, latest: &str) -> Moment {
        Moment::Between {
            earliest: earliest.parse().unwrap(),
            latest: latest.parse().unwrap(),
        }
    }

    #[test]
    fn a_local_time_is_settled_by_the_utc_twin_of_another() {
        let read = status(json!({
            "IsLogging": true,
            "LatestDeliveryTime": "2025-12-20 17:54:13",
            "LatestDeliveryAttemptSucceeded": "2025-12-21T00:54:13Z",
            "LatestCloudWatchLogsDeliveryTime": "2025-12-20 17:56:04.677",
            "LatestNotificationAttemptTime": "",
        }));
        assert_eq!(
            read["LatestCloudWatchLogsDeliveryTime"],
            at("2025-12-21T00:56:04.677Z")
        );
        assert_eq!(read["LatestDeliveryTime"], at("2025-12-21T00:54:13Z"));
        assert_eq!(read["LatestNotificationAttemptTime"], Moment::Never);
        assert!(!read.contains_key("IsLogging") && !read.contains_key("StartLoggingTime"));
    }

    #[test]
    fn pairs_on_both_sides_of_summer_time_agree_where_a_zone_has_both() {
        let read = status(json!({
            "LatestDeliveryTime": "2023-09-22 15:20:11",
            "LatestDeliveryAttemptSucceeded": "2023-09-22T12:20:11Z",
            "StartLoggingTime": "2022-11-22 14:08:48.545",
            "TimeLoggingStarted": "2022-11-22T12:08:48Z",
            "LatestCloudWatchLogsDeliveryTime": "2023-09-21 15:20:00",
        }));
        assert_eq!(
            read["LatestCloudWatchLogsDeliveryTime"],
            at("2023-09-21T12:20:00Z")
        );
        assert_eq!(read["StartLoggingTime"], at("2022-11-22T12:08:48.545Z"));
    }

    #[test]
    fn an_offset_is_not_carried_over_a_change_of_summer_time_that_may_have_been() {
        let read = status(json!({
            "StartLoggingTime": "2025-07-01 08:00:00",
            "TimeLoggingStarted": "2025-07-01T14:00:00Z",
            "LatestCloudWatchLogsDeliveryTime": "2025-12-20 17:56:04",
        }));
        // Denver in summer is Costa Rica all year.
        assert_eq!(
            read["LatestCloudWatchLogsDeliveryTime"],
            between("2025-12-20T22:56:04Z", "2025-12-21T00:56:04Z")
        );
    }

    #[test]
    fn the_hour_that_comes_twice_stays_an_interval() {
        let read = status(json!({
            "LatestDeliveryTime": "2025-11-02 00:30:00",
            "LatestDeliveryAttemptSucceeded": "2025-11-02T06:30:00Z",
            "StartLoggingTime": "2025-01-02 00:30:00",
            "TimeLoggingStarted": "2025-01-02T07:30:00Z",
            "LatestCloudWatchLogsDeliveryTime": "2025-11-02 01:30:00",
        }));
        assert_eq!(
            read["LatestCloudWatchLogsDeliveryTime"],
            between("2025-11-02T07:30:00Z", "2025-11-02T08:30:00Z")
        );
    }

    #[test]
    fn pairs_that_contradict_settle_nothing() {
        let local = "2025-12-20 17:56:04";
        for (own, twin) in [
            ("2025-12-20 17:54:13", "2025-12-21T00:50:00Z"),
            ("2025-12-20 17:54:13", "2025-12-20T17:39:13Z"),
            ("2025-12-20 17:54:13", "2025-12-23T00:54:13Z"),
            ("2025-12-20 17:54:13", ""),
            ("2025-12-20", "2025-12-20T00:00:00Z"),
        ] {
            let status = status(
                json!({"LatestDeliveryTime": own, "LatestDeliveryAttemptSucceeded": twin, "LatestCloudWatchLogsDeliveryTime": local}),
            );
            assert_eq!(
                status["LatestCloudWatchLogsDeliveryTime"],
                read(&json!(local)),
                "{own} {twin}"
            );
        }
        let two = status(json!({
            "LatestDeliveryTime": "2025-12-20 17:54:13", "LatestDeliveryAttemptSucceeded": "2025-12-21T00:54:13Z",
            "StartLoggingTime": "2025-12-20 17:54:13", "TimeLoggingStarted": "2025-12-20T08:54:13Z",
            "LatestCloudWatchLogsDeliveryTime": local,
        }));
        assert_eq!(two["LatestCloudWatchLogsDeliveryTime"], read(&json!(local)));
    }

    #[test]
    fn an_ambiguous_abbreviation_is_settled_by_a_twin_that_it_allows() {
        let with = |twin: &str| {
            status(json!({
                "LatestDeliveryTime": "Sun Dec 21 06:24:13 IST 2025", "LatestDeliveryAttemptSucceeded": twin,
                "LatestCloudWatchLogsDeliveryTime": "Sun Dec 21 06:26:04 IST 2025",
            }))["LatestCloudWatchLogsDeliveryTime"].clone()
        };
        assert_eq!(with("2025-12-21T00:54:13Z"), at("2025-12-21T00:56:04Z"));
        assert_eq!(
            with("2025-12-21T13:24:13Z"),
            between("2025-12-21T00:56:04Z", "2025-12-21T05:26:04Z")
        );
    }

    #[test]
    fn a_twin_that_refutes_a_written_zone_is_heard() {
        let read = status(json!({
            "LatestDeliveryTime": "2026-11-20T20:57:00Z", "LatestDeliveryAttemptSucceeded": "2026-11-20T11:57:00Z",
            "LatestCloudWatchLogsDeliveryTime": "2026-11-20T20:30:00Z", "LatestDeliveryAttemptTime": "2026-11-20T11:57:00Z",
        }));
        assert_eq!(
            read["LatestCloudWatchLogsDeliveryTime"],
            between("2026-11-20T11:30:00Z", "2026-11-20T20:30:00Z")
        );
        assert_eq!(
            read["LatestDeliveryAttemptTime"],
            at("2026-11-20T11:57:00Z")
        );
    }

    #[test]
    fn times_with_a_zone_need_no_twin() {
        let read = status(
            json!({"LatestDeliveryTime": 1766278453.137, "LatestDeliveryAttemptSucceeded": "2020-01-01T00:00:00Z", "LatestCloudWatchLogsDeliveryTime": null}),
        );
        assert_eq!(read["LatestDeliveryTime"], at("2025-12-21T00:54:13.137Z"));
        assert_eq!(read["LatestCloudWatchLogsDeliveryTime"], Moment::Never);
    }
}
