//! A file as it was read: where it came from, how many bytes, and their hash.

use jiff::Timestamp;

use crate::document::decode;
use crate::source::given::Source;

/// One file of the bundle.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name, and where its bytes are.
    pub source: Source,
    /// SHA-256 of its bytes; `None` where it could not be read.
    pub sha256: Option<[u8; 32]>,
    /// Its size in bytes.
    pub bytes: u64,
    /// How it spells its text, where it is one.
    pub encoding: Option<decode::Encoding>,
    /// When it was last written; used only for `--as-of mtime`.
    pub modified: Option<Timestamp>,
}
