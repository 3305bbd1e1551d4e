//! Archives made here, whole, damaged and hostile.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use tar::{EntryType, Header};
use zip::write::SimpleFileOptions;

use crate::source::archive::{Format, read, read_again};
use crate::source::limits::Limits;

pub(super) type Listing = Vec<(String, Result<String, &'static str>)>;

/// What an archive holds, and why it can't be read as a whole.
fn list_within(name: &str, bytes: &[u8], limits: &Limits) -> (Listing, Option<&'static str>) {
    let mut entries = Vec::new();
    let format = Format::of(name, bytes).unwrap();
    let whole = read(
        &mut Cursor::new(bytes),
        format,
        name,
        limits,
        &mut |entry| {
            if whole_is_small(bytes)
                && let Ok(content) = &entry.content
            {
                let again = read_again(&mut Cursor::new(bytes), format, name, limits, entry.index);
                assert_eq!(again.as_ref(), Some(content));
            }
            let content = entry
                .content
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .map_err(|refused| refused.code);
            entries.push((entry.name, content));
        },
    );
    (entries, whole.err().map(|refused| refused.code))
}

/// Whether an archive may be read once more for each of its entries.
fn whole_is_small(bytes: &[u8]) -> bool {
    bytes.len() < 4096
}

pub(super) fn list(name: &str, bytes: &[u8]) -> (Listing, Option<&'static str>) {
    list_within(name, bytes, &Limits::default())
}

pub(super) fn listing(entries: &[(&str, Result<&str, &'static str>)]) -> Listing {
    entries
        .iter()
        .map(|(name, content)| ((*name).to_owned(), content.map(str::to_owned)))
        .collect()
}

pub(super) fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(
            *name,
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated),
        )
        .unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(super) fn header(name: &str, kind: EntryType, size: usize) -> Header {
    let mut header = Header::new_gnu();
    // Not set_path, which refuses the names that are tested here.
    header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(size as u64);
    header.set_mode(0o644);
    header.set_cksum();
    header
}

pub(super) fn tarred(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, kind, content) in entries {
        tar.append(&header(name, *kind, content.len()), *content)
            .unwrap();
    }
    tar.into_inner().unwrap()
}

pub(super) fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

fn zstandard(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn an_account_s_folder_is_named_where_nothing_lies_in_it() {
    const NAMES: [&str; 7] = [
        "b/",
        "b/111122223333/",
        "b/111122223333/us-east-1/",
        "b/444455556666/",
        "777788889999/",
        "777788889999/eu-1111-2222-3333/",
        // Zips made of files alone have entries for the innermost folders only.
        "c/555566667777/us-east-1/trails/",
    ];
    const FILE: (&str, &[u8]) = ("b/444455556666/a.json", b"{}");
    let folders = NAMES.map(|name| (name, EntryType::Directory, &b""[..]));
    let entries = [&folders[..], &[(FILE.0, EntryType::Regular, FILE.1)]].concat();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in NAMES {
        zip.add_directory(name, SimpleFileOptions::default())
            .unwrap();
    }
    zip.start_file(FILE.0, SimpleFileOptions::default())
        .unwrap();
    zip.write_all(FILE.1).unwrap();
    let expected = listing(&[
        (FILE.0, Ok("{}")),
        ("777788889999/eu-1111-2222-3333/", Err("empty-folder")),
        ("b/111122223333/", Err("empty-folder")),
        ("c/555566667777/", Err("empty-folder")),
    ]);
    for (name, bytes) in [
        ("x.tar", tarred(&entries)),
        ("x.zip", zip.finish().unwrap().into_inner()),
    ] {
        assert_eq!(list(name, &bytes), (expected.clone(), None), "{name}");
    }
}

/// Three files in a tarball.
pub(super) fn sample() -> Vec<u8> {
    tarred(&[
        ("./b/", EntryType::Directory, b""),
        ("./b/two.json", EntryType::Regular, b"{\"two\": 2}"),
        ("one.json", EntryType::Regular, b"{}"),
        ("empty", EntryType::Regular, b""),
    ])
}

#[test]
fn every_format_gives_its_entries_in_its_own_order() {
    let entries = listing(&[
        ("b/two.json", Ok("{\"two\": 2}")),
        ("one.json", Ok("{}")),
        ("empty", Ok("")),
    ]);
    let zip = zipped(&[
        ("b/two.json", b"{\"two\": 2}"),
        ("one.json", b"{}"),
        ("empty", b""),
    ]);
    for (name, bytes) in [
        ("x.zip", zip),
        ("x.tar", sample()),
        ("x.tar.gz", gzipped(&sample())),
        ("x.tgz", gzipped(&sample())),
        ("x.tar.zst", zstandard(&sample())),
    ] {
        assert_eq!(list(name, &bytes), (entries.clone(), None), "{name}");
    }
}

#[test]
fn a_single_file_is_an_entry_with_its_own_name() {
    for (name, inner, bytes) in [
        ("a/status.json.gz", "status.json", gzipped(b"{}")),
        ("status.json.zst", "status.json", zstandard(b"{}")),
        (".gz", "content", gzipped(b"{}")),
    ] {
        assert_eq!(
            list(name, &bytes),
            (listing(&[(inner, Ok("{}"))]), None),
            "{name}"
        );
    }
}

#[test]
fn several_members_and_frames_are_one_content() {
    let gzip = [gzipped(b"{\"a\""), gzipped(b": 1}")].concat();
    assert_eq!(list("x.gz", &gzip).0, listing(&[("x", Ok("{\"a\": 1}"))]));
    let skipped = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    let frames = [zstandard(b"{\"a\""), skipped.to_vec(), zstandard(b": 1}")].concat();
    assert_eq!(
        list("x.zst", &frames).0,
        listing(&[("x", Ok("{\"a\": 1}"))])
    );
}

#[test]
fn an_archive_is_one_by_name_and_by_bytes() {
    let zip = zipped(&[("a", b"1")]);
    assert_eq!(Format::of("evidence.ZIP", &zip), Some(Format::Zip));
    assert_eq!(Format::of("report.xlsx", &zip), None);
    assert_eq!(Format::of("evidence.zip", b"{}"), None);
    assert_eq!(Format::of("evidence.tar", &[0; 1024]), None);
    assert_eq!(Format::of("evidence.tar", &[b' '; 1024]), None);
    assert_eq!(Format::of_bytes(&zip), Some(Format::Zip));
    assert_eq!(Format::of_bytes(&sample()), Some(Format::Tar));
    assert_eq!(Format::of_bytes(b""), None);
}

#[test]
fn names_that_climb_or_start_at_the_root_are_only_names() {
    let entries = listing(&[
        ("../../etc/passwd", Ok("1")),
        ("/etc/passwd", Ok("2")),
        ("C:/a.json", Ok("3")),
    ]);
    let tar = tarred(&[
        ("../..//etc/passwd", EntryType::Regular, b"1"),
        ("//etc/./passwd", EntryType::Regular, b"2"),
        ("C:/a.json", EntryType::Regular, b"3"),
    ]);
    assert_eq!(list("x.tar", &tar), (entries.clone(), None));
    let zip = zipped(&[
        ("../../etc/passwd", b"1"),
        ("/etc/passwd", b"2"),
        ("C:\\a.json", b"3"),
    ]);
    assert_eq!(list("x.zip", &zip), (entries, None));
}

#[test]
fn a_name_that_is_no_utf8_is_a_name_all_the_same() {
    let mut tar = tarred(&[("?.json", EntryType::Regular, b"1")]);
    tar[0] = 0xff;
    // The checksum has to fit the name.
    let mut fixed = Header::from_byte_slice(tar.first_chunk::<512>().unwrap()).clone();
    fixed.set_cksum();
    tar[..512].copy_from_slice(fixed.as_bytes());
    assert_eq!(list("x.tar", &tar).0, listing(&[("\\xFF.json", Ok("1"))]));
}

#[test]
fn links_and_devices_are_reported() {
    let tar = tarred(&[
        ("soft", EntryType::Symlink, b""),
        ("hard", EntryType::Link, b""),
        ("dev", EntryType::Char, b""),
        ("fifo", EntryType::Fifo, b""),
        ("a.json", EntryType::Regular, b"1"),
    ]);
    let entries = [
        ("soft", Err("archive-link")),
        ("hard", Err("archive-link")),
        ("dev", Err("not-a-file")),
        ("fifo", Err("not-a-file")),
        ("a.json", Ok("1")),
    ];
    assert_eq!(list("x.tar", &tar), (listing(&entries), None));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("soft", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let zip = zip.finish().unwrap().into_inner();
    assert_eq!(
        list("x.zip", &zip),
        (listing(&[("soft", Err("archive-link"))]), None)
    );
}

#[test]
fn none_of_two_entries_of_one_name_is_read() {
    let entries = listing(&[("a.json", Err("duplicate-entry")), ("c.json", Ok("3"))]);
    let tar = tarred(&[
        ("a.json", EntryType::Regular, b"1"),
        ("c.json", EntryType::Regular, b"3"),
        ("./a.json", EntryType::Regular, b"2"),
    ]);
    assert_eq!(list("x.tar", &tar), (entries.clone(), None));
    let zip = zipped(&[("a.json", b"1"), ("c.json", b"3"), (".//a.json", b"2")]);
    assert_eq!(list("x.zip", &zip), (entries.clone(), None));
    let same = replaced(
        &zipped(&[("a.json", b"1"), ("c.json", b"3"), ("b.json", b"2")]),
        b"b.json",
        b"a.json",
    );
    assert_eq!(list("x.zip", &same), (entries, None));
}

/// The bytes with every occurrence of one text replaced by another as long.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, from).collect();
    for place in places {
        bytes[place..place + to.len()].copy_from_slice(to);
    }
    bytes
}

#[test]
fn an_archive_in_an_archive_is_reported() {
    let inner = zipped(&[("a.json", b"1")]);
    let tar = tarred(&[
        ("in.zip", EntryType::Regular, &inner),
        ("log.json.gz", EntryType::Regular, &gzipped(b"{}")),
        ("book.xlsx", EntryType::Regular, &inner),
    ]);
    let (entries, whole) = list("x.tar.gz", &gzipped(&tar));
    assert_eq!(whole, None);
    assert_eq!(entries[0], ("in.zip".to_owned(), Err("nested-archive")));
    assert_eq!(
        entries[1],
        ("log.json.gz".to_owned(), Err("nested-archive"))
    );
    assert!(entries[2].1.is_ok());
    assert_eq!(
        list("y.zip", &zipped(&[("in.zip", &inner)])).0,
        listing(&[("in.zip", Err("nested-archive"))])
    );
    assert_eq!(
        list("x.zip.gz", &gzipped(&inner)).0,
        listing(&[("x.zip", Err("nested-archive"))])
    );
}

#[test]
fn an_encrypted_entry_is_reported_and_the_others_are_read() {
    let mut zip = zipped(&[("a.json", b"1"), ("b.json", b"2")]);
    // Bit 0 of the flags, in the local header and in the central directory.
    zip[6] |= 1;
    let central = memchr::memmem::find(&zip, b"PK\x01\x02").unwrap();
    zip[central + 8] |= 1;
    assert_eq!(
        list("x.zip", &zip),
        (
            listing(&[("a.json", Err("encrypted")), ("b.json", Ok("2"))]),
            None
        )
    );
}

#[test]
fn an_unknown_compression_is_reported() {
    let mut zip = zipped(&[("a.json", b"1")]);
    zip[8] = 12;
    let central = memchr::memmem::find(&zip, b"PK\x01\x02").unwrap();
    zip[central + 10] = 12;
    assert_eq!(
        list("x.zip", &zip),
        (listing(&[("a.json", Err("archive-unsupported"))]), None)
    );
}

#[test]
fn a_damaged_entry_of_a_zip_is_its_own_trouble() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("a.json", "first"), ("b.json", "second")] {
        zip.start_file(
            name,
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored),
        )
        .unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    let zip = replaced(&zip.finish().unwrap().into_inner(), b"first", b"worst");
    assert_eq!(
        list("x.zip", &zip),
        (
            listing(&[("a.json", Err("archive-damaged")), ("b.json", Ok("second"))]),
            None
        )
    );
}

