//! Four times the evidence takes about four times as many steps, not sixteen,
//! in every shape that has once been gone through for each other.
//!
//! Steps are instructions of the processor, which valgrind counts: whatever else
//! the machine does, and whatever the loop is that takes them. It needs a minute
//! or two, and a program that is optimized a little: `.ci/run` asks for it. Else
//! it is the best time of some tries.

use std::env;
use std::fmt::Write;
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use coldtrail::coverage::Expected;
use coldtrail::document::decode::decode;
use coldtrail::document::way_back::WayBack;
use coldtrail::evidence::{Bundle, Options};
use coldtrail::inspect::inspect;
use coldtrail::snapshot::{AsOf, Snapshot};
use coldtrail::source::given::{From, Source};
use coldtrail::source::limits::Limits;

/// How many things a shape is asked for, in a process whose steps are counted.
const SIZE: &str = "COLDTRAIL_GROWTH_SIZE";

/// Set where steps are to be counted.
const COUNTED: &str = "COLDTRAIL_COUNT_STEPS";

/// What grows, so much of it.
type Files = Vec<(String, String)>;

fn time(files: Files) -> Duration {
    let sources = files.into_iter().map(|(name, content)| Source {
        name: name.into(),
        from: From::Memory(content.into_bytes().into()),
        direct: false,
    });
    let sources = sources.collect();
    // A bound would end the work before it grows.
    let limits = Limits {
        values: u64::MAX,
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..Options::default()
    };
    let started = Instant::now();
    let bundle = Bundle::of(sources, &options);
    let snapshot = Snapshot::of(&bundle, AsOf::FromEvidence, &Expected::default());
    black_box(inspect(&bundle, &snapshot, AsOf::FromEvidence));
    started.elapsed()
}

/// Holds a shape to growing no faster than its evidence does.
fn grows_as_its_evidence<S: Fn(usize) -> Files>(shape: S) {
    grows(test_of::<S>(), |size| time(shape(size)));
}

/// Holds work to growing no faster than what it is asked for.
fn grows(test: String, work: impl Fn(usize) -> Duration) {
    if let Ok(size) = env::var(SIZE) {
        work(size.parse().unwrap());
        return;
    }
    if env::var_os(COUNTED).is_none() {
        return keeps_its_time(work);
    }
    let [none, small, large] = [1, 500, 2_000].map(|size| steps(&test, size));
    let ratio = (large - none) as f64 / (small - none) as f64;
    assert!(
        ratio < MOST,
        "four times the evidence takes {ratio:.2} times as many steps"
    );
}

/// Sorting takes a little more than four times as many steps.
const MOST: f64 = 5.0;

/// The name of the test that a shape stands in.
fn test_of<S>() -> String {
    let name = std::any::type_name::<S>();
    let (_, name) = name.split_once("::").unwrap();
    name.split("::{{").next().unwrap().to_owned()
}

/// How many instructions this test takes at a size.
fn steps(test: &str, size: usize) -> u64 {
    let counted = Command::new("valgrind")
        .args([
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ])
        .arg(env::current_exe().unwrap())
        .args([test, "--exact", "--test-threads=1"])
        .env(SIZE, size.to_string())
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .expect("valgrind runs");
    let told = String::from_utf8_lossy(&counted.stderr);
    assert!(counted.status.success(), "{told}");
    let told = told.split_once("refs:").expect("it counts").1;
    let digits = told.lines().next().unwrap().replace([' ', ','], "");
    digits.parse().unwrap()
}

/// Another process may take the processor at any moment: the best of some tries
/// counts.
fn keeps_its_time(work: impl Fn(usize) -> Duration) {
    const SMALL: usize = 4_000;
    let mut ratios = Vec::new();
    for _ in 0..5 {
        let small = work(SMALL).min(work(SMALL));
        let large = work(4 * SMALL);
        // What takes no time at all has no ratio.
        let ratio = large.as_secs_f64() / small.as_secs_f64().max(0.02);
        if ratio < 8.0 {
            return;
        }
        ratios.push(ratio);
    }
    panic!("four times the evidence takes {ratios:.1?} times as long");
}

fn trail(name: &str, more: &str) -> String {
    format!("{{\"Name\": \"{name}\", \"S3BucketName\": \"b\"{more}}}")
}

