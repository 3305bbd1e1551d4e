//! Trails of one name, and which of them a folder shows.
//!
//! A name such as `main` is in every account of an organization, and a trail of
//! an organization is seen in every folder of it. So neither all trails of a
//! name nor all folders of a trail are gone through for each status.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::Sorted;
use super::attribute::Candidate;

/// From how many trails on a group is looked up by folder.
const MANY: usize = 8;

/// Trails of one name.
#[derive(Debug, Default)]
pub(super) struct Namesakes {
    all: Group,
    /// By each account they are of; under none those of which nothing says
    /// whose they are.
    of: HashMap<Option<Arc<str>>, Group>,
}

impl Namesakes {
    /// Adds a trail that is of these accounts.
    pub(super) fn add(&mut self, trail: usize, accounts: &Sorted) {
        self.all.trails.push(trail);
        for account in accounts {
            let group = self.of.entry(Some(Arc::clone(account))).or_default();
            group.trails.push(trail);
        }
        if accounts.is_empty() {
            self.of.entry(None).or_default().trails.push(trail);
        }
    }

    /// Those that are known to be of this account.
    pub(super) fn own(&self, account: &Arc<str>) -> Option<&Group> {
        self.of.get(&Some(Arc::clone(account)))
    }

    /// Those that may be of this account; of any, where nothing says which.
    pub(super) fn of(&self, account: Option<&Arc<str>>) -> impl Iterator<Item = &Group> {
        let (all, own, open) = match account {
            None => (Some(&self.all), None, None),
            Some(_) => (None, self.of.get(&account.cloned()), self.of.get(&None)),
        };
        all.into_iter().chain(own).chain(open)
    }
}

/// What is asked of a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Which trails were seen in this folder or below it,
    pub folder: &'a str,
    /// and may answer in this region.
    pub region: Option<&'a Arc<str>>,
}

/// Some trails of one name.
#[derive(Debug, Default)]
pub(super) struct Group {
    trails: Vec<usize>,
    /// Where they are many, made when it is first asked for.
    places: OnceCell<Places>,
    /// Made where a folder shows too many to be gone through.
    by_region: OnceCell<ByRegion>,
}

/// Where the trails of a group were seen, by the regions they answer in.
#[derive(Debug)]
struct ByRegion {
    /// Of those that may answer anywhere.
    anywhere: Places,
    of: HashMap<Arc<str>, Places>,
}

impl Group {
    /// Which of them were seen there. `folders` are those of each trail, sorted.
    pub(super) fn seen(
        &self,
        asked: &Asked<'_>,
        candidates: &[Candidate],
        folders: &[Vec<Arc<str>>],
    ) -> Seen {
        let answers = |trail: &usize| {
            let candidate = candidates.get(*trail);
            candidate.is_some_and(|candidate| candidate.may_answer_in(asked.region))
        };
        let all = |seen: Seen, trail| seen.and(Seen::One(trail));
        if self.trails.len() <= MANY {
            let is_seen = |trail: &usize| {
                let folders = folders.get(*trail).map_or(&[][..], Vec::as_slice);
                let ranges = below(folders, |seen| seen, asked.folder);
                ranges.iter().any(|range| !range.is_empty())
            };
            let trails = self.trails.iter().copied();
            return trails
                .filter(|trail| answers(trail) && is_seen(trail))
                .fold(Seen::No, all);
        }
        let places = self
            .places
            .get_or_init(|| Places::new(self.trails.iter().copied(), folders));
        if asked.region.is_none() {
            return places.seen(asked.folder);
        }
        let ranges = below(&places.seen, |(seen, _)| seen, asked.folder);
        if ranges.iter().map(ExactSizeIterator::len).sum::<usize>() <= MANY * MANY {
            let seen = ranges
                .into_iter()
                .filter_map(|range| places.seen.get(range));
            let trails = seen.flatten().map(|(_, trail)| *trail);
            return trails.filter(answers).fold(Seen::No, all);
        }
        let by_region = self
            .by_region
            .get_or_init(|| ByRegion::new(&self.trails, candidates, folders));
        let of = asked.region.and_then(|region| by_region.of.get(region));
        let anywhere = by_region.anywhere.seen(asked.folder);
        of.map_or(Seen::No, |places| places.seen(asked.folder))
            .and(anywhere)
    }
}

impl ByRegion {
    fn new(trails: &[usize], candidates: &[Candidate], folders: &[Vec<Arc<str>>]) -> Self {
        let mut anywhere = Vec::new();
        let mut of: HashMap<Arc<str>, Vec<usize>> = HashMap::new();
        for trail in trails {
            let Some(candidate) = candidates.get(*trail) else {
                continue;
            };
            if candidate.regions.is_empty() {
                anywhere.push(*trail);
            }
            for region in &candidate.regions {
                of.entry(Arc::clone(region)).or_default().push(*trail);
            }
        }
        let places = |trails: Vec<usize>| Places::new(trails.into_iter(), folders);
        Self {
            anywhere: places(anywhere),
            of: of
                .into_iter()
                .map(|(region, trails)| (region, places(trails)))
                .collect(),
        }
    }
}

/// Which trails a folder shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// None.
    No,
    /// This one.
    One(usize),
    /// More than one.
    Several,
}

impl Seen {
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, seen) | (seen, Self::No) => seen,
            (Self::One(a), Self::One(b)) if a == b => self,
            _ => Self::Several,
        }
    }
}

/// Folders and the trails seen in them, sorted by folder.
#[derive(Debug)]
struct Places {
    seen: Vec<(Arc<str>, usize)>,
    /// For each of them, the index of the next one with another trail.
    next: Vec<usize>,
}

