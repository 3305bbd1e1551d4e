//! The manifest of a bundle that the collect script made.

use crate::evidence::document::{Call, Failure, Named, Origin};
use crate::evidence::manifest::{self, Manifest};
use crate::evidence::object::Object;
use crate::evidence::recognise::{Hints, Walk};

/// Takes a document that says it is a manifest.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    _hints: &Hints,
) -> bool {
    // Only a whole document is one, and building a value is not for free.
    if !pointer.is_empty() || !object.has("schema") {
        return false;
    }
    let Some(value) = object.node.to_value().filter(manifest::is_manifest) else {
        return false;
    };
    walk.producer("coldtrail collect");
    match Manifest::read(&value) {
        Ok(manifest) => walk.found.manifest = Some(Box::new(manifest)),
        Err(error) => walk.found.failures.push(Failure {
            call: Some(Call::DescribeTrails),
            error: None,
            message: error.to_string(),
            named: Named::No,
            origin: Origin::default(),
            hides_trails: true,
            anchor: None,
        }),
    }
    true
}
