//! A reader that stops where an archive has given too much.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};
use std::rc::Rc;

/// What was too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overrun {
    /// All of it.
    Unpacked,
    /// What stands between two entries.
    Header,
}

impl fmt::Display for Overrun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unpacked => "too much in all",
            Self::Header => "too much in one header",
        })
    }
}

impl std::error::Error for Overrun {}

/// How much may be read before the header allowance is renewed. `None` while
/// the bytes of an entry are read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Allowance(Rc<Cell<Option<u64>>>);

impl Allowance {
    pub(crate) fn set(&self, bytes: Option<u64>) {
        self.0.set(bytes);
    }
}

/// Counts what is read through it, and fails with an [`Overrun`] past a bound.
/// That a stream ends exactly at its bound is no overrun.
pub(crate) struct Metered<R> {
    inner: R,
    left: u64,
    allowance: Allowance,
}

impl<R: Read> Metered<R> {
    pub(crate) fn new(inner: R, most: u64) -> Self {
        Self {
            inner,
            left: most,
            allowance: Allowance::default(),
        }
    }

    /// How much may still be read.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// What is read through it.
    pub(crate) fn into_inner(self) -> R {
        self.inner
    }

    /// The handle by which the header allowance is set.
    pub(crate) fn allowance(&self) -> Allowance {
        self.allowance.clone()
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let size = read as u64;
        self.left = self
            .left
            .checked_sub(size)
            .ok_or_else(|| io::Error::other(Overrun::Unpacked))?;
        if let Some(header) = self.allowance.0.get() {
            let left = header
                .checked_sub(size)
                .ok_or_else(|| io::Error::other(Overrun::Header))?;
            self.allowance.set(Some(left));
        }
        Ok(read)
    }
}
