//! From evidence to a report: joins, judges on every core, and gives each
//! result its place in the evidence.
//!
//! Accounts are taken one by one and let go when judged. Nothing is written
//! here.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;

use crate::coverage::{Coverage, Expected};
use crate::engine::{Checked, EngineError, Judged, RawEvidence, RawResult, Worker};
use crate::evidence::{Bundle, Options};
use crate::finding::{Check, DocumentKind, Evidence, Outcome, Warning};
use crate::policy::{Policy, PolicySet};
use crate::progress::Progress;
use crate::report::{Attribution, DocumentEntry, Parameters, Report, Subject, SubjectKind};
use crate::snapshot::{Account, AsOf, Snapshot, Step, Tie, UNKNOWN};
use crate::source::exclude::Excludes;
use crate::source::given::Files;
use crate::source::limits::OverLimit;

mod workers;

use workers::on_workers;

/// What every account of a run is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'t> {
    /// The policies.
    pub set: &'t PolicySet,
    /// When the evidence was collected.
    pub as_of: AsOf,
    /// How long one policy may take over an account.
    pub limit: Duration,
    /// The population that the command line names.
    pub expected: &'t Expected,
    /// The files that the command line leaves out, as far as the report tells.
    pub excludes: &'t Excludes,
}

/// What a run came to.
#[derive(Debug)]
pub struct Assessed<'t> {
    /// The policies, where the lints let them through.
    pub checked: Option<Checked<'t>>,
    /// Of what there was more than the run may read: nothing counts then.
    pub over_limit: Option<OverLimit>,
    /// The report, or the first policy that is wrong, in the order of accounts.
    pub report: Result<Report, EngineError>,
    /// What `print()` printed in the policies: `file:line: text`, in the order
    /// of accounts and of evaluation; where a policy fails, up to there.
    pub said: Vec<String>,
}

impl<'t> Terms<'t> {
    /// Reads everything under the paths and judges it, on the threads of the
    /// current rayon pool, each with an engine of its own. Gives the files
    /// as well, for their lines to be shown.
    #[must_use]
    pub fn assess_paths(
        &self,
        paths: &[PathBuf],
        options: &Options,
        progress: &Progress,
    ) -> (Assessed<'t>, Files) {
        let bundle = Bundle::read_counted(paths, options, progress);
        let assessed = self.assess_bundle(&bundle, progress);
        (assessed, files_of(bundle))
    }

    /// Judges what was read.
    #[must_use]
    pub fn assess_bundle(&self, bundle: &Bundle, progress: &Progress) -> Assessed<'t> {
        let mut said = Vec::new();
        let (checked, snapshot) = rayon::join(
            || Checked::new(self.set),
            || Snapshot::of(bundle, self.as_of, self.expected),
        );
        let (checked, report) = match checked {
            Ok(checked) => {
                let report = self.judged(&checked, bundle, snapshot, progress, &mut said);
                (Some(checked), report)
            }
            Err(error) => (None, Err(error)),
        };
        Assessed {
            checked,
            report,
            over_limit: bundle.over_limit,
            said,
        }
    }

    /// The report of a bundle, by policies that went through the lints before.
    ///
    /// # Errors
    /// The first policy that is wrong, in the order of accounts.
    pub fn report_by(&self, checked: &Checked<'_>, bundle: &Bundle) -> Result<Report, EngineError> {
        let snapshot = Snapshot::of(bundle, self.as_of, self.expected);
        let progress = Progress::default();
        self.judged(checked, bundle, snapshot, &progress, &mut Vec::new())
    }

    fn judged(
        &self,
        checked: &Checked<'_>,
        bundle: &Bundle,
        snapshot: Snapshot,
        progress: &Progress,
        said: &mut Vec<String>,
    ) -> Result<Report, EngineError> {
        let Snapshot {
            accounts,
            ties,
            coverage,
        } = snapshot;
        progress.accounts.expect(accounts.len());
        let (documents, subjects) = rayon::join(
            || documents(bundle, &ties),
            || judge(bundle, checked, accounts, self.limit, progress, said),
        );
        Ok(self.report(subjects?, documents, coverage))
    }

    fn report(
        &self,
        subjects: Vec<Subject>,
        documents: Vec<DocumentEntry>,
        coverage: Coverage,
    ) -> Report {
        Report {
            parameters: Parameters {
                as_of: match self.as_of {
                    AsOf::Given(at, _) => Some(at),
                    AsOf::FromEvidence | AsOf::FileTimes => None,
                },
                policy: self.set.parameters(),
                exclude: self.excludes.globs().to_vec(),
                expected: self.expected.clone(),
            },
            policies: self.set.infos(),
            bundles: self.set.bundles().to_vec(),
            subjects,
            documents,
            coverage,
            comparison: None,
        }
    }
}

/// The files of a bundle, of which nothing else is needed any more.
#[must_use]
pub fn files_of(bundle: Bundle) -> Files {
    // There may be very many documents.
    bundle.documents.into_par_iter().for_each(drop);
    let sources = bundle.files.into_iter().map(|file| file.source);
    Files::new(sources.collect(), Vec::new())
}

/// What was printed over an account, and what it came to.
type Told = (Vec<String>, Result<Vec<Subject>, EngineError>);

