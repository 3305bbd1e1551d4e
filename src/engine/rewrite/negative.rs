//! `-x` becomes `0 - x`.
//!
//! To OPA a sign belongs to the number, reference or call that follows, and
//! regorus has it of numbers alone, and of all the calculation that they begin.

use regorus::unstable::Expr;

use super::Pass;
use super::edit::Edit;
use crate::engine::builtins::MINUS;
use crate::engine::visit::{self, Node, range};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for rule in &pass.tree.policy {
        visit::rule(rule, &mut |node| {
            let Node::Expr(Expr::UnaryExpr { span, expr, .. }) = node else {
                return;
            };
            let sign = range(span).start;
            let operand = visit::first_operand(expr);
            let after = sign.saturating_add(1);
            if let Expr::Number { span, .. } = operand {
                edits.push(Edit::replace(after..range(span).start.max(after), ""));
            } else {
                edits.push(Edit::replace(sign..after, format!("{MINUS}(0, ")));
                edits.push(Edit::insert(visit::extent(operand, pass.text).end, ")"));
            }
        });
    }
    edits
}
