//! Which packages of a set judge, and what a report says of them.
//!
//! Packages are told apart by the rules they define (see `policy.rs`); a
//! package that judges without saying which control it is, or says it and
//! judges nothing, is refused.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::metadata::Metadata;
use super::problem::PolicyProblem;
use super::{Kind, Module, Policy, fingerprint, source, yaml};
use crate::policy::PolicyInfo;

/// The rules of a control.
const CONTRACT: [&str; 3] = ["results", "subjects", "checks"];
/// The rules of conftest.
const CONFTEST: [&str; 3] = ["deny", "violation", "warn"];

/// The policies among these modules, sorted by id.
pub(super) fn policies(
    modules: &[Module],
    data: &Map<String, Value>,
    problems: &mut Vec<PolicyProblem>,
) -> Vec<Policy> {
    let mut packages: BTreeMap<&str, Vec<&Module>> = BTreeMap::new();
    for module in modules {
        packages.entry(&module.package).or_default().push(module);
    }
    let mut policies = Vec::new();
    for (package, own) in packages {
        let Some(kind) = kind(&own, problems) else {
            continue;
        };
        let files = files_of(&own, modules);
        let info = match &kind {
            Kind::Control(metadata) => control_info(package, metadata),
            Kind::Conftest(_) => conftest_info(package, &own),
        };
        let info = PolicyInfo {
            sha256: fingerprint(files.iter().map(|module| &module.file), data),
            sources: files.iter().map(|module| source(&module.file)).collect(),
            ..info
        };
        policies.push((
            Policy {
                package: package.to_owned(),
                kind,
                info,
            },
            own,
        ));
    }
    refuse_shared_ids(&policies, problems);
    refuse_shared_parameters(&policies, problems);
    let mut policies: Vec<Policy> = policies.into_iter().map(|(policy, _)| policy).collect();
    policies.sort_by(|a, b| (&a.info.id, &a.package).cmp(&(&b.info.id, &b.package)));
    policies
}

/// What a package is, `None` for a library and for one that is refused.
fn kind(own: &[&Module], problems: &mut Vec<PolicyProblem>) -> Option<Kind> {
    let judges = own.iter().find_map(|module| {
        CONTRACT
            .iter()
            .find_map(|name| Some((*module, module.outline.head(name)?)))
    });
    let mut blocks = own
        .iter()
        .filter_map(|module| Some((*module, module.outline.metadata.clone()?)));
    let conftest: Vec<String> = conftest_rules(own);
    let Some((module, at)) = judges else {
        if !conftest.is_empty() {
            return Some(Kind::Conftest(conftest));
        }
        if let Some((module, block)) = blocks.find(|(module, block)| names_a_control(module, block))
        {
            problems.push(
                PolicyProblem::new(
                    "no-results",
                    &module.file,
                    block,
                    "the METADATA names a control, and the package judges nothing",
                    "this control",
                )
                .with_help(
                    "define `subjects`, `checks` and `results`, or take `custom` out of a library",
                ),
            );
        }
        return None;
    };
    let Some((described, block)) = blocks.next() else {
        problems.push(
            PolicyProblem::new("no-metadata", &module.file, at, format!("package `{}` judges, and has no METADATA", module.package), "judges here")
                .with_help("put a `# METADATA` block right above `package`, with title, description and custom.id; `coldtrail policy export` shows one"),
        );
        return None;
    };
    if let Some((second, at)) = blocks.next() {
        let message = format!("package `{}` has METADATA twice", module.package);
        let help = format!("the first is in `{}`", described.file.shown);
        problems.push(
            PolicyProblem::new("second-metadata", &second.file, at, message, "the second")
                .with_help(help),
        );
    }
    match Metadata::read(&described.file, &block) {
        Ok(metadata) => Some(Kind::Control(Box::new(metadata))),
        Err(found) => {
            problems.extend(found);
            None
        }
    }
}

fn conftest_rules(own: &[&Module]) -> Vec<String> {
    let mut rules: Vec<String> = own
        .iter()
        .flat_map(|module| &module.outline.heads)
        .map(|(name, _)| name)
        .filter(|name| {
            CONFTEST.iter().any(|rule| {
                name.strip_prefix(rule)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
            })
        })
        .cloned()
        .collect();
    rules.sort();
    rules.dedup();
    rules
}

fn names_a_control(module: &Module, block: &std::ops::Range<usize>) -> bool {
    peek(module, block, &["custom", "id"]).is_some()
}

