//! What came back of the calls for trails, by account.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::asked::AskedOf;
use super::context::Context;
use super::{Account, RegionAnswer, RegionOutcome, UNKNOWN};
use crate::cloudtrail::arn;
use crate::evidence::Bundle;
use crate::finding::AsOfBasis;
use crate::recognise::facts::{Answer, Document, Failure, Origin};

/// The accounts met so far.
#[derive(Default)]
pub(super) struct Roll {
    accounts: Vec<Account>,
    by_id: HashMap<Option<Arc<str>>, usize>,
    /// The one that was asked for last: what is an account's comes together.
    last: Option<(Option<Arc<str>>, usize)>,
}

impl Roll {
    /// The account with this id, new if it wasn't met.
    pub(super) fn of(&mut self, id: Option<&Arc<str>>) -> &mut Account {
        let last = self.last.as_ref();
        let number = match last.filter(|(last, _)| last.as_ref() == id) {
            Some((_, number)) => *number,
            None => {
                // There may be very many accounts, each with an answer of every region.
                let known = self.last.as_ref().map(|(_, number)| *number);
                if let Some(before) = known.and_then(|number| self.accounts.get_mut(number)) {
                    before.regions.shrink_to_fit();
                }
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
    pub(super) fn sorted(mut self) -> Vec<Account> {
        let unknown = self.by_id.get(&None).copied();
        let unknown = unknown.map(|number| self.accounts.swap_remove(number));
        self.accounts
            .sort_unstable_by(|one, other| one.id.cmp(&other.id));
        self.accounts.extend(unknown);
        self.accounts
    }
}

/// What came back of the calls for trails.
pub(super) struct Answers<'b> {
    bundle: &'b Bundle,
    contexts: &'b [Context],
    asked: &'b AskedOf,
    /// The accounts and collections in which something else shows a trail, made
    /// when an answer first lists none.
    shown: OnceCell<HashSet<(Option<&'b str>, &'b str)>>,
    /// The places and collections of which a list has trails, made likewise.
    full: OnceCell<HashSet<(Place<'b>, &'b str)>>,
    /// By collection and account of their paths, the accounts that callers are of,
    /// made likewise.
    callers: OnceCell<HashMap<(&'b str, &'b str), BTreeSet<&'b str>>>,
    /// The collections that count, by account and region.
    counting: RefCell<HashMap<Asked<'b>, Option<BTreeSet<Arc<str>>>>>,
}

/// Account and region.
type Place<'b> = (Option<&'b str>, Option<&'b str>);

/// The same, as they are kept.
type Asked<'b> = (Option<&'b Arc<str>>, Option<&'b Arc<str>>);

impl<'b> Answers<'b> {
    pub(super) fn new(bundle: &'b Bundle, contexts: &'b [Context], asked: &'b AskedOf) -> Self {
        Self {
            bundle,
            contexts,
            asked,
            shown: OnceCell::new(),
            full: OnceCell::new(),
            callers: OnceCell::new(),
            counting: RefCell::default(),
        }
    }

    /// Gives each account the answers and failures that are its own.
    pub(super) fn add(&self, roll: &mut Roll) {
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

    /// Who was signed in where the paths say an account, if it is another one's
    /// alone.
    fn caller(&self, context: &Context) -> Option<&'b str> {
        let callers = self.callers.get_or_init(|| {
            let mut callers: HashMap<_, BTreeSet<&str>> = HashMap::new();
            let documents = self.bundle.documents.iter().zip(self.contexts);
            for (document, context) in documents {
                if let Some((account, path)) = document
                    .identity
                    .as_deref()
                    .zip(context.path_account.as_deref())
                {
                    let place = (&*context.collection, path);
                    callers.entry(place).or_default().insert(account);
                }
            }
            callers
        });
        let path = context.path_account.as_deref()?;
        let callers = callers.get(&(&*context.collection, path))?;
        callers.first().copied().filter(|_| !callers.contains(path))
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
        if answer.trails == 0
            && let Some(caller) = self.caller(context)
        {
            let why = format!(
                "`{name}` lists no trail, and `get-caller-identity` beside it says that account {caller} was asked"
            );
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
