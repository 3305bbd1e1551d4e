//! Runs pieces of a rule's body beside it, to see what they come to.
//!
//! The engine only says that a rule is undefined. So its body is run again,
//! statement by statement: a rule beside it holds the first statements and
//! gives the variables they bind, and the first such rule without a solution
//! names the statement that failed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use regorus::unstable::{Import, LiteralStmt};
use regorus::{Engine, Value};

use super::aside::Aside;
use super::visit::{extent, range, with_quotes};
use crate::policy::SourceFile;

mod failure;
mod values;

pub(super) use failure::failing;
pub(super) use values::{bound, one_line, shown, variables};

/// Where in `data` the given variables stand.
const GIVEN: &str = "coldtrail_given";

/// Runs pieces of one file's rules beside them.
pub(super) struct Probe<'p> {
    /// The file, as the engine knows it.
    pub(super) file: &'p SourceFile,
    /// An engine that has the file, the data and the input.
    pub(super) engine: &'p mut Engine,
    /// Where it runs, and how long one piece may take.
    aside: Aside,
    limit: Duration,
    /// Whether a piece came to no end, and the engine was left behind with it.
    is_lost: bool,
    /// The package of the file.
    pub(super) package: &'p str,
    /// What the file imports, as statements.
    pub(super) imports: String,
    /// Variables that have a value before the body begins.
    given: BTreeMap<String, Value>,
    /// Whether a solution, an object of variables, is one of those asked for.
    pub(super) is_meant: &'p dyn Fn(&Value) -> bool,
    count: usize,
}

impl<'p> Probe<'p> {
    /// A probe without given variables, to which every solution counts.
    pub(super) fn new(
        file: &'p SourceFile,
        package: &'p str,
        imports: &[Import],
        (engine, limit): (&'p mut Engine, Duration),
    ) -> Self {
        Self {
            file,
            engine,
            aside: Aside::default(),
            limit,
            is_lost: false,
            package,
            imports: written(file, imports),
            given: BTreeMap::new(),
            is_meant: &|_| true,
            count: 0,
        }
    }

    /// What an expression, with its `with` where it has one, is after some
    /// statements: the variables they bind and its value, once for each
    /// solution.
    fn solutions(
        &mut self,
        statements: &[LiteralStmt],
        expression: &str,
    ) -> Option<Vec<(Value, Value)>> {
        if self.is_lost {
            return None;
        }
        let name = format!("coldtrail_probe_{}", self.count);
        self.count = self.count.saturating_add(1);
        let mut text = format!(
            "package {}\n{}\n{name} contains coldtrail_value if {{\n",
            self.package, self.imports
        );
        for variable in self.given.keys() {
            let _ = writeln!(text, "{variable} := data.{GIVEN}.{variable}");
        }
        let given = self.given.keys().map(String::as_str);
        let fields: Vec<String> = bound(statements)
            .into_iter()
            .chain(given)
            .map(|name| format!("\"{name}\": {name}"))
            .collect();
        let _ = write!(
            text,
            "{}\ncoldtrail_expression := {expression}\ncoldtrail_value := [{{{}}}, coldtrail_expression]\n}}\n",
            self.text_of(statements),
            fields.join(", ")
        );
        self.engine.add_policy(name.clone(), text).ok()?;
        let rule = format!("data.{}.{name}", self.package);
        let evaluated = self
            .aside
            .with_engine(self.engine, self.limit, |engine| engine.eval_rule(rule));
        self.is_lost = evaluated.is_none();
        let value = evaluated?.ok()?.ok()?;
        // What the probe prints was printed by the rule already.
        let _printed = self.engine.take_prints();
        let pairs = value.as_set().ok()?.iter().filter_map(|pair| {
            let [variables, value] = pair.as_array().ok()?.as_slice() else {
                return None;
            };
            (self.is_meant)(variables).then(|| (variables.clone(), value.clone()))
        });
        Some(pairs.collect())
    }

    /// Gives variables a value before the body begins. They come as data: a
    /// large one would be more than the engine takes in a line.
    pub(super) fn give(&mut self, given: BTreeMap<String, Value>) -> Option<()> {
        self.given = given;
        let data = Value::from(BTreeMap::from([(Value::from(GIVEN), self.given())]));
        self.engine.add_data(data).ok()
    }

    /// The given variables, as an object.
    fn given(&self) -> Value {
        let given = self.given.iter();
        let given = given.map(|(name, value)| (Value::from(name.as_str()), value.clone()));
        Value::from(given.collect::<BTreeMap<Value, Value>>())
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
}

/// Imports as they are written in a file.
fn written(file: &SourceFile, imports: &[Import]) -> String {
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
