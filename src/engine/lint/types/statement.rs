//! Statements as types are told of them: what OPA's compiler makes of a body.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regorus::Value;

/// A variable of a rule.
pub(super) type Variable = usize;

/// What a statement is made of.
#[derive(Debug, Clone)]
pub(super) enum Term {
    Scalar(Value),
    Variable(Variable),
    Reference(Reference),
    Array(Vec<Self>),
    Object(Vec<(Self, Self)>),
    Set(Vec<Self>),
    Comprehension(Box<Comprehension>),
}

/// A path, and where it is written.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) head: Head,
    pub(super) parts: Vec<Term>,
    pub(super) at: Range<usize>,
}

#[derive(Debug, Clone)]
pub(super) enum Head {
    Input,
    Data,
    Variable(Variable),
}

#[derive(Debug, Clone)]
pub(super) struct Comprehension {
    /// One of its own in the rule.
    pub(super) id: usize,
    pub(super) kind: Kind,
    pub(super) body: Vec<Statement>,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Array(Term),
    Set(Term),
    Object(Term, Term),
}

#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) does: Does,
    pub(super) is_negated: bool,
    /// Whether a `with` puts something else in the input's place.
    pub(super) is_of_other_input: bool,
    /// The paths of rules and data in whose place one puts something else.
    pub(super) replaced: Vec<Vec<String>>,
    pub(super) at: Range<usize>,
}

#[derive(Debug, Clone)]
pub(super) enum Does {
    Hold(Term),
    /// `=`, which gives variables of both sides their values.
    Equal(Term, Term),
    /// `:=`, which gives them to those of the first.
    Assign(Term, Term),
    /// `==`, which gives none.
    Compare(Term, Term),
    Call(Call),
    Every {
        over: Variable,
        /// Its key and value.
        binds: Vec<Variable>,
        body: Vec<Statement>,
    },
}

#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) callee: Callee,
    /// How many of what it is given it reads.
    pub(super) inputs: usize,
    /// The arguments, and the variable or pattern of the value as the last where
    /// it is taken.
    pub(super) given: Vec<(Term, Range<usize>)>,
}

#[derive(Debug, Clone)]
pub(super) enum Callee {
    Builtin(String),
    Function(Vec<String>),
}

/// Whether a path or a comprehension is in it.
pub(super) fn needs_evaluation(term: &Term) -> bool {
    match term {
        Term::Scalar(_) | Term::Variable(_) => false,
        Term::Reference(_) | Term::Comprehension(_) => true,
        Term::Array(items) | Term::Set(items) => items.iter().any(needs_evaluation),
        Term::Object(fields) => {
            let mut parts = fields.iter().flat_map(|(key, value)| [key, value]);
            parts.any(needs_evaluation)
        }
    }
}

/// The value of what is written out.
pub(super) fn constant(term: &Term) -> Option<Value> {
    match term {
        Term::Scalar(value) => Some(value.clone()),
        Term::Array(items) => {
            let items: Option<Vec<Value>> = items.iter().map(constant).collect();
            items.map(Value::from)
        }
        Term::Set(items) => {
            let items: Option<BTreeSet<Value>> = items.iter().map(constant).collect();
            items.map(Value::from)
        }
        Term::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(key, value)| Some((constant(key)?, constant(value)?)));
            let fields: Option<BTreeMap<Value, Value>> = fields.collect();
            fields.map(Value::from)
        }
        Term::Variable(_) | Term::Reference(_) | Term::Comprehension(_) => None,
    }
}
