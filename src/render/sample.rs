//! The report that every renderer's tests show: each outcome, a warning, a
//! waiver, an account as subject, files that can't be read, and names made to
//! break formats.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::comparison::{Comparison, Fact, State};
use crate::coverage::{AccountCoverage, Basis, Coverage, Expected, MissingAccount, RegionCoverage};
use crate::finding::{
    AsOfBasis, Check, DocumentKind, Evidence, Outcome, Place, Problem, Waived, Warning,
};
use crate::policy::{BundleInfo, ControlRef, PolicyInfo, RelatedResource, SignatureInfo};
use crate::render::excerpt::{Excerpt, Excerpts, Window, line_starts};
use crate::report::{Attribution, DocumentEntry, Parameters, Report, Subject, SubjectKind};

/// A trail name that a shell, a spreadsheet, a browser, an XML parser and a
/// terminal would each take for something else.
pub(crate) const NASTY: &str = "=cmd()|'<script>alert(1)</script>\u{1b}[31m]]>\"&amp;\u{202e}|`x`\n::error::,%0A{{7*7}}--><!--";

const TRAILS: &str = r#"{
    "trailList": [
        {
            "Name": "main",
            "S3BucketName": "log-archive-111122223333",
            "IncludeGlobalServiceEvents": true,
            "IsMultiRegionTrail": true,
            "HomeRegion": "us-east-1",
            "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main",
            "LogFileValidationEnabled": true,
            "IsOrganizationTrail": false
        },
        {
            "Name": "audit",
            "HomeRegion": "us-east-1",
            "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",
            "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:audit:*"
        },
        {
            "Name": "app",
            "HomeRegion": "us-east-1",
            "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/app",
            "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:app:*"
        },
        {
            "Name": "legacy",
            "HomeRegion": "us-east-1",
            "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/legacy",
            "CloudWatchLogsLogGroupArn": ""
        }
    ]
}
"#;

const STATUS_AUDIT: &str = r#"{
    "IsLogging": true,
    "LatestCloudWatchLogsDeliveryTime": "2026-11-19T08:05:00+00:00",
    "LatestCloudWatchLogsDeliveryError": "AccessDenied"
}
"#;

const STATUS_APP: &str =
    "{\"IsLogging\":true,\"LatestCloudWatchLogsDeliveryTime\":1795169037.25}\n";

const CUT_SHORT: &str = "{\n    \"trailList\": [\n        {\"Name\": \"ma";

const TRAILS_FILE: &str = "111122223333/us-east-1/describe-trails.json";
const STATUS_AUDIT_FILE: &str = "111122223333/us-east-1/get-trail-status-audit.json";
const STATUS_APP_FILE: &str = "111122223333/us-east-1/get-trail-status-app.json";
const EMPTY_FILE: &str = "444455556666/us-east-1/describe-trails.json";
const NASTY_FILE: &str = "777788889999/all\u{202e}regions\u{1b}[2J.json";
const CUT_SHORT_FILE: &str = "777788889999/eu-west-1.json";

/// The files of the sample, and places in them.
pub(crate) struct Files(HashMap<Arc<str>, String>);

impl Excerpts for Files {
    fn excerpt(&mut self, place: &Place) -> Option<Excerpt> {
        let text = self.0.get(&place.file)?;
        Some(Excerpt::cut(
            text,
            &line_starts(text),
            place.bytes[0]..place.bytes[1],
            &Window::default(),
        ))
    }
}

impl Files {
    /// The place of the first `needle` after the first `anchor`.
    fn place(&self, file: &str, pointer: &str, anchor: &str, needle: &str) -> Place {
        let text = self.0.get(file).unwrap();
        let from = text.find(anchor).unwrap();
        let start = from + text[from..].find(needle).unwrap();
        let line_start = text[..start].rfind('\n').map_or(0, |end| end + 1);
        Place {
            file: file.into(),
            pointer: pointer.into(),
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            bytes: [start, start + needle.len()],
        }
    }

    fn evidence(
        &self,
        file: &str,
        pointer: &str,
        anchor: &str,
        needle: &str,
        label: &str,
    ) -> Evidence {
        Evidence {
            place: self.place(file, pointer, anchor, needle),
            label: label.into(),
        }
    }
}

