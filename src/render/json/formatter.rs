//! JSON that can be looked at: indented, and with everything in its strings
//! that isn't plainly visible as `\u` escapes.
//!
//! JSON itself asks only for C0 to be escaped. C1, DEL and the bidirectional
//! overrides would act on the terminal or the editor of whoever looks at a
//! report; escaped, they are still the same JSON.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use crate::text::is_plain;

/// Writes a value indented by two spaces, with a line break at the end.
///
/// # Errors
/// Those of the writer, or of a `Serialize` that fails.
pub(crate) fn write_pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    value.serialize(&mut Serializer::with_formatter(
        &mut out,
        Plain(PrettyFormatter::new()),
    ))?;
    out.write_all(b"\n")?;
    out.flush()
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

/// A formatter with more escapes.
struct Plain<F>(F);

impl<F: Formatter> Formatter for Plain<F> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
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
    use super::{write_lines, write_pretty};
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
