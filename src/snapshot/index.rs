//! What claims are looked up by: the trails that are listed, by collection,
//! account, name and ARN.

mod found;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

pub(super) use self::found::{Found, Scope};
use super::context::{Context, folder_of};
use super::listing::{Candidate, Listing, Shelf, Shelves, note, shelves};
use crate::cloudtrail::arn;
use crate::cloudtrail::claim::{Claim, Says};
use crate::cloudtrail::name::{Readings, percent_decoded, stem};
use crate::evidence::Bundle;

/// Whose listing is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Asked {
    /// What this account listed; none where nothing says which.
    By(Option<Arc<str>>),
    /// What any account listed.
    Any,
}

/// The first two trails of a collection and account.
type Listed = HashMap<(Arc<str>, Option<Arc<str>>), [Option<usize>; 2]>;

/// Those of them that answer in a region; without one, those that answer wherever
/// they are asked for, since nothing says which regions list them.
type Answering = HashMap<Option<Arc<str>>, Listed>;

/// The first two trails that are listed in or below a folder of a collection.
type Below<'b> = HashMap<(&'b str, &'b str), [Option<usize>; 2]>;

/// Collection, account, name.
type Key = (Arc<str>, Asked, Arc<str>);

/// The trails of each account by name.
type ByAccount = HashMap<(Arc<str>, Arc<str>), Vec<usize>>;

/// The trails that are listed.
#[derive(Debug)]
pub(super) struct Index<'b> {
    bundle: &'b Bundle,
    contexts: &'b [Context],
    candidates: Vec<Candidate>,
    by_arn: HashMap<Arc<str>, usize>,
    /// The trails that each account lists by name, in whichever collection; made when
    /// a status is first of a dated run that lists none of its account.
    by_account: OnceLock<ByAccount>,
    /// Made when a claim first holds what may be a folded ARN.
    by_folded: OnceLock<HashMap<String, Vec<usize>>>,
    by_name: HashMap<Key, Vec<usize>>,
    /// Every name, and whose trails have it in whichever collection.
    anywhere: HashMap<Arc<str>, HashSet<Asked>>,
    listed: Listed,
    /// Collection, account and trail, each once.
    seen: HashSet<(Arc<str>, Option<Arc<str>>, usize)>,
    /// Made when a status first has nothing that names its trail.
    answering: OnceLock<Answering>,
    /// Document and trail, for every time that one was listed.
    places: Vec<(usize, usize)>,
    /// Made when it first counts what lies beside a status.
    shelves: OnceLock<Shelves<'b>>,
    /// The first two trails listed in a folder or below it, made when a folder is
    /// first found to be named for a trail.
    below: OnceLock<Below<'b>>,
}

impl<'b> Index<'b> {
    /// The trails that were listed in a bundle, to be looked up.
    pub(super) fn of(listing: Listing, bundle: &'b Bundle, contexts: &'b [Context]) -> Self {
        let mut by_arn = HashMap::new();
        let mut by_name: HashMap<Key, Vec<usize>> = HashMap::new();
        let mut anywhere: HashMap<Arc<str>, HashSet<Asked>> = HashMap::new();
        let mut listed = Listed::new();
        for (number, candidate) in listing.candidates.iter().enumerate() {
            if let Some(arn) = &candidate.arn {
                by_arn.insert(Arc::clone(arn), number);
            }
            let accounts = candidate.accounts.iter().cloned();
            let accounts = accounts.map(|account| Asked::By(Some(account)));
            let unknown = candidate.accounts.is_empty().then_some(Asked::By(None));
            let named = anywhere.entry(Arc::clone(&candidate.name)).or_default();
            named.extend(accounts.chain(unknown).chain([Asked::Any]));
        }
        for (collection, account, trail) in &listing.seen {
            let Some(candidate) = listing.candidates.get(*trail) else {
                continue;
            };
            if account.is_some() {
                let named = anywhere.entry(Arc::clone(&candidate.name)).or_default();
                named.insert(Asked::By(account.clone()));
            }
            let key = |account| (Arc::clone(collection), account, Arc::clone(&candidate.name));
            by_name
                .entry(key(Asked::By(account.clone())))
                .or_default()
                .push(*trail);
            // Of any account: two are as many as a thousand.
            match by_name.entry(key(Asked::Any)) {
                Entry::Vacant(vacant) => {
                    vacant.insert(vec![*trail]);
                }
                Entry::Occupied(mut all) => {
                    if all.get().len() < 2 && !all.get().contains(trail) {
                        all.get_mut().push(*trail);
                    }
                }
            }
            list(&mut listed, collection, account.as_ref(), *trail);
        }
        Self {
            bundle,
            contexts,
            candidates: listing.candidates,
            by_arn,
            by_account: OnceLock::new(),
            by_folded: OnceLock::new(),
            by_name,
            anywhere,
            listed,
            seen: listing.seen,
            answering: OnceLock::new(),
            places: listing.places,
            shelves: OnceLock::new(),
            below: OnceLock::new(),
        }
    }

