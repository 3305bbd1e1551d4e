//! What a file's name, or a key, says of the trail that a status is of.
//!
//! Collectors put a trail's name behind or before the words of the call. What
//! may be a name is gathered here; whether a trail has it is not known here.

use std::borrow::Cow;

use crate::cloudtrail::arn;

/// Whether a rest of a file's name can be a trail's name and not a number, a
/// date or a region: at least three letters or digits, one a letter, and the
/// characters that AWS allows in a trail's name.
pub(super) fn speaks(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphabetic).count();
    (3..=128).contains(&name.len())
        && letters >= 3
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && arn::region_in(name).is_none()
        && crate::time::path_stamp(name).is_none()
}

/// Whether a rest of a file's name counts to two or further: where statuses
/// are numbered, that is not the only one.
pub(super) fn is_later(name: &str) -> bool {
    name.len() <= 2 && name.parse::<u8>().is_ok_and(|number| number > 1)
}

/// A segment without the ending that collectors give.
pub(super) fn stem(segment: &str) -> &str {
    [".json", ".jsonl", ".txt", ".out", ".log", ".js", ".gz"]
        .iter()
        .find_map(|end| segment.strip_suffix(end))
        .unwrap_or(segment)
}

/// The names that a status file's name may hold, the likeliest first.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// What stands behind the first `status`.
    pub(super) behind: Option<String>,
    /// All that a trail's name is compared with.
    pub(super) all: Vec<String>,
}

/// The words of a call's name that collectors put around a trail's.
const CALL_WORDS: [&str; 4] = ["cloudtrail", "trail", "get", "logging"];

/// Reads the names that a status file's name may hold: what stands behind
/// `status`, what stands before it, and all of it. Trails' names contain `-`,
/// `_` and `.`, so nothing is split at those; each is compared whole.
pub(super) fn names_in(file: &str) -> Names {
    let segment = percent_decoded(file.rsplit(['/', '!']).next().unwrap_or(file));
    let stem = stem(&segment);
    let lower = stem.to_ascii_lowercase();
    let separators = ['-', '_', '.', ' '];
    let mut names = Names::default();
    if let Some(at) = lower.find("status") {
        let behind = stem
            .get(at + "status".len()..)
            .unwrap_or_default()
            .trim_start_matches(separators);
        if !behind.is_empty() {
            names.behind = Some(behind.to_owned());
            names.all.push(behind.to_owned());
        }
    }
    if let Some(at) = lower.rfind("status") {
        // `NAME-get-trail-status`: the words of the call come off one by one.
        let mut before = stem
            .get(..at)
            .unwrap_or_default()
            .trim_end_matches(separators);
        for _ in 0..=CALL_WORDS.len() {
            if before.is_empty() {
                break;
            }
            names.all.push(before.to_owned());
            let lower = before.to_ascii_lowercase();
            let call = CALL_WORDS.iter().find_map(|word| lower.strip_suffix(word));
            let Some(rest) = call.filter(|rest| rest.ends_with(separators)) else {
                break;
            };
            before = before
                .get(..rest.len())
                .unwrap_or_default()
                .trim_end_matches(separators);
        }
    }
    if !stem.is_empty() {
        names.all.push(stem.to_owned());
    }
    names
}

/// A segment with `%XX` decoded (RFC 3986); as it is where that gives no UTF-8.
pub(super) fn percent_decoded(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
        match (first, hex(tail.first()), hex(tail.get(1))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(segment), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_files_name_holds_the_trails_name_whole() {
        for (file, name) in [
            ("get-trail-status-stale-cwl.json", "stale-cwl"),
            ("cloudtrail-status-main_trail.v2.json", "main_trail.v2"),
            ("03_get_trail_status_main.json", "main"),
            ("CloudTrail_Status_main.json", "main"),
            ("20251221T005730Z-01-cloudtrail-status-main.json", "main"),
            ("get-trail-status/main.json", "main"),
            ("get-trail-status-status-trail.json", "status-trail"),
            ("main-get-trail-status.json", "main"),
            ("get-trail-status-a%2Fb.json", "a/b"),
        ] {
            assert!(
                names_in(file).all.iter().any(|found| found == name),
                "{file}: {:?}",
                names_in(file)
            );
        }
        for file in [
            "cloudtrail-status-my-main.json",
            "get-trail-status-status-main.json",
            "main-x-status.json",
        ] {
            assert!(
                !names_in(file).all.iter().any(|found| found == "main"),
                "{file}"
            );
        }
        assert_eq!(names_in("get-trail-status.json").behind, None);
    }

    #[test]
    fn a_number_or_a_date_is_no_name() {
        assert!(speaks("main-trail"));
        assert!(is_later("2") && !is_later("1") && !is_later("2026"));
        assert!(!speaks("1") && !speaks("2025-12-21") && !speaks("us-east-1"));
    }
}
