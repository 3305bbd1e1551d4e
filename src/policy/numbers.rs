//! Numbers as they are spelled, and which of them keep their digits.
//!
//! OPA keeps a number as it is spelled; here it is a whole one of 64 bits or a
//! binary fraction of 53. What that doesn't hold would become its neighbour in
//! silence, so it is refused: in policies, in their data and in parameters.

use std::ops::Range;

use saphyr::Scalar;
use saphyr_parser::{Event, Parser, ScalarStyle};

use super::problem::{PolicyProblem, SourceFile};
use super::yaml::alike::is_read_alike;

/// The code of a number whose digits would be lost.
pub(crate) const CODE: &str = "number-digits";

/// What to do about it.
pub(crate) const HELP: &str = "a whole number has at most 64 bits, a fraction 17 digits; write it as a text where it is a name";

/// How many digits of it are shown.
const SHOWN: usize = 60;

/// How many numbers of one file are told.
const TOLD: usize = 20;

/// So many digits of a fraction come back as they were.
const DIGITS: usize = 17;

/// What is wrong with it.
pub(crate) fn complaint(spelled: &str) -> String {
    let mut shown: String = spelled.chars().take(SHOWN).collect();
    if shown.len() < spelled.len() {
        shown.push('…');
    }
    format!("`{shown}` has more digits than are calculated with here")
}

/// Whether a number has all the digits here that it is spelled with.
pub(crate) fn is_held(spelled: &str) -> bool {
    let plain = spelled.trim_start_matches(['-', '+']);
    if plain.bytes().all(|digit| digit.is_ascii_digit()) {
        return spelled.parse::<i64>().is_ok() || spelled.parse::<u64>().is_ok();
    }
    let Ok(value) = plain.parse::<f64>() else {
        return false;
    };
    if value.is_infinite() {
        return false;
    }
    let digits = significant(plain);
    if value.fract() != 0.0 {
        return digits.len() <= DIGITS;
    }
    // A fraction below all that there is becomes nought, and a whole number may
    // become the next one.
    let whole = format!("{value:.0}");
    value <= u64::MAX as f64
        && digits.trim_end_matches('0') == significant(&whole).trim_end_matches('0')
}

/// The digits that a number is spelled with, from the first that isn't nought.
fn significant(spelled: &str) -> String {
    let digits = spelled.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

/// The first number of a JSON text that isn't held.
pub(crate) fn lost(json: &str) -> Option<&str> {
    let mut numbers = in_json(json).filter_map(|at| json.get(at));
    numbers.find(|spelled| !is_held(spelled))
}

/// Complains of what in a data file OPA would read otherwise: numbers that aren't held,
/// and scalars of YAML.
pub(super) fn hold(file: &SourceFile, is_json: bool) -> Vec<PolicyProblem> {
    if !is_json {
        return in_yaml(file);
    }
    let is_lost = |at: &Range<usize>| file.text.get(at.clone()).is_some_and(|text| !is_held(text));
    let lost = in_json(&file.text).filter(is_lost).take(TOLD);
    lost.map(|at| problem(file, at)).collect()
}

/// A complaint about the number that stands there.
pub(super) fn problem(file: &SourceFile, at: Range<usize>) -> PolicyProblem {
    let spelled = file.text.get(at.clone()).unwrap_or_default();
    let message = complaint(spelled);
    PolicyProblem::new(CODE, file, at, message, "this number").with_help(HELP)
}

/// Where the numbers of a JSON text stand.
fn in_json(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut bytes = text.bytes().enumerate().peekable();
    std::iter::from_fn(move || {
        loop {
            match bytes.next()? {
                (_, b'"') => {
                    while let Some((_, byte)) = bytes.next() {
                        match byte {
                            b'"' => break,
                            b'\\' => {
                                bytes.next();
                            }
                            _ => {}
                        }
                    }
                }
                (start, b'-' | b'0'..=b'9') => {
                    let is_more = |(_, byte): &(usize, u8)| {
                        matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')
                    };
                    let mut end = start.saturating_add(1);
                    while let Some((at, _)) = bytes.next_if(is_more) {
                        end = at.saturating_add(1);
                    }
                    return Some(start..end);
                }
                _ => {}
            }
        }
    })
}

/// What is wrong with the scalars in the first document of YAML, those of its keys
/// included.
fn in_yaml(file: &SourceFile) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    let events = Parser::new_from_str(&file.text).map_while(Result::ok);
    for (event, span) in events.take_while(|(event, _)| *event != Event::DocumentEnd) {
        let Event::Scalar(spelled, style, _, tag) = event else {
            continue;
        };
        let place =
            |mark: &saphyr_parser::Marker| file.offset(mark.line(), mark.col().saturating_add(1));
        let at = place(&span.start)..place(&span.end);
        let is_lost = !is_held(&spelled);
        let is_open = style == ScalarStyle::Plain && tag.is_none();
        if is_open && !is_read_alike(&spelled) {
            problems.push(read_otherwise(file, at, &spelled));
        } else if is_lost
            && let read = Scalar::parse_from_cow_and_metadata(spelled, style, tag.as_ref())
            && matches!(read, Some(Scalar::FloatingPoint(value)) if value.is_finite())
        {
            problems.push(problem(file, at));
        }
        if problems.len() == TOLD {
            break;
        }
    }
    problems
}

fn read_otherwise(file: &SourceFile, at: Range<usize>, spelled: &str) -> PolicyProblem {
    let message = format!("OPA reads `{spelled}` otherwise: by an older standard of YAML");
    let problem = PolicyProblem::new("yaml-scalar", file, at, message, "without quotes");
    problem.with_help("put it in quotes where it is a text, or write it as JSON does: `true`, `15`")
}

#[cfg(test)]
mod tests {
    use super::{complaint, in_json, is_held, lost};

    #[test]
    fn what_comes_back_as_it_was_is_held() {
        for held in [
            "0",
            "-0",
            "0.0",
            "7",
            "-9223372036854775808",
            "18446744073709551615",
            "0.1",
            "1.50",
            "1e3",
            "1E+3",
            "1e-3",
            "1e18",
            "9007199254740992.0",
            "0.12345678901234567",
            "-2.5",
        ] {
            assert!(is_held(held), "{held}");
        }
        for lost in [
            "18446744073709551616",
            "-9223372036854775809",
            "12345678901234567890123",
            "0.12345678901234567890",
            "1e20",
            "9007199254740993.0",
            "1e-400",
            "1e400",
            "1234567890123456789.5",
        ] {
            assert!(!is_held(lost), "{lost}");
        }
    }

    #[test]
    fn numbers_of_json_are_found_outside_of_texts() {
        let text = r#"{"1": ["a\"2", -3, 4.5e+6,7], "\\": 8, "é": 9}"#;
        let found: Vec<&str> = in_json(text).filter_map(|at| text.get(at)).collect();
        assert_eq!(found, ["-3", "4.5e+6", "7", "8", "9"]);
        assert_eq!(lost("[1, \"1e400\", 1e20]"), Some("1e20"));
    }

    #[test]
    fn a_long_number_is_told_short() {
        assert!(complaint(&"1".repeat(1 << 20)).len() < 200);
    }
}
