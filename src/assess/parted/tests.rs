//! A report is the same whether accounts are read one by one or as a whole:
//! every fixture is made an account among others, and both ways are taken.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::super::{Assessed, Terms};
use crate::coverage::Expected;
use crate::engine::DEFAULT_LIMIT;
use crate::evidence::part::parts;
use crate::evidence::{Bundle, Options};
use crate::policy::PolicySet;
use crate::progress::Progress;
use crate::render::{Format, NoExcerpts, Style};
use crate::report::AsOfBasis;
use crate::snapshot::{AsOf, Snapshot};
use crate::source::archive;
use crate::source::given::Links;
use crate::time;

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

/// A bundle on disk.
fn written(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// The report made account by account, if it can be; held to the one of the
/// whole.
fn both_ways(
    set: &PolicySet,
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
    as_of: AsOf,
) -> Option<String> {
    let folder = written(files);
    let (options, expected) = (Options::default(), Expected::default());
    let terms = Terms {
        expected: &expected,
        excludes: &options.excludes,
        set,
        as_of,
        limit: DEFAULT_LIMIT,
    };
    let paths: [PathBuf; 1] = [folder.path().to_owned()];
    let parts = parts(&paths, Links::Report)?;
    let progress = Progress::default();
    let (parted, _) = terms.assess_parts(parts, &options, &progress)?;
    let parted = json(parted);
    let whole = terms.assess_bundle(&Bundle::read(&paths, &options), &progress);
    assert_eq!(parted, json(whole));
    parted.ok()
}

fn given() -> AsOf {
    let at = time::rfc3339("2026-11-20T12:00:00Z").unwrap();
    AsOf::Given(at, AsOfBasis::Flag)
}

/// Fixtures that are of one account alone.
fn alone() -> Vec<Files> {
    let is_alone = |files: &Files| {
        let folder = written(renumbered(files, 0));
        let bundle = Bundle::read(&[folder.path().to_owned()], &Options::default());
        Snapshot::of_account(&bundle, AsOf::FromEvidence, "700000000000").is_some()
    };
    let has_archive = |files: &Files| files.keys().any(|name| archive::Format::is_named(name));
    let all = fixtures().into_iter().map(|(_, files)| files);
    all.filter(|files| !has_archive(files) && is_alone(files))
        .collect()
}

#[test]
fn an_account_by_itself_comes_to_what_it_comes_to_among_others() {
    let set = PolicySet::embedded().unwrap();
    let alone = alone();
    // Most are; the others speak of two accounts, or are archives.
    assert!(alone.len() > 60, "{}", alone.len());
    let all = || {
        let numbered = alone.iter().enumerate();
        numbered.flat_map(|(number, files)| renumbered(files, number))
    };
    // What lies beside the accounts and says nothing of trails is told as well.
    let beside = ["a.txt", "z/notes.md", "a/regions.json"]
        .map(|name| (name.to_owned(), b"{\"Regions\": []}".to_vec()));
    let report = both_ways(&set, all().chain(beside), AsOf::FromEvidence).unwrap();
    assert!(report.contains("\"a.txt\"") && report.contains("\"z/notes.md\""));
    assert!(both_ways(&set, all(), given()).is_some());
}

const TRAIL: &str = r#"{"trailList": [{"Name": "main", "S3BucketName": "logs", "IncludeGlobalServiceEvents": true, "HomeRegion": "us-east-1", "TrailARN": "arn:aws:cloudtrail:us-east-1:ACCOUNT:trail/main", "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:ACCOUNT:log-group:main:*"}]}"#;
const STATUS: &str = r#"{"IsLogging": true, "LatestCloudWatchLogsDeliveryTime": "2026-11-20T11:58:00Z", "TimeLoggingStarted": "2026-03-02T08:50:43Z"}"#;

/// Nine accounts with a trail and its status each.
fn plain() -> Files {
    let mut files = Files::new();
    for number in 0..9 {
        let account = format!("{:012}", 700_000_000_000_usize + number);
        let put = |name: &str, text: &str| {
            let text = text.replace("ACCOUNT", &account).into_bytes();
            (format!("{account}/us-east-1/{name}"), text)
        };
        files.extend([
            put("describe-trails.json", TRAIL),
            put("get-trail-status-main.json", STATUS),
        ]);
    }
    files
}

#[test]
fn what_speaks_of_another_account_is_read_as_a_whole() {
    let set = PolicySet::embedded().unwrap();
    assert!(both_ways(&set, plain(), given()).is_some());
    let other = TRAIL.replace("ACCOUNT", "700000000001");
    let arn = "arn:aws:cloudtrail:us-east-1:700000000001:trail/main";
    let encoded = arn.replace(':', "%3A").replace('/', "%2F");
    let group = r#"{"logGroups": [{"logGroupName": "main", "arn": "arn:aws:logs:us-east-1:700000000001:log-group:main:*"}]}"#;
    let mixed = TRAIL.replace(":logs:us-east-1:ACCOUNT", ":logs:us-east-1:700000000001");
    let manifest = r#"{"schema": "urn:coldtrail:schema:manifest:1.0", "files": []}"#;
    for (name, text) in [
        (
            "700000000000/eu-west-1/describe-trails.json",
            other.as_str(),
        ),
        (
            "700000000000/keyed.json",
            &format!("{{\"{arn}\": {STATUS}}}"),
        ),
        (&format!("700000000000/{encoded}.json"), STATUS),
        (
            "700000000000/arn-aws-cloudtrail-us-east-1-7000-0000-0001-trail-main.json",
            STATUS,
        ),
        (
            "700000000000/list-trails.json",
            &format!(
                "{{\"Trails\": [{{\"TrailARN\": \"{arn}\", \"Name\": \"main\", \"HomeRegion\": \"us-east-1\"}}]}}"
            ),
        ),
        (
            "700000000000/list-trails.json",
            &format!("{{\"Trails\": [{{\"Name\": \"{arn}\", \"HomeRegion\": \"us-east-1\"}}]}}"),
        ),
        (
            "700000000000/status.json",
            &STATUS.replace("{", &format!("{{\"Name\": \"{arn}\", ")),
        ),
        ("700000000000/describe-log-groups.json", group),
        (
            "700000000000/us-east-2/describe-trails.json",
            &mixed.replace("ACCOUNT", "700000000000"),
        ),
        ("700000000009/get-trail-status-main.json", STATUS),
        ("700000000000-again/get-trail-status-main.json", STATUS),
        (
            "700000000000/700000000001/describe-trails.json",
            r#"{"trailList": []}"#,
        ),
        ("700000000000/evidence.zip", "PK"),
        ("describe-trails.json", r#"{"trailList": []}"#),
        ("get-trail-status-main.json", STATUS),
        ("manifest.json", manifest),
        ("broken.json", "{"),
    ] {
        let mut files = plain();
        assert_eq!(files.insert(name.to_owned(), text.into()), None);
        assert!(both_ways(&set, files, given()).is_none(), "{name}");
    }
}

#[test]
fn few_accounts_and_very_many_files_of_one_are_read_as_a_whole() {
    let set = PolicySet::embedded().unwrap();
    let few = plain()
        .into_iter()
        .filter(|(name, _)| name.as_str() < "700000000007");
    assert!(both_ways(&set, few, given()).is_none());
    for (count, is_parted) in [(1000, true), (5000, false)] {
        let name = |number| format!("700000000000/{number}.txt");
        let many = (0..count).map(|number| (name(number), b"-".to_vec()));
        let report = both_ways(&set, plain().into_iter().chain(many), given());
        assert_eq!(report.is_some(), is_parted);
    }
}

/// One of the changes that people and scripts make to folders of evidence.
fn change(files: &mut Files, dice: &mut impl FnMut(usize) -> usize) {
    let names: Vec<String> = files.keys().cloned().collect();
    let any = |dice: &mut dyn FnMut(usize) -> usize| names[dice(names.len())].clone();
    let (one, other) = (any(dice), any(dice));
    let account = |number: usize| format!("{:012}", 700_000_000_000_usize + number);
    match dice(7) {
        // A file got into another account's folder as well, or is told to be another's.
        0 => {
            let name = format!("{}{}", account(dice(9)), &one[12..]);
            files.insert(name, files[&one].clone());
        }
        1 => {
            let text = String::from_utf8_lossy(&files[&one]).into_owned();
            let times = [1, usize::MAX][dice(2)];
            let text = text.replacen(&one[..12], &account(dice(9)), times);
            files.insert(one, text.into_bytes());
        }
        2 => drop(files.remove(&one)),
        3 => {
            let name = one.replace("main", ["other", "trail-0", "x"][dice(3)]);
            let bytes = files.remove(&one).unwrap();
            files.insert(name, bytes);
        }
        4 => {
            let (a, b) = (files[&one].clone(), files[&other].clone());
            files.extend([(one, b), (other, a)]);
        }
        // A status nearby that may be anybody's.
        5 => {
            let folder = one.rsplit_once('/').unwrap().0;
            let name = [
                "status.json",
                "get-trail-status-main.json",
                "get-trail-status-gone.json",
            ];
            files.insert(format!("{folder}/{}", name[dice(3)]), STATUS.into());
        }
        _ => {
            let folder = ["", "us-east-1/", "prod/"][dice(3)];
            let name = format!("{}/{folder}{}", &one[..12], one.rsplit('/').next().unwrap());
            let bytes = files.remove(&one).unwrap();
            files.insert(name, bytes);
        }
    }
}

#[test]
fn whatever_becomes_of_the_folders_both_ways_come_to_the_same() {
    let set = PolicySet::embedded().unwrap();
    let alone = alone();
    let mut state = 20_261_127_u64;
    // Splitmix64: the same everywhere.
    let mut dice = |sides: usize| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    };
    let mut parted = 0;
    let rounds = std::env::var("PARTED_ROUNDS").map_or(40, |rounds| rounds.parse().unwrap());
    for _ in 0..rounds {
        let mut files = Files::new();
        for number in 0..9 {
            files.extend(renumbered(&alone[dice(alone.len())], number));
        }
        for _ in 0..dice(4) {
            change(&mut files, &mut dice);
        }
        let as_of = [AsOf::FromEvidence, given()][dice(2)];
        parted += usize::from(both_ways(&set, files, as_of).is_some());
    }
    assert!(parted * 4 > rounds, "{parted}");
}
