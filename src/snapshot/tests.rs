//! What bundles come to, told in a line an account: made-up evidence, a few
//! files each.

mod runs;

use crate::coverage::Expected;
use crate::evidence::{Bundle, Options};
use crate::snapshot::{AsOf, ProblemKind, RegionOutcome, Snapshot};

const A: &str = "111122223333";
const B: &str = "444455556666";
const HOME: &str = "111122223333/us-east-1";
const EMPTY: &str = r#"{"trailList": []}"#;

/// A whole trail object of an account, with one more key.
fn trail(name: &str, account: &str, more: &str) -> String {
    format!(
        r#"{{"Name": "{name}", "S3BucketName": "logs", "IncludeGlobalServiceEvents": true,
        "IsMultiRegionTrail": true, "HomeRegion": "us-east-1",
        "TrailARN": "arn:aws:cloudtrail:us-east-1:{account}:trail/{name}",
        "LogFileValidationEnabled": true, "HasCustomEventSelectors": false,
        "HasInsightSelectors": false, {more}
        "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:{account}:log-group:ct:*",
        "CloudWatchLogsRoleArn": "arn:aws:iam::{account}:role/ct"}}"#
    )
}

fn list(trails: &[String]) -> String {
    format!(r#"{{"trailList": [{}]}}"#, trails.join(","))
}

fn main_list() -> String {
    list(&[trail("main", A, r#""IsOrganizationTrail": false,"#)])
}

const STATUS: &str = r#"{"IsLogging": true, "LatestDeliveryTime": "2026-11-20T11:55:01Z",
    "StartLoggingTime": "2026-03-02T08:50:43Z",
    "LatestCloudWatchLogsDeliveryTime": "2026-11-20T11:55:05Z",
    "LatestDeliveryAttemptTime": "2026-11-20T11:55:01Z", "LatestNotificationAttemptTime": "",
    "LatestNotificationAttemptSucceeded": "",
    "LatestDeliveryAttemptSucceeded": "2026-11-20T11:55:01Z",
    "TimeLoggingStarted": "2026-03-02T08:50:43Z", "TimeLoggingStopped": ""}"#;

fn snapshot(files: &[(&str, &str)]) -> Snapshot {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let bundle = Bundle::read(&[folder.path().to_owned()], &Options::default());
    Snapshot::of(&bundle, AsOf::FromEvidence, &Expected::default())
}

/// One line an account: its answers, whether it is missing, and its trails.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let snapshot = snapshot(files);
    let accounts = snapshot.accounts.iter().map(|account| {
        let mut told = account.id.to_string();
        let answers: Vec<&str> = account
            .regions
            .iter()
            .map(|one| one.answer.as_str())
            .collect();
        if !answers.is_empty() {
            told += &format!(" {}", answers.join(","));
        }
        if account.regions.is_empty() && !account.answered && !account.expected.is_empty() {
            told += " missing";
        }
        if !account.missing_regions.is_empty() {
            told += &format!(" without {}", account.missing_regions.join(","));
        }
        for trail in &account.trails {
            let problem = trail.status_problem.as_ref().map(|problem| problem.kind);
            let status = match (trail.status, problem) {
                (Some(_), _) => "status",
                (None, Some(ProblemKind::Unattributed)) => "unattributed",
                (None, Some(_)) => "failed",
                (None, None) => "none",
            };
            told += &format!("; {} {status}", trail.name);
        }
        told
    });
    accounts.collect()
}

#[test]
fn a_stamp_that_is_part_of_a_name_is_no_time_of_the_collection() {
    let stamp = "20261120T120000Z";
    let own = list(&[trail(
        &format!("main-{stamp}"),
        A,
        r#""IsOrganizationTrail": false,"#,
    )]);
    let of_bucket = main_list().replace("\"logs\"", &format!("\"logs-{stamp}\""));
    let plain = main_list();
    for (lists, list_at, status_at, is_known) in [
        (
            &own,
            "us-east-1",
            "us-east-1/trails/main-20261120T120000Z",
            false,
        ),
        (&own, "us-east-1", "us-east-1/main-20261120T120000Z", false),
        (
            &own,
            "main-20261120T120000Z",
            "main-20261120T120000Z",
            false,
        ),
        (
            &of_bucket,
            "logs-20261120T120000Z",
            "logs-20261120T120000Z",
            false,
        ),
        (
            &own,
            "20261120T121000Z",
            "20261120T121000Z/trails/main-20261120T120000Z",
            true,
        ),
        (&plain, "20261120T121000Z", "20261120T121000Z", true),
    ] {
        let snapshot = snapshot(&[
            (&format!("{A}/{list_at}/describe-trails.json"), lists),
            (&format!("{A}/{status_at}/get-trail-status.json"), STATUS),
        ]);
        let trails: Vec<_> = snapshot
            .accounts
            .iter()
            .flat_map(|one| &one.trails)
            .collect();
        assert_eq!(trails.len(), 1, "{status_at}");
        assert_eq!(trails[0].as_of.is_some(), is_known, "{list_at} {status_at}");
    }
}

#[test]
fn an_empty_list_is_none_where_another_one_of_the_place_has_trails() {
    for (name, answer) in [
        ("111122223333/us-east-1/describe-trails (1).json", "failed"),
        ("111122223333/us-east-1/trails.json", "failed"),
        ("111122223333/eu-west-1/describe-trails.json", "empty"),
    ] {
        let full = main_list();
        let snapshot = snapshot(&[
            (&format!("{HOME}/describe-trails.json"), &full),
            (name, EMPTY),
        ]);
        let regions = &snapshot.accounts[0].regions;
        let empty = regions
            .iter()
            .filter(|one| one.answer != RegionOutcome::Trails);
        let answers: Vec<&str> = empty.map(|one| one.answer.as_str()).collect();
        assert_eq!(answers, [answer], "{name}");
    }
}

#[test]
fn an_account_that_an_organizations_trail_covers_is_not_shown_to_have_none() {
    let own = list(&[trail("org", B, r#""IsOrganizationTrail": true,"#)]);
    let members = format!(
        r#"{{"Accounts": [{{"Id": "{A}", "Email": "a@a", "Status": "ACTIVE"}},
        {{"Id": "{B}", "Email": "b@b", "Status": "ACTIVE"}}]}}"#
    );
    let at = format!("{HOME}/describe-trails.json");
    let of_owner = format!("{B}/us-east-1/describe-trails.json");
    let both = [(&*at, EMPTY), (&*of_owner, &*own)];
    assert_eq!(told(&both)[0], format!("{A} empty"));
    let listed = [both[0], both[1], ("list-accounts.json", &*members)];
    assert_eq!(told(&listed)[0], format!("{A} failed"));
    let seen = [(&*at, &*own), both[1], ("list-accounts.json", &*members)];
    assert_eq!(told(&seen)[0], format!("{A} trails"));
}

/// A session that asks one account, with text above and below it.
fn session(above: &str, below: &str) -> String {
    format!(
        "{above}$ aws cloudtrail describe-trails --region us-east-1\n{}\n\
        $ aws cloudtrail get-trail-status --name main --region us-east-1\n{STATUS}\n{below}",
        main_list()
    )
}

#[test]
fn whoever_is_named_without_an_answer_is_expected() {
    let main = format!("{A} trails; main status");
    let missing = format!("{B} missing");
    for (name, text) in [
        (
            "x.txt",
            session("", "## Account 444455556666\n(no output)\n"),
        ),
        (
            "x.txt",
            session("== 444455556666 ==\nskipping\n== 111122223333 ==\n", ""),
        ),
        (
            "x.txt",
            session(
                "$ aws sts get-caller-identity --query Account --output text\n444455556666\n## Account 111122223333\n",
                "",
            ),
        ),
    ] {
        assert_eq!(told(&[(name, &text)]), [&*main, &*missing], "{text}");
    }
    for (name, text) in [
        ("list-accounts.txt", "111122223333\t444455556666\n"),
        ("accounts.csv", "id,name,mail\n444455556666,dev,d@d\n"),
        ("accounts.json", r#"[["444455556666", "dev"]]"#),
        (
            "who.txt",
            "$ aws sts get-caller-identity --query Account --output text\n444455556666\n",
        ),
        (
            "role.json",
            r#"{"Credentials": {}, "AssumedRoleUser": {"Arn": "arn:aws:sts::444455556666:assumed-role/r/x"}}"#,
        ),
        (
            "users.json",
            r#"{"Users": [{"Arn": "arn:aws:iam::444455556666:user/x"}]}"#,
        ),
    ] {
        let full = main_list();
        let files = [
            ("111122223333/us-east-1/describe-trails.json", &*full),
            ("111122223333/us-east-1/get-trail-status-main.json", STATUS),
            (name, text),
        ];
        assert_eq!(told(&files), [&*main, &*missing], "{text}");
    }
    for (text, expected) in [
        (
            session("Region: eu-west-1\nskipped\n", ""),
            "111122223333 trails without eu-west-1; main status",
        ),
        (
            session("", "Region eu-west-1: skipped\n"),
            "111122223333 trails without eu-west-1; main status",
        ),
        (
            session("Region: us-east-1\n", ""),
            "111122223333 trails; main status",
        ),
        (
            session("Region: us-east-1\n", "").replace(" --region us-east-1", ""),
            "111122223333 trails; main status",
        ),
    ] {
        assert_eq!(told(&[("x.txt", &text)]), [expected], "{text}");
    }
}

#[test]
fn a_trail_that_selectors_or_tags_are_of_is_there() {
    let full = main_list();
    let arn =
        |region: &str, account: &str| format!("arn:aws:cloudtrail:{region}:{account}:trail/other");
    let selectors = |arn: &str| format!(r#"{{"TrailARN": "{arn}", "EventSelectors": []}}"#);
    let tags = |arn: &str| {
        format!(r#"{{"ResourceTagList": [{{"ResourceId": "{arn}", "TagsList": []}}]}}"#)
    };
    for (name, text, line, told_of) in [
        (
            "selectors.json",
            selectors(&arn("us-east-1", B)),
            1,
            "444455556666 missing; other none",
        ),
        (
            "tags.json",
            tags(&arn("us-east-1", B)),
            1,
            "444455556666 missing; other none",
        ),
        (
            "111122223333/eu-west-1/get-event-selectors.json",
            selectors(&arn("eu-west-1", A)),
            0,
            "111122223333 trails; other none; main status",
        ),
        (
            "elsewhere/get-event-selectors.json",
            selectors(&arn("us-east-1", A)),
            0,
            "111122223333 trails; main status",
        ),
    ] {
        let files = [
            ("111122223333/us-east-1/describe-trails.json", &*full),
            ("111122223333/us-east-1/get-trail-status-main.json", STATUS),
            (name, &text),
        ];
        assert_eq!(told(&files)[line], told_of, "{text}");
    }
}

#[test]
fn trails_and_regions_that_stand_beside_a_list_or_in_a_table_are_heard() {
    let full = main_list();
    let beside = |more: &str| full.replacen('{', &format!("{{{more}, "), 1);
    for (list, name, text, line) in [
        (
            beside(r#""skipped": ["eu-west-1"]"#),
            "",
            "",
            "111122223333 trails without eu-west-1; main status",
        ),
        (
            beside(r#""trails": [{"Name": "other"}]"#),
            "",
            "",
            "111122223333 trails; other none; main status",
        ),
        (
            beside(r#""trailNames": ["main"]"#),
            "",
            "",
            "111122223333 trails; main status",
        ),
        (
            full.clone(),
            "x.csv",
            "Name,HomeRegion\nother,us-east-1\n",
            "111122223333 trails; main status; other none",
        ),
        (
            full.clone(),
            "README.md",
            "| Trail | On |\n|---|---|\n| main | yes |\n",
            "111122223333 trails; main status",
        ),
    ] {
        let mut files = vec![
            ("111122223333/us-east-1/describe-trails.json", &*list),
            ("111122223333/us-east-1/get-trail-status-main.json", STATUS),
        ];
        files.extend((!name.is_empty()).then_some((name, text)));
        let told = told(&files);
        assert!(told.contains(&line.to_owned()), "{text} {list}: {told:?}");
    }
}

#[test]
fn a_status_counts_where_no_other_may_be_the_later() {
    let list = main_list();
    let broken = STATUS.replace(
        "LatestNotificationAttemptTime",
        "LatestNotific]tionAttemptTime",
    );
    let never = STATUS.replace(
        r#""LatestCloudWatchLogsDeliveryTime": "2026-11-20T11:55:05Z","#,
        "",
    );
    let broken_never = never.replace("TimeLoggingStopped", "TimeLogging]topped");
    let before = STATUS.replace("T11:55:05Z", "T11:50:00Z");
    let with_fraction = STATUS
        .replace("T11:55:05Z", "T09:00:00Z")
        .replace("T11:55:01Z", "T11:55:01.137Z");
    let torn = STATUS.replace(
        r#""LatestDeliveryTime": "2026-11-20T11:55:01Z""#,
        r#""LatestDeliveryTime": 6795175820.677"#,
    );
    let failed = "An error occurred (TrailNotFoundException) when calling the GetTrailStatus operation: Unknown trail: main\n";
    let older = STATUS.replace("2026-11-20", "2026-11-15");
    for (why, files, counts) in [
        (
            "alone",
            vec![("us-east-1/get-trail-status-main.json", STATUS)],
            true,
        ),
        (
            "a region that isn't known may be the home, and is behind a shadow region",
            vec![
                ("111122223333/get-trail-status-main.json", older.as_str()),
                ("eu-west-1/get-trail-status-main.json", STATUS),
            ],
            false,
        ),
        (
            "the home region's beside an older one of another region",
            vec![
                ("us-east-1/get-trail-status-main.json", STATUS),
                ("eu-west-1/get-trail-status-main.json", older.as_str()),
            ],
            true,
        ),
        (
            "two of one second",
            vec![
                ("us-east-1/get-trail-status-main.json", before.as_str()),
                (
                    "us-east-1/get-trail-status-main (1).json",
                    with_fraction.as_str(),
                ),
            ],
            false,
        ),
        (
            "one that was never delivered beside one of another run that doesn't tell",
            vec![
                ("us-east-1/get-trail-status-main.json", never.as_str()),
                (
                    "20261201T120000Z/us-east-1/get-trail-status-main.json",
                    broken_never.as_str(),
                ),
            ],
            false,
        ),
        (
            "a selection of keys of the same run",
            vec![
                ("us-east-1/get-trail-status-main.json", STATUS),
                ("us-east-1/get-trail-status-main (1).json", broken.as_str()),
            ],
            true,
        ),
        (
            "a failed call of a shadow region in the same run",
            vec![
                ("us-east-1/get-trail-status-main.json", STATUS),
                ("eu-west-1/get-trail-status-main.json", failed),
            ],
            true,
        ),
        (
            "a failed call of a run that may be the later",
            vec![
                ("us-east-1/get-trail-status-main.json", STATUS),
                (
                    "20261201T120000Z/eu-west-1/get-trail-status-main.json",
                    failed,
                ),
            ],
            false,
        ),
        (
            "a failed call of a shadow region beside an answer of nobody knows which",
            vec![
                ("111122223333/get-trail-status-main.json", STATUS),
                ("eu-west-1/get-trail-status-main.json", failed),
            ],
            false,
        ),
        (
            "one instant told twice, days apart",
            vec![("us-east-1/get-trail-status-main.json", torn.as_str())],
            false,
        ),
        (
            "a copy of a file that is named for the ARN",
            vec![(
                "us-east-1/get-trail-status/arn%3Aaws%3Acloudtrail%3Aus-east-1%3A111122223333%3Atrail%2Fmain - Copy",
                STATUS,
            )],
            true,
        ),
        (
            "a folder of trails that says another one",
            vec![("trails/other/get-trail-status.json", STATUS)],
            false,
        ),
    ] {
        let mut all = vec![
            ("us-east-1/describe-trails.json", list.as_str()),
            ("eu-west-1/describe-trails.json", list.as_str()),
        ];
        all.extend(files);
        let snapshot = snapshot(&all);
        let trails = snapshot.accounts.iter().flat_map(|account| &account.trails);
        let main = trails
            .into_iter()
            .find(|trail| &*trail.name == "main")
            .unwrap();
        let is_counted = main.status.is_some() && main.status_problem.is_none();
        assert_eq!(is_counted, counts, "{why}: {:?}", main.status_problem);
    }
}

#[test]
fn a_list_with_a_selection_of_keys_leaves_an_unnamed_status_to_nobody() {
    let whole = main_list();
    let chosen = whole.replace(r#""HomeRegion": "us-east-1","#, "");
    let number = whole.replace(
        r#""arn:aws:cloudtrail:us-east-1:111122223333:trail/main""#,
        "52",
    );
    for (list, is_tied) in [(whole, true), (chosen, false), (number, false)] {
        let files = [
            ("us-east-1/describe-trails.json", list.as_str()),
            ("us-east-1/get-trail-status.json", STATUS),
        ];
        let snapshot = snapshot(&files);
        let mut trails = snapshot.accounts.iter().flat_map(|account| &account.trails);
        assert_eq!(
            trails.any(|trail| trail.status.is_some()),
            is_tied,
            "{list}"
        );
    }
}

#[test]
fn digits_are_a_name_where_a_trail_is_called_so() {
    let own = r#""IsOrganizationTrail": false,"#;
    let with_arn = STATUS.replace(
        "{\"IsLogging\"",
        "{\"arn\": \"arn:aws:cloudtrail:us-east-1:111122223333:trail/main\", \"IsLogging\"",
    );
    for (other, is_tied) in [("7", false), ("second", true)] {
        let list = list(&[trail("main", A, own), trail(other, A, own)]);
        let files = [
            ("us-east-1/describe-trails.json", list.as_str()),
            ("us-east-1/status-7-2026-11-20.json", with_arn.as_str()),
        ];
        let snapshot = snapshot(&files);
        let mut trails = snapshot.accounts.iter().flat_map(|account| &account.trails);
        assert_eq!(
            trails.any(|trail| trail.status.is_some()),
            is_tied,
            "{other}"
        );
    }
}

#[test]
fn a_trail_that_only_another_account_lists_is_not_shown() {
    for (organization, is_shown) in [("false", false), ("true", true)] {
        let more = format!(r#""IsOrganizationTrail": {organization},"#);
        let list = list(&[trail("main", A, &more)]);
        let snapshot = snapshot(&[("444455556666/us-east-1/describe-trails.json", &list)]);
        let mut trails = snapshot.accounts.iter().flat_map(|account| &account.trails);
        let main = trails.find(|trail| &*trail.name == "main").unwrap();
        assert_eq!(main.unknown.is_none(), is_shown, "{organization}");
    }
}

#[test]
fn an_answer_that_is_lost_and_names_no_account_leaves_no_absence() {
    let empty = ("111122223333/us-east-1/describe-trails.json", EMPTY);
    assert_eq!(told(&[empty]), ["111122223333 empty"]);
    let lost = ("rest/describe-trails.json", "{}");
    let both = told(&[empty, lost]);
    assert!(
        both.contains(&"111122223333 failed,empty".to_owned()),
        "{both:?}"
    );
}

#[test]
fn a_role_without_its_log_group_stands_against_an_answer_that_shows_the_group() {
    let whole = main_list();
    let without = whole.replace(
        r#""CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:ct:*","#,
        "",
    );
    for (home, is_known) in [(&whole, true), (&without, false)] {
        let snapshot = snapshot(&[
            ("us-east-1/describe-trails.json", home),
            ("eu-west-1/describe-trails.json", &whole),
        ]);
        let mut trails = snapshot.accounts.iter().flat_map(|account| &account.trails);
        assert_eq!(trails.next().unwrap().unknown.is_none(), is_known);
    }
}

#[test]
fn a_row_that_nobody_filled_in_and_another_callers_list_prove_nothing() {
    let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main";
    let full = main_list();
    let row = format!(
        r#"[{{"TrailARN": "{arn}", "IsLogging": null, "LatestCloudWatchLogsDeliveryTime": null}}]"#
    );
    let caller = |account: &str| {
        format!(
            r#"{{"UserId": "AIDA", "Account": "{account}", "Arn": "arn:aws:iam::{account}:user/a"}}"#
        )
    };
    let session = format!(
        "$ aws sts get-caller-identity\n{}\n$ aws cloudtrail describe-trails\n{full}\n$ aws sts get-caller-identity\n{}\n$ aws cloudtrail get-trail-status --name main\n{STATUS}\n",
        caller(A),
        caller(B)
    );
    let list = "111122223333/describe-trails.json";
    let empty = r#"{"trailList": []}"#;
    let profile = format!("$ aws cloudtrail describe-trails --profile audit-{B}\n{empty}\n");
    let switched = format!(
        "$ aws sts get-caller-identity\n{}\n$ export AWS_PROFILE=other\n$ aws cloudtrail describe-trails\n{empty}\n",
        caller(A)
    );
    let elsewhere = format!(
        "$ aws cloudtrail describe-trails --region us-east-1\n{full}\n$ aws cloudtrail delete-trail --name main\n$ aws cloudtrail describe-trails --region eu-west-1\n{empty}\n"
    );
    for (files, lines) in [
        (
            vec![(list, &*full), ("111122223333/rows.json", &*row)],
            vec!["111122223333 trails; main failed"],
        ),
        (
            vec![(list, empty), ("111122223333/whoami.json", &caller(A))],
            vec!["111122223333 empty"],
        ),
        (
            vec![(list, empty), ("111122223333/whoami.json", &caller(B))],
            vec!["111122223333 failed", "444455556666 missing"],
        ),
        (
            vec![("111122223333/session.log", &*profile)],
            vec!["111122223333 missing", "444455556666 failed"],
        ),
        (
            vec![("session.log", &*switched)],
            vec!["111122223333 failed"],
        ),
        (
            vec![("session.log", &*elsewhere)],
            vec!["111122223333 missing; main none", "unknown failed,trails"],
        ),
        (
            vec![("session.log", &*session)],
            vec!["111122223333 trails; main none", "444455556666 failed"],
        ),
    ] {
        assert_eq!(told(&files), lines, "{files:?}");
    }
}

#[test]
fn a_list_and_a_status_whose_stamps_are_days_apart_are_of_two_runs() {
    let lists = main_list();
    for (listed, told, is_known) in [
        ("20261120T095000Z", "20261120T100000Z", true),
        ("20261119T110000Z", "20261120T100000Z", true),
        ("20261119T090000Z", "20261120T100000Z", false),
        ("20250110T100000Z", "20261120T100000Z", false),
        ("20261122T100000Z", "20261120T100000Z", false),
    ] {
        let list = format!("{HOME}/describe-trails-{listed}.json");
        let status = format!("{HOME}/get-trail-status-main-{told}.json");
        let snapshot = snapshot(&[(&list, &lists), (&status, STATUS)]);
        let trail = &snapshot.accounts[0].trails[0];
        assert_eq!(trail.unknown.is_none(), is_known, "{listed} {told}");
    }
    // A newer list beside them is of the status's run.
    let files = [
        "describe-trails-20250110T100000Z.json",
        "describe-trails-20261120T095000Z.json",
        "get-trail-status-main-20261120T100000Z.json",
    ];
    let [old, new, status] = files.map(|file| format!("{HOME}/{file}"));
    let snapshot = snapshot(&[(&old, &lists), (&new, &lists), (&status, STATUS)]);
    assert_eq!(snapshot.accounts[0].trails[0].unknown, None);
}

#[test]
fn a_copy_that_shows_no_delivery_and_is_not_known_to_be_older_is_a_conflict() {
    let lists = main_list();
    let told = |other: &str| {
        let list = format!("{HOME}/describe-trails.json");
        let first = format!("{HOME}/get-trail-status-main.json");
        let second = format!("{HOME}/get-trail-status-main (1).json");
        let kind = |files: &[(&str, &str)]| {
            let snapshot = snapshot(files);
            let trail = &snapshot.accounts[0].trails[0];
            trail.status_problem.as_ref().map(|problem| problem.kind)
        };
        let one = kind(&[(&list, &lists), (&first, STATUS), (&second, other)]);
        let turned = kind(&[(&list, &lists), (&first, other), (&second, STATUS)]);
        assert_eq!(one, turned, "{other}");
        one
    };
    let without = STATUS.replace(
        "\"LatestCloudWatchLogsDeliveryTime\": \"2026-11-20T11:55:05Z\",",
        "",
    );
    let at = |time: &str| without.replace("2026-11-20T11:55:01Z", time);
    assert_eq!(told(STATUS), None);
    // Its other times are the same, a second later, a day later, or none.
    let conflict = Some(ProblemKind::Conflict);
    assert_eq!(told(&without), conflict);
    assert_eq!(told(&at("2026-11-20T11:55:02Z")), conflict);
    assert_eq!(told(&at("2026-11-21T11:55:01Z")), conflict);
    assert_eq!(told(&at("").replace("2026-03-02T08:50:43Z", "")), conflict);
    // Those of an earlier answer say that it is one.
    assert_eq!(told(&at("2026-11-20T10:55:01Z")), None);
}

#[test]
fn a_later_time_beside_a_status_puts_the_collection_time_in_doubt() {
    let lists = main_list();
    let told = |status: &str| {
        let folder = format!("{HOME}/20261120T120000Z");
        let list = format!("{folder}/describe-trails.json");
        let file = format!("{folder}/get-trail-status-main.json");
        let snapshot = snapshot(&[(&list, &lists), (&file, status)]);
        let trail = &snapshot.accounts[0].trails[0];
        trail.status_problem.as_ref().map(|problem| problem.kind)
    };
    for (time, is_doubted) in [
        ("2026-11-20T11:58:00Z", false),
        ("2026-11-20T12:50:00Z", false),
        ("2026-11-20T14:50:00+02:00", false),
        ("2026-11-20T13:10:00Z", true),
        ("2026-11-25T10:05:00.123Z", true),
        ("2026-11-20 23:00:00", false),
        ("2026-11-25 10:05:00", true),
        ("Wed, 25 Nov 2026 10:05:00 GMT", true),
        ("1795601100", true),
    ] {
        for key in ["collected_at", "CollectedAt", "timestamp", "generated_at"] {
            let around = format!(r#"{{"{key}": "{time}", "TrailStatus": {STATUS}}}"#);
            let further = format!(r#"{{"{key}": "{time}", "main": {{"TrailStatus": {STATUS}}}}}"#);
            let inside = STATUS.replacen('{', &format!(r#"{{"{key}": "{time}", "#), 1);
            for status in [around, further, inside] {
                let expected = is_doubted.then_some(ProblemKind::Unreadable);
                assert_eq!(told(&status), expected, "{status}");
                let never = status.replace("2026-11-20T11:55:05Z", "");
                assert_eq!(told(&never), None, "{never}");
            }
        }
    }
}
