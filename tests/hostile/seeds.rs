//! Where fuzzing starts: every file of the fixtures, every fixture as a whole,
//! times as producers spell them, and the shapes that went wrong once.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use coldtrail::render::{NoExcerpts, Style, json};

use crate::exercise::TARGETS;
use crate::exercise::reports::of_the_sample;

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

/// What is given beside evidence: after the sign of what it is.
const BESIDE: [&[u8]; 20] = [
    b"\0{}",
    b"\0[]",
    b"\0{\"schema_version\": \"1.0\", \"policies\": [], \"subjects\": [], \"documents\": []}",
    b"\0{\"schema_version\": \"9.0\"}",
    b"\0\xef\xbb\xbfnull",
    b"\x01",
    b"\x01[[waiver]]\ncontrol = \"cis-aws-3.4\"\ntrail = \"au*\"\nreason = \"r\"\napprover = \"a\"\nexpires = 2027-01-01\n",
    b"\x01[[waiver]]\ncontrol = \"cis-aws-3.4\"\naccount = \"1111????3333\"\ncode = \"no-log-group\"\nreason = \"r\"\napprover = \"a\"\nexpires = \"2027-01-01\"\n[[waiver]]\ncontrol = \"cis-aws-3.4\"\ntrail = \"arn:aws:cloudtrail:us-east-1:111122223333:trail/main\"\nreason = \"r\"\napprover = \"a\"\nexpires = 2020-01-01\n",
    b"\x01[[waiver]]\ncontrol = \"\"\ntrail = \"********************?*?*?*\"\n",
    b"\x01waiver = {a = [1, [2, [3]]]}\n",
    b"\x02{\"schema\": \"urn:coldtrail:schema:manifest:1.0\", \"complete\": true, \"accounts\": [], \"files\": []}",
    b"\x02{\"schema\": \"urn:coldtrail:schema:manifest:1.0\", \"complete\": false, \"collected_at\": \"2026-11-20T12:00:00Z\", \"accounts\": [{\"account_id\": \"111122223333\"}], \"regions\": [\"us-east-1\"], \"files\": [{\"file\": \"us-east-1/get-trail-status-main.json\", \"sha256\": \"00\"}, {\"file\": \"../x\"}, {\"file\": \"../x\"}]}",
    b"\x02{\"schema\": \"urn:coldtrail:schema:manifest:2.0\"}",
    b"\x02{\"schema\": \"urn:coldtrail:schema:manifest:1.0\", \"files\": {}}",
    b"\x03111122223333\n444455556666 # comment\n",
    b"\x03# nothing\n",
    b"\x03{\"Accounts\": [{\"Id\": \"111122223333\", \"Status\": \"ACTIVE\"}]}",
    b"\x03{\"Accounts\": [{\"Id\": \"111122223333\"}], \"NextToken\": \"x\"}",
    b"\x03[\"111122223333\"]",
    b"\x03\xff\xfe1\0",
];

/// Bodies of rules, each in a way of its own.
const RULES: [&str; 14] = [
    "x := {t.name | some t in input.trails}\nresults := []\ndeny contains sprintf(\"%v\", [x])",
    "f(t) := t.name if { t.complete } else := \"none\"\nx := [f(t) | some t in input.trails]\ndeny contains sprintf(\"%v\", [x])",
    "deny contains msg if { some t in input.trails; not t.status; msg := sprintf(\"%s\", [t.name]) }",
    "warn contains msg if { walk(input, [path, value]); is_string(value); msg := concat(\"/\", [\"a\", value]) }",
    "import data.lib.aws\ndeny contains aws.trail",
    "p[k] contains v if { some k, v in input }\nq := p\ndeny contains sprintf(\"%v\", [q])",
    "default allow := false\nallow if every t in input.trails { t.complete == true }\ndeny contains sprintf(\"%v\", [allow])",
    "r := object.union_n([{\"a\": n} | some n in numbers.range(1, 9)])\ndeny contains sprintf(\"%v\", [r])",
    "s := json.patch(input, [{\"op\": \"add\", \"path\": \"/a\", \"value\": 1}])\ndeny contains sprintf(\"%v\", [s])",
    "t := time.parse_rfc3339_ns(input.as_of)\nu := time.add_date(t, 0, 1, 0)\ndeny contains sprintf(\"%v\", [u])",
    "g := regex.match(`^a(b|c)*$`, \"abcbc\")\nh := glob.match(\"*.b\", [\".\"], \"a.b\")\ndeny contains sprintf(\"%v\", [[g, h]])",
    "m := {k: v | some k, v in input} with input as {\"a\": 1}\nn := print(input)\ndeny contains sprintf(\"%v\", [[m, n]])",
    "x[i] := y if { some i, y in [1, 2, 3]; i + y > 2 } else := 0\ndeny contains sprintf(\"%v\", [x])",
    "a := b\nb := a",
];

