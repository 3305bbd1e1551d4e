//! From trails to accounts: who owns what, what each region answered, who was
//! expected and didn't answer, and when it was collected.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::answers::{Answers, Roll};
use super::asked::AskedOf;
use super::context::Context;
use super::open::Open;
use super::population::{self, Population};
use super::{Account, RegionAnswer, RegionOutcome, Trail, UNKNOWN};
use crate::coverage::{Basis, Coverage, Expected};
use crate::evidence::Bundle;
use crate::finding::AsOfBasis;
use crate::recognise::facts::{RollBy, RollOf};

/// Who is expected and what came back of the calls for trails, before any trail
/// is known.
pub(super) struct Answered {
    population: Population,
    roll: Roll,
}

impl Answered {
    pub(super) fn new(
        bundle: &Bundle,
        contexts: &[Context],
        asked: &AskedOf,
        expected: &Expected,
    ) -> Self {
        let population = population::population(bundle, contexts, expected);
        let mut roll = Roll::default();
        for id in population.keys() {
            roll.of(Some(id));
        }
        Answers::new(bundle, contexts, asked).add(&mut roll);
        Self { population, roll }
    }

    /// The accounts, and what is known of the population.
    pub(super) fn accounts(
        self,
        bundle: &Bundle,
        contexts: &[Context],
        trails: Vec<Trail>,
        asked: &AskedOf,
        open: &Open,
        expected: &Expected,
    ) -> (Vec<Account>, Coverage) {
        let Self {
            mut population,
            mut roll,
        } = self;
        for (loose, message) in open.unheard(&trails) {
            roll.of(loose.account.as_ref()).regions.push(RegionAnswer {
                region: loose.region.clone(),
                answer: RegionOutcome::Failed,
                trails: 0,
                error: Some(message.to_owned()),
                document: loose.document,
                index: usize::MAX,
            });
        }
        let members = members(bundle);
        let of_organization = trails.iter().find(|trail| trail.organization);
        // Accounts of which some trail was listed, though it be another's.
        let covering = of_organization.map(|trail| (Arc::clone(&trail.id), trail.account.clone()));
        let mut shown: HashSet<Arc<str>> = HashSet::new();
        let mut show = |account: &Arc<str>| {
            if !shown.contains(account) {
                shown.insert(Arc::clone(account));
            }
        };
        for trail in trails {
            for form in &trail.sightings {
                form.accounts.iter().for_each(&mut show);
                if form.accounts.is_empty() {
                    trail.account.iter().for_each(&mut show);
                }
            }
            roll.of(trail.account.clone().as_ref()).trails.push(trail);
        }
        let mut accounts = roll.sorted();
        for account in accounts.iter().filter(|account| *account.id != *UNKNOWN) {
            population::note_shown(&mut population, account);
        }
        population::regions(bundle, contexts, expected, &mut population);
        if let Some((trail, owner)) = &covering {
            let is_member = |id: &Arc<str>| members.contains(&**id) && owner.as_ref() != Some(id);
            let covered = accounts.iter_mut().filter(|account| is_member(&account.id));
            covered.for_each(|account| {
                doubt_empty(account, || {
                    format!(
                        "`{trail}` is of every account of its organization, which this one is in"
                    )
                });
            });
        }
        if let Some(lost) = lost(&accounts) {
            let others = accounts.iter_mut().filter(|one| *one.id != *UNKNOWN);
            let without = others.filter(|one| one.trails.is_empty() && only_empty(one));
            without.for_each(|account| account.regions.push(lost.clone()));
        }
        // What nothing says whose it is may be another region of any of them.
        let others = accounts.iter().filter(|one| *one.id != *UNKNOWN);
        let mut others = others.filter(|one| !(one.trails.is_empty() && one.regions.is_empty()));
        if others.any(|one| !only_empty(one) || !one.trails.is_empty()) {
            let unknown = accounts.iter_mut().filter(|one| *one.id == *UNKNOWN);
            unknown.for_each(|account| doubt_empty(account, || MAY_BE_ANOTHERS.to_owned()));
        }
        let all = accounts.par_iter_mut().with_min_len(CHUNK);
        all.for_each(|account| {
            account.answered = shown.contains(&account.id) || population::has_answered(account);
            expect(account, &population);
            finish(account, contexts, asked);
        });
        accounts.retain(|account| {
            let is_empty = account.trails.is_empty() && account.regions.is_empty();
            !is_empty || !account.expected.is_empty()
        });
        let coverage = population::coverage(&accounts, &population);
        (accounts, coverage)
    }
}

/// Why an empty list proves nothing, of which nothing says whose it is.
const MAY_BE_ANOTHERS: &str = "nothing says which account was asked: it may be one whose other \
                               answers are here";

