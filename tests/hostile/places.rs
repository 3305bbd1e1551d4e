//! Whatever a file's encoding and wherever it is cut, every place that is told
//! of it lies in it.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use coldtrail::coverage::Expected;
use coldtrail::evidence::{Bundle, Options};
use coldtrail::inspect::{inputs, inspect};
use coldtrail::render::json;
use coldtrail::snapshot::{AsOf, Snapshot, Step};
use coldtrail::source::given::{From, Source};

const TRAILS: &str = "{\"trailList\": [{\"Name\": \"名é😀\", \"S3BucketName\": \"b\", \"HomeRegion\": \"us-east-1\", \"IncludeGlobalServiceEvents\": true, \"IsMultiRegionTrail\": true, \"CloudWatchLogsLogGroupArn\": \"é\", \"TrailARN\": \"arn:aws:cloudtrail:us-east-1:111122223333:trail/main\"}]}";
const STATUS: &str = "{\"Name\": \"名名\", \"IsLogging\": true, \"LatestDeliveryTime\": 1795089599.0, \"LatestCloudWatchLogsDeliveryTime\": \"2026-11-20T11:57:13Z\", \"LatestCloudWatchLogsDeliveryError\": \"名\", \"StartLoggingTime\": 1795000000.0}";

/// Texts that are read, each in its own way.
fn texts() -> Vec<String> {
    let lines = |text: &str, before: &str| -> String {
        let lines = text.split_inclusive(", ");
        lines.map(|line| format!("{before}{line}\r\n")).collect()
    };
    vec![
        TRAILS.to_owned(),
        STATUS.to_owned(),
        lines(TRAILS, ""),
        lines(TRAILS, "名 | "),
        format!("{TRAILS}\r\n{STATUS}\r\n"),
        format!("é$ aws cloudtrail describe-trails\r\n{TRAILS}\r\n名$ aws cloudtrail get-trail-status --name main\n{STATUS}"),
        format!("{{\"名\": {}, \"exit\": 0}}", Value::from(TRAILS)),
        format!("{{\u{1b}[1m\"名\"\u{1b}[0m: {STATUS}, \"é\u{8}x\": {TRAILS}}}\u{1a}"),
        TRAILS.replace('"', "'").replace("true", "True"),
        "trailList:\n- Name: 名é\n  S3BucketName: b\n  HomeRegion: us-east-1\n  IsMultiRegionTrail: true\n  IncludeGlobalServiceEvents: true\n  TrailARN: arn:aws:cloudtrail:us-east-1:111122223333:trail/main\n".to_owned(),
        "---------------\n|DescribeTrails|\n+-------------+\n||  trailList  ||\n|+-------------+-----+|\n||  Name  |  名é  ||\n||  TrailARN  | arn:aws:cloudtrail:us-east-1:111122223333:trail/main ||\n|+-------------+-----+|\n".to_owned(),
        "TRAILLIST\tTrue\tTrue\tus-east-1\tTrue\tTrue\tFalse\t名é\tb\tarn:aws:cloudtrail:us-east-1:111122223333:trail/main\n".to_owned(),
        "\nAn error occurred (AccessDeniedException) when calling the GetTrailStatus operation: 名é😀 no arn:aws:cloudtrail:us-east-1:111122223333:trail/main\n".to_owned(),
        "{\"名名名名名名名名名名名名名名名名名名名名\": 1}".to_owned(),
    ]
}

fn encoded(text: &str, encoding: u8) -> Vec<u8> {
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect();
    let (mark, bytes): (&[u8], Vec<u8>) = match encoding % 6 {
        0 => (b"", text.into()),
        1 => (b"\xef\xbb\xbf", text.into()),
        2 => (b"", wide(u16::to_le_bytes)),
        3 => (b"\xff\xfe", wide(u16::to_le_bytes)),
        4 => (b"", wide(u16::to_be_bytes)),
        _ => (b"\xfe\xff", wide(u16::to_be_bytes)),
    };
    [mark, &bytes].concat()
}

