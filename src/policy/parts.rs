//! How many parts the policies and data of a run may have: each takes hundreds of
//! bytes while it is read, and may be spelt with two.

use std::collections::HashMap;
use std::path::Path;

use super::Module;
use super::problem::PolicyError;
use crate::text::{signs, visible};

/// Bytes of all files for each part that they may have.
const BYTES_A_PART: usize = 24;

/// Parts that they may have beside: those of ten thousand lines of Rego.
const PARTS: usize = 80_000;

/// Parts that a line of Rego takes as much as.
const A_LINE: usize = 8;

/// Parts that an operator of Rego takes as much as, or a statement on one's line.
const AN_OPERATOR: usize = 3;

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
            code => A_LINE + AN_OPERATOR * signs(code, b"+-*/%|&;"),
        });
        self.hold(path, text, lines.sum::<usize>() + signs(text, b","))
    }

    /// Counts a data document: two of its values take as much as one of Rego's, and a
    /// key as much as two.
    pub(super) fn hold_data(&mut self, path: &Path, text: &str) -> Result<(), PolicyError> {
        let is_yaml = path.extension().is_none_or(|ending| ending != "json");
        let found = |what: &str| memchr::memmem::find_iter(text.as_bytes(), what).count();
        let (signs, keys) = match is_yaml {
            true => {
                let begun = ["- ", "-\t", "? ", "?\t", ": ", ":\t", "\":"].map(found);
                (signs(text, b",[{\n\r"), begun.iter().sum())
            }
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

/// How often the lines of a package may be gone through, once for each of its files: the
/// engine lists a package's rules for each.
const LINES_FOR_FILES: usize = 640_000;

/// Refuses a package of very many files and lines.
pub(super) fn hold_packages(modules: &[Module]) -> Result<(), PolicyError> {
    let mut packages: HashMap<&str, (usize, usize)> = HashMap::new();
    for module in modules {
        let (files, lines) = packages.entry(module.package.as_str()).or_default();
        *files += 1;
        *lines += module.file.text.lines().count();
        if files.saturating_mul(*lines) > LINES_FOR_FILES {
            return Err(PolicyError::TooLarge {
                path: module.file.shown.clone().into(),
                why: format!(
                    "up to here the package `{}` has {lines} lines in {files} files; the two together may come to {LINES_FOR_FILES}",
                    visible(&module.package)
                ),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::PolicySet;

    #[test]
    fn a_package_of_very_many_files_is_refused() {
        let set = |many: usize| {
            let names: Vec<String> = (0..many).map(|number| format!("{number}.rego")).collect();
            let text = "package a\nimport rego.v1\ndeny contains 1\n";
            let files: Vec<(&str, &str)> = names.iter().map(|name| (&**name, text)).collect();
            PolicySet::of(&files)
        };
        assert!(set(400).is_ok());
        assert!(set(600).unwrap_err().to_string().contains("lines in"));
    }

    #[test]
    fn what_is_spelt_with_few_bytes_is_counted() {
        let file = Path::new("x.rego");
        let is_held = |text: &str| Parts::default().hold_rego(file, text).is_ok();
        assert!(is_held(&"\tsome trail in input.trails\n".repeat(10_000)));
        assert!(!is_held(
            &format!("x := 1{}\n", "+1".repeat(250)).repeat(200)
        ));
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
        let yaml = Path::new("data.yaml");
        let is_held = |text: &str| Parts::default().hold_data(yaml, text).is_ok();
        assert!(is_held(&"- 111122223333 # an account\n".repeat(100_000)));
        assert!(!is_held(&format!("{}a\n", "- ".repeat(40)).repeat(5_000)));
        assert!(!is_held(&"x:\r- a\r".repeat(100_000)));
        let lines = "x := 1\n".repeat(6_000);
        assert!(parts.hold_rego(file, &lines).is_ok());
        assert!(parts.hold_rego(file, &lines).is_err());
    }
}
