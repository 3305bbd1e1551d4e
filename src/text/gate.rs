//! The last thing that text passes on its way out.
//!
//! What comes from outside is escaped where it is put into a line. This holds
//! it for all that is printed, so that nobody can forget: a terminal gets line
//! breaks and this program's own colours, and whatever else would act on it
//! shows as an escape.

use std::io::{self, Write};

use super::{is_obeyed, is_plain, leading, write_visible};

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Lines for a person, without colour.
    Plain,
    /// Lines for a person, in colour.
    Coloured,
    /// A format with an escaping of its own, in which tabs and carriage returns
    /// may stand.
    Data,
}

impl Form {
    /// Lines for a person.
    #[must_use]
    pub fn of_text(color: bool) -> Self {
        match color {
            true => Self::Coloured,
            false => Self::Plain,
        }
    }
}

/// How long a colour may be, in bytes.
const LONGEST: usize = 24;

/// Writes what may pass, and escapes of the rest.
pub struct Gate<W> {
    inner: W,
    form: Form,
    /// The start of a character or a colour whose end isn't here yet.
    pending: Vec<u8>,
}

impl<W: Write> Gate<W> {
    /// A gate before a writer.
    pub fn new(inner: W, form: Form) -> Self {
        Self {
            inner,
            form,
            pending: Vec::new(),
        }
    }

    /// The writer behind it.
    pub fn into_inner(self) -> W {
        self.inner
    }

    /// Writes what is still held back, and flushes the writer.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(&mut self) -> io::Result<()> {
        let pending = std::mem::take(&mut self.pending);
        self.pass(&pending, true)?;
        self.inner.flush()
    }

    /// Passes bytes on, as far as it is sure what they are.
    fn pass(&mut self, bytes: &[u8], is_end: bool) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (plain, other) =
                rest.split_at(leading(rest, |byte| matches!(byte, b' '..=b'~' | b'\n')));
            self.inner.write_all(plain)?;
            rest = match self.one(other, is_end)? {
                Some(length) => other.get(length..).unwrap_or_default(),
                None => {
                    self.pending = other.to_vec();
                    return Ok(());
                }
            };
        }
        Ok(())
    }

    /// Passes on what stands at the start, and gives its length; nothing where
    /// more must be seen.
    fn one(&mut self, bytes: &[u8], is_end: bool) -> io::Result<Option<usize>> {
        let Some(first) = bytes.first() else {
            return Ok(Some(0));
        };
        if *first == 0x1b && self.form == Form::Coloured {
            match colour(bytes) {
                Ok(Some(colour)) => {
                    self.inner.write_all(colour)?;
                    return Ok(Some(colour.len()));
                }
                Ok(None) => {}
                Err(Cut) if is_end => {}
                Err(Cut) => return Ok(None),
            }
        }
        let length = match first {
            0..=0x7f => 1,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 1,
        };
        let Some(whole) = bytes.get(..length) else {
            if !is_end {
                return Ok(None);
            }
            self.escape('\u{fffd}')?;
            return Ok(Some(1));
        };
        match std::str::from_utf8(whole).map(|text| text.chars().next()) {
            Ok(Some(character)) => {
                let passes = match self.form {
                    Form::Data => matches!(character, '\t' | '\r') || !is_obeyed(character),
                    Form::Plain | Form::Coloured => is_plain(character),
                };
                match passes {
                    true => self.inner.write_all(whole)?,
                    false => self.escape(character)?,
                }
                Ok(Some(length))
            }
            _ => {
                self.escape('\u{fffd}')?;
                Ok(Some(1))
            }
        }
    }

    fn escape(&mut self, character: char) -> io::Result<()> {
        let mut text = String::new();
        write_visible(&mut text, character).map_err(io::Error::other)?;
        self.inner.write_all(text.as_bytes())
    }
}

/// More must be seen.
struct Cut;

/// The colour that stands at the start: `ESC [ … m` of bold, dim, italic,
/// underlined and coloured letters. Nothing hides a text or turns it over.
fn colour(bytes: &[u8]) -> Result<Option<&[u8]>, Cut> {
    for (at, byte) in bytes.iter().enumerate().take(LONGEST) {
        match (at, byte) {
            (0, 0x1b) | (1, b'[') => {}
            (2.., b'0'..=b'9' | b';') => {}
            (2.., b'm') => {
                let numbers = bytes.get(2..at).unwrap_or_default();
                let mut numbers = numbers.split(|byte| *byte == b';');
                let is_ours = numbers.all(is_letters);
                return Ok(bytes.get(..=at).filter(|_| is_ours));
            }
            _ => return Ok(None),
        }
    }
    match bytes.len() < LONGEST {
        true => Err(Cut),
        false => Ok(None),
    }
}

fn is_letters(number: &[u8]) -> bool {
    let number = std::str::from_utf8(number).unwrap_or_default();
    number.is_empty()
        || matches!(
            number.parse(),
            Ok(0_u8..=4 | 22..=24 | 30..=37 | 39 | 90..=97)
        )
}

impl<W: Write> Write for Gate<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.pending.is_empty() {
            self.pass(bytes, false)?;
        } else {
            let mut all = std::mem::take(&mut self.pending);
            all.extend_from_slice(bytes);
            self.pass(&all, false)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Gate};
    use crate::text::is_obeyed;
    use proptest::prelude::*;
    use std::io::Write;

    fn through(form: Form, pieces: &[&[u8]]) -> String {
        let mut out = Vec::new();
        let mut gate = Gate::new(&mut out, form);
        for piece in pieces {
            gate.write_all(piece).unwrap();
        }
        gate.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_line_breaks_and_colours_of_letters_pass() {
        let text =
            "a\n\u{1b}[1;31mred\u{1b}[0m é\u{1b}[8m\u{1b}[2J\u{1b}]0;t\u{7}\r\t\u{9b}\u{202e}";
        let escaped = "\\u{1b}[8m\\u{1b}[2J\\u{1b}]0;t\\u{7}\\r\\t\\u{9b}\\u{202e}";
        assert_eq!(
            through(Form::Coloured, &[text.as_bytes()]),
            format!("a\n\u{1b}[1;31mred\u{1b}[0m é{escaped}")
        );
        assert_eq!(
            through(Form::Plain, &[text.as_bytes()]),
            format!("a\n\\u{{1b}}[1;31mred\\u{{1b}}[0m é{escaped}")
        );
        assert_eq!(through(Form::Data, &[b"a\tb\r\n\x07"]), "a\tb\r\n\\u{7}");
        assert_eq!(through(Form::Plain, &[b"\xff\xc3"]), "\u{fffd}\u{fffd}");
    }

    proptest! {
        #[test]
        fn it_is_the_same_however_it_is_cut(text in "(\u{1b}|\\[|[0-9;m]|é|\u{202e}|🦀|\n|x){0,40}", width in 1_usize..5) {
            for form in [Form::Plain, Form::Coloured, Form::Data] {
                let pieces: Vec<&[u8]> = text.as_bytes().chunks(width).collect();
                prop_assert_eq!(through(form, &pieces), through(form, &[text.as_bytes()]));
            }
        }

        #[test]
        fn nothing_that_is_obeyed_passes(text in any::<String>()) {
            let shown = through(Form::Plain, &[text.as_bytes()]);
            prop_assert!(!shown.chars().any(|c| c != '\n' && is_obeyed(c)));
        }
    }
}