/// The files that the sample's places lie in.
pub(crate) fn files() -> Files {
    // One compact line with the nasty trail in the middle of a thousand others.
    let filler: String = (0..500)
        .map(|n| format!("{{\"Name\":\"t{n}\"}},"))
        .collect();
    let nasty = format!(
        "{{\"trailList\":[{filler}{{\"Name\":{},\"HomeRegion\":\"eu-west-1\"}},{filler}{{}}]}}",
        serde_json::to_string(NASTY).unwrap()
    );
    Files(
        [
            (TRAILS_FILE, TRAILS.to_owned()),
            (STATUS_AUDIT_FILE, STATUS_AUDIT.to_owned()),
            (STATUS_APP_FILE, STATUS_APP.to_owned()),
            (EMPTY_FILE, "{\"trailList\": []}\n".to_owned()),
            (NASTY_FILE, nasty),
            (CUT_SHORT_FILE, CUT_SHORT.to_owned()),
        ]
        .map(|(file, text)| (file.into(), text))
        .into(),
    )
}

fn check(
    id: &str,
    outcome: Outcome,
    code: &str,
    message: &str,
    help: Option<&str>,
    evidence: Vec<Evidence>,
) -> Check {
    let title = match id {
        "log-group-configured" => "The trail sends its events to a CloudWatch Logs log group",
        _ => "Events reached CloudWatch Logs within the last day",
    };
    Check {
        id: id.into(),
        title: title.into(),
        outcome,
        code: code.into(),
        message: message.into(),
        help: help.map(Into::into),
        waiver: None,
        evidence: evidence.into(),
    }
}

fn trail(name: &str, account: Option<&str>, checks: Vec<Check>, warnings: Vec<Warning>) -> Subject {
    let region = if account == Some("111122223333") {
        "us-east-1"
    } else {
        "eu-west-1"
    };
    Subject {
        id: account.map_or(name.into(), |account| {
            format!("arn:aws:cloudtrail:{region}:{account}:trail/{name}").into()
        }),
        kind: SubjectKind::Trail,
        name: name.into(),
        account_id: account.map(Into::into),
        home_region: account.map(|_| region.into()),
        policy: "cloudtrail-cloudwatch-logs".into(),
        as_of: Some("2026-11-20T10:05:00Z".parse().unwrap()),
        as_of_basis: AsOfBasis::Manifest,
        outcome: Outcome::worst(checks.iter().map(|check| check.outcome)),
        checks,
        warnings,
    }
}

fn document(file: &str, kind: DocumentKind, files: &Files) -> DocumentEntry {
    let bytes = files.0.get(file).map_or(0, String::len);
    DocumentEntry {
        file: file.into(),
        sha256: (bytes > 0).then(|| {
            let mut digest = [0; 32];
            digest[24..].copy_from_slice(&(bytes as u64).to_be_bytes());
            digest
        }),
        bytes: bytes as u64,
        kind,
        attribution: None,
        detail: None,
        problem: None,
    }
}

/// The sample report.
pub(crate) fn sample() -> Report {
    let files = files();
    Report {
        parameters: Parameters {
            as_of: None,
            policy: BTreeMap::from([("max_delivery_age_hours".into(), 24.into())]),
            ..Parameters::default()
        },
        policies: vec![policy()],
        bundles: vec![],
        subjects: subjects(&files),
        documents: documents(&files),
        coverage: answered(),
        comparison: None,
    }
}

/// The sample, judged by a policy of a signed bundle, with a library whose
/// signature was passed over and data that nobody signed.
pub(crate) fn bundled() -> Report {
    let bundle = |root: &str, revision: &str, signature| BundleInfo {
        roots: vec![root.into()],
        revision: revision.into(),
        signature,
    };
    let signed = SignatureInfo::Verified {
        algorithm: "ES256".into(),
        key_id: Some("release-2026".into()),
        key_sha256: Some("0f1e2d3c".repeat(8)),
        issuer: Some("house".into()),
        scope: None,
    };
    let mut report = sample();
    report.bundles = vec![
        bundle("coldtrail", "r7", Some(signed)),
        bundle("lib", "r8", Some(SignatureInfo::Skipped)),
        bundle("params", "", None),
    ];
    report.policies[0].bundle = report.bundles.first().cloned();
    report
}

