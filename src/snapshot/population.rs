//! Who was to be asked: the accounts and regions that something names, and
//! which of them answered.
//!
//! An account is expected where anything names it: a folder, an identity, a
//! manifest, an organization's list, an error of AssumeRole, the command line.
//! A region is expected where an answer of AWS, a manifest or the command line
//! says that it is enabled.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::context::Context;
use super::{Account, RegionOutcome, UNKNOWN, log_groups};
use crate::cloudtrail::arn;
use crate::coverage::{AccountCoverage, Basis, Coverage, Expected, MissingAccount, RegionCoverage};
use crate::evidence::Bundle;
use crate::recognise::facts::{Roll, RollBy, RollOf};

/// What is expected of one account.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// On whose word it is expected.
    pub(super) basis: BTreeSet<Basis>,
    /// The regions that are expected, and on whose word.
    pub(super) regions: BTreeMap<Arc<str>, Words>,
}

/// The population, by account.
/// On whose words something is expected: there is one for each account and region.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Words(u16);

impl Words {
    fn insert(&mut self, basis: Basis) {
        self.0 |= 1 << basis as u16;
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Basis> {
        let all = Basis::ALL.into_iter();
        all.filter(move |basis| self.0 >> *basis as u16 & 1 == 1)
    }
}

/// More regions than AWS has. Of more that are expected of every account, it is told
/// how many they are, and no account shows those.
const MOST_REGIONS: usize = 64;

pub(super) type Population = BTreeMap<Arc<str>, Wanted>;

/// Everything that names an account or a region.
pub(super) fn population(bundle: &Bundle, contexts: &[Context], expected: &Expected) -> Population {
    let mut all = Population::default();
    let mut want = |account: &str, basis: Basis| {
        let wanted = match all.get_mut(account) {
            Some(wanted) => wanted,
            None => all.entry(account.into()).or_default(),
        };
        wanted.basis.insert(basis);
    };
    let mut last: Option<Arc<str>> = None;
    let names = names_with_accounts(bundle);
    for (document, context) in bundle.documents.iter().zip(contexts) {
        if let Some(account) = &context.path_account
            && last.as_ref() != Some(account)
        {
            let folders = context.folder_accounts.iter();
            folders.for_each(|account| want(account, Basis::Folder));
            want(account, Basis::Folder);
            last = Some(Arc::clone(account));
        }
        if let Some(rival) = &context.rival
            && (context.account.is_none() || !names.contains(&**rival))
        {
            want(rival, Basis::Folder);
        }
        if let Some(account) = &document.identity {
            want(account, Basis::Identity);
        }
        for status in &document.statuses {
            if let Some(account) = &status.origin.account {
                want(account, Basis::Evidence);
            }
        }
        for failure in &document.failures {
            if let Some(account) = &failure.origin.account {
                want(account, Basis::Error);
            }
        }
        for roll in document
            .rolls
            .iter()
            .filter(|roll| roll.of == RollOf::Accounts)
        {
            let basis = match roll.by {
                RollBy::Answer => Basis::Organization,
                RollBy::Mention => Basis::Evidence,
                RollBy::Documentation => continue,
            };
            roll.names.iter().for_each(|account| want(account, basis));
        }
        if let Some(manifest) = &document.manifest {
            for scope in &manifest.accounts {
                want(&scope.account, Basis::Manifest);
            }
            for account in manifest
                .requested
                .iter()
                .filter_map(|one| one.account.as_deref())
            {
                want(account, Basis::Manifest);
            }
        }
    }
    for account in &expected.accounts {
        want(account, Basis::Flag);
    }
    in_documentation(bundle, &mut all);
    let groups = bundle.documents.iter().flat_map(|one| &one.log_groups);
    let groups = groups.filter_map(log_groups::place_of);
    let groups = groups.map(|(account, _)| Arc::from(account));
    // In an account's own folder it may be that of its organization.
    let loose = contexts
        .iter()
        .filter(|context| context.path_account.is_none());
    let named = loose.filter_map(|context| context.arn_account.clone());
    for account in groups.chain(named) {
        let wanted = all.entry(account).or_default();
        if wanted.basis.is_empty() {
            wanted.basis.insert(Basis::Evidence);
        }
    }
    all
}

/// Notes the accounts of documentation that names one of the evidence's own.
fn in_documentation(bundle: &Bundle, all: &mut Population) {
    let rolls = bundle.documents.iter().flat_map(|one| &one.rolls);
    let mut rolls = rolls
        .filter(|roll| roll.by == RollBy::Documentation)
        .peekable();
    if rolls.peek().is_none() {
        return;
    }
    let trails = bundle.documents.iter().flat_map(|one| &one.trails);
    let arns = trails.filter_map(|sighting| sighting.object.arn.as_deref());
    let owners = arns.filter_map(|arn| arn::trail_arn(arn).map(|parts| parts.account));
    let shown: HashSet<&str> = owners.collect();
    let is_shown = |account: &str| shown.contains(account) || all.contains_key(account);
    let is_of_evidence = |roll: &&Roll| roll.names.iter().any(|account| is_shown(account));
    let named: Vec<&Roll> = rolls.filter(is_of_evidence).collect();
    for account in named.into_iter().flat_map(|roll| &roll.names) {
        let wanted = all.entry(account.as_ref().into()).or_default();
        wanted.basis.insert(Basis::Evidence);
    }
}

/// Notes an account that the evidence shows. Whoever is known from its
/// organization's trail alone, as a member sees it, isn't expected for that.
pub(super) fn note_shown(all: &mut Population, account: &Account) {
    let wanted = all.entry(Arc::clone(&account.id)).or_default();
    let is_own = account.trails.iter().any(|trail| !trail.organization);
    if wanted.basis.is_empty() && (is_own || !account.regions.is_empty()) {
        wanted.basis.insert(Basis::Evidence);
    }
}

/// The accounts that stand in the names of trails: in a status's name they are
/// no account of its own.
fn names_with_accounts(bundle: &Bundle) -> HashSet<String> {
    let trails = bundle.documents.iter().flat_map(|one| one.trails.iter());
    let names = trails.filter_map(|sighting| sighting.object.name.as_deref());
    names
        .filter_map(arn::account_in)
        .map(Cow::into_owned)
        .collect()
}

/// The regions that answers of AWS, manifests and the command line say there
/// are, for every account that is known by now. An answer of which nothing says
/// whose it is may be of any.
pub(super) fn regions(
    bundle: &Bundle,
    contexts: &[Context],
    expected: &Expected,
    all: &mut Population,
) {
    let mut of_any: BTreeMap<Arc<str>, Basis> = BTreeMap::new();
    for region in &expected.regions {
        of_any.insert(Arc::clone(region), Basis::Flag);
    }
    let mut want = |account: &str, region: &str, basis: Basis| {
        if let Some(wanted) = all.get_mut(account) {
            wanted
                .regions
                .entry(region.into())
                .or_default()
                .insert(basis);
        }
    };
    for (document, context) in bundle.documents.iter().zip(contexts) {
        for roll in document
            .rolls
            .iter()
            .filter(|roll| roll.of == RollOf::Regions)
        {
            let basis = match roll.by {
                RollBy::Answer => Basis::Regions,
                RollBy::Mention | RollBy::Documentation => Basis::Evidence,
            };
            let account = context.account(&roll.origin);
            for region in &roll.names {
                match &account {
                    Some(account) => want(account, region, basis),
                    None => {
                        let known = of_any.entry(region.as_ref().into()).or_insert(basis);
                        *known = basis.min(*known);
                    }
                }
            }
        }
        if let Some(manifest) = &document.manifest {
            for scope in &manifest.accounts {
                let regions = scope.regions.iter();
                regions.for_each(|region| want(&scope.account, region, Basis::Manifest));
            }
            for requested in &manifest.requested {
                if let Some((account, regions)) =
                    requested.account.as_deref().zip(requested.regions.as_ref())
                {
                    regions
                        .iter()
                        .for_each(|region| want(account, region, Basis::Manifest));
                }
            }
        }
    }
    if let Some(last) = of_any.keys().nth(MOST_REGIONS).cloned() {
        let more = of_any.split_off(&last);
        let basis = more.values().copied().min().unwrap_or(Basis::Evidence);
        // Behind all names: the first that is missing is told as a command to run.
        of_any.insert(format!("… and {} more regions", more.len()).into(), basis);
    }
    for wanted in all.values_mut() {
        for (region, basis) in &of_any {
            let known = wanted.regions.entry(Arc::clone(region)).or_default();
            known.insert(*basis);
        }
    }
}

/// Whether an account showed its trails, or that it has none.
pub(super) fn has_answered(account: &Account) -> bool {
    let mut regions = account.regions.iter();
    let is_answer = regions.any(|region| region.answer != RegionOutcome::Failed);
    let is_shown = |trail: &super::Trail| {
        trail
            .sightings
            .iter()
            .any(|form| form.accounts.is_empty() || form.accounts.contains(&account.id))
    };
    is_answer || account.trails.iter().any(is_shown)
}

/// The regions of an account that answered.
pub(super) fn answered(account: &Account) -> BTreeSet<Arc<str>> {
    let answered = account.regions.iter();
    answered
        .filter(|region| region.answer != RegionOutcome::Failed)
        .filter_map(|region| region.region.clone())
        .collect()
}

/// What the report says of the population.
pub(super) fn coverage(accounts: &[Account], population: &Population) -> Coverage {
    let known = accounts.iter().filter(|account| *account.id != *UNKNOWN);
    let mut total = AccountCoverage::default();
    let mut regions = Vec::new();
    let mut basis: BTreeSet<Basis> = BTreeSet::new();
    for account in known {
        let wanted = population.get(&account.id);
        let Some(wanted) = wanted.filter(|wanted| !wanted.basis.is_empty()) else {
            continue;
        };
        total.expected += 1;
        basis.extend(&wanted.basis);
        if account.answered {
            total.answered += 1;
        } else {
            let failed = account
                .regions
                .iter()
                .find_map(|region| region.error.clone());
            total.missing.push(MissingAccount {
                id: Arc::clone(&account.id),
                basis: wanted.basis.iter().copied().collect(),
                reason: failed,
            });
        }
        let of_regions = Some(&wanted.regions).filter(|all| !all.is_empty());
        let on_whose_word: BTreeSet<Basis> = of_regions
            .into_iter()
            .flat_map(BTreeMap::values)
            .flat_map(|words| words.iter())
            .collect();
        let answered = answered(account);
        let missing = of_regions.into_iter().flat_map(BTreeMap::keys);
        regions.push(RegionCoverage {
            account_id: Arc::clone(&account.id),
            expected: of_regions.map(BTreeMap::len),
            missing: missing
                .filter(|region| !answered.contains(*region))
                .cloned()
                .collect(),
            answered: answered.into_iter().collect(),
            basis: on_whose_word.into_iter().collect(),
        });
    }
    total.basis = basis.into_iter().collect();
    Coverage {
        accounts: total,
        regions,
    }
}