#[test]
fn a_tarball_that_is_damaged_anywhere_is_not_read() {
    let damaged = Some("archive-damaged");
    let tar = sample();
    for cut in [600, 1100, 1540] {
        assert_eq!(list("x.tar", &tar[..cut]), (vec![], damaged), "{cut}");
    }
    let gzip = gzipped(&tar);
    for cut in [20, gzip.len() / 2, gzip.len() - 1] {
        assert_eq!(list("x.tar.gz", &gzip[..cut]), (vec![], damaged), "{cut}");
    }
    let mut wrong = gzip.clone();
    let checksum = wrong.len() - 8;
    wrong[checksum] ^= 1;
    assert_eq!(list("x.tar.gz", &wrong), (vec![], damaged));
    let mut wrong = zstandard(&tar);
    let checksum = wrong.len() - 1;
    wrong[checksum] ^= 1;
    assert_eq!(list("x.tar.zst", &wrong), (vec![], damaged));
    let mut wrong = gzipped(b"{}");
    let checksum = wrong.len() - 8;
    wrong[checksum] ^= 1;
    assert_eq!(list("x.gz", &wrong), (vec![], damaged));
}

#[test]
fn a_tarball_that_ends_between_two_entries_is_cut_short() {
    let damaged = Some("archive-damaged");
    let tar = sample();
    let ends = tar.len() - 1024;
    for cut in [512, 1536, 2048, ends, ends + 512] {
        assert_eq!(list("x.tar", &tar[..cut]), (vec![], damaged), "{cut}");
        let whole = gzipped(&tar[..cut]);
        assert_eq!(list("x.tar.gz", &whole), (vec![], damaged), "{cut}");
    }
    assert_eq!(list("x.tar", &tar).1, None);
    let padded = [tar.clone(), vec![0; 7 * 512]].concat();
    assert_eq!(list("x.tar", &padded), list("x.tar", &tar));
    for behind in [tar.clone(), b"{}".to_vec()] {
        let more = [tar.clone(), behind].concat();
        assert_eq!(list("x.tar", &more), (vec![], damaged));
    }
}

