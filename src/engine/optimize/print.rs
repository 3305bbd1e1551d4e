//! A file of a program printed from its tree, with what the passes change.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, LiteralStmt, Query, Rule, RuleHead};

use super::{Facts, Unit, inline, is_condition, is_test};
use crate::engine::visit::{self, Chain};

mod calls;
mod expressions;

pub(super) struct Printer<'p> {
    facts: &'p Facts<'p>,
    units: &'p [Unit<'p>],
    /// The file whose text is printed, and the package that it is printed into.
    unit: &'p Unit<'p>,
    package: &'p [String],
    /// What stands for names: the arguments of what is written where it is
    /// called, and its variables.
    given: BTreeMap<&'p str, String>,
    /// What the rule that is printed declares.
    declared: Rc<BTreeSet<&'p str>>,
    /// How many variables were made for it.
    made: Rc<Cell<usize>>,
    /// How many functions it stands in, one written into another.
    depth: usize,
}

/// `None` stands for what no policy of the first version of Rego has.
type Printed = Option<String>;

/// One of the alternatives of a rule: its value and its statements.
type Alternative = (Printed, Vec<String>);

/// What parts fields and items: the engine takes no line of more than 1,024
/// characters.
const BETWEEN: &str = ",\n";

impl<'p> Printer<'p> {
    pub(super) fn new(facts: &'p Facts<'p>, units: &'p [Unit<'p>], unit: &'p Unit<'p>) -> Self {
        Self {
            facts,
            units,
            unit,
            package: &unit.package,
            given: BTreeMap::new(),
            declared: Rc::default(),
            made: Rc::default(),
            depth: 0,
        }
    }

    /// One that prints a text of another file to the same place.
    fn within(&self, unit: &'p Unit<'p>, given: BTreeMap<&'p str, String>) -> Self {
        Self {
            unit,
            given,
            declared: Rc::clone(&self.declared),
            made: Rc::clone(&self.made),
            ..*self
        }
    }

    pub(super) fn module(&mut self) -> Printed {
        let mut text = format!("package {}\n", self.facts.packages.get(&self.unit.package)?);
        for rule in &self.unit.tree.policy {
            self.declared = Rc::new(visit::locals(rule));
            self.made = Rc::default();
            text.push('\n');
            text.push_str(&self.rule(rule)?);
            text.push('\n');
        }
        Some(text)
    }

    fn rule(&self, rule: &'p Rule) -> Printed {
        let (head, bodies) = match rule {
            Rule::Default {
                refr, args, value, ..
            } => {
                let name = self.head(refr)?;
                let arguments = match args.is_empty() {
                    true => String::new(),
                    false => format!("({})", self.list(args)?),
                };
                return Some(format!(
                    "default {name}{arguments} := {}",
                    self.expr(value)?
                ));
            }
            Rule::Spec { head, bodies, .. } => (head, bodies),
        };
        let (name, assign) = match head {
            RuleHead::Compr { refr, assign, .. } => (self.head(refr)?, assign.as_ref()),
            RuleHead::Set { refr, key, .. } => {
                let member = self.expr(key.as_ref()?)?;
                (format!("{} contains {member}", self.head(refr)?), None)
            }
            RuleHead::Func {
                refr, args, assign, ..
            } => (
                format!("{}({})", self.head(refr)?, self.list(args)?),
                assign.as_ref(),
            ),
        };
        let bodies = inline::alternatives(assign, bodies)?;
        let longest = self.longest(head, &bodies);
        let mut printed = Vec::new();
        for (index, (value, statements)) in bodies.iter().enumerate() {
            match &longest {
                Some((longest, arm)) if *longest == index => printed.extend(self.expanded(arm)?),
                _ => {
                    let value = match value {
                        Some(value) => Some(self.expr(value)?),
                        None => None,
                    };
                    printed.push((value, self.statements(statements)?));
                }
            }
        }
        match assign {
            Some(assign) if bodies.is_empty() => {
                Some(format!("{name} := {}", self.expr(&assign.value)?))
            }
            _ => Some(name + &joined(&printed)),
        }
    }

    /// The name of a rule, with what stands in its brackets.
    fn head(&self, reference: &'p Expr) -> Printed {
        match reference {
            Expr::Var { span, .. } => Some(span.text().to_owned()),
            Expr::RefDot { refr, field, .. } => {
                Some(format!("{}.{}", self.head(refr)?, field.0.text()))
            }
            Expr::RefBrack { refr, index, .. } => {
                Some(format!("{}[{}]", self.head(refr)?, self.expr(index)?))
            }
            _ => None,
        }
    }

    fn query(&self, query: &'p Query) -> Printed {
        Some(self.statements(&query.stmts)?.join(";\n"))
    }

    fn statements(&self, statements: &'p [LiteralStmt]) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        for statement in statements {
            match self.inlined(statement) {
                Some(inlined) => texts.extend(inlined),
                None if is_true(statement) => {}
                None => texts.push(self.statement(statement)?),
            }
        }
        Some(texts)
    }

    fn statement(&self, statement: &'p LiteralStmt) -> Printed {
        let mut text = self.literal(&statement.literal)?;
        for with in &statement.with_mods {
            let (target, value) = (self.expr(&with.refr)?, self.expr(&with.r#as)?);
            text.push_str(&format!(" with {target} as {value}"));
        }
        Some(text)
    }

    fn literal(&self, literal: &'p Literal) -> Printed {
        match literal {
            Literal::SomeVars { vars, .. } => {
                let names: Vec<&str> = vars.iter().map(|var| var.text()).collect();
                Some(format!("some {}", names.join(", ")))
            }
            Literal::SomeIn {
                key,
                value,
                collection,
                ..
            } => {
                let key = match key {
                    Some(key) => format!("{}, ", self.expr(key)?),
                    None => String::new(),
                };
                let (value, collection) = (self.expr(value)?, self.expr(collection)?);
                Some(format!("some {key}{value} in {collection}"))
            }
            Literal::Expr { expr, .. } => self.condition(expr),
            Literal::NotExpr { expr, .. } => Some(format!("not {}", self.condition(expr)?)),
            Literal::Every {
                key,
                value,
                domain,
                query,
                ..
            } => {
                let key = key.as_ref().map(|key| format!("{}, ", key.text()));
                Some(format!(
                    "every {}{} in {} {{ {} }}",
                    key.unwrap_or_default(),
                    value.text(),
                    self.expr(domain)?,
                    self.query(query)?
                ))
            }
        }
    }

    /// A statement that is an expression. Its operators are in no brackets: a
    /// bracket would make a call of what comes before it.
    fn condition(&self, expr: &'p Expr) -> Printed {
        match expr {
            Expr::Call { fcn, .. } if self.is_true_or_false(fcn) => {
                Some(format!("{} == true", self.expr(expr)?))
            }
            Expr::BoolExpr { op, lhs, rhs, .. } => Some(format!(
                "{} {} {}",
                self.expr(lhs)?,
                compare(op),
                self.expr(rhs)?
            )),
            Expr::AssignExpr { op, lhs, rhs, .. } => {
                let (target, value) = (self.expr(lhs)?, self.expr(rhs)?);
                Some(match op {
                    AssignOp::Eq => format!("{target} = {value}"),
                    AssignOp::ColEq => binding(&target, &value),
                })
            }
            Expr::Membership { .. } => self.membership(expr),
            expr => self.expr(expr),
        }
    }

    fn is_true_or_false(&self, function: &Expr) -> bool {
        let (_, keys) = self.unit.whole(function);
        match self.facts.named(self.unit, &keys) {
            Some(named) => {
                let rules = self.facts.rules.get(&named);
                rules.is_some_and(|rules| is_condition(rules))
            }
            None => Chain::of(function)
                .dotted()
                .is_some_and(|name| is_test(&name)),
        }
    }

    fn membership(&self, expr: &'p Expr) -> Printed {
        let Expr::Membership {
            key,
            value,
            collection,
            ..
        } = expr
        else {
            return None;
        };
        let key = match key {
            Some(key) => format!("{}, ", self.expr(key)?),
            None => String::new(),
        };
        let (value, collection) = (self.expr(value)?, self.expr(collection)?);
        Some(format!("{key}{value} in {collection}"))
    }
}

/// Whether a statement always holds.
fn is_true(statement: &LiteralStmt) -> bool {
    matches!(&statement.literal, Literal::Expr { expr, .. } if visit::always_true(expr))
        && statement.with_mods.is_empty()
}

/// The alternatives of a rule, behind its name.
fn joined(alternatives: &[Alternative]) -> String {
    let mut text = String::new();
    for (index, (value, statements)) in alternatives.iter().enumerate() {
        if index > 0 {
            text.push_str(" else");
        }
        if let Some(value) = value {
            text.push_str(&format!(" := {value}"));
        }
        let is_bare = value.is_some() && index + 1 == alternatives.len();
        match (statements.is_empty(), is_bare) {
            (false, _) => text.push_str(&format!(" if {{ {} }}", statements.join(";\n"))),
            (true, false) => text.push_str(" if { true }"),
            (true, true) => {}
        }
    }
    text
}

fn compare(op: &BoolOp) -> &'static str {
    match op {
        BoolOp::Lt => "<",
        BoolOp::Le => "<=",
        BoolOp::Eq => "==",
        BoolOp::Ge => ">=",
        BoolOp::Gt => ">",
        BoolOp::Ne => "!=",
    }
}

/// `target := value`. A variable gives its value by way of a list: regorus loses
/// sight of a second name of one, as in `rewrite/aliases.rs`.
fn binding(target: &str, value: &str) -> String {
    let is_name = value.starts_with(|sign: char| sign == '_' || sign.is_ascii_alphabetic())
        && value
            .chars()
            .all(|sign| sign == '_' || sign.is_ascii_alphanumeric())
        && !["true", "false", "null"].contains(&value);
    match is_name {
        true => format!("{target} := [{value}][0]"),
        false => format!("{target} := {value}"),
    }
}
