//! Statements held to types, one after the other.

use std::ops::Range;

use super::declared::{BUILTINS, Signature};
use super::environment::{Environment, Found};
use super::order::{Ordered, Variables, ordered, terms, variables, within};
use super::statement::{
    Call, Callee, Comprehension, Does, Head, Kind, Reference, Statement, Term, Variable,
};
use crate::engine::lint::kind::Type;

/// What OPA would call a type error.
#[derive(Debug)]
pub(super) enum Mismatch {
    /// Two sides that can't be equal.
    Equal {
        at: Range<usize>,
        one: Type,
        other: Type,
    },
    /// A variable that nothing gives a value, in a statement or beside a body.
    Unsafe { at: Option<Range<usize>> },
    /// Two sides that can't be, and are asked not to be.
    Unequal {
        at: Range<usize>,
        one: Type,
        other: Type,
    },
    /// An argument of a type that the function doesn't take.
    Argument {
        at: Range<usize>,
        callee: String,
        takes: Type,
        gets: Type,
    },
    /// A path through what has no keys.
    NoKeys { at: Range<usize>, of: Type },
    /// A path by a key that isn't there.
    NoKey {
        at: Range<usize>,
        key: String,
        of: Type,
    },
}

/// How deep comprehensions lie within each other for those inside to be looked at
/// again: it takes twice the time for each one more.
const DEPTH: usize = 8;

/// One rule as it is looked at.
pub(super) struct Checking<'t> {
    pub(super) environment: Environment<'t>,
    pub(super) found: Vec<Mismatch>,
    /// The variables that have a value, a set for each closure that is looked at: the
    /// arguments first.
    safe: Vec<Variables>,
}

impl<'t> Checking<'t> {
    pub(super) fn new(environment: Environment<'t>, arguments: &[Term]) -> Self {
        let mut all = Variables::new();
        for argument in arguments {
            variables(argument, &mut all);
        }
        Self {
            environment,
            found: Vec::new(),
            safe: vec![all],
        }
    }

    /// Looks at a body, and at what is computed beside it; whether nothing is wrong
    /// in it.
    pub(super) fn body(&mut self, body: &[Statement], beside: &[&Term]) -> bool {
        let before = self.found.len();
        // Types are no matter where a variable has no value.
        let Some(statements) = self.enter(body, beside) else {
            return false;
        };
        for statement in statements {
            self.statement(statement);
        }
        self.safe.pop();
        let is_error = |one: &Mismatch| !matches!(one, Mismatch::Unequal { .. });
        !self.found.iter().skip(before).any(is_error)
    }

