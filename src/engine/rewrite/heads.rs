//! What a head computes is bound in the body.
//!
//! In regorus a head that comes out undefined empties the whole set or object,
//! or ends the chain of `else`; to OPA the body doesn't hold, and the next
//! solution or the next arm is tried.

use std::collections::BTreeSet;
use std::ops::Range;

use regorus::unstable::{Expr, Literal, Query, Rule, RuleAssign, RuleBody, RuleHead};

use super::edit::{Edit, Piece};
use super::{Names, Pass, braces};
use crate::engine::visit::{self, arguments, range, rule_reference, with_quotes};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let tree = pass.tree;
    let mut edits = Vec::new();
    for rule in &tree.policy {
        if let Rule::Spec { span, head, bodies } = rule.as_ref() {
            let end = with_quotes(range(span), pass.text).end;
            edits.extend(of_rule(pass, rule, head, bodies, end));
        }
    }
    edits
}

fn of_rule(
    pass: &mut Pass<'_>,
    rule: &Rule,
    head: &RuleHead,
    bodies: &[RuleBody],
    end: usize,
) -> Vec<Edit> {
    let mut given = BTreeSet::new();
    for argument in arguments(rule).into_iter().flatten() {
        bound_by(argument, &mut given);
    }
    let (assign, own) = match head {
        RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => (assign.as_ref(), None),
        RuleHead::Set { key, .. } => (None, key.as_deref()),
    };
    let mut edits = Vec::new();
    let first = bodies.first().filter(|body| !body.is_else);
    let first_query = first.map(|body| body.query.as_ref());
    let known = with_bound(&given, first_query);

    // What the head computes, for every body that gives the head's value.
    let mut bindings: Vec<Piece> = Vec::new();
    for (place, expr) in brackets(rule_reference(rule), pass.text) {
        if computes(expr, &known, pass.global) {
            bind(pass, place, &mut edits, &mut bindings);
        }
    }
    let value = match (assign, own) {
        (Some(assign), _) => Some((value_of(pass.text, assign), assign.value.as_ref())),
        (None, Some(key)) => Some((member_of(pass.text, rule, head), key)),
        _ => None,
    };
    let is_plain = matches!(head, RuleHead::Compr { .. }) && bodies.is_empty();
    if let Some((Some(place), expr)) = value
        && computes(expr, &known, pass.global)
        && !(is_plain && bindings.is_empty() && !iterates(expr))
    {
        bind(pass, place, &mut edits, &mut bindings);
    }
    if !bindings.is_empty() {
        let followed = |body: &&RuleBody| !body.is_else && body.assign.is_none();
        let mut held = bodies.iter().filter(followed).peekable();
        if held.peek().is_none() {
            let at = bodies
                .first()
                .map_or(end, |body| start_of_else(pass.text, body));
            edits.push(clause(at, bindings.clone()));
        }
        for body in held {
            edits.extend(append(pass.text, &body.query, bindings.clone()));
        }
    }

    // What each arm gives for itself: true, where it doesn't say.
    for body in bodies {
        let Some(assign) = &body.assign else {
            if body.is_else {
                let start = start_of_else(pass.text, body);
                let at = pass.text.get(start..).and_then(|text| text.find("else"));
                edits.extend(at.map(|at| Edit::insert(start + at + "else".len(), " := true")));
            }
            continue;
        };
        let query = Some(body.query.as_ref()).filter(|query| !query.stmts.is_empty());
        if !computes(&assign.value, &with_bound(&given, query), pass.global) {
            continue;
        }
        let Some(place) = value_of(pass.text, assign) else {
            continue;
        };
        let after = place.end;
        let mut bindings = Vec::new();
        bind(pass, place, &mut edits, &mut bindings);
        match query {
            Some(query) => edits.extend(append(pass.text, query, bindings)),
            None => edits.push(clause(after, bindings)),
        }
    }
    edits
}

/// These variables, and those that a body binds.
fn with_bound<'e>(given: &BTreeSet<&'e str>, query: Option<&'e Query>) -> BTreeSet<&'e str> {
    let mut bound = given.clone();
    if let Some(query) = query {
        binds(query, &mut bound);
    }
    bound
}

/// Puts a variable in a place, and binds what stood there to it.
fn bind(pass: &mut Pass<'_>, place: Range<usize>, edits: &mut Vec<Edit>, to: &mut Vec<Piece>) {
    let name = pass.name();
    edits.push(Edit::replace(place.clone(), format!(" {name} ")));
    to.push(Piece::New(format!("; {name} := (\n")));
    to.push(Piece::Old(place));
    to.push(Piece::New("\n)".to_owned()));
}

/// `if { … }` after a head without a body.
fn clause(at: usize, bindings: Vec<Piece>) -> Edit {
    let mut with = vec![Piece::New(" if { true".to_owned())];
    with.extend(bindings);
    with.push(Piece::New(" }".to_owned()));
    Edit { at: at..at, with }
}

/// Bindings after the last statement of a body, which gets braces where it has
/// none.
fn append(text: &str, query: &Query, bindings: Vec<Piece>) -> Vec<Edit> {
    let Some((last, braces)) = braces(text, query) else {
        return Vec::new();
    };
    let mut with = bindings;
    with.extend(braces.as_ref().map(|_| Piece::New(" }".to_owned())));
    let end = Edit {
        at: last..last,
        with,
    };
    braces.into_iter().chain([end]).collect()
}

