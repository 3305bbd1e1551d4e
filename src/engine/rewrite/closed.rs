//! A `not` of what regorus doesn't look for as OPA does: `walk`, which it doesn't
//! iterate over there, and paths by variables that a call or a pattern gives,
//! which it takes to have no value yet. A list of what is found is held against an
//! empty one instead.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Rule};

use super::Pass;
use super::edit::{Edit, Piece};
use crate::engine::visit::{self, Chain, Node, Part, extent, range, with_quotes};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for rule in &pass.tree.policy {
        let given = given(rule);
        visit::rule(rule, &mut |node| {
            let Node::Statement(LiteralStmt {
                literal: Literal::NotExpr { span, expr },
                ..
            }) = node
            else {
                return;
            };
            if !is_walk(expr) && in_brackets(expr).is_disjoint(&given) {
                return;
            }
            let place = extent(expr, pass.text);
            let start = with_quotes(range(span), pass.text).start.min(place.start);
            let before = pass.text.get(start..place.start);
            let Some(negation) = before.and_then(|text| text.find("not")) else {
                return;
            };
            edits.push(Edit {
                at: start.saturating_add(negation)..place.end,
                with: vec![
                    Piece::New("[true | ".to_owned()),
                    Piece::Old(place),
                    Piece::New("] == []".to_owned()),
                ],
            });
        });
    }
    edits
}

fn is_walk(expr: &Expr) -> bool {
    matches!(expr, Expr::Call { fcn, params, .. }
        if params.len() == 2 && Chain::of(fcn).dotted().as_deref() == Some("walk"))
}

/// The names to which a call or a pattern may give a value.
fn given(rule: &Rule) -> BTreeSet<&str> {
    let (mut names, mut bound) = (BTreeSet::new(), visit::members(rule));
    visit::rule_expressions(rule, &mut |expr| match expr {
        Expr::AssignExpr { op, lhs, rhs, .. } => {
            let is_name = |side: &Expr| matches!(side, Expr::Var { .. });
            for side in [lhs, rhs] {
                if !is_name(side) || (is_name(lhs) && is_name(rhs)) {
                    visit::pattern(side, &mut names);
                }
            }
            if let (AssignOp::ColEq, Expr::Var { span, .. }) = (op, lhs.as_ref()) {
                bound.insert(span.text());
            }
        }
        Expr::Call { params, .. } => {
            if let Some(last) = params.last() {
                visit::pattern(last, &mut names);
            }
        }
        _ => {}
    });
    &names - &bound
}

/// The names in the brackets of an expression.
fn in_brackets(expr: &Expr) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    visit::expression(expr, &mut |node| {
        if let Node::Expr(expr @ Expr::RefBrack { .. }) = node {
            for part in Chain::of(expr).parts {
                if let Part::Index(index) = part {
                    names.extend(visit::variables(index));
                }
            }
        }
    });
    names
}
