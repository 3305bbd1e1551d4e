//! ARNs of trails, and the account ids and regions that paths and ARNs name.
//!
//! Lenient on purpose: published evidence has masked account ids. What is
//! taken from an ARN is only what is plainly there.

use std::borrow::Cow;

/// The parts of a trail's ARN (`arn:PARTITION:cloudtrail:REGION:ACCOUNT:trail/NAME`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrailArn<'a> {
    /// The region: the trail's home region.
    pub region: &'a str,
    /// The account that owns it, masked or not.
    pub account: &'a str,
    /// The name; empty where the ARN stops before it.
    pub name: &'a str,
}

/// Reads a trail's ARN.
#[must_use]
pub fn trail_arn(text: &str) -> Option<TrailArn<'_>> {
    let (partition, rest) = parted(text.strip_prefix("arn:")?)?;
    if !partition.starts_with("aws") {
        return None;
    }
    let (region, rest) = parted(rest.strip_prefix("cloudtrail:")?)?;
    let (account, resource) = parted(rest)?;
    let name = match resource {
        "trail" => "",
        _ => resource.strip_prefix("trail/")?,
    };
    Some(TrailArn {
        region,
        account,
        name,
    })
}

/// A text parted at its first colon. The parts of an ARN are few bytes each, for
/// which a plain loop is quicker than a search.
fn parted(text: &str) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == b':')?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Whether a text is, or was made of, a trail's ARN: plain, or with its signs
/// replaced (`arn_aws_cloudtrail_us_east_1_111122223333_trail_x`).
#[must_use]
pub fn looks_like_trail(text: &str) -> bool {
    if text.len() < "arnaws".len() || !text.is_ascii() {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let Some((&"arn", rest)) = words.split_first() else {
        return false;
    };
    // A partition has some words of its own, and then the service comes.
    let mut behind = rest.iter().skip_while(|word| {
        matches!(
            **word,
            "aws" | "cn" | "us" | "gov" | "iso" | "b" | "e" | "f" | "eusc"
        )
    });
    rest.first() == Some(&"aws") && behind.next() == Some(&"cloudtrail")
}

/// A trail's ARN with every sign that is no letter or digit as `_`, in lower
/// case: what file names make of it. Two ARNs may come to one.
#[must_use]
pub fn folded(arn: &str) -> String {
    let sign = |c: char| match c.is_ascii_alphanumeric() {
        true => c.to_ascii_lowercase(),
        false => '_',
    };
    arn.chars().map(sign).collect()
}

/// Why a text that begins like an ARN can't be the ARN that AWS gave a trail,
/// if it can't. A masked account is no reason.
#[must_use]
pub fn flaw(text: &str) -> Option<&'static str> {
    let Some(arn) = trail_arn(text) else {
        return Some("it is not of the form `arn:PARTITION:cloudtrail:REGION:ACCOUNT:trail/NAME`");
    };
    let partition = text.split(':').nth(1).unwrap_or_default();
    let is_word = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        part.bytes().all(plain)
    };
    if !is_word(partition) {
        Some("its partition is none of AWS")
    } else if !is_region(arn.region) {
        Some("its region is none of AWS")
    } else if arn.account.trim().is_empty() {
        Some("it names no account")
    } else if !is_account(arn.account) && arn.account.bytes().all(|byte| byte.is_ascii_digit()) {
        Some("an account id has twelve digits")
    } else {
        None
    }
}

/// Whether this is spelt as regions are: words, then a number, `us-gov-west-1`.
#[must_use]
pub fn is_region(text: &str) -> bool {
    let mut words = text.split('-');
    let is_letters = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    let (Some(area), Some(number), Some(direction)) =
        (words.next(), words.next_back(), words.next_back())
    else {
        return false;
    };
    (area.len() == 2 || area == "eusc")
        && is_letters(area)
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && DIRECTIONS.contains(&direction)
        && words.all(|word| (2..=4).contains(&word.len()) && is_letters(word))
}

/// What regions are named for besides their area and number.
const DIRECTIONS: [&str; 9] = [
    "central",
    "east",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
];

