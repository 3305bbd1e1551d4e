//! A few lines of a file around a place: what a renderer shows of evidence.
//!
//! Cutting one costs as much as what it shows and never as much as the file,
//! so that fifty thousand places in one compact line are shown in time linear
//! in their number. Reading files is not done here: whoever calls
//! [`Excerpt::cut`] has the decoded text and its [`line_starts`]. The text is
//! raw; each renderer escapes it for its own format.

use std::ops::Range;

use crate::finding::Place;

/// Where renderers get excerpts from.
pub trait Excerpts {
    /// The lines around a place, if its file can (still) be read.
    fn excerpt(&mut self, place: &Place) -> Option<Excerpt>;
}

/// A source of excerpts that has none: for reports without their evidence.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoExcerpts;

impl Excerpts for NoExcerpts {
    fn excerpt(&mut self, _: &Place) -> Option<Excerpt> {
        None
    }
}

/// Consecutive lines of a file, with what a place covers marked in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// One-based number of the first line shown.
    pub first_line: usize,
    /// The lines, at least one.
    pub lines: Vec<ExcerptLine>,
    /// Whether the marks cover the whole place. False where it goes on beyond
    /// the last line shown.
    pub whole: bool,
}

/// One line of an excerpt, or a part of a long one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcerptLine {
    /// The text without its line break, as it stands in the file: not escaped.
    pub text: String,
    /// Whether the line has text before this part.
    pub cut_before: bool,
    /// Whether the line has text after this part.
    pub cut_after: bool,
    /// What the place covers, in characters of `text`. Empty for a place
    /// between two characters.
    pub mark: Option<Range<usize>>,
}

/// How much of a file an excerpt shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Lines before the place.
    pub before: usize,
    /// Lines after the place.
    pub after: usize,
    /// Lines of the place itself, from its first.
    pub span: usize,
    /// Characters of a line: a third of them before the mark, at most.
    pub columns: usize,
}

impl Default for Window {
    /// One line of context, a whole trail object, twice a wide terminal.
    fn default() -> Self {
        Self {
            before: 1,
            after: 1,
            span: 24,
            columns: 240,
        }
    }
}

/// The byte offset at which each line of a text starts, in ascending order;
/// the first is always 0. A line ends with `\n`.
#[must_use]
pub fn line_starts(text: &str) -> Vec<usize> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes());
    std::iter::once(0).chain(ends.map(|end| end + 1)).collect()
}

impl Excerpt {
    /// Cuts the lines around `span` out of a text.
    ///
    /// `span` is in bytes of `text` (decoded: not bytes of the file), and
    /// `line_starts` are that text's. A span beyond the text or within a
    /// character is moved to the nearest place there is.
    #[must_use]
    pub fn cut(text: &str, line_starts: &[usize], span: Range<usize>, window: &Window) -> Self {
        let start = text.floor_char_boundary(span.start.min(text.len()));
        let end = text.ceil_char_boundary(span.end.min(text.len())).max(start);
        let line_of = |offset: usize| {
            line_starts
                .partition_point(|line| *line <= offset)
                .saturating_sub(1)
        };
        let first_marked = line_of(start);
        let last_of_span = line_of(end.saturating_sub(1).max(start));
        let last_marked = last_of_span.min(first_marked.saturating_add(window.span.max(1) - 1));
        let whole = last_marked == last_of_span;
        let first = first_marked.saturating_sub(window.before);
        let last = if whole {
            last_marked.saturating_add(window.after)
        } else {
            last_marked
        };

        // What follows the last line break is a line only if a place is there.
        let exists = |line: &usize| {
            *line <= last_marked
                || line_starts
                    .get(*line)
                    .is_some_and(|start| *start < text.len())
        };
        let lines = (first..=last)
            .take_while(exists)
            .map_while(|line| {
                let bounds = bounds_of(text, line_starts, line)?;
                let mark = (first_marked..=last_marked).contains(&line).then(|| {
                    start.clamp(bounds.start, bounds.end)..end.clamp(bounds.start, bounds.end)
                });
                Some(ExcerptLine::cut(text, bounds, mark, window.columns.max(3)))
            })
            .collect();
        Self {
            first_line: first + 1,
            lines,
            whole,
        }
    }

