//! Times that begin with a year: ISO 8601 and its relatives with a space, in
//! Python's, Ruby's, Go's and AWS's spelling, with any zone or none.

use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::time::civil;
use crate::time::civil::{Clock, DAY, Local, Scanner};
use crate::time::zone;
use crate::time::zone::Zone;
use crate::time::{Moment, Reading, shown};

/// What was read before the zone: the civil time, how much of it was not
/// written in nanoseconds, and the text that follows.
struct Front<'a> {
    civil: Result<DateTime, String>,
    width: i128,
    rest: &'a str,
}

/// A time that begins with its year. Nothing, if the text is no such thing.
pub(crate) fn read(text: &str) -> Option<Reading> {
    let front = front(text)?;
    let local = front.civil.and_then(|civil| {
        Ok(Local {
            civil,
            width: front.width,
            zone: zone::suffix(front.rest)?,
        })
    });
    Some(match local {
        Ok(local) => local.reading(),
        Err(why) => Reading::Unreadable(why),
    })
}

fn front(text: &str) -> Option<Front<'_>> {
    let mut scan = Scanner::new(text);
    let year = scan.digits(4)?;
    let mark = scan.any(&["-", "/"]);
    let month = scan.digits(2)?;
    if let Some(mark) = mark
        && !scan.eat(mark)
    {
        return None;
    }
    let date = civil::date(year, month, scan.digits(2)?);
    if scan.rest.is_empty() && mark.is_some() {
        return Some(Front {
            civil: date.map(|date| date.to_datetime(jiff::civil::Time::midnight())),
            width: DAY,
            rest: "",
        });
    }
    scan.any(&["T", "t", " "])?;
    let (clock, width) = if mark.is_none() {
        compact(&mut scan)?
    } else {
        scan.clock()?
    };
    let civil = date.and_then(|date| Ok(date.to_datetime(clock.time()?)));
    Some(Front {
        civil,
        width,
        rest: scan.rest,
    })
}

/// `005604` or `005604.677`, after a date without marks.
fn compact(scan: &mut Scanner<'_>) -> Option<(Clock, i128)> {
    let clock = Clock {
        hour: scan.digits(2)?,
        minute: scan.digits(2)?,
        second: scan.digits(2)?,
        nanosecond: 0,
    };
    Some((
        Clock {
            nanosecond: scan.fraction()?,
            ..clock
        },
        0,
    ))
}

/// An instant as RFC 3339 writes it: a date, a time to the second, and an
/// offset.
///
/// # Errors
/// Why the text is none: lower case, no full stop.
pub fn rfc3339(text: &str) -> Result<Timestamp, String> {
    let none = || {
        format!(
            "{} is no RFC 3339 time like `2025-12-21T00:57:30Z`",
            shown(text)
        )
    };
    let front = front(text).ok_or_else(none)?;
    let offset = front.rest;
    let with_offset = offset == "Z"
        || offset == "z"
        || (offset.len() == 6 && offset.as_bytes().get(3) == Some(&b':'));
    if front.width != 0
        || !with_offset
        || text.as_bytes().get(4) != Some(&b'-')
        || text.contains(',')
    {
        return Err(none());
    }
    let civil = front.civil.map_err(|why| format!("{}: {why}", none()))?;
    let zone = zone::suffix(offset).map_err(|why| format!("{}: {why}", none()))?;
    match (Local {
        civil,
        width: 0,
        zone,
    })
    .moment()
    {
        Moment::At(instant) => Ok(instant),
        Moment::Unreadable(why) => Err(format!("{}: {why}", none())),
        Moment::Never | Moment::Between { .. } => Err(none()),
    }
}

