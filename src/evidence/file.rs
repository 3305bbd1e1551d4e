//! Files and archives: their bytes, within the bounds of the run.
//!
//! What the bytes say is `reading`'s; what can't be had at all is a document
//! that says why.

use std::fs::{File as Opened, Metadata};
use std::io::{self, Read};
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::document::file::File;
use crate::document::locate::START;
use crate::evidence::budget::Budget;
use crate::finding::DocumentKind;
use crate::progress::Progress;
use crate::recognise::facts::{Document, Interner};
use crate::recognise::reading::Reading;
use crate::source::exclude::Excludes;
use crate::source::given::{From, Refused, Source};
use crate::source::limits::{self, Limits};
use crate::source::opening;
use crate::source::packed::{Packed, Shelf};

/// What every file of one run is read with.
#[derive(Debug)]
pub struct Reader<'r> {
    /// The bounds of one file.
    pub limits: &'r Limits,
    /// Which files are left out.
    pub excludes: &'r Excludes,
    /// What is left for the run.
    pub budget: &'r Budget,
    /// Where equal trails meet.
    pub interner: &'r Interner,
    /// Room for an unpacked archive.
    pub shelf: &'r Arc<Shelf>,
    /// Where files are counted.
    pub progress: &'r Progress,
}

/// A file, and its documents. They say that they are of file 0: whoever puts
/// files together gives them their places.
pub type FileRead = (File, Box<[Document]>);

/// What came of one source.
#[derive(Debug)]
pub enum Gathered {
    /// A file.
    File(FileRead),
    /// An archive and the files in it.
    Archive(Vec<FileRead>),
}

impl Gathered {
    /// How many files it is.
    #[must_use]
    pub fn files(&self) -> usize {
        match self {
            Self::File(_) => 1,
            Self::Archive(files) => files.len(),
        }
    }

    /// How many documents they hold.
    #[must_use]
    pub fn documents(&self) -> usize {
        match self {
            Self::File((_, documents)) => documents.len(),
            Self::Archive(files) => files.iter().map(|(_, documents)| documents.len()).sum(),
        }
    }
}

impl IntoIterator for Gathered {
    type Item = FileRead;
    type IntoIter = std::iter::Chain<std::option::IntoIter<FileRead>, std::vec::IntoIter<FileRead>>;

    fn into_iter(self) -> Self::IntoIter {
        let (file, files) = match self {
            Self::File(file) => (Some(file), Vec::new()),
            Self::Archive(files) => (None, files),
        };
        file.into_iter().chain(files)
    }
}

