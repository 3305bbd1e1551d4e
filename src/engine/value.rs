//! JSON as the engine's own values.
//!
//! Every account's input goes through here once. Going through a deserializer
//! costs a copy more of every text, and an insertion for every member.

use std::collections::{BTreeMap, HashMap};

use regorus::Value;
use serde_json::{Map, Value as Json};

use crate::snapshot::build::Build;

/// Makes the engine's values for input after input. The same keys and words
/// stand in all of them, so those are made once.
#[derive(Debug, Default)]
pub(super) struct Values {
    words: HashMap<Box<str>, Value>,
}

/// How many words are kept, and how long they may be: what evidence spells
/// must not grow without end.
const MOST_WORDS: usize = 512;
const LONGEST_WORD: usize = 40;

impl Values {
    fn word(&mut self, text: &str) -> Value {
        if text.len() > LONGEST_WORD {
            return Value::from(text);
        }
        if let Some(known) = self.words.get(text) {
            return known.clone();
        }
        let made = Value::from(text);
        if self.words.len() < MOST_WORDS {
            self.words.insert(text.into(), made.clone());
        }
        made
    }
}

impl Build for Values {
    type Value = Value;

    fn json(&mut self, json: Json) -> Value {
        value(&json)
    }

    fn text(&mut self, text: &str) -> Value {
        self.word(text)
    }

    fn array(&mut self, elements: Vec<Value>) -> Value {
        Value::from(elements)
    }

    fn object<'k>(&mut self, mut members: Vec<(&'k str, Value)>) -> Value {
        // A map is built at once from members in order.
        members.sort_unstable_by_key(|(key, _)| *key);
        let members: BTreeMap<Value, Value> = members
            .into_iter()
            .map(|(key, member)| (self.word(key), member))
            .collect();
        Value::from(members)
    }
}

/// The same value to the engine.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(whole), _) => Value::from(whole),
            (None, Some(whole)) => Value::from(whole),
            (None, None) => Value::from(json.clone()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(elements) => Value::from(elements.iter().map(value).collect::<Vec<_>>()),
        Json::Object(members) => object(members),
    }
}

/// A map is built at once from members in order; texts are put in order faster
/// than values.
fn object(members: &Map<String, Json>) -> Value {
    let mut members: Vec<(&str, &Json)> = members
        .iter()
        .map(|(key, member)| (key.as_str(), member))
        .collect();
    members.sort_unstable_by_key(|(key, _)| *key);
    let members: BTreeMap<Value, Value> = members
        .into_iter()
        .map(|(key, member)| (Value::from(key), value(member)))
        .collect();
    Value::from(members)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_is_what_a_deserializer_makes_of_it() {
        let json = json!({
            "z": null,
            "a": [true, false, {"nested": {}}, []],
            "B": {"ten": 10, "less": -3, "most": u64::MAX, "least": i64::MIN},
            "é": [0.25, 1e300, 1.0, -0.0],
            "": "",
            "text": "\u{1b} and \u{202e}",
        });
        assert_eq!(value(&json), Value::deserialize(&json).unwrap());
    }
}