    /// The trail that a claim names, for a status there.
    pub(super) fn find(&self, claim: &Claim, scope: &Scope<'_>) -> Found {
        match &claim.says {
            Says::InTrail(_) => Found::None,
            Says::Arn(text) => self.by_arn(text, scope),
            Says::Name(name) => self.by_names(std::iter::once(&**name), scope),
            Says::Text(text) => {
                let readings = Readings::of_file(text);
                match self.by_names(readings.names(), scope) {
                    Found::One(trail) => match self.by_names(readings.doubtful(), scope) {
                        Found::None | Found::Elsewhere => Found::One(trail),
                        doubtful => Found::One(trail).and(doubtful),
                    },
                    found => found,
                }
            }
        }
    }

    /// What stays of a claim when the known words in it are taken off.
    pub(super) fn core(&self, claim: &Claim) -> String {
        match &claim.says {
            Says::Text(text) => Readings::of_file(text).core().to_owned(),
            // An ARN's own name says no less than the ARN does.
            Says::Arn(text) => text.to_string(),
            _ => claim.text().to_owned(),
        }
    }

    fn by_arn(&self, text: &str, scope: &Scope<'_>) -> Found {
        let decoded = percent_decoded(text);
        let text = decoded.as_ref();
        let found = match self.by_arn.get(text) {
            Some(trail) => Found::One(*trail),
            None if arn::trail_arn(text).is_some() => Found::None,
            None => {
                let folded = arn::folded(stem(text));
                let from = folded.find("arn_aws").unwrap_or(0);
                let all = self.by_folded().get(folded.get(from..).unwrap_or_default());
                match all.map(Vec::as_slice) {
                    None | Some([]) => Found::None,
                    Some([trail]) => Found::One(*trail),
                    // Folding loses signs: two ARNs may come to one text.
                    Some(_) => Found::Several,
                }
            }
        };
        match found {
            Found::One(trail) if !self.may_be_asked(trail, scope) => Found::Elsewhere,
            found => found,
        }
    }

    fn by_folded(&self) -> &HashMap<String, Vec<usize>> {
        self.by_folded.get_or_init(|| {
            let mut folded: HashMap<String, Vec<usize>> = HashMap::new();
            for (number, candidate) in self.candidates.iter().enumerate() {
                if let Some(arn) = &candidate.arn {
                    folded.entry(arn::folded(arn)).or_default().push(number);
                }
            }
            folded
        })
    }

    /// Whether this account can have asked for the trail's status: its owner,
    /// or one that lists it.
    pub(super) fn may_be_asked(&self, trail: usize, scope: &Scope<'_>) -> bool {
        let candidate = self.candidates.get(trail);
        candidate
            .zip(scope.account)
            .is_none_or(|(candidate, account)| {
                candidate.accounts.is_empty() || candidate.accounts.contains(account)
            })
    }

