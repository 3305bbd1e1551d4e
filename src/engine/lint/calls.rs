//! Calls: builtins that aren't there, that break the promises of a report, or
//! that get another number of arguments; functions likewise.

use std::collections::BTreeSet;
use std::ops::Range;

use regorus::unstable::{BUILTINS, Expr, Literal};

use super::names::{Definition, Meaning, Names, Unit};
use crate::engine::visit;
use crate::engine::visit::{Chain, Node, range};
use crate::policy::{PolicyProblem, nearest};

/// Builtins that read what is neither evidence nor policy, and why each is
/// refused.
const FORBIDDEN: [(&str, &str); 6] = [
    ("http.send", "it opens a connection"),
    ("net.lookup_ip_addr", "it asks the network"),
    ("opa.runtime", "it reads the environment"),
    ("rand.intn", "it gives another value each run"),
    ("uuid.rfc4122", "it gives another value each run"),
    ("time.now_ns", "it reads the clock"),
];

/// How names begin that the engine has for itself, and OPA has not.
const OWN: [&str; 3] = ["__builtin_", "azure.", "test."];

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for (_, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        // A call that is all of a statement may have its result beside its
        // arguments.
        let mut alone = BTreeSet::new();
        visit::rule(definition.rule, &mut |node| match node {
            Node::Statement(statement) => {
                if let Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } =
                    &statement.literal
                {
                    alone.insert(expr.eidx());
                }
            }
            Node::Expr(expr @ Expr::Call { fcn, params, .. }) => {
                let given = Given {
                    count: params.len(),
                    is_alone: alone.contains(&expr.eidx()),
                };
                problems.extend(call(names, unit, fcn, given));
            }
            Node::Expr(_) => {}
        });
    }
}

/// What a call gives.
#[derive(Clone, Copy)]
struct Given {
    /// How many arguments.
    count: usize,
    /// Whether it is all of its statement.
    is_alone: bool,
}

fn call(names: &Names<'_>, unit: &Unit<'_>, callee: &Expr, given: Given) -> Option<PolicyProblem> {
    let chain = Chain::of(callee);
    let at =
        range(chain.root.span()).start..range(callee.span()).end.max(range(chain.root.span()).end);
    let at = chain.parts.iter().fold(at, |at, part| match part {
        visit::Part::Key(_, key) => at.start..key.end.max(at.end),
        visit::Part::Index(_) => at,
    });
    let dotted = chain.dotted()?;
    // A rule or import hides every builtin whose name begins with its own.
    if let Meaning::Data(path) = names.meaning(unit, &BTreeSet::new(), &chain) {
        return function(names, unit, &path, &dotted, given, at);
    }
    let mut within = unit.package.clone();
    within.extend(dotted.split('.').map(str::to_owned));
    if BUILTINS.contains_key(dotted.as_str()) && names.rules.contains_key(&within) {
        return Some(
            unit.problem(
                "builtin-and-function",
                at,
                format!(
                    "`{dotted}` is a builtin, and `{}` a function",
                    within.join(".")
                ),
                "either of them",
            )
            .with_help("OPA calls the builtin; give the function or its package another name"),
        );
    }
    builtin(names, unit, &dotted, given, at)
}

fn function(
    names: &Names<'_>,
    unit: &Unit<'_>,
    path: &[String],
    dotted: &str,
    given: Given,
    at: Range<usize>,
) -> Option<PolicyProblem> {
    let Some(definitions) = names.rules.get(path) else {
        let (last, parent) = path.split_last()?;
        let siblings = names.siblings(parent);
        let help = match nearest(last, siblings.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("`{}` defines no such function", parent.join(".")),
        };
        return Some(
            unit.problem(
                "unknown-function",
                at,
                format!("there is no function `{dotted}`"),
                "unknown",
            )
            .with_help(help),
        );
    };
    let Some(arity) = definitions
        .iter()
        .find_map(|definition| visit::arguments(definition.rule))
        .map(|arguments| arguments.len())
    else {
        return Some(
            unit.problem(
                "not-a-function",
                at,
                format!("`{dotted}` is no function"),
                "a rule without arguments",
            )
            .with_help(format!("write `{dotted}` without brackets")),
        );
    };
    let head = definitions
        .iter()
        .find_map(|definition| head(names, *definition));
    let problem = wrong_number(unit, dotted, arity, given, at)?;
    Some(match head {
        Some(head) => problem.with_help(format!("it is defined as `{head}`")),
        None => problem,
    })
}

