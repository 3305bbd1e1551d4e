//! `x in xs` and `k, v in xs` become calls.
//!
//! To regorus a member that is undefined is one like any other: `"k",
//! input.missing in {}` holds, and `y := input.missing in xs` is false. OPA's
//! `in` is a function, and undefined where an argument is.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Literal};

use super::Pass;
use super::edit::Edit;
use crate::engine::builtins::{MEMBER, MEMBER_AT};
use crate::engine::error::offset;
use crate::engine::visit::{self, Node, range, with_quotes};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    // A statement of its own doesn't hold either way.
    let mut alone = BTreeSet::new();
    for rule in &pass.tree.policy {
        visit::rule(rule, &mut |node| {
            if let Node::Statement(statement) = node
                && let Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } =
                    &statement.literal
            {
                alone.insert(expr.eidx());
            }
            let Node::Expr(expr @ Expr::Membership { span, key, .. }) = node else {
                return;
            };
            if key.is_none() && alone.contains(&expr.eidx()) {
                return;
            }
            let whole = with_quotes(range(span), pass.text);
            let Some(word) = word(pass.text, span.line, span.col) else {
                return;
            };
            let name = if key.is_some() { MEMBER_AT } else { MEMBER };
            edits.push(Edit::insert(whole.start, format!("{name}(")));
            edits.push(Edit::replace(word..word.saturating_add(2), ","));
            edits.push(Edit::insert(whole.end, ")"));
        });
    }
    edits
}

/// Where the `in` of a place stands; its span has line and column of the word.
fn word(text: &str, line: u32, column: u32) -> Option<usize> {
    let at = offset(text, line.try_into().ok()?, column.try_into().ok()?);
    text.get(at..)?.starts_with("in").then_some(at)
}
