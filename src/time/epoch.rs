//! Times that are numbers: seconds or milliseconds since 1970, bare or in
//! .NET's `/Date(…)/`.
//!
//! Numbers are read from their text, in decimal, so that `1454022144.918` is
//! not a binary fraction on the way. One with an exponent was rounded to the digits
//! that it shows: Excel makes `1.79518E+12` of milliseconds, which is 10,000 seconds wide.

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::time::civil::{DAY, Local, SECOND, Scanner};
use crate::time::zone;
use crate::time::zone::Zone;
use crate::time::{Reading, shown};

/// 0001-01-01T00:00:00Z, the least date of .NET, in nanoseconds.
const LEAST_DATE: i128 = -62_135_596_800 * SECOND;

/// The units told apart by magnitude: how many of them make a second. In each
/// the numbers from 10^9 to 10^10 seconds count, which is 2001-09-09 to
/// 2286-11-20. The bands are two powers of ten apart, and CloudTrail began in
/// 2013: a number inside one is a time in that unit, and a number outside of
/// all of them could be anything.
const PER_SECOND: [i128; 4] = [1, 1_000, 1_000_000, 1_000_000_000];

/// Whether a text is a number and nothing else.
pub(crate) fn looks_numeric(text: &str) -> bool {
    decimal(text).is_some()
}

/// A bare number.
pub(crate) fn read(text: &str) -> Reading {
    let decimal = decimal(text);
    let Some(number) = decimal.and_then(Decimal::billionths) else {
        return Reading::Unreadable(format!(
            "{} is no time: too large or too fine a number",
            shown(text)
        ));
    };
    for per_second in PER_SECOND {
        let band = (SECOND * SECOND * per_second)..(10 * SECOND * SECOND * per_second);
        if band.contains(&number) {
            let width = decimal.and_then(Decimal::width).unwrap_or_default();
            return rounded(number / per_second, width / per_second, text);
        }
        // Only seconds and milliseconds: the finer ones come from tools that
        // know no least date.
        if per_second <= 1_000 && is_least_date(number.div_euclid(per_second)) {
            return Reading::Never;
        }
    }
    Reading::Unreadable(format!(
        "{} is neither seconds nor milliseconds since 1970 of any year from 2001 to 2286",
        shown(text)
    ))
}

/// `/Date(1766278564677)/`, with or without backslashes and an offset. The
/// offset is for show: the number is UTC.
pub(crate) fn read_dotnet(text: &str) -> Option<Reading> {
    if !text.starts_with(['/', '\\']) {
        return None;
    }
    let bare = text.replace('\\', "");
    let inner = bare.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let mut scan = Scanner::new(inner);
    let sign = if scan.eat("-") { -1 } else { 1 };
    let digits = scan.run();
    let unreadable = || {
        Reading::Unreadable(format!(
            "{} has no number of milliseconds in it",
            shown(text)
        ))
    };
    let Ok(number) = digits.parse::<i64>() else {
        return Some(unreadable());
    };
    let shown_offset = if scan.rest.is_empty() {
        Ok(Zone::UTC)
    } else {
        zone::suffix(scan.rest)
    };
    if shown_offset.is_err() {
        return Some(unreadable());
    }
    let nanoseconds = sign * i128::from(number) * 1_000_000;
    Some(if is_least_date(nanoseconds) {
        Reading::Never
    } else {
        instant(nanoseconds, text)
    })
}

/// .NET takes an unset time for a local one and moves it by the offset.
fn is_least_date(nanoseconds: i128) -> bool {
    (nanoseconds - LEAST_DATE).abs() <= DAY
}

fn instant(nanoseconds: i128, text: &str) -> Reading {
    match Timestamp::from_nanosecond(nanoseconds) {
        Ok(instant) => Reading::At(instant),
        Err(_) => Reading::Unreadable(format!(
            "{} lies outside the years that can be held",
            shown(text)
        )),
    }
}

/// An instant, or all that is rounded to it where that is more than a second.
fn rounded(nanoseconds: i128, width: i128, text: &str) -> Reading {
    if width <= SECOND {
        return instant(nanoseconds, text);
    }
    match instant(nanoseconds - width / 2, text) {
        Reading::At(earliest) => Reading::Local(Local {
            civil: Offset::UTC.to_datetime(earliest),
            width,
            zone: Zone::UTC,
        }),
        other => other,
    }
}

/// A decimal number: digits, and the power of ten they stand before.
#[derive(Debug, Clone, Copy)]
struct Decimal {
    digits: Option<i128>,
    power: i64,
    /// The power of ten of the last digit of a number that has an exponent.
    last: Option<i64>,
}

impl Decimal {
    /// The number times 10^9, cut off below; nothing where it is too large.
    fn billionths(self) -> Option<i128> {
        let power = self.power.checked_add(9)?;
        let ten = |power: i64| 10_i128.checked_pow(u32::try_from(power).ok()?);
        let digits = self.digits?;
        if power < 0 {
            return Some(ten(-power).map_or(0, |scale| digits.div_euclid(scale)));
        }
        digits.checked_mul(ten(power)?)
    }

    /// How far apart, times 10^9, two numbers are that are written one after the
    /// other with as many digits and that exponent.
    fn width(self) -> Option<i128> {
        let one = Self {
            digits: Some(1),
            power: self.last?,
            last: None,
        };
        one.billionths()
    }
}

