//! Types as OPA's compiler knows them, and what it makes of two of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use regorus::Value;

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine::lint) enum Type {
    Null,
    Boolean,
    Number,
    String,
    /// What stands at the first places, and what at all others, where there are
    /// others.
    Array(Arc<[Type]>, Option<Arc<Type>>),
    /// What stands under keys that are known, and what any other key and value
    /// are, where there are others.
    Object(Arc<BTreeMap<Value, Type>>, Option<Arc<(Type, Type)>>),
    Set(Arc<Type>),
    /// One of these; anything at all where there are none.
    Any(BTreeSet<Type>),
    /// What no statement has said anything of yet. Nothing meets it.
    Unknown,
}

/// How many parts a type may have, and how deep it may be, before it counts as
/// anything.
const MOST: usize = 2_000;
const DEEPEST: usize = 48;

impl Type {
    pub(in crate::engine::lint) const ANYTHING: Self = Self::Any(BTreeSet::new());

    /// What stands at the first places of a list, and at all others.
    pub(in crate::engine::lint) fn array(first: Vec<Self>, rest: Option<Self>) -> Self {
        Self::Array(first.into(), rest.map(Arc::new))
    }

    /// What stands under known keys, and what any other key and value are.
    pub(in crate::engine::lint) fn object(
        known: BTreeMap<Value, Self>,
        rest: Option<(Self, Self)>,
    ) -> Self {
        Self::Object(Arc::new(known), rest.map(Arc::new))
    }

    /// A list of any length.
    pub(in crate::engine::lint) fn list(of: Self) -> Self {
        Self::array(Vec::new(), Some(of))
    }

    /// An object of any keys.
    pub(in crate::engine::lint) fn map(key: Self, value: Self) -> Self {
        Self::object(BTreeMap::new(), Some((key, value)))
    }

    pub(in crate::engine::lint) fn set(of: Self) -> Self {
        Self::Set(Arc::new(of))
    }

    /// The type of a value.
    pub(in crate::engine::lint) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(items) => Self::array(items.iter().map(Self::of).collect(), None),
            Value::Set(items) => {
                Self::set(Self::either(items.iter().map(Self::of)).unwrap_or(Self::ANYTHING))
            }
            _ => Self::ANYTHING,
        }
    }

    pub(in crate::engine::lint) fn is_anything(&self) -> bool {
        matches!(self, Self::Any(choices) if choices.is_empty())
    }

    /// Either of two.
    pub(in crate::engine::lint) fn or(self, other: Self) -> Self {
        if self == Self::Unknown {
            return other;
        }
        if self == other || self.is_anything() || other == Self::Unknown {
            return self;
        }
        if other.is_anything() {
            return other;
        }
        let choices = |one| match one {
            Self::Any(choices) => choices,
            other => BTreeSet::from([other]),
        };
        let mut all = choices(self);
        all.extend(choices(other));
        Self::Any(all)
    }

    /// Either of any number; `None` of none.
    pub(in crate::engine::lint) fn either(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().reduce(Self::or)
    }

    /// Itself, or anything where it has grown too large to be told.
    pub(in crate::engine::lint) fn bounded(self) -> Self {
        let mut left = MOST;
        match self.is_within(&mut left, DEEPEST) {
            true => self,
            false => Self::ANYTHING,
        }
    }

    fn is_within(&self, left: &mut usize, depth: usize) -> bool {
        let Some(deeper) = depth.checked_sub(1) else {
            return false;
        };
        let Some(rest) = left.checked_sub(1) else {
            return false;
        };
        *left = rest;
        self.parts().all(|part| part.is_within(left, deeper))
    }

    fn parts(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        match self {
            Self::Array(first, rest) => Box::new(first.iter().chain(rest.as_deref())),
            Self::Object(known, rest) => {
                let rest = rest.iter().flat_map(|other| [&other.0, &other.1]);
                Box::new(known.values().chain(rest))
            }
            Self::Set(of) => Box::new(std::iter::once(of.as_ref())),
            Self::Any(choices) => Box::new(choices.iter()),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// What its keys are; `None` where it has none.
    pub(in crate::engine::lint) fn keys(&self) -> Option<Self> {
        match self {
            Self::Array(..) => Some(Self::Number),
            Self::Object(known, rest) => {
                let known = known.keys().map(Self::of);
                Self::either(known.chain(rest.iter().map(|other| other.0.clone())))
            }
            Self::Set(of) => Some(of.as_ref().clone()),
            Self::Any(choices) if choices.is_empty() => Some(Self::ANYTHING),
            Self::Any(choices) => Self::either(choices.iter().filter_map(Self::keys)),
            _ => None,
        }
    }

    /// The keys that are known of it and are texts.
    pub(in crate::engine::lint) fn texts_for_keys(&self) -> BTreeSet<&str> {
        match self {
            Self::Object(known, _) => {
                let texts = known.keys().filter_map(|key| key.as_string().ok());
                texts.map(AsRef::as_ref).collect()
            }
            Self::Any(choices) => choices.iter().flat_map(Self::texts_for_keys).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// What stands under its keys.
    pub(in crate::engine::lint) fn values(&self) -> Option<Self> {
        match self {
            Self::Array(first, rest) => Self::either(first.iter().chain(rest.as_deref()).cloned()),
            Self::Object(known, rest) => {
                let known = known.values().cloned();
                Self::either(known.chain(rest.iter().map(|other| other.1.clone())))
            }
            Self::Set(of) => Some(of.as_ref().clone()),
            Self::Any(choices) if choices.is_empty() => Some(Self::ANYTHING),
            Self::Any(choices) => Self::either(choices.iter().filter_map(Self::values)),
            _ => None,
        }
    }

    /// What stands under one key; `None` where nothing can.
    pub(in crate::engine::lint) fn under(&self, key: &Value) -> Option<Self> {
        let of = Self::of(key);
        match self {
            Self::Array(first, rest) => {
                let at = usize::try_from(key.as_i64().ok()?).ok()?;
                first.get(at).or(rest.as_deref()).cloned()
            }
            Self::Object(known, rest) => known
                .get(key)
                .or_else(|| {
                    let other = rest.as_ref().filter(|other| other.0.has(&of))?;
                    Some(&other.1)
                })
                .cloned(),
            Self::Set(member) => member.has(&of).then_some(of),
            Self::Any(choices) if choices.is_empty() => Some(Self::ANYTHING),
            Self::Any(choices) => Self::either(choices.iter().filter_map(|one| one.under(key))),
            _ => None,
        }
    }

    /// Whether another is it or one of its choices.
    fn has(&self, other: &Self) -> bool {
        match self {
            Self::Any(choices) => choices.is_empty() || choices.contains(other),
            own => own == other,
        }
    }

    /// Whether a value may be of both.
    pub(in crate::engine::lint) fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => false,
            (Self::Any(choices), other) | (other, Self::Any(choices)) => {
                choices.is_empty() || choices.iter().any(|one| one.meets(other))
            }
            (Self::Array(one, rest), Self::Array(two, others)) => {
                let first = (0..one.len().max(two.len())).all(|at| {
                    let of = |first: &[Self], rest: &Option<Arc<Self>>| {
                        first.get(at).or(rest.as_deref()).cloned()
                    };
                    both(of(one, rest), of(two, others))
                });
                first && meet(rest.as_deref(), others.as_deref())
            }
            (Self::Object(one, rest), Self::Object(two, others)) => {
                // Where one of them may have more keys, a key that the other lacks is
                // no difference.
                let is_whole = rest.is_none() && others.is_none();
                let fits = |known: &BTreeMap<Value, Self>, other: &Self| {
                    known.iter().all(|(key, of)| match other.under(key) {
                        Some(under) => of.meets(&under),
                        None => !is_whole,
                    })
                };
                let mut rests = rest.iter().zip(others);
                fits(one, other)
                    && fits(two, self)
                    && rests.all(|(rest, others)| rest.1.is_unknown_or_meets(&others.1))
            }
            (Self::Set(one), Self::Set(other)) => one.meets(other),
            (one, other) => one == other,
        }
    }

    /// The same for the values of keys that aren't known: to OPA, an object of which
    /// they are unknown has no such keys.
    fn is_unknown_or_meets(&self, other: &Self) -> bool {
        let is_unknown = *self == Self::Unknown || *other == Self::Unknown;
        is_unknown || self.meets(other)
    }
}

/// Whether both are there, and meet.
fn both(one: Option<Type>, other: Option<Type>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.meets(&other))
}

