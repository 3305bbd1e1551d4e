//! Errors that were saved as JSON where an answer should be.
//!
//! `{"err": {"message"}}`, `{"error", "reason"}`, `{"Error": {"Code", "Message"}}`,
//! `{"Code", "Message"}` (the AWS CLI v2 where it is told to), `{"__type",
//! "message"}` (the wire's own form), the SDKs' errors as their languages print
//! them, and what task runners keep of a command. Never "no trails".

use std::borrow::Cow;

use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::recognise::facts::{Call, Failure, Named};
use crate::recognise::failed_call;
use crate::recognise::hints::Hints;
use crate::recognise::walk::Walk;

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
    let said = failed_call::read(&message);
    let by_place = !matches!(
        hints.call,
        Some(Call::GetTrailStatus | Call::DescribeLogGroups | Call::Other)
    );
    let mut failure = Failure {
        call: hints.call,
        error: code.map(|code| code.into_owned().into_boxed_str()),
        message: message.into_owned(),
        named: hints.named(),
        origin: hints.origin.clone(),
        hides_trails: by_place,
        anchor: Some(anchor),
    };
    if let Some(said) = said {
        let operation = said.operation.is_some();
        failure.call = said.call.filter(|_| operation).or(failure.call);
        failure.hides_trails = said.hides_trails.unwrap_or(by_place);
        failure.error = failure.error.or(said.error.map(Into::into));
        let origin = &mut failure.origin;
        origin.account = origin.account.take().or(said.origin.account);
        origin.region = origin.region.take().or(said.origin.region);
        if failure.named == Named::No {
            failure.named = said.named;
        }
    }
    walk.found.failures.push(failure);
    true
}

type Said<'a> = (Option<Cow<'a, str>>, Cow<'a, str>);

const NO_MESSAGE: Cow<'_, str> = Cow::Borrowed("the call failed");

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
    if object.members.len() > MOST_KEYS {
        return of_command(object);
    }
    if let Some(kind) = object.text("__type") {
        let code = kind.rsplit('#').next().unwrap_or_default().to_owned();
        let message = message(object).unwrap_or(NO_MESSAGE);
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
                return Some(
                    match message(object).or_else(|| object.text("error_description")) {
                        Some(reason) => (Some(text), reason),
                        None => (None, text),
                    },
                );
            }
            _ => {}
        }
    }
    coded(object).or_else(|| of_command(object))
}

/// Objects with more keys are no error's own: an error has a code, a message,
/// and what its shape in the service's model adds.
const MOST_KEYS: usize = 8;

fn message<'a>(object: &Object<'a>) -> Option<Cow<'a, str>> {
    [
        "message",
        "Message",
        "reason",
        "errorMessage",
        "ErrorMessage",
    ]
    .iter()
    .find_map(|key| object.text(key))
}

/// A code and a message, or a message with a sign that it is an error's.
fn coded<'a>(object: &Object<'a>) -> Option<Said<'a>> {
    let message = message(object)?;
    let code = [
        "Code",
        "code",
        "ErrorCode",
        "errorCode",
        "errorType",
        "name",
    ]
    .iter()
    .find_map(|key| object.text(key))
    .filter(|code| failed_call::is_code(code));
    let is_text = |key, is: fn(&str) -> bool| object.text(key).is_some_and(|text| is(&text));
    let is_error = code.is_some()
        || object.has("$fault")
        || object.has("errorType")
        || is_text("status", |status| {
            ["error", "failed", "failure", "fail"].contains(&status.to_ascii_lowercase().as_str())
        })
        || object.get("success").is_some_and(|value| value.text() == "false")
        || object.get("ok").is_some_and(|value| value.text() == "false")
        || object
            .get("statusCode")
            .is_some_and(|value| value.text().starts_with(['4', '5']))
        // A gateway says no more than this.
        || object.members.len() == 1;
    is_error.then_some((code, message))
}

/// What a task runner keeps of a command that failed: its code, and what it
/// printed as errors.
fn of_command<'a>(object: &Object<'a>) -> Option<Said<'a>> {
    let code = ["rc", "returncode", "exit_code", "exitCode", "exit_status"]
        .iter()
        .find_map(|key| object.get(key))
        .filter(|code| code.kind() == Kind::Number && code.text() != "0")?;
    let text = ["stderr", "msg", "message", "stdout"]
        .iter()
        .find_map(|key| object.text(key).filter(|text| !text.trim().is_empty()));
    let message =
        text.unwrap_or_else(|| Cow::Owned(format!("the command ended with {}", code.text())));
    Some((None, message))
}

fn inside(value: Node<'_>) -> Said<'_> {
    let object = Object::new(value);
    let text = |keys: [&str; 4]| keys.iter().find_map(|key| object.text(key));
    let message = text(["message", "Message", "msg", "reason"]).unwrap_or(NO_MESSAGE);
    (text(["code", "Code", "name", "__type"]), message)
}
