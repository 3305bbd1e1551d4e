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
}

impl Default for Limits {
    /// Far above real evidence: an organization of 10,000 accounts in 30
    /// regions is 300,000 files of a few kilobytes each.
    fn default() -> Self {
        Self {
            document_bytes: 256 << 20,
            total_bytes: 16 << 30,
            entries: 2_000_000,
            expansion: 200,
        }
    }
}
