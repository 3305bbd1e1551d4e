//! What is missing to judge a trail or an account, as commands to run.
//!
//! Told from the policy's input: what is open there is open to any policy. It
//! errs on the side of asking for more: a delivery that is stale whenever it
//! was collected needs no collection time, and one is asked for all the same,
//! since how old is too old is a policy's to say.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::cloudtrail::keys::{DELIVERY_TIME, LOG_GROUP};
use crate::inspection::{Missing, Want};
use crate::snapshot::{Account, RegionAnswer, RegionOutcome, Trail};

/// How much later than its collection a delivery may be: clocks differ.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// What is missing to know which trails an account has.
pub(super) fn of_account(account: &Account) -> Vec<Missing> {
    let mut failed: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for region in &account.regions {
        if region.answer == RegionOutcome::Failed {
            let error = region.error.as_deref().unwrap_or("the call failed");
            failed
                .entry(region.region.as_deref())
                .or_default()
                .push(error);
        }
    }
    let missing = failed.into_iter().map(|(region, errors)| {
        let whose = region.map_or_else(
            || "the trails of a region".to_owned(),
            |region| format!("the trails of {region}"),
        );
        let error = errors.first().copied().unwrap_or_default();
        let more = match errors.len() {
            0 | 1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        let (region, file) = match region {
            Some(region) => (shell(region), redirect("describe-trails", region)),
            None => ("REGION".to_owned(), String::new()),
        };
        Missing {
            what: Want::Trails,
            message: format!("{whose}: {error}{more}"),
            commands: vec![format!(
                "aws cloudtrail describe-trails --region {region} --output json{file}"
            )],
        }
    });
    missing.chain(not_asked(account)).collect()
}

/// An account that is expected and didn't answer, or a region of it. Where a
/// call failed, that says more.
fn not_asked(account: &Account) -> Option<Missing> {
    let regions: Vec<&str> = account
        .missing_regions
        .iter()
        .map(|region| &**region)
        .collect();
    let is_missing = !account.answered && !account.expected.is_empty();
    let has_failed = |region: &RegionAnswer| region.answer == RegionOutcome::Failed;
    if account.regions.iter().any(has_failed) || !is_missing && regions.is_empty() {
        return None;
    }
    let message = match regions.is_empty() {
        true => format!(
            "its trails: the account is expected ({}), and nothing here shows them",
            account.expected.join(", ")
        ),
        false => format!(
            "the trails of {}: nothing here shows them",
            regions.join(", ")
        ),
    };
    let asked = match regions.is_empty() {
        true => vec![("REGION".to_owned(), String::new())],
        false => regions
            .iter()
            .map(|region| (shell(region), redirect("describe-trails", region)))
            .collect(),
    };
    let commands = asked.into_iter().map(|(region, file)| {
        format!("aws cloudtrail describe-trails --region {region} --output json{file}")
    });
    Some(Missing {
        what: Want::Trails,
        message,
        commands: commands.collect(),
    })
}

/// What is missing to judge a trail, from its own part of the input.
pub(super) fn of_trail(trail: &Trail, input: &Value) -> Vec<Missing> {
    let mut missing = Vec::new();
    if let Some(message) = configuration(input) {
        missing.push(Missing {
            what: Want::Configuration,
            message,
            commands: vec![describe(trail)],
        });
    }
    let status = &input["status"];
    if !status.is_object() {
        missing.push(no_status(trail, &input["status_problem"]));
        return missing;
    }
    let as_of = time(&input["as_of"]);
    match Delivery::of(&status[DELIVERY_TIME]) {
        Delivery::Never if input["status_complete"] == true => {}
        Delivery::Never => missing.push(again(
            trail,
            Want::Status,
            format!(
                "its whole status: the one here is a selection of keys, taken without `{DELIVERY_TIME}`"
            ),
        )),
        Delivery::Unreadable(message) => {
            missing.push(again(trail, Want::DeliveryTime, message));
        }
        Delivery::Between(earliest, latest, message) => {
            if earliest != latest {
                missing.push(again(trail, Want::DeliveryTime, message));
            }
            missing.extend(collection_time(as_of, earliest));
        }
    }
    missing
}

/// What of a trail's configuration is not known, if anything is.
fn configuration(input: &Value) -> Option<String> {
    let none = Vec::new();
    let sightings = input["sightings"].as_array().unwrap_or(&none);
    if sightings.is_empty() {
        return Some("its configuration: no answer of describe-trails here shows it".to_owned());
    }
    let said: Vec<Option<&Value>> = sightings.iter().filter_map(log_group).collect();
    let contradiction = &input["contradiction"];
    if let Some(message) = contradiction["message"].as_str() {
        let bears = contradiction["kind"] == "key" || said.iter().any(Option::is_some);
        if bears {
            return Some(format!(
                "its own object: the one here can't be AWS's: {message}"
            ));
        }
    }
    match said.first() {
        None => Some(format!(
            "its log group: what is here is a selection of keys, taken without `{LOG_GROUP}`"
        )),
        Some(first) if said.iter().any(|other| other != first) => Some(format!(
            "its log group: the evidence shows different values of `{LOG_GROUP}`"
        )),
        Some(Some(Value::String(arn))) if is_masked(arn) => Some(format!(
            "its log group: a part of `{LOG_GROUP}` is redacted"
        )),
        Some(_) => None,
    }
}

/// What a sighting says of the log group: a value, or that there is none.
/// Nothing where it was never asked.
fn log_group(sighting: &Value) -> Option<Option<&Value>> {
    match sighting["trail"].get(LOG_GROUP) {
        Some(value) if !is_blank(value) => Some(Some(value)),
        Some(_) => Some(None),
        None => (sighting["complete"] == true).then_some(None),
    }
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Whether a part of a value looks left out, so that it shows no log group and
/// doesn't show either that there is none.
fn is_masked(arn: &str) -> bool {
    const WORDS: [&str; 14] = [
        "redact", "mask", "hidden", "removed", "omitted", "sanitiz", "anonymi", "obfuscat", "xxx",
        "**", "###", "----", "____", "...",
    ];
    let lower = arn.to_ascii_lowercase();
    let is_sign = |c: char| "<>[]{}$%\u{2022}\u{2026}".contains(c);
    let account = arn.split(':').nth(4).unwrap_or_default();
    arn.contains(is_sign)
        || WORDS.iter().any(|word| lower.contains(word))
        || account.chars().any(|c| !c.is_ascii_digit())
}

fn no_status(trail: &Trail, problem: &Value) -> Missing {
    let message = problem["message"].as_str().unwrap_or_default();
    let why = match problem["kind"].as_str() {
        Some("failed") => format!("the call failed: {message}"),
        Some(_) => message.to_owned(),
        None => "nothing in the evidence is tied to it".to_owned(),
    };
    again(trail, Want::Status, format!("its status: {why}"))
}

/// What the status says of the last delivery to CloudWatch Logs.
enum Delivery {
    Never,
    /// Between two moments, which are one where nothing is open.
    Between(Timestamp, Timestamp, String),
    Unreadable(String),
}

impl Delivery {
    fn of(value: &Value) -> Self {
        if is_blank(value)
            || value
                .as_str()
                .is_some_and(|at| at.starts_with("0001-01-01"))
        {
            return Self::Never;
        }
        let text = value["text"].as_str().unwrap_or_default();
        if let Some(at) = time(value).filter(|at| *at >= Timestamp::UNIX_EPOCH) {
            return Self::Between(at, at, String::new());
        }
        if let (Some(earliest), Some(latest)) = (time(&value["earliest"]), time(&value["latest"])) {
            let message = format!(
                "the zone of its delivery time: `{text}` lies between {earliest} and {latest}"
            );
            return Self::Between(earliest, latest, message);
        }
        let why = value["unreadable"].as_str().unwrap_or("it is no time");
        Self::Unreadable(format!(
            "a delivery time that can be read: `{}`: {why}",
            if text.is_empty() {
                value.to_string()
            } else {
                text.to_owned()
            }
        ))
    }
}

fn collection_time(as_of: Option<Timestamp>, delivered: Timestamp) -> Option<Missing> {
    let message = match as_of {
        None => "when its status was collected: without that a delivery can be shown to be stale, never recent"
            .to_owned(),
        Some(as_of) if delivered.duration_since(as_of) > SKEW => {
            format!("when its status was collected: not at {as_of}, since it holds a delivery of {delivered}")
        }
        Some(_) => return None,
    };
    Some(Missing {
        what: Want::CollectionTime,
        message,
        commands: vec!["coldtrail check --as-of TIME PATH".to_owned()],
    })
}

/// Something that the trail's status, asked for again, would tell.
fn again(trail: &Trail, what: Want, message: String) -> Missing {
    Missing {
        what,
        message,
        commands: vec![format!(
            "aws cloudtrail get-trail-status --name {} --region {} --output json{}",
            shell(trail.arn.as_deref().unwrap_or(&trail.name)),
            home(trail),
            redirect("get-trail-status", &trail.name)
        )],
    }
}

fn describe(trail: &Trail) -> String {
    format!(
        "aws cloudtrail describe-trails --trail-name-list {} --region {} --output json{}",
        shell(trail.arn.as_deref().unwrap_or(&trail.name)),
        home(trail),
        redirect("describe-trails", &trail.name)
    )
}

fn home(trail: &Trail) -> String {
    trail
        .home_region
        .as_deref()
        .map_or_else(|| "HOME_REGION".to_owned(), shell)
}

/// Into a file that says what it is of, where a file can be called that: AWS
/// allows letters, digits, `.`, `_` and `-` in a trail's name.
fn redirect(call: &str, of: &str) -> String {
    let fits = (1..=128).contains(&of.len())
        && of
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if fits {
        format!(" > {call}-{of}.json")
    } else {
        String::new()
    }
}

/// A word as a POSIX shell takes it: names in evidence are anybody's text.
fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+=,-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{is_masked, redirect, shell};

    #[test]
    fn a_name_is_one_word_to_the_shell_and_makes_no_path() {
        assert_eq!(shell("arn:aws:x/y_z.1"), "arn:aws:x/y_z.1");
        assert_eq!(shell("it's; rm -rf $HOME"), r"'it'\''s; rm -rf $HOME'");
        assert_eq!(shell(""), "''");
        assert_eq!(redirect("get", "main-1.x"), " > get-main-1.x.json");
        assert_eq!(redirect("get", "../x"), "");
        assert_eq!(redirect("get", "a b"), "");
    }

    #[test]
    fn a_redacted_part_is_told_from_a_wrong_one() {
        assert!(is_masked("arn:aws:logs:us-east-1:XXXXXXXXXXXX:log-group:x"));
        assert!(is_masked("arn:aws:logs:us-east-1:<account>:log-group:x"));
        assert!(!is_masked(
            "arn:aws:logs:us-east-1:111122223333:log-group:x"
        ));
        assert!(!is_masked("arn:aws:logs:us-east-1::log-group:x"));
        assert!(!is_masked("main"));
    }
}
