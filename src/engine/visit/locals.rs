//! The names that a rule declares.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Query, Rule};

use super::{Chain, Node, Part};

/// The names that a rule declares, anywhere in it: arguments, `some`, `every`,
/// `:=`, and variables that unification or iteration binds.
pub(in crate::engine) fn locals(rule: &Rule) -> BTreeSet<&str> {
    let mut names = of_arguments(rule);
    super::rule(rule, &mut |node| declare(node, &mut names));
    names
}

/// The names that hold in one of a rule's bodies, and in the value beside it:
/// each arm of an `else` has names of its own.
pub(in crate::engine) fn locals_within<'a>(
    rule: &'a Rule,
    query: Option<&'a Query>,
    values: &[&'a Expr],
) -> BTreeSet<&'a str> {
    let mut names = of_arguments(rule);
    if let Some(query) = query {
        super::query(query, &mut |node| declare(node, &mut names));
    }
    for value in values {
        super::expression(value, &mut |node| declare(node, &mut names));
    }
    names
}

fn of_arguments(rule: &Rule) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for argument in super::arguments(rule).into_iter().flatten() {
        pattern(argument, &mut names);
    }
    names
}

fn declare<'a>(node: Node<'a>, names: &mut BTreeSet<&'a str>) {
    match node {
        Node::Statement(statement) => match &statement.literal {
            Literal::SomeVars { vars, .. } => names.extend(vars.iter().map(|var| var.text())),
            Literal::SomeIn { key, value, .. } => {
                for expr in key.iter().chain([value]) {
                    pattern(expr, names);
                }
            }
            Literal::Every { key, value, .. } => {
                names.extend(key.iter().chain([value]).map(|var| var.text()));
            }
            Literal::Expr { .. } | Literal::NotExpr { .. } => {}
        },
        Node::Expr(Expr::AssignExpr {
            op: AssignOp::ColEq,
            lhs,
            ..
        }) => pattern(lhs, names),
        Node::Expr(_) => {}
    }
}

pub(in crate::engine) fn pattern<'e>(expr: &'e Expr, names: &mut BTreeSet<&'e str>) {
    match expr {
        Expr::Var { span, .. } => {
            names.insert(span.text());
        }
        Expr::Array { items, .. } => {
            for item in items {
                pattern(item, names);
            }
        }
        Expr::Object { fields, .. } => {
            for (_, _, value) in fields {
                pattern(value, names);
            }
        }
        _ => {}
    }
}

/// The names that have a value from where they are declared: arguments, and
/// members of `some … in` and `every`.
pub(in crate::engine) fn members(rule: &Rule) -> BTreeSet<&str> {
    let mut names = of_arguments(rule);
    super::rule(rule, &mut |node| {
        let Node::Statement(statement) = node else {
            return;
        };
        if !matches!(statement.literal, Literal::SomeVars { .. }) {
            declare(node, &mut names);
        }
    });
    names
}

/// The names that need their value where a statement stands: those in a `not`, and
/// those in the closures of any other.
pub(in crate::engine) fn needed(statement: &LiteralStmt) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    if let Literal::NotExpr { expr, .. } = &statement.literal {
        names.extend(super::variables(expr));
        return names;
    }
    if let Literal::Every { query, .. } = &statement.literal {
        names.extend(names_in(query));
    }
    super::statement(statement, &mut |node| {
        if let Node::Expr(
            Expr::ArrayCompr { query, .. }
            | Expr::SetCompr { query, .. }
            | Expr::ObjectCompr { query, .. },
        ) = node
        {
            names.extend(names_in(query));
        }
    });
    names
}

/// The names that stand in a query, at any depth.
pub(in crate::engine) fn names_in(query: &Query) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    super::query(query, &mut |node| {
        if let Node::Expr(expr) = node {
            names.extend(Chain::of(expr).root_name());
        }
    });
    names
}

/// The variables that stand in brackets, as keys.
pub(in crate::engine) fn keys(rule: &Rule) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    super::rule_expressions(rule, &mut |expr| {
        if let Expr::RefBrack { .. } = expr {
            for part in Chain::of(expr).parts {
                if let Part::Index(Expr::Var { span, .. }) = part {
                    names.insert(span.text());
                }
            }
        }
    });
    names
}
