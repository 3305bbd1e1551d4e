//! The policy's input: one account as JSON, in the shape that
//! `schema/input.schema.json` publishes.
//!
//! AWS objects keep AWS's keys, whatever the producer wrote; times are RFC
//! 3339 in UTC. A time that the evidence leaves open is an object, so that a
//! policy which takes it for a time gets no verdict rather than a wrong one.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::build::{Build, Json};
use super::{Account, Form, RegionAnswer, Sorted, Trail};
use crate::cloudtrail::keys;
use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::evidence::Bundle;
use crate::finding::AsOfBasis;
use crate::recognise::reader::status;
use crate::time::Moment;

/// One step of a path into the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A member of an object.
    Key(Arc<str>),
    /// An element of an array.
    Index(usize),
}

impl Account {
    /// The policy's input for this account, as JSON.
    #[must_use]
    pub fn input(&self, bundle: &Bundle) -> Value {
        self.input_of(bundle, &mut Json)
    }

    /// The policy's input for this account, made of what `build` makes.
    pub fn input_of<B: Build>(&self, bundle: &Bundle, build: &mut B) -> B::Value {
        let regions = self.regions.iter().map(|one| region(one, build)).collect();
        let trails = self.trails.iter().map(|trail| trail.input(bundle, build));
        let trails = trails.collect();
        let expected = self
            .expected
            .iter()
            .map(|basis| build.text(basis))
            .collect();
        let expected = build.array(expected);
        let missing = self
            .missing_regions
            .iter()
            .map(|region| build.text(region))
            .collect();
        let missing = build.array(missing);
        let members = vec![
            ("account_id", build.text(&self.id)),
            ("as_of", time_or_null(self.as_of, build)),
            ("as_of_basis", build.text(self.as_of_basis.as_str())),
            ("not_before", time_or_null(self.not_before, build)),
            ("answered", truth(self.answered, build)),
            ("expected_by", expected),
            ("missing_regions", missing),
            ("regions_known", truth(self.regions_known, build)),
            ("regions", build.array(regions)),
            ("trails", build.array(trails)),
        ];
        build.object(members)
    }
}

fn region<B: Build>(region: &RegionAnswer, build: &mut B) -> B::Value {
    let members = vec![
        ("region", text_or_null(region.region.as_deref(), build)),
        ("answer", build.text(region.answer.as_str())),
        ("trails", build.json(Value::from(region.trails))),
        ("error", text_or_null(region.error.as_deref(), build)),
    ];
    build.object(members)
}

impl Trail {
    fn input<B: Build>(&self, bundle: &Bundle, build: &mut B) -> B::Value {
        let best = self.sightings.first();
        let mut trail = None;
        let mut sightings = Vec::with_capacity(self.sightings.len());
        for form in &self.sightings {
            let fields = trail_object(&form.object.text, build);
            trail.get_or_insert_with(|| fields.clone());
            sightings.push(sighting(form, fields, build));
        }
        let trail = trail.unwrap_or_else(|| build.json(Value::Null));
        let status = self.status.and_then(|status| status.of(bundle));
        let problem = match &self.status_problem {
            Some(problem) => {
                let members = vec![
                    ("kind", build.text(problem.kind.as_str())),
                    ("message", build.text(&problem.message)),
                    ("error", text_or_null(problem.error.as_deref(), build)),
                ];
                build.object(members)
            }
            None => build.json(Value::Null),
        };
        let own = best.and_then(|form| form.object.contradiction.as_ref());
        let contradiction = match (own, &self.unknown) {
            (None, Some(message)) => {
                let members = vec![
                    ("kind", build.text("collection")),
                    ("message", build.text(message)),
                ];
                build.object(members)
            }
            (Some(it), _) => {
                let members = vec![
                    ("kind", build.text(it.kind.as_str())),
                    ("message", build.text(&it.message)),
                ];
                build.object(members)
            }
            (None, None) => build.json(Value::Null),
        };
        let not_before = self
            .not_before
            .filter(|_| self.as_of_basis != AsOfBasis::Unknown);
        let complete = best.is_some_and(|form| form.complete);
        let fields = match status {
            Some(status) => status_object(&status.text, build),
            None => build.json(Value::Null),
        };
        let status_complete = status.is_some_and(|status| status.complete);
        let members = vec![
            ("id", build.text(&self.id)),
            ("arn", text_or_null(self.arn.as_deref(), build)),
            ("name", build.text(&self.name)),
            (
                "home_region",
                text_or_null(self.home_region.as_deref(), build),
            ),
            ("account_id", text_or_null(self.account.as_deref(), build)),
            ("organization", truth(self.organization, build)),
            ("owner_in_evidence", truth(self.owner_in_evidence, build)),
            ("trail", trail),
            ("complete", truth(complete, build)),
            ("contradiction", contradiction),
            ("sightings", build.array(sightings)),
            ("status", fields),
            ("status_complete", truth(status_complete, build)),
            ("status_of_member", truth(self.status_of_member, build)),
            ("status_problem", problem),
            ("as_of", time_or_null(self.as_of, build)),
            ("as_of_basis", build.text(self.as_of_basis.as_str())),
            ("not_before", time_or_null(not_before, build)),
            ("log_group", self.log_group_input(bundle, build)),
        ];
        build.object(members)
    }

