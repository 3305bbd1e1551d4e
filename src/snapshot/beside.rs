//! What the documents of one folder or collection say of each other: whose
//! account it is, and which collection a folder named for a trail is of.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::context::{Context, folder_of, own_name};
use super::{AsOf, collection, context};
use crate::cloudtrail::arn;
use crate::evidence::Bundle;
use crate::finding::AsOfBasis;
use crate::recognise::facts::{Call, Document, TrailObject};
use crate::time;

/// One context a document, in the bundle's order.
pub(super) fn contexts(bundle: &Bundle, as_of: AsOf) -> Vec<Context> {
    let mut contexts = context::contexts(bundle, as_of);
    by_identity(bundle, &mut contexts);
    by_folder_of_trail(bundle, &mut contexts);
    by_only_trail(bundle, &mut contexts);
    by_collection(bundle, &mut contexts);
    without_stamps_of_names(bundle, &mut contexts);
    by_stamp(bundle, &mut contexts);
    contexts
}

/// A stamp that is part of a trail's or a bucket's name is no time of anything,
/// wherever it stands in a path.
fn without_stamps_of_names(bundle: &Bundle, contexts: &mut [Context]) {
    let of_path = |context: &Context| {
        let of_path = matches!(context.as_of, Some((_, AsOfBasis::PathStamp)));
        of_path || (context.dated.is_some() && !context.in_manifest)
    };
    if !contexts.iter().any(of_path) {
        return;
    }
    let mut named: HashSet<Timestamp> = HashSet::new();
    let mut last: Option<&Arc<TrailObject>> = None;
    for sighting in bundle.documents.iter().flat_map(|one| &one.trails) {
        let object = &sighting.object;
        // A trail is listed in every region.
        if last.is_some_and(|last| Arc::ptr_eq(last, object)) {
            continue;
        }
        last = Some(object);
        let stamps = NAMES.iter().filter_map(|key| {
            let name = text_of(&object.text, key)?;
            time::path_stamp(&name.to_ascii_uppercase())
        });
        named.extend(stamps);
        let own = object.name.as_deref();
        named.extend(own.and_then(|name| time::path_stamp(&name.to_ascii_uppercase())));
    }
    if named.is_empty() {
        return;
    }
    for (document, context) in bundle.documents.iter().zip(contexts) {
        context.restamp(&bundle.name(document), &named);
    }
}

/// Keys of a trail that hold names.
const NAMES: [&str; 2] = ["S3BucketName", "S3KeyPrefix"];

/// The text under a key of an object's text, as it is written.
fn text_of<'o>(object: &'o str, key: &str) -> Option<&'o str> {
    let at = memchr::memmem::find(object.as_bytes(), key.as_bytes())?;
    let rest = object.get(at + key.len()..)?.strip_prefix('"')?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    value.strip_prefix('"')?.split('"').next()
}

/// The time that a file's own name alone gives.
fn own_stamp(context: &Context) -> Option<Timestamp> {
    let is_own = context.folder_stamp.is_none() && !context.in_manifest;
    context.dated.filter(|_| is_own)
}

/// Files of several runs may lie in one folder, each with a stamp in its name:
/// where a region was listed again, another run begins.
fn by_stamp(bundle: &Bundle, contexts: &mut [Context]) {
    type Place = (Arc<str>, Option<Arc<str>>, Option<Arc<str>>);
    let mut lists: BTreeMap<Place, BTreeSet<Timestamp>> = BTreeMap::new();
    for (document, context) in bundle.documents.iter().zip(contexts.iter()) {
        let Some(at) = own_stamp(context) else {
            continue;
        };
        for answer in &document.answers {
            let (account, region) = (
                context.account(&answer.origin).cloned(),
                context.region(&answer.origin).cloned(),
            );
            let place = (Arc::clone(&context.collection), account, region);
            lists.entry(place).or_default().insert(at);
        }
    }
    // When the second run of a collection begins, the third, and so on.
    let mut begins: HashMap<Arc<str>, Vec<Timestamp>> = HashMap::new();
    for ((collection, ..), stamps) in lists {
        for (number, at) in stamps.into_iter().skip(1).enumerate() {
            let begins = begins.entry(Arc::clone(&collection)).or_default();
            match begins.get_mut(number) {
                Some(first) => *first = at.min(*first),
                None => begins.push(at),
            }
        }
    }
    if begins.is_empty() {
        return;
    }
    for context in contexts {
        let Some(begins) = begins.get(&context.collection) else {
            continue;
        };
        let Some(at) = own_stamp(context) else {
            continue;
        };
        let run = begins.iter().filter(|begin| **begin <= at).count();
        if let Some(begin) = run.checked_sub(1).and_then(|last| begins.get(last)) {
            let run = format!("{}@{begin}", context.collection);
            context.change().collection = run.into();
        }
    }
}

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
        .filter(|context| context.account.is_none() && context.rival.is_none())
    {
        let mut folder: &str = &context.folder;
        loop {
            let key = (Arc::clone(&context.collection), Arc::from(folder));
            if let Some(owner) = owners.get(&key) {
                context.change().account.clone_from(owner);
                break;
            }
            if folder.is_empty() {
                break;
            }
            folder = folder_of(folder);
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
            names.insert(own_name(&context.collection).to_owned(), false);
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
        let name = own_name(&context.collection);
        if wanted.get(&above).and_then(|names| names.get(name)) == Some(&true) {
            context.change().collection = above;
        }
    }
}

