//! What is said of a policy that an engine could not evaluate for an account.

use std::time::Duration;

use crate::engine::EngineError;
use crate::engine::rewrite;
use crate::engine::whereabouts::{self, Place};
use crate::policy::{Module, Policy};

/// An evaluation that broke off: at a call that has no value of what it was
/// given or would have taken too much, or at two values where one may be.
pub(super) fn evaluation_error(
    policy: &Policy,
    account: &str,
    modules: &[Module],
    text: &str,
) -> EngineError {
    let error = rewrite::reported(modules.iter().collect(), text);
    let problem = error.problem("rego-evaluation", modules.iter().map(|module| &module.file));
    let place = problem.as_ref().and_then(|problem| {
        let module = modules
            .iter()
            .find(|module| module.file.name == problem.file.name)?;
        let mut heads = module.outline.heads.iter();
        let (rule, _) = heads.rfind(|(_, at)| at.start <= problem.span.start)?;
        Some(Place {
            rule: rule.clone(),
            file: module.file.name.clone(),
            line: problem.position().0,
            is_else: false,
        })
    });
    // A conflict of a function is told where it is called.
    let name = problem
        .as_ref()
        .and_then(|problem| problem.file.text.get(problem.span.clone()))
        .filter(|_| error.is_conflict() && !error.message.contains(" key "))
        .filter(|name| name.starts_with(|sign: char| sign.is_alphabetic() || sign == '_'));
    let what = match name {
        Some(name) => format!("`{name}` has two values where it may have one"),
        None => error.message.clone(),
    };
    let advice = match error.is_conflict() {
        true => "let one of the bodies hold for each input, or make them arms of an `else`",
        false => "check or bound what comes from evidence before it gets there",
    };
    EngineError::Costly {
        policy: policy.info.id.to_string(),
        account: account.to_owned(),
        what,
        help: format!("{}; {advice}", whereabouts::told(place.as_ref())),
    }
}

/// A panic of the engine.
pub(super) fn broken_error(
    policy: &Policy,
    account: &str,
    panicked: &str,
    place: Option<Place>,
) -> EngineError {
    EngineError::Costly {
        policy: policy.info.id.to_string(),
        account: account.to_owned(),
        what: format!("the engine broke: {panicked}"),
        help: format!(
            "{}; it is a fault of the engine's, so please report it",
            whereabouts::told(place.as_ref())
        ),
    }
}

pub(super) fn runaway_error(
    policy: &Policy,
    account: &str,
    limit: Duration,
    place: Option<Place>,
) -> EngineError {
    let place = whereabouts::told(place.as_ref());
    EngineError::Runaway {
        policy: policy.info.id.to_string(),
        account: account.to_owned(),
        limit,
        help: format!("{place}; --time-limit gives it more time"),
    }
}
