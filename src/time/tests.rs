//! What holds for every instant and for every text.

use jiff::tz::{Offset, TimeZoneDatabase};
use jiff::{Timestamp, civil::DateTime};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::document::json::Node;
use crate::document::object::Object;
use crate::recognise::reader::status;
use crate::time::{Moment, http_date, path_stamp, read, rfc3339};

/// The times of a status.
pub(crate) fn read_in(value: &Value) -> Vec<(&'static str, Moment)> {
    let text = value.to_string();
    status::times(&Object::new(Node::parse(&text).unwrap()))
}

/// Instants that a status can hold, to the millisecond.
fn instants() -> impl Strategy<Value = Timestamp> {
    (1_383_264_000_000_i64..4_102_444_800_000)
        .prop_map(|ms| Timestamp::from_millisecond(ms).unwrap())
}

fn offsets() -> impl Strategy<Value = Offset> {
    (-48_i32..=56).prop_map(|quarters| Offset::from_seconds(quarters * 900).unwrap())
}

fn placebo(wall: DateTime) -> Value {
    json!({"__class__": "datetime", "year": wall.year(), "month": wall.month(), "day": wall.day(), "hour": wall.hour(),
           "minute": wall.minute(), "second": wall.second(), "microsecond": wall.subsec_nanosecond() / 1_000})
}

fn python(wall: DateTime, zone: &str) -> Value {
    json!(format!(
        "datetime.datetime({}, {}, {}, {}, {}, {}, {}{zone})",
        wall.year(),
        wall.month(),
        wall.day(),
        wall.hour(),
        wall.minute(),
        wall.second(),
        wall.subsec_nanosecond() / 1_000
    ))
}

/// Every spelling that holds the milliseconds and the zone.
fn exact(instant: Timestamp, offset: Offset) -> Vec<Value> {
    let wall = offset.to_datetime(instant);
    let utc = Offset::UTC.to_datetime(instant);
    let ms = instant.as_millisecond();
    let seconds = offset.seconds();
    let (sign, h, m) = (
        if seconds < 0 { '-' } else { '+' },
        seconds.abs() / 3600,
        seconds.abs() / 60 % 60,
    );
    vec![
        json!(format!("{}.{:03}", ms / 1000, ms % 1000)),
        serde_json::from_str(&format!("{}.{:03}", ms / 1000, ms % 1000)).unwrap(),
        json!(ms),
        json!(format!("/Date({ms})/")),
        json!(format!("\\/Date({ms}{sign}{h:02}{m:02})\\/")),
        json!(format!(
            "{}{sign}{h:02}:{m:02}",
            wall.strftime("%Y-%m-%dT%H:%M:%S%.6f")
        )),
        json!(format!(
            "{}{sign}{h:02}:{m:02}",
            wall.strftime("%Y-%m-%d %H:%M:%S%.6f")
        )),
        json!(format!(
            "{} {sign}{h:02}{m:02}",
            wall.strftime("%Y-%m-%d %H:%M:%S%.3f")
        )),
        json!(format!(
            "{} +0000 UTC",
            utc.strftime("%Y-%m-%d %H:%M:%S%.f")
        )),
        json!(format!("{}Z", utc.strftime("%Y-%m-%dT%H:%M:%S%.3f"))),
        python(utc, ", tzinfo=tzutc()"),
        python(wall, &format!(", tzinfo=tzoffset(None, {seconds})")),
    ]
}

/// Every spelling that holds the zone but cuts the fraction.
fn seconds(instant: Timestamp, offset: Offset) -> Vec<Value> {
    let wall = offset.to_datetime(instant);
    let utc = Offset::UTC.to_datetime(instant);
    let seconds = offset.seconds();
    let (sign, h, m) = (
        if seconds < 0 { '-' } else { '+' },
        seconds.abs() / 3600,
        seconds.abs() / 60 % 60,
    );
    vec![
        json!(instant.as_second()),
        json!(format!(
            "{} {sign}{h:02}{m:02}",
            wall.strftime("%Y-%m-%d %H:%M:%S")
        )),
        json!(format!("{} UTC", utc.strftime("%Y-%m-%d %H:%M:%S"))),
        json!(format!(
            "{} UTC {}",
            utc.strftime("%a %b %d %H:%M:%S"),
            utc.year()
        )),
        json!(format!(
            "{} GMT{sign}{h:02}:{m:02} {}",
            wall.strftime("%a %b %d %H:%M:%S"),
            wall.year()
        )),
        json!(format!(
            "{} GMT{sign}{h:02}{m:02} (Somewhere Standard Time)",
            wall.strftime("%a %b %d %Y %H:%M:%S")
        )),
        json!(format!(
            "{} {sign}{h:02}{m:02}",
            wall.strftime("%a, %d %b %Y %H:%M:%S")
        )),
    ]
}

/// Every spelling that drops the zone, or leaves it open.
fn naive(wall: DateTime) -> Vec<Value> {
    vec![
        json!(wall.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()),
        json!(wall.strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string()),
        placebo(wall),
        python(wall, ", tzinfo=tzlocal()"),
        python(wall, ""),
    ]
}

