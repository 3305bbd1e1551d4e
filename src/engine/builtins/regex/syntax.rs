//! Go's regular expressions in the words of Rust's.
//!
//! Both are automata that take the leftmost match and the first alternative,
//! and differ in what is written: `\d` is ASCII in Go, `[a&&b]` is three
//! letters, `{,2}` is itself, `a**` is no pattern. A pattern is read as Go's
//! `regexp/syntax` reads it and written out so that Rust's has one reading.

use std::fmt::Write as _;

/// How often an expression may be repeated in Go, repetitions in it included.
const REPEATS: usize = 1000;

/// What is before this has one case and one kind in every version of Unicode
/// that Go and Rust may have.
pub(in crate::engine) const SETTLED: char = '\u{500}';

/// Whether the case of a character is the same in all of them: later ones add
/// pairs, and take none away.
fn has_settled_case(sign: char) -> bool {
    sign < SETTLED || sign.to_lowercase().eq([sign]) && sign.to_uppercase().eq([sign])
}

/// General categories and scripts that both know by the same name.
const CLASSES: [&str; 35] = [
    "Any", "Cc", "Cf", "Cyrillic", "Greek", "L", "Latin", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc",
    "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc",
    "Sk", "Sm", "So", "Z", "Zs",
];
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// A pattern as Rust's engine takes it.
#[derive(Debug, Default)]
pub(in crate::engine) struct Translated {
    /// The pattern.
    pub(in crate::engine) text: String,
    /// The names of its groups; the whole is the first.
    pub(in crate::engine) names: Vec<Option<String>>,
    /// What it asks of the characters of a text.
    pub(in crate::engine) asks: Asks,
}

/// What of Unicode a pattern asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::engine) struct Asks {
    case: bool,
    kind: bool,
}

impl Asks {
    /// Whether the answer is the same for every character of a text.
    pub(in crate::engine) fn is_settled(self, text: &str) -> bool {
        let case = !self.case || text.chars().all(has_settled_case);
        case && (!self.kind || text.chars().all(|sign| sign < SETTLED))
    }
}

/// Why a pattern isn't translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Untranslated {
    /// It is none in Go, either: what is wrong with it.
    Wrong(String),
    /// Go takes it, or may: what in it this engine can't do.
    Lacking(String),
}

fn wrong<T>(why: impl Into<String>) -> Result<T, Untranslated> {
    Err(Untranslated::Wrong(why.into()))
}

fn lacking<T>(what: &str) -> Result<T, Untranslated> {
    Err(Untranslated::Lacking(what.to_owned()))
}

/// Translates a pattern.
pub(in crate::engine) fn translated(pattern: &str) -> Result<Translated, Untranslated> {
    let mut parser = Parser {
        rest: pattern,
        last: Last::Nothing,
        groups: Vec::new(),
        weight: 0,
        out: Translated {
            names: vec![None],
            ..Translated::default()
        },
    };
    while let Some(sign) = parser.next() {
        parser.step(sign)?;
    }
    if !parser.groups.is_empty() {
        return wrong("a `(` is not closed");
    }
    if parser.out.asks.case && !pattern.chars().all(has_settled_case) {
        return lacking("the case of a character from U+0500 on");
    }
    Ok(parser.out)
}

/// What stands before the next repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing that can be repeated.
    Nothing,
    /// An expression, with the product of the repetitions in it.
    Expression(usize),
    /// A repetition.
    Repetition(usize),
}

struct Parser<'p> {
    rest: &'p str,
    last: Last,
    /// What the open groups had before them.
    groups: Vec<usize>,
    /// The largest product of repetitions in the group that is open.
    weight: usize,
    out: Translated,
}

impl<'p> Parser<'p> {
    fn next(&mut self) -> Option<char> {
        let mut signs = self.rest.chars();
        let sign = signs.next()?;
        self.rest = signs.as_str();
        Some(sign)
    }

    fn skip(&mut self, prefix: &str) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn push(&mut self, text: &str) {
        self.out.text.push_str(text);
        self.atom(1);
    }

    fn atom(&mut self, weight: usize) {
        self.last = Last::Expression(weight);
        self.weight = self.weight.max(weight);
    }

    fn step(&mut self, sign: char) -> Result<(), Untranslated> {
        match sign {
            '(' => self.open(),
            ')' => {
                let Some(outer) = self.groups.pop() else {
                    return wrong("a `)` closes nothing");
                };
                self.out.text.push(')');
                let inner = std::mem::replace(&mut self.weight, outer);
                self.atom(inner.max(1));
                Ok(())
            }
            '|' => {
                self.out.text.push('|');
                self.last = Last::Nothing;
                Ok(())
            }
            '^' | '$' | '.' => {
                self.push(sign.encode_utf8(&mut [0; 4]));
                Ok(())
            }
            '[' => self.class(),
            '*' | '+' | '?' => self.repeated(sign.encode_utf8(&mut [0; 4]), 1),
            '{' => match self.counts() {
                Some((least, most)) => {
                    let limit = most.unwrap_or(least);
                    if least > REPEATS || limit > REPEATS || limit < least {
                        return wrong("a repetition is too large or ends before it begins");
                    }
                    let most = most.map_or_else(String::new, |most| most.to_string());
                    self.repeated(&format!("{{{least},{most}}}"), limit.max(1))
                }
                None => {
                    self.push("\\{");
                    Ok(())
                }
            },
            '\\' => self.escape(),
            sign => {
                self.push(&literal(sign));
                Ok(())
            }
        }
    }

