//! The text of a small file for diagnostics, cut where its lines are too long
//! to be drawn.
//!
//! miette draws whole lines, and ends the program at a label far to the right.
//! Where a line around a label is long, only a piece of the label's own line
//! is shown, with the place it has in the file.

use std::ops::Range;
use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// How long a line may be that is drawn whole, in bytes.
const LONG: usize = 1000;
/// How much of a long line is drawn before a label, and after its start.
const AROUND: (usize, usize) = (40, 80);

/// A named text of which at least the place of one label can be drawn.
#[derive(Debug, Clone)]
pub struct Cut {
    name: String,
    text: Arc<str>,
    /// The piece of a long line that is drawn.
    window: Option<Range<usize>>,
}

impl Cut {
    /// A text, and the label that is drawn in any case.
    #[must_use]
    pub fn new(name: &str, text: Arc<str>, label: &Range<usize>) -> Self {
        let window = window(&text, label);
        Self {
            name: name.to_owned(),
            text,
            window,
        }
    }

    /// What of a label can be drawn, if anything.
    #[must_use]
    pub fn label(&self, label: &Range<usize>) -> Option<Range<usize>> {
        let Some(window) = &self.window else {
            return Some(label.clone());
        };
        let is_inside = (window.start..=window.end).contains(&label.start);
        is_inside.then(|| label.start..label.end.min(window.end).max(label.start))
    }

    fn piece(&self, at: Range<usize>) -> MietteSpanContents<'_> {
        let before = self.text.get(..at.start).unwrap_or_default();
        let line = before.matches('\n').count();
        let start = before.rfind('\n').map_or(0, |end| end.saturating_add(1));
        let column = before.len().saturating_sub(start);
        let data = self.text.get(at.clone()).unwrap_or_default().as_bytes();
        MietteSpanContents::new_named(self.name.clone(), data, at.into(), line, column, 1)
    }
}

/// The piece to draw, where a line that would be drawn is long.
fn window(text: &str, label: &Range<usize>) -> Option<Range<usize>> {
    let break_before = |at: usize| text.get(..at).and_then(|before| before.rfind('\n'));
    let line_start = |at: usize| break_before(at).map_or(0, |end| end.saturating_add(1));
    let line_end = |at: usize| {
        let after = text.get(at..).unwrap_or_default();
        at.saturating_add(after.find('\n').unwrap_or(after.len()))
    };
    // miette draws a line more on each side.
    let from = break_before(label.start).map_or(0, line_start);
    let own_end = line_end(label.end.min(text.len()));
    let to = line_end(own_end.saturating_add(1).min(text.len()));
    let drawn = text.get(from..to).unwrap_or_default();
    if drawn.split('\n').all(|line| line.len() <= LONG) {
        return None;
    }
    let (before, after) = AROUND;
    let mut from = label
        .start
        .saturating_sub(before)
        .max(line_start(label.start));
    let mut to = label.start.saturating_add(after).min(line_end(label.start));
    while !text.is_char_boundary(from) {
        from = from.saturating_sub(1);
    }
    while !text.is_char_boundary(to) {
        to = to.saturating_add(1);
    }
    Some(from..to)
}

impl SourceCode for Cut {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Some(window) = &self.window else {
            let whole = self.text.read_span(span, lines_before, lines_after)?;
            return Ok(Box::new(MietteSpanContents::new_named(
                self.name.clone(),
                whole.data(),
                *whole.span(),
                whole.line(),
                whole.column(),
                whole.line_count(),
            )));
        };
        let asked = span.offset()..span.offset().saturating_add(span.len());
        if asked.start < window.start || asked.end > window.end {
            return Err(MietteError::OutOfBounds);
        }
        // Without lines around it, it is the place of the label that is asked.
        let is_place = lines_before == 0 && lines_after == 0;
        let at = if is_place { asked } else { window.clone() };
        Ok(Box::new(self.piece(at)))
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "nobody sees it")]
mod tests {
    use std::fmt;

    use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan};

    use super::*;

    #[derive(Debug)]
    struct Complaint(Cut, Vec<Range<usize>>);

    impl fmt::Display for Complaint {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("wrong")
        }
    }

    impl std::error::Error for Complaint {}

    impl Diagnostic for Complaint {
        fn source_code(&self) -> Option<&dyn SourceCode> {
            Some(&self.0)
        }

        fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
            let labels = self.1.iter().filter_map(|label| self.0.label(label));
            Some(Box::new(
                labels.map(|at| LabeledSpan::at(at, "here".to_owned())),
            ))
        }
    }

    fn drawn(text: &str, labels: &[&str]) -> String {
        let find = |word: &&str| {
            let start = text.find(word).unwrap();
            start..start + word.len()
        };
        let labels: Vec<Range<usize>> = labels.iter().map(find).collect();
        let cut = Cut::new("file", text.into(), labels.first().unwrap());
        let mut out = String::new();
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
            .with_width(80)
            .render_report(&mut out, &Complaint(cut, labels))
            .unwrap();
        out
    }

    #[test]
    fn a_file_of_short_lines_is_drawn_with_its_lines() {
        insta::assert_snapshot!(drawn("one\ntwo three\nfour\n", &["three"]), @r"
     × wrong
      ╭─[file:2:5]
    1 │ one
    2 │ two three
      ·     ──┬──
      ·       ╰── here
    3 │ four
      ╰────
    ");
    }

    #[test]
    fn of_a_long_line_the_piece_around_the_label_is_drawn_at_its_place() {
        let line = format!(
            "one\n{} three {}\nfour\n",
            "é".repeat(50_000),
            "y".repeat(50_000)
        );
        insta::assert_snapshot!(drawn(&line, &["three", "four"]), @r"
     × wrong
      ╭─[file:2:100002]
    2 │ éééééééééééééééééééé three yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
      ·                      ──┬──
      ·                        ╰── here
      ╰────
    ");
    }

    #[test]
    fn a_label_that_is_too_wide_is_cut() {
        let wide = "x".repeat(70_000);
        insta::assert_snapshot!(drawn(&format!("one\n{wide} four\n"), &[&wide]), @r"
     × wrong
      ╭─[file:2:1]
    2 │ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
      · ────────────────────────────────────────┬───────────────────────────────────────
      ·                                         ╰── here
      ╰────
    ");
    }

    #[test]
    fn a_short_line_beside_a_long_one_is_drawn_alone() {
        let text = format!("{}\ntwo\n", "x".repeat(70_000));
        insta::assert_snapshot!(drawn(&text, &["two"]), @r"
     × wrong
      ╭─[file:2:1]
    2 │ two
      · ─┬─
      ·  ╰── here
      ╰────
    ");
    }

    #[test]
    fn an_empty_label_at_the_end_is_drawn() {
        let text = "x".repeat(70_000);
        let cut = Cut::new("file", text.as_str().into(), &(70_000..70_000));
        assert_eq!(cut.label(&(70_000..70_000)), Some(70_000..70_000));
        assert!(cut.read_span(&(70_000..70_000).into(), 1, 1).is_ok());
    }
}
