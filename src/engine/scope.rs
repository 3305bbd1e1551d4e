//! Which variable each name of a rule is, by Rego's scopes.
//!
//! A body, a comprehension and an `every` are scopes; arguments lie around all
//! bodies of a function. `some`, `:=`, `some … in` and `every` declare, in the
//! order written. A name that nothing declares is a rule, an import, or a
//! variable that unification binds.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Query, Rule, RuleHead, Span};

use super::visit::{self, Chain, Node, Part, arguments, head_values, range};

mod again;

/// By what a variable is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// An argument of the function.
    Argument,
    /// `some x`.
    Some,
    /// `every x in xs`.
    Every,
    /// `some x in xs`.
    Member,
    /// `x := …`.
    Assigned,
}

/// A declared variable.
#[derive(Debug)]
pub(super) struct Variable<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// By what it is declared.
    pub(super) how: How,
    /// Every place where it stands, the declaration first.
    pub(super) places: Vec<Range<usize>>,
    /// The scope that it holds in.
    scope: usize,
}

/// A declaration that OPA refuses.
#[derive(Debug)]
pub(super) struct Clash<'a> {
    /// The name.
    pub(super) name: &'a str,
    /// Where it is declared again.
    pub(super) at: Range<usize>,
    /// Where it stood before.
    pub(super) before: Range<usize>,
    /// By what it was declared before; `None` where it was only used.
    pub(super) how: Option<How>,
}

