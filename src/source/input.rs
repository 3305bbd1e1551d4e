//! Files beside the evidence: policies, waivers, reports, keys. Each is read
//! within a bound of its own, whatever is there to be read.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use crate::source::given::plain;

/// A kind of file, and how large it may be.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// What a message calls it.
    pub name: &'static str,
    /// Its bytes at the most.
    pub most: u64,
}

/// A file of waivers.
pub const WAIVERS: Kind = kind("a file of waivers", 16 << 20);
/// A report that an earlier run wrote.
pub const REPORT: Kind = kind("a report", 1 << 30);
/// A list of expected accounts.
pub const ACCOUNTS: Kind = kind("a list of accounts", 64 << 20);
/// The settings of a case.
pub const CASE: Kind = kind("a `case.toml`", 1 << 20);
/// A key, a certificate or a secret.
pub const KEY: Kind = kind("a key", 1 << 20);
/// A Rego file.
pub const REGO: Kind = kind("a policy", 16 << 20);
/// A data document of policies.
pub const DATA: Kind = kind("a data document", 256 << 20);

const fn kind(name: &'static str, most: u64) -> Kind {
    Kind { name, most }
}

/// Why a file that was named can't be read.
#[derive(Debug, Error, Diagnostic)]
pub enum InputError {
    /// The system doesn't give it, or it is no text.
    #[error("`{}` can't be read: {why}", path.display())]
    #[diagnostic(code(input), help("check the path and its permissions"))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// It is larger than any of its kind.
    #[error("`{}` can't be read: {}", path.display(), kind.excess())]
    #[diagnostic(
        code(input),
        help(
            "check that it is the file that was meant; if so, split it or leave out what isn't needed"
        )
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// What it should be.
        kind: Kind,
    },
}

impl Kind {
    /// What is wrong with a file of this kind that is too large.
    #[must_use]
    pub fn excess(self) -> String {
        format!(
            "{} may have {} bytes, and it has more",
            self.name, self.most
        )
    }
}

/// The bytes of a file, which may be a pipe; nothing where there are too many.
///
/// # Errors
/// Where the system doesn't give them.
pub fn within(path: &Path, kind: Kind) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let mut limited = File::open(path)?.take(kind.most.saturating_add(1));
    limited.read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= kind.most).then_some(bytes))
}

/// The bytes of a file of this kind.
///
/// # Errors
/// Where there are too many or none to be had.
pub fn bytes(path: &Path, kind: Kind) -> Result<Vec<u8>, InputError> {
    let read = within(path, kind).map_err(|error| InputError::Unreadable {
        path: path.to_owned(),
        why: plain(&error),
    })?;
    read.ok_or_else(|| InputError::TooLarge {
        path: path.to_owned(),
        kind,
    })
}

/// The text of a file of this kind.
///
/// # Errors
/// Where it is too long, no text, or not to be had.
pub fn text(path: &Path, kind: Kind) -> Result<String, InputError> {
    let bytes = bytes(path, kind)?;
    String::from_utf8(bytes).map_err(|_| InputError::Unreadable {
        path: path.to_owned(),
        why: plain(&io::ErrorKind::InvalidData.into()),
    })
}

/// Why a text is no JSON that is read.
#[must_use]
pub fn json_problem(error: &serde_json::Error) -> String {
    let told = error.to_string();
    match told.strip_prefix("recursion limit exceeded") {
        None => told,
        Some(place) => {
            format!("more than {MOST_NESTING} arrays and objects lie in each other{place}")
        }
    }
}

/// How many arrays and objects of JSON, or lists and maps of YAML, may lie in
/// each other: what `serde_json` takes.
pub const MOST_NESTING: usize = 127;

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{CASE, InputError, Kind, MOST_NESTING, json_problem, text};

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("case.toml");
        std::fs::write(&path, "a = 1").unwrap();
        assert_eq!(text(&path, CASE).unwrap(), "a = 1");
        let small = Kind { most: 4, ..CASE };
        let error = text(&path, small).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("may have 4 bytes, and it has more")
        );
        std::fs::write(&path, b"\xff").unwrap();
        assert!(matches!(
            text(&path, CASE),
            Err(InputError::Unreadable { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn what_has_no_end_is_read_no_further() {
        let endless = text(std::path::Path::new("/dev/zero"), CASE);
        assert!(matches!(endless, Err(InputError::TooLarge { .. })));
    }

    #[test]
    fn the_deepest_json_is_told_with_its_bound() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(serde_json::from_str::<Value>(&nested(MOST_NESTING)).is_ok());
        let error = serde_json::from_str::<Value>(&nested(MOST_NESTING + 1)).unwrap_err();
        assert_eq!(
            json_problem(&error),
            "more than 127 arrays and objects lie in each other at line 1 column 128"
        );
    }
}
