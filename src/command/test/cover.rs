//! Coverage of policies by their tests, in the forms that people and tools
//! read.

use std::io::{self, Write};

use owo_colors::OwoColorize;
use serde_json::{Value, json};

use crate::cli::CoverageFormat;
use crate::engine::testing::{Coverage, FileCoverage};
use crate::policy::{PolicySet, SourceFile};
use crate::render::Style;
use crate::render::json::formatter::write_pretty;
use crate::text::visible;

/// Each file with its part, and the lines that no test evaluates.
pub(super) fn on_terminal(
    coverage: &Coverage,
    set: &PolicySet,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (file, source) in files(coverage, set) {
        writeln!(
            out,
            "{:>5.1} % {}",
            tenths(file.percent()),
            visible(&source.shown)
        )?;
        for (number, text) in numbered(source).filter(|(number, _)| file.uncovered.contains(number))
        {
            let text = text.replace('\t', "    ");
            let line = format!("      ! {number:>4} {}", visible(&text));
            if style.color {
                writeln!(out, "{}", line.red())?
            } else {
                writeln!(out, "{line}")?
            }
        }
    }
    Ok(())
}

/// The whole of it in a format of its own.
pub(super) fn write(
    format: CoverageFormat,
    coverage: &Coverage,
    set: &PolicySet,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        CoverageFormat::Lcov => lcov(coverage, set, out),
        CoverageFormat::Json => write_pretty(out, &as_json(coverage, set)),
        CoverageFormat::Html => html(coverage, set, out),
    }
}

fn files<'c>(
    coverage: &'c Coverage,
    set: &'c PolicySet,
) -> impl Iterator<Item = (&'c FileCoverage, &'c SourceFile)> {
    coverage.files.iter().filter_map(|file| {
        let module = set
            .modules()
            .iter()
            .find(|module| module.file.name == file.name)?;
        Some((file, &module.file))
    })
}

fn numbered(source: &SourceFile) -> impl Iterator<Item = (usize, &str)> {
    source
        .text
        .lines()
        .enumerate()
        .map(|(index, text)| (index.saturating_add(1), text))
}

fn lcov(coverage: &Coverage, set: &PolicySet, out: &mut dyn Write) -> io::Result<()> {
    for (file, source) in files(coverage, set) {
        writeln!(out, "TN:\nSF:{}", visible(&source.shown))?;
        for (number, _) in numbered(source) {
            if file.covered.contains(&number) {
                writeln!(out, "DA:{number},1")?;
            } else if file.uncovered.contains(&number) {
                writeln!(out, "DA:{number},0")?;
            }
        }
        let (hit, missed) = (file.covered.len(), file.uncovered.len());
        writeln!(
            out,
            "LF:{}\nLH:{hit}\nend_of_record",
            hit.saturating_add(missed)
        )?;
    }
    Ok(())
}

fn as_json(coverage: &Coverage, set: &PolicySet) -> Value {
    let list: Vec<Value> = files(coverage, set)
        .map(|(file, source)| json!({"file": source.shown, "percent": tenths(file.percent()), "covered": file.covered, "uncovered": file.uncovered}))
        .collect();
    json!({"schema_version": "1.0", "percent": tenths(coverage.percent()), "files": list})
}

/// Per cent to one digit, never more than they are: a line that is missed is
/// not rounded away.
pub(super) fn tenths(percent: f64) -> f64 {
    const SLIP: f64 = 1e-9;
    (percent.mul_add(10.0, SLIP)).floor() / 10.0
}

const PAGE: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<title>Coverage of policies</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1b1b; background: #fff }
pre { overflow-x: auto; border: 1px solid #ccc; padding: .5rem 0 }
pre span { display: block; padding: 0 .75rem }
pre span::before { content: attr(data-line); display: inline-block; width: 3rem; color: #666 }
.covered { background: #e4f4e4 }
.uncovered { background: #fadfdf }
@media (prefers-color-scheme: dark) { body { color: #e6e6e6; background: #161616 } .covered { background: #173017 } .uncovered { background: #4a1d1d } pre { border-color: #444 } }
</style>
</head>
<body>
";

fn html(coverage: &Coverage, set: &PolicySet, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(PAGE.as_bytes())?;
    writeln!(
        out,
        "<h1>Coverage of policies: {:.1} %</h1>",
        tenths(coverage.percent())
    )?;
    for (file, source) in files(coverage, set) {
        writeln!(
            out,
            "<details{}><summary>{:.1} % {}</summary><pre>",
            if file.uncovered.is_empty() {
                ""
            } else {
                " open"
            },
            tenths(file.percent()),
            escaped(&source.shown)
        )?;
        for (number, text) in numbered(source) {
            let (class, said) = match () {
                () if file.covered.contains(&number) => (" class=\"covered\"", ""),
                () if file.uncovered.contains(&number) => (
                    " class=\"uncovered\"",
                    " title=\"no test evaluates this line\"",
                ),
                () => ("", ""),
            };
            write!(
                out,
                "<span{class} data-line=\"{number}\"{said}>{}</span>",
                escaped(text)
            )?;
        }
        writeln!(out, "</pre></details>")?;
    }
    writeln!(out, "</body>\n</html>")
}

/// Text for HTML, tabs kept, with what isn't plainly visible as an escape.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for character in text.chars() {
        match character {
            '\t' => safe.push('\t'),
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => {
                let _ = crate::text::write_visible(&mut safe, other);
            }
        }
    }
    safe
}
