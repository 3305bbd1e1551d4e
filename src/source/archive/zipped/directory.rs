//! The directory at the end of a zip: where it is, and what it lists.

use std::io::{self, BufReader};

use crate::source::archive::zipped::Layout;
use crate::source::archive::zipped::record::{ELSEWHERE, Record, extra, large, take, take_at};
use crate::source::archive::{Bounds, ReadSeek, damaged};
use crate::source::given::Refused;

/// A file as the directory lists it.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    /// Its name as it is written.
    pub(super) name: Vec<u8>,
    /// Its name in Unicode, where an extra field tells it.
    pub(super) unicode: Option<Vec<u8>>,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    /// Where its own header begins.
    pub(super) local: u64,
    /// Where its bytes begin; known once its own header is read.
    pub(super) data: Option<u64>,
    /// Its mode, where it is of a Unix.
    pub(super) mode: Option<u32>,
    /// Whether DOS takes it for a folder.
    pub(super) is_dos_folder: bool,
}

impl Listed {
    /// A name with a separator at its end is a folder's.
    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/") || self.name.ends_with(b"\\")
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0
    }
}

/// The longest comment behind the record that ends a zip, and that record.
const MOST_BEHIND: u64 = 0xffff + END as u64;

/// The length of the record that ends a zip.
const END: usize = 22;

/// The length of a header in the directory, without names.
const HEADER: usize = 46;

/// Where the directory is.
struct Ends {
    start: u64,
    end: u64,
    entries: u64,
    /// What has to be added to every offset.
    shift: u64,
}

/// Reads the directory.
pub(super) fn read(
    file: &mut dyn ReadSeek,
    bounds: &Bounds,
    layout: &mut Layout,
) -> Result<(), Refused> {
    let refused = |error: io::Error| bounds.refused(&error);
    let ends = ends(file, layout).map_err(refused)?;
    let ends = ends.ok_or_else(|| damaged("its directory is not where its end says"))?;
    file.seek(io::SeekFrom::Start(ends.start))
        .map_err(refused)?;
    let mut reader = BufReader::new(file);
    let mut at = ends.start;
    while at < ends.end {
        let header = take(&mut reader, HEADER).map_err(refused)?;
        let header = Record(&header);
        if !header.0.starts_with(b"PK\x01\x02") {
            return Err(damaged("its directory is not what its end says"));
        }
        if layout.listed.len() == bounds.entries {
            return Err(bounds.too_many());
        }
        let (name, fields, comment) = (header.length(28), header.length(30), header.length(32));
        let texts = take(&mut reader, name + fields + comment).map_err(refused)?;
        at += (HEADER + texts.len()) as u64;
        let listed = listed(header, texts, name, fields, ends.shift, layout);
        layout.listed.push(listed.ok_or_else(|| {
            damaged("its directory says that a size is elsewhere, and it is not")
        })?);
    }
    layout.directory = ends.start;
    if at != ends.end || layout.listed.len() as u64 != ends.entries {
        layout.doubt("its directory holds more or fewer files than its end says");
    }
    Ok(())
}

fn listed(
    header: Record<'_>,
    mut texts: Vec<u8>,
    name: usize,
    fields: usize,
    shift: u64,
    layout: &mut Layout,
) -> Option<Listed> {
    let behind = texts.split_off(name);
    let (fields, comment) = behind.split_at_checked(fields)?;
    layout.hold_no_header(fields);
    layout.hold_no_header(comment);
    let numbers = [header.u32(24), header.u32(20), header.u32(42)];
    let [size, packed, local] = large(numbers, fields)?;
    let (system, attributes) = (header.u16(4) >> 8, header.u32(38));
    // Made on a Unix or on macOS.
    let mode = matches!(system, 3 | 19).then_some(attributes >> 16);
    Some(Listed {
        unicode: unicode(&texts, fields),
        name: texts,
        flags: header.u16(8),
        method: header.u16(10),
        crc: header.u32(16),
        packed,
        size,
        local: local.saturating_add(shift),
        data: None,
        mode: mode.filter(|mode| *mode != 0),
        is_dos_folder: attributes & 0x10 != 0,
    })
}

