//! What holds other files or pictures, by its first bytes or its armour.
//!
//! Containers are named and not opened: what they hold isn't known. Pictures and
//! programs hold no answer that could be read, and are no doubt either. The
//! bytes decide; an ending only where the bytes say nothing.

use crate::recognise::file_name::FileName;

/// What a file is by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// Something that may hold answers and isn't opened, and how to open it.
    Container(&'static str, &'static str),
    /// A picture or a page: people can read it, and it may show an answer.
    Picture(&'static str),
    /// Something that holds none.
    Other(&'static str),
}

const UNPACK: &str = "unpack it and name the folder";
const DECRYPT: &str = "decrypt it and name what comes of it";
const AS_JSON: &str = "export the rows as JSON, or call again with `--output json`";

use Found::{Container, Other, Picture};

/// First bytes, from the formats' own descriptions.
const MAGIC: [(&[u8], Found); 40] = [
    (b"PK\x03\x04", Container("a zip under another name", UNPACK)),
    (b"PK\x05\x06", Container("a zip under another name", UNPACK)),
    (b"PK\x07\x08", Container("a part of a split zip", UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", Container("a 7z archive", UNPACK)),
    (b"Rar!\x1a\x07", Container("a RAR archive", UNPACK)),
    (b"\xfd7zXZ\0", Container("packed with xz", UNPACK)),
    (b"BZh", Container("packed with bzip2", UNPACK)),
    (
        b"\x1f\x8b",
        Container("packed with gzip under another name", UNPACK),
    ),
    (
        b"\x28\xb5\x2f\xfd",
        Container("packed with Zstandard under another name", UNPACK),
    ),
    (b"\x04\x22\x4d\x18", Container("packed with LZ4", UNPACK)),
    (b"LZIP", Container("packed with lzip", UNPACK)),
    (b"\x1f\x9d", Container("packed with compress", UNPACK)),
    (b"\x1f\xa0", Container("packed with compress", UNPACK)),
    (b"\x5d\0\0", Container("packed with lzma", UNPACK)),
    (
        b"\xff\x06\0\0sNaPpY",
        Container("packed with Snappy", UNPACK),
    ),
    (b"MSCF\0\0\0\0", Container("a cabinet file", UNPACK)),
    (b"xar!", Container("a xar archive", UNPACK)),
    (b"!<arch>\n", Container("an ar archive", UNPACK)),
    (b"Salted__", Container("encrypted with openssl", DECRYPT)),
    (
        b"age-encryption.org/",
        Container("encrypted with age", DECRYPT),
    ),
    (b"\x85\x01", Container("encrypted with PGP", DECRYPT)),
    (b"\x85\x02", Container("encrypted with PGP", DECRYPT)),
    (b"\x84\x5e", Container("encrypted with PGP", DECRYPT)),
    (b"\x8c\x0d", Container("encrypted with PGP", DECRYPT)),
    (b"PAR1", Container("a Parquet file", AS_JSON)),
    (b"ORC", Container("an ORC file", AS_JSON)),
    (b"Obj\x01", Container("an Avro file", AS_JSON)),
    (b"ARROW1", Container("an Arrow file", AS_JSON)),
    (
        b"SQLite format 3\0",
        Container("an SQLite database", AS_JSON),
    ),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        Container("a document of old Office", AS_JSON),
    ),
    (b"\x89PNG\r\n\x1a\n", Picture("a picture (PNG)")),
    (b"\xff\xd8\xff", Picture("a picture (JPEG)")),
    (b"GIF8", Picture("a picture (GIF)")),
    (b"II*\0", Picture("a picture (TIFF)")),
    (b"MM\0*", Picture("a picture (TIFF)")),
    (b"\0\0\x01\0", Picture("a picture (icon)")),
    (b"%PDF-", Picture("a PDF")),
    (b"\x7fELF", Other("a program (ELF)")),
    (
        b"\xca\xfe\xba\xbe",
        Other("a program (Java class or Mach-O)"),
    ),
    (b"\0asm", Other("a program (WebAssembly)")),
];

/// What bytes are, if they are no text that could be an answer. JSON is told by
/// its first byte, and costs nothing more.
pub(crate) fn found(bytes: &[u8]) -> Option<Found> {
    if matches!(
        bytes.first(),
        Some(b'{' | b'[' | b' ' | b'\n' | b'\r' | b'\t')
    ) {
        return None;
    }
    let by_magic = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic));
    if let Some((_, found)) = by_magic {
        // `BZh` and `ORC` begin words too.
        let is_text = bytes
            .iter()
            .take(512)
            .all(|byte| matches!(byte, 9..=13 | 32..=126));
        if !is_text || bytes.starts_with(b"age-") || bytes.starts_with(b"%PDF") {
            return Some(*found);
        }
    }
    let at = |range: std::ops::Range<usize>| bytes.get(range).unwrap_or_default();
    match () {
        () if bytes.starts_with(b"RIFF") && at(8..12) == b"WEBP" => {
            Some(Picture("a picture (WebP)"))
        }
        () if bytes.starts_with(b"BM") && at(6..10) == [0; 4] => Some(Picture("a picture (BMP)")),
        () if at(4..8) == b"ftyp" => Some(Picture("a picture or a film (HEIC, MP4)")),
        () if at(257..262) == b"ustar" => Some(Container("a tarball under another name", UNPACK)),
        () => None,
    }
}

