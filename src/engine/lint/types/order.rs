//! The order in which OPA evaluates the statements of a body: as they are
//! written, but each after what gives its variables.

use std::collections::BTreeSet;

use super::statement::{Comprehension, Does, Head, Kind, Reference, Statement, Term, Variable};

pub(super) type Variables = BTreeSet<Variable>;

/// A body in that order.
pub(super) struct Ordered<'s> {
    pub(super) statements: Vec<&'s Statement>,
    /// Those that nothing makes safe.
    pub(super) left: Vec<&'s Statement>,
    /// The variables that have a value behind it.
    pub(super) safe: Variables,
}

/// Puts a body in order. `is_outer` tells whether a variable has a value before it.
pub(super) fn ordered<'s>(
    body: &'s [Statement],
    is_outer: &dyn Fn(Variable) -> bool,
) -> Ordered<'s> {
    let mut open = Variables::new();
    for statement in body {
        open.extend(needs(statement));
    }
    let with_needs = |statement: &'s Statement| {
        let mut all = needs(statement);
        // What a closure shares with the statements beside it.
        let mut inner = Variables::new();
        closures(statement, &mut inner);
        all.extend(inner.intersection(&open));
        all.retain(|variable| !is_outer(*variable));
        (statement, all)
    };
    let mut safe = Variables::new();
    let mut statements = Vec::new();
    let mut left: Vec<(&Statement, Variables)> = body.iter().map(with_needs).collect();
    loop {
        let before = left.len();
        left.retain(|(statement, needs)| {
            let is_safe = |variable: Variable| safe.contains(&variable) || is_outer(variable);
            let gives = gives(statement, &is_safe);
            let mut needs = needs.iter();
            let is_ready = needs.all(|one| safe.contains(one) || gives.contains(one));
            if is_ready {
                safe.extend(gives);
                statements.push(*statement);
            }
            !is_ready
        });
        if left.len() == before || left.is_empty() {
            break;
        }
    }
    Ordered {
        statements,
        left: left.into_iter().map(|(statement, _)| statement).collect(),
        safe,
    }
}

/// Calls `f` with the terms of a statement.
pub(super) fn terms<'s>(statement: &'s Statement, f: &mut dyn FnMut(&'s Term)) {
    match &statement.does {
        Does::Hold(term) => f(term),
        Does::Equal(one, other) | Does::Assign(one, other) | Does::Compare(one, other) => {
            f(one);
            f(other);
        }
        Does::Call(call) => call.given.iter().for_each(|(term, _)| f(term)),
        Does::Every { .. } => {}
    }
}

/// The variables that stand in a statement, closures aside.
fn needs(statement: &Statement) -> Variables {
    let mut all = Variables::new();
    terms(statement, &mut |term| variables(term, &mut all));
    if let Does::Every { over, .. } = &statement.does {
        all.insert(*over);
    }
    all
}

/// The variables that stand in a term, closures aside.
pub(super) fn variables(term: &Term, all: &mut Variables) {
    match term {
        Term::Variable(variable) => {
            all.insert(*variable);
        }
        Term::Reference(Reference { head, parts, .. }) => {
            if let Head::Variable(variable) = head {
                all.insert(*variable);
            }
            parts.iter().for_each(|part| variables(part, all));
        }
        Term::Array(items) | Term::Set(items) => {
            items.iter().for_each(|item| variables(item, all));
        }
        Term::Object(fields) => {
            for (key, value) in fields {
                variables(key, all);
                variables(value, all);
            }
        }
        Term::Scalar(_) | Term::Comprehension(_) => {}
    }
}

/// The variables that stand in the closures of a statement, at any depth.
fn closures(statement: &Statement, all: &mut Variables) {
    terms(statement, &mut |term| in_closures(term, all));
    if let Does::Every { body, .. } = &statement.does {
        everything(body, all);
    }
}

/// The comprehensions of a body, without those within them, and the variables beside
/// them.
pub(super) fn within<'s>(
    body: &'s [Statement],
    comprehensions: &mut Vec<&'s Comprehension>,
    beside: &mut Variables,
) {
    for statement in body {
        beside.extend(needs(statement));
        terms(statement, &mut |term| in_term(term, comprehensions));
        if let Does::Every { binds, body, .. } = &statement.does {
            beside.extend(binds);
            within(body, comprehensions, beside);
        }
    }
}

fn in_term<'s>(term: &'s Term, all: &mut Vec<&'s Comprehension>) {
    match term {
        Term::Comprehension(comprehension) => all.push(comprehension),
        Term::Reference(reference) => reference.parts.iter().for_each(|part| in_term(part, all)),
        Term::Array(items) | Term::Set(items) => {
            items.iter().for_each(|item| in_term(item, all));
        }
        Term::Object(fields) => {
            for (key, value) in fields {
                in_term(key, all);
                in_term(value, all);
            }
        }
        Term::Scalar(_) | Term::Variable(_) => {}
    }
}