/// The Unicode name of an extra field, where it is of this very name.
pub(super) fn unicode(name: &[u8], fields: &[u8]) -> Option<Vec<u8>> {
    let field = Record(extra(fields, 0x7075)?);
    let mut crc = flate2::Crc::new();
    crc.update(name);
    let is_of_it = field.0.first() == Some(&1) && field.u32(1) == crc.sum();
    let unicode = field.0.get(5..).filter(|_| is_of_it)?;
    Some(unicode.to_vec())
}

/// Finds the record that ends the zip, and from it the directory.
fn ends(file: &mut dyn ReadSeek, layout: &mut Layout) -> io::Result<Option<Ends>> {
    let size = file.seek(io::SeekFrom::End(0))?;
    let from = size.saturating_sub(MOST_BEHIND);
    let tail = take_at(file, from, (size - from) as usize)?;
    let places = memchr::memmem::rfind_iter(&tail, b"PK\x05\x06");
    let mut found = places.filter_map(|at| {
        let record = Record(tail.get(at..)?);
        let comment = record.0.get(END..)?.get(record.length(20)..)?;
        Some((at, record, comment.len()))
    });
    // What every reader finds first, from the end on.
    let Some((at, record, behind)) = found.next() else {
        return Ok(None);
    };
    if behind > 0 {
        layout.unlisted += behind as u64;
    }
    layout.hold_no_header(record.0.get(END..).unwrap_or_default());
    let end = from + at as u64;
    let small = [record.u16(10).into(), record.u32(12), record.u32(16)];
    let is_split = record.u16(4) != record.u16(6) || ![0, u16::MAX].contains(&record.u16(4));
    if is_split || record.u16(8) != record.u16(10) {
        layout.doubt("it is a part of a split archive");
    }
    let Some((end, [entries, length, offset])) = large_end(file, end, small, layout)? else {
        return Ok(None);
    };
    let Some(start) = end.checked_sub(length) else {
        return Ok(None);
    };
    let Some(shift) = start.checked_sub(offset) else {
        return Ok(None);
    };
    let is_twice = tail
        .get(usize::try_from(start.saturating_sub(from)).unwrap_or(at)..at)
        .is_some_and(|before| memchr::memmem::find(before, b"PK\x05\x06").is_some());
    if is_twice {
        layout.doubt("it has two ends");
    }
    Ok(Some(Ends {
        start,
        end,
        entries,
        shift,
    }))
}

/// The numbers of the end: how many entries, how many bytes and where; and where
/// the directory ends. A large zip has them in a second record before the first.
fn large_end(
    file: &mut dyn ReadSeek,
    end: u64,
    small: [u32; 3],
    layout: &mut Layout,
) -> io::Result<Option<(u64, [u64; 3])>> {
    let own = small.map(u64::from);
    let most = [u32::from(u16::MAX), ELSEWHERE, ELSEWHERE];
    let is_elsewhere = small.iter().zip(&most).any(|(own, most)| own == most);
    let locator = match end.checked_sub(20) {
        Some(at) => take_at(file, at, 20)?,
        None => Vec::new(),
    };
    if !locator.starts_with(b"PK\x06\x07") {
        // So many entries may be there without a second record.
        let is_lost = small
            .iter()
            .zip(&most)
            .skip(1)
            .any(|(own, most)| own == most);
        return Ok((!is_lost).then_some((end, own)));
    }
    let at = Record(&locator).u64(8);
    if at > end.saturating_sub(76) {
        return Ok(None);
    }
    let record = take_at(file, at, 56)?;
    let record = Record(&record);
    let is_there = record.0.starts_with(b"PK\x06\x06");
    let behind = record.u64(4).saturating_add(12).saturating_add(at);
    if !is_there || behind != end - 20 {
        return Ok(None);
    }
    if record.u64(4) > 44 {
        layout.doubt("its end holds more than an end does");
    }
    let numbers = [record.u64(32), record.u64(40), record.u64(48)];
    let differs = own
        .iter()
        .zip(&numbers)
        .zip(&most)
        .any(|((own, large), most)| own != large && *own != u64::from(*most));
    if differs || !is_elsewhere && own != numbers {
        layout.doubt("its two ends say different things");
    }
    Ok(Some((at, numbers)))
}
