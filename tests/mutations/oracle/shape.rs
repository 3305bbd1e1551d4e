//! What the values of a document are: trails, lists of them, statuses; and
//! which places show a present state.

use serde_json::Value;

use super::evidence::{Claim, Evidence, List, Object, Origin, Sighting, Status, named};
use super::text::key;
use super::{path, time};

/// What a sighting shows of the log group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Group {
    /// This log group, without `:*`.
    Named(String),
    /// A whole object without it, or one that shows that there is none.
    Missing,
    /// A value that is no log group's ARN.
    Malformed,
    /// Masked, contradictory, or never asked for.
    Unknown,
}

/// Goes through a document with what is known on the way.
pub(crate) struct Finder<'f> {
    pub(crate) origin: &'f Origin,
    pub(crate) claims: Vec<Claim>,
    /// Whether a part of a list was asked for.
    pub(crate) is_part: bool,
    /// Whether keys were picked, so that what isn't there may have been.
    pub(crate) selects: bool,
    /// Whether the file's name is heard for a status inside of a trail.
    pub(crate) hears_file: bool,
    /// Whether this is inside of a trail.
    pub(crate) is_inside: bool,
    pub(crate) header: Option<f64>,
    pub(crate) found: &'f mut Evidence,
}

/// Keys that a state may lie under; any other shows none.
const KNOWN: [&str; 32] = [
    "traillist",
    "trail",
    "trails",
    "status",
    "data",
    "response",
    "result",
    "results",
    "output",
    "body",
    "value",
    "items",
    "loggingstatus",
    "trailstatus",
    "cloudtrailstatus",
    "evidence",
    "gettrailstatus",
    "describetrails",
    "listtrails",
    "actual",
    "statuses",
    "stdout",
    "answer",
    "cloudtrail",
    "awscloudtrailgettrailstatus",
    "awscloudtraildescribetrails",
    "resources",
    "content",
    "payload",
    "regions",
    "accounts",
    "cloudtraildescribetrails",
];

/// Keys of what was asked, in which a name is a claim.
const ASKED: [&str; 6] = [
    "request",
    "args",
    "params",
    "parameters",
    "input",
    "arguments",
];

/// Keys whose value is meant as a name.
const NAMES: [&str; 14] = [
    "name",
    "trailname",
    "trail",
    "cloudtrailname",
    "id",
    "resource",
    "resourceid",
    "resourcename",
    "arn",
    "trailarn",
    "trailid",
    "cloudtrail",
    "cloudtrailarn",
    "resourcearn",
];

