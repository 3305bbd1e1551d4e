//! What must not matter: how a bundle is packed, the order of its paths, and
//! what other accounts lie beside.
//!
//! How it is packed and given is asked of the binary, whose whole report must
//! be the same but for the archive's name in front of the files'.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::bundle::{Bundle, Fixture};
use crate::dice::Dice;
use crate::judge::{Judge, Verdict, write};
use crate::oracle::{Fault, Trail};
use crate::told::Told;
use crate::{each, generate, number};

/// The exit code and the report of a run.
fn check(bundle: &Bundle, paths: &[PathBuf]) -> (Option<i32>, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldtrail"));
    command
        .args(["check", "--format", "json", "--jobs", "1"])
        .args(paths);
    if let Some(at) = bundle.as_of {
        command.args(["--as-of", &at.to_string()]);
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let text = text
        .replace("bundle.zip!", "")
        .replace("bundle.tar.gz!", "");
    let mut report: Value = serde_json::from_str(&text).unwrap_or_default();
    // An archive may be told of itself, and be counted.
    if let Some(documents) = report["documents"].as_array_mut() {
        documents.retain(|one| one["file"] != "bundle.zip" && one["file"] != "bundle.tar.gz");
        report["summary"]["documents"]["other"] = Value::Null;
    }
    let mut files: Vec<&str> = bundle.files.keys().map(String::as_str).collect();
    files.sort_by_key(|file| std::cmp::Reverse(file.len()));
    unname(&mut report, &files);
    (output.status.code(), report)
}

/// Takes the names of files out of what is said in words: a message about a
/// file of an archive names it with the archive, and may name it twice.
fn unname(value: &mut Value, files: &[&str]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| unname(item, files)),
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if ["message", "reason", "detail"].contains(&&**key) => {
                        for file in files {
                            *text = text.replace(&format!("`{file}`"), "`…`");
                        }
                        *text = text.replace("`…`: `…`", "`…`");
                    }
                    value => unname(value, files),
                }
            }
        }
        _ => {}
    }
}

fn zipped(bundle: &Bundle, at: &Path) {
    let mut archive = zip::ZipWriter::new(fs::File::create(at).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for (file, bytes) in &bundle.files {
        archive.start_file(file.as_str(), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

fn tarred(bundle: &Bundle, at: &Path) {
    let file = fs::File::create(at).unwrap();
    let packed = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    let mut archive = tar::Builder::new(packed);
    for (file, bytes) in &bundle.files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive
            .append_data(&mut header, file, bytes.as_slice())
            .unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap();
}

/// Where two values differ first, as a pointer without indices.
fn difference(one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => a
            .iter()
            .find_map(|(key, value)| Some(format!("/{key}{}", difference(value, &b[key])?))),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).find_map(|(a, b)| difference(a, b))
        }
        _ => (one != other).then(String::new),
    }
}

fn compare(
    what: &str,
    (run, bundle): (usize, &Bundle),
    one: &(Option<i32>, Value),
    other: &(Option<i32>, Value),
    told: &mut Told,
) {
    let place = difference(&one.1, &other.1);
    if one.0 != other.0 || place.is_some() {
        let fault = Fault {
            kind: format!(
                "{what}: exit {:?} or {:?}, differs at {place:?}",
                one.0, other.0
            ),
            subject: bundle.name.clone(),
        };
        told.fault(run, bundle, &fault);
    }
}

/// The folders at the top, where everything lies in one of several.
fn tops(bundle: &Bundle) -> Option<Vec<String>> {
    let mut tops = Vec::new();
    for file in bundle.files.keys() {
        tops.push(file.split_once('/')?.0.to_owned());
    }
    tops.dedup();
    (tops.len() > 1).then_some(tops)
}

#[test]
fn packing_and_the_order_of_paths_change_nothing() {
    let fixtures = Fixture::all();
    let generated = number("PACKED", 60) as usize;
    let many = fixtures.len() + generated;
    let told = each(many, &|_, run, told| {
        let bundle = match fixtures.get(run) {
            Some(fixture) => fixture.bundle.clone(),
            None => {
                let mut bundle = generate::any(&mut Dice::new(number("SEED", 11), run));
                bundle.paths.clear();
                bundle
            }
        };
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        write(&place("bundle"), &bundle.files);
        zipped(&bundle, &place("bundle.zip"));
        tarred(&bundle, &place("bundle.tar.gz"));
        let plain = check(&bundle, &[place("bundle")]);
        for archive in ["bundle.zip", "bundle.tar.gz"] {
            let packed = check(&bundle, &[place(archive)]);
            compare(archive, (run, &bundle), &plain, &packed, told);
        }
        let Some(tops) = tops(&bundle) else {
            return;
        };
        let mut paths: Vec<PathBuf> = tops.iter().map(|top| place("bundle").join(top)).collect();
        let forth = check(&bundle, &paths);
        paths.reverse();
        let back = check(&bundle, &paths);
        compare("the order of paths", (run, &bundle), &forth, &back, told);
        compare("the paths one by one", (run, &bundle), &plain, &forth, told);
    });
    told.end("packing", &mut Judge::new());
}

/// The account whose folder a file lies in.
fn account(file: &str) -> Option<String> {
    let folders = file.split('/').map(|part| part.replace('-', ""));
    let mut found =
        folders.filter(|part| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit()));
    found.next()
}

