//! From a bundle to a report: joins, judges on every core, and gives each
//! result its place in the evidence.
//!
//! Nothing is read or written here. Accounts are taken one by one and let go
//! when judged, so that a large organization needs memory for its evidence and
//! its report, not for every input at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::engine::{Checked, EngineError, Judgement, RawEvidence, RawResult, Worker};
use crate::evidence::Bundle;
use crate::finding::{Check, Evidence, Outcome, Warning};
use crate::policy::PolicySet;
use crate::progress::Progress;
use crate::report::{
    AsOfBasis, Attribution, DocumentEntry, DocumentKind, Parameters, Report, Subject, SubjectKind,
};
use crate::snapshot::{Account, AsOf, Snapshot, Step, Tie, UNKNOWN};

/// Judges a bundle. Uses the threads of the current rayon pool, each with an
/// engine of its own.
///
/// # Errors
/// Where a policy is wrong: the first such error in the order of accounts.
pub fn assess(
    bundle: &Bundle,
    set: &PolicySet,
    as_of: AsOf,
    limit: Duration,
) -> Result<Report, EngineError> {
    let progress = Progress::default();
    assess_aloud(bundle, set, as_of, limit, &progress, &mut Vec::new())
}

/// The same, counts the accounts as they are judged, and adds what `print()` printed in the policies to `said`:
/// `file:line: text`, in the order of accounts and of evaluation; where a
/// policy fails, up to there.
///
/// # Errors
/// As [`assess`].
pub fn assess_aloud(
    bundle: &Bundle,
    set: &PolicySet,
    as_of: AsOf,
    limit: Duration,
    progress: &Progress,
    said: &mut Vec<String>,
) -> Result<Report, EngineError> {
    let checked = Checked::new(set)?;
    let snapshot = Snapshot::of(bundle, as_of);
    let Snapshot { accounts, ties } = snapshot;
    progress.accounts.expect(accounts.len());
    let (documents, subjects) = rayon::join(
        || documents(bundle, &ties),
        || judge(bundle, checked, accounts, limit, progress, said),
    );
    let subjects = subjects?;
    Ok(Report {
        parameters: Parameters {
            as_of: match as_of {
                AsOf::Given(at, _) => Some(at),
                AsOf::FromEvidence | AsOf::FileTimes => None,
            },
            policy: set.parameters(),
        },
        policies: set.infos(),
        subjects,
        documents,
        comparison: None,
    })
}

/// What one account came to, what was printed over it, and its number in the
/// snapshot.
type Judged = (usize, Vec<String>, Result<Vec<Subject>, EngineError>);

fn judge(
    bundle: &Bundle,
    checked: Checked<'_>,
    accounts: Vec<Account>,
    limit: Duration,
    progress: &Progress,
    said: &mut Vec<String>,
) -> Result<Vec<Subject>, EngineError> {
    let set = checked.set();
    let workers = rayon::current_num_threads().min(accounts.len()).max(1);
    let first = Mutex::new(Some(Worker::new(checked, limit)?));
    let waiting = Mutex::new(accounts.into_iter().enumerate());
    let judged: Mutex<Vec<Judged>> = Mutex::default();
    let next = || {
        waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next()
    };
    let work = || {
        let ready = first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut worker = match ready.map_or_else(|| Worker::new(checked, limit), Ok) {
            Ok(worker) => worker,
            Err(error) => {
                judged.lock().unwrap_or_else(PoisonError::into_inner).push((
                    0,
                    Vec::new(),
                    Err(error),
                ));
                return;
            }
        };
        let mut own = Vec::new();
        while let Some((number, account)) = next() {
            let result = match worker.judge_account(&account, bundle) {
                Ok(judgements) => Ok(subjects(bundle, set, &account, judgements)),
                Err(error) if error.is_runaway() => Ok(runaway(bundle, set, &account, &error)),
                Err(error) => Err(error),
            };
            own.push((number, worker.take_prints(), result));
            progress.accounts.finish_one();
        }
        judged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(own);
    };
    rayon::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|_| work());
        }
    });
    let mut judged = judged.into_inner().unwrap_or_else(PoisonError::into_inner);
    judged.sort_by_key(|(number, ..)| *number);
    let mut all = Vec::new();
    for (_, printed, result) in judged {
        said.extend(printed);
        all.extend(result?);
    }
    Ok(all)
}

