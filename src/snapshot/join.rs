//! Joins documents into accounts and trails.
//!
//! Everything is taken in the order of the bundle (by file name and place) and
//! decided by ranks and total orders, so that neither threads nor the file
//! system's order can show.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::accounts::accounts;
use super::asked::AskedOf;
use super::context::{Context, folder_of};
use super::draft::Draft;
use super::index::{Found, Index, Listing, Scope};
use super::log_groups::Shelf;
use super::open::Open;
use super::runs::Runs;
use super::said::{claims_of, in_trail, of_path};
use super::settle::Settling;
use super::tie::{Tied as Verdict, Why, tie};
use super::without_arn::{self, Names};
use super::{Naming, Snapshot, Tie, Tied, Trail, collection};
use crate::cloudtrail::arn;
use crate::cloudtrail::claim::{Claim, ClaimSource, Says};
use crate::cloudtrail::name::Readings;
use crate::coverage::Expected;
use crate::evidence::Bundle;
use crate::recognise::facts::{Call, Failure, Origin, Sighting};
use crate::time;

/// Joins a bundle's documents, whose contexts these are.
pub(super) fn join(bundle: &Bundle, contexts: &[Context], expected: &Expected) -> Snapshot {
    let mut join = Join {
        bundle,
        contexts,
        trails: Vec::new(),
        by_key: HashMap::new(),
        sighted: HashMap::new(),
        listing: Listing::default(),
    };
    join.sightings();
    join.listed();
    join.shelves();
    let (ties, open) = join.statuses();
    let asked = AskedOf::new(bundle, contexts);
    let trails = settled(join.trails, bundle, contexts, &asked, &open);
    let (accounts, coverage) = accounts(bundle, contexts, trails, &asked, &open, expected);
    Snapshot {
        accounts,
        ties,
        coverage,
    }
}

/// How many trails in a row one thread finishes: they cost little each.
const CHUNK: usize = 64;

struct Join<'b> {
    bundle: &'b Bundle,
    contexts: &'b [Context],
    trails: Vec<Draft>,
    by_key: HashMap<Arc<str>, usize>,
    /// Trail index of each sighting of a document, for statuses inside trails.
    sighted: HashMap<(usize, usize), usize>,
    listing: Listing,
}

impl<'b> Join<'b> {
    fn sightings(&mut self) {
        let bundle = self.bundle;
        let names = Names::of(bundle, self.contexts);
        for (number, (document, context)) in bundle.documents.iter().zip(self.contexts).enumerate()
        {
            let holds_statuses = !document.statuses.is_empty();
            for (index, sighting) in document.trails.iter().enumerate() {
                let trail = self.trail_of(sighting, context, &names);
                if holds_statuses {
                    self.sighted.insert((number, index), trail);
                }
                let asked = context.account(&sighting.origin);
                let region = context.region(&sighting.origin);
                let Some(draft) = self.trails.get_mut(trail) else {
                    continue;
                };
                // What another account says that it lists is not its own to ask.
                let is_own = is_listed_by_owner(sighting, asked.as_ref(), draft);
                let lister = asked.clone();
                draft.see(
                    sighting,
                    (&context.collection, context.made(sighting.collected)),
                    (number, index),
                    asked,
                    region.clone(),
                );
                let (collection, folder) = (&context.collection, &context.folder);
                if !is_own {
                    let account = context.account(&sighting.origin);
                    self.listing.see_stranger(trail, collection, account);
                    continue;
                }
                self.listing.see(
                    trail,
                    Arc::clone(collection),
                    Arc::clone(folder),
                    lister,
                    region,
                );
            }
        }
    }

    fn trail_of(&mut self, sighting: &Sighting, context: &Context, names: &Names<'_>) -> usize {
        let object = &sighting.object;
        if let Some(known) = object.arn.as_deref().and_then(|arn| self.by_key.get(arn)) {
            return *known;
        }
        let name = object.name.as_deref().unwrap_or_default();
        let arn = match &object.arn {
            Some(arn) => Some(Arc::from(arn.as_ref())),
            None => names.arn(sighting, context),
        };
        let asked = context.region(&sighting.origin);
        let home = object.home_region.as_deref();
        let key: Arc<str> = match &arn {
            Some(arn) => Arc::clone(arn),
            None => without_arn::key(&context.folder, asked.as_deref(), home, name).into(),
        };
        let parts = arn.as_deref().and_then(arn::trail_arn);
        let home = home.or_else(|| {
            parts
                .map(|parts| parts.region)
                .filter(|region| !region.is_empty())
        });
        // What says nothing of its home is taken to be at home where it was seen.
        let home = home.or_else(|| asked.as_deref().filter(|_| arn.is_none()));
        let owner = parts
            .map(|parts| parts.account)
            .filter(|account| arn::is_account(account));
        let owner = owner.map(Arc::from).or_else(|| {
            if arn.is_none() {
                context.account(&sighting.origin)
            } else {
                None
            }
        });
        self.draft(key, arn.as_deref(), name, home, owner)
    }

