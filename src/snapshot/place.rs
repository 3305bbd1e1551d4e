//! From paths of the input back to places in the evidence.
//!
//! One function makes places: a path names a value of the input, and its
//! nearest counterpart in the evidence is found by walking the text that the
//! value was made from. A path to a key that isn't there points at the object
//! that should hold it.

use super::{Account, Form, Naming, RegionOutcome, Step, Trail};
use crate::cloudtrail::keys;
use crate::document::locate::Key;
use crate::evidence::Bundle;
use crate::finding::Place;
use crate::recognise::facts::{Document, Failure};

impl Account {
    /// The place of a path of this account's input, if it stands anywhere.
    #[must_use]
    pub fn place(&self, bundle: &Bundle, path: &[Step]) -> Option<Place> {
        match path {
            [Step::Key(top), Step::Index(index), rest @ ..] if **top == *"trails" => {
                self.trails.get(*index)?.place(bundle, rest)
            }
            [Step::Key(top), Step::Index(index), ..] if **top == *"regions" => {
                self.region_place(bundle, *index)
            }
            _ => {
                let first = self
                    .trails
                    .iter()
                    .find_map(|trail| trail.place(bundle, &[]));
                first.or_else(|| self.region_place(bundle, 0))
            }
        }
    }

    fn region_place(&self, bundle: &Bundle, index: usize) -> Option<Place> {
        let region = self.regions.get(index)?;
        let document = bundle.documents.get(region.document)?;
        match region.answer {
            RegionOutcome::Failed => match document.failures.get(region.index) {
                Some(failure) => Some(failed(bundle, document, failure)),
                None => Some(start(bundle, document)),
            },
            _ => {
                let answer = document.answers.get(region.index)?;
                Some(answer.anchor.whole(&bundle.name(document)))
            }
        }
    }
}

impl Trail {
    fn place(&self, bundle: &Bundle, path: &[Step]) -> Option<Place> {
        let top = match path.first() {
            Some(Step::Key(top)) => &**top,
            _ => "",
        };
        let rest = path.get(1..).unwrap_or_default();
        let status = || {
            let status = self.status?;
            let document = bundle.documents.get(status.document)?;
            let status = document.statuses.get(status.index)?;
            Some(status.anchor.place(
                &bundle.name(document),
                &status.text,
                &keys_of(rest),
                same_status_key,
            ))
        };
        match top {
            "status" | "status_complete" | "status_of_member" => status()
                .or_else(|| self.problem(bundle))
                .or_else(|| self.whole(bundle)),
            "status_problem" => self.problem(bundle).or_else(|| self.whole(bundle)),
            "sightings" => match rest {
                [Step::Index(index), Step::Key(inner), rest @ ..] if **inner == *"trail" => self
                    .sightings
                    .get(*index)
                    .and_then(|form| seen(bundle, form, &keys_of(rest))),
                [Step::Index(index), ..] => self
                    .sightings
                    .get(*index)
                    .and_then(|form| seen(bundle, form, &[])),
                _ => self.whole(bundle),
            },
            "trail" => self
                .sightings
                .first()
                .and_then(|form| seen(bundle, form, &keys_of(rest)))
                .or_else(|| self.whole(bundle)),
            "log_group" => self
                .log_group_place(bundle, rest)
                .or_else(|| self.whole(bundle)),
            "home_region" => self.key(bundle, keys::HOME_REGION),
            "organization" => self.key(bundle, keys::ORGANIZATION),
            "arn" | "id" => self.key(bundle, keys::TRAIL_ARN),
            "name" => self.key(bundle, keys::NAME),
            _ => self.whole(bundle),
        }
    }

    fn key(&self, bundle: &Bundle, key: &str) -> Option<Place> {
        self.sightings
            .first()
            .and_then(|form| seen(bundle, form, &[Key::Name(key)]))
            .or_else(|| self.whole(bundle))
    }

    /// The trail's object, or whatever names the trail.
    fn whole(&self, bundle: &Bundle) -> Option<Place> {
        if let Some(form) = self.sightings.first() {
            return seen(bundle, form, &[]);
        }
        let (document, naming) = self.named_at?;
        let document = bundle.documents.get(document)?;
        let file = bundle.name(document);
        match naming {
            Naming::Listed(index) => Some(document.listed.get(index)?.anchor.whole(&file)),
            Naming::Shown(index) => Some(document.shown.get(index)?.anchor.whole(&file)),
            Naming::Status(index) => {
                let status = document.statuses.get(index)?;
                Some(status.anchor.whole(&file))
            }
            Naming::Failure(index) => Some(failed(bundle, document, document.failures.get(index)?)),
        }
    }

    fn problem(&self, bundle: &Bundle) -> Option<Place> {
        let problem = self.status_problem.as_ref()?;
        let document = bundle.documents.get(problem.document)?;
        if let Some(status) = document.statuses.get(problem.index).filter(|_| {
            !matches!(
                problem.kind,
                super::ProblemKind::Failed | super::ProblemKind::Unreadable
            )
        }) {
            let key = status.conflict.as_ref().map(|conflict| &*conflict.key);
            let path: Vec<Key<'_>> = key.map(Key::Name).into_iter().collect();
            return Some(status.anchor.place(
                &bundle.name(document),
                &status.text,
                &path,
                same_status_key,
            ));
        }
        match document.failures.get(problem.index) {
            Some(failure) => Some(failed(bundle, document, failure)),
            None => Some(start(bundle, document)),
        }
    }

    fn log_group_place(&self, bundle: &Bundle, rest: &[Step]) -> Option<Place> {
        let shown = self.log_group?;
        let document = bundle.documents.get(shown.document)?;
        let answer = document.log_groups.get(shown.answer)?;
        let file = bundle.name(document);
        match shown.group.and_then(|group| answer.groups.get(group)) {
            Some(group) => {
                let inner = match rest {
                    [Step::Key(key), inner @ ..] if **key == *"group" => inner,
                    _ => &[],
                };
                Some(
                    group
                        .anchor
                        .place(&file, &group.text, &keys_of(inner), |a, b| a == b),
                )
            }
            None => Some(answer.anchor.whole(&file)),
        }
    }
}

fn seen(bundle: &Bundle, form: &Form, path: &[Key<'_>]) -> Option<Place> {
    let document = bundle.documents.get(form.document)?;
    let sighting = document.trails.get(form.index)?;
    Some(sighting.anchor.place(
        &bundle.name(document),
        &form.object.text,
        path,
        same_trail_key,
    ))
}

fn failed(bundle: &Bundle, document: &Document, failure: &Failure) -> Place {
    match &failure.anchor {
        Some(anchor) => anchor.whole(&bundle.name(document)),
        None => start(bundle, document),
    }
}

/// The document's problem, or where it begins.
fn start(bundle: &Bundle, document: &Document) -> Place {
    document
        .problem
        .as_ref()
        .and_then(|problem| problem.place.clone())
        .unwrap_or_else(|| Place {
            file: bundle.name(document),
            pointer: Box::default(),
            line: document.start.line,
            column: document.start.column,
            bytes: [document.start.byte, document.start.byte],
        })
}

fn keys_of(path: &[Step]) -> Vec<Key<'_>> {
    path.iter()
        .map(|step| match step {
            Step::Key(key) => Key::Name(key),
            Step::Index(index) => Key::Index(*index),
        })
        .collect()
}

fn same_trail_key(written: &str, asked: &str) -> bool {
    keys::trail_key(written).is_some_and(|key| key == asked)
}

fn same_status_key(written: &str, asked: &str) -> bool {
    keys::status_key(written).is_some_and(|key| key == asked)
}
