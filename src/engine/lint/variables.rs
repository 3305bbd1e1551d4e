//! Variables that OPA's compiler refuses, or that regorus binds otherwise:
//! declared twice or for nothing, named twice in a pattern, hiding what is
//! called, never bound before a `not`, or bound by the pattern of an object.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, Rule};

use super::names::{Definition, Meaning, Names, Unit};
use crate::engine::scope::{How, Scopes};
use crate::engine::visit::{self, Chain, Node, Part, extent, range};
use crate::policy::PolicyProblem;

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for (_, definition) in names.definitions() {
        let Some(unit) = names.unit(definition) else {
            continue;
        };
        declarations(unit, definition, problems);
        patterns(unit, definition.rule, problems);
        negations(names, unit, definition.rule, problems);
    }
}

fn declarations(unit: &Unit<'_>, definition: Definition<'_>, problems: &mut Vec<PolicyProblem>) {
    let scopes = Scopes::of(definition.rule);
    names(unit, &scopes, problems);
    for clash in scopes.clashes {
        let name = clash.name;
        let (line, _) = unit.module.file.position(clash.before.start);
        let message = match clash.how {
            Some(How::Argument) => format!("`{name}` is an argument and declared again"),
            Some(_) => format!("`{name}` is declared twice in one body"),
            None => format!("`{name}` is used before it is declared"),
        };
        let help = match clash.how {
            Some(_) => {
                format!("it is declared on line {line} already; give one of them another name")
            }
            None => format!(
                "it stands on line {line} already; declare it before that, or give it another name"
            ),
        };
        problems.push(
            unit.problem("redeclared", clash.at, message, "declared here")
                .with_help(help),
        );
    }
    for (name, at) in scopes.repeated {
        problems.push(
            unit.problem(
                "repeated-variable",
                at,
                format!("`{name}` stands in one pattern twice"),
                "again here",
            )
            .with_help(format!(
                "OPA takes equal values alone there; call it `{name}_2` and add `{name} == {name}_2`"
            )),
        );
    }
}

/// Variables that nothing uses, that hide a function, or that have the name of
/// a document.
fn names(unit: &Unit<'_>, scopes: &Scopes<'_>, problems: &mut Vec<PolicyProblem>) {
    for variable in &scopes.variables {
        let (name, Some(at)) = (variable.name, variable.places.first()) else {
            continue;
        };
        if matches!(variable.how, How::Some | How::Every) && variable.places.len() == 1 {
            problems.push(
                unit.problem(
                    "unused-variable",
                    at.clone(),
                    format!("nothing uses `{name}`"),
                    "bound here",
                )
                .with_help("OPA refuses it; write `_`, or take it out"),
            );
        }
        let is_document = match variable.how {
            How::Every => matches!(name, "data" | "input"),
            // `some input` declares nothing: it is the document.
            How::Some | How::Member => name == "data",
            How::Argument | How::Assigned => false,
        };
        if is_document {
            problems.push(
                unit.problem(
                    "variable-of-a-documents-name",
                    at.clone(),
                    format!("a variable can't be called `{name}`"),
                    "OPA refuses it",
                )
                .with_help("give it another name"),
            );
        }
    }
    for (name, at) in &scopes.hidden {
        let message = match super::calls::operator(name) {
            Some(sign) => {
                format!("`{sign}` is the function `{name}` to OPA, and a variable is called so")
            }
            None if *name == "internal" => {
                "`in` is a function of `internal` to OPA, and a variable is called so".to_owned()
            }
            None => format!("`{name}` is called or replaced here, and is a variable"),
        };
        problems.push(
            unit.problem("hidden-function", at.clone(), message, "OPA refuses it")
                .with_help(format!("give the variable `{name}` another name")),
        );
    }
}

/// Patterns of objects: OPA's match objects of exactly these keys.
fn patterns(unit: &Unit<'_>, rule: &Rule, problems: &mut Vec<PolicyProblem>) {
    let mut found: Vec<&Expr> = Vec::new();
    for argument in visit::arguments(rule).into_iter().flatten() {
        objects(argument, &mut found);
    }
    visit::rule(rule, &mut |node| match node {
        Node::Statement(statement) => {
            if let Literal::SomeIn { key, value, .. } = &statement.literal {
                for pattern in key.iter().chain([value]) {
                    objects(pattern, &mut found);
                }
            }
        }
        Node::Expr(Expr::AssignExpr { op, lhs, rhs, .. }) => {
            if matches!(op, AssignOp::ColEq) {
                assigned(unit, lhs, problems);
            }
            objects(lhs, &mut found);
            let plain = matches!(lhs.as_ref(), Expr::Var { .. });
            if matches!(op, AssignOp::Eq) && !plain {
                objects(rhs, &mut found);
            }
        }
        Node::Expr(_) => {}
    });
    for object in found {
        let at = extent(object, &unit.module.file.text);
        problems.push(
            unit.problem(
                "object-pattern",
                at,
                "the pattern of an object takes other objects here than under OPA",
                "a pattern",
            )
            .with_help("OPA takes objects of exactly these keys; bind the whole, `x := ...`, and compare `object.keys(x)` and what stands under each key"),
        );
    }
}

