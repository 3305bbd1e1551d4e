//! Blocks as a page: of Markdown, or for a terminal.

use std::io::{self, Write};

use owo_colors::OwoColorize;
use unicode_width::UnicodeWidthStr;

use super::document::Block;
use crate::render::Style;
use crate::text::visible;

/// A page of Markdown, one line a paragraph.
pub(super) fn markdown(blocks: &[Block], out: &mut dyn Write) -> io::Result<()> {
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        match block {
            Block::Heading(level, text) => {
                writeln!(out, "{} {}", "#".repeat(*level), visible(text))?
            }
            Block::Text(text) => writeln!(out, "{}", visible(text))?,
            Block::Verbatim(lines) => {
                writeln!(out, "```sh")?;
                for line in lines {
                    writeln!(out, "{}", visible(line))?;
                }
                writeln!(out, "```")?;
            }
            Block::Items(items) => {
                for item in items {
                    writeln!(out, "- {}", visible(&said(item)))?;
                }
            }
        }
    }
    Ok(())
}

/// The same for a terminal: wrapped, commands as they are.
pub(super) fn on_terminal(blocks: &[Block], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        match block {
            Block::Heading(level, text) => {
                let text = visible(text);
                match (style.color, level) {
                    (true, _) => writeln!(out, "{}", text.bold())?,
                    (false, 1) => {
                        writeln!(out, "{text}\n{}", "=".repeat(text.width().min(style.width)))?
                    }
                    (false, _) => {
                        writeln!(out, "{text}\n{}", "-".repeat(text.width().min(style.width)))?
                    }
                }
            }
            Block::Text(text) => wrapped(text, "", "", style, out)?,
            Block::Verbatim(lines) => {
                for line in lines {
                    writeln!(out, "    {}", visible(line))?;
                }
            }
            Block::Items(items) => {
                for item in items {
                    wrapped(&said(item), "* ", "  ", style, out)?;
                }
            }
        }
    }
    Ok(())
}

fn said((thing, text): &(String, String)) -> String {
    if text.is_empty() {
        thing.clone()
    } else {
        format!("{thing}: {text}")
    }
}

/// Writes a text in lines of the style's width.
fn wrapped(
    text: &str,
    first: &str,
    rest: &str,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace().map(visible) {
        if !empty && line.width().saturating_add(1).saturating_add(word.width()) > style.width {
            writeln!(out, "{line}")?;
            line = rest.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&word);
        empty = false;
    }
    writeln!(out, "{line}")
}
