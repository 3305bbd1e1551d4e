//! The spellings of a time, and the one instant each stands for.
//!
//! Every tool that prints a status spells its times in its own way, and some
//! drop the zone. What comes out here is an instant, "never", the interval in
//! which the instant must lie, or the reason why nothing can be said. Nothing
//! is guessed: a caller who needs one instant and gets an interval has to
//! decide for both of its ends.
//!
//! One file a family of spellings; `twins` settles times without a zone by
//! the UTC strings that AWS returns beside them.

mod civil;
mod epoch;
mod iso;
mod object;
mod python;
mod stamp;
mod twins;
mod words;
mod zone;

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;

pub use crate::time::iso::rfc3339;
pub use crate::time::stamp::{holds_date, is_date, path_stamp, path_stamp_but};
pub use crate::time::twins::{STATUS_TIMES, read_status, torn};
pub use crate::time::words::{MONTHS, WEEKDAYS, http_date};

use crate::time::civil::Local;

/// Whether policies can count from this instant: Rego counts nanoseconds
/// since 1970 in 64 bits, which end in 2262, and AWS has no other times.
#[must_use]
pub fn is_countable(at: Timestamp) -> bool {
    // 2262-01-01T00:00:00Z
    (0..9_214_646_400).contains(&at.as_second())
}

/// What a value says about when something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// It never happened: null, blank, or the least date of .NET, Java and Go.
    Never,
    /// It happened then.
    At(Timestamp),
    /// It happened somewhere in this interval, both ends included: the zone,
    /// or the time of day, is not in the evidence.
    Between {
        /// The earliest instant that the value can stand for.
        earliest: Timestamp,
        /// The latest instant that the value can stand for.
        latest: Timestamp,
    },
    /// Nothing can be said, and why: a lower case sentence without full stop.
    Unreadable(String),
}

impl Moment {
    /// The earliest instant that this can stand for, if it stands for any.
    #[must_use]
    pub fn earliest(&self) -> Option<Timestamp> {
        match *self {
            Self::At(instant) => Some(instant),
            Self::Between { earliest, .. } => Some(earliest),
            Self::Never | Self::Unreadable(_) => None,
        }
    }

    /// The latest instant that this can stand for, if it stands for any.
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        match *self {
            Self::At(instant) => Some(instant),
            Self::Between { latest, .. } => Some(latest),
            Self::Never | Self::Unreadable(_) => None,
        }
    }
}

/// What one value alone says, before anything beside it is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reading {
    Never,
    At(Timestamp),
    Local(Local),
    Unreadable(String),
}

impl Reading {
    /// The moment that a reading stands for when nothing beside it helps.
    fn alone(self) -> Moment {
        match self {
            Self::Never => Moment::Never,
            Self::At(instant) => Moment::At(instant),
            Self::Local(local) => local.moment(),
            Self::Unreadable(why) => Moment::Unreadable(why),
        }
    }
}

/// The moment that one value alone stands for.
///
/// A local time without a zone is an interval over every zone there is, from
/// UTC+14 to UTC-12.
#[must_use]
pub fn read(value: &Value) -> Moment {
    bounded(reading(value).alone())
}

/// A moment in the years 1 to 9999, the only ones that RFC 3339 can tell: a
/// zone can carry a date of the first year out of them.
fn bounded(moment: Moment) -> Moment {
    let is_told = |at: Option<Timestamp>| {
        at.is_none_or(|at| (-62_135_596_800..=253_402_300_799).contains(&at.as_second()))
    };
    if is_told(moment.earliest()) && is_told(moment.latest()) {
        moment
    } else {
        Moment::Unreadable("it lies outside of the years 1 to 9999".to_owned())
    }
}

fn reading(value: &Value) -> Reading {
    match value {
        Value::Null => Reading::Never,
        Value::Number(number) => epoch::read(&number.to_string()),
        Value::String(text) => read_text(text),
        Value::Object(fields) => object::read(fields),
        Value::Bool(_) | Value::Array(_) => {
            Reading::Unreadable(format!("{} is no time", shown(&value.to_string())))
        }
    }
}

/// A value as it is written: a text, which needs no copy, or anything else.
#[derive(Debug)]
pub enum Written<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A number, an object, nothing.
    Value(Value),
}

impl Written<'_> {
    fn reading(&self) -> Reading {
        match self {
            Self::Text(text) => read_text(text),
            Self::Value(value) => reading(value),
        }
    }
}

fn read_text(text: &str) -> Reading {
    let text = text.trim();
    if text.is_empty() {
        return Reading::Never;
    }
    epoch::read_dotnet(text)
        .or_else(|| epoch::looks_numeric(text).then(|| epoch::read(text)))
        .or_else(|| python::read(text))
        .or_else(|| iso::read(text))
        .or_else(|| words::read(text))
        .unwrap_or_else(|| {
            Reading::Unreadable(format!("{} is no known spelling of a time", shown(text)))
        })
}

/// User input as messages show it: in backticks, and not without end.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut chars = text.chars();
    let mut out: String = chars.by_ref().take(LONGEST).collect();
    if chars.next().is_some() {
        out.push('…');
    }
    format!("`{out}`")
}

#[cfg(test)]
mod tests;
