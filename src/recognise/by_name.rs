//! What a file's name claims it to be, held against its bytes.
//!
//! An ending clears nothing by itself: anybody may call an answer, a volume or an
//! error text `x.sh`. A program is a text that isn't JSON and in which no call
//! fails at the top; what git, file managers and signers write begins in the way
//! of its own format.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use crate::document::json::Kind;
use crate::document::translate::{self, Room};
use crate::document::{decode, split};
use crate::recognise::file_name::{Claim, FileName};
use crate::recognise::{failed_call, foreign_format, vocabulary};
use crate::source::limits;

/// What a file is, if its bytes confirm what its name says.
pub(crate) fn confirmed(name: FileName<'_>, bytes: &[u8]) -> Option<&'static str> {
    let is_text = |is_settings| text_of(bytes).is_some_and(|text| is_program(&text, is_settings));
    match name.claim()? {
        Claim::Program => (is_text(name.is_settings()) || is_bytecode(bytes))
            .then_some("a program or its settings: what stands in it shows no state"),
        Claim::Git => {
            (begins(bytes, &OF_GIT) || is_text(false)).then_some("what git keeps of a repository")
        }
        Claim::FileManager => (is_of_macos(bytes) || begins(bytes, &OF_FILE_MANAGERS))
            .then_some("what a file manager keeps of a folder"),
        // Hashes in letters are told by their text.
        Claim::Checksum => (text_of(bytes).is_none()
            && matches!(bytes.len(), 16 | 20 | 28 | 32 | 48 | 64))
        .then_some("a checksum"),
        Claim::Signature => {
            is_signature(bytes).then_some("a signature, a certificate or a timestamp")
        }
    }
}

/// The bytes as text, in UTF-8, UTF-16 or an encoding of eight bits.
fn text_of(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let is_text = |byte: &u8| matches!(byte, 7..=13 | 26 | 27 | 32..=126 | 128..);
    if let Ok(decoded) = decode::decode(bytes.to_vec()) {
        return (!decoded.text.contains('\0')).then_some(Cow::Owned(decoded.text));
    }
    let ascii = bytes.iter().filter(|byte| byte.is_ascii()).count();
    (bytes.iter().all(is_text) && ascii * 10 >= bytes.len() * 8)
        .then(|| String::from_utf8_lossy(bytes))
}

/// Whether a text is a program or its settings, as far as it can be told: no
/// JSON, no answer in another form, no failed call at its top.
fn is_program(text: &str, is_settings: bool) -> bool {
    let trimmed = text.trim_start();
    if trimmed.starts_with("#!") {
        return true;
    }
    if failed_call::begins(trimmed) || trimmed.starts_with("$ ") {
        return false;
    }
    if trimmed.starts_with(['{', '[']) {
        let pieces = split::within(trimmed, 1);
        let is_value = pieces
            .values
            .iter()
            .any(|piece| matches!(piece.node.kind(), Kind::Object | Kind::Array));
        let is_cut = pieces.broken.is_some_and(|broken| broken.cut)
            || vocabulary::first_key(trimmed).is_some();
        if is_value || is_cut {
            return false;
        }
    } else if let Ok(decoded) = decode::decode(text.as_bytes().to_vec()) {
        let room = Room::new(limits::allowed(text.len() as u64));
        let translated = translate::translate(decoded, &room).translated;
        if room.is_spent() || translated.is_some_and(|translated| translated.from.is_some()) {
            return false;
        }
    }
    let is_dump = ["INSERT INTO ", "COPY "]
        .iter()
        .any(|mark| text.contains(mark));
    if is_dump && vocabulary::mentions_trails(text) {
        return false;
    }
    if is_settings && foreign_format::has_keys_of_answers(text) || is_data(trimmed) {
        return false;
    }
    // A word or a sentence is none: what failed may say it in any language.
    let mut signs = text.bytes().filter(|byte| SIGNS.contains(byte));
    signs.next().is_some() || text.lines().count() > 3
}

/// Whether a file is a script by its name, and holds objects of trails alone.
pub(crate) fn is_data_of_script(name: FileName<'_>, text: &str) -> bool {
    is_data(text.trim_start()) && name.claim() == Some(Claim::Program)
}

/// Whether a text is objects of trails behind the name of a variable, and nothing
/// else: what a script keeps its data in.
fn is_data(text: &str) -> bool {
    let Some(at) = text.find(['{', '[']) else {
        return false;
    };
    let (before, value) = text.split_at_checked(at).unwrap_or_default();
    let is_name = before.split_whitespace().count() <= MOST_WORDS
        && (before.trim_end().ends_with('=') || before.trim_end().ends_with("default"));
    if !is_name {
        return false;
    }
    let mut values = serde_json::Deserializer::from_str(value).into_iter::<IgnoredAny>();
    let is_value = values.next().is_some_and(|value| value.is_ok());
    let rest = value.get(values.byte_offset()..).unwrap_or_default();
    is_value
        && rest.trim_matches([';', ' ', '\r', '\n', '\t']).is_empty()
        && vocabulary::holds_objects_of_trails(value)
}

/// `export const data: Trails =` has as many words at the most.
const MOST_WORDS: usize = 5;

/// Signs that programs and settings have.
const SIGNS: &[u8] = b"=(){}[]<>#$/\\|*@\";+&%";

/// Whether bytes are what Python or Lua compiled.
fn is_bytecode(bytes: &[u8]) -> bool {
    bytes.get(2..4) == Some(b"\r\n") || bytes.starts_with(b"\x1bLua")
}

/// How git's own files begin that are no text.
const OF_GIT: [&[u8]; 12] = [
    b"DIRC",
    b"PACK",
    b"\xfftOc",
    b"RIDX",
    b"MIDX",
    b"CGPH",
    b"BITM",
    b"\x78\x01",
    b"\x78\x5e",
    b"\x78\x9c",
    b"\x78\xda",
    b"REFT",
];

/// `.DS_Store`, `Thumbs.db`, `desktop.ini`.
const OF_FILE_MANAGERS: [&[u8]; 4] = [
    b"\0\0\0\x01Bud1",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"[.ShellClassInfo]",
    b"\xff\xfe[\0.\0S\0h\0e\0l\0l\0",
];

/// AppleDouble and AppleSingle (RFC 1740), and what stands behind their magic.
fn is_of_macos(bytes: &[u8]) -> bool {
    begins(bytes, &[b"\0\x05\x16\x07", b"\0\x05\x16\0"]) || bytes.get(8..16) == Some(b"Mac OS X")
}

fn is_signature(bytes: &[u8]) -> bool {
    const PACKETS: [&[u8]; 9] = [
        // OpenPGP, tag 2, in both formats of a packet's head (RFC 9580).
        b"\x88",
        b"\x89",
        b"\x8a",
        b"\xc2",
        b"\0OpenTimestamps\0",
        b"ssh-",
        b"ecdsa-sha2-",
        b"sk-ssh-",
        b"SSHSIG",
    ];
    // DER (X.690): a sequence with a length of one to three bytes. What is
    // enveloped (RFC 5652) is encrypted, and no signature.
    let is_der =
        bytes.first() == Some(&0x30) && matches!(bytes.get(1), Some(0x80..=0x83 | 0x40..=0x70));
    let head = bytes.get(..64).unwrap_or(bytes);
    let is_enveloped =
        memchr::memmem::find(head, b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03").is_some();
    let is_bare =
        text_of(bytes).is_none() && matches!(bytes.len(), 64 | 96 | 114 | 128 | 256 | 384 | 512);
    begins(bytes, &PACKETS) || (is_der && !is_enveloped) || is_bare
}

fn begins(bytes: &[u8], starts: &[&[u8]]) -> bool {
    starts.iter().any(|start| bytes.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIST: &str = r#"{"trailList": [{"Name": "main"}]}"#;
    const DENIED: &str = "\nAn error occurred (AccessDeniedException) when calling the DescribeTrails operation: no\n";

    #[test]
    fn a_script_that_is_nothing_but_objects_of_trails_holds_data() {
        for text in [
            format!("const data = {LIST};\n"),
            format!("DATA = {LIST}\n"),
            format!("export const data: Trails = {LIST}"),
            format!("export default {LIST};"),
        ] {
            let text = text.replace("Name\"", "TrailARN\"");
            assert!(is_data(&text), "{text}");
        }
        for text in [
            "const names = [\"trailList\"];\n".to_owned(),
            format!("const data = {LIST};\nsend(data);\n"),
            "if (x) { y }\n".to_owned(),
        ] {
            assert!(!is_data(&text), "{text}");
        }
    }

    /// Names that claim to be no evidence, of each kind.
    const NAMES: [&str; 22] = [
        "x.sh",
        "x.py",
        "x.tf",
        "x.js",
        "x.css",
        "x.toml",
        "x.lock",
        "x.bat",
        "x.ini",
        "Makefile",
        ".gitignore",
        ".bash_history",
        ".DS_Store",
        "Thumbs.db",
        "._x",
        ".git/index",
        ".git/objects/ab/cd",
        "x.sha256",
        "x.sig",
        "x.p7s",
        "x.tsr",
        "x.pub",
    ];

    #[test]
    fn no_name_clears_an_answer_or_a_failed_call() {
        let cut = &LIST[..20];
        let wide: Vec<u8> = LIST.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let yaml = "trailList:\n- Name: main\n  TrailARN: arn:aws:cloudtrail:us-east-1:111122223333:trail/main\n";
        for name in NAMES {
            for bytes in [
                LIST.as_bytes(),
                cut.as_bytes(),
                wide.as_slice(),
                DENIED.as_bytes(),
                yaml.as_bytes(),
                b"Unable to locate credentials\n",
                b"LUKS\xba\xbe\x00\x01",
                b"\x85\x01\x0c\x03\xff",
                "Zugriff verweigert\n".as_bytes(),
            ] {
                assert_eq!(confirmed(FileName(name), bytes), None, "{name}: {bytes:?}");
            }
        }
    }

    #[test]
    fn what_the_bytes_confirm_is_cleared() {
        for (name, bytes) in [
            (
                "collect.sh",
                "aws cloudtrail describe-trails > trails.json\n".as_bytes(),
            ),
            (
                "x.py",
                b"from botocore.exceptions import ClientError\nx = {}\n",
            ),
            (
                "main.tf",
                b"resource \"aws_cloudtrail\" \"main\" {\n  name = \"main\"\n}\n",
            ),
            ("coldtrail.toml", b"as_of = \"2026-11-20T12:00:00Z\"\n"),
            ("Cargo.toml", b"[package]\nname = \"x\"\n"),
            ("x.jq", b"[.trailList[] | .TrailARN]\n"),
            ("x.css", b"body{}"),
            ("x.go", "// gr\u{fc}n\npackage main\n".as_bytes()),
            ("x.vbs.bat", b"@echo off\r\nrem gr\xfcn\r\n"),
            ("x.pyc", b"\xcb\r\r\n\0\0\0\0"),
            (".git/index", b"DIRC\0\0\0\x02"),
            (".git/HEAD", b"ref: refs/heads/main\n"),
            ("__MACOSX/._x.json", b"\0\x05\x16\x07\0\x02\0\0Mac OS X"),
            ("x.json.sig", b"\x89\x01\x33\x04\0\x01\x08"),
            ("x.json.tsr", b"\x30\x82\x05\x4a\x30\x03\x02\x01\0"),
            ("x.json.ots", b"\0OpenTimestamps\0\0Proof\0\xbf\x89"),
        ] {
            assert!(confirmed(FileName(name), bytes).is_some(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn noise_is_cleared_by_no_name(noise in proptest::collection::vec(1_u8..8, 600..700)) {
            for name in NAMES {
                prop_assert_eq!(confirmed(FileName(name), &noise), None, "{}", name);
            }
        }
    }
}