#[test]
fn bytes_that_no_entry_of_a_zip_accounts_for_are_told() {
    let damaged = Some("archive-damaged");
    let zip = zipped(&[("a.json", b"{}"), ("b.json", b"[]")]);
    let one = listing(&[("a.json", Ok("{}")), ("b.json", Ok("[]"))]);
    assert_eq!(list("x.zip", &zip), (one.clone(), None));
    let other = zipped(&[("c.json", b"1")]);
    let both = [other.as_slice(), &zip].concat();
    assert_eq!(list("x.zip", &both), (one.clone(), damaged));
    let trailed = [zip.as_slice(), b"what is left of another one"].concat();
    assert_eq!(list("x.zip", &trailed), (one, damaged));
    // The first entry taken off the list: its bytes are there still.
    let directory = zip.windows(4).position(|at| at == b"PK\x01\x02").unwrap();
    let end = zip.windows(4).position(|at| at == b"PK\x05\x06").unwrap();
    let header = (end - directory) / 2;
    let mut shorter = [&zip[..directory], &zip[directory + header..]].concat();
    let end = end - header;
    shorter[end + 8] = 1;
    shorter[end + 10] = 1;
    shorter[end + 12] = u8::try_from(header).unwrap();
    assert_eq!(
        list("x.zip", &shorter),
        (listing(&[("b.json", Ok("[]"))]), damaged)
    );
    // The same, with its header in the directory left in place.
    let mut fewer = zip.clone();
    let end = zip.windows(4).position(|at| at == b"PK\x05\x06").unwrap();
    fewer[end + 8] = 1;
    fewer[end + 10] = 1;
    assert_eq!(list("x.zip", &fewer).1, damaged);
}

