//! Numbers that the policy spells or makes otherwise than OPA keeps them.
//!
//! OPA keeps a number as it is spelled and divides in 64 bits; here a number is
//! a whole one of 64 bits or a binary fraction of 53.

use regorus::Value;
use regorus::unstable::{ArithOp, Expr};

use super::names::{Names, Unit};
use crate::engine::rewrite::arithmetic::Within;
use crate::engine::visit::{self, extent, range};
use crate::policy::{PolicyProblem, numbers};

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    // What is rounded or compared at once comes out the same.
    let within: Vec<Within> = names.trees.iter().map(|tree| Within::of(tree)).collect();
    for (_, definition) in names.definitions() {
        let (Some(unit), Some(within)) = (names.unit(definition), within.get(definition.unit))
        else {
            continue;
        };
        visit::rule_expressions(definition.rule, &mut |expr| match expr {
            Expr::Number { span, value, .. } => {
                let at = range(span);
                let text = unit.module.file.text.get(at.clone()).unwrap_or_default();
                problems.extend(literal(unit, at, text, value));
            }
            Expr::UnaryExpr { span, expr, .. } => problems.extend(sign(unit, range(span), expr)),
            Expr::ArithExpr {
                op: ArithOp::Div,
                lhs,
                rhs,
                ..
            } if !within.results.contains(&expr.eidx()) && !leaves_nothing(unit, lhs, rhs) => {
                let at = extent(expr, &unit.module.file.text);
                problems.push(
                    unit.problem(
                        "quotient",
                        at,
                        "a quotient has some 19 digits in OPA and some 16 here",
                        "divides",
                    )
                    .with_help("round it (`floor(x / y)`) or compare it (`x / y > limit`) in the same expression")
                    .as_warning(),
                );
            }
            _ => {}
        });
    }
}

/// Complains of a sign before what OPA has none before.
fn sign(unit: &Unit<'_>, at: std::ops::Range<usize>, expr: &Expr) -> Option<PolicyProblem> {
    let after = unit.module.file.text.get(at.start.saturating_add(1)..)?;
    let operand = visit::first_operand(expr);
    let starts_plainly = after
        .trim_start()
        .starts_with(|sign: char| sign == '_' || sign.is_alphanumeric());
    let takes_sign = matches!(
        operand,
        Expr::Number { .. }
            | Expr::Var { .. }
            | Expr::RefDot { .. }
            | Expr::RefBrack { .. }
            | Expr::Call { .. }
    );
    (!starts_plainly || !takes_sign).then(|| {
        unit.problem(
            "sign",
            at.start..at.start.saturating_add(1),
            "a sign stands before a number, a reference or a call, and nothing else",
            "OPA refuses it",
        )
        .with_help("write `0 - (…)`")
    })
}

/// Whether it is `(x - (x % y)) / y`, which is a whole number.
fn leaves_nothing(unit: &Unit<'_>, top: &Expr, bottom: &Expr) -> bool {
    let text = |expr: &Expr| {
        unit.module
            .file
            .text
            .get(extent(expr, &unit.module.file.text))
    };
    let (
        Expr::ArithExpr {
            op: ArithOp::Sub,
            lhs: x,
            rhs: rest,
            ..
        },
        bottom,
    ) = (top, text(bottom))
    else {
        return false;
    };
    matches!(rest.as_ref(), Expr::ArithExpr { op: ArithOp::Mod, lhs, rhs, .. } if text(lhs) == text(x) && text(rhs) == bottom)
}

fn literal(
    unit: &Unit<'_>,
    at: std::ops::Range<usize>,
    text: &str,
    value: &Value,
) -> Option<PolicyProblem> {
    let Value::Number(number) = value else {
        return None;
    };
    if !numbers::is_held(text) {
        let message = numbers::complaint(text);
        let problem = unit.problem(numbers::CODE, at, message, "this number");
        return Some(problem.with_help(numbers::HELP));
    }
    let digits = text.trim_start_matches('-');
    let whole = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if number.as_i64().is_some() || number.as_u64().is_some() {
        return (!whole).then(|| {
            let number = number.as_i128().unwrap_or_default();
            spelled(unit, at, text, &number.to_string())
        });
    }
    let written = number.as_f64().unwrap_or(f64::INFINITY).to_string();
    (written != text).then(|| spelled(unit, at, text, &written))
}

fn spelled(unit: &Unit<'_>, at: std::ops::Range<usize>, text: &str, plain: &str) -> PolicyProblem {
    unit.problem(
        "number-spelling",
        at,
        format!("OPA writes `{text}` as it is spelled, and here it is `{plain}`"),
        "this number",
    )
    .with_help(format!("write `{plain}`"))
    .as_warning()
}
