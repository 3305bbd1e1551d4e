//! Statuses that nothing ties to a trail, and what they leave open.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::context::{Context, folder_of};
use super::tie::Why;
use super::{ProblemKind, Sorted, StatusProblem, Trail};

/// One status, or failed call for one, that is tied to no trail.
#[derive(Debug, Clone)]
pub(super) struct Loose {
    pub(super) document: usize,
    /// Its index among the document's statuses; none for a failed call.
    pub(super) status: Option<usize>,
    pub(super) collection: Arc<str>,
    pub(super) account: Option<Arc<str>>,
    pub(super) region: Option<Arc<str>>,
    /// Why nothing ties it.
    why: String,
    /// What to do about it.
    advice: Option<&'static str>,
}

/// Those of a bundle.
#[derive(Debug, Default)]
pub(super) struct Open {
    pub(super) all: Vec<Loose>,
    /// The first one for each account, in each collection and those above it.
    first: BTreeMap<(Arc<str>, Option<Arc<str>>), usize>,
}

impl Open {
    pub(super) fn note(
        &mut self,
        context: &Context,
        (document, status): (usize, Option<usize>),
        (account, region): (Option<Arc<str>>, Option<Arc<str>>),
        why: &Why,
        file: &str,
    ) {
        let number = self.all.len();
        let mut folder: &str = &context.collection;
        loop {
            let key = (Arc::from(folder), account.clone());
            if self.first.contains_key(&key) {
                break;
            }
            self.first.insert(key, number);
            if folder.is_empty() {
                break;
            }
            folder = folder_of(folder);
        }
        let (why, advice) = match status {
            Some(_) => (why.of_status(file), why.advice()),
            None => (why.of_call(file), None),
        };
        self.all.push(Loose {
            document,
            status,
            collection: Arc::clone(&context.collection),
            account,
            region,
            why,
            advice,
        });
    }

    /// Why a trail of these collections and accounts has no status, where one
    /// that may be its own is tied to none.
    pub(super) fn problem(
        &self,
        collections: &[Arc<str>],
        accounts: &Sorted,
        owner: Option<&Arc<str>>,
    ) -> Option<StatusProblem> {
        if self.all.is_empty() {
            return None;
        }
        let whose = accounts
            .iter()
            .chain(owner)
            .map(|account| Some(Arc::clone(account)));
        let whose: Vec<Option<Arc<str>>> = whose.take(16).chain([None]).collect();
        let found = collections.iter().find_map(|collection| {
            let mut accounts = whose.iter();
            accounts.find_map(|account| self.first.get(&(Arc::clone(collection), account.clone())))
        });
        let loose = self.all.get(*found?)?;
        Some(StatusProblem {
            kind: match loose.status {
                Some(_) => ProblemKind::Unattributed,
                None => ProblemKind::Failed,
            },
            message: match loose.advice {
                Some(advice) => format!("{}; {advice}", loose.why),
                None => loose.why.clone(),
            },
            error: None,
            document: loose.document,
            index: loose.status.unwrap_or_default(),
        })
    }

    /// Why a trail has no status of its owner's, where one that may be it is tied to
    /// none.
    pub(super) fn status(
        &self,
        collections: &[Arc<str>],
        owner: Option<&Arc<str>>,
    ) -> Option<StatusProblem> {
        self.problem(collections, &Sorted::default(), owner)
            .filter(|problem| problem.kind == ProblemKind::Unattributed)
    }

    /// Those that no trail can be waiting for: there are more of them than trails
    /// of their account and collection that have no status, so that the trails of
    /// some aren't known at all.
    pub(super) fn unheard<'o>(
        &'o self,
        trails: &'o [Trail],
    ) -> impl Iterator<Item = (&'o Loose, &'o str)> {
        let all = self.all.iter().enumerate();
        let places: HashMap<(usize, usize), usize> = all
            .map(|(number, loose)| ((loose.document, loose.status.unwrap_or_default()), number))
            .collect();
        let mut waiting: HashMap<usize, usize> = HashMap::new();
        for problem in trails
            .iter()
            .filter_map(|trail| trail.status_problem.as_ref())
        {
            let at = (problem.document, problem.index);
            if let Some(shown) = places.get(&at) {
                *waiting.entry(*shown).or_default() += 1;
            }
        }
        let whose = |loose: &Loose| (Arc::clone(&loose.collection), loose.account.clone());
        let mut left: HashMap<_, usize> = HashMap::new();
        for (number, count) in waiting {
            if let Some(loose) = self.all.get(number) {
                *left.entry(whose(loose)).or_default() += count;
            }
        }
        let unheard = self.all.iter().filter(move |loose| {
            let left = left.entry(whose(loose)).or_default();
            let is_awaited = *left > 0;
            *left = left.saturating_sub(1);
            !is_awaited
        });
        unheard.map(|loose| (loose, loose.why.as_str()))
    }
}
