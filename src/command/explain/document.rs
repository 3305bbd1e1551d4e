//! What is said of a policy, as blocks that a page is made of.

use std::sync::Arc;

use crate::policy::{ControlRef, Metadata, Parameter, Policy, RelatedResource};

/// One block of a page. Texts are Markdown, as METADATA has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading and its level.
    Heading(usize, String),
    /// Running text.
    Text(String),
    /// Lines as they stand: commands.
    Verbatim(Vec<String>),
    /// A list of things and what is said of each.
    Items(Vec<(String, String)>),
}

/// Everything that is said of one policy.
pub(super) fn of(policy: &Policy, checks: &[(Arc<str>, Arc<str>)]) -> Vec<Block> {
    let info = &policy.info;
    let mut blocks = vec![
        Block::Heading(1, info.title.clone()),
        Block::Text(format!(
            "`{}`, severity {}, package `{}`",
            info.id, info.severity, info.package
        )),
    ];
    blocks.extend(texts(&info.description));
    if !info.total {
        blocks.push(Block::Text(
            "This package follows conftest: its messages are fails and warnings, and nothing shows that everything was judged.".to_owned(),
        ));
    }
    items(
        &mut blocks,
        "Controls",
        info.controls
            .iter()
            .map(control)
            .chain(policy.metadata().into_iter().flat_map(dropped))
            .collect(),
    );
    if let Some(metadata) = policy.metadata() {
        section(&mut blocks, "Why", &metadata.rationale);
    }
    items(
        &mut blocks,
        "Checks",
        checks
            .iter()
            .map(|(id, title)| (format!("`{id}`"), title.to_string()))
            .collect(),
    );
    if let Some(metadata) = policy.metadata() {
        items(
            &mut blocks,
            "Codes",
            metadata
                .codes
                .iter()
                .map(|(code, meaning)| (format!("`{code}`"), meaning.clone()))
                .collect(),
        );
        items(
            &mut blocks,
            "Parameters",
            metadata.parameters.iter().map(parameter).collect(),
        );
        let remediation = &metadata.remediation;
        section(
            &mut blocks,
            "How to meet it with the AWS CLI",
            remediation.cli.as_deref().unwrap_or_default(),
        );
        section(
            &mut blocks,
            "How to meet it in the console",
            remediation.console.as_deref().unwrap_or_default(),
        );
    }
    items(
        &mut blocks,
        "References",
        info.related_resources.iter().map(resource).collect(),
    );
    blocks
}

fn items(blocks: &mut Vec<Block>, heading: &str, items: Vec<(String, String)>) {
    if !items.is_empty() {
        blocks.extend([Block::Heading(2, heading.to_owned()), Block::Items(items)]);
    }
}

fn section(blocks: &mut Vec<Block>, heading: &str, text: &str) {
    if !text.is_empty() {
        blocks.push(Block::Heading(2, heading.to_owned()));
        blocks.extend(texts(text));
    }
}

/// Markdown as blocks: paragraphs, and lines indented by four spaces.
fn texts(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let verbatim = line.strip_prefix("    ");
        if line.trim().is_empty() {
            open = false;
            continue;
        }
        match (blocks.last_mut().filter(|_| open), verbatim) {
            (Some(Block::Text(text)), None) => {
                text.push(' ');
                text.push_str(line.trim());
            }
            (Some(Block::Verbatim(lines)), Some(line)) => lines.push(line.to_owned()),
            (_, Some(line)) => blocks.push(Block::Verbatim(vec![line.to_owned()])),
            (_, None) => blocks.push(Block::Text(line.trim().to_owned())),
        }
        open = true;
    }
    blocks
}

fn control(control: &ControlRef) -> (String, String) {
    let versions = match control.versions.as_slice() {
        [] => String::new(),
        versions => format!(" in {}", versions.join(", ")),
    };
    (
        control.framework.clone(),
        format!("{}{versions}", control.id),
    )
}

fn dropped(metadata: &Metadata) -> impl Iterator<Item = (String, String)> {
    metadata.dropped.iter().map(|dropped| {
        (
            dropped.framework.clone(),
            format!("not in {}: {}", dropped.versions.join(", "), dropped.note),
        )
    })
}

fn parameter(parameter: &Parameter) -> (String, String) {
    (
        format!("`{}`", parameter.name),
        format!(
            "{}; {} by default",
            parameter.description, parameter.default
        ),
    )
}

fn resource(resource: &RelatedResource) -> (String, String) {
    match &resource.description {
        Some(description) => (description.clone(), resource.url.clone()),
        None => (resource.url.clone(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, texts};

    #[test]
    fn paragraphs_and_commands_are_told_apart() {
        let blocks = texts("Do\nthis:\n\n    aws one\n    aws two\n\nThen look.");
        assert_eq!(
            blocks,
            [
                Block::Text("Do this:".to_owned()),
                Block::Verbatim(vec!["aws one".to_owned(), "aws two".to_owned()]),
                Block::Text("Then look.".to_owned()),
            ]
        );
    }
}
