//! Times: dates past the end of a month, zones of this machine, and layouts
//! that regorus panics at.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use regorus::Value;

use super::{Made, Refused, text};

/// `time.add_date(ns, years, months, days)` as Go counts: a month after January
/// 31 is March 3, where regorus gives the end of February.
pub(super) fn add_date(arguments: &[Value]) -> Result<Made, Refused> {
    let [at, years, months, days] = arguments else {
        return Ok(Made::Same);
    };
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
        Some(Value::String(name)) => TimeZone::get(name).ok()?,
        Some(_) => return None,
    };
    Some((nanoseconds, zone))
}

/// Times whose zone would be this machine's are refused: a report depends on
/// evidence, policy and flags alone.
pub(super) fn zoned(arguments: &[Value]) -> Result<Made, Refused> {
    for argument in arguments {
        if let Value::Array(parts) = argument
            && let Some(Value::String(zone)) = parts.get(1)
            && zone.as_ref() == "Local"
        {
            return Err(Refused(
                "the zone `Local` is that of the machine that runs; name one, such as `UTC`"
                    .to_owned(),
            ));
        }
    }
    Ok(Made::Same)
}

/// `time.format`. Without a layout OPA writes as many digits of a second as
/// there are, and regorus three, six or nine.
pub(super) fn format(arguments: &[Value]) -> Result<Made, Refused> {
    zoned(arguments)?;
    let [at] = arguments else {
        return Ok(Made::Same);
    };
    let layout = match at {
        Value::Array(parts) => parts.get(2),
        _ => None,
    };
    match layout {
        Some(Value::String(layout)) => ascii(layout),
        _ => {
            let Some((nanoseconds, zone)) = epoch(at) else {
                return Ok(Made::Same);
            };
            let at = Timestamp::from_nanosecond(nanoseconds.into())
                .map_err(|_| Refused("time outside of valid range".to_owned()))?;
            let offset = zone.to_offset(at);
            let local = offset.to_datetime(at).to_string();
            let offset = match offset.seconds() {
                0 => "Z".to_owned(),
                seconds => {
                    let sign = if seconds < 0 { '-' } else { '+' };
                    let minutes = seconds.unsigned_abs() / 60;
                    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
                }
            };
            Ok(Made::Value(format!("{local}{offset}").into()))
        }
    }
}

/// `time.parse_ns(layout, value)`.
pub(super) fn parse(arguments: &[Value]) -> Result<Made, Refused> {
    ascii(text("time.parse_ns", arguments, 0)?)
}

/// regorus cuts a layout at bytes and ends the process between two of one
/// character.
fn ascii(layout: &str) -> Result<Made, Refused> {
    if layout.is_ascii() {
        return Ok(Made::Same);
    }
    Err(Refused(format!(
        "the layout `{layout}` has characters that are not ASCII"
    )))
}
