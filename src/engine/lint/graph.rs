//! Which rule needs which: recursion, rules that nothing needs, branches that
//! can't be reached.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Unbounded};

use regorus::unstable::{Expr, Literal, Rule, RuleBody, RuleHead};

use super::depth;
use super::names::{Meaning, Names};
use crate::engine::visit;
use crate::engine::visit::locals;
use crate::engine::visit::{Chain, range};
use crate::policy::{Kind, PolicyProblem, nearest};

/// Rule paths and the rule paths each needs.
pub(super) type Graph<'n> = BTreeMap<&'n [String], BTreeSet<&'n [String]>>;

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    let graph = &graph(names);
    let knot = knot(graph);
    if knot.is_empty() {
        depth::lint(names, graph, problems);
    } else {
        recursion(names, graph, &knot, problems);
    }
    problems.extend(unused(names, graph));
    unreachable(names, problems);
}

/// The rules, each after what it needs and after those that put something into
/// it; on a circle in any order.
pub(super) fn needs_first<'n>(graph: &Graph<'n>) -> Vec<&'n [String]> {
    let mut order = Vec::new();
    let mut seen: BTreeSet<&[String]> = BTreeSet::new();
    for start in graph.keys() {
        // Each rule twice: first what it needs, then itself.
        let mut open = vec![(*start, false)];
        while let Some((rule, is_done)) = open.pop() {
            if is_done {
                order.push(rule);
            } else if seen.insert(rule) {
                open.push((rule, true));
                let needs = graph.get(rule).into_iter().flatten();
                open.extend(needs.map(|needed| (*needed, false)));
                let below = graph.range::<&[String], _>((Excluded(rule), Unbounded));
                let below = below.take_while(|(other, _)| other.starts_with(rule));
                open.extend(below.map(|(below, _)| (*below, false)));
            }
        }
    }
    order
}

fn graph<'n>(names: &'n Names<'_>) -> Graph<'n> {
    let mut graph: Graph<'n> = BTreeMap::new();
    for (path, definition) in names.definitions() {
        let needs = graph.entry(path).or_default();
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        let locals = locals(definition.rule);
        visit::rule_expressions(definition.rule, &mut |expr| {
            // A variable can't be called, so none hides a function.
            let meaning = match expr {
                Expr::Call { fcn, .. } => names.meaning(unit, &BTreeSet::new(), &Chain::of(fcn)),
                Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                    names.meaning(unit, &locals, &Chain::of(expr))
                }
                _ => return,
            };
            if let Meaning::Data(path) = meaning {
                match names.rule_at(&path) {
                    Some((rule, _)) => {
                        needs.insert(rule);
                    }
                    // A whole package needs all its rules.
                    None => needs.extend(
                        names
                            .rules
                            .keys()
                            .filter(|rule| rule.starts_with(&path))
                            .map(Vec::as_slice),
                    ),
                }
            }
        });
    }
    graph
}

/// What is left when rules that need nothing are taken off, again and again:
/// the rules on circles, and those that lead there.
fn knot<'n>(graph: &Graph<'n>) -> BTreeSet<&'n [String]> {
    let mut needed_by: BTreeMap<&[String], Vec<&'n [String]>> = BTreeMap::new();
    let mut open: BTreeMap<&[String], usize> = BTreeMap::new();
    for (rule, needs) in graph {
        let needs = needs.iter().filter(|next| graph.contains_key(*next));
        for next in needs.clone() {
            needed_by.entry(next).or_default().push(rule);
        }
        open.insert(rule, needs.count());
    }
    let mut left: BTreeSet<&[String]> = graph.keys().copied().collect();
    let none = open.iter().filter(|(_, count)| **count == 0);
    let mut free: Vec<&[String]> = none.map(|(rule, _)| *rule).collect();
    while let Some(rule) = free.pop() {
        left.remove(rule);
        for user in needed_by.get(rule).into_iter().flatten() {
            let Some(count) = open.get_mut(user) else {
                continue;
            };
            *count = count.saturating_sub(1);
            if *count == 0 {
                free.push(user);
            }
        }
    }
    left
}

/// Rules that need themselves, each circle told once.
fn recursion(
    names: &Names<'_>,
    graph: &Graph<'_>,
    knot: &BTreeSet<&[String]>,
    problems: &mut Vec<PolicyProblem>,
) {
    let mut told: BTreeSet<&[String]> = BTreeSet::new();
    for start in graph.keys().filter(|rule| knot.contains(*rule)) {
        let Some(circle) = circle(graph, start) else {
            continue;
        };
        if circle.iter().any(|rule| told.contains(rule)) {
            continue;
        }
        told.extend(circle.iter().copied());
        let Some(definition) = names
            .rules
            .get(*start)
            .and_then(|definitions| definitions.first())
        else {
            continue;
        };
        let Some(unit) = names.unit(*definition) else {
            continue;
        };
        let name = start.last().map(String::as_str).unwrap_or_default();
        let way: Vec<String> = circle
            .iter()
            .chain([start])
            .map(|path| format!("`{}`", path.join(".")))
            .collect();
        let at = range(visit::rule_reference(definition.rule).span());
        problems.push(
            unit.problem(
                "recursion",
                at,
                format!("`{name}` needs itself"),
                "needs itself",
            )
            .with_help(format!(
                "it goes {}; Rego has no recursion",
                way.join(" → ")
            )),
        );
    }
}