impl Reader<'_> {
    /// Reads one source: a file, or an archive and every file in it.
    #[must_use]
    pub fn read(&self, source: Source) -> Gathered {
        let source = match self.excluded(source) {
            Ok(excluded) => return Gathered::File(excluded),
            Err(source) => source,
        };
        let mut file = unread(source);
        if matches!(file.source.from, From::StandardInput)
            && let Err(refused) = bytes(&mut file, self.limits, &Budget::new(self.limits))
        {
            return Gathered::File(self.lost(file, refused));
        }
        match Packed::of(&file.source, self.limits, self.shelf) {
            Ok(Some(packed)) => Gathered::Archive(self.archive(file, &Arc::new(packed))),
            Ok(None) => Gathered::File(self.file(file)),
            Err(refused) => Gathered::File(self.lost(file, refused)),
        }
    }

    /// A file that is not read because it is to be left out; else its source.
    fn excluded(&self, source: Source) -> Result<FileRead, Source> {
        let Some(glob) = self.excludes.matching(&source.name) else {
            return Err(source);
        };
        let mut document = Document::new(0, START);
        document.kind = DocumentKind::Excluded;
        document.detail = Some(format!("left out by --exclude `{glob}`").into());
        self.progress.files.finish_one();
        Ok((unread(source), Box::new([document])))
    }

    fn file(&self, mut file: File) -> FileRead {
        match bytes(&mut file, self.limits, self.budget) {
            Ok(bytes) => self.content(file, bytes),
            Err(refused) => self.lost(file, refused),
        }
    }

    fn content(&self, mut file: File, bytes: Vec<u8>) -> FileRead {
        file.bytes = bytes.len() as u64;
        let known = self.interner.sha256_of(&bytes);
        file.sha256 = Some(known.unwrap_or_else(|| Sha256::digest(&bytes).into()));
        let many = bytes.len() as u64;
        let mut reading = Reading {
            file: &mut file,
            interner: self.interner,
            limits: self.limits,
        };
        // What comes behind the bound is read for its bytes alone, which count on.
        let documents = match self.budget.values.is_spent() {
            true => Vec::new(),
            false => reading.documents(bytes),
        };
        self.count(many, &documents);
        self.progress.files.finish_one();
        (file, documents.into())
    }

    /// Takes what a file's documents hold beyond its bytes from what the run may hold.
    fn count(&self, bytes: u64, documents: &[Document]) {
        let values: u64 = documents.iter().map(Document::values).sum();
        let is_unread = documents.iter().all(Document::shows_failures_alone);
        self.budget.values.take(match is_unread {
            true => limits::counted_unread(bytes, values),
            false => values.saturating_sub(limits::allowed(bytes)),
        });
    }

    pub(super) fn lost(&self, mut file: File, refused: Refused) -> FileRead {
        let document = Reading {
            file: &mut file,
            interner: self.interner,
            limits: self.limits,
        }
        .refused(refused);
        self.count(0, std::slice::from_ref(&document));
        self.progress.files.finish_one();
        (file, Box::new([document]))
    }

    /// An archive: a file of its own that holds no document, and its entries,
    /// which are read on every core some at a time.
    fn archive(&self, mut file: File, packed: &Arc<Packed>) -> Vec<FileRead> {
        let direct = file.source.direct;
        let mut all = Vec::new();
        let mut waiting: Vec<(Source, Vec<u8>)> = Vec::new();
        let mut size = 0;
        let mut entries = 0_usize;
        let read = packed.read(&mut |entry| {
            entries += 1;
            self.budget.entries.take(1);
            self.progress.files.expect(1);
            let source = Packed::source(packed, &entry, direct);
            let content = entry.content.unwrap_or_default();
            size += content.len();
            waiting.push((source, content));
            if size > TOGETHER || waiting.len() > TOGETHER >> 12 {
                size = 0;
                all.extend(self.entries(std::mem::take(&mut waiting)));
            }
        });
        all.extend(self.entries(waiting));
        (file.bytes, file.sha256) = packed.digest();
        let own = match read {
            Ok(()) => {
                let mut document = Document::new(0, START);
                document.detail = Some(format!("an archive of {entries} files").into());
                self.progress.files.finish_one();
                (file, Box::new([document]) as Box<[Document]>)
            }
            Err(refused) => self.lost(file, refused),
        };
        all.push(own);
        all
    }

    fn entries(&self, entries: Vec<(Source, Vec<u8>)>) -> Vec<FileRead> {
        entries
            .into_par_iter()
            .map(|(source, content)| match self.excluded(source) {
                Ok(excluded) => excluded,
                Err(source) => self.entry(source, content),
            })
            .collect()
    }

    fn entry(&self, source: Source, content: Vec<u8>) -> FileRead {
        match &source.from {
            From::Nowhere(refused) => {
                let refused = (**refused).clone();
                self.lost(unread(source), refused)
            }
            _ if !self.budget.bytes.take(content.len() as u64) => {
                self.lost(unread(source), spent(self.limits))
            }
            _ => self.content(unread(source), content),
        }
    }
}

/// How many bytes of an archive are unpacked before they are read.
const TOGETHER: usize = 32 << 20;

pub(super) fn unread(source: Source) -> File {
    File {
        source,
        sha256: None,
        bytes: 0,
        encoding: None,
        modified: None,
    }
}

fn too_large(what: &str, flag: &str) -> Refused {
    Refused {
        code: "too-large",
        why: format!("not read: {what}"),
        help: Some(format!("raise {flag} if the evidence really is that large")),
    }
}

/// Why a file is not read when the run has read enough.
fn spent(limits: &Limits) -> Refused {
    too_large(
        &format!("more than {} bytes in all", limits.total_bytes),
        "--max-total-bytes",
    )
}

fn bytes(file: &mut File, limits: &Limits, budget: &Budget) -> Result<Vec<u8>, Refused> {
    let refused = |error: io::Error| opening::not_readable(&error);
    let mut bytes = Vec::new();
    let limit = limits.document_bytes;
    match &file.source.from {
        From::Below(..) | From::File(..) => {
            let (mut opened, metadata) = file.source.open()?;
            file.modified = metadata
                .modified()
                .ok()
                .and_then(|time| Timestamp::try_from(time).ok());
            bytes = whole(&mut opened, metadata.len(), limit).map_err(refused)?;
            unaltered(&opened, &metadata)?;
        }
        From::StandardInput => {
            io::stdin()
                .lock()
                .take(limit + 1)
                .read_to_end(&mut bytes)
                .map_err(refused)?;
            // It can't be read a second time for its lines.
            file.source.from = From::Memory(Arc::new(bytes.clone()));
        }
        From::Memory(kept) => bytes.extend_from_slice(kept),
        From::Entry(packed, index) => {
            bytes = packed.again(*index as usize).ok_or_else(|| Refused {
                code: "not-readable",
                why: "the archive has changed while it was read".to_owned(),
                help: Some("run again on an archive that nobody writes to".to_owned()),
            })?;
        }
        From::Nowhere(refused) => return Err((**refused).clone()),
    }
    if bytes.len() as u64 > limit {
        return Err(too_large(
            &format!("more than {limit} bytes in one file"),
            "--max-document-bytes",
        ));
    }
    if !budget.bytes.take(bytes.len() as u64) {
        return Err(spent(limits));
    }
    Ok(bytes)
}

