//! The published JSON of an inspection, schema version 1.1, and the policy's
//! inputs alone.
//!
//! Inputs are taken one by one and written as they come: an organization's are
//! too much to hold at once.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Arc;

use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::{Each, Time, ToolJson, formatter};
use crate::finding::Place;
use crate::inspection::{
    Inspection, Missing, SeenAccount, SeenDocument, SeenForm, SeenRegion, SeenStatus, SeenTie,
    SeenTrail,
};

/// The version of the schema that [`render`] writes.
pub const SCHEMA_VERSION: &str = "1.1";

/// Writes the inspection and the policy's inputs as one JSON object, indented
/// by two spaces, with a line break at the end.
///
/// # Errors
/// Only those of the writer.
pub fn render(
    inspection: &Inspection,
    inputs: impl Iterator<Item = Value>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let json = InspectionJson {
        schema_version: SCHEMA_VERSION,
        tool: ToolJson::this(),
        parameters: ParametersJson {
            as_of: inspection.as_of.map(Time),
        },
        documents: Each(&inspection.documents, DocumentJson::new),
        accounts: Each(&inspection.accounts, AccountJson::new),
        inputs: Stream::new(inputs),
    };
    formatter::write_pretty(out, &json)
}

/// Writes the policy's inputs as one JSON array, an account each, indented by
/// two spaces, with a line break at the end.
///
/// # Errors
/// Only those of the writer.
pub fn render_inputs(inputs: impl Iterator<Item = Value>, out: &mut dyn Write) -> io::Result<()> {
    formatter::write_pretty(out, &Stream::new(inputs))
}

/// A sequence that can be written once.
struct Stream<I>(RefCell<Option<I>>);

impl<I> Stream<I> {
    fn new(values: I) -> Self {
        Self(RefCell::new(Some(values)))
    }
}

impl<I: Iterator<Item = Value>> Serialize for Stream<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

#[derive(serde::Serialize)]
struct InspectionJson<'a, I> {
    schema_version: &'static str,
    tool: ToolJson,
    parameters: ParametersJson,
    documents: Each<'a, SeenDocument, DocumentJson<'a>>,
    accounts: Each<'a, SeenAccount, AccountJson<'a>>,
    inputs: I,
}

#[derive(serde::Serialize)]
struct ParametersJson {
    as_of: Option<Time>,
}

#[derive(serde::Serialize)]
struct DocumentJson<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    sha256: Option<String>,
    bytes: u64,
    encoding: Option<&'static str>,
    kind: &'static str,
    producer: Option<&'static str>,
    account_id: Option<&'a str>,
    region: Option<&'a str>,
    as_of: Option<Time>,
    as_of_basis: &'static str,
    shows: ShowsJson,
    ties: Each<'a, SeenTie, TieJson<'a>>,
    problem: Option<ProblemJson<'a>>,
    detail: Option<&'a str>,
}

impl<'a> DocumentJson<'a> {
    fn new(document: &'a SeenDocument) -> Self {
        Self {
            file: &document.file,
            line: document.line,
            column: document.column,
            sha256: document.sha256.map(crate::text::hex),
            bytes: document.bytes,
            encoding: document.encoding,
            kind: document.kind.as_str(),
            producer: document.producer,
            account_id: document.account.as_deref(),
            region: document.region.as_deref(),
            as_of: document.collected.at.map(Time),
            as_of_basis: document.collected.basis.as_str(),
            shows: ShowsJson {
                trails: document.shows.trails,
                statuses: document.shows.statuses,
                names: document.shows.names,
                log_groups: document.shows.log_groups,
                failed_calls: document.shows.failed_calls,
            },
            ties: Each(&document.ties, TieJson::new),
            problem: document.problem.as_ref().map(|problem| ProblemJson {
                code: problem.code,
                message: &problem.message,
                help: problem.help.as_deref(),
                place: problem.place.as_ref().map(PlaceJson::new),
            }),
            detail: document.detail.as_deref(),
        }
    }
}

#[derive(serde::Serialize)]
struct ShowsJson {
    trails: usize,
    statuses: usize,
    names: usize,
    log_groups: usize,
    failed_calls: usize,
}

#[derive(serde::Serialize)]
struct ProblemJson<'a> {
    code: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    place: Option<PlaceJson<'a>>,
}

#[derive(serde::Serialize)]
struct TieJson<'a> {
    what: &'static str,
    place: Option<PlaceJson<'a>>,
    trail: Option<&'a str>,
    rule: Option<&'static str>,
}

