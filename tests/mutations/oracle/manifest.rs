//! A bundle's manifest, as far as a tie or a time rests on it.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::time;
use crate::bundle::Bundle;

/// How the schema of every manifest begins.
const SCHEMA: &str = "urn:coldtrail:schema:manifest:1.";

/// A manifest, known by its schema, and the folder that it speaks of.
pub(crate) struct Manifest {
    pub(crate) file: String,
    pub(crate) folder: String,
    pub(crate) finished: Option<f64>,
    entries: Vec<Entry>,
}

/// What it says of one file.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    file: String,
    sha256: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) trail: Option<String>,
    pub(crate) command: Vec<String>,
    pub(crate) collected_at: Option<f64>,
}

impl Manifest {
    /// Every manifest of a bundle that can be read, whatever it is called, by
    /// its folder.
    pub(crate) fn all(bundle: &Bundle) -> Vec<Self> {
        let read = bundle.files.iter().filter_map(|(file, bytes)| {
            let value: Value = serde_json::from_slice(bytes).ok()?;
            value["schema"].as_str()?.strip_prefix(SCHEMA)?;
            let folder = match file.rsplit_once('/') {
                Some((folder, _)) => format!("{folder}/"),
                None => String::new(),
            };
            Some(Self {
                file: file.clone(),
                entries: value["files"]
                    .as_array()?
                    .iter()
                    .filter_map(|entry| Entry::of(&folder, entry))
                    .collect(),
                finished: value["finished_at"].as_str().and_then(instant),
                folder,
            })
        });
        read.collect()
    }

    pub(crate) fn entry(&self, file: &str) -> Option<Entry> {
        self.entries
            .iter()
            .find(|entry| entry.file == file)
            .cloned()
    }
}

fn instant(text: &str) -> Option<f64> {
    time::read(&Value::from(text)).map(|(from, _)| from)
}

impl Entry {
    fn of(folder: &str, entry: &Value) -> Option<Self> {
        let text = |key: &str| entry[key].as_str().map(str::to_owned);
        let words = entry["command"].as_array().into_iter().flatten();
        Some(Self {
            file: format!("{folder}{}", entry["file"].as_str()?),
            sha256: text("sha256"),
            account: text("account"),
            region: text("region"),
            trail: text("trail"),
            command: words
                .filter_map(|word| word.as_str().map(str::to_owned))
                .collect(),
            collected_at: entry["collected_at"].as_str().and_then(instant),
        })
    }

    /// Whether these are the bytes that were collected.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        let found = Sha256::digest(bytes);
        let hex: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
        self.sha256.as_deref() == Some(hex.as_str())
    }
}
