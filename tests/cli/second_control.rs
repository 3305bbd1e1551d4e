//! CIS 3.2 as a folder of Rego: the engine knows nothing of control 3.4.

use crate::harness::{Fixture, coldtrail, root};

const FOLDER: &str = "fixtures/policies/log-file-validation";

#[test]
fn it_is_right_tested_on_every_line_and_has_its_own_cases() {
    let done = coldtrail(["policy", "check", FOLDER]).done();
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (Some(0), "nothing is wrong with these policies\n")
    );
    let done = coldtrail(["test", FOLDER, "--fail-under", "100"]).done();
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    assert!(
        done.stdout.contains("10 passed; 4 cases: 4 passed"),
        "{}",
        done.stdout
    );
}

#[test]
fn it_judges_beside_the_built_in_control() {
    let fixture = Fixture::named("log-group-missing");
    let report = fixture
        .check()
        .args([
            "--format", "json", "--policy", "policies", "--policy", FOLDER,
        ])
        .done()
        .report();
    let subjects = report["subjects"].as_array().unwrap();
    let judged_by = |id: &str| {
        subjects
            .iter()
            .filter(|subject| subject["policy"] == id)
            .count()
    };
    assert!(judged_by("cloudtrail-log-file-validation") > 0);
    assert_eq!(
        judged_by("cloudtrail-log-file-validation"),
        judged_by("cloudtrail-cloudwatch-logs")
    );
}

#[test]
fn it_is_explained_without_more_ado() {
    let done = coldtrail([
        "explain",
        "cloudtrail-log-file-validation",
        "--policy",
        FOLDER,
    ])
    .done();
    assert_eq!(done.code, Some(0));
    assert!(
        done.stdout
            .contains("* cis-aws-foundations: 3.2 in 1.3.0, 1.4.0, 1.5.0, 2.0.0, 3.0.0"),
        "{}",
        done.stdout
    );
}

#[test]
fn not_one_line_of_the_program_knows_it() {
    for entry in walkdir::WalkDir::new(root().join("src")) {
        let entry = entry.unwrap();
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "rs")
        {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            for word in [
                "log_file_validation",
                "log-file-validation",
                "validation-off",
            ] {
                assert!(
                    !text.contains(word),
                    "{} knows {word}",
                    entry.path().display()
                );
            }
        }
    }
}
