//! From trails to accounts: who owns what, what each region answered, and when
//! it was collected.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::context::Context;
use super::unattributed::Unattributed;
use super::{Account, ProblemKind, RegionAnswer, RegionOutcome, StatusRef, Trail, UNKNOWN};
use crate::cloudtrail::arn;
use crate::evidence::Bundle;
use crate::recognise::facts::{Document, Failure, Origin};
use crate::report::AsOfBasis;

/// The accounts met so far, by whether nothing says which, and by id.
#[derive(Default)]
struct Roll {
    numbers: BTreeMap<(bool, Arc<str>), usize>,
    accounts: Vec<Option<Account>>,
    /// The one that was asked for last: documents of one account lie together.
    last: Option<((bool, Arc<str>), usize)>,
}

impl Roll {
    /// The account of a key, new if it wasn't met.
    fn of(&mut self, key: (bool, Arc<str>)) -> Option<&mut Account> {
        let known = self.last.as_ref().filter(|(last, _)| *last == key);
        let number = match known {
            Some((_, number)) => *number,
            None => {
                let next = self.accounts.len();
                let number = *self.numbers.entry(key.clone()).or_insert(next);
                if number == next {
                    self.accounts.push(Some(Account {
                        id: Arc::clone(&key.1),
                        as_of: None,
                        as_of_basis: AsOfBasis::Unknown,
                        not_before: None,
                        regions: Vec::new(),
                        trails: Vec::new(),
                    }));
                }
                self.last = Some((key, number));
                number
            }
        };
        self.accounts.get_mut(number)?.as_mut()
    }

    /// All of them, in the order of their keys.
    fn in_order(self) -> impl Iterator<Item = Account> {
        let mut accounts = self.accounts;
        let numbers = self.numbers.into_values();
        numbers.filter_map(move |number| accounts.get_mut(number)?.take())
    }
}

/// The one account that the evidence speaks of, if it speaks of one only.
fn sole(trails: &[Trail], contexts: &[Context]) -> Option<Arc<str>> {
    let of_trails = trails.iter().filter_map(|trail| trail.account.as_ref());
    let asked = contexts
        .iter()
        .filter_map(|context| context.account.as_ref());
    let mut owners = of_trails.chain(asked);
    let first = owners.next()?;
    owners
        .all(|owner| owner == first)
        .then(|| Arc::clone(first))
}

pub(super) fn accounts(
    bundle: &Bundle,
    contexts: &[Context],
    trails: Vec<Trail>,
    open: &Unattributed,
) -> Vec<Account> {
    let unknown: Arc<str> = UNKNOWN.into();
    let mut accounts = Roll::default();
    let sole = sole(&trails, contexts);
    let account =
        |id: Option<Arc<str>>, accounts: &mut Roll, edit: &mut dyn FnMut(&mut Account)| {
            let key = (id.is_none(), id.unwrap_or_else(|| Arc::clone(&unknown)));
            if let Some(account) = accounts.of(key) {
                edit(account);
            }
        };
    for (number, (document, context)) in bundle.documents.iter().zip(contexts).enumerate() {
        let strangers = strangers(document, context);
        for (index, answer) in document.answers.iter().enumerate() {
            if let Some(owner) = strangers.get(&asked_at(&answer.origin)) {
                let why = format!(
                    "`{}` lists a trail of account {owner} that is no organization's, so it is not this account's answer",
                    bundle.name(document)
                );
                let entry = RegionAnswer {
                    region: context.region(&answer.origin),
                    answer: RegionOutcome::Failed,
                    trails: 0,
                    error: Some(why),
                    document: number,
                    index: usize::MAX,
                };
                account(
                    context.account(&answer.origin),
                    &mut accounts,
                    &mut |account| account.regions.push(entry.clone()),
                );
                continue;
            }
            let entry = RegionAnswer {
                region: context.region(&answer.origin),
                answer: if answer.trails == 0 {
                    RegionOutcome::Empty
                } else {
                    RegionOutcome::Trails
                },
                trails: answer.trails,
                error: None,
                document: number,
                index,
            };
            account(
                context.account(&answer.origin).or_else(|| sole.clone()),
                &mut accounts,
                &mut |account| account.regions.push(entry.clone()),
            );
        }
        let lost = document
            .failures
            .iter()
            .enumerate()
            .filter(|(_, failure)| failure.hides_trails);
        for (index, failure) in lost {
            let entry = RegionAnswer {
                region: context.region(&failure.origin),
                answer: RegionOutcome::Failed,
                trails: 0,
                error: Some(said(failure, document, bundle)),
                document: number,
                index,
            };
            account(
                context.account(&failure.origin).or_else(|| sole.clone()),
                &mut accounts,
                &mut |account| account.regions.push(entry.clone()),
            );
        }
        let latest = document
            .statuses
            .iter()
            .filter_map(|status| status.latest)
            .max();
        if latest.is_some() && context.account.is_some() {
            account(context.account.clone(), &mut accounts, &mut |account| {
                account.not_before = account.not_before.max(latest)
            });
        }
    }
    let alone = open.alone.iter().map(|number| (number, false));
    let left = open.left.iter().map(|number| (number, true));
    for (number, is_left) in alone.chain(left) {
        let Some((document, context)) = bundle.documents.get(*number).zip(contexts.get(*number))
        else {
            continue;
        };
        let name = bundle.name(document);
        let why = if is_left {
            format!("no list of trails here has the trail whose status `{name}` is")
        } else {
            format!("no answer of describe-trails: the trail whose status `{name}` is isn't known")
        };
        let entry = RegionAnswer {
            region: context.region.clone(),
            answer: RegionOutcome::Failed,
            trails: 0,
            error: Some(why),
            document: *number,
            index: usize::MAX,
        };
        account(
            context.account.clone().or_else(|| sole.clone()),
            &mut accounts,
            &mut |account| account.regions.push(entry.clone()),
        );
    }
    for trail in trails {
        let mut trail = Some(trail);
        account(
            trail.as_ref().and_then(|trail| trail.account.clone()),
            &mut accounts,
            &mut |account| account.trails.extend(trail.take()),
        );
    }
    let mut accounts: Vec<Account> = accounts
        .in_order()
        .filter(|account| !(account.trails.is_empty() && account.regions.is_empty()))
        .collect();
    for account in &mut accounts {
        finish(account, bundle, contexts);
    }
    accounts
}

