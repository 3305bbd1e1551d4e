//! Archives that two programs read in two ways: none is read without a word.

use tar::EntryType;

use super::tests::{Listing, gzipped, header, list, listing, sample, tarred, zipped};

const DAMAGED: Option<&str> = Some("archive-damaged");

/// A zip made here by hand, so that each of its parts can lie.
#[derive(Clone)]
struct Zip {
    files: Vec<Made>,
    /// Stands before the directory.
    before: Vec<u8>,
    /// How many files the end counts, if it lies.
    counted: Option<u16>,
    comment: Vec<u8>,
    is_large: bool,
}

#[derive(Clone)]
struct Made {
    name: Vec<u8>,
    own_name: Vec<u8>,
    content: Vec<u8>,
    /// What the directory says of its packed size, if it lies.
    packed: Option<usize>,
    flags: u16,
    own_size: Option<u32>,
    own_method: u16,
    extra: Vec<u8>,
    /// Stands behind it.
    behind: Vec<u8>,
    is_listed: bool,
    mode: u32,
}

fn made(name: &str, content: &str) -> Made {
    Made {
        name: name.into(),
        own_name: name.into(),
        content: content.into(),
        packed: None,
        flags: 0,
        own_size: None,
        own_method: 0,
        extra: Vec::new(),
        behind: Vec::new(),
        is_listed: true,
        mode: 0o100_644,
    }
}

fn zip(files: &[Made]) -> Zip {
    Zip {
        files: files.to_vec(),
        before: Vec::new(),
        counted: None,
        comment: Vec::new(),
        is_large: false,
    }
}

fn crc(content: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(content);
    crc.sum()
}

impl Zip {
    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut directory = Vec::new();
        let mut count = 0_u16;
        for file in &self.files {
            let local = out.len() as u32;
            let size = file.content.len() as u32;
            let crc = crc(&file.content);
            let own_size = file.own_size.unwrap_or(size);
            out.extend(b"PK\x03\x04\x14\0");
            out.extend(file.flags.to_le_bytes());
            out.extend(file.own_method.to_le_bytes());
            out.extend([0; 4]);
            out.extend(crc.to_le_bytes());
            out.extend([own_size, own_size].map(u32::to_le_bytes).concat());
            out.extend((file.own_name.len() as u16).to_le_bytes());
            out.extend((file.extra.len() as u16).to_le_bytes());
            out.extend([&*file.own_name, &file.extra, &file.content, &file.behind].concat());
            if !file.is_listed {
                continue;
            }
            count += 1;
            let packed = file.packed.map_or(size, |packed| packed as u32);
            let large = self.is_large;
            let number = |number: u32| if large { u32::MAX } else { number }.to_le_bytes();
            let mut extra = file.extra.clone();
            if large {
                extra.extend(b"\x01\0\x18\0");
                for number in [size, packed, local] {
                    extra.extend(u64::from(number).to_le_bytes());
                }
            }
            directory.extend(b"PK\x01\x02\x14\x03\x14\0");
            directory.extend(file.flags.to_le_bytes());
            directory.extend([0; 6]);
            directory.extend(crc.to_le_bytes());
            directory.extend([number(packed), number(size)].concat());
            directory.extend((file.name.len() as u16).to_le_bytes());
            directory.extend((extra.len() as u16).to_le_bytes());
            directory.extend([0; 6]);
            directory.extend((file.mode << 16).to_le_bytes());
            directory.extend(number(local));
            directory.extend([&*file.name, &extra].concat());
        }
        out.extend(&self.before);
        let start = out.len() as u32;
        out.extend(&directory);
        let length = directory.len() as u32;
        if self.is_large {
            let at = out.len() as u64;
            out.extend(b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\x03\x2d\0\0\0\0\0\0\0\0\0");
            let numbers = [count.into(), count.into(), length, start];
            out.extend(
                numbers
                    .map(|number: u32| u64::from(number).to_le_bytes())
                    .concat(),
            );
            out.extend(b"PK\x06\x07\0\0\0\0");
            out.extend(at.to_le_bytes());
            out.extend(1_u32.to_le_bytes());
        }
        let count = self.counted.unwrap_or(count);
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend([count, count].map(u16::to_le_bytes).concat());
        out.extend([length, start].map(u32::to_le_bytes).concat());
        out.extend((self.comment.len() as u16).to_le_bytes());
        out.extend(&self.comment);
        out
    }
}

