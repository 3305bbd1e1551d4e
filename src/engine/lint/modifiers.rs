//! What a `with` replaces: not a part of what a rule gives.

use super::names::{Meaning, Names};
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
                let Meaning::Data(path) = names.meaning(unit, &locals, &chain) else {
                    continue;
                };
                let Some((rule, _)) = names.rule_at(&path) else {
                    continue;
                };
                if rule.len() == path.len() && chain.static_keys().len() == chain.parts.len() {
                    continue;
                }
                problems.push(
                    unit.problem(
                        "partial-with",
                        extent(&modifier.refr, &unit.module.file.text),
                        format!("`with` replaces no part of the rule `{}`", rule.join(".")),
                        "OPA refuses it",
                    )
                    .with_help(
                        "replace the whole rule, or what it is made of in `input` or `data`",
                    ),
                );
            }
        });
    }
}
