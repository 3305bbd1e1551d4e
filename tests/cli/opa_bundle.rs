//! `--policy bundle.tar.gz`: what `opa build` makes, held to its roots and its
//! signature.

use std::fs;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Done, Fixture, Run, coldtrail};
use crate::policy::GOOD;

mod folder;
mod signed;
mod told;

/// A bundle in a folder of its own.
struct OpaBundle {
    folder: TempDir,
    files: Vec<(String, Vec<u8>)>,
}

impl OpaBundle {
    /// One control, as `opa build --revision r7` packs it.
    fn new() -> Self {
        let mut bundle = Self::empty();
        bundle.add("/data.json", "{}");
        bundle.add("/house/names.rego", GOOD);
        bundle.manifest(&json!({"revision": "r7", "roots": ["house"], "rego_version": 1, "metadata": {"team": "audit"}}));
        bundle
    }

    fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            files: Vec::new(),
        }
    }

    fn add(&mut self, name: &str, content: impl Into<Vec<u8>>) -> &mut Self {
        self.files.push((name.to_owned(), content.into()));
        self
    }

    /// The bundle with this in place of what the file held.
    fn with(mut self, name: &str, content: &str) -> Self {
        self.files.retain(|(known, _)| known != name);
        self.add(name, content);
        self
    }

    fn manifest(&mut self, manifest: &Value) -> &mut Self {
        self.files.retain(|(name, _)| name != "/.manifest");
        self.add("/.manifest", manifest.to_string())
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("bundle.tar.gz")
    }

    fn write(&self) -> PathBuf {
        let file = fs::File::create(self.path()).unwrap();
        let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::default()));
        for (name, content) in &self.files {
            let mut header = tar::Header::new_gnu();
            // The crate refuses the `/` that OPA begins every name with.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(content.len() as u64);
            header.set_mode(0o600);
            header.set_cksum();
            tar.append(&header, content.as_slice()).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap();
        self.path()
    }

    /// What is in it, as files of a folder.
    fn unpacked(&self) -> PathBuf {
        let root = self.folder.path().join("unpacked");
        for (name, content) in &self.files {
            let path = root.join(name.trim_start_matches('/'));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        root
    }

    fn check(&self) -> Run {
        check()
            .arg("--policy")
            .arg(self.write())
            .hide(self.folder.path(), "folder")
    }

    /// How it is refused: code, message and help.
    fn refusal(&self, flags: &[&str]) -> String {
        refusal(self.check().args(flags))
    }
}

fn check() -> Run {
    Fixture::named("all-pass").check()
}

fn refusal(run: Run) -> String {
    let done = run.env("COLUMNS", "1000").done();
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (Some(2), ""),
        "{}",
        done.stderr
    );
    done.stderr
}

fn bundle_of(done: &Done) -> Value {
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    done.report()["policies"][0]["bundle"].clone()
}

#[test]
fn a_bundle_judges_and_the_report_names_its_revision() {
    let bundle = OpaBundle::new();
    let done = bundle.check().args(["--format", "json"]).done();
    assert_eq!(
        bundle_of(&done),
        json!({"roots": ["house"], "revision": "r7", "signature": null})
    );
    let report = done.report();
    assert_eq!(report["policies"][0]["id"], "trail-names");
    let human = bundle.check().done();
    assert_eq!(human.code, Some(0), "{}", human.stderr);
    let line = "policies: bundle of house, revision r7, not signed\ncoverage:";
    assert!(human.stdout.contains(line), "{}", human.stdout);
}

#[test]
fn the_same_bundle_under_another_path_gives_the_same_report() {
    let bundle = OpaBundle::new();
    let first = bundle.check().args(["--format", "json"]).done();
    let elsewhere = bundle.folder.path().join("elsewhere.tgz");
    fs::copy(bundle.path(), &elsewhere).unwrap();
    let run = check().arg("--policy").arg(elsewhere);
    assert_eq!(run.args(["--format", "json"]).done().stdout, first.stdout);
}