#[test]
fn a_bomb_is_cut_off() {
    let limits = Limits {
        expansion: 10,
        document_bytes: 1 << 20,
        ..Limits::default()
    };
    let noughts = vec![0; 80 << 20];
    assert_eq!(
        list_within("x.gz", &gzipped(&noughts), &limits).1,
        Some("archive-bomb")
    );
    let tar = gzipped(&tarred(&[("a", EntryType::Regular, &noughts)]));
    assert_eq!(
        list_within("x.tar.gz", &tar, &limits),
        (vec![], Some("archive-bomb"))
    );
    let (entries, whole) = list_within("x.zip", &zipped(&[("a", b"1"), ("b", &noughts)]), &limits);
    assert_eq!(
        (entries, whole),
        (listing(&[("a", Ok("1"))]), Some("archive-bomb"))
    );
    // Within what any archive may unpack to, one entry is still too large.
    let large = vec![0; 2 << 20];
    let (entries, whole) = list_within(
        "x.tar.gz",
        &gzipped(&tarred(&[
            ("a", EntryType::Regular, &large),
            ("b", EntryType::Regular, b"2"),
        ])),
        &limits,
    );
    assert_eq!(
        (entries, whole),
        (listing(&[("a", Err("too-large")), ("b", Ok("2"))]), None)
    );
    assert_eq!(
        list_within("x.zip", &zipped(&[("a", &large)]), &limits).0,
        listing(&[("a", Err("too-large"))])
    );
}

