//! Archives of a bundle: their entries become files of it, and can be read
//! again when their lines are shown.

use std::fs::File as Opened;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::source::archive;
use crate::source::archive::{Entry, Format, ReadSeek};
use crate::source::given::{From, Refused, Source, plain};
use crate::source::limits::Limits;

/// What an archive may unpack to and still be kept unpacked while its lines are
/// shown. A larger one is unpacked again for each file of it that is.
const KEPT: u64 = 256 << 20;

/// An archive of the bundle.
#[derive(Debug)]
pub struct Packed {
    /// The archive's own name in the report.
    pub name: Arc<str>,
    source: Source,
    format: Format,
    limits: Limits,
    shelf: Arc<Shelf>,
}

/// Room for one unpacked archive: the one that was read from last.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    name: Arc<str>,
    /// The content of each entry, by its index.
    entries: Vec<Option<Vec<u8>>>,
}

impl Packed {
    /// The archive that a source is, if it is one. A file has to say so by its
    /// name too; of standard input the bytes are enough.
    #[must_use]
    pub fn of(source: &Source, limits: &Limits, shelf: &Arc<Shelf>) -> Option<Self> {
        let format = match &source.from {
            From::Below(_) | From::File(_) if Format::is_named(&source.name) => {
                Format::of(&source.name, &head(&source.path()?)?)
            }
            From::Memory(bytes) => Format::of_bytes(bytes),
            _ => None,
        }?;
        Some(Self {
            name: Arc::clone(&source.name),
            source: source.clone(),
            format,
            limits: *limits,
            shelf: Arc::clone(shelf),
        })
    }

    /// The archive's size and SHA-256.
    ///
    /// # Errors
    /// Where it can't be read.
    pub fn digest(&self) -> Result<(u64, [u8; 32]), Refused> {
        let mut hasher = Sha256::new();
        let bytes = self
            .open()
            .and_then(|mut file| io::copy(&mut file, &mut hasher))
            .map_err(|error| Refused {
                code: "not-readable",
                why: plain(&error),
                help: Some("make it readable and run again".to_owned()),
            })?;
        Ok((bytes, hasher.finalize().into()))
    }

    /// Reads every entry in the archive's order.
    ///
    /// # Errors
    /// Why it can't be read, or not to its end.
    pub fn read(&self, visit: &mut dyn FnMut(Entry)) -> Result<(), Refused> {
        let mut file = self.open().map_err(|error| Refused {
            code: "not-readable",
            why: plain(&error),
            help: Some("make it readable and run again".to_owned()),
        })?;
        archive::read(&mut *file, self.format, &self.name, &self.limits, visit)
    }

    /// The source that an entry is.
    #[must_use]
    pub fn source(packed: &Arc<Self>, entry: &Entry, direct: bool) -> Source {
        Source {
            name: format!("{}!{}", packed.name, entry.name).into(),
            from: match &entry.content {
                // What comes after the four thousand millionth is not read again.
                Ok(_) => {
                    let index = u32::try_from(entry.index).unwrap_or(u32::MAX);
                    From::Entry(Arc::clone(packed), index)
                }
                Err(refused) => From::Nowhere(refused.clone().into()),
            },
            // What is packed alone was named with its packing.
            direct: direct
                && matches!(packed.format, Format::Gzip | Format::Zstandard)
                && entry.name == archive::inner_name(&packed.name),
        }
    }

    /// An entry's content once more.
    #[must_use]
    pub fn again(&self, index: usize) -> Option<Vec<u8>> {
        let mut shelf = self.shelf.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.as_ref().is_none_or(|kept| kept.name != self.name) {
            *shelf = self.unpacked();
        }
        match shelf.as_ref() {
            Some(kept) => kept.entries.get(index)?.clone(),
            None => archive::read_again(
                &mut *self.open().ok()?,
                self.format,
                &self.name,
                &self.limits,
                index,
            ),
        }
    }

    /// All of it, if that is little enough to keep.
    fn unpacked(&self) -> Option<Kept> {
        let limits = Limits {
            total_bytes: self.limits.total_bytes.min(KEPT),
            ..self.limits
        };
        let mut entries = Vec::new();
        let mut keep = |entry: Entry| {
            entries.resize(entry.index.max(entries.len()), None);
            entries.push(entry.content.ok());
        };
        archive::read(
            &mut *self.open().ok()?,
            self.format,
            &self.name,
            &limits,
            &mut keep,
        )
        .ok()?;
        Some(Kept {
            name: Arc::clone(&self.name),
            entries,
        })
    }

