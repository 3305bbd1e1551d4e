//! AWS Security Hub: a trail in the details of an ASFF resource.
//!
//! The ARN stands in `Resources[].Id` where the details have none. ASFF has no
//! status, and spells `TrailArn` and `SnsTopicArn`.

use std::sync::Arc;

use crate::cloudtrail::arn;
use crate::cloudtrail::claim::{Claim, ClaimSource, Says};
use crate::document::object::Object;
use crate::recognise::facts::Listed;
use crate::recognise::hints::Hints;
use crate::recognise::reader::trail;
use crate::recognise::walk::{Walk, child};

/// Takes a resource with trail details, or the bare details.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    const DETAILS: &str = "AwsCloudTrailTrail";
    if let Some(details) = object.get(DETAILS) {
        walk.producer("security hub (asff)");
        let inner = of_resource(hints.clone());
        trail::take(walk, details, &child(pointer, DETAILS), &inner, true);
        return true;
    }
    if object.text("Type").as_deref() == Some(DETAILS) {
        walk.producer("security hub (asff)");
        let mut inner = of_resource(hints.under("Details"));
        if let Some(id) = object.text("Id").filter(|id| arn::trail_arn(id).is_some()) {
            let says = Says::Arn(id.as_ref().into());
            inner.claims.push(Claim::sure(ClaimSource::Value, says));
        }
        if let Some(region) = object.text("Region") {
            inner.origin.region = Some(Arc::from(region.as_ref()));
        }
        if let Some(details) = object
            .get("Details")
            .map(Object::new)
            .and_then(|details| details.get(DETAILS))
        {
            trail::take(
                walk,
                details,
                &child(&child(pointer, "Details"), DETAILS),
                &inner,
                true,
            );
        } else {
            let anchor = walk.anchor(object.node, pointer);
            let arn = object.text("Id");
            let arn = arn.filter(|id| arn::trail_arn(id).is_some());
            walk.found.shown.extend(arn.map(|arn| Listed {
                arn: Some(arn.as_ref().into()),
                name: None,
                home_region: None,
                anchor,
            }));
            walk.found.remark.get_or_insert_with(|| {
                "a trail that a finding of Security Hub is about, without its details".to_owned()
            });
        }
        return true;
    }
    false
}

/// What a finding says beside its resources is said of the finding.
fn of_resource(hints: Hints) -> Hints {
    Hints {
        untold: None,
        ..hints
    }
}
