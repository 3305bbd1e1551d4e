//! Paths into `input` that can't be there, by the schema of the input.
//!
//! Shapes follow variables, arguments and rules, so that `trail.Nmae` is seen
//! where `trail` came from `some trail in input.trails` three functions away.
//! Whatever is not known to have a shape has every shape and is not
//! complained of. Test files build inputs of their own and are left alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regorus::unstable::{Expr, Literal, LiteralStmt, Query, Rule, RuleHead};

use super::kind::Type;
use super::names::{Definition, Meaning, Names, Unit};
use super::shape::{Shape, Shapes, Step, join};
use crate::engine::visit;
use crate::engine::visit::{Chain, Part, locals_within, range};
use crate::policy::{PolicyProblem, nearest};
use crate::schema;

mod calls;
mod expressions;
mod negated;

/// How often shapes are handed on through calls; deeper chains are not
/// followed.
const ROUNDS: usize = 6;

/// What is known of the input.
pub(super) struct Known {
    /// The type of all of it.
    pub(super) input: Type,
    /// The types of what functions are given, by their paths, as far as all of it
    /// comes from the input.
    pub(super) arguments: BTreeMap<Vec<String>, Vec<Type>>,
}

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) -> Known {
    let schema = serde_json::from_str(schema::INPUT).unwrap_or_default();
    let mut lint = Lint {
        names,
        shapes: Shapes::of(&schema),
        arguments: BTreeMap::new(),
        values: BTreeMap::new(),
        next: BTreeMap::new(),
        found: None,
    };
    for _ in 0..ROUNDS {
        let before = (lint.arguments.clone(), lint.values.clone());
        lint.round();
        if before == (lint.arguments.clone(), lint.values.clone()) {
            break;
        }
    }
    lint.found = Some(Vec::new());
    lint.round();
    problems.extend(lint.found.take().unwrap_or_default());
    let types = |shapes: &Vec<Shape>| {
        let each = shapes.iter().map(|shape| lint.shapes.type_of(shape));
        each.collect()
    };
    let arguments = lint.arguments.iter();
    Known {
        input: lint.shapes.type_of(&lint.shapes.root),
        arguments: arguments
            .map(|(path, shapes)| (path.clone(), types(shapes)))
            .collect(),
    }
}

struct Lint<'a, 'n> {
    names: &'n Names<'a>,
    shapes: Shapes,
    /// The shapes that each function is called with, by its path.
    arguments: BTreeMap<Vec<String>, Vec<Shape>>,
    /// The shapes of what rules and functions give, by path.
    values: BTreeMap<Vec<String>, Shape>,
    /// The same, as far as this round has come.
    next: BTreeMap<Vec<String>, Shape>,
    /// The complaints, in the last round.
    found: Option<Vec<PolicyProblem>>,
}

/// One rule as it is looked at.
struct Scope<'a, 'n> {
    unit: &'n Unit<'a>,
    locals: BTreeSet<&'a str>,
    shapes: BTreeMap<&'a str, Shape>,
}

