//! The shapes of expressions: of what is the input's.

use regorus::unstable::{AssignOp, Expr, Query, Ref, Span};

use super::{Lint, Scope, bind};
use crate::engine::lint::shape::Shape;
use crate::engine::visit;

impl<'a> Lint<'a, '_> {
    /// The shape of an expression; complains of what is in it.
    pub(super) fn expr(&mut self, expr: &'a Expr, scope: &mut Scope<'a, '_>) -> Shape {
        match expr {
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                self.reference(expr, scope)
            }
            Expr::AssignExpr { op, lhs, rhs, .. } => {
                let shape = self.expr(rhs, scope);
                if matches!(op, AssignOp::ColEq)
                    || matches!(lhs.as_ref(), Expr::Var { span, .. } if !scope.shapes.contains_key(span.text()))
                {
                    bind(lhs, shape, scope);
                } else {
                    self.expr(lhs, scope);
                }
                None
            }
            Expr::Call { fcn, params, .. } => {
                self.call(fcn, params.iter().map(AsRef::as_ref).collect(), scope)
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.inner(query, &[term], scope)
            }
            Expr::ObjectCompr {
                key, value, query, ..
            } => self.inner(query, &[key, value], scope),
            Expr::Object { fields, .. } => self.object(fields, scope),
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                self.each(items.iter().map(AsRef::as_ref), scope)
            }
            Expr::UnaryExpr { expr, .. } => self.each([expr.as_ref()], scope),
            Expr::BoolExpr { lhs, rhs, .. }
            | Expr::BinExpr { lhs, rhs, .. }
            | Expr::ArithExpr { lhs, rhs, .. } => self.each([lhs.as_ref(), rhs], scope),
            Expr::Membership {
                key,
                value,
                collection,
                ..
            } => {
                let parts = key.iter().chain([value, collection]);
                self.each(parts.map(AsRef::as_ref), scope)
            }
            _ => None,
        }
    }

    /// Looks at parts of something that is no part of the input itself.
    fn each(
        &mut self,
        parts: impl IntoIterator<Item = &'a Expr>,
        scope: &mut Scope<'a, '_>,
    ) -> Shape {
        for part in parts {
            self.expr(part, scope);
        }
        None
    }

    fn object(
        &mut self,
        fields: &'a [(Span, Ref<Expr>, Ref<Expr>)],
        scope: &mut Scope<'a, '_>,
    ) -> Shape {
        let mut written = fields.iter().filter_map(|(_, key, _)| visit::text(key));
        let is_evidence = written.any(|key| key == "label");
        for (_, key, value) in fields {
            if is_evidence && visit::text(key) == Some("path") {
                self.evidence_path(value, scope);
            }
            self.each([key.as_ref(), value], scope);
        }
        None
    }

    /// A comprehension: what it binds has a shape in it alone.
    fn inner(&mut self, query: &'a Query, terms: &[&'a Expr], scope: &mut Scope<'a, '_>) -> Shape {
        let outer = scope.shapes.clone();
        self.query(query, scope);
        self.each(terms.iter().copied(), scope);
        scope.shapes = outer;
        None
    }
}