/// The seeds of a target.
pub(crate) fn of(target: &str) -> Vec<Vec<u8>> {
    let hard = HARD.iter().map(|bytes| bytes.to_vec());
    match target {
        "archives" => archives(),
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
        "policies" => policies(),
        "reports" => {
            let mut report = vec![0];
            json::render(
                of_the_sample(),
                &mut NoExcerpts,
                &Style::default(),
                &mut report,
            )
            .unwrap();
            let beside = BESIDE.iter().map(|bytes| bytes.to_vec());
            beside.chain([report]).collect()
        }
        _ => {
            let bundles = BUNDLES.iter().map(|text| text.as_bytes().to_vec());
            bundles.chain(bundled()).collect()
        }
    }
}

/// The shipped policies, whole and each alone, and policies of one rule or two.
fn policies() -> Vec<Vec<u8>> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut shipped = below(&project.join("policies"));
    shipped.extend(below(&project.join("fixtures/policies")));
    shipped.retain(|file| file.extension().is_some_and(|kind| kind == "rego"));
    let each = shipped.iter().map(|file| {
        let name = file.strip_prefix(project).unwrap().display();
        let text = fs::read_to_string(file).unwrap();
        format!("=== {name}\n{text}")
    });
    let mut seeds: Vec<String> = each.collect();
    seeds.push(seeds.concat());
    seeds.extend(
        RULES
            .iter()
            .map(|rules| format!("=== p.rego\npackage p\n\nimport rego.v1\n\n{rules}\n")),
    );
    seeds.into_iter().map(String::into_bytes).collect()
}

/// Fixtures in every kind of archive, with its checksums left alone and put right,
/// and what is no archive.
fn archives() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = HARD.iter().map(|bytes| bytes.to_vec()).collect();
    for folder in fixtures().iter().take(6) {
        let files = below(folder);
        let named = files.iter().take(4).map(|file| {
            let name = file.strip_prefix(folder).unwrap().display().to_string();
            (name, fs::read(file).unwrap())
        });
        let entries: Vec<(String, Vec<u8>)> = named.collect();
        let tar = tarball(&entries);
        let gzip = gzipped(&tar);
        let whole = [
            (0, zipped(&entries, zip::CompressionMethod::Stored)),
            (4, zipped(&entries, zip::CompressionMethod::Deflated)),
            (10, gzip),
            (3, zstandard(&tar)),
            (1, tar),
        ];
        seeds.extend(whole.map(|(first, bytes)| [vec![first], bytes].concat()));
    }
    let policy = b"package p\n\nimport rego.v1\n\ndeny contains \"no\" if input.x\n".to_vec();
    let manifest = b"{\"revision\": \"1\", \"roots\": [\"p\"]}".to_vec();
    let bundle = tarball(&[
        ("/p.rego".to_owned(), policy),
        ("/.manifest".to_owned(), manifest),
        ("/data.json".to_owned(), b"{\"q\": {\"a\": 1}}".to_vec()),
    ]);
    seeds.push([vec![10], gzipped(&bundle)].concat());
    seeds
}

fn zipped(entries: &[(String, Vec<u8>)], method: zip::CompressionMethod) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    for (name, content) in entries {
        zip.start_file(name.as_str(), options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tarball(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        let name = name.trim_start_matches('/');
        tar.append_data(&mut header, name, content.as_slice())
            .unwrap();
    }
    tar.into_inner().unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// A frame of blocks as they are (RFC 8878, 3.1.1).
fn zstandard(bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xa0];
    frame.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    let mut blocks = bytes.chunks(1 << 16).peekable();
    while let Some(block) = blocks.next() {
        let header = u32::try_from(block.len()).unwrap() << 3 | u32::from(blocks.peek().is_none());
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(block);
    }
    frame
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
