//! From trails to accounts: who owns what, what each region answered, who was
//! expected and didn't answer, and when it was collected.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::asked::AskedOf;
use super::context::Context;
use super::open::Open;
use super::population::{self, Population};
use super::{Account, RegionAnswer, RegionOutcome, Trail, UNKNOWN};
use crate::cloudtrail::arn;
use crate::coverage::{Basis, Coverage, Expected};
use crate::evidence::Bundle;
use crate::recognise::facts::{Answer, Document, Failure, Origin, RollBy, RollOf};
use crate::report::AsOfBasis;

/// The accounts met so far.
#[derive(Default)]
struct Roll {
    accounts: Vec<Account>,
    by_id: HashMap<Option<Arc<str>>, usize>,
    /// The one that was asked for last: what is an account's comes together.
    last: Option<(Option<Arc<str>>, usize)>,
}

impl Roll {
    /// The account with this id, new if it wasn't met.
    fn of(&mut self, id: Option<&Arc<str>>) -> &mut Account {
        let last = self.last.as_ref();
        let number = match last.filter(|(last, _)| last.as_ref() == id) {
            Some((_, number)) => *number,
            None => {
                let next = self.accounts.len();
                let number = *self.by_id.entry(id.cloned()).or_insert(next);
                self.last = Some((id.cloned(), number));
                number
            }
        };
        if number >= self.accounts.len() {
            self.accounts.push(Account {
                id: id.map_or_else(|| UNKNOWN.into(), Arc::clone),
                as_of: None,
                as_of_basis: AsOfBasis::Unknown,
                not_before: None,
                answered: false,
                expected: Vec::new(),
                missing_regions: Vec::new(),
                regions_known: false,
                regions: Vec::new(),
                trails: Vec::new(),
            });
        }
        #[allow(clippy::indexing_slicing, reason = "it was found or pushed just now")]
        &mut self.accounts[number]
    }

