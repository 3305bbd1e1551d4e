//! Rows under a line of keys, with commas or tabs between: what Steampipe and
//! spreadsheets export.
//!
//! One object a row, under the keys of the first line. An empty cell under a key
//! of AWS's was asked for and holds nothing: it is a null. Under any other key it
//! is left out. Rows are of trails where a cell is the ARN of one, where the keys
//! are all that AWS returns of one, or where they are a status's: a name and a
//! region alone may be anything's.

use std::ops::Range;

use super::value::{Value, is_number, quoted};
use super::{Block, Room};
use crate::cloudtrail::keys::Spelt;
use crate::cloudtrail::{arn, whole};

/// Reads a text that is such a table from its first line to its last.
pub(super) fn read(text: &str, room: &Room) -> Option<Block> {
    let head = head(text);
    let rows = text.get(head.unwrap_or_default()..)?;
    let first = rows.lines().find(|line| !line.trim().is_empty())?;
    let delimiter = [b',', b'\t', b';', b'|']
        .into_iter()
        .max_by_key(|one| memchr::memchr_iter(*one, first.as_bytes()).count())?;
    let mut reader = Rows {
        text,
        delimiter,
        at: head.unwrap_or_default(),
    };
    let headers = reader.next()?;
    let names: Vec<String> = headers
        .iter()
        .map(|cell| cell.value.trim().to_owned())
        .collect();
    // Two keys of trails or of statuses, one of which is no everyday word.
    let known = names
        .iter()
        .filter(|name| Spelt::of(name) != Spelt::Neither);
    let telling = |name: &String| {
        Spelt::of(name) != Spelt::Neither
            && !matches!(name.to_lowercase().as_str(), "name" | "arn" | "logging")
    };
    let is_key = |name: &String| {
        !name.is_empty() && name.len() <= 64 && !name.contains(['{', '}', '"', '\n'])
    };
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if known.count() < 2
        || !names.iter().any(telling)
        || !names.iter().all(is_key)
        || sorted.len() != names.len()
    {
        return None;
    }
    let start = match head {
        Some(_) => 0,
        None => headers.first()?.range.start,
    };
    let mut values = Vec::new();
    let mut shows_trail = false;
    let mut end = headers.last()?.range.end;
    for row in reader {
        if row.len() != names.len() {
            // Cut short, or not what the first line says.
            return None;
        }
        end = row.last()?.range.end;
        names.iter().try_for_each(|name| room.member(name))?;
        shows_trail |= row
            .iter()
            .any(|cell| arn::looks_like_trail(cell.value.trim()));
        let begin = row.first()?.range.start;
        let members = names.iter().zip(&row).filter(|(name, cell)| {
            !is_nothing(&cell.value) || !matches!(Spelt::of(name), Spelt::Neither)
        });
        let members = members.map(|(name, cell)| {
            let text = match is_nothing(&cell.value) {
                true => "null".to_owned(),
                false => typed(name, &cell.value),
            };
            let value = Value::scalar(text, cell.range.clone());
            (name.clone(), value)
        });
        values.push(Value::object(members.collect(), begin));
    }
    let of_status = names
        .iter()
        .any(|name| matches!(Spelt::of(name), Spelt::Status(_)) && telling(name));
    let of_trail = whole::has_all(&whole::TRAIL, |key| {
        names
            .iter()
            .any(|name| Spelt::of(name).trail() == Some(key))
    });
    (!values.is_empty() && (of_status || of_trail || shows_trail)).then_some(Block {
        range: start..end,
        above: Vec::new(),
        values,
    })
}

/// How long a first line is that is for the program which reads the rows, and says
/// nothing of them: Excel's `sep=;`, and `#TYPE System.Object` of PowerShell.
fn head(text: &str) -> Option<usize> {
    let line = text.lines().next()?;
    let sign = line.strip_prefix("sep=").map(str::trim_end);
    let is_head = sign.is_some_and(|sign| sign.chars().count() <= 1) || line.starts_with("#TYPE ");
    is_head.then(|| text.find('\n').map_or(text.len(), |end| end + 1))
}

/// How exports spell that there is nothing. `N/A` and `-` may as well say that it
/// isn't known.
fn is_nothing(cell: &str) -> bool {
    matches!(
        cell.trim(),
        "" | "<null>" | "null" | "NULL" | "None" | "nil"
    )
}

fn typed(name: &str, cell: &str) -> String {
    let is_text = !matches!(Spelt::of(name), Spelt::Status(_))
        && !name.to_lowercase().starts_with("is_")
        && !name.starts_with("Is")
        && !name.to_lowercase().contains("enabled")
        && !name.to_lowercase().starts_with("has")
        && !name.to_lowercase().starts_with("include");
    match cell.trim() {
        "true" | "True" | "TRUE" if !is_text => "true".to_owned(),
        "false" | "False" | "FALSE" if !is_text => "false".to_owned(),
        number if !is_text && is_number(number) => number.to_owned(),
        // A cell of Steampipe's may hold JSON.
        json if json.starts_with(['{', '['])
            && serde_json::from_str::<serde::de::IgnoredAny>(json).is_ok() =>
        {
            json.to_owned()
        }
        text => quoted(text),
    }
}

struct Cell {
    value: String,
    range: Range<usize>,
}

/// No table of trails has more columns.
const MOST_CELLS: usize = 1024;

/// The rows of a text (RFC 4180), blank lines left out.
struct Rows<'t> {
    text: &'t str,
    delimiter: u8,
    at: usize,
}

impl Iterator for Rows<'_> {
    type Item = Vec<Cell>;

    fn next(&mut self) -> Option<Vec<Cell>> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b'\n' | b'\r')) {
            self.at += 1;
        }
        if self.text.get(self.at..)?.trim().is_empty() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            if cells.len() >= MOST_CELLS {
                return Some(Vec::new());
            }
            let start = self.at;
            let value = if bytes.get(start) == Some(&b'"') {
                self.quoted()
            } else {
                let rest = bytes.get(start..)?;
                let length = memchr::memchr3(self.delimiter, b'\n', b'\r', rest);
                self.at = length.map_or(bytes.len(), |length| start + length);
                self.text.get(start..self.at)?.to_owned()
            };
            cells.push(Cell {
                value,
                range: start..self.at,
            });
            if bytes.get(self.at) != Some(&self.delimiter) {
                // To the line's end; what stands behind a closing quote is lost
                // to nobody: the row then has another count of cells.
                if !matches!(bytes.get(self.at), None | Some(b'\n' | b'\r')) {
                    return Some(Vec::new());
                }
                return Some(cells);
            }
            self.at += 1;
        }
    }
}

impl Rows<'_> {
    /// Reads a quoted cell; a doubled quote is one.
    fn quoted(&mut self) -> String {
        let mut value = String::new();
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(end) = rest.find('"') else {
                self.at = self.text.len();
                return value;
            };
            value.push_str(rest.get(..end).unwrap_or_default());
            self.at += end + 1;
            if !rest.get(end + 1..).unwrap_or_default().starts_with('"') {
                return value;
            }
            value.push('"');
            self.at += 1;
        }
    }
}
