//! Layouts of Go's package `time`: what in them stands for a part of a time,
//! and times written by them.

use jiff::Zoned;

use crate::time::{MONTHS, WEEKDAYS};

pub(super) use read::{Unread, read};

mod read;

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
            Part::LongWeekDay => name(&WEEKDAYS, at.weekday().to_monday_one_offset()).to_owned(),
            Part::WeekDay => {
                let day = name(&WEEKDAYS, at.weekday().to_monday_one_offset());
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
