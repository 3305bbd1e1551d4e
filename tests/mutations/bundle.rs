//! A bundle of evidence in memory, as the fixtures hold it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::judge::Judge;

/// Files by their path.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    /// The fixture's name.
    pub(crate) name: String,
    /// Whether `--as-of` gives the collection time, which is the same for all.
    pub(crate) dated: bool,
    /// The files.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// The ids of the trails that pass before any mutation.
    pub(crate) passing: Vec<String>,
}

/// Fixtures whose proof takes more than the oracle knows: zones settled by
/// twins, a header's date, another parameter, names that are no file names,
/// manifests, folders that part what lies in them, names that are keys.
const LEFT_OUT: [&str; 14] = [
    "manifest-asked-for-another-trail",
    "status-altered-since-its-collection",
    "status-in-a-folder-beside",
    "status-not-in-the-manifest",
    "status-under-another-name",
    "statuses-by-name",
    "statuses-of-one-moment-differ",
    "as-of-out-of-range",
    "names-that-break-formats",
    "as-of-from-date-header",
    "delivery-stale-by-the-default-recent-by-parameter",
    "delivery-time-without-zone",
    "delivery-time-without-zone-settled-by-its-twin",
    "duplicate-keys",
];

impl Bundle {
    /// Every fixture that the oracle can judge.
    pub(crate) fn fixtures() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut all = Vec::new();
        let mut judge = Judge::new();
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let Ok(case) = fs::read_to_string(entry.path().join("case.toml")) else {
                continue;
            };
            // What other producers wrote is spelt in ways of its own.
            if LEFT_OUT.contains(&name.as_str()) || name.starts_with("produced-") {
                continue;
            }
            let mut bundle = Self {
                name,
                dated: case.contains("as_of = "),
                files: BTreeMap::new(),
                passing: Vec::new(),
            };
            read(&entry.path().join("evidence"), "", &mut bundle.files);
            bundle.passing = judge.judge(&bundle).passing.into_keys().collect();
            all.push(bundle);
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        assert!(all.len() > 40, "the fixtures are there");
        all
    }

    /// Whether the collection time is known: from the flag or a path's stamp.
    pub(crate) fn collection_is_known(&self) -> bool {
        self.dated
            || self
                .files
                .keys()
                .any(|path| path.starts_with("20261120T120000Z/"))
    }
}

fn read(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            read(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}