/// Complains of what is no variable on the left of `:=`.
fn assigned(unit: &Unit<'_>, pattern: &Expr, problems: &mut Vec<PolicyProblem>) {
    match pattern {
        Expr::Var { .. } | Expr::Object { .. } => {}
        Expr::Array { items, .. } => items.iter().for_each(|item| assigned(unit, item, problems)),
        other => problems.push(
            unit.problem(
                "assigned-value",
                extent(other, &unit.module.file.text),
                "`:=` declares variables, and this is none",
                "OPA refuses it",
            )
            .with_help("hold it against a value with `==` or `=`"),
        ),
    }
}

fn objects<'e>(pattern: &'e Expr, found: &mut Vec<&'e Expr>) {
    match pattern {
        Expr::Object { .. } => found.push(pattern),
        Expr::Array { items, .. } => items.iter().for_each(|item| objects(item, found)),
        _ => {}
    }
}

/// Variables in a negated expression that nothing else binds.
fn negations(names: &Names<'_>, unit: &Unit<'_>, rule: &Rule, problems: &mut Vec<PolicyProblem>) {
    let (mut negated, mut bound) = (Vec::new(), BTreeSet::new());
    for argument in visit::arguments(rule).into_iter().flatten() {
        variables(argument, &mut bound);
    }
    visit::rule(rule, &mut |node| {
        let Node::Statement(statement) = node else {
            return;
        };
        match &statement.literal {
            Literal::NotExpr { expr, .. } => operands(expr, true, &mut negated),
            Literal::Expr { expr, .. } => variables(expr, &mut bound),
            Literal::SomeIn { key, value, .. } => {
                for pattern in key.iter().chain([value]) {
                    variables(pattern, &mut bound);
                }
            }
            Literal::Every { key, value, .. } => {
                bound.extend(key.iter().chain([value]).map(|var| var.text()));
            }
            Literal::SomeVars { .. } => {}
        }
    });
    for var in negated {
        let name = var.span().text();
        let is_rule = || {
            let meaning = names.meaning(unit, &BTreeSet::new(), &Chain::of(var));
            !matches!(meaning, Meaning::Nothing(_))
        };
        if name != "_" && (bound.contains(name) || is_rule()) {
            continue;
        }
        problems.push(
            unit.problem(
                "unsafe-variable",
                range(var.span()),
                format!("nothing gives `{name}` a value before this `not`"),
                "unsafe",
            )
            .with_help("OPA refuses it: bind the member first, `some x in xs`, or say it of all of them with `every x in xs`, or of none with a rule of its own"),
        );
    }
}

fn variables<'e>(expr: &'e Expr, found: &mut BTreeSet<&'e str>) {
    visit::expression(expr, &mut |node| {
        if let Node::Expr(expr) = node {
            match expr {
                Expr::Var { span, .. } => {
                    found.insert(span.text());
                }
                Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                    found.extend(Chain::of(expr).root_name());
                }
                _ => {}
            }
        }
    });
}

/// The variables that OPA wants bound before it comes to a `not`. It gives
/// calls within the negated one a value of their own first.
fn operands<'e>(expr: &'e Expr, is_whole: bool, found: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Var { .. } => found.push(expr),
        Expr::RefDot { .. } | Expr::RefBrack { .. } => {
            let chain = Chain::of(expr);
            if matches!(chain.root, Expr::Array { .. } | Expr::Object { .. }) {
                operands(chain.root, false, found);
            }
            for part in chain.parts {
                if let Part::Index(index) = part {
                    operands(index, false, found);
                }
            }
        }
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().for_each(|item| operands(item, false, found));
        }
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, key, value)| {
            operands(key, false, found);
            operands(value, false, found);
        }),
        _ if !is_whole => {}
        Expr::Call { params, .. } => {
            params
                .iter()
                .for_each(|param| operands(param, false, found));
        }
        Expr::BoolExpr {
            op: BoolOp::Eq | BoolOp::Ne | BoolOp::Lt | BoolOp::Le | BoolOp::Gt | BoolOp::Ge,
            lhs,
            rhs,
            ..
        }
        | Expr::AssignExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::BinExpr { lhs, rhs, .. } => {
            operands(lhs, false, found);
            operands(rhs, false, found);
        }
        Expr::Membership {
            key,
            value,
            collection,
            ..
        } => key
            .iter()
            .chain([value, collection])
            .for_each(|part| operands(part, false, found)),
        _ => {}
    }
}
