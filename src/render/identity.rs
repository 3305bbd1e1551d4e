//! By what readers of several reports, and of several formats, find one thing
//! in all of them: rules, findings, files.
//!
//! Nothing here depends on when or where the evidence was collected.

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::finding::{Check, Warning};
use crate::report::Subject;

/// The id of a policy's check, as formats with one flat list of rules have it.
pub(crate) fn rule(policy: &str, check: &str) -> String {
    format!("{policy}/{check}")
}

/// The id of a kind of warning.
pub(crate) fn warning_rule(policy: &str, code: &str) -> String {
    format!("{policy}/warning/{code}")
}

/// The checks of a subject, each with how many of the same id stand before it:
/// a policy in conftest's convention may deny a subject more than once. Equal
/// ids are neighbours.
pub(crate) fn checks(subject: &Subject) -> impl Iterator<Item = (usize, &Check)> {
    let same = subject.checks.chunk_by(|one, other| one.id == other.id);
    same.flat_map(|checks| checks.iter().enumerate())
}

/// The warnings of a subject, numbered in the same way by their codes.
pub(crate) fn warnings(subject: &Subject) -> impl Iterator<Item = (usize, &Warning)> {
    let same = subject
        .warnings
        .chunk_by(|one, other| one.code == other.code);
    same.flat_map(|warnings| warnings.iter().enumerate())
}

/// What a check or warning is called where no two of a subject may be called the same.
pub(crate) fn unique(check: &str, before: usize) -> Cow<'_, str> {
    match before {
        0 => Cow::Borrowed(check),
        more => Cow::Owned(format!("{check} {}", more + 1)),
    }
}

/// Equal for the same rule and subject, whatever the evidence is called and
/// whenever it was collected: 64 hexadecimal digits.
pub(crate) fn fingerprint(subject: &str, rule: &str) -> String {
    let mut hash = Sha256::new();
    for part in [rule, subject] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A file's name as a relative URI reference (RFC 3986): everything but
/// unreserved characters, `/` and `!` is percent-encoded.
pub(crate) fn uri(file: &str) -> String {
    let mut uri = String::with_capacity(file.len());
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'!' => {
                uri.push(char::from(byte));
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

/// The id of a thing where a format wants a UUID: a version 5 one of what the
/// thing is and what it is called.
pub(crate) fn uuid(kind: &str, name: &[&str]) -> Uuid {
    const NAMESPACE: Uuid = Uuid::from_u128(0x6f2c_0b5e_93d1_4a77_8e4c_d1a9_5b30_c7f2);
    let mut bytes = kind.as_bytes().to_vec();
    for part in name {
        bytes.push(0);
        bytes.extend_from_slice(part.as_bytes());
    }
    Uuid::new_v5(&NAMESPACE, &bytes)
}

#[cfg(test)]
mod tests {
    use super::{uri, uuid};

    #[test]
    fn file_names_become_uris() {
        assert_eq!(uri("a b/c:d#e?f%.json"), "a%20b/c%3Ad%23e%3Ff%25.json");
        assert_eq!(uri("dump.zip!inner/x.json"), "dump.zip!inner/x.json");
        assert_eq!(uri("\u{202e}é"), "%E2%80%AE%C3%A9");
    }

    #[test]
    fn a_uuid_is_of_a_kind_and_of_each_part_of_a_name() {
        assert_eq!(uuid("trail", &["a", "b"]), uuid("trail", &["a", "b"]));
        assert_ne!(uuid("trail", &["a", "b"]), uuid("account", &["a", "b"]));
        assert_ne!(uuid("trail", &["a", "b"]), uuid("trail", &["ab"]));
        assert_eq!(uuid("trail", &["a"]).get_version_num(), 5);
    }
}
