//! Where and when each document was collected, as far as anything says.
//!
//! What a document says of itself comes first, then the bundle's manifest,
//! then the path. Nothing is taken from the clock or the file system unless
//! the caller asks for it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

use super::collection::Made;
use super::{AsOf, collection};
use crate::cloudtrail::arn;
use crate::cloudtrail::name::Readings;
use crate::evidence::Bundle;
use crate::evidence::integrity::{Claim, claims};
use crate::recognise::facts::{Call, Document, Origin};
use crate::report::AsOfBasis;
use crate::source::archive::Format;
pub(super) use crate::source::given::folder_of;
use crate::source::packed;
use crate::time;

/// What is known of one document.
#[derive(Debug, Clone)]
pub(super) struct Context {
    /// The folder that the document lies in, or the one above where the folder
    /// is named for a call.
    pub folder: Arc<str>,
    /// The folder of the collection that it is of.
    pub collection: Arc<str>,
    /// The account that was asked.
    pub account: Option<Arc<str>>,
    /// The account that the path names.
    pub path_account: Option<Arc<str>>,
    /// The region that was asked.
    pub region: Option<Arc<str>>,
    /// Whether only the file's own name tells the region, in which it may as
    /// well be part of a trail's name.
    pub region_in_name: bool,
    /// When, and how that is known, from what is the same for the whole file.
    pub as_of: Option<(Timestamp, AsOfBasis)>,
    /// The time that the collection gives itself, whatever the caller says.
    pub dated: Option<Timestamp>,
    /// The stamp of the folder alone: one in a file's name may be a trail's.
    pub folder_stamp: Option<Timestamp>,
    /// Whether a manifest says what the file is.
    pub in_manifest: bool,
    /// The trail that the manifest says was asked for.
    pub trail: Option<Arc<str>>,
    /// Why a list in the file may not be whole: an option of the command that
    /// the manifest gives.
    pub filter: Option<Arc<str>>,
    /// What the manifest says the log groups' names had to begin with.
    pub prefix: Option<Arc<str>>,
}

impl Context {
    /// The account of one thing in the document.
    pub(super) fn account(&self, origin: &Origin) -> Option<Arc<str>> {
        origin.account.clone().or_else(|| self.account.clone())
    }

    /// When the collection was made, as far as one answer with this time tells.
    pub(super) fn made(&self, collected: Option<Timestamp>) -> Made {
        Made {
            dated: self.dated.max(collected),
            latest: None,
        }
    }

    /// When an answer with this `Date` header was collected, about a trail of
    /// this name: a stamp that is part of the name is none of the collection.
    pub(super) fn as_of(
        &self,
        header: Option<Timestamp>,
        trail: &str,
    ) -> Option<(Timestamp, AsOfBasis)> {
        let stamp = AsOfBasis::PathStamp;
        match self.as_of {
            Some((_, basis)) if basis != stamp => self.as_of,
            of_path => {
                let header = header.filter(|at| time::is_countable(*at));
                let of_path = match time::path_stamp(&trail.to_ascii_uppercase()) {
                    Some(_) => self.folder_stamp.map(|at| (at, stamp)),
                    None => of_path,
                };
                header.map(|at| (at, AsOfBasis::DateHeader)).or(of_path)
            }
        }
    }

    /// The region of a status of the trail with this name, where it can't be
    /// part of the name.
    pub(super) fn region_of(&self, origin: &Origin, trail: &str) -> Option<Arc<str>> {
        let is_in_name = |region: &Arc<str>| self.region_in_name && trail.contains(&**region);
        let region = self.region(origin);
        region.filter(|region| origin.region.is_some() || !is_in_name(region))
    }

    /// The region of one thing in the document.
    pub(super) fn region(&self, origin: &Origin) -> Option<Arc<str>> {
        origin.region.clone().or_else(|| self.region.clone())
    }
}

/// The folder that a file lies in; one that is named for a call is part of the
/// folder above.
pub(super) fn shelf(name: &str) -> &str {
    let folder = folder_of(name);
    let last = folder.rsplit(['/', '!']).next().unwrap_or(folder);
    let names_call = matches!(Call::named(last), Some(call) if call != Call::Other)
        && Readings::of_text(last).is_empty()
        && !Format::is_named(last)
        && !last.eq_ignore_ascii_case("cloudtrail");
    if names_call {
        folder_of(folder)
    } else {
        folder
    }
}

