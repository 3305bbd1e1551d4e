//! The head of HTTP above a body, as `curl -i` prints it: its `Date` is when AWS
//! answered, and its status whether it did.

use jiff::Timestamp;

use crate::document::decode::Decoded;
use crate::recognise::headers;

/// The longest head that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// What the head of an answer says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// When AWS answered.
    pub(crate) date: Option<Timestamp>,
    /// Why the body is no answer of AWS's.
    pub(crate) doubt: Option<String>,
}

/// Takes the head from a text that is one and a body in JSON: blanks stand in its
/// place, so that all that is behind it stands where it stood.
pub(crate) fn take(mut decoded: Decoded) -> (Decoded, Head) {
    let Some((head, end)) = read(&decoded.text) else {
        return (decoded, Head::default());
    };
    let blank = |c: char| if c == '\n' { c } else { ' ' };
    let (before, body) = decoded.text.split_at_checked(end).unwrap_or_default();
    decoded.text = before.chars().map(blank).chain(body.chars()).collect();
    (decoded, head)
}

/// The last head of a text, where it ends, and nothing else may stand above a body.
fn read(text: &str) -> Option<(Head, usize)> {
    let mut found = None;
    let mut at = 0;
    while text.get(at..)?.starts_with("HTTP/") {
        let (code, pairs, end) = one(text.get(at..)?)?;
        at += end;
        found = Some((code, pairs));
    }
    let (code, pairs) = found?;
    let is_json = text.get(at..)?.trim_start().starts_with('{');
    let status = || (!code.starts_with('2')).then(|| format!("its HTTP status is {code}"));
    let (date, doubt) = headers::of_pairs(pairs);
    let doubt = doubt.or_else(status);
    is_json.then_some((Head { date, doubt }, at))
}

type Pairs = Vec<(String, String)>;

/// The status and the fields of the head that a text begins with, and its length.
fn one(text: &str) -> Option<(&str, Pairs, usize)> {
    let near = text.get(..text.floor_char_boundary(LONGEST))?;
    let mut lines = near.split_inclusive('\n');
    let first = lines.next()?;
    let code = first.split_whitespace().nth(1)?;
    let is_code =
        first.is_ascii() && code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
    let mut end = first.len();
    let mut pairs = Vec::new();
    for line in lines {
        end += line.len();
        let line = line.trim_end();
        if line.is_empty() {
            return is_code.then_some((code, pairs, end));
        }
        let (name, value) = line.split_once(':')?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if name.is_empty() || !name.bytes().all(is_name) || !value.is_ascii() {
            return None;
        }
        pairs.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Head, read};

    const DATE: &str = "Date: Fri, 20 Nov 2026 11:58:00 GMT";

    #[test]
    fn a_head_says_when_and_whether_aws_answered() {
        let at = |text: &str| read(text).map(|(head, _)| head);
        let head = format!("HTTP/1.1 200 OK\r\nx-amzn-RequestId: a\r\n{DATE}\r\n\r\n");
        let fine = Head {
            date: Some("2026-11-20T11:58:00Z".parse().unwrap()),
            doubt: None,
        };
        assert_eq!(at(&format!("{head}{{}}")), Some(fine));
        let text = format!("HTTP/1.1 100 Continue\r\n\r\n{head}{{}}");
        assert_eq!(read(&text).map(|(_, end)| end), Some(text.len() - 2));
        for (from, to) in [("200", "500"), ("x-amzn", "Server: moto\r\nx-amzn")] {
            let found = at(&format!("{}{{}}", head.replace(from, to)));
            assert!(found.unwrap().doubt.is_some(), "{from} {to}");
        }
        for text in [
            format!("{head}no body"),
            head.clone(),
            head.replace(DATE, "not a field"),
            "HTTP/1.1 200 OK\r\n{}".to_owned(),
        ] {
            assert_eq!(read(&text), None, "{text}");
        }
    }
}
