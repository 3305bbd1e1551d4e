//! Times: dates past the end of a month, layouts as Go has them, and no zone of
//! this machine.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use regorus::Value;

use super::{LIMIT, Made, Refused, text};
use layout::{RFC3339, RFC3339_NANO, Unread};

mod layout;

/// `time.add_date(ns, years, months, days)` as Go counts: a month after January
/// 31 is March 3, where regorus gives the end of February.
pub(super) fn add_date(arguments: &[Value]) -> Result<Made, Refused> {
    let [at, years, months, days] = arguments else {
        return Ok(Made::Same);
    };
    zoned(std::slice::from_ref(at))?;
    if !matches!(at, Value::Number(_)) {
        return Err(Refused(
            "`time.add_date` expects a number of nanoseconds".to_owned(),
        ));
    }
    let (Some((nanoseconds, zone)), Some(years), Some(months), Some(days)) =
        (epoch(at), whole(years), whole(months), whole(days))
    else {
        return Ok(Made::Same);
    };
    added(nanoseconds, &zone, years, months, days)
        .map(|nanoseconds| Made::Value(nanoseconds.into()))
        .ok_or_else(|| Refused("time outside of valid range".to_owned()))
}

fn added(nanoseconds: i64, zone: &TimeZone, years: i64, months: i64, days: i64) -> Option<i64> {
    let at = Timestamp::from_nanosecond(nanoseconds.into()).ok()?;
    let civil = zone.to_datetime(at);
    let month = i64::from(civil.month())
        .checked_sub(1)?
        .checked_add(months)?;
    let year = i64::from(civil.year())
        .checked_add(years)?
        .checked_add(month.div_euclid(12))?;
    let month = month.rem_euclid(12).checked_add(1)?;
    let first = Date::new(year.try_into().ok()?, month.try_into().ok()?, 1).ok()?;
    let days = i64::from(civil.day()).checked_sub(1)?.checked_add(days)?;
    let date = first.checked_add(Span::new().try_days(days).ok()?).ok()?;
    let moved = DateTime::from_parts(date, civil.time());
    let moved = zone.to_timestamp(moved).ok()?.as_nanosecond();
    i64::try_from(moved).ok()
}

fn whole(value: &Value) -> Option<i64> {
    let whole = value.as_i64().ok()?;
    i32::try_from(whole).ok().map(i64::from)
}

/// A time and its zone, of `ns`, `[ns]` or `[ns, zone]`.
fn epoch(value: &Value) -> Option<(i64, TimeZone)> {
    let Value::Array(parts) = value else {
        return Some((value.as_i64().ok()?, TimeZone::UTC));
    };
    let nanoseconds = parts.first()?.as_i64().ok()?;
    let zone = match parts.get(1) {
        None => TimeZone::UTC,
        Some(Value::String(name)) if matches!(name.as_ref(), "" | "UTC") => TimeZone::UTC,
        // jiff takes a name in any case.
        Some(Value::String(name)) => TimeZone::get(name)
            .ok()
            .filter(|zone| zone.iana_name() == Some(name.as_ref()))?,
        Some(_) => return None,
    };
    Some((nanoseconds, zone))
}

/// Until when the rules of zones are settled, in nanoseconds since 1970.
const SETTLED: i64 = (1 << 31) * 1_000_000_000;

/// Times whose zone would be this machine's are refused: a report depends on
/// evidence, policy and flags alone. So are those of times for which each
/// table of zones has its own guess.
pub(super) fn zoned(arguments: &[Value]) -> Result<Made, Refused> {
    for argument in arguments {
        let Value::Array(parts) = argument else {
            continue;
        };
        if parts.len() < 2 {
            return Err(Refused(
                "a time is a number of nanoseconds, or such a number and a zone".to_owned(),
            ));
        }
        let zone = match parts.get(1) {
            Some(Value::String(zone)) if !matches!(zone.as_ref(), "" | "UTC") => zone,
            _ => continue,
        };
        if zone.as_ref() == "Local" {
            return Err(Refused(
                "the zone `Local` is that of the machine that runs; name one, such as `UTC`"
                    .to_owned(),
            ));
        }
        if let Some(Ok(at)) = parts.first().map(Value::as_i64)
            && !(0..SETTLED).contains(&at)
        {
            return Err(Refused(format!(
                "which time it was in `{zone}` before 1970, or is after 2037, OPA may tell otherwise"
            )));
        }
    }
    Ok(Made::Same)
}

/// `time.clock`, `time.date` and `time.weekday`, which take no layout.
pub(super) fn shown(arguments: &[Value]) -> Result<Made, Refused> {
    match arguments.first() {
        Some(Value::Array(parts)) if parts.len() > 2 => Err(Refused(
            "a time is a number of nanoseconds, or such a number and a zone".to_owned(),
        )),
        _ => zoned(arguments),
    }
}

