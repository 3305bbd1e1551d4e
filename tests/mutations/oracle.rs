//! When a trail may pass, told a second time and as plainly as can be.
//!
//! It knows the fixtures' own layout and spellings and nothing else, shares no
//! code with the program, and is free to be slow. It says yes only to what is
//! proven: a trail object with a log group and none that says otherwise, and a
//! status in a file that names the trail, with a delivery of the last 24 hours.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::bundle::Bundle;

/// When all fixtures were collected.
pub(crate) fn as_of() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// The keys of a whole trail object. Where one is missing, the object is at
/// most a selection, and says nothing by what it lacks.
const WHOLE: [&str; 7] = [
    "Name",
    "S3BucketName",
    "IncludeGlobalServiceEvents",
    "IsMultiRegionTrail",
    "HomeRegion",
    "TrailARN",
    "LogFileValidationEnabled",
];

/// Whether the bundle proves that this trail passes; if not, what is missing.
pub(crate) fn proves(bundle: &Bundle, id: &str, name: &str) -> Result<(), String> {
    let sightings = sightings(bundle, id, name);
    log_group(&sightings)?;
    delivery(bundle, &sightings, id, name)
}

/// Whether every file named for a list of trails is one, and names each trail
/// in it, so that none hides a trail.
pub(crate) fn hides_nothing(bundle: &Bundle) -> Result<(), String> {
    for (path, bytes) in &bundle.files {
        if path.ends_with("describe-trails.json") && !values(bytes).iter().any(lists_trails) {
            return Err(format!("`{path}` may list more trails"));
        }
    }
    Ok(())
}

fn lists_trails(value: &Value) -> bool {
    let names = |item: &Value| item["Name"].is_string() || item["TrailARN"].is_string();
    match value {
        // A selection, or a list that lost its key, still shows its trails.
        Value::Array(items) => !items.is_empty() && items.iter().all(names),
        Value::Object(object) => object.values().any(|value| match value {
            Value::Array(items) => items.iter().all(names),
            other => lists_trails(other),
        }),
        _ => false,
    }
}

type Object = Map<String, Value>;

/// Every object of every file that shows this trail: by its ARN, or without
/// one by its name and home region, where the account is the same.
fn sightings(bundle: &Bundle, id: &str, name: &str) -> Vec<Object> {
    let text = |object: &Object, key: &str| object.get(key)?.as_str().map(str::to_owned);
    let mut shown = Vec::new();
    for (path, bytes) in &bundle.files {
        let mut objects = Vec::new();
        values(bytes)
            .iter()
            .for_each(|value| gather(value, &mut objects));
        objects.retain(|object| match text(object, "TrailARN") {
            Some(arn) if is_trail(&arn) || arn == id => arn == id,
            _ => {
                text(object, "Name").as_deref() == Some(name)
                    && is_at_home(object, folder(path), id)
            }
        });
        shown.extend(objects);
    }
    shown
}

/// The home region that an id speaks of: an ARN's, or the folder's.
fn region_of(id: &str) -> Option<&str> {
    match id.split(':').nth(3) {
        Some(region) => Some(region),
        None => id.rsplit('/').nth(1),
    }
}

