//! The script's command line, which needs no AWS.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("collect.sh"),
        coldtrail::collect::script(),
    )
    .unwrap();
    // No AWS CLI is found there, should a run go further than it should.
    let output = Command::new("sh")
        .arg("collect.sh")
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir(folder.path())
        .output()
        .unwrap();
    (output, folder)
}

#[test]
fn help_is_printed() {
    let (output, _folder) = run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("usage: sh collect.sh"));
}

#[test]
fn a_wrong_command_line_does_nothing_and_says_why() {
    let cases: [(&[&str], &str); 11] = [
        (&["--frob"], "unknown option `--frob`"),
        (&["x"], "unknown option `x`"),
        (&["--profile"], "`--profile` needs a value"),
        (&["--profile", ""], "must be one line that is not empty"),
        (&["--profile", "a\nb"], "must be one line that is not empty"),
        (&["--region", "us east"], "`us east` is not a region"),
        (&["--role", "audit"], "`--role` needs `--account`"),
        (&["--account", "111122223333"], "need `--role`"),
        (
            &["--role", "audit", "--accounts-file", "/dev/null"],
            "`/dev/null` names no account",
        ),
        (
            &["--role", "audit", "--account", "11112222333"],
            "`11112222333` is not an account ID",
        ),
        (
            &["--role", "a b;c", "--account", "111122223333"],
            "`a b;c` is not the name of a role",
        ),
    ];
    for (arguments, why) in cases {
        let (output, folder) = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(why),
            "{arguments:?}: {output:?}"
        );
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "{arguments:?}"
        );
    }
}
