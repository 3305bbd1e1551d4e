//! Text in the types that OSCAL has for it, and the pieces made of them.

use serde_json::{Value, json};

use crate::render::identity::uuid;
use crate::render::markdown::escape;
use crate::text::{help_lines, visible};

/// The namespace of properties that are coldtrail's own. It is only a name:
/// no such host can be.
pub(crate) const NAMESPACE: &str = "https://coldtrail.invalid/ns/oscal";

/// A `token`: a letter or `_`, then letters, digits, `-`, `.` and `_`. What is
/// none becomes one that no other text becomes.
pub(super) fn token(text: &str) -> String {
    let fits = |character: char| character.is_ascii_alphanumeric() || "-._".contains(character);
    let mut token: String = text
        .chars()
        .map(|character| if fits(character) { character } else { '_' })
        .collect();
    if token != text {
        let id = uuid("token", &[text]).simple().to_string();
        token.push('-');
        token.push_str(id.get(..8).unwrap_or_default());
    }
    if !token.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        token.insert(0, '_');
    }
    token
}

/// A `string`: on one line, not empty, no blank at either end.
pub(super) fn string(text: &str) -> String {
    const BLANK: &str = "\\u{20}";
    let mut string = visible(text).into_owned();
    let start = string.len() - string.trim_start_matches(' ').len();
    string.replace_range(..start, &BLANK.repeat(start));
    let end = string.trim_end_matches(' ').len();
    let blanks = string.len() - end;
    string.replace_range(end.., &BLANK.repeat(blanks));
    if string.is_empty() {
        string.push_str("(empty)");
    }
    string
}

/// A `markup-line`: one line of Markdown that reads as the text does. What
/// stands between backticks, as policies write names, is code.
pub(super) fn line(text: &str) -> String {
    let shown = string(text);
    let parts: Vec<&str> = shown.split('`').collect();
    if parts.len().is_multiple_of(2) || parts.contains(&"") {
        return plain(&shown);
    }
    let parts = parts.iter().enumerate().map(|(index, part)| {
        if index.is_multiple_of(2) {
            plain(part)
        } else {
            escape::code(part)
        }
    });
    parts.collect()
}

/// A text of several lines, as METADATA may have it, on one.
pub(super) fn paragraph(text: &str) -> String {
    line(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Markdown that reads as the text does. The comments that keep GitHub from
/// making mentions are no markup that OSCAL knows.
fn plain(shown: &str) -> String {
    escape::text(shown).replace("<!-- -->", "")
}

/// A help as `markup-multiline`: a paragraph a line, and commands as code.
pub(super) fn help(help: &str) -> String {
    let lines = help_lines(help).into_iter().map(|said| {
        if crate::text::is_command(&said) {
            escape::code(&said)
        } else {
            line(&said)
        }
    });
    lines.collect::<Vec<_>>().join("\n\n")
}

/// A property of coldtrail's own.
pub(super) fn prop(name: &str, value: &str) -> Value {
    json!({"name": name, "ns": NAMESPACE, "value": string(value)})
}

#[cfg(test)]
mod tests {
    use super::{help, line, string, token};
    use proptest::prelude::*;

    #[test]
    fn tokens_are_left_alone_and_anything_else_becomes_one() {
        assert_eq!(token("log-group-configured"), "log-group-configured");
        assert_eq!(token("3.4"), "_3.4");
        let odd = token("a b/c");
        assert!(odd.starts_with("a_b_c-"), "{odd}");
        assert_ne!(odd, token("a_b c"));
    }

    #[test]
    fn strings_keep_their_blanks_where_they_can_be_seen() {
        assert_eq!(string(" a b  "), "\\u{20}a b\\u{20}\\u{20}");
        assert_eq!(string("  "), "\\u{20}\\u{20}");
        assert_eq!(string(""), "(empty)");
        assert_eq!(string("a\nb"), "a\\nb");
    }

    #[test]
    fn names_are_code_and_markup_is_text() {
        assert_eq!(line("trail `main` is <b>"), "trail `main` is &lt;b&gt;");
        assert_eq!(line("one ` alone"), "one \\` alone");
        assert_eq!(line("[a](javascript:b) @c"), "\\[a\\](javascript:b) \\@c");
        assert_eq!(help("collect it:\naws x"), "collect it:\n\n`aws x`");
    }

    proptest! {
        #[test]
        fn whatever_the_text_the_types_hold(text in any::<String>()) {
            let token = token(&text);
            let mut characters = token.chars();
            prop_assert!(characters.next().is_some_and(|first| first == '_' || first.is_ascii_alphabetic()));
            prop_assert!(characters.all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)));
            for shown in [string(&text), line(&text)] {
                prop_assert!(!shown.is_empty() && shown.trim() == shown && !shown.contains('\n'));
            }
        }
    }
}
