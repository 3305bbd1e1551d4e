//! Operators, which are calls to OPA.

use regorus::unstable::{ArithOp, AssignOp, BinOp, BoolOp, Expr};

/// The builtin that an operator is, as OPA calls it, and its operands; the sign of a
/// number is `minus` of one.
pub(in crate::engine) fn operator(expr: &Expr) -> Option<(&'static str, Vec<&Expr>)> {
    let (name, lhs, rhs) = match expr {
        Expr::BinExpr { op, lhs, rhs, .. } => {
            let name = match op {
                BinOp::Intersection => "and",
                BinOp::Union => "or",
            };
            (name, lhs, rhs)
        }
        Expr::BoolExpr { op, lhs, rhs, .. } => {
            let name = match op {
                BoolOp::Eq => "equal",
                BoolOp::Ne => "neq",
                BoolOp::Lt => "lt",
                BoolOp::Le => "lte",
                BoolOp::Gt => "gt",
                BoolOp::Ge => "gte",
            };
            (name, lhs, rhs)
        }
        Expr::ArithExpr { op, lhs, rhs, .. } => {
            let name = match op {
                ArithOp::Add => "plus",
                ArithOp::Sub => "minus",
                ArithOp::Mul => "mul",
                ArithOp::Div => "div",
                ArithOp::Mod => "rem",
            };
            (name, lhs, rhs)
        }
        Expr::AssignExpr {
            op: AssignOp::Eq,
            lhs,
            rhs,
            ..
        } => ("eq", lhs, rhs),
        Expr::UnaryExpr { expr, .. } => return Some(("minus", vec![expr])),
        Expr::Membership {
            key,
            value,
            collection,
            ..
        } => {
            let name = match key {
                Some(_) => "internal.member_3",
                None => "internal.member_2",
            };
            let given = key.iter().chain([value, collection]);
            return Some((name, given.map(AsRef::as_ref).collect()));
        }
        _ => return None,
    };
    Some((name, vec![lhs, rhs]))
}
