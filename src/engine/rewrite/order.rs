//! Statements in the order in which OPA evaluates them: each behind what gives its
//! variables their values (`reorderBodyForSafety` in OPA's `ast/compile.go`).
//! regorus has an order of its own, in which a `not` or a closure looks for values
//! that a later statement gives, and a name of another's value may have none.

use std::collections::BTreeSet;
use std::ops::Range;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt};

use super::Pass;
use super::edit::{Edit, Piece};
use super::scopes::{self, Scope};
use crate::engine::visit::{self, Chain, Node, Part, range, with_quotes};

type Names<'a> = BTreeSet<&'a str>;

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut moves = Vec::new();
    for rule in &pass.tree.policy {
        scopes::each(rule, &mut |scope| moves.extend(moved(pass, scope)));
    }
    let outermost = |(at, _): &&(Range<usize>, Range<usize>)| {
        !moves
            .iter()
            .any(|(other, _)| holds(other, at) && other != at)
    };
    let mut edits: Vec<Edit> = moves
        .iter()
        .filter(outermost)
        .map(|(at, from)| Edit {
            at: at.clone(),
            with: pieces(from, &moves),
        })
        .collect();
    edits.sort_by_key(|edit| edit.at.start);
    edits
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// A part of the text, with the moves inside it made.
fn pieces(part: &Range<usize>, moves: &[(Range<usize>, Range<usize>)]) -> Vec<Piece> {
    let mut inside: Vec<_> = moves
        .iter()
        .filter(|(at, _)| holds(part, at) && at != part)
        .collect();
    inside.sort_by_key(|(at, _)| (at.start, std::cmp::Reverse(at.end)));
    let (mut all, mut done) = (Vec::new(), part.start);
    for (at, from) in inside {
        if at.start < done {
            continue;
        }
        all.push(Piece::Old(done..at.start));
        all.extend(pieces(from, moves));
        done = at.end;
    }
    all.push(Piece::Old(done..part.end));
    all
}

/// For each place in a query that gets another statement: the place, and where that
/// statement stands.
fn moved(pass: &Pass<'_>, scope: &Scope<'_, '_>) -> Vec<(Range<usize>, Range<usize>)> {
    let mut query = Order {
        own: scope.own.iter().copied().collect(),
        declared: Vec::new(),
        undeclared: Names::new(),
        bound: Names::new(),
    };
    query.own.retain(|name| pass.is_variable(name));
    query.declared = scope.query.stmts.iter().map(declares).collect();
    query.undeclared = query.declared.iter().flatten().copied().collect();
    let Some(order) = query.of(&scope.query.stmts) else {
        return Vec::new();
    };
    let places: Vec<Range<usize>> = scope
        .query
        .stmts
        .iter()
        .map(|statement| with_quotes(range(&statement.span), pass.text))
        .collect();
    let from = order.iter().filter_map(|at| places.get(*at));
    places
        .iter()
        .zip(from)
        .filter(|(at, from)| at != from)
        .map(|(at, from)| (at.clone(), from.clone()))
        .collect()
}

/// The variables of a query, and those that have a value so far.
struct Order<'a> {
    own: Names<'a>,
    /// What each statement declares.
    declared: Vec<Names<'a>>,
    /// What none has declared so far.
    undeclared: Names<'a>,
    bound: Names<'a>,
}

impl<'a> Order<'a> {
    /// The order of statements; `None` where some variable gets no value.
    fn of(&mut self, statements: &'a [LiteralStmt]) -> Option<Vec<usize>> {
        let mut order = Vec::new();
        let mut waiting: Vec<usize> = (0..statements.len()).collect();
        while !waiting.is_empty() {
            let before = order.len();
            waiting.retain(|at| {
                let statement = statements.get(*at);
                let given = statement.and_then(|statement| self.given(*at, statement));
                let waits = given.is_none();
                if let Some(given) = given {
                    self.bound.extend(given);
                    for name in self.declared.get(*at).into_iter().flatten() {
                        self.undeclared.remove(name);
                    }
                    order.push(*at);
                }
                waits
            });
            if order.len() == before {
                return None;
            }
        }
        Some(order)
    }

