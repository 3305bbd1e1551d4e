//! One compact line of many trails, every one failing. They are spread over
//! accounts, as in an organization's dump.

use std::fmt::Write;
use std::fs;

use crate::harness::coldtrail;

/// A describe-trails answer on one line, no trail of which has a log group.
pub(crate) fn compact_line(trails: usize) -> String {
    let mut text = "{\"trailList\":[".to_owned();
    for number in 0..trails {
        let comma = if number == 0 { "" } else { "," };
        let account = 111_122_223_333 + number / 100;
        write!(
            text,
            "{comma}{{\"Name\":\"trail-{number:06}\",\"S3BucketName\":\"logs\",\"IncludeGlobalServiceEvents\":false,\
             \"IsMultiRegionTrail\":false,\"HomeRegion\":\"us-east-1\",\
             \"TrailARN\":\"arn:aws:cloudtrail:us-east-1:{account}:trail/trail-{number:06}\",\
             \"LogFileValidationEnabled\":false,\"HasCustomEventSelectors\":false,\"HasInsightSelectors\":false,\
             \"IsOrganizationTrail\":false}}"
        )
        .unwrap();
    }
    text.push_str("]}\n");
    text
}

/// What a report of so many failing trails holds: lines that name a place in
/// the evidence, and bytes.
fn report_of(trails: usize) -> (usize, usize) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("describe-trails.json"),
        compact_line(trails),
    )
    .unwrap();
    let done = coldtrail(["check"]).arg(folder.path()).done();
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    let widest = done.stdout.lines().map(|line| line.chars().count()).max();
    assert!(
        widest < Some(300),
        "an excerpt around each place, not the line: {widest:?}"
    );
    let places = done.stdout.matches("describe-trails.json:1:").count();
    (places, done.stdout.len())
}

#[test]
fn fifty_thousand_failing_trails_on_one_line_are_each_shown_and_the_report_grows_as_they_do() {
    let (few, few_bytes) = report_of(5_000);
    let (many, many_bytes) = report_of(50_000);
    assert!(few >= 5_000, "each finding has its place: {few}");
    assert_eq!(many, few * 10);
    let growth = many_bytes as f64 / few_bytes as f64;
    assert!((9.5..10.5).contains(&growth), "{few_bytes} to {many_bytes}");
}
