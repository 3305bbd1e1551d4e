//! What the paths of documents and the manifest say of where and when they were
//! collected, told once for each folder and name.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

use super::{Context, Shared, folder_of, own_name};
use crate::cloudtrail::arn;
use crate::cloudtrail::name::Readings;
use crate::evidence::Bundle;
use crate::evidence::integrity::{Claim, claims};
use crate::finding::AsOfBasis;
use crate::recognise::facts::Call;
use crate::snapshot::{AsOf, collection};
use crate::source::archive::Format;
use crate::source::packed;
use crate::time;

/// Whether a folder of this name is named for a call: it is part of the one above.
fn names_call(last: &str) -> bool {
    matches!(Call::named(last), Some(call) if call != Call::Other)
        && Readings::of_text(last).is_empty()
        && !Format::is_named(last)
        && !last.eq_ignore_ascii_case("cloudtrail")
}

/// One context a document, in the bundle's order, from the document and its path
/// alone.
pub(in crate::snapshot) fn contexts(bundle: &Bundle, as_of: AsOf) -> Vec<Context> {
    let claims = claims(bundle);
    let documents = bundle.documents.par_iter().with_min_len(CHUNK);
    let contexts = documents.map_init(Paths::default, |paths, document| {
        let claim = claims.get(&document.file);
        let (folder, region, mut shared) = paths.context(&bundle.name(document), claim);
        let as_of = match as_of {
            AsOf::Given(at, basis) => Some((at, basis)),
            AsOf::FileTimes => bundle
                .files
                .get(document.file)
                .and_then(|file| file.modified)
                .map(|at| (at, AsOfBasis::FileTime)),
            AsOf::FromEvidence => shared.as_of,
        };
        shared.as_of = as_of.filter(|(at, _)| time::is_countable(*at));
        Context {
            folder,
            region,
            shared: paths.kept(shared),
        }
    });
    contexts.collect()
}

/// How many documents in a row share what their paths say.
const CHUNK: usize = 1024;

/// What paths say, told once for each folder: a bundle has thousands of
/// folders and hundreds of thousands of files.
#[derive(Default)]
struct Paths {
    shared: HashSet<Arc<str>>,
    /// What was told of each folder that has folders.
    told: HashMap<Arc<str>, Folder>,
    /// What was told of names of folders: every account has the same regions.
    words: HashMap<Box<str>, Word>,
    /// What was told of files' own names, of not too many.
    owns: HashMap<Box<str>, Own>,
    last: Option<Folder>,
    /// What the document before shares.
    before: Option<Arc<Shared>>,
}

/// How many names of files are remembered.
const OWNS: usize = 64;

/// What a folder's name says by itself.
#[derive(Clone)]
struct Word {
    account: Option<Arc<str>>,
    region: Option<Arc<str>>,
    only_sorts: bool,
    names_call: bool,
}

/// What a file's own name says.
#[derive(Clone)]
struct Own {
    account: Option<Arc<str>>,
    arn_account: Option<Arc<str>>,
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
    accounts: Arc<[Arc<str>]>,
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

    /// The one copy of what documents in a row share.
    fn kept(&mut self, shared: Shared) -> Arc<Shared> {
        match &self.before {
            Some(before) if **before == shared => Arc::clone(before),
            _ => Arc::clone(self.before.insert(Arc::new(shared))),
        }
    }

    fn folder(&mut self, name: &str) -> Folder {
        let path = folder_of(name);
        let last = self.last.as_ref();
        if let Some(last) = last.filter(|last| *last.path == *path) {
            return last.clone();
        }
        let mut folder = self.below(path);
        // What is packed alone lies where its packing lies.
        let mut shelf = folder_of(packed::outer(name));
        if self.word(own_name(shelf)).names_call {
            shelf = folder_of(shelf);
        }
        if shelf != path {
            folder.collection = self.below(shelf).collection;
            folder.shelf = self.shared(shelf);
        }
        self.last = Some(folder.clone());
        folder
    }

    /// What a path says, the one above it told once: regions are many.
    fn below(&mut self, path: &str) -> Folder {
        let (above, own) = (folder_of(path), own_name(path));
        if above.is_empty() {
            return self.whole(path);
        }
        let above = match self.told.get(above) {
            Some(known) => known.clone(),
            None => {
                let told = self.whole(above);
                self.told.insert(Arc::clone(&told.path), told.clone());
                told
            }
        };
        let path: Arc<str> = path.into();
        let word = self.word(own);
        Folder {
            collection: match word.only_sorts {
                true => above.collection,
                false => Arc::clone(&path),
            },
            accounts: match &word.account {
                Some(_) => above
                    .accounts
                    .iter()
                    .chain(&word.account)
                    .cloned()
                    .collect(),
                None => above.accounts,
            },
            account: word.account.or(above.account),
            region: word.region.or(above.region),
            stamp: time::path_stamp(&path),
            shelf: Arc::clone(&path),
            path,
        }
    }

