//! Expressions, printed.

use regorus::unstable::{ArithOp, BinOp, Expr, Ref};

use super::{BETWEEN, Printed, Printer};
use crate::engine::builtins;
use crate::engine::visit::{Chain, Part};

impl<'p> Printer<'p> {
    pub(super) fn expr(&self, expr: &'p Expr) -> Printed {
        match expr {
            Expr::String { value, .. }
            | Expr::RawString { value, .. }
            | Expr::Bool { value, .. }
            | Expr::Null { value, .. } => serde_json::to_string(value).ok(),
            Expr::Number { span, .. } => Some(span.text().to_owned()),
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expr),
            Expr::Array { items, .. } => Some(format!("[{}]", self.list(items)?)),
            Expr::Set { items, .. } if items.is_empty() => Some("set()".to_owned()),
            Expr::Set { items, .. } => Some(format!("{{{}}}", self.list(items)?)),
            Expr::Object { fields, .. } => {
                let fields = fields.iter().map(|(_, key, value)| {
                    Some(format!("{}: {}", self.expr(key)?, self.expr(value)?))
                });
                Some(format!(
                    "{{{}}}",
                    fields.collect::<Option<Vec<_>>>()?.join(BETWEEN)
                ))
            }
            Expr::ArrayCompr { term, query, .. } => {
                Some(format!("[{} | {}]", self.expr(term)?, self.query(query)?))
            }
            Expr::SetCompr { term, query, .. } => {
                Some(format!("{{{} | {}}}", self.expr(term)?, self.query(query)?))
            }
            Expr::ObjectCompr {
                key, value, query, ..
            } => Some(format!(
                "{{{}: {} | {}}}",
                self.expr(key)?,
                self.expr(value)?,
                self.query(query)?
            )),
            Expr::Call { fcn, params, .. } => self.call(fcn, params),
            Expr::UnaryExpr { expr, .. } => Some(format!("-{}", self.expr(expr)?)),
            Expr::BinExpr { op, lhs, rhs, .. } => {
                let sign = match op {
                    BinOp::Intersection => "&",
                    BinOp::Union => "|",
                };
                Some(format!("({} {sign} {})", self.expr(lhs)?, self.expr(rhs)?))
            }
            Expr::ArithExpr { op, lhs, rhs, .. } => {
                let sign = match op {
                    ArithOp::Add => "+",
                    ArithOp::Sub => "-",
                    ArithOp::Mul => "*",
                    ArithOp::Div => "/",
                    ArithOp::Mod => "%",
                };
                Some(format!("({} {sign} {})", self.expr(lhs)?, self.expr(rhs)?))
            }
            Expr::BoolExpr { .. } | Expr::AssignExpr { .. } | Expr::Membership { .. } => {
                Some(format!("({})", self.condition(expr)?))
            }
        }
    }

    pub(super) fn list(&self, items: &'p [Ref<Expr>]) -> Printed {
        let items = items.iter().map(|item| self.expr(item));
        Some(items.collect::<Option<Vec<_>>>()?.join(BETWEEN))
    }

    fn call(&self, function: &'p Expr, arguments: &'p [Ref<Expr>]) -> Printed {
        let (_, keys) = self.unit.whole(function);
        let named = self.facts.named(self.unit, &keys);
        if let Some(constructor) = named
            .as_ref()
            .and_then(|named| self.facts.constructors.get(named))
            .filter(|constructor| constructor.takes(arguments, |given| self.is_at_hand(given)))
        {
            let given = arguments.iter().map(|argument| self.expr(argument));
            let given = given.collect::<Option<Vec<_>>>()?;
            let given = constructor.parameters.iter().copied().zip(given);
            return self
                .within(self.unit, given.collect())
                .expr(constructor.value);
        }
        // What an import names may be a builtin all the same.
        let name = match named {
            Some(_) => self.reference(function)?,
            None => builtins::short(&Chain::of(function).dotted()?),
        };
        Some(format!("{name}({})", self.list(arguments)?))
    }

    fn reference(&self, expr: &'p Expr) -> Printed {
        let chain = Chain::of(expr);
        let Some(root) = chain.root_name() else {
            return self.parts(self.expr(chain.root)?, &chain.parts);
        };
        if let Some(given) = self.given.get(root) {
            return self.parts(given.clone(), &chain.parts);
        }
        let (count, keys) = self.unit.whole(expr);
        if count == chain.parts.len()
            && let Some(constant) = self
                .facts
                .named(self.unit, &keys)
                .and_then(|named| self.facts.constants.get(&named))
        {
            return Some(constant.clone());
        }
        let (root, keys) = match self.facts.short(&keys) {
            Some((short, rest)) => (format!("data.{short}"), rest),
            None => {
                let root = keys.first()?;
                let is_abroad = self.unit.package != self.package
                    && self
                        .facts
                        .named(self.unit, std::slice::from_ref(root))
                        .is_some();
                let root = match is_abroad {
                    true => format!(
                        "data.{}.{root}",
                        self.facts.packages.get(&self.unit.package)?
                    ),
                    false => root.clone(),
                };
                (root, keys.get(1..)?)
            }
        };
        let mut text = root;
        for key in keys {
            text.push_str(&one_key(key)?);
        }
        self.parts(text, chain.parts.get(count..)?)
    }

    fn parts(&self, mut text: String, parts: &[Part<'p>]) -> Printed {
        for part in parts {
            match part {
                Part::Key(key, _) => text.push_str(&one_key(key)?),
                Part::Index(index) => text.push_str(&format!("[{}]", self.expr(index)?)),
            }
        }
        Some(text)
    }
}

/// `.key`, in brackets where it isn't a name.
fn one_key(key: &str) -> Printed {
    const WORDS: [&str; 13] = [
        "as", "contains", "data", "default", "else", "every", "false", "if", "import", "in",
        "input", "not", "null",
    ];
    const MORE: [&str; 4] = ["package", "some", "true", "with"];
    let mut signs = key.bytes();
    let is_name = signs
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && signs.all(|sign| sign.is_ascii_alphanumeric() || sign == b'_');
    if is_name && !WORDS.contains(&key) && !MORE.contains(&key) {
        Some(format!(".{key}"))
    } else {
        serde_json::to_string(key)
            .ok()
            .map(|key| format!("[{key}]"))
    }
}
