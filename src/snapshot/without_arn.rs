//! Which trail an object without an ARN shows.
//!
//! A trail's name is its own within an account and home region. So an object
//! that lost its ARN is no other trail than the one of that name there, and
//! what it says weighs with the rest: taken for a trail of its own, it would
//! hide a contradiction, and take the status that condemns.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::context::Context;
use crate::cloudtrail::arn;
use crate::evidence::Bundle;
use crate::recognise::facts::Sighting;

/// The ARNs that a bundle's trail objects have, by name and by what may be
/// known of an object besides.
#[derive(Debug, Default)]
pub(super) struct Names<'b> {
    arns: HashMap<Known<'b>, Fitting>,
}

/// The collection; a name; the region and the account of the ARN, where they
/// are asked for.
type Known<'b> = (&'b str, &'b str, Option<&'b str>, Option<&'b str>);

/// The ARNs that fit.
#[derive(Debug)]
enum Fitting {
    One(Arc<str>),
    Several,
}

impl<'b> Names<'b> {
    pub(super) fn of(bundle: &'b Bundle, contexts: &'b [Context]) -> Self {
        let mut names = Self::default();
        let sightings = || {
            let all = bundle.documents.iter().zip(contexts);
            all.flat_map(|(one, context)| {
                one.trails.iter().map(move |sighting| (sighting, context))
            })
        };
        // Hardly a bundle has an object without one.
        if sightings().all(|(sighting, _)| sighting.object.arn.is_some()) {
            return names;
        }
        for (sighting, context) in sightings() {
            let collection = &*context.collection;
            let object = &sighting.object;
            let Some(arn) = object.arn.as_deref() else {
                continue;
            };
            let Some(parts) = arn::trail_arn(arn) else {
                continue;
            };
            names.add(collection, parts.name, arn, parts);
            if let Some(name) = object.name.as_deref().filter(|name| *name != parts.name) {
                names.add(collection, name, arn, parts);
            }
        }
        names
    }

    fn add(&mut self, of: &'b str, name: &'b str, arn: &'b str, parts: arn::TrailArn<'b>) {
        if name.is_empty() {
            return;
        }
        let (region, account) = (Some(parts.region), Some(parts.account));
        for known in [
            (of, name, None, None),
            (of, name, region, None),
            (of, name, None, account),
            (of, name, region, account),
        ] {
            match self.arns.entry(known) {
                Entry::Vacant(vacant) => {
                    vacant.insert(Fitting::One(arn.into()));
                }
                Entry::Occupied(mut met) => {
                    if matches!(met.get(), Fitting::One(other) if **other != *arn) {
                        met.insert(Fitting::Several);
                    }
                }
            }
        }
    }

    /// The ARN of the one trail that an object without one can show; `None`
    /// where there is none, or several.
    pub(super) fn arn(&self, sighting: &Sighting, context: &Context) -> Option<Arc<str>> {
        let object = &sighting.object;
        let account = context.account(&sighting.origin);
        // Where it isn't said, an object's home is taken to be where it was seen.
        let asked = context.region(&sighting.origin);
        let home = object
            .home_region
            .as_deref()
            .or(asked.map(|asked| &**asked));
        let name = object.name.as_deref()?;
        let known = (&*context.collection, name, home, account.map(|id| &**id));
        match self.arns.get(&known)? {
            Fitting::One(arn) => Some(Arc::clone(arn)),
            Fitting::Several => None,
        }
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