/// Labels of armour (RFC 7468, RFC 9580) under which no answer lies.
const PUBLIC: [&str; 9] = [
    "CERTIFICATE",
    "TRUSTED CERTIFICATE",
    "PUBLIC KEY",
    "RSA PUBLIC KEY",
    "PGP SIGNATURE",
    "PGP PUBLIC KEY BLOCK",
    "SSH SIGNATURE",
    "SIGNATURE",
    "CERTIFICATE REQUEST",
];

/// What a text without any JSON in it wraps: armour, or base64 from end to end.
pub(crate) fn armoured(text: &str) -> Option<Found> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("-----BEGIN ") {
        let label = rest.split("-----").next().unwrap_or_default();
        return Some(
            if PUBLIC.contains(&label) || label.ends_with("PRIVATE KEY") {
                Other("a key, a certificate or a signature")
            } else if label == "PGP SIGNED MESSAGE" {
                Container(
                    "signed with PGP",
                    "take the signature off (`gpg --decrypt`)",
                )
            } else {
                Container("encrypted, or wrapped in armour", DECRYPT)
            },
        );
    }
    if text.starts_with("untrusted comment:") {
        return Some(Other("a signature (minisign)"));
    }
    if text.starts_with("$ANSIBLE_VAULT") || text.starts_with("-----BEGIN AGE") {
        return Some(Container("encrypted", DECRYPT));
    }
    is_base64(text).then_some(Container("text in base64", "decode it (`base64 -d`)"))
}

/// Whether a text is base64 and nothing else: long enough to hold an answer, of
/// letters of both cases, and in lines of one length.
fn is_base64(text: &str) -> bool {
    let letters = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'-' | b'_');
    let mut lines = text.lines().map(str::trim_end).peekable();
    let Some(width) = lines.peek().map(|line| line.len()) else {
        return false;
    };
    let body: usize = text.len();
    let is_wrapped = lines.all(|line| {
        let bare = line.trim_end_matches('=');
        line.len() <= width && !bare.is_empty() && bare.bytes().all(letters)
    });
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    // A hash in hexadecimal has one case, a word no digit.
    is_wrapped
        && body >= 40
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

/// Endings of containers, for bytes that say nothing by themselves.
const ENDINGS: [&str; 22] = [
    ".7z", ".rar", ".xz", ".txz", ".bz2", ".tbz", ".tbz2", ".lzma", ".lz", ".lz4", ".br", ".sz",
    ".gpg", ".pgp", ".age", ".enc", ".aes", ".p7m", ".parquet", ".sqlite", ".b64", ".base64",
];

/// Whether a name ends as that of a container that is not opened.
pub(crate) fn is_named(name: FileName<'_>) -> bool {
    let name = name.0.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_told_from_pictures_by_their_bytes() {
        for bytes in [
            b"7z\xbc\xaf\x27\x1c\0\x04".as_slice(),
            b"\xfd7zXZ\0\0\x04",
            b"BZh91AY&SY\xf0",
            b"PAR1\x15\0",
            b"\x85\x01\x0c\x03",
            b"SQLite format 3\0",
            b"PK\x03\x04\x14\0",
        ] {
            assert!(matches!(found(bytes), Some(Container(..))), "{bytes:?}");
        }
        for bytes in [
            b"\x89PNG\r\n\x1a\n\0".as_slice(),
            b"%PDF-1.7\n",
            b"\xff\xd8\xff\xe0",
        ] {
            assert!(matches!(found(bytes), Some(Picture(_))), "{bytes:?}");
        }
        for text in ["{\"trailList\": []}", "ORCA is a word", "BZhou", "An error"] {
            assert_eq!(found(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn armour_is_opened_by_nobody_here() {
        let base64 =
            "eyJ0cmFpbExpc3QiOiBbeyJOYW1lIjogIm1haW4iLCAi\nUzNCdWNrZXROYW1lIjogImxvZ3MifV19\n";
        assert!(matches!(armoured(base64), Some(Container(..))));
        let message = "-----BEGIN PGP MESSAGE-----\n\nhQEMA";
        assert!(matches!(armoured(message), Some(Container(..))));
        let signature = "-----BEGIN PGP SIGNATURE-----\n\niQEz";
        assert!(matches!(armoured(signature), Some(Other(_))));
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(armoured(hash), None);
        assert_eq!(armoured("NotesOnTheCollection2026"), None);
    }
}
