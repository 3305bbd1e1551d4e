//! JSON as the engine's own values.
//!
//! Every account's input goes through here once. Going through a deserializer
//! costs a copy more of every text, and an insertion for every member.

use std::collections::{BTreeMap, HashMap};

use regorus::Value;
use serde_json::{Map, Value as Json};

use crate::snapshot::build::Build;

/// Makes the engine's values for input after input. The same words and shapes
/// of objects stand in all of them, so those are made once.
#[derive(Debug, Default)]
pub(super) struct Values {
    words: HashMap<Box<str>, Value>,
    shapes: Vec<Shape>,
}

/// How many words are kept, and how long they may be: what evidence spells
/// must not grow without end.
const MOST_WORDS: usize = 512;
const LONGEST_WORD: usize = 40;

/// How many shapes of objects are kept. An account has about ten.
const MOST_SHAPES: usize = 32;

/// How many members an object of words has at the most that is kept whole, and how
/// many of one shape are: every account has the same regions.
const FEW_MEMBERS: usize = 4;
const MOST_KEPT: usize = 256;

/// An object of these keys, before it has its values.
#[derive(Debug)]
struct Shape {
    /// In the order in which they are told.
    keys: Vec<Box<str>>,
    /// The same as values, in the order of values, each with the number of its
    /// key in the order told.
    sorted: Vec<(Value, usize)>,
    /// With null everywhere.
    empty: Value,
    /// Objects that were made, by their values in the order told.
    kept: BTreeMap<Box<[Value]>, Value>,
}

impl Shape {
    fn is_of(&self, members: &[(&str, Value)]) -> bool {
        self.keys.len() == members.len()
            && self
                .keys
                .iter()
                .zip(members)
                .all(|(key, (other, _))| **key == **other)
    }

    /// The object with these values, the one that was made before if there is one.
    fn object(&mut self, members: Vec<(&str, Value)>) -> Value {
        let is_small = members.iter().all(|(_, value)| match value {
            Value::String(text) => text.len() <= LONGEST_WORD,
            Value::Null | Value::Bool(_) | Value::Number(_) => true,
            _ => false,
        });
        if members.len() > FEW_MEMBERS || !is_small {
            return self.filled(members);
        }
        let values: Box<[Value]> = members.iter().map(|(_, value)| value.clone()).collect();
        if let Some(known) = self.kept.get(&values) {
            return known.clone();
        }
        let made = self.filled(members);
        if self.kept.len() < MOST_KEPT {
            self.kept.insert(values, made.clone());
        }
        made
    }

    /// A copy of the empty one keeps its members as they are stored: to build a map
    /// of them would cost three times as much.
    fn filled(&self, mut members: Vec<(&str, Value)>) -> Value {
        let mut made = self.empty.clone();
        if let Ok(object) = made.as_object_mut() {
            for (key, number) in &self.sorted {
                if let (Some(slot), Some((_, member))) =
                    (object.get_mut(key), members.get_mut(*number))
                {
                    *slot = std::mem::replace(member, Value::Null);
                }
            }
        }
        made
    }
}

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

    /// The shape with these keys, each of which is there once.
    fn shape(&mut self, members: &[(&str, Value)]) -> Shape {
        let keys = members.iter().map(|(key, _)| Box::from(*key)).collect();
        let words = members.iter().map(|(key, _)| self.word(key));
        let mut sorted: Vec<(Value, usize)> = words.zip(0..).collect();
        sorted.sort();
        let empty = sorted.iter().map(|(key, _)| (key.clone(), Value::Null));
        let empty: BTreeMap<Value, Value> = empty.collect();
        Shape {
            keys,
            sorted,
            empty: Value::from(empty),
            kept: BTreeMap::new(),
        }
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

    fn object(&mut self, members: Vec<(&str, Value)>) -> Value {
        let mut known = self.shapes.iter_mut();
        if let Some(known) = known.find(|shape| shape.is_of(&members)) {
            return known.object(members);
        }
        let mut shape = self.shape(&members);
        let object = shape.object(members);
        if self.shapes.len() < MOST_SHAPES {
            self.shapes.push(shape);
        }
        object
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

    #[test]
    fn an_object_is_the_same_whichever_came_before_it() {
        let mut values = Values::default();
        for keys in [["b", "a", "c"], ["a", "b", "c"], ["b", "a", "c"]] {
            for number in 0..3_u64 {
                let of = |(index, key)| (key, json!([number, index]));
                let told: Vec<(&str, Json)> = keys.into_iter().enumerate().map(of).collect();
                let json = Json::Object(
                    told.iter()
                        .map(|(k, v)| ((*k).to_owned(), v.clone()))
                        .collect(),
                );
                let members = told.iter().map(|(key, member)| (*key, value(member)));
                let made = values.object(members.collect());
                assert_eq!(made, Value::deserialize(&json).unwrap());
                assert_eq!(made["a"], value(&json["a"]));
            }
        }
        assert_eq!(values.shapes.len(), 2);
        assert_eq!(values.object(Vec::new()), Value::new_object());
    }
}
