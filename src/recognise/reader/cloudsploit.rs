//! CloudSploit's collection: `cloudtrail.describeTrails[REGION].data`.
//!
//! An entry is `{"data": …}` or `{"err": …}`; a region whose data is an empty
//! list was asked and has no trail.

use crate::document::json::Kind;
use crate::document::object::Object;
use crate::recognise::facts::{Answer, Call};
use crate::recognise::hints::Hints;
use crate::recognise::walk::{Walk, child};

/// Takes one region's entry of describeTrails.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    if hints.call != Some(Call::DescribeTrails)
        || hints.origin.region.is_none()
        || object.has("err")
    {
        return false;
    }
    let Some(data) = object.get("data").filter(|data| data.kind() == Kind::Array) else {
        return false;
    };
    walk.producer("cloudsploit collection");
    let pointer = child(pointer, "data");
    let anchor = walk.anchor(data, &pointer);
    walk.found.answers.push(Answer {
        trails: data.elements().len(),
        whole: true,
        anchor,
        origin: hints.origin.clone(),
        collected: hints.collected,
    });
    walk.visit(data, &pointer, &hints.under("data"));
    true
}
