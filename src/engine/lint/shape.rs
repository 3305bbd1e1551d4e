//! The shape of `input`, from its published JSON Schema: which keys stand
//! where.
//!
//! Only as much of JSON Schema as `input.schema.json` uses: `properties`,
//! `additionalProperties: false`, `items`, `oneOf` and `$ref`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::kind::Type;

/// How deep a schema is followed: it may lead into itself.
const DEEPEST: usize = 24;

/// What a value may be: places in the schema. `None` is anything at all.
pub(super) type Shape = Option<BTreeSet<usize>>;

#[derive(Debug, Default)]
struct Place {
    /// Keys and what stands under them; `None` where it is no object.
    keys: Option<BTreeMap<String, Shape>>,
    /// Whether no other key may be there.
    closed: bool,
    /// The keys that are always there, where it is an object.
    required: BTreeSet<String>,
    /// Whether it may be something else than an object.
    other: bool,
    /// What an array holds; `None` where it is no array.
    items: Option<Shape>,
    /// What it may be beside an object or an array.
    scalars: Vec<Type>,
}

/// The shape of a whole document.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    places: Vec<Place>,
    known: BTreeMap<String, Shape>,
    /// The document itself.
    pub(super) root: Shape,
}

/// What a key comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is there, or could be.
    To(Shape),
    /// No such key; these are the keys there are.
    Missing(BTreeSet<String>),
}

impl Shapes {
    /// Reads a schema.
    pub(super) fn of(schema: &Value) -> Self {
        let mut shapes = Self::default();
        shapes.root = shapes.add(schema, schema);
        shapes
    }

    fn add(&mut self, whole: &Value, schema: &Value) -> Shape {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            if let Some(shape) = self.known.get(name) {
                return shape.clone();
            }
            let target = name
                .strip_prefix('#')
                .and_then(|pointer| whole.pointer(pointer))?;
            let shape = self.add(whole, target);
            self.known.insert(name.to_owned(), shape.clone());
            return shape;
        }
        if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
            let mut all = BTreeSet::new();
            for choice in choices {
                all.extend(self.add(whole, choice)?);
            }
            return Some(all);
        }
        let constants = schema.get("enum").and_then(Value::as_array).into_iter();
        let constants = constants.flatten().chain(schema.get("const"));
        let of_value = |value: &Value| Type::of(&regorus::Value::from(value.clone()));
        let mut scalars: Vec<Type> = constants.map(of_value).collect();
        let types = match schema.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ if !scalars.is_empty() => Vec::new(),
            _ => return None,
        };
        scalars.extend(types.iter().filter_map(|name| {
            Some(match *name {
                "integer" | "number" => Type::Number,
                "boolean" => Type::Boolean,
                "string" => Type::String,
                "null" => Type::Null,
                _ => return None,
            })
        }));
        let mut place = Place {
            scalars,
            closed: schema.get("additionalProperties") == Some(&Value::Bool(false)),
            required: schema
                .get("required")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|key| Some(key.as_str()?.to_owned()))
                .collect(),
            other: types != ["object"],
            ..Place::default()
        };
        if types.contains(&"object") {
            let properties = schema.get("properties").and_then(Value::as_object);
            let keys = properties
                .into_iter()
                .flatten()
                .map(|(key, value)| (key.clone(), self.add(whole, value)));
            place.keys = Some(keys.collect());
        }
        if types.contains(&"array") {
            place.items = Some(schema.get("items").and_then(|items| self.add(whole, items)));
        }
        self.places.push(place);
        Some(BTreeSet::from([self.places.len().saturating_sub(1)]))
    }

    /// The type of a value of a shape. An object may have keys that the schema
    /// doesn't list; [`key`](Self::key) knows more of those.
    pub(super) fn type_of(&self, shape: &Shape) -> Type {
        self.within(shape, DEEPEST)
    }

    fn within(&self, shape: &Shape, depth: usize) -> Type {
        let (Some(places), Some(depth)) = (shape, depth.checked_sub(1)) else {
            return Type::ANYTHING;
        };
        let places = places.iter().filter_map(|index| self.places.get(*index));
        let types = places.flat_map(|place| {
            let list = place.items.as_ref();
            let list = list.map(|items| Type::list(self.within(items, depth)));
            let object = place.keys.as_ref().map(|keys| {
                let known = keys.iter().map(|(key, shape)| {
                    (
                        regorus::Value::from(key.as_str()),
                        self.within(shape, depth),
                    )
                });
                let other = (Type::ANYTHING, Type::ANYTHING);
                Type::object(known.collect(), Some(other))
            });
            let scalars = place.scalars.iter().cloned();
            scalars.chain(list).chain(object).collect::<Vec<_>>()
        });
        Type::either(types).unwrap_or(Type::ANYTHING)
    }

    /// What stands under a key.
    pub(super) fn key(&self, shape: &Shape, key: &str) -> Step {
        let Some(places) = shape else {
            return Step::To(None);
        };
        let mut found: Shape = Some(BTreeSet::new());
        let (mut hit, mut open) = (false, false);
        let mut others = BTreeSet::new();
        for place in places.iter().filter_map(|index| self.places.get(*index)) {
            let Some(keys) = &place.keys else { continue };
            match keys.get(key) {
                Some(inner) => {
                    hit = true;
                    found = join(found, inner.clone());
                }
                None => {
                    open |= !place.closed;
                    others.extend(keys.keys().cloned());
                }
            }
        }
        if hit {
            return Step::To(found);
        }
        // AWS may have keys that the schema doesn't list: only one that looks
        // like a slip for a listed key is refused there.
        if others.is_empty() || (open && !others.iter().any(|other| slip(key, other))) {
            return Step::To(None);
        }
        Step::Missing(others)
    }

    /// Whether a key may be missing: as far as is known it is not always there.
    pub(super) fn may_lack(&self, shape: &Shape, key: &str) -> bool {
        let places = shape.iter().flatten();
        places
            .filter_map(|index| self.places.get(*index))
            .any(|place| place.other || !place.required.contains(key))
    }

    /// What an array holds, or what stands under some key of an object.
    pub(super) fn member(&self, shape: &Shape) -> Shape {
        let mut all: Shape = Some(BTreeSet::new());
        for place in shape
            .as_ref()?
            .iter()
            .filter_map(|index| self.places.get(*index))
        {
            if let Some(items) = &place.items {
                all = join(all, items.clone());
            }
            for inner in place.keys.iter().flat_map(|keys| keys.values()) {
                all = join(all, inner.clone());
            }
            if place.keys.is_some() && !place.closed {
                return None;
            }
        }
        all
    }
}

/// Either of two shapes.
pub(super) fn join(a: Shape, b: Shape) -> Shape {
    let mut all = a?;
    all.extend(b?);
    Some(all)
}

/// Whether one word is another with a letter or two wrong.
fn slip(word: &str, other: &str) -> bool {
    let most = if other.len() < 6 { 1 } else { 3 };
    word.eq_ignore_ascii_case(other) || strsim::damerau_levenshtein(word, other) <= most
}
