//! Where fuzzing starts: every file of the fixtures, every fixture as a whole,
//! times as producers spell them, and the shapes that went wrong once.

use std::fs;
use std::path::{Path, PathBuf};

use crate::exercise::TARGETS;

/// Times, one a producer, and some that are none.
const TIMES: [&str; 34] = [
    "1795089599.0",
    "1766278564.677",
    "1766278564677",
    "-62135596800000",
    "1e400",
    "9e99",
    "-0",
    "0.0000000000000000000000000000001",
    "\"2026-11-20T11:57:13.137000+13:00\"",
    "2026-11-20T11:57:13.137000+13:00",
    "2026-11-20 11:57:13.137000-07:00",
    "2026-11-20T11:57:13Z",
    "2026-11-20T11:57:60Z",
    "2026-02-30T00:00:00Z",
    "2026-11-20 11:57:13",
    "2026-11-20 11:57:13 -0700",
    "2026-11-20 11:57:13 UTC",
    "2026-11-20",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59.999999999-23:59",
    "/Date(1766278564677)/",
    "\\/Date(-62135596800000)\\/",
    "/Date(9223372036854775807+9999)/",
    "Sun Dec 21 09:56:04 JST 2025",
    "Fri Nov 20 11:57:13 XYZ 2026",
    "Fri, 20 Nov 2026 12:00:00 GMT",
    "datetime.datetime(2025, 12, 20, 17, 56, 4, 677000, tzinfo=tzlocal())",
    "datetime.datetime(99999, 99, 99, 99)",
    "{\"__class__\": \"datetime\", \"year\": 2026, \"month\": 11, \"day\": 20, \"hour\": 1}",
    "{\"__class__\": \"datetime\", \"year\": 1e9, \"month\": -1}",
    "null",
    "None",
    "N/A",
    "20261120T120000Z",
];

/// Content that is hard on a reader.
const HARD: [&[u8]; 22] = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"\"",
    b"\xff\xfe{\0}\0",
    b"\xfe\xff\0{\0}",
    b"\xff\xfe\0\xd8{\0",
    b"{\0}\0\n\0",
    b"\xef\xbb\xbf{\"trailList\": []}\x1a",
    b"\0\0\0\0\0\0\0\0",
    b"\x1b[1m{\x1b[0m\"trailList\"\x1b[31m:[]}",
    b"{\"trailList\": [{\"Name\": \"a\", \"Name\": \"b\", \"S3BucketName\": \"x\"}]}",
    b"{\"trailList\": [{\"TrailARN\": 5, \"Name\": {\"a\": 1}, \"S3BucketName\": [1]}, 7, null, []]}",
    b"{\"trailList\": [{\"TrailARN\": \"arn:aws:cloudtrail:::trail/\", \"S3BucketName\": \"\"}]}",
    b"{\"\\ud800\": \"\\udc00\", \"IsLogging\": true, \"LatestDeliveryTime\": {\"x\": []}}",
    b"{\"IsLogging\": true, \"LatestCloudWatchLogsDeliveryTime\": {\"__class__\": \"datetime\", \"year\": -5}}",
    b"{\"resourceType\": \"AWS::CloudTrail::Trail\", \"configuration\": \"{\\\"name\\\": \\\"a\\\", \\\"s3BucketName\\\": \\\"b\\\"}\"}",
    b"{\"schema\": \"coldtrail-bundle/1\", \"files\": [{\"file\": \"../../x\", \"sha256\": 1}]}",
    b"$ aws cloudtrail get-trail-status --name x \\\n  --region us-east-1{\"IsLogging\": true}\n$ aws",
    b"An error occurred (TrailNotFoundException) when calling the GetTrailStatus operation: Unknown trail: main for the user: 111122223333",
    b"Trails:\n- Name: a\n  TrailARN: b\n",
];

