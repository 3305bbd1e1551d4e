//! Which answers are of one run of collecting, and which run came later.
//!
//! A collection is what lies under one manifest, one stamped folder, one
//! archive, one folder whose name nobody knows. Only folders that are known to
//! sort (by region, by account, by call) do not part what lies in them from
//! what lies beside them: `1` and `2` may be two accounts, `old` and `new` two
//! runs.

use std::cmp::Ordering;
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::cloudtrail::name::Readings;
use crate::cloudtrail::{arn, keys};
use crate::source::given::{folder_of, own_name};

/// The folder of the collection that a folder lies in: the nearest one, at or
/// above it, whose name does more than to sort.
pub(super) fn of(folder: &str) -> &str {
    let mut folder = folder;
    while !folder.is_empty() && only_sorts(own_name(folder)) {
        folder = folder_of(folder);
    }
    folder
}

/// Whether a folder's name says only how what lies in it is sorted: by region,
/// by account, by call.
pub(super) fn only_sorts(name: &str) -> bool {
    if trail_in(name).is_some() {
        return true;
    }
    // `region=us-east-1`
    let is_place = |key: &str| {
        let mut known = ["account", "accountid", "awsaccount", "awsregion", "region"].iter();
        known.any(|known| keys::folds_to(key, known))
    };
    let told = name.split_once('=').filter(|(key, _)| is_place(key));
    let name = told.map_or(name, |(_, value)| value);
    if arn::account_id(name).is_some() {
        return true;
    }
    // Numbers and dates tell runs and accounts apart.
    arn::is_region_alone(name) || Readings::of_text(&name.to_ascii_lowercase()).is_of_call_only()
}

/// The trail that a folder of the form `trail=main` says.
pub(super) fn trail_in(folder: &str) -> Option<&str> {
    const KEYS: [&str; 4] = ["name", "trail", "trailarn", "trailname"];
    let (key, trail) = folder.split_once('=')?;
    let mut known = KEYS.iter();
    known
        .any(|known| keys::folds_to(key, known))
        .then_some(trail)
}

/// How far apart a trail's deliveries are at most while it logs: some minutes
/// (CloudTrail user guide), and a quiet account's some more.
pub(super) const DELIVERIES: SignedDuration = SignedDuration::from_hours(1);

/// Nobody collects longer in one run.
pub(super) const LONGEST_RUN: SignedDuration = SignedDuration::from_hours(24);

/// When the run was made that a file is of, by the stamp of its folder and its own:
/// what is further from its folder's than a run is long is of another run.
pub(super) fn dated(folder: Option<Timestamp>, own: Option<Timestamp>) -> Option<Timestamp> {
    let both = folder.zip(own);
    match both.is_some_and(|(folder, own)| own.duration_since(folder).abs() > LONGEST_RUN) {
        true => own,
        false => folder.or(own),
    }
}

/// When a collection was made, as far as anything says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Made {
    /// The time that it gives itself: a manifest's, a stamp's, a header's.
    pub(super) dated: Option<Timestamp>,
    /// The latest of AWS's times in its answers.
    pub(super) latest: Option<Timestamp>,
}

impl Made {
    /// Puts two answers of one collection together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            dated: self.dated.max(other.dated),
            latest: self.latest.max(other.latest),
        }
    }

    /// The same with one more of AWS's times.
    pub(super) fn with_latest(self, latest: Option<Timestamp>) -> Self {
        Self {
            latest: self.latest.max(latest),
            ..self
        }
    }

    /// Which of two collections came later; nothing where that can't be told.
    /// Where one gives no time, AWS's own times in both of them decide, if they are
    /// further apart than a trail's deliveries are.
    pub(super) fn order(self, other: Self) -> Option<Ordering> {
        let by_date = self.dated.zip(other.dated).map(|(a, b)| a.cmp(&b));
        let by_aws = self.latest.zip(other.latest);
        let by_aws = by_aws.filter(|(a, b)| a.duration_since(*b).abs() > DELIVERIES);
        let by_aws = by_aws.map(|(a, b)| a.cmp(&b));
        if let Some(order) = by_date {
            return Some(order).filter(|order| *order != Ordering::Equal);
        }
        // A run that holds a time of AWS's after another was made is later.
        let after = |bound: Option<Timestamp>, date: Option<Timestamp>| {
            bound.zip(date).is_some_and(|(bound, date)| bound > date)
        };
        if after(self.latest, other.dated) {
            return Some(Ordering::Greater);
        }
        if after(other.latest, self.dated) {
            return Some(Ordering::Less);
        }
        by_aws
    }
}

