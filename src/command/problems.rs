//! Problems of policies, told to a person, an editor or a code scanner.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::output;
use crate::cli::{Color, ProblemFormat};
use crate::policy::{PolicyProblem, PolicySet, Weight};
use crate::render::Style;
use crate::render::json::formatter::write_pretty;
use crate::text::visible;

/// The version of the JSON form.
const SCHEMA_VERSION: &str = "1.0";

/// Writes all problems in one form.
pub(super) fn write(
    problems: &[PolicyProblem],
    format: ProblemFormat,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ProblemFormat::Human => {
            for problem in problems {
                output::draw(problem, style, out)?;
            }
            writeln!(out, "{}", summary(problems))
        }
        ProblemFormat::Concise => problems.iter().try_for_each(|problem| {
            let (line, column) = problem.position();
            let place = (problem.file.shown.as_str(), line, column);
            let told = with_help(&problem.message, problem.help.as_deref());
            concise(place, weight(problem), &told, problem.code, out)
        }),
        ProblemFormat::Json => write_pretty(out, &as_json(problems)),
        ProblemFormat::Sarif => write_pretty(out, &as_sarif(problems)),
    }
}

/// Tells on standard error what the lints warn of in policies that run.
pub(super) fn warn(warnings: &[PolicyProblem], color: Color) {
    output::aside(color, |style, out| {
        let mut warnings = warnings.iter();
        warnings.try_for_each(|warning| output::draw(warning, style, out))
    });
}

/// A line as compilers write it, which editors know how to read.
fn concise(
    (file, line, column): (&str, usize, usize),
    weight: &str,
    told: &str,
    code: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let told = told.replace('\n', " ");
    let (file, told) = (visible(file), visible(&told));
    writeln!(out, "{file}:{line}:{column}: {weight}: {told} [{code}]")
}

/// Writes what keeps policies from being looked at, which has no place in one:
/// nothing in the form for a person.
pub(super) fn write_failure(
    error: &dyn miette::Diagnostic,
    file: Option<String>,
    format: ProblemFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    let code = error.code().map(|code| code.to_string());
    let code = code.as_deref().unwrap_or("failed");
    let code = code.strip_prefix("policy::").unwrap_or(code);
    let help = error.help().map(|help| help.to_string());
    let message = error.to_string();
    match format {
        ProblemFormat::Human => Ok(()),
        ProblemFormat::Concise => {
            let told = with_help(&message, help.as_deref());
            match &file {
                Some(file) => concise((file, 1, 1), "error", &told, code, out),
                None => writeln!(out, "coldtrail: error: {} [{code}]", visible(&told)),
            }
        }
        ProblemFormat::Json => {
            let problem = json!({
                "code": code, "severity": "error", "message": message, "label": null, "help": help,
                "file": file, "line": null, "column": null, "end_line": null, "end_column": null,
                "bytes": null,
            });
            write_pretty(out, &json_document((1, 0), vec![problem]))
        }
        ProblemFormat::Sarif => {
            let locations = file
                .iter()
                .map(|file| json!({"physicalLocation": {"artifactLocation": {"uri": uri(file)}}}));
            let result = json!({
                "ruleId": code, "ruleIndex": 0, "level": "error",
                "message": {"text": with_help(&message, help.as_deref())},
                "locations": locations.collect::<Vec<_>>(),
            });
            write_pretty(out, &sarif_document(&[code], vec![result]))
        }
    }
}

/// What a `print()` of a policy printed, `file:line: text`, safe to look at and
/// with the file as the user would name it.
pub(super) fn printed(set: &PolicySet, print: &str) -> String {
    let all = set.modules().iter().chain(set.tests());
    let mut files = all.map(|module| &module.file);
    let found = files.find_map(|file| {
        let rest = print.strip_prefix(&file.name)?;
        rest.starts_with(':')
            .then(|| format!("{}{rest}", file.shown))
    });
    visible(found.as_deref().unwrap_or(print)).into_owned()
}

fn counts(problems: &[PolicyProblem]) -> (usize, usize) {
    let errors = problems
        .iter()
        .filter(|problem| problem.weight == Weight::Error)
        .count();
    (errors, problems.len().saturating_sub(errors))
}

fn summary(problems: &[PolicyProblem]) -> String {
    let plural =
        |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match counts(problems) {
        (0, 0) => "nothing is wrong with these policies".to_owned(),
        (errors, warnings) => format!(
            "{}, {}",
            plural(errors, "error"),
            plural(warnings, "warning")
        ),
    }
}

fn weight(problem: &PolicyProblem) -> &'static str {
    match problem.weight {
        Weight::Error => "error",
        Weight::Warning => "warning",
    }
}

fn as_json(problems: &[PolicyProblem]) -> Value {
    let (errors, warnings) = counts(problems);
    let list = problems.iter().map(object).collect();
    json_document((errors, warnings), list)
}

/// A problem with its place, as editors and programs take it.
pub(super) fn object(problem: &PolicyProblem) -> Value {
    let (line, column) = problem.position();
    let (end_line, end_column) = problem.file.position(problem.span.end);
    json!({
        "code": problem.code,
        "severity": weight(problem),
        "message": problem.message,
        "label": problem.label,
        "help": problem.help,
        "file": problem.file.shown,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "bytes": [problem.span.start, problem.span.end],
    })
}

fn json_document((errors, warnings): (usize, usize), problems: Vec<Value>) -> Value {
    json!({"schema_version": SCHEMA_VERSION, "summary": {"errors": errors, "warnings": warnings}, "problems": problems})
}

fn with_help(message: &str, help: Option<&str>) -> String {
    match help {
        Some(help) => format!("{message} ({help})"),
        None => message.to_owned(),
    }
}

/// One run whose rules are the codes. Columns count code points from one, as
/// in the JSON form.
fn as_sarif(problems: &[PolicyProblem]) -> Value {
    let mut codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let results: Vec<Value> = problems
        .iter()
        .map(|problem| {
            let (line, column) = problem.position();
            let (end_line, end_column) = problem.file.position(problem.span.end);
            let text = with_help(&problem.message, problem.help.as_deref());
            json!({
                "ruleId": problem.code,
                "ruleIndex": codes.iter().position(|code| *code == problem.code),
                "level": weight(problem),
                "message": {"text": text},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": uri(&problem.file.shown)},
                    "region": {
                        "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
                        "byteOffset": problem.span.start, "byteLength": problem.span.len(),
                    },
                }}],
            })
        })
        .collect();
    sarif_document(&codes, results)
}

fn sarif_document(codes: &[&str], results: Vec<Value>) -> Value {
    let rules: Vec<Value> = codes.iter().map(|code| json!({"id": code})).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "coldtrail policy check", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A path as a URI reference: what is neither plain nor a separator is
/// percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte))
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}
