//! How far a run has come: counted by whoever works, looked at by whoever shows
//! it.
//!
//! The counts have no part in any result, and nothing here knows of a terminal.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What a run has done so far.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files to read, those in archives included as they are come upon.
    pub files: Count,
    /// Accounts to judge; none until it is known which there are.
    pub accounts: Count,
}

/// Things to do, and how many are done.
#[derive(Debug, Default)]
pub struct Count {
    all: AtomicUsize,
    done: AtomicUsize,
}

impl Count {
    /// There are `more` things to do.
    pub fn expect(&self, more: usize) {
        self.all.fetch_add(more, Ordering::Relaxed);
    }

    /// One more thing is done.
    pub fn finish_one(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// How many things there are, as far as is known.
    #[must_use]
    pub fn all(&self) -> usize {
        self.all.load(Ordering::Relaxed)
    }

    /// How many are done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }
}
