//! What can be wrong with a waiver file, with the place.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, SourceCode};

use crate::text::cut::Cut;

/// One thing wrong with a waiver file.
#[derive(Debug)]
pub struct WaiverProblem(Box<Details>);

#[derive(Debug)]
struct Details {
    message: String,
    help: String,
    source: Cut,
    labels: Vec<LabeledSpan>,
    severity: miette::Severity,
}

impl WaiverProblem {
    /// An error at one or more places of a file.
    pub(super) fn new(
        name: &str,
        text: &Arc<str>,
        message: impl Into<String>,
        help: impl Into<String>,
        labels: impl IntoIterator<Item = (Range<usize>, String)>,
    ) -> Self {
        let labels: Vec<(Range<usize>, String)> = labels
            .into_iter()
            .map(|(range, label)| {
                let start = range.start.min(text.len());
                (start..range.end.clamp(start, text.len()), label)
            })
            .collect();
        let first = labels.first().map_or(0..0, |(range, _)| range.clone());
        let source = Cut::new(name, Arc::clone(text), &first);
        let labels = labels
            .into_iter()
            .filter_map(|(range, label)| Some(LabeledSpan::at(source.label(&range)?, label)));
        Self(Box::new(Details {
            message: message.into(),
            help: help.into(),
            labels: labels.collect(),
            source,
            severity: miette::Severity::Error,
        }))
    }

    /// The same as something to look at, not an error.
    pub(super) fn into_warning(mut self) -> Self {
        self.0.severity = miette::Severity::Warning;
        self
    }

    /// The same as an error.
    #[must_use]
    pub fn into_error(mut self) -> Self {
        self.0.severity = miette::Severity::Error;
        self
    }
}

impl fmt::Display for WaiverProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for WaiverProblem {}

impl Diagnostic for WaiverProblem {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("waiver"))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.0.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.0.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.0.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.0.labels.iter().cloned()))
    }
}
