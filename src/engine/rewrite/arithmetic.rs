//! `a + b` and its like become calls of what calculates as OPA does, and so do
//! comparisons of what they give where that may have more digits than a number
//! has here.

use std::collections::BTreeSet;

use regorus::Value;
use regorus::unstable::{ArithOp, AssignOp, BoolOp, Expr, Module as Tree, Rule, RuleHead, Span};

use super::Pass;
use super::edit::Edit;
use crate::engine::builtins::{
    AT_LEAST, AT_MOST, DIVIDED, DIVIDED_WITHIN, EQUAL, LESS, MINUS, MINUS_WITHIN, MORE, PLUS,
    PLUS_WITHIN, REMAINDER, TIMES, TIMES_WITHIN, UNEQUAL,
};
use crate::engine::error::offset;
use crate::engine::visit::{self, Chain, Node, range, with_quotes};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let (mut openings, mut closings) = (Vec::new(), Vec::new());
    let within = Within::of(pass.tree);
    for rule in &pass.tree.policy {
        visit::rule(rule, &mut |node| {
            let Node::Expr(expr) = node else { return };
            let Some((span, name, sign)) = call(expr, &within) else {
                return;
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
                openings.push(Edit::replace(at..at.saturating_add(sign.len()), ","));
                closings.push(Edit::insert(whole.end, ")"));
            }
        });
    }
    // Of `a*b+c`, the call of `a*b` ends where the sign begins.
    closings.append(&mut openings);
    closings
}

/// What an expression is a call of, with its sign.
fn call<'e>(expr: &'e Expr, within: &Within) -> Option<(&'e Span, &'static str, &'static str)> {
    match expr {
        Expr::ArithExpr { span, op, .. } => {
            let (name, handed_on, sign) = match op {
                ArithOp::Add => (PLUS, PLUS_WITHIN, "+"),
                ArithOp::Sub => (MINUS, MINUS_WITHIN, "-"),
                ArithOp::Mul => (TIMES, TIMES_WITHIN, "*"),
                ArithOp::Div => (DIVIDED, DIVIDED_WITHIN, "/"),
                ArithOp::Mod => (REMAINDER, REMAINDER, "%"),
            };
            let is_within = within.results.contains(&expr.eidx());
            Some((span, if is_within { handed_on } else { name }, sign))
        }
        Expr::BoolExpr { span, op, .. } if within.comparisons.contains(&expr.eidx()) => {
            let (name, sign) = match op {
                BoolOp::Lt => (LESS, "<"),
                BoolOp::Le => (AT_MOST, "<="),
                BoolOp::Eq => (EQUAL, "=="),
                BoolOp::Ge => (AT_LEAST, ">="),
                BoolOp::Gt => (MORE, ">"),
                BoolOp::Ne => (UNEQUAL, "!="),
            };
            Some((span, name, sign))
        }
        _ => None,
    }
}

/// The expressions of a file whose results go into what counts with all their
/// digits, and the comparisons that do.
#[derive(Debug, Default)]
pub(in crate::engine) struct Within {
    pub(in crate::engine) results: BTreeSet<u32>,
    comparisons: BTreeSet<u32>,
}

impl Within {
    pub(in crate::engine) fn of(tree: &Tree) -> Self {
        let fractions = fractions(tree);
        let mut found = Self::default();
        for rule in &tree.policy {
            visit::rule_expressions(rule, &mut |expr| match expr {
                Expr::ArithExpr { op, lhs, rhs, .. } if *op != ArithOp::Mod => {
                    for side in [lhs, rhs] {
                        found.result(side, &fractions);
                    }
                }
                Expr::BoolExpr { lhs, rhs, .. } => {
                    let before = found.results.len();
                    for side in [lhs, rhs] {
                        found.result(side, &fractions);
                    }
                    let is_known = |side: &Expr| found.results.contains(&side.eidx());
                    if found.results.len() > before || is_known(lhs) || is_known(rhs) {
                        found.comparisons.insert(expr.eidx());
                    }
                }
                Expr::Call { fcn, params, .. } => {
                    let name = Chain::of(fcn).dotted();
                    if matches!(name.as_deref(), Some("ceil" | "floor" | "round")) {
                        for param in params {
                            found.result(param, &fractions);
                        }
                    }
                }
                _ => {}
            });
        }
        found
    }

    /// A result, where a fraction or quotient is in it: whole numbers alone have
    /// no digits to lose, and cost less without.
    fn result(&mut self, expr: &Expr, fractions: &BTreeSet<&str>) {
        let Expr::ArithExpr { op, .. } = expr else {
            return;
        };
        let mut has_fraction = false;
        visit::expression(expr, &mut |node| {
            has_fraction |= match node {
                Node::Expr(Expr::ArithExpr { op, .. }) => *op == ArithOp::Div,
                Node::Expr(Expr::Var { span, .. }) => fractions.contains(span.text()),
                Node::Expr(expr) => is_fraction(expr),
                Node::Statement(_) => false,
            };
        });
        if has_fraction && *op != ArithOp::Mod {
            self.results.insert(expr.eidx());
        }
    }
}

/// The rules and variables that are fractions as written.
fn fractions(tree: &Tree) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for rule in &tree.policy {
        if let Rule::Spec {
            head:
                RuleHead::Compr {
                    refr,
                    assign: Some(assign),
                    ..
                },
            ..
        } = rule.as_ref()
            && is_fraction(&assign.value)
        {
            names.extend(Chain::of(refr).root_name());
        }
        visit::rule_expressions(rule, &mut |expr| {
            if let Expr::AssignExpr {
                op: AssignOp::ColEq,
                lhs,
                rhs,
                ..
            } = expr
                && is_fraction(rhs)
            {
                names.extend(Chain::of(lhs).root_name());
            }
        });
    }
    names
}

fn is_fraction(expr: &Expr) -> bool {
    matches!(expr, Expr::Number { value: Value::Number(number), .. } if number.as_big().is_none())
}
