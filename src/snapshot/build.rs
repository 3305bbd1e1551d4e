//! What inputs are made of: JSON to be shown, or the engine's own values.
//!
//! An account's input is told once, in `input.rs`; whoever reads it says what
//! it is to be made of, so that nothing is built only to be converted.

use serde_json::{Map, Value};

/// Makes the values of an input.
pub trait Build {
    /// One value. A clone of it should cost little.
    type Value: Clone;

    /// Null, a truth, a number, or anything that JSON can say.
    fn json(&mut self, value: Value) -> Self::Value;

    /// A text.
    fn text(&mut self, text: &str) -> Self::Value;

    /// An array of these elements.
    fn array(&mut self, elements: Vec<Self::Value>) -> Self::Value;

    /// An object of these members; no key stands twice.
    fn object(&mut self, members: Vec<(&str, Self::Value)>) -> Self::Value;
}

/// Makes plain JSON, members in the order in which they are told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json;

impl Build for Json {
    type Value = Value;

    fn json(&mut self, value: Value) -> Value {
        value
    }

    fn text(&mut self, text: &str) -> Value {
        Value::String(text.to_owned())
    }

    fn array(&mut self, elements: Vec<Value>) -> Value {
        Value::Array(elements)
    }

    fn object(&mut self, members: Vec<(&str, Value)>) -> Value {
        let members = members.into_iter();
        Value::Object(
            members
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<Map<_, _>>(),
        )
    }
}
