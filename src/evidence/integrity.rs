//! Holds a bundle to its manifests: what was altered or is gone says nothing.
//!
//! A file with other bytes than the manifest names loses everything that it
//! said; what it might have shown is noted as a failure, and so is a file that
//! is named and isn't here. Evidence beside a manifest that doesn't name it may
//! be anybody's, and loses what it said as well.

mod sent;
mod unnamed;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use self::unnamed::unnamed;
use crate::cloudtrail::claim::Says;
use crate::document::locate::Spot;
use crate::evidence::Bundle;
use crate::finding::{DocumentKind, Place, Problem};
use crate::recognise::facts::{Call, Document, Failure, Named, Origin, Status};
use crate::recognise::manifest::{Entry, Integrity, Stream};

/// What a manifest says of one file.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'b> {
    /// The entry.
    pub entry: &'b Entry,
}

/// The claims of every manifest of a bundle, by index of the file.
#[must_use]
pub fn claims(bundle: &Bundle) -> HashMap<usize, Claim<'_>> {
    let mut claims = HashMap::new();
    for document in &bundle.documents {
        let Some(manifest) = &document.manifest else {
            continue;
        };
        let folder = folder_of(&bundle.name(document));
        for entry in &manifest.files {
            if let Some(file) = find(bundle, &format!("{folder}{}", entry.file)) {
                claims.insert(file, Claim { entry });
            }
        }
    }
    claims
}

/// Takes from altered files what they said, and notes what is gone.
pub fn hold(bundle: &mut Bundle) {
    sent::note(bundle);
    let mut documents = bundle.documents.iter();
    if documents.all(|document| document.manifest.is_none()) {
        return;
    }
    let mut altered: BTreeMap<usize, (Failure, Problem)> = unnamed(bundle);
    let mut gone: BTreeMap<usize, Vec<Failure>> = BTreeMap::new();
    let mut interrupted = Vec::new();
    // What a command selected of an answer doesn't say what isn't there.
    let mut selected: HashSet<usize> = HashSet::new();
    let excluded = excluded(bundle);
    let shows = shows(bundle);
    for (number, document) in bundle.documents.iter().enumerate() {
        let Some(manifest) = &document.manifest else {
            continue;
        };
        let own = bundle.name(document);
        let folder = folder_of(&own);
        if !manifest.complete {
            interrupted.push(number);
        }
        for scope in &manifest.accounts {
            for region in &scope.regions {
                let asked = manifest.files.iter().any(|entry| {
                    entry.account.as_deref() == Some(&*scope.account)
                        && entry.region.as_deref() == Some(&**region)
                        && entry.call().and_then(|(_, call)| Call::named(call))
                            == Some(Call::DescribeTrails)
                });
                if !asked {
                    let message = format!(
                        "the manifest names no answer of {region} in account {}",
                        scope.account
                    );
                    let mut failure = unread(message);
                    failure.origin.account = Some(scope.account.as_str().into());
                    failure.origin.region = Some(region.as_str().into());
                    gone.entry(number).or_default().push(failure);
                }
            }
        }
        if let Some(problem) = manifest.problems.first() {
            let message = format!("the manifest can't be read in whole: {}", problem.message);
            gone.entry(number).or_default().push(unread(message));
        }
        for entry in &manifest.files {
            let file = find(bundle, &format!("{folder}{}", entry.file));
            if file.is_some_and(|file| excluded.contains(&file)) {
                continue;
            }
            let on_disk = file.and_then(|file| bundle.files.get(file));
            let found = on_disk.and_then(|file| file.sha256.as_ref());
            let is_of_size = on_disk
                .zip(entry.bytes)
                .is_none_or(|(file, bytes)| file.bytes == bytes);
            let is_other = file.is_some_and(|file| answers_another(&shows, file, entry));
            let (code, what) = match entry.integrity(found) {
                Integrity::Intact if entry.stream == Stream::Stdout && !entry.succeeded() => (
                    "failed-call",
                    "is what a call printed that failed, as the manifest says",
                ),
                Integrity::Intact if entry.contradiction().is_some() => (
                    "contradicted",
                    "is not what the manifest says of it: the command that it names asked for something else",
                ),
                Integrity::Intact if is_other => (
                    "contradicted",
                    "is not what the manifest says of it: it answers another call than the command that it names",
                ),
                Integrity::Intact if !is_of_size => (
                    "contradicted",
                    "is not what the manifest says of it: its size differs",
                ),
                Integrity::Intact if entry.doubt().is_some() => (
                    "no-answer",
                    "is no answer of AWS, by the command that the manifest gives",
                ),
                Integrity::Intact => {
                    selected.extend(file.filter(|_| entry.kept().selected));
                    continue;
                }
                Integrity::Altered => (
                    "altered",
                    "is not the file that the manifest names: its SHA-256 differs",
                ),
                Integrity::Missing => ("missing", "is named by the manifest and isn't here"),
            };
            let message = format!("`{}` {what}", entry.file);
            let failure = failure(entry, message.clone());
            match file {
                Some(file) => {
                    let help = "take the bundle as it was collected, or collect again";
                    let problem = problem(bundle, file, code, message, help);
                    altered.insert(file, (failure, problem));
                }
                None => gone.entry(number).or_default().push(failure),
            }
        }
    }
    for document in &mut bundle.documents {
        if selected.contains(&document.file) {
            document.select();
        }
    }
    for number in interrupted {
        if let Some(document) = bundle.documents.get_mut(number) {
            let message = "the collection did not come to its end: what isn't here may not have been asked for".to_owned();
            document.fail(Failure {
                call: Some(Call::DescribeTrails),
                error: None,
                message: message.clone(),
                named: Named::No,
                origin: Origin::default(),
                hides_trails: true,
                anchor: None,
            });
            document.problem.get_or_insert_with(|| {
                Arc::new(Problem {
                    code: "interrupted",
                    message,
                    help: Some("run the collect script again to its end".to_owned()),
                    place: None,
                })
            });
        }
    }
    for (number, failures) in gone {
        let Some(document) = bundle.documents.get_mut(number) else {
            continue;
        };
        let names: Vec<&str> = failures
            .iter()
            .take(5)
            .map(|failure| failure.message.as_str())
            .collect();
        let more = failures.len().saturating_sub(names.len());
        let rest = if more > 0 {
            format!("; and {more} more")
        } else {
            String::new()
        };
        document.problem.get_or_insert_with(|| {
            Arc::new(Problem {
                code: "missing",
                message: format!("{}{rest}", names.join("; ")),
                help: Some("take the bundle as it was collected, or collect again".to_owned()),
                place: None,
            })
        });
        for failure in failures {
            document.fail(failure);
        }
    }
    if altered.is_empty() {
        return;
    }
    let mut kept = Vec::with_capacity(bundle.documents.len());
    let mut told = None;
    for document in bundle.documents.drain(..) {
        match altered.get(&document.file) {
            None => kept.push(document),
            Some((failure, problem)) if told != Some(document.file) => {
                told = Some(document.file);
                let mut emptied = Document::new(
                    document.file,
                    Spot {
                        byte: 0,
                        line: 1,
                        column: 1,
                    },
                );
                emptied.kind = DocumentKind::Unreadable;
                emptied.fail(failure.clone());
                emptied.problem = Some(Arc::new(problem.clone()));
                kept.push(emptied);
            }
            Some(_) => {}
        }
    }
    bundle.documents = kept;
}

