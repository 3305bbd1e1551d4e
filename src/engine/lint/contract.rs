//! Checks, codes and outcomes that are written out: declared and never given,
//! or given and never declared.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regorus::unstable::Expr;

use super::names::{Definition, Meaning, Names, Unit, plain_value};
use crate::engine::visit;
use crate::engine::visit::{Chain, range};
use crate::policy::{Metadata, Policy, PolicyProblem, list, nearest};

const OUTCOMES: [&str; 4] = ["pass", "fail", "inconclusive", "not-applicable"];

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for policy in names.set.policies() {
        if let Some(metadata) = policy.metadata() {
            control(names, policy, metadata, problems);
        }
    }
}

/// A text and where it stands.
type Written<'n, 'a> = (String, &'n Unit<'a>, Range<usize>);

fn control(
    names: &Names<'_>,
    policy: &Policy,
    metadata: &Metadata,
    problems: &mut Vec<PolicyProblem>,
) {
    let own_unit = |unit: &&Unit<'_>| {
        let file = &unit.module.file.name;
        unit.package.iter().skip(1).eq(policy.package.split('.'))
            && policy.info.sources.iter().any(|(name, _)| name == file)
    };
    if let Some(unit) = names.units.iter().find(own_unit) {
        let before = problems.len();
        for rule in ["checks", "results", "subjects"] {
            let mut path = unit.package.clone();
            path.push(rule.to_owned());
            if !names.is_prefix_of_a_rule(&path) && !names.is_in_data(&path) {
                let message = format!("the control has no `{rule}`");
                problems.push(
                    unit.problem(
                        "missing-rule",
                        unit.package_at.clone(),
                        message,
                        "this package",
                    )
                    .with_help("a control is `subjects`, `checks` and `results`"),
                );
            }
        }
        if problems.len() > before {
            return;
        }
    }
    let checks_path: Vec<String> = format!("data.{}.checks", policy.package)
        .split('.')
        .map(str::to_owned)
        .collect();
    shape(names, &checks_path, problems);
    let Some(checks) = declared(names, &checks_path) else {
        return;
    };
    let own: BTreeSet<&str> = policy
        .info
        .sources
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let mut texts: BTreeSet<String> = BTreeSet::new();
    let mut written: BTreeMap<&str, Vec<Written<'_, '_>>> = BTreeMap::new();
    for (path, definition) in names.definitions() {
        let Some(unit) = names
            .unit(definition)
            .filter(|unit| own.contains(unit.module.file.name.as_str()))
        else {
            continue;
        };
        if *path == checks_path {
            continue;
        }
        collect(unit, definition, &mut texts, &mut written);
    }
    for (key, text, unit, at) in passed(names, &own) {
        written.entry(key).or_default().push((text, unit, at));
    }
    // A check that no other rule so much as names can't have a result.
    for (id, unit, at) in &checks {
        if !texts.contains(id) {
            problems.push(
                unit.problem("check-never-given", at.clone(), format!("the check `{id}` is declared, and no rule gives a result for it"), "declared here")
                    .with_help("every subject has one result a check: `{\"check\": \"...\"}` in a member of `results`"),
            );
        }
    }
    let ids: Vec<&str> = checks.iter().map(|(id, _, _)| id.as_str()).collect();
    undeclared(
        &written,
        "check",
        "undeclared-check",
        &ids,
        "`checks` does not have",
        problems,
    );
    undeclared(
        &written,
        "outcome",
        "bad-outcome",
        &OUTCOMES,
        "is no outcome:",
        problems,
    );
    let codes: Vec<&str> = metadata
        .codes
        .iter()
        .map(|(code, _)| code.as_str())
        .collect();
    undeclared(
        &written,
        "code",
        "undeclared-code",
        &codes,
        "METADATA does not explain",
        problems,
    );
}

fn undeclared(
    written: &BTreeMap<&str, Vec<Written<'_, '_>>>,
    key: &str,
    code: &'static str,
    known: &[&str],
    complaint: &str,
    problems: &mut Vec<PolicyProblem>,
) {
    for (text, unit, at) in written.get(key).into_iter().flatten() {
        if known.contains(&text.as_str()) {
            continue;
        }
        let help = match nearest(text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if key == "code" => {
                "every code belongs in METADATA under `custom.codes`, with what it means".to_owned()
            }
            None => format!("there are {}", list(known.iter().copied())),
        };
        let message = match key {
            "outcome" => format!("`{text}` is no outcome"),
            _ => format!("{complaint} the {key} `{text}`"),
        };
        problems.push(
            unit.problem(code, at.clone(), message, "undeclared")
                .with_help(help),
        );
    }
}