    /// Whether a name asked in this region can be the trail's: a region
    /// answers for the trails that it lists.
    fn may_answer(&self, trail: usize, scope: &Scope<'_>) -> bool {
        let Some(candidate) = self.candidates.get(trail) else {
            return false;
        };
        let own = scope.own_region;
        let own = own.filter(|region| !candidate.name.contains(&***region));
        let is_one = own
            .zip(scope.region)
            .is_none_or(|(own, asked)| own == asked);
        let mut regions = own.into_iter().chain(scope.region);
        is_one
            && regions
                .all(|region| candidate.regions.is_empty() || candidate.regions.contains(region))
    }

    /// Whether a trail that may be this account's has the name, in whichever
    /// collection: what others have tells nothing of it.
    fn is_known(&self, name: &str, account: Option<&Arc<str>>) -> bool {
        let Some(whose) = self.anywhere.get(name) else {
            return false;
        };
        match account {
            Some(account) => {
                whose.contains(&Asked::By(Some(Arc::clone(account))))
                    || whose.contains(&Asked::By(None))
            }
            None => whose.contains(&Asked::Any),
        }
    }

    /// The trails of a name that an account lists, in whichever collection.
    fn of_account(&self, account: &Arc<str>, name: &Arc<str>) -> &[usize] {
        let all = self.by_account.get_or_init(|| {
            let mut all: HashMap<_, Vec<usize>> = HashMap::new();
            for (_, account, trail) in &self.seen {
                let candidate = self.candidates.get(*trail);
                if let Some((account, candidate)) = account.as_ref().zip(candidate) {
                    let key = (Arc::clone(account), Arc::clone(&candidate.name));
                    all.entry(key).or_default().push(*trail);
                }
            }
            all
        });
        let found = all.get(&(Arc::clone(account), Arc::clone(name)));
        found.map_or(&[], Vec::as_slice)
    }

