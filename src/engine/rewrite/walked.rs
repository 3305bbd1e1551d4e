//! `walk(x)` where its value is wanted.
//!
//! It has a value for every part of `x`. regorus iterates over them where
//! `walk(x, y)` is a statement, and has nothing in `y := walk(x)`: so the call
//! becomes a statement before the one that it stands in.

use regorus::unstable::{Expr, Literal, Query};

use super::edit::{Edit, Piece};
use super::{Pass, braces, start_of};
use crate::engine::visit::{self, Chain, Node, range, with_quotes};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let tree = pass.tree;
    let (mut found, mut edits) = (Vec::new(), Vec::new());
    for rule in &tree.policy {
        if let regorus::unstable::Rule::Spec { bodies, .. } = rule.as_ref() {
            for body in bodies {
                let known = found.len();
                in_query(&body.query, pass.text, &mut found);
                if found.len() > known
                    && let Some((last, Some(open))) = braces(pass.text, &body.query)
                {
                    edits.extend([open, Edit::insert(last, " }")]);
                }
            }
        }
        visit::rule_expressions(rule, &mut |expr| {
            if let Expr::ArrayCompr { query, .. }
            | Expr::SetCompr { query, .. }
            | Expr::ObjectCompr { query, .. } = expr
            {
                in_query(query, pass.text, &mut found);
            }
        });
    }
    for (before, call) in found {
        let Expr::Call { span, fcn, .. } = call else {
            continue;
        };
        let place = start_of(&Chain::of(fcn))..range(span).end;
        let Some(inside) = pass
            .text
            .get(place.clone())
            .filter(|text| text.ends_with(')'))
        else {
            continue;
        };
        let inner = place.start..place.start.saturating_add(inside.len()).saturating_sub(1);
        let name = pass.name();
        edits.push(Edit {
            at: before..before,
            with: vec![Piece::Old(inner), Piece::New(format!(", {name}); "))],
        });
        edits.push(Edit::replace(place, name));
    }
    edits
}

/// The calls of a query's own statements, each with the place of its statement.
fn in_query<'e>(query: &'e Query, text: &str, found: &mut Vec<(usize, &'e Expr)>) {
    for statement in &query.stmts {
        let start = with_quotes(range(&statement.span), text).start;
        let exprs: Vec<&Expr> = match &statement.literal {
            Literal::Expr { expr, .. } => vec![expr],
            Literal::SomeIn { collection, .. } => vec![collection],
            Literal::Every { domain, query, .. } => {
                in_query(query, text, found);
                vec![domain]
            }
            _ => continue,
        };
        for expr in exprs {
            own_calls(expr, &mut |call| found.push((start, call)));
        }
    }
}

/// The calls of `walk` with one argument in an expression, those in its
/// comprehensions left out.
fn own_calls<'e>(expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
    let mut inner: Vec<std::ops::Range<usize>> = Vec::new();
    visit::expression(expr, &mut |node| match node {
        Node::Expr(
            Expr::ArrayCompr { query, .. }
            | Expr::SetCompr { query, .. }
            | Expr::ObjectCompr { query, .. },
        ) => inner.push(range(&query.span)),
        Node::Expr(call @ Expr::Call { fcn, params, .. })
            if params.len() == 1 && Chain::of(fcn).dotted().as_deref() == Some("walk") =>
        {
            let at = range(call.span());
            if !inner
                .iter()
                .any(|query| query.start <= at.start && at.end <= query.end)
            {
                f(call);
            }
        }
        Node::Expr(_) | Node::Statement(_) => {}
    });
}
