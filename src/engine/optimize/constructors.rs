//! Functions that only put their arguments into a value, as the one helper of a
//! package that makes its results. Where they are called, the value is written.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, Ref, Rule, RuleHead};

use super::{Rules, only_names};
use crate::engine::visit::{self, Node, variables};

pub(super) struct Constructor<'t> {
    pub(super) parameters: Vec<&'t str>,
    pub(super) value: &'t Expr,
}

pub(super) fn among<'t>(
    rules: &BTreeMap<Vec<String>, Rules<'t>>,
) -> BTreeMap<Vec<String>, Constructor<'t>> {
    let one = |(path, rules): (&Vec<String>, &Rules<'t>)| match rules.as_slice() {
        [rule] => Some((path.clone(), of(rule)?)),
        _ => None,
    };
    rules.iter().filter_map(one).collect()
}

fn of(rule: &Rule) -> Option<Constructor<'_>> {
    let Rule::Spec {
        head: RuleHead::Func {
            refr, args, assign, ..
        },
        bodies,
        ..
    } = rule
    else {
        return None;
    };
    let value = assign.as_ref()?.value.as_ref();
    let parameters: Vec<&str> = args
        .iter()
        .map(|argument| match argument.as_ref() {
            Expr::Var { span, .. } if span.text() != "_" => Some(span.text()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let known: BTreeSet<&str> = parameters.iter().copied().collect();
    let mut is_plain = matches!(refr.as_ref(), Expr::Var { .. })
        && bodies.is_empty()
        && known.len() == parameters.len()
        && matches!(value, Expr::Object { .. } | Expr::Array { .. })
        && only_names(value, &known);
    visit::expression(value, &mut |node| {
        is_plain &= matches!(
            node,
            Node::Expr(
                Expr::Var { .. }
                    | Expr::Object { .. }
                    | Expr::Array { .. }
                    | Expr::String { .. }
                    | Expr::RawString { .. }
                    | Expr::Number { .. }
                    | Expr::Bool { .. }
                    | Expr::Null { .. }
            )
        );
    });
    is_plain.then_some(Constructor { parameters, value })
}

impl Constructor<'_> {
    /// Whether a call evaluates each argument once, and needs each, when its
    /// value is written in its place: one that is used twice is at hand.
    pub(super) fn takes(
        &self,
        arguments: &[Ref<Expr>],
        is_at_hand: impl Fn(&Expr) -> bool,
    ) -> bool {
        let used = variables(self.value);
        self.parameters.len() == arguments.len()
            && self.parameters.iter().zip(arguments).all(|(name, given)| {
                match used.iter().filter(|other| *other == name).count() {
                    0 => false,
                    1 => true,
                    _ => is_at_hand(given),
                }
            })
    }
}
