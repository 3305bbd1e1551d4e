//! YAML with places: a METADATA block as a tree whose every node knows where
//! it stands in the `.rego` file.
//!
//! It stops at types (text, list, map, scalar) and names no field; what a
//! block must hold is `metadata.rs`.

use std::ops::Range;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use serde_json::Value;

use super::lines::Lines;
use super::numbers;
use super::problem::{PolicyProblem, SourceFile, nearest};

pub(super) mod alike;
mod excess;

use excess::Excess;

/// A YAML node and the file it stands in.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    file: &'a SourceFile,
    inner: &'a MarkedYaml<'a>,
    /// Where its key stands, for nodes that are the value of one.
    key: Option<&'a MarkedYaml<'a>>,
}

/// A text, and where its lines start.
#[derive(Clone, Copy)]
struct Placed<'t> {
    text: &'t str,
    lines: &'t Lines,
}

fn placed(file: &SourceFile) -> Placed<'_> {
    Placed {
        text: &file.text,
        lines: &file.lines,
    }
}

/// Collects what is wrong with a block, so that all of it is told at once.
pub(super) type Problems = Vec<PolicyProblem>;

/// The text of a METADATA block, with spaces where comment signs and the rest
/// of the file were: lines and columns stay those of the file.
pub(super) fn block_text(file: &SourceFile, block: &Range<usize>) -> String {
    let before = file.text.get(..block.start).unwrap_or_default();
    let lines = file.text.get(block.clone()).unwrap_or_default();
    let mut text = "\n".repeat(before.matches('\n').count());
    for line in lines.split_inclusive('\n') {
        text.push_str(&line.replacen('#', " ", 1));
    }
    text
}

/// Parses a block; the first document counts.
pub(super) fn parse<'t>(
    text: &'t str,
    file: &SourceFile,
    block: &Range<usize>,
) -> Result<Option<MarkedYaml<'t>>, Box<PolicyProblem>> {
    let refused = |line: usize, column: usize, why: &str| {
        let at = file.offset(line, column).clamp(block.start, block.end);
        (at, format!("the METADATA block is no YAML: {why}"))
    };
    if let Err(excess) = excess::hold(text) {
        let (at, message) = refused(excess.line, excess.column, &excess.why);
        return Err(Box::new(
            PolicyProblem::new("metadata-yaml", file, at..at, message, "here")
                .with_help("write it flatter, and without anchors that repeat each other"),
        ));
    }
    match MarkedYaml::load_from_str(text) {
        Ok(documents) => Ok(documents.into_iter().next()),
        Err(error) => {
            let mark = error.marker();
            let column = mark.col().saturating_add(1);
            let (at, message) = refused(mark.line(), column, error.info());
            Err(Box::new(
                PolicyProblem::new("metadata-yaml", file, at..at, message, "here").with_help(
                    "each line of the block is a comment whose text, after `#`, is YAML",
                ),
            ))
        }
    }
}

/// A YAML text as JSON, for data files; `None` where it has no JSON form.
///
/// # Errors
/// What is too much or no YAML, and where.
pub(super) fn to_json(text: &str) -> Result<Option<Value>, Excess> {
    excess::hold(text)?;
    let documents = MarkedYaml::load_from_str(text).map_err(|error| Excess {
        line: error.marker().line(),
        column: error.marker().col().saturating_add(1),
        why: error.info().to_owned(),
    })?;
    let text = Placed {
        text,
        lines: &Lines::default(),
    };
    Ok(documents.first().and_then(|node| json(node, text)))
}

fn json(node: &MarkedYaml<'_>, text: Placed<'_>) -> Option<Value> {
    match &node.data {
        YamlData::Value(scalar) => Some(match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => Value::Bool(*value),
            Scalar::Integer(value) => Value::from(*value),
            Scalar::FloatingPoint(value) => match unsigned(node, text) {
                Some(whole) => Value::from(whole),
                None => serde_json::Number::from_f64(value.into_inner()).map(Value::Number)?,
            },
            Scalar::String(value) => Value::String(value.to_string()),
        }),
        YamlData::Sequence(items) => items
            .iter()
            .map(|item| json(item, text))
            .collect::<Option<Vec<_>>>()
            .map(Value::Array),
        YamlData::Mapping(map) => map
            .iter()
            .map(|(key, value)| Some((key_text(key, text)?, json(value, text)?)))
            .collect::<Option<serde_json::Map<_, _>>>()
            .map(Value::Object),
        YamlData::Tagged(_, inner) => json(inner, text),
        _ => None,
    }
}

