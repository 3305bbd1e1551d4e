//! Variables that regorus loses sight of: a second name of another (`z := x`),
//! which it doesn't bind before a closure, and a member of `every` under a `not`,
//! which it takes for one to be found. Each gets its value by way of a list.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Query, Rule, Span};

use super::Pass;
use super::edit::{Edit, Piece};
use crate::engine::visit::{self, Node, range};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for rule in &pass.tree.policy {
        let bound = bound(rule);
        visit::rule(rule, &mut |node| match node {
            Node::Expr(Expr::AssignExpr { op, lhs, rhs, .. }) => {
                edits.extend(second_name(op, lhs, rhs, &bound));
            }
            Node::Expr(_) => {}
            Node::Statement(statement) => members(pass, statement, &mut edits),
        });
    }
    edits.sort_by_key(|edit| edit.at.start);
    edits
}

/// The names that have a value where they are declared.
fn bound(rule: &Rule) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for argument in visit::arguments(rule).into_iter().flatten() {
        visit::pattern(argument, &mut names);
    }
    visit::rule(rule, &mut |node| match node {
        Node::Expr(Expr::AssignExpr {
            op: AssignOp::ColEq,
            lhs,
            ..
        }) => visit::pattern(lhs, &mut names),
        Node::Statement(LiteralStmt {
            literal: Literal::SomeIn { key, value, .. },
            ..
        }) => {
            for part in key.iter().chain([value]) {
                visit::pattern(part, &mut names);
            }
        }
        Node::Statement(LiteralStmt {
            literal: Literal::Every { key, value, .. },
            ..
        }) => names.extend(key.iter().chain([value]).map(|var| var.text())),
        _ => {}
    });
    names
}

fn second_name(op: &AssignOp, lhs: &Expr, rhs: &Expr, bound: &BTreeSet<&str>) -> Option<Edit> {
    let (Expr::Var { span: one, .. }, Expr::Var { span: other, .. }) = (lhs, rhs) else {
        return None;
    };
    let is_bound = |span: &Span| bound.contains(span.text());
    let from = match op {
        AssignOp::ColEq if other.text() != "_" => other,
        AssignOp::Eq if is_bound(other) && !is_bound(one) => other,
        AssignOp::Eq if is_bound(one) && !is_bound(other) => one,
        _ => return None,
    };
    let at = range(from);
    Some(Edit {
        at: at.clone(),
        with: listed(at),
    })
}

/// What stands at a place, as the only member of a list.
fn listed(at: std::ops::Range<usize>) -> Vec<Piece> {
    let new = |text: &str| Piece::New(text.to_owned());
    vec![new("["), Piece::Old(at), new("][0]")]
}

/// Gives the variables of an `every` other names, and theirs to variables of its
/// body, where a `not` in it has them in brackets.
fn members(pass: &mut Pass<'_>, statement: &LiteralStmt, edits: &mut Vec<Edit>) {
    let Literal::Every {
        key, value, query, ..
    } = &statement.literal
    else {
        return;
    };
    let negated = in_negated(query);
    let Some(first) = query.stmts.first() else {
        return;
    };
    let start = range(&first.span).start;
    let start = visit::with_quotes(start..start, pass.text).start;
    for var in key.iter().chain([value]) {
        if var.text() == "_" || !negated.contains(var.text()) {
            continue;
        }
        let name = pass.name();
        let binding = format!("{} := [{name}][0]; ", var.text());
        edits.push(Edit::replace(range(var), name));
        edits.push(Edit::insert(start, binding));
    }
}

/// The names that stand in negated statements of a query, at any depth.
fn in_negated(query: &Query) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    visit::query(query, &mut |node| {
        if let Node::Statement(LiteralStmt {
            literal: Literal::NotExpr { expr, .. },
            ..
        }) = node
        {
            names.extend(visit::variables(expr));
        }
    });
    names
}
