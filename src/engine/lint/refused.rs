//! What OPA's parser, compiler and type checker refuse and regorus takes:
//! arguments with the names of documents, functions as values, keys that a literal
//! doesn't have, defaults that are second ones.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regorus::unstable::{AssignOp, BUILTINS, Expr, Literal, Rule, RuleHead};

use super::names::{Definition, Meaning, Names, Unit, plain_value};
use crate::engine::visit::locals;
use crate::engine::visit::{self, Chain, Node, Part, extent, range};
use crate::policy::PolicyProblem;

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for definitions in names.rules.values() {
        let is_default =
            |definition: &&Definition<'_>| matches!(definition.rule, Rule::Default { .. });
        for second in definitions.iter().filter(is_default).skip(1) {
            let Some(unit) = names.unit(*second) else {
                continue;
            };
            let at = range(visit::rule_reference(second.rule).span());
            let name = visit::rule_reference(second.rule).span().text();
            problems.push(
                unit.problem(
                    "second-default",
                    at,
                    format!("`{name}` has a default already"),
                    "the second",
                )
                .with_help("OPA refuses it; take one of them out"),
            );
        }
    }
    for (_, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        unnamed(unit, definition.rule, problems);
        head(unit, definition.rule, problems);
        prints(unit, definition.rule, problems);
        values(names, unit, definition.rule, problems);
    }
}

/// A name that is a word of Rego's own, and a head that says nothing.
fn unnamed(unit: &Unit<'_>, rule: &Rule, problems: &mut Vec<PolicyProblem>) {
    let reference = visit::rule_reference(rule);
    let text = &unit.module.file.text;
    if let Expr::Var { span, .. } = reference
        && span.text() == "contains"
    {
        let message = "no rule can be called `contains`";
        problems.push(
            unit.problem("keyword-as-rule", range(span), message, "OPA refuses it")
                .with_help("it is a word of Rego's own; give the rule another name"),
        );
    }
    // `x["a"]`: a set, as versions of Rego before the first wrote it.
    if let Rule::Spec {
        head: RuleHead::Set { key: Some(key), .. },
        ..
    } = rule
        && let Some(between) = text.get(extent(reference, text).end..range(key.span()).start)
        && between.trim_start().starts_with('[')
        && !between.contains("contains")
    {
        let name = reference.span().text();
        problems.push(
            unit.problem(
                "bare-rule",
                range(reference.span()),
                format!("this gives `{name}` neither a member nor a value"),
                "OPA refuses it",
            )
            .with_help(format!(
                "write `{name} contains …` for a set, and `{name}[…] := …` for an object"
            )),
        );
    }
}

/// Arguments, and a default's value.
fn head(unit: &Unit<'_>, rule: &Rule, problems: &mut Vec<PolicyProblem>) {
    if let Rule::Spec {
        head: RuleHead::Func { refr, args, .. },
        ..
    } = rule
        && args.is_empty()
    {
        let name = refr.span().text();
        problems.push(
            unit.problem(
                "no-arguments",
                range(refr.span()),
                format!("the function `{name}` takes no arguments"),
                "OPA refuses it",
            )
            .with_help("write it without brackets, here and where it is called"),
        );
    }
    for argument in visit::arguments(rule).into_iter().flatten() {
        visit::expression(argument, &mut |node| {
            if let Node::Expr(Expr::Var { span, .. }) = node
                && matches!(span.text(), "data" | "input")
            {
                problems.push(
                    unit.problem(
                        "argument-of-a-documents-name",
                        range(span),
                        format!("an argument can't be called `{}`", span.text()),
                        "OPA refuses it",
                    )
                    .with_help("give it another name"),
                );
            }
        });
    }
    if let Rule::Default { value, .. } = rule {
        let mut has_variable = false;
        if !matches!(
            value.as_ref(),
            Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. }
        ) {
            visit::expression(value, &mut |node| {
                has_variable |= matches!(
                    node,
                    Node::Expr(
                        Expr::Var { .. }
                            | Expr::RefDot { .. }
                            | Expr::RefBrack { .. }
                            | Expr::Call { .. }
                    )
                );
            });
        }
        if has_variable {
            problems.push(
                unit.problem(
                    "computed-default",
                    extent(value, &unit.module.file.text),
                    "a default is written out, and this is computed",
                    "OPA refuses it",
                )
                .with_help("write the value itself, or another rule with `else`"),
            );
        }
    }
}

