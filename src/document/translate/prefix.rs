//! Lines behind one common prefix: a container's name, a time, a quotation
//! mark. The text is what stands behind it.

use crate::document::decode::{Decoded, LeadIn};

use super::Room;
use super::value::Builder;

/// Takes a prefix off that every line has.
pub(super) fn strip(decoded: Decoded, room: &Room) -> Decoded {
    let text = &decoded.text;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let Some(kind) = lines.next().and_then(Kind::of) else {
        return decoded;
    };
    let mut count = 1;
    let all = lines.all(|line| {
        count += 1;
        kind.length(line).is_some() && room.one().is_some()
    });
    if !all || count < 2 {
        return decoded;
    }
    let mut builder = Builder::new(&decoded);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let lead = kind.length(line.trim_end_matches(['\n', '\r']));
        builder.copy(at + lead.unwrap_or(0)..at + line.len());
        at += line.len();
    }
    let (text, steps) = builder.finish();
    let mut stripped = decoded.translated(text, None, steps);
    stripped.lead_in = kind.lead_in();
    stripped
}

/// What stands before every line.
#[derive(Debug)]
enum Kind {
    /// The same characters: `collector-1  | `, `> `.
    Same(String),
    /// A time, perhaps in brackets, and as many of these characters behind it.
    Time(String),
    /// A number of the line.
    Number,
}

impl Kind {
    /// The prefix of a first line, if it has one.
    fn of(line: &str) -> Option<Self> {
        if let Some(length) = time(line) {
            let rest = line.get(length..)?;
            // `stdout F `, as Kubernetes writes; else what is common is blanks.
            let tail = ["stdout F ", "stderr F ", "stdout ", "INFO ", "- "]
                .into_iter()
                .find(|tail| rest.starts_with(tail))
                .unwrap_or_default();
            return Some(Self::Time(tail.to_owned()));
        }
        if let Some(bar) = line.find("| ").filter(|bar| (1..80).contains(bar)) {
            let name = line.get(..bar)?;
            let is_name = name.trim_end().bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/')
            });
            // A table's bar stands behind a blank too, with a cell of its own.
            if is_name && !name.trim().is_empty() {
                return Some(Self::Same(line.get(..bar + 2)?.to_owned()));
            }
        }
        if line.starts_with("> ") && !line.starts_with("> aws ") {
            return Some(Self::Same("> ".to_owned()));
        }
        number(line).map(|_| Self::Number)
    }

    /// What it says of the lines.
    fn lead_in(&self) -> Option<LeadIn> {
        match self {
            Self::Same(prefix) if prefix.starts_with('>') => Some(LeadIn::Quotation),
            Self::Same(prefix) => Some(LeadIn::Name(prefix.clone())),
            Self::Time(_) | Self::Number => None,
        }
    }

    /// How long the prefix of this line is. A line may end with its prefix.
    fn length(&self, line: &str) -> Option<usize> {
        if line.trim().is_empty() {
            return Some(0);
        }
        match self {
            Self::Same(prefix) => {
                let bare = prefix.trim_end();
                if line.starts_with(prefix.as_str()) {
                    Some(prefix.len())
                } else {
                    (line.trim_end() == bare).then_some(line.len())
                }
            }
            Self::Time(tail) => {
                let length = time(line)?;
                let rest = line.get(length..)?;
                match rest.strip_prefix(tail.as_str()) {
                    Some(_) => Some(length + tail.len()),
                    None => rest.trim().is_empty().then_some(line.len()),
                }
            }
            Self::Number => number(line),
        }
    }
}

/// The length of a time at the start of a line, one blank behind it included:
/// `[2026-11-20T12:00:00Z] `, `2026-11-20T12:00:00.000Z `.
fn time(line: &str) -> Option<usize> {
    let open = usize::from(line.starts_with('['));
    let inner = line.get(open..)?;
    let length = inner
        .bytes()
        .take(40)
        .take_while(|byte| byte.is_ascii_digit() || b"-:.,TZ+".contains(byte))
        .count();
    let word = inner.get(..length)?;
    let mut end = open + length;
    let is_day = word.len() == 10;
    if is_day {
        // A blank between day and time.
        let rest = inner.get(length + 1..)?;
        let more = rest
            .bytes()
            .take(30)
            .take_while(|byte| byte.is_ascii_digit() || b":.,Z+-".contains(byte))
            .count();
        if more < 8 || !rest.get(..more)?.contains(':') {
            return None;
        }
        end += 1 + more;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let bytes = word.as_bytes();
    if digits < 8 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    if open == 1 {
        line.get(end..)?.starts_with(']').then_some(())?;
        end += 1;
    }
    match line.get(end..)?.chars().next() {
        None => Some(end),
        Some(' ' | '\t') => Some(end + 1),
        Some(_) => None,
    }
}

/// The length of a line's number and what stands behind it: `  12  `, `3: `,
/// `7\t`.
fn number(line: &str) -> Option<usize> {
    let lead = line.len() - line.trim_start_matches(' ').len();
    let digits = line
        .get(lead..)?
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count();
    let rest = line.get(lead + digits..)?;
    let is_number = (1..=7).contains(&digits);
    let marks = ["\t", ": ", "| ", " | ", " │ "];
    let mark = marks.into_iter().find(|mark| rest.starts_with(mark))?;
    is_number.then_some(lead + digits + mark.len())
}
