//! Failures that a person tells in a sentence, in whichever language.

use super::{CallError, read_unknown};
use crate::cloudtrail::arn;
use crate::recognise::facts::{Call, Named, Origin};
use crate::recognise::vocabulary;

/// Words of prose, in the languages of those who collect, that tell of a failure.
const TOLD: [&str; 28] = [
    "could not",
    "couldn't",
    "denegado",
    "denied",
    "erreur",
    "error",
    "failed",
    "failure",
    "fehler",
    "forbidden",
    "negado",
    "no access",
    "no permission",
    "not available",
    "not collected",
    "not reachable",
    "not run",
    "refus\u{e9}",
    "skipped",
    "skipping",
    "timed out",
    "unauthorized",
    "unavailable",
    "unreachable",
    "verweigert",
    "\u{2717}",
    "\u{2718}",
    "\u{274c}",
];

/// Words that say of trails that some aren't shown, or of one that it lacks
/// something.
const LEFT_OUT: [&str; 22] = [
    "another trail",
    "ausgelassen",
    "excluded",
    "filtered",
    "further trail",
    "gek\u{fc}rzt",
    "leaves out",
    "left out",
    "more trail",
    "no cloudwatch",
    "no log group",
    "no status",
    "not listed",
    "not shown",
    "omitted",
    "other trail",
    "removed",
    "shortened",
    "truncated",
    "weitere trail",
    "without a log group",
    "without cloudwatch",
];

/// How a sentence says that nothing failed.
const NONE: [&str; 6] = [
    "0 error",
    "0 failed",
    "0 skipped",
    "no error",
    "no failure",
    "without error",
];

fn has(sentence: &str, known: &[&str]) -> bool {
    let end = sentence.floor_char_boundary(1024);
    let mut lower = sentence.get(..end).unwrap_or(sentence).to_lowercase();
    for none in NONE {
        lower = lower.replace(none, "");
    }
    known.iter().any(|word| lower.contains(word))
}

/// Whether a sentence tells of a failure.
pub(crate) fn is_told(sentence: &str) -> bool {
    has(sentence, &TOLD) || ended_badly(sentence)
}

/// Words before the number that a program ended with.
const ENDED: [&str; 7] = [
    "code",
    "exit",
    "exitcode",
    "exited",
    "rc",
    "retcode",
    "returncode",
];

/// The codes that the AWS CLI ends with where a call failed (its "return codes").
const OF_CLI: std::ops::RangeInclusive<u16> = 252..=255;

/// Whether a sentence says that a program ended with another number than 0:
/// `rc=255`, `exit code 1`, `-> 254`.
fn ended_badly(sentence: &str) -> bool {
    let end = sentence.floor_char_boundary(1024);
    let sentence = sentence.get(..end).unwrap_or(sentence).to_lowercase();
    let is_end = |c: char| c.is_whitespace() || "=:,;()[]".contains(c);
    let words = sentence.split(is_end).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    words.windows(2).enumerate().any(|(at, two)| match two {
        [of, number] => {
            // `returned 2 trails` is no code.
            let is_last = at + 2 == words.len();
            let is_end = ENDED.contains(of) || (is_last && matches!(*of, "ended" | "returned"));
            let is_arrow = is_last && matches!(*of, "->" | "=>" | "\u{2192}");
            number.parse::<u16>().is_ok_and(|code| {
                // `code 200` is HTTP's.
                let is_bad = (1..=255).contains(&code) && !(200..=226).contains(&code);
                (is_end && is_bad) || (is_arrow && OF_CLI.contains(&code))
            })
        }
        _ => false,
    })
}

/// The failure that a sentence of prose tells, if it names what was asked or
/// where.
pub(crate) fn of_sentence(sentence: &str) -> Option<CallError> {
    let names_place = || arn::account_in(sentence).is_some() || arn::region_in(sentence).is_some();
    if !vocabulary::says_trails(sentence) && !names_place() {
        return None;
    }
    let told = || is_told(sentence).then(|| said(sentence));
    read_unknown(sentence).or_else(told)
}

/// What a sentence among answers says of trails that aren't in them.
pub(crate) fn of_left_out(sentence: &str) -> Option<CallError> {
    let is_some_of_all = || {
        let words: Vec<&str> = sentence.split_whitespace().collect();
        words.windows(3).any(|three| match three {
            [some, "of" | "von" | "de" | "sur", all] => {
                let numbers = some.parse::<u32>().ok().zip(all.parse::<u32>().ok());
                numbers.is_some_and(|(some, all)| some < all)
            }
            _ => false,
        })
    };
    let is_left_out =
        vocabulary::says_trails(sentence) && (has(sentence, &LEFT_OUT) || is_some_of_all());
    is_left_out.then(|| CallError {
        call: Some(Call::DescribeTrails),
        ..said(sentence)
    })
}

fn said(sentence: &str) -> CallError {
    CallError {
        call: None,
        operation: None,
        error: None,
        message: sentence.trim().chars().take(120).collect(),
        named: Named::No,
        origin: Origin {
            account: arn::account_in(sentence).map(Into::into),
            region: arn::region_in(sentence).map(Into::into),
        },
        hides_trails: Some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::{of_left_out, of_sentence};

    #[test]
    fn a_sentence_tells_of_a_failure_where_it_names_a_place_or_trails() {
        for sentence in [
            "skipping eu-west-1 (no permission)",
            "Acceso denegado al describir los trails",
            "Erreur : acc\u{e8}s refus\u{e9} pour eu-west-1",
            "| dev | eu-west-1 | denied |",
            "get-trail-status second exit=255",
            "describe-trails eu-west-1 rc=255",
            "describe-trails -> 254",
            "describe-trails: exit code 1",
            "eu-west-1 \u{2717}",
        ] {
            assert!(of_sentence(sentence).is_some(), "{sentence}");
        }
        for sentence in [
            "eu-west-1: no errors",
            "eu-west-1 done",
            "trails: main",
            "describe-trails rc=0 (exit code 0)",
            "eu-west-1 -> 3 trails",
            "us-east-1 -> 2",
            "2 trails in us-east-1 (code 200)",
            "describe-trails in us-east-1 returned 2 trails",
        ] {
            assert!(of_sentence(sentence).is_none(), "{sentence}");
        }
    }

    #[test]
    fn a_sentence_says_that_trails_are_left_out() {
        for sentence in [
            "-- two more trails, both without a log group --",
            "# only 2 of 5 trails",
            "[... gek\u{fc}rzt, zwei weitere Trails ...]",
        ] {
            assert!(of_left_out(sentence).is_some(), "{sentence}");
        }
        for sentence in [
            "2 of 2 trails",
            "All trails of the account:",
            "1 of 3 files",
        ] {
            assert!(of_left_out(sentence).is_none(), "{sentence}");
        }
    }
}
