//! Where variables are declared: `some x` stands before everything else of its
//! body, since regorus declares it again with each round of what stands before
//! it, and a name that nothing declares and a `not` needs gets a `some`.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Literal, LiteralStmt, Query, Rule};

use super::edit::Edit;
use super::{Pass, braces};
use crate::engine::visit::{self, Chain, Node, range, with_quotes};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for rule in &pass.tree.policy {
        let mut free = free(pass, rule);
        if !in_negated(rule).is_disjoint(&free) {
            free.retain(|name| *name != "_");
        } else {
            free.clear();
        }
        each(rule, &mut |query, values, is_body| {
            in_query(pass, query, values, is_body, &free, &mut edits);
        });
    }
    edits.sort_by_key(|edit| edit.at.start);
    edits
}

/// Calls `f` with every query of a rule, what is computed beside it, and whether
/// it is a body of the rule.
pub(super) fn each<'a>(rule: &'a Rule, f: &mut dyn FnMut(&'a Query, &[&'a Expr], bool)) {
    if let Rule::Spec { head, bodies, .. } = rule {
        for body in bodies {
            let own = body.assign.as_ref().map(|assign| assign.value.as_ref());
            let values: Vec<&Expr> = match body.is_else {
                true => own.into_iter().collect(),
                false => visit::head_values(head),
            };
            f(&body.query, &values, true);
        }
    }
    visit::rule(rule, &mut |node| match node {
        Node::Expr(Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. }) => {
            f(query, &[term], false);
        }
        Node::Expr(Expr::ObjectCompr {
            key, value, query, ..
        }) => f(query, &[key, value], false),
        Node::Statement(LiteralStmt {
            literal: Literal::Every { query, .. },
            ..
        }) => f(query, &[], false),
        _ => {}
    });
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
    names.retain(|name| {
        let is_known = known.contains(name) || pass.global.contains(*name);
        !is_known && !["input", "data", "_"].contains(name)
    });
    names
}

fn in_negated(rule: &Rule) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    visit::rule(rule, &mut |node| {
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

fn in_query(
    pass: &Pass<'_>,
    query: &Query,
    values: &[&Expr],
    is_body: bool,
    free: &BTreeSet<&str>,
    edits: &mut Vec<Edit>,
) {
    let mut names: Vec<String> = Vec::new();
    let mut moved = Vec::new();
    for statement in query.stmts.iter().skip(1) {
        if let Literal::SomeVars { vars, .. } = &statement.literal {
            names.extend(vars.iter().map(|var| var.text().to_owned()));
            moved.push(Edit::replace(range(&statement.span), "true"));
        }
    }
    // Of a rule's names those are declared that stand in a body of its own; a name
    // in a closure alone is the closure's.
    if is_body || !values.is_empty() || !free.is_empty() {
        let own = own_names(query, values);
        let own = own.into_iter().filter(|name| free.contains(name));
        names.extend(own.map(str::to_owned));
    }
    names.sort();
    names.dedup();
    let Some(first) = query.stmts.first().filter(|_| !names.is_empty()) else {
        return;
    };
    let start = with_quotes(range(&first.span), pass.text).start;
    let some = format!("some {}; ", names.join(", "));
    match braces(pass.text, query).filter(|_| is_body) {
        Some((last, Some(open))) => {
            edits.extend([open, Edit::insert(start, some)]);
            edits.extend(moved);
            edits.push(Edit::insert(last, " }"));
        }
        _ => {
            edits.push(Edit::insert(start, some));
            edits.extend(moved);
        }
    }
}

/// The names in the statements of a query and beside it, closures aside.
fn own_names<'e>(query: &'e Query, values: &[&'e Expr]) -> BTreeSet<&'e str> {
    let mut names = BTreeSet::new();
    let mut parts: Vec<&Expr> = values.to_vec();
    for statement in &query.stmts {
        match &statement.literal {
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => parts.push(expr),
            Literal::SomeIn { collection, .. } => parts.push(collection),
            Literal::Every { domain, .. } => parts.push(domain),
            Literal::SomeVars { .. } => {}
        }
        parts.extend(statement.with_mods.iter().map(|one| one.r#as.as_ref()));
    }
    for part in parts {
        visit::beside_closures(part, &mut |expr| {
            if let Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } = expr {
                names.extend(Chain::of(expr).root_name());
            }
        });
    }
    names
}
