//! A trail object from its members: what it names, how much of a whole one it
//! is, and whether it can be AWS's own.

use std::borrow::Cow;

use crate::cloudtrail::keys::Spelt;
use crate::cloudtrail::keys::{HOME_REGION, LOG_GROUP, NAME, ORGANIZATION, TRAIL_ARN};
use crate::cloudtrail::{arn, keys, whole};
use crate::document::json::{Kind, Member, Node};
use crate::document::object::Object;
use crate::recognise::facts::{Contradiction, ContradictionKind, TrailObject, Whole};
use crate::recognise::values::signs_beyond;
use crate::recognise::{envelope, heard};

/// The same object with the ARN that stands above it.
pub(crate) fn with_arn(object: &TrailObject, arn: &str, node: Node<'_>) -> TrailObject {
    let parts = arn::trail_arn(arn);
    let known = object.contradiction.clone();
    let members = Object::new(node);
    let has = |key| key == TRAIL_ARN || members.of_trail().any(|(own, _)| own == key);
    TrailObject {
        text: object.text.clone(),
        signs: object.signs,
        arn: Some(arn.into()),
        name: object
            .name
            .clone()
            .or_else(|| parts.map(|parts| parts.name.into())),
        home_region: object
            .home_region
            .clone()
            .or_else(|| parts.map(|parts| parts.region.into())),
        organization: object.organization,
        names_log_group: object.names_log_group,
        lacks_log_group: object.lacks_log_group,
        whole: how_whole(&members, has),
        is_plain: object.is_plain,
        contradiction: known.or_else(|| identity(&members, arn)),
    }
}

/// Makes a trail object.
pub(crate) fn make(object: &Object<'_>) -> TrailObject {
    let all = |key: &'static str| {
        let all = object.of_trail().filter(move |(known, _)| *known == key);
        all.map(|(_, member)| member)
    };
    // AWS's names are texts: a number stands for what somebody took out.
    let has = |key| all(key).any(|member| !is_name(key) || member.value.as_str().is_some());
    let text = |key| {
        all(key)
            .filter_map(|member| member.value.as_str())
            .find(|text| !text.trim().is_empty())
    };
    let arn = all(TRAIL_ARN)
        .filter_map(|member| member.value.as_str())
        .find(|text| text.starts_with("arn:"));
    let parts = arn.as_deref().and_then(arn::trail_arn);
    let named = parts
        .map(|parts| parts.name)
        .filter(|name| !name.is_empty());
    let name = text(NAME)
        .map(|name| name.into_owned())
        .or_else(|| named.map(str::to_owned));
    let home = text(HOME_REGION);
    let organization = all(ORGANIZATION)
        .any(|member| matches!(member.value.text(), "true" | "\"true\"" | "\"True\""));
    let plain = object.of_trail().filter(|(key, member)| *key == member.key);
    let is_plain = object.members.len() == plain.count();
    TrailObject {
        text: object.node.text().into(),
        signs: signs_beyond(object.node.text()),
        arn: arn.as_deref().filter(|_| parts.is_some()).map(Into::into),
        name: name.map(Into::into),
        home_region: home
            .as_deref()
            .or(parts.map(|parts| parts.region))
            .map(Into::into),
        organization,
        names_log_group: has(LOG_GROUP),
        lacks_log_group: !has(LOG_GROUP) && all(ROLE).any(|member| has_role(member.value)),
        whole: how_whole(object, has),
        is_plain,
        contradiction: contradiction(object, home.as_deref(), arn.as_deref())
            .or_else(|| remark(object).filter(|_| !is_plain)),
    }
}

/// Whether AWS gives a text under a key of every trail.
fn is_name(key: &str) -> bool {
    matches!(key, NAME | HOME_REGION | TRAIL_ARN)
}

