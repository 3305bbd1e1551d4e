//! What is known of names so far: of the variables of a rule, and of every rule
//! that comes before it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use std::sync::Arc;

use regorus::Value;

use super::declared::Signature;
use super::order::variables;
use super::statement::{Head, Kind, Reference, Term, Variable};
use crate::engine::lint::graph::Graph;
use crate::engine::lint::kind::Type;

/// What functions take and give, by their paths.
pub(super) type Functions = BTreeMap<Vec<String>, Signature>;

/// Rules by their paths. A rule has a type; what lies above rules are their
/// names.
#[derive(Debug, Default)]
pub(super) struct Tree {
    of: Option<Type>,
    below: BTreeMap<String, Tree>,
}

/// Where a path into rules comes to.
pub(super) enum Found<'t> {
    /// A rule, and how many keys lead to it.
    Rule(Type, usize),
    /// A place above rules, before a key that is no text.
    Above(usize),
    /// All of the path, above rules.
    Names(&'t Tree),
    /// Nothing that a rule gives.
    Nothing,
}

impl Tree {
    /// One more type that the rule of a path may have.
    pub(super) fn insert(&mut self, path: &[String], of: Type) {
        let mut at = self;
        for key in path {
            at = at.below.entry(key.clone()).or_default();
        }
        at.of = Some(match at.of.take() {
            Some(known) => known.or(of).bounded(),
            None => of,
        });
    }

    pub(super) fn find(&self, parts: &[Term]) -> Found<'_> {
        let mut at = self;
        for (index, part) in parts.iter().enumerate() {
            let key = match part {
                Term::Scalar(Value::String(key)) => key,
                Term::Scalar(_) => return Found::Nothing,
                _ => return Found::Above(index),
            };
            match at.below.get(key.as_ref()) {
                Some(below) => at = below,
                None => return Found::Nothing,
            }
            if at.of.is_some() {
                return Found::Rule(at.whole(), index.saturating_add(1));
            }
        }
        Found::Names(at)
    }

    /// All that lies here: what a rule gives, with what others put into it.
    pub(super) fn whole(&self) -> Type {
        match &self.of {
            Some(Type::Object(known, rest)) if !self.below.is_empty() => {
                let below = self.below.values().map(|tree| (Type::String, tree.whole()));
                let rest = rest.iter().map(|other| other.as_ref().clone());
                let other = rest
                    .chain(below)
                    .reduce(|(key, value), (other_key, other)| {
                        (key.or(other_key), value.or(other))
                    });
                let other = other.unwrap_or((Type::ANYTHING, Type::ANYTHING));
                return Type::Object(known.clone(), Some(Arc::new(other))).bounded();
            }
            Some(of) => return of.clone(),
            None => {}
        }
        let known = self.below.iter();
        let known = known.map(|(key, tree)| (Value::from(key.as_str()), tree.whole()));
        let other = (Type::String, Type::ANYTHING);
        Type::object(known.collect(), Some(other)).bounded()
    }
}

/// Whether a path into `data` leads to what stands at another, into it, or above it.
fn lies_at(parts: &[Term], path: &[String]) -> bool {
    let path = path.iter().skip(1);
    parts.iter().zip(path).all(|(part, key)| match part {
        Term::Scalar(Value::String(part)) => **part == **key,
        Term::Scalar(_) => false,
        _ => true,
    })
}

/// What is known where a statement is looked at.
pub(super) struct Environment<'t> {
    pub(super) input: &'t Type,
    pub(super) rules: &'t Tree,
    pub(super) functions: &'t Functions,
    /// What each rule needs.
    graph: &'t Graph<'t>,
    /// The variables, those of closures after those around them.
    frames: Vec<HashMap<Variable, Type>>,
    /// The paths in whose place a `with` puts something else.
    pub(super) replaced: Vec<Vec<String>>,
    /// What comprehensions give, once they were looked at.
    pub(super) comprehensions: HashMap<usize, Type>,
}

impl<'t> Environment<'t> {
    pub(super) fn new(
        input: &'t Type,
        rules: &'t Tree,
        functions: &'t Functions,
        graph: &'t Graph<'t>,
    ) -> Self {
        Self {
            input,
            rules,
            functions,
            graph,
            replaced: Vec::new(),
            frames: vec![HashMap::new()],
            comprehensions: HashMap::new(),
        }
    }

