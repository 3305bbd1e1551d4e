//! What a file imports is called by its whole path, and its import is left out.
//!
//! regorus doesn't evaluate a rule first that is called by the name of an
//! import, and takes a rule of the package for an import of its name.

use std::collections::BTreeMap;

use regorus::unstable::Expr;

use super::Pass;
use super::edit::Edit;
use crate::engine::visit::{self, Chain, range};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let tree = pass.tree;
    let mut edits = Vec::new();
    let mut imports: BTreeMap<String, String> = BTreeMap::new();
    for import in &tree.imports {
        let chain = Chain::of(&import.refr);
        let keys = chain.static_keys();
        let alias = match &import.r#as {
            Some(alias) => Some(alias.text().to_owned()),
            None => keys.last().cloned(),
        };
        if let (Some(root @ ("data" | "input")), Some(alias)) = (chain.root_name(), alias) {
            imports.insert(alias, path(root, &keys));
            edits.push(Edit::replace(range(&import.span), ""));
        }
    }
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

/// A path as it is written: keys that are no names in brackets.
fn path(root: &str, keys: &[String]) -> String {
    let mut path = root.to_owned();
    for key in keys {
        let is_name = !key.is_empty()
            && !key.starts_with(|sign: char| sign.is_ascii_digit())
            && key
                .chars()
                .all(|sign| sign == '_' || sign.is_ascii_alphanumeric());
        match is_name {
            true => path.extend([".", key]),
            false => path.push_str(&format!("[{}]", serde_json::Value::from(key.as_str()))),
        }
    }
    path
}
