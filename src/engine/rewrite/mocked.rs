//! A function that a `with` replaces is called by its whole path in its own
//! package: regorus replaces it there alone.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Module as Tree};

use super::Pass;
use super::edit::Edit;
use crate::engine::visit::{self, Chain, Node, range};

/// What the `with`s of a file replace, as whole paths.
pub(super) fn targets(tree: &Tree) -> BTreeSet<String> {
    let mut targets = BTreeSet::new();
    for rule in &tree.policy {
        visit::rule(rule, &mut |node| {
            let Node::Statement(statement) = node else {
                return;
            };
            for modifier in &statement.with_mods {
                let chain = Chain::of(&modifier.refr);
                let Some(root) = chain.root_name() else {
                    continue;
                };
                let imported = tree.imports.iter().find(|import| {
                    let keys = Chain::of(&import.refr).static_keys();
                    let alias = import.r#as.as_ref().map(|alias| alias.text());
                    alias.or(keys.last().map(String::as_str)) == Some(root)
                });
                let start = imported
                    .and_then(|import| Chain::of(&import.refr).dotted())
                    .unwrap_or_else(|| root.to_owned());
                let keys = chain.static_keys().into_iter();
                let path: Vec<String> = std::iter::once(start).chain(keys).collect();
                targets.insert(path.join("."));
            }
        });
    }
    targets
}

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let tree = pass.tree;
    let Some(package) = Chain::of(&tree.package.refr).dotted() else {
        return Vec::new();
    };
    let names = pass.global.iter().map(String::as_str);
    let own: BTreeSet<&str> = names
        .filter(|name| pass.mocked.contains(&format!("data.{package}.{name}")))
        .collect();
    let mut edits = Vec::new();
    if own.is_empty() {
        return edits;
    }
    for rule in &tree.policy {
        visit::rule_expressions(rule, &mut |expr| {
            if let Expr::Call { fcn, .. } = expr
                && let Expr::Var { span, .. } = fcn.as_ref()
                && own.contains(span.text())
            {
                edits.push(Edit::insert(range(span).start, format!("data.{package}.")));
            }
        });
    }
    edits
}