impl<'a> Lint<'a, '_> {
    fn round(&mut self) {
        let definitions: Vec<(Vec<String>, Definition<'a>)> = self
            .names
            .definitions()
            .map(|(path, definition)| (path.clone(), definition))
            .collect();
        for (path, definition) in definitions {
            let Some(unit) = self.names.unit(definition) else {
                continue;
            };
            if unit.is_test() {
                continue;
            }
            let mut scope = Scope {
                unit,
                locals: BTreeSet::new(),
                shapes: BTreeMap::new(),
            };
            for (index, argument) in visit::arguments(definition.rule)
                .into_iter()
                .flatten()
                .enumerate()
            {
                if let Expr::Var { span, .. } = argument {
                    let shape = self
                        .arguments
                        .get(&path)
                        .and_then(|shapes| shapes.get(index))
                        .cloned()
                        .unwrap_or_default();
                    scope.shapes.insert(span.text(), shape);
                }
            }
            self.rule(&path, definition.rule, &mut scope);
        }
        self.values = std::mem::take(&mut self.next);
    }

    /// One more value that a rule may have.
    fn gives(&mut self, path: &[String], shape: Shape) {
        let known = self.next.remove(path);
        let all = match known {
            Some(known) => join(known, shape),
            None => shape,
        };
        self.next.insert(path.to_vec(), all);
    }

    fn rule(&mut self, path: &[String], rule: &'a Rule, scope: &mut Scope<'a, '_>) {
        let (head, bodies) = match rule {
            Rule::Spec { head, bodies, .. } => (head, bodies),
            Rule::Default { value, .. } => {
                let shape = self.expr(value, scope);
                return self.gives(path, shape);
            }
        };
        let arguments = scope.shapes.clone();
        let value = match head {
            RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
                (!is_keyed(refr)).then_some(assign.as_ref())
            }
            RuleHead::Set { .. } => None,
        };
        let heads = visit::head_values(head);
        let first = bodies.first().filter(|body| !body.is_else);
        scope.locals = locals_within(rule, first.map(|body| &*body.query), &heads);
        if let Some(body) = first {
            self.query(&body.query, scope);
        }
        let mut shapes = Vec::new();
        for expr in heads {
            shapes.push((expr, self.expr(expr, scope)));
        }
        let shape = value.flatten().and_then(|value| {
            let value = value.value.as_ref();
            let given = shapes.iter().find(|(expr, _)| expr.eidx() == value.eidx());
            given.and_then(|(_, shape)| shape.clone())
        });
        self.gives(path, shape);
        for body in bodies.iter().skip(usize::from(first.is_some())) {
            scope.shapes.clone_from(&arguments);
            let value = body.assign.as_ref().map(|assign| assign.value.as_ref());
            let values: Vec<&Expr> = value.into_iter().collect();
            scope.locals = locals_within(rule, Some(&body.query), &values);
            self.query(&body.query, scope);
            let shape = value.and_then(|value| self.expr(value, scope));
            if body.is_else {
                self.gives(path, shape);
            }
        }
    }

    /// Shapes first, in any order of statements, then everything else.
    fn query(&mut self, query: &'a Query, scope: &mut Scope<'a, '_>) {
        let found = self.found.take();
        for statement in &query.stmts {
            self.statement(statement, scope);
        }
        self.found = found;
        for statement in &query.stmts {
            self.statement(statement, scope);
            if let Literal::NotExpr { expr, .. } = &statement.literal {
                self.negated(expr, query, scope);
            }
        }
    }

    fn statement(&mut self, statement: &'a LiteralStmt, scope: &mut Scope<'a, '_>) {
        // With something else in their place, things have other shapes.
        let is_replaced = !statement.with_mods.is_empty();
        let found = if is_replaced { self.found.take() } else { None };
        match &statement.literal {
            Literal::SomeVars { vars, .. } => {
                for var in vars {
                    scope.shapes.remove(var.text());
                }
            }
            Literal::SomeIn {
                key,
                value,
                collection,
                ..
            } => {
                let shape = self.expr(collection, scope);
                let shape = self.shapes.member(&shape).filter(|_| !is_replaced);
                if let Some(key) = key {
                    bind(key, None, scope);
                }
                bind(value, shape, scope);
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
                self.expr(expr, scope);
                if let Expr::AssignExpr { lhs, .. } = expr.as_ref()
                    && is_replaced
                {
                    bind(lhs, None, scope);
                }
            }
            Literal::Every {
                key,
                value,
                domain,
                query,
                ..
            } => {
                let shape = self.expr(domain, scope);
                let shape = self.shapes.member(&shape).filter(|_| !is_replaced);
                let outer = scope.shapes.clone();
                if let Some(key) = key {
                    scope.shapes.remove(key.text());
                }
                scope.shapes.insert(value.text(), shape);
                self.query(query, scope);
                scope.shapes = outer;
            }
        }
        for modifier in &statement.with_mods {
            self.expr(&modifier.r#as, scope);
        }
        if is_replaced {
            self.found = found;
        }
    }

    fn reference(&mut self, expr: &'a Expr, scope: &mut Scope<'a, '_>) -> Shape {
        let chain = Chain::of(expr);
        let (mut shape, skip) = match self.names.meaning(scope.unit, &scope.locals, &chain) {
            Meaning::Input => {
                // An import such as `input.trails as trails` has a path of its own.
                let imported = chain
                    .root_name()
                    .and_then(|root| scope.unit.imports.get(root))
                    .map(|(path, _)| path.clone());
                let mut shape = self.shapes.root.clone();
                for key in imported.iter().flatten().skip(1) {
                    shape = match self.shapes.key(&shape, key) {
                        Step::To(inner) => inner,
                        Step::Missing(_) => None,
                    };
                }
                (shape, 0)
            }
            Meaning::Local => match chain.root_name() {
                Some(name) => (scope.shapes.get(name).cloned().unwrap_or_default(), 0),
                None => (self.expr(chain.root, scope), 0),
            },
            Meaning::Data(path) => {
                let length = self
                    .names
                    .rule_at(&path)
                    .map_or(path.len(), |(rule, _)| rule.len());
                let shape = path
                    .get(..length)
                    .and_then(|rule| self.values.get(rule))
                    .cloned()
                    .unwrap_or_default();
                (
                    shape,
                    chain
                        .static_keys()
                        .len()
                        .saturating_sub(path.len().saturating_sub(length)),
                )
            }
            // Unification may have bound it.
            Meaning::Nothing(_) => {
                let name = chain.root_name();
                let shape = name.and_then(|name| scope.shapes.get(name).cloned());
                (shape.unwrap_or_default(), 0)
            }
        };
        let start = range(chain.root.span()).start;
        for part in chain.parts.into_iter().skip(skip) {
            shape = match part {
                Part::Key(key, at) => self.step(&shape, &key, scope.unit, start..at.end, at),
                Part::Index(index) => {
                    self.expr(index, scope);
                    match self.names.key(scope.unit, &scope.locals, index) {
                        Some(key) => self.step(
                            &shape,
                            key,
                            scope.unit,
                            start..range(index.span()).end,
                            range(index.span()),
                        ),
                        None => self.shapes.member(&shape),
                    }
                }
            };
        }
        shape
    }

    fn step(
        &mut self,
        shape: &Shape,
        key: &str,
        unit: &Unit<'_>,
        whole: Range<usize>,
        at: Range<usize>,
    ) -> Shape {
        match self.shapes.key(shape, key) {
            Step::To(inner) => inner,
            Step::Missing(others) => {
                let text: &str = &unit.module.file.text;
                let closed = text.get(whole.end..).unwrap_or_default();
                // In a reference, not in the path of a result, which is an array.
                let is_key = whole.start < at.start && closed.starts_with("\"]");
                let closing = if is_key { 2 } else { 0 };
                let whole = whole.start..whole.end.saturating_add(closing);
                let written = text.get(whole).unwrap_or(key).to_owned();
                let help = match nearest(key, others.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!(
                        "the keys there are {}; `coldtrail schema input` prints all of it",
                        crate::policy::list(others.iter().map(String::as_str))
                    ),
                };
                let problem = unit.problem(
                    "unresolved-input",
                    at,
                    format!("the input never has `{written}`"),
                    format!("there is no `{key}`"),
                );
                if let Some(found) = &mut self.found {
                    found.push(problem.with_help(help));
                }
                None
            }
        }
    }
}

/// Whether a head has keys in brackets: the rule is an object then.
fn is_keyed(reference: &Expr) -> bool {
    let parts = Chain::of(reference).parts;
    parts.iter().any(|part| matches!(part, Part::Index(_)))
}

fn bind<'a>(pattern: &'a Expr, shape: Shape, scope: &mut Scope<'a, '_>) {
    if let Expr::Var { span, .. } = pattern {
        scope.shapes.insert(span.text(), shape);
        return;
    }
    for name in visit::variables(pattern) {
        scope.shapes.insert(name, None);
    }
}
