//! Archives, read where they lie: a file in, its entries out.
//!
//! Nothing is unpacked to disk and no name in an archive is ever opened: names
//! are labels here, however they are made. What can't be had from an archive is
//! said, entry by entry, or for the archive as a whole. An archive inside an
//! archive is not followed: one level is what people send, and each more is a
//! chance for a bomb.
//!
//! A tarball that is damaged anywhere is not read at all, since a checksum over
//! the whole says nothing of its parts; the entries of a zip have their own.

mod bounds;
mod meter;
mod tarball;
mod zipped;
mod zstandard;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufReader, Read, Seek};
use std::ops::Bound;

use flate2::read::MultiGzDecoder;

pub(crate) use crate::source::archive::bounds::no_archive;
use crate::source::archive::bounds::{Bounds, damaged, duplicate, link, special, unsupported};
use crate::source::archive::meter::Metered;
use crate::source::given::{self, Refused, folder_of, own_name};
use crate::source::label;
use crate::source::limits::Limits;

/// How an archive is packed. A tarball may be within the last two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Zip.
    Zip,
    /// A tarball as it is.
    Tar,
    /// gzip, of a tarball or of one file.
    Gzip,
    /// Zstandard, of a tarball or of one file.
    Zstandard,
}

impl Format {
    /// The format of a file with this name and these first bytes (512 are
    /// enough), if it is an archive. Both have to say so: a spreadsheet is a zip
    /// by its bytes, and no evidence.
    #[must_use]
    pub fn of(name: &str, head: &[u8]) -> Option<Self> {
        let format = Self::of_bytes(head)?;
        format.is_named_by(name).then_some(format)
    }

    /// Whether a name is that of an archive of some format.
    #[must_use]
    pub fn is_named(name: &str) -> bool {
        let Some(dot) = memchr::memrchr(b'.', name.as_bytes()) else {
            return false;
        };
        let ending = name.get(dot..).unwrap_or_default();
        // Nearly all names that have an ending have another.
        !ending.eq_ignore_ascii_case(".json")
            && [Self::Zip, Self::Tar, Self::Gzip, Self::Zstandard]
                .into_iter()
                .any(|format| format.is_named_by(ending))
    }

    /// A name without what makes it that of an archive; else all of it.
    #[must_use]
    pub fn stem(name: &str) -> &str {
        let inner = match Self::is_named(name) {
            true => name.rsplit_once('.').map_or(name, |(inner, _)| inner),
            false => return name,
        };
        match Self::Tar.is_named_by(inner) {
            true => inner.rsplit_once('.').map_or(inner, |(inner, _)| inner),
            false => inner,
        }
    }

    fn is_named_by(self, name: &str) -> bool {
        let endings: &[&str] = match self {
            Self::Zip => &[".zip"],
            Self::Tar => &[".tar"],
            Self::Gzip => &[".gz", ".tgz", ".gzip"],
            Self::Zstandard => &[".zst", ".tzst", ".zstd"],
        };
        endings.iter().any(|ending| {
            let start = name.len().checked_sub(ending.len());
            let end = start.and_then(|start| name.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(ending))
        })
    }

    /// The format of a file with these first bytes, whatever its name: for what
    /// comes on standard input.
    #[must_use]
    pub fn of_bytes(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            Some(Self::Zip)
        } else if head.starts_with(&[0x1f, 0x8b, 8]) {
            Some(Self::Gzip)
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Some(Self::Zstandard)
        } else {
            tarball::is_header(head).then_some(Self::Tar)
        }
    }
}

/// One entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the archive, from nought: the same in every reading.
    pub index: usize,
    /// Its name, with `/`. Only a label: it may be absolute, or climb.
    pub name: String,
    /// Its bytes, or why there are none.
    pub content: Result<Vec<u8>, Refused>,
}

/// The longest name of an entry, in bytes: folders are told apart at each of its
/// separators, and no collector needs a third of this.
const LONGEST_NAME: usize = 1024;

impl Entry {
    /// The entry, unless its name is one that nobody gave a file.
    fn within_reason(mut self) -> Self {
        if self.name.len() > LONGEST_NAME {
            let end = self.name.floor_char_boundary(LONGEST_NAME / 4);
            self.name.truncate(end);
            self.name = label::label_of_unnamed(&self.name, self.index);
            self.content = Err(damaged("its name is longer than any name is"));
        }
        // Programs that end a name there unpack it as another.
        if self.name.contains('\0') {
            self.content = Err(damaged("a NUL stands in its name"));
        }
        self
    }
}

