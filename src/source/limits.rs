//! Bounds on what a run reads, so that no input can take all memory or time.

/// The bounds of one run; each has a flag of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in one file or archive entry.
    pub document_bytes: u64,
    /// Bytes read in all, archives unpacked.
    pub total_bytes: u64,
    /// Entries in one archive.
    pub entries: usize,
    /// How many times larger an archive may be unpacked than packed.
    pub expansion: u64,
    /// How many arrays and objects around a value are looked into; not more
    /// than [`MOST_NESTING`].
    pub nesting: usize,
}

/// The deepest nesting that can be asked for: looking into a value costs stack,
/// and `serde_json` builds none that is deeper.
pub const MOST_NESTING: usize = 128;

impl Default for Limits {
    /// Far above real evidence: an organization of 10,000 accounts in 30
    /// regions is 300,000 files of a few kilobytes each.
    fn default() -> Self {
        Self {
            document_bytes: 256 << 20,
            total_bytes: 16 << 30,
            entries: 2_000_000,
            expansion: 200,
            // Real wrappers end at eight.
            nesting: 48,
        }
    }
}
