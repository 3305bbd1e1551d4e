//! What changed between two reports, check by check.
//!
//! A plain model that renderers read, and the one function that makes it.
//! Where the two sides come from (a file, a run) is not known here.

use std::cmp::Ordering;

use crate::finding::Outcome;

/// One check of one subject, in one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The policy's id.
    pub policy: String,
    /// The subject's id.
    pub subject: String,
    /// The account that owns the subject.
    pub account_id: Option<String>,
    /// The check's id.
    pub check: String,
    /// What it came to.
    pub state: State,
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Its outcome.
    pub outcome: Outcome,
    /// Why, as a fixed word.
    pub code: String,
}

/// How a check stands against the earlier report. Declared in the order in
/// which a reader wants them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Fails or is inconclusive, and didn't or wasn't there.
    New,
    /// Fails or is inconclusive in another way, or passes in another way.
    Changed,
    /// Fails or is inconclusive as before.
    StillFailing,
    /// No longer fails or is inconclusive.
    Fixed,
    /// Isn't there any more.
    Gone,
}

impl Change {
    /// Every change, in order.
    pub const ALL: [Self; 5] = [
        Self::New,
        Self::Changed,
        Self::StillFailing,
        Self::Fixed,
        Self::Gone,
    ];

    /// The word of the report.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::StillFailing => "still-failing",
            Self::Fixed => "fixed",
            Self::Gone => "gone",
        }
    }

    /// The words for a person.
    #[must_use]
    pub fn said(self) -> &'static str {
        match self {
            Self::StillFailing => "still failing",
            other => other.as_str(),
        }
    }

    /// How `after` stands against `before`; nothing where both are as good.
    fn between(before: Option<&State>, after: Option<&State>) -> Option<Self> {
        match (before, after) {
            (None, None) => None,
            (Some(_), None) => Some(Self::Gone),
            (None, Some(after)) => after.is_open().then_some(Self::New),
            (Some(before), Some(after)) => match (before.is_open(), after.is_open()) {
                (false, true) => Some(Self::New),
                (true, false) => Some(Self::Fixed),
                (true, true) if before == after => Some(Self::StillFailing),
                (true, true) => Some(Self::Changed),
                (false, false) => (before.outcome != after.outcome).then_some(Self::Changed),
            },
        }
    }
}

impl State {
    /// Whether somebody has to look at it: a fail, or something inconclusive.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.outcome, Outcome::Fail | Outcome::Inconclusive)
    }
}

/// A check that changed, or that still fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The policy's id.
    pub policy: String,
    /// The subject's id.
    pub subject: String,
    /// The account that owns the subject.
    pub account_id: Option<String>,
    /// The check's id.
    pub check: String,
    /// What it came to in the earlier report.
    pub before: Option<State>,
    /// What it comes to now.
    pub after: Option<State>,
    /// How the two stand.
    pub change: Change,
}

/// Everything that changed between two reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Sorted by account, subject, policy and check.
    entries: Vec<Entry>,
}

impl Comparison {
    /// Compares two reports' facts.
    #[must_use]
    pub fn new(mut before: Vec<Fact>, mut after: Vec<Fact>) -> Self {
        before.sort_by(order);
        after.sort_by(order);
        let mut entries = Vec::new();
        let (mut before, mut after) = (before.into_iter().peekable(), after.into_iter().peekable());
        loop {
            let side = match (before.peek(), after.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => order(old, new),
            };
            let old = if side.is_le() { before.next() } else { None };
            let new = if side.is_ge() { after.next() } else { None };
            entries.extend(entry(old, new));
        }
        // An account may have become known, or unknown: what counts as the
        // same check doesn't hang on it.
        entries.sort_by(|one, other| one.place().cmp(&other.place()));
        Self { entries }
    }

    /// The entries, sorted by account, subject, policy and check.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries of one kind.
    pub fn of(&self, change: Change) -> impl Iterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.change == change)
    }

    /// How many entries of each kind, in the order of [`Change::ALL`].
    #[must_use]
    pub fn counts(&self) -> [(Change, usize); 5] {
        Change::ALL.map(|change| (change, self.of(change).count()))
    }

    /// The entry of a check, where it changed or still fails.
    #[must_use]
    pub fn find(
        &self,
        account_id: Option<&str>,
        subject: &str,
        policy: &str,
        check: &str,
    ) -> Option<&Entry> {
        let wanted = (account_id, subject, policy, check);
        let at = self
            .entries
            .binary_search_by(|entry| entry.place().cmp(&wanted))
            .ok()?;
        self.entries.get(at)
    }

    /// The worst outcome among what is new or got worse; a pass where nothing
    /// is.
    #[must_use]
    pub fn outcome_of_new(&self) -> Outcome {
        let worse = self
            .entries
            .iter()
            .filter(|entry| match (&entry.before, entry.change) {
                (_, Change::New) => true,
                (Some(before), Change::Changed) => entry
                    .after
                    .as_ref()
                    .is_some_and(|after| after.outcome < before.outcome),
                _ => false,
            });
        let outcomes = worse.filter_map(|entry| Some(entry.after.as_ref()?.outcome));
        outcomes.min().unwrap_or(Outcome::Pass)
    }
}

