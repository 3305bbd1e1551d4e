//! Zips, by their central directory.

use zip::read::{Config, ZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, ZipReadOptions};

use crate::source::archive::meter::Metered;
use crate::source::archive::unlisted;
use crate::source::archive::unlisted::Listed;
use crate::source::archive::{
    Bounds, Entry, Names, ReadSeek, Turn, damaged, duplicate, label, link, not_nested, special,
    tidy, unsupported,
};
use crate::source::given::Refused;

/// Reads the entries of a zip.
pub(crate) fn read(
    file: &mut dyn ReadSeek,
    bounds: &Bounds,
    visit: &mut dyn FnMut(Entry),
) -> Result<(), Refused> {
    let whole = |error: &ZipError| match error {
        ZipError::Io(error) => bounds.refused(error),
        ZipError::InvalidArchive(why) => damaged(&lower(why)),
        other => unsupported(&lower(&other.to_string())),
    };
    // The iterator over the central directory, and not the zip crate's map by
    // name: the map forgets the first of two entries of one name.
    let mut archive =
        ZipIterable::try_new(file, Config::default()).map_err(|error| whole(&error))?;
    if archive.len() > bounds.entries {
        return Err(bounds.too_many());
    }
    let mut names = Names::default();
    let mut listed = Vec::new();
    for entry in archive.files().map_err(|error| whole(&error))? {
        let entry = entry.map_err(|error| whole(&error))?;
        listed.push(Listed {
            local: entry.header_start(),
            packed: entry.compressed_size(),
            central: entry.central_header_start(),
        });
        if !entry.is_dir() {
            names.count(name(&entry));
        }
    }
    let mut left = bounds.unpacked;
    let files = archive.files().map_err(|error| whole(&error))?;
    let unlisted = unlisted::bytes(*files.reader_mut(), &mut listed)
        .map_err(|error| bounds.refused(&error))?;
    let mut index = 0;
    while let Some(entry) = files.next() {
        let entry = entry.map_err(|error| whole(&error))?;
        if entry.is_dir() {
            continue;
        }
        let name = name(&entry);
        let turn = names.turn(&name);
        let content = if name.is_empty() {
            return Err(damaged("an entry has no name"));
        } else if turn == Turn::Again {
            index += 1;
            continue;
        } else if turn == Turn::First {
            Err(duplicate())
        } else if entry.encrypted() {
            Err(encrypted())
        } else if entry.is_symlink() {
            Err(link())
        } else if !entry.is_file() {
            Err(special())
        } else if !matches!(
            entry.compression(),
            CompressionMethod::Stored | CompressionMethod::Deflated
        ) {
            Err(unsupported(&format!(
                "its compression is {}",
                entry.compression()
            )))
        } else {
            content(entry, files.reader_mut(), bounds, &mut left)?
        };
        let content = content.and_then(|content| not_nested(&name, content));
        visit(Entry {
            index,
            name,
            content,
        });
        index += 1;
    }
    if unlisted > 0 {
        return Err(damaged(&format!(
            "{unlisted} bytes in it belong to no file that its directory names"
        )));
    }
    Ok(())
}

/// The bytes of one entry. What is wrong with it is its own, but too much
/// unpacked is the whole archive's.
fn content(
    entry: ZipFileEntry<'_>,
    reader: &mut &mut dyn ReadSeek,
    bounds: &Bounds,
    left: &mut u64,
) -> Result<Result<Vec<u8>, Refused>, Refused> {
    let file = match entry.with_reader(reader, ZipReadOptions::new()) {
        Ok(file) => file,
        Err(ZipError::Io(error)) => return Ok(Err(bounds.refused(&error))),
        Err(ZipError::InvalidArchive(why)) => return Ok(Err(damaged(&lower(&why)))),
        Err(other) => return Ok(Err(unsupported(&lower(&other.to_string())))),
    };
    let mut metered = Metered::new(file, *left);
    let read = bounds.content(&mut metered);
    *left = metered.left();
    match read {
        Ok(content) => Ok(content),
        Err(error) => {
            let refused = bounds.refused(&error);
            if refused.code == "archive-bomb" {
                Err(refused)
            } else {
                Ok(Err(refused))
            }
        }
    }
}

/// The name of an entry. Windows writes backslashes, which the format forbids.
fn name(entry: &ZipFileEntry<'_>) -> String {
    match entry.name() {
        Ok(name) => tidy(&name.replace('\\', "/")),
        Err(_) => label(entry.name_raw()),
    }
}

fn encrypted() -> Refused {
    Refused {
        code: "encrypted",
        why: "encrypted, and no password is asked for".to_owned(),
        help: Some("unpack the archive and name the folder".to_owned()),
    }
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
