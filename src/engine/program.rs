//! A policy set compiled into one regorus engine.
//!
//! Each policy gets an entry of its own, one rule that gathers what the
//! contract asks for, so that everything a policy computes for its results is
//! computed once for its warnings too.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::{Duration, Instant};

use regorus::unstable::{Module as Tree, Ref};
use regorus::utils::limits::{ExecutionTimerConfig, PolicyLengthConfig};
use regorus::{Engine, Value};

use super::caught::caught;
use super::error::{EngineError, reported};
use super::optimize::{Optimized, optimized};
use super::value::{Values, value};
use super::whereabouts;
use super::{Judged, Judgement, builtins, conftest, judgement, rewrite};
use crate::evidence::Bundle;
use crate::policy::{Kind, Module, Policy, PolicyError, PolicyProblem, PolicySet, SourceFile};
use crate::snapshot::Account;

mod failures;

use failures::{broken_error, evaluation_error, runaway_error};

/// The package of the entries; policies may not take it.
const ENTRY_PACKAGE: &str = "coldtrail_entry";

/// How many steps of evaluation pass between two looks at the clock.
const CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(64).unwrap();

pub(super) struct Program {
    engine: Engine,
    policies: Vec<Policy>,
    modules: Vec<Module>,
    data: Value,
    limit: Duration,
    values: Values,
    /// What the engine evaluates, where it isn't the modules as written.
    optimized: Option<Optimized>,
}

/// What each trail of an account adds to the time that a policy may take.
const PER_TRAIL: Duration = Duration::from_millis(10);

impl Program {
    /// The program of a set, optimized where that is asked for and can be.
    pub(super) fn build(set: &PolicySet, limit: Duration) -> Result<Self, EngineError> {
        if set.is_optimized()
            && let Some(program) = optimized(set.modules(), &set.data())
            && let Some(engine) = engine_of(&program)
            && let Ok(built) = Self::prepared(engine, set, limit, Some(program))
        {
            return Ok(built);
        }
        Self::with(compile(set.modules())?, set, limit)
    }

    /// The program of a set with an engine that has its modules already.
    pub(super) fn with(
        engine: Engine,
        set: &PolicySet,
        limit: Duration,
    ) -> Result<Self, EngineError> {
        Self::prepared(engine, set, limit, None)
    }

    fn prepared(
        mut engine: Engine,
        set: &PolicySet,
        limit: Duration,
        optimized: Option<Optimized>,
    ) -> Result<Self, EngineError> {
        let data = value(&set.data());
        prepare(&mut engine, set.policies(), &data, optimized.as_ref())?;
        self::limit(&mut engine, limit);
        Ok(Self {
            engine,
            policies: set.policies().to_vec(),
            modules: set.modules().to_vec(),
            data,
            limit,
            values: Values::default(),
            optimized,
        })
    }

    /// Judges an account of a snapshot.
    pub(super) fn judge_account(
        &mut self,
        account: &Account,
        bundle: &Bundle,
    ) -> Result<Vec<Judged>, EngineError> {
        let input = account.input_of(bundle, &mut self.values);
        self.judge_input(&input, &account.id, account.trails.len())
    }

    pub(super) fn judge(
        &mut self,
        input: &serde_json::Value,
    ) -> Result<Vec<Judgement>, EngineError> {
        let account = input
            .get("account_id")
            .and_then(serde_json::Value::as_str)
            .unwrap_or("unknown");
        let trails = input
            .get("trails")
            .and_then(serde_json::Value::as_array)
            .map_or(0, Vec::len);
        let judged = self.judge_input(&value(input), account, trails)?;
        judged.into_iter().collect()
    }

    pub(super) fn judge_input(
        &mut self,
        input: &Value,
        account: &str,
        trails: usize,
    ) -> Result<Vec<Judged>, EngineError> {
        // A policy's work grows with the account: a bound that fits most would
        // make the verdict on a very large one depend on the machine.
        let allowed = self.limit + PER_TRAIL * u32::try_from(trails).unwrap_or(u32::MAX);
        (0..self.policies.len())
            .map(
                |index| match self.judge_by(index, input, account, allowed) {
                    Err(error) if !error.is_runaway() => Err(error),
                    judged => Ok(judged),
                },
            )
            .collect()
    }

    /// Judges an input by one policy.
    fn judge_by(
        &mut self,
        index: usize,
        input: &Value,
        account: &str,
        allowed: Duration,
    ) -> Judged {
        let start = Instant::now();
        let judged = self.evaluate(index, input, account, (allowed, allowed));
        match &judged {
            Err(EngineError::Runaway { .. }) | Ok(_) => return judged,
            Err(_) if self.optimized.is_none() => return judged,
            Err(_) => {}
        }
        // The author's program tells what is wrong, and where.
        self.restart()?;
        let left = allowed.saturating_sub(start.elapsed()).max(allowed / 10);
        self.evaluate(index, input, account, (allowed, left))
    }