impl Places {
    fn new(trails: impl Iterator<Item = usize>, folders: &[Vec<Arc<str>>]) -> Self {
        let mut seen: Vec<(Arc<str>, usize)> = Vec::new();
        for trail in trails {
            let folders = folders.get(trail).into_iter().flatten();
            seen.extend(folders.map(|folder| (Arc::clone(folder), trail)));
        }
        seen.sort();
        let mut next = vec![seen.len(); seen.len()];
        let pairs = seen.windows(2).enumerate().rev();
        for (index, pair) in pairs {
            let is_same = matches!(pair, [(_, a), (_, b)] if a == b);
            let behind = if is_same {
                next.get(index + 1).copied()
            } else {
                Some(index + 1)
            };
            if let (Some(next), Some(behind)) = (next.get_mut(index), behind) {
                *next = behind;
            }
        }
        Self { seen, next }
    }

    fn seen(&self, folder: &str) -> Seen {
        let ranges = below(&self.seen, |(seen, _)| seen, folder);
        let seen = ranges.into_iter().map(|range| {
            let first = self.seen.get(range.start).filter(|_| !range.is_empty());
            match (first, self.next.get(range.start)) {
                (None, _) => Seen::No,
                (Some((_, trail)), Some(next)) if *next >= range.end => Seen::One(*trail),
                (Some(_), _) => Seen::Several,
            }
        });
        seen.fold(Seen::No, Seen::and)
    }
}

/// The ranges of a list sorted by folder that lie at or below this one: the
/// folder itself, what lies in an archive of its name, and what lies in it.
fn below<T>(all: &[T], folder_of: fn(&T) -> &Arc<str>, folder: &str) -> [Range<usize>; 3] {
    if folder.is_empty() {
        // At the root everything lies below, whatever its name begins with.
        return [0..all.len(), 0..0, 0..0];
    }
    let range = |head: &[u8], length: usize| {
        let order = |one: &T| {
            let seen = folder_of(one).as_bytes();
            seen.get(..length).unwrap_or(seen).cmp(head)
        };
        let start = all.partition_point(|one| order(one) == Ordering::Less);
        let behind = all.get(start..).unwrap_or_default();
        start..start + behind.partition_point(|one| order(one) == Ordering::Equal)
    };
    let within = |separator| range(format!("{folder}{separator}").as_bytes(), folder.len() + 1);
    [
        range(folder.as_bytes(), usize::MAX),
        within('!'),
        within('/'),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::snapshot::Sorted;
    use std::sync::Arc;

    use super::{Asked, Candidate, Group, Namesakes, Seen};
    use proptest::prelude::*;

    /// The folders that a trail was seen in, and the regions it answers in.
    type Drawn = (BTreeSet<String>, BTreeSet<String>);

    fn is_below(seen: &str, folder: &str) -> bool {
        folder.is_empty()
            || seen
                .strip_prefix(folder)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '!']))
    }

    fn texts(texts: &BTreeSet<String>) -> impl Iterator<Item = Arc<str>> {
        texts.iter().map(|text| text.as_str().into())
    }

    fn held(trails: &[Drawn], folder: &str, region: Option<&str>) -> Result<(), TestCaseError> {
        let folders = trails.iter().map(|(seen, _)| texts(seen).collect());
        let folders: Vec<Vec<Arc<str>>> = folders.collect();
        let candidates = trails.iter().map(|(_, regions)| Candidate {
            arn: None,
            name: "main".into(),
            accounts: Sorted::default(),
            regions: texts(regions).collect(),
        });
        let candidates: Vec<Candidate> = candidates.collect();
        let region: Option<Arc<str>> = region.map(Into::into);
        let found: Vec<usize> = (0..trails.len())
            .filter(|trail| folders[*trail].iter().any(|seen| is_below(seen, folder)))
            .filter(|trail| candidates[*trail].may_answer_in(region.as_ref()))
            .collect();
        let expected = match found.as_slice() {
            [] => Seen::No,
            [one] => Seen::One(*one),
            _ => Seen::Several,
        };
        let mut namesakes = Namesakes::default();
        for trail in 0..trails.len() {
            namesakes.add(trail, &Sorted::default());
        }
        let asked = Asked {
            folder,
            region: region.as_ref(),
        };
        let looked = |groups: Vec<&Group>| {
            let seen = groups
                .iter()
                .map(|group| group.seen(&asked, &candidates, &folders));
            seen.fold(Seen::No, Seen::and)
        };
        prop_assert_eq!(looked(namesakes.of(None).collect()), expected);
        let account: Arc<str> = "111122223333".into();
        prop_assert_eq!(looked(namesakes.of(Some(&account)).collect()), expected);
        Ok(())
    }

    proptest! {
        #[test]
        fn what_is_looked_up_is_what_going_through_all_would_find(
            trails in prop::collection::vec(
                (prop::collection::btree_set("[ab!/.-]{0,5}", 1..4), prop::collection::btree_set("[xy]", 0..3)),
                1..30,
            ),
            folder in "[ab!/.-]{0,4}",
            region in prop::option::of("[xyz]"),
        ) {
            held(&trails, &folder, region.as_deref())?;
        }

        #[test]
        fn the_same_where_a_folder_shows_very_many(
            trails in prop::collection::vec(
                (prop::collection::btree_set("[ab]/[ab]", 1..4), prop::collection::btree_set("[xy]", 0..2)),
                60..120,
            ),
            folder in "[ab]?",
            region in "[xyz]",
        ) {
            held(&trails, &folder, Some(&region))?;
        }
    }
}
