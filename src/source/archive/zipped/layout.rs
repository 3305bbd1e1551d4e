//! Whether a zip is what its directory says and nothing else: every byte of it
//! belongs to one file, and each file is the same by both of its headers.
//!
//! Some programs read the directory at the end, others the headers from the
//! start on, and a zip can be made to say different things to the two. Bytes
//! that belong to none of its files may be files that a directory named once: a
//! second zip behind or before the first, an entry taken off the list.

use std::io::{self, BufReader, Seek, SeekFrom};

use crate::source::archive::zipped::directory::{Listed, unicode};
use crate::source::archive::zipped::record::{ELSEWHERE, Record, large, take};
use crate::source::archive::{ReadSeek, damaged};
use crate::source::given::Refused;

/// What a zip holds, and what of it can be read two ways.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The files, in the order of the directory.
    pub(super) listed: Vec<Listed>,
    /// Where the directory begins.
    pub(super) directory: u64,
    /// How many bytes belong to no file.
    pub(super) unlisted: u64,
    doubt: Option<String>,
}

/// Bytes that may stand between two entries and belong to none: a data
/// descriptor, or the mark of a split archive. A file needs more.
const BETWEEN: u64 = 24;

/// The length of a file's own header, without names.
const HEADER: usize = 30;

/// The flag of a file whose sizes stand behind it.
const SIZES_BEHIND: u16 = 1 << 3;

/// The flags that both headers of a file share: encrypted, and Unicode.
const SHARED: u16 = 1 | 1 << 11;

impl Layout {
    /// Says what can be read two ways; the first that is said counts.
    pub(super) fn doubt(&mut self, why: impl Into<String>) {
        self.doubt.get_or_insert_with(|| why.into());
    }

    /// Bytes that no file is read from must hold none.
    pub(super) fn hold_no_header(&mut self, bytes: &[u8]) {
        let marks: [&[u8]; 3] = [b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"];
        if marks
            .iter()
            .any(|mark| memchr::memmem::find(bytes, mark).is_some())
        {
            self.doubt("a comment or an extra field holds what a file begins with");
        }
    }

    /// Why it can't be relied on, if it can't.
    pub(super) fn refused(&self) -> Result<(), Refused> {
        if self.unlisted > 0 {
            return Err(damaged(&format!(
                "{} bytes in it belong to no file that its directory names",
                self.unlisted
            )));
        }
        match &self.doubt {
            Some(why) => Err(damaged(why)),
            None => Ok(()),
        }
    }

    /// Goes through the files' own headers, in the order in which they stand.
    pub(super) fn hold(&mut self, file: &mut dyn ReadSeek) -> io::Result<()> {
        let mut reader = BufReader::new(file);
        let mut order: Vec<usize> = (0..self.listed.len()).collect();
        order.sort_by_key(|at| self.listed.get(*at).map(|listed| listed.local));
        let mut end = 0;
        for at in order {
            let Some(mut listed) = self.listed.get(at).cloned() else {
                continue;
            };
            self.between(end, listed.local);
            reader.seek(SeekFrom::Start(listed.local))?;
            let data = match own(&mut reader, &listed, self) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
                read => read?,
            };
            let Some(data) = data else {
                self.doubt("its directory names a file that is not there");
                continue;
            };
            listed.data = Some(data);
            end = end.max(data.saturating_add(listed.packed));
            if listed.is_folder() && (listed.size > 0 || listed.packed > EMPTY) {
                self.doubt("a folder in it has content");
            }
            if let Some(own) = self.listed.get_mut(at) {
                *own = listed;
            }
        }
        self.between(end, self.directory);
        Ok(())
    }

    /// What stands between the end of one thing and the beginning of the next.
    fn between(&mut self, end: u64, next: u64) {
        match next.checked_sub(end) {
            None => self.doubt("two files in it share bytes"),
            Some(between) if between > BETWEEN => self.unlisted += between,
            Some(_) => {}
        }
    }
}

/// How many bytes nothing is packed into.
const EMPTY: u64 = 2;

/// Holds a file's own header against the directory's. Gives where its bytes
/// begin, if there is such a header.
fn own(
    reader: &mut BufReader<&mut dyn ReadSeek>,
    listed: &Listed,
    layout: &mut Layout,
) -> io::Result<Option<u64>> {
    let header = take(reader, HEADER)?;
    let header = Record(&header);
    if !header.0.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    let (name, fields) = (header.length(26), header.length(28));
    let texts = take(reader, name + fields)?;
    let (name, fields) = texts.split_at_checked(name).unwrap_or_default();
    layout.hold_no_header(fields);
    let own_unicode = unicode(name, fields);
    let is_renamed = own_unicode.is_some() && own_unicode != listed.unicode;
    if name != listed.name || is_renamed {
        layout.doubt("a file in it has two names, one in each of its headers");
    }
    let differs = listed.unicode.as_ref().is_some_and(|own| own != name);
    if differs && name.is_ascii() {
        layout.doubt("a file in it has two names, one of them in an extra field");
    }
    let numbers = [header.u32(22), header.u32(18)];
    let sizes = large(numbers, fields);
    let is_behind = header.u16(6) & SIZES_BEHIND != 0;
    let fits = |own: u64, listed: u64| own == listed || is_behind && own == 0;
    let fits_all = match sizes {
        Some([size, packed]) => fits(size, listed.size) && fits(packed, listed.packed),
        // Sizes that stand behind the file need no other place.
        None => is_behind && numbers == [ELSEWHERE; 2],
    };
    if !fits_all || !fits(header.u32(14).into(), listed.crc.into()) {
        layout.doubt("a file in it has two sizes or checksums, one in each of its headers");
    }
    let flags = (header.u16(6) ^ listed.flags) & SHARED;
    if flags != 0 || header.u16(8) != listed.method {
        layout.doubt("a file in it is packed in two ways, one in each of its headers");
    }
    let behind = (HEADER + texts.len()) as u64;
    Ok(Some(listed.local.saturating_add(behind)))
}
