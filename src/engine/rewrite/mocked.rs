//! A rule or function of the package that a `with` replaces is named by its
//! whole path: regorus replaces nothing by a bare name, and a function that is
//! replaced by its path not where its own package calls it.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Module as Tree};

use super::edit::Edit;
use super::{Names, Pass};
use crate::engine::visit::{self, Chain, Node, range};

/// What the `with`s of a file replace, as whole paths.
pub(super) fn targets(tree: &Tree, own: &Names) -> BTreeSet<String> {
    let package = Chain::of(&tree.package.refr).dotted().unwrap_or_default();
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
                let start = match imported {
                    Some(import) => Chain::of(&import.refr).dotted(),
                    None if own.contains(root) => Some(format!("data.{package}.{root}")),
                    None => None,
                };
                let start = start.unwrap_or_else(|| root.to_owned());
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
    let mut edits = Vec::new();
    let mut add = |chain: &Chain<'_>| {
        let at = range(chain.root.span()).start;
        edits.push(Edit::insert(at, format!("data.{package}.")));
    };
    for rule in &tree.policy {
        visit::rule(rule, &mut |node| match node {
            Node::Statement(statement) => {
                for modifier in &statement.with_mods {
                    let chain = Chain::of(&modifier.refr);
                    // Imports are whole paths by now.
                    if chain
                        .root_name()
                        .is_some_and(|root| pass.global.contains(root))
                    {
                        add(&chain);
                    }
                }
            }
            Node::Expr(Expr::Call { fcn, .. }) => {
                let chain = Chain::of(fcn);
                let path = chain.dotted().map(|name| format!("data.{package}.{name}"));
                if path.is_some_and(|path| pass.mocked.contains(&path)) {
                    add(&chain);
                }
            }
            Node::Expr(_) => {}
        });
    }
    edits
}
