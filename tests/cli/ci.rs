//! What the README offers a CI, and whoever accepts, compares and verifies: the
//! files there are read as their readers do, and the commands run.

use std::path::Path;
use std::process::Command;

use saphyr::{LoadableYamlNode, Yaml};

use crate::harness::{Fixture, copy, root};

/// Keys under which a CI has commands.
const COMMANDS: [&str; 3] = ["run", "script", "entry"];

fn section(title: &str) -> String {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, section) = text.split_once(&format!("\n## {title}\n")).unwrap();
    section.split("\n## ").next().unwrap().to_owned()
}

/// The code blocks of one language.
fn blocks<'s>(section: &'s str, language: &str) -> Vec<&'s str> {
    let open = format!("```{language}\n");
    let blocks = section.split(&open).skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

fn gather(yaml: &Yaml, of: Option<&str>, found: &mut Vec<String>) {
    if let Some(map) = yaml.as_mapping() {
        for (key, value) in map {
            gather(value, key.as_str(), found);
        }
    } else if let Some(list) = yaml.as_sequence() {
        list.iter().for_each(|value| gather(value, of, found));
    } else if let (Some(key), Some(text)) = (of, yaml.as_str())
        && COMMANDS.contains(&key)
    {
        found.push(text.to_owned());
    }
}

/// Runs a command line as a CI does, beside a folder `evidence`.
fn run(command: &str, folder: &Path) -> Option<i32> {
    let binary = Path::new(env!("CARGO_BIN_EXE_coldtrail")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", binary.display());
    let done = Command::new("bash")
        .args(["--norc", "-euc", command])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("EVIDENCE", "evidence")
        .env("GITHUB_STEP_SUMMARY", folder.join("summary.md"))
        .output()
        .unwrap();
    assert!(
        done.stderr.is_empty(),
        "{command}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    done.status.code()
}

#[test]
fn what_the_readme_offers_a_ci_runs() {
    let fixture = Fixture::named("one-delivery-recent-one-stale");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    copy(&root().join(fixture.evidence()), &folder.join("evidence"));
    let section = section("CI");
    let files = blocks(&section, "yaml");
    assert_eq!(files.len(), 3);
    for file in files {
        let documents = Yaml::load_from_str(file).unwrap();
        let mut commands = Vec::new();
        gather(&documents[0], None, &mut commands);
        assert_eq!(commands.len(), 1, "{file}");
        assert!(commands[0].contains("coldtrail check"), "{file}");
        assert_eq!(run(&commands[0], folder), Some(fixture.case.exit), "{file}");
    }
    for report in [
        "coldtrail.sarif",
        "summary.md",
        "coldtrail.xml",
        "coldtrail.html",
    ] {
        assert!(folder.join(report).is_file(), "{report}");
        assert!(report == "summary.md" || section.contains(report));
    }
    let [script] = blocks(&section, "sh")[..] else {
        panic!("one shell block");
    };
    let [accept, compare] = script.lines().collect::<Vec<_>>()[..] else {
        panic!("two lines");
    };
    assert_eq!(run(accept, folder), Some(fixture.case.exit));
    assert_eq!(run(compare, folder), Some(0));
}

#[test]
fn what_the_readme_accepts_is_accepted_and_verifies() {
    let fixture = Fixture::named("one-delivery-recent-one-stale");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    copy(&root().join(fixture.evidence()), &folder.join("evidence"));
    let section = section("Accept, compare, verify");
    let [waivers] = blocks(&section, "toml")[..] else {
        panic!("one file of waivers");
    };
    std::fs::write(folder.join("waivers.toml"), waivers).unwrap();
    let [script] = blocks(&section, "sh")[..] else {
        panic!("one shell block");
    };
    let codes: Vec<Option<i32>> = script.lines().map(|line| run(line, folder)).collect();
    assert_eq!(codes, [1, 0, 0, 0, 0].map(Some));
}
