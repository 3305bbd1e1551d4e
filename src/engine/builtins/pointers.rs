//! `json.remove` and `json.filter` as OPA has them: regorus takes no `/` at the
//! beginning of a path, and nothing of sets.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;

use super::{Made, Refused, sizes};

/// The paths as a tree: `None` is the end of one.
type Paths = BTreeMap<Value, Option<Box<Node>>>;

#[derive(Debug, Default)]
struct Node(Paths);

impl Node {
    fn add(&mut self, path: &[Value]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        if rest.is_empty() {
            self.0.insert(first.clone(), None);
        } else if let Some(inner) = self
            .0
            .entry(first.clone())
            .or_insert_with(|| Some(Box::default()))
        {
            inner.add(rest);
        }
    }

    /// What is under a key, or a place in a list.
    fn get(&self, key: &Value) -> Option<Option<&Self>> {
        self.0.get(key).map(Option::as_deref)
    }
}

fn paths(name: &str, arguments: &[Value]) -> Result<Node, Refused> {
    let refuse = || {
        Refused(format!(
            "`{name}` expects an object, and paths in a set or an array"
        ))
    };
    let members: Vec<&Value> = match (arguments.first(), arguments.get(1)) {
        (Some(Value::Object(_)), Some(Value::Array(members))) => members.iter().collect(),
        (Some(Value::Object(_)), Some(Value::Set(members))) => members.iter_sorted().collect(),
        _ => return Err(refuse()),
    };
    let mut tree = Node::default();
    for member in members {
        match member {
            Value::String(path) if path.is_empty() => {}
            Value::String(path) => {
                let parts = path.trim_start_matches('/').split('/');
                let parts: Vec<Value> = parts
                    .map(|part| part.replace("~1", "/").replace("~0", "~").into())
                    .collect();
                tree.add(&parts);
            }
            Value::Array(parts) => tree.add(parts.as_slice()),
            _ => return Err(refuse()),
        }
    }
    Ok(tree)
}

fn place(at: usize) -> Value {
    at.to_string().into()
}

/// `json.remove(object, paths)`.
pub(super) fn remove(arguments: &[Value]) -> Result<Made, Refused> {
    let tree = paths("json.remove", arguments)?;
    sizes::written(arguments)?;
    Ok(match arguments.first() {
        Some(value) => Made::Value(without(value, &tree)),
        None => Made::Same,
    })
}

fn without(value: &Value, tree: &Node) -> Value {
    let left = |key: &Value, inner: &Value| match tree.get(key) {
        None => Some(inner.clone()),
        Some(None) => None,
        Some(Some(tree)) => Some(without(inner, tree)),
    };
    match value {
        Value::Object(members) => members
            .iter()
            .filter_map(|(key, inner)| Some((key.clone(), left(key, inner)?)))
            .collect::<BTreeMap<_, _>>()
            .into(),
        Value::Array(members) => members
            .iter()
            .enumerate()
            .filter_map(|(at, inner)| left(&place(at), inner))
            .collect::<Vec<_>>()
            .into(),
        Value::Set(members) => members
            .iter()
            .filter_map(|inner| left(inner, inner))
            .collect::<BTreeSet<_>>()
            .into(),
        other => other.clone(),
    }
}

/// `json.filter(object, paths)`.
pub(super) fn filter(arguments: &[Value]) -> Result<Made, Refused> {
    let tree = paths("json.filter", arguments)?;
    sizes::written(arguments)?;
    Ok(match arguments.first() {
        Some(value) => Made::Value(only(value, &tree)),
        None => Made::Same,
    })
}

fn only(value: &Value, tree: &Node) -> Value {
    let kept = |key: &Value, inner: &Value| match tree.get(key)? {
        None => Some(inner.clone()),
        Some(tree) => Some(only(inner, tree)),
    };
    match value {
        Value::Object(members) => members
            .iter()
            .filter_map(|(key, inner)| Some((key.clone(), kept(key, inner)?)))
            .collect::<BTreeMap<_, _>>()
            .into(),
        Value::Array(members) => members
            .iter()
            .enumerate()
            .filter_map(|(at, inner)| kept(&place(at), inner))
            .collect::<Vec<_>>()
            .into(),
        Value::Set(members) => members
            .iter()
            .filter_map(|inner| kept(inner, inner))
            .collect::<BTreeSet<_>>()
            .into(),
        other => other.clone(),
    }
}
