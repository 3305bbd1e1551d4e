//! A query over one input, answered as `opa eval` answers it.
//!
//! The query becomes the body of a rule, so that it is checked and rewritten
//! as policies are. What OPA does to a query is done to it first: each
//! expression gets a name for its value, and has to hold as well where it is
//! not the only one or runs through a collection; alone it may be false.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use regorus::unstable::Rule;
use regorus::{Engine, Value};
use serde_json::{Value as Json, json};

use super::aside::Aside;
use super::builtins::{BYTES, weigh};
use super::error::EngineError;
use super::lint::{self, Checked};
use super::load::{as_written, compile};
use super::program::{self, add_data, is_late};
use super::rewrite::edit::Text;
use super::rewrite::{prints, reported};
use super::value::value;
use crate::policy::{
    Excess, Lines, Module, Outline, PolicyError, PolicyProblem, PolicySet, SourceFile,
};

mod body;

use body::{is_empty, named, placed};

/// The name of the query among the files; theirs end in `.rego`.
const NAME: &str = "query";
const PACKAGE: &str = "coldtrail_query";
const BEFORE: &str = "package coldtrail_query\n\nanswers if {\n";
const AFTER: &str = "\n}\n";
const RULE: &str = "answers if {";
/// How many lines stand before the query.
const LINES: usize = 3;

/// A query with the policies that it may ask.
pub struct Query {
    engine: Engine,
    modules: Vec<Module>,
    data: Json,
    /// As the author wrote it.
    file: SourceFile,
    /// As it is evaluated.
    text: Text,
    /// Each statement: where it stands in the query.
    statements: Vec<Range<usize>>,
    limit: Duration,
    aside: Aside,
}

impl Query {
    /// Reads a query. `limit` is the time it may take over one input.
    ///
    /// # Errors
    /// [`EngineError::Policy`] where it is no query, or the lints refuse it.
    pub fn new(checked: &Checked<'_>, query: &str, limit: Duration) -> Result<Self, EngineError> {
        let set = checked.set();
        let file = source(query);
        let written = module(format!("{BEFORE}{query}{AFTER}"));
        let own = |problem: &PolicyProblem| at_home(&file, problem, |at| at);
        let refuse = |message: &str, at: Range<usize>| {
            let problem = PolicyProblem::new("query", &file, at, message, "here");
            problem
                .with_help("a query is a body of a rule: `input.trails[_].name`, `x := 1; x > 0`")
        };
        if is_empty(query) {
            return Err(refuse("the query is empty", 0..0).into());
        }
        if let Some(Excess { of, at }) = Outline::of(query).excess {
            return Err(refuse(&of.message(), at..at.saturating_add(1)).into());
        }
        let mut engine = as_written([&written]).map_err(|error| moved(error, own))?;
        let trees = engine.get_modules().clone();
        let rules = trees.first().map(|tree| tree.policy.as_slice());
        let body = match rules {
            Some([rule]) => match rule.as_ref() {
                Rule::Spec { bodies, .. } => match bodies.as_slice() {
                    [body] => &body.query,
                    _ => return Err(refuse("this is more than a query", 0..query.len()).into()),
                },
                Rule::Default { .. } => {
                    return Err(refuse("this is no query", 0..query.len()).into());
                }
            },
            _ => return Err(refuse("this is more than a query", 0..query.len()).into()),
        };
        let problems = lint::refused_in(set, &written)?;
        PolicyError::check(problems.iter().map(own).collect())?;

        let statements = placed(query, body);
        let text = named(&written.file.text, body, &statements, &tops(set))
            .ok_or_else(|| refuse("this query can't be taken apart", 0..query.len()))?;
        let mut modules = set.modules().to_vec();
        modules.push(module(text.as_str().to_owned()));
        let own = |problem: &PolicyProblem| at_home(&file, problem, |at| text.original(at));
        let data = set.data();
        let engine = ready(&modules, &data, limit).map_err(|error| moved(error, own))?;
        Ok(Self {
            engine,
            modules,
            data,
            file,
            text,
            statements: statements.into_iter().map(|(_, at)| at).collect(),
            limit,
            aside: Aside::default(),
        })
    }

    /// Every solution over an input, `{expressions, bindings}` as `opa eval`
    /// prints it.
    ///
    /// # Errors
    /// [`EngineError`] where the query or a policy that it asks fails.
    pub fn solutions(&mut self, input: Option<&Json>) -> Result<Vec<Json>, EngineError> {
        self.engine.set_input(input.map_or(Value::Undefined, value));
        let asked = self
            .aside
            .with_engine(&mut self.engine, self.limit, |engine| {
                engine.eval_rule(format!("data.{PACKAGE}.answers"))
            });
        let late = || {
            let seconds = self.limit.as_secs_f64();
            let message = format!("the query did not come to an end within {seconds} s");
            self.failed(&message, "--time-limit gives it more time")
        };
        let Some(asked) = asked else {
            let error = late();
            self.engine = ready(&self.modules, &self.data, self.limit)?;
            return Err(error);
        };
        let answers = match asked {
            Ok(Ok(answers)) => answers,
            Ok(Err(error)) if is_late(&format!("{error:#}")) => return Err(late()),
            Ok(Err(error)) => return Err(self.explained(&error.to_string())),
            Err(panicked) => {
                // What broke may be left half done.
                self.engine = ready(&self.modules, &self.data, self.limit)?;
                let help = "it is a fault of the engine's, so please report it";
                return Err(self.failed(&format!("the engine broke: {panicked}"), help));
            }
        };
        if weigh(&answers, &mut { BYTES }).is_err() {
            let message = format!("what the query gives is longer than {BYTES} bytes");
            return Err(self.failed(&message, "ask for a part of it, or for its `count`"));
        }
        let answers = serde_json::to_value(&answers).unwrap_or_default();
        let answers = answers.as_array().into_iter().flatten();
        Ok(answers.map(|answer| self.solution(answer)).collect())
    }