/// Every account of the sample answered, and nothing tells the regions of one.
fn answered() -> Coverage {
    let regions = |account: &str, expected, answered: &[&str]| RegionCoverage {
        account_id: account.into(),
        expected,
        answered: answered.iter().map(|region| (*region).into()).collect(),
        missing: vec![],
        basis: match expected {
            Some(_) => vec![Basis::Regions],
            None => vec![],
        },
    };
    Coverage {
        accounts: AccountCoverage {
            expected: 3,
            answered: 3,
            basis: vec![Basis::Folder, Basis::Evidence],
            missing: vec![],
        },
        regions: vec![
            regions("111122223333", Some(2), &["eu-west-1", "us-east-1"]),
            regions("444455556666", Some(1), &["us-east-1"]),
            regions("777788889999", None, &["eu-west-1"]),
        ],
    }
}

/// A report of what was not collected: an account that nobody could enter, one
/// in which a call was refused in most regions, and files that were left out.
pub(crate) fn uncollected() -> Report {
    let missing = "222233334444";
    let refused_in = ["ap-south-1", "eu-west-1", "us-east-2"];
    let subject = |account: &str, code: &str, message: &str| Subject {
        kind: SubjectKind::Account,
        id: account.into(),
        home_region: None,
        as_of: None,
        as_of_basis: AsOfBasis::Unknown,
        ..trail(
            account,
            Some(account),
            vec![
                check(
                    "log-group-configured",
                    Outcome::Inconclusive,
                    code,
                    message,
                    Some("collect it again, or take it off the list of --expect-accounts"),
                    vec![],
                ),
                check(
                    "delivery-recent",
                    Outcome::NotApplicable,
                    code,
                    "there is no trail that could deliver",
                    None,
                    vec![],
                ),
            ],
            vec![],
        )
    };
    let mut report = sample();
    report.subjects.retain(|subject| &*subject.name == "app");
    report.subjects.push(subject(
        missing,
        "account-not-collected",
        "nothing shows the trails of account 222233334444",
    ));
    report.subjects.push(subject(
        "444455556666",
        "region-not-collected",
        "nothing shows the trails of ap-south-1, eu-west-1, us-east-2",
    ));
    report.parameters.exclude = vec!["*.png".into()];
    report.parameters.expected = Expected::new(
        ["111122223333", missing, "444455556666"]
            .map(Into::into)
            .into(),
        vec!["us-east-1".into()],
    );
    report.documents = vec![
        report.documents.swap_remove(0),
        report.documents.swap_remove(1),
    ];
    report.documents.extend(refused_in.map(refused));
    report
        .documents
        .extend(["a.png", "screens/b.png"].map(|file| DocumentEntry {
            sha256: None,
            bytes: 0,
            detail: Some("left out by --exclude `*.png`".into()),
            ..document(file, DocumentKind::Excluded, &files())
        }));
    report.documents.sort_by(|a, b| a.file.cmp(&b.file));
    report.coverage.accounts = AccountCoverage {
        expected: 3,
        answered: 2,
        basis: vec![Basis::Flag, Basis::Error, Basis::Evidence],
        missing: vec![MissingAccount {
            id: missing.into(),
            basis: vec![Basis::Flag, Basis::Error],
            reason: Some("AccessDenied when calling the AssumeRole operation".into()),
        }],
    };
    report.coverage.regions.truncate(2);
    if let Some(regions) = report.coverage.regions.last_mut() {
        regions.expected = Some(4);
        regions.missing = refused_in.map(Into::into).into();
    }
    report
}

/// A refused call of account 444455556666 in this region.
pub(crate) fn refused(region: &str) -> DocumentEntry {
    let file = format!("444455556666/{region}/describe-trails.json");
    DocumentEntry {
        problem: Some(Arc::new(Problem {
            code: "failed-call",
            message: format!(
                "AccessDeniedException on arn:aws:cloudtrail:{region}:444455556666:trail/*"
            ),
            help: Some("allow `cloudtrail:DescribeTrails`".into()),
            place: Some(Place {
                file: file.as_str().into(),
                pointer: Box::default(),
                line: 1,
                column: 1,
                bytes: [0, 20],
            }),
        })),
        ..document(&file, DocumentKind::CollectionError, &files())
    }
}