    /// All of them by id, the unknown one last.
    fn sorted(self) -> Vec<Account> {
        let unknown = self.by_id.get(&None).copied();
        let mut accounts: Vec<(bool, Account)> = self
            .accounts
            .into_iter()
            .enumerate()
            .map(|(number, account)| (unknown == Some(number), account))
            .collect();
        accounts.sort_by(|(a, one), (b, other)| (a, &one.id).cmp(&(b, &other.id)));
        accounts.into_iter().map(|(_, account)| account).collect()
    }
}

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
        let answers = Answers {
            bundle,
            contexts,
            asked,
            shown: OnceCell::new(),
            full: OnceCell::new(),
            counting: RefCell::default(),
        };
        answers.add(&mut roll);
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
            covered.for_each(|account| cover(account, trail));
        }
        if let Some(lost) = lost(&accounts) {
            let others = accounts.iter_mut().filter(|one| *one.id != *UNKNOWN);
            let without = others.filter(|one| one.trails.is_empty() && only_empty(one));
            without.for_each(|account| account.regions.push(lost.clone()));
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

/// Doubts the empty lists of a member of an organization that has a trail: it is
/// of every account there, and nothing says why the lists don't show it.
fn cover(account: &mut Account, trail: &str) {
    if !account.trails.is_empty() || !only_empty(account) {
        return;
    }
    for region in &mut account.regions {
        region.answer = RegionOutcome::Failed;
        region.index = usize::MAX;
        region.error = Some(format!(
            "the list has no trail, and `{trail}` is of every account of its organization, which this one is in"
        ));
    }
}

/// Notes what was expected of an account.
fn expect(account: &mut Account, population: &Population) {
    let Some(wanted) = population.get(&account.id) else {
        return;
    };
    account.expected = wanted.basis.iter().map(|basis| basis.as_str()).collect();
    let mut regions = wanted.regions.values();
    account.regions_known =
        regions.any(|basis| basis.iter().any(|basis| *basis != Basis::Evidence));
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

/// What came back of the calls for trails.
struct Answers<'b> {
    bundle: &'b Bundle,
    contexts: &'b [Context],
    asked: &'b AskedOf,
    /// The accounts and collections in which something else shows a trail, made
    /// when an answer first lists none.
    shown: OnceCell<HashSet<(Option<&'b str>, &'b str)>>,
    /// The places and collections of which a list has trails, made likewise.
    full: OnceCell<HashSet<(Place<'b>, &'b str)>>,
    /// The collections that count, by account and region.
    counting: RefCell<HashMap<Asked<'b>, Option<BTreeSet<Arc<str>>>>>,
}

/// Account and region.
type Place<'b> = (Option<&'b str>, Option<&'b str>);

/// The same, as they are kept.
type Asked<'b> = (Option<&'b Arc<str>>, Option<&'b Arc<str>>);

impl<'b> Answers<'b> {
    fn add(&self, roll: &mut Roll) {
        let documents = self.bundle.documents.iter().zip(self.contexts);
        for (number, (document, context)) in documents.enumerate() {
            let strangers = strangers(document, context);
            for (index, answer) in document.answers.iter().enumerate() {
                let account = context.account(&answer.origin);
                let region = context.region(&answer.origin);
                if self.is_outdated((account, region), context) {
                    continue;
                }
                let stranger = strangers.get(&asked_at(&answer.origin));
                let (answered, error) = self.answer(document, context, answer, stranger);
                roll.of(account).regions.push(RegionAnswer {
                    region: region.cloned(),
                    answer: answered,
                    trails: match answered {
                        RegionOutcome::Failed => 0,
                        _ => answer.trails,
                    },
                    index: match error.is_some() {
                        true => usize::MAX,
                        false => index,
                    },
                    error,
                    document: number,
                });
            }
            let lost = document.failures.iter().enumerate();
            for (index, failure) in lost.filter(|(_, failure)| failure.hides_trails) {
                let account = context.account(&failure.origin);
                let region = context.region(&failure.origin);
                if self.is_outdated((account, region), context) {
                    continue;
                }
                roll.of(account).regions.push(RegionAnswer {
                    region: region.cloned(),
                    answer: RegionOutcome::Failed,
                    trails: 0,
                    error: Some(said(failure, document, self.bundle)),
                    document: number,
                    index,
                });
            }
        }
    }

    fn is_outdated(&self, (account, region): Asked<'b>, context: &Context) -> bool {
        if !self.asked.is_repeated {
            return false;
        }
        let mut known = self.counting.borrow_mut();
        let counting = known
            .entry((account, region))
            .or_insert_with(|| self.asked.counting(account, region));
        let counting = counting.as_ref();
        counting.is_some_and(|counting| !counting.contains(&context.collection))
    }

    /// The accounts and regions, by collection, of which some list has trails.
    fn full(&self) -> &HashSet<(Place<'b>, &'b str)> {
        self.full.get_or_init(|| {
            let documents = self.bundle.documents.iter().zip(self.contexts);
            let all = documents.flat_map(|(document, context)| {
                let lists = document.answers.iter().filter(|answer| answer.trails > 0);
                lists.map(|answer| (place(context, &answer.origin), &*context.collection))
            });
            all.collect()
        })
    }

    /// The accounts, by collection, of which event selectors show a trail.
    fn shown(&self) -> &HashSet<(Option<&'b str>, &'b str)> {
        self.shown.get_or_init(|| {
            let documents = self.bundle.documents.iter().zip(self.contexts);
            let all = documents.flat_map(|(document, context)| {
                let shown = document.shown.iter();
                let arns = shown.filter_map(|shown| shown.arn.as_deref());
                let owners = arns.filter_map(arn::trail_arn);
                owners.flat_map(|owner| {
                    let owner = Some(owner.account).filter(|account| arn::is_account(account));
                    // Also where nothing says whose the empty list is.
                    [owner, None].map(|owner| (owner, &*context.collection))
                })
            });
            all.collect()
        })
    }

    /// What an answer comes to, and why it is worth nothing, where it is.
    fn answer(
        &self,
        document: &Document,
        context: &Context,
        answer: &Answer,
        stranger: Option<&&str>,
    ) -> (RegionOutcome, Option<String>) {
        let name = self.bundle.name(document);
        if let Some(owner) = stranger {
            let why = format!(
                "`{name}` lists a trail of account {owner} that is no organization's, so it is not this account's answer"
            );
            return (RegionOutcome::Failed, Some(why));
        }
        // A list of trails says itself whose they are.
        let own = answer
            .origin
            .account
            .as_ref()
            .filter(|_| answer.trails == 0);
        let rival = own.filter(|own| {
            context
                .path_account
                .as_ref()
                .is_some_and(|path| path != *own)
        });
        let rival = context.rival.as_ref().or(rival);
        if let Some((one, other)) = context.path_account.as_ref().zip(rival) {
            let why = format!("`{name}` is said to be of account {one} and of account {other}");
            return (RegionOutcome::Failed, Some(why));
        }
        let place = place(context, &answer.origin);
        let collection = &*context.collection;
        let is_denied = answer.trails == 0
            && (self.shown().contains(&(place.0, collection))
                || self.full().contains(&(place, collection)));
        if is_denied {
            let why = format!(
                "`{name}` lists no trail, and other answers beside it show one of this account"
            );
            return (RegionOutcome::Failed, Some(why));
        }
        match (answer.trails, &context.filter) {
            (0, Some(filter)) => {
                let why = format!(
                    "`{name}` was asked for with `{filter}`: the list says nothing of trails that it leaves out"
                );
                (RegionOutcome::Failed, Some(why))
            }
            (0, None) => (RegionOutcome::Empty, None),
            _ => (RegionOutcome::Trails, None),
        }
    }
}

fn place<'s>(context: &'s Context, origin: &'s Origin) -> Place<'s> {
    let text = |text: &'s Arc<str>| &**text;
    let (account, region) = (context.account(origin), context.region(origin));
    (account.map(text), region.map(text))
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
        // An organization's trail is of its members as well.
        if object.organization {
            continue;
        }
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
fn finish(account: &mut Account, contexts: &[Context], asked: &AskedOf) {
    account.trails.sort_by(|a, b| a.id.cmp(&b.id));
    account.regions.sort_by(|a, b| {
        (&a.region, a.answer, a.document, a.index).cmp(&(&b.region, b.answer, b.document, b.index))
    });
    if *account.id != *UNKNOWN {
        let collections = asked.collections(Some(&account.id));
        let all = collections.into_iter().flatten();
        account.not_before = all.filter_map(|(_, asked)| asked.made.latest).max();
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
}
