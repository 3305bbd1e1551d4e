//! Queries (JMESPath, or jq's) that show a value under the key of another.

use crate::cloudtrail::keys::Spelt;

/// The first of AWS's keys that a query gives something else than AWS did, as the
/// query spells it, and what it gives it: `LatestDeliveryTime` in
/// `{LatestCloudWatchLogsDeliveryTime: LatestDeliveryTime}`.
pub(crate) fn renamed(query: &str) -> Option<(&str, &str)> {
    let colons = query.match_indices(':').map(|(at, _)| at);
    colons
        .filter_map(|at| pair(query, at))
        .find(|(key, value)| {
            let known = Spelt::of(key);
            known != Spelt::Neither && last_key(value).map(Spelt::of) != Some(known)
        })
}

/// The key before a colon and the expression behind it.
fn pair(query: &str, colon: usize) -> Option<(&str, &str)> {
    let before = query.get(..colon)?.trim_end();
    let behind = query.get(colon + 1..)?;
    // A cast of SQL's: `trail_arn::text`.
    if before.ends_with(':') || behind.starts_with(':') {
        return None;
    }
    let before = before.trim_end_matches(['"', '\'']);
    let start = before.rfind(|c: char| !is_of_key(c)).map_or(0, |at| at + 1);
    let key = before.get(start..).filter(|key| !key.is_empty())?;
    let end = behind.find([',', '}', '{', ':']).unwrap_or(behind.len());
    Some((key, behind.get(..end)?.trim()))
}

/// The key that a path leads to, where it is nothing but a path.
fn last_key(path: &str) -> Option<&str> {
    let is_plain = |c: char| is_of_key(c) || ".@$\"[]".contains(c);
    if !path.chars().all(is_plain) {
        return None;
    }
    let key = path.rsplit('.').next()?;
    Some(key.trim_matches(|c: char| !is_of_key(c)))
}

fn is_of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn a_key_of_aws_holds_what_aws_gave_it() {
        for query in [
            "trailList[].{Name:Name,CloudWatchLogsLogGroupArn:CloudWatchLogsLogGroupArn}",
            "trailList[*].{name: Name, arn: TrailARN, group: CloudWatchLogsLogGroupArn}",
            "{IsLogging: IsLogging, last: LatestDeliveryTime}",
            ".trailList[] | {Name, TrailARN, g: .CloudWatchLogsLogGroupArn}",
            ".trailList[] | {\"Name\": .Name, \"home_region\": .HomeRegion}",
            "trailList[0:2].[Name, TrailARN]",
            "select name, trail_arn::text from aws_cloudtrail_trail",
            "{Trail: {Name: Name}, Status: {IsLogging: @.IsLogging}}",
            "trailList[].{LogGroupArn: CloudWatchLogsLogGroupArn}",
        ] {
            assert_eq!(renamed(query), None, "{query}");
        }
        for (query, key) in [
            (
                "{LatestCloudWatchLogsDeliveryTime:LatestDeliveryTime}",
                "LatestCloudWatchLogsDeliveryTime",
            ),
            (
                "trailList[].{Name:Name, CloudWatchLogsLogGroupArn : CloudWatchLogsRoleArn}",
                "CloudWatchLogsLogGroupArn",
            ),
            ("{IsLogging: `true`}", "IsLogging"),
            (
                "trailList[].{Name:Name,HomeRegion:'us-east-1'}",
                "HomeRegion",
            ),
            ("{Name, log_group_arn: (.a // \"x\")}", "log_group_arn"),
            ("{\"IsLogging\": (.IsLogging | not)}", "IsLogging"),
            ("trailList[].{TrailARN: join('', [Name])}", "TrailARN"),
            ("{IsLogging: {a: b}}", "IsLogging"),
            ("{IsLogging: LatestDeliveryTime || IsLogging}", "IsLogging"),
        ] {
            assert_eq!(renamed(query).map(|(key, _)| key), Some(key), "{query}");
        }
    }
}
