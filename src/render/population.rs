//! Coverage in sentences, for every format that people read.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::coverage::{Basis, Coverage, MissingAccount, RegionCoverage};
use crate::render::phrase::{count, list};
use crate::text::visible;

/// What is said of coverage.
#[derive(Debug, Default)]
pub(crate) struct Population {
    /// How many accounts answered of those that were expected, on whose word.
    pub(crate) accounts: String,
    /// The accounts that didn't answer, each with what names it and why.
    pub(crate) missing_accounts: Vec<String>,
    /// How many regions answered of those that were expected, on whose word.
    pub(crate) regions: String,
    /// The regions that didn't answer, with the accounts in which they didn't.
    pub(crate) missing_regions: Vec<MissingRegions>,
}

/// Regions that didn't answer in each of some accounts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MissingRegions {
    regions: Vec<String>,
    accounts: Vec<String>,
}

impl MissingRegions {
    /// `eu-west-1, eu-west-3 in 111122223333, 444455556666`, with at the most
    /// so many accounts.
    pub(crate) fn line(&self, most: usize) -> String {
        let regions = self.regions.join(", ");
        format!("{regions} in {}", list(&self.accounts, most))
    }
}

impl Population {
    /// What is to be said; nothing where no population is known.
    pub(crate) fn of(coverage: &Coverage) -> Option<Self> {
        if coverage.is_empty() {
            return None;
        }
        let accounts = &coverage.accounts;
        Some(Self {
            accounts: format!(
                "{}{}",
                answered(accounts.answered, accounts.expected, "account"),
                word_of(&accounts.basis, "--expect-accounts")
            ),
            missing_accounts: accounts.missing.iter().map(missing_account).collect(),
            regions: regions(&coverage.regions),
            missing_regions: missing_regions(&coverage.regions),
        })
    }

    /// Whether all there is to say is that what the evidence speaks of is there.
    pub(crate) fn is_plain(&self) -> bool {
        self.missing_accounts.is_empty() && self.missing_regions.is_empty()
    }
}

/// `all 3 accounts answered`, `both accounts answered`, `2 of 3 accounts answered`.
fn answered(answered: usize, expected: usize, what: &str) -> String {
    match expected {
        0 | 1 if answered == expected => format!("{} answered", count(expected, what)),
        2 if answered == expected => format!("both {what}s answered"),
        _ if answered == expected => format!("all {} answered", count(expected, what)),
        _ => format!("{answered} of {} answered", count(expected, what)),
    }
}

/// ` (expected by the manifest, folders)`. That the evidence speaks of it goes
/// without saying.
fn word_of(basis: &[Basis], flag: &'static str) -> String {
    let told = basis.iter().filter(|basis| **basis != Basis::Evidence);
    let words: Vec<&str> = told.map(|basis| word(*basis, flag)).collect();
    if words.is_empty() {
        return String::new();
    }
    format!(" (expected by {})", words.join(", "))
}