fn list(trails: impl Iterator<Item = String>) -> String {
    let trails: Vec<String> = trails.collect();
    format!("{{\"trailList\": [{}]}}", trails.join(",\n"))
}

fn file(name: impl Into<String>, content: impl Into<String>) -> (String, String) {
    (name.into(), content.into())
}

const STATUS: &str = "{\"IsLogging\": true, \"LatestDeliveryAttemptTime\": \"\"}";
const ARN: &str = ", \"TrailARN\": \"arn:aws:cloudtrail:us-east-1:111122223333:trail/main\"";

/// What is drawn of very many places of one line: each is found in the text again.
#[test]
fn places_of_a_file_of_utf_16() {
    let work = |many: usize| {
        let text = "{\"Name\": \"\u{e9}\"},".repeat(many);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let started = Instant::now();
        let back = WayBack::new(decode([vec![0xff, 0xfe], bytes].concat()).unwrap());
        for number in 0..many {
            let file = 2 + number * 2 * (text.chars().count() / many);
            assert_eq!(back.to_text(file), number * (text.len() / many));
        }
        started.elapsed()
    };
    grows("growth::places_of_a_file_of_utf_16".to_owned(), work);
}

#[test]
fn trails_without_an_arn_in_one_document() {
    grows_as_its_evidence(|many| {
        vec![file(
            "t.json",
            list((0..many).map(|n| trail(&format!("t{n}"), ""))),
        )]
    });
}

#[test]
fn unattributed_statuses_and_trails_in_one_folder() {
    grows_as_its_evidence(|many| {
        let mut files = vec![file(
            "a/t.json",
            list((0..many).map(|n| trail(&format!("t{n}"), ""))),
        )];
        files.extend((0..many).map(|n| file(format!("a/status-{n}.json"), STATUS)));
        files
    });
}

#[test]
fn unattributed_statuses_in_folders_of_their_own() {
    grows_as_its_evidence(|many| {
        let mut files = vec![file(
            "t.json",
            list((0..many).map(|n| trail(&format!("t{n}"), ""))),
        )];
        files.extend((0..many).map(|n| file(format!("{n}/status-{n}.json"), STATUS)));
        files
    });
}

#[test]
fn failed_status_calls_in_one_folder() {
    grows_as_its_evidence(|many| {
        let said = "An error occurred (Throttling) when calling the GetTrailStatus operation: x";
        let mut files = vec![file(
            "a/t.json",
            list((0..many).map(|n| trail(&format!("t{n}"), ""))),
        )];
        files.extend((0..many).map(|n| file(format!("a/status-{n}.txt"), said)));
        files
    });
}

#[test]
fn forms_of_one_trail() {
    grows_as_its_evidence(|many| {
        let forms = (0..many).map(|n| trail("main", &format!("{ARN}, \"S3KeyPrefix\": \"{n}\"")));
        vec![file("t.json", list(forms))]
    });
}

#[test]
fn trails_of_one_name_in_folders_of_their_own_and_statuses_that_name_it() {
    grows_as_its_evidence(|many| {
        let trails = (0..many).map(|n| {
            let arn =
                format!(", \"TrailARN\": \"arn:aws:cloudtrail:us-east-1:masked-{n}:trail/main\"");
            file(
                format!("{n}/t.json"),
                list(std::iter::once(trail("main", &arn))),
            )
        });
        let statuses = (0..many).map(|n| file(format!("{n}/get-trail-status-main.json"), STATUS));
        trails.chain(statuses).collect()
    });
}

#[test]
fn one_trail_in_many_folders_each_with_a_status() {
    grows_as_its_evidence(|many| {
        let folder = |n: usize| format!("{}/us-east-1", 111_122_220_000 + n);
        let trails = (0..many).map(|n| {
            let more = format!("{ARN}, \"IsOrganizationTrail\": true");
            file(
                format!("{}/t.json", folder(n)),
                list(std::iter::once(trail("main", &more))),
            )
        });
        let statuses =
            (0..many).map(|n| file(format!("{}/get-trail-status-main.json", folder(n)), STATUS));
        trails.chain(statuses).collect()
    });
}

