//! Functions written where they are called.

use std::collections::BTreeMap;

use regorus::unstable::{Expr, Literal, LiteralStmt, Ref, RuleHead};

use super::{Alternative, Printer, binding};
use crate::engine::optimize::MADE;
use crate::engine::optimize::inline::{Arm, Function, Scope, parameters, variable};
use crate::engine::visit;

/// How deep a function is written into another.
const DEEPEST: usize = 8;

/// The end of an arm that gives what another function gives.
struct Tail<'p> {
    /// The statements before the call.
    asked: &'p [LiteralStmt],
    function: &'p Function<'p>,
    arguments: &'p [Ref<Expr>],
}

impl<'p> Printer<'p> {
    /// The function of this name, as far as it may be written where it is called.
    pub(super) fn function(&self, name: &Expr) -> Option<&'p Function<'p>> {
        let (_, keys) = self.unit.whole(name);
        let path = self.facts.named(self.unit, &keys)?;
        let function = self.facts.functions.get(&path)?;
        let is_hidden = function
            .rules
            .iter()
            .any(|rule| self.declared.contains(rule));
        // What is a builtin there may be a rule here.
        let unit = self.units.get(function.unit)?;
        let is_taken = |name: &&str| {
            let path: Vec<String> = self
                .package
                .iter()
                .cloned()
                .chain([(*name).to_owned()])
                .collect();
            self.facts.rules.contains_key(&path)
        };
        let is_foreign = unit.package != self.package && function.called.iter().any(is_taken);
        (!is_hidden && !is_foreign && self.depth < DEEPEST).then_some(function)
    }

    /// The arm of a function that calls another with the most arms for its value,
    /// where these may take its place.
    pub(super) fn longest(
        &self,
        head: &'p RuleHead,
        bodies: &[(Option<&'p Expr>, &'p [LiteralStmt])],
    ) -> Option<(usize, Arm<'p>)> {
        let RuleHead::Func { args, .. } = head else {
            return None;
        };
        let scope = Scope {
            facts: self.facts,
            unit: self.unit,
            parameters: &parameters(args)?,
        };
        let (mut most, mut longest) = (1, None);
        for (index, (value, statements)) in bodies.iter().enumerate() {
            if let Some(arm) = scope.arm(*value, statements)
                && let Some(tail) = self.tail(&arm)
                && tail.function.is_worth(tail.asked)
                && tail.function.arms.len() > most
            {
                (most, longest) = (tail.function.arms.len(), Some((index, arm)));
            }
        }
        longest
    }

