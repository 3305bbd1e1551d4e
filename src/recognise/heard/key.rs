//! Which keys name a trail, which hold a text that may, and which are about
//! something else.

use crate::cloudtrail::keys;
use crate::recognise::metadata::METADATA;
use crate::recognise::places;
use crate::recognise::request::REQUESTS;

/// Keys, folded, whose values name a trail, where they stand beside a status.
const NAMING: [&str; 23] = [
    "about",
    "arn",
    "asset",
    "entity",
    "entityid",
    "for",
    "id",
    "identifier",
    "item",
    "itemname",
    "key",
    "label",
    "name",
    "of",
    "resource",
    "resourcearn",
    "resourceid",
    "resourcename",
    "subject",
    "target",
    "targetid",
    "targetname",
    "title",
];

/// Keys, folded, whose values are texts in which a name stands among other words:
/// a command, a path, a remark.
const TEXTS: [&str; 26] = [
    "cmd",
    "command",
    "commandline",
    "comment",
    "comments",
    "description",
    "file",
    "filename",
    "filepath",
    "files",
    "href",
    "link",
    "location",
    "message",
    "note",
    "notes",
    "origin",
    "path",
    "paths",
    "rawparams",
    "script",
    "shell",
    "source",
    "sources",
    "uri",
    "url",
];

/// Further keys, folded, whose values are about something else than a trail's name.
const DESCRIBING: [&str; 17] = [
    "action",
    "cloudtype",
    "collectedby",
    "env",
    "error",
    "exportedby",
    "homeregion",
    "hostid",
    "logger",
    "mode",
    "organization",
    "rrn",
    "s3bucketname",
    "severity",
    "state",
    "status",
    "stream",
];

/// Further keys, folded, of objects that say what something is about.
const SUBJECTS: [&str; 9] = [
    "config",
    "configuration",
    "context",
    "describe",
    "detail",
    "details",
    "info",
    "meta",
    "metadata",
];

/// Keys, folded, of what goes along with a call and is about the wire.
const WIRE: [&str; 5] = [
    "headers",
    "httpheaders",
    "cookies",
    "responseheaders",
    "requestheaders",
];

/// What the key of a value says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// It names the trail.
    Trail,
    /// It names something.
    Naming,
    /// What a call was given.
    Request,
    /// What something is about, or a wrapper.
    Subject,
    /// A text in which a name may stand.
    Text,
    /// Something else than a trail.
    Describing,
    /// Headers.
    Wire,
    /// Nobody knows.
    Unknown,
}

impl Key {
    /// What this key says.
    pub(super) fn of(key: &str) -> Self {
        if key.len() > 64 {
            return Self::Unknown;
        }
        let folded = keys::fold(key);
        let one = folded.strip_suffix('s').unwrap_or(&folded);
        let is_one_of = |words: &[&str]| words.contains(&folded.as_str()) || words.contains(&one);
        if WIRE.contains(&folded.as_str()) {
            Self::Wire
        } else if one == "trail"
            || ["trailname", "trailarn", "trailid"]
                .iter()
                .any(|word| one.ends_with(word))
        {
            Self::Trail
        } else if is_one_of(&TEXTS) {
            Self::Text
        } else if is_one_of(&DESCRIBING) || is_one_of(&METADATA) {
            Self::Describing
        } else if is_one_of(&REQUESTS) {
            Self::Request
        } else if is_one_of(&NAMING) || folded.contains("trail") {
            Self::Naming
        } else if is_one_of(&SUBJECTS) || places::is_wrapper(key) {
            Self::Subject
        } else {
            Self::Unknown
        }
    }
}