/// A folder that is named for the only trail which it lists was asked for that
/// trail alone: it is part of the collection above, and its list not whole.
fn by_only_trail(bundle: &Bundle, contexts: &mut [Context]) {
    let mut own: HashMap<Arc<str>, bool> = HashMap::new();
    for (document, context) in bundle.documents.iter().zip(contexts.iter()) {
        let name = own_name(&context.collection);
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
            let above: Arc<str> = collection::of(folder_of(&context.collection)).into();
            let shared = context.change();
            shared.collection = above;
            shared.filter = Some("a folder named for one trail".into());
        }
    }
}

/// Where what lies in no account's folder shows one account alone, it is all of
/// that account's: another account's folder beside it changes nothing. Where it
/// shows none, it is that of the one account which the collection shows.
fn by_collection(bundle: &Bundle, contexts: &mut [Context]) {
    if contexts.iter().all(|context| context.account.is_some()) {
        return;
    }
    // Collection, and whether what lies in folders of accounts counts.
    type Shelf = (Arc<str>, bool);
    let mut owners: HashMap<Shelf, Option<Arc<str>>> = HashMap::new();
    let mut note = |context: &Context, with_folders: bool, account: &str| {
        let key = (Arc::clone(&context.collection), with_folders);
        let known = owners.entry(key).or_insert_with(|| Some(account.into()));
        if known.as_deref() != Some(account) {
            *known = None;
        }
    };
    for (document, context) in bundle.documents.iter().zip(contexts.iter()) {
        let is_open = context.account.is_none() && context.rival.is_none();
        let shown = owners_shown(document).filter(|_| is_open);
        for account in context.account.as_deref().into_iter().chain(shown) {
            note(context, true, account);
            if context.path_account.is_none() {
                note(context, false, account);
            }
        }
    }
    let documents = bundle.documents.iter();
    // A manifest speaks of every account.
    let open = documents.zip(contexts).filter(|(document, context)| {
        document.manifest.is_none() && context.account.is_none() && context.rival.is_none()
    });
    for (_, context) in open {
        let of = |with_folders| owners.get(&(Arc::clone(&context.collection), with_folders));
        if let Some(owner) = of(false).or_else(|| of(true)) {
            context.change().account.clone_from(owner);
        }
    }
}

/// The accounts whose own trails a document shows: an organization's trail may
/// be another's, and ListTrails shows an account its own alone (API reference).
fn owners_shown(document: &Document) -> impl Iterator<Item = &str> {
    let own = document.trails.iter();
    let own = own.filter(|sighting| !sighting.object.organization);
    let listed = document.listed.iter();
    own.filter_map(|sighting| sighting.object.arn.as_deref())
        .chain(listed.filter_map(|listed| listed.arn.as_deref()))
        .filter_map(owner)
}

fn owner(arn: &str) -> Option<&str> {
    let account = arn::trail_arn(arn)?.account;
    arn::is_account(account).then_some(account)
}

/// Whether a document stands for a call that would have told a trail's status.
fn is_status_call(document: &Document) -> bool {
    !document.statuses.is_empty()
        || document
            .failures
            .iter()
            .any(|failure| failure.call == Some(Call::GetTrailStatus))
}
