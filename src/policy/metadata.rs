//! The METADATA block of a control's package, as typed values.
//!
//! regorus knows nothing of METADATA, so it is read here, strictly: a field
//! that isn't known or isn't there is refused at its place, because a report
//! and an explanation are made of these and of nothing else.

use std::ops::Range;

use serde_json::Value;

use super::params::Parameter;
use super::problem::{PolicyProblem, SourceFile};
use super::yaml::{self, Node, Problems};
use crate::policy::{ControlRef, RelatedResource};

/// What a control's package says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// `title`.
    pub title: String,
    /// `description`.
    pub description: String,
    /// `related_resources`.
    pub related_resources: Vec<RelatedResource>,
    /// `custom.id`.
    pub id: String,
    /// Where `custom.id` stands in the file.
    pub id_at: Range<usize>,
    /// `custom.severity`: one of [`SEVERITIES`].
    pub severity: String,
    /// `custom.controls`.
    pub controls: Vec<ControlRef>,
    /// `custom.dropped`: the framework's versions that no longer have it.
    pub dropped: Vec<Dropped>,
    /// `custom.rationale`.
    pub rationale: String,
    /// `custom.remediation`.
    pub remediation: Remediation,
    /// `custom.parameters`, in the order written.
    pub parameters: Vec<Parameter>,
    /// `custom.subjects`: whether it judges some trails and leaves others out.
    pub judges_some: bool,
    /// `custom.codes`: each code of its results and warnings and what it
    /// means, in the order written.
    pub codes: Vec<(String, String)>,
}

/// Versions of a framework that dropped the control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The framework's id.
    pub framework: String,
    /// The first version without it and any other one named.
    pub versions: Vec<String>,
    /// What became of it.
    pub note: String,
}

/// How to meet the control.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remediation {
    /// With the AWS command line.
    pub cli: Option<String>,
    /// With the console.
    pub console: Option<String>,
}

/// The severities there are, mildest first.
pub const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];

impl Metadata {
    /// Reads the block of a file.
    ///
    /// # Errors
    /// Everything wrong with it, each at its place.
    pub fn read(file: &SourceFile, block: &Range<usize>) -> Result<Self, Vec<PolicyProblem>> {
        let text = yaml::block_text(file, block);
        let root = match yaml::parse(&text, file, block) {
            Ok(Some(root)) => root,
            Ok(None) => {
                let at = block.start..block.start;
                return Err(vec![
                    PolicyProblem::new(
                        "metadata-missing-field",
                        file,
                        at,
                        "the METADATA block is empty",
                        "here",
                    )
                    .with_help("it needs `title`, `description` and `custom`"),
                ]);
            }
            Err(problem) => return Err(vec![*problem]),
        };
        let mut problems = Vec::new();
        let metadata = read(Node::new(file, &root), &mut problems);
        if problems.is_empty() {
            Ok(metadata)
        } else {
            Err(problems)
        }
    }

    /// The remediation as one text.
    #[must_use]
    pub fn remediation_text(&self) -> String {
        let parts = [&self.remediation.cli, &self.remediation.console];
        parts
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n\n")
    }
}

fn read(root: Node<'_>, problems: &mut Problems) -> Metadata {
    let ([title, description, custom], [related, _, _, _, _, _]) = root.fields(
        ["title", "description", "custom"],
        [
            "related_resources",
            "scope",
            "authors",
            "organizations",
            "schemas",
            "entrypoint",
        ],
        problems,
    );
    let mut metadata = Metadata {
        title: text(title, problems),
        description: text(description, problems),
        related_resources: each(related, problems, related_resource),
        id: String::new(),
        id_at: 0..0,
        severity: String::new(),
        controls: Vec::new(),
        dropped: Vec::new(),
        rationale: String::new(),
        remediation: Remediation::default(),
        parameters: Vec::new(),
        judges_some: false,
        codes: Vec::new(),
    };
    if let Some(custom) = custom {
        read_custom(custom, &mut metadata, problems);
    }
    metadata
}

