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

/// The parts of what was read up to now.
#[derive(Debug, Default)]
pub(super) struct Parts {
    bytes: usize,
    parts: usize,
}

impl Parts {
    /// Counts a file of Rego: its lines, comments left out, and its commas.
    pub(super) fn hold_rego(&mut self, path: &Path, text: &str) -> Result<(), PolicyError> {
        let is_code = |line: &&str| {
            let line = line.trim_start();
            !(line.is_empty() || line.starts_with('#'))
        };
        let lines = text.lines().filter(is_code).count();
        self.hold(path, text, lines * A_LINE + signs(text, b","))
    }

    /// Counts a data document: two of its values take as much as one of Rego's.
    pub(super) fn hold_data(&mut self, path: &Path, text: &str) -> Result<(), PolicyError> {
        let is_yaml = path.extension().is_none_or(|ending| ending != "json");
        let signs = signs(text, if is_yaml { b",[{\n" } else { b",[{" });
        self.hold(path, text, signs / 2)
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
        assert!(is_held(&"# a comment, or two\n\n".repeat(200_000)));
        assert!(!is_held(&"x := 1\n".repeat(25_000)));
        assert!(!is_held(&"1,".repeat(100_000)));
        let data = Path::new("data.json");
        let is_held = |text: &str| Parts::default().hold_data(data, text).is_ok();
        assert!(is_held(&"\"111122223333\", ".repeat(1_000_000)));
        assert!(!is_held(&"1,".repeat(200_000)));
        // Over all files of a run.
        let mut parts = Parts::default();
        let lines = "x := 1\n".repeat(12_000);
        assert!(parts.hold_rego(file, &lines).is_ok());
        assert!(parts.hold_rego(file, &lines).is_err());
    }
}
