//! Members of objects in which something lies: containers, and texts that hold
//! JSON about trails.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::document::json::{Kind, Member, Node};
use crate::document::object::Object;
use crate::recognise::vocabulary;

/// Whether something may lie in a member.
pub(crate) fn may_hold(object: &Object<'_>, member: &Member<'_>) -> bool {
    matches!(member.value.kind(), Kind::Object | Kind::Array)
        || holds_json(member)
        || in_base64(object, member).is_some()
}

/// Whether a member is a text that holds JSON about trails.
fn holds_json(member: &Member<'_>) -> bool {
    let text = member.value.text();
    member.value.kind() == Kind::String
        && text.len() > 16
        && text
            .get(1..)
            .is_some_and(|text| text.trim_start().starts_with(['{', '[']))
        && vocabulary::mentions_trails(text)
}

/// The text of a body that was recorded in base64, if it speaks of trails: HAR
/// (`encoding`), API Gateway (`isBase64Encoded`), VCR (`base64_string`).
pub(crate) fn in_base64(object: &Object<'_>, member: &Member<'_>) -> Option<String> {
    let is_encoded = match member.key.as_ref() {
        "text" => object.text("encoding").as_deref() == Some("base64"),
        "body" => object.get("isBase64Encoded")?.text() == "true",
        "base64_string" => true,
        _ => false,
    };
    let encoded = member.value.as_str().filter(|_| is_encoded)?;
    let bytes = STANDARD.decode(encoded.replace(['\n', '\r'], "")).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let is_json = text.trim_start().starts_with(['{', '[']);
    (is_json && vocabulary::mentions_trails(&text)).then_some(text)
}

/// The text that an array of its lines spells, if it holds JSON about trails:
/// notebooks keep what a cell printed so.
pub(crate) fn joined(value: Node<'_>) -> Option<String> {
    let begins = value.text().get(1..).unwrap_or_default().trim_start();
    if value.kind() != Kind::Array
        || !begins.starts_with('"')
        || !vocabulary::mentions_trails(value.text())
    {
        return None;
    }
    let lines = value.elements();
    let mut text = String::new();
    for line in lines {
        text.push_str(&line.as_str()?);
    }
    text.trim_start().starts_with(['{', '[']).then_some(text)
}
