//! Comparisons of what can't be equal: by the schema of the input one side has
//! types that the other can't have.

use std::collections::BTreeSet;

use regorus::unstable::Expr;

use super::{Lint, Scope};
use crate::engine::lint::names::Unit;
use crate::engine::lint::shape::Shape;
use crate::engine::visit::extent;
use crate::policy::list;

impl<'a> Lint<'a, '_> {
    /// The shape of an expression, without a complaint.
    pub(super) fn unheard(&mut self, expr: &'a Expr, scope: &mut Scope<'a, '_>) -> Shape {
        let found = self.found.take();
        let shape = self.expr(expr, scope);
        self.found = found;
        shape
    }

    /// Complains of a comparison that always comes out the same. OPA refuses
    /// those of `==`, and takes `!=` of anything.
    pub(super) fn compared(
        &mut self,
        left: (&'a Expr, &Shape),
        right: (&'a Expr, &Shape),
        unit: &Unit<'_>,
        is_equal: bool,
    ) {
        if self.found.is_none() {
            return;
        }
        let (Some(first), Some(second)) = (self.types(left), self.types(right)) else {
            return;
        };
        let of_members = |(_, shape): (&Expr, &Shape)| self.shapes.types_of_members(shape);
        let is_one_list = first == second && first.len() == 1;
        let members = of_members(left).zip(of_members(right));
        let (first, second, of) = match members {
            Some((one, other)) if is_one_list && one.is_disjoint(&other) => (one, other, "of "),
            _ if first.is_disjoint(&second) => (first, second, ""),
            _ => return,
        };
        let text: &str = &unit.module.file.text;
        let (whole, other) = (extent(left.0, text), extent(right.0, text));
        let whole = whole.start.min(other.start)..whole.end.max(other.end);
        let one_of = |types: &BTreeSet<&'static str>| list(types.iter().copied());
        let word = if is_equal { "never" } else { "always" };
        let problem = unit
            .problem(
                "type-mismatch",
                whole,
                format!("this is {word} so: one side is {of}{}, the other {of}{}", one_of(&first), one_of(&second)),
                "compares two types",
            )
            .with_help("`coldtrail schema input` prints what stands where; compare with a value of that type");
        let problem = if is_equal {
            problem
        } else {
            problem.as_warning()
        };
        if let Some(found) = &mut self.found {
            found.push(problem);
        }
    }

    fn types(&self, (expr, shape): (&Expr, &Shape)) -> Option<BTreeSet<&'static str>> {
        match written(expr) {
            Some(name) => Some(BTreeSet::from([name])),
            None => self.shapes.types(shape),
        }
    }
}

/// The type of what is written out.
pub(super) fn written(expr: &Expr) -> Option<&'static str> {
    Some(match expr {
        Expr::String { .. } | Expr::RawString { .. } => "string",
        Expr::Number { .. } => "number",
        Expr::Bool { .. } => "boolean",
        Expr::Null { .. } => "null",
        Expr::Array { .. } | Expr::ArrayCompr { .. } => "array",
        Expr::Object { .. } | Expr::ObjectCompr { .. } => "object",
        Expr::Set { .. } | Expr::SetCompr { .. } => "set",
        _ => return None,
    })
}
