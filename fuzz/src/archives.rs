//! Archives: of evidence, and of policies.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};

use coldtrail::engine;
use coldtrail::policy::PolicySet;
use coldtrail::source::archive::{Entry, Format, read, read_again};
use coldtrail::source::limits::Limits;

use super::{bundle, drawn, show};

/// One archive: the first byte chooses its name and whether its checksums are
/// put right before it is read, the rest is its content. Each entry has the
/// same bytes in every reading, and nothing that another program would unpack
/// is kept from the reader without a word.
pub fn archives(bytes: &[u8]) {
    const NAMES: [&str; 4] = [
        "bundle.zip",
        "bundle.tar",
        "bundle.tar.gz",
        "bundle.tar.zst",
    ];
    let (first, content) = bytes.split_first().unwrap_or((&0, &[]));
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let mut content = content.to_vec();
    if first & 4 == 0 {
        mend(&mut content);
    }
    if first & 8 != 0 {
        policies(&content);
    }
    if let Some(format) = Format::of(name, &content) {
        hold(name, format, &content);
    }
    let bundle = bundle(&[(name.to_owned(), &content)]);
    assert!(!bundle.documents.is_empty());
    let mut names: Vec<&str> = bundle.files.iter().map(|file| &*file.source.name).collect();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "no two files have one name");
    show(&bundle);
}

fn limits() -> Limits {
    Limits {
        document_bytes: 1 << 20,
        total_bytes: 4 << 20,
        ..Limits::default()
    }
}

/// Holds what is read of an archive to a second reading, and a zip to another
/// reader.
fn hold(name: &str, format: Format, bytes: &[u8]) {
    let mut entries: Vec<Entry> = Vec::new();
    let mut keep = |entry| entries.push(entry);
    let whole = read(&mut Cursor::new(bytes), format, name, &limits(), &mut keep);
    for entry in entries.iter().take(4) {
        if let Ok(content) = &entry.content {
            let again = read_again(
                &mut Cursor::new(bytes),
                format,
                name,
                &limits(),
                entry.index,
            );
            assert_eq!(again.as_ref(), Some(content), "{}", entry.name);
        }
    }
    let is_whole = whole.is_ok() && entries.iter().all(|entry| entry.content.is_ok());
    if format == Format::Zip && is_whole {
        hold_to_another_reader(bytes, &entries);
    }
}

fn hold_to_another_reader(bytes: &[u8], entries: &[Entry]) {
    let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return;
    };
    let mut own: BTreeMap<&[u8], usize> = BTreeMap::new();
    for entry in entries {
        *own.entry(entry.content.as_deref().unwrap_or_default())
            .or_default() += 1;
    }
    for index in 0..zip.len() {
        let Ok(mut file) = zip.by_index(index) else {
            continue;
        };
        let mut content = Vec::new();
        if file.is_dir() || file.read_to_end(&mut content).is_err() {
            continue;
        }
        let left = own.get_mut(content.as_slice());
        let left = left.unwrap_or_else(|| panic!("{:?} is not read", file.name()));
        assert!(*left > 0, "{:?} is read less often", file.name());
        *left -= 1;
    }
}

/// Loads the bytes as a bundle of policies.
fn policies(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("bundle.tar.gz");
    fs::write(&path, bytes).expect("a file can be written");
    match PolicySet::load(&[path]) {
        Ok(set) => match engine::check(&set) {
            Ok(problems) => problems.iter().for_each(|problem| drawn(problem)),
            Err(error) => drawn(&error),
        },
        Err(error) => drawn(&error),
    }
}

/// Puts the checksums of stored entries of a zip and of a tarball's headers
/// right, so that changed bytes go further than to them.
fn mend(bytes: &mut [u8]) {
    if bytes.starts_with(b"PK") {
        mend_zip(bytes);
    } else {
        mend_tar(bytes);
    }
}

/// The four or two bytes of a number, which is little-endian.
fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(size)?)?;
    let high_first = bytes.iter().rev();
    Some(high_first.fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

fn mend_zip(bytes: &mut [u8]) {
    let mut sums = BTreeMap::new();
    for at in 0..bytes.len() {
        if bytes[at..].starts_with(b"PK\x03\x04") {
            let sum = number(bytes, at + 18, 4).and_then(|size| {
                let (name, extra) = (number(bytes, at + 26, 2)?, number(bytes, at + 28, 2)?);
                let start = at + 30 + name + extra;
                let content = bytes.get(start..start.checked_add(size)?)?;
                let mut sum = flate2::Crc::new();
                sum.update(content);
                (number(bytes, at + 8, 2)? == 0).then(|| sum.sum().to_le_bytes())
            });
            if let (Some(sum), Some(place)) = (sum, bytes.get_mut(at + 14..at + 18)) {
                place.copy_from_slice(&sum);
                sums.insert(at, sum);
            }
        } else if bytes[at..].starts_with(b"PK\x01\x02") {
            let sum = number(bytes, at + 42, 4).and_then(|of| sums.get(&of));
            if let (Some(sum), Some(place)) = (sum, bytes.get_mut(at + 16..at + 20)) {
                place.copy_from_slice(sum);
            }
        }
    }
}

fn mend_tar(bytes: &mut [u8]) {
    for header in bytes.chunks_exact_mut(512) {
        if !header[257..].starts_with(b"ustar") {
            continue;
        }
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
}