/// Where the first `else` of a rule without a body begins.
fn start_of_else(text: &str, body: &RuleBody) -> usize {
    let start = range(&body.span).start;
    let before = text.get(..start).unwrap_or_default().trim_end();
    match before.strip_suffix("else") {
        Some(before) => before.trim_end().len(),
        None => before.len(),
    }
}

/// The value of a head or an arm, without its sign.
fn value_of(text: &str, assign: &RuleAssign) -> Option<Range<usize>> {
    let whole = with_quotes(range(&assign.span), text);
    let written = text.get(whole.clone())?;
    let sign = [":=", "="]
        .into_iter()
        .find(|sign| written.starts_with(sign))?;
    Some(whole.start.saturating_add(sign.len())..whole.end)
}

/// What stands after `contains`.
fn member_of(text: &str, rule: &Rule, head: &RuleHead) -> Option<Range<usize>> {
    let RuleHead::Set { span, key, .. } = head else {
        return None;
    };
    let from = range(rule_reference(rule).span()).end;
    let key = visit::extent(key.as_ref()?, text).start;
    let word = text.get(from..key.max(from))?.find("contains")?;
    let start = from.saturating_add(word).saturating_add("contains".len());
    Some(start..with_quotes(range(span), text).end)
}

/// What stands in the brackets of a head, with its place.
fn brackets<'e>(reference: &'e Expr, text: &str) -> Vec<(Range<usize>, &'e Expr)> {
    let mut parts = Vec::new();
    let mut current = reference;
    loop {
        parts.push(current);
        match current {
            Expr::RefBrack { refr, .. } | Expr::RefDot { refr, .. } => current = refr,
            _ => break,
        }
    }
    let (mut found, mut at) = (Vec::new(), range(current.span()).end);
    for part in parts.into_iter().rev().skip(1) {
        match part {
            Expr::RefDot { field, .. } => at = range(&field.0).end,
            Expr::RefBrack { index, .. } => {
                let Some(inner) = bracketed(text, at) else {
                    break;
                };
                at = inner.end.saturating_add(1);
                if visit::text(index).is_none() {
                    found.push((inner, index.as_ref()));
                }
            }
            _ => {}
        }
    }
    found
}

/// What stands between the bracket that comes next and the one that closes it.
fn bracketed(text: &str, from: usize) -> Option<Range<usize>> {
    let (mut depth, mut start, mut quote) = (0usize, None, None);
    let mut signs = text.get(from..)?.char_indices();
    while let Some((at, sign)) = signs.next() {
        let at = from.saturating_add(at);
        match (quote, sign) {
            (Some('"'), '\\') => {
                signs.next();
            }
            (Some(open), sign) if open == sign => quote = None,
            (Some(_), _) => {}
            (None, '"' | '`') => quote = Some(sign),
            (None, '[' | '{' | '(') => {
                depth = depth.saturating_add(1);
                start.get_or_insert(at.saturating_add(1));
            }
            (None, ']' | '}' | ')') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(start?..at);
                }
            }
            (None, _) => {}
        }
    }
    None
}

/// Whether an expression may be undefined, or has several values.
fn computes(expr: &Expr, bound: &BTreeSet<&str>, global: &Names) -> bool {
    match expr {
        // What a body compares with a rule is no variable of its own.
        Expr::Var { span, .. } => !bound.contains(span.text()) || global.contains(span.text()),
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().any(|item| computes(item, bound, global))
        }
        Expr::Object { fields, .. } => fields
            .iter()
            .any(|(_, key, value)| computes(key, bound, global) || computes(value, bound, global)),
        Expr::ArrayCompr { .. } | Expr::SetCompr { .. } => false,
        expr => !visit::is_written_out(expr),
    }
}

/// Whether an expression has a variable in brackets, or a call that gives
/// several values.
fn iterates(expr: &Expr) -> bool {
    let mut found = false;
    visit::expression(expr, &mut |node| {
        if let visit::Node::Expr(expr) = node {
            found |= match expr {
                Expr::RefBrack { index, .. } => visit::text(index).is_none(),
                Expr::Call { fcn, .. } => visit::Chain::of(fcn).dotted().as_deref() == Some("walk"),
                _ => false,
            };
        }
    });
    found
}

/// The variables that the statements of a body bind.
fn binds<'e>(query: &'e Query, bound: &mut BTreeSet<&'e str>) {
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => bound.extend(vars.iter().map(|var| var.text())),
            Literal::SomeIn { key, value, .. } => {
                for pattern in key.iter().chain([value]) {
                    bound_by(pattern, bound);
                }
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr { lhs, .. } = expr.as_ref() {
                    bound_by(lhs, bound);
                }
            }
            Literal::NotExpr { .. } | Literal::Every { .. } => {}
        }
    }
}

fn bound_by<'e>(pattern: &'e Expr, bound: &mut BTreeSet<&'e str>) {
    match pattern {
        Expr::Var { span, .. } if span.text() != "_" => {
            bound.insert(span.text());
        }
        Expr::Array { items, .. } => items.iter().for_each(|item| bound_by(item, bound)),
        Expr::Object { fields, .. } => fields
            .iter()
            .for_each(|(_, _, value)| bound_by(value, bound)),
        _ => {}
    }
}
