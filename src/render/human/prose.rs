//! Sentences broken into lines; commands left whole.
//!
//! A command that is broken can't be copied. So a line that starts with `aws `
//! or `$ ` is never broken, and neither is anything between backticks.

use unicode_width::UnicodeWidthStr;

use crate::text::{help_lines, is_command};

/// The text in lines of at most `width` columns where its words allow, with
/// whatever isn't plainly visible escaped. Its own line breaks are kept.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in help_lines(text) {
        if is_command(&line) {
            lines.push(line);
        } else {
            fill(&line, width, &mut lines);
        }
    }
    lines
}

/// Appends one line of prose, broken between words.
fn fill(line: &str, width: usize, lines: &mut Vec<String>) {
    let mut current = String::new();
    for word in words(line) {
        if !current.is_empty() && current.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut current));
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    lines.push(current);
}

/// The words of a line. What stands between two backticks is within one word.
fn words(line: &str) -> Vec<&str> {
    let mut quoted = false;
    let paired = line.matches('`').count().is_multiple_of(2);
    line.split(move |character| {
        quoted ^= character == '`';
        character == ' ' && !(quoted && paired)
    })
    .filter(|word| !word.is_empty())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn sentences_break_and_commands_do_not() {
        let text = "give it a log group and a role:\naws cloudtrail update-trail --name main --region us-east-1\nthen look again";
        assert_eq!(
            wrap(text, 20),
            [
                "give it a log group",
                "and a role:",
                "aws cloudtrail update-trail --name main --region us-east-1",
                "then look again"
            ]
        );
    }

    #[test]
    fn what_is_quoted_stays_together() {
        assert_eq!(
            wrap("run `aws sts get-caller-identity` first", 12),
            ["run", "`aws sts get-caller-identity`", "first"]
        );
        assert_eq!(
            wrap("an odd ` backtick quotes nothing", 12),
            ["an odd `", "backtick", "quotes", "nothing"]
        );
    }

    #[test]
    fn escapes_and_wide_characters_count_as_wide_as_they_show() {
        assert_eq!(
            wrap("名前 名前 \u{1b}[31m", 10),
            ["名前 名前", "\\u{1b}[31m"]
        );
        assert_eq!(wrap("", 10), [""]);
    }
}
