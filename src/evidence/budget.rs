//! What a run may still read, counted down as it is read.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::source::limits::{Limits, OverLimit};

/// What a run may still read.
#[derive(Debug)]
pub struct Budget {
    pub(super) bytes: Allowance,
    pub(super) entries: Allowance,
    pub(super) values: Allowance,
}

/// What is left of something that is counted.
#[derive(Debug)]
pub(super) struct Allowance {
    left: AtomicU64,
    is_spent: AtomicBool,
}

impl Allowance {
    fn new(left: u64) -> Self {
        Self {
            left: AtomicU64::new(left),
            is_spent: AtomicBool::new(false),
        }
    }

    /// Takes so many, if they are still there.
    pub(super) fn take(&self, many: u64) -> bool {
        let taken = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(many)
            })
            .is_ok();
        if !taken {
            self.is_spent.store(true, Ordering::Relaxed);
        }
        taken
    }

    pub(super) fn is_spent(&self) -> bool {
        self.is_spent.load(Ordering::Relaxed)
    }
}

impl Budget {
    /// The whole budget.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            bytes: Allowance::new(limits.total_bytes),
            entries: Allowance::new(limits.entries as u64),
            values: Allowance::new(limits.values),
        }
    }

    /// Of what the run was to read more than it may. Which files were left out
    /// then depends on the threads, so that nothing may be judged.
    #[must_use]
    pub fn over(&self) -> Option<OverLimit> {
        let all = [
            (&self.bytes, OverLimit::Bytes),
            (&self.entries, OverLimit::Entries),
            (&self.values, OverLimit::Values),
        ];
        all.into_iter()
            .find_map(|(count, over)| count.is_spent().then_some(over))
    }
}
