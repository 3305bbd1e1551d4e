//! The variables of statements, and values as text.

use std::collections::BTreeSet;
use std::fmt::Write;

use regorus::Value;
use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt};

use crate::engine::visit;
use crate::engine::visit::Node;

/// How long a value may be in a message.
const SHOWN: usize = 200;
/// How long an expression may be in a message.
const WRITTEN: usize = 80;

/// The variables that statements bind, by `:=`, by `some … in` and, once one
/// of them uses it, by `some`.
pub(in crate::engine) fn bound(statements: &[LiteralStmt]) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut declared = BTreeSet::new();
    for statement in statements {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => {
                declared.extend(vars.iter().map(|var| var.text()));
            }
            Literal::SomeIn { key, value, .. } => {
                for pattern in key.iter().chain([value]) {
                    variables(pattern, &mut names);
                }
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr {
                    op: AssignOp::ColEq,
                    lhs,
                    ..
                } = expr.as_ref()
                {
                    variables(lhs, &mut names);
                }
                visit::expression(expr, &mut |node| {
                    if let Node::Expr(Expr::Var { span, .. }) = node
                        && declared.contains(span.text())
                    {
                        names.insert(span.text());
                    }
                });
            }
            Literal::NotExpr { .. } | Literal::Every { .. } => {}
        }
    }
    names.remove("_");
    names
}

/// The variables of a pattern.
pub(in crate::engine) fn variables<'e>(pattern: &'e Expr, names: &mut BTreeSet<&'e str>) {
    match pattern {
        Expr::Var { span, .. } if span.text() != "_" => {
            names.insert(span.text());
        }
        Expr::Array { items, .. } => {
            for item in items {
                variables(item, names);
            }
        }
        Expr::Object { fields, .. } => {
            for (_, _, value) in fields {
                variables(value, names);
            }
        }
        _ => {}
    }
}

/// The variables of the first solution, and how many more there were.
pub(super) fn bindings(known: &[Value]) -> Vec<(String, Value, String)> {
    let Some(object) = known.first().and_then(|values| values.as_object().ok()) else {
        return Vec::new();
    };
    let mut values: Vec<(String, Value, String)> = object
        .iter()
        .filter_map(|(name, value)| {
            Some((
                name.as_string().ok()?.to_string(),
                value.clone(),
                String::new(),
            ))
        })
        .collect();
    if let (Some(last), more @ 2..) = (values.last_mut(), known.len()) {
        let _ = write!(last.2, " (the first of {more} solutions)");
    }
    values
}

/// A value in a message, short.
pub(in crate::engine) fn shown(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, &mut text);
    shortened(&text, SHOWN)
}

/// A value as Rego writes it, which is JSON but for sets.
fn write_value(value: &Value, text: &mut String) {
    // No further than it is shown: a value that shares its parts may be longer than
    // any memory.
    if text.len() > 4 * SHOWN {
        return;
    }
    match value {
        Value::Set(members) if members.is_empty() => text.push_str("set()"),
        Value::Set(members) => write_members('{', members.iter(), '}', text),
        Value::Array(members) => write_members('[', members.iter(), ']', text),
        Value::Object(members) => {
            text.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_value(key, text);
                text.push(':');
                write_value(value, text);
            }
            text.push('}');
        }
        plain => text.push_str(&serde_json::to_string(plain).unwrap_or_default()),
    }
}

fn write_members<'v>(
    open: char,
    members: impl Iterator<Item = &'v Value>,
    close: char,
    text: &mut String,
) {
    text.push(open);
    let most = 4 * SHOWN;
    for (index, member) in members.take(most).enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_value(member, text);
    }
    text.push(close);
}

/// An expression in a message, on one line and short.
pub(in crate::engine) fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&line, WRITTEN)
}

fn shortened(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
