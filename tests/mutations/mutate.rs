//! The mutations: each spoils a bundle in one place.

mod moves;

use serde_json::{Value, json};

use crate::bundle::Bundle;
use crate::dice::Dice;

/// What was done, for whoever has to look into it.
#[derive(Debug)]
#[allow(dead_code, reason = "read where a mutation is printed")]
pub(crate) enum Mutation {
    Delete(String),
    Cut(String, usize),
    Flip(String, usize, u8),
    Swap(String, String),
    Remove(String, String),
    Rename(String, String, String),
    Retype(String, String, String),
    Shift(String, String, String),
    Move(String, String),
    Copy(String, String),
    Claim(String, String),
    Older(i64),
}

/// Spoils the bundle in one place, if it has such a place.
pub(crate) fn some(bundle: &mut Bundle, dice: &mut Dice) -> Option<Mutation> {
    let paths: Vec<String> = bundle.files.keys().cloned().collect();
    if paths.is_empty() {
        return None;
    }
    let path = paths[dice.below(paths.len())].clone();
    match dice.below(13) {
        0 => {
            bundle.files.remove(&path);
            Some(Mutation::Delete(path))
        }
        1 => {
            let bytes = bundle.files.get_mut(&path)?;
            let at = dice.below(bytes.len().max(1));
            bytes.truncate(at);
            Some(Mutation::Cut(path, at))
        }
        2 => {
            let bytes = bundle.files.get_mut(&path)?;
            let at = dice.below(bytes.len().max(1));
            let byte = dice.one(b"0123456789abcXYZ:-.,/\"{}[] \\");
            *bytes.get_mut(at)? = byte;
            Some(Mutation::Flip(path, at, byte))
        }
        3 => {
            let status: Vec<&String> = paths
                .iter()
                .filter(|path| path.contains("status"))
                .collect();
            if status.len() < 2 {
                return None;
            }
            let (one, two) = (
                status[dice.below(status.len())],
                status[dice.below(status.len())],
            );
            let (first, second) = (bundle.files[one].clone(), bundle.files[two].clone());
            bundle.files.insert(one.clone(), second);
            bundle.files.insert(two.clone(), first);
            Some(Mutation::Swap(one.clone(), two.clone()))
        }
        8.. => moves::one(bundle, &paths, &path, dice),
        kind => {
            let bytes = bundle.files.get_mut(&path)?;
            let mut value: Value = serde_json::from_slice(bytes).ok()?;
            let places = places(&value);
            if places.is_empty() {
                return None;
            }
            let (object, key) = places[dice.below(places.len())].clone();
            let mutation = match kind {
                4 => remove(&mut value, &path, &object, &key),
                5 => rename(&mut value, &path, &object, &key, dice),
                6 => retype(&mut value, &path, &object, &key, dice),
                _ => shift(&mut value, &path, &object, &key, dice),
            }?;
            *bytes = match dice.below(2) {
                0 => serde_json::to_vec_pretty(&value).unwrap(),
                _ => serde_json::to_vec(&value).unwrap(),
            };
            Some(mutation)
        }
    }
}

/// Every key of every object, as the object's pointer and the key.
fn places(value: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    gather(value, String::new(), &mut all);
    all
}

fn gather(value: &Value, at: String, all: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                all.push((at.clone(), key.clone()));
                let token = key.replace('~', "~0").replace('/', "~1");
                gather(value, format!("{at}/{token}"), all);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                gather(value, format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
}

fn remove(value: &mut Value, path: &str, object: &str, key: &str) -> Option<Mutation> {
    value
        .pointer_mut(object)?
        .as_object_mut()?
        .shift_remove(key);
    Some(Mutation::Remove(path.to_owned(), key.to_owned()))
}

/// To a name that nobody has ever given this key.
fn rename(
    value: &mut Value,
    path: &str,
    object: &str,
    key: &str,
    dice: &mut Dice,
) -> Option<Mutation> {
    let new = match dice.below(4) {
        0 => format!("{key}Old"),
        1 => format!("Previous{key}"),
        2 => format!("{key}2"),
        _ => key.chars().rev().collect(),
    };
    let members = value.pointer_mut(object)?.as_object_mut()?;
    let kept = members.shift_remove(key)?;
    members.insert(new.clone(), kept);
    Some(Mutation::Rename(path.to_owned(), key.to_owned(), new))
}

fn retype(
    value: &mut Value,
    path: &str,
    object: &str,
    key: &str,
    dice: &mut Dice,
) -> Option<Mutation> {
    let place = value.pointer_mut(object)?.get_mut(key)?;
    *place = match (dice.below(7), place.as_str(), place.as_f64()) {
        (0, ..) => Value::Null,
        (1, ..) => json!(true),
        (2, ..) => json!([place.clone()]),
        (3, ..) => json!({"Value": place.clone()}),
        (4, ..) => json!(""),
        (_, Some(text), _) => json!(text.len()),
        (_, _, Some(number)) => json!(number.to_string()),
        _ => json!(place.to_string()),
    };
    Some(Mutation::Retype(
        path.to_owned(),
        key.to_owned(),
        place.to_string(),
    ))
}

/// A time, if it is one, by up to three days and at times by an hour or less.
fn shift(
    value: &mut Value,
    path: &str,
    object: &str,
    key: &str,
    dice: &mut Dice,
) -> Option<Mutation> {
    let place = value.pointer_mut(object)?.get_mut(key)?;
    let range = dice.one(&[600, 7_200, 100_000, 500_000]);
    let by = dice.below(2 * range) as i64 - range as i64;
    *place = match &*place {
        Value::Number(number) if number.as_f64()? > 1e9 => json!(number.as_f64()? + by as f64),
        Value::String(text) => {
            let zoned: jiff::Timestamp = text.parse().ok()?;
            json!((zoned + jiff::SignedDuration::from_secs(by)).to_string())
        }
        _ => return None,
    };
    Some(Mutation::Shift(
        path.to_owned(),
        key.to_owned(),
        place.to_string(),
    ))
}
