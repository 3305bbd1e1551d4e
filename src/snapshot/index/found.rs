//! Where a status stands, and what a claim on it is found to name.

use std::sync::Arc;

/// Where a status stands, as far as that bears on whose it can be.
#[derive(Debug, Clone, Copy)]
pub(in crate::snapshot) struct Scope<'s> {
    /// The collection that it is of.
    pub(in crate::snapshot) collection: &'s str,
    /// The folder that it lies in; one that is named for a call left out.
    pub(in crate::snapshot) folder: &'s str,
    /// The account that was asked.
    pub(in crate::snapshot) account: Option<&'s Arc<str>>,
    /// The region that was asked.
    pub(in crate::snapshot) region: Option<&'s Arc<str>>,
    /// Whether its run says when it was made, and so which others are older.
    pub(in crate::snapshot) is_dated: bool,
    /// The region in the name of its file, where it may be part of a trail's.
    pub(in crate::snapshot) own_region: Option<&'s Arc<str>>,
}

/// What a claim is found to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::snapshot) enum Found {
    /// No trail that is listed.
    None,
    /// This one.
    One(usize),
    /// More than one.
    Several,
    /// Trails of another account, region or collection alone.
    Elsewhere,
}

impl Found {
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, found) | (found, Self::None) => found,
            (Self::Elsewhere, found) | (found, Self::Elsewhere) => found,
            (Self::One(a), Self::One(b)) if a == b => self,
            _ => Self::Several,
        }
    }
}
