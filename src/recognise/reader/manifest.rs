//! The manifest of a bundle that the collect script made.

use crate::document::object::Object;
use crate::recognise::facts::{Call, Failure, Named, Origin};
use crate::recognise::hints::Hints;
use crate::recognise::manifest;
use crate::recognise::manifest::{Manifest, Requested};
use crate::recognise::named;
use crate::recognise::values::{SIGNS_A_VALUE, signs_beyond};
use crate::recognise::walk::Walk;

/// The keys of a manifest (`src/schema/manifest.schema.json`).
const KEYS: [&str; 10] = [
    "schema",
    "tool",
    "aws_cli",
    "started_at",
    "finished_at",
    "complete",
    "requested",
    "organizations",
    "accounts",
    "files",
];

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
    let lists = ["requested", "accounts", "files"].iter();
    let entries = lists.filter_map(|key| Some(object.get(key)?.elements().len()));
    let made_of = signs_beyond(object.node.text()) / SIGNS_A_VALUE;
    let values = (2 * entries.sum::<usize>()).max(made_of);
    walk.left = walk.left.saturating_sub(values);
    if walk.is_full() {
        return true;
    }
    let Some(value) = object.node.to_value().filter(manifest::is_manifest) else {
        return false;
    };
    walk.producer("coldtrail collect");
    // What other keys say isn't known, but whom they say it of.
    let others = object.members.iter();
    let others = others.filter(|member| !KEYS.contains(&member.key.as_ref()));
    walk.found
        .rolls
        .extend(others.filter_map(|member| named::of_value(member.value)));
    match Manifest::read(&value) {
        Ok(manifest) => {
            let failures = manifest.requested.iter().filter_map(not_entered);
            walk.found.failures.extend(failures);
            walk.found.manifest = Some(Box::new(manifest));
        }
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

/// An account that was asked for, and of which not even the id is known: nobody
/// got in.
fn not_entered(request: &Requested) -> Option<Failure> {
    let is_unknown = !request.entered && request.account.is_none();
    let who = match (&request.profile, &request.role) {
        (Some(profile), _) => format!("the account of the profile `{profile}`"),
        (None, Some(role)) => format!("the account of the role `{role}`"),
        (None, None) => "an account".to_owned(),
    };
    is_unknown.then(|| Failure {
        call: Some(Call::Other),
        error: None,
        message: format!("{who} was asked for and couldn't be entered"),
        named: Named::No,
        origin: Origin::default(),
        hides_trails: true,
        anchor: None,
    })
}