/// The shortest way from a rule back to itself.
fn circle<'n>(graph: &Graph<'n>, start: &'n [String]) -> Option<Vec<&'n [String]>> {
    let mut ways = vec![vec![start]];
    let mut seen: BTreeSet<&[String]> = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in graph.get(*way.last()?).into_iter().flatten() {
                if *next == start {
                    return Some(way);
                }
                if seen.insert(next) {
                    let mut way = way.clone();
                    way.push(next);
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    None
}

/// What is told of rules that nothing in these files needs.
pub(super) fn unneeded(names: &Names<'_>) -> Vec<PolicyProblem> {
    unused(names, &graph(names))
}

/// Rules that no result, warning or test needs.
fn unused(names: &Names<'_>, graph: &Graph<'_>) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    let mut needed: BTreeSet<&[String]> = BTreeSet::new();
    let mut waiting: Vec<&[String]> = graph
        .keys()
        .copied()
        .filter(|path| is_entry(names, path))
        .collect();
    while let Some(path) = waiting.pop() {
        if needed.insert(path) {
            waiting.extend(graph.get(path).into_iter().flatten());
        }
    }
    for (path, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        if unit.is_test() || needed.contains(path.as_slice()) {
            continue;
        }
        let (Some(name), Some(package)) = (path.last(), path.get(1..path.len().saturating_sub(1)))
        else {
            continue;
        };
        let policy = names
            .set
            .policies()
            .iter()
            .find(|policy| policy.package == package.join("."));
        // A library has what its users may want.
        if policy.is_none() {
            continue;
        }
        let at = range(visit::rule_reference(definition.rule).span());
        let problem = unit.problem(
            "unused-rule",
            at,
            format!("nothing needs `{name}`"),
            "can never give a result",
        );
        let contract = ["subjects", "checks", "results", "warnings"];
        let near = policy
            .filter(|policy| matches!(policy.kind, Kind::Control(_)))
            .and_then(|_| nearest(name, contract));
        problems.push(match near {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem
                .with_help(
                    "take it out, or use it; a rule for tests alone belongs in the test file",
                )
                .as_warning(),
        });
    }
    problems
}

/// Whether a rule is asked for from outside: by the contract, by conftest, by
/// a test, or as a library that no policy here uses.
fn is_entry(names: &Names<'_>, path: &[String]) -> bool {
    let Some((name, package)) = path.split_last() else {
        return false;
    };
    let package = package.get(1..).unwrap_or_default().join(".");
    let own = names
        .set
        .policies()
        .iter()
        .find(|policy| policy.package == package);
    let asked = match own.map(|policy| &policy.kind) {
        Some(Kind::Control(_)) => {
            ["subjects", "checks", "results", "warnings"].contains(&name.as_str())
        }
        Some(Kind::Conftest(rules)) => rules.contains(name),
        None => false,
    };
    let in_test = names
        .rules
        .get(path)
        .into_iter()
        .flatten()
        .any(|definition| {
            names
                .unit(*definition)
                .is_some_and(super::names::Unit::is_test)
        });
    asked || in_test
}

/// `else` branches behind one that always holds.
fn unreachable(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for (path, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        let Rule::Spec { head, bodies, .. } = definition.rule else {
            continue;
        };
        let own = match head {
            RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => assign.as_ref(),
            RuleHead::Set { .. } => None,
        };
        let mut always = false;
        for body in bodies {
            if always && body.is_else {
                let name = path.last().map(String::as_str).unwrap_or_default();
                problems.push(
                    unit.problem(
                        "unreachable-else",
                        range(&body.span),
                        format!("this branch of `{name}` can never be reached"),
                        "behind a branch that always holds",
                    )
                    .with_help("a branch without conditions comes last"),
                );
                break;
            }
            let given = match body.is_else {
                true => body.assign.as_ref(),
                false => own,
            };
            // A value that may be undefined leaves the next branch its turn.
            always = holds_always(body)
                && given.is_none_or(|assign| visit::is_written_out(&assign.value));
        }
    }
}

/// Whether a body has no condition, or `true` alone.
fn holds_always(body: &RuleBody) -> bool {
    match body.query.stmts.as_slice() {
        [] => true,
        [statement] => {
            matches!(&statement.literal, Literal::Expr { expr, .. } if visit::always_true(expr))
        }
        _ => false,
    }
}
