//! JSON that can be looked at: indented, and with everything in its strings
//! that isn't plainly visible as `\u` escapes.
//!
//! JSON itself asks only for C0 to be escaped. C1, DEL and the bidirectional
//! overrides would act on the terminal or the editor of whoever looks at a
//! report; escaped, they are still the same JSON.

use std::io::{self, Write};

use rayon::prelude::*;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use crate::text::{is_plain, leading};

/// Writes a value indented by two spaces, with a line break at the end.
///
/// # Errors
/// Those of the writer, or of a `Serialize` that fails.
pub(crate) fn write_pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    value.serialize(&mut Serializer::with_formatter(&mut out, lines(0)?))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// How many elements are made together, and how many times that at once: some
/// megabytes of text in all.
const TOGETHER: usize = 16;
const AT_ONCE: usize = 32 * TOGETHER;

/// The most that is written at once.
const PIECE: usize = 1 << 15;

/// An object whose last members are long arrays: their elements are made on
/// the threads of the current pool, some at a time, and written in order.
pub(crate) struct Long<'o> {
    out: &'o mut dyn Write,
}

impl<'o> Long<'o> {
    /// Writes the first members: those of a value that is an object and has
    /// some.
    ///
    /// # Errors
    /// As [`write_pretty`].
    pub(crate) fn begin(out: &'o mut dyn Write, first: &impl Serialize) -> io::Result<Self> {
        let mut text = Vec::new();
        first.serialize(&mut Serializer::with_formatter(&mut text, lines(0)?))?;
        let members = text.strip_suffix(b"\n}").unwrap_or(&text);
        out.write_all(members)?;
        Ok(Self { out })
    }

    /// Writes a member as it is made.
    ///
    /// # Errors
    /// As [`write_pretty`].
    pub(crate) fn member(&mut self, key: &str, value: &impl Serialize) -> io::Result<()> {
        let mut out = io::BufWriter::with_capacity(PIECE, &mut *self.out);
        write!(out, ",\n  \"{key}\": ")?;
        value.serialize(&mut Serializer::with_formatter(&mut out, lines(1)?))?;
        out.flush()
    }

    /// Writes a member that is an array of what is made of each element.
    ///
    /// # Errors
    /// As [`write_pretty`].
    pub(crate) fn array<'e, T: Sync, U: Serialize>(
        &mut self,
        key: &str,
        elements: &'e [T],
        json: impl Fn(&'e T) -> U + Sync,
    ) -> io::Result<()> {
        write!(self.out, ",\n  \"{key}\": [")?;
        let texts = |some: &'e [T]| -> io::Result<Vec<u8>> {
            let mut text = Vec::new();
            for element in some {
                text.extend_from_slice(b",\n    ");
                let lines = lines(2)?;
                json(element).serialize(&mut Serializer::with_formatter(&mut text, lines))?;
            }
            Ok(text)
        };
        let mut is_first = true;
        for some in elements.chunks(AT_ONCE) {
            let made: Vec<_> = some.par_chunks(TOGETHER).map(texts).collect();
            for text in made {
                let text = text?;
                // No comma stands before the first.
                let text = text.get(usize::from(is_first)..).unwrap_or_default();
                is_first = false;
                for piece in text.chunks(PIECE) {
                    self.out.write_all(piece)?;
                }
            }
        }
        self.out.write_all(if is_first { b"]" } else { b"\n  ]" })
    }

    /// Ends the object, with a line break behind it.
    ///
    /// # Errors
    /// Those of the writer.
    pub(crate) fn end(self) -> io::Result<()> {
        self.out.write_all(b"\n}\n")?;
        self.out.flush()
    }
}

/// Writes an array with each of its values on a line of its own, for readers
/// that take one at a time.
///
/// # Errors
/// As [`write_pretty`].
pub(crate) fn write_lines<T: Serialize>(
    out: &mut dyn Write,
    values: impl IntoIterator<Item = T>,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    out.write_all(b"[")?;
    for (index, value) in values.into_iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        let plain = Plain(CompactFormatter);
        value.serialize(&mut Serializer::with_formatter(&mut out, plain))?;
    }
    out.write_all(b"\n]\n")?;
    out.flush()
}

/// Lines indented by two spaces a level, as of a value that lies so deep.
fn lines(depth: usize) -> io::Result<Plain<PrettyFormatter<'static>>> {
    let mut lines = PrettyFormatter::new();
    (0..depth).try_for_each(|_| lines.begin_array(&mut io::sink()))?;
    Ok(Plain(lines))
}

/// A formatter with more escapes.
struct Plain<F>(F);

impl<F: Formatter> Formatter for Plain<F> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let is_ink = |byte| matches!(byte, b' '..=b'~');
        if leading(fragment.as_bytes(), is_ink) == fragment.len() {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, hidden)) = rest.char_indices().find(|(_, c)| !is_plain(*c)) {
            let (before, after) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = after.get(hidden.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::{Long, write_lines, write_pretty};
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        write_pretty(&mut out, &text).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn hidden_characters_are_escaped_and_plain_ones_are_not() {
        assert_eq!(
            written("é\u{9b}31m\u{7f}\u{202e}\u{e0041}\"名\n"),
            "\"é\\u009b31m\\u007f\\u202e\\udb40\\udc41\\\"名\\n\"\n"
        );
    }

    #[test]
    fn a_long_object_is_as_if_it_were_written_at_once() {
        use serde_json::json;
        for count in [0, 1, 2, 16, 17, 600] {
            let elements: Vec<usize> = (0..count).collect();
            let make = |number: &usize| json!({"number": number, "of": [number], "none": {}, "\u{9b}": []});
            let mut out = Vec::new();
            let mut long = Long::begin(&mut out, &json!({"first": {"a": [1]}})).unwrap();
            long.array("one", &elements, make).unwrap();
            long.array("two", &elements, make).unwrap();
            long.end().unwrap();
            let all: Vec<_> = elements.iter().map(make).collect();
            let mut at_once = Vec::new();
            write_pretty(
                &mut at_once,
                &json!({"first": {"a": [1]}, "one": all, "two": all}),
            )
            .unwrap();
            assert_eq!(
                String::from_utf8(out).unwrap(),
                String::from_utf8(at_once).unwrap()
            );
        }
    }

    #[test]
    fn an_array_has_a_line_for_each_value_and_its_escapes() {
        let lines = |values: &[&str]| {
            let mut out = Vec::new();
            write_lines(&mut out, values).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(lines(&["a", "\u{9b}"]), "[\n\"a\",\n\"\\u009b\"\n]\n");
        assert_eq!(lines(&[]), "[\n]\n");
    }

    proptest! {
        #[test]
        fn what_is_read_back_is_what_was_written(text in any::<String>()) {
            let written = written(&text);
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
            prop_assert!(written.trim_end().chars().all(crate::text::is_plain));
        }
    }
}
