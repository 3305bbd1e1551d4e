//! What a zip holds besides the files that its directory names.
//!
//! Only the directory at its end says which files a zip has. Bytes that belong
//! to none of them may be files that a directory named once: a second zip
//! behind or before the first, an entry taken off the list. What they would
//! show isn't known (APPNOTE.TXT 4.3, for the lengths of the records).

use std::io::{self, SeekFrom};

use crate::source::archive::ReadSeek;

/// One entry of the directory: where its two headers begin, and how many bytes
/// it is packed into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Listed {
    /// Where its own header and its bytes begin.
    pub(crate) local: u64,
    /// Its packed size.
    pub(crate) packed: u64,
    /// Where its header in the directory begins.
    pub(crate) central: u64,
}

/// Bytes that may stand between two entries and belong to none: a data
/// descriptor, or the mark of a split archive. A file needs more.
const BETWEEN: u64 = 24;

/// How many bytes belong to no file of the directory.
///
/// # Errors
/// Where the zip can't be read.
pub(crate) fn bytes(reader: &mut dyn ReadSeek, entries: &mut [Listed]) -> io::Result<u64> {
    entries.sort_unstable();
    let mut unlisted = 0_u64;
    let mut end = 0_u64;
    let mut gap = |end: u64, next: u64| {
        let between = next.saturating_sub(end);
        unlisted += if between > BETWEEN { between } else { 0 };
    };
    for entry in entries.iter() {
        gap(end, entry.local);
        let header: [u8; 30] = record(reader, entry.local)?;
        let names = length(&header, 26) + length(&header, 28);
        let behind = entry.local.saturating_add(30 + names);
        end = end.max(behind.saturating_add(entry.packed));
    }
    let first = entries.iter().map(|entry| entry.central).min();
    if let Some(first) = first {
        gap(end, first);
    }
    if let Some(last) = entries.iter().map(|entry| entry.central).max() {
        let header: [u8; 46] = record(reader, last)?;
        let names = length(&header, 28) + length(&header, 30) + length(&header, 32);
        end = last.saturating_add(46 + names);
    }
    let size = reader.seek(SeekFrom::End(0))?;
    Ok(unlisted + behind(reader, end, size)?)
}

/// How many bytes behind the directory are none of the records that close it.
fn behind(reader: &mut dyn ReadSeek, mut at: u64, size: u64) -> io::Result<u64> {
    loop {
        let left = size.saturating_sub(at);
        if left < 22 {
            return Ok(left);
        }
        let header: [u8; 22] = record(reader, at)?;
        let record = match header {
            // The larger end of the directory, its locator, a signature.
            [b'P', b'K', 6, 6, ..] => {
                let size = header.get(4..12).and_then(|bytes| bytes.try_into().ok());
                u64::from_le_bytes(size.unwrap_or_default()).saturating_add(12)
            }
            [b'P', b'K', 6, 7, ..] => 20,
            [b'P', b'K', 5, 5, ..] => 6 + length(&header, 4),
            [b'P', b'K', 5, 6, ..] => return Ok(left.saturating_sub(22 + length(&header, 20))),
            _ => return Ok(left),
        };
        at = at.saturating_add(record);
    }
}

fn record<const N: usize>(reader: &mut dyn ReadSeek, at: u64) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A length of two bytes in a header.
fn length(header: &[u8], at: usize) -> u64 {
    match header.get(at..at + 2) {
        Some([low, high]) => u16::from_le_bytes([*low, *high]).into(),
        _ => 0,
    }
}