#[test]
fn every_verb_that_reads_policies_reads_a_bundle() {
    let mut bundle = OpaBundle::new();
    let test = "package house.names_test\n\nimport data.house.names\n\ntest_checks if names.checks.named\n";
    bundle.add("/house/names_test.rego", test);
    bundle.manifest(&json!({"roots": ["house"]}));
    let path = bundle.write();
    for verb in [
        vec!["policy", "check"],
        vec!["test"],
        vec!["explain", "--policy"],
    ] {
        let done = coldtrail(&verb).arg(&path).done();
        assert_eq!(
            done.code,
            Some(0),
            "{verb:?}: {}{}",
            done.stdout,
            done.stderr
        );
    }
    let report = bundle.folder.path().join("report.json");
    let done = bundle
        .check()
        .args(["--format", "json", "--output"])
        .arg(&report)
        .done();
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let verify = coldtrail(["verify"])
        .arg(report)
        .arg(Fixture::named("all-pass").evidence());
    let done = verify.arg("--policy").arg(path).done();
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
}

#[test]
fn data_of_a_bundle_is_mounted_and_its_problems_have_places() {
    let rule = "checks := {\"named\": \"The trail has a name\"}";
    let policy = GOOD.replace(rule, "checks := data.house.settings.checks");
    let mut bundle = OpaBundle::new().with("/house/names.rego", &policy);
    bundle.files.retain(|(name, _)| name != "/data.json");
    bundle.add(
        "/data.json",
        "{\"house\": {\"settings\": {\"checks\": {\"named\": \"The trail has a name\"}}}}",
    );
    let done = bundle.check().done();
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let wrong = policy.replace("settings.checks", "setting.checks");
    let wrong = bundle.with("/house/names.rego", &wrong).refusal(&[]);
    assert!(
        wrong.contains("[folder]/bundle.tar.gz!house/names.rego:"),
        "{wrong}"
    );
}

#[test]
fn a_number_of_a_bundles_data_that_would_lose_digits_is_refused_at_its_place() {
    let data = "{\"house\": {\n\"most\": 12345678901234567890123}}";
    let refused = OpaBundle::new().with("/data.json", data).refusal(&[]);
    for told in [
        "policy::number-digits",
        "`12345678901234567890123` has more digits than are calculated with here",
        "[folder]/bundle.tar.gz!data.json:2:9",
        "write it as a text where it is a name",
    ] {
        assert!(refused.contains(told), "{refused}");
    }
}

#[test]
fn what_lies_outside_of_the_roots_is_refused() {
    let mut bundle = OpaBundle::new();
    bundle.add("/other/x.rego", "package other.x\n\nx := 1\n");
    let refused = bundle.refusal(&[]);
    assert!(
        refused.contains("package `other.x` of `other/x.rego` lies outside of its roots `house`"),
        "{refused}"
    );
    let bundle = OpaBundle::new().with(
        "/data.json",
        "{\"house\": {\"a\": 1}, \"other\": {\"b\": 2}}",
    );
    let refused = bundle.refusal(&[]);
    assert!(
        refused.contains("data at `other` lies outside of its roots"),
        "{refused}"
    );
    // A root is whole names, not letters.
    let bundle = OpaBundle::new().with("/data.json", "{\"household\": 1}");
    assert!(bundle.refusal(&[]).contains("data at `household`"));
    let mut bundle = OpaBundle::new();
    bundle.manifest(&json!({"roots": ["house", "house/names"]}));
    assert!(
        bundle
            .refusal(&[])
            .contains("its roots `house` and `house/names` overlap")
    );
    let mut bundle = OpaBundle::new();
    bundle.manifest(&json!({"roots": []}));
    assert!(
        bundle
            .refusal(&[])
            .contains("lies outside of its roots (it has none)")
    );
}

