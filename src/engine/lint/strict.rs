//! What OPA's strict check refuses and nothing here needs: variables and
//! imports that are never used.

use std::collections::BTreeMap;
use std::ops::Range;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt};

use super::names::Names;
use crate::engine::visit;
use crate::engine::visit::{Chain, Node, range};
use crate::policy::PolicyProblem;

const STRICT: &str = "`opa check --strict` refuses it; write `_`, or take it out";

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    let mut roots: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for (_, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        let mut bound = BTreeMap::new();
        for argument in visit::arguments(definition.rule).into_iter().flatten() {
            variables(argument, &mut bound, &mut uses);
        }
        visit::rule(definition.rule, &mut |node| match node {
            Node::Statement(statement) => binds(statement, &mut bound),
            Node::Expr(Expr::Var { span, .. }) => count(span.text(), &mut uses),
            Node::Expr(Expr::Call { fcn, .. }) => {
                if let Some(root) = Chain::of(fcn).root_name() {
                    count(root, &mut uses);
                }
            }
            Node::Expr(expr @ (Expr::RefDot { .. } | Expr::RefBrack { .. })) => {
                if let Some(root) = Chain::of(expr).root_name() {
                    count(root, &mut uses);
                }
            }
            Node::Expr(_) => {}
        });
        for (name, count) in &uses {
            let all = roots.entry((definition.unit, name)).or_default();
            *all = all.saturating_add(*count);
        }
        for (name, at) in bound {
            if name != "_" && uses.get(name).is_none_or(|uses| *uses < 2) {
                let problem = unit.problem(
                    "unused-variable",
                    at,
                    format!("nothing uses `{name}`"),
                    "bound here",
                );
                problems.push(problem.with_help(STRICT).as_warning());
            }
        }
    }
    for (index, unit) in names.units.iter().enumerate() {
        for (alias, (_, at)) in &unit.imports {
            if !roots.contains_key(&(index, alias.as_str())) {
                let problem = unit.problem(
                    "unused-import",
                    at.clone(),
                    format!("nothing uses the import `{alias}`"),
                    "imported here",
                );
                let help = "`opa check --strict` refuses it; take it out";
                problems.push(problem.with_help(help).as_warning());
            }
        }
    }
}

fn count<'e>(name: &'e str, uses: &mut BTreeMap<&'e str, usize>) {
    let uses = uses.entry(name).or_default();
    *uses = uses.saturating_add(1);
}

/// What a statement declares and OPA's strict check wants used. Patterns beside
/// `:=` are visited as expressions too. What `some ... in` binds may go unused.
fn binds<'e>(statement: &'e LiteralStmt, bound: &mut BTreeMap<&'e str, Range<usize>>) {
    if let Literal::Expr { expr, .. } = &statement.literal
        && let Expr::AssignExpr {
            op: AssignOp::ColEq,
            lhs,
            ..
        } = expr.as_ref()
    {
        variables(lhs, bound, &mut BTreeMap::new());
    }
}

fn variables<'e>(
    pattern: &'e Expr,
    bound: &mut BTreeMap<&'e str, Range<usize>>,
    uses: &mut BTreeMap<&'e str, usize>,
) {
    match pattern {
        Expr::Var { span, .. } => {
            bound.entry(span.text()).or_insert_with(|| range(span));
            count(span.text(), uses);
        }
        Expr::Array { items, .. } => {
            for item in items {
                variables(item, bound, uses);
            }
        }
        Expr::Object { fields, .. } => {
            for (_, _, value) in fields {
                variables(value, bound, uses);
            }
        }
        _ => {}
    }
}