fn read_custom(custom: Node<'_>, metadata: &mut Metadata, problems: &mut Problems) {
    let ([id, severity, controls, codes], [dropped, rationale, remediation, parameters, subjects]) =
        custom.fields_beside_own(
            ["id", "severity", "controls", "codes"],
            [
                "dropped",
                "rationale",
                "remediation",
                "parameters",
                "subjects",
            ],
            problems,
        );
    metadata.id = text(id, problems);
    if let Some(id) = id {
        metadata.id_at = id.span();
        if !metadata
            .id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        {
            let message = format!("`{}` is no policy id", metadata.id);
            problems.push(
                id.problem("metadata-id", message, "small letters, digits and `-` only")
                    .with_help("reports, waivers and `--only` name a policy by this id"),
            );
        }
    }
    metadata.severity = text(severity, problems);
    if let Some(severity) = severity.filter(|_| !SEVERITIES.contains(&metadata.severity.as_str())) {
        let message = format!("`{}` is no severity", metadata.severity);
        let help = format!("the severities are {}", yaml::list(SEVERITIES));
        problems.push(
            severity
                .problem("metadata-severity", message, "unknown")
                .with_help(help),
        );
    }
    if let Some(subjects) = subjects {
        let word = subjects.text(problems);
        metadata.judges_some = word == "some";
        if !["some", "all"].contains(&word.as_str()) {
            let message = format!("`{word}` is not how many trails a control judges");
            problems.push(
                subjects
                    .problem("metadata-subjects", message, "unknown")
                    .with_help(
                        "`all` is what holds without it; `some` lets `subjects` leave trails out",
                    ),
            );
        }
    }
    metadata.controls = each(controls, problems, control);
    metadata.dropped = each(dropped, problems, dropped_versions);
    metadata.rationale = rationale
        .map(|node| node.text(problems))
        .unwrap_or_default();
    metadata.remediation = remediation
        .map(|node| read_remediation(node, problems))
        .unwrap_or_default();
    metadata.parameters = entries(parameters, problems, parameter);
    metadata.codes = entries(codes, problems, |code, node, problems| {
        Some((code, node.text(problems)))
    });
}

fn text(node: Option<Node<'_>>, problems: &mut Problems) -> String {
    node.map(|node| node.text(problems)).unwrap_or_default()
}

fn each<'a, T>(
    node: Option<Node<'a>>,
    problems: &mut Problems,
    read: fn(Node<'a>, &mut Problems) -> T,
) -> Vec<T> {
    let items = node.map(|node| node.items(problems)).unwrap_or_default();
    items.into_iter().map(|item| read(item, problems)).collect()
}

fn entries<'a, T>(
    node: Option<Node<'a>>,
    problems: &mut Problems,
    read: impl Fn(String, Node<'a>, &mut Problems) -> Option<T>,
) -> Vec<T> {
    let entries = node.map(|node| node.entries(problems)).unwrap_or_default();
    entries
        .into_iter()
        .filter_map(|(key, value)| read(key, value, problems))
        .collect()
}

fn related_resource(node: Node<'_>, problems: &mut Problems) -> RelatedResource {
    if node.is_text() {
        return RelatedResource {
            url: node.text(problems),
            description: None,
        };
    }
    let ([url], [description]) = node.fields(["ref"], ["description"], problems);
    RelatedResource {
        url: text(url, problems),
        description: description.map(|node| node.text(problems)),
    }
}

fn control(node: Node<'_>, problems: &mut Problems) -> ControlRef {
    let ([framework, id], [versions]) = node.fields(["framework", "id"], ["versions"], problems);
    ControlRef {
        framework: text(framework, problems),
        versions: each(versions, problems, |node, problems| node.quoted(problems)),
        id: id.map(|node| node.quoted(problems)).unwrap_or_default(),
    }
}

fn dropped_versions(node: Node<'_>, problems: &mut Problems) -> Dropped {
    let ([framework, versions, note], []) =
        node.fields(["framework", "versions", "note"], [], problems);
    Dropped {
        framework: text(framework, problems),
        versions: each(versions, problems, |node, problems| node.quoted(problems)),
        note: text(note, problems),
    }
}

fn read_remediation(node: Node<'_>, problems: &mut Problems) -> Remediation {
    if node.is_text() {
        return Remediation {
            cli: Some(node.text(problems)),
            console: None,
        };
    }
    let ([], [cli, console]) = node.fields([], ["cli", "console"], problems);
    Remediation {
        cli: cli.map(|node| node.text(problems)),
        console: console.map(|node| node.text(problems)),
    }
}

fn parameter(name: String, node: Node<'_>, problems: &mut Problems) -> Option<Parameter> {
    let ([default, description], [above, minimum, maximum, one_of]) = node.fields(
        ["default", "description"],
        ["exclusiveMinimum", "minimum", "maximum", "enum"],
        problems,
    );
    let mut number = |node: Option<Node<'_>>| {
        node.and_then(|node| node.json(problems))
            .and_then(|value| value.as_f64())
    };
    let (above, minimum, maximum) = (number(above), number(minimum), number(maximum));
    let parameter = Parameter {
        name,
        description: text(description, problems),
        default: default
            .and_then(|node| node.json(problems))
            .unwrap_or(Value::Null),
        above,
        minimum,
        maximum,
        one_of: each(one_of, problems, |node, problems| {
            node.json(problems).unwrap_or(Value::Null)
        }),
    };
    if let Err(why) = parameter.accepts(&parameter.default) {
        let message = format!(
            "parameter `{}` refuses its own default: {why}",
            parameter.name
        );
        problems.push(
            default
                .unwrap_or(node)
                .problem("metadata-parameter", message, "here"),
        );
        return None;
    }
    Some(parameter)
}
