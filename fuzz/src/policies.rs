//! Policies: loaded, linted, and evaluated within bounds.

use std::sync::OnceLock;
use std::time::Duration;

use coldtrail::coverage::Expected;
use coldtrail::engine::{self, Checked, Judged, Worker};
use coldtrail::evidence::Bundle;
use coldtrail::policy::PolicySet;
use coldtrail::snapshot::{AsOf, Snapshot};

use super::{drawn, files, sample};

/// A set of policies: lines `=== NAME` begin a file each. Whatever they hold,
/// they are refused with a place or judge the account within bounds, and to
/// the same end as they are written and as they are made faster.
pub fn policies(bytes: &[u8]) {
    let files = files(bytes);
    let texts: Vec<(&str, String)> = files
        .iter()
        .map(|(name, content)| (name.as_str(), String::from_utf8_lossy(content).into_owned()))
        .collect();
    let texts: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let set = match PolicySet::of(&texts) {
        Ok(set) => set,
        Err(error) => return drawn(&error),
    };
    match engine::check(&set) {
        Ok(problems) => problems.iter().for_each(|problem| drawn(problem)),
        Err(error) => return drawn(&error),
    }
    let faster = judged(&set);
    let as_written = judged(&set.as_written());
    if let (Some(faster), Some(as_written)) = (faster, as_written) {
        assert_eq!(faster, as_written);
    }
}

/// What the policies of a set say of the account; nothing, where a bound was
/// met or all of it is refused: then it counts that it ends.
fn judged(set: &PolicySet) -> Option<String> {
    let checked = match Checked::new(set) {
        Ok(checked) => checked,
        Err(error) => {
            drawn(&error);
            return None;
        }
    };
    let mut worker = match Worker::new(checked, Duration::from_millis(500)) {
        Ok(worker) => worker,
        Err(error) => {
            drawn(&error);
            return None;
        }
    };
    let (bundle, snapshot) = evidence();
    let account = snapshot
        .accounts
        .first()
        .expect("the evidence has an account");
    match worker.judge_account(account, bundle) {
        Ok(judged) => told(judged, worker.take_prints()),
        Err(error) => {
            drawn(&error);
            None
        }
    }
}

fn told(judged: Vec<Judged>, prints: Vec<String>) -> Option<String> {
    let mut told = prints.join("\n");
    for one in judged {
        match one {
            Ok(judgement) => told += &format!("{judgement:?}\n"),
            Err(error) => {
                drawn(&error);
                return None;
            }
        }
    }
    Some(told)
}

/// The sample, joined.
fn evidence() -> &'static (Bundle, Snapshot) {
    static EVIDENCE: OnceLock<(Bundle, Snapshot)> = OnceLock::new();
    EVIDENCE.get_or_init(|| {
        let bundle = sample::bundle();
        let snapshot = Snapshot::of(&bundle, AsOf::FromEvidence, &Expected::default());
        (bundle, snapshot)
    })
}
