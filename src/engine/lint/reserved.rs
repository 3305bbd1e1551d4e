//! Names that only rewritten policies have: one of the author's would be taken
//! for one of them.

use std::ops::Range;

use regorus::unstable::Expr;

use super::names::Names;
use crate::engine::rewrite::OWN;
use crate::engine::scope::Scopes;
use crate::engine::visit::{self, Chain, range};
use crate::policy::PolicyProblem;

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    let mut found: Vec<(usize, String, Range<usize>)> = Vec::new();
    for (index, unit) in names.units.iter().enumerate() {
        let package = unit.package.get(1).cloned().unwrap_or_default();
        // A query has a package of that name.
        if unit.module.file.name.ends_with(".rego") {
            found.push((index, package, unit.package_at.clone()));
        }
        let imports = unit.imports.iter();
        found.extend(imports.map(|(alias, (_, at))| (index, alias.clone(), at.clone())));
    }
    for (_, definition) in names.definitions() {
        let mut add = |name: &str, at: Range<usize>| {
            found.push((definition.unit, name.to_owned(), at));
        };
        let chain = Chain::of(visit::rule_reference(definition.rule));
        if let Some(name) = chain.root_name() {
            add(name, range(chain.root.span()));
        }
        for variable in Scopes::of(definition.rule).variables {
            let at = variable.places.into_iter().next();
            add(variable.name, at.unwrap_or_default());
        }
        visit::rule_expressions(definition.rule, &mut |expr| {
            if let Expr::Var { span, .. } = expr {
                add(span.text(), range(span));
            }
        });
    }
    for (index, name, at) in found {
        let Some(unit) = names.units.get(index).filter(|_| name.starts_with(OWN)) else {
            continue;
        };
        let message = format!("`{name}` is a name that coldtrail keeps for itself");
        problems.push(
            unit.problem("reserved-name", at, message, "begins so")
                .with_help(format!("take a name that doesn't begin with `{OWN}`")),
        );
    }
}