/// The sample with what changed since an earlier report: one check new, one
/// changed, one fixed, one gone, the others as they were.
pub(crate) fn compared() -> Report {
    let mut report = sample();
    let mut before = crate::baseline::facts(&report);
    let state = |outcome, code: &str| State {
        outcome,
        code: code.into(),
    };
    for fact in &mut before {
        match (fact.subject.rsplit('/').next(), fact.check.as_str()) {
            (Some("audit"), "delivery-recent") => {
                fact.state = state(Outcome::Pass, "delivery-recent");
            }
            (Some("main"), "delivery-recent") => {
                fact.state = state(Outcome::Fail, "delivery-never")
            }
            (Some("app"), "delivery-recent") => fact.state = state(Outcome::Fail, "delivery-stale"),
            _ => {}
        }
    }
    before.push(Fact {
        policy: "cloudtrail-cloudwatch-logs".into(),
        subject: "arn:aws:cloudtrail:us-east-1:111122223333:trail/deleted".into(),
        account_id: Some("111122223333".into()),
        check: "log-group-configured".into(),
        state: state(Outcome::Fail, "log-group-missing"),
    });
    report.comparison = Some(Comparison::new(before, crate::baseline::facts(&report)));
    report
}

fn policy() -> PolicyInfo {
    PolicyInfo {
        id: "cloudtrail-cloudwatch-logs".into(),
        title: "Every CloudTrail trail is integrated with CloudWatch Logs".into(),
        description: "A trail that reaches CloudWatch Logs can raise an alarm within minutes.".into(),
        severity: "medium".into(),
        package: "coldtrail.cloudtrail.cloudwatch_logs".into(),
        sha256: "c0ffee".repeat(10) + "cafe",
        controls: vec![
            ControlRef {
                framework: "cis-aws-foundations".into(),
                versions: vec!["1.3.0".into(), "2.0.0".into()],
                id: "3.4".into(),
            },
            ControlRef { framework: "cis-aws-foundations".into(), versions: vec!["1.2.0".into()], id: "2.4".into() },
        ],
        related_resources: vec![RelatedResource {
            url: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html".into(),
            description: Some("Sending events to CloudWatch Logs".into()),
        }],
        remediation: "Give the trail a log group and a role that may write to it:\naws cloudtrail update-trail --name TRAIL --cloud-watch-logs-log-group-arn LOG_GROUP_ARN --cloud-watch-logs-role-arn ROLE_ARN".into(),
        total: true,
        bundle: None,
        sources: vec![(
            "cloudtrail/cloudwatch_logs.rego".into(),
            "# METADATA\n# title: Every CloudTrail trail is integrated with CloudWatch Logs\npackage coldtrail.cloudtrail.cloudwatch_logs\n".into(),
        )],
    }
}

