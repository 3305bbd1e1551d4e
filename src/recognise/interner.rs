//! One copy of what many files say alike.
//!
//! A multi-region trail is listed in every region, and the files that list it
//! are the same bytes. Only memory and time depend on what is kept here.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use crate::document::decode::Encoding;
use crate::document::locate::Spot;
use crate::recognise::facts::{Facts, Failure, TrailObject};

/// Equal objects are kept once: a multi-region trail is listed in every region.
#[derive(Debug, Clone)]
struct ByText(Arc<TrailObject>);

impl Borrow<str> for ByText {
    fn borrow(&self) -> &str {
        &self.0.text
    }
}

impl PartialEq for ByText {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for ByText {}

impl Hash for ByText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

/// Keeps one copy of each text of a trail, whichever thread met it first. Only
/// memory depends on it: equal texts make equal objects.
#[derive(Debug)]
pub struct Interner {
    shards: Vec<Mutex<HashSet<ByText>>>,
    files: Mutex<HashMap<[u8; 32], Known>>,
    /// Those that were read last: a file of the same bytes need not be hashed.
    last: Mutex<VecDeque<Hashed>>,
    /// What files said last that can't be read: very many may say the same.
    failed: Mutex<VecDeque<Arc<Facts>>>,
}

/// A file and its SHA-256.
#[derive(Debug)]
struct Hashed {
    bytes: Vec<u8>,
    sha256: [u8; 32],
}

/// How many files are kept to be compared with: an account's regions give two
/// or three answers that differ.
const LAST: usize = 4;

/// The longest file that is kept, in bytes.
const LONGEST: usize = 64 << 10;

/// A file of one document that lists trails, as it was read first.
#[derive(Debug, Clone)]
pub struct Known {
    /// How it spells its text.
    pub encoding: Encoding,
    /// Where its document begins.
    pub start: Spot,
    /// What its document says.
    pub facts: Arc<Facts>,
}

impl Default for Interner {
    fn default() -> Self {
        Self {
            shards: (0..64).map(|_| Mutex::default()).collect(),
            files: Mutex::default(),
            last: Mutex::default(),
            failed: Mutex::default(),
        }
    }
}

impl Interner {
    /// What a file with this SHA-256 was found to say.
    pub fn known(&self, sha256: &[u8; 32]) -> Option<Known> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get(sha256).cloned()
    }

    /// The SHA-256 of these bytes, if a file that was remembered lately has them.
    pub fn sha256_of(&self, bytes: &[u8]) -> Option<[u8; 32]> {
        // Where another thread is at it, hashing is quicker than waiting.
        let last = self.last.try_lock().ok()?;
        let same = last.iter().find(|one| one.bytes == bytes);
        same.map(|one| one.sha256)
    }

    /// What a document says that shows this failure alone.
    pub fn failed(&self, failure: Failure) -> Arc<Facts> {
        // Where another thread is at it, one more copy is quicker than waiting.
        let Ok(mut failed) = self.failed.try_lock() else {
            return Arc::new(Facts::failed(failure));
        };
        let is_same = |facts: &&Arc<Facts>| {
            let mut failures = facts.failures.iter();
            failures.next().is_some_and(|one| one.is_like(&failure))
        };
        if let Some(same) = failed.iter().find(is_same) {
            return Arc::clone(same);
        }
        let facts = Arc::new(Facts::failed(failure));
        failed.truncate(LAST - 1);
        failed.push_front(Arc::clone(&facts));
        facts
    }

    /// Keeps a file of the bytes that this SHA-256 is of, for the next ones.
    pub fn keep(&self, sha256: [u8; 32], bytes: Vec<u8>) {
        if bytes.len() > LONGEST {
            return;
        }
        if let Ok(mut last) = self.last.try_lock() {
            last.truncate(LAST - 1);
            last.push_front(Hashed { bytes, sha256 });
        }
    }

    /// Remembers what a file with this SHA-256 says.
    pub fn remember(&self, sha256: [u8; 32], known: Known) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(sha256, known);
    }

    /// The object with this text, made by `make` if it is new.
    pub fn object(&self, text: &str, make: impl FnOnce() -> TrailObject) -> Arc<TrailObject> {
        // Any spread will do: the length and a few bytes of a trail's text
        // differ between accounts, and a crowded shard is only slower.
        let spread = text
            .bytes()
            .rev()
            .step_by(7)
            .take(64)
            .fold(text.len(), |sum, b| {
                sum.wrapping_mul(31).wrapping_add(b.into())
            });
        let Some(shard) = self.shards.get(spread % self.shards.len().max(1)) else {
            return Arc::new(make());
        };
        if let Some(known) = shard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(text)
        {
            return Arc::clone(&known.0);
        }
        let made = ByText(Arc::new(make()));
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        match shard.insert(made.clone()) {
            true => made.0,
            // Another thread was quicker.
            false => shard.get(text).map_or(made.0, |known| Arc::clone(&known.0)),
        }
    }
}