/// Refuses a file that was written to since it was opened: what was read may be
/// half of one version and half of another.
fn unaltered(file: &Opened, before: &Metadata) -> Result<(), Refused> {
    let after = file.metadata();
    let after = after.map_err(|error| opening::not_readable(&error))?;
    match opening::is_altered(before, &after) {
        true => Err(opening::altered()),
        false => Ok(()),
    }
}

/// All bytes of a file that should have `length`, or one more than `limit`.
fn whole(file: &mut Opened, length: u64, limit: u64) -> io::Result<Vec<u8>> {
    let length = usize::try_from(length.min(limit)).unwrap_or(0);
    // A file that gives its length where more was asked for has come to its
    // end: what is there to be read costs one call.
    let mut bytes = vec![0; length + 1];
    let read = file.read(&mut bytes)?;
    bytes.truncate(read);
    if read != length || length == 0 {
        let left = limit + 1 - u64::try_from(read).unwrap_or(limit);
        file.take(left).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The bytes of a file that was read before, if they are still the same: so
/// many, with this SHA-256.
#[must_use]
pub fn again(source: &Source, bytes: u64, sha256: [u8; 32]) -> Option<Vec<u8>> {
    let limits = Limits {
        document_bytes: bytes,
        ..Limits::default()
    };
    let read = self::bytes(&mut unread(source.clone()), &limits, &Budget::new(&limits)).ok()?;
    let digest: [u8; 32] = Sha256::digest(&read).into();
    (digest == sha256).then_some(read)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::evidence::{Bundle, Options};
    use crate::source::gather::gather;
    use crate::source::given::Links;

    /// What becomes of a file that was another when its folder was listed.
    fn swapped(swap: impl Fn(&Path)) -> (Option<&'static str>, usize, Option<[u8; 32]>) {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("us-east-1");
        fs::create_dir(&inner).unwrap();
        let path = inner.join("get-trail-status-main.json");
        fs::write(&path, "{\"IsLogging\": true}").unwrap();
        let sources = gather(&[folder.path().to_path_buf()], Links::Report);
        // Kept elsewhere, so that no other file gets its number.
        fs::rename(&path, folder.path().join("kept")).unwrap();
        swap(&path);
        let bundle = Bundle::of(sources, &Options::default());
        let [document] = bundle.documents.as_slice() else {
            panic!("{:?}", bundle.documents)
        };
        let code = document.problem.as_ref().map(|problem| problem.code);
        (code, document.failures.len(), bundle.files[0].sha256)
    }

    #[test]
    fn what_took_the_place_of_a_file_is_not_read() {
        let replaced = (Some("file-replaced"), 1, None);
        assert_eq!(
            swapped(|path| std::os::unix::fs::symlink("/etc/passwd", path).unwrap()),
            replaced
        );
        assert_eq!(swapped(|path| fs::write(path, "{}").unwrap()), replaced);
        assert_eq!(
            swapped(|path| {
                let made = std::process::Command::new("mkfifo").arg(path).status();
                assert!(made.unwrap().success());
            }),
            replaced
        );
        assert_eq!(
            swapped(|path| {
                // The folder that it stands in leads elsewhere.
                let folder = path.parent().unwrap();
                let other = folder.with_file_name("other");
                fs::create_dir(&other).unwrap();
                fs::write(other.join(path.file_name().unwrap()), "{}").unwrap();
                fs::rename(folder, folder.with_file_name("moved")).unwrap();
                std::os::unix::fs::symlink(&other, folder).unwrap();
            }),
            replaced
        );
        assert_eq!(swapped(|_| {}), (Some("not-readable"), 1, None));
    }

    /// The very file, by a way that leads through another folder: whoever made that
    /// link chooses what lies behind it.
    #[cfg(target_os = "linux")]
    #[test]
    fn no_link_is_followed_on_the_way_to_a_file() {
        let through_link = swapped(|path| {
            let folder = path.parent().unwrap();
            let other = folder.with_file_name("other");
            fs::create_dir(&other).unwrap();
            let kept = folder.with_file_name("kept");
            fs::hard_link(kept, other.join(path.file_name().unwrap())).unwrap();
            fs::rename(folder, folder.with_file_name("moved")).unwrap();
            std::os::unix::fs::symlink(&other, folder).unwrap();
        });
        assert_eq!(through_link, (Some("file-replaced"), 1, None));
    }
}
