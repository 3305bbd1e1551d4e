//! The law of claims, on the whole program: one more thing that says whose a
//! status is can take a tie away, and never makes one of another trail.
//!
//! Whose a status is shows in what comes out: each trail's delivery lies at an
//! hour of its own, so that a verdict on another trail gives the tie away.

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::bundle::Bundle;
use crate::found::status;
use crate::judge::{Judge, Verdict};
use crate::oracle::{DELIVERY, LOG_GROUP, Word};

const ACCOUNT: &str = "111122223333";
const NAMES: [&str; 5] = ["main", "payments", "audit-us-east-1", "a", "ledger"];
const SAID: [&str; 7] = [
    "main",
    "payments",
    "audit-us-east-1",
    "a",
    "ledger",
    "stranger",
    "cloudtrail",
];

fn arn(name: &str) -> String {
    format!("arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/{name}")
}

/// The status, tied to a trail in one of these ways before anything is added.
fn tied(way: usize, name: &str) -> (String, Value) {
    let status = status();
    match way {
        0 => (format!("get-trail-status-{name}.json"), status),
        1 => (format!("{name}-status.json"), status),
        2 => (
            "get-trail-status.json".to_owned(),
            json!({"TrailARN": arn(name), "status": status}),
        ),
        3 => (
            "get-trail-status.json".to_owned(),
            json!({"request": {"Name": name}, "response": status}),
        ),
        4 => (format!("trails/{name}/status.json"), status),
        _ => ("get-trail-status.json".to_owned(), json!({name: status})),
    }
}

/// One more claim.
fn added(way: usize, said: &str, (file, value): (String, Value)) -> (String, Vec<u8>) {
    let (folder, name) = file
        .rsplit_once('/')
        .map_or(("", &*file), |(folder, name)| (folder, name));
    let join = |name: &str| {
        if folder.is_empty() {
            name.to_owned()
        } else {
            format!("{folder}/{name}")
        }
    };
    let ending = |stem: &str| stem.trim_end_matches(".json").to_owned();
    let bytes = |value: &Value| serde_json::to_vec_pretty(value).unwrap();
    let within = |key: &str, text: String| {
        let mut value = value.clone();
        value[key] = json!(text);
        value
    };
    match way {
        0 => (
            join(&format!("{}-{said}.json", ending(name))),
            bytes(&value),
        ),
        1 => (join(&format!("{said}_{name}")), bytes(&value)),
        2 => (file, bytes(&json!({said: value}))),
        3 => (
            file,
            bytes(&json!({"TrailARN": arn(said), "status": value})),
        ),
        4 => (
            file,
            bytes(&json!({"request": {"Name": said}, "response": value})),
        ),
        5 => (
            file,
            [format!("## {said}\n").into_bytes(), bytes(&value)].concat(),
        ),
        6 => (file, bytes(&within("ResourceId", arn(said)))),
        7 => (file, bytes(&within("Name", said.to_owned()))),
        8 => (file, bytes(&within("whatever", arn(said)))),
        9 => (format!("trails/{said}/{file}"), bytes(&value)),
        10 => (format!("{said}/{file}"), bytes(&value)),
        11 => {
            let command = format!("$ aws cloudtrail get-trail-status --name {said}\n");
            (file, [command.into_bytes(), bytes(&value)].concat())
        }
        _ => (
            join(&arn(said).replace(':', "%3A").replace('/', "%2F")),
            bytes(&value),
        ),
    }
}

fn bundle(listed: &[&str], (file, bytes): (String, Vec<u8>)) -> Bundle {
    let trails: Vec<Value> = listed
        .iter()
        .map(|name| {
            json!({
                "Name": name, "S3BucketName": "logs", "IncludeGlobalServiceEvents": true,
                "IsMultiRegionTrail": false, "HomeRegion": "us-east-1", "TrailARN": arn(name),
                "LogFileValidationEnabled": true, "HasCustomEventSelectors": false,
                "CloudWatchLogsLogGroupArn": format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{name}:*"),
                "HasInsightSelectors": false, "IsOrganizationTrail": false
            })
        })
        .collect();
    let list = serde_json::to_vec_pretty(&json!({"trailList": trails})).unwrap();
    let folder = format!("{ACCOUNT}/us-east-1");
    Bundle {
        as_of: Some("2026-11-20T12:00:00Z".parse().unwrap()),
        files: [
            (format!("{folder}/describe-trails.json"), list),
            (format!("{folder}/{file}"), bytes),
        ]
        .into(),
        ..Bundle::default()
    }
}

/// The trails whose delivery the only status decides. A trail that no list shows
/// may be known from what names it alone, as long as it doesn't pass.
fn decided(verdict: &Verdict, listed: &[&str]) -> Vec<String> {
    let is_named_alone = |subject: &str, word: Word| {
        let is_listed = listed.iter().any(|name| arn(name) == subject);
        let group = verdict.of(subject, LOG_GROUP).map(|(word, _)| word);
        !is_listed && word == Word::Pass && group == Some(Word::Inconclusive)
    };
    let decided = verdict
        .results
        .iter()
        .filter(|((subject, check), (word, _))| {
            check == DELIVERY && *word != Word::Inconclusive && !is_named_alone(subject, *word)
        });
    decided.map(|((subject, _), _)| subject.clone()).collect()
}

/// Every way to say it, in what `SAID` holds, for each trail and each way to
/// have tied it: one more claim, or two.
#[test]
fn a_further_claim_never_ties_a_status_to_another_trail() {
    let config = ProptestConfig {
        cases: u32::try_from(crate::number("CLAIMS", 3_000)).unwrap(),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let judge = std::cell::RefCell::new(Judge::new());
    let more = prop::collection::vec((0_usize..13, 0_usize..SAID.len()), 1..3);
    let strategy = (
        1_usize..=NAMES.len(),
        any::<prop::sample::Index>(),
        0_usize..6,
        more,
    );
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let ran = TestRunner::new_with_rng(config, rng).run(&strategy, |(many, which, tie, more)| {
        let listed = &NAMES[..many];
        let name = listed[which.index(many)];
        let mut made = tied(tie, name);
        let by_file = made.0.contains(name).then(|| made.0.clone());
        for (way, said) in &more[1..] {
            let (file, bytes) = added(*way, SAID[*said], made.clone());
            // Only what is still one JSON value can be wrapped again.
            if let Ok(value) = serde_json::from_slice(&bytes) {
                made = (file, value);
            }
        }
        let (way, said) = more[0];
        let last = added(way, SAID[said], made);
        let file = last.0.clone();
        // A file of another name has lost the claim that its own name was.
        if by_file.is_some_and(|own| own != file) {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&last.1).into_owned();
        let decided = decided(&judge.borrow_mut().judge(&bundle(listed, last)), listed);
        let own = arn(name);
        prop_assert!(
            decided.is_empty() || decided == [own.clone()],
            "the status of `{own}` decides {decided:?}\n{listed:?} are listed\n{file}\n{text}"
        );
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
}
