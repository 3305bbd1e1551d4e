//! Bounds on what a run reads, so that no input can take all memory or time.

/// The bounds of one run; each has a flag of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in one file or archive entry.
    pub document_bytes: u64,
    /// Bytes read in all, archives unpacked.
    pub total_bytes: u64,
    /// Entries of archives.
    pub entries: usize,
    /// How many times larger an archive may be unpacked than packed.
    pub expansion: u64,
    /// Values of evidence kept beyond those that its bytes allow ([`allowed`]).
    pub values: u64,
    /// How many arrays and objects around a value are looked into; not more
    /// than [`MOST_NESTING`].
    pub nesting: usize,
}

/// The deepest nesting that can be asked for: looking into a value costs stack,
/// and `serde_json` builds none that is deeper.
pub const MOST_NESTING: usize = 128;

/// How many values a file of this size may hold before they count: a trail that AWS
/// answers with is five values, and takes more of a file than this asks for five.
#[must_use]
pub fn allowed(bytes: u64) -> u64 {
    (bytes / BYTES_A_VALUE).saturating_add(VALUES_A_FILE)
}

/// How many values of a file count that shows nothing but that it can't be read, so many
/// as it holds: an empty file costs no bytes, and there may be very many.
#[must_use]
pub fn counted_unread(bytes: u64, values: u64) -> u64 {
    values.saturating_sub(bytes / BYTES_A_VALUE + VALUES_UNREAD)
}

/// Values that a file may hold which shows nothing but that it can't be read: one less
/// than it is.
const VALUES_UNREAD: u64 = 3;

/// Bytes of a file for each value that it may hold.
pub const BYTES_A_VALUE: u64 = 70;

/// Values that any file may hold.
const VALUES_A_FILE: u64 = 4;

/// Of what there was more than a run may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverLimit {
    /// Bytes.
    Bytes,
    /// Files in archives.
    Entries,
    /// Values.
    Values,
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
            values: 20_000,
            // Real wrappers end at eight.
            nesting: 48,
        }
    }
}