/// What came out of the trails that an account owns.
fn own(verdict: &Verdict, account: &str) -> Vec<String> {
    let own = verdict.results.iter().filter(|((subject, _), _)| {
        Trail::of(subject).is_some_and(|trail| trail.account == account)
    });
    own.map(|result| format!("{result:?}")).collect()
}

#[test]
fn an_account_gives_the_same_alone_as_among_others() {
    let fixture = Fixture::named("two-accounts-three-regions");
    let many = number("ALONE", 1_500) as usize;
    let told = each(many, &|judge, run, told| {
        let bundle = match run {
            0 => fixture.clone(),
            _ => generate::any(&mut Dice::new(number("SEED", 12), run)),
        };
        let bundle = Bundle {
            paths: Vec::new(),
            ..bundle
        };
        // A trail of an organization, and a failure that names another account,
        // bear on more than one.
        let shares = bundle.name.contains("failed call")
            || bundle.files.values().any(|bytes| {
                String::from_utf8_lossy(bytes).contains("\"IsOrganizationTrail\": true")
            });
        let accounts: Option<Vec<String>> = bundle.files.keys().map(|file| account(file)).collect();
        let Some(mut accounts) = accounts.filter(|_| !shares) else {
            return;
        };
        accounts.sort();
        accounts.dedup();
        // So does a file that names an account in another one's folder.
        let strays = bundle.files.iter().any(|(file, bytes)| {
            let text = String::from_utf8_lossy(bytes);
            let others = accounts
                .iter()
                .filter(|id| account(file).as_ref() != Some(id));
            others.into_iter().any(|id| text.contains(id.as_str()))
        });
        if accounts.len() < 2 || strays {
            return;
        }
        let together = judge.judge(&bundle);
        for id in &accounts {
            let mut alone = bundle.clone();
            alone
                .files
                .retain(|file, _| account(file).as_ref() == Some(id));
            let verdict = judge.judge(&alone);
            told.outcomes(&verdict);
            if own(&together, id) != own(&verdict, id) {
                let fault = Fault {
                    kind: "an account gives something else alone".to_owned(),
                    subject: format!(
                        "{id}: {:?} alone, {:?} among others",
                        own(&verdict, id),
                        own(&together, id)
                    ),
                };
                told.fault(run, &bundle, &fault);
            }
        }
    });
    assert!(told.counts()[0] > many / 10, "{:?}", told.counts());
    told.end("accounts", &mut Judge::new());
}
