//! ARCHITECTURE.md draws the rooms of the program as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::root;

fn page() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap()
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The rooms, from the lowest on, as the table lists them.
fn rooms() -> Vec<String> {
    let page = page();
    let (_, table) = page.split_once("|---|---|---|\n").unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| quoted(row.split('|').nth(1).unwrap()))
        .map(str::to_owned)
        .collect()
}

/// Every file of Rust under a folder, with its text.
fn files(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

/// The modules in files of their own that are built for tests alone.
fn of_tests(text: &str) -> impl Iterator<Item = &str> {
    let declared = text.split("#[cfg(test)]\n").skip(1);
    declared.filter_map(|rest| {
        let (_, module) = rest.lines().next()?.split_once("mod ")?;
        module.strip_suffix(';')
    })
}

/// The program's part of a file: tests within it stand at its end.
fn program(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap()
}

/// The rooms that a file names.
fn named(text: &str) -> BTreeSet<&str> {
    let lines = program(text).lines();
    let code = lines.filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .filter_map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
        })
        .collect()
}

#[test]
fn a_room_imports_none_below_it() {
    let rooms = rooms();
    let place: BTreeMap<&str, usize> = rooms
        .iter()
        .enumerate()
        .map(|(at, room)| (room.as_str(), at))
        .collect();
    let library = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let modules = library.lines().filter_map(|line| {
        let (_, module) = line.split_once("mod ")?;
        module.strip_suffix(';')
    });
    let modules: BTreeSet<&str> = modules.collect();
    assert_eq!(modules, place.keys().copied().collect());
    assert_eq!(rooms.len(), place.len(), "a room stands in the table twice");

    let mut all = Vec::new();
    files(&root().join("src"), &mut all);
    let tests: BTreeSet<&str> = all.iter().flat_map(|(_, text)| of_tests(text)).collect();
    let is_test = |part: &OsStr| {
        let stem = Path::new(part).file_stem();
        stem.is_some_and(|stem| tests.contains(stem.to_str().unwrap()))
    };
    let (mut wrong, mut arrows) = (Vec::new(), 0);
    for (file, text) in &all {
        let inner = file.strip_prefix(root().join("src")).unwrap();
        if inner.iter().any(is_test) {
            continue;
        }
        let first = Path::new(inner.iter().next().unwrap()).with_extension("");
        let Some(own) = place.get(first.to_str().unwrap()) else {
            continue;
        };
        for other in named(text) {
            let Some(at) = place.get(other) else { continue };
            arrows += usize::from(at != own);
            if at > own {
                wrong.push(format!("{} imports {other}", inner.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(arrows > 500, "only {arrows} imports were found");
}

#[test]
fn every_path_of_the_page_is_there() {
    let page = page();
    let starts = ["src/", "tests/", "fixtures/", "policies/", ".ci/", "fuzz/"];
    let paths: Vec<&str> = quoted(&page)
        .filter(|text| starts.iter().any(|start| text.starts_with(start)))
        .collect();
    assert!(paths.len() > 30, "{paths:?}");
    for path in paths {
        assert!(root().join(path).exists(), "{path}");
    }
}
