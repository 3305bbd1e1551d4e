//! Rules whose value is a text or a number that the program or its data says, such
//! as spans of time, parameters and patterns put together: a look at a rule costs as much as
//! ten look-ups of a key.

use std::collections::BTreeMap;

use regorus::unstable::{Expr, Rule, RuleHead};
use serde_json::Value;

use super::{Facts, Unit};
use crate::engine::builtins;
use crate::engine::visit::{self, Chain, Node};

#[derive(Clone)]
enum Constant {
    Text(String),
    Number(i64),
}

/// The text of each constant.
pub(super) fn among(
    facts: &Facts<'_>,
    units: &[Unit<'_>],
    data: &Value,
) -> BTreeMap<Vec<String>, String> {
    let mut found: BTreeMap<Vec<String>, Constant> = BTreeMap::new();
    // Where it may be replaced, data is not what it is.
    let nothing = Value::Null;
    let data = match units.iter().any(|unit| replaces_data(unit)) {
        true => &nothing,
        false => data,
    };
    // Those that name others come after them, at the latest in as many rounds.
    loop {
        let before = found.len();
        for unit in units {
            for rule in &unit.tree.policy {
                let Some((name, value)) = plain(rule) else {
                    continue;
                };
                let mut path = unit.package.clone();
                path.push(name.to_owned());
                // A default beside it is for where it has no value.
                let is_alone = facts.rules.get(&path).is_some_and(|rules| {
                    let is_default = |rule: &&&Rule| matches!(rule, Rule::Default { .. });
                    rules.len() - rules.iter().filter(is_default).count() == 1
                });
                let scope = Scope {
                    facts,
                    unit,
                    known: &found,
                    data,
                };
                if is_alone
                    && !found.contains_key(&path)
                    && let Some(constant) = scope.value(value)
                {
                    found.insert(path, constant);
                }
            }
        }
        if found.len() == before {
            break;
        }
    }
    let written = |constant: Constant| match constant {
        Constant::Text(text) => serde_json::to_string(&text).ok(),
        Constant::Number(number) => Some(number.to_string()),
    };
    found
        .into_iter()
        .filter_map(|(path, constant)| Some((path, written(constant)?)))
        .collect()
}

/// `name := value` without a body.
fn plain(rule: &Rule) -> Option<(&str, &Expr)> {
    let Rule::Spec { head, bodies, .. } = rule else {
        return None;
    };
    match head {
        RuleHead::Compr {
            refr,
            assign: Some(assign),
            ..
        } if bodies.is_empty() => match refr.as_ref() {
            Expr::Var { span, .. } => Some((span.text(), &assign.value)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether something is evaluated with other data.
fn replaces_data(unit: &Unit<'_>) -> bool {
    let mut replaces = false;
    for rule in &unit.tree.policy {
        visit::rule(rule, &mut |node| {
            if let Node::Statement(statement) = node {
                let targets = statement.with_mods.iter();
                replaces |= targets
                    .map(|with| unit.whole(&with.refr).1)
                    .any(|keys| keys.first().is_some_and(|root| root == "data"));
            }
        });
    }
    replaces
}

struct Scope<'s> {
    facts: &'s Facts<'s>,
    unit: &'s Unit<'s>,
    known: &'s BTreeMap<Vec<String>, Constant>,
    data: &'s Value,
}

impl Scope<'_> {
    fn value(&self, expr: &Expr) -> Option<Constant> {
        match expr {
            Expr::String { .. } | Expr::RawString { .. } => {
                visit::text(expr).map(|text| Constant::Text(text.to_owned()))
            }
            Expr::Number { span, .. } => span.text().parse().ok().map(Constant::Number),
            Expr::Var { .. } | Expr::RefDot { .. } => {
                super::path(expr)?;
                let (_, keys) = self.unit.whole(expr);
                match self.facts.named(self.unit, &keys) {
                    Some(named) => self.known.get(&named).cloned(),
                    None => self.given(&keys),
                }
            }
            Expr::Call { fcn, params, .. } => {
                let [one, other] = params.as_slice() else {
                    return None;
                };
                let name = Chain::of(fcn).dotted()?;
                if let Some(calculate) = whole_numbers(&name) {
                    return self.calculated(one, other, calculate);
                }
                let (between, parts) = (one, other);
                let (Constant::Text(between), Expr::Array { items, .. }) =
                    (self.value(between)?, parts.as_ref())
                else {
                    return None;
                };
                let texts = items.iter().map(|item| match self.value(item)? {
                    Constant::Text(text) => Some(text),
                    Constant::Number(_) => None,
                });
                let texts: Vec<String> = texts.collect::<Option<_>>()?;
                let is_concat = name == "concat"
                    && self
                        .facts
                        .named(self.unit, &["concat".to_owned()])
                        .is_none();
                is_concat.then(|| Constant::Text(texts.join(&between)))
            }
            _ => None,
        }
    }

    /// What the data beside all packages has under these keys.
    fn given(&self, keys: &[String]) -> Option<Constant> {
        let (root, keys) = keys.split_first()?;
        if root != "data" {
            return None;
        }
        let value = keys.iter().try_fold(self.data, |data, key| data.get(key))?;
        match value {
            Value::String(text) => Some(Constant::Text(text.clone())),
            Value::Number(number) => {
                let number = number.as_i64().filter(|number| *number >= 0)?;
                Some(Constant::Number(number))
            }
            _ => None,
        }
    }

    fn calculated(&self, one: &Expr, other: &Expr, calculate: Calculate) -> Option<Constant> {
        match (self.value(one)?, self.value(other)?) {
            // A negative number is a subtraction to the engine.
            (Constant::Number(one), Constant::Number(other)) => calculate(one, other)
                .filter(|result| *result >= 0)
                .map(Constant::Number),
            _ => None,
        }
    }
}

type Calculate = fn(i64, i64) -> Option<i64>;

/// What an operator that is a function by now gives of whole numbers.
fn whole_numbers(function: &str) -> Option<Calculate> {
    match function {
        builtins::PLUS => Some(i64::checked_add),
        builtins::MINUS => Some(i64::checked_sub),
        builtins::TIMES => Some(i64::checked_mul),
        _ => None,
    }
}
