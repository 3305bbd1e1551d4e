//! How much YAML is taken: what reads it goes down into it by one call for each
//! level, and writes out what an alias repeats.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser};

use crate::source::input::MOST_NESTING;

/// How many values a text may have, each alias counted as all that it repeats.
const MOST_VALUES: u64 = 2 << 20;

/// What there is too much of, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::policy) struct Excess {
    /// One-based.
    pub(in crate::policy) line: usize,
    /// One-based, in characters.
    pub(in crate::policy) column: usize,
    pub(in crate::policy) why: String,
}

impl From<Excess> for String {
    fn from(excess: Excess) -> Self {
        format!(
            "{} at line {} column {}",
            excess.why, excess.line, excess.column
        )
    }
}

/// Refuses a text that nests too deep or unfolds to too much. What is no YAML is
/// not refused here.
pub(super) fn hold(text: &str) -> Result<(), Excess> {
    // The anchor of each open list and map, and how many values came before it.
    let mut open: Vec<(usize, u64)> = Vec::new();
    let mut sizes: HashMap<usize, u64> = HashMap::new();
    let mut values = 0_u64;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            // Lists in brackets, which are looked into before they are told.
            Err(error) if error.info().contains("recursion limit") => {
                return Err(too_deep(error.marker()));
            }
            Err(_) => return Ok(()),
        };
        match event {
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                open.push((anchor, values));
                values = values.saturating_add(1);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (anchor, before) = open.pop().unwrap_or_default();
                sizes.insert(anchor, values.saturating_sub(before));
            }
            Event::Scalar(_, _, anchor, _) => {
                values = values.saturating_add(1);
                sizes.insert(anchor, 1);
            }
            Event::Alias(anchor) => {
                let size = sizes.get(&anchor).copied().unwrap_or(1);
                values = values.saturating_add(size);
            }
            _ => {}
        }
        if open.len() > MOST_NESTING {
            return Err(too_deep(&span.start));
        }
        if values > MOST_VALUES {
            return Err(at(
                &span.start,
                format!(
                    "it holds more than {MOST_VALUES} values, those that aliases repeat included"
                ),
            ));
        }
    }
    Ok(())
}

fn too_deep(mark: &Marker) -> Excess {
    at(
        mark,
        format!("more than {MOST_NESTING} lists and maps lie in each other"),
    )
}

fn at(mark: &Marker, why: String) -> Excess {
    Excess {
        line: mark.line(),
        column: mark.col().saturating_add(1),
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_VALUES, hold};
    use crate::policy::yaml::to_json;

    #[test]
    fn what_nests_too_deep_is_refused_at_its_place() {
        let flow = |levels: usize| format!("a: {}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(to_json(&flow(126)).unwrap().is_some());
        let told = to_json(&flow(50_000)).unwrap_err();
        assert_eq!(told.why, "more than 127 lists and maps lie in each other");
        assert_eq!((told.line, told.column), (1, 259));
        let few = to_json(&flow(140)).unwrap_err();
        assert_eq!((few.line, few.column), (1, 130));
        let block = "- ".repeat(20_000) + "x";
        let maps: String = (0..5000).map(|level| " ".repeat(level) + "a:\n").collect();
        for text in [block, maps, "{a: ".repeat(5000), "? ".repeat(5000)] {
            assert!(hold(&text).is_err(), "{}", &text[..20]);
        }
    }

    #[test]
    fn what_aliases_unfold_is_counted() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let before = format!("*a{}", level - 1);
            let items = [before.as_str(); 8].join(", ");
            text += &format!("a{level}: &a{level} [{items}]\n");
        }
        let told = to_json(&text).unwrap_err();
        assert!(
            told.why
                .contains(&format!("more than {MOST_VALUES} values")),
            "{told:?}"
        );
        let few = "a: &a {b: 1}\nc: *a\n";
        assert_eq!(to_json(few).unwrap().unwrap()["c"]["b"], 1);
    }

    #[test]
    fn a_whole_number_of_64_bits_is_one() {
        let most = to_json("é: [x, 18446744073709551615]\n18446744073709551614: k\n")
            .unwrap()
            .unwrap();
        assert_eq!(most["é"][1], u64::MAX);
        assert_eq!(most["18446744073709551614"], "k");
    }
}