/// The ones than which none is later, in their order. Hardly more work than to
/// go through them once: a bundle may have a collection for each folder.
pub(super) fn newest<T>(all: &[T], made: impl Fn(&T) -> Made) -> Vec<&T> {
    let times: Vec<Made> = all.iter().map(made).collect();
    let mut latest_at: HashMap<Option<Timestamp>, Option<Timestamp>> = HashMap::new();
    for one in &times {
        let latest = latest_at.entry(one.dated).or_default();
        *latest = (*latest).max(one.latest);
    }
    // Of those of one date, the one with the latest of AWS's times stands for all.
    let mut foremost: Vec<Made> = latest_at
        .iter()
        .map(|(dated, latest)| Made {
            dated: *dated,
            latest: *latest,
        })
        .collect();
    foremost.sort_by_key(|one| (one.dated, one.latest));
    let last_dated = foremost.last().copied();
    let undated = foremost.first().copied().filter(|one| one.dated.is_none());
    let is_before = |one: &Made, other: Made| one.order(other) == Some(Ordering::Less);
    let is_older = |one: &Made| {
        let same = Made {
            dated: one.dated,
            latest: latest_at.get(&one.dated).copied().flatten(),
        };
        let mut few = [last_dated, undated, Some(same)].into_iter().flatten();
        few.any(|other| is_before(one, other))
            || (one.dated.is_none() && foremost.iter().any(|other| is_before(one, *other)))
    };
    // Equal ones have one answer.
    let mut known: HashMap<Made, bool> = HashMap::new();
    let kept = all
        .iter()
        .zip(&times)
        .filter(|(_, one)| !*known.entry(**one).or_insert_with(|| is_older(one)));
    kept.map(|(one, _)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::{Made, newest, of};

    #[test]
    fn a_folder_parts_unless_it_is_known_to_sort() {
        for (folder, collection) in [
            ("", ""),
            ("us-east-1", ""),
            ("111122223333/us-east-1", ""),
            ("1111-2222-3333", ""),
            ("prod/us-east-1", "prod"),
            ("prod/US-Gov-West-1/trail_status", "prod"),
            (
                "20261120T120000Z/111122223333/us-east-1",
                "20261120T120000Z",
            ),
            (
                "111122223333/20261120T120000Z/us-east-1",
                "111122223333/20261120T120000Z",
            ),
            ("01_cloudtrail/02-statuses", ""),
            ("1", "1"),
            ("2026-11-20/us-east-1", "2026-11-20"),
            ("account-1", "account-1"),
            ("account_12345678901", "account_12345678901"),
            ("dev", "dev"),
            ("dev-us-east-1", "dev-us-east-1"),
            ("a.zip!us-east-1", "a.zip"),
            ("us-east-1~2", "us-east-1~2"),
            ("us-east-1 (2)", "us-east-1 (2)"),
            ("cloudtrail-us-east-1", ""),
            ("trails-2026-11-20", "trails-2026-11-20"),
        ] {
            assert_eq!(of(folder), collection, "{folder}");
        }
    }

    fn made(dated: Option<&str>, latest: Option<&str>) -> Made {
        let time = |text: &str| format!("2026-11-{text}T12:00:00Z").parse().unwrap();
        Made {
            dated: dated.map(time),
            latest: latest.map(time),
        }
    }

    #[test]
    fn the_later_run_is_told_by_its_date_or_by_aws_own_times() {
        let of = |all: &[(&str, Made)]| -> Vec<String> {
            let kept = newest(all, |(_, made)| *made);
            kept.iter().map(|(name, _)| (*name).to_owned()).collect()
        };
        let (old, new) = (made(Some("01"), Some("01")), made(Some("20"), Some("20")));
        assert_eq!(of(&[("old", old), ("new", new)]), ["new"]);
        assert_eq!(
            of(&[("old", old), ("new", made(None, Some("05")))]),
            ["new"]
        );
        assert_eq!(
            of(&[("old", made(None, Some("01"))), ("new", new)]),
            ["new"]
        );
        assert_eq!(of(&[("a", made(None, None)), ("new", new)]), ["a", "new"]);
        assert_eq!(
            of(&[("a", made(None, Some("01"))), ("b", made(None, Some("02")))]),
            ["b"]
        );
    }
}
