//! From a bundle to an inspection: what was found, how statuses were tied, and
//! what is missing.
//!
//! Nothing is read, written or judged here. What is missing is told from the
//! policy's own input (`inspect/missing.rs`), so that a policy and this see the
//! same; no policy runs.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::evidence::Bundle;
use crate::finding::AsOfBasis;
use crate::inspection::{
    Collected, Inspection, SeenAccount, SeenDocument, SeenForm, SeenRegion, SeenStatus, SeenTie,
    SeenTrail, Shows,
};
use crate::recognise::facts::{Document, Failure};
use crate::snapshot::{
    Account, AsOf, Provenance, Snapshot, Step, Tie, Tied, Trail, UNKNOWN, provenance,
};
use crate::time::is_countable;

mod missing;

/// Inspects a bundle that was joined with the same `as_of`.
#[must_use]
pub fn inspect(bundle: &Bundle, snapshot: &Snapshot, as_of: AsOf) -> Inspection {
    Inspection {
        as_of: match as_of {
            AsOf::Given(at, _) => Some(at),
            AsOf::FromEvidence | AsOf::FileTimes => None,
        },
        documents: documents(bundle, snapshot, provenance(bundle, as_of)),
        accounts: snapshot
            .accounts
            .iter()
            .map(|one| account(bundle, snapshot, one))
            .collect(),
    }
}

/// The policy's input of each account, made when it is asked for: an
/// organization's is too much to hold at once.
pub fn inputs<'s>(bundle: &'s Bundle, snapshot: &'s Snapshot) -> impl Iterator<Item = Value> + 's {
    snapshot
        .accounts
        .iter()
        .map(|account| account.input(bundle))
}

fn documents(
    bundle: &Bundle,
    snapshot: &Snapshot,
    provenance: Vec<Provenance>,
) -> Vec<SeenDocument> {
    let mut ties = snapshot.ties.iter().peekable();
    let mut seen = Vec::with_capacity(bundle.documents.len());
    for (number, (document, from)) in bundle.documents.iter().zip(provenance).enumerate() {
        let own = std::iter::from_fn(|| ties.next_if(|tie| tie.document == number));
        let own = own.map(|one| tie(bundle, document, one)).collect();
        let file = bundle.files.get(document.file);
        let collected = collection(document, &from);
        seen.push(SeenDocument {
            file: bundle.name(document),
            line: document.start.line,
            column: document.start.column,
            sha256: file.and_then(|file| file.sha256),
            bytes: file.map_or(0, |file| file.bytes),
            encoding: file
                .and_then(|file| file.encoding)
                .map(|encoding| encoding.as_str()),
            kind: document.kind,
            producer: Some(document.producer).filter(|producer| !producer.is_empty()),
            account: from.account,
            region: from.region,
            collected,
            shows: shows(document),
            ties: own,
            detail: document.detail.as_deref().map(Into::into),
            problem: document.problem.as_deref().cloned(),
        });
    }
    seen
}

/// When a document was collected: where nothing that is told of all files of
/// it says so, by the one `Date` header of its answers.
fn collection(document: &Document, from: &Provenance) -> Collected {
    let told = collected(from.as_of, from.as_of_basis);
    if !matches!(
        from.as_of_basis,
        AsOfBasis::Unknown | AsOfBasis::LowerBound | AsOfBasis::PathStamp
    ) {
        return told;
    }
    let trails = document.trails.iter().map(|trail| trail.collected);
    let statuses = document.statuses.iter().map(|status| status.collected);
    let answers = document.answers.iter().map(|answer| answer.collected);
    let mut headers = trails.chain(statuses).chain(answers).flatten();
    match headers.next() {
        Some(first) if is_countable(first) && headers.all(|other| other == first) => {
            collected(Some(first), AsOfBasis::DateHeader)
        }
        _ => told,
    }
}

