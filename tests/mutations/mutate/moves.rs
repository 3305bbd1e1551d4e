//! Mutations of a bundle as a whole: files that are called otherwise, lie
//! elsewhere, are there twice, say more of themselves, or come from another
//! account or time.

use serde_json::{Value, json};

use super::Mutation;
use crate::bundle::Bundle;
use crate::dice::Dice;

const NAMES: [&str; 12] = [
    "x.json",
    "out",
    "part.txt",
    "output (1).json",
    "get-trail-status.json",
    "status-7.json",
    "get-trail-status-stranger.json",
    "other_status.json",
    "cloudtrail-status.json",
    "1",
    "get-trail-status-main.json",
    "status-payments-2026-11-20.json",
];
const FOLDERS: [&str; 9] = [
    "111122223333",
    "4444-5555-6666",
    "prod",
    "eu-west-1",
    "20261110T120000Z",
    "20261120T115900Z",
    "trails/main",
    "old",
    "777788889999/us-east-1",
];

/// One of them.
pub(crate) fn one(
    bundle: &mut Bundle,
    paths: &[String],
    path: &str,
    dice: &mut Dice,
) -> Option<Mutation> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let join = |folder: &str, name: &str| match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    };
    let to = match dice.below(8) {
        0 | 1 => join(folder, dice.one(&NAMES)),
        2 => join(&join(folder, dice.one(&FOLDERS)), name),
        3 => join(dice.one(&FOLDERS), name),
        4 => {
            let other = &paths[dice.below(paths.len())];
            join(
                other.rsplit_once('/').map_or("", |(folder, _)| folder),
                name,
            )
        }
        5 => return claim(bundle, path, dice),
        6 => return whole(bundle, dice),
        _ => join(
            folder,
            &format!(
                "{} - Copy{}",
                name.trim_end_matches(".json"),
                if name.ends_with(".json") { ".json" } else { "" }
            ),
        ),
    };
    // A file can't lie where a folder is, nor below a file.
    let below = format!("{to}/");
    let clashes = paths
        .iter()
        .any(|other| other.starts_with(&below) || to.starts_with(&format!("{other}/")));
    if to == *path || clashes {
        return None;
    }
    let bytes = bundle.files.get(path)?.clone();
    bundle.files.insert(to.clone(), bytes);
    if dice.once_in(3) {
        return Some(Mutation::Copy(path.to_owned(), to));
    }
    bundle.files.remove(path);
    Some(Mutation::Move(path.to_owned(), to))
}

/// One more thing that says whose a status is, or one less.
fn claim(bundle: &mut Bundle, path: &str, dice: &mut Dice) -> Option<Mutation> {
    let bytes = bundle.files.get_mut(path)?;
    let mut value: Value = serde_json::from_slice(bytes).ok()?;
    let status = value.as_object_mut()?;
    if !path.contains("status") {
        return None;
    }
    let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main";
    let (what, value) = match dice.below(6) {
        0 => ("arn", json!({"arn": arn})),
        1 => ("Name", json!({"Name": "stranger"})),
        2 => (
            "TrailARN",
            json!({"TrailARN": arn.replace("main", "stranger")}),
        ),
        3 => (
            "request",
            json!({"request": {"Name": "payments"}, "response": status}),
        ),
        4 => ("key", json!({"payments": status})),
        _ => {
            status.retain(|key, _| !["TrailARN", "Name", "request"].contains(&key.as_str()));
            ("less", json!({}))
        }
    };
    let mut value = value;
    if value.as_object()?.len() < 2 && what != "key" {
        let all = status
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()));
        value.as_object_mut()?.extend(all);
    }
    *bytes = serde_json::to_vec_pretty(&value).unwrap();
    Some(Mutation::Claim(path.to_owned(), what.to_owned()))
}

/// All of it once more, as another time's or another account's.
fn whole(bundle: &mut Bundle, dice: &mut Dice) -> Option<Mutation> {
    if bundle.files.len() > 20 {
        return None;
    }
    let (older, newer, other) = match dice.below(3) {
        0 => ("20261101T120000Z/", "", false),
        1 => ("20261201T120000Z/", "", false),
        _ => ("", "444455556666/", true),
    };
    let files = std::mem::take(&mut bundle.files);
    for (path, bytes) in files {
        let again = match other {
            true => String::from_utf8_lossy(&bytes)
                .replace("111122223333", "444455556666")
                .into_bytes(),
            false => bytes.clone(),
        };
        let place = match other {
            true => path.replace("111122223333", "444455556666"),
            false => path.clone(),
        };
        let beside = match (other, place == path) {
            (true, false) => place,
            (true, true) => format!("{newer}{place}"),
            (false, _) => format!("{older}{place}"),
        };
        bundle.files.insert(beside, again);
        bundle.files.insert(path, bytes);
    }
    Some(Mutation::Older(older.len() as i64))
}
