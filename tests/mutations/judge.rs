//! The program's verdict on a bundle, in process: the library from the files
//! to the policy's results, without a report. Nothing else here names the
//! library.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use coldtrail::engine::{Checked, DEFAULT_LIMIT, Worker};
use coldtrail::evidence::{Bundle as Evidence, Options};
use coldtrail::finding::{AsOfBasis, Outcome};
use coldtrail::policy::PolicySet;
use coldtrail::snapshot::{AsOf, Snapshot};
use tempfile::TempDir;

use crate::bundle::Bundle;
use crate::oracle::Word;

/// One engine, and a folder to put bundles in.
pub(crate) struct Judge {
    worker: Worker,
    folder: TempDir,
}

/// What the program made of a bundle.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Verdict {
    /// The account that each subject was judged with, by the subject's id.
    pub(crate) subjects: BTreeMap<String, String>,
    /// The outcome and its code, by subject and check.
    pub(crate) results: BTreeMap<(String, String), (Word, String)>,
}

impl Verdict {
    /// Whether the whole passes: there is something, and all of it passes.
    pub(crate) fn all_pass(&self) -> bool {
        !self.results.is_empty() && self.results.values().all(|(word, _)| *word == Word::Pass)
    }

    /// The outcome of one check.
    pub(crate) fn of(&self, subject: &str, check: &str) -> Option<(Word, &str)> {
        let found = self.results.get(&(subject.to_owned(), check.to_owned()));
        found.map(|(word, code)| (*word, code.as_str()))
    }
}

impl Judge {
    /// With the built-in policy.
    pub(crate) fn new() -> Self {
        let set = PolicySet::embedded().unwrap();
        Self {
            worker: Worker::new(Checked::new(&set).unwrap(), 12 * DEFAULT_LIMIT).unwrap(),
            folder: folder(),
        }
    }

    /// Judges a bundle.
    pub(crate) fn judge(&mut self, bundle: &Bundle) -> Verdict {
        let root = self.folder.path().join("bundle");
        write(&root, &bundle.files);
        let paths: Vec<PathBuf> = match bundle.paths.as_slice() {
            [] => vec![root.clone()],
            paths => paths.iter().map(|path| root.join(path)).collect(),
        };
        let evidence = Evidence::read(&paths, &Options::default());
        fs::remove_dir_all(root).unwrap();
        let as_of = match bundle.as_of {
            Some(at) => AsOf::Given(at, AsOfBasis::Flag),
            None => AsOf::FromEvidence,
        };
        let mut verdict = Verdict::default();
        for account in
            Snapshot::of(&evidence, as_of, &coldtrail::coverage::Expected::default()).accounts
        {
            let input = account.input(&evidence);
            let id = input["account_id"].as_str().unwrap_or_default().to_owned();
            for judgement in self.worker.judge(&input).unwrap() {
                for subject in judgement.subjects {
                    verdict.subjects.insert(subject.to_string(), id.clone());
                }
                for result in judgement.results {
                    let word = match result.outcome {
                        Outcome::Pass => Word::Pass,
                        Outcome::Fail => Word::Fail,
                        Outcome::NotApplicable => continue,
                        _ => Word::Inconclusive,
                    };
                    let place = (result.subject.to_string(), result.check.to_string());
                    let entry = (word, result.code.to_string());
                    verdict.results.insert(place, entry);
                }
            }
        }
        verdict
    }
}

/// In memory where there is such a place: files are written by the million.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    match memory.is_dir() {
        true => tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()),
        false => tempfile::tempdir(),
    }
    .unwrap()
}

/// Writes files below a folder that isn't there yet.
pub(crate) fn write(root: &Path, files: &BTreeMap<String, Vec<u8>>) {
    fs::create_dir_all(root).unwrap();
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
