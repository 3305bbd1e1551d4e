//! Archives of a bundle: their entries become files of it, and can be read
//! again when their lines are shown.

use std::io::{Cursor, Read, Seek};
use std::sync::{Arc, Mutex, PoisonError};

use crate::source::archive;
use crate::source::archive::{Entry, Format, ReadSeek};
use crate::source::given::{From, Refused, Source};
use crate::source::limits::Limits;
use crate::source::opening::{altered, not_readable};
use crate::source::seal::{Seal, Sealed};

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
    /// What its bytes were when it was found.
    seal: Seal,
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
    ///
    /// # Errors
    /// Where it is one and can't be read.
    pub fn of(
        source: &Source,
        limits: &Limits,
        shelf: &Arc<Shelf>,
    ) -> Result<Option<Self>, Refused> {
        let format = |head: &[u8]| match &source.from {
            From::Memory(_) => Format::of_bytes(head),
            _ => Format::of(&source.name, head),
        };
        let may_be = match &source.from {
            From::Below(..) | From::File(..) => Format::is_named(&source.name),
            From::Memory(_) => true,
            _ => false,
        };
        if !may_be {
            return Ok(None);
        }
        let refused = |error| not_readable(&error);
        let mut file = opened(source)?;
        let mut head = Vec::new();
        let read = file.by_ref().take(HEAD).read_to_end(&mut head);
        read.map_err(refused)?;
        if format(&head).is_none() {
            return Ok(None);
        }
        file.rewind().map_err(refused)?;
        let sealed = Seal::of(&mut file, limits.total_bytes).map_err(refused)?;
        let (seal, first) = sealed.ok_or_else(|| too_large(limits))?;
        let head = first.get(..HEAD as usize).unwrap_or(&first);
        Ok(Some(Self {
            name: Arc::clone(&source.name),
            source: source.clone(),
            format: format(head).ok_or_else(altered)?,
            seal,
            limits: *limits,
            shelf: Arc::clone(shelf),
        }))
    }

    /// The archive's size and SHA-256: those of the bytes that its entries were
    /// read from.
    #[must_use]
    pub fn digest(&self) -> (u64, Option<[u8; 32]>) {
        (self.seal.bytes, Some(self.seal.sha256))
    }

    /// Reads every entry in the archive's order.
    ///
    /// # Errors
    /// Why it can't be read, or not to its end.
    pub fn read(&self, visit: &mut dyn FnMut(Entry)) -> Result<(), Refused> {
        self.read_within(&self.limits, visit)
    }

    fn read_within(&self, limits: &Limits, visit: &mut dyn FnMut(Entry)) -> Result<(), Refused> {
        let mut file = Sealed::new(opened(&self.source)?, &self.seal);
        let read = archive::read(&mut file, self.format, &self.name, limits, visit);
        match file.is_broken() {
            true => Err(altered()),
            false => read,
        }
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
            None => {
                let mut file = Sealed::new(opened(&self.source).ok()?, &self.seal);
                archive::read_again(&mut file, self.format, &self.name, &self.limits, index)
            }
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
        self.read_within(&limits, &mut keep).ok()?;
        Some(Kept {
            name: Arc::clone(&self.name),
            entries,
        })
    }
}

/// How much of a file says of which format it is.
const HEAD: u64 = 512;

fn opened(source: &Source) -> Result<Box<dyn ReadSeek + '_>, Refused> {
    match &source.from {
        From::Below(..) | From::File(..) => Ok(Box::new(source.open()?.0)),
        From::Memory(bytes) => Ok(Box::new(Cursor::new(bytes.as_slice()))),
        _ => Err(not_readable(&std::io::ErrorKind::NotFound.into())),
    }
}

