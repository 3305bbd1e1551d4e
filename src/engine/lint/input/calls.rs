//! Shapes that go into calls, and paths that results give as evidence.

use std::collections::BTreeSet;

use regorus::unstable::Expr;

use super::{Lint, Scope};
use crate::engine::lint::names::{Meaning, Unit};
use crate::engine::lint::shape::{Shape, join};
use crate::engine::visit::{Chain, extent, range};
use crate::policy::list;

/// What common builtins take, an argument between commas, and what they give.
const SIGNATURES: &[(&str, &str, &str)] = &[
    ("array.concat", "array,array", "array"),
    ("array.reverse", "array", "array"),
    ("array.slice", "array,number,number", "array"),
    ("abs", "number", "number"),
    ("ceil", "number", "number"),
    ("concat", "string,array|set", "string"),
    ("contains", "string,string", "boolean"),
    ("count", "string|array|object|set", "number"),
    ("endswith", "string,string", "boolean"),
    ("floor", "number", "number"),
    ("format_int", "number,number", "string"),
    ("glob.match", "string,array|null,string", "boolean"),
    ("indexof", "string,string", "number"),
    ("lower", "string", "string"),
    ("numbers.range", "number,number", "array"),
    ("object.keys", "object", "set"),
    ("product", "array|set", "number"),
    ("regex.match", "string,string", "boolean"),
    ("replace", "string,string,string", "string"),
    ("round", "number", "number"),
    ("sort", "array|set", "array"),
    ("split", "string,string", "array"),
    ("sprintf", "string,array", "string"),
    ("startswith", "string,string", "boolean"),
    ("strings.count", "string,string", "number"),
    ("substring", "string,number,number", "string"),
    ("sum", "array|set", "number"),
    ("time.add_date", "number,number,number,number", "number"),
    ("time.parse_rfc3339_ns", "string", "number"),
    ("trim", "string,string", "string"),
    ("trim_prefix", "string,string", "string"),
    ("trim_space", "string", "string"),
    ("trim_suffix", "string,string", "string"),
    ("upper", "string", "string"),
];

fn signature(name: &str) -> Option<(&'static str, &'static str)> {
    let known = SIGNATURES.iter().find(|(known, ..)| *known == name)?;
    Some((known.1, known.2))
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
            return None;
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
            (Some(name), _) => signature(name).and_then(|(_, result)| self.shapes.written(result)),
            _ => None,
        }
    }

    /// Complains of arguments of a builtin that are of no type that it takes.
    fn given(&mut self, name: &str, params: &[&'a Expr], shapes: &[Shape], unit: &Unit<'_>) {
        let Some((takes, _)) = signature(name) else {
            return;
        };
        for ((param, shape), takes) in params.iter().zip(shapes).zip(takes.split(',')) {
            let Some(types) = self.shapes.types(shape) else {
                continue;
            };
            if takes.split('|').any(|taken| types.contains(taken)) {
                continue;
            }
            let text: &str = &unit.module.file.text;
            let of = |names: Vec<&str>| list(names);
            let problem = unit
                .problem(
                    "argument-type",
                    extent(param, text),
                    format!(
                        "`{name}` takes {} here, and gets {}",
                        of(takes.split('|').collect()),
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
