//! Strings from evidence made safe to look at.
//!
//! Names, keys, file names and error texts come from files that anybody may
//! have written. On their way to a terminal, or to any page that a person
//! reads, each character that moves the cursor, hides itself or turns the
//! direction of writing is shown as an escape. Formats with an escaping of
//! their own (JSON, XML, HTML) apply that on top; this module knows none of
//! them.

use std::borrow::Cow;
use std::fmt::{self, Write};

use unicode_general_category::{GeneralCategory, get_general_category};

pub mod cut;
pub mod gate;

/// Displays a string on one line, with everything that isn't plainly visible
/// as an escape: `\n`, `\u{1b}`.
///
/// Padding and precision of the format string are not applied: width is the
/// business of whoever lays out a line.
#[derive(Debug, Clone, Copy)]
pub struct Visible<'a>(pub &'a str);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            write_visible(f, character)?;
        }
        Ok(())
    }
}

/// The string as [`Visible`] shows it, borrowed where nothing had to change.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(Visible(text).to_string())
    }
}

/// The lines of a help, each as [`visible`] shows it. A carriage return is not
/// a line break, and neither is one within the quotes of a command: that comes
/// from a name, which must not pass for a command of its own.
#[must_use]
pub fn help_lines(help: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in help.split('\n') {
        match lines
            .last_mut()
            .filter(|last| is_command(last) && has_open_quote(last))
        {
            Some(last) => {
                last.push('\n');
                last.push_str(line);
            }
            None => lines.push(line.to_owned()),
        }
    }
    lines
        .iter()
        .map(|line| visible(line).into_owned())
        .collect()
}

/// Whether a line of a help is a command, to be copied as it is.
#[must_use]
pub fn is_command(line: &str) -> bool {
    line.starts_with("aws ") || line.starts_with("$ ")
}

fn has_open_quote(command: &str) -> bool {
    !command.matches('\'').count().is_multiple_of(2)
}

/// Appends one character, escaped where it is not plainly visible.
///
/// # Errors
/// Only those of the writer.
pub fn write_visible(out: &mut impl Write, character: char) -> fmt::Result {
    match character {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        plain if is_plain(plain) => out.write_char(plain),
        other => write!(out, "\\u{{{:x}}}", u32::from(other)),
    }
}

/// Whether a character shows as itself and does nothing else.
///
/// Not plain are controls (C0, DEL, C1), format characters (bidirectional
/// overrides and isolates, zero-width characters, tags), line and paragraph
/// separators, blanks other than the space, private and unassigned code
/// points, and the letters and marks that Unicode gives no ink.
#[must_use]
pub fn is_plain(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    !matches!(
        get_general_category(character),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::SpaceSeparator
            | GeneralCategory::PrivateUse
            | GeneralCategory::Surrogate
            | GeneralCategory::Unassigned
    ) && !is_inkless(character)
}

/// A SHA-256 in hex.
pub(crate) fn hex(digest: [u8; 32]) -> String {
    let digit = |nibble: u8| match nibble {
        0..=9 => b'0' + nibble,
        _ => b'a' - 10 + nibble,
    };
    // Every file has one: an array is made without a question for each digit.
    let digits = digest.map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    let text = std::str::from_utf8(digits.as_flattened());
    text.unwrap_or_default().to_owned()
}

/// How often any of these signs of ASCII stands in a text.
pub(crate) fn signs(text: &str, signs: &[u8]) -> usize {
    text.bytes().filter(|byte| signs.contains(byte)).count()
}

/// How many bytes at the start are of a kind. Reports are long and nearly all ASCII:
/// within a chunk there is no way out, so that compilers make vectors of it.
pub(crate) fn leading(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let all = |chunk: &&[u8]| chunk.iter().fold(true, |all, byte| all & is(*byte));
    let sure: usize = bytes.chunks(64).take_while(all).map(<[u8]>::len).sum();
    let rest = bytes.get(sure..).unwrap_or_default();
    sure + rest.iter().take_while(|byte| is(**byte)).count()
}

/// Whether a terminal would obey a character and not show it: a control, or
/// one that turns the direction of writing.
#[must_use]
pub fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
}

