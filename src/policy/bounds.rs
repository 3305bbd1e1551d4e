//! How much may lie within what: the engine's parser and its evaluation go down
//! into an expression by one call for each level, and try several readings of each
//! bracket.

use super::outline::code;

/// What is more than the engine takes, and where it begins to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    /// What there is too much of.
    pub of: Bound,
    /// The place.
    pub at: usize,
}

/// A bound on the text of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Brackets that lie in each other.
    Brackets,
    /// Operators, keys and indices one after the other.
    Operators,
    /// The time that the brackets of a file take together.
    Time,
}

/// How many brackets may lie in each other. Every one more doubles the time it takes
/// to read them: sixteen are read at once, thirty not within a day.
const MOST_BRACKETS: usize = 16;

/// How many signs of operators one expression may have: each is one more call on the
/// stack.
const MOST_OPERATORS: usize = 512;

/// How often the brackets of a file may be read, each twice as often as the one around
/// it: this many take about a second.
const MOST_READINGS: usize = 1 << 20;

impl Bound {
    /// What a message says.
    #[must_use]
    pub fn message(self) -> String {
        match self {
            Self::Brackets => format!("more than {MOST_BRACKETS} brackets lie in each other"),
            Self::Operators => {
                format!("more than {MOST_OPERATORS} operators stand in one expression")
            }
            Self::Time => "the brackets of this file take too long to read".to_owned(),
        }
    }

    /// What stands at the place.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Brackets => "this one lies too deep",
            Self::Operators => "this is one too many",
            Self::Time => "up to here, each read again with every bracket around it",
        }
    }
}

/// The first thing in a text that is too much.
pub(super) fn excess(text: &str) -> Option<Excess> {
    let mut expression = Expression::default();
    let mut readings = 0_usize;
    for (at, sign) in code(text) {
        expression.goes_on(sign);
        let times = expression.open.len();
        let of = if times > MOST_BRACKETS {
            Bound::Brackets
        } else if expression.level > MOST_OPERATORS {
            Bound::Operators
        } else {
            if matches!(sign, '(' | '[' | '{') {
                readings = readings.saturating_add(1 << times);
            }
            if readings <= MOST_READINGS {
                continue;
            }
            Bound::Time
        };
        return Some(Excess { of, at });
    }
    None
}

/// How deep an expression is so far, at most: a statement, an item or a field begins
/// where what is around it began.
#[derive(Default)]
struct Expression {
    level: usize,
    /// Where each open bracket begins, and the deepest within it.
    open: Vec<(usize, usize)>,
    /// The word that is being read, and how deep it was before its line.
    word: String,
    above: usize,
    /// The last sign that is no space, and whether a line ended behind it.
    last: char,
    is_new_line: bool,
}

impl Expression {
    fn goes_on(&mut self, sign: char) {
        if sign.is_whitespace() {
            self.is_new_line |= sign == '\n';
            self.end_of_word();
            return;
        }
        if self.is_new_line {
            self.is_new_line = false;
            self.above = self.level;
            if !is_operator(sign) && !is_operator(self.last) {
                self.level = self.base();
            }
        }
        self.last = sign;
        if sign.is_alphanumeric() || sign == '_' {
            self.word.push(sign);
            return;
        }
        self.end_of_word();
        match sign {
            '(' | '[' | '{' => {
                self.level = self.level.saturating_add(1);
                self.open.push((self.level, self.level));
            }
            ')' | ']' | '}' => {
                let (_, deepest) = self.open.pop().unwrap_or_default();
                self.level = self.level.max(deepest);
            }
            ',' | ';' => self.level = self.base(),
            sign if is_operator(sign) => self.level = self.level.saturating_add(1),
            _ => {}
        }
        if let Some((_, deepest)) = self.open.last_mut() {
            *deepest = (*deepest).max(self.level);
        }
    }

    fn end_of_word(&mut self) {
        match self.word.as_str() {
            "in" => self.level = self.level.max(self.above).saturating_add(1),
            "if" | "else" | "with" | "as" => self.level = self.base(),
            "" => return,
            _ => {}
        }
        self.above = 0;
        self.word.clear();
    }

    fn base(&self) -> usize {
        self.open.last().map_or(0, |(base, _)| *base)
    }
}

fn is_operator(sign: char) -> bool {
    "+-*/%&|=<>!:.".contains(sign)
}

#[cfg(test)]
mod tests {
    use super::{Bound, Excess, excess};

    fn of(text: &str) -> Option<Bound> {
        excess(text).map(|excess| excess.of)
    }

    #[test]
    fn what_goes_down_too_far_is_found() {
        for text in [
            "x := 1".to_owned() + &" + 1".repeat(600),
            "x := 1".to_owned() + &"\n\t+ 1".repeat(600),
            "x := 1 +".to_owned() + &"\n\t1 +".repeat(600) + " 1",
            "x if { 1".to_owned() + &" in 1".repeat(600) + " }",
            "x if { 1".to_owned() + &"\n in 1".repeat(600) + " }",
            "x := ".to_owned() + &"-".repeat(600) + "1",
            "x := input".to_owned() + &"[0]".repeat(600),
            "x := input".to_owned() + &".a".repeat(600),
            "x := (1".to_owned() + &" + 1".repeat(300) + ")" + &" + 1".repeat(300),
            "x := 1".to_owned() + &" | (1".repeat(8) + &" | 1".repeat(600) + &")".repeat(8),
        ] {
            assert_eq!(of(&text), Some(Bound::Operators), "{text}");
        }
        let nested = "x := ".to_owned() + &"[".repeat(17) + &"]".repeat(17);
        assert_eq!(
            excess(&nested),
            Some(Excess {
                of: Bound::Brackets,
                at: 21
            })
        );
        let often = ("x := ".to_owned() + &"[".repeat(15) + &"]".repeat(15) + "\n").repeat(90);
        assert_eq!(of(&often), Some(Bound::Time));
    }

    #[test]
    fn what_stands_side_by_side_is_not_too_much() {
        for text in [
            "x if {\n".to_owned() + &"\ta.b.c == 1\n".repeat(2000) + "}\n",
            "x if { ".to_owned() + &"1 == 1; ".repeat(2000) + "true }",
            "x := [".to_owned() + &"1 + 1, ".repeat(2000) + "1]",
            "x := {".to_owned() + &"\"a\": -1,\n".repeat(2000) + "}",
            "x := 1 if false".to_owned() + &" else := 1 if { false }".repeat(2000),
            "x := \"".to_owned() + &"+".repeat(2000) + "\" # " + &"[".repeat(2000),
            "x := `".to_owned() + &"((".repeat(2000) + "`",
            "x := 1\n".repeat(20_000),
            "x := f(1)[2].a + g({\"a\": [1, 2]}, 3)\n".repeat(5000),
        ] {
            assert_eq!(of(&text), None, "{}", text.get(..80).unwrap_or(&text));
        }
    }
}