/// An archive that is larger packed than a run may read unpacked.
fn too_large(limits: &Limits) -> Refused {
    Refused {
        code: "too-large",
        why: format!(
            "not read: an archive of more than {} bytes",
            limits.total_bytes
        ),
        help: Some("raise --max-total-bytes if the evidence really is that large".to_owned()),
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

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;
    use std::sync::Arc;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use sha2::{Digest, Sha256};

    use super::{Packed, outer};
    use crate::evidence::{Bundle, Options, file};
    use crate::finding::DocumentKind;
    use crate::source::gather::gather;
    use crate::source::given::Links;
    use crate::source::limits::Limits;

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
                "b.tar.gz!describe-trails.json",
                DocumentKind::DescribeTrails,
                None,
            ),
            ("b.tar.gz!z/status.json", DocumentKind::GetTrailStatus, None),
            (
                "b.tar.gz\\x21a.json",
                DocumentKind::CollectionError,
                Some("empty-answer"),
            ),
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
        for (at, content) in [(1, TRAILS), (2, STATUS), (5, TRAILS), (1, TRAILS)] {
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
    fn an_archive_has_the_hash_of_what_was_read_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.tar.gz");
        let one = tarball(&[("describe-trails.json", TRAILS)]);
        let other = tarball(&[("describe-trails.json", STATUS)]);
        std::fs::write(&path, &one).unwrap();
        let limits = Limits::default();
        let mut sources = gather(std::slice::from_ref(&path), Links::Report);
        let packed = Packed::of(&sources.remove(0), &limits, &Arc::default());
        let packed = packed.unwrap().unwrap();
        let hash: [u8; 32] = Sha256::digest(&one).into();
        // Written over in its place, as `cp` does.
        for (bytes, code) in [(&other, Some("file-changed")), (&one, None)] {
            std::fs::write(&path, bytes).unwrap();
            let mut content = Vec::new();
            let read = packed.read(&mut |entry| content.push(entry.content.unwrap()));
            assert_eq!(read.err().map(|refused| refused.code), code);
            let expected = code.is_none().then(|| TRAILS.as_bytes().to_vec());
            assert_eq!(content, Vec::from_iter(expected));
            assert_eq!(packed.digest(), (one.len() as u64, Some(hash)));
        }
        std::fs::rename(&path, folder.path().join("kept")).unwrap();
        std::fs::write(&path, &one).unwrap();
        let read = packed.read(&mut |_| {});
        assert_eq!(
            read.err().map(|refused| refused.code),
            Some("file-replaced")
        );
    }

    #[test]
    fn an_archive_is_no_larger_than_a_run_may_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.tar.gz");
        std::fs::write(&path, tarball(&[("describe-trails.json", TRAILS)])).unwrap();
        let limits = Limits {
            total_bytes: 100,
            ..Limits::default()
        };
        let options = Options {
            limits,
            ..Options::default()
        };
        let bundle = Bundle::read(&[path], &options);
        let code = bundle.documents[0]
            .problem
            .as_ref()
            .map(|problem| problem.code);
        assert_eq!(code, Some("too-large"));
    }

    #[test]
    fn archives_of_one_name_are_both_read() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a/b.tar.gz", "c/b.tar.gz"].map(|name| folder.path().join(name));
        for path in &paths {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, tarball(&[("describe-trails.json", TRAILS)])).unwrap();
        }
        let bundle = Bundle::read(&paths, &Options::default());
        let names: Vec<_> = kinds(&bundle).into_iter().map(|kind| kind.0).collect();
        let expected = [
            "b.tar.gz",
            "b.tar.gz!describe-trails.json",
            "b~2.tar.gz",
            "b~2.tar.gz!describe-trails.json",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn what_is_packed_alone_goes_by_its_packing() {
        assert_eq!(outer("a/x.json.gz!x.json"), "a/x.json.gz");
        assert_eq!(outer("a/x.zip!x.json"), "a/x.zip!x.json");
        assert_eq!(outer("a/x.json"), "a/x.json");
        assert_eq!(outer("b.zip!a/x.json.gz!x.json"), "b.zip!a/x.json.gz");
    }
}