    /// The variables to which a statement gives a value, if those that it needs
    /// have one.
    fn given(&self, at: usize, statement: &'a LiteralStmt) -> Option<Names<'a>> {
        let mut uses = Uses::default();
        for modifier in &statement.with_mods {
            uses.operand(&modifier.r#as);
        }
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn {
                key,
                value,
                collection,
                ..
            } => {
                uses.read(collection);
                for member in key.iter().chain([value]) {
                    uses.pattern(member);
                }
            }
            Literal::Expr { expr, .. } => self.expression(expr, &mut uses),
            Literal::NotExpr { expr, .. } => {
                uses.needed.extend(visit::variables(expr));
            }
            Literal::Every { domain, query, .. } => {
                uses.read(domain);
                visit::query(query, &mut |node| {
                    if let Node::Expr(expr) = node {
                        uses.inner.extend(Chain::of(expr).root_name());
                    }
                });
            }
        }
        // What a closure names and a later statement declares is another variable.
        uses.inner.retain(|name| {
            let mut later = self.declared.iter().skip(at.saturating_add(1));
            !later.any(|names| names.contains(name))
        });
        let has_value = |name: &&'a str| {
            !self.own.contains(name) || self.bound.contains(name) || uses.given.contains(name)
        };
        // regorus wants a declaration before everything that names the variable.
        let own = self.declared.get(at);
        let is_declared = |name: &&'a str| {
            own.is_some_and(|own| own.contains(name)) || !self.undeclared.contains(name)
        };
        let mut needed = uses.needed.iter().chain(&uses.inner);
        let is_ready = needed.all(has_value) && uses.given.iter().all(is_declared);
        is_ready.then_some(uses.given)
    }

    fn expression(&self, expr: &'a Expr, uses: &mut Uses<'a>) {
        let Expr::AssignExpr { op, lhs, rhs, .. } = expr else {
            uses.read(expr);
            return;
        };
        if let AssignOp::ColEq = op {
            uses.operand(rhs);
            uses.pattern(lhs);
            return;
        }
        self.unified(lhs, rhs, uses);
    }

    /// What is held to each other: a side whose variables have values gives those of
    /// the other theirs.
    fn unified(&self, one: &'a Expr, other: &'a Expr, uses: &mut Uses<'a>) {
        if let (Expr::Array { items: left, .. }, Expr::Array { items: right, .. }) = (one, other)
            && left.len() == right.len()
        {
            for (left, right) in left.iter().zip(right) {
                self.unified(left, right, uses);
            }
            return;
        }
        let has_values = |side: &'a Expr| {
            let mut all = Uses::default();
            all.pattern(side);
            all.given
                .iter()
                .all(|name| !self.own.contains(name) || self.bound.contains(name))
        };
        match (is_pattern(one), is_pattern(other)) {
            (true, true) if has_values(one) => uses.pattern(other),
            (true, true) if has_values(other) => uses.pattern(one),
            (true, true) => {
                uses.operand(one);
                uses.operand(other);
            }
            _ => {
                for side in [one, other] {
                    match is_pattern(side) {
                        true => uses.pattern(side),
                        false => uses.operand(side),
                    }
                }
            }
        }
    }
}

fn is_pattern(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Var { .. } | Expr::Array { .. } | Expr::Object { .. }
    )
}

/// The names that a statement declares.
fn declares(statement: &LiteralStmt) -> Names<'_> {
    let mut names = Names::new();
    match &statement.literal {
        Literal::SomeVars { vars, .. } => names.extend(vars.iter().map(|var| var.text())),
        Literal::SomeIn { key, value, .. } => {
            for member in key.iter().chain([value]) {
                visit::pattern(member, &mut names);
            }
        }
        Literal::Expr { expr, .. } => {
            if let Expr::AssignExpr {
                op: AssignOp::ColEq,
                lhs,
                ..
            } = expr.as_ref()
            {
                visit::pattern(lhs, &mut names);
            }
        }
        Literal::NotExpr { .. } | Literal::Every { .. } => {}
    }
    names
}

/// How a statement uses variables.
#[derive(Default)]
struct Uses<'a> {
    /// Those that must have a value.
    needed: Names<'a>,
    /// The same, within closures.
    inner: Names<'a>,
    /// Those that get one.
    given: Names<'a>,
}

impl<'a> Uses<'a> {
    /// What is computed with: a variable by itself must have a value.
    fn operand(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Var { span, .. } => {
                self.needed.insert(span.text());
            }
            _ => self.read(expr),
        }
    }

    /// What a pattern gives a value, and what it compares.
    fn pattern(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Var { span, .. } => {
                self.given.insert(span.text());
            }
            Expr::Array { items, .. } => items.iter().for_each(|item| self.pattern(item)),
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    self.operand(key);
                    self.pattern(value);
                }
            }
            _ => self.read(expr),
        }
    }

    fn read(&mut self, expr: &'a Expr) {
        match expr {
            Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                let chain = Chain::of(expr);
                self.operand(chain.root);
                for part in chain.parts {
                    if let Part::Index(index) = part {
                        self.pattern(index);
                    }
                }
            }
            Expr::Call { fcn, params, .. } => {
                let is_walk = Chain::of(fcn).dotted().as_deref() == Some("walk");
                for (at, param) in params.iter().enumerate() {
                    match is_walk && at == 1 {
                        true => self.pattern(param),
                        false => self.operand(param),
                    }
                }
            }
            Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. } => {
                self.inner.extend(visit::variables(expr));
            }
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                items.iter().for_each(|item| self.operand(item));
            }
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    self.operand(key);
                    self.operand(value);
                }
            }
            Expr::UnaryExpr { expr, .. } => self.operand(expr),
            Expr::BinExpr { lhs, rhs, .. }
            | Expr::BoolExpr { lhs, rhs, .. }
            | Expr::ArithExpr { lhs, rhs, .. }
            | Expr::AssignExpr { lhs, rhs, .. } => {
                self.operand(lhs);
                self.operand(rhs);
            }
            Expr::Membership {
                key,
                value,
                collection,
                ..
            } => {
                for one in key.iter().chain([value, collection]) {
                    self.operand(one);
                }
            }
            Expr::Var { span, .. } => {
                self.needed.insert(span.text());
            }
            _ => {}
        }
    }
}
