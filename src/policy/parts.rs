//! How many parts the policies and data of a run may have: each takes hundreds of
//! bytes while it is read, and may be spelt with two.

use std::path::Path;

use super::problem::PolicyError;

/// Bytes of all files for each part that they may have.
const BYTES_A_PART: usize = 24;

/// Parts that they may have beside: those of twenty thousand lines of Rego.
const PARTS: usize = 80_000;

/// Parts that a line of Rego takes as much as.
const A_LINE: usize = 4;

/// Parts that a line of a comment takes as much as, and one with a colon in it: it may
/// be YAML.
const A_COMMENT: (usize, usize) = (1, 2);

/// The parts of what was read up to now.
#[derive(Debug, Default)]
pub(super) struct Parts {
    bytes: usize,
    parts: usize,
}

impl Parts {
    /// Counts a file of Rego: its lines, and its commas.
    pub(super) fn hold_rego(&mut self, path: &Path, text: &str) -> Result<(), PolicyError> {
        let lines = text.lines().map(|line| match line.trim_start() {
            "" => 0,
            comment if comment.starts_with('#') => match comment.contains(':') {
                true => A_COMMENT.1,
                false => A_COMMENT.0,
            },
            _ => A_LINE,
        });
        self.hold(path, text, lines.sum::<usize>() + signs(text, b","))
    }

    /// Counts a data document: two of its values take as much as one of Rego's, and a
    /// key as much as two.
    pub(super) fn hold_data(&mut self, path: &Path, text: &str) -> Result<(), PolicyError> {
        let is_yaml = path.extension().is_none_or(|ending| ending != "json");
        let found = |what: &str| memchr::memmem::find_iter(text.as_bytes(), what).count();
        let (signs, keys) = match is_yaml {
            true => (signs(text, b",[{\n"), found(": ") + found("\":")),
            false => (signs(text, b",[{"), found("\":")),
        };
        self.hold(path, text, signs / 2 + keys)
    }

    fn hold(&mut self, path: &Path, text: &str, parts: usize) -> Result<(), PolicyError> {
        self.bytes = self.bytes.saturating_add(text.len());
        self.parts = self.parts.saturating_add(parts);
        if self.parts <= self.bytes / BYTES_A_PART + PARTS {
            return Ok(());
        }
        Err(PolicyError::TooLarge {
            path: path.to_owned(),
            why: format!(
                "up to here there are {} lines and values in {} bytes of policies and data, more than one for {BYTES_A_PART} bytes and {PARTS} beside",
                self.parts, self.bytes
            ),
        })
    }
}

fn signs(text: &str, signs: &[u8]) -> usize {
    text.bytes().filter(|byte| signs.contains(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spelt_with_few_bytes_is_counted() {
        let file = Path::new("x.rego");
        let is_held = |text: &str| Parts::default().hold_rego(file, text).is_ok();
        assert!(is_held(&"\tsome trail in input.trails\n".repeat(20_000)));
        assert!(is_held(
            &"# a comment of some words, as they are written\n\n".repeat(200_000)
        ));
        assert!(!is_held(&"# k: 1\n".repeat(100_000)));
        assert!(!is_held(&"x := 1\n".repeat(25_000)));
        assert!(!is_held(&"1,".repeat(100_000)));
        let data = Path::new("data.json");
        let is_held = |text: &str| Parts::default().hold_data(data, text).is_ok();
        assert!(is_held(&"\"111122223333\", ".repeat(1_000_000)));
        assert!(!is_held(&"1,".repeat(200_000)));
        assert!(!is_held(&"\"k\":1,".repeat(100_000)));
        // Over all files of a run.
        let mut parts = Parts::default();
        let lines = "x := 1\n".repeat(12_000);
        assert!(parts.hold_rego(file, &lines).is_ok());
        assert!(parts.hold_rego(file, &lines).is_err());
    }
}