/// Which answers a file shows: a list of trails, a status on its own.
#[derive(Debug, Default, Clone, Copy)]
struct Shows {
    list: bool,
    status: bool,
}

/// What each file shows.
fn shows(bundle: &Bundle) -> HashMap<usize, Shows> {
    let mut shows: HashMap<usize, Shows> = HashMap::new();
    for document in &bundle.documents {
        let in_trail =
            |claim: &crate::cloudtrail::claim::Claim| matches!(claim.says, Says::InTrail(_));
        let is_own = |status: &Status| !status.claims.iter().any(in_trail);
        let list = !document.answers.is_empty();
        let status = document.statuses.iter().any(is_own);
        if list || status {
            let known = shows.entry(document.file).or_default();
            known.list |= list;
            known.status |= status;
        }
    }
    shows
}

/// Whether a file shows the answer of another call than the manifest says.
fn answers_another(shows: &HashMap<usize, Shows>, file: usize, entry: &Entry) -> bool {
    shows.get(&file).is_some_and(|shows| {
        shows.list && !entry.may_answer("describe-trails")
            || shows.status && !entry.may_answer("get-trail-status")
    })
}

/// The files that are left out, of which nothing is to be held to a manifest.
fn excluded(bundle: &Bundle) -> HashSet<usize> {
    let is_excluded = |document: &&Document| document.kind == DocumentKind::Excluded;
    let documents = bundle.documents.iter().filter(is_excluded);
    documents.map(|document| document.file).collect()
}

fn problem(
    bundle: &Bundle,
    file: usize,
    code: &'static str,
    message: String,
    help: &str,
) -> Problem {
    let place = bundle.files.get(file).map(|file| Place {
        file: Arc::clone(&file.source.name),
        pointer: Box::default(),
        line: 1,
        column: 1,
        bytes: [0, 0],
    });
    Problem {
        code,
        message,
        help: Some(help.to_owned()),
        place,
    }
}

/// What a manifest leaves open: trails that nothing shows to be seen.
fn unread(message: String) -> Failure {
    Failure {
        call: Some(Call::DescribeTrails),
        error: None,
        message,
        named: Named::No,
        origin: Origin::default(),
        hides_trails: true,
        anchor: None,
    }
}

fn failure(entry: &Entry, message: String) -> Failure {
    let call = entry
        .call()
        .map(|(_, operation)| Call::named(operation).unwrap_or(Call::Other));
    Failure {
        call,
        error: None,
        message,
        named: entry
            .trail
            .as_deref()
            .map_or(Named::No, |arn| Named::Arn(arn.into())),
        origin: Origin {
            account: entry.account.as_deref().map(Into::into),
            region: entry.region.as_deref().map(Into::into),
        },
        hides_trails: matches!(call, None | Some(Call::DescribeTrails)),
        anchor: None,
    }
}

/// Everything of a name before the file's own, the separator included.
fn folder_of(name: &str) -> String {
    name.rfind(['/', '!'])
        .and_then(|at| name.get(..=at))
        .unwrap_or("")
        .to_owned()
}

fn find(bundle: &Bundle, name: &str) -> Option<usize> {
    bundle
        .files
        .binary_search_by(|file| file.source.name.as_ref().cmp(name))
        .ok()
}
