//! Files that can't be read, or aren't what they seem: each is told once, the
//! rest goes on, and what they might have shown is inconclusive.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::harness::{Done, Run, Unprivileged, coldtrail, copy, root};

const AS_OF: &str = "2026-11-20T12:00:00Z";

/// A bundle of two trails that pass, to spoil.
struct Bundle(TempDir);

impl Bundle {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&root().join("fixtures/all-pass/evidence"), folder.path());
        Self(folder)
    }

    fn at(&self, name: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.at(name), bytes).unwrap();
    }

    fn check(&self) -> Run {
        coldtrail(["check", "--format", "json", "--as-of", AS_OF]).arg(self.0.path())
    }

    /// The diagnostics alone: what stands before the first trail is judged.
    fn told(&self) -> String {
        let done = coldtrail(["check", "--as-of", AS_OF])
            .arg(self.0.path())
            .done();
        done.stdout
    }
}

/// Every document but those of the bundle as it was: `file: kind: detail`.
fn spoilt(done: &Done) -> Vec<String> {
    let report = done.report();
    let documents = report["documents"].as_array().unwrap().iter();
    documents
        .filter(|document| {
            let file = document["file"].as_str().unwrap();
            !root()
                .join("fixtures/all-pass/evidence")
                .join(file)
                .exists()
        })
        .map(|document| {
            let text = |key: &str| document[key].as_str().unwrap_or("-").to_owned();
            format!("{}: {}: {}", text("file"), text("kind"), text("detail"))
        })
        .collect()
}