/// A text in a METADATA block that need not be a control's.
fn peek(module: &Module, block: &std::ops::Range<usize>, path: &[&str]) -> Option<String> {
    let value = yaml::to_json(&yaml::block_text(&module.file, block)).ok()??;
    let found = path.iter().try_fold(&value, |value, key| value.get(key))?;
    found.as_str().map(|text| text.trim().to_owned())
}

/// A package's own files and those of the libraries it names, and they name,
/// sorted by file name.
fn files_of<'a>(own: &[&'a Module], all: &'a [Module]) -> Vec<&'a Module> {
    let mut files: Vec<&Module> = own.to_vec();
    let mut next = 0;
    while let Some(module) = files.get(next).copied() {
        for other in all {
            let known = files.iter().any(|file| file.file.name == other.file.name);
            if !known && names_package(&module.file.text, &other.package) {
                files.push(other);
            }
        }
        next = next.saturating_add(1);
    }
    files.sort_by(|a, b| a.file.name.cmp(&b.file.name));
    files
}

fn names_package(text: &str, package: &str) -> bool {
    let name = format!("data.{package}");
    text.match_indices(&name).any(|(at, _)| {
        let after = text
            .get(at.saturating_add(name.len())..)
            .and_then(|rest| rest.chars().next());
        !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

fn control_info(package: &str, metadata: &Metadata) -> PolicyInfo {
    PolicyInfo {
        id: metadata.id.as_str().into(),
        title: metadata.title.clone(),
        description: metadata.description.clone(),
        severity: metadata.severity.clone(),
        package: package.to_owned(),
        sha256: String::new(),
        controls: metadata.controls.clone(),
        related_resources: metadata.related_resources.clone(),
        remediation: metadata.remediation_text(),
        total: true,
        sources: Vec::new(),
        bundle: None,
    }
}

/// Conftest packages need no METADATA: the id is the package's name, and a
/// title and description are taken where they are.
fn conftest_info(package: &str, own: &[&Module]) -> PolicyInfo {
    let peek = |path: &[&str]| {
        own.iter()
            .find_map(|module| peek(module, module.outline.metadata.as_ref()?, path))
    };
    PolicyInfo {
        id: package.replace(['.', '_'], "-").into(),
        title: peek(&["title"]).unwrap_or_else(|| format!("Package {package}")),
        description: peek(&["description"]).unwrap_or_default(),
        severity: peek(&["custom", "severity"])
            .filter(|word| super::SEVERITIES.contains(&word.as_str()))
            .unwrap_or_else(|| "medium".to_owned()),
        package: package.to_owned(),
        sha256: String::new(),
        controls: Vec::new(),
        related_resources: Vec::new(),
        remediation: String::new(),
        total: false,
        sources: Vec::new(),
        bundle: None,
    }
}

fn refuse_shared_ids(policies: &[(Policy, Vec<&Module>)], problems: &mut Vec<PolicyProblem>) {
    let mut seen: BTreeMap<&str, &Policy> = BTreeMap::new();
    for (policy, own) in policies {
        let Some(first) = seen.insert(&policy.info.id, policy) else {
            continue;
        };
        let Some(module) = own
            .iter()
            .find(|module| module.outline.metadata.is_some())
            .or(own.first())
        else {
            continue;
        };
        let at = match &policy.kind {
            Kind::Control(metadata) => metadata.id_at.clone(),
            Kind::Conftest(_) => module
                .outline
                .package
                .as_ref()
                .map_or(0..0, |(_, at)| at.clone()),
        };
        let message = format!("the id `{}` is taken", policy.info.id);
        let help = format!(
            "package `{}` has it too; reports, waivers and `--only` tell policies apart by id",
            first.package
        );
        problems.push(
            PolicyProblem::new("duplicate-id", &module.file, at, message, "taken").with_help(help),
        );
    }
}

fn refuse_shared_parameters(
    policies: &[(Policy, Vec<&Module>)],
    problems: &mut Vec<PolicyProblem>,
) {
    let mut seen = BTreeMap::new();
    for (policy, own) in policies {
        let Some(metadata) = policy.metadata() else {
            continue;
        };
        for parameter in &metadata.parameters {
            let (first, package) = seen
                .entry(&parameter.name)
                .or_insert((parameter, &policy.package));
            if first.default == parameter.default {
                continue;
            }
            let Some(module) = own.iter().find(|module| module.outline.metadata.is_some()) else {
                continue;
            };
            let message = format!("parameter `{}` has two defaults", parameter.name);
            let help = format!(
                "package `{package}` says {}; policies share `data.params`",
                first.default
            );
            problems.push(
                PolicyProblem::new(
                    "parameter-defaults",
                    &module.file,
                    metadata.id_at.clone(),
                    message,
                    "this policy",
                )
                .with_help(help),
            );
        }
    }
}