/// Whether this is an account id: twelve digits.
#[must_use]
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The account id that a text is: twelve digits, or three groups of four as
/// the console shows them (`1111-2222-3333`). Always without the dashes.
#[must_use]
pub fn account_id(text: &str) -> Option<String> {
    let is_dashed = text.len() == 14
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 9 => matches!(byte, b'-' | b'_' | b' '),
            _ => byte.is_ascii_digit(),
        });
    if is_dashed {
        return Some(text.chars().filter(char::is_ascii_digit).collect());
    }
    (is_account(text) && !is_minute(text)).then(|| text.to_owned())
}

/// The account id that a path names: the last run of exactly twelve digits, or
/// of four, four and four with dashes, that is no part of a longer number and
/// no date with a time to the minute.
#[must_use]
pub fn account_in(path: &str) -> Option<Cow<'_, str>> {
    // Nothing is looked for where no such number can stand.
    if path.bytes().filter(u8::is_ascii_digit).count() < 12 {
        return None;
    }
    let bytes = path.as_bytes();
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let mut end = bytes.len();
    while end > 0 {
        if !is_digit(end.checked_sub(1)) || is_digit(Some(end)) {
            end -= 1;
            continue;
        }
        for length in [12, 14] {
            let Some(start) = end.checked_sub(length) else {
                continue;
            };
            if is_digit(start.checked_sub(1)) {
                continue;
            }
            let Some(text) = path.get(start..end) else {
                continue;
            };
            match (length, account_id(text)) {
                (12, Some(_)) => return Some(Cow::Borrowed(text)),
                (14, Some(account)) => return Some(Cow::Owned(account)),
                _ => {}
            }
        }
        end -= 1;
    }
    None
}

/// `202512210057`: a stamp of a year from 1990, a month, a day and a time.
fn is_minute(digits: &str) -> bool {
    let within = |range: std::ops::Range<usize>, bounds: std::ops::RangeInclusive<u32>| {
        let part = digits.get(range).and_then(|part| part.parse().ok());
        part.is_some_and(|part| bounds.contains(&part))
    };
    within(0..4, 1990..=2099)
        && within(4..6, 1..=12)
        && within(6..8, 1..=31)
        && within(8..10, 0..=23)
        && within(10..12, 0..=59)
}

/// The last region that a path names, in lower case as AWS spells it.
#[must_use]
pub fn region_in(path: &str) -> Option<String> {
    path.rsplit(['/', '!']).find_map(region_in_segment)
}

/// Whether a text is a region's name and nothing else, in whichever case and with
/// whichever signs between its words.
#[must_use]
pub fn is_region_alone(text: &str) -> bool {
    let mut words = text.split(['-', '_', '.', ' ']);
    if !words.next().is_some_and(|area| is_among(&AREAS, area)) {
        return false;
    }
    let mut side = words.next().unwrap_or_default();
    if is_part_of_a_country(side) {
        side = words.next().unwrap_or_default();
    }
    let number = words.next().unwrap_or_default();
    is_among(&SIDES, side)
        && matches!(number.as_bytes(), [digit] if digit.is_ascii_digit())
        && words.next().is_none()
}

fn region_in_segment(segment: &str) -> Option<String> {
    // Every region is numbered; most names of files aren't.
    if segment.len() < "us-east-1".len() || !segment.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut words = segment.rsplit(['-', '_', '.', ' ', '=']);
    loop {
        let number = words.next()?;
        if !matches!(number.as_bytes(), [digit] if digit.is_ascii_digit()) {
            continue;
        }
        let mut before = words.clone();
        let side = before.next()?;
        let middle = before.next()?;
        if !is_among(&SIDES, side) {
            continue;
        }
        if is_among(&AREAS, middle) {
            return Some(spelt(&[middle, side, number]));
        }
        let area = before.next().unwrap_or_default();
        if is_part_of_a_country(middle) && is_among(&AREAS, area) {
            return Some(spelt(&[area, middle, side, number]));
        }
    }
}

fn is_among(known: &[&str], word: &str) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a word stands between area and side: `us-gov-west-1`, `us-isob-east-1`.
fn is_part_of_a_country(word: &str) -> bool {
    let iso = word.get(..3);
    word.eq_ignore_ascii_case("gov") || iso.is_some_and(|iso| iso.eq_ignore_ascii_case("iso"))
}

/// A region as AWS spells it.
fn spelt(words: &[&str]) -> String {
    words.join("-").to_ascii_lowercase()
}

/// First words of region names (AWS General Reference, Regions).
const AREAS: [&str; 10] = ["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx", "cn"];

