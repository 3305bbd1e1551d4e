//! `every`, whose variables regorus loses sight of: a member has no value yet where its
//! body is put in order, so that `=`, a `not` or a closure gives it one, and what its
//! body names isn't awaited.

use regorus::unstable::{Literal, LiteralStmt};

use super::Pass;
use super::edit::{Edit, Piece};
use super::scopes::{self, Scope};
use crate::engine::visit::{self, extent, range};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for rule in &pass.tree.policy {
        scopes::each(rule, &mut |scope| {
            for statement in &scope.query.stmts {
                edits.extend(awaited(pass, scope, statement));
                members(pass, statement, &mut edits);
            }
        });
    }
    edits.sort_by_key(|edit| edit.at.start);
    edits
}

/// Puts the variables of its query that the body of an `every` names beside what it
/// goes through: `every x in xs` becomes `every x in [xs, y][0]`.
fn awaited(pass: &Pass<'_>, scope: &Scope<'_, '_>, statement: &LiteralStmt) -> Option<Edit> {
    let Literal::Every { domain, query, .. } = &statement.literal else {
        return None;
    };
    let mut names = visit::names_in(query);
    for name in visit::variables(domain) {
        names.remove(name);
    }
    names.retain(|name| scope.own.contains(name) && pass.is_variable(name));
    let names: Vec<&str> = names.into_iter().collect();
    let at = extent(domain, pass.text);
    (!names.is_empty()).then(|| Edit {
        at: at.clone(),
        with: vec![
            Piece::New("[".to_owned()),
            Piece::Old(at),
            Piece::New(format!(", {}][0]", names.join(", "))),
        ],
    })
}

/// Gives the variables of an `every` other names, and theirs to variables of its
/// body.
fn members(pass: &mut Pass<'_>, statement: &LiteralStmt, edits: &mut Vec<Edit>) {
    let Literal::Every {
        key, value, query, ..
    } = &statement.literal
    else {
        return;
    };
    let named = visit::names_in(query);
    let Some(first) = query.stmts.first() else {
        return;
    };
    let start = range(&first.span).start;
    let start = visit::with_quotes(start..start, pass.text).start;
    for var in key.iter().chain([value]) {
        if var.text() == "_" || !named.contains(var.text()) {
            continue;
        }
        let name = pass.name();
        let binding = format!("{} := [{name}][0]; ", var.text());
        edits.push(Edit::replace(range(var), name));
        edits.push(Edit::insert(start, binding));
    }
}
