//! What Python prints of an answer: dictionaries, lists and datetimes as
//! `print(response)` and `pprint` of boto3 spell them.
//!
//! Only a text that is nothing but such literals is taken. A datetime whose zone
//! is the machine's (`tzlocal()`) keeps no zone: nothing here says which it was.

use super::value::{Kind, Value};
use super::{Block, Room};

/// How deep containers may lie in one another: AWS's answers need five.
const DEEPEST: usize = 64;

/// Reads a text that is Python's literals from its first byte to its last.
pub(super) fn read(text: &str, room: &Room) -> Option<Block> {
    // JSON has no single quotes: a text without them is read as JSON, or not.
    let first = text.bytes().find(|byte| matches!(byte, b'\'' | b'"'))?;
    if first != b'\'' {
        return None;
    }
    let mut reader = Reader { text, room, at: 0 };
    let mut values = Vec::new();
    reader.blank();
    let start = reader.at;
    let mut end = start;
    while reader.at < text.len() {
        let value = reader.value(0)?;
        if matches!(value.kind, Kind::Scalar(_)) {
            return None;
        }
        end = reader.at;
        values.push(value);
        reader.blank();
    }
    (!values.is_empty()).then_some(Block {
        range: start..end,
        above: Vec::new(),
        values,
    })
}

struct Reader<'t> {
    text: &'t str,
    room: &'t Room,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blank(&mut self) {
        let rest = self.rest();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        self.at += blank;
    }

    /// Takes a word of the text, blanks before it left out.
    fn take(&mut self, word: &str) -> bool {
        self.blank();
        let is_there = self.rest().starts_with(word);
        if is_there {
            self.at += word.len();
        }
        is_there
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        self.room.one()?;
        self.blank();
        let start = self.at;
        let kind = match self.rest().bytes().next()? {
            b'{' => {
                self.at += 1;
                Kind::Object(self.members(depth)?)
            }
            b'[' => {
                self.at += 1;
                Kind::List(self.elements(depth)?)
            }
            b'\'' | b'"' => Kind::Scalar(super::value::quoted(&self.string()?)),
            _ => Kind::Scalar(self.scalar()?),
        };
        Some(Value {
            range: start..self.at,
            kind,
        })
    }

    fn members(&mut self, depth: usize) -> Option<Vec<(String, Value)>> {
        let mut members = Vec::new();
        while !self.take("}") {
            self.blank();
            let key = self.string()?;
            if !self.take(":") {
                return None;
            }
            members.push((key, self.value(depth + 1)?));
            if !self.take(",") && !self.rest().starts_with('}') {
                return None;
            }
        }
        Some(members)
    }

    fn elements(&mut self, depth: usize) -> Option<Vec<Value>> {
        let mut elements = Vec::new();
        while !self.take("]") {
            elements.push(self.value(depth + 1)?);
            if !self.take(",") && !self.rest().starts_with(']') {
                return None;
            }
        }
        Some(elements)
    }

    /// A string in either kind of quotes.
    fn string(&mut self) -> Option<String> {
        let mut chars = self.rest().char_indices();
        let (_, quote) = chars.next().filter(|(_, c)| matches!(c, '\'' | '"'))?;
        let mut string = String::new();
        while let Some((index, c)) = chars.next() {
            match c {
                _ if c == quote => {
                    self.at += index + 1;
                    return Some(string);
                }
                '\n' => return None,
                '\\' => string.push(match chars.next()?.1 {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'x' => coded(&mut chars, 2)?,
                    'u' => coded(&mut chars, 4)?,
                    'U' => coded(&mut chars, 8)?,
                    same @ ('\\' | '\'' | '"') => same,
                    _ => return None,
                }),
                _ => string.push(c),
            }
        }
        None
    }

    /// A constant, a number or a datetime, as JSON spells it.
    fn scalar(&mut self) -> Option<String> {
        for (python, json) in [("True", "true"), ("False", "false"), ("None", "null")] {
            if self.take(python) {
                return Some(json.to_owned());
            }
        }
        if self.take("datetime.datetime(") {
            return self.datetime();
        }
        self.number().map(|(number, _)| number)
    }

    /// A number, and what it is where it is a whole one.
    fn number(&mut self) -> Option<(String, Option<i64>)> {
        self.blank();
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let number = rest.get(..length)?.to_owned();
        serde_json::from_str::<serde_json::Number>(&number).ok()?;
        self.at += length;
        let whole = number.parse().ok();
        Some((number, whole))
    }

    fn whole(&mut self) -> Option<i64> {
        self.number()?.1
    }

    /// The rest of `datetime.datetime(2026, 11, 20, 9, 30, tzinfo=tzutc())`.
    fn datetime(&mut self) -> Option<String> {
        let mut parts = [0; 7];
        let mut given = 0;
        let mut zone = String::new();
        loop {
            if self.take("tzinfo=") {
                zone = self.zone()?;
                self.take(",");
                self.take(")").then_some(())?;
                break;
            }
            *parts.get_mut(given)? = self.whole()?;
            given += 1;
            if !self.take(",") {
                self.take(")").then_some(())?;
                break;
            }
        }
        let [year, month, day, hour, minute, second, micros] = parts;
        let fraction = match micros {
            0 => String::new(),
            micros => format!(".{micros:06}"),
        };
        (given >= 3).then(|| {
            format!(
                "\"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}\""
            )
        })
    }

    /// A zone, as a suffix of RFC 3339: nothing where it was the machine's.
    fn zone(&mut self) -> Option<String> {
        if self.take("tzlocal()") {
            return Some(String::new());
        }
        if ["tzutc()", "datetime.timezone.utc"]
            .iter()
            .any(|utc| self.take(utc))
        {
            return Some("Z".to_owned());
        }
        let seconds = if self.take("tzoffset(") {
            // The zone's name tells nothing that the offset doesn't.
            if !self.take("None") {
                self.blank();
                self.string()?;
            }
            self.take(",").then_some(())?;
            self.whole()?
        } else {
            self.take("datetime.timezone(datetime.timedelta(")
                .then_some(())?;
            let mut seconds = 0;
            if self.take("days=") {
                seconds += self.whole()?.checked_mul(86_400)?;
                self.take(",");
            }
            if self.take("seconds=") {
                seconds += self.whole()?;
            }
            self.take(")").then_some(())?;
            seconds
        };
        self.take(")").then_some(())?;
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        let is_zone = seconds % 60 == 0 && minutes < 24 * 60;
        is_zone.then(|| format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60))
    }
}

/// The character that some hexadecimal digits stand for.
fn coded(chars: &mut std::str::CharIndices<'_>, digits: usize) -> Option<char> {
    let mut code = 0;
    for _ in 0..digits {
        code = code * 16 + chars.next()?.1.to_digit(16)?;
    }
    char::from_u32(code)
}