/// Second words of region names.
const SIDES: [&str; 9] = [
    "north",
    "south",
    "east",
    "west",
    "central",
    "northeast",
    "southeast",
    "northwest",
    "southwest",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_of_any_partition_is_read_and_others_are_not() {
        let arn =
            trail_arn("arn:aws-us-gov:cloudtrail:us-gov-west-1:111122223333:trail/main/x").unwrap();
        assert_eq!(
            (arn.region, arn.account, arn.name),
            ("us-gov-west-1", "111122223333", "main/x")
        );
        assert_eq!(
            trail_arn("arn:aws:cloudtrail:us-west-2:111122223333:trail")
                .unwrap()
                .name,
            ""
        );
        assert_eq!(
            trail_arn("arn:aws:logs:us-west-2:111122223333:log-group:x"),
            None
        );
    }

    #[test]
    fn what_aws_gave_no_trail_is_told_from_what_was_masked() {
        for arn in [
            "arn:aws:cloudtrail:us-west-2:111122223333:trail/main",
            "arn:aws-iso-b:cloudtrail:us-isob-east-1:XXXXXXXXXXXX:trail/main",
            "arn:aws:cloudtrail:nz-north-1:<account>:trail",
        ] {
            assert_eq!(flaw(arn), None, "{arn}");
        }
        for arn in [
            "arn:aws:s3:us-west-2:111122223333:trail/main",
            "arn:aws:cloudtrail:us-west-2:111122223333:trial/main",
            "arn:aws:cloudtrail:us-west-2:111122223333:trailer/main",
            "arn:aws:cloudtrail:us-west-2:111122223333:main",
            "arn:aws:cloudtrail:us-west-2:trail/main",
            "arn:awS:cloudtrail:us-west-2:111122223333:trail/main",
            "arn:aws:cloudtrail:us-west:111122223333:trail/main",
            "arn:aws:cloudtrail::111122223333:trail/main",
            "arn:aws:cloudtrail:us-west-2::trail/main",
        ] {
            assert!(flaw(arn).is_some(), "{arn}");
        }
    }

    #[test]
    fn a_path_names_an_account_by_twelve_digits_that_are_no_date() {
        assert_eq!(
            account_in("aws-audit-111122223333-x/20251221005730/a.json"),
            Some("111122223333".into())
        );
        assert_eq!(account_in("202512210057/a.json"), None);
        assert_eq!(account_in("1111222233334/a.json"), None);
        assert_eq!(
            account_in("a/1111-2222-3333/x"),
            Some("111122223333".into())
        );
        assert_eq!(account_in("a/11111-2222-3333/x"), None);
        assert_eq!(
            account_in("111122223333_us-east-1"),
            Some("111122223333".into())
        );
    }

    #[test]
    fn a_path_names_a_region_wherever_it_stands() {
        assert_eq!(
            region_in("a/us-east-1/describe-trails.json").as_deref(),
            Some("us-east-1")
        );
        assert_eq!(
            region_in("cloudtrail_DescribeTrails_ap-southeast-2_None.json").as_deref(),
            Some("ap-southeast-2")
        );
        assert_eq!(
            region_in("aws-audit-1-US-Gov-West-1-x/t.json").as_deref(),
            Some("us-gov-west-1")
        );
        assert_eq!(
            region_in("status_arn_aws_cloudtrail_us_east_1_x.json").as_deref(),
            Some("us-east-1")
        );
        assert_eq!(region_in("trail-1.json"), None);
    }

    #[test]
    fn a_region_alone_has_nothing_beside_it() {
        for text in [
            "us-east-1",
            "US_Gov.West 1",
            "us-isob-east-1",
            "ap-southeast-2",
        ] {
            assert!(is_region_alone(text), "{text}");
            assert_eq!(region_in(text).map(|region| region.len()), Some(text.len()));
        }
        for text in [
            "",
            "us",
            "us-east",
            "us-east-12",
            "x-us-east-1",
            "us-east-1-x",
            "us--east-1",
            "us-gov-1",
            "us-gov-gov-west-1",
            "xx-east-1",
            "us-east-x",
            "us-eu-west-1",
        ] {
            assert!(!is_region_alone(text), "{text}");
            let whole = region_in(text).filter(|region| region.len() == text.len());
            assert_eq!(whole, None, "{text}");
        }
    }
}