fn read(zip: &Zip) -> (Listing, Option<&'static str>) {
    list("x.zip", &zip.bytes())
}

fn two() -> [Made; 2] {
    [made("a.json", "{}"), made("b.json", "[1]")]
}

#[test]
fn what_is_written_in_the_usual_ways_is_read() {
    let both = listing(&[("a.json", Ok("{}")), ("b.json", Ok("[1]"))]);
    let [a, b] = two();
    let mut large = zip(&two());
    large.is_large = true;
    let mut noted = zip(&two());
    noted.comment = b"made by hand".to_vec();
    // The sizes stand behind the file, and the header says that they do.
    let streamed = Made {
        flags: 1 << 3,
        own_size: Some(0),
        behind: [
            b"PK\x07\x08".as_slice(),
            &crc(b"{}").to_le_bytes(),
            &[2, 0, 0, 0, 2, 0, 0, 0],
        ]
        .concat(),
        ..a.clone()
    };
    for zip in [zip(&two()), large, noted, zip(&[streamed, b.clone()])] {
        assert_eq!(read(&zip), (both.clone(), None));
    }
    let folder = made("x/", "");
    assert_eq!(read(&zip(&[folder, a, b])), (both, None));
    assert_eq!(read(&zip(&[])), (vec![], None));
}

#[test]
fn an_entry_that_the_directory_leaves_out_is_found_wherever_it_stands() {
    let [a, b] = two();
    let hidden = Made {
        is_listed: false,
        ..made("hidden.json", "{\"hidden\": true}")
    };
    let bytes = zip(std::slice::from_ref(&hidden)).bytes();
    let length = memchr::memmem::find(&bytes, b"PK\x05\x06").unwrap();
    let file = bytes[..length].to_vec();
    let zipped = super::tests::zipped(&[("b.json", b"[1]")]);
    let deflated = memchr::memmem::find(&zipped, b"PK\x01\x02").unwrap() - 30 - 6;
    for (what, zip) in [
        ("before", zip(&[hidden.clone(), a.clone()])),
        ("between", zip(&[a.clone(), hidden.clone(), b.clone()])),
        ("behind", zip(&[a.clone(), b.clone(), hidden.clone()])),
        ("covered", {
            let covers = Made {
                packed: Some(2 + length),
                ..a.clone()
            };
            zip(&[covers, hidden.clone(), b.clone()])
        }),
        ("covered by a folder", {
            let covers = Made {
                packed: Some(length),
                ..made("x/", "")
            };
            zip(&[covers, hidden.clone(), b.clone()])
        }),
        ("covered by a link", {
            let covers = Made {
                packed: Some(2 + length),
                mode: 0o120_777,
                ..a.clone()
            };
            zip(&[covers, hidden.clone(), b.clone()])
        }),
        ("in an extra field", {
            let field = [
                b"\x99\x99".as_slice(),
                &(length as u16).to_le_bytes(),
                &file,
            ]
            .concat();
            zip(&[Made {
                extra: field,
                ..a.clone()
            }])
        }),
        ("in a comment", {
            let mut zip = zip(&two());
            zip.comment.clone_from(&file);
            zip
        }),
        ("not counted", {
            let mut zip = zip(&two());
            zip.counted = Some(1);
            zip
        }),
        ("counted and not there", {
            let mut zip = zip(&two());
            zip.counted = Some(3);
            zip
        }),
    ] {
        assert_eq!(read(&zip).1, DAMAGED, "{what}");
    }
    // Behind the end of what is deflated, within its packed size.
    let mut covered = zipped.clone();
    let at = 30 + 6 + deflated;
    covered.splice(at..at, file.iter().copied());
    let central = memchr::memmem::find(&covered, b"PK\x01\x02").unwrap();
    let packed = (deflated + length) as u32;
    for place in [18, central + 20] {
        covered[place..place + 4].copy_from_slice(&packed.to_le_bytes());
    }
    let end = memchr::memmem::find(&covered, b"PK\x05\x06").unwrap();
    covered[end + 16..end + 20].copy_from_slice(&(central as u32).to_le_bytes());
    let whole = listing(&[("b.json", Ok("[1]"))]);
    assert_eq!(list("x.zip", &zipped), (whole.clone(), None));
    assert_eq!(list("x.zip", &covered), (whole, DAMAGED));
}

