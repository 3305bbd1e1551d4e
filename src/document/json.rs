//! JSON as slices of the text it stands in.
//!
//! A [`Node`] is one value: its text, untouched, inside the document's text.
//! Where it stands follows from the address of its first byte, so places cost
//! nothing until somebody asks. Nothing is built that nobody looks at, equal
//! keys are all kept (the last one does not silently win), and nesting costs
//! no stack: `serde_json` skips values it isn't asked to build iteratively.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// What a value is, by its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`
    Null,
}

/// One JSON value, as the slice of the text that spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node<'a> {
    raw: &'a str,
}

/// One member of an object.
#[derive(Debug, Clone)]
pub struct Member<'a> {
    /// The key, unescaped.
    pub key: Cow<'a, str>,
    /// Its value.
    pub value: Node<'a>,
}

impl<'a> Node<'a> {
    /// The one value that `text` holds.
    ///
    /// # Errors
    /// When `text` is not exactly one JSON value (RFC 8259).
    pub fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str::<&RawValue>(text).map(Self::from_raw)
    }

    /// The value that a text kept of one spells: it was read before, and is not
    /// held to being JSON again.
    #[must_use]
    pub fn kept(text: &'a str) -> Self {
        Self { raw: text }
    }

    /// The value behind a raw value of `serde_json`.
    #[must_use]
    pub fn from_raw(raw: &'a RawValue) -> Self {
        Self { raw: raw.get() }
    }

    /// The text of the value, without surrounding space.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.raw
    }

    /// What the value is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.raw.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// The byte offset of the value in `text`, which must be (part of) the
    /// text it was parsed from; 0 where it is not.
    #[must_use]
    pub fn offset_in(&self, text: &str) -> usize {
        offset_in(text, self.raw)
    }

    /// Where the value's text begins and ends in memory: of two values of one
    /// text, whether one lies in the other.
    pub(crate) fn span(&self) -> std::ops::Range<usize> {
        let start = self.raw.as_ptr() as usize;
        start..start + self.raw.len()
    }

    /// The members of an object in the order of the text, equal keys included;
    /// none for any other value.
    #[must_use]
    pub fn members(&self) -> Vec<Member<'a>> {
        if self.kind() != Kind::Object {
            return Vec::new();
        }
        let mut deserializer = serde_json::Deserializer::from_str(self.raw);
        let room = Vec::with_capacity(self.room(b':'));
        let members = Members(room).deserialize(&mut deserializer);
        members.unwrap_or_default()
    }

    /// The elements of an array; none for any other value.
    #[must_use]
    pub fn elements(&self) -> Vec<Node<'a>> {
        if self.kind() != Kind::Array {
            return Vec::new();
        }
        let mut deserializer = serde_json::Deserializer::from_str(self.raw);
        let room = Vec::with_capacity(self.room(b','));
        let elements = Elements(room).deserialize(&mut deserializer);
        elements.unwrap_or_default()
    }

    /// Room for as many parts as there are of this sign between them, in a text that is
    /// long: to grow takes the room twice.
    fn room(&self, sign: u8) -> usize {
        match self.raw.len() > LONG {
            true => memchr::memchr_iter(sign, self.raw.as_bytes()).count() + 1,
            false => 0,
        }
    }

    /// The first element of an array; no other is looked at.
    #[must_use]
    pub fn first_element(&self) -> Option<Node<'a>> {
        let inner = self.raw.strip_prefix('[')?;
        let mut values = serde_json::Deserializer::from_str(inner).into_iter::<&RawValue>();
        values.next()?.ok().map(Node::from_raw)
    }

    /// What the first element of an array is; it isn't read.
    #[must_use]
    pub fn first_kind(&self) -> Option<Kind> {
        let inner = self.raw.strip_prefix('[')?.trim_start();
        (!inner.starts_with(']')).then(|| Node { raw: inner }.kind())
    }

    /// The unescaped text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<Cow<'a, str>> {
        if self.kind() != Kind::String {
            return None;
        }
        let inner = self.raw.get(1..self.raw.len().saturating_sub(1))?;
        if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
            return Some(Cow::Borrowed(inner));
        }
        serde_json::from_str::<Text<'a>>(self.raw)
            .ok()
            .map(|text| text.0)
    }

    /// The first member with exactly this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        self.members()
            .into_iter()
            .find(|member| member.key == key)
            .map(|member| member.value)
    }

    /// True for `{}` and `[]`.
    #[must_use]
    pub fn is_empty_container(&self) -> bool {
        match self.kind() {
            Kind::Object | Kind::Array => self
                .raw
                .get(1..self.raw.len().saturating_sub(1))
                .is_some_and(|inner| inner.trim().is_empty()),
            _ => false,
        }
    }

    /// The value, built. `None` past the nesting that `serde_json` builds.
    #[must_use]
    pub fn to_value(&self) -> Option<Value> {
        serde_json::from_str(self.raw).ok()
    }
}

struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// Bytes of a text whose parts are counted before they are read.
const LONG: usize = 64 << 10;

struct Members<'a>(Vec<Member<'a>>);

impl<'de> DeserializeSeed<'de> for Members<'de> {
    type Value = Vec<Member<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'de> {
    type Value = Vec<Member<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        while let Some((key, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
            self.0.push(Member {
                key: key.0,
                value: Node::from_raw(value),
            });
        }
        Ok(self.0)
    }
}

struct Elements<'a>(Vec<Node<'a>>);

impl<'de> DeserializeSeed<'de> for Elements<'de> {
    type Value = Vec<Node<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements<'de> {
    type Value = Vec<Node<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Self::Value, A::Error> {
        while let Some(value) = seq.next_element::<&'de RawValue>()? {
            self.0.push(Node::from_raw(value));
        }
        Ok(self.0)
    }
}

/// Appends one reference token to a JSON Pointer (RFC 6901).
pub fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// Where in a text a slice of it begins; 0 where it is none of it.
pub(crate) fn offset_in(text: &str, slice: &str) -> usize {
    (slice.as_ptr() as usize)
        .checked_sub(text.as_ptr() as usize)
        .filter(|offset| *offset <= text.len())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_from_the_slice_and_equal_keys_are_all_kept() {
        let text = r#" {"a": 1, "b": [true, {"a/b": null}], "a": "x\u0041"} "#;
        let node = Node::parse(text).unwrap();
        assert_eq!(node.offset_in(text), 1);
        let members = node.members();
        assert_eq!(
            members.iter().map(|m| m.key.as_ref()).collect::<Vec<_>>(),
            ["a", "b", "a"]
        );
        assert_eq!(members[2].value.as_str().unwrap(), "xA");
        let inner = members[1].value.elements()[1];
        assert_eq!(
            &text[inner.offset_in(text)..][..inner.text().len()],
            r#"{"a/b": null}"#
        );
    }

    #[test]
    fn nesting_costs_no_stack() {
        let text = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        let node = Node::parse(&text).unwrap();
        assert_eq!(node.elements().len(), 1);
        assert!(node.to_value().is_none());
    }

    #[test]
    fn pointers_escape_tilde_and_slash() {
        let mut pointer = String::new();
        push_token(&mut pointer, "arn:a/b~c");
        assert_eq!(pointer, "/arn:a~1b~0c");
    }

    #[test]
    fn the_first_element_is_told_without_the_others() {
        let first = |text: &'static str| Node::parse(text).unwrap().first_element();
        let text = |text: &'static str| {
            let kind = Node::parse(text).unwrap().first_kind();
            assert_eq!(kind, first(text).map(|node| node.kind()));
            first(text).map(|node| node.text().to_owned())
        };
        assert_eq!(text("[ {\"a\": 1} , 2]").as_deref(), Some("{\"a\": 1}"));
        assert_eq!(text("[\"a,b\"]").as_deref(), Some("\"a,b\""));
        assert_eq!(text("[[1], 2]").as_deref(), Some("[1]"));
        assert_eq!(text("[]"), None);
        assert_eq!(text("{}"), None);
        assert_eq!(text("[1, 2]").as_deref(), Some("1"));
        assert_eq!(text("[true ,2]").as_deref(), Some("true"));
    }
}
