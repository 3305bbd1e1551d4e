//! Types, as OPA's compiler holds a policy to them: what it calls a type error
//! is one here.
//!
//! Rules are looked at after what they need. A body gives its variables types,
//! statement by statement, and a rule has the type of what its bodies give; a
//! function takes what its bodies take. The input has the types of its schema.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regorus::unstable::{Expr, Rule, RuleHead};

use super::calls::operator;
use super::graph::{graph, needs_first};
use super::input::Known;
use super::kind::Type;
use super::names::{Definition, Meaning, Names, Unit};
use crate::engine::visit::{self, Chain, Node, Part};
use crate::policy::{PolicyProblem, list, nearest};

mod check;
mod declared;
mod environment;
mod flat;
mod order;
mod statement;

use check::{Checking, Mismatch};
use declared::Signature;
use environment::{Environment, Functions, Tree};
use flat::Flattening;
use statement::Term;

pub(super) fn lint(names: &Names<'_>, known: &Known, problems: &mut Vec<PolicyProblem>) {
    let mut lint = Lint {
        names,
        known,
        replaced: replaced(names),
        rules: Tree::default(),
        functions: BTreeMap::new(),
    };
    // A name may be a variable in one arm of a rule and a rule in another.
    let graph = graph(names, |_| BTreeSet::new());
    for path in needs_first(&graph) {
        for definition in names.rules.get(path).into_iter().flatten() {
            lint.rule(path, *definition, problems);
        }
    }
}

struct Lint<'a, 'n> {
    names: &'n Names<'a>,
    known: &'n Known,
    /// The rules that some `with` replaces, which may be anything then.
    replaced: BTreeSet<Vec<String>>,
    rules: Tree,
    functions: Functions,
}

/// One body with its value, which OPA takes for a rule of its own.
struct Arm<'a> {
    query: Option<&'a regorus::unstable::Query>,
    value: Option<&'a Expr>,
}

impl<'a> Lint<'a, '_> {
    fn rule(
        &mut self,
        path: &[String],
        definition: Definition<'a>,
        problems: &mut Vec<PolicyProblem>,
    ) {
        let Some(unit) = self.names.unit(definition) else {
            return;
        };
        for arm in arms(definition.rule) {
            let given = self.arm(path, definition.rule, &arm, unit, problems);
            if visit::arguments(definition.rule).is_some() {
                self.function(path, given);
                continue;
            }
            let given = given.filter(|_| !self.replaced.contains(path));
            let of = given.and_then(|given| given.gives);
            let path = path.get(1..).unwrap_or_default();
            self.rules.insert(path, of.unwrap_or(Type::ANYTHING));
        }
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
    fn arm(
        &self,
        path: &[String],
        rule: &'a Rule,
        arm: &Arm<'a>,
        unit: &Unit<'a>,
        problems: &mut Vec<PolicyProblem>,
    ) -> Option<Signature> {
        let mut flat = Flattening::new(self.names, unit);
        let mut body = Vec::new();
        let arguments = visit::arguments(rule).unwrap_or_default();
        let arguments: Vec<Term> = arguments
            .into_iter()
            .map(|argument| flat.pattern(argument, &mut body))
            .collect();
        flat.open();
        if let Some(query) = arm.query {
            flat.body(query, &mut body);
        }
        let value = arm.value.map(|value| flat.variable(value, &mut body));
        let keys = dynamic_keys(visit::rule_reference(rule));
        let keys: Vec<Term> = keys
            .into_iter()
            .map(|part| match part {
                Part::Key(key, _) => Term::Scalar(regorus::Value::from(key)),
                Part::Index(index) => flat.variable(index, &mut body),
            })
            .collect();

        let anything = if unit.is_test() {
            Some(Type::ANYTHING)
        } else {
            None
        };
        let input = anything.as_ref().unwrap_or(&self.known.input);
        let environment = Environment::new(input, &self.rules, &self.functions);
        let mut checking = Checking::new(environment, &arguments);
        // What comes from the input has its type; it is no matter what else the
        // body would take.
        let given = self.known.arguments.get(path).filter(|_| !unit.is_test());
        let from_input: Vec<bool> = arguments
            .iter()
            .enumerate()
            .map(
                |(index, argument)| match (argument, given.and_then(|given| given.get(index))) {
                    (Term::Variable(variable), Some(of)) if !of.is_anything() => {
                        checking.environment.bind(*variable, of.clone());
                        true
                    }
                    _ => false,
                },
            )
            .collect();
        let is_sound = checking.body(&body);
        for mismatch in std::mem::take(&mut checking.found) {
            problems.push(problem(unit, mismatch));
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
        let own = match &value {
            Some(value) => known.settled(value),
            None => Type::Boolean,
        };
        let is_set = matches!(
            rule,
            Rule::Spec {
                head: RuleHead::Set { .. },
                ..
            }
        );
        let own = if is_set { Type::set(own) } else { own };
        let gives = Some(nested(&mut known, &keys, own).bounded());
        Some(Signature { takes, gives })
    }
}

/// The rules that some `with` puts something else in the place of.
fn replaced(names: &Names<'_>) -> BTreeSet<Vec<String>> {
    let mut all = BTreeSet::new();
    for (_, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        visit::rule(definition.rule, &mut |node| {
            let Node::Statement(statement) = node else {
                return;
            };
            for modifier in &statement.with_mods {
                let target = Chain::of(&modifier.refr);
                if let Meaning::Data(path) = names.meaning(unit, &BTreeSet::new(), &target) {
                    all.insert(path);
                }
            }
        });
    }
    all
}

/// The arms of a rule, each with its value.
fn arms(rule: &Rule) -> Vec<Arm<'_>> {
    let (head, bodies) = match rule {
        Rule::Default { value, .. } => {
            let value = Some(value.as_ref());
            return vec![Arm { query: None, value }];
        }
        Rule::Spec { head, bodies, .. } => (head, bodies),
    };
    let own = match head {
        RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => {
            assign.as_ref().map(|assign| assign.value.as_ref())
        }
        RuleHead::Set { key, .. } => key.as_deref(),
    };
    if bodies.is_empty() {
        return vec![Arm {
            query: None,
            value: own,
        }];
    }
    bodies
        .iter()
        .map(|body| Arm {
            query: Some(&body.query),
            value: match body.is_else {
                true => body.assign.as_ref().map(|assign| assign.value.as_ref()),
                false => own,
            },
        })
        .collect()
}

/// The keys of a rule from the first that isn't written out.
fn dynamic_keys(reference: &Expr) -> Vec<Part<'_>> {
    let parts = Chain::of(reference).parts.into_iter();
    parts
        .skip_while(|part| matches!(part, Part::Key(..)))
        .collect()
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
        Term::Scalar(key) => Type::Object([(key.clone(), value)].into(), None),
        key => Type::map(known.settled(key), value),
    })
}

/// A mismatch in words, at its place.
fn problem(unit: &Unit<'_>, mismatch: Mismatch) -> PolicyProblem {
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