fn holds(moment: &Moment, truth: Timestamp) -> bool {
    moment.earliest().is_some_and(|earliest| earliest <= truth)
        && moment.latest().is_some_and(|latest| truth <= latest)
}

proptest! {
    #[test]
    fn a_spelling_with_a_zone_is_the_instant_it_was_made_of(instant in instants(), offset in offsets()) {
        for value in exact(instant, offset) {
            prop_assert_eq!(read(&value), Moment::At(instant), "{}", value);
        }
        let whole = Timestamp::from_second(instant.as_second()).unwrap();
        for value in seconds(instant, offset) {
            prop_assert_eq!(read(&value), Moment::At(whole), "{}", value);
        }
        prop_assert_eq!(http_date(&whole.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()), Some(whole));
        prop_assert_eq!(rfc3339(&instant.to_string()), Ok(instant));
        prop_assert_eq!(path_stamp(&format!("a/{}-b/c.json", whole.strftime("%Y%m%dT%H%M%SZ"))), Some(whole));
    }

    #[test]
    fn a_spelling_without_a_zone_holds_the_truth(instant in instants(), offset in offsets()) {
        let wall = offset.to_datetime(instant);
        for value in naive(wall) {
            prop_assert!(holds(&read(&value), instant), "{} {:?}", value, read(&value));
        }
        for pattern in ["%Y-%m-%d", "%Y-%m-%d %H:%M"] {
            let value = json!(wall.strftime(pattern).to_string());
            prop_assert!(holds(&read(&value), instant), "{} {:?}", value, read(&value));
        }
    }

    #[test]
    fn twins_never_settle_on_an_untruth(
        instant in instants(), age in 0_i64..40 * 86_400_000, start in 0_i64..700 * 86_400_000, zone in any::<prop::sample::Index>(),
    ) {
        let database = TimeZoneDatabase::bundled();
        let names: Vec<_> = database.available().collect();
        let zone = database.get(zone.get(&names).as_str()).unwrap();
        let back = |ms: i64| Timestamp::from_millisecond(instant.as_millisecond() - ms).unwrap();
        let (delivered, started) = (back(age), back(start));
        let utc = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let (own, logs, first) = (naive(zone.to_datetime(instant)), naive(zone.to_datetime(delivered)), naive(zone.to_datetime(started)));
        for ((own, logs), first) in own.into_iter().zip(logs).zip(first) {
            let delivery = json!({"LatestDeliveryTime": own, "LatestDeliveryAttemptSucceeded": utc(instant), "LatestCloudWatchLogsDeliveryTime": logs});
            let start = json!({"StartLoggingTime": first, "TimeLoggingStarted": utc(started), "LatestCloudWatchLogsDeliveryTime": logs});
            let mut both = delivery.clone();
            both.as_object_mut().unwrap().extend(start.as_object().unwrap().clone());
            for status in [delivery, start, both] {
                let moments = read_in(&status);
                let mut moments = moments.into_iter();
                let (_, moment) = moments.find(|(key, _)| *key == "LatestCloudWatchLogsDeliveryTime").unwrap();
                prop_assert!(holds(&moment, delivered), "{:?} {:?}", status, moment);
            }
        }
    }

    #[test]
    fn no_text_makes_a_panic(text in any::<String>(), path in any::<String>()) {
        let _ = read(&json!(text));
        let _ = (http_date(&text), rfc3339(&text), path_stamp(&path));
    }

    #[test]
    fn no_text_of_dates_and_marks_makes_a_panic(text in "[0-9TZ:.,+/Dateimtz=() A-Z_%\u{e9}-]{0,48}") {
        let _ = read(&json!(text));
        let _ = (http_date(&text), rfc3339(&text), path_stamp(&text));
        let prefixed = format!("2025-12-21T00:56:04{text}");
        let _ = (read(&json!(prefixed)), rfc3339(&prefixed), path_stamp(&prefixed));
        let _ = read(&json!(format!("datetime.datetime({text})")));
        let _ = read(&json!(format!("/Date({text})/")));
    }

    #[test]
    fn no_number_makes_a_panic(float in any::<f64>(), integer in any::<i64>()) {
        let _ = (read(&json!(float)), read(&json!(integer)), read(&json!(integer.to_string())));
        let _ = read(&json!(format!("{float:e}")));
    }
}

#[test]
fn the_smallest_and_largest_of_everything_make_no_panic() {
    for year in ["0000", "0001", "1969", "9998", "9999"] {
        for rest in [
            "-01-01",
            "-12-31",
            "-01-01T00:00:00",
            "-12-31T23:59:59.999999999",
            "-12-31T23:59:59-12:00",
            "-01-01T00:00:00+14:00",
        ] {
            let _ = read(&json!(format!("{year}{rest}")));
        }
    }
    for status in [
        json!({}),
        json!({"LatestDeliveryTime": "9999-12-30 23:59:59", "LatestDeliveryAttemptSucceeded": "9999-12-30T11:59:59Z", "StartLoggingTime": "9999-12-31"}),
    ] {
        let _ = read_in(&status);
    }
}
