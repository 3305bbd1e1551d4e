//! The bodies of a rule, its comprehensions and `every`s, and the names that each
//! of them has.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Literal, LiteralStmt, Query, Rule};

use crate::engine::visit::{self, Chain};

/// A query and its names, those of what is computed beside it among them.
pub(super) struct Scope<'a, 's> {
    pub(super) query: &'a Query,
    /// Whether it is a body of the rule.
    pub(super) is_body: bool,
    /// The names of the scopes around it.
    pub(super) around: &'s BTreeSet<&'a str>,
    /// The names that stand in it and not around it, closures aside.
    pub(super) own: &'s BTreeSet<&'a str>,
}

/// Calls `f` with every scope of a rule, the outer ones first.
pub(super) fn each<'a>(rule: &'a Rule, f: &mut dyn FnMut(&Scope<'a, '_>)) {
    let Rule::Spec { head, bodies, .. } = rule else {
        return;
    };
    let mut arguments = BTreeSet::new();
    for argument in visit::arguments(rule).into_iter().flatten() {
        visit::pattern(argument, &mut arguments);
    }
    for body in bodies {
        let own = body.assign.as_ref().map(|assign| assign.value.as_ref());
        let values: Vec<&Expr> = match body.is_else {
            true => own.into_iter().collect(),
            false => visit::head_values(head),
        };
        one(&body.query, &values, true, &arguments, f);
    }
    if bodies.is_empty() {
        let mut around = arguments;
        let values = visit::head_values(head);
        around.extend(values.iter().copied().flat_map(names));
        for value in values {
            closures(value, &around, f);
        }
    }
}

fn one<'a>(
    query: &'a Query,
    values: &[&'a Expr],
    is_body: bool,
    around: &BTreeSet<&'a str>,
    f: &mut dyn FnMut(&Scope<'a, '_>),
) {
    let parts = parts(query, values);
    let mut own: BTreeSet<&str> = parts.iter().copied().flat_map(names).collect();
    let mut everys = Vec::new();
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => own.extend(vars.iter().map(|var| var.text())),
            Literal::Every {
                key, value, query, ..
            } => everys.push((query, key.iter().chain([value]))),
            _ => {}
        }
    }
    own.retain(|name| !around.contains(name));
    f(&Scope {
        query,
        is_body,
        around,
        own: &own,
    });
    let within: BTreeSet<&str> = around.union(&own).copied().collect();
    for (query, members) in everys {
        let mut within = within.clone();
        within.extend(members.map(|member| member.text()));
        one(query, &[], false, &within, f);
    }
    for part in parts {
        closures(part, &within, f);
    }
}

/// The comprehensions of an expression, and what is in them.
fn closures<'a>(part: &'a Expr, around: &BTreeSet<&'a str>, f: &mut dyn FnMut(&Scope<'a, '_>)) {
    visit::beside_closures(part, &mut |expr| match expr {
        Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
            one(query, &[term], false, around, f);
        }
        Expr::ObjectCompr {
            key, value, query, ..
        } => one(query, &[key, value], false, around, f),
        _ => {}
    });
}

/// The expressions of a query and beside it.
fn parts<'a>(query: &'a Query, values: &[&'a Expr]) -> Vec<&'a Expr> {
    let statements = query.stmts.iter().flat_map(in_statement);
    statements.chain(values.iter().copied()).collect()
}

fn in_statement(statement: &LiteralStmt) -> Vec<&Expr> {
    let mut parts: Vec<&Expr> = match &statement.literal {
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => vec![expr],
        Literal::SomeIn {
            key,
            value,
            collection,
            ..
        } => {
            let members = key.iter().chain([value, collection]);
            members.map(AsRef::as_ref).collect()
        }
        Literal::Every { domain, .. } => vec![domain],
        Literal::SomeVars { .. } => Vec::new(),
    };
    parts.extend(statement.with_mods.iter().map(|one| one.r#as.as_ref()));
    parts
}

/// The names in a statement, closures aside.
pub(super) fn named(statement: &LiteralStmt) -> Vec<&str> {
    in_statement(statement)
        .into_iter()
        .flat_map(names)
        .collect()
}

/// The names in an expression, closures aside.
pub(super) fn names(expr: &Expr) -> Vec<&str> {
    let mut names = Vec::new();
    visit::beside_closures(expr, &mut |expr| {
        if let Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } = expr {
            names.extend(Chain::of(expr).root_name());
        }
    });
    names
}
