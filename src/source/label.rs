//! A name as bytes, and as the text that a report shows of it: no two names
//! have one text.
//!
//! Most names are their own text. Another is written with `\xNN` for each byte
//! that is no UTF-8, for each of its own backslashes, and for a `!` that would
//! look like the one between an archive and its entry. A name in which `\x`
//! stands is written so too: else it could be the text of another.

use std::borrow::Cow;

use crate::source::archive::Format;

/// What begins an escape. Only names that are written with escapes have it.
const ESCAPE: &str = "\\x";

/// The text of a name, whose bytes may be no UTF-8.
pub(crate) fn label(name: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(name) {
        Ok(text) if !text.contains(ESCAPE) => Cow::Borrowed(text),
        _ => Cow::Owned(escaped(name, false)),
    }
}

/// The text of the name of a file or folder on disk: never that of an entry of
/// an archive beside it.
pub(crate) fn label_on_disk(name: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(name) {
        Ok(text) if is_own_label(text) => Cow::Borrowed(text),
        _ => Cow::Owned(escaped(name, true)),
    }
}

/// Whether the text of a name, or of a path of several, is the name itself.
pub(crate) fn is_own_label(text: &str) -> bool {
    memchr::memchr2(b'\\', b'!', text.as_bytes()).is_none()
        || !text.contains(ESCAPE) && !text.split('/').any(seems_packed)
}

/// The text of a name that has none of its own: its beginning, and its place in
/// the archive. No other name has an escape like this one.
pub(crate) fn label_of_unnamed(beginning: &str, index: usize) -> String {
    format!("{beginning}{ESCAPE}…~{index}")
}

/// Whether a name reads as an archive's (or standard input's) with an entry
/// behind it.
fn seems_packed(name: &str) -> bool {
    name.match_indices('!').any(|(at, _)| {
        let before = name.get(..at).unwrap_or_default();
        Format::is_named(before) || before.starts_with("stdin")
    })
}

fn escaped(name: &[u8], is_on_disk: bool) -> String {
    let mut text = String::new();
    let escape = |text: &mut String, byte: u8| text.push_str(&format!("{ESCAPE}{byte:02X}"));
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => escape(&mut text, b'\\'),
                '!' if is_on_disk => escape(&mut text, b'!'),
                other => text.push(other),
            }
        }
        for byte in chunk.invalid() {
            escape(&mut text, *byte);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::{is_own_label, label, label_of_unnamed, label_on_disk};

    #[test]
    fn most_names_are_their_own_text() {
        for name in ["a.json", "é", "a\\b", "a!b.json", "b!c.zip", "…~5"] {
            assert_eq!(label(name.as_bytes()), name);
            assert_eq!(label_on_disk(name.as_bytes()), name);
            assert!(is_own_label(&format!("x/{name}/y")));
        }
        assert_eq!(label(b"\xff.json"), "\\xFF.json");
        assert_eq!(label(b"\\xFF.json"), "\\x5CxFF.json");
        assert_eq!(label(b"a\\\xff"), "a\\x5C\\xFF");
        assert_eq!(label_on_disk(b"b.zip!a.json"), "b.zip\\x21a.json");
        assert_eq!(label_on_disk(b"stdin!a.json"), "stdin\\x21a.json");
        assert_eq!(label_of_unnamed("aa", 3), "aa\\x…~3");
        assert!(!is_own_label("x/b.tar.gz!a/y"));
    }

    proptest! {
        #[test]
        fn no_two_names_have_one_text(names in prop::collection::vec(prop::collection::vec(prop::sample::select(&b"\\xX5CF2!1.zip\xff\xc3\xa9"[..]), 0..8), 1..200)) {
            for label in [label as fn(&[u8]) -> std::borrow::Cow<'_, str>, label_on_disk] {
                let mut seen = HashMap::new();
                for name in &names {
                    let before = seen.insert(label(name).into_owned(), name);
                    prop_assert!(before.is_none_or(|before| before == name));
                    prop_assert!(!label(name).contains("\\x…"));
                }
            }
        }
    }
}
