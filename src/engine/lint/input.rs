//! Paths into `input` that can't be there, by the schema of the input.
//!
//! Shapes follow variables, arguments and rules, so that `trail.Nmae` is seen
//! where `trail` came from `some trail in input.trails` three functions away.
//! Whatever is not known to have a shape has every shape and is not
//! complained of. Test files build inputs of their own and are left alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regorus::unstable::{
    ArithOp, AssignOp, BinOp, BoolOp, Expr, Literal, LiteralStmt, Query, Ref, Rule, RuleHead, Span,
};

use super::names::{Definition, Meaning, Names, Unit, locals_within};
use super::shape::{Shape, Shapes, Step, join};
use crate::engine::visit;
use crate::engine::visit::{Chain, Part, range};
use crate::policy::{PolicyProblem, nearest};
use crate::schema;

mod calls;
mod negated;
mod types;

/// How often shapes are handed on through calls; deeper chains are not
/// followed.
const ROUNDS: usize = 6;

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    let Ok(schema) = serde_json::from_str(schema::INPUT) else {
        return;
    };
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
    problems.extend(lint.found.unwrap_or_default());
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
        // An arm without a value is `true`.
        let truth = self.shapes.written("boolean");
        let shape = match value {
            Some(None) => truth.clone(),
            Some(Some(value)) => {
                let value = value.value.as_ref();
                let given = shapes.iter().find(|(expr, _)| expr.eidx() == value.eidx());
                given.and_then(|(_, shape)| shape.clone())
            }
            None => match head {
                RuleHead::Set { refr, .. } if !is_keyed(refr) => {
                    let member = shapes.pop().and_then(|(_, shape)| shape);
                    self.shapes.members("set", member)
                }
                _ => self.shapes.written("object"),
            },
        };
        self.gives(path, shape);
        for body in bodies.iter().skip(usize::from(first.is_some())) {
            scope.shapes.clone_from(&arguments);
            let value = body.assign.as_ref().map(|assign| assign.value.as_ref());
            let values: Vec<&Expr> = value.into_iter().collect();
            scope.locals = locals_within(rule, Some(&body.query), &values);
            self.query(&body.query, scope);
            let shape = match value {
                Some(value) => self.expr(value, scope),
                None => truth.clone(),
            };
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
        let replaced = statement
            .with_mods
            .iter()
            .any(|modifier| Chain::of(&modifier.refr).root_name() == Some("input"));
        let found = if replaced { self.found.take() } else { None };
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn {
                value, collection, ..
            } => {
                let shape = self.expr(collection, scope);
                let shape = self.shapes.member(&shape);
                bind(value, shape, scope);
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
                self.expr(expr, scope);
            }
            Literal::Every {
                value,
                domain,
                query,
                ..
            } => {
                let shape = self.expr(domain, scope);
                // What is written out says nothing here: OPA takes the value of
                // `every` to be anything.
                let shape = match self.shapes.is_written(&shape) {
                    true => None,
                    false => self.shapes.member(&shape),
                };
                scope.shapes.insert(value.text(), shape);
                self.query(query, scope);
            }
        }
        for modifier in &statement.with_mods {
            self.expr(&modifier.r#as, scope);
        }
        if replaced {
            self.found = found;
        }
    }

    /// The shape of an expression; complains of what is in it.
    fn expr(&mut self, expr: &'a Expr, scope: &mut Scope<'a, '_>) -> Shape {
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
            Expr::BoolExpr { op, lhs, rhs, .. } => {
                let (left, right) = (self.expr(lhs, scope), self.expr(rhs, scope));
                if matches!(op, BoolOp::Eq | BoolOp::Ne) {
                    let is_equal = matches!(op, BoolOp::Eq);
                    self.compared((lhs, &left), (rhs, &right), scope.unit, is_equal);
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
                let shapes = [left.clone(), right.clone()];
                self.given(name, &[lhs, rhs], &shapes, scope);
                let is_number = |shape: &Shape| {
                    let types = self.shapes.types(shape);
                    types.is_some_and(|types| types.contains("number") && types.len() == 1)
                };
                // Sets have a difference, too.
                let known = !matches!(op, ArithOp::Sub) || is_number(&left) && is_number(&right);
                self.shapes.written("number").filter(|_| known)
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
        for (_, key, value) in fields {
            if visit::text(key) == Some("path") {
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
                let closing = if closed.starts_with("\"]") { 2 } else { 0 };
                let whole = whole.start..whole.end.saturating_add(closing);
                let written = text.get(whole).unwrap_or(key).to_owned();
                let help = match nearest(key, others.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if others.is_empty() => {
                        "it has no keys; `coldtrail schema input` prints what stands where"
                            .to_owned()
                    }
                    None => format!(
                        "the keys there are {}; `coldtrail schema input` prints all of it",
                        crate::policy::list(others.iter().map(String::as_str))
                    ),
                };
                let problem = match self.shapes.types(shape) {
                    Some(types) if self.shapes.is_written(shape) => unit.problem(
                        "no-keys",
                        at,
                        format!(
                            "`{written}` leads nowhere: it begins with {}",
                            crate::policy::list(types.iter().copied())
                        ),
                        format!("there is no `{key}`"),
                    ),
                    _ => unit.problem(
                        "unresolved-input",
                        at,
                        format!("the input never has `{written}`"),
                        format!("there is no `{key}`"),
                    ),
                };
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
    }
}
