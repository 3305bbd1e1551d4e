//! A policy set compiled into one regorus engine.
//!
//! Each policy gets an entry of its own, one rule that gathers what the
//! contract asks for, so that everything a policy computes for its results is
//! computed once for its warnings too.

use std::num::NonZeroU32;
use std::time::Duration;

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, LimitError};

use super::error::{EngineError, reported};
use super::value::value;
use super::{Judgement, conftest, judgement};
use crate::policy::{Kind, Module, Policy, PolicyError, PolicySet};

/// The package of the entries; policies may not take it.
const ENTRY_PACKAGE: &str = "coldtrail_entry";

/// How many steps of evaluation pass between two looks at the clock.
const CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(256).unwrap();

pub(super) struct Program {
    engine: Engine,
    policies: Vec<Policy>,
    modules: Vec<Module>,
    limit: Duration,
}

/// What each trail of an account adds to the time that a policy may take.
const PER_TRAIL: Duration = Duration::from_millis(10);

impl Program {
    pub(super) fn build(set: &PolicySet, limit: Duration) -> Result<Self, EngineError> {
        Self::with(compile(set.modules())?, set, limit)
    }

    /// The same with an engine that has the modules already.
    pub(super) fn with(
        mut engine: Engine,
        set: &PolicySet,
        limit: Duration,
    ) -> Result<Self, EngineError> {
        add_data(&mut engine, &set.data())?;
        for (index, policy) in set.policies().iter().enumerate() {
            let entry = entry(index, policy);
            engine
                .add_policy(format!("entry {index}"), entry)
                .map_err(|error| failed(policy, error.to_string()))?;
        }
        engine.set_execution_timer_config(ExecutionTimerConfig {
            limit,
            check_interval: CHECK_INTERVAL,
        });
        Ok(Self {
            engine,
            policies: set.policies().to_vec(),
            modules: set.modules().to_vec(),
            limit,
        })
    }

    pub(super) fn judge(
        &mut self,
        input: &serde_json::Value,
    ) -> Result<Vec<Judgement>, EngineError> {
        let account = input
            .get("account_id")
            .and_then(serde_json::Value::as_str)
            .unwrap_or("unknown");
        // A policy's work grows with the account: a bound that fits most would
        // make the verdict on a very large one depend on the machine.
        let trails = input
            .get("trails")
            .and_then(serde_json::Value::as_array)
            .map_or(0, Vec::len);
        let allowed = self.limit + PER_TRAIL * u32::try_from(trails).unwrap_or(u32::MAX);
        limit(&mut self.engine, allowed);
        self.engine.set_input(value(input));
        let mut judgements = Vec::with_capacity(self.policies.len());
        for (index, policy) in self.policies.iter().enumerate() {
            let rule = format!("data.{ENTRY_PACKAGE}_{index}.parts");
            let parts = match self.engine.eval_rule(rule) {
                Ok(parts) => parts,
                Err(error) => {
                    let runaway = matches!(
                        error.downcast_ref(),
                        Some(LimitError::TimeLimitExceeded { .. })
                    );
                    let text = error.to_string();
                    return Err(if runaway || text.contains("exceeded time limit") {
                        runaway_error(policy, account, allowed, &text)
                    } else {
                        explained(policy, &self.modules, &text)
                    });
                }
            };
            judgements.push(match &policy.kind {
                Kind::Control(_) => judgement::read(index, policy, &self.modules, &parts)?,
                Kind::Conftest(_) => conftest::read(index, policy, &self.modules, account, &parts)?,
            });
        }
        Ok(judgements)
    }

    /// What the policies printed since this was asked last.
    pub(super) fn take_prints(&mut self) -> Vec<String> {
        self.engine.take_prints().unwrap_or_default()
    }
}

/// An engine with these modules and nothing else, as strict as it gets.
pub(super) fn compile<'a>(
    modules: impl IntoIterator<Item = &'a Module>,
) -> Result<Engine, EngineError> {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    engine.set_gather_prints(true);
    let mut problems = Vec::new();
    for module in modules {
        if let Err(error) =
            engine.add_policy(module.file.name.clone(), module.file.text.to_string())
        {
            let error = reported(&error.to_string());
            match error.problem("rego-syntax", [&module.file]) {
                Some(problem) => problems.push(problem),
                None => {
                    return Err(EngineError::Failed {
                        policy: module.file.shown.clone(),
                        message: error.message,
                    });
                }
            }
        }
    }
    PolicyError::check(problems)?;
    Ok(engine)
}

/// Gives every evaluation this much time.
pub(super) fn limit(engine: &mut Engine, limit: Duration) {
    engine.set_execution_timer_config(ExecutionTimerConfig {
        limit,
        check_interval: CHECK_INTERVAL,
    });
}

pub(super) fn add_data(engine: &mut Engine, data: &serde_json::Value) -> Result<(), EngineError> {
    engine
        .add_data(value(data))
        .map_err(|error| EngineError::Failed {
            policy: "data".to_owned(),
            message: error.to_string(),
        })
}

/// The entry rule of one policy: a set of `[name, value]`, one for each rule
/// of the contract that has a value.
fn entry(index: usize, policy: &Policy) -> String {
    let names: Vec<&str> = match &policy.kind {
        Kind::Control(_) => judgement::RULES.to_vec(),
        Kind::Conftest(rules) => rules.iter().map(String::as_str).collect(),
    };
    let mut text = format!("package {ENTRY_PACKAGE}_{index}\n");
    for name in names {
        let package = &policy.package;
        text.push_str(&format!("\nparts contains part if {{\n\tvalue := data.{package}.{name}\n\tpart := [\"{name}\", value]\n}}\n"));
    }
    text
}

fn failed(policy: &Policy, message: String) -> EngineError {
    EngineError::Failed {
        policy: policy.info.id.clone(),
        message,
    }
}

fn explained(policy: &Policy, modules: &[Module], text: &str) -> EngineError {
    let error = reported(text);
    match error.problem("rego-evaluation", modules.iter().map(|module| &module.file)) {
        Some(problem) => problem.into(),
        None => failed(policy, error.message),
    }
}

fn runaway_error(policy: &Policy, account: &str, limit: Duration, text: &str) -> EngineError {
    let help = match reported(text).place {
        Some((file, line, _)) => format!("it was at `{file}`, line {line}; the account is inconclusive"),
        None => "look for a rule that tries every pair or power of something; the account is inconclusive".to_owned(),
    };
    EngineError::Runaway {
        policy: policy.info.id.clone(),
        account: account.to_owned(),
        limit,
        help,
    }
}
