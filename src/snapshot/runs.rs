//! Which of the collections decide about a trail: the newest that asked its
//! owner, also where they say that it is gone or don't tell.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::asked::{AskedOf, Listed};
use super::collection::{Made, newest};
use super::draft::{Draft, Part};
use super::{Naming, Sorted};

/// What the collections come to for one trail.
pub(super) struct Deciding {
    /// The parts that count for its configuration.
    pub(super) listing: Vec<usize>,
    /// The parts that count for its status.
    pub(super) status: Vec<usize>,
    /// Why its configuration isn't known although an older collection shows it.
    pub(super) unknown: Option<String>,
    /// The parts in which other accounts alone show it, later than those that count.
    pub(super) later: Vec<usize>,
    /// A collection that shows the trail without a status, and may be later than
    /// those that have one.
    pub(super) without: Option<Arc<str>>,
}

impl Deciding {
    /// Nothing decides, where more collections bear on a trail than are asked.
    fn too_many(draft: &Draft) -> Self {
        let why = "its account has more collections without it than are gone through: check fewer of them at a time";
        Self {
            listing: (0..draft.parts.len()).collect(),
            status: Vec::new(),
            later: Vec::new(),
            unknown: Some(why.to_owned()),
            without: None,
        }
    }
}

/// What one collection has to say of one trail.
struct Run {
    collection: Arc<str>,
    /// When.
    made: Made,
    /// How well it was asked for the trail.
    listed: Option<Listed>,
    /// What it shows of the trail.
    part: Option<usize>,
    /// Whether the trail's owner was asked in it.
    of_owner: bool,
}

impl Run {
    fn new(collection: &Arc<str>) -> Self {
        Self {
            collection: Arc::clone(collection),
            made: Made::default(),
            listed: None,
            part: None,
            of_owner: false,
        }
    }
}

/// How many later collections are asked for a trail; one would do.
const MOST_LATER: usize = 8;

/// How many times an owner's trails are looked for in collections that don't show
/// them, where those are more than a few: whoever collects again and again sees most
/// trails each time.
const MOST_QUESTIONS: usize = 1 << 18;

/// How many collections are a few.
const FEW: usize = 1 << 8;

/// How many collections of unknown accounts are looked at for one trail that failed
/// in a region that bears on it, and didn't in another.
const MOST_FAILED: usize = 1 << 12;

/// More collections bear on a trail than are asked for it.
struct TooMany;

/// Those than which none is later.
fn latest<'r>(runs: impl Iterator<Item = &'r Run>) -> Vec<&'r Run> {
    let all: Vec<&Run> = runs.collect();
    newest(&all, |run| run.made).into_iter().copied().collect()
}

/// What every collection asked, to tell which of them decide.
pub(super) struct Runs<'b> {
    asked: &'b AskedOf,
    /// Of the collections that asked accounts which nothing names, those that
    /// none of the others is later than.
    of_unknown: Option<BTreeSet<Arc<str>>>,
    /// Those of them whose lists failed, by region.
    failed: HashMap<Option<&'b str>, Vec<&'b Arc<str>>>,
    /// How many trails an owner has.
    trails: HashMap<Option<Arc<str>>, usize>,
}

impl<'b> Runs<'b> {
    pub(super) fn new(asked: &'b AskedOf, drafts: &[Draft]) -> Self {
        let mut trails: HashMap<_, usize> = HashMap::new();
        for draft in drafts {
            *trails.entry(draft.account.clone()).or_default() += 1;
        }
        let of_unknown = asked.counting(None, None);
        let mut failed: HashMap<_, Vec<&Arc<str>>> = HashMap::new();
        for one in asked.collections(None) {
            let newest = of_unknown.as_ref();
            if newest.is_none_or(|newest| newest.contains(&one.collection)) {
                for region in one.asked.failed() {
                    failed.entry(region).or_default().push(&one.collection);
                }
            }
        }
        Self {
            asked,
            of_unknown,
            failed,
            trails,
        }
    }

