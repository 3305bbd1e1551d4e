//! Errors that the AWS CLI v2 prints as YAML, text or table, where
//! `cli_error_format` says so: a code and a message, and perhaps more. As JSON
//! they are `reader/failed.rs`'s.

use super::CallError;
use super::about::excerpt;
use super::line::Line;
use super::sdk::is_code;

/// A text longer than this is none of them.
const MOST_BYTES: usize = 16 << 10;

pub(super) fn read(text: &str) -> Option<CallError> {
    let text = text.trim();
    if text.len() > MOST_BYTES {
        return None;
    }
    let (code, message) = yaml(text)
        .or_else(|| table(text))
        .or_else(|| columns(text))?;
    let line = Line::of(&message);
    let mut error = line.error(line.text.len(), line.text.trim(), None, Some(code));
    if error.operation.is_none() {
        let around = Line::of(text);
        error.message = excerpt(&around.text.replace('\n', " "));
    }
    Some(error)
}

/// `Code: AccessDenied` and `Message: …`, each in a line of its own.
fn yaml(text: &str) -> Option<(String, String)> {
    let field = |key: &str| {
        let mut lines = text.lines().map(str::trim);
        lines.find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let value = value.trim().trim_matches(['"', '\'']);
            (name
                .trim_matches(['"', '\'', '-', ' '])
                .eq_ignore_ascii_case(key)
                && !value.is_empty())
            .then(|| value.to_owned())
        })
    };
    let (code, message) = (field("code")?, field("message")?);
    (!code.contains(' ')).then_some((code, message))
}

/// Rows of two cells, or a head and a row.
fn table(text: &str) -> Option<(String, String)> {
    let rows: Vec<Vec<&str>> = text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let beside = |key: &str| {
        rows.iter().find_map(|row| {
            let at = row.iter().position(|cell| cell.eq_ignore_ascii_case(key))?;
            (at == 0).then(|| row.get(1).copied()).flatten()
        })
    };
    let below = |key: &str| {
        rows.iter().enumerate().find_map(|(number, row)| {
            let at = row.iter().position(|cell| cell.eq_ignore_ascii_case(key))?;
            let rest = rows.get(number + 1..)?;
            rest.iter()
                .find_map(|row| row.get(at).copied().filter(|cell| !cell.is_empty()))
        })
    };
    let cell = |key| {
        beside(key)
            .filter(|cell| !cell.eq_ignore_ascii_case("message"))
            .or_else(|| below(key))
    };
    let code = cell("Code")?;
    (!code.contains(' ')).then(|| {
        (
            code.to_owned(),
            cell("Message").unwrap_or_default().to_owned(),
        )
    })
}

/// A line of columns of which one is a code: the values in the order of their
/// keys, `Code` before `Message`.
fn columns(text: &str) -> Option<(String, String)> {
    text.lines().take(5).find_map(|line| {
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        let at = fields.iter().position(|field| is_code(field))?;
        let rest = fields.get(at + 1..).unwrap_or_default();
        (fields.len() > 1).then(|| {
            let message = rest.iter().max_by_key(|field| field.len());
            (
                fields.get(at).copied().unwrap_or_default().to_owned(),
                message.copied().unwrap_or_default().to_owned(),
            )
        })
    })
}
