//! The UTC stamp in a path: `20251221T005730Z-bundle/describe-trails.json`.
//!
//! Only a stamp that ends in `Z` counts. One without it is somebody's local
//! time, and a day is no instant.

use jiff::Timestamp;

use crate::time::civil;
use crate::time::civil::{Clock, Scanner};
use crate::time::iso;

/// What may stand between the parts of a clock in a file name.
const MARKS: [&str; 8] = ["%3A", "%3a", ":", "-", "_", ".", "\u{f03a}", "\u{a789}"];

/// The instant of the UTC stamp in a path, of the last segment that has one.
/// Nothing, where that segment has two stamps that differ.
#[must_use]
pub fn path_stamp(path: &str) -> Option<Timestamp> {
    path_stamp_but(path, |_| false)
}

/// The same with segments left out that have one of some stamps.
pub fn path_stamp_but(path: &str, is_left_out: impl Fn(&Timestamp) -> bool) -> Option<Timestamp> {
    // Nothing is looked for where no stamp can end.
    if !path.contains('Z') {
        return None;
    }
    let mut stamps = path
        .rsplit(['/', '\\', '!'])
        .map(in_segment)
        .find(|stamps| !stamps.is_empty() && !stamps.iter().any(&is_left_out))?;
    stamps.dedup();
    match stamps.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

fn in_segment(segment: &str) -> Vec<Timestamp> {
    let after_digit = |at: usize| {
        segment
            .get(..at)
            .and_then(|head| head.chars().next_back())
            .is_some_and(|c| c.is_ascii_digit())
    };
    let starts = segment
        .char_indices()
        .filter(|&(at, c)| c.is_ascii_digit() && !after_digit(at));
    let mut found: Vec<_> = starts
        .filter_map(|(at, _)| stamp(segment.get(at..)?))
        .collect();
    found.sort();
    found
}

fn stamp(text: &str) -> Option<Timestamp> {
    let mut scan = Scanner::new(text);
    let year = scan.digits(4)?;
    let dashed = scan.eat("-");
    let month = scan.digits(2)?;
    if dashed && !scan.eat("-") {
        return None;
    }
    let date = civil::date(year, month, scan.digits(2)?).ok()?;
    scan.any(&["T", "t", "_", "-"])?;
    let hour = scan.digits(2)?;
    let mark = scan.any(&MARKS);
    let minute = scan.digits(2)?;
    if mark.is_some_and(|mark| !scan.eat(mark)) {
        return None;
    }
    let mut clock = Clock {
        hour,
        minute,
        second: scan.digits(2)?,
        nanosecond: 0,
    };
    // A fraction stands after a point or after the mark of the clock.
    if !scan.rest.starts_with('Z') && mark.is_some_and(|mark| scan.eat(mark)) {
        clock.nanosecond = fraction(scan.run())?;
    } else {
        clock.nanosecond = scan.fraction()?;
    }
    let ends = scan.eat("Z") && !scan.rest.starts_with(|c: char| c.is_alphanumeric());
    ends.then(|| iso::in_utc(date.to_datetime(clock.time().ok()?)))?
}

fn fraction(digits: &str) -> Option<i64> {
    let dotted = format!(".{digits}");
    Scanner::new(&dotted).fraction()
}

/// Whether a text is a date, with or without a clock, in whichever zone, and
/// nothing else: `20260504`, `2026-05-04`, `2026-05`, `20230922-122430`,
/// `20251221T005730Z`, `20-11-2026`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    let is_mark = |c: char| matches!(c, '-' | '_' | '.' | ':' | 'T' | 't' | 'Z' | 'z');
    if !text.chars().all(|c| c.is_ascii_digit() || is_mark(c)) {
        return false;
    }
    let groups: Vec<&str> = text
        .split(is_mark)
        .filter(|part| !part.is_empty())
        .collect();
    let lengths: Vec<usize> = groups.iter().map(|part| part.len()).collect();
    let digits: String = groups.concat();
    let is_laid_out = matches!(
        lengths.as_slice(),
        [8 | 12 | 14]
            | [8, 4 | 6]
            | [8, 6, 3]
            | [4, 2]
            | [4, 2, 2]
            | [4, 2, 2, 4 | 6]
            | [4, 2, 2, 2, 2]
            | [4, 2, 2, 2, 2, 2]
            | [4, 2, 2, 2, 2, 2, 3]
    );
    let within = |range: std::ops::Range<usize>, bounds: std::ops::RangeInclusive<u32>| {
        let part = digits.get(range).map(str::parse);
        part.is_none_or(|part| part.is_ok_and(|part| bounds.contains(&part)))
    };
    // The day or the month may come first.
    if lengths == [2, 2, 4] {
        return within(0..2, 1..=31) && within(2..4, 1..=31) && within(4..8, 1990..=2099);
    }
    is_laid_out
        && within(0..4, 1990..=2099)
        && within(4..6, 1..=12)
        && within(6..8, 1..=31)
        && within(8..10, 0..=23)
        && within(10..12, 0..=59)
        && within(12..14, 0..=60)
}

/// Whether a text holds a run of digits that may be a date or a part of one.
#[must_use]
pub fn holds_date(text: &str) -> bool {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    runs.any(|run| (4..=8).contains(&run.len()) || run.len() == 14)
}

#[cfg(test)]
mod tests {
    use super::{is_date, path_stamp};

    #[test]
    fn a_date_is_told_from_a_number_and_a_name() {
        for text in [
            "20260504",
            "2026-05-04",
            "2026_05",
            "20230922-122430",
            "20251221T005730Z",
            "202512210057",
        ] {
            assert!(is_date(text), "{text}");
        }
        for text in [
            "2026",
            "20261504",
            "111122223333",
            "2026-05-04x",
            "1",
            "",
            "12-21",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn a_utc_stamp_is_read_in_every_spelling() {
        for path in [
            "20251221T005730Z",
            "a/20251221T005730Z-bundle/describe-trails.json",
            "a/evidence-2025-12-21T00-57-30Z.zip!us-east-1/status.json",
            "2025-12-21T00:57:30Z/x.json",
            "2025-12-21T00%3A57%3A30Z/x.json",
            "2025-12-21T005730Z",
            "x_20251221-005730Z_y",
            "trails-snapshot-2025-12-21T00:57:30.000Z.json",
            "trails-snapshot-2025-12-21T00-57-30-000Z.json",
            "20240101T000000Z/20251221T005730Z.json",
        ] {
            assert_eq!(
                path_stamp(path),
                "2025-12-21T00:57:30Z".parse().ok(),
                "{path}"
            );
        }
    }

    #[test]
    fn a_local_stamp_a_day_and_a_lookalike_are_none() {
        for path in [
            "audit-20230922-122430/x.json",
            "status_2025-12-21.json",
            "2025-12-21T00-57-30/x.json",
            "20251221T005730Zulu",
            "920251221T005730Z",
            "20251321T005730Z",
            "20251221T006130Z",
            "2025-12-21T00:57-30Z",
            "",
            "é20251221",
        ] {
            assert_eq!(path_stamp(path), None, "{path}");
        }
    }

    #[test]
    fn two_stamps_in_one_name_say_nothing() {
        assert_eq!(path_stamp("a/20251220T000000Z-20251221T000000Z.zip"), None);
        assert!(path_stamp("a/20251221T000000Z-20251221T000000Z.zip").is_some());
    }
}
