//! `json.remove` and `json.filter` as OPA has them: regorus takes no `/` at the
//! beginning of a path, and nothing of sets.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;

use super::{LIMIT, Made, Refused, sizes};

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
                tree.add(held(name, &parts)?);
            }
            Value::Array(parts) => tree.add(held(name, parts.as_slice())?),
            _ => return Err(refuse()),
        }
    }
    Ok(tree)
}

/// The most steps of a path: no value of evidence is nested as deep, and each
/// step is a call of its own.
const MOST_STEPS: usize = 512;

fn held<'p>(name: &str, path: &'p [Value]) -> Result<&'p [Value], Refused> {
    match path.len() {
        0..=MOST_STEPS => Ok(path),
        many => Err(Refused(format!(
            "`{name}` is given a path of {many} steps, {LIMIT}"
        ))),
    }
}

fn place(at: usize) -> Value {
    at.to_string().into()
}

/// `json.remove(object, paths)`.
pub(super) fn remove(arguments: &[Value]) -> Result<Made, Refused> {
    fn left(value: &Value, tree: Option<Option<&Node>>) -> Option<Value> {
        match tree {
            None => Some(value.clone()),
            Some(None) => None,
            Some(Some(tree)) => Some(each(value, tree, left)),
        }
    }
    whole("json.remove", arguments, left)
}

/// `json.filter(object, paths)`.
pub(super) fn filter(arguments: &[Value]) -> Result<Made, Refused> {
    fn kept(value: &Value, tree: Option<Option<&Node>>) -> Option<Value> {
        match tree? {
            None => Some(value.clone()),
            Some(tree) => Some(each(value, tree, kept)),
        }
    }
    whole("json.filter", arguments, kept)
}

/// What becomes of a value, by what the paths say of where it stands.
type Becomes = fn(&Value, Option<Option<&Node>>) -> Option<Value>;

fn whole(name: &str, arguments: &[Value], becomes: Becomes) -> Result<Made, Refused> {
    let tree = paths(name, arguments)?;
    sizes::written(arguments)?;
    Ok(match arguments.first() {
        Some(value) => Made::Value(each(value, &tree, becomes)),
        None => Made::Same,
    })
}

/// A value with what becomes of each of its members.
fn each(value: &Value, tree: &Node, becomes: Becomes) -> Value {
    let member = |key: &Value, inner: &Value| becomes(inner, tree.get(key));
    match value {
        Value::Object(members) => members
            .iter()
            .filter_map(|(key, inner)| Some((key.clone(), member(key, inner)?)))
            .collect::<BTreeMap<_, _>>()
            .into(),
        Value::Array(members) => members
            .iter()
            .enumerate()
            .filter_map(|(at, inner)| member(&place(at), inner))
            .collect::<Vec<_>>()
            .into(),
        Value::Set(members) => members
            .iter()
            .filter_map(|inner| member(inner, inner))
            .collect::<BTreeSet<_>>()
            .into(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_any_length_ends_nothing() {
        let object = Value::from_json_str(r#"{"a": {"b": 1}}"#).unwrap();
        for call in [remove, filter] {
            let paths = |steps: usize| {
                let long: Vec<Value> = vec!["a".into(); steps];
                Value::from(vec![Value::from(long), "a/".repeat(steps).into()])
            };
            assert!(call(&[object.clone(), paths(1)]).is_ok());
            assert!(call(&[object.clone(), paths(1_000_000)]).is_err());
        }
    }
}
