//! `coldtrail eval`: what a query gives, over the inputs that policies see.

use serde_json::{Value, json};

use super::{CommandError, load, output, problems};
use crate::cli::{Color, Eval};
use crate::engine::{Checked, Query};
use crate::evidence::Bundle;
use crate::exit::Exit;
use crate::policy::{PolicySet, list};
use crate::render::json::formatter::write_pretty;
use crate::render::phrase::count;
use crate::snapshot::{Account, Snapshot};

pub(super) fn run(args: &Eval, color: Color) -> Result<Exit, CommandError> {
    let set = load::rules(&args.policy)?;
    let mut prints = Vec::new();
    let solutions = load::on_threads(args.reading.jobs, || solutions(args, &set, &mut prints))?;
    output::aside(color, |_, out| {
        let mut prints = prints.iter();
        prints.try_for_each(|print| writeln!(out, "{}", problems::printed(&set, print)))
    });
    let solutions = solutions?;
    let whole = match solutions.is_empty() {
        true => json!({}),
        false => json!({"result": solutions}),
    };
    output::to_stdout(|out| write_pretty(out, &whole))?;
    Ok(Exit::Pass)
}

/// The solutions over each account in their order, or without an input.
fn solutions(
    args: &Eval,
    set: &PolicySet,
    prints: &mut Vec<String>,
) -> Result<Vec<Value>, CommandError> {
    let mut query = Query::new(Checked::new(set)?, &args.query, args.policy.time_limit)?;
    if args.input.is_empty() {
        let solutions = query.solutions(None);
        prints.extend(query.take_prints());
        return Ok(solutions?);
    }
    load::paths(&args.input)?;
    let as_of = load::as_of(&args.reading)?;
    let options = load::options(&args.reading)?;
    let expected = load::expected(&args.reading)?;
    let bundle = Bundle::read(&args.input, &options);
    load::within(bundle.is_over_limit, &options)?;
    let snapshot = Snapshot::of(&bundle, as_of, &expected);
    let mut all = Vec::new();
    for account in chosen(&args.account, &bundle, &snapshot)? {
        let solutions = query.solutions(Some(&account.input(&bundle)));
        prints.extend(query.take_prints());
        for mut solution in solutions? {
            if let Some(solution) = solution.as_object_mut() {
                solution.insert("account_id".to_owned(), json!(account.id));
            }
            all.push(solution);
        }
    }
    Ok(all)
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