/// One context a document, in the bundle's order.
pub(super) fn contexts(bundle: &Bundle, as_of: AsOf) -> Vec<Context> {
    let claims = claims(bundle);
    let alone = |documents| alone(bundle, documents, &claims, as_of);
    let mut contexts: Vec<Context> = match bundle.documents.as_slice() {
        few if few.len() <= CHUNK => alone(few),
        many => many.par_chunks(CHUNK).flat_map_iter(alone).collect(),
    };
    by_identity(bundle, &mut contexts);
    by_trails(bundle, &mut contexts);
    by_folder_of_trail(bundle, &mut contexts);
    by_only_trail(bundle, &mut contexts);
    by_collection(bundle, &mut contexts);
    contexts
}

/// How many documents in a row share what their paths say.
const CHUNK: usize = 1024;

/// The contexts of some documents, each from itself and its path alone.
fn alone(
    bundle: &Bundle,
    documents: &[Document],
    claims: &HashMap<usize, Claim<'_>>,
    as_of: AsOf,
) -> Vec<Context> {
    let mut paths = Paths::default();
    let mut contexts: Vec<Context> = Vec::with_capacity(documents.len());
    // The file before, and when its path or its manifest says it was collected.
    let mut last = None;
    for document in documents {
        let mut context = match (last, contexts.last()) {
            (Some((file, as_of)), Some(context)) if file == document.file => Context {
                as_of,
                ..context.clone()
            },
            _ => paths.context(&bundle.name(document), claims.get(&document.file)),
        };
        last = Some((document.file, context.as_of));
        context.as_of = match as_of {
            AsOf::Given(at, basis) => Some((at, basis)),
            AsOf::FileTimes => bundle
                .files
                .get(document.file)
                .and_then(|file| file.modified)
                .map(|at| (at, AsOfBasis::FileTime)),
            AsOf::FromEvidence => context.as_of,
        };
        context.as_of = context.as_of.filter(|(at, _)| time::is_countable(*at));
        contexts.push(context);
    }
    contexts
}

/// What paths say, told once for each folder: a bundle has thousands of
/// folders and hundreds of thousands of files.
#[derive(Default)]
struct Paths {
    shared: HashSet<Arc<str>>,
    last: Option<Folder>,
    last_own: Option<Own>,
}

/// What a file's own name says.
#[derive(Clone)]
struct Own {
    name: Arc<str>,
    account: Option<Arc<str>>,
    region: Option<Arc<str>>,
    stamp: Option<Timestamp>,
    is_of_status: bool,
}

/// What a folder's path says of every file in it.
#[derive(Clone)]
struct Folder {
    path: Arc<str>,
    shelf: Arc<str>,
    collection: Arc<str>,
    account: Option<Arc<str>>,
    region: Option<Arc<str>>,
    stamp: Option<Timestamp>,
}

impl Paths {
    /// The one copy of a text.
    fn shared(&mut self, text: &str) -> Arc<str> {
        match self.shared.get(text) {
            Some(known) => Arc::clone(known),
            None => {
                let made: Arc<str> = text.into();
                self.shared.insert(Arc::clone(&made));
                made
            }
        }
    }

    fn folder(&mut self, name: &str) -> Folder {
        let path = folder_of(name);
        let last = self.last.as_ref();
        if let Some(last) = last.filter(|last| *last.path == *path) {
            return last.clone();
        }
        // What is packed alone lies where its packing lies.
        let shelf = shelf(packed::outer(name));
        let collection = collection::of(shelf);
        let path: Arc<str> = path.into();
        let folder = Folder {
            shelf: if *shelf == *path {
                Arc::clone(&path)
            } else {
                self.shared(shelf)
            },
            collection: self.shared(collection),
            account: arn::account_in(&path).map(|account| self.shared(&account)),
            region: arn::region_in(&path).map(|region| self.shared(&region)),
            stamp: time::path_stamp(&path),
            path,
        };
        self.last = Some(folder.clone());
        folder
    }

    /// What a file's own name says; many files in a row have the same.
    fn own(&mut self, name: &str) -> Own {
        if let Some(last) = self.last_own.as_ref().filter(|last| *last.name == *name) {
            return last.clone();
        }
        let own = Own {
            account: arn::account_in(name).map(|account| self.shared(&account)),
            // A region in an ARN is the trail's home, wherever it was asked.
            region: arn::region_in(name)
                .filter(|_| !name.to_ascii_lowercase().contains("arn"))
                .map(|region| self.shared(&region)),
            is_of_status: Readings::of_file(name).is_of_status,
            stamp: time::path_stamp(name),
            name: name.into(),
        };
        self.last_own = Some(own.clone());
        own
    }

