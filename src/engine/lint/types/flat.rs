//! Bodies as OPA's compiler has them when it looks at types: every call is a
//! statement of its own that gives a variable, every name is a variable of one
//! scope or a path.

use std::collections::BTreeMap;
use std::ops::Range;

use regorus::Value;
use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, LiteralStmt, Query, Ref};

use super::statement::{
    Comprehension, Does, Head, Kind, Reference, Statement, Term, Variable, constant,
    needs_evaluation,
};
use crate::engine::lint::names::{Meaning, Names, Unit};
use crate::engine::visit::{Chain, Part, extent, range, with_quotes};

mod calls;
mod lift;

/// Makes the statements of one rule.
pub(super) struct Flattening<'a, 'n> {
    names: &'n Names<'a>,
    unit: &'n Unit<'a>,
    text: &'n str,
    scopes: Vec<BTreeMap<&'a str, Variable>>,
    /// Names that nothing declares.
    free: BTreeMap<&'a str, Variable>,
    variables: usize,
    comprehensions: usize,
    is_of_other_input: bool,
    replaced: Vec<Vec<String>>,
}

impl<'a, 'n> Flattening<'a, 'n> {
    pub(super) fn new(names: &'n Names<'a>, unit: &'n Unit<'a>) -> Self {
        Self {
            names,
            unit,
            text: &unit.module.file.text,
            scopes: vec![BTreeMap::new()],
            free: BTreeMap::new(),
            variables: 0,
            comprehensions: 0,
            is_of_other_input: false,
            replaced: Vec::new(),
        }
    }

    fn fresh(&mut self) -> Variable {
        self.variables = self.variables.saturating_add(1);
        self.variables
    }

    fn declare(&mut self, name: &'a str) -> Variable {
        let variable = self.fresh();
        if name != "_"
            && let Some(scope) = self.scopes.last_mut()
        {
            scope.insert(name, variable);
        }
        variable
    }

    fn local(&self, name: &str) -> Option<Variable> {
        let mut scopes = self.scopes.iter().rev();
        scopes.find_map(|scope| scope.get(name)).copied()
    }

    fn free(&mut self, name: &'a str) -> Variable {
        if name == "_" {
            return self.fresh();
        }
        match self.free.get(name) {
            Some(variable) => *variable,
            None => {
                let variable = self.fresh();
                self.free.insert(name, variable);
                variable
            }
        }
    }

    fn extent(&self, expr: &Expr) -> Range<usize> {
        extent(expr, self.text)
    }

