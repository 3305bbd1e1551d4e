//! Shapes that go into calls, and paths that results give as evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regorus::unstable::Expr;
use serde_json::Value;

use super::{Lint, Scope};
use crate::engine::capabilities::CAPABILITIES;
use crate::engine::lint::names::{Meaning, Unit};
use crate::engine::lint::shape::{Shape, WRITTEN, join};
use crate::engine::visit::{Chain, extent, range};
use crate::policy::list;

/// The types of a value; `None` where it may have any.
type Types = Option<BTreeSet<&'static str>>;

/// What builtins take and give, as OPA declares them.
static SIGNATURES: LazyLock<BTreeMap<String, (Vec<Types>, Types)>> = LazyLock::new(|| {
    let declared: Value = serde_json::from_str(CAPABILITIES).unwrap_or_default();
    let signature = |builtin: &Value| {
        let decl = builtin.get("decl")?;
        let takes = members(decl, "args").map(declared_types).collect();
        let gives = decl.get("result").and_then(declared_types);
        let name = builtin.get("name")?.as_str()?.to_owned();
        Some((name, (takes, gives)))
    };
    members(&declared, "builtins")
        .filter_map(signature)
        .collect()
});

fn members<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    let members = value.get(key).and_then(Value::as_array);
    members.into_iter().flatten()
}

fn declared_types(declared: &Value) -> Types {
    let name = declared.get("type")?.as_str()?;
    match WRITTEN.iter().find(|known| **known == name) {
        Some(known) => Some(BTreeSet::from([*known])),
        None => {
            let each: Option<Vec<_>> = members(declared, "of").map(declared_types).collect();
            let all: BTreeSet<_> = each?.into_iter().flatten().collect();
            (!all.is_empty()).then_some(all)
        }
    }
}

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
                // What is written out says nothing of what else may come: OPA
                // takes a function's argument to be anything.
                let given = if self.shapes.is_written(&given) {
                    None
                } else {
                    given
                };
                *known = join(known.take(), given);
            }
            return result;
        }
        let name = chain.dotted();
        if let Some(name) = &name {
            self.given(name, &params, &shapes, scope.unit);
        }
        match (name.as_deref(), params.as_slice()) {
            (Some("object.get"), [_, key, _]) => {
                let shape = shapes.into_iter().next()?;
                let key_text = self.names.key(scope.unit, &scope.locals, key)?.to_owned();
                let at = range(key.span());
                self.step(&shape, &key_text, scope.unit, at.clone(), at)
            }
            (Some(name), params) => {
                let (takes, result) = SIGNATURES.get(name)?;
                // With one argument more it gives nothing but whether it holds.
                let result = result.as_ref().filter(|_| takes.len() == params.len())?;
                self.shapes.either(result)
            }
            _ => None,
        }
    }

    /// Complains of arguments of a builtin that are of no type that it takes.
    pub(super) fn given(
        &mut self,
        name: &str,
        params: &[&'a Expr],
        shapes: &[Shape],
        unit: &Unit<'_>,
    ) {
        let Some((takes, _)) = SIGNATURES.get(name) else {
            return;
        };
        for ((param, shape), takes) in params.iter().zip(shapes).zip(takes) {
            let (Some(types), Some(takes)) = (self.shapes.types(shape), takes) else {
                continue;
            };
            if !takes.is_disjoint(&types) {
                continue;
            }
            let text: &str = &unit.module.file.text;
            let of = |names: Vec<&str>| list(names);
            let name = crate::engine::lint::calls::operator(name).unwrap_or(name);
            let problem = unit
                .problem(
                    "argument-type",
                    extent(param, text),
                    format!(
                        "`{name}` takes {} here, and gets {}",
                        of(takes.iter().copied().collect()),
                        of(types.into_iter().collect())
                    ),
                    "of another type",
                )
                .with_help("`coldtrail schema input` prints what stands where");
            if let Some(found) = &mut self.found {
                found.push(problem);
            }
        }
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