/// The variables that stand anywhere in a body.
fn everything(body: &[Statement], all: &mut Variables) {
    for statement in body {
        all.extend(needs(statement));
        closures(statement, all);
    }
}

fn in_closures(term: &Term, all: &mut Variables) {
    match term {
        Term::Comprehension(comprehension) => {
            everything(&comprehension.body, all);
            let mut of = |term| {
                variables(term, all);
                in_closures(term, all);
            };
            match &comprehension.kind {
                Kind::Array(term) | Kind::Set(term) => of(term),
                Kind::Object(key, value) => {
                    of(key);
                    of(value);
                }
            }
        }
        Term::Reference(reference) => {
            reference
                .parts
                .iter()
                .for_each(|part| in_closures(part, all));
        }
        Term::Array(items) | Term::Set(items) => {
            items.iter().for_each(|item| in_closures(item, all));
        }
        Term::Object(fields) => {
            for (key, value) in fields {
                in_closures(key, all);
                in_closures(value, all);
            }
        }
        Term::Scalar(_) | Term::Variable(_) => {}
    }
}

/// Whether a variable has a value.
type Safe<'f> = &'f dyn Fn(Variable) -> bool;

/// The variables that a statement gives a value, once these are safe.
fn gives(statement: &Statement, is_safe: Safe<'_>) -> Variables {
    let mut all = Variables::new();
    if statement.is_negated {
        return all;
    }
    terms(statement, &mut |term| brackets(term, is_safe, &mut all));
    let bound = all.clone();
    let is_known = |one: Variable| is_safe(one) || bound.contains(&one);
    match &statement.does {
        Does::Equal(one, other) => {
            unified(one, other, &is_known, &mut all);
            unified(other, one, &is_known, &mut all);
        }
        Does::Assign(one, other) => unified(one, other, &is_known, &mut all),
        Does::Call(call) => {
            let mut given = Variables::new();
            let (inputs, results) = call.given.split_at(call.inputs.min(call.given.len()));
            for (term, _) in inputs {
                variables(term, &mut given);
            }
            if given.into_iter().all(is_known) {
                results
                    .iter()
                    .for_each(|(term, _)| patterns(term, &mut all));
            }
        }
        Does::Hold(_) | Does::Compare(..) | Does::Every { .. } => {}
    }
    all
}

/// What stands in the brackets of a path whose head is safe.
fn brackets(term: &Term, is_safe: Safe<'_>, all: &mut Variables) {
    match term {
        Term::Reference(Reference { head, parts, .. }) => {
            let can_be_followed = match head {
                Head::Variable(variable) => is_safe(*variable),
                Head::Input | Head::Data => true,
            };
            if can_be_followed {
                for part in parts {
                    patterns(part, all);
                    brackets(part, is_safe, all);
                }
            }
        }
        Term::Array(items) | Term::Set(items) => {
            items.iter().for_each(|item| brackets(item, is_safe, all));
        }
        Term::Object(fields) => {
            for (key, value) in fields {
                brackets(key, is_safe, all);
                brackets(value, is_safe, all);
            }
        }
        Term::Scalar(_) | Term::Variable(_) | Term::Comprehension(_) => {}
    }
}

/// The variables of a pattern.
fn patterns(term: &Term, all: &mut Variables) {
    match term {
        Term::Variable(variable) => {
            all.insert(*variable);
        }
        Term::Array(items) => items.iter().for_each(|item| patterns(item, all)),
        Term::Object(fields) => fields.iter().for_each(|(_, value)| patterns(value, all)),
        _ => {}
    }
}

/// What one side gets from the other.
fn unified(one: &Term, other: &Term, is_safe: Safe<'_>, all: &mut Variables) {
    match (one, other) {
        // That they can't be equal is for types to say.
        (Term::Array(items), Term::Array(others)) if items.len() != others.len() => {
            patterns(one, all);
        }
        (Term::Array(items), Term::Array(others)) => {
            for (item, other) in items.iter().zip(others) {
                unified(item, other, is_safe, all);
                unified(other, item, is_safe, all);
            }
        }
        (Term::Object(fields), Term::Object(others)) => {
            for ((_, value), (_, other)) in fields.iter().zip(others) {
                unified(value, other, is_safe, all);
                unified(other, value, is_safe, all);
            }
        }
        (Term::Variable(_) | Term::Array(_) | Term::Object(_), other) => {
            let mut known = Variables::new();
            variables(other, &mut known);
            if known.into_iter().all(is_safe) {
                patterns(one, all);
            }
        }
        _ => {}
    }
}