#[test]
fn statuses_before_their_trails_in_one_document() {
    grows_as_its_evidence(|many| {
        let pairs = (0..many).map(|n| {
            format!(
                "{{\"Status\": {STATUS}, \"Trail\": {}}}",
                trail(&format!("t{n}"), "")
            )
        });
        vec![file(
            "pairs.json",
            format!("[{}]", pairs.collect::<Vec<_>>().join(",\n")),
        )]
    });
}

#[test]
fn log_groups_and_trails_that_name_them() {
    grows_as_its_evidence(|many| {
        let arn = |n: usize| format!("arn:aws:logs:us-east-1:111122223333:log-group:g{n}");
        let groups =
            (0..many).map(|n| format!("{{\"logGroupName\": \"g{n}\", \"arn\": \"{}:*\"}}", arn(n)));
        let groups = groups.collect::<Vec<_>>().join(",");
        let trails = (0..many).map(|n| {
            trail(
                &format!("t{n}"),
                &format!(", \"CloudWatchLogsLogGroupArn\": \"{}:*\"", arn(many - n)),
            )
        });
        vec![
            file("groups.json", format!("{{\"logGroups\": [{groups}]}}")),
            file("t.json", list(trails)),
        ]
    });
}

#[test]
fn equal_keys_in_a_trail_and_in_a_status() {
    grows_as_its_evidence(|many| {
        let keys = |key: &str| {
            let mut text = String::new();
            for _ in 0..many * 10 {
                write!(text, ", \"{key}\": 1").unwrap();
            }
            text
        };
        vec![
            file(
                "t.json",
                list(std::iter::once(trail("main", &keys("KmsKeyId")))),
            ),
            file(
                "s.json",
                format!("{{\"IsLogging\": true{}}}", keys("LatestDeliveryTime")),
            ),
        ]
    });
}

#[test]
fn values_that_say_nothing_and_lines_that_say_little() {
    grows_as_its_evidence(|many| {
        vec![
            file("numbers.json", "1\n".repeat(many * 2)),
            file("empty.json", "{}".repeat(many * 2)),
            file("lines.jsonl", format!("{STATUS}\n").repeat(many)),
            file("answers.jsonl", "{\"trailList\": []}\n".repeat(many)),
        ]
    });
}

#[test]
fn folders_within_folders() {
    grows_as_its_evidence(|many| {
        // The names alone grow by the square: the root of it is the evidence.
        let deep = many.isqrt();
        let folder = |n: usize| "a/".repeat(n);
        let mut files: Vec<_> = (0..deep)
            .map(|n| file(format!("{}status-{n}.json", folder(n)), STATUS))
            .collect();
        let trails = list((0..many).map(|n| trail(&format!("t{n}"), "")));
        files.push(file(format!("{}t.json", folder(deep)), trails));
        files
    });
}

#[test]
fn a_transcript_of_many_commands() {
    grows_as_its_evidence(|many| {
        let calls = (0..many)
            .map(|n| format!("$ aws cloudtrail get-trail-status \\\n  --name t{n}\n{STATUS}\n"));
        let words = "$ aws cloudtrail \\\n".repeat(many);
        vec![
            file("calls.txt", calls.collect::<String>()),
            file("words.txt", words),
        ]
    });
}

#[test]
fn a_transcript_that_changes_trails_sends_answers_and_loops() {
    grows_as_its_evidence(|many| {
        let answer = list([trail("main", "")].into_iter());
        let each = (0..many).map(|n| {
            let calls = [
                format!("aws cloudtrail update-trail --name t{n}"),
                format!("aws cloudtrail describe-trails > t{n}.json"),
                format!("for t in t{n}\n> do\n> aws cloudtrail describe-trails\n> done"),
            ];
            let calls = calls.map(|call| format!("$ {call}\n"));
            format!("{answer}\n{}", calls.concat())
        });
        let files = (0..many).map(|n| file(format!("f{n}.json"), ""));
        let session = file("session.txt", each.collect::<String>());
        files.chain([session]).collect()
    });
}

