//! What stands in a query: its statements, their values and its variables.

use std::collections::BTreeSet;
use std::ops::Range;

use regorus::unstable::{BUILTINS, Expr, Literal, LiteralStmt, Query as Body};

use super::{BEFORE, RULE};
use crate::engine::probe::{bound, variables};
use crate::engine::rewrite::edit::{Edit, Text};
use crate::engine::visit::{self, Chain, Node, Part, range};

/// A statement, and where it stands in the query.
pub(super) type Placed<'b> = (&'b LiteralStmt, Range<usize>);

/// Where each statement stands in the query; `some x` is none to OPA. regorus's spans leave out brackets
/// and quotes, so a statement begins where the one before and what parts them
/// end.
pub(super) fn placed<'b>(query: &str, body: &'b Body) -> Vec<Placed<'b>> {
    let mut from = 0;
    let mut placed = Vec::new();
    for statement in &body.stmts {
        let start = skipped(query, from);
        let inner = range(&statement.span).end;
        let end = closed(query, inner.saturating_sub(BEFORE.len()).max(start));
        if !matches!(statement.literal, Literal::SomeVars { .. }) {
            placed.push((statement, start..end));
        }
        from = end;
    }
    placed
}

/// Whether nothing is asked.
pub(super) fn is_empty(query: &str) -> bool {
    skipped(query, 0) == query.len()
}

/// The first place that is no space, comment or `;`.
fn skipped(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let begun = rest.trim_start_matches(|sign: char| sign.is_whitespace() || sign == ';');
        at = at.saturating_add(rest.len().saturating_sub(begun.len()));
        if !begun.starts_with('#') {
            return at;
        }
        at = at.saturating_add(begun.find('\n').unwrap_or(begun.len()));
    }
}

/// The end of a statement with the quotes and brackets that close it.
fn closed(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let next = rest.trim_start();
        if !next.starts_with([')', ']', '}', '"', '`']) {
            return at;
        }
        at = at.saturating_add(rest.len().saturating_sub(next.len()).saturating_add(1));
    }
}

/// The module with a name for the value of each expression, and one value made
/// of them all for each solution. `tops` are the names at the top of `data`.
pub(super) fn named(
    text: &str,
    body: &Body,
    statements: &[Placed<'_>],
    tops: &BTreeSet<String>,
) -> Option<Text> {
    let must_hold = statements.len() > 1 || runs_through_a_collection(body);
    let (mut edits, mut values) = (Vec::new(), Vec::new());
    for (index, (statement, at)) in statements.iter().enumerate() {
        if !has_value(statement) {
            values.push("true".to_owned());
            continue;
        }
        let name = format!("coldtrail_value_{index}");
        let place = |at: usize| at.saturating_add(BEFORE.len());
        edits.push(Edit::insert(place(at.start), format!("{name} := ")));
        if must_hold {
            edits.push(Edit::insert(place(at.end), format!("; {name}")));
        }
        values.push(name);
    }
    edits.extend(wholes(body, tops));
    let fields: Vec<String> = bindings(body)
        .into_iter()
        .map(|name| format!("\"{name}\": {name}"))
        .collect();
    let head = format!(
        "answers := [[{{{}}}, [{}]] |",
        fields.join(", "),
        values.join(", ")
    );
    let start = BEFORE.len().checked_sub(RULE.len().saturating_add(1))?;
    let end = text.len().checked_sub("}\n".len())?;
    edits.push(Edit::replace(start..start.saturating_add(RULE.len()), head));
    edits.push(Edit::replace(end..end.saturating_add(1), "]"));
    Text::new(text).edited(edits)
}

/// `data` by itself, put together from the parts at its top: the engine
/// evaluates no rule for the whole.
fn wholes(body: &Body, tops: &BTreeSet<String>) -> Vec<Edit> {
    let (mut found, mut replaced) = (BTreeSet::new(), BTreeSet::new());
    let start = |expr: &Expr| range(Chain::of(expr).root.span()).start;
    visit::query(body, &mut |node| match node {
        Node::Statement(statement) => {
            replaced.extend(statement.with_mods.iter().map(|one| start(&one.refr)));
        }
        Node::Expr(expr) => {
            let chain = Chain::of(expr);
            let is_static = matches!(chain.parts.first(), Some(Part::Key(..)));
            if chain.root_name() == Some("data") && !is_static {
                found.insert(start(expr));
            }
        }
    });
    let parts = tops
        .iter()
        .map(|top| format!("{{{top}: top | top := data[{top}]}}"));
    let whole = format!("object.union_n([{}])", parts.collect::<Vec<_>>().join(", "));
    let places = found.difference(&replaced);
    places
        .map(|at| Edit::replace(*at..at.saturating_add("data".len()), whole.clone()))
        .collect()
}

/// Whether a statement is an expression with a value of its own.
fn has_value(statement: &LiteralStmt) -> bool {
    let Literal::Expr { expr, .. } = &statement.literal else {
        return false;
    };
    match expr.as_ref() {
        Expr::AssignExpr { .. } => false,
        Expr::Call { fcn, params, .. } => {
            Chain::of(fcn).dotted().as_deref() != Some("print") && has_place_for(fcn, params.len())
        }
        _ => true,
    }
}

/// Whether a function takes so many arguments: one more than a builtin takes is
/// where its result goes.
fn has_place_for(function: &Expr, arguments: usize) -> bool {
    let builtin = Chain::of(function)
        .dotted()
        .and_then(|name| BUILTINS.get(name.as_str()));
    builtin.is_none_or(|(_, arity)| arguments <= usize::from(*arity))
}

/// What a query does by itself, without that of its comprehensions.
fn outer<'b>(body: &'b Body, f: &mut dyn FnMut(&'b Expr)) {
    for statement in &body.stmts {
        let Literal::Expr { expr, .. } = &statement.literal else {
            continue;
        };
        let mut inner: BTreeSet<*const Expr> = BTreeSet::new();
        visit::expression(expr, &mut |node| {
            let Node::Expr(expr) = node else { return };
            if matches!(
                expr,
                Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. }
            ) {
                visit::expression(expr, &mut |node| {
                    if let Node::Expr(expr) = node {
                        inner.insert(expr);
                    }
                });
            }
            if !inner.contains(&std::ptr::from_ref(expr)) {
                f(expr);
            }
        });
    }
}

/// The variables in the brackets of a reference.
fn in_brackets(expr: &Expr) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for part in Chain::of(expr).parts {
        if let Part::Index(index) = part {
            variables(index, &mut names);
        }
    }
    names
}

fn runs_through_a_collection(body: &Body) -> bool {
    let mut runs = false;
    outer(body, &mut |expr| {
        let any = |part: &Part<'_>| matches!(part, Part::Index(Expr::Var { .. }));
        runs |= Chain::of(expr).parts.iter().any(any);
        runs |= matches!(expr, Expr::Call { fcn, .. } if Chain::of(fcn).dotted().as_deref() == Some("walk"));
    });
    runs
}

/// The variables that a solution gives a value to.
fn bindings(body: &Body) -> BTreeSet<&str> {
    let mut names = bound(&body.stmts);
    outer(body, &mut |expr| match expr {
        Expr::AssignExpr { lhs, rhs, .. } => {
            variables(lhs, &mut names);
            variables(rhs, &mut names);
        }
        Expr::Call { fcn, params, .. } if !has_place_for(fcn, params.len()) => {
            if let Some(result) = params.last() {
                variables(result, &mut names);
            }
        }
        expr => names.extend(in_brackets(expr)),
    });
    for name in ["_", "input", "data"] {
        names.remove(name);
    }
    names
}
