//! An unpacked bundle: a folder with `.manifest` or `.signatures.json`.

use std::fs;

use serde_json::json;

use super::signed::with_key;
use super::{OpaBundle, check, refusal};
use crate::harness::Run;
use crate::policy::GOOD;

fn of_folder(bundle: &OpaBundle) -> Run {
    let run = check().arg("--policy").arg(bundle.unpacked());
    run.hide(bundle.folder.path(), "folder")
}

#[test]
fn a_folder_gives_the_report_of_its_archive_however_it_is_trusted() {
    let key = |run| with_key(run, "rs256.public.pem", "RS256");
    let skip = |run: Run| run.arg("--skip-verify");
    let (loose, signed) = (OpaBundle::new(), OpaBundle::new().signed());
    let table: [(&OpaBundle, &dyn Fn(Run) -> Run); 3] =
        [(&loose, &|run| run), (&signed, &skip), (&signed, &key)];
    for (bundle, trust) in table {
        let report = |run: Run| trust(run).args(["--format", "json"]).done();
        let (archive, folder) = (report(bundle.check()), report(of_folder(bundle)));
        assert_eq!(folder.code, Some(0), "{}", folder.stderr);
        assert_eq!(folder.stdout, archive.stdout);
        assert!(folder.stdout.contains("\"revision\": \"r7\""));
    }
}

#[test]
fn a_folder_is_held_to_what_its_archive_is_held_to() {
    // A signature alone says that it is a bundle, too.
    let mut bare = OpaBundle::new();
    bare.files.retain(|(name, _)| name != "/.manifest");
    for bundle in [OpaBundle::new().signed(), bare.signed()] {
        let refused = refusal(of_folder(&bundle));
        let why = "it is signed, and there is no key to hold it against";
        assert!(refused.contains(why), "{refused}");
    }

    for (name, content, why) in [
        (
            "/other/x.rego",
            "package other.x\n\nx := 1\n",
            "lies outside of its roots `house`",
        ),
        (
            "/data.json",
            "{\"other\": 1}",
            "data at `other` lies outside of its roots",
        ),
        ("/policy.wasm", "", "a policy compiled to WebAssembly"),
        ("/house/.manifest", "{}", "`house/.manifest` is there twice"),
        ("/.manifest", "[1]", "is not what OPA writes"),
    ] {
        let bundle = OpaBundle::new().with(name, content);
        let refused = refusal(of_folder(&bundle));
        assert!(refused.contains(why), "{refused}");
    }

    let key = |bundle: &OpaBundle| with_key(of_folder(bundle), "rs256.public.pem", "RS256");
    for (name, content, why) in [
        (
            "/house/names.rego",
            "package house.names\n",
            "is not the file that was signed",
        ),
        (
            "/notes.txt",
            "read me",
            "`notes.txt` is not among the files signed",
        ),
        (
            "/.hidden/x.rego",
            "package house.x\n",
            "`.hidden/x.rego` is not among the files signed",
        ),
    ] {
        let bundle = OpaBundle::new().signed().with(name, content);
        let refused = refusal(key(&bundle));
        assert!(refused.contains(why), "{refused}");
    }
    let unsigned = refusal(key(&OpaBundle::new()));
    assert!(
        unsigned.contains("it has no `.signatures.json`"),
        "{unsigned}"
    );
}

#[test]
fn evidence_of_cases_is_no_part_of_a_bundle_and_may_be_signed_with_it() {
    let mut bundle = OpaBundle::new();
    bundle.add("/cases/one/evidence/data.json", "{\"trailList\": []}");
    bundle.add("/cases/one/evidence/plan.json", "{}");
    let sha =
        |run: Run| run.args(["--format", "json"]).done().report()["policies"][0]["sha256"].clone();
    let without = sha(OpaBundle::new().check());
    assert_eq!(sha(of_folder(&bundle)), without);
    assert_eq!(sha(bundle.check()), without);
    let signed = bundle.signed();
    let key = with_key(of_folder(&signed), "rs256.public.pem", "RS256");
    assert_eq!(sha(key), without);
}

#[test]
fn what_is_wrong_in_a_folder_is_shown_by_its_own_path_and_a_folder_without_a_manifest_is_one() {
    let bundle = OpaBundle::new().with("/house/names.rego", &format!("{GOOD}\nx := nowhere\n"));
    let refused = refusal(of_folder(&bundle));
    assert!(
        refused.contains("[folder]/unpacked/house/names.rego"),
        "{refused}"
    );
    let mut plain = OpaBundle::new();
    plain.files.retain(|(name, _)| name != "/.manifest");
    plain.add("/other/x.rego", "package other.x\n\nx := 1\n");
    // Below the top it is nobody's manifest.
    plain.add("/house/.manifest", json!({"roots": ["house"]}).to_string());
    let done = of_folder(&plain).args(["--format", "json"]).done();
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(!done.stdout.contains("\"bundle"), "{}", done.stdout);
    fs::write(
        plain.unpacked().join(".manifest"),
        "{\"roots\": [\"house\"]}",
    )
    .unwrap();
    fs::remove_file(plain.unpacked().join("house/.manifest")).unwrap();
    let bundle = check()
        .arg("--policy")
        .arg(plain.folder.path().join("unpacked"));
    assert!(refusal(bundle).contains("lies outside of its roots"));
}