/// `-12`, `12.5`, `1.2E9`: the shape of a number, however large.
fn decimal(text: &str) -> Option<Decimal> {
    let mut scan = Scanner::new(text);
    let negative = scan.any(&["-", "+"]) == Some("-");
    let whole = scan.run();
    let fraction = if scan.eat(".") { scan.run() } else { "" };
    if whole.is_empty() {
        return None;
    }
    let mut power = 0;
    let mut last = None;
    if scan.any(&["e", "E"]).is_some() {
        let down = scan.any(&["-", "+"]) == Some("-");
        let run = scan.run();
        if run.is_empty() {
            return None;
        }
        let size = run.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
        power = if down { -size } else { size };
        last = Some(power - i64::try_from(fraction.len()).ok()?);
    }
    if !scan.rest.is_empty() {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{}{whole}{fraction}", if negative { "-" } else { "" })
        .parse()
        .ok();
    let places = i64::try_from(fraction.len()).ok()?;
    Some(Decimal {
        digits,
        power: power - places,
        last,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::time::{Moment, read};

    fn at(text: &str) -> Moment {
        Moment::At(text.parse().unwrap())
    }

    #[test]
    fn seconds_keep_every_decimal_place() {
        assert_eq!(read(&json!(1454022144.918)), at("2016-01-28T23:02:24.918Z"));
        assert_eq!(read(&json!(1553164255.61)), at("2019-03-21T10:30:55.61Z"));
        assert_eq!(read(&json!(1642247100.0)), at("2022-01-15T11:45:00Z"));
        assert_eq!(read(&json!(1642247100)), at("2022-01-15T11:45:00Z"));
        assert_eq!(
            read(&json!("1766278564.677123456")),
            at("2025-12-21T00:56:04.677123456Z")
        );
        assert_eq!(
            read(&json!("1.766278564677E9")),
            at("2025-12-21T00:56:04.677Z")
        );
    }

    #[test]
    fn what_was_rounded_is_all_that_rounds_to_it() {
        let between = |earliest: &str, latest: &str| Moment::Between {
            earliest: earliest.parse().unwrap(),
            latest: latest.parse().unwrap(),
        };
        let excel = between("2026-11-20T11:43:20Z", "2026-11-20T14:29:59.999999999Z");
        assert_eq!(read(&json!("1.79518E+12")), excel);
        let zeros = between("2026-11-20T12:26:35Z", "2026-11-20T12:26:44.999999999Z");
        assert_eq!(read(&json!("1.79517760E+09")), zeros);
        for text in ["1.8E+12", "1.80E+09", "1.8e9"] {
            assert!(
                matches!(read(&json!(text)), Moment::Between { .. }),
                "{text}"
            );
        }
        for text in ["1.795175704677e+09", "1.795175704E9", "1.795175704E12"] {
            assert!(matches!(read(&json!(text)), Moment::At(_)), "{text}");
        }
    }

    #[test]
    fn milliseconds_are_told_by_their_magnitude() {
        for value in [
            json!(1766278564677_i64),
            json!("1766278564677"),
            json!(1766278564677.0),
            json!(1766278564677000_i64),
        ] {
            assert_eq!(read(&value), at("2025-12-21T00:56:04.677Z"), "{value}");
        }
    }

    #[test]
    fn a_number_between_the_bands_is_unreadable() {
        for value in [
            json!(0),
            json!(-1),
            json!(1),
            json!(20251221),
            json!(20251221005604_i64),
            json!(1e300),
            json!(-1e300),
            json!(1e-300),
        ] {
            assert!(matches!(read(&value), Moment::Unreadable(_)), "{value}");
        }
        for text in [
            "1e999999999999999999999",
            "9".repeat(400).as_str(),
            "1e-99999999999999999999",
        ] {
            assert!(
                matches!(read(&json!(text)), Moment::Unreadable(_)),
                "{text}"
            );
        }
    }

    #[test]
    fn dotnet_dates_are_milliseconds_in_utc_whatever_the_offset_shown() {
        for text in [
            "/Date(1766278564677)/",
            "\\/Date(1766278564677)\\/",
            "/Date(1766278564677+0700)/",
            "/Date(1766278564677-0700)/",
        ] {
            assert_eq!(read(&json!(text)), at("2025-12-21T00:56:04.677Z"), "{text}");
        }
        assert_eq!(read(&json!("/Date(0)/")), at("1970-01-01T00:00:00Z"));
        for text in [
            "/Date()/",
            "/Date(x)/",
            "/Date(1766278564677x)/",
            "/Date(99999999999999999999)/",
            "/Date(9223372036854775807)/",
        ] {
            assert!(
                matches!(read(&json!(text)), Moment::Unreadable(_)),
                "{text}"
            );
        }
    }

    #[test]
    fn the_least_date_of_dotnet_is_never_in_any_zone() {
        for value in [
            json!("/Date(-62135596800000)/"),
            json!("/Date(-62135575200000)/"),
            json!(-62135596800_i64),
            json!(-62135596800000_i64),
        ] {
            assert_eq!(read(&value), Moment::Never, "{value}");
        }
    }
}
