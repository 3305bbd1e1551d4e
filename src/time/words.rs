//! Times in words: `java.util.Date`, `date(1)`, C's `ctime`, JavaScript's
//! `Date` and the dates of mail and HTTP.
//!
//! They have the same parts in different orders, and no two parts look alike,
//! so the parts are told by their look and the order is free.

use jiff::Timestamp;
use jiff::civil::Weekday;

use crate::time::civil;
use crate::time::civil::{Clock, Local, Scanner};
use crate::time::zone;
use crate::time::zone::Zone;
use crate::time::{Moment, Reading, shown};

/// The months in English, as all of these formats have them.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// The days of the week in English, Monday first.
pub const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// The parts found so far.
#[derive(Debug, Default)]
struct Parts {
    weekday: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    year: Option<i64>,
    clock: Option<(Clock, i128)>,
    afternoon: Option<bool>,
    zone: Option<String>,
}

/// A time in words. Nothing, if the text is no such thing.
pub(crate) fn read(text: &str) -> Option<Reading> {
    let parts = parts(text)?;
    let (year, month, day) = (parts.year?, parts.month?, parts.day?);
    let (clock, width) = parts.clock?;
    let local = || {
        let date = civil::date(year, month, day)?;
        let said = parts
            .weekday
            .and_then(|n| i8::try_from(n).ok())
            .and_then(|n| Weekday::from_monday_one_offset(n).ok());
        if said.is_some_and(|weekday| weekday != date.weekday()) {
            return Err(format!(
                "the day of the week in {} is not that of the date",
                shown(text)
            ));
        }
        let clock = Clock {
            hour: hour(clock.hour, parts.afternoon)?,
            ..clock
        };
        let zone = parts
            .zone
            .as_deref()
            .map_or(Ok(Zone::UNKNOWN), zone::suffix)?;
        Ok(Local {
            civil: date.to_datetime(clock.time()?),
            width,
            zone,
        })
    };
    Some(local().map_or_else(Reading::Unreadable, Local::reading))
}

/// The hour of 24, from one of 12 where the half of the day is written.
fn hour(hour: i64, afternoon: Option<bool>) -> Result<i64, String> {
    match afternoon {
        None => Ok(hour),
        Some(_) if !(1..=12).contains(&hour) => {
            Err(format!("there is no hour {hour} in half a day"))
        }
        Some(afternoon) => Ok(hour % 12 + if afternoon { 12 } else { 0 }),
    }
}

fn parts(text: &str) -> Option<Parts> {
    let mut parts = Parts::default();
    // JavaScript ends with the zone's long name, which the offset settles.
    let (text, remark) = match text.split_once('(') {
        Some((text, remark)) => (text, Some(remark)),
        None => (text, None),
    };
    if remark.is_some_and(|remark| !remark.ends_with(')')) {
        return None;
    }
    for token in text.split_whitespace() {
        let word = token.trim_end_matches(',');
        if let Some(number) = name(word, &WEEKDAYS) {
            put(&mut parts.weekday, number)?;
        } else if let Some(number) = name(word, &MONTHS) {
            put(&mut parts.month, number)?;
        } else if matches!(word, "AM" | "PM") {
            put(&mut parts.afternoon, word == "PM")?;
        } else if word.bytes().all(|b| b.is_ascii_digit()) {
            let slot = if word.len() == 4 {
                &mut parts.year
            } else {
                &mut parts.day
            };
            let number = (matches!(word.len(), 1 | 2 | 4)).then(|| word.parse().ok())??;
            put(slot, number)?;
        } else if word.starts_with(|c: char| c.is_ascii_digit()) {
            put(&mut parts.clock, clock(word)?)?;
        } else {
            put(&mut parts.zone, word.to_owned())?;
        }
    }
    Some(parts)
}

/// Fills a part that may come once.
fn put<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    slot.replace(value).is_none().then_some(())
}

