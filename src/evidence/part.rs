//! Which folders are of one account, by their names alone.
//!
//! Evidence of an organization is a folder an account. Where that is so, one
//! account's files can be found, read, judged and let go before the next one's.
//! What the files say is not known here: `snapshot::closed` tells whether a
//! folder that looks like one account's is.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::cloudtrail::arn;
use crate::source::archive::Format;
use crate::source::gather::{Given, given, level, relative, source, whole};
use crate::source::given::{From, Links, Source};
use crate::source::root::Root;

/// The folder of one account.
#[derive(Debug)]
pub struct Part {
    /// The account that the folder is named for.
    pub account: Box<str>,
    /// What the name of every file in it begins with, and of no other.
    prefix: Box<str>,
    folder: PathBuf,
    root: Arc<Root>,
}

/// A bundle that has a folder for every account.
#[derive(Debug)]
pub struct Parts {
    /// The accounts' folders, in the order of their files' names.
    pub parts: Vec<Part>,
    /// The files outside of them, sorted by name.
    pub rest: Vec<Source>,
    /// The folders that were named on the command line.
    pub roots: Vec<Arc<Root>>,
}

/// How many accounts are enough to keep every core busy.
const ENOUGH: usize = 8;

/// How many files one account may have. More are better read on every core.
const MOST: usize = 4096;

/// How many files and folders there may be outside of the accounts'. Where
/// there are more, the bundle is of another kind, and looking on costs time.
const OUTSIDE: usize = 256;

/// The accounts' folders under the paths; nothing, where there are few of them,
/// where an account has two, or where much lies outside.
#[must_use]
pub fn parts(paths: &[PathBuf], links: Links) -> Option<Parts> {
    // A link may lead from one account's folder into another's.
    if links == Links::Follow {
        return None;
    }
    let mut found = Parts {
        parts: Vec::new(),
        rest: Vec::new(),
        roots: Vec::new(),
    };
    for given in given(paths) {
        match given {
            Given::Folder(root) => {
                found.roots.push(Arc::clone(&root));
                found.look_into(&root)?;
            }
            Given::File(source) => found.rest.push(source),
        }
    }
    let Parts { parts, rest, .. } = &mut found;
    parts.sort_by(|a, b| a.prefix.cmp(&b.prefix));
    rest.sort_by(|a, b| a.name.cmp(&b.name));
    let accounts: HashSet<&str> = parts.iter().map(|part| &*part.account).collect();
    let is_parted = parts.len() >= ENOUGH && accounts.len() == parts.len();
    (is_parted && rest.iter().all(is_one)).then_some(found)
}

impl Parts {
    fn look_into(&mut self, root: &Arc<Root>) -> Option<()> {
        let mut folders = vec![root.path.clone()];
        let mut outside = 0;
        while let Some(folder) = folders.pop() {
            let name = root.name(relative(&root.path, &folder));
            let last = name.rsplit('/').next().unwrap_or_default();
            if let Some(account) = arn::account_in(last) {
                self.parts.push(Part {
                    account: account.into(),
                    prefix: format!("{name}/").into(),
                    folder,
                    root: Arc::clone(root),
                });
                continue;
            }
            self.rest.extend(level(root, &folder, &mut folders));
            outside += 1;
            if outside.max(self.rest.len()) > OUTSIDE {
                return None;
            }
        }
        Some(())
    }
}

impl Part {
    /// The files in the folder, sorted by name; nothing, where one of them may
    /// be more than one, or where they are very many.
    #[must_use]
    pub fn sources(&self) -> Option<Vec<Source>> {
        // One of its own: every file counts who holds it, and threads that count
        // on the same one wait for each other.
        let root = Arc::new(Root::clone(&self.root));
        let walked = whole(&self.folder).into_iter();
        let mut sources: Vec<Source> = walked.filter_map(|entry| source(&root, entry)).collect();
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        let is_told = sources.len() <= MOST && sources.iter().all(is_one);
        is_told.then_some(sources)
    }
}

/// Whether a source is one file that its name tells. What standard input or an
/// archive holds isn't known, and a path that no name spells is not kept.
fn is_one(source: &Source) -> bool {
    let is_told = match source.from {
        From::Below(_) | From::Nowhere(_) => true,
        From::File(_) => source.direct,
        From::StandardInput | From::Memory(_) | From::Entry(..) => false,
    };
    is_told && !Format::is_named(&source.name)
}
