//! Rules that need each other in a long chain. Each rule is evaluated within
//! the one that needs it, on one stack: a chain too long would end the program
//! instead of the rule.

use std::collections::BTreeMap;

use super::graph::Graph;
use super::names::Names;
use crate::engine::visit;
use crate::engine::visit::range;
use crate::policy::PolicyProblem;

/// The longest chain that may be, in rules. Policies written by hand have a
/// tenth of it, and the stack holds several times as many.
const LONGEST: usize = 100;

/// How many rules of a chain are named at each end.
const NAMED: usize = 2;

/// Tells the chain that is too long, by its longest. The graph has no circle.
pub(super) fn lint(names: &Names<'_>, graph: &Graph<'_>, problems: &mut Vec<PolicyProblem>) {
    let chain = longest(graph);
    let (Some(start), true) = (chain.first(), chain.len() > LONGEST) else {
        return;
    };
    let definition = names.rules.get(*start).and_then(|all| all.first()).copied();
    let Some((definition, unit)) =
        definition.and_then(|definition| Some((definition, names.unit(definition)?)))
    else {
        return;
    };
    let name = start.last().map(String::as_str).unwrap_or_default();
    let told = |path: &&[String]| format!("`{}`", path.join("."));
    let first = chain.iter().take(NAMED).map(told);
    let last = chain
        .iter()
        .skip(chain.len().saturating_sub(NAMED))
        .map(told);
    let way: Vec<String> = first.chain(["...".to_owned()]).chain(last).collect();
    let at = range(visit::rule_reference(definition.rule).span());
    problems.push(
        unit.problem(
            "too-deep",
            at,
            format!(
                "`{name}` needs a chain of {} rules",
                chain.len().saturating_sub(1)
            ),
            "needs a rule that needs a rule ...",
        )
        .with_help(format!(
            "it goes {}; no chain may be longer than {LONGEST}",
            way.join(" → ")
        )),
    );
}

/// The longest chain of rules, from the one that needs all others on; the
/// first in order where several are as long.
fn longest<'n>(graph: &Graph<'n>) -> Vec<&'n [String]> {
    // How long the chain from each rule on is, and where it goes.
    let mut lengths: BTreeMap<&[String], (usize, Option<&'n [String]>)> = BTreeMap::new();
    for start in graph.keys() {
        // By hand, since this is about chains that no stack may hold.
        let mut waiting = vec![*start];
        while let Some(rule) = waiting.last().copied() {
            let needs = || graph.get(rule).into_iter().flatten().copied();
            let unknown: Vec<_> = needs().filter(|next| !lengths.contains_key(next)).collect();
            if !unknown.is_empty() && !lengths.contains_key(rule) {
                waiting.extend(unknown);
                continue;
            }
            let next = needs().max_by_key(|next| {
                (
                    lengths.get(next).map_or(0, |(length, _)| *length),
                    std::cmp::Reverse(*next),
                )
            });
            let length = next
                .and_then(|next| lengths.get(next))
                .map_or(0, |(length, _)| *length);
            lengths.insert(rule, (length.saturating_add(1), next));
            waiting.pop();
        }
    }
    let mut chain = Vec::new();
    let mut rule = graph.keys().copied().max_by_key(|rule| {
        (
            lengths.get(rule).map_or(0, |(length, _)| *length),
            std::cmp::Reverse(*rule),
        )
    });
    while let Some(next) = rule {
        chain.push(next);
        rule = lengths.get(next).and_then(|(_, next)| *next);
    }
    chain
}