/// The variables of one rule.
#[derive(Debug, Default)]
pub(super) struct Scopes<'a> {
    /// Those that are declared.
    pub(super) variables: Vec<Variable<'a>>,
    /// Declarations that clash.
    pub(super) clashes: Vec<Clash<'a>>,
    /// Names in the pattern of an argument or a `some` that stand there twice.
    pub(super) repeated: Vec<(&'a str, Range<usize>)>,
    /// Calls, operators and targets of `with` that a variable hides.
    pub(super) hidden: Vec<(&'a str, Range<usize>)>,
    frames: Vec<Frame<'a>>,
    /// The scope around each.
    around: Vec<Option<usize>>,
    /// Names that nothing had declared where they stand, with their scopes.
    undeclared: Vec<(&'a str, usize)>,
}

#[derive(Debug, Default)]
struct Frame<'a> {
    scope: usize,
    declared: BTreeMap<&'a str, (usize, How)>,
    used: BTreeMap<&'a str, Range<usize>>,
}

impl<'a> Scopes<'a> {
    /// The variables of a rule.
    pub(super) fn of(rule: &'a Rule) -> Self {
        let mut scopes = Self::default();
        let Rule::Spec { head, bodies, .. } = rule else {
            return scopes;
        };
        scopes.enter();
        let mut seen = BTreeSet::new();
        for argument in arguments(rule).into_iter().flatten() {
            scopes.pattern(argument, How::Argument, &mut seen);
        }
        let values = |scopes: &mut Self, head: &'a RuleHead| {
            for value in head_values(head) {
                scopes.expression(value);
            }
        };
        if bodies.is_empty() {
            scopes.enter();
            values(&mut scopes, head);
            scopes.frames.pop();
        }
        for (index, body) in bodies.iter().enumerate() {
            scopes.enter();
            scopes.statements(&body.query);
            if let Some(assign) = &body.assign {
                scopes.expression(&assign.value);
            }
            if index == 0 || !body.is_else {
                values(&mut scopes, head);
            }
            scopes.frames.pop();
        }
        scopes
    }

    /// Which variables stand in a scope within another, or around it, in which
    /// the same name is something else.
    pub(super) fn nested(&self) -> Vec<bool> {
        let mut declared: BTreeSet<(&str, usize)> = BTreeSet::new();
        declared.extend(self.variables.iter().map(|one| (one.name, one.scope)));
        let above = |scope: usize| {
            std::iter::successors(Some(scope), |scope| {
                self.around.get(*scope).copied().flatten()
            })
            .skip(1)
        };
        let is_declared = |name: &'a str, scope: usize| declared.contains(&(name, scope));
        let free: BTreeSet<(&str, usize)> = self.undeclared.iter().copied().collect();
        let mut around: BTreeSet<(&str, usize)> = BTreeSet::new();
        for (name, scope) in &self.undeclared {
            let scopes = above(*scope).filter(|scope| is_declared(name, *scope));
            around.extend(scopes.map(|scope| (*name, scope)));
        }
        let one = |variable: &Variable<'a>| {
            around.contains(&(variable.name, variable.scope))
                || above(variable.scope).any(|scope| {
                    is_declared(variable.name, scope) || free.contains(&(variable.name, scope))
                })
        };
        self.variables.iter().map(one).collect()
    }

    fn enter(&mut self) {
        let scope = self.around.len();
        self.around
            .push(self.frames.last().map(|frame| frame.scope));
        self.frames.push(Frame {
            scope,
            ..Frame::default()
        });
    }

    fn query(&mut self, query: &'a Query, then: &[&'a Expr]) {
        self.enter();
        self.statements(query);
        for expr in then {
            self.expression(expr);
        }
        self.frames.pop();
    }

    fn statements(&mut self, query: &'a Query) {
        for statement in &query.stmts {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a LiteralStmt) {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => {
                for var in vars {
                    self.declare(var, How::Some);
                }
            }
            Literal::SomeIn {
                key,
                value,
                collection,
                ..
            } => {
                let names: BTreeSet<&str> = key
                    .iter()
                    .chain([value])
                    .flat_map(|part| visit::variables(part))
                    .collect();
                let stood = self.stand(&names);
                let before = self.undeclared.len();
                self.expression(collection);
                self.within(&names, before, statement);
                for (found, before) in self.stand(&names).into_iter().zip(stood) {
                    self.over(found, before);
                }
                self.thrice(&names, statement, collection);
                let mut seen = BTreeSet::new();
                for part in key.iter().chain([value]) {
                    self.pattern(part, How::Member, &mut seen);
                }
                self.calls(collection);
            }
            Literal::Every {
                key,
                value,
                domain,
                query,
                ..
            } => {
                self.expression(domain);
                self.enter();
                for var in key.iter().chain([value]) {
                    self.declare(var, How::Every);
                }
                self.calls(domain);
                self.statements(query);
                self.frames.pop();
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => match expr.as_ref() {
                Expr::AssignExpr {
                    op: AssignOp::ColEq,
                    lhs,
                    rhs,
                    ..
                } => {
                    self.expression(rhs);
                    self.pattern(lhs, How::Assigned, &mut BTreeSet::new());
                }
                other => self.expression(other),
            },
        }
        for modifier in &statement.with_mods {
            if let Expr::Var { span, .. } = Chain::of(&modifier.refr).root {
                let is_hidden = |frame: &Frame<'a>| frame.declared.contains_key(span.text());
                if self.frames.iter().any(is_hidden) {
                    self.hidden.push((span.text(), range(span)));
                }
            }
            self.expression(&modifier.r#as);
        }
    }

    /// The variable that a name is.
    fn declared(&self, name: &str) -> Option<usize> {
        let mut frames = self.frames.iter().rev();
        frames.find_map(|frame| Some(frame.declared.get(name)?.0))
    }

    /// Declares what a pattern binds; what else stands in it is used.
    fn pattern(&mut self, pattern: &'a Expr, how: How, seen: &mut BTreeSet<&'a str>) {
        match pattern {
            Expr::Var { span, .. } if span.text() == "_" => {}
            Expr::Var { span, .. } => {
                if how != How::Assigned && !seen.insert(span.text()) {
                    self.repeated.push((span.text(), range(span)));
                    self.use_of(span);
                    return;
                }
                self.declare(span, how);
            }
            Expr::Array { items, .. } => {
                for item in items {
                    self.pattern(item, how, seen);
                }
            }
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    self.expression(key);
                    self.pattern(value, how, seen);
                }
            }
            other => self.expression(other),
        }
    }

    fn declare(&mut self, span: &'a Span, how: How) {
        let (name, at) = (span.text(), range(span));
        if name == "_" {
            return;
        }
        let before = self.frames.last().and_then(|frame| {
            let declared = frame.declared.get(name).map(|(index, how)| (*index, *how));
            let argument = || {
                let [arguments, _] = self.frames.as_slice() else {
                    return None;
                };
                let (index, how) = arguments.declared.get(name)?;
                Some((*index, *how))
            };
            let place = |(index, how): (usize, How)| {
                let first = self.variables.get(index)?.places.first()?;
                Some((first.clone(), Some(how)))
            };
            declared
                .or_else(argument)
                .and_then(place)
                .or_else(|| Some((frame.used.get(name)?.clone(), None)))
        });
        if let Some((before, how)) = before {
            self.clashes.push(Clash {
                name,
                at: at.clone(),
                before,
                how,
            });
        }
        let index = self.variables.len();
        self.variables.push(Variable {
            name,
            how,
            places: vec![at],
            scope: self.frames.last().map_or(0, |frame| frame.scope),
        });
        if let Some(frame) = self.frames.last_mut() {
            frame.declared.insert(name, (index, how));
        }
    }

    fn use_of(&mut self, span: &'a Span) {
        let name = span.text();
        let found = self.declared(name);
        match found.and_then(|index| self.variables.get_mut(index)) {
            Some(variable) => variable.places.push(range(span)),
            None => {
                if let Some(frame) = self.frames.last_mut() {
                    self.undeclared.push((name, frame.scope));
                    frame.used.entry(name).or_insert_with(|| range(span));
                }
            }
        }
    }

    /// A function by the name that its call begins with.
    fn function(&mut self, name: &'a str, at: Range<usize>) {
        let is_hidden = |frame: &Frame<'a>| frame.declared.contains_key(name);
        if self.frames.iter().any(is_hidden) {
            self.hidden.push((name, at));
        } else if let Some(frame) = self.frames.last_mut() {
            frame.used.entry(name).or_insert(at);
        }
    }

    /// The functions that a collection calls: OPA looks for them after the
    /// variables that its members are given to.
    fn calls(&mut self, collection: &'a Expr) {
        visit::expression(collection, &mut |node| {
            if let Node::Expr(expr) = node
                && let Some((name, at)) = function(expr)
            {
                self.function(name, at);
            }
        });
    }

    fn expression(&mut self, expr: &'a Expr) {
        if let Some((name, at)) = function(expr) {
            self.function(name, at);
        }
        match expr {
            Expr::Var { span, .. } => self.use_of(span),
            Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                let chain = Chain::of(expr);
                self.expression(chain.root);
                for part in chain.parts {
                    if let Part::Index(index) = part {
                        self.expression(index);
                    }
                }
            }
            Expr::Array { items, .. } | Expr::Set { items, .. } => self.each(items),
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    self.expression(key);
                    self.expression(value);
                }
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.query(query, &[term]);
            }
            Expr::ObjectCompr {
                key, value, query, ..
            } => self.query(query, &[key, value]),
            Expr::Call { fcn, params, .. } => {
                for part in Chain::of(fcn).parts {
                    if let Part::Index(index) = part {
                        self.expression(index);
                    }
                }
                self.each(params);
            }
            Expr::UnaryExpr { expr, .. } => self.expression(expr),
            Expr::BinExpr { lhs, rhs, .. }
            | Expr::BoolExpr { lhs, rhs, .. }
            | Expr::ArithExpr { lhs, rhs, .. }
            | Expr::AssignExpr { lhs, rhs, .. } => {
                self.expression(lhs);
                self.expression(rhs);
            }
            Expr::Membership {
                key,
                value,
                collection,
                ..
            } => {
                for part in key.iter().chain([value, collection]) {
                    self.expression(part);
                }
            }
            _ => {}
        }
    }

    fn each(&mut self, exprs: &'a [regorus::unstable::Ref<Expr>]) {
        for expr in exprs {
            self.expression(expr);
        }
    }
}

/// What an expression calls, by the name that it begins with: operators are
/// calls to OPA, and hidden as others are.
pub(super) fn function(expr: &Expr) -> Option<(&str, Range<usize>)> {
    if let Expr::Call { fcn, .. } = expr {
        let chain = Chain::of(fcn);
        return Some((chain.root_name()?, range(chain.root.span())));
    }
    let (name, _) = visit::operator(expr)?;
    Some((name.split('.').next()?, range(expr.span())))
}
