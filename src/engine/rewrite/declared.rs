//! Where variables are declared: `some x` stands before everything else of its
//! body, since regorus declares it again with each round of what stands before
//! it, and a name that nothing declares and a `not` or a closure needs gets one.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Literal, Query, Rule};

use super::edit::Edit;
use super::scopes::each;
use super::{Pass, braces};
use crate::engine::visit::{self, Chain, Node, range, with_quotes};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for rule in &pass.tree.policy {
        let mut free = free(pass, rule);
        let mut needed = BTreeSet::new();
        visit::rule(rule, &mut |node| {
            if let Node::Statement(statement) = node {
                needed.extend(visit::needed(statement));
            }
        });
        if needed.is_disjoint(&free) {
            free.clear();
        }
        each(rule, &mut |scope| {
            let own = scope.own.intersection(&free).copied().collect();
            in_query(pass, scope.query, scope.is_body, own, &mut edits);
        });
    }
    edits.sort_by_key(|edit| edit.at.start);
    edits
}

/// The names of a rule that nothing declares or defines.
fn free<'a>(pass: &Pass<'_>, rule: &'a Rule) -> BTreeSet<&'a str> {
    let known = visit::locals(rule);
    let mut names = BTreeSet::new();
    visit::rule_expressions(rule, &mut |expr| {
        if let Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } = expr {
            names.extend(Chain::of(expr).root_name());
        }
    });
    names.retain(|name| !known.contains(name) && pass.is_variable(name));
    names
}

/// Declares the names that are a query's own, and those of each `some` in it, at its
/// beginning.
fn in_query<'a>(
    pass: &Pass<'_>,
    query: &'a Query,
    is_body: bool,
    mut names: BTreeSet<&'a str>,
    edits: &mut Vec<Edit>,
) {
    let mut moved = Vec::new();
    for statement in query.stmts.iter().skip(1) {
        if let Literal::SomeVars { vars, .. } = &statement.literal {
            names.extend(vars.iter().map(|var| var.text()));
            moved.push(Edit::replace(range(&statement.span), "true"));
        }
    }
    let Some(first) = query.stmts.first().filter(|_| !names.is_empty()) else {
        return;
    };
    let start = with_quotes(range(&first.span), pass.text).start;
    let names: Vec<&str> = names.into_iter().collect();
    let some = Edit::insert(start, format!("some {}; ", names.join(", ")));
    let braces = braces(pass.text, query).filter(|_| is_body);
    if let Some((last, Some(open))) = braces {
        edits.extend([open, Edit::insert(last, " }")]);
    }
    edits.push(some);
    edits.extend(moved);
}
