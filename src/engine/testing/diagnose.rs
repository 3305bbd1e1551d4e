//! Why a test failed: the expression that didn't hold, with the values that
//! its variables had.
//!
//! The engine only says that a rule is undefined. So the body of the test is
//! run again, statement by statement: a rule beside the test holds the first
//! statements and gives the variables they bind, and the first such rule that
//! is empty names the statement that failed.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;
use std::time::Duration;

use regorus::unstable::{AssignOp, Expr, Import, Literal, LiteralStmt, Query, Rule};
use regorus::{Engine, Value};

use super::{Lines, TestCase, build};
use crate::engine::visit::{extent, range, rule_reference, with_quotes};
use crate::policy::{PolicyProblem, PolicySet, SourceFile};

/// How long a value may be in a message.
const SHOWN: usize = 200;
/// How many solutions of a body, or members of an `every`, are shown.
const SOLUTIONS: usize = 3;

/// The failing expression of a test; `None` where nothing can be told.
pub(super) fn diagnose(set: &PolicySet, case: &TestCase, limit: Duration) -> Option<PolicyProblem> {
    let mut engine = build(set, Lines::Ignored, limit).ok()?;
    let trees = engine.get_modules().clone();
    let file = &set
        .tests()
        .iter()
        .find(|module| module.file.name == case.file)?
        .file;
    let tree = trees
        .iter()
        .find(|tree| tree.package.span.source.file() == &file.name)?;
    let rule = tree
        .policy
        .iter()
        .find(|rule| is_called(rule, &case.name))?;
    let Rule::Spec { bodies, .. } = rule.as_ref() else {
        return None;
    };
    let query = &bodies.first()?.query;
    let mut probe = Probe {
        file,
        engine: &mut engine,
        case,
        imports: imports(file, &tree.imports),
        count: 0,
    };
    probe
        .failing(query)
        .map(|failure| failure.problem(file, case))
}

fn is_called(rule: &Rule, name: &str) -> bool {
    rule_reference(rule).span().text() == name
}

fn imports(file: &SourceFile, imports: &[Import]) -> String {
    let mut text = String::new();
    for import in imports {
        let start = range(import.refr.span()).start;
        let end = import
            .r#as
            .as_ref()
            .map_or(range(import.refr.span()).end, |alias| range(alias).end);
        let written = file
            .text
            .get(extent(&import.refr, &file.text).start.min(start)..end)
            .unwrap_or_default();
        let _ = writeln!(text, "import {written}");
    }
    text
}

/// Runs pieces of a test beside it.
struct Probe<'p> {
    file: &'p SourceFile,
    engine: &'p mut Engine,
    case: &'p TestCase,
    imports: String,
    count: usize,
}

/// What failed, and what was known then.
struct Failure {
    at: Range<usize>,
    label: String,
    values: Vec<(String, String)>,
}

impl Failure {
    fn problem(self, file: &SourceFile, case: &TestCase) -> PolicyProblem {
        let problem = PolicyProblem::new(
            "test-failed",
            file,
            self.at,
            format!("`{}` fails", case.name),
            self.label,
        );
        if self.values.is_empty() {
            return problem;
        }
        let lines: Vec<String> = self
            .values
            .iter()
            .map(|(name, value)| format!("{name} is {value}"))
            .collect();
        problem.with_help(lines.join("\n"))
    }
}