    /// The first line of the place alone.
    #[must_use]
    pub fn marked_line(self) -> Self {
        let mut alone = self.head(1);
        let first = alone.lines.iter().position(|line| line.mark.is_some());
        let first = first.unwrap_or_default();
        alone.first_line += first;
        alone.lines = alone.lines.into_iter().skip(first).take(1).collect();
        alone
    }

    /// The excerpt with the place shown by its first `lines` lines only.
    #[must_use]
    pub fn head(mut self, lines: usize) -> Self {
        let Some(first) = self.lines.iter().position(|line| line.mark.is_some()) else {
            return self;
        };
        let marked = self.lines.iter().filter(|line| line.mark.is_some()).count();
        if marked > lines.max(1) {
            self.lines.truncate(first + lines.max(1));
            self.whole = false;
        }
        self
    }
}

impl ExcerptLine {
    /// Cuts the part around the mark out of the line at `bounds`. All offsets
    /// are bytes of `text`.
    fn cut(text: &str, bounds: Range<usize>, mark: Option<Range<usize>>, columns: usize) -> Self {
        let anchor = mark.as_ref().map_or(bounds.start, |mark| mark.start);
        let before = text.get(bounds.start..anchor).unwrap_or_default();
        let after = text.get(anchor..bounds.end).unwrap_or_default();
        let (from, before_kept) = tail(before, columns / 3);
        let to = head_len(after, columns - before_kept);
        let marked = mark.map(|mark| {
            let length = (mark.end - mark.start).min(to);
            let characters = after.get(..length).unwrap_or_default().chars().count();
            before_kept..before_kept + characters
        });
        Self {
            text: text
                .get(bounds.start + from..anchor + to)
                .unwrap_or_default()
                .to_owned(),
            cut_before: from > 0,
            cut_after: to < after.len(),
            mark: marked,
        }
    }
}

/// The bytes of one line (zero-based), without its line break.
fn bounds_of(text: &str, line_starts: &[usize], line: usize) -> Option<Range<usize>> {
    let start = match line_starts.get(line) {
        Some(start) => *start,
        None if line == 0 => 0,
        None => return None,
    };
    let end = line_starts.get(line + 1).copied().unwrap_or(text.len());
    let content = text.get(start..end)?;
    let content = content.strip_suffix('\n').unwrap_or(content);
    let content = content.strip_suffix('\r').unwrap_or(content);
    Some(start..start + content.len())
}

/// Where the last `count` characters of a text start, and how many there are.
fn tail(text: &str, count: usize) -> (usize, usize) {
    let mut kept = 0;
    let mut from = text.len();
    for (offset, _) in text.char_indices().rev().take(count) {
        kept += 1;
        from = offset;
    }
    (from, kept)
}