    /// The statements of a body in their order, after which its variables have
    /// values; complains where one has none.
    fn enter<'s>(&mut self, body: &'s [Statement], beside: &[&Term]) -> Option<Vec<&'s Statement>> {
        let is_outer = |variable| self.safe.iter().any(|safe| safe.contains(&variable));
        let Ordered {
            statements,
            left,
            safe,
        } = ordered(body, &is_outer);
        let mut named = Variables::new();
        beside.iter().for_each(|term| variables(term, &mut named));
        let mut named = named.into_iter();
        // The other statements wait for the same, or for the first.
        let at = match left
            .iter()
            .map(|statement| &statement.at)
            .min_by_key(|at| at.start)
        {
            Some(at) => Some(at.clone()),
            None if named.all(|one| safe.contains(&one) || is_outer(one)) => {
                self.safe.push(safe);
                return Some(statements);
            }
            None => None,
        };
        self.found.push(Mismatch::Unsafe { at });
        None
    }

    fn signature(&self, callee: &Callee) -> Option<&Signature> {
        match callee {
            Callee::Builtin(name) => BUILTINS.get(name),
            Callee::Function(path) => self.environment.functions.get(path),
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let input = self.environment.input;
        let replaced = statement.replaced.clone();
        let replaced = std::mem::replace(&mut self.environment.replaced, replaced);
        const ANYTHING: &Type = &Type::ANYTHING;
        if statement.is_of_other_input {
            self.environment.input = ANYTHING;
        }
        let before = self.found.len();
        terms(statement, &mut |term| self.closures(term));
        if let Does::Every { binds, body, .. } = &statement.does {
            self.every(binds, body);
        }
        terms(statement, &mut |term| self.references(term));
        // One complaint of a statement is enough: the rest follows from it.
        if self.found.len() == before {
            self.holds(statement);
        }
        if self.found.len() > before {
            self.give_up(statement);
        }
        self.environment.input = input;
        self.environment.replaced = replaced;
    }

    /// What a statement says of its own.
    fn holds(&mut self, statement: &Statement) {
        let at = || statement.at.clone();
        match &statement.does {
            Does::Hold(_) | Does::Every { .. } => {}
            Does::Equal(one, other) | Does::Assign(one, other) | Does::Compare(one, other) => {
                if self.environment.unify(one, other) {
                    return;
                }
                let (one, other) = (self.environment.of(one), self.environment.of(other));
                self.found.push(Mismatch::Equal {
                    at: at(),
                    one,
                    other,
                });
            }
            Does::Call(call) => self.call(call, at()),
        }
    }

    fn call(&mut self, call: &Call, at: Range<usize>) {
        let Some(signature) = self.signature(&call.callee).cloned() else {
            // Nothing is known of it: other lints say whether it is there.
            for (term, _) in &call.given {
                self.environment.takes(term, &Type::ANYTHING, true);
            }
            return;
        };
        let takes = signature.takes.iter().cloned().map(Some);
        let gives = std::iter::once(signature.gives);
        for ((term, at), of) in call.given.iter().zip(takes.chain(gives)) {
            let of = of.unwrap_or(Type::ANYTHING);
            if self.environment.takes(term, &of, false) {
                continue;
            }
            let gets = self.environment.of(term);
            let callee = match &call.callee {
                Callee::Builtin(name) => name.clone(),
                Callee::Function(path) => path.last().cloned().unwrap_or_default(),
            };
            self.found.push(Mismatch::Argument {
                at: at.clone(),
                callee,
                takes: of,
                gets,
            });
            return;
        }
        if let (Callee::Builtin(name), [(one, _), (other, _)]) =
            (&call.callee, call.given.as_slice())
            && name == "neq"
        {
            let is_open = self.environment.is_open(one) || self.environment.is_open(other);
            let (one, other) = (self.environment.of(one), self.environment.of(other));
            if is_open || one.meets(&other) {
                return;
            }
            self.found.push(Mismatch::Unequal { at, one, other });
        }
    }

    /// What has no type after a complaint may be anything.
    fn give_up(&mut self, statement: &Statement) {
        terms(statement, &mut |term| {
            self.environment.settled(term);
        });
    }

    /// Looks at the comprehensions in a term, which gives them types.
    fn closures(&mut self, term: &Term) {
        match term {
            Term::Comprehension(comprehension) => self.comprehension(comprehension),
            Term::Reference(reference) => {
                reference.parts.iter().for_each(|part| self.closures(part));
            }
            Term::Array(items) | Term::Set(items) => {
                items.iter().for_each(|item| self.closures(item));
            }
            Term::Object(fields) => {
                for (key, value) in fields {
                    self.closures(key);
                    self.closures(value);
                }
            }
            Term::Scalar(_) | Term::Variable(_) => {}
        }
    }

    fn comprehension(&mut self, comprehension: &Comprehension) {
        self.environment.open();
        let beside: Vec<&Term> = match &comprehension.kind {
            Kind::Array(term) | Kind::Set(term) => vec![term],
            Kind::Object(key, value) => vec![key, value],
        };
        let is_sound = self.body(&comprehension.body, &beside);
        let of = match is_sound {
            true => self.environment.given(&comprehension.kind),
            false => Type::ANYTHING,
        };
        self.environment.close();
        self.environment.comprehensions.insert(comprehension.id, of);
        if is_sound && self.safe.len() <= DEPTH {
            self.again(&comprehension.body);
        }
    }

    /// Looks at the comprehensions within another once more, where nothing is known of
    /// the variables between: `checkClosures` in OPA's `ast/check.go` goes on into
    /// what it has looked at.
    fn again(&mut self, body: &[Statement]) {
        let (mut inner, mut own) = (Vec::new(), Variables::new());
        within(body, &mut inner, &mut own);
        self.safe.push(own);
        for comprehension in inner {
            self.environment.open();
            let is_sound = self.body(&comprehension.body, &[]);
            self.environment.close();
            if is_sound {
                self.again(&comprehension.body);
            }
        }
        self.safe.pop();
    }

    /// OPA looks at the comprehensions in an `every`, then at the paths, and at no
    /// other types.
    fn every(&mut self, binds: &[Variable], body: &[Statement]) {
        self.safe.push(binds.iter().copied().collect());
        if let Some(statements) = self.enter(body, &[]) {
            for statement in &statements {
                terms(statement, &mut |term| self.closures(term));
                if let Does::Every { binds, body, .. } = &statement.does {
                    self.every(binds, body);
                }
            }
            for statement in statements {
                terms(statement, &mut |term| self.references(term));
            }
            self.safe.pop();
        }
        self.safe.pop();
    }

    /// Follows the paths in a term; what stands in their brackets gets the type
    /// of the keys there.
    fn references(&mut self, term: &Term) {
        match term {
            Term::Reference(reference) => {
                if let Some(mismatch) = self.reference(reference) {
                    self.found.push(mismatch);
                }
                reference
                    .parts
                    .iter()
                    .for_each(|part| self.references(part));
            }
            Term::Array(items) | Term::Set(items) => {
                items.iter().for_each(|item| self.references(item));
            }
            Term::Object(fields) => {
                for (key, value) in fields {
                    self.references(key);
                    self.references(value);
                }
            }
            Term::Scalar(_) | Term::Variable(_) | Term::Comprehension(_) => {}
        }
    }

    fn reference(&mut self, reference: &Reference) -> Option<Mismatch> {
        let parts = reference.parts.as_slice();
        let (of, done) = match reference.head {
            Head::Input => (self.environment.input.clone(), 0),
            Head::Variable(variable) => match self.environment.variable(variable) {
                Some(of) => (of.clone(), 0),
                None => {
                    self.environment.bind(variable, Type::ANYTHING);
                    (Type::ANYTHING, 0)
                }
            },
            Head::Data => match self.environment.find(parts) {
                Found::Rule(of, done) => (of, done),
                Found::Above(at) => {
                    let (key, rest) = parts.get(at..)?.split_first()?;
                    if !self.environment.takes(key, &Type::String, false) {
                        let key = self.environment.of(key);
                        return Some(Mismatch::NoKey {
                            at: reference.at.clone(),
                            key: key.to_string(),
                            of: Type::map(Type::String, Type::ANYTHING),
                        });
                    }
                    return self.follow(Type::ANYTHING, rest, &reference.at);
                }
                Found::Names(_) => return None,
                Found::Nothing => (Type::ANYTHING, 0),
            },
        };
        self.follow(of, parts.get(done..).unwrap_or_default(), &reference.at)
    }

    fn follow(&mut self, mut of: Type, parts: &[Term], at: &Range<usize>) -> Option<Mismatch> {
        for part in parts {
            let Some(keys) = of.keys() else {
                return Some(Mismatch::NoKeys { at: at.clone(), of });
            };
            let lacks = |key: String, of: &Type| {
                let (at, of) = (at.clone(), of.clone());
                Some(Mismatch::NoKey { at, key, of })
            };
            of = match part {
                Term::Scalar(key) => match of.under(key) {
                    Some(under) => under,
                    None => return lacks(format!("`{key}`"), &of),
                },
                part => {
                    if !self.environment.takes(part, &keys, false) {
                        let own = self.environment.of(part);
                        return lacks(own.to_string(), &of);
                    }
                    of.values()?
                }
            };
        }
        None
    }
}
