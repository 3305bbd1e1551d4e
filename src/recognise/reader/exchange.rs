//! A call of CloudTrail recorded on the wire, as HAR files and cassettes keep
//! it: a request whose `X-Amz-Target` names the operation, and the response.
//!
//! Which operation was asked decides what its answer is: that of one which
//! makes or changes a trail echoes what was asked for.

use crate::document::command::is_of_aws;
use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::recognise::disowned::Taken;
use crate::recognise::envelope;
use crate::recognise::facts::{Call, Failure};
use crate::recognise::hints::Hints;
use crate::recognise::vocabulary;
use crate::recognise::walk::{Walk, child};

/// What stands before the operation in the header.
const TARGET: &str = "CloudTrail_20131101.";

/// Takes a recorded call.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    let (Some(request), Some(response)) = (object.get("request"), object.get("response")) else {
        return false;
    };
    let Some(operation) = operation(request.text()) else {
        return false;
    };
    let call = vocabulary::call_of(operation);
    let mut inner = hints.beside(object).under("response");
    inner.call = Some(call);
    let pointer = child(pointer, "response");
    let why = if call == Call::Other && !operation.starts_with("Get") {
        Some((
            format!("what `{operation}` answers echoes what it was asked for, and shows no state"),
            Taken::NoState,
        ))
    } else {
        let elsewhere = address(request).filter(|url| !is_of_aws(url));
        elsewhere.map(|url| {
            (
                format!("`{url}` answered, and not AWS itself"),
                Taken::Doubted,
            )
        })
    };
    let before = walk.found.failures.len();
    let said = walk.found.says();
    match why {
        Some((why, taken)) => walk.apart(&why, taken, |walk| {
            walk.visit(response, &pointer, &inner);
        }),
        None => walk.visit(response, &pointer, &inner),
    }
    let doubt = Some(response).filter(|response| response.kind() == Kind::Object);
    let doubt = doubt.and_then(|response| envelope::doubt(&Object::new(response)));
    if let Some(doubt) = doubt.filter(|_| walk.found.failures.len() == before) {
        let anchor = walk.anchor(response, &pointer);
        walk.found.failures.push(Failure {
            call: Some(call),
            error: None,
            message: format!("the call of `{operation}` failed: {doubt}"),
            named: inner.named(),
            origin: inner.origin.clone(),
            hides_trails: vocabulary::hides_trails(operation, Some("cloudtrail")),
            anchor: Some(anchor),
        });
    }
    if call.is_of_trails() && walk.found.says() == said {
        walk.without_answer(object, &pointer, call, &inner);
    }
    true
}

/// The operation that a request's header names.
fn operation(request: &str) -> Option<&str> {
    let at = memchr::memmem::find(request.as_bytes(), TARGET.as_bytes())?;
    let rest = request.get(at + TARGET.len()..)?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric())?;
    rest.get(..end).filter(|name| !name.is_empty())
}

/// The address that was asked, where the request holds it.
fn address(request: Node<'_>) -> Option<String> {
    let address = ["url", "uri"].iter().find_map(|key| request.get(key))?;
    let text = address.as_str()?;
    text.contains("://").then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::operation;

    #[test]
    fn the_header_names_the_operation() {
        let header = r#"{"headers": [{"name": "X-Amz-Target", "value": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.UpdateTrail"}]}"#;
        assert_eq!(operation(header), Some("UpdateTrail"));
        assert_eq!(operation("{}"), None);
    }
}
