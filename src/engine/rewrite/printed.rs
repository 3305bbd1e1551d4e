//! What `print` is given is weighed first: regorus writes all of it into a text,
//! and a value that shares its parts may be longer than any memory.

use regorus::unstable::Expr;

use super::Pass;
use super::edit::Edit;
use crate::engine::builtins::PRINTED;
use crate::engine::visit::{self, Chain, Node, extent};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    if pass.global.contains("print") {
        return edits;
    }
    for rule in &pass.tree.policy {
        visit::rule(rule, &mut |node| {
            let Node::Expr(Expr::Call { fcn, params, .. }) = node else {
                return;
            };
            if Chain::of(fcn).dotted().as_deref() != Some("print") {
                return;
            }
            for param in params {
                let whole = extent(param, pass.text);
                edits.push(Edit::insert(whole.start, format!("{PRINTED}(")));
                edits.push(Edit::insert(whole.end, ")"));
            }
        });
    }
    edits
}