    /// Where a path into `data` comes to.
    pub(super) fn find(&self, parts: &[Term]) -> Found<'t> {
        match !self.replaced.is_empty() && self.is_replaced(parts) {
            true => Found::Nothing,
            false => self.rules.find(parts),
        }
    }

    /// Whether what stands at a path into `data` is replaced, or needs what is.
    fn is_replaced(&self, parts: &[Term]) -> bool {
        if self.replaced.iter().any(|path| lies_at(parts, path)) {
            return true;
        }
        let starts = self.graph.keys().filter(|rule| lies_at(parts, rule));
        let mut open: Vec<&[String]> = starts.copied().collect();
        let mut seen: BTreeSet<&[String]> = BTreeSet::new();
        while let Some(rule) = open.pop() {
            if !seen.insert(rule) {
                continue;
            }
            let mut replaced = self.replaced.iter();
            if replaced.any(|path| path.iter().zip(rule).all(|(one, other)| one == other)) {
                return true;
            }
            open.extend(self.graph.get(rule).into_iter().flatten());
        }
        false
    }

    pub(super) fn open(&mut self) {
        self.frames.push(HashMap::new());
    }

    pub(super) fn close(&mut self) {
        self.frames.pop();
    }

    pub(super) fn variable(&self, variable: Variable) -> Option<&Type> {
        let mut frames = self.frames.iter().rev();
        frames.find_map(|frame| frame.get(&variable))
    }

    pub(super) fn bind(&mut self, variable: Variable, of: Type) {
        if let Some(frame) = self.frames.last_mut() {
            frame.insert(variable, of.bounded());
        }
    }

    /// The type of a term once the body is done: what no statement said anything of
    /// may be anything.
    pub(super) fn settled(&mut self, term: &Term) -> Type {
        let mut all = BTreeSet::new();
        variables(term, &mut all);
        for variable in all {
            if self.variable(variable).is_none() {
                self.bind(variable, Type::ANYTHING);
            }
        }
        self.of(term)
    }

    /// The type of a term, with what is unknown in it.
    pub(super) fn of(&self, term: &Term) -> Type {
        let each =
            |items: &[Term]| -> Vec<Type> { items.iter().map(|item| self.of(item)).collect() };
        match term {
            Term::Scalar(value) => Type::of(value),
            Term::Variable(variable) => {
                let known = self.variable(*variable);
                known.cloned().unwrap_or(Type::Unknown)
            }
            Term::Reference(reference) => self.reference(reference).unwrap_or(Type::Unknown),
            Term::Array(items) if items.is_empty() => Type::list(Type::ANYTHING),
            Term::Array(items) => Type::array(each(items), None),
            Term::Set(items) => match Type::either(each(items)) {
                None | Some(Type::Unknown) => Type::set(Type::ANYTHING),
                Some(of) => Type::set(of),
            },
            Term::Object(fields) if fields.is_empty() => Type::map(Type::ANYTHING, Type::ANYTHING),
            Term::Object(fields) => {
                let (mut known, mut rest) = (BTreeMap::new(), None);
                for (key, value) in fields {
                    let value = self.of(value);
                    match key {
                        Term::Scalar(key) => {
                            known.insert(key.clone(), value);
                        }
                        key => rest = Some((self.of(key), value)),
                    }
                }
                Type::object(known, rest)
            }
            Term::Comprehension(comprehension) => {
                let known = self.comprehensions.get(&comprehension.id);
                known.cloned().unwrap_or(Type::Unknown)
            }
        }
    }

    /// The type of what a comprehension gives, in the frame of its body.
    pub(super) fn given(&self, kind: &Kind) -> Type {
        match kind {
            Kind::Array(term) => match self.of(term) {
                Type::Unknown => Type::array(Vec::new(), None),
                of => Type::list(of),
            },
            Kind::Set(term) => Type::set(self.of(term)),
            Kind::Object(key, value) => match (self.of(key), self.of(value)) {
                (Type::Unknown, Type::Unknown) => Type::map(Type::ANYTHING, Type::Unknown),
                (key, value) => Type::map(key, value),
            },
        }
    }

    fn reference(&self, reference: &Reference) -> Option<Type> {
        let parts = reference.parts.as_slice();
        let (of, done) = match reference.head {
            Head::Input => (self.input.clone(), 0),
            Head::Variable(variable) => (self.variable(variable)?.clone(), 0),
            Head::Data => match self.find(parts) {
                Found::Rule(of, done) => (of, done),
                Found::Names(tree) => return Some(tree.whole()),
                Found::Above(_) | Found::Nothing => return Some(Type::ANYTHING),
            },
        };
        parts.iter().skip(done).try_fold(of, |of, part| match part {
            Term::Scalar(key) => of.under(key),
            _ => of.values(),
        })
    }

    /// Whether a term may have a type. A variable that had none has it now; where
    /// the type is one of several choices, it may have each of them.
    pub(super) fn takes(&mut self, term: &Term, of: &Type, is_choice: bool) -> bool {
        match (term, of) {
            (Term::Array(_) | Term::Object(_) | Term::Set(_), Type::Any(choices)) => {
                if choices.is_empty() {
                    self.takes_anything(term);
                    return true;
                }
                let each = choices.iter().map(|one| self.takes(term, one, true));
                each.fold(false, |any, one| any | one)
            }
            (Term::Array(items), Type::Array(first, rest)) => {
                if items.len() != first.len() && rest.is_none() {
                    return false;
                }
                let of = |at: usize| first.get(at).or(rest.as_deref());
                let mut items = items.iter().enumerate();
                items.all(|(at, item)| of(at).is_some_and(|of| self.takes(item, of, is_choice)))
            }
            (Term::Object(fields), Type::Object(known, rest)) => {
                if fields.len() != known.len() && rest.is_none() {
                    return false;
                }
                fields.iter().all(|(key, value)| match key {
                    Term::Scalar(key) => {
                        let under = of.under(key);
                        under.is_some_and(|under| self.takes(value, &under, is_choice))
                    }
                    _ => {
                        self.takes(value, &Type::ANYTHING, is_choice);
                        true
                    }
                })
            }
            (Term::Set(items), Type::Set(of)) => {
                items.iter().all(|item| self.takes(item, of, is_choice))
            }
            (Term::Array(_) | Term::Object(_) | Term::Set(_), _) => false,
            (Term::Variable(variable), of) => {
                match self.variable(*variable) {
                    Some(known) if !is_choice => return known.meets(of),
                    Some(known) => {
                        let either = known.clone().or(of.clone());
                        self.bind(*variable, either);
                    }
                    None => self.bind(*variable, of.clone()),
                }
                true
            }
            (other, of) => self.of(other).meets(of),
        }
    }

    fn takes_anything(&mut self, term: &Term) {
        let parts: Vec<&Term> = match term {
            Term::Array(items) | Term::Set(items) => items.iter().collect(),
            Term::Object(fields) => fields
                .iter()
                .flat_map(|(key, value)| [key, value])
                .collect(),
            _ => return,
        };
        for part in parts {
            self.takes(part, &Type::ANYTHING, true);
        }
    }

    /// Whether two terms may be equal; variables get what is known of the other.
    pub(super) fn unify(&mut self, one: &Term, other: &Term) -> bool {
        match (self.is_open(one), self.is_open(other)) {
            (false, false) => self.of(one).meets(&self.of(other)),
            (true, false) => self.takes(one, &self.of(other), false),
            (false, true) => self.takes(other, &self.of(one), false),
            (true, true) => self.unify_parts(one, other),
        }
    }

    /// Whether a term is a variable without a type, or has one at a known place.
    pub(super) fn is_open(&self, term: &Term) -> bool {
        match term {
            Term::Variable(variable) => self.variable(*variable).is_none(),
            Term::Array(items) => items.iter().any(|item| self.is_open(item)),
            Term::Object(fields) => {
                let mut parts = fields.iter().flat_map(|(key, value)| [key, value]);
                parts.any(|part| self.is_open(part))
            }
            Term::Reference(_) => self.of(term) == Type::Unknown,
            Term::Scalar(_) | Term::Set(_) | Term::Comprehension(_) => false,
        }
    }

    /// The same for what is unknown on both sides.
    fn unify_parts(&mut self, one: &Term, other: &Term) -> bool {
        match (one, other) {
            (Term::Array(items), Term::Array(others)) => {
                let mut pairs = items.iter().zip(others);
                items.len() == others.len() && pairs.all(|(one, other)| self.unify(one, other))
            }
            (Term::Object(fields), Term::Object(others)) => {
                let mut each = fields.iter();
                fields.len() == others.len()
                    && each.all(|(key, value)| {
                        let same = |(other, _): &&(Term, Term)| same_key(key, other);
                        let other = others.iter().find(same);
                        other.is_some_and(|(_, other)| self.unify(value, other))
                    })
            }
            (Term::Variable(_), Term::Variable(_)) => {
                self.takes(one, &Type::ANYTHING, false) && self.takes(other, &Type::ANYTHING, false)
            }
            (variable @ Term::Variable(_), whole @ (Term::Array(_) | Term::Object(_)))
            | (whole @ (Term::Array(_) | Term::Object(_)), variable @ Term::Variable(_)) => {
                self.takes_anything(whole);
                let of = self.of(whole);
                self.takes(variable, &of, false)
            }
            _ => false,
        }
    }
}

fn same_key(one: &Term, other: &Term) -> bool {
    matches!((one, other), (Term::Scalar(one), Term::Scalar(other)) if one == other)
}