#[test]
fn trails_with_their_statuses_that_a_transcript_changes_and_lists_again() {
    grows_as_its_evidence(|many| {
        let more = |n| {
            let arn = format!("arn:aws:cloudtrail:us-east-1:111122223333:trail/t{n}");
            format!(r#", "TrailARN": "{arn}", "status": {STATUS}"#)
        };
        let trails = || list((0..many).map(|n| trail(&format!("t{n}"), &more(n))));
        let change = "$ aws cloudtrail stop-logging --name";
        let text = format!("{}\n{change} t7\n{change} $T\n{}\n", trails(), trails());
        vec![file("session.txt", text)]
    });
}

#[test]
fn words_above_an_answer_and_names_beside_one() {
    grows_as_its_evidence(|many| {
        let trails = list((0..many).map(|n| trail(&format!("t{n}"), "")));
        let words = (0..many).rev().map(|n| format!("t{n} "));
        let lines = (0..many).map(|n| format!("# t{n}\n"));
        let beside = (0..many).map(|n| format!(", \"k{n}\": {{\"a\": \"t{n}\"}}"));
        let typed = (0..many).map(|n| format!("$ cmd t{n}\n"));
        vec![
            file(
                "words.txt",
                format!("{}\n{trails}\n", words.collect::<String>()),
            ),
            file(
                "lines.txt",
                format!(
                    "$ aws cloudtrail describe-trails\n{}{trails}\n",
                    lines.collect::<String>()
                ),
            ),
            file(
                "beside.json",
                format!("{{\"IsLogging\": true{}}}", beside.collect::<String>()),
            ),
            file(
                "typed.txt",
                format!("{}{STATUS}\n", typed.collect::<String>()),
            ),
        ]
    });
}

#[test]
fn keys_that_nobody_knows_in_one_trail() {
    grows_as_its_evidence(|many| {
        let keys = (0..many * 5).map(|n| format!(", \"k{n}\": {n}"));
        let more = format!("{ARN}{}", keys.collect::<String>());
        vec![file("t.json", list(std::iter::once(trail("main", &more))))]
    });
}

#[test]
fn entries_of_a_manifest_that_are_named_twice() {
    grows_as_its_evidence(|many| {
        let entries = (0..many).map(|n| format!("{{\"file\": \"f{n}\"}}"));
        let again = (0..many).map(|_| format!("{{\"file\": \"f{}\"}}", many - 1));
        let files = entries.chain(again).collect::<Vec<_>>().join(",");
        vec![file(
            "manifest.json",
            format!(
                "{{\"schema\": \"urn:coldtrail:schema:manifest:1.0\", \"complete\": true, \"accounts\": [], \"files\": [{files}]}}"
            ),
        )]
    });
}

#[test]
fn errors_one_below_the_other() {
    grows_as_its_evidence(|many| {
        let error = |n: usize| {
            format!(
                "An error occurred (Throttling) when calling the GetTrailStatus operation: x{n}\n"
            )
        };
        let unable = |n: usize| format!("Unable to locate credentials {n}\n");
        vec![
            file("a.txt", (0..many).map(error).collect::<String>()),
            file("b.txt", (0..many).map(unable).collect::<String>()),
            file(
                "c.txt",
                (0..many).map(error).collect::<String>().replace('\n', " "),
            ),
        ]
    });
}

#[test]
fn runs_of_one_account_each_with_a_trail_of_its_own() {
    grows_as_its_evidence(|many| {
        let run = |n: usize| {
            let arn =
                format!(", \"TrailARN\": \"arn:aws:cloudtrail:us-east-1:111122223333:trail/t{n}\"");
            let trail = list(std::iter::once(trail(&format!("t{n}"), &arn)));
            let minutes = n % 60;
            let (days, hours) = (n / 1_440 % 28 + 1, n / 60 % 24);
            let folder = format!("202610{days:02}T{hours:02}{minutes:02}00Z/111122223333");
            file(format!("{folder}/us-east-1/describe-trails.json"), trail)
        };
        (0..many * 2).map(run).collect()
    });
}

#[test]
fn runs_of_which_nobody_knows_whose_that_failed_in_a_region_or_in_all() {
    grows_as_its_evidence(|many| {
        let arn = |n: usize| {
            format!(", \"TrailARN\": \"arn:aws:cloudtrail:us-east-1:111122223333:trail/t{n}\"")
        };
        let trails = (0..many).map(|n| trail(&format!("t{n}"), &arn(n)));
        let said = "An error occurred (Throttling) when calling the DescribeTrails operation: x";
        let failed = (0..many * 2).map(|n| file(format!("run-{n}x/us-east-1/error.txt"), said));
        let trails = file("111122223333/us-east-1/describe-trails.json", list(trails));
        failed.chain([trails]).collect()
    });
}
