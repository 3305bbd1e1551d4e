//! The types of OPA's builtins, as it declares them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::engine::capabilities::CAPABILITIES;
use crate::engine::lint::kind::Type;

/// What a function takes and gives.
#[derive(Debug, Clone)]
pub(super) struct Signature {
    /// Its arguments.
    pub(super) takes: Vec<Type>,
    /// Its value; `None` where nothing is known of it.
    pub(super) gives: Option<Type>,
}

impl Signature {
    /// Either of two rules of one function.
    pub(super) fn or(self, other: Self) -> Self {
        let takes = self.takes.into_iter().zip(other.takes);
        let gives = match (self.gives, other.gives) {
            (Some(one), Some(other)) => Some(one.or(other).bounded()),
            _ => None,
        };
        Self {
            takes: takes.map(|(one, other)| one.or(other).bounded()).collect(),
            gives,
        }
    }
}

/// The builtins, as OPA declares them.
pub(super) static BUILTINS: LazyLock<BTreeMap<String, Signature>> = LazyLock::new(|| {
    let declared: Value = serde_json::from_str(CAPABILITIES).unwrap_or_default();
    let signature = |builtin: &Value| {
        let decl = builtin.get("decl")?;
        let takes: Option<Vec<Type>> = members(decl.get("args")?).map(declared_type).collect();
        let signature = Signature {
            takes: takes?,
            gives: decl.get("result").and_then(declared_type),
        };
        Some((builtin.get("name")?.as_str()?.to_owned(), signature))
    };
    let builtins = declared.get("builtins").map(members);
    builtins
        .into_iter()
        .flatten()
        .filter_map(signature)
        .collect()
});

fn members(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn declared_type(declared: &Value) -> Option<Type> {
    let within = |key: &str| declared.get(key).and_then(declared_type);
    let each = |key: &str| -> Vec<Type> {
        let all = declared.get(key).map(members);
        all.into_iter()
            .flatten()
            .filter_map(declared_type)
            .collect()
    };
    Some(match declared.get("type")?.as_str()? {
        "null" => Type::Null,
        "boolean" => Type::Boolean,
        "number" => Type::Number,
        "string" => Type::String,
        "array" => Type::array(each("static"), within("dynamic")),
        "set" => Type::set(within("of")?),
        "object" => {
            let of = |key: &str| declared.pointer(key).and_then(declared_type);
            let known = declared.get("static").map(members);
            let known = known.into_iter().flatten().filter_map(|property| {
                let key = regorus::Value::from(property.get("key")?.as_str()?);
                Some((key, declared_type(property.get("value")?)?))
            });
            let rest = of("/dynamic/key").zip(of("/dynamic/value"));
            Type::object(known.collect(), rest)
        }
        "any" => Type::either(each("of")).unwrap_or(Type::ANYTHING),
        _ => return None,
    })
}