/// The instant of a civil time in UTC.
pub(crate) fn in_utc(civil: DateTime) -> Option<Timestamp> {
    match (Local {
        civil,
        width: 0,
        zone: Zone::UTC,
    })
    .moment()
    {
        Moment::At(instant) => Some(instant),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::rfc3339;
    use crate::time::{Moment, read};

    const INSTANT: &str = "2025-12-21T00:56:04.677Z";

    fn between(earliest: &str, latest: &str) -> Moment {
        Moment::Between {
            earliest: earliest.parse().unwrap(),
            latest: latest.parse().unwrap(),
        }
    }

    #[test]
    fn every_spelling_with_a_zone_is_the_same_instant() {
        for text in [
            "2025-12-20T17:56:04.677000-07:00",
            "2025-12-20 17:56:04.677000-07:00",
            "2025-12-20 17:56:04.677 -0700",
            "2025-12-20 17:56:04.677 -0700 MST",
            "2025-12-21T00:56:04.677Z",
            "2025-12-21T00:56:04.677z",
            "2025-12-21 00:56:04,677 UTC",
            "2025-12-21 00:56:04.677 +0000 UTC",
            "2025-12-21 00:56:04.677 +0000 UTC m=+0.003",
            "2025/12/21 00:56:04.677 GMT",
            "20251221T005604.677Z",
            "  2025-12-21T00:56:04.677Z\n",
        ] {
            assert_eq!(
                read(&json!(text)),
                Moment::At(INSTANT.parse().unwrap()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_time_without_a_zone_is_an_interval_over_every_zone() {
        let expected = between("2025-12-20T03:56:04Z", "2025-12-21T05:56:04Z");
        assert_eq!(read(&json!("2025-12-20 17:56:04")), expected);
        assert_eq!(read(&json!("2025-12-20T17:56:04")), expected);
    }

    #[test]
    fn a_bare_date_is_that_day_in_every_zone() {
        assert_eq!(
            read(&json!("2025-12-21")),
            between("2025-12-20T10:00:00Z", "2025-12-22T11:59:59.999999999Z")
        );
    }

    #[test]
    fn a_clock_without_seconds_is_a_minute() {
        assert_eq!(
            read(&json!("2025-12-21T00:56Z")),
            between("2025-12-21T00:56:00Z", "2025-12-21T00:56:59.999999999Z")
        );
    }

    #[test]
    fn the_least_date_is_never() {
        for text in [
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00Z",
            "0001-01-01 00:00:00 +0000 UTC",
            "0001-01-01",
            "0000-12-31T17:00:04-06:59",
        ] {
            assert_eq!(read(&json!(text)), Moment::Never, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_or_no_clock_is_unreadable() {
        for text in [
            "2025-02-29T00:00:00Z",
            "2025-13-01T00:00:00Z",
            "2025-12-21T24:00:00Z",
            "2025-12-21T23:59:60Z",
            "2025-12-21T00:56:04.Z",
            "2025-12-21T00:56:04+15:00",
            "2025-12-21T00:56:04Z[UTC]",
            "2025-12-21 05:56:04 PM",
            "2025-12-21Z",
            "2025-12-21T",
            "2025-12/21",
            "9999-12-31T23:59:59.9999999",
            "9999-12-31T23:59:59Z",
            "12/20/2025 5:56:04 PM",
            "None",
            "N/A",
        ] {
            assert!(
                matches!(read(&json!(text)), Moment::Unreadable(_)),
                "{text}: {:?}",
                read(&json!(text))
            );
        }
        assert_eq!(
            read(&json!("2024-02-29T00:00:00Z")),
            Moment::At("2024-02-29T00:00:00Z".parse().unwrap())
        );
    }

    #[test]
    fn rfc_3339_wants_a_date_a_time_and_an_offset() {
        for text in [
            "2025-12-21T00:56:04.677Z",
            "2025-12-20t17:56:04.677-07:00",
            "2025-12-20 17:56:04.677-07:00",
        ] {
            assert_eq!(rfc3339(text), Ok(INSTANT.parse().unwrap()), "{text}");
        }
        for text in [
            "",
            "now",
            "2025-12-21",
            "2025-12-21T00:56Z",
            "2025-12-21T00:56:04",
            "2025-12-21T00:56:04-0700",
            "2025-12-21T00:56:04 UTC",
            "20251221T005604Z",
            "2025/12/21T00:56:04Z",
            "1766278564",
        ] {
            assert!(rfc3339(text).is_err(), "{text}");
        }
        assert_eq!(
            rfc3339("2025-02-30T00:00:00Z").unwrap_err(),
            "`2025-02-30T00:00:00Z` is no RFC 3339 time like `2025-12-21T00:57:30Z`: there is no 2025-02-30 in the calendar"
        );
    }
}