    fn draft(
        &mut self,
        key: Arc<str>,
        arn: Option<&str>,
        name: &str,
        home: Option<&str>,
        owner: Option<Arc<str>>,
    ) -> usize {
        if let Some(known) = self.by_key.get(&key) {
            return *known;
        }
        let index = self.trails.len();
        self.by_key.insert(Arc::clone(&key), index);
        let draft = Draft::new(key, arn.is_some(), name, home, owner);
        let id = draft.is_arn.then(|| Arc::clone(&draft.id));
        self.listing.add(index, id, Arc::clone(&draft.name));
        self.listing
            .own(index, draft.account.clone(), draft.home.clone());
        self.trails.push(draft);
        index
    }

    /// A trail that is only named: by its ARN, or by its name in a folder.
    fn named(
        &mut self,
        word: &str,
        context: &Context,
        account: Option<Arc<str>>,
        at: (usize, Naming),
    ) -> usize {
        let trail = match arn::trail_arn(word) {
            Some(parts) => {
                let owner = arn::is_account(parts.account).then(|| Arc::from(parts.account));
                let (name, home) = (parts.name, Some(parts.region));
                self.draft(word.into(), Some(word), name, home, owner)
            }
            None => {
                let key: Arc<str> = if context.folder.is_empty() {
                    word.into()
                } else {
                    format!("{}/{word}", context.folder).into()
                };
                self.draft(key, None, word, None, account)
            }
        };
        if let Some(draft) = self.trails.get_mut(trail) {
            draft.named_at.get_or_insert(at);
            draft.part(&context.collection);
        }
        trail
    }

    fn listed(&mut self) {
        let bundle = self.bundle;
        for (number, (document, context)) in bundle.documents.iter().zip(self.contexts).enumerate()
        {
            for (index, listed) in document.listed.iter().enumerate() {
                let word = listed
                    .arn
                    .as_deref()
                    .filter(|arn| arn.starts_with("arn:"))
                    .or(listed.name.as_deref());
                let Some(word) = word else { continue };
                let at = (number, Naming::Listed(index));
                let trail = self.named(word, context, context.account.clone(), at);
                let Some(draft) = self.trails.get_mut(trail) else {
                    continue;
                };
                if draft.home.is_none() {
                    draft.home = listed.home_region.as_deref().map(Into::into);
                }
                let (collection, folder) = (&context.collection, &context.folder);
                // ListTrails shows an account its own trails alone (API reference).
                let owner = draft.account.clone().or(context.account.clone());
                if context.account.is_some() && owner != context.account {
                    let asked = context.account.clone();
                    self.listing.see_stranger(trail, collection, asked);
                }
                let (account, home) = (owner, draft.home.clone());
                self.listing.see(
                    trail,
                    Arc::clone(collection),
                    Arc::clone(folder),
                    account,
                    home,
                );
            }
        }
    }

    /// What folders show besides trails: whole lists, what may hide trails, and
    /// statuses.
    fn shelves(&mut self) {
        let bundle = self.bundle;
        for (document, context) in bundle.documents.iter().zip(self.contexts) {
            let (collection, folder) = (&context.collection, &context.folder);
            if document.answers.iter().any(|answer| answer.whole) && context.filter.is_none() {
                self.listing.whole(collection, folder);
            }
            for failure in &document.failures {
                if failure.call == Some(Call::GetTrailStatus) {
                    self.listing.status(collection, folder);
                } else if failure.hides_trails {
                    self.listing.hides(collection, folder);
                }
            }
            for status in &document.statuses {
                if in_trail(&status.claims).is_none() {
                    self.listing.status(collection, folder);
                }
            }
        }
    }

