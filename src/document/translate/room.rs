//! How many values of a text may still be made in another form.

use std::cell::Cell;

/// What is left of the values that one text may be translated to: each takes many
/// times what it is spelt with.
#[derive(Debug)]
pub struct Room {
    left: Cell<u64>,
    is_spent: Cell<bool>,
}

/// Members and elements that a value of evidence may be made of, on average.
const A_VALUE: u64 = 4;

/// Bytes of a key that count as a value more: it is written once for each cell.
const KEY: usize = 32;

impl Room {
    /// Room for so many values of evidence, and what they are made of.
    #[must_use]
    pub fn new(values: u64) -> Self {
        Self {
            left: Cell::new(values.saturating_mul(A_VALUE)),
            is_spent: Cell::new(false),
        }
    }

    /// Room for one member or element; `None` where there is none.
    pub(super) fn one(&self) -> Option<()> {
        self.take(1)
    }

    /// Room for a member under a key.
    pub(super) fn member(&self, key: &str) -> Option<()> {
        self.take(1 + (key.len() / KEY) as u64)
    }

    fn take(&self, many: u64) -> Option<()> {
        let left = self.left.get().checked_sub(many);
        self.is_spent.set(self.is_spent.get() || left.is_none());
        self.left.set(left?);
        Some(())
    }

    /// Whether there was more than room for.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.is_spent.get()
    }
}
