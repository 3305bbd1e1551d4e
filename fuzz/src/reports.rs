//! What is given beside evidence and policies: reports of earlier runs,
//! waivers, lists of accounts; and the manifests of bundles.

use std::sync::OnceLock;
use std::time::Duration;

use coldtrail::assess::Terms;
use coldtrail::baseline::Baseline;
use coldtrail::comparison::Comparison;
use coldtrail::coverage::Expected;
use coldtrail::finding::Outcome;
use coldtrail::policy::PolicySet;
use coldtrail::progress::Progress;
use coldtrail::render::{NoExcerpts, Style, human, json};
use coldtrail::report::Report;
use coldtrail::snapshot::AsOf;
use coldtrail::source::exclude::Excludes;
use coldtrail::verification::Verification;
use coldtrail::waiver::{self, Waivers};

use super::{bundle, drawn, is_calm, sample, show};

/// The first byte chooses what the rest is.
pub fn reports(bytes: &[u8]) {
    let (first, content) = bytes.split_first().unwrap_or((&0, &[]));
    let text = String::from_utf8_lossy(content);
    match first % 4 {
        0 => report(&text),
        1 => waivers(&text),
        2 => manifest(content),
        _ => match Expected::read_accounts("accounts.txt", &text) {
            Ok(accounts) => {
                let is_id = |id: &str| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
                assert!(!accounts.is_empty() && accounts.iter().all(|id| is_id(id)));
            }
            Err(problem) => drawn(&*problem),
        },
    }
}

/// A report of an earlier run, compared with itself, with a run, and verified.
fn report(text: &str) {
    let read = match Baseline::read("report.json", text) {
        Ok(read) => read,
        Err(error) => return drawn(&*error),
    };
    let _ = (
        read.coverage(),
        read.untrue_outcomes(),
        read.waivers().count(),
    );
    let of_itself = Comparison::new(read.facts(), read.facts());
    assert_eq!(of_itself.outcome_of_new(), Outcome::Pass, "nothing is new");
    let compared = read.compare(of_the_sample());
    let mut out = Vec::new();
    human::write_comparison("told", &compared, &Style::default(), &mut out)
        .expect("memory takes it");
    is_calm(&is_text(out));
    let _ = Verification::new(&read, of_the_sample()).holds();
}

/// Waivers, laid on a report: they waive fails, and nothing else changes.
fn waivers(text: &str) {
    let waivers = match Waivers::read("waivers.toml", text) {
        Ok(waivers) => waivers,
        Err(problem) => return drawn(&problem),
    };
    let mut waived = of_the_sample().clone();
    let applied = waiver::apply(&mut waived, &waivers, None);
    assert!(applied.unused.len() <= applied.unused_count);
    for unused in applied.unused {
        drawn(&unused.into_problem());
    }
    for (before, after) in of_the_sample().subjects.iter().zip(&waived.subjects) {
        for (before, after) in before.checks.iter().zip(&after.checks) {
            let is_laid = (before.outcome, after.outcome) == (Outcome::Fail, Outcome::Waived);
            assert!(is_laid || before.outcome == after.outcome);
        }
    }
    let mut out = Vec::new();
    json::render(&waived, &mut NoExcerpts, &Style::default(), &mut out).expect("memory takes it");
    let read = Baseline::read("report.json", &is_text(out));
    assert!(read.is_ok(), "what is written can be read");
}

/// The manifest of a bundle of two files.
fn manifest(content: &[u8]) {
    let name = |file: &str| file.to_owned();
    let files: [(String, &[u8]); 3] = [
        (
            name("111122223333/us-east-1/describe-trails.json"),
            b"{\"trailList\": []}",
        ),
        (name("manifest.json"), content),
        (
            name("us-east-1/get-trail-status-main.json"),
            b"{\"IsLogging\": true}",
        ),
    ];
    let bundle = bundle(&files);
    assert!(bundle.documents.len() >= files.len());
    show(&bundle);
}

/// A report of two trails, one that fails and one that passes.
pub fn of_the_sample() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| {
        let set = PolicySet::embedded().expect("the shipped policies load");
        let terms = Terms {
            set: &set,
            as_of: AsOf::FromEvidence,
            limit: Duration::from_secs(20),
            expected: &Expected::default(),
            excludes: &Excludes::default(),
        };
        let assessed = terms.assess_bundle(&sample::bundle(), &Progress::default());
        assessed.report.expect("the shipped policies judge")
    })
}

fn is_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("it is text")
}