/// How much of a whole object it is. One that holds a log group under a key
/// that isn't AWS's lacks the key by somebody's choice.
fn how_whole(object: &Object<'_>, has: impl Fn(&'static str) -> bool) -> Whole {
    let is_renamed = object.spelt().any(|(spelt, member)| {
        let holds = member.value.kind() != Kind::Null && !member.value.is_empty_container();
        match spelt {
            Spelt::Neither => {
                holds
                    && (may_hold_log_group(&member.key, member.value)
                        || envelope::leaves_out(member, "cloudwatchlogsloggrouparn"))
            }
            // AWS takes no role for a log group that isn't there.
            Spelt::Trail(ROLE) => has_role(member.value) && !has(LOG_GROUP),
            Spelt::Trail(key) => key != LOG_GROUP && has_log_group(member.value),
            Spelt::Status(_) => false,
        }
    });
    let all = |keys: &[&'static str]| keys.iter().all(|key| has(key));
    let is_flagged = whole::TRAIL_FLAGS.iter().any(|flag| has(flag));
    if is_renamed || !all(&whole::TRAIL) {
        Whole::No
    } else if is_flagged {
        Whole::Yes
    } else {
        Whole::InAnswer
    }
}

/// Whether a key that isn't AWS's, or what stands under it, speaks of a log group.
fn may_hold_log_group(key: &str, value: Node<'_>) -> bool {
    const WORDS: [&str; 5] = ["loggroup", "cloudwatch", "cwlog", "cwarn", "cwl"];
    let folded = keys::fold(key);
    has_log_group(value) || WORDS.iter().any(|word| folded.contains(word))
}

/// The role that CloudTrail writes to the log group with.
const ROLE: &str = "CloudWatchLogsRoleArn";

fn has_role(value: Node<'_>) -> bool {
    value.as_str().is_some_and(|role| role.contains(":role/"))
}

fn has_log_group(value: Node<'_>) -> bool {
    value.text().contains(":log-group:")
}

/// Keys, folded, that known producers put into a trail's object, and that say
/// nothing of whether it is so.
const OF_PRODUCERS: [&str; 18] = [
    "bucketid",
    "c7nmatchedfilters",
    "contentlength",
    "cqid",
    "cqparentid",
    "cqsourcename",
    "cqsynctime",
    "dataeventsenabled",
    "httpstatuscode",
    "ismultiregion",
    "kmskey",
    "latestcloudwatchdeliverytime",
    "loggedat",
    "managementeventsenabled",
    "s3bucket",
    "scoutlink",
    "spconnectionname",
    "wildcarddatalogging",
];

/// A key of the object that isn't AWS's and may say that it isn't so now: any that
/// isn't known to say nothing.
pub(crate) fn untold(object: &Object<'_>) -> Option<String> {
    let is_known = |key: &str| OF_PRODUCERS.iter().any(|word| keys::folds_to(key, word));
    // A no may be that to whether it is there.
    let says = |member: &Member<'_>| {
        let is_told = envelope::says_something(member) || member.value.kind() == Kind::Bool;
        is_told && !is_known(&member.key)
    };
    heard::untold_among(object, says, false)
}

/// What an object says besides AWS's keys that takes it away.
fn remark(object: &Object<'_>) -> Option<Contradiction> {
    let said = envelope::doubt(object).map(|message| Contradiction {
        kind: ContradictionKind::Key,
        message: message.into(),
    });
    said.or_else(|| Some(Contradiction::remark(&untold(object)?)))
}

/// Why the object can't be what AWS answered.
fn contradiction(
    object: &Object<'_>,
    home: Option<&str>,
    arn: Option<&str>,
) -> Option<Contradiction> {
    if let Some(key) = twice(object) {
        let message = format!("`{key}` stands in it twice with different values").into();
        return Some(Contradiction {
            kind: ContradictionKind::Key,
            message,
        });
    }
    if let Some(key) = unfilled(object) {
        return Some(Contradiction {
            kind: ContradictionKind::Key,
            message: format!("`{key}` is empty in it, which AWS always returns").into(),
        });
    }
    let is_text = |member: &Member<'_>| matches!(member.value.kind(), Kind::String | Kind::Null);
    let mut names = object.of_trail().filter(|(key, _)| is_name(key));
    if let Some((key, _)) = names.find(|(_, member)| !is_text(member)) {
        return Some(Contradiction {
            kind: ContradictionKind::Key,
            message: format!("`{key}` is no text in it").into(),
        });
    }
    // The AWS CLI's skeletons hold the keys' own names.
    if home == Some(HOME_REGION) {
        return Some(Contradiction {
            kind: ContradictionKind::Identity,
            message: "its values are the names of their keys, as in a skeleton".into(),
        });
    }
    let region = arn::trail_arn(arn?).map_or("", |arn| arn.region);
    if let Some(home) = home.filter(|home| !region.is_empty() && *home != region) {
        return Some(Contradiction {
            kind: ContradictionKind::Region,
            message: format!(
                "its home region is `{home}` and its ARN is of `{region}`, which AWS never answers"
            )
            .into(),
        });
    }
    identity(object, arn?)
}

