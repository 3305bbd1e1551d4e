//! Reading the keys of a manifest's objects.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Problem;
use crate::time::rfc3339;

/// Reads the keys of one object, and notes what is wrong with them.
pub(super) struct Fields<'v, 'p> {
    fields: Option<&'v Map<String, Value>>,
    pointer: &'p str,
    problems: &'p mut Vec<Problem>,
}

impl<'v, 'p> Fields<'v, 'p> {
    pub(super) fn of(value: &'v Value, pointer: &'p str, problems: &'p mut Vec<Problem>) -> Self {
        let fields = value.as_object();
        if fields.is_none() {
            problems.push(Problem {
                pointer: pointer.to_owned(),
                message: "this must be an object".to_owned(),
            });
        }
        Self {
            fields,
            pointer,
            problems,
        }
    }

    /// What a key holds, read; nothing where it isn't there or isn't that.
    pub(super) fn get<T>(
        &mut self,
        key: &str,
        what: &str,
        read: impl Fn(&'v Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.fields?.get(key);
        let found = value.and_then(read);
        if found.is_none() {
            let (pointer, problem) = match value {
                Some(_) => (
                    format!("{}/{key}", self.pointer),
                    format!("`{key}` must be {what}"),
                ),
                None => (
                    self.pointer.to_owned(),
                    format!("`{key}` is missing: it must be {what}"),
                ),
            };
            self.problems.push(Problem {
                pointer,
                message: problem,
            });
        }
        found
    }

    /// Notes that what a key holds can't be true beside the rest.
    pub(super) fn refuse(&mut self, key: &str, message: String) {
        let pointer = format!("{}/{key}", self.pointer);
        self.problems.push(Problem { pointer, message });
    }

    pub(super) fn flag(&mut self, key: &str) -> bool {
        self.get(key, "true or false", Value::as_bool)
            .unwrap_or(false)
    }

    pub(super) fn time(&mut self, key: &str) -> Option<Timestamp> {
        self.get(key, "a time like `2025-12-21T00:57:30Z`", |value| {
            rfc3339(value.as_str()?).ok()
        })
    }

    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        self.get(key, "a string", Value::as_str).map(str::to_owned)
    }

    /// A string that may be null or not there.
    pub(super) fn optional(&mut self, key: &str) -> Option<String> {
        match self.fields?.get(key) {
            None | Some(Value::Null) => None,
            Some(_) => self.text(key),
        }
    }

    pub(super) fn list(&mut self, key: &str) -> &'v [Value] {
        self.get(key, "an array", Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn strings(&mut self, key: &str) -> Vec<String> {
        self.get(key, "an array of strings", strings)
            .unwrap_or_default()
    }
}

/// An array, if it holds nothing but strings.
pub(super) fn strings(value: &Value) -> Option<Vec<String>> {
    let words = value.as_array()?.iter();
    words.map(|word| word.as_str().map(str::to_owned)).collect()
}