    #[cfg(test)]
    pub(super) fn is_optimized(&self) -> bool {
        self.optimized.is_some()
    }

    /// Takes a new engine, with the modules as written.
    fn restart(&mut self) -> Result<(), EngineError> {
        let mut engine = compile(&self.modules)?;
        prepare(&mut engine, &self.policies, &self.data, None)?;
        self.engine = engine;
        self.optimized = None;
        Ok(())
    }

    /// Judges an input in the time that is left of what is allowed.
    fn evaluate(
        &mut self,
        index: usize,
        input: &Value,
        account: &str,
        (allowed, left): (Duration, Duration),
    ) -> Judged {
        let Some(policy) = self.policies.get(index) else {
            return Err(EngineError::Failed {
                policy: index.to_string(),
                message: "there is no such policy".to_owned(),
            });
        };
        limit(&mut self.engine, left);
        self.engine.set_input(input.clone());
        builtins::begin(left);
        let rule = format!("data.{ENTRY_PACKAGE}_{index}.parts");
        let engine = &mut self.engine;
        let result = caught(|| engine.eval_rule(rule.clone()));
        let busiest = || {
            let entry = (entry(index, policy, None), rule);
            whereabouts::busiest(&self.modules, &self.data, input, entry, allowed)
        };
        let parts = match result {
            Ok(Ok(parts)) => parts,
            Ok(Err(error)) if is_late(&format!("{error:#}")) => {
                return Err(runaway_error(policy, account, allowed, busiest()));
            }
            _ if self.optimized.is_some() => return Err(failed(policy, String::new())),
            Ok(Err(error)) => {
                let text = error.to_string();
                return Err(evaluation_error(policy, account, &self.modules, &text));
            }
            Err(panicked) => {
                let error = broken_error(policy, account, &panicked, busiest());
                // What broke may be left half done.
                self.restart()?;
                return Err(error);
            }
        };
        match &policy.kind {
            Kind::Control(_) => judgement::read(index, policy, &self.modules, input, &parts),
            Kind::Conftest(_) => conftest::read(index, policy, &self.modules, account, &parts),
        }
    }

    /// What the policies printed since this was asked last.
    pub(super) fn take_prints(&mut self) -> Vec<String> {
        let prints = self.engine.take_prints().unwrap_or_default();
        rewrite::prints(self.modules.iter().collect(), prints)
    }
}

/// Gives an engine the data and the entry of each policy.
fn prepare(
    engine: &mut Engine,
    policies: &[Policy],
    data: &Value,
    optimized: Option<&Optimized>,
) -> Result<(), EngineError> {
    add_value(engine, data.clone())?;
    for (index, policy) in policies.iter().enumerate() {
        let entry = entry(index, policy, optimized);
        engine
            .add_policy(format!("entry {index}"), entry)
            .map_err(|error| failed(policy, error.to_string()))?;
    }
    Ok(())
}

/// What to do about Rego from before its first version, and from after what
/// the engine knows.
fn way_on(problem: &PolicyProblem) -> Option<&'static str> {
    let (before, after) = problem.file.text.split_at_checked(problem.span.start)?;
    let line = format!(
        "{}{}",
        before.rsplit('\n').next().unwrap_or_default(),
        after.lines().next().unwrap_or_default()
    );
    if problem.message.starts_with("`if` keyword") {
        Some(
            "policies are Rego v1: `name contains member if { ... }`, `name := value if { ... }`; `opa fmt --write --v0-v1` rewrites older files",
        )
    } else if problem.message.starts_with("this import shadows") {
        Some("take it out: every word that Rego has is one here, and one import of it is enough")
    } else if ["$\"", "$`"].iter().any(|sign| line.contains(sign)) {
        Some("the engine knows no `$\"...\"`; write `sprintf(\"... %s\", [value])`")
    } else {
        None
    }
}

/// An engine with these modules and nothing else, as strict as it gets, with
/// the modules rewritten so that they mean what they mean to OPA.
pub(super) fn compile<'a>(
    modules: impl IntoIterator<Item = &'a Module>,
) -> Result<Engine, EngineError> {
    let modules: Vec<&Module> = modules.into_iter().collect();
    let rewritten = rewrite::rewritten(&modules);
    let files = rewritten.iter().map(|one| (one.file, one.text()));
    let mut engine = loaded(files)?;
    builtins::mend(&mut engine);
    Ok(engine)
}

/// How long a file may be, and its lines. regorus's own bounds are lower than
/// what people write, and a rewritten file is longer than its author's.
const LENGTH: PolicyLengthConfig = PolicyLengthConfig {
    max_col: NonZeroU32::new(1 << 20).unwrap(),
    max_file_bytes: NonZeroUsize::new(16 << 20).unwrap(),
    max_lines: NonZeroUsize::new(1 << 20).unwrap(),
};

