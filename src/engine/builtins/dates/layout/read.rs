//! Times read by a layout, as Go's `time.Parse` reads them.

use jiff::civil::{Date, DateTime};

use super::{Fill, Part, Zone, next};
use crate::time::{MONTHS, WEEKDAYS};

/// Why a text isn't read as a time.
pub(in crate::engine::builtins::dates) enum Unread {
    /// It is none by this layout.
    Wrong,
    /// A zone by its name: Go asks the machine which it is.
    Zone(String),
}

/// What a text says by a layout, as nanoseconds since 1970.
pub(in crate::engine::builtins::dates) fn read(layout: &str, value: &str) -> Result<i128, Unread> {
    let mut said = Said::default();
    let (mut layout, mut rest) = (layout, value);
    loop {
        let (before, part, after) = next(layout);
        rest = skipped(rest, before).ok_or(Unread::Wrong)?;
        let Some((part, fill)) = part else {
            break;
        };
        layout = after;
        rest = said.take(part, fill, rest, after)?;
    }
    if !rest.is_empty() {
        return Err(Unread::Wrong);
    }
    said.nanoseconds().ok_or(Unread::Wrong)
}

/// What follows a text; one space is any number of them.
fn skipped<'t>(mut text: &'t str, mut prefix: &str) -> Option<&'t str> {
    while let Some(sign) = prefix.chars().next() {
        if sign == ' ' {
            if !text.is_empty() && !text.starts_with(' ') {
                return None;
            }
            (prefix, text) = (prefix.trim_start_matches(' '), text.trim_start_matches(' '));
            continue;
        }
        text = text.strip_prefix(sign)?;
        prefix = prefix.get(sign.len_utf8()..)?;
    }
    Some(text)
}

/// A number of so many digits, and what follows it.
fn number(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let count = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    let (digits, rest) = text.split_at_checked(count).filter(|_| count >= least)?;
    Some((digits.parse().ok()?, rest))
}

#[derive(Debug, Default)]
struct Said {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: i64,
    is_afternoon: Option<bool>,
    offset: i64,
}

