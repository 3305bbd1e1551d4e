//! References to `data` and bare names that lead nowhere.

use std::collections::BTreeSet;

use regorus::unstable::{BUILTINS, Expr};

use super::names::{Meaning, Names, Unit, bound_in_passing};
use crate::engine::visit;
use crate::engine::visit::locals;
use crate::engine::visit::{Chain, Part, range};
use crate::policy::{PolicyProblem, nearest};

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for unit in &names.units {
        for (path, at) in unit.imports.values() {
            if path.first().is_some_and(|root| root == "data") && !leads_somewhere(names, path) {
                problems.push(unresolved(names, unit, path, at.clone()));
            }
        }
    }
    for (_, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        let mut locals = locals(definition.rule);
        locals.extend(bound_in_passing(definition.rule));
        visit::rule_expressions(definition.rule, &mut |expr| {
            if matches!(
                expr,
                Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. }
            ) {
                problems.extend(reference(names, unit, &locals, expr));
            }
        });
    }
}

fn reference(
    names: &Names<'_>,
    unit: &Unit<'_>,
    locals: &BTreeSet<&str>,
    expr: &Expr,
) -> Option<PolicyProblem> {
    let chain = Chain::of(expr);
    match names.meaning(unit, locals, &chain) {
        Meaning::Data(path) if !leads_somewhere(names, &path) => {
            let at = range(chain.root.span()).start..end_of_keys(&chain);
            Some(unresolved(names, unit, &path, at))
        }
        Meaning::Nothing(_)
            if chain.dotted().is_some_and(|name| {
                BUILTINS.contains_key(name.as_str()) || super::opa::has(&name)
            }) =>
        {
            let name = chain.dotted().unwrap_or_default();
            Some(
                unit.problem(
                    "builtin-as-value",
                    range(chain.root.span()).start..end_of_keys(&chain),
                    format!("`{name}` is a builtin, and stands for no value"),
                    "not called",
                )
                .with_help("call it; `with` replaces no builtins here: put the call into a function of the policy, and replace that"),
            )
        }
        Meaning::Nothing(name) => {
            let own = names.siblings(&unit.package);
            let known = own
                .iter()
                .map(String::as_str)
                .chain(unit.imports.keys().map(String::as_str))
                .chain(locals.iter().copied());
            let help = match nearest(&name, known.chain(["input", "data"])) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "declare it with `some` or `:=`, or define a rule of that name".to_owned(),
            };
            Some(
                unit.problem(
                    "unknown-name",
                    range(chain.root.span()),
                    format!("nothing is called `{name}` here"),
                    "unknown",
                )
                .with_help(help),
            )
        }
        _ => None,
    }
}

fn end_of_keys(chain: &Chain<'_>) -> usize {
    let last = chain.parts.iter().map_while(|part| match part {
        Part::Key(_, at) => Some(at.end),
        Part::Index(_) => None,
    });
    last.last().unwrap_or(range(chain.root.span()).end)
}

/// Whether a path of `data` names a package, a rule, something in a rule's
/// value, or something in the data files.
fn leads_somewhere(names: &Names<'_>, path: &[String]) -> bool {
    path.len() <= 1
        || names.is_prefix_of_a_rule(path)
        || names.rule_at(path).is_some()
        || names.is_in_data(path)
}

fn unresolved(
    names: &Names<'_>,
    unit: &Unit<'_>,
    path: &[String],
    at: std::ops::Range<usize>,
) -> PolicyProblem {
    // The first key that leads nowhere is the one that is wrong.
    let wrong = (2..=path.len())
        .find(|length| {
            path.get(..*length)
                .is_some_and(|head| !leads_somewhere(names, head))
        })
        .unwrap_or(path.len());
    let parent = path.get(..wrong.saturating_sub(1)).unwrap_or_default();
    let key = path
        .get(wrong.saturating_sub(1))
        .map(String::as_str)
        .unwrap_or_default();
    let siblings = names.siblings(parent);
    let help = match nearest(key, siblings.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "no package, rule or data file has it; a parameter belongs in METADATA under `custom.parameters`".to_owned(),
    };
    unit.problem(
        "unresolved-data",
        at,
        format!("`{}` leads nowhere", path.join(".")),
        format!("there is no `{key}` in `{}`", parent.join(".")),
    )
    .with_help(help)
}