    /// `(`, `(?:`, `(?P<name>`, or flags.
    fn open(&mut self) -> Result<(), Untranslated> {
        let group = |parser: &mut Self| {
            let outer = std::mem::take(&mut parser.weight);
            parser.groups.push(outer);
            parser.last = Last::Nothing;
        };
        if !self.skip("?") {
            self.out.text.push('(');
            self.out.names.push(None);
            group(self);
            return Ok(());
        }
        if self.skip("P<") || self.skip("<") {
            let Some((name, rest)) = self.rest.split_once('>') else {
                return wrong("the name of a group is not closed");
            };
            let is_name = !name.is_empty()
                && name
                    .chars()
                    .all(|sign| sign == '_' || sign.is_ascii_alphanumeric());
            let is_known = self
                .out
                .names
                .iter()
                .any(|known| known.as_deref() == Some(name));
            if !is_name || is_known {
                return wrong(format!("`{name}` can't be the name of a group here"));
            }
            self.out.names.push(Some(name.to_owned()));
            self.rest = rest;
            self.out.text.push('(');
            group(self);
            return Ok(());
        }
        let (mut on, mut off) = (String::new(), String::new());
        let (mut is_negative, mut has_flag) = (false, false);
        loop {
            match self.next() {
                Some(flag @ ('i' | 'm' | 's' | 'U')) => {
                    self.out.asks.case |= flag == 'i';
                    has_flag = true;
                    let same = if is_negative { &mut off } else { &mut on };
                    // Rust's takes none twice.
                    if !same.contains(flag) {
                        same.push(flag);
                    }
                }
                Some('-') if !is_negative => {
                    (is_negative, has_flag) = (true, false);
                }
                Some(end @ (':' | ')')) if has_flag || !is_negative => {
                    on.retain(|flag| !off.contains(flag));
                    let minus = if off.is_empty() { "" } else { "-" };
                    match end {
                        ':' => {
                            let _ = write!(self.out.text, "(?{on}{minus}{off}:");
                            group(self);
                        }
                        _ if on.is_empty() && off.is_empty() => {}
                        _ => {
                            let _ = write!(self.out.text, "(?{on}{minus}{off})");
                            // Go repeats what stands before the flags.
                            if self.rest.starts_with(['*', '+', '?', '{']) {
                                return lacking("a repetition behind flags");
                            }
                        }
                    }
                    return Ok(());
                }
                _ => return wrong("there is no such group as `(?…`"),
            }
        }
    }

    /// `{2}`, `{2,}` or `{2,3}`; anything else is a brace like any sign.
    fn counts(&mut self) -> Option<(usize, Option<usize>)> {
        let (inner, rest) = self.rest.split_once('}')?;
        let count = |text: &str| {
            let is_plain = text.bytes().all(|digit| digit.is_ascii_digit())
                && (text == "0" || !text.starts_with('0') && !text.is_empty());
            is_plain.then(|| text.parse().unwrap_or(usize::MAX))
        };
        let found = match inner.split_once(',') {
            None => (count(inner)?, Some(count(inner)?)),
            Some((least, "")) => (count(least)?, None),
            Some((least, most)) => (count(least)?, Some(count(most)?)),
        };
        self.rest = rest;
        Some(found)
    }

    fn repeated(&mut self, operator: &str, times: usize) -> Result<(), Untranslated> {
        let lazy = if self.skip("?") { "?" } else { "" };
        let weight = match self.last {
            Last::Expression(weight) => weight.saturating_mul(times),
            Last::Nothing => return wrong(format!("`{operator}` repeats nothing")),
            Last::Repetition(_) => {
                return wrong(format!("`{operator}` repeats a repetition"));
            }
        };
        if weight > REPEATS {
            return wrong("repetitions are too large");
        }
        self.out.text.push_str(operator);
        self.out.text.push_str(lazy);
        self.atom(weight);
        self.last = Last::Repetition(weight);
        Ok(())
    }

