//! Functions that may stand where they are called. A call costs as much as six
//! look-ups of a key, and each of its arguments as much as one.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{
    AssignOp, Expr, Literal, LiteralStmt, Ref, Rule, RuleAssign, RuleBody, RuleHead,
};

use super::{Facts, Unit, is_condition};
use crate::engine::visit::{self, Chain, Node, variables};

/// How large a function may be that is written in more than one place.
const SMALL: usize = 48;

/// A function of one rule, of which every name is an argument, a variable of one
/// of its arms, or a rule.
pub(super) struct Function<'t> {
    /// The number of its file.
    pub(super) unit: usize,
    pub(super) parameters: Vec<&'t str>,
    pub(super) arms: Vec<Arm<'t>>,
    /// The rules of its own package that it names.
    pub(super) rules: BTreeSet<&'t str>,
    /// The first names of all that it calls.
    pub(super) called: BTreeSet<&'t str>,
    /// Whether it holds or has no value.
    pub(super) is_condition: bool,
    /// How many expressions it has.
    size: usize,
    /// How often it is called.
    calls: usize,
}

/// One of the alternatives that `else` parts.
pub(super) struct Arm<'t> {
    pub(super) value: Option<&'t Expr>,
    pub(super) statements: &'t [LiteralStmt],
    /// The variables that it gives a value.
    pub(super) variables: BTreeSet<&'t str>,
    /// The rules of its own package that it names.
    pub(super) rules: BTreeSet<&'t str>,
}

impl Function<'_> {
    /// Whether its statements may be written at a call.
    pub(super) fn is_short(&self) -> bool {
        self.arms.len() == 1 && (self.calls == 1 || self.size <= SMALL)
    }

    /// Whether its arms may take the place of an arm that gives what it gives.
    /// What that arm asks before is asked once for each.
    pub(super) fn is_worth(&self, asked: &[LiteralStmt]) -> bool {
        self.calls == 1 || !asked.iter().any(calls)
    }
}

/// The functions of a program that may stand where they are called.
pub(super) fn among<'t>(
    facts: &Facts<'t>,
    units: &[Unit<'t>],
) -> BTreeMap<Vec<String>, Function<'t>> {
    let mut functions = BTreeMap::new();
    let mut called: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for (number, unit) in units.iter().enumerate() {
        for rule in &unit.tree.policy {
            visit::rule_expressions(rule, &mut |expr| {
                if let Expr::Call { fcn, .. } = expr
                    && let Some(named) = facts.named(unit, &unit.whole(fcn).1)
                {
                    *called.entry(named).or_default() += 1;
                }
            });
            let Some(function) = function(facts, number, unit, rule) else {
                continue;
            };
            let mut path = unit.package.clone();
            path.extend(Chain::of(visit::rule_reference(rule)).dotted());
            if facts.rules.get(&path).is_some_and(|rules| rules.len() == 1) {
                functions.insert(path, function);
            }
        }
    }
    for (path, function) in &mut functions {
        function.calls = called.get(path).copied().unwrap_or_default();
    }
    functions
}

fn function<'t>(
    facts: &Facts<'t>,
    number: usize,
    unit: &Unit<'t>,
    rule: &'t Rule,
) -> Option<Function<'t>> {
    let Rule::Spec {
        head: RuleHead::Func { args, assign, .. },
        bodies,
        ..
    } = rule
    else {
        return None;
    };
    let parameters = parameters(args)?;
    let scope = Scope {
        facts,
        unit,
        parameters: &parameters,
    };
    let arms: Vec<Arm<'_>> = match bodies.is_empty() {
        true => vec![scope.arm(Some(assign.as_ref()?.value.as_ref()), &[])?],
        false => alternatives(assign.as_ref(), bodies)?
            .into_iter()
            .map(|(value, statements)| scope.arm(value, statements))
            .collect::<Option<_>>()?,
    };
    let is_condition = is_condition(&[rule]);
    if !is_condition && arms.iter().any(|arm| arm.value.is_none()) {
        return None;
    }
    let mut size = 0;
    for expr in arms.iter().flat_map(Arm::expressions) {
        visit::expression(expr, &mut |_| size += 1);
    }
    let called = arms.iter().flat_map(Arm::expressions).flat_map(called);
    Some(Function {
        unit: number,
        parameters,
        called: called.collect(),
        rules: arms.iter().flat_map(|arm| arm.rules.clone()).collect(),
        arms,
        is_condition,
        size,
        calls: 0,
    })
}

/// The arguments of a function, where all are names.
pub(super) fn parameters(arguments: &[Ref<Expr>]) -> Option<Vec<&str>> {
    arguments
        .iter()
        .map(|argument| variable(argument))
        .collect()
}

/// What a rule has in each of its bodies: a value and statements.
pub(super) fn alternatives<'t>(
    assign: Option<&'t RuleAssign>,
    bodies: &'t [RuleBody],
) -> Option<Vec<(Option<&'t Expr>, &'t [LiteralStmt])>> {
    let bodies = bodies.iter().enumerate().map(|(index, body)| {
        let assign = match index {
            0 => assign,
            _ => body.assign.as_ref(),
        };
        let value = assign.map(|assign| assign.value.as_ref());
        (body.is_else == (index > 0)).then_some((value, body.query.stmts.as_slice()))
    });
    bodies.collect()
}