/// Whole bundles: names that say too much, too little, or two things.
const BUNDLES: [&str; 4] = [
    "=== 111122223333/us-east-1/describe-trails.json\n{\"trailList\": [{\"Name\": \"a\", \"S3BucketName\": \"b\", \"HomeRegion\": \"us-east-1\"}, {\"Name\": \"a-b\", \"S3BucketName\": \"b\"}]}\n=== 111122223333/us-east-1/get-trail-status-a-b.json\n{\"IsLogging\": true, \"LatestDeliveryTime\": 1}\n=== 111122223333/eu-west-1/get-trail-status-a.json\n{\"IsLogging\": false, \"LatestDeliveryTime\": 2}\n",
    "=== arn%3Aaws%3Acloudtrail%3Aus-east-1%3A111122223333%3Atrail%2Fmain\n{\"IsLogging\": true}\n=== arn_aws_cloudtrail_us_east_1_111122223333_trail_main.json\n{\"IsLogging\": true}\n=== list-trails.json\n{\"Trails\": [{\"TrailARN\": \"arn:aws:cloudtrail:us-east-1:111122223333:trail/main\"}]}\n",
    "=== manifest.json\n{\"schema\": \"x\", \"files\": []}\n=== a/../b!c//d\n{\"Trail\": {\"Name\": \"x\"}, \"Status\": {\"IsLogging\": true}}\n=== \n{}\n=== %zz%FF\nnull\n",
    "=== a/status-1.json\n{\"IsLogging\": true, \"LatestDeliveryTime\": 1}\n=== a/b/status-2.json\n{\"IsLogging\": true, \"LatestDeliveryTime\": 2}\n=== a/b/describe-trails.json\n{\"trailList\": [{\"TrailARN\": \"arn:aws:cloudtrail:us-east-1:111122223333:trail/x\"}]}\n=== a/caller.json\n{\"Account\": \"111122223333\", \"UserId\": \"u\", \"Arn\": \"a\"}\n",
];

/// The seeds of a target.
pub(crate) fn of(target: &str) -> Vec<Vec<u8>> {
    let hard = HARD.iter().map(|bytes| bytes.to_vec());
    match target {
        "decoding" => hard.chain(files()).collect(),
        "documents" => {
            let contents = hard.chain(files()).enumerate();
            contents
                .map(|(name, content)| [vec![u8::try_from(name % 8).unwrap()], content].concat())
                .collect()
        }
        "times" => {
            let statuses = files().filter(|content| content.starts_with(b"{\n    \"IsLogging\""));
            let times = TIMES.iter().map(|text| text.as_bytes().to_vec());
            times.chain(statuses).collect()
        }
        _ => {
            let bundles = BUNDLES.iter().map(|text| text.as_bytes().to_vec());
            bundles.chain(bundled()).collect()
        }
    }
}

/// The content of every file of every fixture.
fn files() -> impl Iterator<Item = Vec<u8>> {
    let all = fixtures().into_iter().flat_map(|folder| below(&folder));
    all.map(|file| fs::read(file).unwrap())
}

/// Every fixture as one text.
fn bundled() -> impl Iterator<Item = Vec<u8>> {
    fixtures().into_iter().map(|folder| {
        let mut text = Vec::new();
        for file in below(&folder) {
            let name = file.strip_prefix(&folder).unwrap().display().to_string();
            text.extend(format!("=== {name}\n").into_bytes());
            text.extend(fs::read(&file).unwrap());
        }
        text
    })
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let all = fs::read_dir(folder).unwrap();
    let mut all: Vec<PathBuf> = all
        .map(|entry| entry.unwrap().path().join("evidence"))
        .filter(|evidence| evidence.is_dir())
        .collect();
    all.sort();
    all
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Every seed holds; and where a folder is named, they are written there for
/// `cargo fuzz`: `COLDTRAIL_SEEDS=fuzz/corpus cargo test --test hostile seeds`.
#[test]
fn every_seed_holds() {
    for (name, target) in TARGETS {
        let seeds = of(name);
        assert!(seeds.len() > 20, "{name} has seeds");
        for seed in &seeds {
            target(seed);
        }
        if let Some(folder) = std::env::var_os("COLDTRAIL_SEEDS") {
            let folder = Path::new(&folder).join(name);
            fs::create_dir_all(&folder).unwrap();
            for (number, seed) in seeds.iter().enumerate() {
                fs::write(folder.join(format!("seed-{number:04}")), seed).unwrap();
            }
        }
    }
}
