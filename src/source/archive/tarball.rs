//! Tarballs, from a stream that may be unpacked on the way.
//!
//! Read twice: once for the names and for what the checksums say, and only then
//! for the entries. Two entries of one name are how tar writes a newer version
//! after an older one; other programs take the first. Neither is read.

use std::io::{self, Read};

use tar::{Archive, EntryType};

use crate::source::archive::meter::Metered;
use crate::source::archive::{
    Bounds, Entry, Names, Turn, damaged, duplicate, link, not_nested, special, tidy, unsupported,
};
use crate::source::given::Refused;

mod blocks;

use blocks::Watched;

/// What a tarball is read from.
pub(crate) type Stream<'a> = Metered<Box<dyn Read + 'a>>;

/// Opens the stream from its start and hands it on.
pub(crate) type Open<'a> =
    dyn FnMut(&mut dyn FnMut(Stream<'_>) -> Result<(), Refused>) -> Result<(), Refused> + 'a;

/// Takes an entry: its name, its kind, and its bytes where they can be read.
type Take<'a> = dyn FnMut(String, EntryType, Option<&mut dyn Read>) -> Result<(), Refused> + 'a;

/// Bytes that may stand between two entries: headers, long names, extended
/// attributes. The tar crate holds them in memory whole.
const HEADER_BYTES: u64 = 4 << 20;

/// Whether a file that starts so is a tarball: its first header has the
/// checksum that every kind of tar writes.
pub(crate) fn is_header(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<512>() else {
        return false;
    };
    let header = tar::Header::from_byte_slice(block);
    let sum: u32 = block
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            if (148..156).contains(&at) {
                32
            } else {
                u32::from(*byte)
            }
        })
        .sum();
    // A block of spaces and noughts alone has the sum of an empty header.
    block.first().is_some_and(|byte| *byte != 0) && header.cksum().is_ok_and(|cksum| cksum == sum)
}

/// Reads the entries of a tarball.
pub(crate) fn read(
    open: &mut Open<'_>,
    bounds: &Bounds,
    visit: &mut dyn FnMut(Entry),
) -> Result<(), Refused> {
    let mut names = Names::default();
    let mut count = 0_usize;
    each(open, bounds, &mut |name, kind, content| {
        if let Some(content) = content {
            io::copy(content, &mut io::sink()).map_err(|error| bounds.refused(&error))?;
        }
        if kind.is_dir() {
            names.folder(&name);
        } else if name.is_empty() {
            return Err(damaged("an entry has no name"));
        } else {
            names.count(name);
            count += 1;
        }
        if names.folders.len().saturating_add(count) > bounds.entries {
            Err(bounds.too_many())
        } else {
            Ok(())
        }
    })?;
    let mut index = 0;
    each(open, bounds, &mut |name, kind, content| {
        if kind.is_dir() {
            return Ok(());
        }
        let content = match content {
            Some(content) => bounds
                .content(content)
                .map_err(|error| bounds.refused(&error))?,
            None => Err(unsupported("a sparse file")),
        };
        let content = match (names.turn(&name), kind) {
            (Turn::Again, _) => {
                index += 1;
                return Ok(());
            }
            (Turn::First, _) => Err(duplicate()),
            (_, EntryType::Regular | EntryType::Continuous) => {
                content.and_then(|content| not_nested(&name, content))
            }
            (_, EntryType::Symlink | EntryType::Link) => Err(link()),
            (_, EntryType::GNUSparse) => content,
            (_, EntryType::Char | EntryType::Block | EntryType::Fifo) => Err(special()),
            _ => Err(unsupported("an entry of a kind that is not known")),
        };
        visit(Entry {
            index,
            name,
            content,
        });
        index += 1;
        Ok(())
    })?;
    names.empty_folders(index).into_iter().for_each(visit);
    Ok(())
}

/// Visits every entry, with its name and kind, and reads the stream to its end, so
/// that the checksum of the whole has been looked at. A folder has no content.
fn each(open: &mut Open<'_>, bounds: &Bounds, take: &mut Take<'_>) -> Result<(), Refused> {
    open(&mut |stream| {
        let allowance = stream.allowance();
        let mut archive = Archive::new(Watched::new(stream));
        allowance.set(Some(HEADER_BYTES));
        for entry in archive.entries().map_err(|error| bounds.refused(&error))? {
            let mut entry = entry.map_err(|error| bounds.refused(&error))?;
            allowance.set(None);
            let kind = entry.header().entry_type();
            let path = entry.path_bytes();
            if entry.size() > 0 && has_no_content(kind, &path) {
                return Err(damaged("a folder or a link in it has content"));
            }
            let (folder, name) = (kind.is_dir() || path.ends_with(b"/"), tidy(&path));
            // A sparse file is mostly holes, which no bound on what is read
            // would see; the stream itself holds only the rest.
            let stored = entry.header().entry_size().unwrap_or(0);
            if kind.is_gnu_sparse() {
                take(name, kind, None)?;
                allowance.set(Some(HEADER_BYTES.saturating_add(stored)));
                continue;
            }
            let mut content = Exact {
                left: entry.size(),
                inner: &mut entry,
            };
            if folder {
                take(name, EntryType::Directory, None)?;
            } else if kind.is_pax_global_extensions() {
                io::copy(&mut content, &mut io::sink()).map_err(|error| bounds.refused(&error))?;
            } else {
                take(name, kind, Some(&mut content))?;
            }
            allowance.set(Some(HEADER_BYTES));
        }
        allowance.set(None);
        let mut stream = archive.into_inner();
        let rest = rest(&mut stream).map_err(|error| bounds.refused(&error))?;
        stream.refused()?;
        match rest {
            Rest::Nothing => Err(damaged("it is cut short: the mark of its end is missing")),
            Rest::Zeros => Ok(()),
            Rest::More => Err(damaged(
                "something stands behind the mark of its end: another archive, or what is left of one",
            )),
        }
    })
}

/// Whether an entry is of a kind that has no content. Some programs skip what
/// its header gives it, and others read on in it.
fn has_no_content(kind: EntryType, path: &[u8]) -> bool {
    let is_other = matches!(
        kind,
        EntryType::Link | EntryType::Symlink | EntryType::Char | EntryType::Block | EntryType::Fifo
    );
    is_other || kind.is_dir() || path.ends_with(b"/")
}

/// What stands behind the first block of the two that end a tarball.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// Not even the second: the stream ended between two entries, or behind
    /// the first.
    Nothing,
    /// Blocks of noughts.
    Zeros,
    /// Something else.
    More,
}

/// Reads a stream to its end.
fn rest(stream: &mut dyn Read) -> io::Result<Rest> {
    let mut buffer = vec![0; 64 << 10];
    let mut rest = Rest::Nothing;
    loop {
        let read = stream.read(&mut buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(rest);
        }
        if bytes.iter().any(|byte| *byte != 0) {
            rest = Rest::More;
        } else if rest == Rest::Nothing {
            rest = Rest::Zeros;
        }
    }
}

/// The bytes of an entry, all of them: the tar crate takes the end of the
/// stream for the end of the entry.
struct Exact<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Exact<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read == 0 && !buffer.is_empty() && self.left > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}