/// What AWS always returns and an object without a log group has empty: a row that
/// nobody filled in.
fn unfilled(object: &Object<'_>) -> Option<&'static str> {
    let is_empty = |value: Node<'_>| match value.kind() {
        Kind::Null => true,
        Kind::String => value.as_str().is_some_and(|text| text.trim().is_empty()),
        _ => false,
    };
    let mut groups = object.of_trail().filter(|(key, _)| *key == LOG_GROUP);
    if !groups.all(|(_, member)| is_empty(member.value)) {
        return None;
    }
    let mut empty = object
        .of_trail()
        .filter(|(key, member)| whole::TRAIL.contains(key) && is_empty(member.value));
    empty.next().map(|(key, _)| key)
}

/// Why the object's ARN is none that AWS gives this trail.
fn identity(object: &Object<'_>, arn: &str) -> Option<Contradiction> {
    let text = |key: &'static str| {
        let mut all = object.of_trail();
        let (_, member) = all.find(|(known, _)| *known == key)?;
        member.value.as_str()
    };
    let parts = arn::trail_arn(arn);
    let named = parts.map_or("", |parts| parts.name);
    let name = text(NAME).filter(|name| {
        let name = name.trim();
        !named.is_empty() && !name.is_empty() && name != named && name != arn
    });
    let message = if let Some(flaw) = arn::flaw(arn) {
        format!("`{arn}` is no ARN of a trail: {flaw}")
    } else {
        let name = name?;
        format!("its name is `{name}` and its ARN ends in `{named}`, which AWS never answers")
    };
    Some(Contradiction {
        kind: ContradictionKind::Identity,
        message: message.into(),
    })
}

/// A key that stands in an object twice with different values. A row's own
/// `arn` may be longer than a `TrailARN` that stops before the name, and a null
/// beside a value is a column that the exporter left out; for the log group
/// nothing is forgiven.
fn twice(object: &Object<'_>) -> Option<&'static str> {
    // The longest value of each key: never more than AWS has keys.
    let mut known: Vec<(&'static str, Cow<'_, str>)> = Vec::new();
    object.of_trail().find_map(|(key, member)| {
        let value = member.value.as_str();
        let value = value.unwrap_or(Cow::Borrowed(member.value.text()));
        let Some((_, first)) = known.iter_mut().find(|(known, _)| *known == key) else {
            known.push((key, value));
            return None;
        };
        if key == TRAIL_ARN && value.starts_with(first.as_ref()) {
            *first = value;
            return None;
        }
        let same = *first == value || (key == TRAIL_ARN && first.starts_with(value.as_ref()));
        (!same).then_some(key)
    })
}

#[cfg(test)]
mod tests {
    use super::make;
    use crate::document::json::Node;
    use crate::document::object::Object;

    #[test]
    fn a_row_that_nobody_filled_in_is_none_of_aws() {
        let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main";
        for (others, is_filled) in [
            (r#""Name": null, "CloudWatchLogsLogGroupArn": null"#, false),
            (
                r#""HomeRegion": "", "CloudWatchLogsLogGroupArn": """#,
                false,
            ),
            (r#""S3BucketName": null"#, false),
            (r#""Name": "main", "CloudWatchLogsLogGroupArn": null"#, true),
            (
                r#""S3BucketName": null, "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:ct:*""#,
                true,
            ),
        ] {
            let text = format!(r#"{{"TrailARN": "{arn}", {others}}}"#);
            let made = make(&Object::new(Node::parse(&text).unwrap()));
            assert_eq!(made.contradiction.is_none(), is_filled, "{text}");
        }
    }
}
