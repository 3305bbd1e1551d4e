//! Rules that can't both be: of one name a set and a single value, functions of
//! different arity, or two values that always hold; one within another's value.
//!
//! OPA refuses all but the two values at load; here they would end the run where
//! the rule is reached, or hide each other.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Rule, RuleHead};

use super::names::{Definition, Names};
use crate::engine::scope::function;
use crate::engine::visit;
use crate::engine::visit::{Chain, extent, range};
use crate::policy::PolicyProblem;

/// What the definitions of a rule make together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `contains`: one set.
    Set,
    /// `name[key] := value`: one object.
    Object,
    /// One value.
    Value,
    /// A function.
    Function,
}

impl Kind {
    fn of(rule: &Rule) -> Self {
        match rule {
            Rule::Default { args, .. } if args.is_empty() => Self::Value,
            Rule::Default { .. } => Self::Function,
            Rule::Spec { head, .. } => match head {
                RuleHead::Set { .. } => Self::Set,
                RuleHead::Func { .. } => Self::Function,
                RuleHead::Compr { refr, .. } => {
                    if visit::has_brackets(refr) {
                        Self::Object
                    } else {
                        Self::Value
                    }
                }
            },
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Set => "a set",
            Self::Object => "an object",
            Self::Value => "one value",
            Self::Function => "a function",
        }
    }
}

/// Imports that a rule of their file has the name of, which readers may take
/// for each other.
fn imports(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    let mut own: BTreeSet<(usize, &str)> = BTreeSet::new();
    for (_, definition) in names.definitions() {
        let root = Chain::of(visit::rule_reference(definition.rule)).root_name();
        own.extend(root.map(|root| (definition.unit, root)));
    }
    for (index, unit) in names.units.iter().enumerate() {
        for (alias, (_, at)) in &unit.imports {
            if own.contains(&(index, alias.as_str())) {
                let problem = unit.problem(
                    "import-of-a-rules-name",
                    at.clone(),
                    format!("`{alias}` is an import of this file and a rule"),
                    "imported here",
                );
                let help = format!(
                    "`{alias}` is the import wherever this file says so, and the rule is `{}.{alias}`; give the import another name with `as`",
                    unit.package.join(".")
                );
                problems.push(problem.with_help(help).as_warning());
            }
        }
    }
}

/// Operators, where a rule or an import has the name of their function: OPA
/// calls that one.
fn operators(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for (_, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        visit::rule_expressions(definition.rule, &mut |expr| {
            let Some((name, at)) = function(expr) else {
                return;
            };
            let is_hidden = unit.imports.contains_key(name) || names.is_own(unit, name);
            if is_hidden && !matches!(expr, Expr::Call { .. }) {
                problems.push(
                    unit.problem(
                        "hidden-function",
                        at,
                        format!("OPA calls the function `{name}` here, and a rule or an import is called so"),
                        "an operator",
                    )
                    .with_help(format!("give what is called `{name}` another name")),
                );
            }
        });
    }
}

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    imports(names, problems);
    operators(names, problems);
    nested(names, problems);
    for (path, definitions) in &names.rules {
        let Some((first, others)) = definitions.split_first() else {
            continue;
        };
        let name = path.last().map(String::as_str).unwrap_or_default();
        let kind = Kind::of(first.rule);
        for other in others {
            let found = Kind::of(other.rule);
            if found != kind {
                problems.extend(told(
                    names,
                    (first, other),
                    format!("`{name}` is {} and {}", kind.as_str(), found.as_str()),
                    format!("here it is {}", found.as_str()),
                ));
            }
        }
        let arity = |definition: &&Definition<'_>| Some(visit::arguments(definition.rule)?.len());
        let different = others
            .iter()
            .find(|other| match (arity(&first), arity(other)) {
                (Some(one), Some(another)) => one != another,
                _ => false,
            });
        if let Some(other) = different {
            problems.extend(told(
                names,
                (first, other),
                format!("the function `{name}` is defined with different numbers of arguments"),
                "another number".to_owned(),
            ));
        }
        let mut always = definitions
            .iter()
            .filter_map(|definition| Some((definition, always(names, *definition)?)));
        if let Some((one, value)) = always.next()
            && let Some((other, _)) = always.find(|(_, given)| *given != value)
        {
            problems.extend(told(
                names,
                (one, other),
                format!("`{name}` always has two values"),
                "the other value".to_owned(),
            ));
        }
    }
}

/// Rules within the value of another rule: only what is made of keys of its own
/// lets others give it more of them, and no functions. Packages within a rule
/// are told with what lies at one place with it.
fn nested(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    let within = |path: &[String], is_function: bool| {
        (2..path.len()).find_map(|length| {
            let (outer, definitions) = names.rules.get_key_value(path.get(..length)?)?;
            let first = definitions.first()?;
            let is_open = visit::has_brackets(visit::rule_reference(first.rule));
            (is_function || !is_open).then_some((outer, first))
        })
    };
    for (path, definitions) in &names.rules {
        let is_function =
            |definition: &&Definition<'_>| Kind::of(definition.rule) == Kind::Function;
        let function = definitions.iter().find(is_function);
        if let Some(inner) = function.or(definitions.first())
            && let Some((outer, first)) = within(path, function.is_some())
            && names
                .unit(*inner)
                .is_some_and(|unit| !unit.package.starts_with(outer))
        {
            problems.extend(told(
                names,
                (first, inner),
                format!(
                    "`{}` lies within the rule `{}`",
                    path.join("."),
                    outer.join(".")
                ),
                "OPA refuses both".to_owned(),
            ));
        }
    }
}

fn told(
    names: &Names<'_>,
    (first, other): (&Definition<'_>, &Definition<'_>),
    message: String,
    label: String,
) -> Option<PolicyProblem> {
    let (before, unit) = (names.unit(*first)?, names.unit(*other)?);
    let at = range(visit::rule_reference(other.rule).span());
    let start = range(visit::rule_reference(first.rule).span()).start;
    let (line, column) = before.module.file.position(start);
    Some(
        unit.problem("conflicting-rules", at, message, label)
            .with_help(format!(
                "it is defined first at {}:{line}:{column}; give one of them another name or a condition",
                before.module.file.shown
            )),
    )
}

/// What a rule without conditions gives, as written, with its arguments where
/// they take anything.
fn always(names: &Names<'_>, definition: Definition<'_>) -> Option<String> {
    let Rule::Spec { head, bodies, .. } = definition.rule else {
        return None;
    };
    let (assign, arguments) = match head {
        RuleHead::Compr { assign, .. } if Kind::of(definition.rule) == Kind::Value => {
            (assign.as_ref()?, &[][..])
        }
        RuleHead::Func { assign, args, .. } => (assign.as_ref()?, args.as_slice()),
        _ => return None,
    };
    let text: &str = &names.unit(definition)?.module.file.text;
    let takes_anything = arguments
        .iter()
        .all(|argument| matches!(argument.as_ref(), Expr::Var { .. }));
    // Two computed values may be one.
    let is_plain = visit::is_written_out(&assign.value);
    (bodies.is_empty() && takes_anything && is_plain)
        .then(|| text.get(extent(&assign.value, text)).map(str::to_owned))
        .flatten()
}
