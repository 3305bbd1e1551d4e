//! Ties the statuses and failed status calls of every document to trails.

use std::sync::Arc;

use rayon::prelude::*;

use super::{CHUNK, Join};
use crate::cloudtrail::claim::{Claim, ClaimSource, Says, Strength};
use crate::cloudtrail::name::Readings;
use crate::evidence::Bundle;
use crate::recognise::facts::{Call, ContradictionKind, Document, Failure, Origin};
use crate::recognise::prose;
use crate::snapshot::context::{Context, folder_of, own_name};
use crate::snapshot::index::{Found, Index, Scope};
use crate::snapshot::open::Open;
use crate::snapshot::said::{claims_of, in_trail, of_path};
use crate::snapshot::tie::{Tied as Verdict, Why, tie};
use crate::snapshot::{Naming, Tie, Tied, collection};
use crate::time;

impl Join<'_> {
    /// Ties every status and failed status call; gives the ties, and those that
    /// nothing ties. What each comes to is found on every core, and noted in the
    /// order of the bundle.
    pub(super) fn statuses(&mut self) -> (Vec<Tie>, Open) {
        let bundle = self.bundle;
        let index = Index::of(std::mem::take(&mut self.listing), bundle, self.contexts);
        let lists = files_that_list(bundle);
        let documents = bundle.documents.iter().zip(self.contexts).enumerate();
        let with_statuses: Vec<(usize, &Document, &Context)> = documents
            .filter(|(_, (document, _))| {
                !document.statuses.is_empty() || document.failures.iter().any(is_of_status)
            })
            .map(|(number, (document, context))| (number, document, context))
            .collect();
        let found = with_statuses.into_par_iter().with_min_len(CHUNK);
        let found = found.flat_map_iter(|at| {
            let told = self.of_document(at, &index, &lists).into_iter();
            told.map(move |(of, tied)| (at, of, tied))
        });
        let found: Vec<_> = found.collect();
        let mut ties = Vec::with_capacity(found.len());
        let mut open = Open::default();
        for ((number, document, context), of, tied) in found {
            let tied = tied.map(|(to, rule, claims)| {
                let at = match of {
                    Tied::Status(item) => Naming::Status(item),
                    Tied::Failure(item) => Naming::Failure(item),
                };
                let trail = match to {
                    To::Trail(trail) => trail,
                    To::Named(word, account) => self.named(&word, context, account, (number, at)),
                };
                (trail, rule, claims)
            });
            match &tied {
                Ok((trail, ..)) => self.give(*trail, (number, document, context), of),
                Err(why) => {
                    let (origin, item) = match of {
                        Tied::Status(item) => (
                            document.statuses.get(item).map(|one| &one.origin),
                            Some(item),
                        ),
                        Tied::Failure(item) => {
                            (document.failures.get(item).map(|one| &one.origin), None)
                        }
                    };
                    if let Some(origin) = origin {
                        let whose = (
                            context.account(origin).cloned(),
                            context.region(origin).cloned(),
                        );
                        open.note(context, (number, item), whose, why, &bundle.name(document));
                    }
                }
            }
            ties.push(self.told(number, of, tied));
        }
        (ties, open)
    }

    /// Notes what is tied to a trail.
    fn give(
        &mut self,
        trail: usize,
        (number, document, context): (usize, &Document, &Context),
        of: Tied,
    ) {
        let Some(draft) = self.trails.get_mut(trail) else {
            return;
        };
        match of {
            Tied::Status(item) => {
                let Some(status) = document.statuses.get(item) else {
                    return;
                };
                let region = context.region_of(&status.origin, &draft.name);
                let as_of = context.as_of(status.collected, &draft.name);
                let as_of = as_of.map(|(at, _)| at);
                let made = context.made(status.collected).with_latest(status.latest);
                let whose = (context.account(&status.origin), region);
                let at = (number, item);
                draft.give(status, (&context.collection, made), at, whose, as_of);
            }
            Tied::Failure(item) => {
                let Some(failure) = document.failures.get(item) else {
                    return;
                };
                let region = context.region_of(&failure.origin, &draft.name);
                let whose = (context.account(&failure.origin), region);
                let made = context.made(None);
                draft.fail((&context.collection, made), (number, item), whose);
            }
        }
    }

    /// What the statuses and failed status calls of a document come to.
    fn of_document(
        &self,
        (number, document, context): (usize, &Document, &Context),
        index: &Index<'_>,
        lists: &[bool],
    ) -> Vec<Told> {
        let file = self.bundle.name(document);
        let is_list = lists.get(document.file) == Some(&true);
        let readings = Readings::of_file(own_name(&file));
        let of_path = of_path(&file, &readings, context, is_list);
        let about = About {
            index,
            context,
            document: number,
            file: &file,
            of_path: &of_path,
            is_of_known: readings.is_empty(),
            names_one_trail: document.trails.len() == 1 && readings.is_of_status,
        };
        let statuses = document.statuses.iter().enumerate().map(|(item, status)| {
            let tied = self.tied(&about, &status.claims, &status.origin);
            (Tied::Status(item), tied)
        });
        let failures = document.failures.iter().enumerate();
        let failures = failures.filter(|(_, failure)| is_of_status(failure));
        let failures = failures.map(|(item, failure)| {
            let tied = self.tied(&about, &claims_of(failure), &failure.origin);
            (Tied::Failure(item), tied)
        });
        statuses.chain(failures).collect()
    }

    /// The trail that something in a document is tied to, by which rule, and the
    /// claims that were heard.
    fn tied(
        &self,
        about: &About<'_, '_>,
        own: &[Claim],
        origin: &Origin,
    ) -> Result<(To, &'static str, Box<[&'static str]>), Why> {
        let context = about.context;
        let account = context.account(origin);
        let scope = Scope {
            collection: about.listing(account),
            folder: &context.folder,
            account,
            region: context.region(origin),
            is_dated: context.dated.is_some(),
            own_region: context.own_region.as_ref(),
        };
        if let Some(sighting) = in_trail(own) {
            let Some(trail) = self.sighted.get(&(about.document, sighting)) else {
                return Err(Why::Nameless);
            };
            // An account gets the status of no other's trail.
            if !about.index.may_be_asked(*trail, &scope) {
                let trail = self.trails.get(*trail).map(|draft| Arc::clone(&draft.id));
                return Err(Why::Elsewhere(trail.unwrap_or_default()));
            }
            let document = self.bundle.documents.get(about.document);
            let around = document.and_then(|document| document.trails.get(sighting));
            let torn = around.and_then(|around| around.object.contradiction.as_ref());
            if torn.is_some_and(|torn| torn.kind == ContradictionKind::Identity) {
                let object = around.map(|around| &around.object);
                let text = |text: Option<&Box<str>>| text.map_or("", |text| text).into();
                let name = text(object.and_then(|object| object.name.as_ref()));
                let arn = text(object.and_then(|object| object.arn.as_ref()));
                return Err(Why::Contradiction(arn, name));
            }
            let mut named = own.iter();
            let named = named.find(|claim| !matches!(claim.says, Says::InTrail(_)));
            // A status's file that holds one trail alone is named for that one.
            let mut of_path = about.of_path.iter();
            let stranger = of_path.find(|claim| {
                about.names_one_trail
                    && claim.is_sure()
                    && match about.index.find(claim, &scope) {
                        Found::One(named) => named != *trail,
                        Found::Several => true,
                        Found::None | Found::Elsewhere => says_name(&about.index.core(claim)),
                    }
            });
            return match named.or(stranger) {
                Some(other) => Err(Why::Contradiction(
                    "the trail around it".into(),
                    other.text().into(),
                )),
                None => Ok((To::Trail(*trail), "in-trail", Box::new(["in-trail"]))),
            };
        }
        let mut claims = own.to_vec();
        let of_folder = about.of_folder(&scope);
        claims.extend(about.of_path.iter().cloned().map(|mut claim| {
            // In a folder that is named for a trail a name is one of its own.
            if !of_folder.is_empty() && !prose::is_prose(&about.index.core(&claim)) {
                claim.strength = Strength::Sure;
            }
            claim
        }));
        claims.extend(of_folder);
        claims.extend(about.of_known(&scope));
        match tie(&claims, &scope, about.index) {
            Verdict::To(trail, rule) => {
                let name = self.trails.get(trail).map_or("", |draft| &draft.name);
                if let Some((rival, account)) =
                    context.rival_of(name).zip(context.path_account.as_ref())
                {
                    return Err(Why::Accounts(Arc::clone(account), Arc::clone(rival)));
                }
                let says = |claim: &&Claim| {
                    claim.strength != Strength::Faint
                        || about.index.find(claim, &scope) != Found::None
                };
                let heard = claims.iter().filter(says);
                let mut heard: Vec<&'static str> = heard.map(Claim::rule).collect();
                heard.push(rule);
                heard.sort_unstable();
                heard.dedup();
                Ok((To::Trail(trail), rule, heard.into()))
            }
            Verdict::Named(word, rule) => {
                // What is said to be of an account that its folder isn't of makes no
                // trail known.
                let said = origin.account.as_ref().zip(context.path_account.as_ref());
                if let Some((own, path)) = said.filter(|(own, path)| own != path) {
                    return Err(Why::Accounts(Arc::clone(path), Arc::clone(own)));
                }
                let to = To::Named(word, account.cloned());
                Ok((to, rule, Box::new([rule])))
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

/// A trail that a status is tied to.
enum To {
    /// One that is known.
    Trail(usize),
    /// One that the status alone names, so, and the account that was asked.
    Named(Arc<str>, Option<Arc<str>>),
}

/// What one status or failed call comes to: the trail, by which rule, and the
/// claims that were heard.
type Told = (Tied, Result<(To, &'static str, Box<[&'static str]>), Why>);

/// What is the same for all statuses of one document.
struct About<'a, 'b> {
    index: &'a Index<'b>,
    context: &'a Context,
    document: usize,
    file: &'a str,
    /// What the manifest and the file's name claim.
    of_path: &'a [Claim],
    /// Whether the file's name holds nothing but known words.
    is_of_known: bool,
    /// Whether the file is named for a status, and its document holds one trail.
    names_one_trail: bool,
}

impl About<'_, '_> {
    /// The collection whose lists a name is looked up in: the document's own. A
    /// folder that is named for a time, and lists no trail of the account, holds
    /// what was asked of the trails that the collection above lists.
    fn listing(&self, account: Option<&Arc<str>>) -> &str {
        let own: &str = &self.context.collection;
        let is_dated = |collection: &str| time::path_stamp(own_name(collection)).is_some();
        let mut collection = own;
        while is_dated(collection) && !self.index.lists_any(collection, account) {
            collection = collection::of(folder_of(collection));
        }
        match self.index.lists_any(collection, account) {
            true => collection,
            false => own,
        }
    }

    /// The trail that a file's name of known words is one of, where it is listed.
    fn of_known(&self, scope: &Scope<'_>) -> Option<Claim> {
        let own = own_name(self.file);
        let claim = Claim::sure(ClaimSource::FileName, Says::Text(own.into()));
        let is_listed = || {
            let found = self.index.find(&claim, scope);
            matches!(found, Found::One(_) | Found::Several)
        };
        (self.is_of_known && is_listed()).then_some(claim)
    }

    /// The folders above the file, within its collection, that are named for a
    /// trail which is listed. One that lists several is named for all of them.
    fn of_folder(&self, scope: &Scope<'_>) -> Vec<Claim> {
        let mut found = Vec::new();
        let mut folder = folder_of(self.file);
        let top = folder_of(&self.context.collection).len();
        while !folder.is_empty() && folder.len() > top && !self.context.in_manifest {
            let name = own_name(folder);
            if let Some(trail) = collection::trail_in(name) {
                found.push(Claim::sure(ClaimSource::Folder, Says::Text(trail.into())));
            }
            let claim = Claim::unsure(ClaimSource::Folder, Says::Text(name.into()));
            if !Readings::of_text(name).is_empty()
                && matches!(
                    self.index.find(&claim, scope),
                    Found::One(_) | Found::Several
                )
                && !self.index.lists_several(&self.context.collection, folder)
            {
                found.push(claim);
            }
            folder = folder_of(folder);
        }
        // Where a folder of trails has a folder each, it is named for one.
        let (above, own) = (
            folder_of(folder_of(self.file)),
            own_name(folder_of(self.file)),
        );
        let is_of_trails = own_name(above).eq_ignore_ascii_case("trails");
        if is_of_trails && !Readings::of_text(own).is_empty() {
            found.push(Claim::sure(ClaimSource::Folder, Says::Text(own.into())));
        }
        found
    }
}

/// Whether a file's name holds a word that Cloud Custodian doesn't call its answers
/// by, nor what it adds to them.
fn says_name(core: &str) -> bool {
    prose::of_name(core).any(|word| !matches!(word, "resources" | "with"))
}

fn is_of_status(failure: &Failure) -> bool {
    failure.call == Some(Call::GetTrailStatus)
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