    /// What is known of a file's documents without looking into them: from the
    /// manifest, or else from the path, the folder before the file's own name
    /// for the account and after it for all else.
    fn context(&mut self, name: &str, claim: Option<&Claim<'_>>) -> Context {
        let folder = self.folder(name);
        let own = self.own(name.rsplit(['/', '!']).next().unwrap_or(name));
        // A status's own name may hold a region as part of the trail's.
        let region = match own.is_of_status {
            true => folder.region.clone().or(own.region),
            false => own.region.or(folder.region.clone()),
        };
        let account = folder.account.or(own.account);
        let mut context = Context {
            path_account: account.clone(),
            account,
            region_in_name: region.is_some() && folder.region.is_none(),
            region,
            as_of: own
                .stamp
                .or(folder.stamp)
                .map(|at| (at, AsOfBasis::PathStamp)),
            dated: folder.stamp.or(own.stamp),
            folder_stamp: folder.stamp,
            folder: folder.shelf,
            collection: folder.collection,
            in_manifest: false,
            trail: None,
            filter: None,
            prefix: None,
        };
        let Some(entry) = claim.map(|claim| claim.entry) else {
            return context;
        };
        if let Some(account) = &entry.account {
            context.account = Some(self.shared(account));
        }
        context.in_manifest = true;
        if let Some(region) = &entry.region {
            context.region = Some(self.shared(region));
            context.region_in_name = false;
        }
        if let Some(at) = entry.collected_at {
            context.as_of = Some((at, AsOfBasis::Manifest));
            context.dated = Some(at);
        }
        context.filter = FILTERS
            .iter()
            .find(|option| entry.command.iter().any(|word| word.starts_with(**option)))
            .map(|option| self.shared(option));
        let is_status = entry
            .call()
            .is_some_and(|(_, call)| call == "get-trail-status");
        let asked = entry
            .option("--name")
            .filter(|name| is_status && arn::trail_arn(name).is_some());
        let trail = entry.trail.as_deref().or(asked);
        context.trail = trail.map(|trail| self.shared(trail));
        context.prefix = entry
            .option("--log-group-name-prefix")
            .map(|prefix| self.shared(prefix));
        context
    }
}

/// Options of describe-trails that leave trails or keys out of its answer.
const FILTERS: [&str; 6] = [
    "--trail-name-list",
    "--query",
    "--no-include-shadow-trails",
    "--max-items",
    "--starting-token",
    "--page-size",
];

/// A caller's identity names the account of its folder and of those below that
/// are of the same collection.
fn by_identity(bundle: &Bundle, contexts: &mut [Context]) {
    // Collection and folder.
    type Shelf = (Arc<str>, Arc<str>);
    let mut owners: HashMap<Shelf, Option<Arc<str>>> = HashMap::new();
    for (document, context) in bundle.documents.iter().zip(contexts.iter()) {
        if let Some(identity) = &document.identity {
            let identity: Arc<str> = Arc::from(identity.as_ref());
            let key = (Arc::clone(&context.collection), Arc::clone(&context.folder));
            let owner = owners
                .entry(key)
                .or_insert_with(|| Some(Arc::clone(&identity)));
            if owner.as_ref().is_some_and(|known| *known != identity) {
                *owner = None;
            }
        }
    }
    if owners.is_empty() {
        return;
    }
    for context in contexts
        .iter_mut()
        .filter(|context| context.account.is_none())
    {
        let mut folder: &str = &context.folder;
        loop {
            let key = (Arc::clone(&context.collection), Arc::from(folder));
            if let Some(owner) = owners.get(&key) {
                context.account.clone_from(owner);
                break;
            }
            if folder.is_empty() {
                break;
            }
            folder = folder_of(folder);
        }
    }
}

/// Trails that are no organization's belong to the account that lists them: a
/// folder whose documents list trails of one account only is that account's.
fn by_trails(bundle: &Bundle, contexts: &mut [Context]) {
    let mut owners: HashMap<Arc<str>, Option<Arc<str>>> = HashMap::new();
    for (document, context) in bundle.documents.iter().zip(contexts.iter()) {
        if context.account.is_some() {
            continue;
        }
        for owner in document
            .trails
            .iter()
            .filter(|sighting| !sighting.object.organization)
            .filter_map(owner)
        {
            let known = owners
                .entry(Arc::clone(&context.folder))
                .or_insert_with(|| Some(Arc::from(owner)));
            if known.as_deref().is_some_and(|known| known != owner) {
                *known = None;
            }
        }
    }
    for context in contexts
        .iter_mut()
        .filter(|context| context.account.is_none())
    {
        if let Some(owner) = owners.get(&context.folder) {
            context.account.clone_from(owner);
        }
    }
}

