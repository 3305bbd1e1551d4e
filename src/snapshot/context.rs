//! Where and when each document was collected, as far as anything says.
//!
//! What a document says of itself comes first, then the bundle's manifest,
//! then the path. Nothing is taken from the clock or the file system unless
//! the caller asks for it.

use std::collections::HashSet;
use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;

use super::collection::{self, Made};
use crate::finding::AsOfBasis;
use crate::recognise::facts::Origin;
pub(super) use crate::source::given::{folder_of, own_name};
use crate::time;

mod paths;

pub(super) use paths::contexts;

/// What is known of one document. Of what differs in few documents of an account,
/// one copy is kept: there is one context a file.
#[derive(Debug, Clone)]
pub(super) struct Context {
    /// The folder that the document lies in, or the one above where the folder
    /// is named for a call.
    pub folder: Arc<str>,
    /// The region that was asked.
    pub region: Option<Arc<str>>,
    shared: Arc<Shared>,
}

/// What the documents of an account and collection mostly have in common.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shared {
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

impl Deref for Context {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl Context {
    /// What may be changed of it, for this document alone.
    pub(super) fn change(&mut self) -> &mut Shared {
        Arc::make_mut(&mut self.shared)
    }

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
        let of_folder = left(folder_of(path));
        let own = left(path.rsplit(['/', '!']).next().unwrap_or(path));
        let shared = self.change();
        shared.folder_stamp = of_folder;
        if !shared.in_manifest {
            shared.dated = collection::dated(of_folder, own);
        }
        if of_path.is_some() {
            let at = own.or(of_folder);
            let at = at.filter(|at| time::is_countable(*at));
            shared.as_of = at.map(|at| (at, AsOfBasis::PathStamp));
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