/// The subjects of one account, sorted by kind, id and policy.
fn subjects(
    bundle: &Bundle,
    set: &PolicySet,
    account: &Account,
    judgements: Vec<Judgement>,
) -> Vec<Subject> {
    let by_id: HashMap<&str, usize> = account
        .trails
        .iter()
        .enumerate()
        .map(|(index, trail)| (&*trail.id, index))
        .collect();
    let mut all = Vec::new();
    for judgement in judgements {
        let policy = set
            .policies()
            .get(judgement.policy)
            .map(|policy| Arc::clone(&policy.info.id))
            .unwrap_or_default();
        let titles: HashMap<&str, &Arc<str>> = judgement
            .checks
            .iter()
            .map(|(id, title)| (&**id, title))
            .collect();
        let mut results = judgement.results.into_iter().peekable();
        let mut warnings = judgement.warnings.into_iter().peekable();
        for id in &judgement.subjects {
            let mut subject = subject(account, by_id.get(&**id).copied(), id, &policy);
            subject.checks.reserve_exact(judgement.checks.len());
            while let Some(result) = results.next_if(|result| result.subject <= *id) {
                subject.checks.push(check(bundle, account, &titles, result));
            }
            while let Some(warning) = warnings.next_if(|warning| warning.subject <= *id) {
                subject.warnings.push(Warning {
                    code: warning.code,
                    message: warning.message,
                    help: warning.help,
                    evidence: places(bundle, account, warning.evidence),
                });
            }
            // Reports may hold very many of them.
            subject.checks.shrink_to_fit();
            subject.warnings.shrink_to_fit();
            subject.outcome = worst(&subject.checks);
            all.push(subject);
        }
    }
    all.sort_by(|a, b| (a.kind, &a.id, &a.policy).cmp(&(b.kind, &b.id, &b.policy)));
    all
}

/// The worst of the checks that apply.
fn worst(checks: &[Check]) -> Outcome {
    Outcome::worst(checks.iter().map(|check| check.outcome))
}

fn subject(account: &Account, trail: Option<usize>, id: &Arc<str>, policy: &Arc<str>) -> Subject {
    let known = (account.id.as_ref() != UNKNOWN).then(|| Arc::clone(&account.id));
    match trail.and_then(|index| account.trails.get(index)) {
        Some(trail) => Subject {
            id: Arc::clone(&trail.id),
            kind: SubjectKind::Trail,
            name: Arc::clone(&trail.name),
            account_id: trail.account.clone(),
            home_region: trail.home_region.clone(),
            policy: Arc::clone(policy),
            as_of: trail.as_of,
            as_of_basis: trail.as_of_basis,
            outcome: Outcome::Inconclusive,
            checks: Vec::new(),
            warnings: Vec::new(),
        },
        None => Subject {
            id: Arc::clone(id),
            kind: SubjectKind::Account,
            name: Arc::clone(id),
            account_id: known,
            home_region: None,
            policy: Arc::clone(policy),
            as_of: account.as_of,
            as_of_basis: account.as_of_basis,
            outcome: Outcome::Inconclusive,
            checks: Vec::new(),
            warnings: Vec::new(),
        },
    }
}

fn check(
    bundle: &Bundle,
    account: &Account,
    titles: &HashMap<&str, &Arc<str>>,
    result: RawResult,
) -> Check {
    Check {
        title: titles
            .get(&*result.check)
            .map(|title| Arc::clone(title))
            .unwrap_or_default(),
        id: result.check,
        outcome: result.outcome,
        code: result.code,
        message: result.message,
        help: result.help,
        waiver: None,
        evidence: places(bundle, account, result.evidence),
    }
}

