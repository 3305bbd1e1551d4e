//! What to do about a failed call.

use crate::recognise::facts::Call;
use crate::recognise::vocabulary;

const STATUS: &str = "aws cloudtrail get-trail-status --name TRAIL_ARN --region HOME_REGION";

/// What to do about an error, for the diagnostic's help line. The operation is
/// the one that failed, where the error names it.
#[must_use]
pub fn help(error: Option<&str>, call: Option<Call>, operation: Option<&str>) -> String {
    let again = match call.unwrap_or(Call::DescribeTrails) {
        Call::GetTrailStatus => STATUS,
        Call::ListTrails => "aws cloudtrail list-trails --region REGION",
        Call::DescribeLogGroups => "aws logs describe-log-groups --region REGION",
        Call::DescribeTrails | Call::Other => "aws cloudtrail describe-trails --region REGION",
    };
    if let (Some(Call::Other), Some(operation)) = (call, operation) {
        return of_operation(error, operation, again);
    }
    let then = format!("then: {again} --output json");
    match error {
        Some(code) if is_denial(code) => {
            format!(
                "allow `cloudtrail:DescribeTrails` and `cloudtrail:GetTrailStatus` (SecurityAudit has both), {then}"
            )
        }
        Some("TrailNotFoundException") => format!(
            "a trail is found by name in its home region only, and an organization trail by ARN only; call again with the full ARN: {STATUS} --output json"
        ),
        Some("UnrecognizedClientException" | "InvalidClientTokenId" | "AuthFailure") => format!(
            "the region is not enabled for the account, or the credentials are not valid there; `aws account list-regions` tells which. Then: {again} --output json"
        ),
        Some(code) => match cause(code) {
            Some(mend) => format!("{mend}, {then}"),
            None => format!("call again and keep the answer: {again} --output json"),
        },
        None => format!("call again and keep the answer: {again} --output json"),
    }
}

/// The mend of what stood between the tool and AWS.
fn cause(code: &str) -> Option<&'static str> {
    Some(match code {
        "NoCredentials" | "PartialCredentials" => "sign in or name a profile that has credentials",
        "SSOTokenLoadError" => "sign in again (`aws sso login`, `aws login`)",
        "ProfileNotFound" => {
            "name a profile that the AWS CLI knows (`aws configure list-profiles`)"
        }
        "NoRegion" => "name the region",
        "EndpointConnectionError" | "ConnectTimeoutError" => {
            "check the region's name and the way to its endpoint"
        }
        "ProxyConnectionError" => "check the proxy that the tool was told of",
        "SSLError" => "name the certificates of the network (`AWS_CA_BUNDLE`)",
        "CommandNotFound" => "install the AWS CLI where the script runs",
        "Unauthorized" => "sign in again: whoever was to let the caller in refused",
        "RequestExpired" => "set the clock of the machine",
        "Usage" => "complete the command",
        code if code.starts_with("Expired") => "sign in again",
        _ => return None,
    })
}

fn is_denial(code: &str) -> bool {
    code.starts_with("AccessDenied")
        || (code.starts_with("Unauthorized") && code != "Unauthorized")
        || code == "ForbiddenException"
}

/// What to do where another operation failed than one that shows trails.
fn of_operation(error: Option<&str>, operation: &str, again: &str) -> String {
    let mend = match error {
        Some(code) if is_denial(code) => {
            if operation.starts_with("AssumeRole") {
                "let the role be assumed: its trust policy and the caller's own policy must both allow it".to_owned()
            } else {
                format!("allow `{operation}` to whoever collects")
            }
        }
        Some(code) => {
            cause(code).map_or_else(|| format!("make `{operation}` succeed"), str::to_owned)
        }
        None => format!("make `{operation}` succeed"),
    };
    if vocabulary::hides_trails(operation, None) {
        format!("{mend}, then collect again what comes after it: {again} --output json")
    } else {
        mend
    }
}