    /// Which collections decide.
    pub(super) fn deciding(&self, draft: &Draft) -> Option<Deciding> {
        if self.asks_too_much(draft) {
            return Some(Deciding::too_many(draft));
        }
        if self.is_refuted(draft) {
            return None;
        }
        let is_denied = draft.parts.iter().any(|part| self.is_denied(draft, part));
        let denied = is_denied.then_some(
            "its owner's list doesn't show it, and another account's of the same collection does",
        );
        if draft.parts.len() < 2 && !self.asked.is_repeated {
            let all: Vec<usize> = (0..draft.parts.len()).collect();
            return Some(Deciding {
                listing: all.clone(),
                status: all,
                later: Vec::new(),
                unknown: denied.map(str::to_owned),
                without: None,
            });
        }
        let Ok((runs, others)) = self.runs(draft) else {
            return Some(Deciding::too_many(draft));
        };
        let part = |run: &Run| run.part.and_then(|number| draft.parts.get(number));
        let shows = |run: &Run| part(run).is_some_and(Part::shows_log_group);
        let names = |run: &Run| part(run).is_some_and(|part| !part.forms.is_empty());
        let tells = |run: &Run| part(run).is_some_and(Part::tells_status);
        let lists = |run: &Run| run.listed.is_some() || names(run);

        let listing = latest(runs.iter().filter(|run| lists(run)));
        let lacking: Vec<&&Run> = listing.iter().filter(|run| !shows(run)).collect();
        let is_gone = |run: &&&Run| run.listed == Some(Listed::Whole) && !names(run);
        let was_listed = draft.parts.iter().any(Part::shows_log_group);
        let unknown = match lacking.as_slice() {
            _ if !was_listed => None,
            [] => None,
            lacking if lacking.len() == listing.len() && lacking.iter().all(is_gone) => {
                return None;
            }
            lacking if lacking.len() == listing.len() => {
                Some("the newest collection doesn't show it, and doesn't list all trails")
            }
            _ => Some(
                "one collection lists it, another one doesn't, and nothing says which is the later",
            ),
        };
        // The owner sees more of an organization's trail than its members do.
        let is_owners = |run: &&Run| run.of_owner && tells(run);
        let of_owner = runs.iter().any(|run| is_owners(&run));
        let status = latest(
            runs.iter()
                .filter(|run| !of_owner || run.of_owner)
                .filter(|run| tells(run) || lists(run)),
        );
        let (with, without): (Vec<&Run>, Vec<&Run>) =
            status.into_iter().partition(|run| tells(run));
        let numbers = |runs: &[&Run]| {
            let mut all: Vec<usize> = runs.iter().filter_map(|run| run.part).collect();
            all.sort_unstable();
            all
        };
        let mut later: Vec<&Run> = others.iter().collect();
        later.retain(|other| {
            let mut own = listing.iter().chain(&with).chain(&without);
            own.all(|own| other.made.order(own.made) == Some(Ordering::Greater))
        });
        Some(Deciding {
            listing: numbers(&listing),
            status: numbers(&with),
            later: numbers(&later),
            unknown: unknown.or(denied).map(str::to_owned),
            without: without
                .first()
                .filter(|_| !with.is_empty())
                .map(|run| Arc::clone(&run.collection)),
        })
    }

    /// Whether a trail's account has so many collections that don't show it, and so
    /// many trails, that they aren't gone through for each other.
    fn asks_too_much(&self, draft: &Draft) -> bool {
        let forms = draft.parts.iter().flat_map(|part| &part.forms);
        let accounts: Sorted = forms.flat_map(|form| &form.accounts).collect();
        let others = accounts
            .iter()
            .filter(|one| Some(*one) != draft.account.as_ref());
        let bearing = draft.account.iter().chain(others);
        let bearing = bearing.map(|account| self.asked.collections(Some(account)).len());
        let shown: usize = draft.parts.iter().map(|part| part.forms.len()).sum();
        let without = bearing.sum::<usize>().saturating_sub(shown);
        let trails = self.trails.get(&draft.account).copied().unwrap_or(1);
        without > FEW && without.saturating_mul(trails) > MOST_QUESTIONS
    }

    /// Whether nothing but selectors or tags shows the trail, and its owner listed all
    /// trails of its home in other collections alone, without it.
    fn is_refuted(&self, draft: &Draft) -> bool {
        let is_told = |part: &Part| !part.forms.is_empty() || part.tells_status();
        if !matches!(draft.named_at, Some((_, Naming::Shown(_)))) || draft.parts.iter().any(is_told)
        {
            return false;
        }
        let owner = draft.account.as_ref();
        let collections = self.asked.collections(owner).iter();
        let mut lists = collections
            .filter_map(|one| {
                let listed = one.asked.of(draft.home.as_ref(), &Sorted::default());
                Some((&one.collection, listed?))
            })
            .peekable();
        let is_apart = |collection: &Arc<str>| {
            let mut own = draft.parts.iter().map(|part| &part.collection);
            own.all(|own| own != collection)
        };
        lists.peek().is_some()
            && lists.all(|(collection, listed)| listed == Listed::Whole && is_apart(collection))
    }

    /// Whether the owner listed all of its trails in a collection in which another
    /// account alone shows this one.
    fn is_denied(&self, draft: &Draft, part: &Part) -> bool {
        let Some(owner) = draft.account.as_ref() else {
            return false;
        };
        let mut forms = part.forms.iter();
        if forms.any(|form| form.accounts.is_empty() || form.accounts.contains(owner)) {
            return false;
        }
        let asked = self.asked.asked(Some(owner), &part.collection);
        let listed = asked.and_then(|asked| asked.of(draft.home.as_ref(), &Sorted::default()));
        listed == Some(Listed::Whole) && !part.forms.is_empty()
    }