/// Whether they meet where both are there.
fn meet(one: Option<&Type>, other: Option<&Type>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one.meets(other))
}

/// How many choices or parts are told.
const TOLD: usize = 4;

impl Type {
    /// It in words, with what is in it down to a depth.
    fn words(&self, depth: usize) -> String {
        let deeper = depth.checked_sub(1);
        let list = |all: Vec<String>, between: &str| {
            let more = if all.len() > TOLD { between } else { "" };
            let dots = if all.len() > TOLD { "…" } else { "" };
            let told: Vec<String> = all.into_iter().take(TOLD).collect();
            format!("{}{more}{dots}", told.join(between))
        };
        match (self, deeper) {
            (Self::Null, _) => "null".to_owned(),
            (Self::Boolean, _) => "boolean".to_owned(),
            (Self::Number, _) => "number".to_owned(),
            (Self::String, _) => "string".to_owned(),
            (Self::Unknown, _) => "something unknown".to_owned(),
            (Self::Any(choices), _) if choices.is_empty() => "anything".to_owned(),
            (Self::Any(choices), _) => {
                let mut all: Vec<String> = choices.iter().map(|one| one.words(depth)).collect();
                all.dedup();
                list(all, " or ")
            }
            (Self::Array(first, None), Some(depth)) if !first.is_empty() => {
                let first = first.iter().map(|one| one.words(depth));
                format!("array of {}", list(first.collect(), ", "))
            }
            (Self::Array(_, Some(rest)), Some(depth)) if !rest.is_anything() => {
                format!("array of {}", rest.words(depth))
            }
            (Self::Array(..), _) => "array".to_owned(),
            (Self::Object(known, _), Some(depth)) if !known.is_empty() => {
                let known = known.iter();
                let known = known.map(|(key, of)| format!("{key}: {}", of.words(depth)));
                format!("object with {}", list(known.collect(), ", "))
            }
            (Self::Object(_, Some(rest)), Some(depth)) if !rest.1.is_anything() => {
                format!("object of {}", rest.1.words(depth))
            }
            (Self::Object(..), _) => "object".to_owned(),
            (Self::Set(of), Some(depth)) if !of.is_anything() => {
                format!("set of {}", of.words(depth))
            }
            (Self::Set(_), _) => "set".to_owned(),
        }
    }

    /// Two types in words, as deep as they differ.
    pub(in crate::engine::lint) fn both_in_words(&self, other: &Self) -> [String; 2] {
        let choices = |one: &Self, depth| -> BTreeSet<String> {
            match one {
                Self::Any(choices) => choices.iter().map(|one| one.words(depth)).collect(),
                one => BTreeSet::from([one.words(depth)]),
            }
        };
        let mut depths = 0..4;
        let depth = depths.find(|depth| choices(self, *depth).is_disjoint(&choices(other, *depth)));
        let depth = depth.unwrap_or_default();
        [self.words(depth), other.words(depth)]
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(0))
    }
}
