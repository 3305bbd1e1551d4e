//! Which trail a status belongs to: the document itself doesn't say.
//!
//! Rules in order; the first that finds anything decides, and it decides only
//! if it finds exactly one trail. What none ties is unattributed, which is
//! said, and never guessed.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::Sorted;
use super::context::{Context, folder_of};
use super::namesakes::{Asked, Group, Namesakes, Seen};
use super::naming::{is_later, names_in, percent_decoded, speaks, stem};
use super::realm;
use super::rule::Rule;
use super::unattributed::Why;
use crate::cloudtrail::{arn, keys};
use crate::recognise::facts::{Call, Named};

/// What attribution comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// One trail.
    Tied(usize, Rule),
    /// The document or the path names a trail that nothing else shows.
    OnlyNamed(Arc<str>, Rule),
    /// Several trails, or none.
    Open(Why),
}

/// One trail as attribution sees it.
#[derive(Debug)]
pub(super) struct Candidate {
    pub arn: Option<Arc<str>>,
    /// The name.
    pub name: Arc<str>,
    /// The accounts it was seen from and is owned by.
    pub accounts: Sorted,
    /// Its home region and the regions it was seen from; none where nothing
    /// says.
    pub regions: Sorted,
}

impl Candidate {
    /// Whether a name asked in this region can be the trail's: a region answers
    /// for the trails that it lists.
    pub(super) fn may_answer_in(&self, asked: Option<&Arc<str>>) -> bool {
        asked.is_none_or(|asked| self.regions.is_empty() || self.regions.contains(asked))
    }
}

/// What attribution looks trails up by.
#[derive(Debug, Default)]
pub(super) struct Index {
    candidates: Vec<Candidate>,
    by_arn: HashMap<Arc<str>, usize>,
    /// Made when a path first holds what may be a folded ARN.
    by_folded_arn: OnceCell<HashMap<String, Vec<usize>>>,
    by_name: HashMap<Arc<str>, Namesakes>,
    /// The collection folders that each trail was seen in.
    folders: Vec<Vec<Arc<str>>>,
    /// Collection folder and trail, sorted: everything below a folder is a range.
    by_folder: Vec<(Arc<str>, usize)>,
    /// How many statuses, failed calls included, a folder holds.
    statuses: BTreeMap<Arc<str>, usize>,
    /// The realms that each trail was seen in, made when it is first asked for.
    realms: OnceCell<HashSet<(String, usize)>>,
}

impl Index {
    pub(super) fn new(
        candidates: Vec<Candidate>,
        mut seen_in: Vec<(Arc<str>, usize)>,
        statuses: BTreeMap<Arc<str>, usize>,
    ) -> Self {
        let mut by_arn = HashMap::new();
        // Nearly in order already: files were gone through by name.
        seen_in.sort();
        seen_in.dedup();
        for (index, candidate) in candidates.iter().enumerate() {
            if let Some(arn) = &candidate.arn {
                by_arn.insert(Arc::clone(arn), index);
            }
        }
        let mut by_name: HashMap<Arc<str>, Namesakes> = HashMap::new();
        for (index, candidate) in candidates.iter().enumerate() {
            let namesakes = by_name.entry(Arc::clone(&candidate.name)).or_default();
            namesakes.add(index, &candidate.accounts);
        }
        let mut folders = vec![Vec::new(); candidates.len()];
        for (folder, trail) in &seen_in {
            if let Some(folders) = folders.get_mut(*trail) {
                folders.push(Arc::clone(folder));
            }
        }
        Self {
            candidates,
            by_arn,
            by_folded_arn: OnceCell::new(),
            by_name,
            folders,
            by_folder: seen_in,
            statuses,
            realms: OnceCell::new(),
        }
    }