    /// The collections that bear on a trail: those of its owner where it was
    /// asked, or else of every account that shows it; and those left out so.
    fn runs(&self, draft: &Draft) -> Result<(Vec<Run>, Vec<Run>), TooMany> {
        let mut regions = Sorted::default();
        let mut accounts = Sorted::default();
        for form in draft.parts.iter().flat_map(|part| &part.forms) {
            regions.extend(&form.regions);
            accounts.extend(&form.accounts);
        }
        let mut runs: BTreeMap<Arc<str>, Run> = BTreeMap::new();
        for (number, part) in draft.parts.iter().enumerate() {
            let run = Run {
                collection: Arc::clone(&part.collection),
                made: part.made,
                listed: None,
                part: Some(number),
                of_owner: part.own,
            };
            runs.insert(Arc::clone(&part.collection), run);
        }
        if draft.account.is_none() && accounts.is_empty() {
            self.add_unknown(draft, &regions, &mut runs);
            return Ok((runs.into_values().collect(), Vec::new()));
        }
        let owner = draft.account.as_ref();
        let mut note = |account: Option<&Arc<str>>| {
            let mut is_asked = false;
            for one in self.asked.collections(account) {
                let (collection, asked) = (&one.collection, &one.asked);
                let listed = asked.of(draft.home.as_ref(), &regions);
                is_asked |= listed.is_some();
                if listed.is_none() && !runs.contains_key(collection) {
                    continue;
                }
                let run = runs
                    .entry(Arc::clone(collection))
                    .or_insert_with(|| Run::new(collection));
                run.made = run.made.and(asked.made);
                run.listed = run.listed.max(listed);
                run.of_owner |= account == owner;
            }
            is_asked
        };
        let is_owner_asked = note(owner);
        let mut others = Vec::new();
        if is_owner_asked && owner.is_some() {
            let (own, rest) = runs.into_iter().partition(|(_, run)| run.of_owner);
            runs = own;
            others = BTreeMap::into_values(rest).collect();
        } else {
            let others = accounts.iter().filter(|account| Some(*account) != owner);
            others.for_each(|account| {
                note(Some(account));
            });
        }
        self.add_failed(draft, &regions, &mut runs)?;
        Ok((runs.into_values().collect(), others))
    }

    /// The later collections whose lists failed where nothing says of which
    /// account: it may be this one.
    fn add_failed(
        &self,
        draft: &Draft,
        regions: &Sorted,
        runs: &mut BTreeMap<Arc<str>, Run>,
    ) -> Result<(), TooMany> {
        let home = draft.home.as_ref();
        let lists: Vec<&Vec<&Arc<str>>> = match home {
            None => self.failed.values().collect(),
            Some(home) => {
                let mut bearing: Vec<Option<&str>> = vec![None, Some(home)];
                bearing.extend(
                    regions
                        .iter()
                        .filter(|one| *one != home)
                        .map(|one| Some(&**one)),
                );
                bearing
                    .iter()
                    .filter_map(|one| self.failed.get(one))
                    .collect()
            }
        };
        let mut failed: BTreeMap<&Arc<str>, Made> = BTreeMap::new();
        for list in lists {
            let mut found = 0;
            for (number, &collection) in list.iter().enumerate() {
                if found == MOST_LATER {
                    break;
                }
                if number == MOST_FAILED {
                    return Err(TooMany);
                }
                let asked = self.asked.asked(None, collection);
                let asked = asked.filter(|asked| asked.of(home, regions) == Some(Listed::Failed));
                if let Some(asked) = asked {
                    failed.insert(collection, asked.made);
                    found += 1;
                }
            }
        }
        for (collection, made) in failed {
            let mut all = runs.values();
            let is_later = all.all(|run| made.order(run.made) == Some(Ordering::Greater));
            if is_later && !runs.contains_key(collection) {
                let mut run = Run::new(collection);
                (run.made, run.listed, run.of_owner) = (made, Some(Listed::Failed), true);
                runs.insert(Arc::clone(collection), run);
            }
        }
        Ok(())
    }

    /// The collections that bear on a trail of an account that nothing names: its
    /// own, and later ones. Beside those that can't be ordered it stands by itself,
    /// since they may be of other accounts.
    fn add_unknown(&self, draft: &Draft, regions: &Sorted, runs: &mut BTreeMap<Arc<str>, Run>) {
        let later = self.of_unknown.iter().flatten();
        let is_latest = runs.keys().any(|own| {
            let latest = self.of_unknown.as_ref();
            latest.is_none_or(|latest| latest.contains(own))
        });
        let later: Vec<&Arc<str>> = later.filter(|_| !is_latest).take(MOST_LATER).collect();
        let own: Vec<Arc<str>> = runs.keys().cloned().collect();
        for collection in own.iter().chain(later) {
            let Some(asked) = self.asked.asked(None, collection) else {
                continue;
            };
            let run = runs
                .entry(Arc::clone(collection))
                .or_insert_with(|| Run::new(collection));
            run.made = run.made.and(asked.made);
            run.listed = asked.of(draft.home.as_ref(), regions);
        }
        runs.retain(|_, run| run.part.is_some() || run.listed.is_some());
    }
}
