//! The program's verdict on a bundle in memory: the library from the files to
//! the policy's results, without a report.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use coldtrail::engine::{Checked, DEFAULT_LIMIT, Worker};
use coldtrail::evidence::{Bundle as Evidence, Options};
use coldtrail::finding::Outcome;
use coldtrail::policy::PolicySet;
use coldtrail::report::AsOfBasis;
use coldtrail::snapshot::{AsOf, Snapshot};
use tempfile::TempDir;

use crate::bundle::Bundle;
use crate::oracle;

/// One engine, and a folder to put bundles in.
pub(crate) struct Judge {
    worker: Worker,
    folder: TempDir,
}

/// What the program made of a bundle.
pub(crate) struct Verdict {
    /// The trails, name by id.
    pub(crate) trails: BTreeMap<String, String>,
    /// Those that pass.
    pub(crate) passing: BTreeMap<String, String>,
    /// Whether the whole passes: there is something, and all of it passes.
    pub(crate) all_pass: bool,
}

impl Judge {
    /// With the built-in policy.
    pub(crate) fn new() -> Self {
        let set = PolicySet::embedded().unwrap();
        Self {
            worker: Worker::new(Checked::new(&set).unwrap(), 12 * DEFAULT_LIMIT).unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Judges a bundle.
    pub(crate) fn judge(&mut self, bundle: &Bundle) -> Verdict {
        let root = self.folder.path().join("bundle");
        write(&root, &bundle.files);
        let evidence = Evidence::read(std::slice::from_ref(&root), &Options::default());
        fs::remove_dir_all(root).unwrap();
        let as_of = match bundle.dated {
            true => AsOf::Given(oracle::as_of(), AsOfBasis::Flag),
            false => AsOf::FromEvidence,
        };
        let mut outcomes: BTreeMap<String, Outcome> = BTreeMap::new();
        let mut trails = BTreeMap::new();
        for account in Snapshot::of(&evidence, as_of).accounts {
            for trail in &account.trails {
                trails.insert(trail.id.to_string(), trail.name.to_string());
            }
            for judgement in self.worker.judge(&account.input(&evidence)).unwrap() {
                for result in judgement.results {
                    let worst = outcomes
                        .entry(result.subject.to_string())
                        .or_insert(result.outcome);
                    *worst = result.outcome.min(*worst);
                }
            }
        }
        let passes = |id: &String| outcomes.get(id) == Some(&Outcome::Pass);
        Verdict {
            passing: trails
                .iter()
                .filter(|(id, _)| passes(id))
                .map(|(id, name)| (id.clone(), name.clone()))
                .collect(),
            trails,
            all_pass: !outcomes.is_empty()
                && outcomes.values().all(|outcome| *outcome == Outcome::Pass),
        }
    }
}

fn write(root: &Path, files: &BTreeMap<String, Vec<u8>>) {
    fs::create_dir(root).unwrap();
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