impl Finder<'_> {
    pub(crate) fn value(&mut self, value: &Value, is_known: bool) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| {
                if item.is_object() {
                    self.value(item, is_known);
                }
            }),
            Value::Object(object) => self.object(object, is_known),
            _ => {}
        }
    }

    fn object(&mut self, object: &Object, is_known: bool) {
        if let Some(plain) = without_strings(object) {
            return self.object(&plain, is_known);
        }
        let (before, header) = (self.claims.len(), self.header);
        self.header = date(object).or(header);
        if let Some(items) = object.get("trailList").and_then(Value::as_array)
            && is_known
        {
            let whole = items.iter().all(|item| {
                ["TrailARN", "Name", "HomeRegion"]
                    .iter()
                    .all(|key| item[*key].is_string())
            });
            self.found.lists.push(List {
                origin: self.origin.clone(),
                as_of: self.header,
                is_whole: whole && !self.is_part && !object.contains_key("NextToken"),
            });
        }
        let is_trail = is_trail(object);
        if is_trail && is_known {
            self.found
                .sightings
                .push(sighting(self.origin, object, self.selects));
        }
        let is_status = is_status(object);
        for (name, value) in object {
            self.claim(name, value);
        }
        if is_status {
            self.status(object, is_known);
        }
        for (name, value) in object {
            if (value.is_object() || value.is_array()) && !(is_trail || is_status) {
                let own = self.claims.len();
                let is_known = is_known && self.under(name);
                let inside = self.is_inside;
                self.is_inside |= wraps_trail(object);
                self.value(value, is_known);
                self.is_inside = inside;
                self.claims.truncate(own);
            } else if is_trail && value.is_object() {
                let is_known = is_known && self.under(name);
                let inside = std::mem::replace(&mut self.is_inside, true);
                self.value(value, is_known);
                self.is_inside = inside;
            }
        }
        self.claims.truncate(before);
        self.header = header;
    }

    /// Whether a state may lie under this key; a name in it is a claim.
    fn under(&mut self, name: &str) -> bool {
        let folded = key(name);
        if name.starts_with("arn:") && name.contains(":trail/") {
            self.claims.push(Claim::Arn(name.to_owned()));
            return true;
        }
        if KNOWN.contains(&folded.as_str())
            || is_account(name)
            || path::region(name).as_deref() == Some(name)
        {
            return true;
        }
        let places = [
            "expected",
            "previous",
            "before",
            "baseline",
            "desired",
            "planned",
            "deleted",
            "archived",
            "example",
            "template",
            "requestParameters",
            "responseElements",
            "template",
            "ResponseMetadata",
            "snapshot",
        ];
        if folded == "old"
            || name.ends_with("Old")
            || places.iter().any(|place| folded.contains(&key(place)))
        {
            return false;
        }
        self.claims.push(Claim::Label(name.to_owned()));
        true
    }

    fn claim(&mut self, name: &str, value: &Value) {
        let folded = key(name);
        match value {
            Value::String(text) if text.starts_with("arn:") && text.contains(":trail/") => {
                self.claims.push(Claim::Arn(text.clone()));
            }
            Value::String(text)
                if NAMES.contains(&folded.as_str()) && !text.starts_with("arn:") =>
            {
                self.claims.push(Claim::Name(text.clone()));
            }
            Value::String(text) => self.claims.push(Claim::Maybe(text.clone())),
            Value::Object(inner) if ASKED.contains(&folded.as_str()) => {
                for (name, value) in inner {
                    self.claim(name, value);
                }
            }
            // A trail beside its status, in one wrapper.
            Value::Object(inner) if folded == "trail" || is_trail(inner) => {
                for name in ["TrailARN", "Name"] {
                    if let Some(text) = inner.get(name).and_then(Value::as_str) {
                        self.claims.push(named(text));
                    }
                }
            }
            Value::Array(words) if ASKED.contains(&folded.as_str()) => {
                let words = words.iter().filter_map(Value::as_str);
                self.claims
                    .extend(words.map(|word| Claim::Maybe(word.to_owned())));
            }
            _ => {}
        }
    }

    fn status(&mut self, object: &Object, is_known: bool) {
        let mut claims = self.claims.clone();
        claims.retain(|claim| !(self.is_inside && matches!(claim, Claim::Printed(_))));
        let parts: Vec<&str> = self.origin.file.split('/').collect();
        let (file, folders) = parts.split_last().unwrap();
        if self.hears_file || !self.is_inside {
            claims.push(match path::arn(file) {
                Some(arn) => Claim::Arn(arn),
                None => Claim::File((*file).to_owned()),
            });
        }
        for (at, folder) in folders.iter().enumerate() {
            let above = at.checked_sub(1).map_or("", |above| folders[above]);
            match above == "trails" {
                true => claims.push(Claim::Label((*folder).to_owned())),
                false => claims.push(Claim::Maybe((*folder).to_owned())),
            }
        }
        self.found.statuses.push(Status {
            origin: self.origin.clone(),
            claims,
            delivery: match self.selects && !object.contains_key("LatestCloudWatchLogsDeliveryTime")
            {
                true => time::Delivery::Unknown,
                false => time::delivery(object),
            },
            latest: time::latest(object),
            as_of: self
                .origin
                .entry
                .as_ref()
                .and_then(|entry| entry.collected_at)
                .or(self.header),
            object: object.clone(),
            is_known,
        });
    }
}

/// The object with JSON in the place of the strings that hold it, if there are such.
fn without_strings(object: &Object) -> Option<Object> {
    let read = |value: &Value| -> Option<Value> {
        let text = value.as_str()?.trim();
        let inner = serde_json::from_str(text).ok()?;
        text.starts_with(['{', '[']).then_some(inner)
    };
    let mut plain = object.clone();
    let mut is_other = false;
    for value in plain.values_mut() {
        if let Some(inner) = read(value) {
            (*value, is_other) = (inner, true);
        }
    }
    is_other.then_some(plain)
}

/// Whether the name of a file is heard for the statuses inside of trails: they
/// stand inside of one alone.
pub(crate) fn hears_file<'v>(values: impl IntoIterator<Item = &'v Value>) -> bool {
    values.into_iter().map(holders).sum::<usize>() < 2
}