#[test]
fn an_entry_that_is_one_by_its_own_header_and_another_by_the_directory_is_told() {
    let [a, b] = two();
    let unicode = |name: &str, of: &str| {
        let field = [
            &[1],
            crc(of.as_bytes()).to_le_bytes().as_slice(),
            name.as_bytes(),
        ]
        .concat();
        [
            b"\x75\x70".as_slice(),
            &(field.len() as u16).to_le_bytes(),
            &field,
        ]
        .concat()
    };
    for (what, file) in [
        (
            "name",
            Made {
                own_name: b"c.json".to_vec(),
                ..a.clone()
            },
        ),
        (
            "size",
            Made {
                own_size: Some(1),
                ..a.clone()
            },
        ),
        (
            "method",
            Made {
                own_method: 8,
                ..a.clone()
            },
        ),
        ("content of a folder", made("x/", "{}")),
        (
            "name in Unicode",
            Made {
                extra: unicode("c.json", "a.json"),
                ..a.clone()
            },
        ),
        (
            "its end",
            Made {
                flags: 8,
                ..made("a", "PK\x07\x08")
            },
        ),
    ] {
        assert_eq!(read(&zip(&[file, b.clone()])).1, DAMAGED, "{what}");
    }
    // Of another name: whoever wrote it renamed the file afterwards.
    let stale = Made {
        extra: unicode("c.json", "other"),
        ..a.clone()
    };
    assert_eq!(read(&zip(&[stale])).1, None);
    let told = Made {
        extra: unicode("é.json", "a.json"),
        ..a.clone()
    };
    assert_eq!(read(&zip(&[told])).1, DAMAGED);
    // Two files at one place.
    let bytes = zip(&two()).bytes();
    let central = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
    let mut shared = bytes;
    shared[central + 42..central + 46].copy_from_slice(&[0; 4]);
    assert_eq!(list("x.zip", &shared).1, DAMAGED);
    let cut = Made {
        name: b"a.json\0.png".to_vec(),
        own_name: b"a.json\0.png".to_vec(),
        ..a
    };
    assert_eq!(read(&zip(&[cut])).0[0].1, Err("archive-damaged"));
}

#[test]
fn a_zip_with_two_ends_is_told() {
    let inner = zip(&[made("c.json", "3")]).bytes();
    let mut noted = zip(&two());
    noted.comment.clone_from(&inner);
    assert_eq!(read(&noted).1, DAMAGED);
    let mut before = zip(&two());
    before.before = inner[memchr::memmem::find(&inner, b"PK\x05\x06").unwrap()..].to_vec();
    assert_eq!(before.before.len(), 22);
    before.is_large = true;
    assert_eq!(read(&before).1, None, "too small to be a file");
    let mut named = zip(&two());
    named.files[1].name = b"PK\x05\x06.json".to_vec();
    named.files[1].own_name = b"PK\x05\x06.json".to_vec();
    assert_eq!(read(&named).1, DAMAGED);
    // The larger end says something else than the smaller.
    let mut large = zip(&two());
    large.is_large = true;
    large.counted = Some(2);
    assert_eq!(read(&large).1, None);
    large.counted = Some(1);
    assert_eq!(read(&large).1, DAMAGED);
    let bytes = zip(&two()).bytes();
    for cut in [bytes.len() - 1, bytes.len() - 22] {
        assert_eq!(list("x.zip", &bytes[..cut]), (vec![], DAMAGED), "{cut}");
    }
    let mut noughts = bytes.clone();
    noughts.extend([0; 4]);
    assert_eq!(list("x.zip", &noughts).1, DAMAGED);
}

#[test]
fn names_that_are_one_once_they_are_shown_are_duplicates() {
    for [one, other] in [
        ["x/a.json", "x\\a.json"],
        ["a.json", "./a.json"],
        ["a", "a"],
    ] {
        let (entries, whole) = read(&zip(&[made(one, "1"), made(other, "2")]));
        let codes: Vec<_> = entries.iter().map(|entry| entry.1.clone()).collect();
        assert_eq!(
            (codes, whole),
            (vec![Err("duplicate-entry")], None),
            "{one}"
        );
    }
    let unicode = |name: &[u8]| Made {
        name: name.to_vec(),
        own_name: name.to_vec(),
        flags: 1 << 11,
        ..made("", "1")
    };
    let apart = [b"\xff.json".as_slice(), b"A.json", b"a.json", b"a.json!b"].map(unicode);
    let names: Vec<String> = read(&zip(&apart))
        .0
        .into_iter()
        .map(|entry| entry.0)
        .collect();
    assert_eq!(names, ["\\xFF.json", "A.json", "a.json", "a.json!b"]);
    let tar = tarred(&[
        ("\\xFF", EntryType::Regular, b"1"),
        ("a\\x", EntryType::Regular, b"1"),
    ]);
    let names: Vec<String> = list("x.tar", &tar)
        .0
        .into_iter()
        .map(|entry| entry.0)
        .collect();
    assert_eq!(names, ["\\x5CxFF", "a\\x5Cx"]);
}