#[test]
fn two_bundles_own_nothing_together() {
    let one = OpaBundle::new();
    let mut library = OpaBundle::empty();
    library.add("/lib/a.rego", "package lib.a\n\nx := 1\n");
    library.manifest(&json!({"roots": ["lib"]}));
    let both = |one: &OpaBundle, other: &OpaBundle| {
        let run = one.check().arg("--policy").arg(other.write());
        run.hide(other.folder.path(), "other")
    };
    let done = both(&one, &library).done();
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    library.manifest(&json!({"roots": ["lib", "house/names/extra"]}));
    let refused = refusal(both(&one, &library));
    assert!(
        refused.contains("its root `house/names/extra` overlaps one of another bundle"),
        "{refused}"
    );
    // One without a manifest owns everything.
    library.files.retain(|(name, _)| name != "/.manifest");
    assert!(
        refusal(both(&one, &library))
            .contains("it owns all of `data`, and another bundle owns some of it")
    );
}

#[test]
fn a_folder_adds_nothing_to_what_a_bundle_owns() {
    let bundle = OpaBundle::new();
    let folder = tempfile::tempdir().unwrap();
    let extra = folder.path().join("extra.rego");
    let run = || bundle.check().arg("--policy").arg(folder.path());
    fs::write(&extra, "package lib.b\n\nx := 1\n").unwrap();
    assert_eq!(run().done().code, Some(0));
    fs::write(&extra, "package house.names.extra\n\nx := 1\n").unwrap();
    assert!(refusal(run()).contains("it owns package `house.names.extra`"));
    fs::write(&extra, "package lib.b\n\nx := 1\n").unwrap();
    fs::write(folder.path().join("data.json"), "{\"house\": {\"x\": 1}}").unwrap();
    assert!(refusal(run()).contains("it owns `house`, and another data file sets that"));
}

#[test]
fn compiled_policies_and_deltas_are_refused_by_name() {
    for (name, what) in [
        ("/policy.wasm", "a policy compiled to WebAssembly"),
        ("/plan.json", "a policy compiled to a plan"),
        ("/patch.json", "a delta"),
    ] {
        let mut bundle = OpaBundle::new();
        bundle.add(name, "{}");
        let refused = bundle.refusal(&[]);
        assert!(
            refused.contains(what) && refused.contains("help: "),
            "{refused}"
        );
    }
    let mut bundle = OpaBundle::new();
    bundle.manifest(
        &json!({"roots": ["house"], "wasm": [{"entrypoint": "house/x", "module": "/policy.wasm"}]}),
    );
    assert!(
        bundle
            .refusal(&[])
            .contains("resolves rules by WebAssembly")
    );
}

#[test]
fn rego_of_version_0_is_refused_by_file() {
    let mut bundle = OpaBundle::new();
    bundle.manifest(&json!({"roots": ["house"], "rego_version": 0}));
    assert!(
        bundle
            .refusal(&[])
            .contains("`house/names.rego` is written in Rego v0")
    );
    bundle.manifest(
        &json!({"roots": ["house"], "rego_version": 0, "file_rego_versions": {"/house/*.rego": 1}}),
    );
    assert_eq!(bundle.check().done().code, Some(0));
}

#[test]
fn a_bundle_that_can_be_read_in_two_ways_is_refused() {
    for (name, why) in [
        ("/house/names.rego", "more than one file of this name"),
        ("house/names.rego", "`house/names.rego` is there twice"),
        ("/house/.manifest", "`house/.manifest` is there twice"),
        ("/x/.signatures.json", "`x/.signatures.json` is there twice"),
        ("/../x.rego", "leads out of it"),
    ] {
        let mut bundle = OpaBundle::new();
        bundle.add(name, "package house.other\n\nx := 1\n");
        let refused = bundle.refusal(&[]);
        assert!(refused.contains(why), "{refused}");
    }
}

#[test]
fn a_bundle_is_read_within_bounds() {
    let mut bundle = OpaBundle::new();
    bundle.add("/house/data.json", vec![b' '; 80 << 20]);
    assert!(
        bundle
            .refusal(&[])
            .contains("unpacked it is more than 200 times its size")
    );
    let bundle = OpaBundle::new();
    let whole = fs::read(bundle.write()).unwrap();
    fs::write(bundle.path(), &whole[..whole.len() / 2]).unwrap();
    let refused = refusal(check().arg("--policy").arg(bundle.path()));
    assert!(refused.contains("it is cut short"), "{refused}");
}
