//! Walking regorus's syntax tree: every expression of a rule, and references
//! as chains.

use std::ops::Range;

pub(in crate::engine) use locals::{
    keys, locals, locals_within, members, names_in, needed, pattern,
};
pub(in crate::engine) use operator::operator;
pub(in crate::engine) use place::{extent, range, with_quotes};
use regorus::unstable::{Expr, Literal, LiteralStmt, Query, Rule, RuleHead};

mod locals;
mod operator;
mod place;

/// A reference, taken apart: `trail.status["x"][i]` is a root and three parts.
pub(in crate::engine) struct Chain<'a> {
    /// What it begins with.
    pub(in crate::engine) root: &'a Expr,
    /// What follows, in the order written.
    pub(in crate::engine) parts: Vec<Part<'a>>,
}

/// One part of a reference.
#[derive(Clone)]
pub(in crate::engine) enum Part<'a> {
    /// `.key` or `["key"]`.
    Key(String, Range<usize>),
    /// `[expression]`.
    Index(&'a Expr),
}

impl<'a> Chain<'a> {
    /// Takes a reference apart; any other expression is a root without parts.
    pub(in crate::engine) fn of(expr: &'a Expr) -> Self {
        let (mut root, mut parts) = (expr, Vec::new());
        loop {
            match root {
                Expr::RefDot { refr, field, .. } => {
                    parts.push(Part::Key(field.0.text().to_owned(), range(&field.0)));
                    root = refr;
                }
                Expr::RefBrack { refr, index, .. } => {
                    parts.push(match text(index) {
                        Some(key) => Part::Key(key.to_owned(), range(index.span())),
                        None => Part::Index(index),
                    });
                    root = refr;
                }
                _ => break,
            }
        }
        parts.reverse();
        Self { root, parts }
    }

    /// The name it begins with, where it begins with one.
    pub(in crate::engine) fn root_name(&self) -> Option<&'a str> {
        match self.root {
            Expr::Var { span, .. } => Some(span.text()),
            _ => None,
        }
    }

    /// The keys before the first part that isn't one.
    pub(in crate::engine) fn static_keys(&self) -> Vec<String> {
        let keys = self.parts.iter().map_while(|part| match part {
            Part::Key(key, _) => Some(key.clone()),
            Part::Index(_) => None,
        });
        keys.collect()
    }

    /// `a.b.c` where all of it is names.
    pub(in crate::engine) fn dotted(&self) -> Option<String> {
        let keys = self.static_keys();
        let root = self.root_name()?;
        (keys.len() == self.parts.len()).then(|| {
            std::iter::once(root.to_owned())
                .chain(keys)
                .collect::<Vec<_>>()
                .join(".")
        })
    }
}

/// The text of a string literal.
pub(in crate::engine) fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::String { value, .. } | Expr::RawString { value, .. } => {
            value.as_string().ok().map(AsRef::as_ref)
        }
        _ => None,
    }
}

/// Whether an expression is the word `true`.
pub(in crate::engine) fn always_true(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Bool {
            value: regorus::Value::Bool(true),
            ..
        }
    )
}

/// What to add to a text, and where, so that a call comes before all other
/// statements of a body. A body without braces gets them.
pub(in crate::engine) fn call_first(query: &Query, call: &str, text: &str) -> Vec<(usize, String)> {
    let start = range(&query.span).start;
    let statements = query.stmts.iter().map(|statement| range(&statement.span));
    let Some(first) = statements.clone().next() else {
        return Vec::new();
    };
    if first.start != start {
        return vec![(start.saturating_add(1), format!(" {call}; "))];
    }
    let last = statements.map(|statement| statement.end).max();
    let whole = with_quotes(start..last.unwrap_or(first.end), text);
    vec![
        (whole.start, format!("{{ {call}; ")),
        (whole.end, " }".to_owned()),
    ]
}

