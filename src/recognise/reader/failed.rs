//! Errors that were saved as JSON where an answer should be.
//!
//! `{"err": {"message"}}`, `{"error", "reason"}`, `{"Error": {"Code", "Message"}}`,
//! `{"__type", "message"}` (the wire's own form). Never "no trails".

use std::borrow::Cow;

use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::recognise::facts::{Call, Failure};
use crate::recognise::walk::{Hints, Walk};

/// Takes an error object.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    let Some((code, message)) = error(object) else {
        return false;
    };
    let anchor = walk.anchor(object.node, pointer);
    walk.found.failures.push(Failure {
        call: hints.call,
        error: code.map(|code| code.into_owned().into_boxed_str()),
        message: message.into_owned(),
        named: hints.named(),
        origin: hints.origin.clone(),
        hides_trails: !matches!(
            hints.call,
            Some(Call::GetTrailStatus | Call::DescribeLogGroups | Call::Other)
        ),
        anchor: Some(anchor),
    });
    true
}

type Said<'a> = (Option<Cow<'a, str>>, Cow<'a, str>);

fn error<'a>(object: &Object<'a>) -> Option<Said<'a>> {
    let status = object
        .get("ResponseMetadata")
        .and_then(|metadata| metadata.get("HTTPStatusCode"));
    if let Some(code) = status.filter(|code| !code.text().starts_with('2')) {
        let inner = object.get("Error").map(inside);
        return Some(inner.unwrap_or_else(|| {
            let message = format!("the call was answered with status {}", code.text());
            (None, Cow::Owned(message))
        }));
    }
    if object.members.len() > 8 {
        return None;
    }
    if let Some(kind) = object.text("__type") {
        let message = object
            .text("message")
            .or_else(|| object.text("Message"))
            .unwrap_or(Cow::Borrowed("the call failed"));
        let code = kind.rsplit('#').next().unwrap_or_default().to_owned();
        return Some((Some(Cow::Owned(code)), message));
    }
    for key in ["err", "error", "Error", "exception", "Exception"] {
        let Some(value) = object.get(key) else {
            continue;
        };
        match value.kind() {
            Kind::Object => return Some(inside(value)),
            Kind::String => {
                let text = value.as_str().filter(|text| !text.trim().is_empty())?;
                let reason = ["reason", "message", "Message", "error_description"]
                    .iter()
                    .find_map(|key| object.text(key));
                return Some(match reason {
                    Some(reason) => (Some(text), reason),
                    None => (None, text),
                });
            }
            _ => {}
        }
    }
    None
}

fn inside(value: Node<'_>) -> Said<'_> {
    let object = Object::new(value);
    let text = |keys: [&str; 4]| keys.iter().find_map(|key| object.text(key));
    let message =
        text(["message", "Message", "msg", "reason"]).unwrap_or(Cow::Borrowed("the call failed"));
    (text(["code", "Code", "name", "__type"]), message)
}