/// A whole number of one bit more than theirs, which is a fraction to them.
fn unsigned(node: &MarkedYaml<'_>, text: Placed<'_>) -> Option<u64> {
    match &node.data {
        YamlData::Value(Scalar::FloatingPoint(value)) if **value >= 2f64.powi(63) => {
            spelled(node, text).parse().ok()
        }
        _ => None,
    }
}

fn key_text(node: &MarkedYaml<'_>, text: Placed<'_>) -> Option<String> {
    match unsigned(node, text) {
        Some(whole) => Some(whole.to_string()),
        None => scalar_text(node),
    }
}

/// A node as it stands in its text.
fn spelled<'t>(node: &MarkedYaml<'_>, text: Placed<'t>) -> &'t str {
    text.text.get(place(node, text)).unwrap_or_default()
}

fn place(node: &MarkedYaml<'_>, text: Placed<'_>) -> Range<usize> {
    let at = |mark: &saphyr_parser::Marker| {
        let column = mark.col().saturating_add(1);
        text.lines.offset(text.text, mark.line(), column)
    };
    let start = at(&node.span.start);
    start..at(&node.span.end).max(start)
}

fn scalar_text(node: &MarkedYaml<'_>) -> Option<String> {
    match &node.data {
        YamlData::Value(Scalar::String(text)) => Some(text.to_string()),
        YamlData::Value(Scalar::Integer(value)) => Some(value.to_string()),
        YamlData::Value(Scalar::Boolean(value)) => Some(value.to_string()),
        YamlData::Value(Scalar::FloatingPoint(value)) => Some(value.to_string()),
        _ => None,
    }
}

impl<'a> Node<'a> {
    pub(super) fn new(file: &'a SourceFile, inner: &'a MarkedYaml<'a>) -> Self {
        Self {
            file,
            inner,
            key: None,
        }
    }

    /// Where to point: at the key for a value that spans lines, else at itself.
    pub(super) fn span(&self) -> Range<usize> {
        place(self.key.unwrap_or(self.inner), placed(self.file))
    }

