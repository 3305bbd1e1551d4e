//! Collections that succeed.

use coldtrail::recognise::manifest::Basis;

use crate::aws::{ACCOUNT, Aws, said, shells};

pub(crate) fn prepare(aws: &Aws) {
    aws.aws("us-east-1", "s3api create-bucket --bucket trails");
    aws.aws(
        "us-east-1",
        "logs create-log-group --log-group-name /aws/cloudtrail/main",
    );
    aws.aws(
        "us-east-1",
        &format!(
            "cloudtrail create-trail --name main --s3-bucket-name trails --is-multi-region-trail \
             --cloud-watch-logs-log-group-arn arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/cloudtrail/main:* \
             --cloud-watch-logs-role-arn arn:aws:iam::{ACCOUNT}:role/trails"
        )
        .replace("  ", ""),
    );
    aws.aws("us-east-1", "cloudtrail start-logging --name main");
    aws.aws(
        "us-east-1",
        "cloudtrail create-trail --name Local.trail_1 --s3-bucket-name trails",
    );
}

#[test]
fn every_shell_makes_the_same_bundle() {
    let Some(aws) = Aws::start() else { return };
    prepare(&aws);
    for shell in shells() {
        let name = shell.join("-");
        let run = aws
            .script(shell)
            .args([
                "--output",
                &name,
                "--region",
                "us-east-1",
                "--region",
                "eu-west-1",
            ])
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(0), "{name}: {}", said(&run));
        assert_eq!(
            String::from_utf8_lossy(&run.stdout),
            format!("./{name}.tar.gz\n")
        );
        let bundle = aws.bundle(&name);
        assert_eq!(
            bundle.files(),
            [
                "123456789012/eu-west-1/describe-trails.json",
                "123456789012/get-caller-identity.json",
                "123456789012/list-accounts.json",
                "123456789012/us-east-1/describe-log-groups__aws_cloudtrail_main.json",
                "123456789012/us-east-1/describe-trails.json",
                "123456789012/us-east-1/get-trail-status_Local.trail_1.json",
                "123456789012/us-east-1/get-trail-status_main.json",
            ],
            "{name}"
        );
        let manifest = &bundle.manifest;
        assert!(manifest.complete);
        assert_eq!(manifest.accounts[0].regions, ["us-east-1", "eu-west-1"]);
        assert!(!manifest.accounts[0].all_enabled_regions);
        let [request] = &manifest.requested[..] else {
            panic!("{:?}", manifest.requested)
        };
        assert_eq!(request.basis(), Basis::Credentials);
        assert!(request.entered && !request.all_enabled_regions);
        assert_eq!(request.account.as_deref(), Some(ACCOUNT));
        assert_eq!(
            request.regions.as_ref(),
            Some(&manifest.accounts[0].regions)
        );
        let status = manifest
            .entry("123456789012/us-east-1/get-trail-status_main.json")
            .unwrap();
        let arn = format!("arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main");
        assert_eq!(status.call(), Some(("cloudtrail", "get-trail-status")));
        assert_eq!(
            (status.trail.as_deref(), status.option("--name")),
            (Some(arn.as_str()), Some(arn.as_str()))
        );
        assert!(status.succeeded() && status.collected_at.is_some());
        let groups = manifest
            .entry("123456789012/us-east-1/describe-log-groups__aws_cloudtrail_main.json")
            .unwrap();
        assert_eq!(
            groups.option("--log-group-name-prefix"),
            Some("/aws/cloudtrail/main")
        );
    }
}

/// Trail, check and code of everything that a report says.
fn codes(report: &serde_json::Value) -> Vec<(String, String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let subjects = report["subjects"].as_array().unwrap();
    subjects
        .iter()
        .flat_map(|subject| {
            let checks = subject["checks"].as_array().unwrap();
            checks.iter().map(|check| {
                (
                    text(&subject["name"]),
                    text(&check["id"]),
                    text(&check["code"]),
                )
            })
        })
        .collect()
}

