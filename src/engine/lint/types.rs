//! Types, as OPA's compiler holds a policy to them: what it calls a type error
//! is one here.
//!
//! Rules are looked at after what they need. A body gives its variables types,
//! statement by statement, and a rule has the type of what its bodies give; a
//! function takes what its bodies take. The input has the types of its schema.

use std::collections::BTreeMap;
use std::ops::Range;

use super::calls::operator;
use super::graph::{Graph, needs_first};
use super::input::Known;
use super::kind::Type;
use super::names::Names;
use crate::policy::{PolicyProblem, list, nearest};

mod check;
mod declared;
mod environment;
mod flat;
mod order;
mod rules;
mod statement;

use check::{Checking, Mismatch};
use declared::Signature;
use environment::{Environment, Functions, Tree};
use rules::{Arm, arms, graph};
use statement::Term;

/// Complains of types, and gives the complaints of variables without a value: they
/// may come of anything else that is wrong.
pub(super) fn lint(
    names: &Names<'_>,
    known: &Known,
    problems: &mut Vec<PolicyProblem>,
) -> Vec<PolicyProblem> {
    let mut lint = Lint {
        known,
        rules: Tree::default(),
        functions: BTreeMap::new(),
        graph: Graph::new(),
        problems,
        without_value: Vec::new(),
    };
    let arms = arms(names);
    lint.graph = graph(names, &arms);
    for path in needs_first(&lint.graph) {
        for arm in arms.get(path).into_iter().flatten() {
            lint.rule(path, arm);
        }
    }
    lint.without_value
}

struct Lint<'n, 'p> {
    known: &'n Known,
    rules: Tree,
    functions: Functions,
    graph: Graph<'n>,
    problems: &'p mut Vec<PolicyProblem>,
    without_value: Vec<PolicyProblem>,
}

impl Lint<'_, '_> {
    fn rule(&mut self, path: &[String], arm: &Arm<'_, '_>) {
        let given = self.given(path, arm);
        if arm.arguments.is_some() {
            self.function(path, given);
            return;
        }
        let of = given.and_then(|given| given.gives);
        let path = path.get(1..).unwrap_or_default();
        self.rules.insert(path, of.unwrap_or(Type::ANYTHING));
    }

    /// What one more rule of a function says of it. After a complaint nothing is
    /// known of it but what later ones say.
    fn function(&mut self, path: &[String], given: Option<Signature>) {
        let known = self.functions.remove(path);
        let Some(given) = given else { return };
        let all = match known {
            Some(known) => known.or(given),
            None => given,
        };
        self.functions.insert(path.to_vec(), all);
    }

    /// What one arm takes and gives; `None` where it complains.
    fn given(&mut self, path: &[String], arm: &Arm<'_, '_>) -> Option<Signature> {
        const ANYTHING: &Type = &Type::ANYTHING;
        let is_test = arm.unit.is_test();
        let input = if is_test { ANYTHING } else { &self.known.input };
        let environment = Environment::new(input, &self.rules, &self.functions, &self.graph);
        let arguments = arm.arguments.as_deref().unwrap_or_default();
        let mut checking = Checking::new(environment, arguments);
        // What comes from the input has its type; it is no matter what else the
        // body would take.
        let given = self.known.arguments.get(path).filter(|_| !is_test);
        let given = given.map(Vec::as_slice).unwrap_or_default();
        let given = given.iter().map(Some).chain(std::iter::repeat(None));
        let mut from_input = Vec::new();
        for (argument, given) in arguments.iter().zip(given) {
            let of = given.filter(|of| !of.is_anything());
            from_input.push(match (argument, of) {
                (Term::Variable(variable), Some(of)) => {
                    checking.environment.bind(*variable, of.clone());
                    true
                }
                _ => false,
            });
        }
        let beside: Vec<&Term> = arm.value.iter().chain(&arm.keys).collect();
        let is_sound = checking.body(&arm.body, &beside);
        for mismatch in std::mem::take(&mut checking.found) {
            let problems = match mismatch {
                Mismatch::Unsafe { .. } => &mut self.without_value,
                _ => &mut *self.problems,
            };
            problems.push(problem(arm, mismatch));
        }
        if !is_sound {
            return None;
        }
        let mut known = checking.environment;
        let takes = arguments.iter().zip(from_input);
        let takes = takes.map(|(argument, is_from_input)| match is_from_input {
            true => Type::ANYTHING,
            false => known.settled(argument),
        });
        let takes: Vec<Type> = takes.collect();
        let own = match &arm.value {
            Some(value) => known.settled(value),
            None => Type::Boolean,
        };
        let own = if arm.is_member { Type::set(own) } else { own };
        let gives = Some(nested(&mut known, &arm.keys, own).bounded());
        Some(Signature { takes, gives })
    }
}

