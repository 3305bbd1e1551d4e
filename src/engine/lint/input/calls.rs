//! Shapes that go into calls, and paths that results give as evidence.

use std::collections::BTreeSet;

use regorus::unstable::Expr;

use super::{Lint, Scope};
use crate::engine::lint::names::Meaning;
use crate::engine::lint::shape::{Shape, join};
use crate::engine::visit::{Chain, range};

impl<'a> Lint<'a, '_> {
    pub(super) fn call(
        &mut self,
        callee: &'a Expr,
        params: Vec<&'a Expr>,
        scope: &mut Scope<'a, '_>,
    ) -> Shape {
        let shapes: Vec<Shape> = params.iter().map(|param| self.expr(param, scope)).collect();
        let chain = Chain::of(callee);
        if let Meaning::Data(path) = self.names.meaning(scope.unit, &BTreeSet::new(), &chain)
            && self.names.rules.contains_key(&path)
        {
            let result = self.values.get(&path).cloned().unwrap_or_default();
            let known = self
                .arguments
                .entry(path)
                .or_insert_with(|| vec![Some(BTreeSet::new()); shapes.len()]);
            for (known, given) in known.iter_mut().zip(shapes) {
                *known = join(known.take(), given);
            }
            return result;
        }
        let (Some("object.get"), [_, key, _]) = (chain.dotted().as_deref(), params.as_slice())
        else {
            return None;
        };
        let mut shapes = shapes.into_iter();
        let (shape, otherwise) = (shapes.next()?, shapes.nth(1)?);
        let key_text = self.names.key(scope.unit, &scope.locals, key)?.to_owned();
        let at = range(key.span());
        let found = self.step(&shape, &key_text, scope.unit, at.clone(), at);
        join(found, otherwise)
    }

    /// A path that a result gives as evidence leads into the input like any
    /// other.
    pub(super) fn evidence_path(&mut self, value: &'a Expr, scope: &mut Scope<'a, '_>) {
        let Expr::Array { items, .. } = value else {
            return;
        };
        let mut shape = self.shapes.root.clone();
        for item in items {
            shape = match self.names.key(scope.unit, &scope.locals, item) {
                Some(key) => self.step(
                    &shape,
                    key,
                    scope.unit,
                    range(item.span()),
                    range(item.span()),
                ),
                None => self.shapes.member(&shape),
            };
        }
    }
}