/// `time.diff(a, b)`: the difference of what clocks and calendars show, in the
/// zone of the first.
pub(super) fn diff(arguments: &[Value]) -> Result<Made, Refused> {
    zoned(arguments)?;
    let [one, other] = arguments else {
        return Ok(Made::Same);
    };
    let (Some((one, zone)), Some((other, _))) = (epoch(one), epoch(other)) else {
        return Ok(Made::Same);
    };
    if zone != TimeZone::UTC && !(0..SETTLED).contains(&other) {
        return Err(Refused(
            "which time it was in a zone before 1970, or is after 2037, OPA may tell otherwise"
                .to_owned(),
        ));
    }
    let shown = |nanoseconds: i64| {
        let at = Timestamp::from_nanosecond(nanoseconds.into());
        at.map(|at| zone.to_datetime(at))
            .map_err(|_| Refused("time outside of valid range".to_owned()))
    };
    let (from, to) = (shown(one.min(other))?, shown(one.max(other))?);
    let mut parts = [
        i64::from(to.year()) - i64::from(from.year()),
        i64::from(to.month()) - i64::from(from.month()),
        i64::from(to.day()) - i64::from(from.day()),
        i64::from(to.hour()) - i64::from(from.hour()),
        i64::from(to.minute()) - i64::from(from.minute()),
        i64::from(to.second()) - i64::from(from.second()),
    ];
    // What is below nought is taken from the part before.
    let days = i64::from(from.date().days_in_month());
    let mut borrowed = 0;
    for (part, whole) in parts.iter_mut().rev().zip([60, 60, 24, days, 12, i64::MAX]) {
        *part -= borrowed;
        borrowed = i64::from(*part < 0);
        if *part < 0 {
            *part += whole;
        }
    }
    let parts: Vec<Value> = parts.into_iter().map(Value::from).collect();
    Ok(Made::Value(parts.into()))
}

/// `time.format(x)`.
pub(super) fn format(arguments: &[Value]) -> Result<Made, Refused> {
    zoned(arguments)?;
    let [at] = arguments else {
        return Ok(Made::Same);
    };
    let layout = match at {
        Value::Array(parts) => parts.get(2),
        _ => None,
    };
    let layout = match layout {
        Some(Value::String(layout)) if !layout.is_empty() => known("time.format", layout)?,
        None | Some(Value::String(_)) => RFC3339_NANO,
        Some(_) => return Ok(Made::Same),
    };
    let Some((nanoseconds, zone)) = epoch(at) else {
        return Ok(Made::Same);
    };
    let at = Timestamp::from_nanosecond(nanoseconds.into())
        .map_err(|_| Refused("time outside of valid range".to_owned()))?;
    Ok(Made::Value(
        layout::written(&at.to_zoned(zone), layout).into(),
    ))
}

/// `time.parse_ns(layout, value)`.
pub(super) fn parse(arguments: &[Value]) -> Result<Made, Refused> {
    const NAME: &str = "time.parse_ns";
    let layout = text(NAME, arguments, 0)?;
    read(known(NAME, layout)?, text(NAME, arguments, 1)?)
}

/// A layout, which may have a name. One that is longer than any is a burden: each
/// place in it is tried with each of its elements.
fn known<'l>(name: &str, layout: &'l str) -> Result<&'l str, Refused> {
    const LONGEST: usize = 4096;
    match layout.len() > LONGEST {
        true => {
            let bytes = layout.len();
            let message = format!("`{name}` is given a layout of {bytes} bytes, {LIMIT}");
            Err(Refused(message))
        }
        false => Ok(layout::named(layout)),
    }
}

/// `time.parse_rfc3339_ns(value)`.
pub(super) fn parse_rfc3339(arguments: &[Value]) -> Result<Made, Refused> {
    let value = text("time.parse_rfc3339_ns", arguments, 0)?;
    match in_utc(value) {
        Some(nanoseconds) => Ok(Made::Value(nanoseconds.into())),
        None => read(RFC3339, value),
    }
}

/// `time.parse_duration_ns(value)`: regorus takes units apart in the middle of
/// a sign, and its sum of two of the longest goes round.
pub(super) fn duration(arguments: &[Value]) -> Result<Made, Refused> {
    let value = text("time.parse_duration_ns", arguments, 0)?;
    let micro = value.replace("µs", "us").replace("μs", "us");
    let runs = micro.split(|sign: char| !sign.is_ascii_digit());
    let is_long = runs.filter(|run| run.len() > 18).count() > 1;
    match is_long || !micro.is_ascii() {
        true => Err(Refused(format!("`{value}` is no duration"))),
        false => Ok(Made::Same),
    }
}

/// What a text like `2026-01-31T12:00:00.5Z` says: times of the input are written so.
fn in_utc(value: &str) -> Option<i64> {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00";
    let (seconds, fraction) = value.strip_suffix('Z')?.split_at_checked(SHAPE.len())?;
    let is_like = |(sign, shape): (u8, &u8)| match shape {
        b'0' => sign.is_ascii_digit(),
        shape => sign == *shape,
    };
    let is_fraction = |digits: &str| {
        (1..=9).contains(&digits.len()) && digits.bytes().all(|sign| sign.is_ascii_digit())
    };
    let is_plain = seconds.bytes().zip(SHAPE).all(is_like)
        && (fraction.is_empty() || fraction.strip_prefix('.').is_some_and(is_fraction));
    // Go has no second 60.
    if !is_plain || seconds.ends_with(":60") {
        return None;
    }
    let at: Timestamp = value.parse().ok()?;
    i64::try_from(at.as_nanosecond()).ok()
}

fn read(layout: &str, value: &str) -> Result<Made, Refused> {
    let nanoseconds = layout::read(layout, value).map_err(|why| {
        Refused(match why {
            Unread::Wrong => format!("`{value}` is no time written as `{layout}`"),
            Unread::Zone(zone) => format!(
                "which zone `{zone}` is depends on the machine that runs; `UTC`, `GMT` and offsets are known"
            ),
        })
    })?;
    match i64::try_from(nanoseconds) {
        Ok(nanoseconds) => Ok(Made::Value(nanoseconds.into())),
        Err(_) => Err(Refused("time outside of valid range".to_owned())),
    }
}

#[cfg(test)]
mod tests;