    /// What an arm ends in, where it gives what another function gives.
    fn tail(&self, arm: &Arm<'p>) -> Option<Tail<'p>> {
        let (last, asked) = arm.statements.split_last()?;
        let (target, function, arguments) = self.assigned(last)?;
        let is_value = matches!(arm.value?, Expr::Var { span, .. } if span.text() == target);
        (is_value && !function.is_condition).then_some(Tail {
            asked,
            function,
            arguments,
        })
    }

    /// `target := f(arguments)`.
    fn assigned(
        &self,
        statement: &'p LiteralStmt,
    ) -> Option<(&'p str, &'p Function<'p>, &'p [Ref<Expr>])> {
        let Literal::Expr { expr, .. } = &statement.literal else {
            return None;
        };
        let Expr::AssignExpr { lhs, rhs, .. } = expr.as_ref() else {
            return None;
        };
        let (Expr::Var { span, .. }, Expr::Call { fcn, params, .. }) = (lhs.as_ref(), rhs.as_ref())
        else {
            return None;
        };
        let function = self.function(fcn)?;
        let fits = statement.with_mods.is_empty() && function.parameters.len() == params.len();
        fits.then_some((span.text(), function, params))
    }

    /// The alternatives that take the place of an arm that gives what another
    /// function gives.
    pub(super) fn expanded(&self, arm: &Arm<'p>) -> Option<Vec<Alternative>> {
        let Tail {
            asked,
            function,
            arguments,
        } = self.tail(arm)?;
        let mut alternatives = Vec::new();
        for arm in &function.arms {
            let mut statements = self.statements(asked)?;
            let (inner, bound) = self.enter(function, arm, arguments)?;
            statements.extend(bound);
            statements.extend(inner.statements(arm.statements)?);
            alternatives.push((Some(inner.expr(arm.value?)?), statements));
        }
        Some(alternatives)
    }

    /// The statements of a function that a statement calls.
    pub(super) fn inlined(&self, statement: &'p LiteralStmt) -> Option<Vec<String>> {
        if let Some((target, function, arguments)) = self.assigned(statement) {
            let arm = function.arms.first().filter(|_| function.is_short())?;
            let (mut inner, mut statements) = self.enter(function, arm, arguments)?;
            let target = self
                .given
                .get(target)
                .cloned()
                .unwrap_or_else(|| target.to_owned());
            let value = arm.value?;
            // Its last variable may be the target itself.
            let own = match value {
                Expr::Var { span, .. } => arm.variables.get(span.text()),
                _ => None,
            };
            if let Some(own) = own {
                inner.given.insert(own, target.clone());
            }
            statements.extend(inner.statements(arm.statements)?);
            if own.is_none() {
                statements.push(binding(target.as_ref(), &inner.expr(value)?));
            }
            return Some(statements);
        }
        let Literal::Expr { expr, .. } = &statement.literal else {
            return None;
        };
        let Expr::Call { fcn, params, .. } = expr.as_ref() else {
            return None;
        };
        let function = self.function(fcn)?;
        let arm = function.arms.first().filter(|_| function.is_short())?;
        let fits = function.is_condition
            && statement.with_mods.is_empty()
            && function.parameters.len() == params.len();
        if !fits {
            return None;
        }
        let (inner, mut statements) = self.enter(function, arm, params)?;
        statements.extend(inner.statements(arm.statements)?);
        Some(statements)
    }

    /// What prints an arm of a function for these arguments, and the statements
    /// that give a name to those that aren't at hand.
    fn enter(
        &self,
        function: &'p Function<'p>,
        arm: &Arm<'p>,
        arguments: &'p [Ref<Expr>],
    ) -> Option<(Self, Vec<String>)> {
        let (mut given, mut bound) = (BTreeMap::new(), Vec::new());
        for (name, argument) in function.parameters.iter().zip(arguments) {
            let mut text = self.expr(argument)?;
            let is_reference = matches!(
                argument.as_ref(),
                Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. }
            );
            // Written once, it is evaluated once; what has no value lets a
            // function of one arm have none.
            let may_stand = match arm.uses(name) {
                0 => self.is_always_defined(argument),
                1 => {
                    let is_straight = function.arms.len() == 1 && !arm.denies(name);
                    is_straight || self.is_always_defined(argument)
                }
                _ => self.is_at_hand(argument),
            };
            if !may_stand || (arm.opens(name) && !is_reference) {
                let fresh = self.fresh();
                bound.push(binding(&fresh, &text));
                text = fresh;
            }
            given.insert(*name, text);
        }
        for name in &arm.variables {
            given.insert(*name, self.fresh());
        }
        let mut inner = self.within(self.units.get(function.unit)?, given);
        inner.depth += 1;
        Some((inner, bound))
    }

    fn fresh(&self) -> String {
        let number = self.made.get().saturating_add(1);
        self.made.set(number);
        format!("{MADE}{number}")
    }

    /// Whether naming it again costs next to nothing: a literal or a variable.
    pub(super) fn is_at_hand(&self, expr: &Expr) -> bool {
        let given = variable(expr).and_then(|name| self.given.get(name));
        match expr {
            _ if given.is_some() => given.is_some_and(|text| self.is_word(text)),
            Expr::Var { .. } | Expr::RefDot { .. } => {
                let (_, keys) = self.unit.whole(expr);
                match self.facts.named(self.unit, &keys) {
                    Some(named) => self.facts.constants.contains_key(&named),
                    None => variable(expr).is_some_and(|name| self.declared.contains(name)),
                }
            }
            expr => {
                visit::text(expr).is_some()
                    || matches!(
                        expr,
                        Expr::Number { .. } | Expr::Null { .. } | Expr::Bool { .. }
                    )
            }
        }
    }

    /// Whether it has a value in any case: variables, and what is made of them.
    fn is_always_defined(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Array { items, .. } => items.iter().all(|item| self.is_always_defined(item)),
            Expr::Object { fields, .. } => fields.iter().all(|(_, key, value)| {
                self.is_always_defined(key) && self.is_always_defined(value)
            }),
            // One that only puts its arguments together.
            Expr::Call { fcn, params, .. } => {
                let named = self.facts.named(self.unit, &self.unit.whole(fcn).1);
                named.is_some_and(|named| self.facts.constructors.contains_key(&named))
                    && params.iter().all(|param| self.is_always_defined(param))
            }
            expr => self.is_at_hand(expr),
        }
    }

    /// Whether a text is a variable or a literal, and no rule.
    fn is_word(&self, text: &str) -> bool {
        let path = self.package.iter().cloned().chain([text.to_owned()]);
        let is_variable = text.starts_with(MADE)
            || (self.declared.contains(text)
                && !self.facts.rules.contains_key(&path.collect::<Vec<_>>()));
        is_variable
            || text.bytes().all(|sign| sign.is_ascii_digit())
            || serde_json::from_str::<String>(text).is_ok()
            || matches!(text, "true" | "false" | "null")
    }
}