fn word(basis: Basis, flag: &'static str) -> &'static str {
    match basis {
        Basis::Flag => flag,
        Basis::Manifest => "the manifest",
        Basis::Organization => "organizations list-accounts",
        Basis::Regions => "ec2 describe-regions",
        Basis::Folder => "a folder's name",
        Basis::Identity => "a caller identity",
        Basis::Error => "a failed call",
        Basis::Path => "a path given",
        Basis::Evidence => "the evidence",
    }
}

/// `444455556666, expected by a folder's name: AccessDenied`.
fn missing_account(account: &MissingAccount) -> String {
    let words: Vec<&str> = account
        .basis
        .iter()
        .map(|basis| word(*basis, "--expect-accounts"))
        .collect();
    let by = match words.is_empty() {
        true => String::new(),
        false => format!(", expected by {}", words.join(", ")),
    };
    let why = account.reason.as_deref().map(visible);
    let why = why.map(|why| format!(": {why}"));
    format!("{}{by}{}", visible(&account.id), why.unwrap_or_default())
}

/// What is known of the regions of all accounts together.
fn regions(all: &[RegionCoverage]) -> String {
    let (mut expected, mut answered_of) = (0, 0);
    let (mut basis, mut known) = (Vec::new(), 0);
    for one in all {
        if let Some(number) = one.expected {
            known += 1;
            expected += number;
            answered_of += number.saturating_sub(one.missing.len());
            basis.extend(&one.basis);
        }
    }
    basis.sort();
    basis.dedup();
    let mut parts = Vec::new();
    if known > 0 {
        let of = match known {
            1 if all.len() == 1 => String::new(),
            _ => format!(" in {}", count(known, "account")),
        };
        parts.push(format!(
            "{}{of}{}",
            answered(answered_of, expected, "region"),
            word_of(&basis, "--expect-regions")
        ));
    }
    let unknown: Vec<&RegionCoverage> = all.iter().filter(|one| one.expected.is_none()).collect();
    if let [one] = *unknown
        && known == 0
    {
        parts.push(match &*one.answered {
            [] => "nothing tells which regions there are".to_owned(),
            some => format!("{}; nothing tells which others there are", named(some)),
        });
    } else if !unknown.is_empty() {
        let accounts = count(unknown.len(), "account");
        parts.push(format!(
            "for {accounts} nothing tells which regions there are"
        ));
    }
    parts.join("; ")
}

/// `us-east-1 answered`, `4 regions answered`.
fn named(regions: &[Arc<str>]) -> String {
    match regions {
        [one] => format!("{} answered", visible(one)),
        [one, other] => format!("{} and {} answered", visible(one), visible(other)),
        more => format!("{} answered", count(more.len(), "region")),
    }
}

/// The accounts that lack the same regions together.
fn missing_regions(all: &[RegionCoverage]) -> Vec<MissingRegions> {
    let mut accounts: BTreeMap<&[Arc<str>], Vec<String>> = BTreeMap::new();
    for one in all.iter().filter(|one| !one.missing.is_empty()) {
        let alike = accounts.entry(&one.missing).or_default();
        alike.push(visible(&one.account_id).into_owned());
    }
    let shown = |region: &Arc<str>| visible(region).into_owned();
    let alike = accounts
        .into_iter()
        .map(|(regions, accounts)| MissingRegions {
            regions: regions.iter().map(shown).collect(),
            accounts,
        });
    alike.collect()
}

#[cfg(test)]
mod tests {
    use super::Population;
    use crate::coverage::{AccountCoverage, Basis, Coverage, RegionCoverage};

    fn one(expected: Option<usize>, answered: &[&str], missing: &[&str]) -> RegionCoverage {
        RegionCoverage {
            account_id: "111122223333".into(),
            expected,
            answered: answered.iter().map(|region| (*region).into()).collect(),
            missing: missing.iter().map(|region| (*region).into()).collect(),
            basis: vec![Basis::Regions],
        }
    }

    fn told(regions: Vec<RegionCoverage>) -> Population {
        let accounts = AccountCoverage {
            expected: 1,
            answered: 1,
            basis: vec![Basis::Evidence],
            missing: vec![],
        };
        Population::of(&Coverage { accounts, regions }).unwrap()
    }

    #[test]
    fn nothing_known_is_nothing_said() {
        assert!(Population::of(&Coverage::default()).is_none());
    }

    #[test]
    fn one_account_of_unknown_regions() {
        let plain = told(vec![one(None, &["us-east-1"], &[])]);
        assert_eq!(plain.accounts, "1 account answered");
        assert_eq!(
            plain.regions,
            "us-east-1 answered; nothing tells which others there are"
        );
        assert!(plain.is_plain());
    }

    #[test]
    fn regions_are_counted_over_all_accounts() {
        let known = one(Some(3), &["eu-west-1", "us-east-1"], &["eu-west-3"]);
        let two = told(vec![known.clone(), known.clone()]);
        assert_eq!(
            two.regions,
            "4 of 6 regions answered in 2 accounts (expected by ec2 describe-regions)"
        );
        assert_eq!(
            two.missing_regions[0].line(9),
            "eu-west-3 in 111122223333, 111122223333"
        );
        let mixed = told(vec![known, one(None, &["us-east-1"], &[])]);
        assert_eq!(
            mixed.regions,
            "2 of 3 regions answered in 1 account (expected by ec2 describe-regions); \
             for 1 account nothing tells which regions there are"
        );
        let whole = told(vec![one(Some(2), &["eu-west-1", "us-east-1"], &[])]);
        assert_eq!(
            whole.regions,
            "both regions answered (expected by ec2 describe-regions)"
        );
        let silent = told(vec![one(None, &[], &[])]);
        assert_eq!(silent.regions, "nothing tells which regions there are");
    }
}