/// A function as it is defined: `judged(i, trail)`.
fn head(names: &Names<'_>, definition: Definition<'_>) -> Option<String> {
    let file = &names.unit(definition)?.module.file;
    let name = file
        .text
        .get(range(visit::rule_reference(definition.rule).span()))?;
    let arguments: Option<Vec<&str>> = visit::arguments(definition.rule)?
        .into_iter()
        .map(|argument| file.text.get(range(argument.span())))
        .collect();
    Some(format!("{name}({})", arguments?.join(", ")))
}

fn builtin(
    names: &Names<'_>,
    unit: &Unit<'_>,
    name: &str,
    given: Given,
    at: Range<usize>,
) -> Option<PolicyProblem> {
    if name == "print" {
        return None;
    }
    if let Some((_, why)) = FORBIDDEN.iter().find(|(forbidden, _)| *forbidden == name) {
        let help = "a report depends on the evidence, the policy and the flags alone; take a parameter or `input.as_of`";
        return Some(
            unit.problem(
                "forbidden-builtin",
                at,
                format!("`{name}` has no place in a policy: {why}"),
                "refused",
            )
            .with_help(help),
        );
    }
    let known = BUILTINS.get(name);
    match known.filter(|_| !OWN.iter().any(|own| name.starts_with(own))) {
        Some((_, arity)) => wrong_number(unit, name, usize::from(*arity), given, at),
        None if operator(name).is_some() => {
            let operator = operator(name).unwrap_or_default();
            Some(
                unit.problem(
                    "operator-builtin",
                    at,
                    format!("`{name}` is the operator `{operator}`, and not called here"),
                    "an operator",
                )
                .with_help(format!("write `a {operator} b`")),
            )
        }
        None if super::opa::has(name) => Some(
            unit.problem(
                "lacking-builtin",
                at,
                format!("`{name}` is a builtin of OPA that this engine does not have"),
                "not here",
            )
            .with_help("write what it does in Rego, or leave what needs it to another tool; `coldtrail policy check` tells every such call"),
        ),
        None => {
            let help = match likely(names, unit, name) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "it is neither a function of this policy nor a builtin that coldtrail knows"
                        .to_owned()
                }
            };
            Some(
                unit.problem(
                    "unknown-builtin",
                    at,
                    format!("there is no function `{name}`"),
                    "unknown",
                )
                .with_help(help),
            )
        }
    }
}

/// The sign that OPA's builtin of this name is written as.
pub(super) fn operator(name: &str) -> Option<&'static str> {
    const OPERATORS: [(&str, &str); 15] = [
        ("and", "&"),
        ("assign", ":="),
        ("div", "/"),
        ("eq", "="),
        ("equal", "=="),
        ("gt", ">"),
        ("gte", ">="),
        ("lt", "<"),
        ("lte", "<="),
        ("minus", "-"),
        ("mul", "*"),
        ("neq", "!="),
        ("or", "|"),
        ("plus", "+"),
        ("rem", "%"),
    ];
    let known = OPERATORS.iter().find(|(known, _)| *known == name)?;
    Some(known.1)
}

/// The function that was probably meant: one of this package, else a builtin
/// whose last word is near, else one that is near as a whole.
fn likely(names: &Names<'_>, unit: &Unit<'_>, name: &str) -> Option<String> {
    let own = names.siblings(&unit.package);
    if let Some(near) = nearest(name, own.iter().map(String::as_str)) {
        return Some(near.to_owned());
    }
    let mut known: Vec<&str> = BUILTINS.keys().copied().collect();
    known.sort_unstable();
    let last = |name: &'static str| name.rsplit('.').next().unwrap_or(name);
    let word = name.rsplit('.').next().unwrap_or(name);
    let by_last = nearest(word, known.iter().map(|name| last(name)))
        .filter(|near| strsim::jaro_winkler(near, word) > 0.9);
    let found = match by_last {
        Some(near) => known.iter().find(|name| last(name) == near).copied(),
        None => nearest(name, known.iter().copied()),
    };
    found.map(str::to_owned)
}

/// One argument more is a result to unify with, where nothing else is made of
/// the call.
fn wrong_number(
    unit: &Unit<'_>,
    name: &str,
    arity: usize,
    given: Given,
    at: Range<usize>,
) -> Option<PolicyProblem> {
    let most = arity.saturating_add(usize::from(given.is_alone));
    let given = given.count;
    if (arity..=most).contains(&given) {
        return None;
    }
    let plural = if arity == 1 { "" } else { "s" };
    Some(unit.problem(
        "arity",
        at,
        format!("`{name}` takes {arity} argument{plural}, and gets {given}"),
        format!("{given} here"),
    ))
}
