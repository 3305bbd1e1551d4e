//! How a report is shown: one module a format, one signature for all.
//!
//! A renderer reads a [`Report`], asks [`Excerpts`] for lines of evidence
//! where its format shows any, and writes bytes. It opens nothing, asks
//! neither the clock nor the environment, and escapes whatever came from
//! evidence for its own format. Which format goes where is the command's
//! business.

pub(crate) mod alike;
pub mod csv;
pub mod draw;
pub mod excerpt;
pub mod github;
pub mod html;
pub mod human;
pub(crate) mod identity;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod ocsf;
pub mod oscal;
pub(crate) mod phrase;
pub(crate) mod population;
pub mod sarif;
pub(crate) mod shown;
pub(crate) mod totals;

#[cfg(test)]
pub(crate) mod sample;

use std::io::{self, Write};

pub use excerpt::{Excerpt, Excerpts, NoExcerpts};

use crate::report::Report;

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Diagnostics, a table and a line of totals, for a terminal.
    Human,
    /// The published JSON, see [`crate::schema::REPORT`].
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for the test view of a CI.
    Junit,
    /// Comma-separated values, for a spreadsheet.
    Csv,
    /// Markdown, for a job summary or a pull request.
    Markdown,
    /// Workflow commands of GitHub Actions.
    Github,
    /// One self-contained HTML page.
    Html,
    /// OCSF Compliance Findings, for Security Lake and its like.
    Ocsf,
    /// OSCAL assessment results, for tools of governance and audit.
    Oscal,
}

impl Format {
    /// Every format, in the order of the help text.
    pub const ALL: [Self; 10] = [
        Self::Human,
        Self::Json,
        Self::Sarif,
        Self::Junit,
        Self::Csv,
        Self::Markdown,
        Self::Github,
        Self::Html,
        Self::Ocsf,
        Self::Oscal,
    ];

    /// The word on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Github => "github",
            Self::Html => "html",
            Self::Ocsf => "ocsf",
            Self::Oscal => "oscal",
        }
    }

    /// What it is for, in a few words.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Human => "Diagnostics, a table and totals, for reading",
            Self::Json => "The JSON report (`coldtrail schema report`)",
            Self::Sarif => "SARIF 2.1.0, for code scanning",
            Self::Junit => "JUnit XML, for the test view of a CI",
            Self::Csv => "Comma-separated values, for a spreadsheet",
            Self::Markdown => "Markdown, for a job summary or a pull request",
            Self::Github => "Annotations of GitHub Actions",
            Self::Html => "One self-contained page, to read, file away or print",
            Self::Ocsf => "OCSF Compliance Findings, for a security data lake",
            Self::Oscal => "OSCAL assessment results, for tools of governance",
        }
    }

    /// The format with this word, if there is one.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }

    /// Writes the report in this format.
    ///
    /// # Errors
    /// Only those of the writer.
    pub fn render(
        self,
        report: &Report,
        excerpts: &mut dyn Excerpts,
        style: &Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let render = match self {
            Self::Human => human::render,
            Self::Json => json::render,
            Self::Sarif => sarif::render,
            Self::Junit => junit::render,
            Self::Csv => csv::render,
            Self::Markdown => markdown::render,
            Self::Github => github::render,
            Self::Html => html::render,
            Self::Ocsf => ocsf::render,
            Self::Oscal => oscal::render,
        };
        render(report, excerpts, style, out)
    }
}

/// What the reader's end can show, and wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours are written.
    pub color: bool,
    /// Whether lines and marks may be drawn with characters beyond ASCII.
    /// Text from evidence is not affected.
    pub unicode: bool,
    /// Columns of a line.
    pub width: usize,
    /// Whether SARIF lists passes too; every other format always does.
    pub passes: bool,
}

