//! Formats that hold answers which somebody made up, or means to bring about.

use crate::document::object::Object;

/// What an object is, if it is known to hold answers that somebody made up or
/// means to bring about.
pub(crate) fn holder(object: &Object<'_>) -> Option<&'static str> {
    let has = |key: &str| object.has(key);
    let schema = || object.get("info")?.get("schema")?.as_str();
    if has("item") && schema().is_some_and(|schema| schema.contains("getpostman.com")) {
        Some("a collection of Postman")
    } else if has("path") && object.text("op").is_some_and(|op| PATCHES.contains(&&*op)) {
        Some("a JSON Patch")
    } else if has("originalRequest") {
        Some("an example response of Postman")
    } else if has("consumer") && has("provider") && (has("interactions") || has("messages")) {
        Some("a contract of Pact")
    } else if has("scope") && has("method") && has("response") {
        Some("a mock of nock")
    } else {
        None
    }
}

/// What a JSON Patch does (RFC 6902, 4).
const PATCHES: [&str; 6] = ["add", "copy", "move", "remove", "replace", "test"];