/// How many bytes the first `count` characters of a text take.
fn head_len(text: &str, count: usize) -> usize {
    text.char_indices()
        .nth(count)
        .map_or(text.len(), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, ExcerptLine, Window, line_starts};
    use proptest::prelude::*;
    use std::fmt::Write;

    const TRAILS: &str = "{\n  \"trailList\": [\n    {\n      \"Name\": \"main\",\n      \"HomeRegion\": \"eu-west-1\"\n    }\n  ]\n}\n";

    fn cut(text: &str, needle: &str, window: Window) -> Excerpt {
        let start = text.find(needle).unwrap();
        Excerpt::cut(
            text,
            &line_starts(text),
            start..start + needle.len(),
            &window,
        )
    }

    /// Draws an excerpt as text: the number, the line with `…` where it is
    /// cut, and the mark between guillemets.
    fn draw(excerpt: &Excerpt) -> String {
        let mut out = String::new();
        for (index, line) in excerpt.lines.iter().enumerate() {
            let mut text: Vec<String> = line.text.chars().map(String::from).collect();
            if let Some(mark) = &line.mark {
                text.insert(mark.end, "»".into());
                text.insert(mark.start, "«".into());
            }
            let (before, after) = (
                if line.cut_before { "…" } else { "" },
                if line.cut_after { "…" } else { "" },
            );
            writeln!(
                out,
                "{} {before}{}{after}",
                excerpt.first_line + index,
                text.concat()
            )
            .unwrap();
        }
        if !excerpt.whole {
            out.push_str("(goes on)\n");
        }
        out
    }

    #[test]
    fn a_value_is_shown_with_its_line_and_one_around_it() {
        insta::assert_snapshot!(draw(&cut(TRAILS, "\"main\"", Window::default())), @r#"
        3     {
        4       "Name": «"main"»,
        5       "HomeRegion": "eu-west-1"
        "#);
    }

    #[test]
    fn an_object_of_several_lines_is_marked_on_each() {
        let object = "{\n      \"Name\": \"main\",\n      \"HomeRegion\": \"eu-west-1\"\n    }";
        insta::assert_snapshot!(draw(&cut(TRAILS, object, Window::default())), @r#"
        2   "trailList": [
        3     «{»
        4 «      "Name": "main",»
        5 «      "HomeRegion": "eu-west-1"»
        6 «    }»
        7   ]
        "#);
        insta::assert_snapshot!(draw(&cut(TRAILS, object, Window::default()).head(2)), @r#"
        2   "trailList": [
        3     «{»
        4 «      "Name": "main",»
        (goes on)
        "#);
    }

    #[test]
    fn an_object_too_long_to_show_says_that_it_goes_on() {
        let window = Window {
            span: 2,
            ..Window::default()
        };
        insta::assert_snapshot!(draw(&cut(TRAILS, TRAILS, window)), @r#"
        1 «{»
        2 «  "trailList": [»
        (goes on)
        "#);
    }

    #[test]
    fn a_line_too_long_to_show_is_cut_around_the_mark() {
        let line = format!(
            "[{}\"here\"{}]",
            "{},".repeat(100_000),
            ",{}".repeat(100_000)
        );
        let window = Window {
            columns: 30,
            ..Window::default()
        };
        insta::assert_snapshot!(draw(&cut(&line, "\"here\"", window)), @r#"1 …,{},{},{},«"here"»,{},{},{},{},{…"#);
        let window = Window {
            columns: 9,
            ..Window::default()
        };
        insta::assert_snapshot!(draw(&cut(&line, "\"here\"", window)), @r#"1 …{},«"here"»…"#);
        let window = Window {
            columns: 6,
            ..Window::default()
        };
        insta::assert_snapshot!(draw(&cut(&line, "\"here\"", window)), @r#"1 …},«"her»…"#);
    }

    #[test]
    fn marks_count_characters_whatever_their_bytes_and_width() {
        insta::assert_snapshot!(draw(&cut("{\"名前\":\t\"トレイル\"}\r\nnext\r\n", "\"トレイル\"", Window::default())), @r#"
        1 {"名前":	«"トレイル"»}
        2 next
        "#);
    }

    #[test]
    fn an_empty_file_and_its_end_are_places_too() {
        let empty = Excerpt::cut("", &line_starts(""), 0..0, &Window::default());
        let line = ExcerptLine {
            text: String::new(),
            cut_before: false,
            cut_after: false,
            mark: Some(0..0),
        };
        assert_eq!(
            empty,
            Excerpt {
                first_line: 1,
                lines: vec![line],
                whole: true
            }
        );
        let text = "[1,\n";
        insta::assert_snapshot!(draw(&Excerpt::cut(text, &line_starts(text), 4..4, &Window::default())), @r"
        1 [1,
        2 «»
        ");
        insta::assert_snapshot!(draw(&Excerpt::cut(text, &line_starts(text), 3..3, &Window::default())), @"1 [1,«»");
    }

    proptest! {
        #[test]
        fn any_span_of_any_text_gives_marks_within_their_lines(
            text in "[a-c\n\r\té名🦀]{0,60}", start in 0_usize..90, length in 0_usize..90, columns in 0_usize..20
        ) {
            let window = Window { before: 1, after: 1, span: 2, columns };
            let excerpt = Excerpt::cut(&text, &line_starts(&text), start..start + length, &window);
            prop_assert!(!excerpt.lines.is_empty());
            prop_assert!(excerpt.lines.iter().any(|line| line.mark.is_some()));
            for line in &excerpt.lines {
                let characters = line.text.chars().count();
                prop_assert!(characters <= columns.max(3));
                prop_assert!(!line.text.contains('\n'));
                if let Some(mark) = &line.mark {
                    prop_assert!(mark.start <= mark.end && mark.end <= characters);
                }
            }
        }
    }
}
