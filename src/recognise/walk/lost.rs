//! Lists of trails that aren't read where they should be, or stand where nobody
//! knows what they mean.

use super::Walk;
use crate::document::json::Node;
use crate::document::locate::Anchor;
use crate::document::object::Object;
use crate::recognise::facts::{Call, Failure, Named};
use crate::recognise::hints::Hints;

impl<'a> Walk<'a, '_> {
    /// Notes a list of trails that lies under a key which nobody knows.
    pub fn unplaced(&mut self, list: Node<'a>, anchor: Anchor, key: &str, hints: &Hints) {
        let message = format!(
            "what `{key}` says of the trails under it isn't known: it may not be so now, and is not read"
        );
        self.lose(list, anchor, &message, hints);
    }

    /// Notes a list of trails that isn't read, and each trail in it: what is read of
    /// one elsewhere may not be so.
    pub fn lose(&mut self, list: Node<'_>, anchor: Anchor, message: &str, hints: &Hints) {
        let failure = |named: Named| Failure {
            call: Some(Call::DescribeTrails),
            error: None,
            message: message.to_owned(),
            hides_trails: named == Named::No,
            named,
            origin: hints.origin.clone(),
            anchor: Some(anchor.clone()),
        };
        let text = list.as_str().unwrap_or_default();
        let inner = Node::parse(text.trim());
        let trails = inner.unwrap_or(list).elements();
        let named = trails.into_iter().map(Object::new).filter_map(|trail| {
            let arn = trail.text("TrailARN").filter(|arn| !arn.is_empty());
            match arn {
                Some(arn) => Some(Named::Arn(arn.into())),
                None => Some(Named::Name(trail.text("Name")?.into())),
            }
        });
        let failures = named.chain([Named::No]).map(failure);
        self.found.failures.extend(failures);
    }
}