impl Default for Style {
    /// A file or a pipe: no colour, 100 columns.
    fn default() -> Self {
        Self {
            color: false,
            unicode: true,
            width: 100,
            passes: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sample::{bundled, files, sample, uncollected};
    use super::{Format, Style, phrase};
    use crate::report::Report;
    use std::io::{self, Write};
    use std::iter::repeat_n;

    /// Counts what is written, and the most that is written at once.
    #[derive(Default)]
    struct Meter {
        bytes: usize,
        most: usize,
    }

    impl Write for Meter {
        fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
            self.bytes += buffer.len();
            self.most = self.most.max(buffer.len());
            Ok(buffer.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The sample with all its subjects and documents so many times.
    fn times(count: usize) -> Report {
        let one = sample();
        Report {
            subjects: repeat_n(&one.subjects, count).flatten().cloned().collect(),
            documents: repeat_n(&one.documents, count).flatten().cloned().collect(),
            ..one
        }
    }

    #[test]
    fn every_format_is_as_long_as_its_report_and_is_never_held_whole() {
        let reports = [15, 30, 60].map(times);
        for format in Format::ALL {
            let meters = reports.each_ref().map(|report| {
                let mut meter = Meter::default();
                format
                    .render(report, &mut files(), &Style::default(), &mut meter)
                    .unwrap();
                meter
            });
            let [few, more, many] = meters.each_ref().map(|meter| meter.bytes as f64);
            let growth = (many - more) / (more - few);
            assert!((1.95..2.05).contains(&growth), "{format:?}: {growth}");
            let [few, _, many] = meters.map(|meter| meter.most);
            assert!(
                many <= few.max(1 << 16),
                "{format:?}: {few} to {many} bytes at once"
            );
        }
    }

    fn shown(format: Format, report: &Report) -> String {
        let mut out = Vec::new();
        format
            .render(report, &mut files(), &Style::default(), &mut out)
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_bundle_is_told_in_every_format_in_the_same_words() {
        let report = bundled();
        let said: Vec<String> = report.bundles.iter().map(phrase::bundle).collect();
        assert_eq!(
            said,
            [
                "bundle of coldtrail, revision r7, signed by key release-2026 of house (ES256, key sha256 0f1e2d3c0f1e2d3c…)",
                "bundle of lib, revision r8, its signature not verified",
                "bundle of params, without a revision, not signed",
            ]
        );
        // JSON has fields for the words.
        for format in Format::ALL.into_iter().filter(|one| *one != Format::Json) {
            // The one for terminals breaks its lines.
            let text = shown(format, &report).replace('\n', " ");
            for said in &said {
                assert!(text.contains(said), "{format:?}: {said}\n{text}");
            }
        }
        let json: serde_json::Value = serde_json::from_str(&shown(Format::Json, &report)).unwrap();
        insta::assert_json_snapshot!(json["bundles"]);
        assert_eq!(json["policies"][0]["bundle"], json["bundles"][0]);
    }

    #[test]
    fn a_bundle_whose_names_break_formats_breaks_none() {
        let mut report = bundled();
        report.bundles[1].roots = vec![super::sample::NASTY.into(), String::new()];
        report.bundles[1].revision = super::sample::NASTY.into();
        for format in Format::ALL {
            let text = shown(format, &report);
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{format:?}");
            assert!(!text.contains("\n::error::"), "{format:?}");
            assert!(
                !text.contains("<script>alert") || !is_markup(format),
                "{format:?}"
            );
        }
    }

    fn is_markup(format: Format) -> bool {
        matches!(format, Format::Html | Format::Markdown | Format::Junit)
    }

    #[test]
    fn what_was_not_collected_is_told_in_every_format() {
        for format in Format::ALL {
            let mut text = shown(format, &uncollected());
            if format == Format::Html {
                let body = text.split_once("</style>").unwrap().1;
                let body = body.split_once("<script>").unwrap().0;
                text = body.replace("><", ">\n<");
            }
            insta::assert_snapshot!(format!("uncollected_{}", format.as_str()), text);
        }
    }

    #[test]
    fn words_and_formats_match_both_ways() {
        for format in Format::ALL {
            assert_eq!(Format::from_word(format.as_str()), Some(format));
        }
        assert_eq!(Format::from_word("yaml"), None);
    }
}