#[test]
fn what_the_whole_run_may_read_bounds_an_archive_too() {
    let limits = Limits {
        total_bytes: 1 << 20,
        ..Limits::default()
    };
    assert_eq!(
        list_within(
            "x.tar.gz",
            &gzipped(&tarred(&[("a", EntryType::Regular, &vec![0; 2 << 20])])),
            &limits
        )
        .1,
        Some("too-large")
    );
}

#[test]
fn too_many_entries_are_none() {
    let limits = Limits {
        entries: 2,
        ..Limits::default()
    };
    assert_eq!(
        list_within("x.tar", &sample(), &limits),
        (vec![], Some("too-many-entries"))
    );
    let zip = zipped(&[("a", b""), ("b", b""), ("c", b"")]);
    assert_eq!(
        list_within("x.zip", &zip, &limits),
        (vec![], Some("too-many-entries"))
    );
}

#[test]
fn a_long_name_is_read_and_an_endless_one_is_not() {
    let long = format!("{}/status.json", "d".repeat(300));
    let mut tar = tar::Builder::new(Vec::new());
    let mut plain = Header::new_gnu();
    plain.set_size(1);
    tar.append_data(&mut plain, &long, &b"1"[..]).unwrap();
    assert_eq!(
        list("x.tar", &tar.into_inner().unwrap()).0,
        listing(&[(&long, Ok("1"))])
    );
    let endless = vec![b'a'; 8 << 20];
    let tar = tarred(&[
        ("././@LongLink", EntryType::GNULongName, &endless),
        ("a", EntryType::Regular, b"1"),
    ]);
    assert_eq!(
        list("x.tar.gz", &gzipped(&tar)),
        (vec![], Some("archive-damaged"))
    );
}

#[test]
fn the_holes_of_a_sparse_file_take_no_time() {
    let mut header = Header::new_gnu();
    let gnu = header.as_gnu_mut().unwrap();
    gnu.name[..1].copy_from_slice(b"s");
    gnu.sparse[0].offset.copy_from_slice(b"77777777770\0");
    gnu.sparse[0].numbytes.copy_from_slice(b"00000000000\0");
    gnu.realsize.copy_from_slice(b"77777777770\0");
    header.set_entry_type(EntryType::GNUSparse);
    header.set_size(0);
    header.set_cksum();
    let mut tar = tar::Builder::new(Vec::new());
    tar.append(&header, &b""[..]).unwrap();
    let mut plain = Header::new_gnu();
    plain.set_size(1);
    tar.append_data(&mut plain, "a.json", &b"1"[..]).unwrap();
    let (entries, whole) = list("x.tar", &tar.into_inner().unwrap());
    assert_eq!(
        (entries, whole),
        (
            listing(&[("s", Err("archive-unsupported")), ("a.json", Ok("1"))]),
            None
        )
    );
}

proptest! {
    #[test]
    fn no_damage_makes_a_panic_or_other_content(place in any::<prop::sample::Index>(), bit in 0_u32..8, cut in any::<prop::sample::Index>()) {
        let tar = sample();
        let zip = zipped(&[("b/two.json", b"{\"two\": 2}"), ("one.json", b"{}")]);
        for (name, bytes, checked) in [
            ("x.zip", zip, false),
            ("x.tar", tar.clone(), false),
            ("x.tar.gz", gzipped(&tar), true),
            ("x.tar.zst", zstandard(&tar), true),
        ] {
            let whole = list(name, &bytes);
            for damaged in [flipped(&bytes, place.index(bytes.len()), bit), bytes[..cut.index(bytes.len())].to_vec()] {
                if Format::of(name, &damaged).is_none() {
                    continue;
                }
                let read = list(name, &damaged);
                // A checksum over the whole: what is read is what was written.
                prop_assert!(!checked || read.0.is_empty() || read == whole, "{name}: {read:?}");
            }
        }
    }

    #[test]
    fn no_bytes_make_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for (name, magic) in [("x.zip", &b"PK\x03\x04"[..]), ("x.zip", b"PK\x05\x06"), ("x.gz", &[0x1f, 0x8b, 8]), ("x.zst", &[0x28, 0xb5, 0x2f, 0xfd])] {
            let _ = list(name, &[magic, &bytes].concat());
        }
    }
}

fn flipped(bytes: &[u8], place: usize, bit: u32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[place] ^= 1 << bit;
    bytes
}
