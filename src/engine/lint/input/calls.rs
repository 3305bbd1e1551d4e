//! Shapes that go into calls, and paths that results give as evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regorus::unstable::Expr;
use serde_json::Value;

use super::types::written;
use super::{Lint, Scope};
use crate::engine::capabilities::CAPABILITIES;
use crate::engine::lint::names::Meaning;
use crate::engine::lint::shape::{Shape, WRITTEN, join};
use crate::engine::visit::{self, Chain, extent, range};
use crate::policy::list;

/// The types of a value; `None` where it may have any.
type Types = Option<BTreeSet<&'static str>>;

/// What a builtin takes and gives.
struct Signature {
    takes: Vec<Value>,
    gives: Types,
}

/// The builtins' signatures, as OPA declares them.
static SIGNATURES: LazyLock<BTreeMap<String, Signature>> = LazyLock::new(|| {
    let declared: Value = serde_json::from_str(CAPABILITIES).unwrap_or_default();
    let signature = |builtin: &Value| {
        let decl = builtin.get("decl")?;
        let takes = members(decl, "args").cloned().collect();
        let gives = decl.get("result").and_then(declared_types);
        let name = builtin.get("name")?.as_str()?.to_owned();
        Some((name, Signature { takes, gives }))
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
            self.matched(&path, &params, &shapes, scope);
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
            self.given(name, &params, &shapes, scope);
        }
        match (name.as_deref(), params.as_slice()) {
            (Some("object.get"), [_, key, _]) => {
                let mut shapes = shapes.into_iter();
                let (shape, otherwise) = (shapes.next()?, shapes.nth(1)?);
                // What it lacks, it has a value for.
                if self.shapes.is_written(&shape) {
                    return None;
                }
                let key_text = self.names.key(scope.unit, &scope.locals, key)?.to_owned();
                let at = range(key.span());
                let found = self.step(&shape, &key_text, scope.unit, at.clone(), at);
                join(found, otherwise)
            }
            (Some(name), params) => {
                let Signature { takes, gives } = SIGNATURES.get(name)?;
                // With one argument more it gives nothing but whether it holds.
                let gives = gives.as_ref().filter(|_| takes.len() == params.len())?;
                self.shapes.either(gives)
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
        scope: &mut Scope<'a, '_>,
    ) {
        let Some(Signature { takes, .. }) = SIGNATURES.get(name) else {
            return;
        };
        if self.found.is_none() {
            return;
        }
        for ((param, shape), declared) in params.iter().zip(shapes).zip(takes) {
            let types = self.shapes.types(shape);
            let (Some(types), Some(takes)) = (types, declared_types(declared)) else {
                continue;
            };
            let is_taken = !takes.is_disjoint(&types);
            if is_taken && self.fits(declared, param, scope) {
                continue;
            }
            let unit = scope.unit;
            let text: &str = &unit.module.file.text;
            let of = |names: Vec<&str>| list(names);
            let name = crate::engine::lint::calls::operator(name).unwrap_or(name);
            let problem = unit
                .problem(
                    "argument-type",
                    extent(param, text),
                    match is_taken {
                        true => format!(
                            "`{name}` takes no {} of these members here",
                            of(types.into_iter().collect())
                        ),
                        false => format!(
                            "`{name}` takes {} here, and gets {}",
                            of(takes.iter().copied().collect()),
                            of(types.into_iter().collect())
                        ),
                    },
                    "of another type",
                )
                .with_help("`coldtrail schema input` prints what stands where");
            if let Some(found) = &mut self.found {
                found.push(problem);
            }
        }
    }

    /// Complains of arguments of a policy's own function that are of no type that
    /// it is told for: each of its rules has something written out there.
    fn matched(
        &mut self,
        path: &[String],
        params: &[&'a Expr],
        shapes: &[Shape],
        scope: &Scope<'a, '_>,
    ) {
        if self.found.is_none() {
            return;
        }
        let rules = self.names.rules.get(path).into_iter().flatten();
        let heads: Vec<Vec<&Expr>> = rules
            .filter_map(|definition| visit::arguments(definition.rule))
            .collect();
        for (index, (param, shape)) in params.iter().zip(shapes).enumerate() {
            let told: Option<BTreeSet<&str>> = heads
                .iter()
                .map(|head| head.get(index).and_then(|argument| written(argument)))
                .collect();
            let (Some(told), Some(types)) = (told, self.shapes.types(shape)) else {
                continue;
            };
            if told.is_empty() || !told.is_disjoint(&types) {
                continue;
            }
            let text: &str = &scope.unit.module.file.text;
            let problem = scope.unit.problem(
                "argument-type",
                extent(param, text),
                format!(
                    "the function is told for {} here, and gets {}",
                    list(told),
                    list(types)
                ),
                "of another type",
            );
            let problem = problem.with_help(
                "call it with such a value, or tell the function for any with a name in its place",
            );
            if let Some(found) = &mut self.found {
                found.push(problem);
            }
        }
    }

    /// Whether what is written out has no part of a type that isn't taken there.
    fn fits(&mut self, declared: &Value, expr: &'a Expr, scope: &mut Scope<'a, '_>) -> bool {
        let each = |key: &str| members(declared, key).collect::<Vec<_>>();
        match (declared.get("type").and_then(Value::as_str), expr) {
            (Some("any"), _) => {
                let choices = each("of");
                choices.is_empty() || choices.iter().any(|choice| self.fits(choice, expr, scope))
            }
            (Some("array"), Expr::Array { items, .. }) => {
                let (first, rest) = (each("static"), declared.get("dynamic"));
                let is_long = items.len() > first.len() && rest.is_none();
                let mut takes = first.into_iter().chain(rest.into_iter().cycle());
                let mut fits = |item: &'a Expr| {
                    takes
                        .next()
                        .is_none_or(|takes| self.fits(takes, item, scope))
                };
                !is_long && items.iter().all(|item| fits(item))
            }
            (Some("set"), Expr::Set { items, .. }) => match declared.get("of") {
                Some(takes) => items.iter().all(|item| self.fits(takes, item, scope)),
                None => true,
            },
            (Some("object"), Expr::Object { fields, .. }) => {
                match declared.pointer("/dynamic/value") {
                    Some(takes) => fields
                        .iter()
                        .all(|(_, _, value)| self.fits(takes, value, scope)),
                    None => true,
                }
            }
            _ => {
                let shape = self.unheard(expr, scope);
                let types = self.shapes.types(&shape);
                let (Some(types), Some(takes)) = (types, declared_types(declared)) else {
                    return true;
                };
                !takes.is_disjoint(&types)
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