/// What a walk meets.
#[derive(Clone, Copy)]
pub(in crate::engine) enum Node<'a> {
    /// An expression.
    Expr(&'a Expr),
    /// A statement of a body, of a comprehension or of an `every`.
    Statement(&'a LiteralStmt),
}

/// Calls `f` with an expression and everything in it, outermost first. A
/// reference is one expression; only its root and what stands in its brackets
/// are visited further.
pub(in crate::engine) fn expression<'a>(expr: &'a Expr, f: &mut dyn FnMut(Node<'a>)) {
    f(Node::Expr(expr));
    match expr {
        Expr::RefDot { .. } | Expr::RefBrack { .. } => {
            let chain = Chain::of(expr);
            if !matches!(chain.root, Expr::Var { .. }) {
                expression(chain.root, f);
            }
            for part in chain.parts {
                if let Part::Index(index) = part {
                    expression(index, f);
                }
            }
        }
        _ => {
            for child in children(expr) {
                match child {
                    Child::Expr(child) => expression(child, f),
                    Child::Query(query) => self::query(query, f),
                }
            }
        }
    }
}

/// The same for expressions, without what stands in comprehensions.
pub(in crate::engine) fn beside_closures<'a>(expr: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    f(expr);
    if let Expr::RefDot { .. } | Expr::RefBrack { .. } = expr {
        let chain = Chain::of(expr);
        if !matches!(chain.root, Expr::Var { .. }) {
            beside_closures(chain.root, f);
        }
        for part in chain.parts {
            if let Part::Index(index) = part {
                beside_closures(index, f);
            }
        }
        return;
    }
    let is_closure = |child: &Child<'_>| matches!(child, Child::Query(_));
    let children = children(expr);
    if children.iter().any(is_closure) {
        return;
    }
    for child in children {
        if let Child::Expr(child) = child {
            beside_closures(child, f);
        }
    }
}

/// What an expression is made of, one level down, without the queries of closures.
pub(in crate::engine) fn operands(expr: &Expr) -> Vec<&Expr> {
    let children = children(expr).into_iter();
    let operands = children.filter_map(|child| match child {
        Child::Expr(operand) => Some(operand),
        Child::Query(_) => None,
    });
    operands.collect()
}

