//! Rules as types are told of them: each arm of each is one, with the statements
//! that its body and its value come to.

use std::collections::BTreeMap;
use std::ops::Range;

use regorus::Value;
use regorus::unstable::{Expr, Query, Rule, RuleHead};

use super::flat::Flattening;
use super::order::terms;
use super::statement::{Callee, Does, Head, Kind, Statement, Term};
use crate::engine::lint::graph::Graph;
use crate::engine::lint::names::{Definition, Names, Unit};
use crate::engine::visit::{self, Chain, Part, range};

/// One arm of one rule.
pub(super) struct Arm<'a, 'n> {
    pub(super) unit: &'n Unit<'a>,
    /// The place of its name.
    pub(super) at: Range<usize>,
    /// The arguments, where it is a function.
    pub(super) arguments: Option<Vec<Term>>,
    pub(super) body: Vec<Statement>,
    /// What it gives; `None` is `true`.
    pub(super) value: Option<Term>,
    /// Whether the value is a member of a set.
    pub(super) is_member: bool,
    /// The keys under which it stands, from the first that isn't written out.
    pub(super) keys: Vec<Term>,
}

/// The arms of all rules, by the paths of the rules.
pub(super) type Arms<'a, 'n> = BTreeMap<&'n [String], Vec<Arm<'a, 'n>>>;

pub(super) fn arms<'a, 'n>(names: &'n Names<'a>) -> Arms<'a, 'n> {
    let mut all: Arms<'a, 'n> = BTreeMap::new();
    for (path, definition) in names.definitions() {
        if let Some(unit) = names.unit(definition) {
            let of = parts(definition.rule);
            let of = of
                .into_iter()
                .map(|part| arm(names, unit, definition, part));
            all.entry(path).or_default().extend(of);
        }
    }
    all
}

/// What each rule needs. A name may be a variable in one arm and a rule in
/// another, which statements tell apart.
pub(super) fn graph<'n>(names: &'n Names<'_>, arms: &Arms<'_, 'n>) -> Graph<'n> {
    let mut graph: Graph<'n> = BTreeMap::new();
    for (path, arms) in arms {
        let needs = graph.entry(path).or_default();
        let mut need = |path: &[String]| match names.rule_at(path) {
            Some((rule, _)) => {
                needs.insert(rule);
            }
            // A whole package needs all its rules.
            None => {
                let all = names.rules.range(path.to_vec()..);
                let all = all.take_while(|(rule, _)| rule.starts_with(path));
                needs.extend(all.map(|(rule, _)| rule.as_slice()));
            }
        };
        for arm in arms {
            of_body(&arm.body, &mut need);
            let terms = arm.value.iter().chain(&arm.keys);
            terms.for_each(|term| of_term(term, &mut need));
        }
    }
    graph
}

fn of_body(body: &[Statement], need: &mut dyn FnMut(&[String])) {
    for statement in body {
        terms(statement, &mut |term| of_term(term, need));
        match &statement.does {
            Does::Call(call) => {
                if let Callee::Function(path) = &call.callee {
                    need(path);
                }
            }
            Does::Every { body, .. } => of_body(body, need),
            _ => {}
        }
    }
}

fn of_term(term: &Term, need: &mut dyn FnMut(&[String])) {
    match term {
        Term::Reference(reference) => {
            if matches!(reference.head, Head::Data) {
                let text = |part: &Term| match part {
                    Term::Scalar(Value::String(key)) => Some(key.to_string()),
                    _ => None,
                };
                let keys = reference.parts.iter().map_while(text);
                let path: Vec<String> = std::iter::once("data".to_owned()).chain(keys).collect();
                need(&path);
            }
            reference.parts.iter().for_each(|part| of_term(part, need));
        }
        Term::Array(items) | Term::Set(items) => {
            items.iter().for_each(|item| of_term(item, need));
        }
        Term::Object(fields) => {
            for (key, value) in fields {
                of_term(key, need);
                of_term(value, need);
            }
        }
        Term::Comprehension(comprehension) => {
            of_body(&comprehension.body, need);
            match &comprehension.kind {
                Kind::Array(term) | Kind::Set(term) => of_term(term, need),
                Kind::Object(key, value) => {
                    of_term(key, need);
                    of_term(value, need);
                }
            }
        }
        Term::Scalar(_) | Term::Variable(_) => {}
    }
}

/// A body with the value beside it.
type Body<'a> = (Option<&'a Query>, Option<&'a Expr>);

fn arm<'a, 'n>(
    names: &'n Names<'a>,
    unit: &'n Unit<'a>,
    definition: Definition<'a>,
    (query, value): Body<'a>,
) -> Arm<'a, 'n> {
    let rule = definition.rule;
    let mut flat = Flattening::new(names, unit);
    let mut body = Vec::new();
    let arguments = visit::arguments(rule);
    let arguments = arguments.map(|arguments| {
        let arguments = arguments.into_iter();
        let arguments = arguments.map(|argument| flat.pattern(argument, &mut body));
        arguments.collect()
    });
    flat.open();
    if let Some(query) = query {
        flat.body(query, &mut body);
    }
    let value = value.map(|value| flat.variable(value, &mut body));
    let parts = Chain::of(visit::rule_reference(rule)).parts.into_iter();
    let keys = parts.skip_while(|part| matches!(part, Part::Key(..)));
    let keys = keys.map(|part| match part {
        Part::Key(key, _) => Term::Scalar(Value::from(key)),
        Part::Index(index) => flat.variable(index, &mut body),
    });
    let keys = keys.collect();
    let is_member = matches!(
        rule,
        Rule::Spec {
            head: RuleHead::Set { .. },
            ..
        }
    );
    Arm {
        unit,
        at: range(visit::rule_reference(rule).span()),
        arguments,
        body,
        value,
        is_member,
        keys,
    }
}

/// The bodies of a rule, each with its value.
fn parts(rule: &Rule) -> Vec<Body<'_>> {
    let (head, bodies) = match rule {
        Rule::Default { value, .. } => return vec![(None, Some(value.as_ref()))],
        Rule::Spec { head, bodies, .. } => (head, bodies),
    };
    let own = match head {
        RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => {
            assign.as_ref().map(|assign| assign.value.as_ref())
        }
        RuleHead::Set { key, .. } => key.as_deref(),
    };
    if bodies.is_empty() {
        return vec![(None, own)];
    }
    bodies
        .iter()
        .map(|body| {
            let value = match body.is_else {
                true => body.assign.as_ref().map(|assign| assign.value.as_ref()),
                false => own,
            };
            (Some(body.query.as_ref()), value)
        })
        .collect()
}
