//! `walk(x)` where its value is wanted.
//!
//! It has a value for every part of `x`. regorus iterates over them where
//! `walk(x, y)` is a statement, and has nothing in `y := walk(x)`: so the call
//! becomes a statement before the one that it stands in, or the last one of the
//! comprehension whose members it makes.

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
            let (members, query) = match expr {
                Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                    (vec![term], query)
                }
                Expr::ObjectCompr {
                    key, value, query, ..
                } => (vec![key, value], query),
                _ => return,
            };
            in_query(query, pass.text, &mut found);
            if let Some((last, _)) = braces(pass.text, query) {
                for member in members {
                    own_calls(member, &mut |call| found.push((Place::After(last), call)));
                }
            }
        });
    }
    for (statement, call) in found {
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
        let of_its_own = vec![Piece::Old(inner), Piece::New(format!(", {name})"))];
        let (at, with) = match statement {
            Place::Before(at) => (at, [of_its_own, vec![semicolon()]].concat()),
            Place::After(at) => (at, [vec![semicolon()], of_its_own].concat()),
        };
        edits.push(Edit { at: at..at, with });
        edits.push(Edit::replace(place, name));
    }
    edits
}

fn semicolon() -> Piece {
    Piece::New("; ".to_owned())
}

/// Where a call becomes a statement.
enum Place {
    /// Before the statement that begins here.
    Before(usize),
    /// After the last one, which ends here.
    After(usize),
}

/// The calls of a query's own statements, each with the place of its statement.
fn in_query<'e>(query: &'e Query, text: &str, found: &mut Vec<(Place, &'e Expr)>) {
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
            own_calls(expr, &mut |call| found.push((Place::Before(start), call)));
        }
    }
}

/// The calls of `walk` with one argument in an expression, those in its
/// comprehensions left out.
fn own_calls<'e>(expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
    let mut inner: Vec<std::ops::Range<usize>> = Vec::new();
    visit::expression(expr, &mut |node| match node {
        Node::Expr(
            Expr::ArrayCompr { span, .. }
            | Expr::SetCompr { span, .. }
            | Expr::ObjectCompr { span, .. },
        ) => inner.push(range(span)),
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
