//! Times that a recorder took apart into an object: placebo's recordings of
//! boto3, and Windows PowerShell's extended dates.

use serde_json::{Map, Value};

use crate::time::civil;
use crate::time::civil::{Clock, Local};
use crate::time::zone::Zone;
use crate::time::{Reading, epoch, shown};

/// The parts of placebo's object.
const PARTS: [&str; 7] = [
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "microsecond",
];

/// A time as an object.
pub(crate) fn read(fields: &Map<String, Value>) -> Reading {
    if fields.get("__class__").and_then(Value::as_str) == Some("datetime") {
        return placebo(fields).map_or_else(Reading::Unreadable, Local::reading);
    }
    // ConvertTo-Json wraps a date that carries extra properties.
    let wrapped = fields
        .get("value")
        .and_then(Value::as_str)
        .and_then(epoch::read_dotnet);
    wrapped.unwrap_or_else(|| {
        let keys = fields
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        Reading::Unreadable(format!(
            "an object with the keys {} is no known spelling of a time",
            shown(&keys)
        ))
    })
}

/// placebo writes the wall clock of the machine that recorded and drops the
/// zone.
fn placebo(fields: &Map<String, Value>) -> Result<Local, String> {
    let known = |key: &str| key == "__class__" || PARTS.contains(&key);
    if let Some(key) = fields.keys().find(|key| !known(key)) {
        return Err(format!("a recorded datetime has no key {}", shown(key)));
    }
    let part = |key: &str| match fields.get(key) {
        Some(value) => value
            .as_i64()
            .ok_or_else(|| format!("{} of a recorded datetime is no whole number", shown(key))),
        None if key == "microsecond" => Ok(0),
        None => Err(format!("a recorded datetime lacks {}", shown(key))),
    };
    let date = civil::date(part("year")?, part("month")?, part("day")?)?;
    let nanosecond = part("microsecond")?
        .checked_mul(1_000)
        .ok_or("`microsecond` of a recorded datetime is too large")?;
    let clock = Clock {
        hour: part("hour")?,
        minute: part("minute")?,
        second: part("second")?,
        nanosecond,
    };
    Ok(Local {
        civil: date.to_datetime(clock.time()?),
        width: 0,
        zone: Zone::UNKNOWN,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::time::{Moment, read};

    #[test]
    fn a_recorded_datetime_is_a_local_time_without_a_zone() {
        let value = json!({"__class__": "datetime", "year": 2025, "month": 12, "day": 20, "hour": 17, "minute": 56, "second": 4, "microsecond": 677000});
        assert_eq!(read(&value), read(&json!("2025-12-20T17:56:04.677")));
    }

    #[test]
    fn a_recorded_datetime_with_a_part_missing_or_odd_is_unreadable() {
        for value in [
            json!({"__class__": "datetime", "year": 2025, "month": 12, "day": 20}),
            json!({"__class__": "datetime", "year": 2025, "month": 12, "day": 20, "hour": 17, "minute": 56, "second": 4, "tzinfo": "x"}),
            json!({"__class__": "datetime", "year": 2025, "month": 2, "day": 30, "hour": 17, "minute": 56, "second": 4}),
            json!({"__class__": "datetime", "year": "2025", "month": 2, "day": 3, "hour": 17, "minute": 56, "second": 4}),
            json!({"__class__": "datetime", "year": 2025, "month": 2, "day": 3, "hour": 17, "minute": 56, "second": 4, "microsecond": i64::MAX}),
            json!({"__class__": "timedelta"}),
            json!({}),
        ] {
            assert!(matches!(read(&value), Moment::Unreadable(_)), "{value}");
        }
    }

    #[test]
    fn an_extended_date_of_powershell_is_its_value() {
        let value = json!({"value": "/Date(1766278564677)/", "DisplayHint": 2, "DateTime": "Sunday, December 21, 2025 12:56:04 AM"});
        assert_eq!(
            read(&value),
            Moment::At("2025-12-21T00:56:04.677Z".parse().unwrap())
        );
    }
}
