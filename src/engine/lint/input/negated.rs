//! `not` before something with an operand that may be undefined.
//!
//! OPA evaluates what a call or a comparison is given before it comes to the
//! `not`: `not x.missing > 3` is undefined, and the rule gives nothing. Policies
//! are rewritten so that they mean that here, too; it is seldom what was meant.
//! Only a reference alone and `==` hold then.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, Query, Rule, RuleHead};

use super::{Lint, Scope};
use crate::engine::lint::names::Meaning;
use crate::engine::lint::shape::Step;
use crate::engine::visit;
use crate::engine::visit::{Chain, Node, Part, extent};

impl<'a> Lint<'a, '_> {
    /// Complains of the operands of a negated expression.
    pub(super) fn negated(&mut self, expr: &'a Expr, query: &'a Query, scope: &Scope<'a, '_>) {
        if self.found.is_none() {
            return;
        }
        let text: &str = &scope.unit.module.file.text;
        let known = held(query, text);
        let mut operands = Vec::new();
        match expr {
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
                for side in [lhs, rhs] {
                    match reference(side) {
                        true => brackets(side, &mut operands),
                        false => gather(side, &mut operands),
                    }
                }
            }
            plain if reference(plain) => brackets(plain, &mut operands),
            Expr::Call { params, .. } => {
                for param in params {
                    gather(param, &mut operands);
                }
            }
            other => gather_parts(other, &mut operands),
        }
        for operand in operands {
            let at = extent(operand, text);
            let written = text.get(at.clone()).unwrap_or_default();
            if known.contains(written) || !self.may_be_undefined(operand, scope) {
                continue;
            }
            let problem = scope
                .unit
                .problem(
                    "negated-undefined",
                    at,
                    format!("the rule gives nothing where `{written}` is undefined"),
                    "may be undefined",
                )
                .with_help("what a `not` is given has a value or the `not` does not hold; where it may be missing say what holds with a rule of its own or `object.get`")
                .as_warning();
            if let Some(found) = &mut self.found {
                found.push(problem);
            }
        }
    }

    /// Whether an operand is known to have no value in some input.
    fn may_be_undefined(&self, operand: &'a Expr, scope: &Scope<'a, '_>) -> bool {
        if let Expr::Call { fcn, .. } = operand {
            let meaning = self
                .names
                .meaning(scope.unit, &BTreeSet::new(), &Chain::of(fcn));
            return matches!(meaning, Meaning::Data(path) if self.may_fail(&path));
        }
        let chain = Chain::of(operand);
        let mut shape = match self.names.meaning(scope.unit, &scope.locals, &chain) {
            Meaning::Data(path) => {
                return self
                    .names
                    .rule_at(&path)
                    .is_some_and(|(rule, _)| rule.len() == path.len() && self.may_fail(rule));
            }
            Meaning::Input
                if chain
                    .root_name()
                    .is_some_and(|root| !scope.unit.imports.contains_key(root)) =>
            {
                self.shapes.root.clone()
            }
            Meaning::Local => chain
                .root_name()
                .and_then(|name| scope.shapes.get(name).cloned())
                .unwrap_or_default(),
            _ => return false,
        };
        for part in &chain.parts {
            let Part::Key(key, _) = part else {
                return false;
            };
            if self.shapes.may_lack(&shape, key) {
                return true;
            }
            shape = match self.shapes.key(&shape, key) {
                Step::To(inner) => inner,
                Step::Missing(_) => return false,
            };
        }
        false
    }

    /// Whether a rule or function has conditions and nothing to fall back on.
    fn may_fail(&self, path: &[String]) -> bool {
        let Some(definitions) = self.names.rules.get(path) else {
            return false;
        };
        definitions.iter().all(|definition| match definition.rule {
            Rule::Default { .. } => false,
            Rule::Spec { head, bodies, .. } => {
                let gathers = match head {
                    RuleHead::Set { .. } => true,
                    RuleHead::Compr { refr, .. } => matches!(**refr, Expr::RefBrack { .. }),
                    RuleHead::Func { .. } => false,
                };
                !gathers
                    && bodies
                        .last()
                        .is_some_and(|last| !last.query.stmts.is_empty())
            }
        })
    }
}

fn reference(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. }
    )
}

/// The operands in the brackets of a reference.
fn brackets<'e>(expr: &'e Expr, operands: &mut Vec<&'e Expr>) {
    for part in Chain::of(expr).parts {
        if let Part::Index(index) = part {
            gather(index, operands);
        }
    }
}

/// References and calls that an expression needs a value of.
fn gather<'e>(expr: &'e Expr, operands: &mut Vec<&'e Expr>) {
    if reference(expr) {
        operands.push(expr);
        brackets(expr, operands);
        return;
    }
    if matches!(expr, Expr::Call { .. }) {
        operands.push(expr);
    }
    gather_parts(expr, operands);
}

fn gather_parts<'e>(expr: &'e Expr, operands: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Call { params, .. } => params.iter().for_each(|param| gather(param, operands)),
        Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::BinExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => {
            gather(lhs, operands);
            gather(rhs, operands);
        }
        Expr::Membership {
            key,
            value,
            collection,
            ..
        } => key
            .iter()
            .chain([value, collection])
            .for_each(|part| gather(part, operands)),
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().for_each(|item| gather(item, operands));
        }
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, key, value)| {
            gather(key, operands);
            gather(value, operands);
        }),
        Expr::UnaryExpr { expr, .. } => gather(expr, operands),
        // A comprehension has a value whatever is in it.
        _ => {}
    }
}

/// References that have a value wherever the whole body holds: those of its
/// statements that aren't negated, and what they go through.
fn held(query: &Query, text: &str) -> BTreeSet<String> {
    let mut held = BTreeSet::new();
    for statement in &query.stmts {
        let mut operands = Vec::new();
        match &statement.literal {
            Literal::Expr { expr, .. } if statement.with_mods.is_empty() => {
                gather(expr, &mut operands);
            }
            Literal::SomeIn { collection, .. } => gather(collection, &mut operands),
            Literal::Every { domain, .. } => gather(domain, &mut operands),
            _ => {}
        }
        for operand in operands {
            let whole = extent(operand, text);
            held.extend(text.get(whole.clone()).map(str::to_owned));
            visit::expression(operand, &mut |node| {
                if let Node::Expr(inner) = node {
                    held.extend(text.get(extent(inner, text)).map(str::to_owned));
                }
            });
            for part in Chain::of(operand).parts {
                if let Part::Key(_, at) = part {
                    held.extend(text.get(whole.start..at.end).map(str::to_owned));
                }
            }
        }
    }
    held
}
