//! Holds a bundle to its manifests: what was altered or is gone says nothing.
//!
//! A file with other bytes than the manifest names loses everything that it
//! said; what it might have shown is noted as a failure, and so is a file that
//! is named and isn't here. A manifest that says nothing of a file leaves it as
//! it is.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::Bundle;
use super::document::{Call, Document, Failure, Named, Origin};
use super::locate::Spot;
use super::manifest::{Entry, Integrity, Stream};
use crate::finding::Place;
use crate::report::{DocumentKind, Problem};

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
    let mut altered: BTreeMap<usize, (Failure, Problem)> = BTreeMap::new();
    let mut gone: BTreeMap<usize, Vec<Failure>> = BTreeMap::new();
    let mut interrupted = Vec::new();
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
            let found = file
                .and_then(|file| bundle.files.get(file))
                .and_then(|file| file.sha256.as_ref());
            let (code, what) = match entry.integrity(found) {
                Integrity::Intact if entry.stream == Stream::Stdout && !entry.succeeded() => (
                    "failed-call",
                    "is what a call printed that failed, as the manifest says",
                ),
                Integrity::Intact => continue,
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
                    let place = bundle.files.get(file).map(|file| Place {
                        file: Arc::clone(&file.source.name),
                        pointer: String::new(),
                        line: 1,
                        column: 1,
                        bytes: [0, 0],
                    });
                    let help = "take the bundle as it was collected, or collect again".to_owned();
                    altered.insert(
                        file,
                        (
                            failure,
                            Problem {
                                code,
                                message,
                                help: Some(help),
                                place,
                            },
                        ),
                    );
                }
                None => gone.entry(number).or_default().push(failure),
            }
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
                Box::new(Problem {
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
            Box::new(Problem {
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
                emptied.problem = Some(Box::new(problem.clone()));
                kept.push(emptied);
            }
            Some(_) => {}
        }
    }
    bundle.documents = kept;
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