/// `print` is a statement, and nothing else.
fn prints(unit: &Unit<'_>, rule: &Rule, problems: &mut Vec<PolicyProblem>) {
    let mut alone = BTreeSet::new();
    visit::rule(rule, &mut |node| match node {
        Node::Statement(statement) => {
            if let Literal::Expr { expr, .. } = &statement.literal {
                alone.insert(expr.eidx());
            }
        }
        Node::Expr(expr @ Expr::Call { fcn, .. }) => {
            if Chain::of(fcn).dotted().as_deref() == Some("print") && !alone.contains(&expr.eidx())
            {
                problems.push(
                    unit.problem(
                        "print-as-value",
                        extent(expr, &unit.module.file.text),
                        "`print` has no value",
                        "used as one",
                    )
                    .with_help("put it on a line of its own, without `not`"),
                );
            }
        }
        Node::Expr(_) => {}
    });
}

/// References to functions, and to what isn't in a literal.
fn values(names: &Names<'_>, unit: &Unit<'_>, rule: &Rule, problems: &mut Vec<PolicyProblem>) {
    let locals = locals(rule);
    let mut replaced: BTreeSet<u32> = BTreeSet::new();
    let mut written: BTreeMap<&str, Option<&Expr>> = BTreeMap::new();
    let mut others = Vec::new();
    others.extend(visit::arguments(rule).into_iter().flatten());
    visit::rule(rule, &mut |node| match node {
        Node::Statement(statement) => {
            for modifier in &statement.with_mods {
                replaced.extend([modifier.refr.eidx(), modifier.r#as.eidx()]);
            }
            match &statement.literal {
                Literal::SomeIn { key, value, .. } => {
                    others.extend(key.iter().chain([value]).map(AsRef::as_ref));
                }
                Literal::SomeVars { vars, .. } => {
                    written.extend(vars.iter().map(|var| (var.text(), None)));
                }
                Literal::Every { key, value, .. } => {
                    let vars = key.iter().chain([value]);
                    written.extend(vars.map(|var| (var.text(), None)));
                }
                _ => {}
            }
        }
        Node::Expr(Expr::AssignExpr {
            op: AssignOp::ColEq,
            lhs,
            rhs,
            ..
        }) => {
            if let Expr::Var { span, .. } = lhs.as_ref() {
                let literal = visit::is_written_out(rhs).then_some(rhs.as_ref());
                // What is declared twice may be either.
                written
                    .entry(span.text())
                    .and_modify(|known| *known = None)
                    .or_insert(literal);
            }
        }
        Node::Expr(_) => {}
    });
    for pattern in others {
        visit::expression(pattern, &mut |node| {
            if let Node::Expr(Expr::Var { span, .. }) = node {
                written.insert(span.text(), None);
            }
        });
    }
    let elsewhere = elsewhere(names, unit, rule);
    visit::rule_expressions(rule, &mut |expr| {
        if !matches!(
            expr,
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. }
        ) || replaced.contains(&expr.eidx())
        {
            return;
        }
        let chain = Chain::of(expr);
        let text = &unit.module.file.text;
        match names.meaning(unit, &locals, &chain) {
            Meaning::Data(path) => {
                let Some((found, definitions)) = names.rule_at(&path) else {
                    return;
                };
                let is_function =
                    |definition: &Definition<'_>| visit::arguments(definition.rule).is_some();
                if definitions.iter().any(is_function) {
                    let name = found.last().map(String::as_str).unwrap_or_default();
                    problems.push(
                        unit.problem(
                            "function-as-value",
                            extent(expr, text),
                            format!("`{name}` is a function, and stands for no value"),
                            "not called",
                        )
                        .with_help(format!("call it: `{name}(…)`")),
                    );
                } else if let [definition] = definitions.as_slice()
                    && let Some(value) = plain_value(definition.rule)
                    && visit::is_written_out(value)
                    && !visit::has_brackets(visit::rule_reference(definition.rule))
                {
                    let place = range(expr.span());
                    let is_replaced = |(within, of): &(Range<usize>, Vec<String>)| {
                        within.contains(&place.start) && of == found
                    };
                    if elsewhere.iter().any(is_replaced) {
                        return;
                    }
                    // What leads to the rule is no part of its value.
                    let leading = found
                        .len()
                        .saturating_sub(path.len().saturating_sub(chain.static_keys().len()));
                    let parts = chain.parts.get(leading..).unwrap_or_default();
                    problems.extend(missing(unit, value, parts, extent(expr, text)));
                }
            }
            Meaning::Local => {
                let value = match chain.root {
                    Expr::Var { span, .. } => written.get(span.text()).copied().flatten(),
                    root => visit::is_written_out(root).then_some(root),
                };
                if let Some(value) = value {
                    problems.extend(missing(unit, value, &chain.parts, extent(expr, text)));
                }
            }
            Meaning::Nothing(name) if BUILTINS.contains_key(name.as_str()) => {}
            _ => {}
        }
    });
}

/// The rules that a `with` replaces, and in which statements.
fn elsewhere(names: &Names<'_>, unit: &Unit<'_>, rule: &Rule) -> Vec<(Range<usize>, Vec<String>)> {
    let mut all = Vec::new();
    visit::rule(rule, &mut |node| {
        let Node::Statement(statement) = node else {
            return;
        };
        for modifier in &statement.with_mods {
            let target = Chain::of(&modifier.refr);
            if let Meaning::Data(path) = names.meaning(unit, &BTreeSet::new(), &target) {
                all.push((range(&statement.span), path));
            }
        }
    });
    all
}

/// Complains where parts of a reference lead to nothing in a literal.
fn missing(
    unit: &Unit<'_>,
    value: &Expr,
    parts: &[Part<'_>],
    at: Range<usize>,
) -> Option<PolicyProblem> {
    let mut value = value;
    for part in parts {
        // To OPA an empty one may have any member.
        let is_empty = match value {
            Expr::Object { fields, .. } => fields.is_empty(),
            Expr::Array { items, .. } => items.is_empty(),
            _ => false,
        };
        if is_empty {
            return None;
        }
        let shown;
        let found = match (value, part) {
            (Expr::Object { fields, .. }, Part::Key(key, _)) => {
                let all: Option<Vec<&str>> = fields
                    .iter()
                    .map(|(_, name, _)| visit::text(name))
                    .collect();
                // A key that is computed may be any.
                let index = all?.iter().position(|name| name == key);
                shown = format!("the key `{key}`");
                index
                    .and_then(|index| fields.get(index))
                    .map(|(_, _, value)| value.as_ref())
            }
            (Expr::Array { items, .. }, Part::Index(Expr::Number { value: at, .. })) => {
                shown = format!("a member {at}");
                usize::try_from(at.as_i64().ok()?)
                    .ok()
                    .and_then(|index| items.get(index))
                    .map(AsRef::as_ref)
            }
            (Expr::Array { .. }, Part::Key(key, _)) => {
                shown = format!("the key `{key}`");
                None
            }
            (
                Expr::Number { .. }
                | Expr::Bool { .. }
                | Expr::Null { .. }
                | Expr::String { .. }
                | Expr::RawString { .. },
                _,
            ) => {
                shown = "anything in it".to_owned();
                None
            }
            _ => return None,
        };
        match found {
            Some(inner) => value = inner,
            None => {
                return Some(
                    unit.problem(
                        "not-in-literal",
                        at,
                        format!("what is written out has not {shown}"),
                        "leads nowhere",
                    )
                    .with_help("OPA refuses it: correct the key, or take what doesn't change out of the rule"),
                );
            }
        }
    }
    None
}