    fn open(&self) -> io::Result<Box<dyn ReadSeek + '_>> {
        match (&self.source.from, self.source.path()) {
            (_, Some(path)) => Ok(Box::new(Opened::open(path)?)),
            (From::Memory(bytes), _) => Ok(Box::new(Cursor::new(bytes.as_slice()))),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// The name of the packing, for a file that is packed alone; else its own name.
#[must_use]
pub fn outer(name: &str) -> &str {
    match name.rsplit_once('!') {
        Some((outer, inner)) if Format::is_named(outer) && archive::inner_name(outer) == inner => {
            outer
        }
        _ => name,
    }
}

fn head(path: &Path) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    Opened::open(path)
        .ok()?
        .take(512)
        .read_to_end(&mut head)
        .ok()?;
    Some(head)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::outer;
    use crate::evidence::{Bundle, Options, file};
    use crate::report::DocumentKind;

    const TRAILS: &str = r#"{"trailList": [{"Name": "main", "S3BucketName": "logs", "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main", "HomeRegion": "us-east-1"}]}"#;
    const STATUS: &str = r#"{"IsLogging": true, "LatestDeliveryTime": 1766278453.137}"#;

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    fn tarball(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            tar.append_data(&mut header, name, content.as_bytes())
                .unwrap();
        }
        gzipped(&tar.into_inner().unwrap())
    }

    fn kinds(bundle: &Bundle) -> Vec<(String, DocumentKind, Option<&'static str>)> {
        bundle
            .documents
            .iter()
            .map(|document| {
                let code = document.problem.as_ref().map(|problem| problem.code);
                (bundle.name(document).to_string(), document.kind, code)
            })
            .collect()
    }

    fn read(folder: &Path) -> Bundle {
        Bundle::read(&[folder.to_path_buf()], &Options::default())
    }

    #[test]
    fn entries_are_files_of_the_bundle_and_can_be_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = tarball(&[("z/status.json", STATUS), ("describe-trails.json", TRAILS)]);
        std::fs::write(folder.path().join("b.tar.gz"), bytes).unwrap();
        std::fs::write(folder.path().join("b.tar.gz!a.json"), "{}").unwrap();
        std::fs::write(folder.path().join("c.json.gz"), gzipped(TRAILS.as_bytes())).unwrap();
        let bundle = read(folder.path());
        let found = kinds(&bundle);
        let expected = [
            ("b.tar.gz", DocumentKind::Other, None),
            (
                "b.tar.gz!a.json",
                DocumentKind::CollectionError,
                Some("empty-answer"),
            ),
            (
                "b.tar.gz!describe-trails.json",
                DocumentKind::DescribeTrails,
                None,
            ),
            ("b.tar.gz!z/status.json", DocumentKind::GetTrailStatus, None),
            ("c.json.gz", DocumentKind::Other, None),
            ("c.json.gz!c.json", DocumentKind::DescribeTrails, None),
        ];
        assert_eq!(
            found,
            expected.map(|(name, kind, code)| (name.to_owned(), kind, code))
        );
        assert_eq!(
            bundle.documents[0].detail.as_deref(),
            Some("an archive of 2 files")
        );
        for (at, content) in [(2, TRAILS), (3, STATUS), (5, TRAILS), (2, TRAILS)] {
            let one = &bundle.files[at];
            let again = file::again(&one.source, one.bytes, one.sha256.unwrap());
            assert_eq!(again.as_deref(), Some(content.as_bytes()));
            assert_eq!(file::again(&one.source, one.bytes, [0; 32]), None);
        }
    }

    #[test]
    fn an_archive_that_can_not_be_read_may_have_held_evidence() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = tarball(&[("status.json", STATUS)]);
        std::fs::write(folder.path().join("cut.tar.gz"), &bytes[..bytes.len() / 2]).unwrap();
        std::fs::write(folder.path().join("no.zip"), [0xff; 600]).unwrap();
        std::fs::write(folder.path().join("void.zip"), "").unwrap();
        let bundle = read(folder.path());
        let expected = [
            (
                "cut.tar.gz",
                DocumentKind::Unreadable,
                Some("archive-damaged"),
            ),
            ("no.zip", DocumentKind::Unreadable, Some("archive-damaged")),
            ("void.zip", DocumentKind::Unreadable, Some("empty")),
        ];
        assert_eq!(
            kinds(&bundle),
            expected.map(|(name, kind, code)| (name.to_owned(), kind, code))
        );
        assert!(
            bundle
                .documents
                .iter()
                .all(|document| document.failures.len() == 1)
        );
    }

    #[test]
    fn what_is_packed_alone_goes_by_its_packing() {
        assert_eq!(outer("a/x.json.gz!x.json"), "a/x.json.gz");
        assert_eq!(outer("a/x.zip!x.json"), "a/x.zip!x.json");
        assert_eq!(outer("a/x.json"), "a/x.json");
        assert_eq!(outer("b.zip!a/x.json.gz!x.json"), "b.zip!a/x.json.gz");
    }
}