    /// The trail that a status (or failed status call) belongs to.
    pub(super) fn tie(
        &self,
        file: &str,
        context: &Context,
        named: &Named,
        account: Option<&Arc<str>>,
    ) -> Verdict {
        if let Some(trail) = &context.trail {
            return match (named, self.by_exact_arn(trail, Rule::Manifest)) {
                // The document itself says otherwise: one of the two is wrong.
                (Named::Arn(arn), _) if **arn != **trail => Verdict::Open(Why::Contradiction),
                (_, Verdict::Tied(tied, _)) if !self.may_be_asked(tied, account) => {
                    Verdict::Open(Why::Elsewhere)
                }
                (_, verdict) => verdict,
            };
        }
        let said = match named {
            Named::Arn(arn) => self.by_exact_arn(arn, Rule::ArnInDocument),
            Named::Name(name) => match self.by_name(&[name.to_string()], context, account) {
                Some(Ok(trail)) => Verdict::Tied(trail, Rule::NameInDocument),
                Some(Err(why)) => Verdict::Open(why),
                None => Verdict::OnlyNamed(Arc::from(name.as_ref()), Rule::NameInDocument),
            },
            Named::Key(key) => return self.tie_by_key(key, file, context, account),
            Named::No | Named::Nested(_) => return self.tie_by_path(file, context, account),
        };
        // The file is named for another trail that is here: one of the two is wrong.
        let behind = names_in(file).behind;
        let other = behind.and_then(|name| self.by_name(&[name], context, account));
        match (&said, other) {
            (Verdict::Tied(trail, _), Some(Ok(other))) if *trail != other => {
                Verdict::Open(Why::Contradiction)
            }
            (Verdict::OnlyNamed(..), Some(Ok(_))) => Verdict::Open(Why::Contradiction),
            _ => said,
        }
    }

    /// The trail of a status under a key that may be its name. What stands
    /// under another trail's name is not the only trail's.
    fn tie_by_key(
        &self,
        key: &str,
        file: &str,
        context: &Context,
        account: Option<&Arc<str>>,
    ) -> Verdict {
        let names = names_in(key);
        match self.by_name(&names.all, context, account) {
            Some(Ok(trail)) => return Verdict::Tied(trail, Rule::NameInDocument),
            Some(Err(why)) => return Verdict::Open(why),
            None => {}
        }
        let is_call = Call::named(key) == Some(Call::GetTrailStatus);
        let name = names.behind.as_deref().or(Some(key).filter(|_| !is_call));
        match self.tie_by_path(file, context, account) {
            Verdict::Tied(_, Rule::SolePair)
                if name.is_some_and(|name| speaks(&name.replace(' ', "-"))) =>
            {
                Verdict::Open(Why::Stranger)
            }
            verdict => verdict,
        }
    }

    /// The trail that a file's path names.
    fn tie_by_path(&self, file: &str, context: &Context, account: Option<&Arc<str>>) -> Verdict {
        if let Some(verdict) = self.by_path_arn(file) {
            return verdict;
        }
        let names = names_in(file);
        match self.by_name(&names.all, context, account) {
            Some(Ok(trail)) => return Verdict::Tied(trail, Rule::NameInPath),
            Some(Err(why)) => return Verdict::Open(why),
            None => {}
        }
        // A name that no trail here has is that of another trail.
        let behind = names.behind.as_deref();
        let other = behind.is_some_and(|name| speaks(name) || is_later(name));
        if let Some(trail) = self.sole_pair(context, account).filter(|_| !other) {
            return Verdict::Tied(trail, Rule::SolePair);
        }
        // A file that names a trail where nothing shows any: the status is that
        // trail's, and all that is known of it.
        match (&names.behind, self.by_folder.is_empty()) {
            (Some(name), true) if speaks(name) => {
                Verdict::OnlyNamed(Arc::from(name.as_str()), Rule::NameInPath)
            }
            _ if names.all.iter().any(|name| self.is_name(name, account)) => {
                Verdict::Open(Why::Elsewhere)
            }
            _ if behind.is_some_and(speaks) => Verdict::Open(Why::Stranger),
            _ => Verdict::Open(Why::Nameless),
        }
    }

    /// Whether a trail that may be of this account has this name.
    fn is_name(&self, name: &str, account: Option<&Arc<str>>) -> bool {
        let namesakes = self.by_name.get(name);
        namesakes.is_some_and(|namesakes| namesakes.of(account).next().is_some())
    }

    /// Whether this account can have asked for the trail's status: its owner, or
    /// one that lists it.
    fn may_be_asked(&self, trail: usize, account: Option<&Arc<str>>) -> bool {
        let candidate = self.candidates.get(trail);
        candidate.is_none_or(|candidate| may_be_of(candidate, account))
    }

    /// The collection folders that each trail was seen in.
    pub(super) fn folders(&self) -> &[Vec<Arc<str>>] {
        &self.folders
    }

    fn by_folded_arn(&self) -> &HashMap<String, Vec<usize>> {
        self.by_folded_arn.get_or_init(|| {
            let mut folded: HashMap<String, Vec<usize>> = HashMap::new();
            for (index, candidate) in self.candidates.iter().enumerate() {
                if let Some(arn) = &candidate.arn {
                    folded.entry(keys::fold(arn)).or_default().push(index);
                }
            }
            folded
        })
    }