impl Said {
    fn take<'t>(
        &mut self,
        part: Part,
        fill: Fill,
        text: &'t str,
        layout: &str,
    ) -> Result<&'t str, Unread> {
        match part {
            Part::ZoneName => zone_name(text),
            _ => self.part(part, fill, text, layout).ok_or(Unread::Wrong),
        }
    }

    fn part<'t>(&mut self, part: Part, fill: Fill, text: &'t str, layout: &str) -> Option<&'t str> {
        let two = |text: &'t str| number(text, if fill == Fill::Nought { 2 } else { 1 }, 2);
        let within = |(number, rest), least: i64, most: i64| {
            (least..=most).contains(&number).then_some((number, rest))
        };
        let rest;
        match part {
            Part::Year => (self.year, rest) = number(text, 4, 4)?,
            Part::ShortYear => {
                (self.year, rest) = number(text, 2, 2)?;
                self.year += if self.year >= 69 { 1900 } else { 2000 };
            }
            Part::Month => {
                let (month, after) = within(two(text)?, 1, 12)?;
                (self.month, rest) = (Some(month), after);
            }
            Part::MonthName | Part::LongMonthName => {
                let length = if part == Part::MonthName {
                    3
                } else {
                    usize::MAX
                };
                let (month, after) = named_in(&MONTHS, length, text)?;
                (self.month, rest) = (Some(month), after);
            }
            Part::WeekDay => (_, rest) = named_in(&WEEKDAYS, 3, text)?,
            Part::LongWeekDay => (_, rest) = named_in(&WEEKDAYS, usize::MAX, text)?,
            Part::Day => {
                let is_filled = fill == Fill::Space;
                let text = text.strip_prefix(' ').filter(|_| is_filled).unwrap_or(text);
                let (day, after) = two(text)?;
                (self.day, rest) = (Some(day), after);
            }
            Part::YearDay => {
                let mut text = text;
                for _ in 0..2 {
                    let is_filled = fill == Fill::Space;
                    text = text.strip_prefix(' ').filter(|_| is_filled).unwrap_or(text);
                }
                let (day, after) = number(text, if fill == Fill::Nought { 3 } else { 1 }, 3)?;
                (self.year_day, rest) = (Some(day), after);
            }
            Part::Hour => (self.hour, rest) = within(number(text, 1, 2)?, 0, 23)?,
            Part::Hour12 => (self.hour, rest) = within(two(text)?, 0, 12)?,
            Part::Minute => (self.minute, rest) = within(two(text)?, 0, 59)?,
            Part::Second => {
                let after;
                (self.second, after) = within(two(text)?, 0, 59)?;
                let is_next = matches!(next(layout).1, Some((Part::Fraction(..), _)));
                // A fraction may be there where the layout has none.
                rest = if is_next {
                    after
                } else {
                    self.fraction(after, None)?
                };
            }
            Part::Half(is_capital) => {
                let (half, after) = text.split_at_checked(2)?;
                self.is_afternoon = Some(match (half, is_capital) {
                    ("PM", true) | ("pm", false) => true,
                    ("AM", true) | ("am", false) => false,
                    _ => return None,
                });
                rest = after;
            }
            Part::Zone(zone) => rest = self.zone(text, zone)?,
            Part::Fraction(_, _, true) => rest = self.fraction(text, None)?,
            Part::Fraction(count, _, false) => rest = self.fraction(text, Some(count))?,
            Part::ZoneName => return None,
        }
        Some(rest)
    }

    /// A fraction of a second: of so many digits, or of any, or none at all.
    fn fraction<'t>(&mut self, text: &'t str, count: Option<usize>) -> Option<&'t str> {
        let Some(digits) = text.strip_prefix(['.', ',']) else {
            return count.is_none().then_some(text);
        };
        let end = digits
            .find(|sign: char| !sign.is_ascii_digit())
            .unwrap_or(digits.len());
        let end = match count {
            Some(count) if end < count => return None,
            Some(count) => count,
            None if end == 0 => return Some(text),
            None => end,
        };
        let (digits, rest) = digits.split_at_checked(end)?;
        let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
        self.nanosecond = nine.parse().ok()?;
        Some(rest)
    }

    fn zone<'t>(&mut self, text: &'t str, zone: Zone) -> Option<&'t str> {
        // Go takes no `Z` for a layout with seconds.
        if zone.has_z
            && !zone.has_seconds
            && let Some(rest) = text.strip_prefix('Z')
        {
            self.offset = 0;
            return Some(rest);
        }
        let sign = match text.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let colon = |text: &'t str| match zone.has_colons {
            true => text.strip_prefix(':'),
            false => Some(text),
        };
        let (hours, mut rest) = number(text.get(1..)?, 2, 2)?;
        let (mut minutes, mut seconds) = (0, 0);
        if zone.has_minutes {
            (minutes, rest) = number(colon(rest)?, 2, 2)?;
        }
        if zone.has_seconds {
            (seconds, rest) = number(colon(rest)?, 2, 2)?;
        }
        if hours > 24 || minutes > 60 || seconds > 60 {
            return None;
        }
        self.offset = sign * ((hours * 60 + minutes) * 60 + seconds);
        Some(rest)
    }

    fn nanoseconds(&self) -> Option<i128> {
        let hour = match self.is_afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let year = i16::try_from(self.year).ok()?;
        let date = match self.year_day {
            Some(day) => {
                let first = Date::new(year, 1, 1).ok()?;
                let date = first
                    .with()
                    .day_of_year(day.try_into().ok()?)
                    .build()
                    .ok()?;
                let is_same =
                    |said: Option<i64>, is: i8| said.is_none_or(|said| said == i64::from(is));
                let same = is_same(self.month, date.month()) && is_same(self.day, date.day());
                same.then_some(date)?
            }
            None => Date::new(
                year,
                self.month.unwrap_or(1).try_into().ok()?,
                self.day.unwrap_or(1).try_into().ok()?,
            )
            .ok()?,
        };
        let time = jiff::civil::Time::new(
            hour.try_into().ok()?,
            self.minute.try_into().ok()?,
            self.second.try_into().ok()?,
            self.nanosecond.try_into().ok()?,
        )
        .ok()?;
        let local = DateTime::from_parts(date, time);
        let local = jiff::tz::TimeZone::UTC.to_timestamp(local).ok()?;
        Some(local.as_nanosecond() - i128::from(self.offset) * 1_000_000_000)
    }
}

fn named_in<'t>(names: &[&str], length: usize, text: &'t str) -> Option<(i64, &'t str)> {
    names.iter().zip(1..).find_map(|(name, number)| {
        let name = name.get(..length).unwrap_or(name);
        let (head, rest) = text.split_at_checked(name.len())?;
        head.eq_ignore_ascii_case(name).then_some((number, rest))
    })
}

/// What follows the name of a zone that is the same on every machine.
fn zone_name(text: &str) -> Result<&str, Unread> {
    if let Some(rest) = text.strip_prefix("UTC") {
        return Ok(rest);
    }
    if let Some(rest) = text.strip_prefix("GMT")
        && !rest.starts_with(|sign: char| sign.is_ascii_uppercase() || "+-".contains(sign))
    {
        return Ok(rest);
    }
    let end = text
        .find(|sign: char| !sign.is_ascii_alphabetic())
        .unwrap_or(text.len());
    Err(Unread::Zone(text.get(..end).unwrap_or(text).to_owned()))
}
