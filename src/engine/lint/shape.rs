//! The shape of `input`, from its published JSON Schema: which keys stand
//! where.
//!
//! Only as much of JSON Schema as `input.schema.json` uses: `properties`,
//! `additionalProperties: false`, `items`, `oneOf` and `$ref`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What may be written out in a policy; the first places are theirs.
pub(super) const WRITTEN: [&str; 7] = [
    "string", "number", "boolean", "null", "array", "object", "set",
];

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
    /// Its types, as Rego calls them.
    types: BTreeSet<&'static str>,
    /// Whether a policy writes it out, or a builtin gives it.
    is_written: bool,
}

impl Place {
    /// Whether no text can be a key of it.
    fn has_no_texts(&self) -> bool {
        let of = |name: &&str| matches!(*name, "string" | "number" | "boolean" | "null" | "array");
        !self.types.is_empty() && self.types.iter().all(of)
    }

    /// Whether it is a collection of which nothing more is known.
    fn is_open(&self) -> bool {
        self.items.is_none()
            && self.keys.is_none()
            && ["array", "object", "set"]
                .iter()
                .any(|name| self.types.contains(name))
    }
}

/// What is written out, by what is known of it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Literal {
    /// A list or a set, and what its members may be.
    Members(&'static str, Shape),
    /// An object of these keys and no other.
    Object(BTreeMap<String, Shape>),
}

/// The shape of a whole document.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    places: Vec<Place>,
    known: BTreeMap<String, Shape>,
    literals: BTreeMap<Literal, usize>,
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
        for name in WRITTEN {
            shapes.places.push(Place {
                other: true,
                types: BTreeSet::from([name]),
                is_written: true,
                ..Place::default()
            });
        }
        shapes.root = shapes.add(schema, schema);
        shapes
    }

    /// The shape of something written out, of which the type is known.
    pub(super) fn written(&self, name: &str) -> Shape {
        let index = WRITTEN.iter().position(|written| *written == name)?;
        Some(BTreeSet::from([index]))
    }

    /// The shape of something of one of these types.
    pub(super) fn either(&self, names: &BTreeSet<&'static str>) -> Shape {
        let each = names.iter().map(|name| self.written(name));
        each.reduce(join).flatten()
    }

    /// The shape of a list or a set whose members are these.
    pub(super) fn members(&mut self, name: &'static str, items: Shape) -> Shape {
        let place = Place {
            items: Some(items.clone()),
            other: true,
            types: BTreeSet::from([name]),
            is_written: true,
            ..Place::default()
        };
        // What has no member that is known of may have any.
        match items.as_ref().is_none_or(BTreeSet::is_empty) {
            true => self.written(name),
            false => Some(self.literal(Literal::Members(name, items), place)),
        }
    }

    /// The shape of an object of these keys.
    pub(super) fn object(&mut self, keys: BTreeMap<String, Shape>) -> Shape {
        let place = Place {
            required: keys.keys().cloned().collect(),
            keys: Some(keys.clone()),
            closed: true,
            types: BTreeSet::from(["object"]),
            is_written: true,
            ..Place::default()
        };
        Some(self.literal(Literal::Object(keys), place))
    }

    fn literal(&mut self, literal: Literal, place: Place) -> BTreeSet<usize> {
        let index = *self.literals.entry(literal).or_insert_with(|| {
            self.places.push(place);
            self.places.len().saturating_sub(1)
        });
        BTreeSet::from([index])
    }

    /// Whether a shape may be that of something written out.
    pub(super) fn is_written(&self, shape: &Shape) -> bool {
        let places = shape.iter().flatten();
        let mut places = places.filter_map(|index| self.places.get(*index));
        places.any(|place| place.is_written)
    }

    /// Whether no text can be among the members of a set, as far as all are known.
    fn has_no_members_of_text(&self, place: &Place) -> bool {
        let is_set = place.types.len() == 1 && place.types.contains("set");
        let items = place.items.as_ref().filter(|_| is_set);
        items
            .and_then(|items| self.types(items))
            .is_some_and(|types| !types.contains("string"))
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
        let mut named: BTreeSet<&'static str> = constants.map(type_of).collect();
        let types = match schema.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ if schema.get("enum").is_some() || schema.get("const").is_some() => Vec::new(),
            _ => return None,
        };
        named.extend(types.iter().filter_map(|name| {
            Some(match *name {
                "integer" | "number" => "number",
                "boolean" => "boolean",
                "string" => "string",
                "object" => "object",
                "array" => "array",
                "null" => "null",
                _ => return None,
            })
        }));
        let mut place = Place {
            types: named,
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

    /// The types that a value may have; `None` where it may have any.
    pub(super) fn types(&self, shape: &Shape) -> Option<BTreeSet<&'static str>> {
        let places = shape.as_ref()?.iter();
        let places: Option<Vec<&Place>> = places.map(|index| self.places.get(*index)).collect();
        let types: BTreeSet<_> = places?
            .iter()
            .flat_map(|place| &place.types)
            .copied()
            .collect();
        (!types.is_empty()).then_some(types)
    }

    /// What stands under a key.
    pub(super) fn key(&self, shape: &Shape, key: &str) -> Step {
        let Some(places) = shape else {
            return Step::To(None);
        };
        let mut found: Shape = Some(BTreeSet::new());
        let (mut hit, mut open) = (false, false);
        let mut others = BTreeSet::new();
        let (mut any, mut all_without) = (false, true);
        for place in places.iter().filter_map(|index| self.places.get(*index)) {
            any = true;
            if place.has_no_texts() || self.has_no_members_of_text(place) {
                continue;
            }
            all_without = false;
            let Some(keys) = &place.keys else {
                // What nothing is known of may have it.
                if place.is_written {
                    return Step::To(None);
                }
                continue;
            };
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
        if any && all_without {
            return Step::Missing(BTreeSet::new());
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

    /// The types of what lists or sets hold, where that is known of all of them.
    pub(super) fn types_of_members(&self, shape: &Shape) -> Option<BTreeSet<&'static str>> {
        let places = shape.as_ref()?.iter();
        let mut all = BTreeSet::new();
        for place in places.map(|index| self.places.get(*index)) {
            all.extend(self.types(place?.items.as_ref()?)?);
        }
        (!all.is_empty()).then_some(all)
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
            if place.is_open() || place.keys.is_some() && !place.closed {
                return None;
            }
        }
        all
    }
}

/// The type of a value, as Rego calls it.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
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
