//! One line of evidence as it is shown: escaped, tabs as blanks, and cut to
//! the columns there are, with the mark still in sight.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use crate::render::Style;
use crate::render::excerpt::ExcerptLine;
use crate::text::write_visible;

/// A line that can be printed as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// What to print.
    pub(crate) text: String,
    /// The marked part, in bytes of `text`.
    pub(crate) mark: Option<Range<usize>>,
    /// Whether something of the line was left out.
    pub(crate) cut: bool,
}

impl Style {
    /// What stands for text left out.
    fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// What one character of the line is printed as.
struct Cell {
    text: String,
    width: usize,
}

impl Shown {
    /// Fits a line of an excerpt into `columns`. The mark's start is shown
    /// whatever happens, with a third of the columns before it at most where
    /// room is short.
    pub(crate) fn new(line: &ExcerptLine, columns: usize, style: &Style) -> Self {
        let cells: Vec<Cell> = line.text.chars().map(cell).collect();
        let mark = line.mark.clone();
        let kept = fit(
            &cells,
            mark.as_ref(),
            line,
            columns,
            style.ellipsis().width(),
        );
        let mut text = String::new();
        if line.cut_before || kept.start > 0 {
            text.push_str(style.ellipsis());
        }
        let (mut start, mut end) = (text.len(), text.len());
        for (index, cell) in cells.iter().enumerate().take(kept.end).skip(kept.start) {
            text.push_str(&cell.text);
            if mark.as_ref().is_some_and(|mark| index < mark.start) {
                start = text.len();
            }
            if mark.as_ref().is_some_and(|mark| index < mark.end) {
                end = text.len();
            }
        }
        let cut_after = line.cut_after || kept.end < cells.len();
        if cut_after {
            text.push_str(style.ellipsis());
        }
        Self {
            mark: mark.map(|_| start..end.max(start)),
            cut: line.cut_before || kept.start > 0 || cut_after,
            text,
        }
    }
}

fn cell(character: char) -> Cell {
    if character == '\t' {
        return Cell {
            text: "    ".into(),
            width: 4,
        };
    }
    let mut text = String::new();
    // Writing to a String can't fail.
    let _ = write_visible(&mut text, character);
    Cell {
        width: text.width(),
        text,
    }
}

/// Which cells fit.
fn fit(
    cells: &[Cell],
    mark: Option<&Range<usize>>,
    line: &ExcerptLine,
    columns: usize,
    ellipsis: usize,
) -> Range<usize> {
    let width: usize = cells.iter().map(|cell| cell.width).sum();
    let ends = usize::from(line.cut_before) + usize::from(line.cut_after);
    if width + ends * ellipsis <= columns {
        return 0..cells.len();
    }
    let room = columns.saturating_sub(2 * ellipsis).max(1);
    let anchor = mark.map_or(0, |mark| mark.start);
    let after: usize = cells.iter().skip(anchor).map(|cell| cell.width).sum();
    let lead = room.saturating_sub(after).max(room / 3);
    let before = cells.iter().take(anchor).rev();
    let start = anchor - count_within(before, lead);
    let end = start + count_within(cells.iter().skip(start), room);
    start..end
}

/// How many cells in a row fit into `room`.
fn count_within<'a>(cells: impl Iterator<Item = &'a Cell>, room: usize) -> usize {
    let mut used = 0;
    cells
        .take_while(|cell| {
            used += cell.width;
            used <= room
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::Shown;
    use crate::render::Style;
    use crate::render::excerpt::ExcerptLine;
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    fn line(text: &str, mark: Option<std::ops::Range<usize>>) -> ExcerptLine {
        ExcerptLine {
            text: text.into(),
            cut_before: false,
            cut_after: false,
            mark,
        }
    }

    fn marked(shown: &Shown) -> String {
        let mark = shown.mark.clone().unwrap();
        format!(
            "{}«{}»{}",
            &shown.text[..mark.start],
            &shown.text[mark.clone()],
            &shown.text[mark.end..]
        )
    }

    #[test]
    fn a_line_that_fits_is_whole() {
        let shown = Shown::new(
            &line("{\"a\":\t\"\u{1b}\"}", Some(6..9)),
            40,
            &Style::default(),
        );
        assert_eq!(marked(&shown), "{\"a\":    «\"\\u{1b}\"»}");
        assert!(!shown.cut);
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides_of_the_mark() {
        let text = format!("{}MARK{}", "a".repeat(100), "b".repeat(100));
        let shown = Shown::new(&line(&text, Some(100..104)), 20, &Style::default());
        assert_eq!(marked(&shown), "…aaaaaa«MARK»bbbbbbbb…");
        let ascii = Style {
            unicode: false,
            ..Style::default()
        };
        assert_eq!(
            marked(&Shown::new(&line(&text, Some(100..104)), 20, &ascii)),
            "...aaaa«MARK»bbbbbb..."
        );
    }

    #[test]
    fn room_that_the_end_of_a_line_leaves_goes_to_its_start() {
        let text = format!("{}MARK", "a".repeat(100));
        let shown = Shown::new(&line(&text, Some(100..104)), 20, &Style::default());
        assert_eq!(marked(&shown), "…aaaaaaaaaaaaaa«MARK»");
    }

    proptest! {
        #[test]
        fn what_is_shown_fits_and_marks_whole_characters(
            text in "[a\t名\u{1b}é]{0,60}", start in 0_usize..60, length in 0_usize..60, columns in 20_usize..60,
            before in any::<bool>(), after in any::<bool>()
        ) {
            let count = text.chars().count();
            let start = start.min(count);
            let mark = start..(start + length).min(count);
            let line = ExcerptLine { text, cut_before: before, cut_after: after, mark: Some(mark) };
            let shown = Shown::new(&line, columns, &Style::default());
            let mark = shown.mark.clone().unwrap();
            prop_assert!(shown.text.width() <= columns);
            prop_assert!(shown.text.get(mark).is_some());
        }
    }
}
