//! The policy's input: one account as JSON, in the shape that
//! `schema/input.schema.json` publishes.
//!
//! AWS objects keep AWS's keys, whatever the producer wrote; times are RFC
//! 3339 in UTC. A time that the evidence leaves open is an object, so that a
//! policy which takes it for a time gets no verdict rather than a wrong one.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Account, Form, RegionAnswer, Trail};
use crate::evidence::json::Node;
use crate::evidence::reader::status;
use crate::evidence::recognise::Object;
use crate::evidence::time::{self, Moment};
use crate::evidence::{Bundle, keys};
use crate::report::AsOfBasis;

/// One step of a path into the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A member of an object.
    Key(String),
    /// An element of an array.
    Index(usize),
}

impl Account {
    /// The policy's input for this account.
    #[must_use]
    pub fn input(&self, bundle: &Bundle) -> Value {
        let regions = self.regions.iter().map(region).collect();
        let trails = self.trails.iter().map(|trail| trail.input(bundle));
        object([
            ("account_id", text(&self.id)),
            ("as_of", time_or_null(self.as_of)),
            ("as_of_basis", text(self.as_of_basis.as_str())),
            ("not_before", time_or_null(self.not_before)),
            ("regions", Value::Array(regions)),
            ("trails", Value::Array(trails.collect())),
        ])
    }
}

fn region(region: &RegionAnswer) -> Value {
    object([
        ("region", text_or_null(region.region.as_deref())),
        ("answer", text(region.answer.as_str())),
        ("trails", Value::from(region.trails)),
        ("error", text_or_null(region.error.as_deref())),
    ])
}

impl Trail {
    fn input(&self, bundle: &Bundle) -> Value {
        let best = self.sightings.first();
        let sightings: Vec<Value> = self.sightings.iter().map(form).collect();
        let trail = sightings
            .first()
            .and_then(|form| form.get("trail"))
            .cloned();
        let status = self.status.and_then(|status| status.of(bundle));
        let problem = self.status_problem.as_ref().map(|problem| {
            object([
                ("kind", text(problem.kind.as_str())),
                ("message", text(&problem.message)),
                ("error", text_or_null(problem.error.as_deref())),
            ])
        });
        let contradiction = best.and_then(|form| form.object.contradiction.as_ref());
        let contradiction = contradiction.map(|it| {
            object([
                ("kind", text(it.kind.as_str())),
                ("message", text(&it.message)),
            ])
        });
        let not_before = self
            .not_before
            .filter(|_| self.as_of_basis != AsOfBasis::Unknown);
        object([
            ("id", text(&self.id)),
            ("arn", text_or_null(self.arn.as_deref())),
            ("name", text(&self.name)),
            ("home_region", text_or_null(self.home_region.as_deref())),
            ("account_id", text_or_null(self.account.as_deref())),
            ("organization", Value::Bool(self.organization)),
            ("owner_in_evidence", Value::Bool(self.owner_in_evidence)),
            ("trail", trail.unwrap_or(Value::Null)),
            (
                "complete",
                Value::Bool(best.is_some_and(|form| form.complete)),
            ),
            ("contradiction", contradiction.unwrap_or(Value::Null)),
            ("sightings", Value::Array(sightings)),
            (
                "status",
                status.map_or(Value::Null, |status| {
                    Value::Object(status_fields(&status.text))
                }),
            ),
            (
                "status_complete",
                Value::Bool(status.is_some_and(|status| status.complete)),
            ),
            ("status_problem", problem.unwrap_or(Value::Null)),
            ("as_of", time_or_null(self.as_of)),
            ("as_of_basis", text(self.as_of_basis.as_str())),
            ("not_before", time_or_null(not_before)),
            ("log_group", self.log_group_input(bundle)),
        ])
    }

    fn log_group_input(&self, bundle: &Bundle) -> Value {
        let Some(shown) = self.log_group else {
            return Value::Null;
        };
        let group = bundle
            .documents
            .get(shown.document)
            .and_then(|document| document.log_groups.get(shown.answer))
            .and_then(|answer| answer.groups.get(shown.group?))
            .and_then(|group| serde_json::from_str::<Value>(&group.text).ok());
        object([
            ("found", Value::Bool(shown.group.is_some())),
            ("group", group.unwrap_or(Value::Null)),
        ])
    }
}

fn form(form: &Form) -> Value {
    let texts = |all: &BTreeSet<Arc<str>>| Value::Array(all.iter().map(|one| text(one)).collect());
    object([
        ("trail", Value::Object(trail_fields(&form.object.text))),
        ("complete", Value::Bool(form.complete)),
        ("regions", texts(&form.regions)),
        ("accounts", texts(&form.accounts)),
    ])
}

/// An object of these members, without a detour over a serializer: the input
/// of every account is made of them.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(
        members
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn text_or_null(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| Value::String(text.to_owned()))
}

fn time_or_null(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| Value::String(at.to_string()))
}

/// A trail object under AWS's keys. What is a status in it, or the producer's
/// own, stays out where it would only cost; AWS's keys that are not known here
/// stay as they are.
pub(super) fn trail_fields(text: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    let Ok(node) = Node::parse(text) else {
        return fields;
    };
    for member in node.members() {
        let key = match keys::trail_key(&member.key) {
            Some(key) => key,
            None if keys::status_key(&member.key).is_some() || is_nested(&member.key) => continue,
            None => member.key.as_ref(),
        };
        if let Some(value) = member.value.to_value() {
            // The key as AWS spells it wins over a row's own short form.
            if key == member.key || !fields.contains_key(key) {
                fields.insert(key.to_owned(), value);
            }
        }
    }
    fields
}

fn is_nested(key: &str) -> bool {
    matches!(
        keys::fold(key).as_str(),
        "status"
            | "loggingstatus"
            | "trailstatus"
            | "c7ntrailstatus"
            | "gettrailstatus"
            | "responsemetadata"
    )
}

/// A status under AWS's keys, every time as the input spells it.
fn status_fields(text: &str) -> Map<String, Value> {
    let Ok(node) = Node::parse(text) else {
        return Map::new();
    };
    let mut fields = status::fields(&Object::new(node));
    for (key, moment) in time::read_status(&fields) {
        let text = |fields: &Map<String, Value>| {
            fields
                .get(&key)
                .map(|value| {
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                })
                .unwrap_or_default()
        };
        let value = match moment {
            Moment::Never => Value::Null,
            Moment::At(at) => Value::String(at.to_string()),
            Moment::Between { earliest, latest } => {
                json!({"text": text(&fields), "earliest": earliest.to_string(), "latest": latest.to_string()})
            }
            Moment::Unreadable(why) => json!({"text": text(&fields), "unreadable": why}),
        };
        fields.insert(key, value);
    }
    fields
}