/// A text of which each character that isn't plainly visible has given way to one
/// that is and takes as many bytes, so that places in it stay where they are.
/// Line breaks and tabs stay; a carriage return before a line break is a blank.
#[must_use]
pub fn same_places(text: &str) -> Cow<'_, str> {
    let stays = |c: char| is_plain(c) || c == '\n' || c == '\t';
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        shown.push(match character.len_utf8() {
            _ if stays(character) => character,
            1 if character == '\r' && characters.peek() == Some(&'\n') => ' ',
            1 => '?',
            2 => '\u{bf}',
            3 => '\u{fffd}',
            _ => '\u{1f6ab}',
        });
    }
    Cow::Owned(shown)
}

/// Letters, marks and symbols that show nothing: Hangul fillers, variation
/// selectors, the grapheme joiner, the empty Braille cell
/// (`Default_Ignorable_Code_Point` in Unicode's `DerivedCoreProperties.txt`,
/// and U+2800).
fn is_inkless(character: char) -> bool {
    matches!(
        character,
        '\u{34f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

#[cfg(test)]
mod tests {
    use super::{help_lines, is_plain, same_places, visible};
    use proptest::prelude::*;
    use std::borrow::Cow;

    #[test]
    fn plain_text_is_left_alone() {
        for text in [
            "main",
            "trail/名前",
            "Ünïcode – é",
            "a\\b \"c\" 'd' `e`",
            "🦀",
            "",
        ] {
            assert!(
                matches!(visible(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
    }

    #[test]
    fn what_moves_the_cursor_or_hides_is_escaped() {
        for (text, shown) in [
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("a\u{9b}31mb", "a\\u{9b}31mb"),
            ("two\nlines\r\tand a tab", "two\\nlines\\r\\tand a tab"),
            ("\u{7f}\u{0}\u{8}", "\\u{7f}\\u{0}\\u{8}"),
            ("user\u{202e}nimda", "user\\u{202e}nimda"),
            ("\u{2066}isolated\u{2069}", "\\u{2066}isolated\\u{2069}"),
            ("ma\u{200b}in", "ma\\u{200b}in"),
            ("\u{feff}bom", "\\u{feff}bom"),
            ("line\u{2028}sep\u{2029}", "line\\u{2028}sep\\u{2029}"),
            ("no\u{a0}break", "no\\u{a0}break"),
            ("soft\u{ad}hyphen", "soft\\u{ad}hyphen"),
            ("\u{e000}\u{378}\u{10ffff}", "\\u{e000}\\u{378}\\u{10ffff}"),
            ("tag\u{e0041}", "tag\\u{e0041}"),
            ("filler\u{3164}", "filler\\u{3164}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn what_stands_in_for_a_character_is_as_long() {
        let text = "a\r\nb\rc\u{1b}\t\u{9b}\u{202e}\u{e0041}é";
        let shown = same_places(text);
        assert_eq!(shown, "a \nb?c?\t\u{bf}\u{fffd}\u{1f6ab}é");
        assert_eq!(shown.len(), text.len());
    }

    #[test]
    fn a_help_keeps_its_lines_and_a_name_makes_none() {
        assert_eq!(
            help_lines("don't wait:\naws one\rtwo\nthen"),
            ["don't wait:", "aws one\\rtwo", "then"]
        );
        assert_eq!(
            help_lines("aws cloudtrail stop --name 'a\naws iam delete-user'\nthen look"),
            [
                "aws cloudtrail stop --name 'a\\naws iam delete-user'",
                "then look"
            ]
        );
    }

    proptest! {
        #[test]
        fn nothing_shown_can_act_on_a_terminal(text in any::<String>()) {
            let shown = visible(&text);
            prop_assert!(!shown.chars().any(|c| c.is_control()));
            let turns = |c: char| matches!(c as u32, 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff);
            prop_assert!(!shown.chars().any(turns));
            prop_assert!(shown.chars().all(is_plain));
            prop_assert_eq!(visible(&shown).into_owned(), shown.as_ref());
        }

        #[test]
        fn every_control_and_bidi_character_is_escaped(c in prop_oneof![
            0_u32..0x20, 0x7f_u32..0xa0, 0x200b_u32..0x2010, 0x2028_u32..0x202f, 0x2066_u32..0x206a
        ]) {
            let text = char::from_u32(c).unwrap().to_string();
            prop_assert!(visible(&text).starts_with('\\'));
        }
    }
}
