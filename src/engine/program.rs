//! A policy set compiled into one regorus engine.
//!
//! Each policy gets an entry of its own, one rule that gathers what the
//! contract asks for, so that everything a policy computes for its results is
//! computed once for its warnings too.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};

use super::aside::Aside;
use super::caught::caught;
use super::error::EngineError;
use super::load::{compile, engine_of};
use super::optimize::{Optimized, optimized};
use super::value::{Values, value};
use super::whereabouts;
use super::{Judged, Judgement, builtins, conftest, judgement, rewrite};
use crate::evidence::Bundle;
use crate::policy::{Kind, Module, Policy, PolicySet};
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
    optimized: Option<Arc<Optimized>>,
    /// Where somebody's own policies are evaluated; those in the binary come to an
    /// end.
    aside: Option<Aside>,
}

/// What each trail of an account adds to the time that a policy may take.
const PER_TRAIL: Duration = Duration::from_millis(10);

impl Program {
    /// The program of a set, optimized where it can be.
    pub(super) fn build(set: &PolicySet, limit: Duration) -> Result<Self, EngineError> {
        let program = set.is_optimized().then(|| set.modules());
        let program = program.and_then(|modules| optimized(modules, &set.data()));
        Self::of(set, program.map(Arc::new).as_ref(), limit)
    }

    /// The same, of what was optimized before.
    pub(super) fn of(
        set: &PolicySet,
        program: Option<&Arc<Optimized>>,
        limit: Duration,
    ) -> Result<Self, EngineError> {
        if let Some(program) = program
            && let Some(engine) = engine_of(program)
            && let Ok(built) = Self::prepared(engine, set, limit, Some(Arc::clone(program)))
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
        optimized: Option<Arc<Optimized>>,
    ) -> Result<Self, EngineError> {
        let data = value(&set.data());
        prepare(&mut engine, set.policies(), &data, optimized.as_deref())?;
        self::limit(&mut engine, limit);
        Ok(Self {
            engine,
            policies: set.policies().to_vec(),
            modules: set.modules().to_vec(),
            data,
            limit,
            values: Values::default(),
            optimized,
            aside: (!set.is_shipped()).then(Aside::default),
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
        let rule = format!("data.{ENTRY_PACKAGE}_{index}.parts");
        let (engine, name) = (&mut self.engine, rule.clone());
        let result = match &mut self.aside {
            Some(aside) => aside.with_engine(engine, left, |engine| engine.eval_rule(name)),
            None => {
                builtins::begin(left);
                Some(caught(|| engine.eval_rule(name)))
            }
        };
        let busiest = || {
            let entry = (entry(index, policy, None), rule);
            whereabouts::busiest(&self.modules, &self.data, input, entry, allowed)
        };
        let Some(result) = result else {
            let error = runaway_error(policy, account, allowed, busiest());
            self.restart()?;
            return Err(error);
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
            Kind::Conftest(_) => conftest::read(index, policy, &self.modules, input, &parts),
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