    fn by_exact_arn(&self, arn: &str, rule: Rule) -> Verdict {
        match self.by_arn.get(arn) {
            Some(trail) => Verdict::Tied(*trail, rule),
            None => Verdict::OnlyNamed(Arc::from(arn), rule),
        }
    }

    fn by_path_arn(&self, file: &str) -> Option<Verdict> {
        for segment in file.rsplit(['/', '!']) {
            let decoded = percent_decoded(segment);
            if let Some(start) = decoded.find("arn:") {
                let arn = decoded.get(start..).unwrap_or_default();
                let arn = [".json", ".txt", ".out"]
                    .iter()
                    .find_map(|end| arn.strip_suffix(end))
                    .unwrap_or(arn);
                if arn::trail_arn(arn).is_some() {
                    return Some(self.by_exact_arn(arn, Rule::ArnInPath));
                }
            }
            let stem = stem(segment);
            if stem.len() < "arnawscloudtrail".len() {
                continue;
            }
            let folded = keys::fold(stem);
            if let Some(start) = folded.find("arnaws")
                && folded.contains("cloudtrail")
                && let Some(trails) = self
                    .by_folded_arn()
                    .get(folded.get(start..).unwrap_or_default())
            {
                // Folding loses letters: two ARNs may fold to one word.
                return Some(match trails.as_slice() {
                    [trail] => Verdict::Tied(*trail, Rule::ArnInPath),
                    _ => Verdict::Open(Why::Several),
                });
            }
        }
        None
    }

    /// The one trail of this name, or why none of several; `None` where there
    /// is none. The nearest folder that shows one decides.
    fn by_name(
        &self,
        names: &[String],
        context: &Context,
        account: Option<&Arc<str>>,
    ) -> Option<Result<usize, Why>> {
        let found = names
            .iter()
            .filter_map(|name| self.by_name.get(name.as_str()));
        let namesakes: Vec<&Namesakes> = found.collect();
        let mut groups: Vec<&Group> = namesakes.iter().flat_map(|it| it.of(account)).collect();
        let mut folder: &str = &context.folder;
        while !groups.is_empty() {
            let asked = Asked {
                folder,
                region: context.region.as_ref(),
            };
            let here = groups
                .iter()
                .map(|group| group.seen(&asked, &self.candidates, &self.folders));
            match here.fold(Seen::No, Seen::and) {
                Seen::No => {}
                Seen::One(trail) => {
                    let is_known = self.is_of(trail, account) || self.share(trail, context);
                    return Some(if is_known {
                        Ok(trail)
                    } else {
                        Err(Why::Elsewhere)
                    });
                }
                Seen::Several => return Some(Err(Why::Several)),
            }
            if folder.is_empty() {
                return None;
            }
            // Above the account's own folder lie other accounts.
            let last = folder.rsplit(['/', '!']).next().unwrap_or(folder);
            if arn::account_in(last).is_some() {
                groups = account
                    .map(|account| namesakes.iter().filter_map(|it| it.own(account)).collect())
                    .unwrap_or_default();
            }
            folder = folder_of(folder);
        }
        None
    }

    /// Whether the trail is known to be of this account.
    fn is_of(&self, trail: usize, account: Option<&Arc<str>>) -> bool {
        let candidate = self.candidates.get(trail);
        account
            .zip(candidate)
            .is_some_and(|(account, candidate)| candidate.accounts.contains(account))
    }

    /// Whether no folder of another's separates the trail from the document.
    fn share(&self, trail: usize, context: &Context) -> bool {
        let realms = self.realms.get_or_init(|| {
            let all = self.by_folder.iter();
            all.map(|(folder, trail)| (realm::of(folder).to_owned(), *trail))
                .collect()
        });
        realms.contains(&(realm::of(&context.folder).to_owned(), trail))
    }

    fn sole_pair(&self, context: &Context, account: Option<&Arc<str>>) -> Option<usize> {
        if self.statuses.get(&context.folder) != Some(&1) {
            return None;
        }
        let start = self
            .by_folder
            .partition_point(|(folder, _)| *folder < context.folder);
        let mut here = self
            .by_folder
            .iter()
            .skip(start)
            .take_while(|(folder, _)| *folder == context.folder);
        match (here.next(), here.next()) {
            (Some((_, trail)), None) => self
                .candidates
                .get(*trail)
                .filter(|candidate| may_be_of(candidate, account))
                .filter(|candidate| candidate.may_answer_in(context.region.as_ref()))
                .map(|_| *trail),
            _ => None,
        }
    }
}

fn may_be_of(candidate: &Candidate, account: Option<&Arc<str>>) -> bool {
    account
        .is_none_or(|account| candidate.accounts.is_empty() || candidate.accounts.contains(account))
}