    /// Ties every status and failed status call; gives the ties, and those that
    /// nothing ties.
    fn statuses(&mut self) -> (Vec<Tie>, Open) {
        let index = std::mem::take(&mut self.listing).index();
        let bundle = self.bundle;
        let lists = files_that_list(bundle);
        let mut ties = Vec::new();
        let mut open = Open::default();
        for (number, (document, context)) in bundle.documents.iter().zip(self.contexts).enumerate()
        {
            let is_status = |failure: &Failure| failure.call == Some(Call::GetTrailStatus);
            if document.statuses.is_empty() && !document.failures.iter().any(is_status) {
                continue;
            }
            let file = bundle.name(document);
            let is_list = lists.get(document.file) == Some(&true);
            let of_path = of_path(&file, context, is_list);
            let about = About {
                index: &index,
                context,
                document: number,
                file: &file,
                of_path: &of_path,
                names_one_trail: document.trails.len() == 1
                    && Readings::of_file(collection::last(&file)).is_of_status,
            };
            for (item, status) in document.statuses.iter().enumerate() {
                let of = Tied::Status(item);
                let tied = self.tied(&about, &status.claims, &status.origin, of);
                let trail = match &tied {
                    Ok((trail, ..)) => Some(*trail),
                    Err(why) => {
                        let whose = whose(context, &status.origin);
                        open.note(context, (number, Some(item)), whose, why, &file);
                        None
                    }
                };
                if let Some(draft) = trail.and_then(|trail| self.trails.get_mut(trail)) {
                    let region = context.region_of(&status.origin, &draft.name);
                    let as_of = context.as_of(status.collected, &draft.name);
                    let as_of = as_of.map(|(at, _)| at);
                    let at = (number, item);
                    let account = context.account(&status.origin);
                    let made = context.made(status.collected).with_latest(status.latest);
                    let whose = (account.as_ref(), region.as_ref());
                    draft.give(status, (&context.collection, made), at, whose, as_of);
                }
                ties.push(self.told(number, of, tied));
            }
            for (item, failure) in document.failures.iter().enumerate() {
                if !is_status(failure) {
                    continue;
                }
                let of = Tied::Failure(item);
                let claims = claims_of(failure);
                let tied = self.tied(&about, &claims, &failure.origin, of);
                match &tied {
                    Ok((trail, ..)) => {
                        if let Some(draft) = self.trails.get_mut(*trail) {
                            let region = context.region_of(&failure.origin, &draft.name);
                            let account = context.account(&failure.origin);
                            let whose = (account.as_ref(), region.as_ref());
                            let made = context.made(None);
                            draft.fail((&context.collection, made), (number, item), whose);
                        }
                    }
                    Err(why) => {
                        let whose = whose(context, &failure.origin);
                        open.note(context, (number, None), whose, why, &file);
                    }
                }
                ties.push(self.told(number, of, tied));
            }
        }
        (ties, open)
    }

    /// The trail that something in a document is tied to, by which rule, and the
    /// claims that were heard.
    fn tied(
        &mut self,
        about: &About<'_>,
        own: &[Claim],
        origin: &Origin,
        of: Tied,
    ) -> Result<(usize, &'static str, Box<[&'static str]>), Why> {
        let context = about.context;
        let account = context.account(origin);
        let region = match context.region_in_name && origin.region.is_none() {
            true => None,
            false => context.region(origin),
        };
        let scope = Scope {
            collection: about.listing(account.as_ref()),
            folder: &context.folder,
            account: account.as_ref(),
            region: region.as_ref(),
        };
        if let Some(sighting) = in_trail(own) {
            let Some(trail) = self.sighted.get(&(about.document, sighting)) else {
                return Err(Why::Nameless);
            };
            let mut named = own.iter();
            let named = named.find(|claim| !matches!(claim.says, Says::InTrail(_)));
            // A status's file that holds one trail alone is named for that one.
            let mut of_path = about.of_path.iter();
            let stranger = of_path.find(|claim| {
                about.names_one_trail
                    && claim.is_sure
                    && about.index.find(claim, &scope) != Found::One(*trail)
            });
            return match named.or(stranger) {
                Some(other) => Err(Why::Contradiction(
                    "the trail around it".into(),
                    other.text().into(),
                )),
                None => Ok((*trail, "in-trail", Box::new(["in-trail"]))),
            };
        }
        let mut claims = own.to_vec();
        claims.extend(about.of_path.iter().cloned());
        claims.extend(about.of_folder(&scope));
        match tie(&claims, &scope, about.index) {
            Verdict::To(trail, rule) => {
                let mut heard: Vec<&'static str> = claims.iter().map(Claim::rule).collect();
                heard.push(rule);
                heard.sort_unstable();
                heard.dedup();
                Ok((trail, rule, heard.into()))
            }
            Verdict::Named(word, rule) => {
                let at = match of {
                    Tied::Status(item) => Naming::Status(item),
                    Tied::Failure(item) => Naming::Failure(item),
                };
                let trail = self.named(&word, context, account, (about.document, at));
                Ok((trail, rule, Box::new([rule])))
            }
            Verdict::Open(why) => Err(why),
        }
    }

    fn told(
        &self,
        document: usize,
        of: Tied,
        tied: Result<(usize, &'static str, Box<[&'static str]>), Why>,
    ) -> Tie {
        let (to, claims) = match tied {
            Ok((trail, rule, claims)) => {
                let draft = self.trails.get(trail);
                (draft.map(|draft| (Arc::clone(&draft.id), rule)), claims)
            }
            Err(_) => (None, Box::default()),
        };
        Tie {
            document,
            of,
            to,
            claims,
        }
    }
}