    /// Whether it is a scalar.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.inner.data, YamlData::Value(_))
    }

    /// A complaint about this node.
    pub(super) fn problem(
        &self,
        code: &'static str,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> PolicyProblem {
        PolicyProblem::new(code, self.file, self.span(), message, label)
    }

    fn wrong_type(&self, wanted: &str) -> PolicyProblem {
        self.problem(
            "metadata-type",
            format!("the METADATA wants {wanted} here"),
            format!("not {wanted}"),
        )
    }

    /// Its text, where it is text (or a number or flag, as YAML reads `1.0`).
    pub(super) fn text(&self, problems: &mut Problems) -> String {
        let text = scalar_text(self.inner)
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty());
        text.unwrap_or_else(|| {
            problems.push(self.wrong_type("text"));
            String::new()
        })
    }

    /// A version or id: `2.10` written without quotes is a number to YAML, and
    /// its last digit is lost.
    pub(super) fn quoted(&self, problems: &mut Problems) -> String {
        if matches!(
            &self.inner.data,
            YamlData::Value(Scalar::FloatingPoint(_) | Scalar::Integer(_))
        ) {
            problems.push(
                self.problem(
                    "metadata-unquoted",
                    "an id or version without quotes is a number to YAML",
                    "put it in quotes",
                )
                .with_help("`\"1.10\"` and `1.10` are not the same: the second is 1.1"),
            );
        }
        self.text(problems)
    }

    /// Its JSON form. Numbers in it that would lose digits are complained of.
    pub(super) fn json(&self, problems: &mut Problems) -> Option<Value> {
        self.hold_numbers(self.inner, problems);
        json(self.inner, placed(self.file))
    }

    fn hold_numbers(&self, node: &MarkedYaml<'_>, problems: &mut Problems) {
        match &node.data {
            YamlData::Value(Scalar::FloatingPoint(value))
                if value.is_finite() && !numbers::is_held(spelled(node, placed(self.file))) =>
            {
                problems.push(numbers::problem(self.file, place(node, placed(self.file))));
            }
            YamlData::Sequence(items) => {
                items
                    .iter()
                    .for_each(|item| self.hold_numbers(item, problems));
            }
            YamlData::Mapping(map) => {
                map.values()
                    .for_each(|item| self.hold_numbers(item, problems));
            }
            _ => {}
        }
    }

    /// Its items.
    pub(super) fn items(&self, problems: &mut Problems) -> Vec<Node<'a>> {
        match &self.inner.data {
            YamlData::Sequence(items) => items
                .iter()
                .map(|inner| Self {
                    file: self.file,
                    inner,
                    key: None,
                })
                .collect(),
            _ => {
                problems.push(self.wrong_type("a list"));
                Vec::new()
            }
        }
    }

    /// Its entries, `(key, value)` in the order written.
    pub(super) fn entries(&self, problems: &mut Problems) -> Vec<(String, Node<'a>)> {
        match &self.inner.data {
            YamlData::Mapping(map) => map
                .iter()
                .filter_map(|(key, inner)| {
                    Some((
                        scalar_text(key)?,
                        Self {
                            file: self.file,
                            inner,
                            key: Some(key),
                        },
                    ))
                })
                .collect(),
            _ => {
                problems.push(self.wrong_type("a map"));
                Vec::new()
            }
        }
    }

    /// Its entries as the fields of a record: unknown names and missing ones
    /// are complained of. Returns them in the order of `required`, then of
    /// `optional`.
    pub(super) fn fields<const R: usize, const O: usize>(
        &self,
        required: [&str; R],
        optional: [&str; O],
        problems: &mut Problems,
    ) -> ([Option<Node<'a>>; R], [Option<Node<'a>>; O]) {
        self.some_fields(required, optional, false, problems)
    }

    /// The same, where other fields are the author's own: one that is nearly
    /// one of these is still a slip.
    pub(super) fn fields_beside_own<const R: usize, const O: usize>(
        &self,
        required: [&str; R],
        optional: [&str; O],
        problems: &mut Problems,
    ) -> ([Option<Node<'a>>; R], [Option<Node<'a>>; O]) {
        self.some_fields(required, optional, true, problems)
    }

    fn some_fields<const R: usize, const O: usize>(
        &self,
        required: [&str; R],
        optional: [&str; O],
        has_own: bool,
        problems: &mut Problems,
    ) -> ([Option<Node<'a>>; R], [Option<Node<'a>>; O]) {
        let entries = self.entries(problems);
        let known = || required.iter().chain(&optional).copied();
        for (name, node) in &entries {
            if !known().any(|known| known == name) {
                let near = nearest(name, known());
                let is_slip = near.is_some_and(|near| is_slip(name, near));
                if has_own && !is_slip {
                    continue;
                }
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the fields here are {}", list(known())),
                };
                problems.push(
                    node.problem(
                        "metadata-unknown-field",
                        format!("unknown METADATA field `{name}`"),
                        "unknown",
                    )
                    .with_help(help),
                );
            }
        }
        let find = |wanted: &str| {
            entries
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, node)| *node)
        };
        if matches!(self.inner.data, YamlData::Mapping(_)) {
            for wanted in required {
                if find(wanted).is_none() {
                    problems.push(
                        self.problem(
                            "metadata-missing-field",
                            format!("the METADATA lacks the field `{wanted}`"),
                            format!("`{wanted}` belongs here"),
                        )
                        .with_help(format!("the fields here are {}", list(known()))),
                    );
                }
            }
        }
        (required.map(find), optional.map(find))
    }
}

/// Whether a name is meant for another: but for its case, its end or a letter.
fn is_slip(name: &str, near: &str) -> bool {
    let name = name.to_lowercase();
    let is_beginning = name.len() >= 4 && near.starts_with(&name);
    is_beginning || strsim::jaro_winkler(&name, near) > 0.9
}

/// `` `a`, `b` and `c` ``.
#[must_use]
pub fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "none".to_owned(),
    }
}