/// What an archive is read from.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// Reads an archive whose own name is `name`, entry by entry, in its own order.
/// Folders are no entries, but those named for an account in which nothing lies.
///
/// # Errors
/// Why the archive as a whole, or the rest of it, can't be read. What it would
/// have shown is then not known.
pub fn read(
    file: &mut dyn ReadSeek,
    format: Format,
    name: &str,
    limits: &Limits,
    visit: &mut dyn FnMut(Entry),
) -> Result<(), Refused> {
    let visit: &mut dyn FnMut(Entry) = &mut |entry| visit(entry.within_reason());
    let bounds = Bounds::new(file, limits)?;
    if format == Format::Zip {
        return zipped::read(file, &bounds, visit);
    }
    let mut head = Vec::new();
    stream(file, format, &bounds)
        .and_then(|stream| stream.take(512).read_to_end(&mut head))
        .map_err(|error| bounds.refused(&error))?;
    if format == Format::Tar || tarball::is_header(&head) {
        let mut open = |visit: &mut dyn FnMut(tarball::Stream<'_>) -> Result<(), Refused>| {
            visit(stream(file, format, &bounds).map_err(|error| bounds.refused(&error))?)
        };
        return tarball::read(&mut open, &bounds, visit);
    }
    let mut stream = stream(file, format, &bounds).map_err(|error| bounds.refused(&error))?;
    let content = bounds
        .content(&mut stream)
        .map_err(|error| bounds.refused(&error))?;
    let name = inner_name(name);
    let content = content.and_then(|content| not_nested(&name, content));
    visit(Entry {
        index: 0,
        name,
        content,
    });
    Ok(())
}

/// Reads one entry again, by its place. Nothing, where it can't be had.
#[must_use]
pub fn read_again(
    file: &mut dyn ReadSeek,
    format: Format,
    name: &str,
    limits: &Limits,
    index: usize,
) -> Option<Vec<u8>> {
    let mut found = None;
    let mut keep = |entry: Entry| {
        if entry.index == index {
            found = entry.content.ok();
        }
    };
    // An archive may be damaged behind the entry: what was read before counts.
    let _ = read(file, format, name, limits, &mut keep);
    found
}

/// The unpacked stream of an archive that isn't a zip, from its start.
fn stream<'a>(
    file: &'a mut dyn ReadSeek,
    format: Format,
    bounds: &Bounds,
) -> io::Result<tarball::Stream<'a>> {
    file.rewind()?;
    let unpacked: Box<dyn Read + 'a> = match format {
        Format::Gzip => Box::new(MultiGzDecoder::new(BufReader::new(file))),
        Format::Zstandard => Box::new(zstandard::Decoder::new(BufReader::new(file))),
        Format::Tar | Format::Zip => Box::new(BufReader::new(file)),
    };
    Ok(Metered::new(unpacked, bounds.unpacked))
}

/// The name of the one file in a `.gz` or `.zst`.
pub(crate) fn inner_name(name: &str) -> String {
    let last = own_name(name);
    match last.rsplit_once('.') {
        Some((inner, _)) if !inner.is_empty() => inner.to_owned(),
        _ => "content".to_owned(),
    }
}

/// The names of an archive, counted first and then gone through once more.
#[derive(Debug, Default)]
struct Names {
    files: BTreeMap<String, usize>,
    /// Those of folders that are named for an account, each with a `/` at its end.
    folders: BTreeSet<String>,
}

/// Which of the entries of one name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The only one.
    Only,
    /// The first of several.
    First,
    /// One after the first of several.
    Again,
}

impl Names {
    fn count(&mut self, name: String) {
        *self.files.entry(name).or_default() += 1;
    }

    /// Counts a folder for the account that it, or the innermost around it, is named
    /// for: an archive need not hold an entry for each folder.
    fn folder(&mut self, mut name: &str) {
        while !name.is_empty() {
            if given::empty_folder(own_name(name)).is_some() {
                self.folders.insert(format!("{name}/"));
                return;
            }
            name = folder_of(name);
        }
    }

    /// The folders of accounts in which nothing lies, as what can't be read.
    fn empty_folders(&self, first: usize) -> Vec<Entry> {
        let is_filled = |folder: &str| {
            let behind = (Bound::Excluded(folder), Bound::Unbounded);
            let file = self.files.range::<str, _>(behind).next();
            let within = self.folders.range::<str, _>(behind).next();
            let mut next = file.map(|(name, _)| name).into_iter().chain(within);
            next.any(|name| name.starts_with(folder))
        };
        let empty = self.folders.iter().filter(|folder| !is_filled(folder));
        let entries = empty.zip(first..).filter_map(|(folder, index)| {
            Some(Entry {
                index,
                name: folder.clone(),
                content: Err(given::empty_folder(own_name(folder.trim_end_matches('/')))?),
            })
        });
        entries.collect()
    }

    fn turn(&mut self, name: &str) -> Turn {
        match self.files.get_mut(name) {
            Some(0) => Turn::Again,
            Some(count) if *count > 1 => {
                *count = 0;
                Turn::First
            }
            _ => Turn::Only,
        }
    }
}

/// The content of an entry, unless it is an archive itself.
fn not_nested(name: &str, content: Vec<u8>) -> Result<Vec<u8>, Refused> {
    match Format::of(name, &content) {
        None => Ok(content),
        Some(_) => Err(Refused {
            code: "nested-archive",
            why: "an archive inside an archive, which is not followed".to_owned(),
            help: Some("unpack the outer archive and name the folder".to_owned()),
        }),
    }
}

/// A name in an archive as the report shows it: with `/`, and without the steps
/// that lead nowhere.
fn tidy(name: &[u8]) -> String {
    let parts: Vec<&[u8]> = name
        .split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty() && *part != b".")
        .collect();
    let root: &[u8] = if name.starts_with(b"/") { b"/" } else { b"" };
    label::label(&[root, &parts.join(&b'/')].concat()).into_owned()
}

#[cfg(test)]
mod ambiguous;
#[cfg(test)]
mod tests;