    /// What was printed since this was asked last: `file:line: text`.
    pub fn take_prints(&mut self) -> Vec<String> {
        let printed = self.engine.take_prints().unwrap_or_default();
        let printed = prints(self.modules.iter().collect(), printed);
        let own = |print: &str| {
            let (line, text) = print
                .strip_prefix(NAME)?
                .strip_prefix(':')?
                .split_once(':')?;
            let line = line.parse::<usize>().ok()?.saturating_sub(LINES);
            Some(format!("{NAME}:{line}:{text}"))
        };
        printed
            .into_iter()
            .map(|print| own(&print).unwrap_or(print))
            .collect()
    }

    fn solution(&self, answer: &Json) -> Json {
        let values = answer.get(1).and_then(Json::as_array).into_iter().flatten();
        let expressions = values.zip(&self.statements).map(|(value, at)| {
            let (row, col) = self.file.position(at.start);
            let text = self.file.text.get(at.clone());
            json!({"value": value, "text": text, "location": {"row": row, "col": col}})
        });
        let mut solution = json!({"expressions": expressions.collect::<Vec<_>>()});
        let bindings = answer.get(0).filter(|bindings| **bindings != json!({}));
        if let (Some(bindings), Some(solution)) = (bindings, solution.as_object_mut()) {
            solution.insert("bindings".to_owned(), bindings.clone());
        }
        solution
    }

    fn failed(&self, message: &str, help: &str) -> EngineError {
        let whole = 0..self.file.text.len();
        let problem = PolicyProblem::new("query", &self.file, whole, message, "this query");
        problem.with_help(help).into()
    }

    fn explained(&self, text: &str) -> EngineError {
        let error = reported(self.modules.iter().collect(), text);
        let files = self.modules.iter().map(|module| &module.file);
        match error.problem("rego-evaluation", files) {
            Some(problem) if problem.file.name == NAME => {
                at_home(&self.file, &problem, |at| self.text.original(at)).into()
            }
            Some(problem) => problem.into(),
            None => self.failed(&error.message, "look at each of its parts alone"),
        }
    }
}

/// An engine that can be asked.
fn ready(modules: &[Module], data: &Json, limit: Duration) -> Result<Engine, EngineError> {
    let mut engine = compile(modules)?;
    add_data(&mut engine, data)?;
    program::limit(&mut engine, limit);
    Ok(engine)
}

/// What stands in `data` at its top, as text of a policy.
fn tops(set: &PolicySet) -> BTreeSet<String> {
    let is_end = |sign| matches!(sign, '.' | '[');
    let packages = set.modules().iter().map(|module| {
        let name = module.package.split(is_end).next().unwrap_or_default();
        Json::from(name)
    });
    let data = set.data();
    let files = data.as_object().into_iter().flatten();
    let files = files.map(|(key, _)| Json::from(key.as_str()));
    packages.chain(files).map(|name| name.to_string()).collect()
}

fn source(text: &str) -> SourceFile {
    SourceFile {
        name: NAME.to_owned(),
        shown: NAME.to_owned(),
        text: text.into(),
        lines: Lines::default(),
    }
}

fn module(text: String) -> Module {
    Module {
        outline: Outline::of(&text),
        file: source(&text),
        package: PACKAGE.to_owned(),
    }
}

/// An error of the module, in the query itself.
fn moved(error: EngineError, own: impl Fn(&PolicyProblem) -> PolicyProblem) -> EngineError {
    let EngineError::Policy(error) = error else {
        return error;
    };
    let problems = error.problems().iter().map(own).collect();
    PolicyError::check(problems).err().unwrap_or(error).into()
}

/// A problem of the module, in the query itself.
fn at_home(
    file: &SourceFile,
    problem: &PolicyProblem,
    original: impl Fn(usize) -> usize,
) -> PolicyProblem {
    let own = |at: usize| {
        let at = original(at).saturating_sub(BEFORE.len());
        at.min(file.text.len())
    };
    let at = own(problem.span.start)..own(problem.span.end);
    let moved = PolicyProblem::new(
        problem.code,
        file,
        at.start..at.end.max(at.start),
        problem.message.clone(),
        problem.label.clone(),
    );
    match &problem.help {
        Some(help) => moved.with_help(help.clone()),
        None => moved,
    }
}

#[cfg(test)]
mod tests;
