//! What a text after a time says of its offset from UTC.
//!
//! An abbreviation counts only where the world agrees on it. Where it doesn't
//! (`IST` is India, Israel and Ireland) the zone is the range over everything
//! that the abbreviation has stood for since CloudTrail began in 2013.

use crate::time::civil::Scanner;
use crate::time::shown;

/// The offsets from UTC that are possible, in seconds, east positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Zone {
    /// The westernmost.
    pub(crate) least: i32,
    /// The easternmost.
    pub(crate) most: i32,
}

const HOUR: i32 = 3_600;
const MINUTE: i32 = 60;

impl Zone {
    /// UTC itself.
    pub(crate) const UTC: Self = Self { least: 0, most: 0 };
    /// Nothing is known: every offset in use, from Baker Island to Kiribati.
    pub(crate) const UNKNOWN: Self = Self {
        least: -12 * HOUR,
        most: 14 * HOUR,
    };

    /// The zone with exactly this offset.
    pub(crate) const fn fixed(seconds: i32) -> Self {
        Self {
            least: seconds,
            most: seconds,
        }
    }

    /// The zone with this offset, if any place on Earth has had it.
    pub(crate) fn plausible(seconds: i64) -> Option<Self> {
        let seconds = i32::try_from(seconds).ok()?;
        Self::UNKNOWN.holds(seconds).then_some(Self::fixed(seconds))
    }

    /// Whether this offset is possible.
    pub(crate) fn holds(&self, seconds: i32) -> bool {
        (self.least..=self.most).contains(&seconds)
    }
}

/// The zone that the text after a time names; no text names none.
pub(crate) fn suffix(text: &str) -> Result<Zone, String> {
    if matches!(text, "Z" | "+00:00") {
        return Ok(Zone::UTC);
    }
    // Go prints its monotonic clock after the zone.
    let text = text.split(" m=").next().unwrap_or(text).trim();
    if text.is_empty() {
        return Ok(Zone::UNKNOWN);
    }
    if text == "Z" || text == "z" {
        return Ok(Zone::UTC);
    }
    let (first, remark) = match text.split_once(char::is_whitespace) {
        Some((first, remark)) => (first, remark.trim()),
        None => (text, ""),
    };
    let zone = offset(first)
        .or_else(|| word(first))
        .ok_or_else(|| unknown(text))?;
    // `+0000 UTC`, `-0300 -03`, `GMT-0700 (Mountain Standard Time)`: an offset
    // said twice has to be the same.
    let again = match remark {
        "" => zone,
        remark if remark.starts_with('(') && remark.ends_with(')') => zone,
        remark => offset(remark)
            .or_else(|| word(remark))
            .ok_or_else(|| unknown(text))?,
    };
    let both = Zone {
        least: zone.least.max(again.least),
        most: zone.most.min(again.most),
    };
    if both.least > both.most {
        return Err(format!(
            "{} names two zones that contradict each other",
            shown(text)
        ));
    }
    Ok(both)
}

fn unknown(text: &str) -> String {
    format!("{} is no known time zone", shown(text))
}

/// `+07`, `-0700`, `+05:30`, `GMT+09:00`.
fn offset(text: &str) -> Option<Zone> {
    let text = text
        .strip_prefix("GMT")
        .or_else(|| text.strip_prefix("UTC"))
        .unwrap_or(text);
    let mut scan = Scanner::new(text);
    let sign = match scan.any(&["+", "-"])? {
        "-" => -1,
        _ => 1,
    };
    let hours = scan.digits(2).or_else(|| scan.digits(1))?;
    let mut seconds = 0;
    if !scan.rest.is_empty() {
        scan.eat(":");
        let minutes = scan.digits(2)?;
        seconds = minutes * i64::from(MINUTE);
        if minutes >= 60 || !scan.rest.is_empty() {
            return None;
        }
    }
    Zone::plausible(sign * (hours * i64::from(HOUR) + seconds))
}