/// Where an arm stands.
pub(super) struct Scope<'s, 't> {
    pub(super) facts: &'s Facts<'t>,
    pub(super) unit: &'s Unit<'t>,
    pub(super) parameters: &'s [&'t str],
}

impl<'t> Scope<'_, 't> {
    /// An arm that has one solution at most: its statements are conditions and
    /// assignments, and every name in it is one thing.
    pub(super) fn arm(
        &self,
        value: Option<&'t Expr>,
        statements: &'t [LiteralStmt],
    ) -> Option<Arm<'t>> {
        let mut arm = plain_arm(value, statements)?;
        let mut rules = BTreeSet::new();
        for expr in arm.expressions() {
            for name in variables(expr) {
                let is_own = self.parameters.contains(&name) || arm.variables.contains(name);
                let is_known =
                    matches!(name, "input" | "data") || self.unit.imports.contains_key(name);
                match (is_own, self.is_rule(name), is_known) {
                    (true, false, false) | (false, false, true) => {}
                    (false, true, false) => {
                        rules.insert(name);
                    }
                    // What begins with `_`, for one, stands for anything.
                    _ => return None,
                }
            }
            rules.extend(called(expr).filter(|name| self.is_rule(name)));
        }
        arm.rules = rules;
        Some(arm)
    }

    fn is_rule(&self, name: &str) -> bool {
        self.facts.named(self.unit, &[name.to_owned()]).is_some()
    }
}

fn plain_arm<'t>(value: Option<&'t Expr>, statements: &'t [LiteralStmt]) -> Option<Arm<'t>> {
    let mut own = BTreeSet::new();
    for statement in statements {
        let is_plain = statement.with_mods.is_empty();
        match &statement.literal {
            Literal::Expr { expr, .. } if is_plain => {
                if let Expr::AssignExpr { op, lhs, .. } = expr.as_ref() {
                    let AssignOp::ColEq = op else { return None };
                    own.extend(assigned(lhs)?);
                }
            }
            Literal::NotExpr { .. } if is_plain => {}
            _ => return None,
        }
    }
    let arm = Arm {
        value,
        statements,
        variables: own,
        rules: BTreeSet::new(),
    };
    let mut is_plain = true;
    for expr in arm.expressions() {
        visit::expression(expr, &mut |node| {
            is_plain &= match node {
                Node::Statement(_) => false,
                Node::Expr(Expr::Call { fcn, .. }) => Chain::of(fcn).dotted().is_some(),
                Node::Expr(_) => true,
            };
        });
    }
    is_plain.then_some(arm)
}

impl<'t> Arm<'t> {
    /// What stands in it, but for the left sides of assignments.
    fn expressions(&self) -> impl Iterator<Item = &'t Expr> {
        let conditions = self.statements.iter().filter_map(|statement| {
            let (Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. }) = &statement.literal
            else {
                return None;
            };
            match expr.as_ref() {
                Expr::AssignExpr { rhs, .. } => Some(rhs.as_ref()),
                expr => Some(expr),
            }
        });
        conditions.chain(self.value)
    }

    /// How often it names a variable.
    pub(super) fn uses(&self, name: &str) -> usize {
        let named = self.expressions().flat_map(variables);
        named.filter(|other| *other == name).count()
    }

    /// Whether it asks for something not to hold of a variable.
    pub(super) fn denies(&self, name: &str) -> bool {
        self.statements
            .iter()
            .any(|statement| match &statement.literal {
                Literal::NotExpr { expr, .. } => variables(expr).contains(&name),
                _ => false,
            })
    }

    /// Whether it looks into the value of a variable.
    pub(super) fn opens(&self, name: &str) -> bool {
        let mut opens = false;
        for expr in self.expressions() {
            visit::expression(expr, &mut |node| {
                if let Node::Expr(expr @ (Expr::RefDot { .. } | Expr::RefBrack { .. })) = node {
                    opens |= Chain::of(expr).root_name() == Some(name);
                }
            });
        }
        opens
    }
}

/// The variables that an assignment gives a value: one, or those of an array.
fn assigned(target: &Expr) -> Option<Vec<&str>> {
    match target {
        Expr::Array { items, .. } => items
            .iter()
            .filter(|item| !matches!(item.as_ref(), Expr::Var { span, .. } if span.text() == "_"))
            .map(|item| variable(item))
            .collect(),
        target => Some(vec![variable(target)?]),
    }
}

pub(super) fn variable(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Var { span, .. } if span.text() != "_" => Some(span.text()),
        _ => None,
    }
}

/// The first names of the functions that an expression calls.
fn called(expr: &Expr) -> impl Iterator<Item = &str> {
    let mut names = Vec::new();
    visit::expression(expr, &mut |node| {
        if let Node::Expr(Expr::Call { fcn, .. }) = node {
            names.extend(Chain::of(fcn).root_name());
        }
    });
    names.into_iter()
}

fn calls(statement: &LiteralStmt) -> bool {
    match &statement.literal {
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => called(expr).next().is_some(),
        _ => true,
    }
}
