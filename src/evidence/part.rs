//! Which files are of one account, by the folders they lie in alone.
//!
//! Evidence of an organization is a folder an account. Where that is so, one
//! account's files can be read, judged and let go before the next one's. What
//! the files say is not known here: `snapshot::closed` tells whether a folder
//! that looks like one account's is.

use std::collections::HashSet;
use std::ops::Range;

use super::archive::Format;
use super::arn;
use super::source::{From, Source, folder_of};

/// The files of one account's folder.
#[derive(Debug)]
pub struct Part {
    /// The account that the folder is named for.
    pub account: Box<str>,
    /// Which of the sources they are.
    pub sources: Range<usize>,
}

/// The folders of a bundle that has one for every account.
#[derive(Debug)]
pub struct Parts {
    /// The accounts' folders, sorted by name.
    pub parts: Vec<Part>,
    /// Which of the sources lie outside of them.
    pub rest: Vec<usize>,
}

/// How many accounts are enough to keep every core busy.
const ENOUGH: usize = 8;

/// How much of a bundle one of its parts may be, as a divisor: the largest is
/// read on one core.
const SHARE: usize = 4;

/// Parts the files of a bundle, sorted by name, by the accounts that their
/// folders are named for; nothing, where that doesn't part all that may matter,
/// or isn't worth it.
#[must_use]
pub fn part(sources: &[Source]) -> Option<Parts> {
    let mut accounts = HashSet::new();
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = Vec::new();
    let mut last = None;
    for (index, source) in sources.iter().enumerate() {
        // What standard input or an archive holds isn't told by its name.
        let is_told = matches!(source.from, From::Below(_) | From::Nowhere(_));
        if !is_told || Format::is_named(&source.name) {
            return None;
        }
        let Some((root, account)) = root(&source.name) else {
            rest.push(index);
            continue;
        };
        if arn::account_in(folder_of(&source.name)) != Some(account) {
            return None;
        }
        match parts.last_mut().filter(|_| last == Some(root)) {
            Some(part) => part.sources.end = index + 1,
            None if accounts.insert(account) => parts.push(Part {
                account: account.into(),
                sources: index..index + 1,
            }),
            None => return None,
        }
        last = Some(root);
    }
    let largest = parts.iter().map(|part| part.sources.len()).max();
    let largest = largest.unwrap_or(0).max(rest.len());
    let is_worth_it = parts.len() >= ENOUGH && largest * SHARE <= sources.len();
    is_worth_it.then_some(Parts { parts, rest })
}

/// The outermost folder of a file that names an account, and the account.
fn root(name: &str) -> Option<(&str, &str)> {
    let mut start = 0;
    while let Some(length) = name.get(start..)?.find(['/', '!']) {
        let end = start + length;
        if let Some(account) = arn::account_in(name.get(start..end)?) {
            return Some((name.get(..end)?, account));
        }
        start = end + 1;
    }
    None
}