/// A folder that is named for a trail which the collection above lists is part
/// of that collection: `trails/main/status.json`.
fn by_folder_of_trail(bundle: &Bundle, contexts: &mut [Context]) {
    let mut wanted: HashMap<Arc<str>, HashMap<String, bool>> = HashMap::new();
    let parent = |collection: &str| collection::of(folder_of(collection)).to_owned();
    let is_status = |document: &Document, context: &Context| {
        !context.collection.is_empty() && !context.in_manifest && is_status_call(document)
    };
    for (document, context) in bundle.documents.iter().zip(contexts.iter()) {
        if is_status(document, context) {
            let names = wanted
                .entry(parent(&context.collection).into())
                .or_default();
            names.insert(collection::last(&context.collection).to_owned(), false);
        }
    }
    if wanted.is_empty() {
        return;
    }
    for (document, context) in bundle.documents.iter().zip(contexts.iter()) {
        let Some(names) = wanted.get_mut(&context.collection) else {
            continue;
        };
        for sighting in &document.trails {
            let name = sighting.object.name.as_deref().unwrap_or_default();
            if let Some(is_listed) = names.get_mut(name) {
                *is_listed = true;
            }
        }
    }
    for (document, context) in bundle.documents.iter().zip(contexts.iter_mut()) {
        if !is_status(document, context) {
            continue;
        }
        let above: Arc<str> = parent(&context.collection).into();
        let name = collection::last(&context.collection);
        if wanted.get(&above).and_then(|names| names.get(name)) == Some(&true) {
            context.collection = above;
        }
    }
}

/// A folder that is named for the only trail which it lists was asked for that
/// trail alone: it is part of the collection above, and its list not whole.
fn by_only_trail(bundle: &Bundle, contexts: &mut [Context]) {
    let mut own: HashMap<Arc<str>, bool> = HashMap::new();
    for (document, context) in bundle.documents.iter().zip(contexts.iter()) {
        let name = collection::last(&context.collection);
        if name.is_empty() || context.in_manifest {
            continue;
        }
        for sighting in &document.trails {
            let is_named = sighting.object.name.as_deref() == Some(name);
            match own.get_mut(&context.collection) {
                Some(all) => *all &= is_named,
                None => {
                    own.insert(Arc::clone(&context.collection), is_named);
                }
            }
        }
    }
    own.retain(|_, is_own| *is_own);
    if own.is_empty() {
        return;
    }
    for context in contexts.iter_mut() {
        if own.contains_key(&context.collection) {
            let above = collection::of(folder_of(&context.collection));
            context.collection = above.into();
            context.filter = Some("a folder named for one trail".into());
        }
    }
}

/// Where a collection shows one account alone, it is that account's.
fn by_collection(bundle: &Bundle, contexts: &mut [Context]) {
    if contexts.iter().all(|context| context.account.is_some()) {
        return;
    }
    let mut owners: HashMap<Arc<str>, Option<Arc<str>>> = HashMap::new();
    let mut note = |collection: &Arc<str>, account: &str| {
        match owners.get_mut(collection) {
            None => {
                owners.insert(Arc::clone(collection), Some(account.into()));
            }
            Some(known) if known.as_deref() != Some(account) => *known = None,
            Some(_) => {}
        };
    };
    for (document, context) in bundle.documents.iter().zip(contexts.iter()) {
        match &context.account {
            Some(account) => note(&context.collection, account),
            None => {
                let own = document.trails.iter();
                let own = own.filter(|sighting| !sighting.object.organization);
                own.filter_map(owner)
                    .for_each(|account| note(&context.collection, account));
            }
        }
    }
    for context in contexts
        .iter_mut()
        .filter(|context| context.account.is_none())
    {
        if let Some(owner) = owners.get(&context.collection) {
            context.account.clone_from(owner);
        }
    }
}

fn owner(sighting: &crate::recognise::facts::Sighting) -> Option<&str> {
    let account = arn::trail_arn(sighting.object.arn.as_deref()?)?.account;
    arn::is_account(account).then_some(account)
}

/// Whether a document stands for a call that would have told a trail's status.
pub(super) fn is_status_call(document: &Document) -> bool {
    !document.statuses.is_empty()
        || document
            .failures
            .iter()
            .any(|failure| failure.call == Some(Call::GetTrailStatus))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_named_for_a_call_is_part_of_the_one_above() {
        assert_eq!(shelf("us-east-1/get-trail-status/main.json"), "us-east-1");
        assert_eq!(
            shelf("us-east-1/cloudtrail-get-trail-status/x"),
            "us-east-1"
        );
        assert_eq!(
            shelf("account/cloudtrail/get-trail-status.json"),
            "account/cloudtrail"
        );
        assert_eq!(
            shelf("b.zip!us-east-1/describe-trails.json"),
            "b.zip!us-east-1"
        );
        assert_eq!(shelf("describe-trails.json"), "");
        assert_eq!(
            shelf("a/cloudtrail-1.zip!describe-trails.json"),
            "a/cloudtrail-1.zip"
        );
    }
}