/// A value under keys, as the objects that hold it.
fn nested(known: &mut Environment<'_>, keys: &[Term], value: Type) -> Type {
    // What a number is the key of stands beside other rules, of which nothing is
    // said.
    let is_written = |key: &Term| matches!(key, Term::Scalar(_));
    if !keys.is_empty() && keys.iter().all(is_written) {
        return Type::ANYTHING;
    }
    keys.iter().rev().fold(value, |value, key| match key {
        Term::Scalar(key) => Type::object([(key.clone(), value)].into(), None),
        key => Type::map(known.settled(key), value),
    })
}

/// A mismatch in words, at its place.
fn problem(arm: &Arm<'_, '_>, mismatch: Mismatch) -> PolicyProblem {
    let unit = arm.unit;
    let text: &str = &unit.module.file.text;
    let written = |at: &Range<usize>| text.get(at.clone()).unwrap_or_default().to_owned();
    let compared = |word: &str, at: Range<usize>, one: Type, other: Type| {
        let [one, other] = one.both_in_words(&other);
        unit.problem(
            "type-mismatch",
            at,
            format!("this is {word} so: one side is {one}, the other {other}"),
            "compares two types",
        )
        .with_help(
            "`coldtrail schema input` prints what stands where; compare with a value of that type",
        )
    };
    match mismatch {
        Mismatch::Unsafe { at } => unit
            .problem(
                "unsafe-variable",
                at.unwrap_or_else(|| arm.at.clone()),
                "a variable here is given no value",
                "needs a value that nothing gives",
            )
            .with_help("OPA refuses it: give each variable a value with `:=`, `some … in`, or in the brackets of what it is a key of"),
        Mismatch::Equal { at, one, other } => compared("never", at, one, other),
        Mismatch::Unequal { at, one, other } => compared("always", at, one, other).as_warning(),
        Mismatch::Argument {
            at,
            callee,
            takes,
            gets,
        } => {
            let callee = operator(&callee).unwrap_or(&callee);
            let [takes, gets] = takes.both_in_words(&gets);
            unit.problem(
                "argument-type",
                at,
                format!("`{callee}` takes {takes} here, and gets {gets}"),
                "of another type",
            )
            .with_help("`coldtrail schema input` prints what stands where")
        }
        Mismatch::NoKeys { at, of } => unit.problem(
            "no-keys",
            at.clone(),
            format!("`{}` leads nowhere: it begins with {of}", written(&at)),
            "there is nothing under it",
        ),
        Mismatch::NoKey { at, key, of } => {
            let problem = unit.problem(
                "no-keys",
                at.clone(),
                format!("`{}` leads nowhere: it goes through {of}", written(&at)),
                format!("there is no {key}"),
            );
            let known = of.texts_for_keys();
            let near = nearest(key.trim_matches(['`', '"']), known.iter().copied());
            match near {
                Some(near) => problem.with_help(format!("did you mean `{near}`?")),
                None if known.is_empty() => problem,
                None => problem.with_help(format!("the keys there are {}", list(known))),
            }
        }
    }
}

#[cfg(test)]
mod tests;