/// Whether an object without an ARN has the home that the id speaks of; where
/// it says none, that is where it was seen.
fn is_at_home(object: &Object, folder: &str, id: &str) -> bool {
    let seen = folder.rsplit('/').next();
    let home = object.get("HomeRegion").and_then(Value::as_str).or(seen);
    region_of(id).is_none() || home == region_of(id)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A file may hold several values, one after the other; what stands before
/// the first that is broken counts.
fn values(bytes: &[u8]) -> Vec<Value> {
    let values = serde_json::Deserializer::from_slice(bytes).into_iter();
    values.map_while(Result::ok).collect()
}

fn gather(value: &Value, objects: &mut Vec<Object>) {
    match value {
        Value::Object(object) => {
            objects.push(object.clone());
            object.values().for_each(|value| gather(value, objects));
        }
        // A list in a list is no list of trails.
        Value::Array(items) => items
            .iter()
            .filter(|item| item.is_object())
            .for_each(|item| gather(item, objects)),
        _ => {}
    }
}

fn log_group(sightings: &[Object]) -> Result<(), String> {
    let mut proof = None;
    let mut shown = None;
    for object in sightings {
        match object.get("CloudWatchLogsLogGroupArn") {
            Some(Value::String(arn)) if is_log_group(arn) => {
                if shown.is_some_and(|shown| shown != arn) {
                    return Err("sightings name different log groups".to_owned());
                }
                shown = Some(arn);
                // An object that can't be AWS's may contradict, and proves nothing.
                proof = proof.or(identity(object).ok());
            }
            Some(other) => return Err(format!("a sighting has the log group {other}")),
            None if WHOLE.iter().all(|key| object.contains_key(*key)) => {
                return Err("a whole sighting has no log group".to_owned());
            }
            None => {}
        }
    }
    proof.ok_or_else(|| "no sighting that can be AWS's has a log group".to_owned())
}

/// An ARN in it is one of a trail, and of the trail that it names.
fn identity(object: &Object) -> Result<(), String> {
    let text = |key| object.get(key).and_then(Value::as_str);
    match (text("TrailARN"), text("Name")) {
        (Some(arn), _) if arn.starts_with("arn:") && !is_trail(arn) => {
            Err(format!("`{arn}` is no ARN of a trail"))
        }
        (Some(arn), Some(name)) if is_trail(arn) && !name.trim().is_empty() => {
            match arn.ends_with(&format!(":trail/{name}")) {
                true => Ok(()),
                false => Err(format!("`{name}` has the ARN `{arn}`")),
            }
        }
        _ => Ok(()),
    }
}

/// `arn:aws…:logs:REGION:ACCOUNT:log-group:NAME`, and at most `:*` behind.
fn is_log_group(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    let [
        scheme,
        partition,
        service,
        region,
        account,
        kind,
        name,
        rest @ ..,
    ] = parts.as_slice()
    else {
        return false;
    };
    *scheme == "arn"
        && partition.starts_with("aws")
        && *service == "logs"
        && !region.is_empty()
        && !account.is_empty()
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && *kind == "log-group"
        && !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-/.#".contains(c))
        && (rest.is_empty() || rest == ["*"])
}

fn delivery(bundle: &Bundle, sightings: &[Object], id: &str, name: &str) -> Result<(), String> {
    if !bundle.collection_is_known() {
        return Err("nothing says when it was collected".to_owned());
    }
    let mut names = vec![name.to_owned()];
    names.extend(id.rsplit('/').next().map(str::to_owned));
    let named_inside = sightings
        .iter()
        .filter_map(|object| object.get("Name")?.as_str());
    names.extend(named_inside.map(str::to_owned));
    let mut homes: Vec<&str> = sightings
        .iter()
        .filter_map(|object| object.get("HomeRegion")?.as_str())
        .collect();
    homes.extend(region_of(id));
    let statuses = statuses(bundle, id, &names);
    let at_home: Vec<&(String, Object)> = statuses
        .iter()
        .filter(|(path, _)| homes.iter().any(|home| path.contains(&format!("{home}/"))))
        .collect();
    let counting: Vec<&(String, Object)> = match at_home.is_empty() {
        true => statuses.iter().collect(),
        false => at_home,
    };
    if counting.is_empty() {
        return Err("no status is the trail's".to_owned());
    }
    for (path, status) in counting {
        let time = status
            .get("LatestCloudWatchLogsDeliveryTime")
            .unwrap_or(&Value::Null);
        if !recent(time) {
            return Err(format!("the delivery in `{path}` is {time}"));
        }
    }
    Ok(())
}

/// The statuses in files that name the trail; the only status of the bundle,
/// where its file names none. A status is another trail's if its own folder
/// shows a trail of that name, and not this one.
fn statuses(bundle: &Bundle, id: &str, names: &[String]) -> Vec<(String, Object)> {
    let all: Vec<(String, Object)> = bundle
        .files
        .iter()
        .filter(|(path, _)| path.contains("status"))
        .filter_map(|(path, bytes)| match values(bytes).as_slice() {
            [Value::Object(status), rest @ ..] if !rest.iter().any(may_be_more) => {
                Some((path.clone(), status.clone()))
            }
            _ => None,
        })
        .collect();
    let named = |path: &str| {
        let file = path.rsplit('/').next().unwrap_or(path);
        names.iter().any(|name| {
            file == format!("get-trail-status-{name}.json")
                || file.ends_with(&format!("trail%2F{name}"))
        })
    };
    let tied: Vec<(String, Object)> = all
        .iter()
        .filter(|(path, status)| {
            let said = status.get("TrailARN").and_then(Value::as_str);
            named(path)
                && said.is_none_or(|arn| arn == id)
                && !shows_another(bundle, folder(path), id, names)
        })
        .cloned()
        .collect();
    let stranger = all
        .iter()
        .all(|(path, _)| path.contains("get-trail-status-"));
    if tied.is_empty() && all.len() == 1 && !stranger {
        all
    } else {
        tied
    }
}

/// A value behind the first that may say something of a trail.
fn may_be_more(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

fn shows_another(bundle: &Bundle, place: &str, id: &str, names: &[String]) -> bool {
    let mut objects = Vec::new();
    for (path, bytes) in &bundle.files {
        if folder(path) == place {
            values(bytes)
                .iter()
                .for_each(|value| gather(value, &mut objects));
        }
    }
    let shown: Vec<&Object> = objects
        .iter()
        .filter(|object| {
            let name = object.get("Name").and_then(Value::as_str);
            name.is_some_and(|name| names.iter().any(|known| known == name))
        })
        .collect();
    let is_this = |object: &&Object| {
        let arn = object
            .get("TrailARN")
            .and_then(Value::as_str)
            .filter(|arn| is_trail(arn) || *arn == id);
        match arn {
            Some(arn) => arn == id,
            None => is_at_home(object, place, id),
        }
    };
    !shown.is_empty() && !shown.iter().any(is_this)
}

fn recent(time: &Value) -> bool {
    let seconds = match time {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.parse::<f64>() {
            Ok(number) => Some(number),
            Err(_) => text
                .parse::<Timestamp>()
                .ok()
                .map(|at| at.as_duration().as_secs_f64()),
        },
        _ => None,
    };
    let as_of = as_of().as_duration().as_secs_f64();
    let day = SignedDuration::from_hours(24).as_secs_f64();
    seconds.is_some_and(|seconds| seconds >= as_of - day && seconds <= as_of + 300.0)
}

/// `arn:aws…:cloudtrail:REGION:ACCOUNT:trail…`
fn is_trail(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [scheme, partition, service, _, _, resource] = parts.as_slice() else {
        return false;
    };
    *scheme == "arn"
        && partition.starts_with("aws")
        && *service == "cloudtrail"
        && (*resource == "trail" || resource.starts_with("trail/"))
}