    /// What follows a `\` that stands in no class.
    fn escape(&mut self) -> Result<(), Untranslated> {
        if self.skip("Q") {
            let (quoted, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
            self.rest = rest;
            for sign in quoted.chars() {
                self.push(&literal(sign));
            }
            if quoted.is_empty() && matches!(self.last, Last::Repetition(_)) {
                return lacking("nothing quoted behind a repetition");
            }
            return Ok(());
        }
        for (written, meant) in [("A", "\\A"), ("z", "\\z"), ("b", "(?-u:\\b)")] {
            if self.skip(written) {
                self.push(meant);
                return Ok(());
            }
        }
        if self.rest.starts_with('B') {
            return lacking("`\\B`");
        }
        if let Some(class) = self.kind()? {
            self.push(&format!("[{class}]"));
            return Ok(());
        }
        let sign = self.character()?;
        self.push(&literal(sign));
        Ok(())
    }

    /// `\d`, `\pL` and their like behind the `\`, as part of a class.
    fn kind(&mut self) -> Result<Option<String>, Untranslated> {
        for (written, meant) in [
            ("d", "0-9"),
            ("D", "[^0-9]"),
            ("w", "0-9A-Za-z_"),
            ("W", "[^0-9A-Za-z_]"),
            ("s", "\\t\\n\\x0C\\r\\x20"),
            ("S", "[^\\t\\n\\x0C\\r\\x20]"),
        ] {
            if self.skip(written) {
                return Ok(Some(meant.to_owned()));
            }
        }
        let mut is_negative = self.rest.starts_with('P');
        if !self.skip("p") && !self.skip("P") {
            return Ok(None);
        }
        let mut name = if self.skip("{") {
            let Some((name, rest)) = self.rest.split_once('}') else {
                return wrong("the name of a class is not closed");
            };
            self.rest = rest;
            name.to_owned()
        } else {
            self.next().map(String::from).unwrap_or_default()
        };
        if let Some(rest) = name.strip_prefix('^') {
            is_negative = !is_negative;
            name = rest.to_owned();
        }
        if CLASSES.binary_search(&name.as_str()).is_err() {
            return lacking(&format!("the class `\\p{{{name}}}`"));
        }
        self.out.asks.kind = true;
        let sign = if is_negative { 'P' } else { 'p' };
        Ok(Some(format!("\\{sign}{{{name}}}")))
    }

    /// A class, of which the `[` is read.
    fn class(&mut self) -> Result<(), Untranslated> {
        let mut class = if self.skip("^") { "[^" } else { "[" }.to_owned();
        let mut is_first = true;
        while is_first || !self.skip("]") {
            is_first = false;
            if self.rest.starts_with("[:")
                && let Some((name, rest)) = self.rest.get(2..).unwrap_or_default().split_once(":]")
            {
                let bare = name.strip_prefix('^').unwrap_or(name);
                if !POSIX.contains(&bare) {
                    return wrong(format!("there is no class `[:{name}:]`"));
                }
                let _ = write!(class, "[:{name}:]");
                self.rest = rest;
                continue;
            }
            let is_escape = self.skip("\\");
            if is_escape && let Some(kind) = self.kind()? {
                class.push_str(&kind);
                continue;
            }
            let first = self.member(is_escape)?;
            class.push_str(&in_class(first));
            if self.rest.starts_with('-') && !self.rest.starts_with("-]") && self.rest.len() > 1 {
                self.skip("-");
                let is_escape = self.skip("\\");
                let last = self.member(is_escape)?;
                if last < first {
                    return wrong(format!("the range `{first}-{last}` is empty"));
                }
                let _ = write!(class, "-{}", in_class(last));
            }
        }
        class.push(']');
        self.push(&class);
        Ok(())
    }

    fn member(&mut self, is_escape: bool) -> Result<char, Untranslated> {
        if is_escape {
            return self.character();
        }
        match self.next() {
            Some(sign) => Ok(sign),
            None => wrong("a `[` is not closed"),
        }
    }

    /// The one character that an escape is, behind its `\`.
    fn character(&mut self) -> Result<char, Untranslated> {
        let Some(sign) = self.next() else {
            return wrong("a `\\` escapes nothing");
        };
        let code = match sign {
            'a' => 7,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '0'..='7' => {
                let digits: String = self
                    .rest
                    .chars()
                    .take(2)
                    .take_while(|digit| digit.is_digit(8))
                    .collect();
                if sign != '0' && digits.is_empty() {
                    return wrong(format!(
                        "there is no `\\{sign}`: a group can't be referred to"
                    ));
                }
                self.rest = self.rest.get(digits.len()..).unwrap_or_default();
                u32::from_str_radix(&format!("{sign}{digits}"), 8).unwrap_or(0)
            }
            'x' => {
                let digits = if self.skip("{") {
                    let found = self.rest.split_once('}');
                    let (digits, rest) = found.unwrap_or_default();
                    self.rest = rest;
                    digits
                } else {
                    let (digits, rest) = self.rest.split_at_checked(2).unwrap_or_default();
                    self.rest = rest;
                    digits
                };
                let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex);
                match code.filter(|code| *code <= u32::from(char::MAX)) {
                    Some(code) => code,
                    None => return wrong("a `\\x` is no character"),
                }
            }
            sign if sign.is_ascii() && !sign.is_ascii_alphanumeric() => return Ok(sign),
            sign => return wrong(format!("there is no `\\{sign}`")),
        };
        match char::from_u32(code) {
            Some(sign) => Ok(sign),
            None => lacking("a `\\x` of half a character"),
        }
    }
}

fn literal(sign: char) -> String {
    regex::escape(sign.encode_utf8(&mut [0; 4]))
}

fn in_class(sign: char) -> String {
    match sign {
        sign if sign.is_ascii_alphanumeric() || !sign.is_ascii() => sign.to_string(),
        sign => format!("\\x{{{:x}}}", u32::from(sign)),
    }
}
