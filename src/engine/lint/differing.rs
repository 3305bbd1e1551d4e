//! Patterns and formats written in the policy: what fails when it is reached,
//! and what OPA takes otherwise.
//!
//! What is known at load is told there, with its place; the same pattern from
//! evidence is an error of the call.

use regorus::unstable::{Expr, Literal};

use super::names::{Names, Unit};
use crate::engine::builtins::syntax::{Untranslated, translated};
use crate::engine::visit;
use crate::engine::visit::locals;
use crate::engine::visit::{Chain, Node, Part, extent};
use crate::policy::PolicyProblem;

/// Builtins that take a pattern, and which argument it is.
const PATTERNS: [(&str, usize); 5] = [
    ("regex.match", 0),
    ("regex.find_n", 0),
    ("regex.find_all_string_submatch_n", 0),
    ("regex.replace", 1),
    ("regex.split", 0),
];

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for (_, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        let locals = locals(definition.rule);
        visit::rule_expressions(definition.rule, &mut |expr| {
            problems.extend(array_order(unit, expr));
            if let Expr::Call { fcn, params, .. } = expr
                && let Some(name) = Chain::of(fcn).dotted()
            {
                let params: Vec<&Expr> = params.iter().map(AsRef::as_ref).collect();
                let text = |index: usize| {
                    let param = params.get(index)?;
                    Some((*param, names.key(unit, &locals, param)?.to_owned()))
                };
                if let Some((_, index)) = PATTERNS.iter().find(|(known, _)| *known == name) {
                    problems.extend(text(*index).and_then(|(at, text)| pattern(unit, at, &text)));
                }
                if name == "sprintf"
                    && let Some((at, text)) = text(0)
                {
                    problems.extend(format(unit, at, &text, params.get(1).copied()));
                }
                if name.starts_with("time.") {
                    let zones = params.iter().filter_map(|param| zone(param));
                    let mut named =
                        zones.filter_map(|zone| Some((zone, names.key(unit, &locals, zone)?)));
                    let local = named.find(|(_, name)| *name == "Local");
                    problems.extend(local.map(|(zone, _)| zone_of_the_machine(unit, zone)));
                }
            }
        });
    }
}

/// An array made of `walk` and another iteration: regorus may begin with either.
fn array_order(unit: &Unit<'_>, expr: &Expr) -> Option<PolicyProblem> {
    let Expr::ArrayCompr { query, .. } = expr else {
        return None;
    };
    let (mut walks, mut others) = (0usize, 0usize);
    visit::query(query, &mut |node| match node {
        Node::Expr(Expr::Call { fcn, .. }) => {
            walks = walks.saturating_add(usize::from(
                Chain::of(fcn).dotted().as_deref() == Some("walk"),
            ));
        }
        Node::Expr(expr @ (Expr::RefDot { .. } | Expr::RefBrack { .. })) => {
            let parts = Chain::of(expr).parts;
            let is_many = parts.iter().any(|part| matches!(part, Part::Index(_)));
            others = others.saturating_add(usize::from(is_many));
        }
        Node::Statement(statement) if matches!(statement.literal, Literal::SomeIn { .. }) => {
            others = others.saturating_add(1);
        }
        _ => {}
    });
    (walks > 0 && walks.saturating_add(others) > 1).then(|| {
        unit.problem(
            "array-order",
            extent(expr, &unit.module.file.text),
            "the order of this array may be another in OPA: `walk` is not its only iteration",
            "made of several iterations",
        )
        .with_help("make a set of it, or sort it")
        .as_warning()
    })
}

/// The zone of a time that is written as `[ns, zone]` or `[ns, zone, layout]`.
fn zone(time: &Expr) -> Option<&Expr> {
    match time {
        Expr::Array { items, .. } => items.get(1).map(AsRef::as_ref),
        _ => None,
    }
}

fn zone_of_the_machine(unit: &Unit<'_>, zone: &Expr) -> PolicyProblem {
    let at = extent(zone, &unit.module.file.text);
    let message = "the zone `Local` is that of the machine that runs";
    unit.problem("local-zone", at, message, "not the same everywhere")
        .with_help("name one, such as `UTC` or `Europe/Berlin`")
}

fn pattern(unit: &Unit<'_>, at: &Expr, pattern: &str) -> Option<PolicyProblem> {
    let at = extent(at, &unit.module.file.text);
    Some(match translated(pattern).err()? {
        Untranslated::Wrong(why) => unit.problem(
            "bad-pattern",
            at,
            format!("the pattern can't be read: {why}"),
            "this pattern",
        ),
        Untranslated::Lacking(what) => unit
            .problem(
                "lacking-pattern",
                at,
                format!("the pattern has {what}, which this engine lacks"),
                "this pattern",
            )
            .with_help("write the characters that are meant, such as `[0-9A-Za-z]`"),
    })
}

fn format(unit: &Unit<'_>, at: &Expr, format: &str, given: Option<&Expr>) -> Option<PolicyProblem> {
    let at = extent(at, &unit.module.file.text);
    let (mut wanted, mut odd) = (0usize, None);
    let mut rest = format;
    while let Some((_, after)) = rest.split_once('%') {
        let end = after
            .find(|sign: char| sign.is_alphabetic() || sign == '%')
            .unwrap_or(after.len());
        let (between, verb) = (after.get(..end)?, after.get(end..)?.chars().next());
        rest = after
            .get(end.saturating_add(verb.map_or(0, char::len_utf8))..)
            .unwrap_or_default();
        if verb == Some('%') && between.is_empty() {
            continue;
        }
        wanted = wanted.saturating_add(1);
        let is_known = between
            .chars()
            .all(|sign| sign.is_ascii_digit() || "-+ .".contains(sign));
        let same = is_known && verb.is_some_and(|verb| "svdxXbcqoOteEfFgG".contains(verb));
        if !same {
            odd.get_or_insert(format!(
                "%{between}{}",
                verb.map_or_else(String::new, String::from)
            ));
        }
    }
    if let Some(verb) = odd {
        return Some(
            unit.problem(
                "format-verb",
                at,
                format!("`{verb}` is written otherwise by OPA, or not at all here"),
                format!("has `{verb}`"),
            )
            .with_help("`%s` of a text, `%d` of a whole number and `%v` of anything are the same in both; `%%` is a percent sign")
            .as_warning(),
        );
    }
    let Some(Expr::Array { items, .. }) = given else {
        return None;
    };
    if items.len() == wanted {
        return None;
    }
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    Some(unit.problem(
        "format-arguments",
        at,
        format!(
            "the format has {wanted} verb{}, and gets {} value{}",
            plural(wanted),
            items.len(),
            plural(items.len())
        ),
        "this format",
    ))
}
