//! What holds other files or pictures, by its first bytes.
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

pub(super) const UNPACK: &str = "unpack it and name the folder";
pub(super) const DECRYPT: &str = "decrypt it and name what comes of it";
const AS_JSON: &str = "export the rows as JSON, or call again with `--output json`";

use Found::{Container, Other, Picture};

/// First bytes, from the formats' own descriptions.
const MAGIC: [(&[u8], Found); 68] = [
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
    (b"LUKS\xba\xbe", Container("a LUKS volume", DECRYPT)),
    (
        b"\0GITCRYPT\0",
        Container("encrypted with git-crypt", DECRYPT),
    ),
    (b"\x78\x01", Container("packed with zlib", UNPACK)),
    (b"\x78\x5e", Container("packed with zlib", UNPACK)),
    (b"\x78\x9c", Container("packed with zlib", UNPACK)),
    (b"\x78\xda", Container("packed with zlib", UNPACK)),
    (b"MSWIM\0\0\0", Container("a Windows image", UNPACK)),
    (b"!BDN", Container("an Outlook folder", AS_JSON)),
    (b"bplist00", Container("a binary property list", AS_JSON)),
    (
        b"\x03\xd9\xa2\x9a",
        Container("a KeePass database", DECRYPT),
    ),
    (b"\x80\x02", Container("a Python pickle", AS_JSON)),
    (b"\x80\x03", Container("a Python pickle", AS_JSON)),
    (b"\x80\x04", Container("a Python pickle", AS_JSON)),
    (b"\x80\x05", Container("a Python pickle", AS_JSON)),
    (b"II+\0", Picture("a picture (BigTIFF)")),
    (b"MM\0+", Picture("a picture (BigTIFF)")),
    (b"\0\0\0\x0cJXL \r\n", Picture("a picture (JPEG XL)")),
    (b"\0\0\0\x0cjP  \r\n", Picture("a picture (JPEG 2000)")),
    (b"8BPS\0", Picture("a picture (Photoshop)")),
    (b"gimp xcf ", Picture("a picture (GIMP)")),
    (b"icns\0", Picture("a picture (icon)")),
    (b"\x1a\x45\xdf\xa3", Picture("a film (Matroska, WebM)")),
    (b"OggS\0", Picture("a recording (Ogg)")),
    (b"fLaC\0", Picture("a recording (FLAC)")),
    (b"ID3\x03", Picture("a recording (MP3)")),
    (b"ID3\x04", Picture("a recording (MP3)")),
    (b"wOFF\0", Other("a font")),
    (b"wOF2\0", Other("a font")),
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
        let whole: [&[u8]; 3] = [b"age-", b"%PDF", b"!<arch>\n"];
        if !is_text || whole.iter().any(|magic| bytes.starts_with(magic)) {
            return Some(*found);
        }
    }
    let at = |range: std::ops::Range<usize>| bytes.get(range).unwrap_or_default();
    match () {
        () if bytes.starts_with(b"RIFF") && at(8..12) == b"WEBP" => {
            Some(Picture("a picture (WebP)"))
        }
        () if bytes.starts_with(b"RIFF") && matches!(at(8..12), b"WAVE" | b"AVI ") => {
            Some(Picture("a recording or a film (WAV, AVI)"))
        }
        () if matches!(at(4..8), b"moov" | b"mdat" | b"wide") && at(0..1) == [0] => {
            Some(Picture("a film (QuickTime)"))
        }
        () if bytes.starts_with(b"BM") && at(6..10) == [0; 4] => Some(Picture("a picture (BMP)")),
        () if at(4..8) == b"ftyp" => Some(Picture("a picture or a film (HEIC, MP4)")),
        () if at(257..262) == b"ustar" => Some(Container("a tarball under another name", UNPACK)),
        () => None,
    }
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
}
