//! Variables that regorus loses sight of: a second name of another (`z := x`),
//! which it doesn't bind before a closure, and a name of an array or object of others
//! (`z := [x]`), which it takes for a pattern, get their values by way of a list, and one
//! that is held to something by its own name (`x = xs[x]`) is compared with it.

use std::collections::BTreeSet;
use std::ops::Range;

use regorus::unstable::{AssignOp, Expr, Literal, Span};

use super::edit::{Edit, Piece};
use super::{Pass, scopes};
use crate::engine::visit::{self, extent, range};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for rule in &pass.tree.policy {
        let keys = visit::keys(rule);
        scopes::each(rule, &mut |scope| {
            let mut bound: BTreeSet<&str> = scope.around.clone();
            for statement in &scope.query.stmts {
                if let Literal::Expr { expr, .. } = &statement.literal {
                    edits.extend(held(pass, expr, &bound, &keys));
                }
                bound.extend(scopes::named(statement));
            }
        });
    }
    edits.sort_by_key(|edit| edit.at.start);
    edits
}

/// What becomes of a statement that holds a variable to something.
fn held(
    pass: &Pass<'_>,
    expr: &Expr,
    bound: &BTreeSet<&str>,
    keys: &BTreeSet<&str>,
) -> Option<Edit> {
    let Expr::AssignExpr { op, lhs, rhs, .. } = expr else {
        return None;
    };
    let variable = |side: &'_ Expr| match side {
        Expr::Var { span, .. } if pass.is_variable(span.text()) => Some(span.clone()),
        _ => None,
    };
    // regorus takes an array or object of variables for a pattern, which may give them
    // their values.
    let is_made = |side: &Expr| {
        let is_bound = |name: &str| bound.contains(name) || !pass.is_variable(name);
        let names = scopes::names(side);
        matches!(side, Expr::Array { .. } | Expr::Object { .. })
            && !names.is_empty()
            && (matches!(op, AssignOp::ColEq) || names.into_iter().all(is_bound))
    };
    match (variable(lhs), variable(rhs)) {
        (Some(one), Some(other)) if one.text() == other.text() => compared(pass, lhs, rhs),
        (Some(one), Some(other)) => Some(listed(range(source(op, &one, &other, bound)))),
        (Some(one), None) if keys.contains(one.text()) && is_made(rhs) => {
            Some(listed(extent(rhs, pass.text)))
        }
        (None, Some(other)) if keys.contains(other.text()) && is_made(lhs) => {
            Some(listed(extent(lhs, pass.text)))
        }
        (Some(one), None) if is_within(&one, rhs) => compared(pass, lhs, rhs),
        (None, Some(other)) if is_within(&other, lhs) => compared(pass, lhs, rhs),
        _ => None,
    }
}

/// Whether a variable stands in what it is held to, closures aside.
fn is_within(variable: &Span, other: &Expr) -> bool {
    let mut found = false;
    visit::beside_closures(other, &mut |expr| {
        found |= matches!(expr, Expr::Var { span, .. } if span.text() == variable.text());
    });
    found
}

/// `==` in the place of `=`.
fn compared(pass: &Pass<'_>, lhs: &Expr, rhs: &Expr) -> Option<Edit> {
    let between = extent(lhs, pass.text).end..extent(rhs, pass.text).start;
    let sign = pass.text.get(between.clone())?.find('=')?;
    let at = between.start.saturating_add(sign);
    Some(Edit::replace(at..at.saturating_add(1), "=="))
}

/// The variable of two that has a value already.
fn source<'e>(op: &AssignOp, one: &'e Span, other: &'e Span, bound: &BTreeSet<&str>) -> &'e Span {
    let is_bound = |span: &Span| bound.contains(span.text());
    match op {
        AssignOp::Eq if is_bound(one) && !is_bound(other) => one,
        _ => other,
    }
}

fn listed(at: Range<usize>) -> Edit {
    let new = |text: &str| Piece::New(text.to_owned());
    Edit {
        at: at.clone(),
        with: vec![new("["), Piece::Old(at), new("][0]")],
    }
}
