//! The statement of a body that didn't hold, with the values it saw.

use std::collections::BTreeSet;
use std::ops::Range;

use regorus::Value;
use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Query};

use super::Probe;
use super::values::bindings;
use crate::engine::visit;
use crate::engine::visit::{extent, range, with_quotes};

/// How many solutions of a body, or members of an `every`, are shown.
const SOLUTIONS: usize = 3;

/// What failed, and what was known then.
pub(in crate::engine) struct Failure {
    /// The statement.
    pub(in crate::engine) at: Range<usize>,
    /// In which way it failed.
    pub(in crate::engine) label: String,
    /// Expressions, in backquotes, and what they are.
    pub(in crate::engine) values: Vec<(String, String)>,
}

/// The first statement of a body without a solution; `None` where every one
/// has one, or nothing can be told. `shown` says how a value is written.
pub(in crate::engine) fn failing(
    probe: &mut Probe<'_>,
    query: &Query,
    shown: &dyn Fn(&Value) -> String,
) -> Option<Failure> {
    let search = Search {
        probe,
        shown,
        values: Vec::new(),
    };
    let mut known: Vec<Value> = Vec::new();
    for (index, statement) in query.stmts.iter().enumerate() {
        let before = query.stmts.get(..index)?;
        let through = query.stmts.get(..=index)?;
        let solutions = search.probe.solutions(through, "true")?;
        if solutions.is_empty() {
            return Some(search.failure(before, statement, &known));
        }
        known = solutions
            .into_iter()
            .map(|(variables, _)| variables)
            .collect();
    }
    None
}

struct Search<'s, 'p> {
    probe: &'s mut Probe<'p>,
    shown: &'s dyn Fn(&Value) -> String,
    values: Vec<(String, String)>,
}

impl Search<'_, '_> {
    fn failure(
        mut self,
        before: &[LiteralStmt],
        statement: &LiteralStmt,
        known: &[Value],
    ) -> Failure {
        let label = match &statement.literal {
            Literal::Expr { expr, .. } => {
                let undefined = self.sides(before, statement, expr);
                if undefined {
                    "undefined"
                } else {
                    "does not hold"
                }
            }
            Literal::NotExpr { expr, .. } => {
                self.sides(before, statement, expr);
                "holds, and should not"
            }
            Literal::Every {
                key,
                value,
                domain,
                query,
                ..
            } => {
                let with = self.with(statement);
                let known = self.values.len();
                if self.side(before, &with, domain) {
                    "undefined"
                } else {
                    // Its members are what matters.
                    self.values.truncate(known);
                    let key = key.as_ref().map(|key| key.text());
                    self.members(before, key, value.text(), domain, query);
                    "does not hold for every member"
                }
            }
            Literal::SomeIn { collection, .. } => {
                self.side(before, "", collection);
                "has no member that fits"
            }
            Literal::SomeVars { .. } => "does not hold",
        };
        let mut values = std::mem::take(&mut self.values);
        // The first statement failed: what was given is all that is known.
        let given = [self.probe.given()];
        let known = if known.is_empty() { &given } else { known };
        values.extend(bindings(known).into_iter().map(|(name, value, more)| {
            let value = (self.shown)(&value);
            (format!("`{name}`"), format!("{value}{more}"))
        }));
        let mut seen = BTreeSet::new();
        values.retain(|(name, _)| seen.insert(name.clone()));
        Failure {
            at: with_quotes(range(&statement.span), &self.probe.file.text),
            label: label.to_owned(),
            values,
        }
    }

    /// The `with` of a statement as it is written, or nothing.
    fn with(&self, statement: &LiteralStmt) -> String {
        let with = statement
            .with_mods
            .first()
            .map(|modifier| range(&modifier.span).start..range(&statement.span).end);
        let with = with
            .and_then(|with| self.probe.file.text.get(with))
            .map(|with| {
                if with.starts_with("with") {
                    format!(" {with}")
                } else {
                    format!(" with {with}")
                }
            });
        with.unwrap_or_default()
    }

    /// The values of what an expression compares or is called with. Returns
    /// whether one of them is undefined.
    fn sides(&mut self, before: &[LiteralStmt], statement: &LiteralStmt, expr: &Expr) -> bool {
        let with = self.with(statement);
        let sides: Vec<&Expr> = match expr {
            Expr::BoolExpr { lhs, rhs, .. }
            | Expr::AssignExpr {
                op: AssignOp::Eq,
                lhs,
                rhs,
                ..
            } => vec![lhs, rhs],
            Expr::AssignExpr { rhs, .. } => vec![rhs],
            Expr::Membership {
                value, collection, ..
            } => vec![value, collection],
            Expr::Call { params, .. } => params.iter().map(AsRef::as_ref).collect(),
            other => vec![other],
        };
        let mut undefined = false;
        for side in sides {
            undefined |= self.side(before, &with, side);
        }
        undefined
    }

    /// One value, unless it is written out. Returns whether it is undefined.
    fn side(&mut self, before: &[LiteralStmt], with: &str, side: &Expr) -> bool {
        if visit::is_written_out(side) {
            return false;
        }
        let text = &self.probe.file.text;
        let Some(written) = text.get(extent(side, text)).map(str::to_owned) else {
            return false;
        };
        let Some(found) = self.probe.solutions(before, &format!("{written}{with}")) else {
            return false;
        };
        let name = format!("`{}`", super::one_line(&written));
        let found: BTreeSet<Value> = found.into_iter().map(|(_, value)| value).collect();
        if found.is_empty() {
            self.values.push((name, "undefined".to_owned()));
            return true;
        }
        let found: Vec<String> = found.iter().take(SOLUTIONS).map(self.shown).collect();
        self.values.push((name, found.join(" or ")));
        false
    }

    /// Members of an `every` for which its body doesn't hold.
    fn members(
        &mut self,
        before: &[LiteralStmt],
        key: Option<&str>,
        value: &str,
        domain: &Expr,
        query: &Query,
    ) {
        let text = &self.probe.file.text;
        let Some(domain) = text.get(extent(domain, text)).map(str::to_owned) else {
            return;
        };
        let body = self.probe.text_of(&query.stmts);
        let (some, member) = match key {
            Some(key) => (format!("{key}, {value}"), format!("[{key}, {value}]")),
            None => (value.to_owned(), value.to_owned()),
        };
        let failing = format!(
            "[coldtrail_member | some {some} in {domain}\ncount([1 |\n{body}\n]) == 0\ncoldtrail_member := {member}\n]"
        );
        let Some(members) = self.probe.solutions(before, &failing) else {
            return;
        };
        let members: Vec<String> = members
            .iter()
            .filter_map(|(_, members)| members.as_array().ok())
            .flat_map(|members| members.iter())
            .take(SOLUTIONS)
            .map(self.shown)
            .collect();
        if members.is_empty() {
            return;
        }
        let name = key.map_or_else(|| value.to_owned(), |key| format!("{key}, {value}"));
        self.values
            .push((format!("`{name}` that fails"), members.join(" or ")));
    }
}