    fn word(&mut self, name: &str) -> Word {
        if let Some(known) = self.words.get(name) {
            return known.clone();
        }
        let word = Word {
            account: arn::account_in(name).map(|account| self.shared(&account)),
            region: arn::region_in(name).map(|region| self.shared(&region)),
            only_sorts: collection::only_sorts(name),
            names_call: names_call(name),
        };
        self.words.insert(name.into(), word.clone());
        word
    }

    fn whole(&mut self, path: &str) -> Folder {
        let shared = self.shared(path);
        Folder {
            collection: self.shared(collection::of(path)),
            account: arn::account_in(path).map(|account| self.shared(&account)),
            accounts: path
                .split(['/', '!'])
                .filter_map(arn::account_in)
                .map(|account| self.shared(&account))
                .collect(),
            region: arn::region_in(path).map(|region| self.shared(&region)),
            stamp: time::path_stamp(path),
            shelf: Arc::clone(&shared),
            path: shared,
        }
    }

    /// What a file's own name says; many files have the same.
    fn own(&mut self, name: &str) -> Own {
        if let Some(known) = self.owns.get(name) {
            return known.clone();
        }
        // An ARN tells the trail's account and home, whoever was asked and where.
        let holds_arn = name.to_ascii_lowercase().contains("arn");
        let account = arn::account_in(name).map(|account| self.shared(&account));
        let own = Own {
            account: account.clone().filter(|_| !holds_arn),
            arn_account: account.filter(|_| holds_arn),
            region: arn::region_in(name)
                .filter(|_| !holds_arn)
                .map(|region| self.shared(&region)),
            is_of_status: Readings::of_file(name).is_of_status,
            stamp: time::path_stamp(name),
        };
        if self.owns.len() >= OWNS {
            self.owns.clear();
        }
        self.owns.insert(name.into(), own.clone());
        own
    }

    /// What is known of a file's documents without looking into them: from the
    /// manifest, or else from the path, the folder before the file's own name
    /// for the account and after it for all else.
    fn context(
        &mut self,
        name: &str,
        claim: Option<&Claim<'_>>,
    ) -> (Arc<str>, Option<Arc<str>>, Shared) {
        let folder = self.folder(name);
        let own = self.own(own_name(name));
        // A status's own name may hold a region as part of the trail's.
        let (mut region, own_region) = match own.is_of_status {
            true => (folder.region.clone(), own.region),
            false => (own.region.or(folder.region.clone()), None),
        };
        let account = folder.account.or(own.account.clone());
        let mut shared = Shared {
            rival: own.account.filter(|own| Some(own) != account.as_ref()),
            folder_accounts: folder.accounts,
            arn_account: own.arn_account,
            path_account: account.clone(),
            account,
            own_region,
            as_of: own
                .stamp
                .or(folder.stamp)
                .map(|at| (at, AsOfBasis::PathStamp)),
            dated: collection::dated(folder.stamp, own.stamp),
            folder_stamp: folder.stamp,
            collection: folder.collection,
            in_manifest: false,
            trail: None,
            filter: None,
            prefix: None,
        };
        let Some(entry) = claim.map(|claim| claim.entry) else {
            if shared.rival.is_some() && !own.is_of_status {
                shared.account = None;
            }
            return (folder.shelf, region, shared);
        };
        if let Some(account) = &entry.account {
            let account = self.shared(account);
            let is_other = |path: &Arc<str>| *path != account;
            let rival = shared.path_account.as_ref().is_some_and(is_other);
            shared.rival = rival.then(|| Arc::clone(&account));
            shared.account = (!rival).then_some(account);
        }
        shared.in_manifest = true;
        if let Some(asked) = &entry.region {
            region = Some(self.shared(asked));
            shared.own_region = None;
        }
        if let Some(at) = entry.collected_at {
            shared.as_of = Some((at, AsOfBasis::Manifest));
            shared.dated = Some(at);
        }
        shared.filter = entry.kept().filter.map(|option| self.shared(&option));
        let is_status = entry
            .call()
            .is_some_and(|(_, call)| call == "get-trail-status");
        let asked = entry.option("--name").filter(|_| is_status);
        let trail = entry.trail.as_deref().or(asked);
        shared.trail = trail.map(|trail| self.shared(trail));
        shared.prefix = entry
            .option("--log-group-name-prefix")
            .map(|prefix| self.shared(prefix));
        (folder.shelf, region, shared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_named_for_a_call_is_part_of_the_one_above() {
        for (file, shelf) in [
            ("us-east-1/get-trail-status/main.json", "us-east-1"),
            ("us-east-1/cloudtrail-get-trail-status/x", "us-east-1"),
            (
                "account/cloudtrail/get-trail-status.json",
                "account/cloudtrail",
            ),
            ("b.zip!us-east-1/describe-trails.json", "b.zip!us-east-1"),
            ("describe-trails.json", ""),
            (
                "a/cloudtrail-1.zip!describe-trails.json",
                "a/cloudtrail-1.zip",
            ),
        ] {
            assert_eq!(&*Paths::default().folder(file).shelf, shelf, "{file}");
        }
    }
}
