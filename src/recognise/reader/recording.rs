//! Recorded calls: an answer inside a wrapper that says what was asked.
//!
//! placebo (`status_code`, `data`) and aws-list-all (`service`, `region`,
//! `operation`, `response`). The answer may be an error that was recorded.

use std::sync::Arc;

use crate::document::json::Kind;
use crate::document::object::Object;
use crate::recognise::facts::{Call, Failure, Named};
use crate::recognise::hints::Hints;
use crate::recognise::walk::{Walk, child};

/// Takes a recorded call and looks at its answer.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    if let (Some(code), Some(data)) = (object.get("status_code"), object.get("data"))
        && code.kind() == Kind::Number
        && data.kind() == Kind::Object
    {
        walk.producer("placebo recording");
        if code.text() != "200" {
            let error = Object::new(data).get("Error").map(Object::new);
            let part = |key| {
                error
                    .as_ref()
                    .and_then(|error| error.text(key))
                    .map(std::borrow::Cow::into_owned)
            };
            let anchor = walk.anchor(object.node, pointer);
            walk.found.failures.push(Failure {
                call: hints.call,
                error: part("Code").map(Into::into),
                message: part("Message").unwrap_or_else(|| {
                    format!("the call was answered with status {}", code.text())
                }),
                named: Named::No,
                origin: hints.origin.clone(),
                hides_trails: true,
                anchor: Some(anchor),
            });
            return true;
        }
        let inner = hints.beside(object).under("data");
        walk.visit(data, &child(pointer, "data"), &inner);
        return true;
    }
    if let (Some(_), Some(operation), Some(response)) = (
        object.get("service"),
        object.text("operation"),
        object
            .get("response")
            .filter(|response| matches!(response.kind(), Kind::Object | Kind::Array)),
    ) {
        walk.producer("aws-list-all");
        let mut inner = hints.beside(object).under("response");
        inner.call = Call::named(&operation).or(inner.call);
        if let Some(region) = object.text("region") {
            inner.origin.region = Some(Arc::from(region.as_ref()));
        }
        walk.visit(response, &child(pointer, "response"), &inner);
        return true;
    }
    false
}
