//! A report is the same whether accounts are read one by one or as a whole:
//! every fixture is made an account among others, and both ways are taken.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::super::{Assessed, Terms};
use crate::engine::DEFAULT_LIMIT;
use crate::evidence::part::part;
use crate::evidence::source::{Links, gather};
use crate::evidence::{Bundle, Options, time};
use crate::policy::PolicySet;
use crate::progress::Progress;
use crate::render::{Format, NoExcerpts, Style};
use crate::report::AsOfBasis;
use crate::snapshot::AsOf;

/// A bundle's files by name.
type Files = BTreeMap<String, Vec<u8>>;

fn fixtures() -> Vec<(String, Files)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut all = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let evidence = entry.as_ref().unwrap().path().join("evidence");
        let mut files = Files::new();
        for file in WalkDir::new(&evidence).into_iter().flatten() {
            if file.file_type().is_file() {
                let name = file.path().strip_prefix(&evidence).unwrap();
                let name = name.to_str().unwrap().to_owned();
                files.insert(name, fs::read(file.path()).unwrap());
            }
        }
        if !files.is_empty() {
            let name = entry.unwrap().file_name();
            all.push((name.into_string().unwrap(), files));
        }
    }
    all.sort();
    all
}

/// A fixture as the folder of an account with this number.
fn renumbered(files: &Files, number: usize) -> Files {
    let account = format!("{:012}", 700_000_000_000_usize + number);
    let named = |text: &str| text.replace("111122223333", &account);
    files
        .iter()
        .map(|(name, bytes)| {
            let name = format!("{account}/{}", named(name));
            match std::str::from_utf8(bytes) {
                Ok(text) => (name, named(text).into_bytes()),
                Err(_) => (name, bytes.clone()),
            }
        })
        .collect()
}

fn json(assessed: Assessed) -> Result<String, String> {
    let report = assessed.report.map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    Format::Json
        .render(&report, &mut NoExcerpts, &Style::default(), &mut out)
        .unwrap();
    Ok(String::from_utf8(out).unwrap())
}

/// The report made account by account, if it can be; held to the one of the
/// whole.
fn both_ways(files: impl Iterator<Item = (String, Vec<u8>)>, as_of: AsOf) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let set = PolicySet::embedded().unwrap();
    let terms = Terms {
        set: &set,
        as_of,
        limit: DEFAULT_LIMIT,
    };
    let paths: [PathBuf; 1] = [folder.path().to_owned()];
    let options = Options::default();
    let sources = gather(&paths, Links::Report);
    let parts = part(&sources)?;
    let progress = Progress::default();
    let parted = json(terms.assess_parts(&sources, parts, &options, &progress)?);
    let whole = terms.assess_bundle(&Bundle::read(&paths, &options), &progress);
    assert_eq!(parted, json(whole));
    parted.ok()
}

fn given() -> AsOf {
    let at = time::rfc3339("2026-11-20T12:00:00Z").unwrap();
    AsOf::Given(at, AsOfBasis::Flag)
}

#[test]
fn an_account_by_itself_comes_to_what_it_comes_to_among_others() {
    let mut alone = Vec::new();
    for (name, files) in fixtures() {
        let copies = (0..8).flat_map(|number| renumbered(&files, number));
        if both_ways(copies, AsOf::FromEvidence).is_some() {
            alone.push((name, files));
        }
    }
    // Most are; the others speak of two accounts, or are archives.
    assert!(alone.len() > 60, "{}", alone.len());
    let all = || {
        let numbered = alone.iter().enumerate();
        numbered.flat_map(|(number, (_, files))| renumbered(files, number))
    };
    for as_of in [AsOf::FromEvidence, given()] {
        assert!(both_ways(all(), as_of).is_some());
    }
    // What lies beside the accounts and says nothing of trails is told as well.
    let beside = ["a.txt", "z/notes.md", "700000000001.json"].map(|name| {
        let text = b"{\"Regions\": []}".to_vec();
        (name.to_owned(), text)
    });
    let report = both_ways(all().into_iter().chain(beside), given()).unwrap();
    assert!(report.contains("\"a.txt\"") && report.contains("\"z/notes.md\""));
}
