//! Heads that compute what they give.
//!
//! In regorus one member that is undefined empties the whole set where the
//! head of a rule computes it: `r contains {"k": t.K} if some t in ts` is
//! empty if one `t` has no `K`, and OPA gives the others. The same holds for
//! partial objects and for a rule of one value whose body has several
//! solutions. A variable bound in the body is right in both.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Literal, Rule, RuleBody, RuleHead};

use super::names::{Names, Unit, bound_in_passing, locals};
use crate::engine::visit;
use crate::engine::visit::{Chain, Node, Part};
use crate::policy::PolicyProblem;

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for (path, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        let Rule::Spec { head, bodies, .. } = definition.rule else {
            continue;
        };
        let suspects = match head {
            RuleHead::Func { .. } => continue,
            RuleHead::Set { .. } => visit::head_values(head),
            RuleHead::Compr { refr, .. } => {
                let partial = Chain::of(refr)
                    .parts
                    .iter()
                    .any(|part| matches!(part, Part::Index(_)));
                if !partial && !bodies.iter().any(|body| iterates(definition.rule, body)) {
                    continue;
                }
                visit::head_values(head)
            }
        };
        let name = path.last().map(String::as_str).unwrap_or_default();
        for expr in suspects {
            if computes(names, unit, definition.rule, expr) {
                problems.push(
                    unit.problem("computed-head", visit::extent(expr, &unit.module.file.text), format!("the head of `{name}` computes what it gives"), "computed in the head").with_help(
                        format!("bind it in the body: `x := ...`, and give `x`; here one undefined member would empty all of `{name}`"),
                    ),
                );
            }
        }
    }
}

/// Whether an expression may be undefined: it has a call, or a reference that
/// is neither a variable of the rule nor a constant.
fn computes(names: &Names<'_>, unit: &Unit<'_>, rule: &Rule, expr: &Expr) -> bool {
    let mut known = locals(rule);
    known.extend(bound_in_passing(rule));
    let mut found = false;
    visit::expression(expr, &mut |node| {
        let Node::Expr(expr) = node else { return };
        found |= match expr {
            Expr::Var { span, .. } => {
                !known.contains(span.text()) && names.key(unit, &known, expr).is_none()
            }
            Expr::RefDot { .. } | Expr::RefBrack { .. } => names.key(unit, &known, expr).is_none(),
            Expr::Call { .. }
            | Expr::ArithExpr { .. }
            | Expr::BinExpr { .. }
            | Expr::UnaryExpr { .. } => true,
            _ => false,
        };
    });
    found
}

/// Whether a body may have several solutions.
fn iterates(rule: &Rule, body: &RuleBody) -> bool {
    let declared = locals(rule);
    let free: BTreeSet<&str> = bound_in_passing(rule);
    body.query
        .stmts
        .iter()
        .any(|statement| match &statement.literal {
            Literal::SomeIn { .. } | Literal::SomeVars { .. } => true,
            Literal::Expr { expr, .. } => {
                let mut found = false;
                visit::expression(expr, &mut |node| {
                    if let Node::Expr(expr @ Expr::RefBrack { .. }) = node {
                        found |= Chain::of(expr).parts.iter().any(|part| match part {
                            Part::Index(Expr::Var { span, .. }) => {
                                span.text() == "_"
                                    || (free.contains(span.text())
                                        && !declared.contains(span.text()))
                            }
                            _ => false,
                        });
                    }
                });
                found
            }
            _ => false,
        })
}
