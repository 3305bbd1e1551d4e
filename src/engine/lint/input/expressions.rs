//! The shapes of expressions, by what they are made of.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{ArithOp, AssignOp, BinOp, BoolOp, Expr, Query, Ref, Span};

use super::{Lint, Scope, bind, types};
use crate::engine::lint::shape::{Shape, join};
use crate::engine::visit;

impl<'a> Lint<'a, '_> {
    /// An expression that is a statement: OPA holds its sides to each other there.
    pub(super) fn condition(&mut self, expr: &'a Expr, scope: &mut Scope<'a, '_>) {
        let Expr::BoolExpr { op, lhs, rhs, .. } = expr else {
            self.expr(expr, scope);
            return;
        };
        let (left, right) = (self.expr(lhs, scope), self.expr(rhs, scope));
        if matches!(op, BoolOp::Eq | BoolOp::Ne) {
            let is_equal = matches!(op, BoolOp::Eq);
            self.compared((lhs, &left), (rhs, &right), scope.unit, is_equal);
        }
    }

    /// The shape of an expression; complains of what is in it.
    pub(super) fn expr(&mut self, expr: &'a Expr, scope: &mut Scope<'a, '_>) -> Shape {
        match expr {
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                self.reference(expr, scope)
            }
            Expr::AssignExpr { op, lhs, rhs, .. } => {
                let shape = self.expr(rhs, scope);
                if matches!(op, AssignOp::Eq) {
                    let given = self.unheard(lhs, scope);
                    self.compared((lhs, &given), (rhs, &shape), scope.unit, true);
                }
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
                let members = self.inner(query, &[term], scope);
                types::written(expr).and_then(|name| self.shapes.members(name, members))
            }
            Expr::ObjectCompr {
                key, value, query, ..
            } => {
                self.inner(query, &[key, value], scope);
                self.shapes.written("object")
            }
            Expr::Object { fields, .. } => self.object(fields, scope),
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                let each: Vec<Shape> = items.iter().map(|item| self.expr(item, scope)).collect();
                let members = each.into_iter().reduce(join).flatten();
                types::written(expr).and_then(|name| self.shapes.members(name, members))
            }
            Expr::UnaryExpr { expr, .. } => {
                self.expr(expr, scope);
                None
            }
            Expr::BoolExpr { lhs, rhs, .. } => {
                for side in [lhs, rhs] {
                    self.expr(side, scope);
                }
                self.shapes.written("boolean")
            }
            Expr::BinExpr { op, lhs, rhs, .. } => {
                let shapes = [self.expr(lhs, scope), self.expr(rhs, scope)];
                let name = match op {
                    BinOp::Intersection => "and",
                    BinOp::Union => "or",
                };
                self.given(name, &[lhs, rhs], &shapes, scope);
                self.shapes.written("set")
            }
            Expr::ArithExpr { op, lhs, rhs, .. } => {
                let (left, right) = (self.expr(lhs, scope), self.expr(rhs, scope));
                let name = match op {
                    ArithOp::Add => "plus",
                    ArithOp::Sub => "minus",
                    ArithOp::Mul => "mul",
                    ArithOp::Div => "div",
                    ArithOp::Mod => "rem",
                };
                let shapes = [left, right];
                self.given(name, &[lhs, rhs], &shapes, scope);
                // Sets have a difference, too.
                match op {
                    ArithOp::Sub => self.shapes.either(&BTreeSet::from(["number", "set"])),
                    _ => self.shapes.written("number"),
                }
            }
            Expr::Membership {
                key,
                value,
                collection,
                ..
            } => {
                for expr in key.iter().chain([value, collection]) {
                    self.expr(expr, scope);
                }
                self.shapes.written("boolean")
            }
            other => types::written(other).and_then(|name| self.shapes.written(name)),
        }
    }

    fn object(
        &mut self,
        fields: &'a [(Span, Ref<Expr>, Ref<Expr>)],
        scope: &mut Scope<'a, '_>,
    ) -> Shape {
        let mut keys = Some(BTreeMap::new());
        let mut written = fields.iter().filter_map(|(_, key, _)| visit::text(key));
        let is_evidence = written.any(|key| key == "label");
        for (_, key, value) in fields {
            if is_evidence && visit::text(key) == Some("path") {
                self.evidence_path(value, scope);
            }
            self.expr(key, scope);
            let shape = self.expr(value, scope);
            match visit::text(key) {
                Some(key) => keys.iter_mut().for_each(|keys| {
                    keys.insert(key.to_owned(), shape.clone());
                }),
                None => keys = None,
            }
        }
        match keys {
            Some(keys) if !keys.is_empty() => self.shapes.object(keys),
            _ => self.shapes.written("object"),
        }
    }

    /// A comprehension: what it binds has a shape in it alone. Gives the shape of
    /// its last term.
    fn inner(&mut self, query: &'a Query, terms: &[&'a Expr], scope: &mut Scope<'a, '_>) -> Shape {
        let outer = scope.shapes.clone();
        self.query(query, scope);
        let mut last = None;
        for term in terms {
            last = self.expr(term, scope);
        }
        scope.shapes = outer;
        last
    }
}
