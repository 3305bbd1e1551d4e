//! What stands beside an answer, around it, before it or below it is heard: a
//! trail without a log group, a failed call or a word that takes an answer back
//! never ends in exit 0, wherever in plain evidence it is put.

use crate::bundle::{Bundle, Fixture};
use crate::each;
use crate::judge::Judge;
use crate::oracle::Fault;
use crate::told::Told;

const ACCOUNT: &str = "111122223333";

/// A whole trail without a log group, which no list of the fixture has.
fn stranger() -> String {
    format!(
        r#"{{"Name":"pay","S3BucketName":"b","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"HomeRegion":"us-east-1","TrailARN":"{}","LogFileValidationEnabled":true,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false}}"#,
        arn()
    )
}

fn arn() -> String {
    format!("arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/pay")
}

/// Objects that readers take whole, without their closing bracket.
const TAKEN: [&str; 17] = [
    r#"{"trailList":[]"#,
    r#"{"TrailList":[],"ResponseMetadata":{"HTTPStatusCode":200}"#,
    r#"{"Trails":[]"#,
    r#"{"UserId":"AIDA","Account":"111122223333","Arn":"arn:aws:iam::111122223333:user/a""#,
    r#"{"logGroups":[]"#,
    r#"{"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/main","EventSelectors":[]"#,
    r#"{"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/main","InsightSelectors":[]"#,
    r#"{"ResourceTagList":[]"#,
    r#"{"Regions":[{"RegionName":"us-east-1"}]"#,
    r#"{"Accounts":[{"Id":"111122223333","Arn":"arn:aws:organizations::111122223333:account/o-1/111122223333","Email":"a@b","Status":"ACTIVE"}]"#,
    r#"{"status_code":200,"data":{"trailList":[]}"#,
    r#"{"service":"cloudtrail","operation":"DescribeTrails","region":"us-east-1","response":{"trailList":[]}"#,
    r#"{"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/main","IsLogging":true,"LatestDeliveryTime":1763634600"#,
    r#"{"Trail":{"Name":"main"}"#,
    r#"{"FlowLogs":[]"#,
    r#"{"x":1"#,
    r#"{"HostedZoneId":"Z1""#,
];

/// Keys under which somebody may keep one more trail.
const KEYS: [&str; 9] = [
    "others",
    "OtherTrails",
    "org_trails",
    "trails",
    "regional",
    "data",
    "tags",
    "x",
    "Status",
];

/// Texts that say something of trails in a form that isn't JSON, or take back what
/// stands above.
fn tails() -> Vec<String> {
    let arn = arn();
    vec![
        format!("TRAILLIST\tFalse\tFalse\tus-east-1\tTrue\tTrue\tFalse\tTrue\tpay\tb\t{arn}"),
        format!("trailList:\n- Name: pay\n  TrailARN: {arn}\n  HomeRegion: us-east-1"),
        format!("|  TrailARN  |  {arn}  |"),
        format!("TrailARN,IsMultiRegionTrail\n{arn},true"),
        format!("TrailARN : {arn}"),
        format!("trails: {arn}"),
        "ERROR: could not assume role in 444455556666".into(),
        "An error occurred (AccessDeniedException) when calling the DescribeTrails operation: no"
            .into(),
        "The output above is an example from the documentation.".into(),
        "The trail pay was left out, it has no log group.".into(),
        "-- two more trails --".into(),
        "# only 2 of 5 trails".into(),
    ]
}

/// Keys and values by which somebody says of a list that it isn't all.
const NOT_ALL: [&str; 7] = [
    r#""partial": true"#,
    r#""omitted": ["pay"]"#,
    r#""warning": "2 trails could not be read""#,
    r#""remaining": 3"#,
    r#""query": "trailList[?CloudWatchLogsLogGroupArn]""#,
    r#""_note": "taken by hand""#,
    r#""excluded_trails": 1"#,
];