impl<'a> TieJson<'a> {
    fn new(tie: &'a SeenTie) -> Self {
        Self {
            what: if tie.failed { "failed-call" } else { "status" },
            place: tie.place.as_ref().map(PlaceJson::new),
            trail: tie.trail.as_deref(),
            rule: tie.rule,
        }
    }
}

#[derive(serde::Serialize)]
struct PlaceJson<'a> {
    file: &'a str,
    pointer: &'a str,
    line: usize,
    column: usize,
    bytes: [usize; 2],
}

impl<'a> PlaceJson<'a> {
    fn new(place: &'a Place) -> Self {
        Self {
            file: &place.file,
            pointer: &place.pointer,
            line: place.line,
            column: place.column,
            bytes: place.bytes,
        }
    }
}

#[derive(serde::Serialize)]
struct AccountJson<'a> {
    id: Option<&'a str>,
    as_of: Option<Time>,
    as_of_basis: &'static str,
    not_before: Option<Time>,
    regions: Each<'a, SeenRegion, RegionJson<'a>>,
    trails: Each<'a, SeenTrail, TrailJson<'a>>,
    missing: Each<'a, Missing, MissingJson<'a>>,
}

impl<'a> AccountJson<'a> {
    fn new(account: &'a SeenAccount) -> Self {
        Self {
            id: account.id.as_deref(),
            as_of: account.collected.at.map(Time),
            as_of_basis: account.collected.basis.as_str(),
            not_before: account.not_before.map(Time),
            regions: Each(&account.regions, RegionJson::new),
            trails: Each(&account.trails, TrailJson::new),
            missing: Each(&account.missing, MissingJson::new),
        }
    }
}

#[derive(serde::Serialize)]
struct RegionJson<'a> {
    region: Option<&'a str>,
    answer: &'static str,
    trails: usize,
    error: Option<&'a str>,
    place: Option<PlaceJson<'a>>,
}

impl<'a> RegionJson<'a> {
    fn new(region: &'a SeenRegion) -> Self {
        Self {
            region: region.region.as_deref(),
            answer: region.answer,
            trails: region.trails,
            error: region.error.as_deref(),
            place: region.place.as_ref().map(PlaceJson::new),
        }
    }
}

#[derive(serde::Serialize)]
struct TrailJson<'a> {
    id: &'a str,
    arn: Option<&'a str>,
    name: &'a str,
    home_region: Option<&'a str>,
    organization: bool,
    owner_in_evidence: bool,
    as_of: Option<Time>,
    as_of_basis: &'static str,
    sightings: Each<'a, SeenForm, FormJson<'a>>,
    status: Option<StatusJson<'a>>,
    missing: Each<'a, Missing, MissingJson<'a>>,
}

impl<'a> TrailJson<'a> {
    fn new(trail: &'a SeenTrail) -> Self {
        Self {
            id: &trail.id,
            arn: trail.arn.as_deref(),
            name: &trail.name,
            home_region: trail.home_region.as_deref(),
            organization: trail.organization,
            owner_in_evidence: trail.owner_in_evidence,
            as_of: trail.collected.at.map(Time),
            as_of_basis: trail.collected.basis.as_str(),
            sightings: Each(&trail.sightings, FormJson::new),
            status: trail.status.as_ref().map(StatusJson::new),
            missing: Each(&trail.missing, MissingJson::new),
        }
    }
}

#[derive(serde::Serialize)]
struct FormJson<'a> {
    place: Option<PlaceJson<'a>>,
    complete: bool,
    regions: Texts<'a>,
    accounts: Texts<'a>,
}

impl<'a> FormJson<'a> {
    fn new(form: &'a SeenForm) -> Self {
        Self {
            place: form.place.as_ref().map(PlaceJson::new),
            complete: form.complete,
            regions: Texts(&form.regions),
            accounts: Texts(&form.accounts),
        }
    }
}

struct Texts<'a>(&'a [Arc<str>]);

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|text| &**text))
    }
}

#[derive(serde::Serialize)]
struct StatusJson<'a> {
    place: Option<PlaceJson<'a>>,
    rule: Option<&'static str>,
    complete: bool,
}

impl<'a> StatusJson<'a> {
    fn new(status: &'a SeenStatus) -> Self {
        Self {
            place: status.place.as_ref().map(PlaceJson::new),
            rule: status.rule,
            complete: status.complete,
        }
    }
}

#[derive(serde::Serialize)]
struct MissingJson<'a> {
    what: &'static str,
    message: &'a str,
    commands: &'a [String],
}

impl<'a> MissingJson<'a> {
    fn new(missing: &'a Missing) -> Self {
        Self {
            what: missing.what.as_str(),
            message: &missing.message,
            commands: &missing.commands,
        }
    }
}
