//! Statements in the order in which OPA evaluates them: each behind what gives its
//! variables their values (`reorderBodyForSafety` in OPA's `ast/compile.go`).
//! regorus has an order of its own, in which a `not` or a closure looks for values
//! that a later statement gives, and a name of another's value may have none.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt};

use super::Pass;
use super::edit::{Edit, Piece};
use super::scopes::{self, Scope};
use crate::engine::visit::{self, Chain, Part, range, with_quotes};

type Names<'a> = BTreeSet<&'a str>;

/// A place that gets another statement, and where that one stands.
type Move = (Range<usize>, Range<usize>);

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut moves = Vec::new();
    for rule in &pass.tree.policy {
        scopes::each(rule, &mut |scope| moves.extend(moved(pass, scope)));
    }
    moves.sort_by_key(|(at, _)| (at.start, Reverse(at.end)));
    outermost(&(0..pass.text.len()), &moves)
        .map(|(at, from)| Edit {
            at: at.clone(),
            with: pieces(from, &moves),
        })
        .collect()
}

/// The moves within a part of the text that lie in no other there, of all in their
/// order.
fn outermost<'m>(part: &Range<usize>, moves: &'m [Move]) -> impl Iterator<Item = &'m Move> {
    let first = moves.partition_point(|(at, _)| at.start < part.start);
    let last = moves.partition_point(|(at, _)| at.start < part.end);
    let inside = moves.get(first..last).unwrap_or_default().iter();
    let (part, mut done) = (part.clone(), part.start);
    inside.filter(move |(at, _)| {
        let is_outermost = *at != part && at.start >= done;
        if is_outermost {
            done = at.end;
        }
        is_outermost
    })
}

/// A part of the text, with the moves inside it made.
fn pieces(part: &Range<usize>, moves: &[Move]) -> Vec<Piece> {
    let (mut all, mut done) = (Vec::new(), part.start);
    for (at, from) in outermost(part, moves) {
        all.push(Piece::Old(done..at.start));
        all.extend(pieces(from, moves));
        done = at.end;
    }
    all.push(Piece::Old(done..part.end));
    all
}

/// The moves of a query's statements.
fn moved(pass: &Pass<'_>, scope: &Scope<'_, '_>) -> Vec<Move> {
    let own = scope.own.iter().copied();
    let declared: Vec<Names<'_>> = scope.query.stmts.iter().map(declares).collect();
    let mut query = Order {
        own: own.filter(|name| pass.is_variable(name)).collect(),
        undeclared: declared.iter().flatten().copied().collect(),
        declared,
        bound: Names::new(),
    };
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
            uses.read(&modifier.r#as);
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
                uses.inner.extend(visit::names_in(query));
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
            uses.read(rhs);
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
                uses.read(one);
                uses.read(other);
            }
            _ => {
                for side in [one, other] {
                    match is_pattern(side) {
                        true => uses.pattern(side),
                        false => uses.read(side),
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
    /// What a pattern gives a value, and what it compares.
    fn pattern(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Var { span, .. } => {
                self.given.insert(span.text());
            }
            Expr::Array { items, .. } => items.iter().for_each(|item| self.pattern(item)),
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    self.read(key);
                    self.pattern(value);
                }
            }
            _ => self.read(expr),
        }
    }

    /// What is computed with: a variable by itself must have a value.
    fn read(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Var { span, .. } => {
                self.needed.insert(span.text());
            }
            Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                let chain = Chain::of(expr);
                self.read(chain.root);
                for part in chain.parts {
                    if let Part::Index(index) = part {
                        self.pattern(index);
                    }
                }
            }
            Expr::Call { fcn, params, .. } if params.len() == 2 && is_walk(fcn) => {
                for (at, param) in params.iter().enumerate() {
                    match at {
                        1 => self.pattern(param),
                        _ => self.read(param),
                    }
                }
            }
            Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. } => {
                self.inner.extend(visit::variables(expr));
            }
            _ => {
                for part in visit::operands(expr) {
                    self.read(part);
                }
            }
        }
    }
}

fn is_walk(function: &Expr) -> bool {
    Chain::of(function).dotted().as_deref() == Some("walk")
}
