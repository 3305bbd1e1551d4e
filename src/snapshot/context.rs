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
use crate::finding::AsOfBasis;
use crate::recognise::facts::{Call, Origin};
use crate::source::archive::Format;
pub(super) use crate::source::given::{folder_of, own_name};
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
    /// Every account that its folders name, from the outermost on.
    pub folder_accounts: Arc<[Arc<str>]>,
    /// The account of the trail whose ARN is the file's name.
    pub arn_account: Option<Arc<str>>,
    /// Another account than the one asked, which the path or the manifest names:
    /// what two claim is neither's. In a status's own name it may be part of a
    /// trail's.
    pub rival: Option<Arc<str>>,
    /// The region that was asked.
    pub region: Option<Arc<str>>,
    /// The region that a status's own name holds, in which it may as well be part
    /// of a trail's name.
    pub own_region: Option<Arc<str>>,
    /// When, and how that is known, from what is the same for the whole file.
    pub as_of: Option<(Timestamp, AsOfBasis)>,
    /// The time that the collection gives itself, whatever the caller says.
    pub dated: Option<Timestamp>,
    /// The stamp of the folder alone: one in a file's name may be a trail's.
    pub folder_stamp: Option<Timestamp>,
    /// Whether a manifest says what the file is.
    pub in_manifest: bool,
    /// The trail that the manifest says was asked for: its ARN, or a name.
    pub trail: Option<Arc<str>>,
    /// Why a list in the file may not be whole: an option of the command that
    /// the manifest gives.
    pub filter: Option<Arc<str>>,
    /// What the manifest says the log groups' names had to begin with.
    pub prefix: Option<Arc<str>>,
}

impl Context {
    /// The account of one thing in the document.
    pub(super) fn account<'s>(&'s self, origin: &'s Origin) -> Option<&'s Arc<str>> {
        origin.account.as_ref().or(self.account.as_ref())
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
                    Some(own) => self
                        .folder_stamp
                        .filter(|at| *at != own)
                        .map(|at| (at, stamp)),
                    None => of_path,
                };
                header.map(|at| (at, AsOfBasis::DateHeader)).or(of_path)
            }
        }
    }

    /// Gives it the time of its path that is left when stamps of names are left
    /// out.
    pub(super) fn restamp(&mut self, path: &str, named: &HashSet<Timestamp>) {
        let is_named = |at: Option<Timestamp>| at.is_some_and(|at| named.contains(&at));
        let of_path = self
            .as_of
            .filter(|(_, basis)| *basis == AsOfBasis::PathStamp);
        if !(is_named(self.folder_stamp)
            || is_named(self.dated)
            || is_named(of_path.map(|(at, _)| at)))
        {
            return;
        }
        let left = |path: &str| time::path_stamp_but(path, |at| named.contains(at));
        self.folder_stamp = left(folder_of(path));
        let own = left(path.rsplit(['/', '!']).next().unwrap_or(path));
        if !self.in_manifest {
            self.dated = self.folder_stamp.or(own);
        }
        if of_path.is_some() {
            let at = own.or(self.folder_stamp);
            let at = at.filter(|at| time::is_countable(*at));
            self.as_of = at.map(|at| (at, AsOfBasis::PathStamp));
        }
    }

    /// Whether the time of such an answer is its own, and not its collection's.
    pub(super) fn is_of_answer(&self, header: Option<Timestamp>, trail: &str) -> bool {
        self.as_of(header, trail)
            .is_some_and(|(at, basis)| match basis {
                AsOfBasis::DateHeader | AsOfBasis::Manifest => true,
                AsOfBasis::PathStamp => self.folder_stamp != Some(at),
                _ => false,
            })
    }

    /// The region of a status of the trail with this name, where it can't be
    /// part of the name.
    pub(super) fn region_of<'s>(&'s self, origin: &'s Origin, trail: &str) -> Option<&'s Arc<str>> {
        let own = self.own_region.as_ref();
        let own = own.filter(|region| !trail.contains(&***region));
        self.region(origin).or(own)
    }

    /// The account that stands against the one asked, for a status of the trail
    /// with this name.
    pub(super) fn rival_of(&self, trail: &str) -> Option<&Arc<str>> {
        self.rival
            .as_ref()
            .filter(|rival| !trail.contains(&***rival))
    }

    /// The region of one thing in the document.
    pub(super) fn region<'s>(&'s self, origin: &'s Origin) -> Option<&'s Arc<str>> {
        origin.region.as_ref().or(self.region.as_ref())
    }
}

/// Whether a folder of this name is named for a call: it is part of the one above.
fn names_call(last: &str) -> bool {
    matches!(Call::named(last), Some(call) if call != Call::Other)
        && Readings::of_text(last).is_empty()
        && !Format::is_named(last)
        && !last.eq_ignore_ascii_case("cloudtrail")
}

/// One context a document, in the bundle's order, from the document and its path
/// alone.
pub(super) fn contexts(bundle: &Bundle, as_of: AsOf) -> Vec<Context> {
    let claims = claims(bundle);
    let documents = bundle.documents.par_iter().with_min_len(CHUNK);
    let contexts = documents.map_init(Paths::default, |paths, document| {
        let claim = claims.get(&document.file);
        let mut context = paths.context(&bundle.name(document), claim);
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
        context
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
    fn context(&mut self, name: &str, claim: Option<&Claim<'_>>) -> Context {
        let folder = self.folder(name);
        let own = self.own(own_name(name));
        // A status's own name may hold a region as part of the trail's.
        let (region, own_region) = match own.is_of_status {
            true => (folder.region.clone(), own.region),
            false => (own.region.or(folder.region.clone()), None),
        };
        let account = folder.account.or(own.account.clone());
        let mut context = Context {
            rival: own.account.filter(|own| Some(own) != account.as_ref()),
            folder_accounts: folder.accounts,
            arn_account: own.arn_account,
            path_account: account.clone(),
            account,
            own_region,
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
            if context.rival.is_some() && !own.is_of_status {
                context.account = None;
            }
            return context;
        };
        if let Some(account) = &entry.account {
            let account = self.shared(account);
            let is_other = |path: &Arc<str>| *path != account;
            let rival = context.path_account.as_ref().is_some_and(is_other);
            context.rival = rival.then(|| Arc::clone(&account));
            context.account = (!rival).then_some(account);
        }
        context.in_manifest = true;
        if let Some(region) = &entry.region {
            context.region = Some(self.shared(region));
            context.own_region = None;
        }
        if let Some(at) = entry.collected_at {
            context.as_of = Some((at, AsOfBasis::Manifest));
            context.dated = Some(at);
        }
        context.filter = entry.kept().filter.map(|option| self.shared(&option));
        let is_status = entry
            .call()
            .is_some_and(|(_, call)| call == "get-trail-status");
        let asked = entry.option("--name").filter(|_| is_status);
        let trail = entry.trail.as_deref().or(asked);
        context.trail = trail.map(|trail| self.shared(trail));
        context.prefix = entry
            .option("--log-group-name-prefix")
            .map(|prefix| self.shared(prefix));
        context
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