fn clock(word: &str) -> Option<(Clock, i128)> {
    let padded = if word.as_bytes().get(1) == Some(&b':') {
        format!("0{word}")
    } else {
        word.to_owned()
    };
    let mut scan = Scanner::new(&padded);
    let clock = scan.clock()?;
    scan.rest.is_empty().then_some(clock)
}

/// The number from one of a name or of its first three letters.
fn name(word: &str, names: &[&str]) -> Option<i64> {
    let place = names
        .iter()
        .position(|name| *name == word || name.get(..3) == Some(word))?;
    i64::try_from(place + 1).ok()
}

/// The instant of a `Date` header in the form that servers must send (RFC 7231,
/// IMF-fixdate): `Sun, 21 Dec 2025 00:57:30 GMT`.
#[must_use]
pub fn http_date(text: &str) -> Option<Timestamp> {
    // One length, one zone: what else is fixed, the parts hold to.
    if text.len() != 29 || !text.ends_with(" GMT") || text.get(3..5) != Some(", ") {
        return None;
    }
    match read(text)?.alone() {
        Moment::At(instant) => Some(instant),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::http_date;
    use crate::time::{Moment, read};

    #[test]
    fn the_order_of_the_words_does_not_matter() {
        for text in [
            "Sun Dec 21 09:56:04 JST 2025",
            "Sun Dec 21 00:56:04 UTC 2025",
            "Sun Dec 21 09:56:04 GMT+09:00 2025",
            "Sun 21 Dec 2025 12:56:04 AM UTC",
            "Sat Dec 20 2025 17:56:04 GMT-0700 (Mountain Standard Time)",
            "Sun, 21 Dec 2025 00:56:04 GMT",
            "Sat, 20 Dec 2025 17:56:04 -0700",
            "21 December 2025 00:56:04 UTC",
            "Saturday, December 20, 2025 5:56:04 PM -07:00",
        ] {
            assert_eq!(
                read(&json!(text)),
                Moment::At("2025-12-21T00:56:04Z".parse().unwrap()),
                "{text}"
            );
        }
    }

    #[test]
    fn an_ambiguous_zone_is_an_interval() {
        let expected = Moment::Between {
            earliest: "2025-12-21T00:56:04Z".parse().unwrap(),
            latest: "2025-12-21T05:26:04Z".parse().unwrap(),
        };
        assert_eq!(read(&json!("Sun Dec 21 06:26:04 IST 2025")), expected);
        assert!(matches!(
            read(&json!("Sun Dec 21 06:26:04 2025")),
            Moment::Between { .. }
        ));
    }

    #[test]
    fn a_weekday_that_is_not_the_dates_is_unreadable() {
        assert_eq!(
            read(&json!("Mon Dec 21 09:56:04 JST 2025")),
            Moment::Unreadable(
                "the day of the week in `Mon Dec 21 09:56:04 JST 2025` is not that of the date"
                    .into()
            )
        );
    }

    #[test]
    fn words_that_are_no_time_are_unreadable() {
        for text in [
            "Sun",
            "Sun Dec",
            "Sun Sun Dec 21 09:56:04 JST 2025",
            "Sun Dec 21 9:5:4 JST 2025",
            "Sun Dec 21 13:56:04 PM UTC 2025",
            "Sun Dec 21 09:56:04 JST UTC 2025",
            "Sun Dec 21 09:56:04 GMT (2025",
        ] {
            assert!(
                matches!(read(&json!(text)), Moment::Unreadable(_)),
                "{text}: {:?}",
                read(&json!(text))
            );
        }
    }

    #[test]
    fn a_date_header_has_one_form() {
        assert_eq!(
            http_date("Sun, 21 Dec 2025 00:57:30 GMT"),
            "2025-12-21T00:57:30Z".parse().ok()
        );
        for text in [
            "Sun, 21 Dec 2025 00:57:30 UTC",
            "Sun, 21 Dec 2025 00:57:30 +0000",
            "Mon, 21 Dec 2025 00:57:30 GMT",
            "Sunday, 21-Dec-25 00:57:30 GMT",
            "Sun Dec 21 00:57:30 2025",
            "",
            "2025-12-21T00:57:30Z",
        ] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }
}