fn shows(document: &Document) -> Shows {
    let log_groups = document.log_groups.iter();
    Shows {
        trails: document.trails.len(),
        statuses: document.statuses.len(),
        names: document.listed.len(),
        log_groups: log_groups.map(|answer| answer.groups.len()).sum(),
        failed_calls: document.failures.len(),
    }
}

fn tie(bundle: &Bundle, document: &Document, tie: &Tie) -> SeenTie {
    let status = |index: usize| document.statuses.get(index).map(|status| &status.anchor);
    let failure = |index: usize| {
        let failure: Option<&Failure> = document.failures.get(index);
        failure.and_then(|failure| failure.anchor.as_ref())
    };
    let (failed, anchor) = match tie.of {
        Tied::Status(index) => (false, status(index)),
        Tied::Failure(index) => (true, failure(index)),
    };
    let to = tie.to.as_ref();
    SeenTie {
        failed,
        place: anchor.map(|anchor| anchor.whole(&bundle.name(document))),
        trail: to.map(|(trail, _)| Arc::clone(trail)),
        rule: to.map(|(_, rule)| *rule),
    }
}

fn account(bundle: &Bundle, snapshot: &Snapshot, account: &Account) -> SeenAccount {
    let input = account.input(bundle);
    let regions = account
        .regions
        .iter()
        .enumerate()
        .map(|(index, region)| SeenRegion {
            region: region.region.clone(),
            answer: region.answer.as_str(),
            trails: region.trails,
            error: region.error.clone(),
            place: account.place(bundle, &path("regions", index, &[])),
        });
    let trails = account.trails.iter().enumerate();
    let trails = trails.map(|(index, trail)| {
        let seen = input.get("trails").and_then(|trails| trails.get(index));
        SeenTrail {
            id: Arc::clone(&trail.id),
            arn: trail.arn.clone(),
            name: Arc::clone(&trail.name),
            home_region: trail.home_region.clone(),
            organization: trail.organization,
            owner_in_evidence: trail.owner_in_evidence,
            collected: collected(trail.as_of, trail.as_of_basis),
            sightings: sightings(bundle, account, index, trail),
            status: status(bundle, snapshot, account, index, trail),
            missing: missing::of_trail(trail, seen.unwrap_or(&Value::Null)),
        }
    });
    SeenAccount {
        id: Some(Arc::clone(&account.id)).filter(|id| **id != *UNKNOWN),
        collected: collected(account.as_of, account.as_of_basis),
        not_before: account.not_before,
        regions: regions.collect(),
        trails: trails.collect(),
        missing: missing::of_account(account),
    }
}

fn sightings(bundle: &Bundle, account: &Account, index: usize, trail: &Trail) -> Vec<SeenForm> {
    let forms = trail.sightings.iter().enumerate();
    forms
        .map(|(number, form)| {
            let step = [Step::Key("sightings".into()), Step::Index(number)];
            SeenForm {
                place: account.place(bundle, &path("trails", index, &step)),
                complete: form.complete,
                regions: form.regions.iter().cloned().collect(),
                accounts: form.accounts.iter().cloned().collect(),
            }
        })
        .collect()
}

fn status(
    bundle: &Bundle,
    snapshot: &Snapshot,
    account: &Account,
    index: usize,
    trail: &Trail,
) -> Option<SeenStatus> {
    let status = trail.status?;
    let rule = snapshot.tie_of(status).and_then(|tie| tie.to.as_ref());
    Some(SeenStatus {
        place: account.place(
            bundle,
            &path("trails", index, &[Step::Key("status".into())]),
        ),
        rule: rule.map(|(_, rule)| *rule),
        complete: status.of(bundle).is_some_and(|status| status.complete),
    })
}

fn path(top: &str, index: usize, rest: &[Step]) -> Vec<Step> {
    let mut path = vec![Step::Key(top.into()), Step::Index(index)];
    path.extend_from_slice(rest);
    path
}

fn collected(at: Option<Timestamp>, basis: AsOfBasis) -> Collected {
    Collected { at, basis }
}
