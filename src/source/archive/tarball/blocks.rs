//! The blocks of a tarball as they go by, and what of them can be read two ways.
//!
//! What reads the entries skips over padding, takes the last of two extended
//! headers and knows no sparse file that one describes. Others don't.

use std::io::{self, Read};

use crate::source::archive::{damaged, unsupported};
use crate::source::given::Refused;

/// The size of a block.
const BLOCK: u64 = 512;

/// Where a sparse file's header, and a block that goes on with it, say whether
/// another such block follows.
const GOES_ON: usize = 482;
const GOES_ON_AGAIN: usize = 504;

/// The longest extended header that is looked into.
const MOST_EXTENDED: u64 = 4 << 20;

/// Reads through, and looks at what is read.
pub(super) struct Watched<R> {
    inner: R,
    blocks: Blocks,
}

impl<R: Read> Watched<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            blocks: Blocks::default(),
        }
    }

    /// What can be read two ways, so far.
    pub(super) fn refused(&self) -> Result<(), Refused> {
        self.blocks.doubt.clone().map_or(Ok(()), Err)
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.blocks.see(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// What the next bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A header.
    Header,
    /// More about where the holes of a sparse file are, before this many bytes.
    Holes(u64),
    /// The content of an entry, so much of it, and what fills its last block.
    Content(u64, u64),
    /// What fills the last block of a content.
    Padding(u64),
    /// What stands behind the first block of noughts.
    Behind,
}

/// What the headers before an entry say of it.
#[derive(Debug, Default)]
struct Before {
    is_extended: bool,
    /// How many of them give it a name.
    names: usize,
    size: Option<u64>,
}

#[derive(Debug)]
struct Blocks {
    next: Next,
    /// A header, or the content of an extended one, as far as it was seen.
    held: Vec<u8>,
    /// The kind of the header whose content is held.
    kind: Option<u8>,
    before: Before,
    doubt: Option<Refused>,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            next: Next::Header,
            held: Vec::new(),
            kind: None,
            before: Before::default(),
            doubt: None,
        }
    }
}

impl Blocks {
    fn doubt(&mut self, refused: Refused) {
        self.doubt.get_or_insert(refused);
    }

    fn see(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.next != Next::Behind && self.doubt.is_none() {
            let wanted = match self.next {
                Next::Header | Next::Holes(_) => BLOCK - self.held.len() as u64,
                Next::Content(left, _) | Next::Padding(left) => left,
                Next::Behind => return,
            };
            let length = usize::try_from(wanted).unwrap_or(usize::MAX);
            let (seen, rest) = bytes.split_at(length.min(bytes.len()));
            bytes = rest;
            let left = wanted - seen.len() as u64;
            match self.next {
                Next::Header | Next::Holes(_) => {
                    self.held.extend_from_slice(seen);
                    if left == 0 {
                        let block = std::mem::take(&mut self.held);
                        self.next = self.behind(&block);
                    }
                }
                Next::Content(_, padding) => {
                    if self.kind.is_some() {
                        self.held.extend_from_slice(seen);
                    }
                    self.next = Next::Content(left, padding);
                }
                Next::Padding(_) => {
                    if seen.iter().any(|byte| *byte != 0) {
                        self.doubt(damaged("something stands between two of its entries"));
                    }
                    self.next = Next::Padding(left);
                }
                Next::Behind => {}
            }
            self.end();
        }
    }

    /// Goes on to what follows a content or its padding, where nothing is left
    /// of it.
    fn end(&mut self) {
        if let Next::Content(0, padding) = self.next {
            self.next = Next::Padding(padding);
            if let Some(kind) = self.kind.take() {
                let content = std::mem::take(&mut self.held);
                self.extended(kind, &content);
            }
        }
        if self.next == Next::Padding(0) {
            self.next = Next::Header;
        }
    }

    /// What follows a block that is a header or goes on with one.
    fn behind(&mut self, block: &[u8]) -> Next {
        if let Next::Holes(size) = self.next {
            return match block.get(GOES_ON_AGAIN) {
                Some(0) | None => content(size),
                _ => self.next,
            };
        }
        if block.iter().all(|byte| *byte == 0) {
            return Next::Behind;
        }
        let header = block.first_chunk::<512>();
        let header = header.map(|block| tar::Header::from_byte_slice(block));
        let Some((header, size)) =
            header.and_then(|header| Some((header, header.entry_size().ok()?)))
        else {
            // Whoever reads the entries says so.
            return Next::Behind;
        };
        let kind = header.entry_type().as_byte();
        let is_before = matches!(kind, b'x' | b'g' | b'L' | b'K');
        let size = match (is_before, self.before.size) {
            (false, Some(extended)) => {
                if size != 0 && size != extended {
                    self.doubt(damaged("an entry in it has two sizes"));
                }
                extended
            }
            _ => size,
        };
        if is_before {
            if size > MOST_EXTENDED {
                self.doubt(damaged("a name in it is longer than any name is"));
            }
            self.kind = Some(kind);
        } else {
            self.before = Before::default();
        }
        if kind == b'S' && block.get(GOES_ON).is_some_and(|goes_on| *goes_on != 0) {
            return Next::Holes(size);
        }
        content(size)
    }

    /// What an extended header says of the entries behind it.
    fn extended(&mut self, kind: u8, content: &[u8]) {
        match kind {
            b'x' => {
                if std::mem::replace(&mut self.before.is_extended, true) {
                    self.doubt(damaged("an entry in it has two extended headers"));
                }
                self.records(content, true);
            }
            b'g' => self.records(content, false),
            b'L' => self.before.names += 1,
            _ => {}
        }
        if self.before.names > 1 {
            self.doubt(damaged("an entry in it has two names"));
        }
    }

    /// The records of an extended header: `LENGTH KEY=VALUE` and a line's end.
    fn records(&mut self, mut content: &[u8], is_of_one: bool) {
        while let Some((key, value, rest)) = record(content) {
            content = rest;
            if key.starts_with(b"GNU.sparse.") {
                self.doubt(unsupported("a sparse file"));
            }
            if !matches!(key, b"path" | b"size") {
                continue;
            }
            if !is_of_one {
                self.doubt(damaged(
                    "a header in it gives all its entries one name or size",
                ));
            } else if key == b"path" {
                self.before.names += 1;
            } else {
                let size = std::str::from_utf8(value)
                    .ok()
                    .and_then(|size| size.parse().ok());
                if size.is_none() || self.before.size.is_some() {
                    self.doubt(damaged("an entry in it has two sizes"));
                }
                self.before.size = size;
            }
        }
        if !content.is_empty() {
            self.doubt(damaged("an extended header in it is not what it should be"));
        }
    }
}

/// A content of this size.
fn content(size: u64) -> Next {
    Next::Content(size, (BLOCK - size % BLOCK) % BLOCK)
}

/// The first record's key and value, and what stands behind it.
fn record(content: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = memchr::memchr(b' ', content)?;
    let length = std::str::from_utf8(content.get(..space)?).ok()?;
    let (record, rest) = content.split_at_checked(length.parse().ok()?)?;
    let record = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let mark = memchr::memchr(b'=', record)?;
    Some((record.get(..mark)?, record.get(mark + 1..)?, rest))
}