/// How many trails hold a status.
fn holders(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(holders).sum(),
        Value::Object(object) if is_trail(object) || wraps_trail(object) => {
            usize::from(object.values().any(holds_status))
        }
        Value::Object(object) => object.values().map(holders).sum(),
        _ => 0,
    }
}

/// Whether a trail stands in a wrapper, beside what is said of it.
fn wraps_trail(object: &Object) -> bool {
    object
        .values()
        .any(|value| value.as_object().is_some_and(is_trail))
}

fn holds_status(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(holds_status),
        Value::Object(object) => is_status(object) || object.values().any(holds_status),
        _ => false,
    }
}

fn is_status(object: &Object) -> bool {
    ["IsLogging", "LatestCloudWatchLogsDeliveryTime"]
        .iter()
        .any(|key| object.contains_key(*key))
}

fn is_account(name: &str) -> bool {
    path::account(name).is_some()
        && name
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_digit())
}

/// The `Date` header beside or in an answer.
fn date(object: &Object) -> Option<f64> {
    let headers = object.get("ResponseMetadata")?.get("HTTPHeaders")?;
    let date = headers.get("date").or(headers.get("Date"))?;
    let text = date
        .as_str()
        .or_else(|| date.as_array()?.first()?.as_str())?;
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(time::seconds(at))
}

fn is_trail(object: &Object) -> bool {
    let has = |name: &str| object.contains_key(name);
    let is_status = has("IsLogging") || has("LatestCloudWatchLogsDeliveryTime");
    let is_wrapper = object.values().any(Value::is_object);
    (has("TrailARN") || has("Name"))
        && (has("HomeRegion") || has("S3BucketName") || has("CloudWatchLogsLogGroupArn"))
        || has("TrailARN") && has("Name") && !is_status && !is_wrapper
}

fn sighting(origin: &Origin, object: &Object, selects: bool) -> Sighting {
    let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let (arn, name) = (text("TrailARN"), text("Name"));
    let contradicts = arn.as_ref().zip(name.as_ref()).is_some_and(|(arn, name)| {
        !name.trim().is_empty()
            && arn.contains(":trail/")
            && !arn.ends_with(&format!(":trail/{name}"))
    });
    let flags = [
        "TrailARN",
        "HomeRegion",
        "IsMultiRegionTrail",
        "IncludeGlobalServiceEvents",
        "LogFileValidationEnabled",
    ];
    let whole = flags.iter().all(|flag| object.contains_key(*flag)) && !selects;
    let elsewhere = object
        .iter()
        .any(|(name, value)| name != "CloudWatchLogsLogGroupArn" && is_of_group(name, value));
    let group = match object.get("CloudWatchLogsLogGroupArn") {
        _ if contradicts => Group::Unknown,
        None if whole && !elsewhere => Group::Missing,
        None => Group::Unknown,
        Some(Value::Null) => Group::Missing,
        Some(Value::String(text)) if text.trim().is_empty() => Group::Missing,
        Some(Value::String(text)) => group(text),
        Some(_) => Group::Malformed,
    };
    Sighting {
        origin: origin.clone(),
        home: text("HomeRegion"),
        is_organization: object.get("IsOrganizationTrail") == Some(&Value::Bool(true)),
        arn,
        name,
        group,
    }
}

/// Whether another key holds something of a log group: then its absence under
/// its own isn't proven. An empty one takes nothing from a whole object.
fn is_of_group(name: &str, value: &Value) -> bool {
    let is_empty = match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    };
    let text = value.to_string();
    !is_empty && key(name).contains("loggroup")
        || text.contains(":logs:") && text.contains("log-group")
}

fn group(text: &str) -> Group {
    let plain = text.strip_suffix(":*").unwrap_or(text);
    let parts: Vec<&str> = plain.split(':').collect();
    let digits = |part: &str| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit());
    let name = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-/.#".contains(c))
    };
    if let [
        "arn",
        partition,
        "logs",
        region,
        account,
        "log-group",
        group,
    ] = parts.as_slice()
        && partition.starts_with("aws")
        && path::region(region).as_deref() == Some(*region)
        && digits(account)
        && name(group)
    {
        return Group::Named(plain.to_owned());
    }
    let lower = plain.to_ascii_lowercase();
    let masks = [
        "redact",
        "xxx",
        "mask",
        "hidden",
        "account",
        "***",
        "<",
        "$",
        "{",
        "%",
        "###",
        "000000000000",
    ];
    match masks.iter().any(|mask| lower.contains(mask)) || plain.contains('*') {
        true => Group::Unknown,
        false => Group::Malformed,
    }
}