/// Every place in a JSON document: its two bytes.
fn places(value: &Value, found: &mut Vec<[u64; 2]>) {
    match value {
        Value::Object(members) => {
            if let Some([start, end]) = members
                .get("bytes")
                .and_then(Value::as_array)
                .map(Vec::as_slice)
            {
                found.push([start, end].map(|byte| byte.as_u64().unwrap()));
            }
            members.values().for_each(|value| places(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| places(value, found)),
        _ => {}
    }
}

/// Every path into a value.
fn paths(value: &Value, path: &mut Vec<Step>, visit: &mut dyn FnMut(&[Step])) {
    visit(path);
    let mut below = |step: Step, value: &Value| {
        path.push(step);
        paths(value, path, visit);
        path.pop();
    };
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(key, value)| below(Step::Key(key.as_str().into()), value)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(at, value)| below(Step::Index(at), value)),
        _ => {}
    }
}

fn told_of(name: &str, bytes: &[u8]) -> Vec<[u64; 2]> {
    let source = Source {
        name: name.into(),
        from: From::Memory(bytes.to_vec().into()),
        direct: false,
    };
    let bundle = Bundle::of(vec![source], &Options::default());
    let snapshot = Snapshot::of(&bundle, AsOf::FromEvidence, &Expected::default());
    let inspection = inspect(&bundle, &snapshot, AsOf::FromEvidence);
    let mut out = Vec::new();
    json::inspection::render(&inspection, inputs(&bundle, &snapshot), &mut out).unwrap();
    let mut found = Vec::new();
    places(&serde_json::from_slice(&out).unwrap(), &mut found);
    // A policy may name any path of its input, and the report tells its place.
    for (account, input) in snapshot.accounts.iter().zip(inputs(&bundle, &snapshot)) {
        paths(&input, &mut Vec::new(), &mut |path| {
            if let Some(place) = account.place(&bundle, path) {
                found.push(place.bytes.map(|byte| byte as u64));
            }
        });
    }
    for document in &bundle.documents {
        let problem = document.problem.as_ref();
        if let Some(place) = problem.and_then(|problem| problem.place.as_ref()) {
            found.push(place.bytes.map(|byte| byte as u64));
        }
    }
    found
}

fn hold(name: &str, bytes: &[u8]) {
    for [start, end] in told_of(name, bytes) {
        assert!(
            start <= end && end <= bytes.len() as u64,
            "{start} to {end} of {} in {name}: {:?}",
            bytes.len(),
            String::from_utf8_lossy(bytes)
        );
    }
}

const NAMES: [&str; 3] = [
    "us-east-1/get-trail-status-main.json",
    "us-east-1/describe-trails.json",
    "notes.txt",
];

#[test]
fn every_place_of_a_whole_file_lies_in_it() {
    let mut told = 0;
    for text in texts() {
        for encoding in 0..6 {
            let bytes = encoded(&text, encoding);
            hold(NAMES[0], &bytes);
            hold(NAMES[1], &[bytes.as_slice(), b"\0"].concat());
            told += told_of(NAMES[1], &bytes).len();
        }
    }
    assert!(told > 500, "{told}");
}

#[test]
fn every_place_of_a_file_that_is_cut_lies_in_it() {
    let texts = texts();
    let config = ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let strategy = (
        any::<Index>(),
        any::<u8>(),
        any::<Index>(),
        prop::option::of(any::<u8>()),
        any::<Index>(),
    );
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let ran = runner.run(&strategy, |(text, encoding, cut, more, name)| {
        let text: &String = text.get(&texts);
        let name: &&str = name.get(&NAMES);
        let mut bytes = encoded(text, encoding);
        bytes.truncate(cut.index(bytes.len() + 1));
        bytes.extend(more);
        hold(name, &bytes);
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
}
