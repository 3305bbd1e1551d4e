//! Python's `repr` of a `datetime`, as `print` and `pprint` leave it.

use jiff::civil::Time;

use crate::time::civil;
use crate::time::civil::{Clock, DAY, Local};
use crate::time::zone::Zone;
use crate::time::{Reading, shown};

/// `datetime.datetime(…)` or `datetime.date(…)`. Nothing, if the text is
/// neither.
pub(crate) fn read(text: &str) -> Option<Reading> {
    let call = text.strip_prefix("datetime.")?;
    let (arguments, whole_day) = match call.strip_prefix("datetime(") {
        Some(arguments) => (arguments, false),
        None => (call.strip_prefix("date(")?, true),
    };
    let arguments = arguments.strip_suffix(')')?;
    let local = local(arguments, whole_day);
    Some(local.map_or_else(
        || Reading::Unreadable(format!("{} is no time that Python prints", shown(text))),
        |local| local.map_or_else(Reading::Unreadable, Local::reading),
    ))
}

fn local(arguments: &str, whole_day: bool) -> Option<Result<Local, String>> {
    let (numbers, zone) = match arguments.split_once("tzinfo=") {
        Some((numbers, zone)) => (numbers.trim_end().strip_suffix(',')?, Some(zone)),
        None => (arguments, None),
    };
    let numbers: Vec<i64> = numbers
        .split(',')
        .map(|part| part.trim().parse().ok())
        .collect::<Option<_>>()?;
    let part = |index: usize| numbers.get(index).copied();
    let date = civil::date(part(0)?, part(1)?, part(2)?);
    if whole_day {
        return (numbers.len() == 3).then(|| {
            Ok(Local {
                civil: date?.to_datetime(Time::midnight()),
                width: DAY,
                zone: Zone::UNKNOWN,
            })
        });
    }
    if !(5..=7).contains(&numbers.len()) {
        return None;
    }
    let clock = Clock {
        hour: part(3)?,
        minute: part(4)?,
        second: part(5).unwrap_or(0),
        nanosecond: part(6).unwrap_or(0).checked_mul(1_000)?,
    };
    let zone = zone.map_or(Zone::UNKNOWN, tzinfo);
    Some(date.and_then(|date| {
        Ok(Local {
            civil: date.to_datetime(clock.time()?),
            width: 0,
            zone,
        })
    }))
}

/// The zone of a `tzinfo`. One that isn't understood is some zone.
fn tzinfo(text: &str) -> Zone {
    let text = text.split(", fold=").next().unwrap_or(text).trim();
    if matches!(
        text,
        "tzutc()"
            | "datetime.timezone.utc"
            | "datetime.UTC"
            | "<UTC>"
            | "zoneinfo.ZoneInfo(key='UTC')"
    ) {
        return Zone::UTC;
    }
    fixed(text)
        .and_then(Zone::plausible)
        .unwrap_or(Zone::UNKNOWN)
}

/// The offset in seconds of `tzoffset(None, -25200)` or
/// `datetime.timezone(datetime.timedelta(days=-1, seconds=61200))`.
fn fixed(text: &str) -> Option<i64> {
    if let Some(inner) = text.strip_prefix("tzoffset(") {
        return inner
            .strip_suffix(')')?
            .rsplit(',')
            .next()?
            .trim()
            .parse()
            .ok();
    }
    let inner = text
        .strip_prefix("datetime.timezone(datetime.timedelta(")?
        .strip_suffix("))")?;
    inner.split(',').try_fold(0_i64, |sum, part| {
        let (name, number) = part.trim().split_once('=')?;
        let number: i64 = number.parse().ok()?;
        let size = match name {
            "days" => 86_400,
            "seconds" => 1,
            _ => return None,
        };
        sum.checked_add(number.checked_mul(size)?)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::time::{Moment, read};

    #[test]
    fn a_local_time_of_python_has_no_zone() {
        let local = read(&json!("2025-12-20T17:56:04.677"));
        for zone in [
            "",
            ", tzinfo=tzlocal()",
            ", tzinfo=tzlocal(), fold=1",
            ", tzinfo=zoneinfo.ZoneInfo(key='America/Denver')",
        ] {
            assert_eq!(
                read(&json!(format!(
                    "datetime.datetime(2025, 12, 20, 17, 56, 4, 677000{zone})"
                ))),
                local,
                "{zone}"
            );
        }
    }

    #[test]
    fn a_fixed_offset_of_python_is_read() {
        let instant = Moment::At("2025-12-21T00:56:00Z".parse().unwrap());
        for text in [
            "datetime.datetime(2025, 12, 21, 0, 56, tzinfo=tzutc())",
            "datetime.datetime(2025, 12, 21, 0, 56, tzinfo=datetime.timezone.utc)",
            "datetime.datetime(2025, 12, 20, 17, 56, tzinfo=tzoffset(None, -25200))",
            "datetime.datetime(2025, 12, 20, 17, 56, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=61200)))",
        ] {
            assert_eq!(read(&json!(text)), instant, "{text}");
        }
    }

    #[test]
    fn the_least_date_of_python_is_never() {
        assert_eq!(
            read(&json!("datetime.datetime(1, 1, 1, 0, 0, tzinfo=tzutc())")),
            Moment::Never
        );
    }

    #[test]
    fn what_python_does_not_print_is_unreadable() {
        for text in [
            "datetime.datetime()",
            "datetime.datetime(2025, 12, 20)",
            "datetime.datetime(2025, 13, 20, 0, 0)",
            "datetime.datetime(a)",
            "datetime.date(2025, 1)",
            "datetime.datetime(2025, 12, 20, 17, 56, 4, 677000",
        ] {
            assert!(
                matches!(read(&json!(text)), Moment::Unreadable(_)),
                "{text}"
            );
        }
    }
}