    /// The trail of the account and the collection that has one of these names.
    fn by_names<'n>(&self, names: impl Iterator<Item = &'n str>, scope: &Scope<'_>) -> Found {
        let asked: &[Asked] = &match scope.account {
            Some(account) => [Asked::By(Some(Arc::clone(account))), Asked::By(None)],
            None => [Asked::Any, Asked::By(None)],
        };
        let mut found = Found::None;
        // A name that the file's region may be part of can be one trail's without
        // it: then the folder's region is another's.
        let is_torn = scope
            .own_region
            .zip(scope.region)
            .is_some_and(|(own, asked)| own != asked);
        let mut is_doubtful = false;
        let tells_of_others = scope.is_dated && !self.lists_any(scope.collection, scope.account);
        for name in names {
            if !self.is_known(name, scope.account) {
                continue;
            }
            let name = &Arc::from(name);
            let mut here = Found::Elsewhere;
            for asked in asked {
                let key = (scope.collection.into(), asked.clone(), Arc::clone(name));
                for trail in self.by_name.get(&key).into_iter().flatten() {
                    // What nothing says who listed is the account's if it may be.
                    let is_own = *asked != Asked::By(None) || self.may_be_asked(*trail, scope);
                    if is_own && self.may_answer(*trail, scope) {
                        here = here.and(Found::One(*trail));
                    } else {
                        is_doubtful |= is_own && is_torn;
                    }
                }
            }
            // A dated run that lists none asked about those that others list.
            let elsewhere = match (here, scope.account) {
                (Found::Elsewhere, Some(account)) if tells_of_others => {
                    self.of_account(account, name)
                }
                _ => &[],
            };
            let elsewhere = elsewhere.iter().copied();
            for trail in elsewhere.filter(|trail| self.may_answer(*trail, scope)) {
                here = here.and(Found::One(trail));
            }
            found = found.and(match here {
                Found::One(trail) if !self.may_be_asked(trail, scope) => Found::Elsewhere,
                here => here,
            });
        }
        match found {
            Found::One(_) if is_doubtful => Found::Several,
            found => found,
        }
    }

    /// Whether a status may make a trail known that nothing lists: its ARN does,
    /// and its name where the account's trails are listed nowhere.
    pub(super) fn may_be_only_named(&self, claim: &Claim, scope: &Scope<'_>) -> bool {
        match &claim.says {
            Says::Arn(text) => arn::trail_arn(text).is_some_and(|arn| {
                let is_other = |asked: &&Arc<str>| ***asked != *arn.account;
                scope.account.filter(is_other).is_none()
            }),
            _ => !self.lists_any(scope.collection, scope.account),
        }
    }

    /// Whether any trail of this collection and account is listed.
    pub(super) fn lists_any(&self, collection: &str, account: Option<&Arc<str>>) -> bool {
        let key = (collection.into(), account.cloned());
        self.listed.contains_key(&key)
    }

    /// Whether the collection lists another trail of the account that the region
    /// may answer for.
    fn lists_another(&self, trail: usize, scope: &Scope<'_>) -> bool {
        let key = (scope.collection.into(), scope.account.cloned());
        let is_other =
            |first: &[Option<usize>; 2]| first.iter().flatten().any(|other| *other != trail);
        let Some(region) = scope.region else {
            return self.listed.get(&key).is_some_and(is_other);
        };
        let mut places = [Some(Arc::clone(region)), None].into_iter();
        places.any(|place| {
            let there = self.answering().get(&place);
            there
                .and_then(|there| there.get(&key))
                .is_some_and(is_other)
        })
    }

    fn answering(&self) -> &Answering {
        self.answering.get_or_init(|| {
            let mut answering = Answering::new();
            for (collection, account, trail) in &self.seen {
                let candidate = self.candidates.get(*trail);
                let regions = candidate
                    .into_iter()
                    .flat_map(|candidate| candidate.regions.iter());
                let regions = regions.cloned().map(Some);
                let anywhere = candidate.is_some_and(|candidate| candidate.regions.is_empty());
                for place in regions.chain(anywhere.then_some(None)) {
                    let there = answering.entry(place).or_default();
                    list(there, collection, account.as_ref(), *trail);
                }
            }
            answering
        })
    }

    fn shelves(&self) -> &Shelves<'b> {
        let make = || shelves(self.bundle, self.contexts, &self.places);
        self.shelves.get_or_init(make)
    }

    fn shelf(&self, collection: &str, folder: &str) -> Option<Shelf> {
        self.shelves().get(&(collection, folder)).copied()
    }

    /// The only trail of the status's folder, if it is the only status there and
    /// nothing there may list another trail, nor does so elsewhere.
    pub(super) fn only_pair(&self, scope: &Scope<'_>) -> Option<usize> {
        let shelf = self.shelf(scope.collection, scope.folder)?;
        match shelf.trails {
            [Some(trail), None] if shelf.statuses == 1 && shelf.is_whole && !shelf.may_hide => {
                let is_its = self.may_be_asked(trail, scope) && self.may_answer(trail, scope);
                (is_its && !self.lists_another(trail, scope)).then_some(trail)
            }
            _ => None,
        }
    }

    /// Whether a folder, with all below it, lists several trails: its name is of
    /// them all.
    pub(super) fn lists_several(&self, collection: &str, folder: &str) -> bool {
        let below = self.below.get_or_init(|| {
            let mut below = Below::new();
            for ((collection, folder), shelf) in self.shelves() {
                let mut folder: &'b str = folder;
                while !folder.is_empty() && shelf.trails != [None; 2] {
                    let first = below.entry((*collection, folder)).or_default();
                    let trails = shelf.trails.iter().flatten();
                    trails.for_each(|trail| note(first, *trail));
                    folder = folder_of(folder);
                }
            }
            below
        });
        let first = below.get(&(collection, folder));
        first.is_some_and(|first| first.iter().all(Option::is_some))
    }
}

/// Notes a trail for the account that lists it, and for when nothing says whose it
/// is.
fn list(listed: &mut Listed, collection: &Arc<str>, account: Option<&Arc<str>>, trail: usize) {
    let own = account.map(|account| Some(Arc::clone(account)));
    for account in own.into_iter().chain([None]) {
        let first = listed.entry((Arc::clone(collection), account));
        note(first.or_default(), trail);
    }
}