/// How many accounts in a row one thread finishes: they cost little each.
const CHUNK: usize = 64;

/// The accounts that an organization's own list names.
fn members(bundle: &Bundle) -> HashSet<&str> {
    let rolls = bundle.documents.iter().flat_map(|one| &one.rolls);
    let accounts = rolls.filter(|roll| roll.of == RollOf::Accounts && roll.by == RollBy::Answer);
    let names = accounts.flat_map(|roll| &roll.names);
    names.map(AsRef::as_ref).collect()
}

/// An answer that is lost and may be any account's.
fn lost(accounts: &[Account]) -> Option<RegionAnswer> {
    let unknown = accounts.iter().find(|account| *account.id == *UNKNOWN)?;
    let mut answers = unknown.regions.iter();
    let failed = answers.find(|one| one.answer == RegionOutcome::Failed);
    failed.cloned()
}

/// Whether an account answered, with nothing but empty lists.
fn only_empty(account: &Account) -> bool {
    let mut answers = account.regions.iter();
    !account.regions.is_empty() && answers.all(|one| one.answer == RegionOutcome::Empty)
}

/// Doubts the empty lists of an account that shows nothing else, for this reason.
fn doubt_empty(account: &mut Account, why: impl Fn() -> String) {
    if !account.trails.is_empty() || !only_empty(account) {
        return;
    }
    for region in &mut account.regions {
        region.answer = RegionOutcome::Failed;
        region.index = usize::MAX;
        region.error = Some(format!("the list has no trail, and {}", why()));
    }
}

/// Notes what was expected of an account.
fn expect(account: &mut Account, population: &Population) {
    let Some(wanted) = population.get(&account.id) else {
        return;
    };
    account.expected = wanted.basis.iter().map(|basis| basis.as_str()).collect();
    let mut regions = wanted.regions.values();
    account.regions_known = regions.any(|basis| basis.iter().any(|basis| basis != Basis::Evidence));
    let tried: BTreeSet<&Arc<str>> = account
        .regions
        .iter()
        .filter_map(|region| region.region.as_ref())
        .collect();
    let missing = wanted
        .regions
        .keys()
        .filter(|region| !tried.contains(region));
    account.missing_regions = missing.cloned().collect();
}

/// Orders an account's parts and settles its times.
fn finish(account: &mut Account, contexts: &[Context], asked: &AskedOf) {
    account.trails.sort_by(|a, b| a.id.cmp(&b.id));
    account.regions.sort_by(|a, b| {
        (&a.region, a.answer, a.document, a.index).cmp(&(&b.region, b.answer, b.document, b.index))
    });
    if *account.id != *UNKNOWN {
        let all = asked.collections(Some(&account.id)).iter();
        account.not_before = all.filter_map(|one| one.asked.made.latest).max();
    }
    let times = account
        .trails
        .iter()
        .filter_map(|trail| trail.as_of.map(|at| (at, trail.as_of_basis)));
    let regions = account
        .regions
        .iter()
        .filter_map(|region| contexts.get(region.document)?.as_of);
    if let Some((at, basis)) = times
        .chain(regions)
        .max_by(|a, b| (a.0, std::cmp::Reverse(a.1)).cmp(&(b.0, std::cmp::Reverse(b.1))))
    {
        (account.as_of, account.as_of_basis) = (Some(at), basis);
    } else if account.not_before.is_some() {
        account.as_of_basis = AsOfBasis::LowerBound;
    }
    sum_up(account);
}

/// How many failed answers of one account are told one by one. It is inconclusive for
/// the first, and each has its entry in the inventory.
const MOST_FAILED: usize = 1000;

/// Leaves out failed answers, where there are very many and each region that is known
/// to have failed is told without them.
fn sum_up(account: &mut Account) {
    let is_failed = |one: &RegionAnswer| one.answer == RegionOutcome::Failed;
    if account.regions.iter().filter(|one| is_failed(one)).count() <= MOST_FAILED {
        return;
    }
    let mut regions = HashSet::new();
    let (mut told, mut left_out) = (0_usize, 0_usize);
    account.regions.retain(|one| {
        let is_new = regions.insert(one.region.clone());
        let is_told = !is_failed(one) || is_new || told < MOST_FAILED;
        told += usize::from(is_failed(one));
        left_out += usize::from(!is_told);
        is_told
    });
    let mut failed = account.regions.iter_mut().filter(|one| is_failed(one));
    if let Some(error) = failed.next_back().and_then(|last| last.error.as_mut()) {
        error.push_str(&format!("; and {left_out} more failed"));
    }
}