enum Child<'a> {
    Expr(&'a Expr),
    Query(&'a Query),
}

fn children(expr: &Expr) -> Vec<Child<'_>> {
    match expr {
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().map(|item| Child::Expr(item)).collect()
        }
        Expr::Object { fields, .. } => fields
            .iter()
            .flat_map(|(_, key, value)| [Child::Expr(key), Child::Expr(value)])
            .collect(),
        Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
            vec![Child::Query(query), Child::Expr(term)]
        }
        Expr::ObjectCompr {
            key, value, query, ..
        } => vec![Child::Query(query), Child::Expr(key), Child::Expr(value)],
        Expr::Call { params, .. } => params.iter().map(|param| Child::Expr(param)).collect(),
        Expr::UnaryExpr { expr, .. } => vec![Child::Expr(expr)],
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => vec![Child::Expr(lhs), Child::Expr(rhs)],
        Expr::Membership {
            key,
            value,
            collection,
            ..
        } => {
            let key = key.iter().map(|key| Child::Expr(key));
            key.chain([Child::Expr(value), Child::Expr(collection)])
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The same for every statement of a query.
pub(in crate::engine) fn query<'a>(query: &'a Query, f: &mut dyn FnMut(Node<'a>)) {
    for statement in &query.stmts {
        self::statement(statement, f);
    }
}

/// The same for a statement, which comes first.
pub(in crate::engine) fn statement<'a>(statement: &'a LiteralStmt, f: &mut dyn FnMut(Node<'a>)) {
    f(Node::Statement(statement));
    match &statement.literal {
        Literal::SomeVars { .. } => {}
        Literal::SomeIn {
            key,
            value,
            collection,
            ..
        } => {
            for expr in key.iter().chain([value, collection]) {
                expression(expr, f);
            }
        }
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => expression(expr, f),
        Literal::Every { domain, query, .. } => {
            expression(domain, f);
            self::query(query, f);
        }
    }
    for modifier in &statement.with_mods {
        expression(&modifier.refr, f);
        expression(&modifier.r#as, f);
    }
}

/// The same for everything in a rule: its bodies first, then what its heads
/// compute. Arguments are not visited.
pub(in crate::engine) fn rule<'a>(rule: &'a Rule, f: &mut dyn FnMut(Node<'a>)) {
    match rule {
        Rule::Default { value, .. } => expression(value, f),
        Rule::Spec { head, bodies, .. } => {
            for body in bodies {
                query(&body.query, f);
                if let Some(assign) = &body.assign {
                    expression(&assign.value, f);
                }
            }
            for expr in head_values(head) {
                expression(expr, f);
            }
        }
    }
}

/// The same, for expressions alone.
pub(in crate::engine) fn rule_expressions<'a>(rule: &'a Rule, f: &mut dyn FnMut(&'a Expr)) {
    self::rule(rule, &mut |node| {
        if let Node::Expr(expr) = node {
            f(expr);
        }
    });
}

/// What a head computes: its key, its value, what stands in its brackets. The
/// name of the rule and the arguments of a function are not among it.
pub(in crate::engine) fn head_values(head: &RuleHead) -> Vec<&Expr> {
    let (refr, value) = match head {
        RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
            (refr, assign.as_ref().map(|assign| assign.value.as_ref()))
        }
        RuleHead::Set { refr, key, .. } => (refr, key.as_ref().map(AsRef::as_ref)),
    };
    let chain = Chain::of(refr);
    let brackets = chain.parts.into_iter().filter_map(|part| match part {
        Part::Index(index) => Some(index),
        Part::Key(..) => None,
    });
    brackets.chain(value).collect()
}

/// The arguments of a rule that is a function.
pub(in crate::engine) fn arguments(rule: &Rule) -> Option<Vec<&Expr>> {
    match rule {
        Rule::Spec {
            head: RuleHead::Func { args, .. },
            ..
        } => Some(args.iter().map(AsRef::as_ref).collect()),
        Rule::Default { args, .. } if !args.is_empty() => {
            Some(args.iter().map(AsRef::as_ref).collect())
        }
        _ => None,
    }
}

/// The name of a rule, as a reference.
pub(in crate::engine) fn rule_reference(rule: &Rule) -> &Expr {
    match rule {
        Rule::Default { refr, .. } => refr,
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. }
            | RuleHead::Set { refr, .. }
            | RuleHead::Func { refr, .. } => refr,
        },
    }
}

/// The names that stand in an expression, once for each time.
pub(in crate::engine) fn variables(expr: &Expr) -> Vec<&str> {
    let mut names = Vec::new();
    expression(expr, &mut |node| {
        if let Node::Expr(expr @ (Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. })) =
            node
        {
            names.extend(Chain::of(expr).root_name());
        }
    });
    names
}

/// Whether something computed stands in the brackets of a reference.
pub(in crate::engine) fn has_brackets(reference: &Expr) -> bool {
    let parts = Chain::of(reference).parts;
    parts.iter().any(|part| matches!(part, Part::Index(_)))
}

/// What a calculation begins with.
pub(in crate::engine) fn first_operand(expr: &Expr) -> &Expr {
    match expr {
        Expr::ArithExpr { lhs, .. } | Expr::BinExpr { lhs, .. } | Expr::BoolExpr { lhs, .. } => {
            first_operand(lhs)
        }
        Expr::Membership { key, value, .. } => first_operand(key.as_ref().unwrap_or(value)),
        _ => expr,
    }
}

/// Whether an expression is its own value.
pub(in crate::engine) fn is_written_out(expr: &Expr) -> bool {
    let mut constant = true;
    expression(expr, &mut |node| {
        constant &= matches!(
            node,
            Node::Expr(
                Expr::String { .. }
                    | Expr::RawString { .. }
                    | Expr::Number { .. }
                    | Expr::Bool { .. }
                    | Expr::Null { .. }
                    | Expr::Array { .. }
                    | Expr::Set { .. }
                    | Expr::Object { .. }
            )
        );
    });
    constant
}
