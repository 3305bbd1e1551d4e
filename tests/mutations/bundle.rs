//! A bundle of evidence in memory: one of the fixtures, or a generated one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jiff::Timestamp;

use crate::oracle::Word;

/// Files by their path, and what goes with them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bundle {
    /// The fixture's name, or how it was generated.
    pub(crate) name: String,
    /// `--as-of`.
    pub(crate) as_of: Option<Timestamp>,
    /// The paths given, below the bundle's folder; none for the folder itself.
    pub(crate) paths: Vec<String>,
    /// The files.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Whether it is spelt in a producer's own way, which the oracle knows too
    /// little of to say more than what can't be.
    pub(crate) is_foreign: bool,
    /// What must come out, where whoever made it knows.
    pub(crate) truth: Truth,
}

/// What is known of a bundle by its making.
#[derive(Debug, Clone, Default)]
pub(crate) struct Truth {
    /// How the statuses say whose they are, and what dates them.
    pub(crate) way: String,
    /// The outcome of a trail's check that plain evidence leaves no doubt of.
    pub(crate) must: Vec<(String, &'static str, Word)>,
    /// The accounts that evidence is expected of.
    pub(crate) accounts: BTreeSet<String>,
    /// The subjects that must be there.
    pub(crate) subjects: BTreeSet<String>,
}

/// Fixtures whose proof rests on what the oracle doesn't read: UTF-32, two
/// equal keys in an object, names that are none, another parameter.
const FOREIGN: [&str; 4] = [
    "utf-32",
    "duplicate-keys",
    "names-that-break-formats",
    "delivery-stale-by-the-default-recent-by-parameter",
];

/// A fixture, and the outcomes that its case expects, by the trail's name.
pub(crate) struct Fixture {
    pub(crate) bundle: Bundle,
    pub(crate) expected: BTreeMap<String, Vec<String>>,
    pub(crate) exit: i64,
}

impl Fixture {
    /// Every fixture, by name.
    pub(crate) fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut all = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let Ok(text) = fs::read_to_string(entry.path().join("case.toml")) else {
                continue;
            };
            let case: toml::Table = toml::from_str(&text).unwrap();
            let codes = |value: &toml::Value| -> Vec<String> {
                let codes = value.as_array().unwrap().iter();
                codes
                    .map(|code| code.as_str().unwrap().to_owned())
                    .collect()
            };
            let mut files = BTreeMap::new();
            read(&entry.path().join("evidence"), "", &mut files);
            all.push(Self {
                expected: case["checks"]
                    .as_table()
                    .unwrap()
                    .iter()
                    .map(|(name, value)| (name.clone(), codes(value)))
                    .collect(),
                exit: case["exit"].as_integer().unwrap(),
                bundle: Bundle {
                    as_of: case
                        .get("as_of")
                        .map(|at| at.as_str().unwrap().parse().unwrap()),
                    is_foreign: name.starts_with("produced-") || FOREIGN.contains(&name.as_str()),
                    name,
                    files,
                    ..Bundle::default()
                },
            });
        }
        all.sort_by(|a, b| a.bundle.name.cmp(&b.bundle.name));
        assert!(all.len() > 90, "the fixtures are there");
        all
    }

    /// The files of one fixture.
    pub(crate) fn named(name: &str) -> Bundle {
        let found = Self::all().into_iter().find(|one| one.bundle.name == name);
        found.unwrap().bundle
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
