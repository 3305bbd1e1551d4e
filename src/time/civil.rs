//! A date and a clock as somebody's wall showed them, before a zone is known.
//!
//! The scanner reads digits and marks and knows no spelling as a whole; the
//! families put it together.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::time::zone::Zone;
use crate::time::{Moment, Reading};

/// Nanoseconds in a second.
pub(crate) const SECOND: i128 = 1_000_000_000;
/// Nanoseconds in a day.
pub(crate) const DAY: i128 = 86_400 * SECOND;

/// A local time with what is known of its zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Local {
    /// The first moment of what was written.
    pub(crate) civil: DateTime,
    /// How much of the time was not written, in nanoseconds: a whole day for a
    /// bare date, a minute for a clock without seconds, else nothing.
    pub(crate) width: i128,
    /// The offsets that are possible.
    pub(crate) zone: Zone,
}

impl Local {
    /// The reading of a civil time. The least date of .NET, Java and Go means
    /// never, in whatever zone it was printed.
    pub(crate) fn reading(self) -> Reading {
        match (self.civil.year(), self.civil.month(), self.civil.day()) {
            // A negative offset moves the least date into the year before.
            (1, 1, 1) | (0, 12, 31) => Reading::Never,
            _ => Reading::Local(self),
        }
    }

    /// The moment, over every offset that is possible.
    pub(crate) fn moment(&self) -> Moment {
        self.moment_within(&self.zone)
    }

    /// The moment, over the offsets of another zone.
    pub(crate) fn moment_within(&self, zone: &Zone) -> Moment {
        let Ok(utc) = Offset::UTC.to_timestamp(self.civil) else {
            return out_of_range(&self.civil);
        };
        let utc = utc.as_nanosecond();
        let earliest = utc - i128::from(zone.most) * SECOND;
        let last = (self.width - 1).max(0);
        let latest = utc + last - i128::from(zone.least) * SECOND;
        match (
            Timestamp::from_nanosecond(earliest),
            Timestamp::from_nanosecond(latest),
        ) {
            (Ok(earliest), Ok(latest)) if earliest == latest => Moment::At(earliest),
            (Ok(earliest), Ok(latest)) => Moment::Between { earliest, latest },
            _ => out_of_range(&self.civil),
        }
    }
}

fn out_of_range(civil: &DateTime) -> Moment {
    Moment::Unreadable(format!("`{civil}` lies outside the years that can be held"))
}

/// A date of the calendar, or why it is none.
pub(crate) fn date(year: i64, month: i64, day: i64) -> Result<Date, String> {
    let none = || format!("there is no {year:04}-{month:02}-{day:02} in the calendar");
    let small = |number: i64| i8::try_from(number).map_err(|_| none());
    let year = i16::try_from(year).map_err(|_| none())?;
    Date::new(year, small(month)?, small(day)?).map_err(|_| none())
}

/// A clock's hand positions; `nanosecond` is the fraction of the second.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock {
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    pub(crate) nanosecond: i64,
}

impl Clock {
    /// The time of day, or why it is none. A leap second is none: AWS smears
    /// it, so it never prints one.
    pub(crate) fn time(self) -> Result<Time, String> {
        let Self {
            hour,
            minute,
            second,
            nanosecond,
        } = self;
        let none = || format!("there is no {hour:02}:{minute:02}:{second:02} on a clock");
        let small = |number: i64| i8::try_from(number).map_err(|_| none());
        let nanosecond = i32::try_from(nanosecond).map_err(|_| none())?;
        Time::new(small(hour)?, small(minute)?, small(second)?, nanosecond).map_err(|_| none())
    }
}

/// Reads from the front of a text, byte for byte.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scanner<'a> {
    pub(crate) rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(rest: &'a str) -> Self {
        Self { rest }
    }

    /// Exactly this many digits.
    pub(crate) fn digits(&mut self, count: usize) -> Option<i64> {
        let (head, tail) = self.rest.split_at_checked(count)?;
        let number = head
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| head.parse().ok())??;
        self.rest = tail;
        Some(number)
    }

    /// As many digits as there are.
    pub(crate) fn run(&mut self) -> &'a str {
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (head, tail) = self.rest.split_at_checked(end).unwrap_or(("", self.rest));
        self.rest = tail;
        head
    }

    /// This text, if it comes next.
    pub(crate) fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(tail) => {
                self.rest = tail;
                true
            }
            None => false,
        }
    }

    /// One of these texts, if it comes next.
    pub(crate) fn any(&mut self, texts: &[&'static str]) -> Option<&'static str> {
        texts.iter().copied().find(|text| self.eat(text))
    }

    /// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fff`, with how much was not written,
    /// in nanoseconds.
    pub(crate) fn clock(&mut self) -> Option<(Clock, i128)> {
        let mut clock = Clock {
            hour: self.digits(2)?,
            ..Clock::default()
        };
        if !self.eat(":") {
            return None;
        }
        clock.minute = self.digits(2)?;
        if !self.eat(":") {
            return Some((clock, 60 * SECOND));
        }
        clock.second = self.digits(2)?;
        clock.nanosecond = self.fraction()?;
        Some((clock, 0))
    }

    /// The fraction of a second as nanoseconds; nothing written is nought. What
    /// is finer than a nanosecond is cut off.
    pub(crate) fn fraction(&mut self) -> Option<i64> {
        if self.any(&[".", ","]).is_none() {
            return Some(0);
        }
        let run = self.run();
        if run.is_empty() {
            return None;
        }
        run.bytes()
            .chain(std::iter::repeat(b'0'))
            .take(9)
            .try_fold(0_i64, |sum, digit| {
                sum.checked_mul(10)?
                    .checked_add(i64::from(digit.checked_sub(b'0')?))
            })
    }
}
