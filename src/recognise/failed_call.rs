//! Error texts that were saved where an answer should be.
//!
//! The AWS CLI of every generation, and the shells around it, leave texts such
//! as `An error occurred (AccessDeniedException) when calling the
//! DescribeTrails operation: …`. They are read for the call, the error and the
//! trail it was about; what to do follows from the error.

use crate::recognise::facts::{Call, Named};

/// What an error text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The call that failed, where the text says.
    pub call: Option<Call>,
    /// AWS's error code.
    pub error: Option<String>,
    /// The text in one line.
    pub message: String,
    /// The trail that it names.
    pub named: Named,
}

/// Texts of the CLI that name no error code, and a word for each.
const PLAIN: [(&str, &str); 12] = [
    ("unable to locate credentials", "NoCredentials"),
    ("you must specify a region", "NoRegion"),
    (
        "could not connect to the endpoint",
        "EndpointConnectionError",
    ),
    ("connect timeout on endpoint", "ConnectTimeoutError"),
    ("token has expired", "ExpiredToken"),
    ("error loading sso token", "SSOTokenLoadError"),
    ("the config profile (", "ProfileNotFound"),
    ("partial credentials found", "PartialCredentials"),
    ("the following arguments are required", "Usage"),
    ("aws: error:", "Usage"),
    ("usage: aws", "Usage"),
    ("command not found", "CommandNotFound"),
];

/// Reads a text as an error, if it is one.
#[must_use]
pub fn read(text: &str) -> Option<Said> {
    let head: String = text.chars().take(4096).collect();
    let line = head.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = line.to_lowercase();
    for opening in [
        "an error occurred (",
        "a client error (",
        "a server error (",
    ] {
        let Some(start) = lower.find(opening) else {
            continue;
        };
        let rest = line.get(start + opening.len()..)?;
        let (code, rest) = rest.split_once(')')?;
        let operation = rest
            .split_once("when calling the ")
            .and_then(|(_, rest)| rest.split_once(' '))
            .map(|(word, _)| word);
        let call = operation.map(|word| Call::named(word).unwrap_or(Call::Other));
        // Other calls on a trail name it too: StopLogging is no answer that was lost.
        let call = if operation.is_some_and(|word| word.ends_with("Logging")) {
            Some(Call::Other)
        } else {
            call
        };
        return Some(Said {
            call,
            error: Some(code.trim().to_owned()),
            message: excerpt(line.get(start..).unwrap_or(&line)),
            named: unknown_trail(rest),
        });
    }
    let (phrase, word) = PLAIN.iter().find(|(phrase, _)| lower.contains(phrase))?;
    let start = lower.find(phrase).unwrap_or(0);
    let call = Call::named(
        line.split_once("aws cloudtrail ")
            .map_or("", |(_, rest)| rest.split(' ').next().unwrap_or("")),
    );
    Some(Said {
        call,
        error: Some((*word).to_owned()),
        message: excerpt(line.get(start..).unwrap_or(&line)),
        named: Named::No,
    })
}

fn excerpt(line: &str) -> String {
    if line.chars().count() <= 300 {
        line.to_owned()
    } else {
        line.chars().take(299).chain(['…']).collect()
    }
}

/// `Unknown trail: NAME for the user: ACCOUNT` names the trail asked for.
fn unknown_trail(rest: &str) -> Named {
    let Some((_, rest)) = rest.split_once("Unknown trail: ") else {
        return Named::No;
    };
    let word = rest
        .split(' ')
        .next()
        .unwrap_or("")
        .trim_end_matches(['.', ',']);
    // The ARN that the error shows is made of the region that was asked and the
    // name that was given; only the name was the caller's.
    let name = crate::cloudtrail::arn::trail_arn(word).map_or(word, |arn| arn.name);
    let word = if name.is_empty() { word } else { name };
    if word.is_empty() || word.contains('$') {
        Named::No
    } else {
        Named::Name(word.into())
    }
}

/// What to do about an error, for the diagnostic's help line.
#[must_use]
pub fn help(error: Option<&str>, call: Option<Call>) -> String {
    let call = call.unwrap_or(Call::DescribeTrails);
    let again = match call {
        Call::GetTrailStatus => {
            "aws cloudtrail get-trail-status --name TRAIL_ARN --region HOME_REGION"
        }
        Call::ListTrails => "aws cloudtrail list-trails --region REGION",
        Call::DescribeLogGroups => "aws logs describe-log-groups --region REGION",
        Call::DescribeTrails | Call::Other => "aws cloudtrail describe-trails --region REGION",
    };
    match error {
        Some(code) if code.starts_with("AccessDenied") || code.starts_with("Unauthorized") => {
            format!(
                "allow `cloudtrail:DescribeTrails` and `cloudtrail:GetTrailStatus` (SecurityAudit has both), then: {again} --output json"
            )
        }
        Some("TrailNotFoundException") => format!(
            "a trail is found by name in its home region only, and an organization trail by ARN only; call again with the full ARN: {} --output json",
            "aws cloudtrail get-trail-status --name TRAIL_ARN --region HOME_REGION"
        ),
        Some("UnrecognizedClientException" | "InvalidClientTokenId" | "AuthFailure") => format!(
            "the region is not enabled for the account, or the credentials are not valid there; `aws account list-regions` tells which. Then: {again} --output json"
        ),
        Some(
            "ExpiredToken"
            | "ExpiredTokenException"
            | "SSOTokenLoadError"
            | "NoCredentials"
            | "PartialCredentials",
        ) => {
            format!("sign in again, then: {again} --output json")
        }
        Some("Usage") => format!("the command lacked an argument; call: {again} --output json"),
        Some("NoRegion") => format!("name the region: {again} --output json"),
        _ => format!("call again and keep the answer: {again} --output json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generation_of_the_cli_is_understood() {
        for (text, error, call) in [
            (
                "\nAn error occurred (AccessDeniedException) when calling the DescribeTrails operation: User",
                "AccessDeniedException",
                Some(Call::DescribeTrails),
            ),
            (
                "aws: [ERROR]: An error occurred (TrailNotFoundException) when calling the GetTrailStatus operation: Unknown trail: main for the user: 111122223333",
                "TrailNotFoundException",
                Some(Call::GetTrailStatus),
            ),
            (
                "A client error (AccessDeniedException) occurred when calling the GetTrailStatus operation: x",
                "AccessDeniedException",
                Some(Call::GetTrailStatus),
            ),
            (
                "An error occurred (Throttling)\n when calling the\n DescribeTrails operation",
                "Throttling",
                Some(Call::DescribeTrails),
            ),
            (
                "Unable to locate credentials. You can configure",
                "NoCredentials",
                None,
            ),
        ] {
            let said = read(text).unwrap();
            assert_eq!(
                (said.error.as_deref(), said.call),
                (Some(error), call),
                "{text}"
            );
        }
    }

    #[test]
    fn the_trail_that_was_asked_for_is_named() {
        let said = read("An error occurred (TrailNotFoundException) when calling the GetTrailStatus operation: Unknown trail: main-trail for the user: 111122223333").unwrap();
        assert_eq!(said.named, Named::Name("main-trail".into()));
    }

    #[test]
    fn other_text_is_no_error() {
        assert_eq!(read("# How this bundle was made"), None);
        assert_eq!(read(""), None);
    }
}