impl Probe<'_> {
    fn failing(&mut self, query: &Query) -> Option<Failure> {
        let mut known: Vec<Value> = Vec::new();
        for (index, statement) in query.stmts.iter().enumerate() {
            let before = query.stmts.get(..index)?;
            let through = query.stmts.get(..=index)?;
            let names: Vec<&str> = bound(through).into_iter().collect();
            let fields: Vec<String> = names
                .iter()
                .map(|name| format!("\"{name}\": {name}"))
                .collect();
            let values = self.solutions(through, &format!("{{{}}}", fields.join(", ")))?;
            if values.is_empty() {
                return Some(self.failure(before, statement, &known));
            }
            known = values;
        }
        None
    }

    /// What an expression is after some statements: once for each solution.
    fn solutions(&mut self, statements: &[LiteralStmt], expression: &str) -> Option<Vec<Value>> {
        let name = format!("coldtrail_probe_{}", self.count);
        self.count = self.count.saturating_add(1);
        let body = self.text_of(statements);
        let text = format!(
            "package {}\n{}\n{name} contains coldtrail_value if {{\n{body}\ncoldtrail_value := {expression}\n}}\n",
            self.case.package, self.imports
        );
        self.engine.add_policy(name.clone(), text).ok()?;
        let value = self
            .engine
            .eval_rule(format!("data.{}.{name}", self.case.package))
            .ok()?;
        // What the probe prints was printed by the test already.
        let _printed = self.engine.take_prints();
        Some(value.as_set().ok()?.iter().cloned().collect())
    }

    fn text_of(&self, statements: &[LiteralStmt]) -> String {
        let (Some(first), Some(last)) = (statements.first(), statements.last()) else {
            return "true".to_owned();
        };
        let whole = with_quotes(
            range(&first.span).start..range(&last.span).end,
            &self.file.text,
        );
        self.file.text.get(whole).unwrap_or_default().to_owned()
    }

    fn failure(
        &mut self,
        before: &[LiteralStmt],
        statement: &LiteralStmt,
        known: &[Value],
    ) -> Failure {
        let mut values = Vec::new();
        let label = match &statement.literal {
            Literal::Expr { expr, .. } => {
                let undefined = self.sides(before, statement, expr, &mut values);
                if undefined {
                    "undefined"
                } else {
                    "does not hold"
                }
                .to_owned()
            }
            Literal::NotExpr { expr, .. } => {
                self.sides(before, statement, expr, &mut values);
                "holds, and should not".to_owned()
            }
            Literal::Every {
                key,
                value,
                domain,
                query,
                ..
            } => {
                let key = key.as_ref().map(|key| key.text());
                self.members(before, key, value.text(), domain, query, &mut values);
                "does not hold for every member".to_owned()
            }
            Literal::SomeIn { collection, .. } => {
                self.side(before, "", collection, &mut values);
                "has no member that fits".to_owned()
            }
            Literal::SomeVars { .. } => "does not hold".to_owned(),
        };
        values.extend(bindings(known));
        let mut seen = BTreeSet::new();
        values.retain(|(name, _)| seen.insert(name.clone()));
        Failure {
            at: with_quotes(range(&statement.span), &self.file.text),
            label,
            values,
        }
    }

    /// The values of what an expression compares or is called with. Returns
    /// whether one of them is undefined.
    fn sides(
        &mut self,
        before: &[LiteralStmt],
        statement: &LiteralStmt,
        expr: &Expr,
        values: &mut Vec<(String, String)>,
    ) -> bool {
        let with = statement
            .with_mods
            .first()
            .map(|modifier| range(&modifier.span).start..range(&statement.span).end);
        let with = with.and_then(|with| self.file.text.get(with)).map(|with| {
            if with.starts_with("with") {
                format!(" {with}")
            } else {
                format!(" with {with}")
            }
        });
        let with = with.unwrap_or_default();
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
            undefined |= self.side(before, &with, side, values);
        }
        undefined
    }

    /// One value, unless it is written out. Returns whether it is undefined.
    fn side(
        &mut self,
        before: &[LiteralStmt],
        with: &str,
        side: &Expr,
        values: &mut Vec<(String, String)>,
    ) -> bool {
        if matches!(
            side,
            Expr::String { .. }
                | Expr::RawString { .. }
                | Expr::Number { .. }
                | Expr::Bool { .. }
                | Expr::Null { .. }
        ) {
            return false;
        }
        let Some(written) = self
            .file
            .text
            .get(extent(side, &self.file.text))
            .map(str::to_owned)
        else {
            return false;
        };
        let Some(found) = self.solutions(before, &format!("{written}{with}")) else {
            return false;
        };
        let name = format!("`{}`", one_line(&written));
        match found.as_slice() {
            [] => {
                values.push((name, "undefined".to_owned()));
                true
            }
            found => {
                let shown: Vec<String> = found.iter().take(SOLUTIONS).map(shown).collect();
                values.push((name, shown.join(" or ")));
                false
            }
        }
    }

    /// Members of an `every` for which its body doesn't hold.
    fn members(
        &mut self,
        before: &[LiteralStmt],
        key: Option<&str>,
        value: &str,
        domain: &Expr,
        query: &Query,
        values: &mut Vec<(String, String)>,
    ) {
        let Some(domain) = self
            .file
            .text
            .get(extent(domain, &self.file.text))
            .map(str::to_owned)
        else {
            return;
        };
        let body = self.text_of(&query.stmts);
        let (some, member) = match key {
            Some(key) => (format!("{key}, {value}"), format!("[{key}, {value}]")),
            None => (value.to_owned(), value.to_owned()),
        };
        let failing = format!(
            "[coldtrail_member | some {some} in {domain}\ncount([1 |\n{body}\n]) == 0\ncoldtrail_member := {member}\n]"
        );
        let Some(members) = self.solutions(before, &failing) else {
            return;
        };
        let members: Vec<String> = members
            .iter()
            .filter_map(|members| members.as_array().ok())
            .flat_map(|members| members.iter())
            .take(SOLUTIONS)
            .map(shown)
            .collect();
        let name = key.map_or_else(|| value.to_owned(), |key| format!("{key}, {value}"));
        values.push((format!("`{name}` that fails"), members.join(" or ")));
    }
}

/// The variables that statements bind, by `:=` and `some`.
fn bound(statements: &[LiteralStmt]) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for statement in statements {
        match &statement.literal {
            Literal::SomeIn { key, value, .. } => {
                for pattern in key.iter().chain([value]) {
                    variables(pattern, &mut names);
                }
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr {
                    op: AssignOp::ColEq,
                    lhs,
                    ..
                } = expr.as_ref()
                {
                    variables(lhs, &mut names);
                }
            }
            _ => {}
        }
    }
    names.remove("_");
    names
}

fn variables<'e>(pattern: &'e Expr, names: &mut BTreeSet<&'e str>) {
    match pattern {
        Expr::Var { span, .. } => {
            names.insert(span.text());
        }
        Expr::Array { items, .. } => {
            for item in items {
                variables(item, names);
            }
        }
        _ => {}
    }
}

/// The variables of the first solution, and how many more there were.
fn bindings(known: &[Value]) -> Vec<(String, String)> {
    let Some(object) = known.first().and_then(|values| values.as_object().ok()) else {
        return Vec::new();
    };
    let mut values: Vec<(String, String)> = object
        .iter()
        .filter_map(|(name, value)| Some((format!("`{}`", name.as_string().ok()?), shown(value))))
        .collect();
    if let (Some(last), more @ 2..) = (values.last_mut(), known.len()) {
        let _ = write!(last.1, " (the first of {more} solutions)");
    }
    values
}

fn shown(value: &Value) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 80 {
        format!("{}…", line.chars().take(80).collect::<String>())
    } else {
        line
    }
}
