//! Sets among the members of a set, where objects may be, too: OPA puts objects
//! before sets, and regorus sets before objects.
//!
//! Evidence holds no sets, so whatever holds one got it from the policy. Where
//! it may go is followed through variables, rules and functions, by how deep a
//! set may lie in a value; branches and order of statements are not looked at,
//! so that more may be warned of than differs, and not less.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{BUILTINS, BinOp, BoolOp, Expr, Literal, Ref, Rule, RuleHead};

use super::names::{Meaning, Names, Unit};
use crate::engine::visit::locals;
use crate::engine::visit::{self, Chain, Node, Part, extent};
use crate::policy::PolicyProblem;

/// How deep sets may lie in a value, a bit each: the first is the value itself,
/// the last stands for every depth from there on.
type Depths = u8;

const SELF: Depths = 1;
const DEEPER: Depths = 1 << 7;
const ROUNDS: usize = 12;

fn within(depths: Depths) -> Depths {
    depths << 1 | depths & DEEPER
}

fn member(depths: Depths) -> Depths {
    depths >> 1 | depths & DEEPER
}

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    let mut flow = Flow {
        names,
        values: BTreeMap::new(),
        arguments: BTreeMap::new(),
        found: None,
    };
    for _ in 0..ROUNDS {
        let before = (flow.values.clone(), flow.arguments.clone());
        flow.round();
        if before == (flow.values.clone(), flow.arguments.clone()) {
            break;
        }
    }
    flow.found = Some(Vec::new());
    flow.round();
    problems.extend(flow.found.unwrap_or_default());
}

struct Flow<'a, 'n> {
    names: &'n Names<'a>,
    values: BTreeMap<Vec<String>, Depths>,
    arguments: BTreeMap<Vec<String>, Vec<Depths>>,
    /// The complaints, in the last round.
    found: Option<Vec<PolicyProblem>>,
}

/// One rule as it is looked at.
struct Scope<'a, 'n> {
    unit: &'n Unit<'a>,
    locals: BTreeSet<&'a str>,
    depths: BTreeMap<&'a str, Depths>,
}

