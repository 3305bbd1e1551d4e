//! What was asked for is named in the manifest, whether or not it was entered.

use std::os::unix::fs::PermissionsExt;

use coldtrail::recognise::manifest::{Basis, Requested};

use crate::aws::{ACCOUNT, Aws, Bundle, denying, said, wait_for};

/// Account, whether it was entered, and the regions asked.
fn told(request: &Requested) -> (Option<&str>, bool, Option<Vec<&str>>) {
    let regions = request.regions.as_ref();
    (
        request.account.as_deref(),
        request.entered,
        regions.map(|regions| regions.iter().map(String::as_str).collect()),
    )
}

/// The errors for which each request was not entered.
fn errors(bundle: &Bundle) -> Vec<Vec<&str>> {
    let files = &bundle.manifest.files;
    let of = |request: &Requested| {
        files
            .iter()
            .filter(|entry| request.failed_by(entry))
            .map(|entry| entry.file.as_str())
            .collect()
    };
    bundle.manifest.requested.iter().map(of).collect()
}

#[test]
fn an_account_whose_role_is_refused_is_named_beside_the_one_that_was_entered() {
    let Some(aws) = Aws::start() else { return };
    // Two calls for the credentials that assume the role, and four in the first
    // account: assume-role, get-caller-identity twice, describe-trails.
    aws.refuse_after(6);
    let run = aws
        .script(&["sh"])
        .args(["--output", "b", "--region", "us-east-1", "--role", "audit"])
        .args(["--account", "111122223333", "--account", "444455556666"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    let bundle = aws.bundle("b");
    let region = Some(vec!["us-east-1"]);
    let requested = &bundle.manifest.requested;
    assert_eq!(
        requested.iter().map(told).collect::<Vec<_>>(),
        [
            (Some("111122223333"), true, region.clone()),
            (Some("444455556666"), false, region)
        ]
    );
    for request in requested {
        assert_eq!(request.basis(), Basis::Role);
        assert_eq!(request.role.as_deref(), Some("audit"));
    }
    assert_eq!(bundle.manifest.accounts.len(), 1);
    assert_eq!(
        errors(&bundle),
        [vec![], vec!["444455556666/assume-role.stderr.txt"]]
    );
    assert!(
        bundle
            .text("444455556666/assume-role.stderr.txt")
            .contains("AssumeRole")
    );
}

#[test]
fn a_profile_that_is_not_there_is_nobody_elses_failure() {
    let Some(aws) = Aws::start() else { return };
    aws.configure(&["good"]);
    let run = aws
        .script(&["sh"])
        .args(["--output", "b", "--profile", "gone", "--profile", "good"])
        .args(["--profile", "we\"ird \\ too", "--region", "us-east-1"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    let bundle = aws.bundle("b");
    assert_eq!(
        bundle.files(),
        [
            "123456789012/get-caller-identity.json",
            "123456789012/list-accounts.json",
            "123456789012/us-east-1/describe-trails.json",
            "profile-1/get-caller-identity-text.stderr.txt",
            "profile-3/get-caller-identity-text.stderr.txt",
        ]
    );
    let region = Some(vec!["us-east-1"]);
    let requested = &bundle.manifest.requested;
    assert_eq!(
        requested.iter().map(told).collect::<Vec<_>>(),
        [
            (None, false, region.clone()),
            (Some(ACCOUNT), true, region.clone()),
            (None, false, region)
        ]
    );
    let profiles: Vec<_> = requested
        .iter()
        .map(|request| request.profile.as_deref().unwrap())
        .collect();
    assert_eq!(profiles, ["gone", "good", "we\"ird \\ too"]);
    assert_eq!(
        errors(&bundle),
        [
            vec!["profile-1/get-caller-identity-text.stderr.txt"],
            vec![],
            vec!["profile-3/get-caller-identity-text.stderr.txt"]
        ]
    );
    for (file, profile) in [(1, "gone"), (3, "we\"ird \\ too")] {
        let file = format!("profile-{file}/get-caller-identity-text.stderr.txt");
        let error = format!("The config profile ({profile}) could not be found");
        assert!(bundle.text(&file).contains(&error));
        let entry = bundle.manifest.entry(&file).unwrap();
        assert_eq!(entry.option("--profile"), Some(profile));
        assert_eq!(entry.account, None);
    }
}

#[test]
fn without_the_profile_that_assumes_the_role_every_account_is_named() {
    let Some(aws) = Aws::start() else { return };
    aws.configure(&["good"]);
    let run = aws
        .script(&["sh"])
        .args(["--output", "b", "--profile", "good", "--profile", "gone"])
        .args(["--region", "us-east-1", "--role", "audit"])
        .args(["--account", "111122223333"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    let bundle = aws.bundle("b");
    let requested: Vec<_> = bundle
        .manifest
        .requested
        .iter()
        .map(|request| {
            let profile = request.profile.as_deref();
            (profile, request.account.as_deref(), request.entered)
        })
        .collect();
    assert_eq!(
        requested,
        [
            (Some("good"), Some("111122223333"), true),
            (Some("gone"), Some("111122223333"), false)
        ]
    );
    let failure = "profile-2/get-caller-identity-text.stderr.txt";
    assert_eq!(errors(&bundle), [vec![], vec![failure]]);
    // The second profile's failure is not put down to the account before it.
    assert_eq!(bundle.manifest.entry(failure).unwrap().account, None);
}

#[test]
fn a_denied_list_of_accounts_is_no_failure() {
    let Some(aws) = Aws::start() else { return };
    let run = aws
        .script(&["sh"])
        .env("AWS_ENDPOINT_URL_ORGANIZATIONS", denying())
        .args(["--output", "b", "--region", "us-east-1", "--role", "audit"])
        .args(["--account", "111122223333"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let bundle = aws.bundle("b");
    assert_eq!(
        bundle.files(),
        [
            "111122223333/get-caller-identity.json",
            "111122223333/us-east-1/describe-trails.json"
        ]
    );
    assert!(!bundle.folder.join(ACCOUNT).exists());
    // Denied to the one, it is asked of the other.
    assert_eq!(
        bundle.organizations,
        [[ACCOUNT, "denied"], ["111122223333", "denied"]]
    );
    let (_, report) = aws.check("b");
    assert_eq!(report["summary"]["documents"]["failed"], 0, "{report:#}");
}

#[test]
fn an_organization_that_answers_is_evidence_and_is_asked_once() {
    let Some(aws) = Aws::start() else { return };
    aws.aws("us-east-1", "organizations create-organization");
    let run = aws
        .script(&["sh"])
        .args(["--output", "b", "--region", "us-east-1", "--role", "audit"])
        .args(["--account", "111122223333"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let bundle = aws.bundle("b");
    assert_eq!(bundle.organizations, [[ACCOUNT, "listed"]]);
    let name = "123456789012/list-accounts.json";
    assert!(bundle.text(name).contains("\"Id\": \"123456789012\""));
    let entry = bundle.manifest.entry(name).unwrap();
    assert_eq!(entry.call(), Some(("organizations", "list-accounts")));
    assert_eq!(entry.account.as_deref(), Some(ACCOUNT));
    let (_, report) = aws.check("b");
    assert_eq!(report["summary"]["documents"]["failed"], 0, "{report:#}");
}

#[test]
fn denied_the_regions_an_account_is_named_with_the_one_that_was_asked() {
    let Some(aws) = Aws::start() else { return };
    let run = aws
        .script(&["sh"])
        .env("AWS_ENDPOINT_URL_EC2", denying())
        .env("AWS_REGION", "eu-west-1")
        .args(["--output", "b"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    let bundle = aws.bundle("b");
    let [request] = &bundle.manifest.requested[..] else {
        panic!("{:?}", bundle.manifest.requested)
    };
    assert_eq!(
        told(request),
        (Some(ACCOUNT), true, Some(vec!["eu-west-1"]))
    );
    assert!(!request.all_enabled_regions);
    let error = format!("{ACCOUNT}/describe-regions.stderr.txt");
    assert!(bundle.files().contains(&error.as_str()));
}

#[test]
fn an_interrupted_collection_names_what_it_never_came_to() {
    let Some(aws) = Aws::start() else { return };
    aws.configure(&["good"]);
    let mut run = aws
        .script(&["sh"])
        .args(["--output", "b", "--profile", "good", "--profile", "later"])
        .args(["--region", "us-east-1", "--region", "us-east-2"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let _stderr = wait_for(&mut run, "[1/2]");
    let killed = aws
        .command("kill")
        .arg(run.id().to_string())
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    let bundle = aws.bundle("b");
    let profiles: Vec<_> = bundle
        .manifest
        .requested
        .iter()
        .map(|request| (request.profile.as_deref(), request.entered))
        .collect();
    assert_eq!(profiles, [(Some("good"), true), (Some("later"), false)]);
    let regions = Some(vec!["us-east-1", "us-east-2"]);
    for request in &bundle.manifest.requested {
        assert_eq!(told(request).2, regions);
    }
}

/// The AWS CLI of the tests is too old to know the setting: a stand-in shows
/// that it is set.
#[test]
fn errors_are_asked_for_in_the_form_that_they_always_had() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("collect.sh");
    std::fs::write(&script, coldtrail::collect::script()).unwrap();
    let aws = folder.path().join("aws");
    std::fs::write(
        &aws,
        "#!/bin/sh\necho \"form: $AWS_CLI_ERROR_FORMAT\" >&2\nexit 255\n",
    )
    .unwrap();
    std::fs::set_permissions(&aws, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = std::process::Command::new("sh")
        .arg("collect.sh")
        .args(["--output", "b", "--region", "us-east-1"])
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", folder.path().display()))
        .env("AWS_CLI_ERROR_FORMAT", "yaml")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(2), "{}", said(&run));
    let error = folder
        .path()
        .join("b/credentials/get-caller-identity-text.stderr.txt");
    assert_eq!(std::fs::read_to_string(error).unwrap(), "form: legacy\n");
}
