//! Which trail an object without an ARN shows.
//!
//! A trail's name is its own within an account and home region. So an object
//! that lost its ARN is no other trail than the one of that name there, and
//! what it says weighs with the rest: taken for a trail of its own, it would
//! hide a contradiction, and take the status that condemns.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::context::Context;
use crate::evidence::document::Sighting;
use crate::evidence::{Bundle, arn};

/// The ARNs that a bundle's trail objects have, by name.
#[derive(Debug, Default)]
pub(super) struct Names {
    arns: HashMap<Box<str>, BTreeSet<Arc<str>>>,
}

impl Names {
    pub(super) fn of(bundle: &Bundle) -> Self {
        let mut names = Self::default();
        for sighting in bundle
            .documents
            .iter()
            .flat_map(|document| &document.trails)
        {
            let object = &sighting.object;
            let Some(arn) = object.arn.as_deref() else {
                continue;
            };
            let last = arn::trail_arn(arn).map(|parts| parts.name);
            for name in [object.name.as_deref(), last].into_iter().flatten() {
                let known = names
                    .arns
                    .get(name)
                    .is_some_and(|known| known.contains(arn));
                if !name.is_empty() && !known {
                    names
                        .arns
                        .entry(name.into())
                        .or_default()
                        .insert(arn.into());
                }
            }
        }
        names
    }

    /// The ARN of the one trail that an object without one can show; `None`
    /// where there is none, or several.
    pub(super) fn arn(&self, sighting: &Sighting, context: &Context) -> Option<&Arc<str>> {
        let object = &sighting.object;
        let account = context.account(&sighting.origin);
        // Where it isn't said, an object's home is taken to be where it was seen.
        let asked = context.region(&sighting.origin);
        let home = object.home_region.as_deref().or(asked.as_deref());
        let mut fitting = self
            .arns
            .get(object.name.as_deref()?)?
            .iter()
            .filter(|arn| {
                arn::trail_arn(arn).is_some_and(|parts| {
                    home.is_none_or(|home| home == parts.region)
                        && account
                            .as_deref()
                            .is_none_or(|account| account == parts.account)
                })
            });
        let one = fitting.next()?;
        fitting.next().is_none().then_some(one)
    }
}

/// What a trail without an ARN is known by: two folders' trails of one name are
/// two trails, unless the folders are regions of one collection and both
/// objects say the same home region.
pub(super) fn key(folder: &str, asked: Option<&str>, home: Option<&str>, name: &str) -> String {
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let region = parts.iter().rposition(|part| asked == Some(*part));
    let mut key: Vec<&str> = match (region, home) {
        (Some(region), Some(home)) => parts
            .iter()
            .enumerate()
            .map(|(index, part)| if index == region { home } else { *part })
            .collect(),
        _ => parts,
    };
    key.push(name);
    key.join("/")
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn regions_of_one_collection_show_one_trail_and_other_folders_do_not() {
        let home = Some("us-east-1");
        let seen = |folder, region| key(folder, Some(region), home, "main");
        assert_eq!(seen("1/us-east-1", "us-east-1"), "1/us-east-1/main");
        assert_eq!(seen("1/eu-west-1", "eu-west-1"), "1/us-east-1/main");
        assert_eq!(seen("2/eu-west-1", "eu-west-1"), "2/us-east-1/main");
        assert_eq!(
            key("1/eu-west-1", Some("eu-west-1"), None, "main"),
            "1/eu-west-1/main"
        );
        assert_eq!(key("prod", Some("eu-west-1"), home, "main"), "prod/main");
        assert_eq!(key("", None, home, "main"), "main");
    }
}
