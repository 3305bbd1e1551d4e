//! The policy's input: one account as JSON, in the shape that
//! `schema/input.schema.json` publishes.
//!
//! AWS objects keep AWS's keys, whatever the producer wrote; times are RFC
//! 3339 in UTC. A time that the evidence leaves open is an object, so that a
//! policy which takes it for a time gets no verdict rather than a wrong one.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Account, Form, RegionOutcome, StatusRef, Trail};
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
        let regions: Vec<Value> = self
            .regions
            .iter()
            .map(|region| {
                json!({
                    "region": region.region.as_deref(),
                    "answer": match region.answer {
                        RegionOutcome::Trails => "trails",
                        RegionOutcome::Empty => "empty",
                        RegionOutcome::Failed => "failed",
                    },
                    "trails": region.trails,
                    "error": region.error,
                })
            })
            .collect();
        json!({
            "account_id": &*self.id,
            "as_of": time_or_null(self.as_of),
            "as_of_basis": self.as_of_basis.as_str(),
            "not_before": time_or_null(self.not_before),
            "regions": regions,
            "trails": self.trails.iter().map(|trail| trail.input(bundle)).collect::<Vec<_>>(),
        })
    }
}

impl Trail {
    fn input(&self, bundle: &Bundle) -> Value {
        let best = self.sightings.first();
        let sightings: Vec<Value> = self.sightings.iter().map(form).collect();
        let status = self.status.and_then(|status| found(bundle, status));
        let problem = self.status_problem.as_ref().map(|problem| {
            json!({"kind": problem.kind.as_str(), "message": problem.message, "error": problem.error.as_deref()})
        });
        let mut input = Map::new();
        let mut put = |key: &str, value: Value| {
            input.insert(key.to_owned(), value);
        };
        put("id", json!(&*self.id));
        put("arn", json!(self.arn.as_deref()));
        put("name", json!(&*self.name));
        put("home_region", json!(self.home_region.as_deref()));
        put("account_id", json!(self.account.as_deref()));
        put("organization", json!(self.organization));
        put("owner_in_evidence", json!(self.owner_in_evidence));
        put(
            "trail",
            best.map_or(Value::Null, |form| {
                Value::Object(trail_fields(&form.object.text))
            }),
        );
        put("complete", json!(best.is_some_and(|form| form.complete)));
        put(
            "contradiction",
            best.and_then(|form| form.object.contradiction.as_ref())
                .map_or(
                    Value::Null,
                    |it| json!({"kind": it.kind.as_str(), "message": &*it.message}),
                ),
        );
        put("sightings", Value::Array(sightings));
        put(
            "status",
            status.map_or(Value::Null, |status| {
                Value::Object(status_fields(&status.text))
            }),
        );
        put(
            "status_complete",
            json!(status.is_some_and(|status| status.complete)),
        );
        put("status_problem", json!(problem));
        put("as_of", time_or_null(self.as_of));
        put("as_of_basis", json!(self.as_of_basis.as_str()));
        put(
            "not_before",
            time_or_null(
                self.not_before
                    .filter(|_| self.as_of_basis != AsOfBasis::Unknown),
            ),
        );
        put("log_group", self.log_group_input(bundle));
        Value::Object(input)
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
        json!({"found": shown.group.is_some(), "group": group})
    }
}

fn form(form: &Form) -> Value {
    json!({
        "trail": trail_fields(&form.object.text),
        "complete": form.complete,
        "regions": form.regions.iter().map(|region| &**region).collect::<Vec<_>>(),
        "accounts": form.accounts.iter().map(|account| &**account).collect::<Vec<_>>(),
    })
}

fn found(bundle: &Bundle, status: StatusRef) -> Option<&crate::evidence::document::Status> {
    bundle
        .documents
        .get(status.document)?
        .statuses
        .get(status.index)
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