fn judge(
    bundle: &Bundle,
    checked: &Checked<'_>,
    accounts: Vec<Account>,
    limit: Duration,
    progress: &Progress,
    said: &mut Vec<String>,
) -> Result<Vec<Subject>, EngineError> {
    let mut all = Ok(Vec::new());
    let work = |worker: &mut Worker, account: Account| {
        let judged = judge_one(bundle, checked.set(), &account, worker);
        progress.accounts.finish_one();
        Some(judged)
    };
    let mut take = |(printed, result): Told| {
        // The first error in the order of accounts is told, and nothing after.
        if let Ok(subjects) = &mut all {
            said.extend(printed);
            match result {
                Ok(more) => subjects.extend(more),
                Err(error) => all = Err(error),
            }
        }
    };
    on_workers(checked, limit, accounts, &work, &mut take)?;
    all
}

fn judge_one(bundle: &Bundle, set: &PolicySet, account: &Account, worker: &mut Worker) -> Told {
    let judged = worker.judge_account(account, bundle);
    let result = judged.map(|judged| subjects(bundle, set, account, judged));
    (worker.take_prints(), result)
}

/// The subjects of one account, sorted by kind, id and policy.
fn subjects(
    bundle: &Bundle,
    set: &PolicySet,
    account: &Account,
    judged: Vec<Judged>,
) -> Vec<Subject> {
    let by_id: HashMap<&str, usize> = account
        .trails
        .iter()
        .enumerate()
        .map(|(index, trail)| (&*trail.id, index))
        .collect();
    let mut all = Vec::new();
    for (judged, policy) in judged.into_iter().zip(set.policies()) {
        let judgement = match judged {
            Ok(judgement) => judgement,
            Err(error) => {
                runaway(bundle, policy, account, &error, &mut all);
                continue;
            }
        };
        let is_whole = policy
            .metadata()
            .is_some_and(|metadata| !metadata.judges_some);
        let policy = Arc::clone(&policy.info.id);
        // What it lists of other accounts' trails is judged in those.
        let lists_none = account.regions.iter().all(|region| region.trails == 0);
        if is_whole && judgement.subjects.is_empty() && lists_none {
            all.push(without_verdict(account, &policy));
        }
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

/// An account of which a policy says nothing: it has no trails, and the policy
/// has no other subject for it.
fn without_verdict(account: &Account, policy: &Arc<str>) -> Subject {
    let mut subject = subject(account, None, &account.id, policy);
    subject.checks.push(Check {
        id: "policy".into(),
        title: "The policy has a verdict".into(),
        outcome: Outcome::Inconclusive,
        code: "account-without-verdict".into(),
        message: "The evidence shows no trail of this account, and the policy has no other subject for it".into(),
        help: Some(
            "a policy takes the account as a subject where it has no trails, `not-applicable` where nothing is to be judged; METADATA may say `subjects: some` under `custom`".into(),
        ),
        waiver: None,
        evidence: Box::default(),
    });
    subject
}

/// An account on which a policy did not come to an end: nothing is known of
/// its trails by that policy. Others judge it, and others are judged, all the
/// same.
fn runaway(
    bundle: &Bundle,
    policy: &Policy,
    account: &Account,
    error: &EngineError,
    all: &mut Vec<Subject>,
) {
    let ids = account.trails.iter().map(|trail| (&trail.id, true));
    let ids: Vec<(Arc<str>, bool)> = match account.trails.is_empty() {
        true => vec![(Arc::clone(&account.id), false)],
        false => ids
            .map(|(id, is_trail)| (Arc::clone(id), is_trail))
            .collect(),
    };
    let message: Arc<str> = error.to_string().into();
    let help = miette::Diagnostic::help(error).map(|help| help.to_string().into());
    for (index, (id, is_trail)) in ids.iter().enumerate() {
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
        let claims = tie.map(|tie| tie.claims.clone()).unwrap_or_default();
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
                Some("tied to no trail".into())
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
                    by: rule,
                    claims: claims.clone(),
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::engine::DEFAULT_LIMIT;

    #[test]
    fn an_account_without_trails_has_a_verdict_of_every_policy() {
        let sample = |metadata: &str| {
            format!(
                "# METADATA\n# title: A control\n# description: For tests.\n# custom:\n#   id: sample\n#   severity: low\n#   controls: []\n{metadata}#   codes: {{named: It is so.}}\npackage sample\n\nchecks := {{\"named\": \"Trails have names\"}}\n\nsubjects contains trail.id if some trail in input.trails\n\nresults contains result if {{\n\tsome i, trail in input.trails\n\tresult := {{\"subject\": trail.id, \"check\": \"named\", \"outcome\": \"pass\", \"code\": \"named\", \"message\": \"So.\", \"evidence\": [{{\"path\": [\"trails\", i], \"label\": \"it\"}}]}}\n}}\n"
            )
        };
        let folder = tempfile::tempdir().unwrap();
        let region = folder.path().join("111122223333/us-east-1");
        fs::create_dir_all(&region).unwrap();
        fs::write(region.join("describe-trails.json"), "{\"trailList\": []}").unwrap();
        for (metadata, expected) in [
            ("", vec!["account-without-verdict"]),
            ("#   subjects: some\n", vec![]),
        ] {
            let set = PolicySet::of(&[("sample.rego", &sample(metadata))]).unwrap();
            let terms = Terms {
                set: &set,
                as_of: AsOf::FromEvidence,
                limit: DEFAULT_LIMIT,
                expected: &Expected::default(),
                excludes: &Excludes::default(),
            };
            let paths = [folder.path().to_path_buf()];
            let (assessed, _) =
                terms.assess_paths(&paths, &Options::default(), &Progress::default());
            let report = assessed.report.unwrap();
            let checks = report.subjects.iter().flat_map(|subject| &subject.checks);
            let codes: Vec<&str> = checks.map(|check| &*check.code).collect();
            assert_eq!(codes, expected, "{metadata}");
        }
    }
}