fn subjects(files: &Files) -> Vec<Subject> {
    let at = |pointer: &str, anchor: &str, needle: &str, label: &str| {
        files.evidence(TRAILS_FILE, pointer, anchor, needle, label)
    };
    let main_object = &TRAILS[TRAILS.find("{\n            \"Name\": \"main\"").unwrap()..];
    let main_object = &main_object[..=main_object.find('}').unwrap()];
    let stale = files.evidence(
        STATUS_AUDIT_FILE,
        "/LatestCloudWatchLogsDeliveryTime",
        "LatestCloudWatchLogsDeliveryTime\"",
        "\"2026-11-19T08:05:00+00:00\"",
        "delivered 26 h before as of",
    );
    let mut legacy = check(
        "log-group-configured",
        Outcome::Waived,
        "log-group-missing",
        "trail `legacy` has no CloudWatch Logs log group",
        Some("give it one, or delete the trail"),
        vec![at(
            "/trailList/3/CloudWatchLogsLogGroupArn",
            "\"legacy\"",
            "\"\"",
            "the log group is empty",
        )],
    );
    legacy.waiver = Some(Box::new(Waived {
        reason: "Trail is switched off in December".into(),
        approver: "Ann Example <ann@example.com>".into(),
        expires: "2026-12-31".into(),
    }));
    vec![
        trail(
            "orphan",
            None,
            vec![
                check(
                    "log-group-configured",
                    Outcome::Inconclusive,
                    "log-group-unknown",
                    "the trail is known only by its name",
                    None,
                    vec![],
                ),
                check(
                    "delivery-recent",
                    Outcome::Inconclusive,
                    "status-missing",
                    "the evidence holds no status of trail `orphan`",
                    Some("collect it with\naws cloudtrail get-trail-status --name orphan"),
                    vec![],
                ),
            ],
            vec![],
        ),
        trail(
            "app",
            Some("111122223333"),
            vec![
                check(
                    "log-group-configured",
                    Outcome::Pass,
                    "log-group-configured",
                    "trail `app` sends its events to a log group",
                    None,
                    vec![at(
                        "/trailList/2/CloudWatchLogsLogGroupArn",
                        "\"app\"",
                        "\"arn:aws:logs:us-east-1:111122223333:log-group:app:*\"",
                        "the log group `app`",
                    )],
                ),
                check(
                    "delivery-recent",
                    Outcome::Pass,
                    "delivery-recent",
                    "trail `app` delivered to CloudWatch Logs 8 min before as of",
                    None,
                    vec![files.evidence(
                        STATUS_APP_FILE,
                        "/LatestCloudWatchLogsDeliveryTime",
                        "Latest",
                        "1795169037.25",
                        "delivered 8 min before as of",
                    )],
                ),
            ],
            vec![Warning {
                code: "role-missing".into(),
                message: "trail `app` names a log group but no role that may write to it".into(),
                help: Some("look whether the role was deleted".into()),
                evidence: vec![at(
                    "/trailList/2",
                    "\"app\"",
                    "\"app\"",
                    "no `CloudWatchLogsRoleArn` in this trail",
                )]
                .into(),
            }],
        ),
        trail(
            "audit",
            Some("111122223333"),
            vec![
                check(
                    "log-group-configured",
                    Outcome::Pass,
                    "log-group-configured",
                    "trail `audit` sends its events to a log group",
                    None,
                    vec![at(
                        "/trailList/1/CloudWatchLogsLogGroupArn",
                        "\"audit\"",
                        "\"arn:aws:logs:us-east-1:111122223333:log-group:audit:*\"",
                        "the log group `audit`",
                    )],
                ),
                check(
                    "delivery-recent",
                    Outcome::Fail,
                    "delivery-stale",
                    "trail `audit` last delivered to CloudWatch Logs at 2026-11-19T08:05:00Z, 26 h before as of; at most 24 h are accepted",
                    Some(
                        "see whether the role may still write to the log group, then look again:\naws cloudtrail get-trail-status --name arn:aws:cloudtrail:us-east-1:111122223333:trail/audit --region us-east-1",
                    ),
                    vec![
                        stale,
                        at(
                            "/trailList/1/TrailARN",
                            "\"audit\"",
                            "\"arn:aws:cloudtrail:us-east-1:111122223333:trail/audit\"",
                            "the trail",
                        ),
                    ],
                ),
            ],
            vec![Warning {
                code: "delivery-error".into(),
                message:
                    "the last delivery of trail `audit` to CloudWatch Logs ended with AccessDenied"
                        .into(),
                help: None,
                evidence: vec![files.evidence(
                    STATUS_AUDIT_FILE,
                    "/LatestCloudWatchLogsDeliveryError",
                    "DeliveryError",
                    "\"AccessDenied\"",
                    "the error",
                )]
                .into(),
            }],
        ),
        trail(
            "legacy",
            Some("111122223333"),
            vec![
                legacy,
                check(
                    "delivery-recent",
                    Outcome::NotApplicable,
                    "not-configured",
                    "nothing is sent, so nothing is late",
                    None,
                    vec![],
                ),
            ],
            vec![],
        ),
        trail(
            "main",
            Some("111122223333"),
            vec![
                check(
                    "log-group-configured",
                    Outcome::Fail,
                    "log-group-missing",
                    "trail `main` has no CloudWatch Logs log group",
                    Some(
                        "give it a log group and a role that may write to it:\naws cloudtrail update-trail --name arn:aws:cloudtrail:us-east-1:111122223333:trail/main --region us-east-1 --cloud-watch-logs-log-group-arn LOG_GROUP_ARN --cloud-watch-logs-role-arn ROLE_ARN",
                    ),
                    vec![at(
                        "/trailList/0",
                        main_object,
                        main_object,
                        "no `CloudWatchLogsLogGroupArn` in this trail",
                    )],
                ),
                check(
                    "delivery-recent",
                    Outcome::Inconclusive,
                    "status-missing",
                    "the evidence holds no status of trail `main`",
                    Some(
                        "collect it with\naws cloudtrail get-trail-status --name arn:aws:cloudtrail:us-east-1:111122223333:trail/main --region us-east-1",
                    ),
                    vec![at("/trailList/0", main_object, main_object, "the trail")],
                ),
            ],
            vec![],
        ),
        Subject {
            kind: SubjectKind::Account,
            id: "444455556666".into(),
            home_region: None,
            as_of: None,
            as_of_basis: AsOfBasis::Unknown,
            ..trail(
                "444455556666",
                Some("444455556666"),
                vec![
                    check(
                        "log-group-configured",
                        Outcome::Fail,
                        "no-trails",
                        "account 444455556666 has no trail in any region collected",
                        Some("create a trail that covers all regions"),
                        vec![files.evidence(
                            EMPTY_FILE,
                            "/trailList",
                            "[]",
                            "[]",
                            "no trail in us-east-1",
                        )],
                    ),
                    check(
                        "delivery-recent",
                        Outcome::NotApplicable,
                        "no-trails",
                        "there is no trail that could deliver",
                        None,
                        vec![],
                    ),
                ],
                vec![],
            )
        },
        trail(
            NASTY,
            Some("777788889999"),
            vec![
                check(
                    "log-group-configured",
                    Outcome::Inconclusive,
                    "log-group-unknown",
                    &format!("trail `{NASTY}` comes from a projection"),
                    Some("collect it again with all keys"),
                    vec![files.evidence(
                        NASTY_FILE,
                        "/trailList/500",
                        "{\"Name\":\"=cmd",
                        &format!(
                            "{{\"Name\":{},\"HomeRegion\":\"eu-west-1\"}}",
                            serde_json::to_string(NASTY).unwrap()
                        ),
                        &format!("all that is known of `{NASTY}`"),
                    )],
                ),
                check(
                    "delivery-recent",
                    Outcome::Inconclusive,
                    "status-failed",
                    "get-trail-status failed with AccessDeniedException",
                    None,
                    vec![],
                ),
            ],
            vec![],
        ),
    ]
}

