//! Calls and operators, as calls.

use regorus::Value;
use regorus::unstable::Expr;

use super::Flattening;
use crate::engine::lint::names::Meaning;
use crate::engine::lint::types::declared::BUILTINS;
use crate::engine::lint::types::statement::{Call, Callee, Statement, Term};
use crate::engine::visit::{self, Chain};

impl<'a> Flattening<'a, '_> {
    /// A call, or an operator, which is one too.
    pub(super) fn call(&mut self, expr: &'a Expr, out: &mut Vec<Statement>) -> Option<Call> {
        let (callee, params): (Callee, Vec<&'a Expr>) = match expr {
            Expr::Call { fcn, params, .. } => {
                let chain = Chain::of(fcn);
                let callee = match self.names.meaning(self.unit, &[].into(), &chain) {
                    Meaning::Data(path) if self.names.rules.contains_key(&path) => {
                        Callee::Function(path)
                    }
                    _ => Callee::Builtin(chain.dotted()?),
                };
                (callee, params.iter().map(AsRef::as_ref).collect())
            }
            other => {
                let (name, given) = visit::operator(other)?;
                (Callee::Builtin(name.to_owned()), given)
            }
        };
        let given = params
            .into_iter()
            .map(|param| (self.term(param, out), self.extent(param)));
        let mut given: Vec<_> = given.collect();
        if matches!(expr, Expr::UnaryExpr { .. }) {
            given.insert(0, (Term::Scalar(Value::from(0)), self.extent(expr)));
        }
        let inputs = self.inputs(&callee).unwrap_or(given.len());
        Some(Call {
            callee,
            inputs,
            given,
        })
    }

    /// How many arguments a function reads; `None` where it isn't known.
    fn inputs(&self, callee: &Callee) -> Option<usize> {
        match callee {
            Callee::Builtin(name) => Some(BUILTINS.get(name)?.takes.len()),
            Callee::Function(path) => {
                let rule = self.names.rules.get(path)?.first()?.rule;
                Some(visit::arguments(rule)?.len())
            }
        }
    }
}

/// Whether nothing in it is computed, so that no sign can stand before it.
pub(super) fn is_written(expr: &Expr) -> bool {
    !matches!(
        expr,
        Expr::Var { .. }
            | Expr::RefDot { .. }
            | Expr::RefBrack { .. }
            | Expr::Call { .. }
            | Expr::ArithExpr { .. }
    )
}

/// Whether it is a comparison or the like, which the sign before it is not of.
pub(super) fn is_whole(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::BoolExpr { .. } | Expr::Membership { .. } | Expr::AssignExpr { .. }
    )
}
