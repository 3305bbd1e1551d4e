//! Trails that a table in a text names: CSV, Markdown, columns that a person made.
//!
//! What such a table says of a trail isn't read. That somebody knew of the trail
//! is heard: one that no answer here lists wasn't collected.

use std::ops::Range;

use crate::cloudtrail::arn;
use crate::cloudtrail::keys::{self, NAME, Spelt};
use crate::recognise::{places, prose};

/// Heads, folded, of a column of trails' names.
const HEADS: [&str; 5] = ["trail", "trails", "trailname", "trailarn", "cloudtrailname"];

/// What stands in a cell for no name, in lower case.
const NOTHING: [&str; 7] = ["none", "total", "n/a", "null", "yes", "no", "unknown"];

/// The most trails that are heard from one table.
const MOST: usize = 1000;

/// The trails that the tables of a text name, and where.
pub(crate) fn trails(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    // The delimiter, how many cells a row has, and which of them names a trail.
    let mut table: Option<(char, usize, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim();
        if line.is_empty() || found.len() >= MOST {
            table = None;
            continue;
        }
        let Some((delimiter, many, column)) = table else {
            table = head(line);
            continue;
        };
        let all: Vec<&str> = cells(line, delimiter).collect();
        let Some(cell) = all.get(column).filter(|_| all.len() == many) else {
            table = head(line);
            continue;
        };
        if is_name(cell) {
            found.push((*cell, start..at));
        }
    }
    found
}

/// What a line says of the rows below it, if it is the head of a table of trails.
fn head(line: &str) -> Option<(char, usize, usize)> {
    let delimiter = ['|', ';', '\t', ',']
        .into_iter()
        .find(|one| line.contains(*one))?;
    let heads: Vec<&str> = cells(line, delimiter).collect();
    let is_named = |head: &str| HEADS.iter().any(|known| keys::folds_to(head, known));
    let is_of_trail = |head: &&str| Spelt::of(head).trail().is_some_and(|key| key != NAME);
    let by_name = || {
        let others = heads.iter().filter(|head| is_of_trail(head)).count();
        let name = heads
            .iter()
            .position(|head| Spelt::of(head).trail() == Some(NAME));
        name.filter(|_| others > 0)
    };
    let column = heads
        .iter()
        .position(|head| is_named(head))
        .or_else(by_name)?;
    (heads.len() > 1).then_some((delimiter, heads.len(), column))
}

/// The cells of a row, without what Markdown and CSV put around them.
fn cells(line: &str, delimiter: char) -> impl Iterator<Item = &str> {
    let line = match delimiter {
        '|' => line.trim_start_matches('|').trim_end_matches('|'),
        _ => line,
    };
    let cells = line.split(delimiter);
    cells.map(|cell| cell.trim_matches(|c: char| c.is_whitespace() || "\"'`*".contains(c)))
}

fn is_name(cell: &str) -> bool {
    let lower = cell.to_ascii_lowercase();
    let is_word = places::may_be_name(cell) && cell.chars().any(char::is_alphanumeric);
    arn::trail_arn(cell).is_some()
        || (is_word && !NOTHING.contains(&&*lower) && !prose::is_prose(cell))
}

#[cfg(test)]
mod tests {
    use super::trails;

    #[test]
    fn the_names_in_a_column_of_trails_are_heard() {
        for (text, names) in [
            (
                "| Trail | Region |\n|---|---|\n| other | us-east-1 |\n| `pay` | none |\n",
                vec!["other", "pay"],
            ),
            (
                "Name,HomeRegion,LogGroup\nother,us-east-1,\n",
                vec!["other"],
            ),
            ("trail;region;loggroup\nother;us-east-1;\n", vec!["other"]),
            ("Trail Name\tState\nother\ton\nnone\t-\n", vec!["other"]),
            (
                "# Report\n\nText, with commas.\n\n| # | Trail |\n|--|--|\n| 1 | main |\n\nmore, text\n",
                vec!["main"],
            ),
            (
                "| Account | CloudTrail |\n|---|---|\n| 111122223333 | enabled |\n",
                vec![],
            ),
            ("Name,Owner\nother,me\n", vec![]),
            ("The trail main, and others.\nAnd more, too.\n", vec![]),
        ] {
            let found: Vec<&str> = trails(text).into_iter().map(|(name, _)| name).collect();
            assert_eq!(found, names, "{text}");
        }
    }
}