/// Places of the paths that a policy named; a path that stands nowhere in the
/// evidence has none.
fn places(bundle: &Bundle, account: &Account, evidence: Vec<RawEvidence>) -> Box<[Evidence]> {
    let mut all = Vec::with_capacity(evidence.len());
    all.extend(evidence.into_iter().filter_map(|raw| {
        account.place(bundle, &raw.path).map(|place| Evidence {
            place,
            label: raw.label,
        })
    }));
    all.into()
}

/// An account on which a policy did not come to an end: nothing is known of
/// its trails, and the others are judged all the same.
fn runaway(
    bundle: &Bundle,
    set: &PolicySet,
    account: &Account,
    error: &EngineError,
) -> Vec<Subject> {
    let ids = account.trails.iter().map(|trail| (&trail.id, true));
    let ids: Vec<(Arc<str>, bool)> = match account.trails.is_empty() {
        true => vec![(Arc::clone(&account.id), false)],
        false => ids
            .map(|(id, is_trail)| (Arc::clone(id), is_trail))
            .collect(),
    };
    let message: Arc<str> = error.to_string().into();
    let help = miette::Diagnostic::help(error).map(|help| help.to_string().into());
    let mut all = Vec::new();
    for (index, (id, is_trail)) in ids.iter().enumerate() {
        for policy in set.policies() {
            let mut subject = subject(account, is_trail.then_some(index), id, &policy.info.id);
            let path = [Step::Key("trails".into()), Step::Index(index)];
            subject.checks.push(Check {
                id: "policy".into(),
                title: "The policy comes to an end".into(),
                outcome: Outcome::Inconclusive,
                code: "policy-runaway".into(),
                message: Arc::clone(&message),
                help: help.clone(),
                waiver: None,
                evidence: account
                    .place(bundle, &path)
                    .map(|place| Evidence {
                        place,
                        label: "not judged".into(),
                    })
                    .into_iter()
                    .collect(),
            });
            all.push(subject);
        }
    }
    all
}

/// The evidence inventory.
fn documents(bundle: &Bundle, ties: &[Tie]) -> Vec<DocumentEntry> {
    let mut ties = ties.iter().peekable();
    let mut entries = Vec::with_capacity(bundle.documents.len());
    for (number, document) in bundle.documents.iter().enumerate() {
        let tie = ties.next_if(|tie| tie.document == number);
        // What several statuses are tied to is `inspect`'s to tell.
        let others = std::iter::from_fn(|| ties.next_if(|tie| tie.document == number)).count();
        let tie = tie.filter(|_| others == 0);
        let to = tie.and_then(|tie| tie.to.as_ref());
        let file = bundle.files.get(document.file);
        let detail = match (&document.detail, tie) {
            (Some(detail), _) => document
                .problem
                .as_ref()
                .is_none_or(|problem| problem.message != **detail)
                .then(|| detail.clone()),
            (None, Some(tie))
                if tie.to.is_none() && document.kind == DocumentKind::GetTrailStatus =>
            {
                Some("nothing says which trail this status is of".into())
            }
            _ => None,
        };
        entries.push(DocumentEntry {
            file: bundle.name(document),
            sha256: file.and_then(|file| file.sha256),
            bytes: file.map_or(0, |file| file.bytes),
            kind: document.kind,
            attribution: to.map(|(id, rule)| {
                Box::new(Attribution {
                    to: Arc::clone(id),
                    by: rule.as_str(),
                })
            }),
            detail,
            problem: document.problem.clone(),
        });
    }
    entries
}

/// Whether a run has anything to judge: a report without a subject is no pass.
#[must_use]
pub fn is_empty(report: &Report) -> bool {
    report.subjects.is_empty()
}

/// The basis that the whole report shares, if it does.
#[must_use]
pub fn shared_basis(report: &Report) -> Option<AsOfBasis> {
    let mut all = report.subjects.iter().map(|subject| subject.as_of_basis);
    let first = all.next()?;
    all.all(|basis| basis == first).then_some(first)
}
