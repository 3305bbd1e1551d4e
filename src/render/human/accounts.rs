//! Accounts of which the same is to be said, told once.
//!
//! An organization may have hundreds that nobody could enter. Only what is
//! inconclusive of an account as a whole is told so: a fail is shown with the
//! evidence of that very account.

use std::collections::{HashMap, HashSet};

use crate::finding::Outcome;
use crate::render::phrase;
use crate::render::phrase::{count, list};
use crate::report::{Report, Subject, SubjectKind};
use crate::text::visible;

/// Accounts named before the rest is only counted.
const SHOWN: usize = 20;

/// Which subjects are told with an earlier one.
#[derive(Debug, Default)]
pub(super) struct Alike<'r> {
    others: HashMap<usize, Vec<&'r Subject>>,
    told: HashSet<usize>,
}

impl<'r> Alike<'r> {
    /// The accounts of a report, put together by what is said of them.
    pub(super) fn of(report: &'r Report) -> Self {
        let mut firsts: HashMap<Vec<String>, usize> = HashMap::new();
        let mut this = Self::default();
        for (index, subject) in report.subjects.iter().enumerate() {
            if subject.kind != SubjectKind::Account || subject.outcome != Outcome::Inconclusive {
                continue;
            }
            let first = *firsts.entry(key(report, subject)).or_insert(index);
            if first != index {
                this.others.entry(first).or_default().push(subject);
                this.told.insert(index);
            }
        }
        this
    }

    /// Whether this subject is told with an earlier one.
    pub(super) fn is_told(&self, index: usize) -> bool {
        self.told.contains(&index)
    }

    /// `the same of 2 more accounts: 222233334444, 333344445555`.
    pub(super) fn also(&self, index: usize) -> Option<String> {
        let others = self.others.get(&index)?;
        let names = others.iter().map(|other| visible(&other.id).into_owned());
        let names: Vec<String> = names.collect();
        let accounts = count(names.len(), "more account");
        Some(format!("the same of {accounts}: {}", list(&names, SHOWN)))
    }
}

/// What is said of an account, without its id.
fn key(report: &Report, subject: &Subject) -> Vec<String> {
    let plain = |text: &str| text.replace(&*subject.id, "ACCOUNT");
    let mut key = vec![subject.policy.to_string()];
    for check in &subject.checks {
        key.extend([
            check.id.to_string(),
            check.outcome.to_string(),
            check.code.to_string(),
            plain(&check.message),
            plain(check.help.as_deref().unwrap_or_default()),
            report
                .change(subject, check)
                .map(phrase::change)
                .unwrap_or_default(),
        ]);
        let labels = check.evidence.iter().map(|evidence| plain(&evidence.label));
        key.extend(labels);
    }
    for warning in &subject.warnings {
        key.extend([warning.code.to_string(), plain(&warning.message)]);
    }
    key
}
