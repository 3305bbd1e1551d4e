//! `coldtrail eval`: what a query gives, over the inputs that policies see.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{CommandError, load, output, problems};
use crate::cli::{Color, Eval};
use crate::engine::{Checked, EngineError, Query};
use crate::evidence::Bundle;
use crate::exit::Exit;
use crate::policy::{PolicySet, list};
use crate::render::json::formatter::write_pretty;
use crate::render::phrase::count;
use crate::snapshot::{Account, Snapshot};

pub(super) fn run(args: &Eval, color: Color) -> Result<Exit, CommandError> {
    let set = load::rules(&args.policy)?;
    let mut prints = Vec::new();
    let found = load::on_threads(args.reading.jobs, || found(args, &set, &mut prints))?;
    output::aside(color, |_, out| {
        let mut prints = prints.iter();
        prints.try_for_each(|print| writeln!(out, "{}", problems::printed(&set, print)))
    });
    let Found { solutions, failed } = found?;
    let mut whole = serde_json::Map::new();
    if !solutions.is_empty() {
        whole.insert("result".to_owned(), solutions.into());
    }
    let errors = failed
        .iter()
        .map(|(account, error)| json!({"account_id": account, "message": error.to_string()}));
    let errors: Vec<Value> = errors.collect();
    if !errors.is_empty() {
        whole.insert("errors".to_owned(), errors.into());
    }
    output::to_stdout(output::Form::Data, |out| {
        write_pretty(out, &Value::Object(whole))
    })?;
    let exit = match failed.is_empty() {
        true => Exit::Pass,
        false => Exit::Error,
    };
    let mut told = BTreeSet::new();
    for (_, error) in failed {
        if told.insert(error.to_string()) {
            output::diagnose(&error, color);
        }
    }
    Ok(exit)
}

/// What a query gives over some accounts, in their order.
#[derive(Default)]
struct Found {
    solutions: Vec<Value>,
    /// The accounts over which it fails.
    failed: Vec<(Arc<str>, EngineError)>,
}

/// What it gives over each account, or without an input. Where it fails over all of
/// them, that is the error.
fn found(args: &Eval, set: &PolicySet, prints: &mut Vec<String>) -> Result<Found, CommandError> {
    let mut query = Query::new(&Checked::new(set)?, &args.query, args.policy.time_limit)?;
    let mut found = Found::default();
    if args.input.is_empty() {
        let solutions = query.solutions(None);
        prints.extend(query.take_prints());
        found.solutions = solutions?;
        return Ok(found);
    }
    load::paths(&args.input)?;
    let as_of = load::as_of(&args.reading)?;
    let options = load::options(&args.reading)?;
    let expected = load::expected(&args.reading)?;
    let bundle = Bundle::read(&args.input, &options);
    load::within(bundle.over_limit, &options)?;
    let snapshot = Snapshot::of(&bundle, as_of, &expected);
    let mut is_answered = false;
    for account in chosen(&args.account, &bundle, &snapshot)? {
        let solutions = query.solutions(Some(&account.input(&bundle)));
        prints.extend(query.take_prints());
        match solutions {
            Ok(solutions) => {
                is_answered = true;
                let of_account = |mut solution: Value| {
                    if let Some(solution) = solution.as_object_mut() {
                        solution.insert("account_id".to_owned(), json!(account.id));
                    }
                    solution
                };
                found
                    .solutions
                    .extend(solutions.into_iter().map(of_account));
            }
            Err(error) => found.failed.push((Arc::clone(&account.id), error)),
        }
    }
    match found.failed.is_empty() || is_answered {
        true => Ok(found),
        false => Err(found.failed.swap_remove(0).1.into()),
    }
}

/// The accounts that were asked for, or all.
fn chosen<'s>(
    ids: &[String],
    bundle: &Bundle,
    snapshot: &'s Snapshot,
) -> Result<Vec<&'s Account>, CommandError> {
    let all = || snapshot.accounts.iter();
    if all().next().is_none() {
        return Err(CommandError::NoEvidence {
            seen: count(bundle.documents.len(), "document"),
            help: "`coldtrail inspect` tells what each document was taken for".to_owned(),
        });
    }
    if let Some(id) = ids
        .iter()
        .find(|id| !all().any(|account| *account.id == ***id))
    {
        return Err(CommandError::Usage {
            what: format!("`--account {}`", crate::text::visible(id)),
            why: "the evidence has no such account".to_owned(),
            help: format!(
                "the accounts are {}",
                list(all().map(|account| &*account.id))
            ),
        });
    }
    let wanted = |account: &&Account| ids.is_empty() || ids.iter().any(|id| **id == *account.id);
    Ok(all().filter(wanted).collect())
}