/// A zone's abbreviation. An unknown one says only that there is a zone.
fn word(text: &str) -> Option<Zone> {
    let listed = ABBREVIATIONS.iter().find(|(name, ..)| *name == text);
    if let Some(&(_, least, most)) = listed {
        return Some(Zone {
            least: least * MINUTE,
            most: most * MINUTE,
        });
    }
    // Two letters are no zone that anybody prints, but they may be AM or PM.
    let word = (3..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase());
    word.then_some(Zone::UNKNOWN)
}

/// Abbreviation, westernmost and easternmost offset in minutes. From the IANA
/// database and from Java's own names, which `java.util.Date` prints: older
/// ones write `EST` and `CST` for Australia. Moscow was at +04 until 2014-10.
const ABBREVIATIONS: &[(&str, i32, i32)] = &[
    ("ACDT", 630, 630),
    ("ACST", 570, 570),
    ("ADT", -180, 240),
    ("AEDT", 660, 660),
    ("AEST", 600, 600),
    ("AKDT", -480, -480),
    ("AKST", -540, -540),
    ("AST", -240, 180),
    ("AWST", 480, 480),
    ("BST", -660, 660),
    ("CAT", 120, 120),
    ("CDT", -300, 630),
    ("CEST", 120, 120),
    ("CET", 60, 60),
    ("CST", -360, 630),
    ("EAT", 180, 180),
    ("EDT", -240, 660),
    ("EEST", 180, 180),
    ("EET", 120, 120),
    ("EST", -300, 660),
    ("GMT", 0, 0),
    ("GST", -120, 240),
    ("HKT", 480, 480),
    ("HST", -600, -600),
    ("IDT", 180, 180),
    ("IST", 60, 330),
    ("JST", 540, 540),
    ("KST", 510, 540),
    ("MDT", -360, -360),
    ("MSK", 180, 240),
    ("MST", -420, -420),
    ("NZDT", 780, 780),
    ("NZST", 720, 720),
    ("PDT", -420, 540),
    ("PKT", 300, 300),
    ("PST", -480, 480),
    ("SAST", 120, 120),
    ("SGT", 480, 480),
    ("UT", 0, 0),
    ("UTC", 0, 0),
    ("WAT", 60, 60),
    ("WEST", 60, 60),
    ("WET", 0, 0),
    ("WIB", 420, 420),
];

#[cfg(test)]
mod tests {
    use super::{ABBREVIATIONS, HOUR, Zone, suffix};

    #[test]
    fn offsets_are_read_in_every_spelling() {
        for text in [
            "-07",
            "-07:00",
            "-0700",
            "GMT-07:00",
            "UTC-7",
            "-0700 MST",
            "GMT-0700 (Mountain Standard Time)",
        ] {
            assert_eq!(suffix(text), Ok(Zone::fixed(-7 * HOUR)), "{text}");
        }
        assert_eq!(suffix("+0000 UTC m=+0.000012"), Ok(Zone::UTC));
    }

    #[test]
    fn offsets_that_contradict_each_other_are_refused() {
        assert!(suffix("+0000 JST").is_err());
        assert!(suffix("-0700 -06").is_err());
    }

    #[test]
    fn an_offset_that_no_place_has_is_refused() {
        for text in [
            "+14:01", "-12:01", "+99:00", "+05:99", "+5:3", "+", "PM", "am", "Etc/UTC", "[UTC]",
        ] {
            assert!(suffix(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_ambiguous_or_unknown_abbreviation_is_a_range() {
        assert_eq!(
            suffix("IST"),
            Ok(Zone {
                least: HOUR,
                most: 5 * HOUR + HOUR / 2
            })
        );
        assert_eq!(suffix("XYZT"), Ok(Zone::UNKNOWN));
        assert_eq!(suffix("+0530 IST"), Ok(Zone::fixed(5 * HOUR + HOUR / 2)));
    }

    #[test]
    fn the_abbreviations_are_sorted_and_in_range() {
        assert!(ABBREVIATIONS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(
            ABBREVIATIONS
                .iter()
                .all(|&(_, least, most)| -720 <= least && least <= most && most <= 840)
        );
    }
}