/// What is the same for all statuses of one document.
struct About<'a> {
    index: &'a Index,
    context: &'a Context,
    document: usize,
    file: &'a str,
    /// What the manifest and the file's name claim.
    of_path: &'a [Claim],
    /// Whether the file is named for a status, and its document holds one trail.
    names_one_trail: bool,
}

impl About<'_> {
    /// The collection whose lists a name is looked up in: the document's own. A
    /// folder that is named for a time, and lists no trail of the account, holds
    /// what was asked of the trails that the collection above lists.
    fn listing(&self, account: Option<&Arc<str>>) -> &str {
        let own: &str = &self.context.collection;
        let is_dated = |collection: &str| time::path_stamp(collection::last(collection)).is_some();
        let mut collection = own;
        while is_dated(collection) && !self.index.lists_any(collection, account) {
            collection = collection::of(folder_of(collection));
        }
        match self.index.lists_any(collection, account) {
            true => collection,
            false => own,
        }
    }

    /// The folders above the file, within its collection, that are named for a
    /// trail which is listed. One that lists several is named for all of them.
    fn of_folder(&self, scope: &Scope<'_>) -> Vec<Claim> {
        let mut found = Vec::new();
        let mut folder = folder_of(self.file);
        let top = folder_of(&self.context.collection).len();
        while !folder.is_empty() && folder.len() > top && !self.context.in_manifest {
            let name = collection::last(folder);
            let claim = Claim::unsure(ClaimSource::Folder, Says::Name(name.into()));
            if !Readings::of_text(name).is_empty()
                && matches!(self.index.find(&claim, scope), Found::One(_))
                && !self.index.lists_several(&self.context.collection, folder)
            {
                found.push(claim);
            }
            folder = folder_of(folder);
        }
        found
    }
}

fn whose(context: &Context, origin: &Origin) -> (Option<Arc<str>>, Option<Arc<str>>) {
    (context.account(origin), context.region(origin))
}

/// Which files list trails.
fn files_that_list(bundle: &Bundle) -> Vec<bool> {
    let mut lists = vec![false; bundle.files.len()];
    for document in &bundle.documents {
        if !document.trails.is_empty()
            && let Some(lists) = lists.get_mut(document.file)
        {
            *lists = true;
        }
    }
    lists
}

/// Whether the account that was asked can list the trail: its own, or one of
/// its organization.
fn is_listed_by_owner(sighting: &Sighting, asked: Option<&Arc<str>>, draft: &Draft) -> bool {
    let owner = draft.account.as_ref();
    sighting.object.organization || asked.zip(owner).is_none_or(|(asked, owner)| asked == owner)
}

/// Finishes every trail.
fn settled(
    trails: Vec<Draft>,
    bundle: &Bundle,
    contexts: &[Context],
    asked: &AskedOf,
    open: &Open,
) -> Vec<Trail> {
    let settling = Settling {
        bundle,
        contexts,
        asked,
        groups: Shelf::new(bundle, contexts),
        open,
        runs: Runs::new(asked),
    };
    let trails = trails.into_par_iter().with_min_len(CHUNK);
    trails.filter_map(|draft| settling.settle(draft)).collect()
}
