//! `a + b` and its like become calls of what calculates as OPA does.

use regorus::unstable::{ArithOp, Expr};

use super::Pass;
use super::edit::Edit;
use crate::engine::builtins::{DIVIDED, MINUS, PLUS, REMAINDER, TIMES};
use crate::engine::error::offset;
use crate::engine::visit::{self, Node, range, with_quotes};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let (mut openings, mut closings) = (Vec::new(), Vec::new());
    for rule in &pass.tree.policy {
        visit::rule(rule, &mut |node| {
            let Node::Expr(Expr::ArithExpr { span, op, .. }) = node else {
                return;
            };
            let (name, sign) = match op {
                ArithOp::Add => (PLUS, '+'),
                ArithOp::Sub => (MINUS, '-'),
                ArithOp::Mul => (TIMES, '*'),
                ArithOp::Div => (DIVIDED, '/'),
                ArithOp::Mod => (REMAINDER, '%'),
            };
            // The span has line and column of the sign.
            let (Ok(line), Ok(column)) = (span.line.try_into(), span.col.try_into()) else {
                return;
            };
            let at = offset(pass.text, line, column);
            let is_sign = pass
                .text
                .get(at..)
                .is_some_and(|rest| rest.starts_with(sign));
            if is_sign {
                let whole = with_quotes(range(span), pass.text);
                openings.push(Edit::insert(whole.start, format!("{name}(")));
                openings.push(Edit::replace(at..at.saturating_add(1), ","));
                closings.push(Edit::insert(whole.end, ")"));
            }
        });
    }
    // Of `a*b+c`, the call of `a*b` ends where the sign begins.
    closings.append(&mut openings);
    closings
}