/// The names of the trails that pass.
fn passing(done: &Done) -> Vec<String> {
    let report = done.report();
    let subjects = report["subjects"].as_array().unwrap().iter();
    subjects
        .filter(|subject| subject["outcome"] == "pass")
        .map(|subject| subject["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The rest was judged, and the whole is inconclusive.
fn goes_on_without_passing(done: &Done) {
    assert_eq!(passing(done), ["main", "payments"]);
    assert_eq!(done.code, Some(3), "{}", done.stderr);
}

#[test]
fn not_json_cut_short_and_empty_are_told_with_their_places() {
    let bundle = Bundle::new();
    let whole = fs::read_to_string(bundle.at("us-east-1/describe-trails.json")).unwrap();
    bundle.write("eu-west-1/describe-trails.json", &whole[..whole.len() / 2]);
    bundle.write("eu-west-2/describe-trails.json", "");
    bundle.write("eu-west-3/describe-trails.json", "{\"trailList\": [}\n");
    bundle.write("sa-east-1/describe-trails.json", "see the wiki\n");
    let done = bundle.check().done();
    goes_on_without_passing(&done);
    insta::assert_snapshot!(spoilt(&done).join("\n"), @"
    eu-west-1/describe-trails.json: unreadable: cut short: eof while parsing a value (line 17, column 1)
    eu-west-2/describe-trails.json: unreadable: empty: what a redirected call leaves when it fails (line 1, column 1)
    eu-west-3/describe-trails.json: unreadable: not JSON: expected value (line 1, column 16)
    sa-east-1/describe-trails.json: unreadable: not JSON (line 1, column 1)
    ");
    insta::assert_snapshot!(bundle.told(), @r#"
    unreadable[cut-short] eu-west-1/describe-trails.json
      × cut short: eof while parsing a value
        ╭─[eu-west-1/describe-trails.json:17:1]
     16 │         },
     17 │ 
        · ▲
        · ╰── here
        ╰────
      help: call again and keep the answer: aws cloudtrail describe-trails --region REGION --output json

    unreadable[empty] eu-west-2/describe-trails.json
      × empty: what a redirected call leaves when it fails
       ╭─[eu-west-2/describe-trails.json:1:1]
     1 │ 
       · ▲
       · ╰── here
       ╰────
      help: call again and keep the answer: aws cloudtrail describe-trails --region REGION --output json

    unreadable[not-json] eu-west-3/describe-trails.json
      × not JSON: expected value
       ╭─[eu-west-3/describe-trails.json:1:16]
     1 │ {"trailList": [}
       ·                ┬
       ·                ╰── here
       ╰────
      help: call again and keep the answer: aws cloudtrail describe-trails --region REGION --output json

    unreadable[not-json] sa-east-1/describe-trails.json
      × not JSON
       ╭─[sa-east-1/describe-trails.json:1:1]
     1 │ see the wiki
       · ▲
       · ╰── here
       ╰────
      help: call again and keep the answer: aws cloudtrail describe-trails --region REGION --output json

    inconclusive[status-missing] account 111122223333
      ? The trails of eu-west-1, eu-west-2, eu-west-3, sa-east-1 are not known:
      │ `eu-west-1/describe-trails.json`: cut short: eof while parsing a value;
      │ `eu-west-2/describe-trails.json`: empty: what a redirected call leaves when it fails;
      │ `eu-west-3/describe-trails.json`: not JSON: expected value; `sa-east-1/describe-trails.json`:
      │ not JSON
        ╭─[eu-west-1/describe-trails.json:17:1]
     16 │         },
     17 │ 
        · ▲
        · ╰── failed
        ╰────
       ╭─[eu-west-3/describe-trails.json:1:16]
     1 │ {"trailList": [}
       ·                ┬
       ·                ╰── failed
       ╰────
      help: aws cloudtrail describe-trails --region eu-west-1

    inconclusive[log-group-unknown] account 111122223333
      ? The trails of eu-west-1, eu-west-2, eu-west-3, sa-east-1 are not known:
      │ `eu-west-1/describe-trails.json`: cut short: eof while parsing a value;
      │ `eu-west-2/describe-trails.json`: empty: what a redirected call leaves when it fails;
      │ `eu-west-3/describe-trails.json`: not JSON: expected value; `sa-east-1/describe-trails.json`:
      │ not JSON
        ╭─[eu-west-1/describe-trails.json:17:1]
     16 │         },
     17 │ 
        · ▲
        · ╰── failed
        ╰────
       ╭─[eu-west-3/describe-trails.json:1:16]
     1 │ {"trailList": [}
       ·                ┬
       ·                ╰── failed
       ╰────
      help: aws cloudtrail describe-trails --region eu-west-1

      outcome         trail          home region  delivery-recent  log-group-configured
    111122223333
      inconclusive    (the account)               status-missing   log-group-unknown
      pass            main           us-east-1    pass             pass
        │ delivered 4 min 55 s before as of (us-east-1/get-trail-status-main.json:5:41)
        │ the log group (us-east-1/describe-trails.json:11:42)
      pass            payments       us-east-1    pass             pass
        │ delivered 2 h 47 min 29 s before as of (us-east-1/get-trail-status-payments.json:5:41)
        │ the log group (us-east-1/describe-trails.json:25:42)

    coverage: 1 account answered; us-east-1 answered; nothing tells which others there are
    7 documents: 3 read, 4 failed, 0 of another kind
    2 trails in 1 account and 1 account as a whole: 1 inconclusive, 2 pass (as of 2026-11-20T12:00:00Z
    from the flag, max delivery age 24 h)
    "#);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let bundle = Bundle::new();
    bundle.write("eu-west-1/describe-trails.json", "{\"trailList\": []}");
    let mode = |name: &str, mode| {
        fs::set_permissions(bundle.at(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("", 0o755);
    mode("eu-west-1/describe-trails.json", 0o000);
    fs::create_dir(bundle.at("eu-west-2")).unwrap();
    mode("eu-west-2", 0o000);
    let done = Unprivileged::new()
        .coldtrail(["check", "--format", "json", "--as-of", AS_OF])
        .arg(bundle.0.path())
        .done();
    mode("eu-west-2", 0o755);
    goes_on_without_passing(&done);
    insta::assert_snapshot!(spoilt(&done).join("\n"), @"
    eu-west-1/describe-trails.json: unreadable: permission denied
    eu-west-2: unreadable: permission denied
    ");
}

#[cfg(unix)]
#[test]
fn a_pipe_a_socket_and_links_are_told_and_none_is_opened() {
    use std::os::unix::fs::symlink;
    let bundle = Bundle::new();
    let made = std::process::Command::new("mkfifo")
        .arg(bundle.at("eu-west-1/describe-trails.json"))
        .status();
    assert!(made.unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(bundle.at("agent.sock")).unwrap();
    symlink("..", bundle.at("us-east-1/up")).unwrap();
    symlink("gone.json", bundle.at("us-east-1/dangling.json")).unwrap();
    symlink("/dev/zero", bundle.at("us-east-1/zero.json")).unwrap();
    let done = bundle.check().done();
    goes_on_without_passing(&done);
    insta::assert_snapshot!(spoilt(&done).join("\n"), @"
    agent.sock: unreadable: a pipe, socket or device, which is never opened
    eu-west-1/describe-trails.json: unreadable: a pipe, socket or device, which is never opened
    us-east-1/dangling.json: unreadable: a link to nothing
    us-east-1/up: other: a link to a place in the bundle, which is read there
    us-east-1/zero.json: unreadable: a link out of the bundle, which is not followed
    ");
    let done = bundle.check().arg("--follow-links").done();
    assert_eq!(passing(&done), ["main", "payments"]);
    insta::assert_snapshot!(spoilt(&done).join("\n"), @"
    agent.sock: unreadable: a pipe, socket or device, which is never opened
    eu-west-1/describe-trails.json: unreadable: a pipe, socket or device, which is never opened
    us-east-1/dangling.json: unreadable: no such file
    us-east-1/up: unreadable: a link back to a folder that holds it
    us-east-1/zero.json: unreadable: a pipe, socket or device, which is never opened
    ");
}

#[cfg(unix)]
#[test]
fn a_device_given_by_name_is_told_and_not_opened() {
    let done = coldtrail([
        "check",
        "fixtures/all-pass/evidence",
        "/dev/zero",
        "/dev/null",
    ])
    .args(["--format", "json", "--as-of", AS_OF])
    .done();
    assert_eq!(passing(&done), ["main", "payments"]);
    assert_eq!(done.code, Some(3));
    insta::assert_snapshot!(spoilt(&done).join("\n"), @"
    evidence/us-east-1/describe-trails.json: describe-trails: -
    evidence/us-east-1/get-trail-status-main.json: get-trail-status: -
    evidence/us-east-1/get-trail-status-payments.json: get-trail-status: -
    null: unreadable: a pipe, socket or device, which is never opened
    zero: unreadable: a pipe, socket or device, which is never opened
    ");
}

#[test]
fn a_path_that_is_not_there_beside_one_that_is_keeps_the_whole_from_passing() {
    let done = coldtrail(["check", "fixtures/all-pass/evidence", "no/such/bundle"])
        .args(["--format", "json", "--as-of", AS_OF])
        .done();
    assert_ne!(done.code, Some(0));
    assert_ne!(done.code, Some(1));
}

#[test]
fn no_cut_of_a_file_passes_what_it_cut_off() {
    let bundle = Bundle::new();
    let name = "us-east-1/describe-trails.json";
    let whole = fs::read(bundle.at(name)).unwrap();
    let payments = whole
        .windows(8)
        .position(|window| window == b"payments")
        .unwrap();
    for cut in (0..payments).step_by(97) {
        bundle.write(name, &whole[..cut]);
        let done = bundle.check().done();
        assert_eq!(passing(&done), [""; 0], "cut at {cut}");
        assert_eq!(done.code, Some(3), "cut at {cut}");
    }
}

#[test]
fn nesting_without_end_is_told() {
    let bundle = Bundle::new();
    bundle.write("eu-west-1/describe-trails.json", "[".repeat(1_000_000));
    let done = bundle.check().done();
    goes_on_without_passing(&done);
    insta::assert_snapshot!(spoilt(&done).join("\n"), @"eu-west-1/describe-trails.json: unreadable: cut short: eof while parsing a list (line 1, column 1000000)");
}

/// Needed where a test runs with all permissions, as in containers.
#[test]
fn the_unprivileged_program_is_the_program() {
    let version = |done: Done| done.stdout;
    assert_eq!(
        version(Unprivileged::new().coldtrail(["--version"]).done()),
        version(coldtrail(["--version"]).done())
    );
    assert!(Path::new(env!("CARGO_BIN_EXE_coldtrail")).exists());
}
