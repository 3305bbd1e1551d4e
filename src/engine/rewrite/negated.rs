//! What a `not` is given gets its value before it, as with OPA: `not
//! x.missing > 3` gives nothing there, and holds in regorus.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{
    AssignOp, BoolOp, Expr, Literal, LiteralStmt, Module as Tree, Query, Rule, RuleHead,
};

use super::edit::{Edit, Piece};
use super::{Pass, braces};
use crate::engine::visit::{self, Chain, Part, extent, range, with_quotes};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let tree = pass.tree;
    let mut edits = Vec::new();
    let fixed = fixed(tree);
    for rule in &tree.policy {
        let known = Known {
            locals: visit::locals(rule),
            fixed: &fixed,
        };
        if let Rule::Spec { bodies, .. } = rule.as_ref() {
            for body in bodies {
                let found = in_query(pass, &body.query, &known);
                if !found.is_empty()
                    && let Some((last, Some(open))) = braces(pass.text, &body.query)
                {
                    edits.extend([open, Edit::insert(last, " }")]);
                }
                edits.extend(found);
            }
        }
        visit::rule(rule, &mut |node| match node {
            visit::Node::Expr(
                Expr::ArrayCompr { query, .. }
                | Expr::SetCompr { query, .. }
                | Expr::ObjectCompr { query, .. },
            ) => edits.extend(in_query(pass, query, &known)),
            visit::Node::Statement(statement) => {
                if let Literal::Every { query, .. } = &statement.literal {
                    edits.extend(in_query(pass, query, &known));
                }
            }
            visit::Node::Expr(_) => {}
        });
    }
    edits
}

/// Names that have a value.
struct Known<'k> {
    /// Variables of the rule.
    locals: BTreeSet<&'k str>,
    /// Rules that have one in any case.
    fixed: &'k BTreeSet<&'k str>,
}

impl Known<'_> {
    fn contains(&self, name: &str) -> bool {
        self.locals.contains(name) || self.fixed.contains(name)
    }
}

/// The rules that have a value in any case: what they are is written out.
fn fixed(tree: &Tree) -> BTreeSet<&str> {
    let mut names: BTreeMap<&str, bool> = BTreeMap::new();
    for rule in &tree.policy {
        let Some(name) = Chain::of(visit::rule_reference(rule)).root_name() else {
            continue;
        };
        let is_fixed = match rule.as_ref() {
            Rule::Spec {
                head: RuleHead::Compr { assign, .. },
                bodies,
                ..
            } => {
                let value = assign.as_ref().map(|assign| assign.value.as_ref());
                bodies.is_empty() && value.is_some_and(|value| visit::variables(value).is_empty())
            }
            _ => false,
        };
        *names.entry(name).or_insert(true) &= is_fixed;
    }
    let fixed = names.into_iter().filter(|(_, is_fixed)| *is_fixed);
    fixed.map(|(name, _)| name).collect()
}

fn in_query(pass: &mut Pass<'_>, query: &Query, known: &Known<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for statement in &query.stmts {
        let Literal::NotExpr { expr, .. } = &statement.literal else {
            continue;
        };
        let mut operands = Vec::new();
        whole(expr, &mut operands);
        operands.retain(|operand| match operand {
            Expr::Var { span, .. } => span.text() != "_" && !known.contains(span.text()),
            _ => true,
        });
        let before = with_quotes(range(&statement.span), pass.text).start;
        let with = modifiers(statement, pass.text);
        for operand in operands {
            let place = extent(operand, pass.text);
            let name = pass.name();
            let mut binding = vec![Piece::New(format!("{name} := ")), Piece::Old(place.clone())];
            if let Some(with) = with.clone() {
                binding.extend([Piece::New(" ".to_owned()), Piece::Old(with)]);
            }
            binding.push(Piece::New("; ".to_owned()));
            edits.push(Edit {
                at: before..before,
                with: binding,
            });
            edits.push(Edit::replace(place, name));
        }
    }
    edits
}

/// The `with` of a statement.
fn modifiers(statement: &LiteralStmt, text: &str) -> Option<std::ops::Range<usize>> {
    let first = range(&statement.with_mods.first()?.span).start;
    let end = with_quotes(range(&statement.span), text).end;
    let start = if text.get(first..)?.starts_with("with") {
        first
    } else {
        text.get(..first)?.rfind("with")?
    };
    Some(start..end)
}

/// The operands of a negated expression that OPA evaluates before the `not`.
fn whole<'e>(expr: &'e Expr, operands: &mut Vec<&'e Expr>) {
    match expr {
        // A reference alone, and `==` of two, are looked at as they are.
        Expr::BoolExpr {
            op: BoolOp::Eq,
            lhs,
            rhs,
            ..
        }
        | Expr::AssignExpr {
            op: AssignOp::Eq,
            lhs,
            rhs,
            ..
        } => {
            for side in [lhs.as_ref(), rhs.as_ref()] {
                match side {
                    Expr::RefDot { .. } | Expr::RefBrack { .. } => brackets(side, operands),
                    Expr::Var { .. } => {}
                    side => part(side, operands),
                }
            }
        }
        Expr::RefDot { .. } | Expr::RefBrack { .. } => brackets(expr, operands),
        Expr::Var { .. } => {}
        Expr::BoolExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::BinExpr { lhs, rhs, .. } => {
            part(lhs, operands);
            part(rhs, operands);
        }
        Expr::Call { params, .. } => params.iter().for_each(|param| part(param, operands)),
        Expr::Membership {
            key,
            value,
            collection,
            ..
        } => key
            .iter()
            .chain([value, collection])
            .for_each(|each| part(each, operands)),
        other => part(other, operands),
    }
}

/// Names, references and calls, outermost alone: what is in them comes with them.
fn part<'e>(expr: &'e Expr, operands: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } | Expr::Call { .. } => {
            operands.push(expr)
        }
        Expr::BoolExpr { .. }
        | Expr::AssignExpr { .. }
        | Expr::ArithExpr { .. }
        | Expr::BinExpr { .. }
        | Expr::Membership { .. } => whole_of(expr, operands),
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().for_each(|item| part(item, operands));
        }
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, key, value)| {
            part(key, operands);
            part(value, operands);
        }),
        _ => {}
    }
}

fn whole_of<'e>(expr: &'e Expr, operands: &mut Vec<&'e Expr>) {
    match expr {
        Expr::BoolExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::BinExpr { lhs, rhs, .. } => {
            part(lhs, operands);
            part(rhs, operands);
        }
        other => whole(other, operands),
    }
}

fn brackets<'e>(expr: &'e Expr, operands: &mut Vec<&'e Expr>) {
    for one in Chain::of(expr).parts {
        if let Part::Index(index) = one {
            part(index, operands);
        }
    }
}