/// An engine as strict as it gets.
fn empty() -> Engine {
    let mut engine = Engine::new();
    engine.set_policy_length_config(LENGTH);
    engine.set_strict_builtin_errors(true);
    engine.set_gather_prints(true);
    engine
}

/// An engine with an optimized program.
pub(super) fn engine_of(program: &Optimized) -> Option<Engine> {
    let mut engine = empty();
    for (name, text) in &program.files {
        engine.add_policy(name.clone(), text.clone()).ok()?;
    }
    builtins::mend(&mut engine);
    builtins::mend_short(&mut engine);
    Some(engine)
}

/// The modules as they are written, for their trees. Nothing is evaluated
/// with this engine.
pub(super) fn as_written<'a>(
    modules: impl IntoIterator<Item = &'a Module>,
) -> Result<Engine, EngineError> {
    let files = modules.into_iter().map(|module| &module.file);
    loaded(files.map(|file| (file, file.text.as_ref())))
}

/// The tree of one text, where it is Rego.
pub(super) fn parsed(name: &str, text: &str) -> Option<Ref<Tree>> {
    let mut engine = Engine::new();
    engine.set_policy_length_config(LENGTH);
    let added = caught(|| engine.add_policy(name.to_owned(), text.to_owned()));
    added.ok()?.ok()?;
    engine.get_modules().first().cloned()
}

/// An error in a line so long that regorus panics when it points into it: it pads the
/// mark with as many spaces, and no text is padded by more than 65,535.
pub(super) fn in_a_long_line(file: &SourceFile) -> PolicyProblem {
    let longest = file.text.lines().max_by_key(|line| line.len());
    let start = longest.map_or(0, |line| {
        let at = line.as_ptr().addr();
        at.saturating_sub(file.text.as_ptr().addr())
    });
    PolicyProblem::new(
        "rego-syntax",
        file,
        start..start.saturating_add(1),
        format!("`{}` can't be read", file.shown),
        "an error is somewhere in this line, the longest",
    )
    .with_help(
        "break the line: what is wrong is told at its place in lines of less than 65,536 columns",
    )
}

fn loaded<'a>(
    files: impl Iterator<Item = (&'a SourceFile, &'a str)>,
) -> Result<Engine, EngineError> {
    let mut engine = empty();
    let mut problems = Vec::new();
    for (file, text) in files {
        let Ok(added) = caught(|| engine.add_policy(file.name.clone(), text.to_owned())) else {
            problems.push(in_a_long_line(file));
            continue;
        };
        if let Err(error) = added {
            let error = reported(&error.to_string());
            // The place that would follow is left out.
            let told = |mut problem: PolicyProblem| {
                let end = problem.message.trim_end_matches(" defined at").len();
                problem.message.truncate(end);
                problem
            };
            match error.problem("rego-syntax", [file]).map(told) {
                Some(problem) => problems.push(match way_on(&problem) {
                    Some(help) => problem.with_help(help),
                    None => problem,
                }),
                None => {
                    return Err(EngineError::Failed {
                        policy: file.shown.clone(),
                        message: error.message,
                    });
                }
            }
        }
    }
    PolicyError::check(problems)?;
    Ok(engine)
}

/// Whether an evaluation ended since its time was up, by the error and all that
/// it came from.
pub(super) fn is_late(error: &str) -> bool {
    error.contains(builtins::LATE)
}

/// Gives every evaluation this much time.
pub(super) fn limit(engine: &mut Engine, limit: Duration) {
    engine.set_execution_timer_config(ExecutionTimerConfig {
        limit,
        check_interval: CHECK_INTERVAL,
    });
}

pub(super) fn add_data(engine: &mut Engine, data: &serde_json::Value) -> Result<(), EngineError> {
    add_value(engine, value(data))
}

fn add_value(engine: &mut Engine, data: Value) -> Result<(), EngineError> {
    engine.add_data(data).map_err(|error| EngineError::Failed {
        policy: "data".to_owned(),
        message: error.to_string(),
    })
}

/// The entry rule of one policy: an object of a list for each rule of the
/// contract, which holds the rule's value, or nothing where it has none. One
/// rule for all costs less than a rule for each.
fn entry(index: usize, policy: &Policy, optimized: Option<&Optimized>) -> String {
    let names: Vec<&str> = match &policy.kind {
        Kind::Control(_) => judgement::RULES.to_vec(),
        Kind::Conftest(rules) => rules.iter().map(String::as_str).collect(),
    };
    let package = optimized.map_or(policy.package.as_str(), |optimized| {
        optimized.package(&policy.package)
    });
    let parts: Vec<String> = names
        .iter()
        .map(|name| format!("\t\"{name}\": [value | value := data.{package}.{name}],\n"))
        .collect();
    format!(
        "package {ENTRY_PACKAGE}_{index}\n\nparts := {{\n{}}}\n",
        parts.concat()
    )
}

fn failed(policy: &Policy, message: String) -> EngineError {
    EngineError::Failed {
        policy: policy.info.id.to_string(),
        message,
    }
}