/// Checks that are written out as something else than titles by id.
fn shape(names: &Names<'_>, path: &[String], problems: &mut Vec<PolicyProblem>) {
    let definitions = names.rules.get(path).map(Vec::as_slice);
    let Some([definition]) = definitions else {
        return;
    };
    let (Some(unit), Some(value)) = (names.unit(*definition), plain_value(definition.rule)) else {
        return;
    };
    let is_keyed = visit::has_brackets(visit::rule_reference(definition.rule));
    let message = match value {
        _ if is_keyed || !visit::is_written_out(value) => return,
        Expr::Object { fields, .. } if fields.is_empty() => "`checks` is empty",
        Expr::Object { fields, .. }
            if fields.iter().all(|(_, id, title)| {
                visit::text(id).is_some() && visit::text(title).is_some()
            }) =>
        {
            return;
        }
        _ => "`checks` is no object of texts",
    };
    let at = visit::extent(value, &unit.module.file.text);
    problems.push(
        unit.problem("bad-shape", at, message, "here")
            .with_help("`checks` maps the id of each check to its title"),
    );
}

/// The checks that a policy declares, where they are written out.
fn declared<'n, 'a>(names: &'n Names<'a>, path: &[String]) -> Option<Vec<Written<'n, 'a>>> {
    let [definition] = names.rules.get(path)?.as_slice() else {
        return None;
    };
    let unit = names.unit(*definition)?;
    let Expr::Object { fields, .. } = plain_value(definition.rule)? else {
        return None;
    };
    fields
        .iter()
        .map(|(_, key, _)| Some((visit::text(key)?.to_owned(), unit, range(key.span()))))
        .collect()
}

fn collect<'n, 'a>(
    unit: &'n Unit<'a>,
    definition: Definition<'a>,
    texts: &mut BTreeSet<String>,
    written: &mut BTreeMap<&'static str, Vec<Written<'n, 'a>>>,
) {
    visit::rule_expressions(definition.rule, &mut |expr| {
        texts.extend(visit::text(expr).map(str::to_owned));
        let Expr::Object { fields, .. } = expr else {
            return;
        };
        for (_, key, value) in fields {
            if let (Some(key), Some(text)) = (key_of_interest(key), visit::text(value)) {
                written
                    .entry(key)
                    .or_default()
                    .push((text.to_owned(), unit, range(value.span())));
            }
        }
    });
}

fn key_of_interest(key: &Expr) -> Option<&'static str> {
    ["check", "code", "outcome"]
        .into_iter()
        .find(|known| visit::text(key) == Some(known))
}

/// Texts that reach such a key as an argument: `found(trail, "fail", "named")`
/// where `found(trail, outcome, code)` makes the object.
fn passed<'n, 'a>(
    names: &'n Names<'a>,
    own: &BTreeSet<&str>,
) -> Vec<(&'static str, String, &'n Unit<'a>, Range<usize>)> {
    // Which argument of which function ends under which key.
    let mut ends: BTreeSet<(Vec<String>, usize, &'static str)> = BTreeSet::new();
    let mut texts = Vec::new();
    loop {
        let before = ends.len();
        texts.clear();
        for (path, definition) in names.definitions() {
            let Some(unit) = names
                .unit(definition)
                .filter(|unit| own.contains(unit.module.file.name.as_str()))
            else {
                continue;
            };
            let argument = |expr: &Expr| {
                let Expr::Var { span, .. } = expr else {
                    return None;
                };
                visit::arguments(definition.rule)?
                    .iter()
                    .position(|argument| matches!(argument, Expr::Var { span: of, .. } if of.text() == span.text()))
            };
            let mut found = Vec::new();
            visit::rule_expressions(definition.rule, &mut |expr| match expr {
                Expr::Object { fields, .. } => {
                    for (_, key, value) in fields {
                        if let (Some(key), Some(index)) = (key_of_interest(key), argument(value)) {
                            found.push((path.clone(), index, key));
                        }
                    }
                }
                Expr::Call { fcn, params, .. } => {
                    let chain = Chain::of(fcn);
                    let Meaning::Data(callee) = names.meaning(unit, &BTreeSet::new(), &chain)
                    else {
                        return;
                    };
                    for (of, index, key) in &ends {
                        let Some(param) = params.get(*index).filter(|_| *of == callee) else {
                            continue;
                        };
                        if let Some(text) = visit::text(param) {
                            texts.push((*key, text.to_owned(), unit, range(param.span())));
                        } else if let Some(index) = argument(param) {
                            found.push((path.clone(), index, *key));
                        }
                    }
                }
                _ => {}
            });
            ends.extend(found);
        }
        if ends.len() == before {
            return texts;
        }
    }
}