impl Entry {
    fn place(&self) -> (Option<&str>, &str, &str, &str) {
        (
            self.account_id.as_deref(),
            &self.subject,
            &self.policy,
            &self.check,
        )
    }
}

/// By what makes two checks the same.
fn order(one: &Fact, other: &Fact) -> Ordering {
    let key = |fact: &Fact| {
        (
            fact.subject.clone(),
            fact.policy.clone(),
            fact.check.clone(),
        )
    };
    key(one).cmp(&key(other))
}

fn entry(before: Option<Fact>, after: Option<Fact>) -> Option<Entry> {
    let change = Change::between(
        before.as_ref().map(|fact| &fact.state),
        after.as_ref().map(|fact| &fact.state),
    )?;
    let named = after.as_ref().or(before.as_ref())?.clone();
    Some(Entry {
        policy: named.policy,
        subject: named.subject,
        account_id: named.account_id,
        check: named.check,
        before: before.map(|fact| fact.state),
        after: after.map(|fact| fact.state),
        change,
    })
}

#[cfg(test)]
mod tests {
    use super::{Change, Comparison, Fact, State};
    use crate::finding::Outcome;

    fn fact(subject: &str, outcome: Outcome, code: &str) -> Fact {
        Fact {
            policy: "p".into(),
            subject: subject.into(),
            account_id: Some("111122223333".into()),
            check: "c".into(),
            state: State {
                outcome,
                code: code.into(),
            },
        }
    }

    fn change(before: Option<(Outcome, &str)>, after: Option<(Outcome, &str)>) -> Option<Change> {
        let side = |state: Option<(Outcome, &str)>| {
            state
                .into_iter()
                .map(|(outcome, code)| fact("s", outcome, code))
                .collect()
        };
        let comparison = Comparison::new(side(before), side(after));
        comparison.entries().first().map(|entry| entry.change)
    }

    #[test]
    fn each_way_from_one_report_to_the_next_has_its_word() {
        use Outcome::{Fail, Inconclusive, NotApplicable, Pass, Waived};
        let stale = Some((Fail, "delivery-stale"));
        for (before, after, expected) in [
            (None, stale, Some(Change::New)),
            (Some((Pass, "ok")), stale, Some(Change::New)),
            (Some((Waived, "delivery-stale")), stale, Some(Change::New)),
            (None, Some((Inconclusive, "x")), Some(Change::New)),
            (stale, stale, Some(Change::StillFailing)),
            (stale, Some((Fail, "delivery-never")), Some(Change::Changed)),
            (
                stale,
                Some((Inconclusive, "as-of-unknown")),
                Some(Change::Changed),
            ),
            (stale, Some((Pass, "ok")), Some(Change::Fixed)),
            (stale, Some((Waived, "delivery-stale")), Some(Change::Fixed)),
            (stale, None, Some(Change::Gone)),
            (Some((Pass, "ok")), None, Some(Change::Gone)),
            (
                Some((Pass, "ok")),
                Some((Waived, "x")),
                Some(Change::Changed),
            ),
            (Some((Pass, "ok")), Some((Pass, "ok")), None),
            (None, Some((Pass, "ok")), None),
            (None, Some((NotApplicable, "x")), None),
        ] {
            assert_eq!(change(before, after), expected, "{before:?} to {after:?}");
        }
    }

    #[test]
    fn only_what_is_new_or_worse_counts_as_new() {
        use Outcome::{Fail, Inconclusive, Pass};
        let worst = |before, after| Comparison::new(before, after).outcome_of_new();
        assert_eq!(
            worst(
                vec![],
                vec![fact("a", Fail, "x"), fact("b", Inconclusive, "y")]
            ),
            Fail
        );
        assert_eq!(
            worst(vec![fact("a", Fail, "x")], vec![fact("a", Fail, "x")]),
            Pass
        );
        assert_eq!(
            worst(
                vec![fact("a", Inconclusive, "x")],
                vec![fact("a", Fail, "y")]
            ),
            Fail
        );
        assert_eq!(
            worst(
                vec![fact("a", Fail, "x")],
                vec![fact("a", Inconclusive, "y")]
            ),
            Pass
        );
        assert_eq!(
            worst(vec![fact("a", Fail, "x")], vec![fact("a", Fail, "y")]),
            Pass
        );
    }

    #[test]
    fn an_entry_is_found_by_what_it_is_of() {
        let comparison = Comparison::new(
            vec![fact("b", Outcome::Pass, "ok")],
            vec![fact("a", Outcome::Fail, "x")],
        );
        let find = |subject: &str| {
            comparison
                .find(Some("111122223333"), subject, "p", "c")
                .map(|entry| entry.change)
        };
        assert_eq!(find("a"), Some(Change::New));
        assert_eq!(find("b"), Some(Change::Gone));
        assert_eq!(find("c"), None);
    }
}
