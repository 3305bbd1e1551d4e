//! A file of a program printed from its tree, with what the passes change.

use std::collections::BTreeMap;

use regorus::unstable::{
    ArithOp, AssignOp, BinOp, BoolOp, Expr, Literal, LiteralStmt, Query, Ref, Rule, RuleAssign,
    RuleHead,
};

use super::{Facts, Unit, is_condition, is_test};
use crate::engine::visit::{Chain, Part};

pub(super) struct Printer<'p> {
    facts: &'p Facts<'p>,
    unit: &'p Unit<'p>,
    /// The arguments of the constructor whose value is being printed.
    given: BTreeMap<&'p str, String>,
}

/// `None` stands for what no policy of the first version of Rego has.
type Printed = Option<String>;

/// What parts fields and items: the engine takes no line of more than 1,024
/// characters.
const BETWEEN: &str = ",\n";

impl<'p> Printer<'p> {
    pub(super) fn new(facts: &'p Facts<'p>, unit: &'p Unit<'p>) -> Self {
        Self {
            facts,
            unit,
            given: BTreeMap::new(),
        }
    }

    pub(super) fn module(&self) -> Printed {
        let mut text = format!("package {}\n", self.facts.packages.get(&self.unit.package)?);
        for rule in &self.unit.tree.policy {
            text.push('\n');
            text.push_str(&self.rule(rule)?);
            text.push('\n');
        }
        Some(text)
    }

    fn rule(&self, rule: &Rule) -> Printed {
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
        let mut text = match head {
            RuleHead::Compr { refr, assign, .. } => {
                format!("{}{}", self.head(refr)?, self.assigned(assign.as_ref())?)
            }
            RuleHead::Set { refr, key, .. } => {
                let member = self.expr(key.as_ref()?)?;
                format!("{} contains {member}", self.head(refr)?)
            }
            RuleHead::Func {
                refr, args, assign, ..
            } => {
                let arguments = self.list(args)?;
                let value = self.assigned(assign.as_ref())?;
                format!("{}({arguments}){value}", self.head(refr)?)
            }
        };
        for (index, body) in bodies.iter().enumerate() {
            match (index, body.is_else) {
                (_, true) => {
                    text.push_str(" else");
                    text.push_str(&self.assigned(body.assign.as_ref())?);
                }
                (0, false) => {}
                _ => return None,
            }
            if !body.query.stmts.is_empty() {
                text.push_str(&format!(" if {{ {} }}", self.query(&body.query)?));
            }
        }
        Some(text)
    }

    /// The name of a rule, with what stands in its brackets.
    fn head(&self, reference: &Expr) -> Printed {
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

    fn assigned(&self, assign: Option<&RuleAssign>) -> Printed {
        match assign {
            Some(assign) => Some(format!(" := {}", self.expr(&assign.value)?)),
            None => Some(String::new()),
        }
    }

    fn query(&self, query: &Query) -> Printed {
        let statements = query
            .stmts
            .iter()
            .map(|statement| self.statement(statement));
        Some(statements.collect::<Option<Vec<_>>>()?.join(";\n"))
    }

    fn statement(&self, statement: &LiteralStmt) -> Printed {
        let mut text = self.literal(&statement.literal)?;
        for with in &statement.with_mods {
            let (target, value) = (self.expr(&with.refr)?, self.expr(&with.r#as)?);
            text.push_str(&format!(" with {target} as {value}"));
        }
        Some(text)
    }

    fn literal(&self, literal: &Literal) -> Printed {
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
    fn condition(&self, expr: &Expr) -> Printed {
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
                let sign = match op {
                    AssignOp::Eq => "=",
                    AssignOp::ColEq => ":=",
                };
                Some(format!("{} {sign} {}", self.expr(lhs)?, self.expr(rhs)?))
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

    fn membership(&self, expr: &Expr) -> Printed {
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

    fn expr(&self, expr: &Expr) -> Printed {
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

    fn list(&self, items: &[Ref<Expr>]) -> Printed {
        let items = items.iter().map(|item| self.expr(item));
        Some(items.collect::<Option<Vec<_>>>()?.join(BETWEEN))
    }

    fn call(&self, function: &Expr, arguments: &[Ref<Expr>]) -> Printed {
        let (_, keys) = self.unit.whole(function);
        let named = self.facts.named(self.unit, &keys);
        if let Some(constructor) = named
            .as_ref()
            .and_then(|named| self.facts.constructors.get(named))
            .filter(|constructor| constructor.takes(arguments))
        {
            let given = arguments.iter().map(|argument| self.expr(argument));
            let given = given.collect::<Option<Vec<_>>>()?;
            let inner = Printer {
                facts: self.facts,
                unit: self.unit,
                given: constructor.parameters.iter().copied().zip(given).collect(),
            };
            return inner.expr(constructor.value);
        }
        // What an import names may be a builtin all the same.
        let name = match named {
            Some(_) => self.reference(function)?,
            None => Chain::of(function).dotted()?,
        };
        Some(format!("{name}({})", self.list(arguments)?))
    }

    fn reference(&self, expr: &Expr) -> Printed {
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
            None => (keys.first()?.clone(), keys.get(1..)?),
        };
        let mut text = root;
        for key in keys {
            text.push_str(&one_key(key)?);
        }
        self.parts(text, chain.parts.get(count..)?)
    }

    fn parts(&self, mut text: String, parts: &[Part<'_>]) -> Printed {
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