#[test]
fn the_tarball_is_judged_as_the_folder_is() {
    let Some(aws) = Aws::start() else { return };
    prepare(&aws);
    let run = aws
        .script(&["sh"])
        .args(["--output", "b", "--region", "us-east-1"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let (exit, report) = aws.check("b.tar.gz");
    // moto delivers nothing to CloudWatch Logs.
    let expected = [
        ("Local.trail_1", "delivery-recent", "delivery-never"),
        ("Local.trail_1", "log-group-configured", "log-group-missing"),
        ("main", "delivery-recent", "delivery-never"),
        ("main", "log-group-configured", "log-group-configured"),
    ];
    let mut found = codes(&report);
    found.sort();
    assert_eq!(
        found,
        expected.map(|(name, check, code)| (name.to_owned(), check.to_owned(), code.to_owned()))
    );
    assert_eq!(exit, Some(1));
    let (_, folder) = aws.check("b");
    let mut found_in_folder = codes(&folder);
    found_in_folder.sort();
    assert_eq!(found_in_folder, found);
}

#[test]
fn without_a_region_every_enabled_one_is_asked() {
    let Some(aws) = Aws::start() else { return };
    let run = aws
        .script(&["sh"])
        .args(["--output", "all"])
        .env("AWS_REGION", "eu-west-1")
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let bundle = aws.bundle("all");
    assert!(bundle.manifest.accounts[0].all_enabled_regions);
    let regions = &bundle.manifest.accounts[0].regions;
    assert!(bundle.manifest.requested[0].all_enabled_regions);
    assert_eq!(bundle.manifest.requested[0].regions.as_ref(), Some(regions));
    assert!(regions.len() > 10 && regions.iter().any(|region| region == "us-east-1"));
    for region in regions {
        assert!(
            bundle
                .files()
                .contains(&format!("{ACCOUNT}/{region}/describe-trails.json").as_str()),
            "{region}"
        );
    }
}

#[test]
fn a_role_leads_to_every_account_of_the_list() {
    let Some(aws) = Aws::start() else { return };
    std::fs::write(
        aws.folder.path().join("accounts"),
        "# ours\r\n111122223333\r\n\n 444455556666 # theirs",
    )
    .unwrap();
    let run = aws
        .script(&["sh"])
        .args([
            "--output",
            "role",
            "--region",
            "us-east-1",
            "--role",
            "audit/reader",
            "--accounts-file",
            "accounts",
        ])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let bundle = aws.bundle("role");
    assert_eq!(
        bundle.files(),
        [
            "111122223333/get-caller-identity.json",
            "111122223333/us-east-1/describe-trails.json",
            "123456789012/list-accounts.json",
            "444455556666/get-caller-identity.json",
            "444455556666/us-east-1/describe-trails.json",
        ]
    );
    assert!(
        bundle
            .text("444455556666/get-caller-identity.json")
            .contains("arn:aws:sts::444455556666:assumed-role/")
    );
}

#[test]
fn an_account_that_two_profiles_lead_to_is_collected_once() {
    let Some(aws) = Aws::start() else { return };
    let profiles = ["plain", "we\"ird \\ one"];
    aws.configure(&profiles);
    let run = aws
        .script(&["sh"])
        .args([
            "--output",
            "two",
            "--region",
            "us-east-1",
            "--profile",
            profiles[1],
            "--profile",
            profiles[0],
        ])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let bundle = aws.bundle("two");
    assert_eq!(bundle.manifest.accounts.len(), 1);
    assert_eq!(bundle.files().len(), 3);
    let asked: Vec<_> = bundle
        .manifest
        .requested
        .iter()
        .map(|request| (request.profile.as_deref(), request.account.as_deref()))
        .collect();
    assert_eq!(
        asked,
        [
            (Some(profiles[1]), Some(ACCOUNT)),
            (Some(profiles[0]), Some(ACCOUNT))
        ]
    );
    for request in &bundle.manifest.requested {
        assert!(request.entered);
        assert_eq!(
            request.regions.as_deref(),
            Some(&["us-east-1".to_owned()][..])
        );
    }
    assert_eq!(
        bundle.manifest.files[0].option("--profile"),
        Some(profiles[1])
    );
}
