//! What a `with` replaces: not a part of what a rule gives, and a function by
//! one that is called alike.

use std::collections::BTreeSet;

use regorus::unstable::Expr;

use super::names::{Definition, Meaning, Names, Unit};
use crate::engine::visit::{self, Chain, Node, extent, locals};
use crate::policy::PolicyProblem;

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for (_, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        let locals = locals(definition.rule);
        visit::rule(definition.rule, &mut |node| {
            let Node::Statement(statement) = node else {
                return;
            };
            for modifier in &statement.with_mods {
                let chain = Chain::of(&modifier.refr);
                let given = function(names, unit, &locals, &modifier.r#as);
                let at = |expr: &Expr| extent(expr, &unit.module.file.text);
                match names.meaning(unit, &locals, &chain) {
                    Meaning::Data(path) => {
                        let Some((rule, definitions)) = names.rule_at(&path) else {
                            continue;
                        };
                        if rule.len() != path.len()
                            || chain.static_keys().len() != chain.parts.len()
                        {
                            problems.push(
                                unit.problem(
                                    "partial-with",
                                    at(&modifier.refr),
                                    format!("`with` replaces no part of the rule `{}`", rule.join(".")),
                                    "OPA refuses it",
                                )
                                .with_help(
                                    "replace the whole rule, or what it is made of in `input` or `data`",
                                ),
                            );
                        } else if let (Some(takes), Some((name, given))) =
                            (arity(definitions), given)
                            && takes != given
                        {
                            problems.push(
                                unit.problem(
                                    "arity",
                                    at(&modifier.r#as),
                                    format!("`{name}` takes {given}, and `{}`, which it replaces, {takes} arguments", rule.join(".")),
                                    "OPA refuses it",
                                )
                                .with_help("give both as many arguments"),
                            );
                        }
                    }
                    Meaning::Input => {
                        if let Some((name, _)) = given {
                            problems.push(
                                unit.problem(
                                    "function-as-value",
                                    at(&modifier.r#as),
                                    format!("`{name}` is a function, and stands for no value"),
                                    "not called",
                                )
                                .with_help(format!("call it: `{name}(…)`")),
                            );
                        }
                    }
                    _ => {}
                }
            }
        });
    }
}

/// The function that an expression names, with how many arguments it takes.
fn function(
    names: &Names<'_>,
    unit: &Unit<'_>,
    locals: &BTreeSet<&str>,
    expr: &Expr,
) -> Option<(String, usize)> {
    let Meaning::Data(path) = names.meaning(unit, locals, &Chain::of(expr)) else {
        return None;
    };
    Some((path.last()?.clone(), arity(names.rules.get(&path)?)?))
}

fn arity(definitions: &[Definition<'_>]) -> Option<usize> {
    let first = definitions.first()?;
    Some(visit::arguments(first.rule)?.len())
}