    fn log_group_input<B: Build>(&self, bundle: &Bundle, build: &mut B) -> B::Value {
        let Some(shown) = self.log_group else {
            return build.json(Value::Null);
        };
        let group = bundle
            .documents
            .get(shown.document)
            .and_then(|document| document.log_groups.get(shown.answer))
            .and_then(|answer| answer.groups.get(shown.group?))
            .and_then(|group| serde_json::from_str::<Value>(&group.text).ok());
        let members = vec![
            ("found", truth(shown.group.is_some(), build)),
            ("group", build.json(group.unwrap_or(Value::Null))),
        ];
        build.object(members)
    }
}

fn sighting<B: Build>(form: &Form, fields: B::Value, build: &mut B) -> B::Value {
    let regions = texts(&form.regions, build);
    let accounts = texts(&form.accounts, build);
    let members = vec![
        ("trail", fields),
        ("complete", truth(form.complete, build)),
        ("regions", regions),
        ("accounts", accounts),
    ];
    build.object(members)
}

fn texts<B: Build>(all: &Sorted, build: &mut B) -> B::Value {
    let all = all.iter().map(|one| build.text(one)).collect();
    build.array(all)
}

fn truth<B: Build>(truth: bool, build: &mut B) -> B::Value {
    build.json(Value::Bool(truth))
}

fn text_or_null<B: Build>(text: Option<&str>, build: &mut B) -> B::Value {
    match text {
        Some(text) => build.text(text),
        None => build.json(Value::Null),
    }
}

fn time_or_null<B: Build>(at: Option<Timestamp>, build: &mut B) -> B::Value {
    match at {
        Some(at) => build.text(&at.to_string()),
        None => build.json(Value::Null),
    }
}

fn trail_object<B: Build>(text: &str, build: &mut B) -> B::Value {
    let fields = trail_fields(text);
    let mut members = Vec::with_capacity(fields.len());
    for (key, node) in &fields {
        let value = match node.kind() {
            Kind::String => node.as_str().map(|text| build.text(&text)),
            _ => node.to_value().map(|value| build.json(value)),
        };
        members.extend(value.map(|value| (&**key, value)));
    }
    build.object(members)
}

/// The members of a trail object under AWS's keys, each key once. What is a
/// status in it, or the producer's own, stays out where it would only cost;
/// AWS's keys that are not known here stay as they are.
pub(super) fn trail_fields(text: &str) -> Vec<(Cow<'_, str>, Node<'_>)> {
    let members = Node::kept(text).members();
    let mut fields: Vec<(Cow<'_, str>, Node<'_>)> = Vec::with_capacity(members.len());
    let mut places = KnownKeys::default();
    for member in members {
        let key = match keys::trail_key(&member.key) {
            Some(key) => Cow::Borrowed(key),
            None if keys::status_key(&member.key).is_some() || is_nested(&member.key) => continue,
            None => member.key.clone(),
        };
        match places.of(&key, &fields).and_then(|at| fields.get_mut(at)) {
            None => {
                places.note(&key, fields.len());
                fields.push((key, member.value));
            }
            // The key as AWS spells it wins over a row's own short form.
            Some(known) if key == member.key => known.1 = member.value,
            Some(_) => {}
        }
    }
    fields
}

/// Where keys stand among the members so far. AWS's objects have few, which are
/// found faster than they are hashed.
#[derive(Default)]
struct KnownKeys(HashMap<String, usize>);

/// So many members are looked through.
const FEW: usize = 32;

impl KnownKeys {
    fn of(&self, key: &str, fields: &[(Cow<'_, str>, Node<'_>)]) -> Option<usize> {
        let first = fields.iter().take(FEW).position(|(known, _)| known == key);
        first.or_else(|| self.0.get(key).copied())
    }

    fn note(&mut self, key: &str, at: usize) {
        if at >= FEW {
            self.0.insert(key.to_owned(), at);
        }
    }
}

fn is_nested(key: &str) -> bool {
    keys::is_of_status(key) || keys::folds_to(key, "responsemetadata")
}

/// A status under AWS's keys, every time as the input spells it.
fn status_object<B: Build>(text: &str, build: &mut B) -> B::Value {
    let object = Object::new(Node::kept(text));
    let fields = status::fields(&object);
    let times = status::times(&object);
    let mut members = Vec::with_capacity(fields.len());
    for (key, value) in fields {
        let value = match times.iter().find(|(known, _)| *known == key) {
            Some((_, moment)) => time(moment, &value, build),
            None => build.json(value),
        };
        members.push((key, value));
    }
    build.object(members)
}

fn time<B: Build>(moment: &Moment, said: &Value, build: &mut B) -> B::Value {
    let text = || {
        said.as_str()
            .map_or_else(|| said.to_string(), str::to_owned)
    };
    match moment {
        Moment::Never => build.json(Value::Null),
        Moment::At(at) => build.text(&at.to_string()),
        Moment::Between { earliest, latest } => build.json(json!({
            "text": text(), "earliest": earliest.to_string(), "latest": latest.to_string(),
        })),
        Moment::Unreadable(why) => build.json(json!({"text": text(), "unreadable": why})),
    }
}