impl<'a> Flow<'a, '_> {
    fn round(&mut self) {
        for (path, definition) in self.names.definitions() {
            let Some(unit) = self.names.unit(definition) else {
                continue;
            };
            let mut scope = Scope {
                unit,
                locals: locals(definition.rule),
                depths: BTreeMap::new(),
            };
            let given = self.arguments.get(path).cloned().unwrap_or_default();
            let arguments = visit::arguments(definition.rule).unwrap_or_default();
            for (argument, depths) in arguments.into_iter().zip(given) {
                bind(argument, depths, &mut scope);
            }
            for _ in 0..ROUNDS {
                let before = scope.depths.clone();
                visit::rule(definition.rule, &mut |node| self.binds(node, &mut scope));
                if before == scope.depths {
                    break;
                }
            }
            let value = self.value(definition.rule, &scope);
            *self.values.entry(path.clone()).or_default() |= value;
            visit::rule_expressions(definition.rule, &mut |expr| self.call(expr, &scope));
            if let Some(mut found) = self.found.take() {
                self.complain(definition.rule, &scope, &mut found);
                self.found = Some(found);
            }
        }
    }

    fn binds(&self, node: Node<'a>, scope: &mut Scope<'a, '_>) {
        match node {
            Node::Expr(Expr::AssignExpr { lhs, rhs, .. }) => {
                let (left, right) = (self.of(lhs, scope), self.of(rhs, scope));
                bind(lhs, right, scope);
                bind(rhs, left, scope);
            }
            // `walk(x, [path, value])` and other results beside arguments.
            Node::Expr(Expr::Call { fcn, params, .. }) => {
                let name = Chain::of(fcn).dotted().unwrap_or_default();
                let arity = BUILTINS.get(name.as_str()).map(|(_, arity)| *arity);
                if let Some((result, given)) = params.split_last()
                    && arity.is_some_and(|arity| usize::from(arity) == given.len())
                    && given.iter().any(|param| self.of(param, scope) != 0)
                {
                    bind(result, Depths::MAX, scope);
                }
            }
            Node::Statement(statement) => match &statement.literal {
                Literal::SomeIn {
                    key,
                    value,
                    collection,
                    ..
                } => {
                    let depths = member(self.of(collection, scope));
                    for pattern in key.iter().chain([value]) {
                        bind(pattern, depths, scope);
                    }
                }
                Literal::Every {
                    key, value, domain, ..
                } => {
                    let depths = member(self.of(domain, scope));
                    for name in key.iter().chain([value]) {
                        *scope.depths.entry(name.text()).or_default() |= depths;
                    }
                }
                _ => {}
            },
            // `xs[x]` binds what is in a set.
            Node::Expr(expr @ (Expr::RefDot { .. } | Expr::RefBrack { .. })) => {
                let chain = Chain::of(expr);
                let depths = self.root(&chain, scope).0;
                for part in chain.parts {
                    if let Part::Index(index) = part
                        && depths & !SELF != 0
                    {
                        bind(index, Depths::MAX, scope);
                    }
                }
            }
            Node::Expr(_) => {}
        }
    }

    /// What a rule gives.
    fn value(&self, rule: &'a Rule, scope: &Scope<'a, '_>) -> Depths {
        let (head, bodies) = match rule {
            Rule::Default { value, .. } => return self.of(value, scope),
            Rule::Spec { head, bodies, .. } => (head, bodies),
        };
        let (refr, own) = match head {
            RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
                let value = assign.as_ref().map(|assign| self.of(&assign.value, scope));
                (refr, value.unwrap_or_default())
            }
            RuleHead::Set { refr, key, .. } => {
                let key = key.as_ref().map(|key| self.of(key, scope));
                (refr, SELF | within(key.unwrap_or_default()))
            }
        };
        let others = bodies.iter().filter_map(|body| body.assign.as_ref());
        let all = others.fold(own, |all, assign| all | self.of(&assign.value, scope));
        let brackets = Chain::of(refr).parts.into_iter();
        let brackets = brackets.filter(|part| matches!(part, Part::Index(_)));
        brackets.fold(all, |depths, _| within(depths))
    }

    fn call(&mut self, expr: &'a Expr, scope: &Scope<'a, '_>) {
        let Expr::Call { fcn, params, .. } = expr else {
            return;
        };
        let meaning = self
            .names
            .meaning(scope.unit, &scope.locals, &Chain::of(fcn));
        if let Meaning::Data(path) = meaning {
            let given: Vec<Depths> = params.iter().map(|param| self.of(param, scope)).collect();
            let known = self.arguments.entry(path).or_default();
            known.resize(known.len().max(given.len()), 0);
            for (known, given) in known.iter_mut().zip(given) {
                *known |= given;
            }
        }
    }

    fn root(&self, chain: &Chain<'a>, scope: &Scope<'a, '_>) -> (Depths, usize) {
        match self.names.meaning(scope.unit, &scope.locals, chain) {
            Meaning::Data(path) => match self.names.rule_at(&path) {
                Some((rule, _)) => {
                    let rest = path.len().saturating_sub(rule.len());
                    let skip = chain.static_keys().len().saturating_sub(rest);
                    (self.values.get(rule).copied().unwrap_or_default(), skip)
                }
                // A whole package, which may hold anything.
                None if self.names.is_prefix_of_a_rule(&path) => {
                    let any = self.values.values().any(|depths| *depths != 0);
                    (if any { Depths::MAX } else { 0 }, 0)
                }
                None => (0, 0),
            },
            Meaning::Local => match chain.root_name() {
                Some(name) => (scope.depths.get(name).copied().unwrap_or_default(), 0),
                None if chain.parts.is_empty() => (0, 0),
                None => (self.of(chain.root, scope), 0),
            },
            // Variables that unification binds are nobody's by name.
            Meaning::Nothing(name) => (
                scope.depths.get(name.as_str()).copied().unwrap_or_default(),
                0,
            ),
            Meaning::Input => (0, 0),
        }
    }

    /// How deep sets may lie in what an expression gives.
    fn of(&self, expr: &'a Expr, scope: &Scope<'a, '_>) -> Depths {
        let all = |items: &'a [Ref<Expr>]| {
            let items = items.iter().map(|item| self.of(item, scope));
            items.fold(0, |all, one| all | one)
        };
        match expr {
            Expr::Set { items, .. } => SELF | within(all(items)),
            Expr::SetCompr { term, .. } => SELF | within(self.of(term, scope)),
            Expr::Array { items, .. } => within(all(items)),
            Expr::ArrayCompr { term, .. } => within(self.of(term, scope)),
            Expr::Object { fields, .. } => fields.iter().fold(0, |all, (_, key, value)| {
                all | within(self.of(key, scope) | self.of(value, scope))
            }),
            Expr::ObjectCompr { key, value, .. } => {
                within(self.of(key, scope) | self.of(value, scope))
            }
            Expr::BinExpr { lhs, rhs, .. } => SELF | self.of(lhs, scope) | self.of(rhs, scope),
            Expr::ArithExpr { lhs, rhs, .. } => self.of(lhs, scope) | self.of(rhs, scope),
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                let chain = Chain::of(expr);
                let (depths, skip) = self.root(&chain, scope);
                let rest = chain.parts.len().saturating_sub(skip);
                (0..rest).fold(depths, |depths, _| member(depths))
            }
            Expr::Call { fcn, params, .. } => {
                let chain = Chain::of(fcn);
                if let Meaning::Data(path) = self.names.meaning(scope.unit, &scope.locals, &chain)
                    && let Some(depths) = self.values.get(&path)
                {
                    return *depths;
                }
                let given = all(params);
                match chain.dotted().unwrap_or_default().as_str() {
                    "intersection" | "union" => SELF | within(member(member(given))),
                    "object.keys" => SELF | given,
                    "graph.reachable" | "net.cidr_expand" | "json.patch" => SELF | given,
                    "graph.reachable_paths" => SELF | given,
                    "max" | "min" => member(given),
                    "count" | "sum" | "product" | "sprintf" | "concat" | "json.marshal"
                    | "type_name" | "is_set" => 0,
                    _ if given == 0 => 0,
                    // An argument, a part of one, or a collection of those.
                    _ => Depths::MAX,
                }
            }
            _ => 0,
        }
    }

    fn complain(&self, rule: &'a Rule, scope: &Scope<'a, '_>, found: &mut Vec<PolicyProblem>) {
        let mut tell = |expr: &'a Expr| {
            let at = extent(expr, &scope.unit.module.file.text);
            found.push(
                scope
                    .unit
                    .problem(
                        "set-order",
                        at,
                        "a set may be a member here, and OPA puts sets after objects, regorus before them",
                        "may be or hold a set",
                    )
                    .with_help("make an array of it: `[x | some x in the_set]`")
                    .as_warning(),
            );
        };
        // Nothing but sets, of what are none themselves, has one order.
        let is_plain = |expr: &'a Expr| {
            self.of(expr, scope) == 0
                || matches!(expr, Expr::Set { .. } | Expr::SetCompr { .. })
                    && self.of(expr, scope) == SELF
        };
        let only_sets = |items: &'a [Ref<Expr>]| {
            let no_object = |item: &Expr| {
                matches!(
                    item,
                    Expr::Set { .. }
                        | Expr::SetCompr { .. }
                        | Expr::Number { .. }
                        | Expr::String { .. }
                        | Expr::RawString { .. }
                        | Expr::Bool { .. }
                        | Expr::Null { .. }
                )
            };
            items.iter().all(|item| is_plain(item) && no_object(item))
        };
        visit::rule_expressions(rule, &mut |expr| match expr {
            Expr::Set { items, .. } if !only_sets(items) => {
                if let Some(item) = items.iter().find(|item| self.of(item, scope) != 0) {
                    tell(item);
                }
            }
            Expr::SetCompr { term, .. } if !is_plain(term) => tell(term),
            Expr::ObjectCompr { key, .. } if !is_plain(key) => tell(key),
            Expr::Object { fields, .. } => {
                if let Some((_, key, _)) =
                    fields.iter().find(|(_, key, _)| self.of(key, scope) != 0)
                {
                    tell(key);
                }
            }
            Expr::BinExpr {
                op: BinOp::Union, ..
            } if member(self.of(expr, scope)) != 0 => tell(expr),
            Expr::BoolExpr { op, lhs, rhs, .. } if !matches!(op, BoolOp::Eq | BoolOp::Ne) => {
                let both = [lhs, rhs];
                if both.iter().any(|side| self.of(side, scope) != 0) {
                    tell(lhs);
                }
            }
            Expr::Call { fcn, params, .. } => {
                let name = Chain::of(fcn).dotted().unwrap_or_default();
                let deep = |bits: Depths| params.iter().any(|p| self.of(p, scope) & bits != 0);
                match name.as_str() {
                    "sort" | "max" | "min" if deep(!SELF) => tell(expr),
                    "union" if deep(!(SELF | SELF << 1)) => tell(expr),
                    _ => {}
                }
            }
            _ => {}
        });
        if let Rule::Spec { head, .. } = rule {
            let chain = Chain::of(visit::rule_reference(rule));
            let brackets = chain.parts.into_iter().filter_map(|part| match part {
                Part::Index(index) => Some(index),
                Part::Key(..) => None,
            });
            let key = match head {
                RuleHead::Set { key: Some(key), .. } => Some(key.as_ref()),
                _ => None,
            };
            for expr in brackets.chain(key) {
                if self.of(expr, scope) != 0 {
                    tell(expr);
                }
            }
        }
    }
}

fn bind<'a>(pattern: &'a Expr, depths: Depths, scope: &mut Scope<'a, '_>) {
    match pattern {
        Expr::Var { span, .. } => *scope.depths.entry(span.text()).or_default() |= depths,
        Expr::Array { items, .. } => {
            for item in items {
                bind(item, member(depths), scope);
            }
        }
        Expr::Object { fields, .. } => {
            for (_, _, value) in fields {
                bind(value, member(depths), scope);
            }
        }
        _ => {}
    }
}
