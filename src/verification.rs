//! Whether an earlier report is still what its evidence and policies give.
//!
//! Compares three things one by one: the files, by SHA-256; the policies, by
//! SHA-256, and by revision and signer where they came in bundles; and every
//! verdict, by outcome and code, a waived one by who accepted
//! it, until when and why too. It knows neither where the
//! two sides come from nor how the answer is shown.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::baseline::{Baseline, BaselineWaiver, bundles, coverage, facts};
use crate::comparison::{Fact, State};
use crate::finding::Outcome;
use crate::policy::BundleInfo;
use crate::report::Report;

/// One way in which a report no longer holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// A file of evidence that the report doesn't know.
    FileAdded(String),
    /// A file of evidence that isn't there any more.
    FileMissing(String),
    /// A file of evidence whose bytes changed, or that could be read in one
    /// run only.
    FileAltered {
        /// Its name.
        file: String,
        /// Its SHA-256 in the report, empty where it was not read.
        before: String,
        /// Its SHA-256 now.
        after: String,
    },
    /// A policy that the report doesn't know.
    PolicyAdded(String),
    /// A policy that isn't there any more.
    PolicyMissing(String),
    /// A policy whose text changed.
    PolicyAltered(String),
    /// A bundle of policies that comes, goes, or has another revision, signer or
    /// kind of trust.
    Bundle {
        /// What the report says of it.
        before: Option<BundleInfo>,
        /// What it is now.
        after: Option<BundleInfo>,
    },
    /// A setting that the report was not made with: `exclude`, `expect_accounts`
    /// or `expect_regions`.
    Parameter(&'static str),
    /// What the report tells of coverage and the evidence doesn't give: of the
    /// `accounts`, or of the regions of this one.
    Coverage(String),
    /// A verdict that changes, comes or goes.
    Verdict {
        /// The subject's id.
        subject: String,
        /// The check's id.
        check: String,
        /// The policy's id.
        policy: String,
        /// Outcome and code in the report.
        before: Option<(Outcome, String)>,
        /// Outcome and code now.
        after: Option<(Outcome, String)>,
    },
    /// An outcome of a subject, or of the whole, that the report's own verdicts
    /// don't come to.
    Untrue {
        /// The subject's id; the whole where there is none.
        subject: Option<String>,
        /// The outcome that the report tells.
        told: Outcome,
        /// What its verdicts come to.
        outcome: Outcome,
    },
    /// A check that is waived as it was, but not by the same exception.
    Waiver {
        /// The subject's id.
        subject: String,
        /// The check's id.
        check: String,
        /// What the report says of it.
        before: BaselineWaiver,
        /// What the file of waivers says.
        after: BaselineWaiver,
    },
}

/// What an earlier report was compared with, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Files compared.
    pub files: usize,
    /// Policies compared.
    pub policies: usize,
    /// Verdicts compared.
    pub verdicts: usize,
    /// Everything that is not as the report says, sorted.
    pub differences: Vec<Difference>,
}

impl Verification {
    /// Compares a report with what a new run gives.
    #[must_use]
    pub fn new(before: &Baseline, after: &Report) -> Self {
        let files = paired(
            hashes(before.documents.iter().map(|document| {
                let hash = document.sha256.clone();
                (document.file.clone(), hash)
            })),
            hashes(
                after
                    .documents
                    .iter()
                    .map(|document| (document.file.to_string(), document.hash())),
            ),
        );
        let policies = paired(
            before
                .policies
                .iter()
                .map(|policy| (policy.id.clone(), policy.sha256.clone())),
            after
                .policies
                .iter()
                .map(|policy| (policy.id.to_string(), policy.sha256.clone())),
        );
        let verdicts = paired(numbered(before.facts()), numbered(facts(after)));
        let mut this = Self {
            files: files.len(),
            policies: policies.len(),
            verdicts: verdicts.len(),
            differences: Vec::new(),
        };
        this.differences
            .extend(files.into_iter().filter_map(file_difference));
        this.differences
            .extend(policies.into_iter().filter_map(policy_difference));
        this.differences
            .extend(verdicts.into_iter().filter_map(verdict_difference));
        this.differences.extend(bundle_differences(before, after));
        this.differences.extend(parameters(before, after));
        this.differences.extend(coverage_differences(before, after));
        let untrue = before.untrue_outcomes().into_iter();
        this.differences
            .extend(untrue.map(|(subject, told, outcome)| Difference::Untrue {
                subject: subject.map(str::to_owned),
                told,
                outcome,
            }));
        this.differences.extend(waivers(before, after));
        this.differences.sort();
        // A bundle is named by the report as a whole and by each policy.
        this.differences
            .dedup_by(|one, other| matches!(one, Difference::Bundle { .. }) && one == other);
        this
    }

    /// Whether the report is what the evidence and the policies give.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.differences.is_empty()
    }
}

/// The bundles of which the report says something else.
fn bundle_differences(before: &Baseline, after: &Report) -> impl Iterator<Item = Difference> {
    let pairs = paired(before.bundles(), bundles(after)).into_iter();
    let differing = pairs.filter(|(_, (before, after))| before != after);
    differing.map(|(_, (before, after))| Difference::Bundle {
        before: before.map(BundleInfo::from),
        after: after.map(BundleInfo::from),
    })
}