fn documents(files: &Files) -> Vec<DocumentEntry> {
    let tied = |name: &str| {
        Some(Box::new(Attribution {
            to: format!("arn:aws:cloudtrail:us-east-1:111122223333:trail/{name}").into(),
            by: "name-in-path",
            claims: Box::new(["name-in-path"]),
        }))
    };
    vec![
        document(TRAILS_FILE, DocumentKind::DescribeTrails, files),
        DocumentEntry {
            attribution: tied("app"),
            ..document(STATUS_APP_FILE, DocumentKind::GetTrailStatus, files)
        },
        DocumentEntry {
            attribution: tied("audit"),
            ..document(STATUS_AUDIT_FILE, DocumentKind::GetTrailStatus, files)
        },
        document(EMPTY_FILE, DocumentKind::DescribeTrails, files),
        document(NASTY_FILE, DocumentKind::DescribeTrails, files),
        DocumentEntry {
            problem: Some(Arc::new(Problem {
                code: "cut-short",
                message: "the file ends within a string".into(),
                help: Some("collect it again: the disk may have been full".into()),
                place: Some(files.place(CUT_SHORT_FILE, "", "\"ma", "\"ma")),
            })),
            ..document(CUT_SHORT_FILE, DocumentKind::Unreadable, files)
        },
        DocumentEntry {
            detail: Some("AccessDeniedException".into()),
            ..document(
                "777788889999/get-trail-status.json",
                DocumentKind::CollectionError,
                files,
            )
        },
        document("README.txt", DocumentKind::Other, files),
        DocumentEntry {
            problem: Some(Arc::new(Problem {
                code: "not-a-file",
                message: "`pipe` is a FIFO, which is never read".into(),
                help: None,
                place: None,
            })),
            ..document("pipe", DocumentKind::Unreadable, files)
        },
    ]
}