/// The owners of trails that a document can't list, by where it was asked: an
/// account sees no trails of others but those of its organization.
fn strangers<'d>(
    document: &'d Document,
    context: &Context,
) -> HashMap<(Option<&'d str>, Option<&'d str>), &'d str> {
    let mut strangers = HashMap::new();
    for sighting in &document.trails {
        let object = &sighting.object;
        let owner = object.arn.as_deref().and_then(arn::trail_arn);
        let owner = owner.map(|arn| arn.account);
        let asked = sighting
            .origin
            .account
            .as_ref()
            .or(context.account.as_ref());
        let is_other =
            |(owner, asked): (&str, &Arc<str>)| arn::is_account(owner) && *owner != **asked;
        // Trails of the first years don't say whose they are.
        if owner.zip(asked).is_some_and(is_other)
            && !object.organization
            && memchr::memmem::find(object.text.as_bytes(), b"rganizationTrail").is_some()
        {
            strangers.insert(asked_at(&sighting.origin), owner.unwrap_or_default());
        }
    }
    strangers
}

fn asked_at(origin: &Origin) -> (Option<&str>, Option<&str>) {
    (origin.account.as_deref(), origin.region.as_deref())
}

fn said(failure: &Failure, document: &Document, bundle: &Bundle) -> String {
    let name = format!("`{}`", bundle.name(document));
    // What is said of a file as a whole names it already.
    if failure.message.starts_with(&name) {
        failure.message.clone()
    } else {
        format!("{name}: {}", failure.message)
    }
}

/// Orders an account's parts and settles its times.
fn finish(account: &mut Account, bundle: &Bundle, contexts: &[Context]) {
    account.trails.sort_by(|a, b| a.id.cmp(&b.id));
    account.regions.sort_by(|a, b| {
        (&a.region, a.answer, a.document, a.index).cmp(&(&b.region, b.answer, b.document, b.index))
    });
    let known = account.id.as_ref() != UNKNOWN;
    let latest = |trail: &Trail| {
        let status = trail.status.or(trail
            .status_problem
            .as_ref()
            .filter(|problem| problem.kind == ProblemKind::Conflict)
            .map(|problem| StatusRef {
                document: problem.document,
                index: problem.index,
            }))?;
        bundle
            .documents
            .get(status.document)?
            .statuses
            .get(status.index)?
            .latest
    };
    let all = account.trails.iter().filter_map(latest).max();
    if known {
        account.not_before = account.not_before.max(all);
    }
    for trail in &mut account.trails {
        // Of accounts that can't be told apart each trail speaks for itself.
        trail.not_before = if known {
            account.not_before
        } else {
            latest(trail)
        };
        if trail.as_of.is_none() && trail.not_before.is_some() {
            trail.as_of_basis = AsOfBasis::LowerBound;
        }
    }
    let times = account
        .trails
        .iter()
        .filter_map(|trail| trail.as_of.map(|at| (at, trail.as_of_basis)));
    let regions = account.regions.iter().filter_map(|region| {
        contexts
            .get(region.document)
            .and_then(|context| context.as_of)
    });
    if let Some((at, basis)) = times
        .chain(regions)
        .max_by(|a, b| (a.0, std::cmp::Reverse(a.1)).cmp(&(b.0, std::cmp::Reverse(b.1))))
    {
        (account.as_of, account.as_of_basis) = (Some(at), basis);
    } else if account.not_before.is_some() {
        account.as_of_basis = AsOfBasis::LowerBound;
    }
}
