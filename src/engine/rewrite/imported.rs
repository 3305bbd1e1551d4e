//! What a file imports of its own package is called by its whole path: regorus
//! doesn't evaluate a rule first that is called by the name of an import.

use std::collections::BTreeMap;

use regorus::unstable::Expr;

use super::Pass;
use super::edit::Edit;
use crate::engine::visit::{self, Chain, range};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let tree = pass.tree;
    let mut edits = Vec::new();
    let Some(package) = Chain::of(&tree.package.refr).dotted() else {
        return edits;
    };
    let own = format!("data.{package}");
    let imports = tree.imports.iter().filter_map(|import| {
        let path = Chain::of(&import.refr).dotted()?;
        let rest = path.strip_prefix(&own)?;
        let alias = match &import.r#as {
            Some(alias) => alias.text(),
            None => path.rsplit('.').next()?,
        };
        (rest.is_empty() || rest.starts_with('.')).then(|| (alias.to_owned(), path.clone()))
    });
    let imports: BTreeMap<String, String> = imports.collect();
    if imports.is_empty() {
        return edits;
    }
    for rule in &tree.policy {
        visit::rule_expressions(rule, &mut |expr| {
            let chain = match expr {
                Expr::Call { fcn, .. } => Chain::of(fcn),
                Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => Chain::of(expr),
                _ => return,
            };
            if let Some(path) = chain.root_name().and_then(|name| imports.get(name)) {
                edits.push(Edit::replace(range(chain.root.span()), path.clone()));
            }
        });
    }
    edits.sort_by_key(|edit| edit.at.start);
    edits.dedup_by(|a, b| a.at == b.at);
    edits
}
