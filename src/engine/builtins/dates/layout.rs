//! Layouts of Go's package `time`: what in them stands for a part of a time,
//! and times written and read by them.

use jiff::Zoned;
use jiff::civil::{Date, DateTime};

/// A part of a time in a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    ShortYear,
    Month,
    MonthName,
    LongMonthName,
    Day,
    YearDay,
    WeekDay,
    LongWeekDay,
    Hour,
    Hour12,
    Minute,
    Second,
    /// `PM`, or `pm`.
    Half(bool),
    ZoneName,
    /// `-0700` and its like.
    Zone(Zone),
    /// A fraction of a second of so many digits, behind a sign; whether noughts
    /// at its end go.
    Fraction(usize, char, bool),
}

/// How digits are filled up to their width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fill {
    None,
    Nought,
    Space,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Zone {
    /// `Z` for no offset at all.
    has_z: bool,
    has_colons: bool,
    has_minutes: bool,
    has_seconds: bool,
}

const MONTHS: [&str; 12] = [
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
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// The layout that a name of OPA's stands for.
pub(super) fn named(layout: &str) -> &str {
    match layout {
        "ANSIC" => "Mon Jan _2 15:04:05 2006",
        "UnixDate" => "Mon Jan _2 15:04:05 MST 2006",
        "RubyDate" => "Mon Jan 02 15:04:05 -0700 2006",
        "RFC822" => "02 Jan 06 15:04 MST",
        "RFC822Z" => "02 Jan 06 15:04 -0700",
        "RFC850" => "Monday, 02-Jan-06 15:04:05 MST",
        "RFC1123" => "Mon, 02 Jan 2006 15:04:05 MST",
        "RFC1123Z" => "Mon, 02 Jan 2006 15:04:05 -0700",
        "RFC3339" => RFC3339,
        "RFC3339Nano" => RFC3339_NANO,
        other => other,
    }
}

pub(super) const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
pub(super) const RFC3339_NANO: &str = "2006-01-02T15:04:05.999999999Z07:00";

/// What comes before the first part of a layout, the part, and what follows.
fn next(layout: &str) -> (&str, Option<(Part, Fill)>, &str) {
    for (at, _) in layout.char_indices() {
        let Some((before, rest)) = layout.split_at_checked(at) else {
            continue;
        };
        if rest.starts_with("_2006") {
            // The line before a year is itself.
            return (
                layout.get(..at.saturating_add(1)).unwrap_or_default(),
                Some((Part::Year, Fill::Nought)),
                layout.get(at.saturating_add(5)..).unwrap_or_default(),
            );
        }
        if let Some((part, fill, length)) = part(rest) {
            return (
                before,
                Some((part, fill)),
                rest.get(length..).unwrap_or_default(),
            );
        }
    }
    (layout, None, "")
}

/// The part that a layout begins with, and its length.
fn part(layout: &str) -> Option<(Part, Fill, usize)> {
    const PARTS: [(&str, Part, Fill); 29] = [
        ("January", Part::LongMonthName, Fill::None),
        ("Monday", Part::LongWeekDay, Fill::None),
        ("MST", Part::ZoneName, Fill::None),
        ("01", Part::Month, Fill::Nought),
        ("02", Part::Day, Fill::Nought),
        ("03", Part::Hour12, Fill::Nought),
        ("04", Part::Minute, Fill::Nought),
        ("05", Part::Second, Fill::Nought),
        ("06", Part::ShortYear, Fill::Nought),
        ("002", Part::YearDay, Fill::Nought),
        ("15", Part::Hour, Fill::Nought),
        ("1", Part::Month, Fill::None),
        ("2006", Part::Year, Fill::Nought),
        ("2", Part::Day, Fill::None),
        ("_2", Part::Day, Fill::Space),
        ("__2", Part::YearDay, Fill::Space),
        ("3", Part::Hour12, Fill::None),
        ("4", Part::Minute, Fill::None),
        ("5", Part::Second, Fill::None),
        ("PM", Part::Half(true), Fill::None),
        ("pm", Part::Half(false), Fill::None),
        ("-070000", zone(false, false, true), Fill::None),
        ("-07:00:00", zone(false, true, true), Fill::None),
        ("-0700", zone(false, false, false), Fill::None),
        ("-07:00", zone(false, true, false), Fill::None),
        ("Z070000", zone(true, false, true), Fill::None),
        ("Z07:00:00", zone(true, true, true), Fill::None),
        ("Z0700", zone(true, false, false), Fill::None),
        ("Z07:00", zone(true, true, false), Fill::None),
    ];
    if let Some((word, part, fill)) = PARTS.iter().find(|(word, ..)| layout.starts_with(word)) {
        return Some((*part, *fill, word.len()));
    }
    let ends = |rest: &str| !rest.starts_with(|sign: char| sign.is_ascii_lowercase());
    if let Some(rest) = layout.strip_prefix("Jan") {
        return ends(rest).then_some((Part::MonthName, Fill::None, 3));
    }
    if let Some(rest) = layout.strip_prefix("Mon") {
        return ends(rest).then_some((Part::WeekDay, Fill::None, 3));
    }
    if let Some(sign @ ('-' | 'Z')) = layout.chars().next()
        && layout.get(1..)?.starts_with("07")
    {
        let zone = Zone {
            has_z: sign == 'Z',
            has_colons: false,
            has_minutes: false,
            has_seconds: false,
        };
        return Some((Part::Zone(zone), Fill::None, 3));
    }
    let sign = layout.chars().next().filter(|sign| ".,".contains(*sign))?;
    let rest = layout.get(1..)?;
    let digit = rest.chars().next().filter(|digit| "09".contains(*digit))?;
    let after = rest.trim_start_matches(digit);
    let count = rest.len().saturating_sub(after.len());
    let is_fraction = !after.starts_with(|sign: char| sign.is_ascii_digit());
    is_fraction.then_some((
        Part::Fraction(count, sign, digit == '9'),
        Fill::None,
        count.saturating_add(1),
    ))
}

const fn zone(has_z: bool, has_colons: bool, has_seconds: bool) -> Part {
    Part::Zone(Zone {
        has_z,
        has_colons,
        has_minutes: true,
        has_seconds,
    })
}

fn filled(number: i64, width: usize, fill: Fill) -> String {
    match fill {
        Fill::None => number.to_string(),
        Fill::Nought => format!("{number:0width$}"),
        Fill::Space => format!("{number:width$}"),
    }
}

fn name<'n>(names: &'n [&'n str], number: i8) -> &'n str {
    let index = usize::try_from(number).unwrap_or(0).saturating_sub(1);
    names.get(index).copied().unwrap_or_default()
}

/// A time, written by a layout.
pub(super) fn written(at: &Zoned, layout: &str) -> String {
    let mut made = String::new();
    let mut layout = layout;
    loop {
        let (before, part, rest) = next(layout);
        made.push_str(before);
        let Some((part, fill)) = part else {
            return made;
        };
        layout = rest;
        let hour = i64::from(at.hour());
        made.push_str(&match part {
            Part::Year => filled(at.year().into(), 4, fill),
            Part::ShortYear => filled((at.year() % 100).into(), 2, fill),
            Part::Month => filled(at.month().into(), 2, fill),
            Part::Day => filled(at.day().into(), 2, fill),
            Part::YearDay => filled(at.day_of_year().into(), 3, fill),
            Part::Hour => filled(hour, 2, fill),
            Part::Hour12 => filled(if hour % 12 == 0 { 12 } else { hour % 12 }, 2, fill),
            Part::Minute => filled(at.minute().into(), 2, fill),
            Part::Second => filled(at.second().into(), 2, fill),
            Part::LongMonthName => name(&MONTHS, at.month()).to_owned(),
            Part::MonthName => name(&MONTHS, at.month()).chars().take(3).collect(),
            Part::LongWeekDay => name(&DAYS, at.weekday().to_monday_one_offset()).to_owned(),
            Part::WeekDay => {
                let day = name(&DAYS, at.weekday().to_monday_one_offset());
                day.chars().take(3).collect()
            }
            Part::Half(is_capital) => match (hour >= 12, is_capital) {
                (true, true) => "PM",
                (false, true) => "AM",
                (true, false) => "pm",
                (false, false) => "am",
            }
            .to_owned(),
            Part::ZoneName => at.strftime("%Z").to_string(),
            Part::Zone(zone) => offset(at.offset().seconds(), zone),
            Part::Fraction(count, sign, is_cut) => {
                let digits = format!("{:09}", at.subsec_nanosecond());
                let digits: String = digits.chars().take(count).collect();
                let digits = if is_cut {
                    digits.trim_end_matches('0')
                } else {
                    &digits
                };
                match digits {
                    "" => String::new(),
                    digits => format!("{sign}{digits}"),
                }
            }
        });
    }
}

fn offset(seconds: i32, zone: Zone) -> String {
    if seconds == 0 && zone.has_z {
        return "Z".to_owned();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let size = seconds.unsigned_abs();
    let colon = if zone.has_colons { ":" } else { "" };
    let mut text = format!("{sign}{:02}", size / 3600);
    if zone.has_minutes {
        text.push_str(&format!("{colon}{:02}", size / 60 % 60));
    }
    if zone.has_seconds {
        text.push_str(&format!("{colon}{:02}", size % 60));
    }
    text
}

/// Why a text isn't read as a time.
pub(super) enum Unread {
    /// It is none by this layout.
    Wrong,
    /// A zone by its name: Go asks the machine which it is.
    Zone(String),
}

/// What a text says by a layout, as nanoseconds since 1970.
pub(super) fn read(layout: &str, value: &str) -> Result<i128, Unread> {
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
            Part::WeekDay => (_, rest) = named_in(&DAYS, 3, text)?,
            Part::LongWeekDay => (_, rest) = named_in(&DAYS, usize::MAX, text)?,
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