    /// A pattern that declares its names.
    pub(super) fn pattern(&mut self, expr: &'a Expr, out: &mut Vec<Statement>) -> Term {
        match expr {
            Expr::Var { span, .. } => Term::Variable(self.declare(span.text())),
            Expr::Array { items, .. } => {
                Term::Array(items.iter().map(|item| self.pattern(item, out)).collect())
            }
            Expr::Object { fields, .. } => {
                let field = |(_, key, value): &'a (_, Ref<Expr>, Ref<Expr>)| {
                    (self.key(key, out), self.pattern(value, out))
                };
                Term::Object(fields.iter().map(field).collect())
            }
            other => self.term(other, out),
        }
    }

    /// A body, in a scope that stays open for what is written beside it.
    pub(super) fn body(&mut self, query: &'a Query, out: &mut Vec<Statement>) {
        for statement in &query.stmts {
            self.literal(statement, out);
        }
    }

    /// Opens a scope, or closes it.
    pub(super) fn open(&mut self) {
        self.scopes.push(BTreeMap::new());
    }

    pub(super) fn close(&mut self) {
        self.scopes.pop();
    }

    fn literal(&mut self, statement: &'a LiteralStmt, out: &mut Vec<Statement>) {
        let is_input = |modifier: &regorus::unstable::WithModifier| {
            Chain::of(&modifier.refr).root_name() == Some("input")
        };
        for modifier in &statement.with_mods {
            self.term(&modifier.r#as, out);
        }
        let before = (self.is_of_other_input, self.replaced.len());
        self.is_of_other_input |= statement.with_mods.iter().any(is_input);
        for modifier in &statement.with_mods {
            let target = Chain::of(&modifier.refr);
            let meaning = self.names.meaning(self.unit, &[].into(), &target);
            if let Meaning::Data(path) = meaning {
                self.replaced.push(path);
            }
        }
        let at = with_quotes(range(&statement.span), self.text);
        match &statement.literal {
            Literal::SomeVars { vars, .. } => {
                for var in vars {
                    self.declare(var.text());
                }
            }
            Literal::SomeIn {
                key,
                value,
                collection,
                ..
            } => {
                let over = self.term(collection, out);
                let key = match key {
                    Some(key) => self.pattern(key, out),
                    None => Term::Variable(self.fresh()),
                };
                let value = self.pattern(value, out);
                let at_collection = self.extent(collection);
                let mut reference = self.reference(over, at_collection, out);
                reference.parts.push(key);
                let does = Does::Equal(value, Term::Reference(reference));
                self.push(does, at, out);
            }
            Literal::Expr { expr, .. } => self.condition(expr, out),
            Literal::NotExpr { expr, .. } => {
                self.condition(expr, out);
                if let Some(last) = out.last_mut() {
                    last.is_negated = true;
                }
            }
            Literal::Every {
                key,
                value,
                domain,
                query,
                ..
            } => {
                let over = self.fresh();
                let of = self.term(domain, out);
                let does = Does::Equal(Term::Variable(over), of);
                let at_domain = self.extent(domain);
                self.push(does, at_domain, out);
                self.open();
                let binds = key.iter().chain([value]);
                let binds = binds.map(|var| self.declare(var.text())).collect();
                let mut body = Vec::new();
                self.body(query, &mut body);
                self.close();
                self.push(Does::Every { over, binds, body }, at, out);
            }
        }
        self.is_of_other_input = before.0;
        self.replaced.truncate(before.1);
    }

    /// An expression that is a statement.
    fn condition(&mut self, expr: &'a Expr, out: &mut Vec<Statement>) {
        let at = self.extent(expr);
        let does = match expr {
            Expr::UnaryExpr { expr, .. } if calls::is_whole(expr) => {
                return self.condition(expr, out);
            }
            Expr::AssignExpr { op, lhs, rhs, .. } => match op {
                AssignOp::ColEq => {
                    let value = self.term(rhs, out);
                    Does::Assign(self.pattern(lhs, out), value)
                }
                AssignOp::Eq => Does::Equal(self.term(lhs, out), self.term(rhs, out)),
            },
            Expr::BoolExpr {
                op: BoolOp::Eq,
                lhs,
                rhs,
                ..
            } => Does::Compare(self.term(lhs, out), self.term(rhs, out)),
            other => match self.call(other, out) {
                Some(call) => Does::Call(call),
                None => Does::Hold(self.term(other, out)),
            },
        };
        self.push(does, at, out);
    }

    /// What an expression is once its calls stand before it.
    pub(super) fn term(&mut self, expr: &'a Expr, out: &mut Vec<Statement>) -> Term {
        match expr {
            Expr::String { value, .. }
            | Expr::RawString { value, .. }
            | Expr::Number { value, .. }
            | Expr::Bool { value, .. }
            | Expr::Null { value, .. } => Term::Scalar(value.clone()),
            // The parser puts the sign of what begins an expression before all of it;
            // what has no sign is refused elsewhere.
            Expr::UnaryExpr { expr, .. } if calls::is_whole(expr) => self.term(expr, out),
            Expr::UnaryExpr { expr, .. } if calls::is_written(expr) => Term::Scalar(Value::from(0)),
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.path(expr, out),
            Expr::Array { items, .. } => {
                Term::Array(items.iter().map(|item| self.term(item, out)).collect())
            }
            Expr::Set { items, .. } => {
                Term::Set(items.iter().map(|item| self.term(item, out)).collect())
            }
            Expr::Object { fields, .. } => {
                let field = |(_, key, value): &'a (_, Ref<Expr>, Ref<Expr>)| {
                    (self.key(key, out), self.term(value, out))
                };
                Term::Object(fields.iter().map(field).collect())
            }
            Expr::ArrayCompr { term, query, .. } => {
                self.comprehension(query, |own, body| Kind::Array(own.variable(term, body)))
            }
            Expr::SetCompr { term, query, .. } => {
                self.comprehension(query, |own, body| Kind::Set(own.variable(term, body)))
            }
            Expr::ObjectCompr {
                key, value, query, ..
            } => self.comprehension(query, |own, body| {
                Kind::Object(own.variable(key, body), own.variable(value, body))
            }),
            other => {
                let gives = self.fresh();
                if let Some(mut call) = self.call(other, out) {
                    let at = self.extent(other);
                    call.given.push((Term::Variable(gives), at.clone()));
                    self.push(Does::Call(call), at, out);
                }
                Term::Variable(gives)
            }
        }
    }

    /// The same, as a variable where it has to be evaluated.
    pub(super) fn variable(&mut self, expr: &'a Expr, out: &mut Vec<Statement>) -> Term {
        let term = self.term(expr, out);
        match needs_evaluation(&term) {
            false => term,
            true => {
                let gives = Term::Variable(self.fresh());
                let at = self.extent(expr);
                self.push(Does::Equal(gives.clone(), term), at, out);
                gives
            }
        }
    }

    /// The key of an object, as a value where it is written out.
    fn key(&mut self, expr: &'a Expr, out: &mut Vec<Statement>) -> Term {
        let term = self.term(expr, out);
        match constant(&term) {
            Some(value) => Term::Scalar(value),
            None => term,
        }
    }

    fn comprehension(
        &mut self,
        query: &'a Query,
        then: impl FnOnce(&mut Self, &mut Vec<Statement>) -> Kind,
    ) -> Term {
        self.comprehensions = self.comprehensions.saturating_add(1);
        let id = self.comprehensions;
        let mut body = Vec::new();
        self.open();
        self.body(query, &mut body);
        let kind = then(self, &mut body);
        self.close();
        Term::Comprehension(Box::new(Comprehension { id, kind, body }))
    }

    /// Something as the head of a path.
    fn reference(&mut self, term: Term, at: Range<usize>, out: &mut Vec<Statement>) -> Reference {
        let head = match term {
            Term::Reference(reference) => return reference,
            Term::Variable(variable) => Head::Variable(variable),
            other => {
                let variable = self.fresh();
                let does = Does::Equal(Term::Variable(variable), other);
                self.push(does, at.clone(), out);
                Head::Variable(variable)
            }
        };
        Reference {
            head,
            parts: Vec::new(),
            at,
        }
    }

    fn path(&mut self, expr: &'a Expr, out: &mut Vec<Statement>) -> Term {
        let chain = Chain::of(expr);
        let at = self.extent(expr);
        let texts = |keys: &[String]| -> Vec<Term> {
            let scalar = |key: &String| Term::Scalar(Value::from(key.as_str()));
            keys.iter().map(scalar).collect()
        };
        let local = chain.root_name().and_then(|name| self.local(name));
        let (mut reference, skip) = match local {
            Some(variable) => (self.reference(Term::Variable(variable), at, out), 0),
            None => match self.names.meaning(self.unit, &[].into(), &chain) {
                Meaning::Data(path) => {
                    let parts = texts(path.get(1..).unwrap_or_default());
                    let head = Head::Data;
                    (Reference { head, parts, at }, chain.static_keys().len())
                }
                Meaning::Input => {
                    let imports = &self.unit.imports;
                    let imported = chain.root_name().and_then(|name| imports.get(name));
                    let parts = imported.and_then(|(path, _)| path.get(1..));
                    let parts = texts(parts.unwrap_or_default());
                    let head = Head::Input;
                    (Reference { head, parts, at }, 0)
                }
                Meaning::Nothing(_) | Meaning::Local => {
                    let root = match chain.root {
                        Expr::Var { span, .. } => Term::Variable(self.free(span.text())),
                        other => self.term(other, out),
                    };
                    (self.reference(root, at, out), 0)
                }
            },
        };
        for part in chain.parts.into_iter().skip(skip) {
            reference.parts.push(match part {
                Part::Key(key, _) => Term::Scalar(Value::from(key)),
                Part::Index(index) => self.term(index, out),
            });
        }
        match reference {
            Reference {
                head: Head::Variable(variable),
                parts,
                ..
            } if parts.is_empty() => Term::Variable(variable),
            reference => Term::Reference(reference),
        }
    }
}
