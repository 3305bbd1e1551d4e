//! What the program may say of a bundle, told a second time, as plainly as can
//! be and from the rules alone.
//!
//! It shares no code with the program and is free to be slow. For each trail
//! and check it says whether a pass and whether a fail may come out; to decline
//! is always allowed, but where a bundle's maker knows what its plain evidence
//! shows. Where a rule can be read in two ways, the cautious one holds:
//!
//! * a file that failed or can't be read forbids exit code 0, and leaves the
//!   verdicts on trails that it doesn't name to the rules for them;
//! * a newer collection that lists trails and has no status of one leaves its
//!   delivery unknown: an older status doesn't count any more;
//! * AWS's times in any status of an account's collection refute a flag's or a
//!   path's time for all of that collection; a header's time only its own;
//! * sightings that differ are a conflict, also between home and shadow;
//! * the only status of a scope is the only one of its folders, region and
//!   account, copies aside; fewer than three digits in a file's name count files,
//!   unless a trail is called so; words such as `out` and `x` alone are none;
//! * a key above a status that is neither a known wrapper nor a listed name is
//!   a stranger's; a word in a folder's name is one only below `trails/`.

pub(crate) mod evidence;
pub(crate) mod excuse;
mod hole;
mod manifest;
mod path;
mod shape;
pub(crate) mod text;
pub(crate) mod tie;
mod time;
mod units;

use crate::bundle::Bundle;
use crate::judge::Verdict;
use evidence::Evidence;

/// What may come of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Word {
    Pass,
    Fail,
    Inconclusive,
}

pub(crate) const LOG_GROUP: &str = "log-group-configured";
pub(crate) const DELIVERY: &str = "delivery-recent";

/// Something that the program may not say, or should have said.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// What kind it is of, in words that don't vary with the bundle.
    pub(crate) kind: String,
    /// What of.
    pub(crate) subject: String,
}

/// A trail as its ARN tells it.
pub(crate) struct Trail<'t> {
    pub(crate) arn: &'t str,
    pub(crate) region: &'t str,
    pub(crate) account: &'t str,
    pub(crate) name: &'t str,
}

impl<'t> Trail<'t> {
    pub(crate) fn of(arn: &'t str) -> Option<Self> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", partition, "cloudtrail", region, account, resource] = parts.as_slice() else {
            return None;
        };
        let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        (partition.starts_with("aws") && digits).then_some(Self {
            arn,
            region,
            account,
            name: resource.strip_prefix("trail/")?,
        })
    }
}

/// Everything wrong with a verdict.
pub(crate) fn faults(bundle: &Bundle, verdict: &Verdict) -> Vec<Fault> {
    let evidence = Evidence::of(bundle);
    let mut all = Vec::new();
    let mut say = |kind: String, subject: &str| {
        all.push(Fault {
            kind,
            subject: subject.to_owned(),
        });
    };
    for ((subject, check), (word, code)) in &verdict.results {
        if *word == Word::Inconclusive {
            continue;
        }
        if let Err(why) = allows(bundle, &evidence, subject, check, *word) {
            let word = if *word == Word::Pass { "pass" } else { "fail" };
            say(format!("false {word} ({code}): {why}"), subject);
        }
    }
    if verdict.all_pass() {
        for hole in &evidence.holes {
            if !excuse::is_excused(&evidence, hole) {
                say(
                    format!("exit 0 beside a hole: {}", hole.why),
                    &hole.origin.file,
                );
            }
        }
    }
    let owners = verdict.subjects.iter().flat_map(|(id, account)| {
        [
            account.as_str(),
            Trail::of(id).map_or(id.as_str(), |trail| trail.account),
        ]
    });
    let owners: Vec<&str> = owners.collect();
    for account in &bundle.truth.accounts {
        // Where nothing at all is found, no report is made.
        let is_named = evidence.names(bundle, account);
        let is_shown = evidence.shows_others_alone(account);
        if !owners.is_empty() && is_named && !is_shown && !owners.contains(&account.as_str()) {
            say(
                "lost: an expected account is no subject".to_owned(),
                account,
            );
        }
    }
    for subject in &bundle.truth.subjects {
        if !owners.is_empty() && !verdict.subjects.contains_key(subject) {
            say("lost: a listed trail is no subject".to_owned(), subject);
        }
    }
    for (subject, check, word) in &bundle.truth.must {
        match verdict.of(subject, check) {
            Some((found, _)) if found == *word => {}
            Some((Word::Inconclusive, code)) => {
                let way = if *check == DELIVERY {
                    bundle.truth.way.as_str()
                } else {
                    ""
                };
                say(format!("declined: {check} as {code} {way}"), subject);
            }
            None => {}
            Some((found, _)) => say(
                format!("wrong: {check} is {found:?} and must be {word:?}"),
                subject,
            ),
        }
    }
    all
}

/// Whether an outcome may come out; if not, why.
pub(crate) fn allows(
    bundle: &Bundle,
    evidence: &Evidence,
    subject: &str,
    check: &str,
    word: Word,
) -> Result<(), &'static str> {
    if bundle.is_foreign {
        return foreign(bundle, check, word);
    }
    let Some(trail) = Trail::of(subject) else {
        return excuse::account(evidence, subject, word);
    };
    match check {
        LOG_GROUP => units::log_group(evidence, &trail, word),
        DELIVERY => units::delivery(bundle, evidence, &trail, word),
        _ => Ok(()),
    }
}

/// What no spelling gets around: a log group's ARN, a word of delivery.
fn foreign(bundle: &Bundle, check: &str, word: Word) -> Result<(), &'static str> {
    if word != Word::Pass {
        return Ok(());
    }
    let texts = bundle.files.values().map(|bytes| {
        let text = text::decoded(bytes).replace('\0', "");
        text.to_ascii_lowercase()
    });
    let marks: &[&str] = match check {
        LOG_GROUP => &[":logs:", "log-group"],
        _ => &["deliver", "20", "1"],
    };
    let texts: Vec<String> = texts.collect();
    match marks
        .iter()
        .all(|mark| texts.iter().any(|text| text.contains(mark)))
    {
        true => Ok(()),
        false => Err("nothing that could show it is in any file"),
    }
}