/// An extended header, with these records.
fn extended(kind: u8, records: &[(&str, &str)]) -> Vec<u8> {
    let mut content = String::new();
    for (key, value) in records {
        let rest = format!(" {key}={value}\n");
        let length = rest.len() + 2;
        assert!((10..100).contains(&length));
        content += &format!("{length}{rest}");
    }
    let mut out = header("x", EntryType::new(kind), content.len())
        .as_bytes()
        .to_vec();
    out.extend(content.as_bytes());
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

#[test]
fn a_tarball_that_can_be_read_two_ways_is_told() {
    let one = tarred(&[("a.json", EntryType::Regular, b"{}")]);
    let whole = listing(&[("a.json", Ok("{}"))]);
    let renamed = extended(b'x', &[("path", "b.json")]);
    assert_eq!(
        list("x.tar", &[renamed.clone(), one.clone()].concat()).1,
        None
    );
    let noted = extended(b'g', &[("comment", "4b31732")]);
    assert_eq!(list("x.tar", &[noted, one.clone()].concat()), (whole, None));
    let sized = |size: &str| extended(b'x', &[("size", size)]);
    assert_eq!(
        list("x.tar", &[sized("00000002"), one.clone()].concat()).1,
        None
    );
    let mut padded = one.clone();
    padded[512 + 2] = b'x';
    let long = tarred(&[("././@LongLink", EntryType::GNULongName, b"c.json\0")]);
    let long = &long[..1024];
    let link = tarred(&[("l", EntryType::Symlink, b"PK")]);
    for (what, tar) in [
        ("padding", padded.clone()),
        ("two names", [long, &renamed, &one].concat()),
        (
            "two extended headers",
            [renamed.clone(), sized("00000002"), one.clone()].concat(),
        ),
        ("two sizes", [sized("00000001"), one.clone()].concat()),
        (
            "one name for all",
            [extended(b'g', &[("path", "b.json")]), one.clone()].concat(),
        ),
        ("a name twice", {
            let twice = extended(b'x', &[("path", "b.json"), ("path", "c.json")]);
            [twice, one.clone()].concat()
        }),
        ("a link with content", [&link[..1024], &one].concat()),
        (
            "a folder with content",
            tarred(&[("d/", EntryType::Regular, b"{}")]),
        ),
        (
            "a folder of folders",
            tarred(&[("d", EntryType::Directory, b"{}")]),
        ),
    ] {
        assert_eq!(list("x.tar", &tar), (vec![], DAMAGED), "{what}");
        assert_eq!(
            list("x.tar.gz", &gzipped(&tar)),
            (vec![], DAMAGED),
            "{what}"
        );
    }
    let sparse = extended(b'x', &[("GNU.sparse.name", "a")]);
    assert_eq!(
        list("x.tar", &[sparse, one.clone()].concat()).1,
        Some("archive-unsupported")
    );
    let odd = tarred(&[("a.json", EntryType::new(b'Q'), b"{}")]);
    assert_eq!(
        list("x.tar", &odd),
        (listing(&[("a.json", Err("archive-unsupported"))]), None)
    );
}

#[test]
fn what_stands_behind_a_member_of_gzip_is_content_or_damage() {
    for behind in [b"{}".as_slice(), &[0; 8], b"PK\x03\x04"] {
        for name in ["x.json.gz", "x.tar.gz"] {
            let inner = if name == "x.tar.gz" {
                sample()
            } else {
                b"{}".to_vec()
            };
            let bytes = [&gzipped(&inner), behind].concat();
            assert_eq!(list(name, &bytes), (vec![], DAMAGED), "{name} {behind:?}");
        }
    }
    // As gunzip reads them: one tarball behind the end of another.
    let both = [gzipped(&sample()), gzipped(&sample())].concat();
    assert_eq!(list("x.tar.gz", &both), (vec![], DAMAGED));
    assert_eq!(zipped(&[]).len(), 22);
}
