//! What a file that can't be read may have held.
//!
//! The answer decides whether something may be missing from the evidence, so
//! doubt counts as yes: a trail that was never seen must not look like a trail
//! that is not there.

use crate::recognise::facts::Call;
use crate::source::archive::Format;

/// The call that a file's name, or the folder it lies in, speaks of.
pub(crate) fn call(name: &str) -> Option<Call> {
    let mut segments = name.rsplit(['/', '!']);
    let own = segments.next().and_then(Call::named);
    own.or_else(|| segments.next().and_then(Call::named))
}

/// Whether a file's name is one of an answer or of JSON: text in it that is
/// neither may be what is left of one.
pub(crate) fn is_for_answers(name: &str) -> bool {
    let prose = ["md", "rst", "html", "pdf", "sh", "ps1", "py"];
    has_extension(name, &["json", "jsonl", "ndjson"])
        || (call(name).is_some_and(|call| call != Call::Other) && !has_extension(name, &prose))
}

/// Whether this is what macOS puts beside a file in an archive or on a foreign
/// disk (AppleDouble): never an answer.
pub(crate) fn is_of_macos(name: &str) -> bool {
    let mut segments = name.rsplit(['/', '!']);
    segments.next().is_some_and(|own| own.starts_with("._"))
        || segments.any(|folder| folder == "__MACOSX")
}

/// Whether a file's own name is that of an answer: `describe-trails`.
pub(crate) fn names_answer(name: &str) -> bool {
    let own = crate::cloudtrail::keys::fold(name.rsplit(['/', '!']).next().unwrap_or(name));
    own.contains("describetrails") || own.contains("gettrailstatus")
}

/// Whether a file that can't be read may have held evidence of trails. In
/// doubt it may: only a name or a first key that speaks of something else
/// clears it.
pub(crate) fn could_be_evidence(name: &str, content: &str) -> bool {
    if Format::is_named(name) || mentions_trails(content) {
        return true;
    }
    if let Some(call) = call(name) {
        return call != Call::Other;
    }
    if first_key(content).is_some_and(|key| !KEYS_OF_OURS.contains(&key)) {
        return false;
    }
    let name = name.rsplit(['/', '!']).next().unwrap_or_default();
    let evidence = !name.contains('.')
        || has_extension(name, &["json", "jsonl", "ndjson", "txt", "out", "log"]);
    evidence && !speaks_of_another_service(name)
}

/// Top-level keys under which trails and statuses come, besides their own.
const KEYS_OF_OURS: [&str; 17] = [
    "schema",
    "trailList",
    "TrailList",
    "Trails",
    "Trail",
    "status_code",
    "data",
    "service",
    "response",
    "ResponseMetadata",
    "configurationItems",
    "Resources",
    "Findings",
    "cloudtrail",
    "services",
    "attributes",
    "result",
];

fn first_key(content: &str) -> Option<&str> {
    let rest = content
        .trim_start()
        .strip_prefix('{')?
        .trim_start()
        .strip_prefix('"')?;
    rest.split_once('"').map(|(key, _)| key)
}

/// Whether a text speaks of trails.
pub(crate) fn mentions_trails(content: &str) -> bool {
    [
        "railList",
        "railARN",
        "railArn",
        "rail_arn",
        "IsLogging",
        "isLogging",
        "is_logging",
        "LatestDelivery",
        "LatestCloudWatch",
        ":cloudtrail:",
    ]
    .iter()
    .any(|word| memchr::memmem::find(content.as_bytes(), word.as_bytes()).is_some())
}

/// Whether a name ends in one of these extensions.
pub(crate) fn has_extension(name: &str, extensions: &[&str]) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    extensions
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// The call whose answer a text may be what is left of, by AWS's keys in it: a
/// status lists no trail, so that none is hidden by its loss.
pub(crate) fn answer_in(content: &str) -> Option<Call> {
    let holds = |words: &[&str]| {
        let bytes = content.as_bytes();
        words
            .iter()
            .any(|word| memchr::memmem::find(bytes, word.as_bytes()).is_some())
    };
    let of_trails = [
        "railList",
        "railARN",
        "railArn",
        "rail_arn",
        "S3BucketName",
        "s3_bucket",
        "DescribeTrails",
    ];
    let of_status = [
        "IsLogging",
        "isLogging",
        "is_logging",
        "LatestDelivery",
        "GetTrailStatus",
    ];
    if holds(&of_trails) {
        Some(Call::DescribeTrails)
    } else {
        holds(&of_status).then_some(Call::GetTrailStatus)
    }
}

/// Words of file names that say of which other service an answer is.
const OTHER_SERVICES: [&str; 40] = [
    "iam",
    "ec2",
    "s3",
    "s3api",
    "kms",
    "config",
    "guardduty",
    "vpc",
    "vpcs",
    "rds",
    "lambda",
    "sns",
    "sqs",
    "ecs",
    "eks",
    "ecr",
    "elb",
    "elbv2",
    "efs",
    "acm",
    "waf",
    "wafv2",
    "ssm",
    "users",
    "roles",
    "buckets",
    "bucket",
    "volumes",
    "snapshots",
    "instances",
    "groups",
    "policies",
    "regions",
    "securityhub",
    "inspector",
    "macie",
    "route53",
    "cloudfront",
    "organizations",
    "flowlogs",
];

fn speaks_of_another_service(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| OTHER_SERVICES.contains(&word))
}
