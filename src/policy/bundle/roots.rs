//! The roots of a bundle: the paths into `data` that it owns, so that no other
//! can change what it decides.

use serde_json::{Map, Value};

use super::Place;
use crate::policy::outline::Outline;
use crate::policy::problem::PolicyError;
use crate::policy::yaml::list;

/// Paths into `data`, with `/`; the empty one is all of it.
pub(in crate::policy) struct Roots(Vec<String>);

impl Roots {
    /// The roots of a manifest, which may not overlap.
    pub(super) fn new(place: &Place<'_>, given: Option<&[String]>) -> Result<Self, PolicyError> {
        let everything = [String::new()];
        let given = given.unwrap_or(&everything);
        let roots: Vec<String> = given
            .iter()
            .map(|root| root.trim_matches('/').to_owned())
            .collect();
        let twice = roots.iter().enumerate().find_map(|(index, root)| {
            let later = roots.iter().skip(index.saturating_add(1));
            later
                .filter(|other| overlap(root, other))
                .map(|other| (root, other))
                .next()
        });
        if let Some((one, other)) = twice {
            return Err(place.refuse(
                format!("its roots `{one}` and `{other}` overlap"),
                "list each root once in `.manifest`, and none within another",
            ));
        }
        Ok(Self(roots))
    }

    /// All of them, for a report.
    pub(super) fn sorted(&self) -> Vec<String> {
        let mut sorted = self.0.clone();
        sorted.sort();
        sorted
    }

    /// Whether a path into `data` is owned.
    pub(in crate::policy) fn own(&self, path: &str) -> bool {
        self.0.iter().any(|root| lies_in(path, root))
    }

    /// The first root that overlaps one of others.
    pub(in crate::policy) fn shared<'r>(&'r self, others: &Self) -> Option<&'r str> {
        let mut own = self.0.iter();
        own.find(|root| others.0.iter().any(|other| overlap(root, other)))
            .map(String::as_str)
    }

    /// The first path of a document that is owned, or stands where something
    /// owned belongs.
    pub(in crate::policy) fn claimed(&self, data: &Map<String, Value>) -> Option<String> {
        self.find(data, "", &|roots, path| roots.own(path))
    }

    /// Refuses a file whose package no root has.
    pub(super) fn hold_package(
        &self,
        place: &Place<'_>,
        name: &str,
        outline: &Outline,
    ) -> Result<(), PolicyError> {
        let Some((package, _)) = &outline.package else {
            return Ok(());
        };
        if self.own(&package.replace('.', "/")) {
            return Ok(());
        }
        Err(place.refuse(
            format!(
                "package `{package}` of `{name}` lies outside of its roots {}",
                self.listed()
            ),
            "add its root to `.manifest`, or take the file out of the bundle",
        ))
    }

    /// Refuses data that no root has.
    pub(super) fn hold_data(
        &self,
        place: &Place<'_>,
        data: &Map<String, Value>,
    ) -> Result<(), PolicyError> {
        match self.find(data, "", &|roots, path| !roots.own(path)) {
            None => Ok(()),
            Some(path) => Err(place.refuse(
                format!(
                    "data at `{path}` lies outside of its roots {}",
                    self.listed()
                ),
                "add its root to `.manifest`, or take the data out of the bundle",
            )),
        }
    }

    /// The first path of a document of which `is_it` holds; objects above a
    /// root are looked into.
    fn find(
        &self,
        data: &Map<String, Value>,
        above: &str,
        is_it: &dyn Fn(&Self, &str) -> bool,
    ) -> Option<String> {
        data.iter().find_map(|(key, value)| {
            let path = match above {
                "" => key.clone(),
                above => format!("{above}/{key}"),
            };
            match value {
                Value::Object(inner) if !self.own(&path) && self.has_below(&path) => {
                    self.find(inner, &path, is_it)
                }
                _ if is_it(self, &path) || self.has_below(&path) && !self.own(&path) => Some(path),
                _ => None,
            }
        })
    }

    fn has_below(&self, path: &str) -> bool {
        self.0.iter().any(|root| lies_in(root, path))
    }

    fn listed(&self) -> String {
        match self.0.is_empty() {
            true => "(it has none)".to_owned(),
            false => list(self.0.iter().map(String::as_str)),
        }
    }
}

/// Whether a path is another or lies below it.
fn lies_in(path: &str, root: &str) -> bool {
    root.is_empty()
        || path
            .strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn overlap(one: &str, other: &str) -> bool {
    lies_in(one, other) || lies_in(other, one)
}
