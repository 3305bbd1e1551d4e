//! A `not` stands behind what gives its variables their values, as OPA orders
//! statements: regorus would look for values of its own.

use std::collections::BTreeSet;

use regorus::unstable::{Literal, LiteralStmt, Query};

use super::edit::{Edit, Piece};
use super::{Pass, braces, declared};
use crate::engine::visit::{self, range, with_quotes};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for rule in &pass.tree.policy {
        declared::each(rule, &mut |query, _, is_body| {
            in_query(pass, query, is_body, &mut edits);
        });
    }
    edits.sort_by_key(|edit| edit.at.start);
    edits
}

fn in_query(pass: &Pass<'_>, query: &Query, is_body: bool, edits: &mut Vec<Edit>) {
    // What `some` declares and no statement has named yet.
    let mut waiting: BTreeSet<&str> = BTreeSet::new();
    let mut early = Vec::new();
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => waiting.extend(vars.iter().map(|var| var.text())),
            Literal::NotExpr { expr, .. } => {
                let names = visit::variables(expr);
                if names.iter().any(|name| waiting.contains(name)) {
                    early.push(statement);
                }
            }
            _ => {
                for name in named(statement) {
                    waiting.remove(name);
                }
            }
        }
    }
    // What nothing names later stays where it is: it is refused elsewhere.
    early.retain(|statement| match &statement.literal {
        Literal::NotExpr { expr, .. } => {
            let names = visit::variables(expr);
            names.iter().all(|name| !waiting.contains(name))
        }
        _ => false,
    });
    let Some((last, open)) = braces(pass.text, query).filter(|_| !early.is_empty()) else {
        return;
    };
    let mut behind = Vec::new();
    for statement in early {
        let at = with_quotes(range(&statement.span), pass.text);
        behind.extend([Piece::New("; ".to_owned()), Piece::Old(at.clone())]);
        edits.push(Edit::replace(at, "true"));
    }
    if let Some(open) = open.filter(|_| is_body) {
        edits.push(open);
        behind.push(Piece::New(" }".to_owned()));
    }
    edits.push(Edit {
        at: last..last,
        with: behind,
    });
}

/// The names in a statement.
fn named(statement: &LiteralStmt) -> Vec<&str> {
    let mut names = Vec::new();
    match &statement.literal {
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
            names.extend(visit::variables(expr));
        }
        Literal::SomeIn { collection, .. } => names.extend(visit::variables(collection)),
        Literal::Every { .. } | Literal::SomeVars { .. } => {}
    }
    names
}