/// The settings that are not the report's own.
fn parameters(before: &Baseline, after: &Report) -> Vec<Difference> {
    let (before, after) = (&before.parameters, &after.parameters);
    let exclude = before.exclude.iter().map(String::as_str);
    let is_alike = |name, alike: bool| (!alike).then_some(Difference::Parameter(name));
    let differences = [
        is_alike(
            "exclude",
            exclude.eq(after.exclude.iter().map(|glob| &**glob)),
        ),
        is_alike(
            "expect_accounts",
            before.expect_accounts == after.expected.accounts,
        ),
        is_alike(
            "expect_regions",
            before.expect_regions == after.expected.regions,
        ),
    ];
    differences.into_iter().flatten().collect()
}

/// The parts of coverage that the evidence gives otherwise.
fn coverage_differences(before: &Baseline, after: &Report) -> Vec<Difference> {
    let Some(before) = before.coverage() else {
        return Vec::new();
    };
    let pairs = paired(before.into_iter(), coverage(after).into_iter());
    let differing = pairs
        .into_iter()
        .filter(|(_, (before, after))| before != after);
    differing
        .map(|(part, _)| Difference::Coverage(part))
        .collect()
}

/// The checks that are waived on both sides, each by another exception.
fn waivers(before: &Baseline, after: &Report) -> Vec<Difference> {
    let mut now: BTreeMap<[&str; 3], BaselineWaiver> = BTreeMap::new();
    for subject in &after.subjects {
        for check in &subject.checks {
            if let Some(waiver) = check.waiver.as_deref() {
                now.insert([&subject.id, &subject.policy, &check.id], waiver.into());
            }
        }
    }
    let before = before.waivers();
    let changed = before.filter_map(|(key, before)| {
        let after = now.get(&key).filter(|after| *after != before)?;
        let [subject, _, check] = key;
        Some(Difference::Waiver {
            subject: subject.to_owned(),
            check: check.to_owned(),
            before: before.clone(),
            after: after.clone(),
        })
    });
    changed.collect()
}

/// What a verdict is of: subject, policy, check, account.
type Verdict = (String, String, String, Option<String>);

/// The verdicts, each with how many of the same stand before it: a policy in
/// conftest's convention may deny a subject more than once.
fn numbered(facts: Vec<Fact>) -> impl Iterator<Item = ((Verdict, usize), State)> {
    let mut seen: HashMap<Verdict, usize> = HashMap::new();
    facts.into_iter().map(move |fact| {
        let of = (fact.subject, fact.policy, fact.check, fact.account_id);
        let before = seen.entry(of.clone()).or_default();
        let number = *before;
        *before += 1;
        ((of, number), fact.state)
    })
}

/// A key with what either side says of it.
type Pair<K, V> = (K, (Option<V>, Option<V>));

/// The hashes of each file. Its documents all have the same; a report in which
/// they don't has several.
fn hashes(
    documents: impl Iterator<Item = (String, String)>,
) -> impl Iterator<Item = (String, BTreeSet<String>)> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, hash) in documents {
        all.entry(file).or_default().insert(hash);
    }
    all.into_iter()
}

/// Both sides by key. Of several entries with one key the last one counts, on
/// both sides alike.
fn paired<K: Ord, V>(
    before: impl Iterator<Item = (K, V)>,
    after: impl Iterator<Item = (K, V)>,
) -> Vec<Pair<K, V>> {
    let mut all: BTreeMap<K, (Option<V>, Option<V>)> = BTreeMap::new();
    for (key, value) in before {
        all.entry(key).or_default().0 = Some(value);
    }
    for (key, value) in after {
        all.entry(key).or_default().1 = Some(value);
    }
    all.into_iter().collect()
}

fn file_difference((file, sides): Pair<String, BTreeSet<String>>) -> Option<Difference> {
    match sides {
        (Some(before), Some(after)) => (before != after).then(|| {
            let own = |one: &BTreeSet<String>, other| {
                let first = one.difference(other).next().or_else(|| one.first());
                first.cloned().unwrap_or_default()
            };
            Difference::FileAltered {
                file,
                before: own(&before, &after),
                after: own(&after, &before),
            }
        }),
        (Some(_), None) => Some(Difference::FileMissing(file)),
        (None, _) => Some(Difference::FileAdded(file)),
    }
}

fn policy_difference((id, sides): Pair<String, String>) -> Option<Difference> {
    match sides {
        (Some(before), Some(after)) => (before != after).then_some(Difference::PolicyAltered(id)),
        (Some(_), None) => Some(Difference::PolicyMissing(id)),
        (None, _) => Some(Difference::PolicyAdded(id)),
    }
}

fn verdict_difference(
    (((subject, policy, check, _), _), (before, after)): Pair<(Verdict, usize), State>,
) -> Option<Difference> {
    let plain = |state: State| (state.outcome, state.code);
    (before != after).then(|| Difference::Verdict {
        subject,
        check,
        policy,
        before: before.map(plain),
        after: after.map(plain),
    })
}

#[cfg(test)]
mod tests;
