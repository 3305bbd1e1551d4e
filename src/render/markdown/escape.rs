//! Text that Markdown reads as text.
//!
//! Everything given here has been made visible before: there are no line
//! breaks and no control characters left.

/// A sentence: every character that Markdown could act on is escaped. After
/// `@` and `#` an empty comment keeps GitHub from making a mention of a
/// person or of an issue, which it looks for after Markdown is read.
pub(in crate::render) fn text(sentence: &str) -> String {
    let mut out = String::with_capacity(sentence.len() + 8);
    for character in sentence.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' | '#' => {
                out.push('\\');
                out.push(character);
                out.push_str("<!-- -->");
            }
            '|' => out.push_str("&#124;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '+' | '!' | '~' | '$' | '^' => {
                out.push('\\');
                out.push(character);
            }
            // Only at the start of a line do these make lists and headings.
            '-' | '=' if out.is_empty() => {
                out.push('\\');
                out.push(character);
            }
            '.' | ')' if out.chars().all(|before| before.is_ascii_digit()) => {
                out.push('\\');
                out.push(character);
            }
            // `http:` and `www.` make links of their own.
            ':' if out.ends_with("http") || out.ends_with("https") || out.ends_with("ftp") => {
                out.push_str("\\:");
            }
            '.' if out.to_ascii_lowercase().ends_with("www") => out.push_str("\\."),
            other => out.push(other),
        }
    }
    out
}

/// A code span. Backticks, and the bars that end a table's cell, can't be
/// escaped in one, so a text that has any gets the element in their place.
pub(in crate::render) fn code(name: &str) -> String {
    if name.is_empty() {
        String::new()
    } else if name.contains(['`', '|', '\\']) || name.trim() != name {
        format!("<code>{}</code>", text(name))
    } else {
        format!("`{name}`")
    }
}

/// A code block of one command.
pub(super) fn fenced(command: &str) -> String {
    let fence = "`".repeat((longest_run(command) + 1).max(3));
    format!("{fence}sh\n{command}\n{fence}")
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{code, fenced, text};
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser};

    /// What a reader sees, and whether all of it is plain text.
    fn read(markdown: &str) -> (String, bool) {
        let mut plain = true;
        let mut seen = String::new();
        for event in Parser::new_ext(
            markdown,
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
        ) {
            match event {
                Event::Text(text) | Event::Code(text) => seen.push_str(&text),
                Event::InlineHtml(html) if ["<!-- -->", "<code>", "</code>"].contains(&&*html) => {}
                Event::Start(tag) => plain &= matches!(tag, pulldown_cmark::Tag::Paragraph),
                Event::End(_) => {}
                _ => plain = false,
            }
        }
        (seen, plain)
    }

    #[test]
    fn mentions_links_and_markup_are_only_text() {
        assert_eq!(
            text("@octocat #1 <b>"),
            "\\@<!-- -->octocat \\#<!-- -->1 &lt;b&gt;"
        );
        assert_eq!(text("http://a.b www.c.d"), "http\\://a.b www\\.c.d");
        assert_eq!(text("![x](y) `z`"), "\\!\\[x\\](y) \\`z\\`");
        assert_eq!(code("a`b|c"), "<code>a\\`b&#124;c</code>");
        assert_eq!(fenced("```"), "````sh\n```\n````");
    }

    proptest! {
        #[test]
        fn a_sentence_reads_as_it_was(sentence in "[!-~][ -~é]{0,40}[!-~]") {
            let (seen, plain) = read(&text(&sentence));
            prop_assert!(plain, "{}", text(&sentence));
            prop_assert_eq!(seen, sentence);
        }

        #[test]
        fn a_code_span_reads_as_it_was(name in "[!-{}~é]([ -{}~é]{0,40}[!-{}~é])?") {
            let (seen, plain) = read(&code(&name));
            prop_assert!(plain, "{}", code(&name));
            prop_assert_eq!(seen, name);
        }
    }
}
