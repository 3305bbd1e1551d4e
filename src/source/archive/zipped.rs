//! Zips, by their central directory, where nothing in them says otherwise.

use std::io::{BufReader, Read, SeekFrom};

use flate2::CrcReader;
use flate2::bufread::DeflateDecoder;

use crate::source::archive::meter::Metered;
use crate::source::archive::{
    Bounds, Entry, Names, ReadSeek, Turn, damaged, duplicate, link, not_nested, special, tidy,
    unsupported,
};
use crate::source::given::Refused;

mod directory;
mod layout;
mod record;

use directory::Listed;
use layout::Layout;

/// The ways of packing that are read (APPNOTE.TXT 4.4.5).
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Reads the entries of a zip.
pub(crate) fn read(
    file: &mut dyn ReadSeek,
    bounds: &Bounds,
    visit: &mut dyn FnMut(Entry),
) -> Result<(), Refused> {
    let mut layout = Layout::default();
    directory::read(file, bounds, &mut layout)?;
    layout.hold(file).map_err(|error| bounds.refused(&error))?;
    let listed = std::mem::take(&mut layout.listed);
    let mut names = Names::default();
    for entry in &listed {
        match entry.is_folder() {
            true => names.folder(&name(entry)),
            false => names.count(name(entry)),
        }
    }
    let mut left = bounds.unpacked;
    let files = listed.iter().filter(|entry| !entry.is_folder());
    for (index, entry) in files.enumerate() {
        let name = name(entry);
        if name.is_empty() {
            return Err(damaged("an entry has no name"));
        }
        // Whatever becomes of it: what is packed in it has to end where it ends.
        let content = match unread(entry) {
            Some(refused) => Err(refused),
            None => content(file, entry, bounds, &mut left, &mut layout)?,
        };
        let content = match names.turn(&name) {
            Turn::Again => continue,
            Turn::First => Err(duplicate()),
            Turn::Only => content.and_then(|content| plain(entry, &name, content)),
        };
        visit(Entry {
            index,
            name,
            content,
        });
    }
    names
        .empty_folders(listed.len())
        .into_iter()
        .for_each(visit);
    layout.refused()
}

/// Why an entry can't be unpacked, by its headers.
fn unread(entry: &Listed) -> Option<Refused> {
    if entry.is_encrypted() {
        return Some(encrypted());
    }
    let is_read = matches!(entry.method, STORED | DEFLATED);
    (!is_read).then(|| unsupported(&format!("its compression is method {}", entry.method)))
}

/// The content of an entry, if it is a plain file and no archive itself.
fn plain(entry: &Listed, name: &str, content: Vec<u8>) -> Result<Vec<u8>, Refused> {
    match entry.mode.map(|mode| mode & 0o170_000) {
        Some(0o120_000) => Err(link()),
        None | Some(0 | 0o100_000) if !entry.is_dos_folder => not_nested(name, content),
        _ => Err(special()),
    }
}

/// The bytes of one entry. What is wrong with it is its own, but too much
/// unpacked is the whole archive's, and so are bytes that are none of it.
fn content(
    file: &mut dyn ReadSeek,
    entry: &Listed,
    bounds: &Bounds,
    left: &mut u64,
    layout: &mut Layout,
) -> Result<Result<Vec<u8>, Refused>, Refused> {
    let Some(data) = entry.data else {
        return Ok(Err(damaged("it is not where its directory says")));
    };
    let sought = file.seek(SeekFrom::Start(data));
    sought.map_err(|error| bounds.refused(&error))?;
    let mut packed = BufReader::new(file.take(entry.packed));
    let (read, used) = if entry.method == STORED {
        let read = unpacked(&mut packed, entry, bounds, left);
        (read, entry.size)
    } else {
        let mut inflated = DeflateDecoder::new(&mut packed);
        let read = unpacked(&mut inflated, entry, bounds, left);
        (read, inflated.total_in())
    };
    let read = match read {
        Err(refused) if refused.code == "archive-bomb" => return Err(refused),
        read => read,
    };
    if let Ok(content) = &read {
        layout.unlisted += entry.packed.saturating_sub(used);
        // Who reads from the start on finds the end of such a file by this mark.
        let is_ended_by_mark = entry.method == STORED && entry.flags & 1 << 3 != 0;
        if is_ended_by_mark && memchr::memmem::find(content, b"PK\x07\x08").is_some() {
            layout.doubt("a file in it may end before its end");
        }
    }
    Ok(read)
}

/// Unpacks an entry to its end, and holds it to its size and checksum.
fn unpacked(
    reader: &mut dyn Read,
    entry: &Listed,
    bounds: &Bounds,
    left: &mut u64,
) -> Result<Vec<u8>, Refused> {
    let mut metered = Metered::new(CrcReader::new(reader), *left);
    let read = bounds.content(&mut metered);
    *left = metered.left();
    let checked = metered.into_inner();
    let content = read.map_err(|error| bounds.refused(&error))??;
    if checked.crc().sum() != entry.crc || content.len() as u64 != entry.size {
        return Err(damaged("an entry does not have its checksum"));
    }
    Ok(content)
}

/// The name of an entry. Windows writes backslashes, which the format forbids.
fn name(entry: &Listed) -> String {
    let is_unicode = entry.flags & 1 << 11 != 0;
    let mut name = match &entry.unicode {
        Some(unicode) => unicode.clone(),
        None if is_unicode || entry.name.is_ascii() => entry.name.clone(),
        None => record::of_ibm_pc(&entry.name).into_bytes(),
    };
    for byte in name.iter_mut().filter(|byte| **byte == b'\\') {
        *byte = b'/';
    }
    tidy(&name)
}

fn encrypted() -> Refused {
    Refused {
        code: "encrypted",
        why: "encrypted, and no password is asked for".to_owned(),
        help: Some("unpack the archive and name the folder".to_owned()),
    }
}