/// What chooses some trails of an answer, behind its call.
const CHOOSING: [&str; 6] = [
    "--query '{trailList: trailList[?CloudWatchLogsLogGroupArn]}'",
    "--query '{trailList: trailList[0:2]}'",
    "| jq '{trailList:[.trailList[]|select(.CloudWatchLogsLogGroupArn)]}'",
    "| jq 'del(.trailList[2])'",
    "| jq '{trailList: .trailList[:2]}'",
    "| grep -v pay",
];

/// Names of packed files, which may hold an answer of any call.
const PACKED: [&str; 8] = [
    "logs.7z",
    "audit-logs.tar.xz",
    "config.rar",
    "s3/backup.7z",
    "iam-list-users.7z",
    "support.zip",
    "events.json.gz",
    "kms.tar.gz",
];

/// Texts of people and of tools, each with the name of its file, that tell of
/// something that wasn't collected.
const TOLD: [(&str, &str); 18] = [
    (
        "t.csv",
        "\"Name\",\"Trails\"\n\"x\",\"System.Collections.Generic.List`1[Amazon.CloudTrail.Model.Trail]\"\n",
    ),
    (
        "notes.txt",
        "Kein Zugriff auf CloudTrail in Konto 444455556666\n",
    ),
    (
        "notes.txt",
        "アカウント444455556666のCloudTrailは取得できませんでした\n",
    ),
    (
        "run.txt",
        "get-trail-status eu-west-1 pay: keine Berechtigung\n",
    ),
    (
        "README.md",
        "# CloudTrail evidence\n\n- 111122223333 prod\n- 444455556666 dev (could not be collected, role missing)\n",
    ),
    ("t.json", r#"{"Trails": "Amazon.CloudTrail.Model.Trail"}"#),
    (
        "n.md",
        "# Evidence\n\nAccessDenied for DescribeTrails in eu-west-1.\n",
    ),
    (
        "n.md",
        "# Accounts\n\n- prod 111122223333\n- dev 444455556666\n",
    ),
    (
        "README.md",
        "Trail arn:aws:cloudtrail:eu-west-1:444455556666:trail/pay was skipped.\n",
    ),
    ("run.log", "skipping eu-west-1 (no permission)\n"),
    ("run.log", "WARNING: cloudtrail: 1 trail skipped\n"),
    ("run.log", "Collected 2 of 3 trails\n"),
    (
        "fehler.log",
        "Fehler beim Abrufen der Trails in eu-west-1: Zugriff verweigert\n",
    ),
    (
        "s3.txt",
        "TrailARN arn:aws:cloudtrail:us-east-1:111122223333:trail/pay IsLogging false\n",
    ),
    (
        "config.json",
        r#"{"things": [{"resourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/pay"}]}"#,
    ),
    (
        "regions.json",
        r#"[["us-east-1", "opt-in-not-required"], ["eu-west-1", "opted-in"]]"#,
    ),
    ("regions.json", r#"{"regions": "us-east-1 eu-west-1"}"#),
    (
        "findings.json",
        r#"{"Findings": [{"AwsAccountId": "444455556666", "Resources": [{"Type": "AwsCloudTrailTrail", "Id": "arn:aws:cloudtrail:us-east-1:444455556666:trail/pay"}]}]}"#,
    ),
];

/// What is left of a call that failed, in JSON that names no error by its key.
const FAILED: [&str; 16] = [
    r#"{"name":"AccessDeniedException","$fault":"client","$metadata":{"httpStatusCode":400}}"#,
    r#"{"errno":-3008,"code":"ENOTFOUND","syscall":"getaddrinfo"}"#,
    r#"{"describe_trails":{"status":"failed"}}"#,
    r#"{"statusCode":403,"body":"Forbidden"}"#,
    r#"{"code":"AccessDenied"}"#,
    r#"{"status":"error"}"#,
    r#"{"success":"false"}"#,
    r#"{"title":"Unauthorized","status":401}"#,
    r#"{"ReturnCode":255}"#,
    r#"{"eu-west-1":{"status":"error"}}"#,
    r#"{"skipped":true}"#,
    r#"{"cloudtrail":null}"#,
    r#"{"trails":"AccessDenied"}"#,
    r#"["main","pay"]"#,
    r#"[["main",null],["pay",null]]"#,
    "[null]",
];

const NAMES_OF_ANSWERS: [&str; 8] = [
    "eu-west-1/describe-trails.json",
    "eu-west-1/cloudtrail-trails.json",
    "eu-west-1/CloudTrail_Trails.json",
    "eu-west-1/list-trails.json",
    "eu-west-1/trails.json",
    "eu-west-1/cloudtrail-status-pay.json",
    "eu-west-1/describe-trails/1.json",
    "A.8.15_cloudtrail_trails.json",
];

/// Objects that say that a call about trails was made, and hold no answer.
const CALLED: [&str; 7] = [
    r#"{"service":"cloudtrail","region":"eu-west-1","operation":"DescribeTrails","response":null}"#,
    r#"{"command":"aws cloudtrail describe-trails --profile b","output":""}"#,
    r#"{"api":"DescribeTrails","outcome":"denied"}"#,
    r#"{"cmd":"aws cloudtrail get-trail-status --name pay","stdout":""}"#,
    r#"{"log":{"version":"1.2","entries":[{"request":{"method":"POST","url":"https://cloudtrail.eu-west-1.amazonaws.com/","headers":[{"name":"X-Amz-Target","value":"com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails"}]},"response":{"status":0,"content":{"size":0}}}]}}"#,
    r#"{"cells":[{"cell_type":"code","source":["!aws cloudtrail describe-trails --profile b"],"outputs":[]}],"metadata":{},"nbformat":4}"#,
    r#"{"cells":[{"cell_type":"code","source":["ct.describe_trails()"],"outputs":[{"output_type":"error","ename":"NameError","traceback":[]}]}],"nbformat":4}"#,
];

/// How texts begin that are positively something else.
fn heads() -> Vec<String> {
    vec![
        "Validating log files for trail x between a and b\n\nResults requested for a to b:\n24/24 digest files valid\n".into(),
        "::error title=collect::describe-trails failed\n".into(),
        "## \u{2705} coldtrail: pass\n\n".into(),
        "EVENTS\tx\ty\n".repeat(50),
        "FINDING_UID;CHECK_ID;STATUS;STATUS_EXTENDED\n1;x;PASS;x\n".into(),
        "#!/bin/sh\n".into(),
        "# Notes\n\n".into(),
        "{\"logGroups\":[]}\n".into(),
    ]
}

/// Every file, by what it is, that must not leave the whole at exit 0.
fn files() -> Vec<(String, String, String)> {
    let mut files = Vec::new();
    let mut add =
        |what: String, name: &str, text: String| files.push((what, name.to_owned(), text));
    let stranger = stranger();
    for taken in TAKEN {
        for key in KEYS {
            let what = format!("`{key}` beside {taken}");
            add(
                what.clone(),
                "x.json",
                format!("{taken},\"{key}\":[{stranger}]}}"),
            );
            add(
                what,
                "x.json",
                format!("{taken},\"{key}\":{{\"pay\":{stranger}}}}}"),
            );
        }
    }
    for failed in FAILED {
        for name in NAMES_OF_ANSWERS {
            add(format!("{failed} as {name}"), name, failed.to_owned());
        }
    }
    for called in CALLED {
        add(called.to_owned(), "x.json", called.to_owned());
    }
    let error = "\nAn error occurred (AccessDeniedException) when calling the DescribeTrails operation: no\n";
    for head in heads() {
        for rest in [
            error.to_owned(),
            format!("{{\"trailList\":[{stranger}]}}\n"),
        ] {
            for name in ["x.json", "session.txt", "evidence.md"] {
                // What a program holds is no answer under a program's own name.
                if !(head.starts_with("#!") && name != "x.json") {
                    add(
                        format!("{name}: {head}{rest}"),
                        name,
                        format!("{head}{rest}"),
                    );
                }
            }
        }
    }
    files
}

/// Notes a bundle with a file that must not leave the whole at exit 0, if it does.
fn not_all_pass(judge: &mut Judge, run: usize, told: &mut Told, bundle: &Bundle, file: &str) {
    if judge.judge(bundle).all_pass() {
        let fault = Fault {
            kind: format!("exit 0 with {}", bundle.name),
            subject: file.to_owned(),
        };
        told.fault(run, bundle, &fault);
    }
}

#[test]
fn what_is_put_beside_plain_evidence_is_heard() {
    let fixture = Fixture::named("all-pass");
    let files = files();
    let told = each(files.len(), &|judge, run, told| {
        let (what, name, text) = &files[run];
        let mut bundle = Bundle {
            name: what.clone(),
            ..fixture.clone()
        };
        bundle.files.insert(name.clone(), text.clone().into_bytes());
        not_all_pass(judge, run, told, &bundle, name);
    });
    told.end("hidden-beside", &mut Judge::new());
}

#[test]
fn what_was_not_collected_is_heard() {
    let fixture = Fixture::named("all-pass");
    let list = "us-east-1/describe-trails.json";
    let answer = String::from_utf8(fixture.files[list].clone()).unwrap();
    let packed = b"7z\xbc\xaf\x27\x1c\x00\x04 0123456789";
    let mut cases: Vec<(String, Vec<u8>)> = Vec::new();
    cases.extend(PACKED.map(|name| (name.to_owned(), packed.to_vec())));
    cases.extend(TOLD.map(|(name, text)| (name.to_owned(), text.into())));
    for beside in NOT_ALL {
        let text = answer.replacen('{', &format!("{{{beside},"), 1);
        cases.push((list.to_owned(), text.into_bytes()));
    }
    for choosing in CHOOSING {
        let call = format!("$ aws cloudtrail describe-trails --region us-east-1 {choosing}");
        cases.push((list.to_owned(), format!("{call}\n{answer}").into_bytes()));
    }
    let sent = [
        "$ aws cloudtrail describe-trails --region eu-west-1 > eu.json",
        "$ aws cloudtrail describe-trails --profile dev > out/dev.json",
        "$ aws cloudtrail get-trail-status --name pay > pay.json",
        "PS C:\\> Get-CTTrail -Region eu-west-1 | Out-File eu.json",
    ];
    for call in sent {
        cases.push((list.to_owned(), format!("{answer}\n{call}\n").into_bytes()));
    }
    let told = each(cases.len(), &|judge, run, told| {
        let (name, bytes) = &cases[run];
        let mut bundle = fixture.clone();
        bundle.files.insert(name.clone(), bytes.clone());
        let told_as: String = String::from_utf8_lossy(bytes).chars().take(80).collect();
        bundle.name = format!("{name}: {told_as}");
        not_all_pass(judge, run, told, &bundle, name);
    });
    told.end("hidden-gaps", &mut Judge::new());
}

#[test]
fn what_stands_around_an_answer_is_heard() {
    let fixture = Fixture::named("all-pass");
    let tails = tails();
    let names: Vec<String> = fixture.files.keys().cloned().collect();
    let many = tails.len() * names.len() * 2;
    let told = each(many, &|judge, run, told| {
        let tail = &tails[run % tails.len()];
        let name = &names[run / tails.len() % names.len()];
        let is_before = run / tails.len() / names.len() == 1;
        let takes_back = tail.contains("above");
        if is_before && takes_back {
            return;
        }
        let mut bundle = fixture.clone();
        let answer = String::from_utf8(bundle.files[name].clone()).unwrap();
        let text = match is_before {
            true => format!("{tail}\n{answer}"),
            false => format!("{answer}\n{tail}\n"),
        };
        bundle.files.insert(name.clone(), text.into_bytes());
        bundle.name = format!("{tail} around {name}");
        not_all_pass(judge, run, told, &bundle, name);
    });
    told.end("hidden-around", &mut Judge::new());
}
